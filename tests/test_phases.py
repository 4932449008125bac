"""Phases: what is different in each, and where one hands over to the next."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from detente.analysis.phases import phases
from detente.cli.main import app
from detente.errors import ModelError, UsageError
from detente.graph.graph import Graph
from detente.language.load import loads
from detente.language.write import to_yaml
from tests.oracle import LiteralModel

STRIKE = """
title: A strike
decision_makers:
  union:
    options: {strike: Strike}
    lenses: {angry: [union.strike if not firm.raise, not union.strike], tired: [not union.strike]}
  firm:
    options: {raise: {name: Raise pay}}
    lenses: {hard: [not firm.raise], soft: [firm.raise]}
  weather: {kind: nature, options: {frost: {irreversible: forward}}}
outcomes: {peace: not union.strike, strike: union.strike}
classes: [peace, strike]
status_quo: []
readings: {now: {union: angry, firm: hard}}
phases:
  walkout: {name: The walkout, from: 2025-01, nature: no}
  winter: {from: 2025-06, lenses: {firm: soft}}
  closed: {set: {union.strike: no}, infeasible: [union.strike]}
  after: {drop: ["union: union.strike if not firm.raise"], irreversible: {firm.raise: forward}, lenses: {firm: hard}}
  again: {status_quo: [union.strike], reading: now, nature: no}
"""


def test_each_phase_begins_where_the_one_before_came_to_rest() -> None:
    conflict = loads(STRIKE)
    tree = phases(conflict)
    for before, after in zip(tree.phases, tree.phases[1:], strict=False):
        handed = {}
        for branch in before.branches:
            for end in branch.ends:
                options = {**before.graph.space.options_of(end.state), **dict(after.phase.sets)}
                key = tuple(sorted(options.items()))
                handed[key] = handed.get(key, 0.0) + branch.share * end.share
        begun = {
            tuple(sorted(after.graph.space.options_of(branch.start).items())): branch.share for branch in after.branches
        }
        if after.phase.status_quo is None:
            assert begun.keys() == handed.keys()
            assert all(begun[key] == pytest.approx(handed[key]) for key in begun)
        assert sum(branch.share for branch in after.branches) == pytest.approx(1)
    walkout, winter, closed, after, again = tree.phases
    assert walkout.outcomes() == pytest.approx({"peace": 0, "strike": 1})
    assert winter.outcomes() == pytest.approx({"peace": 1, "strike": 0})
    assert closed.graph.n_states == 4
    assert [branch.share for branch in after.branches] == pytest.approx([1])
    assert again.graph.describe(again.branches[0].start) == "union.strike"


def test_what_is_different_is_different_and_the_rest_is_not() -> None:
    conflict = loads(STRIKE)
    walkout, winter, _, after, _ = phases(conflict).phases
    here, literal = walkout.graph.reading_ranks("walkout"), LiteralModel(conflict, "now")
    assert all(list(here[dm]) == literal.ranks(dm) for dm in here)
    assert list(winter.graph.reading_ranks("winter")["firm"]) != literal.ranks("firm")
    assert "union: union.strike if not firm.raise" not in {
        s.id for lens in after.graph.conflict.parties[0].lenses for s in lens.statements
    }
    raised = next(s for s in range(after.graph.n_states) if after.graph.describe(s) == "firm.raise")
    assert not len(after.graph.moves[1].expand(np.array([raised], dtype=np.int32))[1])


def test_the_way_to_an_end_is_a_way() -> None:
    for item in phases(loads(STRIKE)).phases:
        literal = LiteralModel(item.graph.conflict, item.phase.id)
        for branch in item.branches:
            assert sum(end.share for end in branch.ends) == pytest.approx(1)
            for end in branch.ends:
                at = branch.start
                for step in end.path:
                    assert step.start == at
                    (mover,) = step.by
                    steps = literal.R(mover, at + 1) if mover == "weather" else literal.R_plus(mover, at + 1)
                    assert step.end + 1 in steps
                    at = step.end
                assert at == end.state


def test_phases_are_written_and_read_again() -> None:
    for text in (STRIKE, STRIKE.replace("status_quo: [union.strike]", "status_quo: []")):
        conflict = loads(text)
        assert loads(to_yaml(conflict)) == conflict


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "lenses: {firm: soft}}",
            "lenses: {firm: sof}}",
            "17:42: 'firm' has no lens 'sof'; expected one of hard, soft; did",
        ),
        ("lenses: {firm: soft}}", "lenses: {frim: soft}}", "17:36: unknown decision maker 'frim'"),
        ("reading: now", "reading: nwo", "20:48: unknown reading 'nwo'; expected one of now; did you mean 'now'?"),
        ("infeasible: [union.strike]", "infeasible: [union.stride]", "did you mean 'union.strike'"),
        ("irreversible: {firm.raise:", "irreversible: {firm.rise:", "unknown option 'firm.rise'"),
        ('drop: ["union: union.strike if not firm.raise"]', "drop: [P7]", "'P7' is no premise"),
        ("set: {union.strike: no}", "set: {union.strike: maybe}", "has no value 'maybe'"),
        ("from: 2025-06", "form: 2025-06", "unknown key 'form'"),
    ],
)
def test_what_is_wrong_is_located(old: str, new: str, message: str) -> None:
    assert old in STRIKE
    with pytest.raises(ModelError) as caught:
        loads(STRIKE.replace(old, new))
    assert message in str(caught.value)


def test_a_premise_named_without_its_owner_is_recognised() -> None:
    text = "decision_makers: {a: {options: [x], statements: {P7: a.x}, preferences: [P7]}}\nphases: {one: {drop: [P7]}}"
    with pytest.raises(ModelError, match=r"'P7' is no premise; .*; did you mean 'a\.P7'\?"):
        loads(text)


def test_what_cannot_be_followed_is_refused() -> None:
    with pytest.raises(UsageError, match="no phases"):
        phases(loads("decision_makers: {a: {options: [x]}}"))
    with pytest.raises(UsageError, match="states no status quo"):
        phases(loads("{decision_makers: {a: {options: [x]}}, phases: {one: {}}}"))
    with pytest.raises(ModelError, match="would begin in a state that is not possible"):
        phases(loads(STRIKE.replace("infeasible: [union.strike]", "infeasible: [not union.strike]")))
    with pytest.raises(UsageError, match="agreements"):
        phases(loads(STRIKE), steps="joint")


def begun(text: str) -> list[str]:
    return [item.graph.describe(branch.start) for item in phases(loads(text)).phases for branch in item.branches]


def test_a_numbered_status_quo_is_the_state_of_the_whole_conflict() -> None:
    text = """
decision_makers: {a: {options: [x], preferences: []}, b: {options: [y], preferences: []}}
status_quo: 3
phases: {one: {infeasible: [a.x and not b.y]}, two: {set: {a.x: yes}}}
"""
    assert begun(text) == ["b.y", "a.x, b.y"]
    assert begun(text.replace("one: {", "one: {set: {a.x: yes}, ")) == ["a.x, b.y", "a.x, b.y"]


def test_a_merged_state_is_handed_on_by_who_speaks_for_it() -> None:
    text = """
decision_makers: {a: {options: [x], preferences: []}, b: {options: [y, z], preferences: []}}
infeasible: [b.z and not b.y]
merge: {m: b.z}
status_quo: [b.y, b.z]
phases: {one: {}, two: {infeasible: [a.x and not b.z]}}
"""
    one, two = phases(loads(text)).phases
    assert [branch.start for branch in one.branches] == [one.graph.n_states - 1]
    assert [branch.start for branch in two.branches] == [two.graph.n_states - 1]


def test_listed_states_are_found_by_their_options() -> None:
    text = """
decision_makers: {a: {options: [x], preferences: []}, b: {options: [y], preferences: []}}
states: {s: [a.x, b.y], t: [b.y], u: [a.x]}
moves: {a: {s: [t]}}
status_quo: [b.y]
phases: {one: {}, two: {status_quo: [a.x]}}
"""
    assert [branch.start for item in phases(loads(text)).phases for branch in item.branches] == [1, 2]
    with pytest.raises(ModelError, match="'two' would begin in what fits 0 of the listed states"):
        phases(loads(text.replace("status_quo: [a.x]", "status_quo: []")))


def test_numbers_of_states_mean_nothing_where_states_are_others() -> None:
    text = """
decision_makers:
  a: {options: [x], preferences: {ranking: [1, 2, 3]}}
  b: {options: [y], lenses: {free: [b.y], set: {utilities: {1: 2, 2: 2, 3: 1}}}}
infeasible: [{id: F, that: a.x and b.y}]
status_quo: []
readings: {one: {b: free}}
phases: {same: {irreversible: {a.x: forward}, drop: ["b: b.y"]}, other: {drop: [F], infeasible: [a.x and not b.y]}}
"""
    with pytest.raises(ModelError, match="phase 'other' may have other states, and the preference of a goes by their"):
        phases(loads(text))
    with pytest.raises(ModelError, match="the preference of b goes by their numbers"):
        phases(loads(text.replace("{ranking: [1, 2, 3]}", "[a.x]").replace("b: free", "b: set")))
    assert len(begun(text.replace("{ranking: [1, 2, 3]}", "[not a.x]"))) == 2
    assert len(begun(text.replace(", other: {drop: [F], infeasible: [a.x and not b.y]}", ""))) == 1


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "strike.yaml"
    path.write_text(STRIKE, encoding="utf-8")
    runner = CliRunner()
    table = runner.invoke(app, ["phases", str(path)])
    assert table.exit_code == 0
    assert "Phase 2: winter, from 2025-06" in table.output
    data = json.loads(runner.invoke(app, ["phases", str(path), "--format", "json"]).output)
    assert [item["id"] for item in data["phases"]] == [phase.id for phase in loads(STRIKE).phases]
    assert Graph(loads(STRIKE)).n_states == 8
    assert "way there" not in runner.invoke(app, ["phases", str(path), "--format", "csv"]).output


def test_it_is_said_what_goes_on_means(tmp_path: Path) -> None:
    path, runner = tmp_path / "model.yaml", CliRunner()
    round_and_round = """
decision_makers:
  a: {options: [x], preferences: [a.x iff b.y]}
  b: {options: [y], preferences: [not b.y iff a.x]}
status_quo: []
phases: {one: {}}
"""
    for text, goes_on in ((STRIKE, False), (round_and_round, True)):
        path.write_text(text, encoding="utf-8")
        told = runner.invoke(app, ["phases", str(path)]).output
        assert ("(goes on)" in told) is goes_on
        assert ("goes on: play does not rest there; it goes round for ever among" in told) is goes_on
