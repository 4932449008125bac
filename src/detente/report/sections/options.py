"""The option table of the states that matter, and what holds under which concept and reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.analysis.analyze import ReadingAnalysis
from detente.analysis.dossier import Dossier
from detente.analysis.outlook import nearest
from detente.graph.graph import Graph
from detente.report.brief import outcomes_part
from detente.report.figures.state_words import concept_word
from detente.report.parts import (
    Cell,
    Fold,
    Grid,
    Heading,
    Kind,
    Line,
    Part,
    Section,
    Tableau,
    TableauMark,
    TableauRow,
    TableauState,
)
from detente.report.speech import _, ngettext, number
from detente.report.terms import said
from detente.report.words import OPEN, cells, lenses_words, outcomes_words, reading_words, state_words, steps_words
from detente.stability.registry import CONCEPTS

FEW = 24
"""Of so few states each has a column of its own."""
MOST_ACROSS = 400
"""So many states are shown one by one, on demand."""
MOST_COLUMNS = 120
"""States are merged until there are no more columns."""
MOST_LISTED = 60
"""Equilibria that are listed one by one; of more, they are counted by outcome."""
SEVERAL = 2

Flags = NDArray[np.bool_]


def options(dossier: Dossier) -> Section | None:
    """Return the option table: of many states those that need not be told apart are one column."""
    graph = dossier.world.graph
    if not graph.conflict.options or not graph.n_states:
        return None
    each = [np.array([state]) for state in range(graph.n_states)] if graph.n_states <= MOST_ACROSS else []
    parts: list[Part] = [Line(_legend(concept_word(dossier.concept)))]
    if graph.n_states <= FEW:
        parts.append(_tableau(dossier, each, list(CONCEPTS), _("Every state")))
    else:
        groups, keys = _merged(dossier)
        n = number(graph.n_states)
        told = sum(len(group) for group in groups)
        words = _(
            "{n} states in {groups} columns: states of the same outcomes that are equilibria under the same concepts "
            "and readings are one; -: differs among them."
        ).format(n=number(told), groups=number(len(groups)))
        if told < graph.n_states:
            left = graph.n_states - told
            words += " " + ngettext(
                "{n} more state has no room here.", "{n} more states have no room here.", left
            ).format(n=number(left))
        parts.append(Line(words, quiet=True))
        parts.append(_tableau(dossier, groups, keys, _("The states, merged")))
        if each:
            every = _tableau(dossier, each, list(CONCEPTS), _("Every state"))
            parts.append(Fold(_("Every one of the {n} states").format(n=n), (every,)))
    return Section("options", _("The option table"), tuple(parts), _("Option table"))


def _legend(concept: str) -> str:
    return _(
        "Options down, states across. Y: taken, N: not taken, -: open. ●: an equilibrium under this concept. SQ: the "
        "status quo. What can hold under {concept} is shaded."
    ).format(concept=concept)


def _merged(dossier: Dossier) -> tuple[list[NDArray[np.intp]], list[str]]:
    """Return states in groups, few enough to be shown, and the concepts that each group is of one kind under."""
    graph = dossier.world.graph
    outcomes = [holds for _, holds in graph.outcomes_of]
    if graph.class_of is not None:
        outcomes = [graph.class_of == place for place in range(len(dossier.conflict.classes))]
    begins = np.zeros(graph.n_states, dtype=bool)
    if graph.status_quo is not None:
        begins[graph.status_quo] = True
    for keys in (list(CONCEPTS), ["nash", dossier.concept], [dossier.concept]):
        held = [flags for item in dossier.analysis.readings.values() for flags in _held(item, keys).values()]
        groups = _grouped([begins, *held, *outcomes], graph.n_states)
        if len(groups) <= MOST_COLUMNS:
            break
    meant = [flags for item in dossier.analysis.readings.values() for flags in _held(item, [dossier.concept]).values()]
    counts = np.sum(meant, axis=0) if meant else begins
    groups.sort(key=lambda group: (not begins[group[0]], -int(counts[group[0]]), int(group[0])))
    return groups[:MOST_COLUMNS], keys


def _grouped(flags: Sequence[Flags], n_states: int) -> list[NDArray[np.intp]]:
    """Return the states for which all flags are the same, group by group."""
    packed = np.packbits(np.stack(flags), axis=0)
    _unique, which = np.unique(packed, axis=1, return_inverse=True)
    order = np.argsort(which.reshape(n_states), kind="stable")
    ends = np.flatnonzero(np.diff(which.reshape(n_states)[order])) + 1
    return list(np.split(order, ends))


def _held(item: ReadingAnalysis, keys: Sequence[str]) -> dict[str, Flags]:
    found = {}
    for key in dict.fromkeys(keys):
        if key in item.concepts:
            flags = np.zeros(item.graph.n_states, dtype=bool)
            flags[item.equilibria(key)] = True
            found[key] = flags
    return found


def _tableau(dossier: Dossier, groups: Sequence[NDArray[np.intp]], keys: Sequence[str], caption: str) -> Tableau:
    graph, conflict = dossier.world.graph, dossier.conflict
    marks: list[TableauMark] = []
    held: list[Flags] = []
    for item in dossier.analysis.readings.values():
        for key, flags in _held(item, keys).items():
            name, together = concept_word(key), _("Equilibrium of")
            words = name
            if len(conflict.readings) > 1:
                label = conflict.reading(item.reading).label
                words = _("{concept}, {reading}").format(concept=name, reading=label)
                together = _("Equilibrium in “{reading}”").format(reading=label)
            marks.append(TableauMark(item.reading, key, words, together, name))
            held.append(flags)
    rows = tuple(TableauRow(dm.label, option.label) for dm in conflict.decision_makers for option in dm.options)
    first = np.array([group[0] for group in groups])
    firsts = cells(graph, first)
    one_value = {option: _same(graph, option, groups) for option in conflict.options}
    columns = []
    for place, group in enumerate(groups):
        state = int(group[0])
        columns.append(
            TableauState(
                name=_name(graph, group),
                n_states=len(group),
                values=tuple(firsts[key][place] if one_value[key][place] else OPEN for key in conflict.options),
                holds=frozenset(k for k, flags in enumerate(held) if flags[state]),
                outcomes=tuple(_outcomes(graph, state)),
                status_quo=graph.status_quo is not None and graph.status_quo in group,
                words=state_words(graph, state) if len(group) == 1 else "; ".join(_outcomes(graph, state)),
            )
        )
    meant = frozenset(place for place, mark in enumerate(marks) if mark.concept == dossier.concept)
    return Tableau(rows, tuple(columns), tuple(marks), caption, meant)


def _outcomes(graph: Graph, state: int) -> list[str]:
    """Return the class of a state, or its outcomes where there are no classes, by display name."""
    conflict = graph.conflict
    if graph.class_of is not None:
        return [conflict.outcome(conflict.classes[graph.class_of[state]]).label]
    return [conflict.outcome(name).label for name, holds in graph.outcomes_of if holds[state]]


def _same(graph: Graph, option: str, groups: Sequence[NDArray[np.intp]]) -> list[bool]:
    """Return for each group whether an option has one value in all of its states."""
    positions = graph.space.positions(option, np.concatenate(groups))
    begins = np.cumsum([0, *[len(group) for group in groups[:-1]]])
    low, high = np.minimum.reduceat(positions, begins), np.maximum.reduceat(positions, begins)
    same: list[bool] = (low == high).tolist()
    return same


def _name(graph: Graph, group: NDArray[np.intp]) -> str:
    first, last = graph.space.label(int(group[0])), graph.space.label(int(group[-1]))
    if len(group) == 1:
        return first
    return f"{first}, {last}" if len(group) == SEVERAL else f"{first}…{last}"


# -- what holds -----------------------------------------------------------------------------------------------------


def holding(dossier: Dossier) -> Section:
    """Return which outcomes can hold, reading by reading and concept by concept."""
    conflict = dossier.conflict
    _head, *parts = outcomes_part(dossier.brief)
    items = list(dossier.analysis.readings.values())
    if len(items) == 1:
        parts += [Heading(_("Concept by concept"), 3), *_reading(items[0], dossier.concept)]
    else:
        parts.append(Heading(_("Reading by reading"), 3))
        if conflict.reported:
            parts.append(_by_reading(dossier))
        for item in items:
            summary = _("Reading {name}: every concept").format(name=reading_words(conflict, item.reading))
            lenses = Line(lenses_words(conflict, item.reading), quiet=True)
            parts.append(Fold(summary, (lenses, *_reading(item, dossier.concept))))
    rows = tuple((concept_word(one.id), said(one.definition), one.source) for one in CONCEPTS.values())
    concepts = Grid((_("concept"), _("stable for a party, if"), _("source")), rows, caption=_("The concepts"))
    parts.append(Fold(_("What the concepts mean"), (concepts,)))
    return Section("holding", _("What can hold, under which concept and reading"), tuple(parts), _("What can hold"))


def _by_reading(dossier: Dossier) -> Grid:
    """Return in which readings each outcome holds under the concept that is asked about."""
    graph, conflict = dossier.world.graph, dossier.conflict
    held = [_held(item, [dossier.concept]).get(dossier.concept) for item in dossier.analysis.readings.values()]
    rows: list[tuple[Cell, ...]] = []
    for name in conflict.reported:
        inside = graph.outcome(name)
        marks = [None if flags is None else bool((flags & inside).any()) for flags in held]
        rows.append((conflict.outcome(name).label, *marks))
    columns = (_("outcome"), *(conflict.reading(name).label for name in dossier.analysis.readings))
    kinds = _kinds("words", mark=len(held))
    strong = frozenset(place for place, row in enumerate(rows) if any(row[1:]))
    caption = _("Which outcomes can hold in which reading ({concept})").format(concept=concept_word(dossier.concept))
    return Grid(columns, tuple(rows), strong, caption, kinds)


def _reading(item: ReadingAnalysis, concept: str) -> Iterator[Part]:
    conflict = item.graph.conflict
    found = {key: item.equilibria(key) for key in item.concepts}
    union = np.unique(np.concatenate(list(found.values()))) if found else np.array([], dtype=np.intp)
    if not len(union):
        yield Line(_("No state is an equilibrium under any of these concepts."))
    elif len(union) > FEW and conflict.reported:
        yield _counts(item, found, concept)
    if len(union) and (len(union) <= MOST_LISTED or not conflict.reported):
        table = _listed(item, found, union[:MOST_LISTED])
        if len(union) > FEW:
            yield Fold(_("The equilibria one by one"), (table,))
        else:
            yield table
        if len(union) > MOST_LISTED:
            left = len(union) - MOST_LISTED
            yield Line(ngettext("… and {n} more", "… and {n} more", left).format(n=number(left)), quiet=True)
    for key, why in item.verdicts.absent.items():
        words = _("{concept}: not decided; {why}").format(concept=concept_word(key), why=said(why))
        yield Line(words, quiet=True)


def _counts(item: ReadingAnalysis, found: dict[str, NDArray[np.int32]], concept: str) -> Grid:
    """Return how many states of each outcome are equilibria, by concept, and the nearest."""
    graph, conflict = item.graph, item.graph.conflict
    rows: list[tuple[Cell, ...]] = []
    near = item.reachability is not None and concept in found
    for name in conflict.reported:
        inside = graph.outcome(name)
        row: list[Cell] = [conflict.outcome(name).label, int(inside.sum())]
        row += [int(inside[states].sum()) for states in found.values()]
        if near:
            own = found[concept][inside[found[concept]]]
            row.append(graph.space.label(nearest(item, own)) if len(own) else None)
        rows.append(tuple(row))
    heads = (_("outcome"), _("states"), *(concept_word(key) for key in found))
    columns = (*heads, *([_("nearest ({concept})").format(concept=concept_word(concept))] if near else []))
    kinds = _kinds("words", number=len(columns) - 1)
    strong = frozenset(k for k, row in enumerate(rows) if any(row[2 : 2 + len(found)]))
    return Grid(columns, tuple(rows), strong, _("How many states of each outcome are equilibria"), kinds)


def _listed(item: ReadingAnalysis, found: dict[str, NDArray[np.int32]], states: NDArray[np.integer]) -> Grid:
    graph, reach = item.graph, item.reachability
    sets = {key: set(some.tolist()) for key, some in found.items()}
    rows: list[tuple[Cell, ...]] = []
    for state in states.tolist():
        row: list[Cell] = [graph.space.label(state), *(state in own for own in sets.values())]
        if reach is not None:
            row += [steps_words(int(steps[state])) for steps in (reach.by_moves, reach.by_improvements)]
        notes = [_("status quo")] if state == graph.status_quo else []
        notes += [_("nature can leave it")] if item.exposed[state] else []
        outcomes = outcomes_words(graph, state)
        words = (f"[{outcomes}] " if outcomes else "") + state_words(graph, state)
        rows.append((*row, words + (f" ({'; '.join(notes)})" if notes else "")))
    steps = (_("moves"), _("gains")) if reach is not None else ()
    columns = (_("state"), *(concept_word(key) for key in sets), *steps, _("what it is"))
    kinds = (*_kinds("words", mark=len(sets), number=len(steps)), *_kinds("words"))
    caption = _("Equilibria")
    if steps:
        caption = _("Equilibria; moves, gains: fewest steps from the status quo by any moves, and by gains alone")
    return Grid(columns, tuple(rows), frozenset(), caption, kinds)


def _kinds(first: Kind, *, mark: int = 0, number: int = 0) -> tuple[Kind, ...]:
    """Return the kinds of columns: the first, then so many of these."""
    marks: list[Kind] = ["mark"] * mark
    numbers: list[Kind] = ["number"] * number
    return (first, *marks, *numbers)
