"""The conflict as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Literal

from detente.conflict.choices import BlockChoice, Range, RuleChoice
from detente.conflict.claims import Agreement, Claim
from detente.conflict.elements import (
    Assignment,
    BlockedMove,
    Coalition,
    DecisionMaker,
    FeasibleList,
    Force,
    GraphForm,
    Guarantee,
    Infeasibility,
    Limit,
    Merge,
    Option,
    Outcome,
    Premise,
    Reading,
    Statement,
    StateRef,
    Variant,
)
from detente.conflict.phase import Phase
from detente.conflict.purpose import Observed
from detente.conflict.relations import Outsider, Relation
from detente.conflict.views import Observer, View
from detente.errors import Mark, UsageError, did_you_mean


@dataclass(frozen=True, kw_only=True, repr=False)
class Conflict:
    """A conflict as its author states it: who can do what, who wants what, what is possible.

    ``statements`` are those with identities that stand outside any decision maker, for several to share.
    Without ``readings`` there is one per lens name, in which who lacks that lens uses its first.

    It holds no numbers of states and no verdicts; :class:`detente.graph.Graph` turns it into those.
    """

    title: str
    decision_makers: tuple[DecisionMaker, ...]
    because: str = ""
    source: str = ""
    statements: tuple[Statement, ...] = ()
    infeasible: tuple[Infeasibility, ...] = ()
    feasible: FeasibleList | None = None
    limits: tuple[Limit, ...] = ()
    forces: tuple[Force, ...] = ()
    blocked_moves: tuple[BlockedMove, ...] = ()
    merge: tuple[Merge, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    classes: tuple[str, ...] = ()
    classes_where: Mark | None = field(default=None, compare=False, repr=False)
    status_quo: Assignment | StateRef | None = None
    status_quo_where: Mark | None = field(default=None, compare=False, repr=False)
    nature: Literal["excluded", "included"] = "excluded"
    coalitions: tuple[Coalition, ...] = ()
    readings: tuple[Reading, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    guarantees: tuple[Guarantee, ...] = ()
    phases: tuple[Phase, ...] = ()
    observed: Observed | None = None
    claims: tuple[Claim, ...] = ()
    observers: tuple[Observer, ...] = ()
    views: tuple[View, ...] = ()
    outsiders: tuple[Outsider, ...] = ()
    relations: tuple[Relation, ...] = ()
    variants: tuple[Variant, ...] = ()
    rule_choices: tuple[RuleChoice, ...] = ()
    ranges: tuple[Range, ...] = ()
    alternatives: tuple[BlockChoice, ...] = ()
    graph_form: GraphForm | None = None
    notes: str = ""
    origin: str = field(default="model", compare=False, repr=False)
    text: str = field(default="", compare=False, repr=False)
    document: object = field(default=None, compare=False, repr=False)
    """What it was built from, where there are alternatives: they are changes of it."""

    def __post_init__(self) -> None:
        if all(reading.implied for reading in self.readings):
            object.__setattr__(self, "readings", _one_per_lens(self.parties))

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

    def phase(self, name: str) -> Phase:
        """Return a phase by identifier. Raises UsageError, with the nearest name."""
        for item in self.phases:
            if item.id == name:
                return item
        raise unknown("phase", name, [item.id for item in self.phases])

    def lens_choice(self, reading: str) -> dict[str, str]:
        """Return the lens of every party under a reading; who is not mentioned in it uses its first."""
        chosen = dict(self.reading(reading).lenses)
        return {dm.id: chosen.get(dm.id, dm.lenses[0].id) for dm in self.parties}

    def outcome(self, name: str) -> Outcome:
        """Return an outcome by identifier. Raises UsageError, with the nearest name."""
        for item in self.outcomes:
            if item.id == name:
                return item
        raise unknown("outcome", name, [item.id for item in self.outcomes])

    @property
    def reported(self) -> tuple[str, ...]:
        """The outcomes that answers speak of: the classes, or all outcomes where there are none."""
        return self.classes or tuple(outcome.id for outcome in self.outcomes)

    def premises(self) -> Iterator[Premise]:
        """Yield every premise once, in the order of the language: possibilities first, then preferences."""
        seen: set[str] = set()
        for premise in self.all_premises():
            if premise.id not in seen:
                seen.add(premise.id)
                yield premise

    def all_premises(self) -> Iterator[Premise]:
        """Yield every premise at each place where it stands."""
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
        yield from self.statements
        for dm in self.decision_makers:
            yield from dm.statements
            yield from dm.principles
            for lens in dm.lenses:
                yield from lens.statements
        yield from self.relations

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what the model says, independent of layout and comments."""
        parts = ", ".join(f"{item.name}={getattr(self, item.name)!r}" for item in fields(self) if item.repr)
        return hashlib.sha256(f"Conflict({parts})".encode()).hexdigest()

    def __repr__(self) -> str:
        counts = f"{len(self.parties)} decision makers"
        if len(self.parties) < len(self.decision_makers):
            counts += " and nature"
        readings = ", ".join(reading.id for reading in self.readings)
        return f"<Conflict {self.title[:60]!r}: {counts}, {len(self.options)} options, readings {readings}>"

    def _repr_html_(self) -> str:
        from detente.report.html import conflict_html

        return conflict_html(self)


def unknown(kind: str, name: str, known: list[str]) -> UsageError:
    """Return the error for a name that does not exist."""
    hint = did_you_mean(name, known) or f"; there are: {', '.join(known) or 'none'}"
    return UsageError(f"unknown {kind} {name!r}{hint}")


def _one_per_lens(parties: tuple[DecisionMaker, ...]) -> tuple[Reading, ...]:
    """Return one reading per lens name; the lens of plain ``preferences`` names one only where nothing else does."""
    names = list(dict.fromkeys(name for dm in parties for name in dm.lens_names))
    if any(dm.lens_names != ("default",) for dm in parties):
        plain = (
            {"default"}
            if all(dm.lens_names == ("default",) or "default" not in dm.lens_names for dm in parties)
            else set()
        )
        names = [name for name in names if name not in plain]
    return tuple(
        Reading(
            id=name,
            lenses=tuple((dm.id, name if name in dm.lens_names else dm.lens_names[0]) for dm in parties),
            implied=True,
        )
        for name in names
    )
