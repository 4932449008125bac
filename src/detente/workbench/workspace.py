"""All that is open: one desk for each model, whoever looks at it, and what is kept of those that are in no file."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import PurePath
from threading import Lock

from detente.errors import DetenteError, UsageError
from detente.workbench.autosave import Keeper, Kept
from detente.workbench.desk import Desk, Kind
from detente.workbench.edits import EMPTY
from detente.workbench.files import MOST_BYTES, Folder, decoded, proper_name
from detente.workbench.jobs import Job
from detente.workbench.whatif import Engine

MOST_OPEN = 60


@dataclass(eq=False)
class Open:
    """A desk with what is worked out for it.

    ``lock`` is held while the engine works, ``showing`` while something is made of its answer: what holds does not wait
    for the graph or a tab.
    """

    key: str
    desk: Desk
    engine: Engine = field(default_factory=Engine)
    lock: Lock = field(default_factory=Lock)
    showing: Lock = field(default_factory=Lock)
    restored: float | None = None
    """When the text was kept that the desk began with, where it is not the file's."""
    pages: int = 0
    jobs: dict[str, Job] = field(default_factory=dict)
    """The last long run of each question."""


class Workspace:
    """The models of a folder, of the library, and new ones.

    A model has a key: ``file/NAME`` in the folder, ``library/NAME``, ``new/NUMBER``.

    Parameters
    ----------
    folder : Folder
    keeper : Keeper
    """

    def __init__(self, folder: Folder, keeper: Keeper) -> None:
        self.folder, self.keeper = folder, keeper
        self.opened: dict[str, Open] = {}

    def open(self, key: str) -> Open:
        """Return the model with a key, opened when first asked for. Raises UsageError where there is none."""
        if key not in self.opened:
            found = self._begun(key)
            kept = self.keeper.find(key)
            if kept is not None and kept.text != found.desk.text:
                desk = found.desk
                desk.edit(kept.text)
                if kept.stamp is not None and desk.stamp is not None and kept.stamp.digest != desk.stamp.digest:
                    desk.stamp = kept.stamp  # the file was changed since: saving asks first
                found.restored = kept.at
            self._room()
            self.opened[key] = found
        return self.opened[key]

    def _begun(self, key: str) -> Open:
        kind, _, name = key.partition("/")
        if kind == "file":
            return Open(key, self._from_file(name))
        if kind == "library":
            return Open(key, self._from_library(name))
        kept = self.keeper.find(key) if kind == "new" and name.isdigit() else None
        if kept is None:
            raise UsageError("there is no such model here; it was not saved, or belongs to another folder")
        desk = Desk(kept.name, kept.text, "json" if kept.kind == "json" else "yaml", self.folder, origin=kept.origin)
        return Open(key, desk, restored=kept.at)

    def _from_file(self, name: str) -> Desk:
        text, stamp = self.folder.read(name)
        if name.lower().endswith(".gmcr"):
            return self._imported(text, PurePath(name).name)
        kind: Kind = "json" if name.lower().endswith(".json") else "yaml"
        return Desk(name, text, kind, self.folder, stamp)

    def _imported(self, text: str, name: str) -> Desk:
        """Return a desk with a ``.gmcr`` file as YAML; the file itself stays as it is."""
        from detente.language.load import loads
        from detente.language.write import to_yaml

        conflict = loads(text, name, kind="gmcr")
        return Desk(f"{PurePath(name).stem}.yaml", to_yaml(conflict), "yaml", self.folder, origin=name)

    def _from_library(self, name: str) -> Desk:
        from detente.language.write import to_yaml
        from detente.library.index import library

        conflict = library(name)
        text = conflict.text if conflict.text and not conflict.text.lstrip().startswith("{") else to_yaml(conflict)
        desk = Desk(f"{name}.yaml", text, "yaml", self.folder, origin=name)
        desk.on_disk = text  # as it is in the library: nothing to save yet
        return desk

    def begin(self) -> Open:
        """Open an empty model."""
        return self._new(Desk("new.yaml", EMPTY, "yaml", self.folder))

    def upload(self, name: str, data: bytes) -> Open:
        """Open a file that somebody dropped on the page; nothing is written to the folder.

        Raises
        ------
        UsageError
            It is too large, no text, or no model by its name.
        ModelError
            It is a ``.gmcr`` file with errors; others are opened with theirs.
        """
        plain = proper_name(PurePath(name.replace("\\", "/")).name)
        if len(data) > MOST_BYTES:
            raise UsageError(f"{plain} has {len(data):,} bytes; at most {MOST_BYTES:,} are taken")
        text = decoded(data, plain)
        if plain.lower().endswith(".gmcr"):
            return self._new(self._imported(text, plain))
        kind: Kind = "json" if plain.lower().endswith(".json") else "yaml"
        return self._new(Desk(plain, text, kind, self.folder, origin=plain))

    def _new(self, desk: Desk) -> Open:
        number = 1
        while f"new/{number}" in self.opened or self.keeper.find(f"new/{number}") is not None:
            number += 1
        found = Open(f"new/{number}", desk)
        self._room()
        self.opened[found.key] = found
        self.keep(found)
        return found

    def saved_as(self, found: Open, name: str) -> str:
        """Save a model under a new name, and return its key from now on. Raises UsageError."""
        plain = proper_name(name)
        found.desk.save_as(plain)
        self.keeper.forget(found.key)
        self.opened.pop(found.key, None)
        found.key = f"file/{plain}"
        self.opened[found.key] = found
        return found.key

    def discard(self, key: str) -> None:
        """Forget a model that is in no file."""
        self.opened.pop(key, None)
        self.keeper.forget(key)

    def keep(self, found: Open) -> None:
        """Keep the text of a model if it is in no file, else forget what was kept."""
        desk = found.desk
        if desk.dirty:
            kept = Kept(found.key, desk.name, desk.kind, desk.text, time.time(), desk.origin, desk.stamp)
            self.keeper.keep(kept)
        else:
            self.keeper.forget(found.key)

    def keep_all(self) -> None:
        """Keep the texts of all models."""
        for found in list(self.opened.values()):
            self.keep(found)

    def stop_all(self) -> None:
        """Stop all runs."""
        for found in self.opened.values():
            for job in found.jobs.values():
                job.stop()

    def look_at_disk(self) -> None:
        """Read anew what was changed on the disk, where nothing was changed here; else leave it to the user."""
        for found in list(self.opened.values()):
            desk = found.desk
            try:
                changed = desk.changed_on_disk()
                if changed and not desk.dirty and desk.folder is not None and desk.folder.exists(desk.name):
                    desk.reload()
                    changed = False
            except DetenteError:  # it cannot be read now: nothing is overwritten, and saving says why
                changed = True
            if changed != desk.elsewhere:
                desk.elsewhere = changed
                desk.tell()

    def _room(self) -> None:
        """Close models that nobody looks at and that are saved, where very many are open."""
        for key, found in list(self.opened.items()):
            if len(self.opened) < MOST_OPEN:
                return
            if not found.pages and not found.desk.dirty:
                del self.opened[key]
