"""An answer as the terminal has it, as parts of a report: every sentence is written once.

Terminal views are made of few things: lines of one style (:func:`detente.report.words.text`), headings, lines with
blanks around them, and tables (:class:`detente.report.listing.Listing`). Each of them is a part of a report.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from detente.report.listing import Listing
from detente.report.parts import Cell, Grid, Heading, Kind, Line, Part


def adapted(view: Iterable[RenderableType], *, after: int = 0, without: Collection[str] = ()) -> Iterator[Part]:
    """Yield the parts of a terminal view, but for some items at its beginning (``after``) and some lines (``without``).

    Raises
    ------
    TypeError
        The view has something else in it.
    """
    parts = (part for place, item in enumerate(view) if place >= after for part in _part(item))
    yield from _remarks(part for part in parts if not (isinstance(part, Line) and part.words in without))


def _remarks(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts, remarks that follow each other as one, line by line."""
    held: list[str] = []
    for part in parts:
        if isinstance(part, Line) and part.quiet and held and part.point:
            held[-1] += f" {part.words}"  # a line that did not fit the terminal's width goes on
            continue
        if isinstance(part, Line) and part.quiet and not part.point:
            held.append(part.words)
            continue
        if held:
            yield Line("\n".join(held), quiet=True)
            held = []
        yield part
    if held:
        yield Line("\n".join(held), quiet=True)


def by_heading(parts: Iterable[Part]) -> list[list[Part]]:
    """Return parts in groups: what stands before the first heading, then each heading with what follows it."""
    groups: list[list[Part]] = [[]]
    for part in parts:
        if isinstance(part, Heading):
            groups.append([])
        groups[-1].append(part)
    return groups


def _part(item: RenderableType) -> Iterator[Part]:
    match item:
        case Listing():
            yield _grid(item)
        case Padding(renderable=Text() as words, top=above, left=left):
            yield from _line(words, above=bool(above), indented=bool(left))
        case Text():
            yield from _line(item, above=False, indented=False)
        case _:
            raise TypeError(f"a view has {type(item).__name__} in it")


def _line(words: Text, *, above: bool, indented: bool) -> Iterator[Part]:
    plain, style = words.plain, str(words.style)
    said = plain.strip()
    if not said:
        return
    if "bold" in style and above:
        yield Heading(said, 3)
        return
    point = indented or plain.startswith("  ")
    yield Line(said.removeprefix("– "), quiet="dim" in style, point=point, strong="bold" in style)


def _grid(table: Listing) -> Grid:
    kinds: tuple[Kind, ...] = tuple("number" if right else "words" for right in table.right)
    rows: list[tuple[Cell, ...]] = [tuple(cell.plain.strip() for cell in row) for row in table.rows]
    strong = frozenset(place for place, row in enumerate(table.rows) if row and "bold" in str(row[0].style))
    return Grid(tuple(column.strip() for column in table.columns), tuple(rows), strong, kinds=kinds)
