"""Where a Markov chain ends: its closed classes, the share of each, the long run inside, the moves until then.

References
----------
Kemeny, J. G. & Snell, J. L. 1960, Finite Markov Chains: absorbing chains, and expected visits (I − Q)⁻¹.
Grassmann, W. K., Taksar, M. I. & Heyman, D. P. 1985, Regenerative analysis and steady state distributions for Markov
chains: elimination without subtraction, so that every share is accurate however small it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.errors import TooLargeError
from detente.graph.feasible import memory_limit, size_text
from detente.graph.moves import Index, ranges
from detente.stability import backend

Shares: TypeAlias = NDArray[np.float64]

TOLERANCE = 1e-9
"""How far the shares of all closed classes may be from 1 together."""
_DENSE, _MOST_DENSE = 400, 2500
_CHEAP_WORK, _MOST_WORK = 5e9, 1e12
_GMRES_RESTART, _GMRES_ROUNDS, _SWEEPS = 60, 40, 200


@dataclass(frozen=True, eq=False)
class Ending:
    """Where a chain ends.

    Attributes
    ----------
    closed_of : (m,) int32
        The closed class of each state, -1 for those that are left for good; classes are in the order of their first
        states.
    shares : (k,) float64
        Share of each closed class; their sum is 1 within :data:`TOLERANCE`.
    long_run : (m,) float64
        Share of each state in the long run: the share of its closed class times its stationary share there.
    moves : float
        Expected number of moves until a closed class is entered.
    """

    closed_of: Index
    shares: Shares
    long_run: Shares
    moves: float


def closed_classes(n: int, sources: Index, targets: Index) -> Index:
    """Return the closed class of each node, (n,) int32, in the order of first nodes; -1 where there is a way out."""
    return _closed(*backend.components(n, sources, targets), sources, targets)


def _closed(number: int, component: Index, sources: Index, targets: Index) -> Index:
    closed = np.ones(number, dtype=bool)
    closed[component[sources[component[sources] != component[targets]]]] = False
    first = np.unique(component, return_index=True)[1]
    called = np.full(number, -1, dtype=np.int32)
    of = np.flatnonzero(closed)
    called[of[np.argsort(first[of])]] = np.arange(len(of), dtype=np.int32)
    result: Index = called[component]
    return result


def settle(begin: Shares, sources: Index, targets: Index, chances: Shares) -> Ending:
    """Return where a chain ends.

    What is passed on from component to component is exact but for rounding. Inside a strongly connected component of at
    most 400 states, expected visits are found without any subtraction (Grassmann, Taksar & Heyman 1985). Inside larger
    ones they are found by sparse LU in an order of small bandwidth, or by GMRES where that would fill up. Each result
    is checked: what an approximate solution leaves over, summed up, bounds the error in the shares. (The long run
    inside a closed class so large is stationary to 1e-12.) Up to 2,500 states elimination takes over where the check
    fails.

    Parameters
    ----------
    begin : (m,) float64
        How the start is distributed; every state must be reachable from where it is positive.
    sources, targets : (a,) int
        Arcs by source, ascending; none from a state to itself.
    chances : (a,) float64
        Positive. What is missing from 1 in a state's row is the chance of staying there.

    Raises
    ------
    TooLargeError
        A component is too large to be solved, or so slow to leave that the shares would not be exact to 1e-9.
    """
    n = len(begin)
    rates = np.bincount(sources, chances, n)
    jumps = chances / rates[sources]
    number, component = backend.components(n, sources, targets)
    closed_of = _closed(number, component, sources, targets)
    parts = _Parts(number, component)
    inflow, visits = _propagated(begin, parts, closed_of, sources, targets, jumps)
    at = np.flatnonzero(closed_of >= 0)
    shares = np.bincount(closed_of[at], inflow[at]).astype(np.float64)
    if not abs(shares.sum() - 1) <= TOLERANCE:
        raise _too_slow(n)
    long_run = np.where(closed_of >= 0, inflow, 0.0)
    for c in np.flatnonzero(parts.sizes > 1).tolist():
        states = parts.states(c)
        k = closed_of[states[0]]
        if k >= 0:
            a, b, p = parts.inside(c, sources, targets, jumps)
            turns = _stationary(len(states), a, b, p) / rates[states]
            long_run[states] = shares[k] * turns / turns.sum()
    return Ending(closed_of, shares, long_run, float(visits.sum()))


class _Parts:
    """The components of a graph: which states are in each, and the arcs among them."""

    def __init__(self, number: int, component: Index) -> None:
        self.component = component
        self.order = np.argsort(component, kind="stable").astype(np.int32)
        self.sizes = np.bincount(component, minlength=number)
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)])
        self.place = np.empty(len(component), dtype=np.int32)
        self.place[self.order] = np.arange(len(component)) - np.repeat(self.starts[:-1], self.sizes)
        self._rows: NDArray[np.int64] | None = None

    def states(self, c: int) -> Index:
        """Return the states of a component, ascending."""
        return self.order[self.starts[c] : self.starts[c + 1]]

    def inside(self, c: int, sources: Index, targets: Index, jumps: Shares) -> tuple[Index, Index, Shares]:
        """Return the arcs within a component, as places in it."""
        if self._rows is None:
            self._rows = np.searchsorted(sources, np.arange(len(self.component) + 1))
        states = self.states(c)
        _, arcs = ranges(self._rows[states], self._rows[states + 1])
        arcs = arcs[self.component[targets[arcs]] == c]
        return self.place[sources[arcs]], self.place[targets[arcs]], jumps[arcs]


def _propagated(
    begin: Shares, parts: _Parts, closed_of: Index, sources: Index, targets: Index, jumps: Shares
) -> tuple[Shares, Shares]:
    """Return what enters each state from other components (or by the start), and the expected visits of those left."""
    component, number = parts.component, len(parts.sizes)
    leaving = np.flatnonzero(component[sources] != component[targets])
    leaving = leaving[np.argsort(component[sources[leaving]], kind="stable")]
    exits = np.bincount(sources[leaving], jumps[leaving], len(begin)).astype(np.float64)
    begins, ends = component[sources[leaving]], component[targets[leaving]]
    rows = np.concatenate([[0], np.cumsum(np.bincount(begins, minlength=number))])
    waiting = np.bincount(ends, minlength=number)
    inflow, visits = begin.copy(), np.zeros(len(begin))
    level = np.flatnonzero(waiting == 0)
    while len(level):
        alone = parts.order[parts.starts[level[parts.sizes[level] == 1]]]
        alone = alone[closed_of[alone] < 0]
        visits[alone] = inflow[alone]
        for c in level[parts.sizes[level] > 1].tolist():
            states = parts.states(c)
            if closed_of[states[0]] < 0 and inflow[states].any():
                arcs_inside = parts.inside(c, sources, targets, jumps)
                visits[states] = _visits(inflow[states], exits[states], *arcs_inside)
        _, at = ranges(rows[level], rows[level + 1])
        arcs = leaving[at]
        np.add.at(inflow, targets[arcs], visits[sources[arcs]] * jumps[arcs])
        np.subtract.at(waiting, ends[at], 1)
        after = np.unique(ends[at])
        level = after[waiting[after] == 0]
    return inflow, visits


# -- inside one component -------------------------------------------------------------------------------------------


def _visits(enter: Shares, exits: Shares, sources: Index, targets: Index, jumps: Shares) -> Shares:
    """Return the expected visits to each state of a component that is entered so, and left for good so."""
    n = len(enter)
    solved = _solved(enter, sources, targets, jumps) if n > _DENSE else None
    if solved is not None:
        return solved
    mass = enter.sum()
    chain = np.zeros((n + 1, n + 1))  # whoever leaves comes in again, by state 0
    np.add.at(chain, (sources + 1, targets + 1), jumps)
    chain[1:, 0], chain[0, 1:] = exits, enter / mass
    with np.errstate(all="ignore"):
        visits = _eliminated(chain)
        found: Shares = visits[1:] / visits[0] * mass
    if not np.isfinite(found).all():
        raise _too_slow(n)
    return found


def _stationary(n: int, sources: Index, targets: Index, jumps: Shares) -> Shares:
    """Return the stationary shares of an irreducible chain."""
    found = _stationary_of_many(n, sources, targets, jumps) if n > _DENSE else None
    if found is None:
        chain = np.zeros((n, n))
        np.add.at(chain, (sources, targets), jumps)
        with np.errstate(all="ignore"):
            found = _eliminated(chain)
    found /= found.sum()
    if not np.isfinite(found).all():
        raise _too_slow(n)
    return found


def _stationary_of_many(n: int, sources: Index, targets: Index, jumps: Shares) -> Shares | None:
    """Return stationary shares up to a factor, by visits between two visits to a state where play often is."""
    from scipy.sparse import csr_array

    back = csr_array((jumps, (targets, sources)), shape=(n, n))
    guess = np.full(n, 1 / n)
    for _ in range(_SWEEPS):
        guess = (guess + back @ guess) / 2
    often = int(np.argmax(guess))
    place = np.arange(n) - (np.arange(n) > often)
    enter = np.zeros(n - 1)
    first, kept = sources == often, (sources != often) & (targets != often)
    np.add.at(enter, place[targets[first]], jumps[first])
    others = np.delete(guess, often) / guess[often]
    visits = _solved(enter, place[sources[kept]], place[targets[kept]], jumps[kept], others)
    return None if visits is None else np.insert(visits, often, 1.0)


def _eliminated(chain: Shares) -> Shares:
    """Return stationary shares up to a factor, by eliminating one state after another; ``chain`` is overwritten.

    What is on the diagonal is never looked at: a row's sum is that of its other entries, so that nothing is subtracted.
    """
    n = len(chain)
    for k in range(n - 1, 0, -1):
        chain[:k, k] /= chain[k, :k].sum()
        chain[:k, :k] += np.outer(chain[:k, k], chain[k, :k])
    found = np.ones(n)
    for k in range(1, n):
        found[k] = found[:k] @ chain[:k, k]
        if found[k] > 1e150:
            found[: k + 1] /= found[k]
    return found


def _solved(enter: Shares, sources: Index, targets: Index, jumps: Shares, guess: Shares | None = None) -> Shares | None:
    """Return v with v(I − Q) = enter, for a large Q, checked by what is left over; ``None``: by elimination rather.

    Where there is a guess, errors are held against the sum of v, else against what enters.
    """
    from scipy.sparse import csr_array, eye_array

    n = len(enter)
    inside = csr_array((jumps, (sources, targets)), shape=(n, n))
    system = (eye_array(n, format="csr") - inside).T.tocsr()
    order, band = _band(inside)
    fill, work = 16.0 * n * (2 * band + 1), 2.0 * n * band * (band + 1)
    fits = fill <= memory_limit()
    found = None
    if not (fits and work <= _CHEAP_WORK):
        found = _by_gmres(system, enter, guess)
    if found is None and fits and work <= _MOST_WORK:
        found = _by_lu(system, enter, order, guess is not None)
    if found is not None or n <= _MOST_DENSE:
        return found
    if fits and work <= _MOST_WORK:
        raise _too_slow(n)
    raise TooLargeError(
        f"{n:,} states lie on cycles through one another; their shares would take up to {size_text(fill)} and "
        f"{work:.0e} steps of arithmetic; at most {size_text(memory_limit())} (set DETENTE_MEMORY, in GB, to change "
        f"that) and {_MOST_WORK:.0e} are spent. Merge what is one state, or ask what is inevitable, which is checked "
        "without arithmetic"
    )


def _band(inside: Any) -> tuple[Index, int]:
    """Return an order of the states in which arcs reach over few others, and how many at most."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    order: Index = reverse_cuthill_mckee(csr_matrix(inside), symmetric_mode=False)
    place = np.empty_like(order)
    place[order] = np.arange(len(order), dtype=order.dtype)
    entries = inside.tocoo()
    return order, int(np.abs(place[entries.coords[0]] - place[entries.coords[1]]).max(initial=0))


def _by_lu(system: Any, enter: Shares, order: Index, relative: bool) -> Shares | None:
    """Solve by sparse LU without pivoting, which a matrix with a dominant diagonal does not need."""
    from scipy.sparse.linalg import splu

    permuted = system[order][:, order].tocsc()
    try:
        factors = splu(permuted, permc_spec="NATURAL", diag_pivot_thresh=0.0)
    except RuntimeError:  # exactly singular: the way out is lost in rounding
        return None
    found = np.zeros(len(enter))
    for _ in range(4):
        left = enter - system @ found
        if not np.isfinite(left).all():
            return None
        found[order] += factors.solve(left[order])
    return _checked(system, enter, found, relative)


def _by_gmres(system: Any, enter: Shares, guess: Shares | None) -> Shares | None:
    from scipy.sparse.linalg import gmres

    found, before = np.zeros(len(enter)) if guess is None else guess, np.inf
    for _ in range(_GMRES_ROUNDS):
        close = _allowed(enter, found, guess is not None) / 10
        found, _ = gmres(system, enter, x0=found, rtol=0.0, atol=close / len(enter), restart=_GMRES_RESTART, maxiter=1)
        left = np.abs(enter - system @ found).sum()
        if left <= close or not left < 0.9 * before:
            break
        before = left
    return _checked(system, enter, found, guess is not None)


def _checked(system: Any, enter: Shares, found: Shares, relative: bool) -> Shares | None:
    """Return visits if what they leave over is small: its sum is the most by which shares can be wrong."""
    if not np.isfinite(found).all():
        return None
    found = np.maximum(found, 0.0)
    left = np.abs(enter - system @ found).sum()
    return found if left <= _allowed(enter, found, relative) else None


def _allowed(enter: Shares, found: Shares, relative: bool) -> float:
    return float(TOLERANCE / 1000 * found.sum() if relative else TOLERANCE / 10 * enter.sum())


def _too_slow(n: int) -> TooLargeError:
    return TooLargeError(
        f"the shares cannot be had to within {TOLERANCE:.0e}: play stays too long among states on cycles before it "
        f"leaves them (a cycle or more among {n:,} states). Ask what is inevitable, which is checked without arithmetic"
    )
