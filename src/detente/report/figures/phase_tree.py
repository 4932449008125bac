"""A conflict phase by phase: where each phase begins and ends, with shares of play under the moving rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from detente.analysis.phases import PhaseEnd, PhaseTree
from detente.analysis.story import next_beginning, outcomes_at
from detente.graph.graph import Graph
from detente.report.figures.curves import path_data, place_on, tip
from detente.report.figures.layered import Arrangement, Box, Line, arrange
from detente.report.figures.legend import Entry, legend
from detente.report.figures.svg import clean, colour, document, element, text, title, width, wrapped
from detente.report.speech import _, joined, ngettext, number, percent

MOST = 7
"""Beginnings of a phase that are drawn, the largest; the rest is one box."""
ROOM = 136.0
HEAD, SMALL = 13.0, 11.0
LINE_HEIGHT = 14.0
LEAST_WIDTH = 460.0
REST = -1

Key = tuple[int, int]
"""A phase (the last one's end counts as one) and a state of it from 0; :data:`REST` for all others."""


@dataclass
class _Spot:
    """A beginning, or an end of all: its share of play, and what it is."""

    graph: Graph
    share: float = 0.0
    count: int = 0
    goes_on: bool = False


@dataclass
class _Leg:
    """What joins two spots: its share of all play, and a shortest way."""

    share: float = 0.0
    end: PhaseEnd | None = None


def phase_tree_svg(tree: PhaseTree, *, ident: str = "phases") -> str:
    """Return the tree of phases as an ``svg`` element.

    A column is what a phase begins from, and the last one what play ends in. A line goes from each beginning to where
    it comes to rest; it is as thick as its share of all play is large.
    """
    spots, legs = _gathered(tree)
    cards = {key: _card(tree, key, spot) for key, spot in spots.items()}
    boxes = [
        Box(
            _name(key),
            max(width(words, size, bold=bold) for words, size, bold in lines) + 20,
            LINE_HEIGHT * len(lines) + 14,
            key[0],
        )
        for key, lines in cards.items()
    ]
    lines_of = {pair: Line(_name(pair[0]), _name(pair[1]), "") for pair in legs}
    where = arrange(boxes, list(lines_of.values()), tallest=40, gap=96.0, widest=130.0)
    wide = max(where.width, LEAST_WIDTH)
    shift = (wide - where.width) / 2
    heads, above = _heads(tree, where)
    routes = {pair: where.routes[line] for pair, line in lines_of.items()}
    drawn = []
    for pair, leg in legs.items():
        thick, blue = 1.2 + 4.8 * leg.share, colour("mover-1")
        drawn.append(
            element(
                "g",
                title(_leg_words(tree, pair, leg)),
                element("path", d=path_data(routes[pair], 8.0), fill="none", stroke=blue, stroke_width=thick),
                element("path", d=tip(routes[pair], 9.0), fill=blue),
                class_="leg",
            )
        )
    notes = []
    for pair, leg in legs.items():
        steps = len(leg.end.path) if leg.end is not None else 0
        if not steps:
            continue
        x, y = place_on(routes[pair])
        words = ngettext("{n} step", "{n} steps", steps).format(n=number(steps))
        wide_note = width(words, SMALL) + 8
        notes.append(
            element("rect", x=x - wide_note / 2, y=y - 8, width=wide_note, height=16, rx=3, fill=colour("surface"))
        )
        notes.append(text(x, y + 4, words, SMALL, anchor="middle", fill="muted"))
    parts = [
        element("g", *heads, transform=f"translate({shift:.1f} 0)"),
        element(
            "g",
            *drawn,
            *(_box(tree, key, spots[key], cards[key], where) for key in spots),
            *notes,
            transform=f"translate({shift:.1f} {above:.0f})",
        ),
    ]
    below, high = legend(_entries(), 12.0, wide - 12.0, above + where.height + 10)
    name = tree.conflict.title or _("Untitled conflict")
    return document(
        ident,
        wide,
        high + 10,
        _("Phases: {title}").format(title=name),
        _description(tree, spots),
        [*parts, element("g", *below, class_="legend")],
        class_="phase-tree",
    )


def _gathered(tree: PhaseTree) -> tuple[dict[Key, _Spot], dict[tuple[Key, Key], _Leg]]:
    """Return what is drawn: the largest beginnings of each phase, what play ends in, and what joins them."""
    spots: dict[Key, _Spot] = {}
    whole: dict[Key, float] = defaultdict(float)
    found: list[tuple[Key, Key, float, PhaseEnd]] = []
    last = len(tree.phases)
    for number_, item in enumerate(tree.phases):
        after = tree.phases[number_ + 1] if number_ + 1 < last else None
        for branch in item.branches:
            start = number_, branch.start
            if number_ == 0:
                whole[start] += branch.share
            for end in branch.ends:
                to = number_ + 1, end.state if after is None else next_beginning(item, end, after)
                whole[to] += branch.share * end.share
                found.append((start, to, branch.share * end.share, end))
    graphs = [*(item.graph for item in tree.phases), tree.phases[-1].graph]
    drawn: dict[Key, Key] = {}
    for layer in range(last + 1):
        keys = sorted((key for key in whole if key[0] == layer), key=lambda key: (-whole[key], key[1]))
        for place, key in enumerate(keys):
            drawn[key] = key if place < MOST or len(keys) == MOST + 1 else (layer, REST)
            spot = spots.setdefault(drawn[key], _Spot(graphs[layer]))
            spot.share += whole[key]
            spot.count += 1
    legs: dict[tuple[Key, Key], _Leg] = {}
    for start, to, share, end in sorted(found, key=lambda item: -item[2]):
        leg = legs.setdefault((drawn[start], drawn[to]), _Leg())
        leg.share += share
        leg.end = leg.end or end
        if to[0] == last and not end.rests:
            spots[drawn[to]].goes_on = True
    return spots, legs


def _name(key: Key) -> str:
    return f"{key[0]}-{key[1]}"


def _what(graph: Graph, state: int) -> str:
    conflict = graph.conflict
    known = {outcome.id for outcome in conflict.outcomes}
    names = outcomes_at(graph, state)
    return ", ".join(conflict.outcome(name).label if name in known else name for name in names)


def _card(tree: PhaseTree, key: Key, spot: _Spot) -> list[tuple[str, float, bool]]:
    share = _("{share} of play").format(share=percent(spot.share))
    if key[1] == REST:
        words = ngettext("{n} more state", "{n} more states", spot.count).format(n=number(spot.count))
        return [(words, HEAD, True), (share, SMALL, False)]
    label = _("state {label}").format(label=spot.graph.space.label(key[1]))
    lines = [(line, SMALL, True) for line in wrapped(_what(spot.graph, key[1]), SMALL, ROOM, 3, bold=True)]
    lines += [(line, SMALL, False) for line in wrapped(label, SMALL, ROOM, 1)]
    lines.append((share, SMALL, False))
    if key[0] == len(tree.phases):
        lines.append((_("goes round for ever") if spot.goes_on else _("rests"), SMALL, False))
    return lines


def _box(tree: PhaseTree, key: Key, spot: _Spot, lines: Sequence[tuple[str, float, bool]], where: Arrangement) -> str:
    box, (x, y) = where.boxes[_name(key)], where.centres[_name(key)]
    last = key[0] == len(tree.phases)
    rests = last and key[1] != REST and not spot.goes_on
    shape = {"x": x - box.width / 2, "y": y - box.height / 2, "width": box.width, "height": box.height}
    parts = [
        element(
            "rect",
            **shape,
            rx=12 if key[0] == 0 else 3,
            fill=colour("held" if rests else "surface"),
            stroke=colour("ink" if last else "line"),
            stroke_width=2.2 if key[0] == 0 else 1.2,
            stroke_dasharray="5 3" if spot.goes_on else None,
        )
    ]
    top = y - LINE_HEIGHT * len(lines) / 2 + 11
    for row, (words, size, bold) in enumerate(lines):
        parts.append(text(x, top + LINE_HEIGHT * row, words, size, anchor="middle", bold=bold))
    name = clean(" · ".join(words for words, _size, _bold in lines))
    return element("g", title(name), *parts, class_="spot", data_phase=key[0] + 1, data_state=key[1] + 1)


def _heads(tree: PhaseTree, where: Arrangement) -> tuple[list[str], float]:
    parts, tallest = [], 1
    for place, column in enumerate(where.columns):
        middle = (column.left + column.right) / 2
        left = where.columns[place - 1].right if place else -column.left
        right = where.columns[place + 1].left if place + 1 < len(where.columns) else 2 * where.width - column.right
        room = 2 * min(middle - (left + column.left) / 2, (right + column.right) / 2 - middle) - 8
        if place < len(tree.phases):
            phase = tree.phases[place].phase
            said = f"{number(place + 1)}. {phase.label}" + (f" ({phase.date})" if phase.date else "")
        else:
            said = _("in the end")
        lines = wrapped(said, SMALL, max(room, 60.0), 4)
        tallest = max(tallest, len(lines))
        parts += [
            text(middle, 14 + 14 * row, line, SMALL, anchor="middle", fill="muted") for row, line in enumerate(lines)
        ]
    return parts, 14.0 * tallest + 8


def _leg_words(tree: PhaseTree, pair: tuple[Key, Key], leg: _Leg) -> str:
    phase = tree.phases[pair[0][0]]
    said = [phase.phase.label, _("{share} of play").format(share=percent(leg.share))]
    if leg.end is not None:
        conflict = phase.graph.conflict
        steps = [
            f"{joined([conflict.decision_maker(dm).label for dm in step.by])} → {phase.graph.space.label(step.end)}"
            for step in leg.end.path
        ]
        said.append(", ".join(steps) or _("stays"))
    return " · ".join(said)


def _description(tree: PhaseTree, spots: dict[Key, _Spot]) -> str:
    ends = [(key, spot) for key, spot in spots.items() if key[0] == len(tree.phases) and key[1] != REST]
    said = "; ".join(f"{_what(spot.graph, key[1])} ({percent(spot.share)})" for key, spot in ends)
    phases = ", ".join(item.phase.label for item in tree.phases)
    return _("Phases: {phases}. In the end: {ends}. Shares are of play under the moving rule.").format(
        phases=phases, ends=said
    )


def _entries() -> list[Entry]:
    return [
        Entry("line", _("play from a beginning to where it comes to rest; thicker: a larger share"), colour("mover-1")),
        Entry("note", _("Shares follow from the moving rule alone; they are no probabilities of events.")),
    ]
