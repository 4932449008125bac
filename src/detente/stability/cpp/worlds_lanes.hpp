// What the compiled parts of many worlds share: values of a state in a lane for each world.
#pragma once

#include <vector>

#include "lanes.hpp"
#include "worlds.hpp"

namespace detente {

constexpr int LANES = 16;
using V = typename Vector<LANES>::values;

DETENTE_INLINE V at(const Value* values, State s) { return get<V>(values + std::size_t(s) * LANES); }
DETENTE_INLINE void set(Value* values, State s, V what) { put(values + std::size_t(s) * LANES, what); }
DETENTE_INLINE V lower(V a, V b) { return a < b ? a : b; }
DETENTE_INLINE V higher(V a, V b) { return a > b ? a : b; }

DETENTE_INLINE bool any(V what) {
  Value found = 0;
  for (int l = 0; l < LANES; ++l) found |= what[l];
  return found != 0;
}

// Those whose moves can be sanctions against mover i.
inline std::vector<std::size_t> opponents(const std::vector<Arcs>& movers, std::size_t i) {
  std::vector<std::size_t> who;
  for (std::size_t j = 0; j < movers.size(); ++j)
    if (j != i && movers[j].opposes && !movers[j].targets.empty()) who.push_back(j);
  return who;
}

// For each own move of a mover the combinations of others' moves from the same state, as a tree in depth-first order.
struct Combined {
  struct Node {
    State end;           // what it combines to, with the own move; -1 where that is no state
    std::int32_t arc;    // the move that joins those above, among the moves of all movers
    std::int32_t depth;  // how many moves are above
    std::int32_t next;   // the first node that is not below this one
  };
  std::vector<Node> nodes;
  std::vector<std::size_t> starts;  // of each own move
};

// better[a] = the lanes (all bits set) in which move a is an improvement.
void find_better(const Arcs& arcs, State n, const Value* ranks, Value* better);

// bits[s] keeps SIM where every improvement (mine) is met by improvements (theirs) that others take at the same moment.
void keep_met_at_once(const Arcs& arcs, State n, const Value* ranks, const Value* mine, const Value* theirs,
                      const Combined& tree, Value* joined, Value* bits);

}  // namespace detente
