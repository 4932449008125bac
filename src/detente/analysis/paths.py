"""How does one get from here to there? Shortest legal paths by moves, by improvements, by one party alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from detente.analysis.explain import move_dict
from detente.analysis.reach import UNREACHED, Distance, Move, Reach
from detente.analysis.result import Shown, State, provenance
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.stability.game import Game
from detente.stability.reading import game_of

if TYPE_CHECKING:
    import pandas as pd

By = Literal["moves", "improvements", "alone"]
WAYS: tuple[By, ...] = ("moves", "improvements", "alone")


@dataclass(frozen=True)
class Way:
    """The answer for one kind of step.

    Attributes
    ----------
    by : {"moves", "improvements", "alone"}
        All legal moves; only improvements of each mover (nature moves as it may); improvements of a single party with
        all others passive.
    path : tuple of Move or None
        A shortest path; ``None`` when there is none. Empty when the start is there already.
    first : dict of str to int
        For each who can begin a path: the fewest steps of a path that begins with its move.
    n_reached : int
        How many other states can be reached at all.
    """

    by: By
    path: tuple[Move, ...] | None
    first: dict[str, int]
    n_reached: int


@dataclass(frozen=True, eq=False, repr=False)
class Paths(Shown):
    """Shortest paths from a state to a state or outcome."""

    graph: Graph
    game: Game
    reading: str
    start: int
    goal: str
    n_goal: int
    ways: tuple[Way, ...]

    def __repr__(self) -> str:
        ways = ", ".join(f"{way.by} {'no way' if way.path is None else len(way.path)}" for way in self.ways)
        return f"<Paths from state {self.start + 1} to {self.goal!r}, reading {self.reading}: {ways}>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        return {
            "from": self.start + 1,
            "to": self.goal,
            "states_in_goal": self.n_goal,
            "reading": self.reading,
            "ways": [
                {
                    "by": way.by,
                    "reachable": way.path is not None,
                    "steps": None if way.path is None else len(way.path),
                    "path": None if way.path is None else [move_dict(self.game, move) for move in way.path],
                    "first": way.first,
                    "states_reachable": way.n_reached,
                }
                for way in self.ways
            ],
            "states": {str(state + 1): State.of(self.graph, state).to_dict() for state in self._shown()},
            "computed": provenance(self.graph.conflict),
        }

    def _shown(self) -> list[int]:
        return sorted({self.start, *(m.end for way in self.ways for m in way.path or ())})

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per step of each way."""
        import pandas as pd

        rows = [
            {"way": way.by, "step": k, "by": self.game.movers[move.by].name, "from": move.start + 1, "to": move.end + 1}
            for way in self.ways
            for k, move in enumerate(way.path or (), 1)
        ]
        return pd.DataFrame(rows, columns=["way", "step", "by", "from", "to"])


def paths(
    conflict: Conflict,
    start: str | int = "status_quo",
    to: str | int = "",
    *,
    by: Iterable[By] = WAYS,
    reading: str | None = None,
    graph: Graph | None = None,
) -> Paths:
    """Find shortest legal paths (Li, Kilgour & Hipel 2005), nature always taking part.

    Parameters
    ----------
    conflict : Conflict
    start : str or int
        A state's number or label, or ``status_quo``.
    to : str or int
        A state's number or label, or an outcome.
    by : iterable of {"moves", "improvements", "alone"}
        Kinds of steps; see :class:`Way`.
    reading : str, optional
        The reading; the first by default.

    Raises
    ------
    UsageError
        A name does not exist.

    Examples
    --------
    >>> import detente
    >>> found = paths(detente.library("cuban_missile_crisis"), to="withdrawal")
    >>> found
    <Paths from state 1 to 'withdrawal', reading default: moves 1, improvements 2, alone no way>
    """
    graph = graph or Graph(conflict)
    name = conflict.reading(reading).id if reading else conflict.readings[0].id
    begin = graph.find_state(start)
    goal = np.flatnonzero(graph.find_states(to))
    game = game_of(graph, name)
    asked = list(by)
    for way in asked:
        if way not in WAYS:
            raise UsageError(f"unknown kind of step {way!r} (there are: {', '.join(WAYS)})")
    ways = tuple(_alone(game, begin, goal) if way == "alone" else _way(game, begin, goal, way) for way in asked)
    return Paths(graph, game, name, begin, str(to), len(goal), ways)


def _way(game: Game, start: int, goal: NDArray[np.intp], by: By) -> Way:
    everyone = range(len(game.movers))
    improving = by == "improvements"
    reach = Reach(game, start, everyone, improving=improving)
    path = _shortest(reach, goal)
    first: dict[str, int] = {}
    if path:
        distance = Distance(game, goal, everyone, improving=improving)
        for j in everyone:
            steps = _beginning_with(game, start, distance, j, improving)
            if steps is not None:
                first[game.movers[j].name] = steps
    return Way(by, path, first, _others(reach.reached(), start))


def _others(reached: NDArray[np.bool_], start: int) -> int:
    return int(reached.sum()) - int(reached[start])


def _shortest(reach: Reach, goal: NDArray[np.intp]) -> tuple[Move, ...] | None:
    if not len(goal):
        return None
    nearest = int(goal[np.argmin(reach.steps[goal])])
    return tuple(reach.path(nearest)) if reach.steps[nearest] < UNREACHED else None


def _beginning_with(game: Game, start: int, distance: Distance, j: int, improving: bool) -> int | None:
    """Return the fewest steps to the goal when j moves first, or ``None``."""
    targets = game.movers[j].moves.expand(np.array([start], dtype=np.int32))[1]
    ranks = game.movers[j].ranks
    if improving and ranks is not None:
        targets = targets[ranks[targets] > ranks[start]]
    if not len(targets):
        return None
    steps = distance.after(j)[targets].min()
    return int(steps) + 1 if steps < UNREACHED else None


def _alone(game: Game, start: int, goal: NDArray[np.intp]) -> Way:
    best: tuple[Move, ...] | None = None
    first: dict[str, int] = {}
    reached = np.zeros(game.n_states, dtype=bool)
    for j in game.parties:
        reach = Reach(game, start, [j], improving=True, succession=True)
        reached |= reach.reached()
        path = _shortest(reach, goal)
        if path is not None:
            first[game.movers[j].name] = len(path)
            if best is None or len(path) < len(best):
                best = path
    return Way("alone", best, first if best else {}, _others(reached, start))
