"""What keeps an outcome from holding: the parties that do so alone, what each would do, and on which wishes that rests.

Nothing is decided anew here. Which party keeps every state from being stable is the concept's verdict; what it would do
instead are improvements that nothing meets; the wishes are those of :mod:`detente.analysis.supports`, tried out:
without them, and with everybody else's as they are, some state of the outcome is stable for the party.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.supports import MOST_STATES, supports
from detente.analysis.world import FEW_STATES, World
from detente.conflict.claims import Claim, Holds
from detente.conflict.conflict import Conflict
from detente.conflict.formula import Named
from detente.conflict.variant import without
from detente.graph.evaluate import Flags
from detente.stability.concept import Concept
from detente.stability.game import Game

Change = tuple[tuple[str, str], ...]
"""Full names of options and the values that they get."""

MOST_ARCS = 1 << 21
"""Moves of a party out of an outcome's states that are gone through to find what it would do."""


@dataclass(frozen=True)
class Deed:
    """A change of a party's own options that is, in ``states`` states of an outcome, an unsanctioned improvement.

    ``leaves``: from each of these it leads out of the outcome. A party whose moves change no option that can be named
    has an empty ``change``.
    """

    change: Change
    states: int
    leaves: bool


@dataclass(frozen=True)
class Obstacle:
    """A party for which no state of an outcome is stable, under some readings.

    Attributes
    ----------
    dm : str
    readings : tuple of str
    deed : Deed or None
        What it would do; of those that it would do in most states, the simplest. Where that is not in all states, it is
        counted in the reading in which it is in fewest.
    rests_on : tuple of str
        The identities of a smallest set of its wishes without which some state of the outcome would be stable for it;
        empty where none was looked for or its preference is no list of statements. Where they are several, it takes
        all of them to be gone.
    """

    dm: str
    readings: tuple[str, ...]
    deed: Deed | None
    rests_on: tuple[str, ...]


@dataclass(frozen=True)
class Shared:
    """Readings in which no party alone keeps an outcome from holding, and for how many states each is in the way."""

    readings: tuple[str, ...]
    unstable_for: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Obstacles:
    """What keeps one outcome from holding, in the readings in which it does not.

    ``obstacles`` may have the same party twice, for different readings. ``deeds``, ``wishes``: whether it was sought
    what they would do and on which wishes that rests; in very many states it is not.
    """

    outcome: str
    n_states: int
    readings: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]
    shared: tuple[Shared, ...]
    deeds: bool = True
    wishes: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "outcome": self.outcome,
            "states": self.n_states,
            "readings": list(self.readings),
            "alone": [
                {
                    "decision_maker": item.dm,
                    "readings": list(item.readings),
                    **({} if item.deed is None else {"would": dict(item.deed.change)}),
                    **({} if item.deed is None else {"in_states": item.deed.states, "leaves": item.deed.leaves}),
                    "rests_on": list(item.rests_on),
                }
                for item in self.obstacles
            ],
            "nobody_alone": [
                {"readings": list(item.readings), "unstable_for": dict(item.unstable_for)} for item in self.shared
            ],
        }


def obstacles(world: World, outcome: str, by: Concept, readings: Iterable[str]) -> Obstacles:
    """Find out what keeps an outcome from holding, in readings in which none of its states is an equilibrium.

    Parameters
    ----------
    world : World
    outcome : str
    by : Concept
    readings : iterable of str

    Raises
    ------
    NotDefinedError
        The concept is not defined for this model.
    """
    states = world.graph.outcome(outcome)
    asked = tuple(readings)
    n = int(states.sum())
    if not n:
        return Obstacles(outcome, 0, asked, (), ())
    alone: dict[str, list[str]] = {}
    shared: dict[tuple[tuple[str, int], ...], list[str]] = {}
    for reading in asked:
        game = world.game(reading)
        counts = {i: int((states & ~world.decider.stable(by, game, i)).sum()) for i in game.parties}
        blocking = [game.movers[i].name for i, count in counts.items() if count == n]
        for dm in blocking:
            alone.setdefault(dm, []).append(reading)
        if not blocking:
            named = sorted(((game.movers[i].name, c) for i, c in counts.items() if c), key=lambda item: -item[1])
            shared.setdefault(tuple(named), []).append(reading)
    deeds = by.worst is not None and _n_arcs(world, states) <= MOST_ARCS
    wishes = n <= MOST_STATES and world.graph.n_states <= FEW_STATES and _n_arcs(world, states) <= MOST_ARCS
    rests = _rests(world, outcome, by, asked) if alone and wishes else {}
    found = [
        item
        for dm, where in alone.items()
        for item in _grouped(world, by, dm, where, states, {r: rests.get((dm, r), ()) for r in where}, deeds)
    ]
    order = {dm.id: k for k, dm in enumerate(world.conflict.decision_makers)}
    found.sort(key=lambda item: (asked.index(item.readings[0]), -len(item.readings), order[item.dm]))
    collective = tuple(Shared(tuple(where), counts) for counts, where in shared.items())
    return Obstacles(outcome, n, asked, tuple(found), collective, deeds or by.worst is None, wishes)


# -- one sentence for several readings ------------------------------------------------------------------------------


def _grouped(
    world: World,
    by: Concept,
    dm: str,
    readings: Sequence[str],
    states: Flags,
    rests: Mapping[str, Sequence[tuple[str, ...]]],
    does: bool,
) -> list[Obstacle]:
    """Return what can be said of a party, for as many readings at once as it is true in."""
    deeds = {reading: _deeds(world, by, world.game(reading), dm, states) if does else [] for reading in readings}
    n = int(states.sum())
    everywhere: dict[str, list[Deed | None]] = {
        reading: [deed for deed in found if deed.states == n] or [None] for reading, found in deeds.items()
    }
    result, left = [], list(readings)
    while left:
        choices = []
        for deed in everywhere[left[0]]:
            for wishes in rests[left[0]] or [()]:
                group = [r for r in left if deed in everywhere[r] and (wishes in rests[r] or not (wishes or rests[r]))]
                choices.append((group, deed, wishes))
        group, deed, wishes = max(choices, key=lambda choice: len(choice[0]))
        result.append(Obstacle(dm, tuple(group), deed or _partial([deeds[r] for r in group]), wishes))
        left = [r for r in left if r not in group]
    return result


def _partial(deeds: Sequence[Sequence[Deed]]) -> Deed | None:
    """Return, of the changes that are made in some states, the one made in most; counted where it is made in fewest."""
    best = None
    for deed in sorted(deeds[0], key=lambda deed: not deed.leaves):
        same = [other for found in deeds for other in found if other.change == deed.change]
        fewest = min(other.states for other in same) if len(same) == len(deeds) else 0
        if deed.change and fewest > (best.states if best else 0):
            best = Deed(deed.change, fewest, all(other.leaves for other in same))
    return best


# -- what it would do -----------------------------------------------------------------------------------------------


def _deeds(world: World, by: Concept, game: Game, dm: str, states: Flags) -> list[Deed]:
    """Return the changes that a party would make in some states of an outcome: in most first, then the simplest."""
    i = game.index(dm)
    options = [f"{dm}.{option.id}" for option in world.conflict.decision_maker(dm).options]
    unmet, ranks, moves = world.unmet(by, game, i), game.ranks(i), game.movers[i].moves
    listed = np.flatnonzero(states).astype(np.int32)
    changes: dict[tuple[int, ...], tuple[int, bool]] = {}
    at_once = max(1, MOST_ARCS // (8 * max(1, len(moves.expand(listed[:1])[1]))))
    for begin in range(0, len(listed), at_once):
        some = listed[begin : begin + at_once]
        at, targets = moves.expand(some)
        taken = unmet[targets] > ranks[some[at]]
        at, targets = at[taken], targets[taken]
        rows, which = _distinct(_changed(world, options, some[at], targets))
        pairs = np.unique(np.stack([which, at]), axis=1)[0]
        counts = np.bincount(pairs, minlength=len(rows))
        stays = np.bincount(which, states[targets], minlength=len(rows)) > 0
        for row, count, stay in zip(rows.tolist(), counts.tolist(), stays.tolist(), strict=True):
            before = changes.get(tuple(row), (0, True))
            changes[tuple(row)] = before[0] + count, before[1] and not stay
    named = [
        Deed(_change(world.conflict, options, row), count, leaves) for row, (count, leaves) in changes.items() if count
    ]
    leaving = [deed for deed in named if deed.leaves]
    named = leaving if leaving and max(d.states for d in leaving) == max(d.states for d in named) else named
    return sorted(named, key=lambda deed: (-deed.states, *_simplicity(world.conflict, options, deed.change)))


def _simplicity(conflict: Conflict, options: Sequence[str], change: Change) -> tuple[Any, ...]:
    """Return what to order changes by: few options first, then what undoes something, then the model's order."""
    places = [(conflict.options[option].position(value), options.index(option)) for option, value in change]
    return not change, len(change), places


def _changed(world: World, options: Sequence[str], before: NDArray[Any], after: NDArray[Any]) -> NDArray[np.int64]:
    """Return the new position of each option in a row a move; -1 where it does not change, or cannot be said."""
    result = np.full((len(before), len(options)), -1, dtype=np.int64)
    for column, option in enumerate(options):
        old, new = world.graph.space.positions(option, before), world.graph.space.positions(option, after)
        result[:, column] = np.where((old >= 0) & (new >= 0) & (old != new), new, -1)
    return result


def _distinct(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return the different rows, and for each row which of them it is."""
    which = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:  # one number a row, kept small, since rows are slow to sort
        which = which * (int(column.max(initial=-1)) + 2) + column + 1
        which = np.unique(which, return_inverse=True)[1].reshape(-1)
    first = np.unique(which, return_index=True)[1]
    return rows[first], which


def _change(conflict: Conflict, options: Sequence[str], row: Sequence[int]) -> Change:
    pairs = zip(options, row, strict=True)
    return tuple((option, conflict.options[option].values[position].id) for option, position in pairs if position >= 0)


def _n_arcs(world: World, states: Flags) -> int:
    """Return about how many moves the party with most of them has from some states."""
    first = np.flatnonzero(states)[:1].astype(np.int32)
    return int(states.sum()) * max(len(moves.expand(first)[1]) for moves in world.graph.moves)


# -- on which wishes it rests ---------------------------------------------------------------------------------------


def _rests(
    world: World, outcome: str, by: Concept, readings: tuple[str, ...]
) -> dict[tuple[str, str], tuple[tuple[str, ...], ...]]:
    """Return, by party and reading, the sets of wishes without which some state of the outcome is stable for it."""
    asked = Claim(id=outcome, says="", check=Holds(Named(outcome), negated=True), readings=readings, concepts=(by.id,))
    states = world.graph.outcome(outcome)
    result = {}
    for item in supports(world, asked):
        tried = (_smallest(world, item.reading, by, item.dm, wishes, states) for wishes in item.rests_on)
        result[item.dm, item.reading] = tuple(dict.fromkeys(wishes for wishes in tried if wishes))
    return result


def _smallest(
    world: World, reading: str, by: Concept, dm: str, wishes: tuple[str, ...], states: Flags
) -> tuple[str, ...]:
    """Return a part of some wishes of a party that is enough, of which nothing can be left out; empty: not even all."""
    if not _frees(world, reading, by, dm, wishes, states):
        return ()
    for wish in wishes:
        fewer = tuple(other for other in wishes if other != wish)
        if fewer and _frees(world, reading, by, dm, fewer, states):
            wishes = fewer
    return wishes


def _frees(world: World, reading: str, by: Concept, dm: str, gone: Iterable[str], states: Flags) -> bool:
    """Return whether some of the states is stable for a party that does not have these wishes; others keep theirs."""
    other = world.with_preferences(without_wishes(world.conflict, dm, gone))
    game = other.game(reading)
    return bool((other.decider.stable(by, game, game.index(dm)) & states).any())


def without_wishes(conflict: Conflict, dm: str, gone: Iterable[str]) -> Conflict:
    """Return the conflict in which one party does not have some statements; whoever shares them keeps them."""
    changed = without(conflict, tuple(gone)).decision_maker(dm)
    makers = tuple(changed if item.id == dm else item for item in conflict.decision_makers)
    return replace(conflict, decision_makers=makers)
