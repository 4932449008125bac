"""Shares of the examined worlds in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from detente.analysis.shares import Influence, LevelShare, Robust, Share
from detente.report.listing import Listing
from detente.report.robust_words import (
    ERRORS,
    examined_words,
    factor_name,
    factor_words,
    factors_words,
    level_words,
    looked_at_words,
    looks_at_all,
    margin_words,
    percent,
    region_words,
    shares_words,
    shows,
    swing,
)
from detente.report.speech import _, decimal, pgettext
from detente.report.terminal import heading
from detente.report.terms import said
from detente.report.words import short, text, title_words

BAR = 20
"""The longest bar has so many characters."""
MOST_LEVELS = 6
MOST_TOGETHER = 5
LEAST_TOGETHER = 0.01


def robust_view(found: Robust) -> Iterator[RenderableType]:
    """Yield what was examined, the share of each claim and outcome, what moves each claim, and what it all means."""
    yield text(title_words(found.conflict), "bold")
    yield text(f"{factors_words(found.factors)}: {examined_words(found)}")
    if found.claims:
        yield heading(_("Claims"))
        yield _claims(found)
    yield heading(_("Outcomes that can hold"))
    yield _outcomes(found)
    premises = all(factor.kind == "premise" for factor in found.factors)
    influences = {name: found.influences(name) for name in found.claims}
    shown = {
        name: [item for item in items if shows(item, found.claim(name).error)] for name, items in influences.items()
    }
    moving = [name for name, items in shown.items() if items]
    if moving:
        yield heading(_("Which premises move the claims") if premises else _("What moves the claims"))
        for name in moving:
            yield from _tornado(name, shown[name])
    together = [words for name in moving for words in _together(found, name)]
    if together:
        yield heading(_("What acts together"))
        for words in together:
            yield text(words)
    regions = [words for name in found.claims for words in region_words(found, name)]
    if regions:
        yield heading(_("Where the claims turn"))
        for words in regions:
            yield text(words)
        if not looks_at_all(found):
            yield text(looked_at_words(found), "dim")
    yield heading(_("Uncertain premises") if premises else _("What is uncertain"))
    heads = (_("premise"), pgettext("in so many worlds", "in")) if premises else (_("what"), _("as written"))
    table = Listing(*heads, _("what it says"), _("source"))
    table.right = (False, True, False, False)
    for factor in found.factors:
        table.add_row(
            text(factor_name(factor.id, factor.kind)),
            text(shares_words(factor)),
            text(short(factor_words(factor), 200)),
            text(factor.element.source),
        )
    yield table
    totals = any(item.total is not None for items in influences.values() for item in items)
    yield from _legend(found, totals=totals, together=bool(together))


def _claims(found: Robust) -> RenderableType:
    error = () if found.exact else ("±",)
    unweighted = (_("unweighted"),) if found.exact else ()
    concepts = tuple(level.words for level in found.factors[-1].levels) if found.n_concepts > 1 else ()
    plain = all(factor.kind == "premise" for factor in found.factors)
    turns = _("verdict turns without") if plain else _("verdict turns with")
    heads = (_("holds"), *error, *unweighted, *concepts, _("partly"), _("fails"))
    table = Listing(_("claim"), *heads, turns, right=heads)
    for name in found.claims:
        holds = found.claim(name)
        cells = [percent(holds.share), *_second(found, holds)]
        cells += [percent(share.share) for share in found.under(name).values()]
        cells += [percent(found.claim(name, word).share) for word in ("partly", "fails")]
        missing = found.unexamined(name)
        words = margin_words(found, found.margin(name))
        if missing:
            words = _("{margin} ({share} not examined)").format(margin=words, share=percent(missing))
        table.add_row(text(name), *(text(cell) for cell in cells), text(words))
    return table


def _second(found: Robust, share: Share) -> list[str]:
    return [percent(share.unweighted if found.exact else share.error)]


def _outcomes(found: Robust) -> RenderableType:
    columns = list(dict.fromkeys((reading, key) for reading, key, _ in found.outcomes))
    names = dict.fromkeys(name for *_, name in found.outcomes)
    heads = [f"{reading} {key}" for reading, key in columns]
    table = Listing(_("outcome"), *heads, right=tuple(heads))
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
    heads = (_("with"), _("without")) if premises else (_("as written"), _("otherwise"))
    error = any(item.total is not None and item.total.error for item in items)
    columns = (*heads, _("total"), *(("±",) if error else ()))
    what = _("premise") if premises else _("what")
    table = Listing(f"  {what}", *columns, "", right=columns)
    for item in items:
        total = ["–" if item.total is None else decimal(min(item.total.index, 1.0), 2)]
        if error:
            total.append("–" if item.total is None else decimal(item.total.error, 2))
        bar = "█" * max(1, round(BAR * min(1.0, swing(item))))
        cells = (percent(item.levels[0].share), _others(item.levels[1:]), *total, bar)
        table.add_row(text(f"  {factor_name(item.factor.id, item.factor.kind)}"), *(text(cell) for cell in cells))
        for level in _shown(item):
            table.add_row(
                text(f"    {short(level_words(level.words, item.factor.kind), 60)}"),
                text(""),
                text(percent(level.share)),
            )
    yield table


def _others(levels: Sequence[LevelShare]) -> str:
    shares = [level.share for level in levels if level.share is not None]
    if not shares:
        return "–"
    low, high = percent(min(shares)), percent(max(shares))
    return low if low == high else _("{low} to {high}").format(low=low, high=high)


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
    kinds = {factor.id: factor.kind for factor in found.factors}
    for pair in found.together(name)[:MOST_TOGETHER]:
        if pair.index >= LEAST_TOGETHER:
            both = " × ".join(factor_name(one, kinds[one]) for one in pair.factors)
            yield f"{name}: {both} ({decimal(pair.index, 2)})"


def _legend(found: Robust, *, totals: bool, together: bool) -> Iterator[RenderableType]:
    yield text("")
    kinds = {factor.kind for factor in found.factors}
    for line in _legend_lines(
        found, plain=kinds == {"premise"}, swap="swap" in kinds, totals=totals, together=together
    ):
        yield text(line, "dim")


def _legend_lines(found: Robust, *, plain: bool, swap: bool, totals: bool, together: bool) -> Iterator[str]:
    """Yield what the numbers mean; ``plain``: all that is uncertain are premises; ``swap``: lists are shaken."""
    if not found.exact:
        how = _("as they were drawn")
    else:
        how = _("weighted by the certainty of their premises") if plain else _("weighted by the model's shares")
    words = _("Shares are of the examined worlds, {how}: the author's weights, no probabilities of events.")
    yield words.format(how=how)
    if swap:
        yield _("A shaken list stands as written in half of the worlds; in the others one place changes.")
    if found.exact:
        yield _("unweighted: every world counts the same.")
    if totals and plain:
        yield _(
            "total: the share of the claim's variance over the worlds that is left when all other premises are known; "
            "with, without: the claim's share in worlds that have the premise, and in those that have not."
        )
    elif totals:
        yield _(
            "total: the share of the claim's variance over the worlds that is left when all other uncertain things are "
            "known."
        )
    if together:
        yield _(
            "What acts together: the share of the variance that knowing both explains, and knowing either does not."
        )
    if not found.exact and totals:
        yield _("±: the standard error of drawing.")
    elif not found.exact:
        words = _("±: the standard error of drawing. What moves a claim by less than {errors} of them is not shown.")
        yield words.format(errors=ERRORS)
    yield _("A claim that holds in all of them still stands on every premise that is marked certain.")
    for key, why in found.absent.items():
        yield _("{concept} was not decided: {why}").format(concept=key, why=said(why))
