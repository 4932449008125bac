"""A tour of a conflict: who can do what, what may come of it, what can hold, and why."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import RenderableType

from detente.analysis.analyze import Analysis, ReadingAnalysis, analyze
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.report.listing import Listing
from detente.report.sentences import joined, plural
from detente.report.terminal import heading, model_head, outlook_view, reading_view
from detente.report.words import state_words, text
from detente.stability.registry import CONCEPTS, concept


def tour(
    conflict: Conflict, called: str, reading: str | None = None, told_under: str = "seq"
) -> Iterator[RenderableType]:
    """Yield the tour; ``called`` is what the user called the model, for the commands to go on with.

    Raises
    ------
    UsageError
        The reading or the concept does not exist.
    """
    told = concept(told_under)
    graph = Graph(conflict)
    readings = [conflict.reading(reading).id] if reading else [item.id for item in conflict.readings]
    analysis = analyze(conflict, readings=readings, graph=graph)
    first = analysis.readings[readings[0]]
    if told.id in first.verdicts.absent:
        raise UsageError(f"{told.id} was not decided: {first.verdicts.absent[told.id]}")
    yield from model_head(graph)
    if conflict.source:
        yield text(conflict.source, "dim")
    yield heading("Who can do what")
    table = Listing("party", "options")
    for dm in conflict.decision_makers:
        words = [
            option.label + ("" if option.binary else f" ({', '.join(value.id for value in option.values)})")
            for option in dm.options
        ]
        table.add_row(text(dm.label, "bold"), text("; ".join(words) or "watches"))
    yield table
    if graph.status_quo is not None:
        yield text(f"Status quo: {state_words(graph, graph.status_quo)}", "dim")
    yield heading(
        "What can hold" + (f", reading “{conflict.reading(first.reading).label}”" if len(conflict.readings) > 1 else "")
    )
    if len(conflict.readings) > 1:
        yield text(", ".join(f"{dm} {lens}" for dm, lens in conflict.lens_choice(first.reading).items()), "dim")
    yield from reading_view(first, set())
    if conflict.classes or conflict.outcomes:
        yield heading("Why")
        yield from outlook_view(first, told.id)
        if len(readings) > 1:
            yield heading(f"The same under other readings: states that are {told.id.upper()} equilibria")
            yield _by_reading(analysis, told.id)
    closing = example_state(first, told.id)
    if closing is not None:
        state = graph.space.label(closing)
        yield heading("Read on")
        yield text(f"detente explain {called} --reading {first.reading} --concept {told.id} --state {state}")
        yield text(f"detente analyze {called}   detente states {called}   detente paths {called} --to {state}")
    yield text("")
    yield text(f"Concepts: {joined([f'{c.id} ({c.source})' for c in CONCEPTS.values()])}.", "dim")
    counts = plural(sum(1 for _ in conflict.premises()), "premise")
    yield text(
        f"Premises belong to their author: {counts} here. A verdict is a fact about this model, not a forecast.", "dim"
    )


def example_state(item: ReadingAnalysis, concept_id: str) -> int | None:
    """Return the equilibrium nearest to the status quo, or the first one, or ``None``."""
    states = item.equilibria(concept_id)
    if not len(states):
        return None
    return int(states[0] if item.reachability is None else states[np.argmin(item.reachability.by_moves[states])])


def _by_reading(analysis: Analysis, concept_id: str) -> RenderableType:
    conflict = analysis.conflict
    names = conflict.classes or tuple(outcome.id for outcome in conflict.outcomes)
    table = Listing("outcome", *analysis.readings, right=tuple(analysis.readings))
    for name in names:
        inside = analysis.graph.outcome(name)
        counts = [int(inside[item.equilibria(concept_id)].sum()) for item in analysis.readings.values()]
        cells = [text(f"{count:,}" if count else "·", "" if count else "dim") for count in counts]
        table.add_row(text(conflict.outcome(name).label), *cells)
    return table
