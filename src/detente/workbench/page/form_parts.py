"""What the forms have in common: a line for a formula, the button that removes, the line that adds."""

from __future__ import annotations

from collections.abc import Callable

from detente.language.source import Path
from detente.report.speech import _
from detente.workbench import edits
from detente.workbench.outline import Item
from detente.workbench.page import lines
from detente.workbench.page.parts import Tag, button
from detente.workbench.page.session import Session


def formula_field(session: Session, item: Item, testid: str) -> Tag:
    """Make the line in which a formula is changed."""

    def change(words: str) -> None:
        if not session.by(edits.statement_changed, item.at or item.path)(words):
            lines.put_back(found, item.that)

    found = lines.field(
        _("Formula"), item.that, change, testid=testid, hidden_label=True, classes="wb-formula wb-row-body"
    )
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
    with Tag("div", "", "wb-adder"):
        found = lines.line(label, "", testid=testid, hint=hint, hidden_label=True, classes="wb-grow")
        if formula:
            found.set(spellcheck="false")
        lines.adder(found, Tag("button", _("Add"), type="button", data_testid=f"{testid}-add"), testid, add)
