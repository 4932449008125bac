"""A conflict phase by phase, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.phases import PhaseEnd, PhaseResult, PhaseTree
from detente.report.evolution import share_words
from detente.report.listing import Listing
from detente.report.sentences import dm_name, joined, plural
from detente.report.terminal import heading
from detente.report.words import outcomes_words, short, state_words, text

MOST_ENDS = 10


def phases_view(tree: PhaseTree) -> Iterator[RenderableType]:
    """Yield phase after phase: where it begins, where it ends and by which way, and the shares of outcomes."""
    yield text(tree.conflict.title or "Untitled conflict", "bold")
    yield text(f"{plural(len(tree.phases), 'phase')}; reading {tree.reading} where a phase names none", "dim")
    for number, item in enumerate(tree.phases, 1):
        date = f", from {item.phase.date}" if item.phase.date else ""
        yield heading(f"Phase {number}: {item.phase.label}{date}")
        if item.phase.because:
            yield text(item.phase.because, "dim")
        for branch in item.branches:
            words = short(state_words(item.graph, branch.start), 300)
            share = "" if branch.share > 1 - 1e-9 else f" ({share_words(branch.share)} of play)"
            yield text(f"Begins in state {item.graph.space.label(branch.start)}{share}: {words}")
            table = Listing("ends in", "share", "way there", "what it is", right=("share",))
            for end in branch.ends[:MOST_ENDS]:
                table.add_row(
                    text(item.graph.space.label(end.state) + ("" if end.rests else " (goes on)")),
                    text(share_words(end.share)),
                    text(_way(item, end)),
                    text(_what(item, end.state)),
                )
            yield table
            if len(branch.ends) > MOST_ENDS:
                yield text(f"… and {len(branch.ends) - MOST_ENDS:,} more ends (JSON has them all)", "dim")
        shares = [(name, share) for name, share in item.outcomes().items() if share > 0]
        if shares:
            shares.sort(key=lambda pair: -pair[1])
            called = [f"{item.graph.conflict.outcome(n).label} {share_words(s)}" for n, s in shares[:6]]
            yield text(f"At its end: {'; '.join(called)}{' …' if len(shares) > 6 else ''}")
    yield text("")
    if tree.phases:
        yield text(f"Moving rule: {tree.phases[0].rule}", "dim")
    yield text("Numbers of states are those of the phase. Shares follow from the moving rule alone; they are no", "dim")
    yield text("probabilities of events.", "dim")


def _way(item: PhaseResult, end: PhaseEnd) -> str:
    if not end.path:
        return "stays"
    names = [joined([dm_name(item.graph.conflict, dm) for dm in step.by]) for step in end.path]
    return ", ".join(f"{name} → {step.end + 1}" for name, step in zip(names, end.path, strict=True))


def _what(item: PhaseResult, state: int) -> str:
    graph = item.graph
    if graph.class_of is not None:
        return graph.conflict.outcome(graph.conflict.classes[graph.class_of[state]]).label
    return outcomes_words(graph, state) or short(state_words(graph, state), 120)
