"""Two models, readings or concepts side by side: what can hold in one only, and which premises differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.analysis.analyze import Analysis, ReadingAnalysis, analyze
from detente.analysis.result import Shown, State, provenance, state_columns
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Lens, Premise, Prioritised, Ranking, Utilities, Weights
from detente.conflict.variant import every_premise
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.stability.registry import CONCEPTS

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Side:
    """One of the two things compared: a conflict, one of its readings, one concept or all."""

    conflict: Conflict
    reading: str
    concept: str | None
    called: str


@dataclass(frozen=True, repr=False)
class ConceptDifference:
    """States (numbers from 1) that are equilibria on one side only, or on both.

    ``both`` has pairs (number on side A, number on side B). ``*_absent`` lists those equilibria that are no state at
    all on the other side.
    """

    concepts: tuple[str, str]
    only_a: tuple[int, ...]
    only_b: tuple[int, ...]
    both: tuple[tuple[int, int], ...]
    outcomes_only_a: tuple[str, ...]
    outcomes_only_b: tuple[str, ...]
    outcomes_both: tuple[str, ...]

    def __repr__(self) -> str:
        counts = f"{len(self.only_a)} only in A, {len(self.both)} in both, {len(self.only_b)} only in B"
        return f"<ConceptDifference {' / '.join(dict.fromkeys(self.concepts))}: {counts}>"


@dataclass(frozen=True)
class PremiseDifference:
    """A premise that one side has and the other has not, or has otherwise."""

    id: str
    a: str | None
    b: str | None


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Shown):
    """What changes from side A to side B; ``absent`` has why a concept could not be decided on one of them."""

    a: Side
    b: Side
    graph_a: Graph
    graph_b: Graph
    comparable: str
    concepts: tuple[ConceptDifference, ...]
    premises: tuple[PremiseDifference, ...]
    lenses: tuple[tuple[str, str, str], ...]
    absent: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        counts = f"{len(self.concepts)} concepts, {len(self.premises)} premises differ"
        return f"<Comparison of {self.a.called!r} and {self.b.called!r}: {counts}>"

    @property
    def same(self) -> bool:
        """Whether nothing differs, neither premises nor answers."""
        return (
            bool(self.concepts)
            and not (self.premises or self.lenses or self.comparable)
            and all(not (item.only_a or item.only_b) for item in self.concepts)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1, each side's own."""

        def shown(graph: Graph, numbers: set[int]) -> dict[str, Any]:
            return {str(number): State.of(graph, number - 1).to_dict() for number in sorted(numbers)}

        return {
            "a": {"model": self.a.called, "title": self.a.conflict.title, "reading": self.a.reading},
            "b": {"model": self.b.called, "title": self.b.conflict.title, "reading": self.b.reading},
            "not_comparable": self.comparable or None,
            "concepts": [
                {
                    "a": item.concepts[0],
                    "b": item.concepts[1],
                    "only_a": list(item.only_a),
                    "only_b": list(item.only_b),
                    "both": [list(pair) for pair in item.both],
                    "outcomes": {
                        "only_a": list(item.outcomes_only_a),
                        "only_b": list(item.outcomes_only_b),
                        "both": list(item.outcomes_both),
                    },
                }
                for item in self.concepts
            ],
            "premises": [{"id": item.id, "a": item.a, "b": item.b} for item in self.premises],
            "lenses": [{"decision_maker": dm, "a": a, "b": b} for dm, a, b in self.lenses],
            **({"absent": dict(self.absent)} if self.absent else {}),
            "states_a": shown(self.graph_a, {n for c in self.concepts for n in (*c.only_a, *(x for x, _ in c.both))}),
            "states_b": shown(self.graph_b, {n for c in self.concepts for n in (*c.only_b, *(x for _, x in c.both))}),
            "computed": provenance(self.a.conflict, other_digest=self.b.conflict.digest),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per concept and state that is an equilibrium on some side.

        ``number`` is the state's number on the side where it holds, A's where it holds on both; ``number b`` is B's.
        """
        import pandas as pd

        graphs = {"a": self.graph_a, "both": self.graph_a, "b": self.graph_b}
        parts = []
        for item in self.concepts:
            lists: dict[str, tuple[tuple[int, int | None], ...]] = {
                "a": tuple((number, None) for number in item.only_a),
                "both": item.both,
                "b": tuple((number, number) for number in item.only_b),
            }
            for side_of, numbers in lists.items():
                states = np.array([number - 1 for number, _ in numbers], dtype=np.int64)
                named = {
                    "number": states + 1,
                    "concept a": item.concepts[0],
                    "concept b": item.concepts[1],
                    "holds in": side_of,
                    "number b": pd.array([number for _, number in numbers], dtype="Int64"),
                }
                parts.append(pd.DataFrame({**named, **state_columns(graphs[side_of], states)}))
        heads = list(dict.fromkeys(name for part in parts for name in part.columns))
        filled = [part for part in parts if len(part)]
        if not filled:
            return pd.DataFrame(columns=heads or ["number", "concept a", "concept b", "holds in", "number b"])
        return pd.concat(filled, ignore_index=True).reindex(columns=heads)


def split_side(text: str) -> tuple[str, str | None]:
    """Split ``MODEL[@variant][@reading][:concept]`` before the concept; a colon counts only before the key of one."""
    head, colon, tail = text.rpartition(":")
    if colon and tail.lower() in CONCEPTS:
        return head, tail.lower()
    if colon and tail and "." not in tail and "/" not in tail and "\\" not in tail and len(head) > 1:
        raise UsageError(f"unknown concept {tail!r} in {text!r} (there are: {', '.join(CONCEPTS)})")
    return text, None


def side(conflict: Conflict, called: str, reading: str | None, concept: str | None) -> Side:
    """Return a side of a comparison; the first reading where none is named. Raises UsageError."""
    name = conflict.reading(reading).id if reading else conflict.readings[0].id
    return Side(conflict, name, concept, called)


def compare(a: Side, b: Side) -> Comparison:
    """Compare two sides: equilibria, outcomes that can hold, premises, lenses.

    States are matched by their options (or labels, in graph form). Where the two models have other options, only
    outcomes are compared, and ``comparable`` says why.

    Examples
    --------
    >>> import detente
    >>> chicken = detente.library("chicken")
    >>> found = compare(side(chicken, "chicken", None, "nash"), side(chicken, "chicken", None, "gmr"))
    >>> found.same
    False
    """
    graph_a = Graph(a.conflict)
    graph_b = graph_a if a.conflict is b.conflict else Graph(b.conflict)
    keys = _concepts(a, b)
    left = _analysis(a, graph_a, [x for x, _ in keys])
    right = _analysis(b, graph_b, [y for _, y in keys])
    obstacle = _obstacle(a.conflict, b.conflict)
    differences = tuple(
        _difference(left, right, x, y, obstacle)
        for x, y in keys
        if x not in left.verdicts.absent and y not in right.verdicts.absent
    )
    absent = {
        " / ".join(dict.fromkeys((x, y))): left.verdicts.absent.get(x) or right.verdicts.absent[y]
        for x, y in keys
        if x in left.verdicts.absent or y in right.verdicts.absent
    }
    lens_a, lens_b = a.conflict.lens_choice(a.reading), b.conflict.lens_choice(b.reading)
    lenses = tuple(
        (dm, lens_a.get(dm, "–"), lens_b.get(dm, "–"))
        for dm in dict.fromkeys([*lens_a, *lens_b])
        if lens_a.get(dm) != lens_b.get(dm)
    )
    return Comparison(a, b, graph_a, graph_b, obstacle, differences, tuple(_premises(a, b)), lenses, absent)


def _concepts(a: Side, b: Side) -> list[tuple[str, str]]:
    if a.concept or b.concept:
        first = a.concept or b.concept or ""
        return [(first, b.concept or first)]
    return [(key, key) for key in CONCEPTS]


def _analysis(of: Side, graph: Graph, concepts: list[str]) -> ReadingAnalysis:
    analysis: Analysis = analyze(of.conflict, readings=[of.reading], concepts=concepts, graph=graph)
    return analysis.reading()


def _obstacle(a: Conflict, b: Conflict) -> str:
    """Say why the states of two models cannot be matched, or nothing."""
    if (a.graph_form is None) != (b.graph_form is None):
        return "one model lists its states and the other has options"
    if a.graph_form is not None and b.graph_form is not None:
        return ""
    values_a = {name: tuple(v.id for v in option.values) for name, option in a.options.items()}
    values_b = {name: tuple(v.id for v in option.values) for name, option in b.options.items()}
    other = [name for name in dict.fromkeys([*values_a, *values_b]) if values_a.get(name) != values_b.get(name)]
    return f"the models differ in the options {', '.join(other)}" if other else ""


def _partner(graph: Graph, state: int, other: Graph) -> int:
    """Return the same state in another graph, or -1."""
    if graph is other:
        return state
    if graph.conflict.graph_form is not None:
        found = other.space.labelled(graph.space.label(state))
        return -1 if found is None else found
    options = graph.space.options_of(state)
    if None in options.values():
        row = int(graph.space.representative[state]) if graph.space.representative is not None else state
        options = {
            o: graph.conflict.options[o].values[int(graph.space.coding.digit(graph.space.row_codes()[[row]], o)[0])].id
            for o in options
        }
    return other.space.state_from(
        other.space.coding.encode(other.conflict, tuple((o, v or "") for o, v in options.items()))
    )


def _difference(left: ReadingAnalysis, right: ReadingAnalysis, x: str, y: str, obstacle: str) -> ConceptDifference:
    in_a, in_b = left.equilibria(x), right.equilibria(y)
    outcomes_a, outcomes_b = _held_outcomes(left.graph, in_a), _held_outcomes(right.graph, in_b)
    only_a: list[int] = []
    both: list[tuple[int, int]] = []
    rest = set(in_b.tolist())
    for state in in_a.tolist():
        partner = -1 if obstacle else _partner(left.graph, state, right.graph)
        if partner in rest:
            rest.discard(partner)
            both.append((state + 1, partner + 1))
        else:
            only_a.append(state + 1)
    return ConceptDifference(
        (x, y),
        tuple(only_a),
        tuple(sorted(state + 1 for state in rest)),
        tuple(both),
        tuple(name for name in outcomes_a if name not in outcomes_b),
        tuple(name for name in outcomes_b if name not in outcomes_a),
        tuple(name for name in outcomes_a if name in outcomes_b),
    )


def _held_outcomes(graph: Graph, states: np.ndarray) -> list[str]:
    return [name for name, holds in graph.outcomes_of if holds[states].any()]


def _premises(a: Side, b: Side) -> list[PremiseDifference]:
    """Return what differs in premises and in the order of those that both sides' readings use."""
    first, second = ({premise.id: _text(premise) for premise in every_premise(one.conflict)} for one in (a, b))
    found = [
        PremiseDifference(key, first.get(key), second.get(key))
        for key in dict.fromkeys([*first, *second])
        if first.get(key) != second.get(key)
    ]
    chosen_b = b.conflict.lens_choice(b.reading)
    for dm, lens in a.conflict.lens_choice(a.reading).items():
        if dm not in chosen_b:
            continue
        order_a = _order(a.conflict.decision_maker(dm).lens(lens))
        order_b = _order(b.conflict.decision_maker(dm).lens(chosen_b[dm]))
        if order_a != order_b:
            found.append(PremiseDifference(f"{dm}: order of preference", order_a, order_b))
    return found


def _text(premise: Premise) -> str:
    sure = "" if premise.certainty == "certain" else f" ({premise.certainty})"
    return premise.says() + sure


def _order(lens: Lens) -> str:
    """Return a lens in one line."""
    refined = f", then {lens.refines}" if lens.refines else ""
    preference = lens.preference
    if isinstance(preference, Prioritised):
        levels = [" + ".join(s.that.text() for s in level.statements) for level in preference.levels]
        return " > ".join(levels) + refined
    if isinstance(preference, Ranking):
        return " > ".join(" ~ ".join(map(str, tied)) for tied in preference.classes) + refined
    if isinstance(preference, Weights):
        return ", ".join(f"{s.that.text()}: {w}" for s, w in preference.terms) + refined
    assert isinstance(preference, Utilities)
    return ", ".join(f"{state}: {value}" for state, value in preference.values) + refined
