"""Elementary changes of a conflict, and those of what one party wants; see :mod:`detente.conflict.secured` too.

An edit says one thing that would be different. It is of the model as written: of what is open, the first. A set of
edits is applied in a fixed order (:func:`edited`), so that it makes one conflict: what is added or lifted first, then
restrictions, then places in lists, then what is given up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from detente.conflict.conflict import Conflict
from detente.conflict.elements import (
    DecisionMaker,
    Lens,
    Level,
    Prioritised,
    Ranking,
    Statement,
    StateRef,
)
from detente.conflict.variant import changed_lens

PRINCIPLES = ""
"""Stands for the list of principles where a lens is named otherwise."""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One elementary change.

    ``dm`` is the party that it changes, empty where it changes none. ``far`` says how many places of a list a
    statement goes up (above 0) or down (below 0): of edits that differ in nothing else, the one that goes less far is
    the smaller.
    """

    kind: ClassVar[str] = ""
    order: ClassVar[int] = 0
    dm: str = ""
    far: int = 0

    def of(self, conflict: Conflict) -> Conflict | None:
        """Return the conflict with this change; None where it has no object there."""
        raise TypeError(f"{type(self).__name__} changes nothing")

    @property
    def family(self) -> tuple[object, ...]:
        """What it has in common with edits that only go further, or less far."""
        return (self,)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"kind": self.kind, **({"decision_maker": self.dm} if self.dm else {})}


# -- what a party wants ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Wanted(Edit):
    """A change of what one party wants."""

    def of(self, conflict: Conflict) -> Conflict | None:
        """Return the conflict with this change; None where it has no object there."""
        party = conflict.decision_maker(self.dm)
        changed = self.party(party)
        if changed is None:
            return None
        makers = (changed if dm is party else dm for dm in conflict.decision_makers)
        return replace(conflict, decision_makers=tuple(makers))

    def party(self, party: DecisionMaker) -> DecisionMaker | None:
        """Return the party with this change; None where it has no object there."""
        raise TypeError(f"{type(self).__name__} changes nothing")


@dataclass(frozen=True, kw_only=True)
class GiveUp(Wanted):
    """The party no longer wants a statement: it goes from its principles and from all of its lenses."""

    kind: ClassVar[str] = "give_up"
    order: ClassVar[int] = 4
    statement: str

    def party(self, party: DecisionMaker) -> DecisionMaker | None:
        """Return the party without the statement."""

        def kept(some: tuple[Statement, ...]) -> tuple[Statement, ...]:
            return tuple(s for s in some if s.id != self.statement)

        lenses = tuple(changed_lens(lens, kept) for lens in party.lenses)
        changed = replace(party, principles=kept(party.principles), lenses=lenses)
        return None if changed == party else replace(changed, principle_choices=())

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {**super().to_dict(), "statement": self.statement}


@dataclass(frozen=True, kw_only=True)
class Placed(Wanted):
    """A statement gets a place of its own in a list: directly above the level that begins with ``above``.

    ``lens`` is empty for the principles, ``above`` is empty for the last place; ``below`` is what is then directly
    above it, for words.
    """

    order: ClassVar[int] = 3
    lens: str
    statement: str
    above: str = ""
    below: str = ""

    @property
    def family(self) -> tuple[object, ...]:
        """What it has in common with edits that only go further, or less far."""
        return (self.kind, self.dm, self.lens, self.statement, self.far > 0)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            **super().to_dict(),
            "lens": self.lens or None,
            "statement": self.statement,
            "above": self.above or None,
            "below": self.below or None,
        }


@dataclass(frozen=True, kw_only=True)
class Rank(Placed):
    """A statement of a list goes to another place of the same list."""

    kind: ClassVar[str] = "rank"

    def party(self, party: DecisionMaker) -> DecisionMaker | None:
        """Return the party with the statement at its new place."""
        found = _statement(party, self.lens, self.statement)
        if found is None:
            return None
        return _placed(party, self.lens, _left(party, self.lens, self.statement), found, self.above)


@dataclass(frozen=True, kw_only=True)
class TakeUp(Placed):
    """The party takes up a statement that is not in the list: a candidate aim of its own, or a declared statement."""

    kind: ClassVar[str] = "take_up"
    what: Statement

    def party(self, party: DecisionMaker) -> DecisionMaker | None:
        """Return the party with the statement at its place."""
        if self.statement in _listed(party, self.lens):
            return None
        return _placed(party, self.lens, _levels(party, self.lens), self.what, self.above)


@dataclass(frozen=True, kw_only=True)
class Promote(Placed):
    """A statement of some lens becomes a principle, and so stands above every lens."""

    kind: ClassVar[str] = "promote"

    def party(self, party: DecisionMaker) -> DecisionMaker | None:
        """Return the party with the statement among its principles, and in no lens any more."""
        found = [s for lens in party.lens_names if (s := _statement(party, lens, self.statement)) is not None]
        if not found or self.statement in _listed(party, PRINCIPLES):
            return None
        for lens in party.lens_names:
            if self.statement in _listed(party, lens):
                party = _put(party, lens, _left(party, lens, self.statement))
        return _placed(party, PRINCIPLES, _levels(party, PRINCIPLES), found[0], self.above)


@dataclass(frozen=True, kw_only=True)
class Demote(Placed):
    """The last principle goes into a lens, below some of its statements; under other lenses it stays first."""

    kind: ClassVar[str] = "demote"

    def party(self, party: DecisionMaker) -> DecisionMaker | None:
        """Return the party with the principle as a statement of its lenses."""
        if not party.principles or party.principles[-1].id != self.statement:
            return None
        what = party.principles[-1]
        changed: DecisionMaker | None = _put(party, PRINCIPLES, _levels(party, PRINCIPLES)[:-1])
        for lens in party.lens_names:
            assert changed is not None
            left = _left(changed, lens, self.statement)
            above = self.above if lens == self.lens else (left[0].statements[0].id if left else "")
            changed = _placed(changed, lens, left, what, above)
            if changed is None:
                return None
        return changed


@dataclass(frozen=True, kw_only=True)
class Move(Wanted):
    """A state or outcome of a direct ranking goes to a place of its own: directly above the class of ``above``."""

    kind: ClassVar[str] = "move"
    order: ClassVar[int] = 3
    lens: str
    state: StateRef
    above: StateRef | None = None
    below: StateRef | None = None

    @property
    def family(self) -> tuple[object, ...]:
        """What it has in common with edits that only go further, or less far."""
        return (self.kind, self.dm, self.lens, self.state, self.far > 0)

    def party(self, party: DecisionMaker) -> DecisionMaker | None:
        """Return the party with the state at its new place."""
        lens = party.lens(self.lens)
        if not isinstance(lens.preference, Ranking):
            return None
        left = [tuple(s for s in tier if s != self.state) for tier in lens.preference.classes]
        left = [tier for tier in left if tier]
        place = len(left) if self.above is None else next((k for k, t in enumerate(left) if self.above in t), -1)
        if place < 0:
            return None
        left.insert(place, (self.state,))
        return _with_lens(party, replace(lens, preference=Ranking(tuple(left))))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            **super().to_dict(),
            "lens": self.lens,
            "state": self.state,
            "above": self.above,
            "below": self.below,
        }


def edited(conflict: Conflict, edits: Iterable[Edit]) -> Conflict | None:
    """Return the conflict with a set of edits, in their order of kinds; None where one of them has no object."""
    result: Conflict | None = conflict
    for edit in sorted(edits, key=lambda item: item.order):
        if result is None:
            return None
        result = edit.of(result)
    return result


# -- lists of statements --------------------------------------------------------------------------------------------


def _levels(party: DecisionMaker, place: str) -> tuple[Level, ...]:
    """Return the levels of a list: the principles, or what a lens lists itself."""
    if place == PRINCIPLES:
        return tuple(Level((s,)) for s in party.principles)
    preference = party.lens(place).preference
    return preference.levels if isinstance(preference, Prioritised) else ()


def _listed(party: DecisionMaker, place: str) -> set[str]:
    statements = party.principles if place == PRINCIPLES else party.lens(place).statements
    return {s.id for s in statements}


def _statement(party: DecisionMaker, place: str, name: str) -> Statement | None:
    statements = party.principles if place == PRINCIPLES else party.lens(place).statements
    return next((s for s in statements if s.id == name), None)


def _left(party: DecisionMaker, place: str, name: str) -> tuple[Level, ...]:
    """Return a list without a statement."""
    kept = (Level(tuple(s for s in v.statements if s.id != name), v.any_order) for v in _levels(party, place))
    return tuple(level for level in kept if level.statements)


def _put(party: DecisionMaker, place: str, levels: tuple[Level, ...]) -> DecisionMaker:
    """Return the party with another list."""
    if place == PRINCIPLES:
        return replace(party, principles=tuple(s for level in levels for s in level.statements), principle_choices=())
    lens = party.lens(place)
    return _with_lens(party, replace(lens, preference=Prioritised(levels)))


def _placed(
    party: DecisionMaker, place: str, levels: tuple[Level, ...], what: Statement, above: str
) -> DecisionMaker | None:
    """Return the party with a statement put into a list at a place; None where there is no such place."""
    if place != PRINCIPLES and not isinstance(party.lens(place).preference, Prioritised):
        return None
    at = len(levels) if not above else next((k for k, v in enumerate(levels) if v.statements[0].id == above), -1)
    return None if at < 0 else _put(party, place, (*levels[:at], Level((what,)), *levels[at:]))


def _with_lens(party: DecisionMaker, changed: Lens) -> DecisionMaker:
    return replace(party, lenses=tuple(changed if lens.id == changed.id else lens for lens in party.lenses))
