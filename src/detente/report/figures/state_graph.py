"""The graph of a conflict: states in columns by distance from the status quo, moves as lines by who makes them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from detente.analysis.picture import STILL, Picture
from detente.analysis.picture_parts import Edge, Node
from detente.report.figures.curves import Pieces, path_data, place_on, tip, turned
from detente.report.figures.layered import Arrangement, Box, Line, Point, arrange
from detente.report.figures.legend import Entry, legend
from detente.report.figures.state_words import (
    column_words,
    concept_word,
    edge_words,
    head_words,
    holding_words,
    node_words,
    summary_words,
    what_words,
)
from detente.report.figures.svg import (
    N_MOVERS,
    colour,
    cut,
    document,
    element,
    mover_colour,
    mover_dashes,
    text,
    title,
    width,
    wrapped,
)
from detente.report.speech import _, ngettext, number

FULL = STILL
"""Nodes up to which each says what it is; of more, each has its number only."""
MOST_LINES = 110
"""Moves that are drawn; of more, those that say most."""
ROOM = 128.0
"""Width of the text in a node."""
PAD = 9.0
HEAD, SMALL = 13.0, 11.0
LINE_HEIGHT = 14.0
CAPTION = 30.0
LEAST_WIDTH = 460.0


@dataclass(frozen=True)
class Card:
    """The text of a node, line by line: words, whether bold, and a colour."""

    lines: tuple[tuple[str, float, bool, str], ...]
    width: float
    height: float


@dataclass(frozen=True, eq=False)
class Drawing:
    """A picture with all its places: what SVG, Cytoscape and PNG are made from."""

    picture: Picture
    edges: tuple[Edge, ...]
    cards: dict[str, Card]
    arrangement: Arrangement
    line_of: dict[Edge, Line]

    @cached_property
    def line_edges(self) -> dict[Line, list[Edge]]:
        """The edges, one or two ways, that each line stands for."""
        result: dict[Line, list[Edge]] = defaultdict(list)
        for edge, line in self.line_of.items():
            result[line].append(edge)
        return result

    def pieces(self, edge: Edge) -> Pieces:
        """Return the curve of an edge, from its start to its end."""
        line = self.line_of[edge]
        route = self.arrangement.routes[line]
        if line.start == edge.start:
            return route
        return turned(route)

    def n_not_drawn(self) -> int:
        """Return how many improvements and moves of nature, between nodes, have no line."""
        drawn = set(self.edges)
        return sum(edge.strong and edge.start != edge.end and edge not in drawn for edge in self.picture.edges)


def draw(picture: Picture, *, all_moves: bool | None = None) -> Drawing:
    """Give everything of a picture its place.

    ``all_moves``: other moves than improvements and nature's too; by default where there are few enough.
    """
    full = len(picture.nodes) <= FULL
    edges = picture.shown(
        MOST_LINES if not all_moves else max(MOST_LINES, len(picture.edges)), all_moves=all_moves is not False
    )
    cards = {node.id: _card(picture, node, full) for node in picture.nodes}
    boxes = [Box(node.id, cards[node.id].width, cards[node.id].height, node.layer) for node in picture.nodes]
    line_of: dict[Edge, Line] = {}
    lines: dict[tuple[str, frozenset[str]], Line] = {}
    for edge in edges:
        key = edge.by, frozenset((edge.start, edge.end))
        lines.setdefault(key, Line(edge.start, edge.end, edge.by))
        line_of[edge] = lines[key]
    gap = (36.0 if picture.condensed else 60.0) if full else 30.0
    tallest = (7 if picture.condensed else 9) if full else 22
    arrangement = arrange(boxes, list(lines.values()), tallest=tallest, gap=gap, widest=3 * gap)
    return Drawing(picture, edges, cards, arrangement, line_of)


def layout(picture: Picture, *, all_moves: bool | None = None) -> dict[str, Point]:
    """Return the place (x, y) of the centre of each node, from its id."""
    return draw(picture, all_moves=all_moves).arrangement.centres


def _card(picture: Picture, node: Node, full: bool) -> Card:
    head = cut(head_words(node), HEAD, ROOM, bold=True)
    lines = [(head, HEAD, True, "ink")]
    if full:
        if node.status_quo:
            lines.append((cut(_("status quo"), SMALL, ROOM, bold=True), SMALL, True, "ink"))
        lines += [
            (line, SMALL, False, "ink")
            for line in wrapped(what_words(picture, node), SMALL, ROOM, 3 if node.outcomes else 5)
        ]
        said = holding_words(picture, node)
        tone = "good" if node.holds else "muted"
        lines += [(line, SMALL, node.holds, tone) for line in wrapped(said, SMALL, ROOM, 2, bold=True)]
        if node.exposed and node.concepts:
            lines += [(line, SMALL, False, "muted") for line in wrapped(_("nature can leave it"), SMALL, ROOM, 2)]
    wide = max(width(words, size, bold=bold) for words, size, bold, _tone in lines)
    high = len(lines) * LINE_HEIGHT + 2 * PAD - 3
    return Card(tuple(lines), max(wide + 2 * PAD, 34.0), high if full else 24.0)


# -- SVG ------------------------------------------------------------------------------------------------------------


def state_graph_svg(picture: Picture, *, ident: str = "graph", all_moves: bool | None = None) -> str:
    """Return the graph of a conflict as an ``svg`` element.

    Nodes are groups ``g.node`` with ``data-state`` (the number; of a group of states ``data-node`` alone), moves
    ``g.edge`` with ``data-from``, ``data-to`` and ``data-mover``.

    Parameters
    ----------
    picture : Picture
    ident : str
        The id of the element; all ids in it begin with it.
    all_moves : bool, optional
        Whether moves that are no improvements are drawn; by default where there are few enough.
    """
    drawing = draw(picture, all_moves=all_moves)
    where = drawing.arrangement
    captions = _captions(drawing)
    above = CAPTION if captions else 0.0
    entries = _entries(drawing)
    wide = max(where.width, LEAST_WIDTH)
    below, high = legend(entries, 12.0, wide - 12.0, where.height + above + 14)
    shift = (wide - where.width) / 2
    parts = [
        element("g", *captions, transform=f"translate({shift:.1f} 0)", class_="captions"),
        element(
            "g",
            *_edges(drawing),
            *(_node(drawing, node) for node in picture.nodes),
            *_steps(drawing),
            transform=f"translate({shift:.1f} {above:.0f})",
        ),
        element("g", *below, class_="legend"),
    ]
    name = picture.conflict.title or _("Untitled conflict")
    return document(
        ident,
        wide,
        high + 10,
        _("State graph: {title}").format(title=name),
        summary_words(picture),
        parts,
        class_="state-graph",
    )


def _captions(drawing: Drawing) -> list[str]:
    spans: dict[int, list[float]] = defaultdict(list)
    for column in drawing.arrangement.columns:
        spans[column.layer] += [column.left, column.right]
    parts = []
    ends = sorted(spans)
    for k, layer in enumerate(ends):
        words = column_words(drawing.picture, layer)
        left, right = min(spans[layer]), max(spans[layer])
        before = max(spans[ends[k - 1]]) if k else left - 20
        after = min(spans[ends[k + 1]]) if k + 1 < len(ends) else right + 20
        middle = (left + right) / 2
        room = 2 * min(middle - (left + before) / 2, (right + after) / 2 - middle) - 6
        if k == 0 and width(words, SMALL) > room:  # it would begin left of the figure
            lines = wrapped(words, SMALL, after - left - 10, 2)
            parts += [text(left, 13 + 13 * row, line, SMALL, fill="muted") for row, line in enumerate(lines)]
            continue
        for row, line in enumerate(wrapped(words, SMALL, room, 2)):
            parts.append(text(middle, 13 + 13 * row, line, SMALL, anchor="middle", fill="muted"))
    return parts


def _edges(drawing: Drawing) -> list[str]:
    halo = [
        element(
            "path",
            d=path_data(drawing.pieces(edge)),
            fill="none",
            stroke=colour("way"),
            stroke_width=11,
            stroke_linecap="round",
            class_="way",
        )
        for edge in drawing.edges
        if edge.step is not None
    ]
    weak_first = sorted(drawing.edges, key=lambda edge: (edge.step is not None, edge.strong))
    return halo + [_edge(drawing, edge) for edge in weak_first]


def _edge(drawing: Drawing, edge: Edge) -> str:
    picture, pieces = drawing.picture, drawing.pieces(edge)
    place = picture.movers.index(edge.by)
    stroke = mover_colour(place) if edge.strong else colour("line")
    thick = 2.0 if edge.strong else 1.0
    size = 7.0 if edge.strong else 5.0
    back = not edge.strong and any(_turned(edge, other) for other in drawing.line_edges[drawing.line_of[edge]])
    kind = "nature" if edge.nature else "improvement" if edge.improving else "move"
    return element(
        "g",
        title(edge_words(picture, edge)),
        element(
            "path",
            d=path_data(pieces, size),
            fill="none",
            stroke=None if back else stroke,
            stroke_width=thick,
            stroke_dasharray=mover_dashes(place) or None,
        ),
        element(
            "path",
            d=tip(pieces, size),
            fill=stroke if edge.strong else colour("surface"),
            stroke=stroke,
            stroke_width=1,
        ),
        class_=f"edge {kind} mover-{place % N_MOVERS + 1}{' on-way' if edge.step is not None else ''}",
        data_from=edge.start,
        data_to=edge.end,
        data_mover=edge.by,
    )


def _turned(edge: Edge, other: Edge) -> bool:
    """Return whether another edge is the same line the other way and is drawn: one of both is enough."""
    opposite = (other.start, other.end) == (edge.end, edge.start)
    return opposite and (other.strong or edge.start > edge.end)


def _steps(drawing: Drawing) -> list[str]:
    """Return the numbers of the steps of the way."""
    parts = []
    for edge in drawing.edges:
        if edge.step is None:
            continue
        x, y = place_on(drawing.pieces(edge))
        parts.append(element("circle", cx=x, cy=y, r=8.5, fill=colour("surface"), stroke=colour("ink")))
        parts.append(text(x, y + 4, number(edge.step), SMALL, anchor="middle", bold=True))
    return parts


def _node(drawing: Drawing, node: Node) -> str:
    card, box = drawing.cards[node.id], drawing.arrangement.boxes[node.id]
    x, y = drawing.arrangement.centres[node.id]
    left, top = x - box.width / 2, y - box.height / 2
    round_ = min(13.0, box.height / 2) if node.status_quo else 3.0
    plain = {"fill": colour("held" if node.holds else "surface"), "stroke": colour("ink" if node.holds else "line")}
    parts = [title(node_words(drawing.picture, node))]
    if node.state is None:
        parts.append(
            _rect(left + 4, top + 4, box.width, box.height, 3.0, fill=colour("raised"), stroke=plain["stroke"])
        )
    parts.append(_rect(left, top, box.width, box.height, round_, stroke_width=2.6 if node.status_quo else 1.2, **plain))
    if node.holds:
        inner = max(round_ - 3, 1.0)
        parts.append(
            _rect(
                left + 3,
                top + 3,
                box.width - 6,
                box.height - 6,
                inner,
                fill="none",
                stroke=colour("ink"),
                stroke_width=0.8,
            )
        )
    high = LINE_HEIGHT * len(card.lines)
    for row, (words, size, bold, tone) in enumerate(card.lines):
        parts.append(text(x, y - high / 2 + LINE_HEIGHT * row + 11, words, size, anchor="middle", fill=tone, bold=bold))
    classes = ["node", *(["status-quo"] if node.status_quo else []), *(["holds"] if node.holds else [])]
    classes += ["group"] if node.state is None else []
    return element(
        "g",
        *parts,
        class_=" ".join(classes),
        data_node=node.id,
        data_state=None if node.state is None else node.state + 1,
    )


def _rect(x: float, y: float, wide: float, high: float, round_: float, **look: object) -> str:
    return element("rect", x=x, y=y, width=wide, height=high, rx=round_, **look)


# -- what the signs mean --------------------------------------------------------------------------------------------


def _entries(drawing: Drawing) -> list[Entry]:
    picture, edges = drawing.picture, drawing.edges
    conflict = picture.conflict
    entries = []
    moving = {edge.by for edge in edges}
    for place, dm in enumerate(conflict.decision_makers):
        if dm.id in moving:
            said = _("{who} (nature)").format(who=dm.label) if dm.kind == "nature" else dm.label
            entries.append(Entry("line", said, mover_colour(place), mover_dashes(place)))
    if any(edge.improving for edge in edges):
        entries.append(Entry("improvement", _("an improvement for who moves")))
    if any(not edge.strong for edge in edges):
        entries.append(Entry("move", _("another move")))
    if any(node.status_quo for node in picture.nodes):
        entries.append(Entry("start", _("the status quo")))
    if any(node.holds for node in picture.nodes):
        entries.append(Entry("holds", _("can hold under {concept}").format(concept=concept_word(picture.concept))))
    if any(node.state is None for node in picture.nodes):
        alike = _("states of one outcome that fare alike") if conflict.reported else _("states that fare alike")
        entries.append(Entry("group", alike))
    if any(edge.step is not None for edge in edges):
        shortest = _("a shortest way, by improvements, to a state that holds")
        entries.append(Entry("way", _("the way that is told") if picture.given else shortest))
    left_out = 0 if picture.focus is not None else drawing.n_not_drawn()
    if left_out and picture.condensed:
        said = ngettext(
            "{n} more kind of improvement, which fewer of a group's states have, is not drawn",
            "{n} more kinds of improvements, which fewer of a group's states have, are not drawn",
            left_out,
        )
        entries.append(Entry("note", said.format(n=number(left_out))))
    elif left_out:
        said = ngettext("{n} more improvement is not drawn", "{n} more improvements are not drawn", left_out)
        entries.append(Entry("note", said.format(n=number(left_out))))
    if picture.n_left_out:
        said = ngettext(
            "{n} state further away is left out", "{n} states further away are left out", picture.n_left_out
        )
        entries.append(Entry("note", said.format(n=number(picture.n_left_out))))
    return entries
