"""Where play from a state comes to rest, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import RenderableType

from detente.analysis.evolution import Evolution
from detente.report.listing import Listing
from detente.report.sentences import plural
from detente.report.terminal import heading, model_head, reading_line
from detente.report.words import short, state_words, text

MOST_CLOSED = 12
"""Places where play comes to rest that are shown before the rest is counted."""


def evolution_view(found: Evolution) -> Iterator[RenderableType]:
    """Yield the shares of outcomes, and where play comes to rest, with the rule they follow from."""
    graph = found.graph
    yield from model_head(graph)
    yield from reading_line(graph.conflict, found.reading)
    yield text(f"Moving rule: {found.rule}", "dim")
    begins = " ".join(graph.space.label(state) for state in found.starts[:MOST_CLOSED].tolist())
    more = f" … and {len(found.starts) - MOST_CLOSED:,} more" if len(found.starts) > MOST_CLOSED else ""
    yield text(
        f"From state {begins}{more} play comes to {plural(len(found.steps.states), 'state')}; "
        f"it comes to rest after {found.moves:.1f} moves on average."
    )
    yield heading("Shares under this rule")
    table = Listing("outcome", "share", right=("share",))
    shares = found.classes or found.outcomes
    for name, share in sorted(shares.items(), key=lambda item: -item[1]):
        if share > 0:
            table.add_row(text(graph.conflict.outcome(name).label), text(share_words(share)))
    yield table
    yield heading("Where play comes to rest")
    table = Listing("share", "states", "what it is", right=("share",))
    order = np.argsort(-found.shares, kind="stable").tolist()
    for k in order[:MOST_CLOSED]:
        states = found.closed(k)
        if len(states) == 1:
            words = short(state_words(graph, int(states[0])), 300)
        else:
            words = f"goes round among {plural(len(states), 'state')} for ever"
        listed = " ".join(graph.space.label(state) for state in states[:6].tolist())
        listed += " …" if len(states) > 6 else ""
        table.add_row(text(share_words(float(found.shares[k]))), text(listed), text(words))
    yield table
    if len(order) > MOST_CLOSED:
        rest = float(found.shares[order[MOST_CLOSED:]].sum())
        yield text(f"… and {len(order) - MOST_CLOSED:,} more, {share_words(rest)} together (JSON has them all)", "dim")
    yield text("")
    yield text("Shares follow from the moving rule alone. They are no probabilities of events.", "dim")


def share_words(share: float) -> str:
    """Return a share in per cent; one that is not nothing is never shown as nothing."""
    if 0 < share < 0.001:
        return "<0.1 %"
    return f"{100 * share:.1f} %"
