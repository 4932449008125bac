"""Relational stability: which states hold when parties care for, or against, what others want, as relations say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date as Day
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from detente.analysis.attitudes import CONCEPTS, attitudes_from_relations, relational
from detente.analysis.relations import Rapprochement, checked, dates_of, day_from, ties_on
from detente.analysis.result import Shown, State, provenance
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Attitude
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.stability.game import Sanctions, known_sanctions
from detente.stability.reading import game_of
from detente.stability.registry import concept
from detente.stability.solve import solve

if TYPE_CHECKING:
    import pandas as pd

THRESHOLD = 0.5
"""From how high a level, or how low a negative one, a relation makes an attitude."""

_WORDS: dict[int, Attitude] = {1: "positive", 0: "neutral", -1: "negative"}
_NUMBERS = {word: number for number, word in _WORDS.items()}


@dataclass(frozen=True)
class AttitudeOf:
    """How one party stands to what another wants, and why.

    ``origin`` is ``stated`` (the decision maker's ``attitudes``), ``relation`` (the level of one, which is in
    ``level``), ``self``, or ``none``: there is no relation between the two.
    """

    of: str
    to: str
    attitude: Attitude
    origin: Literal["stated", "relation", "self", "none"]
    relation: str = ""
    level: float | None = None


@dataclass(frozen=True, eq=False)
class Compared:
    """Equilibria of one relational concept beside those of the plain one; states are counted from 0, ascending.

    Attributes
    ----------
    concept, plain_concept : str
    equilibria : (n,) int
    plain : (n,) int
    own_only : (n,) int
        Of the relational concept when everybody is for itself and neutral to all others. Where rankings have ties this
        differs from ``plain``: a relational move may lead to what is as good.
    """

    concept: str
    plain_concept: str
    equilibria: NDArray[np.int64]
    plain: NDArray[np.int64]
    own_only: NDArray[np.int64]

    @property
    def appear(self) -> NDArray[np.int64]:
        """Equilibria that the plain concept does not have."""
        return np.setdiff1d(self.equilibria, self.plain)

    @property
    def vanish(self) -> NDArray[np.int64]:
        """Equilibria of the plain concept that are none here."""
        return np.setdiff1d(self.plain, self.equilibria)

    @property
    def by_equal_ranks(self) -> tuple[int, int]:
        """How many of those that appear, and of those that vanish, do so without any attitude to others."""
        return len(np.intersect1d(self.appear, self.own_only)), len(np.setdiff1d(self.vanish, self.own_only))


@dataclass(frozen=True, eq=False, repr=False)
class RelationalEquilibria(Shown):
    """What holds under attitudes, by relational concept, beside what holds without."""

    graph: Graph
    reading: str
    at: str
    threshold: float
    sanctions: Sanctions
    attitudes: tuple[AttitudeOf, ...]
    concepts: Mapping[str, Compared]

    def __repr__(self) -> str:
        counts = ", ".join(f"{key} {len(found.equilibria)}" for key, found in self.concepts.items())
        return f"<RelationalEquilibria {self.reading} of {self.graph.conflict.title[:60]!r}: {counts}>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""

        def numbers(states: NDArray[np.int64]) -> list[int]:
            return [int(state) + 1 for state in states]

        return {
            "reading": self.reading,
            "at": self.at or None,
            "threshold": self.threshold,
            "attitudes": [asdict(item) | {"relation": item.relation or None} for item in self.attitudes],
            "concepts": {
                key: {
                    "plain_concept": found.plain_concept,
                    **{
                        name: numbers(getattr(found, name))
                        for name in ("equilibria", "plain", "own_only", "appear", "vanish")
                    },
                }
                for key, found in self.concepts.items()
            },
            "computed": provenance(self.graph.conflict, sanctions=self.sanctions),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row a state that holds anywhere: under each concept, relational and plain."""
        import pandas as pd

        found = {name: states for one in self.concepts.values() for name, states in _by_name(one)}
        some = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *found.values()]))
        columns: dict[str, Any] = {"label": [state.label for state in State.many(self.graph, some)]}
        columns |= {name: np.isin(some, states) for name, states in found.items()}
        return pd.DataFrame(columns, index=pd.Index(some + 1, name="number"))


def _by_name(one: Compared) -> Iterator[tuple[str, NDArray[np.int64]]]:
    yield one.concept, one.equilibria
    yield one.plain_concept, one.plain


def relational_equilibria(
    conflict: Conflict,
    reading: str | None = None,
    concepts: Sequence[str] | None = None,
    threshold: float = THRESHOLD,
    *,
    at: str | Day | None = None,
    rapprochement: Rapprochement | None = None,
    sanctions: Sanctions = "legal",
    graph: Graph | None = None,
) -> RelationalEquilibria:
    """Find out what holds when parties care for, or against, what others want.

    An attitude that a decision maker states counts. Else the level of the relation between the two decides: positive
    from ``threshold`` on, negative from ``-threshold`` down, neutral between; neutral where there is none. Everybody is
    for itself unless it states something else.

    Parameters
    ----------
    conflict : Conflict
    reading : str, optional
        The first by default.
    concepts : sequence of str, optional
        Keys of :data:`detente.analysis.attitudes.CONCEPTS`; all by default.
    threshold : float
        Above 0, at most 1.
    at : date or str, optional
        The day whose levels count; the latest by default.
    rapprochement : (str, str, float), optional
        Two nodes that come to a level.
    sanctions : {"legal", "once_each", "single"}
    graph : Graph, optional
        The conflict's graph, when it exists already.

    Raises
    ------
    UsageError
        A reading or concept does not exist, nothing says an attitude, or the threshold, the date or the rapprochement
        is none.
    TooLargeError
        See :func:`detente.analysis.attitudes.relational`.

    Examples
    --------
    >>> import detente
    >>> model = detente.loads(
    ...     "decision_makers:\\n"
    ...     "  one: {options: [help], preferences: [two.help, not one.help], attitudes: {two: positive}}\\n"
    ...     "  two: {options: [help], preferences: [one.help, not two.help], attitudes: {one: positive}}"
    ... )
    >>> found = relational_equilibria(model).to_dict()["concepts"]["rnash"]
    >>> found["plain"], found["equilibria"]
    ([1], [1, 2, 3, 4])
    """
    known_sanctions(sanctions)
    keys = list(CONCEPTS if concepts is None else concepts)
    name = conflict.reading(reading).id if reading else conflict.readings[0].id
    found = attitudes_of(conflict, threshold, at=at, rapprochement=rapprochement)
    if not (conflict.relations or rapprochement or any(item.origin == "stated" for item in found)):
        raise UsageError("the model states no relations ('relations:') and no attitudes ('attitudes:' of a party)")
    graph = graph or Graph(conflict)
    game = game_of(graph, name, sanctions=sanctions)
    parties = [dm.id for dm in conflict.parties]
    matrix = np.zeros((len(parties), len(parties)), dtype=np.int8)
    for item in found:
        matrix[parties.index(item.of), parties.index(item.to)] = _NUMBERS[item.attitude]
    held = relational(game, matrix, keys)
    own = relational(game, np.eye(len(parties), dtype=np.int8), keys)
    plain = solve(game, [concept(key.removeprefix("r")) for key in keys])
    dates = dates_of(conflict)
    return RelationalEquilibria(
        graph=graph,
        reading=name,
        at=str(at) if at is not None else list(dates.values())[-1] if dates else "",
        threshold=threshold,
        sanctions=sanctions,
        attitudes=found,
        concepts={
            key: Compared(
                key,
                key.removeprefix("r"),
                np.flatnonzero(held[key].all(axis=0)),
                plain.equilibria(key.removeprefix("r")).astype(np.int64),
                np.flatnonzero(own[key].all(axis=0)),
            )
            for key in keys
        },
    )


def attitudes_of(
    conflict: Conflict,
    threshold: float = THRESHOLD,
    *,
    at: str | Day | None = None,
    rapprochement: Rapprochement | None = None,
) -> tuple[AttitudeOf, ...]:
    """Return every party's attitude to every party, itself included; see :func:`relational_equilibria`."""
    parties = [dm.id for dm in conflict.parties]
    ties = {frozenset(tie.relation.between): (tie.relation.id, tie.level) for tie in ties_on(conflict, day_from(at))}
    if rapprochement is not None:
        a, b, level = checked([*parties, *(item.id for item in conflict.outsiders)], rapprochement)
        ties[frozenset((a, b))] = (ties.get(frozenset((a, b)), ("", 0.0))[0], float(level))
    pairs = {(a, b): ties.get(frozenset((a, b))) for a in parties for b in parties if a != b}
    levels = [[(pairs.get((a, b)) or ("", 0.0))[1] for b in parties] for a in parties]
    matrix = attitudes_from_relations(levels, threshold)
    return tuple(
        _attitude(conflict, a, b, _WORDS[int(matrix[i, j])], pairs.get((a, b)))
        for i, a in enumerate(parties)
        for j, b in enumerate(parties)
    )


def _attitude(conflict: Conflict, a: str, b: str, derived: Attitude, tie: tuple[str, float] | None) -> AttitudeOf:
    stated = dict(conflict.decision_maker(a).attitudes).get(b)
    relation, level = tie or ("", None)
    if stated is not None:
        return AttitudeOf(a, b, stated, "stated", relation, level)
    if a == b:
        return AttitudeOf(a, b, derived, "self")
    return AttitudeOf(a, b, derived, "none" if tie is None else "relation", relation, level)
