"""All sentences about results, in one place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.analysis.explain import Explanation, Improvement, Reason, Sanction
from detente.analysis.outlook import OutcomeOutlook
from detente.analysis.reach import Move
from detente.conflict.conflict import Conflict
from detente.graph.graph import Graph
from detente.report.speech import _, counted, joined, ngettext, number
from detente.report.words import at_state
from detente.stability.game import Game

MOST_NAMED = 4
"""Parties that are named in a list before the rest is counted."""


def dm_name(conflict: Conflict, dm: str) -> str:
    """Return a decision maker's display name."""
    return conflict.decision_maker(dm).label


def names_of(conflict: Conflict, dms: Sequence[str]) -> str:
    """Return decision makers by display name, joined with ``and``."""
    return joined([dm_name(conflict, dm) for dm in dms])


def move_words(graph: Graph, game: Game, move: Move) -> str:
    """Return what a mover does in a step, option by option, and the state it leads to."""
    mover = game.movers[move.by].name
    words = step_words(graph, (mover,), move.start, move.end)
    words = words or _("{name} moves").format(name=dm_name(graph.conflict, mover))
    return f"{words} → {at_state(graph, move.end)}"


def step_words(graph: Graph, movers: Sequence[str], start: int, end: int) -> str:
    """Return what movers do in one step, option by option; empty where no option of theirs or others changes."""
    conflict = graph.conflict
    before, after = graph.space.options_of(start), graph.space.options_of(end)
    own: dict[str, list[str]] = {}
    others: list[str] = []
    for option, value in after.items():
        old = before[option]
        if value == old or value is None or old is None:
            continue
        if conflict.owner(option) in movers:
            own.setdefault(conflict.owner(option), []).append(does_words(conflict, option, value, old))
        else:
            label = conflict.options[option].label
            others.append(_("{option} becomes {value}").format(option=label, value=value))
    if not own and not others:
        return ""
    words = joined(f"{dm_name(conflict, dm)} {joined(deeds)}" for dm, deeds in own.items())
    words = words or ngettext("{names} moves", "{names} move", len(movers)).format(names=names_of(conflict, movers))
    if not others:
        return words
    return _("{deeds} (whereupon {others})").format(deeds=words, others=joined(others))


def does_words(conflict: Conflict, option: str, value: str, old: str = "") -> str:
    """Return what somebody does who changes an option to a value: ``takes “Sign”``."""
    spec = conflict.options[option]
    if spec.binary:
        return (_("takes “{option}”") if value == "yes" else _("drops “{option}”")).format(option=spec.label)
    if old:
        return _("sets “{option}” from {old} to {value}").format(option=spec.label, old=old, value=value)
    return _("sets “{option}” to {value}").format(option=spec.label, value=value)


def to_do_words(conflict: Conflict, option: str, value: str) -> str:
    """Return what somebody would do who would change an option to a value: ``take “Sign”``."""
    spec = conflict.options[option]
    if spec.binary:
        return (_("take “{option}”") if value == "yes" else _("drop “{option}”")).format(option=spec.label)
    return _("set “{option}” to {value}").format(option=spec.label, value=value)


def reason_sentences(explanation: Explanation, reason: Reason) -> list[str]:
    """Return why a state is stable or not for one party under one concept, one sentence a line."""
    graph, game = explanation.graph, explanation.game
    head = (
        _("State {state} is stable for {name} under {concept}: {why}.")
        if reason.stable
        else _("State {state} is not stable for {name} under {concept}: {why}.")
    )
    why, steps = _why(explanation, reason, game.index(reason.dm))
    label = graph.space.label(explanation.state)
    name, concept = dm_name(graph.conflict, reason.dm), _(reason.concept.name)
    return [head.format(state=label, name=name, concept=concept, why=why), *steps]


def _why(explanation: Explanation, reason: Reason, i: int) -> tuple[str, list[str]]:
    """Return why a state is stable or not, as a clause, and a sentence for each improvement."""
    graph, game = explanation.graph, explanation.game
    if not reason.improvements:
        has_move = len(game.movers[i].moves.expand(np.array([explanation.state], dtype=np.int32))[1]) > 0
        return (_("it can reach no state that it prefers") if has_move else _("it cannot move from here")), []
    n = len(reason.improvements)
    if not reason.witnessed:
        moves = [move_words(graph, game, Move(i, explanation.state, item.end)) for item in reason.improvements]
        return counted(
            "it has {n} improvement; this concept decides by a rule of its own",
            "it has {n} improvements; this concept decides by a rule of its own",
            n,
        ), [f"{words}." for words in moves]
    steps = [_improvement_sentence(explanation, reason, i, item) for item in reason.improvements]
    if reason.concept.id == "nash":
        return counted("it has an improvement", "it has {n} improvements", n), steps
    if reason.stable:
        return counted(
            "it has {n} improvement, and opponents can meet it",
            "it has {n} improvements, and opponents can meet each of them",
            n,
        ), steps
    free = sum(item.sanction is None for item in reason.improvements)
    if n == 2 == free:
        return _("it has 2 improvements, and neither of them can be met"), steps
    if n == free:
        return counted(
            "it has {n} improvement, and nothing meets it",
            "it has {n} improvements, and none of them can be met",
            n,
        ), steps
    return counted(
        "it has {n} improvement, and {free} of them cannot be met",
        "it has {n} improvements, and {free} of them cannot be met",
        n,
        free=free,
    ), steps


def _improvement_sentence(explanation: Explanation, reason: Reason, i: int, item: Improvement) -> str:
    graph, game = explanation.graph, explanation.game
    step = move_words(graph, game, Move(i, explanation.state, item.end))
    if reason.concept.id == "nash":
        return f"{step}."
    if item.sanction is not None:
        return _("{step}; met: {sanction}.").format(
            step=step, sanction=_sanction_words(explanation, reason, item.sanction)
        )
    if reason.concept.id == "sim":
        return _("{step}; no improvements that others take at the same moment spoil it.").format(step=step)
    credible = reason.concept.credible
    if not item.n_reached:
        message = (
            _("{step}; not met: opponents have no improvements from there.")
            if credible
            else _("{step}; not met: opponents have no moves from there.")
        )
        return message.format(step=step)
    assert item.worst is not None
    worst = at_state(graph, item.worst)
    if item.way_out is not None:
        worst = _("{worst}, from which {name} moves on to {state}").format(
            worst=worst, name=dm_name(graph.conflict, reason.dm), state=at_state(graph, item.way_out)
        )
    lead = (
        counted(
            "opponents' improvements lead to {n} other state",
            "opponents' improvements lead to {n} other states",
            item.n_reached,
        )
        if credible
        else counted(
            "opponents' moves lead to {n} other state", "opponents' moves lead to {n} other states", item.n_reached
        )
    )
    if item.worst == item.end:
        message = _("{step}; not met: {lead}, none of them worse for it than {worst} itself.")
    elif item.way_out is not None:
        message = _("{step}; not met: {lead}, and even at worst ({worst}) it ends better off than where it began.")
    else:
        message = _(
            "{step}; not met: {lead}, and the worst that can come of it is {worst}, still better than where it began."
        )
    return message.format(step=step, lead=lead, worst=worst)


def _sanction_words(explanation: Explanation, reason: Reason, sanction: Sanction) -> str:
    graph, game = explanation.graph, explanation.game
    if sanction.together:
        movers = joined([dm_name(graph.conflict, game.movers[m.by].name) for m in sanction.path])
        words = ngettext(
            "{names} improves at the same moment, and together that gives {state}",
            "{names} improve at the same moment, and together that gives {state}",
            len(sanction.path),
        ).format(names=movers, state=at_state(graph, sanction.end))
    else:
        words = _(", then ").join(move_words(graph, game, move) for move in sanction.path)
    ranks = game.ranks(game.index(reason.dm))
    if ranks[sanction.end] == ranks[explanation.state]:
        message = (
            _("{deeds}, no better than where it began, and it has no way out of that")
            if reason.concept.counter
            else _("{deeds}, no better than where it began")
        )
    else:
        message = (
            _("{deeds}, worse than where it began, and it has no way out of that")
            if reason.concept.counter
            else _("{deeds}, worse than where it began")
        )
    return message.format(deeds=words)


def outlook_sentence(graph: Graph, item: OutcomeOutlook) -> str:
    """Return one sentence on how an outcome fares under the concept that was asked for."""
    conflict = graph.conflict
    if not item.n_states:
        return _("No state has it.")
    if item.holding:
        found = counted(
            "Holds in {held} of {n} state, e.g. {state}",
            "Holds in {held} of {n} states, e.g. {state}",
            item.n_states,
            held=number(len(item.holding)),
            state=graph.space.label(item.example or 0),
        )
        distance = _distance_words(graph, item)
        return f"{found} ({distance})." if distance else f"{found}."
    if item.blockers:
        names = joined([dm_name(conflict, dm) for dm in item.blockers], "or")
        return _("Does not hold: no state of it is stable for {names}.").format(names=names)
    counts = [
        _("{name} in {count}").format(name=dm_name(conflict, dm), count=number(count))
        for dm, count in item.unstable_for
    ]
    return _("Does not hold: each state of it is unstable for someone ({counts} of {total}).").format(
        counts=", ".join(first_named(counts, 2)), total=number(item.n_states)
    )


def first_named(parties: Sequence[str], most: int = MOST_NAMED) -> list[str]:
    """Return what is said of each party, and instead of what goes too far how many more there are."""
    left = len(parties) - most
    if left < 2:
        return list(parties)
    return [*parties[:most], counted("{n} more party", "{n} more parties", left)]


def _distance_words(graph: Graph, item: OutcomeOutlook) -> str:
    """Return how far the example is from the status quo, and whether improvements alone lead there."""
    if graph.status_quo is None:
        return ""
    if item.reachable is None:
        return _("no legal moves lead there from the status quo")
    if item.reachable == 0:
        return _("the status quo")
    if item.improving is None:
        return counted(
            "{n} legal move away; improvements alone do not lead there",
            "{n} legal moves away; improvements alone do not lead there",
            item.reachable,
        )
    if item.improving == item.reachable:
        return counted("{n} improvement away", "{n} improvements away", item.improving)
    return counted(
        "{n} legal move away, {improving} by improvements alone",
        "{n} legal moves away, {improving} by improvements alone",
        item.reachable,
        improving=number(item.improving),
    )
