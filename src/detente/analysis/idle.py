"""Rules of a model that change nothing: infeasibilities, limits, blocked moves and consequences.

Only facts are found here; the sentences are in :mod:`detente.analysis.validate`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from detente.conflict.conflict import Conflict
from detente.conflict.elements import BlockedMove, Force, Infeasibility, Premise
from detente.conflict.formula import Formula, Or
from detente.errors import ModelError
from detente.graph.coding import Codes, Coding
from detente.graph.feasible import CHUNK, Constraint, constraints
from detente.graph.graph import Graph
from detente.graph.movement import moves_of
from detente.graph.moves import Moves
from detente.graph.space import Space

SEARCHES = (1 << 12, 1 << 20)
"""Combinations held at a time while looking for one that a rule alone leaves out: first try, second try."""


@dataclass(frozen=True)
class Idle:
    """A rule, or the ``part`` of an infeasibility, that changes nothing, and why.

    ``reason``: ``never`` (no combination is concerned), ``another`` (``other`` does as much), ``others`` (several do),
    ``from``, ``to`` (no state satisfies that side of a blocked move), ``no-move`` (nobody moves there anyway).
    """

    premise: Premise
    reason: str
    other: Premise | Formula | None = None
    part: Formula | None = None


@dataclass(frozen=True)
class Listed(Constraint):
    """The list of feasible states as a rule; ``codes`` are what it lists."""

    codes: Codes


MOST_RULES = 150
"""Among more rules than these nobody looks for one that leaves nothing out: each is held against all others."""


def all_rules(conflict: Conflict, coding: Coding) -> list[Constraint]:
    """Return all that leaves states out, the list of feasible states first."""
    rules = constraints(conflict, coding)
    if conflict.feasible is not None:
        listed = np.unique([coding.encode(conflict, state) for state in conflict.feasible.states]).astype(np.int64)
        rules.insert(0, Listed(conflict.feasible, frozenset(coding.options), lambda c: np.isin(c, listed), listed))
    return rules


def combinations(coding: Coding, options: Iterable[str]) -> Codes:
    """Return the codes of all combinations of these options, the others at their first value; the first fastest."""
    codes = np.zeros(1, dtype=np.int64)
    for option in options:
        stride, radix = coding.place(option)
        codes = (codes[None, :] + np.arange(radix, dtype=np.int64)[:, None] * stride).ravel()
    return codes


def in_pieces(codes: Codes) -> list[Codes]:
    return np.array_split(codes, len(codes) // CHUNK + 1)


# -- rules that leave nothing out -----------------------------------------------------------------------------------


def idle_rules(conflict: Conflict, coding: Coding) -> tuple[list[Idle], list[Premise]]:
    """Return the rules, and alternatives in infeasibilities, that leave nothing out that the others allow.

    Of two that do the same, the later one is named. Also returned: rules for which the search gave up.
    """
    kept = all_rules(conflict, coding)
    if len(kept) > MOST_RULES:
        return [], [rule.premise for rule in kept]
    found: list[Idle] = []
    undecided: list[Premise] = []
    for rule in [rule for rule in reversed(kept) if not isinstance(rule.premise, Force)]:
        others = [other for other in kept if other is not rule]
        needed = _leaves_out(coding, rule, others)
        if needed is None:
            undecided.append(rule.premise)
        elif not needed:
            kept = others
            found.append(Idle(rule.premise, *_why_idle(coding, rule, others)))
    for rule in kept:
        if isinstance(rule.premise, Infeasibility) and isinstance(rule.premise.that, Or):
            found += _idle_parts(conflict, coding, rule.premise, [other for other in kept if other is not rule])
    return found[::-1], undecided


def _idle_parts(conflict: Conflict, coding: Coding, item: Infeasibility, others: list[Constraint]) -> Iterator[Idle]:
    """Yield the alternatives of an infeasibility that leave nothing out beside its others and the other rules."""
    pieces = tuple(replace(item, that=part) for part in item.that.parts())
    parts = constraints(replace(conflict, infeasible=pieces, limits=(), forces=()), coding)
    for part in reversed(parts[:]):
        rest = [other for other in parts if other is not part]
        if _leaves_out(coding, part, rest + others) is False:
            parts = rest
            assert isinstance(part.premise, Infeasibility)
            reason, other = _why_idle(coding, part, rest + others)
            sibling = other.that if isinstance(other, Infeasibility) and other.id == item.id else other
            yield Idle(item, reason, sibling, part.premise.that)


def _why_idle(coding: Coding, rule: Constraint, others: list[Constraint]) -> tuple[str, Premise | None]:
    if _leaves_out(coding, rule, []) is False:
        return "never", None
    for other in others:
        if other.options & rule.options and _leaves_out(coding, rule, [other]) is False:
            return "another", other.premise
    return "others", None


def _leaves_out(coding: Coding, rule: Constraint, others: list[Constraint]) -> bool | None:
    """Return whether ``rule`` forbids a combination that all others allow; ``None`` when the search gave up.

    Only rules that share options, directly or through others, matter.
    """
    forbids = Constraint(rule.premise, rule.options, lambda codes: ~rule.allows(codes))
    listed = next((other.codes for other in others if isinstance(other, Listed)), None)
    if listed is not None:
        for item in (forbids, *others):
            listed = listed[item.allows(listed)]
        return bool(len(listed))
    linked, reach, left = [forbids], set(rule.options), list(others)
    while near := [other for other in left if other.options & reach]:
        left = [other for other in left if other not in near]
        linked += near
        reach = reach.union(*(other.options for other in near))
    answers = (_satisfiable(coding, linked, most) for most in SEARCHES)
    return next((answer for answer in answers if answer is not None), None)


def _satisfiable(coding: Coding, rules: list[Constraint], most: int) -> bool | None:
    """Return whether some combination keeps all rules; ``None`` when that cannot be told from ``most`` at a time.

    Options are added one by one, those of the first rule first, and each rule is applied as soon as its options are
    there. A crowd is thinned out at random, after which finding nothing proves nothing.
    """
    rng = np.random.default_rng(0)
    codes, seen, thinned = np.zeros(1, dtype=np.int64), set[str](), False
    waiting = list(rules)
    while waiting and len(codes):
        target = min(waiting, key=lambda item: (item is not rules[0], len(item.options - seen)))
        for option in sorted(target.options - seen):
            stride, radix = coding.place(option)
            codes = (codes[:, None] + np.arange(radix, dtype=np.int64)[None, :] * stride).ravel()
            seen.add(option)
            for item in [item for item in waiting if item is not target and item.options <= seen]:
                waiting.remove(item)
                codes = np.concatenate([part[item.allows(part)] for part in in_pieces(codes)])
            if len(codes) > most:
                codes, thinned = codes[rng.random(len(codes)) < most / len(codes)], True
        waiting.remove(target)
        codes = np.concatenate([part[target.allows(part)] for part in in_pieces(codes)])
    return True if len(codes) else None if thinned else False


# -- blocked moves and consequences that change nothing -------------------------------------------------------------


def idle_blocks(graph: Graph) -> Iterator[Idle]:
    """Yield the blocked moves that delete no move that would be there without them, the last ones first."""
    conflict, space = graph.conflict, graph.space

    @cache
    def arcs(blocks: tuple[BlockedMove, ...], by: str) -> int:
        return _moves(space, replace(conflict, blocked_moves=blocks), by).n_arcs

    kept = conflict.blocked_moves
    for item in reversed(conflict.blocked_moves):
        others = tuple(other for other in kept if other is not item)
        if arcs(others, item.by) != arcs(kept, item.by):
            continue
        kept = others
        if not space.evaluate_rows(item.from_).any():
            yield Idle(item, "from")
        elif not space.evaluate_rows(item.to).any():
            yield Idle(item, "to")
        else:
            yield Idle(item, "no-move" if arcs((item,), item.by) == arcs((), item.by) else "others")


def idle_forces(graph: Graph) -> Iterator[Idle]:
    """Yield the consequences without which the states and the moves would be the same."""
    conflict, space = graph.conflict, graph.space
    rules = all_rules(conflict, space.coding)
    for rule in [rule for rule in rules if isinstance(rule.premise, Force)]:
        if _leaves_out(space.coding, rule, []) is False:
            yield Idle(rule.premise, "never")
        elif _leaves_out(space.coding, rule, [other for other in rules if other is not rule]) is False:
            without = replace(conflict, forces=tuple(item for item in conflict.forces if item is not rule.premise))
            if _same_moves(graph, without):
                yield Idle(rule.premise, "others")


def _moves(space: Space, conflict: Conflict, dm: str) -> Moves:
    """Return the moves in a conflict with the same states but other rules of movement."""
    variant = copy.copy(space)
    variant.conflict = conflict
    return moves_of(variant, conflict.decision_maker(dm))


def _same_moves(graph: Graph, variant: Conflict) -> bool:
    states = np.arange(graph.n_states, dtype=np.int32)
    for one, dm in zip(graph.moves, variant.decision_makers, strict=True):
        try:
            two = _moves(graph.space, variant, dm.id)
        except ModelError:  # without it the other consequences never come to rest
            return False
        pairs = zip(one.expand(states), two.expand(states), strict=True) if one.n_arcs == two.n_arcs else None
        if pairs is None or not all(np.array_equal(a, b) for a, b in pairs):
            return False
    return True
