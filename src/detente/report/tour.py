"""A tour of a conflict: who can do what, what may come of it, what can hold, and why."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.analyze import Analysis, ReadingAnalysis, analyze
from detente.analysis.outlook import nearest
from detente.conflict.conflict import Conflict
from detente.conflict.variant import every_premise
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.report.listing import Listing
from detente.report.speech import N_, _, counted, number
from detente.report.terminal import heading, legend, model_head, outlook_view, reading_view
from detente.report.words import lenses_words, reading_words, state_words, text
from detente.stability.concept import Concept
from detente.stability.registry import CONCEPTS, concept

LAY_WORDS = {
    "nash": N_("no party gains by a move of its own"),
    "gmr": N_("if one gains by a move, the others can undo the gain, whatever it costs them"),
    "smr": N_("as gmr, and one more move does not repair it"),
    "seq": N_("if one gains by a move, the others can undo the gain by moves that they gain by"),
    "sseq": N_("as seq, and one more move does not repair it"),
    "sim": N_("if one gains by a move, others gain at the same moment, and together it is no gain"),
}
"""What a state that holds under a concept is like, for somebody who has never heard of it."""


def lay_words(one: Concept) -> str:
    """Return what a state that holds under a concept is like."""
    return _(LAY_WORDS.get(one.id, one.definition))


def tour(
    conflict: Conflict, called: str, reading: str | None = None, told_under: str = "seq", program: str = "detente"
) -> Iterator[RenderableType]:
    """Yield the tour.

    Parameters
    ----------
    conflict : Conflict
    called : str
        What the user called the model, for the commands to go on with.
    reading : str, optional
        Only this one.
    told_under : str
        The concept that the reasons are told under.
    program : str
        What the user types to run the program.

    Raises
    ------
    UsageError
        The reading or the concept does not exist.
    """
    told = concept(told_under)
    graph = Graph(conflict)
    readings = [conflict.reading(reading).id] if reading else [item.id for item in conflict.readings]
    analysis = analyze(conflict, readings=readings, graph=graph)
    first = analysis.readings[readings[0]]
    if told.id in first.verdicts.absent:
        raise UsageError(f"{told.id} was not decided: {first.verdicts.absent[told.id]}")
    yield from model_head(graph)
    if conflict.source:
        yield text(conflict.source, "dim")
    yield from _parties(graph)
    yield from _holding(first)
    if conflict.classes or conflict.outcomes:
        yield heading(_("Why"))
        yield from outlook_view(first, told.id)
        if len(readings) > 1:
            words = _("The same under other readings: states that hold under {concept}")
            yield heading(words.format(concept=told.id.upper()))
            named = [(item.id, item.label) for item in conflict.readings if item.label != item.id]
            yield text("; ".join(f"{key}: {label}" for key, label in named), "dim")
            yield _by_reading(analysis, told.id)
    yield heading(_("Read on"))
    model = shlex.quote(called)
    yield text(f"{program} brief {model}")
    at = example_state(first, told.id)
    if at is not None:
        state = shlex.quote(graph.space.label(at))
        choice = f" --reading {first.reading}" if len(conflict.readings) > 1 else ""
        yield text(f"{program} explain {model}{choice} --concept {told.id} --state {state}")
        yield text(f"{program} paths {model}{choice} --to {state}")
    yield text(f"{program} analyze {model}")
    yield from _premises(conflict, called, program)


def _parties(graph: Graph) -> Iterator[RenderableType]:
    yield heading(_("Who can do what"))
    table = Listing(_("party"), _("options"))
    for dm in graph.conflict.decision_makers:
        words = [
            option.label + ("" if option.binary else f" ({', '.join(value.id for value in option.values)})")
            for option in dm.options
        ]
        table.add_row(text(dm.label, "bold"), text("; ".join(words) or _("watches")))
    yield table
    if graph.status_quo is not None:
        quo = state_words(graph, graph.status_quo)
        yield text(_("Status quo: {words}").format(words=quo), "dim")


def _holding(item: ReadingAnalysis) -> Iterator[RenderableType]:
    conflict = item.graph.conflict
    several = len(conflict.readings) > 1
    words = _("What can hold, reading {reading}") if several else _("What can hold")
    yield heading(words.format(reading=reading_words(conflict, item.reading)))
    if several:
        yield text(lenses_words(conflict, item.reading), "dim")
        yield text(_("A reading says which of its possible orders of preference (lenses) each party has."), "dim")
    used: set[str] = set()
    yield from reading_view(item, used)
    yield from legend(used)
    yield text(_("A state holds (is an equilibrium) when no party has reason to leave it. That can mean:"), "dim")
    for key in item.verdicts.packed:
        one = CONCEPTS[key]
        yield text(f"{key}: {lay_words(one)} ({one.source})", "dim")


def _premises(conflict: Conflict, called: str, program: str) -> Iterator[RenderableType]:
    """Yield how many premises there are, whose they are, and where they can be read."""
    model = shlex.quote(called)
    if called.endswith((".yaml", ".yml", ".json")):
        place = _("they stand in {file}").format(file=called)
    else:
        place = f"{program} convert {model} - --to yaml"
    words = counted(
        "{n} premise, each its author's: {place}",
        "{n} premises, each its author's: {place}",
        len(list(every_premise(conflict))),
        place=place,
    )
    yield text(words, "dim")
    words = _("Who wants what: {command}. A verdict is about this model, no forecast.")
    yield text(words.format(command=f"{program} states {model}"), "dim")


def example_state(item: ReadingAnalysis, concept_id: str) -> int | None:
    """Return the equilibrium nearest to the status quo, or the first one, or ``None``."""
    states = item.equilibria(concept_id)
    if not len(states):
        return None
    return nearest(item, states)


def _by_reading(analysis: Analysis, concept_id: str) -> RenderableType:
    conflict = analysis.conflict
    names = conflict.reported
    table = Listing(_("outcome"), *analysis.readings, right=tuple(analysis.readings))
    for name in names:
        inside = analysis.graph.outcome(name)
        counts = [int(inside[item.equilibria(concept_id)].sum()) for item in analysis.readings.values()]
        cells = [text(number(count) if count else "·", "" if count else "dim") for count in counts]
        table.add_row(text(conflict.outcome(name).label), *cells)
    return table
