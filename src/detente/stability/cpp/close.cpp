#include "close.hpp"

#include <algorithm>
#include <cstring>
#include <cstdlib>
#include <cstdio>

#include "box.hpp"
#include "group.hpp"

namespace detente {

namespace {

struct Pending {
  State state;
  int by;  // the step that lowered it: closed under that one already
};

void finish(Value* values, const std::vector<const Step*>& steps, std::vector<Pending>& pending) {
  std::vector<std::pair<Value, Pending>> queue;
  queue.reserve(pending.size());
  for (const Pending& p : pending) queue.emplace_back(values[p.state], p);
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

}  // namespace

void close(const Value* from, Value* to, const std::vector<const Step*>& steps) {
  const bool debug = getenv("DEBUG_CLOSE");
  if (steps.empty()) return;
  const std::size_t n = std::size_t(steps[0]->n_states());
  const Value* source = from;
  const int share = getenv("SHARE") ? atoi(getenv("SHARE")) : 256;
  for (int round = 0;; ++round) {
    std::vector<Pending> pending;
    bool overflow = false;
    std::int64_t changed = 0;
    for (int j = 0; j < int(steps.size()); ++j) {
      Record record(round ? n / share : 0);
      record.overflow = overflow;
      const std::int64_t c = steps[j]->lower(source, to, &record);
      if (debug) fprintf(stderr, "round %d step %d changed %ld\n", round, j, long(c));
      changed += c;
      source = to;
      overflow = overflow || record.overflow;
      for (const State s : record.states) pending.push_back({s, j});
    }
    if (!changed || (steps.size() == 1 && steps[0]->transitive())) return;
    if (!overflow) return finish(to, steps, pending);
  }
}

}  // namespace detente
