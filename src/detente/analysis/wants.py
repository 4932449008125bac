"""What each party wants first: the statements on top of its order, or the states that it likes best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.conflict.elements import DecisionMaker, Lens, Prioritised, Statement, Weights
from detente.graph.graph import Graph
from detente.graph.preference import ordered_levels

MOST = 2
"""Statements that are named."""


@dataclass(frozen=True)
class Want:
    """What a party wants first under one lens.

    Attributes
    ----------
    dm, lens : str
    principles : tuple of Statement
        What stands above every lens.
    first : tuple of Statement
        What comes next under this lens: with principles one statement, else two.
    best : int or None
        Where there are no statements: a state that it likes best, from 0. ``None`` where it is indifferent.
    n_best : int
        How many states it likes best.
    """

    dm: str
    lens: str
    principles: tuple[Statement, ...]
    first: tuple[Statement, ...]
    best: int | None = None
    n_best: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "decision_maker": self.dm,
            "lens": self.lens,
            "principles": [statement.id for statement in self.principles],
            "first": [statement.id for statement in self.first],
            **({} if self.best is None else {"likes_best": self.best + 1, "states_liked_best": self.n_best}),
        }


def wants(graph: Graph) -> tuple[Want, ...]:
    """Return what each party wants first under each of its lenses, in the model's order."""
    return tuple(_want(graph, dm, lens) for dm in graph.conflict.parties for lens in dm.lenses)


def _want(graph: Graph, dm: DecisionMaker, lens: Lens) -> Want:
    principles = dm.principles[:MOST]
    first = _top(dm, lens)[: max(1, MOST - len(principles))]
    if principles or first:
        return Want(dm.id, lens.id, principles, first)
    ranks = graph.ranks(dm.id, lens.id)
    best = np.flatnonzero(ranks == ranks.max())
    return Want(dm.id, lens.id, (), (), None if len(best) == len(ranks) else int(best[0]), len(best))


def _top(dm: DecisionMaker, lens: Lens) -> tuple[Statement, ...]:
    """Return the statements of a lens, and of those that it refines, in order; of weights, the heaviest first."""
    found: list[Statement] = []
    at: Lens | None = lens
    while at is not None:
        match at.preference:
            case Prioritised(levels=levels):
                found += [statement for level in ordered_levels(levels) for statement in level.statements]
            case Weights(terms=terms):
                found += [s for s, weight in sorted(terms, key=lambda term: -term[1]) if weight > 0]
            case _:
                break
        at = dm.lens(at.refines) if at.refines else None
    return tuple(statement for statement in dict.fromkeys(found) if statement not in dm.principles)
