"""Sweeps over one mover's moves, in plain NumPy. The C++ twins in ``_core`` give equal results bit for bit.

A *step* is a mover's relation on states: all its moves, or only those to states it strictly prefers. Everything the
solution concepts need is the lowest or highest value that one step can bring about, repeated until nothing changes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.graph.moves import ArcMoves, BoxMoves, GroupMoves, Index, Moves

Values = NDArray[np.int32]

HIGH = np.int32(2**31 - 1)
"""The lowest of no values."""
LOW = np.int32(-(2**31))
"""The highest of no values."""


class GroupStep:
    """Free moves inside groups, as padded matrices of states, one row a group, worst state for the mover first.

    Groups are bucketed by size (powers of two), so padding at most doubles the work.

    Parameters
    ----------
    moves : GroupMoves or BoxMoves
    ranks : (n_states,) int32 or None
        The mover's ranks when only improvements count; ``None`` for all moves.
    """

    def __init__(self, moves: GroupMoves | BoxMoves, ranks: Values | None) -> None:
        self.n_states = moves.n_states
        self.improving = ranks is not None
        self._buckets: list[tuple[Index, Index | None]] = []
        for states in _group_matrices(moves):
            if ranks is None:
                self._buckets.append((states, None))
                continue
            padded = np.append(ranks, HIGH)
            liked = padded[states]
            by_rank = np.argsort(liked, axis=1, kind="stable")
            states = np.take_along_axis(states, by_rank, axis=1)
            liked = np.take_along_axis(liked, by_rank, axis=1)
            self._buckets.append((states, _next_better(liked)))

    def lowest(self, values: Values) -> Values:
        """Return, for each state, the lowest of ``values`` over the step's targets (``HIGH`` where there is none)."""
        padded = np.append(values, HIGH)
        result = np.full(self.n_states + 1, HIGH, dtype=np.int32)
        for states, better in self._buckets:
            v = padded[states]
            if not self.improving:
                result[states] = _others_lowest(v)
                continue
            tail = np.minimum.accumulate(v[:, ::-1], axis=1)[:, ::-1]
            if better is None:
                result[states[:, :-1]] = tail[:, 1:]
            else:
                tail = np.concatenate([tail, np.full((len(tail), 1), HIGH, dtype=np.int32)], axis=1)
                result[states] = np.take_along_axis(tail, better, axis=1)
        return result[:-1]

    def highest(self, values: Values) -> Values:
        """Return, for each state, the highest of ``values`` over the step's targets (``LOW`` where there is none)."""
        return ~self.lowest(~values)

    def lower(self, values: Values) -> bool:
        """Lower ``values`` in place to what one step can bring about; return whether anything changed."""
        return _lower(self, values)


class ArcStep:
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

    def highest(self, values: Values) -> Values:
        """See :meth:`GroupStep.highest`."""
        return ~self.lowest(~values)

    def lower(self, values: Values) -> bool:
        """See :meth:`GroupStep.lower`."""
        return _lower(self, values)


Step = GroupStep | ArcStep


def make_step(moves: Moves, ranks: Values | None = None) -> Step:
    """Return the step of a mover: all moves, or improvements by ``ranks``."""
    return ArcStep(moves, ranks) if isinstance(moves, ArcMoves) else GroupStep(moves, ranks)


def close(values: Values, steps: list[Step]) -> int:
    """Lower ``values`` in place under all steps until nothing changes; return the number of rounds."""
    quiet, at, rounds = 0, 0, 0
    while steps and quiet < len(steps):
        quiet = 0 if steps[at].lower(values) else quiet + 1
        at = (at + 1) % len(steps)
        rounds += at == 0
    return rounds


def _lower(step: Step, values: Values) -> bool:
    reached = step.lowest(values)
    if not (reached < values).any():
        return False
    np.minimum(values, reached, out=values)
    return True


def _others_lowest(v: Values) -> Values:
    """Lowest of the others in each row (the element itself left out)."""
    if v.shape[1] == 1:
        return np.full_like(v, HIGH)
    two = np.partition(v, 1, axis=1)
    lowest, second = two[:, :1], two[:, 1:2]
    alone = (v == lowest) & (np.count_nonzero(v == lowest, axis=1, keepdims=True) == 1)
    return np.where(alone, second, lowest)


def _next_better(liked: Values) -> Index | None:
    """Index of the first strictly better element in each ascending row; None when it is always the next one."""
    strict = liked[:, 1:] > liked[:, :-1]
    strict |= liked[:, 1:] == HIGH
    if strict.all():
        return None
    width = liked.shape[1]
    after = np.where(strict, np.arange(1, width, dtype=np.int32), np.int32(width))
    after = np.concatenate([after, np.full((len(liked), 1), width, dtype=np.int32)], axis=1)
    return np.minimum.accumulate(after[:, ::-1], axis=1)[:, ::-1]


def _group_matrices(moves: GroupMoves | BoxMoves) -> list[Index]:
    """Return matrices of states, one row a group; ``n_states`` stands for padding."""
    if isinstance(moves, BoxMoves):
        cube = np.arange(moves.n_states, dtype=np.int32).reshape(-1, moves.size, moves.stride)
        return [np.ascontiguousarray(cube.transpose(0, 2, 1)).reshape(-1, moves.size)]
    sizes = np.diff(moves.starts)
    widths = 1 << np.ceil(np.log2(np.maximum(sizes, 1))).astype(np.int64)
    result = []
    for width in np.unique(widths):
        rows = np.flatnonzero(widths == width)
        columns = np.arange(width)[None, :]
        inside = columns < sizes[rows, None]
        at = np.where(inside, moves.starts[rows, None] + columns, 0)
        result.append(np.where(inside, moves.order[at], moves.n_states).astype(np.int32))
    return result
