"""Inverse analysis taken literally: every ranking that parties could have, nearest first, with literal stability."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations, permutations, product

from detente.conflict import elements as el
from detente.conflict.conflict import Conflict
from tests.oracle import LiteralModel

Order = tuple[int, ...]
"""A rank for each state, dense, 1 is worst."""


@cache
def orders(n: int, ties: bool) -> tuple[Order, ...]:
    """Return all strict rankings, or all with ties too."""
    if not ties:
        return tuple(permutations(range(1, n + 1)))
    return tuple(ranks for ranks in product(range(1, n + 1), repeat=n) if set(ranks) == set(range(1, max(ranks) + 1)))


def distance(a: Order, b: Order) -> Fraction:
    """Return the number of pairs reversed, plus a half for each tie made or broken."""
    total = Fraction(0)
    for x, y in combinations(range(len(a)), 2):
        before, after = (a[x] > a[y]) - (a[x] < a[y]), (b[x] > b[y]) - (b[x] < b[y])
        if before and after and before != after:
            total += 1
        elif before != after:
            total += Fraction(1, 2)
    return total


class Rankings(LiteralModel):
    """A conflict whose parties' rankings can be set."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(conflict)
        self.own: dict[str, Order] = {dm: tuple(self.ranks(dm)) for dm in self.parties}
        self.set: dict[str, Order] = dict(self.own)

    def prefers(self, dm: str, t: int, s: int) -> bool:
        return self.set[dm][t - 1] > self.set[dm][s - 1]

    def holds_under(self, concept: str, s: int, rankings: Mapping[str, Order]) -> bool:
        """Return whether s is an equilibrium when some parties have other rankings."""
        self.set = {**self.own, **rankings}
        self._reached.clear()
        return all(self.stable(concept, dm, s) for dm in self.parties)

    def count(self, concept: str, s: int, free: Sequence[str]) -> int:
        """Return under how many strict rankings of the free parties s is an equilibrium."""
        every = orders(len(self.states), False)
        profiles = product(every, repeat=len(free))
        return sum(self.holds_under(concept, s, dict(zip(free, some, strict=True))) for some in profiles)

    def nearest(
        self, concept: str, targets: Sequence[int], free: Sequence[str], allow_ties: bool
    ) -> tuple[Fraction | None, set[tuple[int, tuple[Order, ...]]]]:
        """Return the least distance at which a target is an equilibrium, and every change at it."""
        n = len(self.states)
        choices = []
        for dm in free:
            ties = allow_ties or len(set(self.own[dm])) < n
            choices.append([(distance(self.own[dm], order), order) for order in orders(n, ties)])
        profiles = sorted(
            ((sum((d for d, _ in some), Fraction(0)), tuple(order for _, order in some)) for some in product(*choices)),
        )
        least: Fraction | None = None
        found: set[tuple[int, tuple[Order, ...]]] = set()
        for cost, rankings in profiles:
            if least is not None and cost > least:
                break
            for s in targets:
                if self.holds_under(concept, s, dict(zip(free, rankings, strict=True))):
                    least = cost
                    found.add((s, rankings))
        return least, found


def listed(
    n: int, arcs: Mapping[str, Sequence[tuple[int, int]]], rankings: Mapping[str, Order], **more: object
) -> Conflict:
    """Return a conflict of listed states; who has no ranking is nature. States go from 1."""
    makers = []
    for name in arcs:
        if name not in rankings:
            makers.append(el.DecisionMaker(id=name, kind="nature"))
            continue
        tiers = tuple(tuple(k + 1 for k in range(n) if rankings[name][k] == r) for r in range(n, 0, -1))
        lens = el.Lens(id="default", preference=el.Ranking(tuple(tier for tier in tiers if tier)))
        makers.append(el.DecisionMaker(id=name, lenses=(lens,)))
    moves = tuple((name, f"s{a}", f"s{b}") for name, pairs in arcs.items() for a, b in pairs)
    states = tuple(el.ListedState(f"s{k}") for k in range(1, n + 1))
    form = el.GraphForm(states=states, moves=moves)
    return Conflict(title="listed", decision_makers=tuple(makers), graph_form=form, **more)  # type: ignore[arg-type]


def arcs_of(n: int) -> Iterator[tuple[int, int]]:
    """Yield all pairs of different states."""
    yield from permutations(range(1, n + 1), 2)
