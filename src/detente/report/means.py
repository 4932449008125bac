"""What options take of the limits, and what stopping one frees where, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from rich.console import RenderableType

from detente.analysis.means import LimitMeans, Means, Stop, Use
from detente.analysis.purse import MOST_LISTED, Purse
from detente.analysis.settings import Change
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Assignment, Limit, number_text
from detente.graph.graph import Graph
from detente.report.listing import Listing
from detente.report.sentences import dm_name, names_of
from detente.report.speech import _, counted, in_language, quoted
from detente.report.terminal import heading, model_head
from detente.report.terms import said
from detente.report.words import at_state, state_words, text


def means_view(found: Means) -> Iterator[RenderableType]:
    """Yield limit by limit what its options take, and stop by stop what is freed and what then fits."""
    graph = found.graph
    yield from model_head(graph)
    quo = found.state == graph.status_quo
    head = _("At {state} (the status quo): {words}") if quo else _("At {state}: {words}")
    yield text(head.format(state=at_state(graph, found.state), words=state_words(graph, found.state)))
    for item in found.limits:
        yield from _limit(graph, item)
    yield text("")
    for line in _legend(found):
        yield text(line, "dim")


def _limit(graph: Graph, item: LimitMeans) -> Iterator[RenderableType]:
    conflict, purse = graph.conflict, item.purse
    yield heading(limit_name(item.limit))
    if limit_name(item.limit) != said(item.limit.says()):
        yield text(said(item.limit.says()), "dim")
    amounts = (_("takes"), _("least"))
    table = Listing(_("who"), _("option"), _("value"), *amounts, right=amounts)
    for take in purse.takes:
        table.add_row(
            text(dm_name(conflict, conflict.owner(take.option))),
            text(conflict.options[take.option].label),
            text(take.value),
            text(_amount(take.amount)),
            text(f"{_amount(take.least)} ({', '.join(take.cheapest)})"),
        )
    yield table
    yield text(_("In all {total}; {bounds}.").format(total=_amount(purse.total), bounds=_bounds(purse)))
    for option in item.idle:
        yield text(_("{option} takes the least it can already.").format(option=_option(conflict, option)))
    if not item.stops and not item.idle:
        yield text(_("No option takes more than it could; there is nothing to stop."))
    for stop in item.stops:
        yield from _stop(graph, purse, stop)


def limit_name(limit: Limit) -> str:
    """Return what a limit is called: its name or the identity its author gave it, else what it says."""
    return limit.name or (said(limit.says()) if limit.id.startswith("limit: ") else limit.id)


def _amount(amount: Fraction) -> str:
    return in_language(number_text(amount))


def _bounds(purse: Purse) -> str:
    """Return what is left below the upper bound and above the lower one."""
    parts = []
    if purse.limit.at_most is not None and purse.left is not None:
        words = _("at most {bound}, so {left} is left")
        parts.append(words.format(bound=_amount(purse.limit.at_most), left=_amount(purse.left)))
    if purse.limit.at_least is not None and purse.spare is not None:
        enough = purse.spare >= 0
        words = _("at least {bound}, so {rest} could go") if enough else _("at least {bound}, so {rest} is missing")
        parts.append(words.format(bound=_amount(purse.limit.at_least), rest=_amount(abs(purse.spare))))
    return "; ".join(parts)


def _option(conflict: Conflict, option: str) -> str:
    return f"{dm_name(conflict, conflict.owner(option))}: {quoted(conflict.options[option].label)}"


def _stop(graph: Graph, purse: Purse, stop: Stop) -> Iterator[RenderableType]:
    conflict = graph.conflict
    yield text("")
    head = _("{option} from {old} to {value} {effect}: {bounds}.").format(
        option=_option(conflict, stop.option),
        old=purse.values[stop.option],
        value=stop.value,
        effect=_freed(purse.limit, stop.freed),
        bounds=_bounds(stop.after),
    )
    yield text(head)
    yield _below(_("The stop alone: {change}.").format(change=_change_words(graph, stop.change)))
    for name, freed in stop.elsewhere:
        other = next(limit for limit in conflict.limits if limit.id == name)
        words = _("In limit {limit} it {effect}.")
        yield _below(words.format(limit=limit_name(other), effect=_freed(other, freed)))
    if not stop.after.kept:
        yield _below(_("It breaks the limit."))
    for kind, words in (("repair", _("makes up for it")), ("use", _("fits then, not before"))):
        uses = [use for use in stop.uses if use.fit.kind == kind]
        if uses:
            yield _uses(graph, words, uses, purse.limit)
        elif kind == "use" and stop.after.left is not None:
            yield _below(_("Nothing fits then that did not fit before."))
        elif kind == "repair" and not stop.after.kept:
            yield _below(_("Nothing makes up for it."))
    if not stop.complete:
        words = counted(
            "More combinations fit than the first {n} listed or looked for.",
            "More combinations fit than the first {n} listed or looked for.",
            MOST_LISTED,
        )
        yield _below(words, "dim")


def _below(words: str, style: str = "") -> RenderableType:
    return text(f"  {words}", style)


def _freed(limit: Limit, freed: Fraction) -> str:
    """Return what a stop does to a limit: with an upper bound it frees something, with a lower one alone it owes it."""
    if not freed:
        return _("changes nothing")
    if limit.at_most is None:
        words = _("gives {amount} less") if freed > 0 else _("gives {amount} more")
    else:
        words = _("frees {amount}") if freed > 0 else _("takes {amount} more")
    return words.format(amount=_amount(abs(freed)))


def _uses(graph: Graph, words: str, uses: list[Use], limit: Limit) -> RenderableType:
    then = any(use.then is not None for use in uses)
    after = [_("after the stop"), _("wanted")] if then else []
    table = Listing(words, _("takes"), *after, _("at once with it"), _("wanted"), right=(_("takes"),))
    for use in uses:
        mark = "●" if use.fit.outer else "·"
        cells = [text(f"{mark} {_sets(graph.conflict, use.fit.sets, limit)}"), text(_amount(use.fit.amount))]
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
        return _("not possible ({reasons})").format(reasons=", ".join(change.against))
    if not change.legal:
        words = _("{state}, to which there is no legal move")
    elif not change.wanted:
        words = _("{state}, a legal move of nature")
    elif len(change.wanted) == 1:
        wanted = all(change.wanted.values())
        words = _("{state}, a legal move, wanted") if wanted else _("{state}, a legal move, not wanted")
    else:
        words = _("{state}, a legal move, wanted under {readings}")
    return words.format(state=at_state(graph, change.end), readings=_wanted_words(graph.conflict, change))


def _change_cell(graph: Graph, change: Change) -> str:
    if change.end is None:
        return _("not possible ({reasons})").format(reasons=", ".join(change.against))
    words = at_state(graph, change.end)
    if len(change.by) > 1:
        words = _("{state} by {names}").format(state=words, names=names_of(graph.conflict, change.by))
    return words if change.legal else _("{state}, no legal move").format(state=words)


def _wanted_words(conflict: Conflict, change: Change) -> str:
    """Return under which readings the owners gain by a change."""
    if not change.wanted:
        return "–"
    some = [reading for reading, yes in change.wanted.items() if yes]
    if len(some) == len(change.wanted):
        return _("yes") if len(conflict.readings) == 1 else _("every reading")
    if not some:
        return _("no") if len(conflict.readings) == 1 else _("no reading")
    return ", ".join(some)


def _legend(found: Means) -> Iterator[str]:
    stops = [stop for item in found.limits for stop in item.stops]
    yield _("takes: weight times the number of the value; to stop: to set to what takes least, all else as it is")
    if any(stop.uses for stop in stops):
        kinds = {use.fit.kind for stop in stops for use in stop.uses}
        if "use" in kinds:
            yield _("● (fits then): nothing more fits beside it; ·: something does")
        if "repair" in kinds:
            yield _("● (makes up for it): no part of it would do; ·: a part would")
        words = _(
            "after the stop, at once with it: by a move of who owns the options, or where several do, by a legal\n"
            "  sequence of their moves"
        )
        yield from words.split("\n")
    if stops:
        yield _("wanted: the readings under which every party whose options change gains; –: no such move")
