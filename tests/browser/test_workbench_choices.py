"""What is chosen stays chosen, what was done is said, and what is wrong is said where one looks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import desk
from tests.browser.desk import WELL, opened, put, type_after
from tests.browser.serving import Served


def test_choices_stay_as_they_were_made(browser: Browser, served: Served) -> None:
    with desk.window(browser, served) as window:
        page = window.page(served.at("library/shared_river"))
        n = page.get_by_test_id("n-holding")
        expect(n).to_be_visible()
        under_seq = n.text_content()
        concept = page.get_by_test_id("concept")
        concept.select_option("nash")
        expect(n).not_to_have_text(under_seq or "")
        expect(concept).to_have_value("nash")
        page.get_by_test_id("compared-with").select_option("file")
        page.get_by_test_id("tab-graph").click()
        way = page.get_by_test_id("graph-to")
        goal = way.locator("option").nth(1).get_attribute("value") or ""
        way.select_option(goal)
        page.get_by_test_id("tab-overview").click()
        page.get_by_test_id("tab-graph").click()
        concept.select_option("seq")
        expect(n).to_have_text(under_seq or "")
        expect(concept).to_have_value("seq")
        expect(page.get_by_test_id("compared-with")).to_have_value("file")
        expect(way).to_have_value(goal)
        concept.select_option("gmr")
        page.get_by_test_id("reading").select_option(index=1)
        reading = page.get_by_test_id("reading").input_value()
        page.get_by_test_id("language").select_option("de")
        expect(page.get_by_test_id("tab-durability")).to_have_text("Dauerhaftigkeit")
        expect(concept).to_have_value("gmr")
        expect(page.get_by_test_id("reading")).to_have_value(reading)
        window.quiet()


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ("keep-both", "Your text is in"),
        ("take-theirs", "This is the file as it was changed"),
        ("keep-mine", "Saved; the other change is overwritten"),
    ],
)
def test_what_becomes_of_two_changes_is_said(browser: Browser, served: Served, button: str, words: str) -> None:
    path = put(served, f"{button}.yaml")
    with desk.window(browser, served) as window:
        page = opened(window.page(), served, f"{button}.yaml")
        type_after(page, "title: A well", " #mine")
        expect(page.get_by_test_id("state")).to_have_text("not saved")
        path.write_text(WELL.replace("between two villages", "that others dug"), "utf-8")
        expect(page.get_by_test_id("changed-on-disk")).to_be_visible()
        page.get_by_test_id(button).click()
        expect(page.get_by_test_id("say")).to_contain_text(words)
        window.quiet()


def test_a_new_party_is_opened(browser: Browser, served: Served) -> None:
    put(served, "third.yaml")
    with desk.window(browser, served) as window:
        page = opened(window.page(), served, "third.yaml")
        page.get_by_test_id("view-forms").click()
        page.get_by_test_id("new-party").fill("The province")
        page.get_by_test_id("new-party").press("Enter")
        expect(page.get_by_test_id("party-name")).to_have_value("The province")
        page.get_by_test_id("new-option").fill("Forbid it")
        page.get_by_test_id("new-option").press("Enter")
        expect(page.get_by_test_id("option-0")).to_have_value("Forbid it")
        page.get_by_test_id("party-upper").click()
        expect(page.get_by_test_id("option-0")).to_have_value("Pump at night")
        window.quiet()


def test_a_formula_that_cannot_be_is_named_above_the_answers(browser: Browser, served: Served) -> None:
    put(served, "unknown.yaml")
    with desk.window(browser, served) as window:
        page = opened(window.page(), served, "unknown.yaml")
        page.get_by_test_id("view-forms").click()
        page.get_by_test_id("new-statement").fill("lower.shere")
        page.get_by_test_id("new-statement").press("Enter")
        expect(page.get_by_test_id("first-problem")).to_contain_text("lower.share")
        expect(page.get_by_test_id("stale")).to_be_visible()
        window.quiet()
