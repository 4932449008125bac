"""Small pieces of text that several views share. Labels from a model are hostile: nothing here interprets them."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from detente.analysis.reach import UNREACHED
from detente.conflict.conflict import Conflict
from detente.errors import printable
from detente.graph.graph import Graph

YES, NO, OPEN = "Y", "N", "-"


def text(words: object, style: str = "") -> Text:
    """Return words as they are: no markup, control characters made visible."""
    return Text(printable(str(words)), style=style)


def short(words: str, width: int) -> str:
    """Return words cut to a width, with an ellipsis where something is missing."""
    return words if len(words) <= width else words[: max(1, width - 1)] + "…"


def parties_words(conflict: Conflict) -> str:
    """Return how many decide; nature, which decides nothing, is not counted."""
    count = len(conflict.parties)
    nature = len(conflict.decision_makers) > count
    return f"{count:,} decision maker{'' if count == 1 else 's'}{' and nature' if nature else ''}"


def reading_words(conflict: Conflict, reading: str) -> str:
    """Return a reading's display name, with what ``--reading`` takes where that is something else."""
    label = conflict.reading(reading).label
    return reading if label == reading else f"“{label}” ({reading})"


def lenses_words(conflict: Conflict, reading: str) -> str:
    """Return which lens each party has under a reading, by display name."""
    return "; ".join(
        f"{party.label}: {party.lens(conflict.lens_choice(reading)[party.id]).label}" for party in conflict.parties
    )


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
    return "; ".join(parties) or "nothing taken"


def steps_words(steps: int) -> str:
    """Return a number of steps, or a dash where there is no way."""
    return "–" if steps >= UNREACHED else str(steps)
