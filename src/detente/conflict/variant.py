"""A conflict without some of its premises, or with a statement weakened or turned round."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Literal, TypeVar

from detente.conflict.conflict import Conflict
from detente.conflict.elements import (
    DecisionMaker,
    Lens,
    Level,
    Merge,
    Preference,
    Premise,
    Prioritised,
    Statement,
    Weights,
)
from detente.conflict.formula import Not
from detente.conflict.views import corrected, view_premises
from detente.errors import UsageError

P = TypeVar("P", bound=Premise)
Change = Literal["drop", "weaken", "reverse"]


def every_premise(conflict: Conflict) -> Iterator[Premise]:
    """Yield every premise once, those of phases and of views too."""
    seen: set[str] = set()
    of_phases = (item for phase in conflict.phases for item in phase.premises)
    for premise in (*conflict.premises(), *of_phases, *view_premises(conflict)):
        if premise.id not in seen:
            seen.add(premise.id)
            yield premise


def without(conflict: Conflict, premises: Collection[str]) -> Conflict:
    """Return the conflict without these premises: statements removed, restrictions lifted.

    A party whose statements are all removed is indifferent between all states; a viewer whose view of something is
    removed sees it as it is; a rule of a phase is then not in force in it. Merging is a premise too, but says what
    a state is rather than what is possible: it cannot be dropped.

    Raises
    ------
    UsageError
        A premise does not exist or cannot be dropped.
    """
    gone = frozenset(premises)
    if misseen := gone & {item.id for item in view_premises(conflict)}:
        conflict, gone = corrected(conflict, misseen), gone - misseen
    if phased := gone & {item.id for phase in conflict.phases for item in phase.premises}:
        phases = tuple(phase.without(phased) for phase in conflict.phases)
        conflict, gone = replace(conflict, phases=phases), gone - phased
    fixed = {item.id for item in conflict.all_premises() if isinstance(item, Merge)}
    unknown = gone - {item.id for item in conflict.all_premises()}
    if unknown or gone & fixed:
        raise UsageError(f"no premise that can be dropped: {', '.join(sorted(unknown | (gone & fixed)))}")
    lifted = any(not isinstance(item, Statement) for item in conflict.all_premises() if item.id in gone)
    changed = with_statements(conflict, lambda level: tuple(s for s in level if s.id not in gone), gone)
    if not lifted:
        return changed

    def kept(items: tuple[P, ...]) -> tuple[P, ...]:
        return tuple(item for item in items if item.id not in gone)

    makers = tuple(
        replace(
            dm,
            options=tuple(
                replace(o, irreversible=None) if o.irreversible is not None and o.irreversible.id in gone else o
                for o in dm.options
            ),
        )
        for dm in changed.decision_makers
    )
    return replace(
        changed,
        decision_makers=makers,
        infeasible=kept(conflict.infeasible),
        feasible=None if conflict.feasible is not None and conflict.feasible.id in gone else conflict.feasible,
        limits=kept(conflict.limits),
        forces=kept(conflict.forces),
        blocked_moves=kept(conflict.blocked_moves),
        relations=kept(conflict.relations),
    )


def reversed_statement(conflict: Conflict, premise: str) -> Conflict:
    """Return the conflict with a statement negated wherever it stands."""

    def change(level: tuple[Statement, ...]) -> tuple[Statement, ...]:
        return tuple(replace(s, that=Not(s.that)) if s.id == premise else s for s in level)

    return with_statements(conflict, change, {premise})


def weakened(conflict: Conflict, premise: str) -> Conflict | None:
    """Return the conflict with a statement swapped with the one below it, in every list; None where it is last in all.

    Where levels have several statements, the whole level of the statement changes places with the one below.
    """
    moved = False

    def swap(levels: tuple[Level, ...]) -> tuple[Level, ...]:
        nonlocal moved
        result = list(levels)
        for k, level in enumerate(levels[:-1]):
            if premise in {s.id for s in level.statements}:
                result[k], result[k + 1] = result[k + 1], result[k]
                moved = True
                break
        return tuple(result)

    def change(dm: DecisionMaker) -> DecisionMaker:
        principles = swap(tuple(Level((s,)) for s in dm.principles))
        lenses = tuple(
            replace(lens, preference=Prioritised(swap(lens.preference.levels)))
            if isinstance(lens.preference, Prioritised) and premise in {s.id for s in lens.statements}
            else lens
            for lens in dm.lenses
        )
        return replace(dm, principles=tuple(level.statements[0] for level in principles), lenses=lenses)

    makers = tuple(change(dm) if premise in _said(dm) else dm for dm in conflict.decision_makers)
    return replace(conflict, decision_makers=makers) if moved else None


def with_statements(
    conflict: Conflict, change: Callable[[tuple[Statement, ...]], tuple[Statement, ...]], about: Collection[str]
) -> Conflict:
    """Return the conflict with every level's statements changed; who says none of ``about`` stays the same object."""
    makers = []
    for dm in conflict.decision_makers:
        if not _said(dm) & set(about):
            makers.append(dm)
            continue
        lenses = tuple(changed_lens(lens, change) for lens in dm.lenses)
        makers.append(replace(dm, principles=change(dm.principles), lenses=lenses))
    return replace(conflict, decision_makers=tuple(makers))


def statements_in_use(conflict: Conflict) -> tuple[str, ...]:
    """Return the identities of the statements that some lens or principle lists; others decide nothing."""
    found: dict[str, None] = {}
    for dm in conflict.decision_makers:
        found.update(dict.fromkeys(s.id for s in dm.principles))
        for lens in dm.lenses:
            found.update(dict.fromkeys(s.id for s in lens.statements))
    return tuple(found)


def _said(dm: DecisionMaker) -> set[str]:
    return {s.id for s in dm.principles} | {s.id for lens in dm.lenses for s in lens.statements}


def changed_lens(lens: Lens, change: Callable[[tuple[Statement, ...]], tuple[Statement, ...]]) -> Lens:
    """Return a lens with every level's statements changed; the same object where nothing is."""
    preference: Preference = lens.preference
    if isinstance(preference, Prioritised):
        levels = (replace(level, statements=change(level.statements)) for level in preference.levels)
        preference = Prioritised(tuple(level for level in levels if level.statements))
    elif isinstance(preference, Weights):
        terms = ((s, weight) for statement, weight in preference.terms for s in change((statement,)))
        preference = Weights(tuple(terms))
    return lens if preference == lens.preference else replace(lens, preference=preference)
