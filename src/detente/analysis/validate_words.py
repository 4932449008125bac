"""How warnings name things, and what a ranking becomes when a statement is added: small pieces for ``validate``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.conflict.elements import DecisionMaker, Element, Lens, Statement
from detente.conflict.formula import Formula
from detente.graph.evaluate import Flags

WORDS = {
    "Infeasibility": ("infeasibility", "infeasibility"),
    "Limit": ("limit", "limit"),
    "Merge": ("merge", "merge"),
    "FeasibleList": ("feasible", "the list of feasible states"),
    "BlockedMove": ("blocked", "blocked move"),
    "Force": ("force", "consequence"),
    "Statement": ("statement", "statement"),
    "Outcome": ("outcome", "outcome"),
}
REASONS = {
    "never": "no combination of options is concerned",
    "another": "{} leaves out as much already",
    "others": "the other rules see to it already",
    "from": "no state satisfies 'from'",
    "to": "no state satisfies 'to'",
    "no-move": "there is no such move anyway",
}


def named(element: Element) -> str:
    """Return an element as a sentence names it: by the identity its author gave it, else by what it says."""
    word = WORDS[type(element).__name__][1]
    if word.startswith("the "):
        return word
    made = ": " in element.id
    return f"{word} {quoted(element.id.partition(': ')[2]) if made else element.id}"


def sentence_case(text: str) -> str:
    return text[0].upper() + text[1:]


def quoted(formula: Formula | str) -> str:
    text = formula if isinstance(formula, str) else formula.text()
    return f"'{text if len(text) <= 120 else text[:117] + '...'}'"


def of_lens(dm: DecisionMaker, lens: Lens) -> str:
    return f"the preference of {dm.id}" if lens.id == "default" else f"lens {lens.id} of {dm.id}"


def stated_in(lenses: Iterable[Lens]) -> Iterator[Statement]:
    """Yield the statements that lenses list, repeats included."""
    for lens in lenses:
        yield from lens.statements


def refined(ranks: NDArray[np.int32], values: NDArray[Any], size: int) -> NDArray[np.int32]:
    """Return dense ranks from 0 by ``ranks`` first and then by ``values`` (0 to size − 1); linear."""
    key = ranks * (np.int32(size) if (int(ranks.max()) + 1) * size < 2**31 else size) + values
    present = np.zeros(int(key.max()) + 1, dtype=bool)
    present[key] = True
    places: NDArray[np.int32] = np.cumsum(present, dtype=np.int32)[key] - np.int32(1)
    return places


def why_decided(holds: Flags, above: list[tuple[Statement, Flags]], strict: bool) -> str:
    """Return why the statements above leave nothing to decide."""
    for earlier, flags in above:
        if len(flags) == len(holds) and np.array_equal(flags, holds):
            return f"it holds exactly where {named(earlier)} above does"
        if len(flags) == len(holds) and np.array_equal(flags, ~holds):
            return f"it holds exactly where {named(earlier)} above does not"
    return "those above leave no two states tied" if strict else "it does not vary where those above leave states tied"
