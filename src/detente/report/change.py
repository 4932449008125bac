"""In a terminal: what parties would have to prefer so that a wished state is an equilibrium."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from detente.analysis.inverse import Change, PartyChange, number
from detente.analysis.inverse_count import Count
from detente.conflict.conflict import Conflict
from detente.graph.graph import Graph
from detente.report.sentences import dm_name, names_of
from detente.report.speech import N_, _, brief_number, capital, counted, in_language, joined, quoted
from detente.report.speech import number as number_words
from detente.report.terminal import heading, model_head, reading_line
from detente.report.words import at_state, outcomes_words, short, state_words, text
from detente.stability.registry import concept

MOST_PAIRS = 12
"""So many sentences are written for one party, and so many states named in one."""
MOST_DESCRIBED = 4
"""So many states of a sentence are described."""
OTHERWISE = N_("today the other way round")
MOST_LETTERS = 80
"""What is said of a state is no longer."""


def change_view(found: Change) -> Iterator[RenderableType]:
    """Yield what was asked, the least distance, each change party by party, and what it all means."""
    yield from model_head(found.graph)
    yield from reading_line(found.conflict, found.reading)
    yield text("")
    yield text(_asked(found))
    if found.kept:
        yield text(kept_words(found.conflict, found.kept))
    yield text(_answer(found), "bold")
    several = len(found.solutions) > 1
    for place, one in enumerate(found.solutions, 1):
        if several or len(found.states) > 1:
            words = _("Change {place}: for {state}") if several else _("The change: for {state}")
            yield heading(words.format(place=place, state=_state(found.graph, one.state)))
        for party in one.parties:
            yield text("")
            yield from _party(found, party)
    yield from _legend(found)


def kept_words(conflict: Conflict, kept: Sequence[str]) -> str:
    """Return who stays as it is."""
    return _("Kept as they are: {names}.").format(names=names_of(conflict, kept))


def _asked(found: Change) -> str:
    name = _(concept(found.concept).name)
    if len(found.states) == 1:
        words = _("Wished: {state} as an equilibrium. {concept}.")
        return words.format(state=_state(found.graph, found.states[0]), concept=name)
    return counted(
        "Wished: one of {n} state of {target} as an equilibrium. {concept}.",
        "Wished: one of {n} states of {target} as an equilibrium. {concept}.",
        len(found.states),
        target=_target(found),
        concept=name,
    )


def _target(found: Change) -> str:
    """Return what is wished, by its name where it is an outcome."""
    names = {item.id: item.label for item in found.graph.conflict.outcomes}
    return quoted(names[found.target]) if found.target in names else found.target


def _answer(found: Change) -> str:
    distance = found.distance
    if distance is None:
        if found.at_least is None:
            if not found.blocking:
                return _("No change of these rankings makes it one.")
            words = _("No change of these rankings makes it one. {names} would leave whatever the others prefer.")
            return words.format(names=names_of(found.conflict, found.blocking))
        words = _("No change was found in the time given; none has a smaller distance than {least}.")
        return words.format(least=_number(found.at_least))
    if not distance:
        return _("It is one as things stand: nothing has to change.")
    if not found.proven and not found.at_least:
        words = _("Distance {distance}, the smallest found; that none is smaller is not proven.")
        return words.format(distance=brief_number(distance))
    if not found.proven:
        words = _("Distance {distance}, the smallest found; proven is only that none is smaller than {least}.")
        return words.format(distance=brief_number(distance), least=_number(found.at_least or 0))
    return _("Distance {distance}: no smaller change does it.").format(distance=brief_number(distance))


def _number(halves: int) -> str:
    return brief_number(number(halves))


def _state(graph: Graph, state: int) -> str:
    """Return a state's number or label with what is taken in it, or, where that is long, its class or outcomes."""
    conflict, class_of = graph.conflict, graph.class_of
    words = state_words(graph, state) if conflict.options else ""
    if class_of is not None and len(words) > MOST_LETTERS:
        words = conflict.outcome(conflict.classes[class_of[state]]).label
    elif not words or len(words) > MOST_LETTERS:
        words = outcomes_words(graph, state) or words
    name = at_state(graph, state)
    return f"{name} ({short(words, MOST_LETTERS)})" if words else name


def _party(found: Change, party: PartyChange) -> Iterator[RenderableType]:
    """Yield a sentence for each state that comes to be preferred to others, or to be as good."""
    words = counted(
        "{name} would have to change {n} pair of states (distance {distance}):",
        "{name} would have to change {n} pairs of states (distance {distance}):",
        len(party.pairs),
        name=dm_name(found.conflict, party.dm),
        distance=_number(party.halves),
    )
    yield text(words)
    groups: dict[tuple[int, str, str], list[int]] = {}
    for better, worse, verb, now in _ordered(party):
        groups.setdefault((better, verb, now), []).append(worse)
    for (better, verb, now), others in list(groups.items())[:MOST_PAIRS]:
        words = _(verb).format(state=_state(found.graph, better), others=_states(found.graph, others))
        yield text(f"  {words} ({_(now)})")
    if len(groups) > MOST_PAIRS:
        words = counted(
            "and {n} more such sentences; --format csv has every pair",
            "and {n} more such sentences; --format csv has every pair",
            len(groups) - MOST_PAIRS,
        )
        yield text(f"  {words}")


def _states(graph: Graph, states: list[int]) -> str:
    """Return what states are; of many only which, and of very many only the first."""
    if len(states) <= MOST_DESCRIBED:
        return joined([_state(graph, state) for state in states])
    labels = [graph.space.label(state) for state in states[:MOST_PAIRS]]
    if len(states) > MOST_PAIRS:
        labels.append(counted("{n} more", "{n} more", len(states) - MOST_PAIRS))
    return counted("{n} states: {listed}", "{n} states: {listed}", len(states), listed=joined(labels))


def _ordered(party: PartyChange) -> Iterator[tuple[int, int, str, str]]:
    """Yield (state, other state, what is wanted, what is) for each pair, states that rise over most others first."""
    found = []
    for pair in party.pairs:
        rises = pair.after > 0 or (not pair.after and pair.before < 0)
        a, b = (pair.first, pair.second) if rises else (pair.second, pair.first)
        verb = N_("prefer {state} to {others}") if pair.after else N_("find {state} as good as {others}")
        now = OTHERWISE if pair.before and pair.after else N_("today as good") if pair.after else N_("today better")
        found.append((a, b, verb, now))
    over = Counter(a for a, *_ in found)
    yield from sorted(found, key=lambda item: (-over[item[0]], item[0], item[3] != OTHERWISE, item))


def _legend(found: Change) -> Iterator[RenderableType]:
    """Yield what a distance is, where one is named, and whether there are other changes."""
    if found.distance == 0 or (not found.solutions and found.at_least is None):
        return
    yield text("")
    if found.solutions:
        yield text(_others(found), "dim")
    words = _(
        "Distance: 1 for each pair of states whose order is reversed, 1/2 for each tie made or broken, over all "
        "parties (Kinsara, Kilgour & Hipel 2015)."
    )
    yield text(words, "dim")
    if found.solutions:
        yield text(_("Each change has been confirmed by deciding the changed model."), "dim")


def _others(found: Change) -> str:
    if not found.complete:
        return _("There may be other changes at this distance; --all N lists up to N.")
    if len(found.solutions) == 1:
        return _("It is the only change at this distance.")
    return _("There is no other change at this distance.")


def count_view(found: Count) -> Iterator[RenderableType]:
    """Yield how many rankings make the state an equilibrium, and of how many."""
    yield from model_head(found.graph)
    yield from reading_line(found.conflict, found.reading)
    yield text("")
    words = _("{state} is an equilibrium ({concept})")
    state = capital(_state(found.graph, found.state))
    yield text(words.format(state=state, concept=_(concept(found.concept).name)))
    words = _("under {count} of {total} strict rankings of {names}.")
    names = names_of(found.conflict, found.free)
    yield text(words.format(count=_count(found.count), total=_count(found.total), names=names), "bold")
    if found.total:
        share = brief_number(100 * found.count / found.total, 4)
        yield text(_("That is {share} %.").format(share=share))
    if found.kept:
        yield text(kept_words(found.conflict, found.kept))


def _count(count: int) -> str:
    """Return a count in full, or with its first digits where it is very long."""
    if count < 10**30:
        return number_words(count)
    exponent = _digits(count) - 1
    return f"{in_language(str(count // 10 ** (exponent - 3) / 1000))} · 10^{exponent}"


def _digits(number: int) -> int:
    """Return how many decimal digits a positive number has, however many."""
    guess = int(number.bit_length() * 0.30103)
    power: int = 10**guess
    return guess + 1 if number >= power else guess
