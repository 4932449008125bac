"""How far up a state must move in each party's ranking: the part of inverse analysis that asks one party."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from detente.analysis.inverse_order import is_strict
from detente.graph.moves import Index
from detente.stability.concept import Concept
from detente.stability.game import Game, Values
from detente.stability.metarational import values

Profile = dict[int, Values]
"""The ranks of the free parties."""


class Wish:
    """A game in which some parties' rankings are free, and a concept that a state is wished to be stable under.

    Parameters
    ----------
    game : Game
    concept : Concept
        Nash, GMR, SMR, SEQ or SSEQ.
    free : sequence of int
        The parties whose rankings may change.
    allow_ties : bool
        Whether a ranking without ties may get some.
    """

    def __init__(self, game: Game, concept: Concept, free: Sequence[int], *, allow_ties: bool) -> None:
        self.game = game
        self.concept = concept
        self.free = tuple(free)
        self.strict = {i: not allow_ties and is_strict(game.ranks(i)) for i in free}

    def under(self, profile: Mapping[int, Values]) -> Game:
        """Return the game in which some parties have other ranks."""
        return self.game.with_ranks([profile.get(j, mover.ranks) for j, mover in enumerate(self.game.movers)])

    def stable(self, i: int, s: int, game: Game) -> bool:
        """Return whether s is stable for party i in a game."""
        return bool(self.concept.decide(game, i)[s])

    def levels(self, s: int, game: Game, *, credible: bool | None = None) -> dict[int, int]:
        """Return :func:`level` for every party; ``credible`` as the concept has it by default."""
        needed = self.concept.credible if credible is None else credible
        if self.concept.id == "nash":
            return {i: int(game.ranks(i)[targets(game, i, s)].max(initial=0)) for i in game.parties}
        return {i: level(game, i, s, credible=needed, counter=self.concept.counter) for i in game.parties}


def targets(game: Game, i: int, s: int) -> Index:
    """Return R_i(s), from 0."""
    return game.movers[i].moves.expand(np.array([s], dtype=np.int32))[1]


def level(game: Game, i: int, s: int, *, credible: bool, counter: bool) -> int:
    """Return the lowest rank v such that s is stable for i once i finds nothing of a rank up to v better than s.

    s itself counts as rank 0, since it never has to be brought below itself. A move to t is no improvement when t has
    a rank up to v, and it is met when the worst that opponents can bring about then has a value up to v; so v is the
    highest, over i's moves t from s, of the lower of the two. Others' ranks stay as they are in ``game``.
    """
    ranks = game.ranks(i).copy()
    ranks[s] = 0
    own = targets(game, i, s)
    if not len(own):
        return 0
    there = game.with_ranks([ranks if j == i else mover.ranks for j, mover in enumerate(game.movers)])
    floor = there.floor(i, values(there, i, counter=counter), improving=credible)
    return int(np.minimum(ranks[own], floor[own]).max())


def replies(game: Game, i: int, t: int, *, credible: bool, freely: frozenset[int] = frozenset()) -> set[int]:
    """Return the states that i's opponents can bring about from t by legal sequences: R_{N−i}(t), or R⁺_{N−i}(t).

    Parameters
    ----------
    game : Game
    i, t : int
    credible : bool
        Every step is an improvement of its mover.
    freely : frozenset of int
        Opponents all of whose moves count all the same.
    """
    opponents = game.opponents([i])
    seen: set[tuple[int, int]] = {(t, -1)}
    waiting = [(t, -1)]
    while waiting:
        here, last = waiting.pop()
        for j in opponents:
            ranks = game.movers[j].ranks
            if j == last and ranks is not None:
                continue
            there = targets(game, j, here)
            if credible and ranks is not None and j not in freely:
                there = there[ranks[there] > ranks[here]]
            for b in there.tolist():
                if (b, j) not in seen:
                    seen.add((b, j))
                    waiting.append((b, j))
    return {state for state, last in seen if last >= 0}
