"""What writers of other files than HTML share: words that every format can hold, and tables as they are on paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec

from detente.errors import printable
from detente.report.parts import Document, Figure, Grid, Kind, Tableau, cell_words, flat, tableau_grid
from detente.report.speech import _, counted, number

NO_BREAK_SPACE = "\u00a0"
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(words: str) -> str:
    """Return words whose control characters are visible, so that every format can hold them; lines stay apart."""
    shown = NO_BREAK_SPACE.join(printable(piece) for piece in words.replace("\r\n", "\n").split(NO_BREAK_SPACE))
    return _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", shown)


def one_line(words: str) -> str:
    """Return words as one line, single blanks between them; a blank at which no line breaks stays."""
    return NO_BREAK_SPACE.join(" ".join(clean(piece).split()) for piece in words.split(NO_BREAK_SPACE))


def paragraphs(words: str) -> list[str]:
    """Return the lines of words, each as one: a remark may have several."""
    return [line for line in map(one_line, words.splitlines()) if line]


@dataclass(frozen=True)
class Table:
    """A table as words: what every writer of text needs.

    Parameters
    ----------
    head : tuple of str
        Headings; all empty: there is none.
    rows : tuple of tuple of str
        Each as long as ``head``; one line a cell.
    kinds : tuple of Kind
        One a column.
    strong : frozenset of int
        Places of rows that stand out.
    caption : str
        What the table shows.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kinds: tuple[Kind, ...]
    strong: frozenset[int]
    caption: str

    @property
    def headed(self) -> bool:
        """Whether there are headings."""
        return any(self.head)

    def right(self, column: int) -> bool:
        """Return whether a column is aligned to the right."""
        return self.kinds[column] in ("number", "share")

    def centred(self, column: int) -> bool:
        """Return whether a column has marks, which stand in the middle."""
        return self.kinds[column] == "mark"


MOST_ON_PAPER = 40
"""States of an option table that is printed; one with more is left to files that can be filtered."""


def too_many(part: Grid | Tableau) -> str:
    """Return that an option table is left out on paper, or nothing."""
    if isinstance(part, Grid) or len(part.states) <= MOST_ON_PAPER:
        return ""
    words = _("{n} states are too many for a page; the report as HTML or Excel has this table.")
    return words.format(n=number(len(part.states)))


def tables(part: Grid | Tableau, most_across: int) -> Iterator[Table]:
    """Yield a part as tables; an option table in blocks of so many states, and none where it has too many."""
    if too_many(part):
        return
    if isinstance(part, Grid):
        yield _table(part)
        return
    for begin in range(0, len(part.states), most_across):
        block = replace(part, states=part.states[begin : begin + most_across])
        grid = tableau_grid(block)
        marks: list[Kind] = ["mark"] * len(block.states)
        yield _table(replace(grid, kinds=("words", *marks)))


def _table(grid: Grid) -> Table:
    kinds = tuple(grid.kind(place) for place in range(len(grid.columns)))
    return Table(
        tuple(one_line(name) for name in grid.columns),
        tuple(
            tuple(one_line(cell_words(cell, kind)) for cell, kind in zip(row, kinds, strict=True)) for row in grid.rows
        ),
        kinds,
        grid.strong,
        one_line(grid.caption),
    )


def figures_of(document: Document) -> list[tuple[str, Figure]]:
    """Return the figures of a report, each with the stem of its file's name: plain letters, and no two the same."""
    found: list[tuple[str, Figure]] = []
    taken: set[str] = set()
    for part in flat(part for section in document.sections for part in section.parts):
        if not isinstance(part, Figure) or any(part is figure for _stem, figure in found):
            continue
        stem = re.sub(r"[^A-Za-z0-9_-]+", "-", part.name).strip("-")[:80] or "figure"
        found.append((_untaken(stem, taken), part))
    return found


def figure_files(document: Document, kinds: Iterable[str] = ("svg",)) -> dict[str, bytes]:
    """Return the figures of a report as files, by name; ``kinds`` are ``svg`` and ``png``.

    Raises UsageError where PNG is asked for and matplotlib is missing.
    """
    from detente.report.figures.raster import png

    found: dict[str, bytes] = {}
    for stem, figure in figures_of(document):
        for kind in kinds:
            found[f"{stem}.{kind}"] = png(figure.svg) if kind == "png" else _standing_alone(figure.svg).encode()
    return found


def can_draw() -> bool:
    """Return whether figures can be made into pictures of dots here."""
    return find_spec("matplotlib") is not None


def _standing_alone(figure: str) -> str:
    """Return an SVG as a file: on white where it is a part of a page, as it is where it is a document already."""
    from detente.report.figures.svg import standalone

    return figure if figure.lstrip().startswith("<?xml") else standalone(figure)


def _untaken(stem: str, taken: set[str]) -> str:
    name, number = stem, 1
    while name.lower() in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name.lower())
    return name


def figure_words(figure: Figure) -> str:
    """Return what stands below a figure."""
    return ". ".join(words.strip().rstrip(".") for words in (figure.title, figure.caption) if words.strip()) + "."


def foot_words(facts: Iterable[tuple[str, str]]) -> str:
    """Return what stands at the end of a report: by what it was made, and that verdicts are no forecasts."""
    said = _("Made with Détente. Verdicts are facts about the model, not forecasts.")
    return " ".join([said, *(f"{_(name)}: {value}." for name, value in facts)])


def left_out_words(n: int) -> str:
    """Return that figures are missing here."""
    return counted(
        "{n} figure is left out here; the report as HTML or Markdown has it.",
        "{n} figures are left out here; the report as HTML or Markdown has them.",
        n,
    )
