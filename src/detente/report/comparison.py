"""A comparison in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.compare import Comparison, ConceptDifference
from detente.report.listing import Listing
from detente.report.terminal import heading
from detente.report.words import reading_words, short, state_words, text

MOST_STATES = 8
"""States of one concept and one side before the rest is counted instead of shown."""


def comparison_view(found: Comparison, *, everything: bool = False) -> Iterator[RenderableType]:
    """Yield what differs between two sides; long lists of states are cut unless ``everything`` is asked for."""
    for letter, one in (("A", found.a), ("B", found.b)):
        words = f"{letter}: {one.conflict.title} ({one.called})"
        if len(one.conflict.readings) > 1:
            words += f", reading {reading_words(one.conflict, one.reading)}"
        yield text(words, "bold")
    if found.same:
        yield text("Nothing differs: the same premises, the same equilibria.")
        yield from _absent(found)
        return
    if found.comparable:
        yield text(f"States cannot be matched: {found.comparable}. Outcomes are compared by name.")
    yield heading("What can hold")
    if found.concepts:
        yield _concepts(found)
    yield from _absent(found)
    if not found.comparable:
        for item in found.concepts:
            yield from _differing_states(found, item, everything)
    if found.lenses:
        yield heading("Lenses that differ")
        for dm, a, b in found.lenses:
            yield text(_lenses(found, dm, a, b))
    if found.premises:
        yield heading("Premises that differ")
        table = Listing("premise", "A", "B")
        for premise in found.premises:
            table.add_row(text(premise.id), text(premise.a or "–"), text(premise.b or "–"))
        yield table


def _absent(found: Comparison) -> Iterator[RenderableType]:
    for key, why in found.absent.items():
        yield text(f"{key}: not decided; {why}", "dim")


def _concepts(found: Comparison) -> RenderableType:
    table = Listing(
        "concept", "only A", "both", "only B", "outcomes only A", "outcomes only B", right=("only A", "both", "only B")
    )
    for item in found.concepts:
        name = item.concepts[0] if item.concepts[0] == item.concepts[1] else " / ".join(item.concepts)
        sides = ((found.a.conflict, item.outcomes_only_a), (found.b.conflict, item.outcomes_only_b))
        table.add_row(
            text(name),
            text(f"{len(item.only_a):,}"),
            text("?" if found.comparable else f"{len(item.both):,}"),
            text(f"{len(item.only_b):,}"),
            *[text("; ".join(conflict.outcome(name).label for name in names) or "·") for conflict, names in sides],
        )
    return table


def _differing_states(found: Comparison, item: ConceptDifference, everything: bool) -> Iterator[RenderableType]:
    sides = (("A", found.graph_a, item.only_a), ("B", found.graph_b, item.only_b))
    for (letter, graph, numbers), concept in zip(sides, item.concepts, strict=True):
        shown = numbers if everything else numbers[:MOST_STATES]
        for number in shown:
            words = f"{concept}, only {letter}: state {graph.space.label(number - 1)}: "
            yield text(short(words + state_words(graph, number - 1), 300), "dim")
        if len(shown) < len(numbers):
            left = f"… and {len(numbers) - len(shown):,} more under {concept}, only {letter}"
            yield text(f"{left} (--all shows them; JSON and CSV have them)", "dim")


def _lenses(found: Comparison, dm: str, a: str, b: str) -> str:
    """Return which lens a party has on each side; a dash stands for a party that a side has not."""
    sides = [(one.conflict, lens) for one, lens in ((found.a, a), (found.b, b)) if lens != "–"]
    name = sides[0][0].decision_maker(dm).label
    if len(sides) == 1:
        return f"{name}: only in {'A' if b == '–' else 'B'}"
    return f"{name}: " + " → ".join(conflict.decision_maker(dm).lens(lens).label for conflict, lens in sides)
