"""Who can block an outcome: for which parties and coalitions it has no state that they would not leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.analysis.coalition_judge import CONCEPTS, MOST_PAIRS, Judge
from detente.analysis.result import Shown, provenance
from detente.analysis.withdrawal import Ending, endings
from detente.analysis.world import World
from detente.conflict.conflict import Conflict
from detente.errors import TooLargeError, UsageError
from detente.graph.evaluate import Flags
from detente.stability.concept import NotDefinedError
from detente.stability.game import Game
from detente.stability.registry import concept

if TYPE_CHECKING:
    import pandas as pd


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
        such a joint improvement.
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
class Blockers(Shown):
    """Who can block which outcomes, by reading and concept; and who can end which agreements alone.

    Concepts of coalitions have the keys of :data:`detente.analysis.coalition_judge.CONCEPTS`. ``notes`` say in words
    what was not decided.
    """

    world: World
    outcomes: tuple[str, ...]
    found: tuple[Blocker, ...]
    endings: tuple[Ending, ...] = ()
    notes: tuple[str, ...] = ()

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
            "notes": list(self.notes),
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
    improvement that leaves it and that nothing meets under the concept's form for coalitions: CNash, CGMR, CSMR, CSEQ
    for Nash, GMR, SMR, SEQ. Other concepts have no such form, and are decided for parties only.

    Parameters
    ----------
    conflict : Conflict
    outcomes : sequence of str, optional
        The classes of the model by default, or all outcomes where it names none.
    readings : sequence of str, optional
        All by default.
    concepts : sequence of str, optional
        By default Nash and SEQ for parties, and CNash alone for coalitions, since CSEQ takes much longer.
    world : World, optional
        When it exists already.

    Raises
    ------
    UsageError
        A name does not exist, there are no outcomes, or a concept does not judge improvements one by one.

    Examples
    --------
    >>> import detente
    >>> found = blockers(detente.library("shared_river"), outcomes=["treaty"], concepts=["seq"])
    >>> found
    <Blockers of 'A river shared by two countries': 4 vetoes>
    """
    world = world or World(conflict)
    names = list(outcomes) if outcomes is not None else list(conflict.classes) or [o.id for o in conflict.outcomes]
    if not names:
        raise UsageError("the model names no outcomes that somebody could block")
    asked = list(concepts or ("nash", "seq"))
    chosen = [conflict.reading(reading).id for reading in readings or [item.id for item in conflict.readings]]
    states = {name: world.graph.outcome(name) for name in names}
    joint = _Joint(world, [concept(key).id for key in concepts or ("nash",)], states, len(chosen))
    found: list[Blocker] = []
    for reading in chosen:
        game = world.game(reading)
        for name in names:
            n = int(states[name].sum())
            for key in asked:
                for i in game.parties:
                    left = _left_by_party(world, game, key, i, states[name])
                    dm = game.movers[i].name
                    found.append(Blocker(dm, (dm,), name, reading, key, n, left))
        found += joint.blockers(game, reading)
    return Blockers(world, tuple(names), tuple(found), endings(world.graph), tuple(joint.notes))


class _Joint:
    """What the coalitions of a model can leave, under the forms of concepts for coalitions; ``notes`` say what is left
    out."""

    def __init__(self, world: World, asked: Sequence[str], states: Mapping[str, Flags], n_readings: int) -> None:
        self._coalitions, self._states = world.conflict.coalitions, states
        self.notes: list[str] = []
        self._keys = [f"c{key}" for key in dict.fromkeys(asked) if f"c{key}" in CONCEPTS] if self._coalitions else []
        for key in dict.fromkeys(asked) if self._coalitions else ():
            if f"c{key}" not in CONCEPTS:
                self.notes.append(f"{key}: decided for parties only; it has no form for coalitions.")
        if world.sanctions != "legal" and self._keys not in ([], ["cnash"]):
            self.notes.append(
                "Coalitions are judged under legal sequences of sanctions only; of them cnash is decided."
            )
            self._keys = [key for key in self._keys if key == "cnash"]
        n, listed = world.graph.n_states, sum(int(flags.sum()) for flags in states.values())
        pairs = n * listed * len(self._coalitions) * n_readings
        if self._keys and pairs > MOST_PAIRS:
            self.notes.append(
                f"Coalitions are not decided: states of the outcomes ({listed:,}) × states ({n:,}) × coalitions "
                f"({len(self._coalitions):,}) × readings ({n_readings:,}) are {pairs:.1e} pairs to go through, which "
                f"would take about {pairs / 2e12:,.0f} hours; at most {MOST_PAIRS:.1e} are gone through. Ask about "
                "fewer outcomes or readings (--outcome, --reading)."
            )
            self._keys = []

    def blockers(self, game: Game, reading: str) -> Iterator[Blocker]:
        """Yield what each coalition can leave of each outcome, by concept."""
        judge = Judge(game)
        for coalition in self._coalitions:
            members = tuple(sorted(game.index(dm) for dm in coalition.members))
            for name, flags in self._states.items():
                listed = np.flatnonzero(flags).astype(np.int32)
                for key in list(self._keys):
                    try:
                        left = judge.improves(members, [key], listed, elsewhere=~flags)[key] if len(listed) else listed
                    except TooLargeError as error:
                        self.notes.append(f"{key}: not decided for all coalitions; {error}.")
                        self._keys.remove(key)
                        continue
                    yield Blocker(coalition.id, coalition.members, name, reading, key, len(listed), int(left.sum()))


def _left_by_party(world: World, game: Game, key: str, i: int, states: Flags) -> int:
    try:
        return int(world.left_by(concept(key), game, i, states).sum())
    except NotDefinedError as error:
        raise UsageError(str(error)) from None
