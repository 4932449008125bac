"""What is wrong in the text: marked in it, and listed below it."""

from __future__ import annotations

from detente.report.speech import _, ngettext
from detente.workbench.desk import Problem
from detente.workbench.page.editor import Editor
from detente.workbench.page.parts import Tag
from detente.workbench.page.session import Session

MOST = 30


def show_problems(session: Session, editor: Editor) -> None:
    """List the problems of the text, each leading to its place, as long as there are any."""
    box = Tag("div", "", "wb-problems", data_testid="problems", role="status", aria_live="polite")
    shown: list[tuple[Problem, ...]] = [()]

    def show(session: Session) -> None:
        found = session.found.problems if session.found is not None else ()
        if found == shown[0] and found:
            return
        shown[0] = found
        editor.show_problems(found)
        box.clear()
        box.classes(remove="wb-none") if found else box.classes("wb-none")
        with box:
            _list(found, editor)

    session.first.append(show)


def _list(found: tuple[Problem, ...], editor: Editor) -> None:
    if not found:
        return
    Tag("p", ngettext("{n} problem", "{n} problems", len(found)).format(n=len(found)), "wb-problems-head")
    with Tag("ol"):
        for item in found[:MOST]:
            with Tag("li"):
                if item.line:
                    place = Tag("button", f"{item.line}:{item.column}", "wb-place", type="button")
                    place.set(title=_("Line {line}, column {column}").format(line=item.line, column=item.column))
                    place.on("click", lambda _, item=item: editor.go_to(item.line, item.column))
                Tag("span", item.message)
                if item.expected:
                    Tag("span", _("Expected: {what}").format(what=item.expected), "quiet")
                if item.nearest:
                    Tag("span", _("Did you mean “{name}”?").format(name=item.nearest), "quiet")
    if len(found) > MOST:
        Tag("p", _("and {n} more").format(n=len(found) - MOST), "quiet")
