"""Formulas on many states at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from detente.conflict.conflict import Conflict
from detente.conflict.formula import (
    And,
    AtState,
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

Flags = NDArray[np.bool_]


class Rows(Protocol):
    """States in the raw, before any merging: how many, and the position of each option's value in each."""

    def __len__(self) -> int: ...
    def digit(self, option: str) -> NDArray[np.integer]: ...
    def at(self, label: str) -> Flags: ...


class Evaluator:
    """Evaluates formulas on rows; an outcome used several times is computed once."""

    def __init__(self, conflict: Conflict, rows: Rows) -> None:
        self._conflict = conflict
        self._rows = rows
        self._outcomes: dict[str, Flags] = {}

    def __call__(self, formula: Formula) -> Flags:
        """Return for each row whether the formula holds, shape (len(rows),)."""
        match formula:
            case Constant(value=value):
                return np.full(len(self._rows), value)
            case Taken(option=option):
                return self._rows.digit(option) > 0
            case Compare():
                return self._compare(formula)
            case Named(name=name):
                if name not in self._outcomes:
                    self._outcomes[name] = self(self._conflict.outcome(name).that)
                return self._outcomes[name]
            case AtState(label=label):
                return self._rows.at(label)
            case Not(operand=operand):
                return np.logical_not(self(operand))
            case And(operands=operands):
                return self._fold(np.logical_and, operands)
            case Or(operands=operands):
                return self._fold(np.logical_or, operands)
            case Xor(left=left, right=right):
                return self(left) ^ self(right)
            case If(consequence=consequence, condition=condition):
                return self(consequence) | ~self(condition)
            case Iff(left=left, right=right):
                return ~(self(left) ^ self(right))
            case Count(kind=kind, number=number, operands=operands):
                holding = np.zeros(len(self._rows), dtype=np.int32)
                for operand in operands:
                    holding += self(operand)
                compare = {"exactly": np.equal, "at least": np.greater_equal, "at most": np.less_equal}[kind]
                held: Flags = compare(holding, number)
                return held
        raise TypeError(f"cannot evaluate {type(formula).__name__}")

    def _compare(self, formula: Compare) -> Flags:
        position = self._conflict.options[formula.option].position(formula.value)
        digit = self._rows.digit(formula.option)
        compare: dict[str, Callable[..., Flags]] = {"=": np.equal, ">=": np.greater_equal, "<=": np.less_equal}
        return compare[formula.operator](digit, position)

    def _fold(self, join: np.ufunc, operands: tuple[Formula, ...]) -> Flags:
        result = self(operands[0]).copy()
        for operand in operands[1:]:
            join(result, self(operand), out=result)
        return result


def options_behind(conflict: Conflict, formula: Formula) -> frozenset[str]:
    """Return every option that the formula depends on, outcomes looked into."""
    found: set[str] = set(formula.options())
    seen: set[str] = set()
    queue = set(formula.names())
    while queue:
        name = queue.pop()
        seen.add(name)
        that = conflict.outcome(name).that
        found |= that.options()
        queue |= that.names() - seen
    return frozenset(found)
