"""A run over worlds in pieces: which worlds of each are to be examined, and the answers of those that need not be.

Drawn worlds may be equal. Each is examined where it comes first; where it comes again its answers are taken from a file
that has those of all worlds so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.analysis.crew import Answers
from detente.analysis.design import Design
from detente.analysis.distinct import Keys, Numbering
from detente.analysis.factors import Rows
from detente.analysis.repeats import Places, Repeats
from detente.analysis.run_store import BESIDE, WORLDS, Part, Store, ranges_missing
from detente.analysis.scratch import Scratch
from detente.errors import UsageError

PIECE = 1 << 15
"""So many worlds are looked at together, at most: equal ones are found, and the others put in order."""
BLOCK = 2 * PIECE
"""So many drawn worlds at a time are looked through for repeats, before anything else."""


def _none() -> Places:
    return np.zeros(0, dtype=np.int64)


@dataclass(eq=False)
class Piece:
    """Worlds that come one after the other.

    Attributes
    ----------
    rows : (n, n_factors) int8
    first : int
        The number of the first, from 0; of worlds beside those that are drawn, their number among them.
    part : Part, optional
        What they are a piece of, where that is to be written to disk.
    index : (m,) int64
        Where the different ones are among them.
    answers : (m, n_columns) int8
        Of the different ones.
    fresh : (k,) int64
        Places of those that are to be examined.
    n_new : int
        How many come here first.
    which : (n,) int64, optional
        Which of the different ones each world is; None: all are different, in this order.
    old, before : (m − n_new,) int64
        Places of those that came before, and the numbers of the worlds that they are equal to.
    beside : bool
        Whether these are worlds to compare drawn ones with.
    """

    rows: Rows
    first: int
    part: Part | None
    index: Places
    answers: Answers
    fresh: Places
    n_new: int
    which: NDArray[np.intp] | None = None
    old: Places = field(default_factory=_none)
    before: Places = field(default_factory=_none)
    beside: bool = False

    @property
    def end(self) -> int:
        """The number after its last world's."""
        return self.first + len(self.rows)


class Pieces:
    """The pieces of a run.

    Parameters
    ----------
    design : Design
    n_columns : int
        How many answers a world has.
    room : callable
        Makes room on disk.
    seen : callable
        Called with all drawn worlds, some at a time, before anything else.

    Attributes
    ----------
    n_different : int
        How many different worlds there are, or were drawn.
    """

    def __init__(
        self, design: Design, n_columns: int, room: Callable[[], Scratch], seen: Callable[[Rows], object]
    ) -> None:
        self._design, self._n_columns, self._room = design, n_columns, room
        self._keys = Numbering(design.sizes).keys
        self._log: Scratch | None = None
        self._repeats: Repeats | None = None
        self.n_different = design.n_worlds
        if not design.exact:
            n = design.n_worlds
            self._repeats = Repeats(self._drawn(seen), n, BLOCK, room() if n > BLOCK else None)
            self.n_different = self._repeats.n_different

    def _drawn(self, seen: Callable[[Rows], object]) -> Iterator[Keys]:
        for first in range(0, self._design.n_worlds, BLOCK):
            rows = self._design.worlds(first, min(first + BLOCK, self._design.n_worlds))
            seen(rows)
            yield self._keys(rows)

    def of(self, store: Store | None, size: int) -> Iterator[Piece]:
        """Yield all pieces in order: those on disk with their answers, the others with what is to be examined.

        Parameters
        ----------
        store : Store, optional
        size : int
            Worlds in a part.

        Raises
        ------
        UsageError
            A part on disk has other worlds.
        """
        n = self._design.n_worlds
        if store is None:
            for first in range(0, n, PIECE):
                yield self._piece(first, min(first + PIECE, n), None)
            return
        there = {part for part in store.parts if part.kind == WORLDS}
        for part in sorted([*there, *ranges_missing(store.parts, n, size)]):
            if part in there:
                yield from self._recalled(store, part)
                continue
            first = part.first
            while first < part.end:  # blocks begin at multiples of pieces
                end = min(part.end, (first // PIECE + 1) * PIECE)
                yield self._piece(first, end, part)
                first = end

    def beside(self, rows: Rows, begin: int, size: int, *, kept: bool) -> Iterator[Piece]:
        """Yield pieces of worlds that are not drawn, from a number on, each a part of its own where they are kept."""
        for at in range(0, len(rows), size if kept else max(1, len(rows))):
            some = rows[at : at + size] if kept else rows
            part = Part(BESIDE, begin + at, begin + at + len(some)) if kept else None
            answers = np.zeros((len(some), self._n_columns), dtype=np.int8)
            every = np.arange(len(some))
            yield Piece(some, begin + at, part, every, answers, every, len(some), beside=True)

    def _piece(self, first: int, end: int, part: Part | None) -> Piece:
        rows = self._design.worlds(first, end)
        if self._repeats is None:
            answers = np.zeros((len(rows), self._n_columns), dtype=np.int8)
            every = np.arange(len(rows))
            return Piece(rows, first, part, every, answers, every, len(rows))
        keys, index, which = np.unique(self._keys(rows), return_index=True, return_inverse=True)
        before = self._repeats.first(first, keys)
        new = before >= first
        answers = np.zeros((len(index), self._n_columns), dtype=np.int8)
        fresh, old = np.flatnonzero(new), np.flatnonzero(~new)
        return Piece(rows, first, part, index, answers, fresh, len(fresh), which, old, before[old])

    def _recalled(self, store: Store, part: Part) -> Iterator[Piece]:
        rows, answers = store.read(part)
        first = part.first
        while first < part.end:
            end = min(part.end, (first // PIECE + 1) * PIECE)
            here = slice(first - part.first, end - part.first)
            drawn = self._design.worlds(first, end)
            if not np.array_equal(rows[here], drawn):
                raise UsageError(f"{store.shown}: {part.name} has other worlds than this seed draws")
            n_new = len(drawn)
            if self._repeats is not None:
                keys = np.unique(self._keys(drawn))
                n_new = int((self._repeats.first(first, keys) >= first).sum())
            yield Piece(drawn, first, None, _none(), answers[here], _none(), n_new)
            first = end

    def answers(self, piece: Piece) -> Answers:
        """Return the answers of all worlds of a piece of which every fresh one is examined; those before it have been.

        Raises UsageError (the disk is full).
        """
        n = self._n_columns
        if len(piece.old):
            assert self._log is not None
            found = self._log.read_each(piece.before * n, n)
            piece.answers[piece.old] = np.frombuffer(found, dtype=np.int8).reshape(-1, n)
        result = piece.answers if piece.which is None else piece.answers[piece.which]
        if self._repeats is not None and piece.end < self._design.n_worlds:
            self._log = self._log or self._room()
            self._log.write(piece.first * n, result.tobytes())
        return result
