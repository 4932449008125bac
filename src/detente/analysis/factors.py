"""The uncertain premises of a conflict, and the worlds that have some of them and not others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
from numpy.typing import NDArray

from detente.conflict.conflict import Conflict
from detente.conflict.elements import Merge, Premise, Statement
from detente.conflict.relations import Relation
from detente.conflict.variant import statements_in_use
from detente.errors import UsageError

Present = NDArray[np.bool_]
"""For each world and each factor whether the world has the premise, (n_worlds, n_factors)."""

SHARES = {"certain": Fraction(1), "likely": Fraction(3, 4), "possible": Fraction(1, 2)}
BLOCK = 1024
"""Worlds are drawn in blocks of so many, each from a stream of its own."""


@dataclass(frozen=True)
class Factor:
    """A premise that some worlds have and others have not, and the share of worlds that have it."""

    premise: Premise
    share: Fraction

    @property
    def id(self) -> str:
        """The identity of the premise."""
        return self.premise.id


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
        found.append(Factor(premise, share))
    return tuple(found)


def share_of(premise: Premise) -> Fraction:
    """Return the share of worlds that have a premise."""
    certainty = premise.certainty
    return SHARES[certainty] if isinstance(certainty, str) else Fraction(certainty)


def every_world(factors: tuple[Factor, ...]) -> tuple[Present, list[Fraction]]:
    """Return all worlds, the one with every premise first, and the weight of each; weights sum to 1."""
    rows = list(product((True, False), repeat=len(factors)))
    weights = []
    for row in rows:
        weight = Fraction(1)
        for there, factor in zip(row, factors, strict=True):
            weight *= factor.share if there else 1 - factor.share
        weights.append(weight)
    return np.array(rows, dtype=bool).reshape(len(rows), len(factors)), weights


def drawn_worlds(factors: tuple[Factor, ...], n: int, seed: int) -> Present:
    """Return n worlds drawn independently: the first m of more are the same as if m had been asked for.

    Block b of ``BLOCK`` worlds comes from the counter-based generator Philox (Salmon et al. 2011) with key (seed, b).

    Raises
    ------
    UsageError
        The seed is not from 0 to 2^64 − 1.
    """
    if not 0 <= seed < 1 << 64:
        raise UsageError(f"the seed is {seed}; expected a number from 0 to 2^64 − 1")
    shares = np.array([float(factor.share) for factor in factors])
    blocks = []
    for block in range(-(-n // BLOCK)):
        stream = np.random.Generator(np.random.Philox(key=np.array([seed, block], dtype=np.uint64)))
        blocks.append(stream.random((BLOCK, len(factors))) < shares)
    return np.concatenate([np.zeros((0, len(factors)), dtype=bool), *blocks])[:n]


def missing_in(factors: tuple[Factor, ...], present: Present) -> Iterator[frozenset[str]]:
    """Yield for each world the identities of the premises that it has not."""
    ids = [factor.id for factor in factors]
    for row in present.tolist():
        yield frozenset(name for name, there in zip(ids, row, strict=True) if not there)
