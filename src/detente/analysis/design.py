"""Which worlds to examine: every one where there are few enough, else drawn ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.factors import Factor, Rows, drawn_worlds, every_world, n_worlds_of


@dataclass(frozen=True, eq=False)
class Design:
    """The worlds to examine.

    Attributes
    ----------
    rows : (n, n_factors) int8
        Different worlds, in the order of their levels: those that are as written first.
    weights : (n,) float64
        The share of each among all: by the shares of its levels where every world is examined, else how often it was
        drawn.
    exact : bool
        Whether every world is among them.
    n_worlds : int
        How many there are, or were drawn.
    """

    rows: Rows
    weights: NDArray[np.float64]
    exact: bool
    n_worlds: int


def design_of(factors: tuple[Factor, ...], worlds: int, seed: int) -> Design:
    """Return every world where there are no more than ``worlds``, else so many drawn. Raises UsageError (the seed)."""
    if n_worlds_of(factors) <= worlds:
        rows, shares = every_world(factors)
        return Design(rows, np.array([float(share) for share in shares]), True, len(rows))
    rows, counts = np.unique(drawn_worlds(factors, worlds, seed), axis=0, return_counts=True)
    return Design(rows, counts / worlds, False, worlds)
