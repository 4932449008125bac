"""A conflict in phases: what is different from one stretch of time to the next."""

from __future__ import annotations

from dataclasses import replace

from detente.conflict.conflict import Conflict
from detente.conflict.elements import (
    FeasibleList,
    Force,
    Infeasibility,
    Lens,
    Limit,
    Ranking,
    Reading,
    Statement,
    Utilities,
)
from detente.conflict.phase import Phase
from detente.conflict.variant import without
from detente.errors import Diagnostic, ModelError


def during(conflict: Conflict, phase: Phase) -> Conflict:
    """Return the conflict as it is in a phase, under each reading of the model; readings keep their names.

    A reading that the phase names stands in place of every one; lenses that the phase names come on top. The phase's
    beginning is not in it: see :func:`detente.analysis.phases.beginnings`.

    Raises
    ------
    UsageError
        A reading does not exist.
    ModelError
        States may be others in it, and a preference goes by their numbers.
    """
    known = {item.id for item in conflict.all_premises()}
    gone = tuple(name for name in phase.drop if name in known)
    changed = without(conflict, gone) if gone else conflict
    rules = {option for option, _ in phase.irreversible}
    if rules:
        makers = tuple(
            replace(
                dm,
                options=tuple(
                    replace(option, irreversible=phase.irreversibility(f"{dm.id}.{option.id}"))
                    if f"{dm.id}.{option.id}" in rules
                    else option
                    for option in dm.options
                ),
            )
            for dm in changed.decision_makers
        )
        changed = replace(changed, decision_makers=makers)
    readings = tuple(replace(r, lenses=lenses_in(conflict, phase, r.id), implied=False) for r in conflict.readings)
    if phase.infeasible or any(isinstance(item, _STATES) for item in conflict.all_premises() if item.id in gone):
        _check_numbers(conflict, phase, {pair for reading in readings for pair in reading.lenses})
    return replace(
        changed,
        infeasible=(*changed.infeasible, *phase.infeasible),
        readings=readings,
        nature=conflict.nature if phase.nature else "excluded",
        status_quo=None,
    )


def in_phase(conflict: Conflict, phase: Phase, reading: str) -> Conflict:
    """Return the conflict as it is in a phase, with one reading, called as the phase is.

    Parameters
    ----------
    conflict : Conflict
    phase : Phase
    reading : str
        The reading where the phase names none; lenses that the phase names come on top.

    Raises
    ------
    UsageError
        A reading does not exist.
    """
    only = Reading(id=phase.id, name=phase.name, lenses=lenses_in(conflict, phase, reading))
    return replace(during(conflict, phase), readings=(only,), status_quo=conflict.status_quo)


def lenses_in(conflict: Conflict, phase: Phase, reading: str) -> tuple[tuple[str, str], ...]:
    """Return the lens of every party in a phase. Raises UsageError."""
    return tuple({**conflict.lens_choice(phase.reading or reading), **dict(phase.lenses)}.items())


def changes_states(conflict: Conflict, phase: Phase) -> bool:
    """Return whether states, moves, or whose moves opponents can count on, are others in a phase."""
    dropped = {item.id for item in conflict.all_premises() if not isinstance(item, Statement)} & set(phase.drop)
    stilled = conflict.nature == "included" and not phase.nature
    return bool(phase.infeasible or phase.irreversible or dropped or stilled)


_STATES = (Infeasibility, FeasibleList, Limit, Force)
"""Premises that say which states there are."""


def _check_numbers(conflict: Conflict, phase: Phase, lenses: set[tuple[str, str]]) -> None:
    """Raise ModelError where a lens that is worn numbers states: in the phase other states may have these numbers."""
    for name, worn in sorted(lenses):
        dm = conflict.decision_maker(name)
        lens: Lens | None = dm.lens(worn)
        while lens is not None:
            match lens.preference:
                case Ranking(classes=classes):
                    named = {reference for tied in classes for reference in tied}
                case Utilities(values=values):
                    named = {reference for reference, _ in values}
                case _:
                    named = set()
            if any(isinstance(reference, int) for reference in named):
                message = (
                    f"phase {phase.id!r} may have other states, and the preference of {name} goes by their numbers"
                )
                found = Diagnostic(message, phase.where, "preferences made of statements")
                raise ModelError([found], conflict.origin, conflict.text)
            lens = dm.lens(lens.refines) if lens.refines else None
