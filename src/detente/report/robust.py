"""Shares of the examined worlds in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.shares import Influence, Robust, Share
from detente.conflict.elements import Premise
from detente.report.listing import Listing
from detente.report.sentences import joined, plural
from detente.report.terminal import heading
from detente.report.words import short, text

BAR = 20
"""The longest bar has so many characters."""
MOST_SETS = 3


def robust_view(found: Robust) -> Iterator[RenderableType]:
    """Yield what was examined, the share of each claim and outcome, what moves each claim, and what it all means."""
    yield text(found.conflict.title, "bold")
    worlds = plural(found.n_worlds, "world")
    if found.exact:
        yield text(f"{plural(len(found.factors), 'uncertain premise')}: all {worlds} examined")
    else:
        distinct = plural(len(found.rows), "different world")
        yield text(f"{plural(len(found.factors), 'uncertain premise')}: {worlds} drawn (seed {found.seed}), {distinct}")
    if found.claims:
        yield heading("Claims")
        yield _claims(found)
    yield heading("Outcomes that can hold")
    yield _outcomes(found)
    moving = [name for name in found.claims if any(_swing(item) for item in found.influences(name))]
    if moving:
        yield heading("Which premises move the claims")
        for name in moving:
            yield from _tornado(found, name)
    regions = [words for name in found.claims for words in _regions(found, name)]
    if regions:
        yield heading("Where the claims turn")
        for words in regions:
            yield text(words)
    yield heading("Uncertain premises")
    table = Listing("premise", "in", "what it says", "source", right=("in",))
    for factor in found.factors:
        premise = factor.element
        said = premise.says() if isinstance(premise, Premise) else ""
        words = f"{premise.name}: {said}" if premise.name else said
        table.add_row(
            text(premise.id),
            text(_percent(float(factor.levels[0].share))),
            text(short(words, 200)),
            text(premise.source),
        )
    yield table
    yield from _legend(found)


def _claims(found: Robust) -> RenderableType:
    error = () if found.exact else ("±",)
    unweighted = ("unweighted",) if found.exact else ()
    table = Listing(
        "claim",
        "holds",
        *error,
        *unweighted,
        "partly",
        "fails",
        "verdict turns without",
        right=("holds", "±", "unweighted", "partly", "fails"),
    )
    for name, verdicts in found.claims.items():
        holds = found.claim(name)
        cells = [_percent(holds.share), *_second(found, holds)]
        cells += [_percent(found.claim(name, word).share) for word in ("partly", "fails")]
        missing = found.unexamined(verdicts)
        words = _margin(found, name) + (f" ({_percent(missing)} not examined)" if missing else "")
        table.add_row(text(name), *(text(cell) for cell in cells), text(words))
    return table


def _second(found: Robust, share: Share) -> list[str]:
    if not found.exact:
        return [_percent(share.error)]
    return ["–" if share.unweighted is None else _percent(share.unweighted)]


def _margin(found: Robust, name: str) -> str:
    margin = found.margin(name)
    if margin is None:
        return "nothing examined turns it"
    sets = [" with ".join(some) for some in margin[1]]
    more = f" or {len(sets) - MOST_SETS} more sets" if len(sets) > MOST_SETS else ""
    return joined(sets[:MOST_SETS], "or") + more


def _outcomes(found: Robust) -> RenderableType:
    columns = list(dict.fromkeys((reading, key) for reading, key, _ in found.outcomes))
    names = dict.fromkeys(name for *_, name in found.outcomes)
    heads = [f"{reading} {key}" for reading, key in columns]
    table = Listing("outcome", *heads, right=tuple(heads))
    for name in names:
        shares = [found.outcome(name, key, reading).share for reading, key in columns]
        label = found.conflict.outcome(name).label
        table.add_row(text(label), *(text(_percent(share)) for share in shares))
    return table


def _swing(item: Influence) -> float:
    """Return by how much a premise moves a claim's share."""
    if item.total is not None:
        return item.total
    if item.with_it is None or item.without_it is None:
        return 0.0
    return abs(item.with_it - item.without_it)


def _tornado(found: Robust, name: str) -> Iterator[RenderableType]:
    """Yield a claim's premises, those that move it most first, with a bar each."""
    yield text(name)
    table = Listing("  premise", "with", "without", "total", "", right=("with", "without", "total"))
    items = sorted(found.influences(name), key=lambda item: -_swing(item))
    for item in (item for item in items if _swing(item) > 0.005):
        total = "–" if item.total is None else f"{item.total:.2f}"
        bar = "█" * max(1, round(BAR * min(1.0, _swing(item))))
        cells = (_maybe(item.with_it), _maybe(item.without_it), total, bar)
        table.add_row(text(f"  {item.premise}"), *(text(cell) for cell in cells))
    yield table


def _regions(found: Robust, name: str) -> Iterator[str]:
    """Yield in which regions of the worlds a claim holds, or does not, whichever is rarer: a sentence each."""
    word = "does not hold" if found.mostly_holds(name) else "holds"
    for region in found.regions(name):
        parts = [f"with {joined(list(region.present))}"] if region.present else []
        none_of = f"none of {', '.join(region.missing)}" if len(region.missing) > 1 else f"no {''.join(region.missing)}"
        parts += [f"with {none_of}"] if region.missing else []
        how = "every world" if region.density == 1 else f"{_percent(region.density)} of the worlds"
        yield (
            f"{name} {word} in {how} {' and '.join(parts)}: {_percent(region.weight)} "
            f"of all worlds, {_percent(region.coverage)} of those in which it {word}."
        )


def _maybe(share: float | None) -> str:
    return "–" if share is None else _percent(share)


def _percent(share: float) -> str:
    if share != share:
        return "–"
    if 0 < share < 0.001:
        return "<0.1 %"
    if 0.999 < share < 1:
        return ">99.9 %"
    return f"{100 * share:.1f} %" if share not in (0, 1) else f"{100 * share:.0f} %"


def _legend(found: Robust) -> Iterator[RenderableType]:
    yield text("")
    how = "weighted by the certainty of their premises" if found.exact else "as they were drawn"
    yield text(f"Shares are of the examined worlds, {how}: the author's weights, no probabilities of events.", "dim")
    if found.exact:
        yield text("unweighted: every world counts the same.", "dim")
        yield text(
            "total: the share of the claim's variance over the worlds that is left when all other premises are known; "
            "with, without: the claim's share in worlds that have the premise, and in those that have not.",
            "dim",
        )
    else:
        yield text("±: the standard error of drawing. Smaller sets may turn a verdict that were not drawn.", "dim")
    yield text("A claim that holds in all of them still stands on every premise that is marked certain.", "dim")
    for key, why in found.absent.items():
        yield text(f"{key} was not decided: {why}", "dim")
