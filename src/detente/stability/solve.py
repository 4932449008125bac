"""Which states are stable for whom, under every concept asked for, and which of them are equilibria."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.stability.concept import Concept, NotDefinedError
from detente.stability.game import Flags, Game

FEW_STATES = 1 << 14
"""Models up to this many states are decided without threads: starting them would take longer."""

Progress = Callable[[int, int], None]
"""Called with (done, total) after each decision maker and concept."""


@dataclass(frozen=True, eq=False)
class Verdicts:
    """Stability of every state, for every decision maker with preferences, under several concepts.

    Attributes
    ----------
    n_states : int
    parties : tuple of int
        The decision makers, as indices into ``game.movers``, in the order of the rows of ``packed``.
    packed : dict
        For each concept's key, bits of shape (n_parties, ceil(n_states / 8)) as of ``numpy.packbits``.
    absent : dict
        For each concept that is not defined for the model, the reason.
    """

    n_states: int
    parties: tuple[int, ...]
    packed: Mapping[str, NDArray[np.uint8]]
    absent: Mapping[str, str]

    def stable(self, concept_id: str, i: int) -> Flags:
        """Return, for each state, whether it is stable for party ``i``; shape (n_states,)."""
        return self._unpack(self._bits(concept_id, i))

    def equilibria(self, concept_id: str) -> NDArray[np.int32]:
        """Return the states that are stable for every party, ascending, counted from 0."""
        return self.equilibria_of(dict.fromkeys(self.parties, concept_id))

    def equilibria_of(self, behaviour: Mapping[int, str]) -> NDArray[np.int32]:
        """Return the states that are stable for every party of ``behaviour`` under that party's own concept."""
        everywhere = np.packbits(np.ones(self.n_states, dtype=np.bool_))
        for i, concept_id in behaviour.items():
            everywhere &= self._bits(concept_id, i)
        return np.flatnonzero(self._unpack(everywhere)).astype(np.int32)

    def _bits(self, concept_id: str, i: int) -> NDArray[np.uint8]:
        if concept_id in self.absent:
            raise NotDefinedError(self.absent[concept_id])
        bits: NDArray[np.uint8] = self.packed[concept_id][self.parties.index(i)]
        return bits

    def _unpack(self, bits: NDArray[np.uint8]) -> Flags:
        return np.unpackbits(bits, count=self.n_states).view(np.bool_)


def solve(
    game: Game, concepts: Sequence[Concept], *, workers: int | None = None, progress: Progress | None = None
) -> Verdicts:
    """Decide every concept for every party.

    Parameters
    ----------
    game : Game
    concepts : sequence of Concept
    workers : int, optional
        How many threads; by default one for each core, at most one for each party, and none at all for models that
        take no time. Results do not depend on it; memory does, by a few int32 arrays of ``n_states`` a thread.
    progress : callable, optional
        ``progress(done, total)`` after each party and concept, always from the calling thread.

    Returns
    -------
    Verdicts
        Concepts that raise :class:`NotDefinedError` are in ``absent``.

    Notes
    -----
    An interruption (Ctrl-C) or an error stops the work: nothing new is begun, what runs is waited for.
    """
    parties = game.parties
    packed = {c.id: np.zeros((len(parties), -(-game.n_states // 8)), dtype=np.uint8) for c in concepts}
    absent: dict[str, str] = {}

    def decide(row: int, concept: Concept) -> None:
        if concept.id in absent:
            return
        try:
            packed[concept.id][row] = np.packbits(concept.decide(game, parties[row]))
        except NotDefinedError as reason:
            absent[concept.id] = str(reason)

    jobs = [(row, concept) for row in range(len(parties)) for concept in concepts]
    if workers is None:
        workers = 1 if game.n_states <= FEW_STATES else min(_cores(), len(parties))
    if workers <= 1:
        for done, job in enumerate(jobs, 1):
            decide(*job)
            if progress:
                progress(done, len(jobs))
    else:
        _in_threads(game, decide, jobs, workers, progress)
    kept = {key: bits for key, bits in packed.items() if key not in absent}
    return Verdicts(game.n_states, parties, kept, absent)


def _in_threads(
    game: Game,
    decide: Callable[[int, Concept], None],
    jobs: Sequence[tuple[int, Concept]],
    workers: int,
    progress: Progress | None,
) -> None:
    from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

    pool = ThreadPoolExecutor(workers, thread_name_prefix="detente")
    try:
        if any(concept.credible for _, concept in jobs):  # then everybody's improvements are needed: sort them first
            for step in [pool.submit(game.step, j, True) for j in game.parties]:
                step.result()
        waiting: set[Future[None]] = {pool.submit(decide, *job) for job in jobs}
        done = 0
        while waiting:
            # A wait with an end can be interrupted.
            finished, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            for job in finished:
                job.result()
                done += 1
                if progress:
                    progress(done, len(jobs))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
