// What the compiled parts of many worlds share: values of a state in a lane for each world.
#pragma once

#include <vector>

#include "lanes.hpp"
#include "worlds.hpp"

namespace detente {

// Values of type T side by side, as many as one register of the processors at hand takes: wider ones are taken apart by
// the compiler, value by value where values are chosen by comparison.
template <class T>
struct Lanes {
  static constexpr int BYTES = 32;
  static constexpr int N = BYTES / sizeof(T);
  typedef T V __attribute__((vector_size(BYTES)));
};
template <class T>
using V = typename Lanes<T>::V;

template <class T>
DETENTE_INLINE V<T> at(const T* values, State s) { return get<V<T>>(values + std::size_t(s) * Lanes<T>::N); }
template <class T>
DETENTE_INLINE void set(T* values, State s, V<T> what) { put(values + std::size_t(s) * Lanes<T>::N, what); }
template <class W>
DETENTE_INLINE W lower(W a, W b) { return a < b ? a : b; }
template <class W>
DETENTE_INLINE W higher(W a, W b) { return a > b ? a : b; }

template <class W>
DETENTE_INLINE bool any(W what) {
  std::uint64_t part[sizeof(W) / 8], found = 0;
  std::memcpy(part, &what, sizeof(W));
  for (const std::uint64_t p : part) found |= p;
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
template <class T>
void find_better(const Arcs& arcs, State n, const T* ranks, T* better);

// bits[s] keeps SIM where every improvement (mine) is met by improvements (theirs) that others take at the same moment.
template <class T>
void keep_met_at_once(const Arcs& arcs, State n, const T* ranks, const T* mine, const T* theirs, const Combined& tree,
                      T* joined, T* bits);

}  // namespace detente
