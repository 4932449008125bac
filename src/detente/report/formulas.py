"""Formulas in words, with display names, for somebody who does not read formulas."""

from __future__ import annotations

from detente.conflict import formula as fm
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Statement


def statement_words(conflict: Conflict, statement: Statement, me: str = "") -> str:
    """Return a statement's display name, or its formula in words; ``me`` is called ``it``."""
    return statement.name or formula_words(conflict, statement.that, me)


def formula_words(conflict: Conflict, formula: fm.Formula, me: str = "") -> str:
    """Return a formula in words, with parentheses where it would be unclear what belongs together."""
    return _words(conflict, formula, me, 0)


def wish_words(conflict: Conflict, formula: fm.Formula, me: str) -> str:
    """Return a formula as what somebody wants: ``to take “Sign”``, ``that Ann takes “Sign”``."""
    inner = formula.operand if isinstance(formula, fm.Not) else formula
    if isinstance(inner, fm.Taken) and conflict.owner(inner.option) == me and conflict.options[inner.option].binary:
        return f"{'' if inner is formula else 'not '}to take “{conflict.options[inner.option].label}”"
    return f"that {formula_words(conflict, formula, me)}"


def _words(conflict: Conflict, formula: fm.Formula, me: str, binding: int) -> str:
    def part(other: fm.Formula) -> str:
        return _words(conflict, other, me, formula.binding)

    match formula:
        case fm.Constant(value=value):
            return "anything at all" if value else "what cannot be"
        case fm.Taken() | fm.Compare() | fm.Named() | fm.AtState():
            return _leaf(conflict, formula, me, plain=True)
        case fm.Not(operand=fm.Taken() | fm.Compare() | fm.Named() | fm.AtState() as operand):
            return _leaf(conflict, operand, me, plain=False)
        case fm.Not(operand=operand):
            words = f"not {part(operand)}"
        case fm.And(operands=operands):
            words = " and ".join(part(item) for item in operands)
        case fm.Or(operands=operands):
            words = " or ".join(part(item) for item in operands)
        case fm.Xor(left=left, right=right):
            words = f"either {part(left)} or {part(right)}, not both"
        case fm.If(consequence=consequence, condition=condition):
            words = f"{part(consequence)}, if {part(condition)}"
        case fm.Iff(left=left, right=right):
            words = f"{part(left)} exactly if {part(right)}"
        case fm.Count(kind=kind, number=number, operands=operands):
            return f"{kind} {number} of: ({'; '.join(_words(conflict, item, me, 0) for item in operands)})"
        case _:
            return formula.text()
    return f"({words})" if binding >= formula.binding else words


def _leaf(conflict: Conflict, formula: fm.Formula, me: str, *, plain: bool) -> str:
    """Return a formula without parts, or its negation."""
    negated = "" if plain else "not "
    match formula:
        case fm.Named(name=name):
            return f"{negated}“{conflict.outcome(name).label}”"
        case fm.AtState(label=label):
            return f"{negated}{state_name(conflict, label)}"
        case fm.Taken(option=option):
            spec = conflict.options[option]
            if spec.binary:
                return f"{_who(conflict, option, me)} {'takes' if plain else 'does not take'} “{spec.label}”"
            return f"“{spec.label}” is {'not ' if plain else ''}{spec.values[0].id}"
        case fm.Compare(option=option, operator=operator, value=value):
            spec = conflict.options[option]
            if spec.binary and operator == "=":
                verb = "takes" if (value == "yes") == plain else "does not take"
                return f"{_who(conflict, option, me)} {verb} “{spec.label}”"
            bound = {"=": "", ">=": "at least ", "<=": "at most "}[operator]
            return f"“{spec.label}” is {negated}{bound}{value}"
    return formula.text()


def _who(conflict: Conflict, option: str, me: str) -> str:
    owner = conflict.owner(option)
    return "it" if owner == me else conflict.decision_maker(owner).label


def state_name(conflict: Conflict, label: str) -> str:
    """Return what a listed state is called: its display name in quotes, or its label."""
    form = conflict.graph_form
    names = {state.label: state.name for state in form.states} if form is not None else {}
    return f"“{names[label]}”" if names.get(label) else f"state {label}"
