// Free moves inside groups of listed states.
#pragma once

#include <mutex>

#include "common.hpp"

namespace detente {

class GroupStep final : public Step {
 public:
  static constexpr State MOST_STATES = State{1} << 30;

  // order: states group by group; starts: groups+1 offsets into it; both must outlive the step.
  // ranks: the mover's ranks, shape (n_states,), when only improvements count; nullptr for all moves.
  GroupStep(State n_states, const State* order, const State* starts, State groups, const Value* ranks);

  void extreme(const Value* values, Value* out, Flip flip) const override;
  void none_above(const Value* values, const Value* bounds, bool* out) const override;
  bool lower(const Value* from, Value* to, Record& lowered) const override;
  void carry(State t, Value* values, std::vector<State>& lowered) const override;

  bool improving() const { return improving_; }
  // Call f(members, count) for each group of two or more.
  template <class F>
  void each_group(F f) const {
    for (State g = 0; g < groups_; ++g)
      if (starts_[g + 1] - starts_[g] > 1) f(order_ + starts_[g], starts_[g + 1] - starts_[g]);
  }

 private:
  // Members of groups of two or more, best first.
  struct Entry {
    static constexpr std::uint32_t FIRST = 1u << 31;  // the best of its group
    static constexpr std::uint32_t TIE = 1u << 30;    // as good as the one before
    static constexpr std::uint32_t STATE = TIE - 1;
  };
  void place_groups() const;
  template <bool Ties, class F>
  void each_improving(const Value* values, Value flip, F f) const;
  template <class F>
  void each(const Value* values, Flip flip, F f) const;

  const State* order_;
  const State* starts_;
  State groups_;
  bool improving_, ties_ = false;
  Buffer<std::uint32_t> sorted_;
  // For each state its index in sorted_ (all moves: its group, made when first needed); -1 for the lonely.
  mutable Buffer<State> place_;
  mutable std::once_flag placed_;
  std::size_t count_ = 0;
};

}  // namespace detente
