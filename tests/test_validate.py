"""Warnings about suspicious models: one model per kind, and the built-in conflicts."""

from __future__ import annotations

import json

import pytest

from detente.analysis import idle, validate_check, vetoes
from detente.analysis.validate import validate
from detente.errors import ModelError, TooLargeError
from detente.language.load import loads
from detente.library.index import conflict_names, library
from tests.command import run
from tests.validate_cases import BASE, CASES, found, prefers


@pytest.mark.parametrize(("kind", "element", "words", "text"), CASES)
def test_each_kind_is_found_and_says_what_to_do(kind: str, element: str, words: str, text: str) -> None:
    matching = [warning for warning in found(text, kind) if warning.element == element]
    assert any(words in warning.message for warning in matching), validate(loads(text)).warnings
    assert all(w.message.endswith(".") and w.message[0].isupper() and "\n" not in w.message for w in matching)
    assert all(w.level == ("error" if kind == "classes" else "warning") for w in matching)
    assert all(w.mark is not None or kind in ("one-state", "status-quo-missing") for w in matching)


def test_the_mark_is_the_place_of_the_element() -> None:
    (warning,) = found("title: x\n" + BASE + "infeasible:\n  - us.arm and not us.arm\n", "infeasibility-idle")
    assert warning.mark is not None
    assert warning.mark.line == 11


@pytest.mark.parametrize("name", conflict_names())
def test_built_in_conflicts_have_no_errors_and_the_classics_no_warnings(name: str) -> None:
    result = validate(library(name))
    if not name.startswith("peace"):
        assert result.warnings == ()
        assert result.complete
    assert all(warning.level == "warning" for warning in result.warnings)


def test_a_clean_model_of_every_element_has_no_warnings() -> None:
    assert (
        validate(
            loads(
                BASE
                + """
infeasible: {a: us.arm and us.sign}
limits: {l: {sum: [ru.war, ru.sell], at_most: 1}}
forces: {f: {when: us.sign and ru.war, set: {ru.war: no}}}
blocked_moves: {b: {by: ru, from: us.arm, to: ru.sell}}
outcomes: {peace: not ru.war, war: ru.war}
classes: [peace, war]
status_quo: [ru.war]
"""
            )
        ).warnings
        == ()
    )


def test_counts_plain_data_and_table() -> None:
    result = validate(
        loads(
            BASE
            + """
infeasible: [us.arm and us.sign]
outcomes: {w: ru.war, p: not ru.war}
classes: [w, p]
"""
        )
    )
    assert (result.decision_makers, result.options, result.combinations, result.states) == (2, 4, 16, 12)
    assert dict(result.classes) == {"w": 6, "p": 6}
    data = json.loads(json.dumps(result.to_dict()))
    assert data["states"] == 12
    assert data["classes"] == {"w": 6, "p": 6}
    assert data["complete"] is True
    assert [w["kind"] for w in data["warnings"]] == ["status-quo-missing"]
    frame = result.to_frame()
    assert list(frame["kind"]) == ["status-quo-missing"]
    assert list(frame.columns)[:2] == ["level", "kind"]


def test_errors_of_the_model_pass_through(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="leaves out"):
        validate(loads(prefers("{ranking: [1, 2]}")))
    with pytest.raises(ModelError, match="not possible"):
        validate(loads(BASE + "infeasible: [us.arm]\nstatus_quo: [us.arm]"))
    monkeypatch.setenv("DETENTE_MEMORY", "0.0000001")
    with pytest.raises(TooLargeError):
        validate(loads(BASE))


def test_what_is_not_looked_for_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate_check, "MANY_STATES", 3)
    result = validate(loads(BASE + "infeasible: {x: us.sign and ru.war}"))
    assert not result.complete
    assert "Hidden vetoes" in result.notes[0]
    assert result.warnings == ()
    monkeypatch.undo()
    monkeypatch.setattr(vetoes, "LARGEST_TABLE", 2)
    result = validate(loads(BASE + "infeasible: {x: us.sign and ru.war}"))
    assert result.notes == ("Infeasibility x has too many options to look for hidden vetoes.",)
    monkeypatch.setattr(idle, "SEARCHES", (1,))
    hard = BASE + "infeasible: {x: us.sign or ru.war, y: us.arm and ru.sell and not us.sign, z: us.arm and not ru.sell}"
    assert any("may or may not leave" in note for note in validate(loads(hard)).notes)


# -- errors ---------------------------------------------------------------------------------------------------------

OVERLAP = (
    BASE
    + """
outcomes: {w: ru.war, s: us.sign}
classes: [w, s]
status_quo: []
"""
)


def test_classes_that_overlap_are_an_error_as_for_every_other_question() -> None:
    done = run("validate", "-", text=OVERLAP)
    assert done.returncode == 2
    assert "partition" not in done.stdout
    first, line, caret = done.stderr.splitlines()
    assert first.startswith("<stdin>:11:1: The classes do not partition the states: 'w' and 's' overlap")
    assert (line, caret) == ("    classes: [w, s]", "    ^^^^^^^")


def test_errors_are_data_too() -> None:
    done = run("validate", "-", "--format", "json", text=OVERLAP)
    (error,) = json.loads(done.stdout)["errors"]
    assert (done.returncode, error["file"], error["line"], error["column"]) == (2, "<stdin>", 11, 1)
    done = run("validate", "-", "--format", "json", text=BASE + "infeasible: [us.amr, ru.waar]")
    assert done.returncode == 2
    assert done.stderr.startswith("<stdin>:9:14: ")
    assert json.loads(done.stdout) == {
        "errors": [
            {"file": "<stdin>", "line": 9, "column": 14, "message": "'us' has no option 'amr'; did you mean 'us.arm'?"},
            {
                "file": "<stdin>",
                "line": 9,
                "column": 22,
                "message": "'ru' has no option 'waar'; did you mean 'ru.war'?",
            },
        ]
    }
    done = run("validate", "-", "--format", "csv", text=BASE + "infeasible: [us.amr]")
    assert done.stdout.splitlines()[1].startswith("error,model,,9,14,")
    assert json.loads(run("validate", "chicken", "--format", "json").stdout)["errors"] == []


@pytest.mark.parametrize(
    ("forces", "words"),
    [
        (
            "a: {when: us.arm, set: {us.sign: yes}}, b: {when: us.arm and us.sign, set: {us.sign: no}}",
            "never comes to rest: consequence a and consequence b undo one another",
        ),
        (
            "x: {when: ru.war, set: {us.arm: no}}, a: {when: us.arm and not us.sign, set: {us.sign: yes}}, "
            "b: {when: us.arm and us.sign, set: {us.sign: no}}",
            "never comes to rest: consequence a and consequence b undo one another",
        ),
        ("a: {when: us.arm, set: {us.arm: no, us.sign: yes}}", "the status quo does not come to rest: when us.arm"),
    ],
)
def test_a_status_quo_that_consequences_change_is_reported_plainly(forces: str, words: str) -> None:
    text = BASE + f"forces: {{{forces}}}\nstatus_quo: [us.arm]"
    with pytest.raises(ModelError) as caught:
        validate(loads(text))
    (problem,) = caught.value.diagnostics
    assert words in problem.message
    assert problem.mark is not None
    assert (problem.mark.line, problem.mark.column) == (10, 13)
