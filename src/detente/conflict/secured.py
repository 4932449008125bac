"""Elementary changes of what is possible: moves that are ruled out, restrictions that are lifted, guarantees given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from detente.conflict.conflict import Conflict
from detente.conflict.edits import Edit
from detente.conflict.elements import BlockedMove, Irreversibility, Merge
from detente.conflict.formula import And, Compare, Formula, Not
from detente.conflict.variant import without


@dataclass(frozen=True, kw_only=True)
class Bind(Edit):
    """The party cannot leave some states: its moves from them to others are blocked."""

    kind: ClassVar[str] = "bind"
    order: ClassVar[int] = 2
    that: Formula
    about: str

    def of(self, conflict: Conflict) -> Conflict:
        """Return the conflict with these moves blocked."""
        rule = BlockedMove(id=f"{self.dm} bound to {self.about}", by=self.dm, from_=self.that, to=Not(self.that))
        return replace(conflict, blocked_moves=(*conflict.blocked_moves, rule))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {**super().to_dict(), "while": self.about}


@dataclass(frozen=True, kw_only=True)
class Hold(Edit):
    """As long as some states are there, the party cannot change one of its options (by its full name)."""

    kind: ClassVar[str] = "hold"
    order: ClassVar[int] = 2
    option: str
    that: Formula
    about: str

    def of(self, conflict: Conflict) -> Conflict | None:
        """Return the conflict with these moves blocked."""
        if self.option not in conflict.options:
            return None
        rules = []
        for value in conflict.options[self.option].values:
            here = Compare(self.option, "=", value.id)
            name = f"{self.option} stays {value.id} in {self.about}"
            rules.append(BlockedMove(id=name, by=self.dm, from_=And((self.that, here)), to=Not(here)))
        return replace(conflict, blocked_moves=(*conflict.blocked_moves, *rules))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {**super().to_dict(), "option": self.option, "while": self.about}


@dataclass(frozen=True, kw_only=True)
class Fix(Edit):
    """An option becomes irreversible: its position among its values never falls (forward), or never rises."""

    kind: ClassVar[str] = "fix"
    order: ClassVar[int] = 2
    option: str
    direction: Literal["forward", "backward"]

    def of(self, conflict: Conflict) -> Conflict | None:
        """Return the conflict with the option irreversible; None where it is restricted already."""
        spec = conflict.options.get(self.option)
        if spec is None or spec.irreversible is not None:
            return None
        rule = Irreversibility(id=f"irreversible: {self.option}", option=self.option, direction=self.direction)
        makers = (
            replace(dm, options=tuple(replace(o, irreversible=rule) if o is spec else o for o in dm.options))
            if dm.id == self.dm
            else dm
            for dm in conflict.decision_makers
        )
        return replace(conflict, decision_makers=tuple(makers))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {**super().to_dict(), "option": self.option, "direction": self.direction}


@dataclass(frozen=True, kw_only=True)
class Lift(Edit):
    """A restriction no longer holds: what it ruled out is possible."""

    kind: ClassVar[str] = "lift"
    order: ClassVar[int] = 1
    premise: str

    def of(self, conflict: Conflict) -> Conflict | None:
        """Return the conflict without the restriction."""
        known = {p.id for p in conflict.all_premises() if not isinstance(p, Merge)}
        return without(conflict, [self.premise]) if self.premise in known else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {**super().to_dict(), "premise": self.premise}


@dataclass(frozen=True, kw_only=True)
class Offer(Edit):
    """A guarantee that the author names is given. It changes the text of the model, which is not read here."""

    kind: ClassVar[str] = "offer"
    guarantee: str

    def of(self, conflict: Conflict) -> Conflict:
        """Return the conflict as it is: the text has been changed before."""
        return conflict

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {**super().to_dict(), "guarantee": self.guarantee}
