"""What lasts when lenses change, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.breaks import Breaks, LensChange
from detente.analysis.durability import MEANING, Durability
from detente.conflict.conflict import Conflict
from detente.report.listing import Listing
from detente.report.sentences import dm_name, joined, move_words, plural
from detente.report.terminal import heading, model_head
from detente.report.words import short, state_words, text

MOST_READINGS = 6
MOST_RELAPSES = 12


def durability_view(found: Durability) -> Iterator[RenderableType]:
    """Yield how long each outcome holds, by concept, with a legend."""
    yield from model_head(found.graph)
    yield text(f"now: {found.now.id}; later: {found.later.id}; {plural(len(found.mixes), 'reading')} examined", "dim")
    used: dict[str, None] = {}
    for key in found.held:
        yield heading(key.upper())
        table = Listing("outcome", "durability", "state", "held in", right=("state",))
        for item in found.outcomes(key):
            used[item.kind] = None
            state = "" if item.state is None else found.graph.space.label(item.state)
            name = found.conflict.outcome(item.outcome).label
            held = "; ".join(item.held_in) if item.n_held <= MOST_READINGS else plural(item.n_held, "reading")
            table.add_row(text(name), text(item.kind), text(state), text(held))
        yield table
    for key, why in found.absent.items():
        yield text(f"{key}: not decided; {why}", "dim")
    yield text("")
    for kind in (kind for kind in MEANING if kind in used):
        yield text(f"{kind}: {MEANING[kind]}", "dim")
    yield text("state: one of the outcome that has this durability; --state says what breaks it", "dim")


def breaks_view(found: Breaks) -> Iterator[RenderableType]:
    """Yield the smallest sets of lens changes that end a state, who moves then and where that leads."""
    durability, graph = found.durability, found.durability.graph
    conflict = durability.conflict
    label = graph.space.label(found.state)
    yield text(short(f"State {label}: {state_words(graph, found.state)}", 600))
    yield text(f"It holds now (reading {durability.now.id}) under {found.concept.upper()}.")
    if not found.breaks:
        yield text("No change of lenses ends that.")
    for item in found.breaks:
        yield heading(f"It ends when {_change_words(conflict, item.changes)}")
        game = durability.decider.game({**dict(durability.now.lenses), **dict(item.changes)})
        for _, move in item.movers:
            yield text(f"{move_words(graph, game, move)}; nothing meets that.")
        if not item.relapse:
            yield text("Improvements then lead to no equilibrium.")
            continue
        shown = " ".join(graph.space.label(state) for state in item.relapse[:MOST_RELAPSES])
        more = f" … and {len(item.relapse) - MOST_RELAPSES:,} more" if len(item.relapse) > MOST_RELAPSES else ""
        yield text(
            f"Improvements then lead to {plural(len(item.relapse), 'equilibrium', 'equilibria')}: {shown}{more}."
        )
        yield text("Shortest: " + "; ".join(move_words(graph, game, move) for move in item.path) + ".")
    survived = [changes for changes in found.survives if changes]
    if survived:
        yield heading("It survives")
        for changes in survived:
            yield text(f"{_change_words(conflict, changes)}.")


def _change_words(conflict: Conflict, changes: LensChange) -> str:
    words = []
    for dm, lens in changes:
        label = conflict.decision_maker(dm).lens(lens).label
        words.append(f"{dm_name(conflict, dm)} turns to " + (lens if label == lens else f"“{label}” ({lens})"))
    return joined(words)
