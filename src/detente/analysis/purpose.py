"""Which aims make the moves that were made rational, and which contradict them.

A move of a party is rational under an aim when it is an *improvement*; or *part of a joint improvement*: from where it
began, this move and those observed after it, made by several parties, led to a state that each of them prefers; or
*preparatory*: the state in which the whole sequence ends is preferred to the one it began at. The end is where the
observation ends, and nobody knows how it goes on: the last of the three is the weakest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from detente.analysis.result import Shown, provenance
from detente.analysis.search import Search
from detente.conflict.conflict import Conflict
from detente.conflict.elements import DecisionMaker, Lens
from detente.conflict.purpose import Observed, ObservedMove
from detente.errors import Diagnostic, ModelError, UsageError
from detente.graph.graph import Graph
from detente.graph.movement import settled
from detente.graph.preference import Ranks, ranks_of
from detente.stability.game import Game, Sanctions
from detente.stability.reading import game_of

if TYPE_CHECKING:
    import pandas as pd

Why = Literal["improvement", "joint", "preparatory", "contradicts"]
RATIONAL: tuple[Why, ...] = ("improvement", "joint", "preparatory")


@dataclass(frozen=True)
class AimFit:
    """How one aim of a party fits the moves it was observed to make.

    Attributes
    ----------
    dm, aim : str
        The aim's identifier; a lens of the party, or one of its ``aims``.
    is_lens : bool
    moves : mapping of int to {"improvement", "joint", "preparatory", "contradicts"}
        By the place of the move in the sequence, from 0.
    size : int
        How many statements the aim consists of, principles and what it refines included; 0 for rankings and the like.
    """

    dm: str
    aim: str
    is_lens: bool
    moves: Mapping[int, Why]
    size: int

    @property
    def fits(self) -> bool:
        """Whether every observed move of the party is rational under it."""
        return "contradicts" not in self.moves.values()


@dataclass(frozen=True, eq=False, repr=False)
class Purpose(Shown):
    """Observed moves, and the aims that fit them, party by party.

    ``states`` are those that the sequence passes (from 0), one more than moves.
    """

    graph: Graph
    reading: str
    observed: Observed
    states: tuple[int, ...]
    fits: tuple[AimFit, ...]

    def __repr__(self) -> str:
        fitting = sum(item.fits for item in self.fits)
        return f"<Purpose: {len(self.observed.moves)} moves, {fitting} of {len(self.fits)} aims fit>"

    def of(self, dm: str) -> list[AimFit]:
        """Return the aims of a party: those that fit first, and of these those of fewest statements."""
        own = [item for item in self.fits if item.dm == dm]
        return sorted(own, key=lambda item: (not item.fits, list(item.moves.values()).count("contradicts"), item.size))

    def simplest(self, dm: str) -> list[AimFit]:
        """Return the fitting aims of a party that consist of fewest statements; none where no aim fits."""
        fitting = [item for item in self.of(dm) if item.fits]
        return [item for item in fitting if item.size == fitting[0].size]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1, moves too."""
        parties = dict.fromkeys(item.dm for item in self.fits)
        return {
            "reading": self.reading,
            "states": [state + 1 for state in self.states],
            "moves": [
                {"by": list(move.by), "set": dict(move.sets), "date": move.date, "source": move.source}
                for move in self.observed.moves
            ],
            "aims": [
                {
                    "decision_maker": item.dm,
                    "aim": item.aim,
                    "lens": item.is_lens,
                    "fits": item.fits,
                    "statements": item.size,
                    "moves": {str(place + 1): why for place, why in item.moves.items()},
                }
                for dm in parties
                for item in self.of(dm)
            ],
            "simplest": {dm: [item.aim for item in self.simplest(dm)] for dm in parties},
            "computed": provenance(self.graph.conflict),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per aim and observed move of its party."""
        import pandas as pd

        columns = ["decision_maker", "aim", "fits", "move", "why"]
        rows = [
            {"decision_maker": item.dm, "aim": item.aim, "fits": item.fits, "move": place + 1, "why": why}
            for dm in dict.fromkeys(item.dm for item in self.fits)
            for item in self.of(dm)
            for place, why in item.moves.items()
        ]
        return pd.DataFrame(rows, columns=columns)


def purpose(conflict: Conflict, *, reading: str | None = None, graph: Graph | None = None) -> Purpose:
    """Hold the aims of each party against the moves it was observed to make.

    Candidates are all lenses of a party and its ``aims``. The preferences of the others, which a joint improvement
    depends on, are those of a reading.

    Parameters
    ----------
    conflict : Conflict
    reading : str, optional
        The first by default.
    graph : Graph, optional
        The conflict's graph, when it exists already.

    Raises
    ------
    UsageError
        No moves were observed, or there is nowhere to begin.
    ModelError
        An observed move is not possible; the message has the place.

    Examples
    --------
    >>> import detente
    >>> found = purpose(detente.library("peace_delusion"))
    >>> found
    <Purpose: 3 moves, 5 of 5 aims fit>
    """
    graph = graph or Graph(conflict)
    observed = conflict.observed
    if observed is None:
        raise UsageError("the model observes no moves; write them under 'observed:'")
    name = conflict.reading(reading).id if reading else conflict.readings[0].id
    game = game_of(graph, name)
    states = _states(graph, game, observed)
    fits = []
    for dm in conflict.parties:
        own = [place for place, move in enumerate(observed.moves) if dm.id in move.by]
        if not own:
            continue
        for lens, is_lens in [*((lens, True) for lens in dm.lenses), *((aim, False) for aim in dm.aims)]:
            ranks = ranks_of(graph.space, dm, lens)
            moves = {place: _why(game, observed, states, place, dm.id, ranks) for place in own}
            fits.append(AimFit(dm.id, lens.id, is_lens, moves, _size(dm, lens)))
    return Purpose(graph, name, observed, states, tuple(fits))


def _why(game: Game, observed: Observed, states: tuple[int, ...], place: int, dm: str, ranks: Ranks) -> Why:
    """Return what makes one observed move rational for a party with these ranks."""
    before = states[place]
    if ranks[states[place + 1]] > ranks[before]:
        return "improvement"
    members = set(observed.moves[place].by)
    for later in range(place + 1, len(states)):
        members |= set(observed.moves[later - 1].by)
        others = [game.movers[game.index(other)].ranks for other in members if other != dm]
        gains = all(own is not None and own[states[later]] > own[before] for own in others)
        if others and gains and ranks[states[later]] > ranks[before]:
            return "joint"
    return "preparatory" if ranks[states[-1]] > ranks[before] else "contradicts"


def _states(graph: Graph, game: Game, observed: Observed) -> tuple[int, ...]:
    """Return the states that the sequence passes. Raises ModelError where a move is not possible."""
    if observed.start is not None:
        start = graph.space.state_from(graph.space.coding.encode(graph.conflict, observed.start))
        if start < 0:
            raise _error(graph, observed, "the observed moves begin where no state is", "a feasible state")
    elif graph.status_quo is not None:
        start = graph.status_quo
    else:
        raise UsageError("the observed moves have no beginning: write 'from:' under 'observed:', or a status quo")
    states = [start]
    for place, move in enumerate(observed.moves):
        states.append(_after(graph, game, states[-1], move, place))
    return tuple(states)


def _after(graph: Graph, game: Game, before: int, move: ObservedMove, place: int) -> int:
    """Return the state that an observed move leads to: what is set, and what follows from that."""
    space = graph.space
    options = {**{k: v for k, v in space.options_of(before).items() if v is not None}, **dict(move.sets)}
    code = np.array([space.coding.encode(graph.conflict, tuple(options.items()))], dtype=np.int64)
    state = space.state_from(int(settled(space, code)[0]))
    movers = [game.index(dm) for dm in move.by]
    sequences: Sanctions = "single" if len(movers) == 1 else "legal"
    search = Search(game, before, movers, improving=False, sequences=sequences)
    if state >= 0 and any((states == state).any() for states in search.levels()):
        return state
    label = space.label(before)
    message = f"observed move {place + 1} is not possible from state {label}, where the moves before it lead"
    raise _error(graph, move, message, "a move that its movers can make from there")


def _size(dm: DecisionMaker, lens: Lens) -> int:
    size = len(dm.principles)
    at: Lens | None = lens
    while at is not None:
        size += len(at.statements)
        at = dm.lens(at.refines) if at.refines else None
    return size


def _error(graph: Graph, about: ObservedMove | Observed, message: str, expected: str) -> ModelError:
    return ModelError([Diagnostic(message, about.where, expected)], graph.conflict.origin, graph.conflict.text)
