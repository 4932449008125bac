#include "worlds.hpp"

#include <algorithm>

#include "play.hpp"
#include "worlds_lanes.hpp"

namespace detente {

namespace {

// Lower to[s] to the lowest of from over the targets of s that are better by ranks (all of them without ranks), for
// N arrays of values at once. Returns in which lanes anything was lowered.
template <int N, bool IMPROVING>
DETENTE_INLINE V lower_by(const Arcs& arcs, State n, const Value* ranks, const Value* const* from, Value* const* to) {
  V changed = {};
  for (State s = 0; s < n; ++s) {
    const State begin = arcs.starts[s], end = arcs.starts[s + 1];
    if (begin == end) continue;
    const V mine = IMPROVING ? at(ranks, s) : V{};
    V low[N], before[N];
    for (int k = 0; k < N; ++k) low[k] = before[k] = at(to[k], s);
    for (State a = begin; a < end; ++a) {
      const State t = arcs.targets[a];
      const V better = IMPROVING ? at(ranks, t) > mine : V{};
      for (int k = 0; k < N; ++k) {
        const V now = at(from[k], t);
        low[k] = lower(low[k], IMPROVING ? (better ? now : low[k]) : now);
      }
    }
    for (int k = 0; k < N; ++k) {
      changed |= low[k] ^ before[k];
      set(to[k], s, low[k]);
    }
  }
  return changed;
}

template <int N>
DETENTE_KERNEL bool lower_moves(const Arcs& arcs, State n, const Value* const* from, Value* const* to) {
  return any(lower_by<N, false>(arcs, n, nullptr, from, to));
}

template <int N>
DETENTE_KERNEL bool lower_improvements(const Arcs& arcs, State n, const Value* ranks, const Value* const* from,
                                       Value* const* to) {
  return any(lower_by<N, true>(arcs, n, ranks, from, to));
}

// highest[s] = the best rank within one move.
DETENTE_KERNEL void best_within(const Arcs& arcs, State n, const Value* ranks, Value* highest) {
  for (State s = 0; s < n; ++s) {
    V best = at(ranks, s);
    for (State a = arcs.starts[s]; a < arcs.starts[s + 1]; ++a) best = higher(best, at(ranks, arcs.targets[a]));
    set(highest, s, best);
  }
}

// bits[s] keeps a concept's bit where every improvement of s has a floor no better than s (floors null: where there is
// no improvement). bits are one Value a lane.
DETENTE_KERNEL void keep_met(const Arcs& arcs, State n, const Value* ranks, const Value* const* floors,
                             const Value* concepts, int n_floors, Value* bits) {
  for (State s = 0; s < n; ++s) {
    const State begin = arcs.starts[s], end = arcs.starts[s + 1];
    if (begin == end) continue;
    const V mine = at(ranks, s);
    V unmet = {};
    for (State a = begin; a < end; ++a) {
      const State t = arcs.targets[a];
      const V better = at(ranks, t) > mine;
      for (int k = 0; k < n_floors; ++k) {
        const V above = floors[k] ? at(floors[k], t) > mine : better;
        unmet |= better & above & (V{} + concepts[k]);
      }
    }
    set(bits, s, at(bits, s) & ~unmet);
  }
}

DETENTE_KERNEL void lower_all(Value* values, const Value* others, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) values[k] = std::min(values[k], others[k]);
}

void gather(const Value* table, const State* rows, std::size_t n_worlds, std::size_t first, State n, Value* ranks) {
  const Value* of[LANES];
  for (int l = 0; l < LANES; ++l)  // lanes beyond the last world repeat it
    of[l] = table + std::size_t(rows[std::min(first + l, n_worlds - 1)]) * n;
  for (State s = 0; s < n; ++s)
    for (int l = 0; l < LANES; ++l) ranks[std::size_t(s) * LANES + l] = of[l][s];
}

void scatter(const Value* bits, State n, std::size_t n_worlds, std::size_t first, std::uint8_t* out) {
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

using Floors = std::vector<Buffer<Value>>;

struct Work {
  Work(State n, std::size_t n_movers) {
    const std::size_t size = std::size_t(n) * LANES;
    for (std::size_t j = 0; j < n_movers; ++j) ranks.emplace_back(size);
    for (int k = 0; k < 4; ++k) floors.emplace_back(size), components.emplace_back(size);
    best = Buffer<Value>(size), own = Buffer<Value>(size), all = Buffer<Value>(size), after = Buffer<Value>(2 * size);
  }
  std::vector<Buffer<Value>> ranks;
  Floors floors, components, reached;
  Buffer<Value> best, own, all, after, better;
  std::vector<std::size_t> first_arc;  // of each mover, among the moves of all
};

// floors[k] = values[k] lowered to what sequences of these movers bring about; where nobody's order matters.
template <int N>
void close_free(const std::vector<Arcs>& movers, const std::vector<std::size_t>& who, State n, Work& work,
                bool improving, Value* const* floors) {
  std::size_t quiet = 0;
  for (std::size_t k = 0; !who.empty() && quiet < who.size(); k = (k + 1) % who.size()) {
    const Arcs& arcs = movers[who[k]];
    const bool changed = improving && arcs.party
                             ? lower_improvements<N>(arcs, n, work.ranks[who[k]].data(), floors, floors)
                             : lower_moves<N>(arcs, n, floors, floors);
    quiet = changed ? (arcs.transitive ? 1 : 0) : quiet + 1;
  }
}

// The same by legal sequences: no party moves twice in succession.
template <int N>
void close_in_turn(const std::vector<Arcs>& movers, const std::vector<std::size_t>& who, State n, Work& work,
                   bool improving, Value* const* floors) {
  const std::size_t size = std::size_t(n) * LANES, m = who.size();
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
    Value *after[N], *to[N];
    for (int k = 0; k < N; ++k) {
      after[k] = work.after.data() + k * size, to[k] = work.reached[j * N + k].data();
      std::copy_n(floors[k], size, after[k]);
      for (std::size_t other = 0; other < m; ++other)
        if (other != j || !arcs.party) lower_all(after[k], work.reached[other * N + k].data(), size);
    }
    const bool changed = improving && arcs.party
                             ? lower_improvements<N>(arcs, n, work.ranks[who[j]].data(), after, to)
                             : lower_moves<N>(arcs, n, after, to);
    if (!changed) continue;
    for (std::size_t other = 0; other < m; ++other)
      if (!waits[other] && (other != j || !arcs.party)) waits[other] = true, waiting.push_back(other);
  }
  for (std::size_t j = 0; j < m; ++j)
    for (int k = 0; k < N; ++k) lower_all(floors[k], work.reached[j * N + k].data(), size);
}

template <int N>
void close(const std::vector<Arcs>& movers, const std::vector<std::size_t>& who, State n, Work& work, bool improving,
           Value* const* floors) {
  const bool in_turn = std::any_of(who.begin(), who.end(), [&](std::size_t j) {
    return !movers[j].transitive && movers[j].party;
  });
  (in_turn ? close_in_turn<N> : close_free<N>)(movers, who, n, work, improving, floors);
}

// The lowest of values over all that is ahead of each component.
DETENTE_KERNEL void close_components(State n, State n_components, const State* component, const State* starts,
                                     const State* ahead, Value* of_component, Value* values) {
  for (State c = 0; c < n_components; ++c) set(of_component, c, V{} + HIGH);
  for (State s = 0; s < n; ++s) set(of_component, component[s], lower(at(of_component, component[s]), at(values, s)));
  for (State c = 0; c < n_components; ++c) {
    V low = at(of_component, c);
    for (State a = starts[c]; a < starts[c + 1]; ++a) low = lower(low, at(of_component, ahead[a]));
    set(of_component, c, low);
  }
  for (State s = 0; s < n; ++s) set(values, s, at(of_component, component[s]));
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

void ManyWorlds::decide(std::size_t n_worlds, const std::vector<const Value*>& tables,
                        const std::vector<const State*>& rows, std::uint8_t asked, std::uint8_t* equilibria,
                        std::uint8_t* stable) const {
  const State n = n_states_;
  const std::size_t size = std::size_t(n) * LANES;
  Work work(n, movers_.size());
  if (asked & SIM) {
    work.first_arc.push_back(0);
    for (const Arcs& arcs : movers_) work.first_arc.push_back(work.first_arc.back() + arcs.targets.size());
    work.better = Buffer<Value>((work.first_arc.back() + 1) * LANES);
  }
  Buffer<Value> joined((movers_.size() + 1) * LANES);
  for (std::size_t first = 0; first < n_worlds; first += LANES) {
    for (std::size_t j = 0; j < movers_.size(); ++j)
      if (movers_[j].party) gather(tables[j], rows[j], n_worlds, first, n, work.ranks[j].data());
    for (std::size_t j = 0; (asked & SIM) && j < movers_.size(); ++j)
      find_better(movers_[j], n, movers_[j].party ? work.ranks[j].data() : nullptr,
                  work.better.data() + work.first_arc[j] * LANES);
    std::fill_n(work.all.data(), size, Value(asked));
    for (std::size_t i = 0; i < movers_.size(); ++i) {
      if (!movers_[i].party) continue;
      const Value* ranks = work.ranks[i].data();
      const auto who = opponents(movers_, i);
      const Value* floors[5];
      Value concepts[5];
      int count = 0;
      const auto judged = [&](const Value* floor, ConceptBit bit) { floors[count] = floor, concepts[count++] = bit; };
      if (asked & NASH) judged(nullptr, NASH);
      if (asked & (SMR | SSEQ)) best_within(movers_[i], n, ranks, work.best.data());
      for (const bool improving : {false, true}) {
        const ConceptBit plain = improving ? SEQ : GMR, counter = improving ? SSEQ : SMR;
        Value* closing[2];
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
            close_components(n, c.n_components, c.component.data(), c.starts.data(), c.ahead.data(),
                             work.components[k].data(), closing[k]);
        } else if (m) {
          (m == 2 ? close<2> : close<1>)(movers_, who, n, work, improving, closing);
        }
      }
      std::fill_n(work.own.data(), size, Value(asked));
      keep_met(movers_[i], n, ranks, floors, concepts, count, work.own.data());
      if (asked & SIM)
        keep_met_at_once(movers_[i], n, ranks, work.better.data() + work.first_arc[i] * LANES, work.better.data(),
                         *combined_[i], joined.data(), work.own.data());
      for (std::size_t k = 0; k < size; ++k) work.all[k] &= work.own[k];
      if (stable) scatter(work.own.data(), n, n_worlds, first, stable + i * n * n_worlds);
    }
    scatter(work.all.data(), n, n_worlds, first, equilibria);
  }
}

}  // namespace detente
