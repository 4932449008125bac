"""Simultaneous stability: is every improvement met when others improve at the same moment?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from detente.graph.moves import ranges
from detente.stability.concept import Concept, NotDefinedError
from detente.stability.game import Flags, Game, Layout

MOST_COMBINATIONS = 500_000_000
MOST_MOVES = 20_000_000
_AT_ONCE = 1 << 22

Arcs = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Improvements in compressed rows: starts, targets."""


def decide(game: Game, i: int) -> Flags:
    """Every improvement s → s₁ of i is met by improvements s → t_j of some others that combine to a state ≼_i s.

    The combination has i's options from s₁, j's from t_j and the rest from s, and must be feasible. All others that
    can move are tried in every combination, so the work is the product of their improvements.
    """
    layout = game.layout
    if isinstance(layout, str):
        raise NotDefinedError(f"SIM recombines options, and {layout}")
    opponents = game.opponents([i])
    total = sum(game.movers[j].moves.n_arcs for j in (i, *opponents))
    if total > MOST_MOVES:
        raise NotDefinedError(f"SIM would list {total:,} moves; at most {MOST_MOVES:,} are listed")
    mine = _improvements(game, i)
    theirs = [_improvements(game, j) for j in opponents]
    work = np.diff(mine[0]).astype(float)
    for starts, _ in theirs:
        work *= np.diff(starts) + 1.0
    if work.sum() > MOST_COMBINATIONS:
        raise NotDefinedError(
            f"SIM would try {work.sum():.1e} combinations of moves; at most {MOST_COMBINATIONS:.0e} are tried"
        )
    stable: Flags = np.diff(mine[0]) == 0
    undecided = np.flatnonzero(~stable)
    before = np.concatenate([[0], np.cumsum(work[undecided])])
    begin = 0
    while begin < len(undecided):
        end = max(begin + 1, int(np.searchsorted(before, before[begin] + _AT_ONCE, side="right")) - 1)
        stable[undecided[begin:end]] = _all_met(game, layout, i, undecided[begin:end], mine, theirs)
        begin = end
    return stable


def _improvements(game: Game, j: int) -> Arcs:
    """Return j's improvements (nature: moves) from every state."""
    moves = game.movers[j].moves
    sources, targets = moves.expand(np.arange(game.n_states, dtype=np.int32))
    ranks = game.movers[j].ranks
    if ranks is not None:
        better = ranks[targets] > ranks[sources]
        sources, targets = sources[better], targets[better]
    starts = np.concatenate([[0], np.cumsum(np.bincount(sources, minlength=game.n_states))])
    return starts, targets.astype(np.int64)


def _all_met(game: Game, layout: Layout, i: int, states: NDArray[np.int64], mine: Arcs, theirs: list[Arcs]) -> Flags:
    """Return for each of ``states`` whether every improvement of i is met."""
    ranks = game.ranks(i)

    def code(state: NDArray[np.int64]) -> NDArray[np.int64]:
        return state if layout.codes is None else layout.codes[state]

    position, at = ranges(mine[0][states], mine[0][states + 1])
    start = states[position]
    combined = code(mine[1][at])
    improvement = np.arange(len(start))
    moved = np.zeros(len(start), dtype=bool)
    for starts, targets in theirs:
        here = start[improvement]
        which, at = ranges(starts[here], starts[here + 1])
        shifted = combined[which] + code(targets[at]) - code(here[which])
        combined = np.concatenate([combined, shifted])
        moved = np.concatenate([moved, np.ones(len(which), dtype=bool)])
        improvement = np.concatenate([improvement, improvement[which]])
    combined, improvement = combined[moved], improvement[moved]
    if layout.codes is None:
        end = combined
    else:
        end = np.minimum(np.searchsorted(layout.codes, combined), len(layout.codes) - 1)
        feasible = layout.codes[end] == combined
        end, improvement = end[feasible], improvement[feasible]
    deters = ranks[end] <= ranks[start[improvement]]
    met = np.zeros(len(start), dtype=bool)
    met[improvement[deters]] = True
    result = np.ones(len(states), dtype=bool)
    np.logical_and.at(result, position, met)
    return result


@dataclass(frozen=True)
class Combination:
    """Improvements that others take from the same state, (mover, end) each, and the state they combine to."""

    moves: tuple[tuple[int, int], ...]
    end: int


def combined_sanction(game: Game, i: int, state: int, end: int) -> Combination | None:
    """Return the simultaneous improvements of others that meet i's improvement, fewest movers first, or ``None``.

    Parameters
    ----------
    i : int
        The focal party.
    state, end : int
        i's improvement, states from 0.
    """
    layout = game.layout
    if isinstance(layout, str):
        raise NotDefinedError(f"SIM recombines options, and {layout}")

    def code(at: int) -> int:
        return at if layout.codes is None else int(layout.codes[at])

    choices: list[list[tuple[int, int]]] = []
    for j in game.opponents([i]):
        targets = game.movers[j].moves.expand(np.array([state], dtype=np.int32))[1]
        ranks = game.movers[j].ranks
        if ranks is not None:
            targets = targets[ranks[targets] > ranks[state]]
        choices.append([(j, int(target)) for target in np.sort(targets)])
    for size in range(1, len(choices) + 1):
        for group in combinations(choices, size):
            for moves in product(*group):
                combined = code(end) + sum(code(target) - code(state) for _, target in moves)
                at = combined if layout.codes is None else _find(layout.codes, combined)
                if at >= 0 and game.ranks(i)[at] <= game.ranks(i)[state]:
                    return Combination(moves, at)
    return None


def _find(codes: NDArray[np.int64], code: int) -> int:
    at = int(np.searchsorted(codes, code))
    return at if at < len(codes) and codes[at] == code else -1


CONCEPT = Concept(
    id="sim",
    name="Simultaneous stability (SIM)",
    definition="Every improvement fails when others take improvements of their own at the same moment.",
    source="Fraser & Hipel 1984",
    implies=(),
    decide=decide,
)
