"""The picture of a conflict's graph in a terminal: its nodes, and who moves on from each."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.picture import Picture
from detente.analysis.picture_parts import Node
from detente.report.figures.state_words import concept_word, holding_words, what_words
from detente.report.listing import Listing
from detente.report.speech import _, ngettext, number
from detente.report.terminal import model_head, reading_line
from detente.report.words import short, text

MOST_ROWS = 60
"""Nodes that are listed before the rest is counted."""
LONGEST = 120


def picture_view(picture: Picture) -> Iterator[RenderableType]:
    """Yield the nodes, one a line: what each is, where it holds, and by whose improvements play goes on from it."""
    yield from model_head(picture.graph)
    yield from reading_line(picture.conflict, picture.reading)
    nodes = ngettext("{n} node", "{n} nodes", len(picture.nodes)).format(n=number(len(picture.nodes)))
    edges = sum(edge.strong and edge.start != edge.end for edge in picture.edges)
    moves = ngettext("{n} line of play between them", "{n} lines of play between them", edges).format(n=number(edges))
    yield text(f"{nodes} · {moves} · {concept_word(picture.concept)}", "dim")
    if picture.condensed:
        yield text(_("States of one outcome that fare alike are one node."), "dim")
    yield text("")
    names = {node.id: node.label or node.id for node in picture.nodes}
    table = Listing(_("node"), _("states"), _("what it is"), _("holds"), _("play goes on"), right=(_("states"),))
    ordered = sorted(picture.nodes, key=lambda node: node.layer)
    for node in ordered[:MOST_ROWS]:
        table.add_row(
            text(names[node.id]),
            text(number(node.n_states)),
            text(short(_what(picture, node), LONGEST)),
            text(holding_words(picture, node) or "·"),
            text(short(_on(picture, node, names), LONGEST)),
        )
    yield table
    if len(ordered) > MOST_ROWS:
        yield text(_("… and {n} more nodes (JSON has them all)").format(n=number(len(ordered) - MOST_ROWS)), "dim")
    if len(picture.way) > 1:
        way = " → ".join(picture.graph.space.label(state) for state in picture.way)
        yield text("")
        yield text(_("A shortest way by improvements to a state that holds: {way}").format(way=way))
    yield text("")
    yield text(_("An SVG or a PNG draws it: detente graph … -o FILE.svg"), "dim")


def _what(picture: Picture, node: Node) -> str:
    words = what_words(picture, node)
    quo = _("status quo")
    return f"{quo}: {words}" if node.status_quo else words


def _on(picture: Picture, node: Node, names: dict[str, str]) -> str:
    """Return who moves on to where by improvements, or as nature, from a node: first those that most of it have."""
    by_mover: dict[str, list[str]] = {}
    leaving = [edge for edge in picture.edges if edge.strong and edge.start == node.id != edge.end]
    for edge in sorted(leaving, key=lambda edge: -edge.n_from):
        by_mover.setdefault(edge.by, []).append(names[edge.end])
    label = picture.conflict.decision_maker
    return "; ".join(f"{label(dm).label} → {', '.join(ends)}" for dm, ends in by_mover.items()) or "·"
