"""Which states of a conflict are nodes of its picture, which are drawn as one, and in which layer each belongs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detente.analysis.analyze import ReadingAnalysis
from detente.analysis.picture_parts import improvable
from detente.analysis.reach import UNREACHED
from detente.graph.moves import Index
from detente.stability.game import Flags, Game

MOST_SINGLE = 16
"""States that are nodes of their own in a condensed picture."""
MOST_STEPS = 3
"""Steps of play up to which they are told apart in a condensed picture; what is so far or further is one layer."""
FEW_HOLDING = 6
"""Equilibria that all are nodes of their own."""
MOST_GROUPS = 36
"""Groups that are told apart by outcomes; what is left is put together by layer."""


def in_steps(item: ReadingAnalysis) -> Index:
    """Return for each state the fewest moves from the status quo, (n_states,) int32.

    States that no moves lead to come in layers of their own, each part of the graph from its lowest number; so do all
    where there is no status quo.
    """
    n = item.graph.n_states
    layers = np.full(n, -1, dtype=np.int32)
    reach = item.reachability
    if reach is not None:
        there = reach.by_moves < UNREACHED
        layers[there] = reach.by_moves[there]
    while (left := np.flatnonzero(layers < 0)).size:
        steps = _spread(item.game, int(left[0]), layers < 0)
        layers = np.where(steps >= 0, steps + (layers.max(initial=-1) + 1), layers).astype(np.int32)
    return layers


def _spread(game: Game, start: int, free: Flags) -> Index:
    """Return how many moves lead from a state to each of those that are free, in either direction; -1: none."""
    steps = np.full(game.n_states, -1, dtype=np.int32)
    steps[start] = 0
    edge = np.array([start], dtype=np.int32)
    while edge.size:
        near = np.zeros(game.n_states, dtype=bool)
        for target in _neighbours(game, edge):
            near[target] = True
        found = np.flatnonzero(near & free & (steps < 0)).astype(np.int32)
        steps[found] = steps[edge[0]] + 1
        edge = found
    return steps


def _neighbours(game: Game, states: Index) -> list[Index]:
    """Return the states that one move leads to or from, mover by mover, in both directions."""
    return [
        moves.expand(states)[1] for j, mover in enumerate(game.movers) for moves in (mover.moves, game.backwards(j))
    ]


def around(item: ReadingAnalysis, centre: int, most: int) -> tuple[Index, Index]:
    """Return the node of each state, -1 for those left out, and the layer of each node: the surroundings of a state.

    What one move leads to comes in the layer after it, what only leads to it in the layer before. Where these are more
    than ``most``, improvements and nature's moves come first, then lower numbers.
    """
    game, n = item.game, item.graph.n_states
    at = np.array([centre], dtype=np.int32)
    near: dict[int, tuple[bool, bool]] = {}
    for j, mover in enumerate(game.movers):
        for moves, before in ((mover.moves, False), (game.backwards(j), True)):
            for state in moves.expand(at)[1].tolist():
                first, then = (state, centre) if before else (centre, state)
                weak = mover.ranks is not None and not mover.ranks[then] > mover.ranks[first]
                known = near.get(state, (True, True))
                near[state] = known[0] and weak, known[1] and before
    chosen = sorted(near, key=lambda state: (near[state], state))[: most - 1]
    node_of = np.full(n, -1, dtype=np.int32)
    states = np.array(sorted([centre, *chosen]), dtype=np.int32)
    node_of[states] = np.arange(len(states))
    layer = [1 if state == centre else 0 if near[state][1] else 2 for state in states.tolist()]
    return node_of, np.array(layer, dtype=np.int32) - min(layer)


def grouped(item: ReadingAnalysis, held: Flags, way: Sequence[int], most: int) -> tuple[Index, Index]:
    """Return the node of each state, and the layer of each node, of a condensed picture.

    Nodes of their own: the status quo, the states of the way, the equilibria where they are few, and the states that
    improvements lead to where these are few. All other states are put together that have the same class (or outcomes;
    where the model has none: the same parties that have an improvement), all hold or all do not, and are reached by
    improvements in as many steps, or all not.

    Layers: steps of play from the status quo; then groups that it does not reach and that do not hold; then what holds
    and is not reached.
    """
    n = item.graph.n_states
    steps = np.full(n, UNREACHED, dtype=np.int32)
    if item.reachability is not None:
        steps = np.where(item.reachability.by_improvements < UNREACHED, item.reachability.by_improvements, UNREACHED)
    reached = steps < UNREACHED
    steps[reached] = np.minimum(steps[reached], MOST_STEPS)
    last = int(steps[reached].max(initial=-1))
    layer_of = np.where(reached, steps, np.where(held, last + 2, last + 1))
    single = _singles(held, reached, layer_of, way, most)
    node_of = np.full(n, -1, dtype=np.int32)
    node_of[single] = np.arange(len(single))
    layers = layer_of[single].tolist()
    rest = np.flatnonzero(node_of < 0)
    for states in _parts(item, held, layer_of, rest, max(1, min(MOST_GROUPS, most))):
        node_of[states] = len(layers)
        layers.append(int(layer_of[states].min()))
    return node_of, np.array(layers, dtype=np.int32)


def _singles(held: Flags, reached: Flags, layer_of: Index, way: Sequence[int], most: int) -> list[int]:
    """Return the states that are nodes of their own, ascending."""
    room = max(1, min(MOST_SINGLE, most // 2))
    near = np.flatnonzero(reached)
    near = near[np.lexsort((near, layer_of[near]))]
    holding = np.flatnonzero(held)
    few = holding if len(holding) <= FEW_HOLDING else holding[:0]
    chosen = dict.fromkeys([*near[:1].tolist(), *way, *few.tolist()])
    if len(near) + len(chosen) <= room:
        chosen |= dict.fromkeys(near.tolist())
    return sorted(list(chosen)[:room])


def _parts(item: ReadingAnalysis, held: Flags, layer_of: Index, states: NDArray[np.intp], most: int) -> list[Index]:
    """Return states in at most so many groups, and a few of what is left, those nearest first, then larger ones."""
    conflict, graph = item.graph.conflict, item.graph
    if conflict.reported:
        marks = [graph.outcome(name) for name in conflict.reported]
    else:
        marks = list(improvable(item.game).values())
    table = np.stack([*(mark[states] for mark in marks), held[states], layer_of[states]], axis=1)
    keys, which, counts = np.unique(table, axis=0, return_inverse=True, return_counts=True)
    which = which.reshape(-1)
    if len(keys) > most:
        order = np.lexsort((-counts, ~keys[:, -2].astype(bool)))  # what holds, then what is large
        small = order[most:]
        _, which_rest = np.unique(keys[small, -2:], axis=0, return_inverse=True)
        new = np.empty(len(keys), dtype=np.int64)
        new[order[:most]] = np.arange(most)
        new[small] = most + which_rest.reshape(-1)
        which = new[which]
    groups = [states[which == number].astype(np.int32) for number in range(int(which.max(initial=-1)) + 1)]
    return sorted(groups, key=lambda group: (int(layer_of[group].min()), -len(group), int(group[0])))
