"""Verdicts under variants: against models written out and judged literally, on random pairs; and how they are told."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from typer.testing import CliRunner

import detente
from detente.analysis.validate import validate
from detente.analysis.variants import variants
from detente.cli.main import app
from detente.conflict.conflict import Conflict
from detente.errors import ModelError, UsageError
from detente.language.load import loads
from detente.language.patch import difference, patched
from detente.language.source import read_document
from detente.language.vary import variant
from detente.language.write import document_of, to_yaml
from detente.language.write_text import yaml_text
from detente.report.variants import change_words
from tests.literal_variants import merge_patch
from tests.oracle import LiteralModel
from tests.round_trips import said
from tests.strategies import option_conflicts

TWO = """title: A bridge
statements: {P1: one.go, P2: not two.hit}
decision_makers:
  one: {options: {go: Go}, preferences: [P1]}
  two: {options: [hit], lenses: {soft: [P2], hard: [two.hit]}}
outcomes: {calm: not two.hit, fight: not calm}
status_quo: []
claims:
  K1: {says: It stays calm., can_hold: calm, source: a book}
  K2: {says: One goes., cannot_hold: not one.go}
  K3: {says: They fight., can_hold: fight, under: {readings: soft}}
variants:
  hitting: {name: Two likes it, because: It may., source: s, changes: {statements: {P2: two.hit}}}
  resting: {changes: {statements: {P1: not one.go}}}
  other: {changes: {claims: {K1: null, K4: {says: More., can_hold: always}}}}
  same: {changes: {title: Another bridge}}
"""


def test_verdicts_by_hand() -> None:
    found = variants(loads(TWO))
    assert found.asks == "claims"
    assert [q.id for q in found.questions] == ["K1", "K2", "K3", "K4"]
    assert found.as_written == {"K1": "partly", "K2": "holds", "K3": "fails", "K4": None}
    assert {result.variant.id: dict(result.verdicts) for result in found.results} == {
        "hitting": {"K1": "fails", "K2": "holds", "K3": "holds", "K4": None},
        "resting": {"K1": "partly", "K2": "fails", "K3": "fails", "K4": None},
        "other": {"K1": None, "K2": "holds", "K3": "fails", "K4": "holds"},
        "same": {"K1": "partly", "K2": "holds", "K3": "fails", "K4": None},
    }
    assert found.standing == ()
    assert found.hanging == {"K1": ("hitting", "other"), "K2": ("resting",), "K3": ("hitting",), "K4": ("other",)}
    assert [found.changed(result) for result in found.results] == [("K1", "K3"), ("K2",), ("K1", "K4"), ()]
    assert repr(found) == "<Variants of 'A bridge': 4 variants, 4 claims, 4 hang on one>"


def test_only_some_claims() -> None:
    found = variants(loads(TWO), claims=["K4", "K2"])
    assert [q.id for q in found.questions] == ["K2", "K4"]
    assert found.standing == ()
    calls: list[tuple[int, int]] = []
    assert variants(loads(TWO), claims=["K3"], progress=lambda *done: calls.append(done)).hanging == {
        "K3": ("hitting",)
    }
    assert calls == [(k, 5) for k in range(1, 6)]


def test_without_claims_it_is_what_can_hold() -> None:
    text = TWO.partition("claims:")[0] + "variants: {h: {changes: {statements: {P2: two.hit}}}}\n"
    found = variants(loads(text))
    assert (found.asks, found.as_written) == ("outcomes", {"calm": "partly", "fight": "partly"})
    assert dict(found.results[0].verdicts) == {"calm": "fails", "fight": "holds"}
    classes = variants(loads(text + "classes: [fight, calm]\n"))
    assert list(classes.as_written) == ["fight", "calm"]
    without = text.replace("outcomes: {calm: not two.hit, fight: not calm}\n", "")
    states = variants(loads(without))
    assert states.asks == "states"
    assert states.as_written == {"one.go": "partly", "one.go, two.hit": "partly"}
    assert dict(states.results[0].verdicts) == {"one.go": "fails", "one.go, two.hit": "holds"}
    listed = """
decision_makers: {one: {preferences: {ranking: [a, b]}}}
states: [a, b]
moves: {one: {a: b, b: a}}
variants: {turned: {changes: {decision_makers: {one: {preferences: {ranking: [b, a]}}}}}}
"""
    assert variants(loads(listed)).hanging == {"a": ("turned",), "b": ("turned",)}


@pytest.mark.parametrize(
    ("text", "claims", "words"),
    [
        (TWO.partition("variants:")[0], None, "the model has no variants; write them under 'variants:'"),
        (TWO, ["K9"], "unknown claim 'K9'; there are: K1, K2, K3, K4"),
        (TWO.partition("claims:")[0] + "variants: {h: {changes: {title: X}}}\n", ["K1"], "the model makes no claims"),
    ],
)
def test_what_cannot_be_asked(text: str, claims: list[str] | None, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        variants(loads(text), claims=claims)
    assert words in str(caught.value)


def test_too_many_states_to_ask_about() -> None:
    makers = ", ".join(f"d{k}: {{options: [x], preferences: []}}" for k in range(11))
    text = f"decision_makers: {{{makers}}}\nvariants: {{v: {{changes: {{infeasible: [d1.x]}}}}}}\n"
    with pytest.raises(UsageError, match="2,048 states can hold, and the model names no outcomes"):
        variants(loads(text))


# -- errors -----------------------------------------------------------------------------------------------------------

WRONG = """title: T
decision_makers: {one: {options: [go], preferences: [one.go]}}
outcomes: {a: one.go, b: not one.go}
classes: [a, b]
status_quo: [one.go]
claims: {K: {says: s, can_hold: a}}
variants:
  fine: {changes: {title: X}}
  unknown: {changes: {outcomes: {a: one.gone}}}
  overlap: {changes: {outcomes: {b: always}}}
  nothing: {changes: {infeasible: [always]}}
  start: {changes: {infeasible: [one.go]}}
"""
ERRORS = [
    ("unknown", 9, "in variant 'unknown': 'one' has no option 'gone'; did you mean 'one.go'?"),
    ("overlap", 4, "in variant 'overlap': "),
    ("nothing", 11, "in variant 'nothing': "),
    ("start", 5, "in variant 'start': "),
]


def test_validate_looks_at_every_variant() -> None:
    result = validate(loads(WRONG))
    found = [(w.element, w.mark.line if w.mark else None, w.message) for w in result.warnings if w.kind == "variant"]
    assert [row[0] for row in found] == [row[0] for row in ERRORS]
    for (name, line, words), row in zip(ERRORS, found, strict=True):
        assert row[2].startswith(words)
        if name != "nothing":
            assert row[1] == line
    assert {w.level for w in result.warnings if w.kind == "variant"} == {"error"}
    assert result.variants == 5
    done = CliRunner().invoke(app, ["validate", "-", "--format", "json"], WRONG)
    assert isinstance(done.exception, ModelError)
    data = json.loads(done.stdout)
    assert data["variants"] == 5
    assert len(data["errors"]) == 4
    assert {error["file"] for error in data["errors"]} == {"<stdin>"}


def test_validate_says_what_it_could_not_look_at() -> None:
    conflict = loads(WRONG)
    object.__setattr__(conflict, "text", "")
    assert any(note.startswith("Variants: ") for note in validate(conflict).notes)


def test_variants_of_large_models_are_read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.analysis.validate_check.MANY_STATES", 1)
    result = validate(loads(WRONG))
    assert [w.element for w in result.warnings if w.kind == "variant"] == ["unknown"]
    assert "Variants were read, and their states not worked out." in result.notes


def test_errors_stop_the_question() -> None:
    with pytest.raises(ModelError, match=r"m\.yaml:9:37: in variant 'unknown'"):
        variants(loads(WRONG, "m.yaml"))
    late = WRONG.replace("  unknown: {changes: {outcomes: {a: one.gone}}}\n", "")
    with pytest.raises(ModelError, match="in variant 'nothing'"):
        variants(loads(late))


# -- the literal twin -------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(option_conflicts(), option_conflicts())
def test_variants_agree_with_models_written_out(one: Conflict, other: Conflict) -> None:
    """A variant that makes one random model of another, against the merged data, read again and judged literally."""
    one = said(one)
    base = document_of(one)
    changes = difference(base, document_of(said(other)))
    try:
        written = loads(yaml_text(merge_patch(base, changes)))
        conflict = loads(yaml_text({**base, "variants": {"the_other": {"changes": changes}}}))
        changed = variant(conflict, "the_other")
    except ModelError:  # the two are the same, or the order of keys, which no patch changes, makes another model
        return
    assert replace(changed, title="") == replace(written, title="")
    assert variant(loads(to_yaml(conflict)), "the_other") == changed
    found = variants(conflict)
    for verdicts, model in ((found.as_written, one), (found.results[0].verdicts, written)):
        literal = dict(_literal(model, found.asks))
        assert {key: value for key, value in verdicts.items() if value not in (None, "fails")} == literal


def _literal(conflict: Conflict, asks: str) -> Iterator[tuple[str, str]]:
    """Yield what can hold in some reading under SEQ, and whether in all."""
    held: dict[str, set[str]] = {}
    for reading in conflict.readings:
        model = LiteralModel(conflict, reading.id)
        for state in model.equilibria("seq"):
            for name in _names(model, state, asks):
                held.setdefault(name, set()).add(reading.id)
    for name, readings in held.items():
        yield name, "holds" if len(readings) == len(conflict.readings) else "partly"


def _names(model: LiteralModel, state: int, asks: str) -> list[str]:
    if asks == "outcomes":
        names = model.conflict.classes or list(model.outcomes)
        return [name for name in names if state in model.outcomes[name]]
    taken = []
    for name, value in model.options_at(state).items():
        values = [item.id for item in model.conflict.options[name].values]
        if value != values[0]:
            taken.append(name if values == ["no", "yes"] else f"{name} = {value or 'any'}")
    return [", ".join(taken) or "nothing taken"]


# -- how it is told ---------------------------------------------------------------------------------------------------


def _run(text: str, *arguments: str, columns: int = 100) -> str:
    with patch.dict(os.environ, {"COLUMNS": str(columns)}):
        done = CliRunner().invoke(app, ["variants", "-", *arguments], text)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_table() -> None:
    shown = _run(TWO)
    assert "✓ holds: K2\n◐ partly: K1\n✗ fails: K3\n– not there: K4\n" in shown
    assert "hitting  Two likes it  K1 partly → fails; K3 fails → holds\n" in shown
    assert "same     same          none\n" in shown
    assert "K1 holds partly as written, and fails under hitting; is not there under other.\n" in shown
    assert "No claim has the same verdict as written and under every variant.\n" in shown
    assert "hitting\n    It may. (s)\n    statements › P2: not two.hit → two.hit\nresting\n" in shown
    assert "claims › K1: removed, it was {says: It stays calm., can_hold: calm}\n" in shown
    assert "the model: title in other words\n" in shown
    assert "As written and under every variant: K3 fails.\n" in _run(
        TWO.replace("  hitting", "  #hitting"), "--claim", "K3"
    )


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_lines_fit(columns: int) -> None:
    for text in (
        TWO,
        TWO.replace("title: A bridge", r'title: "\e[31mred"').replace("Two likes it", "'[red]Two[/red]'"),
    ):
        lines = _run(text, columns=columns).splitlines()
        assert max(map(len, lines)) <= columns
        assert all(line == line.rstrip() for line in lines)
        assert "\x1b" not in "".join(lines)


def test_the_whole_matrix_for_programs() -> None:
    rows = list(csv.DictReader(io.StringIO(_run(TWO, "--format", "csv"))))
    assert list(rows[0]) == ["claim", "says", "source", "as written", "hitting", "resting", "other", "same"]
    assert [row["hitting"] for row in rows] == ["fails", "holds", "holds", ""]
    assert rows[0] | {"says": ""} == {
        "claim": "K1", "says": "", "source": "a book", "as written": "partly", "hitting": "fails",
        "resting": "partly", "other": "", "same": "partly",
    }  # fmt: skip
    data = json.loads(_run(TWO.replace("P1: not one.go", "P1: {that: not one.go, certainty: 0.5}"), "--format", "json"))
    assert data["asks"] == "claims"
    assert data["as_written"] == {"K1": "partly", "K2": "holds", "K3": "fails", "K4": None}
    assert data["variants"][0]["changes"] == [
        {"at": ["statements", "P2"], "kind": "replaced", "from": "not two.hit", "to": "two.hit"}
    ]
    assert data["variants"][1]["changes"][0]["to"] == {"that": "not one.go", "certainty": 0.5}
    assert data["hanging"]["K1"] == ["hitting", "other"]
    assert data["computed"]["digest"] == loads(TWO).digest
    assert data["variants"][3]["digest"] == variant(loads(TWO), "same").digest


def test_lists_are_told_by_what_they_gain_and_lose() -> None:
    def told(before: Any, after: Any) -> list[str]:
        text = yaml_text({"l": before, "v": {"l": after}})
        (change,) = patched(read_document(text, "m"), ("v",), [])[1]
        return list(change_words(change))

    assert told(["a", "b"], ["a", "b", "c"]) == ["l: with c"]
    assert told(["a", "b", "c"], ["a", "d", "c"]) == ["l: without b", "l: with d"]
    assert told(["a", "b"], ["b", "a"]) == ["l: [a, b] → [b, a]"]
    assert told(["a", "b"], []) == ["l: [a, b] → []"]
    assert told(["a", "b", "a"], ["a", "b"]) == ["l: [a, b, a] → [a, b]"]
    assert told(["a", {"that": "b", "because": "so"}], ["a", {"that": "c", "because": "so"}]) == [
        "l: without {that: b}", "l: with {that: c}",
    ]  # fmt: skip
    assert told(["a", {"that": "b", "because": "so"}], ["a", {"that": "b", "because": "why"}])[0].startswith("l: ")
    assert len(told("x" * 500, "y")[0]) < 200
    assert told("a", {"m": 1}) == ["l: a → {m: 1}"]


def test_the_scenarios_say_what_the_page_says(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(yaml_text(document_of(detente.library("peace_delusion"))), "utf-8")
    found = variants(detente.load(file), claims=["C7", "C10_inevitable"])
    assert found.hanging["C10_inevitable"] == ("front_needs_money",)
    assert set(found.hanging["C7"]) >= {"europe_saves", "leaving_first"}
