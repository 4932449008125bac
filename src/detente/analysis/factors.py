"""The uncertain premises of a conflict as factors with levels, and the worlds: a level of each factor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from detente.conflict.conflict import Conflict
from detente.conflict.elements import Element, Merge, Premise, Statement
from detente.conflict.relations import Relation
from detente.conflict.variant import statements_in_use
from detente.errors import UsageError

Rows = NDArray[np.int8]
"""For each world and each factor the place of its level, (n_worlds, n_factors); 0 is the model as it is written."""

SHARES = {"certain": Fraction(1), "likely": Fraction(3, 4), "possible": Fraction(1, 2)}
BLOCK = 1024
"""Worlds are drawn in blocks of so many, each from a stream of its own."""


@dataclass(frozen=True, slots=True)
class FactorLevel:
    """One way that a factor can be, in words, and the share of worlds in which it is so."""

    words: str
    share: Fraction


@dataclass(frozen=True)
class Factor:
    """Something uncertain: it has one of several levels in each world, the first as the model is written.

    Attributes
    ----------
    id : str
    element : Element
        What of the model is uncertain.
    levels : tuple of FactorLevel
        Two or more; their shares add up to 1.
    """

    id: str
    element: Element
    levels: tuple[FactorLevel, ...]


def factors_of(conflict: Conflict) -> tuple[Factor, ...]:
    """Return the premises that are neither certain nor absent, in the order of the model.

    A number as ``certainty`` is the share itself; ``likely`` means 3/4, ``possible`` 1/2. Statements that no lens or
    principle lists decide nothing and are left out, and so are relations.

    Raises
    ------
    UsageError
        Merging is uncertain: it says what a state is, and cannot be dropped.
    """
    listed = set(statements_in_use(conflict))
    found = []
    for premise in conflict.premises():
        share = share_of(premise)
        if share == 1 or isinstance(premise, Relation) or (isinstance(premise, Statement) and premise.id not in listed):
            continue
        if isinstance(premise, Merge):
            raise UsageError(f"merging ({premise.id!r}) cannot be uncertain: it says what a state is")
        found.append(Factor(premise.id, premise, (FactorLevel("there", share), FactorLevel("missing", 1 - share))))
    return tuple(found)


def share_of(premise: Premise) -> Fraction:
    """Return the share of worlds that have a premise."""
    certainty = premise.certainty
    return SHARES[certainty] if isinstance(certainty, str) else Fraction(certainty)


def n_worlds_of(factors: tuple[Factor, ...]) -> int:
    """Return how many worlds there are."""
    return prod(len(factor.levels) for factor in factors)


def every_world(factors: tuple[Factor, ...]) -> tuple[Rows, list[Fraction]]:
    """Return all worlds, the one as written first, the last factor fastest, and weights that add up to 1."""
    rows = np.array(list(product(*(range(len(factor.levels)) for factor in factors))), dtype=np.int8)
    weights = [prod(shares, start=Fraction(1)) for shares in product(*(_shares(factor) for factor in factors))]
    return rows.reshape(len(weights), len(factors)), weights


def drawn_worlds(factors: tuple[Factor, ...], n: int, seed: int) -> Rows:
    """Return n worlds drawn independently: the first m of more are the same as if m had been asked for.

    Block b of ``BLOCK`` worlds comes from the counter-based generator Philox (Salmon et al. 2011) with key (seed, b).

    Raises
    ------
    UsageError
        The seed is not from 0 to 2^64 − 1.
    """
    return drawn_between(factors, 0, n, seed)


def drawn_between(factors: tuple[Factor, ...], first: int, end: int, seed: int) -> Rows:
    """Return the worlds from one to another (not included) of :func:`drawn_worlds`, from 0. Raises as it does."""
    if not 0 <= seed < 1 << 64:
        raise UsageError(f"the seed is {seed}; expected a number from 0 to 2^64 − 1")
    begin = first // BLOCK
    blocks = [_block(factors, seed, block) for block in range(begin, -(-end // BLOCK))]
    return np.concatenate([np.zeros((0, len(factors)), dtype=np.int8), *blocks])[first - begin * BLOCK :][: end - first]


def _block(factors: tuple[Factor, ...], seed: int, block: int) -> Rows:
    stream = np.random.Generator(np.random.Philox(key=np.array([seed, block], dtype=np.uint64)))
    places = stream.random((BLOCK, len(factors)))
    rows = np.empty(places.shape, dtype=np.int8)
    for k, factor in enumerate(factors):
        bounds = np.cumsum([float(share) for share in _shares(factor)])[:-1]
        rows[:, k] = np.searchsorted(bounds, places[:, k], side="right")
    return rows


def missing_in(factors: tuple[Factor, ...], rows: Rows) -> Iterator[frozenset[str]]:
    """Yield for each world the identities of the premises that it has not."""
    ids = [factor.id for factor in factors]
    for row in rows.tolist():
        yield frozenset(name for name, level in zip(ids, row, strict=True) if level)


def _shares(factor: Factor) -> list[Fraction]:
    return [level.share for level in factor.levels]
