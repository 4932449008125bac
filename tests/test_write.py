"""Writing a conflict and reading it again gives an equal conflict."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from detente.conflict import elements as el
from detente.conflict import formula as fm
from detente.conflict.conflict import Conflict
from detente.errors import CannotSayError, UsageError
from detente.language.load import loads
from detente.language.write import convert, document_of, to_json, to_yaml
from detente.language.write_text import json_text, quoted, yaml_text
from detente.library.index import conflict_names, library
from tests.round_trips import check, said
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


@pytest.mark.parametrize("name", conflict_names())
def test_built_in_conflicts_survive(name: str) -> None:
    check(library(name))


@pytest.mark.parametrize("text", [EVERYTHING, LISTED, BARE])
def test_every_part_of_the_language_survives(text: str) -> None:
    conflict = loads(text)
    check(conflict)
    assert to_yaml(loads(to_yaml(conflict))) == to_yaml(conflict)
    assert loads(json_text(document_of(conflict), ascii_only=True), kind="json") == conflict


@given(any_conflict())
def test_drawn_conflicts_survive(drawn: Conflict) -> None:
    check(said(drawn))


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
    check(loads(text))
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
    check(conflict)
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
