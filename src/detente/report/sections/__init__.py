"""The sections of a report, one module for a few of them: each is made from a dossier, or there is no ground for it."""

from __future__ import annotations

from collections.abc import Callable

from detente.analysis.dossier import Dossier
from detente.report.parts import Document, Line, Part, Section
from detente.report.sections import beginning, course, grounds, map_of, method, options, stated, sureness, wishes
from detente.report.speech import N_, _, language
from detente.report.terms import said
from detente.report.words import parties_words, states_words, title_words
from detente.version import __version__

SECTIONS: dict[str, Callable[[Dossier], Section | None]] = {
    "question": beginning.question,
    "parties": beginning.parties,
    "options": options.options,
    "holding": options.holding,
    "why": grounds.why,
    "graph": map_of.graph,
    "durability": map_of.durability,
    "argument": grounds.argument,
    "course": course.course,
    "views": course.views,
    "relations": map_of.relations,
    "means": course.means,
    "robust": sureness.robust,
    "variants": sureness.variants,
    "change": wishes.change,
    "stated": stated.stated,
    "premises": grounds.premises,
    "method": method.method,
    "citation": method.citation,
}
"""By identity, in the order of a report."""

_PARTS = {
    "reasons": "argument",
    "evolution": "course",
    "phases": "course",
    "picture": "graph",
}
"""In which section a part of a dossier is shown that has another name."""


def section(dossier: Dossier, name: str) -> Section | None:
    """Return one section; what it lacks is said in it. ``None``: the model gives no ground for it."""
    found = SECTIONS[name](dossier)
    lacking: list[Part] = [
        Line(_("Not in this report: {why}.").format(why=said(why).rstrip(".")), quiet=True)
        for part, why in dossier.missing.items()
        if _PARTS.get(part, part) == name
    ]
    if not lacking:
        return found
    if found is None:
        return Section(name, TITLES[name](), tuple(lacking))
    return Section(found.id, found.title, (*found.parts, *lacking), found.short)


TITLES: dict[str, Callable[[], str]] = {
    "argument": lambda: _("The argument"),
    "course": lambda: _("How it may go"),
    "graph": lambda: _("The map of moves"),
    "durability": lambda: _("What lasts"),
    "views": lambda: _("Who sees what"),
    "relations": lambda: _("Who is with whom"),
    "means": lambda: _("What it takes"),
    "robust": lambda: _("How sure it is"),
    "variants": lambda: _("What hangs on choices"),
    "change": lambda: _("What would have to change"),
}
"""Titles of sections that may be there only to say why they are empty."""


def report(dossier: Dossier) -> Document:
    """Return the whole report in the language that is spoken."""
    conflict = dossier.conflict
    sections = [found for name in SECTIONS if (found := section(dossier, name)) is not None]
    return Document(
        title_words(conflict),
        tuple(sections),
        f"{parties_words(conflict)} · {states_words(dossier.world.graph.n_states)}",
        language(),
        ((N_("version"), __version__), (N_("model"), conflict.digest[:12])),
    )
