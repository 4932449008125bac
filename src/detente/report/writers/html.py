"""A report as HTML: one file that needs nothing else, one section of it, or some parts of a section.

Labels of a model are hostile: all words are escaped by the templates (autoescape), control characters are made visible,
and a content security policy allows no script and no style but the file's own, and no request at all.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from detente.errors import printable
from detente.report import speech
from detente.report.parts import (
    Cell,
    Code,
    Document,
    Figure,
    Fold,
    Grid,
    Heading,
    Kind,
    Line,
    Part,
    Section,
    Tableau,
    TableauRow,
    TableauState,
    cell_words,
    flat,
)

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

WIDE = 1250.0
"""Pixels; a wider figure keeps its size, and is scrolled."""
ACROSS_PAPER, MOST_ON_PAPER = 10, 50
"""Columns of an option table side by side on paper, and in all."""
LOWEST = 6
"""The lowest level of headings in HTML."""
LONG = 60
"""Characters from which a cell's text is long."""

_NAMES: dict[type, str] = {
    Heading: "heading",
    Line: "line",
    Grid: "grid",
    Tableau: "tableau",
    Figure: "figure",
    Fold: "fold",
    Code: "code",
}


def html_document(document: Document) -> str:
    """Return a report as one self-contained HTML file. The same report gives the same bytes."""
    from markupsafe import Markup

    known = _known(part for section in document.sections for part in section.parts)
    template = _environment().get_template("report.html")
    own = {"style": Markup(style()), "script": Markup(script())}
    return template.render(document=document, known=known, **own) + "\n"


def html_section(section: Section, known: frozenset[str] | None = None) -> str:
    """Return one section as HTML, without a document around it; ``known``: identities that links may lead to."""
    there = _known(section.parts) if known is None else known
    return _environment().get_template("section.html").render(section=section, known=there)


def html_parts(parts: Iterable[Part], level: int = 3) -> str:
    """Return parts as HTML, without a document around them; ``level`` is that of the headings."""
    listed = list(parts)
    module: Any = _environment().get_template("parts.html").make_module({"known": _known(listed)})
    return str(module.parts(listed, level))


def style() -> str:
    """Return the style sheet of a report: the base that the workbench shares, and the report's own."""
    return _source("base.css") + _source("report.css")


def script() -> str:
    """Return the script of a report."""
    return _source("report.js")


def anchor(name: str, of: str = "") -> str:
    """Return the identity that an element of the page has: a section, or (``of="row"``) a premise or claim."""
    words = re.sub(r"[^A-Za-z0-9_.-]", lambda found: f"~{ord(found[0]):x}", name)
    return f"{of}-{words}" if of else words


def _known(parts: Iterable[Part]) -> frozenset[str]:
    return frozenset(name for part in flat(parts) if isinstance(part, Grid) for name in part.anchors if name)


@cache
def _source(name: str) -> str:
    from importlib.resources import files

    return files("detente.report").joinpath("templates", name).read_text("utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup, escape

    def finalize(value: Any) -> Any:
        return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        autoescape=True, loader=FunctionLoader(_source), undefined=StrictUndefined, finalize=finalize
    )
    environment.globals.update(_=speech._, ngettext=speech.ngettext, number=speech.number)

    from jinja2 import pass_context

    @pass_context
    def linked(context: Any, line: Line) -> Markup:
        return _linked(line.words, [name for name in line.refs if name in context["known"]])

    @pass_context
    def ids(context: Any, cell: Cell) -> Markup:
        names = cell if isinstance(cell, tuple) else (cell_words(cell),)
        return Markup(", ").join(_link(name) if name in context["known"] else escape(printable(name)) for name in names)

    environment.filters.update(
        blocks=_blocks,
        linked=linked,
        ids=ids,
        words=cell_words,
        sorted_by=_sorted_by,
        line_class=_line_class,
        anchor=anchor,
        by_party=_by_party,
        state_class=_state_class,
        by_group=_by_group,
        long_columns=_long_columns,
        value_class=_value_class,
        outcome_places=_outcome_places,
        drawing=_drawing,
        wide=_wide,
        on_paper=_on_paper,
        sha256=_sha256,
    )
    return environment


def _blocks(parts: Sequence[Part], level: int) -> Iterator[tuple[str, Any, int]]:
    """Yield parts with their kinds, and the level of headings; points that follow each other as one list.

    The level is that of a heading itself, or the one that headings in a fold begin with: no level is left out.
    """
    listed = list(parts)
    first = min((part.level for part in listed if isinstance(part, Heading)), default=1)
    headed = False
    points: list[Line] = []
    for part in listed:
        if isinstance(part, Line) and part.point:
            points.append(part)
            continue
        if points:
            yield "points", points, level
            points = []
        at = level + headed
        if isinstance(part, Heading):
            at = min(level + (part.level - first if headed else 0), LOWEST)
            headed = True
        yield _NAMES[type(part)], part, at
    if points:
        yield "points", points, level


def _linked(words: str, names: Sequence[str]) -> Markup:
    """Return words in which the names of premises and claims lead to them."""
    from markupsafe import Markup, escape

    if not names:
        return escape(printable(words))
    alternatives = "|".join(re.escape(name) for name in sorted(set(names), key=len, reverse=True))
    pieces = re.split(rf"(?<![\w.])({alternatives})(?![\w])", words)
    return Markup("").join(
        _link(piece) if place % 2 else escape(printable(piece)) for place, piece in enumerate(pieces)
    )


def _link(name: str) -> Markup:
    from markupsafe import Markup

    return Markup('<a class="id" href="#{}">{}</a>').format(anchor(name, "row"), printable(name))


def _line_class(line: Line) -> str:
    given = (("quiet", line.quiet), ("apart", line.apart), ("answer", line.strong))
    return " ".join(name for name, so in given if so)


def _sorted_by(cell: Cell, kind: Kind) -> Markup:
    """Return by which number a cell is sorted, where it is shown as something else."""
    from markupsafe import Markup

    order = {"holds": 0, "partly": 1, "fails": 2}
    if kind == "verdict" and cell in order:
        return Markup(' data-by="{}"').format(order[str(cell)])
    if kind in ("number", "share", "mark") and not isinstance(cell, (str, tuple)):
        return Markup(' data-by="{}"').format(-1 if cell is None else float(cell))
    return Markup("")


def _by_party(tableau: Tableau) -> list[tuple[str, list[tuple[int, TableauRow]]]]:
    found: list[tuple[str, list[tuple[int, TableauRow]]]] = []
    for place, row in enumerate(tableau.rows):
        if not found or found[-1][0] != row.party:
            found.append((row.party, []))
        found[-1][1].append((place, row))
    return found


def _by_group(tableau: Tableau) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return the marks group by group; those of one group that mark the same states have one line."""
    found: dict[str, dict[tuple[bool, ...], tuple[list[str], int]]] = {}
    for place, mark in enumerate(tableau.marks):
        where = tuple(place in state.holds for state in tableau.states)
        names, _place = found.setdefault(mark.group, {}).setdefault(where, ([], place))
        names.append(mark.name or mark.words)
    return [(group, [(", ".join(names), place) for names, place in lines.values()]) for group, lines in found.items()]


def _state_class(tableau: Tableau, state: TableauState) -> str:
    return " ".join(name for name, so in (("held", tableau.held(state)), ("sq", state.status_quo)) if so)


def _on_paper(tableau: Tableau) -> tuple[list[tuple[TableauState, ...]], int]:
    """Return the columns of an option table in blocks that fit a page, and how many are left out: what cannot hold."""
    shown = tableau.states
    if len(shown) > MOST_ON_PAPER:
        shown = tuple(state for state in shown if tableau.held(state) or state.status_quo)[:MOST_ON_PAPER]
    blocks = [shown[begin : begin + ACROSS_PAPER] for begin in range(0, len(shown), ACROSS_PAPER)]
    return blocks, len(tableau.states) - len(shown)


def _long_columns(grid: Grid) -> frozenset[int]:
    """Return the places of columns with long texts, which need room."""
    return frozenset(
        place
        for place in range(len(grid.columns))
        if any(isinstance(row[place], str) and len(str(row[place])) > LONG for row in grid.rows)
    )


def _value_class(value: str) -> Literal["y", "n", "open", "value"]:
    known: dict[str, Literal["y", "n", "open"]] = {"Y": "y", "N": "n", "-": "open"}
    return known.get(value, "value")


def _outcome_places(tableau: Tableau, state: TableauState) -> str:
    places = {name: place for place, name in enumerate(tableau.outcomes)}
    return " ".join(str(places[name]) for name in state.outcomes)


def _drawing(figure: Figure) -> Markup:
    """Return a figure's SVG, which its maker has escaped; the part of an XML file before it is left out."""
    from markupsafe import Markup

    return Markup(re.sub(r"^\s*<\?xml[^>]*\?>\s*", "", figure.svg).strip())


def _wide(figure: Figure) -> bool:
    """Return whether a figure would be too small to read if it were made as narrow as the page."""
    found = re.search(r'<svg[^>]* width="([0-9.]+)"', figure.svg)
    return found is not None and float(found[1]) > WIDE


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
