"""Observed moves and the aims that fit them, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.purpose import AimFit, Purpose
from detente.report.listing import Listing
from detente.report.sentences import dm_name, joined, plural
from detente.report.terminal import heading, model_head, reading_line
from detente.report.words import text

WORDS = {
    "improvement": "improvement",
    "joint": "joint",
    "preparatory": "preparatory",
    "contradicts": "CONTRADICTS",
}


def purpose_view(found: Purpose) -> Iterator[RenderableType]:
    """Yield the observed moves, and party by party which aims fit them."""
    conflict, graph = found.graph.conflict, found.graph
    yield from model_head(graph)
    yield from reading_line(conflict, found.reading)
    yield heading("Observed")
    table = Listing("move", "who", "what", "leads to", "source")
    for place, move in enumerate(found.observed.moves):
        who = joined([dm_name(conflict, dm) for dm in move.by])
        sets = ", ".join(f"{conflict.options[option].label} = {value}" for option, value in move.sets)
        after = f"state {graph.space.label(found.states[place + 1])}"
        date = f"{move.date}: " if move.date else ""
        table.add_row(text(str(place + 1)), text(who), text(f"{date}{sets}"), text(after), text(move.source))
    yield table
    for dm in dict.fromkeys(item.dm for item in found.fits):
        yield heading(dm_name(conflict, dm))
        rows = found.of(dm)
        table = Listing("aim", "fits", "statements", *(f"move {place + 1}" for place in rows[0].moves))
        for item in rows:
            words = [WORDS[why] for why in item.moves.values()]
            table.add_row(
                text(_called(found, item)),
                text("yes" if item.fits else "no"),
                text(str(item.size) if item.size else "–"),
                *(text(word) for word in words),
            )
        yield table
        simplest = found.simplest(dm)
        if simplest:
            names = joined([_called(found, item) for item in simplest], "or")
            yield text(f"Simplest that fits: {names} ({plural(simplest[0].size, 'statement')}).")
        else:
            yield text("No aim fits all its observed moves.")
    yield text("")
    yield text("improvement: the move itself leads to something it prefers under the aim", "dim")
    yield text("joint: with moves of others observed after it, it leads to what all of them prefer", "dim")
    yield text("preparatory: the end of the sequence is preferred to where the move began; the weakest reason", "dim")


def _called(found: Purpose, item: AimFit) -> str:
    dm = found.graph.conflict.decision_maker(item.dm)
    lens = next(lens for lens in (*dm.lenses, *dm.aims) if lens.id == item.aim)
    return lens.label if lens.label == lens.id else f"{lens.label} ({lens.id})"
