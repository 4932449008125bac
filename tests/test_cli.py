"""The command line as its users meet it: output, exit status, messages."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import bad, good, run

EXAMPLE = """
title: Prisoner's dilemma
decision_makers:
  one:
    name: Prisoner one
    options:
      cooperate: Cooperate with the other
    preferences:
      - two.cooperate
      - not one.cooperate
  two:
    options:
      cooperate: {name: Cooperate, irreversible: no}
    preferences: {ranking: [2, 4, 1, 3]}
infeasible: []
status_quo: [one.cooperate]
"""


def test_json_of_analyze_is_as_promised() -> None:
    data = json.loads(good("analyze", "-", "--format", "json", text=EXAMPLE))
    assert data["detente"] == "1.0"
    assert data["title"] == "Prisoner's dilemma"
    assert data["decision_makers"] == ["one", "two"]
    assert data["options"] == ["one.cooperate", "two.cooperate"]
    assert data["states"][0] == {
        "number": 1, "options": {"one.cooperate": False, "two.cooperate": False}, "outcomes": [],
    }  # fmt: skip
    assert data["status_quo"] == 2
    reading = data["readings"]["default"]
    assert reading["ranks"] == {"one": [2, 1, 4, 3], "two": [2, 4, 1, 3]}
    assert reading["stable"]["nash"] == {"one": [True, False, True, False], "two": [True, True, False, False]}
    assert reading["equilibria"] == {
        "nash": [1], "gmr": [1, 4], "smr": [1, 4], "seq": [1, 4], "sseq": [1, 4], "sim": [1, 4],
    }  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyze", "chicken"),
        ("analyze", "elmira", "--tableau"),
        ("analyze", "chicken", "--behaviour", "a=nash,b=gmr"),
        ("analyze", "chicken", "--sanctions", "single", "--concept", "seq,gmr"),
        ("explain", "chicken", "--state", "4"),
        ("explain", "elmira", "--state", "s5", "--dm", "uniroyal", "--concept", "seq"),
        ("paths", "elmira", "--to", "s8"),
        ("compare", "chicken", "stag_hunt"),
        ("compare", "peace_delusion@essay:seq", "peace_delusion@strategic:seq"),
        ("states", "elmira_options"),
        ("states", "chicken", "--where", "a.swerve"),
        ("coalitions", "elmira", "--universal"),
        ("coalitions", "chicken", "--coalition", "a+b"),
        ("validate", "chicken"),
        ("library",),
    ],
    ids=" ".join,
)
def test_every_question_as_table_json_and_csv(arguments: tuple[str, ...]) -> None:
    assert good(*arguments).strip()
    if "--tableau" in arguments:
        return
    json.loads(good(*arguments, "--format", "json"))
    rows = list(csv.reader(io.StringIO(good(*arguments, "--format", "csv"))))
    assert len({len(row) for row in rows}) == 1


def test_a_narrow_terminal_and_300_states() -> None:
    options = ", ".join(f"o{k}" for k in range(4))
    text = f"decision_makers: {{a: {{options: [{options}], preferences: [a.o1]}}, b: {{options: [{options}]}}}}"
    text += "\noutcomes: {x: a.o0, y: not x}"
    for arguments in (["analyze", "-"], ["states", "-"]):
        done = run(*arguments, text=text, COLUMNS="60")
        assert done.returncode == 0
        assert max(map(len, done.stdout.splitlines())) <= 60


def test_bad_input_is_located() -> None:
    message = bad("analyze", "-", text=EXAMPLE.replace("two.cooperate\n", "two.coperate\n", 1))
    assert message.startswith("<stdin>:9:9: 'two' has no option 'coperate'; did you mean 'two.cooperate'?")
    assert "^" in message


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("analyze", "chiken"), "did you mean 'chicken'"),
        (("analyze", "nowhere.yaml"), "No such file"),
        (("analyze", "chicken", "--concept", "seqq"), "did you mean 'seq'"),
        (("analyze", "chicken", "--reading", "x"), "unknown reading 'x'"),
        (("analyze", "chicken", "--sanctions", "often"), "unknown sanctions 'often'"),
        (("analyze", "chicken", "--behaviour", "a"), "'a' is not party=concept"),
        (("analyze", "chicken", "--behaviour", "c=nash"), "unknown decision maker 'c'"),
        (("analyze", "chicken", "--format", "xml"), "xml"),
        (("analyze",), "MODEL"),
        (("explain", "chicken", "--state", "9"), "no state '9'"),
        (("explain", "chicken", "--state", "1", "--dm", "z"), "unknown decision maker 'z'"),
        (("explain", "peace_delusion", "--state", "1", "--dm", "front"), "nature"),
        (("paths", "chicken", "--to", "peace"), "no state and no outcome 'peace'"),
        (("paths", "chicken", "--to", "1", "--by", "magic"), "unknown kind of step 'magic'"),
        (("states", "chicken", "--where", "a.swervee"), "did you mean 'a.swerve'"),
        (("states", "chicken", "--where", "a.swerve and"), "ends too early"),
        (("compare", "chicken", "chicken:nsh"), "unknown concept 'nsh'"),
        (("coalitions", "chicken", "--coalition", "a+z"), "z"),
        (("convert", "chicken", "-"), "--to"),
        (("frobnicate",), "frobnicate"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_wrong_usage_says_what_is_wrong(arguments: tuple[str, ...], words: str) -> None:
    assert words in bad(*arguments)


def test_new_gives_a_model_that_validates(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    assert run("new", str(file)).returncode == 0
    assert "No errors, no warnings." in good("validate", str(file))
    assert "exists already" in bad("new", str(file))
    assert run("new", str(file), "--force").returncode == 0


def test_convert_there_and_back(tmp_path: Path) -> None:
    for suffix in ("json", "yaml"):
        target = tmp_path / f"elmira.{suffix}"
        assert run("convert", "elmira_options", str(target)).returncode == 0
        there = json.loads(good("analyze", str(target), "--format", "json"))
        here = json.loads(good("analyze", "elmira_options", "--format", "json"))
        assert there == here
    assert "merge" in bad("convert", "elmira_options", str(tmp_path / "elmira.gmcr"))
    assert not (tmp_path / "elmira.gmcr").exists()


def test_the_schema_is_json() -> None:
    schema = json.loads(good("schema"))
    assert "decision_makers" in schema["properties"]


def test_version_names_the_kernels() -> None:
    assert "(kernels: numpy)" in run("--version", DETENTE_KERNELS="numpy").stdout


def test_a_model_that_would_not_fit_is_refused_with_the_estimate() -> None:
    options = ", ".join(f"o{k}" for k in range(20))
    text = f"decision_makers: {{a: {{options: [{options}]}}, b: {{options: [{options}]}}}}\ninfeasible: [a.o1 and b.o2]"
    message = bad("analyze", "-", text=text)
    assert "8.3e+11" in message
    assert "GB" in message


@pytest.mark.skipif(os.name == "nt", reason="signals differ")
def test_an_interrupted_run_says_so() -> None:
    import signal
    import time

    options = ", ".join(f"o{k}" for k in range(12))
    text = f"decision_makers: {{a: {{options: [{options}]}}, b: {{options: [{options}], preferences: [a.o1]}}}}"
    process = subprocess.Popen(
        [sys.executable, "-m", "detente", "analyze", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background shell hands on "ignored"
    )
    assert process.stdin is not None
    process.stdin.write(text)
    process.stdin.close()
    process.stdin = None
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    output, message = process.communicate(timeout=60)
    assert process.returncode == 130
    assert output == ""
    assert message == "detente: interrupted\n"


@pytest.mark.parametrize("command", ["analyze", "explain", "check", "durability", "variants", "relations"])
def test_unknown_sanctions_are_refused_everywhere(command: str) -> None:
    more = ("--state", "1") if command == "explain" else ()
    words = bad(command, "shared_river", "--sanctions", "lega", *more)
    assert words == "detente: unknown sanctions 'lega' (there are: legal, once_each, single)\n"
