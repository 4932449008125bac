"""Files, standard input and names of built-in conflicts → Conflict."""

from __future__ import annotations

import sys
from pathlib import Path

from detente.conflict.conflict import Conflict
from detente.errors import Diagnostic, ModelError, UsageError, did_you_mean
from detente.language.build import build
from detente.language.schema_words import is_identifier
from detente.language.source import MAX_BYTES, read_document

SUFFIXES = (".yaml", ".yml", ".json", ".gmcr")


def load(source: str | Path) -> Conflict:
    """Return the conflict in a file, on standard input (``-``), or built in under this name.

    Parameters
    ----------
    source : str or Path
        A ``.yaml``, ``.json`` or ``.gmcr`` file, ``-``, or the name of a built-in conflict; with ``@`` and the name of
        a variant behind it, the conflict under that variant. A file whose own name is so is that file.

    Raises
    ------
    UsageError
        The file cannot be read, or there is no such file, no such built-in name or no such variant.
    ModelError
        The model, or its variant, has errors; all of them are in it.

    Examples
    --------
    >>> load("chicken").title
    'Chicken'
    """
    return Models().load(source)


class Models:
    """Models by what they are called, each read once: standard input can be read no second time."""

    def __init__(self) -> None:
        self._known: dict[str, Conflict] = {}

    def load(self, source: str | Path) -> Conflict:
        """Return a model as :func:`load` does; the same object where it is asked for again."""
        text = str(source)
        if text not in self._known:
            self._known[text] = self._loaded(source, text)
        return self._known[text]

    def load_side(self, text: str) -> tuple[Conflict, str | None]:
        """Return ``MODEL[@variant][@reading]`` as a model and a reading. Raises as :func:`load` does."""
        if _is_model(text):
            return self.load(text), None
        model, name = _split(text)
        if name is None:
            return self.load(text), None
        conflict = self.load(model)
        readings = [reading.id for reading in conflict.readings]
        if name in readings:
            return conflict, name
        variants = [item.id for item in conflict.variants]
        if name in variants:
            return self.load(text), None
        known = f"readings {', '.join(readings)}" + (f"; variants {', '.join(variants)}" if variants else "")
        what = "reading or variant" if variants else "reading"
        raise UsageError(f"unknown {what} {name!r}{did_you_mean(name, [*readings, *variants])} (there are: {known})")

    def _loaded(self, source: str | Path, text: str) -> Conflict:
        from detente.library.index import conflict_names, library

        if not text.strip():
            raise UsageError("the name of the model is empty; expected a file, '-' or the name of a built-in conflict")
        model, name = (text, None) if _is_model(text) else _split(text)
        if name is not None:
            from detente.language.vary import variant

            return variant(self.load(type(source)(model)), name)
        if text == "-":
            return loads(_decoded(sys.stdin.buffer.read(MAX_BYTES * 4 + 1), "<stdin>"), "<stdin>", kind="detect")
        path = Path(text)
        if isinstance(source, Path) or path.suffix.lower() in SUFFIXES or _exists(text):
            return loads(_read(path), text, kind=path.suffix.lower().lstrip("."))
        names = conflict_names()
        if text in names:
            return library(text)
        raise UsageError(f"there is no file and no built-in conflict {text!r}{did_you_mean(text, names)}")


def _exists(text: str) -> bool:
    try:
        return Path(text).exists()
    except (OSError, ValueError):  # no file can have this name
        return False


def _is_model(text: str) -> bool:
    """Return whether a text as it stands is a model: standard input, a file, or a built-in name."""
    from detente.library.index import conflict_names

    return text == "-" or _exists(text) or text in conflict_names()


def _split(text: str) -> tuple[str, str | None]:
    """Return ``MODEL@NAME`` as model and name, standard input where no model stands before; no name where none can be.

    ``model@file.yaml`` is the name of a file, even where there is no such file.
    """
    model, at, name = text.rpartition("@")
    model = model or "-"
    if at and (is_identifier(name) or _is_model(model)):
        return model, name
    return text, None


def loads(text: str, origin: str = "model", *, kind: str = "yaml") -> Conflict:
    """Return the conflict that a text says; ``kind`` is ``yaml``, ``json``, ``gmcr`` or ``detect``.

    Examples
    --------
    >>> conflict = loads("decision_makers: {us: {options: [talk], preferences: [us.talk]}}")
    >>> [party.id for party in conflict.parties]
    ['us']
    """
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
