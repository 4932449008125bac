"""Sweeps over one mover's moves, in plain NumPy. The C++ twins in ``_core`` give equal results bit for bit.

A *step* is a mover's relation on states: all its moves, or only those to states it strictly prefers. Everything the
solution concepts need is the lowest or highest value that one step can bring about, repeated until nothing changes.
Steps are never changed once made, so threads may share them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from detente.graph.moves import ArcMoves, BoxMoves, GroupMoves, Index, Moves

Values = NDArray[np.int32]
Flags = NDArray[np.bool_]

HIGH = np.int32(2**31 - 1)
"""The lowest of no values."""
LOW = np.int32(-(2**31))
"""The highest of no values."""


class Step(Protocol):
    """One mover's relation on states; all but ``lowest`` follows from it.

    ``values`` and ``bounds`` have shape (n_states,) and type int32.
    """

    def lowest(self, values: Values) -> Values:
        """Return, for each state, the lowest of ``values`` over the step's targets (``HIGH`` where there is none)."""
        ...

    def highest(self, values: Values) -> Values:
        """Return, for each state, the highest of ``values`` over the step's targets (``LOW`` where there is none)."""
        return ~self.lowest(~values)

    def none_above(self, values: Values, bounds: Values) -> Flags:
        """Return, for each state, whether no target has a value above the state's bound."""
        return self.highest(values) <= bounds

    def lower(self, values: Values) -> bool:
        """Lower ``values`` in place to what one step can bring about; return whether anything changed."""
        reached = self.lowest(values)
        if not (reached < values).any():
            return False
        np.minimum(values, reached, out=values)
        return True


class GroupStep(Step):
    """Free moves inside groups, held as rows: row k has the k-th member of every group that has so many.

    Larger groups come first, so that a shorter row stands for the first groups of a longer one. When only
    improvements count the members are in order of preference, best first, and a running minimum down the rows is the
    lowest value over all better members.

    Parameters
    ----------
    moves : GroupMoves or BoxMoves
    ranks : (n_states,) int32 or None
        The mover's ranks when only improvements count; ``None`` for all moves.
    """

    def __init__(self, moves: GroupMoves | BoxMoves, ranks: Values | None) -> None:
        self.n_states = moves.n_states
        self.improving = ranks is not None
        self._shape: tuple[int, ...] = (moves.n_states,)
        self._rows: list[Any]
        self._tied: list[Flags | None] = []
        if ranks is None and isinstance(moves, BoxMoves):
            self._shape = (-1, moves.size, moves.stride)
            self._rows = [np.s_[:, x, :] for x in range(moves.size)]
            return
        order, sizes = _members(moves, ranks)
        self._rows = list(_rows(order, sizes))
        if ranks is not None:
            for before, row in zip(self._rows, self._rows[1:], strict=False):
                tied = ranks[row] == ranks[before[: len(row)]]
                self._tied.append(tied if tied.any() else None)

    def lowest(self, values: Values) -> Values:
        """Return, for each state, the lowest of ``values`` over the step's targets (``HIGH`` where there is none)."""
        values = values.reshape(self._shape)
        result = np.full_like(values, HIGH)
        if self._rows and self.n_states:
            (self._lowest_better if self.improving else self._lowest_other)(values, result)
        return result.reshape(-1)

    def _lowest_better(self, values: Values, result: Values) -> None:
        lowest = values[self._rows[0]]
        strict = np.full_like(lowest, HIGH)
        for row, tied in zip(self._rows[1:], self._tied, strict=True):
            size = len(row)
            strict = lowest[:size].copy() if tied is None else np.where(tied, strict[:size], lowest[:size])
            result[row] = strict
            np.minimum(lowest[:size], values[row], out=lowest[:size])

    def _lowest_other(self, values: Values, result: Values) -> None:
        first = np.full_like(values[self._rows[0]], HIGH)
        second = first.copy()
        for row in self._rows:
            now = values[row]
            size = len(now)
            np.minimum(second[:size], np.maximum(first[:size], now), out=second[:size])
            np.minimum(first[:size], now, out=first[:size])
        for row in self._rows:
            now = values[row]
            result[row] = np.where(now == first[: len(now)], second[: len(now)], first[: len(now)])


class ArcStep(Step):
    """Moves along listed arcs; parameters and methods as in :class:`GroupStep`."""

    def __init__(self, moves: ArcMoves, ranks: Values | None) -> None:
        self.n_states = moves.n_states
        starts, targets = moves.starts, moves.targets
        if ranks is not None:
            sources = np.repeat(np.arange(moves.n_states), np.diff(starts))
            better = ranks[targets] > ranks[sources]
            targets = targets[better]
            starts = np.concatenate([[0], np.cumsum(np.bincount(sources[better], minlength=moves.n_states))])
        self._targets = targets
        self._rows = np.flatnonzero(np.diff(starts))
        self._begin = starts[self._rows]

    def lowest(self, values: Values) -> Values:
        """See :meth:`GroupStep.lowest`."""
        result = np.full(self.n_states, HIGH, dtype=np.int32)
        if len(self._rows):
            result[self._rows] = np.minimum.reduceat(values[self._targets], self._begin)
        return result


class UnionStep(Step):
    """The moves of several steps as those of one; methods as in :class:`GroupStep`."""

    def __init__(self, parts: Sequence[Step]) -> None:
        self.parts = tuple(parts)

    def lowest(self, values: Values) -> Values:
        """See :meth:`GroupStep.lowest`."""
        first, *others = (part.lowest(values) for part in self.parts)
        for other in others:
            np.minimum(first, other, out=first)
        return first

    def highest(self, values: Values) -> Values:
        """See :meth:`Step.highest`."""
        first, *others = (part.highest(values) for part in self.parts)
        for other in others:
            np.maximum(first, other, out=first)
        return first

    def none_above(self, values: Values, bounds: Values) -> Flags:
        """See :meth:`Step.none_above`."""
        first, *others = (part.none_above(values, bounds) for part in self.parts)
        for other in others:
            first &= other
        return first


def make_step(moves: Moves, ranks: Values | None = None) -> Step:
    """Return the step of a mover: all moves, or improvements by ``ranks``."""
    return ArcStep(moves, ranks) if isinstance(moves, ArcMoves) else GroupStep(moves, ranks)


def closed(values: Values, steps: Sequence[Step]) -> Values:
    """Return ``values`` lowered to what sequences of the steps can bring about, staying put included."""
    result = values.copy()
    quiet, at = 0, 0
    while steps and quiet < len(steps):
        quiet = 0 if steps[at].lower(result) else quiet + 1
        at = (at + 1) % len(steps)
    return result


def closed_in_turn(values: Values, movers: Sequence[Step], again: Sequence[bool]) -> Values:
    """Return ``values`` lowered to what legal sequences bring about, staying put included.

    Nobody moves twice in succession but those who may (``again``): a search over (state, next mover).
    """
    places = range(len(movers))
    reached = [values.copy() for _ in movers]  # lowest when this mover is the next, staying put included
    waiting = list(places)  # those before whom something has been lowered
    while waiting:
        j = waiting.pop(0)
        after = values.copy()
        for other in places:
            if other != j or again[j]:
                np.minimum(after, reached[other], out=after)
        now = np.minimum(reached[j], movers[j].lowest(after))
        if (now < reached[j]).any():
            reached[j] = now
            waiting += [k for k in places if k not in waiting and (k != j or again[j])]
    result = values.copy()
    for value in reached:
        np.minimum(result, value, out=result)
    return result


def _members(moves: GroupMoves | BoxMoves, ranks: Values | None) -> tuple[Index, NDArray[np.int64]]:
    """Return the states group by group, with ranks best first, and the sizes of the groups."""
    if isinstance(moves, BoxMoves):
        cube = np.arange(moves.n_states, dtype=np.int32).reshape(-1, moves.size, moves.stride)
        order = cube.transpose(0, 2, 1).reshape(-1)
        sizes = np.full(moves.n_states // moves.size, moves.size, dtype=np.int64)
    else:
        order, sizes = moves.order, np.diff(moves.starts).astype(np.int64)
    if ranks is not None:
        group = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
        order = order[np.argsort((group << 32) + (HIGH - ranks[order].astype(np.int64)), kind="stable")]
    return order, sizes


def _rows(order: Index, sizes: NDArray[np.int64]) -> Iterator[Index]:
    """Yield the k-th members of all groups that have so many, larger groups first; groups of one are left out."""
    first = np.cumsum(sizes) - sizes
    several = np.flatnonzero(sizes > 1)
    several = several[np.argsort(-sizes[several], kind="stable")]
    first, sizes = first[several], sizes[several]
    for k in range(int(sizes[0]) if len(sizes) else 0):
        yield order[first[: np.searchsorted(-sizes, -k)] + k]
