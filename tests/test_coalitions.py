"""Coalitions: the literal oracle, published answers, identities, and the question as it is asked."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from ruamel.yaml import YAML

from detente.analysis import coalition_judge, reach_bits
from detente.analysis.coalition_judge import CONCEPTS, Judge, subsets
from detente.analysis.coalitions import CoalitionResult, coalition_stability, coalitions, universally_stable
from detente.analysis.reach_bits import Columns, Joint, Sequences, no_bits, set_bits
from detente.conflict import elements as el
from detente.conflict.conflict import Conflict
from detente.errors import TooLargeError, UsageError
from detente.graph.graph import Graph
from detente.graph.moves import ArcMoves, BoxMoves, GroupMoves, Moves, arcs_from_pairs
from detente.library.index import library
from detente.stability.game import Game, Mover
from detente.stability.reading import game_of
from detente.stability.registry import CONCEPTS as ALONE
from tests.oracle import LiteralModel, nonempty_subsets
from tests.strategies import graph_conflicts, merged_conflicts, option_conflicts

FAMILIES = {"options": option_conflicts(), "merged": merged_conflicts(), "graph": graph_conflicts()}
any_family = st.one_of(*FAMILIES.values())
some = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

# -- the literal implementation -------------------------------------------------------------------------------------


def verdicts(literal: LiteralModel, members: Sequence[str]) -> dict[str, list[bool]]:
    return {
        key: [literal.coalition_stable(key.removeprefix("c"), members, s) for s in literal.states] for key in CONCEPTS
    }


@pytest.mark.parametrize("family", FAMILIES)
def test_every_coalition_agrees_with_the_literal_implementation(family: str) -> None:
    @some
    @given(FAMILIES[family])
    def check(drawn: Conflict) -> None:
        graph = Graph(drawn)
        for reading in drawn.readings[:2]:
            literal = LiteralModel(drawn, reading.id)
            everywhere = {key: np.ones(graph.n_states, dtype=bool) for key in CONCEPTS}
            for members in nonempty_subsets(literal.parties):
                expected = verdicts(literal, members)
                found = coalition_stability(graph, reading.id, members)
                assert {key: flags.tolist() for key, flags in found.stable.items()} == expected, members
                for key, flags in expected.items():
                    everywhere[key] &= flags
            universal = universally_stable(graph, reading.id)
            assert {k: v.tolist() for k, v in universal.items()} == {k: v.tolist() for k, v in everywhere.items()}

    check()


@some
@given(any_family, st.data())
def test_joint_improvements_agree_with_the_literal_implementation(drawn: Conflict, data: DataObject) -> None:
    reading = data.draw(st.sampled_from(drawn.readings)).id
    literal = LiteralModel(drawn, reading)
    members = data.draw(st.sampled_from(list(nonempty_subsets(literal.parties))))
    found = coalition_stability(Graph(drawn), reading, members, concepts=["cnash"])
    for s in literal.states:
        ends = (found.improvements(s - 1) + 1).tolist()
        assert ends == sorted(literal.improvements(members, s))
        assert found.stable["cnash"][s - 1] == (not ends)


# -- identities -----------------------------------------------------------------------------------------------------


@some
@given(any_family, st.data())
def test_relations_between_the_concepts(drawn: Conflict, data: DataObject) -> None:
    graph, reading = Graph(drawn), data.draw(st.sampled_from(drawn.readings)).id
    game = game_of(graph, reading)
    for i in game.parties:
        alone = {key: ALONE[key].decide(game, i) for key in ("nash", "gmr", "smr", "seq")}
        found = coalition_stability(graph, reading, [game.movers[i].name]).stable
        for key in ("nash", "gmr", "smr"):
            assert np.array_equal(found[f"c{key}"], alone[key])
        assert (found["cseq"] | ~alone["seq"]).all()
    names = [game.movers[i].name for i in game.parties]
    members = data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    found = coalition_stability(graph, reading, members).stable
    for stronger, weaker in [("cnash", "csmr"), ("csmr", "cgmr"), ("cnash", "cseq")]:
        assert (found[weaker] | ~found[stronger]).all()
    if all(mover.moves.transitive for mover in game.movers):
        assert (found["cgmr"] | ~found["cseq"]).all()
    if not game.opponents(game.parties):
        everyone = coalition_stability(graph, reading, names).stable
        assert all(np.array_equal(flags, everyone["cnash"]) for flags in everyone.values())


# -- published answers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["elmira", "elmira_options"])
def test_elmira(name: str) -> None:
    published = YAML(typ="safe").load(files("detente.library").joinpath("published", f"{name}.yaml").read_text("utf-8"))
    conflict = library(name)
    result = coalitions(conflict, states=range(1, Graph(conflict).n_states + 1), universal=True)
    assert result.to_dict()["universal"] == published["universally_stable"]
    for stored in published["coalitions"]:
        (answer,) = [item for item in result.coalitions if set(item.members) == set(stored["members"])]
        ends = {s + 1: (found + 1).tolist() for s, found in answer.improvements.items() if len(found)}
        assert ends == stored["improvements"]


def test_elmira_in_numbers() -> None:
    """Kilgour, Hipel, Fang & Peng 2001: the Ministry and Uniroyal leave state 5 together for state 8."""
    graph = Graph(library("elmira"))
    found = coalition_stability(graph, "default", ["uniroyal", "moe"])
    assert found.members == ("moe", "uniroyal")
    ends = {s + 1: (found.improvements(s) + 1).tolist() for s in range(9)}
    assert {s: some for s, some in ends.items() if some} == {2: [4], 5: [8], 6: [8]}
    universal = {key: (np.flatnonzero(v) + 1).tolist() for key, v in universally_stable(graph, "default").items()}
    assert universal == {"cnash": [8, 9], "cgmr": [1, 4, 8, 9], "csmr": [1, 4, 8, 9], "cseq": [8, 9]}


def test_cooperation_in_the_dilemma_is_deterred_alone_and_secure_together() -> None:
    result = coalitions(library("prisoners_dilemma"))
    (pair,) = result.coalitions
    assert pair.id == "one+two"
    assert pair.stable["cnash"].tolist() == [1, 2, 3]
    assert {s: ends.tolist() for s, ends in pair.improvements.items()} == {s: [] for s in result.starts}


# -- small parts ----------------------------------------------------------------------------------------------------


def listed(n: int, moves: Mapping[str, Sequence[tuple[int, int]]], ranks: Mapping[str, Sequence[int]]) -> Game:
    """Return a game of listed arcs, states from 0; who has no ranks is nature, included."""
    movers = []
    for name, pairs in moves.items():
        table = np.array(pairs, dtype=np.int32).reshape(-1, 2)
        own = np.array(ranks[name], dtype=np.int32) if name in ranks else None
        movers.append(Mover(name, arcs_from_pairs(n, table[:, 0], table[:, 1]), own))
    return Game(movers, nature_included=True)


def test_no_coalition_moves_twice_running_but_nature_may() -> None:
    """After a's move 0 → 1, b could go on to 3, worse than 0 for a, in two steps of its own: not a legal sequence."""
    arcs = {"a": [(0, 1)], "b": [(1, 2), (2, 3)]}
    ranks = {"a": [2, 3, 3, 1], "b": [1, 2, 3, 4]}
    every = ["cgmr", "csmr", "cseq"]
    for moves, wishes, deterred in (
        (arcs, ranks, []),
        (arcs | {"front": [(0, 3)]}, ranks, []),
        (arcs | {"front": [(2, 1), (1, 2)]}, ranks, every),
        (arcs, {"a": ranks["a"]}, every),
    ):
        judge = Judge(listed(4, moves, wishes))
        found = judge.stable((0,), CONCEPTS, judge.states)
        assert [key for key in CONCEPTS if found[key][0]] == deterred


def literal_lowest(values: list[int], relations: Sequence[tuple[Collection[tuple[int, ...]], bool]]) -> list[int]:
    """Return the lowest value over all that sequences lead to, by search over (state, last relation)."""
    result = []
    for s in range(len(values)):
        seen: set[tuple[int, int]] = set()
        waiting = [(s, -1)]
        while waiting:
            here, last = waiting.pop()
            for c, (steps, repeats) in enumerate(relations):
                for a, b in steps:
                    if a == here and (c != last or repeats) and (b, c) not in seen:
                        seen.add((b, c))
                        waiting.append((b, c))
        result.append(min([values[s], *(values[t] for t, _ in seen)]))
    return result


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_sequences_of_relations(data: DataObject) -> None:
    n = data.draw(st.integers(1, 9))
    values = data.draw(st.lists(st.integers(0, n), min_size=n, max_size=n))
    pairs = st.sets(st.sampled_from(list(product(range(n), repeat=2))), max_size=2 * n)
    drawn = data.draw(st.lists(st.tuples(pairs, st.booleans()), min_size=1, max_size=4))
    relations = []
    for steps, repeats in drawn:
        bits = no_bits(n, n)
        table = np.array(sorted(steps), dtype=np.int64).reshape(-1, 2)
        set_bits(bits, table[:, 1], table[:, 0])
        relations.append((bits, repeats))
    found = Sequences(n, relations).lowest(np.array(values, dtype=np.int32))
    assert found.tolist() == literal_lowest(values, drawn)


def random_game(n: int, kinds: str, seed: int) -> Game:
    """Return a game of n states: movers with box, group or arc moves, with ties."""
    rng = np.random.default_rng(seed)
    movers = []
    for k, kind in enumerate(kinds):
        moves: Moves
        if kind == "b":
            moves = BoxMoves(n, 4**k, 4)
        elif kind == "g":
            cuts = np.sort(rng.choice(np.arange(1, n), n // 3, replace=False))
            order = rng.permutation(n).astype(np.int32)
            moves = GroupMoves(n, order, np.concatenate([[0], cuts, [n]]).astype(np.int32))
        else:
            a, b = rng.integers(0, n, (2, 2 * n)).astype(np.int32)
            moves = arcs_from_pairs(n, np.minimum(a, b) if kind == "d" else a, np.maximum(a, b) if kind == "d" else b)
        movers.append(Mover(f"m{k}", moves, None if kind == "n" else rng.integers(1, n // 2, n).astype(np.int32)))
    return Game(movers, nature_included=True)


@pytest.mark.parametrize("kinds", ["bbb", "ggg", "bgb", "ddd", "gan", "bdn", "gbn"])
def test_bits_agree_with_plain_search(kinds: str) -> None:
    """Rows carried ahead and behind equal a search over (state, last mover)."""
    n = 256
    game = random_game(n, kinds, seed=len(kinds))
    states = np.arange(n, dtype=np.int32)
    leads = [{s: set(mover.moves.expand(states[[s]])[1].tolist()) for s in range(n)} for mover in game.movers]
    columns = Columns({}, states[5:200])
    for movers in subsets(range(3)):
        joint = Joint(n, [game.movers[j] for j in movers])
        ahead = columns.identity(n)
        behind, ahead = joint.behind(ahead), joint.ahead(ahead)
        for s in (5, 77, 199):
            seen: set[tuple[int, int]] = set()
            waiting = [(s, -1)]
            while waiting:
                here, last = waiting.pop()
                for j in movers:
                    if j != last or game.movers[j].ranks is None:
                        waiting += [(t, j) for t in leads[j][here] if (t, j) not in seen]
                        seen |= {(t, j) for t in leads[j][here]}
            ends = {t for t, _ in seen} - {s}
            flags = np.unpackbits(ahead[s].view(np.uint8), bitorder="little")[: len(columns.states)]
            assert set(columns.states[flags > 0].tolist()) - {s} == {t for t in ends if 5 <= t < 200}
            column = behind.view(np.uint8)[:, (s - 5) >> 3] >> ((s - 5) & 7) & 1
            assert set(np.flatnonzero(column).tolist()) - {s} == ends


@pytest.mark.parametrize("kinds", ["bbbb", "gggg", "dddd", "gdan"])
def test_answers_do_not_depend_on_how_the_work_is_cut(kinds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    game = random_game(256, kinds, seed=7)
    whole = Judge(game)
    expected = {members: whole.stable(members, CONCEPTS, whole.states) for members in subsets(game.parties, most=2)}
    monkeypatch.setattr(coalition_judge, "_WORKING_MEMORY", 1)
    monkeypatch.setattr(reach_bits, "_AT_ONCE", 1)
    cut = Judge(game)
    cut._joints, cut._improvements = reach_bits.Memo(0), reach_bits.Memo(0)
    for members, flags in expected.items():
        found = cut.stable(members, CONCEPTS, cut.states)
        assert all(np.array_equal(found[key], flags[key]) for key in CONCEPTS)
    part = np.array([3, 100, 255], dtype=np.int32)
    for judge in (whole, cut):
        assert np.array_equal(judge.stable((0, 1), ["csmr"], part)["csmr"], expected[0, 1]["csmr"][part])


# -- the question ---------------------------------------------------------------------------------------------------


def test_which_coalitions_are_asked() -> None:
    conflict = library("elmira")

    def asked(given: Conflict = conflict, **more: Any) -> dict[str, tuple[str, ...]]:
        return {answer.id: answer.members for answer in coalitions(given, concepts=["cnash"], **more).coalitions}

    pair = ("moe", "uniroyal")
    assert asked() == {"ministry_and_firm": pair}
    two = {"ministry_and_firm": pair, "moe+local": ("moe", "local")}
    assert asked(names=["ministry_and_firm", ["local", "moe"]]) == two
    pairs = two | {"uniroyal+local": ("uniroyal", "local")}
    assert asked(all_coalitions=True) == pairs | {"moe+uniroyal+local": ("moe", "uniroyal", "local")}
    unnamed = replace(conflict, coalitions=())
    assert list(asked(unnamed)) == ["moe+uniroyal", "moe+local", "uniroyal+local"]
    assert asked(unnamed, names=[]) == {}


def test_plain_data_and_table() -> None:
    asked: list[int | str] = [5, "s2", "modified_order"]
    result = coalitions(library("elmira"), states=asked, concepts=["cseq", "cnash"], universal=True)
    data = json.loads(json.dumps(result.to_dict()))
    assert data["reading"] == "default"
    assert data["coalitions"] == [
        {
            "id": "ministry_and_firm",
            "members": ["moe", "uniroyal"],
            "stable": {"cnash": [1, 3, 4, 7, 8, 9], "cseq": [1, 3, 4, 7, 8, 9]},
            "improvements": {"2": [4], "4": [], "5": [8], "8": []},
        }
    ]
    assert data["universal"] == {"cnash": [8, 9], "cseq": [8, 9]}
    assert list(data["states"]) == ["2", "4", "5", "8"]
    assert data["computed"]["complete"] is True
    frame = result.to_frame()
    row = frame.loc[5].to_dict()
    improved = {key: row.pop(key) for key in list(row) if " improves to it from " in key}
    starts = data["coalitions"][0]["improvements"]
    assert improved == {f"ministry_and_firm improves to it from {start}": 5 in ends for start, ends in starts.items()}
    assert row == {
        "state": "s5",
        "cnash ministry_and_firm": False,
        "cseq ministry_and_firm": False,
        "cnash universal": False,
        "cseq universal": False,
    }
    plain = coalitions(library("elmira"))
    assert (plain.universal, plain.to_dict()["universal"], plain.starts) == (None, None, (0,))


def test_progress_and_stopping() -> None:
    seen: list[tuple[int, int]] = []

    def stopped_after(last: int) -> CoalitionResult:
        seen.clear()

        def report(done: int, total: int) -> bool:
            seen.append((done, total))
            return done < last

        return coalitions(library("elmira"), all_coalitions=True, universal=True, progress=report)

    result = stopped_after(2)
    assert (len(result.coalitions), result.universal, result.complete) == (2, None, False)
    result = stopped_after(5)
    assert (len(result.coalitions), result.complete) == (4, False)
    assert result.universal is not None
    assert set(result.universal["cnash"].tolist()) >= {7, 8}
    result = stopped_after(99)
    assert result.complete
    assert seen == [(done, 11) for done in range(1, 12)]
    assert coalitions(library("elmira"), progress=lambda done, total: None).complete


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"names": ["ministry"]}, "unknown coalition 'ministry'; did you mean 'ministry_and_firm'"),
        ({"names": [["moe", "unroyal"]]}, "unknown decision maker 'unroyal'; did you mean 'uniroyal'"),
        ({"names": [[]]}, "at least one member"),
        ({"names": [["moe", "moe"]]}, "'moe' is in the coalition twice"),
        ({"concepts": ["cnach"]}, "did you mean 'cnash'"),
        ({"sanctions": "single"}, "legal sequences"),
        ({"states": ["s99"]}, "no state"),
        ({"reading": "other"}, "unknown reading"),
    ],
)
def test_what_does_not_exist_is_refused(more: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        coalitions(library("elmira"), **more)


def test_nature_joins_no_coalition() -> None:
    conflict = library("prisoners_dilemma")
    front = el.DecisionMaker(id="front", kind="nature", options=(el.Option(id="breaks"),))
    conflict = replace(conflict, decision_makers=(*conflict.decision_makers, front))
    ranks = el.Utilities(tuple((s, 1) for s in range(1, 9)))  # type: ignore[misc]
    makers = [
        replace(dm, lenses=(el.Lens(id="default", preference=ranks),)) if dm.kind == "party" else dm
        for dm in conflict.decision_makers
    ]
    with pytest.raises(UsageError, match="'front' has no preference"):
        coalitions(replace(conflict, decision_makers=tuple(makers)), names=[["one", "front"]])


def test_what_does_not_fit_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = Graph(library("elmira"))
    monkeypatch.setenv("DETENTE_MEMORY", "0.0000005")
    with pytest.raises(TooLargeError, match="joint moves of moe, uniroyal need about"):
        coalition_stability(graph, "default", ["moe", "uniroyal"], concepts=["cnash"])
    game = random_game(4096, "g" * 8, seed=1)
    judge = Judge(game)
    monkeypatch.setenv("DETENTE_MEMORY", "0.005")
    with pytest.raises(TooLargeError, match=r"for CSEQ, need about 0.0 GB.*leave out CSEQ"):
        judge.stable((0, 1), ["cseq"], judge.states)
    assert len(judge.stable((0, 1), ["cnash", "cgmr", "csmr"], judge.states)) == 3


def test_too_many_parties() -> None:
    moves = ArcMoves(1, np.zeros(2, dtype=np.int64), np.empty(0, dtype=np.int32), transitive=True)
    judge = Judge(Game([Mover(f"p{k}", moves, np.ones(1, dtype=np.int32)) for k in range(20)]))
    with pytest.raises(TooLargeError, match=r"CSEQ looks at every coalition of .* which are 262,143"):
        judge.stable((0, 1), CONCEPTS, judge.states)
    assert judge.stable((0, 1), ["csmr"], judge.states)["csmr"].tolist() == [True]
    makers = tuple(
        el.DecisionMaker(id=f"p{k}", lenses=(el.Lens(id="default", preference=el.Prioritised(())),)) for k in range(20)
    )
    reading = el.Reading(id="default", lenses=tuple((dm.id, "default") for dm in makers))
    form = el.GraphForm((el.ListedState("s1"),), ())
    conflict = Conflict(title="many", decision_makers=makers, graph_form=form, readings=(reading,))
    for more in ({"universal": True, "names": []}, {"all_coalitions": True}):
        with pytest.raises(TooLargeError, match="20 parties form 1,048,575 coalitions; at most 65,535"):
            coalitions(conflict, **more)


def test_what_would_take_hours_is_refused_with_an_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    from detente.analysis import coalitions as module

    elmira = library("elmira")
    monkeypatch.setattr(module, "MOST_PAIRS", 3 * 9**2 - 1)
    with pytest.raises(TooLargeError, match="9 states held against one another for 3 coalitions"):
        coalitions(elmira, names=[["moe", "uniroyal"], ["moe", "local"], ["uniroyal", "local"]])
    found = coalitions(elmira, names=[["moe", "uniroyal"]] * 3, concepts=(), states=[5])
    (answer,) = found.coalitions
    assert not answer.stable
    assert (answer.improvements[4] + 1).tolist() == [8]
