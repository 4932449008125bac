"""Parts of a report in a terminal, and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding

from detente.report.listing import Listing
from detente.report.parts import (
    Code,
    Document,
    Figure,
    Fold,
    Grid,
    Heading,
    Line,
    Part,
    Section,
    Tableau,
    cell_words,
    flat,
    tableau_grid,
)
from detente.report.words import text

INDENT = 2
MOST_ACROSS = 12
"""So many states stand side by side in one block of an option table."""


def terminal_parts(parts: Iterable[Part]) -> Iterator[RenderableType]:
    """Yield the page for a terminal."""
    for part in parts:
        match part:
            case Heading(words=words, level=level):
                yield Padding(text(words, "bold"), (0 if level == 1 else 1, 0, 0, 0))
            case Line(words=words, quiet=quiet, point=point, apart=apart, strong=strong):
                shown = text(f"– {words}" if point else words, "dim" if quiet else "bold" if strong else "")
                yield Padding(shown, (int(apart), 0, 0, INDENT if point else 0))
            case Grid():
                yield _listing(part)
            case Tableau():
                yield from _tableau(part)
            case Figure(title=title, alt=alt):
                yield text(f"[{title}] {alt}", "dim")
            case Fold(summary=summary, parts=inner):
                yield Padding(text(summary), (1, 0, 0, 0))
                yield Padding(Group(*terminal_parts(inner)), (0, 0, 0, INDENT))
            case Code(words=words):
                yield Padding(text(words), (0, 0, 0, INDENT))


def terminal_document(document: Document) -> Iterator[RenderableType]:
    """Yield a whole report for a terminal."""
    yield text(document.title, "bold")
    if document.subtitle:
        yield text(document.subtitle, "dim")
    for section in document.sections:
        yield from terminal_section(section)


def terminal_section(section: Section) -> Iterator[RenderableType]:
    """Yield one section for a terminal."""
    yield from terminal_parts([Heading(section.title), *section.parts])


def plain(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Return the page as plain data: for each heading, its lines and rows; what is folded stands with the rest."""
    found: list[dict[str, Any]] = []

    def last() -> dict[str, Any]:
        if not found:
            found.append({"heading": "", "lines": []})
        return found[-1]

    for part in flat(parts):
        match part:
            case Heading(words=words):
                found.append({"heading": words, "lines": []})
            case Line(words=words) | Fold(summary=words) | Code(words=words) | Figure(alt=words):
                last()["lines"].append(words)
            case Grid() | Tableau():
                grid = tableau_grid(part) if isinstance(part, Tableau) else part
                last().setdefault("tables", []).append([dict(zip(grid.columns, row, strict=True)) for row in grid.rows])
    return found


def _listing(grid: Grid) -> RenderableType:
    numbers = tuple(name for place, name in enumerate(grid.columns) if grid.kind(place) in ("number", "share"))
    table = Listing(*grid.columns, right=numbers)
    for number, row in enumerate(grid.rows):
        style = "bold" if number in grid.strong else ""
        cells = (cell_words(cell, grid.kind(place)) for place, cell in enumerate(row))
        table.add_row(*(text(cell, style if not place else "") for place, cell in enumerate(cells)))
    return table


def _tableau(tableau: Tableau) -> Iterator[RenderableType]:
    for begin in range(0, len(tableau.states), MOST_ACROSS):
        block = tableau.states[begin : begin + MOST_ACROSS]
        yield _listing(tableau_grid(Tableau(tableau.rows, block, tableau.marks)))
