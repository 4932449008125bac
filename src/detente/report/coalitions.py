"""Coalitions in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import RenderableType
from rich.padding import Padding

from detente.analysis.coalitions import CoalitionAnswer, CoalitionResult
from detente.graph.graph import Graph
from detente.report.listing import Listing
from detente.report.sentences import names_of
from detente.report.speech import _, counted, number
from detente.report.terminal import heading, model_head, reading_line
from detente.report.words import at_state, more_words, short, state_words, text

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
        yield heading(names_of(graph.conflict, answer.members))
        for start, ends in answer.improvements.items():
            words = _("Joint improvements from {state}: {ends}")
            yield text(words.format(state=at_state(graph, start), ends=_states(graph, ends) or _("none")))
            for end in ends[:MOST_DESCRIBED].tolist():
                words = short(f"{graph.space.label(end)}: {state_words(graph, end)}", 400)
                yield Padding(text(words, "dim"), (0, 0, 0, 2))
            if len(ends) > MOST_DESCRIBED:
                words = counted(
                    "… and {n} more (JSON describes them all)",
                    "… and {n} more (JSON describes them all)",
                    len(ends) - MOST_DESCRIBED,
                )
                yield Padding(text(words, "dim"), (0, 0, 0, 2))
        if answer.stable:
            yield _table(graph, answer)
    if result.universal is not None:
        yield heading(_("Stable for every coalition"))
        for key, states in result.universal.items():
            listed = _states(graph, states) or _("no state")
            yield text(f"{key}: {listed}")
    if not result.complete:
        yield text(_("Stopped before every coalition was examined: universal means not ruled out so far."))


def _table(graph: Graph, answer: CoalitionAnswer) -> RenderableType:
    table = Listing(_("concept"), _("stable states"), _("which"), right=(_("stable states"),))
    for key, states in answer.stable.items():
        count = counted("{count} of {n} state", "{count} of {n} states", graph.n_states, count=number(len(states)))
        table.add_row(text(key), text(count), text(_states(graph, states)))
    return table


def _states(graph: Graph, states: np.ndarray) -> str:
    """Return the labels of states; of many, how many each class has."""
    if len(states) <= MOST_STATES:
        return " ".join(graph.space.label(state) for state in states.tolist())
    if graph.class_of is not None:
        counts = np.bincount(graph.class_of[states], minlength=len(graph.conflict.classes))
        names = [graph.conflict.outcome(name).label for name in graph.conflict.classes]
        return "; ".join(f"{name} {number(count)}" for name, count in zip(names, counts.tolist(), strict=True) if count)
    shown = " ".join(graph.space.label(state) for state in states[:MOST_STATES].tolist())
    return f"{shown} {more_words(len(states) - MOST_STATES)}"
