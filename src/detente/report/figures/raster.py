"""Figures as PNG: their SVG, drawn by matplotlib (extra ``figures``).

It reads the SVG that :mod:`detente.report` writes, and no other: groups that are moved, rectangles, circles, lines,
paths of ``M L H V h v C Z``, and lines of text.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from detente.errors import UsageError
from detente.report.figures.svg import standalone

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

SCALE = 2.0
"""Points of the picture for one of the figure."""
MOST_PIXELS = 40_000_000
_INCH = 96.0
_TOKEN = re.compile(r"[A-Za-z]|-?[0-9.]+")
_NAME = re.compile(r"\{[^}]*\}")
_ALIGN = {"start": "left", "middle": "center", "end": "right"}
_FONTS = ["DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Arial Unicode MS", "sans-serif"]


def png(figure: str) -> bytes:
    """Return a figure, an SVG of this package, as a PNG file.

    Raises
    ------
    UsageError
        matplotlib is missing.
    """
    try:
        from matplotlib import font_manager
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise UsageError(f"PNG needs {error.name}, which is not installed: pip install 'detente[figures]'") from None
    plain = figure if figure.startswith("<?xml") else standalone(figure)
    root = ElementTree.fromstring(plain.encode())
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    scale = min(SCALE, (MOST_PIXELS / max(wide * high, 1.0)) ** 0.5)
    canvas = FigureCanvasAgg(Figure(figsize=(wide / _INCH, high / _INCH), dpi=_INCH * scale))
    axes = canvas.figure.add_axes((0.0, 0.0, 1.0, 1.0), xlim=(0, wide), ylim=(high, 0))
    axes.axis("off")
    known = set(font_manager.get_font_names())
    fonts = [name for name in _FONTS if name in known] or ["sans-serif"]
    for order, (item, x, y) in enumerate(_shapes(root, 0.0, 0.0), 1):
        _draw(axes, item, x, y, (wide, high), order, fonts)
    written = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # such letters are drawn as boxes
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        canvas.figure.savefig(written, format="png", dpi=_INCH * scale)
    return written.getvalue()


def _shapes(parent: ElementTree.Element, x: float, y: float) -> Iterator[tuple[ElementTree.Element, float, float]]:
    """Yield all that is drawn, in order, with how far it is moved."""
    for item in parent:
        if _tag(item) == "g":
            moved = [float(word) for word in re.findall(r"-?[0-9.]+", item.get("transform", ""))] or [0.0, 0.0]
            yield from _shapes(item, x + moved[0], y + moved[1])
        else:
            yield item, x, y


def _tag(item: ElementTree.Element) -> str:
    return _NAME.sub("", item.tag)


def _draw(
    axes: Axes,
    item: ElementTree.Element,
    x: float,
    y: float,
    size: tuple[float, float],
    order: int,
    fonts: list[str],
) -> None:
    from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Rectangle

    def at(name: str) -> float:
        return float(item.get(name, "0"))

    look = {**_look(item), "zorder": order}
    match _tag(item):
        case "rect" if item.get("width", "").endswith("%"):
            axes.add_patch(Rectangle((0, 0), *size, **look))
        case "rect" if at("rx"):
            round_ = min(at("rx"), at("width") / 2, at("height") / 2)
            box = f"round,pad=0,rounding_size={round_}"
            axes.add_patch(FancyBboxPatch((x + at("x"), y + at("y")), at("width"), at("height"), boxstyle=box, **look))
        case "rect":
            axes.add_patch(Rectangle((x + at("x"), y + at("y")), at("width"), at("height"), **look))
        case "circle":
            axes.add_patch(Circle((x + at("cx"), y + at("cy")), at("r"), **look))
        case "line":
            ends = [x + at("x1"), x + at("x2")], [y + at("y1"), y + at("y2")]
            axes.plot(
                *ends, color=look["edgecolor"], linewidth=look["linewidth"], linestyle=look["linestyle"], zorder=order
            )
        case "path":
            axes.add_patch(PathPatch(_path(item.get("d", ""), x, y), **look))
        case "text":
            axes.text(
                x + at("x"),
                y + at("y"),
                item.text or "",
                fontsize=at("font-size") * 72 / _INCH,
                color=item.get("fill", "#000000"),
                ha=_ALIGN[item.get("text-anchor", "start")],
                va="baseline",
                fontweight="bold" if item.get("font-weight") else "normal",
                fontfamily=fonts,
                parse_math=False,
                zorder=order,
            )


def _look(item: ElementTree.Element) -> dict[str, Any]:
    """Return how matplotlib draws what is filled and stroked like this."""
    # a path of one line is not filled where it says nothing, as its area is none
    fill, stroke = item.get("fill", "#000000"), item.get("stroke", "none")
    thick = float(item.get("stroke-width", "1")) * 72 / _INCH if stroke != "none" else 0.0
    dashes = [float(word) for word in item.get("stroke-dasharray", "").split()]
    unit = float(item.get("stroke-width", "1")) or 1.0
    return {
        "facecolor": fill,
        "edgecolor": stroke,
        "linewidth": thick,
        "linestyle": (0, [dash / unit for dash in dashes]) if dashes else "solid",
        "capstyle": "round" if item.get("stroke-linecap") == "round" else "butt",
    }


def _path(data: str, x: float, y: float) -> Any:
    """Return the path of some path data, moved."""
    from matplotlib.path import Path

    tokens = _TOKEN.findall(data)
    points: list[tuple[float, float]] = []
    codes: list[np.uint8] = []
    at, start, place, sign = (0.0, 0.0), (0.0, 0.0), 0, ""

    def read() -> float:
        nonlocal place
        place += 1
        return float(tokens[place - 1])

    def go(end: tuple[float, float], code: np.uint8) -> None:
        nonlocal at
        at = end
        points.append((end[0] + x, end[1] + y))
        codes.append(code)

    while place < len(tokens):
        if tokens[place].isalpha():
            sign = tokens[place]
            place += 1
        match sign:
            case "M":
                go((read(), read()), Path.MOVETO)
                start = at
            case "L":
                go((read(), read()), Path.LINETO)
            case "l":
                go((at[0] + read(), at[1] + read()), Path.LINETO)
            case "H":
                go((read(), at[1]), Path.LINETO)
            case "h":
                go((at[0] + read(), at[1]), Path.LINETO)
            case "V":
                go((at[0], read()), Path.LINETO)
            case "v":
                go((at[0], at[1] + read()), Path.LINETO)
            case "C":
                for _control in range(3):
                    go((read(), read()), Path.CURVE4)
            case "Z":
                go(start, Path.CLOSEPOLY)
            case _:
                raise ValueError(f"path data {data!r} has what is not read here: {sign!r}")
    return Path(points, codes)
