"""Deciding many readings and variants at once gives what deciding each alone gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.conflict.conflict import Conflict
from detente.conflict.elements import Merge, Prioritised, Statement, Weights
from detente.conflict.variant import reversed_statement, weakened, without
from detente.graph.graph import Graph
from detente.language.load import loads
from detente.stability.concept import NotDefinedError
from detente.stability.decider import Decider
from detente.stability.reading import game_of
from detente.stability.registry import CONCEPTS
from tests.strategies import graph_conflicts, option_conflicts


@settings(max_examples=60, deadline=None)
@given(st.one_of(option_conflicts(), graph_conflicts()), st.data())
def test_what_is_shared_is_right(conflict: Conflict, data: st.DataObject) -> None:
    decider = Decider(Graph(conflict))
    statements = sorted({p.id for p in conflict.premises() if isinstance(p, Statement)})
    variants = [conflict]
    if statements:
        one = data.draw(st.sampled_from(statements))
        variants += [without(conflict, [one]), reversed_statement(conflict, one), weakened(conflict, one) or conflict]
    for variant in [*variants, conflict]:
        shared, alone = decider.variant(variant), Graph(variant)
        for reading in variant.readings:
            game, own = shared.game(variant.lens_choice(reading.id)), game_of(alone, reading.id)
            for concept in CONCEPTS.values():
                for i in own.parties:
                    try:
                        expected = concept.decide(own, i)
                    except NotDefinedError:
                        continue
                    assert np.array_equal(shared.stable(concept, game, i), expected)


@settings(max_examples=60, deadline=None)
@given(option_conflicts(), st.data())
def test_a_premise_that_is_dropped_is_gone_and_the_others_stay(conflict: Conflict, data: st.DataObject) -> None:
    before = {p.id for p in conflict.all_premises()}
    fixed = {p.id for p in conflict.all_premises() if isinstance(p, Merge)}
    if not before - fixed:
        return
    gone = data.draw(st.sets(st.sampled_from(sorted(before - fixed)), min_size=1))
    after = without(conflict, gone)
    listed = {s.id for dm in after.decision_makers for lens in dm.lenses for s in lens.statements}
    principles = {s.id for dm in after.decision_makers for s in dm.principles}
    assert not gone & (listed | principles)
    declared = {s.id for s in conflict.statements} | {s.id for dm in conflict.decision_makers for s in dm.statements}
    assert before - gone <= {p.id for p in after.all_premises()} | declared
    for dm in after.decision_makers:
        for lens in dm.lenses:
            if isinstance(lens.preference, Prioritised):
                assert all(level.statements for level in lens.preference.levels)
            assert isinstance(lens.preference, Weights) or lens.refines in ("", *dm.lens_names)


def test_a_weakened_statement_changes_places_with_the_one_below() -> None:
    conflict = loads("decision_makers: {a: {options: [x, y, z], preferences: [a.x, a.y, a.z]}}")

    def order(changed: Conflict) -> list[str]:
        return [s.that.text() for s in changed.decision_makers[0].lenses[0].statements]

    first = weakened(conflict, "a: a.x")
    assert first is not None
    assert order(first) == ["a.y", "a.x", "a.z"]
    assert weakened(conflict, "a: a.z") is None
    assert order(reversed_statement(conflict, "a: a.y")) == ["a.x", "not a.y", "a.z"]
