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
    joined,
    move_words,
    outlook_sentence,
    plural,
    reason_sentences,
)
from detente.report.words import (
    cells,
    lenses_words,
    outcomes_words,
    parties_words,
    reading_words,
    short,
    state_words,
    steps_words,
    text,
)

MOST_SHOWN = 25
"""Rows of a list of equilibria before the rest is counted instead of shown."""


def heading(words: str) -> RenderableType:
    """Return a heading."""
    return Padding(text(words, "bold"), (1, 0, 0, 0))


# -- analyze --------------------------------------------------------------------------------------------------------


def model_head(graph: Graph) -> Iterator[RenderableType]:
    """Yield the title, and a line of counts."""
    conflict = graph.conflict
    yield text(conflict.title or "Untitled conflict", "bold")
    words = [parties_words(conflict)]
    words += [plural(len(conflict.options), "option")] if conflict.options else []
    words += [plural(graph.n_states, "state")]
    if graph.status_quo is not None:
        words.append(f"status quo: state {graph.space.label(graph.status_quo)}")
    yield text(" · ".join(words), "dim")


def reading_line(conflict: Conflict, reading: str) -> Iterator[RenderableType]:
    """Yield which reading an answer is about, where there are several."""
    if len(conflict.readings) > 1:
        yield text(f"Reading {reading_words(conflict, reading)}", "dim")


def analysis_view(analysis: Analysis, *, everything: bool = False) -> Iterator[RenderableType]:
    """Yield what can hold, reading by reading, with a legend of the marks in use.

    Many equilibria are counted by class, or cut, unless ``everything`` is asked for.
    """
    yield from model_head(analysis.graph)
    several = len(analysis.readings) > 1
    used: set[str] = set()
    for item in analysis.readings.values():
        if several:
            yield heading(f"Reading {reading_words(analysis.conflict, item.reading)}")
            yield text(lenses_words(analysis.conflict, item.reading), "dim")
        else:
            yield text("")
        yield from reading_view(item, used, everything=everything)
    yield from legend(used)
    if analysis.sanctions != "legal":
        yield text(f"Sanctions: {analysis.sanctions.replace('_', ' ')} (not the field's legal sequences).", "dim")


def reading_view(item: ReadingAnalysis, used: set[str], *, everything: bool = False) -> Iterator[RenderableType]:
    """Yield the equilibria of one reading; the marks that occur are added to ``used``."""
    found = {key: item.equilibria(key) for key in item.concepts}
    anywhere = np.zeros(item.graph.n_states, dtype=bool)
    for states in found.values():
        anywhere[states] = True
    union = np.flatnonzero(anywhere)
    if not len(union):
        yield text("No state is an equilibrium under any of these concepts.")
    elif everything:
        yield from _equilibria_table(item, found, union, used)
    elif len(union) > MOST_SHOWN and (item.graph.conflict.classes or item.graph.conflict.outcomes):
        yield from _by_class(item, found, used)
    else:
        yield from _equilibria_table(item, found, union[:MOST_SHOWN], used)
        if len(union) > MOST_SHOWN:
            yield text(f"… and {len(union) - MOST_SHOWN:,} more (--all shows them)", "dim")
            yield text(_totals(found), "dim")
    for key in item.concepts:
        if not len(found[key]) and len(union):
            yield text(f"{key}: no equilibrium", "dim")
    for key, why in item.verdicts.absent.items():
        yield text(f"{key}: not decided; {why}", "dim")
    if item.behaviour:
        words = [f"{dm_name(item.graph.conflict, dm)} {key}" for dm, key in item.behaviour.items()]
        yield text("behaviour: " + ", ".join(words), "dim")


def _equilibria_table(
    item: ReadingAnalysis, found: dict[str, np.ndarray], states: np.ndarray, used: set[str]
) -> Iterator[RenderableType]:
    graph = item.graph
    reach = item.reachability
    keys = list(found)
    columns = ["state", *keys, *(["moves", "impr."] if reach is not None else []), "marks", "what it is"]
    table = Listing(*columns, right=("moves", "impr."))
    footnotes = []
    used.add("holds")
    for state in states.tolist():
        marks, row = [], [text(graph.space.label(state))]
        row += [text("●" if state in found[key] else "·", "" if state in found[key] else "dim") for key in keys]
        if reach is not None:
            row += [text(steps_words(int(steps[state]))) for steps in (reach.by_moves, reach.by_improvements)]
            used.add("reach")
        if state == graph.status_quo:
            marks.append("SQ")
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
            everyone = len(one.gains) == len(item.game.parties)
            gains = (
                "everyone gains"
                if everyone
                else f"{joined([dm_name(item.graph.conflict, dm) for dm in one.gains])} "
                f"{'gain' if len(one.gains) > 1 else 'gains'}"
            )
            by.setdefault(f"{item.graph.space.label(one.by)}: {gains}", []).append(key)
    return "; ".join(f"{words} ({', '.join(where)})" for words, where in by.items())


def _by_class(item: ReadingAnalysis, found: dict[str, np.ndarray], used: set[str]) -> Iterator[RenderableType]:
    graph = item.graph
    names = graph.conflict.reported
    keys = list(found)
    strongest = next((key for key in ("seq", *keys) if key in found), keys[0])
    reach = item.reachability
    near = [f"nearest ({strongest})", "moves", "impr."] if reach is not None else []
    table = Listing("outcome", "states", *keys, *near, right=("states", *keys, *near))
    used |= {"class", "near"} if reach is not None else {"class"}
    for name in names:
        inside = graph.outcome(name)
        counts = [int(inside[found[key]].sum()) for key in keys]
        row = [text(f"{count:,}" if count else "·", "" if count else "dim") for count in counts]
        held = found[strongest][inside[found[strongest]]]
        if len(held) and reach is not None:
            state = nearest(item, held)
            row.append(text(graph.space.label(state)))
            row += [text(steps_words(int(steps[state]))) for steps in (reach.by_moves, reach.by_improvements)]
        table.add_row(text(graph.conflict.outcome(name).label), text(f"{int(inside.sum()):,}"), *row)
    yield table
    yield text(f"{_totals(found)} detente analyze MODEL --all lists them.", "dim")


def _totals(found: dict[str, np.ndarray]) -> str:
    return f"Equilibria in all: {', '.join(f'{key} {len(states):,}' for key, states in found.items())}."


_MARKS = {
    "holds": "●: an equilibrium under this concept; ·: none",
    "class": "A number counts the states of the outcome that are equilibria under the concept; ·: none",
    "near": "nearest: to the status quo; moves, impr.: fewest steps from there by legal moves, by improvements; – none",
    "reach": "moves, impr.: fewest steps from the status quo by any legal moves, and by improvements only; – no way",
    "SQ": "SQ: the status quo",
    "!": "!: nature can leave it",
    "<": "<: another equilibrium is at least as good for everyone and better for those who gain",
}


def legend(used: set[str]) -> Iterator[RenderableType]:
    """Yield what the marks in use mean, one line each."""
    lines = [words for key, words in _MARKS.items() if key in used]
    if lines:
        yield Padding(Group(*[text(line, "dim") for line in lines]), (1, 0, 0, 0))


# -- explain, paths -------------------------------------------------------------------------------------------------


def explanation_view(explanation: Explanation) -> Iterator[RenderableType]:
    """Yield the reasons, one paragraph each."""
    graph = explanation.graph
    yield text(f"State {graph.space.label(explanation.state)}: {state_words(graph, explanation.state)}", "bold")
    yield from reading_line(graph.conflict, explanation.reading)
    for reason in explanation.reasons:
        head, *rest = reason_sentences(explanation, reason)
        yield Padding(text(head, "green" if reason.stable else "red"), (1, 0, 0, 0))
        for line in rest[:MOST_SHOWN]:
            yield Padding(text("– " + line), (0, 0, 0, 2))
        if len(rest) > MOST_SHOWN:
            yield Padding(text(f"… and {len(rest) - MOST_SHOWN:,} more improvements"), (0, 0, 0, 2))
    for key, why in explanation.absent.items():
        yield Padding(text(f"{key}: not decided; {why}", "dim"), (1, 0, 0, 0))


_WAYS = {
    "moves": "By any legal moves",
    "improvements": "By improvements of whoever moves",
    "alone": "By improvements of one party, all others passive",
}


def paths_view(found: Paths) -> Iterator[RenderableType]:
    """Yield the paths, step by step."""
    graph = found.graph
    named = {outcome.id: f"“{outcome.label}” ({plural(found.n_goal, 'state')})" for outcome in graph.conflict.outcomes}
    goal = named.get(found.goal, f"state {found.goal}")
    yield text(f"From state {graph.space.label(found.start)} to {goal}", "bold")
    yield from reading_line(graph.conflict, found.reading)
    yield text(f"{state_words(graph, found.start)}", "dim")
    for way in found.ways:
        if way.path is None:
            words = f"{_WAYS[way.by]}: there is no way ({plural(way.n_reached, 'state')} can be reached)."
            yield Padding(text(words), (1, 0, 0, 0))
            continue
        if not way.path:
            yield Padding(text(f"{_WAYS[way.by]}: it is there already."), (1, 0, 0, 0))
            continue
        yield Padding(text(f"{_WAYS[way.by]}: {plural(len(way.path), 'step')}"), (1, 0, 0, 0))
        for number, move in enumerate(way.path, 1):
            yield Padding(text(f"{number}. {move_words(graph, found.game, move)}"), (0, 0, 0, 2))
        first = [f"{dm_name(graph.conflict, dm)} ({plural(steps, 'step')})" for dm, steps in way.first.items()]
        if way.by != "alone":
            yield Padding(text(f"Who can move first: {joined(first)}", "dim"), (0, 0, 0, 2))


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
    table = Listing("outcome", "under " + concept.upper())
    for one in outlook(item, concept):
        name = item.graph.conflict.outcome(one.outcome).label
        table.add_row(text(name, "bold" if one.holding else ""), text(outlook_sentence(item.graph, one)))
    yield table


def library_view(rows: list[dict[str, str]]) -> Iterator[RenderableType]:
    """Yield the list of built-in conflicts; the 78 games take one line."""
    table = Listing("name", "title", "source")
    for row in rows:
        if not row["name"].startswith("game_"):
            table.add_row(text(row["name"]), text(row["title"]), text(short(row["source"], 120)))
    table.add_row(text("game_1 … game_78"), text("the strict ordinal 2×2 games"), text("see game_1"))
    yield table
