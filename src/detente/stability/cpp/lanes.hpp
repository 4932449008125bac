// Kernels over a tile: n rows (the mover's choices x) of L lanes (groups of states side by side).
//
// Each kernel fills a[x][lane] with the lowest v[y][lane] over the targets y of x, HIGH where there is none.
#pragma once

#include <cstring>

#include "common.hpp"

namespace detente {

constexpr int WIDE = 8;

template <int W>
struct Vector {
  typedef Value values __attribute__((vector_size(W * sizeof(Value))));
};

template <class V, class T>
DETENTE_INLINE V get(const T* from) {
  V result;
  std::memcpy(&result, from, sizeof(V));
  return result;
}

template <class V, class T>
DETENTE_INLINE void put(T* to, V what) {
  std::memcpy(to, &what, sizeof(V));
}

// All other members of the group: the lowest, or for the lowest itself the second lowest.
template <int W>
DETENTE_INLINE void others(const Value* v, Value* a, int n, int L) {
  using V = typename Vector<W>::values;
  V first = V{} + HIGH, second = first;
  for (int x = 0; x < n; ++x) {
    const V now = get<V>(v + std::size_t(x) * L);
    const V larger = now > first ? now : first;
    second = larger < second ? larger : second;
    first = now < first ? now : first;
  }
  for (int x = 0; x < n; ++x) {
    const V now = get<V>(v + std::size_t(x) * L);
    put(a + std::size_t(x) * L, now == first ? second : first);
  }
}

// The strictly better members of the group, every pair compared: for few choices the fastest way.
template <int W>
DETENTE_INLINE void pairs(const Value* v, const Value* worse, Value* a, int n, int L) {
  using V = typename Vector<W>::values;
  for (int x = 0; x < n; ++x) {
    const V mine = get<V>(worse + std::size_t(x) * L);
    V lowest = V{} + HIGH;
    for (int y = 0; y < n; ++y) {
      const V theirs = get<V>(worse + std::size_t(y) * L);
      const V now = get<V>(v + std::size_t(y) * L);
      const V counted = theirs > mine ? now : V{} + HIGH;
      lowest = counted < lowest ? counted : lowest;
    }
    put(a + std::size_t(x) * L, lowest);
  }
}

// As pairs, for n <= MOST rows that are `step` apart in memory, lowering them there; n = N when N is not 0.
// Returns whether anything changed; then old holds the rows as they were.
template <int W, int N, int MOST>
DETENTE_INLINE bool lower_pairs(const Value* from, Value* to, const std::uint8_t* worse, int n, std::size_t step,
                                Value* old) {
  using V = typename Vector<W>::values;
  V v[MOST], rank[MOST];
  n = N ? N : n;
  for (int x = 0; x < n; ++x) {
    v[x] = get<V>(from + x * step);
    Value wide[W];
    for (int w = 0; w < W; ++w) wide[w] = worse[x * step + w];
    rank[x] = get<V>(wide);
  }
  V changed = V{};
  V result[MOST];
  for (int x = 0; x < n; ++x) {
    V lowest = v[x];
    for (int y = 0; y < n; ++y) {
      if (y == x) continue;
      const V smaller = v[y] < lowest ? v[y] : lowest;
      lowest = rank[y] > rank[x] ? smaller : lowest;
    }
    changed |= lowest ^ v[x];
    result[x] = lowest;
  }
  Value any = 0;
  for (int w = 0; w < W; ++w) any |= changed[w];
  if (any || from != to) {
    for (int x = 0; x < n; ++x) {
      put(old + x * W, v[x]);
      put(to + x * step, result[x]);
    }
  }
  return any != 0;
}

// How many members come before each by (rank, x): its place, worst first.
template <int W>
DETENTE_INLINE void places(const Value* ranks, Value* place, int n, int L) {
  using V = typename Vector<W>::values;
  for (int x = 0; x < n; ++x) {
    const V mine = get<V>(ranks + std::size_t(x) * L);
    V count = V{};
    for (int y = 0; y < x; ++y) count -= get<V>(ranks + std::size_t(y) * L) <= mine;
    for (int y = x + 1; y < n; ++y) count -= get<V>(ranks + std::size_t(y) * L) < mine;
    put(place + std::size_t(x) * L, count);
  }
}

// How many members are strictly worse than each.
template <int W>
DETENTE_INLINE void count_worse(const Value* ranks, Value* count, int n, int L) {
  using V = typename Vector<W>::values;
  for (int x = 0; x < n; ++x) {
    const V mine = get<V>(ranks + std::size_t(x) * L);
    V below = V{};
    for (int y = 0; y < n; ++y) below -= get<V>(ranks + std::size_t(y) * L) < mine;
    put(count + std::size_t(x) * L, below);
  }
}

template <class T>
constexpr T TIE = T(T{1} << (sizeof(T) * 8 - 1));

// The strictly better members, in order of preference: one running minimum a lane, four lanes at a time.
// order: (lanes, n), best first. Element (x, lane) is at x*row + lane*column.
template <int W, bool Ties, class T>
DETENTE_INLINE void in_order(const Value* v, Value* a, const T* order, int n, std::size_t row, std::size_t column) {
  Value lowest[W], strict[W];
  for (int w = 0; w < W; ++w) lowest[w] = strict[w] = HIGH;
  for (int k = 0; k < n; ++k) {
    for (int w = 0; w < W; ++w) {
      const T entry = order[std::size_t(w) * n + k];
      const std::size_t at = std::size_t(entry & T(TIE<T> - 1)) * row + w * column;
      const Value now = v[at];
      if constexpr (Ties) {
        strict[w] = entry & TIE<T> ? strict[w] : lowest[w];
        a[at] = strict[w];
      } else {
        a[at] = lowest[w];
      }
      lowest[w] = now < lowest[w] ? now : lowest[w];
    }
  }
}

}  // namespace detente
