// The graph of play: what improvements lead to from some states, and where play stays once it is there.
#pragma once

#include <vector>

#include "common.hpp"

namespace detente {

// A mover's moves: s = low + stride * x + ... with x free (size > 0), free inside groups (group_of), or listed arcs.
// With ranks only improvements are steps: what is better by all of them.
struct Mover {
  State stride = 0, size = 0;
  const State* group_of = nullptr;
  const State* order = nullptr;
  const State* group_starts = nullptr;
  const std::int64_t* starts = nullptr;
  const State* targets = nullptr;
  std::vector<const Value*> ranks;

  // The next step from s, from place `at` on: sets t and moves `at` behind it; false where there is none.
  bool next(State s, std::int64_t& at, State& t) const {
    return next_but(s, at, t, [](State) { return false; });
  }

  // The same, passing over the states that skip is true of: it is asked first.
  template <class Skip>
  bool next_but(State s, std::int64_t& at, State& t, Skip skip) const {
    if (size) {
      const State base = s - s / stride % size * stride;
      while (at < size)
        if (!skip(t = base + State(at++) * stride) && is_step(s, t)) return true;
    } else if (group_of) {
      const State first = group_starts[group_of[s]], end = group_starts[group_of[s] + 1];
      while (first + at < end)
        if (!skip(t = order[first + at++]) && is_step(s, t)) return true;
    } else {
      while (starts[s] + at < starts[s + 1])
        if (!skip(t = targets[starts[s] + at++]) && is_step(s, t)) return true;
    }
    return false;
  }

 private:
  bool is_step(State s, State t) const {
    if (t == s) return false;
    for (const Value* own : ranks)
      if (own[t] <= own[s]) return false;
    return true;
  }
};

// out[s] = 0: not reached from begins; 1: reached, and some play leads out of it for good; 2: in a closed class.
void play_ends(State n_states, const std::vector<Mover>& movers, const State* begins, std::size_t n_begins,
               std::uint8_t* out);

// component[s] = the strongly connected component of s, numbered so that arcs lead to the same one or to lower ones.
// Returns how many there are.
State components(State n_states, const std::vector<Mover>& movers, State* component);

// Whether steps lead from begins to a state of goal; also true, with nothing decided, once `most` states are reached.
bool may_reach(State n_states, const std::vector<Mover>& movers, const State* begins, std::size_t n_begins,
               const bool* goal, std::size_t most);

}  // namespace detente
