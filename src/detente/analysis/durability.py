"""What lasts when lenses change: the durability of states and outcomes, what breaks them, and what follows then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.result import Shown, State, provenance
from detente.conflict.conflict import Conflict
from detente.errors import TooLargeError, UsageError
from detente.graph.evaluate import Flags
from detente.graph.graph import Graph
from detente.stability.concept import NotDefinedError
from detente.stability.decider import Decider
from detente.stability.game import Sanctions
from detente.stability.registry import concept

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("lasting", "brittle", "provisional", "latent", "conditional", "untenable")
"""The durabilities of a state, strongest first."""

SHIFTING = "shifting"
"""The durability of an outcome that holds now and later, but in different states."""

MEANING = {
    "lasting": "holds in every reading examined",
    "brittle": "holds now and later, but not in every reading examined",
    SHIFTING: "holds now and later, but in different states",
    "provisional": "holds now, not later",
    "latent": "holds later, not now",
    "conditional": "holds neither now nor later, but in some other reading",
    "untenable": "holds in no reading examined",
}

MOST_MIXES = 1 << 14

Lenses = tuple[tuple[str, str], ...]
"""A lens for each party, in the model's order."""


@dataclass(frozen=True)
class Mix:
    """A choice of lenses. ``id`` is a reading's, or says the choice."""

    id: str
    lenses: Lenses


@dataclass(frozen=True)
class OutcomeDurability:
    """How an outcome fares under one concept.

    Attributes
    ----------
    outcome : str
    kind : str
        One of :data:`KINDS`, or :data:`SHIFTING`.
    state : int or None
        A state (from 0) that has this durability.
    held_in : tuple of str
        The readings in which some state of it is an equilibrium.
    n_held : int
        How many of all that were examined these are.
    """

    outcome: str
    kind: str
    state: int | None
    held_in: tuple[str, ...]
    n_held: int


@dataclass(frozen=True, eq=False, repr=False)
class Durability(Shown):
    """The durability of every state and outcome, by concept.

    Attributes
    ----------
    conflict : Conflict
    decider : Decider
    now, later : Mix
    mixes : tuple of Mix
        All that were examined, ``now`` and ``later`` among them.
    held : mapping of concept key to (n_mixes, n_states) bool
        Which states are equilibria.
    every_mix : bool
        Whether every combination of lenses was examined.
    """

    conflict: Conflict
    decider: Decider
    now: Mix
    later: Mix
    mixes: tuple[Mix, ...]
    held: Mapping[str, NDArray[np.bool_]]
    every_mix: bool
    absent: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Durability of {self.conflict.title[:60]!r}: {len(self.mixes)} readings, {', '.join(self.held)}>"

    @property
    def graph(self) -> Graph:
        """The states."""
        return self.decider.graph

    def kinds(self, concept: str) -> NDArray[np.int8]:
        """Return for each state the place of its durability in :data:`KINDS`, shape (n_states,)."""
        return kinds_of(self.held[concept], self.mixes.index(self.now), self.mixes.index(self.later))

    def outcomes(self, concept: str) -> list[OutcomeDurability]:
        """Return the durability of the classes of the model, or of all outcomes where it names none."""
        names = self.conflict.reported
        result = []
        for name in names:
            states = self.graph.outcome(name)
            held = (self.held[concept] & states).any(axis=1)
            named = tuple(self.mixes[row].id for row in np.flatnonzero(held))
            result.append(OutcomeDurability(name, *durability_of(self.kinds(concept), states), named, int(held.sum())))
        return result

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        found: dict[str, Any] = {}
        for key in self.held:
            kinds = self.kinds(key)
            listed = np.flatnonzero(kinds < len(KINDS) - 1)
            found[key] = {
                "states": {str(state + 1): KINDS[kinds[state]] for state in listed.tolist()},
                "outcomes": {
                    item.outcome: {
                        "durability": item.kind,
                        **({} if item.state is None else {"state": item.state + 1}),
                        "held_in": list(item.held_in),
                    }
                    for item in self.outcomes(key)
                },
            }
        return {
            "now": self.now.id,
            "later": self.later.id,
            "readings": {mix.id: dict(mix.lenses) for mix in self.mixes},
            "every_mix": self.every_mix,
            "durability": found,
            **({"absent": dict(self.absent)} if self.absent else {}),
            "computed": provenance(self.conflict, nature=self.conflict.nature),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per state that holds in some reading: its durability by concept."""
        import pandas as pd

        some = np.flatnonzero(np.logical_or.reduce([held.any(axis=0) for held in self.held.values()]))
        columns: dict[str, Any] = {"label": [state.label for state in State.many(self.graph, some)]}
        columns |= {key: [KINDS[kind] for kind in self.kinds(key)[some].tolist()] for key in self.held}
        return pd.DataFrame(columns, index=pd.Index(some + 1, name="number"))


def durability(
    conflict: Conflict,
    *,
    concepts: Sequence[str] | None = None,
    now: str = "tactical",
    later: str = "strategic",
    readings: Sequence[str] | None = None,
    every_mix: bool = False,
    sanctions: Sanctions = "legal",
    graph: Graph | None = None,
    decider: Decider | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Durability:
    """Find out which states and outcomes hold now, later, always, or under some choice of lenses only.

    With E(r) the equilibria under reading r, a state is *lasting* in every E(r) examined; *brittle* in E(now) and
    E(later) but not lasting; *provisional* in E(now) only of the two; *latent* in E(later) only; *conditional* in
    neither but in some E(r); *untenable* in none.

    Parameters
    ----------
    conflict : Conflict
    concepts : sequence of str, optional
        Keys of solution concepts; ``seq`` by default.
    now, later : str
        Two readings.
    readings : sequence of str, optional
        What else to examine; all readings of the model by default.
    every_mix : bool
        Every combination of lenses instead.
    sanctions : {"legal", "once_each", "single"}
    graph, decider : optional
        When they exist already.
    progress : callable, optional
        Called with (done, total).

    Raises
    ------
    UsageError
        A reading or concept does not exist.
    TooLargeError
        There are too many combinations of lenses.

    Examples
    --------
    >>> import detente
    >>> found = durability(detente.library("shared_river"))
    >>> for item in found.outcomes("seq")[:2]:
    ...     print(item.outcome, item.kind, item.held_in)
    treaty untenable ()
    quiet_filling lasting ('tactical', 'strategic', 'after_election')
    """
    first, last = _mix(conflict, now, "now"), _mix(conflict, later, "later")
    names = [reading.id for reading in conflict.readings] if readings is None else list(readings)
    mixes = all_mixes(conflict) if every_mix else [_mix(conflict, name) for name in names]
    if every_mix:  # each combination once, called as one of its readings is
        by_lenses: dict[Lenses, Mix] = {}
        for mix in (first, last, *mixes):
            by_lenses.setdefault(mix.lenses, mix)
        first, last = by_lenses[first.lenses], by_lenses[last.lenses]
        chosen = tuple(by_lenses.values())
    else:
        chosen = tuple({mix.id: mix for mix in (first, last, *mixes)}.values())
    decider = decider or Decider(graph or Graph(conflict), sanctions)
    asked = [concept(key) for key in concepts or ("seq",)]
    held = {item.id: np.zeros((len(chosen), decider.graph.n_states), dtype=bool) for item in asked}
    absent: dict[str, str] = {}
    for row, mix in enumerate(chosen):
        game = decider.game(dict(mix.lenses))  # the same one where the lenses are the same
        for item in asked:
            try:
                held[item.id][row] = decider.equilibria(item, game)
            except NotDefinedError as error:
                absent[item.id] = str(error)
        if progress is not None:
            progress(row + 1, len(chosen))
    kept = {key: flags for key, flags in held.items() if key not in absent}
    if not kept:
        raise UsageError("; ".join(f"{key} is not defined: {why}" for key, why in absent.items()))
    return Durability(conflict, decider, first, last, chosen, kept, every_mix, absent)


def kinds_of(held: NDArray[np.bool_], now: int, later: int) -> NDArray[np.int8]:
    """Return for each state the place of its durability in :data:`KINDS`, shape (n_states,).

    Parameters
    ----------
    held : (n_readings, n_states) bool
        In which readings each state is an equilibrium.
    now, later : int
        Rows of it.
    """
    conditions = (held.all(axis=0), held[now] & held[later], held[now], held[later], held.any(axis=0))
    return np.select(conditions, range(len(conditions)), default=len(conditions)).astype(np.int8)


def durability_of(kinds: NDArray[np.int8], states: Flags) -> tuple[str, int | None]:
    """Return the durability of a set of states, given that of each, and one of them that has it.

    The strongest that one of its states has; ``shifting`` where it holds now and later and no state does both.
    """
    own = np.where(states, kinds, len(KINDS))
    strongest = int(own.min(initial=len(KINDS) - 1))
    example = int(np.argmin(own)) if strongest < len(KINDS) - 1 else None
    if KINDS[strongest] == "provisional" and (own == KINDS.index("latent")).any():
        return SHIFTING, example
    return KINDS[strongest], example


def all_mixes(conflict: Conflict) -> list[Mix]:
    """Return every combination of lenses. Raises TooLargeError."""
    parties = conflict.parties
    total = int(np.prod([len(dm.lenses) for dm in parties], dtype=object))
    if total > MOST_MIXES:
        raise TooLargeError(f"there are {total:,} combinations of lenses; at most {MOST_MIXES:,} are examined")
    named = {tuple(conflict.lens_choice(r.id).items()): r.id for r in reversed(conflict.readings)}
    several = {dm.id for dm in parties if len(dm.lenses) > 1}
    mixes = []
    for choice in product(*(dm.lens_names for dm in parties)):
        lenses = tuple(zip((dm.id for dm in parties), choice, strict=True))
        words = ", ".join(f"{dm}={lens}" for dm, lens in lenses if dm in several)
        mixes.append(Mix(named.get(lenses, words), lenses))
    return mixes


def _mix(conflict: Conflict, name: str, what: str = "") -> Mix:
    known = [reading.id for reading in conflict.readings]
    if what and name not in known and len(known) > 1:
        raise UsageError(f"there is no reading {name!r}; say with --{what} which one is meant: {', '.join(known)}")
    if what and len(known) < 2:
        raise UsageError(
            "durability compares readings, and the model has one only: give a decision maker two lenses, such as "
            "tactical and strategic"
        )
    return Mix(name, tuple(conflict.lens_choice(name).items()))
