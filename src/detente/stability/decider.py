"""Stability under many choices of lenses, and under many variants of the preferences: nothing is decided twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from detente.conflict.conflict import Conflict
from detente.graph.graph import Graph
from detente.stability.concept import Concept
from detente.stability.game import Flags, Game, Sanctions
from detente.stability.reading import game_of
from detente.stability.registry import CONCEPTS


class Decider:
    """Decides states of one graph under any lenses, and of variants that differ in preferences only.

    Parameters
    ----------
    graph : Graph
    sanctions : {"legal", "once_each", "single"}
    """

    def __init__(self, graph: Graph, sanctions: Sanctions = "legal") -> None:
        self.graph = graph
        self._base = game_of(graph, graph.conflict.readings[0].id, sanctions=sanctions)
        self._games: dict[tuple[int, ...], Game] = {}
        self._decided: dict[tuple[object, ...], tuple[Flags, Game]] = {}
        self._ended: Counter[int] = Counter()

    def variant(self, conflict: Conflict) -> Decider:
        """Return the decider of a conflict that differs in preferences only; what is decided is shared."""
        result = Decider.__new__(Decider)
        result.graph = self.graph.with_preferences(conflict)
        result._base, result._games, result._decided = self._base, self._games, self._decided
        result._ended = self._ended
        return result

    def game(self, lenses: Mapping[str, str]) -> Game:
        """Return the game in which every party uses the lens given for it."""
        ranks = [
            None if mover.ranks is None else self.graph.ranks(mover.name, lenses[mover.name])
            for mover in self._base.movers
        ]
        key = tuple(map(id, ranks))
        if key not in self._games:
            self._games[key] = self._base.with_ranks(ranks)
        return self._games[key]

    def stable(self, concept: Concept, game: Game, i: int) -> Flags:
        """Return for each state whether it is stable for party i, shape (n_states,). Raises NotDefinedError."""
        key = self._key(concept, game, i)
        if key not in self._decided:
            self._decided[key] = concept.decide(game, i), game  # the game keeps its ranks, and so their ids
        return self._decided[key][0]

    def equilibria(self, concept: Concept, game: Game, among: Flags | None = None) -> Flags:
        """Return which states, of some or of all, are stable for every party, shape (n_states,).

        Parties are asked until no state is left: those first about whom the answer is known, then those who ended it
        before. Weaker concepts that depend on own ranks only are asked first, since their answers often stay.
        Raises NotDefinedError.
        """
        result = np.ones(game.n_states, dtype=bool) if among is None else among.copy()
        if not concept.own_ranks_only:
            for key in concept.implies:
                if CONCEPTS[key].own_ranks_only:
                    result = self.equilibria(CONCEPTS[key], game, result)
        known = {i for i in game.parties if self._key(concept, game, i) in self._decided}
        order = sorted(game.parties, key=lambda i: (i not in known, -self._ended[i]))
        for i in order:
            if not result.any():
                break
            result &= self.stable(concept, game, i)
            self._ended[i] += not result.any()
        return result

    def _key(self, concept: Concept, game: Game, i: int) -> tuple[object, ...]:
        whose = (i,) if concept.own_ranks_only else game.parties
        return (concept.id, i, *(id(game.movers[j].ranks) for j in whose))
