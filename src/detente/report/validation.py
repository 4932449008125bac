"""The warnings and errors about a model: warnings in a terminal, errors as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from detente.analysis.validate import Validation
from detente.conflict.conflict import Conflict
from detente.errors import Diagnostic, ModelError
from detente.report.speech import _, counted, number
from detente.report.words import count_parties, states_words, text

if TYPE_CHECKING:
    import pandas as pd


def validation_view(result: Validation) -> Iterator[RenderableType]:
    """Yield a line of counts and one line a warning, with its place; errors are for standard error."""
    yield text(result.title or _("Untitled conflict"), "bold")
    counts = [
        count_parties(result.decision_makers, nature=bool(result.nature)),
        counted("{n} option", "{n} options", result.options),
        counted(
            "{states} of {n} combination",
            "{states} of {n} combinations",
            result.combinations,
            states=states_words(result.states),
        ),
    ]
    counts += [counted("{n} variant", "{n} variants", result.variants)] if result.variants else []
    counts += [counted("{n} guarantee", "{n} guarantees", result.guarantees)] if result.guarantees else []
    yield text(" · ".join(counts), "dim")
    if result.classes:
        classes = ", ".join(f"{name} {number(count)}" for name, count in result.classes)
        yield text(_("classes: {classes}").format(classes=classes), "dim")
    for warning in result.warnings:
        if warning.level == "warning":
            words = (
                _("warning: line {line}, column {column}: {message} [{kind}]")
                if warning.mark
                else _("warning: {message} [{kind}]")
            )
            line, column = (warning.mark.line, warning.mark.column) if warning.mark else (0, 0)
            yield text(words.format(line=line, column=column, message=warning.message, kind=warning.kind))
    for note in result.notes:
        yield text(_("not examined: {note}").format(note=note), "dim")
    if not result.warnings and result.complete:
        yield text(_("No errors, no warnings."))
    elif not result.warnings:
        yield text(_("No errors and no warnings in what was examined."))


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
