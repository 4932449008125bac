"""What somebody is writing into a form stays there while the page is made anew around it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import desk
from tests.browser.desk import opened, put, type_after
from tests.browser.serving import Served


def caret(page: Page, name: str) -> tuple[int, int]:
    found = page.get_by_test_id(name).evaluate("line => [line.selectionStart, line.selectionEnd]")
    return found[0], found[1]


@pytest.mark.parametrize(
    ("line", "words"),
    [("new-option", "Plant trees"), ("option-0", "Pump by day"), ("title", "Another well"), ("new-party", "Third")],
)
def test_what_is_being_written_stays(browser: Browser, served: Served, line: str, words: str) -> None:
    put(served, f"{line}.yaml")
    with desk.window(browser, served) as window:
        one, two = opened(window.page(), served, f"{line}.yaml"), opened(window.page(), served, f"{line}.yaml")
        one.get_by_test_id("view-forms").click()
        one.get_by_test_id("party-upper").click()
        if not line.startswith("new"):
            one.get_by_test_id(line).fill("")  # tells nobody before it is left
        one.get_by_test_id(line).focus()
        one.keyboard.type(words)
        one.keyboard.press("ArrowLeft")
        one.keyboard.press("Shift+ArrowLeft")
        for again in (" hither", " thither"):
            two.bring_to_front()
            type_after(two, "name: Upper village", again)  # the form of the parties is made anew
            expect(one.get_by_test_id("party-upper")).to_contain_text(again.strip())
            one.bring_to_front()
            expect(one.get_by_test_id(line)).to_have_value(words)
            expect(one.get_by_test_id(line)).to_be_focused()
            assert caret(one, line) == (len(words) - 2, len(words) - 1)
        one.keyboard.press("End")
        one.keyboard.press("Enter")
        expect(two.locator(".cm-content")).to_contain_text(words)
        window.quiet()


def test_one_name_after_the_other(browser: Browser, served: Served) -> None:
    names = [f"Village {place}" for place in range(5)]
    put(served, "names.yaml")
    with desk.window(browser, served) as window:
        page = opened(window.page(), served, "names.yaml")
        page.get_by_test_id("view-forms").click()
        page.get_by_test_id("new-party").focus()
        for name in names:
            page.keyboard.type(name)
            page.keyboard.press("Enter")
        page.keyboard.type("and on")
        for name in names:
            expect(page.locator(".wb-chips").get_by_text(name, exact=True)).to_have_count(1)
        expect(page.get_by_test_id("new-party")).to_have_value("and on")
        expect(page.get_by_test_id("new-party")).to_be_focused()
        window.quiet()


def test_what_cannot_be_added_is_put_back(browser: Browser, served: Served) -> None:
    put(served, "refused.yaml")
    with desk.window(browser, served) as window:
        page = opened(window.page(), served, "refused.yaml")
        page.get_by_test_id("view-forms").click()
        page.get_by_test_id("new-restriction").fill("upper.pump and (")
        page.get_by_test_id("new-restriction-add").click()
        expect(page.get_by_test_id("say")).to_be_visible()
        expect(page.get_by_test_id("new-restriction")).to_have_value("upper.pump and (")
        page.get_by_test_id("new-restriction").fill("upper.pump and lower.sue")
        page.get_by_test_id("new-restriction").press("Enter")
        expect(page.get_by_test_id("restriction-formula-1")).to_have_value("upper.pump and lower.sue")
        expect(page.get_by_test_id("new-restriction")).to_have_value("")
        window.quiet()


def test_nobody_is_called_away_from_what_he_writes(browser: Browser, served: Served) -> None:
    put(served, "focus.yaml")
    with desk.window(browser, served) as window:
        page = opened(window.page(), served, "focus.yaml")
        page.get_by_test_id("view-forms").click()
        page.get_by_test_id("new-party").fill("Third")
        page.get_by_test_id("new-party-add").click()
        page.get_by_test_id("title").focus()
        expect(page.locator(".wb-chips button")).to_have_count(3)
        page.wait_for_timeout(300)
        expect(page.get_by_test_id("title")).to_be_focused()
        window.quiet()


def test_half_a_formula_stays_with_the_wish_it_is_about(browser: Browser, served: Served) -> None:
    put(served, "half.yaml")
    with desk.window(browser, served) as window:
        one, two = opened(window.page(), served, "half.yaml"), opened(window.page(), served, "half.yaml")
        one.get_by_test_id("view-forms").click()
        one.get_by_test_id("party-upper").click()
        one.get_by_test_id("statement-1-formula").click()
        one.keyboard.press("End")
        one.keyboard.type(" or lower.sha")
        two.bring_to_front()
        two.get_by_test_id("view-forms").click()
        two.get_by_test_id("party-upper").click()
        two.get_by_test_id("statement-0-remove").click()
        expect(one.get_by_test_id("statement-2")).to_have_count(0)
        one.bring_to_front()
        expect(one.get_by_test_id("statement-0-formula")).to_have_value("upper.pump or lower.sha")
        expect(one.get_by_test_id("statement-0-formula")).to_be_focused()
        expect(one.get_by_test_id("statement-1-formula")).to_have_value("lower.share")
        assert "lower.sha\n" not in desk.written(two)
        one.keyboard.type("re")
        one.keyboard.press("Enter")
        expect(two.get_by_test_id("statement-0-formula")).to_have_value("upper.pump or lower.share")
        expect(two.get_by_test_id("statement-1-formula")).to_have_value("lower.share")
        window.quiet()


def test_words_that_nobody_can_read_stay_and_are_marked(browser: Browser, served: Served) -> None:
    put(served, "wrong.yaml")
    with desk.window(browser, served) as window:
        page = opened(window.page(), served, "wrong.yaml")
        page.get_by_test_id("view-forms").click()
        line = page.get_by_test_id("restriction-formula-0")
        line.fill("lower.share and (")
        line.press("Enter")
        expect(line).to_have_attribute("aria-invalid", "true")
        expect(line).to_have_value("lower.share and (")
        line.fill("lower.share and upper.pump")
        line.press("Enter")
        expect(line).to_have_value("lower.share and upper.pump")
        expect(page.locator("[aria-invalid]")).to_have_count(0)
        title = page.get_by_test_id("title")
        title.focus()
        page.keyboard.type(" junk")
        page.keyboard.press("Escape")
        expect(title).to_have_value("A well between two villages")
        window.quiet()


def test_keys_keep_their_place(browser: Browser, served: Served) -> None:
    put(served, "keys.yaml")
    with desk.window(browser, served) as window:
        page = opened(window.page(), served, "keys.yaml")
        page.get_by_test_id("view-forms").click()
        page.get_by_test_id("party-upper").click()
        page.get_by_test_id("statement-2-up").focus()
        for place in (1, 0):
            page.keyboard.press("Enter")
            expect(page.get_by_test_id(f"statement-{place}-formula")).to_have_value("lower.share")
            expect(page.get_by_test_id(f"statement-{place}-{'up' if place else 'down'}")).to_be_focused()
        page.get_by_test_id("statement-1-remove").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("statement-2")).to_have_count(0)
        expect(page.get_by_test_id("statement-1-remove")).to_be_focused()
        window.quiet()
