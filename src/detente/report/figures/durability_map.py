"""What lasts when lenses change: outcomes down, readings across, a mark where some state of the outcome holds."""

from __future__ import annotations

from detente.analysis.durability import Durability, OutcomeDurability
from detente.errors import UsageError
from detente.report.figures.legend import Entry, legend
from detente.report.figures.state_words import concept_word
from detente.report.figures.svg import colour, document, element, text, title, width, wrapped
from detente.report.speech import _, ngettext, number, percent

MOST_READINGS = 12
"""Readings that have a column each; of more there is one bar: in how many of them an outcome holds."""
LABEL, CELL, BAR, KIND = 210.0, 92.0, 260.0, 130.0
SIZE, SMALL = 12.0, 11.0
LINE_HEIGHT = 14.5
LEAST_ROW = 30.0
HEAD = 72.0
LEFT = 12.0

SIGNS = {
    "lasting": ("●", "good", "held"),
    "brittle": ("◉", "good", "held"),
    "shifting": ("◆", "fair", "partly-held"),
    "provisional": ("◐", "fair", "partly-held"),
    "latent": ("◑", "fair", "partly-held"),
    "conditional": ("○", "bad", "not-held"),
    "untenable": ("✕", "bad", "not-held"),
}
"""For each durability a sign, the colour of its word and of its ground."""


def durability_map_svg(found: Durability, *, concept: str | None = None, ident: str = "durability") -> str:
    """Return the durability of outcomes under one concept, the first by default, as an ``svg`` element.

    Raises UsageError where the concept was not examined.
    """
    key = next(iter(found.held)) if concept is None else concept
    if key not in found.held:
        raise UsageError(f"{key!r} was not examined; there are: {', '.join(found.held)}")
    outcomes = found.outcomes(key)
    columns = [mix.id for mix in found.mixes] if len(found.mixes) <= MOST_READINGS else []
    right = LEFT + LABEL + (CELL * len(columns) if columns else BAR)
    wide = right + KIND + LEFT
    parts = _head(found, columns, right)
    y = HEAD
    for item in outcomes:
        row, high = _row(found, key, item, columns, y, right)
        parts.append(row)
        y += high
    if not outcomes:
        parts.append(text(LEFT, y + 18, _("The model names no outcomes."), SIZE, fill="muted"))
        y += LEAST_ROW
    entries = [
        Entry("mark", f"{_(kind)}: {_meaning(kind)}", mark=SIGNS[kind][0])
        for kind in SIGNS
        if any(item.kind == kind for item in outcomes)
    ]
    if columns and outcomes:
        entries.append(Entry("note", _("Numbers: how many of its states hold in that reading.")))
    below, high = legend(entries, LEFT, wide - LEFT, y + 16)
    name = found.conflict.title or _("Untitled conflict")
    return document(
        ident,
        wide,
        high + 10,
        _("Durability of outcomes under {concept}: {title}").format(concept=concept_word(key), title=name),
        "; ".join(f"{_label(found, item)}: {_(item.kind)}" for item in outcomes) + ".",
        [*parts, element("g", *below, class_="legend")],
        class_="durability-map",
    )


def _meaning(kind: str) -> str:
    return {
        "lasting": _("holds in every reading examined"),
        "brittle": _("holds now and later, but not in every reading examined"),
        "shifting": _("holds now and later, but in different states"),
        "provisional": _("holds now, not later"),
        "latent": _("holds later, not now"),
        "conditional": _("holds neither now nor later, but in some other reading"),
        "untenable": _("holds in no reading examined"),
    }[kind]


def _label(found: Durability, item: OutcomeDurability) -> str:
    return found.conflict.outcome(item.outcome).label


def _reading(found: Durability, name: str) -> str:
    known = {reading.id: reading.label for reading in found.conflict.readings}
    return known.get(name, name)


def _head(found: Durability, columns: list[str], right: float) -> list[str]:
    parts = []
    for place, name in enumerate(columns):
        middle = LEFT + LABEL + CELL * (place + 0.5)
        lines = wrapped(_reading(found, name), SMALL, CELL - 8, 3)
        said = [word for mix, word in ((found.now, _("now")), (found.later, _("later"))) if mix.id == name]
        if said:
            parts.append(text(middle, 14, ", ".join(said), SMALL, anchor="middle", bold=True))
        for row, line in enumerate(lines):
            parts.append(text(middle, 31 + 14 * row, line, SMALL, anchor="middle", fill="muted"))
    if not columns:
        words = ngettext(
            "in how many of {n} combinations of lenses it holds",
            "in how many of {n} combinations of lenses it holds",
            len(found.mixes),
        ).format(n=number(len(found.mixes)))
        for row, line in enumerate(wrapped(words, SMALL, BAR - 12, 2)):
            parts.append(text(LEFT + LABEL, 31 + 14 * row, line, SMALL, fill="muted"))
    parts.append(text(right + 12, 31, _("durability"), SMALL, fill="muted"))
    parts.append(_rule(HEAD - 6, right + KIND, "line"))
    return parts


def _rule(y: float, right: float, tone: str) -> str:
    return element("path", d=f"M{LEFT:.1f} {y:.1f}H{right:.1f}", stroke=colour(tone), stroke_width=1)


def _row(
    found: Durability, concept: str, item: OutcomeDurability, columns: list[str], y: float, right: float
) -> tuple[str, float]:
    lines = wrapped(_label(found, item), SIZE, LABEL - 16, 3)
    high = max(LEAST_ROW, LINE_HEIGHT * len(lines) + 12)
    middle = y + high / 2
    sign, tone, ground = SIGNS[item.kind]
    parts = [title(f"{_label(found, item)}: {_(item.kind)} – {_meaning(item.kind)}")]
    first = middle - LINE_HEIGHT * (len(lines) - 1) / 2 + 4
    parts += [text(LEFT, first + LINE_HEIGHT * row, line, SIZE) for row, line in enumerate(lines)]
    states = found.graph.outcome(item.outcome)
    counts = (found.held[concept] & states).sum(axis=1).tolist()
    if columns:
        for place, count in enumerate(counts):
            x = LEFT + LABEL + CELL * place
            if not count:
                parts.append(text(x + CELL / 2, middle + 4, "·", SIZE, anchor="middle", fill="muted"))
                continue
            parts.append(
                element(
                    "rect",
                    x=x + 8,
                    y=y + 4,
                    width=CELL - 16,
                    height=high - 8,
                    rx=3,
                    fill=colour("held"),
                    stroke=colour("good"),
                    stroke_width=1,
                )
            )
            parts.append(text(x + CELL / 2, middle + 4, number(count), SIZE, anchor="middle", fill="good", bold=True))
    else:
        share = item.n_held / len(found.mixes)
        x, long = LEFT + LABEL, BAR - 90
        parts.append(element("rect", x=x, y=middle - 6, width=float(long), height=12, fill=colour("raised")))
        parts.append(element("rect", x=x, y=middle - 6, width=long * share, height=12, fill=colour("good")))
        parts.append(text(x + long + 8, middle + 4, percent(share), SMALL))
    parts.append(element("rect", x=right + 8, y=y + 4, width=KIND - 16, height=high - 8, rx=3, fill=colour(ground)))
    parts.append(text(right + 16, middle + 4, sign, SIZE, fill=tone))
    word = _(item.kind)
    size = SIZE if width(word, SIZE) <= KIND - 46 else SMALL
    parts += [text(right + 34, middle + 4, line, size, fill=tone) for line in wrapped(word, size, KIND - 44, 1)]
    parts.append(_rule(y + high, right + KIND, "pale"))
    return element("g", *parts, class_="outcome", data_outcome=item.outcome), high
