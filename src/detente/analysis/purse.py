"""The arithmetic of a limit: what options take of it, what one leaves when it stops, and what then fits.

Values only: nothing here knows states or moves. What an option *takes* is its weight times the number of its value; a
*raise* is a change of one option to a value that takes more than its present one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from detente.conflict.conflict import Conflict
from detente.conflict.elements import Assignment, Limit

MOST_LISTED = 200
"""Combinations that are listed for one stop."""
MOST_STEPS = 200_000
"""Partial combinations that are looked at for one stop."""


@dataclass(frozen=True)
class Take:
    """What one option takes of a limit at its present value.

    Attributes
    ----------
    option, value : str
    weight, amount : Fraction
        ``amount`` is the weight times the number of the value.
    least : Fraction
        The least amount that one of its values takes.
    cheapest : tuple of str
        All values that take the least.
    """

    option: str
    value: str
    weight: Fraction
    amount: Fraction
    least: Fraction
    cheapest: tuple[str, ...]

    @property
    def spends(self) -> bool:
        """Whether another value would take less."""
        return self.amount > self.least


@dataclass(frozen=True, eq=False)
class Purse:
    """A limit with a value for each of its options.

    Attributes
    ----------
    limit : Limit
    values : mapping of option to value
    conflict : Conflict
        Where the options stand.
    takes : tuple of Take
        In the order of the limit.
    """

    limit: Limit
    values: Mapping[str, str]
    conflict: Conflict = field(repr=False)
    takes: tuple[Take, ...] = field(init=False)
    _amounts: Mapping[str, Mapping[str, Fraction]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        weights: dict[str, Fraction] = {}
        for option, weight in self.limit.terms:  # an option that stands twice takes both times
            weights[option] = weights.get(option, Fraction(0)) + weight
        amounts = {
            option: {value.id: weight * value.number for value in self.conflict.options[option].values}
            for option, weight in weights.items()
        }
        object.__setattr__(self, "_amounts", amounts)
        takes = []
        for option, by_value in amounts.items():
            least = min(by_value.values())
            cheapest = tuple(value for value, amount in by_value.items() if amount == least)
            here = self.values[option]
            takes.append(Take(option, here, weights[option], by_value[here], least, cheapest))
        object.__setattr__(self, "takes", tuple(takes))

    @property
    def total(self) -> Fraction:
        """The sum of what the options take."""
        return sum((take.amount for take in self.takes), Fraction(0))

    @property
    def left(self) -> Fraction | None:
        """How much more may be taken; ``None`` without an upper bound."""
        return None if self.limit.at_most is None else self.limit.at_most - self.total

    @property
    def spare(self) -> Fraction | None:
        """How much less would do; ``None`` without a lower bound, below 0 where something is missing."""
        return None if self.limit.at_least is None else self.total - self.limit.at_least

    @property
    def kept(self) -> bool:
        """Whether the limit is kept."""
        return (self.left is None or self.left >= 0) and (self.spare is None or self.spare >= 0)

    def amount(self, option: str, value: str) -> Fraction:
        """Return what an option would take at a value."""
        return self._amounts[option][value]

    def with_values(self, changes: Assignment) -> Purse:
        """Return the purse after some changes; options that are not in it are passed over."""
        own = {option: value for option, value in changes if option in self._amounts}
        return Purse(self.limit, {**self.values, **own}, self.conflict)

    def raises(self, without: str) -> dict[str, dict[str, Fraction]]:
        """Return, for every option but one, by how much more each dearer value would take; options without are left
        out."""
        found = {}
        for take in self.takes:
            more = {
                value: amount - take.amount
                for value, amount in self._amounts[take.option].items()
                if amount > take.amount
            }
            if more and take.option != without:
                found[take.option] = more
        return found


@dataclass(frozen=True)
class Fit:
    """Raises of other options that keep a limit once an option has stopped.

    Attributes
    ----------
    kind : "use" or "repair"
        ``use``: it was not within the limit before. ``repair``: it makes up for what stopping breaks.
    sets : tuple of (option, value)
    amount : Fraction
        What the raises take together.
    outer : bool
        A use that no further raise fits beside; a repair of which no part would do.
    """

    kind: str
    sets: Assignment
    amount: Fraction
    outer: bool


def fits(before: Purse, after: Purse, stopped: str) -> tuple[list[Fit], bool]:
    """Return what fits once an option has stopped: single raises first, then combinations; and whether that is all.

    Of uses (within the limit after the stop, not within it before) the single ones and the inclusion-maximal ones are
    listed: those to which no raise of one more option can be added. Of repairs (where the stop itself breaks a lower
    bound) the single ones and the inclusion-minimal ones.

    Parameters
    ----------
    before, after : Purse
        They differ in ``stopped`` alone, which takes less after.
    """
    found: dict[tuple[str, Assignment], Fit] = {}
    complete = True
    for kind in ("use",) if after.kept else ("use", "repair"):
        listed = _Combinations(before, after, stopped, kind)
        for sets in (*listed.singles(), *listed.outermost()):
            amount = sum((listed.more[option][value] for option, value in sets), Fraction(0))
            found.setdefault((kind, sets), Fit(kind, sets, amount, listed.is_outer(sets)))
        complete = complete and listed.complete
    return list(found.values()), complete


class _Combinations:
    """The combinations of raises that fit, of one kind."""

    def __init__(self, before: Purse, after: Purse, stopped: str, kind: str) -> None:
        self.kind = kind
        self.more = after.raises(stopped)
        self._options = list(self.more)
        self._room, self._missing = after.left, Fraction(0) if after.spare is None else max(-after.spare, Fraction(0))
        self._room_before = before.left
        self._most_to_come = [Fraction(0)]
        for option in reversed(self._options):
            self._most_to_come.append(self._most_to_come[-1] + max(self.more[option].values()))
        self._most_to_come.reverse()
        self._steps = self._listed = 0
        self.complete = True

    def _fits(self, amount: Fraction) -> bool:
        """Whether raises of so much are within the limit after the stop, and of the kind that is asked for."""
        if amount < self._missing or (self._room is not None and amount > self._room):
            return False
        return self.kind == "repair" or (self._room_before is not None and amount > self._room_before)

    def singles(self) -> Iterator[Assignment]:
        """Yield the single raises that fit."""
        for option, more in self.more.items():
            yield from (((option, value),) for value, amount in more.items() if self._fits(amount))

    def is_outer(self, sets: Assignment) -> bool:
        """Whether no raise can be added to a use, or left out of a repair."""
        amount = sum((self.more[option][value] for option, value in sets), Fraction(0))
        if self.kind == "repair":
            return all(amount - self.more[option][value] < self._missing for option, value in sets)
        if self._room is None:
            return False
        taken = {option for option, _ in sets}
        return all(
            amount + least > self._room
            for least in (min(more.values()) for option, more in self.more.items() if option not in taken)
        )

    def outermost(self) -> Iterator[Assignment]:
        """Yield the maximal uses or minimal repairs, as far as the bounds on their number allow."""
        if self.kind == "use" and self._room_before is None:
            return
        for sets in self._all(0, (), Fraction(0)):
            if self._listed == MOST_LISTED:
                self.complete = False
                return
            self._listed += 1
            yield sets

    def _all(self, at: int, sets: Assignment, amount: Fraction) -> Iterator[Assignment]:
        self._steps += 1
        if self._steps > MOST_STEPS:
            self.complete = False
            return
        most = amount + self._most_to_come[at]
        if (self._room is not None and amount > self._room) or most < self._missing:
            return
        if self.kind == "use" and self._room_before is not None and most <= self._room_before:
            return
        if at == len(self._options):
            if sets and self._fits(amount) and self.is_outer(sets):
                yield sets
            return
        option = self._options[at]
        if self.kind == "use" or amount < self._missing:  # a repair that is one already needs no more
            for value, more in self.more[option].items():
                yield from self._all(at + 1, (*sets, (option, value)), amount + more)
        yield from self._all(at + 1, sets, amount)
