"""After a change: how play gets from the status quo to what is wished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from detente.analysis.change_target import Target, holding
from detente.analysis.evolution_search import PlayStep
from detente.analysis.safety import avoidable
from detente.analysis.world import World
from detente.errors import ModelError, TooLargeError
from detente.graph.evaluate import Flags

By = Literal["single", "joint", "moves", "none"]


@dataclass(frozen=True)
class Reached:
    """How the wished states are reached from the status quo once something has changed.

    Attributes
    ----------
    by : {"single", "joint", "moves", "none"}
        By single improvements (nature moving as it may); else with joint improvements of the parties to agreements;
        else only by moves that are not all improvements; or not at all.
    steps : tuple of PlayStep
        A shortest way of that kind, in the changed model; empty where the status quo is such a state already.
    world : World
        The changed model, whose numbers of states these are.
    reading : str
    """

    by: By
    steps: tuple[PlayStep, ...]
    world: World
    reading: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        return {
            "by": None if self.by == "none" else self.by,
            "reading": self.reading,
            "steps": [step.to_dict() for step in self.steps],
        }


def reached(world: World, targets: Sequence[Target], reading: str) -> Reached | None:
    """Return how the states in which everything wished comes true are reached; None where that has no meaning.

    It has none where the model states no status quo, or nothing that is wished is about states.
    """
    try:
        start = world.graph.status_quo
    except ModelError:  # the changed model rules it out
        return None
    if reading not in {item.id for item in world.conflict.readings}:
        return None
    there = [states for target in targets if (states := holding(world, target, reading)) is not None]
    if start is None or not there:
        return None
    goal: Flags = np.logical_and.reduce(there)
    if not goal.any():
        return None
    if goal[start]:
        return Reached("single", (), world, reading)
    game = world.game(reading)
    everybody = range(len(game.movers))
    ways: tuple[tuple[By, bool], ...] = (("single", True), ("joint", True), ("moves", False))
    for by, improving in ways:
        if by == "joint":
            steps = _jointly(world, reading, start, goal)
            if steps is not None:
                return Reached(by, steps, world, reading)
            continue
        found = world.way(game, start, everybody, goal, improving=improving)
        if found is not None:
            steps = tuple(PlayStep((game.movers[move.by].name,), move.start, move.end) for move in found[1])
            return Reached(by, steps, world, reading)
    return Reached("none", (), world, reading)


def _jointly(world: World, reading: str, start: int, goal: Flags) -> tuple[PlayStep, ...] | None:
    """Return a shortest way by improvements, single ones and joint ones of the parties to each agreement."""
    agreed = [item.parties for item in world.conflict.agreements]
    if not agreed:
        return None
    begin = np.zeros(len(goal), dtype=bool)
    begin[start] = True
    try:
        found = avoidable(
            world.graph, reading, goal, by=(), start=begin, steps="joint", joint=agreed, game=world.game(reading)
        )
    except TooLargeError:
        return None
    return found.path
