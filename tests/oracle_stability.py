"""Stability taken literally: every definition by sets and by searches over (state, last mover).

Slow on purpose and independent of the engine. States are numbered from 1; decision makers go by their identifiers.

Where the definitions leave room, the plainest reading is taken:

- N is all parties, and nature too when the conflict includes it; stability is asked of parties and coalitions of
  parties.
- All of nature's moves count as its improvements. Nature is exempt from the rule against moving twice in succession,
  and so is its one-member coalition in CSEQ. Under ``once_each`` and ``single`` it is an opponent like the others,
  which moves at most once.
- Coalitions are judged under legal sequences only.
- Reachability always lets nature take part, included or not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain, combinations, product
from typing import Literal

from detente.conflict.conflict import Conflict
from tests.oracle_model import LiteralSpace

Sanctions = Literal["legal", "once_each", "single"]
CONCEPTS = ("nash", "gmr", "smr", "seq", "sseq", "sim")
COALITION_CONCEPTS = ("nash", "gmr", "smr", "seq")


class LiteralStability(LiteralSpace):
    """A literal answer to every question of stability; what is preferred is a subclass's to say."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(conflict)
        self._reached: dict[tuple[frozenset[str], int, bool, str], frozenset[int]] = {}
        self._joint: dict[tuple[frozenset[str], int], frozenset[int]] = {}
        self._coalition_reached: dict[tuple[frozenset[str], int], frozenset[int]] = {}

    def prefers(self, dm: str, t: int, s: int) -> bool:
        """Return whether ``dm`` strictly prefers t to s."""
        raise NotImplementedError

    # -- moves ------------------------------------------------------------------------------------------------------

    def R(self, dm: str, s: int) -> frozenset[int]:
        """Unilateral moves R_i(s)."""
        return self.moves[dm][s]

    def R_plus(self, dm: str, s: int) -> frozenset[int]:
        """Unilateral improvements R_i⁺(s); all of nature's moves are among its improvements."""
        if dm in self.natures:
            return self.R(dm, s)
        return frozenset(t for t in self.R(dm, s) if self.prefers(dm, t, s))

    def others(self, coalition: Collection[str]) -> frozenset[str]:
        """N without H: the parties outside, and nature when the conflict includes it."""
        everyone = set(self.parties)
        if self.conflict.nature == "included":
            everyone |= set(self.natures)
        return frozenset(everyone - set(coalition))

    def reach(
        self, coalition: Collection[str], s: int, improving: bool = False, sanctions: Sanctions = "legal"
    ) -> frozenset[int]:
        """R_H(s), or R_H⁺(s) when ``improving``: the ends of non-empty sequences of moves by members of H from s.

        ``legal``: nobody moves twice in succession. ``once_each``: everyone moves at most once, in any order.
        ``single``: one move by one of them.
        """
        members = frozenset(coalition)
        question = (members, s, improving, sanctions)
        if question not in self._reached:
            if sanctions == "legal":
                found = self._legal(members, s, improving)
            elif sanctions == "once_each":
                found = self._once_each(members, s, improving)
            elif sanctions == "single":
                found = {t for j in members for t in self._step(j, s, improving)}
            else:
                raise ValueError(f"unknown sanctions {sanctions!r}")
            self._reached[question] = frozenset(found)
        return self._reached[question]

    def _step(self, dm: str, s: int, improving: bool) -> frozenset[int]:
        return self.R_plus(dm, s) if improving else self.R(dm, s)

    def _legal(self, members: frozenset[str], s: int, improving: bool) -> set[int]:
        arrived: set[tuple[int, str]] = set()
        waiting: list[tuple[int, str | None]] = [(s, None)]
        while waiting:
            here, last = waiting.pop()
            for j in members:
                if j == last and j not in self.natures:
                    continue
                for t in self._step(j, here, improving):
                    if (t, j) not in arrived:
                        arrived.add((t, j))
                        waiting.append((t, j))
        return {t for t, _ in arrived}

    def _once_each(self, members: frozenset[str], s: int, improving: bool) -> set[int]:
        arrived: set[tuple[int, frozenset[str]]] = set()
        waiting: list[tuple[int, frozenset[str]]] = [(s, frozenset())]
        while waiting:
            here, moved = waiting.pop()
            for j in members - moved:
                for t in self._step(j, here, improving):
                    if (t, moved | {j}) not in arrived:
                        arrived.add((t, moved | {j}))
                        waiting.append((t, moved | {j}))
        return {t for t, _ in arrived}

    def steps(self, s: int, improving: bool = False, first: str | None = None) -> dict[int, int]:
        """Return the least number of steps of a legal sequence from s to each state that one reaches.

        All decision makers take part, nature always. s itself takes 0 steps. With ``first``, only sequences that
        begin with a move of that decision maker count, so that s is there only where it can be returned to.
        """
        least: dict[int, int] = {} if first else {s: 0}
        seen: set[tuple[int, str]] = set()
        layer: list[tuple[int, str | None]] = [(s, None)]
        count = 0
        while layer:
            count += 1
            following: list[tuple[int, str | None]] = []
            for here, last in layer:
                for j in self.everyone:
                    if (j == last and j not in self.natures) or (last is None and first not in (None, j)):
                        continue
                    for t in self._step(j, here, improving):
                        if (t, j) not in seen:
                            seen.add((t, j))
                            following.append((t, j))
                            least.setdefault(t, count)
            layer = following
        return least

    # -- one decision maker -----------------------------------------------------------------------------------------

    def stable(self, concept: str, dm: str, s: int, sanctions: Sanctions = "legal") -> bool:
        """Return whether s is stable for a party under a concept."""
        if dm not in self.parties:
            raise ValueError(f"{dm} has no preference")
        if concept not in CONCEPTS:
            raise ValueError(f"unknown concept {concept!r}")
        if concept == "sim":
            return all(self._met_at_once(dm, s, s1) for s1 in self.R_plus(dm, s))
        return all(self._deterred(concept, dm, s, s1, sanctions) for s1 in self.R_plus(dm, s))

    def _deterred(self, concept: str, dm: str, s: int, s1: int, sanctions: Sanctions) -> bool:
        if concept == "nash":
            return False
        for s2 in self.reach(self.others({dm}), s1, concept in ("seq", "sseq"), sanctions):
            if self.prefers(dm, s2, s):
                continue
            if concept in ("smr", "sseq") and any(self.prefers(dm, s3, s) for s3 in self.R(dm, s2)):
                continue
            return True
        return False

    @property
    def sim_defined(self) -> bool:
        """Whether SIM can be asked: option form, nothing merged, no forces."""
        return self.conflict.graph_form is None and not self.conflict.merge and not self.conflict.forces

    def _met_at_once(self, dm: str, s: int, s1: int) -> bool:
        """Return whether improvements that others make at the same time spoil the improvement to s1."""
        if not self.sim_defined:
            raise ValueError("simultaneous sanctions need the unmerged option form without forces")
        number = {self.members(t)[0]: t for t in self.states}
        for movers in nonempty_subsets(self.others({dm})):
            for ends in product(*(sorted(self.R_plus(j, s)) for j in movers)):
                mixed = list(self.members(s)[0])
                for j, end in [(dm, s1), *zip(movers, ends, strict=True)]:
                    for k, name in enumerate(self.names):
                        if self.conflict.owner(name) == j:
                            mixed[k] = self.members(end)[0][k]
                together = number.get(tuple(mixed))
                if together is not None and not self.prefers(dm, together, s):
                    return True
        return False

    def stable_for(self, concept: str, dm: str, sanctions: Sanctions = "legal") -> list[bool]:
        """Return one verdict per state, in state order."""
        return [self.stable(concept, dm, s, sanctions) for s in self.states]

    def equilibria(self, concept: str | Mapping[str, str], sanctions: Sanctions = "legal") -> list[int]:
        """Return the states stable for every party, under one concept or each under its own."""
        own = {dm: concept if isinstance(concept, str) else concept[dm] for dm in self.parties}
        return [s for s in self.states if all(self.stable(own[dm], dm, s, sanctions) for dm in self.parties)]

    # -- coalitions -------------------------------------------------------------------------------------------------

    def improvements(self, coalition: Collection[str], s: int) -> frozenset[int]:
        """R_H⁺⁺(s): what H reaches by legal sequences and every member prefers to s."""
        members = frozenset(coalition)
        if not members or not members <= set(self.parties):
            raise ValueError("a coalition is one party or more")
        if (members, s) not in self._joint:
            self._joint[members, s] = frozenset(
                t for t in self.reach(members, s) if all(self.prefers(i, t, s) for i in members)
            )
        return self._joint[members, s]

    def coalition_reach(self, outside: Collection[str], s: int) -> frozenset[int]:
        """Return the ends of non-empty sequences of improvements C⁺⁺ by coalitions C ⊆ ``outside``.

        No C moves twice running. Nature is a coalition of its own only, and exempt from the rule.
        """
        question = (frozenset(outside), s)
        if question not in self._coalition_reached:
            coalitions = [frozenset(c) for c in nonempty_subsets(set(outside) - set(self.natures))]
            coalitions += [frozenset({j}) for j in outside if j in self.natures]
            arrived: set[tuple[int, frozenset[str]]] = set()
            waiting: list[tuple[int, frozenset[str] | None]] = [(s, None)]
            while waiting:
                here, last = waiting.pop()
                for c in coalitions:
                    natural = c <= set(self.natures)
                    if c == last and not natural:
                        continue
                    for t in self.R(min(c), here) if natural else self.improvements(c, here):
                        if (t, c) not in arrived:
                            arrived.add((t, c))
                            waiting.append((t, c))
            self._coalition_reached[question] = frozenset(t for t, _ in arrived)
        return self._coalition_reached[question]

    def coalition_stable(self, concept: str, coalition: Collection[str], s: int) -> bool:
        """Return whether s is stable for a coalition: ``nash``, ``gmr``, ``smr``, ``seq`` mean CNash, CGMR …"""
        if concept not in COALITION_CONCEPTS:
            raise ValueError(f"unknown concept {concept!r}")
        return all(self._coalition_deterred(concept, coalition, s, s1) for s1 in self.improvements(coalition, s))

    def _coalition_deterred(self, concept: str, coalition: Collection[str], s: int, s1: int) -> bool:
        def spoilt(t: int) -> bool:
            return any(not self.prefers(i, t, s) for i in coalition)

        if concept == "nash":
            return False
        outside = self.others(coalition)
        ends = self.coalition_reach(outside, s1) if concept == "seq" else self.reach(outside, s1)
        if concept == "smr":
            return any(spoilt(s2) and all(spoilt(s3) for s3 in self.reach(coalition, s2)) for s2 in ends)
        return any(spoilt(s2) for s2 in ends)

    def universally_stable(self, concept: str, s: int) -> bool:
        """Return whether s is stable for every non-empty coalition of parties."""
        return all(self.coalition_stable(concept, h, s) for h in nonempty_subsets(self.parties))


def nonempty_subsets(items: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Yield every non-empty subset."""
    ordered = sorted(items)
    return chain.from_iterable(combinations(ordered, k) for k in range(1, len(ordered) + 1))
