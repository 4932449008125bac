"""What a report consists of: sections of a few kinds of parts, made once and written by every writer.

Parts hold words and plain values, no markup: what a model brings in is a string here and is escaped by whoever writes
it (terminal, HTML, Markdown, LaTeX, DOCX, Excel). Only :class:`Figure` holds markup, and that is made by
:mod:`detente.report.figures`, which escapes on its own.

A part may hold what one writer cannot show (a fold on paper, a filter in a terminal): every part therefore reads from
top to bottom without it. A writer matches over all kinds::

    match part:
        case Heading(): ...
        case Line(): ...
        case Grid(): ...
        case Tableau(): ...
        case Figure(): ...
        case Fold(): ...
        case Code(): ...
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from detente.report.robust_words import percent
from detente.report.speech import N_, _, decimal, number

Cell: TypeAlias = str | int | float | bool | tuple[str, ...] | None
"""Of a :class:`Grid`; None: nothing to say here."""

Kind: TypeAlias = Literal["words", "number", "share", "mark", "verdict", "ids"]
"""How the cells of a column are meant.

``words``: a string. ``number``: an int or float (or a string that begins with one), aligned to the right. ``share``: a
float from 0 to 1, shown as a percentage. ``mark``: a bool, shown as ● or ·. ``verdict``: ``holds``, ``partly`` or
``fails``, shown with its sign. ``ids``: a tuple of identities of premises or claims; a writer that can link makes each
a link to the row of that name in :attr:`Grid.anchors`. :func:`cell_words` has words for all of them.
"""


@dataclass(frozen=True)
class Heading:
    """A title: of a page (``level`` 1), of a part (2), or below a section's own title (2 or 3)."""

    words: str
    level: Literal[1, 2, 3] = 2


@dataclass(frozen=True)
class Line:
    """A paragraph; ``point``: one of a list; ``quiet``: a remark; ``apart``: with room above it; ``strong``: an answer.

    ``refs`` are identities (of premises, claims) that the words name; a writer may make them links.
    """

    words: str
    quiet: bool = False
    point: bool = False
    apart: bool = False
    strong: bool = False
    refs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """A table; a row whose place is in ``strong`` stands out.

    Parameters
    ----------
    columns : tuple of str
        Headings; all empty: a list of names and what they are.
    rows : tuple of tuple of Cell
        Each as long as ``columns``.
    strong : frozenset of int
        Places of rows.
    caption : str
        What the table shows, for who does not see what stands around it.
    kinds : tuple of Kind
        One a column; empty: all words.
    anchors : tuple of str
        One a row, or none at all: the identity that others refer to; "" where there is none.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    strong: frozenset[int] = frozenset()
    caption: str = ""
    kinds: tuple[Kind, ...] = ()
    anchors: tuple[str, ...] = ()

    def kind(self, column: int) -> Kind:
        """Return how the cells of a column are meant."""
        return self.kinds[column] if self.kinds else "words"


@dataclass(frozen=True)
class TableauRow:
    """An option, with the party whose it is (by display name)."""

    party: str
    option: str


@dataclass(frozen=True)
class TableauMark:
    """A reading and a concept under which states are equilibria: by identity, and in words (``SEQ, tactical``).

    ``group`` is what marks that stand together share (the reading, in words), ``name`` what tells this one apart there.
    """

    reading: str
    concept: str
    words: str
    group: str = ""
    name: str = ""


@dataclass(frozen=True)
class TableauState:
    """A column: a state, or several of one outcome that need not be told apart.

    Parameters
    ----------
    name : str
        The label of the state; of several the first and the last (``3…17``).
    n_states : int
        So many states are in the column.
    values : tuple of str
        One a row of the tableau: ``Y``, ``N``, the name of a value, or ``-`` where it is open or differs.
    holds : frozenset of int
        Places in :attr:`Tableau.marks` under which the states are equilibria.
    outcomes : tuple of str
        Display names of the outcomes that the states have.
    status_quo : bool
        Whether the status quo is among them.
    words : str
        What is so in the state, in words.
    """

    name: str
    n_states: int
    values: tuple[str, ...]
    holds: frozenset[int]
    outcomes: tuple[str, ...] = ()
    status_quo: bool = False
    words: str = ""


@dataclass(frozen=True)
class Tableau:
    """The field's option table: options down, grouped by party; states across, with what they are equilibria of."""

    rows: tuple[TableauRow, ...]
    states: tuple[TableauState, ...]
    marks: tuple[TableauMark, ...]
    caption: str = ""
    meant: frozenset[int] = frozenset()
    """Places of the marks that “can hold” is meant under."""

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that occur, in order."""
        return tuple(dict.fromkeys(name for state in self.states for name in state.outcomes))

    def held(self, state: TableauState) -> bool:
        """Return whether the states of a column can hold."""
        return bool(state.holds & self.meant)


@dataclass(frozen=True)
class Figure:
    """A picture: an SVG element as text (without an XML declaration), safe to be put into a page.

    ``title`` is its heading, ``alt`` says in words what it shows, ``name`` is the stem of a file name, ``caption`` what
    stands below it.
    """

    svg: str
    title: str
    alt: str
    name: str
    caption: str = ""


@dataclass(frozen=True)
class Fold:
    """What is shown on demand: a summary, and what it opens. On paper everything is open."""

    summary: str
    parts: tuple[Part, ...]
    anchor: str = ""


@dataclass(frozen=True)
class Code:
    """Words whose lines stay as they are: a citation to copy."""

    words: str
    title: str = ""


Part: TypeAlias = Heading | Line | Grid | Tableau | Figure | Fold | Code


@dataclass(frozen=True)
class Section:
    """One part of a report, which can stand alone; ``id`` is stable, ``short`` a title where there is little room."""

    id: str
    title: str
    parts: tuple[Part, ...]
    short: str = ""

    @property
    def label(self) -> str:
        """The title where there is little room."""
        return self.short or self.title


@dataclass(frozen=True)
class Document:
    """A whole report; ``facts`` are said once, at its head: version, digest, language."""

    title: str
    sections: tuple[Section, ...]
    subtitle: str = ""
    language: str = "en"
    facts: tuple[tuple[str, str], ...] = ()


def flat(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield all parts, those in folds after their fold."""
    for part in parts:
        yield part
        if isinstance(part, Fold):
            yield from flat(part.parts)


SIGNS = {"holds": "✓", "partly": "◐", "fails": "✗"}
_VERDICTS = {"holds": N_("holds"), "partly": N_("partly"), "fails": N_("fails")}


def cell_words(cell: Cell, kind: Kind = "words") -> str:
    """Return a cell as words in the language that is spoken, for writers of text."""
    if cell is None:
        return "–" if kind in ("number", "share") else ""
    if isinstance(cell, bool):
        return "●" if cell else "·"
    if isinstance(cell, tuple):
        return ", ".join(cell)
    if isinstance(cell, str):
        return f"{SIGNS[cell]} {_(_VERDICTS[cell])}" if kind == "verdict" and cell in SIGNS else cell
    if kind == "share":
        return percent(float(cell))
    return number(cell) if isinstance(cell, int) else decimal(cell, 2)


def tableau_grid(tableau: Tableau) -> Grid:
    """Return an option table as a plain one, for writers that have no other: marks below the options."""
    columns = ("", *(state.name for state in tableau.states))
    rows: list[tuple[Cell, ...]] = []
    if tableau.outcomes:
        rows.append((_("outcome"), *("; ".join(state.outcomes) for state in tableau.states)))
    strong, party = set(), None
    for place, row in enumerate(tableau.rows):
        if row.party != party:
            party = row.party
            strong.add(len(rows))
            rows.append((party, *[None] * len(tableau.states)))
        rows.append((row.option, *(state.values[place] for state in tableau.states)))
    for place, mark in enumerate(tableau.marks):
        rows.append((mark.words, *("●" if place in state.holds else "·" for state in tableau.states)))
    if any(state.n_states > 1 for state in tableau.states):
        rows.append((_("states"), *(number(state.n_states) for state in tableau.states)))
    return Grid(columns, tuple(rows), frozenset(strong), tableau.caption)
