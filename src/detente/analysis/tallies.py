"""What is counted of all examined worlds, block by block, so that none of them need be kept.

Drawn worlds are counted in whole numbers. Where every world is examined, weights are added up within blocks that begin
at fixed places, and the blocks in their order: the sums do not depend on how the worlds came to be examined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.crew import Answers
from detente.analysis.factors import Factor, Rows, n_concepts

VERDICTS = ("fails", "partly", "holds")
"""In the table of verdicts by their places; ``NOT_EXAMINED`` where a world has no answer."""
NOT_EXAMINED = -1
HOLDS = VERDICTS.index("holds")
_KINDS = 1 + len(VERDICTS)
"""Of answers, by one more than the answer."""

Weights = NDArray[np.float64]


@dataclass(eq=False)
class Tallies:
    """How many worlds have which answer; columns are claims first, then outcomes.

    Attributes
    ----------
    counts : (n_columns, 4) int64
        Of worlds, by one more than the answer.
    weights : (n_columns, 4) float64
        Their shares of all; of drawn worlds their numbers.
    level_counts : (n_claims, n_levels, 4) int64
        Of worlds with each level of each factor, all levels of the first factor first.
    level_weights : (n_claims, n_levels, 4) float64
    patterns : (n_claims, n_concepts + 1) int64
        Of drawn worlds, by the number of concepts under which the claim holds; one concept where it is no factor.
    """

    counts: NDArray[np.int64]
    weights: Weights
    level_counts: NDArray[np.int64]
    level_weights: Weights
    patterns: NDArray[np.int64]

    @classmethod
    def empty(cls, factors: Sequence[Factor], n_claims: int, n_columns: int) -> Tallies:
        """Return tallies of no worlds."""
        levels = sum(len(factor.levels) for factor in factors)
        return cls(
            np.zeros((n_columns, _KINDS), dtype=np.int64),
            np.zeros((n_columns, _KINDS)),
            np.zeros((n_claims, levels, _KINDS), dtype=np.int64),
            np.zeros((n_claims, levels, _KINDS)),
            np.zeros((n_claims, n_concepts(tuple(factors)) + 1), dtype=np.int64),
        )

    def take(self, sizes: Sequence[int], rows: Rows, answers: Answers, weights: Weights | None) -> None:
        """Count a block of worlds.

        Parameters
        ----------
        sizes : sequence of int
            How many levels each factor has.
        rows : (n, n_factors) int8
        answers : (n, n_columns) int8
        weights : (n,) float64, optional
            None where worlds were drawn.
        """
        n_claims, n = len(self.level_counts), self.patterns.shape[1] - 1
        for column, found in enumerate((answers - np.int8(NOT_EXAMINED)).T):
            kinds = np.ascontiguousarray(found)
            self.counts[column] += np.bincount(kinds, minlength=_KINDS)
            if weights is not None:
                self.weights[column] += np.bincount(kinds, weights, _KINDS)
            if column >= n_claims:
                continue
            begin = 0
            for place, size in enumerate(sizes):
                cells = rows[:, place].astype(np.int16) * _KINDS + kinds
                here = np.s_[column, begin : begin + size]
                self.level_counts[here] += np.bincount(cells, minlength=_KINDS * size).reshape(size, _KINDS)
                if weights is not None:
                    self.level_weights[here] += np.bincount(cells, weights, _KINDS * size).reshape(size, _KINDS)
                begin += size
            if weights is None:
                held = (answers[:, column] == HOLDS).reshape(-1, n).sum(axis=1)
                self.patterns[column] += np.bincount(held, minlength=n + 1)
        if weights is None:
            self.weights[:], self.level_weights[:] = self.counts, self.level_counts
