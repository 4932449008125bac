"""Is a state stable for a coalition? CNash, CGMR, CSMR and CSEQ for any number of states at once.

A coalition H moves by legal sequences of its members' moves (R_H); a joint improvement (R_H⁺⁺) is an end that every
member prefers. A sanction is a state that some member does not prefer to where H began. So H improves surely, from s,
when it reaches some s₁ after which the worst rank for each member i that the opponents can bring about is still above
i's rank of s. Only CSMR needs sets of states instead of worst values: from a sanction that H can leave for something
all prefer, nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from detente.analysis.reach_bits import (
    Bits,
    Columns,
    Joint,
    Memo,
    Sequences,
    no_bits,
    set_bits,
    succession_matters,
    too_large,
    words_for,
)
from detente.errors import TooLargeError
from detente.graph.feasible import memory_limit
from detente.graph.moves import Index
from detente.stability.game import Flags, Game, Values

MOST_COALITIONS = 1 << 16
"""More coalitions than these are not gone through one by one."""
MOST_PAIRS = 1 << 40
"""More pairs of states than these, over all coalitions, would take hours and are not gone through."""
_WORKING_MEMORY = 1 << 29
_STATES_AT_ONCE = 1 << 14


@dataclass(frozen=True)
class CoalitionConcept:
    """A solution concept for coalitions: its key, and its name, definition and source for people."""

    id: str
    name: str
    definition: str
    source: str = "Kilgour, Hipel, Fang & Peng 2001; Inohara & Hipel 2008"


CONCEPTS: dict[str, CoalitionConcept] = {
    concept.id: concept
    for concept in (
        CoalitionConcept("cnash", "Coalition Nash stability (CNash)", "The coalition has no joint improvement."),
        CoalitionConcept(
            "cgmr",
            "Coalition general metarationality (CGMR)",
            "Every joint improvement can be met by opponents' moves that leave some member no better off.",
        ),
        CoalitionConcept(
            "csmr",
            "Coalition symmetric metarationality (CSMR)",
            "As CGMR, and wherever the coalition moves after the sanction, some member is still no better off.",
        ),
        CoalitionConcept(
            "cseq",
            "Coalition sequential stability (CSEQ)",
            "As CGMR, with sanctions made only of joint improvements of coalitions of the opponents.",
        ),
    )
}
"""All solution concepts for coalitions, by key. CNash implies CSMR, which implies CGMR; CNash implies CSEQ."""


class Judge:
    """Decides the stability of states for the coalitions of one game; keeps what these have in common."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.states: Index = np.arange(game.n_states, dtype=np.int32)
        budget = memory_limit() // 8
        self._joints, self._improvements = Memo(budget), Memo(budget)
        rows = game.n_states * (12 + 5 * len(game.movers))
        self._columns_at_once = 64 * max(1, min(budget, _WORKING_MEMORY) // (8 * rows))
        self._kept: list[Columns] = []
        self._floors: tuple[tuple[int, ...], dict[str, Mapping[int, Values]]] = (), {}

    @cached_property
    def ranks(self) -> dict[int, Values]:
        """Each party's ranks, from 0 without gaps."""
        game = self.game
        return {i: np.unique(game.ranks(i), return_inverse=True)[1].astype(np.int32) for i in game.parties}

    def stable(self, members: Sequence[int], concepts: Iterable[str], states: Index) -> dict[str, Flags]:
        """Return for each of some states whether it is stable for a coalition, by concept."""
        return {key: ~flags for key, flags in self.improves(members, concepts, states).items()}

    def improves(
        self, members: Sequence[int], concepts: Iterable[str], states: Index, *, elsewhere: Flags | None = None
    ) -> dict[str, Flags]:
        """Return for each of some states whether a coalition has a joint improvement that nothing meets, by concept.

        Parameters
        ----------
        members : sequence of int
        concepts : iterable of str
        states : (n,) int32
        elsewhere : (n_states,) bool, optional
            Only improvements to these states count; what meets them, and what the coalition does then, may be anywhere.
        """
        asked, outside = set(concepts), self.game.opponents(members)
        if not asked:
            return {}
        floors = self._floors_for(tuple(members), tuple(outside), asked)
        ranks, joint = {i: self.ranks[i] for i in members}, self._joint(members)
        parts: list[dict[str, Flags]] = []
        for columns in self._blocks(states):
            better = columns.above(ranks)
            leads = joint.ahead(better) if elsewhere is None or "csmr" in asked else None

            def reaches(rows: Bits, columns: Columns = columns) -> Flags:
                if elsewhere is not None:
                    rows = np.where(elsewhere[:, None], rows, np.uint64(0))
                return columns.diagonal(joint.ahead(rows))

            part = {"cnash": columns.diagonal(leads) if elsewhere is None and leads is not None else reaches(better)}
            for key, floor in floors.items():
                part[key] = part["cnash"] if floor is None else reaches(columns.above(floor))
            if "csmr" in asked:
                part["csmr"] = part["cgmr"]
                if (part["cnash"] & ~part["cgmr"]).any() and leads is not None:
                    met = self._joint(outside).ahead(~(better | leads))
                    part["csmr"] = reaches(better & ~met)
            parts.append(part)
        return {key: np.concatenate([part[key] for part in parts]) for key in CONCEPTS if key in asked}

    def _floors_for(
        self, members: tuple[int, ...], outside: tuple[int, ...], asked: set[str]
    ) -> dict[str, Mapping[int, Values] | None]:
        """Return by concept each member's lowest rank that opponents bring about; ``None`` where there are none."""
        found: dict[str, Mapping[int, Values] | None] = {}
        if self._floors[0] != members:  # those of the coalition last asked about are kept
            self._floors = members, {}
        kept = self._floors[1]
        for key, wanted, worst in (
            ("cgmr", asked & {"cgmr", "csmr"}, self._brought_about),
            ("cseq", asked & {"cseq"}, self._improved_to),
        ):
            if wanted and not outside:
                found[key] = None
            elif wanted:
                if key not in kept:
                    kept[key] = worst(outside, {i: self.ranks[i] for i in members})
                found[key] = kept[key]
        return found

    def _joint(self, movers: Sequence[int]) -> Joint:
        def make() -> Joint:
            return Joint(self.game.n_states, [self.game.movers[j] for j in movers])

        return self._joints.get(tuple(movers), make, lambda joint: joint.nbytes)

    def _blocks(self, states: Index) -> Iterator[Columns]:
        """Hold all states against a part of ``states`` at a time, as memory allows."""
        size = self._columns_at_once
        if len(states) > size:
            for begin in range(0, len(states), size):
                yield Columns(self.ranks, states[begin : begin + size])
            return
        if not any(columns.states is states for columns in self._kept):
            self._kept = [columns for columns in self._kept if columns.states is self.states]
            self._kept.append(Columns(self.ranks, states))
        yield from [columns for columns in self._kept if columns.states is states]

    def _brought_about(self, outside: Sequence[int], ranks: Mapping[int, Values]) -> Mapping[int, Values]:
        """Return for each member the lowest rank that opponents' moves bring about from each state."""
        return {i: self.game.brought_about(outside, values, improving=False) for i, values in ranks.items()}

    def _improved_to(self, outside: Sequence[int], ranks: Mapping[int, Values]) -> Mapping[int, Values]:
        """Return the same for sequences of joint improvements of coalitions of opponents, none twice running.

        With transitive moves the rule restricts nothing: two improvements of a coalition in a row are one. Nature
        moves alone, and repeatedly.
        """
        parties = [j for j in outside if j in self.ranks]
        nature = [j for j in outside if j not in self.ranks]
        n, tracked = self.game.n_states, succession_matters([self.game.movers[j] for j in outside])
        names = ", ".join(self.game.movers[j].name for j in parties)
        if len(parties) > MOST_COALITIONS.bit_length() - 1:
            raise TooLargeError(f"CSEQ looks at every coalition of {names}, which are {2 ** len(parties) - 1:,}")
        needed = 8 * n * words_for(n) * (2 ** (len(parties) + 1) if tracked else 4)
        if needed > memory_limit():
            raise too_large(
                f"the joint improvements of {names} between {n:,} states, for CSEQ,",
                needed,
                "; leave out CSEQ, or merge what is one state",
            )
        steps = self._steps_of(nature)
        if tracked:
            relations = [(self._improvements_of(c), False) for c in subsets(parties)] + [(steps, True)]
        else:
            for c in subsets(parties):
                steps |= self._improvements_of(c)
            relations = [(steps, True)]
        sequences = Sequences(n, relations)
        return {i: sequences.lowest(values) for i, values in ranks.items()}

    def _steps_of(self, nature: Sequence[int]) -> Bits:
        """Return the bits (t, s) where nature moves from s to t in one step."""
        bits = no_bits(self.game.n_states, self.game.n_states)
        for j in nature:
            for some in np.array_split(self.states, len(self.states) // _STATES_AT_ONCE + 1):
                positions, targets = self.game.movers[j].moves.expand(some)
                set_bits(bits, targets, some[positions])
        return bits

    def _improvements_of(self, members: Sequence[int]) -> Bits:
        """Return the bits (t, s) where t is a joint improvement of a coalition from s."""

        def make() -> Bits:
            joint, ranks = self._joint(members), {j: self.ranks[j] for j in members}
            parts = [
                joint.behind(columns.identity(self.game.n_states)) & columns.above(ranks)
                for columns in self._blocks(self.states)
            ]
            return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

        return self._improvements.get(tuple(members), make, lambda bits: bits.nbytes)


def subsets(items: Sequence[int], least: int = 1, most: int | None = None) -> Iterator[tuple[int, ...]]:
    """Yield every subset of at least and at most so many items, small ones first."""
    for size in range(least, (len(items) if most is None else most) + 1):
        yield from combinations(items, size)
