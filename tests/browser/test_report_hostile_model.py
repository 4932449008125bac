"""A model whose every word is an attack: its report shows the words and runs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import models
from tests.browser.hostility import unharmed
from tests.browser.reports import html, opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where reports are written."""
    return tmp_path_factory.mktemp("reports")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", ["hostile", "drawn"])
def test_no_script_of_a_model_runs(browser: Browser, folder: Path, name: str, language: str) -> None:
    with opened(browser, folder, name, language) as watched:
        page = watched.page
        page.locator("[data-do=open]").click()
        for found in page.locator("svg.state-graph g.node").all()[:6]:
            found.hover(force=True)
        for choice in page.locator(".filters select").all()[:2]:
            if choice.is_visible():
                choice.select_option(index=1)
        for sort in page.locator("th button.sort").all()[:6]:
            if sort.is_visible():
                sort.click()
        unharmed(page)
        expect(page.locator("h1")).to_contain_text("window.__pwned")
        title = page.title()
        assert "Two villages" in title or "A hand-drawn map" in title
        watched.quiet()


def test_it_is_the_policy_of_the_page_too_that_no_script_runs(browser: Browser, folder: Path) -> None:
    with opened(browser, folder, "elmira") as watched:
        page = watched.page
        page.evaluate(
            """() => {
            const box = document.createElement("div");
            document.body.append(box);
            box.innerHTML = '<img src=x onerror="window.__pwned = 1"><a href="javascript:window.__pwned = 2">x</a>';
            const script = document.createElement("script");
            script.textContent = "window.__pwned = 3";
            box.append(script);
            box.querySelector("a").click();
            }"""
        )
        page.wait_for_timeout(200)
        assert page.evaluate("window.__pwned") is None
        assert any("Content Security Policy" in error for error in watched.errors)


def test_every_attack_is_in_the_report_as_words() -> None:
    from html import unescape

    found = unescape(html("hostile"))
    assert [attack for attack in models.ATTACKS[:-3] if attack not in found] == []
    assert "<script>window" not in html("hostile")
