"""Shares of the examined worlds in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from detente.analysis.shares import Influence, LevelShare, Robust, Share
from detente.report.listing import Listing
from detente.report.robust_words import (
    ERRORS,
    examined_words,
    factor_words,
    factors_words,
    margin_words,
    percent,
    region_words,
    shares_words,
    shows,
    swing,
)
from detente.report.terminal import heading
from detente.report.words import short, text

BAR = 20
"""The longest bar has so many characters."""
MOST_LEVELS = 6
MOST_TOGETHER = 5
LEAST_TOGETHER = 0.01


def robust_view(found: Robust) -> Iterator[RenderableType]:
    """Yield what was examined, the share of each claim and outcome, what moves each claim, and what it all means."""
    yield text(found.conflict.title, "bold")
    yield text(f"{factors_words(found.factors)}: {examined_words(found)}")
    if found.claims:
        yield heading("Claims")
        yield _claims(found)
    yield heading("Outcomes that can hold")
    yield _outcomes(found)
    premises = all(factor.kind == "premise" for factor in found.factors)
    influences = {name: found.influences(name) for name in found.claims}
    shown = {
        name: [item for item in items if shows(item, found.claim(name).error)] for name, items in influences.items()
    }
    moving = [name for name, items in shown.items() if items]
    if moving:
        yield heading("Which premises move the claims" if premises else "What moves the claims")
        for name in moving:
            yield from _tornado(name, shown[name])
    together = [words for name in moving for words in _together(found, name)]
    if together:
        yield heading("What acts together")
        for words in together:
            yield text(words)
    regions = [words for name in found.claims for words in region_words(found, name)]
    if regions:
        yield heading("Where the claims turn")
        for words in regions:
            yield text(words)
    yield heading("Uncertain premises" if premises else "What is uncertain")
    table = Listing("premise" if premises else "what", "in" if premises else "as written", "what it says", "source")
    table.right = (False, True, False, False)
    for factor in found.factors:
        table.add_row(
            text(factor.id),
            text(shares_words(factor)),
            text(short(factor_words(factor), 200)),
            text(factor.element.source),
        )
    yield table
    totals = any(item.total is not None for items in influences.values() for item in items)
    yield from _legend(found, totals=totals, together=bool(together))


def _claims(found: Robust) -> RenderableType:
    error = () if found.exact else ("±",)
    unweighted = ("unweighted",) if found.exact else ()
    concepts = tuple(level.words for level in found.factors[-1].levels) if found.n_concepts > 1 else ()
    plain = all(factor.kind == "premise" for factor in found.factors)
    turns = "verdict turns without" if plain else "verdict turns with"
    heads = ("holds", *error, *unweighted, *concepts, "partly", "fails")
    table = Listing("claim", *heads, turns, right=heads)
    for name, verdicts in found.claims.items():
        holds = found.claim(name)
        cells = [percent(holds.share), *_second(found, holds)]
        cells += [percent(share.share) for share in found.under(name).values()]
        cells += [percent(found.claim(name, word).share) for word in ("partly", "fails")]
        missing = found.unexamined(verdicts)
        words = margin_words(found, found.margin(name)) + (f" ({percent(missing)} not examined)" if missing else "")
        table.add_row(text(name), *(text(cell) for cell in cells), text(words))
    return table


def _second(found: Robust, share: Share) -> list[str]:
    return [percent(share.unweighted if found.exact else share.error)]


def _outcomes(found: Robust) -> RenderableType:
    columns = list(dict.fromkeys((reading, key) for reading, key, _ in found.outcomes))
    names = dict.fromkeys(name for *_, name in found.outcomes)
    heads = [f"{reading} {key}" for reading, key in columns]
    table = Listing("outcome", *heads, right=tuple(heads))
    for name in names:
        shares = [found.outcome(name, key, reading).share for reading, key in columns]
        label = found.conflict.outcome(name).label
        table.add_row(text(label), *(text(percent(share)) for share in shares))
    return table


def _tornado(name: str, influences: Sequence[Influence]) -> Iterator[RenderableType]:
    """Yield what moves a claim, the strongest first, with a bar each; of more than two levels each share."""
    yield text(name)
    items = sorted(influences, key=lambda item: -swing(item))
    premises = all(item.factor.kind == "premise" for item in influences)
    heads = ("with", "without") if premises else ("as written", "otherwise")
    error = any(item.total is not None and item.total.error for item in items)
    columns = (*heads, "total", *(("±",) if error else ()))
    table = Listing("  premise" if premises else "  what", *columns, "", right=columns)
    for item in items:
        total = ["–" if item.total is None else f"{item.total.index:.2f}"]
        if error:
            total.append("–" if item.total is None else f"{item.total.error:.2f}")
        bar = "█" * max(1, round(BAR * min(1.0, swing(item))))
        cells = (percent(item.levels[0].share), _others(item.levels[1:]), *total, bar)
        table.add_row(text(f"  {item.factor.id}"), *(text(cell) for cell in cells))
        for level in _shown(item):
            table.add_row(text(f"    {short(level.words, 60)}"), text(""), text(percent(level.share)))
    yield table


def _others(levels: Sequence[LevelShare]) -> str:
    shares = [level.share for level in levels if level.share is not None]
    if not shares:
        return "–"
    low, high = percent(min(shares)), percent(max(shares))
    return low if low == high else f"{low} to {high}"


def _shown(item: Influence) -> list[LevelShare]:
    """Return the levels of which the shares are shown one by one: of many only the lowest and the highest."""
    others = [level for level in item.levels[1:] if level.share is not None]
    if len(others) < 2:
        return []
    if len(others) <= MOST_LEVELS:
        return others
    ordered = sorted(others, key=lambda level: level.share or 0.0)
    return [ordered[0], ordered[-1]]


def _together(found: Robust, name: str) -> Iterator[str]:
    for pair in found.together(name)[:MOST_TOGETHER]:
        if pair.index >= LEAST_TOGETHER:
            yield f"{name}: {pair.factors[0]} × {pair.factors[1]} ({pair.index:.2f})"


def _legend(found: Robust, *, totals: bool, together: bool) -> Iterator[RenderableType]:
    yield text("")
    kinds = {factor.kind for factor in found.factors}
    weights = (
        "weighted by the certainty of their premises" if kinds == {"premise"} else "weighted by the model's shares"
    )
    how = weights if found.exact else "as they were drawn"
    yield text(f"Shares are of the examined worlds, {how}: the author's weights, no probabilities of events.", "dim")
    if "swap" in kinds:
        yield text("A shaken list stands as written in half of the worlds; in the others one place changes.", "dim")
    if found.exact:
        yield text("unweighted: every world counts the same.", "dim")
    if totals:
        others = "premises" if kinds == {"premise"} else "uncertain things"
        two = "; with, without: the claim's share in worlds that have the premise, and in those that have not"
        yield text(
            f"total: the share of the claim's variance over the worlds that is left when all other {others} are known"
            f"{two if kinds == {'premise'} else ''}.",
            "dim",
        )
    if together:
        yield text(
            "What acts together: the share of the variance that knowing both explains, and knowing either does not.",
            "dim",
        )
    if not found.exact:
        least = "" if totals else f" What moves a claim by less than {ERRORS} of them is not shown."
        yield text(f"±: the standard error of drawing.{least}", "dim")
    yield text("A claim that holds in all of them still stands on every premise that is marked certain.", "dim")
    for key, why in found.absent.items():
        yield text(f"{key} was not decided: {why}", "dim")
