#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <string>

#include "arc.hpp"
#include "box.hpp"
#include "close.hpp"
#include "group.hpp"
#include "play.hpp"

namespace nb = nanobind;
using namespace nb::literals;
using namespace detente;

namespace {

template <class T>
using In = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Values = In<Value>;
using InOut = nb::ndarray<Value, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <class T>
using Out = nb::ndarray<nb::numpy, T, nb::ndim<1>>;

template <class T>
Out<T> hand_over(Buffer<T>&& buffer, std::size_t n) {
  T* data = buffer.release();
  nb::capsule owner(data, [](void* p) noexcept { std::free(p); });
  return Out<T>(data, {n}, owner);
}

template <class A>
const typename A::Scalar* checked(const A& array, std::size_t n, const char* what) {
  if (array.shape(0) != n)
    throw nb::value_error((std::string(what) + " has " + std::to_string(array.shape(0)) + " entries, expected " +
                           std::to_string(n)).c_str());
  return array.data();
}


Out<Value> extreme(const Step& step, const Values& values, Flip flip) {
  const std::size_t n = std::size_t(step.n_states());
  const Value* from = checked(values, n, "values");
  Buffer<Value> out(n);
  {
    nb::gil_scoped_release release;
    step.extreme(from, out.data(), flip);
  }
  return hand_over(std::move(out), n);
}

}  // namespace

NB_MODULE(_core, m) {
  nb::class_<Step>(m, "Step")
      .def("lowest", [](const Step& s, Values v) { return extreme(s, v, AS_IS); }, "values"_a.noconvert())
      .def("highest", [](const Step& s, Values v) { return extreme(s, v, COMPLEMENT); }, "values"_a.noconvert())
      .def("none_above", [](const Step& step, Values values, Values bounds) {
        const std::size_t n = std::size_t(step.n_states());
        const Value* v = checked(values, n, "values");
        const Value* b = checked(bounds, n, "bounds");
        Buffer<bool> out(n);
        {
          nb::gil_scoped_release release;
          step.none_above(v, b, out.data());
        }
        return hand_over(std::move(out), n);
      }, "values"_a.noconvert(), "bounds"_a.noconvert())
      .def("lower", [](const Step& step, InOut values) {
        const std::size_t n = std::size_t(step.n_states());
        checked(values, n, "values");
        nb::gil_scoped_release release;
        Record none(0);
        if (step.transitive()) return step.lower(values.data(), values.data(), none);
        Buffer<Value> before(n);
        std::copy_n(values.data(), n, before.data());
        return step.lower(before.data(), values.data(), none);
      }, "values"_a.noconvert());

  nb::class_<BoxStep, Step>(m, "BoxStep")
      .def("__init__", [](BoxStep* self, State n, State stride, State size, std::optional<Values> ranks) {
        if (n < 0 || stride < 1 || size < 1 || n % (std::int64_t{stride} * size))
          throw nb::value_error("the states are not whole blocks of stride x size");
        const Value* r = ranks ? checked(*ranks, std::size_t(n), "ranks") : nullptr;
        nb::gil_scoped_release release;
        new (self) BoxStep(n, stride, size, r);
      }, "n_states"_a, "stride"_a, "size"_a, "ranks"_a.noconvert().none());

  nb::class_<GroupStep, Step>(m, "GroupStep")
      .def("__init__", [](GroupStep* self, State n, In<State> order, In<State> starts, std::optional<Values> ranks) {
        if (starts.shape(0) < 1 || n > GroupStep::MOST_STATES)
          throw nb::value_error("starts is empty, or there are too many states");
        checked(order, std::size_t(starts.data()[starts.shape(0) - 1]), "order");
        const Value* r = ranks ? checked(*ranks, std::size_t(n), "ranks") : nullptr;
        nb::gil_scoped_release release;
        new (self) GroupStep(n, order.data(), starts.data(), State(starts.shape(0)) - 1, r);
      }, "n_states"_a, "order"_a.noconvert(), "starts"_a.noconvert(), "ranks"_a.noconvert().none(),
         nb::keep_alive<1, 3>(), nb::keep_alive<1, 4>());

  nb::class_<ArcStep, Step>(m, "ArcStep")
      .def("__init__", [](ArcStep* self, State n, In<std::int64_t> starts, In<State> targets,
                          std::optional<Values> ranks, bool transitive) {
        checked(starts, std::size_t(n) + 1, "starts");
        const Value* r = ranks ? checked(*ranks, std::size_t(n), "ranks") : nullptr;
        nb::gil_scoped_release release;
        new (self) ArcStep(n, starts.data(), targets.data(), r, transitive);
      }, "n_states"_a, "starts"_a.noconvert(), "targets"_a.noconvert(), "ranks"_a.noconvert().none(), "transitive"_a);

  nb::class_<Mover>(m, "Mover")
      .def_static("box", [](State n, State stride, State size, std::optional<Values> ranks) {
        if (n < 0 || stride < 1 || size < 1 || n % (std::int64_t{stride} * size))
          throw nb::value_error("the states are not whole blocks of stride x size");
        Mover mover;
        mover.stride = stride, mover.size = size;
        if (ranks) mover.ranks = checked(*ranks, std::size_t(n), "ranks");
        return mover;
      }, "n_states"_a, "stride"_a, "size"_a, "ranks"_a.noconvert().none(), nb::keep_alive<0, 4>())
      .def_static("groups", [](State n, In<State> group_of, In<State> order, In<State> starts,
                               std::optional<Values> ranks) {
        Mover mover;
        mover.group_of = checked(group_of, std::size_t(n), "group_of");
        mover.order = order.data(), mover.group_starts = starts.data();
        if (ranks) mover.ranks = checked(*ranks, std::size_t(n), "ranks");
        return mover;
      }, "n_states"_a, "group_of"_a.noconvert(), "order"_a.noconvert(), "starts"_a.noconvert(),
         "ranks"_a.noconvert().none(), nb::keep_alive<0, 2>(), nb::keep_alive<0, 3>(), nb::keep_alive<0, 4>(),
         nb::keep_alive<0, 5>())
      .def_static("arcs", [](State n, In<std::int64_t> starts, In<State> targets, std::optional<Values> ranks) {
        Mover mover;
        mover.starts = checked(starts, std::size_t(n) + 1, "starts");
        mover.targets = targets.data();
        if (ranks) mover.ranks = checked(*ranks, std::size_t(n), "ranks");
        return mover;
      }, "n_states"_a, "starts"_a.noconvert(), "targets"_a.noconvert(), "ranks"_a.noconvert().none(),
         nb::keep_alive<0, 2>(), nb::keep_alive<0, 3>(), nb::keep_alive<0, 4>());

  m.def("play_ends", [](State n, std::vector<const Mover*> given, In<State> begins) {
    std::vector<Mover> movers;
    for (const Mover* mover : given) movers.push_back(*mover);
    for (std::size_t k = 0; k < begins.shape(0); ++k)
      if (begins.data()[k] < 0 || begins.data()[k] >= n) throw nb::value_error("play begins where there is no state");
    Buffer<std::uint8_t> out{std::size_t(n)};
    {
      nb::gil_scoped_release release;
      play_ends(n, movers, begins.data(), begins.shape(0), out.data());
    }
    return hand_over(std::move(out), std::size_t(n));
  }, "n_states"_a, "movers"_a, "begins"_a.noconvert());

  m.def("closed", [](Values values, std::vector<const Step*> steps) {
    const std::size_t n = values.shape(0);
    for (const Step* step : steps) checked(values, std::size_t(step->n_states()), "values");
    Buffer<Value> out(n);
    {
      nb::gil_scoped_release release;
      if (steps.empty()) std::copy_n(values.data(), n, out.data());
      else close(values.data(), out.data(), steps);
    }
    return hand_over(std::move(out), n);
  }, "values"_a.noconvert(), "steps"_a);
}
