"""A conflict with what it leaves open decided: orders of statements, choices of statements and rules, numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from typing import Any, TypeAlias, TypeVar

from detente.conflict.choices import Range, StatementChoice, order_id
from detente.conflict.conflict import Conflict
from detente.conflict.elements import (
    DecisionMaker,
    Lens,
    Level,
    Limit,
    Option,
    Prioritised,
    Ranking,
    Statement,
    Utilities,
    Weights,
)

T = TypeVar("T")
Unit: TypeAlias = tuple[Level, ...]
"""What stands in one place of a list of statements: one level, or the levels of a choice."""


def with_statements_chosen(
    conflict: Conflict,
    *,
    orders: Mapping[str, tuple[int, ...]],
    choices: Mapping[str, int],
    swaps: Mapping[tuple[str, str], int],
) -> Conflict:
    """Return the conflict with statements as they are decided; a party that it does not concern stays the same object.

    Parameters
    ----------
    conflict : Conflict
    orders : mapping
        The identity of an uncertain order to the places of its statements, first to last.
    choices : mapping
        The identity of a choice to the place of the alternative that stands.
    swaps : mapping
        (party, lens) to the place of the list that changes with the next one.
    """

    def lens_of(dm: DecisionMaker, lens: Lens) -> Lens:
        preference = lens.preference
        swap = swaps.get((dm.id, lens.id))
        if isinstance(preference, Ranking) and swap is not None:
            return replace(lens, preference=Ranking(tuple(_swapped(preference.classes, swap))))
        if not isinstance(preference, Prioritised):
            return lens
        units = units_of(preference.levels)
        if swap is not None:
            units = _swapped(units, swap)
        levels = tuple(level for unit in units for level in _decided(dm.id, unit, orders, choices))
        return lens if levels == preference.levels else replace(lens, preference=Prioritised(levels))

    def maker(dm: DecisionMaker) -> DecisionMaker:
        lenses = tuple(lens_of(dm, lens) for lens in dm.lenses)
        principles = _principles(dm, orders, choices)
        same = principles == dm.principles and all(new is old for new, old in zip(lenses, dm.lenses, strict=True))
        return dm if same else replace(dm, lenses=lenses, principles=principles)

    makers = tuple(map(maker, conflict.decision_makers))
    same = all(new is old for new, old in zip(makers, conflict.decision_makers, strict=True))
    return conflict if same else replace(conflict, decision_makers=makers)


def units_of(levels: Iterable[Level]) -> list[Unit]:
    """Return levels in the places where they stand: the levels of one choice are one place."""
    units: list[Unit] = []
    for about, run in groupby(levels, lambda level: level.about if isinstance(level.about, StatementChoice) else None):
        found = tuple(run)
        units += [found] if about is not None else [(level,) for level in found]
    return units


def _swapped(items: Iterable[T], place: int) -> list[T]:
    result = list(items)
    if place + 1 < len(result):  # another part of the model may have a shorter list
        result[place], result[place + 1] = result[place + 1], result[place]
    return result


def _decided(dm: str, unit: Unit, orders: Mapping[str, tuple[int, ...]], choices: Mapping[str, int]) -> Iterable[Level]:
    about = unit[0].about
    if isinstance(about, StatementChoice):
        place = choices.get(about.id, 0)
        return about.alternatives[place] if place else unit
    if unit[0].any_order and order_id(dm, unit[0]) in orders:
        return [Level((unit[0].statements[k],)) for k in orders[order_id(dm, unit[0])]]
    return unit


def _principles(
    dm: DecisionMaker, orders: Mapping[str, tuple[int, ...]], choices: Mapping[str, int]
) -> tuple[Statement, ...]:
    result = list(dm.principles)
    for item in dm.principle_choices:
        now = _listed(item)
        if isinstance(item, StatementChoice):
            place = choices.get(item.id, 0)
            then = tuple(s for level in item.alternatives[place] for s in level.statements)
        else:
            then = tuple(item.statements[k] for k in orders.get(order_id(dm.id, item), range(len(now))))
        at = run_at(result, now)
        result[at : at + len(now)] = then
    return tuple(result)


def _listed(item: Level | StatementChoice) -> tuple[Statement, ...]:
    levels = item.alternatives[0] if isinstance(item, StatementChoice) else (item,)
    return tuple(s for level in levels for s in level.statements)


def run_at(items: list[Statement], run: tuple[Statement, ...]) -> int:
    """Return where a run of statements begins in a list. Raises ValueError where it is not there."""
    ids = [s.id for s in items]
    wanted = [s.id for s in run]
    for at in range(len(ids) - len(wanted) + 1):
        if ids[at : at + len(wanted)] == wanted:
            return at
    raise ValueError(f"{wanted} do not stand one below the other")


def with_rules_chosen(conflict: Conflict, choices: Mapping[str, int]) -> Conflict:
    """Return the conflict with the rules of these alternatives in place of those as written."""
    for choice in conflict.rule_choices:
        place = choices.get(choice.id, 0)
        if place:
            rules = list(getattr(conflict, choice.kind))
            ids = {rule.id for rule in choice.alternatives[0]}
            at = next(k for k, rule in enumerate(rules) if rule.id in ids)
            rules = [*rules[:at], *choice.alternatives[place], *(rule for rule in rules[at:] if rule.id not in ids)]
            changed: dict[str, Any] = {choice.kind: tuple(rules)}
            conflict = replace(conflict, **changed)
    return conflict


# -- numbers --------------------------------------------------------------------------------------------------------


def with_numbers(conflict: Conflict, numbers: Mapping[str, Fraction]) -> Conflict:
    """Return the conflict with these numbers, each by the identity of its range."""
    for item in conflict.ranges:
        if item.id in numbers:
            conflict = _with_number(conflict, item, numbers[item.id])
    return conflict


def _with_number(conflict: Conflict, item: Range, number: Fraction) -> Conflict:
    kind, first, *rest = item.place
    if kind in ("at_most", "at_least", "sum"):
        limits = tuple(_limited(x, kind, rest, number) if x.id == first else x for x in conflict.limits)
        return replace(conflict, limits=limits)
    owner = first.split(".")[0] if kind == "value" else first
    makers = []
    for dm in conflict.decision_makers:
        if dm.id == owner and kind == "value":
            options = (_valued(o, rest[0], number) if f"{dm.id}.{o.id}" == first else o for o in dm.options)
            dm = replace(dm, options=tuple(options))
        elif dm.id == owner:
            lenses = (_weighed(lens, rest[1], number) if lens.id == rest[0] else lens for lens in dm.lenses)
            dm = replace(dm, lenses=tuple(lenses))
        makers.append(dm)
    return replace(conflict, decision_makers=tuple(makers))


def _limited(limit: Limit, kind: str, rest: list[str], number: Fraction) -> Limit:
    if kind == "at_most":
        return replace(limit, at_most=number)
    if kind == "at_least":
        return replace(limit, at_least=number)
    return replace(limit, terms=tuple((name, number if name == rest[0] else weight) for name, weight in limit.terms))


def _valued(option: Option, value: str, number: Fraction) -> Option:
    return replace(option, values=tuple(replace(v, number=number) if v.id == value else v for v in option.values))


def _weighed(lens: Lens, what: str, number: Fraction) -> Lens:
    preference = lens.preference
    if isinstance(preference, Weights):
        terms = (
            (statement, number if str(k) == what else weight) for k, (statement, weight) in enumerate(preference.terms)
        )
        return replace(lens, preference=Weights(tuple(terms)))
    assert isinstance(preference, Utilities)
    values = ((state, number if str(state) == what else value) for state, value in preference.values)
    return replace(lens, preference=Utilities(tuple(values)))
