"""What a solution concept is, and the one list of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from detente.stability.game import Flags, Game, Values


class NotDefinedError(Exception):
    """The concept is not defined for this kind of model; the message says why."""


@dataclass(frozen=True)
class Concept:
    """A solution concept for one decision maker.

    Attributes
    ----------
    id : str
        The key in JSON and on the command line.
    name, definition, source : str
        For people: the field's name, the definition in a sentence, author and year.
    implies : tuple of str
        Concepts that every stable state of this one also satisfies; checked on every test model.
    decide : callable
        ``decide(game, i)`` returns for each state whether it is stable for party i.
    credible, counter : bool
        For explanations: sanctions must be improvements of the sanctioners; the focal party may move again.
    worst : callable, optional
        ``worst(game, i)`` returns for each state the worst value for i that can follow once i has improved to it: such
        an improvement is unsanctioned when that is above i's rank of where it began. ``None``: there is no such value.
    own_ranks_only : bool
        Verdicts for a party depend on nobody's ranks but its own, so that they stand when others' change.
    """

    id: str
    name: str
    definition: str
    source: str
    implies: tuple[str, ...]
    decide: Callable[[Game, int], Flags]
    credible: bool = False
    counter: bool = False
    worst: Callable[[Game, int], Values] | None = None
    own_ranks_only: bool = False
