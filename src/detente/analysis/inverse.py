"""Which change of the parties' rankings, as small as can be, would make a wished state an equilibrium?

Inverse analysis after Kinsara, Kilgour & Hipel 2015. The distance is that of :mod:`detente.analysis.inverse_order`,
summed over the parties. Under Nash, GMR and SMR each party can be asked alone. Under SEQ and SSEQ the parties hang
together, since one party's wishes make another's sanctions credible: see :mod:`detente.analysis.inverse_joint`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.inverse_joint import joint_changes
from detente.analysis.inverse_level import Profile, Wish
from detente.analysis.inverse_order import Halves, changed_pairs, dense, halves, least_changes, lift_cost
from detente.analysis.result import Shown, State, provenance
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.stability.concept import Concept
from detente.stability.game import Game, Values
from detente.stability.reading import game_of
from detente.stability.registry import concept as concept_named

if TYPE_CHECKING:
    import pandas as pd

CONCEPTS = ("nash", "gmr", "smr", "seq", "sseq")
WORDS = {-1: "second", 0: "equal", 1: "first"}
"""Which of two states is preferred, by the sign of the difference of their ranks."""


@dataclass(frozen=True)
class Pair:
    """Two states (from 0) that change order for a party: which is preferred before and after (1: first, 0: equal)."""

    first: int
    second: int
    before: int
    after: int


@dataclass(frozen=True, eq=False)
class PartyChange:
    """What one party would have to want instead.

    Attributes
    ----------
    dm : str
    ranks : (n_states,) int32
        The ranks after the change, 1 is worst.
    halves : int
        The distance, in halves.
    pairs : tuple of Pair
    """

    dm: str
    ranks: Values
    halves: Halves
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, eq=False)
class Solution:
    """A change of rankings after which a state (from 0) is an equilibrium; parties that change nothing are left out."""

    state: int
    parties: tuple[PartyChange, ...]

    @property
    def halves(self) -> Halves:
        """The distance, in halves."""
        return sum(party.halves for party in self.parties)


@dataclass(frozen=True, eq=False, repr=False)
class Change(Shown):
    """The smallest changes of rankings that make a target an equilibrium.

    Attributes
    ----------
    conflict, graph, game : Conflict, Graph, Game
    reading, concept, target : str
    states : tuple of int
        The states (from 0) that the target means.
    kept : tuple of str
        Parties whose rankings stay.
    allow_ties : bool
    solutions : tuple of Solution
        At the least distance that was found, each confirmed by deciding the changed model; empty where no change of
        the others' rankings will do, or none was found.
    at_least : int or None
        No change is smaller, in halves; None: there is no such change at all.
    complete : bool
        Whether the solutions are all that there are at this distance.
    blocking : tuple of str
        Kept parties for whom no state of the target is stable, whatever the others want.
    """

    conflict: Conflict
    graph: Graph
    game: Game
    reading: str
    concept: str
    target: str
    states: tuple[int, ...]
    kept: tuple[str, ...]
    allow_ties: bool
    solutions: tuple[Solution, ...]
    at_least: Halves | None
    complete: bool
    blocking: tuple[str, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Change of {self.conflict.title[:60]!r} for {self.target}: distance {self.distance}>"

    @property
    def distance(self) -> float | None:
        """The distance of the solutions; None where there are none."""
        return number(self.solutions[0].halves) if self.solutions else None

    @property
    def proven(self) -> bool:
        """Whether it is proven that no change is smaller, or that there is none."""
        return self.solutions[0].halves == self.at_least if self.solutions else self.at_least is None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        shown = sorted(
            {s for one in self.solutions for s in (one.state, *(x for p in one.parties for x in _states_of(p)))}
        )
        return {
            "target": self.target,
            "concept": self.concept,
            "reading": self.reading,
            "keep": list(self.kept),
            "allow_ties": self.allow_ties,
            "distance": self.distance,
            "proven": self.proven,
            "at_least": None if self.at_least is None else number(self.at_least),
            "complete": self.complete,
            "solutions": [_solution_dict(one) for one in self.solutions],
            "blocking": list(self.blocking),
            "states": {
                str(int(item)): item.to_dict() for item in State.many(self.graph, np.array(shown, dtype=np.int64))
            },
            "computed": provenance(self.conflict, sanctions=self.game.sanctions, **self.parameters),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per solution, party and pair that changes order."""
        import pandas as pd

        rows = [
            (place, one.state + 1, party.dm, pair.first + 1, pair.second + 1, WORDS[pair.before], WORDS[pair.after])
            for place, one in enumerate(self.solutions, 1)
            for party in one.parties
            for pair in party.pairs
        ]
        columns = ["solution", "state", "decision_maker", "first", "second", "before", "after"]
        return pd.DataFrame(rows, columns=columns)


def number(count: Halves) -> float:
    """Return a distance in halves as a number, whole where it is."""
    return count // 2 if count % 2 == 0 else count / 2


def _states_of(party: PartyChange) -> set[int]:
    return {state for pair in party.pairs for state in (pair.first, pair.second)}


def _solution_dict(one: Solution) -> dict[str, Any]:
    changes = [
        {
            "decision_maker": party.dm,
            "distance": number(party.halves),
            "pairs": [
                {"states": [p.first + 1, p.second + 1], "before": WORDS[p.before], "after": WORDS[p.after]}
                for p in party.pairs
            ],
            "ranks": party.ranks.tolist(),
        }
        for party in one.parties
    ]
    return {"state": one.state + 1, "distance": number(one.halves), "changes": changes}


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked, in numbers: which states are wished, under what concept, whose rankings are free."""

    graph: Graph
    game: Game
    reading: str
    concept: Concept
    target: str
    states: tuple[int, ...]
    free: tuple[int, ...]

    @property
    def kept(self) -> tuple[int, ...]:
        """Parties whose rankings stay."""
        return tuple(i for i in self.game.parties if i not in self.free)

    def names(self, parties: Iterable[int]) -> tuple[str, ...]:
        """Return the identifiers of parties."""
        return tuple(self.game.movers[i].name for i in parties)


def question(
    conflict: Conflict,
    target: str | int,
    concept: str,
    *,
    keep: Sequence[str] = (),
    reading: str | None = None,
    graph: Graph | None = None,
) -> Question:
    """Return a question of inverse analysis.

    Raises
    ------
    UsageError
        A name does not exist, no state is meant, the concept is none of ``CONCEPTS``, or every party is kept.
    """
    found = concept_named(concept)
    if found.id not in CONCEPTS:
        raise UsageError(f"inverse analysis is not defined here under {found.id}; there are: {', '.join(CONCEPTS)}")
    kept = []
    for name in keep:
        if conflict.decision_maker(name).kind == "nature":
            raise UsageError(f"{name!r} is nature: it has no ranking to keep")
        kept.append(name)
    if set(kept) >= {dm.id for dm in conflict.parties}:
        raise UsageError("every party keeps its ranking, so nothing can change; leave out a --keep")
    chosen = conflict.reading(reading).id if reading is not None else conflict.readings[0].id
    graph = graph or Graph(conflict)
    states = tuple(np.flatnonzero(graph.find_states(target)).tolist())
    if not states:
        raise UsageError(f"no state has the outcome {target!r}, whatever anybody prefers")
    game = game_of(graph, chosen)
    free = tuple(i for i in game.parties if game.movers[i].name not in kept)
    return Question(graph, game, chosen, found, str(target), states, free)


def change(
    conflict: Conflict,
    target: str | int,
    concept: str = "seq",
    *,
    keep: Sequence[str] = (),
    reading: str | None = None,
    allow_ties: bool = False,
    most: int = 1,
    seconds: float = 60.0,
    graph: Graph | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Change:
    """Find the smallest change of the parties' rankings that makes a state, or a state of an outcome, an equilibrium.

    Parameters
    ----------
    conflict : Conflict
    target : str or int
        A state's number or label, ``status_quo``, or an outcome: the best of its states.
    concept : {"nash", "gmr", "smr", "seq", "sseq"}
    keep : sequence of str
        Parties whose rankings stay.
    reading : str, optional
        The first by default.
    allow_ties : bool
        Whether a ranking without ties may get some; one that has ties may in any case.
    most : int
        How many smallest changes to list.
    seconds : float
        How long to search under SEQ and SSEQ; beyond it the answer has the bound that is proven.
    graph : Graph, optional
    progress : callable, optional
        Called with (states done, states).

    Raises
    ------
    UsageError
        See :func:`question`; ``most`` is less than 1, or ``seconds`` is negative or has no end.

    Examples
    --------
    >>> import detente
    >>> found = change(detente.library("prisoners_dilemma"), 4, "nash")
    >>> found.distance, found.proven
    (2, True)
    """
    if most < 1:
        raise UsageError(f"{most} solutions; expected 1 or more")
    if not 0 <= seconds < 1e9:
        raise UsageError(f"{seconds:g} seconds; expected 0 or more, and an end")
    asked = question(conflict, target, concept, keep=keep, reading=reading, graph=graph)
    wish = Wish(asked.game, asked.concept, asked.free, allow_ties=allow_ties)
    end = monotonic() + seconds
    profiles: Iterator[tuple[int, Profile]]
    if asked.concept.own_ranks_only:
        at_least, profiles, blocking = _by_party(wish, asked.states, most + 1, progress)
    else:
        found = joint_changes(wish, asked.states, most + 1 if most > 1 else 1, end, progress)
        at_least, profiles, blocking = found.at_least, iter(found.profiles), found.blocking
    listed = list(islice(profiles, most + 1))
    exhausted = len(listed) <= most and (asked.concept.own_ranks_only or found.complete)
    return Change(
        conflict,
        asked.graph,
        asked.game,
        asked.reading,
        asked.concept.id,
        asked.target,
        asked.states,
        asked.names(asked.kept),
        allow_ties,
        tuple(_solution(wish, state, profile) for state, profile in listed[:most]),
        at_least,
        exhausted,
        asked.names(blocking),
        {"seconds": seconds, "most": most},
    )


def _by_party(
    wish: Wish, states: Sequence[int], most: int, progress: Callable[[int, int], object] | None
) -> tuple[Halves | None, Iterator[tuple[int, Profile]], tuple[int, ...]]:
    """Ask each party alone: return the least distance, changes at it, and who is in the way of every state."""
    best: Halves | None = None
    nearest: list[tuple[int, dict[int, int]]] = []
    in_the_way: list[set[int]] = []
    for done, s in enumerate(states, 1):
        levels = wish.levels(s, wish.game)
        unmet = {i for i in levels if i not in wish.free and levels[i] > wish.game.ranks(i)[s]}
        in_the_way.append(unmet)
        if not unmet:
            cost = sum(lift_cost(wish.game.ranks(i), s, levels[i], strict=wish.strict[i]) for i in wish.free)
            if best is None or cost < best:
                best, nearest = cost, []
            if cost == best:
                nearest.append((s, levels))
        if progress is not None:
            progress(done, len(states))
    blocking = () if nearest else tuple(sorted(set.intersection(*in_the_way)))
    return best, (item for s, levels in nearest for item in _profiles(wish, s, levels, most)), blocking


def _profiles(wish: Wish, s: int, levels: dict[int, int], most: int) -> Iterator[tuple[int, Profile]]:
    """Yield combinations of the parties' least changes: all, or at least so many."""
    choices = []
    for i in wish.free:

        def stable(ranks: Values, i: int = i) -> bool:
            return wish.stable(i, s, wish.under({i: ranks}))

        found = least_changes(wish.game.ranks(i), s, levels[i], stable, strict=wish.strict[i])
        choices.append(list(islice(found, most)))
    yield from ((s, dict(zip(wish.free, some, strict=True))) for some in product(*choices))


def _solution(wish: Wish, state: int, profile: Profile) -> Solution:
    """Return a change in words' reach, after deciding the changed model anew."""
    changed = wish.under(profile)
    if not all(wish.stable(i, state, changed) for i in changed.parties):
        raise RuntimeError(f"the change found for state {state + 1} does not make it an equilibrium")
    parties = []
    for i in wish.free:
        before, after = wish.game.ranks(i), profile[i]
        if before is after:
            continue
        pairs = changed_pairs(before, after, _moved(before, after, state))
        if pairs:
            listed = tuple(Pair(a, b, _sign(before[a], before[b]), _sign(after[a], after[b])) for a, b in pairs)
            parties.append(PartyChange(wish.game.movers[i].name, after, halves(before, after, pairs), listed))
    return Solution(state, tuple(parties))


def _moved(before: Values, after: Values, state: int) -> NDArray[np.integer] | None:
    """Return the state alone where it alone has moved; None: any may have."""
    others = np.arange(len(before)) != state
    alone = np.array_equal(dense(before[others]), dense(after[others]))
    return np.array([state]) if alone else None


def _sign(a: np.int32, b: np.int32) -> int:
    return (int(a) > int(b)) - (int(a) < int(b))
