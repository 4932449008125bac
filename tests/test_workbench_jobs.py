"""Long runs in processes of their own, what the page draws, what it exports, and the route that takes texts."""

from __future__ import annotations

import asyncio
import io
import json
import os
import time
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

import detente
from detente.errors import DetenteError
from detente.language.load import loads
from detente.report.speech import speaking
from detente.report.terms import said
from detente.report.writers.html import html_parts
from detente.workbench.autosave import Keeper
from detente.workbench.dossiers import Dossier
from detente.workbench.drawing import graph_data, state_parts
from detente.workbench.exports import export, kinds
from detente.workbench.files import Folder
from detente.workbench.jobs import Job, begin
from detente.workbench.routes import add_routes
from detente.workbench.whatif import Engine, Toggles
from detente.workbench.workspace import Workspace

HOSTILE = "<script>alert(1)</script>"


def dossier(name: str, asked: Toggles | None = None, runs: dict[str, Any] | None = None) -> Dossier:
    return Dossier(Engine().verdicts(detente.library(name), asked), runs or {})


def wait(job: Job, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while job.state == "running" and time.monotonic() < end:
        time.sleep(0.05)
        job.poll()


def test_a_run_tells_how_far_it_is_and_its_answer_is_shown() -> None:
    text = detente.library("chicken").text
    job = begin("robust", text, "yaml", loads(text).digest, {"worlds": 50, "shake": 1, "workers": 1})
    wait(job)
    assert (job.state, job.trouble) == ("done", "")
    assert job.total
    assert job.result.n_worlds
    found = dossier("chicken", runs={"robust": job.result})
    assert "robust" not in found.missing
    assert found.parameters["worlds"] == job.result.n_worlds


def test_a_run_that_cannot_be_made_says_why() -> None:
    text = detente.library("chicken").text
    job = begin("robust", text, "yaml", "", {"worlds": 10, "workers": 1})
    wait(job)
    assert job.state == "failed"
    assert "no premise that claims or outcomes hang on is uncertain" in job.trouble


def test_a_defect_is_called_one(capfd: pytest.CaptureFixture[str]) -> None:
    text = detente.library("chicken").text
    job = begin("robust", text, "yaml", "", {"wordls": 10})
    wait(job)
    assert job.state == "failed"
    assert job.trouble.startswith("it ended with an error, TypeError: ")
    assert "'wordls'; this is a defect of Détente" in job.trouble
    assert "Traceback" in capfd.readouterr().err
    with speaking("de"):
        assert "'wordls'; das ist ein Fehler von Détente" in said(job.trouble)


def test_a_run_is_stopped_at_once() -> None:
    text = detente.library("peace_delusion").text
    job = begin("robust", text, "yaml", "", {"worlds": 100_000, "workers": 1})
    pid = job._process.pid
    started = time.monotonic()
    job.stop()
    assert job.state == "stopped"
    assert time.monotonic() - started < 5
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    job.poll()
    assert job.state == "stopped"


# -- the graph --------------------------------------------------------------------------------------------------------


def test_the_graph_has_its_states_a_way_and_the_play() -> None:
    found = graph_data(dossier("cuban_missile_crisis"))
    nodes = [item for item in found["elements"] if item["group"] == "nodes"]
    assert len(nodes) == 12
    assert [step["state"] for step in found["way"]] == [1, 3, 7]
    assert "Blockade" in found["way"][1]["words"]
    assert found["play"]["steps"][found["way"][0]["node"]] == 0
    assert sum(found["play"]["rest"].values()) == pytest.approx(1, abs=0.01)
    json.dumps(found)


def test_the_graph_goes_where_one_asks() -> None:
    model = dossier("cuban_missile_crisis")
    found = graph_data(model, to="escalation")
    assert found["way"][-1]["state"] in {state + 1 for state in model.world.graph.outcome("escalation").nonzero()[0]}
    near = graph_data(model, focus=0)
    assert len(near["elements"]) < len(found["elements"])
    with pytest.raises(DetenteError):
        graph_data(model, to="nowhere")
    with pytest.raises(DetenteError):
        graph_data(model, focus=99)


def test_many_states_are_condensed() -> None:
    found = graph_data(dossier("peace_delusion"))
    assert found["condensed"]
    assert sum(item["group"] == "nodes" for item in found["elements"]) <= 500


def test_a_state_is_told_with_its_reasons_and_labels_are_escaped() -> None:
    model = dossier("cuban_missile_crisis")
    assert "Blockade" in html_parts(state_parts(model, 6))
    text = f"decision_makers: {{a: {{name: {HOSTILE!r}, options: {{go: {HOSTILE!r}}}, preferences: [a.go]}}}}"
    evil = Dossier(Engine().verdicts(loads(text)), {})
    assert "<script" not in html_parts(state_parts(evil, 1))


# -- files to take along ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for some in kinds().values() for kind in some])
def test_everything_can_be_taken_along(kind: str) -> None:
    model = dossier("chicken")
    conflict = detente.library("chicken")
    found = export(model, conflict, conflict.text, kind, "my chicken.yaml")
    assert found.name.startswith("my_chicken")
    assert found.data
    if kind == "model.yaml":
        assert found.data.decode() == conflict.text
    if kind == "model.json":
        assert loads(found.data.decode(), kind="json") == conflict
    if kind == "figures.zip":
        assert "state_graph.svg" in zipfile.ZipFile(io.BytesIO(found.data)).namelist()
    if kind == "analysis.json":
        assert json.loads(found.data)["readings"]["default"]["equilibria"]["nash"] == [2, 3]


def test_what_a_kind_cannot_say_is_refused() -> None:
    conflict = detente.library("shared_river")
    with pytest.raises(DetenteError, match="gmcr"):
        export(dossier("shared_river"), conflict, conflict.text, "model.gmcr", "x.yaml")


def test_what_there_is_not_is_refused() -> None:
    conflict = detente.library("chicken")
    for kind in ("report.exe", "model", "../x", ""):
        with pytest.raises(DetenteError):
            export(dossier("chicken"), conflict, conflict.text, kind, "x.yaml")


# -- routes -----------------------------------------------------------------------------------------------------------


class Browser:
    """Asks an application as a browser would."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def ask(self, method: str, path: str, given: Any = None) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, path, json=given)

        return asyncio.run(asked())


@pytest.fixture
def client(tmp_path: Path) -> tuple[Browser, Workspace]:
    (tmp_path / "m.yaml").write_text(detente.library("chicken").text)
    place = Workspace(Folder(tmp_path), Keeper(tmp_path / "state", tmp_path))
    app = FastAPI()
    add_routes(app, lambda: place, {}.get)
    return Browser(app), place


def test_a_text_goes_in_and_others_come_out_with_it(client: tuple[Browser, Workspace]) -> None:
    browser, place = client
    desk = place.open("file/m.yaml").desk
    told: list[str] = []
    desk.listeners.append(told.append)
    base, text = desk.revision, desk.text
    given = {"key": "file/m.yaml", "text": text + "# one\n", "base": base, "page": "p"}
    answer = browser.ask("POST", "/workbench/text", given)
    assert answer.json() == {"revision": desk.revision}
    assert told == ["p"]
    other = {"key": "file/m.yaml", "text": "# two\n" + text, "base": base, "page": "q"}
    merged = browser.ask("POST", "/workbench/text", other).json()["text"]
    assert merged == "# two\n" + text + "# one\n" == desk.text


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 400),
        ([], 400),
        ({"key": "file/m.yaml", "text": 1, "base": 0, "page": "p"}, 400),
        ({"key": "file/../m.yaml", "text": "", "base": 0, "page": "p"}, 404),
        ({"key": "file//etc/passwd", "text": "", "base": 0, "page": "p"}, 404),
        ({"key": "new/9", "text": "", "base": 0, "page": "p"}, 404),
    ],
)
def test_what_is_no_text_of_a_model_is_refused(client: tuple[Browser, Workspace], given: Any, status: int) -> None:
    assert client[0].ask("POST", "/workbench/text", given).status_code == status


def test_only_files_of_the_page_are_served(client: tuple[Browser, Workspace]) -> None:
    browser, _ = client
    assert browser.ask("GET", "/workbench/static/editor.js").status_code == 200
    assert "light-dark(" in browser.ask("GET", "/workbench/style.css").text
    assert browser.ask("GET", "/workbench/static/report.js").status_code == 200
    for path in ("../serve.py", "..%2fserve.py", "vendor", "nothing.js", "vendor/cytoscape/LICENSE", "%2fetc%2fpasswd"):
        assert browser.ask("GET", f"/workbench/static/{path}").status_code == 404
    assert browser.ask("GET", "/workbench/graph?page=nobody").status_code == 404
    assert browser.ask("GET", "/workbench/export?page=nobody&kind=report.html").status_code == 404
