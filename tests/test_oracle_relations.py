"""The literal implementation itself: the known relations between concepts, on drawn models."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.conflict.conflict import Conflict
from tests.oracle import COALITION_CONCEPTS, LiteralModel, nonempty_subsets
from tests.strategies import any_conflict, graph_conflicts, option_conflicts

PLAIN = ("nash", "gmr", "smr", "seq", "sseq")
some = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@some
@given(any_conflict())
def test_drawn_conflicts_are_valid(drawn: Conflict) -> None:
    premises = [premise.id for premise in drawn.premises()]
    assert len(premises) == len(set(premises))
    for reading in (None, *(reading.id for reading in drawn.readings)):
        literal = LiteralModel(drawn, reading)
        assert all(len(literal.ranks(dm)) == len(literal.states) <= 48 for dm in literal.parties)
        assert literal.status_quo() in (None, *literal.states)
    for name in drawn.classes[:1]:
        assert sum(len(literal.resolve(part)) for part in drawn.classes) == len(literal.states), name


@some
@given(any_conflict())
def test_relations_between_concepts(drawn: Conflict) -> None:
    literal = LiteralModel(drawn)
    implied = {"nash": ("sseq", "smr"), "sseq": ("seq", "smr"), "seq": ("gmr",), "smr": ("gmr",)}
    for dm in literal.parties:
        for sanctions in ("legal", "once_each", "single"):
            found = {concept: literal.stable_for(concept, dm, sanctions) for concept in PLAIN}
            for stronger, weaker in ((a, b) for a, listed in implied.items() for b in listed):
                assert all(w for s, w in zip(found[stronger], found[weaker], strict=True) if s), (stronger, weaker)


@some
@given(option_conflicts())
def test_equilibria_exist_where_moves_are_transitive(drawn: Conflict) -> None:
    literal = LiteralModel(replace(drawn, nature="excluded"))
    if literal.transitive:
        assert literal.equilibria("gmr")
        assert literal.equilibria("seq")


@some
@given(any_conflict())
def test_reach_agrees_with_paths(drawn: Conflict) -> None:
    literal = LiteralModel(drawn)
    for s in literal.states[:6]:
        for improving in (False, True):
            legal = literal.reach(literal.everyone, s, improving)
            assert legal | {s} == set(literal.steps(s, improving))
            assert literal.reach(literal.everyone, s, improving, "once_each") <= legal
            first = [literal.steps(s, improving, dm) for dm in literal.everyone]
            assert legal == {t for steps in first for t in steps}


@some
@given(st.one_of(any_conflict(), graph_conflicts(blocked=True)))
def test_coalitions(drawn: Conflict) -> None:
    literal = LiteralModel(drawn)
    for s in literal.states[:8]:
        for dm in literal.parties:
            for concept in ("nash", "gmr", "smr"):
                assert literal.coalition_stable(concept, {dm}, s) == literal.stable(concept, dm, s)
            assert literal.coalition_stable("seq", {dm}, s) or not literal.stable("seq", dm, s)
        for coalition in nonempty_subsets(literal.parties):
            nash, gmr, smr, seq = (literal.coalition_stable(concept, coalition, s) for concept in COALITION_CONCEPTS)
            assert not nash or (smr and seq)
            assert gmr or not smr
            assert gmr or not seq or not literal.transitive
            assert nash == gmr == smr == seq or literal.others(coalition)
        for concept in COALITION_CONCEPTS:
            if literal.universally_stable(concept, s) and concept != "seq":
                assert all(literal.stable(concept, dm, s) for dm in literal.parties)
