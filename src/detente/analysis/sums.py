"""What becomes of the answers of all examined worlds: counts, indices and margins, without the worlds themselves.

Worlds come in their order, in pieces of any size, and are put together to blocks that begin at fixed places: whatever
the pieces were, the same sums are added in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np
from numpy.typing import NDArray

from detente.analysis import design as designs
from detente.analysis.crew import Answers
from detente.analysis.design import Design
from detente.analysis.factors import Rows, n_concepts, worlds_between
from detente.analysis.indices import ExactIndices, Total
from detente.analysis.margins import Margin, Nearest
from detente.analysis.scratch import Scratch
from detente.analysis.tallies import HOLDS, Tallies

CLAIMS_AT_A_TIME = 8
"""Indices of so many claims are worked out together."""

Indices = tuple[list[Total], dict[tuple[int, int], float]]


class Sums:
    """What is found out about the worlds of a design as their answers come.

    Parameters
    ----------
    design : Design
    n_claims, n_columns : int
        Of the answers of a world, claims first.
    room : callable
        Makes room on disk.
    """

    def __init__(self, design: Design, n_claims: int, n_columns: int, room: Callable[[], Scratch]) -> None:
        self._design, self._n_claims = design, n_claims
        self.tallies = Tallies.empty(design.factors, n_claims, n_columns)
        sizes = design.sizes
        if design.exact:
            n_outer = next(k for k in range(len(sizes) + 1) if prod(sizes[k:]) <= designs.KEPT)
            size = prod(sizes[n_outer:])
        else:
            n_outer, n = 0, n_concepts(design.factors)
            size = max(1, designs.KEPT // n) * n
        size = min(size, design.n_worlds)
        self._rows: Rows = np.empty((size, len(sizes)), dtype=np.int8)
        self._answers: Answers = np.empty((size, n_columns), dtype=np.int8)
        self._first = self._full = 0
        self._nearest = Nearest(design.factors, n_claims)
        shares = [[float(level.share) for level in factor.levels] for factor in design.factors]
        self._indices = [
            ExactIndices(shares, n_outer, min(CLAIMS_AT_A_TIME, n_claims - k), room() if n_outer else None)
            for k in range(0, n_claims if design.exact else 0, CLAIMS_AT_A_TIME)
        ]

    def take(self, rows: Rows, answers: Answers) -> None:
        """Take the next worlds and their answers."""
        while len(rows):
            n = min(len(rows), len(self._rows) - self._full)
            here = slice(self._full, self._full + n)
            self._rows[here], self._answers[here] = rows[:n], answers[:n]
            self._full += n
            rows, answers = rows[n:], answers[n:]
            if self._full == len(self._rows) or self._first + self._full == self._design.n_worlds:
                self._block(self._rows[: self._full], self._answers[: self._full])
                self._first, self._full = self._first + self._full, 0

    def _block(self, rows: Rows, answers: Answers) -> None:
        design, claims = self._design, answers[:, : self._n_claims]
        weights: NDArray[np.float64] | None = None
        if design.exact:
            weights = worlds_between(design.factors, self._first, self._first + len(rows))[1]
            self._nearest.take(rows, claims)
            for k, indices in enumerate(self._indices):
                some = claims[:, k * CLAIMS_AT_A_TIME : (k + 1) * CLAIMS_AT_A_TIME]
                indices.take(some == HOLDS)
        self.tallies.take(design.sizes, rows, answers, weights)

    def indices(self) -> list[Indices | None]:
        """Return for each claim its exact indices; None where it does not vary, and where worlds were drawn."""
        found = [item for indices in self._indices for item in indices.found()]
        return found if self._design.exact else [None] * self._n_claims

    def margins(self) -> list[Margin | None]:
        """Return the margin of each claim, where every world was examined."""
        return [self._nearest.margin(k) for k in range(self._n_claims)]
