"""What is said of uncertain things, their levels, and worlds that have them: small pieces of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.analysis.factors import Factor
from detente.analysis.margins import Margin
from detente.analysis.regions import Region
from detente.analysis.shares import Influence, Robust
from detente.conflict.choices import Range
from detente.conflict.elements import Premise
from detente.report.sentences import joined, plural

MOST_SETS = 3
MOST_LEVELS = 4
_KINDS = {
    "premise": ("premise", "premises"),
    "order": ("order", "orders"),
    "statements": ("choice of statements", "choices of statements"),
    "rules": ("choice of rules", "choices of rules"),
    "number": ("number", "numbers"),
    "block": ("part of the model", "parts of the model"),
    "swap": ("shaken list", "shaken lists"),
    "concept": ("concept", "concepts"),
}

LEAST, ERRORS = 0.005, 4
"""What moves a share by less, or by less than so many standard errors of drawing, is not shown."""


def factors_words(factors: Sequence[Factor]) -> str:
    """Return how many things of each kind are uncertain."""
    counts = {kind: sum(factor.kind == kind for factor in factors) for kind in _KINDS}
    if counts["premise"] == len(factors):
        return plural(len(factors), "uncertain premise")
    said = [plural(count, *_KINDS[kind]) for kind, count in counts.items() if count]
    return f"{plural(len(factors), 'uncertain thing')} ({', '.join(said)})"


def examined_words(found: Robust) -> str:
    """Return how many worlds were examined, and how they were chosen."""
    worlds = plural(found.n_worlds, "world")
    under = f", each under {found.n_concepts} concepts" if found.n_concepts > 1 else ""
    if found.exact:
        return f"all {worlds} examined{under}"
    distinct = plural(int((found.weights > 0).sum()) // found.n_concepts, "different world")
    return f"{worlds} drawn (seed {found.seed}), {distinct}{under}"


def factor_words(factor: Factor) -> str:
    """Return what an uncertain thing is, in words: what a premise says, or how it can be."""
    element = factor.element
    if isinstance(element, (Premise, Range)):
        said = element.says()
    else:
        words = [level.words for level in factor.levels]
        said = " | ".join(words[:MOST_LEVELS])
        said += f" | … ({len(words)} in all)" if len(words) > MOST_LEVELS else ""
    return f"{element.name}: {said}" if element.name else said


def shares_words(factor: Factor) -> str:
    """Return the share of worlds in which something is as written."""
    return percent(float(factor.levels[0].share))


def margin_words(found: Robust, margin: Margin | None) -> str:
    """Return which changes turn a verdict, or how far none does."""
    if margin is None:
        return "no answer as the model is written"
    if margin.changes is None:
        if margin.all_worlds:
            return "nothing examined turns it"
        return f"none of up to {plural(margin.searched, 'change')} turns it" if margin.searched else "not searched"
    kinds = {factor.id: factor.kind for factor in found.factors}
    plain = all(kind == "premise" for kind in kinds.values())
    sets = [
        " with ".join(name if plain else _change(kinds[name], name, to) for name, to in some) for some in margin.sets
    ]
    n_more = margin.n_sets - MOST_SETS
    more = f" or {n_more:,} more set{'' if n_more == 1 else 's'}" if n_more > 0 else ""
    return joined(sets[:MOST_SETS], "or") + more


def _change(kind: str, name: str, to: str) -> str:
    return f"without {name}" if kind == "premise" else f"{name} → {to}"


def region_words(found: Robust, name: str) -> Iterator[str]:
    """Yield in which regions of the worlds a claim holds, or does not, whichever is rarer: a sentence each."""
    word = "does not hold" if found.mostly_holds(name) else "holds"
    for region in found.regions(name):
        how = "every examined world" if region.density == 1 else f"{percent(region.density)} of the examined worlds"
        yield (
            f"{name} {word} in {how} {_where(found.factors, region)}: {percent(region.weight)} "
            f"of all examined worlds, {percent(region.coverage)} of those in which it {word}."
        )


def _where(factors: Sequence[Factor], region: Region) -> str:
    limits = [(factors[k], levels) for k, levels in region.limits]
    present = [factor.id for factor, levels in limits if factor.kind == "premise" and levels == (0,)]
    missing = [factor.id for factor, levels in limits if factor.kind == "premise" and levels == (1,)]
    parts = [f"with {joined(present)}"] if present else []
    none_of = f"none of {', '.join(missing)}" if len(missing) > 1 else f"no {''.join(missing)}"
    parts += [f"with {none_of}"] if missing else []
    parts += [_level_words(factor, levels) for factor, levels in limits if factor.kind != "premise"]
    return " and ".join(parts)


def _level_words(factor: Factor, levels: Sequence[int]) -> str:
    """Return that a factor has one of some levels, or that it has none of the others where these are fewer."""
    others = [level.words for k, level in enumerate(factor.levels) if k not in levels]
    words = [factor.levels[k].words for k in levels]
    if factor.kind == "concept":
        return f"under {joined(words, 'or')}"
    quoted = factor.kind not in ("number",)

    def said(some: list[str]) -> str:
        return joined([f"“{word}”" if quoted else word for word in some], "or")

    name = f"“{factor.id}”" if quoted else f"the {factor.id}"
    return f"where {name} is {said(words)}" if len(words) <= len(others) + 1 else f"where {name} is not {said(others)}"


def swing(item: Influence) -> float:
    """Return by how much something moves a claim: its total index, or else the reach of the claim's share."""
    return item.swing if item.total is None else item.total.index


def shows(item: Influence, error: float) -> bool:
    """Return whether something moves a claim enough to be shown, given the standard error of the claim's share."""
    return swing(item) > (LEAST if item.total is not None else max(LEAST, ERRORS * error))


def percent(share: float | None) -> str:
    """Return a share as people read it."""
    if share is None or share != share:
        return "–"
    if 0 < share < 0.001:
        return "<0.1 %"
    if 0.999 < share < 1:
        return ">99.9 %"
    return f"{100 * share:.1f} %" if share not in (0, 1) else f"{100 * share:.0f} %"
