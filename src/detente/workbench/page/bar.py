"""The bar on top: what is open, whether it is saved, undo and redo; and below it what has to be settled first."""

from __future__ import annotations

import time

from nicegui import ui

from detente.errors import DetenteError
from detente.report.speech import _
from detente.workbench.desk import ChangedOnDiskError
from detente.workbench.page.frame import Dialog, notice, page_choices
from detente.workbench.page.lines import field
from detente.workbench.page.parts import Tag, button
from detente.workbench.page.session import Session
from detente.workbench.page.start import address


def build(session: Session) -> None:
    """Make the bar."""
    desk = session.model.desk
    with Tag("header", "", "wb-top"):
        Tag("a", "Détente", "wb-brand", href="/", title=_("All models"), data_testid="home")
        name = Tag("h1", desk.name, "wb-name", data_testid="name")
        state = Tag("span", "", "wb-state", data_testid="state", role="status")
        Tag("span", "", "wb-grow")
        undo = button("↶", desk.undo, testid="undo", label=_("Undo"), classes="wb-icon")
        redo = button("↷", desk.redo, testid="redo", label=_("Redo"), classes="wb-icon")
        saving = button(_("Save"), lambda: save(session), testid="save", classes="wb-primary")
        page_choices(session.language)
    notes = Tag("div", "", "wb-notes", data_testid="notes")
    session.naming = _naming(session)

    def show() -> None:
        name.say(desk.name)
        state.say(_("not saved") if desk.dirty else _("saved") if desk.stamp is not None else _("from the library"))
        state.classes("wb-dirty") if desk.dirty else state.classes(remove="wb-dirty")
        undo.set(disabled=not desk.can_undo)
        redo.set(disabled=not desk.can_redo)
        saving.set(disabled=not desk.dirty and desk.stamp is not None)
        notes.clear()
        with notes:
            _notes(session)

    session.bar_showers.append(show)
    show()


def save(session: Session) -> None:
    """Save the model, or ask what has to be asked first."""
    desk = session.model.desk
    if desk.stamp is None:
        session.naming.open()
        return
    try:
        desk.save()
    except ChangedOnDiskError:
        desk.elsewhere = True
        desk.tell()
        notice(_("The file was changed by something else. Nothing was overwritten; choose above what to do."))
        return
    except DetenteError as error:
        notice(str(error))
        return
    session.workspace.keep(session.model)
    session.model.restored = None
    notice(_("Saved."))


def _notes(session: Session) -> None:
    """Show what has to be settled: a file that was changed elsewhere, a text that was restored."""
    model, desk = session.model, session.model.desk
    if desk.elsewhere:
        with Tag("div", "", "wb-note wb-note-warn", role="alert", data_testid="changed-on-disk"):
            Tag(
                "span",
                _("{name} was changed by something else while you have changes of your own.").format(name=desk.name),
            )
            button(_("Keep both"), lambda: _copy(session), testid="keep-both")
            button(_("Take theirs"), lambda: _theirs(session), testid="take-theirs")
            button(_("Keep mine"), lambda: _mine(session), testid="keep-mine")
    if model.restored is not None:
        when = time.strftime("%H:%M", time.localtime(model.restored))
        with Tag("div", "", "wb-note", role="status", data_testid="restored"):
            Tag("span", _("What was not saved at {when} is here again.").format(when=when))
            button(_("Keep it"), lambda: _settle(session), testid="restored-keep")
            if desk.on_disk is not None:
                words = _("Back to the file") if desk.stamp is not None else _("Back to the library's")
                button(words, lambda: _back(session), testid="restored-back")


def _settle(session: Session) -> None:
    session.model.restored = None
    session.model.desk.tell()


def _back(session: Session) -> None:
    session.model.restored = None
    desk = session.model.desk
    if desk.on_disk is not None:
        desk.edit(desk.on_disk)


def _copy(session: Session) -> None:
    try:
        name = session.model.desk.save_copy()
        session.model.desk.reload()
    except DetenteError as error:
        session.say(str(error))
        return
    session.say(_("Your text is in {name}; here is the file as it was changed.").format(name=name))


def _theirs(session: Session) -> None:
    try:
        session.model.desk.reload()
    except DetenteError as error:
        session.say(str(error))
        return
    session.say(_("This is the file as it was changed. Undo leads back to your text."))


def _mine(session: Session) -> None:
    try:
        session.model.desk.save(over=True)
    except DetenteError as error:
        session.say(str(error))
        return
    session.say(_("Saved; the other change is overwritten."))


def _naming(session: Session) -> Dialog:
    """Return the dialog that asks for a name."""
    dialog = Dialog(_("Save in the folder"), "save-as")
    desk = session.model.desk
    wanted = [desk.name]

    def take(name: str) -> None:
        wanted[0] = name

    def done() -> None:
        try:
            key = session.workspace.saved_as(session.model, wanted[0])
        except DetenteError as error:
            trouble.say(str(error))
            return
        dialog.close()
        for rename in session.renamers:
            rename()
        notice(_("Saved as {name}.").format(name=desk.name))
        ui.run_javascript(f"history.replaceState(null, '', {address(key)!r})")

    with dialog.body:
        field(_("Name of the file"), desk.name, take, testid="save-as-name", event="input")
        trouble = Tag("p", "", "wb-refused", role="alert", data_testid="save-as-trouble")
        button(_("Save"), done, testid="save-as-done", classes="wb-primary")
    return dialog
