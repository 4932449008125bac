"""What the page draws of a model's graph, and what it says about a state, as plain data and parts of a report."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.analysis.explain import Explanation, reason
from detente.analysis.paths import paths
from detente.analysis.picture import Picture, picture
from detente.analysis.reach import UNREACHED
from detente.errors import DetenteError, UsageError
from detente.report.figures.cytoscape import elements
from detente.report.parts import Grid, Heading, Line, Part
from detente.report.sentences import reason_sentences, step_words
from detente.report.speech import _, number
from detente.report.terms import said
from detente.report.words import outcomes_words, state_words
from detente.stability.concept import NotDefinedError
from detente.stability.registry import concept as concept_named
from detente.workbench.dossiers import Dossier

MOST_ELEMENTS = 1_500
"""Elements up to which moves that are no improvements are drawn too."""

MOST_PLAYED = 1 << 16
"""States up to which the play is worked out for the graph."""


def graph_data(dossier: Dossier, *, focus: int | None = None, to: str = "") -> dict[str, Any]:
    """Return what to draw: elements, the steps of a way, and how play spreads.

    Parameters
    ----------
    dossier : Dossier
    focus : int, optional
        A state (from 0) whose surroundings are drawn instead of all.
    to : str
        A state's number or an outcome: a shortest way there from the status quo, by improvements or else by any
        moves, is shown instead of the one to the nearest equilibrium.

    Raises
    ------
    DetenteError
        It cannot be drawn; the message says why.
    """
    way = _way(dossier, to) if to else None
    drawn = picture(dossier.analysis, reading=dossier.reading, concept=dossier.concept, focus=_number(focus), way=way)
    found = elements(drawn)
    if len(found) > MOST_ELEMENTS:
        found = elements(drawn, all_moves=False)
    return {
        "elements": found,
        "condensed": drawn.condensed,
        "states": drawn.graph.n_states,
        "left_out": drawn.n_left_out,
        "way": _steps(drawn),
        "play": _play(dossier, drawn),
        "focus": _number(focus),
        "movers": [dossier.conflict.decision_maker(mover).label for mover in drawn.movers],
    }


def _number(state: int | None) -> int | None:
    return None if state is None else state + 1


def _way(dossier: Dossier, to: str) -> tuple[int, ...]:
    graph = dossier.world.graph
    if graph.status_quo is None:
        raise UsageError("the model states no status quo, so no way begins anywhere")
    found = paths(dossier.conflict, to=to, by=("improvements", "moves"), reading=dossier.reading, graph=graph)
    for one in found.ways:
        if one.path is not None:
            return (graph.status_quo, *(move.end for move in one.path))
    raise UsageError("there is no way there from the status quo, whoever moves")


def _steps(drawn: Picture) -> list[dict[str, Any]]:
    """Return the states of the way, each with its node, and who moved there how."""
    result: list[dict[str, Any]] = []
    for place, state in enumerate(drawn.way):
        node = drawn.node(state)
        words = ""
        if place:
            before = drawn.way[place - 1]
            movers = _movers(drawn, before, state)
            words = step_words(drawn.graph, movers, before, state) if movers else ""
        label = drawn.graph.space.label(state)
        result.append({"node": node.id if node else None, "state": state + 1, "label": label, "words": words})
    return result


def _movers(drawn: Picture, start: int, end: int) -> list[str]:
    """Return who can move from one state to another, those for whom it is a gain alone where there are any."""
    found, gaining = [], []
    for mover in drawn.game.movers:
        targets = mover.moves.expand(np.array([start], dtype=np.int32))[1]
        if end not in targets:
            continue
        found.append(mover.name)
        if mover.ranks is not None and mover.ranks[end] > mover.ranks[start]:
            gaining.append(mover.name)
    return (gaining or found)[:1]


def _play(dossier: Dossier, drawn: Picture) -> dict[str, Any] | None:
    """Return after how many steps play can come to each node, and where it comes to rest in which share."""
    if dossier.world.graph.n_states > MOST_PLAYED or dossier.world.graph.status_quo is None:
        return None
    reach = dossier.item.reachability
    played = dossier.evolution
    if reach is None or played is None:
        return None
    steps: dict[str, int] = {}
    reached = np.flatnonzero(reach.by_improvements < UNREACHED)
    for state in reached.tolist():
        node = drawn.node(state)
        if node is not None:
            steps[node.id] = min(steps.get(node.id, int(UNREACHED)), int(reach.by_improvements[state]))
    rest: dict[str, float] = {}
    for state, share in zip(played.steps.states.tolist(), played.long_run.tolist(), strict=True):
        node = drawn.node(state)
        if node is not None and share > 0:
            rest[node.id] = rest.get(node.id, 0.0) + share
    return {"steps": steps, "rest": {key: round(share, 4) for key, share in rest.items()}}


def state_parts(dossier: Dossier, state: int) -> list[Part]:
    """Return what is known of a state (from 0): what is so in it, for whom it is stable and why, and its rank."""
    graph = dossier.world.graph
    parts: list[Part] = [Heading(_("State {state}").format(state=graph.space.label(state)), 3)]
    parts.append(Line(state_words(graph, state)))
    outcomes = outcomes_words(graph, state)
    if outcomes:
        parts.append(Line(_("It is “{outcomes}”.").format(outcomes=outcomes)))
    if graph.status_quo == state:
        parts.append(Line(_("It is the status quo.")))
    game = dossier.world.game(dossier.reading)
    try:
        reasons = tuple(reason(game, i, state, concept_named(dossier.concept)) for i in game.parties)
        explanation = Explanation(graph, game, dossier.reading, state, reasons, {})
        for item in reasons:
            head, *steps = reason_sentences(explanation, item)
            parts.append(Line(head, strong=not item.stable, apart=True))
            parts += [Line(words, point=True) for words in steps]
    except (DetenteError, NotDefinedError) as error:
        parts.append(Line(said(str(error)), quiet=True))
    rows = tuple(
        (dossier.conflict.decision_maker(game.movers[i].name).label, _place(game.ranks(i), state)) for i in game.parties
    )
    parts.append(Grid((_("party"), _("its place in the ranking")), rows))
    return parts


def _place(ranks: Any, state: int) -> str:
    top = int(ranks.max())
    return _("{n} of {m}, 1 is best").format(n=number(top - int(ranks[state]) + 1), m=number(top))
