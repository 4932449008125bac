"""The worlds of a conflict without some of its premises, sharing what stays the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from detente.analysis.world import FEW_STATES, World
from detente.conflict.conflict import Conflict
from detente.conflict.elements import BlockedMove, FeasibleList, Force, Infeasibility, Irreversibility, Limit
from detente.conflict.variant import without
from detente.errors import ModelError, TooLargeError

RESTRICTIONS = (Irreversibility, Infeasibility, FeasibleList, Limit, Force, BlockedMove)
"""Premises that say which states and moves there are."""


class Worlds:
    """The worlds without some premises.

    Parameters
    ----------
    base : World
    premises : iterable of str
        Identities of those that may be missing.
    """

    def __init__(self, base: World, premises: Iterable[str]) -> None:
        self.base = base
        among = set(premises)
        self.restrictions = frozenset(
            p.id for p in base.conflict.premises() if p.id in among and isinstance(p, RESTRICTIONS)
        )
        self._kept: dict[frozenset[str], World | None] = {}

    def without(self, gone: frozenset[str]) -> World | None:
        """Return the world without these premises; None where it cannot be examined. Each is made once."""
        if self.base.graph.n_states > FEW_STATES:  # too large to keep many
            return self._made(gone)
        if gone not in self._kept:
            self._kept[gone] = self._made(gone)
        return self._kept[gone]

    def _made(self, gone: frozenset[str]) -> World | None:
        if not gone:
            return self.base
        lifted = gone & self.restrictions
        if lifted == gone:
            try:
                world = World(without(with_plain_status_quo(self.base), gone), self.base.sanctions)
                for reading in world.conflict.readings:
                    world.game(reading.id)  # every preference must order the states there are now
            except (ModelError, TooLargeError):
                return None
            return world
        below = self.without(lifted)
        return None if below is None else below.with_preferences(without(below.conflict, gone - lifted))


def with_plain_status_quo(world: World) -> Conflict:
    """Return a world's conflict with the options of the status quo instead of its number, which other rules change."""
    conflict, graph = world.conflict, world.graph
    if not isinstance(conflict.status_quo, int) or conflict.graph_form is not None:
        return conflict
    options = graph.space.options_of(graph.find_state(conflict.status_quo))
    return replace(conflict, status_quo=tuple((k, v) for k, v in options.items() if v is not None))
