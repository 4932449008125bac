"""Sobol indices against the decomposition of variance word for word, and their estimates against the exact ones."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis.indices import ExactIndices, Total, drawn_total, within_worlds
from detente.analysis.scratch import Scratch

Table = tuple[list[list[Fraction]], list[int]]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw shares of the levels of up to four factors, and a value for each world."""
    shares = []
    for _ in range(draw(st.integers(1, 4))):
        counts = draw(st.lists(st.integers(0, 5), min_size=2, max_size=3).filter(any))
        shares.append([Fraction(count, sum(counts)) for count in counts])
    n = int(np.prod([len(some) for some in shares]))
    return shares, draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))


def mean(table: Table, known: dict[int, int], square: bool = False) -> Fraction:
    """Return the mean over all worlds that have some levels, summed world by world."""
    shares, values = table
    result = Fraction(0)
    for row, value in zip(product(*(range(len(some)) for some in shares)), values, strict=True):
        if all(row[k] == level for k, level in known.items()):
            weight = Fraction(1)
            for k, level in enumerate(row):
                weight *= 1 if k in known else shares[k][level]
            result += weight * value
    return result


def explained(table: Table, some: tuple[int, ...]) -> Fraction:
    """Return Var(E[Y | some factors])."""
    shares, _ = table
    overall = mean(table, {})
    result = Fraction(0)
    for levels in product(*(range(len(shares[k])) for k in some)):
        weight = Fraction(1)
        for k, level in zip(some, levels, strict=True):
            weight *= shares[k][level]
        result += weight * (mean(table, dict(zip(some, levels, strict=True))) - overall) ** 2
    return result


Found = tuple[list[Total], dict[tuple[int, int], float]] | None


def exact_indices(answers: list[list[int]], shares: list[list[float]], n_outer: int = 0) -> list[Found]:
    """Return the indices of several answers, given in blocks of worlds that agree in the first factors."""
    with Scratch() as room:
        found = ExactIndices(shares, n_outer, len(answers), room if n_outer else None)
        values = np.array(answers, dtype=bool).T
        for part in np.split(values, int(np.prod([len(some) for some in shares[:n_outer]], dtype=int))):
            found.take(part)
        return found.found()


@given(tables(), st.data())
@settings(max_examples=75, deadline=None)
def test_exact_indices(table: Table, data: st.DataObject) -> None:
    """However many factors are the same in a block, and whatever other answers are looked at beside."""
    shares, values = table
    n = len(shares)
    every = tuple(range(n))
    as_floats = [[float(share) for share in some] for some in shares]
    others = data.draw(st.lists(st.integers(0, 1), min_size=len(values), max_size=len(values)))
    both = exact_indices([values, others], as_floats, data.draw(st.integers(0, n)))
    for answers, found in zip((values, others), both, strict=True):
        whole = (shares, answers)
        variance = explained(whole, every)
        if not variance:
            assert found is None
            continue
        assert found is not None
        totals, pairs = found
        for k in every:
            rest = tuple(j for j in every if j != k)
            assert totals[k].index == pytest.approx(float((variance - explained(whole, rest)) / variance), abs=1e-9)
            assert totals[k].error == 0
        assert set(pairs) == {(i, j) for i in every for j in every if i < j}
        for (i, j), index in pairs.items():
            closed = explained(whole, (i, j)) - explained(whole, (i,)) - explained(whole, (j,))
            assert index == pytest.approx(float(closed / variance), abs=1e-9)


def test_two_that_count_only_together() -> None:
    """Of Y = X1 xor X2 with even shares all variance is interaction."""
    values = [a ^ b for a, b, _ in product((0, 1), repeat=3)]
    for n_outer in range(4):
        (found,) = exact_indices([values], [[0.5, 0.5]] * 3, n_outer)
        assert found is not None
        assert [item.index for item in found[0]] == [1, 1, 0]
        assert found[1] == {(0, 1): 1, (0, 2): 0, (1, 2): 0}


@pytest.mark.parametrize("seed", range(5))
def test_estimates_lie_about_the_exact_index(seed: int) -> None:
    """Over many samples the estimate is right on average, and its error is about its spread."""
    rng = np.random.default_rng(seed)
    sizes = (2, 3, 2, 4)
    shares = [rng.dirichlet(np.ones(size)) for size in sizes]
    values = rng.integers(0, 2, size=sizes)
    (whole,) = exact_indices([values.ravel().tolist()], [some.tolist() for some in shares])
    assert whole is not None
    exact = whole[0]

    def drawn(n: int) -> np.ndarray:
        return np.column_stack([rng.choice(size, n, p=some) for size, some in zip(sizes, shares, strict=True)])

    def at(rows: np.ndarray) -> np.ndarray:
        return values[tuple(rows.T)].astype(float)[:, None]

    for k in range(len(sizes)):
        found = []
        for _ in range(200):
            rows = drawn(400)
            anew = rows[:100].copy()
            anew[:, k] = drawn(100)[:, k]
            found.append(drawn_total(at(rows[:100]), at(anew), at(rows), np.ones(400)))
        totals: list[Any] = [item for item in found if item is not None]
        assert len(totals) == 200
        indices = np.array([item.index for item in totals])
        errors = np.array([item.error for item in totals])
        assert abs(indices.mean() - exact[k].index) < 5 * indices.std() / np.sqrt(200) + 0.01
        assert 0.7 * indices.std() - 0.01 < errors.mean() < 1.5 * indices.std() + 0.06
        assert (np.abs(indices - exact[k].index) < 4 * errors).mean() > 0.97


def test_equal_worlds_count_as_often_as_they_were_drawn() -> None:
    every = np.array([[1.0], [0.0]])
    counts = np.array([3.0, 1.0])
    one = drawn_total(every[[0, 0]], every[[1, 0]], every, counts)
    same = drawn_total(every[[0, 0]], every[[1, 0]], every[[0, 0, 0, 1]], np.ones(4))
    assert one == same
    assert one is not None
    assert one.index == pytest.approx(0.25 / (3 / 16))


def test_nothing_to_tell() -> None:
    still = np.ones((5, 1))
    assert drawn_total(still, still, still, np.ones(5)) is None
    none = np.empty((0, 1))
    assert drawn_total(none, none, np.array([[1.0], [0.0]]), np.ones(2)) is None
    assert within_worlds(still, np.ones(5)) is None


def test_the_concept_is_known_within_each_world() -> None:
    """Half of the worlds differ between two concepts, the others hold under both."""
    every = np.array([[1.0, 0.0], [1.0, 1.0]])
    total = within_worlds(every, np.array([50.0, 50.0]))
    assert total is not None
    assert total.index == pytest.approx((0.5 * 0.25) / (0.75 * 0.25))
    assert 0 < total.error < 0.2
