"""Uncertain premises: shares, errors, influences and margins against every world one by one."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from detente.analysis.claims import check
from detente.analysis.factors import BLOCK, drawn_worlds, every_world, factors_of
from detente.analysis.robust import robust
from detente.analysis.tallies import NOT_EXAMINED, VERDICTS
from detente.cli.main import app
from detente.conflict.claims import Claim, Holds
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Level, Merge, Premise
from detente.conflict.formula import Named
from detente.conflict.variant import without
from detente.errors import ModelError, UsageError
from detente.graph.graph import Graph
from detente.language.load import loads
from detente.library.index import library
from detente.report.robust_words import region_words
from detente.stability.reading import game_of
from detente.stability.registry import concept
from tests.strategies import option_conflicts

TEXT = """
title: Two uncertain wishes
decision_makers:
  one:
    options: [help]
    statements:
      A: {that: two.help, certainty: likely}
      B: {that: not one.help, certainty: 0.2}
      C: {that: one.help}
    preferences: [A, B, C]
  two: {options: [help], preferences: [one.help, not two.help]}
infeasible:
  - {id: not_both, that: one.help and two.help, certainty: possible}
status_quo: []
outcomes: {both: one.help and two.help, alone: one.help and not two.help, neither: not one.help and not two.help}
claims:
  K: {says: Both cannot help., cannot_hold: both}
  L: {says: One helps., cannot_hold: not one.help}
"""


def weights_of(conflict: Conflict) -> dict[str, Fraction]:
    """Return the uncertain premises and their shares, word for word from the definition."""
    words = {"certain": Fraction(1), "likely": Fraction(3, 4), "possible": Fraction(1, 2)}
    listed = {s.id for dm in conflict.decision_makers for s in dm.principles}
    listed |= {s.id for dm in conflict.decision_makers for lens in dm.lenses for s in lens.statements}
    found = {}
    for premise in conflict.premises():
        share = words.get(premise.certainty) if isinstance(premise.certainty, str) else Fraction(premise.certainty)
        assert share is not None
        in_use = premise.id in listed or type(premise).__name__ != "Statement"
        if share != 1 and in_use and type(premise).__name__ != "Relation":
            found[premise.id] = share
    return found


def literal_world(conflict: Conflict, gone: set[str], asked: list[tuple[str, str, str]]) -> dict[Any, int]:
    """Return what holds in one world, from a model of its own."""
    try:
        changed = without(conflict, gone)
        graph = Graph(changed)
        for reading in changed.readings:
            graph.reading_ranks(reading.id)
    except ModelError:
        return {}
    found: dict[Any, int] = {}
    for result in check(changed).results if changed.claims else ():
        found[result.claim.id] = VERDICTS.index(result.verdict)
    for reading, key, name in asked:
        game = game_of(graph, reading)
        held = graph.outcome(name).copy()
        for i in game.parties:
            held &= concept(key).decide(game, i)
        found[reading, key, name] = int(held.any())
    return found


def uncertain(draw: st.DrawFn, conflict: Conflict) -> Conflict:
    """Return the conflict with some of its premises uncertain, four at most, and a claim for each outcome."""
    ids = [premise.id for premise in conflict.premises()]
    some = draw(st.sets(st.sampled_from(ids), min_size=1, max_size=4)) if ids else set()
    shares = {name: draw(st.sampled_from(["likely", "possible", Fraction(1, 5), Fraction(0)])) for name in sorted(some)}

    def marked(item: Any) -> Any:
        if isinstance(item, Premise):
            item = replace(item, certainty=shares.get(item.id, "certain"))
        return item

    def deep(item: Any) -> Any:
        if isinstance(item, tuple):
            return tuple(deep(part) for part in item)
        if hasattr(item, "__dataclass_fields__") and not isinstance(item, type):
            kept = {
                name: deep(getattr(item, name))
                for name, spec in item.__dataclass_fields__.items()
                if (spec.init and isinstance(getattr(item, name), tuple))
                or (spec.init and isinstance(getattr(item, name), Premise))
                or name == "preference"
            }
            item = replace(item, **kept) if kept else item
        if isinstance(item, Level):  # orders have a test of their own
            item = replace(item, any_order=False)
        return marked(item)

    changed: Conflict = deep(conflict)
    claims = tuple(
        Claim(id=f"k_{outcome.id}", says="", check=Holds(Named(outcome.id), negated=k % 2 == 1))
        for k, outcome in enumerate(changed.outcomes)
    )
    return replace(changed, claims=claims)


@given(st.data(), option_conflicts())
@settings(max_examples=40, deadline=None)
def test_every_world_one_by_one(data: st.DataObject, drawn: Conflict) -> None:
    conflict = data.draw(st.composite(uncertain)(drawn))
    shares = weights_of(conflict)
    if not shares or any(isinstance(p, Merge) and p.id in shares for p in conflict.premises()):
        with pytest.raises(UsageError, match="uncertain"):
            robust(conflict)
        return
    found = robust(conflict, worlds=16, workers=1)
    assert found.exact
    assert [factor.id for factor in found.factors] == list(shares)
    assert found.n_worlds == 2 ** len(shares)
    asked = list(found.outcomes)
    worlds = []
    for row in product((True, False), repeat=len(shares)):
        weight = Fraction(1)
        for there, share in zip(row, shares.values(), strict=True):
            weight *= share if there else 1 - share
        gone = {name for name, there in zip(shares, row, strict=True) if not there}
        worlds.append((gone, weight, literal_world(conflict, gone, asked)))
    tables: dict[Any, np.ndarray] = {**found.claims, **found.outcomes}
    for key, table in tables.items():
        assert table.tolist() == [verdicts.get(key, NOT_EXAMINED) for *_, verdicts in worlds]
        wanted = 1 if isinstance(key, tuple) else VERDICTS.index("holds")
        seen = [(gone, weight, verdicts[key] == wanted) for gone, weight, verdicts in worlds if key in verdicts]
        total = sum((weight for _, weight, _ in seen), Fraction(0))
        share = found.outcome(key[2], key[1], key[0]) if isinstance(key, tuple) else found.claim(key)
        if total:
            exact = sum((weight for _, weight, holds in seen if holds), Fraction(0)) / total
            assert share.share == pytest.approx(float(exact), abs=1e-9)
            assert share.error == 0
            assert share.unweighted == pytest.approx(sum(holds for *_, holds in seen) / len(seen))
        else:
            assert np.isnan(share.share)
        if not isinstance(key, tuple):
            check_influences(found, key, worlds, wanted)
            check_margin(found, key, worlds)


def check_influences(found: Any, key: str, worlds: Any, wanted: int) -> None:
    """Conditional means, and E[Var(Y | all others)] / Var(Y)."""
    seen = [(gone, weight, verdicts[key] == wanted) for gone, weight, verdicts in worlds if key in verdicts]
    for item in found.influences(key):
        for share, there in ((item.levels[0].share, True), (item.levels[1].share, False)):
            some = [(weight, holds) for gone, weight, holds in seen if (item.factor.id not in gone) == there]
            whole = sum((weight for weight, _ in some), Fraction(0))
            if not whole:
                assert share is None
                continue
            assert share == pytest.approx(float(sum(weight for weight, holds in some if holds) / whole), abs=1e-9)
        if len(seen) < len(worlds):
            assert item.total is None
            continue
        mean = sum(weight for _, weight, holds in seen if holds)
        variance = mean * (1 - mean)
        if not variance:
            assert item.total is None
            continue
        left = Fraction(0)
        for gone, weight, holds in seen:
            others = [(w, h) for g, w, h in seen if g ^ gone <= {item.factor.id}]
            whole = sum((w for w, _ in others), Fraction(0))
            if whole:
                inner = sum((w for w, h in others if h), Fraction(0)) / whole
                left += weight * (holds - inner) ** 2
        assert item.total is not None
        assert item.total.index == pytest.approx(float(left / variance), abs=1e-9)
        assert item.total.error == 0


def check_margin(found: Any, key: str, worlds: Any) -> None:
    as_written = next((verdicts.get(key) for gone, _, verdicts in worlds if not gone), None)
    other = [gone for gone, _, verdicts in worlds if key in verdicts and verdicts[key] != as_written]
    margin = found.margin(key)
    if as_written is None:
        assert margin is None
        return
    assert margin is not None
    assert margin.all_worlds
    if not other:
        assert margin.changes is None
        return
    least = min(map(len, other))
    assert margin.changes == least
    sets = {frozenset(name for name, _ in some) for some in margin.sets}
    assert sets == {frozenset(gone) for gone in other if len(gone) == least}
    assert margin.n_sets == len(sets)


# -- drawing --------------------------------------------------------------------------------------------------------


def test_more_worlds_begin_with_the_same() -> None:
    factors = factors_of(loads(TEXT))
    many = drawn_worlds(factors, 3 * BLOCK + 5, 7)
    for n in (0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK):
        assert np.array_equal(drawn_worlds(factors, n, 7), many[:n])
    assert not np.array_equal(drawn_worlds(factors, BLOCK, 8), many[:BLOCK])
    assert not np.array_equal(many[:BLOCK], many[BLOCK : 2 * BLOCK])


def test_premises_are_drawn_by_their_shares_and_independently() -> None:
    factors = factors_of(loads(TEXT))
    n = 200_000
    there = (drawn_worlds(factors, n, 1) == 0).astype(float)
    shares = np.array([float(factor.levels[0].share) for factor in factors])
    assert np.abs(there.mean(axis=0) - shares).max() < 5 / np.sqrt(n)
    assert np.abs(np.corrcoef(there.T) - np.eye(len(factors))).max() < 5 / np.sqrt(n)


def test_the_draw_stays_what_it_was() -> None:
    """A seed is a promise: what it drew once it draws again, in every version."""
    factors = factors_of(loads(TEXT))
    assert [factor.id for factor in factors] == ["not_both", "one.A", "one.B"]
    rows = ["".join("0" if level else "1" for level in row) for row in drawn_worlds(factors, 6, 0).tolist()]
    assert rows == DRAWN


DRAWN = ["111", "010", "000", "111", "010", "011"]


def test_drawn_shares_are_near_the_exact_ones() -> None:
    exact = robust(loads(TEXT), workers=1)
    idle = "".join(f"  - {{id: idle_{k}, that: never, certainty: possible}}\n" for k in range(4))
    drawn = robust(loads(TEXT.replace("status_quo", idle + "status_quo")), worlds=100, seed=3, workers=1)
    assert not drawn.exact
    assert drawn.n_worlds == 100
    assert (drawn.weights > 0).sum() < 100
    assert drawn.weights.sum() == pytest.approx(1)
    for name in ("K", "L"):
        share = drawn.claim(name)
        assert share.unweighted is None
        assert 0 < share.error < 0.06
        assert abs(share.share - exact.claim(name).share) < 5 * share.error
        for item in drawn.influences(name):
            true = [other.total for other in exact.influences(name) if other.factor.id == item.factor.id]
            assert item.total is not None
            assert abs(item.total.index - (true[0].index if true and true[0] else 0)) < 5 * item.total.error


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
def test_the_same_whatever_the_workers() -> None:
    code = (
        "import detente, json, sys\n"
        "from detente.analysis.robust import robust\n"
        "c = detente.loads(sys.stdin.read())\n"
        "print(json.dumps([robust(c, workers=w).to_dict() for w in (1, 2, 3)]))\n"
    )
    idle = "".join(f"  - {{id: idle_{k}, that: never, certainty: possible}}\n" for k in range(4))
    text = TEXT.replace("status_quo", idle + "status_quo")
    done = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, text=True, check=True)
    one, two, three = json.loads(done.stdout)
    assert one == two == three
    assert one["worlds"] == 128


# -- for people -----------------------------------------------------------------------------------------------------


def run(*arguments: str, text: str = TEXT) -> Any:
    return CliRunner().invoke(app, ["robust", *arguments], input=text)


def test_command() -> None:
    shown = run("-")
    assert shown.exit_code == 0
    assert "3 uncertain premises: all 8 worlds examined" in " ".join(shown.output.split())
    assert "no probabilities of events" in " ".join(shown.output.split())
    data = json.loads(run("-", "--format", "json").output)
    assert (data["worlds"], data["seed"], data["exact"]) == (8, 0, True)
    assert data["claims"] == {"K": 0.925, "L": 0.8}
    assert data["outcomes"]["both"] == {"nash": 0, "seq": 0.075}
    assert data["claim_details"]["L"]["margin"] == {
        "premises": 1,
        "sets": [["one.B"]],
        "changes": [[{"premise": "one.B"}]],
        "n_sets": 1,
    }
    assert run("-", "--format", "csv").output.startswith("kind,name,reading,concept,share,unweighted,error")
    drawn = " ".join(run("-", "--worlds", "5", "--seed", "3").output.split())
    assert "5 worlds drawn (seed 3)" in drawn
    assert "standard error" in drawn


@pytest.mark.parametrize(
    ("arguments", "text", "words"),
    [
        (
            ["-"],
            TEXT.replace("likely", "certain").replace("0.2", "1").replace("possible", "certain"),
            "no premise that claims or outcomes hang on is",
        ),
        (["-", "--claim", "M"], TEXT, "unknown claim 'M'"),
        (["-", "--concept", "nahs"], TEXT, "nash"),
        (["-", "--worlds", "0"], TEXT, "greater than"),
        (["-", "--worlds", "3", "--seed", str(1 << 64)], TEXT, "seed"),
    ],
)
def test_what_is_refused(arguments: list[str], text: str, words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "detente", "robust", *arguments], input=text, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_world_that_cannot_be_examined_is_said() -> None:
    """A ranking that does not cover the states that a lifted restriction adds."""
    text = """
decision_makers:
  one: {options: [help], preferences: {ranking: [[1], [2], [3]]}}
  two: {options: [help], preferences: [one.help]}
infeasible: [{id: rule, that: one.help and two.help, certainty: likely}]
outcomes: {alone: one.help}
claims: {K: {says: It can., can_hold: alone}}
"""
    found = robust(loads(text), workers=1)
    assert found.claims["K"].tolist()[1] == NOT_EXAMINED
    assert found.unexamined("K") == pytest.approx(0.25)
    margin = found.margin("K")
    assert margin is not None
    assert margin.changes is None
    assert "25.0 % not examined" in " ".join(run("-", text=text).output.split())


def test_worlds_and_their_weights() -> None:
    factors = factors_of(loads(TEXT))
    rows, weights = every_world(factors)
    assert rows.shape == (8, 3)
    assert rows.dtype == np.int8
    assert not rows[0].any()
    assert [tuple(row) for row in rows.tolist()] == list(product(*(range(len(f.levels)) for f in factors)))
    literal = [prod(row) for row in product(*([level.share for level in f.levels] for f in factors))]
    assert sum(literal) == 1
    assert weights == pytest.approx([float(weight) for weight in literal], rel=1e-15)


def test_only_the_essays_hedges_are_uncertain() -> None:
    found = {factor.id: float(factor.levels[0].share) for factor in factors_of(library("peace_delusion"))}
    assert found["P8"] == 0.5
    assert found["P9"] == 0.75
    assert "P1" not in found


def test_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was worked out for worlds is given up now and then, so that memory stays bounded."""
    from detente.analysis import ensemble, examine

    conflict = loads(TEXT)
    whole = robust(conflict, workers=1).to_dict()
    renewed = []
    before = ensemble.ChosenWorlds.renew
    monkeypatch.setattr(ensemble.ChosenWorlds, "renew", lambda worlds: (renewed.append(worlds), before(worlds))[1])
    monkeypatch.setattr(ensemble, "MOST_KEPT", 0)
    monkeypatch.setattr(examine, "LONGEST_TASK", 1)
    assert robust(conflict, workers=1).to_dict() == whole
    assert len(renewed) >= 3


def test_a_claim_without_an_answer_is_refused_where_it_stands() -> None:
    text = TEXT.replace("status_quo: []", "").replace("cannot_hold: both", "reachable: both")
    done = subprocess.run(
        [sys.executable, "-m", "detente", "robust", "-", "--format", "json"], input=text, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "K: the model states no status quo to begin from" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_world_with_an_answer_is_null_in_json() -> None:
    """The only world with weight is one that a ranking does not cover."""
    text = """
decision_makers:
  one: {options: [help], preferences: {ranking: [[1], [2], [3]]}}
  two: {options: [help], preferences: [one.help]}
infeasible: [{id: rule, that: one.help and two.help, certainty: 0}]
outcomes: {alone: one.help}
claims: {K: {says: It can., can_hold: alone}}
"""
    data = json.loads(run("-", "--format", "json", text=text).output)
    assert data["claims"] == {"K": None}
    assert data["outcomes"]["alone"] == {"nash": None, "seq": None}
    assert "–" in run("-", text=text).output


def test_a_premise_without_a_name_stands_in_quotation_marks() -> None:
    text = """
decision_makers:
  son:
    options: [sell, stay]
    statements: {stays: {that: son.stay, certainty: likely}}
    preferences:
      - {that: not son.sell, certainty: possible}
      - stays
status_quo: []
claims: {K: {says: He can sell., can_hold: son.sell}, L: {says: He can leave., can_hold: not son.stay}}
"""
    found = robust(loads(text))
    (sells,), (leaves,) = (list(region_words(found, name)) for name in "KL")
    assert "world with “son: not son.sell”:" in sells
    assert "world with no son.stays:" in leaves
