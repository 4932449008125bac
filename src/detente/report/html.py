"""Results in a notebook: small self-contained HTML tables. Every label is escaped."""

from __future__ import annotations

from html import escape

from detente.analysis.analyze import Analysis
from detente.conflict.conflict import Conflict
from detente.errors import printable
from detente.report.terminal import MOST_SHOWN
from detente.report.words import parties_words, reading_words, state_words


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
    several = f", readings: {_safe(readings)}" if len(conflict.readings) > 1 else ""
    return (
        f"<h4>{_safe(conflict.title)}</h4><p>{_safe(parties_words(conflict))}{several}</p>"
        f"<table><thead><tr><th>party</th><th>options</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def analysis_html(analysis: Analysis) -> str:
    """Return the equilibria of every reading as HTML."""
    graph = analysis.graph
    parts = [f"<h4>{_safe(analysis.conflict.title)}</h4>"]
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
        more = f"<p>… and {len(union) - MOST_SHOWN:,} more</p>" if len(union) > MOST_SHOWN else ""
        several = len(analysis.readings) > 1
        caption = f"<caption>reading {_safe(reading_words(analysis.conflict, name))}</caption>" if several else ""
        parts.append(
            f"<table>{caption}<thead><tr><th>state</th>{head}<th>what it is</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>{more}"
        )
    return "".join(parts)


def _safe(words: str) -> str:
    return escape(printable(words))
