"""Shortest ways, cycles and what leads where, in the graph of play."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.evolution_steps import Steps
from detente.graph.moves import Index, ranges
from detente.stability.game import Flags


@dataclass(frozen=True)
class PlayStep:
    """One step of play: whose it is (several for a joint one), and between which states (from 0)."""

    by: tuple[str, ...]
    start: int
    end: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        return {"by": list(self.by), "from": self.start + 1, "to": self.end + 1}


def search_steps(
    steps: Steps, origins: Index, *, nodes: Flags | None = None, arcs: Flags | None = None
) -> tuple[Index, NDArray[np.int64]]:
    """Return the fewest steps to each place (-1: no way), and the step by which it is entered then.

    ``nodes`` and ``arcs`` say which places may be entered and which steps taken; all by default.
    """
    distance = np.full(len(steps.states), -1, dtype=np.int32)
    entry = np.full(len(steps.states), -1, dtype=np.int64)
    distance[origins] = 0
    level, count = origins, 0
    while len(level):
        count += 1
        at = ranges(steps.rows[level], steps.rows[level + 1])[1]
        if arcs is not None:
            at = at[arcs[at]]
        ends = steps.targets[at]
        new = distance[ends] < 0
        if nodes is not None:
            new &= nodes[ends]
        level, first = np.unique(ends[new], return_index=True)
        distance[level] = count
        entry[level] = at[new][first]
    return distance, entry


def path_to(steps: Steps, distance: Index, entry: NDArray[np.int64], node: int) -> tuple[PlayStep, ...]:
    """Return a shortest path to a place, given what :func:`search_steps` found."""
    found = []
    while distance[node] > 0:
        arc = int(entry[node])
        found.append(step_of(steps, arc))
        node = int(steps.sources[arc])
    return tuple(reversed(found))


def step_of(steps: Steps, arc: int) -> PlayStep:
    """Return one step of play."""
    start, end = steps.states[steps.sources[arc]], steps.states[steps.targets[arc]]
    return PlayStep(steps.names[steps.by[arc]], int(start), int(end))


def cycle_through(steps: Steps, node: int, nodes: Flags) -> tuple[PlayStep, ...]:
    """Return a shortest cycle through a place, by places that may be entered; there must be one."""
    distance, entry = search_steps(steps, np.array([node], dtype=np.int32), nodes=nodes)
    back = np.flatnonzero((steps.targets == node) & (distance[steps.sources] >= 0))
    arc = int(back[np.argmin(distance[steps.sources[back]])])
    return (*path_to(steps, distance, entry, int(steps.sources[arc])), step_of(steps, arc))


def leading_to(steps: Steps, goal: Flags, arcs: Flags) -> Flags:
    """Return the places from which the given steps lead into a goal, which counts itself."""
    kept = np.flatnonzero(arcs)
    kept = kept[np.argsort(steps.targets[kept], kind="stable")]
    rows = np.searchsorted(steps.targets[kept], np.arange(len(goal) + 1))
    found, level = goal.copy(), np.flatnonzero(goal)
    while len(level):
        before = steps.sources[kept[ranges(rows[level], rows[level + 1])[1]]]
        level = np.unique(before[~found[before]])
        found[level] = True
    return found
