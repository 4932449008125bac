#include "worlds.hpp"

#include <algorithm>
#include <limits>

#include "play.hpp"
#include "worlds_lanes.hpp"

namespace detente {

namespace {

// Lower to[s] to the lowest of from over the targets of s that are better by ranks (all of them without ranks), for
// N arrays of values at once. Returns in which lanes anything was lowered.
template <class T, int N, bool IMPROVING>
DETENTE_INLINE V<T> lower_by(const Arcs& arcs, State n, const T* ranks, const T* const* from, T* const* to) {
  V<T> changed = {};
  for (State s = 0; s < n; ++s) {
    const State begin = arcs.starts[s], end = arcs.starts[s + 1];
    if (begin == end) continue;
    const V<T> mine = IMPROVING ? at(ranks, s) : V<T>{};
    V<T> low[N], before[N];
    for (int k = 0; k < N; ++k) low[k] = before[k] = at(to[k], s);
    for (State a = begin; a < end; ++a) {
      const State t = arcs.targets[a];
      const V<T> better = IMPROVING ? V<T>(at(ranks, t) > mine) : V<T>{};
      for (int k = 0; k < N; ++k) {
        const V<T> now = at(from[k], t);
        low[k] = lower(low[k], IMPROVING ? V<T>(better ? now : low[k]) : now);
      }
    }
    for (int k = 0; k < N; ++k) {
      changed |= low[k] ^ before[k];
      set<T>(to[k], s, low[k]);
    }
  }
  return changed;
}

template <class T, int N>
DETENTE_KERNEL bool lower_moves(const Arcs& arcs, State n, const T* const* from, T* const* to) {
  return any(lower_by<T, N, false>(arcs, n, nullptr, from, to));
}

template <class T, int N>
DETENTE_KERNEL bool lower_improvements(const Arcs& arcs, State n, const T* ranks, const T* const* from, T* const* to) {
  return any(lower_by<T, N, true>(arcs, n, ranks, from, to));
}

// highest[s] = the best rank within one move.
template <class T>
DETENTE_KERNEL void best_within(const Arcs& arcs, State n, const T* ranks, T* highest) {
  for (State s = 0; s < n; ++s) {
    V<T> best = at(ranks, s);
    for (State a = arcs.starts[s]; a < arcs.starts[s + 1]; ++a) best = higher(best, at(ranks, arcs.targets[a]));
    set<T>(highest, s, best);
  }
}

// bits[s] keeps a concept's bit where every improvement of s has a floor no better than s (floors null: where there is
// no improvement). bits are one value a lane.
template <class T>
DETENTE_KERNEL void keep_met(const Arcs& arcs, State n, const T* ranks, const T* const* floors, const T* concepts,
                             int n_floors, T* bits) {
  for (State s = 0; s < n; ++s) {
    const State begin = arcs.starts[s], end = arcs.starts[s + 1];
    if (begin == end) continue;
    const V<T> mine = at(ranks, s);
    V<T> unmet = {};
    for (State a = begin; a < end; ++a) {
      const State t = arcs.targets[a];
      const V<T> better = at(ranks, t) > mine;
      for (int k = 0; k < n_floors; ++k) {
        const V<T> above = floors[k] ? V<T>(at(floors[k], t) > mine) : better;
        unmet |= better & above & (V<T>{} + concepts[k]);
      }
    }
    set<T>(bits, s, at(bits, s) & ~unmet);
  }
}

template <class T>
DETENTE_KERNEL void lower_all(T* values, const T* others, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) values[k] = std::min(values[k], others[k]);
}

template <class T>
void gather(const Value* table, const State* rows, std::size_t n_worlds, std::size_t first, State n, T* ranks) {
  constexpr int LANES = Lanes<T>::N;
  const Value* of[LANES];
  for (int l = 0; l < LANES; ++l)  // lanes beyond the last world repeat it
    of[l] = table + std::size_t(rows[std::min(first + l, n_worlds - 1)]) * n;
  for (State s = 0; s < n; ++s)
    for (int l = 0; l < LANES; ++l) ranks[std::size_t(s) * LANES + l] = T(of[l][s]);
}

template <class T>
void scatter(const T* bits, State n, std::size_t n_worlds, std::size_t first, std::uint8_t* out) {
  constexpr int LANES = Lanes<T>::N;
  const int width = int(std::min<std::size_t>(LANES, n_worlds - first));
  for (State s = 0; s < n; ++s)
    for (int l = 0; l < width; ++l)
      out[std::size_t(s) * n_worlds + first + l] = std::uint8_t(bits[std::size_t(s) * LANES + l]);
}

}  // namespace

// What some movers' moves lead to, where succession does not matter: components, each after those it leads to.
struct ManyWorlds::Condensed {
  State n_components = 0;
  std::vector<State> component;             // of each state
  std::vector<State> starts, ahead;         // the components that each leads to directly
};

namespace {

template <class T>
using Floors = std::vector<Buffer<T>>;

template <class T>
struct Work {
  Work(State n, std::size_t n_movers) {
    const std::size_t size = std::size_t(n) * Lanes<T>::N;
    for (std::size_t j = 0; j < n_movers; ++j) ranks.emplace_back(size);
    for (int k = 0; k < 4; ++k) floors.emplace_back(size), components.emplace_back(size);
    best = Buffer<T>(size), own = Buffer<T>(size), all = Buffer<T>(size), after = Buffer<T>(2 * size);
  }
  std::vector<Buffer<T>> ranks;
  Floors<T> floors, components, reached;
  Buffer<T> best, own, all, after, better;
  std::vector<std::size_t> first_arc;  // of each mover, among the moves of all
};

// floors[k] = values[k] lowered to what sequences of these movers bring about; where nobody's order matters.
template <class T, int N>
void close_free(const std::vector<Arcs>& movers, const std::vector<std::size_t>& who, State n, Work<T>& work,
                bool improving, T* const* floors) {
  std::size_t quiet = 0;
  for (std::size_t k = 0; !who.empty() && quiet < who.size(); k = (k + 1) % who.size()) {
    const Arcs& arcs = movers[who[k]];
    const bool changed = improving && arcs.party
                             ? lower_improvements<T, N>(arcs, n, work.ranks[who[k]].data(), floors, floors)
                             : lower_moves<T, N>(arcs, n, floors, floors);
    quiet = changed ? (arcs.transitive ? 1 : 0) : quiet + 1;
  }
}

// The same by legal sequences: no party moves twice in succession.
template <class T, int N>
void close_in_turn(const std::vector<Arcs>& movers, const std::vector<std::size_t>& who, State n, Work<T>& work,
                   bool improving, T* const* floors) {
  const std::size_t size = std::size_t(n) * Lanes<T>::N, m = who.size();
  while (work.reached.size() < m * N) work.reached.emplace_back(size);
  for (std::size_t j = 0; j < m; ++j)
    for (int k = 0; k < N; ++k) std::copy_n(floors[k], size, work.reached[j * N + k].data());
  std::vector<std::size_t> waiting;
  std::vector<bool> waits(m, true);
  for (std::size_t j = 0; j < m; ++j) waiting.push_back(j);
  for (std::size_t next = 0; next < waiting.size(); ++next) {
    const std::size_t j = waiting[next];
    const Arcs& arcs = movers[who[j]];
    waits[j] = false;
    T *after[N], *to[N];
    for (int k = 0; k < N; ++k) {
      after[k] = work.after.data() + k * size, to[k] = work.reached[j * N + k].data();
      std::copy_n(floors[k], size, after[k]);
      for (std::size_t other = 0; other < m; ++other)
        if (other != j || !arcs.party) lower_all(after[k], work.reached[other * N + k].data(), size);
    }
    const bool changed = improving && arcs.party
                             ? lower_improvements<T, N>(arcs, n, work.ranks[who[j]].data(), after, to)
                             : lower_moves<T, N>(arcs, n, after, to);
    if (!changed) continue;
    for (std::size_t other = 0; other < m; ++other)
      if (!waits[other] && (other != j || !arcs.party)) waits[other] = true, waiting.push_back(other);
  }
  for (std::size_t j = 0; j < m; ++j)
    for (int k = 0; k < N; ++k) lower_all(floors[k], work.reached[j * N + k].data(), size);
}

template <class T, int N>
void close(const std::vector<Arcs>& movers, const std::vector<std::size_t>& who, State n, Work<T>& work, bool improving,
           T* const* floors) {
  const bool in_turn = std::any_of(who.begin(), who.end(), [&](std::size_t j) {
    return !movers[j].transitive && movers[j].party;
  });
  (in_turn ? close_in_turn<T, N> : close_free<T, N>)(movers, who, n, work, improving, floors);
}

// The lowest of values over all that is ahead of each component.
template <class T>
DETENTE_KERNEL void close_components(State n, State n_components, const State* component, const State* starts,
                                     const State* ahead, T* of_component, T* values) {
  for (State c = 0; c < n_components; ++c) set<T>(of_component, c, V<T>{} + std::numeric_limits<T>::max());
  for (State s = 0; s < n; ++s)
    set<T>(of_component, component[s], lower(at(of_component, component[s]), at(values, s)));
  for (State c = 0; c < n_components; ++c) {
    V<T> low = at(of_component, c);
    for (State a = starts[c]; a < starts[c + 1]; ++a) low = lower(low, at(of_component, ahead[a]));
    set<T>(of_component, c, low);
  }
  for (State s = 0; s < n; ++s) set<T>(values, s, at(of_component, component[s]));
}

}  // namespace

ManyWorlds::ManyWorlds(State n_states, std::vector<Arcs> movers) : n_states_(n_states), movers_(std::move(movers)) {
  for (std::size_t i = 0; i < movers_.size(); ++i) {
    behind_.emplace_back();
    const auto who = opponents(movers_, i);
    const bool free = std::all_of(who.begin(), who.end(), [&](std::size_t j) {
      return movers_[j].transitive || !movers_[j].party;
    });
    if (!movers_[i].party || !free) continue;
    auto found = std::make_unique<Condensed>();
    found->component.resize(n_states_);
    std::vector<std::vector<std::int64_t>> starts;
    std::vector<Mover> walkers;
    for (const std::size_t j : who) {
      starts.emplace_back(movers_[j].starts.begin(), movers_[j].starts.end());
      Mover walker;
      walker.starts = starts.back().data(), walker.targets = movers_[j].targets.data();
      walkers.push_back(walker);
    }
    found->n_components = components(n_states_, walkers, found->component.data());
    std::vector<std::vector<State>> ahead(found->n_components);
    for (const std::size_t j : who)
      for (State s = 0; s < n_states_; ++s)
        for (State a = movers_[j].starts[s]; a < movers_[j].starts[s + 1]; ++a) {
          const State from = found->component[s], to = found->component[movers_[j].targets[a]];
          if (from != to) ahead[from].push_back(to);
        }
    found->starts.push_back(0);
    for (auto& row : ahead) {
      std::sort(row.begin(), row.end());
      row.erase(std::unique(row.begin(), row.end()), row.end());
      found->ahead.insert(found->ahead.end(), row.begin(), row.end());
      found->starts.push_back(State(found->ahead.size()));
    }
    behind_.back() = std::move(found);
  }
}

ManyWorlds::~ManyWorlds() = default;

template <class T>
void ManyWorlds::decide_as(std::size_t n_worlds, const std::vector<const Value*>& tables,
                           const std::vector<const State*>& rows, std::uint8_t asked, std::uint8_t* equilibria,
                           std::uint8_t* stable) const {
  const State n = n_states_;
  constexpr int LANES = Lanes<T>::N;
  const std::size_t size = std::size_t(n) * LANES;
  Work<T> work(n, movers_.size());
  if (asked & SIM) {
    work.first_arc.push_back(0);
    for (const Arcs& arcs : movers_) work.first_arc.push_back(work.first_arc.back() + arcs.targets.size());
    work.better = Buffer<T>((work.first_arc.back() + 1) * LANES);
  }
  Buffer<T> joined((movers_.size() + 1) * LANES);
  for (std::size_t first = 0; first < n_worlds; first += LANES) {
    for (std::size_t j = 0; j < movers_.size(); ++j)
      if (movers_[j].party) gather<T>(tables[j], rows[j], n_worlds, first, n, work.ranks[j].data());
    for (std::size_t j = 0; (asked & SIM) && j < movers_.size(); ++j)
      find_better<T>(movers_[j], n, movers_[j].party ? work.ranks[j].data() : nullptr,
                  work.better.data() + work.first_arc[j] * LANES);
    std::fill_n(work.all.data(), size, T(asked));
    for (std::size_t i = 0; i < movers_.size(); ++i) {
      if (!movers_[i].party) continue;
      const T* ranks = work.ranks[i].data();
      const auto who = opponents(movers_, i);
      const T* floors[5];
      T concepts[5];
      int count = 0;
      const auto judged = [&](const T* floor, ConceptBit bit) { floors[count] = floor, concepts[count++] = T(bit); };
      if (asked & NASH) judged(nullptr, NASH);
      if (asked & (SMR | SSEQ)) best_within<T>(movers_[i], n, ranks, work.best.data());
      for (const bool improving : {false, true}) {
        const ConceptBit plain = improving ? SEQ : GMR, counter = improving ? SSEQ : SMR;
        T* closing[2];
        int m = 0;
        for (const ConceptBit bit : {plain, counter}) {
          if (!(asked & bit)) continue;
          closing[m] = work.floors[2 * improving + m].data();
          std::copy_n(bit == plain ? ranks : work.best.data(), size, closing[m]);
          judged(closing[m++], bit);
        }
        if (!improving && behind_[i]) {
          const Condensed& c = *behind_[i];
          for (int k = 0; k < m; ++k)
            close_components<T>(n, c.n_components, c.component.data(), c.starts.data(), c.ahead.data(),
                             work.components[k].data(), closing[k]);
        } else if (m) {
          (m == 2 ? close<T, 2> : close<T, 1>)(movers_, who, n, work, improving, closing);
        }
      }
      std::fill_n(work.own.data(), size, T(asked));
      keep_met<T>(movers_[i], n, ranks, floors, concepts, count, work.own.data());
      if (asked & SIM)
        keep_met_at_once<T>(movers_[i], n, ranks, work.better.data() + work.first_arc[i] * LANES, work.better.data(),
                         *combined_[i], joined.data(), work.own.data());
      for (std::size_t k = 0; k < size; ++k) work.all[k] &= work.own[k];
      if (stable) scatter<T>(work.own.data(), n, n_worlds, first, stable + i * n * n_worlds);
    }
    scatter<T>(work.all.data(), n, n_worlds, first, equilibria);
  }
}

template void ManyWorlds::decide_as<std::int16_t>(std::size_t, const std::vector<const Value*>&,
                                                const std::vector<const State*>&, std::uint8_t, std::uint8_t*,
                                                std::uint8_t*) const;
template void ManyWorlds::decide_as<std::int32_t>(std::size_t, const std::vector<const Value*>&,
                                                const std::vector<const State*>&, std::uint8_t, std::uint8_t*,
                                                std::uint8_t*) const;

}  // namespace detente
