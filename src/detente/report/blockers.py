"""Who can block which outcome, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.blockers import Blockers
from detente.report.listing import Listing
from detente.report.sentences import dm_name
from detente.report.terminal import heading, model_head
from detente.report.words import reading_words, text


def blockers_view(found: Blockers) -> Iterator[RenderableType]:
    """Yield per reading a table of outcomes and those who can block each, by concept."""
    conflict = found.world.conflict
    yield from model_head(found.world.graph)
    readings = list(dict.fromkeys(item.reading for item in found.found))
    concepts = list(dict.fromkeys(item.concept for item in found.found))
    called = {item.id: item.label for item in conflict.coalitions}
    for reading in readings:
        if len(readings) > 1 or len(conflict.readings) > 1:
            yield heading(f"Reading {reading_words(conflict, reading)}")
        else:
            yield text("")
        table = Listing("outcome", *(key if key != "cnash" else "coalitions" for key in concepts))
        for outcome in found.outcomes:
            cells = []
            for key in concepts:
                items = found.of(outcome, reading, key)
                empty = bool(items) and not items[0].n_states
                names = [called.get(b.who) or dm_name(conflict, b.who) for b in items if b.blocks]
                cells.append(text("no state has it" if empty else ", ".join(names) or "·"))
            table.add_row(text(conflict.outcome(outcome).label), *cells)
        yield table
    yield text("")
    yield text("A party blocks an outcome when it can leave every state of it by an improvement that nothing", "dim")
    yield text("meets; a coalition, when its members can by a joint improvement. ·: nobody", "dim")
