"""The states as an analyst checks an encoding: options, outcomes, each party's ranking, statements satisfied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.result import Shown, State, provenance, state_columns
from detente.conflict.conflict import Conflict
from detente.conflict.elements import DecisionMaker, Lens, Statement
from detente.errors import ModelError, UsageError
from detente.graph.graph import Graph

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class PartyView:
    """A party's ranking under a lens, and which of its statements each shown state satisfies.

    Attributes
    ----------
    statements : tuple of Statement
        Principles first, then the lens, then what it refines; empty for rankings and utilities.
    satisfied : (n_shown, n_statements) bool
    ranks : (n_shown,) int32
    """

    dm: str
    lens: str
    statements: tuple[Statement, ...]
    satisfied: NDArray[np.bool_]
    ranks: NDArray[np.int32]
    n_ranks: int

    def __repr__(self) -> str:
        return f"<PartyView {self.dm} ({self.lens}): {self.n_ranks} ranks, {len(self.statements)} statements>"


@dataclass(frozen=True, eq=False, repr=False)
class States(Shown):
    """States of a model; ``shown`` are their indices (from 0)."""

    graph: Graph
    reading: str
    shown: NDArray[np.intp]
    views: tuple[PartyView, ...]

    def __repr__(self) -> str:
        counts = f"{len(self.shown):,} of {self.graph.n_states:,} states"
        return f"<States of {self.graph.conflict.title[:60]!r}: {counts}, reading {self.reading}>"

    def states(self) -> list[State]:
        """Return the shown states."""
        return State.many(self.graph, self.shown)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "reading": self.reading,
            "states_in_all": self.graph.n_states,
            "states": [
                {
                    **state.to_dict(),
                    "ranks": {view.dm: int(view.ranks[k]) for view in self.views},
                    "satisfies": {
                        view.dm: [s.id for s, holds in zip(view.statements, view.satisfied[k], strict=True) if holds]
                        for view in self.views
                    },
                }
                for k, state in enumerate(self.states())
            ],
            "statements": {view.dm: {s.id: s.says() for s in view.statements} for view in self.views},
            "computed": provenance(self.graph.conflict),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per state."""
        import pandas as pd

        columns = state_columns(self.graph, self.shown)
        for view in self.views:
            columns[f"rank {view.dm}"] = view.ranks
            for index, statement in enumerate(view.statements):
                columns[statement.id] = view.satisfied[:, index]
        return pd.DataFrame(columns, index=pd.Index(self.shown + 1, name="number"))


def states(
    conflict: Conflict, *, reading: str | None = None, where: str | None = None, graph: Graph | None = None
) -> States:
    """Return states with rankings and the statements they satisfy.

    Parameters
    ----------
    conflict : Conflict
    reading : str, optional
        The reading; the first by default.
    where : str, optional
        A formula; only states that satisfy it are returned.
    graph : Graph, optional

    Raises
    ------
    UsageError
        The reading does not exist, or the formula cannot be read or names something unknown.

    Examples
    --------
    >>> import detente
    >>> found = states(detente.library("prisoners_dilemma"), where="two.cooperate")
    >>> [int(state) for state in found.states()]
    [3, 4]
    """
    graph = graph or Graph(conflict)
    chosen = conflict.reading(reading) if reading else conflict.readings[0]
    shown = np.arange(graph.n_states) if where is None else np.flatnonzero(select(graph, where))
    views = []
    for dm, lens in conflict.lens_choice(chosen.id).items():
        party = conflict.decision_maker(dm)
        statements = in_force(party, party.lens(lens))
        held = [_held(graph, statement)[shown] for statement in statements]
        ranks = graph.ranks(dm, lens)
        views.append(
            PartyView(
                dm,
                lens,
                statements,
                np.stack(held, axis=1) if held else np.zeros((len(shown), 0), dtype=bool),
                ranks[shown],
                int(ranks.max(initial=0)),
            )
        )
    return States(graph, chosen.id, shown, tuple(views))


def _held(graph: Graph, statement: Statement) -> NDArray[np.bool_]:
    """Return where a statement holds; of merged states, where it holds for the member that speaks for the class."""
    by_row = graph.space.evaluate_rows(statement.that)
    return by_row if graph.space.representative is None else by_row[graph.space.representative]


def select(graph: Graph, where: str) -> NDArray[np.bool_]:
    """Return the states that satisfy a formula given as text. Raises UsageError."""
    from detente.language.build import formula_in

    try:
        formula = formula_in(graph.conflict, where)
        return graph.space.evaluate(formula)
    except ModelError as error:
        raise UsageError(f"in the formula {where!r}: " + "; ".join(p.sentence() for p in error.diagnostics)) from None


def in_force(dm: DecisionMaker, lens: Lens) -> tuple[Statement, ...]:
    """Return the statements that a lens goes by, most important first: principles, its own, those it refines."""
    found = list(dm.principles)
    at: Lens | None = lens
    while at is not None:
        found += at.statements
        at = dm.lens(at.refines) if at.refines else None
    return tuple(dict.fromkeys(found))
