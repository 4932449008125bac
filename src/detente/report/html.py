"""Results in a notebook: small self-contained HTML tables. Every label is escaped."""

from __future__ import annotations

from html import escape

from detente.analysis.analyze import Analysis
from detente.report.terminal import MOST_SHOWN
from detente.report.words import state_words


def analysis_html(analysis: Analysis) -> str:
    """Return the equilibria of every reading as HTML."""
    graph = analysis.graph
    parts = [f"<h4>{escape(analysis.conflict.title)}</h4>"]
    for name, item in analysis.readings.items():
        found = {key: set(item.equilibria(key).tolist()) for key in item.concepts}
        union = sorted(set().union(*found.values()))
        head = "".join(f"<th>{escape(key)}</th>" for key in found)
        rows = "".join(
            f"<tr><td>{escape(graph.space.label(state))}</td>"
            + "".join(f"<td>{'●' if state in states else ''}</td>" for states in found.values())
            + f"<td style='text-align:left'>{escape(state_words(graph, state))}</td></tr>"
            for state in union[:MOST_SHOWN]
        )
        more = f"<p>… and {len(union) - MOST_SHOWN:,} more</p>" if len(union) > MOST_SHOWN else ""
        caption = f"<caption>reading {escape(name)}</caption>" if len(analysis.readings) > 1 else ""
        parts.append(
            f"<table>{caption}<thead><tr><th>state</th>{head}<th>what it is</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>{more}"
        )
    return "".join(parts)
