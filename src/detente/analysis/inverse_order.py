"""The smallest changes of one ranking after which a state has only some others above it.

Distance between two weak orders: 1 for each pair that is reversed, 1/2 for each tie that is made or broken. It is
counted in halves here, so that it is a whole number.

Stability of s for i under Nash, GMR and SMR, and under SEQ and SSEQ as long as the others' rankings stay, depends on
i's ranking through one set alone: A, the states that i prefers to s. It is *monotone*: what is stable with A is stable
with every subset of A, since there are fewer improvements to meet and more states that deter, and fewer ways out. So
there is a rank v, the *level*, such that s becomes stable by moving up to the states of rank v, and to none lower.

**The least change is to move s itself up to that level.** Let D be the states above s that a change brings to or below
s, x one of the highest of them, C the states tied with x, E those tied with s, Y those strictly between. Each pair
below has to change, and no two of these are the same:

- x and s, by a half where ties are allowed and by 1 where not;
- for y ∈ Y, the pairs (x, y) and (y, s) by 1 together, since x ≻ y ≻ s and in the end s ≽ x;
- for c ∈ C, c ≠ x, the pairs (c, x) and (c, s) by a half together, since in the end not both c ~ x and c ≻ s ≽ x;
- for e ∈ E the pairs (e, s) and (x, e) by a half together, for the same reason.

Moving s to the level of x (strict: just above x) costs exactly that and brings all states from x down to or below s,
which is as stable or more. The bound grows with the level of x, so x lies at the lowest level that will do. All least
changes are those in which nothing but these pairs changes, by no more than this; :func:`least_changes` lists them: x
comes down part of the way and s goes up to meet it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from detente.stability.game import Values

Halves = int
Test = Callable[[Values], bool]


def dense(keys: NDArray[np.integer]) -> Values:
    """Return ranks 1, 2, 3 … in the order of the keys, equal keys equal."""
    return np.asarray(np.unique(keys, return_inverse=True)[1] + 1, dtype=np.int32)


def is_strict(ranks: Values) -> bool:
    """Whether no two states are tied."""
    return len(np.unique(ranks)) == len(ranks)


def changed_pairs(before: Values, after: Values, among: NDArray[np.integer] | None = None) -> list[tuple[int, int]]:
    """Return the pairs (a, b), a < b, whose order differs, ascending.

    Parameters
    ----------
    before, after : (n_states,) int32
    among : array of int, optional
        States of which each such pair is known to have one; all by default.
    """
    found: set[tuple[int, int]] = set()
    for a in range(len(before)) if among is None else among.tolist():
        differs = np.sign(before - before[a]) != np.sign(after - after[a])
        found |= {(min(a, b), max(a, b)) for b in np.flatnonzero(differs).tolist()}
    return sorted(found)


def halves(before: Values, after: Values, pairs: list[tuple[int, int]]) -> Halves:
    """Return the distance in halves over the pairs that differ."""
    return sum(
        abs(int(np.sign(before[a] - before[b])) - int(np.sign(after[a] - after[b]))) for a, b in pairs
    )  # reversed: 2, a tie made or broken: 1


def lift_cost(ranks: Values, s: int, level: int, *, strict: bool) -> Halves:
    """Return the least distance, in halves, of a change that brings a state of rank ``level`` to or below s."""
    own = int(ranks[s])
    if level <= own:
        return 0
    between = int(np.count_nonzero((ranks > own) & (ranks < level)))
    there = int(np.count_nonzero(ranks == level))
    if strict:
        return 2 * (between + 1)
    return 2 * between + there + int(np.count_nonzero(ranks == own)) - 1


def lifted(ranks: Values, s: int, level: int, *, strict: bool) -> Values:
    """Return the ranks after s has moved up to the states of rank ``level`` (strict: just above them)."""
    if level <= ranks[s]:
        return ranks
    keys = 2 * ranks
    keys[s] = 2 * level + strict
    return dense(keys)


def least_changes(ranks: Values, s: int, level: int, stable: Test, *, strict: bool) -> Iterator[Values]:
    """Yield every ranking at the least distance in which s is stable, the one that moves s alone first.

    Parameters
    ----------
    ranks : (n_states,) int32
        Dense, 1 is worst.
    s : int
    level : int
        The lowest rank to which moving s up makes it stable.
    stable : callable
        Whether s is stable under other ranks of this party.
    strict : bool
        No ties in the result; the ranks have none.
    """
    own = int(ranks[s])
    if level <= own:
        yield ranks
        return
    yield lifted(ranks, s, level, strict=strict)
    keys = 4 * ranks.astype(np.int64)
    seen = {lifted(ranks, s, level, strict=strict).tobytes()}
    for x in np.flatnonzero(ranks == level).tolist():
        for key_s, key_x in _meetings(own, level, strict=strict):
            changed = keys.copy()
            changed[s], changed[x] = key_s, key_x
            result = dense(changed)
            if result.tobytes() in seen:
                continue
            if not stable(result):
                break  # lower down fewer states come to or below s
            seen.add(result.tobytes())
            yield result


def _meetings(own: int, level: int, *, strict: bool) -> Iterator[tuple[int, int]]:
    """Yield where s and x can meet on the way, as keys (of s, of x) among four times the ranks, highest first."""
    for rank in range(level, own, -1):
        if strict:
            yield 4 * rank - 1, 4 * rank - 2
        else:
            if rank < level:
                yield 4 * rank, 4 * rank
            yield 4 * rank - 1, 4 * rank - 1
    if not strict:
        yield 4 * own, 4 * own
