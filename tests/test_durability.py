"""What lasts when lenses change, and what breaks it: against the definitions taken literally."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from detente.analysis.breaks import Break, breaks
from detente.analysis.durability import KINDS, durability
from detente.cli.main import app
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.language.load import loads
from detente.report.durability import breaks_view, durability_view
from detente.stability.game import SANCTIONS
from tests.literal_claims import (
    LiteralArgument,
    choice,
    distances,
    is_legal,
    kind_of_outcome,
    kind_of_state,
    lensed_conflicts,
    mixes,
    under,
)
from tests.oracle import LiteralModel

CONCEPTS = ("nash", "gmr", "smr", "seq", "sseq")


@settings(max_examples=40)
@given(lensed_conflicts(), st.data())
def test_durability_agrees_with_the_definitions(conflict: Conflict, data: st.DataObject) -> None:
    concept, sanctions = data.draw(st.sampled_from(CONCEPTS)), data.draw(st.sampled_from(SANCTIONS))
    names = [reading.id for reading in conflict.readings]
    now, later = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(names))
    asked = data.draw(st.one_of(st.none(), st.lists(st.sampled_from(names), unique=True)))
    every = data.draw(st.booleans())
    found = durability(
        conflict, concepts=[concept], now=now, later=later, readings=asked, every_mix=every, sanctions=sanctions
    )
    model = LiteralModel(conflict, names[0])
    choices = mixes(conflict) if every else [choice(conflict, r) for r in (names if asked is None else asked)]
    choices += [choice(conflict, now), choice(conflict, later)]
    held = [frozenset(under(model, lenses).equilibria(concept, sanctions)) for lenses in choices]
    kinds = [kind_of_state(s, held[-2], held[-1], held) for s in model.states]
    assert [KINDS[k] for k in found.kinds(concept)] == kinds
    distinct = {tuple(sorted(lenses.items())): e for lenses, e in zip(choices, held, strict=True)}
    assert {tuple(sorted(mix.lenses)) for mix in found.mixes} == set(distinct)
    if every:
        told = {str(sorted(lenses.items())): e for lenses, e in zip(choices, held, strict=True)}  # each once
    else:  # each reading, whatever it shares with others
        called = [*(names if asked is None else asked), now, later]
        told = dict(zip(called, held, strict=True))
        assert {mix.id for mix in found.mixes} == set(told)
    assert len(found.mixes) == len(told)
    for item in found.outcomes(concept):
        states = model.outcomes[item.outcome]
        assert item.kind == kind_of_outcome(states, held[-2], held[-1], held)
        assert (item.state is None) == (item.kind == "untenable")
        if item.state is not None:
            assert item.state + 1 in states
            assert kinds[item.state] == {"shifting": "provisional"}.get(item.kind, item.kind)
        assert item.n_held == sum(bool(e & states) for e in told.values()) == len(item.held_in)
        assert every or set(item.held_in) == {name for name, e in told.items() if e & states}
    written = found.to_dict()["durability"][concept]["states"]
    assert written == {str(s): kind for s, kind in zip(model.states, kinds, strict=True) if kind != "untenable"}
    assert len(found.to_frame()) == len(written)
    assert list(durability_view(found))


@settings(max_examples=40)
@given(lensed_conflicts(), st.data())
def test_breaks_are_minimal_and_their_paths_exist(conflict: Conflict, data: st.DataObject) -> None:
    literal = LiteralModel(conflict, "tactical")
    concept = data.draw(st.sampled_from((*CONCEPTS, "sim") if literal.sim_defined else CONCEPTS))
    sanctions = data.draw(st.sampled_from(SANCTIONS))
    found = durability(conflict, concepts=[concept], sanctions=sanctions)
    held = literal.equilibria(concept, sanctions)
    state = data.draw(st.integers(1, len(literal.states)))
    if state not in held:
        with pytest.raises(UsageError):
            breaks(found, state - 1, concept)
        if not held:
            return
        state = data.draw(st.sampled_from(held))
    result = breaks(found, state - 1, concept)
    now = choice(conflict, "tactical")
    holds = {
        frozenset((dm, lens) for dm, lens in mix.items() if now[dm] != lens): all(
            model.stable(concept, dm, state, sanctions) for dm in literal.parties
        )
        for mix in mixes(conflict)
        for model in [under(literal, mix)]
    }
    ending, kept = [c for c, yes in holds.items() if not yes], [c for c, yes in holds.items() if yes]
    smallest = {c for c in ending if not any(other < c for other in ending)}
    largest = {c for c in kept if not any(c < other for other in kept)}
    assert {frozenset(item.changes) for item in result.breaks} == smallest
    assert {frozenset(item) for item in result.survives} == largest
    assert len(result.breaks) == len(smallest)
    for item in result.breaks[:3]:
        _verify(conflict, {**now, **dict(item.changes)}, item, state, concept, sanctions)
    assert len(result.to_dict()["breaks"]) == len(result.to_frame([result])) == len(smallest)
    assert list(breaks_view(result))


def _verify(conflict: Conflict, lenses: dict[str, str], item: Break, state: int, concept: str, sanctions: Any) -> None:
    argument = LiteralArgument(conflict, sanctions)
    model = argument._models["then"] = under(argument.base, lenses)
    unstable = {dm for dm in model.parties if not model.stable(concept, dm, state, sanctions)}
    assert {dm for dm, _ in item.movers} == unstable
    ends = set()
    for dm, move in item.movers:
        assert conflict.decision_makers[move.by].id == dm
        assert move.start + 1 == state
        unmet = argument.unmet("then", concept, dm, state)
        assert move.end + 1 in unmet
        assert not any(model.prefers(dm, t, move.end + 1) for t in unmet)
        ends.add(move.end + 1)
    goal = set(model.equilibria(concept, sanctions))
    near = {end: distances(model, [end], model.everyone, improving=True) for end in ends}
    reached = goal & {t for found in near.values() for t in found}
    assert {s + 1 for s in item.relapse} == reached
    path = [(conflict.decision_makers[m.by].id, m.start + 1, m.end + 1) for m in item.path]
    assert bool(path) == bool(reached)
    if path:
        assert item.path[0] in [move for _, move in item.movers]
        assert path[-1][2] in goal
        assert is_legal(model, path[1:], improving=True)
        assert path[0][2] == (path[1][1] if path[1:] else path[0][2])
        assert len(path) == 1 + min(steps for found in near.values() for t, steps in found.items() if t in goal)


TRUST = """
decision_makers:
  us:
    options: [arm]
    lenses:
      tactical: [not them.arm, not us.arm]
      strategic: [not them.arm, us.arm]
  them:
    options: [arm]
    lenses:
      tactical: [not us.arm, not them.arm]
      strategic: [not us.arm, them.arm]
outcomes: {peace: not us.arm and not them.arm, race: us.arm and them.arm, any: always, none: never}
"""


def test_a_peace_that_holds_today_only() -> None:
    found = durability(loads(TRUST), concepts=["nash"])
    kinds = {item.outcome: (item.kind, item.state) for item in found.outcomes("nash")}
    assert kinds == {
        "peace": ("provisional", 0), "race": ("latent", 3), "any": ("shifting", 0), "none": ("untenable", None),
    }  # fmt: skip
    every = durability(loads(TRUST), concepts=["nash"], every_mix=True)
    assert [KINDS[k] for k in every.kinds("nash")] == ["provisional", "conditional", "conditional", "latent"]
    result = breaks(found, 0, "nash")
    assert [item.changes for item in result.breaks] == [(("them", "strategic"),), (("us", "strategic"),)]
    assert result.survives == ((),)
    assert [(item.relapse, [m.end for m in item.path]) for item in result.breaks] == [((2,), [2]), ((1,), [1])]


def test_what_cannot_be_asked() -> None:
    with pytest.raises(UsageError, match="no reading 'strategy'"):
        durability(loads(TRUST), later="strategy")
    with pytest.raises(UsageError, match="one only"):
        durability(loads("decision_makers: {a: {options: [x]}, b: {options: [y]}}"))
    with pytest.raises(UsageError, match="no equilibrium"):
        breaks(durability(loads(TRUST)), 3, "nash")


def test_what_one_change_breaks_another_may_mend() -> None:
    """Either party alone would defect; when both change, each answers the other, and peace holds again under SEQ."""
    text = """
decision_makers:
  a: {options: [arm], lenses: {tactical: [not a.arm], strategic: [not b.arm, a.arm]}}
  b: {options: [arm], lenses: {tactical: [not b.arm], strategic: [not a.arm, b.arm]}}
"""
    found = durability(loads(text), concepts=["seq", "nash"])
    result = breaks(found, 0, "seq")
    assert [item.changes for item in result.breaks] == [(("a", "strategic"),), (("b", "strategic"),)]
    assert result.survives == ((("a", "strategic"), ("b", "strategic")),)
    assert [KINDS[found.kinds(key)[0]] for key in ("seq", "nash")] == ["lasting", "provisional"]


def test_the_command() -> None:
    def asked(*arguments: str) -> Any:
        done = CliRunner().invoke(app, ["durability", "-", "--concept", "nash", "--format", "json", *arguments], TRUST)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    data = asked("--every-mix")
    assert (data["now"], data["later"], data["every_mix"], len(data["readings"])) == ("tactical", "strategic", True, 4)
    assert data["durability"]["nash"]["outcomes"]["peace"] == {
        "durability": "provisional", "state": 1, "held_in": ["tactical"],
    }  # fmt: skip
    data = asked("--now", "strategic", "--later", "tactical", "--state", "4")
    assert [item["changes"] for item in data["breaks"][0]["breaks"]] == [{"them": "tactical"}, {"us": "tactical"}]
