"""Robust with factors of every kind: concepts, shaken lists, drawn worlds, and what people see of them."""

from __future__ import annotations

import copy
import json
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from detente.analysis.ensemble import Ensemble, asked_outcomes
from detente.analysis.factors import every_world, factors_of
from detente.analysis.robust import robust
from detente.analysis.shares import Robust
from detente.analysis.tallies import NOT_EXAMINED, VERDICTS
from detente.analysis.world import World
from detente.cli.main import app
from detente.errors import ModelError, UsageError
from detente.language.load import loads
from detente.library.index import library
from detente.report.tornado import tornado_svg
from tests import literal_open
from tests.test_open_worlds import ALL, data_of

HOSTILE = """
title: "</text><script>alert(1)</script> & \\"quotes\\" \\x01 \\u202e ]]>"
decision_makers:
  crew:
    options: {sail: , rest: }
    statements: {pay: {that: crew.sail if owner.bonus, certainty: likely}}
    preferences:
      - any_order: [not owner.fine, crew.sail, owner.bonus]
        name: "<b>order</b> & more"
      - pay
  owner:
    options: [bonus, fine]
    preferences: [owner.fine]
infeasible:
  - {id: ban, that: crew.sail and owner.fine, certainty: 0.4}
status_quo: []
outcomes: {service: crew.sail and owner.fine}
claims:
  K: {says: "A <i>ferry</i> \\x1b[31m", can_hold: service, under: {concepts: [nash]}}
  L: {says: Always., can_hold: always}
alternatives:
  aim:
    one_of: [as written, {name: "A <hard> owner", changes: {decision_makers: {owner: {preferences: [not owner.fine]}}}}]
"""


def run(*arguments: str, text: str = ALL) -> Any:
    return CliRunner().invoke(app, ["robust", *arguments], input=text)


# -- concepts -------------------------------------------------------------------------------------------------------


DILEMMA = """
title: A dilemma
decision_makers:
  one:
    options: [help]
    preferences: [two.help, {one_of: [not one.help, one.help], shares: [0.8, 0.2]}]
  two:
    options: [help]
    preferences: [one.help, {that: not two.help, certainty: likely}]
outcomes: {both: one.help and two.help}
claims:
  K: {says: Both help., can_hold: both, under: {concepts: [sseq]}}
  L: {says: Nobody does., can_hold: not one.help and not two.help}
"""


def test_the_same_worlds_under_every_concept() -> None:
    concepts = ("nash", "gmr", "seq")
    found = robust(loads(DILEMMA), concepts=concepts, concepts_as_factors=True, workers=1)
    assert found.exact
    assert found.n_concepts == 3
    assert [level.words for level in found.factors[-1].levels] == list(concepts)
    worlds = list(literal_open.worlds(data_of(DILEMMA)))
    assert found.n_worlds == len(worlds) == 4
    shares: dict[str, dict[str, Fraction]] = {name: dict.fromkeys(concepts, Fraction(0)) for name in found.claims}
    for _, weight, document in worlds:
        for key in concepts:
            verdicts = literal_open.answers(document, [], (key,))
            for name in shares:
                shares[name][key] += weight * (verdicts[name] == VERDICTS.index("holds"))
    for name, by_concept in shares.items():
        under = {key: share.share for key, share in found.under(name).items()}
        assert under == pytest.approx({key: float(share) for key, share in by_concept.items()})
        assert found.claim(name).share == pytest.approx(float(sum(by_concept.values()) / 3))
        assert [level.share for level in found.influences(name)[-1].levels] == pytest.approx(list(under.values()))
    assert shares["K"]["nash"] < shares["K"]["seq"]
    total = found.influences("K")[-1].total
    assert total is not None
    assert total.index > 0


def test_drawn_worlds_stand_under_every_concept() -> None:
    conflict = loads(ALL)
    found = robust(conflict, worlds=100, seed=4, concepts_as_factors=True, workers=1)
    assert not found.exact
    assert found.n_worlds == 100
    plain = robust(conflict, worlds=100, seed=4, workers=1)
    for key, share in found.under("K").items():
        assert share.error > 0
        assert 0 <= share.share <= 1, key
    assert np.array_equal(np.unique(found.rows[found.weights > 0][:, :-1], axis=0), plain.rows[plain.weights > 0])
    assert found.outcomes.keys() == plain.outcomes.keys()
    for cell in found.outcomes:
        assert found.outcome(cell[2], cell[1], cell[0]).share == plain.outcome(cell[2], cell[1], cell[0]).share


def test_one_concept_is_none_to_choose_from() -> None:
    with pytest.raises(UsageError, match="two or more"):
        robust(loads(ALL), concepts=["nash"], concepts_as_factors=True)


# -- shaken lists ---------------------------------------------------------------------------------------------------


def test_shaken_lists_are_lists_with_two_places_changed() -> None:
    data = data_of(
        """
title: Shaken
decision_makers:
  a:
    options: [x, y]
    lenses:
      one: [a.x, not b.x, {any_order: [a.y, b.x]}]
      two: {ranking: [1, 3, [2, 4], 5, 6, 7, 8]}
  b: {options: [x], preferences: {weights: {a.x: 1, b.x: -1}}}
outcomes: {none: not a.x and not a.y, one: a.y and not a.x, both: a.x and not b.x}
claims: {K: {says: K, can_hold: none}}
"""
    )
    conflict = loads(json.dumps(data), kind="json")
    found = robust(conflict, worlds=1_000, shake=2, workers=1)
    swaps = [factor for factor in found.factors if factor.kind == "swap"]
    assert [(factor.id, len(factor.levels)) for factor in swaps] == [("list of a.one", 3), ("list of a.two", 3)]
    for factor in swaps:
        assert [level.share for level in factor.levels] == [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)]
    assert [level.words for level in swaps[0].levels] == [
        "as written",
        "not b.x above a.x",
        "[a.y, b.x] above not b.x",
    ]
    there = {}
    for order in range(2):
        for one in range(3):
            for two in range(3):
                document = copy.deepcopy(data)
                lists = document["decision_makers"]["a"]["lenses"]
                members = [["a.y", "b.x"], ["b.x", "a.y"]][order]
                items: list[Any] = [["a.x"], ["not b.x"], members]
                if one:
                    items[one - 1 : one + 1] = [items[one], items[one - 1]]
                lists["one"] = [statement for item in items for statement in item]
                ranking = lists["two"]["ranking"]
                if two:
                    ranking[two - 1 : two + 1] = [ranking[two], ranking[two - 1]]
                there[order, one, two] = literal_open.answers(document, list(found.outcomes))
    for k, row in enumerate(found.rows.tolist()):
        for name, verdicts in {**found.claims, **found.outcomes}.items():
            assert verdicts[k] == there[tuple(row)][name]
    assert len({tuple(sorted(map(str, verdicts.items()))) for verdicts in there.values()}) > 1


def test_a_game_of_rankings_can_be_shaken() -> None:
    found = robust(library("game_1"), shake=3, workers=1)
    assert found.exact
    assert found.n_worlds == 16
    with pytest.raises(UsageError, match="--shake"):
        robust(library("game_1"))


# -- single kinds ---------------------------------------------------------------------------------------------------


def test_irreversibility_may_be_uncertain() -> None:
    text = """
decision_makers:
  a:
    options: {x: {irreversible: {direction: forward, certainty: 0.3, because: Perhaps.}}}
    preferences: [not a.x]
  b: {options: [y], preferences: [b.y]}
status_quo: [a.x]
outcomes: {gone: not a.x}
claims: {K: {says: It goes., reachable: gone}}
"""
    found = robust(loads(text), workers=1)
    assert [(factor.id, float(factor.levels[0].share)) for factor in found.factors] == [("irreversible: a.x", 0.3)]
    assert found.claim("K").share == pytest.approx(0.7)
    (item,) = found.influences("K")
    assert [level.share for level in item.levels] == [0, 1]


def test_a_statement_that_is_uncertain_within_an_alternative() -> None:
    """Its certainty counts where the alternative stands, and nowhere else."""
    text = """
decision_makers:
  a:
    options: [x]
    preferences: [{one_of: [a.x, {that: not a.x, certainty: 0.25}], shares: [0.6, 0.4]}]
  b: {options: [y], preferences: [b.y]}
outcomes: {taken: a.x, left: not a.x}
claims: {K: {says: K, can_hold: left, under: {concepts: nash}}, L: {says: L, can_hold: taken, under: {concepts: nash}}}
"""
    found = robust(loads(text), workers=1)
    assert [factor.kind for factor in found.factors] == ["premise", "statements"]
    assert found.claim("K").share == pytest.approx(0.4)  # wanted, or all the same
    assert found.claim("L").share == pytest.approx(0.6 + 0.4 * 0.75)


def test_alternatives_that_do_not_fit_together_are_not_examined() -> None:
    text = """
decision_makers:
  a: {options: [x, y], preferences: [a.x]}
  b: {options: [y], preferences: [b.y]}
outcomes: {taken: a.x}
claims: {K: {says: K, can_hold: taken}}
alternatives:
  fewer: {one_of: [as written, {changes: {decision_makers: {a: {options: [x]}}}}]}
  rule: {one_of: [as written, {changes: {infeasible: [a.y]}}]}
"""
    found = robust(loads(text), workers=1)
    assert found.claims["K"].tolist() == [2, 2, 2, NOT_EXAMINED]
    assert found.unexamined("K") == pytest.approx(0.25)


def test_a_number_of_a_status_quo_is_that_of_the_part_of_the_model() -> None:
    """Rules that are dropped change the numbers of states, and not what the status quo is."""
    text = """
decision_makers:
  a: {options: [x, y], preferences: [a.x]}
  b: {options: [y], preferences: [b.y]}
infeasible: [{one_of: [a.x and a.y, never]}]
status_quo: 4
outcomes: {kept: not a.x and not a.y and b.y}
claims: {K: {says: K, reachable: kept}}
"""
    conflict = loads(text)
    found = robust(conflict, workers=1)
    assert found.claims["K"].tolist() == [2, 2]


# -- drawn worlds ---------------------------------------------------------------------------------------------------


def test_estimates_lie_near_what_all_worlds_say() -> None:
    conflict = loads(ALL)
    exact = robust(conflict, worlds=10_000, workers=1)
    drawn = robust(conflict, worlds=800, seed=11, compared=150, workers=1)
    assert exact.exact
    assert not drawn.exact
    checked = 0
    for name in exact.claims:
        assert abs(drawn.claim(name).share - exact.claim(name).share) < 5 * drawn.claim(name).error
        for one, other in zip(exact.influences(name), drawn.influences(name), strict=True):
            if one.total is None or other.total is None:
                continue
            checked += 1
            assert abs(one.total.index - other.total.index) < 5 * other.total.error
    assert checked >= 10
    assert drawn.together("K") == ()


def test_the_same_whatever_the_workers() -> None:
    conflict = loads(ALL)
    first = robust(conflict, worlds=120, seed=2, shake=1, workers=1).to_dict()
    assert robust(conflict, worlds=120, seed=2, shake=1, workers=2).to_dict() == first


def test_answers_do_not_depend_on_what_stands_beside() -> None:
    """Any worlds in any order have the answers that they have alone."""
    conflict = loads(ALL)
    base = World(conflict)
    factors = factors_of(conflict, concepts=("nash", "seq"))
    cells, _ = asked_outcomes(base, None)
    rows = every_world(factors)[0]
    rng = np.random.default_rng(3)
    some = rows[rng.choice(len(rows), 60, replace=False)]
    whole = Ensemble(base, factors, conflict.claims, cells).answers(some)
    for k in range(0, 60, 7):
        alone = Ensemble(World(conflict), factors, conflict.claims, cells).answers(some[k : k + 1])
        assert np.array_equal(alone[0], whole[k])


# -- for people -----------------------------------------------------------------------------------------------------


def test_what_people_see() -> None:
    shown = " ".join(run("-", "--worlds", "10000").output.split())
    assert "10 uncertain things (2 premises, 1 order, 2 choices of statements, 1 choice of rules, 3 numbers" in shown
    assert "all 2,304 worlds examined" in shown
    assert "What acts together" in shown
    assert "Shares are of the examined worlds" in shown
    assert "probabilit" not in shown.replace("no probabilities of events", "")
    drawn = " ".join(run("-", "--worlds", "100", "--shake", "1", "--concepts-as-factors").output.split())
    assert "100 worlds drawn (seed 0)" in drawn
    assert "each under 2 concepts" in drawn
    assert "A shaken list stands as written in half of the worlds" in drawn


def test_json_of_every_kind() -> None:
    data = json.loads(run("-", "--worlds", "10000", "--format", "json").output)
    kinds = {factor["kind"] for factor in data["factors"]}
    assert kinds == {"premise", "statements", "order", "rules", "number", "block"}
    for factor in data["factors"]:
        assert sum(level["share"] for level in factor["levels"]) == pytest.approx(1)
        assert factor["share"] == factor["levels"][0]["share"]
    for details in data["claim_details"].values():
        for factor, item in zip(data["factors"], details["influences"], strict=True):
            assert item["premise"] == factor["premise"]
            assert [level["level"] for level in item["levels"]] == [level["level"] for level in factor["levels"]]
            assert ("with" in item) == ("without" in item) == (factor["kind"] == "premise")
            if factor["kind"] == "premise":
                assert [item["with"], item["without"]] == [level["share"] for level in item["levels"]]
        indices = [pair["index"] for pair in details["together"]]
        assert indices == sorted(indices, reverse=True)
    drawn = json.loads(run("-", "--worlds", "50", "--format", "json").output)
    for details in drawn["claim_details"].values():
        assert details["together"] is None
        assert details["margin_searched"] >= 1
    under = json.loads(run("-", "--worlds", "50", "--concepts-as-factors", "--format", "json").output)
    assert set(under["claim_details"]["K"]["under"]) == {"nash", "seq"}


def texts_of(svg: str) -> list[str]:
    """Return all text of an SVG document."""
    root = ET.fromstring(svg)
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {"svg", "title", "rect", "text", "line", "g"}
    return [element.text or "" for element in root.iter()]


def test_charts_take_labels_for_text(tmp_path: Path) -> None:
    file = tmp_path / "charts.svg"
    done = run("-", "--svg", str(file), text=HOSTILE)
    assert done.exit_code == 0
    svg = file.read_text(encoding="utf-8")
    texts = texts_of(svg)
    assert any("</text><script>alert(1)</script>" in words for words in texts)
    assert any("A <i>ferry</i> \\x1b[31m" in words for words in texts)
    assert "\\x01" in svg
    assert not any(ord(c) < 32 and c != "\n" for c in svg)
    again = run("-", "--svg", str(file), text=HOSTILE)
    assert isinstance(again.exception, UsageError)
    nowhere = run("-", "--svg", str(tmp_path / "none" / "charts.svg"), text=HOSTILE)
    assert isinstance(nowhere.exception, UsageError)
    assert run("-", "--svg", str(file), "--force", text=HOSTILE).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["charts.svg"]


def test_a_bar_goes_from_the_lowest_share_to_the_highest() -> None:
    found = robust(loads(HOSTILE), workers=1)
    svg = tornado_svg(found)
    assert "L: holds" not in svg  # it does not vary
    items = sorted((item for item in found.influences("K") if item.swing > 0.005), key=lambda item: -item.swing)
    assert items
    root = ET.fromstring(svg)
    groups = [group for group in root.iter() if group.tag.endswith("}g")]
    assert len(groups) == len(items)
    zero, whole = 470, 330
    for group, item in zip(groups, items, strict=True):
        bars = [part for part in group if part.tag.endswith("}rect")]
        shares = [level.share for level in item.levels if level.share is not None]
        begin = float(bars[0].attrib["x"])
        end = float(bars[1].attrib["x"]) + float(bars[1].attrib["width"])
        assert begin == pytest.approx(zero + whole * min(shares), abs=0.11)
        assert end == pytest.approx(zero + whole * max(shares), abs=0.21)
    heights = [float(part.attrib["y"]) for part in root.iter() if part.tag.endswith("}text")]
    assert max(heights) < float(root.attrib["height"])


def test_no_chart_where_nothing_varies() -> None:
    text = HOSTILE.replace("can_hold: service", "can_hold: always")
    found: Robust = robust(loads(text), workers=1)
    assert "No claim varies over the examined worlds." in tornado_svg(found)


@pytest.mark.parametrize(
    "text",
    [
        "outcomes: {K: never}\ninfeasible: [{id: i, that: K, certainty: likely}]\n"
        "alternatives: {alt: {one_of: [as written, {changes: {outcomes: {K: always}}}]}}\n",
        "outcomes: {K: a.x}\ninfeasible: {one_of: [[a.x], [not a.x]]}\n"
        "forces: [{id: f, when: a.x, set: {a.x: no}, certainty: likely}]\n",
    ],
)
def test_an_alternative_that_contradicts_another_premise_counts_where_that_is_missing(text: str) -> None:
    head = "decision_makers: {a: {options: [x], preferences: [a.x]}}\nclaims: {c: {says: c, can_hold: K}}\n"
    found = robust(loads(head + text), workers=1).to_dict()
    assert found["claims"] == {"c": pytest.approx(0.125 / 0.625)}


@pytest.mark.parametrize(
    "rules",
    [
        "[a.y, {id: j, one_of: [a.y, a.x]}]",
        "[{id: j, one_of: [a.y, a.x]}, a.y]",
        "[{id: i, one_of: [a.y, a.x]}, {id: j, one_of: [a.y, a.x and a.y]}]",
        "[{that: a.y, certainty: likely}, {that: a.y, certainty: possible}]",
        "[{that: a.y, certainty: likely}, a.y]",
    ],
)
def test_a_rule_that_stands_twice_and_is_open_is_refused(rules: str) -> None:
    with pytest.raises(ModelError, match=r"the rule .infeasible: a\.y. stands twice"):
        loads("decision_makers: {a: {options: [x, y], preferences: [a.y]}}\ninfeasible: " + rules)
    loads("decision_makers: {a: {options: [x, y], preferences: [a.y]}}\ninfeasible: [a.y, a.y, {one_of: [a.x, a.y]}]")
