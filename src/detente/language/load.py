"""Files, standard input and names of built-in conflicts → Conflict."""

from __future__ import annotations

import sys
from pathlib import Path

from detente.conflict.conflict import Conflict
from detente.errors import Diagnostic, ModelError, UsageError, did_you_mean
from detente.language.build import build
from detente.language.source import MAX_BYTES, read_document

SUFFIXES = (".yaml", ".yml", ".json", ".gmcr")


def load(source: str | Path) -> Conflict:
    """Return the conflict in a file, on standard input (``-``), or built in under this name.

    Parameters
    ----------
    source : str or Path
        A ``.yaml``, ``.json`` or ``.gmcr`` file, ``-``, or the name of a built-in conflict.

    Raises
    ------
    UsageError
        The file cannot be read, or there is no such file and no such built-in name.
    ModelError
        The model has errors; all of them are in it.
    """
    from detente.library.index import conflict_names, library

    text = str(source)
    if not text.strip():
        raise UsageError("the name of the model is empty; expected a file, '-' or the name of a built-in conflict")
    if text == "-":
        return loads(_decoded(sys.stdin.buffer.read(MAX_BYTES * 4 + 1), "<stdin>"), "<stdin>", kind="detect")
    path = Path(text)
    if isinstance(source, Path) or path.suffix.lower() in SUFFIXES or path.exists():
        return loads(_read(path), text, kind=path.suffix.lower().lstrip("."))
    names = conflict_names()
    if text in names:
        return library(text)
    raise UsageError(f"there is no file and no built-in conflict {text!r}{did_you_mean(text, names)}")


def loads(text: str, origin: str = "model", *, kind: str = "yaml") -> Conflict:
    """Return the conflict that a text says; ``kind`` is ``yaml``, ``json``, ``gmcr`` or ``detect``."""
    if kind == "detect":
        kind = "json" if text.lstrip().startswith("{") else "yaml"
        if kind == "json" and '"decisionMakers"' in text:
            kind = "gmcr"
    if kind == "gmcr":
        from detente.language.gmcr import read_gmcr

        return read_gmcr(text, origin)
    return build(read_document(text, origin, json=kind == "json"))


def _read(path: Path) -> str:
    try:
        if path.is_dir():
            raise UsageError(f"{path} is a folder; expected a model file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES * 4 + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    return _decoded(data, str(path))


def _decoded(data: bytes, origin: str) -> str:
    if len(data) > MAX_BYTES * 4:
        raise ModelError([Diagnostic("the file is too large", None, f"at most {MAX_BYTES:,} characters")], origin)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        name = encoding.removesuffix("-sig").upper()
        message = f"the file is not {name} text: byte {data[error.start]:#04x} in line {line}"
        raise ModelError([Diagnostic(message, None, "a text file in UTF-8")], origin) from None
