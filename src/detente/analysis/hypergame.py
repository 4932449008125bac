"""First-level hypergames: what holds when parties see the conflict otherwise than it is, and what each is deceived in.

After Bennett 1977, Wang, Hipel & Fraser 1988, and Aljefri, Bashar, Fang & Hipel 2018. Each viewer i has a game G_i and
a map φ_i from true states to those of G_i, or to none: the state is *unperceived*.

- s is a *hyper-equilibrium* when every party i perceives s and φ_i(s) is stable for i in G_i.
- s is an *illusion* of i when φ_i(s) is an equilibrium of G_i and s is none of the true game.
- s is a *surprise* to i when s is an equilibrium of the true game, and φ_i(s) is none of G_i, or s is unperceived.

Who has no view sees the true game. What a viewer thinks of others' views is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.result import Shown, State, provenance, state_columns
from detente.analysis.sight import Sight, check_sight, sight
from detente.conflict.conflict import Conflict
from detente.conflict.views import View
from detente.errors import UsageError
from detente.graph.graph import Graph
from detente.stability.concept import NotDefinedError
from detente.stability.decider import Decider
from detente.stability.game import Flags
from detente.stability.registry import CONCEPTS, concept

if TYPE_CHECKING:
    import pandas as pd


class Eye:
    """A game as somebody sees it, ready to be asked about true states.

    Parameters
    ----------
    decider : Decider
        Of the true game.
    reading : str
    seen : Sight, optional
        What is seen; without it, the truth.
    """

    def __init__(self, decider: Decider, reading: str, seen: Sight | None = None) -> None:
        graph = decider.graph
        self.seen = seen
        self.graph = graph if seen is None else seen.graph
        self._image = np.arange(graph.n_states, dtype=np.int32) if seen is None else seen.image
        if seen is None:
            self._decider = decider
        elif seen.graph.space is graph.space:
            self._decider = decider.variant(seen.conflict)
        else:
            self._decider = Decider(seen.graph)
        self.size = graph.n_states
        self._game = self._decider.game(self.graph.conflict.lens_choice(reading))

    def _back(self, flags: Flags) -> Flags:
        """Return for each true state what is so of its image; false where it has none."""
        return np.asarray((self._image >= 0) & flags[self._image])

    def stable(self, key: str, dm: str) -> Flags:
        """Return for each true state whether it is perceived and its image stable for a party."""
        return self._back(self._decider.stable(CONCEPTS[key], self._game, self._game.index(dm)))

    def equilibria(self, key: str) -> Flags:
        """Return for each true state whether it is perceived and its image an equilibrium."""
        return self._back(self._held(key))

    def imaginary(self, key: str) -> NDArray[np.intp]:
        """Return the equilibria (of the perceived game, from 0) that are the image of no true state."""
        elsewhere = self._held(key).copy()
        elsewhere[self._image[self._image >= 0]] = False
        return np.flatnonzero(elsewhere)

    def _held(self, key: str) -> Flags:
        return self._decider.equilibria(CONCEPTS[key], self._game)


@dataclass(frozen=True, eq=False)
class Seen:
    """What one viewer takes to hold under one concept; all but ``imaginary`` say it of each true state.

    ``imaginary`` are equilibria of its game (from 0) that are the image of no true state.
    """

    equilibria: Flags
    illusions: Flags
    surprises: Flags
    imaginary: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Correction:
    """What changes under one concept when one view alone is corrected: states (from 0) that go and that come.

    ``premise`` is empty where everything that the viewer sees wrongly is corrected together.
    """

    viewer: str
    premise: str
    concept: str
    gone: dict[str, NDArray[np.intp]]
    new: dict[str, NDArray[np.intp]]

    @property
    def changes(self) -> bool:
        """Whether anything changes at all."""
        return any(len(states) for part in (self.gone, self.new) for states in part.values())

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""

        def numbers(part: dict[str, NDArray[np.intp]]) -> dict[str, list[int]]:
            return {key: (states + 1).tolist() for key, states in part.items()}

        return {
            "viewer": self.viewer,
            "premise": self.premise or None,
            "concept": self.concept,
            "gone": numbers(self.gone),
            "new": numbers(self.new),
        }


@dataclass(frozen=True, eq=False, repr=False)
class Hypergame(Shown):
    """Who sees what, and what comes of it, under one reading.

    Attributes
    ----------
    graph : Graph
        The true game.
    reading : str
    sights : dict of str to Sight
        By viewer: decision makers and observers with a view of their own.
    equilibria : dict of str to (n_states,) bool
        By concept, for each state: whether it is an equilibrium of the true game.
    hyper : dict of str to (n_states,) bool
        By concept, for each state: whether it is a hyper-equilibrium.
    seen : dict of str to dict of str to Seen
        By concept and viewer.
    absent : dict of str to str
        Concepts that are not defined in the true game or in one of those seen, and why.
    """

    graph: Graph
    reading: str
    sights: dict[str, Sight]
    equilibria: dict[str, Flags]
    hyper: dict[str, Flags]
    seen: dict[str, dict[str, Seen]]
    absent: dict[str, str]
    eyes: dict[str, Eye]
    decider: Decider

    def __repr__(self) -> str:
        counts = ", ".join(f"{key} {int(flags.sum()):,}" for key, flags in self.hyper.items())
        return (
            f"<Hypergame of {self.conflict.title[:60]!r}: viewers {', '.join(self.sights)}; hyper-equilibria {counts}>"
        )

    @property
    def conflict(self) -> Conflict:
        """The model."""
        return self.graph.conflict

    def is_party(self, viewer: str) -> bool:
        """Return whether a viewer is a decision maker, not an observer."""
        return viewer in {dm.id for dm in self.conflict.parties}

    def states(self, flags: Flags) -> list[State]:
        """Return the true states at which something is so."""
        return State.many(self.graph, np.flatnonzero(flags))

    def hyper_equilibria(self, concept: str) -> list[State]:
        """Return the hyper-equilibria under a concept. Raises UsageError."""
        return self.states(self._of(self.hyper, concept))

    def illusions(self, viewer: str, concept: str) -> list[State]:
        """Return the states that a viewer takes for equilibria and that are none. Raises UsageError."""
        return self.states(self._seen(viewer, concept).illusions)

    def surprises(self, viewer: str, concept: str) -> list[State]:
        """Return the equilibria that a viewer does not take for such, or does not perceive. Raises UsageError."""
        return self.states(self._seen(viewer, concept).surprises)

    def unperceived(self, viewer: str) -> list[State]:
        """Return the true states that are none in the game of a viewer. Raises UsageError."""
        if viewer not in self.sights:
            raise UsageError(f"{viewer!r} has no view; there are: {', '.join(self.sights)}")
        return self.states(self.sights[viewer].image < 0)

    def _of(self, by_concept: dict[str, Any], concept: str) -> Any:
        if concept in by_concept:
            return by_concept[concept]
        if concept in self.absent:
            raise UsageError(f"{concept} was not decided: {self.absent[concept]}")
        raise UsageError(f"{concept!r} was not asked for; there are: {', '.join(by_concept)}")

    def _seen(self, viewer: str, concept: str) -> Seen:
        seen: dict[str, Seen] = self._of(self.seen, concept)
        if viewer not in seen:
            raise UsageError(f"{viewer!r} has no view; there are: {', '.join(seen)}")
        return seen[viewer]

    # -- what would be learned --------------------------------------------------------------------------------------

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        """What changes when one view alone is corrected, and when all views of one viewer are.

        By viewer, premise and concept, in the order of the model. Worked out when first asked for.
        """
        return tuple(found for view in self.conflict.views for found in self._corrected(view))

    def _corrected(self, view: View) -> Iterator[Correction]:
        points: list[str] = [item.id for item in view.premises]
        for premise in [*points, *([""] if len(points) > 1 else [])]:
            left = view.without([premise] if premise else points)
            eye = _eye(self.decider, left, self.reading)
            for key in self.hyper:
                try:
                    yield self._difference(view.id, premise, key, eye)
                except NotDefinedError:
                    continue

    def _difference(self, viewer: str, premise: str, key: str, eye: Eye) -> Correction:
        before, after = self.seen[key][viewer], _seen(self.equilibria[key], eye, key)
        pairs = {
            "illusions": (before.illusions, after.illusions),
            "surprises": (before.surprises, after.surprises),
        }
        if self.is_party(viewer):
            pairs["hyper_equilibria"] = (self.hyper[key], _hyper(self.eyes | {viewer: eye}, self.conflict, key))
        return Correction(
            viewer,
            premise,
            key,
            gone={name: np.flatnonzero(old & ~new) for name, (old, new) in pairs.items()},
            new={name: np.flatnonzero(new & ~old) for name, (old, new) in pairs.items()},
        )

    # -- as data ----------------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; true states are numbers from 1, perceived ones numbers in the viewer's game."""

        def numbers(flags: Flags) -> list[int]:
            return (np.flatnonzero(flags) + 1).tolist()

        viewers = {
            name: {
                "decides": self.is_party(name),
                "premises": {item.id: item.says() for item in (*item.view.premises, *item.view.wants)},
                "states": item.graph.n_states,
                "unperceived": numbers(item.image < 0),
            }
            for name, item in self.sights.items()
        }
        concepts = {
            key: {
                "equilibria": numbers(self.equilibria[key]),
                "hyper_equilibria": numbers(self.hyper[key]),
                "viewers": {
                    name: {
                        "equilibria": numbers(item.equilibria),
                        "illusions": numbers(item.illusions),
                        "surprises": numbers(item.surprises),
                        "imaginary": [state.to_dict() for state in self._imaginary(name, item)],
                    }
                    for name, item in self.seen[key].items()
                },
            }
            for key in self.hyper
        }
        return {
            "reading": self.reading,
            "viewers": viewers,
            "concepts": concepts,
            "corrections": [item.to_dict() for item in self.corrections],
            **({"absent": dict(self.absent)} if self.absent else {}),
            "computed": provenance(self.conflict, sanctions="legal", nature=self.conflict.nature),
        }

    def _imaginary(self, viewer: str, item: Seen) -> list[State]:
        return State.many(self.sights[viewer].graph, item.imaginary)

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame: a row per concept, viewer and state that is an equilibrium in truth or as seen.

        Hyper-equilibria are there too. ``perceived`` is the state's number in the viewer's game.
        """
        import pandas as pd

        parts = []
        for key, viewers in self.seen.items():
            for name, item in viewers.items():
                states = np.flatnonzero(self.equilibria[key] | self.hyper[key] | item.equilibria)
                image = pd.array(self.sights[name].image[states] + 1, dtype="Int64")
                image[image == 0] = pd.NA
                columns = {
                    "concept": key,
                    "viewer": name,
                    "number": states + 1,
                    **state_columns(self.graph, states),
                    "perceived": image,
                    "equilibrium": self.equilibria[key][states],
                    "hyper_equilibrium": self.hyper[key][states],
                    "seen_equilibrium": item.equilibria[states],
                    "illusion": item.illusions[states],
                    "surprise": item.surprises[states],
                }
                parts.append(pd.DataFrame(columns))
        filled = [part for part in parts if len(part)] or parts[:1]
        return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame({"concept": [], "viewer": []})


def hypergame(
    conflict: Conflict,
    *,
    reading: str | None = None,
    concepts: Sequence[str] | None = None,
    graph: Graph | None = None,
) -> Hypergame:
    """Work out what holds when everybody sees the conflict in its own way.

    Parameters
    ----------
    conflict : Conflict
    reading : str, optional
        The first of the model by default.
    concepts : sequence of str, optional
        All by default.
    graph : Graph, optional
        The conflict's graph, when it exists already.

    Raises
    ------
    UsageError
        Nobody has a view, or a reading or concept does not exist.
    ModelError
        A perceived game contradicts itself, or a party's own preferences are not its own there.

    Examples
    --------
    >>> from detente.language.load import loads
    >>> model = loads('''
    ... decision_makers:
    ...   one: {options: [help], preferences: [two.help, not one.help]}
    ...   two: {options: [help], preferences: [one.help, not two.help]}
    ... views:
    ...   one: {sees: {two: {statements: {not two.help: two.help}}}}
    ... ''')
    >>> found = hypergame(model, concepts=["nash"])
    >>> found.illusions("one", "nash"), found.surprises("one", "nash"), found.hyper_equilibria("nash")
    ([3], [1], [1])
    """
    if not conflict.views:
        raise UsageError("nobody has a view of this conflict; write views under 'views:'")
    name = conflict.readings[0].id if reading is None else conflict.reading(reading).id
    keys = list(dict.fromkeys(concept(key).id for key in concepts)) if concepts else list(CONCEPTS)
    graph = graph or Graph(conflict)
    decider = Decider(graph)
    truth = Eye(decider, name)
    eyes = {view.id: _eye(decider, view, name) for view in conflict.views}
    everyone = {dm.id: truth for dm in conflict.parties} | eyes
    held: dict[str, Flags] = {}
    hyper: dict[str, Flags] = {}
    seen: dict[str, dict[str, Seen]] = {}
    absent: dict[str, str] = {}
    for key in keys:
        try:
            true = truth.equilibria(key)
            hyper[key] = _hyper(everyone, conflict, key)
            seen[key] = {viewer: _seen(true, eye, key) for viewer, eye in eyes.items()}
            held[key] = true
        except NotDefinedError as error:
            hyper.pop(key, None)
            absent[key] = str(error)
    sights = {viewer: eye.seen for viewer, eye in eyes.items() if eye.seen is not None}
    return Hypergame(graph, name, sights, held, hyper, seen, absent, everyone, decider)


def _eye(decider: Decider, view: View, reading: str) -> Eye:
    if not view.premises:
        return Eye(decider, reading)
    found = sight(decider.graph, view)
    check_sight(decider.graph, found, reading)
    return Eye(decider, reading, found)


def _hyper(eyes: dict[str, Eye], conflict: Conflict, key: str) -> Flags:
    result = np.ones(eyes[conflict.parties[0].id].size, dtype=bool)
    for dm in conflict.parties:
        result &= eyes[dm.id].stable(key, dm.id)
    return result


def _seen(true: Flags, eye: Eye, key: str) -> Seen:
    held = eye.equilibria(key)
    return Seen(held, held & ~true, true & ~held, eye.imaginary(key))
