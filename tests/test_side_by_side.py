"""Worlds looked at together and one by one have the same answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis import ensemble, side_by_side
from detente.analysis.ensemble import Ensemble, asked_outcomes
from detente.analysis.factors import Factor, Rows, drawn_worlds, every_world, factors_of, n_worlds_of
from detente.analysis.world import World
from detente.conflict.conflict import Conflict
from detente.language.load import loads
from detente.library.index import library
from detente.stability.worlds import BITS

EVERYTHING = """
title: Much that is open
decision_makers:
  one:
    options: [help, pay]
    statements:
      A: {that: two.help, certainty: likely}
      B: {that: not one.help, certainty: 0.2}
      C: {that: one.pay, certainty: possible}
      D: {that: two.pay}
      E: {that: not two.pay, certainty: possible}
    lenses:
      now:
        - any_order: [A, B]
        - one_of: [D, E, [C, B]]
      then:
        - C
        - {one_of: [not one.pay, two.help if one.pay], shares: [0.7, 0.3]}
  two:
    options:
      help:
      pay: {name: Pay, irreversible: {direction: forward, certainty: possible}}
    lenses:
      now: [one.help, {that: not two.help, certainty: likely}]
      then: {weights: {one.pay: {from: 1, to: 3}, two.help: 2, not two.pay: 1}}
  weather: {kind: nature, options: [rain]}
infeasible:
  - {id: not_all, that: one.help and two.help and weather.rain, certainty: possible}
alternatives:
  richer:
    one_of:
      - as written
      - changes: {decision_makers: {one: {lenses: {then: [two.pay, B]}}}}
      - changes: {decision_makers: {two: {lenses: {now: [not one.help]}}}, infeasible: []}
status_quo: []
outcomes: {both: one.help and two.help, paid: one.pay or two.pay, wet: weather.rain}
claims:
  K: {says: Both cannot help., cannot_hold: both}
  L: {says: One may pay., can_hold: paid, under: {readings: [now], concepts: [nash, gmr, sim]}}
  M: {says: Two would rather have help., prefers: {who: two, this: one.help, to: not one.help}}
  N: {says: It may rain., can_hold: wet, under: {concepts: [sseq, smr]}}
"""


def both(conflict: Conflict, factors: tuple[Factor, ...], rows: Rows, patch: pytest.MonkeyPatch) -> tuple[Rows, Rows]:
    """Return the answers of worlds looked at together, and of the same worlds one by one."""
    base = World(conflict)
    cells, _ = asked_outcomes(base, list(BITS))
    together = Ensemble(base, factors, conflict.claims, cells).answers(rows)
    with patch.context() as here:
        here.setattr(ensemble, "MOST_ARCS", -1)
        alone = Ensemble(World(conflict), factors, conflict.claims, cells).answers(rows)
    return together, alone


def test_all_that_can_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    conflict = loads(EVERYTHING)
    factors = factors_of(conflict, shake=1, concepts=("nash", "sseq"))
    assert {factor.kind for factor in factors} == {
        "premise", "order", "statements", "number", "block", "swap", "concept",
    }  # fmt: skip
    rows = np.unique(drawn_worlds(factors, 700, 3), axis=0)
    together, alone = both(conflict, factors, rows, monkeypatch)
    assert (together == alone).all()
    assert set(np.unique(together).tolist()) == {0, 1, 2}


def test_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in parts, and when rankings are forgotten."""
    conflict = loads(EVERYTHING)
    factors = factors_of(conflict)
    rows = np.unique(drawn_worlds(factors, 200, 4), axis=0)
    whole, alone = both(conflict, factors, rows, monkeypatch)
    monkeypatch.setattr(side_by_side, "MOST_ANSWERS", 50)
    monkeypatch.setattr(side_by_side, "MOST_RANKS", 0)
    parts, _ = both(conflict, factors, rows, monkeypatch)
    assert (whole == parts).all()
    assert (whole == alone).all()


@pytest.mark.parametrize("name", ["peace_delusion", "shared_river"])
def test_built_in(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    conflict = library(name)
    factors = factors_of(conflict)
    rows = np.unique(drawn_worlds(factors, 12, 5), axis=0)
    together, alone = both(conflict, factors, rows, monkeypatch)
    assert (together == alone).all()


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_uncertain_lists(data: st.DataObject) -> None:
    """Random statements of two or three parties, each uncertain or not."""
    parties = ["one", "two", "three"][: data.draw(st.integers(2, 3))]
    options = [f"{dm}.{option}" for dm in parties for option in ("x", "y")]
    formula = st.builds(
        lambda sign, a, link, b: f"{sign}{a}{link}{b}",
        st.sampled_from(["", "not "]),
        st.sampled_from(options),
        st.sampled_from([" and ", " or ", " iff "]),
        st.sampled_from(options),
    )
    lines = ["decision_makers:"]
    for dm in parties:
        lines += [f"  {dm}:", "    options: [x, y]", "    preferences:"]
        for _ in range(data.draw(st.integers(1, 3))):
            sure = data.draw(st.sampled_from(["", ", certainty: possible"]))
            lines.append(f"      - {{that: '{data.draw(formula)}'{sure}}}")
    if data.draw(st.booleans()):
        lines += ["infeasible:", f"  - {{that: '{options[0]} and {options[2]}', certainty: possible}}"]
    lines += ["outcomes: {o: one.x, p: not two.y}", "claims:"]
    lines += ["  K: {says: k, cannot_hold: o}", "  L: {says: l, can_hold: p, under: {concepts: [nash, smr, sim]}}"]
    conflict = loads("\n".join(lines))
    factors = factors_of(conflict)
    if not factors:
        return
    rows = every_world(factors)[0] if n_worlds_of(factors) <= 256 else drawn_worlds(factors, 256, 1)
    patch = pytest.MonkeyPatch()
    together, alone = both(conflict, factors, rows, patch)
    assert (together == alone).all()


@pytest.mark.parametrize("width", [0, 3, 70])
def test_equal_rows(width: int) -> None:
    rows = np.random.default_rng(width).integers(0, 2, (50, width)).astype(np.int8)
    rows[10:20] = rows[:10]
    found = side_by_side._equal(rows)
    assert sorted(k for _, places in found for k in places.tolist()) == list(range(50))
    assert len({row for row, _ in found}) == len(found)
    assert all((rows[places] == row).all() for row, places in found)
