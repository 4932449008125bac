"""Formulas in words, with display names, for somebody who does not read formulas."""

from __future__ import annotations

from detente.conflict import formula as fm
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Option, Statement
from detente.report.speech import N_, _, quoted

COUNTS = {
    "exactly": N_("exactly {n} of: ({listed})"),
    "at least": N_("at least {n} of: ({listed})"),
    "at most": N_("at most {n} of: ({listed})"),
}

COMPARED = {
    ("=", True): N_("“{option}” is {value}"),
    (">=", True): N_("“{option}” is at least {value}"),
    ("<=", True): N_("“{option}” is at most {value}"),
    ("=", False): N_("“{option}” is not {value}"),
    (">=", False): N_("“{option}” is not at least {value}"),
    ("<=", False): N_("“{option}” is not at most {value}"),
}


def statement_words(conflict: Conflict, statement: Statement, me: str = "") -> str:
    """Return a statement's display name, or its formula in words; ``me`` is called ``it``."""
    return statement.name or formula_words(conflict, statement.that, me)


def formula_words(conflict: Conflict, formula: fm.Formula, me: str = "") -> str:
    """Return a formula in words, with parentheses where it would be unclear what belongs together."""
    return _words(conflict, formula, me, 0)


def wish_words(conflict: Conflict, formula: fm.Formula, me: str) -> str:
    """Return a formula as what somebody wants: ``to take “Sign”``, ``that Ann takes “Sign”``."""
    inner = formula.operand if isinstance(formula, fm.Not) else formula
    if isinstance(inner, fm.Taken) and conflict.owner(inner.option) == me and option_of(conflict, inner.option).binary:
        wish = _("to take “{option}”") if inner is formula else _("not to take “{option}”")
        return wish.format(option=option_of(conflict, inner.option).label)
    return _("that {formula}").format(formula=formula_words(conflict, formula, me))


def _words(conflict: Conflict, formula: fm.Formula, me: str, binding: int) -> str:
    def part(other: fm.Formula) -> str:
        return _words(conflict, other, me, formula.binding)

    match formula:
        case fm.Constant(value=value):
            return _("anything at all") if value else _("what cannot be")
        case fm.Taken() | fm.Compare() | fm.Named() | fm.AtState():
            return _leaf(conflict, formula, me, plain=True)
        case fm.Not(operand=fm.Taken() | fm.Compare() | fm.Named() | fm.AtState() as operand):
            return _leaf(conflict, operand, me, plain=False)
        case fm.Not(operand=operand):
            words = _("not {formula}").format(formula=part(operand))
        case fm.And(operands=operands):
            words = _(" and ").join(part(item) for item in operands)
        case fm.Or(operands=operands):
            words = _(" or ").join(part(item) for item in operands)
        case fm.Xor(left=left, right=right):
            words = _("either {left} or {right}, not both").format(left=part(left), right=part(right))
        case fm.If(consequence=consequence, condition=condition):
            words = _("{consequence}, if {condition}").format(consequence=part(consequence), condition=part(condition))
        case fm.Iff(left=left, right=right):
            words = _("{left} exactly if {right}").format(left=part(left), right=part(right))
        case fm.Count(kind=kind, number=n, operands=operands):
            listed = "; ".join(_words(conflict, item, me, 0) for item in operands)
            return _(COUNTS[kind]).format(n=n, listed=listed)
        case _:
            return formula.text()
    return f"({words})" if binding >= formula.binding else words


def _leaf(conflict: Conflict, formula: fm.Formula, me: str, *, plain: bool) -> str:
    """Return a formula without parts, or its negation."""
    match formula:
        case fm.Named(name=name):
            words = quoted(conflict.outcome(name).label)
            return words if plain else _("not {formula}").format(formula=words)
        case fm.AtState(label=label):
            words = state_name(conflict, label)
            return words if plain else _("not {formula}").format(formula=words)
        case fm.Taken(option=option):
            spec = option_of(conflict, option)
            if spec.binary:
                return _takes(conflict, option, me, taken=plain)
            message = _("“{option}” is not {value}") if plain else _("“{option}” is {value}")
            return message.format(option=spec.label, value=spec.values[0].id)
        case fm.Compare(option=option, operator=operator, value=value):
            spec = option_of(conflict, option)
            if spec.binary and operator == "=":
                return _takes(conflict, option, me, taken=(value == "yes") == plain)
            return _(COMPARED[operator, plain]).format(option=spec.label, value=value)
    return formula.text()


def option_of(conflict: Conflict, name: str) -> Option:
    """Return an option by its full name, be it one that exists in somebody's view alone."""
    if name in conflict.options:
        return conflict.options[name]
    imagined = (view.imagined_options[name] for view in conflict.views if name in view.imagined_options)
    return next(imagined, Option(id=name.partition(".")[2]))


def _takes(conflict: Conflict, option: str, me: str, *, taken: bool) -> str:
    owner, label = conflict.owner(option), option_of(conflict, option).label
    if owner == me:
        return (_("it takes “{option}”") if taken else _("it does not take “{option}”")).format(option=label)
    message = _("{name} takes “{option}”") if taken else _("{name} does not take “{option}”")
    return message.format(name=conflict.decision_maker(owner).label, option=label)


def state_name(conflict: Conflict, label: str) -> str:
    """Return what a listed state is called: its display name in quotes, or its label."""
    form = conflict.graph_form
    names = {state.label: state.name for state in form.states} if form is not None else {}
    return quoted(names[label]) if names.get(label) else _("state {state}").format(state=label)
