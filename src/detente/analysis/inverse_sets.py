"""Counting strict rankings by the states above one of them.

A ranking of n states puts a set A above s; |A|! · (n − 1 − |A|)! rankings put the same set there. So a condition on A
alone is counted by how many sets of each size meet it: a polynomial whose k-th coefficient is their number.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import comb, factorial

from detente.errors import TooLargeError

MOST_STEPS = 1_000_000
"""Families of no more sets than this in all are looked at; beyond, the count is refused."""

Family = frozenset[int]
"""Sets of states, each as the bits of a number."""
Polynomial = tuple[int, ...]


def rankings(sizes: Polynomial) -> int:
    """Return how many strict rankings there are, given how many sets of each size may stand above s (or below it)."""
    n = len(sizes) - 1
    return sum(count * factorial(k) * factorial(n - k) for k, count in enumerate(sizes))


def minimal(sets: Iterable[int]) -> Family:
    """Return the sets that have no other one inside: to contain none of these is to contain none of all."""
    kept: list[int] = []
    for one in sorted(set(sets), key=int.bit_count):
        if not any(one & other == other for other in kept):
            kept.append(one)
    return frozenset(kept)


class Sets:
    """Counts subsets of a ground set by size.

    Parameters
    ----------
    n : int
        The size of the ground set.
    """

    def __init__(self, n: int) -> None:
        self._n = n
        self._steps = 0
        self._containing_none = lru_cache(maxsize=None)(self._count)

    def containing_none(self, family: Iterable[int]) -> Polynomial:
        """Return how many subsets of each size contain none of the sets. Raises TooLargeError."""
        small = minimal(family)
        own = _bits(small)
        return _times(self._containing_none(small), _binomial(self._n - own.bit_count()))

    def containing_one_of_each(self, families: Iterable[Iterable[int]]) -> Polynomial:
        """Return how many subsets of each size contain, of each family, one of its sets at least.

        By inclusion and exclusion over the families: those that contain no set of some of them contain no set of the
        union. Raises TooLargeError.
        """
        asked = list({minimal(family) for family in families})
        signed: dict[Family, int] = {frozenset(): 1}
        for family in asked:
            for union, sign in list(signed.items()):
                joint = minimal(union | family)
                self._tick(joint)
                if not signed.get(joint, 0) - sign:
                    del signed[joint]
                else:
                    signed[joint] = signed.get(joint, 0) - sign
        result = [0] * (self._n + 1)
        for union, sign in signed.items():
            if sign:
                for k, count in enumerate(self.containing_none(union)):
                    result[k] += sign * count
        return tuple(result)

    def _tick(self, family: Family) -> None:
        self._steps += 1 + len(family)
        if self._steps > MOST_STEPS:
            raise TooLargeError(
                "the rankings of this model cannot be counted exactly here: there are too many "
                "ways to combine what can follow its moves"
            )

    def _count(self, family: Family) -> Polynomial:
        """Return the polynomial over the states that the sets have; ``family`` is minimal."""
        self._tick(family)
        if 0 in family:
            return (0,) * (_bits(family).bit_count() + 1)
        parts = _components(family)
        result: Polynomial = (1,)
        for part in parts:
            result = _times(result, self._containing_none(part) if len(parts) > 1 else self._one_component(part))
        return result

    def _one_component(self, family: Family) -> Polynomial:
        if len(family) == 1:
            size = _bits(family).bit_count()
            return (*_binomial(size)[:-1], 0)
        own = _bits(family)
        first = max(_singles(own), key=lambda bit: (sum(1 for one in family if one & bit), -bit))
        atom = own  # all states that are in the same sets as this one: only whether all of them are there matters
        for one in family:
            atom &= one if one & first else ~one
        size, rest = atom.bit_count(), (own & ~atom).bit_count()
        without = frozenset(one for one in family if not one & first)
        with_it = minimal(one & ~atom for one in family)
        absent = _times(self._containing_none(without), _binomial(rest - _bits(without).bit_count()))
        present = _times(self._containing_none(with_it), _binomial(rest - _bits(with_it).bit_count()))
        return _plus(_times(absent, (*_binomial(size)[:-1], 0)), (0,) * size + present)


def _bits(family: Family) -> int:
    result = 0
    for one in family:
        result |= one
    return result


def _singles(bits: int) -> Iterable[int]:
    while bits:
        low = bits & -bits
        yield low
        bits ^= low


def _components(family: Family) -> list[Family]:
    """Return the sets in groups that share no state with one another."""
    groups: list[tuple[int, list[int]]] = []
    for one in sorted(family):
        touching = [group for group in groups if group[0] & one]
        groups = [group for group in groups if not group[0] & one]
        bits, members = one, [one]
        for own, others in touching:
            bits |= own
            members += others
        groups.append((bits, members))
    return [frozenset(members) for _, members in groups]


def _binomial(n: int) -> Polynomial:
    return tuple(comb(n, k) for k in range(n + 1))


def _plus(a: Polynomial, b: Polynomial) -> Polynomial:
    size = max(len(a), len(b))
    return tuple((a[k] if k < len(a) else 0) + (b[k] if k < len(b) else 0) for k in range(size))


def _times(a: Polynomial, b: Polynomial) -> Polynomial:
    result = [0] * (len(a) + len(b) - 1)
    for j, x in enumerate(a):
        if x:
            for k, y in enumerate(b):
                result[j + k] += x * y
    return tuple(result)
