"""Variants in a model file: what a patch makes of it, where its mistakes are, how a variant is named and written."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import detente
from detente.cli.main import app
from detente.conflict.conflict import Conflict
from detente.errors import CannotSayError, Diagnostic, Mark, ModelError, UsageError
from detente.language.load import load, loads
from detente.language.patch import alike, difference, patched
from detente.language.source import read_document
from detente.language.vary import variant, vary
from detente.language.write import convert, document_of, to_json, to_yaml
from detente.language.write_text import yaml_text
from tests.literal_variants import merge_patch, without_variants

BASE = """title: A bridge
because: so
statements:
  P1: {that: one.go, because: it must}
  P2: not two.hit
decision_makers:
  one:
    options: {go: Go, wait: }
    preferences: [P1, not one.wait]
  two:
    options: [hit]
    lenses:
      soft: [P2, one.go]
      hard: {refines: soft, statements: [two.hit if one.go]}
infeasible: [one.go and one.wait]
outcomes: {calm: P, fight: not calm}
status_quo: {one.wait: yes}
""".replace("{calm: P,", "{calm: not two.hit,")


def with_variants(text: str, base: str = BASE) -> Conflict:
    """Return the base with variants, written as they stand under ``variants:``."""
    return loads(base + "variants:\n" + text, "m.yaml")


GOOD = {
    "a formula": "{statements: {P2: two.hit}}",
    "a formula within a statement": "{statements: {P1: {that: one.wait}}}",
    "a statement in full": "{statements: {P2: {that: two.hit, because: why}}}",
    "a statement in short": "{statements: {P1: one.wait}}",
    "a list": "{decision_makers: {two: {lenses: {soft: [one.go, P2]}}}}",
    "a refined lens that rules alone": "{decision_makers: {two: {lenses: {hard: {refines: null, replaces: soft}}}}}",
    "nothing infeasible": "{infeasible: null}",
    "a new party": "{decision_makers: {three: {options: {see: {}}, preferences: [one.go]}}}",
    "a new value": "{decision_makers: {one: {options: {wait: {values: [no, day, year]}}}}, status_quo: []}",
    "a mapping for a list": "{decision_makers: {one: {preferences: {weights: {P1: 2, one.wait: 0.5}}}}}",
    "a list for a mapping": "{decision_makers: {two: {lenses: null, preferences: [P2]}}, readings: {r: {}}}",
    "a status quo": "{status_quo: {one.wait: null, two.hit: yes}}",
    "words": "{title: Otherwise, because: null}",
    "a null in a list": "{outcomes: {late: one.wait}, infeasible: [two.hit]}",
}  # fmt: skip


@pytest.mark.parametrize("changes", GOOD.values(), ids=GOOD)
def test_a_variant_is_the_model_with_the_patch_merged_in(changes: str) -> None:
    conflict = with_variants(f"  v: {{name: The other way, because: b, source: s, changes: {changes}}}\n")
    document = read_document(conflict.text, "m.yaml").data
    expected = loads(yaml_text(merge_patch(without_variants(document), document["variants"]["v"]["changes"])))  # type: ignore[index,call-overload]
    found = variant(conflict, "v")
    assert replace(found, title=expected.title) == expected
    assert found.title == f"{expected.title} (variant: The other way)"
    assert found.variants == ()
    assert found.digest != conflict.digest


def test_a_variant_knows_its_words_and_its_place() -> None:
    (item,) = with_variants("  v: {name: N, because: b, source: s, changes: {title: X}}\n").variants
    assert (item.id, item.name, item.because, item.source, item.changes) == ("v", "N", "b", "s", {"title": "X"})
    assert item.where is not None
    assert (item.where.line, item.where.column) == (19, 3)
    assert with_variants("  v: {changes: {title: X}}\n").title == "A bridge"


def test_what_a_variant_changes_is_told() -> None:
    text = "  v: {changes: {status_quo: {one.wait: null, two.hit: yes}, statements: {P1: {that: one.wait}}}}\n"
    assert [(c.path, c.kind, c.before, c.after) for c in vary(with_variants(text), "v").changes] == [
        (("status_quo", "one.wait"), "removed", "yes", None),
        (("status_quo", "two.hit"), "added", None, "yes"),
        (("statements", "P1", "that"), "replaced", "one.go", "one.wait"),
    ]


# what stands under "variants:", where the mistake is, words of the message
BAD = [
    ("  v: {changes: {statements: {P1: {that: one.goo}}}}", "19:41", "'one' has no option 'goo'"),
    ("  v:\n    changes:\n      infeasible:\n        - one.go and\n          tow.hit", "23:11", "'tow.hit'"),
    ("  v: {changes: {statements: {P1: null}}}", "9:19", "'P1'"),
    ("  v: {changes: {outcomes: {calm: null}}}", "16:42", "'calm'"),
    ("  v: {changes: {outcomes: {calms: null}}}", "19:28", "there is no 'calms' to remove; did you mean 'calm'?"),
    ("  v: {changes: {becuase: null}}", "19:17", "there is no 'becuase' to remove; did you mean 'because'?"),
    ("  v: {changes: {limits: null}}", "19:17", "null removes it"),
    ("  v: {changes: {decision_makers: {three: {options: {x: null}}}}}", "19:53", "expected a value: null removes"),
    ("  v: {changes: {because: so}}", "19:26", "'because' is so already"),
    ("  v: {changes: {decision_makers: {two: {options: [hit]}}}}", "19:50", "'options' is so already"),
    ("  v: {changes: {decision_makers: {two: {}}}}", "19:40", "an empty mapping changes nothing"),
    ("  v: {changes: {infeasible: [one.go  and one.wait]}}", "19:3", "only says it in other words"),
    ("  v: {changes: {variants: {w: {changes: {title: X}}}}}", "19:17", "'variants' cannot be changed here"),
    ("  v: {changes: {status_qou: []}}", "19:17", "unknown key 'status_qou'; did you mean 'status_quo'?"),
    ("  v: {changes: {decision_makers: {one: {preferences: [P1, 3: 4]}}}}", "19:59", "unknown key '3'"),
    ("  v: {changes: {decision_makers: null}}", "1:1", "'decision_makers' is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place", "words"), BAD)
def test_a_mistake_in_a_variant_is_found_when_it_is_asked_for(text: str, place: str, words: str) -> None:
    conflict = with_variants(text + "\n")
    with pytest.raises(ModelError) as caught:
        variant(conflict, "v")
    problem = _only(caught.value.diagnostics)
    assert problem.mark is not None
    assert f"{problem.mark.line}:{problem.mark.column}" == place
    assert problem.message.startswith("in variant 'v': ")
    assert words in problem.sentence()


def _only(problems: tuple[Diagnostic, ...]) -> Diagnostic:
    (problem,) = problems
    return problem


SHAPES = [
    ("  v: {name: N}", "19:3", "the key 'changes' is missing"),
    ("  v: {changes: {}}", "19:16", "with no items; expected at least 1"),
    ("  v: {changes: [title]}", "19:16", "a list stands where a mapping is expected"),
    ("  v: {change: {title: X}}", "19:7", "unknown key 'change'; did you mean 'changes'?"),
    ("  a-b: {changes: {title: X}}", "19:3", "'a-b' is not an identifier"),
    ("  soft: {changes: {title: X}}", "19:3", "'soft' names both a variant and a reading"),
    ("  - {changes: {title: X}}", "19:3", "a list stands where a mapping is expected"),
    ("  v: {changes: {title: X}}\n  v: {changes: {title: Y}}", "20:3", "stands twice"),
]


@pytest.mark.parametrize(("text", "place", "words"), SHAPES)
def test_the_shape_is_checked_with_the_model(text: str, place: str, words: str) -> None:
    with pytest.raises(ModelError) as caught:
        with_variants(text + "\n")
    problem = _only(caught.value.diagnostics)
    assert problem.mark is not None
    assert (f"{problem.mark.line}:{problem.mark.column}", True) == (place, words in problem.sentence())


def test_a_mistake_in_what_stays_keeps_its_place() -> None:
    with pytest.raises(ModelError) as caught:
        variant(
            with_variants("  v: {changes: {statements: {P2: null}, decision_makers: {one: {preferences: [P4]}}}}\n"),
            "v",
        )
    found = [(p.mark.line, p.mark.column) for p in caught.value.diagnostics if p.mark]
    assert found == [(13, 14), (19, 79)]
    assert "m.yaml:13:14: in variant 'v': " in str(caught.value)


def test_parts_that_are_said_once_and_used_again() -> None:
    text = BASE.replace("[one.go and one.wait]", "\n  - &both {id: both, that: one.go and one.wait}")
    conflict = with_variants("  v: {changes: {infeasible: [*both, two.hti]}}\n", text)
    with pytest.raises(ModelError) as caught:
        variant(conflict, "v")
    assert _only(caught.value.diagnostics).mark == Mark(20, 37, 7)
    conflict = with_variants("  v: {changes: {infeasible: [*both, two.hit]}}\n", text)
    assert [item.id for item in variant(conflict, "v").infeasible] == ["both", "infeasible: two.hit"]


# -- names ------------------------------------------------------------------------------------------------------------

ONE = BASE + "variants:\n  v: {name: The other way, changes: {statements: {P2: two.hit}}}\n  w: {changes: {title: X}}\n"


def test_names_of_variants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(ONE, "utf-8")
    assert load(f"{file}@v") == load(Path(f"{file}@v")) == variant(load(file), "v")
    assert load(f"{file}@v").title == "A bridge (variant: The other way)"
    as_json = tmp_path / "m.json"
    as_json.write_text(to_json(load(file)), "utf-8")
    assert load(f"{as_json}@v") == load(f"{file}@v")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(ONE.encode())))
    assert load("-@v") == load(f"{file}@v")
    literal = tmp_path / "m.yaml@v"
    literal.write_text(BASE.replace("A bridge", "A file"), "utf-8")
    assert load(str(literal)).title == load(literal).title == "A file"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("{file}@vv", "unknown variant 'vv'; did you mean 'v'? (there are: v, w)"),
        ("{file}@", "unknown variant '' (there are: v, w)"),
        ("{file}@no-name", "unknown variant 'no-name' (there are: v, w)"),
        ("{file}@v@w", "unknown variant 'w': the model has no variants; they stand under 'variants:'"),
        ("chicken@v", "unknown variant 'v': the model has no variants"),
        ("chickn@v", "no built-in conflict 'chickn'; did you mean 'chicken'?"),
        ("{file}x@v", "there is no file and no built-in conflict"),
        ("no@file.yaml", "no@file.yaml: No such file or directory"),
        ("{long}@v", "there is no file and no built-in conflict"),
    ],
)
def test_names_that_are_none(name: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(ONE, "utf-8")
    with pytest.raises(UsageError) as caught:
        load(name.format(file=file, long="x" * 5000))
    assert words in str(caught.value)


def test_commands_take_variants(tmp_path: Path) -> None:
    file = str(tmp_path / "m.yaml")
    Path(file).write_text(ONE, "utf-8")

    def told(*arguments: str, text: str = "") -> Any:
        done = CliRunner().invoke(app, [*arguments, "--format", "json"], text)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    assert told("analyze", f"{file}@v")["title"] == "A bridge (variant: The other way)"
    assert told("analyze", "-@v", text=ONE)["readings"] == told("analyze", f"{file}@v")["readings"]
    compared = told("compare", file, f"{file}@v@hard:nash")
    assert (compared["a"]["reading"], compared["b"]["reading"]) == ("soft", "hard")
    assert compared["b"]["title"] == "A bridge (variant: The other way)"
    assert told("compare", f"{file}@soft", f"{file}@v@soft") == told("compare", file, f"{file}@v") | {
        "a": told("compare", file, f"{file}@v")["a"],
        "b": told("compare", file, f"{file}@v")["b"],
    }
    assert told("compare", "-", "-@v", text=ONE)["concepts"] == told("compare", file, f"{file}@v")["concepts"]
    assert "P2" in {item["id"] for item in compared["premises"]}
    for side, words in (
        (f"{file}@sotf", "unknown reading or variant 'sotf'; did you mean 'soft'?"),
        (f"{file}@v@sotf", "unknown reading 'sotf'; did you mean 'soft'?"),
        (f"{file}@vv@soft", "unknown variant 'vv'"),
    ):
        with pytest.raises(UsageError, match=words.replace("?", r"\?")):
            CliRunner().invoke(app, ["compare", file, side], catch_exceptions=False)


def test_only_a_conflict_as_it_was_loaded_has_its_variants() -> None:
    conflict = loads(ONE)
    for other in (replace(conflict, infeasible=()), replace(conflict, text="")):
        with pytest.raises(UsageError, match="it is not the conflict that its text says"):
            variant(other, "v")
        with pytest.raises(UsageError, match="it is not the conflict that its text says"):
            to_yaml(other)
    assert loads(to_yaml(replace(conflict, infeasible=(), variants=()))).infeasible == ()
    assert detente.variant(conflict, "v") == variant(conflict, "v")


# -- writing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", GOOD.values(), ids=GOOD)
def test_variants_survive_writing(changes: str) -> None:
    conflict = with_variants(
        f"  v: {{name: N, because: b, source: s, changes: {changes}}}\n  w: {{changes: {{title: W}}}}\n"
    )
    for again in (loads(to_yaml(conflict)), loads(to_json(conflict), kind="json")):
        assert again == conflict
        assert again.variants == conflict.variants
        for item in conflict.variants:
            assert variant(again, item.id) == variant(conflict, item.id)
    assert document_of(conflict)["variants"]["w"] == {"changes": {"title": "W"}}


@pytest.mark.parametrize("name", ["peace_delusion", "peace_rival"])
def test_variants_of_the_scenarios_survive_writing(name: str) -> None:
    conflict = detente.library(name)
    again = loads(to_yaml(conflict))
    assert [item.id for item in again.variants] == [item.id for item in conflict.variants]
    for item in conflict.variants:
        assert variant(again, item.id) == variant(conflict, item.id)


def test_a_variant_is_written_as_a_model_of_its_own() -> None:
    found = variant(loads(ONE), "v")
    assert loads(to_yaml(found)) == found


def test_gmcr_files_have_no_variants() -> None:
    text = "decision_makers: {one: {name: One, options: {go: Go}, preferences: [one.go]}}\n"
    conflict = with_variants("  v: {changes: {decision_makers: {one: {preferences: [not one.go]}}}}\n", text)
    with pytest.raises(CannotSayError, match=r"variants: v \(left out if losses are allowed\)"):
        convert(conflict, "gmcr")
    assert convert(conflict, "gmcr", lossy=True) == convert(loads(text), "gmcr")


def test_a_wrong_variant_is_not_written() -> None:
    with pytest.raises(ModelError, match="in variant 'v'"):
        to_yaml(with_variants("  v: {changes: {outcomes: {x: one.goo}}}\n"))


# -- patches on any data ----------------------------------------------------------------------------------------------

SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["a", "b"])
VALUES = st.recursive(SCALARS, lambda part: st.lists(part, max_size=2) | st.dictionaries(st.sampled_from("klm"), part))
MAPPINGS = st.dictionaries(st.sampled_from("klm"), VALUES, max_size=3)


@given(MAPPINGS, MAPPINGS)
def test_patches_are_merged_as_the_standard_says(base: dict[str, Any], patch: dict[str, Any]) -> None:
    text = yaml_text({"base": 1, **base, "v": patch})
    problems: list[Diagnostic] = []
    document, changes = patched(read_document(text, "m"), ("v",), problems)
    expected = merge_patch({"base": 1, **base}, patch)
    assert alike(document.data, expected)
    assert all(problem.mark for problem in problems)
    if not problems:
        assert (not alike({"base": 1, **base}, expected)) == bool(changes)
        again = read_document(yaml_text(expected), "m")
        assert (set(document.values), set(document.keys)) == (set(again.values), set(again.keys))
        for path, mark in document.keys.items():
            line = text.splitlines()[mark.line - 1]
            assert line[mark.column - 1 :].startswith(str(path[-1]))


@given(MAPPINGS, MAPPINGS)
def test_a_difference_makes_one_of_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    patch = difference(before, after)
    filled = _filled(after)
    assert _sorted(_filled(merge_patch(before, patch))) == _sorted(filled)
    assert (patch == {}) == (_sorted(_filled(before)) == _sorted(filled))


def _filled(value: Any) -> Any:
    """Return data with an empty mapping for a key without a value."""
    if isinstance(value, dict):
        return {key: {} if part is None else _filled(part) for key, part in value.items()}
    return value


def _sorted(value: Any) -> Any:
    """Return data in which the order of keys does not matter and numbers are no truth values."""
    if isinstance(value, dict):
        return ("mapping", sorted((key, _sorted(part)) for key, part in value.items()))
    if isinstance(value, list):
        return ("list", [_sorted(part) for part in value])
    return (type(value).__name__, str(value))
