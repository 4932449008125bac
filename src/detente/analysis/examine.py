"""The run over worlds: tasks for a crew, answers taken in order, and parts kept on disk as they become complete.

Only what is in hand is in memory, and the worlds that the design keeps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.crew import Answers, Crew, Handle
from detente.analysis.design import Design
from detente.analysis.distinct import Numbering, RowIndex
from detente.analysis.factors import Rows, worlds_between
from detente.analysis.pieces import Piece, Pieces
from detente.analysis.repeats import Places
from detente.analysis.run_store import BESIDE, WORLDS, Part, Store
from detente.analysis.scratch import Scratch
from detente.analysis.sums import Sums
from detente.errors import UsageError

FIRST_TASK = 8
"""A crew is given so many worlds to begin with; then as many as keep one of them busy for ``TASK_SECONDS``."""
LONGEST_TASK = 8_192
TASK_SECONDS = 0.5
MOST_PARTS = 100
SMALLEST_PART = 256
LARGEST_PART = 4_096
FEWEST_PIECES = 4
"""At least so many pieces may be in hand at a time."""

Report = Callable[[int, int], object]


def part_size(worlds: int) -> int:
    """Return how many worlds to keep in one part: a multiple of 256, for up to 100 parts unless they are too large."""
    return min(-(-worlds // (MOST_PARTS * SMALLEST_PART)) * SMALLEST_PART, LARGEST_PART)


@dataclass(frozen=True, eq=False)
class _Task:
    handle: Handle
    piece: Piece
    places: Places


class Examination:
    """The worlds of a design, and what is known of them.

    Parameters
    ----------
    design : Design
    n_claims, n_columns : int
        How many answers a world has, claims first.
    room : callable
        Makes room on disk.

    Attributes
    ----------
    table : (n, n_columns) int8
        Answers of the worlds that the design keeps.
    sums : Sums
        Of all worlds.
    n_different, n_examined : int
        How many different worlds there are, or were drawn; and how many with those that these are compared with.
    """

    def __init__(self, design: Design, n_claims: int, n_columns: int, room: Callable[[], Scratch]) -> None:
        self.design, self.sums = design, Sums(design, n_claims, n_columns, room)
        self.table: Answers = np.zeros((len(design.rows), n_columns), dtype=np.int8)
        self._known = np.zeros(len(design.rows), dtype=bool)
        self._index = RowIndex(design.rows, Numbering(design.sizes).keys)
        self._among = np.zeros(len(design.rows), dtype=bool)
        self._pieces = Pieces(design, n_columns, room, self._seen)
        self.n_different = self._pieces.n_different
        self.n_examined = self.n_different + (0 if design.exact else int((~self._among).sum()))
        self._further = design.rows[:0], self.table[:0]
        self._n_kept = 0
        self._unwritten: list[tuple[Rows, Answers]] = []

    def _seen(self, rows: Rows) -> None:
        """Note which of the worlds that are kept are among those that are drawn."""
        if not self._among.all():
            places = self._index.places(rows)
            self._among[places[places >= 0]] = True

    def recall(self, store: Store) -> None:
        """Look at what is on disk, and take over what stands beside the run. Raises UsageError (not of this run)."""
        for part in store.parts:
            store.look(part)
            if part.kind == WORLDS and part.end > self.design.n_worlds:
                raise UsageError(
                    f"{store.shown} has worlds up to number {part.end:,}, and {self.design.n_worlds:,} are asked for; "
                    "expected as many or more"
                )
        for part in store.parts:
            if part.kind == BESIDE:
                rows, answers = store.read(part)
                there = self._note(rows, answers)
                self._add(rows[~there], answers[~there])
        self._n_kept = len(self._further[0])

    def n_missing(self, store: Store) -> int:
        """Return how many worlds have no answer on disk, after :meth:`recall`."""
        there = sum(part.end - part.first for part in store.parts if part.kind == WORLDS)
        return self.design.n_worlds - there + len(self._left_beside())

    @property
    def further_known(self) -> tuple[Rows, Answers]:
        """Worlds beside those of the design whose answers are known, and these."""
        return self._further

    def _note(self, rows: Rows, answers: Answers) -> NDArray[np.bool_]:
        """Take the answers of those of some worlds that are kept. Return which these are."""
        if self._known.all():
            return np.zeros(len(rows), dtype=bool)
        places = self._index.places(rows)
        there = places >= 0
        self.table[places[there]] = answers[there]
        self._known[places[there]] = True
        return there

    def run(
        self, crew: Crew, store: Store | None, size: int, report: Report | None = None, *, least: int = 1
    ) -> Answers:
        """Examine what is not known yet, and keep it. Return the answers of the worlds that the design keeps.

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
        known = self.n_examined - self.n_different - len(self._left_beside())
        left, in_hand, pieces, wanted, told = self.n_examined - known, 0, 0, max(FIRST_TASK, least), False
        waiting: deque[_Task | Piece] = deque()

        def finish() -> None:
            """Take the pieces that are complete."""
            nonlocal pieces
            while waiting and isinstance(waiting[0], Piece):
                piece = waiting.popleft()
                assert isinstance(piece, Piece)
                pieces -= 1
                self._finish(piece, store)

        def step() -> None:
            """Take the answers of the task that was given out first."""
            nonlocal in_hand, known, wanted
            task = waiting.popleft()
            assert isinstance(task, _Task)
            task.piece.answers[task.places], seconds = task.handle.result()
            in_hand -= 1
            known += len(task.places)
            in_time = int(TASK_SECONDS * len(task.places) / max(seconds, 1e-6))
            wanted = max(least, min(in_time, 4 * wanted, LONGEST_TASK))
            if report is not None:
                report(known, self.n_examined)
            finish()

        for piece in self._all_pieces(store, size):
            fresh = piece.fresh
            if not len(fresh):  # it is on disk, or came before
                known, left = known + piece.n_new, left - piece.n_new
            elif not told and report is not None:  # from here on it takes time
                told = True
                report(known, self.n_examined)
            while len(fresh):
                while in_hand >= crew.ahead:
                    step()
                places, fresh = np.split(fresh, [max(1, min(wanted, -(-left // (3 * crew.ahead))))])
                waiting.append(_Task(crew.submit(piece.rows[piece.index[places]]), piece, places))
                in_hand += 1
                left -= len(places)
            waiting.append(piece)
            pieces += 1
            finish()
            while waiting and (len(waiting) > 4 * crew.ahead or pieces > max(FEWEST_PIECES, crew.ahead)):
                step()
        while waiting:
            step()
        if report is not None and not told:
            report(known, self.n_examined)
        return self.table

    def _all_pieces(self, store: Store | None, size: int) -> Iterator[Piece]:
        """Yield worlds in their order, then those beside them."""
        yield from self._pieces.of(store, size)
        rows = self._left_beside()
        begin = max((part.end for part in store.parts if part.kind == BESIDE), default=0) if store else 0
        yield from self._pieces.beside(rows, begin, size, kept=store is not None)

    def _left_beside(self) -> Rows:
        """Return the worlds that are there for comparison alone and are not known."""
        return self.design.rows[:0] if self.design.exact else self.design.rows[~self._among & ~self._known]

    def _finish(self, piece: Piece, store: Store | None) -> None:
        """Take a piece of which all is examined, as is all before it."""
        answers = piece.answers if piece.beside else self._pieces.answers(piece)
        self._note(piece.rows, answers)
        if not piece.beside:
            self.sums.take(piece.rows, answers)
        if piece.part is None:
            return
        self._unwritten.append((piece.rows, answers))
        if piece.end == piece.part.end:
            rows, answers = (np.concatenate(parts) for parts in zip(*self._unwritten, strict=True))
            self._unwritten = []
            self._write(piece.part, rows, answers, store)

    def _write(self, part: Part, rows: Rows, answers: Answers, store: Store | None) -> None:
        assert store is not None
        weights = np.zeros(len(rows)) if part.kind == BESIDE else np.ones(len(rows))
        if self.design.exact:
            weights = worlds_between(self.design.factors, part.first, part.end)[1]
        store.write(part, rows, answers, weights)

    def further(self, rows: Rows, crew: Crew, store: Store | None, report: Report | None = None) -> Answers:
        """Return the answers of worlds that are not kept; those that are not known are examined, and kept.

        A part is written when enough have come together; :meth:`keep_rest` writes the last.
        """
        places = RowIndex(self._further[0]).places(rows)
        fresh = rows[places < 0]
        if len(fresh):
            n_tasks = min(len(fresh), max(crew.ahead, len(fresh) // SMALLEST_PART))
            waiting = deque(crew.submit(part) for part in np.array_split(fresh, n_tasks))
            total = self.n_examined + len(self._further[0]) + len(fresh)
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
