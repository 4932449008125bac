"""Writing a conflict and reading it again gives an equal conflict."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.conflict import elements as el
from detente.conflict import formula as fm
from detente.conflict.conflict import Conflict
from detente.errors import CannotSayError, UsageError
from detente.language.formula_parser import parse_formula
from detente.language.load import loads
from detente.language.write import convert, document_of, to_json, to_yaml
from detente.language.write_text import json_text, quoted, yaml_text
from detente.library.index import conflict_names, library
from tests.strategies import any_conflict

EVERYTHING = """
title: "null"
because: "# not a comment: a reason"
source: 'true'
notes: |-
  First paragraph.

  Second one.
statements:
  P1: {that: us.go, name: We go, because: shared, source: text, certainty: likely}
  P2: not us.go
decision_makers:
  us:
    name: "Us: the first"
    because: we
    options:
      go: Go
      stay: {irreversible: {changes: [[no, yes]], because: once, certainty: 0.25}}
      arm: {values: [none, some, full], irreversible: forward, source: s}
      pay: {values: {low: -1, high: 2.5}}
      deep: {values: [0, 1, 2]}
    statements:
      P1: {that: us.stay, because: own}
      P3: us.arm >= some
    principles: [P3, {id: top, that: not them.hit, certainty: 1}]
    lenses:
      tactical: [P1, P2, [us.go, not us.stay], {any_order: [us.go, {that: us.pay, because: b}]}, {id: x, that: never}]
      strategic: {name: Strategic, because: long, refines: tactical}
      short: {replaces: tactical, ranking: [crisis, [calm]]}
      heavy: {weights: {P3: 3, us.go: -0.5, P2: 1}}
      full:
        weights: [{that: us.go, weight: 1, because: r}, {id: y, that: us.go, weight: 1e-7}, {that: us.go, weight: 2}]
      useful: {utilities: {calm: 1, crisis: 0}}
      none: []
  them:
    options: [hit, run]
    preferences: {utilities: {crisis: 0.1, calm: -3}}
  front:
    kind: nature
    options: {line: {values: [holding, eroding]}}
infeasible:
  - us.go and us.stay
  - {id: f1, that: them.hit if them.run, because: r, certainty: possible}
feasible: [[], [us.go], [us.arm = some, them.hit], {us.pay: high, front.line: eroding}, [us.deep = 2]]
limits:
  - {sum: [us.go, us.arm], at_most: 2}
  - {id: l1, sum: {us.pay: 0.5, them.hit: 2}, at_least: -1, at_most: 3, across: yes, because: shared}
forces:
  - {when: front.line = eroding, set: {us.go: no}}
  - {id: c1, when: never, set: {us.arm: full, them.hit: yes}, source: s}
blocked_moves:
  - {by: us, from: them.hit, to: us.go}
  - {by: them}
  - {id: b1, by: us, to: us.go, because: r}
merge:
  one: {that: us.deep = 1, as: [us.deep = 1], name: One}
  two: us.deep = 2
outcomes:
  crisis: {name: Crisis, that: them.hit or us.stay, because: b, source: s}
  calm: not crisis
classes: [crisis, calm]
coalitions:
  all: {name: All, members: [us, them], because: b}
  some: [us]
nature: included
status_quo: {us.go: yes, us.arm: none}
readings:
  near: {us: tactical}
  far: {name: Far, lenses: {us: strategic}, because: b}
"""

LISTED = """
title: 7
decision_makers:
  a: {options: {x: "no", y: {values: [u, v, w]}}, preferences: {ranking: [one, ["2", three]]}}
  b: {preferences: {utilities: [3, 1, 2]}}
states:
  one: {name: The first, options: [a.x]}
  "2": {a.x: any, a.y: w}
  three: Third
moves:
  a: {one: ["2", three], "2": one}
  b: {three: one}
outcomes: {here: one or a.x}
status_quo: "2"
"""

BARE = "decision_makers: {a: {}, b: {}}\nstates: ['<<', ' ', 'x: y']\nmoves: {a: {'<<': [' ']}}\nstatus_quo: ' '"


def _said(conflict: Conflict) -> Conflict:
    """Return a drawn conflict in the words of the language: identities, numbers and formulas as it has them."""

    def formula(that: fm.Formula) -> fm.Formula:
        labels = {state.label for state in conflict.graph_form.states} if conflict.graph_form else set()
        return fm.rewrite(
            parse_formula(that.text()),
            lambda leaf: fm.AtState(leaf.name) if isinstance(leaf, fm.Named) and leaf.name in labels else leaf,
        )

    def statement(dm: el.DecisionMaker, s: el.Statement) -> el.Statement:
        own = s in dm.statements or int(s.id[1:]) % 2
        return replace(s, id=f"{dm.id}.{s.id}" if own else f"{dm.id}: {s.that.text()}", that=formula(s.that))

    def preference(dm: el.DecisionMaker, given: el.Preference) -> el.Preference:
        if isinstance(given, el.Prioritised):
            return el.Prioritised(
                tuple(
                    el.Level(tuple(statement(dm, s) for s in level.statements), level.any_order)
                    for level in given.levels
                )
            )
        if isinstance(given, el.Weights):
            return el.Weights(tuple((statement(dm, s), weight * 3) for s, weight in given.terms))
        if isinstance(given, el.Utilities):
            return el.Utilities(tuple((state, number * 3) for state, number in given.values))
        return given

    def maker(dm: el.DecisionMaker) -> el.DecisionMaker:
        rules = [(o, o.irreversible) for o in dm.options]
        return replace(
            dm,
            options=tuple(
                o if r is None else replace(o, irreversible=replace(r, id=f"irreversible: {r.option}"))
                for o, r in rules
            ),
            statements=tuple(statement(dm, s) for s in dm.statements),
            principles=tuple(statement(dm, s) for s in dm.principles),
            lenses=tuple(replace(lens, preference=preference(dm, lens.preference)) for lens in dm.lenses),
        )

    def reading(given: el.Reading) -> el.Reading:
        return replace(given, lenses=tuple(conflict.lens_choice(given.id).items()))

    return replace(
        conflict,
        decision_makers=tuple(maker(dm) for dm in conflict.decision_makers),
        infeasible=tuple(replace(item, that=formula(item.that)) for item in conflict.infeasible),
        feasible=conflict.feasible and replace(conflict.feasible, id="feasible"),
        forces=tuple(replace(item, when=formula(item.when)) for item in conflict.forces),
        blocked_moves=tuple(
            replace(item, from_=formula(item.from_), to=formula(item.to)) for item in conflict.blocked_moves
        ),
        merge=tuple(replace(item, that=formula(item.that)) for item in conflict.merge),
        outcomes=tuple(replace(item, that=formula(item.that)) for item in conflict.outcomes),
        readings=tuple(map(reading, conflict.readings)),
    )


def _check(conflict: Conflict) -> None:
    assert loads(to_yaml(conflict)) == conflict
    assert loads(to_json(conflict), kind="json") == conflict
    json.loads(to_json(conflict))


@pytest.mark.parametrize("name", conflict_names())
def test_built_in_conflicts_survive(name: str) -> None:
    _check(library(name))


@pytest.mark.parametrize("text", [EVERYTHING, LISTED, BARE])
def test_every_part_of_the_language_survives(text: str) -> None:
    conflict = loads(text)
    _check(conflict)
    assert to_yaml(loads(to_yaml(conflict))) == to_yaml(conflict)
    assert loads(json_text(document_of(conflict), ascii_only=True), kind="json") == conflict


@given(any_conflict())
def test_drawn_conflicts_survive(drawn: Conflict) -> None:
    _check(_said(drawn))


PUNCTUATION = list(" \n\t\r:#-?,[]{}&*!|>'\"%@`~<=.0123456789eExX+_ab\\\x00\x7f\x85\xa0\u2028\ufeff\U000e0067é")
LOOKALIKES = [
    "",
    "~",
    "null",
    "Null",
    "TRUE",
    "false",
    "1",
    "-0",
    "1e5",
    ".5e3",
    "0x1F",
    "0o17",
    "1_000",
    "<<",
    "=",
    "yes",
    "No",
    "---",
    "- a",
    "? a",
    "# a",
    "a: b",
    "a #b",
    "a:",
    " a",
    "a ",
    "\n",
    "a\n",
    "\na",
    "a\n b",
    "a\n\n\nb",
    "|",
    "*a",
]
WORDS = st.lists(st.sampled_from(["word", "longer_words", "#", ":", "-", "", "x:", "it's"]), min_size=30, max_size=80)
HOSTILE = st.one_of(
    st.text(), st.text(alphabet=st.sampled_from(PUNCTUATION)), st.sampled_from(LOOKALIKES), WORDS.map(" ".join)
)


def _whole(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text)


@given(HOSTILE.filter(_whole), HOSTILE.filter(_whole), HOSTILE.filter(_whole))
def test_hostile_text_survives(title: str, name: str, because: str) -> None:
    conflict = replace(library("chicken"), title=title, notes=because)
    first, second = conflict.decision_makers
    outcomes = (replace(conflict.outcomes[0], name=because), *conflict.outcomes[1:])
    _check(replace(conflict, decision_makers=(replace(first, name=name), second), outcomes=outcomes))


@given(st.lists(HOSTILE.filter(_whole), min_size=1, max_size=6, unique=True))
def test_hostile_labels_survive(labels: list[str]) -> None:
    states = tuple(el.ListedState(label, name=label * (k % 2)) for k, label in enumerate(labels))
    moves = tuple(("a", label, labels[0]) for label in labels[1:])
    lens = el.Lens(id="default", preference=el.Ranking((tuple(labels),)))
    _check(
        Conflict(
            title="",
            decision_makers=(el.DecisionMaker(id="a", lenses=(lens,)),),
            graph_form=el.GraphForm(states, moves),
        )
    )


@given(st.one_of(st.fractions(), st.decimals(allow_nan=False, allow_infinity=False).map(Fraction)))
def test_numbers_survive_or_are_refused(number: Fraction) -> None:
    limit = el.Limit(id="l", terms=(("a.swerve", number),), at_most=-number)
    conflict = replace(library("chicken"), limits=(limit,))
    shortest = Context(prec=30).divide(number.numerator, number.denominator)
    if Fraction(shortest) == number and abs(shortest.adjusted()) < 900:
        _check(conflict)
    elif Fraction(Context(prec=40).divide(number.numerator, number.denominator)) != number:
        with pytest.raises(CannotSayError, match=re.escape(str(number))):
            to_json(conflict)


@pytest.mark.parametrize("number", [Fraction(1, 3), Fraction(10**60 + 1), Fraction(1, 7 * 2**9)])
def test_numbers_without_decimal_are_refused_all_together(number: Fraction) -> None:
    limit = el.Limit(id="l", terms=(("a.swerve", Fraction(1)),), at_most=number, certainty=Fraction(1, 3))
    with pytest.raises(CannotSayError) as caught:
        to_yaml(replace(library("chicken"), limits=(limit,)))
    assert len(caught.value.reasons) == 2
    assert str(number) in caught.value.reasons[0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"coalitions": (el.Coalition(id="c", members=()),)}, "a coalition without members"),
        ({"title": "half \ud83d"}, "title: 'half \\ud83d' holds half a character"),
        (
            {"infeasible": (el.Infeasibility(id="not a name", that=fm.Constant(False)),)},
            "'not a name' is not an identifier",
        ),
        ({"infeasible": (el.Infeasibility(id="f", that=fm.And((fm.Taken("a.swerve"),))),)}, "infeasible.f.that"),
        ({"status_quo": "nowhere"}, "'nowhere' is not a state"),
        ({"feasible": el.FeasibleList(id="mine", states=((),))}, "feasible.id: 'mine' would be read as 'feasible'"),
    ],
)
def test_what_only_python_can_put_together_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(CannotSayError) as caught:
        to_json(replace(library("chicken"), **changes))
    assert reason in str(caught.value)


def test_weights_of_statements_with_and_without_identities() -> None:
    text = """
decision_makers:
  a:
    options: [x]
    statements: {P: a.x}
    preferences: {weights: [{statement: P, weight: 1}, {that: not a.x, because: r, weight: 2}]}
"""
    _check(loads(text))
    weights = document_of(loads(text))["decision_makers"]["a"]["preferences"]["weights"]
    assert weights[0] == {"statement": "P", "weight": 1}


def test_a_formula_spelt_like_an_identity_stays_a_formula() -> None:
    conflict = loads("""
decision_makers:
  a:
    statements: {s1: {that: s2, because: r}}
    preferences: [s1, {that: s1}]
states: [s1, s2]
""")
    _check(conflict)
    assert {"that": "s1"} in document_of(conflict)["decision_makers"]["a"]["preferences"]


def test_short_forms() -> None:
    text = """\
title: Short
notes: |-
  One line.

  Another.

decision_makers:
  one:
    name: Prisoner one
    options:
      cooperate: Cooperate with the other
      leave:
      pay:
        values: {none: 0, full: 5}
      arm:
        values: [low, high]
        irreversible: forward
    preferences:
      - two.cooperate
      - [not one.cooperate, one.pay = full]
      - any_order: [one.leave, two.cooperate]
  two:
    options: [cooperate]
    preferences:
      ranking: [2, [4, 1], 3]

infeasible:
  - one.leave and one.cooperate
  - id: f1
    that: not one.leave
    because: reason

limits:
  - sum: [one.pay]
    at_most: 2.5

status_quo: [one.cooperate, one.pay = full]
"""
    assert to_yaml(loads(text)) == text


def test_long_lists_are_wrapped_and_long_text_is_folded() -> None:
    words = "word " * 40 + "end"
    ranking = ", ".join(map(str, range(1, 101)))
    makers = f"{{a: {{options: [x], preferences: {{ranking: [{ranking}]}}}}}}"
    conflict = loads(f"{{title: '{words}', decision_makers: {makers}}}")
    text = to_yaml(conflict)
    assert max(map(len, text.splitlines())) <= 118
    assert text.startswith("title: >-\n  word word")
    assert loads(text) == conflict
    assert loads(to_json(conflict), kind="json") == conflict


def test_yaml_text_of_bare_values() -> None:
    assert yaml_text({}) == "{}\n"
    assert yaml_text({"a": None, "b": True, "c": [[1, [2]], {"d": []}], "null": Decimal("0.1")}) == (
        'a:\nb: true\n\nc:\n  - - 1\n    - - 2\n  - d: []\n\n"null": 0.1\n'
    )
    assert quoted("a\U000e0067\n") == '"a\\U000e0067\\n"'


def test_convert() -> None:
    conflict = library("chicken")
    assert convert(conflict, "yaml") == to_yaml(conflict)
    assert convert(conflict, "json") == to_json(conflict)
    assert json.loads(convert(conflict, "gmcr", lossy=True))["decisionMakers"]
    with pytest.raises(UsageError, match="unknown kind of file 'xml'"):
        convert(conflict, "xml")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="holds all readings"):
        convert(conflict, "json", reading="default")


def test_long_names_survive_or_are_refused() -> None:
    party = el.DecisionMaker(id="a")
    for label in ("x" * 990, "x y" * 330, "\x00" * 160):
        form = el.GraphForm((el.ListedState(label, name="n"),), ())
        _check(Conflict(title="", decision_makers=(party,), graph_form=form))
        form = el.GraphForm((el.ListedState(label * 2, name="n"),), ())
        with pytest.raises(CannotSayError, match=r"at most about 1,000 characters are read in a name"):
            to_yaml(Conflict(title="", decision_makers=(party,), graph_form=form))


def test_what_would_be_too_large_to_read_is_refused() -> None:
    ranking = el.Ranking(tuple((k,) for k in range(1, 400_001)))
    party = el.DecisionMaker(id="a", options=(el.Option(id="x"),), lenses=(el.Lens(id="default", preference=ranking),))
    with pytest.raises(CannotSayError, match="at most 400,000 are read"):
        document_of(Conflict(title="", decision_makers=(party,)))
    with pytest.raises(CannotSayError, match="at most 8,000,000 are read"):
        to_yaml(replace(library("chicken"), notes="x" * 8_000_000))
