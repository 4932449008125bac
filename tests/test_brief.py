"""A conflict in brief: every column and every sentence against the definitions, and what a reader sees."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis.brief import LEVELS, Fate, brief
from detente.analysis.obstacles import Obstacle, obstacles, without_wishes
from detente.analysis.phases import phases
from detente.analysis.story import outcomes_at, story
from detente.analysis.world import World
from detente.conflict import claims as cl
from detente.conflict.conflict import Conflict
from detente.conflict.formula import Constant
from detente.language.load import loads
from detente.library.index import library
from detente.stability.registry import concept
from tests.draws import some
from tests.literal_claims import LiteralArgument, distances, dropped, kind_of_outcome, lensed_conflicts
from tests.oracle import LiteralModel
from tests.strategies import any_conflict

conflicts = st.one_of(any_conflict(), lensed_conflicts(listed=True))


# -- how each outcome fares -----------------------------------------------------------------------------------------


def unnamed_states(conflict: Conflict, literal: LiteralArgument) -> frozenset[int]:
    """Return the states with none of the outcomes that answers speak of."""
    names = conflict.classes or [outcome.id for outcome in conflict.outcomes]
    return frozenset(literal.base.states).difference(*(literal.true(conflict.outcome(name).that) for name in names))


def states_of(conflict: Conflict, literal: LiteralArgument, fate: Fate) -> frozenset[int]:
    """Return the states that a row tells of."""
    if fate.outcome is not None:
        return literal.true(conflict.outcome(fate.outcome).that)
    return unnamed_states(conflict, literal) if fate.state is None else frozenset({fate.state + 1})


@settings(max_examples=40, deadline=None)
@given(conflicts, st.data(), st.sampled_from(("nash", "gmr", "seq", "sseq")))
def test_each_column_is_what_its_definition_says(conflict: Conflict, data: st.DataObject, by: str) -> None:
    parties = [dm.id for dm in conflict.parties]
    agreed = tuple(some(data.draw, parties, least=2)) if data.draw(st.booleans()) else ()
    if agreed:
        conflict = replace(conflict, agreements=(cl.Agreement(id="deal", parties=agreed, in_force=Constant(True)),))
    readings = [reading.id for reading in conflict.readings]
    now, later = data.draw(st.sampled_from(readings)), data.draw(st.sampled_from(readings))
    found = brief(conflict, concept=by, now=now, later=later)
    literal = LiteralArgument(conflict)
    held = {reading: literal.held(by, reading) for reading in readings}
    names = list(conflict.classes) or [outcome.id for outcome in conflict.outcomes]
    assert sorted(fate.outcome for fate in found.fates if fate.outcome) == sorted(names)
    if names:  # what holds and has no name is there too, once
        unnamed = unnamed_states(conflict, literal)
        assert sum(fate.outcome is None for fate in found.fates) == any(unnamed & held[name] for name in readings)
    if not names:
        everything = sorted(set().union(*held.values()))
        assert sorted((fate.state or 0) + 1 for fate in found.fates) == everything[:12]
    for fate in found.fates:
        inside = states_of(conflict, literal, fate)
        assert fate.n_states == len(inside)
        assert set(fate.holds_in) == {reading for reading in readings if inside & held[reading]}
        assert fate.kind == kind_of_outcome(inside, held[now], held[later], list(held.values()))
        start = literal.base.status_quo()
        if start is None:
            assert not fate.reached
            continue
        for reading in readings:
            model = literal.model(reading)
            expected = _reached(model, start, inside, inside & held[reading], agreed)
            assert fate.reached[reading] == expected
        assert fate.level == min((fate.reached[r] for r in fate.holds_in or readings), key=LEVELS.index)
    strengths = [bool(fate.holds_in) for fate in found.fates]
    assert strengths == sorted(strengths, reverse=True)


def _reached(
    model: LiteralModel, start: int, inside: frozenset[int], held: frozenset[int], agreed: tuple[str, ...]
) -> str:
    if start in held:
        return "there"
    alone = distances(model, [start], model.everyone, True)
    if held & set(alone):
        return "yes"
    seen, waiting = {start}, [start]
    while waiting and agreed:
        s = waiting.pop()
        ends = set().union(*(model.R_plus(dm, s) for dm in model.parties), *(model.R(dm, s) for dm in model.natures))
        ends |= model.improvements(agreed, s) if len(agreed) > 1 else set()
        waiting += ends - seen
        seen |= ends
    if held & seen and agreed:
        return "together"
    return "passing" if inside & set(alone) else "no"


@settings(max_examples=30, deadline=None)
@given(conflicts)
def test_what_is_lacking_is_no_improvement_on_a_shortest_way(conflict: Conflict) -> None:
    found = brief(conflict)
    literal = LiteralArgument(conflict)
    for fate in found.fates:
        start = literal.base.status_quo()
        if start is None or not fate.holds_in or fate.reached[fate.holds_in[0]] not in ("passing", "no"):
            assert (fate.lacking, fate.n_way) == ((), None)
            continue
        reading = fate.holds_in[0]
        model = literal.model(reading)
        inside = states_of(conflict, literal, fate)
        near = distances(model, [start], model.everyone, False)
        assert fate.n_way == min((near[s] for s in inside & literal.held("seq", reading) if s in near), default=None)
        movers = found.world.game(reading).movers
        assert bool(fate.lacking) == (fate.n_way is not None)
        for move in fate.lacking:
            dm = movers[move.by].name
            assert move.end + 1 in model.R(dm, move.start + 1) - model.R_plus(dm, move.start + 1)


def test_what_only_an_agreement_reaches() -> None:
    found = brief(library("peace_delusion"))
    reached = {fate.outcome: fate.reached for fate in found.fates}
    assert reached["ceasefire_armed"] == {"essay": "no", "tactical": "together", "strategic": "no", "us_turns": "no"}
    deal = """
title: A swap
decision_makers:
  a: {options: {give: Give}, preferences: [b.give, not a.give]}
  b: {options: {give: Give}, preferences: [a.give, not b.give]}
outcomes: {swap: a.give and b.give}
agreements: {swapping: {parties: [a, b], in_force: swap}}
status_quo: []
"""
    for model, level in ((loads(deal), "together"), (replace(loads(deal), agreements=()), "no")):
        (swap,) = [fate for fate in brief(model).fates if fate.outcome == "swap"]
        assert swap.reached == {"default": level}


# -- who is in the way ----------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(conflicts, st.sampled_from(("nash", "seq", "sseq")))
def test_obstacles_are_the_parties_that_block_and_do_what_is_said(conflict: Conflict, by: str) -> None:
    literal, world = LiteralArgument(conflict), World(conflict)
    for outcome in conflict.outcomes:
        inside = literal.true(outcome.that)
        readings = [r.id for r in conflict.readings if not inside & literal.held(by, r.id)]
        found = obstacles(world, outcome.id, concept(by), readings)
        assert found.n_states == len(inside)
        blocking = {
            (dm, reading)
            for reading in readings if inside
            for dm in literal.base.parties
            if not any(literal.model(reading).stable(by, dm, s) for s in inside)
        }  # fmt: skip
        said = [(item.dm, reading) for item in found.obstacles for reading in item.readings]
        assert sorted(said) == sorted(blocking)
        for item in found.obstacles:
            _verify_deed(literal, by, item, inside)
            for reading in item.readings:
                _verify_wishes(conflict, by, item, reading, inside)
        for one in found.shared:
            for reading in one.readings:
                model = literal.model(reading)
                counts = {dm: sum(not model.stable(by, dm, s) for s in inside) for dm in model.parties}
                assert dict(one.unstable_for) == {dm: count for dm, count in counts.items() if count}
                assert all(count < len(inside) for count in counts.values())
        together = {reading for one in found.shared for reading in one.readings} | {r for _, r in blocking}
        assert together == (set(readings) if inside else set())


def _verify_deed(literal: LiteralArgument, by: str, item: Obstacle, inside: frozenset[int]) -> None:
    if item.deed is None or not item.deed.change:
        return
    counts, inward = [], False
    for reading in item.readings:
        count = 0
        for s in inside:
            does = [
                t for t in literal.unmet(reading, by, item.dm, s) if _change(literal, item.dm, s, t) == item.deed.change
            ]
            count += bool(does)
            inward |= bool(inside & set(does))
        counts.append(count)
    assert item.deed.states == min(counts) > 0
    assert item.deed.leaves != inward


def _change(literal: LiteralArgument, dm: str, s: int, t: int) -> tuple[tuple[str, str], ...]:
    before, after = literal.base.options_at(s), literal.base.options_at(t)
    return tuple(
        (option, value)
        for option, value in after.items()
        if option.startswith(f"{dm}.") and value != before[option] and value is not None and before[option] is not None
    )


def _verify_wishes(conflict: Conflict, by: str, item: Obstacle, reading: str, inside: frozenset[int]) -> None:
    """Without its wishes some state is stable for the party, and none can be left out of them."""
    if not item.rests_on:
        return
    for kept in (None, *item.rests_on):
        gone = {wish for wish in item.rests_on if wish != kept}
        bare = dropped(conflict, gone).decision_maker(item.dm)
        makers = tuple(bare if dm.id == item.dm else dm for dm in conflict.decision_makers)
        assert without_wishes(conflict, item.dm, gone).decision_makers == makers
        model = LiteralArgument(replace(conflict, decision_makers=makers)).model(reading)
        assert any(model.stable(by, item.dm, s) for s in inside) == (kept is None)


def test_what_is_done_in_some_states_only_may_stay_inside() -> None:
    """From the two states without x it goes to y, inside the outcome or out of it; from the others to not x."""
    model = """
title: Restless
decision_makers:
  a: {options: {x: X, y: Y}, preferences: {ranking: [1, 3, [2, 4]]}}
infeasible: [a.x and a.y]
outcomes: {part: a.x or a.y}
"""
    (item,) = obstacles(World(loads(model.replace("[2, 4]", "2"))), "part", concept("nash"), ["default"]).obstacles
    assert item.deed is not None
    assert (item.deed.change, item.deed.states, item.deed.leaves) == ((("a.x", "no"),), 1, True)
    assert item.rests_on == ()


def test_a_step_inside_an_outcome_is_not_said_to_leave_it() -> None:
    model = """
title: Steps
decision_makers:
  a:
    options:
      step: {values: [out, low, also_low, high], irreversible: {changes: [[low, high], [also_low, high], [high, out]]}}
    preferences: {ranking: [1, 4, [2, 3]]}
outcomes: {inside: not a.step = out}
"""
    (item,) = obstacles(World(loads(model)), "inside", concept("nash"), ["default"]).obstacles
    assert item.deed is not None
    assert (item.deed.change, item.deed.states, item.deed.leaves) == ((("a.step", "high"),), 2, False)


def test_wishes_are_found() -> None:
    found = brief(library("peace_delusion"))
    assert sum(bool(item.rests_on) for one in found.obstacles for item in one.obstacles) >= 8


# -- the story ------------------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(conflicts)
def test_the_story_takes_improvements_to_where_nobody_has_one(conflict: Conflict) -> None:
    conflict = replace(conflict, phases=())
    reading = conflict.readings[-1].id
    found = story(World(conflict), concept("seq"), reading)
    literal = LiteralArgument(conflict)
    start = literal.base.status_quo()
    if start is None:
        assert found is None
        return
    assert found is not None
    (chapter,), model = found.chapters, literal.model(reading)
    at = start
    for step in chapter.steps:
        (dm,) = step.by
        assert step.start + 1 == at
        assert step.end + 1 in model.R_plus(dm, at) | (model.R(dm, at) if dm in model.natures else frozenset())
        at = step.end + 1
    assert at == chapter.end + 1
    assert sum(count for _, count in found.ends) == found.branches
    if found.rule == "round":
        assert at in literal.held("seq", reading)
    elif not chapter.goes_round:
        assert not any(model.R_plus(dm, at) for dm in model.parties)
        assert not any(model.R(dm, at) for dm in model.natures)


@pytest.mark.parametrize("name", ["peace_delusion", "shared_river"])
def test_the_story_through_phases_is_the_largest_of_all_branches(name: str) -> None:
    conflict = library(name)
    reading = conflict.readings[0].id
    found = story(World(conflict), concept("seq"), reading)
    assert found is not None
    tree = phases(conflict, reading=reading)
    branches = list(_branches(tree, 0, None, 1.0))
    assert found.branches == len(branches)
    assert found.share == pytest.approx(max(share for share, _ in branches))
    assert found.as_large + 1 == sum(share == pytest.approx(found.share) for share, _ in branches)
    last = tree.phases[-1].graph
    for end, count in found.ends:
        assert count == sum(outcomes_at(last, state) == end.names for _, state in branches)
    for before, after in pairwise(found.chapters):
        then = {**before.graph.space.options_of(before.end), **dict(after.phase.sets)}  # type: ignore[union-attr]
        assert after.graph.space.options_of(after.start) == then


def _branches(tree: object, number: int, start: int | None, share: float):  # type: ignore[no-untyped-def]
    """Yield every way through the phases: its share, and the state it ends in."""
    item = tree.phases[number]  # type: ignore[attr-defined]
    (branch,) = [b for b in item.branches if start is None or b.start == start]
    for end in branch.ends:
        if number + 1 == len(tree.phases):  # type: ignore[attr-defined]
            yield share * end.share, end.state
            continue
        after = tree.phases[number + 1]  # type: ignore[attr-defined]
        then = {**item.graph.space.options_of(end.state), **dict(after.phase.sets)}
        (begin,) = [b.start for b in after.branches if after.graph.space.options_of(b.start) == then]
        yield from _branches(tree, number + 1, begin, share * end.share)
