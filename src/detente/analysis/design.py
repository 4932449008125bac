"""Which worlds to examine: every one where there are few enough, else drawn ones; and which of them to keep in memory.

All that is examined is counted. A table of worlds with their answers is kept of so many only: regions are looked for in
it, and comparisons and the search for margins take from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.distinct import Numbering, RowIndex, distinct
from detente.analysis.factors import (
    Factor,
    Rows,
    drawn_anew,
    drawn_between,
    every_world,
    n_concepts,
    n_worlds_of,
    under_each,
    worlds_between,
)

KEPT = 1 << 16
"""So many worlds are kept, besides those to compare them with."""
AT_A_TIME = 1 << 16
MOST_COMPARED = 1_000


@dataclass(frozen=True, eq=False)
class Design:
    """The worlds to examine.

    Attributes
    ----------
    factors : tuple of Factor
    seed : int
    exact : bool
        Whether every world is examined.
    n_worlds : int
        How many there are, or were drawn; where the concept is a factor, a world counts once under each.
    n_kept : int
        How many of them are kept: all, or of drawn ones the first; where every one of more is examined, so many drawn
        by the shares of their levels.
    rows : (n, n_factors) int8
        Different worlds that are kept, in the order of their levels, as written first; and those for comparison.
    weights : (n,) float64
        The share of each among those that are kept: by the shares of its levels where these are all there are, else how
        often it was drawn; 0 for worlds that are there for comparison alone.
    first : (m,) int64
        The places of the worlds drawn first, each as often as it was drawn; empty where every world is examined.
    anew : (m, n_factors) int64
        The places of the same worlds with one factor alone drawn anew; of the concept, the world itself. Where the
        concept is a factor, these are the places under the first concept, and the others follow.
    """

    factors: tuple[Factor, ...]
    seed: int
    exact: bool
    n_worlds: int
    n_kept: int
    rows: Rows
    weights: NDArray[np.float64]
    first: NDArray[np.int64]
    anew: NDArray[np.int64]

    @property
    def sizes(self) -> list[int]:
        """How many levels each factor has."""
        return [len(factor.levels) for factor in self.factors]

    def worlds(self, first: int, end: int) -> Rows:
        """Return some of the worlds to examine, by their numbers from 0."""
        if self.exact:
            return worlds_between(self.factors, first, end)[0]
        return drawn_between(self.factors, first, end, self.seed)


def design_of(factors: tuple[Factor, ...], worlds: int, seed: int, compared: int | None = None) -> Design:
    """Return every world where there are no more than ``worlds``, else so many drawn.

    Parameters
    ----------
    factors : tuple of Factor
    worlds : int
        Where the concept is a factor, each is examined under every concept.
    seed : int
    compared : int, optional
        How many of the drawn worlds are compared with those in which one factor alone is drawn anew; by default so many
        that these are no more than the worlds drawn, and at most 1,000. Memory grows with them.

    Raises
    ------
    UsageError
        The seed is not from 0 to 2^64 − 1.
    """
    n = n_concepts(factors)
    keys = Numbering([len(factor.levels) for factor in factors]).keys
    if n_worlds_of(factors) <= worlds * n:
        n_worlds = n_worlds_of(factors)
        none = np.empty(0, dtype=np.int64)
        if n_worlds <= KEPT:
            kept, n_kept = every_world(factors), n_worlds
        else:
            n_kept = KEPT // n * n
            rows, counts = distinct([drawn_between(factors, 0, n_kept, seed)])
            kept = rows, counts / n_kept
        return Design(factors, seed, True, n_worlds, n_kept, *kept, none, none.reshape(0, len(factors)))
    width = len(factors) - (n > 1)
    compared = min(worlds, min(worlds // width, MOST_COMPARED) if compared is None else compared)
    n_kept = min(worlds, KEPT // n) * n
    drawn, counts = distinct(_drawn(factors, n_kept, seed))
    rows, _ = distinct([drawn, *_drawn(factors, compared * n, seed), *_compared(factors, compared, seed)])
    index = RowIndex(rows, keys)
    weights = np.zeros(len(rows))
    weights[index.places(drawn)] = counts / n_kept
    first = index.places(drawn_between(factors, 0, compared * n, seed)[::n])
    anew = np.column_stack([first] * len(factors))
    for k in range(width):
        anew[:, k] = index.places(_with_anew(factors, k, 0, compared, seed)[::n])
    return Design(factors, seed, False, worlds * n, n_kept, rows, weights, first, anew)


def _drawn(factors: tuple[Factor, ...], n: int, seed: int) -> Iterator[Rows]:
    for begin in range(0, n, AT_A_TIME):
        yield drawn_between(factors, begin, min(begin + AT_A_TIME, n), seed)


def _compared(factors: tuple[Factor, ...], n: int, seed: int) -> Iterator[Rows]:
    for begin in range(0, n, AT_A_TIME):
        for k in range(len(factors) - (n_concepts(factors) > 1)):
            yield _with_anew(factors, k, begin, min(begin + AT_A_TIME, n), seed)


def _with_anew(factors: tuple[Factor, ...], k: int, begin: int, end: int, seed: int) -> Rows:
    """Return some of the drawn worlds with factor k alone drawn anew, each under every concept."""
    n = n_concepts(factors)
    rows = drawn_between(factors, begin * n, end * n, seed)[::n].copy()
    if n > 1:
        rows = rows[:, :-1].copy()
    rows[:, k] = drawn_anew(factors, begin, end, seed)[:, k]
    return under_each(rows, n) if n > 1 else rows
