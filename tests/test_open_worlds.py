"""Worlds in which orders, choices, numbers and parts of the model are otherwise: each against a model of its own."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis.factors import factors_of
from detente.analysis.robust import robust
from detente.analysis.shares import Robust
from detente.analysis.tallies import NOT_EXAMINED
from detente.conflict.conflict import Conflict
from detente.errors import ModelError
from detente.language.load import loads
from detente.language.source import read_document
from detente.language.write import to_yaml
from tests import literal_open

ALL = """
title: A ferry in ice
decision_makers:
  crew:
    options:
      sail: {irreversible: {direction: forward, certainty: likely}}
      speed: {values: {slow: 1, fast: {from: 2, to: 4, usually: 4}}}
    principles:
      - one_of: [not owner.fine, crew.sail]
    preferences:
      - any_order: [crew.sail, not owner.fine]
        id: order
      - {id: haste, that: crew.speed, certainty: 0.2}
      - one_of: [crew.sail if owner.bonus, [not owner.bonus, crew.speed]]
        shares: [0.7, 0.3]
  owner:
    options: [bonus, fine]
    preferences:
      weights: {crew.sail: {from: 1, to: 3}, owner.bonus: -2, owner.fine and crew.sail: 1}
infeasible:
  - one_of: [owner.bonus and owner.fine, [crew.sail and owner.fine, crew.speed and owner.fine]]
limits:
  fuel: {sum: [crew.speed], at_most: {from: 2, to: 3}}
status_quo: []
outcomes: {service: crew.sail, quarrel: owner.fine, bonus: owner.bonus}
claims:
  K: {says: A ferry can hold., can_hold: service}
  L: {says: No quarrel can., cannot_hold: quarrel, under: {concepts: [nash, smr]}}
  M: {says: The bonus can be reached., reachable: bonus}
alternatives:
  owner_aim:
    one_of: [as written, {changes: {decision_makers: {owner: {preferences: [owner.fine, not owner.bonus]}}}}]
    shares: [0.6, 0.4]
"""


def data_of(text: str) -> dict[str, Any]:
    """Return the plain data of a text."""
    data = json.loads(json.dumps(read_document(text, "model").data, default=float))
    assert isinstance(data, dict)
    return data


def compare(found: Robust, data: dict[str, Any]) -> None:
    """Check every world of a run, its weight and its answers, whatever the order of the factors."""
    tables: dict[Any, np.ndarray] = {**found.claims, **found.outcomes}
    here = sorted(
        (round(float(weight), 9), tuple(int(table[k]) for table in tables.values()))
        for k, weight in enumerate(found.weights)
    )
    there = []
    for _, weight, document in literal_open.worlds(data):
        verdicts = literal_open.answers(document, list(found.outcomes))
        there.append((round(float(weight), 9), tuple(verdicts.get(key, NOT_EXAMINED) for key in tables)))
    assert here == sorted(there)


def test_every_kind_against_models_of_their_own() -> None:
    conflict = loads(ALL)
    found = robust(conflict, worlds=10_000, workers=1)
    assert found.exact
    assert [factor.kind for factor in found.factors] == [
        "premise", "premise", "statements", "order", "statements", "rules", "number", "number", "number", "block",
    ]  # fmt: skip
    assert found.n_worlds == 2**3 * 2 * 2 * 2 * 3 * 3 * 2 * 2
    compare(found, data_of(ALL))


BLOCKS = """
title: Blocks
decision_makers:
  buyer:
    options:
      arm:
        one_of: [{name: Arm a little}, {name: Arm a lot, values: [none, some, full]}]
        shares: [0.8, 0.2]
      talk:
    preferences:
      id: aim
      because: The buyer can be read in three ways.
      one_of:
        - [buyer.talk, not seller.ask, not buyer.arm]
        - {weights: {buyer.arm: 2, seller.ask: -1}}
        - [buyer.arm]
  seller:
    options: {ask: {irreversible: {one_of: [forward, {changes: []}]}}}
    statements: {T: {one_of: [seller.ask if buyer.arm, {that: seller.ask, because: Perhaps.}]}}
    lenses:
      now: {one_of: [{statements: [S, T], refines: later}, [not seller.ask]]}
      later: [buyer.talk]
infeasible: {one_of: [[buyer.talk and seller.ask], {calm: never}]}
status_quo: {one_of: [[], [buyer.talk]]}
statements: {S: {one_of: [{that: buyer.talk}, not buyer.talk]}}
outcomes: {arms: buyer.arm, talks: {one_of: [buyer.talk, buyer.talk and buyer.arm]}, ask: seller.ask and buyer.arm}
claims:
  K: {says: Arms can hold., can_hold: arms}
  L: {says: They can come to ask., reachable: ask}
  M: {says: Talks cannot hold., cannot_hold: talks, under: {concepts: nash}}
"""


def test_blocks_against_models_of_their_own() -> None:
    conflict = loads(BLOCKS)
    found = robust(conflict, worlds=10_000, workers=1)
    assert found.n_worlds == 3 * 2**8
    assert [(factor.id, len(factor.levels)) for factor in found.factors] == [
        ("buyer_arm", 2), ("aim", 3), ("seller_ask_irreversible", 2), ("seller_statements_T", 2), ("seller_now", 2),
        ("infeasible", 2), ("status_quo", 2), ("statements_S", 2), ("outcomes_talks", 2),
    ]  # fmt: skip
    assert {factor.kind for factor in found.factors} == {"block"}
    assert any(found.varies(name) for name in found.claims)
    compare(found, data_of(BLOCKS))
    again = loads(to_yaml(conflict))
    assert again == conflict
    assert robust(again, worlds=10_000, workers=1).to_dict() == found.to_dict()


# -- drawn models ---------------------------------------------------------------------------------------------------

OPTIONS = ("a.x", "a.y", "b.x", "b.y")
SHARES = ("likely", "possible", 0.2)


@st.composite
def models(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the data of a model with up to four open points."""
    left = [4]

    def opens() -> bool:
        if left[0] and draw(st.integers(0, 3)):
            left[0] -= 1
            return True
        return False

    def formula() -> str:
        one, other = draw(st.permutations(OPTIONS))[:2]
        form = draw(st.sampled_from(["{0}", "not {0}", "{0} and {1}", "{0} or not {1}", "{0} if {1}", "{0} xor {1}"]))
        return form.format(one, other)

    def distinct(n: int) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < n:
            found[formula()] = None
        return list(found)

    def preferences(pool: list[str]) -> list[Any]:
        result: list[Any] = []
        while pool:
            kind = draw(st.sampled_from(["plain", "order", "choice", "choice", "certainty", "level"]))
            if kind == "order" and len(pool) > 1 and opens():
                n = draw(st.integers(2, min(3, len(pool))))
                result.append({"any_order": [pool.pop() for _ in range(n)]})
            elif kind == "choice" and len(pool) > 1 and opens():
                parts: list[Any] = [pool.pop(), pool.pop()]
                if pool and draw(st.booleans()):
                    parts[draw(st.integers(0, 1))] = [pool.pop(), parts[1]] if draw(st.booleans()) else [pool.pop()]
                if draw(st.booleans()):
                    parts = [parts[1], parts[0]]
                item: dict[str, Any] = {"one_of": parts}
                if draw(st.booleans()):
                    item["shares"] = [0.3, 0.7]
                result.append(item)
            elif kind == "certainty" and opens():
                result.append({"that": pool.pop(), "certainty": draw(st.sampled_from(SHARES))})
            elif kind == "level" and len(pool) > 1:
                result.append([pool.pop(), pool.pop()])
            else:
                result.append(pool.pop())
        return result

    def rule() -> Any:
        text = f"({formula()}) and {draw(st.sampled_from(OPTIONS))}"  # the status quo stays
        if opens():
            if draw(st.booleans()):
                return {
                    "one_of": [
                        f"{text} and a.y",
                        draw(st.sampled_from(["b.x and b.y", ["b.x and not b.y", "a.x and b.y"]])),
                    ]
                }
            return {"that": text, "certainty": draw(st.sampled_from(SHARES))}
        return text

    makers: dict[str, Any] = {}
    for name in ("a", "b"):
        options: dict[str, Any] = {"x": {}, "y": {}}
        if opens():
            options["x"] = {"irreversible": {"direction": "forward", "certainty": draw(st.sampled_from(SHARES))}}
        maker: dict[str, Any] = {"options": options}
        pool = distinct(draw(st.integers(2, 5)))
        if draw(st.booleans()):
            split = draw(st.integers(0, len(pool) - 1))
            chosen = preferences(pool[:split])
            maker["principles"] = [item for item in chosen if not isinstance(item, list)]
            maker["preferences"] = preferences(pool[split:])
        elif draw(st.booleans()):
            amounts: list[Any] = [draw(st.integers(-3, 3)) for _ in pool]
            if opens():
                low = draw(st.integers(-3, 1))
                amounts[0] = {"from": low, "to": low + draw(st.integers(1, 2))}
            maker["preferences"] = {"weights": dict(zip(pool, amounts, strict=True))}
        else:
            maker["lenses"] = {
                "now": {"statements": preferences(pool[1:]), "refines": "later"},
                "later": preferences(pool[:1]),
            }
        makers[name] = maker
    data: dict[str, Any] = {
        "title": "drawn",
        "decision_makers": makers,
        "infeasible": [rule() for _ in range(draw(st.integers(0, 2)))],
        "status_quo": [],
        "outcomes": {"one": f"{formula()} and ({formula()})", "other": f"{formula()} and ({formula()})"},
        "claims": {
            "K": {"says": "k", "can_hold": "one"},
            "L": {"says": "l", "cannot_hold": "other", "under": {"concepts": ["nash", "gmr"]}},
            "M": {"says": "m", "reachable": "other"},
            "N": {"says": "n", "can_hold": "a.x and not b.y", "under": {"concepts": ["nash"]}},
            "O": {"says": "o", "can_hold": "not a.y and b.x", "under": {"concepts": ["seq"]}},
        },
    }
    if opens():
        changes: dict[str, Any] = draw(
            st.sampled_from(
                [
                    {"decision_makers": {"b": {"preferences": ["a.x", "not b.y"], "lenses": None, "principles": None}}},
                    {"infeasible": ["a.x and a.y and b.x"]},
                    {"status_quo": ["a.x", "b.y"]},
                    {"decision_makers": {"a": {"options": {"y": {"irreversible": "backward"}}}}},
                    {"blocked_moves": [{"by": "a", "from": "b.x"}]},
                ]
            )
        )
        if "decision_makers" in changes and "b" in changes["decision_makers"]:
            own = makers["b"]
            patch = changes["decision_makers"]["b"]
            changes = {"decision_makers": {"b": {k: v for k, v in patch.items() if v is not None or k in own}}}
            if "lenses" in own:  # the readings stay
                changes = {"decision_makers": {"b": {"lenses": {"later": ["a.x", "not b.y"]}}}}
        data["alternatives"] = {"part": {"one_of": ["as written", {"changes": changes}]}}
    return data


@given(models())
@settings(max_examples=40, deadline=None)
def test_drawn_models_against_models_of_their_own(data: dict[str, Any]) -> None:
    try:
        conflict: Conflict = loads(json.dumps(data), kind="json")
    except ModelError:  # an alternative that changes nothing, or two that change the same
        return
    if not factors_of(conflict):
        return
    try:
        found = robust(conflict, worlds=10_000, workers=1)
    except ModelError:  # the model as it is written contradicts itself
        return
    assert found.exact
    compare(found, data)
