"""The worlds of a conflict by the levels of its factors, sharing what stays the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from detente.analysis.factors import Factor, share_of
from detente.analysis.without import RESTRICTIONS, with_plain_status_quo
from detente.analysis.world import FEW_STATES, World
from detente.conflict.choices import Range
from detente.conflict.choose import with_numbers, with_rules_chosen, with_statements_chosen
from detente.conflict.conflict import Conflict
from detente.conflict.elements import DecisionMaker, Reading
from detente.conflict.variant import every_premise, without
from detente.errors import ModelError, TooLargeError
from detente.language.alternatives import alternative
from detente.language.build import build

Levels = tuple[int, ...]


class ChosenWorlds:
    """The worlds that have given levels of the factors.

    What says which states and moves there are (the *ground*) is told apart from what says only who prefers what: worlds
    on the same ground share all that follows from it.

    Parameters
    ----------
    base : World
        The model as it is written.
    factors : sequence of Factor
        The concept changes no world.
    """

    def __init__(self, base: World, factors: Sequence[Factor]) -> None:
        self.base, self.factors = base, factors
        self._blocks: dict[Levels, Conflict | None] = {}
        self._of_blocks: dict[Levels, World | None] = {}
        self._kept: dict[Levels, World | None] = {}
        self.ground = [self._is_ground(factor) for factor in factors]

    def world(self, row: Sequence[int]) -> World | None:
        """Return the world that a row of levels says; None where it cannot be examined."""
        grounds = tuple(level if ground else 0 for level, ground in zip(row, self.ground, strict=True))
        below = self._on_ground(grounds)
        rest = tuple(level if not ground else 0 for level, ground in zip(row, self.ground, strict=True))
        if below is None or not any(rest):
            return below
        conflict = self._written(row, below.conflict)
        return None if conflict is None else below.with_preferences(conflict)

    def renew(self) -> None:
        """Forget what was worked out for any world; states and moves are kept."""
        self.base = self.base.renewed()
        self._of_blocks = {key: None if world is None else world.renewed() for key, world in self._of_blocks.items()}
        self._kept = {key: None if world is None else world.renewed() for key, world in self._kept.items()}

    # -- which factors say what states and moves there are ----------------------------------------------------------

    def _is_ground(self, factor: Factor) -> bool:
        if factor.kind == "premise":
            return isinstance(factor.element, RESTRICTIONS)
        if factor.kind == "number":
            assert isinstance(factor.element, Range)
            return factor.element.place[0] not in ("weight", "utility")
        if factor.kind == "block":
            others = (self._of_block({factor.element.id: level.what}) for level in factor.levels[1:])
            return any(other is None or _grounds(other) != _grounds(self.base.conflict) for other in others)
        return factor.kind == "rules"

    def _of_block(self, places: dict[str, int]) -> Conflict | None:
        """Return the conflict with alternatives of its parts; None where they do not fit together."""
        key = tuple(places.get(block.id, 0) for block in self.base.conflict.alternatives)
        if not any(key):
            return self.base.conflict
        if key not in self._blocks:
            try:
                self._blocks[key] = alternative(self.base.conflict, places, build)
            except ModelError:
                self._blocks[key] = None
        return self._blocks[key]

    # -- making worlds ----------------------------------------------------------------------------------------------

    def _on_ground(self, row: Levels) -> World | None:
        if not any(row):
            return self.base
        if self.base.graph.n_states > FEW_STATES:  # too large to keep many
            return self._made(row)
        if row not in self._kept:
            self._kept[row] = self._made(row)
        return self._kept[row]

    def _made(self, row: Levels) -> World | None:
        blocks = tuple(level if factor.kind == "block" else 0 for level, factor in zip(row, self.factors, strict=True))
        if any(blocks) and blocks not in self._of_blocks:
            self._of_blocks[blocks] = self._examined(self._of_block(self._places(blocks)))
        world = self._of_blocks[blocks] if any(blocks) else self.base
        if blocks == row:
            return world
        # what contradicts itself as a whole need not where something else is missing
        conflict = self._of_block(self._places(blocks)) if world is None else with_plain_status_quo(world)
        return None if conflict is None else self._examined(self._decided(row, conflict, ground=True))

    def _examined(self, conflict: Conflict | None) -> World | None:
        if conflict is None:
            return None
        try:
            world = World(conflict, self.base.sanctions)
            for reading in world.conflict.readings:
                world.game(reading.id)  # every preference must order the states there are now
        except (ModelError, TooLargeError):
            return None
        return world

    def _written(self, row: Sequence[int], ground: Conflict) -> Conflict | None:
        """Return the conflict that a row says on its ground; parties that are the same are the same objects."""
        rest = tuple(0 if ground else level for level, ground in zip(row, self.ground, strict=True))
        conflict = ground
        if any(level and factor.kind == "block" for level, factor in zip(rest, self.factors, strict=True)):
            whole = self._of_block(self._places(row))
            if whole is None:
                return None
            conflict = replace(
                ground,
                decision_makers=tuple(
                    same if same == dm else dm for dm, same in _paired(self._decided(row, whole, ground=True), ground)
                ),
                statements=whole.statements,
                ranges=whole.ranges,
            )
        return self._decided(rest, conflict, ground=False)

    def _places(self, row: Sequence[int]) -> dict[str, int]:
        pairs = zip(row, self.factors, strict=True)
        return {factor.element.id: level for level, factor in pairs if factor.kind == "block" and level}

    def _decided(self, row: Sequence[int], conflict: Conflict, *, ground: bool) -> Conflict:
        """Return a conflict with everything but its alternative parts as a row says."""
        chosen: dict[str, dict[str, Any]] = {kind: {} for kind in ("number", "rules", "statements", "order")}
        swaps: dict[tuple[str, str], int] = {}
        gone: dict[str, Fraction] = {}
        for level, factor, is_ground in zip(row, self.factors, self.ground, strict=True):
            if not level or is_ground != ground:
                continue
            if factor.kind in chosen:
                chosen[factor.kind][factor.element.id] = factor.levels[level].what
            elif factor.kind == "swap":
                swaps[factor.place[0], factor.place[1]] = factor.levels[level].what
            elif factor.kind == "premise":
                gone[factor.element.id] = factor.levels[0].share
        if ground:
            conflict = with_rules_chosen(with_numbers(conflict, chosen["number"]), chosen["rules"])
        else:
            conflict = with_numbers(conflict, chosen["number"])
            conflict = with_statements_chosen(
                conflict, orders=chosen["order"], choices=chosen["statements"], swaps=swaps
            )
        there = {premise.id for premise in every_premise(conflict) if share_of(premise) == gone.get(premise.id)}
        return without(conflict, there) if there else conflict


def _paired(conflict: Conflict, ground: Conflict) -> Iterator[tuple[DecisionMaker, DecisionMaker]]:
    return zip(conflict.decision_makers, ground.decision_makers, strict=True)


def _grounds(conflict: Conflict) -> tuple[Conflict, tuple[Reading, ...]]:
    """Return a conflict without what says only who prefers what, and its readings."""
    makers = (
        replace(dm, statements=(), principles=(), principle_choices=(), lenses=(), aims=())
        for dm in conflict.decision_makers
    )
    ranges = (item for item in conflict.ranges if item.place[0] not in ("weight", "utility"))
    bare = replace(
        conflict, decision_makers=tuple(makers), statements=(), ranges=tuple(ranges), alternatives=(), variants=()
    )
    return bare, conflict.readings
