"""Warnings about suspicious models: one model per kind, the built-in conflicts, and the literal reading of a veto."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.analysis import validate as module
from detente.analysis import vetoes
from detente.analysis.validate import Validation, Warning_, validate
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Infeasibility, Premise
from detente.conflict.formula import And, Compare, Or, Taken
from detente.errors import ModelError, TooLargeError
from detente.graph.coding import Coding
from detente.graph.feasible import constraints
from detente.graph.graph import Graph
from detente.language.load import loads
from detente.library.index import conflict_names, library
from tests.oracle import LiteralModel
from tests.oracle_model import Member, Positions
from tests.strategies import any_conflict, merged_conflicts, option_conflicts

some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

BASE = """
decision_makers:
  us:
    options: {arm: Arm, sign: Sign}
    preferences: [not ru.war, us.sign, us.arm]
  ru:
    options: {war: War, sell: Sell}
    preferences: [not us.arm, ru.war, ru.sell]
"""

LONE = "decision_makers:\n  us: {options: [arm], preferences: [us.arm]}\n"

LENSES = """
decision_makers:
  us:
    options: {arm: Arm}
    lenses:
      tactical: %s
      strategic: %s
  ru:
    options: {war: War}
    preferences: [not us.arm, ru.war]
"""


def prefers(us: str, options: str = "{arm: Arm, sign: Sign}", **more: str) -> str:
    """Return a model in which 'us' has these preferences and the other likes what it can."""
    lines = "".join(f"\n    {key}: {value}" for key, value in more.items())
    return f"""
decision_makers:
  us:
    options: {options}
    preferences: {us}{lines}
  ru:
    options: {{war: War}}
    preferences: [us.arm, us.sign, ru.war]
"""


def graph_form(moves: str, preferences: str = "{ranking: [a, b]}") -> str:
    return f"""
states: [a, b]
decision_makers:
  us: {{preferences: {preferences}}}
  ru: {{preferences: {{ranking: [b, a]}}}}
moves: {moves}
"""


# kind, element, words of the message, model
CASES = [
    (
        "outcome-never",
        "both",
        "no feasible state: all combinations that make",
        BASE
        + """
infeasible: [us.arm and us.sign]
outcomes: {both: us.arm and us.sign}
status_quo: []
""",
    ),
    (
        "outcome-never",
        "odd",
        "no combination of options",
        BASE
        + """
outcomes: {odd: us.arm and not us.arm}
status_quo: []
""",
    ),
    (
        "outcome-always",
        "any",
        "every feasible state: all combinations",
        BASE
        + """
infeasible: [us.arm and us.sign]
outcomes: {any: not us.arm or not us.sign}
status_quo: []
""",
    ),
    ("outcome-always", "any", "every combination", BASE + "outcomes: {any: ru.war iff ru.war}\nstatus_quo: []"),
    (
        "outcome-never",
        "c",
        "no listed state: correct 'us.arm'",
        graph_form("{us: {a: b}, ru: {b: a}}").replace("us: {", "us: {options: [arm], ", 1) + "outcomes: {c: us.arm}",
    ),
    (
        "statement-never",
        "us: us.arm and us.sign",
        "all combinations",
        prefers("[us.arm and us.sign, us.arm, us.sign]") + "infeasible: [us.arm and us.sign]",
    ),
    (
        "statement-never",
        "us: us.arm and not us.arm",
        "no combination",
        prefers("[us.arm and not us.arm, us.arm, us.sign]"),
    ),
    (
        "statement-always",
        "us: ru.war or not ru.war",
        "every combination",
        prefers("[ru.war or not ru.war, us.arm, us.sign]"),
    ),
    (
        "statement-idle",
        "us: not us.arm",
        "holds exactly where statement 'us.arm' above does not",
        prefers("[us.arm, not us.arm, us.sign]"),
    ),
    (
        "statement-idle",
        "us: us.arm and us.arm",
        "exactly where statement 'us.arm' above does;",
        prefers("[us.arm, us.arm and us.arm, us.sign]"),
    ),
    ("statement-idle", "us: us.arm and us.sign", "does not vary", prefers("[us.arm, us.sign, us.arm and us.sign]")),
    (
        "statement-idle",
        "us: us.arm xor ru.war",
        "no two states tied",
        prefers("[us.arm, us.sign, ru.war, us.arm xor ru.war]"),
    ),
    (
        "statement-idle",
        "us: us.sign",
        "principles of us",
        prefers("[ru.war]", principles="[us.arm iff us.sign, us.arm, us.sign]"),
    ),
    (
        "statement-idle",
        "us: us.sign and us.arm",
        "in the preference of us: it does not vary",
        prefers("[us.arm, us.sign, [ru.war, us.sign and us.arm]]"),
    ),
    ("statement-idle", "us: us.arm", "weight never tips", prefers("{weights: {us.arm: 0, us.sign: 1}}")),
    ("statement-twice", "us: us.arm", "stands twice in the preference of us", prefers("[us.arm, us.sign, us.arm]")),
    (
        "statement-twice",
        "us: us.arm",
        "two weights",
        prefers("{weights: [{that: us.arm, weight: 1}, {that: us.arm, weight: 2}, {that: us.sign, weight: 1}]}"),
    ),
    (
        "statement-unused",
        "us.P2",
        "lists statement us.P2",
        prefers("[P1, us.sign]", statements="{P1: us.arm, P2: not us.sign}"),
    ),
    (
        "part-never",
        "us: us.arm or us.sign <= no and us.sign",
        "'us.sign <= no and us.sign' is false",
        prefers("[us.arm or us.sign <= no and us.sign, us.sign]"),
    ),
    (
        "part-always",
        "us: us.arm and us.sign >= no",
        "'us.sign >= no' is true",
        prefers("[us.arm and us.sign >= no, us.sign]"),
    ),
    (
        "part-always",
        "f",
        "In consequence f, 'us.arm >= no'",
        BASE + "forces: {f: {when: us.arm >= no, set: {us.sign: yes}}}",
    ),
    ("option-fixed", "us.arm", "is no in every feasible state", BASE + "infeasible: [us.arm]"),
    (
        "value-never",
        "us.arm",
        "is full in no feasible state",
        prefers("[us.arm, us.sign]", "{arm: {values: [none, some, full]}, sign: Sign}") + "infeasible: [us.arm = full]",
    ),
    ("option-unused", "us.idle", "no preference, outcome", prefers("[us.arm]", "{arm: Arm, sign: Sign, idle: ''}")),
    (
        "irreversible-unused",
        "us.idle",
        "Irreversible option us.idle",
        prefers("[us.arm]", "{arm: Arm, sign: Sign, idle: {irreversible: forward}}"),
    ),
    (
        "no-preferences",
        "us.default",
        "Party us has no preferences",
        "decision_makers:\n  us: {options: [arm]}\n  ru: {options: [war], preferences: [us.arm, ru.war]}",
    ),
    ("all-tied", "us.default", "preference of us ties all", prefers("{utilities: [3, 3, 3, 3, 3, 3, 3, 3]}")),
    ("lenses-same", "us.strategic", "tactical and strategic", LENSES % ("[us.arm]", "{weights: {us.arm: 2}}")),
    (
        "lens-unused",
        "us.strategic",
        "No reading uses lens strategic of us",
        LENSES % ("[us.arm, ru.war]", "[ru.war, us.arm]") + "readings: {one: {us: tactical}}",
    ),
    (
        "readings-same",
        "two",
        "choose the same lenses",
        LENSES % ("[us.arm]", "[ru.war, us.arm]") + "readings: {one: {us: strategic}, two: {us: strategic}}",
    ),
    (
        "readings-same",
        "two",
        "rank all states alike",
        LENSES % ("[us.arm]", "{weights: {us.arm: 2}}") + "readings: {one: {us: tactical}, two: {us: strategic}}",
    ),
    (
        "any-order",
        "us.default",
        "In the preference of us, 2 statements may stand in any order",
        prefers("[{any_order: [us.arm, us.sign]}]"),
    ),
    (
        "infeasibility-idle",
        "b",
        "infeasibility a leaves out as much already",
        BASE + "infeasible: {a: us.arm and ru.war, b: us.arm and ru.war and us.sign}",
    ),
    (
        "infeasibility-idle",
        "a",
        "infeasibility b leaves out as much already",
        BASE + "infeasible: {a: us.arm and us.sign and not ru.sell, b: us.sign and us.arm}",
    ),
    (
        "infeasibility-idle",
        "c",
        "the other rules see to it already",
        BASE + "infeasible: {a: us.arm and us.sign, b: us.arm and not us.sign and ru.sell, c: us.arm and ru.sell}",
    ),
    ("infeasibility-idle", "x", "no combination of options is concerned", BASE + "infeasible: {x: never}"),
    (
        "infeasibility-idle",
        "a",
        "the list of feasible states leaves out as much",
        BASE + "infeasible: {a: us.arm and us.sign}\nfeasible: [[], [us.arm], [us.sign], [ru.war], [ru.sell]]",
    ),
    (
        "infeasibility-part-idle",
        "a",
        "In infeasibility a, 'us.arm and us.sign and ru.war' changes nothing: 'us.arm",
        BASE + "infeasible: {a: us.arm and us.sign or us.arm and us.sign and ru.war}",
    ),
    ("limit-idle", "l", "no combination of options", BASE + "limits: {l: {sum: [us.arm, us.sign], at_most: 2}}"),
    ("feasible-idle", "feasible", "The list of feasible states changes nothing", LONE + "feasible: [[], [us.arm]]"),
    (
        "blocked-idle",
        "b",
        "no state satisfies 'from'",
        BASE + "infeasible: [us.arm and us.sign]\nblocked_moves: {b: {by: ru, from: us.arm and us.sign}}",
    ),
    ("blocked-idle", "b", "no state satisfies 'to'", BASE + "blocked_moves: {b: {by: ru, to: us.arm and not us.arm}}"),
    ("blocked-idle", "b", "no such move anyway", BASE + "blocked_moves: {b: {by: ru, from: us.arm, to: not us.arm}}"),
    (
        "blocked-idle",
        "b",
        "the other rules",
        BASE + "blocked_moves: {a: {by: ru, from: us.arm}, b: {by: ru, from: us.arm and us.sign}}",
    ),
    ("force-idle", "f", "no combination of options", BASE + "forces: {f: {when: us.arm, set: {us.arm: yes}}}"),
    (
        "force-idle",
        "g",
        "the other rules see to it already",
        BASE + "forces: {f: {when: us.arm, set: {us.sign: yes}}, g: {when: us.arm and ru.war, set: {us.sign: yes}}}",
    ),
    (
        "force-dead-end",
        "f",
        "such as us.arm = yes from state 4 (ru.war), in what infeasibility x forbids",
        BASE + "forces: {f: {when: us.arm, set: {us.sign: yes}}}\ninfeasible: {x: us.sign and ru.war}",
    ),
    ("merge-idle", "m", "only one feasible", BASE + "merge: {m: us.arm and us.sign and ru.war and ru.sell}"),
    ("merge-idle", "m", "no feasible", BASE + "infeasible: [us.arm and us.sign]\nmerge: {m: us.arm and us.sign}"),
    ("never-moves", "ru", "it has no options", LONE + "  ru: {preferences: [us.arm]}"),
    (
        "never-moves",
        "ru",
        "no change of its options",
        LONE + "  ru: {options: [war], preferences: [us.arm, ru.war]}\nblocked_moves: [{by: ru}]",
    ),
    ("never-moves", "ru", "no move of it is listed", graph_form("{us: {a: b}}")),
    ("status-quo-missing", "", "add 'status_quo:'", BASE + "outcomes: {war: ru.war}"),
    ("one-state", "", "only one state", LONE + "infeasible: [us.arm]"),
    (
        "classes",
        "classes",
        "belong to no class, such as state 1",
        """
decision_makers:
  us: {options: [arm, sign], preferences: [us.arm, us.sign]}
outcomes: {armed: us.arm}
classes: [armed]
status_quo: []
""",
    ),
    (
        "hidden-veto",
        "x",
        "it keeps us from changing us.sign in 4 of 12 states, such as to yes in state 5 (ru.war), "
        "where ru.war = yes; if that is not meant, use a consequence (forces) or a preference.",
        BASE + "infeasible: {x: us.sign and ru.war}",
    ),
]
KINDS = sorted({kind for kind, *_ in CASES})


def found(text: str, kind: str) -> list[Warning_]:
    return [warning for warning in validate(loads(text)).warnings if warning.kind == kind]


@pytest.mark.parametrize(("kind", "element", "words", "text"), CASES)
def test_each_kind_is_found_and_says_what_to_do(kind: str, element: str, words: str, text: str) -> None:
    matching = [warning for warning in found(text, kind) if warning.element == element]
    assert any(words in warning.message for warning in matching), validate(loads(text)).warnings
    assert all(w.message.endswith(".") and w.message[0].isupper() and "\n" not in w.message for w in matching)
    assert all(w.level == ("error" if kind == "classes" else "warning") for w in matching)
    assert all(w.mark is not None or kind in ("one-state", "status-quo-missing") for w in matching)


def test_the_mark_is_the_place_of_the_element() -> None:
    (warning,) = found("title: x\n" + BASE + "infeasible:\n  - us.arm and not us.arm\n", "infeasibility-idle")
    assert warning.mark is not None
    assert warning.mark.line == 11


@pytest.mark.parametrize("name", conflict_names())
def test_built_in_conflicts_have_no_errors_and_the_classics_no_warnings(name: str) -> None:
    result = validate(library(name))
    if not name.startswith("peace"):
        assert result.warnings == ()
        assert result.complete
    assert all(warning.level == "warning" for warning in result.warnings)


def test_a_clean_model_of_every_element_has_no_warnings() -> None:
    assert (
        validate(
            loads(
                BASE
                + """
infeasible: {a: us.arm and us.sign}
limits: {l: {sum: [ru.war, ru.sell], at_most: 1}}
forces: {f: {when: us.sign and ru.war, set: {ru.war: no}}}
blocked_moves: {b: {by: ru, from: us.arm, to: ru.sell}}
outcomes: {peace: not ru.war, war: ru.war}
classes: [peace, war]
status_quo: [ru.war]
"""
            )
        ).warnings
        == ()
    )


def test_counts_plain_data_and_table() -> None:
    result = validate(
        loads(
            BASE
            + """
infeasible: [us.arm and us.sign]
outcomes: {w: ru.war, p: not ru.war}
classes: [w, p]
"""
        )
    )
    assert (result.decision_makers, result.options, result.combinations, result.states) == (2, 4, 16, 12)
    assert dict(result.classes) == {"w": 6, "p": 6}
    data = json.loads(json.dumps(result.to_dict()))
    assert data["states"] == 12
    assert data["classes"] == {"w": 6, "p": 6}
    assert data["complete"] is True
    assert [w["kind"] for w in data["warnings"]] == ["status-quo-missing"]
    frame = result.to_frame()
    assert list(frame["kind"]) == ["status-quo-missing"]
    assert list(frame.columns)[:2] == ["level", "kind"]


def test_errors_of_the_model_pass_through(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="leaves out"):
        validate(loads(prefers("{ranking: [1, 2]}")))
    with pytest.raises(ModelError, match="not possible"):
        validate(loads(BASE + "infeasible: [us.arm]\nstatus_quo: [us.arm]"))
    monkeypatch.setenv("DETENTE_MEMORY", "0.0000001")
    with pytest.raises(TooLargeError):
        validate(loads(BASE))


def test_what_is_not_looked_for_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MANY_STATES", 3)
    result = validate(loads(BASE + "infeasible: {x: us.sign and ru.war}"))
    assert not result.complete
    assert "Hidden vetoes" in result.notes[0]
    assert result.warnings == ()
    monkeypatch.undo()
    monkeypatch.setattr(vetoes, "LARGEST_TABLE", 2)
    result = validate(loads(BASE + "infeasible: {x: us.sign and ru.war}"))
    assert result.notes == ("Infeasibility x has too many options to look for hidden vetoes.",)
    monkeypatch.setattr(vetoes, "SEARCHES", (1,))
    hard = BASE + "infeasible: {x: us.sign or ru.war, y: us.arm and ru.sell and not us.sign, z: us.arm and not ru.sell}"
    assert any("may or may not leave" in note for note in validate(loads(hard)).notes)


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


def test_thousands_of_states_take_no_time() -> None:
    text = "decision_makers:\n"
    for k in range(3):
        preferences = f"p{k}.a, p{(k + 1) % 3}.b, p{k}.c, p{k}.d, p0.a and p1.a, p2.c or p1.d"
        text += f"  p{k}: {{options: [a, b, c, d], preferences: [{preferences}]}}\n"
    text += "infeasible: [p0.a and p1.b, p1.c and p2.d and p0.d, p2.a and not p0.b]\n"
    text += "blocked_moves: [{by: p0, from: p1.a}]\nforces: [{when: p0.c and p1.d, set: {p2.c: no}}]\n"
    conflict = loads(text)
    before = time.perf_counter()
    result = validate(conflict)
    assert result.states > 1500
    assert time.perf_counter() - before < 5
    assert any(warning.kind == "hidden-veto" for warning in result.warnings)
