"""Regions of worlds: what is said of each is so, and plain cases are found as they are."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis.regions import LEAST, MOST_REGIONS, Region, regions

SIZES = (2, 2, 3, 4)
ROWS = np.array(list(product(*map(range, SIZES))), dtype=np.int8)
N = len(ROWS)
EVEN = np.full(N, 1 / N)


def inside(region: Region) -> np.ndarray:
    """Return which worlds are in a region, one by one."""
    return np.array([all(row[k] in levels for k, levels in region.limits) for row in ROWS.tolist()])


@given(
    st.lists(st.booleans(), min_size=N, max_size=N).filter(lambda so: 0 < sum(so) < N),
    st.lists(st.integers(0, 20), min_size=N, max_size=N).filter(any),
)
@settings(max_examples=100, deadline=None)
def test_what_is_said_of_a_region_is_so(so: list[bool], counts: list[int]) -> None:
    weights = np.array(counts, dtype=float) / sum(counts)
    such = np.array(so)
    average = weights[such].sum()
    found = regions(ROWS, SIZES, weights, such)
    assert len(found) <= MOST_REGIONS
    for region in found:
        here = inside(region)
        assert region.weight == pytest.approx(weights[here].sum())
        assert region.weight >= LEAST / 2
        assert region.density == pytest.approx(weights[here & such].sum() / weights[here].sum())
        assert region.coverage == pytest.approx(weights[here & such].sum() / average)
        for k, levels in region.limits:
            assert 0 < len(levels) < SIZES[k]
    if found:
        assert found[0].density > average - 1e-9
        assert found[0].limits


@pytest.mark.parametrize(
    "limits",
    [
        ((0, (1,)),),
        ((3, (0, 2)),),
        ((1, (0,)), (2, (1, 2))),
        ((0, (0,)), (1, (1,)), (3, (1,))),
    ],
)
def test_a_plain_region_is_found(limits: tuple[tuple[int, tuple[int, ...]], ...]) -> None:
    plain = Region(limits, 1, 1, 0)
    (region,) = regions(ROWS, SIZES, EVEN, inside(plain))
    assert region.limits == limits
    assert region.density == region.coverage == 1
    assert region.weight == pytest.approx(np.prod([len(levels) / SIZES[k] for k, levels in limits]))


def test_two_ways_are_two_regions() -> None:
    so = (ROWS[:, 0] == 1) | ((ROWS[:, 1] == 1) & (ROWS[:, 2] == 2))
    first, second = regions(ROWS, SIZES, EVEN, so)
    assert first.limits == ((0, (1,)),)
    assert first.density == second.density == 1
    assert second.limits == ((1, (1,)), (2, (2,)))


def test_weights_count() -> None:
    """Where a rare level decides, the region has the weight of the worlds with it, not their number."""
    weights = EVEN * np.where(ROWS[:, 3] == 2, 0.1, 1)
    weights /= weights.sum()
    (region,) = regions(ROWS, SIZES, weights, ROWS[:, 3] == 2)
    assert region.limits == ((3, (2,)),)
    assert region.weight == pytest.approx(0.1 / 3.1)
