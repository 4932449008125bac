"""What would have to change for something wished to come true: in wishes, in what is secured, and in whom.

Three levels answer the same question. *Ranks* is inverse analysis (:mod:`detente.analysis.inverse`): the fewest pairs
of states that change order. *Aims* speaks the language of the model: which party would have to rank which statement
above which, give one up or take one up. *Guarantees* leaves wishes alone: which moves would have to be ruled out, which
restriction lifted, which guarantee given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, get_args

from detente.analysis.change_catalog import Catalog, aims_of, guarantees_of, lenses_behind
from detente.analysis.change_search import Grounds, Set, Smallest, smallest
from detente.analysis.change_target import Target, met, targets_of
from detente.analysis.change_ways import Reached, reached
from detente.analysis.change_whom import Persuasion, whom_to_persuade
from detente.analysis.inverse import Change
from detente.analysis.inverse import change as ranks_change
from detente.analysis.result import Shown, provenance
from detente.analysis.world import World
from detente.conflict.conflict import Conflict
from detente.conflict.formula import And, Compare, Formula
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.stability.decider import Decider
from detente.stability.registry import concept as concept_named

if TYPE_CHECKING:
    import pandas as pd

Level = Literal["ranks", "aims", "guarantees", "all"]
LEVELS: tuple[Level, ...] = get_args(Level)
MOST_WAYS = 24
"""Of so many smallest sets it is said how the wished states are reached then."""
SECONDS_ALONE = 10.0
"""So long a party's own smallest change of rankings is looked for, where nothing quicker settles it."""


@dataclass(frozen=True, eq=False, repr=False)
class Changes(Shown):
    """What would have to change, level by level.

    Attributes
    ----------
    conflict, graph : Conflict, Graph
    targets : tuple of Target
        All of them together are wished.
    concepts, readings, kept : tuple of str
    holds : bool
        Whether everything wished is so already.
    ranks : Change or None
        Where it was asked for, and one state or outcome is wished under one concept and reading.
    aims, guarantees : Smallest or None
        Where they were asked for.
    whom : tuple of Persuasion
        Parties, those first in whom least has to change; empty where aims were not asked for.
    ways : mapping of level to tuple of Reached or None
        How the wished states are reached after each of the first sets.
    """

    conflict: Conflict
    graph: Graph
    targets: tuple[Target, ...]
    concepts: tuple[str, ...]
    readings: tuple[str, ...]
    kept: tuple[str, ...]
    holds: bool
    ranks: Change | None
    aims: Smallest | None
    guarantees: Smallest | None
    whom: tuple[Persuasion, ...]
    ways: dict[str, tuple[Reached | None, ...]]
    parameters: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} {part.size}" for name, part in self.levels.items())
        return f"<Changes of {self.conflict.title[:60]!r} for {self.target}: {sizes or 'ranks only'}>"

    @property
    def target(self) -> str:
        """Everything that is wished, as it was asked for."""
        return ", ".join(target.text for target in self.targets)

    @property
    def levels(self) -> dict[str, Smallest]:
        """The answers in sets of changes, by level."""
        both = {"aims": self.aims, "guarantees": self.guarantees}
        return {name: part for name, part in both.items() if part is not None}

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: that of the ranks where they were asked for, and one key for each other level."""
        if self.ranks is not None:
            data = self.ranks.to_dict()
        else:
            computed = provenance(self.conflict, nature=self.conflict.nature)
            data = {
                "target": self.target,
                "concept": ", ".join(self.concepts),
                "reading": ", ".join(self.readings),
                "keep": list(self.kept),
                "computed": computed,
            }
        data["computed"] |= self.parameters
        data |= {
            "targets": [target.to_dict() for target in self.targets],
            "concepts": list(self.concepts),
            "readings": list(self.readings),
            "holds": self.holds,
        }
        data |= {name: self._level(name, part) for name, part in self.levels.items()}
        if self.aims is not None:
            data["whom"] = [item.to_dict() for item in self.whom]
            alone = any(item.alone.sets for item in self.whom)
            data["nobody_alone"] = not self.holds and not alone
        return data

    def _level(self, name: str, part: Smallest) -> dict[str, Any]:
        ways = self.ways.get(name, ())
        return {
            "size": part.size,
            "complete_to": part.complete_to,
            "at_least": part.at_least,
            "impossible": part.ruled_out,
            "stopped": part.stopped,
            "in_the_way": list(part.in_the_way),
            "changes": part.n_edits,
            "decided": part.n_decided,
            "not_examined": part.n_unfit,
            "unworded": list(part.unworded),
            "sets": [
                {
                    "changes": [edit.to_dict() for edit in some],
                    "parties": list(dict.fromkeys(edit.dm for edit in some if edit.dm)),
                    **({"reached": _way_dict(ways[place])} if place < len(ways) else {}),
                }
                for place, some in enumerate(part.sets)
            ],
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame: the ranks' pairs where they were asked for, else one row per set and change."""
        import pandas as pd

        if self.ranks is not None:
            return self.ranks.to_frame()
        keys = ["decision_maker", "kind", "statement", "lens", "above", "below", "state", "option", "direction"]
        keys += ["while", "premise", "guarantee"]
        rows = [
            {"level": name, "set": number, **{key: found.get(key) for key in keys}}
            for name, part in self.levels.items()
            for number, some in enumerate(part.sets, 1)
            for found in (edit.to_dict() for edit in some)
        ]
        return pd.DataFrame(rows, columns=["level", "set", *keys])


def _way_dict(way: Reached | None) -> dict[str, Any] | None:
    return None if way is None else way.to_dict()


def changes(
    conflict: Conflict,
    targets: Sequence[str | int],
    *,
    level: Level = "all",
    concepts: Sequence[str] = ("seq",),
    readings: Sequence[str] | None = None,
    keep: Sequence[str] = (),
    sets: int = 3,
    borrow: bool = False,
    now: str = "tactical",
    later: str = "strategic",
    allow_ties: bool = False,
    most: int = 1,
    seconds: float = 60.0,
    graph: Graph | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Changes:
    """Find what would have to change for everything that is wished to come true.

    Parameters
    ----------
    conflict : Conflict
    targets : sequence of str or int
        A state's number or label, ``status_quo``, an outcome, ``claim:ID``, or a durability and what has it, such as
        ``lasting:treaty``; all together.
    level : {"ranks", "aims", "guarantees", "all"}
    concepts : sequence of str
        Under which states and outcomes have to hold; a claim has its own.
    readings : sequence of str, optional
        The first by default; ``lasting`` concerns all.
    keep : sequence of str
        Parties that stay as they are: their wishes, and what they can do.
    sets : int
        Sets of at most so many changes.
    borrow : bool
        Whether a party may take up statements that only others use.
    now, later : str
        The readings that other durabilities compare.
    allow_ties, most : bool, int
        For ranks, as in :func:`detente.analysis.inverse.change`.
    seconds : float
        How long to search at each level; the parties one by one have half of it together.
    graph : Graph, optional
    workers : int, optional
        Processes that share out the search; the answer is the same for any number.
    progress : callable, optional
        Called with (done, total).

    Raises
    ------
    UsageError
        A name does not exist, or the question makes no sense.
    ModelError
        Something wished has no answer in this model.

    Examples
    --------
    >>> import detente
    >>> found = changes(detente.library("prisoners_dilemma"), [4], level="aims", concepts=["nash"], workers=1)
    >>> found
    <Changes of "Prisoner's dilemma" for 4: aims 2>
    """
    if level not in LEVELS:
        raise UsageError(f"unknown level {level!r}; there are: {', '.join(LEVELS)}")
    if sets < 1:
        raise UsageError(f"sets of {sets}; expected 1 or more")
    if not 0 <= seconds < 1e9:
        raise UsageError(f"{seconds:g} seconds; expected 0 or more, and an end")
    by = tuple(dict.fromkeys(concept_named(key).id for key in concepts))
    chosen = tuple(dict.fromkeys(conflict.reading(name).id for name in readings or [conflict.readings[0].id]))
    for name in keep:
        if conflict.decision_maker(name).kind == "nature":
            raise UsageError(f"{name!r} is nature: it has no ranking to keep")
    if set(keep) >= {dm.id for dm in conflict.parties} and level != "guarantees":
        raise UsageError("every party keeps its ranking, so nothing can change; leave out a --keep")
    graph = graph or Graph(conflict)
    none_yet = level == "guarantees"  # what is not possible may be made so
    wished = targets_of(graph, targets, concepts=by, readings=chosen, now=now, later=later, none_yet=none_yet)
    plain = len(wished) == 1 and wished[0].kind in ("state", "outcome") and len(by) == 1 and len(chosen) == 1
    if level == "ranks" and not plain:
        raise UsageError(
            "rankings are changed for one state or outcome, under one concept and one reading; leave out "
            "--level ranks, or all but one of each"
        )
    ranks = None
    if plain and level in ("ranks", "all"):
        ranks = ranks_change(
            conflict,
            targets[0],
            by[0],
            keep=keep,
            reading=chosen[0],
            allow_ties=allow_ties,
            most=most,
            seconds=seconds,
            graph=graph,
            progress=progress,
        )
    asker = _Asker(conflict, graph, wished, by, chosen, tuple(keep), sets, seconds, workers, progress)
    return asker.answer(ranks, level, borrow=borrow, ranked=ranks is not None and level == "all")


@dataclass(frozen=True, eq=False)
class _Asker:
    """One question, asked at each level."""

    conflict: Conflict
    graph: Graph
    wished: tuple[Target, ...]
    concepts: tuple[str, ...]
    readings: tuple[str, ...]
    kept: tuple[str, ...]
    most: int
    seconds: float
    workers: int | None
    progress: Callable[[int, int], object] | None

    def answer(self, ranks: Change | None, level: Level, *, borrow: bool, ranked: bool) -> Changes:
        """Return the answers at the levels asked for."""
        aims = guarantees = None
        whom: tuple[Persuasion, ...] = ()
        ways: dict[str, tuple[Reached | None, ...]] = {}
        holds = bool(ranks is not None and ranks.distance == 0)
        if level != "ranks":
            world = World(self.conflict, decider=Decider(self.graph))
            holds = met(world, self.wished)  # raises what every question here would raise
            readings = self._readings_that_count()
            lenses = lenses_behind(self.conflict, readings)
            grounds = Grounds(world, self.wished, readings)
            if level in ("aims", "all"):
                catalog = aims_of(self.conflict, self.kept, lenses, borrow=borrow)
                aims = self._smallest(grounds, catalog)
                ways["aims"] = self._ways(grounds, aims.sets)
                if not holds:
                    whom = self._whom(grounds, catalog, aims, ranked=ranked)
            if level in ("guarantees", "all"):
                about = {target.that: target.text.partition(":")[2] or target.text for target in self.wished}
                given = grounds.check_offers()
                names = [(text, that) for that, text in about.items() if that is not None]
                catalog = guarantees_of(self.conflict, self.kept, names, set(self._fixed(names)), given)
                guarantees = self._smallest(grounds, catalog)
                ways["guarantees"] = self._ways(grounds, guarantees.sets)
        return Changes(
            self.conflict,
            self.graph,
            self.wished,
            self.concepts,
            self.readings,
            self.kept,
            holds,
            ranks,
            aims,
            guarantees,
            whom,
            ways,
            {"seconds": self.seconds, "sets": self.most, "borrow": borrow} if level != "ranks" else {},
        )

    def _readings_that_count(self) -> tuple[str, ...] | None:
        """Return the readings whose lenses count for what is wished; None: all lenses."""
        if all(target.kind in ("state", "outcome") for target in self.wished):
            return self.readings
        if any(target.kind == "claim" for target in self.wished):
            return None
        return tuple(reading.id for reading in self.conflict.readings)

    def _fixed(self, wished: Sequence[tuple[str, Formula]]) -> Iterator[tuple[str, str]]:
        """Yield the options that have one value in all states of a wish, by party of one option."""
        space = self.graph.space
        for party in (party for party in self.conflict.parties if len(party.options) == 1):
            (option,) = party.options
            name = f"{party.id}.{option.id}"
            for text, that in wished:
                kinds = (And((that, Compare(name, "=", value.id))) for value in option.values)
                if sum(bool(space.evaluate(kind).any()) for kind in kinds) < 2:
                    yield text, name

    def _smallest(self, grounds: Grounds, catalog: Catalog, share: float = 1.0) -> Smallest:
        end = monotonic() + self.seconds * share
        return smallest(grounds, catalog, self.most, end, workers=self.workers, progress=self.progress)

    def _ways(self, grounds: Grounds, sets: Sequence[Set]) -> tuple[Reached | None, ...]:
        found = []
        for some in sets[:MOST_WAYS]:
            world = grounds.changed(some)
            found.append(None if world is None else reached(world, self.wished, self.readings[0]))
        return tuple(found)

    def _whom(self, grounds: Grounds, catalog: Catalog, together: Smallest, *, ranked: bool) -> tuple[Persuasion, ...]:
        free = [dm.id for dm in self.conflict.parties if dm.id not in self.kept]

        def alone(dm: str) -> Smallest:
            own = Catalog(tuple(edit for edit in catalog.edits if edit.dm == dm))
            return self._smallest(grounds, own, 1 / (2 * len(free)))

        return whom_to_persuade(free, alone, self._distance if ranked else None, together)

    def _distance(self, dm: str) -> float | None:
        """Return how far a party's ranking is from one that does it with nobody else changed; None: there is none."""
        others = [party.id for party in self.conflict.parties if party.id != dm]
        (target,) = self.wished
        found = ranks_change(
            self.conflict,
            target.text,
            self.concepts[0],
            keep=others,
            reading=self.readings[0],
            seconds=min(self.seconds, SECONDS_ALONE),
            graph=self.graph,
        )
        return found.distance
