"""Observed moves and the aims that fit them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detente.analysis.purpose import Purpose, purpose
from detente.cli.main import app
from detente.errors import ModelError, UsageError
from detente.language.load import loads
from detente.language.write import to_yaml
from tests.oracle import LiteralModel

TRUCE = """
decision_makers:
  north:
    options: {shell: Shell the border, talk: Talk}
    preferences: [north.shell, not south.shell]
    aims:
      quiet: {name: Quiet, statements: [not south.shell, not north.shell]}
      talks: {statements: [north.talk and south.talk]}
      hurt: [south.shell]
  south:
    options: {shell: Shell the border, talk: Talk}
    lenses: {calm: [not north.shell], proud: {ranking: [all_quiet, other]}}
outcomes: {all_quiet: not north.shell and not south.shell, other: not all_quiet}
status_quo: [north.shell, south.shell]
readings: {now: {south: calm}}
observed:
  moves:
    - {by: north, set: {north.talk: yes}, date: 2025-01-01, source: a paper}
    - {by: south, set: {south.talk: yes}}
    - {by: [north, south], set: {north.shell: no, south.shell: no}}
"""


def literal_why(found: Purpose, dm: str, place: int, better: object) -> str:
    """Say what makes a move rational, from the definitions; ``better(t, s)`` is the aim, states from 1."""
    states = [state + 1 for state in found.states]
    literal = LiteralModel(found.graph.conflict, found.reading)
    if better(states[place + 1], states[place]):  # type: ignore[operator]
        return "improvement"
    for later in range(place + 1, len(states)):
        members = {name for move in found.observed.moves[place:later] for name in move.by}
        others = members - {dm}
        willing = all(literal.prefers(name, states[later], states[place]) for name in others)
        if others and willing and better(states[later], states[place]):  # type: ignore[operator]
            return "joint"
    return "preparatory" if better(states[-1], states[place]) else "contradicts"  # type: ignore[operator]


def test_each_move_is_judged_as_defined() -> None:
    conflict = loads(TRUCE)
    found = purpose(conflict)
    assert [found.graph.describe(state) for state in found.states] == [
        "north.shell, south.shell",
        "north.shell, north.talk, south.shell",
        "north.shell, north.talk, south.shell, south.talk",
        "north.talk, south.talk",
    ]
    verdicts = {(item.dm, item.aim): dict(item.moves) for item in found.fits}
    assert verdicts == {
        ("north", "default"): {0: "contradicts", 2: "contradicts"},
        ("north", "quiet"): {0: "joint", 2: "improvement"},
        ("north", "talks"): {0: "joint", 2: "contradicts"},
        ("north", "hurt"): {0: "contradicts", 2: "contradicts"},
        ("south", "calm"): {1: "preparatory", 2: "improvement"},
        ("south", "proud"): {1: "preparatory", 2: "improvement"},
    }
    from detente.graph.preference import ranks_of

    for item in found.fits:
        party = conflict.decision_maker(item.dm)
        ranks = ranks_of(found.graph.space, party, next(x for x in (*party.lenses, *party.aims) if x.id == item.aim))
        for place, why in item.moves.items():
            assert why == literal_why(found, item.dm, place, lambda t, s, r=ranks: r[t - 1] > r[s - 1])


def test_the_simplest_aim_that_fits() -> None:
    found = purpose(loads(TRUCE))
    assert found.of("north")[0].aim == "quiet"
    assert [item.aim for item in found.simplest("north")] == ["quiet"]
    assert {item.aim: item.size for item in found.fits} == {
        "default": 2,
        "quiet": 2,
        "talks": 1,
        "hurt": 1,
        "calm": 1,
        "proud": 0,
    }


def test_aims_belong_to_no_reading_and_are_written_and_read_again() -> None:
    conflict = loads(TRUCE)
    assert [reading.id for reading in conflict.readings] == ["now"]
    assert conflict.decision_maker("north").lens_names == ("default",)
    assert loads(to_yaml(conflict)) == conflict


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "by: south, set: {south.talk: yes}",
            "by: south, set: {north.talk: no}",
            "is not 'south''s to set",
        ),
        ("by: south, set: {south.talk: yes}", "by: sout, set: {south.talk: yes}", "unknown decision maker 'sout'"),
        ("by: south, set: {south.talk: yes}", "by: south, set: {south.talk: no}", "observed move 2 is not possible"),
        ("by: south, set: {south.talk: yes}", "by: south, set: {}", "a mapping with no items"),
        ("  moves:\n", "  from: [north.tlk]\n  moves:\n", "'north.tlk'"),
        ("quiet: {name", "default: {name", "'default' names both a lens and an aim"),
        ("hurt: [south.shell]", "hurt: {refines: quiet}", "unknown lens 'quiet'"),
    ],
)
def test_what_is_wrong_is_located(old: str, new: str, message: str) -> None:
    assert old in TRUCE
    with pytest.raises(ModelError) as caught:
        purpose(loads(TRUCE.replace(old, new)))
    assert message in str(caught.value)
    assert str(caught.value).startswith("model:")


def test_without_observation_or_beginning_it_says_so() -> None:
    with pytest.raises(UsageError, match="observes no moves"):
        purpose(loads("decision_makers: {a: {options: [x]}}"))
    with pytest.raises(UsageError, match="no beginning"):
        purpose(loads("{decision_makers: {a: {options: [x]}}, observed: {moves: [{by: a, set: {a.x: yes}}]}}"))


def test_the_command(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    path = tmp_path / "truce.yaml"
    path.write_text(TRUCE, encoding="utf-8")
    table = CliRunner().invoke(app, ["purpose", str(path)])
    assert table.exit_code == 0
    assert "Simplest that fits: Quiet (quiet)" in table.output
    data = json.loads(CliRunner().invoke(app, ["purpose", str(path), "--format", "json"]).output)
    assert data["simplest"]["north"] == ["quiet"]
