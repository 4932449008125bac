"""One phase of a conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from detente.conflict.elements import Assignment, Element, Infeasibility


@dataclass(frozen=True, kw_only=True)
class Phase(Element):
    """A stretch of time, and what is different in it.

    Attributes
    ----------
    date : str
        When it begins, as the author writes it.
    reading : str
        The reading in it; empty: the one that is asked about.
    lenses : tuple of (str, str)
        Lenses that parties use in it, on top of the reading.
    drop : tuple of str
        Premises that do not hold in it.
    infeasible : tuple of Infeasibility
        What cannot be in it, besides.
    irreversible : tuple of (str, str)
        How options may change in it: ``no``, ``forward`` or ``backward``.
    sets : Assignment
        What has happened when it begins.
    status_quo : Assignment or None
        Where it begins, instead of where the phase before ended.
    nature : bool
        Whether nature moves in it.
    """

    date: str = ""
    reading: str = ""
    lenses: tuple[tuple[str, str], ...] = ()
    drop: tuple[str, ...] = ()
    infeasible: tuple[Infeasibility, ...] = ()
    irreversible: tuple[tuple[str, Literal["no", "forward", "backward"]], ...] = ()
    sets: Assignment = ()
    status_quo: Assignment | None = None
    nature: bool = True
