"""Who keeps an outcome from holding, and on which statements that rests: read from the order of statements itself.

A party with prioritised statements prefers t to s when the first statement that tells them apart is true in t. So each
improvement is owed to one statement. Where s is to be left by nobody, that statement has to go; then the next one that
tells the two apart decides, and so on. What has to go for a state to be Nash stable is therefore one smallest set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.analysis.places import places, readings_in
from detente.analysis.world import World
from detente.conflict.claims import Claim, Holds
from detente.conflict.elements import DecisionMaker, Lens, Prioritised
from detente.conflict.formula import Formula
from detente.graph.evaluate import Flags
from detente.graph.preference import ordered_levels
from detente.stability.registry import concept

MOST_STATES = 4_000
"""States of an outcome that are gone through one by one."""


@dataclass(frozen=True)
class Support:
    """A party that alone keeps an outcome from holding, under a reading and a concept.

    Attributes
    ----------
    dm, reading, concept : str
    phase, viewer : str or None
        Where that is so.
    rests_on : tuple of tuple of str
        The smallest sets of its statements without which some state of the outcome would be Nash stable for it; empty
        where its preference is no list of statements.
    """

    dm: str
    reading: str
    concept: str
    rests_on: tuple[tuple[str, ...], ...]
    phase: str | None = None
    viewer: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "decision_maker": self.dm,
            **({} if self.phase is None else {"phase": self.phase}),
            **({} if self.viewer is None else {"view": self.viewer}),
            "reading": self.reading,
            "concept": self.concept,
            "rests_on": [list(some) for some in self.rests_on],
        }


@dataclass(frozen=True, eq=False)
class _Order:
    """A party's statements, most important first, and which are true at each rank, (n_statements, n_ranks + 1).

    States have the same rank just where the same statements are true.
    """

    mover: int
    ids: tuple[str, ...]
    true: Flags


def supports(world: World, claim: Claim) -> Iterator[Support]:
    """Yield the parties for which no state of an outcome that cannot hold is stable."""
    check = claim.check
    if not (isinstance(check, Holds) and check.negated):
        return
    for phase, viewer, there in places(world, claim):
        states = there.flags(check.that)
        if not states.any():
            continue
        for reading in readings_in(there, claim):
            orders = {order.mover: order for order in _orders(there, reading)}
            for key in claim.concepts or ("seq",):
                for name, sets in _alone(there, reading, key, states, orders):
                    yield Support(name, reading, key, sets, phase, viewer)


def _alone(
    world: World, reading: str, key: str, states: Flags, orders: dict[int, _Order]
) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    """Yield each party for which none of the states is stable, with the smallest sets of statements behind that."""
    game = world.game(reading)
    for i in game.parties:
        if (world.decider.stable(concept(key), game, i) & states).any():
            continue
        own = orders.get(i)
        sets = _smallest(_gone(world, reading, [own], states)) if own is not None else []
        yield game.movers[i].name, tuple(tuple(sorted(s)) for s in sets[:3])


def closures(world: World, reading: str, that: Formula, most: int) -> list[frozenset[str]]:
    """Return, for an outcome, the smallest sets of statements without which some state of it is Nash stable for all."""
    orders = _orders(world, reading)
    if len(orders) < len(world.game(reading).parties):
        return []
    return _smallest(_gone(world, reading, orders, world.flags(that)))[:most]


def _smallest(sets: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """Return the sets that contain no other, the smallest first."""
    result: list[frozenset[str]] = []
    for some in sorted(set(sets), key=lambda s: (len(s), sorted(s))):
        if not any(known <= some for known in result):
            result.append(some)
    return result


def _gone(world: World, reading: str, orders: Sequence[_Order], states: Flags) -> list[frozenset[str]]:
    """Return for each state which statements have to go for it to be left by none of these parties."""
    game = world.game(reading)
    found: list[frozenset[str]] = []
    for state in np.flatnonzero(states)[:MOST_STATES].tolist():
        here = np.array([state], dtype=np.int32)
        sides = []
        for order in (order for order in orders if order.ids):
            ranks = game.ranks(order.mover)
            after = order.true[:, np.unique(ranks[game.movers[order.mover].moves.expand(here)[1]])]
            gains = np.where(after != order.true[:, ranks[state], None], np.where(after, 1, -1), 0)
            sides.append((order.ids, gains))
        gone = _closure(sides, found)
        if gone is not None:
            found.append(gone)
    return found


def _closure(
    sides: Sequence[tuple[tuple[str, ...], np.ndarray]], known: Sequence[frozenset[str]]
) -> frozenset[str] | None:
    """Return the least set of statements without which no column has a gain before a loss.

    None where it contains a known one.
    """
    gone: set[str] = set()
    changed = True
    while changed:
        changed = False
        for ids, gains in sides:
            kept = np.array([name not in gone for name in ids], dtype=bool)[:, None]
            signs = np.where(kept, gains, 0)
            first = np.argmax(signs != 0, axis=0)
            deciding = np.take_along_axis(signs, first[None, :], axis=0)[0]
            for row in np.unique(first[deciding > 0]).tolist():
                gone.add(ids[row])
                changed = True
        if any(smaller <= gone for smaller in known):
            return None
    return frozenset(gone)


def _orders(world: World, reading: str) -> list[_Order]:
    """Return the parties' statements in order; parties whose preference is no plain list of them are left out."""
    conflict, game = world.conflict, world.game(reading)
    lenses = conflict.lens_choice(reading)
    result = []
    for i in game.parties:
        party = conflict.decision_maker(game.movers[i].name)
        listed = _listed(party, party.lens(lenses[party.id]))
        if listed is not None:
            true = [world.flags(formula) for _, formula in listed]
            table = np.stack(true) if true else np.zeros((0, world.graph.n_states), dtype=bool)
            ranks = game.ranks(i)
            at_rank = np.zeros((len(table), int(ranks.max(initial=0)) + 1), dtype=bool)
            at_rank[:, ranks] = table
            result.append(_Order(i, tuple(name for name, _ in listed), at_rank))
    return result


def _listed(party: DecisionMaker, lens: Lens) -> list[tuple[str, Formula]] | None:
    """Return the statements of a lens in order, principles first; None where levels count or no statements are."""
    result = [(s.id, s.that) for s in party.principles]
    at: Lens | None = lens
    while at is not None:
        if not isinstance(at.preference, Prioritised):
            return None
        for level in ordered_levels(at.preference.levels):
            if len(level.statements) > 1:
                return None
            result += [(s.id, s.that) for s in level.statements]
        at = party.lens(at.refines) if at.refines else None
    return result
