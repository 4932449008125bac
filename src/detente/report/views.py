"""Who sees what, and what comes of it, in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from rich.console import RenderableType
from rich.padding import Padding

from detente.analysis.hypergame import Correction, Hypergame
from detente.analysis.sight import Sight
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Option
from detente.conflict.perceived import viewer_label
from detente.conflict.views import (
    Forgotten,
    ImaginedOption,
    SeenAs,
    ThoughtImpossible,
    UnknownOption,
    ViewPremise,
)
from detente.graph.evaluate import Flags
from detente.graph.graph import Graph
from detente.report.listing import Listing
from detente.report.sentences import dm_name, joined, plural
from detente.report.terminal import heading, model_head, reading_line
from detente.report.words import state_words, text

MOST_LISTED = 12
"""States in a cell before the rest is counted."""

_PARTS = {"illusions": "illusion", "surprises": "surprise", "hyper_equilibria": "hyper-equilibrium"}


def views_view(found: Hypergame, *, everything: bool = False) -> Iterator[RenderableType]:
    """Yield what each viewer sees, and by concept what holds, what deceives, and what corrections would change.

    Long lists of states are cut, with a count of the rest, unless ``everything`` is asked for.
    """
    most = found.graph.n_states if everything else MOST_LISTED
    yield from model_head(found.graph)
    yield from reading_line(found.conflict, found.reading)
    yield heading("What they see")
    for seen in found.sights.values():
        yield from _sight(found, seen)
    for key in found.hyper:
        yield heading(key.upper())
        yield from _concept(found, key, most)
    for key, why in found.absent.items():
        yield text(f"{key}: not decided; {why}", "dim")
    yield from _corrections(found, most)
    yield text("")
    for line in _legend(found):
        yield text(line, "dim")


# -- what each sees -------------------------------------------------------------------------------------------------


def _sight(found: Hypergame, seen: Sight) -> Iterator[RenderableType]:
    label = viewer_label(found.conflict, seen.viewer)
    kind = "" if found.is_party(seen.viewer) else " (decides nothing)"
    yield text(f"{label}{kind}: {plural(seen.graph.n_states, 'state')} in its view")
    for item in seen.view.premises:
        source = f" ({item.source})" if item.source else ""
        yield Padding(text(f"– {premise_sentence(found.conflict, item)}.{source}"), (0, 0, 0, 2))
    if seen.view.wants:
        wants = joined([f"“{item.that.text()}”" for item in seen.view.wants])
        yield Padding(text(f"– Itself it wants above all {wants}."), (0, 0, 0, 2))


def premise_sentence(conflict: Conflict, item: ViewPremise) -> str:
    """Return one point of a view in words, without the viewer's name and without a full stop."""
    match item:
        case SeenAs():
            return f"It sees {dm_name(conflict, item.dm)} {joined(list(_seen_words(conflict, item)))}"
        case UnknownOption():
            return f"It does not know that {_option_words(conflict, item.option, conflict.options[item.option])}"
        case ImaginedOption():
            own = Option(id=item.option.partition(".")[2], name=item.name)
            return f"It believes that {_option_words(conflict, item.option, own)}"
        case ThoughtImpossible():
            return f"It thinks impossible: {item.that.text()}"
        case Forgotten():
            return f"It leaves {dm_name(conflict, item.dm)} out altogether"
    return item.says()


def _option_words(conflict: Conflict, full: str, option: Option) -> str:
    return f"{dm_name(conflict, conflict.owner(full))} can “{option.label}”"


def _seen_words(conflict: Conflict, item: SeenAs) -> Iterator[str]:
    if item.lens:
        label = conflict.decision_maker(item.dm).lens(item.lens).label
        yield f"under the lens “{label}”" + (f" ({item.lens})" if label != item.lens else "")
    for name, that in item.statements:
        yield f"wanting “{that.text()}” in place of “{name.removeprefix(f'{item.dm}: ')}”"
    for name in item.drop:
        yield f"without “{name.removeprefix(f'{item.dm}: ')}”"
    if item.wants:
        yield f"wanting above all {joined([f'“{that.text()}”' for that in item.wants])}"


# -- what holds -----------------------------------------------------------------------------------------------------


def _concept(found: Hypergame, key: str, most: int) -> Iterator[RenderableType]:
    graph, true, hyper = found.graph, found.equilibria[key], found.hyper[key]
    table = Listing("", "states", right=())
    table.add_row(text("equilibria in truth"), text(_states_words(graph, true, most)))
    table.add_row(text("hyper-equilibria"), text(_states_words(graph, hyper, most)))
    if (hyper & ~true).any():
        table.add_row(text("  of them none in truth"), text(_states_words(graph, hyper & ~true, most)))
    if (true & ~hyper).any():
        table.add_row(text("  in truth, lost in views"), text(_states_words(graph, true & ~hyper, most)))
    yield table
    yield text("")
    table = Listing("viewer", "equilibria in its view", "illusions", "surprises")
    for viewer, item in found.seen[key].items():
        table.add_row(
            text(viewer_label(found.conflict, viewer)),
            text(_states_words(graph, item.equilibria, most)),
            text(_states_words(graph, item.illusions, most)),
            text(_states_words(graph, item.surprises, most)),
        )
    yield table
    for viewer, item in found.seen[key].items():
        if len(item.imaginary):
            yield from _imaginary(found, viewer, item.imaginary, most)
        lost = int((item.surprises & (found.sights[viewer].image < 0)).sum())
        if lost:
            label = viewer_label(found.conflict, viewer)
            yield text(f"{label} does not even perceive {lost:,} of {plural(int(item.surprises.sum()), 'surprise')}.")


def _imaginary(found: Hypergame, viewer: str, states: np.ndarray, most: int) -> Iterator[RenderableType]:
    graph = found.sights[viewer].graph
    label = viewer_label(found.conflict, viewer)
    count = plural(len(states), "equilibrium", "equilibria")
    yield text(f"{label} sees {count} that no true state can be:")
    for state in states[:most].tolist():
        yield Padding(text(f"– {state_words(graph, state)}"), (0, 0, 0, 2))
    if len(states) > most:
        yield Padding(text(f"… and {len(states) - most:,} more (--all shows them)", "dim"), (0, 0, 0, 2))


def _states_words(graph: Graph, flags: Flags, most: int) -> str:
    """Return a count and the states; where there are classes, by class."""
    return _listed(graph, np.flatnonzero(flags), most)


def _listed(graph: Graph, states: np.ndarray, most: int) -> str:
    if not len(states):
        return "none"
    if graph.class_of is None or len(states) == 1:
        return f"{len(states):,}: {_numbers(graph, states, most)}" + _class_of_one(graph, states)
    parts = []
    for index, name in enumerate(graph.conflict.classes):
        own = states[graph.class_of[states] == index]
        if len(own):
            parts.append(f"{graph.conflict.outcome(name).label} {len(own):,} ({_numbers(graph, own, most)})")
    return f"{len(states):,}: {'; '.join(parts)}"


def _class_of_one(graph: Graph, states: np.ndarray) -> str:
    if graph.class_of is None:
        return ""
    return f" ({graph.conflict.outcome(graph.conflict.classes[graph.class_of[states[0]]]).label})"


def _numbers(graph: Graph, states: Iterable[int], most: int) -> str:
    labels = [graph.space.label(int(state)) for state in states]
    more = f" … and {len(labels) - most:,} more" if len(labels) > most else ""
    return " ".join(labels[:most]) + more


# -- corrections ----------------------------------------------------------------------------------------------------


def _corrections(found: Hypergame, most: int) -> Iterator[RenderableType]:
    yield heading("If one view alone were corrected")
    table = Listing("viewer", "what is corrected", "concept", "what changes")
    nothing: dict[tuple[str, str], list[str]] = {}
    for item in found.corrections:
        if not item.changes:
            nothing.setdefault((item.viewer, item.premise), []).append(item.concept)
    for (viewer, premise), items in _by_premise(found.corrections):
        label = viewer_label(found.conflict, viewer)
        what = _what(found, viewer, premise)
        for item in items:
            if item.changes:
                words = _change_words(found.graph, item, most)
                table.add_row(text(label), text(what), text(item.concept), text(words))
        same = nothing.get((viewer, premise))
        if same:
            table.add_row(text(label), text(what), text(", ".join(same)), text("nothing"))
    yield table


def _by_premise(items: Iterable[Correction]) -> list[tuple[tuple[str, str], list[Correction]]]:
    grouped: dict[tuple[str, str], list[Correction]] = {}
    for item in items:
        grouped.setdefault((item.viewer, item.premise), []).append(item)
    return list(grouped.items())


def _what(found: Hypergame, viewer: str, premise: str) -> str:
    if not premise:
        return "all of its views together"
    item = next(item for item in found.sights[viewer].view.premises if item.id == premise)
    return premise_sentence(found.conflict, item)


def _change_words(graph: Graph, item: Correction, most: int) -> str:
    words = []
    for key, one in _PARTS.items():
        many = one[:-2] + "a" if one.endswith("um") else one + "s"
        for change, part in (("gone", item.gone), ("new", item.new)):
            states = part.get(key, np.array([], dtype=np.intp))
            if len(states):
                words.append(f"{plural(len(states), one, many)} {change} ({_numbers(graph, states, most)})")
    return "; ".join(words)


def _legend(found: Hypergame) -> Iterator[str]:
    yield "hyper-equilibrium: perceived by every party, and stable for it in its own view"
    yield "illusion: an equilibrium in the viewer's game, and none in truth"
    yield "surprise: an equilibrium in truth, and none in the viewer's game, or unperceived there"
    if not all(found.is_party(viewer) for viewer in found.sights):
        yield "Observers and outsiders decide nothing: hyper-equilibria do not depend on their views."
