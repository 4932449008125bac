"""A report as Markdown for papers: what GitHub shows and Pandoc turns into anything else.

Figures are files beside the text. What a model brings in is escaped, so that it is no markup in either dialect: no
HTML, links, images, formulas, citations, footnotes, lists or headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from detente.report.parts import Code, Document, Figure, Fold, Grid, Heading, Line, Part, Section, Tableau
from detente.report.speech import _, language
from detente.report.writers.plain import (
    Table,
    clean,
    figure_words,
    figures_of,
    foot_words,
    one_line,
    paragraphs,
    tables,
    too_many,
)

MOST_ACROSS = 12
"""So many states stand side by side in one option table."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$^@&])")
_FENCE = re.compile("`+")
_ADDRESS = re.compile(r":(?=//)|(?<=\bwww)\.", re.IGNORECASE)
_MAILTO = re.compile(r"\b(mailto|xmpp)(:)", re.IGNORECASE)
_BEGIN = re.compile(r"([+\-=:%])|(\(?)(\d+|[A-Za-z]|[ivxlcdmIVXLCDM]+)([.)])(?=\s|$)")


def markdown_document(document: Document, folder: str | None = None) -> str:
    """Return a report as Markdown; ``folder`` is where its figures are, as links lead there; None: nowhere.

    The title is a heading of the first level: Pandoc makes it the title with ``--shift-heading-level-by=-1``.
    """
    stems = {} if folder is None else {id(figure): stem for stem, figure in figures_of(document)}
    blocks = [f"# {escaped(document.title)}"]
    if document.subtitle:
        blocks.append(f"*{escaped(document.subtitle)}*")
    for section in document.sections:
        blocks += _section(section, stems, quote(folder or "."))
    blocks.append("---")
    blocks.append(paragraph(foot_words(document.facts)))
    return "\n\n".join(block for block in blocks if block) + "\n"


def markdown_parts(parts: Iterable[Part]) -> str:
    """Return parts as Markdown, without what stands around them in a report; figures are told in words."""
    return "\n\n".join(_blocks(parts, 2, {}, "")) + "\n"


def escaped(words: str) -> str:
    """Return words as one line of Markdown in which nothing is markup."""
    shown = _SPECIAL.sub(r"\\\1", one_line(words))
    return _MAILTO.sub(r"\1\\\2", _ADDRESS.sub(lambda found: f"\\{found[0]}", shown))


def paragraph(words: str) -> str:
    """Return words as the beginning of a block: nothing in them begins a list, a quotation or a heading."""
    shown = escaped(words)
    begin = _BEGIN.match(shown)
    if begin is None:
        return shown
    if begin[1]:
        return f"\\{shown}"
    opened = "\\(" if begin[2] else ""
    return f"{opened}{begin[3]}\\{begin[4]}{shown[begin.end() :]}"


def _section(section: Section, stems: Mapping[int, str], folder: str) -> Iterator[str]:
    yield f"## {escaped(section.title)}"
    yield from _blocks(section.parts, 3, stems, folder)


def _blocks(parts: Iterable[Part], level: int, stems: Mapping[int, str], folder: str) -> Iterator[str]:
    points: list[str] = []
    for part in parts:
        if isinstance(part, Line) and part.point:
            points.append(f"- {paragraph(part.words)}")
            continue
        if points:
            yield "\n".join(points)
            points = []
        yield from _block(part, level, stems, folder)
    if points:
        yield "\n".join(points)


def _block(part: Part, level: int, stems: Mapping[int, str], folder: str) -> Iterator[str]:
    match part:
        case Heading(words=words, level=own):
            yield f"{'#' * min(6, max(level, level + own - 2))} {escaped(words)}"
        case Line(words=words, strong=strong):
            yield from (f"**{escaped(line)}**" if strong else paragraph(line) for line in paragraphs(words))
        case Tableau() if too_many(part):
            yield paragraph(too_many(part))
        case Grid() | Tableau():
            for table in tables(part, MOST_ACROSS):
                yield from _table(table)
        case Figure():
            if id(part) in stems:
                yield f"![{escaped(figure_words(part))}]({folder}/{stems[id(part)]}.svg)"
            else:
                yield f"**{escaped(figure_words(part))}**"
            yield paragraph(_("What the picture shows, in words: {words}").format(words=part.alt))
        case Fold(summary=summary, parts=inner):
            yield f"**{escaped(summary)}**"
            yield from _blocks(inner, level + 1, stems, folder)
        case Code(words=words, title=title):
            if title:
                yield paragraph(title)
            fence = "`" * max(3, 1 + max(map(len, _FENCE.findall(words)), default=0))
            yield f"{fence}\n{clean(words)}\n{fence}"


def _table(table: Table) -> Iterator[str]:
    """Yield a table with pipes, and its caption as Pandoc knows it: before the table, and no odd line on GitHub."""
    if table.caption:
        yield f"{'Table' if language() == 'en' else ''}: {escaped(table.caption)}"
    columns = range(len(table.head))
    marks = ["---:" if table.right(k) else ":---:" if table.centred(k) else "---" for k in columns]
    lines = [_row(map(escaped, table.head)), _row(marks)]
    for place, row in enumerate(table.rows):
        cells = [escaped(cell) for cell in row]
        if place in table.strong and cells[0]:
            cells[0] = f"**{cells[0]}**"
        lines.append(_row(cells))
    yield "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
