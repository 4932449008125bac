"""The smallest joint change as an integer program: rankings, and for each improvement a path of credible moves.

For every free party j and states a, b the variable h_j(a, b) says that j finds a at least as good as b. The distance
is half the sum of all |h_j(a, b) − h⁰_j(a, b)|: a reversed pair changes two of them, a tie made or broken one. For
every party i and every move of it from s to t: either h_i(s, t), or one unit flows from t along moves a → b of
opponents j, each of capacity 1 − h_j(a, b), which is 1 when b ≻_j a, into states x with h_i(s, x) (SSEQ: and h_i(s, y)
for each y ∈ R_i(x)). With whole h the capacities are 0 or 1, so a unit flow exists exactly where a path does.
Transitivity is added where a solution lacks it, so that the bound is one from below at any time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.inverse_level import Profile, Wish, targets
from detente.analysis.inverse_order import Halves, dense

MOST_ROWS = 100_000
"""Beyond so many rows, transitivity is added only where it is lacking."""
MOST_ROWS_AT_ONCE = 4_000
"""Transitivity is added for so many triples at a time."""

Terms = dict[int, float]
"""Coefficients by variable."""


@dataclass(frozen=True, eq=False)
class Least:
    """No change is smaller than ``at_least`` (None: there is none at all); ``profile``: the smallest one found."""

    at_least: Halves | None
    profile: Profile | None


@dataclass(frozen=True)
class _Linear:
    """A constant, or a variable times ±1 plus a constant."""

    constant: float
    variable: int = -1
    sign: float = 0.0


class Program:
    """The program for one state.

    Parameters
    ----------
    wish : Wish
        With legal sanctions.
    s : int
    """

    def __init__(self, wish: Wish, s: int) -> None:
        self._wish, self._s = wish, s
        self._game = wish.game
        self._n = wish.game.n_states
        self._cost: list[float] = []
        self._whole: list[bool] = []
        self._rows: list[tuple[Terms, float]] = []
        """Terms and what they must at least add up to."""
        self._base: Halves = 0
        self._index: dict[int, NDArray[np.int64]] = {}
        for i in wish.free:
            self._add_order(i)
        self._asked: set[tuple[int, int, int]] = set()
        """(i, a, b): it may help that i finds a at least as good as b, or better."""
        for i in self._game.parties:
            for t in targets(self._game, i, s).tolist():
                self._add_improvement(i, t)
        self._add_between()

    # -- the rankings -----------------------------------------------------------------------------------------------

    def _variable(self, cost: float = 0.0, *, whole: bool = False) -> int:
        self._cost.append(cost)
        self._whole.append(whole)
        return len(self._cost) - 1

    def _add_order(self, i: int) -> None:
        ranks = self._game.ranks(i)
        index = np.full((self._n, self._n), -1, dtype=np.int64)
        for a in range(self._n):
            for b in range(a + 1, self._n):
                if self._wish.strict[i]:  # h(b, a) = 1 − h(a, b), so that the pair counts twice
                    index[a, b] = self._variable(-2.0 if ranks[a] > ranks[b] else 2.0, whole=True)
                    self._base += 2 * bool(ranks[a] > ranks[b])
                    continue
                for x, y in ((a, b), (b, a)):
                    index[x, y] = self._variable(-1.0 if ranks[x] >= ranks[y] else 1.0, whole=True)
                    self._base += bool(ranks[x] >= ranks[y])
                self._rows.append(({int(index[a, b]): 1.0, int(index[b, a]): 1.0}, 1.0))
        self._index[i] = index

    def _at_least_as_good(self, i: int, a: int, b: int) -> _Linear:
        if a == b:
            return _Linear(1.0)
        if i not in self._index:
            ranks = self._game.ranks(i)
            return _Linear(float(ranks[a] >= ranks[b]))
        at = int(self._index[i][a, b])
        return _Linear(0.0, at, 1.0) if at >= 0 else _Linear(1.0, int(self._index[i][b, a]), -1.0)

    def _add_between(self) -> None:
        """Say what it costs to bring a state past another: those between must pass one of the two as well.

        This is transitivity where it is sure to matter, so that the first bound is a good one.
        """
        for i, a, b in sorted(self._asked):
            if i not in self._index or len(self._rows) > MOST_ROWS:
                continue
            ranks = self._game.ranks(i)  # where a is as good already, there is nobody between
            for y in np.flatnonzero((ranks > ranks[a]) & (ranks < ranks[b])).tolist():  # b ≻ y ≻ a, and a ≽ b wished
                self._add_triple(i, a, b, y)
                if not self._wish.strict[i]:
                    self._add_triple(i, y, a, b)
                    self._add_triple(i, b, y, a)

    def _add_triple(self, i: int, a: int, b: int, c: int) -> None:
        """Require a ≽ c where a ≽ b ≽ c."""
        pairs = ((-1.0, (a, b)), (-1.0, (b, c)), (1.0, (a, c)))
        self._require([(factor, self._at_least_as_good(i, *pair)) for factor, pair in pairs], -1.0)

    def _require(self, parts: list[tuple[float, _Linear]], least: float) -> None:
        terms: Terms = defaultdict(float)
        for factor, item in parts:
            least -= factor * item.constant
            if item.variable >= 0:
                terms[item.variable] += factor * item.sign
        self._rows.append((dict(terms), least))

    # -- improvements and what meets them ---------------------------------------------------------------------------

    def _add_improvement(self, i: int, t: int) -> None:
        """Require that a move of i from s to t is no improvement, or is met."""
        no_better = self._at_least_as_good(i, self._s, t)
        if no_better.variable < 0 and no_better.constant:
            return
        self._asked.add((i, self._s, t))
        arcs = self._arcs(i, t)
        into: dict[Any, list[int]] = defaultdict(list)
        out: dict[Any, list[int]] = defaultdict(list)
        for start, finish, allowed in arcs:
            flow = self._variable()
            out[start].append(flow)
            into[finish].append(flow)
            self._require([(1.0, allowed), (-1.0, _Linear(0.0, flow, 1.0))], 0.0)
        met: list[int] = []
        source = (t, -1)
        for node in list(into):
            ends = self._end(i, node[0], t)
            left = [(1.0, _Linear(0.0, flow, 1.0)) for flow in into[node]]
            left += [(-1.0, _Linear(0.0, flow, 1.0)) for flow in out[node]]
            if ends is not None:
                here = self._variable()
                met.append(here)
                for condition in ends:
                    self._require([(1.0, condition), (-1.0, _Linear(0.0, here, 1.0))], 0.0)
                left.append((-1.0, _Linear(0.0, here, 1.0)))
            if node != source:
                self._require(left, 0.0)  # what flows in is at least what flows out and ends here
        flows = [(1.0, _Linear(0.0, here, 1.0)) for here in met]
        self._require([(1.0, no_better), *flows], 1.0)

    def _end(self, i: int, x: int, t: int) -> list[_Linear] | None:
        """Return what must hold for x to meet the improvement to t; None: it never does."""
        if x == t:
            return None
        after = targets(self._game, i, x).tolist() if self._wish.concept.counter else []
        if t in after:
            return None
        self._asked |= {(i, self._s, y) for y in (x, *after)}
        conditions = [self._at_least_as_good(i, self._s, y) for y in (x, *after) if y != self._s]
        if any(c.variable < 0 and not c.constant for c in conditions):
            return None
        return [c for c in conditions if c.variable >= 0]

    def _arcs(self, i: int, t: int) -> list[tuple[tuple[int, int], tuple[int, int], _Linear]]:
        """Return opponents' moves that a legal sequence from t may have: between (state, last mover), with what allows.

        The last mover counts only where somebody's moves are not transitive: else two improvements of one party in
        succession are one.
        """
        game = self._game
        opponents = game.opponents([i])
        layered = any(not game.movers[j].moves.transitive for j in opponents if game.movers[j].ranks is not None)
        found = []
        seen, waiting = {(t, -1)}, [(t, -1)]
        while waiting:
            here = waiting.pop()
            for j in opponents:
                nature = game.movers[j].ranks is None
                if layered and here[1] == j and not nature:
                    continue
                for b in targets(game, j, here[0]).tolist():
                    self._asked.add((j, b, here[0]))
                    worse = _Linear(0.0) if nature else self._at_least_as_good(j, here[0], b)
                    allowed = _Linear(1.0 - worse.constant, worse.variable, -worse.sign)
                    if allowed.variable < 0 and not allowed.constant:
                        continue
                    there = (b, j if layered else -1)
                    if there == (t, -1):
                        continue
                    found.append((here, there, allowed))
                    if there not in seen:
                        seen.add(there)
                        waiting.append(there)
        return found

    # -- solving ----------------------------------------------------------------------------------------------------

    def least(self, end: float, at_most: Halves | None) -> Least:
        """Return the smallest change, or the bound at which time ended; with ``at_most``, only smaller ones count."""
        extra = [] if at_most is None else [self._no_more_than(at_most - 1)]
        return self._solve(extra, end, beyond=at_most)

    def every(self, cost: Halves, most: int, end: float) -> tuple[list[Profile], bool]:
        """Return changes of this distance, which is the least, up to ``most``, and whether they are all."""
        found: list[Profile] = []
        extra = [self._no_more_than(cost)]
        while len(found) < most:
            result = self._solve(extra, end, beyond=None)
            if result.at_least is None:
                return found, True
            if result.profile is None:
                return found, False
            found.append(result.profile)
            extra.append(self._other_than(result.profile))
        return found, False

    def _no_more_than(self, cost: Halves) -> tuple[Terms, float]:
        return {k: -value for k, value in enumerate(self._cost) if value}, float(self._base - cost)

    def _other_than(self, profile: Profile) -> tuple[Terms, float]:
        terms: Terms = {}
        least = 1.0
        for i, index in self._index.items():
            holds = profile[i][:, None] >= profile[i][None, :]
            for a, b in zip(*np.nonzero(index >= 0), strict=True):
                terms[int(index[a, b])] = -1.0 if holds[a, b] else 1.0
                least -= bool(holds[a, b])
        return terms, least

    def _solve(self, extra: list[tuple[Terms, float]], end: float, *, beyond: Halves | None) -> Least:
        from scipy.optimize import Bounds, LinearConstraint, milp

        at_least = 0
        while True:
            left = end - monotonic()
            if left <= 0:
                return Least(at_least, None)
            matrix, lower = self._matrix(self._rows + extra)
            result = milp(
                np.array(self._cost),
                integrality=np.array(self._whole, dtype=np.int8),
                bounds=Bounds(0, 1),
                constraints=LinearConstraint(matrix, lb=lower),
                options={"time_limit": max(left, 0.01), "mip_rel_gap": 0.0},
            )
            if result.status == 2:  # nothing fits
                return Least(beyond, None)
            bound = result.mip_dual_bound
            if bound is not None and np.isfinite(bound):
                at_least = max(at_least, int(np.ceil(bound + self._base - 1e-5)))
            if result.x is None:  # time is up, or the solver has given up
                return Least(at_least if beyond is None else min(at_least, beyond), None)
            relations = {i: self._relation(i, result.x) for i in self._index}
            lacking = self._add_transitivity(relations)
            if not lacking:
                return Least(at_least, {i: dense(holds.sum(axis=1)) for i, holds in relations.items()})
            if result.status:
                return Least(at_least if beyond is None else min(at_least, beyond), None)

    def _matrix(self, rows: list[tuple[Terms, float]]) -> tuple[Any, NDArray[np.float64]]:
        from scipy.sparse import csr_array

        starts = np.cumsum([0, *(len(terms) for terms, _ in rows)])
        columns = np.array([k for terms, _ in rows for k in terms], dtype=np.int32)
        data = np.array([value for terms, _ in rows for value in terms.values()], dtype=np.float64)
        lower = np.array([least for _, least in rows], dtype=np.float64)
        return csr_array((data, columns, starts), shape=(len(rows), len(self._cost))), lower

    def _relation(self, i: int, x: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which states are at least as good as which, (n_states, n_states)."""
        index = self._index[i]
        holds = np.where(index >= 0, x[np.maximum(index, 0)] > 0.5, False)
        if self._wish.strict[i]:
            upper = np.triu(np.ones((self._n, self._n), dtype=bool), 1)
            holds = np.where(upper, holds, ~holds.T)
        np.fill_diagonal(holds, True)
        return holds

    def _add_transitivity(self, relations: dict[int, NDArray[np.bool_]]) -> bool:
        """Require a ≽ c wherever a ≽ b ≽ c in a solution that lacks it; return whether anything was lacking."""
        lacking = False
        for i, holds in relations.items():
            through = holds[:, :, None] & holds[None, :, :] & ~holds[:, None, :]  # a, b, c
            triples = np.argwhere(through)
            lacking = lacking or bool(len(triples))
            for a, b, c in triples[:MOST_ROWS_AT_ONCE].tolist():
                self._add_triple(i, a, b, c)
        return lacking
