"""A report can be used by everybody: no barriers that axe knows, all by keyboard, filters that do what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import barriers
from tests.browser.reports import NAMES, opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where reports are written."""
    return tmp_path_factory.mktemp("reports")


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_barrier(browser: Browser, folder: Path, name: str) -> None:
    with opened(browser, folder, name, color_scheme="light") as watched:
        page = watched.page
        page.get_by_role("button", name="Open all explanations").click()
        assert barriers(page) == []
        page.emulate_media(color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 25, 29)"
        assert barriers(page, "color-contrast") == []
        watched.quiet()


def test_german_reports_have_no_barriers_either(browser: Browser, folder: Path) -> None:
    with opened(browser, folder, "everything", "de") as watched:
        page = watched.page
        assert page.locator("html").get_attribute("lang") == "de"
        assert barriers(page) == []
        watched.quiet()


def test_the_keyboard_is_enough(browser: Browser, folder: Path) -> None:
    with opened(browser, folder, "everything") as watched:
        page = watched.page
        page.keyboard.press("Tab")
        skip = page.locator("a.skip")
        expect(skip).to_be_focused()
        assert skip.bounding_box()["x"] >= 0  # type: ignore[index]
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#content"
        page.keyboard.press("Tab")
        assert page.evaluate("Boolean(document.activeElement.closest('main'))")
        fold = page.locator("main details").first
        page.locator("main summary").first.focus()
        page.keyboard.press("Enter")
        expect(fold).to_have_attribute("open", "")
        page.keyboard.press("Space")
        expect(fold).not_to_have_attribute("open", "")
        watched.quiet()


def test_every_control_can_be_reached_and_seen(browser: Browser, folder: Path) -> None:
    with opened(browser, folder, "cuban_missile_crisis") as watched:
        page = watched.page
        controls = "Array.from(document.querySelectorAll('button, select, input, summary, a[href]'))"
        wanted = page.evaluate(f"{controls}.filter((found) => found.checkVisibility()).length")
        reached = set()
        for _ in range(wanted + 60):
            page.keyboard.press("Tab")
            seen = page.evaluate(
                f"""() => {{
                const at = document.activeElement;
                const outlined = getComputedStyle(at).outlineStyle !== "none";
                return [{controls}.indexOf(at), at === document.body || outlined];
                }}"""
            )
            assert seen[1], "what has the focus shows it"
            if seen[0] >= 0:
                reached.add(seen[0])
        assert len(reached) == wanted
        watched.quiet()


def test_filters_of_the_option_table(browser: Browser, folder: Path) -> None:
    with opened(browser, folder, "large") as watched:
        page = watched.page
        part = page.locator(".tableau-part").first
        heads = part.locator(".on-screen thead tr").first.locator("th:not([hidden])")
        counted = part.locator("output")
        before = heads.count()
        assert f"{before - 1} of {before - 1}" in (counted.text_content() or "")
        only = part.get_by_role("checkbox", name="only what can hold")
        only.focus()
        page.keyboard.press("Space")
        held = heads.count() - 1
        assert 0 < held < before - 1
        assert f"{held} of {before - 1}" in (counted.text_content() or "")
        outcome = part.get_by_label("Outcome")
        outcome.select_option(label="war")
        fewer = heads.count() - 1
        assert fewer <= held
        shown = part.locator(".on-screen tbody tr").nth(1).locator("td:not([hidden])")
        assert shown.count() in (fewer, 1)
        outcome.select_option(index=0)
        only.uncheck()
        assert heads.count() == before
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        watched.quiet()


def test_tables_are_sorted(browser: Browser, folder: Path) -> None:
    with opened(browser, folder, "everything") as watched:
        table = watched.page.locator("section#argument table.sortable").first
        button = table.get_by_role("button", name="verdict")
        button.focus()
        watched.page.keyboard.press("Enter")
        cells = table.locator("tbody tr > :nth-child(2)").all_text_contents()
        order = ["holds", "partly", "fails"]
        places = [next(k for k, word in enumerate(order) if word in cell) for cell in cells]
        assert places == sorted(places)
        expect(table.locator("th[aria-sort='ascending']")).to_have_count(1)
        watched.page.keyboard.press("Enter")
        expect(table.locator("th[aria-sort='descending']")).to_have_count(1)
        assert table.locator("tbody tr > :nth-child(2)").all_text_contents() != cells
        watched.quiet()


def test_dark_or_light_by_a_button(browser: Browser, folder: Path) -> None:
    with opened(browser, folder, "elmira", color_scheme="light") as watched:
        page = watched.page
        paper = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(paper)
        page.get_by_role("button", name="Dark or light").click()
        assert page.evaluate(paper) != light
        page.get_by_role("button", name="Dark or light").click()
        assert page.evaluate(paper) == light
        watched.quiet()


def test_a_state_of_the_map_stands_out_by_keyboard(browser: Browser, folder: Path) -> None:
    with opened(browser, folder, "elmira") as watched:
        page = watched.page
        node = page.locator("svg.state-graph g.node").first
        node.focus()
        assert page.locator("svg.state-graph g.edge.faint").count() > 0
        assert node.get_attribute("aria-label")
        page.locator("a.skip").focus()
        assert page.locator("svg.state-graph .faint").count() == 0
        watched.quiet()
