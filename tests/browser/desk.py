"""What a person does on the workbench, and sees there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser.serving import Served

SECONDS = 1000
expect.set_options(timeout=30 * SECONDS)  # machines that run tests are busy

WELL = """\
title: A well between two villages  # kept
decision_makers:
  upper:
    name: Upper village
    options:
      pump: Pump at night
    preferences:
      - not lower.sue
      - upper.pump
      - {that: lower.share, certainty: likely}
  lower:
    name: Lower village
    options:
      share: Share the cost of the well
      sue: {name: Go to court, irreversible: forward}
    preferences:
      - not upper.pump
      - not lower.sue if not upper.pump
      - {that: not lower.share, certainty: possible}
infeasible:
  - lower.share and lower.sue
outcomes:
  agreement: lower.share and not upper.pump
  quarrel: lower.sue
status_quo: [upper.pump]
"""
"""States 2, 3 and 6 hold under SEQ; 3, the agreement, no longer when the upper village wants to pump above all."""


@dataclass
class Window:
    """A browser of one person: errors and requests to other places are noted."""

    context: BrowserContext
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def page(self, url: str = "") -> Page:
        """Open a tab."""
        page = self.context.new_page()
        page.set_default_timeout(30 * SECONDS)
        page.on("console", lambda found: self.errors.append(found.text) if found.type == "error" else None)
        page.on("pageerror", lambda found: self.errors.append(str(found)))
        page.on("dialog", self._dialog)
        if url:
            page.goto(url)
        return page

    def _dialog(self, found: Any) -> None:
        self.dialogs.append(f"{found.type}: {found.message}")
        found.accept()

    def quiet(self) -> None:
        """Check that nothing went wrong."""
        assert self.errors == []
        assert self.elsewhere == []
        assert self.dialogs == []


@contextmanager
def window(browser: Browser, served: Served, **settings: Any) -> Iterator[Window]:
    """Open a browser of one person; requests to other places than the workbench are refused and noted."""
    given: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "locale": "en", **settings}
    context = browser.new_context(**given)
    found = Window(context)

    def away(route: Route) -> None:
        where = urlsplit(route.request.url)
        if where.scheme in ("data", "blob") or where.netloc == urlsplit(served.base).netloc:
            route.continue_()
        else:
            found.elsewhere.append(route.request.url)
            route.abort()

    context.route("**/*", away)
    try:
        yield found
    finally:
        context.close()


def write(page: Page, text: str) -> None:
    """Replace the text in the editor, as by pasting."""
    if not page.locator(".cm-content").is_visible():
        page.get_by_test_id("view-text").click()
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def put(served: Served, name: str) -> Path:
    """Put a model into the folder."""
    path = served.folder / name
    path.write_text(WELL, "utf-8")
    return path


def opened(page: Page, served: Served, name: str) -> Page:
    """Open a file as text."""
    page.goto(served.at(f"file/{name}"))
    held(page, "2", "3", "6")
    page.get_by_test_id("view-text").click()
    return page


def type_after(page: Page, words: str, more: str) -> None:
    """Put the cursor after words in the text, and type."""
    line = page.locator(".cm-line").filter(has_text=words).first
    line.click()
    page.keyboard.press("End")
    page.keyboard.press("End")  # of the line, not of its first row
    page.keyboard.type(more)


def written(page: Page) -> str:
    """Return the text in the editor, as far as it is in sight."""
    return "\n".join(page.locator(".cm-line").all_text_contents())


def holding(page: Page) -> list[str]:
    """Return the states that hold, as they are shown: with a + in front where they did not before."""
    return page.locator('[data-testid="holding"] button').all_text_contents()


def held(page: Page, *labels: str) -> None:
    """Wait until these states hold and no others, as they are shown."""
    expect(page.locator('[data-testid="holding"] button')).to_have_text(list(labels))


def drag(page: Page, what: Locator, to: Locator) -> None:
    """Drag by the mouse, beyond the middle of where to."""
    what.scroll_into_view_if_needed()
    begin, end = what.bounding_box(), to.bounding_box()
    assert begin is not None
    assert end is not None
    x, y = begin["x"] + begin["width"] / 2, begin["y"] + begin["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + (end["y"] - begin["y"]) / 2, steps=4)
    page.mouse.move(x, end["y"] + end["height"] * (1.2 if end["y"] > begin["y"] else -0.2), steps=6)
    page.mouse.up()
