"""The question, the answer in three sentences, and the parties."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from detente.analysis.brief import Fate
from detente.analysis.dossier import Dossier
from detente.analysis.states import in_force
from detente.analysis.story import outcomes_at
from detente.conflict.elements import DecisionMaker, Option
from detente.report.brief import claims_sentence, parties_part, state_title
from detente.report.brief_story import closing_sentence, names_words
from detente.report.figures.state_words import concept_word
from detente.report.formulas import statement_words
from detente.report.parts import Cell, Fold, Grid, Heading, Line, Part, Section
from detente.report.speech import _, capital, joined, ngettext, number, quoted
from detente.report.words import short

MOST_NAMED = 6
LONGEST = 600
SHORT = 120
MOST_RANKED = 60


def question(dossier: Dossier) -> Section:
    """Return the question and the answer in three sentences."""
    conflict = dossier.conflict
    parts: list[Part] = []
    if conflict.because:
        parts.append(Line(short(conflict.because, LONGEST)))
    parts.append(Line(_question(dossier)))
    parts += [Line(words, strong=not place) for place, words in enumerate(_answer(dossier))]
    if dossier.brief.claims:
        parts.append(Line(claims_sentence(conflict, dossier.brief.claims)))
    parts.append(
        Line(_("These are facts about the model and its premises, no forecasts, and they take no side."), quiet=True)
    )
    return Section("question", _("The question, and the answer"), tuple(parts), _("In brief"))


def _question(dossier: Dossier) -> str:
    conflict = dossier.conflict
    who = joined([dm.label for dm in conflict.parties[:MOST_NAMED]])
    if len(conflict.parties) > MOST_NAMED:
        who = ngettext("{n} party", "{n} parties", len(conflict.parties)).format(n=number(len(conflict.parties)))
    n = len(conflict.reported)
    if n:
        which = ngettext("can its one outcome hold", "which of {n} outcomes can hold", n).format(n=number(n))
    else:
        n = dossier.world.graph.n_states
        which = ngettext("can its one state hold", "which of {n} states can hold", n).format(n=number(n))
    return _("The question: given what {who} can do and want, {which}, and why?").format(who=who, which=which)


def _answer(dossier: Dossier) -> Iterator[str]:
    """Yield which outcomes can hold, which cannot, and where play leads."""
    fates = [fate for fate in dossier.brief.fates if fate.n_states]
    n_readings = len(dossier.conflict.readings)
    always = [fate for fate in fates if len(fate.holds_in) == n_readings]
    some = [fate for fate in fates if 0 < len(fate.holds_in) < n_readings]
    never = [fate for fate in fates if not fate.holds_in]
    name = concept_word(dossier.concept)
    if not always and not some:
        yield _("No outcome can hold ({concept}).").format(concept=name)
    elif n_readings == 1:
        yield capital(_("{what} can hold ({concept}).").format(what=_names(dossier, always), concept=name))
    else:
        told = []
        if always:
            told.append(_("in every reading: {what}").format(what=_names(dossier, always)))
        if some:
            told.append(_("in some readings only: {what}").format(what=_names(dossier, some)))
        yield _("What can hold ({concept}), {what}.").format(what="; ".join(told), concept=name)
    if never and (always or some):
        yield (
            _("{what} cannot.").format(what=_names(dossier, never))
            if n_readings == 1
            else _("In no reading: {what}.").format(what=_names(dossier, never))
        )
    story = dossier.brief.story
    if story is None:
        if dossier.world.graph.status_quo is not None and (always or some):
            yield _("No steps that are a gain for who takes them lead there from the status quo.")
        return
    graph = story.chapters[-1].graph
    if story.rule in ("shortest", "round"):
        end = names_words(graph, outcomes_at(graph, story.chapters[-1].end))
        yield _("From where it begins, steps that are a gain for who takes them can lead to {end}.").format(end=end)
    else:
        yield _("How play goes: {end}").format(end=short(_lower(closing_sentence(story, graph)), LONGEST // 2))


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _names(dossier: Dossier, fates: list[Fate]) -> str:
    words = []
    for fate in fates[:MOST_NAMED]:
        if fate.outcome is not None:
            words.append(quoted(short(dossier.conflict.outcome(fate.outcome).label, SHORT)))
        elif fate.state is not None:
            words.append(quoted(short(state_title(dossier.brief, fate.state), SHORT)))
        else:
            words.append(_("states with none of the outcomes"))
    if len(fates) > MOST_NAMED:
        words.append(
            ngettext("{n} more", "{n} more", len(fates) - MOST_NAMED).format(n=number(len(fates) - MOST_NAMED))
        )
    return joined(words)


# -- parties --------------------------------------------------------------------------------------------------------


def parties(dossier: Dossier) -> Section:
    """Return who can do what, and wants what; everything that the model says of a party on demand."""
    _head, *parts = parties_part(dossier.brief)
    for dm in dossier.conflict.decision_makers:
        inside = tuple(_party(dossier, dm))
        if inside:
            words = _("{who}: everything that the model says of it").format(who=dm.label)
            parts.append(Fold(short(words, LONGEST), inside))
    return Section("parties", _("The parties, what they can do and want"), tuple(parts), _("The parties"))


def _party(dossier: Dossier, dm: DecisionMaker) -> Iterator[Part]:
    if dm.because:
        yield Line(dm.because)
    if dm.source:
        yield Line(_("Source: {source}").format(source=dm.source), quiet=True)
    if dm.options:
        rows = tuple((option.label, _values(option), _changes(option), option.because) for option in dm.options)
        yield Grid((_("option"), _("values"), _("may change"), _("because")), rows, caption=_("What it can do"))
    for lens in dm.lenses if dm.kind == "party" else ():
        if len(dm.lenses) > 1:
            yield Heading(_("As “{lens}”").format(lens=lens.label), 3)
        if lens.because:
            yield Line(lens.because)
        statements = in_force(dm, lens)
        if not statements:
            yield _ranking(dossier, dm, lens.id)
            continue
        wants: list[tuple[Cell, ...]] = [
            (k, statement_words(dossier.conflict, item, dm.id), (item.id,)) for k, item in enumerate(statements, 1)
        ]
        yield Grid(
            (_("place"), _("what it wants, most important first"), _("premise")),
            tuple(wants),
            caption=_("What it wants"),
            kinds=("number", "words", "ids"),
        )


def _values(option: Option) -> str:
    return _("yes or no") if option.binary else ", ".join(value.id for value in option.values)


def _changes(option: Option) -> str:
    if option.irreversible is None:
        return _("both ways")
    return {"forward": _("forward only"), "backward": _("backward only")}.get(
        option.irreversible.direction, option.irreversible.says()
    )


def _ranking(dossier: Dossier, dm: DecisionMaker, lens: str) -> Line:
    """Return the order of the states, where it does not follow from statements."""
    graph = dossier.world.graph
    ranks = graph.ranks(dm.id, lens)
    by_rank: dict[int, list[str]] = {}
    for state in np.argsort(-ranks, kind="stable")[:MOST_RANKED].tolist():
        by_rank.setdefault(int(ranks[state]), []).append(graph.space.label(state))
    words = " > ".join(" ~ ".join(states) for states in by_rank.values())
    more = "" if graph.n_states <= MOST_RANKED else " > …"
    return Line(_("Its order of the states, best first (~: as good as): {order}").format(order=words + more))
