"""Who can end an agreement alone: what the moves allow, to hold against what its author says.

A decision maker can end an agreement alone from a state where it is in force when one of its moves leads to a state
where it is not. Whether it would gain by that is not asked here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from detente.conflict.claims import Agreement
from detente.graph.graph import Graph
from detente.stability import backend

Role: TypeAlias = Literal["party", "outsider", "nature"]


@dataclass(frozen=True)
class Ender:
    """One decision maker and one agreement.

    Attributes
    ----------
    who : str
    role : {"party", "outsider", "nature"}
        Whether it is a party to the agreement.
    n_left : int
        From how many of the states where the agreement is in force it can end it alone.
    leaves, stays : int or None
        The first of these states (from 0) from which it can, and the first from which it cannot.
    """

    who: str
    role: Role
    n_left: int
    leaves: int | None
    stays: int | None


@dataclass(frozen=True)
class Ending:
    """Who can end an agreement alone. ``enders`` has every decision maker, in the order of the model."""

    agreement: Agreement
    n_states: int
    enders: tuple[Ender, ...]

    @property
    def alone(self) -> tuple[Ender, ...]:
        """Those that can end it from some state at least."""
        return tuple(item for item in self.enders if item.n_left)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        item = self.agreement
        return {
            "id": item.id,
            "parties": list(item.parties),
            "states": self.n_states,
            "withdrawal": None if item.withdrawal is None else list(item.withdrawal),
            "revocable": item.revocable,
            "can_end_alone": [
                {
                    "who": ender.who,
                    "role": ender.role,
                    "states": ender.n_left,
                    "everywhere": ender.stays is None,
                    "from": None if ender.leaves is None else ender.leaves + 1,
                    "not_from": None if ender.stays is None else ender.stays + 1,
                }
                for ender in self.alone
            ],
        }


def endings(graph: Graph) -> tuple[Ending, ...]:
    """Find out who can end each agreement of a conflict alone.

    Raises
    ------
    ModelError
        An agreement is in force in a part only of what one state stands for.
    """
    conflict = graph.conflict
    found = []
    for item in conflict.agreements:
        force = graph.space.evaluate(item.in_force, item, f"agreement {item.id!r}")
        values = force.astype(np.int32)
        enders = []
        for dm, moves in zip(conflict.decision_makers, graph.moves, strict=True):
            leaves = force & (backend.make_step(moves).lowest(values) == 0)
            stays = force & ~leaves
            role: Role = "party" if dm.id in item.parties else "outsider" if dm.kind == "party" else "nature"
            enders.append(Ender(dm.id, role, int(leaves.sum()), _first(leaves), _first(stays)))
        found.append(Ending(item, int(force.sum()), tuple(enders)))
    return tuple(found)


def _first(flags: np.ndarray) -> int | None:
    return int(flags.argmax()) if flags.any() else None
