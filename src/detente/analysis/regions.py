"""Where among many worlds something is so: regions in which some premises are there or missing, found by peeling.

The patient rule induction method (PRIM, Friedman & Fisher 1999) as scenario discovery uses it (Bryant & Lempert 2010).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_REGIONS = 3
ENOUGH = 0.95
"""No further region is looked for once those found have so much of the worlds in which it is so."""
LEAST = 0.02
"""A region has at least so much of all worlds that are looked at."""


@dataclass(frozen=True)
class Region:
    """Worlds that have some premises and have not some others.

    Attributes
    ----------
    present, missing : tuple of str
    density : float
        The share of its worlds in which it is so.
    coverage : float
        The share that it has of all worlds in which it is so.
    weight : float
        The share that it has of all worlds.
    """

    present: tuple[str, ...]
    missing: tuple[str, ...]
    density: float
    coverage: float
    weight: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "present": list(self.present),
            "missing": list(self.missing),
            "density": self.density,
            "coverage": self.coverage,
            "weight": self.weight,
        }


Box = dict[int, bool]
"""Factor to whether it is there; those that are not named may be either."""


def regions(
    names: Sequence[str], present: NDArray[np.bool_], weights: NDArray[np.float64], so: NDArray[np.bool_]
) -> tuple[Region, ...]:
    """Return regions that together have most of the worlds in which something is so, the first found first.

    A region is peeled: of all single restrictions the one that leaves the largest share of such worlds is taken, until
    all are such or nothing is gained. Of the regions on the way the one with the largest product of density
    and coverage is kept, without restrictions that add nothing to its density. The next is looked for among the worlds
    outside. Found this way, a region need not be the best there is.

    Parameters
    ----------
    names : sequence of str
        The factors.
    present : (n, n_factors) bool
    weights : (n,) float64
    so : (n,) bool
    """
    found: list[Region] = []
    left = np.ones(len(so), dtype=bool)
    whole = float(weights[so].sum())
    while len(found) < MOST_REGIONS and float(weights[so & left].sum()) > (1 - ENOUGH) * whole:
        box = _peeled(present, weights, so, left)
        inside = _inside(present, box)
        if not box or not (inside & left).any():
            break
        weight, such = float(weights[inside].sum()), float(weights[inside & so].sum())
        found.append(
            Region(
                tuple(names[k] for k, there in sorted(box.items()) if there),
                tuple(names[k] for k, there in sorted(box.items()) if not there),
                round(such / weight, 12),
                round(such / whole, 12),
                round(weight / float(weights.sum()), 12),
            )
        )
        left &= ~inside
    return tuple(found)


def _inside(present: NDArray[np.bool_], box: Box) -> NDArray[np.bool_]:
    result = np.ones(len(present), dtype=bool)
    for k, there in box.items():
        result &= present[:, k] == there
    return result


def _peeled(
    present: NDArray[np.bool_], weights: NDArray[np.float64], so: NDArray[np.bool_], left: NDArray[np.bool_]
) -> Box:
    """Return the best box on the way of one peeling among the worlds that are left; empty where none beats them all."""
    goal = float(weights[left & so].sum())

    def measured(box: Box) -> tuple[float, float]:
        some = left & _inside(present, box)
        weight, such = float(weights[some].sum()), float(weights[some & so].sum())
        small = weight < LEAST * float(weights.sum())
        return (0.0, 0.0) if small else (round(such / weight, 12), such / goal)

    way: list[tuple[Box, float, float]] = [({}, *measured({}))]
    while way[-1][1] < 1:
        box, density, _ = way[-1]
        best = max(_tighter(box, present.shape[1]), key=measured, default=None)
        if best is None or measured(best)[0] <= density:
            break
        way.append((best, *measured(best)))
    box, density, _ = max(way, key=lambda item: item[1] * item[2])
    for k in sorted(box):  # a restriction may have been taken that later ones made needless
        looser = {other: there for other, there in box.items() if other != k}
        if measured(looser)[0] >= density:
            box = looser
    return box


def _tighter(box: Box, n_factors: int) -> Iterator[Box]:
    for k in range(n_factors):
        if k not in box:
            yield {**box, k: False}
            yield {**box, k: True}
