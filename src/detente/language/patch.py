"""Merge patches (RFC 7396): applied to a part of a document with the place of everything kept, and made from data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from detente.errors import Diagnostic, nearest_name
from detente.language.source import Data, Document, Path


@dataclass(frozen=True)
class Change:
    """One thing that a patch does: what was at a path of the data, and what is there instead; ``None`` for nothing."""

    path: Path
    kind: Literal["added", "removed", "replaced"]
    before: Data
    after: Data


def patched(document: Document, at: Path, problems: list[Diagnostic]) -> tuple[Document, tuple[Change, ...]]:
    """Return a document as it is under the patch that stands in it at a path, without the section that the path is in.

    Mappings are merged key by key, ``null`` removes a key, everything else replaces what is there. What comes from the
    patch has its place in the patch, all else keeps its own. Where the patch removes what is not there, or says what is
    so already, a problem is added to ``problems``.

    Parameters
    ----------
    document : Document
        Its data are a mapping.
    at : Path
        Where the patch is, such as ``("variants", "v", "changes")``.
    problems : list of Diagnostic

    Notes
    -----
    O(parts of the document · depth).
    """
    base = document.data
    patch: Any = base
    for part in at:
        patch = patch[part]
    assert isinstance(base, dict)
    assert isinstance(patch, dict)
    merge = _Merge(document, at, problems)
    data = merge.merged({key: value for key, value in base.items() if key != at[0]}, patch, ())
    section = at[:1]

    def placed(table: Mapping[Path, Any]) -> dict[Path, Any]:
        found = {}
        for path, place in table.items():
            if path[:1] != section:
                if not _below(path, merge.gone):
                    found[path] = place
            elif path[: len(at)] == at and _below(path[len(at) :], merge.new):
                found[path[len(at) :]] = place
        return found

    result = Document(
        data, document.origin, document.text, placed(document.keys), placed(document.values), placed(document.spans)
    )
    return result, tuple(merge.changes)


def _below(path: Path, among: set[Path]) -> bool:
    """Return whether a path, or what encloses it, is among some."""
    return any(path[:depth] in among for depth in range(len(path) + 1))


@dataclass
class _Merge:
    document: Document
    at: Path
    problems: list[Diagnostic]
    changes: list[Change] = field(default_factory=list)
    gone: set[Path] = field(default_factory=set)
    new: set[Path] = field(default_factory=set)

    def merged(self, target: dict[str, Any], patch: dict[str, Any], path: Path) -> dict[str, Any]:
        """Return a mapping with a patch merged into it; keys keep their order, new ones come last."""
        result = dict(target)
        if not patch:
            self._nothing(path, "an empty mapping changes nothing", "the keys that change")
        for key, value in patch.items():
            here: Path = (*path, key)
            if not path and key in (self.at[0], "guarantees"):
                self._nothing(here, f"{key!r} cannot be changed here", "changes to the rest of the model", key=True)
            elif value is None:
                self._remove(result, key, here)
            elif isinstance(value, dict) and isinstance(result.get(key), dict):
                result[key] = self.merged(result[key], value, here)
            elif key in result and alike(result[key], value):
                self._nothing(here, f"{key!r} is so already", "something else, or nothing here")
            else:
                kind: Literal["replaced", "added"] = "replaced" if key in result else "added"
                after = self._fresh(value, here)
                self.changes.append(Change(here, kind, result.get(key), after))
                self.gone.add(here)
                self.new.add(here)
                result[key] = after
        return result

    def _remove(self, result: dict[str, Any], key: str, here: Path) -> None:
        if key not in result:
            near = nearest_name(key, result)
            expected = "" if near else "a key that is there: null removes it"
            self._nothing(here, f"there is no {key!r} to remove", expected, near, key=True)
            return
        self.changes.append(Change(here, "removed", result.pop(key), None))
        self.gone.add(here)

    def _fresh(self, value: Any, path: Path) -> Any:
        """Return a value that is new at its place; nothing in it can be removed."""
        if not isinstance(value, dict):
            return value
        for key, part in value.items():
            if part is None:
                self._nothing((*path, key), f"there is no {key!r} to remove", "a value: null removes", key=True)
        return {key: self._fresh(part, (*path, key)) for key, part in value.items() if part is not None}

    def _nothing(self, path: Path, message: str, expected: str, near: str = "", *, key: bool = False) -> None:
        whole = (*self.at, *path)
        mark = self.document.key(whole) if key else self.document.value(whole)
        self.problems.append(Diagnostic(message, mark, expected, near, ".".join(map(str, whole))))


_EMPTY: Final[dict[str, Any]] = {}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the merge patch that makes one mapping into another, but for the order of keys.

    A key without a value, which no patch can make, becomes an empty mapping.

    Examples
    --------
    >>> difference({"a": 1, "b": {"c": 2, "d": 3}, "e": [4]}, {"b": {"c": 2, "d": 5}, "e": [4, 6]})
    {'a': None, 'b': {'d': 5}, 'e': [4, 6]}
    """
    patch: dict[str, Any] = {key: None for key in before if key not in after}
    for key, value in after.items():
        old = before.get(key)
        if key in before and alike(old, value):
            continue
        value = _EMPTY if value is None else value
        if isinstance(old, dict) and isinstance(value, dict):
            inside = difference(old, value)
            if inside:
                patch[key] = inside
        else:
            patch[key] = _without_nothing(value)
    return patch


def _without_nothing(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    filled = {key: _EMPTY if part is None else _without_nothing(part) for key, part in value.items()}
    return type(value)(filled)


def alike(one: Any, other: Any) -> bool:
    """Return whether two parts of plain data say the same; ``1`` and ``true`` do not."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(isinstance(one, bool) == isinstance(other, bool) and one == other)
