"""The method in short, with its caveats, and how to cite."""

from __future__ import annotations

from collections.abc import Iterator

from detente.analysis.dossier import Dossier
from detente.report.figures.state_words import concept_word
from detente.report.parts import Code, Grid, Line, Section
from detente.report.speech import N_, _, ngettext, number
from detente.report.terms import said
from detente.report.words import title_words
from detente.stability.registry import concept
from detente.version import __version__

TITLE = "Détente: which outcomes of a conflict can hold, and why"
AUTHORS = "The Détente developers"
LICENCE = "Apache-2.0"

_METHOD = (
    N_(
        "The model says who decides, what each can do, and what each wants, in the order of importance to it. Every "
        "combination of options that is possible is a state; a party moves by changing its own options."
    ),
    N_(
        "A state is stable for a party if it has no reason to leave it under a solution concept: no move that it gains "
        "by, or none that others would not undo. A state that is stable for every party is an equilibrium: it can hold."
        " This is the Graph Model for Conflict Resolution (Fang, Hipel & Kilgour 1993)."
    ),
)

_CAVEATS = (
    N_("An equilibrium can hold; that does not say that it comes about, nor how likely it is."),
    N_("Verdicts follow from the premises. Whoever doubts a premise should see what hangs on it."),
    N_("Only orders of preference count: how much more something is wanted is not asked."),
    N_("Shares of worlds or of play are shares under the author's weights and a rule of moving, no probabilities."),
    N_("What nobody wrote into the model (an option, a party, a fear) is not in the answer either."),
)


def method(dossier: Dossier) -> Section:
    """Return what was done, and what it does not say."""
    parts = [Line(_(words)) for words in _METHOD]
    by = concept(dossier.concept)
    words = _("“Can hold” is meant under {concept}, where nothing else is said: {definition}")
    parts.append(Line(words.format(concept=said(by.name), definition=said(by.definition))))
    parts += [Line(_(caveat), point=True) for caveat in _CAVEATS]
    return Section("method", _("The method, and its limits"), tuple(parts), _("Method"))


def citation(dossier: Dossier) -> Section:
    """Return how to cite the report: the program, the model, and what it was asked with."""
    rows = tuple(_facts(dossier))
    reference = "\n".join(
        [
            "@software{detente,",
            f"  title   = {{{TITLE}}},",
            f"  author  = {{{{{AUTHORS}}}}},",
            f"  version = {{{__version__}}},",
            f"  license = {{{LICENCE}}}",
            "}",
        ]
    )
    facts = Grid(("", ""), rows, caption=_("What this report was made from"))
    return Section("citation", _("Citation"), (facts, Code(reference, _("To cite the program:"))))


def _facts(dossier: Dossier) -> Iterator[tuple[str, str]]:
    conflict = dossier.conflict
    yield _("model"), title_words(conflict)
    if conflict.source:
        yield _("source"), conflict.source
    yield _("digest of the model (SHA-256)"), conflict.digest
    yield _("made by"), f"{TITLE}, {__version__}"
    yield _("concept"), concept_word(dossier.concept)
    yield _("reading"), conflict.reading(dossier.reading).label
    target = dossier.parameters["target"]
    if target:
        yield _("wished"), ", ".join(target)
    found = dossier.robust
    if found is not None:
        worlds = ngettext("{n} world", "{n} worlds", found.n_worlds).format(n=number(found.n_worlds))
        how = worlds if found.exact else _("{worlds}, seed {seed}").format(worlds=worlds, seed=found.seed)
        yield _("examined worlds"), how
