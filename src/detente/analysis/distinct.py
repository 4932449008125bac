"""Rows of small whole numbers: which are different, how often each is there, and where one is among them.

A row is told apart by its bytes, so that no Python object is made for it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from detente.analysis.factors import Rows

Keys = NDArray[np.bytes_]
"""One for each row; in the same order as the rows."""

FEWEST_MERGED = 1 << 16
"""Different rows are brought together when at least so many have come up."""


def keys_of(rows: Rows) -> Keys:
    """Return a key for each row: equal for equal rows, and in the same order. Numbers are from 0 to 127."""
    keys: Keys = np.ascontiguousarray(rows).view(f"S{rows.shape[1]}").ravel()
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
    """

    def __init__(self, rows: Rows) -> None:
        self._keys = keys_of(rows)
        self._order: NDArray[np.int64] | None = None
        if len(rows) > 1 and not (self._keys[1:] > self._keys[:-1]).all():
            self._order = np.argsort(self._keys)
            self._keys = self._keys[self._order]

    def places(self, rows: Rows) -> NDArray[np.int64]:
        """Return the place of each of some rows; −1 where it is not among them."""
        wanted = keys_of(rows)
        at = np.searchsorted(self._keys, wanted)
        at[at == len(self._keys)] = 0
        there = self._keys[at] == wanted if len(self._keys) else np.zeros(len(wanted), dtype=bool)
        return np.where(there, at if self._order is None else self._order[at], -1)
