"""Answers in a terminal, as tables that still read at 60 columns and at 300 states."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import Group, RenderableType
from rich.padding import Padding

from detente.analysis.analyze import Analysis, ReadingAnalysis
from detente.analysis.explain import Explanation
from detente.analysis.outlook import nearest, outlook
from detente.analysis.paths import Paths
from detente.conflict.conflict import Conflict
from detente.graph.graph import Graph
from detente.report.listing import Listing
from detente.report.sentences import (
    dm_name,
    move_words,
    names_of,
    outlook_sentence,
    reason_sentences,
)
from detente.report.speech import N_, _, counted, joined, ngettext, number, quoted
from detente.report.terms import said
from detente.report.words import (
    absent_words,
    at_state,
    cells,
    lenses_words,
    outcomes_words,
    parties_words,
    reading_words,
    short,
    state_words,
    states_words,
    steps_count,
    steps_words,
    text,
    title_words,
)

MOST_SHOWN = 25
"""Rows of a list of equilibria before the rest is counted instead of shown."""


SANCTIONS = {"once_each": N_("once each"), "single": N_("single")}


def heading(words: str) -> RenderableType:
    """Return a heading."""
    return Padding(text(words, "bold"), (1, 0, 0, 0))


# -- analyze --------------------------------------------------------------------------------------------------------


def model_head(graph: Graph) -> Iterator[RenderableType]:
    """Yield the title, and a line of counts."""
    conflict = graph.conflict
    yield text(title_words(conflict), "bold")
    words = [parties_words(conflict)]
    words += [counted("{n} option", "{n} options", len(conflict.options))] if conflict.options else []
    words.append(states_words(graph.n_states))
    if graph.status_quo is not None:
        words.append(_("status quo: {state}").format(state=at_state(graph, graph.status_quo)))
    yield text(" · ".join(words), "dim")


def reading_line(conflict: Conflict, reading: str) -> Iterator[RenderableType]:
    """Yield which reading an answer is about, where there are several."""
    if len(conflict.readings) > 1:
        yield text(reading_head(conflict, reading), "dim")


def reading_head(conflict: Conflict, reading: str) -> str:
    """Return a reading as the head of what is said about it."""
    return _("Reading {reading}").format(reading=reading_words(conflict, reading))


def analysis_view(analysis: Analysis, *, everything: bool = False) -> Iterator[RenderableType]:
    """Yield what can hold, reading by reading, with a legend of the marks in use.

    Many equilibria are counted by class, or cut, unless ``everything`` is asked for.
    """
    yield from model_head(analysis.graph)
    several = len(analysis.readings) > 1
    used: set[str] = set()
    for item in analysis.readings.values():
        if several:
            yield heading(reading_head(analysis.conflict, item.reading))
            yield text(lenses_words(analysis.conflict, item.reading), "dim")
        else:
            yield text("")
        yield from reading_view(item, used, everything=everything)
    yield from legend(used)
    if analysis.sanctions != "legal":
        words = _("Sanctions: {kind} (not the field's legal sequences).")
        yield text(words.format(kind=_(SANCTIONS[analysis.sanctions])), "dim")


def reading_view(item: ReadingAnalysis, used: set[str], *, everything: bool = False) -> Iterator[RenderableType]:
    """Yield the equilibria of one reading; the marks that occur are added to ``used``."""
    found = {key: item.equilibria(key) for key in item.concepts}
    anywhere = np.zeros(item.graph.n_states, dtype=bool)
    for states in found.values():
        anywhere[states] = True
    union = np.flatnonzero(anywhere)
    if not len(union):
        yield text(_("No state is an equilibrium under any of these concepts."))
    elif everything:
        yield from _equilibria_table(item, found, union, used)
    elif len(union) > MOST_SHOWN and (item.graph.conflict.classes or item.graph.conflict.outcomes):
        yield from _by_class(item, found, used)
    else:
        yield from _equilibria_table(item, found, union[:MOST_SHOWN], used)
        if len(union) > MOST_SHOWN:
            yield text(all_shows_words(len(union) - MOST_SHOWN), "dim")
            yield text(_totals(found), "dim")
    for key in item.concepts:
        if not len(found[key]) and len(union):
            yield text(_("{concept}: no equilibrium").format(concept=said(key)), "dim")
    for key, why in item.verdicts.absent.items():
        yield text(absent_words(key, why), "dim")
    if item.behaviour:
        words = [f"{dm_name(item.graph.conflict, dm)} {key}" for dm, key in item.behaviour.items()]
        yield text(_("behaviour: {listed}").format(listed=", ".join(words)), "dim")


def all_shows_words(n: int) -> str:
    """Return that so many more are not shown, and how they are."""
    return counted("… and {n} more (--all shows them)", "… and {n} more (--all shows them)", n)


def _equilibria_table(
    item: ReadingAnalysis, found: dict[str, np.ndarray], states: np.ndarray, used: set[str]
) -> Iterator[RenderableType]:
    graph = item.graph
    reach = item.reachability
    keys = list(found)
    steps_heads = [_("moves"), _("impr.")] if reach is not None else []
    table = Listing(_("state"), *map(said, keys), *steps_heads, _("marks"), _("what it is"), right=tuple(steps_heads))
    footnotes = []
    used.add("holds")
    for state in states.tolist():
        marks, row = [], [text(graph.space.label(state))]
        row += [text("●" if state in found[key] else "·", "" if state in found[key] else "dim") for key in keys]
        if reach is not None:
            row += [text(steps_words(int(steps[state]))) for steps in (reach.by_moves, reach.by_improvements)]
            used.add("reach")
        if state == graph.status_quo:
            marks.append(_("SQ"))
            used.add("SQ")
        if item.exposed[state]:
            marks.append("!")
            used.add("!")
        better = _dominating(item, keys, found, state)
        if better:
            marks.append("<")
            used.add("<")
            footnotes.append(f"{graph.space.label(state)} < {better}")
        outcomes = outcomes_words(graph, state)
        words = f"[{outcomes}] " if outcomes else ""
        table.add_row(*row, text(" ".join(marks)), text(words + state_words(graph, state)))
    yield table
    yield from (text(line, "dim") for line in footnotes)


def _dominating(item: ReadingAnalysis, keys: list[str], found: dict[str, np.ndarray], state: int) -> str:
    """Return the mark of a dominated equilibrium: by which state, who gains, under which concepts."""
    by: dict[str, list[str]] = {}
    for key in keys:
        dominance = item.dominance(key)
        if state in found[key] and dominance and state in dominance:
            one = dominance[state]
            gains = (
                _("everyone gains")
                if len(one.gains) == len(item.game.parties)
                else ngettext("{names} gains", "{names} gain", len(one.gains)).format(
                    names=names_of(item.graph.conflict, one.gains)
                )
            )
            by.setdefault(f"{item.graph.space.label(one.by)}: {gains}", []).append(key)
    return "; ".join(f"{words} ({', '.join(where)})" for words, where in by.items())


def _by_class(item: ReadingAnalysis, found: dict[str, np.ndarray], used: set[str]) -> Iterator[RenderableType]:
    graph = item.graph
    names = graph.conflict.reported
    keys = list(found)
    strongest = next((key for key in ("seq", *keys) if key in found), keys[0])
    reach = item.reachability
    near = [_("nearest ({concept})").format(concept=strongest), _("moves"), _("impr.")] if reach is not None else []
    heads = [_("states"), *map(said, keys), *near]
    table = Listing(_("outcome"), *heads, right=tuple(heads))
    used |= {"class", "near"} if reach is not None else {"class"}
    for name in names:
        inside = graph.outcome(name)
        counts = [int(inside[found[key]].sum()) for key in keys]
        row = [text(number(count) if count else "·", "" if count else "dim") for count in counts]
        held = found[strongest][inside[found[strongest]]]
        if len(held) and reach is not None:
            state = nearest(item, held)
            row.append(text(graph.space.label(state)))
            row += [text(steps_words(int(steps[state]))) for steps in (reach.by_moves, reach.by_improvements)]
        table.add_row(text(graph.conflict.outcome(name).label), text(number(int(inside.sum()))), *row)
    yield table
    words = _("{totals} {command} lists them.").format(totals=_totals(found), command="detente analyze MODEL --all")
    yield text(words, "dim")


def _totals(found: dict[str, np.ndarray]) -> str:
    counts = ", ".join(f"{said(key)} {number(len(states))}" for key, states in found.items())
    return _("Equilibria in all: {counts}.").format(counts=counts)


_MARKS = {
    "holds": N_("●: an equilibrium under this concept; ·: none"),
    "class": N_("A number counts the states of the outcome that are equilibria under the concept; ·: none"),
    "near": N_(
        "nearest: to the status quo; moves, impr.: fewest steps from there by legal moves, by improvements; – none"
    ),
    "reach": N_(
        "moves, impr.: fewest steps from the status quo by any legal moves, and by improvements only; – no way"
    ),
    "SQ": N_("SQ: the status quo"),
    "!": N_("!: nature can leave it"),
    "<": N_("<: another equilibrium is at least as good for everyone and better for those who gain"),
}


def legend(used: set[str]) -> Iterator[RenderableType]:
    """Yield what the marks in use mean, one line each."""
    lines = [_(words) for key, words in _MARKS.items() if key in used]
    if lines:
        yield Padding(Group(*[text(line, "dim") for line in lines]), (1, 0, 0, 0))


# -- explain, paths -------------------------------------------------------------------------------------------------


def explanation_view(explanation: Explanation) -> Iterator[RenderableType]:
    """Yield the reasons, one paragraph each."""
    graph = explanation.graph
    words = _("State {state}: {words}").format(
        state=graph.space.label(explanation.state), words=state_words(graph, explanation.state)
    )
    yield text(words, "bold")
    yield from reading_line(graph.conflict, explanation.reading)
    for reason in explanation.reasons:
        head, *rest = reason_sentences(explanation, reason)
        yield Padding(text(head, "green" if reason.stable else "red"), (1, 0, 0, 0))
        for line in rest[:MOST_SHOWN]:
            yield Padding(text("– " + line), (0, 0, 0, 2))
        if len(rest) > MOST_SHOWN:
            more = len(rest) - MOST_SHOWN
            words = counted("… and {n} more improvements", "… and {n} more improvements", more)
            yield Padding(text(words), (0, 0, 0, 2))
    for key, why in explanation.absent.items():
        yield Padding(text(absent_words(key, why), "dim"), (1, 0, 0, 0))


_WAYS = {
    "moves": N_("By any legal moves"),
    "improvements": N_("By improvements of whoever moves"),
    "alone": N_("By improvements of one party, all others passive"),
}


def paths_view(found: Paths) -> Iterator[RenderableType]:
    """Yield the paths, step by step."""
    graph = found.graph
    goal = _("state {state}").format(state=found.goal)
    if found.goal in {outcome.id for outcome in graph.conflict.outcomes}:
        goal = f"{quoted(graph.conflict.outcome(found.goal).label)} ({states_words(found.n_goal)})"
    yield text(_("From {state} to {goal}").format(state=at_state(graph, found.start), goal=goal), "bold")
    yield from reading_line(graph.conflict, found.reading)
    yield text(f"{state_words(graph, found.start)}", "dim")
    for way in found.ways:
        kind = _(_WAYS[way.by])
        if way.path is None:
            words = counted(
                "{kind}: there is no way ({n} state can be reached).",
                "{kind}: there is no way ({n} states can be reached).",
                way.n_reached,
                kind=kind,
            )
            yield Padding(text(words), (1, 0, 0, 0))
            continue
        if not way.path:
            yield Padding(text(_("{kind}: it is there already.").format(kind=kind)), (1, 0, 0, 0))
            continue
        yield Padding(text(f"{kind}: {steps_count(len(way.path))}"), (1, 0, 0, 0))
        for place, move in enumerate(way.path, 1):
            yield Padding(text(f"{place}. {move_words(graph, found.game, move)}"), (0, 0, 0, 2))
        first = [f"{dm_name(graph.conflict, dm)} ({steps_count(steps)})" for dm, steps in way.first.items()]
        if way.by != "alone":
            words = _("Who can move first: {names}").format(names=joined(first))
            yield Padding(text(words, "dim"), (0, 0, 0, 2))


# -- tables that several views use ----------------------------------------------------------------------------------


def option_rows(graph: Graph, states: np.ndarray, per_block: int) -> Iterator[RenderableType]:
    """Yield the field's option table: options down, states across, in blocks that fit the width."""
    values = cells(graph, states)
    for begin in range(0, len(states), per_block):
        block = states[begin : begin + per_block]
        table = Listing("", *[graph.space.label(state) for state in block.tolist()])
        for dm in graph.conflict.decision_makers:
            if dm.options:
                table.add_row(text(dm.label, "bold"))
            for option in dm.options:
                key = f"{dm.id}.{option.id}"
                table.add_row(
                    text("  " + short(option.label, 44)), *[text(v) for v in values[key][begin : begin + per_block]]
                )
        yield table


def outlook_view(item: ReadingAnalysis, concept: str) -> Iterator[RenderableType]:
    """Yield one line an outcome: holds or not, and why not."""
    table = Listing(_("outcome"), _("under {concept}").format(concept=concept.upper()))
    for one in outlook(item, concept):
        name = item.graph.conflict.outcome(one.outcome).label
        table.add_row(text(name, "bold" if one.holding else ""), text(outlook_sentence(item.graph, one)))
    yield table


def library_view(rows: list[dict[str, str]]) -> Iterator[RenderableType]:
    """Yield the list of built-in conflicts; the 78 games take one line."""
    table = Listing(_("name"), _("title"), _("source"))
    for row in rows:
        if not row["name"].startswith("game_"):
            table.add_row(text(row["name"]), text(row["title"]), text(short(row["source"], 120)))
    table.add_row(
        text("game_1 … game_78"), text(_("the strict ordinal 2×2 games")), text(_("see {name}").format(name="game_1"))
    )
    yield table
