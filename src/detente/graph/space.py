"""The states of a conflict: numbering, options in each state, merging, listed states."""

from __future__ import annotations

from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from detente.conflict.conflict import Conflict
from detente.conflict.elements import Element
from detente.conflict.formula import Formula
from detente.errors import Diagnostic, ModelError, TooLargeError
from detente.graph.coding import CodeRows, Codes, Coding
from detente.graph.evaluate import Evaluator, Flags
from detente.graph.feasible import CHUNK, feasible_codes

Index = NDArray[np.int32]
T = TypeVar("T", bound=np.generic)

UNKNOWN = -2
"""A row that was not asked for yet."""
_FEW_ROWS = 1 << 16
_FEW_CODES = 1 << 20
"""Of so many combinations the rows are looked up in a table, where many are asked for."""


class Space:
    """The states, numbered 1..n in messages and 0..n-1 in arrays.

    A *row* is a raw combination of options; a state is one row, or a class of rows (merged states, and listed states
    with open options).

    Attributes
    ----------
    coding : Coding
    codes : (n_rows,) int64 or None
        Codes of the rows, ascending; ``None`` when every combination is a row (or for listed states).
    state_of : (n_rows,) int32 or None
        The state of each row; ``None`` when rows and states are the same.
    representative : (n_states,) int32 or None
        The row that stands for each state.
    landed : (n_codes,) int32 or None
        The row in which consequences bring each code to rest, as far as it was asked for; of few combinations only.
    """

    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict
        self.coding = Coding.of(conflict)
        self.codes: Codes | None = None
        self.state_of: Index | None = None
        self.representative: Index | None = None
        self._declared: Flags | None = None
        self._labels: dict[str, int] = {}
        self._digits: NDArray[np.uint16] | None = None
        self._kept_evaluator: Evaluator | None = None
        self._row_of: Index | None = None
        self.landed: Index | None = None
        if conflict.graph_form is not None:
            self._list_states()
        else:
            self.codes = feasible_codes(conflict, self.coding)
            self.n_rows = self.coding.total if self.codes is None else len(self.codes)
            self.n_states = self.n_rows
            if conflict.forces and self.coding.total <= _FEW_CODES:
                self.landed = np.full(self.coding.total, UNKNOWN, dtype=np.int32)
            if conflict.merge:
                self._merge()

    # -- construction -----------------------------------------------------------------------------------------------

    def _fail(self, message: str, element: Element | None = None, expected: str = "") -> ModelError:
        where = element.where if element is not None else None
        return ModelError([Diagnostic(message, where, expected)], self.conflict.origin, self.conflict.text)

    def _list_states(self) -> None:
        form = self.conflict.graph_form
        assert form is not None
        rows: list[tuple[int, ...]] = []
        state_of: list[int] = []
        for number, state in enumerate(form.states):
            self._labels[state.label] = number
            given = dict(state.options)
            choices = [self._choices(option, given) for option in self.coding.options]
            if np.prod([len(c) for c in choices], dtype=float) > 4096:
                raise TooLargeError(f"state {state.label!r} leaves too many options open (at most 4096 combinations)")
            completions = list(product(*choices))
            rows += completions
            state_of += [number] * len(completions)
        self.n_rows, self.n_states = len(rows), len(form.states)
        self._digits = np.array(rows, dtype=np.uint16).reshape(self.n_rows, len(self.coding.options))
        self.state_of = np.array(state_of, dtype=np.int32)
        self.representative = np.flatnonzero(np.diff(self.state_of, prepend=-1)).astype(np.int32)
        self._declared = np.zeros(self.n_states, dtype=bool)

    def _choices(self, option: str, given: dict[str, str | None]) -> range | tuple[int]:
        values = self.conflict.options[option]
        if option not in given:
            return (0,)
        value = given[option]
        return range(len(values.values)) if value is None else (values.position(value),)

    def _merge(self) -> None:
        first = np.arange(self.n_rows, dtype=np.int32)
        member_of = np.zeros(self.n_rows, dtype=np.int32)
        speakers: dict[int, int] = {}
        for number, merge in enumerate(self.conflict.merge, 1):
            rows = np.flatnonzero(self.evaluate_rows(merge.that))
            if member_of[rows].any():
                both = rows[member_of[rows] > 0][0]
                other = self.conflict.merge[member_of[both] - 1]
                raise self._fail(f"a state belongs to two merged classes, {other.id!r} and {merge.id!r}", merge)
            if not len(rows):
                continue
            member_of[rows] = number
            first[rows] = rows[0]
            if merge.as_ is not None:
                speaker = self.row(self.coding.encode(self.conflict, merge.as_))
                if speaker < 0 or member_of[speaker] != number:
                    raise self._fail(f"'as' of {merge.id!r} is not a feasible member of the class", merge)
                speakers[int(rows[0])] = speaker
        kept = np.flatnonzero(first == np.arange(self.n_rows))
        number_of = np.full(self.n_rows, -1, dtype=np.int32)
        number_of[kept] = np.arange(len(kept), dtype=np.int32)
        self.state_of = number_of[first]
        self.n_states = len(kept)
        self.representative = kept.astype(np.int32)
        self._declared = np.zeros(self.n_states, dtype=bool)
        for row, speaker in speakers.items():
            self.representative[number_of[row]] = speaker
            self._declared[number_of[row]] = True

    # -- rows -------------------------------------------------------------------------------------------------------

    def row_codes(self, begin: int = 0, end: int | None = None) -> Codes:
        """Return the codes of rows ``begin`` to ``end`` (option form only)."""
        if self.codes is not None:
            return self.codes[begin:end]
        return np.arange(begin, self.n_rows if end is None else end, dtype=np.int64)

    def row(self, code: int) -> int:
        """Return the row with this code, or -1."""
        return int(self.rows_of(np.array([code], dtype=np.int64))[0])

    def rows_of(self, codes: Codes) -> NDArray[np.integer]:
        """Return the row of each code, -1 where there is none."""
        if self.codes is None:
            return codes
        if self.coding.total <= _FEW_CODES < 16 * len(codes) or self._row_of is not None:
            return self._row_table()[codes]
        at = np.searchsorted(self.codes, codes)
        at[at == len(self.codes)] = 0
        return np.where(self.codes[at] == codes, at, -1)

    def _row_table(self) -> Index:
        """Return the row of every combination of options, -1 where there is none; kept."""
        if self._row_of is None:
            assert self.codes is not None
            self._row_of = np.full(self.coding.total, -1, dtype=np.int32)
            self._row_of[self.codes] = np.arange(len(self.codes), dtype=np.int32)
        return self._row_of

    def chunks(self) -> list[tuple[int, int]]:
        """Return ranges of rows that are worked on one at a time."""
        return [(begin, min(begin + CHUNK, self.n_rows)) for begin in range(0, self.n_rows, CHUNK)]

    def evaluator(self, begin: int, end: int) -> Evaluator:
        """Return an evaluator of formulas on a range of rows; of few rows it is kept, with what it has worked out."""
        if self.n_rows > _FEW_ROWS:
            return self._new_evaluator(begin, end)
        if self._kept_evaluator is None:
            self._kept_evaluator = self._new_evaluator(0, self.n_rows)
        return self._kept_evaluator

    def _new_evaluator(self, begin: int, end: int) -> Evaluator:
        if self._digits is not None:
            return Evaluator(self.conflict, _ListedRows(self, begin, end))
        return Evaluator(self.conflict, CodeRows(self.coding, self.row_codes(begin, end)))

    def evaluate_rows(self, formula: Formula) -> Flags:
        """Return for each row whether the formula holds."""
        return np.concatenate([self.evaluator(begin, end)(formula) for begin, end in self.chunks()])

    # -- states -----------------------------------------------------------------------------------------------------

    def to_states(self, by_row: NDArray[T], element: Element | None, what: str) -> NDArray[T]:
        """Return a value per state from a value per row. Raises ModelError where members of a class differ."""
        if self.state_of is None or self.representative is None or self._declared is None:
            return by_row
        by_state = by_row[self.representative]
        differs = (by_row != by_state[self.state_of]) & ~self._declared[self.state_of]
        if differs.any():
            state = int(self.state_of[np.flatnonzero(differs)[0]])
            reason = (
                f"state {self.label(state)!r} leaves options open that {what} depends on"
                if self._digits is not None
                else f"state {state + 1} merges states that {what} tells apart; "
                "say with 'as:' which member speaks for the class, or make it not depend on what is merged"
            )
            raise self._fail(reason, element)
        return by_state

    def evaluate(self, formula: Formula, element: Element | None = None, what: str = "") -> Flags:
        """Return for each state whether the formula holds."""
        return self.to_states(self.evaluate_rows(formula), element, what or f"the formula '{formula.text()}'")

    def label(self, state: int) -> str:
        """Return what a state is called: its label (graph form) or its number."""
        form = self.conflict.graph_form
        return form.states[state].label if form is not None else str(state + 1)

    def labelled(self, label: str) -> int | None:
        """Return the state with this label, if any."""
        return self._labels.get(label)

    def positions(self, option: str, states: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the position of an option's value in each of ``states``; -1 where a state's members differ."""
        if self.state_of is None or self.representative is None:
            codes = states.astype(np.int64) if self.codes is None else self.codes[states]
            return self.coding.digit(codes, option)
        if self._digits is not None:
            rows = self._digits[:, self.coding.options.index(option)].astype(np.int64)
        else:
            rows = self.coding.digit(self.row_codes(), option)
        by_state = rows[self.representative]
        by_state[self.state_of[rows != by_state[self.state_of]]] = -1
        chosen: NDArray[np.int64] = by_state[states]
        return chosen

    def options_of(self, state: int) -> dict[str, str | None]:
        """Return the value of each option in a state; ``None`` where its members differ."""
        return dict(zip(self.coding.options, self._values(state), strict=True))

    def _values(self, state: int) -> list[str | None]:
        rows = np.array([state]) if self.state_of is None else np.flatnonzero(self.state_of == state)
        result: list[str | None] = []
        for index, option in enumerate(self.coding.options):
            if self._digits is not None:
                found = set(self._digits[rows, index].tolist())
            else:
                found = set(
                    self.coding.digit(self.row_codes()[rows] if self.codes is not None else rows, option).tolist()
                )
            result.append(self.conflict.options[option].values[found.pop()].id if len(found) == 1 else None)
        return result

    def state_from(self, code: int) -> int:
        """Return the state that a code belongs to, or -1."""
        row = self.row(code)
        if row < 0 or self.state_of is None:
            return row
        return int(self.state_of[row])

    def matching(self, assignment: tuple[tuple[str, str], ...]) -> list[int]:
        """Return the listed states (graph form) that agree with a full assignment (others at their first value)."""
        assert self._digits is not None
        assert self.state_of is not None
        wanted = np.zeros(len(self.coding.options), dtype=np.uint16)
        for option, value in assignment:
            wanted[self.coding.options.index(option)] = self.conflict.options[option].position(value)
        return sorted(set(self.state_of[(self._digits == wanted).all(axis=1)].tolist()))


class _ListedRows:
    """Rows of listed states."""

    def __init__(self, space: Space, begin: int, end: int) -> None:
        assert space._digits is not None
        assert space.state_of is not None
        self._space = space
        self._digits = space._digits[begin:end]
        self._states = space.state_of[begin:end]

    def __len__(self) -> int:
        return len(self._digits)

    def digit(self, option: str) -> NDArray[np.integer]:
        return self._digits[:, self._space.coding.options.index(option)]

    def at(self, label: str) -> Flags:
        return np.asarray(self._states == self._space.labelled(label))
