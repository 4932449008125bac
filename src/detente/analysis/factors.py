"""What of a conflict is uncertain, as factors with levels, and the worlds: a level of each factor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import permutations
from math import prod
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.analysis.in_use import premises_in_use
from detente.conflict.choices import MOST_ORDERED, StatementChoice, order_id, own_name, places_in, unwritten
from detente.conflict.choose import units_of
from detente.conflict.claims import Claim
from detente.conflict.conflict import Conflict
from detente.conflict.elements import (
    DecisionMaker,
    Element,
    Lens,
    Level,
    Premise,
    Prioritised,
    Ranking,
    number_text,
)
from detente.errors import Diagnostic, ModelError, UsageError
from detente.language.alternatives import alternative, check_said
from detente.language.build import build

Rows = NDArray[np.int8]
"""For each world and each factor the place of its level, (n_worlds, n_factors); 0 is the model as it is written."""

Kind: TypeAlias = Literal["premise", "order", "statements", "rules", "number", "block", "swap", "concept"]

SHARES = {"certain": Fraction(1), "likely": Fraction(3, 4), "possible": Fraction(1, 2)}
AS_WRITTEN = Fraction(1, 2)
"""The share of worlds in which a list that is shaken stands as it is written."""
BLOCK = 1024
"""Worlds are drawn in blocks of so many, each from a stream of its own."""
MOST_LEVELS = 127


@dataclass(frozen=True, slots=True)
class FactorLevel:
    """One way that a factor can be.

    Attributes
    ----------
    words : str
    share : Fraction
        Of the worlds, in which it is so.
    what : object
        By the kind of the factor: the places of the statements (order), the place of the alternative (statements,
        rules, block), the number, the place that changes with the next (swap), the identity of the concept.
    """

    words: str
    share: Fraction
    what: Any = None


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
    kind : str
        Whether a ``premise`` is there, the ``order`` of statements, which ``statements``, ``rules`` or ``block`` of the
        model, a ``number``, a ``swap`` in a list, or the ``concept`` that is asked under.
    place : tuple of str
        Of a swap: party and lens.
    """

    id: str
    element: Element
    levels: tuple[FactorLevel, ...]
    kind: Kind = "premise"
    place: tuple[str, ...] = ()


def factors_of(
    conflict: Conflict, *, shake: int = 0, concepts: Sequence[str] = (), claims: Sequence[Claim] | None = None
) -> tuple[Factor, ...]:
    """Return what is uncertain: premises first, in the order of the model, then everything else.

    A premise that is neither certain nor absent is there or missing: a number as ``certainty`` is the share of worlds
    that have it; ``likely`` means 3/4, ``possible`` 1/2. What decides nothing is left out: statements that no lens or
    principle lists, and, where no claim is asked there, relations, rules of phases and points of views. What is
    uncertain only in an alternative part of the model counts too.

    Parameters
    ----------
    conflict : Conflict
    shake : int
        In every list of preferences one of the first so many places may change with the next.
    concepts : sequence of str
        Identities of concepts; where there are two or more, the concept is a factor, the last.
    claims : sequence of Claim, optional
        Those that are asked; by default all of the model.

    Raises
    ------
    UsageError
        Merging is uncertain: it says what a state is, and cannot be dropped. There are alternatives, and the conflict
        is not the one that its text says.
    ModelError
        More than five statements in any order; an alternative says otherwise how something is uncertain.
    """
    if conflict.alternatives:
        check_said(conflict, build)
    asked = conflict.claims if claims is None else claims
    found = {(factor.kind, factor.id): factor for factor in _stated(conflict, asked)}
    for block in conflict.alternatives:
        for k, item in enumerate(block.alternatives, 1):
            for factor in _stated(alternative(conflict, {block.id: k}, build), asked):
                if found.setdefault((factor.kind, factor.id), factor).levels != factor.levels:
                    message = f"{item.id} of {block.id!r} says otherwise how {factor.id!r} is uncertain"
                    raise _error(
                        conflict, item, message, "the same shares and alternatives as in the rest of the model"
                    )
    result = [*found.values(), *(_choice(block, "block") for block in conflict.alternatives)]
    result += _swaps(conflict, shake)
    if len(concepts) > 1:
        share = Fraction(1, len(concepts))
        levels = tuple(FactorLevel(name, share, name) for name in concepts)
        result.append(Factor("concept", Element(id="concept", name="asked under"), levels, "concept"))
    names = _told_apart(factor.id for factor in result)
    return tuple(replace(factor, id=name) for name, factor in zip(names, result, strict=True))


def _stated(conflict: Conflict, claims: Sequence[Claim]) -> Iterator[Factor]:
    """Yield what the model itself says is uncertain."""
    yield from _premises(conflict, claims)
    for dm in conflict.parties:
        for lens, item in places_in(dm):
            if isinstance(item, StatementChoice):
                yield _choice(item, "statements")
            elif len(item.statements) > 1:
                yield _order(conflict, dm, lens, item)
    for rule in conflict.rule_choices:
        yield _choice(rule, "rules")
    used = {(dm.id, lens.id) for dm in conflict.parties for lens in dm.lenses}
    for number in conflict.ranges:
        if number.place[0] in ("weight", "utility") and number.place[1:3] not in used:
            continue  # of an aim, which no reading uses
        others = [value for value in number.numbers if value != number.usual]
        share = Fraction(1, len(others) + 1)
        levels = (FactorLevel(number_text(value), share, value) for value in (number.usual, *others))
        yield Factor(number.id, number, tuple(levels), "number")


def _premises(conflict: Conflict, claims: Sequence[Claim]) -> Iterator[Factor]:
    for merged in conflict.merge:
        if share_of(merged) != 1:
            raise UsageError(f"merging ({merged.id!r}) cannot be uncertain: it says what a state is")
    seen: set[str] = set()
    of_model = list(premises_in_use(conflict, claims))
    for premise in (*of_model, *unwritten(conflict)):
        share = share_of(premise)
        if share != 1 and premise.id not in seen:
            seen.add(premise.id)
            yield Factor(premise.id, premise, (FactorLevel("there", share), FactorLevel("missing", 1 - share)))


def _choice(choice: Any, kind: Kind) -> Factor:
    words = _told_apart(choice.words(k) for k in range(len(choice.shares)))
    levels = (FactorLevel(said, share, k) for k, (said, share) in enumerate(zip(words, choice.shares, strict=True)))
    return Factor(choice.id, choice, tuple(levels), kind)


def _order(conflict: Conflict, dm: DecisionMaker, lens: Lens | None, level: Level) -> Factor:
    about = level.about or Element(id=order_id(dm.id, level), where=(lens or dm).where)
    n = len(level.statements)
    if n > MOST_ORDERED:
        message = f"{dm.id}: {n} statements may stand in any order, which are {_factorial(n):,} orders"
        raise _error(conflict, about, message, f"at most {MOST_ORDERED} statements")
    names = [own_name(dm.id, statement) for statement in level.statements]
    orders = list(permutations(range(n)))
    words = _told_apart(", ".join(names[k] for k in order) for order in orders)
    share = Fraction(1, len(orders))
    levels = (FactorLevel(said, share, order) for said, order in zip(words, orders, strict=True))
    return Factor(order_id(dm.id, level), about, tuple(levels), "order")


def _swaps(conflict: Conflict, shake: int) -> Iterator[Factor]:
    """Yield for each list of preferences: as written in half of the worlds, else one of the first places changed."""
    for dm in conflict.parties:
        for lens in dm.lenses:
            names = _places(dm, lens)
            n = min(shake, len(names) - 1, MOST_LEVELS - 1)
            if n < 1:
                continue
            share = (1 - AS_WRITTEN) / n
            words = _told_apart(f"{names[k + 1]} above {names[k]}" for k in range(n))
            levels = [FactorLevel("as written", AS_WRITTEN)]
            levels += [FactorLevel(said, share, k) for k, said in enumerate(words)]
            identity = f"list of {dm.id}" if lens.id == "default" else f"list of {dm.id}.{lens.id}"
            element = Element(id=identity, where=lens.where or dm.where)
            yield Factor(identity, element, tuple(levels), "swap", (dm.id, lens.id))


def _places(dm: DecisionMaker, lens: Lens) -> list[str]:
    """Return what stands in each place of a list of preferences; nothing for weights and utilities."""
    preference = lens.preference
    if isinstance(preference, Ranking):
        return [" and ".join(map(str, tied)) for tied in preference.classes]
    if not isinstance(preference, Prioritised):
        return []
    units = units_of(preference.levels)
    said = ([own_name(dm.id, s) for level in unit for s in level.statements] for unit in units)
    return [names[0] if len(names) == 1 else f"[{', '.join(names)}]" for names in said]


def _told_apart(words: Any) -> list[str]:
    """Return words of which no two are the same: a number is added to a later one."""
    result: list[str] = []
    for word in words:
        result.append(word if word not in result else f"{word} ({sum(w == word for w in result) + 1})")
    return result


def _factorial(n: int) -> int:
    return prod(range(1, n + 1))


def _error(conflict: Conflict, about: Element, message: str, expected: str) -> ModelError:
    return ModelError([Diagnostic(message, about.where, expected)], conflict.origin, conflict.text)


def share_of(premise: Premise) -> Fraction:
    """Return the share of worlds that have a premise."""
    certainty = premise.certainty
    return SHARES[certainty] if isinstance(certainty, str) else Fraction(certainty)


def n_worlds_of(factors: tuple[Factor, ...]) -> int:
    """Return how many worlds there are."""
    return prod(len(factor.levels) for factor in factors)


def every_world(factors: tuple[Factor, ...]) -> tuple[Rows, NDArray[np.float64]]:
    """Return all worlds, the one as written first, the last factor fastest, and weights that add up to 1."""
    return worlds_between(factors, 0, n_worlds_of(factors))


def worlds_between(factors: tuple[Factor, ...], first: int, end: int) -> tuple[Rows, NDArray[np.float64]]:
    """Return the worlds from one to another (not included) of :func:`every_world`, from 0: each from its number."""
    left = np.arange(first, end)
    rows = np.empty((len(left), len(factors)), dtype=np.int8)
    for k in reversed(range(len(factors))):
        left, rows[:, k] = np.divmod(left, len(factors[k].levels))
    weights = np.ones(len(rows))
    for k, factor in enumerate(factors):
        weights *= np.array([float(share) for share in _shares(factor)])[rows[:, k]]
    return rows, weights


def drawn_worlds(factors: tuple[Factor, ...], n: int, seed: int) -> Rows:
    """Return n worlds drawn independently: the first m of more are the same as if m had been asked for.

    Block b of ``BLOCK`` worlds comes from the counter-based generator Philox (Salmon et al. 2011) with key (seed, b).
    Where the concept is a factor, each drawn world stands once under each concept, one after the other.

    Raises
    ------
    UsageError
        The seed is not from 0 to 2^64 − 1.
    """
    return drawn_between(factors, 0, n, seed)


def drawn_between(factors: tuple[Factor, ...], first: int, end: int, seed: int) -> Rows:
    """Return the worlds from one to another (not included) of :func:`drawn_worlds`, from 0. Raises as it does."""
    n = n_concepts(factors)
    if n > 1:
        begin = first // n
        alone = _blocks(factors[:-1], begin, -(-end // n), seed, 0)
        return under_each(alone, n)[first - begin * n :][: end - first]
    return _blocks(factors, first, end, seed, 0)


def drawn_anew(factors: tuple[Factor, ...], first: int, end: int, seed: int) -> Rows:
    """Return other levels of the same worlds, from streams with key (seed, 2^63 + b); the concept is not drawn."""
    return _blocks(factors[:-1] if n_concepts(factors) > 1 else factors, first, end, seed, 1 << 63)


def under_each(rows: Rows, n: int) -> Rows:
    """Return worlds under each of n concepts, one after the other."""
    concepts = np.tile(np.arange(n, dtype=np.int8), len(rows))
    return np.column_stack([np.repeat(rows, n, axis=0), concepts])


def n_concepts(factors: tuple[Factor, ...]) -> int:
    """Return how many concepts there are where the concept is a factor, which is the last; else 1."""
    return len(factors[-1].levels) if factors and factors[-1].kind == "concept" else 1


def _blocks(factors: tuple[Factor, ...], first: int, end: int, seed: int, stream: int) -> Rows:
    if not 0 <= seed < 1 << 64:
        raise UsageError(f"the seed is {seed}; expected a number from 0 to 2^64 − 1")
    begin = first // BLOCK
    bounds = [np.cumsum([float(share) for share in _shares(factor)])[:-1] for factor in factors]
    blocks = [_block(bounds, seed, stream + block) for block in range(begin, -(-end // BLOCK))]
    return np.concatenate([np.zeros((0, len(factors)), dtype=np.int8), *blocks])[first - begin * BLOCK :][: end - first]


def _block(bounds: Sequence[NDArray[np.float64]], seed: int, block: int) -> Rows:
    stream = np.random.Generator(np.random.Philox(key=np.array([seed, block], dtype=np.uint64)))
    places = stream.random((BLOCK, len(bounds)))
    rows = np.empty(places.shape, dtype=np.int8)
    for k, some in enumerate(bounds):
        levels = places[:, k] >= some[0] if len(some) == 1 else np.searchsorted(some, places[:, k], side="right")
        rows[:, k] = levels
    return rows


def _shares(factor: Factor) -> list[Fraction]:
    return [level.share for level in factor.levels]
