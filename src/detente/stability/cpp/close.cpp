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

// Free moves in the full box commute: one sweep each is enough, and movers of neighbouring options are one mover.
void close_box(const Value* from, Value* to, const Steps& steps) {
  std::vector<std::pair<State, State>> runs;  // stride, size
  for (const Step* step : steps) runs.emplace_back(static_cast<const BoxStep*>(step)->stride(),
                                                   static_cast<const BoxStep*>(step)->size());
  std::sort(runs.begin(), runs.end());
  const State n = steps[0]->n_states();
  for (std::size_t k = 0; k < runs.size();) {
    auto [stride, size] = runs[k++];
    for (; k < runs.size() && runs[k].first == stride * size; ++k) size *= runs[k].second;
    BoxStep(n, stride, size, nullptr).lower(from, to, nullptr);
    from = to;
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
    for (const State s : recent[j].states) queue.push_back({values[s], {s, j}});
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

// Sweep over the movers in turn while that lowers many states, then follow the few that are left one by one.
void close_any(const Value* from, Value* to, const Steps& steps) {
  constexpr std::size_t FEW = 256, SMALL = 256;   // one state in so many is few, and so is a small number
  constexpr int ROUNDS = 6;          // after so many rounds every number is few: sequences are long
  const std::size_t n = std::size_t(steps[0]->n_states());
  std::vector<Record> recent(steps.size(), Record(0));
  for (Record& record : recent) record.overflow = true;
  for (int round = 0;; ++round) {
    const std::size_t limit = round == 0 ? 0 : round < ROUNDS ? n / FEW + SMALL : n;
    for (std::size_t j = 0; j < steps.size(); ++j) {
      recent[j] = Record(limit);
      steps[j]->lower(from, to, &recent[j]);
      from = to;
      if (steps.size() == 1 && steps[0]->transitive()) return;
      if (std::none_of(recent.begin(), recent.end(), [](const Record& r) { return r.overflow; }))
        return finish(to, steps, recent);
    }
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

}  // namespace detente
