"""Claims in phases and in somebody's eyes: cases to read, each beside the plain model that it amounts to."""

from __future__ import annotations

import csv
import io
import json

import pytest

from detente.analysis.claims import Argument, ClaimResult, check
from detente.analysis.why import ClaimReasons, why
from detente.errors import ModelError
from detente.language.load import loads
from detente.language.write import to_json, to_yaml
from detente.report.argument import argument_view
from detente.report.reasons import reasons_view
from tests.test_claims_language import asked

PARTIES = """
title: A quarrel
decision_makers:
  a:
    options: [arm, talk]
    lenses:
      calm: [{id: shy, that: not b.arm}, {id: fair, that: not a.arm}]
      keen: [{id: bold, that: a.arm}]
  b:
    options: [arm]
    preferences: [{id: fear, that: not a.arm}, {id: own, that: b.arm}]
  sky: {kind: nature, options: {rain: {irreversible: forward}}}
infeasible: [{id: dry, that: sky.rain and a.talk}]
outcomes: {peace: not a.arm and not b.arm, race: a.arm and b.arm}
readings: {first: {a: calm}, second: {a: keen}}
"""

KINDS = [
    "can_hold: race",
    "cannot_hold: peace",
    "cannot_hold: a.talk and sky.rain",
    "stable: {that: race, for: a}",
    "unstable: {that: not a.arm, for: a, in: some}",
    "reachable: {that: sky.rain, from: peace, by: moves}",
    "reachable: {that: sky.rain, from: peace}",
    "unreachable: {that: race, from: peace, by: [b]}",
    "durability: {that: race, is: [lasting, latent], now: first, later: second}",
    "blocked: {that: not a.arm, by: [a, b]}",
    "inevitable: {that: b.arm, from: peace}",
    "certain: {that: b.arm and sky.rain, from: peace}",
    "inevitable: {that: sky.rain, from: peace}",
    "inevitable: {that: not sky.rain, from: not sky.rain}",
    "avoidable: {that: race, by: a, from: peace}",
    "unavoidable: {that: b.arm, by: b, from: peace}",
    "prefers: {who: a, this: a.arm, to: not a.arm}",
    "prefers: {who: b, this: b.arm, to: peace, in: best}",
    "improves: {who: [a, b], from: race, to: peace}",
    "changes: {that: race, between: [first, second]}",
    "unchanged: {that: peace, between: [first, second]}",
]


def said(under: str = "") -> str:
    """Return claims of every kind under something, each under SEQ and Nash where concepts matter."""
    free = ("reachable", "unreachable", "inevitable", "certain", "avoidable", "unavoidable", "prefers", "improves")
    lines = []
    for number, kind in enumerate(KINDS):
        parts = "" if kind.startswith(free) else "concepts: [nash, seq]"
        inside = ", ".join(part for part in (parts, under) if part)
        lines.append(f"  c{number}: {{says: so, {kind}{f', under: {{{inside}}}' if inside else ''}}}")
    return "claims:\n" + "\n".join(lines) + "\n"


def found(result: ClaimResult) -> list[tuple[str | None, str | None, dict[str, object], bool]]:
    return [(c.reading, c.concept, c.finding.facts, c.finding.vacuous) for c in result.cases]


def same(one: Argument, other: Argument) -> None:
    """Check that two arguments find the same, but for where they were asked."""
    pairs = list(zip(one.results, other.results, strict=True))
    for here, there in pairs:
        assert found(here) == found(there), (here.claim.id, here.claim.check)
        assert (here.verdict, here.vacuous, here.circular) == (there.verdict, there.vacuous, there.circular)
    assert {here.verdict for here, _ in pairs} >= {"holds", "fails"}


# -- phases ---------------------------------------------------------------------------------------------------------


def test_a_phase_is_the_conflict_with_its_rules_and_lenses() -> None:
    phase = "phases: {then: {lenses: {b: hawk}, drop: [dry, b.fear], infeasible: [{id: new, that: a.talk and b.arm}], "
    phase += "irreversible: {sky.rain: no, a.arm: backward}}}\n"
    model = PARTIES.replace("preferences: [{id: fear", "lenses: {dove: [{id: own, that: not b.arm}], hawk: [{id: fear")
    model = model.replace("{id: own, that: b.arm}]", "{id: will, that: b.arm}]}")
    plain = model.replace("{id: fear, that: not a.arm}, ", "").replace("dove: [{id: own, that: not b.arm}], ", "")
    plain = plain.replace("{irreversible: forward}", "{}").replace(
        "[arm, talk]", "{arm: {irreversible: backward}, talk: {}}"
    )
    plain = plain.replace("{id: dry, that: sky.rain and a.talk}", "{id: new, that: a.talk and b.arm}")
    same(check(loads(model + phase + said("phases: then"))), check(loads(plain + said())))


def test_nothing_different_is_the_same_conflict() -> None:
    same(check(loads(PARTIES + "phases: {then: {}}\n" + said("phases: then"))), check(loads(PARTIES + said())))


def test_a_reading_that_a_phase_prescribes_is_the_one_it_is_asked_under() -> None:
    inside = loads(PARTIES + "phases: {then: {reading: second}}\n" + said("phases: then, readings: [first, second]"))
    plain = loads(PARTIES + said("readings: second"))
    for here, there in zip(check(inside).results, check(plain).results, strict=True):
        if here.claim.check.__class__.__name__ not in ("Endures", "Changes"):
            assert found(here) == found(there)


QUIET = """
decision_makers:
  a: {options: [go], preferences: [{id: go, that: a.go if sky.rain}, {id: stay, that: not a.go if not sky.rain}]}
  sky: {kind: nature, options: [rain]}
status_quo: []
phases: {still: {nature: no}, open: {status_quo: []}}
"""


@pytest.mark.parametrize(
    ("said", "still", "open_"),
    [
        ("reachable: sky.rain", "fails", "holds"),
        ("reachable: {that: a.go, by: moves}", "holds", "holds"),
        ("unreachable: {that: sky.rain, by: moves}", "holds", "fails"),
        ("reachable: a.go", "fails", "holds"),
        ("inevitable: not sky.rain", "holds", "fails"),
        ("certain: not a.go and not sky.rain", "holds", "fails"),
        ("unavoidable: {that: sky.rain, by: a}", "fails", "holds"),
        ("avoidable: {that: a.go, by: a}", "holds", "holds"),
        ("can_hold: sky.rain", "holds", "holds"),
    ],
)
def test_nature_does_nothing_where_a_phase_says_so(said: str, still: str, open_: str) -> None:
    lines = [f"  {name}: {{says: so, {said}, under: {{phases: {name}}}}}\n" for name in ("still", "open")]
    assert [r.verdict for r in check(loads(f"{QUIET}claims:\n{''.join(lines)}")).results] == [still, open_]


def test_nature_meets_nothing_in_a_phase_in_which_it_does_not_move() -> None:
    text = """
decision_makers:
  a: {options: [go], preferences: [not sky.rain, a.go]}
  sky: {kind: nature, options: [rain]}
nature: included
phases: {still: {nature: no}, open: {}}
claims:
  still: {says: so, can_hold: not a.go, under: {phases: still, concepts: [gmr, seq]}}
  open: {says: so, can_hold: not a.go, under: {phases: open, concepts: [gmr, seq]}}
  change: {says: so, changes: {that: not a.go, between: [still, open]}, under: {concepts: gmr}}
"""
    assert [r.verdict for r in check(loads(text)).results] == ["fails", "holds", "holds"]
    assert [r.verdict for r in check(loads(text.replace("nature: included\n", ""))).results] == ["fails"] * 3


def test_later_phases_begin_where_the_one_before_ends() -> None:
    text = """
decision_makers:
  a: {options: [x], lenses: {no: [not a.x], yes: [a.x]}}
  b: {options: [y], preferences: [{id: follow, that: b.y iff a.x}]}
status_quo: []
readings: {quiet: {a: no}, loud: {a: yes}}
phases: {one: {}, two: {lenses: {a: no}, irreversible: {a.x: forward}}, three: {set: {b.y: no}, nature: no}}
claims:
  begun: {says: so, reachable: {that: a.x and b.y, by: b}, under: {phases: two}}
  quiet: {says: so, reachable: {that: not a.x, by: moves}, under: {phases: two, readings: quiet}}
  set: {says: so, inevitable: a.x and b.y, under: {phases: three, readings: loud}}
  set_quiet: {says: so, improves: {who: b, to: b.y}, under: {phases: three}}
"""
    verdicts = {r.claim.id: r for r in check(loads(text)).results}
    assert {name: r.verdict for name, r in verdicts.items()} == {
        "begun": "partly", "quiet": "holds", "set": "holds", "set_quiet": "partly",
    }  # fmt: skip
    assert [(c.reading, c.finding.holds) for c in verdicts["begun"].cases] == [("quiet", False), ("loud", True)]
    assert [c.finding.facts["from"] for c in verdicts["begun"].cases if c.finding.holds] == [4]


def test_what_differs_between_phases() -> None:
    model = PARTIES + "phases: {one: {}, two: {reading: second}, three: {infeasible: [race]}}\n"
    claims = """claims:
  readings: {says: so, changes: {that: race, between: [first, second]}, under: {concepts: nash}}
  phases: {says: so, changes: {that: race, between: [one, two]}, under: {concepts: nash}}
  first: {says: so, changes: {that: race, between: [one, two]}, under: {concepts: nash, readings: first}}
  same: {says: so, unchanged: {that: race, between: [one, two]}, under: {concepts: nash, readings: second}}
  fixed: {says: so, unchanged: {that: race, between: [two, two]}, under: {concepts: [nash, gmr]}}
  gone: {says: so, unchanged: {that: race, between: [three, three]}}
"""
    results = {r.claim.id: r for r in check(loads(model + claims)).results}
    assert {name: r.verdict for name, r in results.items()} == {
        "readings": "holds", "phases": "partly", "first": "holds", "same": "holds", "fixed": "holds", "gone": "holds",
    }  # fmt: skip
    assert [(c.reading, c.concept) for c in results["fixed"].cases] == [(None, "nash"), (None, "gmr")]
    assert results["gone"].vacuous
    assert results["first"].cases[0].finding.facts == {"held": {"one": 0, "two": 3}}


# -- views ----------------------------------------------------------------------------------------------------------

VIEWER = PARTIES + "observers: {public: The public}\n"


def seen(view: str, plain: str) -> None:
    """Check that claims in the public's view find what plain claims find on a model."""
    in_view = loads(f"{VIEWER}views: {{public: {view}}}\n{said('views: public')}")
    assert loads(to_yaml(in_view)) == in_view
    assert loads(to_json(in_view), kind="json") == in_view
    same(check(in_view), check(loads(plain + said())))


def test_other_preferences_are_seen() -> None:
    seen("{sees: {b: {statements: {own: not b.arm}}}}", PARTIES.replace("that: b.arm}]", "that: not b.arm}]"))
    seen("{sees: {b: {drop: [fear]}}}", PARTIES.replace("{id: fear, that: not a.arm}, ", ""))
    seen("{sees: {a: {lens: keen}}}", PARTIES.replace("readings: {first: {a: calm}", "readings: {first: {a: keen}"))


def test_other_states_are_seen() -> None:
    rule = "{id: dry, that: sky.rain and a.talk}"
    never = "{id: thought, that: b.arm and sky.rain}"
    plain = PARTIES.replace(rule, f"{rule}, {never}")
    seen("{impossible: [b.arm and sky.rain]}", plain)
    plain = PARTIES.replace("options: [arm]", "options: [arm, strike]")
    seen("{imagined_options: {b: {strike: A strike}}}", plain)
    want = "principles: [{id: first, that: b.strike if a.arm}]\n    preferences: [{id: fear"
    plain = plain.replace("preferences: [{id: fear", want)
    seen("{imagined_options: {b: {strike: A strike}}, sees: {b: {wants: [b.strike if a.arm]}}}", plain)


def test_what_is_unknown_is_not_there() -> None:
    model = VIEWER + "views: {public: {unknown_options: [a.talk]}}\nclaims:\n"
    model += "  one: {says: so, cannot_hold: a.talk, under: {views: public}}\n"
    model += (
        "  two: {says: so, reachable: {that: a.talk or b.arm, from: not a.talk, by: moves}, under: {views: public}}\n"
    )
    one, two = check(loads(model)).results
    assert (one.verdict, one.vacuous) == ("holds", True)
    assert two.cases[0].finding.facts["states"] == 4
    assert [item.needs for item in reasons_of(model)] == [("public does not know a.talk",), ()]


def test_who_sees_nothing_otherwise_sees_the_truth_after_a_correction() -> None:
    model = VIEWER + "views: {public: {imagined_options: {b: {strike: A strike}}, sees: {b: {wants: [b.strike]}}}}\n"
    model += "claims:\n  c: {says: so, can_hold: b.strike, under: {views: public}}\n"
    (item,) = reasons_of(model)
    assert {name for name, fate in item.drop.items() if fate == "ends"} == {"public imagines b.strike"}
    assert item.drop["public sees b"] == "stands"
    model = model.replace("can_hold: b.strike", "cannot_hold: not b.strike")
    (item,) = reasons_of(model)
    assert set(item.needs) == {"public imagines b.strike", "public sees b"}
    assert item.supports
    assert {some for support in item.supports for some in support.rests_on} == {("public sees b",)}
    assert {support.viewer for support in item.supports} == {"public"}


def reasons_of(text: str) -> tuple[ClaimReasons, ...]:
    reasons = why(check(loads(text)))
    assert list(reasons_view(reasons))
    assert list(argument_view(reasons.argument))
    json.dumps(reasons.to_dict())
    assert len(reasons.to_frame()) == len(reasons.claims) * len(reasons.premises)
    return reasons.claims


POINTS = (
    "sees: {b: {wants: [not b.arm], drop: [own]}}",
    "unknown_options: [a.talk]",
    "imagined_options: {b: {strike: A strike}}",
    "impossible: [a.arm and not b.arm]",
)


def test_to_drop_a_point_is_to_delete_it_from_the_text() -> None:
    def argument(points: tuple[str, ...]) -> Argument:
        return check(loads(f"{VIEWER}views: {{public: {{{', '.join(points)}}}}}\n{said('views: public')}"))

    reasons = why(argument(POINTS))
    names = [name for name in reasons.premises if name.startswith("public")]
    assert len(names) == len(POINTS)
    fates = set()
    for name, gone in zip(names, POINTS, strict=True):
        left = argument(tuple(point for point in POINTS if point != gone))
        verdicts = {result.claim.id: result.verdict for result in left.results}
        for item in reasons.claims:
            assert item.drop[name] == ("stands" if verdicts[item.claim.id] == "holds" else "ends"), (name, item.claim)
            fates.add((name, item.drop[name]))
    assert len({name for name, fate in fates if fate == "ends"}) >= 2


def test_what_is_circular_in_a_view_is_named_by_its_point() -> None:
    model = (
        VIEWER
        + "views: {public: {impossible: [race], sees: {b: {wants: [peace]}}, imagined_options: {a: {hide: Hide}}}}\n"
    )
    model += "claims:\n  one: {says: so, cannot_hold: race, under: {views: public}}\n"
    model += "  two: {says: so, prefers: {who: b, this: peace, to: not peace}, under: {views: public}}\n"
    one, two = check(loads(model)).results
    assert (one.circular, one.vacuous) == (("public thinks impossible: race",), True)
    assert (two.verdict, two.circular) == ("holds", ("public sees b",))


# -- both, and what has no answer -----------------------------------------------------------------------------------


def test_a_view_in_a_phase() -> None:
    model = VIEWER + "views: {public: {sees: {a: {lens: keen}}, impossible: [a.talk]}}\n"
    model += "phases: {then: {drop: [dry], infeasible: [{id: new, that: peace and sky.rain}]}}\n"
    plain = PARTIES.replace("readings: {first: {a: calm}", "readings: {first: {a: keen}").replace(
        "{id: dry, that: sky.rain and a.talk}", "{id: new, that: peace and sky.rain}, {id: silence, that: a.talk}"
    )
    here, there = check(loads(model + said("phases: then, views: public"))), check(loads(plain + said()))
    same_but_circular(here, there)
    assert {(c.phase, c.viewer) for r in here.results for c in r.cases} == {("then", "public")}


def same_but_circular(one: Argument, other: Argument) -> None:
    for here, there in zip(one.results, other.results, strict=True):
        assert (here.verdict, found(here)) == (there.verdict, found(there)), here.claim.check


@pytest.mark.parametrize(
    ("view", "said", "words"),
    [
        (
            "forgets: [b]",
            "stable: {that: race, for: b}",
            "c: in the view of The public there is no 'b', which it leaves out; expected somebody of a",
        ),
        ("forgets: [b]", "reachable: {that: race, by: [a, b]}", "there is no 'b'"),
        ("forgets: [b]", "blocked: {that: race, by: b}", "there is no 'b'"),
        ("forgets: [b]", "improves: {who: [a, b], to: peace}", "there is no 'b'"),
        ("forgets: [b]", "prefers: {who: b, this: peace, to: race}", "there is no 'b'"),
        ("forgets: [b]", "avoidable: {that: race, by: b}", "there is no 'b'"),
        ("forgets: [b]", "reachable: {that: peace, steps: joint}", "in the view of The public there are none"),
        ("forgets: [b]", "inevitable: {that: race, from: never, steps: joint}", "The public there are none"),
        (
            "impossible: [peace]",
            "reachable: race",
            "c: The public does not perceive the state that this begins from; expected 'from:' here",
        ),
        ("impossible: [always]", "can_hold: race", "in the view of The public: "),
    ],
)
def test_what_makes_no_sense_in_a_view_is_refused_at_its_place(view: str, said: str, words: str) -> None:
    text = VIEWER + "status_quo: []\nagreements: {pact: {parties: [a, b], in_force: peace}}\n"
    text += f"views:\n  public: {{{view}}}\nclaims:\n  c: {{says: so, {said}, under: {{views: public}}}}\n"
    with pytest.raises(ModelError) as caught:
        check(loads(text))
    (problem,) = caught.value.diagnostics
    assert words in problem.sentence()
    assert problem.mark is not None
    assert text.splitlines()[problem.mark.line - 1].lstrip().startswith(("c:", "public:"))


@pytest.mark.parametrize(
    ("phases", "quo", "words"),
    [
        ("one: {}", "", "c: phase 'one' has no beginning: the model states no status quo"),
        (
            "one: {infeasible: [not a.arm]}",
            "status_quo: []\n",
            "phase 'one' would begin in a state that is not possible",
        ),
        ("one: {infeasible: [always]}", "status_quo: []\n", "no"),
    ],
)
def test_a_phase_without_a_beginning_is_refused(phases: str, quo: str, words: str) -> None:
    text = (
        PARTIES + quo + f"phases: {{{phases}}}\nclaims:\n  c: {{says: so, reachable: race, under: {{phases: one}}}}\n"
    )
    with pytest.raises(ModelError) as caught:
        check(loads(text))
    assert words in caught.value.diagnostics[0].sentence()


def test_where_a_case_was_asked_is_in_all_that_is_written() -> None:
    text = VIEWER + "phases: {then: {}}\nviews: {public: {impossible: [race]}}\nclaims:\n"
    text += "  c: {says: so, unreachable: {that: race, from: always, by: moves}, "
    text += "under: {phases: then, views: public, readings: first}}\n"
    text += "  d: {says: so, can_hold: race, under: {readings: first, concepts: gmr}}\n"
    status, written = asked("--format", "json", text=text)
    first, second = json.loads(written)["claims"]
    (case,) = first["detail"]["cases"]
    assert case.items() >= {"phase": "then", "view": "public", "reading": "first"}.items()
    assert set(second["detail"]["cases"][0]).isdisjoint({"phase", "view"})
    rows = list(csv.DictReader(io.StringIO(asked("--format", "csv", text=text)[1])))
    assert [(row["phase"], row["view"]) for row in rows] == [("then", "public"), ("", "")]
    table = asked(text=text)[1]
    assert "in then · as public sees it · first" in table
    claims = json.loads(asked("--why", "--format", "json", text=text)[1])["claims"]
    assert claims[0]["needs"] == ["public thinks impossible: race"]
    assert status == (0 if all(claim["verdict"] == "holds" for claim in claims) else 1)


def test_nothing_depends_on_what_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    model = VIEWER + "views: {public: {sees: {b: {drop: [own]}}, impossible: [a.talk and b.arm]}}\nstatus_quo: []\n"
    model += "phases: {one: {lenses: {a: keen}}, two: {set: {a.talk: no}, infeasible: [a.talk], nature: no}}\n"
    model += said("phases: [one, two], views: public").replace(", from: peace", "")
    argument = check(loads(model))
    shared = why(argument).to_dict()
    monkeypatch.setattr("detente.analysis.world.FEW_STATES", 0)
    monkeypatch.setattr("detente.analysis.why.FEW_STATES", 0)
    assert why(check(loads(model))).to_dict() == shared
    assert any(claim["needs"] for claim in shared["claims"])
