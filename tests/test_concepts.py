"""What every registered solution concept must satisfy; a new one gets these tests by being registered."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.conflict.conflict import Conflict
from detente.graph.graph import Graph
from detente.graph.moves import arcs_from_pairs
from detente.language.load import loads
from detente.stability.concept import Concept, NotDefinedError
from detente.stability.game import Game, Mover
from detente.stability.reading import game_of
from detente.stability.registry import CONCEPTS
from tests.strategies import graph_conflicts, merged_conflicts, option_conflicts

families = st.one_of(option_conflicts(), merged_conflicts(), graph_conflicts())
every_concept = pytest.mark.parametrize("concept", CONCEPTS.values(), ids=list(CONCEPTS))


def check_concept(concept: Concept) -> None:
    """Run the whole battery on one concept."""
    check_record(concept)
    check_answers(concept)
    check_dead_ends(concept)
    check_indifference(concept)


def check_record(concept: Concept) -> None:
    """The record is complete: key, name, definition, a source with a year, a documented function."""
    assert concept.id == concept.id.lower()
    assert concept.id.isidentifier()
    assert concept.name
    assert concept.definition.endswith(".")
    assert any(character.isdigit() for character in concept.source)
    assert inspect.getdoc(concept.decide)


def check_answers(concept: Concept) -> None:
    """On every model: one boolean a state, the same at every call, ranks left alone, only the order of ranks counts.

    What says that it depends on nobody else's ranks stays when all others' are turned round.
    """

    @settings(max_examples=60)
    @given(families)
    def check(conflict: Conflict) -> None:
        graph = Graph(conflict)
        game = game_of(graph, conflict.readings[0].id)
        stretched = Game(
            [Mover(m.name, m.moves, None if m.ranks is None else m.ranks * 7 - 40) for m in game.movers],
            nature_included=game.nature_included,
            layout=game.layout,
        )
        for i in game.parties:
            before = game.ranks(i).copy()
            try:
                answer = concept.decide(game, i)
            except NotDefinedError as error:
                assert str(error)
                return
            assert answer.shape == (graph.n_states,)
            assert answer.dtype == np.bool_
            assert np.array_equal(game.ranks(i), before)
            assert np.array_equal(concept.decide(game, i), answer)
            assert np.array_equal(concept.decide(stretched, i), answer)
            if concept.worst is not None:
                sure = np.minimum(concept.worst(game, i), game.ranks(i))
                unmet = game.step(i, improving=False).highest(sure) > game.ranks(i)
                assert np.array_equal(~unmet, answer)
            if concept.own_ranks_only:
                others = [m.ranks if j == i or m.ranks is None else -m.ranks for j, m in enumerate(game.movers)]
                assert np.array_equal(concept.decide(game.with_ranks(others), i), answer)

    check()


def check_dead_ends(concept: Concept) -> None:
    """A state from which a party cannot move is stable for it; so is the state it likes best."""
    none = np.empty(0, dtype=np.int32)
    stuck = arcs_from_pairs(3, none, none, transitive=True)
    free = arcs_from_pairs(3, np.array([0, 1, 2], dtype=np.int32), np.array([1, 2, 0], dtype=np.int32))
    ranks = np.array([1, 2, 3], dtype=np.int32)
    game = Game([Mover("one", stuck, ranks), Mover("two", free, ranks[::-1].copy())])
    try:
        assert concept.decide(game, 0).all()
        assert concept.decide(game, 1)[0]
    except NotDefinedError as error:
        assert "option" in str(error)


def check_indifference(concept: Concept) -> None:
    """Who finds all states equal has no improvement, so every state is stable for it."""
    conflict = loads("decision_makers: {a: {options: [x, y]}, b: {options: [z], preferences: [a.x, not b.z]}}")
    game = game_of(Graph(conflict), "default")
    assert concept.decide(game, 0).all()


@every_concept
def test_battery(concept: Concept, kernels: str) -> None:
    check_concept(concept)


@every_concept
def test_it_is_registered_under_its_own_key(concept: Concept) -> None:
    assert CONCEPTS[concept.id] is concept
    assert set(concept.implies) <= set(CONCEPTS)


@every_concept
@settings(max_examples=40)
@given(conflict=option_conflicts(), data=st.data())
def test_the_order_of_decision_makers_does_not_matter(
    concept: Concept, conflict: Conflict, data: st.DataObject
) -> None:
    graph = Graph(conflict)
    game = game_of(graph, conflict.readings[0].id)
    order = data.draw(st.permutations(range(len(game.movers))))
    shuffled = Game([game.movers[j] for j in order], nature_included=game.nature_included, layout=game.layout)
    try:
        for place, j in enumerate(order):
            if j in game.parties:
                assert np.array_equal(concept.decide(shuffled, place), concept.decide(game, j))
    except NotDefinedError as error:
        assert str(error)


@every_concept
@settings(max_examples=40)
@given(conflict=graph_conflicts(), data=st.data())
def test_the_order_of_states_does_not_matter(concept: Concept, conflict: Conflict, data: st.DataObject) -> None:
    game = game_of(Graph(conflict), conflict.readings[0].id)
    n = game.n_states
    to = np.array(data.draw(st.permutations(range(n))), dtype=np.int32)
    movers = []
    for mover in game.movers:
        sources, targets = mover.moves.expand(np.arange(n, dtype=np.int32))
        ranks = None
        if mover.ranks is not None:
            ranks = np.empty_like(mover.ranks)
            ranks[to] = mover.ranks
        movers.append(Mover(mover.name, arcs_from_pairs(n, to[sources], to[targets]), ranks))
    renamed = Game(movers, nature_included=game.nature_included)
    try:
        for i in game.parties:
            assert np.array_equal(concept.decide(renamed, i)[to], concept.decide(game, i))
    except NotDefinedError as error:
        assert str(error)
