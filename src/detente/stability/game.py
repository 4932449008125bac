"""The numbers that stability is decided on: who moves where, who likes what, and what opponents can bring about."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from detente.errors import UsageError
from detente.graph.moves import Moves, reversed_moves
from detente.stability import backend
from detente.stability.numpy_steps import Step

Values = NDArray[np.int32]
Flags = NDArray[np.bool_]
Sanctions = Literal["legal", "once_each", "single"]
SANCTIONS: tuple[Sanctions, ...] = ("legal", "once_each", "single")


def known_sanctions(name: str) -> Sanctions:
    """Return a kind of sanctions by its name. Raises UsageError where there is no such kind."""
    for known in SANCTIONS:
        if name == known:
            return known
    raise UsageError(f"unknown sanctions {name!r} (there are: {', '.join(SANCTIONS)})")


@dataclass(frozen=True, eq=False)
class Mover:
    """A decision maker in numbers. ``ranks`` is ``None`` for nature, which moves without preference."""

    name: str
    moves: Moves
    ranks: Values | None


@dataclass(frozen=True, eq=False)
class Layout:
    """The code of each state: needed only where a concept recombines strategies (SIM).

    ``codes`` is ``None`` when every code is a state.
    """

    codes: NDArray[np.int64] | None


class Steps:
    """Steps of movers, each made when first asked for. Games over the same moves share them.

    Parameters
    ----------
    moves : sequence of Moves
        One per mover.
    """

    def __init__(self, moves: Sequence[Moves]) -> None:
        self._moves = tuple(moves)
        self._made: dict[tuple[int, int, bool], tuple[Step, Values | None]] = {}
        self._backwards: dict[int, Moves] = {}
        self._locks = [threading.RLock() for _ in self._moves]
        self.kept: dict[Hashable, Any] = {}
        """What else is worth keeping that follows from the moves alone; keys begin with who keeps it."""

    def __reduce__(self) -> tuple[type[Steps], tuple[tuple[Moves, ...]]]:
        """Go to another process without what was made: steps of the compiled kernels stay where they are."""
        return Steps, (self._moves,)

    def step(self, j: int, ranks: Values | None, *, backwards: bool) -> Step:
        """Return mover j's moves (``ranks`` None) or improvements; see :meth:`Game.step`."""
        key = (j, 0 if ranks is None else id(ranks), backwards)
        with self._locks[j]:
            if key not in self._made:
                moves = self.backwards(j) if backwards else self._moves[j]
                made = backend.make_step(moves, -ranks if backwards and ranks is not None else ranks)
                self._made[key] = made, ranks  # the ranks are kept, so that their id stays theirs
            return self._made[key][0]

    def backwards(self, j: int) -> Moves:
        """Return mover j's moves with every arc turned round."""
        with self._locks[j]:
            if j not in self._backwards:
                self._backwards[j] = reversed_moves(self._moves[j])
            return self._backwards[j]


class Game:
    """Movers over a common set of states.

    Parameters
    ----------
    movers : sequence of Mover
        Decision makers in order; nature among them.
    nature_included : bool
        Whether nature's moves belong to what opponents can do.
    sanctions : {"legal", "once_each", "single"}
        Opponents' sequences: legal ones (no mover twice in succession), each opponent at most once, or one
        opponent moving once.
    layout : Layout or str
        Present for unmerged option form without consequences; otherwise the reason why not, as a clause.
    steps : Steps, optional
        Those of a game with the same moves, to share.

    Raises
    ------
    UsageError
        There are no such sanctions.
    """

    def __init__(
        self,
        movers: Sequence[Mover],
        *,
        nature_included: bool = False,
        sanctions: Sanctions = "legal",
        layout: Layout | str = "the model has no option layout",
        steps: Steps | None = None,
    ) -> None:
        self.movers = tuple(movers)
        self.n_states = movers[0].moves.n_states
        self.nature_included = nature_included
        self.sanctions = known_sanctions(sanctions)
        self.layout = layout
        self.parties = tuple(j for j, mover in enumerate(self.movers) if mover.ranks is not None)
        self.steps = steps or Steps([mover.moves for mover in self.movers])

    def index(self, name: str) -> int:
        """Return the place of a mover by name. Raises UsageError."""
        for place, mover in enumerate(self.movers):
            if mover.name == name:
                return place
        raise UsageError(f"unknown decision maker {name!r}")

    def ranks(self, i: int) -> Values:
        """Return party i's ranks, shape (n_states,), higher is better."""
        ranks = self.movers[i].ranks
        if ranks is None:
            raise ValueError(f"{self.movers[i].name} is nature and has no preference")
        return ranks

    def step(self, j: int, improving: bool, *, backwards: bool = False) -> Step:
        """Return mover j's step: its moves, or its improvements (for nature: its moves either way).

        ``backwards`` turns every arc round: the step then leads from a state to those it can be entered from.
        """
        return self.steps.step(j, self.movers[j].ranks if improving else None, backwards=backwards)

    def backwards(self, j: int) -> Moves:
        """Return mover j's moves with every arc turned round."""
        return self.steps.backwards(j)

    def with_ranks(self, ranks: Sequence[Values | None]) -> Game:
        """Return the same moves under other ranks, one array per mover (``None`` for nature); steps are shared."""
        movers = [Mover(mover.name, mover.moves, own) for mover, own in zip(self.movers, ranks, strict=True)]
        return Game(
            movers,
            nature_included=self.nature_included,
            sanctions=self.sanctions,
            layout=self.layout,
            steps=self.steps,
        )

    def opponents(self, members: Iterable[int]) -> tuple[int, ...]:
        """Return all movers outside ``members`` whose moves can be sanctions."""
        inside = set(members)
        return tuple(
            j
            for j, mover in enumerate(self.movers)
            if j not in inside and (mover.ranks is not None or self.nature_included)
        )

    def floor(self, i: int, values: Values, improving: bool) -> Values:
        """Return the lowest of ``values`` that i's opponents can bring about from each state, staying put included.

        ``improving`` restricts every step to an improvement of its mover. Staying put is harmless: a state that i
        improves to is never itself a sanction.
        """
        return self.brought_about(self.opponents([i]), values, improving)

    def brought_about(self, opponents: Sequence[int], values: Values, improving: bool) -> Values:
        """Return the lowest of ``values`` that these movers can bring about from each state, staying put included."""
        if self.sanctions == "single":
            result = values.copy()
            for j in opponents:
                np.minimum(result, self.step(j, improving).lowest(values), out=result)
            return result
        if self.sanctions == "once_each":
            return self._floor_once_each(opponents, values, improving)
        if self._succession_matters(opponents):
            again = [self.movers[j].ranks is None for j in opponents]  # nature may move repeatedly
            return backend.closed_in_turn(values, [self.step(j, improving) for j in opponents], again)
        return backend.closed(values, [self.step(j, improving) for j in opponents])

    def _succession_matters(self, opponents: Sequence[int]) -> bool:
        """Whether the rule against moving twice in succession can restrict anything (intransitive moves only)."""
        return any(not self.movers[j].moves.transitive and self.movers[j].ranks is not None for j in opponents)

    def _floor_once_each(self, opponents: Sequence[int], values: Values, improving: bool) -> Values:
        """Each opponent moves at most once, in any order: one array a subset of opponents."""
        floors: dict[int, Values] = {0: values}
        for subset in range(1, 1 << len(opponents)):
            result = values.copy()
            for bit, j in enumerate(opponents):
                if subset >> bit & 1:
                    np.minimum(result, self.step(j, improving).lowest(floors[subset & ~(1 << bit)]), out=result)
            floors[subset] = result
        return floors[(1 << len(opponents)) - 1]
