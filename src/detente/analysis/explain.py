"""Why is a state stable, or not? Every improvement, and the sanction path that meets it or that there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.reach import UNREACHED, Move, Reach
from detente.analysis.result import State, provenance
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.stability.concept import Concept, NotDefinedError
from detente.stability.game import Game, Sanctions
from detente.stability.reading import game_of
from detente.stability.registry import CONCEPTS, concept
from detente.stability.simultaneous import combined_sanction

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Sanction:
    """How opponents meet an improvement: a path from the improvement to a state no better than the one left.

    Attributes
    ----------
    path : tuple of Move
        Moves one after another; for SIM the improvements that others take at the same moment.
    end : int
        The state that results (from 0).
    together : bool
        Whether the moves are simultaneous.
    """

    path: tuple[Move, ...]
    end: int
    together: bool = False


@dataclass(frozen=True)
class Improvement:
    """An improvement of the focal decision maker, and what becomes of it.

    ``sanction`` is ``None`` when nothing meets it; ``worst`` is then the worst state (for the focal party, its own
    further move counted where the concept counts it) that opponents can bring about.
    """

    end: int
    sanction: Sanction | None
    worst: int
    n_reached: int


@dataclass(frozen=True)
class Reason:
    """Why one state is stable or unstable for one party under one concept.

    ``witnessed`` is false for a concept whose rule is none of those known here: the verdict is then the concept's own,
    and the improvements are listed without saying what becomes of them.
    """

    dm: str
    concept: Concept
    stable: bool
    improvements: tuple[Improvement, ...]
    witnessed: bool = True


@dataclass(frozen=True, eq=False)
class Explanation:
    """Reasons for a state, for the parties and concepts asked for. States count from 0."""

    graph: Graph
    game: Game
    reading: str
    state: int
    reasons: tuple[Reason, ...]
    absent: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        from detente.report.sentences import reason_sentences

        return {
            "state": State.of(self.graph, self.state).to_dict(),
            "reading": self.reading,
            "reasons": [
                {
                    "decision_maker": reason.dm,
                    "concept": reason.concept.id,
                    "stable": reason.stable,
                    "improvements": [self._improvement(item) for item in reason.improvements],
                    "words": reason_sentences(self, reason),
                }
                for reason in self.reasons
            ],
            **({"absent": self.absent} if self.absent else {}),
            "computed": provenance(self.graph.conflict, sanctions=self.game.sanctions),
        }

    def _improvement(self, item: Improvement) -> dict[str, Any]:
        result: dict[str, Any] = {"to": item.end + 1, "met": item.sanction is not None}
        if item.sanction is not None:
            result["sanction"] = {
                "path": [move_dict(self.game, move) for move in item.sanction.path],
                "end": item.sanction.end + 1,
                "simultaneous": item.sanction.together,
            }
        else:
            result["worst"] = item.worst + 1
            result["states_opponents_can_bring_about"] = item.n_reached
        return result

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per party, concept and improvement."""
        import pandas as pd

        rows = []
        for reason in self.reasons:
            base = {"decision_maker": reason.dm, "concept": reason.concept.id, "stable": reason.stable}
            for item in reason.improvements:
                met = item.sanction is not None
                rows.append(
                    {
                        **base,
                        "improvement": item.end + 1,
                        "met": met,
                        "sanction": item.sanction.end + 1 if item.sanction else None,
                    }
                )
            if not reason.improvements:
                rows.append({**base, "improvement": None, "met": None, "sanction": None})
        return pd.DataFrame(rows)


def move_dict(game: Game, move: Move) -> dict[str, Any]:
    """Return a move as plain data, states from 1."""
    return {"by": game.movers[move.by].name, "from": move.start + 1, "to": move.end + 1}


def explain(
    conflict: Conflict,
    state: str | int,
    *,
    dm: str | None = None,
    concepts: Iterable[str] | None = None,
    reading: str | None = None,
    sanctions: Sanctions = "legal",
    graph: Graph | None = None,
) -> Explanation:
    """Explain why a state is stable or not, with a witness for every verdict.

    Parameters
    ----------
    conflict : Conflict
    state : str or int
        A state's number (from 1) or label, or ``status_quo``.
    dm : str, optional
        One decision maker; all parties by default.
    concepts : iterable of str, optional
        Concepts; all by default.
    reading : str, optional
        The reading; the first by default.
    sanctions : {"legal", "once_each", "single"}
        As in :func:`detente.analysis.analyze.analyze`.
    graph : Graph, optional
        The conflict's graph, when it exists already.

    Raises
    ------
    UsageError
        A name does not exist, or the decision maker is nature.
    """
    graph = graph or Graph(conflict)
    name = conflict.reading(reading).id if reading else conflict.readings[0].id
    at = graph.find_state(state)
    if dm is not None and conflict.decision_maker(dm).kind == "nature":
        raise UsageError(f"{dm!r} is nature: it moves without preference, so nothing is stable or unstable for it")
    game = game_of(graph, name, sanctions=sanctions)
    asked = [concept(key) for key in concepts] if concepts is not None else list(CONCEPTS.values())
    reasons, absent = [], {}
    for i in game.parties:
        if dm is None or game.movers[i].name == dm:
            for item in asked:
                try:
                    reasons.append(reason(game, i, at, item))
                except NotDefinedError as error:
                    absent[item.id] = str(error)
    return Explanation(graph, game, name, at, tuple(reasons), absent)


def reason(game: Game, i: int, state: int, by: Concept) -> Reason:
    """Return why a state (from 0) is stable or unstable for party i under a concept, with witnesses."""
    ranks = game.ranks(i)
    targets = np.sort(game.movers[i].moves.expand(np.array([state], dtype=np.int32))[1])
    better = targets[ranks[targets] > ranks[state]]
    if by.id == "nash":
        found = tuple(Improvement(int(t), None, int(t), 0) for t in better)
    elif by.id == "sim":
        found = tuple(_simultaneous(game, i, state, int(t)) for t in better)
    else:
        values = np.maximum(ranks, game.step(i, improving=False).highest(ranks)) if by.counter else ranks
        found = tuple(_met(game, i, state, int(t), values, by.credible) for t in better)
    stable = all(item.sanction is not None for item in found)
    decided = bool(by.decide(game, i)[state])
    return Reason(game.movers[i].name, by, decided, found, witnessed=decided == stable)


def _simultaneous(game: Game, i: int, state: int, end: int) -> Improvement:
    witness = combined_sanction(game, i, state, end)
    if witness is None:
        return Improvement(end, None, end, 0)
    moves = tuple(Move(j, state, target) for j, target in witness.moves)
    return Improvement(end, Sanction(moves, witness.end, together=True), witness.end, 0)


def _met(game: Game, i: int, state: int, end: int, values: NDArray[np.int32], credible: bool) -> Improvement:
    """Look for the shortest sanction of one improvement; of equally short ones, the worst for i."""
    threshold = game.ranks(i)[state]
    opponents = game.opponents([i])
    if game.sanctions == "legal":
        reach = Reach(game, end, opponents, improving=credible)
        reached, steps = reach.reached(), reach.steps
        path = reach.path
    else:
        longest = 1 if game.sanctions == "single" else len(opponents)
        paths = _limited_paths(game, end, opponents, credible, longest)
        reached = np.zeros(game.n_states, dtype=bool)
        steps = np.full(game.n_states, UNREACHED, dtype=np.int32)
        for target, moves in paths.items():
            reached[target], steps[target] = True, len(moves)

        def path(target: int) -> list[Move]:
            return paths[target]

    deterring = np.flatnonzero(reached & (values <= threshold))
    deterring = deterring[deterring != end]
    everything = np.flatnonzero(reached)
    worst = int(everything[np.argmin(values[everything])]) if len(everything) else end
    if not len(deterring):
        return Improvement(end, None, worst, len(everything))
    order = np.lexsort((deterring, values[deterring], steps[deterring]))
    target = int(deterring[order[0]])
    return Improvement(end, Sanction(tuple(path(target)), target), worst, len(everything))


def _limited_paths(
    game: Game, start: int, opponents: tuple[int, ...], credible: bool, longest: int
) -> dict[int, list[Move]]:
    """Return a shortest path to every state reached when each opponent moves at most once."""
    paths: dict[int, list[Move]] = {}
    level: dict[tuple[int, frozenset[int]], list[Move]] = {(start, frozenset()): []}
    seen = set(level)
    for _ in range(longest):
        following: dict[tuple[int, frozenset[int]], list[Move]] = {}
        for (state, used), moves in level.items():
            for j in opponents:
                if j in used:
                    continue
                targets = game.movers[j].moves.expand(np.array([state], dtype=np.int32))[1]
                ranks = game.movers[j].ranks
                if credible and ranks is not None:
                    targets = targets[ranks[targets] > ranks[state]]
                for target in np.sort(targets).tolist():
                    key = (target, used | {j})
                    if key not in seen:
                        seen.add(key)
                        following[key] = [*moves, Move(j, state, target)]
                        paths.setdefault(target, following[key])
        level = following
    return paths
