"""Elementary changes in sentences: what somebody would have to want, and what would have to be secured."""

from __future__ import annotations

from detente.conflict.conflict import Conflict
from detente.conflict.edits import PRINCIPLES, Demote, Edit, GiveUp, Move, Placed, Promote, TakeUp
from detente.conflict.elements import Premise, Statement, StateRef
from detente.conflict.secured import Bind, Fix, Hold, Lift, Offer
from detente.report.formulas import wish_words
from detente.report.sentences import dm_name
from detente.report.speech import _, quoted
from detente.report.terms import said
from detente.report.words import at_label, short

MOST_LETTERS = 160
"""What is said of one premise is no longer."""


def edit_words(conflict: Conflict, edit: Edit) -> str:
    """Return what would have to be done, as what follows ``would have to``; of nobody's changes, a whole clause."""
    match edit:
        case GiveUp():
            return _("give up {aim}").format(aim=_said(conflict, edit.dm, edit.statement))
        case Placed():
            return _placed(conflict, edit)
        case Move():
            up = edit.far > 0
            other = _state(conflict, edit.above if up else edit.below)
            words = _("rank {one} above {other}") if up else _("rank {one} below {other}")
            return _lens(conflict, edit, words.format(one=_state(conflict, edit.state), other=other))
        case Bind():
            return _("be unable to leave {outcome}").format(outcome=wished_words(conflict, edit.about))
        case Hold():
            words = _("be unable to change “{option}” as long as {outcome} is there")
            about = wished_words(conflict, edit.about)
            return words.format(option=conflict.options[edit.option].label, outcome=about)
        case Fix():
            return _fixed(conflict, edit)
        case Lift():
            words = _("the restriction {restriction} would have to be lifted")
            return words.format(restriction=_restriction(conflict, edit.premise))
        case Offer():
            item = next(item for item in conflict.guarantees if item.id == edit.guarantee)
            words = _("there would have to be “{guarantee}”").format(guarantee=item.label)
            return f"{words} ({short(item.because.rstrip('.'), MOST_LETTERS)})" if item.because else words
    raise TypeError(f"no words for {type(edit).__name__}")


def _placed(conflict: Conflict, edit: Placed) -> str:
    name = _statement(conflict, edit.dm, edit)
    if isinstance(edit, Promote):
        if not edit.above:
            return _("make {aim} a principle, above all that changes with the times").format(aim=name)
        other = _said(conflict, edit.dm, edit.above)
        return _("rank {one} above {other}, as a principle").format(one=name, other=other)
    if isinstance(edit, Demote):
        below = _said(conflict, edit.dm, edit.below)
        return _lens(conflict, edit, _("rank its principle {one} below {other}").format(one=name, other=below))
    if isinstance(edit, TakeUp):
        other = _said(conflict, edit.dm, edit.above) if edit.above else ""
        if edit.lens == PRINCIPLES:
            words = _("take up {aim} as a principle above {other}") if other else _("take up {aim} as a principle")
            return words.format(aim=name, other=other)
        words = _("take up {aim} above {other}") if other else _("take up {aim} as its last aim")
        return _lens(conflict, edit, words.format(aim=name, other=other))
    up = edit.far > 0
    other = _said(conflict, edit.dm, edit.above if up else edit.below)
    words = _("rank {one} above {other}") if up else _("rank {one} below {other}")
    return _lens(conflict, edit, words.format(one=name, other=other))


def _lens(conflict: Conflict, edit: Placed | Move, words: str) -> str:
    """Return a change with the lens that it is about, where the party has several and it is not about principles."""
    party = conflict.decision_maker(edit.dm)
    if edit.lens == PRINCIPLES or len(party.lenses) < 2:
        return words
    lens = party.lens(edit.lens)
    under = _("{change}, under the lens “{lens}” ({key})") if lens.name else _("{change}, under the lens “{lens}”")
    return under.format(change=words, lens=lens.label, key=lens.id)


def _fixed(conflict: Conflict, edit: Fix) -> str:
    option = conflict.options[edit.option]
    if option.binary:
        if edit.direction == "forward":
            return _("be unable to drop “{option}” once it is taken").format(option=option.label)
        return _("be unable to take “{option}” any more").format(option=option.label)
    if edit.direction == "forward":
        words = _("be unable to move “{option}” back towards {value}")
        return words.format(option=option.label, value=option.values[0].id)
    words = _("be unable to move “{option}” on towards {value}")
    return words.format(option=option.label, value=option.values[-1].id)


def _statement(conflict: Conflict, dm: str, edit: Placed) -> str:
    if isinstance(edit, TakeUp):
        return _named(conflict, edit.what, dm)
    return _said(conflict, dm, edit.statement)


def _said(conflict: Conflict, dm: str, name: str) -> str:
    """Return a statement of a party by its display name or its formula in words."""
    party = conflict.decision_maker(dm)
    known: list[Statement] = [*party.principles, *(s for lens in party.lenses for s in lens.statements)]
    known += [s for aim in party.aims for s in aim.statements]
    return next((_named(conflict, s, dm) for s in known if s.id == name), quoted(name))


def _named(conflict: Conflict, statement: Statement, dm: str) -> str:
    if not statement.name:
        return _("the aim {wish}").format(wish=short(wish_words(conflict, statement.that, dm), MOST_LETTERS))
    words = quoted(short(statement.name, MOST_LETTERS))
    return f"{words} ({statement.id})" if ":" not in statement.id else words


def _restriction(conflict: Conflict, name: str) -> str:
    found: Premise = next(item for item in conflict.premises() if item.id == name)
    words = found.name or found.because or said(found.says())
    return f"{quoted(short(words, MOST_LETTERS))} ({short(name, MOST_LETTERS)})"


def _state(conflict: Conflict, reference: StateRef | None) -> str:
    if reference in {outcome.id for outcome in conflict.outcomes}:
        return quoted(conflict.outcome(str(reference)).label)
    return at_label(reference)


def wished_words(conflict: Conflict, text: str) -> str:
    """Return what is wished by display name: an outcome, a claim, or a state."""
    if text in {outcome.id for outcome in conflict.outcomes}:
        return quoted(conflict.outcome(text).label)
    if text in {claim.id for claim in conflict.claims}:
        return _("what {claim} is about").format(claim=text)
    return at_label(text)


def would_have_to(conflict: Conflict, dm: str, deeds: str) -> str:
    """Return what a party would have to do, as a sentence."""
    return _("{name} would have to {deeds}.").format(name=dm_name(conflict, dm), deeds=deeds)
