"""What every answer has in common: where it came from, and how it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from detente.conflict.conflict import Conflict
from detente.graph.graph import Graph
from detente.version import __version__

if TYPE_CHECKING:
    import pandas as pd


class Result(Protocol):
    """An answer to a question: convertible to plain data and to a table."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        ...

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame."""
        ...


class Shown:
    """What notebooks show of an answer: what the report says of it, as HTML in which every label is escaped."""

    def _repr_html_(self) -> str:
        from detente.report.notebook import result_html

        return result_html(self)


class State(int):
    """A state's number (from 1) that knows what it stands for.

    It is an ``int``, so that it compares and prints as the number that messages and files use.

    Attributes
    ----------
    label : str
        The label of a listed state, else the number.
    options : dict
        Full option name to value; yes/no options as booleans, ``None`` where merged states differ.
    outcomes : list of str
        Names of the outcomes that hold.
    """

    label: str
    options: dict[str, bool | str | None]
    outcomes: list[str]

    @classmethod
    def of(cls, graph: Graph, state: int) -> State:
        """Return the state with this index (from 0)."""
        return cls.many(graph, np.array([state]))[0]

    @classmethod
    def many(cls, graph: Graph, states: NDArray[np.integer]) -> list[State]:
        """Return the states with these indices (from 0)."""
        columns: dict[str, list[bool | str | None]] = {}
        for option, spec in graph.conflict.options.items():
            words: list[bool | str | None] = [False, True] if spec.binary else [value.id for value in spec.values]
            words.append(None)
            columns[option] = [words[position] for position in graph.space.positions(option, states).tolist()]
        holding = [(name, holds[states].tolist()) for name, holds in graph.outcomes_of]
        result = []
        for row, state in enumerate(states.tolist()):
            item = cls(state + 1)
            item.label = graph.space.label(state)
            item.options = {option: column[row] for option, column in columns.items()}
            item.outcomes = [name for name, holds in holding if holds[row]]
            result.append(item)
        return result

    def to_dict(self) -> dict[str, Any]:
        """Return number, options and outcomes (and the label, where there is one)."""
        result: dict[str, Any] = {"number": int(self), "options": self.options, "outcomes": self.outcomes}
        if self.label != str(int(self)):
            result["label"] = self.label
        return result


def state_columns(graph: Graph, states: NDArray[np.integer]) -> dict[str, Any]:
    """Return what a table says of states (from 0) beside their numbers: label, where they have one, options, outcomes.

    Options are columns of booleans or values, missing where merged states differ; outcomes are columns of booleans.
    """
    found = State.many(graph, states)
    columns: dict[str, Any] = {}
    if graph.conflict.graph_form is not None:
        columns["label"] = [state.label for state in found]
    for option in graph.conflict.options:
        columns[option] = [state.options[option] for state in found]
    for name, holds in graph.outcomes_of:
        columns[name] = holds[states]
    return columns


def provenance(conflict: Conflict, **parameters: Any) -> dict[str, Any]:
    """Return what a result was computed from: the model's digest, the parameters, the version."""
    return {"version": __version__, "digest": conflict.digest, **parameters}
