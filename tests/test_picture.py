"""The picture of a conflict's graph, compared with the literal model; and what a condensed one keeps."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
from detente.analysis import picture as pictures
from detente.analysis.picture import Picture, picture
from detente.conflict.conflict import Conflict
from detente.errors import TooLargeError, UsageError
from tests.oracle import LiteralModel
from tests.strategies import any_conflict

CONCEPT = "gmr"


def drawn(conflict: Conflict, **asked: object) -> Picture:
    return picture(conflict, concept=CONCEPT, **asked)  # type: ignore[arg-type]


def literal_improves(model: LiteralModel, dm: str, s: int, t: int) -> bool:
    return dm in model.parties and model.keys(dm)[t] > model.keys(dm)[s]


def literal_steps(model: LiteralModel, improving: bool) -> dict[int, int]:
    """Return the fewest steps of legal sequences from the status quo, state by state."""
    start = model.status_quo()
    assert start is not None
    found, edge = {start: 0}, {(start, "")}
    seen = set(edge)
    for step in range(1, 4 * len(model.states) + 4):
        edge = {
            (t, dm)
            for s, last in edge
            for dm, moves in model.moves.items()
            if dm != last or dm not in model.parties
            for t in moves.get(s, ())
            if not improving or dm not in model.parties or literal_improves(model, dm, s, t)
        } - seen
        seen |= edge
        for t, _ in edge:
            found.setdefault(t, step)
    return found


@given(any_conflict())
@settings(max_examples=40)
def test_every_move_is_an_edge(conflict: Conflict) -> None:
    found, model = drawn(conflict), LiteralModel(conflict, conflict.readings[0].id)
    expected = {
        (dm, f"s{s}", f"s{t}", literal_improves(model, dm, s, t), dm not in model.parties)
        for dm, moves in model.moves.items()
        for s, ends in moves.items()
        for t in ends
    }
    edges = [(edge.by, edge.start, edge.end, edge.improving, edge.nature) for edge in found.edges]
    assert len(edges) == len(set(edges))
    assert set(edges) == expected
    assert all(edge.n_moves == edge.n_from == 1 for edge in found.edges)
    assert [node.state for node in found.nodes] == list(range(len(model.states)))


@given(any_conflict())
@settings(max_examples=40)
def test_nodes_know_how_they_are_reached(conflict: Conflict) -> None:
    found, model = drawn(conflict), LiteralModel(conflict, conflict.readings[0].id)
    if model.status_quo() is None:
        assert all(node.reached is None and not node.status_quo for node in found.nodes)
        return
    by_moves, by_improvements = literal_steps(model, False), literal_steps(model, True)
    for node in found.nodes:
        assert node.state is not None
        s = node.state + 1
        assert node.status_quo == (s == model.status_quo())
        assert node.reached == ("improvements" if s in by_improvements else "moves" if s in by_moves else "no")
        if s in by_moves:
            assert node.layer == by_moves[s]
        else:
            assert node.layer > max(by_moves.values())


@given(any_conflict())
@settings(max_examples=40)
def test_the_way_is_a_shortest_one(conflict: Conflict) -> None:
    found, model = drawn(conflict), LiteralModel(conflict, conflict.readings[0].id)
    holding = {node.state + 1 for node in found.nodes if node.holds and node.state is not None}
    start = model.status_quo()
    steps = {} if start is None else literal_steps(model, True)
    lengths = [steps[s] for s in holding - {start} if s in steps]
    if not lengths:
        assert found.way == ()
        return
    assert len(found.way) == min(lengths) + 1
    assert found.way[0] + 1 == start
    assert found.way[-1] + 1 in holding
    marked = sorted((edge.step, edge) for edge in found.edges if edge.step is not None)
    assert [step for step, _ in marked] == list(range(1, len(found.way)))
    assert all(edge.strong for _, edge in marked)
    ends = [(edge.start, edge.end) for _, edge in marked]
    assert ends == [(f"s{a + 1}", f"s{b + 1}") for a, b in zip(found.way, found.way[1:], strict=False)]


@given(any_conflict(), st.integers(1, 12))
@settings(max_examples=40)
def test_a_condensed_picture_keeps_counts_and_connections(conflict: Conflict, most: int) -> None:
    whole, found = drawn(conflict), drawn(conflict, most=most)
    n = found.graph.n_states
    assert found.condensed == (n > most)
    assert found.n_left_out == 0
    assert sum(node.n_states for node in found.nodes) == n
    assert sum(node.n_reached for node in found.nodes) == sum(node.n_reached for node in whole.nodes)
    expected: Counter[tuple[str, str, str, bool]] = Counter()
    senders: dict[tuple[str, str, str, bool], set[str]] = {}
    place = {f"s{state + 1}": found.nodes[node].id for state, node in enumerate(found.node_of.tolist())}
    for edge in whole.edges:
        key = edge.by, place[edge.start], place[edge.end], edge.improving
        expected[key] += 1
        senders.setdefault(key, set()).add(edge.start)
    edges = {(edge.by, edge.start, edge.end, edge.improving): edge for edge in found.edges}
    assert {key: edge.n_moves for key, edge in edges.items()} == dict(expected)
    assert {key: edge.n_from for key, edge in edges.items()} == {key: len(states) for key, states in senders.items()}
    for number, node in enumerate(found.nodes):
        inside = [whole.nodes[state] for state in np.flatnonzero(found.node_of == number)]
        assert node.n_states == len(inside)
        assert node.holds == all(one.holds for one in inside)
        assert len({one.holds for one in inside}) == 1, "a group does not mix what holds with what does not"
        assert set(node.concepts) == set.intersection(*(set(one.concepts) for one in inside))
        assert set(node.outcomes) == set.intersection(*(set(one.outcomes) for one in inside))
        assert set(node.leave) == set.intersection(*(set(one.leave) for one in inside))
        assert node.exposed == any(one.exposed for one in inside)
        for k, (_dm, low, high) in enumerate(node.ranks):
            ranks = [one.ranks[k][1] for one in inside]
            assert (low, high) == (min(ranks), max(ranks))


@given(any_conflict(), st.integers(1, 12))
@settings(max_examples=30)
def test_the_same_again(conflict: Conflict, most: int) -> None:
    assert drawn(conflict, most=most).to_dict() == drawn(conflict, most=most).to_dict()


@given(any_conflict(), st.data())
@settings(max_examples=40)
def test_a_focus_shows_what_is_one_move_away(conflict: Conflict, data: st.DataObject) -> None:
    model = LiteralModel(conflict, conflict.readings[0].id)
    centre = data.draw(st.integers(1, len(model.states)))
    found = drawn(conflict, focus=centre)
    after = {t for moves in model.moves.values() for t in moves.get(centre, ())}
    before = {s for moves in model.moves.values() for s, ends in moves.items() if centre in ends}
    shown = {node.state + 1: node for node in found.nodes if node.state is not None}
    assert set(shown) == {centre} | after | before
    assert found.n_left_out == len(model.states) - len(shown)
    assert all(shown[s].layer > shown[centre].layer for s in after)
    assert all(shown[s].layer < shown[centre].layer for s in before - after)


def test_the_essay_is_condensed_to_some_dozens_of_nodes() -> None:
    conflict = detente.library("peace_delusion")
    for reading in conflict.readings:
        found = picture(conflict, reading=reading.id)
        assert found.condensed
        assert 12 <= len(found.nodes) <= 48
        assert sum(node.n_states for node in found.nodes) == 11_776
        assert sum(edge.n_moves for edge in found.edges) == 597_912
        assert any(node.status_quo for node in found.nodes)
        assert {node.state for node in found.nodes} >= set(found.way)


def test_an_analysis_is_not_made_again() -> None:
    analysis = detente.analyze(detente.library("elmira"), concepts=["nash", "seq"])
    found = picture(analysis)
    assert found.graph is analysis.graph
    assert found.concepts == ("nash", "seq")
    with pytest.raises(UsageError, match="was not asked for"):
        picture(analysis, concept="gmr")


def test_a_given_way_is_marked() -> None:
    found = picture(detente.library("elmira"), way=[0, 1, 3])
    assert found.given
    steps = {edge.step: (edge.by, edge.start, edge.end) for edge in found.edges if edge.step is not None}
    assert steps == {1: ("moe", "s1", "s2"), 2: ("uniroyal", "s2", "s4")}


def test_shown_edges_of_a_large_picture_are_those_of_play_first() -> None:
    found = picture(detente.library("peace_delusion"))
    shown = found.shown(40)
    assert len(shown) == 40
    assert all(edge.strong and edge.start != edge.end for edge in shown)
    assert {edge.step for edge in found.edges} - {None} <= {edge.step for edge in shown}
    reached = {node.id for node in found.nodes if node.n_reached}
    from_reached = [edge for edge in found.edges if edge.strong and edge.start in reached and edge.start != edge.end]
    assert sum(edge.start in reached for edge in shown) == min(40, len(from_reached))


def test_a_frame_has_a_row_an_edge() -> None:
    found = picture(detente.library("elmira"))
    frame = found.to_frame()
    assert len(frame) == 24
    assert frame["improvement"].sum() == 10
    assert frame.loc[frame["step"].notna(), ["from", "to"]].values.tolist() == [["s1", "s5"]]


def test_what_cannot_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    conflict = detente.library("elmira")
    for asked, message in (
        ({"most": 0}, "at least one node"),
        ({"focus": "s99"}, "there is no state"),
        ({"concept": "magic"}, "was not asked for"),
        ({"reading": "magic"}, "unknown reading"),
    ):
        with pytest.raises(UsageError, match=message):
            picture(conflict, **asked)  # type: ignore[arg-type]
    monkeypatch.setattr(pictures, "MOST_STATES", 5)
    with pytest.raises(TooLargeError, match="a focus shows the surroundings"):
        picture(conflict)
    assert len(picture(conflict, focus="status_quo").nodes) == 5
