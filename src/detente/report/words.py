"""Small pieces of text that several views share. Labels from a model are hostile: nothing here interprets them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.text import Text

from detente.analysis.reach import UNREACHED
from detente.conflict.conflict import Conflict
from detente.errors import printable
from detente.graph.graph import Graph
from detente.report.speech import N_, _, counted
from detente.report.terms import said, said_as

YES, NO, OPEN = "Y", "N", "-"


def text(words: object, style: str = "") -> Text:
    """Return words as they are: no markup, control characters made visible."""
    return Text(printable(str(words)), style=style)


def short(words: str, width: int) -> str:
    """Return words cut to a width, with an ellipsis where something is missing."""
    return words if len(words) <= width else words[: max(1, width - 1)] + "…"


def ended(sentence: str) -> str:
    """Return a sentence without a full stop after an ellipsis."""
    return sentence.removesuffix(".") if sentence.endswith("….") else sentence


def parties_words(conflict: Conflict) -> str:
    """Return how many decide; nature, which decides nothing, is not counted."""
    count = len(conflict.parties)
    return count_parties(count, nature=len(conflict.decision_makers) > count)


def count_parties(count: int, *, nature: bool) -> str:
    """Return a number of decision makers, and whether nature is another."""
    if nature:
        return counted("{n} decision maker and nature", "{n} decision makers and nature", count)
    return counted("{n} decision maker", "{n} decision makers", count)


def reading_words(conflict: Conflict, reading: str) -> str:
    """Return a reading's display name, with what ``--reading`` takes where that is something else."""
    label = conflict.reading(reading).label
    return reading if label == reading else _("“{label}” ({key})").format(label=label, key=reading)


def lenses_words(conflict: Conflict, reading: str) -> str:
    """Return which lens each party has under a reading, by display name."""
    return "; ".join(
        f"{party.label}: {party.lens(conflict.lens_choice(reading)[party.id]).label}" for party in conflict.parties
    )


def title_words(conflict: Conflict) -> str:
    """Return a conflict's title."""
    return said_as(N_("{title} (variant: {variant})"), conflict.title) or _("Untitled conflict")


def states_words(n: int) -> str:
    """Return a number of states."""
    return counted("{n} state", "{n} states", n)


def at_state(graph: Graph, state: int) -> str:
    """Return a state by its number or label: ``state 5``."""
    return at_label(graph.space.label(state))


def at_label(label: object) -> str:
    """Return a number or label as that of a state: ``state 5``."""
    return _("state {state}").format(state=label)


def more_words(n: int) -> str:
    """Return that so many are not shown."""
    return counted("… and {n} more", "… and {n} more", n)


def listed_words(labels: Sequence[str], most: int) -> str:
    """Return labels one after another; of many the first ones, and how many more there are."""
    shown = " ".join(labels[:most])
    return f"{shown} {more_words(len(labels) - most)}" if len(labels) > most else shown


def absent_words(concept: str, why: str) -> str:
    """Return that a concept was not decided, and why."""
    return _("{concept}: not decided; {why}").format(concept=concept, why=said(why))


def outcomes_words(graph: Graph, state: int) -> str:
    """Return the display names of the outcomes that a state has."""
    return "; ".join(graph.conflict.outcome(name).label for name, holds in graph.outcomes_of if holds[state])


def cell(graph: Graph, option: str, value: str | None) -> str:
    """Return an option's value as the field writes it: Y, N, - (open), or the value's name."""
    if value is None:
        return OPEN
    if graph.conflict.options[option].binary:
        return YES if value == "yes" else NO
    return value


def cells(graph: Graph, states: np.ndarray) -> dict[str, list[str]]:
    """Return the cells of every option, one list of values per option."""
    result = {}
    for option, spec in graph.conflict.options.items():
        words = [cell(graph, option, value.id) for value in spec.values] + [OPEN]
        result[option] = [words[position] for position in graph.space.positions(option, states).tolist()]
    return result


def state_words(graph: Graph, state: int) -> str:
    """Return a state as what is taken in it, party by party, by display name.

    An option at its first value counts as not taken; what nature does is always said.
    """
    values = graph.space.options_of(state)
    parties = []
    for dm in graph.conflict.decision_makers:
        taken = []
        for option in dm.options:
            value = values[f"{dm.id}.{option.id}"]
            if value is not None and (value != option.values[0].id or (dm.kind == "nature" and not option.binary)):
                taken.append(option.label if option.binary else f"{option.label} = {value}")
        if taken:
            parties.append(f"{dm.label}: {', '.join(taken)}")
    return "; ".join(parties) or _("nothing taken")


def steps_count(n: int) -> str:
    """Return a number of steps in words."""
    return counted("{n} step", "{n} steps", n)


def steps_words(steps: int) -> str:
    """Return a number of steps, or a dash where there is no way."""
    return "–" if steps >= UNREACHED else str(steps)
