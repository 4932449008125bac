"""What elements of a model file share: name, reason and source, and of premises the certainty."""

from __future__ import annotations

from typing import Any

from detente.conflict.elements import Certainty
from detente.language.names import exact
from detente.language.schema_base import Described, Premised


def described(shape: Described | Any) -> dict[str, str]:
    """Return name, because and source of an element, empty where it has none."""
    if not isinstance(shape, Described):
        return {}
    return {key: getattr(shape, key) or "" for key in ("name", "because", "source")}


def premised(shape: Premised | Any) -> dict[str, Any]:
    """Return what :func:`described` does, and the certainty."""
    if not isinstance(shape, Premised):
        return {}
    certainty: Certainty = shape.certainty
    if not isinstance(certainty, str):
        certainty = exact(certainty)
    return {**described(shape), "certainty": certainty}
