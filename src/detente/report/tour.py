"""A tour of a conflict: who can do what, what may come of it, what can hold, and why."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding

from detente.analysis.analyze import analyze
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.report.sentences import joined, plural
from detente.report.terminal import heading, listing, model_head, outlook_view, reading_view
from detente.report.words import state_words, text
from detente.stability.registry import CONCEPTS, concept


def tour(conflict: Conflict, reading: str | None = None, told_under: str = "seq") -> Iterator[RenderableType]:
    """Yield the tour.

    Raises
    ------
    UsageError
        The reading or the concept does not exist.
    """
    told = concept(told_under)
    graph = Graph(conflict)
    readings = [conflict.reading(reading).id] if reading else [item.id for item in conflict.readings]
    analysis = analyze(conflict, readings=readings, graph=graph)
    yield from model_head(graph)
    if conflict.source:
        yield text(conflict.source, "dim")
    yield heading("Who can do what")
    table = listing("party", "options")
    for dm in conflict.decision_makers:
        words = [
            option.label + ("" if option.binary else f" ({', '.join(value.id for value in option.values)})")
            for option in dm.options
        ]
        table.add_row(text(dm.label, "bold"), text("; ".join(words) or "watches"))
    yield table
    if graph.status_quo is not None:
        yield text(f"Status quo: {state_words(graph, graph.status_quo)}", "dim")
    for name in readings:
        item = analysis.readings[name]
        chosen = conflict.reading(name)
        if told.id in item.verdicts.absent:
            raise UsageError(f"{told.id} was not decided: {item.verdicts.absent[told.id]}")
        lenses = conflict.lens_choice(name)
        mixed = len(set(lenses.values())) > 1
        choice = ", ".join(f"{dm} {lens}" for dm, lens in lenses.items()) if mixed else f"every party: {next(iter(lenses.values()))}"
        yield heading(f"What can hold, reading {chosen.label}" if len(conflict.readings) > 1 else "What can hold")
        if len(conflict.readings) > 1:
            yield text(choice, "dim")
        yield from reading_view(item, set())
        if conflict.classes or conflict.outcomes:
            yield Padding(text("Why", "bold"), (1, 0, 0, 0))
            yield from outlook_view(item, told.id)
    yield heading("Read on")
    yield text(f"Concepts: {joined([f'{c.id} ({c.source})' for c in CONCEPTS.values()])}.", "dim")
    counts = plural(sum(1 for _ in conflict.premises()), "premise")
    yield text(
        f"The verdicts follow from {counts}, which belong to their author; they are facts about this model, not forecasts.",
        "dim",
    )
