"""What every answer has in common: where it came from, and how it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

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
        result = cls(state + 1)
        result.label = graph.space.label(state)
        result.options = plain_options(graph, state)
        result.outcomes = [name for name, holds in graph.outcomes_of if holds[state]]
        return result

    def to_dict(self) -> dict[str, Any]:
        """Return number, options and outcomes (and the label, where there is one)."""
        result: dict[str, Any] = {"number": int(self), "options": self.options, "outcomes": self.outcomes}
        if self.label != str(int(self)):
            result["label"] = self.label
        return result


def plain_options(graph: Graph, state: int) -> dict[str, bool | str | None]:
    """Return a state's options with yes/no as booleans."""
    specs = graph.conflict.options
    return {
        option: (value == "yes" if specs[option].binary and value is not None else value)
        for option, value in graph.space.options_of(state).items()
    }


def provenance(conflict: Conflict, **parameters: Any) -> dict[str, Any]:
    """Return what a result was computed from: the model's digest, the parameters, the version."""
    return {"version": __version__, "digest": conflict.digest, **parameters}
