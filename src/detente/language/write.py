"""Conflict → text in the model language, so that reading it gives an equal conflict; or → a `.gmcr` file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, TypeAlias

from detente.conflict.conflict import Conflict
from detente.conflict.formula import Formula
from detente.errors import CannotSayError, ModelError, UsageError
from detente.language.alternatives import SECTION, alternative, check_said
from detente.language.build import build
from detente.language.guarantees import guarantee_data, guaranteed
from detente.language.patch import difference
from detente.language.source import MAX_BYTES, MAX_NODES, Document
from detente.language.variants import variant_data
from detente.language.vary import built, vary
from detente.language.write_data import DataWriter
from detente.language.write_text import json_text, quoted, yaml_text

Kind: TypeAlias = Literal["yaml", "json", "gmcr"]

_TARGET = "the model language"
_MOST_REASONS = 30
_LONGEST_KEY = 1000


def convert(conflict: Conflict, kind: Kind, *, reading: str | None = None, lossy: bool = False) -> str:
    """Return a conflict as a text of another kind.

    Parameters
    ----------
    conflict : Conflict
    kind : {"yaml", "json", "gmcr"}
    reading : str, optional
        The reading to write, where the kind holds only one (``gmcr``).
    lossy : bool
        Leave out what the kind has no place for and what changes no state, move or rank: reasons, sources, outcomes
        and the like. (YAML and JSON have a place for everything.)

    Raises
    ------
    CannotSayError
        The kind cannot say something in the model; every such thing is listed.
    UsageError
        There is no such kind or reading, or a reading is asked for where all are written.
    """
    if kind == "gmcr":
        from detente.language.gmcr_write import write_gmcr

        return write_gmcr(conflict, reading, lossy=lossy)
    if kind not in ("yaml", "json"):
        raise UsageError(f"unknown kind of file {kind!r}; there are: yaml, json, gmcr")
    if reading is not None:
        raise UsageError(f"a {kind} file holds all readings; expected a reading only for gmcr")
    return to_yaml(conflict) if kind == "yaml" else to_json(conflict)


def to_yaml(conflict: Conflict) -> str:
    """Return a conflict as YAML, such that reading it gives an equal conflict. Raises CannotSayError.

    Examples
    --------
    >>> from detente.language.load import loads
    >>> print(to_yaml(loads("decision_makers: {one: {options: {go: Go on}, preferences: [one.go]}}")), end="")
    decision_makers:
      one:
        options:
          go: Go on
        preferences:
          - one.go
    """
    return _sized(yaml_text(document_of(conflict)), "YAML")


def to_json(conflict: Conflict) -> str:
    """Return a conflict as JSON, such that reading it gives an equal conflict. Raises CannotSayError."""
    return _sized(json_text(document_of(conflict)), "JSON")


def document_of(conflict: Conflict) -> dict[str, Any]:
    """Return a conflict as plain data in the model language.

    Numbers are ``int`` or ``Decimal``. Readings that follow from the lenses are left out; one that mentions some
    decision makers only is read as one that mentions all. Variants, guarantees and alternatives are written as what
    differs from these data. The data are read again and compared before they are returned.

    Raises
    ------
    CannotSayError
        Reading the data would not give an equal conflict; lists every difference. So with numbers such as 1/3, with
        names that are not identifiers, and with parts that only Python can put together.
    ModelError
        A variant, a guarantee or an alternative is wrong.
    UsageError
        The conflict has any of them and is not the one that its text says, which they change.
    """
    document = _document_of(_bare(conflict))
    if not (conflict.variants or conflict.guarantees):
        return document
    others = {item.id: _bare(vary(conflict, item.id, titled=False).conflict) for item in conflict.variants}
    given = {item.id: guaranteed(conflict, [item.id]) for item in conflict.guarantees}
    plain = dict(document)
    if given:
        document["guarantees"] = {
            item.id: guarantee_data(item, difference(plain, _document_of(given[item.id])))
            for item in conflict.guarantees
        }
    if others:
        document["variants"] = {
            item.id: variant_data(item, difference(plain, _document_of(others[item.id]))) for item in conflict.variants
        }
    problems = _hindrances(document)
    if problems:
        raise CannotSayError(_TARGET, problems)
    again = _read(document)
    differences = list(_differences(conflict.variants, again.variants, "variants"))
    differences += _differences(conflict.guarantees, again.guarantees, "guarantees")
    for key, other in others.items():
        found = _bare(_read_variant(document, again, key))
        differences += _differences(_whole(other), _whole(found), f"variants.{key}")
    for key, other in given.items():
        differences += _differences(_whole(other), _whole(_read_guaranteed(again, key)), f"guarantees.{key}")
    if differences:
        raise CannotSayError(_TARGET, _fewer(differences))
    return document


def _bare(conflict: Conflict) -> Conflict:
    return replace(conflict, variants=(), guarantees=())


def _document_of(conflict: Conflict) -> dict[str, Any]:
    """Return a conflict without variants and guarantees as plain data; alternatives as what differs.

    Raises as :func:`document_of` does.
    """
    if not conflict.alternatives:
        return _plain_document(conflict)
    check_said(conflict, build)
    document = _plain_document(replace(conflict, alternatives=(), document=None))
    problems: list[str] = []
    others = {
        (block.id, k): alternative(conflict, {block.id: k}, build)
        for block in conflict.alternatives
        for k in range(1, len(block.shares))
    }
    changes = {place: difference(document, _plain_document(other)) for place, other in others.items()}
    document[SECTION] = DataWriter(conflict, problems).alternatives(changes)
    problems += _hindrances(document)
    if problems:
        raise CannotSayError(_TARGET, problems)
    again = _read(document)
    differences = list(_differences(_whole(conflict), _whole(again), ""))
    for block, k in others:
        found = alternative(again, {block: k}, build)
        differences += _differences(_whole(others[block, k]), _whole(found), f"{SECTION}.{block}.{k + 1}")
    if differences:
        raise CannotSayError(_TARGET, _fewer(differences))
    return document


def _plain_document(conflict: Conflict) -> dict[str, Any]:
    """Return a conflict without variants and alternatives as plain data. Raises CannotSayError."""
    problems: list[str] = []
    document = DataWriter(conflict, problems).document()
    problems += _hindrances(document)
    if problems:
        raise CannotSayError(_TARGET, problems)
    differences = list(_differences(_whole(conflict), _read(document), ""))
    if differences:
        raise CannotSayError(_TARGET, _fewer(differences))
    return document


def _hindrances(document: dict[str, Any]) -> list[str]:
    """Return why no file can hold the data."""
    problems = list(_unreadable(document, ""))
    size = _size(document)
    if size > MAX_NODES:
        problems.append(f"the document would have {size:,} parts; at most {MAX_NODES:,} are read")
    return problems


def _whole(conflict: Conflict) -> Conflict:
    """Return a conflict whose readings mention every decision maker."""
    readings = (replace(item, lenses=tuple(conflict.lens_choice(item.id).items())) for item in conflict.readings)
    return replace(conflict, readings=tuple(readings))


def _read_variant(document: dict[str, Any], base: Conflict, name: str) -> Conflict:
    try:
        return built(Document(document, "model", ""), base, name).conflict
    except ModelError as error:
        raise CannotSayError(_TARGET, _fewer(_reasons(error))) from None


def _read_guaranteed(base: Conflict, name: str) -> Conflict:
    try:
        return guaranteed(base, [name])
    except ModelError as error:
        raise CannotSayError(_TARGET, _fewer(_reasons(error))) from None


def _read(document: dict[str, Any]) -> Conflict:
    try:
        return build(Document(document, "model", ""))
    except ModelError as error:
        raise CannotSayError(_TARGET, _fewer(_reasons(error))) from None


def _reasons(error: ModelError) -> list[str]:
    found = (f"{p.path}: {p.sentence()}" if p.path else p.sentence() for p in error.diagnostics)
    return list(dict.fromkeys(found))


def _fewer(reasons: list[str]) -> list[str]:
    more = len(reasons) - _MOST_REASONS
    return reasons if more <= 0 else [*reasons[:_MOST_REASONS], f"and {more:,} more"]


def _sized(text: str, kind: str) -> str:
    if len(text) > MAX_BYTES:
        raise CannotSayError(kind, [f"the text would have {len(text):,} characters; at most {MAX_BYTES:,} are read"])
    return text


def _size(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1


def _unreadable(value: Any, path: str) -> Iterator[str]:
    """Yield the texts that no file can hold: with half a character (a lone surrogate), or keys that are too long."""
    if isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in items:
            yield from _unreadable(key, path)
            if isinstance(key, str) and len(quoted(key)) > _LONGEST_KEY:
                yield f"{path}: {_shown(key)} is too long; at most about {_LONGEST_KEY:,} characters are read in a name"
            yield from _unreadable(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value):
        yield f"{path}: {value!a} holds half a character"


def _differences(one: Any, other: Any, path: str) -> Iterator[str]:
    """Yield where two conflicts differ, as deep in their parts as can be told."""
    if one == other:
        return
    if is_dataclass(one) and type(one) is type(other) and not isinstance(one, Formula):
        for part in (field.name for field in fields(one) if field.compare):
            yield from _differences(getattr(one, part), getattr(other, part), f"{path}.{part}" if path else part)
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for number, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from _differences(a, b, f"{path}.{getattr(a, 'id', number)}")
    else:
        yield f"{path}: {_shown(one)} would be read as {_shown(other)}"


def _shown(value: Any) -> str:
    text = value.text() if isinstance(value, Formula) else repr(value)
    return text if len(text) <= 80 else text[:80] + "…"
