"""Regions of worlds: what is said of each is so, and plain cases are found as they are."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis.regions import LEAST, MOST_REGIONS, regions

NAMES = ("A", "B", "C", "D")
PRESENT = np.array(list(product((True, False), repeat=len(NAMES))))
EVEN = np.full(len(PRESENT), 1 / len(PRESENT))


@given(
    st.lists(st.booleans(), min_size=16, max_size=16).filter(lambda so: 0 < sum(so) < 16),
    st.lists(st.integers(1, 20), min_size=16, max_size=16),
)
@settings(max_examples=200, deadline=None)
def test_what_is_said_of_a_region_is_so(so: list[bool], counts: list[int]) -> None:
    weights = np.array(counts, dtype=float) / sum(counts)
    average = sum(w for w, is_so in zip(weights, so, strict=True) if is_so)
    found = regions(NAMES, PRESENT, weights, np.array(so))
    assert len(found) <= MOST_REGIONS
    for region in found:
        inside = [
            all(row[NAMES.index(name)] for name in region.present)
            and not any(row[NAMES.index(name)] for name in region.missing)
            for row in PRESENT.tolist()
        ]
        weight = sum(w for w, here in zip(weights, inside, strict=True) if here)
        such = sum(w for w, here, is_so in zip(weights, inside, so, strict=True) if here and is_so)
        assert region.weight == pytest.approx(weight)
        assert region.weight >= LEAST / 2
        assert region.density == pytest.approx(such / weight)
        assert region.coverage == pytest.approx(such / average)
        assert not set(region.present) & set(region.missing)
    if found:
        assert found[0].density > average - 1e-9
        assert found[0].present or found[0].missing


@pytest.mark.parametrize(
    ("present", "missing"), [((), ("A",)), (("B",), ("D",)), (("A", "C"), ("B",)), (("A", "B", "C"), ("D",))]
)
def test_a_plain_region_is_found(present: tuple[str, ...], missing: tuple[str, ...]) -> None:
    so = np.array(
        [
            all(row[NAMES.index(n)] for n in present) and not any(row[NAMES.index(n)] for n in missing)
            for row in PRESENT.tolist()
        ]
    )
    (region,) = regions(NAMES, PRESENT, EVEN, so)
    assert (region.present, region.missing) == (present, missing)
    assert region.density == region.coverage == 1
    assert region.weight == pytest.approx(0.5 ** len(present + missing))


def test_two_ways_are_two_regions() -> None:
    so = ~PRESENT[:, 0] | (~PRESENT[:, 1] & ~PRESENT[:, 2])
    first, second = regions(NAMES, PRESENT, EVEN, so)
    assert (first.present, first.missing) == ((), ("A",))
    assert first.density == second.density == 1
    assert set(second.missing) == {"B", "C"}


def test_weights_count() -> None:
    """Where a rare premise decides, the region has the weight of the worlds with it, not their number."""
    share = np.array([0.1, 0.5, 0.5, 0.5])
    weights = np.where(PRESENT, share, 1 - share).prod(axis=1)
    (region,) = regions(NAMES, PRESENT, weights, PRESENT[:, 0])
    assert region.present == ("A",)
    assert region.weight == pytest.approx(0.1)
