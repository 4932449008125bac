"""What would hold if: from a model and what is tried on it to verdicts, and what is different from before.

What stays the same is not worked out again: a model that differs in preferences only has the states, the moves and all
that is known of them from the one before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace

import numpy as np

from detente.analysis.claims import Verdict, check
from detente.analysis.without import Worlds
from detente.analysis.world import World
from detente.conflict.conflict import Conflict
from detente.conflict.elements import DecisionMaker, Merge, Premise, Reading
from detente.errors import Diagnostic, ModelError, UsageError
from detente.stability.concept import NotDefinedError
from detente.stability.decider import Decider
from detente.stability.registry import concept as concept_named

TRIAL = "trial"
"""The reading in which parties have the lenses that are tried."""

MOST_CLAIMED = 100_000
"""Above so many states claims are not checked while one types; the tab of the argument does it when it is opened."""

MOST_SHARED = 60
"""After so many models on the same states everything but the states is worked out anew, to give memory back."""

MOST_LISTED = 200
"""Of equilibria gained or lost."""


@dataclass(frozen=True)
class Toggles:
    """What is tried without changing the text.

    Parameters
    ----------
    reading : str
        The reading asked for; "" or one that is not there: the first.
    concept : str
    lenses : tuple of (str, str)
        Party and lens, where they are otherwise than in the reading.
    dropped : frozenset of str
        Identities of premises that are left out.
    """

    reading: str = ""
    concept: str = "seq"
    lenses: tuple[tuple[str, str], ...] = ()
    dropped: frozenset[str] = frozenset()


StateKey = tuple[tuple[str, str], ...] | str
"""A state apart from its number: its options, what it is one of, or its label where it has none."""


@dataclass(frozen=True, eq=False)
class Verdicts:
    """What holds in a model under what is tried.

    ``asked`` is the model with it; ``reading`` is a reading of it. ``holding`` are states from 0. ``claims`` is None
    where they were not asked; ``refused`` says why there is no verdict where the concept has none.
    """

    world: World
    asked: Toggles
    reading: str
    holding: tuple[int, ...]
    keys: Mapping[StateKey, int]
    claims: Mapping[str, Verdict] | None
    refused: str = ""
    missing: frozenset[str] = frozenset()
    written: str = ""
    """The digest of the model as its text has it."""
    warnings: tuple[Diagnostic, ...] = ()
    """What the answer does without: classes that do not partition the states."""

    @property
    def conflict(self) -> Conflict:
        """The model that was asked."""
        return self.world.conflict


@dataclass(frozen=True)
class Difference:
    """What is otherwise than before.

    ``gained`` are states (from 0) of the model now, ``lost`` of the one before. ``flipped`` are claims with their
    verdicts then and now. ``incomparable``: the options are others, so states cannot be told to be the same.
    """

    gained: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()
    flipped: tuple[tuple[str, Verdict | None, Verdict | None], ...] = ()
    incomparable: bool = False

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost or self.flipped or self.incomparable)


@dataclass(eq=False)
class Engine:
    """Answers for one model after the other, each sharing with those before what is the same."""

    worlds: OrderedDict[str, World] = field(default_factory=OrderedDict)
    unclassed: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict)
    shared: int = 0

    def verdicts(self, conflict: Conflict, asked: Toggles | None = None, *, claims: bool = True) -> Verdicts:
        """Return what holds in a model.

        Raises
        ------
        ModelError, TooLargeError
            The model contradicts itself, or has too many states.
        """
        asked = asked or Toggles()
        world = self.world(conflict)
        without = self.unclassed.get(conflict.digest, ())
        world, missing = self._without(world, asked.dropped)
        world, reading = self._under(world, asked)
        by = concept_named(asked.concept)
        refused = ""
        try:
            held = world.decider.equilibria(by, world.game(reading))
            holding = tuple(np.flatnonzero(held).tolist())
        except NotDefinedError as error:
            holding, refused = (), str(error)
        found = None
        if claims and world.conflict.claims and world.graph.n_states <= MOST_CLAIMED:
            plain = world if reading != TRIAL else self.world(_untried(world.conflict))
            found = {item.claim.id: item.verdict for item in check(plain.conflict, world=plain).results}
        keys = {state_key(world, state): state for state in holding}
        return Verdicts(world, asked, reading, holding, keys, found, refused, missing, conflict.digest, without)

    def world(self, conflict: Conflict) -> World:
        """Return the world of a model, with all that is known of models with the same states. Raises as above."""
        key = conflict.digest
        if key in self.worlds:
            self.worlds.move_to_end(key)
            return self.worlds[key]
        world = self._made(conflict)
        try:
            _ = world.graph.class_of
        except ModelError as error:  # what is tried may let classes overlap: then answers do without them
            world = self._made(replace(conflict, classes=()))
            self.unclassed[key] = error.diagnostics
        _ = world.graph.status_quo  # what contradicts itself is said here, with its place
        for reading in conflict.readings:
            world.game(reading.id)
        self.worlds[key] = world
        while len(self.worlds) > 6:
            self.unclassed.pop(self.worlds.popitem(last=False)[0], None)
        return world

    def _made(self, conflict: Conflict) -> World:
        for other in reversed(self.worlds.values()):
            if not same_states(other.conflict, conflict):
                continue
            self.shared += 1
            if self.shared % MOST_SHARED == 0:
                other = other.renewed()
            if same_questions(other.conflict, conflict):
                return other.with_preferences(_keeping(other.conflict, conflict))
            graph = other.graph.with_preferences(_keeping(other.conflict, conflict))
            for name in ("class_of", "status_quo"):
                graph.__dict__.pop(name, None)
            graph._outcomes, graph._ranks = {}, {}
            graph.space = copy(graph.space)
            graph.space.conflict = conflict  # formulas may name outcomes, which are others now
            return World(graph.conflict, decider=Decider(graph))
        return World(conflict)

    def _without(self, world: World, dropped: frozenset[str]) -> tuple[World, frozenset[str]]:
        """Return the world without some premises, and those of them that are not there any more."""
        known = frozenset(droppable(world.conflict))
        gone = dropped & known
        if not gone:
            return world, dropped - known
        found = Worlds(world, gone).without(gone)
        if found is None:
            raise UsageError("without these premises the model contradicts itself, or has too many states")
        try:
            _ = found.graph.class_of
        except ModelError:
            found = World(replace(found.conflict, classes=()), decider=found.decider)
            found.decider.graph.conflict = found.conflict
        return found, dropped - known

    def _under(self, world: World, asked: Toggles) -> tuple[World, str]:
        """Return a world that has the reading asked for, and its name."""
        conflict = world.conflict
        names = [reading.id for reading in conflict.readings]
        base = asked.reading if asked.reading in names else names[0]
        chosen = conflict.lens_choice(base)
        wanted = {
            dm: lens for dm, lens in asked.lenses if dm in chosen and lens in conflict.decision_maker(dm).lens_names
        }
        if not wanted or all(chosen[dm] == lens for dm, lens in wanted.items()):
            return world, base
        lenses = tuple((chosen | wanted).items())
        for name in names:
            if tuple(conflict.lens_choice(name).items()) == lenses:
                return world, name
        trial = replace(conflict, readings=(*conflict.readings, Reading(id=TRIAL, name="as tried", lenses=lenses)))
        return world.with_preferences(trial), TRIAL


def droppable(conflict: Conflict) -> dict[str, Premise]:
    """Return the premises that can be left out, by identity: all but what says that states are one."""
    return {premise.id: premise for premise in conflict.premises() if not isinstance(premise, Merge)}


def state_key(world: World, state: int) -> StateKey:
    """Return what tells a state from others in models whose states have other numbers."""
    if not world.conflict.options:
        return world.graph.space.label(state)
    space = world.graph.space
    if world.conflict.merge and space.representative is not None:  # it may be made of other combinations elsewhere
        row = int(space.representative[state])
        for item in world.conflict.merge:
            if space.evaluate_rows(item.that)[row]:
                return item.id
    values = space.options_of(state)
    return tuple((option, value) for option, value in values.items() if value is not None)


def difference(before: Verdicts, now: Verdicts) -> Difference:
    """Return what is otherwise than before."""
    flipped: tuple[tuple[str, Verdict | None, Verdict | None], ...] = ()
    if before.claims is not None and now.claims is not None:
        names = dict.fromkeys([*now.claims, *before.claims])
        pairs = ((name, before.claims.get(name), now.claims.get(name)) for name in names)
        flipped = tuple(item for item in pairs if item[1] != item[2])
    if before.refused or now.refused:
        return Difference(flipped=flipped)
    if list(before.conflict.options) != list(now.conflict.options):
        return Difference(flipped=flipped, incomparable=True)
    gained = tuple(state for key, state in now.keys.items() if key not in before.keys)
    lost = tuple(state for key, state in before.keys.items() if key not in now.keys)
    return Difference(gained, lost, flipped)


def same_states(one: Conflict, other: Conflict) -> bool:
    """Return whether two models have the same states and moves for certain."""
    parts = ("infeasible", "feasible", "limits", "forces", "blocked_moves", "merge", "graph_form", "nature")
    if any(getattr(one, part) != getattr(other, part) for part in parts):
        return False
    return [_acts(dm) for dm in one.decision_makers] == [_acts(dm) for dm in other.decision_makers]


def same_questions(one: Conflict, other: Conflict) -> bool:
    """Return whether two models with the same states differ in what parties want, and in words, only."""
    parts = (
        "outcomes", "classes", "status_quo", "coalitions", "agreements", "guarantees", "phases", "observed", "claims",
        "observers", "views", "outsiders", "relations",
    )  # fmt: skip
    return all(getattr(one, part) == getattr(other, part) for part in parts)


def _acts(dm: DecisionMaker) -> tuple[object, ...]:
    return dm.id, dm.kind, dm.options


def _keeping(old: Conflict, new: Conflict) -> Conflict:
    """Return the new model with the old one's objects for decision makers that are equal, so that ranks are kept."""
    before = {dm.id: dm for dm in old.decision_makers}
    statements = old.statements == new.statements
    makers = tuple(before[dm.id] if statements and before[dm.id] == dm else dm for dm in new.decision_makers)
    return replace(new, decision_makers=makers)


def _untried(conflict: Conflict) -> Conflict:
    return replace(conflict, readings=tuple(item for item in conflict.readings if item.id != TRIAL))
