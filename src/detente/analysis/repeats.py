"""Which of very many drawn worlds were drawn before: found on disk, in memory that does not grow with their number.

The worlds are looked at in blocks. Of each block the different ones are written down with where they were drawn first,
those of equal keys in the same one of many heaps; then each heap, which has few of them, is put in order by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from detente.analysis.distinct import Keys
from detente.analysis.scratch import Scratch

MOST_HEAPS = 1024
_MIX = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio, for multiplicative hashing (Knuth 1973)."""

Places = NDArray[np.int64]


class Repeats:
    """Where each drawn world was drawn first.

    Parameters
    ----------
    blocks : iterable of Keys
        Of all worlds in their order.
    n : int
        How many worlds there are.
    size : int
        How many are in each block but the last.
    room : Scratch, optional
        Needed where there are several blocks: up to 16 bytes for each world, if there are fewer than 2^63 to draw from.
    """

    def __init__(self, blocks: Iterable[Keys], n: int, size: int, room: Scratch | None) -> None:
        self._size, self._room = size, room
        n_blocks = -(-n // size)
        self._heaps = min(MOST_HEAPS, 1 << max(0, n_blocks - 1).bit_length())
        self._bounds = np.zeros((n_blocks, self._heaps + 1), dtype=np.uint32)
        self._starts = np.zeros(n_blocks + 1, dtype=np.int64)
        self._record = np.dtype([("key", np.uint64), ("first", np.int64)])
        self._at, self._here = -1, np.zeros(0, dtype=self._record)
        for block, keys in enumerate(blocks):
            self._write_down(block, keys)
        self.n_different = len(self._here) if room is None else sum(map(self._settle, range(self._heaps)))
        """How many different worlds there are."""

    def first(self, at: int, keys: Keys) -> Places:
        """Return where each of some worlds was drawn first, given a place in the block they are in, and their keys."""
        block = at // self._size
        if block != self._at:
            here = self._read(block, 0, self._heaps)
            self._at, self._here = block, here[np.argsort(here["key"])]
        found: Places = self._here["first"][np.searchsorted(self._here["key"], keys)]
        return found

    def _write_down(self, block: int, keys: Keys) -> None:
        different, first = np.unique(keys, return_index=True)
        if not block:
            self._record = np.dtype([("key", different.dtype), ("first", np.int64)])
        if self._room is None:
            self._at, self._here = 0, np.empty(len(different), dtype=self._record)
            self._here["key"], self._here["first"] = different, first
            return
        heap = self._heap(different)
        order = np.argsort(heap, kind="stable")
        records = np.empty(len(order), dtype=self._record)
        records["key"], records["first"] = different[order], first[order] + block * self._size
        self._bounds[block] = np.searchsorted(heap[order], np.arange(self._heaps + 1))
        self._starts[block + 1] = self._starts[block] + len(records)
        self._room.write(self._byte(block, 0), records.tobytes())

    def _settle(self, heap: int) -> int:
        """Put the first place of all in each record of a heap. Return how many different worlds it has."""
        parts = [self._read(block, heap, heap + 1) for block in range(len(self._bounds))]
        whole = np.concatenate(parts)
        _, first, which = np.unique(whole["key"], return_index=True, return_inverse=True)
        whole["first"] = whole["first"][first[which]]  # parts are in the order of blocks
        assert self._room is not None
        for block, part in enumerate(np.split(whole, np.cumsum([len(part) for part in parts])[:-1])):
            self._room.write(self._byte(block, heap), part.tobytes())
        return len(first)

    def _heap(self, keys: Keys) -> NDArray[np.int64]:
        """Return the heap of each key, about as many in each."""
        words = keys.view(np.uint64).reshape(len(keys), -1)
        mixed = np.zeros(len(keys), dtype=np.uint64)
        for word in words.T:
            mixed = (mixed ^ word) * _MIX
            mixed ^= mixed >> np.uint64(32)
        return (mixed % np.uint64(self._heaps)).astype(np.int64)

    def _byte(self, block: int, heap: int) -> int:
        return int(self._starts[block] + self._bounds[block, heap]) * self._record.itemsize

    def _read(self, block: int, heap: int, end: int) -> NDArray[np.void]:
        n = int(self._bounds[block, end]) - int(self._bounds[block, heap])
        assert self._room is not None
        content = self._room.read(self._byte(block, heap), n * self._record.itemsize)
        return np.frombuffer(content, dtype=self._record).copy()
