"""Which combinations of options are states: enumerated without ever holding many more than there are."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.conflict.conflict import Conflict
from detente.conflict.elements import Limit, Premise
from detente.conflict.formula import Formula
from detente.errors import Diagnostic, ModelError, TooLargeError, UsageError
from detente.graph.coding import CodeRows, Codes, Coding
from detente.graph.evaluate import Evaluator, Flags, options_behind

CHUNK = 1 << 18
_SAMPLE = 20_000


@dataclass(frozen=True)
class Constraint:
    """Something that leaves states out: the options it looks at, and which codes it allows."""

    premise: Premise
    options: frozenset[str]
    allows: Callable[[Codes], Flags]


def memory_limit() -> int:
    """Return how many bytes a model may take: DETENTE_MEMORY (in GB) or 60 % of what the machine has free."""
    given = os.environ.get("DETENTE_MEMORY")
    if given:
        try:
            return int(float(given) * 1e9)
        except (ValueError, OverflowError):
            raise UsageError(f"DETENTE_MEMORY is {given!r}; expected a number of gigabytes") from None
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        free = 4_000_000_000
    return int(0.6 * free)


def constraints(conflict: Conflict, coding: Coding) -> list[Constraint]:
    """Return all that leaves states out: infeasibilities, limits, and states that a consequence passes through."""
    result = [
        Constraint(item, options_behind(conflict, item.that), _avoids(conflict, coding, item.that))
        for item in conflict.infeasible
    ]
    result += [
        Constraint(limit, frozenset(option for option, _ in limit.terms), partial(_within, conflict, coding, limit))
        for limit in conflict.limits
    ]
    for force in conflict.forces:
        targets = [(o, conflict.options[o].position(v)) for o, v in force.sets]

        def rests(codes: Codes, when=force.when, targets=targets) -> Flags:  # type: ignore[no-untyped-def]
            settled = np.ones(len(codes), dtype=bool)
            for option, position in targets:
                settled &= coding.digit(codes, option) == position
            return settled | ~Evaluator(conflict, CodeRows(coding, codes))(when)

        behind = options_behind(conflict, force.when) | {option for option, _ in force.sets}
        result.append(Constraint(force, behind, rests))
    return result


def _avoids(conflict: Conflict, coding: Coding, formula: Formula) -> Callable[[Codes], Flags]:
    return lambda codes: np.logical_not(Evaluator(conflict, CodeRows(coding, codes))(formula))


def _within(conflict: Conflict, coding: Coding, limit: Limit, codes: Codes) -> Flags:
    """Return whether each code keeps a limit; exact, in integers over the common denominator."""
    numbers = [[weight * value.number for value in conflict.options[option].values] for option, weight in limit.terms]
    bounds = [bound for bound in (limit.at_most, limit.at_least) if bound is not None]
    scale = int(
        np.lcm.reduce([n.denominator for row in numbers for n in row] + [b.denominator for b in bounds], dtype=object)
    )
    largest = sum(max(abs(n) for n in row) for row in numbers) * scale
    kind: type = np.int64 if largest < 2**62 and all(abs(b * scale) < 2**62 for b in bounds) else object
    total: NDArray[Any] = np.zeros(len(codes), dtype=kind)
    for (option, _), row in zip(limit.terms, numbers, strict=True):
        total += np.array([int(n * scale) for n in row], dtype=kind)[coding.digit(codes, option)]
    kept = np.ones(len(codes), dtype=bool)
    if limit.at_most is not None:
        kept &= (total <= int(limit.at_most * scale)).astype(bool)
    if limit.at_least is not None:
        kept &= (total >= int(limit.at_least * scale)).astype(bool)
    return kept


def feasible_codes(conflict: Conflict, coding: Coding) -> Codes | None:
    """Return the codes of all states, ascending; ``None`` when every combination is a state.

    Raises
    ------
    TooLargeError
        The states would not fit in memory; says how many there are, exactly or by a sample.
    ModelError
        There is no state at all.
    """
    rules = constraints(conflict, coding)
    budget = memory_limit()
    if conflict.feasible is not None:
        codes = np.unique(np.array([coding.encode(conflict, s) for s in conflict.feasible.states], dtype=np.int64))
        for rule in rules:
            left = codes[rule.allows(codes)]
            if not len(left):
                raise _nothing_left(conflict, coding, rule, len(rules))
            codes = left
        if not len(codes):
            wanted = "at least one possible state"
            problem = Diagnostic("no state is left: the list of feasible states is empty", None, wanted)
            raise ModelError([problem], conflict.origin, conflict.text)
    elif not rules:
        _check_size(coding.total, coding, conflict, budget, "")
        return None
    else:
        codes = _grow(conflict, coding, rules, budget)
    return None if len(codes) == coding.total else codes


def _grow(conflict: Conflict, coding: Coding, rules: list[Constraint], budget: int) -> Codes:
    """Add one option at a time, and apply each constraint as soon as all its options are there."""
    if coding.total * 24 > budget:
        share = _sampled_share(coding, rules)
        if share * coding.total * (4 * len(conflict.parties) + 24) > 2 * budget:
            raise TooLargeError(_estimate(conflict, coding, share, budget))
    codes = np.zeros(1, dtype=np.int64)
    waiting = list(rules)
    seen: set[str] = set()
    for option in _order(coding, rules):
        stride, radix = coding.place(option)
        if len(codes) * radix * 24 > budget:
            raise TooLargeError(_estimate(conflict, coding, _sampled_share(coding, rules), budget))
        codes = (codes[:, None] + np.arange(radix, dtype=np.int64)[None, :] * stride).ravel()
        seen.add(option)
        for rule in [rule for rule in waiting if rule.options <= seen]:
            waiting.remove(rule)
            codes = np.concatenate([part[rule.allows(part)] for part in np.array_split(codes, len(codes) // CHUNK + 1)])
            if not len(codes):
                raise _nothing_left(conflict, coding, rule, len(rules) - 1)
    _check_size(len(codes), coding, conflict, budget, "")
    codes.sort()
    return codes


def _order(coding: Coding, rules: list[Constraint]) -> list[str]:
    """Order the options so that constraints become complete early."""
    left = list(coding.options)
    open_rules = [set(rule.options) for rule in rules]
    order: list[str] = []
    while left:
        pending = [rule for rule in open_rules if rule]
        if pending:
            smallest = min(pending, key=len)
            option = next(o for o in left if o in smallest)
        else:
            option = left[0]
        left.remove(option)
        order.append(option)
        for rule in open_rules:
            rule.discard(option)
    return order


def _check_size(n_states: int, coding: Coding, conflict: Conflict, budget: int, how: str) -> None:
    needed = n_states * (4 * max(1, len(conflict.parties)) + 24)
    if needed > budget or n_states >= 2**31 - 1:
        raise TooLargeError(_too_large(f"{n_states:,}{how}", coding, needed, budget))


def _too_large(count: str, coding: Coding, needed: float, budget: int) -> str:
    return (
        f"the model has {count} states (of {coding.total:,} combinations of options), which need about "
        f"{size_text(needed)}; at most {size_text(budget)} may be used (set DETENTE_MEMORY, in GB, to change that). "
        "Leave out what cannot happen (infeasible, limits) or merge what is one outcome"
    )


def size_text(n_bytes: float) -> str:
    """Return a number of bytes in GB or MB."""
    return f"{n_bytes / 1e9:,.1f} GB" if n_bytes >= 1e8 else f"{n_bytes / 1e6:,.1f} MB"


def _sampled_share(coding: Coding, rules: list[Constraint]) -> float:
    """Return the share of a fixed random sample of combinations that are states."""
    sample = np.random.default_rng(0).integers(0, coding.total, _SAMPLE)
    kept = np.ones(_SAMPLE, dtype=bool)
    for rule in rules:
        kept &= rule.allows(sample)
    return float(kept.mean())


def _estimate(conflict: Conflict, coding: Coding, share: float, budget: int) -> str:
    """Say about how many states there are, given the share of a sample."""
    words = "about" if share else "at most about"
    share = share or 1 / _SAMPLE
    number = share * coding.total
    words += f" {number:,.0f}" if number < 1e6 else f" {number:.2g}"
    count = f"{words} (estimated from {_SAMPLE:,} random combinations)"
    return _too_large(count, coding, share * coding.total * (4 * len(conflict.parties) + 24), budget)


def _nothing_left(conflict: Conflict, coding: Coding, last: Constraint, n_others: int) -> ModelError:
    """Say that no state is left: at what leaves none by itself, else at what took away the last one."""
    rules = constraints(conflict, coding)
    alone = next((rule for rule in rules if _allows_nothing(coding, rule)), None)
    premise = (alone or last).premise
    name = premise.id if len(premise.id) <= 80 else premise.id[:79] + "…"
    others = "the other restriction" if n_others == 1 else f"the {n_others:,} other restrictions"
    if not n_others:
        what = f"no state is left: '{name}' excludes everything"
    elif alone is not None:
        what = f"no state is left: '{name}' excludes everything, whatever {others} say{'s' * (n_others == 1)}"
    else:
        what = f"no state is left: '{name}' excludes what {others} leave{'s' * (n_others == 1)}"
    return ModelError([Diagnostic(what, premise.where, "at least one possible state")], conflict.origin, conflict.text)


def _allows_nothing(coding: Coding, rule: Constraint) -> bool:
    """Return whether no combination of the options that a rule looks at is allowed; false where they are too many."""
    codes = np.zeros(1, dtype=np.int64)
    for stride, radix in map(coding.place, rule.options):
        if len(codes) * radix > CHUNK:
            return False
        codes = (codes[:, None] + np.arange(radix, dtype=np.int64)[None, :] * stride).ravel()
    return not rule.allows(codes).any()
