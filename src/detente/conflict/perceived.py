"""The conflict that somebody sees, as far as it can be written down without looking at single states.

What a viewer does not know of is fixed at its first value in every formula. Preferences that number the states, states
that are listed, and the status quo are seen to in :mod:`detente.analysis.sight`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeVar

from detente.conflict.conflict import Conflict
from detente.conflict.elements import (
    Assignment,
    DecisionMaker,
    Element,
    FeasibleList,
    Infeasibility,
    Lens,
    Limit,
    Premise,
    Prioritised,
    Reading,
    Statement,
    Weights,
)
from detente.conflict.formula import Formula
from detente.conflict.variant import with_statements
from detente.conflict.views import SeenAs, View, at_first, impossible_id

Change = Callable[[Formula], Formula]
P = TypeVar("P", bound=Premise)
E = TypeVar("E", bound=Element)


def _as_it_is(that: Formula) -> Formula:
    return that


def unseen_options(conflict: Conflict, view: View) -> frozenset[str]:
    """Return the full names of the options that the viewer does not know of, those of whom it forgets included."""
    forgotten = {item.dm for item in view.forgets}
    return frozenset(item.option for item in view.unknown) | frozenset(
        name for name in conflict.options if conflict.owner(name) in forgotten
    )


def perceived(conflict: Conflict, view: View, *, by_premise: bool = False) -> Conflict:
    """Return the conflict as a viewer sees it, with what states and parties are, and without what is said about them.

    That is without a status quo, claims, phases and relations. Readings keep their names.

    Parameters
    ----------
    conflict : Conflict
    view : View
    by_premise : bool
        Everything that is said goes by the name of the premise, of the conflict or of the view, that it is owed to.
        Otherwise what the author gave no name to is called by what it says in the view, so that it can be written.
    """
    gone = unseen_options(conflict, view)
    forgotten = {item.dm for item in view.forgets}
    change = at_first(lambda name: conflict.options[name] if name in gone else None) if gone else _as_it_is

    def kept(assignment: Assignment) -> Assignment:
        return tuple((option, value) for option, value in assignment if option not in gone)

    def named(before: P, after: P) -> P:
        return after if by_premise else _named(before, after)

    makers = tuple(
        _maker(dm, view, gone, change, by_premise) for dm in conflict.decision_makers if dm.id not in forgotten
    )
    infeasible = tuple(named(item, _with(item, that=change(item.that))) for item in conflict.infeasible)
    if conflict.graph_form is None:
        for item in view.impossible:
            rule = Infeasibility(id=item.id, that=change(item.that), where=item.where)
            automatic = item.id == impossible_id(view.id, item.that) and not by_premise
            infeasible += (replace(rule, id=f"infeasible: {rule.that.text()}") if automatic else rule,)
    forces = (named(item, replace(item, when=change(item.when), sets=kept(item.sets))) for item in conflict.forces)
    coalitions = (
        replace(item, members=tuple(dm for dm in item.members if dm not in forgotten)) for item in conflict.coalitions
    )
    return replace(
        conflict,
        title=f"{conflict.title}: the view of {viewer_label(conflict, view.id)}",
        decision_makers=makers,
        statements=tuple(_with(s, that=change(s.that)) for s in conflict.statements),
        infeasible=infeasible,
        feasible=None if conflict.feasible is None else _listed(conflict, conflict.feasible, gone, kept),
        limits=tuple(
            named(item, limit) for item in conflict.limits if (limit := _limit(conflict, item, gone)) is not None
        ),
        forces=tuple(item for item in forces if item.sets),
        blocked_moves=tuple(
            named(item, _with(item, from_=change(item.from_), to=change(item.to)))
            for item in conflict.blocked_moves
            if item.by not in forgotten
        ),
        merge=tuple(
            replace(item, that=change(item.that), as_=None if item.as_ is None else kept(item.as_))
            for item in conflict.merge
        ),
        outcomes=tuple(_with(item, that=change(item.that)) for item in conflict.outcomes),
        status_quo=None,
        coalitions=tuple(item for item in coalitions if item.members),
        readings=tuple(_reading(conflict, reading, view, forgotten) for reading in conflict.readings),
        agreements=tuple(
            _with(item, in_force=change(item.in_force))
            for item in conflict.agreements
            if not forgotten & {*item.parties, *(item.withdrawal or ())}
        ),
        phases=(),
        claims=(),
        outsiders=(),
        relations=(),
        observers=(),
        views=(),
    )


def _with(item: E, **parts: Any) -> E:
    """Return an element with other parts; itself where they are the ones it has."""
    return item if all(getattr(item, name) is part for name, part in parts.items()) else replace(item, **parts)


def viewer_label(conflict: Conflict, viewer: str) -> str:
    """Return the display name of a decision maker, an observer or an outsider."""
    known = (*conflict.decision_makers, *conflict.observers, *conflict.outsiders)
    return next(item.label for item in known if item.id == viewer)


def _reading(conflict: Conflict, reading: Reading, view: View, forgotten: set[str]) -> Reading:
    chosen = conflict.lens_choice(reading.id) | {item.dm: item.lens for item in view.sees if item.lens}
    return replace(
        reading, lenses=tuple((dm, lens) for dm, lens in chosen.items() if dm not in forgotten), implied=False
    )


def _maker(dm: DecisionMaker, view: View, gone: frozenset[str], change: Change, by_premise: bool) -> DecisionMaker:
    forgotten = {item.dm for item in view.forgets}
    imagined = [option for name, option in view.imagined_options.items() if name.startswith(f"{dm.id}.")]
    known = [option for option in dm.options if f"{dm.id}.{option.id}" not in gone]
    if not gone and not imagined and not forgotten and dm.id not in {view.id, *(item.dm for item in view.sees)}:
        return dm

    def restated(statement: Statement) -> Statement:
        after = _with(statement, that=change(statement.that))
        if after is statement:
            return statement
        automatic = statement.id == f"{dm.id}: {statement.says()}" and not by_premise
        return replace(after, id=f"{dm.id}: {after.that.text()}") if automatic else after

    def owed(to: Premise, that: Formula) -> Statement:
        return Statement(id=to.id if by_premise else f"{dm.id}: {that.text()}", that=that)

    wants = [owed(item, item.that) for item in view.wants] if dm.id == view.id else []
    for item in view.sees:
        if item.dm == dm.id:
            dm = _seen_as(dm, item, {name: owed(item, that) for name, that in item.statements})
            wants += [owed(item, that) for that in item.wants]
    return replace(
        dm,
        options=(*known, *imagined),
        attitudes=tuple((other, attitude) for other, attitude in dm.attitudes if other not in forgotten),
        statements=tuple(map(restated, dm.statements)),
        principles=tuple(map(restated, (*wants, *dm.principles))),
        lenses=tuple(_lens(lens, restated) for lens in dm.lenses),
    )


def _lens(lens: Lens, restated: Callable[[Statement], Statement]) -> Lens:
    preference = lens.preference
    if isinstance(preference, Prioritised):
        levels = (replace(level, statements=tuple(map(restated, level.statements))) for level in preference.levels)
        return replace(lens, preference=Prioritised(tuple(levels)))
    if isinstance(preference, Weights):
        return replace(lens, preference=Weights(tuple((restated(s), w) for s, w in preference.terms)))
    return lens


def _seen_as(dm: DecisionMaker, item: SeenAs, others: dict[str, Statement]) -> DecisionMaker:
    """Return a party with statements replaced and dropped in its principles and in all its lenses."""
    if not others and not item.drop:
        return dm

    def restated(level: tuple[Statement, ...]) -> tuple[Statement, ...]:
        return tuple(others.get(s.id, s) for s in level if s.id not in item.drop)

    alone = Conflict(title="", decision_makers=(dm,))
    return with_statements(alone, restated, {*others, *item.drop}).decision_makers[0]


def _listed(
    conflict: Conflict, listed: FeasibleList, gone: frozenset[str], kept: Callable[[Assignment], Assignment]
) -> FeasibleList:
    """Return the listed states in which nothing unknown is taken."""
    states = (
        state
        for state in listed.states
        if all(conflict.options[option].position(value) == 0 for option, value in state if option in gone)
    )
    return replace(listed, states=tuple(dict.fromkeys(map(kept, states))))


def _limit(conflict: Conflict, limit: Limit, gone: frozenset[str]) -> Limit | None:
    """Return a limit with unknown options at the number of their first value; None where it always holds."""
    spent = sum((w * conflict.options[o].values[0].number for o, w in limit.terms if o in gone), Fraction(0))
    terms = tuple((o, w) for o, w in limit.terms if o not in gone)
    most = None if limit.at_most is None else limit.at_most - spent
    least = None if limit.at_least is None else limit.at_least - spent
    if not terms and (most is None or most >= 0) and (least is None or least <= 0):
        return None
    return replace(limit, terms=terms, at_most=most, at_least=least)


def _named(before: P, after: P) -> P:
    """Return a premise of which the author gave no identity under the one that it has by what it says now."""
    for word in ("infeasible", "limit", "force", "blocked"):
        said, says = (item.that.text() if isinstance(item, Infeasibility) else item.says() for item in (before, after))
        if before.id == f"{word}: {said}":
            return replace(after, id=f"{word}: {says}")
    return after


__all__ = ["perceived", "unseen_options", "viewer_label"]
