"""What options take of the limits, and what stopping one frees where, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from rich.console import RenderableType

from detente.analysis.means import Change, LimitMeans, Means, Stop, Use
from detente.analysis.purse import MOST_LISTED, Purse
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Assignment, Limit, number_text
from detente.graph.graph import Graph
from detente.report.listing import Listing
from detente.report.sentences import dm_name, joined
from detente.report.terminal import heading, model_head
from detente.report.words import state_words, text


def means_view(found: Means) -> Iterator[RenderableType]:
    """Yield limit by limit what its options take, and stop by stop what is freed and what then fits."""
    graph = found.graph
    yield from model_head(graph)
    quo = " (the status quo)" if found.state == graph.status_quo else ""
    yield text(f"At state {graph.space.label(found.state)}{quo}: {state_words(graph, found.state)}")
    for item in found.limits:
        yield from _limit(graph, item)
    yield text("")
    for line in _legend(found):
        yield text(line, "dim")


def _limit(graph: Graph, item: LimitMeans) -> Iterator[RenderableType]:
    conflict, purse = graph.conflict, item.purse
    yield heading(limit_name(item.limit))
    if limit_name(item.limit) != item.limit.says():
        yield text(item.limit.says(), "dim")
    table = Listing("who", "option", "value", "takes", "least", right=("takes", "least"))
    for take in purse.takes:
        table.add_row(
            text(dm_name(conflict, conflict.owner(take.option))),
            text(conflict.options[take.option].label),
            text(take.value),
            text(number_text(take.amount)),
            text(f"{number_text(take.least)} ({', '.join(take.cheapest)})"),
        )
    yield table
    yield text(f"In all {number_text(purse.total)}; {_bounds(purse)}.")
    for option in item.idle:
        yield text(f"{_option(conflict, option)} takes the least it can already.")
    if not item.stops and not item.idle:
        yield text("No option takes more than it could; there is nothing to stop.")
    for stop in item.stops:
        yield from _stop(graph, purse, stop)


def limit_name(limit: Limit) -> str:
    """Return what a limit is called: its name or the identity its author gave it, else what it says."""
    return limit.name or (limit.says() if limit.id.startswith("limit: ") else limit.id)


def _bounds(purse: Purse) -> str:
    """Return what is left below the upper bound and above the lower one."""
    parts = []
    if purse.limit.at_most is not None and purse.left is not None:
        parts.append(f"at most {number_text(purse.limit.at_most)}, so {number_text(purse.left)} is left")
    if purse.limit.at_least is not None and purse.spare is not None:
        rest = f"{number_text(purse.spare)} could go" if purse.spare >= 0 else f"{number_text(-purse.spare)} is missing"
        parts.append(f"at least {number_text(purse.limit.at_least)}, so {rest}")
    return "; ".join(parts)


def _option(conflict: Conflict, option: str) -> str:
    return f"{dm_name(conflict, conflict.owner(option))}: “{conflict.options[option].label}”"


def _stop(graph: Graph, purse: Purse, stop: Stop) -> Iterator[RenderableType]:
    conflict = graph.conflict
    yield text("")
    head = f"{_option(conflict, stop.option)} from {purse.values[stop.option]} to {stop.value}"
    yield text(f"{head} {_freed(purse.limit, stop.freed)}: {_bounds(stop.after)}.")
    yield text(f"  The stop alone: {_change_words(graph, stop.change)}.")
    for name, freed in stop.elsewhere:
        other = next(limit for limit in conflict.limits if limit.id == name)
        yield text(f"  In limit {limit_name(other)} it {_freed(other, freed)}.")
    if not stop.after.kept:
        yield text("  It breaks the limit.")
    for kind, words in (("repair", "makes up for it"), ("use", "fits then, not before")):
        uses = [use for use in stop.uses if use.fit.kind == kind]
        if uses:
            yield _uses(graph, words, uses, purse.limit)
        elif kind == "use" and stop.after.left is not None:
            yield text("  Nothing fits then that did not fit before.")
        elif kind == "repair" and not stop.after.kept:
            yield text("  Nothing makes up for it.")
    if not stop.complete:
        yield text(f"  More combinations fit than the first {MOST_LISTED:,} listed or looked for.", "dim")


def _freed(limit: Limit, freed: Fraction) -> str:
    """Return what a stop does to a limit: with an upper bound it frees something, with a lower one alone it owes it."""
    if not freed:
        return "changes nothing"
    if limit.at_most is None:
        return f"gives {number_text(abs(freed))} {'less' if freed > 0 else 'more'}"
    return f"frees {number_text(freed)}" if freed > 0 else f"takes {number_text(-freed)} more"


def _uses(graph: Graph, words: str, uses: list[Use], limit: Limit) -> RenderableType:
    then = any(use.then is not None for use in uses)
    columns = [words, "takes", *(["after the stop", "wanted"] if then else []), "at once with it", "wanted"]
    table = Listing(*columns, right=("takes",))
    for use in uses:
        mark = "●" if use.fit.outer else "·"
        cells = [text(f"{mark} {_sets(graph.conflict, use.fit.sets, limit)}"), text(number_text(use.fit.amount))]
        for change in [use.at_once] if use.then is None else [use.then, use.at_once]:
            cells += [text(_change_cell(graph, change)), text(_wanted_words(graph.conflict, change))]
        table.add_row(*cells)
    return table


def _sets(conflict: Conflict, sets: Assignment, limit: Limit) -> str:
    several = len({conflict.owner(option) for option, _ in limit.terms}) > 1
    words = []
    for option, value in sets:
        name = f"{conflict.options[option].label} = {value}"
        words.append(f"{dm_name(conflict, conflict.owner(option))}: {name}" if several else name)
    return ", ".join(words)


def _change_words(graph: Graph, change: Change) -> str:
    """Return whether a change is possible, legal and wanted, as a clause."""
    if change.end is None:
        return f"not possible ({', '.join(change.against)})"
    where = f"state {graph.space.label(change.end)}"
    if not change.legal:
        return f"{where}, to which there is no legal move"
    if not change.wanted:
        return f"{where}, a legal move of nature"
    if len(change.wanted) == 1:
        return f"{where}, a legal move, {'' if all(change.wanted.values()) else 'not '}wanted"
    return f"{where}, a legal move, wanted under {_wanted_words(graph.conflict, change)}"


def _change_cell(graph: Graph, change: Change) -> str:
    if change.end is None:
        return f"not possible ({', '.join(change.against)})"
    who = f" by {joined([dm_name(graph.conflict, dm) for dm in change.by])}" if len(change.by) > 1 else ""
    return f"state {graph.space.label(change.end)}{who}" + ("" if change.legal else ", no legal move")


def _wanted_words(conflict: Conflict, change: Change) -> str:
    """Return under which readings the owners gain by a change."""
    if not change.wanted:
        return "–"
    some = [reading for reading, yes in change.wanted.items() if yes]
    if len(some) == len(change.wanted):
        return "yes" if len(conflict.readings) == 1 else "every reading"
    if not some:
        return "no" if len(conflict.readings) == 1 else "no reading"
    return ", ".join(some)


def _legend(found: Means) -> Iterator[str]:
    stops = [stop for item in found.limits for stop in item.stops]
    yield "takes: weight times the number of the value; to stop: to set to what takes least, all else as it is"
    if any(stop.uses for stop in stops):
        kinds = {use.fit.kind for stop in stops for use in stop.uses}
        if "use" in kinds:
            yield "● (fits then): nothing more fits beside it; ·: something does"
        if "repair" in kinds:
            yield "● (makes up for it): no part of it would do; ·: a part would"
        yield "after the stop, at once with it: by a move of who owns the options, or where several do, by a legal"
        yield "  sequence of their moves"
    if stops:
        yield "wanted: the readings under which every party whose options change gains; –: no such move"
