"""Numbers of a model file that may be ranges, and the shares of alternatives."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from detente.conflict.choices import Range, equal_shares
from detente.conflict.elements import number_text
from detente.language.described import described
from detente.language.names import Names, exact
from detente.language.schema_choices import MOST_NUMBERS, RangeShape
from detente.language.source import Path


def amount(names: Names, given: Any, path: Path, place: tuple[str, ...], identity: str) -> Fraction:
    """Return a number from the file as the model stands; a range is added to ``names.ranges``.

    Parameters
    ----------
    names : Names
    given : number or RangeShape
    path : Path
    place : tuple of str
        Where in the conflict the number is, as :class:`detente.conflict.choices.Range` says.
    identity : str
        What the range is called.
    """
    if not isinstance(given, RangeShape):
        return exact(given)
    low, high, step = exact(given.from_), exact(given.to), exact(given.step)
    if high <= low:
        what = f"the range ends at {number_text(high)} and begins at {number_text(low)}"
        names.problem((*path, "to"), what, f"more than {number_text(low)}")
        return low
    if step <= 0:
        names.problem((*path, "step"), f"the step is {number_text(step)}", "a number above 0")
        return low
    n = (high - low) / step + 1
    if n.denominator != 1:
        what = f"steps of {number_text(step)} from {number_text(low)} do not reach {number_text(high)}"
        names.problem((*path, "step") if given.step != 1 else path, what, "'step:' that does")
        return low
    if n > MOST_NUMBERS:
        names.problem(path, f"the range has {int(n):,} values", f"at most {MOST_NUMBERS}: a larger 'step:'")
        return low
    usual = low + (int(n) - 1) // 2 * step
    if given.usually is not None:
        usual = exact(given.usually)
        if not low <= usual <= high or ((usual - low) / step).denominator != 1:
            known = ", ".join(number_text(low + k * step) for k in range(int(n)))
            names.problem((*path, "usually"), f"{number_text(usual)} is not in the range", f"one of {known}")
            return low
    names.ranges.append(
        Range(
            id=identity,
            place=place,
            low=low,
            high=high,
            step=step,
            usual=usual,
            where=names.document.value(path),
            **described(given),
        )
    )
    return usual


def shares_of(names: Names, shape: Any, path: Path) -> tuple[Fraction, ...]:
    """Return the share of each alternative, equal where none are given; problems go to ``names``."""
    n = len(shape.one_of)
    if n < 2:
        names.missing((*path, "one_of"), f"one of {n or 'no'} alternative{'' if n == 1 else 's'}", "two or more")
    equal = equal_shares(n)
    if shape.shares is None:
        return equal
    at: Path = (*path, "shares")
    given = [exact(share) for share in shape.shares]
    if len(given) != n:
        what = f"{len(given)} share{'' if len(given) == 1 else 's'} of {n} alternatives"
        names.problem(at, what, "one for each alternative")
        return equal
    if sum(given) != 1:
        names.problem(at, f"the shares add up to {number_text(sum(given, Fraction(0)))}", "1")
        return equal
    return tuple(given)
