"""Outcome by outcome: does it hold, and if not, for whom is it unstable?"""

from __future__ import annotations

from dataclasses import dataclass, field
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
    example : int or None
        The state of it that holds (or, where none holds, any state of it) nearest to the status quo; see
        :func:`nearest`.
    reachable, improving : int or None
        Fewest steps from the status quo to the example, by any legal moves and by improvements only; ``None`` when
        there is no way.
    """

    outcome: str
    n_states: int
    holding: tuple[int, ...] = field(repr=False)
    unstable_for: tuple[tuple[str, int], ...]
    example: int | None
    reachable: int | None
    improving: int | None

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
            "improvements_from_status_quo": self.improving,
        }


def outlook(analysis: ReadingAnalysis, concept: str, names: tuple[str, ...] = ()) -> list[OutcomeOutlook]:
    """Return how every outcome fares under a concept: the model's classes, or all outcomes where it has none."""
    conflict = analysis.graph.conflict
    names = names or conflict.reported
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
    candidates = held if len(held) else np.flatnonzero(inside)
    example = nearest(analysis, candidates) if len(candidates) else None
    moves, improvements = (None, None) if example is None else distance(analysis, example)
    return OutcomeOutlook(name, int(inside.sum()), tuple(held.tolist()), unstable_for, example, moves, improvements)


def nearest(analysis: ReadingAnalysis, states: NDArray[np.integer]) -> int:
    """Return which of some states (from 0, at least one) is nearest to the status quo.

    States that improvements lead to come first, by the fewest of them; then those that legal moves lead to.
    """
    reach = analysis.reachability
    if reach is None:
        return int(states[0])
    return int(states[np.lexsort((states, reach.by_moves[states], reach.by_improvements[states]))[0]])


def distance(analysis: ReadingAnalysis, state: int) -> tuple[int | None, int | None]:
    """Return the fewest steps from the status quo, by legal moves and by improvements; ``None``: there is no way."""
    reach = analysis.reachability
    if reach is None:
        return None, None
    steps = int(reach.by_moves[state]), int(reach.by_improvements[state])
    return None if steps[0] >= UNREACHED else steps[0], None if steps[1] >= UNREACHED else steps[1]
