"""How much of an answer hangs on uncertain premises: shares over the worlds that have them and those that have not.

A share is a share of the examined worlds under the author's own weights. It is no probability of events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from detente.analysis.claims import cases_of, claims_named
from detente.analysis.crew import Answers, Crew, crew_of
from detente.analysis.design import design_of
from detente.analysis.ensemble import Ensemble, asked_concepts, asked_outcomes
from detente.analysis.examine import Examination, part_size
from detente.analysis.factors import Rows, factors_of
from detente.analysis.margins import margins
from detente.analysis.run_columns import About
from detente.analysis.run_store import Store, refuse_taken
from detente.analysis.scratch import Scratch
from detente.analysis.shares import Robust
from detente.analysis.world import FEW_STATES, World
from detente.conflict.conflict import Conflict
from detente.errors import UsageError

MOST_SEARCHED = 2_000


def robust(
    conflict: Conflict,
    *,
    worlds: int = 2_000,
    seed: int = 0,
    concepts: Sequence[str] | None = None,
    claims: Sequence[str] | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    chunk: int | None = None,
    shake: int = 0,
    concepts_as_factors: bool = False,
    compared: int | None = None,
    search: int = MOST_SEARCHED,
    progress: Callable[[int, int], object] | None = None,
) -> Robust:
    """Examine a conflict in the worlds that its uncertain premises leave open.

    Every world is examined where there are no more than ``worlds``; else so many are drawn. Equal worlds are examined
    once. The answer is the same for any number of workers, any cluster and any size of parts, and for a run that went
    on after it was stopped. Memory does not grow with the number of worlds; temporary files do.

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
        Processes; by default one for each core.
    cluster : str, optional
        The address of a dask scheduler whose workers examine the worlds, instead of processes here.
    out : str or Path, optional
        A folder for the answers of every world, as Parquet files; it must not exist.
    resume : bool
        Go on with the run in ``out``, if it is there.
    chunk : int, optional
        Worlds in one file of ``out``: what a killed run loses at most. So many are in memory when it is written.
    shake : int
        In every list of preferences one of the first so many places may change with the next; in half of the worlds a
        list stands as written.
    concepts_as_factors : bool
        Ask claims under each of ``concepts``, in the same worlds, instead of their own; the first counts as written.
    compared : int, optional
        Of drawn worlds, how many are compared with those in which one factor alone is drawn anew, for total indices; by
        default so many that these are no more than ``worlds``, and at most 1,000.
    search : int
        Where worlds are drawn, how many more to examine at most for the margins of claims.
    progress : callable, optional
        Called with (different worlds examined, different worlds).

    Raises
    ------
    UsageError
        Nothing is uncertain, ``worlds`` is less than 1, or a name does not exist; ``out`` exists, or holds something
        else than the beginning of this run, or takes no more.
    ModelError
        A claim asks what has no answer in this model.
    ClusterError
        The cluster cannot be reached, or fails.

    Examples
    --------
    >>> import detente
    >>> river = detente.library("shared_river")
    >>> found = robust(river, worlds=24, shake=2, claims=["W2"], workers=1, compared=0, search=0)
    >>> found.claim("W2").share
    0.416666666667
    """
    for number, words in ((worlds, "worlds"), (1 if chunk is None else chunk, "worlds in a file")):
        if number < 1:
            raise UsageError(f"{number} {words}; expected 1 or more")
    if out is None and (resume or chunk is not None):
        raise UsageError("there is nothing to go on with, or to cut in parts, without a folder for the results (--out)")
    if out is not None:
        refuse_taken(Path(out), resume=resume)
    base = World(conflict)
    cells, absent = asked_outcomes(base, concepts)
    keys = asked_concepts(base, concepts)[0] if concepts_as_factors else ()
    if concepts_as_factors and len(keys) < 2:
        raise UsageError(
            "only one concept is asked; expected two or more (--concept nash,seq) to ask claims under each"
        )
    asked = claims_named(conflict, claims)
    factors = factors_of(conflict, shake=shake, concepts=keys, claims=asked)
    if not factors:
        raise UsageError(
            "no premise that claims or outcomes hang on is uncertain; write 'certainty: likely', 'possible' or a "
            "number under some, 'any_order', 'one_of' or a range, or shake the lists of preferences (--shake)"
        )
    for claim in asked:  # what has no answer in the model as it stands is said, with its place
        list(cases_of(base, replace(claim, concepts=keys) if keys else claim))
    design = design_of(factors, worlds, seed, compared)
    names = [claim.id for claim in asked]
    ensemble = Ensemble(base, factors, asked, cells)
    with ExitStack() as stack:
        crew = stack.enter_context(_crew(ensemble, workers, cluster))  # first: it begins with nothing open
        store = None
        if out is not None:
            about = About.of(conflict, factors, seed, design.exact, names, cells)
            store = stack.enter_context(Store(Path(out), about, resume=resume))

        def room() -> Scratch:
            return stack.enter_context(Scratch())

        examination = Examination(design, len(names), len(names) + len(cells), room)
        if store is not None:
            examination.recall(store)
        size = chunk or part_size(design.n_worlds)
        examination.run(crew, store, size, progress, least=ensemble.least)

        def examine(rows: Rows) -> Answers:
            return examination.further(rows, crew, store, progress)[:, : len(names)]

        found = answer_of(conflict, examination, names, cells, absent, examine, search)
        examination.keep_rest(store)
    return found


def answer_of(
    conflict: Conflict,
    examination: Examination,
    claims: Sequence[str],
    cells: Sequence[tuple[str, str, str]],
    absent: dict[str, str],
    examine: Callable[[Rows], Answers],
    search: int,
) -> Robust:
    """Return what a run has found out.

    Parameters
    ----------
    conflict : Conflict
    examination : Examination
        All of it done.
    claims : sequence of str
    cells : sequence of (reading, concept, outcome)
    absent : dict of str to str
        Concepts that are not defined, and why.
    examine : callable
        Returns the verdicts of worlds that are not kept, (n_worlds, n_claims), for the margins where worlds are drawn.
    search : int
        How many such worlds at most.
    """
    design, sums, table = examination.design, examination.sums, examination.table
    found = {name: table[:, k] for k, name in enumerate(claims)}
    return Robust(
        conflict=conflict,
        factors=design.factors,
        design=design,
        seed=design.seed,
        claims=found,
        outcomes={cell: table[:, len(claims) + k] for k, cell in enumerate(cells)},
        tallies=sums.tallies,
        indices=dict(zip(claims, sums.indices(), strict=True)),
        n_different=examination.n_different,
        absent=absent,
        margins=dict(zip(claims, sums.margins(), strict=True))
        if design.exact
        else margins(design.factors, design.rows, found, examine, search),
    )


@contextmanager
def _crew(ensemble: Ensemble, workers: int | None, cluster: str | None) -> Iterator[Crew]:
    if cluster is not None:
        if workers is not None:
            raise UsageError("workers are processes here; a cluster has workers of its own")
        from detente.analysis.run_cluster import Question, cluster_of

        question = Question(ensemble.base.conflict, ensemble.factors, ensemble.claims, ensemble.cells)
        with cluster_of(cluster, question) as crew:
            yield crew
        return
    if ensemble.base.graph.n_states > FEW_STATES:
        workers = 1  # each process would need too much memory
    with crew_of(ensemble.answers, workers) as crew:
        yield crew
