"""Who can move where: from options, irreversibility, consequences, blocked moves and merging to :class:`Moves`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from detente.conflict.elements import BlockedMove, DecisionMaker, Option
from detente.errors import Diagnostic, ModelError, TooLargeError
from detente.graph.coding import CodeRows, Codes
from detente.graph.evaluate import Evaluator
from detente.graph.feasible import memory_limit, size_text
from detente.graph.moves import ArcMoves, BoxMoves, GroupMoves, Index, Moves, arcs_from_pairs, ranges
from detente.graph.space import UNKNOWN, Space

_PAIRS_AT_ONCE = 1 << 21
_MANY = 8
"""Arcs a state from which on a sweep over groups is quicker."""


def moves_of(space: Space, dm: DecisionMaker) -> Moves:
    """Return the moves of a decision maker in the most compact exact form.

    Raises
    ------
    TooLargeError
        The arcs would not fit in memory.
    ModelError
        Consequences chase one another without end.
    """
    conflict = space.conflict
    if conflict.graph_form is not None:
        return _listed(space, dm.id)
    blocked = [item for item in conflict.blocked_moves if item.by == dm.id]
    stride, size = space.coding.block(conflict, dm.id)
    irreversible = any(option.irreversible for option in dm.options)
    plain = not (blocked or irreversible or conflict.forces or conflict.merge)
    if size == 1:
        return arcs_from_pairs(space.n_states, *_no_pairs(), transitive=True)
    if plain and space.codes is None:
        return BoxMoves(space.n_states, stride, size)
    if plain:
        return _groups(space, stride, size)
    return _arcs(space, dm, blocked)


def _listed(space: Space, dm: str) -> ArcMoves:
    form = space.conflict.graph_form
    assert form is not None
    pairs = [(space.labelled(a), space.labelled(b)) for by, a, b in form.moves if by == dm]
    table = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    for item in space.conflict.blocked_moves:
        if item.by == dm:
            barred = space.evaluate(item.from_, item)[table[:, 0]] & space.evaluate(item.to, item)[table[:, 1]]
            table = table[~barred]
    return arcs_from_pairs(space.n_states, table[:, 0], table[:, 1])


def _no_pairs() -> tuple[Index, Index]:
    return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)


def _groups(space: Space, stride: int, size: int) -> GroupMoves:
    """Group the rows by all options but the mover's."""
    codes = space.row_codes()
    others = codes - (codes // stride) % size * stride
    order = np.argsort(others, kind="stable").astype(np.int32)
    begins = np.flatnonzero(np.diff(others[order], prepend=-1))
    return GroupMoves(space.n_rows, order, np.append(begins, space.n_rows).astype(np.int32))


def strategy_changes(options: tuple[Option, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the allowed changes of a mover's strategy x, in compressed rows: (starts, targets)."""
    allowed = np.ones((1, 1), dtype=bool)
    for option in options:
        n = len(option.values)
        rule = option.irreversible
        if rule is None:
            one = np.ones((n, n), dtype=bool)
        elif rule.direction == "forward":
            one = np.triu(np.ones((n, n), dtype=bool))
        elif rule.direction == "backward":
            one = np.tril(np.ones((n, n), dtype=bool))
        else:
            one = np.eye(n, dtype=bool)
            for a, b in rule.changes:
                one[option.position(a), option.position(b)] = True
        allowed = np.kron(one, allowed)  # later options are more significant
    np.fill_diagonal(allowed, False)
    x, y = np.nonzero(allowed)
    starts = np.concatenate([[0], np.cumsum(np.bincount(x, minlength=len(allowed)))])
    return starts.astype(np.int64), y.astype(np.int64)


def _arcs(space: Space, dm: DecisionMaker, blocked: list[BlockedMove]) -> ArcMoves:
    """List the arcs one by one."""
    conflict, coding = space.conflict, space.coding
    stride, size = coding.block(conflict, dm.id)
    if size > 1 << 13:
        raise TooLargeError(
            f"{dm.label} has {size:,} combinations of options that are not all freely changeable; "
            f"at most {1 << 13:,} can be handled"
        )
    starts, ends = strategy_changes(dm.options)
    codes = space.row_codes()
    strategy = (codes // stride) % size
    total = int(np.diff(starts)[strategy].sum())
    if total * 28 > memory_limit():
        raise TooLargeError(
            f"the moves of {dm.label} are up to {total:,} arcs, which need about {size_text(total * 28)}; "
            f"at most {size_text(memory_limit())} may be used (set DETENTE_MEMORY, in GB, to change that)"
        )
    barred = [(space.evaluate_rows(item.from_), space.evaluate_rows(item.to)) for item in blocked]
    free = len(ends) == size * (size - 1)
    per_row = max(1, int(np.diff(starts).max(initial=1)))
    step = max(1, _PAIRS_AT_ONCE // per_row)
    found: list[tuple[Index, Index]] = [_no_pairs()]
    for begin in range(0, space.n_rows, step):
        rows = np.arange(begin, min(begin + step, space.n_rows))
        x = strategy[rows]
        if free:  # from any strategy to any: a table, in which those that stay are dropped later
            after = ((codes[rows] - x * stride)[:, None] + np.arange(size, dtype=np.int64) * stride).ravel()
            source = np.repeat(rows, size)
        else:
            position, at = ranges(starts[x], starts[x + 1])
            source = rows[position]
            after = codes[source] + (ends[at] - x[position]) * stride
        target = _landed(space, after)
        keep = target >= 0
        for from_, to in barred:
            keep &= ~(from_[source] & to[target])
        source, target = source[keep], target[keep]
        if space.state_of is None:
            found.append((source.astype(np.int32), target.astype(np.int32)))
        else:
            found.append((space.state_of[source], space.state_of[target]))
    sources = np.concatenate([pair[0] for pair in found])
    targets = np.concatenate([pair[1] for pair in found])
    listed = any(option.irreversible and option.irreversible.direction == "listed" for option in dm.options)
    closed = not (blocked or listed or conflict.forces or conflict.merge)
    arcs = arcs_from_pairs(space.n_states, sources, targets, transitive=True if closed else None)
    return _in_parts(space, arcs, stride, size) if free and not blocked and not arcs.transitive else arcs


def _in_parts(space: Space, arcs: ArcMoves, stride: int, size: int) -> ArcMoves:
    """Return arcs with what they are made of: free moves, and those that consequences lead elsewhere."""
    if space.state_of is not None or arcs.n_arcs < _MANY * arcs.n_states:
        return arcs
    groups = _groups(space, stride, size)
    at, targets = arcs.sources, arcs.targets
    elsewhere = groups.group_of[at] != groups.group_of[targets]
    if int(elsewhere.sum()) > len(targets) // 2:
        return arcs
    starts = np.zeros(arcs.n_states + 1, dtype=np.int64)
    np.cumsum(np.bincount(at[elsewhere], minlength=arcs.n_states), out=starts[1:])
    return replace(arcs, parts=(groups, ArcMoves(arcs.n_states, starts, targets[elsewhere])))


def _landed(space: Space, codes: Codes) -> NDArray[np.integer]:
    """Return the row in which each code comes to rest, -1 where that is none."""
    rows = space.rows_of(codes)
    if not space.conflict.forces:
        return rows
    # a row is at rest, so that what is none either comes to rest elsewhere or is not possible
    restless = np.flatnonzero(rows < 0)
    if space.landed is None:
        rows[restless] = space.rows_of(settled(space, codes[restless]))
        return rows
    waiting = codes[restless]
    new = np.zeros(len(space.landed), dtype=bool)
    new[waiting] = True
    some = np.flatnonzero(new & (space.landed == UNKNOWN))
    space.landed[some] = space.rows_of(settled(space, some))
    rows[restless] = space.landed[waiting]
    return rows


def settled(space: Space, codes: Codes) -> Codes:
    """Return the codes after all consequences, applied in order until nothing changes."""
    conflict, coding = space.conflict, space.coding
    if not conflict.forces or not len(codes):
        return codes
    result, restless = codes.copy(), np.arange(len(codes))
    for _ in range(4 * len(conflict.forces) + 8):
        some = result[restless]
        met = np.zeros(len(some), dtype=bool)  # a change counts even where another consequence undoes it
        for force in conflict.forces:
            here = np.flatnonzero(Evaluator(conflict, CodeRows(coding, some))(force.when))
            changed = some[here]
            for option, value in force.sets:
                changed = coding.put(changed, option, conflict.options[option].position(value))
            met[here] |= changed != some[here]
            some[here] = changed
        result[restless] = some
        restless = restless[met]
        if not len(restless):
            return result
    force = conflict.forces[0]
    raise ModelError(
        [Diagnostic("these consequences undo one another without end", force.where, "forces that come to rest")],
        conflict.origin,
        conflict.text,
    )
