"""Changes by form: the text says exactly what was asked for, and every comment is still there."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
from detente.language.load import loads
from detente.language.source import Path
from detente.workbench import edits
from detente.workbench.layout import EditError, Sheet
from detente.workbench.outline import outline

TEMPLATE = files("detente.language").joinpath("template.yaml").read_text("utf-8")
WISHES: Path = ("decision_makers", "upper", "preferences")


def comments(text: str) -> list[str]:
    return sorted(re.findall(r"#.*", text))


def wishes(text: str, dm: str = "upper") -> list[str]:
    return [statement.says() for statement in loads(text).decision_maker(dm).lenses[0].statements]


def test_a_statement_is_moved_with_its_comments() -> None:
    before = wishes(TEMPLATE)
    text = edits.moved(TEMPLATE, "yaml", WISHES, 2, 0)
    assert wishes(text) == [before[2], before[0], before[1]]
    assert comments(text) == comments(TEMPLATE)
    assert "- lower.share                   # an option of somebody else" in text
    assert edits.moved(text, "yaml", WISHES, 0, 2) == TEMPLATE


def test_comments_above_an_item_go_with_it() -> None:
    text = "a:\n  # first\n  - x\n  # about y\n  # more\n  - y\nb: 1\n"
    sheet = Sheet(text)
    sheet.move(("a",), 1, 0)
    assert sheet.text == "a:\n  # about y\n  # more\n  - y\n  # first\n  - x\nb: 1\n"


def test_a_statement_is_added_changed_and_removed() -> None:
    text = edits.statement_added(TEMPLATE, "yaml", WISHES, "not upper.pump or lower.sue", at=1)
    assert wishes(text)[1] == "not upper.pump or lower.sue"
    text = edits.statement_changed(text, "yaml", (*WISHES, 1), "lower.sue")
    assert wishes(text)[1] == "lower.sue"
    assert edits.removed(text, "yaml", (*WISHES, 1)) == TEMPLATE
    with pytest.raises(EditError, match="no formula"):
        edits.statement_added(TEMPLATE, "yaml", WISHES, "not (")


def test_the_reason_of_a_statement_stays_when_it_is_changed() -> None:
    path: Path = ("decision_makers", "lower", "preferences", 0)
    text = edits.statement_changed(TEMPLATE, "yaml", path, "upper.pump")
    statement = loads(text).decision_maker("lower").lenses[0].statements[0]
    assert (statement.says(), statement.because) == ("upper.pump", "the well runs dry in summer")


@pytest.mark.parametrize("place", [0, 2])
def test_certainty_is_written_and_taken_back(place: int) -> None:
    text = edits.certainty_set(TEMPLATE, "yaml", (*WISHES, place), "likely")
    assert loads(text).decision_maker("upper").lenses[0].statements[place].certainty == "likely"
    assert comments(text) == comments(TEMPLATE)
    back = edits.certainty_set(text, "yaml", (*WISHES, place), "certain")
    assert loads(back) == loads(TEMPLATE)


def test_certainty_of_a_statement_under_an_identity_is_said_where_it_stands() -> None:
    text = detente.library("shared_river").text
    found = outline(text, "yaml")
    assert found is not None
    item = next(item for party in found.parties for row in party.lists for item in row.items if item.at)
    changed = edits.certainty_set(text, "yaml", item.path, "possible")
    identity = item.at[-1]
    premise = next(one for one in loads(changed).premises() if one.id.endswith(str(identity)))
    assert premise.certainty == "possible"


def test_an_infeasibility_is_switched_off_and_on_again() -> None:
    off = edits.switch_off(TEMPLATE, "yaml", ("infeasible", 0))
    assert not loads(off).infeasible
    assert edits.switched_off(off) == ["- lower.share and lower.sue"]
    assert edits.switch_on(off, "yaml", 0) == TEMPLATE


def test_each_infeasibility_of_the_library_is_switched_off_and_on_again() -> None:
    for name in ("cuban_missile_crisis", "elmira_options", "syria_iraq"):
        text = detente.library(name).text
        found = outline(text, "yaml")
        assert found is not None
        for item in found.restrictions:
            off = edits.switch_off(text, "yaml", item.path)
            assert len(loads(off).infeasible) == len(found.restrictions) - 1
            assert edits.switch_on(off, "yaml", 0) == text


def test_nothing_is_switched_off_in_json() -> None:
    with pytest.raises(EditError, match="JSON"):
        edits.switch_off('{"infeasible": ["a.b"]}', "json", ("infeasible", 0))


def test_a_model_is_made_by_forms_alone() -> None:
    text = edits.EMPTY
    for name in ("Upper village", "Lower village"):
        text = edits.party_added(text, "yaml", name)
    text = edits.option_added(text, "yaml", "upper_village", "Pump at night")
    text = edits.option_added(text, "yaml", "lower_village", "Sue: at once!")
    text = edits.statement_added(
        text, "yaml", ("decision_makers", "upper_village", "preferences"), "lower_village.sue_at_once"
    )
    text = edits.statement_added(
        text, "yaml", ("decision_makers", "lower_village", "preferences"), "upper_village.pump_at_night"
    )
    text = edits.infeasible_added(text, "yaml", "upper_village.pump_at_night and lower_village.sue_at_once")
    text = edits.outcome_added(text, "yaml", "A quarrel", "lower_village.sue_at_once")
    text = edits.outcome_added(text, "yaml", "peace", "not a_quarrel")
    text = edits.status_quo_set(text, "yaml", {"upper_village.pump_at_night": "yes", "lower_village.sue_at_once": "no"})
    conflict = loads(text)
    assert [dm.label for dm in conflict.decision_makers] == ["Upper village", "Lower village"]
    assert conflict.options["lower_village.sue_at_once"].label == "Sue: at once!"
    assert [(outcome.id, outcome.label) for outcome in conflict.outcomes] == [
        ("a_quarrel", "A quarrel"),
        ("peace", "peace"),
    ]
    assert conflict.status_quo == (("upper_village.pump_at_night", "yes"),)


def test_names_are_given() -> None:
    text = edits.named(TEMPLATE, "yaml", ("decision_makers", "upper"), "The hill")
    text = edits.named(text, "yaml", ("decision_makers", "upper", "options", "pump"), "Pump: by day")
    text = edits.named(text, "yaml", ("decision_makers", "lower", "options", "sue"), "Sue")
    text = edits.named(text, "yaml", ("outcomes", "court"), "In court")
    conflict = loads(text)
    assert conflict.decision_maker("upper").name == "The hill"
    assert [option.name for option in conflict.options.values()] == [
        "Pump: by day",
        "Share the cost of the well",
        "Sue",
    ]
    assert conflict.outcome("court").name == "In court"
    assert comments(text) == comments(TEMPLATE)


def test_an_identifier_is_changed_wherever_it_is_spoken_of() -> None:
    text = edits.renamed(TEMPLATE, "yaml", "upper", "hill")
    text = edits.renamed(text, "yaml", "lower.sue", "go_to_court")
    conflict = loads(text)
    assert list(conflict.options) == ["hill.pump", "lower.share", "lower.go_to_court"]
    assert "Upper village" in text
    back = edits.renamed(edits.renamed(text, "yaml", "hill", "upper"), "yaml", "lower.go_to_court", "sue")
    assert back == TEMPLATE
    with pytest.raises(EditError, match="already"):
        edits.renamed(TEMPLATE, "yaml", "upper", "lower")
    with pytest.raises(EditError, match="identifier"):
        edits.renamed(TEMPLATE, "yaml", "upper", "a b")


def test_json_is_changed_too() -> None:
    from detente.language.write import to_json

    text = to_json(loads(TEMPLATE))
    moved = edits.moved(text, "json", WISHES, 2, 0)
    assert loads(moved, kind="json").decision_maker("upper").lenses[0].statements[0].says() == "lower.share"


@pytest.mark.parametrize(
    "text",
    ["", "- [", "a: [1, 2", "&a [*a]"],
)
def test_what_is_no_yaml_is_refused_and_nothing_changes(text: str) -> None:
    with pytest.raises(EditError):
        edits.moved(text, "yaml", ("a",), 0, 1)


def test_what_others_refer_to_is_not_torn_out() -> None:
    text = "a:\n  - &x one\n  - two\nb: *x\n"
    with pytest.raises(EditError):
        edits.removed(text, "yaml", ("a", 0))
    with pytest.raises(EditError, match="no such place"):
        edits.moved(text, "yaml", ("a",), 0, 7)


@pytest.mark.parametrize("name", ["elmira_options", "peace_delusion", "shared_river", "cuban_missile_crisis"])
def test_every_list_of_the_library_can_be_put_in_another_order(name: str) -> None:
    text = detente.library(name).text
    found = outline(text, "yaml")
    assert found is not None
    lists = [row for party in found.parties for row in party.lists if row.orderly and len(row.items) > 1]
    assert lists
    for row in lists:
        moved = edits.moved(text, "yaml", row.path, 0, len(row.items) - 1)
        assert comments(moved) == comments(text)
        assert sorted(re.findall(r"\w+", moved)) == sorted(re.findall(r"\w+", text))


words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(lambda w: w.strip())
items = st.lists(words, min_size=2, max_size=5)


@settings(max_examples=60, deadline=None)
@given(items, st.data())
def test_any_list_of_words_is_changed_as_data_are(found: list[str], data: st.DataObject) -> None:
    from detente.language.write_text import yaml_text

    sheet = Sheet(yaml_text({"a": found, "z": "end"}))
    old = data.draw(st.integers(0, len(found) - 1))
    new = data.draw(st.integers(0, len(found) - 1))
    added = data.draw(words)
    wanted = list(found)
    wanted.insert(new, wanted.pop(old))
    sheet.move(("a",), old, new)
    assert sheet.data == {"a": wanted, "z": "end"}
    sheet.insert(("a",), added, at=old)
    wanted.insert(old, added)
    sheet.put(("a", new), "other")
    wanted[new] = "other"
    sheet.remove(("a", 0))
    assert sheet.data == {"a": wanted[1:], "z": "end"}


def test_renaming_reaches_variants_guarantees_and_what_is_switched_off() -> None:
    text = """\
decision_makers:
  harbour: {options: {sign: Sign, dredge: Dredge}, preferences: [harbour.sign]}
  city: {options: {pay: Pay}, preferences: [harbour.sign]}
infeasible:
  #off - harbour.sign and city.pay
  - harbour.dredge and city.pay
variants:
  poor: {changes: {decision_makers: {harbour: {options: {sign: {name: Sign it}}, preferences: [not harbour.sign]}}}}
guarantees:
  fund: {changes: {decision_makers: {harbour: {preferences: [harbour.dredge]}}}}
"""
    found = edits.renamed(text, "yaml", "harbour", "port")
    assert "harbour" not in found
    assert found == text.replace("harbour", "port")
    found = edits.renamed(text, "yaml", "harbour.sign", "accede")
    assert found == text.replace("harbour.sign", "harbour.accede").replace("{sign:", "{accede:")
