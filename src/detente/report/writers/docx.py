"""A report as a Word document: headings, paragraphs, tables with repeated heads, figures where they can be drawn."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from detente.report.parts import Code, Document, Figure, Fold, Grid, Heading, Line, Part, Tableau
from detente.report.speech import _
from detente.report.writers.plain import (
    Table,
    can_draw,
    clean,
    figure_words,
    foot_words,
    left_out_words,
    one_line,
    paragraphs,
    tables,
    too_many,
)

if TYPE_CHECKING:
    from docx.document import Document as Paper

MOST_ACROSS = 10
"""So many states stand side by side in one option table."""

_SMALL, _SMALLER = 9, 8
_TAGS = {"en": "en-GB", "de": "de-DE"}
_SHADE = "F5F6F7"
_CELL = "Table Cell"
"""The style of words in tables."""
_MARGIN, _WIDE, _HIGH = 22, 166, 215
"""Millimetres of a page: what stays empty around it, and what a picture may take."""


def docx_document(document: Document) -> bytes:
    """Return a report as a Word document."""
    from docx import Document as new_paper

    paper = new_paper()
    _prepare(paper, document)
    paper.add_heading(one_line(document.title), 0)
    if document.subtitle:
        paper.add_paragraph(one_line(document.subtitle), "Subtitle")
    left_out = 0
    for section in document.sections:
        paper.add_heading(one_line(section.title), 1)
        left_out += _add(paper, section.parts, 2)
    if left_out:
        _small(paper, left_out_words(left_out))
    _small(paper, foot_words(document.facts))
    file = io.BytesIO()
    paper.save(file)
    return file.getvalue()


def _prepare(paper: Paper, document: Document) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Mm, Pt

    properties = paper.core_properties
    properties.title = one_line(document.title)[:255]
    properties.author = "Détente"
    properties.comments = ""
    properties.language = _TAGS.get(document.language, document.language)
    for found in paper.styles.element.iter(_tag("w:lang")):
        found.set(_tag("w:val"), _TAGS.get(document.language, document.language))
    in_tables = paper.styles.add_style(_CELL, WD_STYLE_TYPE.PARAGRAPH)
    in_tables.font.size = Pt(_SMALLER)
    in_tables.paragraph_format.space_after = Pt(0)
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(_MARGIN)


def _add(paper: Paper, parts: Iterable[Part], level: int) -> int:
    """Add parts, and return how many figures were left out."""
    left_out = 0
    for part in parts:
        match part:
            case Heading(words=words, level=own):
                paper.add_heading(one_line(words), min(9, max(level, level + own - 2)))
            case Line():
                for words in paragraphs(part.words):
                    _line(paper, replace(part, words=words))
            case Tableau() if too_many(part):
                _small(paper, too_many(part))
            case Grid() | Tableau():
                for table in tables(part, MOST_ACROSS):
                    _table(paper, table)
            case Figure():
                drawn = can_draw() and _picture(paper, part)
                left_out += not drawn
                paper.add_paragraph(one_line(figure_words(part)), "Caption")
                paper.add_paragraph(one_line(_("What the picture shows, in words: {words}").format(words=part.alt)))
            case Fold(summary=summary, parts=inner):
                paper.add_paragraph().add_run(one_line(summary)).bold = True
                left_out += _add(paper, inner, level + 1)
            case Code(words=words, title=title):
                if title:
                    _small(paper, title)
                _code(paper, clean(words))
    return left_out


def _line(paper: Paper, line: Line) -> None:
    from docx.shared import Pt

    paragraph = paper.add_paragraph(style="List Bullet" if line.point else None)
    run = paragraph.add_run(one_line(line.words))
    run.bold = line.strong or None
    if line.quiet:
        run.font.size = Pt(_SMALL)
    if line.apart:
        paragraph.paragraph_format.space_before = Pt(12)


def _small(paper: Paper, words: str) -> None:
    _line(paper, Line(words, quiet=True))


def _code(paper: Paper, words: str) -> None:
    from docx.shared import Pt

    run = paper.add_paragraph().add_run(words)
    run.font.name = "Consolas"
    run.font.size = Pt(_SMALL)


def _picture(paper: Paper, figure: Figure) -> bool:
    """Add a figure as a picture that fits on a page, and is told in words to who does not see it."""
    from docx.shared import Length, Mm

    from detente.report.figures.raster import png

    picture = paper.add_picture(io.BytesIO(png(figure.svg)))
    ratio = min(Mm(_WIDE) / picture.width, Mm(_HIGH) / picture.height, 0.5)
    picture.width, picture.height = Length(picture.width * ratio), Length(picture.height * ratio)
    picture._inline.docPr.set("descr", one_line(figure.alt))
    paper.paragraphs[-1].paragraph_format.keep_with_next = True
    return True


def _table(paper: Paper, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as SIDE
    from docx.shared import Pt

    style = paper.styles[_CELL].style_id

    if table.caption:
        paper.add_paragraph(table.caption, "Caption").paragraph_format.keep_with_next = True
    rows = [*([table.head] if table.headed else []), *table.rows]
    grid = paper.add_table(len(rows), len(table.head), "Table Grid")
    for place, (row, words) in enumerate(zip(grid.rows, rows, strict=True)):
        head = table.headed and not place
        strong = place - table.headed in table.strong
        for column, (cell, said) in enumerate(zip(row.cells, words, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph._p.style = style  # by identity: looking a name up takes long
            if table.right(column):
                paragraph.alignment = SIDE.RIGHT
            elif table.centred(column):
                paragraph.alignment = SIDE.CENTER
            run = paragraph.add_run(said)
            if head or (strong and not column):
                run.bold = True
            if head:
                _mark(cell._tc.get_or_add_tcPr(), "w:shd", val="clear", color="auto", fill=_SHADE)
        properties = row._tr.get_or_add_trPr()
        _mark(properties, "w:cantSplit")
        if head:
            _mark(properties, "w:tblHeader")
    paper.add_paragraph().paragraph_format.space_after = Pt(0)


def _mark(properties: Any, name: str, **values: str) -> None:
    """Add an element that python-docx has no name for."""
    from docx.oxml import OxmlElement

    element = OxmlElement(name)
    for key, value in values.items():
        element.set(_tag(f"w:{key}"), value)
    properties.append(element)


def _tag(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))
