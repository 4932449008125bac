"""Reading model files: what is legal, and what is said about what is not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from detente.conflict.elements import Prioritised, Weights
from detente.errors import ModelError, UsageError
from detente.graph.graph import Graph
from detente.language.load import load, loads

BASE = """
title: T
decision_makers:
  one: {options: {a: {values: [none, some, full]}, b: B}, preferences: [two.c, not one.b]}
  two: {options: [c], preferences: [one.a >= some]}
"""


def problems(text: str) -> list[tuple[int, int, str]]:
    """Return line, column and sentence of every problem in a text."""
    with pytest.raises(ModelError) as caught:
        loads(text, "m.yaml")
    assert str(caught.value)
    return [
        (p.mark.line if p.mark else 0, p.mark.column if p.mark else 0, p.sentence()) for p in caught.value.diagnostics
    ]


def only(text: str) -> tuple[int, int, str]:
    """Return the one problem of a text."""
    found = problems(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        (BASE + "outcome: {x: one.b}", 6, 1, "unknown key 'outcome'; did you mean 'outcomes'?"),
        (BASE + "infeasible: [one.d]", 6, 14, "'one' has no option 'd'"),
        (BASE + "infeasible: [oen.b]", 6, 14, "did you mean 'one.b'?"),
        (BASE + "infeasible: [one.a = ful]", 6, 22, "did you mean 'full'?"),
        (BASE + "infeasible: [one.b and]", 6, 23, "the formula ends too early"),
        (BASE + "infeasible: [one.b && two.c]", 6, 20, "expected 'and'"),
        (BASE + "infeasible: [one.b if two.c if one.b]", 6, 29, "do not chain"),
        (BASE + "infeasible: ['one.b and (two.c']", 6, 25, "expected ')'"),
        (BASE + "infeasible:\n  - >\n    one.b and\n    two.d", 9, 5, "'two' has no option 'd'"),
        (BASE + "infeasible: [peace]", 6, 14, "unknown name 'peace'"),
        (BASE + "infeasible: [two]", 6, 14, "'two' is a decision maker"),
        (BASE + "outcomes: {x: y, y: not x}", 6, 12, "defined by itself"),
        (BASE + "status_quo: [one.a]", 6, 14, "has 3 values"),
        (BASE + "status_quo: 99999999999999999999999999999999999999999", 6, 13, "the number is too long"),
        (BASE + "classes: [peace]", 6, 11, "unknown outcome 'peace'"),
        (BASE + "coalitions: {x: [one, twoo]}", 6, 23, "did you mean 'two'?"),
        (BASE + "readings: {x: {one: fast}}", 6, 21, "has no lens 'fast'"),
        (BASE + "limits: [{sum: [one.a, two.c], at_most: 1}]", 6, 16, "options of one owner"),
        (BASE + "limits: [{sum: [one.a]}]", 6, 10, "a limit without a bound"),
        (BASE + "limits: [{sum: [one.a], at_most: much}]", 6, 34, "'much' is not a number"),
        (BASE + "forces: [{when: one.b, set: {two.d: yes}}]", 6, 30, "unknown option 'two.d'"),
        (BASE + "blocked_moves: [{by: tow}]", 6, 22, "did you mean 'two'?"),
        (BASE + "nature: sometimes", 6, 9, "'excluded' or 'included'"),
        (BASE + "moves: {one: {s: [t]}}", 6, 1, "'moves' without 'states'"),
        (BASE + "states: [s]\ninfeasible: [one.b]", 7, 1, "whose states are listed"),
        (BASE + "title: U", 6, 1, "stands twice"),
        (BASE + "x: !!python/object:os.system 1", 6, 4, "tag"),
        (BASE + "x: *y", 6, 4, "not defined"),
        (BASE + "<<: {a: 1}", 6, 1, "merge keys"),
        (BASE + "---\ntitle: U", 6, 1, "a second document"),
        ("decision_makers: {}", 1, 18, "there are no decision makers"),
        ("decision_makers: {n: {kind: nature, options: [x]}}", 1, 18, "only nature"),
        ("decision_makers: {a: {preferences: []}}", 1, 18, "nobody has an option"),
        ("decision_makers: {a b: {options: [x]}}", 1, 19, "is not an identifier"),
        ("decision_makers: {and: {options: [x]}}", 1, 19, "a word of the formula language"),
        ("decision_makers: {a: {options: {x: {values: [one]}}}}", 1, 45, "at least 2"),
        ("decision_makers: {a: {options: {x: {values: [p, p]}}}}", 1, 45, "a value stands twice"),
        ("decision_makers: {a: {options: {x: {irreversible: never}}}}", 1, 51, "'no', 'forward' or 'backward'"),
        ("decision_makers: {a: {options: [x], preferences: 3}}", 1, 50, "a list or a mapping"),
        ("decision_makers: {a: {options: [x], preferences: {ranking: [1], weights: {}}}}", 1, 50, "ranking and weights"),
        ("decision_makers: {a: {options: [x], lenses: {t: {refines: t, statements: []}}}}", 1, 59, "in a circle"),
        ("decision_makers: {a: {options: [x], preferences: [{that: a.x, certainty: maybe}]}}", 1, 74, "is not a certainty"),
        ("", 1, 1, "the model is empty"),
        ("- a", 1, 1, "this is not a model"),
        ("title: x", 1, 1, "'decision_makers' is missing"),
    ],
)  # fmt: skip
def test_one_mistake_one_message_with_its_place(text: str, line: int, column: int, words: str) -> None:
    found = problems(text)
    assert any(words in sentence for _, _, sentence in found), found
    place = next((at, col) for at, col, sentence in found if words in sentence)
    assert place == (line, column)


def test_all_mistakes_of_a_file_are_reported_at_once() -> None:
    found = problems(
        """
decision_makers:
  one:
    options: {a: A}
    preference: [one.a]
  two:
    options: [b]
    preferences: [one.aa, two.b and]
outcomes: {war: not peace}
"""
    )
    assert [line for line, _, _ in found] == [5, 8, 8, 9]


def test_the_message_shows_the_line_and_a_caret() -> None:
    with pytest.raises(ModelError) as caught:
        loads(BASE + "infeasible: [one.d]", "m.yaml")
    first, line, caret = str(caught.value).splitlines()
    assert first.startswith("m.yaml:6:14: ")
    assert line == "    infeasible: [one.d]"
    assert caret == "                 ^^^^^"


def test_of_a_long_line_a_part_is_shown_and_marked_as_a_part() -> None:
    with pytest.raises(ModelError) as caught:
        loads(BASE + "infeasible: [" + "one.b and " * 20 + "one.d" + " and two.c" * 20 + "]", "m.yaml")
    _, line, caret = str(caught.value).splitlines()
    assert line.startswith("    …")
    assert line.endswith("…")
    assert line[caret.index("^") : caret.rindex("^") + 1] == "one.d"


def test_terminal_escapes_in_a_file_are_made_visible() -> None:
    with pytest.raises(ModelError) as caught:
        loads('decision_makers: {"a\\e[31m": {options: [x]}}')
    assert "\x1b" not in str(caught.value)


def test_line_ends_and_byte_order_mark_do_not_matter() -> None:
    assert loads("\ufeff" + BASE.replace("\n", "\r\n")) == loads(BASE)


def test_json_is_read_with_tabs_and_escapes() -> None:
    text = '{\n\t"title": "\\ud83d\\ude00",\n\t"decision_makers": {"a": {"options": ["x"], "preferences": ["a.x"]}}\n}'
    assert loads(text, kind="json").title == "\U0001f600"
    with pytest.raises(ModelError, match=r":1:2: this is not JSON"):
        loads("{,}", "m.json", kind="json")


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 100_000,
        "{a: " * 5_000,
        "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
            f"{chr(98 + k)}: &{chr(98 + k)} [{', '.join(['*' + chr(97 + k)] * 9)}]\n" for k in range(12)
        ),
        "decision_makers: {a: {options: [x], preferences: ['" + "(" * 5_000 + "a.x" + ")" * 5_000 + "']}}",
        "decision_makers: {a: {options: [x], preferences: ['" + "not " * 20_000 + "a.x']}}",
        "x" * 8_000_001,
        "decision_makers: {a: {options: [x], preferences: {weights: {a.x: 1e999999999}}}}",
    ],
    ids=["flow", "mappings", "aliases", "parentheses", "nots", "size", "exponent"],
)  # fmt: skip
def test_bombs_are_refused(bomb: str) -> None:
    with pytest.raises(ModelError):
        loads(bomb)


def test_words_stay_words() -> None:
    conflict = loads("decision_makers: {No: {options: {on: 1975, y: null}}, yes: {options: [off]}}")
    assert [dm.id for dm in conflict.decision_makers] == ["No", "yes"]
    assert list(conflict.options) == ["No.on", "No.y", "yes.off"]
    assert conflict.options["No.on"].name == "1975"


def test_numbers_are_exact() -> None:
    conflict = loads("decision_makers: {a: {options: [x, y], preferences: {weights: {a.x: 0.1, a.y: 0.3}}}}")
    preference = conflict.decision_maker("a").lenses[0].preference
    assert isinstance(preference, Weights)
    assert [weight for _, weight in preference.terms] == [Fraction(1, 10), Fraction(3, 10)]


def test_statements_with_identities_are_shared() -> None:
    conflict = loads(
        """
decision_makers:
  us:
    options: [x, y]
    statements: {P1: {that: us.x, because: r, source: s}, P2: us.y}
    principles: [P1]
    lenses:
      now: {refines: later, statements: [P2, [P1, not us.y]]}
      later: [P1, {any_order: [us.x, us.y]}]
"""
    )
    us = conflict.decision_maker("us")
    assert [premise.id for premise in conflict.premises()] == ["us.P1", "us.P2", "us: not us.y", "us: us.x", "us: us.y"]
    now = us.lens("now").preference
    assert isinstance(now, Prioritised)
    assert now.levels[1].statements[0] is us.principles[0]
    assert [reading.id for reading in conflict.readings] == ["now", "later"]


def test_identities_do_not_depend_on_position() -> None:
    first = loads(BASE + "infeasible: [one.b, two.c]")
    second = loads(BASE + "infeasible: [two.c, one.b]")
    assert {p.id for p in first.premises()} == {p.id for p in second.premises()}


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean 'chicken'"):
        load("chiken")
    with pytest.raises(UsageError, match="No such file"):
        load(tmp_path / "none.yaml")
    with pytest.raises(UsageError, match="folder"):
        load(tmp_path)
    with pytest.raises(UsageError, match="name of the model is empty"):
        load("")
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("title: Détente".encode("latin-1"))
    with pytest.raises(ModelError, match="byte 0xe9 in line 1"):
        load(latin)


def test_consequences_that_undo_one_another_are_refused() -> None:
    text = """
decision_makers:
  a: {options: [x, y]}
forces:
  - {when: a.x and not a.y, set: {a.y: yes}}
  - {when: a.x and a.y, set: {a.y: no}}
"""
    with pytest.raises(ModelError, match="without end"):
        _ = Graph(loads(text)).moves
