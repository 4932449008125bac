"""What every page has: style, scripts, the name of the program, and the choice of language and of light or dark."""

from __future__ import annotations

from nicegui import ui

from detente.report.speech import LANGUAGES, _
from detente.version import __version__
from detente.workbench.page.parts import Tag, button, select

NAMES = {"en": "English", "de": "Deutsch"}


def head(language: str) -> None:
    """Bring style and scripts into the page."""
    scripts = ("workbench", "lines", "graph", "report")
    ui.add_head_html(
        f'<link rel="stylesheet" href="/workbench/style.css?v={__version__}">'
        + "".join(f'<script src="/workbench/static/{name}.js?v={__version__}"></script>' for name in scripts)
        + f"<script>document.documentElement.lang = {language!r}</script>"
    )


def page_choices(language: str) -> None:
    """Make the choices of language, and of light or dark."""
    select(
        _("Language"),
        {key: NAMES[key] for key in LANGUAGES},
        language,
        lambda chosen: ui.run_javascript(f"wb.language('{chosen}')") if chosen in LANGUAGES else None,
        testid="language",
        hidden_label=True,
        classes="wb-quiet",
    )
    found = Tag("button", "◐", "wb-icon", type="button", data_testid="theme")
    found.set(aria_label=_("Light or dark"), title=_("Light or dark"))
    found.on("click", js_handler="() => wb.theme()")


def trouble(what: str, why: str) -> None:
    """Show that a page cannot be shown."""
    with Tag("div", "", "wb-trouble"):
        Tag("h1", what)
        Tag("p", why)
        Tag("a", _("Back to the beginning"), href="/", data_testid="back")


def notice(words: str) -> None:
    """Show a message for a few seconds, spoken by screen readers too."""
    import json

    ui.run_javascript(f"wb.say({json.dumps(words)})")


class Dialog:
    """A dialog of HTML: modal, closed by Escape.

    Parameters
    ----------
    title : str
    testid : str
    """

    def __init__(self, title: str, testid: str) -> None:
        self.element = Tag("dialog", "", "wb-dialog", data_testid=testid, aria_label=title)
        with self.element:
            with Tag("div", "", "wb-dialog-head"):
                Tag("h2", title)
                button("✕", self.close, testid=f"{testid}-close", label=_("Close"), classes="wb-icon")
            self.body = Tag("div", "", "wb-dialog-body")

    def open(self) -> None:
        """Show it."""
        ui.run_javascript(f"document.getElementById('{self.element.html_id}').showModal()")

    def close(self) -> None:
        """Hide it."""
        ui.run_javascript(f"document.getElementById('{self.element.html_id}').close()")


def html(content: str = "", classes: str = "", testid: str = "") -> ui.html:
    """Show HTML that our own writers made, who escape all that comes from a model."""
    found = ui.html(content, sanitize=False)
    if classes:
        found.classes(classes)
    if testid:
        found._props["data-testid"] = testid
    return found
