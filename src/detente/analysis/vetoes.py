"""What the rules of a model do: which change nothing, where a consequence ends nowhere, who freezes whose option.

Only facts are found here; the sentences are in :mod:`detente.analysis.validate`.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from detente.conflict.conflict import Conflict
from detente.conflict.elements import BlockedMove, Force, Infeasibility, Option, Premise
from detente.conflict.formula import Formula, Or
from detente.errors import ModelError
from detente.graph.coding import CodeRows, Codes, Coding
from detente.graph.evaluate import Evaluator, Flags
from detente.graph.feasible import CHUNK, Constraint, constraints
from detente.graph.graph import Graph
from detente.graph.movement import moves_of, settled, strategy_changes
from detente.graph.moves import Moves, ranges
from detente.graph.space import Space

SEARCHES = (1 << 12, 1 << 20)
"""Combinations held at a time while looking for one that a rule alone leaves out: first try, second try."""

LARGEST_TABLE = 1 << 22
"""Combinations of a premise's own options for which hidden vetoes are looked for."""


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
class DeadEnd:
    """``moves`` changes by ``mover`` that a consequence carries into what ``because_of`` forbids: no such move exists.

    ``state`` (from 0) is where the first of them would start and ``change`` what it sets.
    """

    force: Premise
    because_of: Premise
    mover: str
    moves: int
    state: int
    change: str


@dataclass(frozen=True)
class Veto:
    """What ``by`` has chosen keeps ``against`` from changing ``option`` in so many ``states``, by ``premise`` alone.

    In the first, ``state`` (from 0), ``change`` is the pair of values and ``choice`` what ``by`` has chosen.
    """

    premise: Premise
    by: str
    against: str
    option: str
    states: int
    state: int
    change: tuple[str, str]
    choice: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Listed(Constraint):
    codes: Codes


def _rules(conflict: Conflict, coding: Coding) -> list[Constraint]:
    """Return all that leaves states out, the list of feasible states first."""
    rules = constraints(conflict, coding)
    if conflict.feasible is not None:
        listed = np.unique([coding.encode(conflict, state) for state in conflict.feasible.states]).astype(np.int64)
        rules.insert(0, _Listed(conflict.feasible, frozenset(coding.options), lambda c: np.isin(c, listed), listed))
    return rules


def combinations(coding: Coding, options: Iterable[str]) -> Codes:
    """Return the codes of all combinations of these options, the others at their first value; the first fastest."""
    codes = np.zeros(1, dtype=np.int64)
    for option in options:
        stride, radix = coding.place(option)
        codes = (codes[None, :] + np.arange(radix, dtype=np.int64)[:, None] * stride).ravel()
    return codes


def _pieces(codes: Codes) -> list[Codes]:
    return np.array_split(codes, len(codes) // CHUNK + 1)


# -- rules that leave nothing out -----------------------------------------------------------------------------------


def idle_rules(conflict: Conflict, coding: Coding) -> tuple[list[Idle], list[Premise]]:
    """Return the rules, and alternatives in infeasibilities, that leave nothing out that the others allow.

    Of two that do the same, the later one is named. Also returned: rules for which the search gave up.
    """
    kept = _rules(conflict, coding)
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
    listed = next((other.codes for other in others if isinstance(other, _Listed)), None)
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
                codes = np.concatenate([part[item.allows(part)] for part in _pieces(codes)])
            if len(codes) > most:
                codes, thinned = codes[rng.random(len(codes)) < most / len(codes)], True
        waiting.remove(target)
        codes = np.concatenate([part[target.allows(part)] for part in _pieces(codes)])
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
    rules = _rules(conflict, space.coding)
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


# -- consequences that end in something impossible ------------------------------------------------------------------


def dead_ends(graph: Graph) -> Iterator[DeadEnd]:
    """Yield, per consequence and mover, moves whose end breaks a rule that the mover's own change does not break."""
    conflict, space, coding = graph.conflict, graph.space, graph.space.coding
    forces = [rule for rule in _rules(conflict, coding) if isinstance(rule.premise, Force)]
    others = [rule for rule in _rules(conflict, coding) if not isinstance(rule.premise, Force)]
    for dm in conflict.decision_makers if forces and others else ():
        found: dict[int, DeadEnd] = {}
        for rows, raw in _raw_moves(space, dm.options, dm.id):
            started = np.array([~force.allows(raw) for force in forces])
            some = started.any(axis=0)
            rows, raw, first_force = rows[some], raw[some], started[:, some].argmax(axis=0)
            end = settled(space, raw)
            broken = np.array([other.allows(raw) & ~other.allows(end) for other in others])
            hit = np.flatnonzero(broken.any(axis=0))
            for index in np.unique(first_force[hit]).tolist():
                mine = hit[first_force[hit] == index]
                at, row = int(mine[0]), int(rows[mine[0]])
                if index not in found:
                    state = row if space.state_of is None else int(space.state_of[row])
                    change = _taken(coding, conflict, int(space.row_codes(row, row + 1)[0]), int(raw[at]))
                    why = others[int(broken[:, at].argmax())].premise
                    found[index] = DeadEnd(forces[index].premise, why, dm.id, 0, state, change)
                found[index] = replace(found[index], moves=found[index].moves + len(mine))
        yield from found.values()


def _raw_moves(space: Space, options: tuple[Option, ...], dm: str) -> Iterator[tuple[NDArray[np.int64], Codes]]:
    """Yield, chunk by chunk, the row each change of a mover starts from and the code it makes before consequences."""
    stride, size = space.coding.block(space.conflict, dm)
    starts, ends = strategy_changes(options)
    step = max(1, (CHUNK * 4) // max(1, int(np.diff(starts).max(initial=1))))
    for begin in range(0, space.n_rows if size > 1 else 0, step):
        codes = space.row_codes(begin, min(begin + step, space.n_rows))
        x = (codes // stride) % size
        position, at = ranges(starts[x], starts[x + 1])
        yield begin + position.astype(np.int64), codes[position] + (ends[at] - x[position]) * stride


def _taken(coding: Coding, conflict: Conflict, before: int, after: int) -> str:
    codes = np.array([before, after], dtype=np.int64)
    digits = [(name, *coding.digit(codes, name).tolist()) for name in coding.options]
    return " and ".join(f"{o} = {conflict.options[o].values[new].id}" for o, old, new in digits if old != new)


# -- hidden vetoes --------------------------------------------------------------------------------------------------


class _Crossing:
    """A rule whose options have several owners, with a table of which owner could lift its objection alone."""

    def __init__(self, conflict: Conflict, coding: Coding, rule: Constraint) -> None:
        self.options = [option for option in coding.options if option in rule.options]
        self.owners = list(dict.fromkeys(conflict.owner(option) for option in self.options))
        self._coding = coding
        radices = [coding.place(option)[1] for option in self.options]
        self.too_large = math.prod(radices) > LARGEST_TABLE
        if self.too_large:
            return
        allowed = np.concatenate([rule.allows(part) for part in _pieces(combinations(coding, self.options))])
        table = allowed.reshape(radices[::-1])
        self._free: dict[str, Flags] = {}
        for owner in self.owners:
            axes = tuple(len(radices) - 1 - k for k, o in enumerate(self.options) if conflict.owner(o) == owner)
            self._free[owner] = np.broadcast_to(table.any(axis=axes, keepdims=True), table.shape).ravel()

    def liftable(self, owner: str, codes: Codes) -> Flags:
        """Return where ``owner``, by its own options in the premise alone, could make the premise allow the code."""
        at, weight = np.zeros(len(codes), dtype=np.int64), 1
        for option in self.options:
            at += self._coding.digit(codes, option) * weight
            weight *= self._coding.place(option)[1]
        return self._free[owner][at]


def hidden_vetoes(graph: Graph) -> tuple[list[Veto], list[Premise]]:
    """Return every hidden veto, most affected states first, and the premises with too many options to look into.

    For an infeasibility or limit across owners, an option o in it of one owner B, and another owner A: there are
    feasible states where B, changing o alone as its irreversibility and the blocked moves allow, would come (after
    consequences) to a combination that this premise forbids and every other rule allows, and where another choice of
    A's options in the premise would satisfy it. A and B may be nature. Time: states × changes of such options.
    """
    conflict, coding = graph.conflict, graph.space.coding
    rules = [rule for rule in _rules(conflict, coding) if not isinstance(rule.premise, Force)]
    crossing = {
        k: _Crossing(conflict, coding, rule)
        for k, rule in enumerate(rules)
        if not isinstance(rule, _Listed) and len({conflict.owner(option) for option in rule.options}) > 1
    }
    skipped = [rules[k].premise for k, item in crossing.items() if item.too_large]
    crossing = {k: item for k, item in crossing.items() if not item.too_large}
    found: list[Veto] = []
    for option in conflict.options:
        if any(option in item.options for item in crossing.values()):
            found += _vetoes_on(graph, option, rules, crossing)
    return sorted(found, key=lambda veto: -veto.states), skipped


def _vetoes_on(graph: Graph, option: str, rules: list[Constraint], crossing: dict[int, _Crossing]) -> Iterator[Veto]:
    conflict, space, coding = graph.conflict, graph.space, graph.space.coding
    against, stride = conflict.owner(option), coding.place(option)[0]
    values = conflict.options[option].values
    concerned = [k for k, rule in enumerate(rules) if conflict.forces or option in rule.options]
    pairs = [(k, by) for k, item in crossing.items() if option in item.options for by in item.owners if by != against]
    affected: dict[tuple[int, str], Flags] = {}
    examples: dict[tuple[int, str], tuple[int, int, int, int]] = {}
    for begin, end in space.chunks():
        codes = space.row_codes(begin, end)
        digits = coding.digit(codes, option)
        for old, new in _changes(conflict.options[option]):
            rows = np.flatnonzero(digits == old)
            before = codes[rows]
            after = settled(space, before + (new - old) * stride)
            broken = {k: ~rules[k].allows(after) for k in concerned}
            alone = (np.array(list(broken.values())).sum(axis=0) == 1) & _unblocked(graph, against, before, after)
            for k, by in pairs:
                hit = alone & broken[k] & crossing[k].liftable(by, after)
                for name in crossing[k].options if conflict.forces else ():
                    if conflict.owner(name) == by:
                        hit &= coding.digit(before, name) == coding.digit(after, name)
                at = np.flatnonzero(hit)
                if not len(at):
                    continue
                states = rows[at] + begin if space.state_of is None else space.state_of[rows[at] + begin]
                affected.setdefault((k, by), np.zeros(space.n_states, dtype=bool))[states] = True
                lowest = int(np.argmin(states))
                first = (int(states[lowest]), old, new, int(before[at[lowest]]))
                examples[k, by] = min(examples.get((k, by), first), first)
    for (k, by), flags in affected.items():
        state, old, new, code = examples[k, by]
        choice = tuple(
            (o, conflict.options[o].values[int(coding.digit(np.array([code]), o)[0])].id)
            for o in crossing[k].options
            if conflict.owner(o) == by
        )
        change = values[old].id, values[new].id
        yield Veto(rules[k].premise, by, against, option, int(flags.sum()), state, change, choice)


def _changes(option: Option) -> list[tuple[int, int]]:
    """Return the pairs of positions between which an option may change in one step."""
    starts, ends = strategy_changes((option,))
    return [(old, int(new)) for old in range(len(option.values)) for new in ends[starts[old] : starts[old + 1]]]


def _unblocked(graph: Graph, dm: str, before: Codes, after: Codes) -> Flags:
    free = np.ones(len(before), dtype=bool)
    start, end = (Evaluator(graph.conflict, CodeRows(graph.space.coding, codes)) for codes in (before, after))
    for item in graph.conflict.blocked_moves:
        if item.by == dm:
            free &= ~(start(item.from_) & end(item.to))
    return free
