"""A model whose every word is an attack, on the workbench: in tabs, forms, editor, messages and graph."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import desk, models
from tests.browser.hostility import unharmed
from tests.browser.serving import Served, serving

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
    "export",
    "graph",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A workbench on a folder with hostile models, one of them under a hostile name."""
    place = tmp_path_factory.mktemp("hostile")
    (place / "models").mkdir()
    (place / "state").mkdir()
    (place / "models" / "words.json").write_text(models.everything(models.hostile()), "utf-8")
    (place / "models" / "map.json").write_text(models.drawn(models.hostile()), "utf-8")
    (place / "models" / "<img src=x onerror=__pwned=1>.yaml").write_text(desk.WELL, "utf-8")
    broken = desk.WELL.replace("not lower.sue\n", "'<img src=x onerror=\"window.__pwned = 1\">'\n")
    (place / "models" / "broken.yaml").write_text(broken, "utf-8")
    with serving(place / "models", place / "state") as found:
        yield found


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", ["words", "map"])
def test_no_script_of_a_model_runs(browser: Browser, served: Served, name: str, language: str) -> None:
    with desk.window(browser, served, locale=language) as window:
        page = window.page(served.at(f"file/{name}.json"))
        expect(page.get_by_test_id("n-holding")).to_be_visible()
        for tab in TABS:
            page.get_by_test_id(f"tab-{tab}").click()
            expect(page.get_by_test_id(f"panel-{tab}")).to_be_visible()
            if tab not in ("graph", "export", "robustness", "change"):
                expect(page.get_by_test_id(f"sections-{tab}")).not_to_be_empty()
            unharmed(page)
        page.wait_for_function("window.wbGraph && window.wbGraph.nodes().length > 0")
        labels = page.evaluate("window.wbGraph.nodes().map((node) => node.data('label'))")
        assert any("__pwned" in label or "onerror" in label for label in labels) or name == "words"
        page.locator('[data-testid="holding"] button').first.click()
        expect(page.get_by_test_id("graph-about").locator("p")).not_to_have_count(0)
        for step in ("forward", "play", "fit"):
            page.get_by_test_id(f"graph-{step}").click()
        page.locator('[data-testid="holding"] button').first.hover()
        unharmed(page)
        page.get_by_test_id("trial").locator("summary").click()
        page.get_by_test_id("view-forms").click()
        for chip in page.locator(".wb-chips button").all():
            chip.click()
        page.get_by_test_id("view-text").click()
        page.locator(".cm-content").hover()
        unharmed(page)
        window.quiet()


def test_names_of_files_and_messages_are_words(browser: Browser, served: Served) -> None:
    with desk.window(browser, served) as window:
        page = window.page(served.base)
        page.get_by_test_id("files").get_by_text("<img src=x").click()
        desk.held(page, "2", "3", "6")
        expect(page.get_by_test_id("name")).to_contain_text("<img src=x")
        unharmed(page)
        page.goto(served.at("file/broken.yaml"))
        page.get_by_test_id("view-text").click()
        expect(page.get_by_test_id("problems")).to_be_visible()
        page.locator(".cm-line .wb-problem").first.hover()
        unharmed(page)
        page.goto(served.at("file/%3Cscript%3Ewindow.__pwned=1%3C%2Fscript%3E"))
        expect(page.locator(".wb-trouble")).to_be_visible()
        unharmed(page)
        assert window.dialogs == []
        assert window.elsewhere == []


def test_what_is_typed_into_forms_stays_words(browser: Browser, served: Served) -> None:
    with desk.window(browser, served) as window:
        page = window.page(served.base)
        page.get_by_test_id("new-model").click()
        page.get_by_test_id("view-forms").click()
        for attack in models.ATTACKS[:2]:
            page.get_by_test_id("new-party").fill(attack)
            page.get_by_test_id("new-party-add").click()
            expect(page.locator(".wb-chips")).to_contain_text("window.__pwned")
        expect(page.locator(".wb-chips button")).to_have_count(2)
        title = page.get_by_test_id("title")
        title.fill('"><script>window.__pwned = 1</script>')
        title.press("Tab")
        page.get_by_test_id("new-option").fill("</textarea><img src=x onerror=window.__pwned=2>")
        page.get_by_test_id("new-option").press("Enter")
        expect(page.get_by_test_id("option-0")).to_have_value("</textarea><img src=x onerror=window.__pwned=2>")
        page.get_by_test_id("new-outcome").fill("<svg onload=window.__pwned=3>")
        page.get_by_test_id("new-outcome-add").click()
        expect(page.get_by_test_id("say")).to_be_visible()
        unharmed(page)
        window.quiet()
