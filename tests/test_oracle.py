"""The literal implementation itself: published answers and the rules of the model one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest

from detente.conflict import elements as el
from detente.conflict.conflict import Conflict
from detente.conflict.formula import And, AtState, Compare, Constant, Formula, Named, Not, Taken
from tests.oracle import LiteralModel

PLAIN = ("nash", "gmr", "smr", "seq", "sseq")


def ranking(*best_first: el.StateRef | tuple[el.StateRef, ...]) -> el.Ranking:
    return el.Ranking(tuple(item if isinstance(item, tuple) else (item,) for item in best_first))


def utilities(values: Mapping[el.StateRef, int]) -> el.Utilities:
    return el.Utilities(tuple((ref, Fraction(value)) for ref, value in values.items()))


def statement(name: str, that: Formula) -> el.Statement:
    return el.Statement(id=name, that=that)


def conflict(options: Mapping[str, Sequence[str | el.Option]], preferences: Mapping[str, Any], **more: Any) -> Conflict:
    """Return a conflict from options by decision maker (yes/no where only named) and one preference for each."""
    makers = []
    for dm, listed in options.items():
        lenses = (el.Lens(id="default", preference=preferences[dm]),) if dm in preferences else ()
        owned = tuple(item if isinstance(item, el.Option) else el.Option(id=item) for item in listed)
        makers.append(
            el.DecisionMaker(id=dm, kind="nature" if dm == "nature" else "party", options=owned, lenses=lenses)
        )
    return Conflict(title="test", decision_makers=tuple(makers), **more)


def infeasible(that: Formula) -> el.Infeasibility:
    return el.Infeasibility(id="impossible", that=that)


def scale(name: str, **more: Any) -> el.Option:
    return el.Option(
        id=name, values=tuple(el.Value(v, Fraction(k)) for k, v in enumerate(("low", "mid", "top"))), **more
    )


def game(row: Sequence[int], column: Sequence[int]) -> Conflict:
    """Return a 2-by-2 game from the two rankings, best first."""
    return conflict({"a": ["x"], "b": ["y"]}, {"a": ranking(*row), "b": ranking(*column)})


def syria_iraq(syria: Sequence[int] = (1, 3, 6, 2, 4, 5)) -> Conflict:
    both = And((Taken("syria.release"), Taken("syria.escalate")))
    return conflict(
        {"syria": ["release", "escalate"], "iraq": ["attack"]},
        {"syria": ranking(*syria), "iraq": ranking(2, 4, 6, 1, 5, 3)},
        infeasible=(infeasible(both),),
    )


def three() -> Conflict:
    best = {"one": (1, 8, 6, 3, 5, 4, 7, 2), "two": (2, 3, 8, 5, 7, 6, 1, 4), "three": (1, 6, 4, 7, 8, 2, 5, 3)}
    return conflict({dm: ["go"] for dm in best}, {dm: ranking(*order) for dm, order in best.items()})


def elmira() -> Conflict:
    options = {"moe": ["modify"], "uniroyal": ["delay", "accept", "abandon"], "local": ["insist"]}
    names = [f"{dm}.{option}" for dm, listed in options.items() for option in listed]
    notation = {"N": "no", "Y": "yes", "-": None}
    rows = ["NYNNN", "YYNNN", "NNYNN", "YNYNN", "NYNNY", "YYNNY", "NNYNY", "YNYNY", "---Y-"]
    states = tuple(
        el.ListedState(f"s{k}", tuple((name, notation[c]) for name, c in zip(names, row, strict=True)))
        for k, row in enumerate(rows, start=1)
    )
    arcs = {
        "moe": [(1, 2), (3, 4), (5, 6), (7, 8)],
        "uniroyal": [(1, 3), (2, 4), (5, 7), (6, 8), *((k, 9) for k in range(1, 9))],
        "local": [(k, k + 4) for k in range(1, 5)] + [(k + 4, k) for k in range(1, 5)],
    }
    best = {"moe": "734851269", "uniroyal": "148593726", "local": "735186429"}
    return conflict(
        options,
        {dm: ranking(*(f"s{k}" for k in order)) for dm, order in best.items()},
        graph_form=el.GraphForm(states, tuple((dm, f"s{a}", f"s{b}") for dm, pairs in arcs.items() for a, b in pairs)),
    )


# -- published answers ----------------------------------------------------------------------------------------------

PUBLISHED = [
    (game((3, 4, 1, 2), (2, 4, 1, 3)), {"nash": [1], "gmr": [1, 4], "smr": [1, 4], "seq": [1, 4], "sseq": [1, 4]}),
    (game((3, 4, 2, 1), (2, 4, 3, 1)), {"nash": [2, 3], "gmr": [2, 3, 4], "smr": [2, 3, 4], "seq": [2, 3]}),
    (syria_iraq(), {"nash": [6], "gmr": [1, 6], "smr": [6], "seq": [6]}),
    (elmira(), {"nash": [5, 8, 9], "gmr": [1, 4, 5, 8, 9], "smr": [1, 4, 5, 8, 9], "seq": [5, 8, 9]}),
]


@pytest.mark.parametrize(("model", "answers"), PUBLISHED, ids=["dilemma", "chicken", "syria_iraq", "elmira"])
def test_published_equilibria(model: Conflict, answers: dict[str, list[int]]) -> None:
    literal = LiteralModel(model)
    assert {concept: literal.equilibria(concept) for concept in answers} == answers


def test_prisoners_dilemma_ranks_and_moves() -> None:
    literal = LiteralModel(game((3, 4, 1, 2), (2, 4, 1, 3)))
    assert literal.ranks("a") == [2, 1, 4, 3]
    assert literal.ranks("b") == [2, 4, 1, 3]
    assert literal.stable_for("nash", "a") == [True, False, True, False]
    assert [literal.options_at(s) for s in (2, 3)] == [{"a.x": "yes", "b.y": "no"}, {"a.x": "no", "b.y": "yes"}]
    assert literal.R("b", 2) == {4}
    assert literal.improvements({"a", "b"}, 1) == {4}
    assert literal.coalition_stable("nash", {"a", "b"}, 4)


def test_sanctions_by_legal_sequences_differ_from_one_move_each() -> None:
    literal = LiteralModel(three())
    assert literal.R_plus("two", 1) == {3}
    assert literal.reach({"one", "three"}, 3, improving=True) == {3, 4, 7, 8}
    assert literal.stable("seq", "two", 1)
    assert not literal.stable("seq", "two", 1, "once_each")
    assert not literal.stable("seq", "two", 1, "single")
    assert literal.reach({"one", "three"}, 3, improving=True, sanctions="once_each") == {7, 8}
    assert literal.reach({"one", "three"}, 3, improving=True, sanctions="single") == {7}


def test_elmira_coalitions_and_open_state() -> None:
    literal = LiteralModel(elmira())
    found = {s: literal.improvements({"moe", "uniroyal"}, s) for s in literal.states}
    assert {s: ends for s, ends in found.items() if ends} == {2: {4}, 5: {8}, 6: {8}}
    assert not literal.coalition_stable("nash", {"moe", "uniroyal"}, 5)
    assert literal.options_at(9)["uniroyal.abandon"] == "yes"
    assert literal.options_at(9)["moe.modify"] is None
    with pytest.raises(ValueError, match="a part of it"):
        literal.holds(Taken("moe.modify"), 9)


def images(row: tuple[int, ...], column: tuple[int, ...]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return a 2-by-2 game under the eight relabellings of options and decision makers."""
    found = [(row, column)]
    for swap in ({1: 2, 2: 1, 3: 4, 4: 3}, {1: 3, 2: 4, 3: 1, 4: 2}):
        found += [(tuple(swap[s] for s in r), tuple(swap[s] for s in c)) for r, c in found]
    turn = {1: 1, 2: 3, 3: 2, 4: 4}
    return found + [(tuple(turn[s] for s in c), tuple(turn[s] for s in r)) for r, c in found]


def test_the_78_games() -> None:
    orders = list(permutations((1, 2, 3, 4)))
    distinct = {min(images(row, column)) for row in orders for column in orders}
    models = [LiteralModel(game(*rankings)) for rankings in distinct]
    counts = {concept: Counter(len(model.equilibria(concept)) for model in models) for concept in PLAIN}
    assert len(models) == 78
    assert counts == {
        "nash": {0: 9, 1: 57, 2: 12},
        "gmr": {1: 26, 2: 42, 3: 10},
        "smr": {0: 4, 1: 42, 2: 29, 3: 3},
        "seq": {1: 50, 2: 28},
        "sseq": {0: 4, 1: 54, 2: 20},
    }


def test_rankings_of_syria_that_give_state_two() -> None:
    counts = Counter[str]()
    for order in permutations(range(1, 7)):
        literal = LiteralModel(syria_iraq(order))
        counts.update(concept for concept in PLAIN if all(literal.stable(concept, dm, 2) for dm in literal.parties))
    assert counts == {"nash": 240, "gmr": 384, "smr": 300, "seq": 384, "sseq": 300}


def test_simultaneous_sanctions() -> None:
    dilemma, chicken = game((3, 4, 1, 2), (2, 4, 1, 3)), game((3, 4, 2, 1), (2, 4, 3, 1))
    assert LiteralModel(dilemma).equilibria("sim") == [1, 4]
    assert LiteralModel(chicken).equilibria("sim") == [2, 3, 4]
    merged = replace(dilemma, merge=(el.Merge(id="m", that=Constant(False)),))
    with pytest.raises(ValueError, match="unmerged"):
        LiteralModel(merged).stable("sim", "a", 2)


# -- states and moves -----------------------------------------------------------------------------------------------


def test_numbers_follow_the_first_option_fastest() -> None:
    literal = LiteralModel(
        conflict({"a": [scale("x")], "b": ["y"]}, {}, infeasible=(infeasible(Compare("a.x", "=", "mid")),))
    )
    assert [literal.members(s)[0] for s in literal.states] == [(0, 0), (2, 0), (0, 1), (2, 1)]
    assert literal.number_of((("b.y", "yes"),)) == 3
    assert literal.ranks("a") == [1, 1, 1, 1]


def test_feasibility_by_limits_and_lists() -> None:
    base = conflict({"a": [scale("x")], "b": ["y"]}, {})
    limit = el.Limit(
        id="m", terms=(("a.x", Fraction(1)), ("b.y", Fraction(2))), at_most=Fraction(3), at_least=Fraction(1)
    )
    literal = LiteralModel(replace(base, limits=(limit,)))
    assert [literal.members(s)[0] for s in literal.states] == [(1, 0), (2, 0), (0, 1), (1, 1)]
    listed = el.FeasibleList(id="l", states=((("b.y", "yes"),), (("a.x", "top"),)))
    literal = LiteralModel(replace(base, feasible=listed, limits=(limit,)))
    assert [literal.members(s)[0] for s in literal.states] == [(2, 0), (0, 1)]
    with pytest.raises(ValueError, match="no feasible state"):
        LiteralModel(replace(base, infeasible=(infeasible(Constant(True)),)))


@pytest.mark.parametrize(
    ("direction", "changes", "moves"),
    [
        ("forward", (), {1: {2, 3}, 2: {3}, 3: set()}),
        ("backward", (), {1: set(), 2: {1}, 3: {1, 2}}),
        ("listed", (("low", "mid"), ("mid", "top"), ("top", "low")), {1: {2}, 2: {3}, 3: {1}}),
    ],
)
def test_irreversibility(direction: Any, changes: tuple[tuple[str, str], ...], moves: dict[int, set[int]]) -> None:
    rule = el.Irreversibility(id="r", option="a.x", direction=direction, changes=changes)
    literal = LiteralModel(conflict({"a": [scale("x", irreversible=rule)]}, {}))
    assert literal.moves == {"a": moves}


def test_forces_leave_transient_states_out_and_move_on() -> None:
    """Dropping a starts b's clock: a raw end with neither x nor y ends with y and z set."""
    forces = (
        el.Force(id="f1", when=And((Not(Taken("a.x")), Not(Taken("b.y")))), sets=(("b.y", "yes"),)),
        el.Force(id="f2", when=And((Not(Taken("a.x")), Taken("b.y"))), sets=(("b.z", "yes"),)),
    )
    base = conflict({"a": ["x"], "b": ["y", "z"]}, {}, forces=forces)
    literal = LiteralModel(base)
    assert [literal.members(s)[0] for s in literal.states] == [(1, 0, 0), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 1, 1)]
    assert literal.moves["a"] == {1: {4}, 2: {4}, 3: {4}, 4: {5}, 5: {4}}
    assert literal.R("b", 4) == frozenset()
    blocked = replace(base, infeasible=(infeasible(And((Not(Taken("a.x")), Taken("b.z")))),))
    assert LiteralModel(blocked).moves["a"] == {s: set() for s in (1, 2, 3, 4)}


def test_forces_that_never_settle() -> None:
    forces = (
        el.Force(id="f1", when=And((Taken("a.x"), Taken("b.y"))), sets=(("b.y", "no"),)),
        el.Force(id="f2", when=And((Taken("a.x"), Not(Taken("b.y")))), sets=(("b.y", "yes"),)),
    )
    literal = LiteralModel(conflict({"a": ["x"], "b": ["y"]}, {}, forces=forces))
    assert len(literal.states) == 2
    with pytest.raises(ValueError, match="never settle"):
        assert literal.moves


def test_blocked_moves_look_at_the_final_state() -> None:
    base = game((1, 2, 3, 4), (1, 2, 3, 4))
    block = el.BlockedMove(id="b", by="a", from_=Taken("b.y"), to=Taken("a.x"))
    assert LiteralModel(replace(base, blocked_moves=(block,))).moves["a"] == {1: {2}, 2: {1}, 3: set(), 4: {3}}
    force = el.Force(id="f", when=And((Taken("a.x"), Taken("b.y"))), sets=(("b.y", "no"),))
    block = replace(block, to=Not(Taken("b.y")))
    forced = conflict({"a": ["x"], "b": ["y"]}, {}, forces=(force,))
    assert LiteralModel(forced).moves["a"] == {1: {2}, 2: {1}, 3: {2}}
    assert LiteralModel(replace(forced, blocked_moves=(block,))).moves["a"] == {1: {2}, 2: {1}, 3: set()}


def test_merging() -> None:
    """States 2 and 5 of six become one, in the place of 2; a and b both move through the class."""
    merge = el.Merge(id="m", that=Compare("a.x", "=", "mid"))
    base = conflict({"a": [scale("x")], "b": ["y"]}, {"b": ranking(5, 4, (1, 2, 3))}, merge=(merge,))
    literal = LiteralModel(base)
    assert [literal.members(s) for s in literal.states] == [
        ((0, 0),),
        ((1, 0), (1, 1)),
        ((2, 0),),
        ((0, 1),),
        ((2, 1),),
    ]
    assert literal.moves["a"] == {1: {2, 3}, 2: {1, 3, 4, 5}, 3: {1, 2}, 4: {2, 5}, 5: {2, 4}}
    assert literal.moves["b"] == {1: {4}, 2: set(), 3: {5}, 4: {1}, 5: {3}}
    assert literal.ranks("b") == [1, 1, 1, 2, 3]
    assert literal.options_at(2) == {"a.x": "mid", "b.y": None}
    with pytest.raises(ValueError, match="a part of it"):
        LiteralModel(replace(base, outcomes=(el.Outcome(id="w", that=Taken("b.y")),)))
    spoken = replace(merge, as_=(("a.x", "mid"), ("b.y", "yes")))
    outcomes = (el.Outcome(id="w", that=Taken("b.y")),)
    assert LiteralModel(replace(base, merge=(spoken,), outcomes=outcomes)).outcomes == {"w": {2, 4, 5}}
    with pytest.raises(ValueError, match="two merged classes"):
        LiteralModel(replace(base, merge=(merge, el.Merge(id="n", that=Compare("a.x", ">=", "mid")))))
    with pytest.raises(ValueError, match="representative"):
        LiteralModel(replace(base, merge=(replace(merge, as_=(("a.x", "top"),)),)))


# -- preferences ----------------------------------------------------------------------------------------------------


def with_lens(preference: el.Preference, **more: Any) -> Conflict:
    return conflict({"a": ["x", "y", "z"]}, {"a": preference}, **more)


X, Y, Z = (statement(f"p{name}", Taken(f"a.{name}")) for name in "xyz")


@pytest.mark.parametrize(
    ("preference", "ranks"),
    [
        (el.Prioritised((el.Level((X,)), el.Level((Y,)), el.Level((Z,)))), [1, 5, 3, 7, 2, 6, 4, 8]),
        (el.Prioritised((el.Level((X, Y)), el.Level((Z,)))), [1, 3, 3, 5, 2, 4, 4, 6]),
        (el.Prioritised((el.Level((Z, X), any_order=True),)), [1, 2, 1, 2, 3, 4, 3, 4]),
        (el.Weights(((X, Fraction(1, 3)), (Y, Fraction(1, 3)), (Z, Fraction(2, 3)))), [1, 2, 2, 3, 3, 4, 4, 5]),
        (ranking("good", (1, 3), ("bad", 5)), [2, 3, 2, 3, 1, 3, 1, 3]),
        (utilities({"good": 5, 1: -1, 3: 5, "bad": 0, 5: 7}), [1, 3, 3, 3, 4, 3, 2, 3]),
    ],
    ids=["prioritised", "level", "any_order", "weights", "ranking", "utilities"],
)
def test_lenses(preference: el.Preference, ranks: list[int]) -> None:
    outcomes = (
        el.Outcome(id="bad", that=And((Not(Named("good")), Taken("a.y"), Taken("a.z")))),
        el.Outcome(id="good", that=Taken("a.x")),
    )
    assert LiteralModel(with_lens(preference, outcomes=outcomes)).ranks("a") == ranks


def test_principles_refinement_and_readings() -> None:
    tactical = el.Lens(id="tactical", preference=el.Prioritised((el.Level((Y,)),)), refines="strategic")
    strategic = el.Lens(id="strategic", preference=el.Prioritised((el.Level((Z,)),)))
    base = with_lens(ranking(1))
    dm = replace(base.decision_makers[0], lenses=(tactical, strategic), principles=(X,))
    base = replace(base, decision_makers=(dm,))
    assert LiteralModel(base).ranks("a") == [1, 5, 3, 7, 2, 6, 4, 8]
    assert LiteralModel(base, "strategic").ranks("a") == [1, 3, 1, 3, 2, 4, 2, 4]
    base = replace(
        base, readings=(el.Reading(id="far", lenses=(("a", "strategic"),)), el.Reading(id="none", lenses=()))
    )
    assert LiteralModel(base, "far").ranks("a") == [1, 3, 1, 3, 2, 4, 2, 4]
    assert LiteralModel(base, "none").ranks("a") == LiteralModel(base).ranks("a")


@pytest.mark.parametrize("bad", [ranking(1, 2, 3), ranking(*range(1, 9), 1), ranking(*range(1, 10))])
def test_rankings_cover_each_state_once(bad: el.Ranking) -> None:
    with pytest.raises(ValueError, match="state"):
        LiteralModel(with_lens(bad)).ranks("a")


def test_outcomes_in_a_circle() -> None:
    outcomes = (el.Outcome(id="v", that=Named("w")), el.Outcome(id="w", that=Named("v")))
    with pytest.raises(ValueError, match="itself"):
        LiteralModel(with_lens(ranking(1), outcomes=outcomes))


# -- nature and paths -----------------------------------------------------------------------------------------------


def test_nature_sanctions_only_when_included_and_may_move_twice_running() -> None:
    states = tuple(el.ListedState(f"s{k}") for k in range(1, 5))
    moves = (("a", "s1", "s2"), ("nature", "s2", "s3"), ("nature", "s3", "s4"))
    base = conflict({"a": [], "nature": []}, {"a": ranking(3, 2, 1, 4)}, graph_form=el.GraphForm(states, moves))
    literal = LiteralModel(base)
    assert literal.parties == ("a",)
    assert not literal.stable("gmr", "a", 1)
    assert literal.steps(1) == {1: 0, 2: 1, 3: 2, 4: 3}
    assert literal.steps(1, improving=True) == literal.steps(1)
    assert literal.steps(1, first="nature") == {}
    included = LiteralModel(replace(base, nature="included"))
    assert included.stable("gmr", "a", 1)
    assert included.stable("seq", "a", 1)
    assert not included.stable("seq", "a", 1, "once_each")
    assert included.coalition_stable("seq", {"a"}, 1)
    with pytest.raises(ValueError, match="no preference"):
        included.ranks("nature")


def test_nobody_moves_twice_in_succession() -> None:
    states = tuple(el.ListedState(f"s{k}") for k in range(1, 5))
    moves = (("a", "s1", "s2"), ("a", "s2", "s3"), ("b", "s3", "s4"))
    literal = LiteralModel(conflict({"a": [], "b": []}, {}, graph_form=el.GraphForm(states, moves)))
    assert not literal.transitive
    assert literal.reach({"a", "b"}, 1) == {2}
    assert literal.holds(AtState("s2"), 2)
