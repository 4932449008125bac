"""What a model leaves open: how it is written, read, refused and written again."""

from __future__ import annotations

from fractions import Fraction

import pytest

from detente.analysis.factors import factors_of
from detente.analysis.validate import validate
from detente.conflict.choices import StatementChoice
from detente.conflict.elements import Prioritised
from detente.errors import CannotSayError, ModelError, UsageError
from detente.graph.graph import Graph
from detente.language.gmcr_write import write_gmcr
from detente.language.load import loads
from detente.language.schema import json_schema
from detente.language.vary import variant
from detente.language.write import to_json, to_yaml
from tests.test_open_worlds import ALL

BASE = """
decision_makers:
  one:
    options: {a: , b: {values: {none: 0, full: 4}}}
    statements: {P: one.a}
    preferences: [not one.b]
  two: {options: [a], preferences: {weights: {one.a: 1}}}
infeasible: [one.a and two.a]
limits: {purse: {sum: [one.b], at_most: 4}}
outcomes: {both: one.a}
"""


def problems(text: str) -> str:
    """Return what is wrong with a text, with places."""
    with pytest.raises(ModelError) as caught:
        loads(text)
    return str(caught.value)


def test_what_is_open_stands_as_it_is_written() -> None:
    conflict = loads(ALL)
    crew = conflict.decision_maker("crew")
    assert [s.id for s in crew.principles] == ["crew: not owner.fine"]
    preference = crew.lenses[0].preference
    assert isinstance(preference, Prioritised)
    assert [[s.id for s in level.statements] for level in preference.levels] == [
        ["crew: crew.sail", "crew: not owner.fine"],
        ["crew.haste"],
        ["crew: crew.sail if owner.bonus"],
    ]
    assert conflict.options["crew.speed"].values[1].number == 4
    assert conflict.limits[0].at_most == 2
    assert [rule.that.text() for rule in conflict.infeasible] == ["owner.bonus and owner.fine"]
    choice = preference.levels[2].about
    assert isinstance(choice, StatementChoice)
    assert choice.shares == (Fraction(7, 10), Fraction(3, 10))
    assert [item.share for item in conflict.alternatives[0:1] for item in factors_of(conflict)[-1].levels] == [
        Fraction(3, 5),
        Fraction(2, 5),
    ]
    plain = loads(
        ALL[: ALL.index("alternatives:")]
        .replace("{from: 2, to: 4, usually: 4}", "4")
        .replace("{from: 1, to: 3}", "2")
        .replace("{from: 2, to: 3}", "2")
        .replace("one_of: [owner.bonus and owner.fine, [crew.sail and owner", "that: owner.bonus and owner.fine #")
        .replace("- one_of: [not owner.fine, crew.sail]", "- not owner.fine")
        .replace("- one_of: [crew.sail if owner.bonus, [not", "- crew.sail if owner.bonus #")
        .replace("        shares: [0.7, 0.3]", "")
    )  # fmt: skip
    one, other = Graph(conflict), Graph(plain)
    assert one.n_states == other.n_states
    for party in ("crew", "owner"):
        assert one.ranks(party, "default").tolist() == other.ranks(party, "default").tolist()


def test_written_and_read_again() -> None:
    conflict = loads(ALL)
    for text, kind in ((to_yaml(conflict), "yaml"), (to_json(conflict), "json")):
        again = loads(text, kind=kind)
        assert again == conflict
        assert [f.levels for f in factors_of(again)] == [f.levels for f in factors_of(conflict)]
        assert to_yaml(again) == to_yaml(conflict)


def test_variants_and_alternatives_side_by_side() -> None:
    text = ALL + "variants:\n  hurry: {changes: {status_quo: [owner.bonus]}}\n"
    conflict = loads(text)
    assert loads(to_yaml(conflict)) == conflict
    hurried = variant(conflict, "hurry")
    assert [block.id for block in hurried.alternatives] == ["owner_aim"]
    assert [(f.id, f.levels) for f in factors_of(hurried)] == [(f.id, f.levels) for f in factors_of(conflict)]
    assert hurried.alternatives != conflict.alternatives  # of another model
    assert loads(to_yaml(hurried)) == hurried


def test_a_party_that_is_named_twice_has_one_uncertainty() -> None:
    """The same order, and the same choice, in two lenses is one; another under the same name is a mistake."""
    text = """
decision_makers:
  one:
    options: [a, b]
    lenses:
      now: [{any_order: [one.a, one.b]}, {id: aim, one_of: [one.a, one.b]}]
      then: [not one.a, {any_order: [one.a, one.b]}, {id: aim, one_of: [one.a, one.b]}]
  two: {options: [a], preferences: [{any_order: [one.a, one.b]}]}
"""
    assert [factor.id for factor in factors_of(loads(text))] == [
        "one: any order of one.a, one.b",
        "one.aim",
        "two: any order of one.a, one.b",
    ]
    other = text.replace("- [not", "- [not").replace(
        "{id: aim, one_of: [one.a, one.b]}]\n  two", "{id: aim, one_of: [one.a, not one.b]}]\n  two"
    )
    assert "two different things are called 'aim'" in problems(other)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("[not one.b]", "[{any_order: [P, Q]}]", ["6:35", "unknown name 'Q'"]),
        ("[not one.b]", "[{any_order: [[P, one.a], one.a]}]", ["6:32", "a list stands here", "text or a mapping"]),
        ("[not one.b]", "[{one_of: [P]}]", ["6:28", "one of 1 alternative", "two or more"]),
        ("[not one.b]", "[{one_of: [P, []]}]", ["alternative without statements", "one statement or more"]),
        ("[not one.b]", "[{one_of: [P, not one.a], shares: [0.5, 0.4]}]", ["the shares add up to 0.9; expected 1"]),
        ("[not one.b]", "[{one_of: [P, not one.a], shares: [1]}]", ["1 share of 2 alternatives", "one for each"]),
        ("[not one.b]", "[{one_off: [P, not one.a]}]", ["unknown key 'one_off'", "one_of"]),
        ("[not one.b]", "[{one_of: P}]", ["stands where a list is expected"]),
        ("at_most: 4", "at_most: {from: 4, to: 2}", ["9:55", "ends at 2 and begins at 4", "more than 4"]),
        ("at_most: 4", "at_most: {from: 2, to: 4, step: 3}", ["9:64", "steps of 3 from 2 do not reach 4"]),
        ("at_most: 4", "at_most: {from: 2, to: 4, step: 0}", ["the step is 0", "above 0"]),
        ("at_most: 4", "at_most: {from: 2, to: 40}", ["the range has 39 values", "at most 20"]),
        ("at_most: 4", "at_most: {from: 2, to: 4, usually: 2.5}", ["2.5 is not in the range", "one of 2, 3, 4"]),
        ("at_most: 4", "at_most: {from: 2}", ["the key 'to' is missing"]),
        ("at_most: 4", "at_most: [2, 4]", ["a list stands here", "a number or a mapping"]),
        ("at_most: 4", "at_most: much", ["'much' is not a number"]),
        ("[one.a and two.a]", "[{that: one.a, certainty: {from: 0, to: 1}}]", ["is not a certainty"]),
        ("[one.a and two.a]", "[{one_of: [one.a]}]", ["one of 1 alternative", "two or more"]),
        ("[one.a and two.a]", "[{id: x, one_of: [one.a, two.a]}, {id: x, one_of: [P, one.b]}]", ["'x' is open twice"]),
        ("[one.a and two.a]", "{purse: {one_of: [one.a, two.a]}}", ["two things have the identity 'purse'"]),
        ("[one.a and two.a]", "{x: {id: y, one_of: [one.a, two.a]}}", ["an identity under a key that is one already"]),
    ],
)  # fmt: skip
def test_what_is_refused(before: str, after: str, words: list[str]) -> None:
    assert before in BASE
    said = problems(BASE.replace(before, after))
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("{one_of: [as written]}", ["one of 1 alternative"]),
        ("{one_of: [{changes: {title: x}}, as written]}", ["this is alternative 1; expected 'as written'"]),
        ("{one_of: [as written, as written]}", ["this is alternative 2; expected 'changes:' of the model"]),
        ("{one_of: [as writen, {changes: {title: x}}]}", ["unexpected 'as writen'", "as written"]),
        ("{one_of: [as written, {changes: {claims: {}}}]}", ["'claims' cannot be changed here"]),
        ("{one_of: [as written, {changes: {outcomes: {both: null, other: two.a}}}]}", ["there is no outcome 'both'"]),
        ("{one_of: [as written, {changes: {because: null}}]}", ["in alternative 2 of 'x'", "no 'because' to remove"]),
        ("{one_of: [as written, {changes: {infeasible: [one.c]}}]}", ["in alternative 2 of 'x'", "has no option 'c'"]),
        ("{one_of: [as written, {changes: {infeasible: [{that: one.a and two.a}]}}]}", ["the model stays the same"]),
        (
            "{one_of: [as written, {changes: {infeasible: []}}]}\n"
            "  y: {one_of: [as written, {changes: {infeasible: [two.a]}}]}",
            ["'x' and 'y' both change infeasible", "an alternative for each combination"],
        ),
        ("{one_of: [as written, {changes: {nature: included}}], shares: [0.9, 0.2]}", ["the shares add up to 1.1"]),
    ],
)  # fmt: skip
def test_what_is_refused_of_alternatives(block: str, words: list[str]) -> None:
    said = problems(BASE + f"alternatives:\n  x: {block}\n")
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("[not one.b]", "{one_of: [[not one.b], [one.c]]}", ["6:42", "in alternative 2 of 'one_preferences'"]),
        ("[not one.b]", "{one_of: [[one.c], [one.b]]}", ["6:29", "has no option 'c'"]),
        ("[not one.b]", "{one_of: [[not one.b]]}", ["6:27", "one of 1 alternative", "two or more"]),
        ("[not one.b]", "{one_of: []}", ["one of no alternatives"]),
        ("[not one.b]", "{one_of: [[not one.b], null]}", ["6:41", "an alternative without a value"]),
        ("[not one.b]", "{one_of: [[P], [one.b]], shares: [1, 1]}", ["6:51", "the shares add up to 2"]),
        ("[not one.b]", "{one_of: [[P], [P]]}", ["in alternative 2 of 'one_preferences'", "is so already"]),
        ("[not one.b]", "{one_of: [[P], {one_of: [[P], [one.b]]}]}", ["a block within a block is one of several"]),
        ("[not one.b]", "{one_of: [[P], [one.b]], sure: 1}", ["unknown key"]),
        ("outcomes: {both: one.a}", "outcomes: {one_of: [{both: one.a}, {both: two.a}]}", ["a list stands here"]),
        (
            "[one.a and two.a]",
            "{id: x, one_of: [[], [two.a]]}\nalternatives: {x: {one_of: [as written, {changes: {nature: included}}]}}",
            ["two things have the identity 'x'"],
        ),
    ],
)  # fmt: skip
def test_what_is_refused_of_blocks(before: str, after: str, words: list[str]) -> None:
    assert before in BASE
    said = problems(BASE.replace(before, after))
    for word in words:
        assert word in said


def test_six_in_any_order_are_too_many_for_worlds() -> None:
    text = BASE.replace("[not one.b]", "[{any_order: [one.a, not one.a, one.b, not one.b, two.a, not two.a]}]")
    conflict = loads(text)  # it may still be analysed as it is written
    with pytest.raises(
        ModelError, match=r"6 statements may stand in any order, which are 720 orders; expected at most 5"
    ):
        factors_of(conflict)


def test_merging_cannot_be_uncertain() -> None:
    text = BASE + "merge: {m: {that: two.a, certainty: likely}}\n"
    with pytest.raises(UsageError, match="merging"):
        factors_of(loads(text))


def test_an_alternative_that_says_otherwise_how_sure_something_is() -> None:
    text = BASE.replace("[one.a and two.a]", "{rule: {that: one.a and two.a, certainty: likely}}")
    text += "alternatives:\n  x: {one_of: [as written, {changes: {infeasible: {rule: {certainty: 0.1}}}}]}\n"
    with pytest.raises(ModelError, match="says otherwise how 'rule' is uncertain"):
        factors_of(loads(text))


def test_what_is_uncertain_in_an_alternative_only_counts() -> None:
    text = BASE + (
        "alternatives:\n  x: {one_of: [as written, {changes: {forces: [{id: f, when: two.a, set: {one.a: no}, "
        "certainty: likely}]}}]}\n"
    )
    assert [(factor.id, factor.kind) for factor in factors_of(loads(text))] == [("f", "premise"), ("x", "block")]


def test_gmcr_cannot_say_it() -> None:
    text = """
decision_makers:
  a:
    options: [x, y]
    principles: [{any_order: [b.x, a.x]}]
    preferences: [{any_order: [a.x, a.y]}, {one_of: [a.x, a.y]}]
  b: {options: [x], preferences: {weights: {a.x: {from: 1, to: 3}}}}
infeasible: [one_of: [a.x and a.y, b.x and a.x]]
alternatives: {part: {one_of: [as written, {changes: {infeasible: []}}]}}
"""
    conflict = loads(text)
    with pytest.raises(CannotSayError) as caught:
        write_gmcr(conflict)
    said = str(caught.value)
    assert "statements whose order is uncertain, in: a.principles, a.default" in said
    assert "choices: a: one of a.x / a.y, one of a.x and a.y / b.x and a.x" in said
    assert "ranges: weight of a.x in b.default" in said
    assert "alternatives: part" in said
    write_gmcr(conflict, lossy=True)


def test_what_may_be_otherwise_is_not_called_idle() -> None:
    text = BASE.replace("[one.a and two.a]", "[{one_of: [never, one.a]}]").replace(
        "at_most: 4", "at_most: {from: 3, to: 5}"
    )
    kinds = [item.kind for item in validate(loads(text)).warnings]
    assert "infeasible-idle" not in kinds
    assert "limit-idle" not in kinds
    assert "limit-idle" in [item.kind for item in validate(loads(BASE)).warnings]
    used = BASE.replace("[not one.b]", "[{one_of: [not one.b, P]}]")
    assert "statement-unused" not in [item.kind for item in validate(loads(used)).warnings]


def test_the_schema_knows_the_keys() -> None:
    schema = json_schema()
    assert "alternatives" in schema["properties"]
    assert {"RangeShape", "BlockShape", "AlternativeShape", "StatementChoiceShape", "InfeasibleChoiceShape"} <= set(
        schema["$defs"]
    )


def test_models_that_differ_in_an_alternative_only_differ() -> None:
    text = BASE + "alternatives: {x: {one_of: [as written, {changes: {infeasible: [two.a]}}]}}\n"
    same = text.replace("[two.a]", "[{that: two.a}]")
    other = text.replace("[two.a]", "[one.a]")
    assert loads(text) == loads(same)
    assert loads(text).digest == loads(same).digest
    assert loads(text) != loads(other)
    assert loads(text).digest != loads(other).digest
