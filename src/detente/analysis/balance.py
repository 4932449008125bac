"""Signed ties between nodes: is the web of friends and enemies balanced, which blocs fit it best, what strains it?

A web is balanced when every cycle has an even number of negative ties (Heider 1946; Cartwright & Harary 1956), which is
so exactly when the nodes split in two camps with positive ties inside and negative ties between. Where it is not, the
frustration index (Harary 1959; Aref & Wilson 2018) says by how little it misses: the fewest ties that must change sign
or go, or the least level of them. The ties that some best division leaves in the wrong place are under strain.

Each connected part is divided for itself, and exactly: one that is not balanced in all 2^(n-1) ways. One of more than
``MOST_NODES`` nodes is refused.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain, combinations, islice, product
from math import comb, prod
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.errors import TooLargeError, UsageError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

Pair: TypeAlias = tuple[str, str]
Blocs: TypeAlias = tuple[tuple[str, ...], ...]
Neighbours: TypeAlias = dict[str, list[tuple[str, bool]]]
"""For each node its neighbours, each with whether the tie is negative."""
Strain = Literal["none", "some", "every"]

MOST_NODES = 25
"""Largest connected part that is divided in every way."""
MOST_LISTED = 100
"""How many best divisions are listed; all are counted."""
_AT_ONCE = 20
_UNIT = 10**9


@dataclass(frozen=True)
class Frustration:
    """How far the ties are from balance, by one measure, and the divisions that come nearest.

    Attributes
    ----------
    index : float
        The least number (or the least sum of absolute levels) of ties that must change sign or go.
    n_divisions : int
        How many divisions reach it.
    divisions : tuple of divisions
        The first of them, at most ``MOST_LISTED``. A division is its blocs: one or two for each connected part.
    every, some : tuple of (str, str)
        Ties out of place in every best division, and in some of them but not in all.
    """

    index: float
    n_divisions: int
    divisions: tuple[Blocs, ...]
    every: tuple[Pair, ...]
    some: tuple[Pair, ...]

    def strain(self, pair: Pair) -> Strain:
        """Return in how many best divisions a tie is out of place."""
        return "every" if pair in self.every else "some" if pair in self.some else "none"


@dataclass(frozen=True)
class Balance:
    """A web of signed ties, and how balanced it is.

    Attributes
    ----------
    nodes : tuple of str
    ties : mapping of (str, str) to float
        Levels with nine decimals, none of them 0; nodes and pairs are in the order of ``nodes``.
    parts : tuple of tuple of str
        The nodes by what chains of ties join.
    balanced : bool
    witness : tuple of str
        A shortest cycle with an odd number of negative ties, its nodes in order; empty when there is none.
    by_count, by_level : Frustration
        With every tie counting 1, and counting its absolute level.
    """

    nodes: tuple[str, ...]
    ties: Mapping[Pair, float]
    parts: Blocs
    balanced: bool
    witness: tuple[str, ...]
    by_count: Frustration = field(repr=False)
    by_level: Frustration = field(repr=False)

    @property
    def blocs(self) -> Blocs:
        """The first division with the fewest ties out of place."""
        return self.by_count.divisions[0]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        ties = [{"a": a, "b": b, "level": level} for (a, b), level in self.ties.items()]
        return asdict(self) | {"ties": ties}

    def to_frame(self) -> pd.DataFrame:
        """Return one row a tie: its nodes, its level, and in how many best divisions it is out of place."""
        import pandas as pd

        measures = self.by_count, self.by_level
        rows = [(*pair, level, *(by.strain(pair) for by in measures)) for pair, level in self.ties.items()]
        return pd.DataFrame(rows, columns=["a", "b", "level", "strain_by_count", "strain_by_level"])


def balance(nodes: Sequence[str], ties: Mapping[Pair, float]) -> Balance:
    """Return how balanced a web of signed ties is.

    Parameters
    ----------
    nodes : sequence of str
    ties : mapping of (str, str) to float
        The level between two nodes, in either order, from -1 (enemies) to 1 (friends); 0 is no tie. Levels are rounded
        to nine decimals.

    Raises
    ------
    UsageError
        A node is there twice or unknown, a tie is given twice or leads back to its node, a level is out of bounds.
    TooLargeError
        A connected part that is not balanced has more than ``MOST_NODES`` nodes.
    """
    names = tuple(nodes)
    if len(set(names)) < len(names):
        raise UsageError(f"node {next(name for name in names if names.count(name) > 1)!r} is there twice")
    levels: dict[Pair, float] = {}
    for (a, b), level in ties.items():
        pair = _ordered(names, a, b)
        if pair in levels:
            raise UsageError(f"the tie between {pair[0]!r} and {pair[1]!r} is given twice")
        if not -1 <= level <= 1:
            raise UsageError(f"the tie between {a!r} and {b!r} is {level}; expected a level from -1 to 1")
        levels[pair] = round(float(level), 9)
    return _balance(names, {pair: levels[pair] for pair in combinations(names, 2) if levels.get(pair)})


def _ordered(nodes: tuple[str, ...], a: str, b: str) -> Pair:
    for name in (a, b):
        if name not in nodes:
            raise UsageError(f"there is no node {name!r}{did_you_mean(name, nodes)}")
    if a == b:
        raise UsageError(f"a tie is between two nodes, and this one leads from {a!r} back to it")
    return (a, b) if nodes.index(a) < nodes.index(b) else (b, a)


def _balance(nodes: tuple[str, ...], ties: Mapping[Pair, float]) -> Balance:
    neighbours = _neighbours(nodes, ties)
    sides, witness = list(_sides(neighbours)), _witness(neighbours)
    best = [_best(part, {pair: level for pair, level in ties.items() if pair[0] in part}) for part in sides]
    by_count, by_level = _together([pair[0] for pair in best], 1), _together([pair[1] for pair in best], _UNIT)
    return Balance(nodes, ties, tuple(tuple(part) for part in sides), not witness, witness, by_count, by_level)


def _neighbours(nodes: Sequence[str], ties: Mapping[Pair, float]) -> Neighbours:
    found: Neighbours = {node: [] for node in nodes}
    for (a, b), level in ties.items():
        found[a].append((b, level < 0))
        found[b].append((a, level < 0))
    return found


def _sides(neighbours: Neighbours) -> Iterator[dict[str, int]]:
    """Yield for each connected part the side of each of its nodes, as some chain of ties from the first one says."""
    seen: dict[str, int] = {}
    for first in neighbours:
        if first in seen:
            continue
        side, waiting = {first: 0}, [first]
        while waiting:
            here = waiting.pop()
            for other, negative in neighbours[here]:
                if other not in side:
                    side[other] = side[here] ^ negative
                    waiting.append(other)
        seen |= side
        yield {node: side[node] for node in neighbours if node in side}


def _witness(neighbours: Neighbours) -> tuple[str, ...]:
    """Return a shortest cycle with an odd number of negative ties: the shortest way from (node, even) to (node, odd).

    The shortest over all nodes passes no node twice: else it would fall into two cycles, one of them odd and shorter.
    """
    cycles: list[tuple[str, ...]] = []
    for node in neighbours:
        ways: dict[tuple[str, bool], tuple[str, ...]] = {(node, False): (node,)}
        waiting = deque(ways)
        while waiting and (node, True) not in ways:
            here, odd = waiting.popleft()
            for other, negative in neighbours[here]:
                then = other, odd ^ negative
                if then not in ways:
                    ways[then] = (*ways[here, odd], other)
                    waiting.append(then)
        if (node, True) in ways:
            cycles.append(ways[node, True][:-1])
    return min(cycles, key=len, default=())


def _best(sides: dict[str, int], ties: Mapping[Pair, float]) -> tuple[Frustration, Frustration]:
    """Return the best divisions of a connected part by number and by level, each with its index in whole units."""
    if all((sides[a] == sides[b]) == (level > 0) for (a, b), level in ties.items()):
        only = Frustration(0, 1, (_blocs(sides),), (), ())
        return only, only
    weights = [round(level * _UNIT) for level in ties.values()]
    signs = [1 if level > 0 else -1 for level in ties.values()]
    part, pairs = tuple(sides), tuple(ties)
    return _divided(part, pairs, signs), _divided(part, pairs, weights)


def _divided(part: tuple[str, ...], pairs: Sequence[Pair], weights: Sequence[int]) -> Frustration:
    """Try every division with the first node on side 0: bit n-1-p of its code is the side of node p."""
    n = len(part)
    if n > MOST_NODES:
        what = f"{n} nodes hang together and are not balanced"
        raise TooLargeError(f"{what}; at most {MOST_NODES} are divided in all 2^{n - 1} ways")
    place = {node: n - 1 - p for p, node in enumerate(part)}
    signed = np.zeros((n, n), dtype=np.int64)
    for (a, b), weight in zip(pairs, weights, strict=True):
        signed[place[a], place[b]] = signed[place[b], place[a]] = weight
    inner, total = min(n - 1, _AT_ONCE), sum(map(abs, weights))
    best, codes = total, np.zeros(0, dtype=np.int64)
    for outer in range(1 << (n - 1 - inner)):
        costs = (total - _agreement(signed, inner, outer)) // 2
        least = int(costs.min())
        if least <= best:
            found = np.flatnonzero(costs == least) + (outer << inner)
            codes = found if least < best else np.concatenate([codes, found])
            best = least
    together = np.zeros((n, n))
    for some_codes in np.array_split(codes, len(codes) // (1 << _AT_ONCE) + 1):
        sides = (1 - 2 * (some_codes[:, None] >> np.arange(n) & 1)).astype(np.float32)
        together += sides.T @ sides
    wrong = {(a, b): len(codes) - together[place[a], place[b]] * np.sign(signed[place[a], place[b]]) for a, b in pairs}
    every = tuple(pair for pair, twice in wrong.items() if twice == 2 * len(codes))
    some = tuple(pair for pair, twice in wrong.items() if 0 < twice < 2 * len(codes))
    listed = [_blocs({node: code >> place[node] & 1 for node in part}) for code in codes[:MOST_LISTED].tolist()]
    return Frustration(best, len(codes), tuple(listed), every, some)


def _agreement(signed: NDArray[np.int64], inner: int, outer: int) -> NDArray[np.int64]:
    """Return the weight in place less that out of place, for all codes with the upper bits of ``outer``: (2^inner,).

    With sides as 1 and -1 it is the sum of ``signed`` times both sides. A bit more doubles the array: the bit's own
    sum, over what is already placed, is added where the bit is 0 and subtracted where it is 1.
    """
    upper = 1 - 2 * (outer >> np.arange(len(signed) - inner) & 1)
    total = np.array([upper @ signed[inner:, inner:] @ upper // 2])
    given = signed[:inner, inner:] @ upper
    for bit in range(inner):
        own = given[bit : bit + 1]
        for below in signed[bit, :bit]:
            own = np.concatenate([own + below, own - below])
        total = np.concatenate([total + own, total - own])
    return total


def _together(parts: Sequence[Frustration], unit: int) -> Frustration:
    index = sum(part.index for part in parts)
    divisions = islice(product(*(part.divisions for part in parts)), MOST_LISTED)
    return Frustration(
        index=index / unit if unit > 1 else index,
        n_divisions=prod(part.n_divisions for part in parts),
        divisions=tuple(tuple(chain.from_iterable(blocs)) for blocs in divisions),
        every=tuple(pair for part in parts for pair in part.every),
        some=tuple(pair for part in parts for pair in part.some),
    )


def _blocs(sides: Mapping[str, int]) -> Blocs:
    camps = (tuple(node for node, side in sides.items() if side == camp) for camp in (0, 1))
    return tuple(camp for camp in camps if camp)


def with_tie(web: Balance, a: str, b: str, level: float) -> Balance:
    """Return the web with another level between two nodes (0: no tie). Raises as :func:`balance`."""
    return balance(web.nodes, {**web.ties, _ordered(web.nodes, a, b): level})


@dataclass(frozen=True)
class TieChange:
    """A web before and after two nodes come closer or fall out.

    Attributes
    ----------
    pair : (str, str)
    before, after : Balance
    strained, relieved : tuple of (str, str)
        Ties out of place in more of the best divisions (by count) after than before, or in fewer: none, some, every.
    """

    pair: Pair
    before: Balance = field(repr=False)
    after: Balance = field(repr=False)
    strained: tuple[Pair, ...]
    relieved: tuple[Pair, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; both levels, both verdicts and both indices as (before, after)."""
        webs = self.before, self.after
        return {
            "pair": self.pair,
            "level": tuple(web.ties.get(self.pair, 0.0) for web in webs),
            "balanced": tuple(web.balanced for web in webs),
            "index_by_count": tuple(web.by_count.index for web in webs),
            "index_by_level": tuple(web.by_level.index for web in webs),
            "strained": self.strained,
            "relieved": self.relieved,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a tie of either web, before beside after."""
        before, after = self.before.to_frame(), self.after.to_frame()
        return before.merge(after, on=["a", "b"], how="outer", suffixes=("_before", "_after"))


def change_tie(web: Balance, a: str, b: str, level: float) -> TieChange:
    """Return what another level between two nodes does: a rapprochement, or a falling-out. Raises as ``balance``."""
    after = with_tie(web, a, b, level)
    order, shift = ("none", "some", "every"), {}
    for pair in (*web.ties, *after.ties):
        was, becomes = (order.index(one.by_count.strain(pair)) for one in (web, after))
        shift[pair] = becomes - was
    strained, relieved = (tuple(pair for pair, by in shift.items() if by * sign > 0) for sign in (1, -1))
    return TieChange(_ordered(web.nodes, a, b), web, after, strained, relieved)


@dataclass(frozen=True)
class Centrality:
    """A node's place in the web.

    Attributes
    ----------
    friends, enemies, friendship, enmity
        How many positive and negative ties it has, and the sums of their absolute levels.
    triads, balanced_triads : int
        In how many triangles of ties it is, and how many of these have an even number of negative ties.
    drop_by_count, drop_by_level : float
        By how much the frustration index falls when the node and its ties are left out.
    parted : int
        How many pairs of other nodes chains of ties then no longer join.
    """

    node: str
    friends: int
    enemies: int
    friendship: float
    enmity: float
    triads: int
    balanced_triads: int
    drop_by_count: float
    drop_by_level: float
    parted: int

    @property
    def balanced_share(self) -> float | None:
        """The share of its triads that are balanced, ``None`` without any."""
        return self.balanced_triads / self.triads if self.triads else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self) | {"balanced_share": self.balanced_share}


def centrality(web: Balance) -> tuple[Centrality, ...]:
    """Return how central every node is: degree by sign, balance of its triads, and what goes when it is left out.

    Each node is left out in turn, so this takes as many times as long as :func:`balance` as there are nodes.
    """
    return tuple(_centrality(web, node) for node in web.nodes)


def _centrality(web: Balance, node: str) -> Centrality:
    own = {b if a == node else a: level for (a, b), level in web.ties.items() if node in (a, b)}
    left = {pair: level for pair, level in web.ties.items() if node not in pair}
    signs = [own[a] * own[b] * level > 0 for (a, b), level in left.items() if a in own and b in own]
    rest = _balance(tuple(name for name in web.nodes if name != node), left)
    joined = sum(comb(len(part) - (node in part), 2) for part in web.parts)
    return Centrality(
        node=node,
        friends=sum(level > 0 for level in own.values()),
        enemies=sum(level < 0 for level in own.values()),
        friendship=round(sum(level for level in own.values() if level > 0), 9),
        enmity=round(-sum(level for level in own.values() if level < 0), 9),
        triads=len(signs),
        balanced_triads=sum(signs),
        drop_by_count=web.by_count.index - rest.by_count.index,
        drop_by_level=round(web.by_level.index - rest.by_level.index, 9),
        parted=joined - sum(comb(len(part), 2) for part in rest.parts),
    )
