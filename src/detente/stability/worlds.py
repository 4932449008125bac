"""Stability in many worlds at once: the same states and moves under many rankings, side by side.

One world after the other spends most of its time on the way into each sweep; side by side the sweep is done once for
all of them, each world in a lane of its own. The concepts are those whose sanctions are legal sequences.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.graph.moves import ArcMoves, Index, Moves
from detente.stability import backend, simultaneous
from detente.stability.game import Game
from detente.stability.numpy_steps import HIGH, Step, Values, closed, closed_in_turn

BITS = {"nash": 1, "gmr": 2, "smr": 4, "seq": 8, "sseq": 16, "sim": 32}
"""Which bit of an answer stands for which concept."""
_AT_ONCE = 128
"""Worlds that NumPy looks at together."""
MOST_COMBINED = 1 << 22
"""Combinations of moves from the same state that are listed for SIM."""

Answers = NDArray[np.uint8]


class ManyWorlds:
    """The states and moves of a game, to be judged under many rankings.

    Parameters
    ----------
    game : Game
        Its ranks do not matter. Moves are listed arc by arc.

    Raises
    ------
    ValueError
        Sanctions are not legal sequences.
    """

    def __init__(self, game: Game) -> None:
        if game.sanctions != "legal":
            raise ValueError("many worlds are judged together by legal sequences only")
        self.game = game
        self._arcs = [_listed(mover.moves) for mover in game.movers]
        opposing = set(game.opponents(()))
        listed = [
            (starts, targets, mover.moves.transitive, mover.ranks is not None, j in opposing)
            for j, (mover, (starts, targets)) in enumerate(zip(game.movers, self._arcs, strict=True))
        ]
        self._compiled = backend.many_worlds(game.n_states, listed)

    @cached_property
    def combines(self) -> bool:
        """Whether SIM can be decided: options recombine, in not too many ways."""
        layout, n = self.game.layout, self.game.n_states
        if isinstance(layout, str):
            return False
        codes = np.arange(n, dtype=np.int64) if layout.codes is None else layout.codes
        return self._compiled is None or self._compiled.combine(codes, MOST_COMBINED)

    def decide(
        self,
        tables: Sequence[Values | None],
        rows: Sequence[Index | None],
        concepts: Sequence[str],
        *,
        each: bool = False,
    ) -> tuple[Answers, Answers | None]:
        """Decide every state in every world.

        Parameters
        ----------
        tables : sequence of (k, n_states) int32
            For each mover ranks that it may have, higher is better; None for nature.
        rows : sequence of (n_worlds,) int32
            For each mover which of them it has in each world; None for nature.
        concepts : sequence of str
            Keys of :data:`BITS`.
        each : bool
            Whether each party's answers are wanted too.

        Raises
        ------
        ValueError
            SIM is asked for where it cannot be decided; see :attr:`combines`.

        Returns
        -------
        equilibria : (n_states, n_worlds) uint8
            The bits of the concepts under which the state is stable for every party.
        stable : (n_movers, n_states, n_worlds) uint8 or None
            The same for each party; all bits for nature.
        """
        if "sim" in concepts and not self.combines:
            raise ValueError("SIM cannot be decided for many worlds here")
        asked = sum(BITS[key] for key in dict.fromkeys(concepts))
        n, m = self.game.n_states, len(self.game.movers)
        n_worlds = next((len(row) for row in rows if row is not None), 0)
        if self._compiled is not None:
            held, own = self._compiled.decide(tables, rows, asked, each)
            return held.reshape(n, n_worlds), own.reshape(m, n, n_worlds) if each else None
        stable = np.full((m, n, n_worlds), asked, dtype=np.uint8)
        for begin in range(0, n_worlds, _AT_ONCE):
            some = slice(begin, begin + _AT_ONCE)
            ranks = [
                None if table is None or row is None else np.ascontiguousarray(table[row[some]].T)
                for table, row in zip(tables, rows, strict=True)
            ]
            for i in self.game.parties:
                stable[i, :, some] = self._stable(i, ranks, asked)
        return np.bitwise_and.reduce(stable, axis=0), stable if each else None

    def _stable(self, i: int, ranks: list[Values | None], asked: int) -> Answers:
        """Return the bits of each state and world for party i, in plain NumPy."""
        own = ranks[i]
        assert own is not None
        starts, targets = self._arcs[i]
        result = np.full(own.shape, asked, dtype=np.uint8)
        sources = np.repeat(np.arange(self.game.n_states), np.diff(starts))
        better = own[targets] > own[sources]
        within = ~np.minimum(~own, _Step(starts, targets).lowest(~own))  # the best that one move secures
        if asked & BITS["sim"]:
            for w in range(own.shape[1]):
                alone = self.game.with_ranks([None if some is None else some[:, w].copy() for some in ranks])
                result[~simultaneous.decide(alone, i), w] &= np.uint8(255 - BITS["sim"])
        for key, bit in BITS.items():
            if not asked & bit or key == "sim":
                continue
            floor = self._floor(i, within if key in ("smr", "sseq") else own, ranks, key)
            unmet = better & (floor[targets] > own[sources])
            result[_Step(starts, targets).any(unmet)] &= np.uint8(255 - bit)
        return result

    def _floor(self, i: int, values: Values, ranks: list[Values | None], key: str) -> Values:
        if key == "nash":
            return values
        who = self.game.opponents((i,))
        steps = [_Step(*self._arcs[j], ranks[j] if key in ("seq", "sseq") else None) for j in who]
        if all(self.game.movers[j].moves.transitive or self.game.movers[j].ranks is None for j in who):
            return closed(values, steps)
        return closed_in_turn(values, steps, [self.game.movers[j].ranks is None for j in who])


class _Step(Step):
    """Moves along listed arcs in many worlds; with ranks, (n_states, n_worlds), improvements only."""

    def __init__(self, starts: NDArray[np.int64], targets: Index, ranks: Values | None = None) -> None:
        self._n_states = len(starts) - 1
        self._rows = np.flatnonzero(np.diff(starts))
        self._begin, self._targets = starts[self._rows], targets
        self._not: NDArray[np.bool_] | None = None
        if ranks is not None:
            self._not = ranks[targets] <= ranks[np.repeat(np.arange(len(starts) - 1), np.diff(starts))]

    def lowest(self, values: Values) -> Values:
        """Return the lowest of ``values``, (n_states, n_worlds), over each state's targets."""
        result = np.full_like(values, HIGH)
        if len(self._rows):
            after = values[self._targets]
            if self._not is not None:
                after[self._not] = HIGH
            result[self._rows] = np.minimum.reduceat(after, self._begin, axis=0)
        return result

    def any(self, arcs: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return for each state and world whether some of its arcs, (n_arcs, n_worlds), are true."""
        result = np.zeros((self._n_states, arcs.shape[1]), dtype=bool)
        if len(self._rows):
            result[self._rows] = np.logical_or.reduceat(arcs, self._begin, axis=0)
        return result


def _listed(moves: Moves) -> tuple[NDArray[np.int64], Index]:
    if isinstance(moves, ArcMoves):
        return moves.starts, moves.targets
    sources, targets = moves.expand(np.arange(moves.n_states, dtype=np.int32))
    starts = np.zeros(moves.n_states + 1, dtype=np.int64)
    np.cumsum(np.bincount(sources, minlength=moves.n_states), out=starts[1:])
    return starts, targets
