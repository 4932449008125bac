"""Coalitions in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import RenderableType
from rich.padding import Padding

from detente.analysis.coalitions import CoalitionAnswer, CoalitionResult
from detente.graph.graph import Graph
from detente.report.listing import Listing
from detente.report.sentences import dm_name, joined, plural
from detente.report.terminal import heading, model_head, reading_line
from detente.report.words import short, state_words, text

MOST_STATES = 40
"""States that are listed by number before the rest is counted."""

MOST_DESCRIBED = 3
"""Joint improvements that are put into words before the rest is counted."""


def coalitions_view(result: CoalitionResult) -> Iterator[RenderableType]:
    """Yield, per coalition, its joint improvements and the states stable for it; then universal stability."""
    graph = result.graph
    yield from model_head(graph)
    yield from reading_line(graph.conflict, result.reading)
    for answer in result.coalitions:
        yield heading(joined([dm_name(graph.conflict, dm) for dm in answer.members]))
        for start, ends in answer.improvements.items():
            yield text(f"Joint improvements from state {graph.space.label(start)}: {_states(graph, ends) or 'none'}")
            for end in ends[:MOST_DESCRIBED].tolist():
                words = short(f"{graph.space.label(end)}: {state_words(graph, end)}", 400)
                yield Padding(text(words, "dim"), (0, 0, 0, 2))
            if len(ends) > MOST_DESCRIBED:
                words = f"… and {len(ends) - MOST_DESCRIBED:,} more (JSON describes them all)"
                yield Padding(text(words, "dim"), (0, 0, 0, 2))
        if answer.stable:
            yield _table(graph, answer)
    if result.universal is not None:
        yield heading("Stable for every coalition")
        for key, states in result.universal.items():
            yield text(f"{key}: {_states(graph, states) or 'no state'}")
    if not result.complete:
        yield text("Stopped before every coalition was examined: universal means not ruled out so far.")


def _table(graph: Graph, answer: CoalitionAnswer) -> RenderableType:
    table = Listing("concept", "stable states", "which", right=("stable states",))
    for key, states in answer.stable.items():
        count = f"{len(states):,} of {plural(graph.n_states, 'state')}"
        table.add_row(text(key), text(count), text(_states(graph, states)))
    return table


def _states(graph: Graph, states: np.ndarray) -> str:
    """Return the labels of states; of many, how many each class has."""
    if len(states) <= MOST_STATES:
        return " ".join(graph.space.label(state) for state in states.tolist())
    if graph.class_of is not None:
        counts = np.bincount(graph.class_of[states], minlength=len(graph.conflict.classes))
        names = [graph.conflict.outcome(name).label for name in graph.conflict.classes]
        return "; ".join(f"{name} {count:,}" for name, count in zip(names, counts.tolist(), strict=True) if count)
    shown = " ".join(graph.space.label(state) for state in states[:MOST_STATES].tolist())
    return shown + f" … and {len(states) - MOST_STATES:,} more"
