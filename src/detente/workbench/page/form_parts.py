"""What the forms have in common: a line for a formula, the button that removes, the line that adds."""

from __future__ import annotations

from collections.abc import Callable

from detente.language.source import Path
from detente.report.speech import _
from detente.workbench import edits
from detente.workbench.outline import Item, outline
from detente.workbench.page import lines
from detente.workbench.page.parts import Tag, button
from detente.workbench.page.session import Session


def formula_field(session: Session, item: Item, testid: str) -> Tag:
    """Make the line in which a formula is changed."""

    def change(words: str) -> None:
        if not at_item(session, item, lambda place: session.by(edits.statement_changed, place.at or place.path)(words)):
            lines.wrong(found)

    found = lines.field(
        _("Formula"), item.that, change, testid=testid, hidden_label=True, classes="wb-formula wb-row-body"
    )
    found.set(spellcheck="false")
    return found


def at_item(session: Session, item: Item, edit: Callable[[Item], bool]) -> bool:
    """Change a statement, restriction or outcome where it stands by now; return whether it could be done."""
    place = where_now(session, item)
    if place is None:
        session.say(_("This line is not what it was: somebody else changed it. Nothing was changed."))
        return False
    return edit(place)


def where_now(session: Session, item: Item) -> Item | None:
    """Return a statement, restriction or outcome where it stands by now; None where it is not there, or not alone."""
    desk = session.model.desk
    found = outline(desk.text, desk.kind)
    if found is None:
        return item  # an edit of such a text is refused anyway
    rows = [row for party in found.parties for row in party.lists]
    every = [*(one for row in rows for one in row.items), *found.restrictions, *found.outcomes]
    same = [
        one for one in every if one.path[:-1] == item.path[:-1] and (one.that, one.words) == (item.that, item.words)
    ]
    here = [one for one in same if one.path == item.path]
    return (here or same)[0] if here or len(same) == 1 else None


def remove_button(session: Session, part: Path | Item, words: str, testid: str) -> None:
    """Make the button that removes a part."""

    def remove() -> bool:
        if isinstance(part, Item):
            return at_item(session, part, lambda place: session.by(edits.removed, place.path)())
        return session.by(edits.removed, part)()

    button(
        "✕",
        remove,
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
