"""The game that somebody sees, in numbers: its states, and which of them each true state is in its eyes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from detente.conflict.conflict import Conflict
from detente.conflict.elements import DecisionMaker, Element, Lens, Prioritised, Ranking, StateRef, Utilities
from detente.conflict.perceived import perceived, unseen_options, viewer_label
from detente.conflict.views import View
from detente.errors import Diagnostic, ModelError
from detente.graph.graph import Graph

Image = NDArray[np.int32]


@dataclass(frozen=True, eq=False, repr=False)
class Sight:
    """What one viewer sees.

    Attributes
    ----------
    view : View
    graph : Graph
        The perceived game; its conflict is one like any other.
    image : (n_states,) int32
        For each true state the perceived one, from 0; -1 where it is unperceived.
    """

    view: View
    graph: Graph
    image: Image

    def __repr__(self) -> str:
        lost = int((self.image < 0).sum())
        return f"<Sight of {self.view.id}: {self.graph.n_states:,} states, {lost:,} true ones unperceived>"

    @property
    def viewer(self) -> str:
        """The decision maker or observer."""
        return self.view.id

    @property
    def conflict(self) -> Conflict:
        """The conflict as it is seen."""
        return self.graph.conflict


def sight(graph: Graph, view: View, *, by_premise: bool = False) -> Sight:
    """Return what a viewer sees of a conflict; ``by_premise`` as in :func:`detente.conflict.perceived.perceived`.

    Raises
    ------
    ModelError
        The perceived game contradicts itself, or true states that are one in it cannot be told what they are.
    """
    true = graph.conflict
    seen = perceived(true, view, by_premise=by_premise)
    if not (view.unknown or view.imagined or view.impossible or view.forgets):
        seen = replace(seen, status_quo=true.status_quo)
        return Sight(view, graph.with_preferences(seen), np.arange(graph.n_states, dtype=np.int32))
    numbered = {(dm.id, lens.id) for dm in seen.parties for lens in dm.lenses if _by_state(lens)}
    bare = _with_lenses(seen, {key: Prioritised(()) for key in numbered})
    if true.graph_form is None and not seen.options:
        message = f"in the view of {viewer_label(true, view.id)} nobody has an option"
        raise _error(true, view, message, "at least one option that it knows of")
    try:
        if true.graph_form is not None:
            below, image = _listed(graph, view, bare)
        else:
            below = Graph(bare)
            image = _image(graph, below, view)
    except ModelError as error:
        raise _in_the_view(true, view, error) from None
    start = graph.status_quo
    here = int(image[start]) if start is not None else -1
    whole = replace(below.conflict, status_quo=here + 1 if here >= 0 else None)
    if numbered:
        origin = _origin(graph, below, image, view)
        whole = _with_lenses(whole, {key: _carried_over(graph, view, origin, key) for key in numbered})
    return Sight(view, below.with_preferences(whole), image)


def check_views(graph: Graph) -> None:
    """Check that every perceived game can be asked about, under every reading. Raises ModelError."""
    for view in graph.conflict.views:
        seen = sight(graph, view)
        for reading in graph.conflict.readings:
            check_sight(graph, seen, reading.id)


def check_sight(graph: Graph, seen: Sight, reading: str) -> None:
    """Check that everybody can be seen to rank the states, and that the viewer ranks those it perceives as in truth.

    Raises
    ------
    ModelError
        States that are one in its view are not equal to it, or it ranks states otherwise; the message has the place.
    """
    try:
        seen.graph.reading_ranks(reading)
    except ModelError as error:
        raise _in_the_view(graph.conflict, seen.view, error) from None
    _check_own(graph, seen, reading)


def _check_own(graph: Graph, seen: Sight, reading: str) -> None:
    dm = seen.viewer
    lens = graph.conflict.lens_choice(reading).get(dm)
    if lens is None or seen.graph.space is graph.space:
        return
    kept = np.flatnonzero(seen.image >= 0)
    true = graph.ranks(dm, lens)[kept]
    image = seen.image[kept]
    view, label = seen.view, viewer_label(graph.conflict, dm)

    def pair(rows: NDArray[np.intp]) -> tuple[int, int, str]:
        one, other = sorted(kept[rows].tolist())
        return one, other, f"states {graph.space.label(one)} and {graph.space.label(other)}"

    order = np.lexsort((true, image))
    split = np.flatnonzero((np.diff(image[order]) == 0) & (np.diff(true[order]) != 0))
    if len(split):
        one, other, words = pair(order[split[0] : split[0] + 2])
        element = _behind(graph, view, one, other)
        message = f"{words} are one in the view of {label}, but its own preferences tell them apart"
        raise _error(graph.conflict, element, message, "own preferences that do not depend on what it does not know of")
    own = seen.graph.ranks(dm, seen.conflict.lens_choice(reading)[dm])[image]
    order = np.lexsort((own, true))
    steps, seen_steps = np.diff(true[order]), np.diff(own[order])
    wrong = np.flatnonzero((seen_steps < 0) | ((steps == 0) != (seen_steps == 0)))
    if len(wrong):
        one, other, words = pair(order[wrong[0] : wrong[0] + 2])
        element = view.wants[0] if view.wants else _behind(graph, view, one, other)
        message = f"{label} itself ranks {words} otherwise in its view than in truth"
        expected = "own preferences, and 'wants:', that rank true states alike in both"
        raise _error(graph.conflict, element, message, expected)


# -- which perceived state a true one is ----------------------------------------------------------------------------


def _image(graph: Graph, below: Graph, view: View) -> Image:
    """Return the perceived state of each true one: by its options, imagined ones off; -1 where there is none."""
    true, coding = graph.space, below.space.coding
    by_row = np.empty(true.n_rows, dtype=np.int32)
    for begin, end in true.chunks():
        codes = true.row_codes(begin, end)
        there = np.zeros(len(codes), dtype=np.int64)
        for option in coding.options:
            if option in graph.conflict.options:
                there += true.coding.digit(codes, option) * coding.place(option)[0]
        by_row[begin:end] = _states_of(below, there)
    return true.to_states(by_row, view, f"the view of {viewer_label(graph.conflict, view.id)}").astype(np.int32)


def _states_of(graph: Graph, codes: NDArray[np.int64]) -> NDArray[np.integer]:
    rows = graph.space.rows_of(codes)
    if graph.space.state_of is None:
        return rows
    return np.where(rows >= 0, graph.space.state_of[rows], -1)


def _origin(graph: Graph, below: Graph, image: Image, view: View) -> NDArray[np.int64]:
    """Return for each perceived state a true one that it stands for, what is unknown not taken; -1 where there is none.

    Imagined options are left out: with them taken a state stands for the same without them.
    """
    result = np.full(below.n_states, -1, dtype=np.int64)
    some = np.flatnonzero(image >= 0)[::-1]
    result[image[some]] = some
    if graph.conflict.graph_form is not None:
        return result
    space = below.space
    rows = np.arange(space.n_rows) if space.representative is None else space.representative
    codes = space.row_codes()[rows]
    there = np.zeros(len(codes), dtype=np.int64)
    for option in space.coding.options:
        if option in graph.conflict.options:
            there += space.coding.digit(codes, option) * graph.space.coding.place(option)[0]
    found = _states_of(graph, there)
    return np.where(found >= 0, found, result)


def _listed(graph: Graph, view: View, bare: Conflict) -> tuple[Graph, Image]:
    """Return the graph of listed states without those thought impossible, and what is left of each state."""
    form = bare.graph_form
    assert form is not None
    left = np.ones(graph.n_states, dtype=bool)
    for item in view.impossible:
        left &= ~graph.space.evaluate(item.that, item)
    if not left.any():
        raise _error(graph.conflict, view.impossible[0], "no state is left", "at least one possible state")
    labels = {state.label for state, kept in zip(form.states, left.tolist(), strict=True) if kept}
    listed = replace(
        form,
        states=tuple(state for state in form.states if state.label in labels),
        moves=tuple(move for move in form.moves if {move[1], move[2]} <= labels),
    )
    image = np.where(left, np.cumsum(left) - 1, -1).astype(np.int32)
    return Graph(replace(bare, graph_form=listed)), image


# -- preferences that name states -----------------------------------------------------------------------------------


def _by_state(lens: Lens) -> bool:
    return isinstance(lens.preference, (Ranking, Utilities))


def _with_lenses(conflict: Conflict, preferences: Mapping[tuple[str, str], Prioritised | Utilities]) -> Conflict:
    def changed(dm: DecisionMaker) -> DecisionMaker:
        lenses = tuple(
            replace(lens, preference=preferences[dm.id, lens.id]) if (dm.id, lens.id) in preferences else lens
            for lens in dm.lenses
        )
        return dm if lenses == dm.lenses else replace(dm, lenses=lenses)

    return replace(conflict, decision_makers=tuple(map(changed, conflict.decision_makers)))


def _carried_over(graph: Graph, view: View, origin: NDArray[np.int64], key: tuple[str, str]) -> Utilities:
    """Return a ranking or utilities of true states as utilities of the perceived ones."""
    lens = graph.conflict.decision_maker(key[0]).lens(key[1])
    missing = np.flatnonzero(origin < 0)
    if len(missing):
        message = f"in the view of {viewer_label(graph.conflict, view.id)}: the ranking of {key[0]} has no place for "
        message += f"state {int(missing[0]) + 1} there, which stands for no true state"
        raise _error(graph.conflict, lens if lens.where else view, message, "preferences made of statements")
    values: list[Fraction] = [Fraction(0)] * graph.n_states
    for reference, value in _valued(lens):
        for state in np.flatnonzero(graph.find_states(reference)).tolist():
            values[state] = value
    return Utilities(tuple((number, values[state]) for number, state in enumerate(origin.tolist(), 1)))


def _valued(lens: Lens) -> Iterator[tuple[StateRef, Fraction]]:
    if isinstance(lens.preference, Utilities):
        yield from lens.preference.values
    elif isinstance(lens.preference, Ranking):
        for place, tied in enumerate(lens.preference.classes):
            yield from ((reference, Fraction(-place)) for reference in tied)


# -- errors ---------------------------------------------------------------------------------------------------------


def _behind(graph: Graph, view: View, one: int, other: int) -> Element:
    """Return the premise by which two states look alike, as far as it can be told."""
    before, after = graph.space.options_of(one), graph.space.options_of(other)
    gone = unseen_options(graph.conflict, view)
    differing = {option for option in gone if before[option] != after[option]} or gone
    for item in view.unknown:
        if item.option in differing:
            return item
    for forgotten in view.forgets:
        if any(graph.conflict.owner(option) == forgotten.dm for option in differing):
            return forgotten
    return view


def _error(conflict: Conflict, element: Element, message: str, expected: str) -> ModelError:
    return ModelError([Diagnostic(message, element.where, expected)], conflict.origin, conflict.text)


def _in_the_view(conflict: Conflict, view: View, error: ModelError) -> ModelError:
    head = f"in the view of {viewer_label(conflict, view.id)}: "
    found = [
        replace(problem, message=head + problem.message, mark=problem.mark or view.where)
        for problem in error.diagnostics
    ]
    return ModelError(found, error.source, error.text)
