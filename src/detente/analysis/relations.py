"""The web of relations of a conflict: is it balanced, since when, what would a rapprochement do to it?

A level holds from its date to the next. Before the first date of its series a relation is no tie; one of level
0 never is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Day
from typing import TYPE_CHECKING, Any, TypeAlias

from detente.analysis.balance import Balance, Centrality, Pair, Strain, TieChange, balance, centrality, change_tie
from detente.analysis.result import Shown, provenance
from detente.analysis.turning_points import TurningPoints, turning_points
from detente.conflict.conflict import Conflict
from detente.conflict.relations import Relation, day_of
from detente.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

Rapprochement: TypeAlias = tuple[str, str, float]
"""Two nodes, and the level that they come to."""


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
class RelationsResult(Shown):
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

    Examples
    --------
    >>> import detente
    >>> found = relations(detente.library("peace_delusion"))
    >>> found
    <RelationsResult of 'The peace delusion' at 2025-08-15: 12 ties, balanced>
    """
    if not conflict.relations:
        raise UsageError("the model states no relations ('relations:')")
    day = day_from(at)
    everybody = _everybody(conflict)
    named = {node for relation in conflict.relations for node in relation.between}
    web = web_of(conflict, at=day, with_nodes=rapprochement[:2] if rapprochement else ())
    nodes = web.nodes
    ties = tuple(ties_on(conflict, day))
    there = {tie.relation.id for tie in ties}
    dates = dates_of(conflict)
    return RelationsResult(
        conflict=conflict,
        at=str(at) if at is not None else list(dates.values())[-1] if dates else "",
        ties=ties,
        not_yet=tuple(relation.id for relation in conflict.relations if relation.id not in there),
        alone=tuple(node for node in everybody if node not in named),
        web=web,
        centrality=centrality(web),
        change=None if rapprochement is None else change_tie(web, *checked(everybody, rapprochement)),
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
    return balance(nodes, _levels(conflict, day_from(at)))


def _everybody(conflict: Conflict) -> list[str]:
    return [dm.id for dm in conflict.parties] + [item.id for item in conflict.outsiders]


def day_from(at: str | Day | None) -> Day | None:
    """Return the day that somebody asks about. Raises UsageError where it cannot be read."""
    if at is None or isinstance(at, Day):
        return at
    try:
        return day_of(at.strip())
    except ValueError as error:
        raise UsageError(str(error)) from None


def checked(nodes: Sequence[str], rapprochement: Rapprochement) -> Rapprochement:
    """Return two different nodes and a level. Raises UsageError."""
    a, b, level = rapprochement
    balance(nodes, {(a, b): level})
    return rapprochement


def ties_on(conflict: Conflict, day: Day | None) -> Iterator[Tie]:
    """Yield the relations that have a level on a day; the last one by default."""
    for relation in conflict.relations:
        found = relation.entry(day)
        if found is not None:
            yield Tie(relation, found[0], float(found[1]))


def _levels(conflict: Conflict, day: Day | None) -> dict[Pair, float]:
    return {tie.relation.between: tie.level for tie in ties_on(conflict, day)}


def dates_of(conflict: Conflict) -> dict[Day, str]:
    """Return every date of any series, in order, with the text it was first given as."""
    found: dict[Day, str] = {}
    for relation in conflict.relations:
        for when, _ in relation.levels if relation.dated else ():
            found.setdefault(day_of(when), when)
    return dict(sorted(found.items()))


def _over_time(conflict: Conflict, nodes: tuple[str, ...], dates: Mapping[Day, str]) -> Iterator[Moment]:
    before = {relation.id: float(relation.levels[0][1]) for relation in conflict.relations if not relation.dated}
    for day, when in dates.items():
        now = {tie.relation.id: tie.level for tie in ties_on(conflict, day)}
        changes = tuple((key, before.get(key), level) for key, level in now.items() if before.get(key, 0.0) != level)
        if changes:
            yield Moment(when, changes, balance(nodes, _levels(conflict, day)))
        before = now
