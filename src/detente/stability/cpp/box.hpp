// Moves over the full box of options: nothing is indexed, groups of states are strided.
#pragma once

#include "common.hpp"
#include "tile.hpp"

namespace detente {

// The states s = low + stride*x + stride*size*high with equal low and high form a group; the mover chooses x.
class BoxStep final : public Step {
 public:
  // ranks: the mover's ranks, shape (n_states,), when only improvements count; nullptr for all moves.
  BoxStep(State n_states, State stride, State size, const Value* ranks);

  void extreme(const Value* values, Value* out, Flip flip) const override;
  void none_above(const Value* values, const Value* bounds, bool* out) const override;
  bool lower(const Value* from, Value* to, Record& lowered) const override;
  void carry(State t, Value* values, std::vector<State>& lowered) const override;

  bool improving() const { return how_ != How::all; }
  State stride() const { return stride_; }
  State size() const { return size_; }
  // As lower, for the states in [begin, end), which must be whole blocks of stride*size states.
  bool lower_part(const Value* from, Value* to, State begin, State end, Record& lowered) const;

 private:
  enum class How { all, pairs, order8, order16, order32 };
  void targets(const Tile& tile, Scratch& scratch) const;
  void rank_pairs(const Value* ranks);
  template <class T>
  void rank_order(const Value* ranks, Buffer<T>& order);
  template <class T>
  void carry_down(const Buffer<T>& order, State t, Value* values, std::vector<State>& lowered) const;
  Tile tile_at(State first_group, State end_group) const;
  State groups() const { return n_states_ / size_; }

  State stride_, size_, lanes_;
  How how_;
  bool ties_ = false;
  Buffer<std::uint8_t> worse_;     // pairs: for each state, how many of its group are strictly worse
  Buffer<std::uint8_t> order8_;    // order: for each group, its x best first; the top bit marks a tie with the
  Buffer<std::uint16_t> order16_;  // one before
  Buffer<std::uint32_t> order32_;
};

}  // namespace detente
