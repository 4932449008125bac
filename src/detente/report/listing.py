"""Plain tables that read at any width: long cells wrap, and where there is no room for them they go below the row."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from detente.report.words import text

GAP = 2
"""Blanks between columns; one where two do not fit."""

LEAST = 22
"""A column is wrapped down to this width; where that is still too wide, long columns go below the row."""

NARROWEST = 12
"""The first column is wrapped down to this width then."""

SHORTEST = 9
"""Where that is still too wide, columns are wrapped down to more than this before the last ones go below the row."""

INDENT = 4


class Listing:
    """A table without lines. The first column names the row; long other ones may go below it.

    Parameters
    ----------
    columns : str
        Headings.
    right : tuple of str
        Those that are aligned to the right.
    """

    def __init__(self, *columns: str, right: tuple[str, ...] = ()) -> None:
        self.columns = columns
        self.right = tuple(column in right for column in columns)
        self.rows: list[tuple[Text, ...]] = []

    def add_row(self, *cells: Text) -> None:
        """Add a row, one text a column; those left out at the end are empty."""
        self.rows.append(cells + (Text(),) * (len(self.columns) - len(cells)))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines, as Rich asks for them."""
        lines = [tuple(text(column, "dim") for column in self.columns), *self.rows]
        natural = [max(cell.cell_len for cell in column) for column in zip(*lines, strict=True)]
        widths, below, gap = _fit(natural, options.max_width)
        for number, row in enumerate(lines):
            yield from self._beside(console, row, widths, below, gap)
            if number:
                yield from self._below(console, row, below, options.max_width)

    def _beside(
        self, console: Console, row: tuple[Text, ...], widths: list[int], below: list[int], gap: int
    ) -> Iterator[Text]:
        kept = [k for k in range(len(row)) if k not in below]
        cells = {k: _wrapped(console, row[k], widths[k]) for k in kept}
        for number in range(max(map(len, cells.values()))):
            line = Text(no_wrap=True, overflow="ignore")
            for k in kept:
                cell = cells[k][number] if number < len(cells[k]) else Text()
                blanks = Text(" " * (widths[k] - cell.cell_len))
                line += blanks + cell if self.right[k] else cell + blanks
                line.append(" " * gap)
            line.rstrip()
            yield line

    def _below(self, console: Console, row: tuple[Text, ...], below: list[int], width: int) -> Iterator[Text]:
        room = max(LEAST, width - INDENT)
        line = Text()  # short cells stand side by side
        for k in below:
            if not row[k].plain:
                continue
            named = text(f"{self.columns[k]}: ", "dim") + row[k] if len(below) > 1 else row[k]
            short = named.cell_len <= LEAST and "\n" not in named.plain
            if line.plain and (not short or line.cell_len + GAP + named.cell_len > room):
                yield _indented(line)
                line = Text()
            if short:
                line = line + Text(" " * GAP if line.plain else "") + named
                continue
            for part in _wrapped(console, named, room):
                yield _indented(part)
        if line.plain:
            yield _indented(line)


def _indented(line: Text) -> Text:
    return Text(" " * INDENT, no_wrap=True, overflow="ignore") + line


def _wrapped(console: Console, cell: Text, width: int) -> list[Text]:
    if cell.cell_len <= width and "\n" not in cell.plain:
        return [cell]
    lines = list(cell.wrap(console, max(1, width), overflow="fold"))
    for line in lines:
        line.rstrip()
    return lines


def _fit(natural: list[int], width: int) -> tuple[list[int], list[int], int]:
    """Return the widths of columns, those that go below the row, and the blanks between columns."""
    for gap in (GAP, 1):
        room = width - gap * (len(natural) - 1)
        widths = _shared(natural, room, LEAST)
        if sum(widths) <= room:
            return widths, [], gap
    below = [k for k in range(1, len(natural)) if natural[k] > LEAST]
    kept = [0 if k in below else size for k, size in enumerate(natural)]
    for gap in (GAP, 1):
        room = width - gap * (len(natural) - len(below) - 1)
        if sum(_shared(kept, room, LEAST)) <= room:
            break
    for least in range(NARROWEST, SHORTEST, -1):
        if sum(widths := _shared(kept, room, least)) <= room:
            return widths, below, gap
    last = len(natural) - 1
    while sum(_shared(kept, room, NARROWEST)) > room and last:  # still too wide: the last columns go below too
        if last not in below:
            kept[last] = 0
            below = sorted([*below, last])
            room = width - gap * (len(natural) - len(below) - 1)
        last -= 1
    return _shared(kept, room, NARROWEST), below, gap


def _shared(natural: list[int], width: int, least: int) -> list[int]:
    """Return widths that add up to at most ``width`` where they can: the widest give way first, down to ``least``."""
    for most in range(max(width, least), least, -1):
        if sum(min(size, most) for size in natural) <= width:
            return [min(size, most) for size in natural]
    return [min(size, least) for size in natural]
