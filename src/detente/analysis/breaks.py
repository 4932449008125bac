"""What ends an equilibrium when lenses change: the smallest sets of changes, who moves then, and where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.analysis.durability import Durability, Lenses, all_mixes
from detente.analysis.explain import move_dict, reason
from detente.analysis.reach import UNREACHED, Move, Reach
from detente.analysis.result import Shown
from detente.errors import UsageError
from detente.graph.evaluate import Flags
from detente.stability.concept import Concept
from detente.stability.game import Game
from detente.stability.registry import concept

if TYPE_CHECKING:
    import pandas as pd

LensChange = tuple[tuple[str, str], ...]
"""Parties and the lens that each changes to."""


@dataclass(frozen=True)
class Break:
    """One set of lens changes, from now, that ends an equilibrium.

    Attributes
    ----------
    changes : tuple of (str, str)
        Parties and the lenses they change to; inclusion-minimal.
    movers : tuple of (str, Move)
        For each party that the state is no longer stable for, an improvement that nothing meets.
    relapse : tuple of int
        The equilibria (from 0) of the concept that improvements then lead to; empty when to none.
    path : tuple of Move
        The shortest way by improvements to the nearest of them: an unmet improvement, and a legal sequence from there.
    """

    changes: LensChange
    movers: tuple[tuple[str, Move], ...]
    relapse: tuple[int, ...]
    path: tuple[Move, ...]


@dataclass(frozen=True, eq=False)
class Breaks(Shown):
    """What breaks one state that holds now, and what it survives.

    ``survives`` has the inclusion-maximal sets of lens changes after which it still holds.
    """

    durability: Durability
    concept: str
    state: int
    breaks: tuple[Break, ...]
    survives: tuple[LensChange, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        game = self.durability.decider.game(dict(self.durability.now.lenses))
        return {
            "state": self.state + 1,
            "concept": self.concept,
            "now": self.durability.now.id,
            "breaks": [
                {
                    "changes": dict(item.changes),
                    "who": {dm: move_dict(game, move) for dm, move in item.movers},
                    "relapse": [state + 1 for state in item.relapse],
                    "path": [move_dict(game, move) for move in item.path],
                }
                for item in self.breaks
            ],
            "survives": [dict(changes) for changes in self.survives],
        }

    @staticmethod
    def to_frame(found: Sequence[Breaks]) -> pd.DataFrame:
        """Return a pandas DataFrame for several concepts, one row per breaking set of lens changes."""
        import pandas as pd

        rows = [
            {
                "number": one.state + 1,
                "concept": one.concept,
                "changes": ", ".join(f"{dm}={lens}" for dm, lens in item.changes),
                "who": ", ".join(dm for dm, _ in item.movers),
                "relapse": " ".join(str(state + 1) for state in item.relapse),
            }
            for one in found
            for item in one.breaks
        ]
        return pd.DataFrame(rows, columns=["number", "concept", "changes", "who", "relapse"])


def breaks(found: Durability, state: int, concept_key: str) -> Breaks:
    """Find the smallest sets of lens changes that end an equilibrium of today, and the largest it survives.

    Every combination of lenses is examined; a change is a party's step from its lens now to another. Nothing is
    assumed about monotonicity: what a set of changes breaks, a larger one may mend.

    Parameters
    ----------
    found : Durability
    state : int
        From 0.
    concept_key : str

    Raises
    ------
    UsageError
        The state is no equilibrium now.
    TooLargeError
        There are too many combinations of lenses.

    Examples
    --------
    >>> import detente
    >>> from detente.analysis.durability import durability
    >>> lenses = "{now: [town.park], later: [not town.park]}"
    >>> town = detente.loads(f"decision_makers: {{town: {{options: [park], lenses: {lenses}}}}}")
    >>> found = breaks(durability(town, now="now", later="later"), 1, "seq")
    >>> [item.changes for item in found.breaks]
    [(('town', 'later'),)]
    """
    by = concept(concept_key)
    holds = _holding(found, by, [state])
    if not holds[()]:
        raise UsageError(f"state {state + 1} is no equilibrium under {found.now.id} and {concept_key}")
    ending = [changes for changes, yes in holds.items() if not yes]
    smallest = [c for c in ending if not any(set(other) < set(c) for other in ending)]
    kept = [changes for changes, yes in holds.items() if yes]
    largest = [c for c in kept if not any(set(c) < set(other) for other in kept)]
    return Breaks(
        found,
        concept_key,
        state,
        tuple(_break(found, by, state, changes) for changes in sorted(smallest, key=lambda c: (len(c), c))),
        tuple(sorted(largest, key=lambda c: (-len(c), c))),
    )


def _holding(found: Durability, by: Concept, states: Sequence[int]) -> dict[LensChange, bool]:
    """Return for each set of lens changes from now whether one of the states is an equilibrium, smallest first."""
    result = {}
    for mix in all_mixes(found.conflict):
        equilibria = found.decider.equilibria(by, found.decider.game(dict(mix.lenses)))
        result[_changes(found.now.lenses, mix.lenses)] = bool(equilibria[list(states)].any())
    return dict(sorted(result.items(), key=lambda item: len(item[0])))


def _changes(now: Lenses, then: Lenses) -> LensChange:
    return tuple(new for old, new in zip(now, then, strict=True) if new != old)


def _break(found: Durability, by: Concept, state: int, changes: LensChange) -> Break:
    game = found.decider.game({**dict(found.now.lenses), **dict(changes)})
    movers = []
    for i in game.parties:
        if not found.decider.stable(by, game, i)[state]:
            unmet = [item.end for item in reason(game, i, state, by).improvements if item.sanction is None]
            best = max(unmet, key=lambda end: (int(game.ranks(i)[end]), -end))
            movers.append((game.movers[i].name, Move(i, state, best)))
    goal = found.decider.equilibria(by, game)
    relapse, path = relapse_from(game, [move for _, move in movers], goal)
    return Break(changes, tuple(movers), relapse, path)


def relapse_from(game: Game, first: Sequence[Move], goal: Flags) -> tuple[tuple[int, ...], tuple[Move, ...]]:
    """Return the goal states that improvements lead to after any of some first moves, and the shortest way to one."""
    reached = np.zeros(game.n_states, dtype=bool)
    shortest: tuple[Move, ...] = ()
    for move in first:
        ways = Reach(game, move.end, range(len(game.movers)), improving=True)
        steps = np.where(goal, ways.steps, UNREACHED)
        reached |= steps < UNREACHED
        nearest = int(np.argmin(steps))
        if steps[nearest] < UNREACHED and (not shortest or steps[nearest] + 1 < len(shortest)):
            shortest = (move, *ways.path(nearest))
    return tuple(np.flatnonzero(reached).tolist()), shortest
