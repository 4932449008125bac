"""``detente graph`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from detente.cli.main import app
from detente.errors import UsageError
from tests.svg_checks import HOSTILE

RUN = CliRunner()


def good(*arguments: str) -> str:
    done = RUN.invoke(app, ["graph", *arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def refused(*arguments: str) -> str:
    done = RUN.invoke(app, ["graph", *arguments])
    assert isinstance(done.exception, UsageError), done.exception
    return str(done.exception)


def test_all_formats() -> None:
    assert "s1 → s5" in good("elmira")
    data = json.loads(good("elmira", "--format", "json"))
    assert [node["state"] for node in data["nodes"] if node["holds"]] == [5, 8, 9]
    assert data["way"] == [1, 5]
    rows = good("elmira", "--format", "csv").splitlines()
    assert len(rows) == 25
    assert rows[0].startswith("mover,from,to,improvement")
    svg = good("elmira", "--format", "svg")
    assert svg.startswith("<?xml")
    assert "var(--" not in svg


def test_files(tmp_path: Path) -> None:
    file = tmp_path / "graph.svg"
    good("chicken", "-o", str(file))
    whole = file.read_text("utf-8")
    assert whole.startswith("<?xml")
    assert "exists already" in refused("chicken", "-o", str(file))
    good("chicken", "-o", str(file), "--force", "--improvements")
    assert file.read_text("utf-8").count('class="edge') < whole.count('class="edge')
    good("chicken", "-o", str(tmp_path / "graph.PNG"))
    assert (tmp_path / "graph.PNG").read_bytes().startswith(b"\x89PNG")


def test_a_focus_and_a_limit() -> None:
    near = json.loads(good("elmira", "--format", "json", "--focus", "s8"))
    assert near["focus"] == 8
    assert {node["state"] for node in near["nodes"]} == {4, 6, 7, 8, 9}
    few = json.loads(good("elmira", "--format", "json", "--most", "4"))
    assert few["condensed"]
    assert sum(node["n_states"] for node in few["nodes"]) == 9


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("elmira", "-o", "x.pdf"), "neither .svg nor .png"),
        (("elmira", "-o", "x.svg", "--format", "json"), "--format json is none"),
        (("elmira", "-o", "no/such/folder/x.svg"), "there is no folder"),
        (("elmira", "--focus", "s99"), "there is no state 's99'"),
        (("elmira", "--concept", "sim"), "sim was not decided"),
    ],
)
def test_what_is_refused(arguments: tuple[str, ...], said: str) -> None:
    assert said in refused(*arguments)


def test_hostile_names_in_a_terminal(tmp_path: Path) -> None:
    model = {
        "title": HOSTILE[0],
        "decision_makers": {
            "a": {"name": HOSTILE[9], "options": {"x": "\x1b[31m[bold]red"}, "preferences": ["a.x"]},
            "b": {"name": HOSTILE[7], "options": {"y": HOSTILE[5]}, "preferences": ["not a.x"]},
        },
    }
    file = tmp_path / "hostile.json"
    file.write_text(json.dumps(model), "utf-8")
    shown = good(str(file))
    assert "\x1b" not in shown
    assert "[bold]red" in shown
