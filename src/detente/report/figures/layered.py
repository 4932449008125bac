"""Boxes in columns with lines between them: where each goes. Geometry only; nothing here knows what a box stands for.

After Sugiyama, Tagawa & Toda 1981: lines over several columns go through places of their own in those between; the
order within columns is improved by barycentres; then heights are brought near to those of neighbours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

MARGIN = 12.0
GAP = 14.0
"""Between boxes of a column."""
LANE = 9.0
"""The height of a place that lines go through."""
PORT = 6.5
"""Between the ends of lines at a box."""
SWEEPS = 12
RELAXED = 30

Point = tuple[float, float]
Piece = tuple[Point, Point, Point, Point]
"""A cubic curve: start, control, control, end."""


@dataclass(frozen=True)
class Box:
    """What is to be placed: a name, a size, the layer it belongs to."""

    id: str
    width: float
    height: float
    layer: int


@dataclass(frozen=True)
class Line:
    """A line between two boxes, or one of several."""

    start: str
    end: str
    key: str


@dataclass(frozen=True)
class Column:
    """A column of boxes: its layer, and its sides."""

    layer: int
    left: float
    right: float


@dataclass(frozen=True)
class Arrangement:
    """Where everything is.

    Attributes
    ----------
    boxes : dict of str to Box
        With heights that have room for the ends of their lines.
    centres : dict of str to (x, y)
    columns : tuple of Column
    routes : dict of Line to tuple of cubic pieces
        Each piece is (start, control, control, end), from the line's start to its end.
    width, height : float
    """

    boxes: dict[str, Box]
    centres: dict[str, Point]
    columns: tuple[Column, ...]
    routes: dict[Line, tuple[Piece, ...]]
    width: float
    height: float


def arrange(
    boxes: Sequence[Box],
    lines: Sequence[Line],
    *,
    tallest: int = 10,
    gap: float = 64.0,
    widest: float = 190.0,
    outer: bool = False,
    between: float = GAP,
) -> Arrangement:
    """Place boxes in columns, by layer and at most so many in one, and lines between them.

    Parameters
    ----------
    boxes : sequence of Box
    lines : sequence of Line
        Between different boxes.
    tallest : int
        Boxes in a column.
    gap : float
        The least space between columns; more lines have more.
    widest : float
        The most.
    outer : bool
        Whether lines within the first column go round its left, as those within the last go round its right.
    between : float
        The space between boxes of a column.
    """
    work = _Work(boxes, lines, tallest, outer, between)
    return work.placed(gap, widest)


class _Work:
    def __init__(self, boxes: Sequence[Box], lines: Sequence[Line], tallest: int, outer: bool, between: float) -> None:
        self.outer, self.between = outer, between
        self.boxes = {box.id: box for box in boxes}
        self.lines = list(lines)
        self.joined = {name for line in lines for name in (line.start, line.end)}
        self.columns: list[list[str]] = []
        self.layer_of_column: list[int] = []
        by_layer: dict[int, list[str]] = defaultdict(list)
        for box in boxes:
            by_layer[box.layer].append(box.id)
        self._ordered_layers(by_layer)
        for layer in sorted(by_layer):
            names = by_layer[layer]
            count = -(-len(names) // tallest)
            size = -(-len(names) // count)
            for begin in range(0, len(names), size):
                self.columns.append(names[begin : begin + size])
                self.layer_of_column.append(layer)
        self.column_of = {name: k for k, names in enumerate(self.columns) for name in names}
        self.chains: dict[frozenset[str], list[str]] = {}
        self._add_lanes()
        for column in self.columns:
            column.sort(key=lambda name: name not in self.joined)
        self._order()

    def _ordered_layers(self, by_layer: dict[int, list[str]]) -> None:
        """Put each layer in the order of what its boxes are joined to in the layer before, before it is cut up."""
        near: dict[str, list[str]] = defaultdict(list)
        for line in self.lines:
            near[line.start].append(line.end)
            near[line.end].append(line.start)
        place: dict[str, float] = {}
        for layer in sorted(by_layer):
            names = by_layer[layer]
            first = {name: k for k, name in enumerate(names)}
            means = {
                name: _mean([place[other] for other in near[name] if other in place], first[name]) for name in names
            }
            names.sort(key=lambda name: (name not in self.joined, means[name], first[name]))
            place |= {name: float(k) for k, name in enumerate(names)}

    def _add_lanes(self) -> None:
        """Give lines that cross a column a place in it, the same for all between the same two boxes."""
        for line in self.lines:
            ends = frozenset((line.start, line.end))
            if ends in self.chains:
                continue
            first, last = sorted(ends, key=lambda name: self.column_of[name])
            chain = [first]
            for k in range(self.column_of[first] + 1, self.column_of[last]):
                lane = f"\0{len(self.chains)} {k}"
                parallel = sum(frozenset((other.start, other.end)) == ends for other in self.lines)
                self.boxes[lane] = Box(lane, 0.0, LANE + PORT * (parallel - 1), k)
                self.columns[k].append(lane)
                self.joined.add(lane)
                self.column_of[lane] = k
                chain.append(lane)
            self.chains[ends] = [*chain, last]

    def _links(self) -> list[list[tuple[str, str]]]:
        """Return what joins each column to the next."""
        links: list[list[tuple[str, str]]] = [[] for _ in self.columns]
        for chain in self.chains.values():
            for a, b in pairwise(chain):
                if self.column_of[a] != self.column_of[b]:
                    links[self.column_of[a]].append((a, b))
        return links

    def _order(self) -> None:
        links = self._links()
        before: dict[str, list[str]] = defaultdict(list)
        after: dict[str, list[str]] = defaultdict(list)
        for pairs in links:
            for a, b in pairs:
                after[a].append(b)
                before[b].append(a)
        best, fewest = [list(column) for column in self.columns], self._crossings(links)
        for sweep in range(SWEEPS):
            forward = sweep % 2 == 0
            near = before if forward else after
            for k in range(1, len(self.columns)) if forward else range(len(self.columns) - 2, -1, -1):
                place = {name: float(row) for column in self.columns for row, name in enumerate(column)}
                column = self.columns[k]
                own = {name: row for row, name in enumerate(column)}
                means = {name: _mean([place[other] for other in near[name]], own[name]) for name in column}
                column.sort(key=lambda name: (name not in self.joined, means[name], own[name]))
            crossings = self._crossings(links)
            if crossings < fewest:
                best, fewest = [list(column) for column in self.columns], crossings
        self.columns = best

    def _crossings(self, links: list[list[tuple[str, str]]]) -> int:
        total = 0
        row = {name: k for column in self.columns for k, name in enumerate(column)}
        for pairs in links:
            ends = sorted((row[a], row[b]) for a, b in pairs)
            for k, (_, end) in enumerate(ends):
                total += sum(other > end for _, other in ends[:k])
        return total

    # -- coordinates ------------------------------------------------------------------------------------------------

    def placed(self, gap: float, widest: float) -> Arrangement:
        self._make_room()
        y = self._heights()
        columns, centres = self._across(gap, widest, y)
        routes = self._routes(columns, centres)
        real = {name: box for name, box in self.boxes.items() if not name.startswith("\0")}
        bottom = max(centres[name][1] + box.height / 2 for name, box in self.boxes.items())
        return Arrangement(
            boxes=real,
            centres={name: centres[name] for name in real},
            columns=tuple(columns),
            routes=routes,
            width=max(columns[-1].right + MARGIN, self.right_edge),
            height=bottom + MARGIN,
        )

    def _side(self, name: str, other: str) -> int:
        """Return at which side of a box a line to another one ends: 1 right, -1 left."""
        a, b = self.column_of[name], self.column_of[other]
        if a == b and self.outer:
            return -1 if a == 0 else 1
        if a == b:
            return -1 if a == len(self.columns) - 1 and a > 0 else 1
        return 1 if b > a else -1

    def _make_room(self) -> None:
        """Make boxes as high as the ends of lines at them need, and as wide as the widest of their column."""
        for column in self.columns:
            wide = max(self.boxes[name].width for name in column)
            self.boxes |= {name: replace(self.boxes[name], width=wide) for name in column}
        ends: dict[tuple[str, int], int] = defaultdict(int)
        for line in self.lines:
            ends[line.start, self._side(line.start, line.end)] += 1
            ends[line.end, self._side(line.end, line.start)] += 1
        for (name, _), count in ends.items():
            box = self.boxes[name]
            if box.height < PORT * (count + 1):
                self.boxes[name] = replace(box, height=PORT * (count + 1))

    def _heights(self) -> dict[str, float]:
        """Return the height of the centre of every box and lane."""
        y: dict[str, float] = {}
        for column in self.columns:
            total = sum(self.boxes[name].height + self.between for name in column) - self.between
            at = -total / 2
            for name in column:
                y[name] = at + self.boxes[name].height / 2
                at += self.boxes[name].height + self.between
        near: dict[str, list[str]] = defaultdict(list)
        for pairs in self._links():
            for a, b in pairs:
                near[a].append(b)
                near[b].append(a)
        joined = [some for column in self.columns if (some := [name for name in column if name in self.joined])]
        for turn in range(RELAXED):
            for column in joined if turn % 2 == 0 else joined[::-1]:
                wanted = [_mean([y[other] for other in near[name]], y[name]) for name in column]
                heights = [self.boxes[name].height for name in column]
                y |= dict(zip(column, _apart(wanted, heights, self.between), strict=True))
        self._hang_up_the_rest(y)
        top = min(y[name] - self.boxes[name].height / 2 for name in y)
        return {name: value - top + MARGIN for name, value in y.items()}

    def _hang_up_the_rest(self, y: dict[str, float]) -> None:
        """Place boxes without lines: below the others of their column, or where these are in the middle."""
        middle = _mean([y[name] for name in y if name in self.joined], 0.0)
        for column in self.columns:
            rest = [name for name in column if name not in self.joined]
            heights = [self.boxes[name].height for name in rest]
            above = column[len(column) - len(rest) - 1] if len(rest) < len(column) else None
            at = middle - (sum(heights) + self.between * (len(rest) - 1)) / 2
            if above is not None:
                at = y[above] + self.boxes[above].height / 2 + self.between
            for name, height in zip(rest, heights, strict=True):
                y[name] = at + height / 2
                at += height + self.between

    def _across(self, gap: float, widest: float, y: dict[str, float]) -> tuple[list[Column], dict[str, Point]]:
        crossing = [0] * (len(self.columns) + 1)
        for line in self.lines:
            a, b = sorted((self.column_of[line.start], self.column_of[line.end]))
            if a == b:
                crossing[a + (self._side(line.start, line.end) > 0)] += 1
            for k in range(a, b):
                crossing[k + 1] += 1
        self.spaces = [min(widest, gap + 3.2 * count) for count in crossing]
        for side, column in ((0, 0), (-1, len(self.columns) - 1)):
            inside = [line for line in self.lines if {self.column_of[line.start], self.column_of[line.end]} == {column}]
            reach = max((self._bulge(y[line.start], y[line.end]) for line in inside), default=0.0)
            self.spaces[side] = 0.75 * reach + 28
        left = MARGIN + (self.spaces[0] if crossing[0] else 0.0)
        columns: list[Column] = []
        centres: dict[str, Point] = {}
        for k, names in enumerate(self.columns):
            wide = max(self.boxes[name].width for name in names)
            columns.append(Column(self.layer_of_column[k], left, left + wide))
            centres |= {name: (left + wide / 2, y[name]) for name in names}
            left += wide + self.spaces[k + 1]
        self.right_edge = columns[-1].right + (self.spaces[-1] if crossing[-1] else MARGIN)
        return columns, centres

    def _bulge(self, y: float, other: float) -> float:
        """Return how far the controls of a line within a column are from it."""
        return (26 + 0.4 * abs(y - other)) if self.outer else (18 + 0.24 * abs(y - other))

    def _routes(self, columns: list[Column], centres: dict[str, Point]) -> dict[Line, tuple[Piece, ...]]:
        ports = self._ports(centres)
        routes = {}
        rank: dict[frozenset[str], int] = defaultdict(int)
        for line in self.lines:
            ends = frozenset((line.start, line.end))
            chain = self.chains[ends]
            number, rank[ends] = rank[ends], rank[ends] + 1
            a, b = ports[line, chain[0]], ports[line, chain[-1]]
            if self.column_of[chain[0]] == self.column_of[chain[-1]]:
                side = self._side(chain[0], chain[-1])
                space = self.spaces[self.column_of[chain[0]] + (side > 0)]
                bulge = side * min(1.1 * space, self._bulge(a[1], b[1]))
                pieces = [(a, (a[0] + bulge, a[1]), (b[0] + bulge, b[1]), b)]
            else:
                points = [a]
                for lane in chain[1:-1]:
                    column = columns[self.column_of[lane]]
                    middle = centres[lane][1] - self.boxes[lane].height / 2 + LANE / 2 + PORT * number
                    points += [(column.left, middle), (column.right, middle)]
                points.append(b)
                pieces = [_piece(p, q) for p, q in pairwise(points)]
            if chain[0] != line.start:
                pieces = [(d, c, b_, a_) for a_, b_, c, d in reversed(pieces)]
            routes[line] = tuple(pieces)
        return routes

    def _ports(self, centres: dict[str, Point]) -> dict[tuple[Line, str], Point]:
        """Return where each line ends at each of its boxes: spread over the side, in the order of where they lead."""
        sides: dict[tuple[str, int], list[tuple[float, int, Line]]] = defaultdict(list)
        for number, line in enumerate(self.lines):
            chain = self.chains[frozenset((line.start, line.end))]
            for name, following, other in ((chain[0], chain[1], chain[-1]), (chain[-1], chain[-2], chain[0])):
                sides[name, self._side(name, other)].append((centres[following][1], number, line))
        ports = {}
        for (name, side), found in sides.items():
            x, y = centres[name]
            box = self.boxes[name]
            step = min(14.0, box.height / (len(found) + 1))
            # lines within a column leave where their curves do not cross: those to the nearest innermost
            for k, (_, _, line) in enumerate(sorted(found, key=lambda item: item[:2])):
                ports[line, name] = (x + side * box.width / 2, y + step * (k - (len(found) - 1) / 2))
        return ports


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _piece(p: Point, q: Point) -> Piece:
    reach = 0.45 * (q[0] - p[0])
    return p, (p[0] + reach, p[1]), (q[0] - reach, q[1]), q


def _apart(wanted: Sequence[float], heights: Sequence[float], between: float) -> list[float]:
    """Return the heights nearest to those wanted, in the same order, at which nothing overlaps (pooled neighbours)."""
    offsets = [0.0]
    for above, below in pairwise(heights):
        offsets.append(offsets[-1] + (above + below) / 2 + between)
    blocks: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        mean, count = want - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, size = blocks.pop()
            mean, count = (mean * count + other * size) / (count + size), count + size
        blocks.append((mean, count))
    placed = [mean for mean, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(placed, offsets, strict=True)]
