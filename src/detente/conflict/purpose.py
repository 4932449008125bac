"""What was observed: moves that were made, in order, for aims to be held against."""

from __future__ import annotations

from dataclasses import dataclass

from detente.conflict.elements import Assignment, Element


@dataclass(frozen=True, kw_only=True)
class ObservedMove(Element):
    """A move that was made: by one decision maker, or by several together, with the options they set."""

    by: tuple[str, ...]
    sets: Assignment
    date: str = ""


@dataclass(frozen=True, kw_only=True)
class Observed(Element):
    """A sequence of moves that were made. It begins at ``start``, or at the status quo."""

    moves: tuple[ObservedMove, ...]
    start: Assignment | None = None
