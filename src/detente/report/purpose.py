"""Observed moves and the aims that fit them, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.purpose import AimFit, Purpose
from detente.report.listing import Listing
from detente.report.sentences import dm_name, names_of
from detente.report.speech import N_, _, counted, joined
from detente.report.terminal import heading, model_head, reading_line
from detente.report.words import at_state, text

WORDS = {
    "improvement": N_("improvement"),
    "joint": N_("joint"),
    "preparatory": N_("preparatory"),
    "contradicts": N_("CONTRADICTS"),
}


def purpose_view(found: Purpose) -> Iterator[RenderableType]:
    """Yield the observed moves, and party by party which aims fit them."""
    conflict, graph = found.graph.conflict, found.graph
    yield from model_head(graph)
    yield from reading_line(conflict, found.reading)
    yield heading(_("Observed"))
    table = Listing(_("move"), _("who"), _("what"), _("leads to"), _("source"))
    for place, move in enumerate(found.observed.moves):
        who = names_of(conflict, move.by)
        sets = ", ".join(f"{conflict.options[option].label} = {value}" for option, value in move.sets)
        after = at_state(graph, found.states[place + 1])
        date = f"{move.date}: " if move.date else ""
        table.add_row(text(str(place + 1)), text(who), text(f"{date}{sets}"), text(after), text(move.source))
    yield table
    for dm in dict.fromkeys(item.dm for item in found.fits):
        yield heading(dm_name(conflict, dm))
        rows = found.of(dm)
        moves = [_("move {place}").format(place=place + 1) for place in rows[0].moves]
        table = Listing(_("aim"), _("fits"), _("statements"), *moves)
        for item in rows:
            words = [_(WORDS[why]) for why in item.moves.values()]
            table.add_row(
                text(_called(found, item)),
                text(_("yes") if item.fits else _("no")),
                text(str(item.size) if item.size else "–"),
                *(text(word) for word in words),
            )
        yield table
        simplest = found.simplest(dm)
        if simplest:
            simple = counted(
                "Simplest that fits: {aims} ({n} statement).",
                "Simplest that fits: {aims} ({n} statements).",
                simplest[0].size,
                aims=joined([_called(found, item) for item in simplest], "or"),
            )
            yield text(simple)
        else:
            yield text(_("No aim fits all its observed moves."))
    yield text("")
    for line in (
        _("improvement: the move itself leads to something it prefers under the aim"),
        _("joint: with moves of others observed after it, it leads to what all of them prefer"),
        _("preparatory: the end of the sequence is preferred to where the move began; the weakest reason"),
    ):
        yield text(line, "dim")


def _called(found: Purpose, item: AimFit) -> str:
    dm = found.graph.conflict.decision_maker(item.dm)
    lens = next(lens for lens in (*dm.lenses, *dm.aims) if lens.id == item.aim)
    return lens.label if lens.label == lens.id else f"{lens.label} ({lens.id})"
