"""Which worlds to examine: every one where there are few enough, else drawn ones and those to compare them with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.distinct import RowIndex, distinct
from detente.analysis.factors import (
    Factor,
    Rows,
    drawn_anew,
    drawn_between,
    every_world,
    n_concepts,
    n_worlds_of,
    under_each,
)

AT_A_TIME = 1 << 16
MOST_COMPARED = 1_000


@dataclass(frozen=True, eq=False)
class Design:
    """The worlds to examine.

    Attributes
    ----------
    rows : (n, n_factors) int8
        Different worlds, in the order of their levels: those that are as written first.
    weights : (n,) float64
        The share of each among all: by the shares of its levels where every world is examined, else how often it was
        drawn; 0 for worlds that are there for comparison.
    exact : bool
        Whether every world is among them.
    n_worlds : int
        How many there are, or were drawn; where the concept is a factor, a world counts once under each.
    first : (m,) int64
        The places of the worlds drawn first, each as often as it was drawn; empty where every world is examined.
    anew : (m, n_factors) int64
        The places of the same worlds with one factor alone drawn anew; of the concept, the world itself. Where the
        concept is a factor, these are the places under the first concept, and the others follow.
    """

    rows: Rows
    weights: NDArray[np.float64]
    exact: bool
    n_worlds: int
    first: NDArray[np.int64]
    anew: NDArray[np.int64]


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
        that these are no more than the worlds drawn, and at most 1,000.

    Raises
    ------
    UsageError
        The seed is not from 0 to 2^64 − 1.
    """
    if n_worlds_of(factors) <= worlds * n_concepts(factors):
        rows, weights = every_world(factors)
        none = np.empty(0, dtype=np.int64)
        return Design(rows, weights, True, len(rows), none, none.reshape(0, len(factors)))
    n = n_concepts(factors)
    width = len(factors) - (n > 1)
    compared = min(worlds, min(worlds // width, MOST_COMPARED) if compared is None else compared)
    drawn, counts = distinct(_drawn(factors, worlds * n, seed))
    rows, _ = distinct([drawn, *_compared(factors, compared, seed)])
    index = RowIndex(rows)
    weights = np.zeros(len(rows))
    weights[index.places(drawn)] = counts / (worlds * n)
    first = index.places(drawn_between(factors, 0, compared * n, seed)[::n])
    anew = np.column_stack([first] * len(factors))
    for k in range(width):
        anew[:, k] = index.places(_with_anew(factors, k, 0, compared, seed)[::n])
    return Design(rows, weights, False, worlds * n, first, anew)


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
