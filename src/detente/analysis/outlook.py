"""Outcome by outcome: does it hold, and if not, for whom is it unstable?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.analyze import ReadingAnalysis
from detente.analysis.reach import UNREACHED


@dataclass(frozen=True)
class OutcomeOutlook:
    """An outcome under one concept.

    Attributes
    ----------
    outcome : str
    n_states : int
        How many states have it.
    holding : tuple of int
        Those that are equilibria (from 0).
    unstable_for : tuple of (str, int)
        Parties for which states of the outcome are unstable, and how many, most first.
    reachable : int or None
        Fewest legal moves from the status quo to a state of it that holds (or, where none holds, to any state of it);
        ``None`` when there is no way.
    example : int or None
        That state, or the first one.
    """

    outcome: str
    n_states: int
    holding: tuple[int, ...]
    unstable_for: tuple[tuple[str, int], ...]
    reachable: int | None
    example: int | None

    @property
    def blockers(self) -> tuple[str, ...]:
        """Parties for which every state of the outcome is unstable."""
        return tuple(dm for dm, count in self.unstable_for if count == self.n_states)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        return {
            "outcome": self.outcome,
            "states": self.n_states,
            "holding": [state + 1 for state in self.holding],
            "unstable_for": dict(self.unstable_for),
            "blockers": list(self.blockers),
            "steps_from_status_quo": self.reachable,
        }


def outlook(analysis: ReadingAnalysis, concept: str, names: tuple[str, ...] = ()) -> list[OutcomeOutlook]:
    """Return how every outcome fares under a concept: the model's classes, or all outcomes where it has none."""
    conflict = analysis.graph.conflict
    names = names or conflict.classes or tuple(outcome.id for outcome in conflict.outcomes)
    holding = np.zeros(analysis.graph.n_states, dtype=bool)
    holding[analysis.equilibria(concept)] = True
    parties = [analysis.game.movers[i].name for i in analysis.game.parties]
    unstable = {dm: ~analysis.stable(concept, dm) for dm in parties}
    return [_one(analysis, name, holding, unstable) for name in names]


def _one(
    analysis: ReadingAnalysis, name: str, holding: NDArray[np.bool_], unstable: dict[str, NDArray[np.bool_]]
) -> OutcomeOutlook:
    inside = analysis.graph.outcome(name)
    held = np.flatnonzero(inside & holding)
    counts = {dm: int((inside & flags).sum()) for dm, flags in unstable.items()}
    unstable_for = tuple(sorted(((dm, n) for dm, n in counts.items() if n), key=lambda item: -item[1]))
    reachable, example = None, None
    candidates = held if len(held) else np.flatnonzero(inside)
    if len(candidates):
        example = int(candidates[0])
        if analysis.reachability is not None:
            steps = analysis.reachability.by_moves[candidates]
            nearest = int(np.argmin(steps))
            if steps[nearest] < UNREACHED:
                reachable, example = int(steps[nearest]), int(candidates[nearest])
    return OutcomeOutlook(name, int(inside.sum()), tuple(held.tolist()), unstable_for, reachable, example)
