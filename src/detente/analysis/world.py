"""One version of a model with everything that checks ask of it, worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.analysis.durability import durability_of, kinds_of
from detente.analysis.reach import Move
from detente.analysis.search import Search
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Element, Option
from detente.conflict.formula import Formula
from detente.conflict.views import at_first
from detente.errors import Diagnostic, ModelError
from detente.graph.evaluate import Flags
from detente.graph.graph import Graph
from detente.stability.concept import Concept, NotDefinedError
from detente.stability.decider import Decider
from detente.stability.game import Game, Sanctions, Values
from detente.stability.numpy_steps import LOW

if TYPE_CHECKING:
    from detente.analysis.sight import Sight
    from detente.conflict.phase import Phase

FEW_STATES = 1 << 16
"""Up to so many states, worlds that differ in preferences share all that is worked out."""


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
        self._games: dict[str, Game] = {}
        self._ranks: dict[str | None, tuple[tuple[int, ...], list[Game]]] = {}
        self._flags: dict[Formula, Flags] = {}
        self._unmet: dict[tuple[object, ...], tuple[Values, Game]] = {}
        self.kept: dict[tuple[object, ...], Any] = {}
        """Answers by question and the ranks they follow from, for worlds that differ in preferences only."""
        self.before: World | None = None
        """The world that this one has its states from."""
        self.whole: World | None = None
        """The world that this one is a phase of, or a view of; see :mod:`detente.analysis.places`."""
        self.phase: Phase | None = None
        self.sight: Sight | None = None
        self.places: dict[tuple[str, str], World] = {}
        self.begin_at: dict[str, list[int]] = {}

    def with_preferences(self, conflict: Conflict) -> World:
        """Return the world of a conflict that differs in preferences only; what stays the same is shared.

        Of very many states only the states themselves are: what many worlds worked out would fill the memory.
        """
        if self.graph.n_states > FEW_STATES:
            decider = Decider(self.graph.with_preferences(conflict), self.sanctions)
            result = World(conflict, self.sanctions, decider=decider)
        else:
            result = World(conflict, self.sanctions, decider=self.decider.variant(conflict))
            result._flags, result._unmet, result.kept = self._flags, self._unmet, self.kept
        result.before = self.before or self
        return result

    def renewed(self) -> World:
        """Return the same world with nothing worked out but its states and moves, so that memory is given back."""
        return World(self.conflict, self.sanctions, decider=Decider(self.graph.bare(), self.sanctions))

    @property
    def graph(self) -> Graph:
        """The states."""
        return self.decider.graph

    @property
    def nature_moves(self) -> bool:
        """Whether nature moves here."""
        return self.phase is None or self.phase.nature

    def flags(self, formula: Formula) -> Flags:
        """Return for each state whether the formula is true in it.

        An option that nobody has here, since it is not known of or imagined by others, is at its first value.
        """
        if gone := formula.options() - self.conflict.options.keys():
            formula = at_first(lambda name: self._option(name) if name in gone else None)(formula)
        if formula not in self._flags:
            self._flags[formula] = self.graph.space.evaluate(formula, None, f"the formula {formula.text()!r}")
        return self._flags[formula]

    def _option(self, name: str) -> Option:
        """Return an option as it is in truth; one that is imagined is a yes/no option."""
        true = self.conflict if self.whole is None else self.whole.conflict
        return true.options.get(name) or Option(id=name)

    def error(self, about: Element, message: str, expected: str = "") -> ModelError:
        """Return an error at the place of an element."""
        found = Diagnostic(f"{about.id}: {message}", about.where, expected)
        return ModelError([found], self.conflict.origin, self.conflict.text)

    def game(self, reading: str) -> Game:
        """Return the game under a reading."""
        if reading not in self._games:
            self._games[reading] = self.decider.game(self.conflict.lens_choice(reading))
        return self._games[reading]

    def ranks_under(self, reading: str | None) -> tuple[tuple[int, ...], list[Game]]:
        """Return the ids of all ranks under a reading (None: under each), and the games that keep them."""
        if reading not in self._ranks:
            games = [self.game(name) for name in ([reading] if reading else [r.id for r in self.conflict.readings])]
            self._ranks[reading] = tuple(id(mover.ranks) for game in games for mover in game.movers), games
        return self._ranks[reading]

    def equilibria(self, concept: Concept, reading: str, among: Flags) -> Flags:
        """Return which of some states are equilibria."""
        return self.decider.equilibria(concept, self.game(reading), among)

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

    def left_by(self, concept: Concept, game: Game, i: int, states: Flags) -> Flags:
        """Return which of some states party i can leave for another by an improvement that nothing meets.

        Raises NotDefinedError as :meth:`unmet` does.
        """
        elsewhere = np.where(states, LOW, self.unmet(concept, game, i))
        result: Flags = states & (game.step(i, improving=False).highest(elsewhere) > game.ranks(i))
        return result

    def left_by_own_ranks(self, concept: Concept, game: Game, i: int, that: Formula) -> Flags:
        """Return :meth:`left_by` for the states of a formula and a concept that counts i's ranks only; kept."""
        key = "left", concept.id, i, id(game.movers[i].ranks), that
        if key not in self.kept:
            self.kept[key] = self.left_by(concept, game, i, self.flags(that)), game  # which keeps the id i's
        found: Flags = self.kept[key][0]
        return found

    def way(
        self, game: Game, start: int, movers: Sequence[int], goal: Flags, *, improving: bool
    ) -> tuple[int, list[Move]] | None:
        """Return the goal state nearest by legal sequences of these movers, and a shortest path to it; None: no way."""
        search = Search(game, start, movers, improving=improving, sequences="legal")
        if not goal.any():
            return None
        for states in search.levels():
            there = states[goal[states]]
            if len(there):
                return int(there[0]), search.path(int(there[0]))
        return None

    def durability(self, concept: Concept, now: str, later: str, states: Flags) -> tuple[str, int | None]:
        """Return the durability of a set of states over the readings of the model, and one of them that has it."""
        readings = [reading.id for reading in self.conflict.readings]
        held = np.stack([self.equilibria(concept, reading, states) for reading in readings])
        kinds = kinds_of(held, *(readings.index(self.conflict.reading(name).id) for name in (now, later)))
        return durability_of(kinds, states)
