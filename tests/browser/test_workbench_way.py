"""The whole way of somebody who sees the workbench for the first time."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser import desk
from tests.browser.desk import WELL
from tests.browser.serving import Served


def test_from_an_empty_model_to_a_report(browser: Browser, served: Served, tmp_path: Path) -> None:
    with desk.window(browser, served, accept_downloads=True) as window:
        page = window.page(served.base)
        page.get_by_test_id("new-model").click()
        page.wait_for_url("**/model/new/*")
        expect(page.get_by_test_id("guide")).to_be_visible()
        _mistype_and_mend(page)
        _move_a_wish(page)
        _explain(page)
        _examine_worlds(page)
        _what_would_have_to_change(page)
        _save(page, served.folder)
        _export(page, tmp_path)
        window.quiet()


def _mistype_and_mend(page: Page) -> None:
    """A mistake is shown where it stands, and what held before stays in sight."""
    desk.write(page, WELL)
    desk.held(page, "2", "3", "6")
    expect(page.get_by_test_id("problems")).to_be_hidden()
    desk.write(page, WELL.replace("      - not lower.sue\n", "      - not lower.sew\n"))
    problems = page.get_by_test_id("problems")
    expect(problems).to_contain_text("Did you mean “lower.sue”?")
    expect(problems.locator("button.wb-place").first).to_have_text("8:13")
    expect(page.locator(".cm-line .wb-problem").first).to_have_text("lower.sew")
    expect(page.locator(".wb-sign")).to_have_count(2)  # one keeps the room
    expect(page.get_by_test_id("stale")).to_be_visible()
    desk.held(page, "2", "3", "6")
    problems.locator("button.wb-place").first.click()
    expect(page.locator(".cm-content")).to_be_focused()
    for _ in "lower.sew":
        page.keyboard.press("Delete")
    page.keyboard.type("lower.sue")
    expect(page.get_by_test_id("stale")).to_have_count(0)
    expect(problems).to_be_hidden()
    desk.held(page, "2", "3", "6")


def _move_a_wish(page: Page) -> None:
    """Statements are dragged by the mouse and stepped by keyboard; what holds follows, with the difference."""
    page.get_by_test_id("view-forms").click()
    page.get_by_test_id("party-upper").click()
    formula = page.get_by_test_id("statement-0-formula")
    expect(formula).to_have_value("not lower.sue")
    desk.drag(page, page.get_by_test_id("statement-0-grip"), page.get_by_test_id("statement-1"))
    expect(formula).to_have_value("upper.pump")
    expect(page.get_by_test_id("difference")).to_contain_text("1 lost")
    desk.held(page, "2", "6")
    up = page.get_by_test_id("statement-1-up")
    up.focus()
    page.keyboard.press("Enter")
    expect(formula).to_have_value("not lower.sue")
    desk.held(page, "2", "+ 3", "6")
    grip = page.get_by_test_id("statement-0-grip")
    grip.focus()
    page.keyboard.press("ArrowDown")
    expect(formula).to_have_value("upper.pump")
    expect(page.get_by_test_id("statement-1-grip")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(formula).to_have_value("not lower.sue")
    desk.held(page, "2", "+ 3", "6")
    page.get_by_test_id("view-text").click()
    expect(page.locator(".cm-content")).to_contain_text("# kept")
    assert desk.written(page) == WELL


def _explain(page: Page) -> None:
    page.locator('[data-testid="holding"] [data-state="3"]').click()
    about = page.get_by_test_id("graph-about")
    expect(about).to_contain_text("Share the cost of the well")
    expect(about).to_contain_text("Upper village")
    expect(page.get_by_test_id("tab-graph")).to_have_attribute("aria-selected", "true")


def _examine_worlds(page: Page) -> None:
    """A long run shows how far it is, and can be stopped and asked again."""
    page.get_by_test_id("tab-robustness").click()
    page.get_by_test_id("robust-shake").check()
    worlds = page.get_by_test_id("robust-worlds")
    worlds.fill("1000000")
    worlds.press("Tab")
    page.get_by_test_id("run-robust-start").click()
    words = page.get_by_test_id("run-robust-words")
    bar = page.get_by_test_id("run-robust-progress")
    expect(bar).to_be_visible()
    expect(page.get_by_test_id("run-robust-start")).to_be_disabled()
    page.get_by_test_id("run-robust-stop").click()
    expect(words).to_have_text("It was stopped.")
    expect(bar).to_be_hidden()
    page.get_by_test_id("robust-shake").uncheck()
    worlds.fill("50")
    worlds.press("Tab")
    page.get_by_test_id("run-robust-start").click()
    expect(words).to_contain_text("It took")
    panel = page.get_by_test_id("panel-robustness")
    expect(panel).to_contain_text("examined")
    expect(panel).to_contain_text("agreement")


def _what_would_have_to_change(page: Page) -> None:
    page.get_by_test_id("tab-change").click()
    page.get_by_test_id("change-target").select_option("quarrel")
    page.get_by_test_id("run-change-start").click()
    expect(page.get_by_test_id("run-change-words")).to_contain_text("It took")
    expect(page.get_by_test_id("sections-change")).to_contain_text("quarrel")


def _save(page: Page, folder: Path) -> None:
    page.get_by_test_id("save").click()
    name = page.get_by_test_id("save-as-name")
    expect(name).to_be_visible()
    name.fill("../well.yaml")
    page.get_by_test_id("save-as-done").click()
    expect(page.get_by_test_id("save-as-trouble")).to_contain_text("cannot be the name of a file")
    name.fill("well.yaml")
    page.get_by_test_id("save-as-done").click()
    expect(page.get_by_test_id("state")).to_have_text("saved")
    expect(page.get_by_test_id("name")).to_have_text("well.yaml")
    assert (folder / "well.yaml").read_text("utf-8") == WELL
    assert [path.name for path in folder.parent.iterdir() if "well" in path.name] == []
    expect(page).to_have_url(re.compile(r"/model/file/well\.yaml$"))
    page.reload()
    desk.held(page, "2", "3", "6")


def _export(page: Page, tmp_path: Path) -> None:
    page.get_by_test_id("tab-export").click()
    with page.expect_download() as download:
        page.get_by_test_id("export-report.html").click()
    path = tmp_path / download.value.suggested_filename
    assert path.name == "well-report.html"
    download.value.save_as(path)
    with page.context.browser.new_context() as context:  # type: ignore[union-attr]
        asked: list[str] = []
        context.route("**/*", lambda route: asked.append(route.request.url) or route.continue_())
        report = context.new_page()
        report.goto(path.as_uri())
        expect(report.locator("h1")).to_have_text("A well between two villages")
        expect(report.locator("main")).to_contain_text("agreement")
        assert asked == [path.as_uri()]
