#include "close.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "box.hpp"
#include "group.hpp"

namespace detente {

namespace {

using Steps = std::vector<const Step*>;

// The same kind of step, all of its moves: such steps can be undone, and closing is easier.
template <class S>
bool all_moves(const Steps& steps) {
  return std::all_of(steps.begin(), steps.end(), [](const Step* step) {
    const auto* same = dynamic_cast<const S*>(step);
    return same && !same->improving();
  });
}

// States as (high, size, low), low fastest: the lowest over the middle.
DETENTE_KERNEL void reduce(const Value* from, Value* to, State high, State size, State low) {
  for (State h = 0; h < high; ++h, to += low) {
    if (low == 1) {
      Value lowest = HIGH;
      for (State x = 0; x < size; ++x) lowest = std::min(lowest, from[x]);
      *to = lowest;
      from += size;
      continue;
    }
    std::fill_n(to, low, HIGH);
    for (State x = 0; x < size; ++x, from += low)
      for (State l = 0; l < low; ++l) to[l] = std::min(to[l], from[l]);
  }
}

// The reverse: the same value everywhere in the middle.
void expand(const Value* from, Value* to, State high, State size, State low) {
  for (State h = 0; h < high; ++h, from += low) {
    if (low == 1) std::fill_n(to, size, *from), to += size;
    else
      for (State x = 0; x < size; ++x, to += low) std::memcpy(to, from, low * sizeof(Value));
  }
}

struct Run {
  State stride, size;
};

// Free moves in the full box commute: what can be reached is everything that differs in the movers' options only.
void close_box(const Value* from, Value* to, const Steps& steps) {
  std::vector<Run> runs;
  for (const Step* step : steps) {
    const auto* box = static_cast<const BoxStep*>(step);
    if (box->size() > 1) runs.push_back({box->stride(), box->size()});
  }
  std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.stride < b.stride; });
  runs.erase(std::unique(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.stride == b.stride; }),
             runs.end());
  State n = steps[0]->n_states();
  std::vector<Buffer<Value>> small;
  // Highest strides first, so that the strides of the others stay as they are.
  for (std::size_t k = runs.size(); k-- > 0;) {
    for (; k > 0 && runs[k - 1].stride * runs[k - 1].size == runs[k].stride; --k) {
      runs[k - 1].size *= runs[k].size;
      runs.erase(runs.begin() + k);
    }
    const auto [stride, size] = runs[k];
    n /= size;
    small.emplace_back(n);
    reduce(small.size() > 1 ? small[small.size() - 2].data() : from, small.back().data(), n / stride, size, stride);
  }
  if (runs.empty()) std::memcpy(to, from, n * sizeof(Value));
  for (const auto& [stride, size] : runs) {
    const Buffer<Value> now = std::move(small.back());
    small.pop_back();
    expand(now.data(), small.empty() ? to : small.back().data(), n / stride, size, stride);
    n *= size;
  }
}

// Free moves in groups of listed states: what can be reached is a connected component.
void close_groups(const Value* from, Value* to, const Steps& steps) {
  const State n = steps[0]->n_states();
  Buffer<State> parent(n);
  std::iota(parent.data(), parent.data() + n, State{0});
  const auto root = [&parent](State s) {
    while (parent[s] != s) s = parent[s] = parent[parent[s]];
    return s;
  };
  for (const Step* step : steps) {
    static_cast<const GroupStep*>(step)->each_group([&](const State* members, State size) {
      State first = root(members[0]);
      for (State k = 1; k < size; ++k) {
        const State other = root(members[k]);
        parent[std::max(first, other)] = std::min(first, other);
        first = std::min(first, other);
      }
    });
  }
  // A parent comes before its children, so one pass each way is enough.
  std::memcpy(to, from, n * sizeof(Value));
  for (State s = n - 1; s > 0; --s) to[parent[s]] = std::min(to[parent[s]], to[s]);
  for (State s = 0; s < n; ++s) to[s] = to[parent[s]];
}

struct Pending {
  State state;
  int by;  // the step that lowered it: its own groups are closed already
};

// Carry on what is left, lowest value first, so that no state is lowered twice.
void finish(Value* values, const Steps& steps, const std::vector<Record>& recent) {
  std::vector<std::pair<Value, Pending>> queue;
  for (int j = 0; j < int(steps.size()); ++j)
    for (const State s : recent[j]) queue.push_back({values[s], {s, j}});
  std::sort(queue.begin(), queue.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Pending> stack;
  std::vector<State> lowered;
  for (const auto& [value, start] : queue) {
    if (values[start.state] < value) continue;
    stack.push_back(start);
    while (!stack.empty()) {
      const Pending now = stack.back();
      stack.pop_back();
      for (int j = 0; j < int(steps.size()); ++j) {
        if (j == now.by && steps[j]->transitive()) continue;
        lowered.clear();
        steps[j]->carry(now.state, values, lowered);
        for (const State s : lowered) stack.push_back({s, j});
      }
    }
  }
}

// How many steps, from the first, stay inside blocks of a few states: those are swept over block by block.
std::pair<std::size_t, State> inner_steps(const Steps& steps) {
  constexpr State BLOCK = 1 << 15;  // states whose values and orders fit in the second cache
  const State n = steps[0]->n_states();
  State block = 1;
  std::size_t count = 0;
  for (; count < steps.size(); ++count) {
    const auto* box = dynamic_cast<const BoxStep*>(steps[count]);
    if (!box || std::int64_t{box->stride()} * box->size() > BLOCK) break;
    block = std::max(block, box->stride() * box->size());
  }
  while (block <= BLOCK / 2 && n / block % 2 == 0) block *= 2;
  return {count, block};
}

bool by_stride(const Step* a, const Step* b) {
  const auto *box = dynamic_cast<const BoxStep*>(a), *other = dynamic_cast<const BoxStep*>(b);
  return box && (!other || box->stride() < other->stride());
}

// Sweep over the movers in turn while that lowers many states, then follow the few that are left one by one.
void close_any(const Value* from, Value* to, Steps steps) {
  constexpr std::size_t FEW = 256, SMALL = 256;  // one state in so many is few, and so is a small number
  constexpr int ROUNDS = 6;                      // after so many rounds every number is few: sequences are long
  const State n = steps[0]->n_states();
  std::sort(steps.begin(), steps.end(), by_stride);
  const auto [inner, block] = inner_steps(steps);
  std::vector<Record> recent(steps.size(), Record(0));  // what each step lowered when it was swept over last
  const auto few_left = [&] {
    return std::none_of(recent.begin(), recent.end(), [](const Record& record) { return record.full(); });
  };
  for (int round = 0;; ++round) {
    const std::size_t limit = round == 0 ? 0 : round < ROUNDS ? std::size_t(n) / FEW + SMALL : std::size_t(n) + 1;
    for (std::size_t j = 0; j < inner; ++j) recent[j] = Record(limit);
    for (State begin = 0; inner && begin < n; begin += block)
      for (std::size_t j = 0; j < inner; ++j)
        static_cast<const BoxStep*>(steps[j])->lower_part(j ? to : from, to, begin, begin + block, recent[j]);
    if (inner) from = to;
    for (std::size_t j = inner; j < steps.size() && !few_left(); ++j) {
      recent[j] = Record(limit);
      steps[j]->lower(from, to, recent[j]);
      from = to;
    }
    if (steps.size() == 1 && steps[0]->transitive()) return;
    if (few_left()) return finish(to, steps, recent);
  }
}

}  // namespace

void close(const Value* from, Value* to, const Steps& steps) {
  if (all_moves<BoxStep>(steps)) {
    close_box(from, to, steps);
  } else if (all_moves<GroupStep>(steps)) {
    close_groups(from, to, steps);
  } else {
    close_any(from, to, steps);
  }
}

namespace {

DETENTE_KERNEL void lower_to(Value* values, const Value* others, State n) {
  for (State s = 0; s < n; ++s) values[s] = std::min(values[s], others[s]);
}

// The same, and whether anything was lowered.
DETENTE_KERNEL bool lowered_to(Value* values, const Value* others, State n) {
  Value changed = 0;
  for (State s = 0; s < n; ++s) {
    const Value now = std::min(values[s], others[s]);
    changed |= now ^ values[s];
    values[s] = now;
  }
  return changed != 0;
}

}  // namespace

void close_in_turn(const Value* from, Value* to, const std::vector<std::vector<const Step*>>& movers,
                   const std::vector<bool>& again) {
  const State n = movers[0][0]->n_states();
  std::vector<Buffer<Value>> reached;  // the lowest when this mover is the next, staying put included
  for (std::size_t j = 0; j < movers.size(); ++j) {
    reached.emplace_back(n);
    std::memcpy(reached[j].data(), from, n * sizeof(Value));
  }
  Buffer<Value> after(n), lowest(n);
  std::vector<std::size_t> waiting;  // those before whom something has been lowered
  std::vector<bool> waits(movers.size(), true);
  for (std::size_t j = 0; j < movers.size(); ++j) waiting.push_back(j);
  for (std::size_t at = 0; at < waiting.size(); ++at) {
    const std::size_t j = waiting[at];
    waits[j] = false;
    std::memcpy(after.data(), from, n * sizeof(Value));
    for (std::size_t k = 0; k < movers.size(); ++k)
      if (k != j || again[j]) lower_to(after.data(), reached[k].data(), n);
    bool changed = false;
    for (const Step* step : movers[j]) {
      step->extreme(after.data(), lowest.data(), AS_IS);
      changed |= lowered_to(reached[j].data(), lowest.data(), n);
    }
    if (!changed) continue;
    for (std::size_t k = 0; k < movers.size(); ++k)
      if (!waits[k] && (k != j || again[j])) waits[k] = true, waiting.push_back(k);
  }
  std::memcpy(to, from, n * sizeof(Value));
  for (const auto& values : reached) lower_to(to, values.data(), n);
}

}  // namespace detente
