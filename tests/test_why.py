"""What claims stand on: every fate, breaking set and support, on models without the premises in question."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from detente.analysis.claims import cases_of, check
from detente.analysis.why import ClaimReasons, Reasons, why
from detente.analysis.world import World
from detente.conflict import claims as cl
from detente.conflict.conflict import Conflict
from detente.conflict.variant import reversed_statement, weakened, without
from detente.errors import ModelError, UsageError
from detente.language.load import loads
from detente.library.index import library
from detente.report.reasons import reasons_view
from detente.stability.game import SANCTIONS, Sanctions
from tests.literal_claims import (
    LiteralArgument,
    argued,
    dropped,
    lensed_conflicts,
    lowered,
    restriction_ids,
    single_drops,
    statement_ids,
    turned,
)
from tests.strategies import option_conflicts

KINDS = ("cannot_hold", "can_hold", "unstable", "reachable", "durability", "blocked", "prefers", "changes")
conflicts = argued(lensed_conflicts(), KINDS, ("nash", "gmr", "seq"))
small = argued(lensed_conflicts(option_conflicts()), ("cannot_hold", "stable", "prefers"), ("nash", "seq"))
lists = argued(lensed_conflicts(listed=True), ("cannot_hold",), ("nash", "seq"))


def literal_fate(conflict: Conflict, claim: cl.Claim, sanctions: Sanctions) -> str | None:
    """Return what becomes of a claim in a changed conflict; None where the literal implementation cannot say."""
    try:
        argument = LiteralArgument(conflict, sanctions)
        for reading in conflict.readings:
            for dm in argument.base.parties:
                argument.model(reading.id).keys(dm)
        return "stands" if argument.verdict(claim) == "holds" else "ends"
    except ValueError:
        return None


def fresh_fate(conflict: Conflict, claim: cl.Claim, sanctions: Sanctions) -> str:
    """Return what becomes of a claim in a changed conflict, in a world of its own."""
    try:
        world = World(conflict, sanctions)
        for reading in conflict.readings:
            world.game(reading.id)
        return "stands" if all(case.finding.holds for case in cases_of(world, claim)) else "ends"
    except ModelError:
        return "not examined"


@settings(max_examples=15)
@given(conflicts, st.sampled_from(SANCTIONS))
def test_each_premise_alone(conflict: Conflict, sanctions: Sanctions) -> None:
    statements, restrictions = statement_ids(conflict), restriction_ids(conflict)
    assume(len(statements | restrictions) <= 16)
    argument = check(conflict, sanctions=sanctions)
    found = why(argument)
    assert set(found.premises) == statements | restrictions
    assert [item.claim.id for item in found.claims] == [
        result.claim.id for result in argument.results if result.verdict == "holds"
    ]
    for item in found.claims:
        assert set(item.drop) == set(found.premises)
        assert set(item.weaken) <= set(item.reverse) == statements
        for premise in found.premises:
            _same(item.drop[premise], dropped(conflict, {premise}), item.claim, sanctions)
        for premise in statements:
            _same(item.reverse[premise], turned(conflict, premise), item.claim, sanctions)
            lower = lowered(conflict, premise)
            if premise in item.weaken:
                _same(item.weaken[premise], lower, item.claim, sanctions)
            else:
                assert lower == conflict
        assert set(item.needs) == {p for p, fate in item.drop.items() if fate == "ends"}
        assert {some[0] for some in item.breaking_sets if len(some) == 1} == set(item.needs)
    assert len(found.to_frame()) == len(found.claims) * len(found.premises)
    assert list(reasons_view(found))


def _same(fate: str, changed: Conflict, claim: cl.Claim, sanctions: Sanctions) -> None:
    assert fate == fresh_fate(changed, claim, sanctions)
    expected = literal_fate(changed, claim, sanctions)
    assert expected is None or fate == expected


@settings(max_examples=35)
@given(conflicts)
def test_breaking_sets_end_the_claim_and_nothing_can_be_left_out(conflict: Conflict) -> None:
    assume(len(statement_ids(conflict) | restriction_ids(conflict)) <= 16)
    for item in why(check(conflict)).claims:
        _verify_sets(conflict, item)


def _verify_sets(conflict: Conflict, item: ClaimReasons) -> None:
    sets = [frozenset(some) for some in item.breaking_sets]
    assert len(set(sets)) == len(sets)
    assert not any(one < other for one in sets for other in sets)
    assert [len(some) for some in item.breaking_sets] == sorted(map(len, sets))
    for some in sets:
        gone = dropped(conflict, some)
        assert fresh_fate(gone, item.claim, "legal") == "ends"
        assert literal_fate(gone, item.claim, "legal") in ("ends", None)
        for fewer in single_drops(some):
            assert fresh_fate(dropped(conflict, fewer), item.claim, "legal") != "ends", (some, fewer)


@settings(max_examples=20)
@given(small)
def test_sets_of_two_are_complete(conflict: Conflict) -> None:
    premises = sorted(statement_ids(conflict) | restriction_ids(conflict))
    assume(len(premises) <= 10)
    for item in why(check(conflict), sets_to=2).claims:
        assert item.complete_to == 2
        singles = {p for p in premises if fresh_fate(dropped(conflict, {p}), item.claim, "legal") == "ends"}
        pairs = {
            frozenset(some)
            for some in combinations([p for p in premises if item.drop[p] != "not examined"], 2)
            if not singles & set(some) and fresh_fate(dropped(conflict, some), item.claim, "legal") == "ends"
        }
        assert set(item.needs) == singles
        assert {frozenset(some) for some in item.breaking_sets if len(some) == 2} == pairs
        _verify_sets(conflict, item)


@settings(max_examples=35)
@given(lists)
def test_supports_block_every_state_and_rest_on_what_is_said(conflict: Conflict) -> None:
    literal = LiteralArgument(conflict)
    for item in why(check(conflict)).claims:
        assert isinstance(item.claim.check, cl.Holds)
        states = literal.true(item.claim.check.that)
        expected = {
            (dm, reading, key)
            for reading in item.claim.readings or [r.id for r in conflict.readings]
            for key in item.claim.concepts or ("seq",)
            for dm in literal.base.parties
            if states and not any(literal.model(reading).stable(key, dm, s) for s in states)
        }
        assert {(s.dm, s.reading, s.concept) for s in item.supports} == expected
        assert len(item.supports) == len(expected)
        for support in item.supports:
            for some in support.rests_on:
                assert some_stable(conflict, some, support.dm, support.reading, states)
                for fewer in subsets(some):
                    assert not some_stable(conflict, fewer, support.dm, support.reading, states), (some, fewer)


def subsets(some: Collection[str]) -> list[tuple[str, ...]]:
    return [fewer for k in range(len(some)) for fewer in combinations(sorted(some), k)]


def some_stable(conflict: Conflict, gone: Collection[str], dm: str, reading: str, states: Collection[int]) -> bool:
    """Return whether some state is Nash stable for a party without some statements; states stay what they are."""
    model = LiteralArgument(dropped(conflict, gone)).model(reading)
    return any(model.stable("nash", dm, s) for s in states)


@settings(max_examples=40)
@given(lensed_conflicts(), st.data())
def test_variants_are_what_they_say(conflict: Conflict, data: st.DataObject) -> None:
    statements, every = statement_ids(conflict), statement_ids(conflict) | restriction_ids(conflict)
    gone = data.draw(st.sets(st.sampled_from(sorted(every)))) if every else set()
    assert without(conflict, gone) == dropped(conflict, gone)
    for premise in sorted(statements):
        assert reversed_statement(conflict, premise) == turned(conflict, premise)
        changed, lower = weakened(conflict, premise), lowered(conflict, premise)
        assert (changed or conflict) == lower
        assert changed is None or changed != conflict


# -- cases to read --------------------------------------------------------------------------------------------------

WELL = """
decision_makers:
  up:
    options: [pump]
    preferences: [{id: fear, that: not low.sue}, {id: thirst, that: up.pump}]
  low:
    options: [sue]
    preferences: [{id: share, that: not up.pump}, {id: law, that: low.sue if up.pump}, {id: cost, that: not low.sue}]
infeasible: {F: up.pump and low.sue}
outcomes: {dry: up.pump, quiet: not up.pump and not low.sue}
claims:
"""


def of(said: str, model: str = WELL, sets_to: int = 1) -> ClaimReasons:
    found: Reasons = why(check(loads(f"{model}  c: {{says: so, {said}}}\n")), sets_to=sets_to)
    (item,) = found.claims
    return item


def test_what_a_claim_needs() -> None:
    item = of("can_hold: dry, under: {concepts: nash}")
    assert item.needs == ()
    assert [p for p, fate in item.reverse.items() if fate == "ends"] == ["up.thirst"]
    assert dict(item.weaken) == {"up.fear": "stands", "low.share": "stands", "low.law": "stands"}
    item = of("cannot_hold: quiet, under: {concepts: nash}")
    assert item.needs == ("up.thirst",)
    assert item.breaking_sets == (("up.thirst",),)
    (support,) = item.supports
    assert (support.dm, support.reading, support.concept) == ("up", "default", "nash")
    assert support.rests_on == (("up.thirst",),)
    item = of("unreachable: {that: up.pump and low.sue, from: always, by: moves}")
    assert (item.needs, item.breaking_sets) == (("F",), (("F",),))
    assert item.supports == ()


SHARED = """
statements: {P1: not a.x, P2: not b.y}
decision_makers:
  a: {options: [x], principles: [P1], lenses: {now: [P2, P1], later: {weights: {P2: 2, P1: 1}}}}
  b: {options: [y], preferences: [P2, P1]}
merge: {one: a.x and b.y}
claims:
"""


def test_a_premise_of_several_is_dropped_everywhere() -> None:
    conflict = loads(SHARED + "  c: {says: so, cannot_hold: a.x, under: {concepts: nash}}")
    gone = without(conflict, {"P1"})
    assert statement_ids(gone) == {"P2"}
    assert gone.statements == conflict.statements
    item = of("cannot_hold: a.x and not b.y, under: {concepts: nash}", SHARED)
    assert set(item.drop) == {"P1", "P2"}  # merging cannot be dropped
    assert item.needs == ("P1",)
    with pytest.raises(UsageError, match="no premise that can be dropped: one"):
        without(conflict, {"one"})
    with pytest.raises(UsageError, match="no premise that can be dropped: P9"):
        without(conflict, {"P9"})


def test_pairs_are_found_for_claims_that_no_premise_carries_alone() -> None:
    text = """
decision_makers:
  a: {options: [x], preferences: [{id: A, that: not a.x}]}
  b: {options: [y], preferences: [{id: B, that: not b.y}]}
outcomes: {both: a.x and b.y}
claims:
"""
    item = of("cannot_hold: both, under: {concepts: nash}", text, sets_to=2)
    assert (item.needs, item.breaking_sets) == ((), (("a.A", "b.B"),))
    assert of("cannot_hold: both, under: {concepts: nash}", text).breaking_sets == (("a.A", "b.B"),)
    assert [support.rests_on for support in item.supports] == [(("a.A",),), (("b.B",),)]


def test_a_ranking_that_does_not_cover_the_states_a_premise_kept_out_is_not_examined() -> None:
    text = """
decision_makers:
  a: {options: [x], preferences: {ranking: [1, 2, 3]}}
  b: {options: [y]}
infeasible: {F: a.x and b.y}
claims:
"""
    item = of("can_hold: not a.x", text)
    assert dict(item.drop) == {"F": "not examined"}
    assert (item.needs, item.breaking_sets) == ((), ())
    assert item.to_dict()["not_examined"] == ["F"]


def test_claims_that_do_not_hold_have_no_reasons() -> None:
    found = why(check(loads(WELL + "  no: {says: so, can_hold: quiet, under: {concepts: nash}}")))
    assert (found.claims, found.of("no")) == ((), None)
    assert found.to_dict()["claims"][0]["needs"] == []
    assert list(reasons_view(found))


def test_no_support_rests_on_more_than_it_has_to() -> None:
    text = """
decision_makers: {p: {preferences: [a, b, c, d, e, f, x]}, q: {}}
states: [s1, s2, s3, a, b, c, d, e, f, x]
moves: {p: {s1: [a, b, c, d, e, f], s2: [x], s3: [a, b, c, d, e]}}
claims:
"""
    (support,) = of("cannot_hold: s1 or s2 or s3", text).supports
    assert support.rests_on == (("p: x",), ("p: a", "p: b", "p: c", "p: d", "p: e"))


def test_the_status_quo_stays_the_same_state_when_a_restriction_is_lifted() -> None:
    text = """
decision_makers: {a: {options: [x]}, b: {options: [y]}}
infeasible: {F: a.x and not b.y}
status_quo: 2
claims:
"""
    assert of("reachable: {that: b.y and not a.x, by: b}", text).drop == {"F": "stands"}


def test_nothing_depends_on_what_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    conflict = library("shared_river")
    shared = why(check(conflict)).to_dict()
    monkeypatch.setattr("detente.analysis.world.FEW_STATES", 0)
    monkeypatch.setattr("detente.analysis.why.FEW_STATES", 0)
    assert why(check(conflict)).to_dict() == shared
