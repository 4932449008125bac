"""What can be reached from a state by legal sequences, in how many steps, and by which path.

A sequence is legal when no decision maker moves twice in succession; nature may. Distances are found by sweeping whole
arrays of states, so that a model of millions of states needs no queue of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.stability.game import Game, Values
from detente.stability.numpy_steps import Step

UNREACHED = np.int32(2**31 - 2)


@dataclass(frozen=True)
class Move:
    """One step of a path; states count from 0."""

    by: int
    start: int
    end: int


class Reach:
    """Everything reachable from one state.

    Parameters
    ----------
    game : Game
    start : int
        State from which the sequences begin (from 0).
    movers : iterable of int
        Who may move.
    improving : bool
        Only improvements of the mover, judged against the state just before (nature: any of its moves).
    succession : bool
        Whether a mover may move twice in succession (``True`` for one mover acting alone).
    """

    def __init__(
        self, game: Game, start: int, movers: Iterable[int], *, improving: bool, succession: bool = False
    ) -> None:
        self._game = game
        self.start = start
        self._improving = improving
        self._movers = tuple(movers)
        self._free = _free(game, self._movers, succession)
        self._tracked = _succession_matters(game, self._movers, self._free)
        origin = np.array([start])
        self._by = _sweep(game, origin, self._movers, improving, self._free, backwards=True, tracked=self._tracked)
        self.steps = self._fewest(self._movers)
        self.steps[start] = 0

    def _fewest(self, movers: Iterable[int]) -> Values:
        unreached = np.full(self._game.n_states, UNREACHED, dtype=np.int32)
        return _least(unreached, (self._by[j] for j in movers))

    def reached(self) -> NDArray[np.bool_]:
        """Return the states that end some non-empty sequence; the start only where a sequence leads back to it."""
        return self._fewest(self._movers) < UNREACHED

    def path(self, target: int) -> list[Move]:
        """Return a shortest path to ``target``; of several, the one whose movers come first in the model.

        Raises
        ------
        ValueError
            There is none.
        """
        moves: list[Move] = []
        at, later = target, -1
        remaining = self.steps[target]
        if remaining >= UNREACHED:
            raise ValueError(f"state {target} cannot be reached")
        while remaining > 0:
            by, before = self._entry(at, int(remaining), later)
            moves.append(Move(by, before, at))
            at, later, remaining = before, by, remaining - 1
        return moves[::-1]

    def _entry(self, state: int, remaining: int, later: int) -> tuple[int, int]:
        """Return who entered ``state`` last, and from where, on a path with ``remaining`` steps left."""
        for j in self._movers:
            if self._by[j][state] != remaining or (j == later and j not in self._free and self._tracked):
                continue
            sources = np.sort(self._game.backwards(j).expand(np.array([state], dtype=np.int32))[1])
            ranks = self._game.movers[j].ranks
            if self._improving and ranks is not None:
                sources = sources[ranks[sources] < ranks[state]]
            for source in sources.tolist():
                if remaining == 1:
                    if source == self.start:
                        return j, source
                    continue
                others = [k for k in self._movers if k != j or j in self._free or not self._tracked]
                if min((int(self._by[k][source]) for k in others), default=int(UNREACHED)) == remaining - 1:
                    return j, source
        raise AssertionError("a shortest path has an entry at every step")


class Distance:
    """Fewest legal steps from every state to a set of states.

    Parameters
    ----------
    game, movers, improving
        As in :class:`Reach`.
    goal : (n,) int
        The states to reach (from 0).
    """

    def __init__(self, game: Game, goal: NDArray[np.integer], movers: Iterable[int], *, improving: bool) -> None:
        self._movers = tuple(movers)
        self._free = _free(game, self._movers, False)
        self._by = _sweep(game, goal, self._movers, improving, self._free, backwards=False, tracked=True)
        self._goal = goal
        self._n = game.n_states

    def after(self, j: int) -> Values:
        """Return the fewest further steps from each state when mover j has just moved, 0 inside the goal."""
        unreached = np.full(self._n, UNREACHED, dtype=np.int32)
        result = _least(unreached, (self._by[k] for k in self._movers if k != j or j in self._free))
        result[self._goal] = 0
        return result


def _free(game: Game, movers: tuple[int, ...], succession: bool) -> frozenset[int]:
    """Return the movers that may move twice in succession."""
    return frozenset(j for j in movers if succession or game.movers[j].ranks is None)


def _succession_matters(game: Game, movers: tuple[int, ...], free: frozenset[int]) -> bool:
    return any(not game.movers[j].moves.transitive and j not in free for j in movers)


def _sweep(
    game: Game,
    origin: NDArray[np.integer],
    movers: tuple[int, ...],
    improving: bool,
    free: frozenset[int],
    *,
    backwards: bool,
    tracked: bool,
) -> dict[int, Values]:
    """Return, per mover, the fewest steps between each state and the origin when that mover moves farthest from it.

    ``tracked`` keeps the rule against moving twice in succession: a mover's own array then does not count for it. With
    transitive moves breaking the rule never shortens a path, so that it need not be tracked, unless somebody has moved
    already before the path begins.
    """
    steps: dict[int, Step] = {j: game.step(j, improving, backwards=backwards) for j in movers}
    start = np.full(game.n_states, UNREACHED, dtype=np.int32)
    start[origin] = 0
    by = {j: np.full(game.n_states, UNREACHED, dtype=np.int32) for j in movers}
    while True:
        anyone = start if tracked else _least(start, by.values())
        now = {}
        for j, step in steps.items():
            nearest = anyone
            if tracked:
                nearest = _least(start, (by[k] for k in movers if k != j or j in free))
            distance = step.lowest(nearest)
            np.minimum(distance, UNREACHED - 1, out=distance)
            distance += 1
            now[j] = np.minimum(distance, by[j], out=distance)
        if all(np.array_equal(now[j], by[j]) for j in movers):
            return by
        by = now


def _least(first: Values, others: Iterable[Values]) -> Values:
    result = first.copy()
    for other in others:
        np.minimum(result, other, out=result)
    return result
