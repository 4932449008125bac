"""How far an answer is from another: the fewest uncertain things that must be otherwise than they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.distinct import RowIndex
from detente.analysis.factors import Factor, Rows
from detente.analysis.tallies import NOT_EXAMINED

Answers = NDArray[np.int8]
MOST_SETS = 200
"""So many of the smallest sets of changes are listed."""


@dataclass(frozen=True)
class Margin:
    """How far a verdict is from another.

    Attributes
    ----------
    changes : int or None
        The fewest changes of uncertain things under which the verdict is another; None: none of the worlds within
        ``searched`` changes has another.
    sets : tuple of tuples of (factor, level)
        Such sets of changes: the identity of each factor and the words of the level that it has instead.
    n_sets : int
        How many there are; ``sets`` has the first 200.
    searched : int
        Every world up to so many changes was examined, so that with fewer changes nothing turns the verdict.
    all_worlds : bool
        Whether these are all worlds there are.
    """

    changes: int | None
    sets: tuple[tuple[tuple[str, str], ...], ...]
    n_sets: int
    searched: int
    all_worlds: bool

    def to_dict(self, premises: frozenset[str]) -> dict[str, Any] | None:
        """Return plain data: ``sets`` has identities alone, ``changes`` also what is there instead; None: none turn it.

        ``premises`` are the factors of which there is nothing to say but that they are missing.
        """
        if self.changes is None:
            return None
        return {
            "premises": self.changes,
            "sets": [list(names) for names in dict.fromkeys(tuple(name for name, _ in some) for some in self.sets)],
            "changes": [
                [{"premise": name, **({} if name in premises else {"to": words})} for name, words in some]
                for some in self.sets
            ],
            "n_sets": self.n_sets,
        }


class Nearest:
    """The margins of claims where every world is examined, found as their answers come.

    Parameters
    ----------
    factors : sequence of Factor
    n_claims : int
    """

    def __init__(self, factors: Sequence[Factor], n_claims: int) -> None:
        self._factors = factors
        self._written: Answers | None = None
        self._least = [len(factors) + 1] * n_claims
        self._counts = [0] * n_claims
        self._rows: list[list[Rows]] = [[] for _ in range(n_claims)]

    def take(self, rows: Rows, verdicts: Answers) -> None:
        """Look at the next worlds, in their order: the first of all is as written."""
        if self._written is None:
            self._written = verdicts[0].copy()
        changes = np.count_nonzero(rows, axis=1)
        for k, written in enumerate(self._written.tolist()):
            if written == NOT_EXAMINED:
                continue
            found = verdicts[:, k]
            turned = np.flatnonzero((found != written) & (found != NOT_EXAMINED) & (changes <= self._least[k]))
            if not len(turned):
                continue
            least = int(changes[turned].min())
            if least < self._least[k]:
                self._least[k], self._counts[k], self._rows[k] = least, 0, []
            turned = turned[changes[turned] == least]
            room = MOST_SETS - min(MOST_SETS, self._counts[k])
            self._counts[k] += len(turned)
            if room:
                self._rows[k].append(rows[turned[:room]])

    def margin(self, k: int) -> Margin | None:
        """Return the margin of a claim; None where the model as it is written has no answer."""
        if self._written is None or self._written[k] == NOT_EXAMINED:
            return None
        n = len(self._factors)
        if not self._counts[k]:
            return Margin(None, (), 0, n, True)
        sets = tuple(_said(self._factors, row) for rows in self._rows[k] for row in rows.tolist())
        return Margin(self._least[k], sets, self._counts[k], n, True)


def margins(
    factors: Sequence[Factor],
    rows: Rows,
    claims: Mapping[str, Answers],
    examine: Callable[[Rows], Answers],
    most: int,
) -> dict[str, Margin | None]:
    """Return the margin of each claim where worlds were drawn; None where the model as written has no answer.

    Worlds that are not known are examined: all those with one change first, then all with two and so on, until every
    verdict has turned or the next number of changes would need more than ``most``.

    Parameters
    ----------
    factors : sequence of Factor
    rows : (n, n_factors) int8
        Different worlds that are known.
    claims : mapping of str to (n,) int8
        Their verdicts.
    examine : callable
        Returns the verdicts of worlds, (n_worlds, n_claims).
    most : int
        How many worlds more to examine at most.
    """
    names = list(claims)
    sizes = [len(factor.levels) for factor in factors]
    table = np.column_stack([claims[name] for name in names]) if names else np.zeros((len(rows), 0), dtype=np.int8)
    as_written = np.zeros((1, len(factors)), dtype=np.int8)
    index = RowIndex(rows)
    left = most

    def answers(some: Rows) -> Answers:
        nonlocal left
        places = index.places(some)
        found = table[places]
        unknown = places < 0
        if unknown.any():
            left -= int(unknown.sum())
            found[unknown] = examine(some[unknown])
        return found

    result: dict[str, Margin | None] = dict.fromkeys(names)
    if most < 1 and index.places(as_written)[0] < 0:
        return dict.fromkeys(names, Margin(None, (), 0, 0, False))
    if not names:
        return result
    written = answers(as_written)[0]
    open_ = {k for k, name in enumerate(names) if written[k] != NOT_EXAMINED}
    searched = 0
    while open_ and searched < len(factors):
        if _n_worlds(sizes, searched + 1) - len(rows) > left:
            break
        some = _changed(sizes, searched + 1)
        if int((index.places(some) < 0).sum()) > left:
            break
        found = answers(some)
        searched += 1
        for k in sorted(open_):
            turned = np.flatnonzero((found[:, k] != written[k]) & (found[:, k] != NOT_EXAMINED))
            if len(turned):
                sets = tuple(_said(factors, row) for row in some[turned[:MOST_SETS]].tolist())
                result[names[k]] = Margin(searched, sets, len(turned), searched, False)
                open_.discard(k)
    for k in open_:
        result[names[k]] = Margin(None, (), 0, searched, searched == len(factors))
    return result


def _said(factors: Sequence[Factor], row: Sequence[int]) -> tuple[tuple[str, str], ...]:
    return tuple((f.id, f.levels[level].words) for f, level in zip(factors, row, strict=True) if level)


def _n_worlds(sizes: Sequence[int], changes: int) -> int:
    """Return how many worlds differ from the first in so many factors: an elementary symmetric polynomial."""
    counts = [1] + [0] * changes
    for size in sizes:
        for k in range(changes, 0, -1):
            counts[k] += counts[k - 1] * (size - 1)
    return counts[changes]


def _changed(sizes: Sequence[int], changes: int) -> Rows:
    """Return all worlds that differ from the first in so many factors."""
    parts: list[Rows] = [np.zeros((0, len(sizes)), dtype=np.int8)]
    for some in combinations(range(len(sizes)), changes):
        count = prod(sizes[k] - 1 for k in some)
        part = np.zeros((count, len(sizes)), dtype=np.int8)
        part[:, some] = np.array(list(product(*(range(1, sizes[k]) for k in some))), dtype=np.int8)
        parts.append(part)
    return np.concatenate(parts)
