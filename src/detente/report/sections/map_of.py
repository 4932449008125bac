"""What is drawn: the map of moves, what lasts, who is with whom."""

from __future__ import annotations

import re
from html import unescape

from detente.analysis.dossier import Dossier
from detente.analysis.durability import MEANING
from detente.report.adapted import adapted
from detente.report.figures.durability_map import durability_map_svg
from detente.report.figures.signed_graph import signed_graph_svg
from detente.report.figures.state_graph import state_graph_svg
from detente.report.figures.state_words import concept_word
from detente.report.parts import Figure, Fold, Grid, Line, Part, Section
from detente.report.relations import relations_view
from detente.report.speech import _, ngettext, number
from detente.report.terms import DURABILITIES, said
from detente.report.words import reading_words

MOST_READINGS = 4


def graph(dossier: Dossier) -> Section | None:
    """Return the map of moves of one reading."""
    found = dossier.picture
    if found is None or not found.nodes:
        return None
    conflict = dossier.conflict
    words = _("What can hold under {concept}").format(concept=concept_word(found.concept))
    if len(conflict.readings) > 1:
        words = _("{what}, reading {reading}").format(what=words, reading=reading_words(conflict, found.reading))
    how = _(
        "States, and who can move from which to which. In a browser, a state that is pointed at, or reached by Tab, "
        "shows its moves alone."
    )
    figure = drawn(state_graph_svg(found, ident="figure-graph"), words, "state_graph", how)
    return Section("graph", _("The map of moves"), (figure,))


def durability(dossier: Dossier) -> Section | None:
    """Return what lasts when lenses change."""
    found = dossier.durability
    if found is None:
        return None
    graph = found.graph
    parts: list[Part] = []
    labels = {mix.id: mix.id for mix in found.mixes}
    labels.update({item.id: item.label for item in dossier.conflict.readings if item.id in labels})
    kinds: dict[str, None] = {}
    grids = {}
    for key in found.held:
        rows = []
        for item in found.outcomes(key):
            kinds[item.kind] = None
            held = ", ".join(labels[name] for name in item.held_in)
            if item.n_held > MOST_READINGS:
                held = ngettext("{n} reading", "{n} readings", item.n_held).format(n=number(item.n_held))
            state = None if item.state is None else graph.space.label(item.state)
            rows.append((dossier.conflict.outcome(item.outcome).label, _(DURABILITIES[item.kind]), held, state))
        columns = (_("outcome"), _("durability"), _("holds in"), _("for example, state"))
        caption = _("How long each outcome holds under {concept}").format(concept=concept_word(key))
        grids[key] = Grid(columns, tuple(rows), caption=caption)
    head = _("Now: {now}; later: {later}.").format(now=labels[found.now.id], later=labels[found.later.id])
    parts.append(Line(head))
    if dossier.concept in grids:
        title = _("What lasts under {concept}").format(concept=concept_word(dossier.concept))
        parts.append(
            drawn(durability_map_svg(found, concept=dossier.concept, ident="figure-durability"), title, "durability")
        )
        parts.append(Fold(_("The same as a table"), (grids.pop(dossier.concept),)))
    meanings = [f"{_(DURABILITIES[kind])}: {said(MEANING[kind])}" for kind in MEANING if kind in kinds]
    parts += [Line(words, quiet=True, point=True) for words in meanings]
    if grids:
        parts.append(Fold(_("Under other concepts"), tuple(grids.values())))
    return Section("durability", _("What lasts when wishes change"), tuple(parts), _("What lasts"))


def relations(dossier: Dossier) -> Section | None:
    """Return who is with whom and against whom, and whether that is balanced."""
    found = dossier.relations
    if found is None:
        return None
    parts: list[Part] = list(adapted(relations_view(found), after=2))
    if found.web.ties:
        parts.insert(
            0, drawn(signed_graph_svg(found, ident="figure-relations"), _("Ties, friendly and hostile"), "relations")
        )
    return Section("relations", _("Who is with whom"), tuple(parts))


def drawn(svg: str, title: str, name: str, caption: str = "") -> Figure:
    """Return a figure with the description that its maker has put into it."""
    found = re.search(r"<desc[^>]*>(.*?)</desc>", svg, re.DOTALL)
    return Figure(svg, title, unescape(found[1]) if found else title, name, caption)
