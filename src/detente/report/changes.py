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
from detente.report.change import change_view, kept_words
from detente.report.edits import edit_words, wished_words, would_have_to
from detente.report.sentences import dm_name, names_of, step_words
from detente.report.speech import N_, _, brief_number, capital, counted, joined, ngettext, number
from detente.report.terminal import heading, model_head, reading_line
from detente.report.terms import DURABILITIES, said
from detente.report.words import at_state, text
from detente.stability.registry import concept

MOST_CHOICES = 12
"""So many ways of one party are written out."""
MOST_PRODUCTS = 6
"""So many groups of sets are."""
HEADS = {"aims": N_("What would have to be wanted instead"), "guarantees": N_("What would have to be secured")}


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
            yield text(_("Wished: {wish}.").format(wish=_wished(found, target)))
        if found.kept:
            yield text(kept_words(found.conflict, found.kept))
        if found.holds:
            yield text(_("It is so as things stand: nothing has to change."), "bold")
    if found.holds:
        return
    for name, part in found.levels.items():
        yield heading(_(HEADS[name]))
        yield from _level(found, name, part)
    if found.aims is not None:
        yield heading(_("Whom to persuade"))
        yield from _whom(found)
    yield from _legend(found)


def _wished(found: Changes, target: Target) -> str:
    names = joined(_(concept(key).name) for key in found.concepts)
    if target.kind == "claim":
        return f"{target.claim.id}: {target.claim.says.rstrip('.')}"
    if target.kind == "durability":
        word, name = target.text.split(":", 1)
        return _("{wish} {durability} ({meaning}). {concepts}").format(
            wish=wished_words(found.conflict, name.strip()),
            durability=_(DURABILITIES[word]),
            meaning=said(MEANING[word]),
            concepts=names,
        )
    several = len(found.readings) > 1
    words = (
        _("{wish} as an equilibrium, under {readings}. {concepts}")
        if several
        else _("{wish} as an equilibrium. {concepts}")
    )
    return words.format(
        wish=wished_words(found.conflict, target.text),
        readings=joined(found.conflict.reading(name).label for name in found.readings),
        concepts=names,
    )


# -- sets of changes ------------------------------------------------------------------------------------------------


def _level(found: Changes, name: str, part: Smallest) -> Iterator[RenderableType]:
    yield text(_answer(part), "bold")
    if part.in_the_way and (part.ruled_out or not part.sets):
        words = ngettext(
            "As they are, {names} leaves whatever the others want.",
            "As they are, {names} leave whatever the others want.",
            len(part.in_the_way),
        )
        yield text(words.format(names=names_of(found.conflict, part.in_the_way)))
    groups = products(part.sets)
    for place, group in enumerate(groups[:MOST_PRODUCTS], 1):
        if len(groups) > 1:
            yield text("")
            words = counted("Way {place}", "Way {place} ({n} sets)", group.count, place=place)
            yield text(words, "bold")
        yield from _group(found, group)
        yield from _reached(found, name, part, group)
    if len(groups) > MOST_PRODUCTS:
        rest = sum(group.count for group in groups[MOST_PRODUCTS:])
        yield text("")
        words = counted(
            "… and {n} more set (JSON and CSV have them)", "… and {n} more sets (JSON and CSV have them)", rest
        )
        yield text(words, "dim")
    if part.unworded:
        words = _("Not gone through, since it is no list of statements or states: what {names} prefers.")
        yield text(words.format(names=names_of(found.conflict, part.unworded)), "dim")


def _answer(part: Smallest) -> str:
    if part.sets:
        size = part.size or 0
        sets = counted("{n} set of {size} does it", "{n} sets of {size} do it", len(part.sets), size=size)
        if part.stopped:
            return counted(
                "{n} change is enough: {sets}; there may be others, since time ended.",
                "{n} changes are enough: {sets}; there may be others, since time ended.",
                size,
                sets=sets,
            )
        return counted(
            "{n} change is enough: {sets}.", "{n} changes are enough, and no fewer do: {sets}.", size, sets=sets
        )
    if part.ruled_out:
        return _("None of these changes does it, however many.")
    words = counted("No set of up to {n} change does it", "No set of up to {n} changes does it", part.complete_to)
    if part.complete_to < 1:
        words = _("Time ended before any set was found")
    if part.at_least > part.complete_to + 1:
        words = _("{finding}; it takes {least} at least").format(finding=words, least=part.at_least)
    if part.stopped and part.complete_to > 0:
        words = _("{finding}; then time ended").format(finding=words)
    return f"{words}."


def _group(found: Changes, group: Product) -> Iterator[RenderableType]:
    """Yield a sentence for each party, or a list where it can choose."""
    conflict = found.conflict
    for dm, choices in group.parts:
        lines = [joined([edit_words(conflict, edit) for edit in edits]) for edits in choices]
        if len(lines) == 1:
            head = would_have_to(conflict, dm, lines[0]) if dm else f"{capital(lines[0])}."
            yield Padding(text(head), (0, 0, 0, 2))
            continue
        head = _("{name} would have to do one of these:") if dm else _("One of these:")
        yield Padding(text(head.format(name=dm_name(conflict, dm) if dm else "")), (0, 0, 0, 2))
        for line in lines[:MOST_CHOICES]:
            yield Padding(text(f"– {line}"), (0, 0, 0, 4))
        if len(lines) > MOST_CHOICES:
            words = counted("… or one of {n} more", "… or one of {n} more", len(lines) - MOST_CHOICES)
            yield Padding(text(words), (0, 0, 0, 4))


def _reached(found: Changes, name: str, part: Smallest, group: Product) -> Iterator[RenderableType]:
    place = next((k for k, some in enumerate(part.sets) if set(some) == set(group.first)), len(part.sets))
    ways = found.ways.get(name, ())
    way = ways[place] if place < len(ways) else None
    if way is None:
        return
    yield Padding(text(way_head(way, several=group.count > 1), "dim"), (0, 0, 0, 2))
    for place, step in enumerate(way.steps, 1):
        words = step_words(way.world.graph, step.by, step.start, step.end) or _("a move")
        yield Padding(text(f"{place}. {words} → {at_state(way.world.graph, step.end)}", "dim"), (0, 0, 0, 4))


def way_head(way: Reached, *, several: bool = False) -> str:
    """Return by what kind of steps the wished states are reached then; of several sets, with the first."""
    words = _("Reached how (with the first of each choice): {how}") if several else _("Reached how: {how}")
    return words.format(how=_how(way))


def _how(way: Reached) -> str:
    if way.by == "none":
        return _("not at all from the status quo, by no moves.")
    if not way.steps:
        return _("the status quo is such a state then.")
    n = len(way.steps)
    if way.by == "moves" and way.world.conflict.agreements:
        return counted(
            "improvements, single or joint, do not lead there; {n} step by other legal moves:",
            "improvements, single or joint, do not lead there; {n} steps by other legal moves:",
            n,
        )
    if way.by == "moves":
        return counted(
            "improvements do not lead there; {n} step by other legal moves:",
            "improvements do not lead there; {n} steps by other legal moves:",
            n,
        )
    if way.by == "joint":
        return counted(
            "{n} step by improvements, joint ones of the parties to an agreement among them:",
            "{n} steps by improvements, joint ones of the parties to an agreement among them:",
            n,
        )
    return counted("{n} step by improvements:", "{n} steps by improvements:", n)


# -- whom to persuade -----------------------------------------------------------------------------------------------


def _whom(found: Changes) -> Iterator[RenderableType]:
    if not any(item.alone.sets for item in found.whom):
        least = min((item.alone.complete_to for item in found.whom if not item.impossible), default=0)
        if least > 0:
            words = counted(
                "Nobody alone can bring it about with up to {n} change.",
                "Nobody alone can bring it about with up to {n} changes.",
                least,
            )
        elif all(item.impossible for item in found.whom):
            words = _("Nobody alone can bring it about.")
        else:
            words = _("Nobody was found who alone can.")
        yield text(words, "bold")
    for item in found.whom:
        words = "; ".join(part for part in (_alone(found, item), _part(found, item)) if part)
        yield text(f"{dm_name(found.conflict, item.dm)}: {words}.")


def _alone(found: Changes, item: Persuasion) -> str:
    alone = item.alone
    if alone.sets:
        words = counted("alone is enough, with {n} change", "alone is enough, with {n} changes", alone.size or 0)
        if item.distance is None:
            return words
        return _("{finding} (as a ranking: distance {distance})").format(
            finding=words, distance=brief_number(item.distance)
        )
    if item.impossible and item.blocked_by:
        words = _("cannot do it alone, whatever it wants: {names} would leave")
        return words.format(names=names_of(found.conflict, item.blocked_by))
    if item.impossible:
        return _("cannot do it alone, whatever it wants")
    n = alone.complete_to
    words = (
        counted("not alone with up to {n} change", "not alone with up to {n} changes", n) if n > 0 else _("not known")
    )
    if item.distance is None:
        return words
    return _("{finding}, only with another ranking (distance {distance})").format(
        finding=words, distance=brief_number(item.distance)
    )


def _part(found: Changes, item: Persuasion) -> str:
    total = len(found.aims.sets) if found.aims is not None else 0
    if not total or not item.in_sets:
        return _("in none of the smallest sets") if total else ""
    if item.in_all:
        return _("in every smallest set")
    return _("in {count} of {total} smallest sets").format(count=number(item.in_sets), total=number(total))


def _legend(found: Changes) -> Iterator[RenderableType]:
    yield text("")
    if found.aims is not None:
        words = (
            _(
                "A party can give up a statement, rank it higher or lower, or take up one of its other lenses or aims, "
                "or anybody's."
            )
            if found.parameters.get("borrow")
            else _(
                "A party can give up a statement, rank it higher or lower, or take up one of its other lenses or aims "
                "(--borrow: or anybody's)."
            )
        )
        least = _("Of changes that differ only in how far a statement goes, the least far are listed.")
        yield text(f"{words} {least}", "dim")
    if found.guarantees is not None:
        words = _(
            "Secured can be: moves ruled out for one party, an option that only goes one way, a restriction lifted, a "
            "guarantee of the model."
        )
        yield text(words, "dim")
    yield text(_("Each set has been decided on the changed model."), "dim")
