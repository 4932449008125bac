"""Whether play can get somewhere, without a list of its steps.

Where it certainly cannot get is found first, by steps that are more than the real ones and cheaper to follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.analysis.evolution_steps import Play
from detente.analysis.reach_bits import Columns, joint_moves, pairs_of
from detente.graph.graph import Graph
from detente.graph.moves import FanMoves, GroupMoves, Index
from detente.stability import backend
from detente.stability.game import Flags, Game

LARGEST_TABLE, LONGEST_LISTS = 1 << 28, 64
"""Joint sequences are listed where a table of states by classes has at most so many cells; so many entries a state."""
MOST_REACHED = 500
"""Beyond so many states it is given up: the real steps are then no dearer."""


def can_reach(graph: Graph, play: Play, starts: Index, goal: Flags) -> bool:
    """Return whether play leads from some of the states ``starts`` (from 0) to a state of ``goal``, (n_states,) bool.

    ``play`` is without errors. Raises TooLargeError.
    """
    coalitions = play.who[play.n_alone :]
    listed = not play.best and all(("fans", members) in play.game.steps.kept for members in coalitions)
    if not listed and not may_reach(graph, play, starts, goal):
        return False
    fans = None if play.best else [_kept_fans(play, members) for members in coalitions]
    if fans is not None and None not in fans:
        return _reaches(play, [fan for fan in fans if fan is not None], starts, goal, graph.n_states)
    seen = np.zeros(graph.n_states, dtype=bool)
    seen[starts] = True
    waiting = starts
    while len(waiting):
        level, gone_through = waiting, [waiting]
        while len(level):  # first all that single steps lead to, so that joint ones are looked for in few passes
            new = np.zeros(graph.n_states, dtype=bool)
            for targets in _alone(play, level):
                new[targets] = True
            level = np.flatnonzero(new & ~seen).astype(np.int32)
            seen[level] = True
            gone_through.append(level)
        if (seen & goal).any():
            return True
        new = np.zeros(graph.n_states, dtype=bool)
        for _, _, bits in play.joint_steps(np.concatenate(gone_through)):
            new |= bits.any(axis=1)
        waiting = np.flatnonzero(new & ~seen).astype(np.int32)
        seen[waiting] = True
    return bool((seen & goal).any())


def may_reach(graph: Graph, play: Play, starts: Index, goal: Flags) -> bool:
    """Return False only if play leads from none of the states ``starts`` (from 0) to a state of ``goal``.

    A joint step is taken to lead to every state that all members prefer and in which nothing differs that they cannot
    change; every improvement counts, even where play takes the best alone. True means no more than that this does not
    rule it out.
    """
    beyond = [_kept_beyond(graph, play, members) for members in play.who[play.n_alone :]]
    return _reaches(play, beyond, starts, goal, MOST_REACHED)


def _reaches(play: Play, together: Sequence[GroupMoves | FanMoves], starts: Index, goal: Flags, most: int) -> bool:
    """Return whether single steps, and those of coalitions to what all members prefer, lead to ``goal``.

    Also true, with nothing decided, once more than ``most`` states are reached.
    """
    coalitions = play.who[play.n_alone :]
    walkers = play.walkers()
    for moves, members in zip(together, coalitions, strict=True):
        walkers.append((moves, tuple(play.game.ranks(j) for j in members)))
    found = backend.may_reach(play.game.n_states, walkers, starts, goal, most)
    return _reaches_by_levels(walkers, starts, goal, most) if found is None else found


def _reaches_by_levels(walkers: Sequence[backend.Walker], starts: Index, goal: Flags, most: int) -> bool:
    seen = np.zeros(len(goal), dtype=bool)
    waiting = starts
    while len(waiting):
        seen[waiting] = True
        if (seen & goal).any() or int(seen.sum()) > most:
            return True
        new = np.zeros(len(goal), dtype=bool)
        for moves, ranks in walkers:
            at, targets = moves.expand(waiting)
            better = np.ones(len(targets), dtype=bool)
            for own in ranks:
                better &= own[targets] > own[waiting[at]]
            new[targets[better]] = True
        waiting = np.flatnonzero(new & ~seen).astype(np.int32)
    return False


def _alone(play: Play, states: Index) -> Iterator[Index]:
    for (j,) in play.who[: play.n_alone]:
        mover = play.game.movers[j]
        at, targets = mover.moves.expand(states)
        yield targets if mover.ranks is None else targets[play.better(mover.ranks, states, at, targets)]


def _kept_fans(play: Play, members: tuple[int, ...]) -> FanMoves | None:
    """Return where legal sequences of these parties lead from each state, in lists; None where these are too long."""
    kept, key = play.game.steps.kept, ("fans", members)
    if key not in kept:
        kept[key] = _fans(play.game, members)
    result: FanMoves | None = kept[key]
    return result


def _fans(game: Game, members: tuple[int, ...]) -> FanMoves | None:
    joint = joint_moves(game, members)
    class_of = joint.classes()
    of_each = np.unique(class_of, return_index=True)[1].astype(np.int32)
    if len(of_each) * game.n_states > LARGEST_TABLE:
        return None
    bits = joint.behind(Columns({}, of_each).identity(game.n_states))
    if int(np.bitwise_count(bits).sum(dtype=np.int64)) > LONGEST_LISTS * game.n_states:
        return None
    targets, at = pairs_of(bits)
    starts = np.zeros(len(of_each) + 1, dtype=np.int32)
    np.cumsum(np.bincount(at, minlength=len(of_each)), out=starts[1:])
    return FanMoves(game.n_states, class_of, targets[np.argsort(at, kind="stable")], starts)


def _kept_beyond(graph: Graph, play: Play, members: tuple[int, ...]) -> GroupMoves:
    """Return the moves between all states that are equal in what these parties cannot change."""
    kept, key = play.game.steps.kept, ("beyond", members)
    if key not in kept:
        beyond = _beyond(graph, {play.game.movers[j].name for j in members})
        order = np.argsort(beyond, kind="stable").astype(np.int32)
        begins = np.flatnonzero(np.diff(beyond[order], prepend=-1))
        kept[key] = GroupMoves(graph.n_states, order, np.append(begins, graph.n_states).astype(np.int32))
    result: GroupMoves = kept[key]
    return result


def _beyond(graph: Graph, members: set[str]) -> NDArray[np.int64]:
    """Return a number for each state, (n_states,), that no moves of these parties change."""
    conflict, space = graph.conflict, graph.space
    result = np.zeros(graph.n_states, dtype=np.int64)
    if conflict.graph_form is not None or space.state_of is not None:
        return result
    states = np.arange(graph.n_states)
    forced = {option for force in conflict.forces for option, _ in force.sets}
    for name, option in conflict.options.items():
        if conflict.owner(name) not in members and name not in forced:
            result = result * len(option.values) + space.positions(name, states)
    return result
