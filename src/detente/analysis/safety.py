"""Must play end in an outcome, must it come there at all, and who can keep it away? Checked on the graph of play.

Nothing here depends on chances: an answer holds under every moving rule that gives each step a chance above 0.

References
----------
Thomas, W. 1995, On the synthesis of strategies in infinite games: safety games and attractors.
Li, K. W., Kilgour, D. M. & Hipel, K. W. 2005, Status quo analysis in the graph model for conflict resolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

import numpy as np

from detente.analysis.evolution_chain import closed_classes
from detente.analysis.evolution_search import PlayStep, cycle_through, leading_to, path_to, search_steps
from detente.analysis.evolution_steps import Improvements, Kinds, Nature, Play, Steps, members_of, starts_of
from detente.analysis.result import provenance
from detente.conflict.formula import Formula
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.graph.moves import Index
from detente.stability import backend
from detente.stability.game import Flags, Game

if TYPE_CHECKING:
    import pandas as pd

Goal: TypeAlias = Flags | Formula | str | int
"""A set of states: (n_states,) bool, a formula, or the name of an outcome, a label or a number."""
Reason = Literal["", "dead end", "closed class", "cycle"]


class Played(Protocol):
    """Play from a start: an :class:`~detente.analysis.evolution.Evolution`, or :class:`Followed` without shares."""

    @property
    def graph(self) -> Graph: ...
    @property
    def steps(self) -> Steps: ...
    @property
    def closed_of(self) -> Index: ...


@dataclass(frozen=True, eq=False)
class Followed:
    """Play from a start, without shares. Attributes are those of :class:`~detente.analysis.evolution.Evolution`."""

    graph: Graph
    steps: Steps
    closed_of: Index


def follow(graph: Graph, play: Play, starts: Index) -> Followed:
    """Follow play from some states (from 0), to be asked what is inevitable or certain."""
    steps = play.steps_from(starts)
    return Followed(graph, steps, closed_classes(len(steps.states), steps.sources, steps.targets))


@dataclass(frozen=True, eq=False, repr=False)
class Verdict:
    """Whether an outcome is inevitable or certain, and a witness where it is not.

    Attributes
    ----------
    question : {"inevitable", "certain"}
    holds : bool
    reason : {"", "dead end", "closed class", "cycle"}
        What is wrong: play can rest outside the outcome, in a state without steps; it can come to a closed class that
        is not all inside; it can go round outside, without ever having been inside.
    path : tuple of PlayStep or None
        Fewest steps from a start to a state outside the outcome: to the dead end, in the closed class, on the cycle.
        Before a cycle all of them stay outside. Empty where play starts there; ``None`` when the answer is yes.
    end : int or None
        That state (from 0).
    cycle : tuple of PlayStep
        Fewest steps from there back to it: inside the closed class, or outside the outcome. Empty at a dead end, and
        where inevitability is asked for.
    closed : (c,) int32
        The states (from 0) of the closed class, or the dead end; empty where the reason is another.
    """

    graph: Graph
    question: Literal["inevitable", "certain"]
    holds: bool
    reason: Reason
    path: tuple[PlayStep, ...] | None
    end: int | None
    cycle: tuple[PlayStep, ...]
    closed: Index

    def __bool__(self) -> bool:
        return self.holds

    def __repr__(self) -> str:
        if self.holds:
            return f"<Verdict: {self.question}>"
        return f"<Verdict: not {self.question}, {self.reason} after {len(self.path or ())} moves>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        return {
            "question": self.question,
            "holds": self.holds,
            "reason": self.reason or None,
            "path": None if self.path is None else [step.to_dict() for step in self.path],
            "end": None if self.end is None else self.end + 1,
            "cycle": [step.to_dict() for step in self.cycle],
            "closed": (self.closed + 1).tolist(),
            "computed": provenance(self.graph.conflict),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per step of the path and the cycle."""
        import pandas as pd

        parts = (("path", self.path or ()), ("cycle", self.cycle))
        rows = [
            {"part": part, "step": k, "by": "+".join(step.by), "from": step.start + 1, "to": step.end + 1}
            for part, some in parts
            for k, step in enumerate(some, 1)
        ]
        return pd.DataFrame(rows, columns=["part", "step", "by", "from", "to"])


def inevitable(evolution: Played, outcome: Goal) -> Verdict:
    """Decide whether play must end in an outcome: every closed class that it can come to lies inside.

    So with chance 1 play is inside from some move on, under the evolution's rule and under every other that gives each
    of its steps a chance above 0. It may be long in coming, and pass through in between.

    Parameters
    ----------
    evolution : Evolution or Followed
        With errors, the steps that they make possible count.
    outcome : (n_states,) bool, or formula, or outcome, label or number

    Raises
    ------
    UsageError
        There is no such outcome.
    """
    inside = _flags(evolution.graph, outcome)[evolution.steps.states]
    return _inevitable(evolution, inside, cycle=False)


def certain(evolution: Played, outcome: Goal) -> Verdict:
    """Decide whether play must end in an outcome whatever the order of moves: inevitable, and no play stays outside.

    Besides what :func:`inevitable` asks, no infinite sequence of steps from the start is outside all the time: no cycle
    outside the outcome can be reached through states outside. (Play that rests outside is ruled out already.) So within
    a bounded number of moves play comes there, by whatever steps. It does not say that play stays from then on: it may
    leave again, and only chance brings it back.

    Parameters and errors are those of :func:`inevitable`.
    """
    inside = _flags(evolution.graph, outcome)[evolution.steps.states]
    found = _inevitable(evolution, inside, cycle=True)
    if not found.holds:
        return found
    steps = evolution.steps
    distance, entry = search_steps(steps, steps.begins[~inside[steps.begins]], nodes=~inside)
    reached = distance >= 0
    kept = reached[steps.sources] & reached[steps.targets]
    _, component = backend.components(len(reached), steps.sources[kept], steps.targets[kept])
    on_cycle = np.flatnonzero(reached & (np.bincount(component)[component] > 1))
    if not len(on_cycle):
        return found
    node = int(on_cycle[np.argmin(distance[on_cycle])])
    path = path_to(steps, distance, entry, node)
    cycle = cycle_through(steps, node, (component == component[node]) & reached)
    end = int(steps.states[node])
    return Verdict(evolution.graph, "certain", False, "cycle", path, end, cycle, steps.states[:0])


def _inevitable(evolution: Played, inside: Flags, *, cycle: bool) -> Verdict:
    steps, closed_of = evolution.steps, evolution.closed_of
    question: Literal["inevitable", "certain"] = "certain" if cycle else "inevitable"
    wrong = np.flatnonzero((closed_of >= 0) & ~inside)
    if not len(wrong):
        return Verdict(evolution.graph, question, True, "", None, None, (), steps.states[:0])
    distance, entry = search_steps(steps, steps.begins)
    node = int(wrong[np.argmin(distance[wrong])])
    same = closed_of == closed_of[node]
    closed = steps.states[same]
    return Verdict(
        evolution.graph,
        question,
        False,
        "dead end" if len(closed) == 1 else "closed class",
        path_to(steps, distance, entry, node),
        int(steps.states[node]),
        cycle_through(steps, node, same) if cycle and len(closed) > 1 else (),
        closed,
    )


# -- who can keep play away -----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, repr=False)
class Avoidance:
    """Whether some parties can keep play outside an outcome, and how, or how they fail.

    Attributes
    ----------
    by : tuple of str
        The parties, in the order of the model.
    holds : bool
    n_states, n_safe : int
        How many states play can come to from the start at all, and how many of these are safe.
    n_followed : int
        How many safe states play can still come to when the strategy is followed; 0 where the answer is no.
    withheld : tuple of three (w,) int32
        The strategy: steps that one of the parties must not take (or not take part in) in those states. Start, end
        (from 0), and whose step, as an index into ``names``. All their other steps are free. Empty where the answer is
        no.
    names : tuple of tuple of str
        Who can step; see :class:`detente.analysis.evolution_steps.Steps`.
    path : tuple of PlayStep or None
        A shortest sequence of the others' steps into the outcome, from a start; empty where play starts there. ``None``
        where the answer is yes.
    """

    graph: Graph
    reading: str
    by: tuple[str, ...]
    holds: bool
    n_states: int
    n_safe: int
    n_followed: int
    withheld: tuple[Index, Index, Index]
    names: tuple[tuple[str, ...], ...]
    path: tuple[PlayStep, ...] | None

    def __bool__(self) -> bool:
        return self.holds

    def __repr__(self) -> str:
        who = ", ".join(self.by) or "nobody"
        if self.holds:
            counts = f"{self.n_safe:,} of {self.n_states:,} states safe, {len(self.withheld[0]):,} steps withheld"
            return f"<Avoidance by {who}: {counts}>"
        return f"<Avoidance by {who}: not avoidable, {len(self.path or ())} moves of others>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1. ``withheld_by`` are those of the parties who take part."""
        return {
            "by": list(self.by),
            "reading": self.reading,
            "holds": self.holds,
            "states_reached": self.n_states,
            "states_safe": self.n_safe,
            "states_followed": self.n_followed,
            "withheld": [
                {
                    "by": list(self.names[k]),
                    "from": start + 1,
                    "to": end + 1,
                    "withheld_by": [name for name in self.names[k] if name in self.by],
                }
                for start, end, k in zip(*(column.tolist() for column in self.withheld), strict=True)
            ],
            "path": None if self.path is None else [step.to_dict() for step in self.path],
            "computed": provenance(self.graph.conflict),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per step to withhold."""
        import pandas as pd

        start, end, who = self.withheld
        called = np.array(["+".join(members) for members in self.names], dtype=object)
        return pd.DataFrame({"by": called[who], "from": start + 1, "to": end + 1})


def avoidable(
    graph: Graph,
    reading: str | None,
    outcome: Goal,
    *,
    by: Sequence[str],
    start: str | int | Flags | None = None,
    improvements: Improvements = "any",
    steps: Kinds = "single",
    joint: Sequence[Sequence[str]] = (),
    nature: Nature = "eventually",
    game: Game | None = None,
) -> Avoidance:
    """Decide whether some parties H can keep play outside an outcome, whatever the others do (a safety game).

    Play is on the graph of :func:`detente.analysis.evolution.evolution`. In every state H may take any of its steps or
    withhold them all; the steps of everybody else, nature's among them, can happen at any time, one after another. A
    joint step needs all its members, so it is H's to withhold as soon as one member belongs to H. H may agree on
    anything: it does not matter which of its members withholds.

    The *safe* states are the greatest set of states outside the outcome that no step of the others leads out of. As H
    never has to step, this is all from which others' steps alone do not lead into the outcome. The outcome is avoidable
    when play starts at safe states (from outcomes: all of them); then H's strategy is to withhold, at safe states, the
    steps that lead to states not safe. With an empty H the question is whether play can come to the outcome at all.

    Parameters
    ----------
    graph : Graph
    reading : str or None
        The first by default.
    outcome : (n_states,) bool, or formula, or outcome, label or number
    by : sequence of str
        H, by identifiers of parties.
    start, improvements, steps, joint, nature
        See :func:`detente.analysis.evolution.evolution`.
    game : Game, optional
        The game under the reading, when it exists already.

    Raises
    ------
    UsageError
        A name or a setting makes no sense, or there is no start.
    TooLargeError
        The steps would not fit in memory.

    Examples
    --------
    >>> from detente import Graph, library
    >>> avoidable(Graph(library("chicken")), None, "one_gives_way", by=["a"])
    <Avoidance by a: not avoidable, 1 moves of others>
    >>> avoidable(Graph(library("chicken")), None, "one_gives_way", by=["a", "b"])
    <Avoidance by a, b: 1 of 3 states safe, 2 steps withheld>
    """
    conflict = graph.conflict
    name = conflict.reading(reading).id if reading else conflict.readings[0].id
    play = Play(graph, name, improvements=improvements, steps=steps, joint=joint, nature=nature, game=game)
    members = members_of(play.game, conflict, by, "those who avoid an outcome")
    states = _flags(graph, outcome)
    found = play.steps_from(starts_of(graph, start))
    inside = states[found.states]
    others = np.array([not set(who) & set(members) for who in play.who])[found.by]
    unsafe = leading_to(found, inside, others)
    called = tuple(play.game.movers[j].name for j in members)
    counts = len(inside), int((~unsafe).sum())
    forced = found.begins[unsafe[found.begins]]
    if len(forced):
        distance, entry = search_steps(found, forced, arcs=others)
        ends = np.flatnonzero(inside & (distance >= 0))
        path = path_to(found, distance, entry, int(ends[np.argmin(distance[ends])]))
        none = found.states[:0]
        return Avoidance(graph, name, called, False, *counts, 0, (none, none, none), found.names, path)
    followed = search_steps(found, found.begins, nodes=~unsafe)[0] >= 0
    arcs = np.flatnonzero(followed[found.sources] & unsafe[found.targets])
    withheld = found.states[found.sources[arcs]], found.states[found.targets[arcs]], found.by[arcs]
    return Avoidance(graph, name, called, True, *counts, int(followed.sum()), withheld, found.names, None)


def _flags(graph: Graph, goal: Goal) -> Flags:
    """Return for each state whether it belongs to the goal. Raises UsageError."""
    if isinstance(goal, (str, int)):
        return graph.find_states(goal)
    if isinstance(goal, np.ndarray):
        if goal.dtype != bool or goal.shape != (graph.n_states,):
            raise UsageError(f"a set of states is an array of {graph.n_states:,} booleans, one a state")
        return goal
    return graph.space.evaluate(goal)
