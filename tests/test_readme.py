"""The README says what the program does: its transcripts, its model and its Python code are run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from detente.language.load import loads

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text("utf-8")
RUNS = re.findall(r"<!-- run: detente (.+?) -->\n```\n(.*?)```", TEXT, flags=re.DOTALL)
MODEL = re.findall(r"```yaml\n(.*?)```", TEXT, flags=re.DOTALL)[0]


def transcript(arguments: str) -> str:
    """Return what a command prints, without trailing spaces."""
    done = subprocess.run(
        [sys.executable, "-m", "detente", *arguments.split()], capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, "COLUMNS": "100"}, timeout=60, check=True,
    )  # fmt: skip
    return "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())


@pytest.mark.parametrize(("arguments", "shown"), RUNS, ids=[arguments for arguments, _ in RUNS])
def test_transcripts_are_what_the_program_prints(arguments: str, shown: str) -> None:
    assert transcript(arguments) == shown


def test_there_are_transcripts() -> None:
    assert len(RUNS) >= 2


def test_the_model_loads_without_a_warning() -> None:
    from detente.analysis.validate import validate

    assert validate(loads(MODEL)).warnings == ()


def test_the_python_code_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yaml").write_text(MODEL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    code = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    assert code
    for block in code:
        names: dict[str, object] = {}
        exec(block, names)
        assert names["analysis"].equilibria("seq")  # type: ignore[attr-defined]


def test_every_command_named_exists() -> None:
    from detente.cli.main import app

    known = {command.name for command in app.registered_commands}
    named = set(re.findall(r"`detente ([a-z]+)", TEXT))
    assert named <= known
    assert len(named) >= 8


def test_every_linked_file_exists() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert links
    assert [link for link in links if not (README.parent / link).exists()] == []


def test_the_picture_is_what_the_program_draws(tmp_path: Path) -> None:
    drawn = tmp_path / "crisis.svg"
    done = [sys.executable, "-m", "detente", "graph", "cuban_missile_crisis", "-o", str(drawn)]
    subprocess.run(done, capture_output=True, timeout=60, check=True)
    assert drawn.read_text("utf-8") == (README.parent / "docs/_static/cuban_missile_crisis.svg").read_text("utf-8")
