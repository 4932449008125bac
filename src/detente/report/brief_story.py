"""The most telling way through a conflict, one sentence a step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.analysis.story import Chapter, End, Story, outcomes_at
from detente.conflict.conflict import Conflict
from detente.conflict.phase import Phase
from detente.graph.graph import Graph
from detente.report.formulas import state_name
from detente.report.parts import Heading, Line, Part
from detente.report.sentences import names_of, step_words
from detente.report.speech import _, counted, joined, ngettext, number, quoted
from detente.report.words import at_label, short, state_words

MOST_STEPS = 12
MOST_ENDS = 5
LONGEST = 300
SHORT = 120
"""Characters of a name."""


def story_part(story: Story | None, conflict: Conflict) -> Iterator[Part]:
    """Yield the story: how the way was chosen, its steps, where it ends, and how play ends otherwise."""
    if story is None:
        return
    yield Heading(_("The story"))
    yield Line(_rule(story, conflict, story.chapters[-1].graph), quiet=True)
    for chapter in story.chapters:
        if chapter.phase is not None:
            words = dated(chapter.phase)
            if chapter.phase.because:
                words = f"{words}: {short(chapter.phase.because, LONGEST)}"
            yield Line(words)
        if story.rule in ("shortest", "round") and not chapter.steps:
            yield Line(_("It is there already: the status quo can hold."), point=True)
            return
        for words in chapter_sentences(chapter):
            yield Line(words, point=True)
    yield Line(closing_sentence(story, story.chapters[-1].graph))


def chapter_sentences(chapter: Chapter) -> Iterator[str]:
    """Yield one sentence a step, with the outcome where it becomes another, and where it rests."""
    graph, at = chapter.graph, outcomes_at(chapter.graph, chapter.start)
    if not chapter.steps and not chapter.goes_round:
        yield _("Nobody takes a step: {outcomes} stays.").format(outcomes=names_words(graph, at))
    for step in chapter.steps[:MOST_STEPS]:
        after = outcomes_at(graph, step.end)
        turned = after != at and bool(graph.conflict.outcomes)
        words = step_sentence(graph, step.by, step.start, step.end)
        if turned:
            yield _("{step}. That is {outcomes}.").format(step=words, outcomes=names_words(graph, after))
        else:
            yield f"{words}."
        at = after
    if len(chapter.steps) > MOST_STEPS:
        end = names_words(graph, outcomes_at(graph, chapter.end))
        yield _("… {steps}, to {end}.").format(steps=more_steps_words(len(chapter.steps) - MOST_STEPS), end=end)
    if chapter.goes_round:
        yield _("From there play goes round: it comes back again and again.")


def more_steps_words(n: int) -> str:
    """Return that so many steps more are not told."""
    return counted("{n} more step", "{n} more steps", n)


def dated(phase: Phase) -> str:
    """Return a phase's name, with its date where it has one."""
    return _("{phase}, from {date}").format(phase=phase.label, date=phase.date) if phase.date else phase.label


def step_sentence(graph: Graph, movers: Sequence[str], start: int, end: int) -> str:
    """Return what movers do in a step, without the number of the state."""
    words = step_words(graph, movers, start, end)
    if words:
        return words
    label = graph.space.label(end)
    state = state_name(graph.conflict, label) if graph.conflict.graph_form else at_label(label)
    words = ngettext("{names} moves to {state}", "{names} move to {state}", len(movers))
    return words.format(names=names_of(graph.conflict, movers), state=state)


def end_words(graph: Graph, end: End) -> str:
    """Return an end as what play does: ``ends in “Peace”``."""
    words = names_words(graph, end.names)
    message = _("goes round for ever through {outcomes}") if end.goes_round else _("ends in {outcomes}")
    return message.format(outcomes=words)


def names_words(graph: Graph, names: Sequence[str]) -> str:
    """Return outcomes by name, or a state's label in words."""
    known = {outcome.id: outcome.label for outcome in graph.conflict.outcomes}
    if all(name in known for name in names):
        return _named([known[name] for name in names])
    if graph.conflict.graph_form is not None:
        return joined([short(state_name(graph.conflict, name), SHORT) for name in names])
    return _named([state_words(graph, graph.find_state(name)) for name in names])


def _named(words: Sequence[str]) -> str:
    more = [counted("{n} more", "{n} more", len(words) - MOST_ENDS)] if len(words) > MOST_ENDS else []
    return joined([quoted(short(name, SHORT)) for name in words[:MOST_ENDS]] + more)


def _rule(story: Story, conflict: Conflict, graph: Graph) -> str:
    one, reading = len(conflict.readings) == 1, conflict.reading(story.reading).label
    way = (
        _("A shortest way to a state that holds, by steps that are a gain for who takes them:")
        if one
        else _("A shortest way under “{reading}” to a state that holds, by steps that are a gain for who takes them:")
    ).format(reading=reading)
    if story.rule == "shortest":
        return way
    if story.rule == "round":
        play = joined([end_words(graph, end) for end, share in story.ends], "or")
        return _("Where whoever gains may step, play {ends}. {way}").format(ends=play, way=way)
    if story.rule == "phases":
        how = _("How play goes, phase by phase")
    elif one:
        how = _("How play goes, step by step")
    else:
        how = _("How play goes, step by step under “{reading}”").format(reading=reading)
    if story.branches == 1:
        return _("{how}, to the one end that it has:").format(how=how)
    branches = number(story.branches)
    if story.as_large:
        alike = counted("{n} other has as much", "{n} others have as much", story.as_large)
        words = _("{how}; of {branches} branches the one with the largest share by the moving rule ({alike}):")
        return words.format(how=how, branches=branches, alike=alike)
    words = _("{how}; of {branches} branches the one with the largest share by the moving rule:")
    return words.format(how=how, branches=branches)


def closing_sentence(story: Story, graph: Graph) -> str:
    """Return how the story ends, and how play ends otherwise."""
    if story.rule in ("shortest", "round"):
        told = names_words(graph, outcomes_at(graph, story.chapters[-1].end))
        words = (
            _("{outcomes} can hold there. Other ways were not followed.")
            if story.rule == "shortest"
            else _("{outcomes} can hold there.")
        )
        return words.format(outcomes=told)
    (end, same), *others = story.ends
    ends, branches = end_words(graph, end), number(story.branches)
    if story.branches == 1:
        return _("It {ends}, and so does all play.").format(ends=ends)
    if not others:
        both = story.branches == 2
        words = _("It {ends}, and so do both branches.") if both else _("It {ends}, and so do all {branches} branches.")
        return words.format(ends=ends, branches=branches)
    named = ", ".join(f"{end_words(graph, other)} ({number(n)})" for other, n in others[:MOST_ENDS])
    if len(others) > MOST_ENDS:
        more = counted("{n} more", "{n} more", len(others) - MOST_ENDS)
        named = f"{named}; {more}"
    words = _("It {ends}. In {count} of {branches} branches it is otherwise; it {others}.")
    return words.format(ends=ends, count=number(story.branches - same), branches=branches, others=named)
