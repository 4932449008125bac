"""What lasts when lenses change, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.breaks import Breaks, LensChange
from detente.analysis.durability import MEANING, Durability
from detente.conflict.conflict import Conflict
from detente.report.listing import Listing
from detente.report.sentences import dm_name, move_words
from detente.report.speech import _, counted, joined
from detente.report.terminal import heading, model_head
from detente.report.terms import DURABILITIES, said
from detente.report.words import absent_words, listed_words, short, state_words, text

MOST_READINGS = 6
MOST_RELAPSES = 12


def durability_view(found: Durability) -> Iterator[RenderableType]:
    """Yield how long each outcome holds, by concept, with a legend."""
    yield from model_head(found.graph)
    words = counted(
        "now: {now}; later: {later}; {n} reading examined",
        "now: {now}; later: {later}; {n} readings examined",
        len(found.mixes),
        now=found.now.id,
        later=found.later.id,
    )
    yield text(words, "dim")
    used: dict[str, None] = {}
    for key in found.held:
        yield heading(key.upper())
        table = Listing(_("outcome"), _("durability"), _("state"), _("held in"), right=(_("state"),))
        for item in found.outcomes(key):
            used[item.kind] = None
            state = "" if item.state is None else found.graph.space.label(item.state)
            name = found.conflict.outcome(item.outcome).label
            held = "; ".join(item.held_in)
            if item.n_held > MOST_READINGS:
                held = counted("{n} reading", "{n} readings", item.n_held)
            table.add_row(text(name), text(_(DURABILITIES[item.kind])), text(state), text(held))
        yield table
    for key, why in found.absent.items():
        yield text(absent_words(key, why), "dim")
    yield text("")
    for kind in (kind for kind in MEANING if kind in used):
        yield text(f"{_(DURABILITIES[kind])}: {said(MEANING[kind])}", "dim")
    yield text(_("state: one of the outcome that has this durability; --state says what breaks it"), "dim")


def breaks_view(found: Breaks) -> Iterator[RenderableType]:
    """Yield the smallest sets of lens changes that end a state, who moves then and where that leads."""
    durability, graph = found.durability, found.durability.graph
    conflict = durability.conflict
    label = graph.space.label(found.state)
    words = _("State {state}: {words}").format(state=label, words=state_words(graph, found.state))
    yield text(short(words, 600))
    words = _("It holds now (reading {reading}) under {concept}.")
    yield text(words.format(reading=durability.now.id, concept=found.concept.upper()))
    if not found.breaks:
        yield text(_("No change of lenses ends that."))
    for item in found.breaks:
        yield heading(_("It ends when {changes}").format(changes=_change_words(conflict, item.changes)))
        game = durability.decider.game({**dict(durability.now.lenses), **dict(item.changes)})
        for move in (move for dm, move in item.movers):
            yield text(_("{step}; nothing meets that.").format(step=move_words(graph, game, move)))
        if not item.relapse:
            yield text(_("Improvements then lead to no equilibrium."))
            continue
        words = counted(
            "Improvements then lead to {n} equilibrium: {states}.",
            "Improvements then lead to {n} equilibria: {states}.",
            len(item.relapse),
            states=listed_words([graph.space.label(state) for state in item.relapse], MOST_RELAPSES),
        )
        yield text(words)
        steps = "; ".join(move_words(graph, game, move) for move in item.path)
        yield text(_("Shortest: {steps}.").format(steps=steps))
    survived = [changes for changes in found.survives if changes]
    if survived:
        yield heading(_("It survives"))
        for changes in survived:
            yield text(f"{_change_words(conflict, changes)}.")


def _change_words(conflict: Conflict, changes: LensChange) -> str:
    words = []
    for dm, lens in changes:
        label = conflict.decision_maker(dm).lens(lens).label
        words.append(
            _("{name} turns to {lens}").format(
                name=dm_name(conflict, dm),
                lens=lens if label == lens else _("“{label}” ({key})").format(label=label, key=lens),
            )
        )
    return joined(words)
