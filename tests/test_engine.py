"""The engine agrees with the literal implementation on every state, decision maker and concept."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis.analyze import analyze
from detente.analysis.paths import paths
from detente.analysis.reach import UNREACHED
from detente.conflict.conflict import Conflict
from detente.graph.graph import Graph
from detente.stability.game import SANCTIONS
from detente.stability.registry import CONCEPTS
from tests.oracle import LiteralModel
from tests.strategies import graph_conflicts, merged_conflicts, option_conflicts

MANY = settings(max_examples=50)

pytestmark = pytest.mark.usefixtures("kernels")
FAMILIES = {"options": option_conflicts(), "merged": merged_conflicts(), "graph": graph_conflicts()}
any_family = st.one_of(*FAMILIES.values())


def _compare_structure(conflict: Conflict) -> None:
    graph = Graph(conflict)
    for reading in conflict.readings:
        literal = LiteralModel(conflict, reading.id)
        assert graph.n_states == len(literal.states)
        for state in range(graph.n_states):
            expected = literal.options_at(state + 1)
            assert graph.space.options_of(state) == {
                option: None if value is None else value for option, value in expected.items()
            }
        for dm, moves in zip(conflict.decision_makers, graph.moves, strict=True):
            positions, targets = moves.expand(np.arange(graph.n_states, dtype=np.int32))
            pairs = {(int(a) + 1, int(b) + 1) for a, b in zip(positions, targets, strict=True)}
            assert pairs == {(s, t) for s in literal.states for t in literal.R(dm.id, s)}
        for dm, ranks in graph.reading_ranks(reading.id).items():
            assert ranks.tolist() == literal.ranks(dm)
        for name, holds in graph.outcomes_of:
            assert {int(s) + 1 for s in np.flatnonzero(holds)} == set(literal.outcomes[name])


def _compare_stability(conflict: Conflict) -> None:
    for sanctions in SANCTIONS:
        analysis = analyze(conflict, sanctions=sanctions)
        for name, item in analysis.readings.items():
            literal = LiteralModel(conflict, name)
            for key in CONCEPTS:
                if key == "sim" and not literal.sim_defined:
                    assert key in item.verdicts.absent
                    continue
                for dm in literal.parties:
                    assert item.stable(key, dm).tolist() == literal.stable_for(key, dm, sanctions), (key, dm, sanctions)
                assert (item.equilibria(key) + 1).tolist() == literal.equilibria(key, sanctions)


@pytest.mark.parametrize("family", FAMILIES)
def test_states_moves_ranks_and_outcomes_agree(family: str) -> None:
    @MANY
    @given(FAMILIES[family])
    def check(conflict: Conflict) -> None:
        _compare_structure(conflict)

    check()


@pytest.mark.parametrize("family", FAMILIES)
def test_stability_agrees_under_every_concept_and_rule(family: str) -> None:
    @MANY
    @given(FAMILIES[family])
    def check(conflict: Conflict) -> None:
        _compare_stability(conflict)

    check()


@MANY
@given(any_family)
def test_implications_between_concepts_hold(conflict: Conflict) -> None:
    for item in analyze(conflict).readings.values():
        for key, concept in CONCEPTS.items():
            for implied in concept.implies:
                if key in item.verdicts.absent or implied in item.verdicts.absent:
                    continue
                for i in item.game.parties:
                    weaker = item.verdicts.stable(implied, i)
                    assert weaker[item.verdicts.stable(key, i)].all(), (key, implied)


@MANY
@given(any_family, st.data())
def test_mixed_behaviour_agrees(conflict: Conflict, data: st.DataObject) -> None:
    behaviour = {dm.id: data.draw(st.sampled_from(["nash", "gmr", "smr", "seq", "sseq"])) for dm in conflict.parties}
    analysis = analyze(conflict, behaviour=behaviour)
    for name, item in analysis.readings.items():
        assert (item.equilibria("behaviour") + 1).tolist() == LiteralModel(conflict, name).equilibria(behaviour)


@MANY
@given(any_family, st.data())
def test_steps_from_any_state_agree(conflict: Conflict, data: st.DataObject) -> None:
    graph = Graph(conflict)
    literal = LiteralModel(conflict, conflict.readings[0].id)
    start = data.draw(st.integers(1, graph.n_states))
    goal = data.draw(st.integers(1, graph.n_states))
    for way, improving in (("moves", False), ("improvements", True)):
        found = paths(conflict, start, goal, by=[way], graph=graph)
        steps = literal.steps(start, improving)
        (one,) = found.ways
        if start == goal:
            assert one.path == ()
            continue
        assert (one.path is not None) == (goal in steps)
        if one.path is None:
            continue
        assert len(one.path) == steps[goal]
        _check_path(literal, found.game, one.path, start, goal, improving)
        for dm, fewest in one.first.items():
            assert literal.steps(start, improving, first=dm)[goal] == fewest


def _check_path(literal, game, path, start, goal, improving) -> None:  # type: ignore[no-untyped-def]
    """Every step is a move of its mover, nobody moves twice in succession (nature may), and the ends are right."""
    assert path[0].start + 1 == start
    assert path[-1].end + 1 == goal
    for before, after in itertools.pairwise(path):
        assert before.end == after.start
        nature = game.movers[before.by].ranks is None
        assert before.by != after.by or nature or game.movers[before.by].moves.transitive
    for move in path:
        allowed = literal.R_plus if improving else literal.R
        assert move.end + 1 in allowed(game.movers[move.by].name, move.start + 1)


@MANY
@given(any_family)
def test_marks_of_equilibria_agree(conflict: Conflict) -> None:
    analysis = analyze(conflict, concepts=["nash", "gmr"])
    for name, item in analysis.readings.items():
        literal = LiteralModel(conflict, name)
        natures = [dm.id for dm in conflict.decision_makers if dm.kind == "nature"]
        for key in ("nash", "gmr"):
            holding = item.equilibria(key).tolist()
            for state in holding:
                marks = item.marks(key, state)
                assert marks["exposed"] == any(literal.R(dm, state + 1) for dm in natures)
                dominating = [
                    other
                    for other in holding
                    if all(item.ranks(dm)[other] >= item.ranks(dm)[state] for dm in literal.parties)
                    and any(item.ranks(dm)[other] > item.ranks(dm)[state] for dm in literal.parties)
                ]
                assert ("dominated_by" in marks) == bool(dominating)
                if dominating:
                    assert marks["dominated_by"] - 1 in dominating
                    assert marks["gains"] == [
                        dm
                        for dm in literal.parties
                        if item.ranks(dm)[marks["dominated_by"] - 1] > item.ranks(dm)[state]
                    ]
        if item.reachability is not None:
            start = item.graph.status_quo
            assert start is not None
            steps = literal.steps(start + 1, False)
            for state in range(item.graph.n_states):
                found = int(item.reachability.by_moves[state])
                assert (found if found < UNREACHED else None) == (0 if state == start else steps.get(state + 1))
