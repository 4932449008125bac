"""Many worlds in little memory: the same answers in pieces of any size, and a peak that does not grow."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis import design as designs
from detente.analysis import examine, pieces, repeats, sums
from detente.analysis.distinct import Numbering, keys_of
from detente.analysis.ensemble import Ensemble
from detente.analysis.repeats import Repeats
from detente.analysis.robust import robust
from detente.analysis.scratch import Scratch
from detente.analysis.shares import Robust
from detente.analysis.tallies import HOLDS, NOT_EXAMINED
from detente.errors import UsageError
from detente.language.load import loads
from tests.test_open_worlds import ALL

# -- the same answers in pieces of any size -------------------------------------------------------------------------


def go_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs of few worlds go the way of those with very many."""
    monkeypatch.setattr(designs, "KEPT", 24)
    monkeypatch.setattr(pieces, "PIECE", 8)
    monkeypatch.setattr(pieces, "BLOCK", 16)
    monkeypatch.setattr(repeats, "MOST_HEAPS", 4)
    monkeypatch.setattr(sums, "CLAIMS_AT_A_TIME", 1)


def quick_answers(ensemble: Ensemble, rows: np.ndarray) -> np.ndarray:
    """Answers that cost nothing; the last claim has none in some worlds."""
    claims, columns = len(ensemble.claims), len(ensemble.claims) + len(ensemble.cells)
    numbers = rows.astype(np.int64) @ np.arange(3, 3 + rows.shape[1]) ** 2
    values = (numbers[:, None] // np.arange(1, columns + 1)) % 5
    verdicts = np.where(values < 3, HOLDS, values - 3)
    verdicts[:, claims - 1] = np.where(numbers % 11 == 10, NOT_EXAMINED, verdicts[:, claims - 1])
    return np.where(np.arange(columns) < claims, verdicts, values > 1).astype(np.int8)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ensemble, "answers", quick_answers)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    go_as_many(monkeypatch)


def said(found: Robust) -> dict[str, Any]:
    """Return all that is said of all worlds, with nothing about the regions, which are of those that are kept."""
    data = found.to_dict()
    del data["regions_among"]
    for details in data["claim_details"].values():
        del details["regions"]
    return data


def near(one: Any, other: Any) -> bool:
    """Return whether two answers are the same but for the last digits of numbers."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(near(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(near, one, other))
    if isinstance(one, float):
        return isinstance(other, float | int) and abs(one - other) < 1e-10
    return bool(one == other)


RUNS: dict[str, dict[str, Any]] = {
    "every one": {"worlds": 10_000},
    "every one, concepts": {"worlds": 10_000, "concepts_as_factors": True, "claims": ["K", "M"]},
    "drawn": {"worlds": 150, "seed": 3, "compared": 12, "search": 0},
    "drawn, concepts": {"worlds": 70, "seed": 3, "concepts": ["nash", "gmr", "seq"], "concepts_as_factors": True},
}


@pytest.mark.parametrize("name", RUNS)
def test_the_same_of_many_worlds_as_of_few(quick: None, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    conflict, asked = loads(ALL), {"workers": 1, "search": 0, "compared": 7} | RUNS[name]
    few = robust(conflict, **asked)
    go_as_many(monkeypatch)
    many = robust(conflict, **asked)
    assert few.n_kept == few.n_worlds
    assert many.n_kept == 24 // many.n_concepts
    one, other = said(few), said(many)
    if not few.exact:  # fewer worlds are known to begin with, and none more may be examined
        for details in (*one["claim_details"].values(), *other["claim_details"].values()):
            del details["margin"], details["margin_searched"]
    assert near(one, other)
    places = {tuple(row): k for k, row in enumerate(few.rows.tolist())}
    which = [places[tuple(row)] for row in many.rows.tolist()]
    wholes, parts = ([*found.claims.values(), *found.outcomes.values()] for found in (few, many))
    assert all(np.array_equal(whole[which], part) for whole, part in zip(wholes, parts, strict=True))


@pytest.mark.parametrize("name", RUNS)
def test_bit_for_bit_whatever_the_parts(small: None, quick: None, name: str, tmp_path: Path) -> None:
    conflict, asked = loads(ALL), {"workers": 1} | RUNS[name]
    whole = robust(conflict, **asked).to_dict()
    for chunk in (1_000_000, 37):
        out = tmp_path / str(chunk)
        assert robust(conflict, out=out, chunk=chunk, **asked).to_dict() == whole
    for path in sorted(out.iterdir())[1::3]:
        path.unlink()
    assert robust(conflict, out=out, chunk=20, resume=True, **asked).to_dict() == whole
    assert robust(conflict, out=out, resume=True, **asked).to_dict() == whole


def test_each_world_is_examined_once(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """However far apart equal ones are drawn, and where they are also those to compare others with."""
    before, rows, told = Ensemble.answers, [], []

    def answers(self: Ensemble, some: np.ndarray) -> np.ndarray:
        rows.extend(map(tuple, some.tolist()))
        return before(self, some)

    monkeypatch.setattr(Ensemble, "answers", answers)
    found = robust(
        loads(ALL), worlds=200, seed=1, workers=1, compared=9, search=0, progress=lambda *given: told.append(given)
    )
    assert len(rows) == len(set(rows))
    assert told[0] == (0, len(rows))
    assert told[-1] == (len(rows), len(rows))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert found.n_different <= len(rows)
    assert found.to_dict()["different"] == found.n_different < 200


def test_it_is_said_where_regions_are_looked_for(small: None, quick: None) -> None:
    from rich.console import Console

    from detente.report.robust import robust_view

    for asked, words in (
        (RUNS["drawn"], "Looked at for this: the first 24 worlds that were drawn."),
        (RUNS["every one"], "Looked at for this: 24 worlds, drawn by the shares of what is uncertain (seed 0)."),
    ):
        console = Console(width=200, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
        with console.file:
            for part in robust_view(robust(loads(ALL), workers=1, **asked)):
                console.print(part)
        shown = " ".join(console.export_text().split())
        assert words in shown
        assert "of all worlds looked at" in shown
        assert "of all examined worlds" not in shown


# -- memory ---------------------------------------------------------------------------------------------------------

MEASURED = """
import json, resource, sys, tempfile
import numpy as np
from detente.analysis.ensemble import Ensemble
from detente.analysis.robust import robust
from detente.language.load import loads

def answers(self, rows):
    numbers = rows.astype(np.int64) @ np.arange(1, rows.shape[1] + 1)
    claims, columns = len(self.claims), len(self._together)
    held = (numbers[:, None] * np.arange(1, columns + 1)) % 7 < 4
    return np.where(held, np.where(np.arange(columns) < claims, 2, 1), 0).astype(np.int8)

Ensemble.answers = answers
n_factors, worlds, keep = (int(given) for given in sys.argv[1:])
statements = "".join(f"      S{k}: {{that: a.x, certainty: possible}}\\n" for k in range(n_factors))
names = ", ".join(f"S{k}" for k in range(n_factors))
text = (
    "decision_makers:\\n  a:\\n    options: [x]\\n    statements:\\n" + statements + f"    preferences: [{names}]\\n"
    "outcomes: {all: a.x, none: not a.x}\\n"
    "claims: {K: {says: K, can_hold: all}, L: {says: L, cannot_hold: none}}\\n"
)
conflict = loads(text)
with tempfile.TemporaryDirectory() as folder:
    found = robust(conflict, worlds=worlds, workers=1, out=folder + "/run" if keep else None)
found.to_dict()
print(json.dumps([found.exact, found.n_worlds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""
"""A run whose worlds have answers that cost nothing."""


def peak(n_factors: int, worlds: int, keep: bool, exact: bool) -> int:
    command = [sys.executable, "-c", MEASURED, *(str(int(given)) for given in (n_factors, worlds, keep))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    how, n_worlds, found = json.loads(done.stdout)
    assert (how, n_worlds) == (exact, worlds)
    assert isinstance(found, int)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is in other units elsewhere")
@pytest.mark.parametrize(
    ("few", "many", "keep", "exact"),
    [
        ((22, 100_000), (22, 600_000), False, False),
        ((17, 1 << 17), (19, 1 << 19), False, True),
        ((22, 100_000), (22, 300_000), True, False),
    ],
)
def test_memory_does_not_grow_with_the_worlds(
    few: tuple[int, int], many: tuple[int, int], keep: bool, exact: bool
) -> None:
    assert peak(*many, keep, exact) < 1.1 * peak(*few, keep, exact)


# -- pieces ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 127), min_size=1, max_size=30), st.data())
@settings(max_examples=50, deadline=None)
def test_keys_are_in_the_order_of_rows(sizes: list[int], data: st.DataObject) -> None:
    some = st.tuples(*(st.integers(0, size - 1) for size in sizes))
    rows = np.array(data.draw(st.lists(some, min_size=1, max_size=20)), dtype=np.int8)
    keys = Numbering(sizes).keys(rows)
    assert np.array_equal(np.argsort(keys, kind="stable"), np.argsort(keys_of(rows), kind="stable"))
    assert len(np.unique(keys)) == len({tuple(row) for row in rows.tolist()})


@given(st.lists(st.integers(0, 30), min_size=1, max_size=200), st.integers(1, 40), st.booleans())
@settings(max_examples=75, deadline=None)
def test_where_worlds_were_drawn_first(drawn: list[int], size: int, wide: bool) -> None:
    n_places = 14 if wide else 1  # with 127 levels each, too many for a number
    rows = np.repeat(np.array(drawn, dtype=np.int8)[:, None], n_places, axis=1)
    keys = Numbering([127] * n_places).keys(rows)
    assert (keys.dtype == np.uint64) != wide
    with Scratch() as room:
        parts = [keys[at : at + size] for at in range(0, len(keys), size)]
        found = Repeats(parts, len(keys), size, room if len(parts) > 1 else None)
        assert found.n_different == len(set(drawn))
        for at, part in zip(range(0, len(keys), size), parts, strict=True):
            assert found.first(at, part).tolist() == [drawn.index(value) for value in drawn[at : at + size]]


def test_room_on_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Scratch() as room:
        room.write(10, b"abcdef")
        room.write(12, b"CD")
        assert room.read(10, 6) == b"abCDef"
        assert room.read_each(np.array([14, 10, 14]), 2) == b"efabef"
        with pytest.raises(UsageError, match=r"cannot be used .it ends before byte 20.*TMPDIR"):
            room.read(12, 8)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(UsageError, match=r"none cannot be used \(No such file or directory\)"):
        Scratch()


def test_a_full_disk_for_temporary_files_is_said(small: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What was written to the folder of the run is kept, and the run goes on from it."""
    conflict, asked = loads(ALL), {"workers": 1, "out": tmp_path / "run", "chunk": 16} | RUNS["drawn"]

    class Full:
        """A file that takes so much."""

        def __init__(self, file: Any, left: int) -> None:
            self._file, self._left = file, left

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

        def write(self, content: memoryview) -> int:
            if self._left < 100:
                raise OSError(errno.ENOSPC, "full")
            self._left -= 100
            return int(self._file.write(content[:100]))  # the rest comes in further calls

    make, room = tempfile.TemporaryFile, iter([100_000, 1_000])
    with monkeypatch.context() as full:
        full.setattr(tempfile, "TemporaryFile", lambda **given: Full(make(**given), next(room)))
        with pytest.raises(UsageError, match=r"No space left on device.*TMPDIR"):
            robust(conflict, **asked)
    assert list((tmp_path / "run").iterdir())
    found = robust(conflict, resume=True, **asked).to_dict()
    assert found == robust(conflict, **{**asked, "out": None, "chunk": None}).to_dict()


def test_answers_are_counted(small: None, quick: None) -> None:
    """Against the tables of all worlds, kept as usual."""
    found = robust(loads(ALL), worlds=10_000, workers=1)
    assert found.tallies.counts.sum(axis=1).tolist() == [found.n_worlds] * len(found.tallies.counts)
    assert found.tallies.weights.sum(axis=1) == pytest.approx(np.ones(len(found.tallies.counts)))
    for k in range(len(found.claims)):
        begin = 0
        for factor in found.factors:
            levels = slice(begin, begin + len(factor.levels))
            assert np.array_equal(found.tallies.level_counts[k, levels].sum(axis=0), found.tallies.counts[k])
            shares = found.tallies.level_weights[k, levels].sum(axis=1)
            assert shares == pytest.approx([float(level.share) for level in factor.levels])
            begin += len(factor.levels)
    assert HOLDS == 2
    assert NOT_EXAMINED == -1
    assert examine.part_size(1) == 256
