"""What the sections of a report are made of, each part asked for when a tab first shows it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from detente.analysis.analyze import Analysis, ReadingAnalysis
from detente.analysis.brief import Brief, brief
from detente.analysis.claims import Argument, check
from detente.analysis.dossier import analysis_of, explanations_of
from detente.analysis.durability import Durability, durability
from detente.analysis.evolution import Evolution, evolution
from detente.analysis.explain import Explanation
from detente.analysis.hypergame import Hypergame, hypergame
from detente.analysis.means import Means, means
from detente.analysis.phases import PhaseTree, phases
from detente.analysis.picture import Picture, picture
from detente.analysis.relations import RelationsResult, relations
from detente.analysis.variants import Variants, variants
from detente.analysis.world import World
from detente.conflict.conflict import Conflict
from detente.errors import DetenteError
from detente.stability.concept import NotDefinedError
from detente.workbench.whatif import Verdicts

Found = TypeVar("Found")

MOST_STATES = 1 << 15
"""States up to which parts that take many worlds of a model are made when a tab is opened."""


class Dossier:
    """What is known of a conflict under what is asked, as :class:`detente.analysis.dossier.Dossier` has it.

    Parameters
    ----------
    verdicts : Verdicts
    runs : mapping of str to result
        What runs in the background found for this model: ``robust``, ``change``, ``reasons``.
    """

    def __init__(self, verdicts: Verdicts, runs: dict[str, Any]) -> None:
        self.world: World = verdicts.world
        self.concept, self.reading = verdicts.asked.concept, verdicts.reading
        self.runs = runs
        self.digest_as_written = verdicts.written
        self.missing: dict[str, str] = {}
        robust, change = runs.get("robust"), runs.get("change")
        self.parameters: dict[str, Any] = {
            "concept": self.concept,
            "reading": self.reading,
            "why": "reasons" in runs or None,
            "target": [] if change is None else [target.text for target in change.targets],
            "worlds": None if robust is None else robust.n_worlds,
            "seed": None if robust is None else robust.seed,
        }

    @property
    def conflict(self) -> Conflict:
        """The model."""
        return self.world.conflict

    def _part(self, name: str, ask: Callable[[], Found], ground: bool = True, *, long: bool = False) -> Found | None:
        if not ground:
            return None
        if long and self.world.graph.n_states > MOST_STATES:
            self.missing[name] = f"the model has {self.world.graph.n_states:,} states; this would take long"
            return None
        try:
            return ask()
        except (DetenteError, NotDefinedError) as error:
            self.missing[name] = str(error)
            return None

    @cached_property
    def analysis(self) -> Analysis:
        """Every reading, every concept."""
        return analysis_of(self.world)

    @cached_property
    def item(self) -> ReadingAnalysis:
        """The analysis of the reading that is asked about."""
        return self.analysis.reading(self.reading)

    @cached_property
    def brief(self) -> Brief:
        """The conflict in brief."""
        return brief(self.conflict, concept=self.concept, reading=self.reading, world=self.world)

    @cached_property
    def explanations(self) -> tuple[Explanation, ...]:
        """Why states that matter are stable, or not."""
        return explanations_of(self.world, self.analysis, self.concept)

    @cached_property
    def argument(self) -> Argument | None:
        """The claims."""
        return self._part("argument", lambda: check(self.conflict, world=self.world), bool(self.conflict.claims))

    @cached_property
    def durability(self) -> Durability | None:
        """What lasts."""
        now, later = self.brief.now, self.brief.later
        ask = lambda: durability(self.conflict, now=now or "", later=later or "", decider=self.world.decider)  # noqa: E731
        return self._part("durability", ask, now is not None and later is not None)

    @cached_property
    def phases(self) -> PhaseTree | None:
        """The phases."""
        return self._part("phases", lambda: phases(self.conflict, reading=self.reading), bool(self.conflict.phases))

    @cached_property
    def evolution(self) -> Evolution | None:
        """Where play goes."""
        graph = self.world.graph
        ask = lambda: evolution(self.conflict, reading=self.reading, graph=graph)  # noqa: E731
        return self._part("evolution", ask, graph.status_quo is not None)

    @cached_property
    def views(self) -> Hypergame | None:
        """Who sees what."""
        ask = lambda: hypergame(  # noqa: E731
            self.conflict, reading=self.reading, concepts=(self.concept,), graph=self.world.graph
        )
        return self._part("views", ask, bool(self.conflict.views), long=True)

    @cached_property
    def relations(self) -> RelationsResult | None:
        """Who is with whom."""
        return self._part("relations", lambda: relations(self.conflict), bool(self.conflict.relations))

    @cached_property
    def means(self) -> Means | None:
        """What it takes."""
        graph = self.world.graph
        ground = bool(self.conflict.limits) and graph.status_quo is not None
        return self._part("means", lambda: means(self.conflict, graph=graph), ground)

    @cached_property
    def variants(self) -> Variants | None:
        """What hangs on choices."""
        return self._part("variants", lambda: variants(self.conflict), bool(self.conflict.variants), long=True)

    @cached_property
    def picture(self) -> Picture | None:
        """What to draw."""
        return self._part("picture", lambda: picture(self.analysis, reading=self.reading, concept=self.concept))

    @property
    def reasons(self) -> Any:
        """What claims stand on, where a run found it out."""
        return self.runs.get("reasons")

    @property
    def robust(self) -> Any:
        """How sure it is, where a run found it out."""
        return self.runs.get("robust")

    @property
    def change(self) -> Any:
        """What would have to change, where a run found it out."""
        return self.runs.get("change")
