"""Files of GMCR+: what they mean, and what is wrong with them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from detente.conflict import elements as el
from detente.graph.graph import Graph
from detente.language.gmcr import identifiers, read_gmcr
from detente.language.load import loads
from detente.language.write import to_yaml
from tests.gmcr_cases import RIVER, changed
from tests.gmcr_literal import Literal, Table, goes_round, means, ranks_of


@st.composite
def files(draw: DrawFn) -> Table:
    """Draw a file with a feasible state, now and then with manual rankings."""
    n, owners = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    owner = [draw(st.integers(0, owners - 1)) for _ in range(n)]
    letters = st.sampled_from("YN")
    pairs = st.dictionaries(st.integers(0, n - 1), letters, max_size=3)
    conjunction = pairs.map(lambda given: [list(pair) for pair in given.items()])
    compound = st.lists(conjunction, min_size=1, max_size=3).map(lambda m: {"compound": True, "members": m})
    conditions = st.lists(st.one_of(conjunction, compound), max_size=4)
    names = st.one_of(st.text(max_size=6), st.sampled_from(["Strike", "strike", "not", "", "1"]))
    data: Table = {
        "options": [
            {"name": draw(names), "permittedDirection": draw(st.sampled_from(["both", "both", "fwd", "back"]))}
            for _ in owner
        ],
        "decisionMakers": [
            {
                "name": draw(names),
                "options": draw(st.permutations([index for index in range(n) if owner[index] == k])),
                "preferences": draw(conditions),
                "misperceptions": draw(st.lists(conjunction, max_size=1)),
            }
            for k in range(owners)
        ],
        "infeasibles": draw(conditions),
        "coalitions": draw(st.sampled_from([[0], [list(range(owners))], [[0], *range(1, owners)]])),
        "useManualPreferenceRanking": draw(st.booleans()),
    }
    states = len(Literal(data).states)
    assume(states)
    if data["useManualPreferenceRanking"]:
        for dm in data["decisionMakers"]:
            left, ranking = draw(st.permutations(range(1, states + 1))), []
            while left:
                size = draw(st.integers(1, 3))
                ranking.append(left[0] if len(left[:size]) == 1 else left[:size])
                left = left[size:]
            dm["preferenceRanking"] = ranking
    return data


# -- what files mean ------------------------------------------------------------------------------------------------


def test_an_example_says_what_it_says() -> None:
    assert (
        to_yaml(read_gmcr(json.dumps(RIVER), "/somewhere/river.gmcr"))
        == """\
title: river

decision_makers:
  upper_valley:
    name: Upper valley
    options:
      offer: Offer
      close_the_gate: Close the gate
    preferences:
      - not lower_valley.build and lower_valley.build_2
      - upper_valley.close_the_gate or upper_valley.offer and lower_valley.build
      - not upper_valley.offer
  lower_valley:
    name: Lower valley
    options:
      build:
        name: Build
        irreversible: forward
      build_2:
        name: build
        irreversible: backward
    preferences:
      - not upper_valley.close_the_gate

infeasible:
  - upper_valley.close_the_gate and upper_valley.offer
  - lower_valley.build and lower_valley.build_2

blocked_moves:
  - by: upper_valley
    from: lower_valley.build and not upper_valley.close_the_gate
  - by: upper_valley
    to: lower_valley.build and not upper_valley.close_the_gate

coalitions:
  upper_valley_lower_valley: [upper_valley, lower_valley]
"""
    )


def test_an_example_means_what_it_means() -> None:
    means(RIVER)
    goes_round(read_gmcr(json.dumps(RIVER)))


@given(files())
def test_drawn_files_mean_what_they_mean_and_go_round(data: Table) -> None:
    means(data)
    goes_round(read_gmcr(json.dumps(data)))


def test_many_statements() -> None:
    """A hundred statements and more are weighed exactly."""
    statements = [[[k % 4, "YN"[k % 3 % 2]], [(k + 1) % 4, "YN"[k % 2]]] for k in range(130)]
    means(changed("decisionMakers.0.preferences", statements))


@pytest.mark.parametrize("flag", ["useManualPreferenceRanking", "useManualPreferenceVectors"])
@pytest.mark.parametrize("key", ["preferenceRanking", "preferenceVector"])
def test_manual_rankings_in_new_and_old_files(flag: str, key: str) -> None:
    data = changed("useManualPreferenceRanking", ...)
    data[flag] = True
    rankings = [[9, 3, 4, [8, 5], 1, 2, [6, 7]], [[1, 2, 3], 4, 5, 6, 7, 8, 9]]
    for dm, ranking in zip(data["decisionMakers"], rankings, strict=True):
        dm[key] = ranking
    graph = Graph(read_gmcr(json.dumps(data)))
    assert ranks_of(graph)[0] == [3, 2, 6, 5, 4, 1, 1, 4, 7]
    goes_round(graph.conflict)


def test_the_new_flag_counts_where_both_are_there() -> None:
    data = changed("useManualPreferenceVectors", True)
    assert isinstance(read_gmcr(json.dumps(data)).decision_makers[0].lenses[0].preference, el.Prioritised)


@pytest.mark.parametrize(
    ("preferences", "kept"),
    [
        ([[[0, "Y"], [1, "N"]], [[1, "N"], [0, "Y"]]], 1),
        ([[[0, "Y"]], {"compound": True, "members": [[[0, "Y"]]]}], 1),
        ([{"compound": True, "members": [[[k, "Y"]], [[1 - k, "Y"]]]} for k in (0, 1)], 1),
        ([[[0, "Y"]], [[0, "N"]], [[0, "Y"], [1, "Y"]], []], 4),
    ],
)
def test_repeated_patterns_are_dropped(preferences: list[Any], kept: int) -> None:
    conflict = read_gmcr(json.dumps(changed("decisionMakers.0.preferences", preferences)))
    preference = conflict.decision_makers[0].lenses[0].preference
    assert isinstance(preference, el.Prioritised)
    assert len(preference.levels) == kept


def test_what_may_be_missing() -> None:
    data = {"options": [{"name": "Go"}], "decisionMakers": [{"name": "A", "options": [0]}, {}]}
    conflict = read_gmcr("\ufeff" + json.dumps(data))
    assert [dm.id for dm in conflict.decision_makers] == ["a", "dm2"]
    assert conflict.decision_makers[1].name == ""
    assert ranks_of(Graph(conflict)) == [[1, 1], [1, 1]]


def test_names_become_identifiers() -> None:
    names = ["Ünited Nations (UN)", "united nations un", "Łódź & Straße", "Россия", "if", "Not", "2nd", "", "…"]
    assert identifiers([*names, "x" * 60, "x" * 70], "dm") == [
        "united_nations_un",
        "united_nations_un_2",
        "lodz_strasse",
        "россия",
        "if_",
        "not_",
        "dm_2nd",
        "dm8",
        "dm9",
        "x" * 40,
        "x" * 40 + "_2",
    ]


@given(st.lists(st.text(max_size=8), max_size=8))
@example(["a", "a", "a_2", "a 2", "A!", "a_2_2", "dm3", ""])
def test_identifiers_are_different_and_can_be_written(names: list[str]) -> None:
    found = identifiers(names, "dm")
    assert len(set(found)) == len(names)
    options = "".join(f"{name}: , " for name in found)
    statements = "".join(f"me.{name}, " for name in found)
    loads(f"decision_makers: {{me: {{options: {{{options}plain: }}, preferences: [{statements}me.plain]}}}}")
