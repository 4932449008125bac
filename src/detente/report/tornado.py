"""Tornado charts as SVG: how far each uncertain thing moves the share of the examined worlds in which a claim holds."""

from __future__ import annotations

import re
from textwrap import wrap
from xml.sax.saxutils import escape, quoteattr

from detente.analysis.shares import Influence, Robust
from detente.errors import printable
from detente.report.robust_words import ERRORS, LEAST, examined_words, factor_name, factors_words, level_words, percent
from detente.report.speech import _, counted, decimal
from detente.report.words import short, title_words

WIDTH = 1100
LABELS, LEFT, RIGHT = 290, 470, 800
"""Where labels end, and where 0 % and 100 % are."""
ROW, BAR = 24, 14
MOST = 15
"""So many things are shown, those that move a claim most."""
SENTENCE, LABEL, END = 130, 40, 22
"""Characters that have room."""
INK, PALE, LOW, HIGH, GRID = "#1b1f24", "#5d6670", "#b3541e", "#2a6f97", "#d5dade"
_VARIABLES = {INK: "ink", PALE: "muted", LOW: "fails", HIGH: "link", GRID: "rule"}
"""The custom properties of ``templates/base.css`` that stand for them in a page."""
_COLOUR = re.compile(rf'\b(fill|stroke)="({"|".join(_VARIABLES)})"')


def tornado_svg(found: Robust) -> str:
    """Return an SVG document with one chart for each claim that holds in some of the examined worlds and not in others.

    Each bar goes from the share under the level with the lowest share to that under the one with the highest; the line
    across is the share in all worlds. Labels are text, whatever is in them.
    """
    parts: list[str] = []
    y = 34
    parts.append(_text(24, y, _cut(title_words(found.conflict), 90), size=19, weight="bold"))
    y += 22
    worlds = examined_words(found)
    parts.append(_text(24, y, _cut(f"{factors_words(found.factors)}: {worlds}", SENTENCE), fill=PALE))
    y += 26
    varying = [name for name in found.claims if found.varies(name)]
    for name in varying:
        chart, y = _chart(found, name, y)
        parts += chart
    if not varying:
        parts.append(_text(24, y + 10, _("No claim varies over the examined worlds.")))
        y += 34
    notes = [_("Shares are of the examined worlds under the author's weights; they are no probabilities of events.")]
    if any(item.total is not None for name in varying for item in found.influences(name)):
        notes.append(_("total: the share of the claim's variance over the worlds that is left when all else is known."))
    if not found.exact:
        words = _("What moves a share by less than {errors} standard errors of drawing is not shown.")
        notes.append(words.format(errors=ERRORS))
    for words in notes:
        parts.append(_text(24, y + 6, words, fill=PALE, size=12))
        y += 18
    height = y + 12
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'role="img" font-family="system-ui, -apple-system, \'Segoe UI\', Helvetica, Arial, sans-serif">'
    )
    title = _("{title}: what moves its claims").format(title=title_words(found.conflict))
    title = f"<title>{_safe(title)}</title>"
    back = f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, title, back, *parts, "</svg>", ""])


def tornado_figure(found: Robust) -> str:
    """Return the charts as an ``svg`` element for a page: with the page's colours, and no ground of its own."""
    _declaration, head, title, _ground, rest = tornado_svg(found).split("\n", 4)
    words = title.removeprefix("<title>").removesuffix("</title>").replace('"', "&quot;")
    head = head.replace('role="img"', f'role="img" aria-label="{words}"')

    def themed(tag: re.Match[str]) -> str:
        return _COLOUR.sub(lambda one: f'{one[1]}="var(--{_VARIABLES[one[2]]}, {one[2]})"', tag[0])

    return head + title + re.sub(r"<(?:text|rect|line) [^<>]*>", themed, rest).strip()


def _chart(found: Robust, name: str, y: int) -> tuple[list[str], int]:
    """Return the chart of one claim that begins at a height, and where it ends."""
    claim = next(item for item in found.conflict.claims if item.id == name)
    holds = found.claim(name)
    least = max(LEAST, ERRORS * holds.error)
    moving = [item for item in found.influences(name) if item.swing > least]
    items = sorted(moving, key=lambda item: -item.swing)[:MOST]
    y += 14
    held = f"{percent(holds.share)} ± {percent(holds.error)}" if holds.error else percent(holds.share)
    words = _("{claim}: holds in {share} of the examined worlds").format(claim=name, share=held)
    parts = [_text(24, y, _cut(words, 90), weight="bold")]
    for line in wrap(printable(claim.says).replace("\n", " "), SENTENCE)[:3]:
        y += 18
        parts.append(_text(24, y, line, fill=PALE, size=13))
    y += 26
    top, bottom = y, y + ROW * max(1, len(items)) + 4
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(_line(_x(share), top, bottom, GRID))
        parts.append(_text(_x(share), top - 6, f"{100 * share:.0f} %", anchor="middle", fill=PALE, size=11))
    if any(item.total is not None for item in items):
        parts.append(_text(WIDTH - 24, top - 6, _("total"), anchor="end", fill=PALE, size=11))
    for place, item in enumerate(items):
        parts += _bar(item, holds.share, top + ROW * place + ROW // 2 + 2)
    if not items:
        parts.append(_text(24, top + ROW // 2, _("Nothing moves it alone."), fill=PALE, size=13))
    parts.append(_line(_x(holds.share), top, bottom, INK, dashes="4 3"))
    left = len(moving) - len(items)
    if left:
        bottom += 16
        words = counted("{n} more move it less", "{n} more move it less", left)
        parts.append(_text(LABELS, bottom, words, anchor="end", fill=PALE, size=12))
    return parts, bottom + 26


def _bar(item: Influence, overall: float, middle: int) -> list[str]:
    known = [level for level in item.levels if level.share is not None]
    low = min(known, key=lambda level: level.share or 0.0)
    high = max(known, key=lambda level: level.share or 0.0)
    begin, end = _x(low.share or 0.0), _x(high.share or 0.0)
    centre = min(max(_x(overall), begin), end)
    kind, name = item.factor.kind, factor_name(item.factor.id, item.factor.kind)
    said = "; ".join(f"{level_words(level.words, kind)}: {percent(level.share)}" for level in known)
    low_words, high_words = _cut(level_words(low.words, kind), END), _cut(level_words(high.words, kind), END)
    parts = [
        f"<g><title>{_safe(f'{name}: {said}')}</title>",
        _text(LABELS, middle + 4, _cut(name, LABEL), anchor="end", size=12),
        _rect(begin, middle - BAR // 2, centre - begin, LOW),
        _rect(centre, middle - BAR // 2, end - centre, HIGH),
        _text(
            begin - 5,
            middle + 4,
            f"{low_words} {percent(low.share)}",
            anchor="end",
            fill=LOW,
            size=11,
        ),
        _text(end + 5, middle + 4, f"{percent(high.share)} {high_words}", fill=HIGH, size=11),
    ]
    if item.total is not None:
        error = f" ± {decimal(item.total.error, 2)}" if item.total.error else ""
        parts.append(
            _text(WIDTH - 24, middle + 4, f"{decimal(min(item.total.index, 1.0), 2)}{error}", anchor="end", size=12)
        )
    return [*parts, "</g>"]


def _x(share: float) -> float:
    return round(LEFT + share * (RIGHT - LEFT), 1)


def _rect(x: float, y: float, width: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.1f}" height="{BAR}" fill="{fill}"/>'


def _line(x: float, top: float, bottom: float, stroke: str, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}" stroke="{stroke}" stroke-width="1"{dashed}/>'


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", fill: str = INK, size: int = 14, weight: str = ""
) -> str:
    bold = f" font-weight={quoteattr(weight)}" if weight else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}"{bold}>'
        f"{_safe(words)}</text>"
    )


def _safe(words: str) -> str:
    """Return text for XML: what it cannot hold is made visible, what it would take for markup escaped."""
    shown = printable(words).replace("\n", " ")
    return escape("".join(c if _allowed(c) else f"\\u{ord(c):04x}" for c in shown))


def _allowed(c: str) -> bool:
    return c in "\t" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or "\U00010000" <= c <= "\U0010ffff"


def _cut(words: str, most: int) -> str:
    return short(printable(words).replace("\n", " "), most)
