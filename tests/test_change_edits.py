"""Elementary changes: what each makes of a model, and that the list of them has every one."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from detente.analysis.change_catalog import aims_of, guarantees_of, lenses_behind
from detente.conflict import elements as el
from detente.conflict.conflict import Conflict
from detente.conflict.edits import Edit, Move, edited
from detente.conflict.formula import Named
from detente.conflict.secured import Bind, Fix, Hold, Lift
from detente.graph.graph import Graph
from detente.language.load import loads
from detente.report.edits import edit_words

MODEL = """
title: Two villages
statements:
  A: {name: First, that: one.go}
  B: {name: Second, that: not one.go}
  C: {name: Third, that: two.go}
  D: {name: Fourth, that: not two.go}
  E: {name: Nobody's, that: one.go and two.go}
decision_makers:
  one:
    name: The one
    options: {go: Go, level: {values: [low, mid, high]}}
    principles: [A]
    lenses:
      today: {name: Today, refines: later, statements: [B]}
      later: {name: Later, statements: [C, [B, D]]}
    aims: {dream: [one.level = high]}
  two:
    name: The other
    options: {go: {name: Go too, irreversible: forward}}
    preferences: {ranking: [peace, war]}
outcomes: {peace: not one.go and not two.go, war: not peace}
infeasible: {never_both: {that: one.level = high and two.go, because: There is one road.}}
"""
CONFLICT = loads(MODEL)


def lists(conflict: Conflict, dm: str = "one") -> dict[str, Any]:
    """Return the lists of a party: by lens, and the principles under an empty name."""
    party = conflict.decision_maker(dm)
    found: dict[str, Any] = {"": [s.id for s in party.principles]} if party.principles else {}
    for lens in party.lenses:
        if isinstance(lens.preference, el.Prioritised):
            found[lens.id] = [
                [s.id for s in level.statements] if len(level.statements) > 1 else level.statements[0].id
                for level in lens.preference.levels
            ]
        elif isinstance(lens.preference, el.Ranking):
            found[lens.id] = [list(tier) if len(tier) > 1 else tier[0] for tier in lens.preference.classes]
    return found


def aims(conflict: Conflict = CONFLICT, **more: bool) -> tuple[Edit, ...]:
    return aims_of(conflict, (), lenses_behind(conflict, None), **more).edits


def saying(words: str, among: tuple[Edit, ...]) -> Edit:
    """Return the one change that is said so."""
    (found,) = [edit for edit in among if edit_words(CONFLICT, edit) == words]
    return found


AS_IS = {"": ["A"], "today": ["B"], "later": ["C", ["B", "D"]]}
SAID = {
    "give up “First” (A)": {"today": ["B"], "later": ["C", ["B", "D"]]},
    "give up “Second” (B)": {"": ["A"], "today": [], "later": ["C", "D"]},
    "rank “Second” (B) above “Third” (C), under the lens “Later” (later)": {**AS_IS, "later": ["B", "C", "D"]},
    "rank “Third” (C) below “Fourth” (D), under the lens “Later” (later)": {**AS_IS, "later": [["B", "D"], "C"]},
    "rank “Fourth” (D) below “Second” (B), under the lens “Later” (later)": {**AS_IS, "later": ["C", "B", "D"]},
    "take up “Third” (C) above “Second” (B), under the lens “Today” (today)": {**AS_IS, "today": ["C", "B"]},
    "take up “Third” (C) as its last aim, under the lens “Today” (today)": {**AS_IS, "today": ["B", "C"]},
    "take up “Nobody's” (E) as a principle above “First” (A)": {**AS_IS, "": ["E", "A"]},
    "take up “Nobody's” (E) as a principle": {**AS_IS, "": ["A", "E"]},
    "take up the aim that “level” is high above “Third” (C), under the lens “Later” (later)": {
        **AS_IS,
        "later": ["one: one.level = high", "C", ["B", "D"]],
    },
    "rank “Third” (C) above “First” (A), as a principle": {"": ["C", "A"], "today": ["B"], "later": [["B", "D"]]},
    "make “Third” (C) a principle, above all that changes with the times": {
        "": ["A", "C"],
        "today": ["B"],
        "later": [["B", "D"]],
    },
    "rank its principle “First” (A) below “Second” (B), under the lens “Today” (today)": {
        "today": ["B", "A"],
        "later": ["A", "C", ["B", "D"]],
    },
    "rank its principle “First” (A) below “Third” (C), under the lens “Later” (later)": {
        "today": ["A", "B"],
        "later": ["C", "A", ["B", "D"]],
    },
}


@pytest.mark.parametrize("words", SAID)
def test_what_a_change_makes_of_the_lists(words: str) -> None:
    changed = edited(CONFLICT, [saying(words, aims())])
    assert changed is not None
    assert lists(changed) == SAID[words]
    assert changed.decision_maker("two") is CONFLICT.decision_maker("two")


def test_a_ranking_is_changed_state_by_state() -> None:
    (edit,) = [edit for edit in aims() if isinstance(edit, Move)]
    changed = edited(CONFLICT, [edit])
    assert changed is not None
    assert lists(changed, "two") == {"default": ["war", "peace"]}
    assert edit_words(CONFLICT, edit) == "rank “war” above “peace”"


def simple(names: str, principles: str = "", declared: str = "") -> Conflict:
    every = sorted({*names, *principles, *declared})
    text = "statements: {" + ", ".join(f"{name}: a.x{k}" for k, name in enumerate(every)) + "}\n"
    text += "decision_makers: {a: {options: [" + ", ".join(f"x{k}" for k, _ in enumerate(every)) + "]"
    text += f", principles: [{', '.join(principles)}], preferences: [{', '.join(names)}]" + "}}\n"
    return loads(text)


@pytest.mark.parametrize("names", ["A", "AB", "ABC", "ABCDE"])
def test_every_other_place_is_in_the_list_once(names: str) -> None:
    conflict = simple(names)
    found = []
    for edit in aims(conflict):
        changed = edited(conflict, [edit])
        assert changed is not None
        found.append("".join(lists(changed, "a")["default"]))
    expected = {"".join(p) for p in permutations(names) if one_moved(names, p)}
    dropped = {names.replace(name, "") for name in names}
    assert set(found) == expected | dropped
    assert len(found) == len(set(found))
    assert len(expected) == (len(names) - 1) ** 2


def one_moved(before: str, after: tuple[str, ...]) -> bool:
    """Return whether one letter has changed its place, and no other."""
    return "".join(after) != before and any(
        before.replace(letter, "") == "".join(after).replace(letter, "") for letter in before
    )


def test_every_place_for_what_can_be_taken_up() -> None:
    conflict = simple("AB", principles="P", declared="XY")
    found = {str(lists(edited(conflict, [e]) or conflict, "a")) for e in aims(conflict) if e.kind == "take_up"}
    expected = set()
    for name in "XY":
        for gap in range(3):
            own = ["A", "B"]
            own.insert(gap, name)
            expected.add(str({"": ["P"], "default": own}))
        expected |= {str({"": both, "default": ["A", "B"]}) for both in ([name, "P"], ["P", name])}
    assert found == expected


def test_what_others_say_is_taken_up_only_where_that_is_asked_for() -> None:
    conflict = loads(
        "statements: {P: a.x, Q: b.x, R: a.x and b.x}\n"
        "decision_makers: {a: {options: [x], preferences: [P]}, b: {options: [x], preferences: [Q]}}\n"
    )
    own = {e.to_dict()["statement"] for e in aims(conflict) if e.kind == "take_up"}
    borrowed = {(e.dm, e.to_dict()["statement"]) for e in aims(conflict, borrow=True) if e.kind == "take_up"}
    assert own == {"R"}
    assert borrowed == {("a", "Q"), ("a", "R"), ("b", "P"), ("b", "R")}


def test_who_is_kept_and_what_does_not_count_is_left_alone() -> None:
    assert {edit.dm for edit in aims_of(CONFLICT, ["one"], lenses_behind(CONFLICT, None)).edits} == {"two"}
    later = aims_of(CONFLICT, ["two"], {("one", "later")}).edits
    assert {edit.to_dict().get("lens") for edit in later} == {None, "later"}
    kept = guarantees_of(CONFLICT, ["one", "two"], [("peace", Named("peace"))]).edits
    assert kept == (Lift(premise="never_both"),)
    weighed = replace(
        CONFLICT.decision_maker("two"), lenses=(el.Lens(id="default", preference=el.Utilities(())),), aims=()
    )
    conflict = replace(CONFLICT, decision_makers=(CONFLICT.decision_makers[0], weighed))
    assert aims_of(conflict, (), lenses_behind(conflict, None)).unworded == ("two",)


PEACE = Named("peace")


def arcs(conflict: Conflict, dm: str) -> set[tuple[str, str]]:
    """Return a party's moves, states as what is taken in them."""
    graph = Graph(conflict)
    place = [item.id for item in conflict.decision_makers].index(dm)
    at, targets = graph.moves[place].expand(np.arange(graph.n_states, dtype=np.int32))
    return {(graph.describe(int(a)), graph.describe(int(b))) for a, b in zip(at, targets, strict=True)}


def test_what_is_secured() -> None:
    before = arcs(CONFLICT, "one")
    bound = edited(CONFLICT, [Bind(dm="one", that=PEACE, about="peace")])
    assert bound is not None
    inside = {s for s, _ in before if "go" not in s}
    assert arcs(bound, "one") == {(s, t) for s, t in before if not (s in inside and t not in inside)}
    held = edited(CONFLICT, [Hold(dm="one", option="one.level", that=PEACE, about="peace")])
    assert held is not None

    def level(state: str) -> str:
        return next((word for word in ("mid", "high") if word in state), "low")

    assert arcs(held, "one") == {(s, t) for s, t in before if not (s in inside and level(s) != level(t))}
    fixed = edited(CONFLICT, [Fix(dm="one", option="one.level", direction="backward")])
    assert fixed is not None
    order = ["low", "mid", "high"]
    assert arcs(fixed, "one") == {(s, t) for s, t in before if order.index(level(t)) <= order.index(level(s))}
    lifted = edited(CONFLICT, [Lift(premise="never_both")])
    assert lifted is not None
    assert Graph(lifted).n_states == Graph(CONFLICT).n_states + 2
    free = edited(CONFLICT, [Lift(premise="irreversible: two.go")])
    assert free is not None
    assert arcs(free, "two") > arcs(CONFLICT, "two")


def test_the_list_of_what_can_be_secured() -> None:
    edits = guarantees_of(CONFLICT, (), [("peace", PEACE)], {("peace", "two.go")}).edits
    said = [edit_words(CONFLICT, edit) for edit in edits]
    assert said == [
        "be unable to leave “peace”",
        "be unable to change “Go” as long as “peace” is there",
        "be unable to change “level” as long as “peace” is there",
        "be unable to drop “Go” once it is taken",
        "be unable to take “Go” any more",
        "be unable to move “level” back towards low",
        "be unable to move “level” on towards high",
        "be unable to leave “peace”",
        "the restriction “There is one road.” (never_both) would have to be lifted",
        "the restriction “two.go moves only forward” (irreversible: two.go) would have to be lifted",
    ]


def test_what_has_no_object_changes_nothing() -> None:
    give_up = saying("give up “Second” (B)", aims())
    taken = saying("take up “Third” (C) above “Second” (B), under the lens “Today” (today)", aims())
    assert edited(CONFLICT, [give_up, taken]) is not None  # what is given up goes last
    without = edited(CONFLICT, [give_up])
    assert without is not None
    assert edited(without, [taken]) is None
    assert edited(without, [give_up]) is None
    assert edited(CONFLICT, [Fix(dm="two", option="two.go", direction="forward")]) is None
    assert edited(CONFLICT, [Lift(premise="nothing")]) is None
