"""Claims about sides: against every division of the signed relations, and by hand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from detente.analysis.claims import check
from detente.analysis.why import why
from detente.conflict.conflict import Conflict
from detente.conflict.variant import without
from detente.errors import ModelError
from detente.language.load import loads
from detente.language.write import to_yaml
from detente.report.argument import argument_view
from tests.draws import pick, some

NODES = ("a", "b", "c", "d", "e")
LEVELS = ("-1", "-0.5", "-0.25", "0", "0.25", "0.5", "1")
DATES = ("2020", "2021-06", "2022-02-24")


@st.composite
def webs(draw: DrawFn) -> tuple[str, tuple[list[str], list[str], str]]:
    """Draw a model with relations, and who is claimed to stand where, and when."""
    lines = []
    for number, (x, y) in enumerate((x, y) for k, x in enumerate(NODES) for y in NODES[k + 1 :]):
        if pick(draw, (True, True, False)):
            when = sorted(some(draw, DATES, least=0, most=2))
            dated = "{" + ", ".join(f"{day}: {pick(draw, LEVELS)}" for day in when) + "}"
            lines.append(f"  r{number}: {{between: [{x}, {y}], level: {dated if when else pick(draw, LEVELS)}}}")
    lines = lines or ["  r: {between: [a, b], level: 1}"]
    named = some(draw, NODES, least=2, most=4)
    cut = draw(st.integers(1, len(named)))
    at = pick(draw, ("", *DATES, "2021-05", "2030"))
    together, against = named[:cut], named[cut:]
    check = f"together: [{', '.join(together)}]" + (f", against: [{', '.join(against)}]" if against else "")
    check += f", at: {at}" if at else ""
    text = """
decision_makers:
  a: {options: [x], preferences: []}
  b: {options: [x], preferences: []}
outsiders: {c: C, d: D, e: E}
relations:
"""
    return text + "\n".join(lines) + f"\nclaims: {{s: {{says: so, sides: {{{check}}}}}}}\n", (together, against, at)


def levels(conflict: Conflict, at: str) -> dict[frozenset[str], float]:
    """Return the level of each tie on a day: the last one given up to then. 0 is no tie."""
    found = {}
    for relation in conflict.relations:
        given = [level for day, level in relation.levels if not day or not at or _full(day) <= _full(at)]
        if given and given[-1]:
            found[frozenset(relation.between)] = float(given[-1])
    return found


def _full(day: str) -> str:
    return day + "-01" * (2 - day.count("-"))


def divisions(nodes: list[str]) -> Iterator[dict[str, bool]]:
    """Yield every way to put nodes on two sides."""
    for sides in product((True, False), repeat=len(nodes)):
        yield dict(zip(nodes, sides, strict=True))


def literally(conflict: Conflict, together: list[str], against: list[str], at: str) -> bool:
    """Return whether in every best division of what is tied together these stand so, by number and by level."""
    ties = levels(conflict, at)
    part = {together[0]}
    while more := {node for tie in ties if tie & part for node in tie} - part:
        part |= more
    if not set(together + against) <= part:
        return False
    nodes, ties = sorted(part), {tie: level for tie, level in ties.items() if tie <= part}

    def wrong(sides: dict[str, bool], by_level: bool) -> float:
        out = [
            level for (x, y), level in ((tuple(t), v) for t, v in ties.items()) if (sides[x] == sides[y]) != (level > 0)
        ]
        return round(sum(map(abs, out)), 6) if by_level else len(out)

    for by_level in (False, True):
        best = min(wrong(sides, by_level) for sides in divisions(nodes))
        for sides in divisions(nodes):
            here = sides[together[0]]
            so = all(sides[n] == here for n in together) and all(sides[n] != here for n in against)
            if wrong(sides, by_level) == best and not so:
                return False
    return True


@settings(max_examples=60)
@given(webs())
def test_sides_are_those_of_every_best_division(drawn: tuple[str, Any]) -> None:
    text, (together, against, at) = drawn
    conflict = loads(text)
    assert loads(to_yaml(conflict)) == conflict
    found = check(conflict)
    (result,) = found.results
    expected = literally(conflict, together, against, at)
    assert (result.verdict == "holds") == expected
    assert [(case.phase, case.viewer, case.reading, case.concept) for case in result.cases] == [(None,) * 4]
    assert list(argument_view(found))
    event(result.verdict)
    for item in why(found).claims:
        for relation in conflict.relations:
            still = literally(without(conflict, [relation.id]), together, against, at)
            assert item.drop[relation.id] == ("stands" if still else "ends")


TIED = """
decision_makers:
  a: {options: [x], preferences: [{id: P, that: a.x}]}
  b: {options: [y], preferences: []}
outsiders: {c: Country, far: Far away}
relations:
  friends: {between: [a, c], level: {2020: -1, 2022-02: 0.5}}
  foes: {between: [b, c], level: -1}
claims:
"""


@pytest.mark.parametrize(
    ("said", "verdict", "facts"),
    [
        ("together: [a, c], against: b", "holds", {"balanced": True, "blocs": [["a", "c"], ["b"]]}),
        ("together: [a, b], against: [c], at: 2020", "holds", {"balanced": True, "blocs": [["a", "b"], ["c"]]}),
        ("together: [a, b], at: 2020-12-31", "holds", {}),
        ("together: [a, b]", "fails", {"wrong": ["b"], "by": "number"}),
        ("together: [c], against: [a]", "fails", {"wrong": ["a"]}),
        ("together: [a, far]", "fails", {"unconnected": ["a", "far"]}),
        ("together: [c], against: a, at: 2019", "fails", {"unconnected": ["c", "a"]}),
    ],
)
def test_sides_by_hand(said: str, verdict: str, facts: dict[str, Any]) -> None:
    conflict = loads(f"{TIED}  c: {{says: so, sides: {{{said}}}}}\n")
    assert loads(to_yaml(conflict)) == conflict
    found = check(conflict)
    (result,) = found.results
    (case,) = result.to_dict()["detail"]["cases"]
    assert result.verdict == verdict
    assert case.items() >= facts.items()
    assert set(case).isdisjoint({"phase", "view", "reading", "concept"})


def test_relations_are_premises_of_claims_about_sides_only() -> None:
    sides = "  c: {says: so, sides: {together: [a, c], against: b}}\n"
    other = "  o: {says: so, can_hold: a.x}\n"
    (item,) = why(check(loads(TIED + sides))).claims
    assert dict(item.drop) == {"a.P": "stands"} | dict.fromkeys(("friends", "foes"), "ends")
    assert item.breaking_sets == (("foes",), ("friends",))
    both = why(check(loads(TIED + sides + other)))
    assert {i.claim.id: set(i.needs) for i in both.claims} == {"c": {"friends", "foes"}, "o": set()}
    (item,) = why(check(loads(TIED + other))).claims
    assert set(item.drop) == {"a.P"}


def test_too_many_best_divisions_are_refused_at_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.analysis.balance.MOST_LISTED", 1)
    text = TIED.replace("foes:", "tense: {between: [a, b], level: 0.5}\n  foes:")
    with pytest.raises(ModelError, match="c: 3 best divisions of the relations") as caught:
        check(loads(f"{text}  c: {{says: so, sides: {{together: [a, b]}}}}\n"))
    assert caught.value.diagnostics[0].mark is not None
