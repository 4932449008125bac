"""What is said of uncertain things, their levels, and worlds that have them: small pieces of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.analysis.factors import Factor, Kind
from detente.analysis.margins import Margin
from detente.analysis.regions import Region
from detente.analysis.shares import Influence, Robust
from detente.conflict.choices import Range
from detente.conflict.elements import Premise
from detente.report.speech import _, counted, decimal, joined, ngettext, quoted
from detente.report.terms import said

MOST_SETS = 3
MOST_LEVELS = 4
KINDS = ("premise", "order", "statements", "rules", "number", "block", "swap", "concept")

LEAST, ERRORS = 0.005, 4
"""What moves a share by less, or by less than so many standard errors of drawing, is not shown."""


def factors_words(factors: Sequence[Factor]) -> str:
    """Return how many things of each kind are uncertain."""
    counts = {kind: sum(factor.kind == kind for factor in factors) for kind in KINDS}
    if counts["premise"] == len(factors):
        return counted("{n} uncertain premise", "{n} uncertain premises", len(factors))
    words = ", ".join(_kind_words(kind, count) for kind, count in counts.items() if count)
    return counted("{n} uncertain thing ({kinds})", "{n} uncertain things ({kinds})", len(factors), kinds=words)


def _kind_words(kind: str, n: int) -> str:
    return {
        "premise": counted("{n} premise", "{n} premises", n),
        "order": counted("{n} order", "{n} orders", n),
        "statements": counted("{n} choice of statements", "{n} choices of statements", n),
        "rules": counted("{n} choice of rules", "{n} choices of rules", n),
        "number": counted("{n} number", "{n} numbers", n),
        "block": counted("{n} part of the model", "{n} parts of the model", n),
        "swap": counted("{n} shaken list", "{n} shaken lists", n),
        "concept": counted("{n} concept", "{n} concepts", n),
    }[kind]


def examined_words(found: Robust) -> str:
    """Return how many worlds were examined, and how they were chosen."""
    if found.exact:
        words = counted("all {n} world examined", "all {n} worlds examined", found.n_worlds)
    else:
        distinct = found.n_different // found.n_concepts
        words = counted(
            "{n} world drawn (seed {seed}), {distinct}",
            "{n} worlds drawn (seed {seed}), {distinct}",
            found.n_worlds,
            seed=found.seed,
            distinct=counted("{n} different world", "{n} different worlds", distinct),
        )
    if found.n_concepts == 1:
        return words
    return _("{worlds}, each under {count} concepts").format(worlds=words, count=found.n_concepts)


def factor_words(factor: Factor) -> str:
    """Return what an uncertain thing is, in words: what a premise says, or how it can be."""
    element = factor.element
    if isinstance(element, (Premise, Range)):
        words = said(element.says())
    else:
        levels = [level_words(level.words, factor.kind) for level in factor.levels]
        words = " | ".join(levels[:MOST_LEVELS])
        if len(levels) > MOST_LEVELS:
            words = _("{levels} | … ({count} in all)").format(levels=words, count=len(levels))
    name = said(element.name) if factor.kind == "concept" else element.name
    return f"{name}: {words}" if name else words


def factor_name(name: str, kind: Kind) -> str:
    """Return what an uncertain thing is called."""
    return said(name) if kind in ("swap", "concept") else name


def level_words(words: str, kind: Kind) -> str:
    """Return what an uncertain thing can be like."""
    return said(words) if words == "as written" or kind in ("swap", "premise") else words


def shares_words(factor: Factor) -> str:
    """Return the share of worlds in which something is as written."""
    return percent(float(factor.levels[0].share))


def margin_words(found: Robust, margin: Margin | None) -> str:
    """Return which changes turn a verdict, or how far none does."""
    if margin is None:
        return _("no answer as the model is written")
    if margin.changes is None and margin.all_worlds:
        return _("nothing examined turns it")
    if margin.changes is None and margin.searched:
        n = margin.searched
        return counted("none of up to {n} change turns it", "none of up to {n} changes turns it", n)
    if margin.changes is None:
        return _("not searched")
    kinds = {factor.id: factor.kind for factor in found.factors}
    plain = all(kind == "premise" for kind in kinds.values())
    sets = [
        _(" with ").join(name if plain else _change(kinds[name], name, to) for name, to in some) for some in margin.sets
    ]
    n_more = margin.n_sets - MOST_SETS
    words = joined(sets[:MOST_SETS], "or")
    if n_more > 0:
        return counted("{sets} or {n} more set", "{sets} or {n} more sets", n_more, sets=words)
    return words


def _change(kind: Kind, name: str, to: str) -> str:
    if kind == "premise":
        return _("without {premise}").format(premise=name)
    return f"{factor_name(name, kind)} → {level_words(to, kind)}"


def region_words(found: Robust, name: str) -> Iterator[str]:
    """Yield in which regions of the worlds a claim holds, or does not, whichever is rarer: a sentence each."""
    whole = looks_at_all(found)
    message = _region_message(fails=found.mostly_holds(name), whole=whole)
    for region in found.regions(name):
        if region.density == 1:
            words = _("every examined world {where}") if whole else _("every world looked at {where}")
        else:
            words = (
                _("{share} of the examined worlds {where}") if whole else _("{share} of the worlds looked at {where}")
            )
        words = words.format(share=percent(region.density), where=_where(found.factors, region))
        yield message.format(claim=name, worlds=words, weight=percent(region.weight), coverage=percent(region.coverage))


def _region_message(*, fails: bool, whole: bool) -> str:
    if whole and fails:
        return _(
            "{claim} does not hold in {worlds}: {weight} of all examined worlds, {coverage} of those in which it "
            "does not hold."
        )
    if whole:
        return _("{claim} holds in {worlds}: {weight} of all examined worlds, {coverage} of those in which it holds.")
    if fails:
        return _(
            "{claim} does not hold in {worlds}: {weight} of all worlds looked at, {coverage} of those in which it "
            "does not hold."
        )
    return _("{claim} holds in {worlds}: {weight} of all worlds looked at, {coverage} of those in which it holds.")


def looks_at_all(found: Robust) -> bool:
    """Return whether regions are looked for among all examined worlds."""
    return found.n_kept == found.n_worlds


def looked_at_words(found: Robust) -> str:
    """Return among which worlds regions are looked for, where these are not all."""
    if found.exact:
        return counted(
            "Looked at for this: {n} world, drawn by the shares of what is uncertain (seed {seed}).",
            "Looked at for this: {n} worlds, drawn by the shares of what is uncertain (seed {seed}).",
            found.n_kept,
            seed=found.seed,
        )
    return counted(
        "Looked at for this: the first {n} world that was drawn.",
        "Looked at for this: the first {n} worlds that were drawn.",
        found.n_kept,
    )


def _where(factors: Sequence[Factor], region: Region) -> str:
    limits = [(factors[k], levels) for k, levels in region.limits]
    present = [_premise_name(factor) for factor, levels in limits if factor.kind == "premise" and levels == (0,)]
    missing = [_premise_name(factor) for factor, levels in limits if factor.kind == "premise" and levels == (1,)]
    parts = [_("with {premises}").format(premises=joined(present))] if present else []
    if missing:
        words = ngettext("with no {premises}", "with none of {premises}", len(missing))
        parts.append(words.format(premises=", ".join(missing)))
    parts += [_limit_words(factor, levels) for factor, levels in limits if factor.kind != "premise"]
    return _(" and ").join(parts)


def _premise_name(factor: Factor) -> str:
    """Return a premise's identity, in quotation marks where it is made of what the premise says."""
    return quoted(factor.id) if " " in factor.id else factor.id


def _limit_words(factor: Factor, levels: Sequence[int]) -> str:
    """Return that a factor has one of some levels, or that it has none of the others where these are fewer."""
    others = [level_words(level.words, factor.kind) for k, level in enumerate(factor.levels) if k not in levels]
    words = [level_words(factor.levels[k].words, factor.kind) for k in levels]
    if factor.kind == "concept":
        return _("under {concepts}").format(concepts=joined(words, "or"))
    few = len(words) <= len(others) + 1
    if factor.kind == "number":
        message = _("where the {factor} is {values}") if few else _("where the {factor} is not {values}")
        return message.format(factor=factor.id, values=joined(words if few else others, "or"))
    message = _("where “{factor}” is {values}") if few else _("where “{factor}” is not {values}")
    values = joined([quoted(word) for word in (words if few else others)], "or")
    return message.format(factor=factor_name(factor.id, factor.kind), values=values)


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
        return f"<{decimal(0.1, 1)} %"
    if 0.999 < share < 1:
        return f">{decimal(99.9, 1)} %"
    return f"{decimal(100 * share, 0 if share in (0, 1) else 1)} %"
