"""Texts as documents, the last few kept: a text is parsed once, for the forms, for changes and for the model."""

from __future__ import annotations

from functools import lru_cache

from detente.conflict.conflict import Conflict
from detente.language.build import build
from detente.language.source import Document, read_document

MOST_KEPT = 12


@lru_cache(maxsize=MOST_KEPT)
def document_of(text: str, kind: str) -> Document:
    """Return a text as a document, which nobody may change. Raises ModelError."""
    return read_document(text, "model", json=kind == "json")


def conflict_of(text: str, kind: str) -> Conflict:
    """Return the conflict that a text says. Raises ModelError."""
    return build(document_of(text, kind))
