"""All sentences about results, in one place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.analysis.explain import Explanation, Improvement, Reason, Sanction
from detente.analysis.outlook import OutcomeOutlook
from detente.analysis.reach import Move
from detente.conflict.conflict import Conflict
from detente.graph.graph import Graph
from detente.stability.game import Game


def dm_name(conflict: Conflict, dm: str) -> str:
    """Return a decision maker's display name."""
    return conflict.decision_maker(dm).label


def joined(words: list[str], conjunction: str = "and") -> str:
    """Join words: ``a``, ``a and b``, ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def plural(count: int, one: str, many: str = "") -> str:
    """Return ``1 state``, ``2 states``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def move_words(graph: Graph, game: Game, move: Move) -> str:
    """Return what a mover does in a step, option by option, and the state it leads to."""
    words = step_words(graph, (game.movers[move.by].name,), move.start, move.end) or (
        f"{dm_name(graph.conflict, game.movers[move.by].name)} moves"
    )
    return f"{words} → state {graph.space.label(move.end)}"


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
            own.setdefault(conflict.owner(option), []).append(change_words(conflict, option, value, old))
        else:
            others.append(f"{conflict.options[option].label} becomes {value}")
    if not own and not others:
        return ""
    names = [f"{dm_name(conflict, dm)} {joined(words)}" for dm, words in own.items()]
    text = joined(names) or f"{joined([dm_name(conflict, dm) for dm in movers])} {_moves(movers)}"
    return text + (f" (whereupon {joined(others)})" if others else "")


def change_words(conflict: Conflict, option: str, value: str, old: str = "", ending: str = "s") -> str:
    """Return what somebody does who changes an option to a value: ``takes “Sign”``; without ``ending``: ``take``."""
    spec = conflict.options[option]
    if spec.binary:
        return f"{'take' if value == 'yes' else 'drop'}{ending} “{spec.label}”"
    return f"set{ending} “{spec.label}”{f' from {old}' if old else ''} to {value}"


def _moves(movers: Sequence[str]) -> str:
    return "moves" if len(movers) == 1 else "move"


def reason_sentences(explanation: Explanation, reason: Reason) -> list[str]:
    """Return why a state is stable or not for one party under one concept, one sentence a line."""
    graph, game = explanation.graph, explanation.game
    name = dm_name(graph.conflict, reason.dm)
    here = f"State {graph.space.label(explanation.state)}"
    verdict = "stable" if reason.stable else "not stable"
    head = f"{here} is {verdict} for {name} under {reason.concept.name}"
    i = game.index(reason.dm)
    if not reason.improvements:
        has_move = len(game.movers[i].moves.expand(np.array([explanation.state], dtype=np.int32))[1]) > 0
        why = "it can reach no state that it prefers" if has_move else "it cannot move from here"
        return [f"{head}: {why}."]
    count = plural(len(reason.improvements), "improvement")
    if not reason.witnessed:
        steps = [move_words(graph, game, Move(i, explanation.state, item.end)) for item in reason.improvements]
        return [f"{head}: it has {count}; this concept decides by a rule of its own.", *(f"{step}." for step in steps)]
    if reason.concept.id == "nash":
        tail = "it has an improvement" if len(reason.improvements) == 1 else f"it has {count}"
    elif reason.stable:
        tail = f"it has {count}, and opponents can meet {'it' if len(reason.improvements) == 1 else 'each of them'}"
    else:
        free = sum(item.sanction is None for item in reason.improvements)
        total = len(reason.improvements)
        unmet = "nothing meets it" if total == 1 else f"{free} of them cannot be met"
        if free == total > 1:
            unmet = "neither of them can be met" if total == 2 else "none of them can be met"
        tail = f"it has {count}, and {unmet}"
    lines = [f"{head}: {tail}."]
    return lines + [_improvement_sentence(explanation, reason, i, item) for item in reason.improvements]


def _improvement_sentence(explanation: Explanation, reason: Reason, i: int, item: Improvement) -> str:
    graph, game = explanation.graph, explanation.game
    step = move_words(graph, game, Move(i, explanation.state, item.end))
    if reason.concept.id == "nash":
        return f"{step}."
    if item.sanction is not None:
        return f"{step}; met: {_sanction_words(explanation, reason, item.sanction)}."
    if reason.concept.id == "sim":
        return f"{step}; no improvements that others take at the same moment spoil it."
    kind = "improvements" if reason.concept.credible else "moves"
    if not item.n_reached:
        return f"{step}; not met: opponents have no {kind} from there."
    assert item.worst is not None
    worst = f"state {graph.space.label(item.worst)}"
    if item.way_out is not None:
        name = dm_name(graph.conflict, reason.dm)
        worst += f", from which {name} moves on to state {graph.space.label(item.way_out)}"
    lead = f"opponents' {kind} lead to {plural(item.n_reached, 'other state')}"
    if item.worst == item.end:
        return f"{step}; not met: {lead}, none of them worse for it than {worst} itself."
    if item.way_out is not None:
        return f"{step}; not met: {lead}, and even at worst ({worst}) it ends better off than where it began."
    return f"{step}; not met: {lead}, and the worst that can come of it is {worst}, still better than where it began."


def _sanction_words(explanation: Explanation, reason: Reason, sanction: Sanction) -> str:
    graph, game = explanation.graph, explanation.game
    if sanction.together:
        movers = joined([dm_name(graph.conflict, game.movers[m.by].name) for m in sanction.path])
        verb = "improves" if len(sanction.path) == 1 else "improve"
        words = f"{movers} {verb} at the same moment, and together that gives state {graph.space.label(sanction.end)}"
    else:
        words = ", then ".join(move_words(graph, game, move) for move in sanction.path)
    ranks = game.ranks(game.index(reason.dm))
    equal = ranks[sanction.end] == ranks[explanation.state]
    words += ", no better than where it began" if equal else ", worse than where it began"
    if reason.concept.counter:
        words += ", and it has no way out of that"
    return words


def outlook_sentence(graph: Graph, item: OutcomeOutlook) -> str:
    """Return one sentence on how an outcome fares under the concept that was asked for."""
    conflict = graph.conflict
    if not item.n_states:
        return "No state has it."
    if item.holding:
        words = f"Holds in {len(item.holding):,} of {plural(item.n_states, 'state')}"
        return f"{words}, e.g. {graph.space.label(item.example or 0)}{_distance_words(graph, item)}."
    names = [dm_name(conflict, dm) for dm in item.blockers]
    if names:
        return f"Does not hold: no state of it is stable for {joined(names, 'or')}."
    top = [f"{dm_name(conflict, dm)} in {count:,}" for dm, count in item.unstable_for[:2]]
    return f"Does not hold: each state of it is unstable for someone ({', '.join(top)} of {item.n_states:,})."


def _distance_words(graph: Graph, item: OutcomeOutlook) -> str:
    """Return how far the example is from the status quo, and whether improvements alone lead there."""
    if graph.status_quo is None:
        return ""
    if item.reachable is None:
        return " (no legal moves lead there from the status quo)"
    if item.reachable == 0:
        return " (the status quo)"
    if item.improving is None:
        return f" ({plural(item.reachable, 'legal move')} away; improvements alone do not lead there)"
    if item.improving == item.reachable:
        return f" ({plural(item.improving, 'improvement')} away)"
    return f" ({plural(item.reachable, 'legal move')} away, {item.improving:,} by improvements alone)"
