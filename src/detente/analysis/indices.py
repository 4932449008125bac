"""How much of an answer's variance over worlds comes of each uncertain thing, and of two of them together.

Sobol indices, of factors that are independent: the total index of a factor is the share of the variance that is left
when all others are known (Homma & Saltelli 1996); the interaction of two is what knowing both explains beyond
what knowing either does (Sobol 1993). Where all worlds are known they are exact. Of drawn worlds the total index
is estimated after Jansen (1999), as Saltelli et al. (2010) recommend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod, sqrt

import numpy as np
from numpy.typing import NDArray

from detente.analysis.scratch import Scratch

Values = NDArray[np.float64]
LEAST = 1e-15
"""Of less variance than this there is none."""


@dataclass(frozen=True, slots=True)
class Total:
    """A total index, and the standard error of drawing; 0 where it is exact."""

    index: float
    error: float


class ExactIndices:
    """The indices of several answers, from the values of every world, block by block.

    Worlds are in the order of :func:`detente.analysis.factors.every_world`; a block has all worlds that agree in the
    first factors, so that the others can be averaged out within it. What only several blocks together tell, the part of
    a first factor, is worked out at the end from one bit for each value, on disk where there is more than one block.

    Parameters
    ----------
    shares : sequence of sequences of float
        For each factor the shares of its levels.
    n_outer : int
        How many factors are the same within a block.
    n_answers : int
    room : Scratch, optional
        Needed where there are several blocks.
    """

    def __init__(
        self, shares: Sequence[Sequence[float]], n_outer: int, n_answers: int, room: Scratch | None = None
    ) -> None:
        self._shares = [np.array(some, dtype=np.float64) for some in shares]
        self._n_outer, self._n, self._room = n_outer, n_answers, room
        self._sizes = [len(some) for some in shares]
        self._below = [_product(self._shares[k:]) for k in range(n_outer, len(shares) + 1)]
        self._mean, self._other = np.zeros(n_answers), np.zeros(n_answers)
        self._alone = [np.zeros((size, n_answers)) for size in self._sizes]
        self._both = {
            (i, j): np.zeros((one, other, n_answers))
            for i, one in enumerate(self._sizes)
            for j, other in enumerate(self._sizes)
            if i < j
        }
        self._left = np.zeros((len(shares), n_answers))
        self._block = 0

    def take(self, values: NDArray[np.bool_]) -> None:
        """Take the values of the next block, (n, n_answers) bool."""
        outer = np.unravel_index(self._block, self._sizes[: self._n_outer]) if self._n_outer else ()
        levels = [int(level) for level in outer]
        parts = [float(some[level]) for some, level in zip(self._shares, levels, strict=False)]
        if self._room is not None:
            content = np.packbits(values.ravel())
            self._room.write(self._block * len(content), content.tobytes())
        self._block += 1
        weight = prod(parts)
        alone, mean = self._inside(values, weight)
        self._mean += weight * mean
        self._other += weight * np.tensordot(self._below[0], ~values, axes=(0, 0))  # 0 where all are so
        for i, a in enumerate(levels):
            without = prod(part for k, part in enumerate(parts) if k != i)
            self._alone[i][a] += without * mean
            for j, found in alone.items():
                self._both[i, j][a] += without * found
            for j in range(i + 1, self._n_outer):
                both = prod(part for k, part in enumerate(parts) if k not in (i, j))
                self._both[i, j][a, levels[j]] += both * mean

    def _inside(self, values: NDArray[np.bool_], weight: float) -> tuple[dict[int, Values], Values]:
        """Add what the factors tell that differ within a block. Return the means by the level of each, and of all."""
        begin, n = self._n_outer, self._n
        alone: dict[int, Values] = {}
        above: Values = values.astype(np.float64)  # factors before i are averaged out
        for i in range(begin, len(self._sizes)):
            above = above.reshape(self._sizes[i], -1, n)
            alone[i] = _averaged(above, self._below[i + 1 - begin])
            self._alone[i] += weight * alone[i]
            inside: Values = above  # its axes are factor i, then those from j on
            for j in range(i + 1, len(self._sizes)):
                inside = inside.reshape(self._sizes[i], self._sizes[j], -1, n)
                self._both[i, j] += weight * _averaged(inside, self._below[j + 1 - begin])
                inside = np.tensordot(self._shares[j], inside, axes=(0, 1))
            above = np.tensordot(self._shares[i], above, axes=(0, 0))
        for k in range(begin, len(self._sizes)):
            before = prod(self._sizes[begin:k])
            lines = values.reshape(before, self._sizes[k], -1, n)
            known = np.tensordot(self._shares[k], lines, axes=(0, 1))
            spread = _averaged(known * (1 - known), self._below[k + 1 - begin])  # of values that are 0 or 1
            self._left[k] += weight * np.tensordot(_product(self._shares[begin:k]), spread, axes=(0, 0))
        return alone, above.reshape(n)

    def found(self) -> list[tuple[list[Total], dict[tuple[int, int], float]] | None]:
        """Return for each answer the total index of each factor, and the interaction of each two; None: it is constant.

        The interaction is the closed second-order index less both first-order ones.
        """
        for k in range(self._n_outer):
            self._across(k)
        variance = self._mean * self._other
        alone = [
            np.tensordot(some, (means - self._mean) ** 2, axes=(0, 0))
            for some, means in zip(self._shares, self._alone, strict=True)
        ]
        closed = {
            (i, j): np.tensordot(np.multiply.outer(self._shares[i], self._shares[j]), (means - self._mean) ** 2, axes=2)
            for (i, j), means in self._both.items()
        }
        return [
            None
            if variance[k] < LEAST
            else (
                [Total(_rounded(float(left[k] / variance[k])), 0.0) for left in self._left],
                {
                    (i, j): _rounded(float((both[k] - alone[i][k] - alone[j][k]) / variance[k]))
                    for (i, j), both in closed.items()
                },
            )
            for k in range(self._n)
        ]

    def _across(self, k: int) -> None:
        """Add what a factor tells that is the same within each block."""
        sizes, below = self._sizes[: self._n_outer], self._below[0]
        length = -(-len(below) * self._n // 8)
        blocks = np.arange(prod(sizes)).reshape(sizes)
        for place in product(*(range(size) for j, size in enumerate(sizes) if j != k)):
            line = np.moveaxis(blocks, k, -1)[place]
            known = np.zeros((len(below), self._n))
            for block, share in zip(line.tolist(), self._shares[k], strict=True):
                assert self._room is not None
                content = np.frombuffer(self._room.read(block * length, length), dtype=np.uint8)
                known += share * np.unpackbits(content, count=known.size).reshape(known.shape)
            others = [some[level] for some, level in zip(self._shares[:k] + self._shares[k + 1 :], place, strict=False)]
            self._left[k] += prod(map(float, others)) * _averaged(known * (1 - known), below)


def _averaged(table: Values, weights: Values) -> Values:
    """Return a table with its last axis but one averaged out."""
    result: Values = np.tensordot(table, weights, axes=(-2, 0))
    return result


def _product(shares: Sequence[Values]) -> Values:
    """Return the weights of all combinations of levels, the last factor fastest."""
    result = np.ones(1)
    for some in shares:
        result = np.multiply.outer(result, some).ravel()
    return result


def drawn_total(first: Values, anew: Values, every: Values, counts: Values) -> Total | None:
    """Return the estimate of a factor's total index; None where the values do not vary or no worlds are compared.

    The mean of half the squared difference between a world and the same world with this factor alone drawn anew, over
    the variance of all worlds. Its error is that of a quotient of two means, to first order; of the upper mean with two
    worlds more of either kind (Agresti & Coull 1998), since no difference among few worlds is no certainty. Among
    few worlds the estimate can be above 1, as no share is.

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
