"""What comes of setting some options to other values, all else as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from detente.analysis.purse import Purse
from detente.analysis.reach import Reach
from detente.conflict.elements import Assignment, Force
from detente.graph.feasible import constraints
from detente.graph.graph import Graph
from detente.graph.movement import settled
from detente.stability.game import Flags
from detente.stability.reading import game_of


@dataclass(frozen=True)
class Change:
    """Options set to other values from a state, all others as they are; states count from 0.

    Attributes
    ----------
    start : int
    sets : tuple of (option, value)
    by : tuple of str
        The owners of the options.
    end : int or None
        The state it ends in, consequences included; ``None`` where there is none, or where a consequence takes the
        change back.
    against : tuple of str
        Then: the premises in the way.
    legal : bool
        Whether the owner has this move; for several owners, whether a legal sequence of their moves leads to the end.
    wanted : mapping of reading to bool
        For a legal change: whether every party among the owners prefers the end to the start. Empty for nature alone.
    """

    start: int
    sets: Assignment
    by: tuple[str, ...]
    end: int | None
    against: tuple[str, ...]
    legal: bool
    wanted: Mapping[str, bool]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        return {
            "from": self.start + 1,
            "set": dict(self.sets),
            "by": list(self.by),
            "to": None if self.end is None else self.end + 1,
            "against": list(self.against),
            "legal": self.legal,
            "wanted": dict(self.wanted),
        }


class Changes:
    """What comes of setting options, asked of the graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph, self._space, self._conflict = graph, graph.space, graph.conflict
        self._rules = constraints(graph.conflict, graph.space.coding)
        self._readings = [reading.id for reading in graph.conflict.readings]
        self._game = game_of(graph, self._readings[0])
        self._reached: dict[tuple[int, tuple[str, ...]], Flags] = {}

    def code_of(self, state: int) -> int:
        """Return the code of the row that stands for a state."""
        rows = self._space.representative
        row = state if rows is None else int(rows[state])
        return int(self._space.row_codes(row, row + 1)[0])

    def elsewhere(self, purse: Purse, option: str, value: str) -> tuple[tuple[str, Fraction], ...]:
        """Return what setting an option to a value frees in the other limits that it is in."""
        spec = self._conflict.options[option]
        numbers = {item.id: item.number for item in spec.values}
        fewer = numbers[purse.values[option]] - numbers[value]
        found: dict[str, Fraction] = {}
        for limit in self._conflict.limits:
            for name, weight in limit.terms:
                if name == option and limit.id != purse.limit.id:
                    found[limit.id] = found.get(limit.id, Fraction(0)) + weight * fewer
        return tuple(found.items())

    def made(self, start: int, code: int, sets: Assignment) -> tuple[Change, int]:
        """Return the change of some options from a state, of which ``code`` is a row; and the code it ends in."""
        coding, options = self._space.coding, self._conflict.options
        raw = np.array([code], dtype=np.int64)
        for option, value in sets:
            raw = coding.put(raw, option, options[option].position(value))
        ended = settled(self._space, raw)
        end: int | None = self._space.state_from(int(ended[0]))
        undone = any(coding.digit(ended, option)[0] != options[option].position(value) for option, value in sets)
        against: tuple[str, ...] = ()
        if undone or end == -1:
            against, end = self._against(raw, ended, undone), None
        owners = {self._conflict.owner(option) for option, _ in sets}
        by = tuple(dm.id for dm in self._conflict.decision_makers if dm.id in owners)
        legal = end is not None and end != start and bool(self._from(start, by)[end])
        wanted = self._wanted(start, end, by) if end is not None and legal else {}
        return Change(start, sets, by, end, against, legal, wanted), int(ended[0])

    def _against(self, raw: np.ndarray, ended: np.ndarray, undone: bool) -> tuple[str, ...]:
        """Return the premises that rule out a change, or take it back."""
        found = [rule.premise.id for rule in self._rules if not rule.allows(ended)[0]]
        if undone:
            found += [
                rule.premise.id for rule in self._rules if isinstance(rule.premise, Force) and not rule.allows(raw)[0]
            ]
        if not found and self._conflict.feasible is not None:
            found = [self._conflict.feasible.id]
        return tuple(dict.fromkeys(found))

    def _from(self, start: int, by: tuple[str, ...]) -> Flags:
        """Return where owners lead from a state: one by a move, several by legal sequences of moves."""
        if (start, by) not in self._reached:
            movers = [self._game.index(dm) for dm in by]
            if len(movers) == 1:
                flags = np.zeros(self._graph.n_states, dtype=bool)
                flags[self._game.movers[movers[0]].moves.expand(np.array([start], dtype=np.int32))[1]] = True
            else:
                flags = Reach(self._game, start, movers, improving=False).reached()
            self._reached[start, by] = flags
        return self._reached[start, by]

    def _wanted(self, start: int, end: int, by: tuple[str, ...]) -> dict[str, bool]:
        parties = [dm.id for dm in self._conflict.parties if dm.id in by]
        found = {}
        for reading in self._readings if parties else ():
            ranks = self._graph.reading_ranks(reading)
            found[reading] = all(bool(ranks[dm][end] > ranks[dm][start]) for dm in parties)
        return found
