"""Boxes in columns with lines between: nothing overlaps, no line crosses a box that it does not belong to."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from detente.report.figures.curves import place_on
from detente.report.figures.layered import Box, Line, arrange

SAMPLES = 60


@st.composite
def graphs(draw: DrawFn) -> tuple[list[Box], list[Line]]:
    """Draw boxes of several layers, and lines between them, some of them parallel."""
    count = draw(st.integers(1, 14))
    boxes = [
        Box(f"n{k}", draw(st.integers(20, 160)), draw(st.integers(16, 90)), draw(st.integers(0, 4)))
        for k in range(count)
    ]
    pairs = list(combinations([box.id for box in boxes], 2))
    chosen = (
        draw(st.lists(st.tuples(st.sampled_from(pairs), st.booleans(), st.integers(0, 2)), max_size=24))
        if pairs
        else []
    )
    lines = dict.fromkeys(Line(*(pair if ahead else pair[::-1]), str(by)) for pair, ahead, by in chosen)
    return boxes, list(lines)


@given(graphs(), st.integers(1, 6), st.booleans())
@settings(max_examples=60)
def test_nothing_overlaps(graph: tuple[list[Box], list[Line]], tallest: int, outer: bool) -> None:
    boxes, lines = graph
    found = arrange(boxes, lines, tallest=tallest, outer=outer)
    assert found == arrange(boxes, lines, tallest=tallest, outer=outer)
    sides = {}
    for box in boxes:
        placed, (x, y) = found.boxes[box.id], found.centres[box.id]
        assert placed.width >= box.width
        assert placed.height >= box.height
        sides[box.id] = x - placed.width / 2, y - placed.height / 2, x + placed.width / 2, y + placed.height / 2
    for left, top, right, bottom in sides.values():
        assert left >= 0 <= top
        assert right <= found.width + 1e-6
        assert bottom <= found.height + 1e-6
    for a, b in combinations(sides.values(), 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] + 1e-6 or b[3] <= a[1] + 1e-6
    layers = {box.id: box.layer for box in boxes}
    for a, b in combinations(sides, 2):
        if layers[a] < layers[b]:
            assert sides[a][2] < sides[b][0], "layers come in order"
    assert set(found.routes) == set(lines)
    for line, route in found.routes.items():
        begin, finish = route[0][0], route[-1][3]
        for (x, y), name in ((begin, line.start), (finish, line.end)):
            left, top, right, bottom = sides[name]
            assert min(abs(x - left), abs(x - right)) < 1e-6
            assert top < y < bottom
        for k in range(1, SAMPLES):
            x, y = place_on(route, k / SAMPLES)
            assert 0 <= x <= found.width
            assert 0 <= y <= found.height
            assert not any(
                left + 1e-6 < x < right - 1e-6 and top + 1e-6 < y < bottom - 1e-6
                for left, top, right, bottom in sides.values()
            ), "a line goes through a box"


def test_lines_that_need_not_cross_do_not() -> None:
    boxes = [Box(name, 30, 20, layer) for name, layer in (("a", 0), ("b", 0), ("c", 0), ("x", 1), ("y", 1), ("z", 1))]
    found = arrange(boxes, [Line("a", "z", ""), Line("b", "y", ""), Line("c", "x", "")])
    order = [sorted(names, key=lambda name: found.centres[name][1]) for names in ("abc", "xyz")]
    assert [{"a": "z", "b": "y", "c": "x"}[name] for name in order[0]] == order[1]
