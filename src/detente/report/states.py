"""The states in a terminal: the option table, rankings, and which statements hold where."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import RenderableType

from detente.analysis.states import PartyView, States
from detente.report.listing import Listing
from detente.report.sentences import dm_name, plural
from detente.report.terminal import heading, model_head, option_rows
from detente.report.words import cells, short, text

MOST_ACROSS = 60
MOST_ROWS = 400


def states_view(result: States, width: int) -> Iterator[RenderableType]:
    """Yield the option table, each party's ranking, and statements by state; long lists are cut with a count."""
    graph = result.graph
    yield from model_head(graph)
    if len(result.shown) < graph.n_states:
        yield text(f"{plural(len(result.shown), 'state')} shown", "dim")
    if not len(result.shown):
        return
    yield heading("Options")
    if len(result.shown) <= MOST_ACROSS:
        widest = (
            max(len(v) for column in cells(graph, result.shown).values() for v in column)
            if graph.conflict.options
            else 1
        )
        widest = max(widest, max(len(graph.space.label(s)) for s in result.shown.tolist()))
        yield from option_rows(graph, result.shown, max(1, (width - 34) // (widest + 2)))
    else:
        yield from _list(result)
    for view in result.views:
        yield from _ranking(result, view)


def _list(result: States) -> Iterator[RenderableType]:
    """Yield one line a state: the options as a string, first option left, grouped by decision maker."""
    graph = result.graph
    shown = result.shown[:MOST_ROWS]
    values = cells(graph, shown)
    keys = [[f"{dm.id}.{option.id}" for option in dm.options] for dm in graph.conflict.decision_makers if dm.options]
    yield text("Columns: " + " | ".join(" ".join(k.split(".")[1] for k in group) for group in keys), "dim")
    table = Listing("state", "options", "outcomes")
    for row, state in enumerate(shown.tolist()):
        pattern = " | ".join(" ".join(values[key][row] for key in group) for group in keys)
        names = [name for name, holds in graph.outcomes_of if holds[state]]
        table.add_row(text(graph.space.label(state)), text(pattern), text(", ".join(names)))
    yield table
    if len(result.shown) > MOST_ROWS:
        yield text(f"… and {len(result.shown) - MOST_ROWS:,} more (--where selects; --format csv has all)", "dim")


def _ranking(result: States, view: PartyView) -> Iterator[RenderableType]:
    graph = result.graph
    lens = f" ({view.lens})" if view.lens != "default" else ""
    yield heading(f"{dm_name(graph.conflict, view.dm)}{lens}: {plural(view.n_ranks, 'rank')}, best first")
    order = np.lexsort((result.shown, -view.ranks))
    words: list[str] = []
    previous = None
    for k in order[:MOST_ROWS].tolist():
        label = graph.space.label(int(result.shown[k]))
        words.append(f"~ {label}" if view.ranks[k] == previous else f"> {label}" if words else label)
        previous = view.ranks[k]
    tail = f" … and {len(order) - MOST_ROWS:,} more" if len(order) > MOST_ROWS else ""
    yield text(" ".join(words) + tail)
    if not view.statements or len(result.shown) > MOST_ACROSS:
        counts = view.satisfied.sum(axis=0) if len(view.statements) else []
        for statement, count in zip(view.statements, counts, strict=True):
            yield text(f"  {short(statement.says(), 90)}: {plural(int(count), 'state')}", "dim")
        return
    table = Listing("statement", "holds in")
    for index, statement in enumerate(view.statements):
        holding = [graph.space.label(s) for s in result.shown[view.satisfied[:, index]].tolist()]
        table.add_row(text(statement.says()), text(" ".join(holding) or "no state"))
    yield table
