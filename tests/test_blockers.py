"""Who can block an outcome, against the definitions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis.blockers import blockers
from detente.conflict import elements as el
from detente.conflict.conflict import Conflict
from detente.conflict.formula import Taken
from detente.errors import UsageError
from detente.library.index import library
from tests.oracle import LiteralModel
from tests.strategies import graph_conflicts, option_conflicts


@settings(max_examples=50, deadline=None)
@given(st.one_of(option_conflicts(), graph_conflicts()), st.data())
def test_a_party_or_coalition_blocks_what_it_can_leave(conflict: Conflict, data: st.DataObject) -> None:
    parties = [dm.id for dm in conflict.parties]
    listed = conflict.graph_form is not None  # whose states may leave an option open
    option = None if listed or not conflict.options else data.draw(st.sampled_from(sorted(conflict.options)))
    outcomes = conflict.outcomes
    if option is not None:
        outcomes = (*outcomes, el.Outcome(id="taken_here", that=Taken(option)))
    members = tuple(data.draw(st.lists(st.sampled_from(parties), min_size=1, unique=True)))
    conflict = replace(conflict, outcomes=outcomes, coalitions=(el.Coalition(id="some", members=members),))
    if not outcomes:
        return
    reading = conflict.readings[0].id
    literal = LiteralModel(conflict, reading)
    found = blockers(conflict, outcomes=[o.id for o in outcomes], readings=[reading], concepts=["nash", "seq"])
    for item in found.found:
        states = {s + 1 for s, yes in enumerate(found.world.graph.outcome(item.outcome)) if yes}
        assert item.n_states == len(states)
        if item.concept == "cnash":
            left = {s for s in states if literal.improvements(members, s) - states}
        else:
            left = {s for s in states if _leaves(literal, item.who, s, states, item.concept)}
        assert item.n_left == len(left)
        assert item.blocks == (0 < len(states) == len(left))


def _leaves(literal: LiteralModel, dm: str, state: int, states: set[int], concept: str) -> bool:
    for end in literal.R_plus(dm, state) - states:
        ends = literal.reach(literal.others([dm]), end, True, "legal") if concept == "seq" else set()
        if all(literal.prefers(dm, after, state) for after in ends):
            return True
    return False


def test_what_cannot_be_asked_is_refused() -> None:
    chicken = library("chicken")
    with pytest.raises(UsageError, match="unknown outcome 'crush'; did you mean 'crash'"):
        blockers(chicken, outcomes=["crush"])
    with pytest.raises(UsageError, match="does not judge improvements"):
        blockers(chicken, concepts=["sim"])
    with pytest.raises(UsageError, match="names no outcomes"):
        blockers(replace(chicken, outcomes=(), classes=()))
