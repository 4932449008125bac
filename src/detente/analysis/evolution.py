"""How a conflict may evolve from a state: where play can come to rest, and with what shares under a stated rule.

Play goes on by improvements, by nature's moves and, where asked for, by joint improvements of coalitions. Nobody's last
move is remembered, unlike in the legal sequences of :mod:`detente.analysis.reach`. What can be said without any number
is in :mod:`detente.analysis.safety`.

References
----------
Li, K. W., Kilgour, D. M. & Hipel, K. W. 2005, Status quo analysis in the graph model for conflict resolution.
Kemeny, J. G. & Snell, J. L. 1960, Finite Markov Chains.
Young, H. P. 1993, The evolution of conventions: mistakes that keep every state within reach.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.evolution_chain import Shares, settle
from detente.analysis.evolution_steps import Improvements, Kinds, Nature, Number, Play, Steps, starts_of
from detente.analysis.result import Shown, State, provenance, state_columns
from detente.conflict.conflict import Conflict
from detente.errors import UsageError, did_you_mean
from detente.graph.graph import Graph
from detente.graph.moves import Index
from detente.stability.game import Flags

if TYPE_CHECKING:
    import pandas as pd

_MOST_WEIGHT = 1e50


@dataclass(frozen=True, eq=False, repr=False)
class Evolution(Shown):
    """Where play from a state can come to rest, and the shares of this under a moving rule.

    A closed class is a set of states that play, once inside, never leaves and goes on through for ever; most are one
    state in which nobody has a step. Shares follow from the rule alone: they are not probabilities of events.

    Attributes
    ----------
    graph : Graph
    reading : str
    rule : str
        The moving rule, in words.
    starts : (b,) int32
        Where play starts (states from 0); several, each as likely, where an outcome was given.
    steps : Steps
        The states that are reached, and all steps between them. All arrays over states below are in its order.
    chances : (a,) float64
        The chance of each step, where play is in the state it begins at.
    closed_of : (m,) int32
        Closed class of each reached state, -1 where it is left for good.
    shares : (k,) float64
        Share of each closed class; their sum is 1 within 1e-9.
    long_run : (m,) float64
        Share of each reached state in the long run: the share of its closed class times its stationary share there,
        counted in moves, or in turns where ``errors`` are given.
    moves : float
        Expected number of moves until a closed class is entered, under the rule.
    outcomes : dict of str to float
        Long-run share of each outcome of the model.
    errors : dict of str to float, or None
        Rates of error, where there are any.
    """

    graph: Graph
    reading: str
    rule: str
    starts: Index
    steps: Steps
    chances: Shares
    closed_of: Index
    shares: Shares
    long_run: Shares
    moves: float
    outcomes: Mapping[str, float]
    errors: Mapping[str, float] | None

    def __repr__(self) -> str:
        start = f"state {self.starts[0] + 1}" if len(self.starts) == 1 else f"{len(self.starts):,} states"
        counts = f"{len(self.steps.states):,} states reached, {len(self.shares):,} closed classes"
        return f"<Evolution from {start}, reading {self.reading}: {counts}, {self.moves:.3g} moves>"

    @property
    def classes(self) -> dict[str, float]:
        """Long-run share of each outcome class; empty where the model has none."""
        return {name: self.outcomes[name] for name in self.graph.conflict.classes}

    @property
    def elsewhere(self) -> float:
        """Long-run share of the states that have none of the classes; where there are no classes, of the outcomes."""
        some = np.zeros(self.graph.n_states, dtype=bool)
        for name in self.classes or self.outcomes:
            some |= self.graph.outcome(name)
        return self.share(~some)

    @property
    def unique(self) -> bool:
        """Whether there is one closed class only, so that the long run does not depend on chance before it."""
        return len(self.shares) == 1

    def closed(self, k: int) -> Index:
        """Return the states (from 0) of a closed class, ascending."""
        states: Index = self.steps.states[self.closed_of == k]
        return states

    def share(self, states: Flags) -> float:
        """Return the long-run share of any set of states, given as (n_states,) bool."""
        return float(self.long_run[states[self.steps.states]].sum())

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1, closed classes in the order of their first states."""
        at = self._closed_places
        numbers, shares = self.steps.states[at] + 1, self.long_run[at]
        ends = np.cumsum(np.bincount(self.closed_of[at], minlength=len(self.shares)))[:-1]
        lists = zip(np.split(numbers, ends), np.split(shares, ends), self.shares.tolist(), strict=True)
        return {
            "from": (self.starts + 1).tolist(),
            "reading": self.reading,
            "rule": self.rule,
            "states_reached": len(self.steps.states),
            "steps": len(self.steps.targets),
            "expected_moves": self.moves,
            "unique": self.unique,
            "closed": [
                {"share": share, "states": some.tolist(), "long_run": inside.tolist()} for some, inside, share in lists
            ],
            "outcomes": dict(self.outcomes),
            "classes": self.classes,
            "elsewhere": self.elsewhere,
            "states": {str(int(state)): state.to_dict() for state in State.many(self.graph, numbers - 1)},
            "computed": provenance(self.graph.conflict, errors=None if self.errors is None else dict(self.errors)),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per state of a closed class: its class, shares, options and outcomes."""
        import pandas as pd

        at = self._closed_places
        states, classes = self.steps.states[at], self.closed_of[at]
        columns = {"closed class": classes + 1, "share of class": self.shares[classes], "long run": self.long_run[at]}
        return pd.DataFrame({**columns, **state_columns(self.graph, states)}, index=pd.Index(states + 1, name="number"))

    @property
    def _closed_places(self) -> NDArray[np.intp]:
        """Places of all states in closed classes, class by class."""
        at = np.flatnonzero(self.closed_of >= 0)
        return at[np.argsort(self.closed_of[at], kind="stable")]


def evolution(
    conflict: Conflict,
    *,
    reading: str | None = None,
    start: str | int | None = None,
    improvements: Improvements = "any",
    steps: Kinds = "single",
    joint: Sequence[Sequence[str]] = (),
    nature: Nature = "eventually",
    weights: Mapping[str, Number] | None = None,
    errors: Mapping[str, Number] | None = None,
    graph: Graph | None = None,
) -> Evolution:
    """Follow play from a state to where it can come to rest, with the shares of this under a moving rule.

    Absorption is that of Kemeny & Snell 1960. The rule: at each state one mover is drawn among those that have a step,
    by weight; then one of its steps, each as likely. The movers are the parties, nature, and the coalitions in
    ``joint``, each of which counts as a mover besides its members. So a state that several movers can step to counts
    for each of them.

    With ``errors`` time goes in turns: at each turn one mover is drawn among all, by weight, whether it has a step or
    not. A party with rate e takes, with chance e, any of its legal moves, each as likely (improvements among them),
    else one of its improvements; who has nothing to do stays. Every such move then counts as a step, and the long run
    counts turns. Where every state can be reached from every other, ``unique`` is true and ``long_run`` the
    stationary distribution of the whole chain (as in Young 1993); otherwise ``shares`` are of the several closed
    classes that play from the start comes to.

    Parameters
    ----------
    conflict : Conflict
    reading : str, optional
        The first by default.
    start : str or int, optional
        A state's number or label, or an outcome: then play starts at one of its states, each as likely. The status quo
        by default.
    improvements : {"any", "best"}
        A party's steps: all it strictly prefers of the states it can move to in one move, or only those of them it
        prefers most (several where it is indifferent).
    steps : {"single", "joint"}
        Whether coalitions step too: to any state that a legal sequence of their members' moves ends in and that all
        members prefer (R_H⁺⁺), whatever ``improvements`` says.
    joint : sequence of (sequence of str)
        The coalitions, by their members; one named twice counts once. Not looked at with single steps.
    nature : {"eventually", "never"}
        Whether nature takes part, with all its moves; if so, where it alone can move, play does not rest.
    weights : mapping of str to number, optional
        Weights above 0 by mover: a decision maker's identifier, or a coalition's members in the order of the model
        joined by ``+``. Who is not mentioned has weight 1.
    errors : mapping of str to number, optional
        Rates from 0 to 1 by party; who is not mentioned makes none.
    graph : Graph, optional
        The conflict's graph, when it exists already.

    Raises
    ------
    UsageError
        A name, weight or rate makes no sense, or there is no start.
    TooLargeError
        The steps would not fit in memory, or the shares cannot be had to within 1e-9.

    Examples
    --------
    >>> from detente import library
    >>> found = evolution(library("elmira"), steps="joint", joint=[("moe", "uniroyal")])
    >>> found.closed(0) + 1, found.shares
    (array([8], dtype=int32), array([1.]))
    """
    graph = graph or Graph(conflict)
    name = conflict.reading(reading).id if reading else conflict.readings[0].id
    play = Play(graph, name, improvements=improvements, steps=steps, joint=joint, nature=nature, errors=errors)
    weight = _weights(conflict, play.names, weights or {})
    starts = starts_of(graph, start)
    found = play.steps_from(starts)
    chances = _chances(found, weight, in_turns=play.errors is not None)
    begin = np.zeros(len(found.states))
    begin[found.begins] = 1 / len(starts)
    end = settle(begin, found.sources, found.targets, chances)
    outcomes = {key: float(end.long_run[holds[found.states]].sum()) for key, holds in graph.outcomes_of}
    return Evolution(
        graph=graph,
        reading=name,
        rule=_rule(play, weights or {}, len(starts)),
        starts=starts,
        steps=found,
        chances=chances,
        closed_of=end.closed_of,
        shares=end.shares,
        long_run=end.long_run,
        moves=end.moves,
        outcomes=outcomes,
        errors=play.errors,
    )


# -- the moving rule ------------------------------------------------------------------------------------------------


def _weights(conflict: Conflict, names: Sequence[tuple[str, ...]], weights: Mapping[str, Number]) -> Shares:
    known = {"+".join(members): k for k, members in enumerate(names)}
    silent = [dm.id for dm in conflict.decision_makers if dm.id not in known]
    result = np.ones(len(names))
    for key, weight in weights.items():
        if key not in known and key not in silent:
            hint = did_you_mean(key, known) or f"; there are: {', '.join(known)}"
            raise UsageError(f"a weight is given for {key!r}, who is no mover here{hint}")
        if not 1 / _MOST_WEIGHT <= weight <= _MOST_WEIGHT:
            wanted = f"a number above 0 (from {1 / _MOST_WEIGHT:g} to {_MOST_WEIGHT:g})"
            raise UsageError(f"the weight of {key!r} is {weight}; expected {wanted}")
        if key in known:
            result[known[key]] = float(weight)
    return result


def _chances(steps: Steps, weights: Shares, *, in_turns: bool) -> Shares:
    """Return the chance of each step where it begins: that of its mover being drawn, times its share."""
    if in_turns:
        turns: Shares = steps.own * (weights / weights.sum())[steps.by]
        return turns
    sources, by = steps.sources, steps.by
    first = np.ones(len(by), dtype=bool)
    first[1:] = (np.diff(sources) != 0) | (np.diff(by) != 0)
    total = np.bincount(sources[first], weights[by[first]], len(steps.states))
    result: Shares = steps.own * weights[by] / total[sources]
    return result


def _rule(play: Play, weights: Mapping[str, Number], n_starts: int) -> str:
    """Say the moving rule in words."""
    uneven = {key: weight for key, weight in weights.items() if weight != 1}
    listed = ", ".join(f"{key} {weight}" for key, weight in uneven.items())
    how = f"with weights {listed} (others 1)" if uneven else "each as likely"
    turns = play.errors is not None
    among = "all, whether it has a step or not," if turns else "those that have a step,"
    kinds = ["each party's best improvements" if play.best else "each party's improvements"]
    if play.nature and any(mover.ranks is None for mover in play.game.movers):
        kinds.append("nature's moves")
    if play.names[play.n_alone :]:
        kinds.append(f"joint improvements of {', '.join('+'.join(names) for names in play.names[play.n_alone :])}")
    text = f"Play starts in one of {n_starts:,} states, each as likely. " if n_starts > 1 else ""
    text += (
        f"At each {'turn' if turns else 'move'} one mover is drawn among {among} {how}; then one of its steps, each "
    )
    text += f"as likely. Steps are {', '.join(kinds)}. "
    if play.errors is not None:
        rates = ", ".join(f"{key} {rate:g}" for key, rate in play.errors.items())
        text += f"In error, any legal move is taken instead, at these rates: {rates}. "
    return text + "Who moved last does not matter."
