"""Claims: every kind of check against its definition taken literally, what shows an answer, and the verdicts."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis.checks import Finding
from detente.analysis.claims import Argument, check, verdict
from detente.analysis.world import World
from detente.conflict import claims as cl
from detente.conflict.conflict import Conflict
from detente.errors import ModelError, UsageError
from detente.language.load import loads
from detente.report.argument import argument_view, case_groups, in_blocks
from detente.stability.game import SANCTIONS, Sanctions
from tests.literal_claims import CHECKS, LiteralArgument, argued, circular, distances, is_legal, lensed_conflicts

conflicts = argued(lensed_conflicts())


@settings(max_examples=50)
@given(conflicts, st.sampled_from(SANCTIONS))
def test_every_check_agrees_with_its_definition(conflict: Conflict, sanctions: Sanctions) -> None:
    argument = LiteralArgument(conflict, sanctions)
    found = check(conflict, sanctions=sanctions)
    assert [result.claim.id for result in found.results] == [f"c_{kind}" for kind in CHECKS]
    for result in found.results:
        expected = argument.asked(result.claim)
        assert {(c.reading, c.concept): c.finding.holds for c in result.cases} == expected, result.claim
        assert len(result.cases) == len(expected)
        assert result.verdict == argument.verdict(result.claim)
        said = result.claim.check
        nothing = argument.speaks_of_nothing(said)
        if not (
            isinstance(said, cl.Reaches) and not argument.start(said.start)
        ):  # see test_nothing_reached_from_nowhere
            assert result.vacuous == (nothing and result.verdict == "holds"), result.claim
        same = circular(conflict, argument, said)
        assert same == set(result.circular) if isinstance(said, cl.Prefers) else same <= set(result.circular)
        assert len(set(result.circular)) == len(result.circular)
        for case in result.cases:
            _verify(argument, result.claim.check, case.reading, case.concept, case.finding)
    assert found.holds == all(result.verdict == "holds" for result in found.results)
    assert len(found.to_frame()) == sum(len(result.cases) for result in found.results)
    assert list(argument_view(found))


def _verify(
    argument: LiteralArgument, said: cl.Check, reading: str | None, concept: str | None, finding: Finding
) -> None:
    """Check what is said to show an answer."""
    facts: dict[str, Any] = finding.facts
    state = facts.get("state")
    match said:
        case cl.Holds():
            assert reading is not None
            assert concept is not None
            inside = argument.true(said.that)
            held = inside & argument.held(concept, reading)
            assert (facts["states"], facts["equilibria"]) == (len(inside), len(held))
            assert (state in held) if held else state is None
            if inside and not held:
                model = argument.model(reading)
                unstable = {
                    dm: sum(not model.stable(concept, dm, s, argument.sanctions) for s in inside)
                    for dm in model.parties
                }
                assert facts["unstable_for"] == unstable
                assert set(facts["blockers"]) == {dm for dm, n in unstable.items() if n == len(inside)}
        case cl.Stays():
            assert reading is not None
            assert concept is not None
            so = {
                s
                for s in argument.true(said.that)
                if argument.model(reading).stable(concept, said.dm, s, argument.sanctions) != said.unstable
            }
            others = argument.true(said.that) - so
            assert facts["so"] == len(so)
            assert state in (others if said.every else so) if (others if said.every else so) else state is None
        case cl.Reaches():
            assert reading is not None
            goal, start, model = argument.true(said.that), argument.start(said.start), argument.model(reading)
            who = said.by if isinstance(said.by, tuple) else model.everyone
            near = distances(model, start, who, said.by != "moves")
            assert ("path" in facts) == bool(goal & set(near))
            if "path" in facts:
                path = [(move["by"], move["from"], move["to"]) for move in facts["path"]]
                assert facts["from"] in start
                assert facts["to"] in goal
                assert [facts["from"], *(t for _, _, t in path)] == [*(s for _, s, _ in path), facts["to"]]
                assert is_legal(model, path, improving=said.by != "moves")
                assert {dm for dm, _, _ in path} <= set(who)
                assert len(path) == min(near[t] for t in goal if t in near)
        case cl.Blocked():
            assert reading is not None
            assert concept is not None
            inside = argument.true(said.that)
            leaving = {dm: {s for s in inside if argument.unmet(reading, concept, dm, s) - inside} for dm in said.by}
            assert facts["by"] == {dm: len(states) for dm, states in leaving.items()}
            left = inside.difference(*leaving.values())
            assert (state in left) if left else state is None
        case cl.Prefers() if "pair" in facts:
            assert reading is not None
            one, other = facts["pair"]
            assert one in argument.true(said.this)
            assert other in argument.true(said.over)
            assert argument.model(reading).prefers(said.dm, one, other) == finding.holds
        case cl.Improves() if state is not None:
            assert reading is not None
            ends = argument.joint(reading, said.members, state, argument.true(said.to))
            assert state in argument.start(said.start)
            assert bool(ends) == finding.holds
            if finding.holds:
                path = [(move["by"], move["from"], move["to"]) for move in facts["path"]]
                assert facts["to"] in ends
                assert (path[0][1], path[-1][2]) == (state, facts["to"])
                assert is_legal(argument.model(reading), path, improving=False)
                assert {dm for dm, _, _ in path} <= set(said.members)
        case cl.Changes() if said.between[0] != said.between[1]:
            assert concept is not None
            inside = argument.true(said.that)
            assert facts["held"] == {r: len(inside & argument.held(concept, r)) for r in said.between}


@settings(max_examples=10)
@given(conflicts)
def test_a_lean_case_answers_the_same_and_a_world_may_be_asked_again(conflict: Conflict) -> None:
    from detente.analysis.claims import cases_of

    world = World(conflict)
    first = check(conflict, world=world)
    assert check(conflict, world=world).to_dict() == first.to_dict()
    for result in first.results:
        lean = [case.finding.holds for case in cases_of(World(conflict), result.claim, lean=True)]
        assert lean == [case.finding.holds for case in result.cases]


# -- cases to read --------------------------------------------------------------------------------------------------

ARMS = """
decision_makers:
  a:
    options: [arm]
    principles: [{id: calm, that: not b.arm}]
    lenses: {now: [{id: first, that: a.arm}], later: [{id: second, that: not a.arm}]}
  b:
    options: [arm]
    preferences: [{id: fear, that: not a.arm}, {id: own, that: b.arm}]
  sky: {kind: nature, options: [rain]}
infeasible: [{id: dry, that: sky.rain}]
outcomes: {peace: not a.arm and not b.arm, race: a.arm and b.arm}
status_quo: []
claims:
"""


def checked(claims: str, model: str = ARMS) -> Argument:
    return check(loads(model + claims))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("can_hold: peace, under: {concepts: nash}", "fails"),
        ("can_hold: race, under: {concepts: nash}", "partly"),
        ("can_hold: race, under: {readings: now, concepts: nash}", "holds"),
        ("can_hold: peace, under: {readings: now}", "holds"),  # each would answer the other
        ("cannot_hold: race, under: {readings: later, concepts: nash}", "holds"),
        ("cannot_hold: sky.rain", "holds"),
        ("stable: {that: race, for: b}", "holds"),
        ("unstable: {that: always, for: b, in: some}, under: {concepts: nash}", "holds"),
        ("stable: {that: a.arm, for: a}, under: {readings: now, concepts: nash}", "holds"),
        ("reachable: race, under: {readings: now}", "holds"),
        ("reachable: race, under: {readings: later}", "fails"),
        ("unreachable: {that: race, by: b}", "holds"),
        ("reachable: {that: peace, from: race, by: moves}", "holds"),
        ("reachable: {that: peace, from: race}, under: {readings: now}", "fails"),
        ("blocked: {that: peace, by: b}, under: {concepts: nash}", "holds"),
        ("blocked: {that: peace, by: b}, under: {readings: now, concepts: seq}", "fails"),
        ("blocked: {that: always, by: [a, b]}, under: {concepts: nash}", "fails"),  # a way out has to lead out
        ("prefers: {who: a, this: not b.arm, to: b.arm}", "holds"),
        ("prefers: {who: a, this: peace, to: race}", "holds"),
        ("prefers: {who: b, this: b.arm, to: not b.arm}", "fails"),
        ("prefers: {who: b, this: b.arm, to: not b.arm, in: best}", "holds"),
        ("improves: {who: [a, b], from: race, to: peace}", "holds"),
        ("improves: {who: a, to: a.arm}", "partly"),
        ("changes: {that: race, between: [now, later]}, under: {concepts: nash}", "holds"),
        ("unchanged: {that: race, between: [later, later]}", "holds"),
    ],
)
def test_verdicts_that_can_be_worked_out_by_hand(said: str, expected: str) -> None:
    (result,) = checked(f"  c: {{says: so, {said}}}").results
    assert result.verdict == expected
    assert result.vacuous == (said == "cannot_hold: sky.rain")


def test_the_way_that_is_shown_takes_more_than_one() -> None:
    """Where from some states one would do as much alone, the way from another is shown."""
    (result,) = check(
        loads("""
decision_makers:
  a: {options: [give, spoil], preferences: [b.give, not a.spoil, not a.give]}
  b: {options: [give], preferences: [a.give and not a.spoil, not b.give]}
outcomes: {both: a.give and b.give and not a.spoil}
claims:
  c: {says: Both gain., improves: {who: [a, b], from: not both and (a.give iff b.give), to: both}}
""")
    ).results
    facts = result.cases[0].finding.facts
    assert (result.verdict, facts["from"], facts["alone"]) == ("holds", 3, [])
    assert [step["by"] for step in facts["path"]] == ["b", "a"]  # from the last state a would do without b


def test_a_claim_that_a_premise_says_already_is_circular() -> None:
    found = checked("""
  one: {says: no rain, cannot_hold: sky.rain}
  two: {says: no rain either, cannot_hold: sky.rain = yes}
  way: {says: no way, unreachable: {that: sky.rain, by: moves}}
  can: {says: rain, can_hold: sky.rain}
  fear: {says: fears, prefers: {who: b, this: not a.arm, to: a.arm}}
  eager: {says: eager, prefers: {who: b, this: b.arm, to: peace}}
  calm: {says: calm, prefers: {who: a, this: peace, to: b.arm or sky.rain}}
  hers: {says: not his, prefers: {who: a, this: peace, to: race}}
""")
    assert {r.claim.id: r.circular for r in found.results} == {
        "one": ("dry",), "two": (), "way": ("dry",), "can": (), "fear": ("b.fear",), "eager": ("b.own",),
        "calm": ("a.calm",), "hers": (),
    }  # fmt: skip


@pytest.mark.parametrize(("rule", "denied"), [("a.x and b.y", "both"), ("both", "a.x and b.y")])
def test_an_outcome_denied_by_name_is_circular_too(rule: str, denied: str) -> None:
    text = f"""
decision_makers: {{a: {{options: [x]}}, b: {{options: [y]}}}}
infeasible: [{{id: rule, that: {rule}}}]
outcomes: {{both: a.x and b.y}}
claims: {{c: {{says: so, cannot_hold: {denied}}}}}
"""
    assert check(loads(text)).results[0].circular == ("rule",)


def test_nothing_reached_from_nowhere_is_vacuous() -> None:
    (result,) = checked("  c: {says: so, unreachable: {that: peace, from: never}}").results
    assert (result.verdict, result.vacuous) == ("holds", True)


def test_claims_are_chosen_by_name() -> None:
    text = ARMS + "  one: {says: so, can_hold: peace}\n  two: {says: so, can_hold: race}\n"
    assert [r.claim.id for r in check(loads(text), claims=["two"]).results] == ["two"]
    with pytest.raises(UsageError, match="unknown claim 'tow'; did you mean 'two'"):
        check(loads(text), claims=["tow"])
    with pytest.raises(UsageError, match="makes no claims"):
        check(loads(ARMS.removesuffix("claims:\n")))


def test_progress_and_the_frame() -> None:
    told: list[tuple[int, int]] = []
    text = ARMS + "  one: {says: so, source: p. 3, can_hold: peace}\n  two: {says: so, reachable: race}\n"
    found = check(loads(text), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    frame = found.to_frame()
    assert frame["claim"].tolist() == ["one", "one", "two", "two"]
    assert frame["reading"].tolist() == ["now", "later"] * 2
    assert frame["concept"].tolist()[:2] == ["seq", "seq"]
    assert frame["concept"].isna().tolist() == [False, False, True, True]
    assert frame["source"].tolist() == ["p. 3", "p. 3", "", ""]


@pytest.mark.parametrize(
    ("model", "said", "words"),
    [
        ("status_quo: []", "can_hold: peace, under: {concepts: nsh}", "c: unknown concept 'nsh'; did you mean 'nash'?"),
        ("status_quo: []", "blocked: {that: peace, by: a}, under: {concepts: sim}", "c: sim gives no answer here"),
        ("", "reachable: peace", "c: the model states no status quo"),
        ("", "improves: {who: a, to: peace}", "c: the model states no status quo"),
        (
            "forces: [{when: a.arm, set: {sky.rain: no}}]",
            "can_hold: peace, under: {concepts: [seq, sim]}",
            "c: sim gives no answer here",
        ),
    ],
)
def test_what_has_no_answer_is_refused_at_the_claim(model: str, said: str, words: str) -> None:
    text = ARMS.replace("status_quo: []", model) + f"  c: {{says: so, {said}}}\n"
    with pytest.raises(ModelError) as caught:
        check(loads(text))
    (problem,) = caught.value.diagnostics
    assert problem.sentence().startswith(words)
    assert problem.mark is not None
    assert text.splitlines()[problem.mark.line - 1].startswith("  c:")
    at = text.splitlines()[problem.mark.line - 1].index("nsh") + 1 if "nsh" in said else 3
    assert problem.mark.column == at


def test_durability_without_its_readings_is_refused() -> None:
    with pytest.raises(ModelError):
        checked("  c: {says: so, durability: {that: peace, is: lasting}}")


def test_a_verdict_is_of_all_cases() -> None:
    yes, no = Finding(True), Finding(False)
    assert [verdict([yes, yes]), verdict([yes, no]), verdict([no, no])] == ["holds", "partly", "fails"]


def test_certain_is_more_than_inevitable() -> None:
    text = """
decision_makers: {one: {options: [act], preferences: [one.act]}}
status_quo: []
claims:
  C: {says: It comes., certain: one.act}
  I: {says: It comes., inevitable: one.act}
"""
    found = check(loads(text))
    certain, inevitable = (next(case_groups(found.conflict, result))[1] for result in found.results)
    assert certain.startswith("All play from 1 state comes there, and none goes on for ever outside it (")
    assert inevitable.startswith("All play from 1 state that ends, ends there (")


@given(st.sets(st.tuples(*(st.sampled_from("ab"), st.sampled_from("cde"), st.sampled_from("fg")))))
def test_blocks_hold_the_places_that_they_are_made_of_and_no_others(places: set[tuple[str, str, str]]) -> None:
    blocks = in_blocks(sorted(places)) if places else []
    told = [place for block in blocks for place in itertools.product(*block)]
    assert sorted(told) == sorted(places)
