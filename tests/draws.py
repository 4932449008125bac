"""Small draws that the strategies for conflicts are made of: items, numbers, identities, decision makers, options."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import count
from typing import Literal, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from detente.conflict import elements as el
from detente.conflict.conflict import Conflict

T = TypeVar("T")
Direction = Literal["forward", "backward", "listed"]


def pick(draw: DrawFn, items: Sequence[T]) -> T:
    """Draw one of the items, simplest first. (Much faster than a new strategy for each sequence.)"""
    return items[draw(st.integers(0, len(items) - 1))]


def some(draw: DrawFn, items: Sequence[T], least: int = 1, most: int | None = None) -> list[T]:
    """Draw different items, at least ``least`` and at most ``most``, in any order."""
    size = draw(st.integers(min(least, len(items)), len(items) if most is None else min(most, len(items))))
    left = list(items)
    return [left.pop(draw(st.integers(0, len(left) - 1))) for _ in range(size)]


def number(draw: DrawFn) -> Fraction:
    return Fraction(draw(st.integers(-6, 9)), draw(st.integers(1, 3)))


class Names:
    """Fresh identities: unique in the whole model."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def fresh(self, kind: str) -> str:
        return f"{kind}{next(self._numbers)}"


def decision_makers(draw: DrawFn, names: Names, budget: int, least: int = 1) -> tuple[el.DecisionMaker, ...]:
    """Draw 2 to 5 decision makers with ``least`` to 3 options, one of them nature at times, and at most ``budget`` raw
    assignments."""
    n = draw(st.integers(2, 5))
    natural = draw(st.integers(-n, n - 1))
    makers: dict[int, el.DecisionMaker] = {}
    for later, i in enumerate(some(draw, range(n), least=n)):
        options: list[el.Option] = []
        for k in range(draw(st.integers(least, 3))):
            most = budget // 2 ** ((n - 1 - later) * least)
            if most >= 2:
                options.append(_option(draw, names, f"dm{i}", f"o{k}", most))
                budget //= len(options[-1].values)
        makers[i] = el.DecisionMaker(id=f"dm{i}", kind="nature" if i == natural else "party", options=tuple(options))
    return tuple(makers[i] for i in range(n))


def _option(draw: DrawFn, names: Names, owner: str, name: str, most: int) -> el.Option:
    ids = pick(draw, (("no", "yes"), ("no", "yes"), ("low", "high"), ("none", "some", "full"))[: 3 if most < 3 else 4])
    numbers = list(range(len(ids)))
    if ids[0] != "no" and draw(st.booleans()):
        numbers = [draw(st.integers(-2, 5)) for _ in ids]
    values = tuple(el.Value(value, Fraction(number)) for value, number in zip(ids, numbers, strict=True))
    directions: Sequence[Direction | None] = (*[None] * 6, "forward", "backward", "listed")
    direction = pick(draw, directions)
    if direction is None:
        return el.Option(id=name, values=values)
    pairs = [(a, b) for a in ids for b in ids if a != b]
    changes = tuple(sorted(some(draw, pairs))) if direction == "listed" else ()
    rule = el.Irreversibility(id=names.fresh("r"), option=f"{owner}.{name}", direction=direction, changes=changes)
    return el.Option(id=name, values=values, irreversible=rule)


def named(conflict: Conflict, positions: Iterable[int], full: bool = False) -> el.Assignment:
    """Return positions as names and values, without first values unless ``full``."""
    pairs = zip(conflict.options.items(), positions, strict=True)
    return tuple((name, option.values[k].id) for (name, option), k in pairs if k or full)
