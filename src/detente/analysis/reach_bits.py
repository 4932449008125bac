"""Which states sequences of moves lead to, for many pairs of states at once: one bit a pair, 64 pairs a word.

A table of bits has a row for each state t and a column for each state s of a chosen set (:class:`Columns`). Sequences
of moves carry rows along (:class:`Joint`): the union of the rows of all states ahead, or of all states behind. What
lies on a cycle shares one row, so the work is done on the strongly connected components, those furthest on first.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from detente.errors import TooLargeError
from detente.graph.feasible import memory_limit
from detente.graph.moves import ArcMoves, BoxMoves, Index, Moves, ranges
from detente.stability import backend
from detente.stability.game import Flags, Game, Mover, Values

Bits: TypeAlias = NDArray[np.uint64]
Rows: TypeAlias = tuple[NDArray[np.integer], NDArray[np.integer]]
"""Compressed rows: where each begins, and what is in them."""
T = TypeVar("T")

_AT_ONCE = 1 << 16
"""Words that are gathered at a time, so that they stay in the cache."""


def words_for(columns: int) -> int:
    """Return how many words a row of so many bits takes."""
    return -(-columns // 64)


def no_bits(rows: int, columns: int) -> Bits:
    """Return a table without any bit set."""
    return np.zeros((rows, words_for(columns)), dtype=np.uint64)


def set_bits(bits: Bits, rows: NDArray[Any], columns: NDArray[Any]) -> None:
    """Set one bit for each pair of a row and a column."""
    byte = (np.uint8(1) << (columns & 7)).astype(np.uint8)
    np.bitwise_or.at(bits.view(np.uint8), (rows, columns >> 3), byte)


def pairs_of(bits: Bits) -> tuple[Index, Index]:
    """Return the rows and columns of all bits that are set."""
    eight = bits.view(np.uint8)
    rows, at = np.nonzero(eight)
    which, bit = np.nonzero(np.unpackbits(eight[rows, at][:, None], axis=1, bitorder="little"))
    return rows[which].astype(np.int32), (at[which] * 8 + bit).astype(np.int32)


def too_large(what: str, needed: int, advice: str = "") -> TooLargeError:
    """Return the error for something that does not fit in memory."""
    return TooLargeError(
        f"{what} need about {needed / 1e9:,.1f} GB; at most {memory_limit() / 1e9:,.1f} GB may be used "
        f"(set DETENTE_MEMORY, in GB, to change that){advice}"
    )


class Memo:
    """Results kept as long as they fit in a number of bytes; what does not fit is made again each time."""

    def __init__(self, budget: int) -> None:
        self._left = budget
        self._kept: dict[Hashable, Any] = {}

    def get(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """Return what is kept under the key, or make it and keep it."""
        if key in self._kept:
            found: T = self._kept[key]
            return found
        made = make()
        if size(made) <= self._left:
            self._left -= size(made)
            self._kept[key] = made
        return made


class Columns:
    """States s that all states t are held against.

    Parameters
    ----------
    ranks : mapping of party to (n_states,) int32
        Ranks from 0 without gaps.
    states : (n_columns,) int
    """

    def __init__(self, ranks: Mapping[int, Values], states: Index) -> None:
        self.states = states
        self._ranks = ranks
        self._tables: dict[int, Bits] = {}

    def above(self, values: Mapping[int, Values]) -> Bits:
        """Return the bits (t, s) where values[i][t] is above i's rank of s for every i."""
        result: Bits | None = None
        for i, by_state in values.items():
            rows = self._table(i)[by_state]
            result = rows if result is None else np.bitwise_and(result, rows, out=result)
        assert result is not None
        return result

    def _table(self, i: int) -> Bits:
        """Row r has the columns of a rank below r."""
        if i not in self._tables:
            ranks = self._ranks[i]
            table = no_bits(int(ranks.max(initial=0)) + 2, len(self.states))
            set_bits(table, ranks[self.states] + 1, np.arange(len(self.states)))
            self._tables[i] = np.bitwise_or.accumulate(table, axis=0, out=table)
        return self._tables[i]

    def identity(self, n_states: int) -> Bits:
        """Return the bits (t, s) where t is s."""
        result = no_bits(n_states, len(self.states))
        set_bits(result, self.states, np.arange(len(self.states)))
        return result

    def diagonal(self, bits: Bits) -> Flags:
        """Return the bit (s, s) for each column."""
        column = np.arange(len(self.states))
        result: Flags = (bits.view(np.uint8)[self.states, column >> 3] >> (column & 7) & 1).astype(bool)
        return result


class Joint:
    """Sequences of moves by some movers, in which no party moves twice in succession (nature may).

    Where all parties' moves are transitive the rule restricts nothing, and the states are the nodes of the graph that
    is searched. Else a state has one node for each mover that has just moved there (its *heads*) and one for each that
    moves next (its *tails*). In the first case every state also counts as leading to itself, which is harmless to all
    that is asked here: neither an improvement nor a sanction is the state one starts from.

    Parameters
    ----------
    n_states : int
    movers : sequence of Mover

    Raises
    ------
    TooLargeError
        The arcs would not fit in memory.
    """

    def __init__(self, n_states: int, movers: Sequence[Mover]) -> None:
        self.n_states = n_states
        self._restricted = succession_matters(movers)
        states = np.arange(n_states, dtype=np.int32)
        width = len(movers) if self._restricted else 1
        n_nodes = (2 * width if self._restricted else 1) * n_states
        self._check_size(movers, n_nodes)
        self._heads = [states + k * n_states for k in range(width)]
        self._tails = [head + width * n_states for head in self._heads] if self._restricted else self._heads
        arcs = self._arcs_by_last_mover(movers) if self._restricted else [_arcs(mover.moves) for mover in movers]
        begins, ends = (np.concatenate([states[:0], *(arc[side] for arc in arcs)]) for side in (0, 1))
        self._component, self._ahead, self._behind = _condensed(n_nodes, begins, ends)
        self._levels = _levels(self._ahead, self._behind)
        self.n_components = len(self._ahead[0]) - 1

    def _check_size(self, movers: Sequence[Mover], n_nodes: int) -> None:
        n_arcs = sum(
            mover.moves.n_arcs if self._restricted or isinstance(mover.moves, ArcMoves) else 2 * self.n_states
            for mover in movers
        )
        n_arcs += len(movers) ** 2 * self.n_states if self._restricted else 0
        needed = 32 * (n_nodes + n_arcs)
        if n_nodes >= 2**31 or needed > memory_limit():
            names = ", ".join(mover.name for mover in movers)
            raise too_large(f"the {n_arcs:,} joint moves of {names}", needed)

    def _arcs_by_last_mover(self, movers: Sequence[Mover]) -> list[tuple[Index, Index]]:
        states = np.arange(self.n_states, dtype=np.int32)
        arcs = []
        for mover, head, tail in zip(movers, self._heads, self._tails, strict=True):
            sources, targets = mover.moves.expand(states)
            arcs.append((tail[sources], head[targets]))
            arcs += [(head, other) for other in self._tails if other is not tail or mover.ranks is None]
        return arcs

    @property
    def nbytes(self) -> int:
        """How much memory is held."""
        tables = (*self._ahead, *self._behind, self._component, *self._levels, *self._heads, *self._tails)
        return sum(table.nbytes for table in tables)

    def ahead(self, rows: Bits) -> Bits:
        """Return for each state the union of the rows of all states that sequences from it lead to."""
        found = self._collected(rows, self._heads)
        for level in self._levels[1:]:
            _pull(found, *self._ahead, level)
        return self._spread(found, self._tails)

    def behind(self, rows: Bits) -> Bits:
        """Return for each state the union of the rows of all states from which sequences lead to it."""
        found = self._collected(rows, self._tails)
        for level in self._levels[-2::-1]:
            _pull(found, *self._behind, level)
        return self._spread(found, self._heads)

    def classes(self) -> Index:
        """Return a number for each state, from 0 without gaps: equal where sequences lead to the same states."""
        result = np.zeros(self.n_states, dtype=np.int64)
        for tail in self._tails:
            result = np.unique(result * self.n_components + self._component[tail], return_inverse=True)[1]
        return result.astype(np.int32)

    def _collected(self, rows: Bits, nodes: Sequence[Index]) -> Bits:
        """Return for each component the union of the rows of its nodes."""
        found = np.zeros((self.n_components, rows.shape[1]), dtype=np.uint64)
        for some in nodes:
            components = self._component[some]
            order = np.argsort(components, kind="stable")
            first = np.flatnonzero(np.diff(components[order], prepend=-1))
            if len(first) == len(order):
                found[components] |= rows
            elif len(first):
                found[components[order[first]]] |= np.bitwise_or.reduceat(rows[order], first, axis=0)
        return found

    def _spread(self, found: Bits, nodes: Sequence[Index]) -> Bits:
        result: Bits = found[self._component[nodes[0]]]
        for some in nodes[1:]:
            result |= found[self._component[some]]
        return result


def joint_moves(game: Game, members: tuple[int, ...]) -> Joint:
    """Return the joint moves of some movers of a game; kept, since they do not depend on preferences."""
    key = ("joint moves", members)
    if key not in game.steps.kept:
        game.steps.kept[key] = Joint(game.n_states, [game.movers[j] for j in members])
    found: Joint = game.steps.kept[key]
    return found


def succession_matters(movers: Sequence[Mover]) -> bool:
    """Return whether the rule that no party moves twice in succession can restrict anything."""
    return any(mover.ranks is not None and not mover.moves.transitive for mover in movers)


def _arcs(moves: Moves) -> tuple[Index, Index]:
    """Return arcs that lead, step after step, wherever the moves do: in a group, to its first member and back."""
    states = np.arange(moves.n_states, dtype=np.int32)
    if isinstance(moves, ArcMoves):
        return moves.expand(states)
    if isinstance(moves, BoxMoves):
        first = states - (states // moves.stride) % moves.size * np.int32(moves.stride)
    else:
        first = moves.order[moves.starts[moves.group_of]]
    others = states[first != states]
    return np.concatenate([others, first[others]]), np.concatenate([first[others], others])


def _condensed(n_nodes: int, begins: Index, ends: Index) -> tuple[Index, Rows, Rows]:
    """Return the strongly connected component of each node, and the arcs between components, ahead and behind."""
    n_components, component = backend.components(n_nodes, begins, ends)
    keys = np.unique(component[begins].astype(np.int64) * n_components + component[ends])
    begins, ends = keys // n_components, keys % n_components
    begins, ends = begins[begins != ends], ends[begins != ends]
    order = np.argsort(ends, kind="stable")
    return component, _rows(n_components, begins, ends), _rows(n_components, ends[order], begins[order])


def _rows(n: int, begins: Index, ends: Index) -> Rows:
    """Return arcs in order of their begins as compressed rows."""
    starts = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(begins, minlength=n), out=starts[1:])
    return starts, ends


def _levels(ahead: Rows, behind: Rows) -> list[Index]:
    """Return the components by how far the longest way ahead of them goes: those with none first."""
    left = np.diff(ahead[0])
    levels: list[Index] = [np.flatnonzero(left == 0).astype(np.int32)]
    while True:
        last = levels[-1]
        _, at = ranges(behind[0][last], behind[0][last + 1])
        before, counts = np.unique(behind[1][at], return_counts=True)
        if not len(before):
            return levels
        left[before] -= counts
        levels.append(before[left[before] == 0])


def _pull(found: Bits, starts: NDArray[np.integer], others: NDArray[np.integer], components: Index) -> None:
    """Add to the rows of some components those of all that they have arcs with."""
    sizes = starts[components + 1] - starts[components]
    components, sizes = components[sizes > 0], sizes[sizes > 0]
    total = np.cumsum(sizes, dtype=np.int64)
    begin = 0
    while begin < len(components):
        before = total[begin] - sizes[begin]
        limit = before + max(1, _AT_ONCE // max(1, found.shape[1]))
        end = max(begin + 1, int(np.searchsorted(total, limit, side="right")))
        some = components[begin:end]
        _, at = ranges(starts[some], starts[some + 1])
        first = total[begin:end] - sizes[begin:end] - before
        found[some] |= np.bitwise_or.reduceat(found[others[at]], first, axis=0)
        begin = end


class Sequences:
    """Sequences of steps of several relations between states, where no relation comes twice running (or some may).

    Parameters
    ----------
    n_states : int
    relations : sequence of (bits, repeats)
        Row t of ``bits`` has the states s with a step from s to t. Unless ``repeats``, a step is not followed by
        another of the same relation.
    """

    def __init__(self, n_states: int, relations: Sequence[tuple[Bits, bool]]) -> None:
        self._n_states = n_states
        self._repeats = [repeats for _, repeats in relations]
        self._before = [[int.from_bytes(row.tobytes(), "little") for row in bits] for bits, _ in relations]

    def lowest(self, values: Values) -> Values:
        """Return the lowest of ``values`` that sequences bring about from each state, staying put included.

        From the lowest value upwards, states are followed backwards from each. All one needs to know of a state is
        which relations a sequence to the value can begin with: none so far; a single one, so that the state is of no
        use right after a step of that same relation; or enough to be of use after any step. So every state changes
        twice at most. Sets of states are the bits of one integer.
        """
        none, useful = -1, -2
        kinds = range(len(self._before))
        own: list[int] = values.tolist()
        result = own.copy()
        first = [none] * self._n_states
        not_useful = (1 << self._n_states) - 1
        without = [not_useful for _ in kinds]  # states from which no sequence is known to begin with the relation
        waiting: list[list[int]] = [[] for _ in kinds]
        for seed in np.argsort(values, kind="stable").tolist():
            arrived = [seed] if first[seed] != useful else []
            while arrived or any(waiting):
                for s in arrived:
                    for c in kinds if first[s] == none else (first[s],):
                        waiting[c].append(s)
                    first[s] = useful
                    not_useful ^= 1 << s
                arrived = []
                c = next(c for c in kinds if waiting[c])
                found, before = 0, self._before[c]
                for t in waiting[c]:
                    found |= before[t]
                waiting[c] = []
                found &= without[c] & not_useful
                without[c] ^= found
                for s in _ones(found):
                    if first[s] == none:
                        result[s] = own[seed]
                    if first[s] != none or self._repeats[c]:
                        arrived.append(s)
                        continue
                    first[s] = c
                    for other in kinds:
                        if other != c:
                            waiting[other].append(s)
        return np.array(result, dtype=np.int32)


def _ones(bits: int) -> Iterator[int]:
    """Yield the positions of the bits of an integer, ascending."""
    if bits.bit_count() > 16:
        row = np.frombuffer(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), dtype=np.uint8)
        yield from np.flatnonzero(np.unpackbits(row, bitorder="little")).tolist()
        return
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
