"""Conflicts that are written and read again: what they are compared with."""

from __future__ import annotations

import json
from dataclasses import replace

from detente.conflict import elements as el
from detente.conflict import formula as fm
from detente.conflict.conflict import Conflict
from detente.language.formula_parser import parse_formula
from detente.language.load import loads
from detente.language.write import to_json, to_yaml


def said(conflict: Conflict) -> Conflict:
    """Return a drawn conflict in the words of the language: identities, numbers and formulas as it has them."""

    def formula(that: fm.Formula) -> fm.Formula:
        labels = {state.label for state in conflict.graph_form.states} if conflict.graph_form else set()
        return fm.rewrite(
            parse_formula(that.text()),
            lambda leaf: fm.AtState(leaf.name) if isinstance(leaf, fm.Named) and leaf.name in labels else leaf,
        )

    def statement(dm: el.DecisionMaker, s: el.Statement) -> el.Statement:
        own = s in dm.statements or int(s.id[1:]) % 2
        return replace(s, id=f"{dm.id}.{s.id}" if own else f"{dm.id}: {s.that.text()}", that=formula(s.that))

    def preference(dm: el.DecisionMaker, given: el.Preference) -> el.Preference:
        if isinstance(given, el.Prioritised):
            return el.Prioritised(
                tuple(
                    el.Level(tuple(statement(dm, s) for s in level.statements), level.any_order)
                    for level in given.levels
                )
            )
        if isinstance(given, el.Weights):
            return el.Weights(tuple((statement(dm, s), weight * 3) for s, weight in given.terms))
        if isinstance(given, el.Utilities):
            return el.Utilities(tuple((state, number * 3) for state, number in given.values))
        return given

    def maker(dm: el.DecisionMaker) -> el.DecisionMaker:
        rules = [(o, o.irreversible) for o in dm.options]
        return replace(
            dm,
            options=tuple(
                o if r is None else replace(o, irreversible=replace(r, id=f"irreversible: {r.option}"))
                for o, r in rules
            ),
            statements=tuple(statement(dm, s) for s in dm.statements),
            principles=tuple(statement(dm, s) for s in dm.principles),
            lenses=tuple(replace(lens, preference=preference(dm, lens.preference)) for lens in dm.lenses),
        )

    def reading(given: el.Reading) -> el.Reading:
        return replace(given, lenses=tuple(conflict.lens_choice(given.id).items()))

    return replace(
        conflict,
        decision_makers=tuple(maker(dm) for dm in conflict.decision_makers),
        infeasible=tuple(replace(item, that=formula(item.that)) for item in conflict.infeasible),
        feasible=conflict.feasible and replace(conflict.feasible, id="feasible"),
        forces=tuple(replace(item, when=formula(item.when)) for item in conflict.forces),
        blocked_moves=tuple(
            replace(item, from_=formula(item.from_), to=formula(item.to)) for item in conflict.blocked_moves
        ),
        merge=tuple(replace(item, that=formula(item.that)) for item in conflict.merge),
        outcomes=tuple(replace(item, that=formula(item.that)) for item in conflict.outcomes),
        readings=tuple(map(reading, conflict.readings)),
    )


def check(conflict: Conflict) -> None:
    """Check that a conflict written as YAML or JSON and read again is equal."""
    assert loads(to_yaml(conflict)) == conflict
    assert loads(to_json(conflict), kind="json") == conflict
    json.loads(to_json(conflict))
