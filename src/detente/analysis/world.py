"""One version of a model with everything that checks ask of it, worked out once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detente.analysis.durability import Durability, durability
from detente.analysis.reach import Reach
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Element
from detente.conflict.formula import Formula
from detente.errors import Diagnostic, ModelError
from detente.graph.evaluate import Flags
from detente.graph.graph import Graph
from detente.stability.concept import Concept, NotDefinedError
from detente.stability.decider import Decider
from detente.stability.game import Game, Sanctions, Values


class World:
    """A conflict's states, games and verdicts, for checks to ask.

    Parameters
    ----------
    conflict : Conflict
    sanctions : {"legal", "once_each", "single"}
    decider : Decider, optional
        When it exists already.
    """

    def __init__(self, conflict: Conflict, sanctions: Sanctions = "legal", *, decider: Decider | None = None) -> None:
        self.conflict, self.sanctions = conflict, sanctions
        self.decider = decider or Decider(Graph(conflict), sanctions)
        self._flags: dict[Formula, Flags] = {}
        self._unmet: dict[tuple[object, ...], tuple[Values, Game]] = {}
        self._durability: dict[tuple[str, str, str], Durability] = {}
        self._reached: dict[tuple[object, ...], Reach] = {}

    def with_preferences(self, conflict: Conflict) -> World:
        """Return the world of a conflict that differs in preferences only; what stays the same is shared."""
        result = World(conflict, self.sanctions, decider=self.decider.variant(conflict))
        result._flags, result._unmet = self._flags, self._unmet
        return result

    @property
    def graph(self) -> Graph:
        """The states."""
        return self.decider.graph

    def flags(self, formula: Formula) -> Flags:
        """Return for each state whether the formula is true in it."""
        if formula not in self._flags:
            self._flags[formula] = self.graph.space.evaluate(formula, None, f"the formula {formula.text()!r}")
        return self._flags[formula]

    def start(self, formula: Formula | None, about: Element) -> list[int]:
        """Return the states that a check begins from: the formula's, or else the status quo. Raises ModelError."""
        if formula is not None:
            return np.flatnonzero(self.flags(formula)).tolist()
        if self.graph.status_quo is None:
            raise self.error(about, "the model states no status quo to begin from", "'status_quo:', or 'from:' here")
        return [self.graph.status_quo]

    def error(self, about: Element, message: str, expected: str = "") -> ModelError:
        """Return an error at the place of an element."""
        found = Diagnostic(f"{about.id}: {message}", about.where, expected)
        return ModelError([found], self.conflict.origin, self.conflict.text)

    def game(self, reading: str) -> Game:
        """Return the game under a reading."""
        return self.decider.game(self.conflict.lens_choice(reading))

    def lenses(self, reading: str) -> Mapping[str, str]:
        """Return the lens of each party under a reading."""
        return self.conflict.lens_choice(reading)

    def equilibria(self, concept: Concept, reading: str) -> Flags:
        """Return for each state whether it is an equilibrium."""
        return self.decider.equilibria(concept, self.game(reading))

    def unmet(self, concept: Concept, game: Game, i: int) -> Values:
        """Return what party i can be sure of after improving to each state, shape (n_states,).

        An improvement from s to t is unsanctioned when this value of t is above i's rank of s.

        Raises
        ------
        NotDefinedError
            The concept does not judge improvements one by one by their worst consequence (SIM does not).
        """
        if concept.worst is None:
            raise NotDefinedError(f"{concept.name} does not judge improvements by the worst that follows")
        whose = (i,) if concept.own_ranks_only else game.parties
        key = (concept.id, i, *(id(game.movers[j].ranks) for j in whose))
        if key not in self._unmet:
            self._unmet[key] = np.minimum(concept.worst(game, i), game.ranks(i)), game
        return self._unmet[key][0]

    def reach(self, game: Game, start: int, movers: tuple[int, ...], *, improving: bool) -> Reach:
        """Return what legal sequences of these movers lead to from a state."""
        key = (start, movers, improving, *(id(game.movers[j].ranks) for j in movers if improving))
        if key not in self._reached:
            self._reached[key] = Reach(game, start, movers, improving=improving)
        return self._reached[key]

    def durability(self, concept: str, now: str, later: str) -> Durability:
        """Return the durability of all states, over the readings of the model."""
        key = (concept, now, later)
        if key not in self._durability:
            self._durability[key] = durability(
                self.conflict, concepts=[concept], now=now, later=later, decider=self.decider
            )
        return self._durability[key]
