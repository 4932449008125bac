"""The dossier: each part is the answer of its own question, or says why it is missing; kept runs are read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detente.analysis.brief import brief
from detente.analysis.change import changes
from detente.analysis.claims import check
from detente.analysis.dossier import dossier, states_that_matter
from detente.analysis.durability import durability
from detente.analysis.hypergame import hypergame
from detente.analysis.phases import phases
from detente.analysis.relations import relations
from detente.analysis.robust import robust
from detente.analysis.run_kept import kept_run
from detente.analysis.variants import variants
from detente.analysis.why import why
from detente.errors import UsageError
from detente.language.load import loads
from detente.library.index import library
from tests.test_report import ALL

UNSURE = """
title: A bridge
decision_makers:
  north:
    options: {build: Build}
    statements:
      trade: {that: north.build and south.build, certainty: likely}
      cost: {that: not north.build, certainty: 0.6}
    preferences: [trade, cost]
  south:
    options: {build: Build}
    statements:
      want: {that: north.build and south.build, certainty: likely}
      fear: {that: not north.build, certainty: 0.2}
      save: {that: not south.build, certainty: possible}
    preferences: [fear, want, save]
outcomes: {bridge: north.build and south.build}
status_quo: []
claims:
  bridge: {says: It can be built., can_hold: bridge, under: {concepts: nash}}
"""


def test_parts_are_the_answers_of_their_questions() -> None:
    model = loads(ALL)
    found = dossier(model, change_target="shared", concept="gmr", reading="strategic")
    assert found.missing == {}
    pairs = {
        "brief": (found.brief, brief(model, concept="gmr", reading="strategic")),
        "durability": (found.durability, durability(model)),
        "argument": (found.argument, check(model)),
        "reasons": (found.reasons, why(check(model))),
        "phases": (found.phases, phases(model, reading="strategic")),
        "views": (found.views, hypergame(model, reading="strategic", concepts=["gmr"])),
        "relations": (found.relations, relations(model)),
        "variants": (found.variants, variants(model)),
        "robust": (found.robust, robust(model)),
        "change": (found.change, changes(model, ["shared"], concepts=["gmr"], readings=["strategic"], seconds=30)),
    }
    for name, (one, other) in pairs.items():
        assert one is not None, name
        assert one.to_dict() == other.to_dict(), name  # type: ignore[attr-defined]
    assert {item.concept.id for one in found.explanations for item in one.reasons} == {"gmr"}
    data = json.loads(json.dumps(found.to_dict()))
    assert data["computed"]["concept"] == "gmr"
    assert repr(found) == "<Dossier of 'A river'>"


def test_no_ground_is_no_part_and_no_complaint() -> None:
    found = dossier(library("elmira"))
    assert found.missing == {}
    for name in ("argument", "reasons", "phases", "views", "relations", "means", "variants", "robust", "change"):
        assert getattr(found, name) is None


def test_states_that_matter() -> None:
    found = dossier(library("elmira"))
    graph = found.world.graph
    states = states_that_matter(found.item, "seq")
    assert states[0] == graph.status_quo
    assert set(states[1:]) == set(found.item.equilibria("seq").tolist()) - {graph.status_quo}
    assert [item.state for item in found.explanations] == states


def test_a_part_without_an_answer_has_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_more: object) -> None:
        raise UsageError("no room")

    monkeypatch.setattr("detente.analysis.dossier.relations", refuse)
    found = dossier(loads(ALL))
    assert found.relations is None
    assert found.missing == {"relations": "no room"}
    assert "without relations" in repr(found)


def test_reasons_are_left_out_where_asked() -> None:
    found = dossier(loads(ALL), with_reasons=False)
    assert found.reasons is None
    assert "reasons" not in found.missing


def test_what_is_asked_by_name_is_not_passed_over() -> None:
    model = library("chicken")
    for given in ({"concept": "best"}, {"reading": "nobody"}, {"robust_run": "/nowhere/at/all"}):
        with pytest.raises(UsageError):
            dossier(model, **given)  # type: ignore[arg-type]


def test_progress_names_the_parts() -> None:
    seen: list[tuple[str, int, int]] = []
    dossier(library("chicken"), progress=lambda *given: seen.append(given))
    assert {"analysis", "argument", "picture"} <= {name for name, *_ in seen}
    assert all(0 <= done <= total for _, done, total in seen)


@pytest.mark.parametrize(
    "asked",
    [
        {"worlds": 20},
        {"worlds": 2000},
        {"worlds": 20, "shake": 2},
        {"worlds": 20, "concepts_as_factors": True, "concepts": ["nash", "seq"]},
        {"worlds": 20, "search": 0, "seed": 7},
        {"worlds": 20, "compared": 0, "concepts": ["gmr"]},
    ],
)
def test_a_kept_run_is_read_as_it_was(asked: dict[str, object], tmp_path: Path) -> None:
    model = loads(UNSURE)
    made = robust(model, out=tmp_path / "run", workers=1, **asked)  # type: ignore[arg-type]
    files = sorted((tmp_path / "run").iterdir())
    before = [path.read_bytes() for path in files]
    read = kept_run(model, tmp_path / "run")
    assert read.to_dict() == made.to_dict()
    assert kept_run(model, files[0]).to_dict() == made.to_dict()
    assert [path.read_bytes() for path in files] == before
    assert dossier(model, robust_run=tmp_path / "run").robust is not None


def test_other_folders_are_refused(tmp_path: Path) -> None:
    model = loads(UNSURE)
    robust(model, worlds=20, out=tmp_path / "run", chunk=8, workers=1)
    with pytest.raises(UsageError, match="of another run: the model is another"):
        kept_run(loads(UNSURE.replace("0.6", "0.7")), tmp_path / "run")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds no run"):
        kept_run(model, tmp_path / "empty")
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "worlds-000000000001-000000000008.parquet").write_bytes(b"not a file of ours")
    with pytest.raises(UsageError, match="is damaged, or no file of this program"):
        kept_run(model, tmp_path / "odd")
    first = min(path for path in (tmp_path / "run").iterdir() if path.name.startswith("worlds"))
    first.unlink()
    with pytest.raises(UsageError, match="is not finished"):
        kept_run(model, tmp_path / "run")
