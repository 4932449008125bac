"""An argument in a terminal: its claims, their verdicts, and what shows each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType

from detente.analysis.claims import Argument, CaseFinding, ClaimResult
from detente.conflict import claims as cl
from detente.conflict.conflict import Conflict
from detente.conflict.perceived import viewer_label
from detente.report.listing import Listing
from detente.report.sentences import dm_name, first_named, names_of
from detente.report.speech import N_, _, continued, counted, joined, ngettext, number
from detente.report.terminal import heading, model_head
from detente.report.terms import DURABILITIES, VERDICTS
from detente.report.words import at_label, states_words, text

SIGNS = {"holds": "✓", "partly": "◐", "fails": "✗"}


def verdict_words(verdict: str) -> str:
    """Return a verdict with its sign: ``✓ holds``."""
    return f"{SIGNS[verdict]} {_(VERDICTS[verdict])}"


def argument_view(found: Argument) -> Iterator[RenderableType]:
    """Yield the claims with their verdicts, what shows each, and a legend."""
    yield from model_head(found.world.graph)
    yield text("")
    table = Listing(_("claim"), _("verdict"), _("what it says"))
    for result in found.results:
        words = verdict_words(result.verdict)
        source = f" ({result.claim.source})" if result.claim.source else ""
        table.add_row(text(result.claim.id), text(words), text(f"{result.claim.says}{source}"))
    yield table
    yield heading(_("What shows it"))
    table = Listing(_("claim"), _("asked under"), "")
    for result in found.results:
        for place, (under, words) in enumerate(case_groups(found.conflict, result)):
            table.add_row(text("" if place else result.claim.id), text(under), text(words))
        for words in remarks(result):
            table.add_row(text(""), text(""), text(words))
    yield table
    yield text("")
    counts = [sum(result.verdict == word for result in found.results) for word in SIGNS]
    shown = ", ".join(f"{count} {_(VERDICTS[word])}" for count, word in zip(counts, SIGNS, strict=True) if count)
    words = counted("{n} claim: {verdicts}.", "{n} claims: {verdicts}.", len(found.results), verdicts=shown)
    yield text(words)
    yield text(_("holds: in every reading and concept it is asked under; partly: in some; fails: in none"), "dim")
    yield text(_("A verdict is about this model and its premises, no forecast."), "dim")


def remarks(result: ClaimResult) -> Iterator[str]:
    """Yield that a claim is vacuous or circular."""
    """Yield what is to be said of a claim whatever its verdict: that it speaks of nothing, or of what is assumed."""
    if result.vacuous:
        yield _("Vacuous: no state is of the kind it speaks of.")
    if result.circular:
        words = ngettext(
            "Circular: {premises} says the same.", "Circular: {premises} say the same.", len(result.circular)
        )
        yield words.format(premises=joined(result.circular))


def case_groups(conflict: Conflict, result: ClaimResult) -> Iterator[tuple[str, str]]:
    """Yield where a claim was asked and what was found, cases with the same words together."""
    grouped: dict[str, list[CaseFinding]] = {}
    for case in result.cases:
        words = case_sentence(conflict, result.claim.check, case)
        if result.verdict == "partly":
            words = (_("Holds: {finding}") if case.finding.holds else _("Fails: {finding}")).format(
                finding=continued(words)
            )
        grouped.setdefault(words, []).append(case)
    for words, cases in grouped.items():
        places = [
            (
                _("in {phase}").format(phase=case.phase) if case.phase else "",
                _("as {viewer} sees it").format(viewer=case.viewer) if case.viewer else "",
                case.reading or "",
                case.concept or "",
            )
            for case in cases
        ]
        under = [
            " · ".join(", ".join(filter(None, some)) for some in block if any(some)) for block in in_blocks(places)
        ]
        yield "; ".join(filter(None, under)), words


def in_blocks(places: Sequence[tuple[str, ...]]) -> list[tuple[tuple[str, ...], ...]]:
    """Return blocks (some values in each position, all combinations of them) that hold these places and no others."""
    if not places or not places[0]:
        return [()]
    rests: dict[str, list[tuple[str, ...]]] = {}
    for first, *rest in places:
        rests.setdefault(first, []).append(tuple(rest))
    alike: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for first, found in rests.items():
        alike.setdefault(tuple(found), []).append(first)
    return [(tuple(firsts), *block) for found, firsts in alike.items() for block in in_blocks(found)]


def case_sentence(conflict: Conflict, check: cl.Check, case: CaseFinding) -> str:
    """Return what was found in one case, as a sentence."""
    facts = case.finding.facts
    if case.finding.vacuous:
        return _("No state is of this kind.")
    words: str = _SENTENCES[type(check)](conflict, check, facts)
    return words


def _holds(conflict: Conflict, check: cl.Holds, facts: dict[str, Any]) -> str:
    if facts["equilibria"]:
        return counted(
            "{holding} of {n} state can hold, such as {state}.",
            "{holding} of {n} states can hold, such as {state}.",
            facts["states"],
            holding=number(facts["equilibria"]),
            state=at_label(facts["state"]),
        )
    if not facts["states"]:
        return _("No state is of this kind.")
    if facts["blockers"]:
        names = joined([dm_name(conflict, dm) for dm in facts["blockers"]], "or")
        return counted(
            "None of {n} state is stable for {names}.",
            "None of {n} states is stable for {names}.",
            facts["states"],
            names=names,
        )
    counts = sorted(facts["unstable_for"].items(), key=lambda item: -item[1])
    said = [
        _("{name} in {count}").format(name=dm_name(conflict, dm), count=number(count)) for dm, count in counts if count
    ]
    names = joined(first_named(said))
    return counted(
        "Each of {n} state is unstable for somebody ({names}).",
        "Each of {n} states is unstable for somebody ({names}).",
        facts["states"],
        names=names,
    )


def _stays(conflict: Conflict, check: cl.Stays, facts: dict[str, Any]) -> str:
    n, so, name = facts["states"], number(facts["so"]), dm_name(conflict, check.dm)
    words = (
        counted("{so} of {n} state unstable for {name}", "{so} of {n} states unstable for {name}", n, so=so, name=name)
        if check.unstable
        else counted("{so} of {n} state stable for {name}", "{so} of {n} states stable for {name}", n, so=so, name=name)
    )
    if "state" not in facts:
        return f"{words}."
    message = _("{words}; {state} is not.") if check.every else _("{words}; {state} is one.")
    return message.format(words=words, state=at_label(facts["state"]))


def _steps(conflict: Conflict, path: list[dict[str, Any]]) -> str:
    return ", ".join(f"{_who(conflict, step['by'])} → {step['to']}" for step in path)


def _who(conflict: Conflict, by: Any) -> str:
    return dm_name(conflict, by) if isinstance(by, str) else names_of(conflict, by)


def _reaches(conflict: Conflict, check: cl.Reaches, facts: dict[str, Any]) -> str:
    if "path" in facts and not facts["path"]:
        return _("State {state} is there already.").format(state=facts["from"])
    kind = _kinds(conflict, check)
    if "path" not in facts:
        return _("No sequence of {kind} leads there.").format(kind=kind)
    return _("By {kind}, from {state}: {steps}.").format(
        kind=kind, state=at_label(facts["from"]), steps=_steps(conflict, facts["path"])
    )


def _kinds(conflict: Conflict, check: cl.Reaches) -> str:
    """Return by what kind of steps something is reached."""
    if not isinstance(check.by, str):
        kind = _("improvements of {names}").format(names=_who(conflict, check.by))
    else:
        kind = {"moves": _("moves"), "improvements": _("improvements")}[check.by]
    return _("{kind}, joint ones included").format(kind=kind) if check.joint else kind


def _evolves(conflict: Conflict, check: cl.Evolves, facts: dict[str, Any]) -> str:
    steps = _(_PLAY[facts["improvements"], facts["steps_are"], facts["nature"]])
    path = _steps(conflict, facts.get("path", []))
    if check.kind in ("avoidable", "unavoidable"):
        who = _who(conflict, check.by)
        if "path" not in facts:
            return counted(
                "{who} can keep play in {safe} of {n} state, outside it ({steps}).",
                "{who} can keep play in {safe} of {n} states, outside it ({steps}).",
                facts["states_reached"],
                who=who,
                safe=number(facts["states_safe"]),
                steps=steps,
            )
        words = _("Others lead into it whatever {who} withholds: {path} ({steps}).")
        return words.format(who=who, path=path or _("play starts there"), steps=steps)
    if "reason" not in facts and check.kind == "certain":
        return counted(
            "All play from {n} state comes there, and none goes on for ever outside it ({steps}).",
            "All play from {n} states comes there, and none goes on for ever outside it ({steps}).",
            facts["from"],
            steps=steps,
        )
    if "reason" not in facts:
        return counted(
            "All play from {n} state that ends, ends there ({steps}).",
            "All play from {n} states that ends, ends there ({steps}).",
            facts["from"],
            steps=steps,
        )
    words = {
        "dead end": _("Play rests in {state}: {path} ({steps})."),
        "closed class": _("Play can stay for ever around {state}: {path} ({steps})."),
        "cycle": _("Play can go round through {state}: {path} ({steps})."),
    }[facts["reason"]]
    return words.format(state=at_label(facts["state"]), path=path or _("it starts there"), steps=steps)


def _endures(_conflict: Conflict, _check: cl.Endures, facts: dict[str, Any]) -> str:
    kind = _(DURABILITIES[facts["durability"]])
    if "state" in facts:
        return _("It is {durability} ({state}).").format(durability=kind, state=at_label(facts["state"]))
    return _("It is {durability}.").format(durability=kind)


def _blocked(conflict: Conflict, _check: cl.Blocked, facts: dict[str, Any]) -> str:
    counts = joined(
        _("{name} from {count}").format(name=dm_name(conflict, dm), count=number(count))
        for dm, count in facts["by"].items()
    )
    words = counted(
        "An unsanctioned improvement leaves it: {counts} of {n} state",
        "An unsanctioned improvement leaves it: {counts} of {n} states",
        facts["states"],
        counts=counts,
    )
    if "state" not in facts:
        return f"{words}."
    return _("{words}; none leaves {state}.").format(words=words, state=at_label(facts["state"]))


def _prefers(conflict: Conflict, check: cl.Prefers, facts: dict[str, Any]) -> str:
    if "pair" not in facts:
        return _("No state is of this kind.")
    one, other = facts["pair"]
    words = (
        _("For {name}: the least liked is {one}, the best liked of the other {other}.")
        if check.every
        else _("For {name}: the best liked is {one}, the best liked of the other {other}.")
    )
    return words.format(name=dm_name(conflict, check.dm), one=at_label(one), other=at_label(other))


def _improves(conflict: Conflict, check: cl.Improves, facts: dict[str, Any]) -> str:
    names = _who(conflict, check.members)
    at = at_label(facts["state"])
    if "path" not in facts or "to" not in facts:
        return _("{names} have no joint improvement to it from {state}.").format(names=names, state=at)
    words = _("{names} improve together from {state}: {steps}.").format(
        names=names, state=at, steps=_steps(conflict, facts["path"])
    )
    if facts.get("alone"):
        alone = _who(conflict, facts["alone"])
        more = _("It is not essential: {names} would do as much alone.").format(names=alone)
    else:
        more = _("It is essential: none of them would get there alone.")
    return f"{words} {more}"


def _changes(_conflict: Conflict, check: cl.Changes, facts: dict[str, Any]) -> str:
    message = _("{states} in {name}") if check.phases else _("{states} under {name}")
    counts = [message.format(states=states_words(count), name=name) for name, count in facts["held"].items()]
    return _("Holding: {counts}.").format(counts=joined(counts))


def _sides(conflict: Conflict, _check: cl.Sides, facts: dict[str, Any]) -> str:
    def names(nodes: list[str]) -> str:
        return joined([viewer_label(conflict, node) for node in nodes])

    if "unconnected" in facts:
        return _("No chain of relations joins {names}.").format(names=names(facts["unconnected"]))
    blocs = _(" against ").join(names(bloc) for bloc in facts["blocs"])
    if "wrong" in facts:
        words = (
            _("A best division, by the level of ties out of place, is {blocs}: not so for {names}.")
            if facts["by"] == "level"
            else _("A best division, by the number of ties out of place, is {blocs}: not so for {names}.")
        )
        return words.format(blocs=blocs, names=names(facts["wrong"]))
    if facts["balanced"]:
        return _("The relations are balanced: {blocs}.").format(blocs=blocs)
    return _("In every best division: {blocs}.").format(blocs=blocs)


_PLAY = {
    ("any", "single", "eventually"): N_("any improvements, single steps, nature eventually"),
    ("any", "single", "never"): N_("any improvements, single steps, nature never"),
    ("any", "joint", "eventually"): N_("any improvements, joint steps, nature eventually"),
    ("any", "joint", "never"): N_("any improvements, joint steps, nature never"),
    ("best", "single", "eventually"): N_("best improvements, single steps, nature eventually"),
    ("best", "single", "never"): N_("best improvements, single steps, nature never"),
    ("best", "joint", "eventually"): N_("best improvements, joint steps, nature eventually"),
    ("best", "joint", "never"): N_("best improvements, joint steps, nature never"),
}
"""By which improvements, by which steps, and with which nature play goes."""

_SENTENCES: dict[type, Any] = {
    cl.Holds: _holds,
    cl.Stays: _stays,
    cl.Reaches: _reaches,
    cl.Endures: _endures,
    cl.Blocked: _blocked,
    cl.Evolves: _evolves,
    cl.Prefers: _prefers,
    cl.Improves: _improves,
    cl.Changes: _changes,
    cl.Sides: _sides,
}
