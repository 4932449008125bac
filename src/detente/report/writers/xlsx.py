"""The tables of a report as an Excel file: one sheet a table, to be filtered, sorted and counted on.

No cell is a formula, whatever a model's labels begin with: words are stored as text, and those that a spreadsheet could
take for a formula are marked as text too, so that they stay text when somebody edits them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detente.report.parts import Cell, Document, Fold, Grid, Heading, Kind, Line, Section, Tableau, cell_words, flat
from detente.report.speech import _
from detente.report.writers.plain import foot_words

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST = 32_767
"""Characters that a cell can hold."""
LONGEST_NAME = 31
WIDEST, NARROWEST = 60, 6
"""Columns, in characters."""

_FORMULA = ("=", "+", "-", "@")
_CONTROL = re.compile("[^\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u2028-\u202e\u2066-\u2069]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NO_NAME = re.compile(r"[\[\]:*?/\\'\n]+")


@dataclass(frozen=True)
class Sheet:
    """A table, what its sheet is called, and what it shows."""

    name: str
    section: str
    shows: str
    grid: Grid


def xlsx_document(document: Document) -> bytes:
    """Return the tables of a report as an Excel file; the first sheet says what there is, with links."""
    from openpyxl import Workbook

    book = Workbook()
    contents = book.worksheets[0]
    contents.title = _sheet_name(_("Contents"), set())
    sheets = list(_sheets(document, {contents.title.lower()}))
    _contents(contents, document, sheets)
    for sheet in sheets:
        _table(book, sheet)
    book.properties.creator = "Détente"
    book.properties.title = _text(document.title)
    book.properties.language = document.language
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def tableau_rows(tableau: Tableau) -> Grid:
    """Return an option table with a state a row, so that it can be filtered."""
    several = any(state.n_states > 1 for state in tableau.states)
    columns = [_("state"), *([_("states")] if several else []), _("status quo"), _("outcomes")]
    kinds: list[Kind] = ["words", "number", "mark", "words"] if several else ["words", "mark", "words"]
    columns += [f"{row.party}: {row.option}" for row in tableau.rows] + [mark.words for mark in tableau.marks]
    kinds += ["words"] * len(tableau.rows)
    kinds += ["mark"] * len(tableau.marks)
    rows: list[tuple[Cell, ...]] = []
    for state in tableau.states:
        count: list[Cell] = [state.n_states] if several else []
        holds = [place in state.holds for place in range(len(tableau.marks))]
        rows.append((state.name, *count, state.status_quo, "; ".join(state.outcomes), *state.values, *holds))
    return Grid(tuple(columns), tuple(rows), frozenset(), tableau.caption, tuple(kinds))


def _sheets(document: Document, taken: set[str]) -> Iterator[Sheet]:
    """Yield the tables, each called by its section, or by what stands above it where the section has several."""
    for section in document.sections:
        found = list(_named(section))
        for words, part in found:
            name = _sheet_name(section.label if len(found) == 1 else words, taken)
            grid = tableau_rows(part) if isinstance(part, Tableau) else part
            shows = ": ".join(dict.fromkeys(piece for piece in (words, grid.caption) if piece))
            yield Sheet(name, section.title, shows, grid)


def _named(section: Section) -> Iterator[tuple[str, Grid | Tableau]]:
    above = section.label
    for part in flat(section.parts):
        match part:
            case Heading(words=words) | Fold(summary=words):
                above = words
            case Grid() | Tableau():
                yield above, part


def _sheet_name(words: str, taken: set[str]) -> str:
    """Return a name that Excel allows, and that no other sheet has."""
    stem = " ".join(_NO_NAME.sub(" ", _text(words)).split())[:LONGEST_NAME].strip() or _("Table")
    name, number = stem, 1
    while name.lower() in taken or name.lower() == "history":
        number += 1
        end = f" {number}"
        name = stem[: LONGEST_NAME - len(end)].rstrip() + end
    taken.add(name.lower())
    return name


# -- cells ----------------------------------------------------------------------------------------------------------


def _text(words: str) -> str:
    """Return words as a cell holds them: control characters removed, cut to what fits."""
    shown = _CONTROL.sub("", words.replace("\r\n", "\n").replace("\t", " "))
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def _fill(cell: Any, value: Cell, kind: Kind = "words") -> int:
    """Set a cell, and return how wide it is."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and kind in ("number", "share"):
        cell.value = value
        cell.number_format = "0%" if kind == "share" else "#,##0" if isinstance(value, int) else "#,##0.00"
        return len(cell_words(value, kind))
    words = _text(cell_words(value, kind))
    if not words:
        return 0
    cell.value = _ESCAPE.sub("_x005F_", words)[:LONGEST]
    cell.data_type = "s"
    cell.quotePrefix = words.startswith(_FORMULA)
    return max(map(len, words.split("\n")))


def _contents(sheet: Worksheet, document: Document, sheets: Sequence[Sheet]) -> None:
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    parts = flat(part for section in document.sections for part in section.parts)
    lines: list[tuple[str, Font]] = [(document.title, Font(bold=True, size=16)), (document.subtitle, Font(italic=True))]
    lines += [(part.words, Font(bold=True)) for part in parts if isinstance(part, Line) and part.strong]
    place = 0
    for words, font in lines:
        if words.strip():
            place += 1
            _fill(sheet.cell(place, 1), words)
            sheet.cell(place, 1).font = font
    place += 1
    widest = [NARROWEST] * 3
    for row in ((_("Sheet"), _("Section"), _("What it shows")), *((s.name, s.section, s.shows) for s in sheets)):
        place += 1
        for column, words in enumerate(row):
            cell = sheet.cell(place, column + 1)
            widest[column] = max(widest[column], _fill(cell, words))
            if row[0] not in {s.name for s in sheets}:
                cell.font = Font(bold=True)
            elif not column:
                cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{row[0]}'!A1")
                cell.font = Font(color="005A8F", underline="single")
    _fill(sheet.cell(place + 2, 1), foot_words(document.facts))
    for column, width in enumerate(widest):
        sheet.column_dimensions["ABC"[column]].width = min(width, WIDEST) + 2


def _table(book: Workbook, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    page, grid = book.create_sheet(sheet.name), sheet.grid
    headed = any(grid.columns)
    widths = [NARROWEST] * len(grid.columns)
    rows: list[tuple[Cell, ...]] = [*([grid.columns] if headed else []), *grid.rows]
    for place, row in enumerate(rows, 1):
        head = headed and place == 1
        strong = not head and place - 1 - headed in grid.strong
        for column, value in enumerate(row):
            kind = grid.kind(column)
            cell = page.cell(place, column + 1)
            width = _fill(cell, value, "words" if head else kind)
            widths[column] = max(widths[column], min(width, WIDEST))
            side = "right" if kind in ("number", "share") else "center" if kind == "mark" else None
            cell.alignment = Alignment(horizontal=side, vertical="top", wrap_text=width > WIDEST or head)
            if head or (strong and not column):
                cell.font = Font(bold=True)
            if head:
                cell.fill = PatternFill("solid", fgColor="F5F6F7")
    for column, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(column)].width = width + 3
    if headed:
        page.freeze_panes = "B2"
        page.auto_filter.ref = f"A1:{get_column_letter(len(grid.columns))}{max(len(rows), 1)}"
