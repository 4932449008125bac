"""The page on which a model is chosen: from the folder, from the library, from a file, or a new one."""

from __future__ import annotations

import time
from html import escape
from typing import Any
from urllib.parse import quote

from nicegui import ui
from nicegui.events import UploadEventArguments

from detente.errors import DetenteError, printable
from detente.report.speech import _, ngettext
from detente.workbench.files import MOST_BYTES
from detente.workbench.library import Example, examples, game_names
from detente.workbench.page.frame import notice, page_choices
from detente.workbench.page.parts import Tag, button, select, spoken
from detente.workbench.workspace import Workspace

_DROP = """
<div class="wb-drop">
  <label>{words} <q-uploader-add-trigger /></label>
  <button type="button" data-testid="choose-file" @click="props.pickFiles">{choose}</button>
</div>
"""
"""What stands in the place where files are dropped; its input of a file has no look of its own."""


def address(key: str) -> str:
    """Return where a model is worked on."""
    return f"/model/{quote(key)}"


def build(workspace: Workspace, language: str) -> None:
    """Make the page."""
    with Tag("header", "", "wb-top"):
        Tag("span", "Détente", "wb-brand")
        Tag("span", "", "wb-grow")
        page_choices(language)
    with Tag("div", "", "wb-start"):
        Tag("h1", _("Which conflict?"))
        with Tag("div", "", "wb-start-grid"):
            with Tag("div", "", "wb-start-new"):
                _new(workspace)
            with Tag("div"):
                _files(workspace)
        with Tag("div"):
            _library(workspace)


def _new(workspace: Workspace) -> None:
    Tag("h2", _("Begin"))

    def begin() -> None:
        ui.navigate.to(address(workspace.begin().key))

    button(_("New model, step by step"), begin, testid="new-model", classes="wb-primary")
    Tag("p", _("Six short steps lead to a first answer; it takes about ten minutes."), "quiet")

    async def take(event: UploadEventArguments) -> None:
        try:
            found = workspace.upload(event.file.name, await event.file.read())
        except DetenteError as error:
            upload.reset()  # or no other file is taken
            notice(str(error))
            return
        ui.navigate.to(address(found.key))

    def refuse(*_args: Any) -> None:
        upload.reset()
        notice(_("This file is not taken: it is larger than {n} MB, or no model.").format(n=MOST_BYTES // 1048576))

    with Tag("div", "", "wb-upload", data_testid="upload"):
        upload = ui.upload(
            on_upload=spoken(take),
            on_rejected=spoken(refuse),
            max_file_size=MOST_BYTES,
            max_files=1,
            auto_upload=True,
        )
        upload.props('accept=".gmcr,.yaml,.yml,.json" flat square')
        upload.add_slot(
            "header",
            _DROP.format(
                words=escape(_("Drop a .gmcr, .yaml or .json file here, or")), choose=escape(_("Choose a file"))
            ),
        )
    Tag("p", _("A file that is dropped here is opened; it is written to the folder only when you save it."), "quiet")


def _files(workspace: Workspace) -> None:
    Tag("h2", _("In this folder"))
    Tag("p", printable(str(workspace.folder.root)), "quiet wb-path")
    unsaved = [kept for kept in workspace.keeper.all() if kept.key.startswith("new/")]
    dirty = {kept.key for kept in workspace.keeper.all()}
    names = workspace.folder.names()
    if unsaved:
        Tag("h3", _("Not saved yet"))
        with Tag("ul", "", "wb-list", data_testid="unsaved"):
            for kept in unsaved:
                with Tag("li"):
                    when = time.strftime("%H:%M", time.localtime(kept.at))
                    Tag("a", kept.origin or kept.name, href=address(kept.key))
                    Tag("span", _("kept at {when}").format(when=when), "quiet")
        Tag("h3", _("Files"))
    if not names:
        Tag("p", _("There are no models here yet."), "quiet")
        return
    with Tag("ul", "", "wb-list", data_testid="files"):
        for name in names:
            with Tag("li"):
                Tag("a", name, href=address(f"file/{name}"))
                if f"file/{name}" in dirty:
                    Tag("span", _("has unsaved changes"), "quiet")


def _library(workspace: Workspace) -> None:
    dirty = {kept.key for kept in workspace.keeper.all()}
    Tag("h2", _("From the library"))
    with Tag("div", "", "wb-cards", data_testid="library"):
        for item in examples():
            _card(item, f"library/{item.name}" in dirty)
    with Tag("div", "", "wb-games"):
        select(
            _("The 78 strict ordinal 2×2 games"),
            {"": _("choose one …"), **{name: name.replace("_", " ") for name in game_names()}},
            "",
            lambda name: ui.navigate.to(address(f"library/{name}")) if name in game_names() else None,
            testid="games",
        )


def _card(item: Example, dirty: bool) -> None:
    with Tag("article", "", "wb-card"):
        with Tag("h3"):
            Tag("a", item.title, href=address(f"library/{item.name}"), data_testid=f"library-{item.name}")
        words = item.because if len(item.because) <= 180 else item.because[:180].rsplit(" ", 1)[0] + " …"
        Tag("p", words)
        Tag("p", ngettext("{n} party", "{n} parties", item.n_parties).format(n=item.n_parties), "quiet")
        if dirty:
            Tag("p", _("has unsaved changes"), "quiet")
