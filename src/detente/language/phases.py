"""Phases: from the model file, and back into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.conflict.conflict import Conflict
from detente.conflict.elements import Infeasibility, Merge
from detente.conflict.phase import Phase
from detente.errors import nearest_name
from detente.language.described import described, premised
from detente.language.names import Names
from detente.language.schema import ModelShape
from detente.language.schema_phases import PhaseShape
from detente.language.source import Path
from detente.language.write_text import Pairs, Row


def read_phases(names: Names, shape: ModelShape, conflict: Conflict) -> Iterator[Phase]:
    """Yield the phases of a model whose premises and readings are known; problems go to ``names``."""
    premises = {p.id: p for p in conflict.all_premises()}
    for key, body in (shape.phases or {}).items():
        path: Path = ("phases", key)
        if conflict.graph_form is not None and (body.infeasible or body.irreversible or body.set):
            names.problem(
                path,
                "'infeasible', 'irreversible' or 'set' where states are listed",
                "lenses, 'drop' or a reading",
                key=True,
            )
        if body.reading is not None and body.reading not in [r.id for r in conflict.readings]:
            known = [r.id for r in conflict.readings]
            names.problem(
                (*path, "reading"),
                f"unknown reading {body.reading!r}",
                f"one of {', '.join(known)}",
                nearest_name(body.reading, known),
            )
        for index, name in enumerate(body.drop or ()):
            if name not in premises or isinstance(premises[name], Merge):
                what = "cannot be dropped: it says what a state is" if name in premises else "is no premise"
                near = nearest_name(name, premises) if name not in premises else ""
                names.problem((*path, "drop", index), f"{name!r} {what}", "the identity of a premise", near)
        for option in body.irreversible or {}:
            names.option(option, (*path, "irreversible", option), key=True)
        yield Phase(
            id=key,
            date=body.from_ or "",
            reading=body.reading or "",
            lenses=tuple(_lenses(names, body, path)),
            drop=tuple(body.drop or ()),
            infeasible=tuple(_rules(names, body, path)),
            irreversible=tuple((body.irreversible or {}).items()),
            sets=names.definite(body.set, (*path, "set")) if body.set else (),
            status_quo=None if body.status_quo is None else names.definite(body.status_quo, (*path, "status_quo")),
            nature=body.nature == "yes",
            where=names.document.key(path),
            **described(body),
        )


def _lenses(names: Names, body: PhaseShape, path: Path) -> Iterator[tuple[str, str]]:
    for dm, lens in (body.lenses or {}).items():
        here: Path = (*path, "lenses", dm)
        if not names.decision_maker(dm, here, key=True, nature=False):
            continue
        known = names.lenses.get(dm, [])
        if lens not in known:
            names.problem(here, f"{dm!r} has no lens {lens!r}", f"one of {', '.join(known)}", nearest_name(lens, known))
        yield dm, lens


def _rules(names: Names, body: PhaseShape, path: Path) -> Iterator[Infeasibility]:
    for index, rule in enumerate(body.infeasible or ()):
        here: Path = (*path, "infeasible", index)
        text, at = (rule, here) if isinstance(rule, str) else (rule.that, (*here, "that"))
        formula = names.formula(text, at)
        identity = getattr(rule, "id", None) or f"infeasible in {path[1]}: {formula.text()}"
        yield Infeasibility(id=identity, that=formula, where=names.document.key(here), **premised(rule))


def phase_data(phase: Phase, rules: list[Any], taken: Any) -> dict[str, Any]:
    """Return a phase as plain data, without name, reason and source.

    ``rules`` and ``taken`` are its infeasibilities and its status quo as the writer says them.
    """
    body: dict[str, Any] = {
        "from": phase.date,
        "reading": phase.reading,
        "lenses": Pairs(phase.lenses),
        "drop": Row(phase.drop),
        "infeasible": rules,
        "irreversible": Pairs(phase.irreversible),
        "set": Pairs(phase.sets),
    }
    found = {key: value for key, value in body.items() if value}
    if taken is not None:  # it may be that nothing is taken
        found["status_quo"] = taken
    return found if phase.nature else {**found, "nature": "no"}
