"""Is what an author says of ending an agreement what the moves allow? Warnings where it is not."""

from __future__ import annotations

from collections.abc import Iterable

from detente.analysis.validate_check import MANY_STATES, Check
from detente.analysis.withdrawal import Ender, Ending, endings


def agreements(check: Check) -> tuple[Ending, ...]:
    """Warn of agreements of which something is said that the moves contradict; return who can end which."""
    conflict = check.conflict
    stated = [item for item in conflict.agreements if item.withdrawal is not None or item.revocable is not None]
    if check.large:
        if stated:
            check.notes.append(
                f"Who can end agreements alone is not looked for in a model of more than {MANY_STATES:,} states."
            )
        return ()
    found = endings(check.graph)
    for ending in found:
        if ending.agreement in stated:
            _compare(check, ending)
    return found


def _compare(check: Check, ending: Ending) -> None:
    item, called = ending.agreement, f"agreement {ending.agreement.id}"
    named = item.withdrawal or ()
    if not ending.n_states:
        check.add("agreement-never", f"{called} is in force in no {check.word}; correct 'in_force'.", item)
        return
    somebody = [ender for ender in ending.alone if ender.role != "nature"]
    if item.revocable is False:
        if named:
            check.add(
                "agreement-contradicts",
                f"{called} says 'revocable: no' and names {_joined(named)} in 'withdrawal'; leave out one.",
                item,
            )
        if somebody:
            first = somebody[0]
            assert first.leaves is not None
            check.add(
                "agreement-revocable",
                f"{called} says 'revocable: no', but {_joined(_where(ending, ender) for ender in somebody)} can end it "
                f"alone, such as {first.who} from state {check.state(first.leaves)}; say who may under 'withdrawal', "
                "or take the moves away (blocked_moves, irreversible).",
                item,
            )
        return
    if not somebody and (named or item.revocable):
        said = f"names {_joined(named)} in 'withdrawal'" if named else "says 'revocable: yes'"
        check.add(
            "agreement-irrevocable",
            f"{called} {said}, but nobody can end it alone from any of the {ending.n_states:,} states where it is in "
            "force; correct that, 'in_force', or the moves.",
            item,
        )
        return
    if item.withdrawal is not None:
        for ender in ending.enders:
            if ender.role == "party":
                _party(check, ending, ender, ender.who in named)


def _party(check: Check, ending: Ending, ender: Ender, named: bool) -> None:
    """Warn where one party to an agreement can end it and is not named, or is named and cannot."""
    item, n = ending.agreement, ending.n_states
    called = f"agreement {item.id}"
    if named and ender.leaves is None:
        check.add(
            "withdrawal-impossible",
            f"{called} names {ender.who} in 'withdrawal', but no move of {ender.who} ends it from any of the {n:,} "
            "states where it is in force; leave it out, or correct the moves.",
            item,
        )
    elif named and ender.stays is not None:
        check.add(
            "withdrawal-partly",
            f"{called} names {ender.who} in 'withdrawal', but it can end it alone from {ender.n_left:,} of {n:,} "
            f"states only, not from state {check.state(ender.stays)}; correct the moves, or leave it out.",
            item,
        )
    elif not named and ender.leaves is not None:
        check.add(
            "withdrawal-unnamed",
            f"{called} does not name {ender.who} in 'withdrawal', but it can end it alone from {ender.n_left:,} of "
            f"{n:,} states, such as state {check.state(ender.leaves)}; name it, or take the moves away "
            "(blocked_moves, irreversible).",
            item,
        )


def _where(ending: Ending, ender: Ender) -> str:
    return f"{ender.who} ({ender.n_left:,} of {ending.n_states:,} states)"


def _joined(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
