"""The web of relations of a conflict: is it balanced, since when, what would a rapprochement do to it?

And relational stability: which states hold when parties care for, or against, what others want, as relations say.

A level holds from its date to the next. Before the first date of its series a relation is no tie; one of level
0 never is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date as Day
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.analysis.attitudes import CONCEPTS, attitudes_from_relations, relational
from detente.analysis.balance import Balance, Centrality, Pair, Strain, TieChange, balance, centrality, change_tie
from detente.analysis.result import State, provenance
from detente.analysis.turning_points import TurningPoints, turning_points
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Attitude
from detente.conflict.relations import Relation, day_of
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.stability.game import SANCTIONS, Sanctions
from detente.stability.reading import game_of
from detente.stability.registry import concept
from detente.stability.solve import solve

if TYPE_CHECKING:
    import pandas as pd

Rapprochement: TypeAlias = tuple[str, str, float]
"""Two nodes, and the level that they come to."""

THRESHOLD = 0.5
"""From how high a level, or how low a negative one, a relation makes an attitude."""


@dataclass(frozen=True)
class Tie:
    """A relation on a day. ``since`` is the date of its level, empty where it has none."""

    relation: Relation
    since: str
    level: float


@dataclass(frozen=True)
class Moment:
    """A date at which the web changes. A change is a relation, its level before (``None``: none yet) and after."""

    date: str
    changes: tuple[tuple[str, float | None, float], ...]
    web: Balance


@dataclass(frozen=True, eq=False, repr=False)
class RelationsResult:
    """The web of a conflict's relations.

    Attributes
    ----------
    conflict : Conflict
    at : str
        The date it is about: the one asked for, or the latest of any series; empty where no relation is dated.
    ties : tuple of Tie
        The relations that have a level then, in the order of the model.
    not_yet : tuple of str
        Relations whose series begins later.
    alone : tuple of str
        Parties and outsiders that no relation names; they are not nodes.
    web : Balance
        Balance, frustration, blocs, strained ties.
    centrality : tuple of Centrality
        One entry a node.
    change : TieChange or None
        What the rapprochement does.
    over_time : tuple of Moment
        Every date at which the web changes, in order.
    turning_points : mapping of relation to TurningPoints
        For every dated relation.
    """

    conflict: Conflict
    at: str
    ties: tuple[Tie, ...]
    not_yet: tuple[str, ...]
    alone: tuple[str, ...]
    web: Balance
    centrality: tuple[Centrality, ...]
    change: TieChange | None
    over_time: tuple[Moment, ...]
    turning_points: Mapping[str, TurningPoints]

    def __repr__(self) -> str:
        words = "balanced" if self.web.balanced else f"{self.web.by_count.index} ties out of place"
        at = f" at {self.at}" if self.at else ""
        return f"<RelationsResult of {self.conflict.title[:60]!r}{at}: {len(self.web.ties)} ties, {words}>"

    def strain(self, tie: Tie) -> tuple[Strain, Strain]:
        """Return in how many best divisions a tie is out of place, by count and by level."""
        a, b = tie.relation.between
        pair = (a, b) if (a, b) in self.web.ties else (b, a)
        return self.web.by_count.strain(pair), self.web.by_level.strain(pair)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; dates as text."""
        web = self.web.to_dict()
        return {
            "at": self.at or None,
            "nodes": list(web["nodes"]),
            "without_a_relation": list(self.alone),
            "ties": [self._tie_data(tie) for tie in self.ties],
            "not_yet": list(self.not_yet),
            **{key: web[key] for key in ("parts", "balanced", "witness", "by_count", "by_level")},
            "centrality": [item.to_dict() for item in self.centrality],
            "rapprochement": None if self.change is None else self.change.to_dict(),
            "over_time": [
                {
                    "date": moment.date,
                    "changes": [
                        {"relation": key, "before": before, "after": after} for key, before, after in moment.changes
                    ],
                    "balanced": moment.web.balanced,
                    "index_by_count": moment.web.by_count.index,
                    "index_by_level": moment.web.by_level.index,
                    "n_divisions": moment.web.by_count.n_divisions,
                    "blocs": moment.web.blocs,
                }
                for moment in self.over_time
            ],
            "turning_points": {key: found.to_dict() for key, found in self.turning_points.items()},
            "computed": provenance(self.conflict),
        }

    def _tie_data(self, tie: Tie) -> dict[str, Any]:
        by_count, by_level = self.strain(tie)
        certainty = tie.relation.certainty
        return {
            "relation": tie.relation.id,
            "between": list(tie.relation.between),
            "level": tie.level,
            "since": tie.since or None,
            "certainty": certainty if isinstance(certainty, str) else float(certainty),
            "strain_by_count": by_count,
            "strain_by_level": by_level,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row a tie."""
        import pandas as pd

        rows = [self._tie_data(tie) for tie in self.ties]
        columns = ["relation", "a", "b", "level", "since", "certainty", "strain_by_count", "strain_by_level"]
        return pd.DataFrame(
            [{**row, "a": row["between"][0], "b": row["between"][1]} for row in rows], columns=columns
        ).astype({"since": object})


def relations(
    conflict: Conflict, *, at: str | Day | None = None, rapprochement: Rapprochement | None = None
) -> RelationsResult:
    """Examine the web of a conflict's relations.

    Parameters
    ----------
    conflict : Conflict
    at : date or str, optional
        The day; a year or a month alone means its first day. The latest date of any series by default.
    rapprochement : (str, str, float), optional
        Two nodes that come to a level, from -1 to 1.

    Raises
    ------
    UsageError
        The model has no relations, the date cannot be read, a node does not exist, a level is out of bounds.
    TooLargeError
        See :func:`detente.analysis.balance.balance`.
    """
    if not conflict.relations:
        raise UsageError("the model states no relations ('relations:')")
    day = _day(at)
    everybody = _everybody(conflict)
    named = {node for relation in conflict.relations for node in relation.between}
    web = web_of(conflict, at=day, with_nodes=rapprochement[:2] if rapprochement else ())
    nodes = web.nodes
    ties = tuple(_ties(conflict, day))
    there = {tie.relation.id for tie in ties}
    dates = _dates(conflict)
    return RelationsResult(
        conflict=conflict,
        at=str(at) if at is not None else list(dates.values())[-1] if dates else "",
        ties=ties,
        not_yet=tuple(relation.id for relation in conflict.relations if relation.id not in there),
        alone=tuple(node for node in everybody if node not in named),
        web=web,
        centrality=centrality(web),
        change=None if rapprochement is None else change_tie(web, *_checked(everybody, rapprochement)),
        over_time=tuple(_over_time(conflict, nodes, dates)),
        turning_points={
            relation.id: turning_points(
                [(when, float(level)) for when, level in relation.levels],
                [(turn.id, turn.source) for turn in relation.turns],
            )
            for relation in conflict.relations
            if relation.dated
        },
    )


def web_of(conflict: Conflict, *, at: str | Day | None = None, with_nodes: Sequence[str] = ()) -> Balance:
    """Return the web of a day, with the nodes of all relations and these. Raises as :func:`relations`."""
    named = {node for relation in conflict.relations for node in relation.between} | set(with_nodes)
    nodes = tuple(node for node in _everybody(conflict) if node in named)
    return balance(nodes, _levels(conflict, _day(at)))


def _everybody(conflict: Conflict) -> list[str]:
    return [dm.id for dm in conflict.parties] + [item.id for item in conflict.outsiders]


def _day(at: str | Day | None) -> Day | None:
    if at is None or isinstance(at, Day):
        return at
    try:
        return day_of(at.strip())
    except ValueError as error:
        raise UsageError(str(error)) from None


def _checked(nodes: Sequence[str], rapprochement: Rapprochement) -> Rapprochement:
    """Return two different nodes and a level. Raises UsageError."""
    a, b, level = rapprochement
    balance(nodes, {(a, b): level})
    return rapprochement


def _ties(conflict: Conflict, day: Day | None) -> Iterator[Tie]:
    for relation in conflict.relations:
        found = relation.entry(day)
        if found is not None:
            yield Tie(relation, found[0], float(found[1]))


def _levels(conflict: Conflict, day: Day | None) -> dict[Pair, float]:
    return {tie.relation.between: tie.level for tie in _ties(conflict, day)}


def _dates(conflict: Conflict) -> dict[Day, str]:
    """Return every date of any series, in order, with the text it was first given as."""
    found: dict[Day, str] = {}
    for relation in conflict.relations:
        for when, _ in relation.levels if relation.dated else ():
            found.setdefault(day_of(when), when)
    return dict(sorted(found.items()))


def _over_time(conflict: Conflict, nodes: tuple[str, ...], dates: Mapping[Day, str]) -> Iterator[Moment]:
    before = {relation.id: float(relation.levels[0][1]) for relation in conflict.relations if not relation.dated}
    for day, when in dates.items():
        now = {tie.relation.id: tie.level for tie in _ties(conflict, day)}
        changes = tuple((key, before.get(key), level) for key, level in now.items() if before.get(key, 0.0) != level)
        if changes:
            yield Moment(when, changes, balance(nodes, _levels(conflict, day)))
        before = now


# -- relational stability -------------------------------------------------------------------------------------------

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
class RelationalEquilibria:
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
    """
    if sanctions not in SANCTIONS:
        raise UsageError(f"unknown sanctions {sanctions!r} (there are: {', '.join(SANCTIONS)})")
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
    dates = _dates(conflict)
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
    ties = {frozenset(tie.relation.between): (tie.relation.id, tie.level) for tie in _ties(conflict, _day(at))}
    if rapprochement is not None:
        a, b, level = _checked([*parties, *(item.id for item in conflict.outsiders)], rapprochement)
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
