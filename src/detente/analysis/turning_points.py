"""Turning points of one tie: when did its level change for good, by the numbers and by what people say?

A series of levels is cut where its mean changes. Of all ways to cut it into stretches of two observations or more, the
one is taken that has the least squared deviation from the stretches' means, plus a penalty for each cut; it is found
exactly, by dynamic programming (Jackson et al. 2005), with the package ``ruptures`` (Truong, Oudre & Vayatis 2020).
Unless told, the penalty is 3·σ²·ln n (the leading term of Zhang & Siegmund 2007), where σ, the noise, is the median
absolute deviation of the steps from one observation to the next. Where there is only noise, something is then found in
one of six series of 10 observations and in one of twenty of 40. Only the order of the observations counts, not the time
between them. A slow drift is cut into stairs.

A series of fewer than ``LEAST_POINTS`` observations is not cut: only declared turning points are left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Day
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.errors import TooLargeError, UsageError

if TYPE_CHECKING:
    import pandas as pd

When: TypeAlias = Day | str | int
"""A date, or one as text: ``1914``, ``1914-07`` or ``1914-07-28``, which mean the first day. A number is a year."""

LEAST_POINTS = 10
"""Shorter series are not cut."""
MOST_POINTS = 2_000
"""Longer series would take long."""
SHORTEST_STRETCH = 2
TOLERANCE = 1
"""Found and declared agree when they are at most so many observations apart."""
METHOD = "least squares, exact"
_LEAST_NOISE = 0.01


@dataclass(frozen=True)
class Declared:
    """A turning point that somebody names."""

    date: Day
    source: str


@dataclass(frozen=True)
class Found:
    """A turning point of the series: it changed after ``after`` and by ``date``, the first observation of the new.

    ``level_before`` and ``level_after`` are the means of the stretches on both sides.
    """

    date: Day
    after: Day
    level_before: float
    level_after: float


@dataclass(frozen=True)
class TurningPoints:
    """Turning points of a series, found and declared.

    Attributes
    ----------
    n_points : int
    method : str or None
        How turning points were looked for; ``None`` when they were not.
    why_not : str
        Why not; empty when they were.
    penalty : float or None
        What a cut costs, in squared levels.
    found : tuple of Found
    declared : tuple of Declared
        Both in the order of their dates.
    agreed : tuple of (Found, Declared)
        Pairs at most ``TOLERANCE`` observations apart, each turning point once: as many as can be, then as near.
    """

    n_points: int
    method: str | None
    why_not: str
    penalty: float | None
    found: tuple[Found, ...]
    declared: tuple[Declared, ...]
    agreed: tuple[tuple[Found, Declared], ...]

    @property
    def agree(self) -> bool | None:
        """Whether all that was found was declared and the other way round; ``None`` when nothing can be compared."""
        if self.method is None or not self.declared:
            return None
        return len(self.agreed) == len(self.found) == len(self.declared)

    @property
    def only_found(self) -> tuple[Found, ...]:
        """What nobody declared."""
        taken = {one.date for one, _ in self.agreed}
        return tuple(one for one in self.found if one.date not in taken)

    @property
    def only_declared(self) -> tuple[Declared, ...]:
        """What the series does not show (or could not, where it was not cut)."""
        taken = [one for _, one in self.agreed]
        return tuple(one for one in self.declared if one not in taken)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; dates as text."""
        return {
            "n_points": self.n_points,
            "method": self.method,
            "why_not": self.why_not,
            "penalty": self.penalty,
            "agree": self.agree,
            "found": [_found_data(one) for one in self.found],
            "declared": [_declared_data(one) for one in self.declared],
            "agreed": [{"found": str(one.date), "declared": str(other.date)} for one, other in self.agreed],
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a turning point, by date; one that was found and declared is one row."""
        import pandas as pd

        rows: list[dict[str, Any]] = [{**_found_data(one), "found": True} for one in self.only_found]
        rows += [
            {**_found_data(one), "found": True, "declared": str(other.date), "source": other.source}
            for one, other in self.agreed
        ]
        rows += [
            {"date": str(one.date), "found": False, "declared": str(one.date), "source": one.source}
            for one in self.only_declared
        ]
        columns = ["date", "found", "after", "level_before", "level_after", "declared", "source"]
        return pd.DataFrame(sorted(rows, key=lambda row: str(row["date"])), columns=columns)


def turning_points(
    series: Iterable[tuple[When, float]],
    declared: Iterable[tuple[When, str]] = (),
    *,
    method: Literal["auto"] | None = "auto",
    penalty: float | None = None,
) -> TurningPoints:
    """Return the turning points of a tie's level.

    Parameters
    ----------
    series : iterable of (date, float)
        Levels from -1 to 1, in any order; no date twice.
    declared : iterable of (date, str)
        Turning points that somebody names, with the source: who says so, where. The same twice counts once.
    method : {"auto", None}
        ``None`` leaves it at the declared ones; else the series is cut when it is long enough.
    penalty : float, optional
        What a cut costs, in squared levels, above 0: the higher, the fewer.

    Raises
    ------
    UsageError
        A date cannot be read or is there twice, a level is out of bounds, a turning point has no source, the penalty
        is not above 0, or the package ``ruptures`` is missing and needed.
    TooLargeError
        The series has more than ``MOST_POINTS`` observations.
    """
    if penalty is not None and not 0 < penalty < np.inf:
        raise UsageError(f"the penalty is {penalty}; expected a number above 0")
    dates, levels = _series(series)
    said = sorted({_declared(when, source) for when, source in declared}, key=lambda one: (one.date, one.source))
    why_not = ""
    if method is None:
        why_not = "it was not asked for"
    elif len(dates) < LEAST_POINTS:
        why_not = f"the series has {len(dates)} observations, and at least {LEAST_POINTS} are needed"
    if why_not:
        return TurningPoints(len(dates), None, why_not, None, (), tuple(said), ())
    if len(dates) > MOST_POINTS:
        raise TooLargeError(f"the series has {len(dates):,} observations; at most {MOST_POINTS:,} are cut")
    cost = usual_penalty(levels) if penalty is None else float(penalty)
    cuts = _cuts(levels, cost)
    means = [float(stretch.mean()) for stretch in np.split(levels, cuts)]
    found = tuple(Found(dates[at], dates[at - 1], means[k], means[k + 1]) for k, at in enumerate(cuts))
    agreed = tuple((found[k], said[m]) for k, m in _matched(cuts, [_place(dates, one.date) for one in said]))
    return TurningPoints(len(dates), METHOD, "", cost, found, tuple(said), agreed)


def usual_penalty(levels: NDArray[np.float64]) -> float:
    """Return 3·σ²·ln n; σ is at least 0.01, so that a series without noise is cut at what matters only."""
    steps = np.diff(levels)
    noise = float(np.median(np.abs(steps - np.median(steps)))) / (0.6745 * np.sqrt(2))
    return float(3 * max(noise, _LEAST_NOISE) ** 2 * np.log(len(levels)))


def _cuts(levels: NDArray[np.float64], penalty: float) -> list[int]:
    """Return where stretches begin, the first left out: the least squared deviation plus penalties, then fewest.

    The package's own search with a penalty (PELT) is not exact when stretches have a least length; its search for a
    given number of cuts is. More cuts than best/penalty cannot pay.
    """
    search = _ruptures().KernelCPD(kernel="linear", min_size=SHORTEST_STRETCH).fit(levels)
    best, least = [], _deviation(levels, [])
    most = int(min(len(levels) // SHORTEST_STRETCH - 1, least / penalty))
    if most > 0:
        search.predict(n_bkps=most)  # finds those with fewer cuts on the way, and keeps them
    for number in range(1, most + 1):
        cuts = [int(at) for at in search.predict(n_bkps=number)[:-1]]
        total = _deviation(levels, cuts) + penalty * number
        if total < least - 1e-12:
            best, least = cuts, total
    return best


def _deviation(levels: NDArray[np.float64], cuts: Sequence[int]) -> float:
    return float(sum(((stretch - stretch.mean()) ** 2).sum() for stretch in np.split(levels, cuts)))


def _ruptures() -> Any:
    from importlib import import_module

    try:
        return import_module("ruptures")
    except ImportError:
        raise UsageError(
            "turning points of a series are found with the package 'ruptures', which is not installed: install it, or "
            "ask for the declared turning points only (method=None)"
        ) from None


# -- dates ----------------------------------------------------------------------------------------------------------


def _date(when: When) -> Day:
    if isinstance(when, Day):
        return Day(when.year, when.month, when.day)
    text = str(when).strip()
    try:
        return Day.fromisoformat(text + {4: "-01-01", 7: "-01"}.get(len(text), ""))
    except ValueError:
        raise UsageError(f"{text!r} is not a date; expected one like 1914, 1914-07 or 1914-07-28") from None


def _series(series: Iterable[tuple[When, float]]) -> tuple[list[Day], NDArray[np.float64]]:
    given = sorted(((_date(when), float(level)) for when, level in series), key=lambda point: point[0])
    for (before, _), (after, _) in pairwise(given):
        if before == after:
            raise UsageError(f"the series has {after} twice")
    for when, level in given:
        if not -1 <= level <= 1:
            raise UsageError(f"the level on {when} is {level}; expected one from -1 to 1")
    return [when for when, _ in given], np.array([level for _, level in given], dtype=np.float64)


def _declared(when: When, source: str) -> Declared:
    if not source.strip():
        raise UsageError(f"the turning point of {_date(when)} has no source; say who declares it")
    return Declared(_date(when), source)


def _place(dates: Sequence[Day], when: Day) -> int:
    """Return which observation is the first on or after a date."""
    return sum(one < when for one in dates)


def _matched(cuts: Sequence[int], places: Sequence[int]) -> list[tuple[int, int]]:
    """Return pairs (found, declared) within the tolerance: as many as there can be, then as near as can be."""
    from scipy.optimize import linear_sum_assignment

    if not cuts or not places:
        return []
    apart = np.abs(np.array(cuts)[:, None] - np.array(places)[None, :])
    never = (TOLERANCE + 1) * (len(cuts) + len(places))
    rows, columns = linear_sum_assignment(np.where(apart <= TOLERANCE, apart, never))
    return [(int(k), int(m)) for k, m in zip(rows, columns, strict=True) if apart[k, m] <= TOLERANCE]


def _found_data(one: Found) -> dict[str, Any]:
    return {
        "date": str(one.date),
        "after": str(one.after),
        "level_before": one.level_before,
        "level_after": one.level_after,
    }


def _declared_data(one: Declared) -> dict[str, Any]:
    return {"date": str(one.date), "source": one.source}
