"""What a model states besides: agreements, moves that were observed, and what could be given as a guarantee."""

from __future__ import annotations

from collections.abc import Iterator

from detente.analysis.dossier import Dossier
from detente.conflict.conflict import Conflict
from detente.report.blockers import author_words
from detente.report.formulas import formula_words
from detente.report.parts import Grid, Heading, Part, Section
from detente.report.sentences import names_of
from detente.report.speech import _
from detente.report.words import short

LONGEST = 300


def stated(dossier: Dossier) -> Section | None:
    """Return what is stated besides premises and claims; none where nothing is."""
    conflict = dossier.conflict
    parts: list[Part] = [*_agreements(conflict), *_observed(conflict), *_guarantees(conflict)]
    if not parts:
        return None
    return Section("stated", _("What the model states besides"), tuple(parts), _("Stated besides"))


def _agreements(conflict: Conflict) -> Iterator[Part]:
    if not conflict.agreements:
        return
    yield Heading(_("Agreements"))
    columns = (_("agreement"), _("parties"), _("in force where"), _("who may end it"), _("because"), _("source"))
    rows = tuple(
        (
            item.label,
            names_of(conflict, item.parties),
            short(formula_words(conflict, item.in_force), LONGEST),
            author_words(conflict, item),
            item.because,
            item.source,
        )
        for item in conflict.agreements
    )
    yield Grid(columns, rows, caption=_("Agreements"))


def _observed(conflict: Conflict) -> Iterator[Part]:
    if conflict.observed is None or not conflict.observed.moves:
        return
    yield Heading(_("Moves that were observed"))
    columns = (_("date"), _("who"), _("what"), _("because"), _("source"))
    rows = tuple(
        (
            move.date,
            names_of(conflict, move.by),
            ", ".join(f"{conflict.options[option].label} = {value}" for option, value in move.sets),
            move.because,
            move.source,
        )
        for move in conflict.observed.moves
    )
    yield Grid(columns, rows, caption=_("Moves that were observed"))


def _guarantees(conflict: Conflict) -> Iterator[Part]:
    if not conflict.guarantees:
        return
    yield Heading(_("What could be given as a guarantee"))
    columns = (_("guarantee"), _("because"), _("source"))
    rows = tuple((item.label, item.because, item.source) for item in conflict.guarantees)
    yield Grid(columns, rows, caption=_("What could be given as a guarantee"))
