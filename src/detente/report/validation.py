"""The warnings about a model in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.validate import Validation
from detente.report.sentences import plural
from detente.report.words import text


def validation_view(result: Validation) -> Iterator[RenderableType]:
    """Yield a line of counts and one line a warning, with its place."""
    yield text(result.title or "Untitled conflict", "bold")
    counts = [plural(result.decision_makers, "decision maker"), plural(result.options, "option")]
    counts.append(f"{plural(result.states, 'state')} of {plural(result.combinations, 'combination')}")
    yield text(" · ".join(counts), "dim")
    if result.classes:
        yield text("classes: " + ", ".join(f"{name} {count:,}" for name, count in result.classes), "dim")
    for warning in result.warnings:
        place = f"line {warning.mark.line}, column {warning.mark.column}: " if warning.mark else ""
        yield text(
            f"{warning.level}: {place}{warning.message} [{warning.kind}]", "red" if warning.level == "error" else ""
        )
    for note in result.notes:
        yield text(f"not examined: {note}", "dim")
    if not result.warnings:
        yield text("No errors, no warnings." if result.complete else "No errors and no warnings in what was examined.")
