"""What a ``.gmcr`` file cannot say is refused and listed, or left out where losses are allowed."""

from __future__ import annotations

import json

import pytest

from detente.errors import CannotSayError
from detente.graph.graph import Graph
from detente.language.gmcr import read_gmcr
from detente.language.gmcr_write import write_gmcr
from detente.language.load import loads
from detente.language.write import convert
from detente.library.index import library
from tests.gmcr_literal import same

HARD = """
decision_makers:
  a:
    options:
      x: {values: [none, some, full]}
      stuck: {irreversible: {changes: []}}
      y:
    lenses: {one: [a.y], two: [a.x]}
  weather: {kind: nature, options: [rain]}
infeasible: [a.x = full, a.stuck]
limits: [{sum: [a.x], at_most: 1}]
feasible: [[], [a.y], [a.x = some]]
forces: [{id: flood, when: weather.rain, set: {a.y: no}}]
merge: {both: a.stuck}
blocked_moves: [{by: a, from: a.y, to: a.stuck}, {id: rained, by: a, from: weather.rain}]
"""

DETAILED = """
because: why
source: where
notes: and so on
decision_makers:
  a:
    because: why
    options:
      x: {name: The x, source: where, irreversible: {direction: forward, because: why}}
      y: {values: [low, high]}
    statements: {P1: {that: a.x, certainty: likely}}
    preferences: {name: The lens, statements: [P1, {any_order: [a.y, {that: b.z, name: Z}]}]}
  b:
    options: [z]
infeasible: [{id: f1, that: never}]
outcomes: {one: a.x, two: not a.x}
classes: [one, two]
nature: included
status_quo: 1
coalitions: {all: {members: [a, b], because: why}, alone: {members: [a], name: Alone}}
readings: {near: {lenses: {a: default}, because: why}}
"""


def test_all_that_a_file_cannot_say_is_listed() -> None:
    with pytest.raises(CannotSayError) as caught:
        write_gmcr(loads(HARD))
    assert caught.value.target == "GMCR+ (.gmcr)"
    assert [reason.split(" (left")[0] for reason in caught.value.reasons] == [
        "several lenses (a), where no reading is chosen; there are: one, two",
        "an option with 3 values: a.x",
        "an option that cannot be changed at all: a.stuck",
        "nature: weather",
        "a consequence: flood",
        "merged states: both",
        "blocked moves that do not come in pairs, from a condition and to the same condition: "
        "blocked: a cannot move from (a.y) to (a.stuck)",
        "identities of premises: flood, rained, both",
        "names or numbers of values: a.x",
    ]
    with pytest.raises(CannotSayError) as again:
        write_gmcr(loads(HARD), "one", lossy=True)
    assert len(again.value.reasons) == 6


def test_what_is_left_out_only_when_losses_are_allowed() -> None:
    conflict = loads(DETAILED)
    with pytest.raises(CannotSayError) as caught:
        write_gmcr(conflict)
    end = " (left out if losses are allowed)"
    assert [reason.removesuffix(end) for reason in caught.value.reasons if reason.endswith(end)] == [
        "the 'because' of the model",
        "the 'source' of the model",
        "the 'notes' of the model",
        "'because' of: a, irreversible: a.x, all, near",
        "'source' of: a.x",
        "names other than of decision makers and options: a: b.z, alone, a.default",
        "identities of premises: f1, a.P1",
        "certainties: a.P1",
        "names or numbers of values: a.y",
        "statements whose order is uncertain, in: a.default",
        "outcomes: one, two",
        "classes: one, two",
        "the status quo",
        "'nature: included'",
        "coalitions of one: alone",
    ]
    assert same(Graph(read_gmcr(convert(conflict, "gmcr", lossy=True))), Graph(conflict))


@pytest.mark.parametrize(
    ("name", "reason"), [("elmira", "(graph form)"), ("elmira_options", "merged states: abandoned")]
)
def test_built_in_conflicts_that_no_file_can_say(name: str, reason: str) -> None:
    with pytest.raises(CannotSayError) as caught:
        write_gmcr(library(name), lossy=True)
    assert len(caught.value.reasons) == 1
    assert reason in caught.value.reasons[0]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("infeasible: [PARITY]", "the infeasibility 'a.o0 xor a.o1"),
        ("limits: [{sum: [OPTIONS], at_most: 6}]", "the limit 'a.o0 + a.o1"),
        ("blocked_moves: [{by: a, from: PARITY}, {by: a, to: PARITY}]", "the blocked moves of a: written out"),
        ("infeasible: ['exactly 7 of (OPTIONS)']", "the infeasibility 'exactly 7 of"),
        ("infeasible: [" + " xor ".join(["a.o1"] * 190) + "]", ""),
    ],
)
def test_conditions_too_long_to_write_out_are_refused(line: str, reason: str) -> None:
    names = [f"a.o{k}" for k in range(14)]
    line = line.replace("PARITY", " xor ".join(names)).replace("OPTIONS", ", ".join(names))
    options = ", ".join(f"o{k}" for k in range(14))
    conflict = loads(f"decision_makers: {{a: {{options: [{options}]}}}}\n{line}")
    if not reason:
        assert json.loads(write_gmcr(conflict))["infeasibles"] == []
        return
    with pytest.raises(CannotSayError) as caught:
        write_gmcr(conflict)
    assert reason in caught.value.reasons[0]
    assert caught.value.reasons[0].endswith("too many conjunctions")
