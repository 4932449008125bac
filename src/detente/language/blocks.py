"""``one_of`` in the place of a block: the first block stands there, the others become alternatives of the model.

Only the data are looked at; what the blocks hold is examined later, as if they had been written as alternatives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from detente.errors import Diagnostic
from detente.language.alternatives import SECTION
from detente.language.patch import difference
from detente.language.schema_choices import BLOCK_PLACES
from detente.language.source import Document, Path

ABOUT = ("name", "because", "source", "shares")
_KEYS = {"one_of", "id", *ABOUT}
_STRUCTURE = {"decision_makers", "options", "lenses"}
"""Keys that make no part of the identity of a block."""
_SHOWN = 80


def spelt_out(document: Document, problems: list[Diagnostic]) -> Document:
    """Return a document in which every block that is one of several is written as an alternative part of the model.

    The places of everything are kept. Blocks within blocks, and identities that are taken, are problems.
    """
    data = document.data
    if not isinstance(data, dict):
        return document
    found = list(_blocks(data, ()))
    if not found:
        return document
    moved: list[tuple[Path, Path]] = []
    section: dict[str, Any] = dict(data.get(SECTION) or {}) if isinstance(data.get(SECTION) or {}, dict) else {}
    result = data
    for path in found:
        block = _at(data, path)
        name = _name(path, block, section)
        if problem := _problem(block, path, name, section, document):
            problems.append(problem)
            result = _with(result, path, None)
            continue
        first = block["one_of"][0] if block["one_of"] else None
        result = _with(result, path, first)
        alternatives: list[Any] = ["as written"] if block["one_of"] else []
        for k, other in enumerate(block["one_of"][1:], 1):
            to: Path = (SECTION, name, "one_of", k, "changes", *path)
            moved.append(((*path, "one_of", k), to))
            alternatives.append({**_words(other), "changes": _nested(path, _changed(first, other))})
        section[name] = {**{key: block[key] for key in ABOUT if key in block}, "one_of": alternatives}
        moved += [((*path, key), (SECTION, name, key)) for key in (*ABOUT, "one_of") if key in block]
        moved += [(path, (SECTION, name)), ((*path, "one_of", 0), path)]
    return _placed(document, {**result, SECTION: section}, moved)


def _blocks(data: Any, path: Path) -> Iterator[Path]:
    """Yield where a block is one of several."""
    if not isinstance(data, dict):
        return
    if _may_stand(path) and isinstance(data.get("one_of"), list) and set(data) <= _KEYS:
        yield path
        return
    for key, part in data.items():
        yield from _blocks(part, (*path, key))


def _may_stand(path: Path) -> bool:
    return any(
        len(place) == len(path) and all(word in ("*", part) for word, part in zip(place, path, strict=True))
        for place in BLOCK_PLACES
    )


def _name(path: Path, block: dict[str, Any], taken: dict[str, Any]) -> str:
    """Return the identity of a block: the one written, or else one made from where it stands."""
    if block.get("id"):
        return str(block["id"])
    short = "_".join(str(part) for part in path if part not in _STRUCTURE)
    return short if short and short not in taken else "_".join(map(str, path))


def _words(part: Any) -> dict[str, str]:
    """Return the name of an alternative, where its block has one or is short text."""
    if isinstance(part, dict):
        return {"name": str(part["name"])} if isinstance(part.get("name"), str) else {}
    items = part if isinstance(part, list) else [part]
    words = ", ".join(map(str, items)) or "nothing"
    plain = all(isinstance(item, (str, int)) for item in items)
    return {"name": words} if plain and len(words) <= _SHOWN else {}


def _problem(
    block: dict[str, Any], path: Path, name: str, section: dict[str, Any], document: Document
) -> Diagnostic | None:
    if name in section:
        return Diagnostic(f"two things have the identity {name!r}", document.value(path), "each identity once")
    for k, part in enumerate(block["one_of"]):
        here: Path = (*path, "one_of", k)
        if part is None:
            return Diagnostic("an alternative without a value", document.value(here), "the block that would stand here")
        if next(_blocks(part, path), None) is not None:
            wanted = "one 'one_of' with a block for each combination"
            return Diagnostic("a block within a block is one of several", document.value(here), wanted)
    return None


def _changed(first: Any, other: Any) -> Any:
    """Return the merge patch that puts another block in the place of the first."""
    if isinstance(first, dict) and isinstance(other, dict):
        return difference(first, other)
    return other


def _nested(path: Path, patch: Any) -> dict[str, Any]:
    for key in reversed(path):
        patch = {key: patch}
    assert isinstance(patch, dict)
    return patch


def _at(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key]
    return data


def _with(data: dict[str, Any], path: Path, part: Any) -> dict[str, Any]:
    """Return the data with something else at a path; without it for None."""
    key, *rest = path
    assert isinstance(key, str)
    if rest:
        return {**data, key: _with(data[key], tuple(rest), part)}
    if part is None:
        return {name: value for name, value in data.items() if name != key}
    return {name: part if name == key else value for name, value in data.items()}


def _placed(document: Document, data: dict[str, Any], moved: list[tuple[Path, Path]]) -> Document:
    """Return the document with other data, and the places of what was moved where it is now."""

    def placed(table: dict[Path, Any]) -> dict[Path, Any]:
        result = dict(table)
        for before, after in moved:
            for path, mark in table.items():
                if path[: len(before)] == before:
                    result[(*after, *path[len(before) :])] = mark
        return result

    return replace(
        document, data=data, keys=placed(document.keys), values=placed(document.values), spans=placed(document.spans)
    )
