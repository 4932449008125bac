"""A conflict under one of its variants, built from the conflict's own text when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from detente.conflict.conflict import Conflict
from detente.conflict.elements import Variant
from detente.errors import Diagnostic, ModelError, UsageError, did_you_mean
from detente.language.build import build
from detente.language.patch import Change, patched
from detente.language.source import Document, Path, read_document


@dataclass(frozen=True)
class Varied:
    """A conflict under a variant, and what the variant changes in the data of the file."""

    variant: Variant
    conflict: Conflict
    changes: tuple[Change, ...]


def variant(conflict: Conflict, name: str) -> Conflict:
    """Return a conflict as it is under one of its variants.

    Its title says so, and it has no variants of its own.

    Parameters
    ----------
    conflict : Conflict
        As it was loaded: a variant is a change of the text.
    name : str
        The identifier of the variant.

    Raises
    ------
    UsageError
        There is no such variant, or the conflict is not the one that its text says.
    ModelError
        The variant is wrong; every problem has its place.

    Examples
    --------
    >>> import detente
    >>> rival = detente.library("peace_rival")
    >>> [item.id for item in rival.variants][:2]
    ['front_breaks_anyway', 'front_never_breaks']
    >>> variant(rival, rival.variants[0].id).title
    'The peace delusion, disputed (variant: The front can break whoever pays)'
    """
    return vary(conflict, name).conflict


def vary(conflict: Conflict, name: str, *, titled: bool = True) -> Varied:
    """Return what :func:`variant` does, with what it changes; its title need not say so. Raises as that does."""
    find(conflict, name)
    document, base = _reread(conflict.text, conflict.origin) if conflict.text else (None, None)
    if document is None or base != conflict:
        raise UsageError(
            "the variants of this conflict are changes of its text, and it is not the conflict that its text says; "
            "expected a conflict as it was loaded, or one without variants"
        )
    found = built(document, conflict, name)
    if not titled:
        return found
    return replace(found, conflict=replace(found.conflict, title=_title(found.conflict, found.variant)))


def find(conflict: Conflict, name: str) -> Variant:
    """Return a variant by its identifier. Raises UsageError, with the nearest name and all there are."""
    for item in conflict.variants:
        if item.id == name:
            return item
    known = [item.id for item in conflict.variants]
    if not known:
        raise UsageError(f"unknown variant {name!r}: the model has no variants; they stand under 'variants:'")
    raise UsageError(f"unknown variant {name!r}{did_you_mean(name, known)} (there are: {', '.join(known)})")


def built(document: Document, base: Conflict, name: str) -> Varied:
    """Return a variant of the conflict that a document says, with the title that it has there. Raises ModelError."""
    chosen = find(base, name)
    at: Path = ("variants", name, "changes")
    problems: list[Diagnostic] = []
    changed, changes = patched(document, at, problems)
    if problems:
        raise in_variant(name, ModelError(problems, document.origin, document.text))
    try:
        conflict = build(changed)
    except ModelError as error:
        raise in_variant(name, error) from None
    if conflict == replace(base, variants=()):
        said = Diagnostic("the model stays the same: this only says it in other words", document.key(at[:2]))
        raise in_variant(name, ModelError([said], document.origin, document.text))
    return Varied(chosen, conflict, changes)


def in_variant(name: str, error: ModelError) -> ModelError:
    """Return the problems of a variant with the words that say whose they are."""
    found: Iterable[Diagnostic] = (
        replace(item, message=f"in variant {name!r}: {item.message}") for item in error.diagnostics
    )
    return ModelError(found, error.source, error.text)


def _title(conflict: Conflict, chosen: Variant) -> str:
    return f"{conflict.title or 'Untitled conflict'} (variant: {chosen.label})"


@lru_cache(maxsize=1)
def _reread(text: str, origin: str) -> tuple[Document, Conflict]:
    """Return the document and the conflict of a text; the last one is kept, since variants are asked for in rows."""
    document = read_document(text, origin)
    return document, build(document)
