"""Many sets of changes in few words: what each party has to do, and what it can choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detente.conflict.edits import Edit

Part = tuple[Edit, ...]
"""The changes of one party, or those of none."""


@dataclass(frozen=True)
class Product:
    """Sets that come from choosing one of its parts for each party, in every combination.

    Attributes
    ----------
    parts : tuple of (str, tuple of tuple of Edit)
        Party (empty: nobody's) and what it can choose from.
    """

    parts: tuple[tuple[str, tuple[Part, ...]], ...]

    @property
    def first(self) -> Part:
        """One of the sets: the first choice of everybody."""
        return tuple(edit for _, choices in self.parts for edit in choices[0])

    @property
    def count(self) -> int:
        """How many sets it stands for."""
        result = 1
        for _, choices in self.parts:
            result *= len(choices)
        return result


def products(sets: Sequence[Sequence[Edit]]) -> list[Product]:
    """Return sets as products that have no set in common, those of the same parties together."""
    groups: dict[tuple[str, ...], list[tuple[Part, ...]]] = {}
    for some in sets:
        own: dict[str, list[Edit]] = {}
        for edit in some:
            own.setdefault(edit.dm, []).append(edit)
        groups.setdefault(tuple(own), []).append(tuple(tuple(part) for part in own.values()))
    found = []
    for parties, rows in groups.items():
        found += [Product(tuple(zip(parties, choices, strict=True))) for choices in _boxes(rows)]
    return found


def _boxes(rows: list[tuple[Part, ...]]) -> list[tuple[tuple[Part, ...], ...]]:
    """Return disjoint boxes that cover the rows: those whose rests are the same go together, from the last column."""
    if not rows or not rows[0]:
        return [()]
    rests: dict[Part, list[tuple[Part, ...]]] = {}
    for row in rows:
        rests.setdefault(row[0], []).append(row[1:])
    alike: dict[tuple[tuple[Part, ...], ...], list[Part]] = {}
    for first, rest in rests.items():
        alike.setdefault(tuple(rest), []).append(first)
    return [(tuple(firsts), *box) for rest, firsts in alike.items() for box in _boxes(list(rest))]
