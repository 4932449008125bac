"""detente report: the file it writes, what it refuses, and what a reader can cite."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from detente.report.sections import method
from tests.command import bad, good, run
from tests.report_pages import whole
from tests.test_dossier import UNSURE

ROOT = Path(__file__).parent.parent


def test_a_file_is_written_once(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    done = run("report", "elmira", "--out", str(out))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"wrote {out}\n"
    first = out.read_bytes()
    assert "Elmira" in whole(first.decode()).said
    assert "--force replaces it" in bad("report", "elmira", "--out", str(out))
    assert run("report", "elmira", "--out", str(out), "--force").returncode == 0
    assert out.read_bytes() == first
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_standard_output() -> None:
    text = good("report", "chicken", "-o", "-", "--concept", "gmr", "--change-target", "compromise")
    page = whole(text)
    assert "What would have to change" in page.said
    assert "GMR" in page.said


def test_in_german() -> None:
    page = whole(good("report", "chicken", "-o", "-", "--lang", "de"))
    assert page.all("html") == [{"lang": "de"}]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["elmira", "-o", "nowhere/at/all.html"], "nowhere"),
        (["elmira", "-o", "-", "--reading", "nobody"], "unknown reading 'nobody'"),
        (["elmira", "-o", "-", "--concept", "best"], "best"),
        (["elmira", "-o", "-", "--with", "nowhere"], "nowhere is not there"),
        (["nothing_like_this", "-o", "-"], "nothing_like_this"),
        (["elmira"], "--out"),
    ],
)
def test_what_is_refused(given: list[str], words: str) -> None:
    assert words in bad("report", *given)


def test_with_a_kept_run(tmp_path: Path) -> None:
    model = tmp_path / "bridge.yaml"
    model.write_text(UNSURE, "utf-8")
    folder = str(tmp_path / "run.parquet")
    good("robust", str(model), "--worlds", "20", "--seed", "3", "--out", folder)
    page = whole(good("report", str(model), "-o", "-", "--with", folder))
    assert "20 worlds drawn (seed 3)" in page.said
    assert "20 worlds, seed 3" in page.said


def test_the_citation_is_that_of_the_project() -> None:
    said = (ROOT / "CITATION.cff").read_text("utf-8")
    facts = dict(re.findall(r'^(title|version|license): "?([^"\n]+)"?$', said, re.MULTILINE))
    assert (method.TITLE, method.__version__, method.LICENCE) == (facts["title"], facts["version"], facts["license"])
    assert f"- name: {method.AUTHORS}" in said
