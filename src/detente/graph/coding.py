"""Options ↔ codes: mixed radix, the first option least significant, a digit the position in ``values``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.conflict.conflict import Conflict
from detente.conflict.elements import Assignment
from detente.errors import TooLargeError
from detente.graph.evaluate import Flags

Codes = NDArray[np.int64]

LARGEST_CODE = 2**62


@dataclass(frozen=True)
class Coding:
    """How a model's options make up a code.

    Attributes
    ----------
    options : tuple of str
        Full names in order.
    radices, strides : tuples of int
        Number of values, and weight in the code, of each option.
    """

    options: tuple[str, ...]
    radices: tuple[int, ...]
    strides: tuple[int, ...]

    @classmethod
    def of(cls, conflict: Conflict) -> Coding:
        """Return the coding of a conflict's options. Raises TooLargeError past 2^62 combinations."""
        radices = tuple(len(option.values) for option in conflict.options.values())
        strides, total = [], 1
        for radix in radices:
            strides.append(total)
            total *= radix
            if total > LARGEST_CODE:
                digits = sum(math.log10(radix) for radix in radices)
                raise TooLargeError(
                    f"{len(radices):,} options have about 10^{digits:.0f} combinations; "
                    f"at most {LARGEST_CODE:.2e} can be told apart"
                )
        return cls(tuple(conflict.options), radices, tuple(strides))

    @cached_property
    def total(self) -> int:
        """Number of combinations of values."""
        return self.strides[-1] * self.radices[-1] if self.options else 1

    @cached_property
    def _at(self) -> dict[str, tuple[int, int]]:
        return {o: (s, r) for o, s, r in zip(self.options, self.strides, self.radices, strict=True)}

    def place(self, option: str) -> tuple[int, int]:
        """Return (stride, radix) of an option."""
        return self._at[option]

    def digit(self, codes: Codes, option: str) -> Codes:
        """Return the position of the option's value in each code."""
        stride, radix = self._at[option]
        if stride & (stride - 1) == 0 and radix & (radix - 1) == 0:
            return (codes >> (stride.bit_length() - 1)) & (radix - 1)
        return (codes // stride) % radix

    def block(self, conflict: Conflict, dm: str) -> tuple[int, int]:
        """Return (stride, size) of the digits that a decision maker's options form together."""
        own = [f"{dm}.{option.id}" for option in conflict.decision_maker(dm).options]
        if not own:
            return 1, 1
        size = 1
        for option in own:
            size *= self._at[option][1]
        return self._at[own[0]][0], size

    def encode(self, conflict: Conflict, assignment: Assignment) -> int:
        """Return the code of an assignment; options not mentioned have their first value."""
        return sum(self._at[o][0] * conflict.options[o].position(v) for o, v in assignment)

    def put(self, codes: Codes, option: str, position: int) -> Codes:
        """Return the codes with the option set to the value at ``position``."""
        return codes + (position - self.digit(codes, option)) * self._at[option][0]


class CodeRows:
    """Rows given by their codes."""

    def __init__(self, coding: Coding, codes: Codes) -> None:
        self._coding = coding
        self._codes = codes
        self._digits: dict[str, Codes] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def digit(self, option: str) -> Codes:
        """Return the position of the option's value in each row."""
        if option not in self._digits:
            self._digits[option] = self._coding.digit(self._codes, option)
        return self._digits[option]

    def at(self, label: str) -> Flags:
        """Option form has no labels."""
        raise KeyError(label)
