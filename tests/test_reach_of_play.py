"""Where play ends and what it can get to, by the short ways that checks take, against the whole graph of play."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis import evolution_reach
from detente.analysis.evolution_reach import can_reach, may_reach
from detente.analysis.evolution_steps import Play
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.graph import moves
from detente.graph.graph import Graph
from detente.stability import backend
from detente.stability.reading import game_of
from tests.draws import some
from tests.strategies import graph_conflicts, merged_conflicts, option_conflicts

any_family = st.one_of(option_conflicts(), merged_conflicts(), graph_conflicts())


def play_of(data: st.DataObject, conflict: Conflict, **rule: Any) -> tuple[Graph, Play, np.ndarray]:
    graph = Graph(conflict)
    reading = conflict.readings[0].id
    play = Play(graph, reading, game=game_of(graph, reading), **rule)
    starts = data.draw(st.lists(st.integers(0, graph.n_states - 1), min_size=1, max_size=3, unique=True))
    return graph, play, np.array(sorted(starts), dtype=np.int32)


def literal_ends(play: Play, starts: np.ndarray) -> list[int]:
    """Return the reached states from which every state that can be reached can reach them again."""
    _, sources, targets = play.arcs_from(starts)
    after: dict[int, set[int]] = {}
    for s, t in zip(sources.tolist(), targets.tolist(), strict=True):
        after.setdefault(s, set()).add(t)

    def ahead(state: int) -> set[int]:
        found, waiting = {state}, [state]
        while waiting:
            new = after.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found

    reached = set().union(*(ahead(s) for s in starts.tolist()))
    return sorted(s for s in reached if all(s in ahead(t) for t in ahead(s)))


@pytest.mark.parametrize("kernels", ["compiled", "numpy"])
@given(st.data(), any_family, st.sampled_from(["eventually", "never"]))
@settings(max_examples=60, deadline=None)
def test_ends(kernels: str, data: st.DataObject, conflict: Conflict, nature: Any) -> None:
    if kernels == "compiled" and backend.core is None:
        pytest.skip("the kernels are not built")
    _, play, starts = play_of(data, conflict, nature=nature)
    before = backend.core
    backend.core = before if kernels == "compiled" else None
    try:
        assert play.ends_from(starts).tolist() == literal_ends(play, starts)
    finally:
        backend.core = before


@pytest.mark.skipif(backend.core is None, reason="the kernels are not built")
def test_ends_of_long_chains_and_rounds() -> None:
    """Deep graphs: no recursion; a round with a tail is closed only without the way out."""
    n = 200_000
    line = np.arange(n - 1, dtype=np.int32)
    for back, closed in ((False, 1), (True, n)):
        sources = np.append(line, n - 1 if back else 0).astype(np.int32)
        targets = np.append(line + 1, 0 if back else 1).astype(np.int32)
        chain = moves.arcs_from_pairs(n, sources, targets, transitive=False)
        found = backend.play_ends(n, [(chain, ())], np.array([0], dtype=np.int32))
        assert found is not None
        assert int((found == 2).sum()) == closed
        assert (found > 0).all()
    with pytest.raises(ValueError, match="no state"):
        backend.play_ends(n, [(chain, ())], np.array([n], dtype=np.int32))


def joint_rule(data: st.DataObject, conflict: Conflict) -> dict[str, Any]:
    parties = [dm.id for dm in conflict.parties]
    groups: list[Sequence[str]] = []
    if len(parties) > 1 and data.draw(st.booleans()):
        groups = [tuple(data.draw(st.composite(lambda draw: some(draw, parties, least=2))()))]
    return {
        "steps": "joint" if groups else "single",
        "joint": groups,
        "nature": data.draw(st.sampled_from(["eventually", "never"])),
        "improvements": data.draw(st.sampled_from(["any", "best"])),
    }


@given(st.data(), any_family, st.sampled_from([0, 2, 500]), st.booleans())
@settings(max_examples=75, deadline=None)
def test_reach(data: st.DataObject, conflict: Conflict, most: int, listed: bool) -> None:
    graph, play, starts = play_of(data, conflict, **joint_rule(data, conflict))
    goal = np.array(data.draw(st.lists(st.booleans(), min_size=graph.n_states, max_size=graph.n_states)))
    truly = bool((play.arcs_from(starts)[0] & goal).any())
    before = evolution_reach.MOST_REACHED, evolution_reach.LARGEST_TABLE
    evolution_reach.MOST_REACHED, evolution_reach.LARGEST_TABLE = most, before[1] if listed else 0
    try:
        assert can_reach(graph, play, starts, goal) == truly
        assert may_reach(graph, play, starts, goal) or not truly
    finally:
        evolution_reach.MOST_REACHED, evolution_reach.LARGEST_TABLE = before


def test_what_cannot_be_changed_rules_out_a_joint_step() -> None:
    """All would rather be where nature has moved, but nature does not: no joint step leads there."""
    from detente.language.load import loads

    text = """
decision_makers:
  a: {options: [x], preferences: [sky.rain, a.x and b.x]}
  b: {options: [x], preferences: [sky.rain, a.x and b.x]}
  sky: {kind: nature, options: [rain]}
outcomes: {wet: sky.rain, both: a.x and b.x}
"""
    conflict = loads(text)
    graph = Graph(conflict)
    play = Play(graph, "default", steps="joint", joint=[("a", "b")], nature="never")
    start = np.array([0], dtype=np.int32)
    assert not may_reach(graph, play, start, graph.outcome("wet"))
    assert can_reach(graph, play, start, graph.outcome("both"))
    with pytest.raises(UsageError, match="unknown decision maker"):
        Play(graph, "default", steps="joint", joint=[("a", "c")])


@pytest.mark.parametrize("kernels", ["compiled", "numpy"])
@given(st.integers(1, 12), st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40))
@settings(max_examples=40, deadline=None)
def test_components(kernels: str, n: int, pairs: list[tuple[int, int]]) -> None:
    if kernels == "compiled" and backend.core is None:
        pytest.skip("the kernels are not built")
    arcs = [(a, b) for a, b in pairs if a < n and b < n]
    ahead = np.eye(n, dtype=bool)
    for _ in range(n):
        for a, b in arcs:
            ahead[:, b] |= ahead[:, a]
    sources, targets = np.array(arcs, dtype=np.int32).reshape(-1, 2).T.copy()
    before = backend.core
    backend.core = before if kernels == "compiled" else None
    try:
        number, component = backend.components(n, sources, targets)
    finally:
        backend.core = before
    assert ((component[:, None] == component[None, :]) == (ahead & ahead.T)).all()
    assert sorted(set(component.tolist())) == list(range(number))


@given(st.integers(1, 9), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=60), st.booleans())
@settings(max_examples=75, deadline=None)
def test_transitive_moves(n: int, pairs: list[tuple[int, int]], close: bool) -> None:
    """What two moves in succession reach, one does, or it is the state itself: found out exactly, by either way."""
    arcs = {(a, b) for a, b in pairs if a < n and b < n and a != b}
    while close and (new := {(a, d) for a, b in arcs for c, d in arcs if b == c and a != d} - arcs):
        arcs |= new
    wanted = all((a, d) in arcs or a == d for a, b in arcs for c, d in arcs if b == c)
    sources, targets = np.array(sorted(arcs), dtype=np.int32).reshape(-1, 2).T.copy()
    assert moves.arcs_from_pairs(n, sources, targets).transitive == wanted
    before = moves._FEW_STATES
    moves._FEW_STATES = 0
    try:
        assert moves.arcs_from_pairs(n, sources, targets).transitive == wanted
    finally:
        moves._FEW_STATES = before
