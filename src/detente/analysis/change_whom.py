"""Whom to persuade: the parties, those first in whom least has to change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from detente.analysis.change_search import Smallest


@dataclass(frozen=True, eq=False)
class Persuasion:
    """One party, and how little would have to change in it.

    Attributes
    ----------
    dm : str
    alone : Smallest
        The smallest sets of changes of this party's wishes that do it with nobody else changed.
    distance : float or None
        The least distance between its ranking and one that does it, nobody else changed; None: there is none, or it
        was not asked for.
    ranked : bool
        Whether the distance was asked for.
    blocked_by : tuple of str
        Others who would leave whatever this party wants.
    in_sets : int
        In how many of the smallest sets of all parties together it has a part.
    in_all : bool
        Whether in all of them.
    """

    dm: str
    alone: Smallest
    distance: float | None
    ranked: bool
    blocked_by: tuple[str, ...]
    in_sets: int
    in_all: bool

    @property
    def impossible(self) -> bool:
        """Whether nothing that this party could want would do."""
        return self.alone.ruled_out

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "decision_maker": self.dm,
            "alone": self.alone.size,
            "sets": [[edit.to_dict() for edit in some] for some in self.alone.sets],
            "complete_to": self.alone.complete_to,
            "impossible": self.impossible,
            "blocked_by": list(self.blocked_by),
            **({"distance": self.distance} if self.ranked else {}),
            "in_sets": self.in_sets,
            "in_all": self.in_all,
        }


def whom_to_persuade(
    parties: Sequence[str],
    alone: Callable[[str], Smallest],
    distance: Callable[[str], float | None] | None,
    together: Smallest,
) -> tuple[Persuasion, ...]:
    """Return the parties: those that alone suffice first, with the fewest changes and the nearest rankings first.

    Parameters
    ----------
    parties : sequence of str
    alone : callable
        The smallest sets of changes of one party.
    distance : callable, optional
        The least distance of its ranking; it is not asked for where others are in the way anyhow.
    together : Smallest
        The smallest sets of changes of all.
    """
    found = []
    for dm in parties:
        own = alone(dm)
        parts = sum(any(edit.dm == dm for edit in some) for some in together.sets)
        found.append(
            Persuasion(
                dm,
                own,
                None if distance is None or own.ruled_out else distance(dm),
                distance is not None,
                tuple(name for name in own.in_the_way if name != dm),
                parts,
                0 < parts == len(together.sets),
            )
        )
    return tuple(sorted(found, key=_order))


def _order(item: Persuasion) -> tuple[float, float, int]:
    beyond = float("inf")
    return (item.alone.size or beyond, beyond if item.distance is None else item.distance, -item.in_sets)
