"""Stability under many choices of lenses, and under many variants of the preferences: nothing is decided twice."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detente.conflict.conflict import Conflict
from detente.graph.graph import Graph
from detente.stability.concept import Concept
from detente.stability.game import Flags, Game, Sanctions
from detente.stability.reading import game_of


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

    def variant(self, conflict: Conflict) -> Decider:
        """Return the decider of a conflict that differs in preferences only; what is decided is shared."""
        result = Decider.__new__(Decider)
        result.graph = self.graph.with_preferences(conflict)
        result._base, result._games, result._decided = self._base, self._games, self._decided
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
        whose = (i,) if concept.own_ranks_only else game.parties
        key = (concept.id, i, *(id(game.movers[j].ranks) for j in whose))
        if key not in self._decided:
            self._decided[key] = concept.decide(game, i), game  # the game keeps its ranks, and so their ids
        return self._decided[key][0]

    def equilibria(self, concept: Concept, game: Game) -> Flags:
        """Return for each state whether it is stable for every party, shape (n_states,). Raises NotDefinedError."""
        result = np.ones(game.n_states, dtype=bool)
        for i in game.parties:
            result &= self.stable(concept, game, i)
        return result
