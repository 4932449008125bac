"""An argument in a terminal: its claims, their verdicts, and what shows each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType

from detente.analysis.claims import Argument, CaseFinding, ClaimResult
from detente.conflict import claims as cl
from detente.conflict.conflict import Conflict
from detente.conflict.perceived import viewer_label
from detente.report.listing import Listing
from detente.report.sentences import dm_name, joined, plural
from detente.report.terminal import heading, model_head
from detente.report.words import text

SIGNS = {"holds": "✓", "partly": "◐", "fails": "✗"}


def argument_view(found: Argument) -> Iterator[RenderableType]:
    """Yield the claims with their verdicts, what shows each, and a legend."""
    yield from model_head(found.world.graph)
    yield text("")
    table = Listing("claim", "verdict", "what it says")
    for result in found.results:
        words = f"{SIGNS[result.verdict]} {result.verdict}"
        source = f" ({result.claim.source})" if result.claim.source else ""
        table.add_row(text(result.claim.id), text(words), text(f"{result.claim.says}{source}"))
    yield table
    yield heading("What shows it")
    table = Listing("claim", "asked under", "")
    for result in found.results:
        for number, (under, words) in enumerate(_groups(found.conflict, result)):
            table.add_row(text("" if number else result.claim.id), text(under), text(words))
        for words in _remarks(result):
            table.add_row(text(""), text(""), text(words))
    yield table
    yield text("")
    counts = [sum(result.verdict == word for result in found.results) for word in SIGNS]
    shown = ", ".join(f"{count} {word}" for count, word in zip(counts, SIGNS, strict=True) if count)
    yield text(f"{plural(len(found.results), 'claim')}: {shown}.")
    yield text("holds: in every reading and concept it is asked under; partly: in some; fails: in none", "dim")
    yield text("A verdict is about this model and its premises, no forecast.", "dim")


def _remarks(result: ClaimResult) -> Iterator[str]:
    if result.vacuous:
        yield "Vacuous: no state is of the kind it speaks of."
    if result.circular:
        yield f"Circular: {joined(list(result.circular))} {'says' if len(result.circular) == 1 else 'say'} the same."


def _groups(conflict: Conflict, result: ClaimResult) -> Iterator[tuple[str, str]]:
    """Yield where a claim was asked and what was found, cases with the same words together."""
    grouped: dict[str, list[CaseFinding]] = {}
    for case in result.cases:
        words = case_sentence(conflict, result.claim.check, case)
        if result.verdict == "partly":
            words = f"{'Holds' if case.finding.holds else 'Fails'}: {words[0].lower()}{words[1:]}"
        grouped.setdefault(words, []).append(case)
    for words, cases in grouped.items():
        readings = dict.fromkeys(case.reading for case in cases if case.reading)
        concepts = dict.fromkeys(case.concept for case in cases if case.concept)
        phases = dict.fromkeys(f"in {case.phase}" for case in cases if case.phase)
        views = dict.fromkeys(f"as {case.viewer} sees it" for case in cases if case.viewer)
        yield " · ".join(", ".join(part) for part in (phases, views, readings, concepts) if part), words


def case_sentence(conflict: Conflict, check: cl.Check, case: CaseFinding) -> str:
    """Return what was found in one case, as a sentence."""
    facts = case.finding.facts
    if case.finding.vacuous:
        return "No state is of this kind."
    words: str = _SENTENCES[type(check)](conflict, check, facts)
    return words


def _holds(conflict: Conflict, check: cl.Holds, facts: dict[str, Any]) -> str:
    if facts["equilibria"]:
        count = plural(facts["states"], "state")
        return f"{facts['equilibria']:,} of {count} can hold, such as state {facts['state']}."
    if not facts["states"]:
        return "No state is of this kind."
    if facts["blockers"]:
        names = joined([dm_name(conflict, dm) for dm in facts["blockers"]], "or")
        return f"None of {plural(facts['states'], 'state')} is stable for {names}."
    most = sorted(facts["unstable_for"].items(), key=lambda item: -item[1])[:3]
    names = joined([f"{dm_name(conflict, dm)} in {count:,}" for dm, count in most if count])
    return f"Each of {plural(facts['states'], 'state')} is unstable for somebody ({names})."


def _stays(conflict: Conflict, check: cl.Stays, facts: dict[str, Any]) -> str:
    word = "unstable" if check.unstable else "stable"
    words = f"{facts['so']:,} of {plural(facts['states'], 'state')} {word} for {dm_name(conflict, check.dm)}"
    if "state" in facts:
        words += f"; state {facts['state']} is {'not' if check.every else 'one'}"
    return words + "."


def _steps(conflict: Conflict, path: list[dict[str, Any]]) -> str:
    return ", ".join(f"{_who(conflict, step['by'])} → {step['to']}" for step in path)


def _who(conflict: Conflict, by: Any) -> str:
    return dm_name(conflict, by) if isinstance(by, str) else joined([dm_name(conflict, dm) for dm in by])


def _reaches(conflict: Conflict, check: cl.Reaches, facts: dict[str, Any]) -> str:
    kind = check.by if isinstance(check.by, str) else f"improvements of {_who(conflict, check.by)}"
    kind = f"{kind}, joint ones included" if check.joint else kind
    if "path" not in facts:
        return f"No sequence of {kind} leads there."
    if not facts["path"]:
        return f"State {facts['from']} is there already."
    return f"By {kind}, from state {facts['from']}: {_steps(conflict, facts['path'])}."


def _evolves(conflict: Conflict, check: cl.Evolves, facts: dict[str, Any]) -> str:
    steps = f"{facts['improvements']} improvements, {facts['steps_are']} steps, nature {facts['nature']}"
    path = _steps(conflict, facts.get("path", []))
    if check.kind in ("avoidable", "unavoidable"):
        who = _who(conflict, check.by)
        if "path" not in facts:
            safe = f"{facts['states_safe']:,} of {plural(facts['states_reached'], 'state')}"
            return f"{who} can keep play in {safe}, outside it ({steps})."
        return f"Others lead into it whatever {who} withholds: {path or 'play starts there'} ({steps})."
    if "reason" not in facts:
        return f"All play from {plural(facts['from'], 'state')} that ends, ends there ({steps})."
    where = {"dead end": "rests in", "closed class": "can stay for ever around", "cycle": "can go round through"}
    return f"Play {where[facts['reason']]} state {facts['state']}: {path or 'it starts there'} ({steps})."


def _endures(_conflict: Conflict, _check: cl.Endures, facts: dict[str, Any]) -> str:
    example = f" (state {facts['state']})" if "state" in facts else ""
    return f"It is {facts['durability']}{example}."


def _blocked(conflict: Conflict, _check: cl.Blocked, facts: dict[str, Any]) -> str:
    counts = joined([f"{dm_name(conflict, dm)} from {count:,}" for dm, count in facts["by"].items()])
    words = f"An unsanctioned improvement leaves it: {counts} of {plural(facts['states'], 'state')}"
    return words + (f"; none leaves state {facts['state']}." if "state" in facts else ".")


def _prefers(conflict: Conflict, check: cl.Prefers, facts: dict[str, Any]) -> str:
    if "pair" not in facts:
        return "No state is of this kind."
    one, other = facts["pair"]
    words = ("the least liked", "the best liked") if check.every else ("the best liked", "the best liked")
    return f"For {dm_name(conflict, check.dm)}: {words[0]} is state {one}, {words[1]} of the other state {other}."


def _improves(conflict: Conflict, check: cl.Improves, facts: dict[str, Any]) -> str:
    names = _who(conflict, check.members)
    if "path" not in facts or "to" not in facts:
        return f"{names} have no joint improvement to it from state {facts['state']}."
    words = f"{names} improve together from state {facts['state']}: {_steps(conflict, facts['path'])}."
    if facts.get("alone"):
        return f"{words} It is not essential: {_who(conflict, facts['alone'])} would do as much alone."
    return f"{words} It is essential: none of them would get there alone."


def _changes(_conflict: Conflict, check: cl.Changes, facts: dict[str, Any]) -> str:
    word = "in" if check.phases else "under"
    counts = [f"{plural(count, 'state')} {word} {name}" for name, count in facts["held"].items()]
    return f"Holding: {joined(counts)}."


def _sides(conflict: Conflict, _check: cl.Sides, facts: dict[str, Any]) -> str:
    def names(nodes: list[str]) -> str:
        return joined([viewer_label(conflict, node) for node in nodes])

    if "unconnected" in facts:
        return f"No chain of relations joins {names(facts['unconnected'])}."
    blocs = " against ".join(names(bloc) for bloc in facts["blocs"])
    if "wrong" in facts:
        measure = f"by the {facts['by']} of ties out of place"
        return f"A best division, {measure}, is {blocs}: not so for {names(facts['wrong'])}."
    how = "The relations are balanced" if facts["balanced"] else "In every best division"
    return f"{how}: {blocs}."


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
