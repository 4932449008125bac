"""Warnings about rules: hidden vetoes, against their literal reading, and rules that change nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.analysis import vetoes
from detente.analysis.validate import Validation, validate
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Infeasibility, Premise
from detente.conflict.formula import And, Compare, Or, Taken
from detente.errors import ModelError
from detente.graph.coding import Coding
from detente.graph.feasible import constraints
from detente.graph.graph import Graph
from detente.language.load import loads
from tests.oracle import LiteralModel
from tests.oracle_model import Member, Positions
from tests.strategies import any_conflict, merged_conflicts, option_conflicts
from tests.validate_cases import BASE, KINDS, found, prefers

some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# -- vetoes ---------------------------------------------------------------------------------------------------------


def keys(text: str) -> dict[tuple[str, str, str], vetoes.Veto]:
    graph = Graph(loads(text))
    return {(veto.by, veto.against, veto.option): veto for veto in vetoes.hidden_vetoes(graph)[0]}


def test_a_signature_that_needs_another_is_a_veto_both_ways() -> None:
    result = keys(BASE + "infeasible: {x: us.sign and not ru.sell}")
    assert set(result) == {("ru", "us", "us.sign"), ("us", "ru", "ru.sell")}
    first, second = result["ru", "us", "us.sign"], result["us", "ru", "ru.sell"]
    assert (first.states, first.state, first.change, first.choice) == (4, 0, ("no", "yes"), (("ru.sell", "no"),))
    assert second.change == ("yes", "no")
    assert second.choice == (("us.sign", "yes"),)


def test_irreversible_options_blocked_moves_and_other_rules_leave_no_veto() -> None:
    text = BASE + "infeasible: {x: us.sign and ru.war%s}"
    assert set(keys(text % "")) == {("ru", "us", "us.sign"), ("us", "ru", "ru.war")}
    gone = (text % "").replace("sign: Sign", "sign: {irreversible: backward}")
    assert set(keys(gone)) == {("us", "ru", "ru.war")}
    assert set(keys(text % "" + "\nblocked_moves: [{by: us, from: ru.war}]")) == {("us", "ru", "ru.war")}
    assert keys(text % ", y: us.sign and not us.arm, z: us.arm") == {}


def test_nature_freezes_and_is_frozen() -> None:
    text = prefers("[us.arm, us.sign]") + "  front: {kind: nature, options: {line: {values: [holds, breaks]}}}\n"
    text += "infeasible: {x: us.arm and front.line = breaks}"
    assert set(keys(text)) == {("front", "us", "us.arm"), ("us", "front", "front.line")}
    messages = [warning.message for warning in found(text, "hidden-veto")]
    assert any(m.endswith("where us.arm = yes; if that is not meant, use a consequence (forces).") for m in messages)


def test_a_limit_across_owners_is_a_veto_and_the_most_affected_comes_first() -> None:
    text = BASE + "limits: {money: {sum: [us.arm, us.sign, ru.war], at_most: 1, across: yes}}\n"
    listed = vetoes.hidden_vetoes(Graph(loads(text)))[0]
    assert {veto.premise.id for veto in listed} == {"money"}
    assert [veto.states for veto in listed] == sorted((veto.states for veto in listed), reverse=True)


def literal_vetoes(conflict: Conflict) -> dict[tuple[str, str, str, str], set[int]]:
    """Return the states of each hidden veto, by premise, freezer, frozen and option; word by word."""
    model, result, coding = LiteralModel(conflict), defaultdict(set), Coding.of(conflict)
    rules = [rule for rule in constraints(conflict, coding) if rule.premise not in conflict.forces]

    def breaks(positions: Positions) -> list[Premise]:
        code = np.array([sum(p * stride for p, stride in zip(positions, coding.strides, strict=True))])
        broken = [rule.premise for rule in rules if not rule.allows(code)[0]]
        listed = conflict.feasible
        return broken + ([listed] if listed and positions not in map(model._positions, listed.states) else [])

    for s in model.states:
        for start in model.members(s):
            for at, (name, option) in enumerate(conflict.options.items()):
                dm = conflict.owner(name)
                for value in range(len(option.values)):
                    raw = (*start[:at], value, *start[at + 1 :])
                    if value == start[at] or not model._allowed(start, raw):
                        continue
                    end = model.settle(raw)
                    broken = breaks(end)
                    if len(broken) != 1 or broken[0] is conflict.feasible or _blocked(model, dm, start, end):
                        continue
                    behind = next(rule.options for rule in rules if rule.premise is broken[0])
                    for by in {conflict.owner(o) for o in behind} - {dm} if name in behind else ():
                        own = [k for k, o in enumerate(model.names) if o in behind and conflict.owner(o) == by]
                        others = [p for p in model.raw() if all(p[k] == end[k] for k in range(len(p)) if k not in own)]
                        if all(start[k] == end[k] for k in own) and any(broken[0] not in breaks(p) for p in others):
                            result[broken[0].id, by, dm, name].add(s)
    return dict(result)


def _blocked(model: LiteralModel, dm: str, start: Positions, end: Positions) -> bool:
    return any(
        block.by == dm and model.true_of(block.from_, Member(start)) and model.true_of(block.to, Member(end))
        for block in model.conflict.blocked_moves
    )


@some
@given(option_conflicts() | merged_conflicts(), st.integers(0, 1 << 30))
def test_vetoes_are_what_the_definition_says(conflict: Conflict, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b, c = (str(name) for name in rng.choice(list(conflict.options), 3))
    ends = [Compare(name, "=", conflict.options[name].values[int(rng.integers(2))].id) for name in (a, b)]
    rule = Infeasibility(id="across", that=Or((And(tuple(ends)), And((ends[0], Taken(c))))))
    conflict = replace(conflict, infeasible=(*conflict.infeasible, rule))
    try:
        wanted = literal_vetoes(conflict)
    except (ModelError, ValueError):  # nothing is left
        return
    listed = vetoes.hidden_vetoes(Graph(conflict))[0]
    found = {(v.premise.id, v.by, v.against, v.option): (v.states, v.state + 1) for v in listed}
    assert found == {key: (len(states), min(states)) for key, states in wanted.items()}


# -- idle rules -----------------------------------------------------------------------------------------------------


@some
@given(any_conflict())
def test_no_model_breaks_it_and_what_is_idle_is_exactly_what_changes_nothing(conflict: Conflict) -> None:
    result = validate(conflict)
    assert isinstance(result, Validation)
    assert set(result.to_frame()["kind"]) <= set(KINDS)
    idle = {w.element for w in result.warnings if w.kind.endswith("-idle") and "-part-" not in w.kind}
    for force in conflict.forces:
        assert _same(conflict, _without(conflict, {force.id})) is (force.id in idle)
    reduced = _without(conflict, idle - {force.id for force in conflict.forces})
    assert _same(conflict, reduced)
    for rule in (*reduced.infeasible, *reduced.limits, *reduced.blocked_moves):
        assert not _same(reduced, _without(reduced, {rule.id}))
    assert reduced.feasible is None or not _same(reduced, replace(reduced, feasible=None))


def _without(conflict: Conflict, names: set[str]) -> Conflict:
    rules: dict[str, Any] = {
        field: tuple(item for item in getattr(conflict, field) if item.id not in names)
        for field in ("infeasible", "limits", "blocked_moves", "forces", "merge")
    }
    listed = conflict.feasible
    return replace(conflict, **rules, feasible=None if listed and listed.id in names else listed)


def _same(one: Conflict, two: Conflict) -> bool:
    first = LiteralModel(one)
    try:
        second = LiteralModel(two)
        members = [first.members(s) for s in first.states] == [second.members(s) for s in second.states]
        return members and first.moves == second.moves
    except ValueError:  # what is merged would no longer agree, or consequences would not come to rest
        return False


def test_vetoes_are_found_among_thousands_of_states() -> None:
    text = "decision_makers:\n"
    for k in range(3):
        preferences = f"p{k}.a, p{(k + 1) % 3}.b, p{k}.c, p{k}.d, p0.a and p1.a, p2.c or p1.d"
        text += f"  p{k}: {{options: [a, b, c, d], preferences: [{preferences}]}}\n"
    text += "infeasible: [p0.a and p1.b, p1.c and p2.d and p0.d, p2.a and not p0.b]\n"
    text += "blocked_moves: [{by: p0, from: p1.a}]\nforces: [{when: p0.c and p1.d, set: {p2.c: no}}]\n"
    conflict = loads(text)
    result = validate(conflict)
    assert result.states > 1500
    assert any(warning.kind == "hidden-veto" for warning in result.warnings)
