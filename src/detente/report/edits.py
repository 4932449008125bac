"""Elementary changes in sentences: what somebody would have to want, and what would have to be secured."""

from __future__ import annotations

from detente.conflict.conflict import Conflict
from detente.conflict.edits import PRINCIPLES, Demote, Edit, GiveUp, Move, Placed, Promote, TakeUp
from detente.conflict.elements import Option, Premise, Statement, StateRef
from detente.conflict.secured import Bind, Fix, Hold, Lift, Offer
from detente.report.formulas import wish_words
from detente.report.sentences import dm_name
from detente.report.words import short

MOST_LETTERS = 90
"""What is said of one premise is no longer."""


def edit_words(conflict: Conflict, edit: Edit) -> str:
    """Return what would have to be done, as what follows ``would have to``; of nobody's changes, a whole clause."""
    match edit:
        case GiveUp():
            return f"give up {_said(conflict, edit.dm, edit.statement)}"
        case Placed():
            return _placed(conflict, edit)
        case Move():
            where = "above" if edit.far > 0 else "below"
            other = edit.above if edit.far > 0 else edit.below
            return f"rank {_state(conflict, edit.state)} {where} {_state(conflict, other)}{_lens(conflict, edit)}"
        case Bind():
            return f"be unable to leave {wished_words(conflict, edit.about)}"
        case Hold():
            option = conflict.options[edit.option].label
            return f"be unable to change “{option}” as long as {wished_words(conflict, edit.about)} is there"
        case Fix():
            return _fixed(conflict, edit)
        case Lift():
            return f"the restriction {_restriction(conflict, edit.premise)} would have to be lifted"
        case Offer():
            item = next(item for item in conflict.guarantees if item.id == edit.guarantee)
            because = f" ({short(item.because.rstrip('.'), MOST_LETTERS)})" if item.because else ""
            return f"there would have to be “{item.label}”{because}"
    raise TypeError(f"no words for {type(edit).__name__}")


def _placed(conflict: Conflict, edit: Placed) -> str:
    name = _statement(conflict, edit.dm, edit)
    if isinstance(edit, Promote):
        if not edit.above:
            return f"make {name} a principle, above all that changes with the times"
        return f"rank {name} above {_said(conflict, edit.dm, edit.above)}, as a principle"
    if isinstance(edit, Demote):
        below = _said(conflict, edit.dm, edit.below)
        return f"rank its principle {name} below {below}{_lens(conflict, edit)}"
    if isinstance(edit, TakeUp):
        if edit.lens == PRINCIPLES:
            above = f" above {_said(conflict, edit.dm, edit.above)}" if edit.above else ""
            return f"take up {name} as a principle{above}"
        where = f"above {_said(conflict, edit.dm, edit.above)}" if edit.above else "as its last aim"
        return f"take up {name} {where}{_lens(conflict, edit)}"
    up = edit.far > 0
    other = _said(conflict, edit.dm, edit.above if up else edit.below)
    return f"rank {name} {'above' if up else 'below'} {other}{_lens(conflict, edit)}"


def _lens(conflict: Conflict, edit: Placed | Move) -> str:
    """Return under which lens, where the party has several and it is not about principles."""
    party = conflict.decision_maker(edit.dm)
    if edit.lens == PRINCIPLES or len(party.lenses) < 2:
        return ""
    lens = party.lens(edit.lens)
    return f", under the lens “{lens.label}”" + (f" ({lens.id})" if lens.name else "")


def _fixed(conflict: Conflict, edit: Fix) -> str:
    option = conflict.options[edit.option]
    if option.binary:
        if edit.direction == "forward":
            return f"be unable to drop “{option.label}” once it is taken"
        return f"be unable to take “{option.label}” any more"
    return f"be unable to move “{option.label}” {_way(option, edit.direction)}"


def _way(option: Option, direction: str) -> str:
    first, last = (option.values[0].id, option.values[-1].id)
    return f"back towards {first}" if direction == "forward" else f"on towards {last}"


def _statement(conflict: Conflict, dm: str, edit: Placed) -> str:
    if isinstance(edit, TakeUp):
        return _named(conflict, edit.what, dm)
    return _said(conflict, dm, edit.statement)


def _said(conflict: Conflict, dm: str, name: str) -> str:
    """Return a statement of a party by its display name or its formula in words."""
    party = conflict.decision_maker(dm)
    known: list[Statement] = [*party.principles, *(s for lens in party.lenses for s in lens.statements)]
    known += [s for aim in party.aims for s in aim.statements]
    return next((_named(conflict, s, dm) for s in known if s.id == name), f"“{name}”")


def _named(conflict: Conflict, statement: Statement, dm: str) -> str:
    if not statement.name:
        return f"the aim {short(wish_words(conflict, statement.that, dm), MOST_LETTERS)}"
    words = f"“{short(statement.name, MOST_LETTERS)}”"
    return f"{words} ({statement.id})" if ":" not in statement.id else words


def _restriction(conflict: Conflict, name: str) -> str:
    found: Premise = next(item for item in conflict.premises() if item.id == name)
    words = found.name or found.because or found.says()
    return f"“{short(words, MOST_LETTERS)}” ({short(name, MOST_LETTERS)})"


def _state(conflict: Conflict, reference: StateRef | None) -> str:
    if reference in {outcome.id for outcome in conflict.outcomes}:
        return f"“{conflict.outcome(str(reference)).label}”"
    return f"state {reference}"


def wished_words(conflict: Conflict, text: str) -> str:
    """Return what is wished by display name: an outcome, a claim, or a state."""
    if text in {outcome.id for outcome in conflict.outcomes}:
        return f"“{conflict.outcome(text).label}”"
    if text in {claim.id for claim in conflict.claims}:
        return f"what {text} is about"
    return f"state {text}"


def party_words(conflict: Conflict, dm: str) -> str:
    """Return whose change it is, as the beginning of a sentence."""
    return f"{dm_name(conflict, dm)} would have to"
