#include "box.hpp"

#include <algorithm>

#include "lanes.hpp"

namespace detente {

namespace {

constexpr int FEW = 16;         // up to so many choices every pair is compared
constexpr int HALF = WIDE / 2;  // ... where at least so many groups lie side by side
constexpr int TILE = 4096;      // elements of a tile, so that its arrays stay in the nearest cache
constexpr int MANY = 1 << 16;   // beyond so many choices groups are taken one by one, to save memory
constexpr int COUNTING = 512;   // up to so many choices places are counted, beyond they are sorted

}  // namespace

Tile BoxStep::tile_at(State first_group, State end_group) const {
  const int lanes = int(std::min<State>(lanes_, end_group - first_group));
  const bool whole = stride_ == 1 && how_ != How::all && how_ != How::pairs;
  return {first_group, size_, lanes, stride_, whole, std::size_t(whole ? 1 : lanes), std::size_t(whole ? size_ : 1)};
}

namespace {

template <class F>
DETENTE_INLINE void by_lanes(int lanes, F f) {
  int lane = 0;
  for (; lane + WIDE <= lanes; lane += WIDE) f(std::integral_constant<int, WIDE>{}, lane);
  for (; lane < lanes; ++lane) f(std::integral_constant<int, 1>{}, lane);
}

DETENTE_KERNEL void run_others(const Value* v, Value* a, int n, int lanes) {
  by_lanes(lanes, [&](auto w, int lane) __attribute__((always_inline)) { others<w>(v + lane, a + lane, n, lanes); });
}

DETENTE_KERNEL void run_pairs(const Value* v, const std::uint8_t* bytes, Value* worse, Value* a, int n, int lanes) {
  for (int k = 0; k < n * lanes; ++k) worse[k] = bytes[k];
  by_lanes(lanes, [&](auto w, int lane)
                      __attribute__((always_inline)) { pairs<w>(v + lane, worse + lane, a + lane, n, lanes); });
}

DETENTE_KERNEL void run_places(const Value* ranks, Value* place, int n, int lanes) {
  by_lanes(lanes, [&](auto w, int lane)
                      __attribute__((always_inline)) { places<w>(ranks + lane, place + lane, n, lanes); });
}

DETENTE_KERNEL void run_worse(const Value* ranks, Value* count, int n, int lanes) {
  by_lanes(lanes, [&](auto w, int lane)
                      __attribute__((always_inline)) { count_worse<w>(ranks + lane, count + lane, n, lanes); });
}

template <bool Ties, class T>
void run_in_order(const Value* v, Value* a, const T* order, int n, int lanes, std::size_t row, std::size_t column) {
  int lane = 0;
  for (; lane + 4 <= lanes; lane += 4)
    in_order<4, Ties>(v + lane * column, a + lane * column, order + std::size_t(lane) * n, n, row, column);
  for (; lane < lanes; ++lane)
    in_order<1, Ties>(v + lane * column, a + lane * column, order + std::size_t(lane) * n, n, row, column);
}

DETENTE_KERNEL void complement(Value* v, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) v[k] = ~v[k];
}

// a = min(a, v); return whether any element is lower than v.
DETENTE_KERNEL bool combine(const Value* v, Value* a, int n) {
  Value changed = 0;
  for (int k = 0; k < n; ++k) {
    const Value lower = a[k] < v[k] ? a[k] : v[k];
    changed |= lower ^ v[k];
    a[k] = lower;
  }
  return changed != 0;
}

// ok = whether the complement of a, the highest value, is at most b.
DETENTE_KERNEL void compare(const Value* a, const Value* b, std::uint8_t* ok, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) ok[k] = ~a[k] <= b[k];
}

}  // namespace

BoxStep::BoxStep(State n_states, State stride, State size, const Value* ranks)
    : Step(n_states), stride_(stride), size_(size), how_(How::all) {
  lanes_ = std::clamp<State>(TILE / size / WIDE * WIDE, size > MANY ? 1 : WIDE, 256);
  lanes_ = std::min(lanes_, std::max<State>(groups(), 1));
  if (!ranks) return;
  if (size <= FEW && stride >= HALF) {
    rank_pairs(ranks);
  } else if (size <= 1 << 7) {
    rank_order(ranks, order8_);
    how_ = How::order8;
  } else if (size <= 1 << 15) {
    rank_order(ranks, order16_);
    how_ = How::order16;
  } else {
    rank_order(ranks, order32_);
    how_ = How::order32;
  }
}

void BoxStep::rank_pairs(const Value* ranks) {
  how_ = How::pairs;
  worse_ = Buffer<std::uint8_t>(n_states_);
  Scratch& scratch = scratch_for(std::size_t(size_) * lanes_);
  for (State group = 0; group < groups(); group += lanes_) {
    const Tile tile = tile_at(group, groups());
    tile.load(ranks, scratch.v.data());
    run_worse(scratch.v.data(), scratch.a.data(), size_, tile.lanes);
    std::copy_n(scratch.a.data(), tile.size(), scratch.bytes.data());
    tile.store(scratch.bytes.data(), worse_.data());
  }
}

template <class T>
void BoxStep::rank_order(const Value* ranks, Buffer<T>& order) {
  order = Buffer<T>(n_states_);
  Scratch& scratch = scratch_for(std::size_t(size_) * lanes_);
  Value* v = scratch.v.data();
  Value* place = scratch.a.data();
  std::vector<std::uint64_t> keys(size_);
  for (State group = 0; group < groups(); group += lanes_) {
    const Tile tile = tile_at(group, groups());  // how_ is still `all`: rows of lanes
    tile.load(ranks, v);
    T* out = order.data() + std::size_t(group) * size_;
    if (size_ <= COUNTING) {
      run_places(v, place, size_, tile.lanes);
      for (State x = 0; x < size_; ++x)
        for (int lane = 0; lane < tile.lanes; ++lane)
          out[std::size_t(lane) * size_ + (size_ - 1 - place[x * tile.row + lane])] = T(x);
    } else {
      for (int lane = 0; lane < tile.lanes; ++lane) {
        for (State x = 0; x < size_; ++x)
          keys[x] = std::uint64_t(std::uint32_t(~v[x * tile.row + lane]) ^ 0x80000000u) << 32 | std::uint32_t(x);
        std::sort(keys.begin(), keys.end());
        for (State k = 0; k < size_; ++k) out[std::size_t(lane) * size_ + k] = T(keys[k]);
      }
    }
    for (int lane = 0; lane < tile.lanes; ++lane) {
      T* row = out + std::size_t(lane) * size_;
      Value before = v[row[0] * tile.row + lane];
      for (State k = 1; k < size_; ++k) {
        const Value now = v[row[k] * tile.row + lane];
        if (now == before) row[k] |= TIE<T>, ties_ = true;
        before = now;
      }
    }
  }
}

// Fill a with the lowest v over the targets of each element of the tile.
void BoxStep::targets(const Tile& tile, Scratch& scratch) const {
  const Value* v = scratch.v.data();
  Value* a = scratch.a.data();
  const std::size_t at = std::size_t(tile.first) * size_;
  const auto ordered = [&](const auto* order) {
    if (ties_) run_in_order<true>(v, a, order + at, size_, tile.lanes, tile.row, tile.column);
    else run_in_order<false>(v, a, order + at, size_, tile.lanes, tile.row, tile.column);
  };
  switch (how_) {
    case How::all: return run_others(v, a, size_, tile.lanes);
    case How::pairs:
      tile.load(worse_.data(), scratch.bytes.data());
      return run_pairs(v, scratch.bytes.data(), scratch.c.data(), a, size_, tile.lanes);
    case How::order8: return ordered(order8_.data());
    case How::order16: return ordered(order16_.data());
    case How::order32: return ordered(order32_.data());
  }
}

void BoxStep::extreme(const Value* values, Value* out, Flip flip) const {
  Scratch& scratch = scratch_for(std::size_t(size_) * lanes_);
  for (State group = 0; group < groups(); group += lanes_) {
    const Tile tile = tile_at(group, groups());
    tile.load(values, scratch.v.data());
    if (flip) complement(scratch.v.data(), tile.size());
    targets(tile, scratch);
    if (flip) complement(scratch.a.data(), tile.size());
    tile.store(scratch.a.data(), out);
  }
}

void BoxStep::none_above(const Value* values, const Value* bounds, bool* out) const {
  Scratch& scratch = scratch_for(std::size_t(size_) * lanes_);
  for (State group = 0; group < groups(); group += lanes_) {
    const Tile tile = tile_at(group, groups());
    tile.load(values, scratch.v.data());
    tile.load(bounds, scratch.b.data());
    complement(scratch.v.data(), tile.size());
    targets(tile, scratch);
    compare(scratch.a.data(), scratch.b.data(), scratch.bytes.data(), tile.size());
    tile.store(scratch.bytes.data(), reinterpret_cast<std::uint8_t*>(out));
  }
}

namespace {

// Lower [begin, end), whole blocks of stride*n states, comparing pairs. stride >= W; the last W groups of a block
// may be visited twice, which changes nothing.
template <int W, int N>
DETENTE_INLINE bool pairs_blocks(const Value* from, Value* to, const std::uint8_t* worse, int n, State stride,
                                         State begin, State end, Record& lowered) {
  alignas(64) Value old[FEW * W];
  bool changed = false;
  for (State block = begin; block < end; block += stride * n) {
    for (State low = 0; low < stride; low += W) {
      const State s = block + std::min(low, stride - W);
      if (!lower_pairs<W, N, N ? N : FEW>(from + s, to + s, worse + s, n, stride, old)) continue;
      changed = true;
      if (lowered.full()) continue;
      for (int x = 0; x < n; ++x)
        for (int w = 0; w < W; ++w) lowered.add(s + x * stride + w, to[s + x * stride + w] != old[x * W + w]);
    }
  }
  return changed;
}

template <int W>
DETENTE_INLINE bool pairs_sized(const Value* from, Value* to, const std::uint8_t* worse, int n, State stride,
                                        State begin, State end, Record& lowered) {
  switch (n) {
    case 2: return pairs_blocks<W, 2>(from, to, worse, n, stride, begin, end, lowered);
    case 4: return pairs_blocks<W, 4>(from, to, worse, n, stride, begin, end, lowered);
    case 8: return pairs_blocks<W, 8>(from, to, worse, n, stride, begin, end, lowered);
    default: return pairs_blocks<W, 0>(from, to, worse, n, stride, begin, end, lowered);
  }
}

DETENTE_KERNEL bool run_pairs_blocks(const Value* from, Value* to, const std::uint8_t* worse, int n,
                                             State stride, State begin, State end, Record& lowered) {
  if (stride >= WIDE) return pairs_sized<WIDE>(from, to, worse, n, stride, begin, end, lowered);
  return pairs_sized<HALF>(from, to, worse, n, stride, begin, end, lowered);
}

}  // namespace

bool BoxStep::lower(const Value* from, Value* to, Record& lowered) const {
  return lower_part(from, to, 0, n_states_, lowered);
}

bool BoxStep::lower_part(const Value* from, Value* to, State begin, State end, Record& lowered) const {
  if (how_ == How::pairs)
    return run_pairs_blocks(from, to, worse_.data(), size_, stride_, begin, end, lowered);
  Scratch& scratch = scratch_for(std::size_t(size_) * lanes_);
  const State end_group = end / size_;
  bool any = false;
  for (State group = begin / size_; group < end_group; group += lanes_) {
    const Tile tile = tile_at(group, end_group);
    tile.load(from, scratch.v.data());
    targets(tile, scratch);
    const bool changed = combine(scratch.v.data(), scratch.a.data(), int(tile.size()));
    any |= changed;
    if (changed || from != to) tile.store(scratch.a.data(), to);
    if (!changed || lowered.full()) continue;
    for (std::size_t at = 0; at < tile.size(); ++at)
      if (scratch.a[at] < scratch.v[at]) lowered.add(tile.state(at), true);
  }
  return any;
}

void BoxStep::carry(State t, Value* values, std::vector<State>& lowered) const {
  if (how_ == How::order8) return carry_down(order8_, t, values, lowered);
  if (how_ == How::order16) return carry_down(order16_, t, values, lowered);
  if (how_ == How::order32) return carry_down(order32_, t, values, lowered);
  const State base = t - t / stride_ % size_ * stride_;
  const Value value = values[t];
  for (State x = 0; x < size_; ++x) {
    const State s = base + x * stride_;
    if (values[s] <= value || (how_ == How::pairs && worse_[s] >= worse_[t])) continue;
    values[s] = value;
    lowered.push_back(s);
  }
}

// From t's place downwards; once a state is low enough, so are all that are strictly worse than it.
template <class T>
void BoxStep::carry_down(const Buffer<T>& order, State t, Value* values, std::vector<State>& lowered) const {
  const State x = t / stride_ % size_, base = t - x * stride_;
  const State group = t / (stride_ * size_) * stride_ + t % stride_;
  const T* row = order.data() + std::size_t(group) * size_;
  const T mask = T(TIE<T> - 1);
  State k = 0;
  while ((row[k] & mask) != T(x)) ++k;
  for (++k; k < size_ && row[k] & TIE<T>;) ++k;
  const Value value = values[t];
  for (bool enough = false; k < size_ && !(enough && !(row[k] & TIE<T>)); ++k) {
    const State s = base + State(row[k] & mask) * stride_;
    if (values[s] <= value) {
      enough = true;
    } else {
      values[s] = value;
      lowered.push_back(s);
    }
  }
}

}  // namespace detente
