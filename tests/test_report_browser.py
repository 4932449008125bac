"""A report in a real browser, from disk, without a network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from detente.report.sections import report
from detente.report.writers.html import html_document
from tests.test_report import found
from tests.test_report_hostile import ALL_AT_ONCE, models, poisoned

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Yield a browser that cannot reach anything."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def opened(browser: Any, path: Path, text: str, **how: Any) -> tuple[Any, list[str]]:
    """Open a report from disk; return the page, and what was said, asked for or thrown meanwhile."""
    path.write_text(text, encoding="utf-8")
    page = browser.new_context(offline=True, **how).new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("dialog", lambda dialog: noise.append(dialog.message))
    page.on("request", lambda request: noise.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    return page, noise


def test_a_reader_looks_around(browser: Any, tmp_path: Path) -> None:
    page, noise = opened(browser, tmp_path / "report.html", html_document(report(found("all"))))
    assert page.title() == "A river"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    folds = page.locator("main details")
    assert folds.evaluate_all("all => all.filter(one => one.open).length") == 0
    page.get_by_role("button", name="Open all explanations").click()
    assert folds.evaluate_all("all => all.every(one => one.open)")
    page.get_by_role("button", name="Close all explanations").click()

    part = page.locator(".tableau-part").first
    heads = part.locator(".on-screen thead th:not(.stick)")
    total = heads.count()
    part.locator("[data-filter=only]").check()
    shown = heads.evaluate_all("all => all.filter(one => !one.hidden).length")
    held = heads.evaluate_all("all => all.filter(one => one.dataset.held).length")
    assert 0 < shown == held < total
    widths = part.locator(".on-screen tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].filter(one => !one.hidden).reduce((n, one) => n + one.colSpan, 0))"
    )
    assert set(widths) == {shown + 1}

    assert page.locator("g.faint").count() == 0
    page.locator("svg.state-graph g.node").first.hover()
    assert page.locator("svg.state-graph g.edge.faint").count() > 0

    names = page.locator("#premises tbody th")
    before = names.all_inner_texts()
    sort = page.locator("#premises th button.sort").first
    sort.click()
    assert page.locator("#premises th[aria-sort=ascending]").count() == 1
    sort.click()
    assert sorted(names.all_inner_texts()) == sorted(before)
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Dark or light").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    assert noise == []


@pytest.mark.parametrize("width", [360, 800, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out(browser: Any, tmp_path: Path, width: int, scheme: str) -> None:
    text = html_document(report(found("shared_river")))
    size = {"width": width, "height": 800}
    page, noise = opened(browser, tmp_path / "report.html", text, viewport=size, color_scheme=scheme)
    page.get_by_role("button", name="Open all explanations").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert noise == []


def test_without_scripts_all_is_there(browser: Any, tmp_path: Path) -> None:
    text = html_document(report(found("all")))
    page, noise = opened(browser, tmp_path / "report.html", text, java_script_enabled=False)
    assert page.locator("main section").count() == len(report(found("all")).sections)
    assert not page.locator(".tools").first.is_visible()
    page.locator("#why summary").first.click()
    assert page.locator("#why details .inside").first.is_visible()
    assert noise == []


def test_a_malicious_model_runs_nothing(browser: Any, tmp_path: Path) -> None:
    from detente.analysis.dossier import dossier

    text = html_document(report(dossier(poisoned(models()["all"], ALL_AT_ONCE))))
    page, noise = opened(browser, tmp_path / "report.html", text)
    page.get_by_role("button", name="Open all explanations").click()
    for box in page.locator("main section").all():
        box.hover()
    assert noise == []


def test_on_paper_folds_are_open(browser: Any, tmp_path: Path) -> None:
    page, _noise = opened(browser, tmp_path / "report.html", html_document(report(found("all"))))
    page.emulate_media(media="print")
    assert page.locator(".on-paper table").first.is_visible()
    assert not page.locator(".on-screen").first.is_visible()
    assert not page.locator(".tools").is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("main details").evaluate_all("all => all.every(one => one.open)")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("main details").evaluate_all("all => all.every(one => !one.open)")
    for size in ("A4", "Letter"):
        assert page.pdf(format=size).startswith(b"%PDF")
