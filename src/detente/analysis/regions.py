"""Where among many worlds something is so: regions in which factors have some levels and not others, found by peeling.

The patient rule induction method (PRIM, Friedman & Fisher 1999) as scenario discovery uses it (Bryant & Lempert 2010).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from detente.analysis.factors import Factor, Rows

MOST_REGIONS = 3
ENOUGH = 0.95
"""No further region is looked for once those found have so much of the worlds in which it is so."""
LEAST = 0.02
"""A region has at least so much of all worlds that are looked at."""


@dataclass(frozen=True)
class Region:
    """Worlds in which some factors have certain levels.

    Attributes
    ----------
    limits : tuple of (factor, levels)
        Places of the factors, and of the levels that they may have; factors that are not named may have any.
    density : float
        The share of its worlds in which it is so.
    coverage : float
        The share that it has of all worlds in which it is so.
    weight : float
        The share that it has of all worlds.
    """

    limits: tuple[tuple[int, tuple[int, ...]], ...]
    density: float
    coverage: float
    weight: float

    def to_dict(self, factors: Sequence[Factor]) -> dict[str, Any]:
        """Return plain data: premises that are there or missing, and of other factors the levels in words."""
        premises = [(factors[k].id, levels) for k, levels in self.limits if factors[k].kind == "premise"]
        others = ((factors[k], levels) for k, levels in self.limits if factors[k].kind != "premise")
        return {
            "present": [name for name, levels in premises if levels == (0,)],
            "missing": [name for name, levels in premises if levels == (1,)],
            "levels": {factor.id: [factor.levels[k].words for k in levels] for factor, levels in others},
            "density": self.density,
            "coverage": self.coverage,
            "weight": self.weight,
        }


Box = dict[int, frozenset[int]]
"""Factor to the levels that it may have; those that are not named may have any."""


def regions(
    rows: Rows, sizes: Sequence[int], weights: NDArray[np.float64], so: NDArray[np.bool_]
) -> tuple[Region, ...]:
    """Return regions that together have most of the worlds in which something is so, the first found first.

    A region is peeled: of all factors one loses the levels under which it is least often so, that one after which the
    largest share of such worlds is left, until all are such or nothing is gained. Of the regions on the way
    the one with the largest product of density and coverage is kept, without restrictions that add nothing to its
    density. The next is looked for among the worlds outside. Found this way, a region need not be the best there is.

    Parameters
    ----------
    rows : (n, n_factors) int8
    sizes : sequence of int
        How many levels each factor has.
    weights : (n,) float64
    so : (n,) bool
    """
    found: list[Region] = []
    left = np.ones(len(so), dtype=bool)
    whole = float(weights[so].sum())
    while len(found) < MOST_REGIONS and float(weights[so & left].sum()) > (1 - ENOUGH) * whole:
        box = _peeled(rows, sizes, weights, so, left)
        inside = _inside(rows, box)
        if not box or not (inside & left).any():
            break
        weight, such = float(weights[inside].sum()), float(weights[inside & so].sum())
        found.append(
            Region(
                tuple((k, tuple(sorted(levels))) for k, levels in sorted(box.items())),
                round(such / weight, 12),
                round(such / whole, 12),
                round(weight / float(weights.sum()), 12),
            )
        )
        left &= ~inside
    return tuple(found)


def _inside(rows: Rows, box: Box) -> NDArray[np.bool_]:
    result = np.ones(len(rows), dtype=bool)
    for k, levels in box.items():
        result &= np.isin(rows[:, k], sorted(levels))
    return result


def _peeled(
    rows: Rows, sizes: Sequence[int], weights: NDArray[np.float64], so: NDArray[np.bool_], left: NDArray[np.bool_]
) -> Box:
    """Return the best box on the way of one peeling among the worlds that are left; empty where none beats them all."""
    goal, least = float(weights[left & so].sum()), LEAST * float(weights.sum())

    def measured(box: Box) -> tuple[float, float]:
        some = left & _inside(rows, box)
        weight, such = float(weights[some].sum()), float(weights[some & so].sum())
        return (0.0, 0.0) if weight < least or not weight else (round(such / weight, 12), such / goal)

    way: list[tuple[Box, float, float]] = [({}, *measured({}))]
    while way[-1][1] < 1:
        box, density, _ = way[-1]
        some = left & _inside(rows, box)
        tighter = _tighter(box, rows[some], sizes, weights[some], so[some])
        best = max(
            ((share, -place, change) for place, (share, weight, change) in enumerate(tighter) if weight >= least),
            default=None,
            key=lambda item: item[:2],
        )
        if best is None or round(best[0], 12) <= density:
            break
        way.append(({**box, **best[2]}, *measured({**box, **best[2]})))
    box, density, _ = max(way, key=lambda item: item[1] * item[2])
    for k in sorted(box):  # a restriction may have been taken that later ones made needless
        looser = {other: levels for other, levels in box.items() if other != k}
        if measured(looser)[0] >= density:
            box = looser
    return box


def _tighter(
    box: Box, rows: Rows, sizes: Sequence[int], weights: NDArray[np.float64], so: NDArray[np.bool_]
) -> Iterator[tuple[float, float, Box]]:
    """Yield (density, weight, restriction) for each factor without the levels under which it is least often so."""
    for k, size in enumerate(sizes):
        levels = box.get(k, frozenset(range(size)))
        by_level = np.bincount(rows[:, k], weights, size)
        such = np.bincount(rows[so, k], weights[so], size)
        shares = {level: round(such[level] / by_level[level], 12) for level in levels if by_level[level] > 0}
        if len(set(shares.values())) < 2:
            continue
        low = min(shares.values())
        kept = frozenset(level for level in levels if level not in shares or shares[level] > low)
        weight = float(sum(by_level[level] for level in kept))
        yield float(sum(such[level] for level in kept)) / weight, weight, {k: kept}
