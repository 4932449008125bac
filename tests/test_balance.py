"""Signed ties: hand-made webs, and a literal implementation that tries every cycle and every division."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from detente.analysis import balance as module
from detente.analysis.balance import MOST_LISTED, MOST_NODES, balance, centrality, change_tie, with_tie
from detente.errors import TooLargeError, UsageError

Pair = tuple[str, str]
Ties = dict[Pair, float]
some = settings(max_examples=75, deadline=None)


@st.composite
def webs(draw: DrawFn) -> tuple[list[str], Ties]:
    nodes = [f"n{k}" for k in range(draw(st.integers(0, 6)))]
    level = st.sampled_from([-1.0, -0.5, -0.3, -0.1, 0.0, 0.0, 0.0, 0.2, 0.4, 0.7, 1.0])
    ties: Ties = {}
    for a, b in combinations(nodes, 2):
        ties[(a, b) if draw(st.booleans()) else (b, a)] = draw(level)
    return nodes, ties


# -- the literal implementation -------------------------------------------------------------------------------------


def exact(ties: Mapping[Pair, float]) -> dict[frozenset[str], Fraction]:
    return {frozenset(pair): Fraction(str(level)) for pair, level in ties.items() if level}


def odd_cycles(nodes: list[str], ties: Mapping[Pair, float]) -> Iterator[tuple[str, ...]]:
    levels = exact(ties)
    for size in range(3, len(nodes) + 1):
        for cycle in permutations(nodes, size):
            edges = [frozenset(pair) for pair in zip(cycle, cycle[1:] + cycle[:1], strict=True)]
            if all(edge in levels for edge in edges) and sum(levels[edge] < 0 for edge in edges) % 2:
                yield cycle


def parts(nodes: list[str], ties: Mapping[Pair, float]) -> set[frozenset[str]]:
    found = {frozenset({node}) for node in nodes}
    for edge in exact(ties):
        touched = {part for part in found if part & edge}
        found = (found - touched) | {frozenset().union(*touched)}
    return found


def best_divisions(
    nodes: list[str], ties: Mapping[Pair, float], counting: bool
) -> tuple[Fraction, dict[frozenset[frozenset[str]], set[frozenset[str]]]]:
    """Return the index, and every best division as a set of blocs, each with the ties that are out of place."""
    levels, found = exact(ties), {}
    for sides in product((0, 1), repeat=len(nodes)):
        side = dict(zip(nodes, sides, strict=True))
        wrong = {edge for edge, level in levels.items() if (len({side[n] for n in edge}) == 1) != (level > 0)}
        cost = sum((Fraction(1) if counting else abs(levels[edge]) for edge in wrong), Fraction(0))
        blocs = {frozenset(n for n in part if side[n] == k) for part in parts(nodes, ties) for k in (0, 1)}
        found[frozenset(blocs - {frozenset()})] = (cost, wrong)
    least = min(cost for cost, _ in found.values())
    return least, {division: wrong for division, (cost, wrong) in found.items() if cost == least}


def edges(pairs: tuple[Pair, ...]) -> set[frozenset[str]]:
    return {frozenset(pair) for pair in pairs}


@some
@given(webs())
def test_everything_agrees_with_the_literal_implementation(web: tuple[list[str], Ties]) -> None:
    nodes, ties = web
    found = balance(nodes, ties)
    cycles = list(odd_cycles(nodes, ties))
    assert found.balanced == (not cycles)
    assert len(found.witness) == min(map(len, cycles), default=0)
    assert not found.witness or found.witness in cycles
    assert {frozenset(part) for part in found.parts} == parts(nodes, ties)
    for counting, measure in ((True, found.by_count), (False, found.by_level)):
        index, best = best_divisions(nodes, ties, counting)
        assert Fraction(str(measure.index)) == index
        assert measure.n_divisions == len(best) == len(measure.divisions)
        assert {frozenset(map(frozenset, division)) for division in measure.divisions} == set(best)
        every = frozenset.intersection(*map(frozenset, best.values()))
        assert edges(measure.every) == every
        assert edges(measure.some) == frozenset().union(*best.values()) - every


@some
@given(webs())
def test_index_is_the_least_number_of_ties_to_leave_out(web: tuple[list[str], Ties]) -> None:
    nodes, ties = web
    index = int(balance(nodes, ties).by_count.index)
    held = [pair for pair, level in ties.items() if level]

    def without(gone: tuple[Pair, ...]) -> Ties:
        return {pair: level for pair, level in ties.items() if pair not in gone}

    assert any(balance(nodes, without(gone)).balanced for gone in combinations(held, index))
    if index:
        assert not any(balance(nodes, without(gone)).balanced for gone in combinations(held, index - 1))


@some
@given(webs())
def test_centrality_agrees_with_the_literal_implementation(web: tuple[list[str], Ties]) -> None:
    nodes, ties = web
    levels = exact(ties)
    for one in centrality(balance(nodes, ties)):
        own = [level for edge, level in levels.items() if one.node in edge]
        assert (one.friends, one.enemies) == (sum(x > 0 for x in own), sum(x < 0 for x in own))
        assert Fraction(str(one.friendship)) == sum((x for x in own if x > 0), Fraction(0))
        assert Fraction(str(one.enmity)) == -sum((x for x in own if x < 0), Fraction(0))
        triads = [
            [levels[frozenset(pair)] for pair in combinations(three, 2)]
            for three in combinations(nodes, 3)
            if one.node in three and all(frozenset(pair) in levels for pair in combinations(three, 2))
        ]
        assert one.triads == len(triads)
        assert one.balanced_triads == sum(sum(x < 0 for x in signs) % 2 == 0 for signs in triads)
        assert one.balanced_share == (one.balanced_triads / len(triads) if triads else None)
        rest = [node for node in nodes if node != one.node]
        left = {pair: level for pair, level in ties.items() if one.node not in pair}
        for counting, drop in ((True, one.drop_by_count), (False, one.drop_by_level)):
            fall = best_divisions(nodes, ties, counting)[0] - best_divisions(rest, left, counting)[0]
            assert Fraction(str(drop)) == fall >= 0
        joined, still = (
            {pair for part in web_parts for pair in combinations(sorted(part - {one.node}), 2)}
            for web_parts in (parts(nodes, ties), parts(rest, left))
        )
        assert one.parted == len(joined - still)


@some
@given(webs(), st.data())
def test_change_of_a_tie_compares_two_webs(web: tuple[list[str], Ties], data: st.DataObject) -> None:
    nodes, ties = web
    if len(nodes) < 2:
        return
    a, b = data.draw(st.sampled_from(list(permutations(nodes, 2))))
    level = data.draw(st.sampled_from([-1.0, 0.0, 0.5]))
    before = balance(nodes, ties)
    change = change_tie(before, a, b, level)
    kept = {pair: was for pair, was in ties.items() if set(pair) != {a, b}}
    assert change.before == before
    assert change.after == with_tie(before, a, b, level) == balance(nodes, kept | {(a, b): level})
    order = ("none", "some", "every")
    for pair in combinations(nodes, 2):
        was, becomes = (order.index(one.by_count.strain(pair)) for one in (before, change.after))
        assert (pair in change.strained) == (becomes > was)
        assert (pair in change.relieved) == (becomes < was)
    assert abs(change.after.by_count.index - before.by_count.index) <= 1


@given(st.integers(0, 3), webs())
def test_enumeration_in_pieces_changes_nothing(at_once: int, web: tuple[list[str], Ties]) -> None:
    whole = balance(*web)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_AT_ONCE", at_once)
        assert balance(*web) == whole


# -- webs made by hand ----------------------------------------------------------------------------------------------

ABC = ["a", "b", "c"]


@pytest.mark.parametrize(
    ("signs", "balanced"), [((1, 1, 1), True), ((1, -1, -1), True), ((1, 1, -1), False), ((-1, -1, -1), False)]
)
def test_triads_of_heider(signs: tuple[int, int, int], balanced: bool) -> None:
    found = balance(ABC, dict(zip([("a", "b"), ("b", "c"), ("a", "c")], signs, strict=True)))
    assert found.balanced == balanced
    assert found.by_count.index == (0 if balanced else 1)
    assert sorted(found.witness) == ([] if balanced else ABC)
    assert found.by_count.n_divisions == (1 if balanced else 3)


def test_level_decides_what_is_under_strain() -> None:
    found = balance(ABC, {("b", "a"): 0.9, ("b", "c"): 0.8, ("a", "c"): -0.2})
    assert found.by_count.some == (("a", "b"), ("a", "c"), ("b", "c"))
    assert found.by_count.every == ()
    assert (found.by_level.index, found.by_level.every, found.by_level.some) == (0.2, (("a", "c"),), ())
    assert found.by_level.divisions == ((("a", "b", "c"),),)


def test_rapprochement_across_two_camps_is_strained() -> None:
    entente, alliance = ("britain", "france", "russia"), ("germany", "austria", "italy")
    levels = dict.fromkeys([*combinations(entente, 2), *combinations(alliance, 2)], 1.0)
    web = balance([*entente, *alliance], levels | dict.fromkeys(product(entente, alliance), -1.0))
    assert (web.balanced, web.witness, web.blocs) == (True, (), (entente, alliance))
    wooed = change_tie(web, "italy", "france", 1.0)
    assert (wooed.after.by_count.index, wooed.strained, wooed.relieved) == (1, (("france", "italy"),), ())
    assert wooed.to_dict()["index_by_count"] == (0, 1)
    assert change_tie(wooed.after, "italy", "france", -1.0).relieved == (("france", "italy"),)


def test_index_of_the_complete_web_of_enemies() -> None:
    for n in range(2, 9):
        nodes = [f"n{k}" for k in range(n)]
        found = balance(nodes, dict.fromkeys(combinations(nodes, 2), -1.0))
        half = n // 2
        assert found.by_count.index == half * (half - 1) / 2 + (n - half) * (n - half - 1) / 2


def test_bridge_between_two_camps_parts_them_when_it_goes() -> None:
    nodes = ["a", "b", "bridge", "c", "d"]
    web = balance(nodes, {("a", "b"): 1, ("b", "bridge"): 1, ("bridge", "c"): -1, ("c", "d"): 1})
    by_node = {one.node: one for one in centrality(web)}
    assert by_node["bridge"].parted == 4
    assert by_node["a"].parted == 0
    assert by_node["b"].parted == 3


def test_nodes_without_ties_are_blocs_of_their_own() -> None:
    found = balance(ABC, {("a", "b"): -1, ("a", "c"): 0})
    assert found.parts == (("a", "b"), ("c",))
    assert found.blocs == (("a",), ("b",), ("c",))
    assert balance([], {}).by_count.divisions == ((),)


def test_many_best_divisions_are_counted_and_the_first_listed() -> None:
    nodes = [f"n{k}" for k in range(10)]
    found = balance(nodes, dict.fromkeys(combinations(nodes, 2), -1.0))
    assert found.by_count.n_divisions == 126
    assert len(found.by_count.divisions) == MOST_LISTED
    assert found.blocs == (tuple(nodes[:5]), tuple(nodes[5:]))


def test_large_webs_are_refused_unless_they_are_balanced() -> None:
    nodes = [f"n{k}" for k in range(MOST_NODES + 1)]
    friends = dict.fromkeys(combinations(nodes, 2), 1.0)
    assert balance(nodes, friends).balanced
    with pytest.raises(TooLargeError, match=r"26 nodes .* at most 25 .* 2\^25 ways"):
        balance(nodes, friends | {("n0", "n1"): -1.0})
    alone = balance([*nodes, "far"], dict.fromkeys(combinations(nodes[:3], 2), -1.0))
    assert alone.by_count.index == 1


def test_largest_web_is_divided_exactly() -> None:
    rng = np.random.default_rng(7)
    nodes = [f"n{k:02}" for k in range(23)]
    camp = {node: rng.integers(2) for node in nodes}
    ties = {(a, b): 1.0 if camp[a] == camp[b] else -1.0 for a, b in combinations(nodes, 2)}
    for pair in [("n00", "n01"), ("n04", "n09"), ("n10", "n22")]:
        ties[pair] = -ties[pair]
    found = balance(nodes, ties)
    assert (found.by_count.index, found.by_count.n_divisions) == (3, 1)
    assert found.by_count.every == (("n00", "n01"), ("n04", "n09"), ("n10", "n22"))


@pytest.mark.parametrize(
    ("nodes", "ties", "message"),
    [
        (["a", "a"], {}, "node 'a' is there twice"),
        (["alpha", "b"], {("alpah", "b"): 1}, "no node 'alpah'; did you mean 'alpha'"),
        (ABC, {("a", "a"): 1}, "leads from 'a' back"),
        (ABC, {("a", "b"): 1, ("b", "a"): 1}, "'a' and 'b' is given twice"),
        (ABC, {("a", "b"): 1.5}, "is 1.5; expected a level from -1 to 1"),
        (ABC, {("a", "b"): float("nan")}, "is nan"),
    ],
)
def test_mistakes_are_named(nodes: list[str], ties: Ties, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        balance(nodes, ties)


def test_result_is_plain_data_and_a_table() -> None:
    found = balance(ABC, {("a", "b"): 1, ("b", "c"): 1, ("c", "a"): -0.5})
    data = json.loads(json.dumps(found.to_dict()))
    assert data["ties"][1] == {"a": "a", "b": "c", "level": -0.5}
    assert data["by_level"]["every"] == [["a", "c"]]
    frame = found.to_frame()
    assert frame.columns.tolist() == ["a", "b", "level", "strain_by_count", "strain_by_level"]
    assert frame["strain_by_level"].tolist() == ["none", "every", "none"]
    change = change_tie(found, "a", "c", 0)
    assert json.loads(json.dumps(change.to_dict()))["balanced"] == [False, True]
    assert change.to_frame()["level_after"].isna().tolist() == [False, True, False]
    assert json.loads(json.dumps(centrality(found)[0].to_dict()))["balanced_share"] == 0.0
