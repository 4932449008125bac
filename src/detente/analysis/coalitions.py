"""What can coalitions do together, and which states are stable for them?

References
----------
Kilgour, D. M., Hipel, K. W., Fang, L. & Peng, X. 2001, Coalition analysis in group decision support.
Inohara, T. & Hipel, K. W. 2008, Coalition analysis in the graph model for conflict resolution; Interrelationships
among noncooperative and coalition stability concepts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from detente.analysis.coalition_judge import CONCEPTS, MOST_COALITIONS, MOST_PAIRS, Judge, subsets
from detente.analysis.reach import Reach
from detente.analysis.result import Shown, State, provenance
from detente.conflict.conflict import Conflict, unknown
from detente.errors import TooLargeError, UsageError, did_you_mean
from detente.graph.graph import Graph
from detente.graph.moves import Index
from detente.stability.game import Flags, Game, Sanctions, known_sanctions
from detente.stability.reading import game_of

if TYPE_CHECKING:
    import pandas as pd

Progress: TypeAlias = Callable[[int, int], object]
"""Called with (done, total) after each coalition; work stops when it returns ``False``."""


@dataclass(frozen=True, eq=False)
class CoalitionStability:
    """Which states are stable for one coalition, and where it can improve to.

    Attributes
    ----------
    members : tuple of str
        In the order of the model.
    stable : mapping of concept key to (n_states,) bool
    """

    members: tuple[str, ...]
    stable: Mapping[str, Flags]
    _game: Game = field(repr=False)
    _indexes: tuple[int, ...] = field(repr=False)

    def improvements(self, state: int) -> Index:
        """Return R_H⁺⁺ of a state: the states it reaches and all members prefer; both count from 0."""
        better = Reach(self._game, state, self._indexes, improving=False).reached()
        for i in self._indexes:
            ranks = self._game.ranks(i)
            better &= ranks > ranks[state]
        return np.flatnonzero(better).astype(np.int32)


def coalition_stability(
    graph: Graph,
    reading: str,
    members: Sequence[str],
    *,
    concepts: Sequence[str] | None = None,
    sanctions: Sanctions = "legal",
) -> CoalitionStability:
    """Decide which states are stable for a coalition.

    Parameters
    ----------
    graph : Graph
    reading : str
    members : sequence of str
        Identifiers of the parties in it.
    concepts : sequence of str, optional
        Keys of :data:`CONCEPTS`; all by default.
    sanctions : "legal"
        Coalitions are defined for legal sequences only.

    Raises
    ------
    UsageError
        A name is unknown, nature is a member, or sanctions are not legal sequences.
    TooLargeError
        What has to be held at once would not fit in memory.

    Notes
    -----
    Time grows with the square of the number of states, 64 pairs a machine word. Memory is bounded for CNash, CGMR and
    CSMR; CSEQ takes one bit a pair of states, and with intransitive moves one for each coalition of opponents.

    Examples
    --------
    >>> from detente import Graph, library
    >>> found = coalition_stability(Graph(library("elmira")), "default", ["moe", "uniroyal"])
    >>> [s + 1 for s in range(9) if not found.stable["cnash"][s]]
    [2, 5, 6]
    >>> found.improvements(4) + 1
    array([8], dtype=int32)
    """
    judge = _judge(graph, reading, sanctions)
    return _decided(judge, _indexes(graph.conflict, judge.game, members), _concepts(concepts))


def universally_stable(
    graph: Graph,
    reading: str,
    *,
    concepts: Sequence[str] | None = None,
    sanctions: Sanctions = "legal",
    progress: Progress | None = None,
) -> dict[str, Flags]:
    """Decide which states are stable for every non-empty coalition of parties.

    Coalitions are gone through from small to large, and only states that are still in question are decided. Parameters
    and errors are those of :func:`coalition_stability`; ``progress`` is called with (done, total), and when it returns
    ``False`` the states that no coalition so far has ruled out are returned.

    Returns
    -------
    dict of concept key to (n_states,) bool
    """
    return _universal(_judge(graph, reading, sanctions), _concepts(concepts), progress)[0]


def _universal(judge: Judge, concepts: tuple[str, ...], progress: Progress | None) -> tuple[dict[str, Flags], bool]:
    """Return the states in question after all coalitions, or as many as progress allowed, and whether it was all."""
    parties = judge.game.parties
    left = {key: np.ones(judge.game.n_states, dtype=bool) for key in concepts}
    states = judge.states
    total = _count(len(parties))
    for done, members in enumerate(subsets(parties), 1):
        open_concepts = [key for key in concepts if left[key].any()]
        if not open_concepts:
            break
        some = np.flatnonzero(np.logical_or.reduce([left[key] for key in open_concepts]))
        if 2 * len(some) <= len(states):
            states = some.astype(np.int32)
        for key, stable in judge.stable(members, open_concepts, states).items():
            left[key][states] &= stable
        if progress is not None and progress(done, total) is False and done < total:
            return left, False
    return left, True


def _count(n_parties: int) -> int:
    total = (1 << n_parties) - 1
    if total >= MOST_COALITIONS:
        most = MOST_COALITIONS - 1
        raise TooLargeError(f"{n_parties} parties form {total:,} coalitions; at most {most:,} can be examined")
    return total


def _check_pairs(n_states: int, n_coalitions: int) -> None:
    pairs = n_coalitions * n_states**2
    if pairs > MOST_PAIRS:
        raise TooLargeError(
            f"{n_states:,} states held against one another for {n_coalitions:,} coalitions are {pairs:.1e} pairs, "
            f"which would take about {pairs / 2e12:,.0f} hours; at most {MOST_PAIRS:.1e} are gone through. "
            "Joint improvements alone can be had: detente coalitions --improvements, or concepts=() in Python"
        )


def _judge(graph: Graph, reading: str, sanctions: Sanctions) -> Judge:
    if known_sanctions(sanctions) != "legal":
        raise UsageError(f"coalitions are defined for legal sequences of sanctions only, not for {sanctions!r}")
    return Judge(game_of(graph, reading))


def _concepts(asked: Sequence[str] | None) -> tuple[str, ...]:
    if asked is None:
        return tuple(CONCEPTS)
    for key in asked:
        if key not in CONCEPTS:
            hint = did_you_mean(key, CONCEPTS)
            raise UsageError(f"unknown concept for coalitions {key!r}{hint} (there are: {', '.join(CONCEPTS)})")
    return tuple(key for key in CONCEPTS if key in asked)


def _indexes(conflict: Conflict, game: Game, members: Sequence[str]) -> tuple[int, ...]:
    """Return the members of a coalition as indices of movers, in the order of the model."""
    names = [mover.name for mover in game.movers]
    found = [names.index(conflict.decision_maker(member).id) for member in members]
    if not found:
        raise UsageError("a coalition has at least one member")
    for index in found:
        if index not in game.parties:
            raise UsageError(f"{names[index]!r} has no preference and joins no coalition")
        if found.count(index) > 1:
            raise UsageError(f"{names[index]!r} is in the coalition twice")
    return tuple(sorted(found))


def _decided(judge: Judge, indexes: tuple[int, ...], concepts: tuple[str, ...]) -> CoalitionStability:
    members = tuple(judge.game.movers[i].name for i in indexes)
    return CoalitionStability(members, judge.stable(indexes, concepts, judge.states), judge.game, indexes)


# -- the question ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class CoalitionAnswer:
    """What one coalition can do.

    Attributes
    ----------
    id : str
        The coalition's identifier in the model, or its members joined by ``+``.
    members : tuple of str
    stable : mapping of concept key to (n,) int32
        The states that are stable for it, from 0, ascending.
    improvements : mapping of state to (n,) int32
        Its joint improvements from each state asked about; states count from 0.
    """

    id: str
    members: tuple[str, ...]
    stable: Mapping[str, Index]
    improvements: Mapping[int, Index]


@dataclass(frozen=True, eq=False)
class CoalitionResult(Shown):
    """What coalitions can do, under one reading.

    Attributes
    ----------
    graph : Graph
    reading : str
    concepts : tuple of str
        Keys of :data:`CONCEPTS` that were decided.
    starts : tuple of int
        The states that joint improvements were asked of, from 0.
    coalitions : tuple of CoalitionAnswer
    universal : mapping of concept key to (n,) int32, or None
        States stable for every non-empty coalition, from 0, ascending; ``None`` where not asked for
        or not come to.
    complete : bool
        False when the work was stopped: coalitions may be missing, and ``universal`` has every state that no coalition
        examined so far rules out.
    """

    graph: Graph
    reading: str
    concepts: tuple[str, ...]
    starts: tuple[int, ...]
    coalitions: tuple[CoalitionAnswer, ...]
    universal: Mapping[str, Index] | None
    complete: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        ends = [end for answer in self.coalitions for some in answer.improvements.values() for end in some.tolist()]
        shown = np.array(sorted({*self.starts, *ends}), dtype=np.int64)
        return {
            "reading": self.reading,
            "coalitions": [
                {
                    "id": answer.id,
                    "members": list(answer.members),
                    "stable": {key: (states + 1).tolist() for key, states in answer.stable.items()},
                    "improvements": {str(s + 1): (ends + 1).tolist() for s, ends in answer.improvements.items()},
                }
                for answer in self.coalitions
            ],
            "universal": self.universal and {key: (states + 1).tolist() for key, states in self.universal.items()},
            "states": {str(int(state)): state.to_dict() for state in State.many(self.graph, shown)},
            "computed": provenance(
                self.graph.conflict,
                concepts=list(self.concepts),
                sanctions="legal",
                nature=self.graph.conflict.nature,
                complete=self.complete,
            ),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per state: whether it is stable, by concept and coalition."""
        import pandas as pd

        n = self.graph.n_states
        columns: dict[str, Any] = {"state": [self.graph.space.label(state) for state in range(n)]}
        listed = [(answer.id, answer.stable) for answer in self.coalitions]
        for name, stable in [*listed, *([("universal", self.universal)] if self.universal is not None else [])]:
            for key, states in stable.items():
                columns[f"{key} {name}"] = np.isin(np.arange(n), states)
        for answer in self.coalitions:
            for start, ends in answer.improvements.items():
                columns[f"{answer.id} improves to it from {start + 1}"] = np.isin(np.arange(n), ends)
        return pd.DataFrame(columns, index=pd.RangeIndex(1, n + 1, name="number"))


def coalitions(
    conflict: Conflict,
    *,
    reading: str | None = None,
    names: Sequence[str | Sequence[str]] | None = None,
    all_coalitions: bool = False,
    universal: bool = False,
    states: Sequence[int | str] | None = None,
    concepts: Sequence[str] | None = None,
    sanctions: Sanctions = "legal",
    graph: Graph | None = None,
    progress: Progress | None = None,
) -> CoalitionResult:
    """Find out what coalitions can do together, and which states are stable for them.

    Parameters
    ----------
    conflict : Conflict
    reading : str, optional
        The first by default.
    names : sequence of (str or sequence of str), optional
        Coalitions of the model by identifier, or lists of members. By default those of the model, or every pair where
        it names none.
    all_coalitions : bool
        Every coalition of two or more parties instead.
    universal : bool
        Also the states stable for every non-empty coalition.
    states : sequence of (int or str), optional
        States, or outcomes, whose joint improvements to list; the status quo by default, where there is one.
    concepts, sanctions
        See :func:`coalition_stability`. With no concepts, ``()``, joint improvements alone are looked for.
    graph : Graph, optional
        The conflict's graph, when it exists already.
    progress : callable, optional
        Called with (done, total); work stops, keeping what is done, when it returns ``False``.

    Raises
    ------
    UsageError, TooLargeError
        See :func:`coalition_stability`.

    Examples
    --------
    >>> import detente
    >>> found = coalitions(detente.library("elmira"), states=[5])
    >>> found.to_dict()["coalitions"][0]["improvements"]
    {'5': [8]}
    """
    graph = graph or Graph(conflict)
    chosen = conflict.reading(reading).id if reading else conflict.readings[0].id
    asked, judge = _concepts(concepts), _judge(graph, chosen, sanctions)
    listed = _listed(conflict, judge.game, names, all_coalitions)
    starts = _starts(graph, states)
    n_universal = _count(len(judge.game.parties)) if universal else 0
    if asked:
        _check_pairs(graph.n_states, len(listed) + n_universal)
    answers, going = [], True

    def report(done: int) -> bool:
        return progress is None or progress(done, len(listed) + n_universal) is not False

    for number, (name, indexes) in enumerate(listed.items(), 1):
        found = _decided(judge, indexes, asked)
        stable = {key: np.flatnonzero(flags).astype(np.int32) for key, flags in found.stable.items()}
        answers.append(CoalitionAnswer(name, found.members, stable, {s: found.improvements(s) for s in starts}))
        going = report(number)
        if not going:
            break
    everywhere, complete = None, len(answers) == len(listed) and (going or not universal)
    if universal and complete:
        left, complete = _universal(judge, asked, lambda done, _: report(len(listed) + done))
        everywhere = {key: np.flatnonzero(flags).astype(np.int32) for key, flags in left.items()}
    return CoalitionResult(graph, chosen, asked, starts, tuple(answers), everywhere, complete)


def _listed(
    conflict: Conflict, game: Game, names: Sequence[str | Sequence[str]] | None, all_coalitions: bool
) -> dict[str, tuple[int, ...]]:
    """Return the coalitions asked for, by identifier."""
    known = {item.id: _indexes(conflict, game, item.members) for item in conflict.coalitions}
    found: dict[str, tuple[int, ...]] = {}
    if names is None and known and not all_coalitions:
        return known
    if names is None:
        if all_coalitions:
            _count(len(game.parties))
        called = {indexes: name for name, indexes in known.items()}
        largest = len(game.parties) if all_coalitions else 2
        for indexes in subsets(game.parties, least=2, most=largest):
            found[called.get(indexes) or _joined(game, indexes)] = indexes
        return found
    for name in names:
        if not isinstance(name, str):
            indexes = _indexes(conflict, game, name)
            found[_joined(game, indexes)] = indexes
        elif name in known:
            found[name] = known[name]
        else:
            raise unknown("coalition", name, list(known))
    return found


def _joined(game: Game, indexes: tuple[int, ...]) -> str:
    return "+".join(game.movers[i].name for i in indexes)


def _starts(graph: Graph, states: Sequence[int | str] | None) -> tuple[int, ...]:
    if states is None:
        return () if graph.status_quo is None else (graph.status_quo,)
    found = np.zeros(graph.n_states, dtype=bool)
    for reference in states:
        found |= graph.find_states(reference)
    return tuple(np.flatnonzero(found).tolist())
