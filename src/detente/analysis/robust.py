"""How much of an answer hangs on uncertain premises: shares over the worlds that have them and those that have not.

A share is a share of the examined worlds under the author's own weights. It is no probability of events.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.analysis.claims import check, claims_named
from detente.analysis.design import design_of
from detente.analysis.ensemble import Ensemble, asked_outcomes
from detente.analysis.factors import factors_of
from detente.analysis.share import shared_out
from detente.analysis.shares import Robust
from detente.analysis.world import FEW_STATES, World
from detente.conflict.conflict import Conflict
from detente.errors import UsageError

CHUNK = 16
"""Worlds that one process examines at a time."""


def robust(
    conflict: Conflict,
    *,
    worlds: int = 2_000,
    seed: int = 0,
    concepts: Sequence[str] | None = None,
    claims: Sequence[str] | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Robust:
    """Examine a conflict in the worlds that its uncertain premises leave open.

    Every world is examined where there are no more than ``worlds``; else so many are drawn.

    Parameters
    ----------
    conflict : Conflict
    worlds : int
    seed : int
        Of the draw, from 0 to 2^64 − 1.
    concepts : sequence of str, optional
        For outcomes: Nash and SEQ by default. Claims have their own.
    claims : sequence of str, optional
        Identifiers; all by default.
    workers : int, optional
        Processes; by default one for each core. The answer is the same for any number.
    progress : callable, optional
        Called with (worlds examined, worlds to examine).

    Raises
    ------
    UsageError
        No premise is uncertain, ``worlds`` is less than 1, or a name does not exist.
    ModelError
        A claim asks what has no answer in this model.
    """
    factors = factors_of(conflict)
    if not factors:
        raise UsageError("no premise is uncertain; write 'certainty: likely', 'possible' or a number under some")
    if worlds < 1:
        raise UsageError(f"{worlds} worlds; expected 1 or more")
    design = design_of(factors, worlds, seed)
    rows = design.rows
    base = World(conflict)
    asked = claims_named(conflict, claims)
    if asked:  # what has no answer in the model as it stands is said, with its place
        check(conflict, claims=[claim.id for claim in asked], world=base)
    cells, absent = asked_outcomes(base, concepts)
    ensemble = Ensemble(base, factors, asked, cells)
    chunks = -(-len(rows) // CHUNK)

    def work(number: int) -> NDArray[np.int8]:
        return ensemble.answers(rows[number * CHUNK : (number + 1) * CHUNK])

    def tell(done: int) -> None:
        if progress is not None:
            progress(min(done * CHUNK, len(rows)), len(rows))

    if base.graph.n_states > FEW_STATES:
        workers = 1  # each process would need too much memory
    table = np.concatenate(shared_out(work, chunks, workers=workers, progress=tell))
    names = [claim.id for claim in asked]
    return Robust(
        conflict,
        factors,
        rows,
        design.weights,
        design.exact,
        design.n_worlds,
        seed,
        {name: table[:, k] for k, name in enumerate(names)},
        {cell: table[:, len(names) + k] for k, cell in enumerate(cells)},
        absent,
    )
