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
from detente.report.sentences import dm_name
from detente.report.speech import _, counted, joined, number, quoted
from detente.report.terminal import all_shows_words, heading, model_head, reading_line
from detente.report.terms import said
from detente.report.words import absent_words, listed_words, state_words, states_words, text
from detente.stability.registry import concept

MOST_LISTED = 12
"""States in a cell before the rest is counted."""


def views_view(found: Hypergame, *, everything: bool = False) -> Iterator[RenderableType]:
    """Yield what each viewer sees, and by concept what holds, what deceives, and what corrections would change.

    Long lists of states are cut, with a count of the rest, unless ``everything`` is asked for.
    """
    most = found.graph.n_states if everything else MOST_LISTED
    yield from model_head(found.graph)
    yield from reading_line(found.conflict, found.reading)
    yield heading(_("What they see"))
    for seen in found.sights.values():
        yield from _sight(found, seen)
    for key in found.hyper:
        yield heading(said(concept(key).name))
        yield from _concept(found, key, most)
    for key, why in found.absent.items():
        yield text(absent_words(key, why), "dim")
    yield from _corrections(found, most)
    yield text("")
    for line in _legend(found):
        yield text(line, "dim")


# -- what each sees -------------------------------------------------------------------------------------------------


def _sight(found: Hypergame, seen: Sight) -> Iterator[RenderableType]:
    label = viewer_label(found.conflict, seen.viewer)
    if not found.is_party(seen.viewer):
        label = _("{viewer} (decides nothing)").format(viewer=label)
    yield text(_("{viewer}: {states} in its view").format(viewer=label, states=states_words(seen.graph.n_states)))
    for item in seen.view.premises:
        source = f" ({item.source})" if item.source else ""
        yield Padding(text(f"– {premise_sentence(found.conflict, item)}.{source}"), (0, 0, 0, 2))
    if seen.view.wants:
        wants = joined([quoted(item.that.text()) for item in seen.view.wants])
        words = _("Itself it wants above all {wishes}.").format(wishes=wants)
        yield Padding(text(f"– {words}"), (0, 0, 0, 2))


def premise_sentence(conflict: Conflict, item: ViewPremise) -> str:
    """Return one point of a view in words, without the viewer's name and without a full stop."""
    match item:
        case SeenAs():
            words = _("It sees {name} {how}")
            return words.format(name=dm_name(conflict, item.dm), how=joined(_seen_words(conflict, item)))
        case UnknownOption():
            option = conflict.options[item.option].label
            words = _("It does not know that {name} can “{option}”")
            return words.format(name=dm_name(conflict, conflict.owner(item.option)), option=option)
        case ImaginedOption():
            own = Option(id=item.option.partition(".")[2], name=item.name)
            words = _("It believes that {name} can “{option}”")
            return words.format(name=dm_name(conflict, conflict.owner(item.option)), option=own.label)
        case ThoughtImpossible():
            return _("It thinks impossible: {formula}").format(formula=item.that.text())
        case Forgotten():
            return _("It leaves {name} out altogether").format(name=dm_name(conflict, item.dm))
    return said(item.says())


def _seen_words(conflict: Conflict, item: SeenAs) -> Iterator[str]:
    if item.lens:
        label = conflict.decision_maker(item.dm).lens(item.lens).label
        words = _("under the lens “{lens}” ({key})") if label != item.lens else _("under the lens “{lens}”")
        yield words.format(lens=label, key=item.lens)
    for name, that in item.statements:
        words = _("wanting “{wish}” in place of “{other}”")
        yield words.format(wish=that.text(), other=name.removeprefix(f"{item.dm}: "))
    for name in item.drop:
        yield _("without “{statement}”").format(statement=name.removeprefix(f"{item.dm}: "))
    if item.wants:
        yield _("wanting above all {wishes}").format(wishes=joined(quoted(that.text()) for that in item.wants))


# -- what holds -----------------------------------------------------------------------------------------------------


def _concept(found: Hypergame, key: str, most: int) -> Iterator[RenderableType]:
    graph, true, hyper = found.graph, found.equilibria[key], found.hyper[key]
    table = Listing("", _("states"), right=())
    table.add_row(text(_("equilibria in truth")), text(_states_words(graph, true, most)))
    table.add_row(text(_("hyper-equilibria")), text(_states_words(graph, hyper, most)))
    if (hyper & ~true).any():
        words = _("of them none in truth")
        table.add_row(text(f"  {words}"), text(_states_words(graph, hyper & ~true, most)))
    if (true & ~hyper).any():
        words = _("in truth, lost in views")
        table.add_row(text(f"  {words}"), text(_states_words(graph, true & ~hyper, most)))
    yield table
    yield text("")
    table = Listing(_("viewer"), _("equilibria in its view"), _("illusions"), _("surprises"))
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
            words = counted(
                "{viewer} does not even perceive {lost} of {n} surprise.",
                "{viewer} does not even perceive {lost} of {n} surprises.",
                int(item.surprises.sum()),
                viewer=viewer_label(found.conflict, viewer),
                lost=number(lost),
            )
            yield text(words)


def _imaginary(found: Hypergame, viewer: str, states: np.ndarray, most: int) -> Iterator[RenderableType]:
    graph = found.sights[viewer].graph
    words = counted(
        "{viewer} sees {n} equilibrium that no true state can be:",
        "{viewer} sees {n} equilibria that no true state can be:",
        len(states),
        viewer=viewer_label(found.conflict, viewer),
    )
    yield text(words)
    for state in states[:most].tolist():
        yield Padding(text(f"– {state_words(graph, state)}"), (0, 0, 0, 2))
    if len(states) > most:
        yield Padding(text(all_shows_words(len(states) - most), "dim"), (0, 0, 0, 2))


def _states_words(graph: Graph, flags: Flags, most: int) -> str:
    """Return a count and the states; where there are classes, by class."""
    return _listed(graph, np.flatnonzero(flags), most)


def _listed(graph: Graph, states: np.ndarray, most: int) -> str:
    if not len(states):
        return _("none")
    if graph.class_of is None or len(states) == 1:
        return f"{number(len(states))}: {_numbers(graph, states, most)}" + _class_of_one(graph, states)
    parts = []
    for index, name in enumerate(graph.conflict.classes):
        own = states[graph.class_of[states] == index]
        if len(own):
            parts.append(f"{graph.conflict.outcome(name).label} {number(len(own))} ({_numbers(graph, own, most)})")
    return f"{number(len(states))}: {'; '.join(parts)}"


def _class_of_one(graph: Graph, states: np.ndarray) -> str:
    if graph.class_of is None:
        return ""
    return f" ({graph.conflict.outcome(graph.conflict.classes[graph.class_of[states[0]]]).label})"


def _numbers(graph: Graph, states: Iterable[int], most: int) -> str:
    return listed_words([graph.space.label(int(state)) for state in states], most)


# -- corrections ----------------------------------------------------------------------------------------------------


def _corrections(found: Hypergame, most: int) -> Iterator[RenderableType]:
    yield heading(_("If one view alone were corrected"))
    table = Listing(_("viewer"), _("what is corrected"), _("concept"), _("what changes"))
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
            table.add_row(text(label), text(what), text(", ".join(same)), text(_("nothing")))
    yield table


def _by_premise(items: Iterable[Correction]) -> list[tuple[tuple[str, str], list[Correction]]]:
    grouped: dict[tuple[str, str], list[Correction]] = {}
    for item in items:
        grouped.setdefault((item.viewer, item.premise), []).append(item)
    return list(grouped.items())


def _what(found: Hypergame, viewer: str, premise: str) -> str:
    if not premise:
        return _("all of its views together")
    item = next(item for item in found.sights[viewer].view.premises if item.id == premise)
    return premise_sentence(found.conflict, item)


def _change_words(graph: Graph, item: Correction, most: int) -> str:
    words = []
    for key in ("illusions", "surprises", "hyper_equilibria"):
        for new, part in ((False, item.gone), (True, item.new)):
            states = part.get(key, np.array([], dtype=np.intp))
            if len(states):
                words.append(f"{_count_words(key, len(states), new=new)} ({_numbers(graph, states, most)})")
    return "; ".join(words)


def _count_words(kind: str, n: int, *, new: bool) -> str:
    """Return how many illusions, surprises or hyper-equilibria come or go."""
    if new:
        return {
            "illusions": counted("{n} illusion new", "{n} illusions new", n),
            "surprises": counted("{n} surprise new", "{n} surprises new", n),
            "hyper_equilibria": counted("{n} hyper-equilibrium new", "{n} hyper-equilibria new", n),
        }[kind]
    return {
        "illusions": counted("{n} illusion gone", "{n} illusions gone", n),
        "surprises": counted("{n} surprise gone", "{n} surprises gone", n),
        "hyper_equilibria": counted("{n} hyper-equilibrium gone", "{n} hyper-equilibria gone", n),
    }[kind]


def _legend(found: Hypergame) -> Iterator[str]:
    yield _("hyper-equilibrium: perceived by every party, and stable for it in its own view")
    yield _("illusion: an equilibrium in the viewer's game, and none in truth")
    yield _("surprise: an equilibrium in truth, and none in the viewer's game, or unperceived there")
    if not all(found.is_party(viewer) for viewer in found.sights):
        yield _("Observers and outsiders decide nothing: hyper-equilibria do not depend on their views.")
