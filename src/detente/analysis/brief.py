"""A conflict in brief: who wants what, which outcomes can hold, who keeps the others from it, and the most telling way.

Nothing is computed here that another question does not compute: this puts their answers side by side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from detente.analysis.claims import check
from detente.analysis.durability import KINDS, SHIFTING, durability_of, kinds_of
from detente.analysis.evolution_steps import Play
from detente.analysis.obstacles import Obstacles, obstacles
from detente.analysis.reach import UNREACHED, Move, Reach
from detente.analysis.result import State, provenance
from detente.analysis.story import Story, story
from detente.analysis.wants import Want, wants
from detente.analysis.world import World
from detente.conflict.conflict import Conflict
from detente.conflict.variant import every_premise
from detente.errors import TooLargeError, UsageError
from detente.graph.evaluate import Flags
from detente.stability.concept import Concept, NotDefinedError
from detente.stability.registry import concept as concept_of

if TYPE_CHECKING:
    import pandas as pd

Reached = Literal["there", "yes", "together", "passing", "no"]
LEVELS: tuple[Reached, ...] = ("there", "yes", "together", "passing", "no")
"""How play gets to an outcome: the status quo is a state of it that holds; improvements lead to one that holds; joint
improvements of the parties to an agreement do; improvements lead to states of it, none of which holds; or not at all.
"""

ORDER = (*KINDS[:2], SHIFTING, *KINDS[2:])
MOST_JOINT = 1 << 16
"""States up to which joint improvements are followed."""
MOST_CLAIMS = 1 << 17
"""States up to which claims are checked."""
MOST_NAMED = 12
"""Equilibria that stand for outcomes where a model names none."""


@dataclass(frozen=True, eq=False)
class Fate:
    """How one outcome fares.

    Attributes
    ----------
    outcome : str or None
        ``None`` for a state of a model that names no outcomes; and, where outcomes are named, for all states that have
        none of them, which are told of where one of them holds.
    state : int or None
        That one state, from 0.
    n_states : int
    kind : str or None
        Its durability, where two readings stand for now and later.
    holds_in : tuple of str
        Readings in which one of its states is an equilibrium.
    reached : mapping of reading to one of :data:`LEVELS`
        Empty where the model states no status quo.
    lacking : tuple of (str, Move), optional
        Where it holds and is not reached in the first reading in which it holds: the moves, on a shortest way to where
        it does, that are no improvement for who makes them.
    n_way : int or None
        The length of that way; ``None`` where there is none, or no need of one.
    """

    outcome: str | None
    state: int | None
    n_states: int
    kind: str | None
    holds_in: tuple[str, ...]
    reached: Mapping[str, Reached]
    lacking: tuple[Move, ...] = ()
    n_way: int | None = None

    @property
    def level(self) -> Reached | None:
        """How it is reached at best, in the readings in which it holds, or in all where it holds in none."""
        asked = self.holds_in or tuple(self.reached)
        return min((self.reached[name] for name in asked), key=LEVELS.index) if self.reached else None

    @property
    def reached_in(self) -> tuple[str, ...]:
        """The readings, of those in which it holds (or of all), in which it is reached that way."""
        return tuple(name for name in self.holds_in or self.reached if self.reached.get(name) == self.level)


@dataclass(frozen=True, eq=False, repr=False)
class Brief:
    """A conflict in brief.

    Attributes
    ----------
    world : World
    concept : Concept
    now, later : str or None
        Readings that stand for today and for the long run.
    wants : tuple of Want
        What each party wants first.
    fates : tuple of Fate
        The outcomes, what holds first.
    obstacles : tuple of Obstacles
        For each outcome asked for, or each that cannot hold: who stands in its way.
    story : Story or None
    claims : mapping of claim to {"holds", "partly", "fails"}, or None
        ``None`` where the model makes none or they were left out.
    certainty : mapping of str to int
        How many premises are certain, likely, possible, or have a number.
    left_out : mapping of str to str
        What was not examined, and why.
    """

    world: World
    concept: Concept
    now: str | None
    later: str | None
    wants: tuple[Want, ...]
    fates: tuple[Fate, ...]
    obstacles: tuple[Obstacles, ...]
    story: Story | None
    claims: Mapping[str, str] | None
    certainty: Mapping[str, int]
    left_out: Mapping[str, str]

    @property
    def conflict(self) -> Conflict:
        """The model."""
        return self.world.conflict

    def __repr__(self) -> str:
        held = sum(bool(fate.holds_in) for fate in self.fates)
        return f"<Brief of {self.conflict.title[:60]!r}: {held} of {len(self.fates)} outcomes can hold>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1. ``words`` has what the terminal shows, part by part."""
        from detente.report.brief import brief_page
        from detente.report.page import plain

        return {
            "title": self.conflict.title,
            "concept": self.concept.id,
            "readings": {reading.id: self.conflict.lens_choice(reading.id) for reading in self.conflict.readings},
            "now": self.now,
            "later": self.later,
            "wants": [item.to_dict() for item in self.wants],
            "outcomes": [self._fate(fate) for fate in self.fates],
            "obstacles": [item.to_dict() for item in self.obstacles],
            "story": None if self.story is None else self.story.to_dict(),
            "claims": None if self.claims is None else dict(self.claims),
            "premises": dict(self.certainty),
            "left_out": dict(self.left_out),
            "words": plain(brief_page(self)),
            "computed": provenance(self.conflict, sanctions=self.world.sanctions),
        }

    def _fate(self, fate: Fate) -> dict[str, Any]:
        movers = self.world.game(self.conflict.readings[0].id).movers
        result: dict[str, Any] = {"outcome": fate.outcome}
        if fate.state is not None:
            result["state"] = State.of(self.world.graph, fate.state).to_dict()
        return {
            **result,
            "states": fate.n_states,
            "durability": fate.kind,
            "holds_in": list(fate.holds_in),
            "reached": dict(fate.reached),
            **({} if fate.n_way is None else {"way": fate.n_way}),
            "lacking": [
                {"by": movers[move.by].name, "from": move.start + 1, "to": move.end + 1} for move in fate.lacking
            ],
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per outcome."""
        import pandas as pd

        columns = ["outcome", "states", "durability", "holds_in", "reached", "reached_in"]
        rows = [
            {
                "outcome": self.world.graph.space.label(fate.state) if fate.state is not None else fate.outcome,
                "states": fate.n_states,
                "durability": fate.kind,
                "holds_in": " ".join(fate.holds_in),
                "reached": fate.level,
                "reached_in": " ".join(fate.reached_in),
            }
            for fate in self.fates
        ]
        return pd.DataFrame(rows, columns=columns)

    def _repr_html_(self) -> str:
        from detente.report.brief import brief_page
        from detente.report.writers.html import html_parts

        return html_parts(brief_page(self))


def brief(
    conflict: Conflict,
    *,
    concept: str = "seq",
    outcomes: Sequence[str] | None = None,
    now: str | None = None,
    later: str | None = None,
    reading: str | None = None,
    world: World | None = None,
) -> Brief:
    """Put a conflict in brief.

    Parameters
    ----------
    conflict : Conflict
    concept : str
        The concept that "can hold" is meant under.
    outcomes : sequence of str, optional
        Of which outcomes to say who stands in their way; by default of each that holds in no reading.
    now, later : str, optional
        Readings that stand for today and for the long run; ``tactical`` and ``strategic`` where the model has both.
    reading : str, optional
        The reading of the story, where no phase names one; the first by default.
    world : World, optional
        When it exists already.

    Raises
    ------
    UsageError
        A name does not exist, or the concept is not defined for this model.
    ModelError
        The model contradicts itself; the message has the place.

    Examples
    --------
    >>> import detente
    >>> found = brief(detente.library("cuban_missile_crisis"))
    >>> found
    <Brief of 'Cuban missile crisis': 1 of 3 outcomes can hold>
    """
    by = concept_of(concept)
    told = conflict.reading(reading).id if reading else conflict.readings[0].id
    for name in outcomes or ():
        conflict.outcome(name)
    first, last = _times(conflict, now, later)
    world = world or World(conflict)
    _ = world.graph.class_of, world.graph.status_quo  # classes must partition the states, the status quo must be one
    left_out: dict[str, str] = {}
    try:
        held = np.stack([world.decider.equilibria(by, world.game(item.id)) for item in conflict.readings])
        fates = _fates(world, by, held, (first, last), left_out)
        hindered = tuple(obstacles(world, name, by, where) for name, where in _asked(world, held, fates, outcomes))
        try:
            told_story = story(world, by, told)
        except TooLargeError as error:
            told_story, left_out["the story"] = None, str(error)
    except NotDefinedError as error:
        raise UsageError(f"{by.id} is not defined: {error}") from None
    for what, missing in (
        ("what those would do who are in the way of", [item for item in hindered if item.obstacles and not item.deeds]),
        ("on which wishes it rests who is in the way of", [i for i in hindered if i.obstacles and not i.wishes]),
    ):
        if missing:
            names = ", ".join(f"“{conflict.outcome(item.outcome).label}”" for item in missing)
            left_out[f"{what} {names}"] = "too many states"
    claims = None
    if conflict.claims and world.graph.n_states > MOST_CLAIMS:
        left_out["the claims"] = f"in a model of more than {MOST_CLAIMS:,} states they are left to detente check"
    elif conflict.claims:
        claims = {result.claim.id: result.verdict for result in check(conflict, world=world).results}
    certainty = Counter(
        item.certainty if isinstance(item.certainty, str) else "with a number" for item in every_premise(conflict)
    )
    return Brief(world, by, first, last, wants(world.graph), fates, hindered, told_story, claims, certainty, left_out)


def _times(conflict: Conflict, now: str | None, later: str | None) -> tuple[str | None, str | None]:
    """Return the readings that stand for now and later, where there are such. Raises UsageError."""
    names = [reading.id for reading in conflict.readings]
    if now is None and later is None and not {"tactical", "strategic"} <= set(names):
        return None, None
    return conflict.reading(now or "tactical").id, conflict.reading(later or "strategic").id


def _asked(
    world: World, held: NDArray[np.bool_], fates: Sequence[Fate], outcomes: Sequence[str] | None
) -> list[tuple[str, tuple[str, ...]]]:
    """Return of which outcomes to say who stands in their way, and the readings in which they do not hold."""
    names = outcomes
    if names is None:
        names = [fate.outcome for fate in fates if fate.outcome is not None and not fate.holds_in]
    result = []
    for name in dict.fromkeys(names):
        states = world.graph.outcome(name)
        where = [item.id for row, item in enumerate(world.conflict.readings) if not (held[row] & states).any()]
        result.append((name, tuple(where)))
    return result


# -- how each outcome fares -----------------------------------------------------------------------------------------


def _fates(
    world: World,
    by: Concept,
    held: NDArray[np.bool_],
    times: tuple[str | None, str | None],
    left_out: dict[str, str],
) -> tuple[Fate, ...]:
    conflict, graph = world.conflict, world.graph
    readings = [reading.id for reading in conflict.readings]
    now, later = times
    kinds = None if now is None or later is None else kinds_of(held, readings.index(now), readings.index(later))
    asked: list[tuple[str | None, int | None, Flags]] = [
        (name, None, graph.outcome(name)) for name in conflict.reported
    ]
    if not asked:
        some = np.flatnonzero(held.any(axis=0))
        if len(some) > MOST_NAMED:
            left_out["more states that hold"] = f"{len(some) - MOST_NAMED:,}; detente analyze lists them"
        asked += [(None, state, np.arange(graph.n_states) == state) for state in some[:MOST_NAMED].tolist()]
    else:
        unnamed = ~np.logical_or.reduce([states for _, _, states in asked])
        if (held & unnamed).any():
            asked.append((None, None, unnamed))
    ways = _Ways(world, left_out)
    found = []
    for name, state, states in asked:
        holding = held & states
        holds_in = tuple(readings[row] for row in np.flatnonzero(holding.any(axis=1)))
        kind = None if kinds is None else durability_of(kinds, states)[0]
        reached = {reading: ways.level(reading, states, holding[row]) for row, reading in enumerate(readings)}
        lacking, n_way = _lacking(world, by, holds_in, reached, states)
        known = {} if graph.status_quo is None else reached
        found.append(Fate(name, state, int(states.sum()), kind, holds_in, known, lacking, n_way))
    found.sort(key=lambda fate: _place(fate, len(readings)))
    return tuple(found)


def _place(fate: Fate, n_readings: int) -> tuple[int, ...]:
    strength = ORDER.index(fate.kind) if fate.kind is not None else n_readings - len(fate.holds_in)
    return not fate.holds_in, strength, 0 if fate.level is None else LEVELS.index(fate.level)


class _Ways:
    """What improvements lead to from the status quo, alone and joint, reading by reading; found when asked for."""

    def __init__(self, world: World, left_out: dict[str, str]) -> None:
        self._world, self._left_out = world, left_out
        self._alone: dict[str, Flags] = {}
        self._joint: dict[str, Flags] = {}

    def level(self, reading: str, states: Flags, holding: Flags) -> Reached:
        """Return how an outcome is reached: its states, and those of them that hold."""
        start = self._world.graph.status_quo
        if start is None:
            return "no"
        if holding[start]:
            return "there"
        alone = self._by_improvements(reading, start)
        if (alone & holding).any():
            return "yes"
        if holding.any() and self._world.conflict.agreements and (self._together(reading, start) & holding).any():
            return "together"
        return "passing" if (alone & states).any() else "no"

    def _by_improvements(self, reading: str, start: int) -> Flags:
        if reading not in self._alone:
            game = self._world.game(reading)
            self._alone[reading] = Reach(game, start, range(len(game.movers)), improving=True).steps < UNREACHED
        return self._alone[reading]

    def _together(self, reading: str, start: int) -> Flags:
        if reading not in self._joint:
            graph, none = self._world.graph, np.zeros(self._world.graph.n_states, dtype=bool)
            if graph.n_states > MOST_JOINT:
                self._left_out["joint steps"] = f"they are followed up to {MOST_JOINT:,} states"
                self._joint[reading] = none
            else:
                agreed = [item.parties for item in graph.conflict.agreements if len(item.parties) > 1]
                play = Play(graph, reading, steps="joint", joint=agreed, game=self._world.game(reading))
                self._joint[reading] = play.arcs_from(np.array([start], dtype=np.int32))[0]
        return self._joint[reading]


def _lacking(
    world: World, by: Concept, holds_in: tuple[str, ...], reached: Mapping[str, Reached], states: Flags
) -> tuple[tuple[Move, ...], int | None]:
    """Return the moves on a shortest way to where an outcome holds that are no improvements, and its length."""
    start = world.graph.status_quo
    if start is None or not holds_in or reached[holds_in[0]] not in ("passing", "no"):
        return (), None
    game = world.game(holds_in[0])
    goal = np.flatnonzero(world.decider.equilibria(by, game, states))
    reach = Reach(game, start, range(len(game.movers)), improving=False)
    nearest = int(goal[np.argmin(reach.steps[goal])])
    if reach.steps[nearest] >= UNREACHED:
        return (), None
    path = reach.path(nearest)
    ranks = {move.by: game.movers[move.by].ranks for move in path}
    lacking = []
    for move in path:
        own = ranks[move.by]
        if own is not None and own[move.end] <= own[move.start]:
            lacking.append(move)
    return tuple(lacking), len(path)
