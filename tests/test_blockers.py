"""Who can block an outcome, against the definitions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis import blockers as module
from detente.analysis.blockers import blockers
from detente.analysis.coalition_judge import Judge
from detente.analysis.world import World
from detente.conflict import elements as el
from detente.conflict.conflict import Conflict
from detente.conflict.formula import AtState, Formula, Or, Taken
from detente.errors import TooLargeError, UsageError
from detente.graph.graph import Graph
from detente.library.index import library
from tests.command import good
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
    asked = ["nash", "gmr", "smr", "seq", "sseq"]
    found = blockers(conflict, outcomes=[o.id for o in outcomes], readings=[reading], concepts=asked)
    for item in found.found:
        states = {s + 1 for s, yes in enumerate(found.world.graph.outcome(item.outcome)) if yes}
        assert item.n_states == len(states)
        if item.who == "some":
            assert item.members == members
            key = item.concept.removeprefix("c")
            left = {s for s in states if _leave_together(literal, members, s, states, key)}
        else:
            left = {s for s in states if _leaves(literal, item.who, s, states, item.concept)}
        assert item.n_left == len(left)
        assert item.blocks == (0 < len(states) == len(left))
    each = {(item.who, item.concept) for item in found.found if item.outcome == outcomes[0].id}
    together = {("some", key) for key in ("cnash", "cgmr", "csmr", "cseq")}
    assert each == together | {(dm, key) for dm in parties for key in asked}
    assert found.notes == ("sseq: decided for parties only; it has no form for coalitions.",)


def _leaves(literal: LiteralModel, dm: str, state: int, states: set[int], concept: str) -> bool:
    ends = literal.R_plus(dm, state) - states
    return any(not literal._deterred(concept, dm, state, end, "legal") for end in ends)


def _leave_together(
    literal: LiteralModel, members: tuple[str, ...], state: int, states: set[int], concept: str
) -> bool:
    ends = literal.improvements(members, state) - states
    return any(not literal._coalition_deterred(concept, members, state, end) for end in ends)


def test_an_improvement_inside_the_outcome_does_not_count_but_what_meets_it_may_lie_there() -> None:
    """Both can leave state 5 of Elmira together for 8; that is no way out of an outcome that has both states."""
    elmira = library("elmira")
    for that, left in [("s5", 1), ("s5_or_s8", 0)]:
        formula: Formula = AtState("s5") if that == "s5" else Or((AtState("s5"), AtState("s8")))
        conflict = replace(elmira, outcomes=(*elmira.outcomes, el.Outcome(id=that, that=formula)))
        found = blockers(conflict, outcomes=[that], concepts=["nash", "gmr", "smr", "seq"])
        together = [item for item in found.found if item.who == "ministry_and_firm"]
        assert [item.concept for item in together] == ["cnash", "cgmr", "csmr", "cseq"]
        assert [item.n_left for item in together] == [left] * 4


def test_by_default_coalitions_are_asked_about_cnash_alone() -> None:
    found = blockers(library("elmira"))
    assert {item.concept for item in found.found} == {"nash", "seq", "cnash"}
    assert found.notes == ()


def test_what_would_take_too_long_or_too_much_is_said_not_to_be_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    elmira = library("elmira")
    listed = sum(len(np.flatnonzero(flags)) for flags in (Graph(elmira).outcome(name) for name in elmira.classes))
    monkeypatch.setattr(module, "MOST_PAIRS", 9 * listed)
    assert blockers(elmira, concepts=["seq"]).notes == ()
    monkeypatch.setattr(module, "MOST_PAIRS", 9 * listed - 1)
    found = blockers(elmira, concepts=["seq", "nash"])
    assert {item.concept for item in found.found} == {"nash", "seq"}
    (note,) = found.notes
    assert f"not decided: states of the outcomes ({listed}) × states (9) × coalitions (1) × readings (1) are" in note
    monkeypatch.undo()

    def refuse(*_: object) -> None:
        raise TooLargeError("too many coalitions of opponents")

    monkeypatch.setattr(Judge, "_improved_to", refuse)
    found = blockers(elmira, concepts=["seq", "nash"])
    assert {item.concept for item in found.found} == {"nash", "seq", "cnash"}
    assert found.notes == ("cseq: not decided for all coalitions; too many coalitions of opponents.",)
    assert found.to_dict()["notes"] == list(found.notes)


def test_coalitions_are_judged_under_legal_sequences_only() -> None:
    elmira = library("elmira")
    found = blockers(elmira, concepts=["nash", "gmr"], world=World(elmira, "single"))
    assert {item.concept for item in found.found if item.who == "ministry_and_firm"} == {"cnash"}
    assert any("legal sequences of sanctions only" in note for note in found.notes)


def test_the_command_shows_them_apart() -> None:
    table = good("vetoes", "elmira", "--concept", "gmr,sseq")
    (head,) = [line for line in table.splitlines() if line.startswith("outcome")]
    assert head.split() == ["outcome", "gmr", "sseq", "cgmr", "(together)"]
    assert "sseq: decided for parties only" in table
    assert "--concept gmr, smr or seq" in good("vetoes", "elmira")


def test_what_cannot_be_asked_is_refused() -> None:
    chicken = library("chicken")
    with pytest.raises(UsageError, match="unknown outcome 'crush'; did you mean 'crash'"):
        blockers(chicken, outcomes=["crush"])
    with pytest.raises(UsageError, match="does not judge improvements"):
        blockers(chicken, concepts=["sim"])
    with pytest.raises(UsageError, match="names no outcomes"):
        blockers(replace(chicken, outcomes=(), classes=()))
