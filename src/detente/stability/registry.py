"""All solution concepts, in the order in which they are shown. Adding one is adding its record here."""

from __future__ import annotations

from detente.errors import UsageError, did_you_mean
from detente.stability import metarational, nash, simultaneous
from detente.stability.concept import Concept

CONCEPTS: dict[str, Concept] = {
    concept.id: concept
    for concept in (
        nash.CONCEPT,
        metarational.GMR,
        metarational.SMR,
        metarational.SEQ,
        metarational.SSEQ,
        simultaneous.CONCEPT,
    )
}


def implied(name: str) -> frozenset[str]:
    """Return the keys of all concepts that hold wherever this one does, itself included."""
    found = {name}
    for other in CONCEPTS[name].implies:
        found |= implied(other)
    return frozenset(found)


def concept(name: str) -> Concept:
    """Return a concept by its key. Raises UsageError, with the nearest key."""
    key = name.strip().lower()
    if key in CONCEPTS:
        return CONCEPTS[key]
    raise UsageError(f"unknown concept {name!r}{did_you_mean(key, CONCEPTS)} (there are: {', '.join(CONCEPTS)})")
