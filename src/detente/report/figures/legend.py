"""What the signs of a figure mean: entries that flow over the lines below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detente.report.figures.svg import colour, element, text, width, wrapped

SIZE = 11.5
ROW = 21.0
SIGN = 34.0
BETWEEN = 22.0
LONGEST = 380.0


@dataclass(frozen=True)
class Entry:
    """One sign and what it means.

    ``kind``: ``line`` (with a colour and dashes), ``improvement``, ``move``, ``start``, ``holds``, ``group``, ``way``,
    ``halo``, ``swatch`` (with a colour), ``mark`` (with a character), or ``note``, which has no sign.
    """

    kind: str
    words: str
    stroke: str = ""
    dashes: str = ""
    mark: str = ""


def legend(entries: Sequence[Entry], left: float, right: float, top: float) -> tuple[list[str], float]:
    """Return the elements of a legend between two sides below a height, and the height at which it ends."""
    parts: list[str] = []
    x, y, rows = left, top, 1
    for entry in entries:
        sign = 0.0 if entry.kind == "note" else SIGN
        room = max(60.0, min(LONGEST if entry.kind != "note" else right - left, right - left - sign))
        lines = wrapped(entry.words, SIZE, room, 3)
        wide = sign + max((width(line, SIZE) for line in lines), default=0.0)
        if x > left and (x + wide > right or entry.kind == "note"):
            x, y, rows = left, y + ROW + 14 * (rows - 1), 1
        parts.append(element("g", *_sign(entry, x, y + 8), *_words(lines, x + sign, y + 12)))
        x += wide + BETWEEN
        rows = max(rows, len(lines))
    return parts, y + ROW + 14 * (rows - 1) if entries else top


def _words(lines: Sequence[str], x: float, y: float) -> list[str]:
    return [text(x, y + 14 * row, line, SIZE, fill="ink") for row, line in enumerate(lines)]


def _sign(entry: Entry, x: float, y: float) -> list[str]:
    ink, line = colour("ink"), colour("line")
    match entry.kind:
        case "line":
            return [_stroke(x, y, 26, entry.stroke, 2.4, entry.dashes)]
        case "improvement":
            return [_stroke(x, y, 18, ink, 2.0), element("path", d=_tip(x + 26, y, 7.0), fill=ink)]
        case "move":
            return [
                _stroke(x, y, 20, line, 1.0),
                element("path", d=_tip(x + 26, y, 5.0), fill=colour("surface"), stroke=line),
            ]
        case "start":
            return [_box(x, y, 7.0, colour("surface"), line, 2.6)]
        case "holds":
            inner = element(
                "rect", x=x + 3, y=y - 4, width=20, height=8, rx=1, fill="none", stroke=ink, stroke_width=0.8
            )
            return [_box(x, y, 3.0, colour("held"), ink, 1.2), inner]
        case "group":
            return [_box(x + 3, y + 3, 2.0, colour("raised"), line, 1.2), _box(x, y, 2.0, colour("surface"), line, 1.2)]
        case "way":
            return [
                _halo(x, y),
                element("circle", cx=x + 13, cy=y, r=7, fill=colour("surface"), stroke=ink),
                text(x + 13, y + 4, "1", 10, anchor="middle", bold=True),
            ]
        case "halo":
            return [
                _halo(x, y),
                _stroke(x, y, 26, ink, 1.6),
            ]
        case "swatch":
            return [element("rect", x=x, y=y - 7, width=26, height=14, rx=2, fill=entry.stroke, stroke=line)]
        case "mark":
            return [text(x + 13, y + 5, entry.mark, 14, anchor="middle", bold=True)]
    return []


def _halo(x: float, y: float) -> str:
    return element(
        "path", d=f"M{x + 4:.1f} {y:.1f}H{x + 22:.1f}", stroke=colour("way"), stroke_width=10, stroke_linecap="round"
    )


def _stroke(x: float, y: float, length: float, stroke: str, thick: float, dashes: str = "") -> str:
    return element(
        "path",
        d=f"M{x:.1f} {y:.1f}h{length:.1f}",
        stroke=stroke,
        stroke_width=thick,
        stroke_dasharray=dashes or None,
        fill="none",
    )


def _tip(x: float, y: float, size: float) -> str:
    return f"M{x:.1f} {y:.1f}l{-size - 1.5:.1f} {-size * 0.52:.1f}v{size * 1.04:.1f}Z"


def _box(x: float, y: float, round_: float, fill: str, stroke: str, thick: float) -> str:
    return element("rect", x=x, y=y - 7, width=26, height=14, rx=round_, fill=fill, stroke=stroke, stroke_width=thick)
