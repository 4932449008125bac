"""What one can start from: the built-in conflicts, and the steps of a first model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from detente.library.index import GAMES, conflict_names, library
from detente.report.speech import N_
from detente.workbench.outline import Outline


@dataclass(frozen=True)
class Example:
    """A built-in conflict."""

    name: str
    title: str
    because: str
    source: str
    n_parties: int


@cache
def examples() -> tuple[Example, ...]:
    """Return the built-in conflicts but for the 2×2 games."""
    found = []
    for name in conflict_names():
        if name.startswith("game_"):
            continue
        conflict = library(name)
        found.append(Example(name, conflict.title, conflict.because, conflict.source, len(conflict.parties)))
    return tuple(found)


def game_names() -> tuple[str, ...]:
    """Return the names of the 2×2 games."""
    return tuple(f"game_{number}" for number in range(1, GAMES + 1))


@dataclass(frozen=True)
class Step:
    """A step of a first model: what to do, and how it is seen to be done. ``form`` is where it is done."""

    words: str
    hint: str
    done: Callable[[Outline], bool]
    form: str


STEPS: tuple[Step, ...] = (
    Step(
        N_("Say what the conflict is called"),
        N_("A title, as it would stand over an article."),
        lambda found: bool(found.title.strip()) and found.title != "A new conflict",
        "title",
    ),
    Step(
        N_("Name two parties or more"),
        N_("Who decides something here? States, firms, neighbours: whoever can act on its own."),
        lambda found: len(found.parties) >= 2,
        "parties",
    ),
    Step(
        N_("Say what each can do"),
        N_("One option a line: what it can take or leave. Most models need one to three a party."),
        lambda found: bool(found.parties) and all(party.options for party in found.parties),
        "parties",
    ),
    Step(
        N_("Say what each wants, the most important first"),
        N_("Statements such as “not them.attack”. A state that satisfies a higher one is liked better."),
        lambda found: (
            sum(not party.nature for party in found.parties) >= 2
            and all(party.nature or any(row.items for row in party.lists) for party in found.parties)
        ),
        "parties",
    ),
    Step(
        N_("Name what may come of it"),
        N_("Outcomes are names for states, such as “peace: not us.attack and not them.attack”."),
        lambda found: bool(found.outcomes),
        "outcomes",
    ),
    Step(
        N_("Say where things stand today"),
        N_("The options that are taken now. From there the page sees what can be reached."),
        lambda found: found.has_status_quo,
        "status_quo",
    ),
)
