"""Which implementation of the sweeps is in use: compiled where it was built, NumPy everywhere else.

``DETENTE_KERNELS=numpy`` in the environment asks for NumPy even where the compiled kernels are there.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.graph.moves import ArcMoves, BoxMoves, FanMoves, GroupMoves, Index, Moves
from detente.stability import numpy_steps
from detente.stability.numpy_steps import Step, Values

if TYPE_CHECKING:
    from detente.stability import _core as core
elif os.environ.get("DETENTE_KERNELS", "").lower() == "numpy":
    core = None
else:
    try:
        from detente.stability import _core as core
    except ImportError:
        core = None

name = "numpy" if core is None else "C++"
Walker: TypeAlias = tuple[Moves | FanMoves, Sequence[Values]]
"""Moves, and ranks by all of which a step must be an improvement; without ranks every move is a step."""
MOST_STATES = 1 << 30
"""Larger models than the compiled kernels can number are left to NumPy."""


def make_step(moves: Moves, ranks: Values | None = None) -> Step:
    """Return the step of a mover: all moves, or improvements by ``ranks``."""
    if isinstance(moves, ArcMoves) and moves.parts is not None:
        return numpy_steps.UnionStep([make_step(part, ranks) for part in moves.parts])
    if core is None or moves.n_states >= MOST_STATES:
        return numpy_steps.make_step(moves, ranks)
    if isinstance(moves, BoxMoves):
        return core.BoxStep(moves.n_states, moves.stride, moves.size, ranks)
    if isinstance(moves, GroupMoves):
        return core.GroupStep(moves.n_states, moves.order, moves.starts, ranks)
    return core.ArcStep(moves.n_states, moves.starts, moves.targets, ranks, moves.transitive)


def closed(values: Values, steps: Sequence[Step]) -> Values:
    """Return ``values`` lowered to what sequences of the steps can bring about, staying put included."""
    compiled = core is not None and all(isinstance(step, core.Step) for step in steps)
    if core is None or not compiled or len(values) >= MOST_STATES:
        return numpy_steps.closed(values, steps)
    return core.closed(values, steps)


def closed_in_turn(values: Values, movers: Sequence[Step], again: Sequence[bool]) -> Values:
    """Return :func:`closed` where nobody moves twice in succession but those who may (``again``), one word a mover."""
    parts = [step.parts if isinstance(step, numpy_steps.UnionStep) else (step,) for step in movers]
    compiled = core is not None and all(isinstance(step, core.Step) for some in parts for step in some)
    if core is None or not compiled or not parts or len(values) >= MOST_STATES:
        return numpy_steps.closed_in_turn(values, movers, again)
    return core.closed_in_turn(values, parts, again)


def play_ends(n_states: int, movers: Sequence[Walker], begins: Index) -> NDArray[np.uint8] | None:
    """Return where play leads from some states and where it stays, shape (n_states,); None without compiled kernels.

    0: not reached; 1: reached, and play can leave it for good; 2: in a closed class. For the other way to find out see
    :meth:`detente.analysis.evolution_steps.Play.ends_from`.
    """
    if core is None or n_states >= MOST_STATES:
        return None
    return core.play_ends(n_states, [_mover(moves, ranks) for moves, ranks in movers], begins)


def components(n: int, sources: Index, targets: Index) -> tuple[int, Index]:
    """Return how many strongly connected components a graph of n nodes has, and the component of each node, (n,)."""
    if core is None or n >= MOST_STATES:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import connected_components

        graph = csr_array((np.ones(len(sources), dtype=np.int8), (sources, targets)), shape=(n, n))
        number, component = connected_components(graph, connection="strong")
        return int(number), component
    return core.components(n, sources, targets)


def may_reach(
    n_states: int, movers: Sequence[Walker], begins: Index, goal: NDArray[np.bool_], most: int
) -> bool | None:
    """Return whether steps lead from some states to one of ``goal``, (n_states,); None without compiled kernels.

    Also true, with nothing decided, once more than ``most`` states are reached.
    """
    if core is None or n_states >= MOST_STATES:
        return None
    return core.may_reach(n_states, [_mover(moves, ranks) for moves, ranks in movers], begins, goal, most)


def many_worlds(
    n_states: int, movers: Sequence[tuple[NDArray[np.int64], Index, bool, bool, bool]]
) -> core.ManyWorlds | None:
    """Return the compiled part of :class:`detente.stability.worlds.ManyWorlds`; None without compiled kernels."""
    return None if core is None or n_states >= MOST_STATES else core.ManyWorlds(n_states, movers)


def _mover(moves: Moves | FanMoves, ranks: Sequence[Values]) -> core.Mover:
    if isinstance(moves, BoxMoves):
        return core.Mover.box(moves.n_states, moves.stride, moves.size, ranks)
    if isinstance(moves, GroupMoves | FanMoves):
        return core.Mover.groups(moves.n_states, moves.group_of, moves.order, moves.starts, ranks)
    return core.Mover.arcs(moves.n_states, moves.starts, moves.targets, ranks)
