"""A report opens from disk, with no network, with no script, and on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import overflowing
from tests.browser.reports import NAMES, opened

PAPER = {"A4": 210, "Letter": 216}
MARGINS, PIXELS = 32, 96 / 25.4
"""Millimetres on both sides together; pixels in one."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where reports are written."""
    return tmp_path_factory.mktemp("reports")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_asked_of_the_network(browser: Browser, folder: Path, name: str) -> None:
    with opened(browser, folder, name) as watched:
        page = watched.page
        expect(page.locator("h1")).to_be_visible()
        page.get_by_role("button", name="Open all explanations").click()
        for link in page.locator("nav.contents a").all():
            link.click()
        page.mouse.wheel(0, 100_000)
        watched.quiet()


def test_links_of_premises_lead_to_them(browser: Browser, folder: Path) -> None:
    with opened(browser, folder, "everything") as watched:
        page = watched.page
        wrong = page.evaluate(
            """() => Array.from(document.querySelectorAll('a[href^="#"]'))
            .map((link) => decodeURIComponent(link.getAttribute("href").slice(1)))
            .filter((id) => !document.getElementById(id))"""
        )
        assert wrong == []
        ids = page.evaluate("Array.from(document.querySelectorAll('[id]')).map((found) => found.id)")
        assert sorted(found for found in set(ids) if ids.count(found) > 1) == []
        watched.quiet()


def test_without_scripts_all_is_there(browser: Browser, folder: Path) -> None:
    with opened(browser, folder, "everything", java_script_enabled=False) as watched:
        page = watched.page
        for section in page.locator("main section").all():
            expect(section).to_be_visible()
        expect(page.locator("header .tools")).to_be_hidden()
        for place in range(page.locator(".filters").count()):
            expect(page.locator(".filters").nth(place)).to_be_hidden()
        fold = page.locator("main details").first
        inside = fold.locator(".inside").first
        expect(inside).to_be_hidden()
        fold.locator("summary").first.click()
        expect(inside).to_be_visible()
        hidden = page.locator("main [hidden]:not(.filters)")
        assert hidden.count() == 0
        watched.quiet()


@pytest.mark.parametrize("paper", PAPER)
@pytest.mark.parametrize("name", NAMES)
def test_on_paper_nothing_is_cut_off(browser: Browser, folder: Path, name: str, paper: str) -> None:
    inner = int((PAPER[paper] - MARGINS) * PIXELS)
    with opened(browser, folder, name, viewport={"width": inner, "height": 1000}) as watched:
        page = watched.page
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert overflowing(page, inner) == []
        for fold in page.locator("main details > .inside").all()[:5]:
            expect(fold).to_be_visible()
        expect(page.locator("header .tools")).to_be_hidden()
        assert all(not box.is_visible() for box in page.locator(".filters").all())
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        if name != "peace_delusion" or paper == "A4":
            made = page.pdf(format=paper, prefer_css_page_size=False)
            assert len(re.findall(rb"/Type\s*/Page\b", made)) > 1
        watched.quiet()


def test_folds_are_open_on_paper_without_scripts(browser: Browser, folder: Path) -> None:
    with opened(browser, folder, "everything", java_script_enabled=False) as watched:
        watched.page.emulate_media(media="print")
        for fold in watched.page.locator("main details > .inside").all()[:5]:
            expect(fold).to_be_visible()
        watched.quiet()


@pytest.mark.parametrize("width", [1280, 820])
@pytest.mark.parametrize("name", [*NAMES, "large"])
def test_no_page_is_wider_than_the_window(browser: Browser, folder: Path, name: str, width: int) -> None:
    with opened(browser, folder, name, viewport={"width": width, "height": 800}) as watched:
        page = watched.page
        page.get_by_role("button", name="Open all explanations").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert overflowing(page, width) == []
        watched.quiet()
