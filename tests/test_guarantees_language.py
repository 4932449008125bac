"""Guarantees in a model file: what a patch makes of it, where its mistakes are, how they are written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from detente.analysis.validate import validate
from detente.cli.main import app
from detente.errors import CannotSayError, ModelError, UsageError
from detente.language.gmcr_write import write_gmcr
from detente.language.guarantees import guaranteed
from detente.language.load import load, loads
from detente.language.write import to_json, to_yaml

BASE = """title: A bridge
decision_makers:
  one: {options: {go: Go, wait: }, preferences: [one.go, not one.wait]}
  two: {options: [hit], preferences: [not two.hit]}
infeasible: [one.go and one.wait]
outcomes: {calm: not two.hit}
status_quo: {one.wait: yes}
"""
TWO = """guarantees:
  pay:
    name: A payment
    because: It was offered.
    source: a letter
    changes:
      decision_makers:
        bank: {options: {pay: Pay}, preferences: [bank.pay]}
        two: {preferences: [not two.hit if bank.pay, two.hit]}
  ban: {changes: {infeasible: [one.go and one.wait, two.hit]}}
"""
PAID = """title: A bridge
decision_makers:
  one: {options: {go: Go, wait: }, preferences: [one.go, not one.wait]}
  two: {options: [hit], preferences: [not two.hit if bank.pay, two.hit]}
  bank: {options: {pay: Pay}, preferences: [bank.pay]}
infeasible: [one.go and one.wait]
outcomes: {calm: not two.hit}
status_quo: {one.wait: yes}
"""


def test_a_guarantee_is_the_model_with_the_patch_merged_in() -> None:
    conflict = loads(BASE + TWO, "m.yaml")
    assert guaranteed(conflict, ["pay"]) == loads(PAID)
    both = PAID.replace("infeasible: [one.go and one.wait]", "infeasible: [one.go and one.wait, two.hit]")
    assert guaranteed(conflict, ["pay", "ban"]) == loads(both) == guaranteed(conflict, ["ban", "pay"])
    first, second = conflict.guarantees
    assert (first.id, first.name, first.because, first.source) == ("pay", "A payment", "It was offered.", "a letter")
    assert second.where is not None
    assert (second.where.line, second.where.column) == (17, 3)
    assert replace(conflict, guarantees=()) == loads(BASE)


def test_a_variant_has_the_guarantees_of_the_model(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(BASE + TWO + "variants: {late: {changes: {outcomes: {calm: one.wait}}}}\n", "utf-8")
    late = load(f"{file}@late")
    assert [item.id for item in late.guarantees] == ["pay", "ban"]
    found = guaranteed(late, ["pay"])
    assert found.outcomes == loads("decision_makers: {one: {options: [wait]}}\noutcomes: {calm: one.wait}").outcomes
    assert found.title == late.title
    assert guaranteed(load(file), ["pay"]).variants == ()


BAD = [
    ("  g: {changes: {outcomes: {calm: nope}}}", "9:34", "in guarantee 'g': unknown name 'nope'"),
    ("  g: {changes: {outcomes: {calms: null}}}", "9:28", "there is no 'calms' to remove; did you mean 'calm'?"),
    ("  g: {changes: {title: A bridge}}", "9:24", "'title' is so already"),
    ("  g: {changes: {infeasible: [one.go  and one.wait]}}", "9:3", "only says it in other words"),
    ("  g: {changes: {guarantees: {h: {changes: {title: X}}}}}", "9:17", "'guarantees' cannot be changed here"),
    ("  g: {changes: {infeasible: [always]}}", "", "no state"),
]


@pytest.mark.parametrize(("text", "place", "words"), BAD)
def test_mistakes_have_their_place(text: str, place: str, words: str, tmp_path: Path) -> None:
    conflict = loads(BASE + "guarantees:\n" + text + "\n", "m.yaml")
    file = tmp_path / "m.yaml"
    file.write_text(conflict.text, "utf-8")
    if place:
        with pytest.raises(ModelError) as caught:
            guaranteed(conflict, ["g"])
        assert f"m.yaml:{place}: " in str(caught.value)
        assert words in str(caught.value)
    (problem,) = validate(conflict).warnings
    assert (problem.kind, problem.level, problem.element) == ("guarantee", "error", "g")
    assert words in problem.message
    assert CliRunner().invoke(app, ["validate", str(file)]).exit_code != 0


SHAPES = [
    ("  g: {}", "9:3", "'changes' is missing"),
    ("  g: {changes: }", "9:7", "'changes'"),
    ("  g: {changes: {}}", "9:16", "at least 1"),
    ("  g: {change: {title: X}}", "9:7", "unknown key 'change'; did you mean 'changes'?"),
    ("  g: [title]", "9:6", "mapping"),
]


@pytest.mark.parametrize(("text", "place", "words"), SHAPES)
def test_mistakes_of_form_are_found_on_loading(text: str, place: str, words: str) -> None:
    with pytest.raises(ModelError) as caught:
        loads(BASE + "guarantees:\n" + text + "\n", "m.yaml")
    assert f"m.yaml:{place}: " in str(caught.value)
    assert words in str(caught.value)


def test_what_is_no_guarantee_of_the_model_is_refused() -> None:
    conflict = loads(BASE + TWO)
    with pytest.raises(UsageError, match="unknown guarantee 'pya'; did you mean 'pay'"):
        guaranteed(conflict, ["pya"])
    with pytest.raises(UsageError, match="not the conflict that its text says"):
        guaranteed(replace(conflict, outcomes=()), ["pay"])
    with pytest.raises(UsageError, match="no guarantee is named"):
        guaranteed(conflict, [])


MORE = "variants: {pay: {changes: {outcomes: {calm: one.wait}}}}\n"


@pytest.mark.parametrize("text", [BASE + TWO, BASE + TWO + MORE], ids=["alone", "with a variant of the same name"])
def test_written_guarantees_say_the_same(text: str) -> None:
    conflict = loads(text)
    for written in (to_yaml(conflict), to_json(conflict)):
        again = loads(written)
        assert again == conflict
        for given in (["pay"], ["ban"], ["pay", "ban"]):
            assert guaranteed(again, given) == guaranteed(conflict, given)


def test_the_other_format_has_no_place_for_them() -> None:
    conflict = loads(BASE + TWO)
    with pytest.raises(CannotSayError, match="guarantees: pay, ban"):
        write_gmcr(conflict)
    assert write_gmcr(conflict, lossy=True) == write_gmcr(loads(BASE), lossy=True)
