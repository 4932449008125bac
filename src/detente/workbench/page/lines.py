"""Lines of text to write into: nothing that is written there is lost while the page is made anew around it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from nicegui import Client, context, ui

from detente.workbench.page.parts import Tag, spoken

LATE = 10.0
"""Seconds for which a line that was made anew may still tell what was written before the browser knew of it."""

Told = Callable[[str], Any]


class Lines:
    """The lines of one page, by their number.

    What a browser tells of an element that is gone is not heard. So lines tell it to the page, which remembers for some
    seconds what the ones that are gone were for.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._told: dict[int, Told] = {}
        self._gone: dict[int, float] = {}
        self._swept = 0
        ui.on("wb-line", self._hear)

    def add(self, found: Tag, told: Told) -> None:
        """Let a line be heard."""
        self._told[found.id] = spoken(told)
        if len(self._told) > 2 * self._swept + 100:
            self._sweep()

    def _hear(self, event: Any) -> None:
        number, words = event.args
        told = self._told.get(int(number))
        if told is not None:
            told(str(words))

    def _sweep(self) -> None:
        now = time.monotonic()
        live = self._client.elements
        for number in [number for number in self._told if number not in live]:
            if now - self._gone.setdefault(number, now) > LATE:
                del self._told[number], self._gone[number]
        self._swept = len(self._told)


_pages: WeakKeyDictionary[Client, Lines] = WeakKeyDictionary()


def tells(found: Tag, told: Told) -> str:
    """Let a line be heard, and return the script with which it tells the words of ``event.target``."""
    client = context.client
    if client not in _pages:
        with client:
            _pages[client] = Lines(client)
    _pages[client].add(found, told)
    return f"wb.tell({found.id}, event.target)"


def line(label: str, value: str, *, testid: str, hint: str = "", hidden_label: bool = False, classes: str = "") -> Tag:
    """Make a labelled line of text that tells nobody yet.

    The value is given as an attribute (``^`` says so to Vue), not as a property: a property is set again whenever
    anything on the page is made anew, over what somebody is writing there.
    """
    attributes: dict[str, Any] = {"type": "text", "^value": value, "placeholder": hint or None, "autocomplete": "off"}
    if hidden_label:
        return Tag("input", "", f"wb-bare {classes}", data_testid=testid, aria_label=label, **attributes)
    with Tag("label", "", f"wb-field {classes}"):
        Tag("span", label, "wb-label")
        return Tag("input", data_testid=testid, **attributes)


def field(
    label: str,
    value: str,
    changed: Told,
    *,
    testid: str,
    hint: str = "",
    hidden_label: bool = False,
    event: str = "change",
    classes: str = "",
) -> Tag:
    """Make a labelled line of text, told when it is left or Enter is pressed."""
    found = line(label, value, testid=testid, hint=hint, hidden_label=hidden_label, classes=classes)
    found.on(event, js_handler=f"(event) => {tells(found, changed)}")
    return found


def adder(found: Tag, add_button: Tag, testid: str, add: Callable[[str], bool]) -> None:
    """Let a line name something new, told by Enter or by a button.

    It is emptied in the browser as soon as it is told, so that what is typed next is not taken for the same; where
    nothing could be added, the words are put back.
    """

    def told(words: str) -> None:
        if words.strip() and not add(words):
            ui.run_javascript(f"wb.untold({json.dumps(testid)}, {json.dumps(words)})")

    tell = tells(found, told)
    found.on("keydown.enter", js_handler=f"(event) => {{ {tell}; wb.emptied(event.target); }}")
    pressed = f"const event = {{ target: wb.named({json.dumps(testid)}) }}; {tell}; wb.emptied(event.target);"
    add_button.on("click", js_handler=f"() => {{ {pressed} }}")


def wrong(found: Tag) -> None:
    """Mark a line whose words could not be taken; they stay, to be mended."""
    ui.run_javascript(f"wb.wrong({json.dumps(found.html_id)})")


def put_back(found: Tag, value: str) -> None:
    """Show a value in a line again, instead of what was written there."""
    ui.run_javascript(f"wb.putBack({json.dumps(found.html_id)}, {json.dumps(value)})")
