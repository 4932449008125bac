#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <string>
#include <tuple>

#include "arc.hpp"
#include "box.hpp"
#include "close.hpp"
#include "group.hpp"
#include "play.hpp"
#include "worlds.hpp"

namespace nb = nanobind;
using namespace nb::literals;
using namespace detente;

namespace {

template <class T>
using In = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Values = In<Value>;
using Ranks = std::vector<Values>;
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

std::vector<const Value*> checked_ranks(const Ranks& ranks, State n) {
  std::vector<const Value*> result;
  for (const Values& own : ranks) result.push_back(checked(own, std::size_t(n), "ranks"));
  return result;
}

const State* checked_states(const In<State>& states, State n) {
  for (std::size_t k = 0; k < states.shape(0); ++k)
    if (states.data()[k] < 0 || states.data()[k] >= n) throw nb::value_error("there is no state of this number");
  return states.data();
}

// A mover and the arrays that it points into.
struct HeldMover {
  HeldMover(State n, const Ranks& own) : ranks(own) { mover.ranks = checked_ranks(own, n); }

  Mover mover;
  Ranks ranks;
  In<State> group_of, order, group_starts, targets;
  In<std::int64_t> starts;
};

// The listed moves of one mover, for many worlds: whether they are transitive, have ranks, can be sanctions.
using Listed = std::tuple<In<std::int64_t>, In<State>, bool, bool, bool>;
using Table = nb::ndarray<const Value, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

std::vector<Arcs> arcs_of(State n, const std::vector<Listed>& listed) {
  std::vector<Arcs> movers;
  for (const auto& [starts, targets, transitive, party, opposes] : listed) {
    const std::int64_t* begin = checked(starts, std::size_t(n) + 1, "starts");
    if (begin[n] != std::int64_t(targets.shape(0)) || begin[n] > HIGH) throw nb::value_error("starts and targets differ");
    Arcs arcs;
    arcs.starts.assign(begin, begin + n + 1);
    const State* to = checked_states(targets, n);
    arcs.targets.assign(to, to + targets.shape(0));
    arcs.transitive = transitive, arcs.party = party, arcs.opposes = opposes;
    movers.push_back(std::move(arcs));
  }
  return movers;
}

nb::tuple decide_worlds(const ManyWorlds& worlds, const std::vector<std::optional<Table>>& tables,
                        const std::vector<std::optional<In<State>>>& rows, std::uint8_t asked, bool each) {
  const std::size_t n = std::size_t(worlds.n_states()), m = worlds.movers().size();
  if (tables.size() != m || rows.size() != m) throw nb::value_error("one table and one row of places for each mover");
  std::vector<const Value*> of(m, nullptr);
  std::vector<const State*> place(m, nullptr);
  std::optional<std::size_t> n_worlds;
  using Short = std::numeric_limits<std::int16_t>;
  bool narrow = true;
  for (std::size_t j = 0; j < m; ++j) {
    if (!worlds.movers()[j].party) continue;
    if (!tables[j] || !rows[j] || tables[j]->shape(1) != n) throw nb::value_error("a party has no ranks of every state");
    n_worlds = n_worlds.value_or(rows[j]->shape(0));
    place[j] = checked(*rows[j], *n_worlds, "rows");
    for (std::size_t w = 0; w < *n_worlds; ++w)
      if (place[j][w] < 0 || std::size_t(place[j][w]) >= tables[j]->shape(0)) throw nb::value_error("there are no such ranks");
    of[j] = tables[j]->data();
    const Value* end = of[j] + tables[j]->shape(0) * n;
    narrow = narrow && std::all_of(of[j], end, [](Value rank) { return std::abs(rank) < Short::max(); });
  }
  if ((asked & SIM) && !worlds.combines()) throw nb::value_error("what moves combine to is not listed");
  const std::size_t width = n_worlds.value_or(0);
  Buffer<std::uint8_t> held(n * width), stable(each ? m * n * width : 0);
  if (each) std::fill_n(stable.data(), m * n * width, asked);
  {
    nb::gil_scoped_release release;
    std::uint8_t* alone = each ? stable.data() : nullptr;
    if (narrow) worlds.decide_as<std::int16_t>(width, of, place, asked, held.data(), alone);
    else worlds.decide_as<std::int32_t>(width, of, place, asked, held.data(), alone);
  }
  return nb::make_tuple(hand_over(std::move(held), n * width), hand_over(std::move(stable), each ? m * n * width : 0));
}

std::vector<Mover> movers_of(const std::vector<const HeldMover*>& held) {
  std::vector<Mover> movers;
  for (const HeldMover* one : held) movers.push_back(one->mover);
  return movers;
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

  nb::class_<HeldMover>(m, "Mover")
      .def_static("box", [](State n, State stride, State size, const Ranks& ranks) {
        if (n < 0 || stride < 1 || size < 1 || n % (std::int64_t{stride} * size))
          throw nb::value_error("the states are not whole blocks of stride x size");
        HeldMover held(n, ranks);
        held.mover.stride = stride, held.mover.size = size;
        return held;
      }, "n_states"_a, "stride"_a, "size"_a, "ranks"_a)
      .def_static("groups", [](State n, In<State> group_of, In<State> order, In<State> starts, const Ranks& ranks) {
        HeldMover held(n, ranks);
        held.mover.group_of = checked(group_of, std::size_t(n), "group_of");
        held.mover.order = order.data(), held.mover.group_starts = starts.data();
        held.group_of = group_of, held.order = order, held.group_starts = starts;
        return held;
      }, "n_states"_a, "group_of"_a.noconvert(), "order"_a.noconvert(), "starts"_a.noconvert(), "ranks"_a)
      .def_static("arcs", [](State n, In<std::int64_t> starts, In<State> targets, const Ranks& ranks) {
        HeldMover held(n, ranks);
        held.mover.starts = checked(starts, std::size_t(n) + 1, "starts");
        held.mover.targets = targets.data();
        held.starts = starts, held.targets = targets;
        return held;
      }, "n_states"_a, "starts"_a.noconvert(), "targets"_a.noconvert(), "ranks"_a);

  m.def("play_ends", [](State n, const std::vector<const HeldMover*>& held, In<State> begins) {
    const std::vector<Mover> movers = movers_of(held);
    const State* from = checked_states(begins, n);
    Buffer<std::uint8_t> out{std::size_t(n)};
    {
      nb::gil_scoped_release release;
      play_ends(n, movers, from, begins.shape(0), out.data());
    }
    return hand_over(std::move(out), std::size_t(n));
  }, "n_states"_a, "movers"_a, "begins"_a.noconvert());

  m.def("components", [](State n, In<State> sources, In<State> targets) {
    checked(targets, sources.shape(0), "targets");
    const State *from = checked_states(sources, n), *to = checked_states(targets, n);
    Buffer<State> out{std::size_t(n)};
    State count = 0;
    {
      nb::gil_scoped_release release;
      std::vector<std::int64_t> starts(std::size_t(n) + 2, 0);
      for (std::size_t k = 0; k < sources.shape(0); ++k) ++starts[from[k] + 2];
      for (State s = 0; s < n; ++s) starts[s + 2] += starts[s + 1];
      std::vector<State> sorted(sources.shape(0));
      for (std::size_t k = 0; k < sources.shape(0); ++k) sorted[starts[from[k] + 1]++] = to[k];
      std::vector<Mover> arcs(1);
      arcs[0].starts = starts.data(), arcs[0].targets = sorted.data();
      count = components(n, arcs, out.data());
    }
    return std::make_pair(count, hand_over(std::move(out), std::size_t(n)));
  }, "n_states"_a, "sources"_a.noconvert(), "targets"_a.noconvert());

  nb::class_<ManyWorlds>(m, "ManyWorlds")
      .def("__init__", [](ManyWorlds* self, State n, const std::vector<Listed>& movers) {
        new (self) ManyWorlds(n, arcs_of(n, movers));
      }, "n_states"_a, "movers"_a)
      .def("combine", [](ManyWorlds& worlds, In<std::int64_t> codes, std::size_t most) {
        const std::int64_t* of = checked(codes, std::size_t(worlds.n_states()), "codes");
        nb::gil_scoped_release release;
        return worlds.combine(of, most);
      }, "codes"_a.noconvert(), "most"_a)
      .def("decide", &decide_worlds, "tables"_a, "rows"_a, "asked"_a, "each"_a);

  m.def("may_reach", [](State n, const std::vector<const HeldMover*>& held, In<State> begins, In<bool> goal,
                        std::size_t most) {
    const std::vector<Mover> movers = movers_of(held);
    const State* from = checked_states(begins, n);
    const bool* to = checked(goal, std::size_t(n), "goal");
    nb::gil_scoped_release release;
    return may_reach(n, movers, from, begins.shape(0), to, most);
  }, "n_states"_a, "movers"_a, "begins"_a.noconvert(), "goal"_a.noconvert(), "most"_a);

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

  m.def("closed_in_turn", [](Values values, const std::vector<std::vector<const Step*>>& movers,
                             const std::vector<bool>& again) {
    const std::size_t n = values.shape(0);
    if (movers.empty() || again.size() != movers.size()) throw nb::value_error("no movers, or not one word for each");
    for (const auto& steps : movers) {
      if (steps.empty()) throw nb::value_error("a mover has no step");
      for (const Step* step : steps) checked(values, std::size_t(step->n_states()), "values");
    }
    Buffer<Value> out(n);
    {
      nb::gil_scoped_release release;
      close_in_turn(values.data(), out.data(), movers, again);
    }
    return hand_over(std::move(out), n);
  }, "values"_a.noconvert(), "movers"_a, "again"_a);
}
