"""Relations in the model language: what they say, what is refused and where, and that nothing is lost in writing."""

from __future__ import annotations

from fractions import Fraction

import jsonschema
import pytest

from detente.analysis.claims import check as check_claims
from detente.analysis.validate import validate
from detente.analysis.why import why
from detente.conflict.elements import number_text
from detente.conflict.relations import day_of
from detente.conflict.variant import without
from detente.errors import CannotSayError, ModelError
from detente.language.gmcr_write import write_gmcr
from detente.language.load import loads
from detente.language.schema import json_schema
from detente.language.write import to_yaml
from tests.round_trips import check

MAKERS = """title: T
decision_makers:
  us: {options: [talk], preferences: [us.talk]}
  them: {options: [arm], preferences: [them.arm]}
  front: {kind: nature, options: [broken]}
outsiders:
  china: China
"""
TIES = """relations:
  us_them:
    between: [us, them]
    level: {2021-06-16: -0.3, 2022-02-24: -1, 2025-08: -0.6}
    turning_points: {2022-02-24: {because: A war began., source: UN}}
    because: They were never close.
    source: a reader
    certainty: likely
  far: {name: Far away, between: [china, us], level: 0.25}
"""


def test_what_a_relation_says() -> None:
    conflict = loads(MAKERS + TIES)
    one, far = conflict.relations
    assert (one.id, one.between, one.dated, one.certainty) == ("us_them", ("us", "them"), True, "likely")
    assert one.levels[0] == ("2021-06-16", Fraction(-3, 10))
    assert [(turn.id, turn.because, turn.source) for turn in one.turns] == [("2022-02-24", "A war began.", "UN")]
    assert one.says() == "between us and them: from 2021-06-16: -0.3, from 2022-02-24: -1, from 2025-08: -0.6"
    assert (far.dated, far.says(), far.label) == (False, "between china and us: 0.25", "Far away")
    assert [premise.id for premise in conflict.premises()][-2:] == ["us_them", "far"]
    assert [item.label for item in conflict.outsiders] == ["China"]
    assert [relation.id for relation in without(conflict, ["us_them"]).relations] == ["far"]


@pytest.mark.parametrize(
    ("at", "level"),
    [
        (None, "-0.6"),
        ("2021", None),
        ("2021-06-16", "-0.3"),
        ("2022-02-23", "-0.3"),
        ("2022-03", "-1"),
        ("2030", "-0.6"),
    ],
)
def test_a_level_holds_from_its_date_to_the_next(at: str | None, level: str | None) -> None:
    relation = loads(MAKERS + TIES).relations[0]
    found = relation.entry(None if at is None else day_of(at))
    assert (found and number_text(found[1])) == level


FULL = """decision_makers:
  us:
    options: [talk]
    preferences: [us.talk]
    attitudes: {them: negative, us: neutral}
  them: {options: [arm], preferences: [them.arm], attitudes: {us: positive}}
outsiders:
  china:
  iran: Iran
  india: {because: It stands aside., source: modeller}
relations:
  a: {between: [us, china], level: -1}
  b: {between: [china, iran], level: {1979: 0, 1980-02: 0.125, 1981-03-04: 1}}
  c:
    name: Tie
    between: [them, us]
    level: {2001: -0.5, 2002-01-02: 0.5}
    turning_points:
      2002-01-02: {name: A turn, because: They met., source: a book}
      2001-01: {source: another book}
    because: x
    source: y
    certainty: 0.5
"""


@pytest.mark.parametrize("text", [MAKERS + TIES, FULL])
def test_nothing_is_lost_in_writing(text: str) -> None:
    check(loads(text))
    assert to_yaml(loads(to_yaml(loads(text)))) == to_yaml(loads(text))


def test_the_schema_knows_relations() -> None:
    schema = jsonschema.Draft202012Validator(json_schema())

    def model(**tie: object) -> dict[str, object]:
        makers = {"us": {"options": ["a"]}, "them": {"options": ["b"]}}
        return {"decision_makers": makers, "relations": {"r": {"between": ["us", "them"], "level": 0, **tie}}}

    for good in ({}, {"level": {"2001": 1}}, {"level": {"2001-02-03": 1}, "turning_points": {"2001": {"source": "x"}}}):
        assert not list(schema.iter_errors(model(**good))), good
    for bad in (
        {"level": 2},
        {"level": {"then": 1}},
        {"level": {}},
        {"between": ["us"]},
        {"turning_points": {"2001": {}}},
    ):
        assert list(schema.iter_errors(model(**bad))), bad


def test_gmcr_files_have_no_place_for_relations() -> None:
    text = FULL.replace("attitudes: {us: positive}", "")
    with pytest.raises(CannotSayError) as caught:
        write_gmcr(loads(text))
    reasons = " | ".join(caught.value.reasons)
    for words in (
        "relations: a, b, c (left out",
        "outsiders: china, iran, india (left out",
        "attitudes of: us (left out",
    ):
        assert words in reasons
    assert '"program": "detente"' in write_gmcr(loads(text), lossy=True)


def test_relations_raise_no_warnings_of_their_own() -> None:
    plain = FULL.partition("outsiders:")[0]
    assert [item.message for item in validate(loads(FULL)).warnings] == [
        item.message for item in validate(loads(plain)).warnings
    ]


R = "relations: {r: {between: [us, them], level: "
# what is added to the model, place, words
WRONG = [
    ("relations: {r: {between: [us, russia], level: 0}}", "8:31", "'russia' is neither a party nor an outsider"),
    ("relations: {r: {between: [us, chima], level: 0}}", "8:31", "did you mean 'china'?"),
    ("relations: {r: {between: [us, front], level: 0}}", "8:31", "'front' is nature; expected a party, or an outsider"),
    ("relations: {r: {between: [us, us], level: 0}}", "8:26", "a relation of 'us' with itself"),
    ("relations: {r: {between: [us], level: 0}}", "8:26", "a list with 1 item; expected at least 2"),
    ("relations: {r: {between: [us, them, china], level: 0}}", "8:26", "a list with 3 items; expected at most 2"),
    ("relations: {r: {between: us and them, level: 0}}", "8:26", "'us and them' stands where a list is expected"),
    (
        "relations:\n  r: {between: [us, them], level: 0}\n  s: {between: [them, us], level: 1}",
        "10:16",
        "'them' and 'us' have a relation already, 'r'; expected each pair once",
    ),
    ("relations: {r: {between: [us, them]}}", "8:13", "the key 'level' is missing"),
    ("relations: {r: {level: 1}}", "8:13", "the key 'between' is missing"),
    (R + "1.5}}", "8:45", "'1.5' is not a level; expected a number from -1 (adversaries) to 1 (allies)"),
    (R + "allies}}", "8:45", "'allies' is not a level"),
    (R + "yes}}", "8:45", "'yes' is not a level"),
    (R + "[1]}}", "8:45", "a list is not a level"),
    (R + "{}}}", "8:45", "a mapping with no items; expected at least 1"),
    (R + "{2021: -2}}}", "8:52", "'-2' is not a level"),
    (R + "{2021: }}}", "8:46", "the key '2021' has no value"),
    (R + "{spring: 1}}}", "8:46", "'spring' is not a date; expected one like 1914, 1914-07 or 1914-07-28"),
    (R + "{2022-2-24: 1}}}", "8:46", "'2022-2-24' is not a date"),
    (R + "{20220224: 1}}}", "8:46", "'20220224' is not a date"),
    (R + "{2022-13: 1}}}", "8:46", "'2022-13' is not a date: month must be"),
    (R + "{2022-02-30: 1}}}", "8:46", "'2022-02-30' is not a date: day"),
    (R + "{2022: 1, 2021: 0}}}", "8:55", "2021 does not come after 2022; expected dates in order, each day once"),
    (R + "{2022: 1, 2022-01: 0}}}", "8:55", "2022-01 and 2022 mean the same day"),
    (R + "{2022: 1, 2022: 0}}}", "8:55", "the key '2022' stands twice"),
    (
        R + "{2022: 1}, turning_points: {2021: {source: x}}}}",
        "8:73",
        "2021 is no date of the series; expected one of 2022",
    ),
    (R + "1, turning_points: {2021: {source: x}}}}", "8:65", "2021 is no date of the series; expected a level by date"),
    (R + "{2022: 1}, turning_points: {2022: {because: x}}}}", "8:73", "the key 'source' is missing"),
    (R + "{2022: 1}, turning_points: {2022: {source: ' '}}}}", "8:88", "a turning point without a source"),
    (
        R + "{2022: 1}, turning_points: {2022: {source: x}, 2022-01: {source: y}}}}",
        "8:92",
        "2022-01 and 2022 mean the same day",
    ),
    (R + "1, certainty: 2}}", "8:59", "2 is not a certainty"),
    (R + "1, weight: 2}}", "8:48", "unknown key 'weight'"),
    ("statements: {r: us.talk}\n" + R + "1}}", "", "two premises have the identity 'r'"),
    ("outsiders_: {us: x}", "8:1", "unknown key 'outsiders_'; did you mean 'outsiders'?"),
]


def only(text: str) -> tuple[str, str]:
    """Return "line:column" and the sentence of the one problem of a model."""
    with pytest.raises(ModelError) as caught:
        loads(text, "m.yaml")
    (problem,) = caught.value.diagnostics
    return (f"{problem.mark.line}:{problem.mark.column}" if problem.mark else ""), problem.sentence()


@pytest.mark.parametrize(("added", "place", "words"), WRONG, ids=[words[:50] for *_, words in WRONG])
def test_one_message_at_the_place_of_the_mistake(added: str, place: str, words: str) -> None:
    found, sentence = only(MAKERS + added)
    assert words in sentence
    assert place in (found, "")


NAMES = [
    ("outsiders: {us: x}", "4:13", "'us' names both a decision maker and an outsider"),
    ("outsiders: {the us: x}", "4:13", "'the us' is not an identifier"),
    ("outsiders: [china]", "4:12", "a list stands where a mapping is expected"),
    ("relations: {r: {between: [us, them], level: 0, level: 1}}", "4:48", "the key 'level' stands twice"),
]


@pytest.mark.parametrize(("added", "place", "words"), NAMES, ids=[words for *_, words in NAMES])
def test_names_of_outsiders(added: str, place: str, words: str) -> None:
    found, sentence = only("decision_makers:\n  us: {options: [a]}\n  them: {options: [b]}\n" + added)
    assert (found, words in sentence) == (place, True)


@pytest.mark.parametrize(
    ("attitudes", "words"),
    [
        ("{china: positive}", "unknown decision maker 'china'"),
        ("{front: positive}", "'front' is nature; expected a party with preferences"),
        ("{them: friendly}", "unexpected 'friendly'; expected 'positive', 'neutral' or 'negative'"),
        ("[them]", "a list stands where a mapping is expected"),
    ],
)
def test_attitudes_that_are_refused(attitudes: str, words: str) -> None:
    place, sentence = only(MAKERS.replace("[us.talk]}", f"[us.talk], attitudes: {attitudes}}}"))
    assert words in sentence
    assert place.startswith("3:")


def test_nature_has_no_attitudes() -> None:
    text = MAKERS.replace("[broken]}", "[broken], attitudes: {us: positive}}")
    assert only(text) == ("5:44", "nature has no attitudes; expected none: it moves without preference")


def test_no_claim_stands_on_a_relation() -> None:
    claims = "claims: {C: {says: They arm., can_hold: them.arm}}\n"
    found = why(check_claims(loads(MAKERS + TIES + claims)))
    assert not set(found.premises) & {"us_them", "far"}
