"""Preferences → ranks: for each state a number, higher is better, equal numbers are ties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.conflict.elements import (
    DecisionMaker,
    Lens,
    Level,
    Prioritised,
    Ranking,
    StateRef,
    Utilities,
    Weights,
)
from detente.errors import Diagnostic, ModelError
from detente.graph.space import Space

Ranks = NDArray[np.int32]
Criterion = tuple[NDArray[np.int64], int]
"""A value per row, 0 ≤ value < bound; criteria are compared in order."""


def ranks_of(space: Space, dm: DecisionMaker, lens: Lens) -> Ranks:
    """Return the dense ranks of a decision maker's states under a lens, shape (n_states,), 1 is worst.

    Statements are prioritised as in Peng, Hipel, Kilgour & Fang 1997: a state's score is Σ 2^(k−j) over the
    statements it satisfies, here compared in exact arithmetic for any number of statements. A level of several
    statements counts how many hold. Principles come first, then the lens, then the lens it refines.
    """
    what = f"the preference of {dm.label}" + (f" ({lens.id})" if lens.id != "default" else "")
    by_row = _Lexicographic(space.n_rows)
    by_row.add_levels(space, [Level((statement,)) for statement in dm.principles])
    at: Lens | None = lens
    try:
        while at is not None:
            _add(space, by_row, at)
            at = dm.lens(at.refines) if at.refines else None
    except ModelError as error:
        found = [replace(problem, message=f"{what}: {problem.message}") for problem in error.diagnostics]
        raise ModelError(found, error.source, error.text) from None
    element = lens if lens.where is not None else dm
    rows = by_row.ranks()
    ranks = space.to_states(rows, element, what)
    return ranks if ranks is rows else _dense(ranks)  # of merged rows some ranks may be gone


def _add(space: Space, by_row: _Lexicographic, lens: Lens) -> None:
    preference = lens.preference
    if isinstance(preference, Prioritised):
        by_row.add_levels(space, ordered_levels(preference.levels))
    elif isinstance(preference, Ranking):
        by_row.add(_by_ranking(space, lens, preference))
    elif isinstance(preference, Weights):
        by_row.add(_by_weights(space, preference))
    else:
        by_row.add(_by_utilities(space, lens, preference))


def ordered_levels(levels: Iterable[Level]) -> Iterator[Level]:
    """Yield the levels in force: statements in uncertain order count in the order in which they are written."""
    for level in levels:
        if level.any_order:
            yield from (Level((statement,)) for statement in level.statements)
        else:
            yield level


class _Lexicographic:
    """Composes criteria, most important first, into one order, in linear time and without large numbers."""

    def __init__(self, n_rows: int) -> None:
        self._key: NDArray[np.int64] = np.zeros(n_rows, dtype=np.int64)
        self._bound = 1
        self._limit = 4 * n_rows + 4096 if n_rows > 100_000 else 1 << 62

    def add(self, criterion: Criterion) -> None:
        """Add one criterion below those so far."""
        values, bound = criterion
        self._make_room(bound)
        self._key *= bound
        self._key += values
        self._bound *= bound

    def add_levels(self, space: Space, levels: Iterable[Level]) -> None:
        """Add levels of statements, evaluated chunk by chunk, as many at a time as fit in one number."""
        batch: list[Level] = []
        bound = 1
        for level in levels:
            size = len(level.statements) + 1
            if batch and self._bound * bound * size > self._limit:
                self._add_batch(space, batch, bound)
                batch, bound = [], 1
            batch.append(level)
            bound *= size
        if batch:
            self._add_batch(space, batch, bound)

    def _add_batch(self, space: Space, levels: list[Level], bound: int) -> None:
        self._make_room(bound)
        for begin, end in space.chunks():
            evaluate = space.evaluator(begin, end)
            part = self._key[begin:end]
            for level in levels:
                part *= len(level.statements) + 1
                for statement in level.statements:
                    part += evaluate(statement.that)
        self._bound *= bound

    def _make_room(self, bound: int) -> None:
        if self._bound * bound > self._limit:
            self._key = _dense(self._key).astype(np.int64) - 1
            self._bound = int(self._key.max(initial=0)) + 1

    def ranks(self) -> Ranks:
        """Return the dense ranks of the rows."""
        return _dense(self._key)


def _dense(values: NDArray[np.integer]) -> Ranks:
    """Return ranks 1, 2, 3 … in the order of the values, equal values equal; linear where the values are small."""
    if not len(values):
        return np.empty(0, dtype=np.int32)
    low, high = int(values.min()), int(values.max())
    if high - low <= 4 * len(values) + 4096:
        present = np.zeros(high - low + 1, dtype=bool)
        present[values - low] = True
        ranks: Ranks = np.cumsum(present, dtype=np.int32)[values - low]
        return ranks
    return _dense_by_sorting(values)


def _dense_by_sorting(values: NDArray[Any]) -> Ranks:
    return np.asarray(np.unique(values, return_inverse=True)[1] + 1, dtype=np.int32)


# -- rankings, weights, utilities -----------------------------------------------------------------------------------


def _to_rows(space: Space, by_state: NDArray[np.int64]) -> NDArray[np.int64]:
    return by_state if space.state_of is None else by_state[space.state_of]


def _by_ranking(space: Space, lens: Lens, ranking: Ranking) -> Criterion:
    place = np.full(space.n_states, -1, dtype=np.int64)
    for position, tied in enumerate(reversed(ranking.classes)):
        for reference in tied:
            _claim(space, lens, place, reference, position)
    _check_complete(space, lens, place >= 0, "the ranking")
    return _to_rows(space, place), max(1, len(ranking.classes))


def _by_utilities(space: Space, lens: Lens, utilities: Utilities) -> Criterion:
    order = sorted({number for _, number in utilities.values})
    place = np.full(space.n_states, -1, dtype=np.int64)
    for reference, number in utilities.values:
        _claim(space, lens, place, reference, order.index(number))
    _check_complete(space, lens, place >= 0, "the list of utilities")
    return _to_rows(space, place), max(1, len(order))


def _claim(space: Space, lens: Lens, place: NDArray[np.int64], reference: StateRef, position: int) -> None:
    states = states_of(space, reference, lens)
    twice = states[place[states] >= 0]
    if len(twice):
        raise _error(
            space,
            lens,
            f"state {space.label(int(twice[0]))} is named twice (the second time by {reference!r})",
            "each state once",
        )
    place[states] = position


def _check_complete(space: Space, lens: Lens, named: NDArray[np.bool_], what: str) -> None:
    missing = np.flatnonzero(~named)
    if len(missing):
        shown = ", ".join(space.label(int(state)) for state in missing[:8]) + (" …" if len(missing) > 8 else "")
        raise _error(
            space, lens, f"{what} leaves out {len(missing):,} of {space.n_states:,} states: {shown}", "every state once"
        )


def states_of(space: Space, reference: StateRef, lens: Lens) -> NDArray[np.int64]:
    """Return the states that a reference means. Raises ModelError for a number out of range."""
    if isinstance(reference, int):
        if not 1 <= reference <= space.n_states:
            raise _error(space, lens, f"there is no state {reference}", f"a number from 1 to {space.n_states:,}")
        return np.array([reference - 1])
    labelled = space.labelled(reference)
    if labelled is not None:
        return np.array([labelled])
    outcome = space.conflict.outcome(reference)
    return np.flatnonzero(space.evaluate(outcome.that, outcome, f"outcome {reference!r}"))


def _by_weights(space: Space, weights: Weights) -> Criterion:
    """Sum the weights exactly: integers over the common denominator."""
    scale = int(np.lcm.reduce([weight.denominator for _, weight in weights.terms] or [1], dtype=object))
    scaled = [int(weight * scale) for _, weight in weights.terms]
    kind: type = np.int64 if sum(map(abs, scaled)) < 2**62 else object
    total: NDArray[Any] = np.zeros(space.n_rows, dtype=kind)
    for (statement, _), weight in zip(weights.terms, scaled, strict=True):
        total[space.evaluate_rows(statement.that)] += weight
    dense = _dense(total) if kind is np.int64 else _dense_by_sorting(total)
    return dense.astype(np.int64) - 1, int(dense.max(initial=1))


def _error(space: Space, lens: Lens, message: str, expected: str) -> ModelError:
    return ModelError([Diagnostic(message, lens.where, expected)], space.conflict.origin, space.conflict.text)
