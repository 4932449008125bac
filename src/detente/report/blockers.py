"""Who can block which outcome, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.blockers import Blockers
from detente.analysis.coalition_judge import CONCEPTS
from detente.conflict.claims import Agreement
from detente.conflict.conflict import Conflict
from detente.report.listing import Listing
from detente.report.sentences import dm_name, plural
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
        table = Listing("outcome", *(f"{key} (together)" if key in CONCEPTS else key for key in concepts))
        for outcome in found.outcomes:
            cells = []
            for key in concepts:
                items = found.of(outcome, reading, key)
                empty = bool(items) and not items[0].n_states
                names = [called.get(b.who) or dm_name(conflict, b.who) for b in items if b.blocks]
                cells.append(text("no state has it" if empty else ", ".join(names) or "·"))
            table.add_row(text(conflict.outcome(outcome).label), *cells)
        yield table
    if found.endings:
        yield heading("Who can end an agreement alone")
        yield _endings(found)
    for note in found.notes:
        yield text(note, "dim")
    yield text("")
    yield text("A party blocks an outcome when it can leave every state of it by an improvement that nothing", "dim")
    yield text("meets; a coalition (together), when its members can by such a joint improvement. ·: nobody", "dim")
    if {item.concept for item in found.found} >= {"cnash", "seq"} and not any(b.concept == "cseq" for b in found.found):
        yield text("Coalitions under other concepts than cnash: --concept gmr, smr or seq", "dim")
    if found.endings:
        yield text(
            "To end an agreement: by a move of one's own from where it is in force, gain or not; in 2: from", "dim"
        )
        yield text("2 of these states only", "dim")


def _endings(found: Blockers) -> RenderableType:
    """Return a table of the agreements, who can end each by a move of its own, and what its author says."""
    conflict = found.world.conflict
    said = any(item.agreement.withdrawal is not None or item.agreement.revocable is not None for item in found.endings)
    table = Listing("agreement", "in force in", "who can end it", *(["as the author says"] if said else []))
    for item in found.endings:
        enders = []
        for ender in item.alone:
            outside = "" if ender.role == "party" else " (no party to it)" if ender.role == "outsider" else " (nature)"
            where = "" if ender.stays is None else f" in {ender.n_left:,}"
            enders.append(f"{dm_name(conflict, ender.who)}{outside}{where}")
        cells = [item.agreement.label, plural(item.n_states, "state"), ", ".join(enders) or "·"]
        cells += [_said(conflict, item.agreement)] if said else []
        table.add_row(*(text(cell) for cell in cells))
    return table


def _said(conflict: Conflict, item: Agreement) -> str:
    words = [] if item.revocable is None else ["revocable" if item.revocable else "not revocable"]
    if item.withdrawal is not None:
        words.append(", ".join(dm_name(conflict, dm) for dm in item.withdrawal) or "nobody")
    return "; ".join(words)
