"""Texts that are in no file yet, kept beside the program so that a killed one loses at most the last seconds."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detente.workbench.files import Stamp

OLDEST = 60 * 24 * 3600
"""Seconds after which a kept text that nobody came back to is forgotten."""


@dataclass(frozen=True)
class Kept:
    """A text that was kept: of which model, when, and what its file was then."""

    key: str
    name: str
    kind: str
    text: str
    at: float
    origin: str = ""
    stamp: Stamp | None = None


def state_folder() -> Path:
    """Return where programs of this user keep what they have to remember."""
    given = os.environ.get("XDG_STATE_HOME", "")
    base = Path(given) if given.startswith("/") else Path.home() / ".local" / "state"
    return base / "detente" / "unsaved"


class Keeper:
    """Keeps texts in a folder of its own.

    Parameters
    ----------
    folder : Path
    root : Path
        The folder of models that they belong to.
    """

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder, self.root = folder, root
        self._known: dict[str, str] = {}

    def keep(self, kept: Kept) -> None:
        """Keep a text; nothing is written where it is kept already. A disk that takes nothing is no reason to stop."""
        digest = hashlib.sha256(kept.text.encode("utf-8", "surrogatepass")).hexdigest()
        if self._known.get(kept.key) == digest:
            return
        stamp = None if kept.stamp is None else [kept.stamp.mtime_ns, kept.stamp.size, kept.stamp.digest]
        data = {**kept.__dict__, "stamp": stamp, "root": str(self.root)}
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=self.folder, delete=False) as file:  # mode 0600
            json.dump(data, file)
        os.replace(file.name, self._path(kept.key))
        self._known[kept.key] = digest

    def forget(self, key: str) -> None:
        """Forget the text of a model."""
        self._known.pop(key, None)
        self._path(key).unlink(missing_ok=True)

    def find(self, key: str) -> Kept | None:
        """Return the text that is kept of a model."""
        return self._read(self._path(key))

    def all(self) -> list[Kept]:
        """Return all kept texts of this folder of models, the newest first; very old ones are removed."""
        found = []
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []:
            kept = self._read(path)
            if kept is not None and time.time() - kept.at > OLDEST:
                path.unlink(missing_ok=True)
            elif kept is not None:
                found.append(kept)
        return sorted(found, key=lambda kept: -kept.at)

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(f"{self.root}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self.folder / f"{name}.json"

    def _read(self, path: Path) -> Kept | None:
        try:
            data: Any = json.loads(path.read_text("utf-8"))
            if data.pop("root") != str(self.root):
                return None
            stamp = data.pop("stamp")
            return Kept(**data, stamp=Stamp(*stamp) if stamp else None)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # gone, or not ours: nothing is kept there
            return None
