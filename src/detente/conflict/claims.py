"""What an author says follows from the premises: sentences, each with a check that can be run.

A check names states by formulas. Which readings and solution concepts it is asked under is the claim's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from detente.conflict.elements import Element
from detente.conflict.formula import Formula
from detente.errors import Mark

Durability: TypeAlias = Literal["lasting", "brittle", "shifting", "provisional", "latent", "conditional", "untenable"]


@dataclass(frozen=True, slots=True)
class Holds:
    """Some state of it is an equilibrium; ``negated``: none is."""

    that: Formula
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Stays:
    """Its states are stable for a party (``unstable``: are not): every one, or with ``every`` false some."""

    that: Formula
    dm: str
    unstable: bool = False
    every: bool = True


@dataclass(frozen=True, slots=True)
class Reaches:
    """A legal sequence leads from ``start`` (the status quo by default) to it; ``negated``: none does.

    ``by`` is ``moves`` (anybody's legal moves), ``improvements`` (anybody's), or the parties whose improvements count.
    With ``joint`` the joint improvements of the parties to each agreement are steps as well.
    """

    that: Formula
    start: Formula | None = None
    by: Literal["moves", "improvements"] | tuple[str, ...] = "improvements"
    joint: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Endures:
    """It has one of these durabilities, given the readings that stand for now and later."""

    that: Formula
    kinds: tuple[Durability, ...]
    now: str = "tactical"
    later: str = "strategic"


@dataclass(frozen=True, slots=True)
class Blocked:
    """In every state of it one of these parties has, alone, an unsanctioned improvement that leaves it."""

    that: Formula
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evolves:
    """Where play by improvements ends up; ``avoidable`` and ``unavoidable`` are said of the parties ``by``."""

    kind: Literal["inevitable", "certain", "avoidable", "unavoidable"]
    that: Formula
    start: Formula | None = None
    by: tuple[str, ...] = ()
    best: bool = False
    joint: bool = False
    nature: bool = True


@dataclass(frozen=True, slots=True)
class Prefers:
    """A party prefers every state of ``this`` to every state of ``over``; without ``every`` the best to the best."""

    dm: str
    this: Formula
    over: Formula
    every: bool = True


@dataclass(frozen=True, slots=True)
class Improves:
    """From every state of ``start`` (the status quo by default) these parties have a joint improvement to ``to``."""

    members: tuple[str, ...]
    to: Formula
    start: Formula | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Whether it can hold differs between two readings, or two phases; ``negated``: it does not differ."""

    that: Formula
    between: tuple[str, str]
    negated: bool = False
    phases: bool = False


@dataclass(frozen=True, slots=True)
class Sides:
    """How the signed relations divide the nodes: these on one side, those (if any) on the other.

    ``at`` is a date as the author writes it; empty: the last.
    """

    together: tuple[str, ...]
    against: tuple[str, ...] = ()
    at: str = ""


Check: TypeAlias = Holds | Stays | Reaches | Endures | Blocked | Evolves | Prefers | Improves | Changes | Sides


def parties_of(check: Check) -> tuple[str, ...]:
    """Return the decision makers that a check names."""
    match check:
        case Stays() | Prefers():
            return (check.dm,)
        case Blocked() | Evolves():
            return check.by
        case Reaches():
            return check.by if isinstance(check.by, tuple) else ()
        case Improves():
            return check.members
    return ()


@dataclass(frozen=True, kw_only=True)
class Claim(Element):
    """A sentence and its check.

    Attributes
    ----------
    says : str
    check : Check
    readings : tuple of str
        None: every one of the model.
    concepts : tuple of str
        None: SEQ.
    phases : tuple of str
        None: the conflict as a whole.
    views : tuple of str
        Those in whose eyes it is asked, so that it says what they believe. None: in truth.
    concepts_at : tuple of Mark or None
        Where the concepts are written; not compared.
    """

    says: str
    check: Check
    readings: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    concepts_at: tuple[Mark | None, ...] = field(default=(), compare=False, repr=False)

    def where_concept(self, key: str) -> Mark | None:
        """Return where one of its concepts is written, or the claim."""
        return dict(zip(self.concepts, self.concepts_at, strict=False)).get(key) or self.where


@dataclass(frozen=True, kw_only=True)
class Agreement(Element):
    """A text that binds when its parties have signed: made by a joint step, broken by a single one.

    ``withdrawal`` names who may end it alone, and ``revocable`` whether anybody can, as the author says; ``None``:
    nothing is said. What the moves of the model allow is computed.
    """

    parties: tuple[str, ...]
    in_force: Formula
    withdrawal: tuple[str, ...] | None = None
    revocable: bool | None = None
