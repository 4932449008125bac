"""The literal implementation that the engine is compared with: a conflict under one reading, with its preferences.

It is slow on purpose and shares no code with the engine. :class:`LiteralModel` has the states and moves of
:mod:`tests.oracle_model`, the decisions of :mod:`tests.oracle_stability`, and the preferences below. States are
numbered from 1 everywhere; decision makers go by their identifiers.

Where the definitions leave room, the plainest reading is taken:

- A party without any lens is indifferent, apart from its principles. Principles are levels of one statement each.
- The levels of a lens that refines another go before all levels of the other; principles count once, on top.
  ``replaces`` changes nothing: a lens that refines none rules alone.
- A reading's name may be that of a lens where the conflict lists no readings: who has that lens uses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from detente.conflict.conflict import Conflict
from detente.conflict.elements import DecisionMaker, Prioritised, Ranking, Statement, StateRef, Weights
from tests.oracle_stability import COALITION_CONCEPTS, CONCEPTS, LiteralStability, nonempty_subsets

__all__ = ["COALITION_CONCEPTS", "CONCEPTS", "LiteralModel", "nonempty_subsets"]

Key = tuple[Fraction, ...]


class LiteralModel(LiteralStability):
    """A conflict under one reading.

    Parameters
    ----------
    conflict : Conflict
    reading : str, optional
        Which lenses count; without it, and for parties it does not mention, the first.
    """

    def __init__(self, conflict: Conflict, reading: str | None = None) -> None:
        super().__init__(conflict)
        self._lenses = self._chosen_lenses(reading)
        self._keys: dict[str, dict[int, Key]] = {}

    def _chosen_lenses(self, reading: str | None) -> dict[str, str]:
        chosen = {dm.id: dm.lenses[0].id for dm in self.conflict.parties if dm.lenses}
        if reading is None:
            return chosen
        if self.conflict.readings:
            return chosen | dict(self.conflict.reading(reading).lenses)
        having = {dm.id: reading for dm in self.conflict.parties if reading in {lens.id for lens in dm.lenses}}
        if not having:
            raise ValueError(f"no reading and no lens is called {reading!r}")
        return chosen | having

    def keys(self, dm: str) -> dict[int, Key]:
        """Return a key for each state: the higher the key, the better the state for ``dm``."""
        if dm not in self.parties:
            raise ValueError(f"{dm} has no preference")
        if dm not in self._keys:
            maker = self.conflict.decision_maker(dm)
            parts = [self._weighed([(item, Fraction(1))]) for item in maker.principles]
            parts += self._lens_parts(maker, self._lenses[dm], ()) if maker.lenses else []
            self._keys[dm] = {s: tuple(part[s] for part in parts) for s in self.states}
        return self._keys[dm]

    def ranks(self, dm: str) -> list[int]:
        """Return dense ranks in state order: 1 is worst, equal numbers are ties."""
        keys = self.keys(dm)
        order = sorted(set(keys.values()))
        return [order.index(keys[s]) + 1 for s in self.states]

    def prefers(self, dm: str, t: int, s: int) -> bool:
        """Return whether ``dm`` strictly prefers t to s."""
        keys = self.keys(dm)
        return keys[t] > keys[s]

    def _weighed(self, terms: Iterable[tuple[Statement, Fraction]]) -> dict[int, Fraction]:
        """Return for each state the sum of the weights of the statements that hold there."""
        listed = list(terms)
        return {s: sum((w for item, w in listed if self.holds(item.that, s)), Fraction(0)) for s in self.states}

    def _lens_parts(self, maker: DecisionMaker, name: str, above: tuple[str, ...]) -> list[dict[int, Fraction]]:
        """Return what a lens compares, most important first, then what the lens it refines compares."""
        if name in above:
            raise ValueError("lenses refine each other in a circle")
        lens = maker.lens(name)
        parts: list[dict[int, Fraction]] = []
        match lens.preference:
            case Prioritised(levels=levels):
                for level in levels:
                    groups = [(item,) for item in level.statements] if level.any_order else [level.statements]
                    parts += [self._weighed((item, Fraction(1)) for item in group) for group in groups]
            case Weights(terms=terms):
                parts.append(self._weighed(terms))
            case Ranking(classes=classes):
                parts.append(self._covered((ref, -Fraction(k)) for k, tied in enumerate(classes) for ref in tied))
            case utilities:
                parts.append(self._covered(utilities.values))
        return parts + (self._lens_parts(maker, lens.refines, (*above, name)) if lens.refines else [])

    def _covered(self, values: Iterable[tuple[StateRef, Fraction]]) -> dict[int, Fraction]:
        found: dict[int, Fraction] = {}
        for reference, value in values:
            for s in self.resolve(reference):
                if s in found:
                    raise ValueError(f"state {s} is there twice")
                found[s] = value
        if set(found) != set(self.states):
            raise ValueError("some states are not there")
        return found
