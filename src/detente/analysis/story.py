"""The most telling way of play from the status quo: through the phases of a model, or to where it comes to rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from detente.analysis.evolution import Evolution, evolution
from detente.analysis.evolution_search import PlayStep, path_to, search_steps
from detente.analysis.phases import PhaseEnd, PhaseResult, PhaseTree, phases
from detente.analysis.reach import UNREACHED, Reach
from detente.analysis.world import World
from detente.conflict.phase import Phase
from detente.errors import TooLargeError
from detente.graph.graph import Graph
from detente.graph.moves import Index
from detente.stability.concept import Concept

MOST_STATES = 1 << 17
"""States up to which all ways of play are followed; beyond, one shortest way is looked for."""
MOST_ARCS = 1 << 25
"""Moves between states up to which they are."""

MOST_LABELS = 6
"""States that are named of those that play goes round through, where the model has no outcomes."""

Rule = Literal["phases", "rest", "shortest", "round"]
"""How the way was chosen: through the phases, or to a place of rest, by the largest share; or as the shortest one to a
state that holds, since there are too many states to follow all, or since play goes round for ever."""


@dataclass(frozen=True, order=True)
class End:
    """Where play ends: outcomes (a class alone, where there are classes), or else a state's label.

    ``goes_round``: it does not rest there, but goes round for ever through states of these outcomes.
    """

    names: tuple[str, ...]
    goes_round: bool = False


@dataclass(frozen=True, eq=False)
class Chapter:
    """A stretch of the way, from one beginning to one end; states count from 0, in ``graph``.

    ``goes_round``: play does not rest in ``end`` but comes back to it for ever.
    """

    graph: Graph
    phase: Phase | None
    start: int
    steps: tuple[PlayStep, ...]
    end: int
    goes_round: bool


@dataclass(frozen=True, eq=False)
class Story:
    """The way that is told, and where play ends otherwise.

    Attributes
    ----------
    rule : {"phases", "rest", "shortest", "round"}
    reading : str
        Where a phase names none.
    chapters : tuple of Chapter
    share : float or None
        Of all play, under the moving rule.
    branches : int
        Ways that are told apart by where play comes to rest (with phases: in each of them).
    as_large : int
        How many of the others have the same share.
    ends : tuple of (End, int)
        How many branches end in what, the end of the way told first.
    """

    rule: Rule
    reading: str
    chapters: tuple[Chapter, ...]
    share: float | None
    branches: int
    as_large: int
    ends: tuple[tuple[End, int], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1, in the states of their phase."""
        return {
            "rule": self.rule,
            "reading": self.reading,
            "share": self.share,
            "branches": self.branches,
            "as_large": self.as_large,
            "ends": [
                {"in": list(end.names), "goes_round": end.goes_round, "branches": count} for end, count in self.ends
            ],
            "chapters": [
                {
                    **({} if item.phase is None else {"phase": item.phase.id}),
                    "from": item.start + 1,
                    "steps": [step.to_dict() for step in item.steps],
                    "to": item.end + 1,
                    "ends_in": list(outcomes_at(item.graph, item.end)),
                    "goes_round": item.goes_round,
                }
                for item in self.chapters
            ],
        }


def story(world: World, by: Concept, reading: str) -> Story | None:
    """Find the way to tell: the one of the largest share, or where shares cannot be had the shortest.

    Through the phases, where there are any; else from the status quo to where play by improvements comes to rest, or in
    models of very many states to the nearest state that holds. ``None`` where play begins nowhere, or no improvements
    lead to a state that holds.

    Raises
    ------
    ModelError
        A phase begins in a state that is not possible in it.
    TooLargeError
        There are phases, and too many states or beginnings to follow.
    """
    conflict = world.conflict
    if conflict.phases:
        if conflict.status_quo is None and conflict.phases[0].status_quo is None:
            return None
        if not _few(world):
            raise TooLargeError(f"here phases are followed up to {MOST_STATES:,} states and {MOST_ARCS:,} moves")
        return _through(phases(conflict, reading=reading))
    if world.graph.status_quo is None:
        return None
    if _few(world):
        try:
            found = _to_rest(evolution(conflict, reading=reading, graph=world.graph))
        except TooLargeError:  # then not all ways are followed; the result says so by its rule
            return _shortest(world, by, reading)
        held = _shortest(world, by, reading) if found.chapters[0].goes_round else None
        return found if held is None else replace(held, rule="round", branches=found.branches, ends=found.ends)
    return _shortest(world, by, reading)


def _few(world: World) -> bool:
    """Return whether there are few enough states, and moves between them, to follow all ways of play."""
    return world.graph.n_states <= MOST_STATES and sum(moves.n_arcs for moves in world.graph.moves) <= MOST_ARCS


def outcomes_at(graph: Graph, state: int) -> tuple[str, ...]:
    """Return what a state is, to tell ends apart: its class, else its outcomes, else its label."""
    if graph.class_of is not None:
        return (graph.conflict.classes[graph.class_of[state]],)
    names = tuple(name for name, holds in graph.outcomes_of if holds[state])
    return names or (graph.space.label(state),)


def _counted(first: End, found: Counter[End]) -> tuple[tuple[End, int], ...]:
    return tuple(sorted(found.items(), key=lambda item: (item[0] != first, -item[1], item[0])))


# -- through the phases ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Way:
    """The best way to a beginning or an end, how many ways there are, and how many are as large."""

    share: float
    chapters: tuple[Chapter, ...]
    count: int
    alike: int

    @property
    def _length(self) -> int:
        return sum(len(item.steps) for item in self.chapters)

    def joined(self, other: _Way) -> _Way:
        """Return the better of two, with the counts of both: the larger share, then fewer steps, then this one."""
        first, second = (self, other)
        same = abs(first.share - second.share) <= 1e-9 * max(first.share, second.share)
        if (second._length < first._length) if same else (second.share > first.share):
            first, second = second, first
        alike = first.alike + (second.alike if same else 0)
        return _Way(first.share, first.chapters, first.count + second.count, alike)


def _through(tree: PhaseTree) -> Story:
    found: dict[int, _Way] = {}
    for number, item in enumerate(tree.phases):
        after = tree.phases[number + 1] if number + 1 < len(tree.phases) else None
        before, found = found, {}
        for branch in item.branches:
            way = before[branch.start] if number else _Way(1.0, (), 1, 1)
            for end in branch.ends:
                chapter = Chapter(item.graph, item.phase, branch.start, end.path, end.state, not end.rests)
                longer = _Way(way.share * end.share, (*way.chapters, chapter), way.count, way.alike)
                key = end.state if after is None else next_beginning(item, end, after)
                found[key] = found[key].joined(longer) if key in found else longer
    last = tree.phases[-1].graph
    best, *others = found.values()
    for way in others:
        best = best.joined(way)
    ends: Counter[End] = Counter()
    for state, way in found.items():
        ends[End(outcomes_at(last, state), way.chapters[-1].goes_round)] += way.count
    told = End(outcomes_at(last, best.chapters[-1].end), best.chapters[-1].goes_round)
    return Story("phases", tree.reading, best.chapters, best.share, best.count, best.alike - 1, _counted(told, ends))


def next_beginning(item: PhaseResult, end: PhaseEnd, after: PhaseResult) -> int:
    """Return the state that the next phase begins in, in its own states."""
    if after.phase.status_quo is not None:
        return after.branches[0].start
    conflict = after.graph.conflict
    if conflict.graph_form is not None:
        return end.state
    options = {k: v for k, v in item.graph.space.options_of(end.state).items() if v is not None}
    code = after.graph.space.coding.encode(conflict, tuple({**options, **dict(after.phase.sets)}.items()))
    return after.graph.space.state_from(code)


# -- without phases -------------------------------------------------------------------------------------------------


def _to_rest(found: Evolution) -> Story:
    graph, steps = found.graph, found.steps
    distance, entry = search_steps(steps, steps.begins)
    nearest, ends = [], []
    for k in range(len(found.shares)):
        places = np.flatnonzero(found.closed_of == k)
        nearest.append(int(places[np.argmin(distance[places])]))
        ends.append(_end_among(graph, found.closed(k)))
    k = min(range(len(ends)), key=lambda k: (-round(float(found.shares[k]), 9), distance[nearest[k]], k))
    path = path_to(steps, distance, entry, nearest[k])
    chapter = Chapter(
        graph, None, int(found.starts[0]), path, int(steps.states[nearest[k]]), goes_round=ends[k].goes_round
    )
    share = float(found.shares[k])
    alike = int((np.abs(found.shares - share) <= 1e-9).sum()) - 1
    return Story("rest", found.reading, (chapter,), share, len(ends), alike, _counted(ends[k], Counter(ends)))


def _end_among(graph: Graph, states: Index) -> End:
    """Return the end that a closed class of states is."""
    if len(states) == 1:
        return End(outcomes_at(graph, int(states[0])))
    if graph.class_of is not None:
        names = [graph.conflict.classes[k] for k in np.unique(graph.class_of[states])]
    else:
        names = [name for name, holds in graph.outcomes_of if holds[states].any()]
    return End(tuple(names) or tuple(graph.space.label(state) for state in states[:MOST_LABELS].tolist()), True)


def _shortest(world: World, by: Concept, reading: str) -> Story | None:
    graph, game = world.graph, world.game(reading)
    start = graph.status_quo
    assert start is not None
    holding = np.flatnonzero(world.decider.equilibria(by, game))
    reach = Reach(game, start, range(len(game.movers)), improving=True)
    if not len(holding) or reach.steps[holding].min() >= UNREACHED:
        return None
    goal = int(holding[np.argmin(reach.steps[holding])])
    path = tuple(PlayStep((game.movers[move.by].name,), move.start, move.end) for move in reach.path(goal))
    chapter = Chapter(graph, None, start, path, goal, False)
    return Story("shortest", reading, (chapter,), None, 1, 0, ((End(outcomes_at(graph, goal)), 1),))
