"""Which states sequences of moves lead to, for many pairs of states at once: one bit a pair, 64 pairs a word.

A table of bits has a row for each state t and a column for each state s of a chosen set (:class:`Columns`). Sequences
of moves carry rows along (:class:`Joint`): the union of the rows of all states ahead, or of all states behind. What
lies on a cycle shares one row, so the work is done on the strongly connected components, those furthest on first.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from detente.errors import TooLargeError
from detente.graph.feasible import memory_limit
from detente.graph.moves import ArcMoves, BoxMoves, Index, Moves, ranges
from detente.stability.game import Flags, Mover, Values

Bits: TypeAlias = NDArray[np.uint64]
T = TypeVar("T")

_AT_ONCE = 1 << 16
"""Words that are gathered at a time, so that they stay in the cache."""
_NONE, _ANY = -1, -2


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


def columns_of(row: Bits) -> NDArray[np.int64]:
    """Return the columns whose bits are set in one row, ascending."""
    return np.flatnonzero(np.unpackbits(row.view(np.uint8), bitorder="little"))


def row_of(flags: Flags) -> Bits:
    """Return one row of bits from flags."""
    row = np.zeros(words_for(len(flags)), dtype=np.uint64)
    packed = np.packbits(flags, bitorder="little")
    row.view(np.uint8)[: len(packed)] = packed
    return row


def too_large(what: str, needed: int, advice: str) -> TooLargeError:
    """Return the error for something that does not fit in memory."""
    return TooLargeError(
        f"{what} need about {needed / 1e9:,.1f} GB; at most {memory_limit() / 1e9:,.1f} GB may be used "
        f"(set DETENTE_MEMORY, in GB, to change that). {advice}"
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
        return (bits.view(np.uint8)[self.states, column >> 3] >> (column & 7) & 1).astype(bool)


class Joint:
    """Sequences of moves by some movers, in which no party moves twice in succession (nature may).

    Where all parties' moves are transitive the rule restricts nothing, and states are the nodes of the graph that is
    searched. Else a state t has a node for each mover that has just moved there (its *heads*), and a state s one for
    each that moves next (its *tails*). In the first case every state also counts as leading to itself, which is
    harmless to all that is asked here: no improvement and no sanction is the state one starts from.

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
        self.restricted = succession_matters(movers)
        n_nodes, n_arcs = self._size(movers)
        if n_nodes * 32 + n_arcs * 40 > memory_limit():
            raise too_large(f"{n_arcs:,} joint moves", n_nodes * 32 + n_arcs * 40, "Ask for fewer decision makers at a time")
        begins, ends = self._with_last_mover(movers) if self.restricted else self._plain(movers)
        states = np.arange(n_states, dtype=np.int32)
        shifts = range(len(movers)) if self.restricted else range(1)
        self._heads = [states + k * n_states for k in shifts]
        self._tails = [states + (k + len(movers)) * n_states for k in shifts] if self.restricted else self._heads
        self._next, self._component, self._ahead, self._behind, self._levels = _condensed(n_nodes, begins, ends)
        self.n_components = len(self._ahead[0]) - 1

    def _size(self, movers: Sequence[Mover]) -> tuple[int, int]:
        n, h = self.n_states, len(movers)
        if self.restricted:
            return 2 * h * n, sum(mover.moves.n_arcs for mover in movers) + h * h * n
        return n, sum(min(mover.moves.n_arcs, _ARCS_OF[type(mover.moves)](mover.moves)) for mover in movers)

    def _plain(self, movers: Sequence[Mover]) -> tuple[Index, Index]:
        pairs = [_pairs(mover.moves) for mover in movers]
        none = np.empty(0, dtype=np.int32)
        return np.concatenate([none, *(a for a, _ in pairs)]), np.concatenate([none, *(b for _, b in pairs)])

    def _with_last_mover(self, movers: Sequence[Mover]) -> tuple[Index, Index]:
        n, h = self.n_states, len(movers)
        states = np.arange(n, dtype=np.int32)
        begins, ends = [], []
        for k, mover in enumerate(movers):
            sources, targets = mover.moves.expand(states)
            begins.append(sources + (h + k) * n)
            ends.append(targets + k * n)
            for j in range(h):
                if j != k or mover.ranks is None:
                    begins.append(states + k * n)
                    ends.append(states + (h + j) * n)
        return np.concatenate(begins), np.concatenate(ends)

    @property
    def nbytes(self) -> int:
        """How much memory is held."""
        return sum(part.nbytes for pair in (self._next, self._ahead, self._behind) for part in pair)

    def reached(self, state: int) -> Flags:
        """Return the states that sequences from one state lead to."""
        starts, targets = self._next
        seen = np.zeros(len(starts) - 1, dtype=bool)
        nodes = np.array([tail[state] for tail in self._tails])
        seen[nodes] = not self.restricted
        while len(nodes):
            nodes = np.unique(targets[ranges(starts[nodes], starts[nodes + 1])[1]])
            nodes = nodes[~seen[nodes]]
            seen[nodes] = True
        result = np.zeros(self.n_states, dtype=bool)
        for head in self._heads:
            result |= seen[head]
        return result

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

    def _collected(self, rows: Bits, nodes: Sequence[Index]) -> Bits:
        """Return for each component the union of the rows of its nodes."""
        found = np.zeros((self.n_components, rows.shape[1]), dtype=np.uint64)
        for some in nodes:
            components = self._component[some]
            order = np.argsort(components, kind="stable")
            first = np.flatnonzero(np.diff(components[order], prepend=-1))
            found[components[order[first]]] |= np.bitwise_or.reduceat(rows[order], first, axis=0)
        return found

    def _spread(self, found: Bits, nodes: Sequence[Index]) -> Bits:
        result = found[self._component[nodes[0]]]
        for some in nodes[1:]:
            result |= found[self._component[some]]
        return result


def succession_matters(movers: Sequence[Mover]) -> bool:
    """Return whether the rule that no party moves twice in succession can restrict anything."""
    return any(mover.ranks is not None and not mover.moves.transitive for mover in movers)


def _pairs(moves: Moves) -> tuple[Index, Index]:
    """Return arcs that lead, step by step, wherever the moves do: within a group, to its first member and back."""
    states = np.arange(moves.n_states, dtype=np.int32)
    if isinstance(moves, ArcMoves):
        return moves.expand(states)
    if isinstance(moves, BoxMoves):
        first = states - (states // moves.stride) % moves.size * np.int32(moves.stride)
    else:
        first = moves.order[moves.starts[moves.group_of]]
    others = states[first != states]
    return np.concatenate([others, first[others]]), np.concatenate([first[others], others])


_ARCS_OF: dict[type, Callable[[Any], int]] = {ArcMoves: lambda moves: int(moves.n_arcs)}
