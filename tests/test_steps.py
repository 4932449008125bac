"""Steps and closing: NumPy and C++ give equal results, and those of a literal loop, bit for bit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib import import_module
from types import ModuleType
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.graph.moves import ArcMoves, BoxMoves, GroupMoves, Moves, arcs_from_pairs
from detente.stability import backend, metarational, nash
from detente.stability.concept import NotDefinedError
from detente.stability.game import Game, Mover
from detente.stability.numpy_steps import HIGH, LOW, Flags, Step, Values
from detente.stability.solve import FEW_STATES, solve

try:
    compiled: ModuleType | None = import_module("detente.stability._core")
except ImportError:
    compiled = None

Model = tuple[int, tuple[Moves, ...]]
some = settings(max_examples=60, deadline=None)


@dataclass(frozen=True)
class Kernels:
    """One back end, whichever the package itself would choose."""

    core: ModuleType | None

    def step(self, moves: Moves, ranks: Values | None) -> Step:
        with patch.object(backend, "core", self.core):
            return backend.make_step(moves, ranks)

    def closed(self, values: Values, steps: Sequence[Step]) -> Values:
        with patch.object(backend, "core", self.core):
            return backend.closed(values, steps)

    def closed_in_turn(self, values: Values, steps: Sequence[Step], again: Sequence[bool]) -> Values:
        with patch.object(backend, "core", self.core):
            return backend.closed_in_turn(values, steps, again)


BOTH = [
    pytest.param(Kernels(None), id="numpy"),
    pytest.param(
        Kernels(compiled), id="C++", marks=pytest.mark.skipif(compiled is None, reason="the kernels are not built")
    ),
]


def targets(moves: Moves, ranks: Values | None) -> list[list[int]]:
    """Return what each state leads to, one state at a time."""
    found: list[list[int]] = [[] for _ in range(moves.n_states)]
    for s, t in np.transpose(moves.expand(np.arange(moves.n_states, dtype=np.int32))).tolist():
        if ranks is None or ranks[t] > ranks[s]:
            found[s].append(t)
    return found


def literal_lowest(reached: list[list[int]], values: Values) -> list[int]:
    return [min((int(values[t]) for t in row), default=int(HIGH)) for row in reached]


def literal_highest(reached: list[list[int]], values: Values) -> list[int]:
    return [max((int(values[t]) for t in row), default=int(LOW)) for row in reached]


def literal_closed(reached: list[list[list[int]]], values: Values) -> list[int]:
    result = values.tolist()
    while True:
        before = list(result)
        for of_mover in reached:
            for s, row in enumerate(of_mover):
                result[s] = min([result[s], *(result[t] for t in row)])
        if result == before:
            return result


def literal_in_turn(reached: list[list[list[int]]], again: list[bool], values: Values) -> dict[int, int]:
    """Return, for some states, the lowest value of sequences in which only some may move twice in succession."""
    result = {}
    for begin in range(0, len(values), len(values) // 16 + 1):
        seen, waiting = {(begin, -1)}, [(begin, -1)]
        while waiting:
            s, last = waiting.pop()
            new = {(t, j) for j, of_mover in enumerate(reached) if j != last or again[j] for t in of_mover[s]} - seen
            seen |= new
            waiting += new
        result[begin] = min(int(values[s]) for s, _ in seen)
    return result


def box(sizes: Sequence[int]) -> Model:
    strides = np.cumprod([1, *sizes]).tolist()
    n = strides[-1]
    return n, tuple(BoxMoves(n, stride, size) for stride, size in zip(strides, sizes, strict=False))


def groups(keys: Values) -> GroupMoves:
    """Return free moves among the states of equal key."""
    order = np.argsort(keys, kind="stable").astype(np.int32)
    starts = np.concatenate([[0], np.cumsum(np.unique(keys, return_counts=True)[1])]).astype(np.int32)
    return GroupMoves(len(keys), order, starts)


def box_with_holes(sizes: Sequence[int], feasible: Values) -> Model:
    codes = np.flatnonzero(feasible)
    strides = np.cumprod([1, *sizes]).tolist()
    moves = [groups(codes - codes // stride % size * stride) for stride, size in zip(strides, sizes, strict=False)]
    return len(codes), tuple(moves)


def numbers(n: int, seed: int, spread: int) -> Values:
    """Return n int32 numbers: a permutation, a few ties, many ties, or the whole range with its ends."""
    rng = np.random.default_rng(seed)
    if spread == 0:
        return rng.permutation(n).astype(np.int32)
    if spread < 3:
        return rng.integers(-max(1, n // 3), 3 if spread == 1 else n, n).astype(np.int32)
    result = rng.integers(LOW, HIGH, n, endpoint=True).astype(np.int32)
    result[rng.random(n) < 0.2] = HIGH
    result[rng.random(n) < 0.2] = LOW
    return result


some_sizes = st.one_of(
    st.lists(st.integers(1, 5), min_size=1, max_size=5),
    st.lists(st.integers(1, 20), min_size=1, max_size=2),
    st.lists(st.sampled_from([2, 8, 16, 17, 32]), min_size=1, max_size=2),
).map(tuple)


@st.composite
def boxes(draw: st.DrawFn) -> Model:
    return box(draw(some_sizes))


@st.composite
def holes(draw: st.DrawFn) -> Model:
    sizes = draw(some_sizes)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    feasible = rng.random(int(np.prod(sizes))) < draw(st.sampled_from([0.1, 0.4, 0.9]))
    feasible[0] = True
    return box_with_holes(sizes, feasible)


@st.composite
def arcs(draw: st.DrawFn, transitive: bool | None = None) -> Model:
    n = draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    count = draw(st.integers(0, 3 * n))
    pairs = [rng.integers(0, n, (2, count)).astype(np.int32) for _ in range(draw(st.integers(1, 3)))]
    return n, tuple(arcs_from_pairs(n, *pair, transitive=transitive) for pair in pairs)


@st.composite
def mixed(draw: st.DrawFn) -> Model:
    n, moves = draw(holes())
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    pair = rng.integers(0, n, (2, n)).astype(np.int32)
    return n, (*moves, arcs_from_pairs(n, pair[0], pair[1]))


any_model = st.one_of(boxes(), holes(), arcs(), mixed())
seeds = st.tuples(st.integers(0, 999), st.integers(0, 3))


@pytest.mark.parametrize("kernels", BOTH)
class TestSteps:
    def check_step(self, kernels: Kernels, moves: Moves, ranks: Values | None, values: Values) -> None:
        step, reached = kernels.step(moves, ranks), targets(moves, ranks)
        lowest, highest = step.lowest(values), step.highest(values)
        assert (lowest.dtype, highest.dtype) == (np.int32, np.int32)
        assert lowest.tolist() == literal_lowest(reached, values)
        assert highest.tolist() == literal_highest(reached, values)
        bounds = np.roll(values, 1)
        above = step.none_above(values, bounds)
        assert above.dtype == np.bool_
        assert above.tolist() == [h <= b for h, b in zip(highest.tolist(), bounds.tolist(), strict=True)]
        lowered = values.copy()
        changed = step.lower(lowered)
        assert lowered.tolist() == np.minimum(values, lowest).tolist()
        assert changed == bool((lowered < values).any())

    @some
    @given(model=any_model, improving=st.booleans(), ranks=seeds, values=seeds)
    def test_one_step(
        self, kernels: Kernels, model: Model, improving: bool, ranks: tuple[int, int], values: tuple[int, int]
    ) -> None:
        n, movers = model
        for moves in movers:
            self.check_step(kernels, moves, numbers(n, *ranks) if improving else None, numbers(n, *values))

    @some
    @given(model=any_model, improving=st.lists(st.booleans(), min_size=6, max_size=6), ranks=seeds, values=seeds)
    def test_closed(
        self, kernels: Kernels, model: Model, improving: list[bool], ranks: tuple[int, int], values: tuple[int, int]
    ) -> None:
        n, movers = model
        all_ranks = [
            numbers(n, ranks[0] + j, ranks[1]) if better else None
            for j, better in zip(range(len(movers)), improving, strict=False)
        ]
        steps = [kernels.step(moves, liked) for moves, liked in zip(movers, all_ranks, strict=True)]
        reached = [targets(moves, liked) for moves, liked in zip(movers, all_ranks, strict=True)]
        start = numbers(n, *values)
        kept = start.copy()
        assert kernels.closed(start, steps).tolist() == literal_closed(reached, start)
        assert (start == kept).all()
        subset = steps[::2]
        assert kernels.closed(start, subset).tolist() == literal_closed(reached[::2], start)
        assert (kernels.closed(start, [*steps, *steps]) == kernels.closed(start, steps)).all()

    @some
    @given(model=any_model, again=st.lists(st.booleans(), min_size=6, max_size=6), ranks=seeds, values=seeds)
    def test_closed_in_turn(
        self, kernels: Kernels, model: Model, again: list[bool], ranks: tuple[int, int], values: tuple[int, int]
    ) -> None:
        n, movers = model
        liked = [None if free else numbers(n, ranks[0] + j, ranks[1]) for j, free in zip(range(6), again, strict=True)]
        steps = [kernels.step(moves, own) for moves, own in zip(movers, liked, strict=False)]
        reached = [targets(moves, own) for moves, own in zip(movers, liked, strict=False)]
        start = numbers(n, *values)
        found = kernels.closed_in_turn(start, steps, again[: len(movers)])
        for state, lowest in literal_in_turn(reached, again, start).items():
            assert found[state] == lowest

    @pytest.mark.parametrize("size", [1, 2, 3, 15, 16, 17, 64, 127, 128, 129, 257])
    @pytest.mark.parametrize("spread", [0, 1, 2])
    @pytest.mark.parametrize("place", [0, 1])
    def test_group_sizes(self, kernels: Kernels, size: int, spread: int, place: int) -> None:
        n, movers = box((size, 2) if place == 0 else (2, size))
        ranks, values = numbers(n, size, spread), numbers(n, size + 1, spread)
        self.check_step(kernels, movers[place], ranks, values)
        self.check_step(kernels, movers[place], None, values)
        self.check_step(kernels, groups(np.arange(n, dtype=np.int32) // size), ranks, values)

    def test_a_huge_group(self, kernels: Kernels) -> None:
        n = 40_000
        ranks, values = numbers(n, 1, 1), numbers(n, 2, 0)
        best_first = np.argsort(-ranks, kind="stable")
        running = np.concatenate([[HIGH], np.minimum.accumulate(values[best_first])])
        expected = running[np.searchsorted(-ranks[best_first], -ranks, side="left")]
        for moves in (BoxMoves(n, 1, n), groups(np.zeros(n, dtype=np.int32))):
            step = kernels.step(moves, ranks)
            assert (step.lowest(values) == expected).all()
            assert (kernels.closed(values, [step]) == np.minimum(values, expected)).all()

    @pytest.mark.parametrize("spread", [0, 1, 2])
    def test_many_tiles(self, kernels: Kernels, spread: int) -> None:
        """Shapes large enough for whole and partial tiles at every stride, against the same moves as groups."""
        for sizes in [(8, 3, 8, 8, 8), (5, 37, 70), (64, 5, 64), (2, 33, 3, 33), (1, 7, 40, 50), (4, 600)]:
            n, movers = box(sizes)
            _, same = box_with_holes(sizes, np.ones(n, dtype=np.bool_))
            values = numbers(n, 7, spread)
            ranks = [numbers(n, 8 + j, spread) for j in range(len(sizes))]
            for j in range(len(sizes)):
                for liked in (None, ranks[j]):
                    one, other = kernels.step(movers[j], liked), kernels.step(same[j], liked)
                    assert (one.lowest(values) == other.lowest(values)).all()
                    assert (one.none_above(values, ranks[0]) == other.none_above(values, ranks[0])).all()
            for one, other in (
                ([kernels.step(m, r) for m, r in zip(form, ranks, strict=True)] for form in pair)
                for pair in ((movers, same),)
            ):
                assert (kernels.closed(values, one) == kernels.closed(values, other)).all()

    def test_a_long_chain(self, kernels: Kernels) -> None:
        """Two movers take turns along a line: every state reaches the end, in as many moves as there are states."""
        n = 3000
        line = np.arange(n, dtype=np.int32)
        moves = (groups(line // 2), groups((line + 1) // 2))
        values = np.where(line == n - 1, 0, line + 1).astype(np.int32)
        ranks = (line, line)
        steps = [kernels.step(m, r) for m, r in zip(moves, ranks, strict=True)]
        assert (kernels.closed(values, steps) == 0).all()
        assert (kernels.closed(values[::-1].copy(), [kernels.step(m, None) for m in moves]) == 0).all()
        single = [arcs_from_pairs(n, line[j:-1:2], line[j + 1 :: 2]) for j in (0, 1)]
        assert (kernels.closed(values, [kernels.step(m, None) for m in single]) == 0).all()

    def test_nothing_to_do(self, kernels: Kernels) -> None:
        values = np.array([3, 1, 2], dtype=np.int32)
        assert kernels.closed(values, []).tolist() == [3, 1, 2]
        still = ArcMoves(3, np.zeros(4, dtype=np.int64), np.empty(0, dtype=np.int32))
        assert kernels.closed(values, [kernels.step(still, values)]).tolist() == [3, 1, 2]
        assert kernels.step(still, None).highest(values).tolist() == [LOW] * 3

    @pytest.mark.parametrize("model", [box((8, 20, 8)), box_with_holes((9, 9, 9), np.arange(729) % 7 > 2)])
    def test_threads_may_share_steps(self, kernels: Kernels, model: Model) -> None:
        n, movers = model
        pair = np.random.default_rng(5).integers(0, n, (2, 2 * n)).astype(np.int32)
        movers = (*movers, arcs_from_pairs(n, pair[0], pair[1], transitive=False))
        steps = [kernels.step(moves, numbers(n, 10 + j, 0)) for j, moves in enumerate(movers)]
        starts = [numbers(n, seed, 0) for seed in range(12)]
        jobs: list[Callable[[], Values]] = [lambda v=v: backend.closed(v, steps) for v in starts]
        with patch.object(backend, "core", kernels.core), ThreadPoolExecutor(4) as pool:
            for start, result in zip(starts, pool.map(lambda job: job(), jobs), strict=True):
                assert (result == backend.closed(start, steps)).all()


@pytest.mark.skipif(compiled is None, reason="the kernels are not built")
class TestBothAlike:
    @some
    @given(model=any_model, ranks=seeds, values=seeds)
    def test_bit_for_bit(self, model: Model, ranks: tuple[int, int], values: tuple[int, int]) -> None:
        n, movers = model
        start, liked = numbers(n, *values), numbers(n, *ranks)
        for improving in (None, liked):
            ours = [Kernels(None).step(moves, improving) for moves in movers]
            theirs = [Kernels(compiled).step(moves, improving) for moves in movers]
            for one, other in zip(ours, theirs, strict=True):
                assert (one.lowest(start) == other.lowest(start)).all()
                assert (one.highest(start) == other.highest(start)).all()
                assert (one.none_above(start, liked) == other.none_above(start, liked)).all()
            assert (Kernels(None).closed(start, ours) == Kernels(compiled).closed(start, theirs)).all()

    def test_wrong_shapes_and_types_are_refused(self) -> None:
        step = Kernels(compiled).step(BoxMoves(8, 1, 8), None)
        with pytest.raises(ValueError, match="has 7 entries, expected 8"):
            step.lowest(np.zeros(7, dtype=np.int32))
        with pytest.raises(TypeError):
            step.lowest(np.zeros(8, dtype=np.int64))  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="ranks has 3 entries, expected 8"):
            Kernels(compiled).step(BoxMoves(8, 1, 8), np.zeros(3, dtype=np.int32))
        with pytest.raises(ValueError, match="whole blocks"):
            Kernels(compiled).step(BoxMoves(8, 3, 2), None)


CONCEPTS = (nash.CONCEPT, metarational.GMR, metarational.SMR, metarational.SEQ, metarational.SSEQ)


def game(sizes: Sequence[int] = (8, 20, 150)) -> Game:
    """Return a game with enough states for threads to be used."""
    n, movers = box(sizes)
    assert n > FEW_STATES
    return Game([Mover(f"dm{j}", moves, numbers(n, j, 1 if j else 0)) for j, moves in enumerate(movers)])


class TestSolve:
    def test_verdicts_are_those_of_the_concepts_whatever_the_workers(self) -> None:
        for workers in (None, 1, 2, 5):
            model, done = game(), []
            verdicts = solve(model, CONCEPTS, workers=workers, progress=lambda *at, done=done: done.append(at))
            assert done == [(k, 15) for k in range(1, 16)]
            assert not verdicts.absent
            for concept in CONCEPTS:
                expected = [concept.decide(model, i) for i in model.parties]
                for i in model.parties:
                    assert (verdicts.stable(concept.id, i) == expected[i]).all()
                assert (verdicts.equilibria(concept.id) == np.flatnonzero(np.all(expected, axis=0))).all()
                assert verdicts.equilibria(concept.id).dtype == np.int32
            mixed = verdicts.equilibria_of({0: "nash", 2: "seq"})
            assert (mixed == np.flatnonzero(verdicts.stable("nash", 0) & verdicts.stable("seq", 2))).all()

    def test_a_concept_that_is_not_defined_is_absent_with_its_reason(self) -> None:
        def never(game: Game, i: int) -> Flags:
            raise NotDefinedError("only on Sundays")

        for workers in (1, 2):
            verdicts = solve(game(), [replace(nash.CONCEPT, id="sunday", decide=never), nash.CONCEPT], workers=workers)
            assert (verdicts.absent, list(verdicts.packed)) == ({"sunday": "only on Sundays"}, ["nash"])
            with pytest.raises(NotDefinedError, match="Sundays"):
                verdicts.equilibria("sunday")

    @pytest.mark.parametrize("workers", [1, 3])
    def test_an_interruption_stops_the_work_and_leaves_no_thread(self, workers: int) -> None:
        calls: list[int] = []

        def slow(game: Game, i: int) -> Flags:
            calls.append(i)
            time.sleep(0.05)
            return np.ones(game.n_states, dtype=np.bool_)

        def interrupt(done: int, total: int) -> None:
            raise KeyboardInterrupt

        concepts = [replace(nash.CONCEPT, id=f"slow{k}", decide=slow) for k in range(20)]
        with pytest.raises(KeyboardInterrupt):
            solve(game(), concepts, workers=workers, progress=interrupt)
        assert len(calls) < 20
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("detente")]
