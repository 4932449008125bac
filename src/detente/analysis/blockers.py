"""Who can block an outcome: for which parties and coalitions it has no state that they would not leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.analysis.reach_bits import Columns, joint_moves
from detente.analysis.result import provenance
from detente.analysis.withdrawal import Ending, endings
from detente.analysis.world import World
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.graph.evaluate import Flags
from detente.stability.concept import NotDefinedError
from detente.stability.game import Game
from detente.stability.registry import concept

if TYPE_CHECKING:
    import pandas as pd

_AT_ONCE = 4096


@dataclass(frozen=True)
class Blocker:
    """What one party or coalition can do about one outcome.

    Attributes
    ----------
    who : str
        A party's identifier, or a coalition's.
    members : tuple of str
    outcome, reading, concept : str
    n_states : int
        States of the outcome.
    n_left : int
        Of these, those that it can leave for a state outside by an improvement that nothing meets; for a coalition, by
        a joint improvement, met or not.
    """

    who: str
    members: tuple[str, ...]
    outcome: str
    reading: str
    concept: str
    n_states: int
    n_left: int

    @property
    def blocks(self) -> bool:
        """Whether it can leave every state of the outcome, of which there is one."""
        return 0 < self.n_states == self.n_left


@dataclass(frozen=True, eq=False, repr=False)
class Blockers:
    """Who can block which outcomes, by reading and concept; and who can end which agreements alone."""

    world: World
    outcomes: tuple[str, ...]
    found: tuple[Blocker, ...]
    endings: tuple[Ending, ...] = ()

    def __repr__(self) -> str:
        return f"<Blockers of {self.world.conflict.title[:60]!r}: {sum(b.blocks for b in self.found)} vetoes>"

    def of(self, outcome: str, reading: str, concept: str) -> list[Blocker]:
        """Return all entries for an outcome, a reading and a concept."""
        return [b for b in self.found if (b.outcome, b.reading, b.concept) == (outcome, reading, concept)]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "outcomes": list(self.outcomes),
            "blockers": [
                {
                    "who": item.who,
                    "members": list(item.members),
                    "outcome": item.outcome,
                    "reading": item.reading,
                    "concept": item.concept,
                    "blocks": item.blocks,
                    "states": item.n_states,
                    "left": item.n_left,
                }
                for item in self.found
            ],
            "agreements": [item.to_dict() for item in self.endings],
            "computed": provenance(self.world.conflict, sanctions=self.world.sanctions),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per outcome, reading, concept and party or coalition."""
        import pandas as pd

        columns = ["outcome", "reading", "concept", "who", "blocks", "states", "left"]
        rows = [{**entry, "members": None} for entry in self.to_dict()["blockers"]]
        return pd.DataFrame(rows, columns=columns)


def blockers(
    conflict: Conflict,
    *,
    outcomes: Sequence[str] | None = None,
    readings: Sequence[str] | None = None,
    concepts: Sequence[str] | None = None,
    world: World | None = None,
) -> Blockers:
    """Find out who can block which outcome.

    A party blocks an outcome when in every state of it the party has an improvement that leaves the outcome and that
    nothing meets under the concept. A coalition of the model blocks it when in every state its members have a joint
    improvement that leaves it (coalition Nash, whatever the concept).

    Parameters
    ----------
    conflict : Conflict
    outcomes : sequence of str, optional
        The classes of the model by default, or all outcomes where it names none.
    readings, concepts : sequence of str, optional
        All readings, and Nash and SEQ, by default.
    world : World, optional
        When it exists already.

    Raises
    ------
    UsageError
        A name does not exist, there are no outcomes, or a concept does not judge improvements one by one.
    """
    world = world or World(conflict)
    names = list(outcomes) if outcomes is not None else list(conflict.classes) or [o.id for o in conflict.outcomes]
    if not names:
        raise UsageError("the model names no outcomes that somebody could block")
    found: list[Blocker] = []
    for reading in readings or [item.id for item in conflict.readings]:
        game = world.game(conflict.reading(reading).id)
        for name in names:
            states = world.graph.outcome(name)
            n = int(states.sum())
            for key in concepts or ("nash", "seq"):
                for i in game.parties:
                    left = _left_by_party(world, game, key, i, states)
                    dm = game.movers[i].name
                    found.append(Blocker(dm, (dm,), name, reading, key, n, left))
            for coalition in conflict.coalitions:
                members = [game.index(dm) for dm in coalition.members]
                left = left_jointly(game, members, states)
                found.append(Blocker(coalition.id, coalition.members, name, reading, "cnash", n, left))
    return Blockers(world, tuple(names), tuple(found), endings(world.graph))


def _left_by_party(world: World, game: Game, key: str, i: int, states: Flags) -> int:
    try:
        return int(world.left_by(concept(key), game, i, states).sum())
    except NotDefinedError as error:
        raise UsageError(str(error)) from None


def left_jointly(game: Game, members: Sequence[int], states: Flags) -> int:
    """Return from how many of some states the members have a joint improvement to a state that is none of them."""
    joint = joint_moves(game, tuple(members))
    ranks = {j: np.unique(game.ranks(j), return_inverse=True)[1].astype(np.int32) for j in members}
    left, listed = 0, np.flatnonzero(states).astype(np.int32)
    for begin in range(0, len(listed), _AT_ONCE):
        columns = Columns(ranks, listed[begin : begin + _AT_ONCE])
        better = columns.above(ranks)
        better[states] = 0
        left += int(columns.diagonal(joint.ahead(better)).sum())
    return left
