"""Where play from a state comes to rest, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import RenderableType

from detente.analysis.evolution import Evolution
from detente.report.listing import Listing
from detente.report.speech import _, counted, decimal
from detente.report.terminal import heading, model_head, reading_line
from detente.report.terms import sentences_said
from detente.report.words import listed_words, short, state_words, states_words, text

MOST_CLOSED = 12
"""Places where play comes to rest that are shown before the rest is counted."""


def evolution_view(found: Evolution) -> Iterator[RenderableType]:
    """Yield the shares of outcomes, and where play comes to rest, with the rule they follow from."""
    graph = found.graph
    yield from model_head(graph)
    yield from reading_line(graph.conflict, found.reading)
    yield text(rule_words(found.rule), "dim")
    begins = listed_words([graph.space.label(state) for state in found.starts.tolist()], MOST_CLOSED)
    words = _("From state {starts} play comes to {states}; it comes to rest after {moves} moves on average.")
    if len(found.shares) < np.count_nonzero(found.closed_of >= 0):
        words = _(
            "From state {starts} play comes to {states}; after {moves} moves on average it never leaves some of them."
        )
    states = states_words(len(found.steps.states))
    yield text(words.format(starts=begins, states=states, moves=decimal(found.moves, 1)))
    shares = found.classes or found.outcomes
    if shares:
        yield heading(_("Shares under this rule"))
        table = Listing(_("outcome"), _("share"), right=(_("share"),))
        for name, share in sorted(shares.items(), key=lambda item: -item[1]):
            if share > 0:
                table.add_row(text(graph.conflict.outcome(name).label), text(share_words(share)))
        if found.elsewhere > 0:
            table.add_row(text(_("none of the outcomes")), text(share_words(found.elsewhere)))
        yield table
    yield heading(_("Where play comes to rest"))
    table = Listing(_("share"), _("states"), _("what it is"), right=(_("share"),))
    order = np.argsort(-found.shares, kind="stable").tolist()
    for k in order[:MOST_CLOSED]:
        closed = found.closed(k)
        if len(closed) == 1:
            words = short(state_words(graph, int(closed[0])), 300)
        else:
            words = counted("goes round among {n} state for ever", "goes round among {n} states for ever", len(closed))
        listed = " ".join(graph.space.label(state) for state in closed[:6].tolist())
        listed += " …" if len(closed) > 6 else ""
        table.add_row(text(share_words(float(found.shares[k]))), text(listed), text(words))
    yield table
    if len(order) > MOST_CLOSED:
        rest = float(found.shares[order[MOST_CLOSED:]].sum())
        words = counted(
            "… and {n} more, {share} together (JSON has them all)",
            "… and {n} more, {share} together (JSON has them all)",
            len(order) - MOST_CLOSED,
            share=share_words(rest),
        )
        yield text(words, "dim")
    yield text("")
    yield text(_("Shares follow from the moving rule alone. They are no probabilities of events."), "dim")


def rule_words(rule: str) -> str:
    """Return the moving rule, as a line of its own."""
    return _("Moving rule: {rule}").format(rule=sentences_said(rule))


def share_words(share: float) -> str:
    """Return a share in per cent; one that is not nothing is never shown as nothing."""
    if 0 < share < 0.001:
        return f"<{decimal(0.1, 1)} %"
    return f"{decimal(100 * share, 1)} %"
