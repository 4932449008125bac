"""What the rules of a model do: where a consequence ends nowhere, who freezes whose option.

Only facts are found here; the sentences are in :mod:`detente.analysis.validate`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.analysis.idle import Listed, all_rules, combinations, in_pieces
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Force, Option, Premise
from detente.graph.coding import CodeRows, Codes, Coding
from detente.graph.evaluate import Evaluator, Flags
from detente.graph.feasible import CHUNK, Constraint
from detente.graph.graph import Graph
from detente.graph.movement import settled, strategy_changes
from detente.graph.moves import ranges
from detente.graph.space import Space

LARGEST_TABLE = 1 << 22
"""Combinations of a premise's own options for which hidden vetoes are looked for."""


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


# -- consequences that end in something impossible ------------------------------------------------------------------


def dead_ends(graph: Graph) -> Iterator[DeadEnd]:
    """Yield, per consequence and mover, moves whose end breaks a rule that the mover's own change does not break."""
    conflict, space, coding = graph.conflict, graph.space, graph.space.coding
    forces = [rule for rule in all_rules(conflict, coding) if isinstance(rule.premise, Force)]
    others = [rule for rule in all_rules(conflict, coding) if not isinstance(rule.premise, Force)]
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
        allowed = np.concatenate([rule.allows(part) for part in in_pieces(combinations(coding, self.options))])
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
    rules = [rule for rule in all_rules(conflict, coding) if not isinstance(rule.premise, Force)]
    crossing = {
        k: _Crossing(conflict, coding, rule)
        for k, rule in enumerate(rules)
        if not isinstance(rule, Listed) and len({conflict.owner(option) for option in rule.options}) > 1
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
