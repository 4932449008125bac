"""The run over worlds: tasks for a crew, answers gathered in order, and parts kept on disk as they become complete."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.crew import Answers, Crew, Handle
from detente.analysis.design import Design
from detente.analysis.distinct import RowIndex
from detente.analysis.factors import Factor, Rows, drawn_between
from detente.analysis.run_store import BESIDE, WORLDS, Part, Store, ranges_missing
from detente.errors import UsageError

FIRST_TASK = 8
"""A crew is given so many worlds to begin with; then as many as keep one of them busy for ``TASK_SECONDS``."""
LONGEST_TASK = 8_192
TASK_SECONDS = 0.5
MOST_PARTS = 100
SMALLEST_PART = 256
LARGEST_PART = 65_536

Report = Callable[[int, int], object]


def part_size(worlds: int) -> int:
    """Return how many worlds to keep in one part: a multiple of 256, so that there are up to 100 parts."""
    return min(-(-worlds // (MOST_PARTS * SMALLEST_PART)) * SMALLEST_PART, LARGEST_PART)


@dataclass(frozen=True, eq=False)
class Batch:
    """Worlds whose answers are wanted together.

    Attributes
    ----------
    places : (n,) int64
        Their places among the different worlds.
    part : Part, optional
        As what they are kept.
    """

    places: NDArray[np.int64]
    part: Part | None = None


@dataclass(frozen=True, eq=False)
class _Task:
    handle: Handle
    places: NDArray[np.int64]


class Examination:
    """The different worlds of a design, and the answers that are known.

    Parameters
    ----------
    factors : tuple of Factor
    design : Design
    seed : int
    n_columns : int
        How many answers a world has.
    """

    def __init__(self, factors: tuple[Factor, ...], design: Design, seed: int, n_columns: int) -> None:
        self.factors, self.design, self.seed = factors, design, seed
        self.table: Answers = np.zeros((len(design.rows), n_columns), dtype=np.int8)
        self._known = np.zeros(len(design.rows), dtype=bool)
        self._index = RowIndex(design.rows)
        self._further = design.rows[:0], self.table[:0]
        self._n_kept = 0

    def worlds_between(self, first: int, end: int) -> Rows:
        """Return some of the worlds, by their numbers from 0."""
        if self.design.exact:
            return self.design.rows[first:end]
        return drawn_between(self.factors, first, end, self.seed)

    def recall(self, store: Store) -> None:
        """Take over the answers that are on disk. Raises UsageError (a part that is not of this run)."""
        for part in store.parts:
            rows, answers = store.read(part)
            if part.kind == WORLDS and part.end > self.design.n_worlds:
                raise UsageError(
                    f"{store.shown} has worlds up to number {part.end:,}, and {self.design.n_worlds:,} are asked for; "
                    "expected as many or more"
                )
            if part.kind == WORLDS and not np.array_equal(rows, self.worlds_between(part.first, part.end)):
                raise UsageError(f"{store.shown}: {part.name} has other worlds than this seed draws")
            places = self._index.places(rows)
            there = places >= 0
            self.table[places[there]] = answers[there]
            self._known[places[there]] = True
            self._add(rows[~there], answers[~there])
        self._n_kept = len(self._further[0])

    def run(
        self, crew: Crew, store: Store | None, size: int, report: Report | None = None, *, least: int = 1
    ) -> Answers:
        """Examine what is not known yet, and keep it. Return the answers, a row for each different world.

        The answers are the same whatever the crew and the sizes of parts and tasks.

        Parameters
        ----------
        crew : Crew
        store : Store, optional
        size : int
            Worlds in a part.
        report : callable, optional
            Called with (different worlds that are known, all of them).
        least : int
            Worlds that take hardly longer together than one does.
        """
        given = self._known.copy()
        known, left = int(given.sum()), int((~given).sum())
        waiting: deque[_Task | Batch] = deque()
        in_hand, wanted = 0, max(FIRST_TASK, least)

        def keep() -> None:
            """Keep the parts that are complete."""
            while waiting and isinstance(waiting[0], Batch):
                batch = waiting.popleft()
                assert isinstance(batch, Batch)
                if store is not None and batch.part is not None:
                    self._keep(batch.places, batch.part, store)

        def step() -> None:
            """Take the answers of the task that was given out first."""
            nonlocal in_hand, known, wanted
            task = waiting.popleft()
            assert isinstance(task, _Task)
            self.table[task.places], seconds = task.handle.result()
            in_hand -= 1
            known += len(task.places)
            in_time = int(TASK_SECONDS * len(task.places) / max(seconds, 1e-6))
            wanted = max(least, min(in_time, 4 * wanted, LONGEST_TASK))
            if report is not None:
                report(known, len(given))
            keep()

        if report is not None:
            report(known, len(given))
        for batch in self._batches(store, size):
            fresh = np.unique(batch.places[~given[batch.places]])
            given[fresh] = True
            while len(fresh):
                while in_hand >= crew.ahead:
                    step()
                places, fresh = np.split(fresh, [max(1, min(wanted, -(-left // (3 * crew.ahead))))])
                waiting.append(_Task(crew.submit(self.design.rows[places]), places))
                in_hand += 1
                left -= len(places)
            waiting.append(batch)
            keep()
            while len(waiting) > 4 * crew.ahead:
                step()
        while waiting:
            step()
        return self.table

    def _batches(self, store: Store | None, size: int) -> Iterator[Batch]:
        """Yield what is to be examined, and kept as one part: worlds in their order, then those beside them."""
        if store is None:
            yield Batch(np.flatnonzero(~self._known))
            return
        covered = self._known.copy()
        for part in ranges_missing(store.parts, self.design.n_worlds, size):
            places = self._index.places(self.worlds_between(part.first, part.end))
            covered[places] = True
            yield Batch(places, part)
        beside = np.flatnonzero(~covered)
        begin = max((part.end for part in store.parts if part.kind == BESIDE), default=0)
        for at in range(0, len(beside), size):
            places = beside[at : at + size]
            yield Batch(places, Part(BESIDE, begin + at, begin + at + len(places)))

    def further(self, rows: Rows, crew: Crew, store: Store | None, report: Report | None = None) -> Answers:
        """Return the answers of worlds that are not in the design; those that are not known are examined, and kept.

        A part is written when enough have come together; :meth:`keep_rest` writes the last.
        """
        places = RowIndex(self._further[0]).places(rows)
        fresh = rows[places < 0]
        if len(fresh):
            n_tasks = min(len(fresh), max(crew.ahead, len(fresh) // SMALLEST_PART))
            waiting = deque(crew.submit(part) for part in np.array_split(fresh, n_tasks))
            total = len(self.table) + len(self._further[0]) + len(fresh)
            found = []
            while waiting:
                found.append(waiting.popleft().result()[0])
                if report is not None:
                    report(total - len(fresh) + sum(map(len, found)), total)
            self._add(fresh, np.concatenate(found))
            places = RowIndex(self._further[0]).places(rows)
        if len(self._further[0]) - self._n_kept >= SMALLEST_PART:
            self.keep_rest(store)
        return self._further[1][places]

    def keep_rest(self, store: Store | None) -> None:
        """Write the answers of further worlds that are in no part yet."""
        rows, answers = (part[self._n_kept :] for part in self._further)
        if store is not None and len(rows):
            begin = max((part.end for part in store.parts if part.kind == BESIDE), default=0)
            store.write(Part(BESIDE, begin, begin + len(rows)), rows, answers, np.zeros(len(rows)))
        self._n_kept = len(self._further[0])

    def _add(self, rows: Rows, answers: Answers) -> None:
        if len(rows):
            self._further = np.concatenate([self._further[0], rows]), np.concatenate([self._further[1], answers])

    def _keep(self, places: NDArray[np.int64], part: Part, store: Store) -> None:
        if part.kind == BESIDE:
            weights = np.zeros(len(places))
        else:
            weights = self.design.weights[places] if self.design.exact else np.ones(len(places))
        store.write(part, self.design.rows[places], self.table[places], weights)
