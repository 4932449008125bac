"""Formulas over options and outcomes: a small frozen syntax tree.

Precedence, tightest first: not, and, xor, or, if, iff; ``if`` and ``iff`` do not chain. ``text()`` writes a formula
back in the language with the fewest parentheses, so that reading it again gives an equal formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

Span = tuple[int, int]

_ATOM, _NOT, _AND, _XOR, _OR, _IF, _IFF = 7, 6, 5, 4, 3, 2, 1


class Formula:
    """Base of all formulas."""

    __slots__ = ()
    binding = _ATOM

    def parts(self) -> tuple[Formula, ...]:
        """Return the direct sub-formulas."""
        return ()

    def text(self) -> str:
        """Return the formula in the model language."""
        raise TypeError(f"{type(self).__name__} has no text")

    def walk(self) -> Iterator[Formula]:
        """Yield this formula and everything in it."""
        stack: list[Formula] = [self]
        while stack:
            item = stack.pop()
            yield item
            stack.extend(reversed(item.parts()))

    def options(self) -> frozenset[str]:
        """Return the full names (``dm.option``) of the options it mentions directly."""
        return frozenset(f.option for f in self.walk() if isinstance(f, (Taken, Compare)))

    def names(self) -> frozenset[str]:
        """Return the outcome names it mentions directly."""
        return frozenset(f.name for f in self.walk() if isinstance(f, Named))

    def _inside(self, part: Formula, level: int) -> str:
        return part.text() if part.binding > level else f"({part.text()})"

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True, slots=True)
class Constant(Formula):
    """``always`` or ``never``."""

    value: bool

    def text(self) -> str:
        return "always" if self.value else "never"


@dataclass(frozen=True, slots=True)
class Taken(Formula):
    """A bare option: it does not have its first value."""

    option: str
    span: Span | None = field(default=None, compare=False, repr=False)

    def text(self) -> str:
        return self.option


@dataclass(frozen=True, slots=True)
class Compare(Formula):
    """An option compared with one of its values; ``>=`` and ``<=`` compare positions in the list of values."""

    option: str
    operator: Literal["=", ">=", "<="]
    value: str
    span: Span | None = field(default=None, compare=False, repr=False)

    def text(self) -> str:
        return f"{self.option} {self.operator} {self.value}"


@dataclass(frozen=True, slots=True)
class Named(Formula):
    """The name of an outcome."""

    name: str
    span: Span | None = field(default=None, compare=False, repr=False)

    def text(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class AtState(Formula):
    """The label of a listed state (graph form)."""

    label: str
    span: Span | None = field(default=None, compare=False, repr=False)

    def text(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Not(Formula):
    """Negation."""

    operand: Formula
    binding = _NOT

    def parts(self) -> tuple[Formula, ...]:
        return (self.operand,)

    def text(self) -> str:
        return "not " + self._inside(self.operand, _NOT - 1)


@dataclass(frozen=True, slots=True)
class And(Formula):
    """Conjunction of two or more."""

    operands: tuple[Formula, ...]
    binding = _AND

    def parts(self) -> tuple[Formula, ...]:
        return self.operands

    def text(self) -> str:
        return " and ".join(self._inside(part, _AND) for part in self.operands)


@dataclass(frozen=True, slots=True)
class Or(Formula):
    """Disjunction of two or more."""

    operands: tuple[Formula, ...]
    binding = _OR

    def parts(self) -> tuple[Formula, ...]:
        return self.operands

    def text(self) -> str:
        return " or ".join(self._inside(part, _OR) for part in self.operands)


@dataclass(frozen=True, slots=True)
class Xor(Formula):
    """One or the other, not both; chains associate to the left."""

    left: Formula
    right: Formula
    binding = _XOR

    def parts(self) -> tuple[Formula, ...]:
        return (self.left, self.right)

    def text(self) -> str:
        return f"{self._inside(self.left, _XOR - 1)} xor {self._inside(self.right, _XOR)}"


@dataclass(frozen=True, slots=True)
class If(Formula):
    """``consequence if condition``: true unless the condition holds and the consequence does not."""

    consequence: Formula
    condition: Formula
    binding = _IF

    def parts(self) -> tuple[Formula, ...]:
        return (self.consequence, self.condition)

    def text(self) -> str:
        return f"{self._inside(self.consequence, _IF)} if {self._inside(self.condition, _IF)}"


@dataclass(frozen=True, slots=True)
class Iff(Formula):
    """Both or neither."""

    left: Formula
    right: Formula
    binding = _IFF

    def parts(self) -> tuple[Formula, ...]:
        return (self.left, self.right)

    def text(self) -> str:
        return f"{self._inside(self.left, _IFF)} iff {self._inside(self.right, _IFF)}"


@dataclass(frozen=True, slots=True)
class Count(Formula):
    """``exactly``, ``at least`` or ``at most`` k of a list hold."""

    kind: Literal["exactly", "at least", "at most"]
    number: int
    operands: tuple[Formula, ...]

    def parts(self) -> tuple[Formula, ...]:
        return self.operands

    def text(self) -> str:
        return f"{self.kind} {self.number} of ({', '.join(part.text() for part in self.operands)})"


def rewrite(formula: Formula, atom: Callable[[Formula], Formula]) -> Formula:
    """Return the formula with every leaf replaced by ``atom(leaf)``."""
    match formula:
        case Not(operand=operand):
            return Not(rewrite(operand, atom))
        case And(operands=operands) | Or(operands=operands) | Count(operands=operands):
            return replace(formula, operands=tuple(rewrite(part, atom) for part in operands))
        case Xor(left=left, right=right) | Iff(left=left, right=right):
            return replace(formula, left=rewrite(left, atom), right=rewrite(right, atom))
        case If(consequence=consequence, condition=condition):
            return If(rewrite(consequence, atom), rewrite(condition, atom))
    return atom(formula)
