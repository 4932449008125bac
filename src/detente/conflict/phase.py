"""One phase of a conflict."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from detente.conflict.elements import Assignment, Element, Infeasibility, Irreversibility


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

    @property
    def premises(self) -> Iterator[Infeasibility | Irreversibility]:
        """The rules that are in force in it alone; each can be dropped."""
        yield from self.infeasible
        for option, _ in self.irreversible:
            rule = self.irreversibility(option)
            if rule is not None:
                yield rule

    def irreversibility(self, option: str) -> Irreversibility | None:
        """Return how an option may change in it, where it says so; None: freely."""
        direction = dict(self.irreversible)[option]
        if direction == "no":
            return None
        return Irreversibility(
            id=f"irreversible: {option} in {self.id}", option=option, direction=direction, where=self.where
        )

    def without(self, gone: Collection[str]) -> Phase:
        """Return the phase without some of its rules: options then change as they do elsewhere."""
        freed = {rule.option for rule in self.premises if isinstance(rule, Irreversibility) and rule.id in gone}
        return replace(
            self,
            infeasible=tuple(rule for rule in self.infeasible if rule.id not in gone),
            irreversible=tuple(item for item in self.irreversible if item[0] not in freed),
        )
