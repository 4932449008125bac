// What all steps share: plain types, large buffers, and the interface of a step.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

// Compile a kernel once for each instruction set and choose when the module is loaded, never by the building machine.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12
#define DETENTE_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DETENTE_KERNEL
#endif
#define DETENTE_INLINE inline __attribute__((always_inline))

namespace detente {

using Value = std::int32_t;
using State = std::int32_t;

constexpr Value HIGH = std::numeric_limits<Value>::max();  // the lowest of no values
constexpr Value LOW = std::numeric_limits<Value>::min();   // the highest of no values

// Complementing reverses the order of all int32 values, so every maximum is a minimum of complements.
enum Flip : Value { AS_IS = 0, COMPLEMENT = -1 };

// An uninitialised array, on huge pages where the system offers them.
template <class T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t n) : size_(n) {
    constexpr std::size_t page = std::size_t{1} << 21, line = 64;
    const std::size_t bytes = n * sizeof(T), unit = bytes >= 2 * page ? page : line;
    data_.reset(static_cast<T*>(std::aligned_alloc(unit, (bytes / unit + 1) * unit)));
    if (!data_) throw std::bad_alloc();
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    if (unit == page) madvise(data_.get(), (bytes / unit + 1) * unit, MADV_HUGEPAGE);
#endif
  }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  T& operator[](std::size_t at) { return data_.get()[at]; }
  const T& operator[](std::size_t at) const { return data_.get()[at]; }
  std::size_t size() const { return size_; }
  T* release() { return data_.release(); }

 private:
  struct Free {
    void operator()(T* p) const { std::free(p); }
  };
  std::unique_ptr<T, Free> data_;
  std::size_t size_ = 0;
};

// Collects states whose value was lowered, up to fewer than a limit.
class Record {
 public:
  explicit Record(std::size_t limit) : states_(limit + 1), limit_(limit) {}
  // Without a branch: which states are lowered is hard to foretell.
  void add(State s, bool lowered) {
    states_[count_] = s;
    count_ = std::min(count_ + lowered, limit_);
  }
  bool full() const { return count_ == limit_; }  // perhaps there were more
  const State* begin() const { return states_.data(); }
  const State* end() const { return states_.data() + count_; }

 private:
  std::vector<State> states_;
  std::size_t count_ = 0, limit_;
};

// One mover's relation on states: all its moves, or only its improvements. Immutable once constructed.
class Step {
 public:
  virtual ~Step() = default;
  State n_states() const { return n_states_; }

  // out[s] = the lowest (highest: the highest) of values over the targets of s; HIGH (LOW) where there is none.
  virtual void extreme(const Value* values, Value* out, Flip flip) const = 0;

  // out[s] = whether no target of s has a value above bounds[s].
  virtual void none_above(const Value* values, const Value* bounds, bool* out) const = 0;

  // to[s] = the lowest of from over s and its targets (from == to: in place, later states may see lowered values
  // only where the relation is transitive within the sweep). Returns whether anything changed.
  virtual bool lower(const Value* from, Value* to, Record& lowered) const = 0;

  // Lower to values[t] every state that reaches t in one step, as far as values are not yet closed under this
  // step below t; append the states lowered.
  virtual void carry(State t, Value* values, std::vector<State>& lowered) const = 0;

  // Whether two moves in succession reach nothing that one does not.
  virtual bool transitive() const { return true; }

 protected:
  explicit Step(State n) : n_states_(n) {}
  State n_states_;
};

}  // namespace detente
