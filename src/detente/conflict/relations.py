"""Relations: who is whose ally or adversary, since when, and who says where that turned.

Nodes of the web are the parties of the conflict and *outsiders*, which decide nothing in it. A date is kept as the text
it was given as: ``2022``, ``2022-02`` or ``2022-02-24``; a year or a month alone means its first day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as Day
from fractions import Fraction

from detente.conflict.elements import Element, Premise, number_text

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def day_of(when: str) -> Day:
    """Return the day that a date means. Raises ValueError."""
    found = _DATE.fullmatch(when)
    if found is None:
        raise ValueError(f"{when!r} is not a date; expected one like 1914, 1914-07 or 1914-07-28")
    try:
        return Day(*(int(part or 1) for part in found.groups()))
    except ValueError as error:
        raise ValueError(f"{when!r} is not a date: {error}") from None


@dataclass(frozen=True, kw_only=True)
class Outsider(Element):
    """A node of the relations that decides nothing in the conflict."""


@dataclass(frozen=True, kw_only=True)
class Turn(Element):
    """A turning point that the author declares; ``id`` is its date."""


@dataclass(frozen=True, kw_only=True)
class Relation(Premise):
    """A tie between two nodes: −1 adversaries, 0 nothing, 1 allies.

    Attributes
    ----------
    between : (str, str)
    levels : tuple of (str, Fraction)
        Date and level, in order: a level holds from its date to the next. Undated, the one date is empty.
    turns : tuple of Turn
    """

    between: tuple[str, str]
    levels: tuple[tuple[str, Fraction], ...]
    turns: tuple[Turn, ...] = ()

    @property
    def dated(self) -> bool:
        """Whether the level is a series by date."""
        return self.levels[0][0] != ""

    def entry(self, at: Day | None) -> tuple[str, Fraction] | None:
        """Return since when which level holds on a day (``None``: the last); ``None`` before the first date."""
        known = [pair for pair in self.levels if at is None or not pair[0] or day_of(pair[0]) <= at]
        return known[-1] if known else None

    def says(self) -> str:
        levels = (f"from {when}: {number_text(level)}" if when else number_text(level) for when, level in self.levels)
        return f"between {self.between[0]} and {self.between[1]}: {', '.join(levels)}"
