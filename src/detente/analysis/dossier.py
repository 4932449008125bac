"""All answers about a conflict that a report is made of, each by the question that it belongs to.

Nothing is worked out here. A part that the model gives no ground for is ``None``; one that could not be answered, or
was left out because it would take too long, is ``None`` too and has its reason in :attr:`Dossier.missing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from detente.analysis.analyze import Analysis, ReadingAnalysis
from detente.analysis.brief import Brief, brief
from detente.analysis.change import Changes, changes
from detente.analysis.change_target import targets_of
from detente.analysis.claims import Argument, check
from detente.analysis.durability import Durability, durability
from detente.analysis.evolution import Evolution, evolution
from detente.analysis.explain import Explanation, reason
from detente.analysis.factors import factors_of
from detente.analysis.hypergame import Hypergame, hypergame
from detente.analysis.means import Means, means
from detente.analysis.outlook import nearest, outlook
from detente.analysis.phases import PhaseTree, phases
from detente.analysis.picture import STILL, Picture, picture
from detente.analysis.relations import RelationsResult, relations
from detente.analysis.result import provenance
from detente.analysis.robust import robust
from detente.analysis.run_kept import kept_run
from detente.analysis.shares import Robust
from detente.analysis.variants import Variants, variants
from detente.analysis.why import Reasons, why
from detente.analysis.world import World
from detente.conflict.conflict import Conflict
from detente.errors import DetenteError
from detente.stability.concept import NotDefinedError
from detente.stability.registry import CONCEPTS
from detente.stability.registry import concept as concept_of
from detente.stability.solve import solve

MOST_STATES = 1 << 17
"""States up to which parts that take many worlds of a model (reasons, variants, views) or draw it are made unasked."""
MOST_WHY = 1 << 19
"""Up to so many states times claims the reasons of claims are looked for unasked."""
MOST_EXAMINED = 1 << 18
"""Up to so many states times worlds a run over worlds is made here; a longer one is to be kept, and read."""
MOST_WORLDS = 2_000
FEW_STATES = 40
"""Of so few states every equilibrium is explained."""
MOST_EXPLAINED = 12
"""States that are explained in one reading."""
CHANGE_SECONDS = 30.0

Progress = Callable[[str, int, int], object]
Found = TypeVar("Found")


@dataclass(frozen=True, eq=False, repr=False)
class Dossier:
    """What is known of a conflict.

    Attributes
    ----------
    world : World
    concept : str
        The concept that "can hold" is meant under.
    reading : str
        The reading of what is about one reading alone: the picture, the views, the play.
    analysis : Analysis
        Every reading, every concept.
    brief : Brief
    explanations : tuple of Explanation
        Of states that matter: the status quo and equilibria, a reading after the other.
    durability, argument, reasons, phases, evolution, views, relations, means, variants, robust, change, picture
        The answers to these questions; ``None`` where there is no ground for them, or in ``missing``.
    missing : mapping of str to str
        Why a part is not there.
    parameters : mapping
        What the dossier was asked for.
    """

    world: World
    concept: str
    reading: str
    analysis: Analysis
    brief: Brief
    explanations: tuple[Explanation, ...]
    durability: Durability | None
    argument: Argument | None
    reasons: Reasons | None
    phases: PhaseTree | None
    evolution: Evolution | None
    views: Hypergame | None
    relations: RelationsResult | None
    means: Means | None
    variants: Variants | None
    robust: Robust | None
    change: Changes | None
    picture: Picture | None
    missing: Mapping[str, str]
    parameters: Mapping[str, Any]

    def __repr__(self) -> str:
        left = f", without {', '.join(self.missing)}" if self.missing else ""
        return f"<Dossier of {self.conflict.title[:60]!r}{left}>"

    @property
    def conflict(self) -> Conflict:
        """The model."""
        return self.world.conflict

    @cached_property
    def item(self) -> ReadingAnalysis:
        """The analysis of the reading that is asked about."""
        return self.analysis.reading(self.reading)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: what each part has, and why the others are missing."""
        names = ("durability", "argument", "phases", "evolution", "views", "relations", "means", "variants", "robust")
        parts = {name: getattr(self, name) for name in (*names, "change", "picture")}
        return {
            "brief": self.brief.to_dict(),
            **{name: None if part is None else part.to_dict() for name, part in parts.items()},
            "reasons": None if self.reasons is None else self.reasons.to_dict(),
            "missing": dict(self.missing),
            "computed": provenance(self.conflict, **self.parameters),
        }


class _Gathering:
    """Asks questions one after the other, and keeps why some have no answer."""

    def __init__(self, n_parts: int, progress: Progress | None) -> None:
        self.missing: dict[str, str] = {}
        self._done, self._total, self._progress = 0, n_parts, progress

    def part(self, name: str, ask: Callable[[], Found], *, ground: bool = True, unless: str = "") -> Found | None:
        """Return an answer; ``None`` without ``ground``; ``unless`` is why it is not asked at all."""
        if self._progress is not None:
            self._progress(name, self._done, self._total)
        self._done += 1
        if not ground:
            return None
        if unless:
            self.missing[name] = unless
            return None
        try:
            return ask()
        except (DetenteError, NotDefinedError) as error:
            self.missing[name] = str(error)
            return None


def dossier(
    conflict: Conflict,
    *,
    concept: str = "seq",
    reading: str | None = None,
    with_reasons: bool | None = None,
    robust_run: str | Path | None = None,
    change_target: str | Sequence[str] | None = None,
    world: World | None = None,
    progress: Progress | None = None,
) -> Dossier:
    """Gather what a report of a conflict needs.

    Parameters
    ----------
    conflict : Conflict
    concept : str
        The concept that "can hold" is meant under.
    reading : str, optional
        The reading of what is about one alone; the first by default.
    with_reasons : bool, optional
        Whether to look for what each claim stands on; by default where it does not take long.
    robust_run : str or Path, optional
        The folder of a kept run over worlds; without it one is made where that does not take long.
    change_target : str or sequence of str, optional
        What to wish for: a state, an outcome, a claim or a durability.
    world : World, optional
        When it exists already.
    progress : callable, optional
        Called with (part, parts done, parts).

    Raises
    ------
    UsageError
        A name does not exist, the concept is not defined for this model, or the kept run is of another model. What is
        asked for by name is never left out in silence.
    ModelError
        The model contradicts itself; the message has the place.
    """
    by = concept_of(concept)
    told = conflict.reading(reading).id if reading else conflict.readings[0].id
    world = world or World(conflict)
    gathering = _Gathering(15, progress)
    graph = world.graph
    many = f"the model has {graph.n_states:,} states; this is made unasked up to {MOST_STATES:,}"
    too_many = many if graph.n_states > MOST_STATES else ""
    kept = None if robust_run is None else kept_run(conflict, robust_run)
    if progress is not None:
        progress("analysis", 0, 15)
    analysis = analysis_of(world)
    in_brief = brief(conflict, concept=by.id, reading=told, world=world)
    part = gathering.part
    argument = part("argument", lambda: check(conflict, world=world), ground=bool(conflict.claims))
    n_asked = graph.n_states * len(conflict.claims)
    slow = with_reasons is None and (n_asked > MOST_WHY or bool(too_many))
    long = f"the model has {graph.n_states:,} states and {len(conflict.claims):,} claims; ask for it with --why"
    now, later = in_brief.now, in_brief.later
    target = (change_target,) if isinstance(change_target, str) else tuple(change_target or ())
    if target:  # a name that does not exist is refused before any work
        targets_of(graph, target, concepts=(by.id,), readings=(told,), now="tactical", later="strategic")
    return Dossier(
        world=world,
        concept=by.id,
        reading=told,
        analysis=analysis,
        brief=in_brief,
        explanations=explanations_of(world, analysis, by.id),
        argument=argument,
        reasons=part(
            "reasons",
            lambda: why(argument),  # type: ignore[arg-type]
            ground=argument is not None and with_reasons is not False,
            unless=long if slow else "",
        ),
        durability=part(
            "durability",
            lambda: durability(conflict, now=now or "", later=later or "", decider=world.decider),
            ground=now is not None and later is not None,
        ),
        phases=part("phases", lambda: phases(conflict, reading=told), ground=bool(conflict.phases)),
        evolution=part(
            "evolution", lambda: evolution(conflict, reading=told, graph=graph), ground=graph.status_quo is not None
        ),
        views=part(
            "views",
            lambda: hypergame(conflict, reading=told, concepts=(by.id,), graph=graph),
            ground=bool(conflict.views),
            unless=too_many,
        ),
        relations=part("relations", lambda: relations(conflict), ground=bool(conflict.relations)),
        means=part(
            "means",
            lambda: means(conflict, graph=graph),
            ground=bool(conflict.limits) and graph.status_quo is not None,
        ),
        variants=part("variants", lambda: variants(conflict), ground=bool(conflict.variants), unless=too_many),
        robust=kept if kept is not None else _robust(gathering, world),
        change=part(
            "change",
            lambda: changes(conflict, target, concepts=(by.id,), readings=(told,), seconds=CHANGE_SECONDS, graph=graph),
            ground=bool(target),
        ),
        picture=part("picture", lambda: picture(analysis, reading=told, concept=by.id, most=STILL)),
        missing=gathering.missing,
        parameters={
            "concept": by.id,
            "reading": told,
            "why": with_reasons,
            "target": list(target),
            "worlds": None if kept is None else kept.n_worlds,
            "seed": None if kept is None else kept.seed,
        },
    )


def analysis_of(world: World) -> Analysis:
    """Return the analysis of every reading under every concept, with the world's own games."""
    found = {}
    for item in world.conflict.readings:
        game = world.game(item.id)
        found[item.id] = ReadingAnalysis(item.id, world.graph, game, solve(game, list(CONCEPTS.values())))
    return Analysis(world.conflict, world.graph, found, world.sanctions)


def _robust(gathering: _Gathering, world: World) -> Robust | None:
    """Return a run over worlds where one does not take long."""
    conflict, n_states = world.conflict, world.graph.n_states

    def uncertain() -> bool:
        return bool(factors_of(conflict))

    there = gathering.part("robust", uncertain)
    if not there:
        return None
    n_worlds = min(MOST_WORLDS, MOST_EXAMINED // n_states)
    long = (
        f"the model has {n_states:,} states: keep a run (detente robust --out DIR) and give its folder with --with DIR"
    )
    few = long if n_worlds < MOST_WORLDS // 8 else ""
    return gathering.part("robust", lambda: robust(conflict, worlds=n_worlds, search=n_worlds, workers=1), unless=few)


def explanations_of(world: World, analysis: Analysis, concept: str) -> tuple[Explanation, ...]:
    """Return why states that matter are stable, or not, for each party, under the concept that is asked for."""
    by, found = concept_of(concept), []
    for item in analysis.readings.values():
        parties = item.game.parties
        for state in states_that_matter(item, concept)[:MOST_EXPLAINED]:
            reasons = tuple(reason(item.game, i, state, by) for i in parties)
            found.append(Explanation(world.graph, item.game, item.reading, state, reasons, {}))
    return tuple(found)


def states_that_matter(item: ReadingAnalysis, concept: str) -> list[int]:
    """Return the status quo, and equilibria: of few states all, of many the nearest of each outcome that can hold."""
    graph, held = item.graph, item.equilibria(concept)
    states = [] if graph.status_quo is None else [graph.status_quo]
    if graph.n_states <= FEW_STATES or not graph.conflict.reported:
        states += held.tolist()
    else:
        states += [one.example for one in outlook(item, concept) if one.holding and one.example is not None]
    if not len(held) and graph.status_quo is None and graph.n_states:
        states.append(nearest(item, np.arange(graph.n_states)))
    return list(dict.fromkeys(states))
