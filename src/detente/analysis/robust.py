"""How much of an answer hangs on uncertain premises: shares over the worlds that have them and those that have not.

A share is a share of the examined worlds under the author's own weights. It is no probability of events.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.claims import cases_of, check, claims_named, verdict
from detente.analysis.factors import Factor, Present, drawn_worlds, every_world, factors_of, missing_in
from detente.analysis.share import shared_out
from detente.analysis.shares import NOT_EXAMINED, VERDICTS, Robust
from detente.analysis.without import Worlds
from detente.analysis.world import FEW_STATES, World
from detente.conflict.claims import Claim
from detente.conflict.conflict import Conflict
from detente.errors import ModelError, TooLargeError, UsageError
from detente.graph.evaluate import Flags
from detente.stability.concept import NotDefinedError
from detente.stability.registry import concept

DEFAULT_CONCEPTS = ("nash", "seq")
CHUNK = 16
"""Worlds that one process examines at a time."""
MOST_KEPT = 1_000_000_000
"""About how many bytes of what was worked out for worlds one process keeps."""


def robust(
    conflict: Conflict,
    *,
    worlds: int = 2_000,
    seed: int = 0,
    concepts: Sequence[str] | None = None,
    claims: Sequence[str] | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Robust:
    """Examine a conflict in the worlds that its uncertain premises leave open.

    Every world is examined where there are no more than ``worlds``; else so many are drawn.

    Parameters
    ----------
    conflict : Conflict
    worlds : int
    seed : int
        Of the draw, from 0 to 2^64 − 1.
    concepts : sequence of str, optional
        For outcomes: Nash and SEQ by default. Claims have their own.
    claims : sequence of str, optional
        Identifiers; all by default.
    workers : int, optional
        Processes; by default one for each core. The answer is the same for any number.
    progress : callable, optional
        Called with (worlds examined, worlds to examine).

    Raises
    ------
    UsageError
        No premise is uncertain, ``worlds`` is less than 1, or a name does not exist.
    ModelError
        A claim asks what has no answer in this model.
    """
    factors = factors_of(conflict)
    if not factors:
        raise UsageError("no premise is uncertain; write 'certainty: likely', 'possible' or a number under some")
    if worlds < 1:
        raise UsageError(f"{worlds} worlds; expected 1 or more")
    exact = len(factors) < 60 and 1 << len(factors) <= worlds
    if exact:
        present, by_weight = every_world(factors)
        weights, n_worlds = np.array([float(weight) for weight in by_weight]), len(present)
    else:
        drawn = drawn_worlds(factors, worlds, seed)
        present, counts = np.unique(drawn, axis=0, return_counts=True)
        present, counts = present[::-1], counts[::-1]  # those with most premises first
        weights, n_worlds = counts / worlds, worlds
    base = World(conflict)
    asked = claims_named(conflict, claims)
    if asked:  # what has no answer in the model as it stands is said, with its place
        check(conflict, claims=[claim.id for claim in asked], world=base)
    job = _Job(base, factors, present, asked, *_asked_outcomes(base, concepts))
    chunks = -(-len(present) // CHUNK)

    def tell(done: int) -> None:
        if progress is not None:
            progress(min(done * CHUNK, len(present)), len(present))

    if base.graph.n_states > FEW_STATES:
        workers = 1  # each process would need too much memory
    table = np.concatenate(shared_out(job.chunk, chunks, workers=workers, progress=tell))
    names = [claim.id for claim in job.claims]
    return Robust(
        conflict,
        factors,
        present,
        weights,
        exact,
        n_worlds,
        seed,
        {name: table[:, k] for k, name in enumerate(names)},
        {cell: table[:, len(names) + k] for k, cell in enumerate(job.cells)},
        job.absent,
    )


@dataclass
class _Job:
    """What is asked of every world."""

    base: World
    factors: tuple[Factor, ...]
    present: Present
    claims: Sequence[Claim]
    cells: list[tuple[str, str, str]]
    absent: dict[str, str]

    def __post_init__(self) -> None:
        self._worlds = Worlds(self.base, [factor.id for factor in self.factors])
        self._examined = 0
        arcs = sum(moves.n_arcs for moves in self.base.graph.moves)
        self._most = max(CHUNK, MOST_KEPT // (8 * arcs + 1))

    def chunk(self, number: int) -> NDArray[np.int8]:
        """Return the answers of some worlds, one row a world, claims first."""
        if self._examined > self._most:
            self._worlds.renew()
            self._examined = 0
        some = self.present[number * CHUNK : (number + 1) * CHUNK]
        self._examined += len(some)
        return np.array([self._row(gone) for gone in missing_in(self.factors, some)], dtype=np.int8)

    def _row(self, gone: frozenset[str]) -> list[int]:
        world = self._worlds.once(gone)
        if world is None:
            return [NOT_EXAMINED] * (len(self.claims) + len(self.cells))
        held: dict[tuple[str, str], Flags | None] = {}
        row = [_verdict(world, claim) for claim in self.claims]
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


def _asked_outcomes(base: World, concepts: Sequence[str] | None) -> tuple[list[tuple[str, str, str]], dict[str, str]]:
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
