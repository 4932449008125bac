#include "play.hpp"

#include <algorithm>

namespace detente {

namespace {

// Strongly connected components (Tarjan 1972, in the form of Pearce 2016: one index a state), without recursion.
class Ends {
 public:
  Ends(State n_states, const std::vector<Mover>& movers, std::uint8_t* out, State* component = nullptr)
      : movers_(movers), index_(std::size_t(n_states), 0), out_(out), component_(component) {}

  State n_components() const { return n_components_; }

  void from(State begin) {
    if (index_[begin]) return;
    enter(begin);
    while (!calls_.empty()) {
      State t;
      if (!next(calls_.back(), t)) leave();
      else if (!index_[t]) enter(t);
      else touch(calls_.back(), t);
    }
  }

 private:
  struct Call {
    State s;
    std::int32_t found;  // its number, in the order of discovery
    std::size_t mover = 0;
    std::int64_t at = 0;
    bool root = true, out = false;
  };

  void enter(State s) {
    index_[s] = ++count_;
    calls_.push_back({s, count_});
  }

  bool next(Call& call, State& t) const {
    for (; call.mover < movers_.size(); ++call.mover, call.at = 0)
      if (movers_[call.mover].next(call.s, call.at, t)) return true;
    return false;
  }

  void touch(Call& call, State t) {
    if (out_[t]) {  // finished: in another component
      call.out = true;
    } else if (index_[t] < index_[call.s]) {
      index_[call.s] = index_[t];
      call.root = false;
    }
  }

  void leave() {
    const Call call = calls_.back();
    calls_.pop_back();
    bool out = call.out;
    if (call.root) {
      std::size_t first = stack_.size();
      while (first && index_[stack_[first - 1]] >= call.found) --first;
      for (std::size_t k = first; k < stack_.size(); ++k) out |= leads_out_[k];
      for (std::size_t k = first; k < stack_.size(); ++k) finish(stack_[k], out);
      finish(call.s, out);
      ++n_components_;
      stack_.resize(first);
      leads_out_.resize(first);
    } else {
      stack_.push_back(call.s);
      leads_out_.push_back(out);
    }
    if (!calls_.empty()) touch(calls_.back(), call.s);
  }

  void finish(State s, bool out) {
    out_[s] = out ? 1 : 2;
    if (component_) component_[s] = n_components_;
  }

  const std::vector<Mover>& movers_;
  std::vector<std::int32_t> index_;
  std::uint8_t* out_;
  State* component_;
  State n_components_ = 0;
  std::vector<Call> calls_;
  std::vector<State> stack_;
  std::vector<bool> leads_out_;
  std::int32_t count_ = 0;
};

}  // namespace

void play_ends(State n_states, const std::vector<Mover>& movers, const State* begins, std::size_t n_begins,
               std::uint8_t* out) {
  std::fill_n(out, n_states, 0);
  Ends ends(n_states, movers, out);
  for (std::size_t k = 0; k < n_begins; ++k) ends.from(begins[k]);
}

State components(State n_states, const std::vector<Mover>& movers, State* component) {
  std::vector<std::uint8_t> out(std::size_t(n_states), 0);
  Ends ends(n_states, movers, out.data(), component);
  for (State s = 0; s < n_states; ++s) ends.from(s);
  return ends.n_components();
}

bool may_reach(State n_states, const std::vector<Mover>& movers, const State* begins, std::size_t n_begins,
               const bool* goal, std::size_t most) {
  std::vector<std::uint8_t> seen(std::size_t(n_states), 0);
  std::vector<State> found;
  const auto known = [&](State t) { return seen[t] != 0; };
  const auto reached = [&](State s) {
    if (!seen[s]) found.push_back(s);
    seen[s] = 1;
    return goal[s];
  };
  for (std::size_t k = 0; k < n_begins; ++k)
    if (reached(begins[k])) return true;
  for (std::size_t k = 0; k < found.size(); ++k) {
    if (found.size() > most) return true;
    for (const Mover& mover : movers) {
      State t;
      for (std::int64_t at = 0; mover.next_but(found[k], at, t, known);)
        if (reached(t)) return true;
    }
  }
  return false;
}

}  // namespace detente
