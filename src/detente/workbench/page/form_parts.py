"""What the forms have in common: a line for a formula, the button that removes, the line that adds."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from detente.language.source import Path
from detente.report.speech import _
from detente.workbench import edits
from detente.workbench.outline import Item
from detente.workbench.page.parts import Tag, button, field
from detente.workbench.page.session import Session


def formula_field(session: Session, item: Item, testid: str) -> Tag:
    """Make the line in which a formula is changed."""

    def change(words: str) -> None:
        if not session.by(edits.statement_changed, item.at or item.path)(words):
            found.set(value=item.that)

    found = field(_("Formula"), item.that, change, testid=testid, hidden_label=True, classes="wb-formula wb-row-body")
    found.set(spellcheck="false")
    return found


def remove_button(session: Session, path: Path, words: str, testid: str) -> None:
    """Make the button that removes a part."""
    button(
        "✕",
        session.by(edits.removed, path),
        testid=testid,
        label=_("Remove {what}").format(what=words),
        classes="wb-icon",
    )


def adder(label: str, hint: str, add: Callable[[str], bool], *, testid: str, formula: bool = False) -> None:
    """Make a line in which something new is named, and the button that adds it."""
    given = [""]

    def take(words: str) -> None:
        given[0] = words

    def done() -> None:
        if given[0].strip() and add(given[0]):
            given[0] = ""
            ui.run_javascript(f"wb.focus('[data-testid={testid}]', true)")

    with Tag("div", "", "wb-adder"):
        found = field(label, "", take, testid=testid, hint=hint, event="input", classes="wb-grow", hidden_label=True)
        if formula:
            found.set(spellcheck="false")
        found.on("keydown.enter", lambda _: done())
        button(_("Add"), done, testid=f"{testid}-add")
