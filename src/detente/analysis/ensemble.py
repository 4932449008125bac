"""What is asked of every world of an ensemble, and the answers of some of its worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.analysis.chosen import ChosenWorlds
from detente.analysis.claims import cases_of, verdict
from detente.analysis.factors import Factor, Rows, n_concepts
from detente.analysis.shares import NOT_EXAMINED, VERDICTS
from detente.analysis.world import World
from detente.conflict.claims import Claim
from detente.errors import ModelError, TooLargeError
from detente.graph.evaluate import Flags
from detente.stability.concept import NotDefinedError
from detente.stability.registry import concept

DEFAULT_CONCEPTS = ("nash", "seq")
MOST_KEPT = 1_000_000_000
"""About how many bytes of what was worked out for worlds one process keeps."""


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

    def answers(self, rows: Rows) -> NDArray[np.int8]:
        """Return the answers of some worlds, (n_worlds, n_claims + n_cells): one row a world, claims first."""
        if self._examined > self._most:
            self._worlds.renew()
            self._examined = 0
        self._examined += len(rows)
        found, last, world = [], None, None
        for row in rows.tolist():
            levels, concept = (row[:-1], row[-1]) if len(self._claims) > 1 else (row, 0)
            if levels != last:
                world, last = self._worlds.world(levels), levels
            found.append(self._row(world, concept))
        return np.array(found, dtype=np.int8).reshape(len(rows), len(self.claims) + len(self.cells))

    def _row(self, world: World | None, concept: int) -> list[int]:
        if world is None:
            return [NOT_EXAMINED] * (len(self.claims) + len(self.cells))
        held: dict[tuple[str, str], Flags | None] = {}
        row = [_verdict(world, claim) for claim in self._claims[concept]]
        for reading, key, outcome in self.cells:
            if (reading, key) not in held:
                held[reading, key] = _held(world, reading, key)
            found = held[reading, key]
            row.append(NOT_EXAMINED if found is None else int((found & world.graph.outcome(outcome)).any()))
        return row


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


def asked_outcomes(base: World, concepts: Sequence[str] | None) -> tuple[list[tuple[str, str, str]], dict[str, str]]:
    """Return what is asked of outcomes, and the concepts that are not defined in the model as it stands."""
    conflict = base.conflict
    names = conflict.reported
    absent: dict[str, str] = {}
    keys = []
    for key in dict.fromkeys(concept(name).id for name in (concepts or DEFAULT_CONCEPTS)):
        try:
            base.equilibria(concept(key), conflict.readings[0].id, np.ones(base.graph.n_states, dtype=bool))
            keys.append(key)
        except NotDefinedError as error:
            absent[key] = str(error)
    return [(reading.id, key, name) for reading in conflict.readings for key in keys for name in names], absent
