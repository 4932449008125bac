"""One pass over a model: the warnings found so far, and what the checks have in common."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from detente.analysis.idle import combinations
from detente.analysis.validate_words import quoted, sentence_case
from detente.conflict.elements import Element
from detente.conflict.formula import Formula
from detente.errors import Mark
from detente.graph.coding import CodeRows
from detente.graph.evaluate import Evaluator, Flags, options_behind
from detente.graph.graph import Graph

MANY_STATES = 2_000_000
"""More states than this, and what needs every move of every state is not looked for."""

_MANY_COMBINATIONS = 1 << 16


@dataclass(frozen=True, slots=True)
class Warning_:
    """Something suspicious: what, what to do about it, and where.

    ``kind`` is a stable key, ``element`` the identity of what is meant, ``mark`` its place in the model's text.
    ``level`` is ``error`` for what other questions about the model refuse.
    """

    kind: str
    message: str
    mark: Mark | None = None
    element: str = ""
    level: Literal["warning", "error"] = "warning"


class Check:
    """One pass over a model: what all checks share. ``found`` has the warnings in the order of the checks.

    ``large``: what needs every move of every state is not looked for.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph, self.conflict, self.space = graph, graph.conflict, graph.space
        self.listed = self.conflict.graph_form is not None
        self.word = "listed state" if self.listed else "feasible state"
        self.large = self.graph.n_states > MANY_STATES
        self.found: list[Warning_] = []
        self.notes: list[str] = []

    def add(self, kind: str, message: str, element: Element | None = None, name: str = "") -> None:
        mark = element.where if element is not None else None
        self.found.append(Warning_(kind, sentence_case(message), mark, name or (element.id if element else "")))

    def state(self, state: int) -> str:
        """Return a state (from 0) as a message names it: its number or label, and the options taken."""
        return f"{self.space.label(state)} ({self.graph.describe(state)})"

    def holds(self, formula: Formula) -> Flags:
        """Return for each state whether the formula holds; a merged state is judged by its representative."""
        rows = self.space.evaluate_rows(formula)
        return rows if self.space.representative is None else rows[self.space.representative]

    def constant(self, formula: Formula) -> bool | None:
        """Return the truth value a formula has whatever the options are; ``None`` where it varies or cannot be told."""
        behind, coding = options_behind(self.conflict, formula), self.space.coding
        if math.prod(coding.place(option)[1] for option in behind) > _MANY_COMBINATIONS:
            return None
        try:
            flags = Evaluator(self.conflict, CodeRows(coding, combinations(coding, behind)))(formula)
        except KeyError:  # it names listed states
            return None
        return True if flags.all() else None if flags.any() else False

    def same(self, kind: str, what: str, element: Element, that: Formula, flags: Flags) -> bool:
        """Warn when a formula holds in no state, or in all; return whether it does."""
        value = bool(flags.any())
        if value and not flags.all():
            return False
        every, false = ("every", "false") if value else ("no", "true")
        if self.constant(that) is value:
            why = f"{every} combination of options makes {quoted(that)} true; correct the formula."
        elif self.listed:
            why = f"correct {quoted(that)}, or the options of the states."
        else:
            why = f"all combinations that make {quoted(that)} {false} are left out; correct it, or the rules."
        self.add(f"{kind}-{'always' if value else 'never'}", f"{what} holds in {every} {self.word}: {why}", element)
        return True
