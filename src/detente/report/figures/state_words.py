"""What is said of a state, or of a group of states, in and beside the picture of a conflict's graph."""

from __future__ import annotations

from collections.abc import Iterable

from detente.analysis.analyze import BEHAVIOUR
from detente.analysis.picture import Picture
from detente.analysis.picture_groups import MOST_STEPS
from detente.analysis.picture_parts import Edge, Node
from detente.report.speech import _, joined, ngettext, number


def concept_word(key: str) -> str:
    """Return the field's short name of a concept."""
    if key == BEHAVIOUR:
        # Translators: short for: every party reasons by a concept of its own
        return _("own concepts")
    return "Nash" if key == "nash" else key.upper()


def concepts_words(concepts: Iterable[str]) -> str:
    """Return the short names of concepts."""
    return ", ".join(concept_word(key) for key in concepts)


def head_words(node: Node) -> str:
    """Return a state's label, or how many states a group has."""
    if node.state is not None:
        return node.label
    return ngettext("{n} state", "{n} states", node.n_states).format(n=number(node.n_states))


def what_words(picture: Picture, node: Node) -> str:
    """Return what it is: its outcomes by name, or what is taken in it; for groups without: who can improve."""
    conflict = picture.conflict
    if node.outcomes:
        return ", ".join(conflict.outcome(name).label for name in node.outcomes)
    if node.state is not None:
        return taken_words(picture, node)
    if conflict.reported:
        return _("no outcome in common")
    names = [conflict.decision_maker(dm).label for dm in node.leave]
    if names:
        return _("{who} can improve").format(who=joined(names))
    return _("nobody can improve") if "nash" in node.concepts else _("of several kinds")


def taken_words(picture: Picture, node: Node) -> str:
    """Return what is taken in all of its states, party by party, by display name."""
    conflict, by_party = picture.conflict, dict[str, list[str]]()
    for name, value in node.taken:
        option = conflict.options[name]
        by_party.setdefault(conflict.owner(name), []).append(
            option.label if option.binary else f"{option.label} = {value}"
        )
    if not by_party:  # in a group something else may be taken in each of its states
        return "" if not conflict.options or node.state is None else _("nothing taken")
    return "; ".join(f"{conflict.decision_maker(dm).label}: {', '.join(words)}" for dm, words in by_party.items())


def holding_words(picture: Picture, node: Node) -> str:
    """Return under which concepts it is an equilibrium."""
    if not node.concepts:
        return ""
    every = len(node.concepts) == len(picture.concepts) > 1
    said = _("every concept") if every else concepts_words(node.concepts)
    return (_("holds: {concepts}") if node.holds else _("only {concepts}")).format(concepts=said)


def node_words(picture: Picture, node: Node) -> str:
    """Return all that is known of a node, for its tooltip."""
    conflict = picture.conflict
    said = [
        _("State {label}").format(label=node.label)
        if node.state is not None
        else ngettext("{n} state", "{n} states", node.n_states).format(n=number(node.n_states))
    ]
    if node.status_quo:
        said.append(_("the status quo"))
    said.append(what_words(picture, node))
    if node.outcomes and (taken := taken_words(picture, node)):
        said.append(taken)
    said.append(holding_words(picture, node))
    if node.exposed:
        said.append(_("nature can leave it"))
    ranks = "; ".join(
        f"{conflict.decision_maker(dm).label} {number(low) if low == high else f'{number(low)}–{number(high)}'}"
        for dm, low, high in node.ranks
    )
    if ranks:
        said.append(_("ranks, 1 is worst: {ranks}").format(ranks=ranks))
    return " · ".join(words for words in said if words)


def edge_words(picture: Picture, edge: Edge) -> str:
    """Return what a line stands for, for its tooltip."""
    who = picture.conflict.decision_maker(edge.by).label
    start, end = picture.by_id[edge.start], picture.by_id[edge.end]
    places = {"who": who, "start": _place(picture, start), "end": _place(picture, end)}
    if edge.nature:
        said = _("{who} (nature) moves from {start} to {end}")
    elif edge.improving:
        said = _("{who} improves from {start} to {end}")
    else:
        said = _("{who} can move from {start} to {end}, which is no improvement")
    said = said.format(**places)
    if start.n_states > 1:
        counts = {"n": number(edge.n_from), "all": number(start.n_states)}
        said += " " + _("(from {n} of {all} states)").format(**counts)
    return said


def _place(picture: Picture, node: Node) -> str:
    if node.state is not None:
        return node.label
    return f"{head_words(node)} ({what_words(picture, node)})"


def summary_words(picture: Picture) -> str:
    """Return the picture in a few sentences, for who does not see it."""
    graph = picture.graph
    said = [ngettext("{n} state.", "{n} states.", graph.n_states).format(n=number(graph.n_states))]
    if picture.condensed:
        said.append(_("States of one outcome that fare alike are drawn as one."))
    start = graph.status_quo
    if start is not None:
        said.append(_("The status quo is state {label}.").format(label=graph.space.label(start)))
    holding = [node for node in picture.nodes if node.holds]
    name = concept_word(picture.concept)
    if holding:
        listed = ", ".join(f"{head_words(node)} ({what_words(picture, node)})" for node in holding[:12])
        more = " …" if len(holding) > 12 else ""
        said.append(_("Under {concept} these hold: {states}.").format(concept=name, states=listed + more))
    elif not picture.n_left_out:
        said.append(_("Under {concept} no state holds.").format(concept=name))
    if len(picture.way) > 1:
        way = " → ".join(graph.space.label(state) for state in picture.way)
        said.append(_("The way that is shown: {way}.").format(way=way))
    return " ".join(said)


def column_words(picture: Picture, layer: int) -> str:
    """Return what stands above the columns of a layer."""
    nodes = [node for node in picture.nodes if node.layer == layer]
    if picture.focus is not None:
        if any(node.state == picture.focus for node in nodes):
            return ""
        centre = next(node.layer for node in picture.nodes if node.state == picture.focus)
        return _("one move before") if layer < centre else _("one move after")
    if picture.graph.status_quo is None:
        return ""
    if picture.condensed and not any(node.reached == "improvements" for node in nodes):
        return _("hold, and play does not reach them") if nodes[0].holds else _("not reached by play")
    if all(node.reached == "no" for node in nodes):
        return _("no moves lead here")
    if layer == 0:
        return _("the status quo")
    if picture.condensed and layer == MOST_STEPS:
        return _("{n} steps of play, or more").format(n=number(layer))
    if picture.condensed:
        return ngettext("{n} step of play", "{n} steps of play", layer).format(n=number(layer))
    return ngettext("{n} move away", "{n} moves away", layer).format(n=number(layer))
