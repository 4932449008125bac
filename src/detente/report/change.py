"""In a terminal: what parties would have to prefer so that a wished state is an equilibrium."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.inverse import Change, PartyChange, number
from detente.analysis.inverse_count import Count
from detente.graph.graph import Graph
from detente.report.sentences import dm_name, joined, plural
from detente.report.terminal import heading, model_head, reading_line
from detente.report.words import outcomes_words, short, state_words, text
from detente.stability.registry import concept

MOST_PAIRS = 12
"""So many sentences are written for one party, and so many states named in one."""
MOST_DESCRIBED = 4
"""So many states of a sentence are described."""
MOST_LETTERS = 80
"""What is said of a state is no longer."""


def change_view(found: Change) -> Iterator[RenderableType]:
    """Yield what was asked, the least distance, each change party by party, and what it all means."""
    yield from model_head(found.graph)
    yield from reading_line(found.conflict, found.reading)
    yield text("")
    yield text(_asked(found))
    if found.kept:
        yield text(f"Kept as they are: {joined([dm_name(found.conflict, dm) for dm in found.kept])}.")
    yield text(_answer(found), "bold")
    several = len(found.solutions) > 1
    for place, one in enumerate(found.solutions, 1):
        if several or len(found.states) > 1:
            place_words = f"Change {place}" if several else "The change"
            yield heading(f"{place_words}: for {_state(found.graph, one.state)}")
        for party in one.parties:
            yield text("")
            yield from _party(found, party)
    yield from _legend(found)


def _asked(found: Change) -> str:
    name = concept(found.concept).name
    if len(found.states) == 1:
        return f"Wished: {_state(found.graph, found.states[0])} as an equilibrium. {name}."
    return f"Wished: one of {plural(len(found.states), 'state')} of {found.target} as an equilibrium. {name}."


def _answer(found: Change) -> str:
    distance = found.distance
    if distance is None:
        if found.at_least is None:
            return "No change of these rankings makes it one." + _blocking(found)
        return f"No change was found in the time given; none is smaller than {_number(found.at_least)}."
    if not distance:
        return "It is one as things stand: nothing has to change."
    words = f"Distance {distance:g}"
    if not found.proven:
        return f"{words}, the smallest found; proven is only that none is smaller than {_number(found.at_least or 0)}."
    return f"{words}: no smaller change does it."


def _blocking(found: Change) -> str:
    if not found.blocking:
        return ""
    names = joined([dm_name(found.conflict, dm) for dm in found.blocking])
    return f" {names} would leave whatever the others prefer."


def _number(halves: int) -> str:
    return f"{number(halves):g}"


def _state(graph: Graph, state: int) -> str:
    """Return a state's number or label with what is taken in it, or, where that is long, its class or outcomes."""
    conflict, class_of = graph.conflict, graph.class_of
    words = state_words(graph, state) if conflict.options else ""
    if class_of is not None and len(words) > MOST_LETTERS:
        words = conflict.outcome(conflict.classes[class_of[state]]).label
    elif not words or len(words) > MOST_LETTERS:
        words = outcomes_words(graph, state) or words
    return f"state {graph.space.label(state)}" + (f" ({short(words, MOST_LETTERS)})" if words else "")


def _party(found: Change, party: PartyChange) -> Iterator[RenderableType]:
    """Yield a sentence for each state that comes to be preferred to others, or to be as good."""
    name = dm_name(found.conflict, party.dm)
    pairs = plural(len(party.pairs), "pair of states", "pairs of states")
    yield text(f"{name} would have to change {pairs} (distance {_number(party.halves)}):")
    groups: dict[tuple[int, str, str], list[int]] = {}
    for better, worse, verb, now in _ordered(party):
        groups.setdefault((better, verb, now), []).append(worse)
    for (better, verb, now), others in list(groups.items())[:MOST_PAIRS]:
        yield text(f"  {verb.format(_state(found.graph, better))} {_states(found.graph, others)} ({now})")
    if len(groups) > MOST_PAIRS:
        yield text(f"  and {len(groups) - MOST_PAIRS:,} more such sentences; --format csv has every pair")


def _states(graph: Graph, states: list[int]) -> str:
    """Return what states are; of many only which, and of very many only the first."""
    if len(states) <= MOST_DESCRIBED:
        return joined([_state(graph, state) for state in states])
    labels = [graph.space.label(state) for state in states[:MOST_PAIRS]]
    if len(states) > MOST_PAIRS:
        labels.append(f"{len(states) - MOST_PAIRS:,} more")
    return f"{len(states):,} states: {joined(labels)}"


def _ordered(party: PartyChange) -> Iterator[tuple[int, int, str, str]]:
    """Yield (state, other state, what is wanted, what is) for each pair, states that rise over most others first."""
    found = []
    for pair in party.pairs:
        rises = pair.after > 0 or (not pair.after and pair.before < 0)
        a, b = (pair.first, pair.second) if rises else (pair.second, pair.first)
        verb = "prefer {} to" if pair.after else "find {} as good as"
        now = (
            "today the other way round"
            if pair.before and pair.after
            else "today as good"
            if pair.after
            else "today better"
        )
        found.append((a, b, verb, now))
    over = Counter(a for a, *_ in found)
    yield from sorted(found, key=lambda item: (-over[item[0]], item[0], item[3] != "today the other way round", item))


def _legend(found: Change) -> Iterator[RenderableType]:
    if not found.solutions or not found.distance:
        return
    yield text("")
    if not found.complete:
        yield text("There may be other changes at this distance; --all N lists up to N.", "dim")
    elif len(found.solutions) == 1:
        yield text("It is the only change at this distance.", "dim")
    else:
        yield text("There is no other change at this distance.", "dim")
    yield text(
        "Distance: 1 for each pair of states whose order is reversed, 1/2 for each tie made or broken, over all "
        "parties (Kinsara, Kilgour & Hipel 2015).",
        "dim",
    )
    yield text("Each change has been confirmed by deciding the changed model.", "dim")


def count_view(found: Count) -> Iterator[RenderableType]:
    """Yield how many rankings make the state an equilibrium, and of how many."""
    yield from model_head(found.graph)
    yield from reading_line(found.conflict, found.reading)
    yield text("")
    free = joined([dm_name(found.conflict, dm) for dm in found.free])
    state = _state(found.graph, found.state)
    yield text(f"S{state[1:]} is an equilibrium ({concept(found.concept).name})")
    yield text(f"under {_count(found.count)} of {_count(found.total)} strict rankings of {free}.", "bold")
    if found.total:
        yield text(f"That is {100 * found.count / found.total:.4g} %.")
    if found.kept:
        yield text(f"Kept as they are: {joined([dm_name(found.conflict, dm) for dm in found.kept])}.")


def _count(number: int) -> str:
    """Return a count in full, or with its first digits where it is very long."""
    if number < 10**30:
        return f"{number:,}"
    exponent = _digits(number) - 1
    return f"{number // 10 ** (exponent - 3) / 1000} · 10^{exponent}"


def _digits(number: int) -> int:
    """Return how many decimal digits a positive number has, however many."""
    guess = int(number.bit_length() * 0.30103)
    power: int = 10**guess
    return guess + 1 if number >= power else guess
