"""Which worlds are examined: shares, prefixes, comparisons, margins found by search."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis import design as designs
from detente.analysis import margins as margins_module
from detente.analysis.design import design_of
from detente.analysis.factors import (
    BLOCK,
    Factor,
    FactorLevel,
    drawn_anew,
    drawn_between,
    drawn_worlds,
    every_world,
    n_concepts,
    n_worlds_of,
    worlds_between,
)
from detente.analysis.margins import Nearest, margins
from detente.analysis.tallies import NOT_EXAMINED
from detente.conflict.elements import Element


@st.composite
def factors_drawn(draw: st.DrawFn) -> tuple[Factor, ...]:
    """Draw up to five factors of two to five levels; the last may be the concept."""
    found = []
    for k in range(draw(st.integers(1, 5))):
        counts = draw(st.lists(st.integers(0, 9), min_size=2, max_size=5).filter(any))
        levels = (FactorLevel(f"l{j}", Fraction(count, sum(counts))) for j, count in enumerate(counts))
        found.append(Factor(f"f{k}", Element(id=f"f{k}"), tuple(levels)))
    if draw(st.booleans()):
        n = draw(st.integers(2, 3))
        levels = (FactorLevel(f"c{j}", Fraction(1, n), f"c{j}") for j in range(n))
        found.append(Factor("concept", Element(id="concept"), tuple(levels), "concept"))
    return tuple(found)


@given(factors_drawn(), st.integers(0, 2**64 - 1), st.integers(0, 2500), st.integers(0, 2500))
@settings(max_examples=60, deadline=None)
def test_worlds_are_the_same_from_any_place_on(factors: tuple[Factor, ...], seed: int, first: int, length: int) -> None:
    whole = drawn_worlds(factors, first + length, seed)
    assert whole.shape == (first + length, len(factors))
    assert whole.dtype == np.int8
    assert np.array_equal(drawn_between(factors, first, first + length, seed), whole[first:])
    for k, factor in enumerate(factors):
        assert (whole[:, k] >= 0).all()
        assert all(factor.levels[level].share > 0 for level in np.unique(whole[:, k]))
    n = n_concepts(factors)
    if n > 1:
        full = whole[: len(whole) // n * n].reshape(-1, n, len(factors))
        assert (full[:, :, -1] == np.arange(n)).all()
        assert (full[:, :, :-1] == full[:, :1, :-1]).all()
    anew = drawn_anew(factors, 0, first + length, seed)
    assert np.array_equal(drawn_anew(factors, first, first + length, seed), anew[first:])


def of_sizes(*sizes: int, concept: int = 0) -> tuple[Factor, ...]:
    found = [
        Factor(f"f{k}", Element(id=f"f{k}"), tuple(FactorLevel(f"l{j}", Fraction(1, n)) for j in range(n)))
        for k, n in enumerate(sizes)
    ]
    if concept:
        levels = tuple(FactorLevel(f"c{j}", Fraction(1, concept), f"c{j}") for j in range(concept))
        found.append(Factor("concept", Element(id="concept"), levels, "concept"))
    return tuple(found)


def test_levels_are_drawn_by_their_shares_and_anew_independently() -> None:
    counts = (1, 5, 4), (7, 3), (1, 1, 1, 1)
    factors = tuple(
        Factor(
            f"f{k}",
            Element(id=f"f{k}"),
            tuple(FactorLevel(f"l{j}", Fraction(c, sum(some))) for j, c in enumerate(some)),
        )
        for k, some in enumerate(counts)
    )
    n = 100_000
    one, other = drawn_worlds(factors, n, 5), drawn_anew(factors, 0, n, 5)
    for rows in (one, other):
        for k, some in enumerate(counts):
            shares = np.bincount(rows[:, k], minlength=len(some)) / n
            assert np.abs(shares - np.array(some) / sum(some)).max() < 5 / np.sqrt(n)
    both = np.corrcoef(np.column_stack([one, other]).T.astype(float))
    assert np.abs(both - np.eye(6)).max() < 5 / np.sqrt(n)
    assert not np.array_equal(one[:BLOCK], one[BLOCK : 2 * BLOCK])


@given(factors_drawn(), st.integers(1, 40), st.integers(0, 99), st.one_of(st.none(), st.integers(0, 50)))
@settings(max_examples=50, deadline=None)
def test_a_design_has_what_it_says(factors: tuple[Factor, ...], worlds: int, seed: int, compared: int | None) -> None:
    design = design_of(factors, worlds, seed, compared)
    n = n_concepts(factors)
    assert design.weights.sum() == pytest.approx(1)
    as_rows = [tuple(row) for row in design.rows.tolist()]
    assert as_rows == sorted(set(as_rows))
    if n_worlds_of(factors) <= worlds * n:
        assert design.exact
        assert as_rows == list(product(*(range(len(factor.levels)) for factor in factors)))
        assert every_world(factors)[0].tolist() == design.rows.tolist()
        assert not len(design.first)
        return
    assert design.n_worlds == worlds * n
    drawn = drawn_worlds(factors, worlds * n, seed)
    for row, weight in zip(design.rows, design.weights, strict=True):
        assert weight == pytest.approx((drawn == row).all(axis=1).sum() / len(drawn))
    width = len(factors) - (n > 1)
    m = min(worlds, worlds // width if compared is None else compared)
    assert design.anew.shape == (m, len(factors))
    other = drawn_anew(factors, 0, m, seed)
    for k in range(m):
        world = design.rows[design.first[k]]
        assert np.array_equal(world, drawn[k * n])
        for j in range(width):
            changed = world.copy()
            changed[j] = other[k, j]
            assert np.array_equal(design.rows[design.anew[k, j]], changed)
            for c in range(n if n > 1 else 0):  # the other concepts follow
                assert design.rows[design.anew[k, j] + c, -1] == c
                assert np.array_equal(design.rows[design.anew[k, j] + c, :-1], changed[:-1])


def test_more_worlds_begin_with_the_same_comparisons() -> None:
    factors = of_sizes(3, 4, 2, 5, 6, 7)
    few, many = design_of(factors, 300, 9), design_of(factors, 2_000, 9)
    assert 0 < len(few.first) < len(many.first)
    assert np.array_equal(few.rows[few.first], many.rows[many.first[: len(few.first)]])
    for k in range(len(factors)):
        assert np.array_equal(few.rows[few.anew[:, k]], many.rows[many.anew[: len(few.first), k]])


# -- margins --------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(2, 4), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
    st.integers(0, 300),
    st.integers(1, 60),
)
@settings(max_examples=75, deadline=None)
def test_margins_by_search(sizes: list[int], rng: Any, most: int, n_known: int) -> None:
    """What a search finds is so, what it says was searched was searched, and it examines no more than it may."""
    factors = of_sizes(*sizes)
    worlds = [tuple(row) for row in product(*map(range, sizes))]
    rare = [rng.choice([2, 8]) for _ in range(3)]
    truth = {
        world: [rng.choice([0, 2, NOT_EXAMINED]) if rng.randrange(8) < rare[k] // 2 else 2 for k in range(3)]
        for world in worlds
    }
    known = np.array(sorted({rng.choice(worlds) for _ in range(n_known)}), dtype=np.int8)
    names = ["A", "B", "C"]
    claims = {name: np.array([truth[tuple(row)][k] for row in known.tolist()]) for k, name in enumerate(names)}
    asked: list[tuple[int, ...]] = []

    def examine(rows: np.ndarray) -> np.ndarray:
        asked.extend(tuple(row) for row in rows.tolist())
        return np.array([truth[tuple(row)] for row in rows.tolist()], dtype=np.int8)

    found = margins(factors, known, claims, examine, most)
    assert len(asked) <= most
    assert len(set(asked)) == len(asked)
    assert not set(asked) & {tuple(row) for row in known.tolist()}
    seen = set(asked) | {tuple(row) for row in known.tolist()}
    origin = (0,) * len(sizes)
    for k, name in enumerate(names):
        margin = found[name]
        written = truth[origin][k]
        if margin is None:
            assert written == NOT_EXAMINED
            continue
        if origin not in seen:
            assert most == 0
            assert (margin.changes, margin.searched) == (None, 0)
            continue
        turned = [w for w in worlds if truth[w][k] not in (written, NOT_EXAMINED)]
        distance = {w: sum(level > 0 for level in w) for w in worlds}
        assert all(w in seen for w in worlds if distance[w] <= margin.searched)
        if margin.changes is None:
            assert all(distance[w] > margin.searched for w in turned)
            assert margin.all_worlds == (margin.searched == len(sizes))
            continue
        least = min(distance[w] for w in turned)
        assert margin.changes == least
        wanted = {
            tuple((f"f{j}", f"l{level}") for j, level in enumerate(w) if level) for w in turned if distance[w] == least
        }
        assert set(margin.sets) == wanted
        assert margin.n_sets == len(wanted)


@given(st.lists(st.integers(2, 4), min_size=1, max_size=4), st.randoms(use_true_random=False), st.integers(1, 30))
@settings(max_examples=50, deadline=None)
def test_margins_where_every_world_is_examined(sizes: list[int], rng: Any, size: int) -> None:
    """Found piece by piece they are those that a look at all worlds finds."""
    factors = of_sizes(*sizes)
    rows = every_world(factors)[0]
    verdicts = np.array(
        [[rng.choice([0, 2, 2, 2, 2, NOT_EXAMINED]), rng.choice([2, 2, 2, 1])] for _ in rows], dtype=np.int8
    )
    found = Nearest(factors, 2)
    for at in range(0, len(rows), size):
        found.take(rows[at : at + size], verdicts[at : at + size])
    for k in range(2):
        margin, column = found.margin(k), verdicts[:, k].tolist()
        if column[0] == NOT_EXAMINED:
            assert margin is None
            continue
        assert margin is not None
        assert margin.all_worlds
        turned = [
            row for row, verdict in zip(rows.tolist(), column, strict=True) if verdict not in (column[0], NOT_EXAMINED)
        ]
        if not turned:
            assert (margin.changes, margin.sets) == (None, ())
            continue
        least = min(sum(level > 0 for level in row) for row in turned)
        said = [
            tuple((f"f{j}", f"l{level}") for j, level in enumerate(row) if level)
            for row in turned
            if sum(level > 0 for level in row) == least
        ]
        assert (margin.changes, margin.n_sets, margin.sets) == (least, len(said), tuple(said))


def test_of_very_many_sets_the_first_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(margins_module, "MOST_SETS", 3)
    factors = of_sizes(8)
    rows = every_world(factors)[0]
    verdicts = np.array([[2]] + [[0]] * 7, dtype=np.int8)
    for size in (1, 2, 8):
        found = Nearest(factors, 1)
        for at in range(0, 8, size):
            found.take(rows[at : at + size], verdicts[at : at + size])
        margin = found.margin(0)
        assert margin is not None
        assert (margin.n_sets, [some[0][1] for some in margin.sets]) == (7, ["l1", "l2", "l3"])


# -- what is kept of many worlds ------------------------------------------------------------------------------------


@pytest.mark.parametrize("concept", [0, 3])
def test_of_many_worlds_some_are_kept(monkeypatch: pytest.MonkeyPatch, concept: int) -> None:
    """Of drawn worlds the first, of all worlds so many drawn by their shares; the same with more worlds."""
    monkeypatch.setattr(designs, "KEPT", 32)
    factors, n = of_sizes(3, 4, 2, 5, 6, 7, concept=concept), max(1, concept)
    n_kept = 32 // n * n
    few, many = design_of(factors, 500, 9, 20), design_of(factors, 4_000, 9, 20)
    assert (few.n_worlds, many.n_worlds) == (500 * n, 4_000 * n)
    for design in (few, many):
        assert not design.exact
        assert design.n_kept == n_kept
        drawn = drawn_worlds(factors, n_kept, 9)
        for row, weight in zip(design.rows, design.weights, strict=True):
            assert weight == pytest.approx((drawn == row).all(axis=1).sum() / n_kept)
    assert np.array_equal(few.rows, many.rows)
    every = design_of(factors, n_worlds_of(factors), 9)
    assert every.exact
    assert (every.n_worlds, every.n_kept) == (n_worlds_of(factors), n_kept)
    assert np.array_equal(every.rows, np.unique(drawn_worlds(factors, n_kept, 9), axis=0))
    assert every.weights.sum() == pytest.approx(1)


@given(factors_drawn(), st.data())
@settings(max_examples=60, deadline=None)
def test_worlds_follow_from_their_numbers(factors: tuple[Factor, ...], data: st.DataObject) -> None:
    rows, weights = every_world(factors)
    end = data.draw(st.integers(0, len(rows)))
    first = data.draw(st.integers(0, end))
    some, of_some = worlds_between(factors, first, end)
    assert np.array_equal(some, rows[first:end])
    assert of_some.tolist() == weights[first:end].tolist()
