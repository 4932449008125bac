"""The web of relations: cases that can be told by hand, changes over time, rapprochements, attitudes."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from detente.analysis.attitudes import CONCEPTS, relational
from detente.analysis.relational import attitudes_of, relational_equilibria
from detente.analysis.relations import relations
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.language.load import loads
from detente.report.relations import attitudes_view, relations_view
from detente.stability.reading import game_of
from detente.stability.registry import CONCEPTS as PLAIN
from tests.command import bad, good

MAKERS = """title: A web
decision_makers:
  a: {name: Atlantis, options: [x], preferences: [b.y, not a.x]}
  b: {name: Brobdingnag, options: [y], preferences: [a.x, not b.y]}
outsiders:
  c: Cockaigne
"""


def web(*, ties: str = "", more: str = "", **levels: Any) -> Conflict:
    """Return a model with relations: ``ab=1`` is one between a and b of level 1."""
    lines = "".join(f"  {key}: {{between: [{', '.join(key)}], level: {level}}}\n" for key, level in levels.items())
    return loads(MAKERS + more + "relations:\n" + lines + ties)


# -- balance --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "balanced", "index", "by_level", "blocs"),
    [
        ({"ab": 1, "bc": 1, "ac": 1}, True, 0, 0, [{"a", "b", "c"}]),
        ({"ab": 1, "bc": -1, "ac": -1}, True, 0, 0, [{"a", "b"}, {"c"}]),  # the enemy of my enemy is my friend
        ({"ab": -0.25, "bc": 0.5, "ac": 1}, False, 1, 0.25, None),  # two friends of one node that are enemies
        ({"ab": -1, "bc": -0.5, "ac": -1}, False, 1, 0.5, None),  # three enemies
        ({"ab": -1, "bc": -1}, True, 0, 0, [{"a", "c"}, {"b"}]),
        ({"ab": -1, "bc": 0, "ac": 0}, True, 0, 0, [{"a"}, {"b"}, {"c"}]),
    ],
)
def test_triangles(
    levels: dict[str, float], balanced: bool, index: int, by_level: float, blocs: list[set[str]] | None
) -> None:
    found = relations(web(**levels))
    assert (found.web.balanced, found.web.by_count.index, found.web.by_level.index) == (balanced, index, by_level)
    assert found.web.witness == (() if balanced else found.web.nodes)
    if blocs is not None:
        assert sorted(map(sorted, found.web.blocs)) == sorted(map(sorted, blocs))
    assert (found.at, found.over_time, found.turning_points, found.change) == ("", (), {}, None)


def test_strain_is_told_by_tie_in_any_order_of_its_nodes() -> None:
    found = relations(loads(MAKERS + "relations:\n  r: {between: [b, a], level: -0.25}\n"
                            "  s: {between: [c, b], level: 0.5}\n  t: {between: [a, c], level: 1}"))  # fmt: skip
    assert [(tie.relation.id, *found.strain(tie)) for tie in found.ties] == [
        ("r", "some", "every"),
        ("s", "some", "none"),
        ("t", "some", "none"),
    ]
    assert found.to_frame()["strain_by_level"].tolist() == ["every", "none", "none"]
    assert [item.balanced_triads for item in found.centrality] == [0, 0, 0]


def test_who_has_no_relation_is_no_node() -> None:
    found = relations(web(ab=1))
    assert (found.web.nodes, found.alone) == (("a", "b"), ("c",))
    brought = relations(web(ab=1), rapprochement=("c", "a", -1))
    assert (brought.web.nodes, brought.alone) == (("a", "b", "c"), ("c",))
    assert brought.change is not None
    assert brought.change.after.ties == {("a", "b"): 1, ("a", "c"): -1}


# -- dates ----------------------------------------------------------------------------------------------------------

HISTORY = {"ab": "{1905: 0.5, 1939-09: -1}", "bc": "{1905: 0.5, 1920-01-01: 0.5, 1941: -0.5}", "ac": 1}


@pytest.mark.parametrize(
    ("at", "ties", "not_yet", "balanced"),
    [
        ("1900", {("a", "c"): 1}, ("ab", "bc"), True),
        ("1905-01-01", {("a", "b"): 0.5, ("b", "c"): 0.5, ("a", "c"): 1}, (), True),
        (date(1939, 9, 1), {("a", "b"): -1, ("b", "c"): 0.5, ("a", "c"): 1}, (), False),
        (None, {("a", "b"): -1, ("b", "c"): -0.5, ("a", "c"): 1}, (), True),
        ("2100", {("a", "b"): -1, ("b", "c"): -0.5, ("a", "c"): 1}, (), True),
    ],
)
def test_the_web_at_a_date(at: Any, ties: dict[Any, float], not_yet: tuple[str, ...], balanced: bool) -> None:
    found = relations(web(**HISTORY), at=at)
    assert (dict(found.web.ties), found.not_yet, found.web.balanced) == (ties, not_yet, balanced)
    assert found.at == ("1941" if at is None else str(at))
    assert [tie.since for tie in found.ties][-1] == ""


def test_balance_over_time() -> None:
    found = relations(web(**HISTORY), at="1900")
    assert [(moment.date, moment.changes, moment.web.balanced) for moment in found.over_time] == [
        ("1905", (("ab", None, 0.5), ("bc", None, 0.5)), True),
        ("1939-09", (("ab", 0.5, -1.0),), False),
        ("1941", (("bc", 0.5, -0.5),), True),
    ]


def test_turning_points_found_and_declared() -> None:
    series = ", ".join(f"{1900 + k}: {0.5 if k < 6 else -0.75}" for k in range(12))
    ties = (
        f"  ab: {{between: [a, b], level: {{{series}}},\n"
        "    turning_points: {1906: {source: the almanac}, 1910: {source: a rumour}}}\n"
        "  bc: {between: [b, c], level: {1900: 1, 1901: 0.5}, turning_points: {1901: {source: a letter}}}\n"
    )
    found = relations(web(ties=ties)).turning_points
    assert [(str(one.date), one.level_before, one.level_after) for one in found["ab"].found] == [
        ("1906-01-01", 0.5, -0.75)
    ]
    assert [(str(one.date), other.source) for one, other in found["ab"].agreed] == [("1906-01-01", "the almanac")]
    assert (found["ab"].agree, [one.source for one in found["ab"].only_declared]) == (False, ["a rumour"])
    assert (found["bc"].method, [one.source for one in found["bc"].declared]) == (None, ["a letter"])
    shown = text_of(relations_view(relations(web(ties=ties))))
    for words in ("+0.5 → −0.75", "the almanac (1906)", "a rumour", "They differ", "at least 10 are needed"):
        assert words in shown


# -- rapprochement --------------------------------------------------------------------------------------------------


def test_a_rapprochement_of_enemies_with_a_common_enemy_relieves() -> None:
    found = relations(web(ab=-0.5, bc=-1, ac=-1), rapprochement=("b", "a", 0.5))
    change = found.change
    assert change is not None
    assert (change.pair, change.before.by_count.index, change.after.by_count.index) == (("a", "b"), 1, 0)
    assert (change.strained, set(change.relieved)) == ((), {("a", "b"), ("b", "c"), ("a", "c")})
    shown = text_of(relations_view(found))
    assert "If the level between Atlantis and Brobdingnag goes from −0.5 to +0.5" in shown
    assert "The web becomes balanced." in shown


def test_a_rapprochement_can_put_other_ties_under_strain() -> None:
    found = relations(web(ab=-1, bc=1, ac=-1), rapprochement=("a", "b", 1))
    assert found.web.balanced
    assert found.change is not None
    assert set(found.change.strained) == {("a", "b"), ("b", "c"), ("a", "c")}
    assert "The web is no longer balanced." in text_of(relations_view(found))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"rapprochement": ("a", "atlantis", 1)}, "there is no node 'atlantis'"),
        ({"rapprochement": ("a", "a", 1)}, "leads from 'a' back"),
        ({"rapprochement": ("a", "b", 2)}, "expected a level from -1 to 1"),
        ({"at": "yesterday"}, "'yesterday' is not a date"),
    ],
)
def test_what_is_refused(asked: dict[str, Any], words: str) -> None:
    for question in (relations, relational_equilibria):
        with pytest.raises(UsageError, match=words):
            question(web(ab=1), **asked)  # type: ignore[operator]


def test_a_model_without_relations_is_refused() -> None:
    with pytest.raises(UsageError, match="states no relations"):
        relations(loads(MAKERS))
    with pytest.raises(UsageError, match="and no attitudes"):
        relational_equilibria(loads(MAKERS))


# -- attitudes ------------------------------------------------------------------------------------------------------


def words_of(conflict: Conflict, **asked: Any) -> dict[tuple[str, str], tuple[str, str]]:
    return {(item.of, item.to): (item.attitude, item.origin) for item in attitudes_of(conflict, **asked)}


def test_attitudes_are_stated_or_follow_from_levels() -> None:
    stated = MAKERS.replace("not a.x]", "not a.x], attitudes: {b: negative, a: neutral}")
    conflict = loads(stated + "relations: {r: {between: [b, a], level: {1900: 0.5, 1914: -0.4}}}")
    assert words_of(conflict) == {
        ("a", "a"): ("neutral", "stated"),
        ("a", "b"): ("negative", "stated"),
        ("b", "a"): ("neutral", "relation"),
        ("b", "b"): ("positive", "self"),
    }
    assert words_of(conflict, threshold=0.4)["b", "a"] == ("negative", "relation")
    assert words_of(conflict, at="1900")["b", "a"] == ("positive", "relation")
    assert words_of(conflict, rapprochement=("a", "b", 1))["b", "a"] == ("positive", "relation")
    assert words_of(loads(stated))["b", "a"] == ("neutral", "none")
    with pytest.raises(UsageError, match="threshold"):
        attitudes_of(conflict, threshold=0)


def test_friends_keep_what_selfish_parties_cannot() -> None:
    """In the prisoner's dilemma both cooperate (state 4) under Nash exactly when each cares for the other."""
    friends = relational_equilibria(web(ab=1)).concepts["rnash"]
    assert (friends.plain + 1).tolist() == [1]
    assert 4 - 1 in friends.equilibria
    assert 4 - 1 in friends.appear
    enemies = relational_equilibria(web(ab=-1)).concepts["rnash"]
    assert 4 - 1 not in enemies.equilibria


@pytest.mark.parametrize("level", [-1, 0, 1])
def test_equilibria_are_those_of_the_concepts(level: int) -> None:
    found = relational_equilibria(web(ab=level), sanctions="single")
    game = game_of(Graph(found.graph.conflict), found.reading, sanctions="single")
    direct = relational(game, np.where(np.eye(2, dtype=bool), 1, level))
    alone = relational(game, np.eye(2, dtype=int))
    assert list(found.concepts) == list(CONCEPTS)
    for key, one in found.concepts.items():
        plain = np.logical_and.reduce([PLAIN[key[1:]].decide(game, i) for i in game.parties])
        assert one.equilibria.tolist() == np.flatnonzero(direct[key].all(axis=0)).tolist()
        assert one.plain.tolist() == np.flatnonzero(plain).tolist()
        assert one.own_only.tolist() == np.flatnonzero(alone[key].all(axis=0)).tolist() == one.plain.tolist()
        assert set(one.appear) == set(one.equilibria) - set(one.plain)
        assert set(one.vanish) == set(one.plain) - set(one.equilibria)
        assert one.by_equal_ranks == (0, 0)
    assert set(relational_equilibria(web(ab=level), concepts=["rseq"]).concepts) == {"rseq"}


def test_what_only_equal_ranks_change_is_told_apart() -> None:
    text = "decision_makers: {a: {options: [x], attitudes: {b: neutral}}, b: {options: [y], preferences: [b.y]}}"
    one = relational_equilibria(loads(text)).concepts["rnash"]
    assert ((one.plain + 1).tolist(), one.equilibria.tolist()) == ([3, 4], [])
    assert one.by_equal_ranks == (0, 2)


# -- what is shown --------------------------------------------------------------------------------------------------


def text_of(parts: Any) -> str:
    console = Console(width=160, file=io.StringIO())
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return captured.get()


def test_the_view_says_it_in_plain_words() -> None:
    conflict = web(ab=-0.25, bc=0.5, ac=1, more="  d:\n")
    shown = text_of(relations_view(relations(conflict)))
    for words in (
        "3 nodes · 3 ties",
        "Atlantis – Brobdingnag",
        "No relation names d.",
        "at least 1 of 3 ties would have to change sign or go (by level: 0.25 of 1.75)",
        "Atlantis − Brobdingnag + Cockaigne + Atlantis, with 1 hostile tie",
        "in 3 ways:",
        "Blocs that fit best by level: Atlantis, Brobdingnag, Cockaigne.",
    ):
        assert words in shown
    assert "probab" not in shown
    assert "The web is balanced" in text_of(relations_view(relations(web(ab=1))))
    assert "There are no ties." in text_of(relations_view(relations(web(ab=0))))
    late = text_of(relations_view(relations(web(**HISTORY), at="1900")))
    assert "No tie yet: Atlantis – Brobdingnag; Brobdingnag – Cockaigne." in late


def test_what_is_cut_is_counted() -> None:
    pairs = combinations("abcde", 2)
    ties = "".join(f"  {x}{y}: {{between: [{x}, {y}], level: -1}}\n" for x, y in pairs)
    shown = text_of(relations_view(relations(loads(MAKERS + "  d:\n  e:\nrelations:\n" + ties))))
    assert "Blocs that fit best, in 10 ways:" in shown
    assert "… and 5 more (--format json lists 10)" in shown


def test_the_view_of_attitudes() -> None:
    shown = text_of(attitudes_view(relational_equilibria(web(ab=1))))
    for words in ("A web", "Brobdingnag (+1)", "Equilibria that appear", "Atlantis: x; Brobdingnag: y"):
        assert words in shown


# -- the command ----------------------------------------------------------------------------------------------------

TEXT = MAKERS + "relations:\n" + "".join(
    f"  {key}: {{between: [{', '.join(key)}], level: {level}}}\n" for key, level in HISTORY.items()
)  # fmt: skip
KEYS = {
    "at", "nodes", "without_a_relation", "ties", "not_yet", "parts", "balanced", "witness", "by_count", "by_level",
    "centrality", "rapprochement", "over_time", "turning_points", "computed",
}  # fmt: skip


def test_json_of_the_command() -> None:
    data = json.loads(good("relations", "-", "--at", "1940", "--rapprochement", "a,b=0.5", "-f", "json", text=TEXT))
    assert set(data) == KEYS
    assert (data["at"], data["balanced"], data["witness"]) == ("1940", False, ["a", "b", "c"])
    assert data["ties"][0] == {
        "relation": "ab", "between": ["a", "b"], "level": -1.0, "since": "1939-09", "certainty": "certain",
        "strain_by_count": "some", "strain_by_level": "none",
    }  # fmt: skip
    assert data["rapprochement"]["index_by_count"] == [1, 0]
    assert set(data["over_time"][0]) == {
        "date", "changes", "balanced", "index_by_count", "index_by_level", "n_divisions", "blocs",
    }  # fmt: skip
    assert set(data["turning_points"]) == {"ab", "bc"}
    both = json.loads(good("relations", "-", "--attitudes", "--threshold", "0.9", "-f", "json", text=TEXT))
    assert set(both) == KEYS | {"relational"}
    held = both["relational"]
    assert set(held) == {"reading", "at", "threshold", "attitudes", "concepts", "computed"}
    assert held["attitudes"][1] == {
        "of": "a", "to": "b", "attitude": "negative", "origin": "relation", "relation": "ab", "level": -1.0,
    }  # fmt: skip
    assert set(held["concepts"]["rseq"]) == {"plain_concept", "equilibria", "plain", "own_only", "appear", "vanish"}


def test_csv_and_table_of_the_command() -> None:
    rows = list(csv.DictReader(io.StringIO(good("relations", "-", "--format", "csv", text=TEXT))))
    assert [rows[0][key] for key in ("relation", "a", "b", "since")] == ["ab", "a", "b", "1939-09"]
    rows = list(csv.DictReader(io.StringIO(good("relations", "-", "--attitudes", "-f", "csv", text=TEXT))))
    assert {"number", "rnash", "nash", "rseq", "seq"} <= set(rows[0])
    assert "If the level between Atlantis and Cockaigne goes from +1 to −1" in good(
        "relations", "-", "--rapprochement", "a, c = -1", text=TEXT
    )


def test_attitudes_alone_are_enough() -> None:
    text = MAKERS.replace("not a.x]", "not a.x], attitudes: {b: positive}")
    shown = good("relations", "-", "--attitudes", text=text)
    assert shown.startswith("A web\n")
    assert "(stated)" in shown
    assert "Relational stability" in good("relations", "-", "--attitudes", text=TEXT)
    assert set(json.loads(good("relations", "-", "--attitudes", "-f", "json", text=text))) == {"relational"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--rapprochement", "a"), "is not two nodes and a level"),
        (("--rapprochement", "a,b=much"), "'much' is not a level"),
        (("--rapprochement", "a,z"), "there is no node 'z'"),
        (("--at", "1.9.1939"), "is not a date"),
        (("--reading", "default"), "only with --attitudes"),
        (("--attitudes", "--threshold", "2"), "threshold"),
        (("--attitudes", "--reading", "other"), "unknown reading 'other'"),
        (("--attitudes", "--sanctions", "other"), "unknown sanctions 'other'"),
    ],
)
def test_wrong_use_is_said_plainly(arguments: tuple[str, ...], words: str) -> None:
    assert words in bad("relations", "-", *arguments, text=TEXT)


def test_a_model_without_relations_says_so() -> None:
    assert "states no relations" in bad("relations", "-", text=MAKERS)
    assert "no attitudes" in bad("relations", "-", "--attitudes", text=MAKERS)
