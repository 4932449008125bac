"""The warnings and errors about a model: warnings in a terminal, errors as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from detente.analysis.validate import Validation
from detente.conflict.conflict import Conflict
from detente.errors import Diagnostic, ModelError
from detente.report.sentences import plural
from detente.report.words import text

if TYPE_CHECKING:
    import pandas as pd


def validation_view(result: Validation) -> Iterator[RenderableType]:
    """Yield a line of counts and one line a warning, with its place; errors are for standard error."""
    yield text(result.title or "Untitled conflict", "bold")
    parties = plural(result.decision_makers, "decision maker") + (" and nature" if result.nature else "")
    counts = [parties, plural(result.options, "option")]
    counts.append(f"{plural(result.states, 'state')} of {plural(result.combinations, 'combination')}")
    counts += [plural(result.variants, "variant")] if result.variants else []
    counts += [plural(result.guarantees, "guarantee")] if result.guarantees else []
    yield text(" · ".join(counts), "dim")
    if result.classes:
        yield text("classes: " + ", ".join(f"{name} {count:,}" for name, count in result.classes), "dim")
    for warning in result.warnings:
        if warning.level == "warning":
            place = f"line {warning.mark.line}, column {warning.mark.column}: " if warning.mark else ""
            yield text(f"warning: {place}{warning.message} [{warning.kind}]")
    for note in result.notes:
        yield text(f"not examined: {note}", "dim")
    if not result.warnings:
        yield text("No errors, no warnings." if result.complete else "No errors and no warnings in what was examined.")


def found_errors(result: Validation, conflict: Conflict) -> ModelError | None:
    """Return the errors among the warnings as other questions raise them; ``None`` where there are none."""
    found = [Diagnostic(w.message, w.mark) for w in result.warnings if w.level == "error"]
    return ModelError(found, conflict.origin, conflict.text) if found else None


def errors_of(error: ModelError) -> list[dict[str, Any]]:
    """Return the problems of a model as plain data, ready for JSON."""
    return [
        {
            "file": error.source,
            "line": problem.mark.line if problem.mark else None,
            "column": problem.mark.column if problem.mark else None,
            "message": problem.sentence(),
        }
        for problem in error.diagnostics
    ]


def error_frame(errors: list[dict[str, Any]]) -> pd.DataFrame:
    """Return a pandas DataFrame of errors, with the columns that warnings have."""
    import pandas as pd

    rows = [("error", "model", "", error["line"], error["column"], error["message"]) for error in errors]
    frame = pd.DataFrame(rows, columns=["level", "kind", "element", "line", "column", "message"])
    return frame.astype({"line": "Int64", "column": "Int64"})
