"""The conflict in numbers: states, moves, ranks, and the game that stability is decided on."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.conflict.conflict import Conflict
from detente.conflict.elements import Force, Premise, StateRef
from detente.errors import Diagnostic, ModelError, UsageError, did_you_mean
from detente.graph.evaluate import Flags
from detente.graph.feasible import constraints
from detente.graph.movement import moves_of, settled
from detente.graph.moves import Moves
from detente.graph.preference import Ranks, ranks_of
from detente.graph.space import Space

_FEW_STATES = 1 << 16


class Graph:
    """A conflict's states and moves, and its ranks under any reading; computed when first asked for.

    Raises
    ------
    TooLargeError
        The states or moves would not fit in memory (checked before anything is allocated).
    ModelError
        The model contradicts itself; the message has the place.
    """

    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict
        self.space = Space(conflict)
        self._ranks: dict[tuple[str, str], Ranks] = {}
        self._outcomes: dict[str, Flags] = {}
        self._equal: dict[bytes, Ranks] = {}

    @property
    def n_states(self) -> int:
        """Number of states."""
        return self.space.n_states

    @cached_property
    def moves(self) -> tuple[Moves, ...]:
        """Moves of each decision maker, nature included, in the model's order."""
        return tuple(moves_of(self.space, dm) for dm in self.conflict.decision_makers)

    def ranks(self, dm: str, lens: str) -> Ranks:
        """Return the ranks of a party under a lens, shape (n_states,), dense, 1 is worst."""
        key = (dm, lens)
        if key not in self._ranks:
            party = self.conflict.decision_maker(dm)
            ranks = ranks_of(self.space, party, party.lens(lens))
            if self.n_states <= _FEW_STATES:  # equal ranks are one object, so that what follows from them is kept
                ranks = self._equal.setdefault(ranks.tobytes(), ranks)
            self._ranks[key] = ranks
        return self._ranks[key]

    def reading_ranks(self, reading: str) -> dict[str, Ranks]:
        """Return the ranks of every party under a reading."""
        return {dm: self.ranks(dm, lens) for dm, lens in self.conflict.lens_choice(reading).items()}

    def with_preferences(self, conflict: Conflict) -> Graph:
        """Return the graph of a conflict that differs from this one's in preferences only; states are shared.

        Ranks of decision makers that are the same object in both are kept.
        """
        result = Graph.__new__(Graph)
        result.conflict, result.space, result._outcomes = conflict, self.space, self._outcomes
        result._equal = self._equal
        for name in ("moves", "class_of", "status_quo"):
            if name in self.__dict__:
                result.__dict__[name] = self.__dict__[name]
        before = {dm.id: dm for dm in self.conflict.decision_makers}
        same = {dm.id for dm in conflict.decision_makers if dm is before[dm.id]}
        result._ranks = {key: ranks for key, ranks in self._ranks.items() if key[0] in same}
        return result

    def moves_under(self, conflict: Conflict, dm: str) -> Moves:
        """Return a decision maker's moves in a conflict that has the same states, and other moves of it perhaps."""
        space = copy(self.space)
        space.conflict = conflict
        return moves_of(space, conflict.decision_maker(dm))

    def with_moves(self, conflict: Conflict, moves: Mapping[str, Moves]) -> Graph:
        """Return the graph of a conflict that differs in preferences and in these decision makers' moves only."""
        result = self.with_preferences(conflict)
        makers = zip(conflict.decision_makers, self.moves, strict=True)
        result.__dict__["moves"] = tuple(moves.get(dm.id, own) for dm, own in makers)
        return result

    def bare(self) -> Graph:
        """Return the same states and moves without anything that follows from preferences."""
        result = self.with_preferences(self.conflict)
        result._ranks, result._equal = {}, {}
        return result

    def outcome(self, name: str) -> Flags:
        """Return for each state whether the outcome holds."""
        if name not in self._outcomes:
            outcome = self.conflict.outcome(name)
            self._outcomes[name] = self.space.evaluate(outcome.that, outcome, f"outcome {name!r}")
        return self._outcomes[name]

    @cached_property
    def outcomes_of(self) -> tuple[tuple[str, Flags], ...]:
        """All outcomes with their states."""
        return tuple((outcome.id, self.outcome(outcome.id)) for outcome in self.conflict.outcomes)

    @cached_property
    def class_of(self) -> NDArray[np.int32] | None:
        """Index into ``conflict.classes`` of each state. Raises ModelError when the classes do not partition."""
        classes = self.conflict.classes
        if not classes:
            return None
        result = np.full(self.n_states, -1, dtype=np.int32)
        for index, name in enumerate(classes):
            states = self.outcome(name)
            both = np.flatnonzero(states & (result >= 0))
            if len(both):
                other = classes[result[both[0]]]
                raise self._class_error(
                    f"{other!r} and {name!r} overlap in {len(both):,} states, such as", int(both[0])
                )
            result[states] = index
        left = np.flatnonzero(result < 0)
        if len(left):
            raise self._class_error(f"{len(left):,} of them belong to no class, such as", int(left[0]))
        return result

    def _class_error(self, message: str, state: int) -> ModelError:
        example = f"state {self.space.label(state)} ({self.describe(state)})"
        text = f"the classes do not partition the states: {message} {example}"
        found = Diagnostic(text, self.conflict.classes_where, "every state in exactly one class")
        return ModelError([found], self.conflict.origin, self.conflict.text)

    # -- naming states ----------------------------------------------------------------------------------------------

    def describe(self, state: int) -> str:
        """Return a state as the options taken in it."""
        taken = []
        for option, value in self.space.options_of(state).items():
            spec = self.conflict.options[option]
            if value is None:
                continue
            if spec.binary:
                taken += [option] if value == "yes" else []
            else:
                taken.append(f"{option} = {value}")
        return ", ".join(taken) or "nothing taken"

    def find_state(self, reference: str | int) -> int:
        """Return the state (from 0) with this number or label. Raises UsageError."""
        text = str(reference)
        if text in ("status_quo", "STATUS_QUO"):
            if self.status_quo is None:
                raise UsageError("the model states no status quo")
            return self.status_quo
        labelled = self.space.labelled(text)
        if labelled is not None:
            return labelled
        if text.isascii() and text.isdigit() and 1 <= int(text) <= self.n_states:
            return int(text) - 1
        form = self.conflict.graph_form
        hint = did_you_mean(text, [state.label for state in form.states]) if form else ""
        raise UsageError(f"there is no state {text!r}" + (hint or f"; expected a number from 1 to {self.n_states:,}"))

    def find_states(self, reference: str | int) -> Flags:
        """Return the states that a number, a label, an outcome or ``status_quo`` means. Raises UsageError."""
        text = str(reference)
        if text in {outcome.id for outcome in self.conflict.outcomes}:
            return self.outcome(text)
        result = np.zeros(self.n_states, dtype=bool)
        try:
            result[self.find_state(text)] = True
        except UsageError:
            names = [outcome.id for outcome in self.conflict.outcomes]
            hint = did_you_mean(text, names) or f" (outcomes: {', '.join(names) or 'none'})"
            raise UsageError(f"there is no state and no outcome {text!r}{hint}") from None
        return result

    @cached_property
    def status_quo(self) -> int | None:
        """The status quo as a state (from 0), or None. Raises ModelError when it is not a state."""
        given = self.conflict.status_quo
        if given is None:
            return None
        if isinstance(given, (int, str)):
            return self._referred(given)
        if self.conflict.graph_form is not None:
            found = self.space.matching(given)
            if len(found) != 1:
                raise self._status_quo_error(
                    f"the status quo fits {len(found)} of the listed states", "one state's label"
                )
            return found[0]
        code = self.space.coding.encode(self.conflict, given)
        state = self.space.state_from(code)
        if state < 0:
            raise self._status_quo_error(*self._why_infeasible(code))
        return state

    def _referred(self, given: StateRef) -> int:
        try:
            return self.find_state(given)
        except UsageError as error:
            raise self._status_quo_error(str(error), "") from None

    def _status_quo_error(self, message: str, expected: str) -> ModelError:
        mark = self.conflict.status_quo_where
        return ModelError([Diagnostic(message, mark, expected)], self.conflict.origin, self.conflict.text)

    def _why_infeasible(self, code: int) -> tuple[str, str]:
        codes = np.array([code], dtype=np.int64)
        for rule in constraints(self.conflict, self.space.coding):
            if not rule.allows(codes)[0]:
                return self._reason(rule.premise, codes)
        return "the status quo is not among the feasible states", "a state from 'feasible'"

    def _reason(self, premise: Premise, codes: NDArray[np.int64]) -> tuple[str, str]:
        if isinstance(premise, Force):
            after = settled(self.space, codes)
            state = self.space.state_from(int(after[0]))
            where = f"it ends in state {state + 1}" if state >= 0 else "what it ends in is not possible either"
            return f"the status quo does not come to rest: {premise.says()}", f"the state after that; {where}"
        return f"the status quo is ruled out: {premise.says()}", "a feasible state"
