"""The most telling way through a conflict, one sentence a step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.analysis.story import Chapter, End, Story, outcomes_at
from detente.conflict.conflict import Conflict
from detente.graph.graph import Graph
from detente.report.formulas import state_name
from detente.report.page import Heading, Line, Part
from detente.report.sentences import dm_name, joined, plural, step_words
from detente.report.words import short, state_words

MOST_STEPS = 12
MOST_ENDS = 5
LONGEST = 300
SHORT = 120
"""Characters of a name."""


def story_part(story: Story | None, conflict: Conflict) -> Iterator[Part]:
    """Yield the story: how the way was chosen, its steps, where it ends, and how play ends otherwise."""
    if story is None:
        return
    yield Heading("The story")
    yield Line(_rule(story, conflict, story.chapters[-1].graph), quiet=True)
    for chapter in story.chapters:
        if chapter.phase is not None:
            date = f", from {chapter.phase.date}" if chapter.phase.date else ""
            because = f": {short(chapter.phase.because, LONGEST)}" if chapter.phase.because else ""
            yield Line(f"{chapter.phase.label}{date}{because}")
        if story.rule in ("shortest", "round") and not chapter.steps:
            yield Line("It is there already: the status quo can hold.", point=True)
            return
        for words in chapter_sentences(chapter):
            yield Line(words, point=True)
    yield Line(_closing(story, story.chapters[-1].graph))


def chapter_sentences(chapter: Chapter) -> Iterator[str]:
    """Yield one sentence a step, with the outcome where it becomes another, and where it rests."""
    graph, at = chapter.graph, outcomes_at(chapter.graph, chapter.start)
    if not chapter.steps and not chapter.goes_round:
        yield f"Nobody takes a step: {names_words(graph, at)} stays."
    for step in chapter.steps[:MOST_STEPS]:
        after = outcomes_at(graph, step.end)
        turned = after != at and bool(graph.conflict.outcomes)
        words = step_sentence(graph, step.by, step.start, step.end)
        yield f"{words}." + (f" That is {names_words(graph, after)}." if turned else "")
        at = after
    if len(chapter.steps) > MOST_STEPS:
        end = names_words(graph, outcomes_at(graph, chapter.end))
        yield f"… {plural(len(chapter.steps) - MOST_STEPS, 'more step')}, to {end}."
    if chapter.goes_round:
        yield "From there play goes round: it comes back again and again."


def step_sentence(graph: Graph, movers: Sequence[str], start: int, end: int) -> str:
    """Return what movers do in a step, without the number of the state."""
    words = step_words(graph, movers, start, end)
    if words:
        return words
    names = joined([dm_name(graph.conflict, dm) for dm in movers])
    goes = "moves" if len(movers) == 1 else "move"
    label = graph.space.label(end)
    return f"{names} {goes} to {state_name(graph.conflict, label) if graph.conflict.graph_form else f'state {label}'}"


def end_words(graph: Graph, end: End) -> str:
    """Return an end as what play does: ``ends in “Peace”``."""
    words = names_words(graph, end.names)
    return f"goes round for ever through {words}" if end.goes_round else f"ends in {words}"


def names_words(graph: Graph, names: Sequence[str]) -> str:
    """Return outcomes by name, or a state's label in words."""
    known = {outcome.id: outcome.label for outcome in graph.conflict.outcomes}
    if all(name in known for name in names):
        return _named([known[name] for name in names])
    if graph.conflict.graph_form is not None:
        return joined([short(state_name(graph.conflict, name), SHORT) for name in names])
    return _named([state_words(graph, graph.find_state(name)) for name in names])


def _named(words: Sequence[str]) -> str:
    more = [f"{len(words) - MOST_ENDS:,} more"] if len(words) > MOST_ENDS else []
    return joined([f"“{short(name, SHORT)}”" for name in words[:MOST_ENDS]] + more)


def _rule(story: Story, conflict: Conflict, graph: Graph) -> str:
    under = "" if len(conflict.readings) == 1 else f" under “{conflict.reading(story.reading).label}”"
    way = f"A shortest way{under} to a state that holds, by steps that are a gain for who takes them:"
    if story.rule == "shortest":
        return way
    if story.rule == "round":
        play = joined([end_words(graph, end) for end, _ in story.ends], "or")
        return f"Where whoever gains may step, play {play}. {way}"
    how = f"How play goes, {'phase by phase' if story.rule == 'phases' else f'step by step{under}'}"
    if story.branches == 1:
        return f"{how}, to the one end that it has:"
    alike = f" ({plural(story.as_large, 'other has', 'others have')} as much)" if story.as_large else ""
    return f"{how}; of {story.branches:,} branches the one with the largest share by the moving rule{alike}:"


def _closing(story: Story, graph: Graph) -> str:
    if story.rule in ("shortest", "round"):
        told = names_words(graph, outcomes_at(graph, story.chapters[-1].end))
        return f"{told} can hold there." + (" Other ways were not followed." if story.rule == "shortest" else "")
    (end, same), *others = story.ends
    there = f"It {end_words(graph, end)}"
    if story.branches == 1:
        return f"{there}, and so does all play."
    if not others:
        both = "do both branches" if story.branches == 2 else f"do all {story.branches:,} branches"
        return f"{there}, and so {both}."
    count = story.branches - same
    named = [f"{end_words(graph, other)} ({n:,})" for other, n in others[:MOST_ENDS]]
    more = f"; {len(others) - MOST_ENDS:,} more" if len(others) > MOST_ENDS else ""
    return f"{there}. In {count:,} of {story.branches:,} branches it is otherwise; it {', '.join(named)}{more}."
