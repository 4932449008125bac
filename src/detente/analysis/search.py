"""Sequences of moves followed outward from one state, level by level, as far as somebody asks.

Where :class:`detente.analysis.reach.Reach` sweeps over all states at once, this visits only what the sequences lead to
and stops when the caller does, so that a single question about a model of millions of states takes a moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.reach import Move
from detente.graph.moves import ArcMoves, BoxMoves, GroupMoves, Index
from detente.stability.game import Flags, Game, Sanctions


@dataclass(frozen=True, eq=False)
class _Level:
    """Nodes first arrived at after so many moves. A node is a state and, where that matters, who has moved before."""

    states: Index
    tags: NDArray[np.int64]
    by: NDArray[np.int32]
    parents: Index

    def at(self, some: NDArray[np.integer]) -> _Level:
        return _Level(self.states[some], self.tags[some], self.by[some], self.parents[some])


class Search:
    """What sequences of some movers lead to from one state, by default under the game's rule for sanctions.

    Parameters
    ----------
    game : Game
    start : int
        State from which the sequences begin (from 0).
    movers : sequence of int
        Who may move.
    improving : bool
        Only improvements of the mover, judged against the state just before (nature: any of its moves).
    sequences : {"legal", "once_each", "single"}, optional
    """

    def __init__(
        self, game: Game, start: int, movers: Sequence[int], *, improving: bool, sequences: Sanctions | None = None
    ) -> None:
        self._game, self._movers, self._improving = game, movers, improving
        self._sequences = sequences or game.sanctions
        self._tracked = self._sequences != "legal" or any(
            not game.movers[j].moves.transitive and game.movers[j].ranks is not None for j in movers
        )
        self._limit = {"legal": None, "single": 1, "once_each": len(movers)}[self._sequences]
        self._seen: dict[int, Flags] = {}
        self._arrived = np.zeros(game.n_states, dtype=bool)
        self._arrived[start] = True
        none = np.zeros(1, dtype=np.int32)
        self._levels = [_Level(none + np.int32(start), none.astype(np.int64), none - 1, none)]
        if self._sequences == "legal" and not self._tracked:
            self._seen[0] = self._arrived.copy()

    def levels(self) -> Iterator[Index]:
        """Yield the states first reached after one move, after two and so on; the start itself is not among them."""
        while self._limit is None or len(self._levels) <= self._limit:
            level = self._next()
            if not len(level.states):
                return
            self._levels.append(level)
            states = np.unique(level.states[~self._arrived[level.states]])
            self._arrived[states] = True
            yield states

    def reached(self) -> Index:
        """Return all states that some sequence ends in, other than the start, ascending."""
        for _ in self.levels():
            pass
        found = self._arrived.copy()
        found[self._levels[0].states] = False
        return np.flatnonzero(found).astype(np.int32)

    def path(self, target: int) -> list[Move]:
        """Return a shortest path to a state of the level yielded last."""
        at = int(np.flatnonzero(self._levels[-1].states == target)[0])
        moves: list[Move] = []
        for number in range(len(self._levels) - 1, 0, -1):
            level = self._levels[number]
            parent = int(level.parents[at])
            before = int(self._levels[number - 1].states[parent])
            moves.append(Move(int(level.by[at]), before, int(level.states[at])))
            at = parent
        return moves[::-1]

    def _next(self) -> _Level:
        last = self._levels[-1]
        parts = [last.at(np.zeros(0, dtype=np.int64))]
        for place, j in enumerate(self._movers):
            sources = self._sources(last, place, j)
            positions, targets = self._game.movers[j].moves.expand(last.states[sources])
            at = sources[positions]
            ranks = self._game.movers[j].ranks
            if self._improving and ranks is not None:
                better = ranks[targets] > ranks[last.states[at]]
                at, targets = at[better], targets[better]
            tags = self._tags(last.tags[at], place)
            parts.append(self._unseen(_Level(targets, tags, np.full(len(at), j, dtype=np.int32), at), j))
        level = _Level(
            np.concatenate([part.states for part in parts]),
            np.concatenate([part.tags for part in parts]),
            np.concatenate([part.by for part in parts]),
            np.concatenate([part.parents for part in parts]),
        )
        if self._sequences == "legal":
            return level
        _, first = np.unique(level.tags * self._game.n_states + level.states, return_index=True)
        return level.at(np.sort(first))

    def _unseen(self, part: _Level, j: int) -> _Level:
        """Return the nodes of mover j's steps that are new, and mark them.

        Where each opponent moves once, the tag says how often somebody has moved, and nothing needs marking.
        """
        if self._sequences != "legal" or not len(part.states):
            return part
        tag = int(part.tags[0])
        if tag not in self._seen:
            self._seen[tag] = np.zeros(self._game.n_states, dtype=bool)
        part = part.at(np.flatnonzero(~self._seen[tag][part.states]))
        if self._tracked or isinstance(self._game.movers[j].moves, ArcMoves):  # else one state a group was followed
            part = part.at(np.sort(np.unique(part.states, return_index=True)[1]))
        self._seen[tag][part.states] = True
        return part

    def _sources(self, last: _Level, place: int, j: int) -> Index:
        """Return the nodes from which mover j may go on, as positions, leaving out what adds nothing."""
        if self._sequences == "once_each":
            return np.flatnonzero(last.tags >> place & 1 == 0).astype(np.int32)
        if self._tracked:
            repeats = self._game.movers[j].ranks is None
            return np.flatnonzero((last.tags != place + 1) | repeats).astype(np.int32)
        return self._one_a_group(last.states, j)

    def _one_a_group(self, states: Index, j: int) -> Index:
        """Return one state of each group in which j moves freely: the one j likes least, since it leads to the most."""
        moves, every = self._game.movers[j].moves, np.arange(len(states), dtype=np.int32)
        if isinstance(moves, BoxMoves):
            group = states - (states // moves.stride) % moves.size * np.int32(moves.stride)
        elif isinstance(moves, GroupMoves):
            group = moves.group_of[states]
        else:
            return every
        ranks = self._game.movers[j].ranks
        order = np.lexsort((ranks[states], group)) if self._improving and ranks is not None else np.argsort(group)
        first = np.diff(group[order], prepend=-1) != 0
        return np.sort(every[order[first]])

    def _tags(self, before: NDArray[np.int64], place: int) -> NDArray[np.int64]:
        if self._sequences == "once_each":
            return before | 1 << place
        return np.full(len(before), place + 1 if self._tracked else 0, dtype=np.int64)
