"""How the workbench looks and answers: barriers, widths, languages, the graph, files that are dropped on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import desk, models
from tests.browser.chromium import barriers, overflowing
from tests.browser.serving import Served, serving
from tests.gmcr_cases import RIVER

TABS = (
    "overview",
    "states",
    "argument",
    "durability",
    "phases",
    "views",
    "relations",
    "robustness",
    "change",
    "premises",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A workbench on a folder."""
    place = tmp_path_factory.mktemp("look")
    (place / "models").mkdir()
    (place / "state").mkdir()
    (place / "models" / "well.yaml").write_text(desk.WELL, "utf-8")
    (place / "models" / "everything.json").write_text(models.everything(), "utf-8")
    (place / "models" / "large.yaml").write_text(models.LARGE, "utf-8")
    with serving(place / "models", place / "state") as found:
        yield found


def shown(page: Page, tab: str) -> None:
    """Choose a tab, and wait until there is something under it."""
    page.get_by_test_id(f"tab-{tab}").click()
    expect(page.get_by_test_id(f"panel-{tab}")).to_be_visible()
    if tab == "graph":
        page.wait_for_function("window.wbGraph && window.wbGraph.nodes().length > 0")
    elif tab not in ("export", "robustness", "change"):
        expect(page.get_by_test_id(f"sections-{tab}")).not_to_be_empty()


def test_axe_finds_no_barrier(browser: Browser, served: Served) -> None:
    with desk.window(browser, served, color_scheme="light") as window:
        page = window.page(served.base)
        expect(page.get_by_test_id("library")).to_be_visible()
        assert barriers(page) == []
        page.emulate_media(color_scheme="dark")
        assert barriers(page, "color-contrast") == []
        page.emulate_media(color_scheme="light")
        page.goto(served.at("file/everything.json"))
        expect(page.get_by_test_id("n-holding")).to_be_visible()
        for tab in (*TABS, "export", "graph"):
            shown(page, tab)
            assert [tab, *barriers(page)] == [tab]
        page.get_by_test_id("view-text").click()
        page.emulate_media(color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 25, 29)"
        for tab in ("overview", "states", "graph", "robustness"):
            shown(page, tab)
            assert [tab, *barriers(page, "color-contrast")] == [tab]
        window.quiet()


@pytest.mark.parametrize("width", [1280, 820])
def test_nothing_is_wider_than_the_window(browser: Browser, served: Served, width: int) -> None:
    with desk.window(browser, served, viewport={"width": width, "height": 800}) as window:
        page = window.page(served.base)
        expect(page.get_by_test_id("library")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for name in ("everything.json", "large.yaml"):
            page.goto(served.at(f"file/{name}"))
            expect(page.get_by_test_id("n-holding")).to_be_attached()
            if width < 1000:
                page.get_by_test_id("side-answers").click()
            for tab in (*TABS, "export", "graph"):
                shown(page, tab)
                assert [tab, *overflowing(page, width)] == [tab]
                assert page.evaluate("document.documentElement.scrollWidth") <= width
            if width < 1000:
                page.get_by_test_id("side-edit").click()
            for view in ("forms", "text"):
                page.get_by_test_id(f"view-{view}").click()
                assert [view, *overflowing(page, width)] == [view]
        window.quiet()


def test_the_graph_is_clicked_and_stepped_through(browser: Browser, served: Served) -> None:
    with desk.window(browser, served) as window:
        page = window.page(served.at("file/well.yaml"))
        desk.held(page, "2", "3", "6")
        shown(page, "graph")
        _tap(page, 3)
        about = page.get_by_test_id("graph-about")
        expect(about).to_contain_text("State 3")
        expect(about).to_contain_text("Upper village")
        page.get_by_test_id("graph-to").select_option("agreement")
        step = page.get_by_test_id("graph-step")
        expect(step).to_contain_text("Step 0 of")
        page.get_by_test_id("graph-forward").click()
        expect(step).to_contain_text("Step 1 of")
        expect(step).not_to_contain_text("status quo")
        page.get_by_test_id("graph-back").click()
        expect(step).to_contain_text("Step 0 of")
        page.get_by_test_id("graph-play").click()
        expect(step).to_contain_text("In the long run")
        page.get_by_test_id("graph-focus").click()
        expect(page.get_by_test_id("graph-focus")).to_have_attribute("aria-pressed", "true")
        page.wait_for_function("window.wbGraph.nodes().length < 6")
        page.get_by_test_id("graph-focus").click()
        page.wait_for_function("window.wbGraph.nodes().length === 6")
        window.quiet()


def _tap(page: Page, state: int) -> None:
    """Click a state where it is drawn."""
    found: dict[str, Any] = page.evaluate(
        """(state) => {
        const node = window.wbGraph.nodes().filter((item) => item.data("state") === state);
        const at = node.renderedPosition();
        const box = window.wbGraph.container().getBoundingClientRect();
        return {x: box.left + at.x, y: box.top + at.y};
        }""",
        state,
    )
    page.mouse.click(found["x"], found["y"])


def test_german(browser: Browser, served: Served) -> None:
    with desk.window(browser, served) as window:
        page = window.page(served.at("file/well.yaml"))
        desk.held(page, "2", "3", "6")
        assert page.locator("html").get_attribute("lang") == "en"
        page.get_by_test_id("language").select_option("de")
        expect(page.get_by_test_id("save")).to_have_text("Speichern")
        assert page.locator("html").get_attribute("lang") == "de"
        expect(page.get_by_test_id("tab-states")).to_have_text("Zustände")
        shown(page, "overview")
        expect(page.get_by_test_id("sections-overview")).to_contain_text("Die Frage")
        assert barriers(page) == []
        page.goto(served.base)
        expect(page.locator("h1")).to_have_text("Welcher Konflikt?")
        with page.expect_navigation():
            page.get_by_test_id("language").select_option("en")
        expect(page.locator("h1")).to_have_text("Which conflict?")
        window.quiet()


def test_the_language_of_the_browser_comes_first(browser: Browser, served: Served) -> None:
    with desk.window(browser, served, locale="de-AT") as window:
        expect(window.page(served.base).locator("h1")).to_have_text("Welcher Konflikt?")


def test_dark_or_light_is_remembered(browser: Browser, served: Served) -> None:
    with desk.window(browser, served, color_scheme="light") as window:
        page = window.page(served.base)
        paper = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(paper) == "rgb(255, 255, 255)"
        page.get_by_test_id("theme").click()
        assert page.evaluate(paper) == "rgb(22, 25, 29)"
        page.goto(served.at("file/well.yaml"))
        desk.held(page, "2", "3", "6")
        assert page.evaluate(paper) == "rgb(22, 25, 29)"
        window.quiet()


def test_files_that_are_dropped(browser: Browser, served: Served, tmp_path: Path) -> None:
    """A .gmcr file opens; what is too large, of another kind, or no text is refused with words."""
    before = sorted(path.name for path in served.folder.iterdir())
    gmcr = tmp_path / "river.gmcr"
    gmcr.write_text(json.dumps(RIVER), "utf-8")
    large, binary, script = tmp_path / "large.json", tmp_path / "binary.yaml", tmp_path / "page.html"
    large.write_bytes(b" " * (5 * 1024 * 1024 + 10))
    binary.write_bytes(b"\xff\xfe\xff" + bytes(range(256)) * 7)
    script.write_text("<script>window.__pwned = 1</script>", "utf-8")
    with desk.window(browser, served) as window:
        page = window.page(served.base)
        chooser = page.locator('[data-testid="upload"] input[type="file"]')
        say = page.get_by_test_id("say")
        for path in (large, script):
            chooser.set_input_files(path)
            expect(say).to_contain_text("This file is not taken")
            page.evaluate("document.querySelector('.wb-say').textContent = ''")
        chooser.set_input_files(binary)
        expect(say).to_contain_text("binary.yaml")
        assert page.url.rstrip("/") == served.base
        chooser.set_input_files(gmcr)  # what was refused is not in its way
        page.wait_for_url("**/model/new/*")
        expect(page.get_by_test_id("n-holding")).to_be_visible()
        page.get_by_test_id("view-text").click()
        expect(page.locator(".cm-content")).to_contain_text("decision_makers:")
        assert sorted(path.name for path in served.folder.iterdir()) == before
        window.quiet()


def test_a_library_model_is_a_copy(browser: Browser, served: Served) -> None:
    with desk.window(browser, served) as window:
        page = window.page(served.base)
        page.get_by_test_id("library-cuban_missile_crisis").click()
        desk.held(page, "5", "7")
        expect(page.get_by_test_id("state")).to_have_text("from the library")
        page.get_by_test_id("party-us").click()
        page.get_by_test_id("statement-0-down").click()
        expect(page.get_by_test_id("state")).to_have_text("not saved")
        page.get_by_test_id("undo").click()
        expect(page.get_by_test_id("state")).to_have_text("from the library")
        desk.held(page, "5", "7")
        window.quiet()


def test_every_export_can_be_had(browser: Browser, served: Served, tmp_path: Path) -> None:
    with desk.window(browser, served, accept_downloads=True) as window:
        page = window.page(served.at("file/well.yaml"))
        desk.held(page, "2", "3", "6")
        page.get_by_test_id("tab-export").click()
        links = page.locator('[data-testid="exports"] a')
        expect(links).not_to_have_count(0)
        names = [str(link.get_attribute("data-testid")) for link in links.all()]
        assert {"export-report.html", "export-model.yaml", "export-model.gmcr", "export-graph.svg"} <= set(names)
        for name in names:
            if name in ("export-report.docx", "export-report.xlsx", "export-report.tex"):
                continue  # made by the same writer as on the command line
            with page.expect_download() as download:
                page.get_by_test_id(name).click()
            assert download.value.failure() is None
            path = tmp_path / name
            download.value.save_as(path)
            assert path.stat().st_size > 50
        assert (tmp_path / "export-model.yaml").read_text("utf-8") == desk.WELL
        assert json.loads((tmp_path / "export-analysis.json").read_text("utf-8"))["title"].startswith("A well")
        window.quiet()
