// A few groups of a box at a time, copied side by side into the nearest cache.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "common.hpp"

namespace detente {

// Scratch of one thread, kept between calls: allocation would cost more than most tiles.
struct Scratch {
  std::vector<Value> v, a, b, c;
  std::vector<std::uint8_t> bytes;
};

inline Scratch& scratch_for(std::size_t n) {
  thread_local Scratch own;
  if (own.v.size() < n) own.v.resize(n), own.a.resize(n), own.b.resize(n), own.c.resize(n), own.bytes.resize(n);
  return own;
}

template <int N>
DETENTE_INLINE void strided_run(const void* from, std::size_t from_step, void* to, std::size_t to_step, int n) {
  auto* source = static_cast<const char*>(from);
  auto* target = static_cast<char*>(to);
  for (int x = 0; x < n; ++x, source += from_step, target += to_step) std::memcpy(target, source, N);
}

// Copy n pieces of `bytes` bytes between two strided places.
inline void copy_pieces(const void* from, std::size_t from_step, void* to, std::size_t to_step, int n, int bytes) {
  switch (bytes) {
    case 1: return strided_run<1>(from, from_step, to, to_step, n);
    case 2: return strided_run<2>(from, from_step, to, to_step, n);
    case 4: return strided_run<4>(from, from_step, to, to_step, n);
    case 8: return strided_run<8>(from, from_step, to, to_step, n);
    case 16: return strided_run<16>(from, from_step, to, to_step, n);
    case 32: return strided_run<32>(from, from_step, to, to_step, n);
    case 64: return strided_run<64>(from, from_step, to, to_step, n);
    case 128: return strided_run<128>(from, from_step, to, to_step, n);
    default: break;
  }
  auto* source = static_cast<const char*>(from);
  auto* target = static_cast<char*>(to);
  for (int x = 0; x < n; ++x, source += from_step, target += to_step) std::memcpy(target, source, bytes);
}

// Groups [first, first+lanes) as rows of lanes: element (x, lane) at x*row + lane*column.
struct Tile {
  State first;
  int n, lanes;
  State stride;
  bool whole;  // groups one after the other, as in memory (stride 1 only)
  std::size_t row, column;

  std::size_t size() const { return std::size_t(n) * lanes; }

  // Call f(base state, lane, length) for each run of neighbouring groups.
  template <class F>
  DETENTE_INLINE void runs(F f) const {
    for (int lane = 0; lane < lanes;) {
      const State group = first + lane, low = group % stride;
      const int length = int(std::min<State>(stride - low, lanes - lane));
      f((group - low) * n + low, lane, length);
      lane += length;
    }
  }

  template <class T>
  DETENTE_INLINE void load(const T* from, T* tile) const {
    if (whole) {
      std::memcpy(tile, from + std::size_t(first) * n, size() * sizeof(T));
    } else if (stride == 1) {
      const T* source = from + std::size_t(first) * n;
      for (int x = 0; x < n; ++x)
        for (int lane = 0; lane < lanes; ++lane) tile[x * row + lane] = source[std::size_t(lane) * n + x];
    } else {
      runs([&](State base, int lane, int length) {
        copy_pieces(from + base, stride * sizeof(T), tile + lane, row * sizeof(T), n, int(length * sizeof(T)));
      });
    }
  }

  template <class T>
  DETENTE_INLINE void store(const T* tile, T* to) const {
    if (whole) {
      std::memcpy(to + std::size_t(first) * n, tile, size() * sizeof(T));
    } else if (stride == 1) {
      T* target = to + std::size_t(first) * n;
      for (int lane = 0; lane < lanes; ++lane)
        for (int x = 0; x < n; ++x) target[std::size_t(lane) * n + x] = tile[x * row + lane];
    } else {
      runs([&](State base, int lane, int length) {
        copy_pieces(tile + lane, row * sizeof(T), to + base, stride * sizeof(T), n, int(length * sizeof(T)));
      });
    }
  }

  State state(std::size_t at) const {
    const State lane = State(whole ? at / n : at % row), x = State(whole ? at % n : at / row);
    const State group = first + lane, low = group % stride;
    return (group - low) * n + low + x * stride;
  }
};

}  // namespace detente
