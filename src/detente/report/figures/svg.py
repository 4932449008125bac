"""What all figures share: colours, text and its width, elements, documents.

Colours are the custom properties of the report's and the workbench's style sheet, with a fallback, ``var(--ink,
#1b1f24)``, so that a page may turn dark. Nothing is told by colour alone: movers have dashes too, signs have words.
There are no scripts, no style attributes and no references; ids begin with the figure's own.

Widths of text are those of a wide font (DejaVu Sans), so that text has room in narrower ones too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape

from detente.errors import UsageError, printable

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

COLOURS = {
    "ink": ("ink", "#1b1f24"),
    "muted": ("muted", "#5a636d"),
    "line": ("line", "#858e98"),
    "pale": ("rule", "#d5dade"),
    "surface": ("paper", "#ffffff"),
    "raised": ("panel", "#f5f6f7"),
    "held": ("holds-wash", "#e3f4ee"),
    "partly-held": ("partly-wash", "#fbf2da"),
    "not-held": ("fails-wash", "#fbe9df"),
    "good": ("holds", "#00684a"),
    "fair": ("partly", "#7a5a00"),
    "bad": ("fails", "#a63c00"),
    "way": ("way", "#ffd966"),
    "mover-1": ("c1", "#0072b2"),
    "mover-2": ("c2", "#d55e00"),
    "mover-3": ("c3", "#009e73"),
    "mover-4": ("c4", "#b5588f"),
    "mover-5": ("c5", "#b07d00"),
    "mover-6": ("c6", "#3f8fc4"),
    "mover-7": ("c7", "#8a8500"),
    "mover-8": ("c8", "#4d565f"),
}
"""For each colour the custom property of ``templates/base.css``, and its value on white."""

N_MOVERS = 8
DASHES = ("", "9 4", "2 4", "11 4 2 4", "5 3", "15 4", "3 3 9 3", "7 2 2 2 2 2")
"""How the lines of movers are dashed, so that colour is not their only sign."""

_CLASSES = {
    0.32: " ',.IJijl",
    0.40: "()-/:;[\\]ft|",
    0.46: '!"r',
    0.56: "*?L_`csz",
    0.62: "FPTYaekovxy",
    0.66: "$0123456789EKSbdghnpqu{}",
    0.70: "ABCRVXZ",
    0.79: "&DGHNOQU",
    0.84: "#+<=>^w~",
    1.00: "%@MWm",
}
_WIDTHS = {c: em for em, chars in _CLASSES.items() for c in chars} | {"·": 0.32, "–": 0.5, "“": 0.52, "”": 0.52}
_BOLD = 1.16
_HUGE = {"\u2e3a": 2.0, "\u2e3b": 3.0, "\ua9c5": 4.0}
_WIDEST = 3.0
"""Letters that are wider, such as U+FDFD, a sentence in one, are shown by their codes."""
_CUNEIFORM = range(0x12000, 0x12550)
_EMOJI = 0x1F000
_MARKS = 2
"""So many combining marks in succession are kept: more would run into the lines above and below."""
_VARIABLE = re.compile(r'="var\(--[a-z0-9-]+, (#[0-9a-f]{6})\)"')
_HEAD = re.compile(r"\s*<svg[^>]*>(?:\s*<title[^>]*>[^<]*</title>)?(?:\s*<desc[^>]*>[^<]*</desc>)?")
"""Where a figure begins, and how it is called."""
_BREAKS = re.compile(r".{3,}[-_=/,;:.]")
"""The part of a long word after which it is broken best."""
_IDENT = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def colour(name: str) -> str:
    """Return a colour of :data:`COLOURS` as an attribute's value: a custom property with its value on white."""
    variable, value = COLOURS[name]
    return f"var(--{variable}, {value})"


def mover_colour(place: int) -> str:
    """Return the colour of the mover with this place (from 0) in the model."""
    return colour(f"mover-{place % N_MOVERS + 1}")


def mover_dashes(place: int) -> str:
    """Return the dashes of a mover's lines; with more movers than colours, pairs of both still differ for long."""
    return DASHES[(place + place // N_MOVERS) % len(DASHES)]


# -- text -----------------------------------------------------------------------------------------------------------


def clean(words: str) -> str:
    """Return words as one line that XML can hold: what cannot be seen, and what is as wide as a line, has its code."""
    if words.isascii() and words.isprintable():
        return " ".join(words.split())
    shown = "".join(c if _allowed(c) else f"\\u{ord(c):04x}" for c in printable(" ".join(words.split())))
    return "".join(_few_marks("".join(c if _em(c) <= _WIDEST else f"\\u{ord(c):04x}" for c in shown)))


def _few_marks(words: str) -> Iterator[str]:
    marks = 0
    for c in words:
        marks = marks + 1 if unicodedata.combining(c) else 0
        if marks <= _MARKS:
            yield c


def _allowed(c: str) -> bool:
    return "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or "\U00010000" <= c <= "\U0010ffff"


def escaped(words: str) -> str:
    """Return words for XML, as content or in quotation marks; nothing in them is markup."""
    return escape(clean(words), {'"': "&quot;", "'": "&#39;"})


def width(words: str, size: float, *, bold: bool = False) -> float:
    """Return how wide words are at most, in a wide font of this size."""
    return sum(map(_em, words)) * size * (_BOLD if bold else 1.0)


def _em(c: str) -> float:
    if c in _WIDTHS:
        return _WIDTHS[c]
    if c in _HUGE:
        return _HUGE[c]
    if unicodedata.category(c) in ("Mn", "Me", "Cf"):
        return 0.0
    if ord(c) in _CUNEIFORM:
        return 5.0
    if ord(c) >= _EMOJI:
        return 1.4
    plain = unicodedata.normalize("NFKD", c)
    if plain != c:
        return sum(map(_em, plain))
    return 1.1


def cut(words: str, size: float, room: float, *, bold: bool = False) -> str:
    """Return words that fit, with an ellipsis where something is missing."""
    shown = clean(words)
    if width(shown, size, bold=bold) <= room:
        return shown
    while shown and width(shown + "…", size, bold=bold) > room:
        shown = shown[:-1]
    return shown.rstrip() + "…"


def wrapped(words: str, size: float, room: float, most: int, *, bold: bool = False) -> list[str]:
    """Return words in at most so many lines that fit; long words are broken; an ellipsis stands for what is missing."""
    lines: list[str] = []
    line = ""
    for word in clean(words).split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        while width(word, size, bold=bold) > room:
            head = word
            while len(head) > 1 and width(head, size, bold=bold) > room:
                head = head[:-1]
            if found := _BREAKS.match(head):
                head = found[0]
            lines.append(head)
            word = word[len(head) :]
        line = word
    lines += [line] if line else []
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], cut(" ".join(lines[most - 1 :]) + "…", size, room, bold=bold)]


# -- elements -------------------------------------------------------------------------------------------------------


def element(name: str, *inside: str, **attributes: Any) -> str:
    """Return an element. What is inside is markup; attributes (``stroke_width=2``) are not; ``None``: none."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{''.join(inside)}</{name}>" if inside else f"<{name}{said}/>"


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return escaped(str(value))


def title(words: str) -> str:
    """Return the element that names another, as a tooltip and for readers."""
    return f"<title>{escaped(words)}</title>"


def text(
    x: float,
    y: float,
    words: str,
    size: float = 12,
    *,
    anchor: str = "start",
    fill: str = "ink",
    bold: bool = False,
    class_: str | None = None,
) -> str:
    """Return one line of text; ``fill`` is one of :data:`COLOURS`."""
    return element(
        "text",
        escaped(words),
        x=float(x),
        y=float(y),
        font_size=size,
        text_anchor=None if anchor == "start" else anchor,
        font_weight=600 if bold else None,
        fill=colour(fill),
        class_=class_,
    )


def document(
    ident: str, wide: float, high: float, name: str, description: str, parts: Iterable[str], *, class_: str = ""
) -> str:
    """Return a figure: an ``svg`` element to be put in a page. Raises UsageError where the id is none."""
    if not _IDENT.fullmatch(ident):
        raise UsageError(f"{ident!r} is no id of a figure: letters, digits, - and _, a letter first")
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{ident}" class="{f"figure {class_}".strip()}" '
        f'viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}" height="{high:.0f}" role="img" '
        f'aria-labelledby="{ident}-title {ident}-desc" font-family="{FONT}">'
    )
    named = f'<title id="{ident}-title">{escaped(name)}</title><desc id="{ident}-desc">{escaped(description)}</desc>'
    return "\n".join([head, named, *parts, "</svg>", ""])


def standalone(figure: str) -> str:
    """Return a figure as a file of its own: on white, with plain colours that every program reads."""
    plain = _VARIABLE.sub(r'="\1"', figure)
    head = _HEAD.match(plain)
    assert head is not None, "a figure is an svg element"
    ground = f'<rect width="100%" height="100%" fill="{COLOURS["surface"][1]}"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head[0]}\n{ground}{plain[head.end() :]}'
