"""Dated relations over time: the level of each as steps, with turning points that were found and that are declared."""

from __future__ import annotations

from datetime import date as Day

from detente.analysis.relations import RelationsResult
from detente.conflict.relations import Relation, day_of
from detente.errors import UsageError
from detente.report.figures.legend import Entry, legend
from detente.report.figures.signed_graph import level_words
from detente.report.figures.svg import colour, document, element, text, title, wrapped
from detente.report.speech import _, number

MOST = 16
"""Relations that are drawn, in the order of the model."""
LEFT, LABEL, PLOT, RIGHT = 12.0, 190.0, 470.0, 46.0
ROW, HALF = 64.0, 22.0
SIZE, SMALL = 12.0, 11.0
HEAD = 12.0
MOST_YEARS = 8


def timeline_svg(found: RelationsResult, *, ident: str = "timeline") -> str:
    """Return the dated relations of a web as an ``svg`` element. Raises UsageError where there are none."""
    names = {item.id: item.label for item in (*found.conflict.decision_makers, *found.conflict.outsiders)}
    dated = [relation for relation in found.conflict.relations if relation.dated]
    if not dated:
        raise UsageError("no relation of the model has dates")
    days = [day_of(when) for relation in dated for when, _level in relation.levels]
    days += [day_of(turn.id) for relation in dated for turn in relation.turns]
    first, last = min(days), max(days)
    span = max((last - first).days, 1)

    def across(day: Day) -> float:
        return LEFT + LABEL + PLOT * (day - first).days / span

    shown = dated[:MOST]
    wide = LEFT + LABEL + PLOT + RIGHT
    bottom = HEAD + ROW * len(shown)
    parts = _years(first, last, bottom, across(last), span)
    for place, relation in enumerate(shown):
        middle = HEAD + ROW * place + ROW / 2
        parts.append(
            _row(found, relation, names, middle, [(day_of(w), float(v)) for w, v in relation.levels], first, span)
        )
    entries = [Entry("line", _("level: +1 allies, −1 adversaries"), colour("mover-1"))]
    if any(points.found for points in found.turning_points.values()):
        entries.append(Entry("mark", _("turning point that the series shows"), mark="▲"))
    if any(relation.turns for relation in shown):
        entries.append(Entry("mark", _("turning point that is declared"), mark="▽"))
    if len(dated) > MOST:
        entries.append(Entry("note", _("{n} more relations are not drawn").format(n=number(len(dated) - MOST))))
    below, high = legend(entries, LEFT, wide - LEFT, bottom + 34)
    name = found.conflict.title or _("Untitled conflict")
    said = "; ".join(f"{_label(relation, names)}: {_series(relation)}" for relation in shown)
    return document(
        ident,
        wide,
        high + 10,
        _("Relations over time: {title}").format(title=name),
        said,
        [*parts, element("g", *below, class_="legend")],
        class_="timeline",
    )


def _label(relation: Relation, names: dict[str, str]) -> str:
    return relation.name or " – ".join(names[node] for node in relation.between)


def _series(relation: Relation) -> str:
    return ", ".join(f"{when} {level_words(float(level))}" for when, level in relation.levels)


def _years(first: Day, last: Day, bottom: float, right: float, span: int) -> list[str]:
    """Return the dates below: the first of some years, or the two ends where there are too few."""
    years = list(range(first.year + (first > Day(first.year, 1, 1)), last.year + 1))
    step = -(-len(years) // MOST_YEARS) if years else 1
    marks = [(Day(year, 1, 1), str(year)) for year in years[::step]]
    if len(marks) < 2:
        marks = [(first, first.isoformat()), (last, last.isoformat())] if first < last else [(first, first.isoformat())]
    parts = []
    for day, words in marks:
        x = LEFT + LABEL + PLOT * (day - first).days / span
        parts.append(element("path", d=f"M{x:.1f} {HEAD:.1f}V{bottom:.1f}", stroke=colour("pale"), stroke_width=1))
        parts.append(text(x, bottom + 16, words, SMALL, anchor="middle", fill="muted"))
    return parts


def _row(
    found: RelationsResult,
    relation: Relation,
    names: dict[str, str],
    middle: float,
    series: list[tuple[Day, float]],
    first: Day,
    span: int,
) -> str:
    def across(day: Day) -> float:
        return LEFT + LABEL + PLOT * (day - first).days / span

    end = LEFT + LABEL + PLOT
    lines = wrapped(_label(relation, names), SIZE, LABEL - 26, 3)
    top = middle - 7.5 * (len(lines) - 1) + 4
    parts = [title(_label(relation, names))]
    parts += [text(LEFT, top + 15 * row, line, SIZE) for row, line in enumerate(lines)]
    parts.append(
        element("path", d=f"M{LEFT + LABEL:.1f} {middle:.1f}H{end:.1f}", stroke=colour("line"), stroke_width=0.8)
    )
    words: list[str] = []
    for day, level in series:
        y = middle - HALF * level
        words.append(f"H{across(day):.1f}V{y:.1f}" if words else f"M{across(day):.1f} {y:.1f}")
    words.append(f"H{end:.1f}")
    parts.append(
        element("path", d="".join(words), fill="none", stroke=colour("mover-1"), stroke_width=2, class_="level")
    )
    parts.append(text(end + 8, middle - HALF * series[-1][1] + 4, level_words(series[-1][1]), SMALL))
    points = found.turning_points.get(relation.id)
    for one in points.found if points is not None else ():
        parts.append(text(across(one.date), middle + HALF + 9, "▲", SMALL, anchor="middle", fill="bad"))
    for turn in relation.turns:
        parts.append(text(across(day_of(turn.id)), middle - HALF - 1, "▽", SMALL, anchor="middle", fill="ink"))
    return element("g", *parts, class_="relation", data_relation=relation.id)
