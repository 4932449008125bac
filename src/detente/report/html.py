"""Results in a notebook: small self-contained HTML tables. Every label is escaped."""

from __future__ import annotations

from html import escape

from detente.analysis.analyze import Analysis
from detente.conflict.conflict import Conflict
from detente.errors import printable
from detente.report.speech import _
from detente.report.terminal import MOST_SHOWN
from detente.report.words import more_words, parties_words, reading_words, state_words, title_words


def conflict_html(conflict: Conflict) -> str:
    """Return who decides and what each can do as HTML."""
    rows = "".join(
        f"<tr><td>{_safe(dm.label)}</td><td style='text-align:left'>"
        + "; ".join(
            _safe(option.label)
            + ("" if option.binary else f" ({_safe(', '.join(value.id for value in option.values))})")
            for option in dm.options
        )
        + "</td></tr>"
        for dm in conflict.decision_makers
    )
    readings = ", ".join(reading_words(conflict, reading.id) for reading in conflict.readings)
    counts = parties_words(conflict)
    if len(conflict.readings) > 1:
        counts = _("{parties}, readings: {readings}").format(parties=counts, readings=readings)
    heads = "".join(f"<th>{_safe(head)}</th>" for head in (_("party"), _("options")))
    return (
        f"<h4>{_safe(title_words(conflict))}</h4><p>{_safe(counts)}</p>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def analysis_html(analysis: Analysis) -> str:
    """Return the equilibria of every reading as HTML."""
    graph = analysis.graph
    parts = [f"<h4>{_safe(title_words(analysis.conflict))}</h4>"]
    for name, item in analysis.readings.items():
        found = {key: set(item.equilibria(key).tolist()) for key in item.concepts}
        union = sorted(set().union(*found.values()))
        head = "".join(f"<th>{_safe(key)}</th>" for key in found)
        rows = "".join(
            f"<tr><td>{_safe(graph.space.label(state))}</td>"
            + "".join(f"<td>{'●' if state in states else ''}</td>" for states in found.values())
            + f"<td style='text-align:left'>{_safe(state_words(graph, state))}</td></tr>"
            for state in union[:MOST_SHOWN]
        )
        more = f"<p>{_safe(more_words(len(union) - MOST_SHOWN))}</p>" if len(union) > MOST_SHOWN else ""
        several = len(analysis.readings) > 1
        words = _("reading {reading}").format(reading=reading_words(analysis.conflict, name))
        caption = f"<caption>{_safe(words)}</caption>" if several else ""
        state, what = (f"<th>{_safe(name)}</th>" for name in (_("state"), _("what it is")))
        parts.append(f"<table>{caption}<thead><tr>{state}{head}{what}</tr></thead><tbody>{rows}</tbody></table>{more}")
    return "".join(parts)


def _safe(words: str) -> str:
    return escape(printable(words))
