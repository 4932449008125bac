"""What a model leaves open among several: which statements stand in a place, which rules, which number, which block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from detente.conflict.elements import (
    DecisionMaker,
    Element,
    Infeasibility,
    Lens,
    Level,
    Premise,
    Prioritised,
    Statement,
    number_text,
)

if TYPE_CHECKING:
    from detente.conflict.conflict import Conflict

RuleKind: TypeAlias = Literal["infeasible", "limits", "forces", "blocked_moves"]
RULE_KINDS: tuple[RuleKind, ...] = ("infeasible", "limits", "forces", "blocked_moves")
MOST_ORDERED = 5
"""So many statements in any order have 120 orders."""


@dataclass(frozen=True, kw_only=True)
class Choice(Element):
    """One of several things stands in a place; ``shares`` say in what share of worlds each, and add up to 1."""

    shares: tuple[Fraction, ...]


@dataclass(frozen=True, kw_only=True)
class StatementChoice(Choice):
    """Statements that may stand in a list of preferences, one below the other; the first are those as written."""

    alternatives: tuple[tuple[Level, ...], ...]

    def words(self, place: int) -> str:
        """Return an alternative as it is written."""
        levels = ([s.says() for s in level.statements] for level in self.alternatives[place])
        return ", ".join(said[0] if len(said) == 1 else f"[{', '.join(said)}]" for said in levels)


@dataclass(frozen=True, kw_only=True)
class RuleChoice(Choice):
    """Rules that may stand in a list of the model; the first are those as written."""

    kind: RuleKind
    alternatives: tuple[tuple[Premise, ...], ...]

    def words(self, place: int) -> str:
        """Return what the rules of an alternative say."""
        rules = self.alternatives[place]
        return "; ".join(rule.that.text() if isinstance(rule, Infeasibility) else rule.says() for rule in rules)


@dataclass(frozen=True, kw_only=True)
class Range(Element):
    """A number of the model that may be any of several.

    Attributes
    ----------
    place : tuple of str
        ``("value", option, value)``, ``("at_most", limit)``, ``("at_least", limit)``, ``("sum", limit, option)``,
        ``("weight", party, lens, position)`` or ``("utility", party, lens, state)``.
    low, high, step, usual : Fraction
        ``usual`` is the number as the model stands.
    """

    place: tuple[str, ...]
    low: Fraction
    high: Fraction
    step: Fraction
    usual: Fraction

    @property
    def middle(self) -> Fraction:
        """The number in the middle, the lower of two: the usual one where nothing else is said."""
        return self.numbers[(len(self.numbers) - 1) // 2]

    @property
    def numbers(self) -> tuple[Fraction, ...]:
        """The numbers, lowest first."""
        return tuple(self.low + k * self.step for k in range(int((self.high - self.low) / self.step) + 1))

    def says(self) -> str:
        """Return the range in words."""
        by = "" if self.step == 1 else f" in steps of {number_text(self.step)}"
        return f"from {number_text(self.low)} to {number_text(self.high)}{by}"


@dataclass(frozen=True, kw_only=True)
class Alternative(Element):
    """A part of the model otherwise than it is written: ``changes`` are a merge patch (RFC 7396) of the file's data.

    They are not compared: they depend on how the file is written. What is compared is ``digest``, that of the model
    with this alternative alone and no title.
    """

    digest: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class BlockChoice(Choice):
    """The model as written, or with one of these parts otherwise."""

    alternatives: tuple[Alternative, ...]

    def words(self, place: int) -> str:
        """Return what an alternative is called; 0 is the model as written."""
        return self.alternatives[place - 1].label if place else "as written"


def order_id(dm: str, level: Level) -> str:
    """Return the identity of an uncertain order: the one written, or else one made from its statements."""
    if level.about is not None and level.about.id:
        return level.about.id
    return f"{dm}: any order of {', '.join(own_name(dm, s) for s in level.statements)}"


def choice_id(choice: StatementChoice | RuleChoice, dm: str = "") -> str:
    """Return the identity that is made from what the alternatives say, where none is written."""
    said = " / ".join(choice.words(k) for k in range(len(choice.alternatives)))
    return f"{dm}: one of {said}" if dm else f"one of {said}"


def equal_shares(n: int) -> tuple[Fraction, ...]:
    """Return the shares of n alternatives of which nothing else is said."""
    return (Fraction(1, max(1, n)),) * n


def own_name(dm: str, statement: Statement) -> str:
    """Return a statement's identity without the party's."""
    return statement.id.removeprefix(f"{dm}.").removeprefix(f"{dm}: ")


def places_in(dm: DecisionMaker) -> Iterator[tuple[Lens | None, Level | StatementChoice]]:
    """Yield what is open in a party's principles (no lens) and lenses: orders of levels, choices of statements."""
    for item in dm.principle_choices:
        yield None, item
    for lens in dm.lenses:
        if isinstance(lens.preference, Prioritised):
            seen: set[str] = set()
            for level in lens.preference.levels:
                if isinstance(level.about, StatementChoice):
                    if level.about.id not in seen:
                        seen.add(level.about.id)
                        yield lens, level.about
                elif level.any_order:
                    yield lens, level


def open_rules(conflict: Conflict) -> frozenset[str]:
    """Return the rules that may be otherwise: in a choice, or with a number that is a range."""
    found = {rule.id for choice in conflict.rule_choices for part in choice.alternatives for rule in part}
    found |= {item.place[1] for item in conflict.ranges if item.place[0] in ("at_most", "at_least", "sum")}
    counted = {item.place[1] for item in conflict.ranges if item.place[0] == "value"}
    found |= {limit.id for limit in conflict.limits if counted & {option for option, _ in limit.terms}}
    return frozenset(found)


def unwritten(conflict: Conflict) -> Iterator[Premise]:
    """Yield the premises that stand only in alternatives that are not the ones as written."""
    for choice in conflict.rule_choices:
        for rules in choice.alternatives[1:]:
            yield from rules
    for dm in conflict.parties:
        yield from unwritten_statements(dm)


def unwritten_statements(dm: DecisionMaker) -> Iterator[Statement]:
    """Yield the statements that stand only in alternatives of a party's lists that are not the ones as written."""
    for _, item in places_in(dm):
        if isinstance(item, StatementChoice):
            for levels in item.alternatives[1:]:
                for level in levels:
                    yield from level.statements
