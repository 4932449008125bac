"""Which implementation of the sweeps is in use: compiled where it was built, NumPy everywhere else.

``DETENTE_KERNELS=numpy`` in the environment asks for NumPy even where the compiled kernels are there.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from detente.graph.moves import BoxMoves, GroupMoves, Moves
from detente.stability import numpy_steps
from detente.stability.numpy_steps import Flags, Values

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
MOST_STATES = 1 << 30
"""Larger models than the compiled kernels can number are left to NumPy."""


class Step(Protocol):
    """One mover's relation on states: all its moves, or its improvements.

    ``values`` and ``bounds`` have shape (n_states,), type int32. Steps may be shared between threads.
    """

    def lowest(self, values: Values) -> Values:
        """Return, for each state, the lowest value over the step's targets (2³¹−1 where there is none)."""

    def highest(self, values: Values) -> Values:
        """Return, for each state, the highest value over the step's targets (−2³¹ where there is none)."""

    def none_above(self, values: Values, bounds: Values) -> Flags:
        """Return, for each state, whether no target has a value above the state's bound."""

    def lower(self, values: Values) -> bool:
        """Lower ``values`` in place to what one step can bring about; return whether anything changed."""


def make_step(moves: Moves, ranks: Values | None = None) -> Step:
    """Return the step of a mover: all moves, or improvements by ``ranks``."""
    if core is None or moves.n_states >= MOST_STATES:
        return numpy_steps.make_step(moves, ranks)
    if isinstance(moves, BoxMoves):
        return core.BoxStep(moves.n_states, moves.stride, moves.size, ranks)
    if isinstance(moves, GroupMoves):
        return core.GroupStep(moves.n_states, moves.order, moves.starts, ranks)
    return core.ArcStep(moves.n_states, moves.starts, moves.targets, ranks, moves.transitive)


def closed(values: Values, steps: Sequence[Step]) -> Values:
    """Return ``values`` lowered to what sequences of the steps can bring about, staying put included."""
    if core is None or len(values) >= MOST_STATES:
        return numpy_steps.closed(values, steps)
    return core.closed(values, steps)
