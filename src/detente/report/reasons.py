"""What an argument stands on, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.why import ClaimReasons, Reasons
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Premise
from detente.conflict.views import view_premises
from detente.report.argument import SIGNS
from detente.report.listing import Listing
from detente.report.sentences import dm_name, joined, plural
from detente.report.terminal import heading, model_head
from detente.report.words import short, text

MOST_SETS = 6


def reasons_view(found: Reasons) -> Iterator[RenderableType]:
    """Yield per claim which premises it needs, what ends it and who supports it; then the premises concerned."""
    conflict = found.argument.conflict
    yield from model_head(found.argument.world.graph)
    yield text(f"{plural(len(found.premises), 'premise')} dropped, weakened and reversed one at a time", "dim")
    named: dict[str, None] = {}
    for result in found.argument.results:
        yield heading(f"{result.claim.id} {SIGNS[result.verdict]} {result.verdict}")
        yield text(result.claim.says)
        item = found.of(result.claim.id)
        if item is None:
            yield text("It does not hold everywhere it is asked, so that there is nothing to end.", "dim")
            continue
        for words in _lines(conflict, item, named):
            yield text(words)
        if result.vacuous:
            yield text("Vacuous: no state is of the kind it speaks of.")
        if result.circular:
            yield text(
                f"Circular: {joined(list(result.circular))} {'says' if len(result.circular) == 1 else 'say'} so."
            )
    if named:
        yield heading("Premises named")
        yield _premises(conflict, named)
    yield text("")
    yield text("needs: without it alone the claim no longer holds in every case", "dim")
    yield text("weakened: placed below the next statement; reversed: negated", "dim")
    yield text("together: without all of these it no longer holds, and none can be left out of the set", "dim")
    complete = {item.complete_to for item in found.claims}
    bound = max(complete, default=1)
    yield text(
        f"Sets of more than {plural(bound, 'premise')} may be missing: they are searched for, not listed.", "dim"
    )


def _lines(conflict: Conflict, item: ClaimReasons, named: dict[str, None]) -> Iterator[str]:
    def names(premises: tuple[str, ...] | list[str]) -> str:
        named.update(dict.fromkeys(premises))
        return ", ".join(premises)

    if item.needs:
        yield f"Needs: {names(item.needs)}."
    else:
        yield "No single premise carries it."
    for table, word in ((item.weaken, "Weakened"), (item.reverse, "Reversed")):
        ending = [premise for premise, fate in table.items() if fate == "ends" and premise not in item.needs]
        if ending:
            yield f"{word}, it would end with: {names(ending)}."
    larger = [some for some in item.breaking_sets if len(some) > 1]
    for some in larger[:MOST_SETS]:
        yield f"Ends together: {names(some)}."
    if len(larger) > MOST_SETS:
        yield f"… and {len(larger) - MOST_SETS:,} more sets (JSON has them)"
    if not item.breaking_sets:
        yield "No set of premises was found that ends it."
    unexamined = [premise for premise, fate in item.drop.items() if fate == "not examined"]
    if unexamined:
        yield f"Not examined, since a preference does not cover the states it adds: {names(unexamined)}."
    yield from _supports(conflict, item, named)


def _supports(conflict: Conflict, item: ClaimReasons, named: dict[str, None]) -> Iterator[str]:
    """Yield which parties block an outcome, each alone, and what that rests on, by reading and concept."""
    grouped: dict[tuple[str, str, str, str], list[str]] = {}
    for support in item.supports:
        rests = [" with ".join(some) for some in support.rests_on]
        named.update(dict.fromkeys(p for some in support.rests_on for p in some))
        words = dm_name(conflict, support.dm) + (f" ({' or '.join(rests)})" if rests else "")
        seen = f"as {support.viewer} sees it" if support.viewer else ""
        at = (f"in {support.phase}" if support.phase else "", seen, support.reading, support.concept)
        grouped.setdefault(at, []).append(words)
    together: dict[tuple[str, ...], list[str]] = {}
    for at, blockers in grouped.items():
        together.setdefault(tuple(blockers), []).append(" ".join(part for part in at if part))
    for parties, where in together.items():
        count = plural(len(parties), "party blocks it alone", "parties block it, each alone")
        yield f"{', '.join(where)}: {count}: {'; '.join(parties)}."


def _premises(conflict: Conflict, named: dict[str, None]) -> RenderableType:
    table = Listing("premise", "what it says", "source")
    known: dict[str, Premise] = {p.id: p for p in (*conflict.premises(), *view_premises(conflict))}
    for name in sorted(named, key=list(known).index):
        premise = known[name]
        words = f"{premise.name}: {premise.says()}" if premise.name else premise.says()
        table.add_row(text(name), text(short(words, 240)), text(premise.source))
    return table
