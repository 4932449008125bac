"""Rules of phases, points of views and relations are premises like any other: dropped, varied, and listed."""

from __future__ import annotations

import itertools

import pytest

import detente
from detente.conflict.conflict import Conflict
from detente.conflict.variant import every_premise, without
from detente.report.sections import section

TEXT = """\
title: A well for two towns
decision_makers:
  upper:
    options: {pump: Pump at night}
    lenses: {patient: [not upper.pump], thirsty: [upper.pump]}
  lower:
    options: {sue: Go to court}
    preferences: [{id: law, that: lower.sue iff upper.pump, certainty: likely}]
outcomes: {restraint: not upper.pump, quarrel: upper.pump and lower.sue}
status_quo: []
readings: {today: {upper: thirsty}}
phases:
  dry:
    name: Dry years
    infeasible: [{id: ban, that: upper.pump, certainty: possible, because: The well is empty.}]
    irreversible: {lower.sue: forward}
  wet: {infeasible: [{id: calm, that: lower.sue and not upper.pump, certainty: 0.25}]}
observers: {public: The public}
views:
  public: {sees: {upper: {lens: patient, certainty: possible}}}
outsiders: {city: The city}
relations:
  towns: {between: [upper, lower], level: -0.5, certainty: likely}
  pipe: {between: [lower, city], level: 0.75, certainty: possible}
  road: {between: [upper, city], level: -0.1}
claims:
  B1: {says: It can., can_hold: restraint}
  B2: {says: The public believes that it can., can_hold: restraint, under: {views: public}}
  B3: {says: In dry years it can., can_hold: restraint, under: {phases: dry}}
  B4: {says: A dry year's end is where a wet one begins., inevitable: restraint, under: {phases: wet}}
  B5: {says: The city stands with the lower town., sides: {together: [lower, city], against: upper}}
  B6: {says: It is otherwise in wet years., changes: {that: quarrel, between: [dry, wet]}}
"""
WRITTEN = {
    "lower.law": "{id: law, that: lower.sue iff upper.pump, certainty: likely}",
    "ban": "{id: ban, that: upper.pump, certainty: possible, because: The well is empty.}",
    "calm": "{id: calm, that: lower.sue and not upper.pump, certainty: 0.25}",
    "towns": "  towns: {between: [upper, lower], level: -0.5, certainty: likely}\n",
    "pipe": "  pipe: {between: [lower, city], level: 0.75, certainty: possible}\n",
    "public sees upper": "sees: {upper: {lens: patient, certainty: possible}}",
}
SHARES = {"lower.law": 0.75, "ban": 0.5, "calm": 0.25, "towns": 0.75, "pipe": 0.5, "public sees upper": 0.5}


def written_without(gone: set[str]) -> Conflict:
    """Return the model as its author would write it without some premises."""
    text = TEXT
    for name in gone:
        assert WRITTEN[name] in text
        text = text.replace(WRITTEN[name], "")
    if "public sees upper" in gone:
        text = text.replace("views:\n  public: {}\n", "")
        text = text.replace(", under: {views: public}", "")  # sees it as it is
    return detente.loads(text)


def verdicts(conflict: Conflict) -> dict[str, str]:
    return {item.claim.id: item.verdict for item in detente.check(conflict).results}


def test_every_world_is_the_model_written_so() -> None:
    conflict = detente.loads(TEXT)
    found = detente.robust(conflict, workers=1)
    assert found.to_dict()["worlds"] == 2 ** len(WRITTEN)
    shares = dict.fromkeys(verdicts(conflict), 0.0)
    for missing in itertools.product((False, True), repeat=len(WRITTEN)):
        gone = {name for name, away in zip(WRITTEN, missing, strict=True) if away}
        weight = 1.0
        for name, share in SHARES.items():
            weight *= 1 - share if name in gone else share
        for claim, verdict in verdicts(written_without(gone)).items():
            shares[claim] += weight * (verdict == "holds")
    assert found.to_dict()["claims"] == pytest.approx(shares, abs=1e-12)
    assert 0 < shares["B2"] < 1
    assert 0 < shares["B3"] < 1
    assert 0 < shares["B5"] < 1


@pytest.mark.parametrize("name", [*WRITTEN, "irreversible: lower.sue in dry"])
def test_what_each_claim_needs(name: str) -> None:
    conflict = detente.loads(TEXT)
    reasons = detente.why(detente.check(conflict), workers=1)
    if name in WRITTEN:
        after = verdicts(written_without({name}))
    else:
        after = verdicts(detente.loads(TEXT.replace("    irreversible: {lower.sue: forward}\n", "")))
    assert name in reasons.premises
    for item in reasons.claims:
        assert (name in item.needs) == (after[item.claim.id] != "holds"), item.claim.id
    assert reasons.of("B3").needs == ("ban",)  # type: ignore[union-attr]


def test_premises_of_phases_can_be_dropped_and_are_listed() -> None:
    conflict = detente.loads(TEXT)
    ids = [item.id for item in every_premise(conflict)]
    assert len(ids) == len(set(ids)) == 10
    assert "irreversible: lower.sue in dry" in ids
    bare = without(conflict, {"ban", "irreversible: lower.sue in dry"})
    assert (bare.phase("dry").infeasible, bare.phase("dry").irreversible) == ((), ())
    with pytest.raises(detente.UsageError, match="no premise that can be dropped: ban"):
        without(bare, {"ban"})


def test_what_no_claim_asks_about_is_not_varied() -> None:
    conflict = detente.loads(TEXT)
    found = detente.robust(conflict, claims=["B1"], workers=1)
    assert found.to_dict()["worlds"] == 2
    with pytest.raises(detente.UsageError, match="no premise that claims or outcomes hang on is uncertain"):
        detente.robust(detente.loads(TEXT.replace(", certainty: likely}]", "}]")), claims=["B1"])


def test_a_report_lists_them(tmp_path: object) -> None:
    from detente.analysis.dossier import dossier

    found = section(dossier(detente.loads(TEXT)), "premises")
    assert found is not None
    said = repr(found)
    for words in ("The well is empty.", "in Dry years", "calm", "irreversible: lower.sue in dry"):
        assert words in said


def test_a_phase_says_what_lens_is_worn_where_readings_follow_from_the_lenses() -> None:
    text = """
decision_makers: {a: {options: [x], lenses: {p: [a.x], q: [not a.x]}}}
status_quo: []
%s
phases: {one: {lenses: {a: q}}}
claims: {c: {says: c, can_hold: a.x, under: {phases: one}}}
"""
    for readings in ("", "readings: {p: {a: p}, q: {a: q}}"):
        found = detente.check(detente.loads(text % readings))
        assert [item.verdict for item in found.results] == ["fails"]
        assert [case.reading for case in found.results[0].cases] == ["p", "q"]


def test_earlier_phases_are_played_under_the_readings_that_a_claim_names() -> None:
    conflict = detente.loads("""
decision_makers:
  a: {options: [x], lenses: {now: [a.x], later: [not a.x]}}
  b: {options: [y], preferences: [b.y iff a.x]}
status_quo: []
phases:
  one: {}
  two: {reading: later, irreversible: {a.x: forward}}
claims:
  C: {says: y is reached in two, reachable: b.y, under: {readings: now, phases: two}}
  D: {says: y is reached in two, reachable: b.y, under: {readings: later, phases: two}}
  E: {says: y is reached in two, reachable: b.y, under: {phases: two}}
  F: {says: it must come to y, inevitable: b.y, under: {phases: two}}
""")
    assert [item.verdict for item in detente.check(conflict).results] == ["holds", "fails", "holds", "fails"]
    begun = detente.phases(conflict, reading="now").phases[1].branches[0]
    assert begun.start + 1 == 4
