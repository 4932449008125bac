"""What play can reach, asked many times over while preferences change: which states moves lead to is kept as bits.

Of each state that play comes to, a row of bits says where one mover's moves, or the sequences of a coalition, can lead.
That does not depend on preferences. What all who step prefer to the state is another row, looked up by their ranks of
it. The steps are what both rows have in common, and only their union is wanted.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.analysis.evolution_steps import Play
from detente.analysis.reach_bits import Bits, Columns, joint_moves, no_bits, set_bits, words_for
from detente.graph.moves import Index
from detente.stability.game import Flags, Values

MOST_STATES = 1 << 14
"""Of more states the rows would take too much memory."""
_ONE_WORD = 64

Members: TypeAlias = tuple[int, ...]


class _Rows:
    """The rows of one mover or coalition, for the states that were asked about so far."""

    def __init__(self, n_states: int) -> None:
        self.place = np.full(n_states, -1, dtype=np.int32)
        self.bits = no_bits(_ONE_WORD, n_states)
        self._size = 0

    def add(self, states: Index, rows: Bits) -> None:
        """Keep a row for each of these states, which have none yet."""
        end = self._size + len(states)
        if end > len(self.bits):
            more = no_bits(max(end, 2 * len(self.bits)) - len(self.bits), len(self.place))
            self.bits = np.concatenate([self.bits, more])
        self.bits[self._size : end] = rows
        self.place[states] = np.arange(self._size, end, dtype=np.int32)
        self._size = end


def reached(play: Play, starts: Index) -> Flags:
    """Return which states play leads to from some states, those included, (n_states,) bool.

    Any improvement is a step, and nothing else but nature's moves. ``play`` has at most :data:`MOST_STATES` states.
    """
    n = play.game.n_states
    seen = np.zeros(n, dtype=bool)
    waiting = starts
    while len(waiting):
        seen[waiting] = True
        found = no_bits(1, n)[0]
        for k, members in enumerate(play.who):
            bits = _ways(play, members, waiting, together=k >= play.n_alone)
            for j in members:
                ranks = play.game.movers[j].ranks
                if ranks is not None:
                    bits &= _better(play, ranks)[ranks[waiting]]
            found |= np.bitwise_or.reduce(bits, axis=0)
        there = np.unpackbits(found.view(np.uint8), bitorder="little", count=n).astype(bool)
        waiting = np.flatnonzero(there & ~seen).astype(np.int32)
    return seen


def _better(play: Play, ranks: Values) -> Bits:
    """Return the states above each rank: row r has those of a rank above r; kept."""
    kept, key = play.game.steps.kept, ("above", id(ranks))
    if key not in kept:
        most = int(ranks.max(initial=0))
        table = no_bits(most + 2, len(ranks))
        set_bits(table, most - ranks + 1, np.arange(len(ranks)))  # row r has the states of rank most + 1 - r
        kept[key] = np.bitwise_or.accumulate(table, axis=0)[most::-1], ranks  # which keeps the id theirs
    result: Bits = kept[key][0]
    return result


def _ways(play: Play, members: Members, states: Index, *, together: bool) -> Bits:
    """Return for each state the states that moves of the mover, or sequences of the coalition, lead to."""
    kept, key = play.game.steps.kept, ("ways", members, together)
    if key not in kept:
        kept[key] = _Rows(play.game.n_states)
    rows: _Rows = kept[key]
    fresh = states[rows.place[states] < 0]
    if len(fresh):
        more = _jointly(play, members, fresh) if together else _alone(play, members[0], fresh)
        rows.add(fresh, more)
    found: Bits = rows.bits[rows.place[states]]
    return found


def _alone(play: Play, j: int, states: Index) -> Bits:
    at, targets = play.game.movers[j].moves.expand(states)
    bits = no_bits(len(states), play.game.n_states)
    set_bits(bits, at, targets)
    return bits


def _jointly(play: Play, members: Members, states: Index) -> Bits:
    n = play.game.n_states
    joint, ranks = joint_moves(play.game, members), {j: play.game.ranks(j) for j in members}
    result = no_bits(len(states), n)
    for begin in range(0, len(states), size := max(_ONE_WORD, play.joint_at_once(members))):
        some = states[begin : begin + size]
        behind = joint.behind(Columns(ranks, some).identity(n))  # a row a state reached, a bit a state it is from
        single = np.unpackbits(behind.view(np.uint8), axis=1, bitorder="little", count=len(some))
        packed: NDArray[np.uint8] = np.packbits(np.ascontiguousarray(single.T), axis=1, bitorder="little")
        padded = np.zeros((len(some), 8 * words_for(n)), dtype=np.uint8)
        padded[:, : packed.shape[1]] = packed
        result[begin : begin + size] = padded.view(np.uint64)
    return result
