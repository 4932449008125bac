"""Which worlds are examined: shares, prefixes, comparisons, margins found by search."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis.design import Design, design_of
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
)
from detente.analysis.margins import margins
from detente.analysis.shares import NOT_EXAMINED
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
@settings(max_examples=100, deadline=None)
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
@settings(max_examples=150, deadline=None)
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

    found = margins(factors, known, claims, False, examine, most)
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


def test_a_margin_of_all_worlds_needs_no_search() -> None:
    factors = of_sizes(2, 3)
    rows = every_world(factors)[0]

    def never(rows: np.ndarray) -> np.ndarray:
        raise AssertionError("nothing is left to examine")

    claims = {"A": np.array([2, 2, 0, 2, 0, 0], dtype=np.int8), "B": np.full(6, 2, dtype=np.int8)}
    found = margins(factors, rows, claims, True, never, 0)
    one, other = found["A"], found["B"]
    assert one is not None
    assert (one.changes, one.sets) == (1, ((("f1", "l2"),),))
    assert other is not None
    assert (other.changes, other.all_worlds) == (None, True)
    assert isinstance(design_of(factors, 6, 0), Design)
