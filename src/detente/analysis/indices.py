"""How much of an answer's variance over worlds comes of each uncertain thing, and of two of them together.

Sobol indices, of factors that are independent: the total index of a factor is the share of the variance that is left
when all others are known (Homma & Saltelli 1996); the interaction of two is what knowing both explains beyond
what knowing either does (Sobol 1993). Where all worlds are known they are exact. Of drawn worlds the total index
is estimated after Jansen (1999), as Saltelli et al. (2010) recommend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
LEAST = 1e-15
"""Of less variance than this there is none."""


@dataclass(frozen=True, slots=True)
class Total:
    """A total index, and the standard error of drawing; 0 where it is exact."""

    index: float
    error: float


def exact_totals(values: Values, shares: Sequence[Sequence[float]]) -> list[Total] | None:
    """Return the total index of each factor, from the values of every world; None where they do not vary.

    Parameters
    ----------
    values : (n,) float64
        In the order of :func:`detente.analysis.factors.every_world`.
    shares : sequence of sequences of float
        For each factor the shares of its levels.
    """
    variance = _variance(values, shares)
    if variance < LEAST:
        return None
    table = values.reshape([len(some) for some in shares])
    whole = _mean(table**2, shares)
    found = []
    for k, some in enumerate(shares):
        rest = [other for j, other in enumerate(shares) if j != k]
        known = _mean(np.tensordot(table, np.array(some), axes=(k, 0)) ** 2, rest)
        found.append(Total(_rounded((whole - known) / variance), 0.0))
    return found


def exact_pairs(values: Values, shares: Sequence[Sequence[float]]) -> dict[tuple[int, int], float]:
    """Return the interaction of each two factors: the closed second-order index less both first-order ones.

    Empty where the values do not vary. O(worlds) besides the pairs. Parameters as for :func:`exact_totals`.
    """
    variance = _variance(values, shares)
    if variance < LEAST:
        return {}
    weights = [np.array(some, dtype=np.float64) for some in shares]
    n = len(weights)
    mean = _mean(values.reshape([len(some) for some in shares]), shares)
    alone: dict[int, float] = {}
    both: dict[tuple[int, int], float] = {}
    above = values.reshape([len(some) for some in shares])  # factors before i are averaged out
    for i in range(n):
        alone[i] = _explained(_averaged(above, weights[i:], (0,)), [weights[i]], mean)
        inside = above  # its axes are factor i, then those from j on
        for j in range(i + 1, n):
            left = [weights[i], *weights[j:]]
            both[i, j] = _explained(_averaged(inside, left, (0, 1)), left[:2], mean)
            inside = np.tensordot(inside, weights[j], axes=(1, 0))
        above = np.tensordot(above, weights[i], axes=(0, 0))
    return {(i, j): _rounded((closed - alone[i] - alone[j]) / variance) for (i, j), closed in both.items()}


def _averaged(table: Values, weights: Sequence[Values], kept: tuple[int, ...]) -> Values:
    """Return a table with all axes but some first ones averaged out."""
    for axis in range(table.ndim - 1, len(kept) - 1, -1):
        table = np.tensordot(table, weights[axis], axes=(axis, 0))
    return table


def _explained(means: Values, weights: Sequence[Values], mean: float) -> float:
    return float(_mean((means - mean) ** 2, weights))


def _mean(table: Values, shares: Sequence[Sequence[float] | Values]) -> float:
    for some in reversed(shares):
        table = table @ np.asarray(some, dtype=np.float64)
    return float(table)


def _variance(values: Values, shares: Sequence[Sequence[float]]) -> float:
    table = values.reshape([len(some) for some in shares])
    return _mean((table - _mean(table, shares)) ** 2, shares)


def drawn_total(first: Values, anew: Values, every: Values, counts: Values) -> Total | None:
    """Return the estimate of a factor's total index; None where the values do not vary or no worlds are compared.

    The mean of half the squared difference between a world and the same world with this factor alone drawn anew, over
    the variance of all worlds. Its error is that of a quotient of two means, to first order; of the upper mean with two
    worlds more of either kind (Agresti & Coull 1998), since no difference among few worlds is no certainty.

    Parameters
    ----------
    first : (m, c) float64
        The values, from 0 to 1, of the worlds drawn first, under each of c concepts.
    anew : (m, c) float64
        Those of the same worlds with the factor drawn anew.
    every : (n, c) float64
        Those of all different worlds that were drawn.
    counts : (n,) float64
        How often each was drawn.
    """
    n, m = float(counts.sum()), len(first)
    mean = float((every.mean(axis=1) * counts).sum()) / n if n else 0.0
    spread = ((every - mean) ** 2).mean(axis=1)
    variance = float((spread * counts).sum()) / n if n else 0.0
    if variance < LEAST or not m:
        return None
    halves = ((first - anew) ** 2).mean(axis=1) / 2
    index = float(halves.mean()) / variance
    near = (2 * float(halves.sum()) + 2) / (m + 4)
    upper = near * (1 - near) / 4 / (m + 4)
    lower = float(((spread - variance) ** 2 * counts).sum()) / n / n
    shared = ((first - mean) ** 2).mean(axis=1)
    both = float(((halves - halves.mean()) * (shared - shared.mean())).mean()) / n
    error = sqrt(max(0.0, upper + index**2 * lower - 2 * index * both)) / variance
    return Total(round(index, 12), error)


def within_worlds(every: Values, counts: Values) -> Total | None:
    """Return the total index of the concept, where each drawn world was examined under every one.

    Parameters
    ----------
    every : (n, c) float64
    counts : (n,) float64
    """
    n = float(counts.sum())
    mean = float((every.mean(axis=1) * counts).sum()) / n if n else 0.0
    variance = float((((every - mean) ** 2).mean(axis=1) * counts).sum()) / n if n else 0.0
    if variance < LEAST:
        return None
    inside = every.var(axis=1)
    index = float((inside * counts).sum()) / n / variance
    spread = ((every - mean) ** 2).mean(axis=1)
    off = inside - index * spread  # of which the mean is 0
    return Total(round(index, 12), sqrt(float((off**2 * counts).sum()) / n / n) / variance)


def _rounded(index: float) -> float:
    """Return an index without the last digits, which adding up has left uncertain."""
    return min(1.0, max(0.0, round(index, 12)))
