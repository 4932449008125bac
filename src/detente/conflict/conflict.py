"""The conflict as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from detente.conflict.elements import (
    Assignment,
    BlockedMove,
    Coalition,
    DecisionMaker,
    FeasibleList,
    Force,
    GraphForm,
    Infeasibility,
    Limit,
    Merge,
    Option,
    Outcome,
    Premise,
    Prioritised,
    Reading,
    StateRef,
    Weights,
)
from detente.errors import Mark, UsageError, nearest_name


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A conflict as its author states it: who can do what, who wants what, what is possible.

    It holds no numbers of states and no verdicts; :class:`detente.graph.Graph` turns it into those.
    """

    title: str
    decision_makers: tuple[DecisionMaker, ...]
    because: str = ""
    source: str = ""
    infeasible: tuple[Infeasibility, ...] = ()
    feasible: FeasibleList | None = None
    limits: tuple[Limit, ...] = ()
    forces: tuple[Force, ...] = ()
    blocked_moves: tuple[BlockedMove, ...] = ()
    merge: tuple[Merge, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    classes: tuple[str, ...] = ()
    status_quo: Assignment | StateRef | None = None
    status_quo_where: Mark | None = field(default=None, compare=False, repr=False)
    nature: Literal["excluded", "included"] = "excluded"
    coalitions: tuple[Coalition, ...] = ()
    readings: tuple[Reading, ...] = ()
    graph_form: GraphForm | None = None
    notes: str = ""
    origin: str = field(default="model", compare=False, repr=False)
    text: str = field(default="", compare=False, repr=False)

    @cached_property
    def parties(self) -> tuple[DecisionMaker, ...]:
        """Decision makers with preferences, in order."""
        return tuple(dm for dm in self.decision_makers if dm.kind == "party")

    @cached_property
    def options(self) -> dict[str, Option]:
        """All options by full name (``dm.option``), in order: the first is the least significant digit."""
        return {f"{dm.id}.{option.id}": option for dm in self.decision_makers for option in dm.options}

    def owner(self, option: str) -> str:
        """Return the decision maker that owns the option with this full name."""
        return option.split(".", 1)[0]

    def decision_maker(self, name: str) -> DecisionMaker:
        """Return a decision maker by identifier. Raises UsageError, with the nearest name."""
        for item in self.decision_makers:
            if item.id == name:
                return item
        raise unknown("decision maker", name, [item.id for item in self.decision_makers])

    def reading(self, name: str) -> Reading:
        """Return a reading by identifier. Raises UsageError, with the nearest name."""
        for item in self.readings:
            if item.id == name:
                return item
        raise unknown("reading", name, [item.id for item in self.readings])

    def outcome(self, name: str) -> Outcome:
        """Return an outcome by identifier. Raises UsageError, with the nearest name."""
        for item in self.outcomes:
            if item.id == name:
                return item
        raise unknown("outcome", name, [item.id for item in self.outcomes])

    def premises(self) -> Iterator[Premise]:
        """Yield every premise once, in the order of the language: possibilities first, then preferences."""
        for dm in self.decision_makers:
            for option in dm.options:
                if option.irreversible is not None:
                    yield option.irreversible
        yield from self.infeasible
        if self.feasible is not None:
            yield self.feasible
        yield from self.limits
        yield from self.forces
        yield from self.blocked_moves
        yield from self.merge
        seen: set[str] = set()
        for dm in self.decision_makers:
            statements = list(dm.statements) + list(dm.principles)
            for lens in dm.lenses:
                if isinstance(lens.preference, Prioritised):
                    statements += [s for level in lens.preference.levels for s in level.statements]
                elif isinstance(lens.preference, Weights):
                    statements += [s for s, _ in lens.preference.terms]
            for statement in statements:
                if statement.id not in seen:
                    seen.add(statement.id)
                    yield statement

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what the model says, independent of layout and comments."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def unknown(kind: str, name: str, known: list[str]) -> UsageError:
    """Return the error for a name that does not exist."""
    near = nearest_name(name, known)
    hint = f"; did you mean {near!r}?" if near else f"; there are: {', '.join(known) or 'none'}"
    return UsageError(f"unknown {kind} {name!r}{hint}")
