#include "group.hpp"

#include <algorithm>
#include <cstring>

namespace detente {

GroupStep::GroupStep(State n_states, const State* order, const State* starts, State groups, const Value* ranks)
    : Step(n_states), order_(order), starts_(starts), groups_(groups), improving_(ranks != nullptr) {
  if (!ranks) return;
  std::size_t count = 0;
  each_group([&](const State*, State size) { count += size; });
  sorted_ = Buffer<std::uint32_t>(count);
  place_ = Buffer<State>(n_states);
  std::fill_n(place_.data(), n_states, State{-1});
  std::vector<std::uint64_t> keys;
  each_group([&](const State* members, State size) {
    keys.resize(size);
    for (State k = 0; k < size; ++k)
      keys[k] = std::uint64_t(std::uint32_t(~ranks[members[k]]) ^ 0x80000000u) << 32 | std::uint32_t(members[k]);
    std::sort(keys.begin(), keys.end());
    for (State k = 0; k < size; ++k) {
      std::uint32_t entry = std::uint32_t(keys[k]);
      place_[entry] = State(count_);
      if (k == 0) entry |= Entry::FIRST;
      else if (keys[k] >> 32 == keys[k - 1] >> 32) entry |= Entry::TIE, ties_ = true;
      sorted_[count_++] = entry;
    }
  });
}

// Call f(s, lowest) for each state with a target: the lowest (of values ^ flip) over its targets, HIGH for none.
template <bool Ties, class F>
void GroupStep::each_improving(const Value* values, Value flip, F f) const {
  Value lowest = HIGH, strict = HIGH;
  for (std::size_t k = 0; k < count_; ++k) {
    const std::uint32_t entry = sorted_[k];
    const State s = State(entry & Entry::STATE);
    const Value now = values[s] ^ flip;
    const Value reset = entry & Entry::FIRST ? HIGH : LOW;
    lowest = std::max(lowest, reset);
    if constexpr (Ties) {
      strict = entry & Entry::TIE ? strict : lowest;
      f(s, strict);
    } else {
      f(s, lowest);
    }
    lowest = std::min(lowest, now);
  }
}

template <class F>
void GroupStep::each(const Value* values, Flip flip, F f) const {
  if (improving_) return ties_ ? each_improving<true>(values, flip, f) : each_improving<false>(values, flip, f);
  each_group([&](const State* members, State size) {
    Value first = HIGH, second = HIGH;
    for (State k = 0; k < size; ++k) {
      const Value now = values[members[k]] ^ flip;
      second = std::min(second, std::max(first, now));
      first = std::min(first, now);
    }
    for (State k = 0; k < size; ++k) {
      const State s = members[k];
      f(s, (values[s] ^ flip) == first ? second : first);
    }
  });
}

void GroupStep::extreme(const Value* values, Value* out, Flip flip) const {
  std::fill_n(out, n_states_, HIGH ^ flip);
  each(values, flip, [&](State s, Value lowest) { out[s] = lowest ^ flip; });
}

void GroupStep::none_above(const Value* values, const Value* bounds, bool* out) const {
  std::fill_n(out, n_states_, true);
  each(values, COMPLEMENT, [&](State s, Value lowest) { out[s] = ~lowest <= bounds[s]; });
}

bool GroupStep::lower(const Value* from, Value* to, Record& lowered) const {
  if (from != to) std::memcpy(to, from, n_states_ * sizeof(Value));
  bool changed = false;
  each(to, AS_IS, [&](State s, Value lowest) {
    const Value now = to[s];
    to[s] = std::min(now, lowest);
    lowered.add(s, lowest < now);
    changed |= lowest < now;
  });
  return changed;
}

void GroupStep::place_groups() const {
  place_ = Buffer<State>(n_states_);
  std::fill_n(place_.data(), n_states_, State{-1});
  for (State g = 0; g < groups_; ++g)
    for (State at = starts_[g]; at < starts_[g + 1]; ++at) place_[order_[at]] = g;
}

void GroupStep::carry(State t, Value* values, std::vector<State>& lowered) const {
  const Value value = values[t];
  if (!improving_) {
    std::call_once(placed_, [this] { place_groups(); });
    if (place_[t] < 0) return;
    for (State at = starts_[place_[t]]; at < starts_[place_[t] + 1]; ++at) {
      const State s = order_[at];
      if (values[s] <= value) continue;
      values[s] = value;
      lowered.push_back(s);
    }
    return;
  }
  std::size_t k = place_[t];
  const auto ends = [&] { return k == count_ || sorted_[k] & Entry::FIRST; };
  if (place_[t] < 0) return;
  for (++k; !ends() && sorted_[k] & Entry::TIE;) ++k;
  // Once a state is low enough, so are all that are strictly worse than it.
  for (bool enough = false; !ends() && !(enough && !(sorted_[k] & Entry::TIE)); ++k) {
    const State s = State(sorted_[k] & Entry::STATE);
    if (values[s] <= value) {
      enough = true;
    } else {
      values[s] = value;
      lowered.push_back(s);
    }
  }
}

}  // namespace detente
