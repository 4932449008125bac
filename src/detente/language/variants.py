"""Variants of a model, from its file; nothing in them is examined before a variant is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.conflict.conflict import Conflict
from detente.conflict.elements import Variant
from detente.language.described import described
from detente.language.names import Names
from detente.language.schema import ModelShape
from detente.language.source import Path


def read_variants(names: Names, shape: ModelShape, conflict: Conflict) -> Iterator[Variant]:
    """Yield the variants of a model; a name that is a reading's as well is a problem, which goes to ``names``."""
    readings = {reading.id for reading in conflict.readings}
    for key, body in (shape.variants or {}).items():
        path: Path = ("variants", key)
        if key in readings:
            names.problem(path, f"{key!r} names both a variant and a reading", "different names", key=True)
        yield Variant(id=key, changes=body.changes, where=names.document.key(path), **described(body))


def variant_data(variant: Variant, changes: dict[str, Any]) -> dict[str, Any]:
    """Return a variant as it is written, with its changes of the data that are written."""
    said = {key: getattr(variant, key) for key in ("name", "because", "source")}
    return {**{key: words for key, words in said.items() if words}, "changes": changes}
