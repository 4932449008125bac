"""Nothing that was typed is lost: two tabs, a reload, a file changed by others, a killed server, undo."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser import desk
from tests.browser.desk import WELL, opened, put, type_after
from tests.browser.serving import Served, serving


def test_two_tabs_on_one_file(browser: Browser, served: Served) -> None:
    put(served, "tabs.yaml")
    with desk.window(browser, served) as window:
        one, two = opened(window.page(), served, "tabs.yaml"), opened(window.page(), served, "tabs.yaml")
        type_after(one, "title: A well", " and more")
        expect(two.locator(".cm-line").first).to_contain_text("and more")
        one.bring_to_front()
        type_after(one, "name: Upper village", " ONE")
        two.bring_to_front()
        type_after(two, "share: Share the cost", " TWO")
        for page in (one, two):
            expect(page.locator(".cm-content")).to_contain_text("Upper village ONE")
            expect(page.locator(".cm-content")).to_contain_text("the well TWO")
        assert desk.written(one) == desk.written(two)
        one.get_by_test_id("view-forms").click()
        one.get_by_test_id("party-upper").click()
        one.get_by_test_id("statement-1-up").click()
        desk.held(two, "2", "6")
        two.get_by_test_id("save").click()
        expect(one.get_by_test_id("state")).to_have_text("saved")
        assert (served.folder / "tabs.yaml").read_text("utf-8") == desk.written(two)
        window.quiet()


def test_both_type_at_once(browser: Browser, served: Served) -> None:
    put(served, "race.yaml")
    with desk.window(browser, served) as window:
        one, two = opened(window.page(), served, "race.yaml"), opened(window.page(), served, "race.yaml")
        for page, words in ((one, "title: A well"), (two, "sue: {name: Go")):
            page.bring_to_front()
            page.locator(".cm-line").filter(has_text=words).first.click()
            page.keyboard.press("End")
            page.keyboard.type(" #")
        for _ in range(15):
            for page, letter in ((one, "o"), (two, "t")):
                page.keyboard.type(letter)
        for page in (one, two):
            expect(page.locator(".cm-line").filter(has_text="title: A well")).to_contain_text("o" * 15)
            expect(page.locator(".cm-line").filter(has_text="sue: {name: Go")).to_contain_text("t" * 15)
        assert desk.written(one) == desk.written(two)
        window.quiet()


def test_a_reload_loses_nothing(browser: Browser, served: Served) -> None:
    path = put(served, "reload.yaml")
    with desk.window(browser, served) as window:
        page = opened(window.page(), served, "reload.yaml")
        type_after(page, "title: A well", " #1")
        page.reload()
        page.get_by_test_id("view-text").click()
        expect(page.locator(".cm-line").first).to_contain_text("#1")
        expect(page.get_by_test_id("state")).to_have_text("not saved")
        assert path.read_text("utf-8") == WELL
        page.get_by_test_id("undo").click()
        expect(page.locator(".cm-line").first).not_to_contain_text("#1")
        expect(page.get_by_test_id("state")).to_have_text("saved")
        page.get_by_test_id("redo").click()
        expect(page.locator(".cm-line").first).to_contain_text("#1")
        page.keyboard.press("ControlOrMeta+s")
        expect(page.get_by_test_id("state")).to_have_text("saved")
        assert path.read_text("utf-8") == WELL.replace("# kept\n", "# kept #1\n")
        window.quiet()


def test_undo_and_redo_by_keys_in_text_and_forms(browser: Browser, served: Served) -> None:
    put(served, "undo.yaml")
    with desk.window(browser, served) as window:
        page = opened(window.page(), served, "undo.yaml")
        page.get_by_test_id("view-forms").click()
        page.get_by_test_id("party-upper").click()
        page.get_by_test_id("statement-1-up").click()
        desk.held(page, "2", "6")
        page.get_by_test_id("view-text").click()
        page.locator(".cm-content").click()
        page.keyboard.press("ControlOrMeta+z")
        desk.held(page, "2", "+ 3", "6")
        assert desk.written(page) == WELL
        page.keyboard.press("ControlOrMeta+Shift+Z")
        desk.held(page, "2", "6")
        page.keyboard.press("ControlOrMeta+z")
        desk.held(page, "2", "+ 3", "6")
        expect(page.get_by_test_id("undo")).to_be_disabled()
        window.quiet()


def test_a_file_changed_by_others_is_not_overwritten(browser: Browser, served: Served) -> None:
    path = put(served, "disk.yaml")
    theirs = WELL.replace("between two villages", "that others dug")
    with desk.window(browser, served) as window:
        page = opened(window.page(), served, "disk.yaml")
        path.write_text(theirs, "utf-8")  # nothing of one's own: it is simply read again
        expect(page.locator(".cm-line").first).to_contain_text("that others dug")
        expect(page.get_by_test_id("changed-on-disk")).to_have_count(0)
        type_after(page, "title: A well", " #mine")
        expect(page.get_by_test_id("state")).to_have_text("not saved")
        path.write_text(WELL, "utf-8")
        expect(page.get_by_test_id("changed-on-disk")).to_be_visible()
        page.get_by_test_id("save").click()
        expect(page.get_by_test_id("say")).to_contain_text("Nothing was overwritten")
        assert path.read_text("utf-8") == WELL
        page.get_by_test_id("keep-both").click()
        expect(page.locator(".cm-line").first).to_contain_text("between two villages")
        assert path.read_text("utf-8") == WELL
        assert "#mine" in (served.folder / "disk-mine.yaml").read_text("utf-8")
        type_after(page, "title: A well", " #again")
        expect(page.get_by_test_id("state")).to_have_text("not saved")
        path.write_text(theirs, "utf-8")
        page.get_by_test_id("take-theirs").click()
        expect(page.locator(".cm-line").first).to_contain_text("that others dug")
        page.get_by_test_id("undo").click()
        expect(page.locator(".cm-line").first).to_contain_text("#again")
        path.write_text(WELL, "utf-8")
        page.get_by_test_id("keep-mine").click()
        expect(page.get_by_test_id("state")).to_have_text("saved")
        assert "#again" in path.read_text("utf-8")
        window.quiet()


def test_a_killed_server_offers_what_was_not_saved(browser: Browser, tmp_path: Path) -> None:
    folder, state = tmp_path / "models", tmp_path / "state"
    folder.mkdir()
    state.mkdir()
    path = folder / "killed.yaml"
    path.write_text(WELL, "utf-8")
    with serving(folder, state) as served:
        with desk.window(browser, served) as window:
            page = opened(window.page(), served, "killed.yaml")
            type_after(page, "title: A well", " #unsaved")
            expect(page.get_by_test_id("state")).to_have_text("not saved")
            other = window.page(served.base)
            other.get_by_test_id("new-model").click()
            other.get_by_test_id("view-text").click()
            desk.write(other, WELL.replace("A well", "A new well"))
            desk.held(other, "2", "3", "6")
            page.wait_for_timeout(2500)  # texts are kept every second
            window.quiet()
        served.kill()
    assert path.read_text("utf-8") == WELL
    with serving(folder, state) as served, desk.window(browser, served) as window:
        page = window.page(served.base)
        expect(page.get_by_test_id("files")).to_contain_text("has unsaved changes")
        expect(page.get_by_test_id("unsaved").locator("a")).to_have_count(1)
        page.get_by_test_id("unsaved").locator("a").click()
        page.get_by_test_id("view-text").click()
        expect(page.locator(".cm-line").first).to_contain_text("A new well")
        page.goto(served.at("file/killed.yaml"))
        page.get_by_test_id("view-text").click()
        expect(page.get_by_test_id("restored")).to_be_visible()
        expect(page.locator(".cm-line").first).to_contain_text("#unsaved")
        page.get_by_test_id("restored-back").click()
        expect(page.locator(".cm-line").first).not_to_contain_text("#unsaved")
        page.get_by_test_id("undo").click()
        expect(page.locator(".cm-line").first).to_contain_text("#unsaved")
        window.quiet()


def test_what_is_typed_while_the_server_is_away_is_sent_when_it_is_back(browser: Browser, tmp_path: Path) -> None:
    folder, state = tmp_path / "models", tmp_path / "state"
    folder.mkdir()
    state.mkdir()
    (folder / "away.yaml").write_text(WELL, "utf-8")
    with serving(folder, state) as served, desk.window(browser, served) as window:
        page = opened(window.page(), served, "away.yaml")
        port = served.port
        served.kill()
        type_after(page, "title: A well", " #away")
        expect(page.locator(".wb-unsent")).to_have_count(1)
        with serving(folder, state, "--port", str(port)) as again:
            assert again.port == port
            page.wait_for_timeout(4000)
            fresh = window.page(again.at("file/away.yaml"))
            fresh.get_by_test_id("view-text").click()
            expect(fresh.locator(".cm-line").first).to_contain_text("#away")
