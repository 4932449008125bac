"""A run over worlds that was kept, read again: nothing is examined."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from detente.analysis.claims import claims_named
from detente.analysis.crew import Answers, Handle
from detente.analysis.design import design_of
from detente.analysis.distinct import RowIndex
from detente.analysis.ensemble import asked_outcomes
from detente.analysis.examine import Examination, part_size
from detente.analysis.factors import Factor, Rows, factors_of
from detente.analysis.robust import answer_of
from detente.analysis.run_columns import About
from detente.analysis.run_store import KEY, WORLDS, Store, as_pattern
from detente.analysis.scratch import Scratch
from detente.analysis.shares import Robust
from detente.analysis.undisturbed import undisturbed
from detente.analysis.world import World
from detente.conflict.conflict import Conflict
from detente.errors import UsageError, printable

MOST_SHAKEN = 12
"""Lists that were shaken in up to so many places are recognised."""


def kept_run(conflict: Conflict, path: str | Path) -> Robust:
    """Return the answers of a finished run of :func:`~detente.analysis.robust.robust` from its folder.

    How many worlds were compared and how many were searched is found out from what is there.

    Parameters
    ----------
    conflict : Conflict
        The model that was examined.
    path : str or Path
        The folder, or one of the files in it.

    Raises
    ------
    UsageError
        There is no such run, it is of another model or version, is not finished, or is in use.

    Examples
    --------
    >>> import detente, tempfile
    >>> from detente.analysis.robust import robust
    >>> river, asked = detente.library("shared_river"), {"worlds": 8, "shake": 2, "claims": ["W2"], "workers": 1}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = robust(river, **asked, compared=0, search=0, out=f"{folder}/run.parquet")
    ...     kept_run(river, f"{folder}/run.parquet").claim("W2").share == found.claim("W2").share
    True
    """
    folder = Path(path)
    folder = folder.parent if folder.is_file() else folder
    shown = printable(str(folder))
    if not folder.is_dir():
        raise UsageError(f"{shown} is not there; expected the folder of a run (detente robust --out)")
    said = _said(folder)
    base = World(conflict)
    given = About.of(conflict, (), int(said["seed"]), said["how"] == "every", said["claims"], ())
    if differs := given.differs({**given.to_dict(), "model": said["model"], "version": said["version"]}):
        raise UsageError(f"{shown} is of another run: {differs}")
    cells, absent = asked_outcomes(base, list(dict.fromkeys(cell[1] for cell in said["outcomes"])) or None)
    factors, keys = _factors(conflict, said, shown)
    names = [claim.id for claim in claims_named(conflict, said["claims"] or None)] if said["claims"] else []
    about = About.of(conflict, factors, given.seed, said["how"] == "every", names, cells)
    with ExitStack() as stack:
        store = stack.enter_context(Store(folder, about, resume=True))
        n_worlds = max((part.end for part in store.parts if part.kind == WORLDS), default=0)
        asked = n_worlds // max(1, len(keys)) or 1
        for compared in (None, 0):
            design = design_of(factors, asked, given.seed, compared)
            examination = Examination(
                design, len(names), len(names) + len(cells), lambda: stack.enter_context(Scratch())
            )
            examination.recall(store)
            if not examination.n_missing(store):
                break
        else:
            raise UsageError(
                f"{shown} is not finished: {examination.n_missing(store):,} worlds are missing; "
                "detente robust with --resume goes on"
            )
        examination.run(_Nobody(), store, part_size(n_worlds))
        known, answers = examination.further_known

        def recalled(rows: Rows) -> Answers:
            places = RowIndex(known).places(rows)
            if (places < 0).any():
                raise _Unknown
            return answers[places][:, : len(names)]

        try:
            return answer_of(conflict, examination, names, cells, absent, recalled, len(known))
        except _Unknown:
            return answer_of(conflict, examination, names, cells, absent, recalled, 0)


class _Nobody:
    """Who examines the worlds of a run that is finished."""

    ahead = 1

    def submit(self, rows: Rows) -> Handle:
        """Refuse a task: there is none."""
        raise AssertionError(f"{len(rows)} worlds are left of a run that is finished")


class _Unknown(Exception):
    """A world was asked for that nobody examined."""


def _said(folder: Path) -> Mapping[str, Any]:
    """Return what the first file of a run says of the run. Raises UsageError."""
    shown = printable(str(folder))
    files = sorted(path for path in folder.glob("*.parquet") if not path.name.startswith("."))
    if not files:
        raise UsageError(f"{shown} holds no run; expected the folder of a run (detente robust --out)")
    with undisturbed():
        import duckdb

        try:
            with duckdb.connect(":memory:") as database:
                query = "select value from parquet_kv_metadata(?) where key = ?"
                value = database.execute(query, [as_pattern(files[0]), KEY.encode()]).fetchone()
            if value is None:
                raise ValueError("it does not say what it is")
            said: Mapping[str, Any] = json.loads(value[0])["run"]
            missing = {"model", "version", "seed", "how", "factors", "claims", "outcomes"} - set(said)
            if missing or not isinstance(said["seed"], int):
                raise ValueError(f"it does not say its {', '.join(sorted(missing)) or 'seed'}")
        except (duckdb.Error, ValueError, KeyError, TypeError, OSError) as error:
            words = printable(str(error)).splitlines()
            raise UsageError(
                f"{printable(str(files[0]))} is damaged, or no file of this program ({words[0] if words else ''})"
            ) from None
    return said


def _factors(conflict: Conflict, said: Mapping[str, Any], shown: str) -> tuple[tuple[Factor, ...], tuple[str, ...]]:
    """Return what was uncertain in a run, and the concepts it was asked under in the same worlds, if any."""
    asked = tuple(dict.fromkeys(str(cell[1]) for cell in said["outcomes"]))
    claims = claims_named(conflict, said["claims"]) if said["claims"] else []
    for keys in ((), asked if len(asked) > 1 else ()):
        for shake in range(MOST_SHAKEN + 1):
            factors = factors_of(conflict, shake=shake, concepts=keys, claims=claims)
            if About.of(conflict, factors, 0, True, (), ()).to_dict()["factors"] == said["factors"]:
                return factors, keys
    raise UsageError(f"{shown} is of another run: what is uncertain there is something else")
