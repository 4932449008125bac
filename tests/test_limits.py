"""Models and requests beyond reason, and interruptions at any moment, end in one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from detente.analysis.validate import validate
from detente.cli.main import app
from detente.errors import TooLargeError
from detente.graph.graph import Graph
from detente.language.load import loads


def test_thousands_of_options_are_refused_with_their_number() -> None:
    names = ", ".join(f"o{k}" for k in range(2000))
    with pytest.raises(TooLargeError, match=r"2,000 options have about 10\^602 combinations"):
        Graph(loads(f"decision_makers: {{a: {{options: [{names}]}}}}"))


def test_hundreds_of_rules_are_not_held_against_one_another() -> None:
    options = ", ".join(f"o{k}" for k in range(12))
    rules = "".join(f"  - a.o{k % 12} and a.o{(7 * k + 3) % 12} and not a.o{(5 * k + 1) % 12}\n" for k in range(200))
    found = validate(loads(f"decision_makers: {{a: {{options: [{options}]}}}}\ninfeasible:\n{rules}"))
    assert not found.complete
    assert any("200 rules" in note and "at most 150" in note for note in found.notes)


def test_an_interruption_while_loading_says_so() -> None:
    code = (
        "import sys, types\n"
        "main = types.ModuleType('detente.cli.main')\n"
        "def run(): raise KeyboardInterrupt\n"
        "main.run = run\n"
        "sys.modules['detente.cli.main'] = main\n"
        "from detente.entry import run\n"
        "run()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "detente: interrupted\n")


def test_the_template_goes_to_standard_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["new", "-"])
    assert done.exit_code == 0
    assert loads(done.output).decision_makers
    assert not list(tmp_path.iterdir())


def test_a_tableau_is_no_data() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "detente", "analyze", "chicken", "--tableau", "--format", "csv"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "--tableau is a form of the table" in done.stderr
