"""Every witness is checked against the definitions, move by move."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis.explain import Explanation, Improvement, Reason, explain
from detente.analysis.reach import Reach
from detente.conflict.conflict import Conflict
from detente.graph.graph import Graph
from detente.report.sentences import reason_sentences
from detente.stability.game import SANCTIONS
from tests.oracle import LiteralModel
from tests.strategies import graph_conflicts, merged_conflicts, option_conflicts

any_family = st.one_of(option_conflicts(), merged_conflicts(), graph_conflicts())


@settings(max_examples=75)
@given(any_family, st.data())
def test_witnesses_verify(conflict: Conflict, data: st.DataObject) -> None:
    graph = Graph(conflict)
    state = data.draw(st.integers(1, graph.n_states))
    sanctions = data.draw(st.sampled_from(SANCTIONS))
    reading = data.draw(st.sampled_from(conflict.readings)).id
    literal = LiteralModel(conflict, reading)
    explanation = explain(conflict, state, reading=reading, sanctions=sanctions, graph=graph)
    assert explanation.reasons
    for reason in explanation.reasons:
        assert reason.stable == literal.stable(reason.concept.id, reason.dm, state, sanctions)
        assert {item.end + 1 for item in reason.improvements} == literal.R_plus(reason.dm, state)
        assert reason.stable == all(item.sanction for item in reason.improvements)
        assert reason_sentences(explanation, reason)
        _verify(literal, explanation, reason, state)


def _verify(literal: LiteralModel, explanation: Explanation, reason: Reason, state: int) -> None:
    game, dm = explanation.game, reason.dm
    for item in reason.improvements:
        if item.sanction is None:
            if item.worst is not None:
                _verify_unmet(literal, explanation, reason, state, item)
            continue
        path, end = item.sanction.path, item.sanction.end + 1
        assert not literal.prefers(dm, end, state)
        if item.sanction.together:
            assert reason.concept.id == "sim"
            movers = [game.movers[move.by].name for move in path]
            assert len(set(movers)) == len(movers)
            assert dm not in movers
            assert all(move.start + 1 == state for move in path)
            continue
        assert path[0].start == item.end
        assert path[-1].end + 1 == end
        allowed = literal.R_plus if reason.concept.credible else literal.R
        for move in path:
            mover = game.movers[move.by].name
            assert mover in literal.others([dm])
            assert move.end + 1 in allowed(mover, move.start + 1)
        for before, after in itertools.pairwise(path):
            assert before.end == after.start
        assert end in literal.reach(literal.others([dm]), item.end + 1, reason.concept.credible, game.sanctions)
        if game.sanctions == "legal":
            opponents = game.opponents([game.index(dm)])
            assert len(path) == Reach(game, item.end, opponents, improving=reason.concept.credible).steps[end - 1]
        if reason.concept.counter:
            assert not any(literal.prefers(dm, further, state) for further in literal.R(dm, end))


def _verify_unmet(
    literal: LiteralModel, explanation: Explanation, reason: Reason, state: int, item: Improvement
) -> None:
    """Nothing that opponents lead to deters, and the state said to be the worst is."""
    dm, game = reason.dm, explanation.game
    reached = literal.reach(literal.others([dm]), item.end + 1, reason.concept.credible, game.sanctions)
    assert item.n_reached == len(reached - {item.end + 1})
    assert item.worst is not None

    def ends(at: int) -> set[int]:
        return {at, *literal.R(dm, at)} if reason.concept.counter else {at}

    def at_best(at: int) -> int:
        best = at
        for further in ends(at):
            best = further if literal.prefers(dm, further, best) else best
        return best

    best = at_best(item.worst + 1)
    assert literal.prefers(dm, best, state)
    alone = {at for at in reached - {item.end + 1} if not literal.prefers(dm, at, state)}
    assert not any(literal.prefers(dm, best, at_best(at)) for at in alone or reached | {item.end + 1})
    assert (item.way_out is None) == (not alone)
    if item.way_out is None:
        assert literal.prefers(dm, item.worst + 1, state)
    else:
        assert item.way_out + 1 in literal.R(dm, item.worst + 1)
        assert not literal.prefers(dm, item.worst + 1, state)
        assert literal.prefers(dm, item.way_out + 1, state)


def test_the_three_party_case_needs_an_opponent_to_move_twice() -> None:
    from detente.language.load import loads

    conflict = loads(THREE)
    legal = explain(conflict, 1, dm="two", concepts=["seq"])
    (reason,) = legal.reasons
    assert reason.stable
    (improvement,) = [item for item in reason.improvements if item.end == 2]
    assert improvement.sanction is not None
    assert [legal.game.movers[m.by].name for m in improvement.sanction.path] == ["three", "one", "three"]
    assert [m.end + 1 for m in improvement.sanction.path] == [7, 8, 4]
    assert not explain(conflict, 1, dm="two", concepts=["seq"], sanctions="once_each").reasons[0].stable


THREE = """
title: Three parties, one option each
decision_makers:
  one: {options: [a], preferences: {ranking: [1, 8, 6, 3, 5, 4, 7, 2]}}
  two: {options: [b], preferences: {ranking: [2, 3, 8, 5, 7, 6, 1, 4]}}
  three: {options: [c], preferences: {ranking: [1, 6, 4, 7, 8, 2, 5, 3]}}
"""
