"""The graph of a conflict as plain data for Cytoscape.js: nodes in their places, and moves, with classes."""

from __future__ import annotations

from typing import Any

from detente.analysis.picture import Picture
from detente.report.figures.state_graph import draw
from detente.report.figures.state_words import concepts_words, edge_words, head_words, node_words, what_words
from detente.report.figures.svg import N_MOVERS, clean


def elements(picture: Picture, *, all_moves: bool = True) -> list[dict[str, Any]]:
    """Return the elements of a graph, for the ``preset`` layout.

    A node has in ``data``: ``id``; ``label`` (two lines: number, and what it is); ``title`` (all that is known);
    ``state`` (its number, or None for a group); ``states`` (how many it stands for); ``concepts``; ``ranks``; ``width``
    and ``height``. Its classes: ``state`` or ``group``, ``status-quo``, ``holds`` (under the concept of the picture),
    ``holds-elsewhere`` (only under others), ``exposed``, ``reached`` (by improvements), ``on-way``.

    An edge has ``id``, ``source``, ``target``, ``mover``, ``title``, ``moves`` (how many it stands for) and ``step``
    (on the way, or None). Its classes: ``improvement``, ``nature`` or ``move``, ``mover-1`` and so on (the place of the
    mover in the model, up to 8, then again from 1), ``on-way``.

    Parameters
    ----------
    picture : Picture
    all_moves : bool
        With moves that are no improvements. All improvements are there; who draws may show fewer.
    """
    drawing = draw(picture)
    on_way = {node.id for state in picture.way if (node := picture.node(state)) is not None}
    result = []
    for node in picture.nodes:
        x, y = drawing.arrangement.centres[node.id]
        box = drawing.arrangement.boxes[node.id]
        marks = {
            "status-quo": node.status_quo,
            "holds": node.holds,
            "holds-elsewhere": bool(node.concepts) and not node.holds,
            "exposed": node.exposed,
            "reached": node.n_reached > 0,
            "on-way": node.id in on_way,
        }
        kind = "group" if node.state is None else "state"
        result.append(
            {
                "group": "nodes",
                "data": {
                    "id": node.id,
                    "label": f"{clean(head_words(node))}\n{clean(what_words(picture, node))}".rstrip(),
                    "title": clean(node_words(picture, node)),
                    "state": None if node.state is None else node.state + 1,
                    "states": node.n_states,
                    "holds": clean(concepts_words(node.concepts)),
                    "concepts": list(node.concepts),
                    "ranks": {dm: [low, high] for dm, low, high in node.ranks},
                    "width": round(box.width, 1),
                    "height": round(box.height, 1),
                },
                "position": {"x": round(x, 1), "y": round(y, 1)},
                "classes": " ".join([kind, *(name for name, there in marks.items() if there)]),
            }
        )
    places = {mover: place for place, mover in enumerate(picture.movers)}
    for edge in picture.edges:
        if edge.start == edge.end or not (all_moves or edge.strong or edge.step is not None):
            continue
        kind = "nature" if edge.nature else "improvement" if edge.improving else "move"
        way = " on-way" if edge.step is not None else ""
        result.append(
            {
                "group": "edges",
                "data": {
                    "id": f"{edge.start}-{edge.end}-{places[edge.by]}{'' if edge.strong else '-move'}",
                    "source": edge.start,
                    "target": edge.end,
                    "mover": edge.by,
                    "title": clean(edge_words(picture, edge)),
                    "moves": edge.n_moves,
                    "step": edge.step,
                },
                "classes": f"{kind} mover-{places[edge.by] % N_MOVERS + 1}{way}",
            }
        )
    return result
