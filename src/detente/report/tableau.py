"""The classic tableau of the field: per party its ranking, the improvements, and r / s / u marks.

As in Fraser & Hipel 1984: r, rational (no improvement); s, stable because every improvement is met; u, unstable. ``E``
stands over a state that is stable for all, ``x`` over one that is not.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import RenderableType

from detente.analysis.analyze import ReadingAnalysis
from detente.errors import UsageError
from detente.report.speech import _
from detente.report.terminal import heading
from detente.report.words import reading_words, text

MOST_STATES = 400


def tableau_view(item: ReadingAnalysis, concept: str, width: int) -> Iterator[RenderableType]:
    """Yield the tableau of one reading under one concept, in blocks that fit the width.

    Raises
    ------
    UsageError
        The model has too many states for a tableau, or the concept was not decided.
    """
    graph, game = item.graph, item.game
    if graph.n_states > MOST_STATES:
        raise UsageError(
            f"a tableau has room for {MOST_STATES} states, and this model has {graph.n_states:,}; leave out --tableau"
        )
    holding = set(item.equilibria(concept).tolist())
    nash = "nash" if "nash" in item.verdicts.packed else None
    several = len(graph.conflict.readings) > 1
    words = _("Tableau, {concept}, reading {reading}") if several else _("Tableau, {concept}")
    yield heading(words.format(concept=concept.upper(), reading=reading_words(graph.conflict, item.reading)))
    for i in game.parties:
        dm = game.movers[i].name
        ranks = game.ranks(i)
        stable = item.stable(concept, dm)
        rational = item.stable(nash, dm) if nash else np.zeros(graph.n_states, dtype=bool)
        order = np.lexsort((np.arange(graph.n_states), -ranks))
        columns = []
        for position, state in enumerate(order.tolist()):
            targets = game.movers[i].moves.expand(np.array([state], dtype=np.int32))[1]
            better = targets[ranks[targets] > ranks[state]]
            better = better[np.argsort(-ranks[better], kind="stable")]
            mark = "r" if rational[state] else "s" if stable[state] else "u"
            tie = position > 0 and ranks[order[position - 1]] == ranks[state]
            columns.append(
                [
                    "E" if state in holding else "x",
                    mark,
                    ("~" if tie else "") + graph.space.label(state),
                    *[graph.space.label(int(t)) for t in better],
                ]
            )
        yield text("")
        yield text(graph.conflict.decision_maker(dm).label, "bold")
        yield from _blocks(columns, width)
    yield text("")
    words = _(
        "Best state first (~ tied with the one before); below each state, the improvements from it. r: no improvement; "
        "s: every improvement is met; u: unstable. E: equilibrium."
    )
    yield text(words, "dim")


def _blocks(columns: list[list[str]], width: int) -> Iterator[RenderableType]:
    cell = max(len(word) for column in columns for word in column) + 2
    per_block = max(1, (width - 2) // cell)
    for begin in range(0, len(columns), per_block):
        block = columns[begin : begin + per_block]
        for row in range(max(map(len, block))):
            yield text(
                "".join((column[row] if row < len(column) else "").ljust(cell) for column in block).rstrip(),
                "" if row else "dim",
            )
        if begin + per_block < len(columns):
            yield text("")
