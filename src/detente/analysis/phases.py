"""A conflict phase by phase: where one ends the next begins, as a tree with paths and shares under a moving rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.analysis.evolution import Evolution, evolution
from detente.analysis.evolution_search import PlayStep, path_to, search_steps
from detente.analysis.evolution_steps import Improvements, Kinds, Number
from detente.analysis.result import Shown, provenance
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Assignment
from detente.conflict.phase import Phase
from detente.conflict.phases import in_phase
from detente.errors import Diagnostic, ModelError, TooLargeError, UsageError
from detente.graph.graph import Graph

if TYPE_CHECKING:
    import pandas as pd

MOST_BEGINNINGS = 200
"""States that one phase may begin from before the tree is refused as too wide."""


@dataclass(frozen=True)
class PhaseEnd:
    """A state that play comes to rest in, or goes round through for ever, at the end of a phase.

    Attributes
    ----------
    state : int
        From 0, in the states of the phase.
    share : float
        Of the play that began the phase at this branch's beginning, under the moving rule.
    path : tuple of PlayStep
        A shortest way there; states are those of the phase.
    rests : bool
        Whether nobody has a step from it.
    """

    state: int
    share: float
    path: tuple[PlayStep, ...]
    rests: bool


@dataclass(frozen=True, eq=False)
class Branch:
    """Play in one phase from one beginning.

    Attributes
    ----------
    start : int
        From 0, in the states of the phase.
    share : float
        Of all play, when it begins here.
    ends : tuple of PhaseEnd
    """

    start: int
    share: float
    ends: tuple[PhaseEnd, ...]


@dataclass(frozen=True, eq=False)
class PhaseResult:
    """One phase: the conflict as it is then, and its branches."""

    phase: Phase
    graph: Graph
    rule: str
    branches: tuple[Branch, ...]

    def outcomes(self) -> dict[str, float]:
        """Return the share of all play that each class, or each outcome, has at the end of the phase."""
        names = self.graph.conflict.reported
        result = dict.fromkeys(names, 0.0)
        for branch in self.branches:
            for end in branch.ends:
                for name in names:
                    if self.graph.outcome(name)[end.state]:
                        result[name] += branch.share * end.share
        return result


@dataclass(frozen=True, eq=False, repr=False)
class PhaseTree(Shown):
    """All phases, in order."""

    conflict: Conflict
    reading: str
    phases: tuple[PhaseResult, ...]

    def __repr__(self) -> str:
        return f"<PhaseTree of {self.conflict.title[:60]!r}: {', '.join(item.phase.id for item in self.phases)}>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1, in the states of their phase."""
        return {
            "reading": self.reading,
            "phases": [
                {
                    "id": item.phase.id,
                    "date": item.phase.date,
                    "lenses": item.graph.conflict.lens_choice(item.phase.id),
                    "rule": item.rule,
                    "branches": [_branch_data(item.graph, branch) for branch in item.branches],
                    "outcomes": item.outcomes(),
                }
                for item in self.phases
            ],
            "computed": provenance(self.conflict),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per phase, beginning and end."""
        import pandas as pd

        columns = ["phase", "from", "share of play", "to", "share", "moves", "rests", "outcomes"]
        rows = [
            {
                "phase": item.phase.id,
                "from": branch.start + 1,
                "share of play": branch.share,
                "to": end.state + 1,
                "share": end.share,
                "moves": len(end.path),
                "rests": end.rests,
                "outcomes": " ".join(name for name, holds in item.graph.outcomes_of if holds[end.state]),
            }
            for item in self.phases
            for branch in item.branches
            for end in branch.ends
        ]
        return pd.DataFrame(rows, columns=columns)


def _branch_data(graph: Graph, branch: Branch) -> dict[str, Any]:
    return {
        "from": branch.start + 1,
        "options": graph.space.options_of(branch.start),
        "share": branch.share,
        "ends": [
            {
                "state": end.state + 1,
                "options": graph.space.options_of(end.state),
                "share": end.share,
                "rests": end.rests,
                "path": [step.to_dict() for step in end.path],
            }
            for end in branch.ends
        ],
    }


def phases(
    conflict: Conflict,
    *,
    reading: str | None = None,
    improvements: Improvements = "any",
    steps: Kinds = "single",
    weights: Mapping[str, Number] | None = None,
) -> PhaseTree:
    """Follow a conflict through its phases.

    In each phase play goes on by improvements, and by nature's moves where the phase allows them, until it comes to
    rest; the states in which it does are where the next phase begins, after what the phase ``sets`` has happened. Where
    play goes round for ever, each state of the round is a beginning, with its long-run share. Shares follow from the
    moving rule of :func:`detente.analysis.evolution.evolution`; they are not probabilities of events.

    Parameters
    ----------
    conflict : Conflict
    reading : str, optional
        The reading of phases that name none; the first by default.
    improvements, steps, weights
        See :func:`detente.analysis.evolution.evolution`; joint steps are those of the parties to agreements.

    Raises
    ------
    UsageError
        There are no phases, no beginning, or a name does not exist.
    ModelError
        A state in which a phase begins is not possible in it.
    TooLargeError
        A phase would begin from more than :data:`MOST_BEGINNINGS` states.

    Examples
    --------
    >>> import detente
    >>> found = phases(detente.library("peace_delusion"))
    >>> found
    <PhaseTree of 'The peace delusion': summit, burden, return>
    """
    if not conflict.phases:
        raise UsageError("the model has no phases; write them under 'phases:'")
    name = conflict.reading(reading).id if reading else conflict.readings[0].id
    joint = [item.parties for item in conflict.agreements] if steps == "joint" else []
    if steps == "joint" and not joint:
        raise UsageError("joint steps are those of the parties to agreements, and the model has no 'agreements:'")
    found = tuple(_followed(conflict, conflict.phases, name, improvements, steps, weights, joint))
    return PhaseTree(conflict, name, found)


def _followed(
    conflict: Conflict,
    run: Sequence[Phase],
    name: str,
    improvements: Improvements = "any",
    steps: Kinds = "single",
    weights: Mapping[str, Number] | None = None,
    joint: Sequence[tuple[str, ...]] = (),
) -> Iterator[PhaseResult]:
    """Yield what happens in the first phases of a conflict, one after the other."""
    before: PhaseResult | None = None
    for phase in run:
        graph = Graph(in_phase(conflict, phase, name))
        begins = _beginnings(conflict, graph, phase, before)
        if len(begins) > MOST_BEGINNINGS:
            raise TooLargeError(
                f"phase {phase.id!r} would begin from {len(begins):,} states; at most {MOST_BEGINNINGS:,} are followed"
            )
        branches, rule = [], ""
        for start, share in begins.items():
            played = evolution(
                graph.conflict,
                start=graph.space.label(start),
                improvements=improvements,
                steps=steps,
                joint=joint,
                nature="eventually" if phase.nature else "never",
                weights=weights,
                graph=graph,
            )
            rule = played.rule
            branches.append(Branch(start, share, _ends(played)))
        before = PhaseResult(phase, graph, rule, tuple(branches))
        yield before


def _ends(played: Evolution) -> tuple[PhaseEnd, ...]:
    """Return the states of the closed classes, the largest share first."""
    steps = played.steps
    distance, entry = search_steps(steps, steps.begins)
    at = np.flatnonzero(played.closed_of >= 0)
    at = at[np.lexsort((at, -played.long_run[at]))]
    leaving = np.diff(steps.rows)
    return tuple(
        PhaseEnd(
            int(steps.states[place]),
            float(played.long_run[place]),
            path_to(steps, distance, entry, place),
            bool(leaving[place] == 0),
        )
        for place in at.tolist()
        if played.long_run[place] > 0
    )


def _beginnings(conflict: Conflict, graph: Graph, phase: Phase, before: PhaseResult | None) -> dict[int, float]:
    """Return the states that a phase begins from, with their shares of all play."""
    if phase.status_quo is not None or before is None:
        return {first_beginning(conflict, graph, phase): 1.0}
    result: dict[int, float] = {}
    for branch in before.branches:
        for end in branch.ends:
            state = entered(graph, phase, before.graph, end.state)
            result[state] = result.get(state, 0.0) + branch.share * end.share
    return result


def first_beginning(conflict: Conflict, graph: Graph, phase: Phase) -> int:
    """Return the state, from 0, that a phase begins from when none comes before it, or when it says so itself.

    Raises
    ------
    UsageError
        Neither the phase nor the model states one.
    ModelError
        It is not possible in the phase.
    """
    given = phase.status_quo if phase.status_quo is not None else conflict.status_quo
    if given is None:
        raise UsageError(f"phase {phase.id!r} has no beginning: the model states no status quo")
    if isinstance(given, tuple):
        return _state(graph, phase, dict(given))
    whole = Graph(conflict)  # in a phase other states may have these numbers
    return entered(graph, phase, whole, whole.find_state(given))


def entered(graph: Graph, phase: Phase, before: Graph, state: int) -> int:
    """Return the state of a phase's graph that a state of the phase before becomes. Raises ModelError."""
    space = before.space
    if before.conflict.graph_form is not None or (space is graph.space and not phase.sets):
        return state
    row = state if space.representative is None else int(space.representative[state])
    code = space.row_codes(row, row + 1)
    values = {
        name: option.values[int(space.coding.digit(code, name)[0])].id
        for name, option in before.conflict.options.items()
    }
    return _state(graph, phase, values)


def _state(graph: Graph, phase: Phase, options: dict[str, str]) -> int:
    """Return the state with these options after what the phase sets. Raises ModelError."""
    assignment: Assignment = tuple({**options, **dict(phase.sets)}.items())
    if graph.conflict.graph_form is not None:
        listed = graph.space.matching(assignment)
        if len(listed) == 1:
            return listed[0]
        message, expected = f"would begin in what fits {len(listed)} of the listed states", "what fits one of them"
    else:
        state = graph.space.state_from(graph.space.coding.encode(graph.conflict, assignment))
        if state >= 0:
            return state
        message = "would begin in a state that is not possible in it"
        expected = "a beginning that its rules allow; 'set:' or 'drop:' can change it"
    taken = ", ".join(f"{name} = {value}" for name, value in assignment)
    found = Diagnostic(f"phase {phase.id!r} {message}: {taken}", phase.where, expected)
    raise ModelError([found], graph.conflict.origin, graph.conflict.text)
