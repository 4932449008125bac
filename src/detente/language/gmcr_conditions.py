"""Formulas, limits and lists of states → the conditions of a ``.gmcr`` file: disjunctions of conjunctions.

A conjunction (*cube*) is a pair of bit sets: the options it looks at, and those of them that are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

from detente.conflict.conflict import Conflict
from detente.conflict.elements import Assignment, Limit
from detente.conflict.formula import (
    And,
    Compare,
    Constant,
    Count,
    Formula,
    If,
    Iff,
    Named,
    Not,
    Or,
    Taken,
    Xor,
)
from detente.language.write_text import Row

Cube: TypeAlias = tuple[int, int]
Cubes: TypeAlias = frozenset[Cube]

MOST_CUBES = 2000
_MOST_IN_FORMULA = 500
_MOST_PAIRS = 20_000

_ALWAYS: Cubes = frozenset({(0, 0)})
_NEVER: Cubes = frozenset()


class TooManyError(Exception):
    """The condition would need too many conjunctions."""


class NotBinaryError(Exception):
    """The condition depends on an option that has other than two values."""


class Conditions:
    """Turns what a conflict says into conditions on its yes/no options."""

    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict
        self.bits = {name: 1 << k for k, name in enumerate(conflict.options)}
        self._known: dict[tuple[Formula, bool], Cubes] = {}

    # -- formulas ---------------------------------------------------------------------------------------------------

    def of(self, formula: Formula, holds: bool = True) -> Cubes:
        """Return where a formula holds (or does not), as few cubes as merging and absorbing find.

        Raises
        ------
        TooManyError
            It takes more cubes than anyone would read, or the formula is too deep.
        NotBinaryError
            It depends on an option that has other than two values.
        """
        try:
            return self._of(formula, holds)
        except RecursionError:
            raise TooManyError from None

    def _of(self, formula: Formula, holds: bool) -> Cubes:
        if (formula, holds) not in self._known:
            self._known[formula, holds] = self._found(formula, holds)
        return self._known[formula, holds]

    def _found(self, formula: Formula, holds: bool) -> Cubes:
        match formula:
            case Constant(value=value):
                return _ALWAYS if value == holds else _NEVER
            case Taken(option=option):
                return self._literal(option, holds)
            case Compare():
                return self._comparison(formula, holds)
            case Named(name=name):
                return self._of(self.conflict.outcome(name).that, holds)
            case Not(operand=operand):
                return self._of(operand, not holds)
            case And(operands=operands) | Or(operands=operands):
                join = _both if isinstance(formula, And) == holds else _either
                result = self._of(operands[0], holds)
                for operand in operands[1:]:
                    result = join(result, self._of(operand, holds))
                return result
            case If(consequence=consequence, condition=condition):
                join = _either if holds else _both
                return join(self._of(consequence, holds), self._of(condition, not holds))
            case Xor(left=left, right=right):
                return self._different(left, right, holds)
            case Iff(left=left, right=right):
                return self._different(left, right, not holds)
            case Count(kind=kind, number=number, operands=operands):
                return self._count(kind, number, operands, holds)
        raise TypeError(f"{type(formula).__name__} is no condition on options")

    def _literal(self, option: str, taken: bool) -> Cubes:
        if len(self.conflict.options[option].values) != 2:
            raise NotBinaryError
        bit = self.bits[option]
        return frozenset({(bit, bit if taken else 0)})

    def _comparison(self, formula: Compare, holds: bool) -> Cubes:
        taken = self._literal(formula.option, True)
        fits = {"=": int.__eq__, ">=": int.__ge__, "<=": int.__le__}[formula.operator]
        position = self.conflict.options[formula.option].position(formula.value)
        no, yes = (fits(k, position) == holds for k in (0, 1))
        if no == yes:
            return _ALWAYS if yes else _NEVER
        return taken if yes else self._literal(formula.option, False)

    def _different(self, left: Formula, right: Formula, holds: bool) -> Cubes:
        yes, no = self._of(left, True), self._of(left, False)
        return _either(_both(yes, self._of(right, not holds)), _both(no, self._of(right, holds)))

    def _count(self, kind: str, number: int, operands: tuple[Formula, ...], holds: bool) -> Cubes:
        n = len(operands)
        if kind == "exactly" and not holds:
            return _either(self._at_least(number + 1, operands, True), self._at_least(n - number + 1, operands, False))
        if kind == "exactly":
            return self._exactly(number, operands)
        if kind == "at least":
            return self._at_least(number, operands, True) if holds else self._at_least(n - number + 1, operands, False)
        return self._at_least(n - number, operands, False) if holds else self._at_least(number + 1, operands, True)

    def _at_least(self, number: int, operands: tuple[Formula, ...], holds: bool) -> Cubes:
        """Return where at least this many operands hold (or do not): one operand more at a time."""
        if number > len(operands):
            return _NEVER
        rows = [_ALWAYS] + [_NEVER] * max(number, 0)
        for operand in operands:
            part = self._of(operand, holds)
            for k in range(len(rows) - 1, 0, -1):
                rows[k] = _either(rows[k], _both(part, rows[k - 1]))
        return rows[-1]

    def _exactly(self, number: int, operands: tuple[Formula, ...]) -> Cubes:
        if number > len(operands):
            return _NEVER
        rows = [_ALWAYS] + [_NEVER] * number
        for operand in operands:
            yes, no = self._of(operand, True), self._of(operand, False)
            for k in range(number, 0, -1):
                rows[k] = _either(_both(no, rows[k]), _both(yes, rows[k - 1]))
            rows[0] = _both(no, rows[0])
        return rows[-1]

    # -- limits and lists -------------------------------------------------------------------------------------------

    def beyond(self, limit: Limit) -> Cubes:
        """Return the minimal cubes that break a limit. Raises TooManyError and NotBinaryError."""
        found: set[Cube] = set()
        for sign, bound in ((1, limit.at_most), (-1, limit.at_least)):
            if bound is not None:
                found |= self._above(limit, sign, sign * bound)
        return frozenset(found)

    def _above(self, limit: Limit, sign: int, bound: Fraction) -> set[Cube]:
        """Return the minimal cubes in which the sum, times ``sign``, is above the bound."""
        effect: dict[str, Fraction] = {}
        least = Fraction(0)
        for option, weight in limit.terms:
            self._literal(option, True)
            no, yes = (sign * weight * value.number for value in self.conflict.options[option].values)
            effect[option] = effect.get(option, Fraction(0)) + yes - no
            least += no
        least += sum(value for value in effect.values() if value < 0)
        steps = sorted(((abs(v), self._literal(o, v > 0)) for o, v in effect.items() if v), key=lambda step: -step[0])
        left = [sum((size for size, _ in steps[k:]), Fraction(0)) for k in range(len(steps) + 1)]
        found: set[Cube] = set()
        waiting: list[tuple[Fraction, int, Cube]] = [(least, 0, (0, 0))]
        while waiting:
            total, begin, (care, value) = waiting.pop()
            if total > bound:
                found.add((care, value))
                if len(found) > MOST_CUBES:
                    raise TooManyError
                continue
            for k in range(begin, len(steps)):
                if total + left[k] <= bound:
                    break
                size, literal = steps[k]
                ((bit, taken),) = literal
                waiting.append((total + size, k + 1, (care | bit, value | taken)))
        return found

    def outside(self, states: Iterable[Assignment]) -> Cubes:
        """Return cubes that hold exactly the combinations that are not listed. Raises TooManyError."""
        options = self.conflict.options
        codes = {sum(self.bits[o] for o, v in state if options[o].position(v)) for state in states}
        found: set[Cube] = set()
        waiting: list[tuple[Cube, list[int], int]] = [((0, 0), sorted(codes), 1 << len(options))]
        while waiting:
            (care, value), inside, size = waiting.pop()
            if len(found) > MOST_CUBES:
                raise TooManyError
            if not inside:
                found.add((care, value))
            elif len(inside) < size:
                bit = size >> 1
                waiting.append(((care | bit, value), [code for code in inside if not code & bit], bit))
                waiting.append(((care | bit, value | bit), [code for code in inside if code & bit], bit))
        return frozenset(found)


def condition(cubes: Cubes) -> Any:
    """Return cubes as a condition of the file: one conjunction, or a compound of several."""
    members = [
        Row(Row((k, "Y" if value >> k & 1 else "N")) for k in range(care.bit_length()) if care >> k & 1)
        for care, value in cubes
    ]
    members.sort()
    return members[0] if len(members) == 1 else {"compound": True, "members": members}


# -- cubes ----------------------------------------------------------------------------------------------------------


def _either(one: Cubes, other: Cubes) -> Cubes:
    return _simple(one | other) if one and other else one or other


def _both(one: Cubes, other: Cubes) -> Cubes:
    if len(one) * len(other) > _MOST_PAIRS:
        raise TooManyError
    return _simple({(a | c, v | w) for a, v in one for c, w in other if not (v ^ w) & a & c})


def _simple(cubes: Iterable[Cube]) -> Cubes:
    """Merge cubes that differ in one option only, and drop those that lie inside another."""
    found = _largest(cubes)
    while True:
        merged = set(_merged(found))
        if not merged:
            return found
        found = _largest(found | merged)


def _merged(cubes: Cubes) -> Iterator[Cube]:
    """Yield x for every pair (x and a), (x and not a)."""
    for care, value in cubes:
        left = value
        while left:
            bit = left & -left
            left -= bit
            if (care, value - bit) in cubes:
                yield care - bit, value - bit


def _largest(cubes: Iterable[Cube]) -> Cubes:
    """Return the cubes that lie in no other."""
    kept: list[Cube] = []
    for care, value in sorted(set(cubes), key=lambda cube: (cube[0].bit_count(), cube)):
        if not any(care & wide == wide and value & wide == core for wide, core in kept):
            kept.append((care, value))
            if len(kept) > _MOST_IN_FORMULA:
                raise TooManyError
    return frozenset(kept)
