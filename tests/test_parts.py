"""Arcs as free moves in groups and a few besides: the same arcs, the same sweeps, the same verdicts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from detente.conflict.conflict import Conflict
from detente.graph import movement
from detente.graph.graph import Graph
from detente.graph.moves import ArcMoves
from detente.library.index import library
from detente.stability import backend
from detente.stability.concept import NotDefinedError
from detente.stability.game import Game
from detente.stability.reading import game_of
from detente.stability.registry import CONCEPTS
from tests.strategies import option_conflicts


def pairs(moves: ArcMoves) -> set[tuple[int, int]]:
    at, targets = moves.expand(np.arange(moves.n_states, dtype=np.int32))
    return set(zip(at.tolist(), targets.tolist(), strict=True))


def graph_in_parts(conflict: Conflict) -> Graph:
    """Return the graph with parts wherever they can be made, however few the arcs."""
    before, movement._MANY = movement._MANY, 0
    try:
        graph = Graph(conflict)
        assert graph.moves is not None
        return graph
    finally:
        movement._MANY = before


def plain(game: Game) -> Game:
    """Return the game with all arcs listed one by one."""
    movers = [
        replace(mover, moves=replace(mover.moves, parts=None)) if isinstance(mover.moves, ArcMoves) else mover
        for mover in game.movers
    ]
    return Game(movers, nature_included=game.nature_included, sanctions=game.sanctions, layout=game.layout)


def compare(graph: Graph) -> int:
    """Compare everything with and without parts; return how many movers have parts."""
    game = game_of(graph, graph.conflict.readings[0].id)
    other, n_parts = plain(game), 0
    for mover in game.movers:
        moves = mover.moves
        if not isinstance(moves, ArcMoves) or moves.parts is None:
            continue
        n_parts += 1
        groups, besides = moves.parts
        at, targets = groups.expand(np.arange(moves.n_states, dtype=np.int32))
        free = set(zip(at.tolist(), targets.tolist(), strict=True))
        assert free | pairs(besides) == pairs(moves)
        assert not free & pairs(besides)
        values = np.arange(moves.n_states, dtype=np.int32)[::-1].copy()
        for ranks in (None, mover.ranks, values):
            one, two = (backend.make_step(m, ranks) for m in (moves, replace(moves, parts=None)))
            assert np.array_equal(one.lowest(values), two.lowest(values))
            assert np.array_equal(one.highest(values), two.highest(values))
            assert np.array_equal(one.none_above(values, values), two.none_above(values, values))
            here, there = values.copy(), values.copy()
            assert one.lower(here) == two.lower(there)
            assert np.array_equal(here, there)
    for item in CONCEPTS.values():
        for i in game.parties:
            try:
                assert np.array_equal(item.decide(game, i), item.decide(other, i)), item.id
            except NotDefinedError:
                assert item.id == "sim"
    return n_parts


@pytest.mark.parametrize("kernels", ["compiled", "numpy"])
@given(st.data())
@settings(max_examples=75, deadline=None)
def test_parts_change_nothing(kernels: str, data: st.DataObject) -> None:
    if kernels == "compiled" and backend.core is None:
        pytest.skip("the kernels are not built")
    conflict = data.draw(option_conflicts())
    before = backend.core
    backend.core = before if kernels == "compiled" else None
    try:
        event(f"{compare(graph_in_parts(conflict))} movers in parts")
    finally:
        backend.core = before


def test_a_model_with_consequences_has_parts() -> None:
    assert compare(Graph(library("peace_delusion"))) == 1
