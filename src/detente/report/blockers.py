"""Who can block which outcome, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from detente.analysis.blockers import Blockers
from detente.analysis.coalition_judge import CONCEPTS
from detente.conflict.claims import Agreement
from detente.conflict.conflict import Conflict
from detente.report.listing import Listing
from detente.report.sentences import dm_name
from detente.report.speech import _, number
from detente.report.terminal import heading, model_head, reading_head
from detente.report.terms import said
from detente.report.words import states_words, text


def blockers_view(found: Blockers) -> Iterator[RenderableType]:
    """Yield per reading a table of outcomes and those who can block each, by concept."""
    conflict = found.world.conflict
    yield from model_head(found.world.graph)
    readings = list(dict.fromkeys(item.reading for item in found.found))
    concepts = list(dict.fromkeys(item.concept for item in found.found))
    called = {item.id: item.label for item in conflict.coalitions}
    for reading in readings:
        if len(readings) > 1 or len(conflict.readings) > 1:
            yield heading(reading_head(conflict, reading))
        else:
            yield text("")
        heads = [_("{concept} (together)").format(concept=key) if key in CONCEPTS else key for key in concepts]
        table = Listing(_("outcome"), *heads)
        for outcome in found.outcomes:
            cells = []
            for key in concepts:
                items = found.of(outcome, reading, key)
                empty = bool(items) and not items[0].n_states
                names = [called.get(b.who) or dm_name(conflict, b.who) for b in items if b.blocks]
                cells.append(text(_("no state has it") if empty else ", ".join(names) or "·"))
            table.add_row(text(conflict.outcome(outcome).label), *cells)
        yield table
    if found.endings:
        yield heading(_("Who can end an agreement alone"))
        yield _endings(found)
    for note in found.notes:
        yield text(said(note), "dim")
    yield text("")
    words = _(
        "A party blocks an outcome when it can leave every state of it by an improvement that nothing\n"
        "meets; a coalition (together), when its members can by such a joint improvement. ·: nobody"
    )
    yield from (text(line, "dim") for line in words.split("\n"))
    if {item.concept for item in found.found} >= {"cnash", "seq"} and not any(b.concept == "cseq" for b in found.found):
        yield text(_("Coalitions under other concepts than cnash: --concept gmr, smr or seq"), "dim")
    if found.endings:
        words = _(
            "To end an agreement: by a move of one's own from where it is in force, gain or not; in 2: from\n"
            "2 of these states only"
        )
        yield from (text(line, "dim") for line in words.split("\n"))


def _endings(found: Blockers) -> RenderableType:
    """Return a table of the agreements, who can end each by a move of its own, and what its author says."""
    conflict = found.world.conflict
    author = any(
        item.agreement.withdrawal is not None or item.agreement.revocable is not None for item in found.endings
    )
    heads = [_("agreement"), _("in force in"), _("who can end it"), *([_("as the author says")] if author else [])]
    table = Listing(*heads)
    for item in found.endings:
        enders = []
        for ender in item.alone:
            words = {"outsider": _("{name} (no party to it)"), "party": "{name}"}.get(ender.role, _("{name} (nature)"))
            words = words.format(name=dm_name(conflict, ender.who))
            if ender.stays is not None:
                words = _("{name} in {count}").format(name=words, count=number(ender.n_left))
            enders.append(words)
        cells = [item.agreement.label, states_words(item.n_states), ", ".join(enders) or "·"]
        cells += [author_words(conflict, item.agreement)] if author else []
        table.add_row(*(text(cell) for cell in cells))
    return table


def author_words(conflict: Conflict, item: Agreement) -> str:
    """Return who may end an agreement, as its author says; nothing where that is not said."""
    words = [] if item.revocable is None else [_("revocable") if item.revocable else _("not revocable")]
    if item.withdrawal is not None:
        words.append(", ".join(dm_name(conflict, dm) for dm in item.withdrawal) or _("nobody"))
    return "; ".join(words)
