"""A conflict phase by phase, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.phases import PhaseEnd, PhaseResult, PhaseTree
from detente.conflict.conflict import Conflict
from detente.conflict.phase import Phase
from detente.report.brief_story import dated
from detente.report.evolution import rule_words, share_words
from detente.report.listing import Listing
from detente.report.sentences import names_of
from detente.report.speech import _, counted, joined
from detente.report.terminal import heading
from detente.report.terms import said
from detente.report.words import at_state, outcomes_words, short, state_words, text, title_words

MOST_ENDS = 10


def different_words(conflict: Conflict, phase: Phase) -> Iterator[str]:
    """Yield what is different in a phase from what the model says elsewhere."""
    if phase.reading:
        yield _("Reading {reading}.").format(reading=conflict.reading(phase.reading).label)
    for dm, lens in phase.lenses:
        yield _("{party} goes by its lens {lens}.").format(party=conflict.decision_maker(dm).label, lens=lens)
    for rule in phase.premises:
        why = f" ({rule.because})" if rule.because else ""
        yield f"{rule.id}: {said(rule.says())}{why}" if rule.id != rule.says() else f"{said(rule.says())}{why}"
    freed = [option for option, direction in phase.irreversible if direction == "no"]
    if freed:
        yield _("Can be changed freely: {options}.").format(options=joined(freed))
    if phase.drop:
        yield _("Without: {premises}.").format(premises=joined(list(phase.drop)))
    if conflict.nature == "included" and not phase.nature:
        yield _("Nature does not move.")


def phases_view(tree: PhaseTree) -> Iterator[RenderableType]:
    """Yield phase after phase: where it begins, where it ends and by which way, and the shares of outcomes."""
    yield text(title_words(tree.conflict), "bold")
    words = counted(
        "{n} phase; reading {reading} where a phase names none",
        "{n} phases; reading {reading} where a phase names none",
        len(tree.phases),
        reading=tree.reading,
    )
    yield text(words, "dim")
    for place, item in enumerate(tree.phases, 1):
        yield heading(_("Phase {place}: {phase}").format(place=place, phase=dated(item.phase)))
        if item.phase.because:
            yield text(item.phase.because, "dim")
        for words in different_words(tree.conflict, item.phase):
            yield text(words, "dim")
        for branch in item.branches:
            words = short(state_words(item.graph, branch.start), 300)
            begins = (
                _("Begins in {state}: {words}")
                if branch.share > 1 - 1e-9
                else _("Begins in {state} ({share} of play): {words}")
            )
            at, share = at_state(item.graph, branch.start), share_words(branch.share)
            yield text(begins.format(state=at, share=share, words=words))
            table = Listing(_("ends in"), _("share"), _("way there"), _("what it is"), right=(_("share"),))
            for end in branch.ends[:MOST_ENDS]:
                label = item.graph.space.label(end.state)
                table.add_row(
                    text(label if end.rests else _("{state} (goes on)").format(state=label)),
                    text(share_words(end.share)),
                    text(_way(item, end)),
                    text(_what(item, end.state)),
                )
            yield table
            if len(branch.ends) > MOST_ENDS:
                words = counted(
                    "… and {n} more ends (JSON has them all)",
                    "… and {n} more ends (JSON has them all)",
                    len(branch.ends) - MOST_ENDS,
                )
                yield text(words, "dim")
        shares = [(name, share) for name, share in item.outcomes().items() if share > 0]
        if shares:
            shares.sort(key=lambda pair: -pair[1])
            called = [f"{item.graph.conflict.outcome(n).label} {share_words(s)}" for n, s in shares[:6]]
            words = _("At its end: {outcomes}").format(outcomes="; ".join(called))
            yield text(f"{words} …" if len(shares) > 6 else words)
    yield text("")
    shown = (end for item in tree.phases for branch in item.branches for end in branch.ends[:MOST_ENDS])
    if not all(end.rests for end in shown):
        words = _(
            "goes on: play does not rest there; it goes round for ever among several states, of which this is one"
        )
        yield text(words, "dim")
    if tree.phases:
        yield text(rule_words(tree.phases[0].rule), "dim")
    words = _(
        "Numbers of states are those of the phase. Shares follow from the moving rule alone; they are no\n"
        "probabilities of events."
    )
    yield from (text(line, "dim") for line in words.split("\n"))


def _way(item: PhaseResult, end: PhaseEnd) -> str:
    if not end.path:
        return _("stays")
    names = [names_of(item.graph.conflict, step.by) for step in end.path]
    return ", ".join(f"{name} → {step.end + 1}" for name, step in zip(names, end.path, strict=True))


def _what(item: PhaseResult, state: int) -> str:
    graph = item.graph
    if graph.class_of is not None:
        return graph.conflict.outcome(graph.conflict.classes[graph.class_of[state]]).label
    return outcomes_words(graph, state) or short(state_words(graph, state), 120)
