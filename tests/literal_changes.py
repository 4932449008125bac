"""Smallest sets of changes taken literally: every set of every size, each changed model asked by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from detente.analysis.change_target import Target
from detente.analysis.world import World
from detente.conflict.conflict import Conflict
from detente.conflict.edits import Edit, edited
from detente.conflict.secured import Lift
from detente.errors import ModelError
from tests.draws import named
from tests.literal_claims import LiteralArgument
from tests.oracle import LiteralModel

Set = tuple[Edit, ...]


def plain_status_quo(conflict: Conflict) -> Conflict:
    """Return the conflict with the options of its status quo in place of a number."""
    if not isinstance(conflict.status_quo, int) or conflict.graph_form is not None:
        return conflict
    model = LiteralModel(conflict)
    return replace(conflict, status_quo=named(conflict, model.members(conflict.status_quo)[0], full=True))


def holds(conflict: Conflict, targets: Sequence[Target]) -> bool | None:
    """Return whether every target holds in every case, by the definitions; None where something has no answer."""
    try:
        world = World(conflict)
        _ = world.graph.outcomes_of, world.graph.class_of  # no outcome is true of a part of a state, classes partition
        for reading in conflict.readings:
            world.game(reading.id)  # the preferences cover the states
    except ModelError:
        return None
    literal = LiteralArgument(conflict, "legal")
    try:
        return all(all(literal.asked(target.claim).values()) for target in targets)
    except ValueError:
        return None


def with_set(conflict: Conflict, some: Set) -> Conflict | None:
    """Return the conflict with a set of changes."""
    return edited(plain_status_quo(conflict) if any(isinstance(e, Lift) for e in some) else conflict, some)


def every(conflict: Conflict, edits: Sequence[Edit], targets: Sequence[Target], size: int) -> Iterator[Set]:
    """Yield the sets of one size after which every target holds."""
    for some in combinations(edits, size):
        changed = with_set(conflict, some)
        if changed is not None and holds(changed, targets):
            yield some


def goes_less_far(one: Set, other: Set) -> bool:
    """Return whether two sets differ, and only in that in the first nothing goes farther and something less far."""
    left = list(other)
    less = False
    for edit in one:
        match = next((e for e in left if e.family == edit.family and abs(edit.far) <= abs(e.far)), None)
        if match is None:
            return False
        left.remove(match)
        less = less or abs(edit.far) < abs(match.far)
    return less and not left


def smallest_sets(
    conflict: Conflict, edits: Sequence[Edit], targets: Sequence[Target], most: int
) -> tuple[int | None, set[frozenset[Edit]]]:
    """Return the least size of a set that does it, and all such sets in which nothing goes farther than it must."""
    for size in range(most + 1):
        found = list(every(conflict, edits, targets, size))
        if found:
            return size, {frozenset(s) for s in found if not any(goes_less_far(other, s) for other in found)}
    return None, set()
