"""Why is a state stable, or not? Every improvement, and the sanction path that meets it or that there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.analysis.reach import Move
from detente.analysis.result import Shown, State, provenance
from detente.analysis.search import Search
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.stability.concept import Concept, NotDefinedError
from detente.stability.game import Game, Sanctions
from detente.stability.metarational import values
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

    Attributes
    ----------
    end : int
        The state improved to (from 0).
    sanction : Sanction or None
        How it is met; ``None`` when nothing meets it.
    worst : int or None
        Where nothing meets it: the worst that can become of it for the focal party, which is ``end`` when opponents can
        do nothing worse.
    way_out : int or None
        Under SMR and SSEQ, where opponents can bring about states that alone would deter: ``worst`` is of these the one
        after which the party fares worst, and ``way_out`` the state to which it then moves on.
    n_reached : int
        Where nothing meets it: how many other states opponents can bring about.
    """

    end: int
    sanction: Sanction | None = None
    worst: int | None = None
    way_out: int | None = None
    n_reached: int = 0


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
class Explanation(Shown):
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
        elif item.worst is not None:
            result["worst"] = item.worst + 1
            if item.way_out is not None:
                result["way_out"] = item.way_out + 1
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
    progress: Callable[[int, int], object] | None = None,
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
    progress : callable, optional
        Called with (done, total) after each decision maker and concept.

    Raises
    ------
    UsageError
        A name does not exist, or the decision maker is nature.

    Examples
    --------
    >>> import detente
    >>> found = explain(detente.library("chicken"), 4, dm="a", concepts=["nash", "seq"])
    >>> [(reason.concept.id, reason.stable) for reason in found.reasons]
    [('nash', False), ('seq', False)]
    >>> print(found.to_dict()["reasons"][1]["words"][1])
    Driver A drops “Swerve” → state 3; not met: opponents have no improvements from there.
    """
    graph = graph or Graph(conflict)
    name = conflict.reading(reading).id if reading else conflict.readings[0].id
    at = graph.find_state(state)
    if dm is not None and conflict.decision_maker(dm).kind == "nature":
        raise UsageError(f"{dm!r} is nature: it moves without preference, so nothing is stable or unstable for it")
    game = game_of(graph, name, sanctions=sanctions)
    asked = [concept(key) for key in concepts] if concepts is not None else list(CONCEPTS.values())
    reasons, absent = [], {}
    questions = [(i, item) for i in game.parties if dm is None or game.movers[i].name == dm for item in asked]
    for done, (i, item) in enumerate(questions, 1):
        try:
            reasons.append(reason(game, i, at, item))
        except NotDefinedError as error:
            absent[item.id] = str(error)
        if progress is not None:
            progress(done, len(questions))
    return Explanation(graph, game, name, at, tuple(reasons), absent)


def reason(game: Game, i: int, state: int, by: Concept) -> Reason:
    """Return why a state (from 0) is stable or unstable for party i under a concept, with witnesses."""
    decided = bool(by.decide(game, i)[state])
    ranks = game.ranks(i)
    targets = np.sort(game.movers[i].moves.expand(np.array([state], dtype=np.int32))[1])
    better = targets[ranks[targets] > ranks[state]]
    if by.id == "nash":
        found = tuple(Improvement(int(t)) for t in better)
    elif by.id == "sim":
        found = tuple(_simultaneous(game, i, state, int(t)) for t in better)
    else:
        met = _Met(game, i, state, by)
        found = tuple(met.improvement(int(t)) for t in better)
    stable = all(item.sanction is not None for item in found)
    return Reason(game.movers[i].name, by, decided, found, witnessed=decided == stable)


def _simultaneous(game: Game, i: int, state: int, end: int) -> Improvement:
    witness = combined_sanction(game, i, state, end)
    if witness is None:
        return Improvement(end)
    moves = tuple(Move(j, state, target) for j, target in witness.moves)
    return Improvement(end, Sanction(moves, witness.end, together=True))


class _Met:
    """Looks for the shortest sanction of each improvement; of equally short ones, the worst for the focal party."""

    def __init__(self, game: Game, i: int, state: int, by: Concept) -> None:
        self._game, self._i, self._state, self._by = game, i, state, by
        self._ranks = game.ranks(i)
        self._values = values(game, i, counter=by.counter)

    def improvement(self, end: int) -> Improvement:
        """Return what becomes of the improvement to a state, with a witness."""
        worth = self._values
        search = Search(self._game, end, self._game.opponents([self._i]), improving=self._by.credible)
        for states in search.levels():
            deterring = states[worth[states] <= self._ranks[self._state]]
            if len(deterring):
                target = int(deterring[np.argmin(worth[deterring])])
                return Improvement(end, Sanction(tuple(search.path(target)), target))
        reached = search.reached()
        alone = reached[self._ranks[reached] <= self._ranks[self._state]]  # these the party moves on from
        candidates = alone if len(alone) else np.append(reached, np.int32(end))
        worst = int(candidates[np.lexsort((candidates, self._ranks[candidates], worth[candidates]))[0]])
        return Improvement(end, worst=worst, way_out=self._way_out(worst), n_reached=len(reached))

    def _way_out(self, state: int) -> int | None:
        """Return where the party moves on to from a state that alone would deter it."""
        if self._ranks[state] > self._ranks[self._state]:
            return None
        targets = np.sort(self._game.movers[self._i].moves.expand(np.array([state], dtype=np.int32))[1])
        return int(targets[np.argmax(self._ranks[targets])])
