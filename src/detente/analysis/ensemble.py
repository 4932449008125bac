"""What is asked of every world of an ensemble, and the answers of some of its worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.analysis.chosen import ChosenWorlds
from detente.analysis.claims import cases_of, verdict
from detente.analysis.factors import Factor, Rows, n_concepts
from detente.analysis.side_by_side import SideBySide, settled_side_by_side
from detente.analysis.tallies import NOT_EXAMINED, VERDICTS
from detente.analysis.world import FEW_STATES, World
from detente.conflict.claims import Claim
from detente.errors import ModelError, TooLargeError
from detente.graph.evaluate import Flags
from detente.stability.concept import NotDefinedError
from detente.stability.registry import concept
from detente.stability.worlds import BITS

DEFAULT_CONCEPTS = ("nash", "seq")
MOST_KEPT = 1_000_000_000
"""About how many bytes of what was worked out for worlds one process keeps."""
WORTH_LANES, FEW_FOR_ONE = 8, 1 << 11
"""Worlds that are worth looking at side by side; of models with few states any number is."""
LEAST_TOGETHER = 256
"""Worlds of a model with few states that take hardly longer together than one does."""
MOST_ARCS = 1 << 23
"""Of so many moves worlds are looked at side by side, for which moves are listed one by one."""


@dataclass
class Ensemble:
    """What is asked of every world.

    Attributes
    ----------
    base : World
        The model as it is written.
    factors : tuple of Factor
    claims : sequence of Claim
        Where the concept is a factor, each is asked under the concept of the row instead of its own.
    cells : list of (reading, concept, outcome)
        Whether the outcome can hold.
    """

    base: World
    factors: tuple[Factor, ...]
    claims: Sequence[Claim]
    cells: list[tuple[str, str, str]]

    def __post_init__(self) -> None:
        several = n_concepts(self.factors) > 1
        self._worlds = ChosenWorlds(self.base, self.factors[:-1] if several else self.factors)
        self._claims = [self.claims]
        if several:
            names = [level.what for level in self.factors[-1].levels]
            self._claims = [[replace(claim, concepts=(name,)) for claim in self.claims] for name in names]
        self._examined = 0
        arcs = sum(moves.n_arcs for moves in self.base.graph.moves)
        self._most = max(1, MOST_KEPT // (8 * arcs + 1))
        together = self.base.graph.n_states <= FEW_STATES and arcs <= MOST_ARCS
        self._together = np.array(
            [together and settled_side_by_side(claim) for claim in self.claims]
            + [together and key in BITS for _, key, _ in self.cells],
            dtype=bool,
        )
        cells = [cell for cell, here in zip(self.cells, self._together[len(self.claims) :], strict=True) if here]
        self._beside = [
            SideBySide(self._worlds, [claim for claim in claims if together and settled_side_by_side(claim)], cells)
            for claims in self._claims
        ]

    @property
    def least(self) -> int:
        """How many worlds take hardly longer together than one does."""
        return LEAST_TOGETHER if self._together.all() and self.base.graph.n_states <= FEW_FOR_ONE else 1

    def answers(self, rows: Rows) -> NDArray[np.int8]:
        """Return the answers of some worlds, (n_worlds, n_claims + n_cells): one row a world, claims first."""
        if self._examined > self._most:
            self._worlds.renew()
            for beside in self._beside:
                beside.renew()
            self._examined = 0
        self._examined += len(rows)
        found = np.full((len(rows), len(self._together)), NOT_EXAMINED, dtype=np.int8)
        levels = rows[:, : len(self._worlds.factors)]
        concepts = rows[:, -1] if len(self._claims) > 1 else np.zeros(len(rows), dtype=np.int8)
        together = np.zeros(len(rows), dtype=bool)
        for number, beside in enumerate(self._beside if self._together.any() else ()):
            some = np.flatnonzero(concepts == number)
            if len(some) and (len(some) >= WORTH_LANES or self.base.graph.n_states <= FEW_FOR_ONE):
                values, together[some] = beside.answers(levels[some])
                found[np.ix_(some, np.flatnonzero(self._together))] = values
        rest = np.flatnonzero(~self._together).tolist()
        last, world = None, None
        for k, row in enumerate(levels.tolist()):
            columns = rest if together[k] else range(len(self._together))
            if not columns:
                continue
            if row != last:
                world, last = self._worlds.world(row), row
            found[k, columns] = self._alone(world, int(concepts[k]), columns)
        return found

    def _alone(self, world: World | None, concept: int, columns: Sequence[int]) -> list[int]:
        """Return some of the answers of one world."""
        held: dict[tuple[str, str], Flags | None] = {}

        def answer(column: int) -> int:
            if world is None:
                return NOT_EXAMINED
            if column < len(self.claims):
                return _verdict(world, self._claims[concept][column])
            reading, key, outcome = self.cells[column - len(self.claims)]
            if (reading, key) not in held:
                held[reading, key] = _held(world, reading, key)
            found = held[reading, key]
            return NOT_EXAMINED if found is None else int((found & world.graph.outcome(outcome)).any())

        return [answer(column) for column in columns]


def _verdict(world: World, claim: Claim) -> int:
    try:
        return VERDICTS.index(verdict([case.finding for case in cases_of(world, claim, lean=True)]))
    except (ModelError, TooLargeError):
        return NOT_EXAMINED


def _held(world: World, reading: str, key: str) -> Flags | None:
    """Return which states are equilibria; None where that cannot be said."""
    try:
        return world.equilibria(concept(key), reading, np.ones(world.graph.n_states, dtype=bool))
    except (ModelError, NotDefinedError, TooLargeError):
        return None


def asked_concepts(base: World, concepts: Sequence[str] | None) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the asked concepts that are defined in the model as it stands, and of the others why they are not."""
    absent: dict[str, str] = {}
    keys = []
    for key in dict.fromkeys(concept(name).id for name in (concepts or DEFAULT_CONCEPTS)):
        try:
            base.equilibria(concept(key), base.conflict.readings[0].id, np.ones(base.graph.n_states, dtype=bool))
            keys.append(key)
        except NotDefinedError as error:
            absent[key] = str(error)
    return tuple(keys), absent


def asked_outcomes(base: World, concepts: Sequence[str] | None) -> tuple[list[tuple[str, str, str]], dict[str, str]]:
    """Return what is asked of outcomes, and the concepts that are not defined in the model as it stands."""
    conflict = base.conflict
    keys, absent = asked_concepts(base, concepts)
    names = conflict.reported
    return [(reading.id, key, name) for reading in conflict.readings for key in keys for name in names], absent
