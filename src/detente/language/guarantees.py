"""Guarantees of a model, from its file: what could be added to it, and the model with some of them given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from detente.conflict.conflict import Conflict, unknown
from detente.conflict.elements import Guarantee
from detente.errors import Diagnostic, ModelError, UsageError
from detente.language.described import described
from detente.language.names import Names
from detente.language.patch import patched
from detente.language.schema import ModelShape
from detente.language.source import Document, Path

SECTION = "guarantees"


def read_guarantees(names: Names, shape: ModelShape) -> Iterator[Guarantee]:
    """Yield the guarantees of a model; nothing in them is examined before one is asked for."""
    for key, body in (shape.guarantees or {}).items():
        yield Guarantee(
            id=key,
            changes=body.changes,
            document=names.document,
            where=names.document.key((SECTION, key)),
            **described(body),
        )


def guaranteed(conflict: Conflict, given: Sequence[str]) -> Conflict:
    """Return a conflict with some of its guarantees given, in this order; it has none of its own, and no variants.

    Parameters
    ----------
    conflict : Conflict
        As it was loaded, or one of its variants: a guarantee is a change of the text.
    given : sequence of str
        Identifiers of guarantees.

    Raises
    ------
    UsageError
        There is no such guarantee, or the conflict is not the one that its text says.
    ModelError
        A guarantee is wrong, or two do not go together; every problem has its place.
    """
    from detente.language.build import build

    document = _document(conflict, given)
    if _bare(replace(build(document), title=conflict.title)) != _bare(conflict):
        raise UsageError(
            "the guarantees of this conflict are changes of its text, and it is not the conflict that its text says; "
            "expected a conflict as it was loaded"
        )
    changed = document
    for name in given:
        problems: list[Diagnostic] = []
        changed, _ = patched(_with_section(changed, document), (SECTION, name, "changes"), problems)
        if problems:
            raise in_guarantee(name, ModelError(problems, document.origin, document.text))
    try:
        result = build(changed)
    except ModelError as error:
        raise in_guarantee(" and ".join(given), error) from None
    if len(given) == 1 and replace(result, variants=(), title=conflict.title) == _bare(conflict):
        where = document.key((SECTION, given[0]))
        said = Diagnostic("the model stays the same: this only says it in other words", where)
        raise in_guarantee(given[0], ModelError([said], document.origin, document.text))
    return replace(_bare(result), title=conflict.title)


def _bare(conflict: Conflict) -> Conflict:
    return replace(conflict, variants=(), guarantees=())


def _document(conflict: Conflict, given: Sequence[str]) -> Document:
    """Return what the guarantees are changes of. Raises UsageError."""
    known = {item.id: item for item in conflict.guarantees}
    for name in given:
        if name not in known:
            raise unknown("guarantee", name, list(known))
    document = known[given[0]].document if given else None
    if not isinstance(document, Document):
        raise UsageError("no guarantee is named, or the conflict was not read from a text")
    return document


def _with_section(document: Document, base: Document) -> Document:
    """Return a document with the guarantees of another, which stand where they stand there."""
    assert isinstance(document.data, dict)
    assert isinstance(base.data, dict)
    if SECTION in document.data:
        return document

    def both(own: Mapping[Path, Any], other: Mapping[Path, Any]) -> dict[Path, Any]:
        return {**own, **{path: place for path, place in other.items() if path[:1] == (SECTION,)}}

    return Document(
        {**document.data, SECTION: base.data[SECTION]},
        document.origin,
        document.text,
        both(document.keys, base.keys),
        both(document.values, base.values),
        both(document.spans, base.spans),
    )


def in_guarantee(name: str, error: ModelError) -> ModelError:
    """Return the problems of a guarantee with the words that say whose they are."""
    found = (replace(item, message=f"in guarantee {name!r}: {item.message}") for item in error.diagnostics)
    return ModelError(found, error.source, error.text)


def guarantee_data(guarantee: Guarantee, changes: dict[str, Any]) -> dict[str, Any]:
    """Return a guarantee as it is written, with its changes of the data that are written."""
    said = {key: getattr(guarantee, key) for key in ("name", "because", "source")}
    return {**{key: words for key, words in said.items() if words}, "changes": changes}
