"""Warnings about preferences, lenses and readings: what distinguishes nothing, stands twice or is never used."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.validate_check import Check
from detente.analysis.validate_words import named, of_lens, refined, stated_in, why_decided
from detente.conflict.choices import unwritten_statements
from detente.conflict.elements import DecisionMaker, Lens, Level, Prioritised, Statement, Weights
from detente.graph.evaluate import Flags


def preferences(check: Check, dm: DecisionMaker, ranks: dict[str, NDArray[np.int32]]) -> None:
    """Warn of what distinguishes nothing in one party's lenses, and of statements not used."""
    stated = list(dict.fromkeys((*dm.principles, *stated_in(dm.lenses))))
    elsewhere = set(unwritten_statements(dm))
    for lens in dm.lenses:
        if ranks[lens.id].max() == 1:
            none = not stated and isinstance(lens.preference, Prioritised)
            what = f"party {dm.id} has no preferences" if none else f"{of_lens(dm, lens)} ties all states"
            check.add(
                "no-preferences" if none else "all-tied",
                f"{what}, so that {dm.id} is content everywhere; say what it likes better.",
                lens if lens.where else dm,
                f"{dm.id}.{lens.id}",
            )
    for one, two in combinations(dm.lenses, 2):
        if ranks[one.id].max() > 1 and np.array_equal(ranks[one.id], ranks[two.id]):
            check.add(
                "lenses-same",
                f"lenses {one.id} and {two.id} of {dm.id} rank all states alike; change one, or leave it out.",
                two,
                f"{dm.id}.{two.id}",
            )
    for statement in dm.statements:
        if statement not in stated and statement not in elsewhere:
            check.add(
                "statement-unused",
                f"no lens of {dm.id} lists {named(statement)}; list it, or remove it.",
                statement,
            )
    dull = {
        s
        for s in stated
        if check.same("statement", f"{named(s)} of {dm.id} decides nothing: it", s, s.that, check.holds(s.that))
    }
    for lens in dm.lenses:
        idle_statements(check, dm, lens, dull)


def idle_statements(check: Check, dm: DecisionMaker, lens: Lens, dull: set[Statement]) -> None:
    """Warn of statements that stand twice, and of those that the ones above leave nothing to decide."""
    levels = [Level((statement,)) for statement in dm.principles]
    levels += lens.preference.levels if isinstance(lens.preference, Prioritised) else ()
    ranks = np.zeros(check.graph.n_states, dtype=np.int32)
    above: list[tuple[Statement, Flags]] = []
    for number, level in enumerate(levels):
        where = f"the principles of {dm.id}" if number < len(dm.principles) else of_lens(dm, lens)
        flags = [check.holds(statement.that) for statement in level.statements]
        count, size = np.array(flags).sum(axis=0, dtype=np.int32), len(flags) + 1
        finer = ranks if level.any_order else refined(ranks, count, size)
        for one in flags if level.any_order else ():
            finer = refined(finer, one, 2)
        if level.any_order and len(flags) > 1:
            check.add(
                "any-order",
                f"in {where}, {len(flags)} statements may stand in any order; the order in which "
                "they are written counts wherever orders are not varied.",
                lens,
                f"{dm.id}.{lens.id}",
            )
        for statement, holds in zip(level.statements, flags, strict=True):
            if any(statement.that == earlier.that for earlier, _ in above):
                check.add("statement-twice", f"{named(statement)} stands twice in {where}; remove one.", statement)
            elif statement not in dull and not level.any_order:
                coarser = ranks if size == 2 else refined(ranks, count - holds, size)
                if coarser.max() == finer.max() and np.array_equal(coarser, finer):
                    why = why_decided(holds, above, bool(ranks.max() + 1 == len(ranks)))
                    check.add(
                        "statement-idle",
                        f"{named(statement)} changes nothing in {where}: {why}; move it up, or remove it.",
                        statement,
                    )
            above.append((statement, holds[:0] if check.large else holds))
        ranks = finer
    if isinstance(lens.preference, Weights):
        idle_weights(check, of_lens(dm, lens), lens.preference, ranks, dull)


def idle_weights(check: Check, where: str, weights: Weights, above: NDArray[np.int32], dull: set[Statement]) -> None:
    """Warn of weights that stand twice or never tip the balance."""
    scale = math.lcm(*(weight.denominator for _, weight in weights.terms))
    kind = np.int64 if sum(abs(weight) * scale for _, weight in weights.terms) < 2**62 else object
    terms = [(s, check.holds(s.that) * np.array(int(weight * scale), dtype=kind)) for s, weight in weights.terms]
    total = sum((values for _, values in terms), np.zeros(len(above), dtype=kind))

    def order(sums: NDArray[Any]) -> NDArray[np.int64]:
        found, place = np.unique(sums, return_inverse=True)
        places: NDArray[np.int64] = np.unique(above * np.int64(len(found)) + place, return_inverse=True)[1]
        return places

    full = order(total)
    for k, (statement, values) in enumerate(terms):
        if any(statement.that == earlier.that for earlier, _ in terms[:k]):
            check.add("statement-twice", f"{named(statement)} has two weights in {where}; add them up.", statement)
        elif statement not in dull and np.array_equal(order(total - values), full):
            check.add(
                "statement-idle",
                f"{named(statement)} changes nothing in {where}: its weight never tips the "
                "balance; change the weight, or remove it.",
                statement,
            )


def readings(check: Check) -> None:
    conflict, choices = check.conflict, [check.conflict.lens_choice(reading.id) for reading in check.conflict.readings]
    for dm in conflict.parties:
        used = {choice[dm.id] for choice in choices}
        for name in list(used):
            while name := dm.lens(name).refines:
                used.add(name)
        for lens in (lens for lens in dm.lenses if lens.id not in used):
            check.add(
                "lens-unused",
                f"no reading uses lens {lens.id} of {dm.id}; add one that does, or remove it.",
                lens,
                f"{dm.id}.{lens.id}",
            )
    for (one, mine), (two, other) in combinations(zip(conflict.readings, choices, strict=True), 2):
        same = mine == other
        alike = all(np.array_equal(check.graph.ranks(dm, mine[dm]), check.graph.ranks(dm, other[dm])) for dm in mine)
        if same or (alike and two.where is not None and check.graph.n_states > 1):
            what = "choose the same lenses" if same else "rank all states alike"
            check.add("readings-same", f"readings {one.id} and {two.id} {what}; change one, or leave it out.", two)
