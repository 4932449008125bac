"""A conflict's graph and one reading → the game that stability is decided on."""

from __future__ import annotations

from detente.graph.graph import Graph
from detente.stability.game import Game, Layout, Mover, Sanctions


def game_of(graph: Graph, reading: str, *, sanctions: Sanctions = "legal") -> Game:
    """Return the game of a graph under a reading; movers are in the order of the model's decision makers."""
    conflict = graph.conflict
    ranks = graph.reading_ranks(reading)
    movers = [
        Mover(dm.id, moves, ranks.get(dm.id)) for dm, moves in zip(conflict.decision_makers, graph.moves, strict=True)
    ]
    return Game(
        movers,
        nature_included=conflict.nature == "included",
        sanctions=sanctions,
        layout=_layout(graph),
    )


def _layout(graph: Graph) -> Layout | str:
    conflict, space = graph.conflict, graph.space
    if conflict.graph_form is not None:
        return "the states of this model are listed by hand"
    if conflict.merge:
        return "states of this model are merged"
    if conflict.forces:
        return "moves in this model have consequences beyond the mover's own options"
    return Layout(space.codes)
