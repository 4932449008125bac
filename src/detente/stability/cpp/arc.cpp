#include "arc.hpp"

#include <algorithm>
#include <cstring>

namespace detente {

ArcStep::ArcStep(State n_states, const std::int64_t* starts, const State* targets, const Value* ranks, bool transitive)
    : Step(n_states), transitive_(transitive), begin_{0} {
  for (State s = 0; s < n_states; ++s) {
    for (std::int64_t at = starts[s]; at < starts[s + 1]; ++at)
      if (!ranks || ranks[targets[at]] > ranks[s]) targets_.push_back(targets[at]);
    if (std::int64_t(targets_.size()) == begin_.back()) continue;
    rows_.push_back(s);
    begin_.push_back(std::int64_t(targets_.size()));
  }
}

// Call f(s, lowest) for each state with a target: the lowest (of values ^ flip) over its targets.
template <class F>
void ArcStep::each(const Value* values, Flip flip, F f) const {
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    Value lowest = HIGH;
    for (std::int64_t at = begin_[row]; at < begin_[row + 1]; ++at)
      lowest = std::min(lowest, values[targets_[at]] ^ flip);
    f(rows_[row], lowest);
  }
}

void ArcStep::extreme(const Value* values, Value* out, Flip flip) const {
  std::fill_n(out, n_states_, HIGH ^ flip);
  each(values, flip, [&](State s, Value lowest) { out[s] = lowest ^ flip; });
}

void ArcStep::none_above(const Value* values, const Value* bounds, bool* out) const {
  std::fill_n(out, n_states_, true);
  each(values, COMPLEMENT, [&](State s, Value lowest) { out[s] = ~lowest <= bounds[s]; });
}

bool ArcStep::lower(const Value* from, Value* to, Record& lowered) const {
  if (from != to) std::memcpy(to, from, n_states_ * sizeof(Value));
  bool changed = false;
  each(from, AS_IS, [&](State s, Value lowest) {
    const Value now = to[s];
    to[s] = std::min(now, lowest);
    lowered.add(s, lowest < now);
    changed |= lowest < now;
  });
  return changed;
}

void ArcStep::turn_around() const {
  into_.assign(std::size_t(n_states_) + 1, 0);
  for (const State t : targets_) ++into_[t + 1];
  for (State s = 0; s < n_states_; ++s) into_[s + 1] += into_[s];
  sources_.resize(targets_.size());
  std::vector<std::int64_t> at(into_.begin(), into_.end() - 1);
  for (std::size_t row = 0; row < rows_.size(); ++row)
    for (std::int64_t k = begin_[row]; k < begin_[row + 1]; ++k) sources_[at[targets_[k]]++] = rows_[row];
}

void ArcStep::carry(State t, Value* values, std::vector<State>& lowered) const {
  std::call_once(turned_, [this] { turn_around(); });
  for (std::int64_t at = into_[t]; at < into_[t + 1]; ++at) {
    const State s = sources_[at];
    if (values[s] <= values[t]) continue;
    values[s] = values[t];
    lowered.push_back(s);
  }
}

}  // namespace detente
