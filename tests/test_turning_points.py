"""Turning points: every way to cut a short series, what people declare, and what is missing said plainly."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis.turning_points import (
    LEAST_POINTS,
    MOST_POINTS,
    SHORTEST_STRETCH,
    TOLERANCE,
    TurningPoints,
    turning_points,
    usual_penalty,
)
from detente.errors import TooLargeError, UsageError

YEARS = range(1900, 1900 + 60)


def yearly(levels: Sequence[float]) -> list[tuple[int, float]]:
    return list(zip(YEARS, levels, strict=False))


# -- declared only --------------------------------------------------------------------------------------------------


def test_short_series_has_declared_turning_points_only() -> None:
    result = turning_points(yearly([0.5] * (LEAST_POINTS - 1)), [("1905-06", "Smith 2001"), (1903, "the treaty")])
    assert (result.method, result.penalty, result.found, result.agree) == (None, None, (), None)
    assert result.why_not == "the series has 9 observations, and at least 10 are needed"
    assert [(one.date, one.source) for one in result.declared] == [
        (date(1903, 1, 1), "the treaty"),
        (date(1905, 6, 1), "Smith 2001"),
    ]
    assert result.only_declared == result.declared
    assert turning_points([]).n_points == 0


def test_nothing_is_looked_for_when_nobody_asks() -> None:
    result = turning_points(yearly([0.0] * 20), method=None)
    assert (result.method, result.why_not) == (None, "it was not asked for")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ruptures", None)
    with pytest.raises(UsageError, match=r"package 'ruptures', which is not installed.*method=None"):
        turning_points(yearly([0.0] * 10))


@pytest.mark.parametrize(
    ("series", "declared", "penalty", "message"),
    [
        ([("1914-13", 0.0)], [], None, "'1914-13' is not a date"),
        ([("soon", 0.0)], [], None, "'soon' is not a date"),
        ([(1914, 0.0), ("1914-01-01", 0.1)], [], None, "1914-01-01 twice"),
        ([(1914, 1.01)], [], None, "level on 1914-01-01 is 1.01"),
        ([(1914, float("nan"))], [], None, "is nan"),
        ([], [(1914, " ")], None, "1914-01-01 has no source"),
        ([], [], 0.0, "penalty is 0.0"),
        ([], [], float("nan"), "penalty is nan"),
    ],
)
def test_mistakes_are_named(
    series: list[tuple[str | int, float]], declared: list[tuple[int, str]], penalty: float | None, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        turning_points(series, declared, penalty=penalty)


def test_series_too_long_is_refused() -> None:
    days = np.datetime64("1900-01-01") + np.arange(MOST_POINTS + 1)
    with pytest.raises(TooLargeError, match="2,001 observations; at most 2,000"):
        turning_points([(str(day), 0.0) for day in days])


# -- found ----------------------------------------------------------------------------------------------------------


def stretches(n: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to cut n observations, as the beginnings of stretches without the first."""
    for number in range(n):
        for cuts in combinations(range(1, n), number):
            if min(np.diff([0, *cuts, n])) >= SHORTEST_STRETCH:
                yield cuts


def price(levels: Sequence[float], cuts: Sequence[int], penalty: float) -> float:
    parts = [levels[a:b] for a, b in zip([0, *cuts], [*cuts, len(levels)], strict=True)]
    return sum(sum((x - sum(part) / len(part)) ** 2 for x in part) for part in parts) + penalty * len(cuts)


def matchings(found: Sequence[int], places: Sequence[int]) -> Iterator[list[tuple[int, int]]]:
    """Yield every way to pair positions that are near enough, each used once."""
    if not found:
        yield []
        return
    for rest in matchings(found[1:], places):
        yield rest
    for k, place in enumerate(places):
        if abs(found[0] - place) <= TOLERANCE:
            for rest in matchings(found[1:], [*places[:k], *places[k + 1 :]]):
                yield [(found[0], place), *rest]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([-1.0, -0.4, 0.0, 0.1, 0.5, 1.0]), min_size=10, max_size=13),
    st.sampled_from([None, 0.02, 0.1, 0.4, 1.5]),
    st.lists(st.integers(1898, 1915), max_size=4),
)
def test_cuts_are_the_best_of_all_and_pairs_as_many_as_can_be(
    levels: list[float], penalty: float | None, declared: list[int]
) -> None:
    result = turning_points(yearly(levels), [(year, f"source {k}") for k, year in enumerate(declared)], penalty=penalty)
    cost = usual_penalty(np.array(levels)) if penalty is None else penalty
    assert result.penalty == cost
    cuts = [one.date.year - 1900 for one in result.found]
    assert tuple(cuts) in set(stretches(len(levels)))
    assert price(levels, cuts, cost) == pytest.approx(min(price(levels, way, cost) for way in stretches(len(levels))))
    for one, begin, at, end in zip(result.found, [0, *cuts], cuts, [*cuts[1:], len(levels)], strict=False):
        assert one.after == date(1899 + at, 1, 1)
        assert one.level_before == pytest.approx(np.mean(levels[begin:at]))
        assert one.level_after == pytest.approx(np.mean(levels[at:end]))
    places = [min(max(year - 1900, 0), len(levels)) for year in declared]
    best = max((len(pairs), -sum(abs(a - b) for a, b in pairs)) for pairs in matchings(cuts, places))
    pairs = [(one.date.year, min(max(other.date.year, 1900), 1900 + len(levels))) for one, other in result.agreed]
    assert (len(pairs), -sum(abs(a - b) for a, b in pairs)) == best
    assert len(result.only_found) == len(cuts) - len(pairs)
    assert len(result.only_declared) == len(declared) - len(pairs)


@pytest.fixture
def broken() -> TurningPoints:
    """A tie that broke in 1914 and was mended in 1925."""
    levels = [0.6, 0.62, 0.58, 0.61, 0.6, 0.59, -0.8, -0.82, -0.79, -0.8, -0.81, 0.2, 0.22, 0.19, 0.2]
    series = list(zip([*range(1908, 1919), *range(1925, 1929)], levels, strict=True))[::-1]
    return turning_points(series, [("1914-07-28", "the declaration of war"), ("1911", "a memoir")])


def test_turning_points_are_found_and_compared(broken: TurningPoints) -> None:
    assert [(one.after.year, one.date.year) for one in broken.found] == [(1913, 1914), (1918, 1925)]
    assert (broken.found[0].level_before, broken.found[0].level_after) == pytest.approx((0.6, -0.804))
    assert broken.agreed == ((broken.found[0], broken.declared[1]),)
    assert broken.only_found == (broken.found[1],)
    assert broken.only_declared == (broken.declared[0],)
    assert broken.agree is False


def test_agreement_needs_every_point_on_both_sides() -> None:
    levels = [0.5] * 6 + [-0.5] * 6
    assert turning_points(yearly(levels), [(1906, "a"), ("1906-01", "a")]).agree is True
    assert turning_points(yearly(levels), [(1906, "a"), (1906, "b")]).agree is False
    assert turning_points(yearly(levels)).agree is None
    assert turning_points(yearly([0.3] * 12)).found == ()


def test_small_noise_is_not_cut_and_a_penalty_can_be_given() -> None:
    rng = np.random.default_rng(5)
    levels = np.clip(rng.normal(0, 0.05, 40) + np.repeat([0.4, -0.3], 20), -1, 1).tolist()
    assert [one.date.year for one in turning_points(yearly(levels)).found] == [1920]
    assert turning_points(yearly(levels), penalty=100.0).found == ()


def test_result_is_plain_data_and_a_table(broken: TurningPoints) -> None:
    data = json.loads(json.dumps(broken.to_dict()))
    assert data["method"] == "least squares, exact"
    assert data["agreed"] == [{"found": "1914-01-01", "declared": "1914-07-28"}]
    assert [one["date"] for one in data["found"]] == ["1914-01-01", "1925-01-01"]
    frame = broken.to_frame()
    assert frame["date"].tolist() == ["1911-01-01", "1914-01-01", "1925-01-01"]
    assert frame["found"].tolist() == [False, True, True]
    assert frame["source"].fillna("").tolist() == ["a memoir", "the declaration of war", ""]
