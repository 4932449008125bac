"""A conflict in phases: what is different from one stretch of time to the next."""

from __future__ import annotations

from dataclasses import replace

from detente.conflict.conflict import Conflict
from detente.conflict.elements import Irreversibility, Reading
from detente.conflict.phase import Phase
from detente.conflict.variant import without


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
    changed = without(conflict, phase.drop) if phase.drop else conflict
    lenses = {**conflict.lens_choice(phase.reading or reading), **dict(phase.lenses)}
    rules = dict(phase.irreversible)
    makers = tuple(
        replace(
            dm,
            options=tuple(
                replace(option, irreversible=_rule(f"{dm.id}.{option.id}", rules[f"{dm.id}.{option.id}"], phase))
                if f"{dm.id}.{option.id}" in rules
                else option
                for option in dm.options
            ),
        )
        for dm in changed.decision_makers
    )
    return replace(
        changed,
        decision_makers=makers,
        infeasible=(*changed.infeasible, *phase.infeasible),
        readings=(Reading(id=phase.id, name=phase.name, lenses=tuple(lenses.items())),),
    )


def _rule(option: str, direction: str, phase: Phase) -> Irreversibility | None:
    if direction == "no":
        return None
    name = f"irreversible: {option} in {phase.id}"
    return Irreversibility(id=name, option=option, direction=direction, where=phase.where)  # type: ignore[arg-type]
