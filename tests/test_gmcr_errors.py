"""What is said about ``.gmcr`` files that are wrong, damaged or hostile."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from detente.errors import DetenteError, ModelError
from detente.graph.graph import Graph
from detente.language.gmcr import read_gmcr
from detente.language.write import to_yaml
from tests.gmcr_cases import RIVER, changed
from tests.gmcr_literal import moves_of, ranks_of


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("options", ..., "the key 'options' is missing"),
        ("decisionMakers", ..., "the key 'decisionMakers' is missing"),
        ("decisionMakers", {}, "decisionMakers: an empty object stands here; expected a list"),
        ("decisionMakers", [], "options[0]: this option is owned by no decision maker"),
        ("options", None, "options: null stands here; expected a list"),
        ("options.1", 7, "options[1]: 7 stands here; expected an object"),
        ("options.1.name", [1], "options[1].name: a list stands here; expected text"),
        ("options.1.permittedDirection", "forth", "options[1].permittedDirection: 'forth' stands here"),
        ("options.1.permittedDirection", ["fwd"], "options[1].permittedDirection: a list stands here"),
        ("decisionMakers.1", "B", "decisionMakers[1]: 'B' stands here; expected an object"),
        ("decisionMakers.1.options", [1], "options[3]: this option is owned by no decision maker"),
        ("decisionMakers.1.options", [1, 3, 2], "decisionMakers[1].options[2]: option 2 is owned twice, first in"),
        ("decisionMakers.1.options", [1, 3, 3], "decisionMakers[1].options[2]: option 3 is owned twice"),
        (
            "decisionMakers.1.options",
            [1, 4],
            "decisionMakers[1].options[1]: there is no option 4; expected a number from 0 to 3",
        ),
        ("decisionMakers.1.options", [1, -1], "decisionMakers[1].options[1]: there is no option -1"),
        (
            "decisionMakers.1.options",
            [1, True],
            "decisionMakers[1].options[1]: true stands here; expected the index of an option",
        ),
        ("decisionMakers.1.options", [1, 3.0], "decisionMakers[1].options[1]: 3.0 stands here"),
        (
            "decisionMakers.1.preferences",
            [[[0, "Y"], [0, "N"]]],
            "decisionMakers[1].preferences[0][1]: option 0 stands twice",
        ),
        ("decisionMakers.1.preferences", [[[9, "Y"]]], "decisionMakers[1].preferences[0][0][0]: there is no option 9"),
        (
            "decisionMakers.1.preferences",
            [[[0, "y"]]],
            "decisionMakers[1].preferences[0][0][1]: 'y' stands here; expected 'Y' or 'N'",
        ),
        (
            "decisionMakers.1.preferences",
            [[[0]]],
            "decisionMakers[1].preferences[0][0]: a list stands here; expected a pair",
        ),
        (
            "decisionMakers.1.preferences",
            [[0, "Y"]],
            "decisionMakers[1].preferences[0][0]: 0 stands here; expected a pair",
        ),
        (
            "decisionMakers.1.preferences",
            ["Y--N"],
            "decisionMakers[1].preferences[0]: 'Y--N' stands here; expected a list",
        ),
        (
            "decisionMakers.1.preferences",
            [{"compound": True}],
            "decisionMakers[1].preferences[0]: the key 'members' is missing",
        ),
        (
            "decisionMakers.1.preferences",
            [{"members": []}],
            "decisionMakers[1].preferences[0]: the key 'compound' is missing",
        ),
        (
            "decisionMakers.1.preferences",
            [{"compound": 1, "members": []}],
            "decisionMakers[1].preferences[0].compound: 1 stands",
        ),
        (
            "infeasibles",
            [{"compound": True, "members": [{}]}],
            "infeasibles[0].members[0]: an empty object stands here",
        ),
        (
            "infeasibles",
            [{"compound": True, "members": [[[5, "N"]]]}],
            "infeasibles[0].members[0][0][0]: there is no option 5",
        ),
        ("decisionMakers.0.misperceptions", [3], "decisionMakers[0].misperceptions[0]: 3 stands here"),
        ("useManualPreferenceRanking", "no", "useManualPreferenceRanking: 'no' stands here; expected true or false"),
        ("useManualPreferenceRanking", True, "decisionMakers[0]: the preferences are ranked by hand, but the key"),
        ("coalitions", [0, 2], "coalitions[1]: there is no decision maker 2; expected a number from 0 to 1"),
        ("coalitions", [[0, 1], 1], "coalitions[1]: decision maker 1 stands twice, first in coalitions[0][1]"),
        ("coalitions", [[[0]]], "coalitions[0][0]: a list stands here; expected the index of a decision maker"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(path: str, value: Any, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_gmcr(json.dumps(changed(path, value)), "river.gmcr")
    assert message in str(caught.value)
    heads = [line for line in str(caught.value).splitlines() if not line.startswith("    ")]
    assert all(line.startswith("river.gmcr:") for line in heads)
    assert all(problem.mark is not None for problem in caught.value.diagnostics if problem.path)


def test_what_is_wrong_is_marked_in_its_line() -> None:
    with pytest.raises(ModelError) as caught:
        read_gmcr(json.dumps(changed("options.1.permittedDirection", "up"), indent=1), "river.gmcr")
    head, line, caret = str(caught.value).splitlines()
    assert head.startswith("river.gmcr:9:26: options[1].permittedDirection: 'up' stands here; expected")
    assert line[caret.index("^") : caret.rindex("^") + 1] == '"up"'


@pytest.mark.parametrize(
    ("ranking", "message"),
    [
        ("9 3", "decisionMakers[0].preferenceRanking: '9 3' stands here; expected a list"),
        (
            [1, [2, [3]]],
            "decisionMakers[0].preferenceRanking[1][1]: a list stands here; expected the number of a state, from 1",
        ),
        (
            [1, 0],
            "decisionMakers[0].preferenceRanking[1]: 0 stands here; expected the number of a state, from 1, or a list",
        ),
        ([17], "decisionMakers[0].preferenceRanking[0]: 17 stands here"),
        ([1, False], "decisionMakers[0].preferenceRanking[1]: false stands here"),
        ([1, "2"], "decisionMakers[0].preferenceRanking[1]: '2' stands here"),
        (
            [1, [2, 1]],
            "decisionMakers[0].preferenceRanking[1][1]: state 1 stands twice, first in decisionMakers[0].preferenceR",
        ),
        ([1, []], "decisionMakers[0].preferenceRanking[1]: an empty tie stands here"),
    ],
)
def test_wrong_rankings(ranking: Any, message: str) -> None:
    data = changed("decisionMakers.0.preferenceRanking", ranking)
    data["useManualPreferenceRanking"] = True
    with pytest.raises(ModelError) as caught:
        read_gmcr(json.dumps(data))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("ranking", "message"), [([1, 2, 3], "leaves out 6 of 9 states"), ([*range(1, 11)], "no state 10")]
)
def test_rankings_that_do_not_fit_the_states_are_refused_when_these_are_known(ranking: list[int], message: str) -> None:
    data = changed("useManualPreferenceRanking", True)
    for dm in data["decisionMakers"]:
        dm["preferenceRanking"] = ranking
    graph = Graph(read_gmcr(json.dumps(data)))
    with pytest.raises(ModelError, match=message):
        graph.ranks("upper_valley", "default")


def test_all_problems_are_reported_together() -> None:
    data = changed("options.0.permittedDirection", "up")
    data["decisionMakers"][0]["preferences"][1] = 3
    data["infeasibles"] = [[[0, "?"]]]
    with pytest.raises(ModelError) as caught:
        read_gmcr(json.dumps(data))
    assert [problem.path for problem in caught.value.diagnostics] == [
        "options[0].permittedDirection",
        "decisionMakers[0].preferences[1]",
        "infeasibles[0][0][1]",
    ]


def test_too_many_problems_are_cut_short() -> None:
    with pytest.raises(ModelError) as caught:
        read_gmcr(json.dumps(changed("infeasibles", [None] * 1000)))
    assert len(caught.value.diagnostics) == 61
    assert str(caught.value).endswith("there are more problems; the first 60 are listed")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this is not JSON: Expecting value"),
        ('{"options": [}', "1:14: this is not JSON"),
        ("[" * 200_000, "the file is nested too deeply"),
        ('{"a":' * 200_000, "the file is nested too deeply"),
        ('{"options": NaN}', "NaN is not a number of JSON"),
        ('{"options": [-Infinity]}', "-Infinity is not a number of JSON"),
        ('{"options": ' + "1" * 10_000 + "}", "this is not JSON that can be read"),
        ("7", "7 stands where the model is expected"),
        ("null", "null stands where the model is expected"),
        ('"' + "x" * 100 + '"', "'xxxxxxx"),
        ("{}", "the key 'options' is missing"),
        ('{"Options": [], "decisionMakers": []}', "did you mean 'Options'?"),
        ('{"options": [], "decisionMakers": []}', "there are no decision makers"),
        ('{"options": [], "decisionMakers": [{}]}', "there are no options"),
        ('{"options": [], "options": [], "decisionMakers": [{}]}', "the key 'options' stands twice in this object"),
        ('{"ignored": [{"deep": {"k": 1, "k": 2, "k": 3}}]}', "ignored[0].deep: the key 'k' stands twice"),
        ('{"options": [1' + "0" * 500 + "]}", "options[0]: 1000000000"),
        (" " * 8_000_001, "the file has 8,000,001 characters; expected at most 8,000,000"),
    ],
)
def test_hostile_files(text: str, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_gmcr(text)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 5000


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.sampled_from("YN")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["name", "options", "members", "compound", "x"]), inner, max_size=3),
    ),
    max_leaves=8,
)


def places(data: Any, path: str = "") -> list[str]:
    """Return the paths of everything in a file."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else []
    inside = [below for key, part in items for below in places(part, f"{path}.{key}" if path else str(key))]
    return [path, *inside] if path else inside


@given(st.data())
def test_mutated_files_give_a_conflict_or_a_clear_error(data: st.DataObject) -> None:
    mutated = deepcopy(RIVER)
    for _ in range(data.draw(st.integers(1, 3))):
        path, value = data.draw(st.sampled_from(places(mutated))), data.draw(st.one_of(ANYTHING, st.just(...)))
        mutated = changed(path, value, mutated)
        assume(mutated)
    try:
        graph = Graph(read_gmcr(json.dumps(mutated)))
        moves_of(graph)
        ranks_of(graph)
        to_yaml(graph.conflict).encode()
    except DetenteError as error:
        str(error).encode()


@given(st.text(), st.integers(0, 2000), st.integers(0, 20))
def test_damaged_text_gives_a_conflict_or_a_clear_error(inserted: str, at: int, removed: int) -> None:
    text = json.dumps(RIVER)
    try:
        read_gmcr(text[:at] + inserted + text[at + removed :])
    except ModelError as error:
        str(error).encode()
