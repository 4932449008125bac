"""What can be written as a file of GMCR+, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from detente.conflict import elements as el
from detente.conflict import formula as fm
from detente.conflict.conflict import Conflict
from detente.errors import CannotSayError, ModelError, UsageError
from detente.graph.graph import Graph
from detente.language.gmcr import read_gmcr
from detente.language.gmcr_write import write_gmcr
from detente.language.load import loads
from detente.language.write import convert
from detente.library.index import library
from tests.gmcr_literal import means, moves_of, ranks_of, same
from tests.strategies import any_conflict, formulas


@st.composite
def sayable(draw: DrawFn) -> Conflict:
    """Draw a conflict of yes/no options with all that a file can say, if in other words."""
    owners, total = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    own: dict[str, list[el.Option]] = {f"d{k}": [] for k in range(owners)}
    for k in range(total):
        dm = draw(st.sampled_from(list(own)))
        names = draw(st.sampled_from([("no", "yes"), ("low", "high")]))
        values = tuple(el.Value(name, Fraction(draw(st.integers(-1, 2)))) for name in names)
        way = draw(st.sampled_from([None, None, "forward", "backward", "listed"]))
        rule = None
        if way is not None:
            steps = draw(st.sampled_from([(names,), (names[::-1],), (names, names[::-1])])) if way == "listed" else ()
            rule = el.Irreversibility(id=f"r{k}", option=f"{dm}.o{k}", direction=way, changes=steps)  # type: ignore[arg-type]
        own[dm].append(el.Option(id=f"o{k}", values=values, irreversible=rule))
    makers = tuple(el.DecisionMaker(id=dm, options=tuple(options)) for dm, options in own.items())
    conflict = Conflict(title="drawn", decision_makers=makers)
    plain = formulas(conflict.options)
    conflict = replace(conflict, outcomes=(el.Outcome(id="w", that=draw(plain)),))
    formula = formulas(conflict.options, ["w"])
    options = st.sampled_from(list(conflict.options))
    weights = st.sampled_from([Fraction(1), Fraction(2), Fraction(-1, 2)])
    terms = st.lists(st.tuples(options, weights), min_size=1, max_size=4)
    misperceived = draw(st.lists(st.tuples(st.sampled_from(list(own)), formula), max_size=1))
    listed = st.lists(st.dictionaries(options, st.just(1), max_size=total).map(tuple), min_size=1, max_size=12)
    states = [tuple((o, conflict.options[o].values[1].id) for o in state) for state in draw(listed)]
    conflict = replace(
        conflict,
        infeasible=tuple(el.Infeasibility(id=f"f{k}", that=draw(formula)) for k in range(draw(st.integers(0, 2)))),
        limits=tuple(
            el.Limit(
                id=f"l{k}",
                terms=tuple(draw(terms)),
                at_most=draw(st.sampled_from([None, Fraction(1), Fraction(2)])),
                at_least=draw(st.sampled_from([None, Fraction(0)])),
                across=True,
            )
            for k in range(draw(st.integers(0, 1)))
        ),
        feasible=draw(st.sampled_from([None, None, el.FeasibleList(id="feasible", states=tuple(states))])),
        blocked_moves=tuple(
            el.BlockedMove(id=f"b{k}", by=dm, from_=ends[0], to=ends[1])
            for dm, that in misperceived
            for k, ends in enumerate([(that, fm.Constant(True)), (fm.Constant(True), fm.Not(fm.Not(that)))])
        ),
    )
    try:
        n = Graph(conflict).n_states
    except ModelError:
        assume(False)
    return replace(conflict, readings=(), decision_makers=tuple(draw(with_lenses(dm, formula, n)) for dm in makers))


@st.composite
def with_lenses(draw: DrawFn, dm: el.DecisionMaker, formula: st.SearchStrategy[fm.Formula], n: int) -> el.DecisionMaker:
    """Draw principles and lenses of every kind, rather often made of statements only."""
    statements = [el.Statement(id=f"{dm.id}.s{k}", that=draw(formula)) for k in range(6)]

    def levels() -> el.Prioritised:
        cut = draw(st.integers(1, 3))
        kept = draw(st.permutations(statements))[: draw(st.integers(0, 5))]
        groups = [kept[at : at + cut] for at in range(0, len(kept), cut)]
        return el.Prioritised(tuple(el.Level(tuple(group), draw(st.booleans())) for group in groups))

    def numbers() -> list[int]:
        return [draw(st.integers(0, n)) for _ in range(n)]

    kinds: list[Callable[[], el.Preference]] = [
        levels,
        levels,
        levels,
        lambda: el.Ranking(tuple((k,) for k in draw(st.permutations(range(1, n + 1))))),
        lambda: el.Utilities(tuple(enumerate(map(Fraction, numbers()), 1))),
        lambda: el.Weights(tuple((s, Fraction(draw(st.integers(-3, 3)), 3)) for s in statements[:4])),
    ]
    below = el.Lens(id="below", preference=draw(st.sampled_from(kinds))())
    above = el.Lens(id="above", preference=levels(), refines=draw(st.sampled_from(["", "below"])))
    principles = tuple(statements[: draw(st.integers(0, 2))])
    return replace(dm, principles=principles, lenses=tuple(draw(st.permutations([below, above]))))


@given(sayable(), st.sampled_from(["below", "above"]))
def test_drawn_conflicts_keep_their_states_moves_and_ranks(conflict: Conflict, reading: str) -> None:
    text = write_gmcr(conflict, reading, lossy=True)
    again = Graph(read_gmcr(text))
    original = Graph(conflict)
    ranks = [original.ranks(dm, lens).tolist() for dm, lens in conflict.lens_choice(reading).items()]
    assert again.space.row_codes().tolist() == original.space.row_codes().tolist()
    assert moves_of(again) == moves_of(original)
    assert ranks_of(again) == ranks
    means(json.loads(text))


@given(any_conflict())
def test_conflicts_of_every_kind_are_written_exactly_or_refused(conflict: Conflict) -> None:
    reading = conflict.readings[0].id
    try:
        text = write_gmcr(conflict, reading, lossy=True)
    except CannotSayError:
        return
    again, original = Graph(read_gmcr(text)), Graph(conflict)
    assert moves_of(again) == moves_of(original)
    assert ranks_of(again) == [original.ranks(dm, lens).tolist() for dm, lens in conflict.lens_choice(reading).items()]


SMALL = """
decision_makers:
  a:
    options: [x, y]
    preferences: [b.z, [a.x, a.y]]
  b:
    name: The others
    options: [z]
    preferences: [not a.x]
"""


def test_the_text_of_a_file() -> None:
    limited = SMALL + "limits: [{sum: [a.x, a.y], at_most: 1}]\n"
    assert (
        write_gmcr(loads(limited + "blocked_moves: [{by: b, from: a.x}, {by: b, to: a.x}]"))
        == """\
{
  "decisionMakers": [
    {
      "name": "a",
      "options": [0, 1],
      "preferences": [
        [[2, "Y"]],
        [[0, "Y"], [1, "Y"]],
        {
          "compound": true,
          "members": [
            [[0, "Y"]],
            [[1, "Y"]]
          ]
        }
      ],
      "misperceptions": []
    },
    {
      "name": "The others",
      "options": [2],
      "preferences": [
        [[0, "N"]]
      ],
      "misperceptions": [
        [[0, "Y"]]
      ]
    }
  ],
  "options": [
    {
      "name": "x",
      "permittedDirection": "both"
    },
    {
      "name": "y",
      "permittedDirection": "both"
    },
    {
      "name": "z",
      "permittedDirection": "both"
    }
  ],
  "infeasibles": [
    [[0, "Y"], [1, "Y"]]
  ],
  "coalitions": [0, 1],
  "useManualPreferenceRanking": false,
  "program": "detente"
}
"""
    )


def infeasibles_of(line: str) -> Any:
    return json.loads(write_gmcr(loads(SMALL + line)))["infeasibles"]


@pytest.mark.parametrize(
    ("line", "conditions"),
    [
        ("infeasible: [never, a.x and not a.x]", []),
        ("infeasible: [a.x if not b.z]", [{"compound": True, "members": [[[0, "Y"]], [[2, "Y"]]]}]),
        ("infeasible: [(a.x or not a.x) and b.z]", [[[2, "Y"]]]),
        (
            "infeasible: ['at least 2 of (a.x, a.y, b.z)']",
            [{"compound": True, "members": [[[0, "Y"], [1, "Y"]], [[0, "Y"], [2, "Y"]], [[1, "Y"], [2, "Y"]]]}],
        ),
        ("infeasible: [a.x xor a.y]", [{"compound": True, "members": [[[0, "N"], [1, "Y"]], [[0, "Y"], [1, "N"]]]}]),
        ("infeasible: [a.x, not not a.x]", [[[0, "Y"]]]),
        ("feasible: [[], [a.x]]", [{"compound": True, "members": [[[1, "Y"], [2, "N"]], [[2, "Y"]]]}]),
        (
            "limits: [{sum: {a.x: 3, a.y: 2, b.z: 2}, at_most: 4, across: yes}]",
            [{"compound": True, "members": [[[0, "Y"], [1, "Y"]], [[0, "Y"], [2, "Y"]]]}],
        ),
        ("limits: [{sum: {a.x: 1, b.z: -1}, at_least: 0, across: yes}]", [[[0, "N"], [2, "Y"]]]),
    ],
)
def test_how_conditions_are_written(line: str, conditions: Any) -> None:
    assert infeasibles_of(line) == conditions


def test_everything_infeasible_is_said_too() -> None:
    assert infeasibles_of("infeasible: [always]") == [[]]
    assert infeasibles_of("limits: [{sum: [a.x], at_least: 2}]") == [[]]


def test_empty_statements_are_left_out() -> None:
    text = write_gmcr(loads(SMALL.replace("[not a.x]", "[never, always, a.x or not a.x, b.z]")))
    assert json.loads(text)["decisionMakers"][1]["preferences"] == [[[2, "Y"]]]


def test_one_ranking_makes_all_of_them_rankings() -> None:
    conflict = loads(SMALL.replace("[not a.x]", "{weights: {a.x: -1, b.z: 0.5}}"))
    data = json.loads(write_gmcr(conflict))
    assert data["useManualPreferenceRanking"] is True
    assert [dm["preferenceRanking"] for dm in data["decisionMakers"]] == [
        [8, [6, 7], 5, 4, [2, 3], 1],
        [[5, 7], [1, 3], [6, 8], [2, 4]],
    ]
    assert [dm["preferences"] for dm in data["decisionMakers"]] == [[], []]


def test_statements_too_long_to_write_out_become_rankings() -> None:
    options = ", ".join(f"o{k}" for k in range(12))
    parity = " xor ".join(f"a.o{k}" for k in range(12))
    data = json.loads(write_gmcr(loads(f"decision_makers: {{a: {{options: [{options}], preferences: [{parity}]}}}}")))
    assert data["useManualPreferenceRanking"] is True
    assert [len(tied) for tied in data["decisionMakers"][0]["preferenceRanking"]] == [2048, 2048]


def test_principles_and_refined_lenses_become_statements_in_order() -> None:
    conflict = loads("""
decision_makers:
  a:
    options: [x, y, z]
    principles: [a.z]
    lenses:
      strategic: [a.x]
      tactical: {refines: strategic, statements: [a.y]}
""")
    data = json.loads(write_gmcr(conflict, "tactical"))
    assert data["decisionMakers"][0]["preferences"] == [[[2, "Y"]], [[1, "Y"]], [[0, "Y"]]]
    assert json.loads(convert(conflict, "gmcr", reading="strategic"))["decisionMakers"][0]["preferences"] == [
        [[2, "Y"]],
        [[0, "Y"]],
    ]
    with pytest.raises(CannotSayError, match=r"several lenses \(a\), where no reading is chosen; there are: strategic"):
        write_gmcr(conflict)
    with pytest.raises(UsageError, match="did you mean 'tactical'"):
        write_gmcr(conflict, "tactica")


def test_coalitions_are_a_partition() -> None:
    more = "  c: {options: [w]}\n"
    text = write_gmcr(loads(SMALL + more + "coalitions: {ours: [c, a]}"))
    assert json.loads(text)["coalitions"] == [[2, 0], 1]
    overlapping = loads(SMALL + more + "coalitions: {ours: [c, a], theirs: [b, c], mine: [a]}")
    with pytest.raises(CannotSayError) as caught:
        write_gmcr(overlapping)
    assert [reason.split(" (left")[0] for reason in caught.value.reasons] == [
        "coalitions that overlap: ours, theirs, mine",
        "coalitions of one: mine",
    ]
    assert json.loads(write_gmcr(overlapping, lossy=True))["coalitions"] == [0, 1, 2]


@pytest.mark.parametrize("name", ["prisoners_dilemma", "chicken", "syria_iraq", "cuban_missile_crisis", "game_12"])
def test_built_in_conflicts_go_round(name: str) -> None:
    conflict = library(name)
    assert same(Graph(read_gmcr(write_gmcr(conflict, lossy=True))), Graph(conflict))
