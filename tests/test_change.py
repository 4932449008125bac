"""Inverse analysis: distances, all smallest changes and counts against every ranking one by one."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from math import factorial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from detente.analysis.change import changes
from detente.analysis.inverse import CONCEPTS, Change, change
from detente.analysis.inverse_count import count
from detente.analysis.inverse_sets import Sets
from detente.cli.main import app
from detente.conflict.conflict import Conflict
from detente.errors import TooLargeError, UsageError
from detente.language.load import loads
from detente.library.index import library
from detente.report.change import change_view
from tests.draws import pick, some
from tests.literal_change import Rankings, arcs_of, distance, listed, orders

ALL = 10_000


@st.composite
def cases(draw: st.DrawFn, most: int = 4, parties: int = 3) -> tuple[Conflict, list[str]]:
    """Draw a small conflict of listed states, and which parties are free."""
    n_parties = draw(st.integers(1, parties))
    n = draw(st.integers(1, most if n_parties < 3 else 3))
    names = [f"p{k}" for k in range(n_parties)]
    natural = draw(st.integers(0, 3)) == 3
    arcs = {name: some(draw, list(arcs_of(n)), least=0) if n > 1 else [] for name in [*names, *["sky"] * natural]}
    rankings = {name: pick(draw, orders(n, draw(st.booleans()))) for name in names}
    conflict = listed(n, arcs, rankings, nature=pick(draw, ("excluded", "included")))
    return conflict, some(draw, names)


def solutions_of(found: Any, free: list[str]) -> set[tuple[int, tuple[tuple[int, ...], ...]]]:
    own = {found.game.movers[i].name: tuple(found.game.ranks(i).tolist()) for i in found.game.parties}
    result = set()
    for one in found.solutions:
        ranks = {**own, **{party.dm: tuple(party.ranks.tolist()) for party in one.parties}}
        result.add((one.state + 1, tuple(ranks[dm] for dm in free)))
    return result


@pytest.mark.parametrize("concept", CONCEPTS)
@given(case=cases(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_every_ranking_one_by_one(concept: str, case: tuple[Conflict, list[str]], data: st.DataObject) -> None:
    conflict, free = case
    literal = Rankings(conflict)
    keep = [dm for dm in literal.parties if dm not in free]
    s = data.draw(st.sampled_from(literal.states))
    allow_ties = data.draw(st.booleans())
    found = change(conflict, s, concept, keep=keep, allow_ties=allow_ties, most=ALL, seconds=600)
    least, every = literal.nearest(concept, [s], free, allow_ties)
    assert found.proven
    assert found.distance == least
    assert solutions_of(found, free) == every
    assert len(found.solutions) == len(every)
    assert found.complete
    for one in found.solutions:
        own = {party.dm: party for party in one.parties}
        for dm, party in own.items():
            assert Fraction(party.halves, 2) == distance(literal.own[dm], tuple(party.ranks.tolist()))
    single = change(conflict, s, concept, keep=keep, allow_ties=allow_ties, seconds=600)
    assert (single.distance, single.proven) == (found.distance, True)
    assert solutions_of(single, free) <= every


@pytest.mark.parametrize("concept", CONCEPTS)
@given(case=cases(parties=2), data=st.data())
@settings(max_examples=40, deadline=None)
def test_every_strict_ranking_is_counted(concept: str, case: tuple[Conflict, list[str]], data: st.DataObject) -> None:
    conflict, free = case
    literal = Rankings(conflict)
    s = data.draw(st.sampled_from(literal.states))
    found = count(conflict, s, concept, keep=[dm for dm in literal.parties if dm not in free])
    assert found.count == literal.count(concept, s, free)
    assert found.total == factorial(len(literal.states)) ** len(free)


@pytest.mark.parametrize("concept", CONCEPTS)
@given(case=cases(most=5, parties=1), data=st.data())
@settings(max_examples=25, deadline=None)
def test_one_party_against_nature(concept: str, case: tuple[Conflict, list[str]], data: st.DataObject) -> None:
    conflict, free = case
    literal = Rankings(conflict)
    s = data.draw(st.sampled_from(literal.states))
    assert count(conflict, s, concept).count == literal.count(concept, s, free)


@given(st.integers(1, 7), st.data())
@settings(max_examples=100, deadline=None)
def test_counting_sets(n: int, data: st.DataObject) -> None:
    one_set = st.integers(0, 2**n - 1)
    families = data.draw(st.lists(st.lists(one_set, max_size=5), max_size=3))
    subsets = range(2**n)

    def sizes(fits: Any) -> tuple[int, ...]:
        found = [0] * (n + 1)
        for subset in subsets:
            found[subset.bit_count()] += bool(fits(subset))
        return tuple(found)

    for family in families:
        assert Sets(n).containing_none(family) == sizes(lambda w, f=family: not any(w & one == one for one in f))
    expected = sizes(lambda w: all(any(w & one == one for one in family) for family in families))
    assert Sets(n).containing_one_of_each(families) == expected


COUNTS = {"nash": 240, "gmr": 384, "smr": 300, "seq": 384, "sseq": 300}


@pytest.mark.parametrize(("concept", "number"), COUNTS.items())
def test_syrias_rankings(concept: str, number: int) -> None:
    found = count(library("syria_iraq"), 2, concept, keep=["iraq"])
    assert (found.count, found.total) == (number, 720)


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["change", *words])


def test_the_json_that_others_read() -> None:
    data = json.loads(run("syria_iraq", "--target", "2", "--concept", "nash", "--keep", "iraq", "-f", "json").stdout)
    assert (data["distance"], data["proven"], data["complete"], data["keep"]) == (3, True, True, ["iraq"])
    (solution,) = data["solutions"]
    (party,) = solution["changes"]
    assert party["decision_maker"] == "syria"
    assert party["ranks"] == [5, 6, 4, 2, 1, 3]  # 2 1 3 6 4 5, best first
    assert [pair["states"] for pair in party["pairs"]] == [[1, 2], [2, 3], [2, 6]]
    assert set(data["states"]) == {"1", "2", "3", "6"}
    counted = json.loads(
        run("syria_iraq", "--target", "2", "-c", "sseq", "--keep", "iraq", "--count", "-f", "json").stdout
    )
    assert (counted["count"], counted["total"]) == (300, 720)


def test_a_line_for_every_pair() -> None:
    lines = run("chicken", "--target", "compromise", "--concept", "nash", "-f", "csv").stdout.splitlines()
    assert lines == [
        "solution,state,decision_maker,first,second,before,after",
        "1,4,a,3,4,first,second",
        "1,4,b,2,4,first,second",
    ]


def test_in_words() -> None:
    said = run("syria_iraq", "--target", "2", "--concept", "nash").stdout
    assert "Distance 3: no smaller change does it." in said
    assert "Syria would have to change 3 pairs of states" in said
    assert "prefer state 2 (Syria: Release water) to state 1" in said.replace("\n", " ")
    nothing = run("prisoners_dilemma", "--target", "1", "--concept", "nash").stdout
    assert "nothing has to change" in nothing
    kept = run("prisoners_dilemma", "--target", "4", "--concept", "nash", "--keep", "two").stdout
    assert "No change of these rankings makes it one." in kept
    assert "would leave whatever the others prefer" in " ".join(kept.split())


def test_ties_may_be_made() -> None:
    strict = change(library("prisoners_dilemma"), 4, "nash")
    tied = change(library("prisoners_dilemma"), 4, "nash", allow_ties=True)
    assert (strict.distance, tied.distance) == (2, 1)
    assert [pair.after for party in tied.solutions[0].parties for pair in party.pairs] == [0, 0]


def test_the_nearest_state_of_an_outcome() -> None:
    conflict = loads(OUTCOME)
    for concept in CONCEPTS:
        each = [change(conflict, s, concept).distance for s in (2, 3, 4)]
        found = change(conflict, "some", concept)
        assert found.distance == min(d for d in each if d is not None)
        assert found.proven


OUTCOME = """
title: One of three
decision_makers:
  one: {options: [a], preferences: {ranking: [1, 3, 4, 2]}}
  two: {options: [b], preferences: {ranking: [1, 2, 4, 3]}}
outcomes: {some: one.a or two.b, never_so: one.a and not one.a}
"""


def test_all_means_up_to_so_many() -> None:
    conflict = listed(4, {"one": [(1, 2)]}, {"one": (1, 4, 3, 2)})
    every = change(conflict, "s1", "nash", most=10)
    assert (every.distance, len(every.solutions), every.complete) == (3, 3, True)
    some_of_them = change(conflict, "s1", "nash", most=2)
    assert (len(some_of_them.solutions), some_of_them.complete) == (2, False)


def test_without_time_a_bound() -> None:
    found = change(COUPLED, "s1", "seq", seconds=0)
    assert not found.proven
    assert found.at_least == 0
    settled = change(COUPLED, "s1", "seq", seconds=600)
    assert settled.proven
    assert settled.distance is not None
    assert settled.distance > 0


COUPLED = listed(
    3,
    {"one": [(1, 2)], "two": [(2, 3)]},
    {"one": (2, 3, 1), "two": (1, 3, 2)},
)
"""One moves from 1 to 2; two could answer with 3, which one likes least, but does not like it better than 2."""

WRONG = {
    "no such state": (("chicken", "--target", "nowhere"), "no state and no outcome"),
    "a hint": (("chicken", "--target", "compromize"), "did you mean 'compromise'"),
    "no such party": (("chicken", "--target", "4", "--keep", "c"), "unknown decision maker 'c'"),
    "all kept": (("chicken", "--target", "4", "--keep", "a,b"), "every party keeps its ranking"),
    "no such concept": (("chicken", "--target", "4", "--concept", "nahs"), "did you mean 'nash'"),
    "simultaneous": (("chicken", "--target", "4", "--concept", "sim"), "not defined here under sim"),
    "several states": (("chicken", "--target", "one_gives_way", "--count"), "is 2 states"),
    "listed and counted": (("chicken", "--target", "4", "--count", "--all", "2"), "--count counts strict rankings"),
    "endless": (("chicken", "--target", "4", "--seconds", "inf"), "and an end"),
    "nature": (("peace_delusion", "--target", "1", "--keep", "front"), "is nature"),
    "too many to try": (("elmira", "--target", "s1", "--concept", "seq", "--count"), "one by one"),
    "too many states": (("peace_delusion", "--target", "1", "--count"), "at most 1,000"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_questions(name: str) -> None:
    words, message = WRONG[name]
    with pytest.raises((UsageError, TooLargeError), match=message.replace("(", "\\(")):
        raise run(*words).exception or AssertionError("no error")


def test_an_outcome_that_no_state_has() -> None:
    with pytest.raises(UsageError, match="no state has the outcome"):
        change(loads(OUTCOME), "never_so", "nash")


def test_nature_among_those_who_answer() -> None:
    arcs = {"one": [(1, 2)], "two": [(3, 4)], "sky": [(2, 3)]}
    conflict = listed(4, arcs, {"one": (2, 4, 3, 1), "two": (1, 2, 4, 3)}, nature="included")
    found = change(conflict, "s1", "seq", most=ALL, seconds=600)
    least, every = Rankings(conflict).nearest("seq", [1], ["one", "two"], False)
    assert (found.distance, found.complete, least) == (1, True, 1)
    assert solutions_of(found, ["one", "two"]) == every
    assert change(listed(4, arcs, {"one": (2, 4, 3, 1), "two": (1, 2, 4, 3)}), "s1", "seq").distance == 2


def test_an_answer_goes_to_another_process() -> None:
    import pickle

    found = changes(library("elmira"), [1], sets=1, workers=1)
    there = pickle.loads(pickle.dumps(found))
    assert there.to_dict() == found.to_dict()


def test_it_is_said_what_a_distance_is() -> None:
    def told(found: Change) -> str:
        return " ".join(str(part) for part in change_view(found))

    found = change(library("prisoners_dilemma"), 4, "nash")
    none_yet = replace(found, solutions=(), at_least=3, complete=False)
    assert "none has a smaller distance than 1.5." in told(none_yet)
    assert "confirmed" not in told(none_yet)
    for one in (found, none_yet):
        assert told(one).count("Distance: 1 for each pair of states whose order is reversed, 1/2 for each tie") == 1
    assert "1 for each pair" not in told(change(library("prisoners_dilemma"), 1, "nash"))
    assert "1 for each pair" not in told(replace(none_yet, at_least=None))
