"""One mover's moves between states, in the most compact form that is exact.

Three forms, one meaning (R_j(s), the states j can reach from s in one step, never s itself):

- :class:`BoxMoves`: every combination of options is a state and j may change all of its options freely; the states
  that j moves among are an arithmetic progression. Nothing is stored.
- :class:`GroupMoves`: j moves freely among the states of a group (equal in all but j's options). One index a state.
- :class:`ArcMoves`: arcs listed one by one, for irreversible options, blocked moves, consequences, merged states
  and hand-drawn graphs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Index: TypeAlias = NDArray[np.int32]

_AT_ONCE = 1 << 22
"""About so many pairs of arcs in succession are looked at together."""
_FEW_STATES = 1 << 15
"""A table of so many states by as many is quicker than sparse matrices, which must be loaded first."""


@dataclass(frozen=True, eq=False)
class BoxMoves:
    """Moves over the full box: s = low + stride·x + stride·size·high, and x is free in [0, size)."""

    n_states: int
    stride: int
    size: int
    transitive = True

    def expand(self, sources: Index) -> tuple[Index, Index]:
        """Return (positions in ``sources``, targets), one pair an arc, sources in order, targets ascending."""
        x = (sources // self.stride) % self.size
        base = sources - x * self.stride
        targets = base[:, None] + np.arange(self.size, dtype=np.int32)[None, :] * np.int32(self.stride)
        keep = targets != sources[:, None]
        return np.nonzero(keep)[0].astype(np.int32), targets[keep].astype(np.int32)

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return self.n_states * (self.size - 1)


@dataclass(frozen=True, eq=False)
class GroupMoves:
    """Free moves inside groups. ``order`` lists the states by group; ``starts`` has one entry more than groups."""

    n_states: int
    order: Index
    starts: Index
    transitive = True

    @cached_property
    def group_of(self) -> Index:
        """The group of each state, shape (n_states,)."""
        result = np.empty(self.n_states, dtype=np.int32)
        result[self.order] = np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))
        return result

    def expand(self, sources: Index) -> tuple[Index, Index]:
        """Return (positions in ``sources``, targets), one pair an arc."""
        return _in_lists(self, sources)

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        sizes = np.diff(self.starts).astype(np.int64)
        return int((sizes * (sizes - 1)).sum())


@dataclass(frozen=True, eq=False)
class ArcMoves:
    """Listed arcs in compressed rows: the targets of s are ``targets[starts[s]:starts[s+1]]``, ascending, no loops.

    ``transitive`` is true only when it is known that two moves in succession never reach a state that one does not.
    ``parts``, where they are known, are the same arcs as free moves in groups and a few besides: sweeps are quicker.
    """

    n_states: int
    starts: NDArray[np.int64]
    targets: Index
    transitive: bool = False
    parts: tuple[GroupMoves, ArcMoves] | None = None

    def expand(self, sources: Index) -> tuple[Index, Index]:
        """Return (positions in ``sources``, targets), one pair an arc."""
        positions, at = ranges(self.starts[sources], self.starts[sources + 1])
        return positions, self.targets[at]

    @property
    def sources(self) -> Index:
        """The source of each arc, beside ``targets``."""
        return np.repeat(np.arange(self.n_states, dtype=np.int32), np.diff(self.starts))

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return len(self.targets)


@dataclass(frozen=True, eq=False)
class FanMoves:
    """From every state of a class to all states that are listed for it, itself apart.

    ``group_of`` is the class of each state; ``order[starts[k]:starts[k+1]]`` is the list of class k.
    """

    n_states: int
    group_of: Index
    order: Index
    starts: Index

    def expand(self, sources: Index) -> tuple[Index, Index]:
        """Return (positions in ``sources``, targets), one pair an arc."""
        return _in_lists(self, sources)


Moves: TypeAlias = BoxMoves | GroupMoves | ArcMoves


def _in_lists(moves: GroupMoves | FanMoves, sources: Index) -> tuple[Index, Index]:
    group = moves.group_of[sources]
    positions, at = ranges(moves.starts[group], moves.starts[group + 1])
    targets = moves.order[at]
    keep = targets != sources[positions]
    return positions[keep], targets[keep]


def ranges(begin: NDArray[np.integer], end: NDArray[np.integer]) -> tuple[Index, NDArray[np.int64]]:
    """Concatenate the ranges begin[k]..end[k]; return the k of each element, and the elements."""
    lengths = (end - begin).astype(np.int64)
    positions = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    first = np.cumsum(lengths) - lengths
    at = np.arange(len(positions), dtype=np.int64) - np.repeat(first, lengths) + np.repeat(begin, lengths)
    return positions, at


def arcs_from_pairs(n_states: int, sources: Index, targets: Index, *, transitive: bool | None = None) -> ArcMoves:
    """Build :class:`ArcMoves` from pairs in any order; loops and repeats are dropped.

    ``transitive=None`` finds out, where that is cheap, and assumes the worse where it is not.
    """
    keep = sources != targets
    narrow = np.int32 if n_states * n_states <= np.iinfo(np.int32).max else np.int64  # quicker to sort
    keys = sources[keep].astype(narrow) * narrow(n_states) + targets[keep]
    _sort_rows(keys, n_states)
    if len(keys):
        keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])]
    rows = keys // n_states if n_states else keys
    starts = np.zeros(n_states + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows, minlength=n_states), out=starts[1:])
    arcs = ArcMoves(n_states, starts, (keys - rows * n_states).astype(np.int32), bool(transitive))
    if transitive is None:
        arcs = ArcMoves(n_states, starts, arcs.targets, _is_transitive(arcs))
    return arcs


def _sort_rows(keys: NDArray[np.integer], n_states: int) -> None:
    """Sort in place what is mostly in order: source times ``n_states``, plus target."""
    down = np.flatnonzero(keys[1:] < keys[:-1])
    if not len(down):
        return
    rows = keys // n_states
    if (rows[down] > rows[down + 1]).any():
        keys.sort()
        return
    crossed = np.zeros(n_states, dtype=bool)  # rows that are not in order in themselves
    crossed[rows[down]] = True
    some = crossed[rows]
    part = keys[some]
    part.sort()
    keys[some] = part


def _is_transitive(arcs: ArcMoves, budget: int = 50_000_000) -> bool:
    """Whether two arcs in succession never lead where one does not; false also where that takes too long to say."""
    sizes = np.diff(arcs.starts)
    odd = np.flatnonzero(np.bincount(sizes)[sizes] < arcs.n_states / 8)  # with a number of moves that few have
    everywhere = np.arange(arcs.n_states)
    for among, some in ((everywhere, 4), (everywhere, 64), (odd, 64)):  # most are not, and few states show it
        if not _closed_from(arcs, _spread(among, some)):
            return False
    if int(sizes[arcs.targets].sum()) > budget:
        return False
    if arcs.n_states > _FEW_STATES:
        from scipy.sparse import csr_array

        one = csr_array((np.ones(arcs.n_arcs, dtype=np.int32), arcs.targets, arcs.starts), shape=(arcs.n_states,) * 2)
        two = one @ one
        two.setdiag(0)
        two.eliminate_zeros()
        two.data[:] = 1
        return bool((one.maximum(two)).nnz == one.nnz)
    per_block = max(1, _AT_ONCE // (int(sizes.max(initial=0)) ** 2 + arcs.n_states))
    return all(
        _closed_in(arcs, np.arange(begin, min(begin + per_block, arcs.n_states), dtype=np.int32))
        for begin in range(0, arcs.n_states, per_block)
    )


def _spread(states: NDArray[np.integer], some: int) -> Index:
    """Return so many of the states, from the first to the last."""
    return states[np.linspace(0, len(states) - 1, min(some, len(states))).astype(np.int64)].astype(np.int32)


def _closed_from(arcs: ArcMoves, sources: Index) -> bool:
    """Whether every state two arcs away from these sources is also one arc away, or the source itself."""
    position, middle = arcs.expand(sources)
    through, ends = arcs.expand(middle)
    begins = position[through].astype(np.int64)
    two = (begins * arcs.n_states + ends)[ends != sources[begins]]
    return bool(np.isin(two, position.astype(np.int64) * arcs.n_states + middle).all())


def _closed_in(arcs: ArcMoves, sources: Index) -> bool:
    """The same by a table of all states, quicker for many sources among few states."""
    position, middle = arcs.expand(sources)
    through, ends = arcs.expand(middle)
    there = np.zeros((len(sources), arcs.n_states), dtype=bool)
    there[position, middle] = True
    there[np.arange(len(sources)), sources] = True
    return bool(there[position[through], ends].all())


def reversed_moves(moves: Moves) -> Moves:
    """Return the moves with every arc turned round (free moves are their own reverse)."""
    if not isinstance(moves, ArcMoves):
        return moves
    sources, targets = moves.expand(np.arange(moves.n_states, dtype=np.int32))
    return arcs_from_pairs(moves.n_states, targets, sources, transitive=moves.transitive)
