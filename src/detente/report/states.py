"""The states in a terminal: the option table, rankings, and which statements hold where."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import RenderableType

from detente.analysis.states import PartyView, States
from detente.report.listing import Listing
from detente.report.sentences import dm_name
from detente.report.speech import _, counted
from detente.report.terminal import heading, model_head, option_rows, reading_line
from detente.report.words import cells, outcomes_words, short, states_words, text

MOST_ACROSS = 60
"""States of the option table; more are listed one a line."""
MOST_ROWS = 100
"""States of a list or a ranking before the rest is counted."""


def states_view(result: States, width: int, *, everything: bool = False) -> Iterator[RenderableType]:
    """Yield the option table, each party's ranking, and statements by state.

    Long lists are cut, with a count of the rest, unless ``everything`` is asked for.
    """
    graph = result.graph
    most = len(result.shown) if everything else MOST_ROWS
    yield from model_head(graph)
    yield from reading_line(graph.conflict, result.reading)
    if len(result.shown) < graph.n_states:
        yield text(counted("{n} state shown", "{n} states shown", len(result.shown)), "dim")
    if not len(result.shown):
        return
    yield heading(_("Options"))
    if len(result.shown) <= MOST_ACROSS:
        widest = (
            max(len(v) for column in cells(graph, result.shown).values() for v in column)
            if graph.conflict.options
            else 1
        )
        widest = max(widest, max(len(graph.space.label(s)) for s in result.shown.tolist()))
        yield from option_rows(graph, result.shown, max(1, (width - 34) // (widest + 2)))
    else:
        yield from _list(result, most)
    for view in result.views:
        yield from _ranking(result, view, most)


def _list(result: States, most: int) -> Iterator[RenderableType]:
    """Yield one line a state: the options as a string, first option left, grouped by decision maker."""
    graph = result.graph
    shown = result.shown[:most]
    values = cells(graph, shown)
    owners = [dm for dm in graph.conflict.decision_makers if dm.options]
    heads = [f"{dm.label}: {', '.join(option.label for option in dm.options)}" for dm in owners]
    yield text(_("From left to right: {options}").format(options=" | ".join(heads)), "dim")
    keys = [[f"{dm.id}.{option.id}" for option in dm.options] for dm in owners]
    classes = graph.conflict.classes
    table = Listing(_("state"), _("options"), _("outcome") if classes else _("outcomes"))
    for row, state in enumerate(shown.tolist()):
        pattern = " | ".join(" ".join(values[key][row] for key in group) for group in keys)
        names = (
            graph.conflict.outcome(classes[graph.class_of[state]]).label
            if graph.class_of is not None
            else outcomes_words(graph, state)
        )
        table.add_row(text(graph.space.label(state)), text(pattern), text(names))
    yield table
    if len(result.shown) > most:
        yield text(_more(len(result.shown) - most), "dim")


def _more(n: int) -> str:
    return counted(
        "… and {n} more (--all or --format csv for all; --where selects)",
        "… and {n} more (--all or --format csv for all; --where selects)",
        n,
    )


def _ranking(result: States, view: PartyView, most: int) -> Iterator[RenderableType]:
    graph = result.graph
    lens = graph.conflict.decision_maker(view.dm).lens(view.lens)
    name = dm_name(graph.conflict, view.dm)
    name = f"{name} ({lens.label})" if lens.id != "default" else name
    yield heading(counted("{name}: {n} rank, best first", "{name}: {n} ranks, best first", view.n_ranks, name=name))
    order = np.lexsort((result.shown, -view.ranks))
    words: list[str] = []
    previous = None
    for k in order[:most].tolist():
        label = graph.space.label(int(result.shown[k]))
        words.append(f"~ {label}" if view.ranks[k] == previous else f"> {label}" if words else label)
        previous = view.ranks[k]
    yield text(" ".join(words))
    if len(order) > most:
        yield text(_more(len(order) - most), "dim")
    if not view.statements or len(result.shown) > MOST_ACROSS:
        counts = view.satisfied.sum(axis=0) if len(view.statements) else []
        for statement, count in zip(view.statements, counts, strict=True):
            yield text(f"  {short(statement.says(), 90)}: {states_words(int(count))}", "dim")
        return
    table = Listing(_("statement"), _("holds in"))
    for index, statement in enumerate(view.statements):
        holding = [graph.space.label(s) for s in result.shown[view.satisfied[:, index]].tolist()]
        table.add_row(text(statement.says()), text(" ".join(holding) or _("no state")))
    yield table
