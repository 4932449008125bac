"""Which states can hold? Every reading, every concept, and what marks each equilibrium."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.reach import UNREACHED, Reach
from detente.analysis.result import State, provenance, state_columns
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.stability.concept import Concept
from detente.stability.game import Flags, Game, Sanctions, known_sanctions
from detente.stability.reading import game_of
from detente.stability.registry import CONCEPTS, concept
from detente.stability.solve import Verdicts, solve
from detente.version import FORMAT

if TYPE_CHECKING:
    import pandas as pd

MOST_COMPARED = 5_000
"""Above this many equilibria of one concept, Pareto dominance among them is not examined."""

BEHAVIOUR = "behaviour"
"""The key of equilibria in which every party uses a concept of its own."""


@dataclass(frozen=True, eq=False, repr=False)
class Reachability:
    """Fewest legal steps from the status quo to each state, (n_states,) int32; ``UNREACHED`` where there is no way."""

    by_moves: NDArray[np.int32]
    by_improvements: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Dominance:
    """An equilibrium that another one Pareto-dominates: nobody is worse off there, ``gains`` are better off."""

    by: int
    gains: tuple[str, ...]


@dataclass(frozen=True, eq=False, repr=False)
class ReadingAnalysis:
    """The analysis under one reading."""

    reading: str
    graph: Graph
    game: Game
    verdicts: Verdicts
    behaviour: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        title = self.graph.conflict.title[:60]
        return (
            f"<ReadingAnalysis {self.reading} of {title!r}: {self.graph.n_states:,} states, {', '.join(self.concepts)}>"
        )

    @property
    def concepts(self) -> list[str]:
        """Concepts that were decided, and ``behaviour`` where one was given."""
        return [*self.verdicts.packed, *([BEHAVIOUR] if self.behaviour else [])]

    def ranks(self, dm: str) -> NDArray[np.int32]:
        """Return a party's dense ranks, shape (n_states,), 1 is worst."""
        return self.game.ranks(self.game.index(dm))

    def stable(self, concept: str, dm: str) -> Flags:
        """Return for each state whether it is stable for a party, shape (n_states,)."""
        key = self.behaviour[dm] if concept == BEHAVIOUR else concept
        return self.verdicts.stable(key, self.game.index(dm))

    def equilibria(self, concept: str) -> NDArray[np.int32]:
        """Return the states (from 0, ascending) that are stable for every party."""
        if concept == BEHAVIOUR:
            return self.verdicts.equilibria_of({self.game.index(dm): key for dm, key in self.behaviour.items()})
        if concept in self.verdicts.absent:
            raise UsageError(f"{concept} was not decided: {self.verdicts.absent[concept]}")
        if concept not in self.verdicts.packed:
            raise UsageError(f"{concept!r} was not asked for; there are: {', '.join(self.concepts)}")
        return self.verdicts.equilibria(concept)

    @cached_property
    def reachability(self) -> Reachability | None:
        """How each state is reached from the status quo; ``None`` where the model states none."""
        start = self.graph.status_quo
        if start is None:
            return None
        everyone = range(len(self.game.movers))
        return Reachability(
            Reach(self.game, start, everyone, improving=False).steps,
            Reach(self.game, start, everyone, improving=True).steps,
        )

    @cached_property
    def exposed(self) -> Flags:
        """For each state, whether nature can leave it, shape (n_states,)."""
        somewhere = np.zeros(self.graph.n_states, dtype=np.int32)
        result = np.zeros(self.graph.n_states, dtype=bool)
        for j, mover in enumerate(self.game.movers):
            if mover.ranks is None:
                result |= self.game.step(j, improving=False).lowest(somewhere) == 0
        return result

    @cached_property
    def _dominance(self) -> dict[str, dict[int, Dominance] | None]:
        return {}

    def dominance(self, concept: str) -> dict[int, Dominance] | None:
        """Return the equilibria (from 0) that another one Pareto-dominates; ``None``: too many to say."""
        if concept not in self._dominance:
            self._dominance[concept] = self._dominated(self.equilibria(concept))
        return self._dominance[concept]

    def _dominated(self, states: NDArray[np.int32]) -> dict[int, Dominance] | None:
        if len(states) > MOST_COMPARED:
            return None
        parties = self.game.parties
        values = np.stack([self.game.ranks(i)[states] for i in parties], axis=1)
        found: dict[int, Dominance] = {}
        total = values.sum(axis=1, dtype=np.int64)
        for row, state in enumerate(states.tolist()):
            better = np.flatnonzero((values >= values[row]).all(axis=1) & (values > values[row]).any(axis=1))
            if len(better):
                best = int(better[np.argmax(total[better])])
                gains = tuple(
                    self.game.movers[i].name for k, i in enumerate(parties) if values[best, k] > values[row, k]
                )
                found[state] = Dominance(int(states[best]), gains)
        return found

    def marks(self, concept: str, state: int) -> dict[str, Any]:
        """Return what marks an equilibrium (from 0): reachability, exposure to nature, dominance."""
        result: dict[str, Any] = {"exposed": bool(self.exposed[state])}
        reach = self.reachability
        if reach is not None:
            for key, steps in (("by_moves", reach.by_moves), ("by_improvements", reach.by_improvements)):
                result[key] = int(steps[state]) if steps[state] < UNREACHED else None
        dominance = self.dominance(concept)
        if dominance is not None and state in dominance:
            found = dominance[state]
            result["dominated_by"] = found.by + 1
            result["gains"] = list(found.gains)
        return result

    def to_dict(self) -> dict[str, Any]:
        """Return plain data as the JSON of ``detente analyze`` has it."""
        parties = [self.game.movers[i].name for i in self.game.parties]
        decided = list(self.verdicts.packed)
        result: dict[str, Any] = {
            "lenses": self.graph.conflict.lens_choice(self.reading),
            "ranks": {dm: self.ranks(dm).tolist() for dm in parties},
            "stable": {key: {dm: self.stable(key, dm).tolist() for dm in parties} for key in decided},
            "equilibria": {key: (self.equilibria(key) + 1).tolist() for key in self.concepts},
            "marks": {
                key: {str(state + 1): self.marks(key, state) for state in self.equilibria(key).tolist()}
                for key in self.concepts
            },
        }
        if self.behaviour:
            result["behaviour"] = dict(self.behaviour)
        if self.verdicts.absent:
            result["absent"] = dict(self.verdicts.absent)
        return result


@dataclass(frozen=True, eq=False, repr=False)
class Analysis:
    """Which states can hold, under every reading and concept asked for.

    Attributes
    ----------
    conflict : Conflict
    graph : Graph
    readings : dict of str to ReadingAnalysis
    sanctions : str
        Which sequences of opponents count as sanctions.
    """

    conflict: Conflict
    graph: Graph
    readings: dict[str, ReadingAnalysis]
    sanctions: Sanctions

    def __repr__(self) -> str:
        concepts = dict.fromkeys(key for item in self.readings.values() for key in item.concepts)
        counts = f"{self.graph.n_states:,} states, readings {', '.join(self.readings)}, concepts {', '.join(concepts)}"
        return f"<Analysis of {self.conflict.title[:60]!r}: {counts}>"

    def reading(self, name: str | None = None) -> ReadingAnalysis:
        """Return the analysis of a reading, the first where none is named. Raises UsageError."""
        if name is None:
            return next(iter(self.readings.values()))
        if name not in self.readings:
            self.conflict.reading(name)
            raise UsageError(f"reading {name!r} was not analysed")
        return self.readings[name]

    def equilibria(self, concept: str, reading: str | None = None) -> list[State]:
        """Return the equilibria of one reading under a concept, as states that know their options.

        Without ``reading`` this is the first reading alone, not all of them: a model with several lenses has several
        readings, and a state that holds in one may not hold in another. ``analysis.readings`` has them all.

        Parameters
        ----------
        concept : str
            The key of a concept, or ``behaviour``.
        reading : str, optional
            The reading; the first of ``analysis.readings`` by default.

        Raises
        ------
        UsageError
            The concept or the reading does not exist, was not asked for, or is not defined for this model.

        Examples
        --------
        >>> import detente
        >>> detente.analyze(detente.library("chicken")).equilibria("nash")
        [2, 3]
        """
        return State.many(self.graph, self.reading(reading).equilibria(concept))

    def states(self) -> list[State]:
        """Return all states."""
        return State.many(self.graph, np.arange(self.graph.n_states))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: the JSON of ``detente analyze``."""
        start = self.graph.status_quo
        return {
            "detente": FORMAT,
            "title": self.conflict.title,
            "decision_makers": [dm.id for dm in self.conflict.decision_makers],
            "options": list(self.conflict.options),
            "states": [state.to_dict() for state in self.states()],
            "status_quo": None if start is None else start + 1,
            "readings": {name: item.to_dict() for name, item in self.readings.items()},
            "computed": provenance(self.conflict, sanctions=self.sanctions, nature=self.conflict.nature),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per state: options, outcomes, and per reading ranks and equilibria."""
        import pandas as pd

        columns = state_columns(self.graph, np.arange(self.graph.n_states))
        several = len(self.readings) > 1
        for reading, item in self.readings.items():
            suffix = f"@{reading}" if several else ""
            for i in item.game.parties:
                dm = item.game.movers[i].name
                columns[f"rank {dm}{suffix}"] = item.ranks(dm)
            for key in item.concepts:
                holding = np.zeros(self.graph.n_states, dtype=bool)
                holding[item.equilibria(key)] = True
                columns[f"{key}{suffix}"] = holding
                better = pd.array([None] * self.graph.n_states, dtype="Int64")
                for state, one in (item.dominance(key) or {}).items():
                    better[state] = one.by + 1
                columns[f"{key} dominated by{suffix}"] = better
            if item.reachability is not None:
                for name, steps in (
                    ("moves", item.reachability.by_moves),
                    ("improvements", item.reachability.by_improvements),
                ):
                    columns[f"{name} from status quo{suffix}"] = pd.array(steps, dtype="Int64")
                    columns[f"{name} from status quo{suffix}"][steps >= UNREACHED] = pd.NA
            columns[f"exposed{suffix}"] = item.exposed
        return pd.DataFrame(columns, index=pd.RangeIndex(1, self.graph.n_states + 1, name="number"))

    def _repr_html_(self) -> str:
        from detente.report.html import analysis_html

        return analysis_html(self)


def analyze(
    conflict: Conflict,
    *,
    readings: Iterable[str] | None = None,
    concepts: Sequence[str] | None = None,
    sanctions: Sanctions = "legal",
    behaviour: Mapping[str, str] | None = None,
    graph: Graph | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Analysis:
    """Analyse a conflict: which states are stable for whom, and which are equilibria.

    Parameters
    ----------
    conflict : Conflict
    readings : iterable of str, optional
        Readings to analyse; all by default.
    concepts : sequence of str, optional
        Keys of solution concepts; all by default.
    sanctions : {"legal", "once_each", "single"}
        What opponents' sequences may be: legal ones; each opponent at most once; one opponent once.
    behaviour : mapping, optional
        A concept for each decision maker, for equilibria in which parties reason differently (Fang, Hipel &
        Kilgour 1993); those not named use the first of ``concepts``.
    graph : Graph, optional
        The conflict's graph, when it exists already.
    progress : callable, optional
        Called with (done, total).

    Raises
    ------
    UsageError
        A reading, concept or decision maker does not exist.
    ModelError, TooLargeError
        See :class:`detente.graph.graph.Graph`.

    Examples
    --------
    >>> import detente
    >>> found = analyze(detente.library("chicken"), concepts=["nash", "gmr"])
    >>> found.equilibria("nash"), found.equilibria("gmr")
    ([2, 3], [2, 3, 4])
    """
    known_sanctions(sanctions)
    asked: list[Concept] = [concept(key) for key in concepts] if concepts is not None else list(CONCEPTS.values())
    own = _behaviour(conflict, behaviour, asked)
    for key in own.values():
        if key not in [item.id for item in asked]:
            asked.append(concept(key))
    graph = graph or Graph(conflict)
    _ = graph.class_of, graph.status_quo  # classes must partition the states, the status quo must be one
    names = (
        [conflict.reading(name).id for name in readings] if readings is not None else [r.id for r in conflict.readings]
    )
    results = {}
    for number, name in enumerate(names):

        def report(done: int, total: int, number: int = number) -> None:
            if progress is not None:
                progress(number * total + done, len(names) * total)

        game = game_of(graph, name, sanctions=sanctions)
        verdicts = solve(game, asked, progress=report)
        for dm, key in own.items():
            if key in verdicts.absent:
                raise UsageError(f"{dm} cannot use {key}: {verdicts.absent[key]}")
        results[name] = ReadingAnalysis(name, graph, game, verdicts, own)
    return Analysis(conflict, graph, results, sanctions)


def _behaviour(conflict: Conflict, given: Mapping[str, str] | None, asked: list[Concept]) -> dict[str, str]:
    if not given:
        return {}
    parties = [dm.id for dm in conflict.parties]
    for dm in given:
        if conflict.decision_maker(dm).kind == "nature":
            raise UsageError(f"{dm!r} is nature and follows no concept")
    return {dm: concept(given[dm]).id if dm in given else asked[0].id for dm in parties}
