"""A comparison in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.compare import Comparison, ConceptDifference
from detente.report.listing import Listing
from detente.report.speech import N_, _, counted, number
from detente.report.terminal import heading
from detente.report.terms import said, said_as
from detente.report.words import absent_words, reading_words, short, state_words, text, title_words

MOST_STATES = 8
"""States of one concept and one side before the rest is counted instead of shown."""


def comparison_view(found: Comparison, *, everything: bool = False) -> Iterator[RenderableType]:
    """Yield what differs between two sides; long lists of states are cut unless ``everything`` is asked for."""
    for letter, one in (("A", found.a), ("B", found.b)):
        words = f"{letter}: {title_words(one.conflict) if one.conflict.title else ''} ({one.called})"
        if len(one.conflict.readings) > 1:
            reading = reading_words(one.conflict, one.reading)
            words = _("{side}, reading {reading}").format(side=words, reading=reading)
        yield text(words, "bold")
    if found.same:
        yield text(_("Nothing differs: the same premises, the same equilibria."))
        yield from _absent(found)
        return
    if found.comparable:
        words = _("States cannot be matched: {why}. Outcomes are compared by name.")
        yield text(words.format(why=said(found.comparable)))
    yield heading(_("What can hold"))
    if found.concepts:
        yield _concepts(found)
    yield from _absent(found)
    if not found.comparable:
        for item in found.concepts:
            yield from _differing_states(found, item, everything)
    if found.lenses:
        yield heading(_("Lenses that differ"))
        for dm, a, b in found.lenses:
            yield text(_lenses(found, dm, a, b))
    if found.premises:
        yield heading(_("Premises that differ"))
        table = Listing(_("premise"), "A", "B")
        for premise in found.premises:
            sides = (said_as(N_("{order}, then {lens}"), said(side or "")) or "–" for side in (premise.a, premise.b))
            table.add_row(text(said(premise.id)), *map(text, sides))
        yield table


def _absent(found: Comparison) -> Iterator[RenderableType]:
    for key, why in found.absent.items():
        yield text(absent_words(key, why), "dim")


def _concepts(found: Comparison) -> RenderableType:
    counts = (_("only A"), _("both"), _("only B"))
    table = Listing(_("concept"), *counts, _("outcomes only A"), _("outcomes only B"), right=counts)
    for item in found.concepts:
        name = item.concepts[0] if item.concepts[0] == item.concepts[1] else " / ".join(item.concepts)
        sides = ((found.a.conflict, item.outcomes_only_a), (found.b.conflict, item.outcomes_only_b))
        table.add_row(
            text(name),
            text(number(len(item.only_a))),
            text("?" if found.comparable else number(len(item.both))),
            text(number(len(item.only_b))),
            *[text("; ".join(conflict.outcome(name).label for name in names) or "·") for conflict, names in sides],
        )
    return table


def _differing_states(found: Comparison, item: ConceptDifference, everything: bool) -> Iterator[RenderableType]:
    sides = (("A", found.graph_a, item.only_a), ("B", found.graph_b, item.only_b))
    for (letter, graph, numbers), concept in zip(sides, item.concepts, strict=True):
        shown = numbers if everything else numbers[:MOST_STATES]
        for state in shown:
            words = _("{concept}, only {side}: state {state}: {words}").format(
                concept=concept,
                side=letter,
                state=graph.space.label(state - 1),
                words=state_words(graph, state - 1),
            )
            yield text(short(words, 300), "dim")
        if len(shown) < len(numbers):
            words = counted(
                "… and {n} more under {concept}, only {side} (--all shows them; JSON and CSV have them)",
                "… and {n} more under {concept}, only {side} (--all shows them; JSON and CSV have them)",
                len(numbers) - len(shown),
                concept=concept,
                side=letter,
            )
            yield text(words, "dim")


def _lenses(found: Comparison, dm: str, a: str, b: str) -> str:
    """Return which lens a party has on each side; a dash stands for a party that a side has not."""
    sides = [(one.conflict, lens) for one, lens in ((found.a, a), (found.b, b)) if lens != "–"]
    name = sides[0][0].decision_maker(dm).label
    if len(sides) == 1:
        return _("{name}: only in {side}").format(name=name, side="A" if b == "–" else "B")
    return f"{name}: " + " → ".join(conflict.decision_maker(dm).lens(lens).label for conflict, lens in sides)
