"""A page of plain words, made once and shown as text or as HTML. Labels are hostile: every word is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, Literal, TypeAlias

from rich.console import RenderableType
from rich.padding import Padding

from detente.errors import printable
from detente.report.listing import Listing
from detente.report.words import text

INDENT = 2


@dataclass(frozen=True)
class Heading:
    """The title of the page (``level`` 1) or of a part."""

    words: str
    level: Literal[1, 2] = 2


@dataclass(frozen=True)
class Line:
    """A paragraph; ``point``: one of a list; ``quiet``: a remark; ``apart``: with room above it."""

    words: str
    quiet: bool = False
    point: bool = False
    apart: bool = False


@dataclass(frozen=True)
class Grid:
    """A table; a row whose place is in ``strong`` stands out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int] = frozenset()


Part: TypeAlias = Heading | Line | Grid


def terminal_parts(parts: Iterable[Part]) -> Iterator[RenderableType]:
    """Yield the page for a terminal."""
    for part in parts:
        match part:
            case Heading(words=words, level=level):
                yield Padding(text(words, "bold"), (0 if level == 1 else 1, 0, 0, 0))
            case Line(words=words, quiet=quiet, point=point, apart=apart):
                shown = text(f"– {words}" if point else words, "dim" if quiet else "")
                yield Padding(shown, (int(apart), 0, 0, INDENT if point else 0))
            case Grid():
                table = Listing(*part.columns)
                for number, row in enumerate(part.rows):
                    style = "bold" if number in part.strong else ""
                    table.add_row(*(text(cell, style if not place else "") for place, cell in enumerate(row)))
                yield table


def html_parts(parts: Iterable[Part]) -> str:
    """Return the page as HTML, without a document around it."""
    found = []
    inside = False
    for part in parts:
        point = isinstance(part, Line) and part.point
        if point != inside:
            found.append("<ul>" if point else "</ul>")
            inside = point
        match part:
            case Heading(words=words, level=level):
                found.append(f"<h{level + 1}>{_safe(words)}</h{level + 1}>")
            case Line(words=words, quiet=quiet):
                tag = "li" if point else "p"
                found.append(f"<{tag}{' style=color:#666' if quiet else ''}>{_safe(words)}</{tag}>")
            case Grid():
                found.append(_table(part))
    return "".join(found) + ("</ul>" if inside else "")


def html_document(title: str, parts: Iterable[Part]) -> str:
    """Return the page as one self-contained HTML document."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_safe(title)}</title>\n<style>{_STYLE}</style></head>\n<body>{html_parts(parts)}</body>\n</html>\n"
    )


def plain(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Return the page as plain data: for each heading, its lines and rows."""
    found: list[dict[str, Any]] = []
    for part in parts:
        match part:
            case Heading(words=words):
                found.append({"heading": words, "lines": []})
            case Line(words=words):
                found[-1]["lines"].append(words)
            case Grid(columns=columns, rows=rows):
                found[-1].setdefault("tables", []).append([dict(zip(columns, row, strict=True)) for row in rows])
    return found


_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}"
    "th{font-weight:normal;color:#666}h2,h3{line-height:1.2}li{margin:.2rem 0}"
)


def _table(grid: Grid) -> str:
    head = "".join(f"<th>{_safe(column)}</th>" for column in grid.columns)
    rows = []
    for number, row in enumerate(grid.rows):
        first, *rest = (_safe(cell) for cell in row)
        first = f"<b>{first}</b>" if number in grid.strong else first
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in (first, *rest)) + "</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _safe(words: str) -> str:
    return escape(printable(words))
