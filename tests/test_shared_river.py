"""The scenario on water: the same machinery, golden verdicts."""

from __future__ import annotations

from detente.analysis.claims import check
from detente.analysis.phases import phases
from detente.analysis.validate import validate
from detente.library.index import library


def test_verdicts() -> None:
    conflict = library("shared_river")
    assert not validate(conflict).warnings
    verdicts = {result.claim.id: result.verdict for result in check(conflict).results}
    assert verdicts == {"W1": "holds", "W2": "holds", "W3": "fails", "W4": "fails", "W5": "holds", "W6": "holds"}


def test_all_play_ends_in_court() -> None:
    for item in phases(library("shared_river")).phases:
        assert item.outcomes()["lawsuit"] == 1
