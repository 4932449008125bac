"""In a terminal: what would have to change, in wishes, in what is secured, and in whom."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding

from detente.analysis.change import Changes
from detente.analysis.change_products import Product, products
from detente.analysis.change_search import Smallest
from detente.analysis.change_target import Target
from detente.analysis.change_ways import Reached
from detente.analysis.change_whom import Persuasion
from detente.analysis.durability import MEANING
from detente.report.change import change_view
from detente.report.edits import edit_words, party_words, wished_words
from detente.report.sentences import dm_name, joined, plural, step_words
from detente.report.terminal import heading, model_head, reading_line
from detente.report.words import text
from detente.stability.registry import concept

MOST_CHOICES = 12
"""So many ways of one party are written out."""
MOST_PRODUCTS = 6
"""So many groups of sets are."""
HEADS = {"aims": "What would have to be wanted instead", "guarantees": "What would have to be secured"}


def changes_view(found: Changes) -> Iterator[RenderableType]:
    """Yield what is wished, and what would have to change for it, level by level; then whom to persuade."""
    if found.ranks is not None:
        yield from change_view(found.ranks)
    else:
        yield from model_head(found.graph)
        if len(found.readings) == 1 and any(target.kind in ("state", "outcome") for target in found.targets):
            yield from reading_line(found.conflict, found.readings[0])
        yield text("")
        for target in found.targets:
            yield text(f"Wished: {_wished(found, target)}.")
        if found.kept:
            yield text(f"Kept as they are: {joined([dm_name(found.conflict, dm) for dm in found.kept])}.")
        if found.holds:
            yield text("It is so as things stand: nothing has to change.", "bold")
    if found.holds:
        return
    for name, part in found.levels.items():
        yield heading(HEADS[name])
        yield from _level(found, name, part)
    if found.aims is not None:
        yield heading("Whom to persuade")
        yield from _whom(found)
    yield from _legend(found)


def _wished(found: Changes, target: Target) -> str:
    names = joined([concept(key).name for key in found.concepts])
    if target.kind == "claim":
        return f"{target.claim.id}: {target.claim.says.rstrip('.')}"
    if target.kind == "durability":
        word, _, name = target.text.partition(":")
        return f"{wished_words(found.conflict, name.strip())} {word} ({MEANING[word]}). {names}"
    where = joined([found.conflict.reading(name).label for name in found.readings])
    under = f", under {where}" if len(found.readings) > 1 else ""
    return f"{wished_words(found.conflict, target.text)} as an equilibrium{under}. {names}"


# -- sets of changes ------------------------------------------------------------------------------------------------


def _level(found: Changes, name: str, part: Smallest) -> Iterator[RenderableType]:
    yield text(_answer(part), "bold")
    if part.in_the_way and (part.ruled_out or not part.sets):
        names = joined([dm_name(found.conflict, dm) for dm in part.in_the_way])
        leave = "leaves" if len(part.in_the_way) == 1 else "leave"
        yield text(f"As they are, {names} {leave} whatever the others want.")
    groups = products(part.sets)
    for number, group in enumerate(groups[:MOST_PRODUCTS], 1):
        if len(groups) > 1:
            yield text("")
            yield text(f"Way {number}" + (f" ({group.count:,} sets)" if group.count > 1 else ""), "bold")
        yield from _group(found, group)
        yield from _reached(found, name, part, group)
    if len(groups) > MOST_PRODUCTS:
        rest = sum(group.count for group in groups[MOST_PRODUCTS:])
        yield text("")
        yield text(f"… and {plural(rest, 'more set')} (JSON and CSV have them)", "dim")
    if part.unworded:
        names = joined([dm_name(found.conflict, dm) for dm in part.unworded])
        yield text(f"Not gone through, since it is no list of statements or states: what {names} prefers.", "dim")


def _answer(part: Smallest) -> str:
    if part.sets:
        size = part.size or 0
        count = "1 set" if len(part.sets) == 1 else f"{len(part.sets):,} sets"
        do = "does it" if len(part.sets) == 1 else "do it"
        fewer = "" if size == 1 else ", and no fewer do" if not part.stopped else ""
        more = "; there may be others, since time ended" if part.stopped else ""
        return f"{plural(size, 'change')} {'is' if size == 1 else 'are'} enough{fewer}: {count} of {size} {do}{more}."
    if part.ruled_out:
        return "None of these changes does it, however many."
    examined = f"No set of up to {plural(part.complete_to, 'change')} does it"
    if part.complete_to < 1:
        examined = "Time ended before any set was found"
    stopped = "; then time ended" if part.stopped and part.complete_to > 0 else ""
    least = f"; it takes {part.at_least} at least" if part.at_least > part.complete_to + 1 else ""
    return f"{examined}{least}{stopped}."


def _group(found: Changes, group: Product) -> Iterator[RenderableType]:
    """Yield a sentence for each party, or a list where it can choose."""
    conflict = found.conflict
    for dm, choices in group.parts:
        lines = [joined([edit_words(conflict, edit) for edit in edits]) for edits in choices]
        if len(lines) == 1:
            head = f"{party_words(conflict, dm)} {lines[0]}." if dm else f"{lines[0][:1].upper()}{lines[0][1:]}."
            yield Padding(text(head), (0, 0, 0, 2))
            continue
        yield Padding(text(f"{party_words(conflict, dm)} do one of these:" if dm else "One of these:"), (0, 0, 0, 2))
        for line in lines[:MOST_CHOICES]:
            yield Padding(text(f"– {line}"), (0, 0, 0, 4))
        if len(lines) > MOST_CHOICES:
            yield Padding(text(f"… or one of {len(lines) - MOST_CHOICES:,} more"), (0, 0, 0, 4))


def _reached(found: Changes, name: str, part: Smallest, group: Product) -> Iterator[RenderableType]:
    place = next((k for k, some in enumerate(part.sets) if set(some) == set(group.first)), len(part.sets))
    ways = found.ways.get(name, ())
    way = ways[place] if place < len(ways) else None
    if way is None:
        return
    yield Padding(text(way_head(way, several=group.count > 1), "dim"), (0, 0, 0, 2))
    for number, step in enumerate(way.steps, 1):
        words = step_words(way.world.graph, step.by, step.start, step.end) or "a move"
        label = way.world.graph.space.label(step.end)
        yield Padding(text(f"{number}. {words} → state {label}", "dim"), (0, 0, 0, 4))


def way_head(way: Reached, *, several: bool = False) -> str:
    """Return by what kind of steps the wished states are reached then; of several sets, with the first."""
    which = " (with the first of each choice)" if several else ""
    if way.by == "none":
        return f"Reached how{which}: not at all from the status quo, by no moves."
    if not way.steps:
        return f"Reached how{which}: the status quo is such a state then."
    count = plural(len(way.steps), "step")
    if way.by == "moves":
        no_joint = ", single or joint," if way.world.conflict.agreements else ""
        return f"Reached how{which}: improvements{no_joint} do not lead there; {count} by other legal moves:"
    joint = ", joint ones of the parties to an agreement among them" if way.by == "joint" else ""
    return f"Reached how{which}: {count} by improvements{joint}:"


# -- whom to persuade -----------------------------------------------------------------------------------------------


def _whom(found: Changes) -> Iterator[RenderableType]:
    if not any(item.alone.sets for item in found.whom):
        least = min((item.alone.complete_to for item in found.whom if not item.impossible), default=0)
        upto = f" with up to {plural(least, 'change')}" if least > 0 else ""
        sure = least > 0 or all(item.impossible for item in found.whom)
        yield text(f"Nobody alone can bring it about{upto}." if sure else "Nobody was found who alone can.", "bold")
    for item in found.whom:
        yield text(f"{dm_name(found.conflict, item.dm)}: {_alone(found, item)}{_part(found, item)}.")


def _alone(found: Changes, item: Persuasion) -> str:
    alone = item.alone
    if alone.sets:
        words = f"alone is enough, with {plural(alone.size or 0, 'change')}"
        if item.distance is not None:
            words += f" (as a ranking: distance {item.distance:g})"
        return words
    if item.impossible:
        others = joined([dm_name(found.conflict, dm) for dm in item.blocked_by])
        return "cannot do it alone, whatever it wants" + (f": {others} would leave" if others else "")
    words = f"not alone with up to {plural(alone.complete_to, 'change')}" if alone.complete_to > 0 else "not known"
    if item.distance is not None:
        words += f", only with another ranking (distance {item.distance:g})"
    return words


def _part(found: Changes, item: Persuasion) -> str:
    total = len(found.aims.sets) if found.aims is not None else 0
    if not total or not item.in_sets:
        return "; in none of the smallest sets" if total else ""
    return "; in every smallest set" if item.in_all else f"; in {item.in_sets:,} of {total:,} smallest sets"


def _legend(found: Changes) -> Iterator[RenderableType]:
    yield text("")
    if found.aims is not None:
        yield text(
            "A party can give up a statement, rank it higher or lower, or take up one of its other lenses or aims"
            + (", or anybody's" if found.parameters.get("borrow") else " (--borrow: or anybody's)")
            + ". Of changes that differ only in how far a statement goes, the least far are listed.",
            "dim",
        )
    if found.guarantees is not None:
        yield text(
            "Secured can be: moves ruled out for one party, an option that only goes one way, a restriction lifted, a "
            "guarantee of the model.",
            "dim",
        )
    yield text("Each set has been decided on the changed model.", "dim")
