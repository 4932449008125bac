"""What an argument stands on, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.why import ClaimReasons, Reasons
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Premise
from detente.conflict.variant import every_premise
from detente.report.argument import verdict_words
from detente.report.listing import Listing
from detente.report.sentences import dm_name
from detente.report.speech import _, counted, joined, ngettext
from detente.report.terminal import heading, model_head
from detente.report.terms import said
from detente.report.words import short, text

MOST_SETS = 6


def reasons_view(found: Reasons) -> Iterator[RenderableType]:
    """Yield per claim which premises it needs, what ends it and who supports it; then the premises concerned."""
    conflict = found.argument.conflict
    yield from model_head(found.argument.world.graph)
    words = counted(
        "{n} premise dropped, weakened and reversed one at a time",
        "{n} premises dropped, weakened and reversed one at a time",
        len(found.premises),
    )
    yield text(words, "dim")
    named: dict[str, None] = {}
    for result in found.argument.results:
        yield heading(f"{result.claim.id} {verdict_words(result.verdict)}")
        yield text(result.claim.says)
        item = found.of(result.claim.id)
        if item is None:
            yield text(_("It does not hold everywhere it is asked, so that there is nothing to end."), "dim")
            continue
        for words in reason_lines(conflict, item, named):
            yield text(words)
        if result.vacuous:
            yield text(_("Vacuous: no state is of the kind it speaks of."))
        if result.circular:
            words = ngettext("Circular: {premises} says so.", "Circular: {premises} say so.", len(result.circular))
            yield text(words.format(premises=joined(result.circular)))
    if named:
        yield heading(_("Premises named"))
        yield _premises(conflict, named)
    yield text("")
    yield text(_("needs: without it alone the claim no longer holds in every case"), "dim")
    yield text(_("weakened: placed below the next statement; reversed: negated"), "dim")
    yield text(_("together: without all of these it no longer holds, and none can be left out of the set"), "dim")
    complete = {item.complete_to for item in found.claims}
    bound = max(complete, default=1)
    words = counted(
        "Sets of more than {n} premise may be missing: they are searched for, not listed.",
        "Sets of more than {n} premises may be missing: they are searched for, not listed.",
        bound,
    )
    yield text(words, "dim")


def reason_lines(conflict: Conflict, item: ClaimReasons, named: dict[str, None]) -> Iterator[str]:
    """Yield what a claim stands on, a sentence each; the premises that they name are added to ``named``."""

    def names(premises: tuple[str, ...] | list[str]) -> str:
        named.update(dict.fromkeys(premises))
        return ", ".join(premises)

    if item.needs:
        yield _("Needs: {premises}.").format(premises=names(item.needs))
    else:
        yield _("No single premise carries it.")
    for table, words in (
        (item.weaken, _("Weakened, it would end with: {premises}.")),
        (item.reverse, _("Reversed, it would end with: {premises}.")),
    ):
        ending = [premise for premise, fate in table.items() if fate == "ends" and premise not in item.needs]
        if ending:
            yield words.format(premises=names(ending))
    larger = [some for some in item.breaking_sets if len(some) > 1]
    for some in larger[:MOST_SETS]:
        yield _("Ends together: {premises}.").format(premises=names(some))
    if len(larger) > MOST_SETS:
        more = len(larger) - MOST_SETS
        yield counted("… and {n} more sets (JSON has them)", "… and {n} more sets (JSON has them)", more)
    if not item.breaking_sets:
        yield _("No set of premises was found that ends it.")
    unexamined = [premise for premise, fate in item.drop.items() if fate == "not examined"]
    if unexamined:
        words = _("Not examined, since a preference does not cover the states it adds: {premises}.")
        yield words.format(premises=names(unexamined))
    yield from _supports(conflict, item, named)


def _supports(conflict: Conflict, item: ClaimReasons, named: dict[str, None]) -> Iterator[str]:
    """Yield which parties block an outcome, each alone, and what that rests on, by reading and concept."""
    grouped: dict[tuple[str, str, str, str], list[str]] = {}
    either = _(" or ")
    for support in item.supports:
        rests = [_(" with ").join(some) for some in support.rests_on]
        named.update(dict.fromkeys(p for some in support.rests_on for p in some))
        words = dm_name(conflict, support.dm) + (f" ({either.join(rests)})" if rests else "")
        seen = _("as {viewer} sees it").format(viewer=support.viewer) if support.viewer else ""
        phase = _("in {phase}").format(phase=support.phase) if support.phase else ""
        at = (phase, seen, support.reading, support.concept)
        grouped.setdefault(at, []).append(words)
    together: dict[tuple[str, ...], list[str]] = {}
    for at, blockers in grouped.items():
        together.setdefault(tuple(blockers), []).append(" ".join(part for part in at if part))
    for parties, where in together.items():
        yield counted(
            "{where}: {n} party blocks it alone: {parties}.",
            "{where}: {n} parties block it, each alone: {parties}.",
            len(parties),
            where=", ".join(where),
            parties="; ".join(parties),
        )


def _premises(conflict: Conflict, named: dict[str, None]) -> RenderableType:
    table = Listing(_("premise"), _("what it says"), _("source"))
    known: dict[str, Premise] = {p.id: p for p in every_premise(conflict)}
    for name in sorted(named, key=list(known).index):
        premise = known[name]
        words = f"{premise.name}: {said(premise.says())}" if premise.name else said(premise.says())
        table.add_row(text(name), text(short(words, 240)), text(premise.source))
    return table
