"""Answers of many worlds of an ensemble at once: whether outcomes can hold, which needs no more than equilibria.

On one ground (the same states and moves) worlds differ in the parties' ranks alone. A party's ranks depend on few
factors, so that there are far fewer of its rankings than worlds; they are worked out once each, and the worlds are then
judged side by side (:mod:`detente.stability.worlds`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import NDArray

from detente.analysis.chosen import ChosenWorlds
from detente.analysis.claims import DEFAULT_CONCEPT
from detente.analysis.distinct import keys_of
from detente.analysis.factors import Factor, Rows
from detente.analysis.places import readings_in
from detente.analysis.tallies import NOT_EXAMINED, VERDICTS
from detente.analysis.world import World
from detente.conflict.claims import Claim, Holds
from detente.conflict.conflict import Conflict
from detente.conflict.formula import Formula
from detente.errors import ModelError, TooLargeError
from detente.graph.preference import Ranks
from detente.stability.worlds import BITS, Answers, ManyWorlds

MOST_ANSWERS = 1 << 25
"""Bytes of answers that are looked at together."""
MOST_RANKS = 1 << 27
"""Bytes of ranks that are kept for one ground."""

Cell = tuple[str, str, str]


def settled_side_by_side(claim: Claim) -> bool:
    """Return whether a claim's verdict follows from equilibria of the model itself."""
    concepts = claim.concepts or (DEFAULT_CONCEPT,)
    return isinstance(claim.check, Holds) and not claim.phases and not claim.views and set(concepts) <= set(BITS)


class SideBySide:
    """What is asked of every world, where equilibria answer it.

    Parameters
    ----------
    worlds : ChosenWorlds
    claims : sequence of Claim
        Such that :func:`settled_side_by_side`.
    cells : sequence of (reading, concept, outcome)
        Of concepts in :data:`detente.stability.worlds.BITS`.
    """

    def __init__(self, worlds: ChosenWorlds, claims: Sequence[Claim], cells: Sequence[Cell]) -> None:
        self._worlds, self._claims, self._cells = worlds, claims, cells
        self._grounds: dict[tuple[int, ...], _Ground] = {}

    def answers(self, rows: Rows) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
        """Return the answers, (n_worlds, n_claims + n_cells), and which of the worlds have any here.

        The others are to be looked at one by one.
        """
        result = np.full((len(rows), len(self._claims) + len(self._cells)), NOT_EXAMINED, dtype=np.int8)
        done = np.ones(len(rows), dtype=bool)
        on = np.where(np.array(self._worlds.ground, dtype=bool), rows, 0)
        for ground, some in _equal(on):
            base = self._worlds.world(ground)
            if base is None:
                continue
            if ground not in self._grounds:
                self._grounds[ground] = _Ground(base, self._worlds, ground)
            here = self._grounds[ground]
            size = max(1, MOST_ANSWERS // max(1, base.graph.n_states))
            for begin in range(0, len(some), size):
                part = some[begin : begin + size]
                result[part], done[part] = here.answers(rows[part], self._claims, self._cells)
        return result, done

    def renew(self) -> None:
        """Forget what was worked out."""
        self._grounds = {}


def _equal(rows: Rows) -> list[tuple[tuple[int, ...], NDArray[np.int64]]]:
    """Return the different rows, and where each of them is."""
    if not rows.shape[1]:
        return [((), np.arange(len(rows)))]
    sizes = rows.max(axis=0).astype(np.int64) + 1
    keys: NDArray[np.generic] = keys_of(rows)
    if prod(sizes.tolist()) < 1 << 62:  # a number for each row is quicker to sort
        keys = rows @ np.append(np.cumprod(sizes[:0:-1])[::-1], 1)
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(which, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(which, minlength=len(first)))[:-1])
    return [(tuple(row), part) for row, part in zip(rows[first].tolist(), parts, strict=True)]


@dataclass
class _Rankings:
    """A party's rankings under one reading.

    Attributes
    ----------
    dm : str
    reading : str
    factors : (k,) int64
        Those that decide which ranking it is.
    known : dict
        Rankings by the levels of those factors; None: there is none.
    """

    dm: str
    reading: str
    factors: NDArray[np.int64]
    known: dict[tuple[int, ...], Ranks | None] = field(default_factory=dict)


class _Ground:
    """Worlds that have states and moves in common."""

    def __init__(self, base: World, worlds: ChosenWorlds, ground: tuple[int, ...]) -> None:
        self._base, self._worlds, self._ground = base, worlds, ground
        self._many = ManyWorlds(base.decider.game(base.conflict.lens_choice(base.conflict.readings[0].id)))
        self._states: dict[Formula, NDArray[np.int64]] = {}
        touching = _touching(worlds, ground, base.conflict)
        self._rankings = {
            (reading.id, dm.id): _Rankings(dm.id, reading.id, np.flatnonzero(touching[reading.id, dm.id]))
            for reading in base.conflict.readings
            for dm in base.conflict.parties
        }

    def answers(
        self, rows: Rows, claims: Sequence[Claim], cells: Sequence[Cell]
    ) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
        """Return what :meth:`SideBySide.answers` does, of worlds on this ground."""
        result = np.full((len(rows), len(claims) + len(cells)), NOT_EXAMINED, dtype=np.int8)
        asked: dict[str, set[str]] = {}
        readings = {claim.id: readings_in(self._base, claim) for claim in claims}
        for claim in claims:
            for reading in readings[claim.id]:
                asked.setdefault(reading, set()).update(claim.concepts or (DEFAULT_CONCEPT,))
        for reading, key, _ in cells:
            asked.setdefault(reading, set()).add(key)
        if any("sim" in keys for keys in asked.values()) and not self._many.combines:
            return result, np.zeros(len(rows), dtype=bool)
        held: dict[str, Answers] = {}
        done = self._fit(rows)
        for reading, keys in asked.items():
            held[reading], ranked = self._held(reading, rows, sorted(keys))
            done &= ranked
        for k, claim in enumerate(claims):
            assert isinstance(claim.check, Holds)
            cases = [
                self._can_hold(held[reading], claim.check.that, BITS[key]) != claim.check.negated
                for reading in readings[claim.id]
                for key in claim.concepts or (DEFAULT_CONCEPT,)
            ]
            every, some = np.logical_and.reduce(cases), np.logical_or.reduce(cases)
            result[:, k] = np.where(every, VERDICTS.index("holds"), np.where(some, VERDICTS.index("partly"), 0))
        for k, (reading, key, name) in enumerate(cells, len(claims)):
            result[:, k] = self._can_hold(held[reading], self._base.conflict.outcome(name).that, BITS[key])
        return result, done

    def _fit(self, rows: Rows) -> NDArray[np.bool_]:
        """Return which worlds have alternative parts of the model that fit together."""
        result = np.ones(len(rows), dtype=bool)
        kinds = zip(self._worlds.factors, self._worlds.ground, strict=True)
        blocks = np.array([factor.kind == "block" and not ground for factor, ground in kinds], dtype=bool)
        for parts, some in _equal(np.where(blocks, rows, 0)) if blocks.any() else ():
            result[some] = self._worlds.world(_on(self._ground, parts)) is not None
        return result

    def _can_hold(self, held: Answers, that: Formula, bit: int) -> NDArray[np.bool_]:
        """Return in which worlds some state of a formula is an equilibrium."""
        if that not in self._states:
            self._states[that] = np.flatnonzero(self._base.flags(that))
        found: NDArray[np.bool_] = np.bitwise_or.reduce(held[self._states[that]], axis=0) & bit > 0
        return found

    def _held(self, reading: str, rows: Rows, keys: Sequence[str]) -> tuple[Answers, NDArray[np.bool_]]:
        """Return the equilibria of each world under a reading, and which worlds have all rankings."""
        ranked = np.ones(len(rows), dtype=bool)
        tables: list[Ranks | None] = []
        places: list[Ranks | None] = []
        for mover in self._many.game.movers:
            if mover.ranks is None:
                tables.append(None)
                places.append(None)
                continue
            rankings = self._rankings[reading, mover.name]
            place = np.zeros(len(rows), dtype=np.int32)
            here: list[Ranks] = []
            for levels, some in _equal(rows[:, rankings.factors]):
                ranks = self._ranks(rankings, levels)
                ranked[some] &= ranks is not None
                place[some] = len(here)
                here.append(mover.ranks if ranks is None else ranks)
            tables.append(np.stack(here))
            places.append(place)
        return self._many.decide(tables, places, keys)[0], ranked

    def _ranks(self, rankings: _Rankings, levels: tuple[int, ...]) -> Ranks | None:
        """Return the ranking that some levels give; None where there is none."""
        if levels not in rankings.known:
            if len(rankings.known) * self._base.graph.n_states * 4 > MOST_RANKS:
                rankings.known.clear()
            rankings.known[levels] = self._ranked(rankings, levels)
        return rankings.known[levels]

    def _ranked(self, rankings: _Rankings, levels: tuple[int, ...]) -> Ranks | None:
        row = np.array(self._ground)
        row[rankings.factors] = levels
        world = self._worlds.world(row.tolist())
        if world is None:
            return None
        try:
            return world.graph.ranks(rankings.dm, world.conflict.lens_choice(rankings.reading)[rankings.dm])
        except (ModelError, TooLargeError):
            return None


def _on(ground: Sequence[int], others: Sequence[int]) -> list[int]:
    """Return the levels of a ground with those of other factors."""
    return [one or other for one, other in zip(ground, others, strict=True)]


def _touching(
    worlds: ChosenWorlds, ground: Sequence[int], conflict: Conflict
) -> dict[tuple[str, str], NDArray[np.bool_]]:
    """Return for each reading and party the factors that decide what it wants on a ground, (n_factors,) bool.

    A factor may matter only where another has a certain level, since it stands in one of several alternatives: every
    factor is tried within each alternative.
    """
    free = [k for k, ground_factor in enumerate(worlds.ground) if not ground_factor]
    result = {
        (reading.id, dm.id): np.zeros(len(worlds.factors), dtype=bool)
        for reading in conflict.readings
        for dm in conflict.parties
    }
    for choices in _contexts(worlds.factors, free):
        at = list(ground)
        for k, level in choices.items():
            at[k] = level
        here = worlds.world(at)
        before = {} if here is None else _wants(here.conflict)
        for k in free if before else ():
            for level in range(len(worlds.factors[k].levels)):
                row = [level if place == k else known for place, known in enumerate(at)]
                other = worlds.world(row) if level != at[k] else None
                after = before if other is None else _wants(other.conflict)
                for key, wants in before.items():
                    if after[key] != wants:
                        result[key][[k, *choices]] = True
    return result


def _contexts(factors: Sequence[Factor], free: Sequence[int]) -> Iterator[dict[int, int]]:
    """Yield the levels of alternatives that factors are tried within: one part of the model, one choice in it."""
    blocks, choices = (
        [{}, *({k: level} for k in free if factors[k].kind == kind for level in range(1, len(factors[k].levels)))]
        for kind in ("block", "statements")
    )
    for block in blocks:
        for choice in choices:
            yield {**block, **choice}


def _wants(conflict: Conflict) -> dict[tuple[str, str], object]:
    """Return for each reading and party all that its ranks follow from."""
    result: dict[tuple[str, str], object] = {}
    for reading in conflict.readings:
        for name, chosen in conflict.lens_choice(reading.id).items():
            party = conflict.decision_maker(name)
            lens, preferences = party.lens(chosen), []
            while True:
                preferences.append(lens.preference)
                if not lens.refines:
                    break
                lens = party.lens(lens.refines)
            result[reading.id, name] = (party.principles, preferences)
    return result
