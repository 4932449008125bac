"""Rows of small whole numbers: which are different, how often each is there, and where one is among them.

A row is told apart by a number or by its bytes, so that no Python object is made for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.factors import Rows

Keys = NDArray[Any]
"""One for each row, bytes or whole numbers; in the same order as the rows."""

FEWEST_MERGED = 1 << 16
"""Different rows are brought together when at least so many have come up."""


def keys_of(rows: Rows) -> Keys:
    """Return a key for each row: equal for equal rows, and in the same order. Numbers are from 0 to 127."""
    keys: Keys = np.ascontiguousarray(rows).view(f"S{rows.shape[1]}").ravel()
    return keys


class Numbering:
    """Keys for rows of which it is known how many numbers there are in each place: quicker to sort than bytes.

    Parameters
    ----------
    sizes : sequence of int
        In each place of a row there are numbers below this.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self._words: list[list[tuple[int, int]]] = [[]]
        space = 1
        for place, size in enumerate(sizes):
            if space * size >= 1 << 63:
                self._words.append([])
                space = 1
            self._words[-1].append((place, size))
            space *= size
        self.dtype = np.dtype(np.uint64) if len(self._words) == 1 else np.dtype(f"S{8 * len(self._words)}")

    def keys(self, rows: Rows) -> Keys:
        """Return a key for each row: equal for equal rows, and in the same order."""
        words = np.zeros((len(rows), len(self._words)), dtype=np.uint64)
        for word, places in zip(words.T, self._words, strict=True):
            for place, size in places:
                word *= np.uint64(size)
                word += rows[:, place].astype(np.uint64)
        if len(self._words) == 1:
            return words[:, 0]
        keys: Keys = words.astype(">u8").view(self.dtype).ravel()
        return keys


def distinct(parts: Iterable[Rows]) -> tuple[Rows, NDArray[np.int64]]:
    """Return the different rows among several parts, in ascending order, and how often each is there.

    At any time only one part is in memory, and about three times the different rows.
    """
    keys, counts = np.empty(0, dtype="S1"), np.empty(0, dtype=np.int64)
    fresh: list[tuple[Keys, NDArray[np.int64]]] = []
    n_fresh = width = 0
    for rows in parts:
        width = rows.shape[1]
        found, times = np.unique(keys_of(rows), return_counts=True)
        fresh.append((found, times))
        n_fresh += len(found)
        if n_fresh >= max(FEWEST_MERGED, len(keys)):
            keys, counts = _merged([(keys, counts), *fresh])
            fresh, n_fresh = [], 0
    keys, counts = _merged([(keys, counts), *fresh])
    result = np.zeros((len(keys), width), dtype=np.int8)
    if len(keys):
        result[:] = keys.astype(f"S{width}").view(np.int8).reshape(len(keys), width)
    return result, counts


def _merged(parts: list[tuple[Keys, NDArray[np.int64]]]) -> tuple[Keys, NDArray[np.int64]]:
    keys = np.concatenate([part for part, _ in parts])
    times = np.concatenate([part for _, part in parts])
    order = np.argsort(keys, kind="stable")
    keys, times = keys[order], times[order]
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.empty(0, dtype=np.int64)
    return keys[first], np.add.reduceat(times, first) if len(first) else times


class RowIndex:
    """Where rows are among different rows.

    Parameters
    ----------
    rows : (n, width) int8
        Different ones, in any order.
    keys : callable
        What tells rows apart.
    """

    def __init__(self, rows: Rows, keys: Callable[[Rows], Keys] = keys_of) -> None:
        self._keys_of = keys
        self._keys = keys(rows)
        self._order: NDArray[np.int64] | None = None
        if len(rows) > 1 and not (self._keys[1:] > self._keys[:-1]).all():
            self._order = np.argsort(self._keys)
            self._keys = self._keys[self._order]

    def places(self, rows: Rows) -> NDArray[np.int64]:
        """Return the place of each of some rows; −1 where it is not among them."""
        wanted = self._keys_of(rows)
        at = np.searchsorted(self._keys, wanted)
        at[at == len(self._keys)] = 0
        there = self._keys[at] == wanted if len(self._keys) else np.zeros(len(wanted), dtype=bool)
        return np.where(there, at if self._order is None else self._order[at], -1)
