"""The few elements that the page is made of: plain ones of HTML, whose words are text nodes."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Self

from markupsafe import escape
from nicegui.elements.mixins.text_element import TextElement

from detente.errors import printable
from detente.report.speech import language, speaking

VALUE = "(event) => emit(event.target.value)"


def spoken(handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what answers an event in the language in which the page is made; events come without one."""
    chosen = language()

    def told(event: Any) -> Any:
        with speaking(chosen):
            found = handler(event)
        return later(found) if inspect.iscoroutine(found) else found

    async def later(found: Awaitable[Any]) -> Any:
        with speaking(chosen):
            return await found

    return told


class Tag(TextElement):
    """An element of HTML with a text, attributes and classes; what stands in it is made within ``with``."""

    options: Mapping[str, str] = MappingProxyType({})
    """Of a choice: what there is to choose."""

    def __init__(self, tag: str, words: str = "", classes: str = "", **attributes: Any) -> None:
        super().__init__(tag=tag, text=printable(words))
        if classes:
            self._classes.extend(classes.split())
        for name, value in attributes.items():
            if value is not None and value is not False:
                self._props[name.rstrip("_").replace("_", "-")] = "" if value is True else value
        if "data_testid" in attributes:
            self.mark(str(attributes["data_testid"]))

    def set(self, **attributes: Any) -> Tag:
        """Set attributes; ``_`` stands for ``-``, None removes one."""
        for name, value in attributes.items():
            name = name.rstrip("_").replace("_", "-")
            if value is None or value is False:
                self._props.pop(name, None)
            else:
                self._props[name] = "" if value is True else value
        self.update()
        return self

    def on(self, type: str, handler: Any = None, args: Any = None, **more: Any) -> Self:
        """Answer an event, in the language of the page."""
        return super().on(type, None if handler is None else spoken(handler), args, **more)

    def say(self, words: str) -> None:
        """Show another text."""
        self.text = printable(words)


def button(
    words: str, pressed: Callable[[], Any], *, testid: str, label: str = "", classes: str = "", **attributes: Any
) -> Tag:
    """Make a button; ``label`` is what it is called where the words are a sign only."""
    found = Tag("button", words, classes, type="button", data_testid=testid, **attributes)
    if label:
        found.set(aria_label=label, title=label)
    found.on("click", lambda _: pressed())
    return found


def select(
    label: str,
    options: Mapping[str, str],
    value: str,
    chosen: Callable[[str], Any],
    *,
    testid: str,
    hidden_label: bool = False,
    classes: str = "",
) -> Tag:
    """Make a labelled choice of one of several."""
    if hidden_label:
        found = Tag("select", "", f"wb-bare {classes}", data_testid=testid, aria_label=label, title=label)
    else:
        with Tag("label", "", f"wb-field {classes}"):
            Tag("span", label, "wb-label")
            found = Tag("select", data_testid=testid)
    found._text = None
    fill(found, options, value)

    def choose(words: str) -> Any:
        fill(found, found.options, words)  # else what was chosen before comes back when the page is drawn anew
        return chosen(words)

    found.on("change", lambda event: choose(str(event.args)), js_handler=VALUE)
    return found


def fill(found: Tag, options: Mapping[str, str], value: str) -> None:
    """Let a choice have these options.

    They are one attribute, not an element each: a list of wishes has hundreds, and is made anew while one drags.
    """
    marks = (
        f'<option value="{escape(key)}"{" selected" if key == value else ""}>{escape(printable(words))}</option>'
        for key, words in options.items()
    )
    found.options = dict(options)
    found.set(innerHTML="".join(marks))


def checkbox(label: str, on: bool, changed: Callable[[], Any], *, testid: str, hidden_label: bool = False) -> Tag:
    """Make a labelled box to tick; told when it is changed."""
    with Tag("label", "", "wb-check"):
        found = Tag("input", type="checkbox", checked=on or None, data_testid=testid)
        found.on("change", lambda _: changed(), js_handler="() => emit()")
        Tag("span", label, "wb-hidden" if hidden_label else "")
    return found
