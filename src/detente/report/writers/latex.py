"""A report as LaTeX: a document of its own for pdfLaTeX, LuaLaTeX or XeLaTeX, or its tables alone for a paper.

It needs booktabs and longtable, and no shell escape. What a model brings in is escaped by
:mod:`detente.report.writers.tex_words`: no character of it reaches TeX as a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from detente.errors import UsageError, printable
from detente.report.parts import Code, Document, Figure, Fold, Grid, Heading, Line, Part, Section, Tableau, flat
from detente.report.speech import _
from detente.report.writers.plain import Table, figure_words, figures_of, foot_words, paragraphs, tables, too_many
from detente.report.writers.tex_words import LONGEST_WORD, MACROS, tex, tex_lines

MOST_ACROSS = 10
"""So many states stand side by side in one option table."""

SIZES = (("small", 6, 88), ("small", 3, 88), ("footnotesize", 3, 104), ("scriptsize", 2, 122))
"""Sizes that a table is set in, the first in which it fits: the room between columns in points, letters of a line."""
LETTER = 5.2
"""Points that a letter takes in ``small``."""
LONGEST_CELL = 60
"""A column of longer cells is no wider."""

BABEL = {"de": "ngerman"}
"""Languages other than English by the name that LaTeX has for them."""

_FOLDER = re.compile(r"[A-Za-z0-9._/-]+")
_HEADINGS = ("section", "subsection", "subsubsection", "paragraph")

_HEAD = r"""\documentclass[11pt,a4paper]{article}
\usepackage{iftex}
\ifPDFTeX
  \usepackage[T1]{fontenc}
  \usepackage[utf8]{inputenc}
  \IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\fi
\usepackage{textcomp}
"""

_PACKAGES = r"""\usepackage[margin=25mm]{geometry}
\usepackage{amssymb,array,booktabs,longtable}
\usepackage{graphicx}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.5\baselineskip}
\setlength{\emergencystretch}{3em}
\setcounter{secnumdepth}{0}
"""


def latex_document(document: Document, folder: str | None = None) -> str:
    """Return a report as a LaTeX document; ``folder`` is where its figures are; None: nowhere.

    A figure is set where there is a PDF or PNG file of its name when LaTeX runs, and told in words in any case. Raises
    UsageError where LaTeX cannot take the folder's name.
    """
    if folder is not None and not _FOLDER.fullmatch(folder):
        raise UsageError(f"LaTeX takes no folder {printable(folder)!r} for figures; expected letters, digits, . _ - /")
    stems = {} if folder is None else {id(figure): stem for stem, figure in figures_of(document)}
    lines = [_HEAD + _babel(document.language) + _PACKAGES + MACROS]
    lines.append(rf"\title{{{tex(document.title)}}}")
    lines.append(rf"\author{{{tex(document.subtitle)}}}")
    lines.append("\\date{}\n\\begin{document}\n\\maketitle")
    for section in document.sections:
        lines += _section(section, stems, folder or ".")
    lines.append(rf"\bigskip\hrule\smallskip{{\small {tex(foot_words(document.facts))}\par}}")
    lines.append("\\end{document}")
    return "\n".join(lines) + "\n"


def latex_tables(document: Document) -> str:
    """Return the tables of a report, to be taken into a paper that uses array, booktabs and longtable."""
    lines = [r"% Needs \usepackage{array,booktabs,longtable}, and \usepackage[T1]{fontenc} with pdfLaTeX.", MACROS]
    for section in document.sections:
        for part in flat(section.parts):
            if isinstance(part, (Grid, Tableau)):
                for table in tables(part, MOST_ACROSS):
                    lines.append(f"% {tex(section.title)}")
                    lines += _table(table)
                    lines.append("")
    return "\n".join(lines)


def _babel(language: str) -> str:
    name = BABEL.get(language)
    if name is None:
        return ""
    return f"\\IfFileExists{{{name}.ldf}}{{\\usepackage[{name}]{{babel}}}}{{}}\n"


def _section(section: Section, stems: Mapping[int, str], folder: str) -> Iterator[str]:
    yield f"\n\\section{{{tex(section.title)}}}"
    yield from _blocks(section.parts, 1, stems, folder)


def _blocks(parts: Iterable[Part], level: int, stems: Mapping[int, str], folder: str) -> Iterator[str]:
    for point, group in groupby(parts, key=lambda part: isinstance(part, Line) and part.point):
        if point:
            yield r"\begin{itemize}"
            yield from (rf"\item {tex(part.words)}" for part in group if isinstance(part, Line))
            yield r"\end{itemize}"
            continue
        for part in group:
            yield from _block(part, level, stems, folder)


def _block(part: Part, level: int, stems: Mapping[int, str], folder: str) -> Iterator[str]:
    match part:
        case Heading(words=words, level=own):
            command = _HEADINGS[min(len(_HEADINGS) - 1, max(level, level + own - 2))]
            yield f"\n\\{command}{{{tex(words)}}}"
        case Line(words=words, strong=strong, quiet=quiet, apart=apart):
            for place, line in enumerate(paragraphs(words)):
                shown = rf"\textbf{{{tex(line)}}}" if strong else rf"{{\small {tex(line)}\par}}" if quiet else tex(line)
                room = r"\medskip " if apart and not place else ""
                yield f"\n{room}{shown}\n"
        case Tableau() if too_many(part):
            yield f"\n{tex(too_many(part))}\n"
        case Grid() | Tableau():
            for table in tables(part, MOST_ACROSS):
                yield from _table(table)
        case Figure():
            yield from _figure(part, stems.get(id(part)), folder)
        case Fold(summary=summary, parts=inner):
            yield f"\n\\textbf{{{tex(summary)}}}\n"
            yield from _blocks(inner, level + 1, stems, folder)
        case Code(words=words, title=title):
            if title:
                yield f"\n{{\\small {tex(title)}\\par}}"
            yield f"\\begin{{flushleft}}\\ttfamily\\small\n{tex_lines(words)}\n\\end{{flushleft}}"


def _figure(figure: Figure, stem: str | None, folder: str) -> Iterator[str]:
    named = tex(figure_words(figure))
    shown = rf"\textbf{{{named}}}"
    if stem is not None:
        for place in (f"{folder}/{stem}.png", f"{folder}/{stem}.pdf"):
            picture = rf"\includegraphics[width=\linewidth,height=0.7\textheight,keepaspectratio]{{{place}}}"
            there = rf"\begin{{figure}}[htbp]\centering{picture}\caption{{{named}}}\end{{figure}}"
            shown = f"\\IfFileExists{{{place}}}{{{there}}}{{{shown}}}"
    yield f"\n{shown}\n"
    words = _("What the picture shows, in words: {words}").format(words=figure.alt)
    yield f"\n{tex(words)}\n"


# -- tables ---------------------------------------------------------------------------------------------------------


def _table(table: Table) -> Iterator[str]:
    size, gap, columns = _layout(table)
    yield rf"{{\{size}\setlength{{\tabcolsep}}{{{gap}pt}}\renewcommand{{\arraystretch}}{{1.15}}"
    yield rf"\begin{{longtable}}{{@{{}}{columns}@{{}}}}"
    if table.caption:
        yield rf"\caption{{{tex(table.caption)}}}\\"
    head = " & ".join(tex(name) for name in table.head) + r" \\"
    if table.headed:
        yield rf"\toprule {head} \midrule\endfirsthead"
        yield rf"\toprule {head} \midrule\endhead"
    else:
        yield r"\toprule\endhead"
    yield r"\bottomrule\endlastfoot"
    for place, row in enumerate(table.rows):
        cells = [tex(cell) for cell in row]
        if place in table.strong:
            cells[0] = rf"\textbf{{{cells[0]}}}"
        yield " & ".join(cells) + r" \\"
    yield r"\end{longtable}}"


def _layout(table: Table) -> tuple[str, int, str]:
    """Return the size of a table, the room beside its columns, and how LaTeX is told about them.

    A table that fits keeps its natural widths. Of another each column has room for its longest word, and the rest of
    the line is shared by what columns want; the smallest size is taken where even the words have no room.
    """
    columns = range(len(table.head))
    cells = [
        [(table.head[k], True), *((row[k], n in table.strong) for n, row in enumerate(table.rows))] for k in columns
    ]
    natural = [max(_letters(words) * (1.15 if bold else 1) for words, bold in column) for column in cells]
    least = [max(_longest_word(words) * (1.15 if bold else 1) for words, bold in column) for column in cells]
    for size, gap, letters in SIZES:
        room = letters - 2 * gap / LETTER * (len(natural) - 1)
        if sum(natural) <= room:
            sides = ("r" if table.right(k) else "c" if table.centred(k) else "l" for k in columns)
            return size, gap, "".join(sides)
        if sum(least) <= room:
            break
    wanted = [min(max(whole - word, 0.0), LONGEST_CELL) for whole, word in zip(natural, least, strict=True)]
    rest = max(room - sum(least), 0.0)
    widths = [word + rest * want / max(sum(wanted), 1.0) for word, want in zip(least, wanted, strict=True)]
    return size, gap, "".join(_column(table, k, widths[k] / sum(widths)) for k in columns)


def _column(table: Table, k: int, share: float) -> str:
    side = r"\raggedleft" if table.right(k) else r"\centering" if table.centred(k) else r"\raggedright"
    return rf">{{{side}\arraybackslash}}p{{\dimexpr {share:.4f}\linewidth-2\tabcolsep\relax}}"


def _letters(words: str) -> float:
    """Return how wide words are, in letters of an average width."""
    return sum(1.4 if c.isupper() or c in "mwMW●◐✓%" else 0.6 if c in "iljtf.,:;'|! " else 1.05 for c in words)


def _longest_word(words: str) -> float:
    pieces = re.split(r"[\s_]", words)
    return max(min(_letters(piece), LONGEST_WORD * 1.05) for piece in pieces) + 0.6
