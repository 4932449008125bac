"""Where a check is asked: in one phase of a conflict, or in somebody's eyes, or in somebody's eyes in that phase."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from detente.analysis.evolution_steps import Nature, Play
from detente.analysis.phases import entered, first_beginning
from detente.analysis.sight import check_sight, sight
from detente.analysis.world import World
from detente.conflict.claims import Claim
from detente.conflict.elements import Element
from detente.conflict.perceived import viewer_label
from detente.conflict.phase import Phase
from detente.conflict.phases import changes_states, during
from detente.stability.decider import Decider


def places(world: World, claim: Claim) -> Iterator[tuple[str | None, str | None, World]]:
    """Yield the phase, the viewer and the world of each place that a claim is asked in. Raises ModelError."""
    for phase in claim.phases or (None,):
        there = world if phase is None else in_phase(world, phase)
        for viewer in claim.views or (None,):
            yield phase, viewer, there if viewer is None else in_the_eyes(there, viewer)


def readings_in(there: World, claim: Claim) -> tuple[str, ...]:
    """Return the readings that a claim is asked under in a place: a phase may prescribe one."""
    if there.phase is not None and there.phase.reading:
        return (there.phase.reading,)
    return claim.readings or tuple(item.id for item in there.conflict.readings)


def in_phase(world: World, name: str) -> World:
    """Return the world of a phase: readings keep their names. Raises ModelError."""
    key = "phase", name
    if key in world.places:
        return world.places[key]
    phase = world.conflict.phase(name)
    conflict = during(world.conflict, phase)
    if not changes_states(world.conflict, phase):
        result = world.with_preferences(conflict)
    elif world.before is not None and _same_rules(world.before.conflict.phase(name), phase):  # the same states
        result = in_phase(world.before, name).with_preferences(conflict)
    else:
        result = World(conflict, world.sanctions)
    result.whole, result.phase, result.before = world, phase, None
    world.places[key] = result
    return result


def _same_rules(one: Phase, other: Phase) -> bool:
    return (one.infeasible, one.irreversible) == (other.infeasible, other.irreversible)


def in_the_eyes(world: World, viewer: str) -> World:
    """Return the world as somebody sees it; the same world where nothing is seen otherwise. Raises ModelError."""
    key = "view", viewer
    if key in world.places:
        return world.places[key]
    view = next((item for item in world.conflict.views if item.id == viewer), None)
    if view is None or not view.premises:
        return world
    found = sight(world.graph, view, by_premise=True)
    if world.before is None or found.graph.space is not world.graph.space:  # else it was checked before
        for reading in world.conflict.readings:
            check_sight(world.graph, found, reading.id)
    if found.graph.space is world.graph.space:
        result = world.with_preferences(found.conflict)
    else:
        result = World(found.conflict, world.sanctions, decider=Decider(found.graph, world.sanctions))
    result.whole, result.sight, result.phase, result.before = world, found, world.phase, None
    world.places[key] = result
    return result


def in_another_phase(world: World, name: str) -> World:
    """Return the world of a phase, as somebody sees it where this one is as somebody sees it. Raises ModelError."""
    if world.sight is None or world.whole is None:
        return in_phase(world, name)
    return in_the_eyes(in_phase(world.whole, name), world.sight.viewer)


def begins(world: World, reading: str | None, about: Element) -> list[int]:
    """Return the states that a check begins from where it says nothing of that: the status quo of its place.

    A phase begins where play by improvements comes to rest in the phase before: under ``reading``, or, where the phase
    prescribes that reading, under any of those that the claim is asked under elsewhere.

    Raises
    ------
    ModelError
        There is no such state.
    """
    whole = world.whole
    if whole is None:
        if world.graph.status_quo is None:
            raise world.error(about, "the model states no status quo to begin from", "'status_quo:', or 'from:' here")
        return [world.graph.status_quo]
    if world.sight is not None:
        seen = [int(world.sight.image[state]) for state in begins(whole, reading, about)]
        if min(seen) < 0:
            viewer = viewer_label(whole.conflict, world.sight.viewer)
            raise world.error(about, f"{viewer} does not perceive the state that this begins from", "'from:' here")
        return list(dict.fromkeys(seen))
    assert world.phase is not None
    known = tuple(item.id for item in whole.conflict.readings)
    names: tuple[str, ...] = (reading or known[0],)
    if world.phase.reading and isinstance(about, Claim):
        names = about.readings or known
    return sorted({state for name in names for state in _begins_under(world, name)})


def _begins_under(world: World, reading: str) -> list[int]:
    """Return where a phase begins if the phases before it that prescribe none are under this reading."""
    assert world.whole is not None
    assert world.phase is not None
    if reading not in world.begin_at:
        world.begin_at[reading] = _phase_begins(world, world.whole, world.phase, reading)
    return world.begin_at[reading]


def _phase_begins(world: World, whole: World, phase: Phase, reading: str) -> list[int]:
    order = [item.id for item in whole.conflict.phases]
    place = order.index(phase.id)
    if phase.status_quo is not None or place == 0:
        return [first_beginning(whole.conflict, world.graph, phase)]
    earlier = in_phase(whole, order[place - 1])
    nature: Nature = "eventually" if earlier.nature_moves else "never"
    play = Play(earlier.graph, reading, nature=nature, game=earlier.game(reading))
    starts = np.array(_begins_under(earlier, reading), dtype=np.int32)
    found = {entered(world.graph, phase, earlier.graph, state) for state in play.ends_from(starts).tolist()}
    return sorted(found)
