"""Who can end an agreement alone, against the moves taken literally; and what is said of it, held against that."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente import loads
from detente.analysis import validate_check
from detente.analysis.validate import validate
from detente.analysis.withdrawal import endings
from detente.conflict.claims import Agreement
from detente.conflict.conflict import Conflict
from detente.errors import ModelError
from detente.graph.graph import Graph
from detente.library.index import library
from tests.command import good, run
from tests.draws import pick, some
from tests.oracle import LiteralModel
from tests.strategies import formulas, graph_conflicts, merged_conflicts, option_conflicts

KINDS = {
    "agreement-never",
    "agreement-contradicts",
    "agreement-revocable",
    "agreement-irrevocable",
    "withdrawal-impossible",
    "withdrawal-partly",
    "withdrawal-unnamed",
}


@settings(max_examples=75, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(option_conflicts(), merged_conflicts(), graph_conflicts()), st.data())
def test_who_can_end_what_and_what_is_warned_of(conflict: Conflict, data: st.DataObject) -> None:
    labels = [state.label for state in conflict.graph_form.states] if conflict.graph_form else []
    parties = [dm.id for dm in conflict.parties]
    if len(parties) < 2:
        return
    signed = tuple(some(data.draw, parties, least=2))  # type: ignore[arg-type]
    names = tuple(some(data.draw, signed, least=0))  # type: ignore[arg-type]
    agreement = Agreement(
        id="pact",
        parties=signed,
        in_force=data.draw(formulas(conflict.options, [o.id for o in conflict.outcomes], labels)),
        withdrawal=names if data.draw(st.booleans()) else None,
        revocable=pick(data.draw, (None, True, False)),  # type: ignore[arg-type]
    )
    conflict = replace(conflict, agreements=(agreement,))
    literal = LiteralModel(conflict)
    try:
        force = {s for s in literal.states if literal.holds(agreement.in_force, s)}
    except ValueError:
        with pytest.raises(ModelError, match="agreement 'pact'"):
            endings(Graph(conflict))
        return
    left = {dm: {s for s in force if literal.moves[dm][s] - force} for dm in literal.everyone}
    (found,) = endings(Graph(conflict))
    assert found.n_states == len(force)
    for ender in found.enders:
        own = left[ender.who]
        assert ender.n_left == len(own)
        assert ender.leaves == (min(own) - 1 if own else None)
        assert ender.stays == (min(force - own) - 1 if force - own else None)
        expected = "party" if ender.who in signed else "outsider" if ender.who in parties else "nature"
        assert ender.role == expected
    assert [item.who for item in found.alone] == [dm for dm in literal.everyone if left[dm]]
    warned = sorted(w.kind for w in validate(conflict).warnings if w.kind in KINDS)
    assert warned == sorted(warnings_due(agreement, force, left, parties))


def warnings_due(agreement: Agreement, force: set[int], left: dict[str, set[int]], parties: list[str]) -> list[str]:
    """Return the kinds of warnings, from what is said and the states that each can leave."""
    named, anybody = agreement.withdrawal, any(left[dm] for dm in parties)
    if named is None and agreement.revocable is None:
        return []
    if not force:
        return ["agreement-never"]
    if agreement.revocable is False:
        return ["agreement-contradicts"] * bool(named) + ["agreement-revocable"] * anybody
    if not anybody and (named or agreement.revocable):
        return ["agreement-irrevocable"]
    found = []
    for dm in agreement.parties if named is not None else ():
        if dm in (named or ()):
            found += ["withdrawal-impossible"] if not left[dm] else ["withdrawal-partly"] * (left[dm] != force)
        elif left[dm]:
            found.append("withdrawal-unnamed")
    return found


PACT = """
title: A pact
decision_makers:
  us: {options: {sign: Sign, arm: Arm}, preferences: [us.sign]}
  them: {options: {sign: {irreversible: forward}}, preferences: [us.sign]}
  other: {options: {veto: Veto}, preferences: [us.sign]}
  sky: {kind: nature, options: {storm: Storm}}
blocked_moves: [{by: us, from: us.arm}]
outcomes: {calm: us.sign and them.sign and not other.veto and not sky.storm}
agreements:
  pact: {name: The pact, parties: [us, them], in_force: calm%s}
status_quo: []
"""


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (", withdrawal: [us, them]", "withdrawal-impossible", "names them in 'withdrawal', but no move of them ends"),
        (", withdrawal: us", "withdrawal-partly", "from 1 of 2 states only, not from state 8 (us.sign, us.arm, them"),
        (", withdrawal: []", "withdrawal-unnamed", "does not name us in 'withdrawal', but it can end it alone from 1"),
        (", revocable: no", "agreement-revocable", "but us (1 of 2 states) and other (2 of 2 states) can end it alone"),
        (", revocable: no, withdrawal: us", "agreement-contradicts", "and names us in 'withdrawal'; leave out one"),
    ],
)
def test_each_warning_stands_at_the_agreement(said: str, kind: str, words: str) -> None:
    (warning,) = [w for w in validate(loads(PACT % said)).warnings if w.kind == kind]
    assert words in warning.message
    assert warning.element == "pact"
    assert warning.mark is not None
    assert (warning.mark.line, warning.mark.column) == (11, 3)


def test_agreements_that_nobody_can_end_or_that_are_never_in_force() -> None:
    fixed = PACT.replace("blocked_moves: [{by: us, from: us.arm}]", "blocked_moves: [{by: us}, {by: other}]")
    for said, words in [
        (", withdrawal: us", "names us in 'withdrawal'"),
        (", revocable: yes", "says 'revocable: yes'"),
    ]:
        (warning,) = [w for w in validate(loads(fixed % said)).warnings if w.kind in KINDS]
        assert warning.kind == "agreement-irrevocable"
        assert f"{words}, but nobody can end it alone from any of the 2 states" in warning.message
    never = (PACT % ", withdrawal: us").replace("in_force: calm", "in_force: calm and us.arm and not us.sign")
    assert [w.kind for w in validate(loads(never)).warnings if w.kind in KINDS] == ["agreement-never"]


def test_what_is_not_said_is_not_warned_of() -> None:
    """The facts are shown all the same."""
    conflict = loads(PACT % "")
    result = validate(conflict)
    assert not KINDS & {w.kind for w in result.warnings}
    (pact,) = json.loads(json.dumps(result.to_dict()))["agreements"]
    assert (pact["withdrawal"], pact["revocable"], pact["states"]) == (None, None, 2)
    assert pact["can_end_alone"] == [
        {"who": "us", "role": "party", "states": 1, "everywhere": False, "from": 6, "not_from": 8},
        {"who": "other", "role": "outsider", "states": 2, "everywhere": True, "from": 6, "not_from": None},
        {"who": "sky", "role": "nature", "states": 2, "everywhere": True, "from": 6, "not_from": None},
    ]


def test_very_large_models_are_said_not_to_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate_check, "MANY_STATES", 3)
    silent, stated = validate(loads(PACT % "")), validate(loads(PACT % ", withdrawal: us"))
    assert not any("agreements" in note for note in silent.notes)
    assert any("agreements alone is not looked for" in note for note in stated.notes)
    assert stated.agreements == ()


def test_what_comes_after_the_signature_in_the_essay() -> None:
    """The establishment is no party to the order, and can end it in every state."""
    order = {item.agreement.id: item for item in endings(Graph(library("peace_delusion")))}["order"]
    alone = {ender.who: (ender.role, ender.stays is None) for ender in order.alone}
    assert alone["establishment"] == ("outsider", True)
    assert alone["ukraine"] == ("party", False)
    assert set(alone) == {"president", "establishment", "russia", "ukraine", "europe"}


def test_the_commands() -> None:
    text = PACT % ", withdrawal: us, revocable: yes"
    table = good("vetoes", "-", text=text)
    (line,) = [line for line in table.splitlines() if line.startswith("The pact")]
    assert line.split("  ")[0] == "The pact"
    assert "2 states     us in 1, other (no party to it), sky (nature)" in line
    assert line.endswith("revocable; us")
    data = json.loads(good("vetoes", "-", "--format", "json", text=text))
    assert [item["id"] for item in data["agreements"]] == ["pact"]
    done = run("validate", "-", "--strict", text=text)
    assert done.returncode == 1
    assert "[withdrawal-partly]" in done.stdout
