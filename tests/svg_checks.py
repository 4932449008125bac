"""What every figure must be: well-formed, escaped, with nothing that runs, all text inside and none on other text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from detente.report.figures.svg import COLOURS, width

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "g", "rect", "circle", "path", "text"}
ATTRIBUTES = {
    "id",
    "class",
    "viewBox",
    "width",
    "height",
    "role",
    "aria-labelledby",
    "font-family",
    "x",
    "y",
    "rx",
    "cx",
    "cy",
    "r",
    "d",
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "font-size",
    "font-weight",
    "text-anchor",
    "transform",
    "data-node",
    "data-state",
    "data-from",
    "data-to",
    "data-mover",
    "data-relation",
    "data-outcome",
    "data-phase",
}
_COLOUR = re.compile(r"none|var\(--([a-z0-9-]+), (#[0-9a-f]{6})\)")

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]></title></svg><svg onload='alert(1)'>",
    "&lt;b&gt; &amp; &#60;",
    'var(--ink, #1b1f24) ="var(--ink, #1b1f24)"',
    "W" * 60,
    "A name of sixty characters that is written as a person would",
    "مفاوضات طويلة جدا حول وقف إطلاق النار في المنطقة الحدودية",
    "הסכם הפסקת אש ארוך מאוד בין שני הצדדים באזור הגבול",
    "🎉🕊️👩‍👩‍👧‍👦" * 10,
    "停戦協定についての非常に長い名前の選択肢",
    "﷽﷽﷽ ⸻⸻⸻ 𒀱𒀱",
    "a\u202eb\u0007c\u0000d\ud800e\ufffff",
    "z̸̡̢̛̗̘̙̜̝̞̟̠̣̤̥̦̩̪̫̬̭̮̯̰̱̲̳̹̺̻̼͇͈͉͍͎̀́̂̃̄",
    "$x^2$ \\frac{1}{2} %s {0}",
    "",
)
"""Labels that a model might bring along."""


@dataclass(frozen=True)
class Area:
    """A rectangle and what it is."""

    left: float
    top: float
    right: float
    bottom: float
    what: str

    def overlaps(self, other: Area, slack: float = 0.5) -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > slack and down > slack


def parsed(figure: str) -> ElementTree.Element:
    """Return a figure that is well-formed, and holds nothing but what figures may hold."""
    root = ElementTree.fromstring(figure)
    assert root.tag == f"{SVG}svg"
    ident = root.attrib["id"]
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == f"{ident}-title {ident}-desc"
    ids = [item.attrib["id"] for item in root.iter() if "id" in item.attrib]
    assert len(ids) == len(set(ids))
    assert all(name == ident or name.startswith(f"{ident}-") for name in ids)
    for item in root.iter():
        assert item.tag.removeprefix(SVG) in ELEMENTS
        assert set(item.attrib) <= ATTRIBUTES
        for name in ("fill", "stroke"):
            found = _COLOUR.fullmatch(item.attrib.get(name, "none"))
            assert found, item.attrib[name]
            assert found[1] is None or (found[1], found[2]) in COLOURS.values()
    return root


def _moved(
    parent: ElementTree.Element, x: float = 0, y: float = 0
) -> Iterator[tuple[ElementTree.Element, float, float]]:
    for item in parent:
        if item.tag == f"{SVG}g":
            dx, dy = map(float, re.findall(r"-?[0-9.]+", item.attrib.get("transform", "translate(0 0)")))
            yield item, x + dx, y + dy
            yield from _moved(item, x + dx, y + dy)
        else:
            yield item, x, y


def texts(root: ElementTree.Element) -> list[Area]:
    """Return where all lines of text are, by the width of a wide font."""
    result = []
    for item, x, y in _moved(root):
        if item.tag != f"{SVG}text":
            continue
        size, words = float(item.attrib["font-size"]), item.text or ""
        wide = width(words, size, bold="font-weight" in item.attrib)
        at = x + float(item.attrib["x"])
        left = {"start": at, "middle": at - wide / 2, "end": at - wide}[item.attrib.get("text-anchor", "start")]
        base = y + float(item.attrib["y"])
        result.append(Area(left, base - 0.76 * size, left + wide, base + 0.22 * size, words))
    return result


def boxes(root: ElementTree.Element, class_: str = "node") -> list[Area]:
    """Return where the boxes of a class of groups are: their widest rectangles."""
    result = []
    for item, x, y in _moved(root):
        if class_ not in item.attrib.get("class", "").split():
            continue
        rects = [child for child in item if child.tag == f"{SVG}rect" and child.attrib.get("fill") != "none"]
        rect = rects[-1]
        left, top = x + float(rect.attrib["x"]), y + float(rect.attrib["y"])
        right, bottom = left + float(rect.attrib["width"]), top + float(rect.attrib["height"])
        result.append(Area(left, top, right, bottom, item.attrib.get("data-node", "")))
    return result


def check(figure: str, *, overlaps: bool = True) -> ElementTree.Element:
    """Check a figure: all text inside, none on other text (unless ``overlaps`` is false), no box on another."""
    root = parsed(figure)
    _left, _top, wide, high = map(float, root.attrib["viewBox"].split())
    found = texts(root)
    for one in found:
        inside = one.left >= -0.5 and one.top >= -0.5 and one.right <= wide + 0.5 and one.bottom <= high + 0.5
        assert inside, f"{one} is not within {wide} by {high}"
    nodes = boxes(root)
    for number, node in enumerate(nodes):
        assert not any(node.overlaps(other) for other in nodes[:number]), node
    if overlaps:
        for number, one in enumerate(found):
            for other in found[:number]:
                assert not one.overlaps(other, 1.0), (one, other)
    return root
