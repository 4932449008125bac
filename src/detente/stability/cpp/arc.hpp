// Moves along listed arcs.
#pragma once

#include <mutex>

#include "common.hpp"

namespace detente {

class ArcStep final : public Step {
 public:
  // The targets of s are targets[starts[s] .. starts[s+1]); only those with a higher rank count when ranks are given.
  ArcStep(State n_states, const std::int64_t* starts, const State* targets, const Value* ranks, bool transitive);

  void extreme(const Value* values, Value* out, Flip flip) const override;
  void none_above(const Value* values, const Value* bounds, bool* out) const override;
  bool lower(const Value* from, Value* to, Record& lowered) const override;
  void carry(State t, Value* values, std::vector<State>& lowered) const override;
  bool transitive() const override { return transitive_; }

 private:
  template <class F>
  void each(const Value* values, Flip flip, F f) const;
  void turn_around() const;

  bool transitive_;
  std::vector<State> rows_;           // states with a target
  std::vector<std::int64_t> begin_;   // rows_+1 offsets into targets_
  std::vector<State> targets_;
  mutable std::once_flag turned_;     // the same arcs by target, made when first needed
  mutable std::vector<std::int64_t> into_;
  mutable std::vector<State> sources_;
};

}  // namespace detente
