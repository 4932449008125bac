"""How many strict rankings of the free parties make a state an equilibrium, the others' rankings kept.

Under Nash, GMR and SMR the number is a product over the parties; each factor follows from which states may stand above
the wished one (:mod:`detente.analysis.inverse_sets`), without listing rankings. Under SEQ and SSEQ the same holds for
one free party whose wishes make no difference to the others' stability; else rankings are tried one by one, where they
are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations, product
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.analysis.inverse import Question, question
from detente.analysis.inverse_level import replies, targets
from detente.analysis.inverse_sets import Sets, rankings
from detente.analysis.result import Shown, State, provenance
from detente.conflict.conflict import Conflict
from detente.errors import TooLargeError, UsageError
from detente.graph.graph import Graph
from detente.stability.game import Game, Values

if TYPE_CHECKING:
    import pandas as pd

MOST_TRIED = 50_000
"""Rankings are tried one by one up to this number."""
MOST_STATES = 1_000
MOST_BITS = 13_000
"""Rankings of more states, or so many of them that their number has about 4,000 digits, are not counted."""


@dataclass(frozen=True, eq=False, repr=False)
class Count(Shown):
    """How many strict rankings make a state an equilibrium.

    Attributes
    ----------
    conflict, graph : Conflict, Graph
    reading, concept, target : str
    state : int
        From 0.
    free, kept : tuple of str
    count : int
        Exact.
    total : int
        How many strict rankings the free parties have together.
    """

    conflict: Conflict
    graph: Graph
    reading: str
    concept: str
    target: str
    state: int
    free: tuple[str, ...]
    kept: tuple[str, ...]
    count: int
    total: int

    def __repr__(self) -> str:
        return f"<Count of {self.conflict.title[:60]!r} for {self.target}: {self.count:,} of {self.total:,}>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "count": self.count,
            "total": self.total,
            "target": self.target,
            "concept": self.concept,
            "reading": self.reading,
            "free": list(self.free),
            "keep": list(self.kept),
            "state": State.of(self.graph, self.state).to_dict(),
            "computed": provenance(self.conflict, sanctions="legal"),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame of one row; counts are text, since they may have very many digits."""
        import pandas as pd

        return pd.DataFrame(
            [(self.target, self.concept, self.reading, str(self.count), str(self.total))],
            columns=["target", "concept", "reading", "count", "total"],
        )


def count(
    conflict: Conflict,
    target: str | int,
    concept: str = "seq",
    *,
    keep: Sequence[str] = (),
    reading: str | None = None,
    graph: Graph | None = None,
) -> Count:
    """Count the strict rankings of the parties that are free under which a state is an equilibrium.

    Parameters
    ----------
    conflict : Conflict
    target : str or int
        A state's number or label, ``status_quo``, or an outcome that one state alone has.
    concept : {"nash", "gmr", "smr", "seq", "sseq"}
    keep : sequence of str
        Parties whose rankings stay as they are, ties included.
    reading : str, optional
        The first by default.
    graph : Graph, optional

    Raises
    ------
    UsageError
        As :func:`detente.analysis.inverse.question`; or the target is several states.
    TooLargeError
        The number cannot be found exactly within reason.

    Examples
    --------
    >>> import detente
    >>> count(detente.library("prisoners_dilemma"), 4, "nash").to_dict()["count"]
    144
    """
    asked = question(conflict, target, concept, keep=keep, reading=reading, graph=graph)
    if len(asked.states) > 1:
        raise UsageError(
            f"{asked.target!r} is {len(asked.states):,} states; --count asks about one, such as {asked.states[0] + 1}"
        )
    n = asked.game.n_states
    if n > MOST_STATES:
        raise TooLargeError(f"this model has {n:,} states; rankings are counted for at most {MOST_STATES:,}")
    total = factorial(n) ** len(asked.free)
    if total.bit_length() > MOST_BITS:
        raise TooLargeError(f"the {len(asked.free)} free parties have more rankings than a number of 4,000 digits says")
    return Count(
        conflict,
        asked.graph,
        asked.reading,
        asked.concept.id,
        asked.target,
        asked.states[0],
        asked.names(asked.free),
        asked.names(asked.kept),
        _number(asked, asked.states[0]),
        total,
    )


def _number(asked: Question, s: int) -> int:
    game, concept = asked.game, asked.concept
    if concept.own_ranks_only:
        if not all(concept.decide(game, i)[s] for i in asked.kept):
            return 0
        result = 1
        for i in asked.free:
            result *= _of_party(asked, game, i, s)
        return result
    if len(asked.free) == 1:
        (i,) = asked.free
        others = [_depends_on(asked, i, k, s) for k in asked.kept]
        if False in others:
            return 0
        if None not in others:
            return _of_party(asked, game, i, s)
    return _one_by_one(asked, s)


def _of_party(asked: Question, game: Game, i: int, s: int) -> int:
    """Return how many strict rankings of i make s stable for it, everybody else's ranking being as it is."""
    concept = asked.concept
    own = targets(game, i, s).tolist()
    sets = Sets(game.n_states - 1)
    if concept.id == "nash":
        return rankings(sets.containing_none(_set([t], s) for t in own))
    replied = {t: replies(game, i, t, credible=concept.credible) for t in own}
    if not concept.counter:  # above s must not be all of t and what can follow it
        return rankings(sets.containing_none(_set([t, *replied[t]], s) for t in own if s not in replied[t]))
    after = {x: [x, *targets(game, i, x).tolist()] for x in set().union(*replied.values())}
    return rankings(  # below s must be t, or a reply together with all that i can do then
        sets.containing_one_of_each([_set([t], s), *(_set(after[x], s) for x in replied[t] if x != s)] for t in own)
    )


def _set(states: Sequence[int], s: int) -> int:
    result = 0
    for state in states:
        if state != s:
            result |= 1 << state
    return result


def _depends_on(asked: Question, i: int, k: int, s: int) -> bool | None:
    """Return whether s is stable for k whatever i prefers; None: that depends on what i prefers.

    The more moves of i are improvements, the more sanctions there are; so it is decided by none and by all.
    """
    game, concept = asked.game, asked.concept
    ranks = [np.ones_like(mover.ranks) if j == i else mover.ranks for j, mover in enumerate(game.movers)]
    if concept.decide(game.with_ranks(ranks), k)[s]:
        return True
    own = game.ranks(k)
    for t in targets(game, k, s).tolist():
        if own[t] > own[s]:
            found = replies(game, k, t, credible=True, freely=frozenset([i]))
            if not any(
                own[x] <= own[s] and (not concept.counter or (own[targets(game, k, x)] <= own[s]).all()) for x in found
            ):
                return False
    return None


def _one_by_one(asked: Question, s: int) -> int:
    game, n = asked.game, asked.game.n_states
    total = factorial(n) ** len(asked.free)
    if total > MOST_TRIED:
        raise TooLargeError(
            f"under {asked.concept.id} what one party prefers decides what others find stable, so that the "
            f"{_large(total)} rankings would have to be tried one by one; that is done for at most {MOST_TRIED:,} "
            "(keep more parties with --keep, or ask under nash, gmr or smr)"
        )
    every = [np.array(order, dtype=np.int32) for order in permutations(range(1, n + 1))]
    found = 0
    for some in product(every, repeat=len(asked.free)):
        chosen: dict[int, Values] = dict(zip(asked.free, some, strict=True))
        changed = game.with_ranks([chosen.get(j, mover.ranks) for j, mover in enumerate(game.movers)])
        found += all(asked.concept.decide(changed, i)[s] for i in changed.parties)
    return found


def _large(number: int) -> str:
    return f"{number:,}" if number < 10**12 else f"about 10^{len(str(number)) - 1}"
