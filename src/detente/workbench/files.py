"""A folder as a sandbox: models are read and written in it, nothing outside it is touched."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from detente.errors import UsageError, printable

SUFFIXES = (".yaml", ".yml", ".json", ".gmcr")
MOST_BYTES = 5 * 1024 * 1024
"""Of an upload, and of a file that is opened."""

MOST_LISTED = 300
DEEPEST = 3
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file was when it was looked at: when it was changed, how long it is, and a digest of what it holds."""

    mtime_ns: int
    size: int
    digest: str


def digest_of(data: bytes) -> str:
    """Return the digest that tells whether two files hold the same."""
    return hashlib.sha256(data).hexdigest()


def decoded(data: bytes, name: str) -> str:
    """Return the text of a file. Raises UsageError where it is too large or no text."""
    if len(data) > MOST_BYTES:
        raise UsageError(f"{printable(name)} has {len(data):,} bytes; at most {MOST_BYTES:,} are taken")
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{printable(name)} is no text in UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def proper_name(name: str) -> str:
    """Return a name for a file in the folder. Raises UsageError for one that is no plain name of a model."""
    stem = name.strip()
    shown = printable(stem[:LONGEST_NAME])
    if not stem or len(stem) > LONGEST_NAME:
        raise UsageError(f"a file's name has 1 to {LONGEST_NAME} characters")
    if not stem.isprintable() or any(sign in stem for sign in '/\\:*?"<>|') or stem.startswith((".", "-", "~")):
        raise UsageError(f"{shown!r} cannot be the name of a file here; expected letters, digits, '_', '-' and '.'")
    if not stem.lower().endswith(SUFFIXES):
        raise UsageError(f"{shown!r} is no model; expected a name that ends in .yaml, .json or .gmcr")
    return stem


class Folder:
    """A folder that models are kept in.

    Names are relative to it, with ``/`` between parts. What leads out of it, by ``..`` or by a link, is refused, and so
    is every file that is no model.

    Parameters
    ----------
    root : Path
        An existing folder. Raises UsageError where it is none.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        if not self.root.is_dir():
            raise UsageError(f"{printable(str(root))} is no folder")

    def path(self, name: str) -> Path:
        """Return where a file is. Raises UsageError where that is no place for a model in this folder."""
        shown = printable(name[:LONGEST_NAME])
        refused = UsageError(f"{shown!r} is not in the folder {printable(str(self.root))}")
        parts = name.split("/")
        if not name or "\0" in name or "\\" in name or any(part in ("", ".", "..") for part in parts):
            raise refused
        if any(part.startswith(".") for part in parts):
            raise refused
        if not name.lower().endswith(SUFFIXES):
            raise UsageError(f"{shown!r} is no model; expected a name that ends in .yaml, .json or .gmcr")
        here = self.root
        for part in parts:
            here = here / part
            if here.is_symlink():
                raise UsageError(f"{shown!r} leads elsewhere by a link; links are not followed")
        if not here.resolve().is_relative_to(self.root):
            raise refused
        return here

    def names(self) -> list[str]:
        """Return the models in the folder and up to three folders below, by name; links and hidden files left out."""
        found: list[str] = []
        for top, folders, files in os.walk(self.root, followlinks=False):
            below = Path(top).relative_to(self.root)
            kept = [one for one in folders if not one.startswith(".") and one not in ("node_modules", "__pycache__")]
            folders[:] = sorted(kept) if len(below.parts) < DEEPEST else []
            for name in sorted(files):
                path = Path(top, name)
                if name.lower().endswith(SUFFIXES) and not name.startswith(".") and not path.is_symlink():
                    if _looks_like_model(path):
                        found.append((below / name).as_posix())
                    if len(found) >= MOST_LISTED:
                        return found
        return sorted(found, key=lambda name: (name.count("/"), name.lower()))

    def exists(self, name: str) -> bool:
        """Return whether there is such a file. Raises UsageError as :meth:`path` does."""
        return self.path(name).is_file()

    def read(self, name: str) -> tuple[str, Stamp]:
        """Return the text of a file and what it is. Raises UsageError."""
        data, stamp = self._bytes(name)
        return decoded(data, name), stamp

    def stamp(self, name: str, known: Stamp | None = None) -> Stamp | None:
        """Return what a file is now; None where it is gone. One that looks as it did is not read again."""
        path = self.path(name)
        try:
            now = path.stat()
        except OSError:
            return None
        if known is not None and (now.st_mtime_ns, now.st_size) == (known.mtime_ns, known.size):
            return known
        return self._bytes(name)[1]

    def write(self, name: str, text: str, *, new: bool = False) -> Stamp:
        """Write a file whole or not at all, and return what it is then. Raises UsageError.

        With ``new`` a file that is there already is left alone, and UsageError is raised.
        """
        path = self.path(name)
        try:
            data = text.encode("utf-8")
        except UnicodeEncodeError:
            raise UsageError(f"{printable(name)} cannot be written: the text holds half a character") from None
        if len(data) > MOST_BYTES:
            raise UsageError(f"the model has {len(data):,} bytes; at most {MOST_BYTES:,} are written")
        try:
            with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=".detente-", delete=False) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.chmod(file.name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
                if new:
                    os.link(file.name, path)  # fails where there is a file, unlike a rename
                    os.unlink(file.name)
                else:
                    os.replace(file.name, path)
            except OSError:
                os.unlink(file.name)
                raise
        except FileExistsError:
            raise UsageError(f"there is a file {printable(name)} already") from None
        except OSError as error:
            raise UsageError(f"{printable(name)} cannot be written: {error.strerror or error}") from None
        now = path.stat()
        return Stamp(now.st_mtime_ns, now.st_size, digest_of(data))

    def free_name(self, name: str) -> str:
        """Return a name like this one that no file has: ``x.yaml``, ``x-2.yaml``, …"""
        stem, dot, suffix = name.rpartition(".")
        found, number = name, 1
        while self.path(found).exists():
            number += 1
            found = f"{stem}-{number}{dot}{suffix}"
        return found

    def _bytes(self, name: str) -> tuple[bytes, Stamp]:
        path = self.path(name)
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
                now = os.fstat(file.fileno())
        except OSError as error:
            raise UsageError(f"{printable(name)} cannot be read: {error.strerror or error}") from None
        if len(data) > MOST_BYTES:
            raise UsageError(f"{printable(name)} has more than {MOST_BYTES:,} bytes")
        return data, Stamp(now.st_mtime_ns, now.st_size, digest_of(data))


def _looks_like_model(path: Path) -> bool:
    """Return whether a file's beginning, or all of it, speaks of decision makers."""
    if path.suffix.lower() == ".gmcr":
        return True
    try:
        with path.open("rb") as file:
            head = file.read(200_000)
    except OSError:
        return False
    return b"decision_makers" in head or b"decisionMakers" in head
