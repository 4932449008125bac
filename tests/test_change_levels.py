"""detente change at every level: what is asked, what is answered, in JSON, in CSV and in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from detente.analysis.change import changes
from detente.analysis.inverse import change as ranks_change
from detente.cli.main import app
from detente.errors import ModelError, UsageError
from detente.language.load import loads
from detente.library.index import library

SHOPS = """
title: Two shops
decision_makers:
  left: {name: Left shop, options: {cut: Cut prices}, preferences: [left.cut, not right.cut]}
  right: {name: Right shop, options: {cut: Cut prices}, preferences: [right.cut, not left.cut]}
outcomes: {calm: not left.cut and not right.cut, war: left.cut and right.cut}
status_quo: []
claims:
  held: {says: Prices can hold., can_hold: calm, under: {concepts: nash}}
  no_war: {says: No improvement leads to a price war., unreachable: war}
guarantees:
  guild: {name: A guild, because: There was one., changes: {infeasible: [left.cut, right.cut]}}
  fine:
    changes:
      decision_makers:
        left: {preferences: [not left.cut]}
        right: {preferences: [not right.cut]}
"""


def run(*words: str, model: str = "-", text: str | None = SHOPS) -> Any:
    return CliRunner().invoke(app, ["change", model, *words], input=text)


def data(*words: str, **more: Any) -> Any:
    result = run(*words, "-f", "json", **more)
    assert result.exit_code == 0, result.exception
    return json.loads(result.stdout)


def test_the_keys_of_the_ranks_stay_and_others_stand_beside_them() -> None:
    found = data("-t", "treaty", model="shared_river", text=None)
    plain = ranks_change(library("shared_river"), "treaty").to_dict()
    for key in set(plain) - {"computed"}:
        assert found[key] == plain[key]
    only = data("-t", "treaty", "--level", "ranks", model="shared_river", text=None)
    assert set(only) == set(plain) | {"targets", "concepts", "readings", "holds"}
    assert set(found) == set(only) | {"aims", "guarantees", "whom", "nobody_alone"}
    assert found["aims"]["sets"][0]["changes"] == [{"kind": "give_up", "decision_maker": "assembly", "statement": "P8"}]
    assert [item["decision_maker"] for item in found["whom"]] == ["assembly", "upstream", "downstream", "lender"]
    assembly, upstream, *_ = found["whom"]
    assert (assembly["alone"], assembly["distance"], assembly["in_all"]) == (1, plain["distance"], True)
    assert (upstream["alone"], upstream["impossible"], upstream["blocked_by"]) == (None, True, ["assembly"])
    assert not found["nobody_alone"]


def test_several_things_are_wished_together() -> None:
    one = data("-t", "claim:held", "--level", "guarantees")
    assert one["guarantees"]["size"] == 1
    kinds = [[c["kind"] for c in some["changes"]] for some in one["guarantees"]["sets"]]
    assert kinds == [["offer"], ["offer"]]
    assert one["targets"] == [{"target": "claim:held", "kind": "claim", "says": "Prices can hold."}]
    both = data("-t", "claim:held", "-t", "no", text=SHOPS.replace("war:", "no:").replace(": war", ": no"))
    assert both["aims"]["size"] == 2
    assert {"distance", "solutions", "proven"} & set(both) == set()
    assert [target["kind"] for target in both["targets"]] == ["claim", "outcome"]


def test_under_several_readings_and_concepts() -> None:
    river = {"model": "shared_river", "text": None}
    every = "tactical,strategic,after_election"
    found = data("-t", "treaty", "--level", "aims", "-r", every, "-c", "nash,seq", **river)
    lasting = data("-t", "lasting:treaty", "--level", "aims", **river)
    assert (found["readings"], found["concepts"]) == (every.split(","), ["nash", "seq"])
    assert found["aims"]["size"] == lasting["aims"]["size"] == 2
    assert lasting["aims"]["in_the_way"] == ["upstream", "assembly"]
    assert lasting["nobody_alone"]
    assert lasting["aims"]["at_least"] == 2


def test_who_is_kept_is_neither_persuaded_nor_bound() -> None:
    found = data("-t", "calm", "-c", "nash", "-k", "left", "--level", "all")
    assert found["aims"]["impossible"]
    assert [item["decision_maker"] for item in found["whom"]] == ["right"]
    assert {c["kind"] for some in found["guarantees"]["sets"] for c in some["changes"]} == {"offer"}
    none = data("-t", "calm", "-c", "nash", "-k", "left,right", "--level", "guarantees")
    assert [[c["guarantee"] for c in some["changes"]] for some in none["guarantees"]["sets"]] == [["guild"]]


def test_when_it_is_so_already() -> None:
    found = data("-t", "war", "--level", "aims")
    assert found["holds"]
    assert (found["aims"]["size"], found["aims"]["sets"][0]["changes"], found["whom"]) == (0, [], [])
    assert "nothing has to change" in run("-t", "war", "--level", "aims").stdout


def test_what_no_small_set_does_is_said_with_who_is_in_the_way() -> None:
    words = ("-t", "lasting:settlement", "--level", "aims", "--sets", "2")
    found = data(*words, model="peace_delusion", text=None)["aims"]
    assert (found["size"], found["complete_to"], found["at_least"]) == (None, 2, 3)
    assert found["in_the_way"] == ["president", "europe"]
    assert not found["stopped"]


def test_without_time_nothing_is_claimed() -> None:
    found = data("-t", "calm", "-c", "nash", "--level", "aims", "--seconds", "0")["aims"]
    assert (found["stopped"], found["sets"], found["complete_to"]) == (True, [], -1)
    said = run("-t", "calm", "-c", "nash", "--level", "aims", "--seconds", "0").stdout
    assert "Time ended before any set was found; it takes 2 at least" in said


def test_a_line_for_every_change() -> None:
    lines = run("-t", "calm", "-c", "nash", "--level", "aims", "-f", "csv").stdout.splitlines()
    assert lines[0].startswith("level,set,decision_maker,kind,statement,lens,above,below")
    assert lines[1].startswith("aims,1,left,give_up,left: left.cut")
    assert lines[2].startswith("aims,1,right,give_up,right: right.cut")
    pairs = run("-t", "calm", "-c", "nash", "-f", "csv").stdout.splitlines()
    assert pairs[0] == "solution,state,decision_maker,first,second,before,after"


def flat(text: str) -> str:
    return " ".join(text.split())


def test_in_words() -> None:
    said = flat(run("-t", "calm", "-c", "nash").stdout)
    assert "2 changes are enough, and no fewer do: 1 set of 2 does it." in said
    assert "Left shop would have to give up the aim to take “Cut prices”." in said
    assert "– there would have to be “A guild” (There was one)" in said
    assert "Reached how: the status quo is such a state then." in said
    assert "Nobody alone can bring it about." in said
    assert "Left shop: cannot do it alone, whatever it wants: Right shop would leave; in every smallest set." in said
    borrowed = flat(run("-t", "treaty", "--level", "aims", "--borrow", model="shared_river", text=None).stdout)
    assert "Upstream assembly would have to do one of these:" in borrowed
    assert "– take up “No court” (P2) above “No foreign say over the river” (P8)" in borrowed
    bound = flat(run("-t", "treaty", "--level", "guarantees", model="shared_river", text=None).stdout)
    assert "– be unable to leave “A treaty in force”" in bound
    assert "– be unable to take “Reject the treaty” any more" in bound
    rest = flat(run("-t", "claim:held", "-t", "claim:no_war", "--level", "aims").stdout)
    assert "Wished: held: Prices can hold" in rest
    long = flat(run("-t", "lasting:treaty", "--level", "guarantees", model="shared_river", text=None).stdout)
    assert "Wished: “A treaty in force” lasting (holds in every reading examined)." in long


WAYS = """
decision_makers:
  a: {{options: [x], preferences: [{a}]}}
  b: {{options: [y], preferences: [{b}]}}
outcomes: {{both: a.x and b.y, not_a: not a.x}}
agreements: {{pact: {{parties: [a, b], in_force: both}}}}
status_quo: [{quo}]
{more}
"""


@pytest.mark.parametrize(
    ("a", "b", "quo", "more", "by", "steps"),
    [
        ("a.x", "b.y", "a.x, b.y", "", "single", 0),
        ("a.x", "b.y", "", "", "single", 2),
        ("(a.x and b.y), not a.x", "(a.x and b.y), not b.y", "", "", "joint", 1),
        ("never", "never", "", "", "moves", 2),
        ("never", "never", "", "blocked_moves: [{by: a, to: a.x}]", None, 0),
    ],
)
def test_how_it_is_reached_then(a: str, b: str, quo: str, more: str, by: str | None, steps: int) -> None:
    conflict = loads(WAYS.format(a=a, b=b, quo=quo, more=more))
    found = changes(conflict, ["both"], level="aims", concepts=["nash"])
    assert found.holds
    (some,) = found.to_dict()["aims"]["sets"]
    assert some["changes"] == []
    assert (some["reached"]["by"], len(some["reached"]["steps"])) == (by, steps)
    if by == "joint":
        assert some["reached"]["steps"] == [{"by": ["a", "b"], "from": 1, "to": 4}]


def test_nothing_is_said_of_ways_where_there_are_none() -> None:
    conflict = loads(SHOPS.replace("status_quo: []", ""))
    found = changes(conflict, ["claim:held"], level="guarantees").to_dict()
    assert [some["reached"] for some in found["guarantees"]["sets"]] == [None, None]


def test_a_party_that_alone_suffices_comes_first() -> None:
    text = """
    decision_makers:
      a: {options: [x], preferences: [not a.x]}
      b: {options: [y], preferences: [b.y if a.x, not b.y, a.x]}
    outcomes: {wish: a.x}
    """
    found = changes(loads(text), ["wish"], concepts=["nash"])
    assert [(item.dm, item.alone.size, item.distance) for item in found.whom] == [("a", 1, 1.5), ("b", None, None)]
    assert [item.impossible for item in found.whom] == [False, True]
    assert found.whom[1].blocked_by == ("a",)


WRONG = {
    "no such target": (("-t", "clam"), "did you mean 'calm'"),
    "no such claim": (("-t", "claim:hold"), "unknown claim 'hold'; did you mean 'held'"),
    "no such word": (("-t", "lastng:calm"), "unknown word 'lastng'; did you mean 'lasting'"),
    "a durability of nothing": (("-t", "lasting:clam"), "did you mean 'calm'"),
    "no such level": (("-t", "calm", "--level", "aim"), "unknown level 'aim'; there are: ranks, aims"),
    "ranks of a claim": (("-t", "claim:held", "--level", "ranks"), "one state or outcome, under one concept"),
    "ranks of two": (("-t", "calm", "-t", "war", "--level", "ranks"), "leave out --level ranks"),
    "counts of two": (("-t", "calm", "-t", "war", "--count"), "one target under one concept"),
    "no such now": (("-t", "brittle:calm"), "there is no reading 'tactical'; say with --now and --later"),
    "no such reading": (("-t", "calm", "-r", "late"), "unknown reading 'late'"),
    "no such concept": (("-t", "calm", "-c", "nahs", "--level", "aims"), "did you mean 'nash'"),
    "no such party": (("-t", "calm", "-k", "lft", "--level", "aims"), "did you mean 'left'"),
    "all kept": (("-t", "calm", "-k", "left,right", "--level", "aims"), "every party keeps"),
    "endless": (("-t", "calm", "--level", "aims", "--seconds", "inf"), "and an end"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_questions(name: str) -> None:
    words, message = WRONG[name]
    error = run(*words).exception
    assert isinstance(error, UsageError)
    assert message in str(error)


def test_no_sets_of_none() -> None:
    assert run("-t", "calm", "--sets", "0").exit_code == 2
    with pytest.raises(UsageError, match="sets of 0; expected 1 or more"):
        changes(loads(SHOPS), ["calm"], sets=0)
    with pytest.raises(UsageError, match="nothing is wished"):
        changes(loads(SHOPS), [])


def test_a_wish_without_an_answer_is_refused_at_its_place() -> None:
    text = SHOPS.replace("status_quo: []", "")
    with pytest.raises(ModelError, match="no status quo to begin from") as caught:
        changes(loads(text, "shops.yaml"), ["claim:no_war"])
    assert "shops.yaml:10:3" in str(caught.value)


def test_a_guarantee_that_is_wrong_is_refused_at_its_place() -> None:
    text = SHOPS.replace("left: {preferences: [not left.cut]}", "left: {preferences: [not left.cutt]}")
    with pytest.raises(ModelError, match=r"in guarantee 'fine': .*'cutt'"):
        changes(loads(text, "shops.yaml"), ["calm"], level="guarantees", concepts=["nash"])
    never = SHOPS.replace("infeasible: [left.cut, right.cut]", "infeasible: [always]")
    with pytest.raises(ModelError, match="in guarantee 'guild': no state"):
        changes(loads(never, "shops.yaml"), ["calm"], level="guarantees", concepts=["nash"])


def test_a_guarantee_may_change_what_is_asked() -> None:
    text = SHOPS.replace(
        "guarantees:",
        """guarantees:
  other_claim: {changes: {claims: {held: {can_hold: war}}}}
  no_claim: {changes: {claims: {held: null}}}
  lenses: {changes: {decision_makers: {left: {preferences: null, lenses: {late: [left.cut], early: [not left.cut]}}}}}
  no_outcome: {changes: {outcomes: {calm: null, peace: left.cut}, claims: {held: {can_hold: peace}}}}""",
    )
    found = changes(loads(text), ["claim:held"], level="guarantees", sets=1)
    given = [some[0].to_dict()["guarantee"] for some in found.guarantees.sets] if found.guarantees else []
    assert given == ["other_claim", "no_outcome", "guild", "fine"]


def test_a_restriction_is_not_lifted_where_the_model_then_contradicts_itself() -> None:
    text = """
decision_makers:
  a: {options: [x], preferences: [a.x]}
  b: {options: [y], preferences: [b.y]}
infeasible: {first: a.x and b.y, second: not a.x and not b.y}
outcomes: {one: a.x and not b.y, other: b.y and not a.x, both: a.x and b.y}
"""
    wish = "claim:c"
    claim = "claims: {c: {says: Somebody moves., can_hold: a.x and b.y}}\n"
    lifted = changes(loads(text + claim), [wish], level="guarantees").guarantees
    assert lifted is not None
    assert [[edit.to_dict() for edit in some] for some in lifted.sets] == [[{"kind": "lift", "premise": "first"}]]
    classes = changes(loads(text + claim + "classes: [one, other]\n"), [wish], level="guarantees").guarantees
    assert classes is not None
    assert (classes.sets, classes.n_unfit > 0) == ((), True)


OTHER_LENS = """\
decision_makers:
  a:
    options: [x]
    principles: [a.x]
    lenses: {L1: [a.x = yes], L2: [not a.x]}
status_quo: []
"""


def test_a_statement_of_a_lens_that_is_not_asked_about_can_become_a_principle() -> None:
    given = ["--target", "1", "--concept", "nash", "--level", "aims", "--reading", "L1", "--format", "json"]
    done = run(*given, text=OTHER_LENS)
    assert done.exit_code == 0, done.output
    data = json.loads(done.output)
    assert [(data["aims"]["size"], len(data["aims"]["sets"]))] == [(1, 1)]


def secured(text: str, target: str, **more: Any) -> list[list[dict[str, Any]]]:
    """Return the smallest sets of what would have to be secured."""
    found = changes(loads(text), [target], level="guarantees", **more).to_dict()["guarantees"]
    return [some["changes"] for some in found["sets"]]


def test_not_to_change_an_option_is_not_always_not_to_leave() -> None:
    text = """
decision_makers:
  a: {options: {x: X}, preferences: [a.x iff b.y]}
  b: {options: {y: Y}, preferences: [b.y]}
status_quo: []
outcomes: {O: a.x or b.y or not b.y}
claims: {C: {says: s, stable: {that: O, for: a}, under: {concepts: nash}}}
"""
    assert secured(text, "claim:C") == [[{"kind": "hold", "decision_maker": "a", "option": "a.x", "while": "C"}]]


@pytest.mark.parametrize("target", ["claim:C", "claim:D", "claim:E", "O"])
def test_play_that_begins_in_a_wish_can_be_bound_to_it(target: str) -> None:
    text = """
decision_makers: {a: {options: {x: {values: [v0, v1, v2]}}, preferences: [a.x = v0]}}
status_quo: [a.x = v1]
outcomes: {O: a.x = v1}
claims: {C: {says: s, certain: O}, D: {says: s, inevitable: O}, E: {says: s, can_hold: O}}
"""
    assert [[edit["kind"] for edit in some] for some in secured(text, target)] == [["bind"], ["fix"]]


@pytest.mark.parametrize("target", ["claim:C", "O", "lasting:O"])
def test_what_no_state_has_can_be_made_possible(target: str) -> None:
    text = """
decision_makers: {a: {options: {x: X}, preferences: [a.x]}}
infeasible: [{id: I, that: a.x}]
outcomes: {O: a.x}
status_quo: []
claims: {C: {says: s, can_hold: O}}
"""
    assert secured(text, target) == [[{"kind": "lift", "premise": "I"}]]
    with pytest.raises(UsageError, match="--level guarantees asks"):
        changes(loads(text), ["O"], level="aims")


def test_a_party_that_is_kept_is_given_nothing() -> None:
    text = """
decision_makers: {a: {options: [x], preferences: [a.x]}, b: {options: [y]}}
status_quo: []
outcomes: {O: not a.x}
guarantees: {G: {name: g, changes: {decision_makers: {a: {preferences: [not a.x]}}}}}
"""
    assert [{"kind": "offer", "guarantee": "G"}] in secured(text, "O")
    assert secured(text, "O", keep=["a"]) == []
