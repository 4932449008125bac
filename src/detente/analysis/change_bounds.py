"""What can be ruled out about a set of changes without deciding it, party by party.

Whether a state is stable for a party under Nash, GMR and SMR depends on nobody's wishes but its own; and under GMR and
SMR the more the others can do, the more they can deter. So what a party's own changes make of its stability under such
a concept, with everybody else free to move as before, bounds what they make of it together with changes of others:

- a concept that implies the weak one can hold in a state only if the weak one does, for every party;
- a party for whom it does not, in a state, has to be changed itself, whatever else is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations, islice

import numpy as np
from numpy.typing import NDArray

from detente.analysis.change_target import Need
from detente.analysis.share import shared_out
from detente.analysis.world import World
from detente.conflict.conflict import Conflict
from detente.conflict.edits import Edit, edited
from detente.conflict.elements import DecisionMaker, Lens
from detente.conflict.secured import Bind, Fix, Hold
from detente.errors import ModelError, UsageError
from detente.graph.moves import Index, Moves
from detente.graph.preference import ranks_of
from detente.stability import backend
from detente.stability.concept import Concept
from detente.stability.game import Flags, Values

WORTH_SHARING = 1_000
"""From so many states several processes are worth their while; of very many each would need too much memory."""
UNIT = 50
"""So many changes, or sets of them, are one piece of work."""
AT_ONCE = 2_000
"""So many are handed out at once."""
MOVES = (Bind, Hold, Fix)
"""Edits that change moves and nothing else."""

Mask = tuple[Flags, ...]
"""For each need, (n_readings, n_states that it is about) bool."""
Effect = tuple[bytes, ...]
Places = tuple[int, ...]
"""Changes as places in the catalog, ascending."""


@dataclass(frozen=True, eq=False)
class Own:
    """What a party's own changes make of it: ``effect`` is equal where ranks and moves are, ``mask`` is the bound."""

    effect: Effect
    mask: Mask


class Bounds:
    """The bounds in one world.

    Parameters
    ----------
    world : World
        Without the changes.
    needs : sequence of Need
        What is necessary for everything that is wished; without any, nothing is ruled out.
    lenses : collection of (party, lens)
        Those that count for what is wished.
    """

    def __init__(self, world: World, needs: Sequence[Need], lenses: Collection[tuple[str, str]]) -> None:
        self.world, self.needs = world, needs
        self._lenses = lenses
        self._states: list[Index] = [np.flatnonzero(world.flags(need.that)).astype(np.int32) for need in needs]
        self._stable: dict[tuple[object, ...], Flags] = {}
        self._moves: dict[tuple[Edit, ...], Moves] = {}
        self._as_is: dict[tuple[str, str], tuple[Values, bytes]] = {}
        self._place = {dm.id: k for k, dm in enumerate(world.conflict.decision_makers)}
        self._choices = {reading: world.conflict.lens_choice(reading) for need in needs for reading in need.readings}
        self.bare = {dm.id: self.own(dm.id, ()) for dm in world.conflict.parties}

    def own(self, dm: str, edits: Sequence[Edit]) -> Own | None:
        """Return what changes of one party make of it; None where they cannot be made."""
        changed = edited(self.world.conflict, edits)
        if changed is None:
            return None
        party = changed.decision_maker(dm)
        restricted = [edit for edit in edits if isinstance(edit, MOVES)]
        try:
            ranks = {lens.id: self._ranks(party, lens) for lens in party.lenses if (dm, lens.id) in self._lenses}
            moves = self.moves(changed, dm, restricted)
        except (ModelError, UsageError):  # a preference does not order the states, or an outcome is not there any more
            return None
        at = _digest(moves) if restricted else b""
        digests = {lens: digest for lens, (_, digest) in ranks.items()}
        mask = []
        for states, need in zip(self._states, self.needs, strict=True):
            rows = [
                self._weakly_stable(dm, *ranks[lens], moves, at, need.weak, states)
                for lens in (self._choices[reading][dm] for reading in need.readings)
            ]
            mask.append(np.stack(rows))
        return Own((at, *digests.values()), tuple(mask))

    def _ranks(self, party: DecisionMaker, lens: Lens) -> tuple[Values, bytes]:
        """Return the ranks under a lens, and what tells them from others; those as they are, once."""
        as_is = self.world.conflict.decision_maker(party.id)
        same = party.principles == as_is.principles
        at = lens
        while same and at is as_is.lens(at.id) and at.refines:
            at = party.lens(at.refines)
        same = same and at is as_is.lens(at.id)
        key = (party.id, lens.id)
        if same and key in self._as_is:
            return self._as_is[key]
        ranks = ranks_of(self.world.graph.space, party, lens)
        found = ranks, blake2b(ranks.tobytes(), digest_size=16).digest()
        if same:
            self._as_is[key] = found
        return found

    def moves(self, conflict: Conflict, dm: str, edits: Sequence[Edit]) -> Moves:
        """Return a party's moves in a conflict in which these edits restrict them; each is worked out once."""
        if not edits:
            return self.world.graph.moves[self._place[dm]]
        key = tuple(edits)
        if key not in self._moves:
            self._moves[key] = self.world.graph.moves_under(conflict, dm)
        return self._moves[key]

    def _weakly_stable(
        self, dm: str, ranks: Values, digest: bytes, moves: Moves, at: bytes, weak: Concept, states: Index
    ) -> Flags:
        """Return for which states the party has no improvement that nobody can meet."""
        key = (dm, digest, at, weak.id, states.tobytes())
        if key not in self._stable:
            game, i = self.world.game(self.world.conflict.readings[0].id), self._place[dm]
            position, targets = moves.expand(states)
            here = ranks[states][position]
            left = ranks[targets] > here
            if weak.id != "nash":
                worth = np.maximum(ranks, backend.make_step(moves, None).highest(ranks)) if weak.counter else ranks
                left &= game.floor(i, worth, improving=False)[targets] > here
            stable = np.ones(len(states), dtype=bool)
            stable[position[left]] = False
            self._stable[key] = stable
        return self._stable[key]

    def nothing_ruled_out(self) -> Mask:
        """Return the mask that lets everything through."""
        return tuple(
            np.ones((len(need.readings), len(states)), dtype=bool)
            for need, states in zip(self.needs, self._states, strict=True)
        )


def _digest(moves: Moves) -> bytes:
    found = blake2b(digest_size=16)
    for part in moves.expand(np.arange(moves.n_states, dtype=np.int32)):
        found.update(part.tobytes())
    return found.digest()


class Combinations:
    """Sets of changes that the bounds do not rule out, in one world.

    Parameters
    ----------
    bounds : Bounds
    edits : mapping of party to list of (place in the catalog, Edit)
    out_of_time : callable
        Whether to stop; ``stopped`` then says that sets may be missing.
    workers : int, optional
        Processes that share out what is worked out for many changes; one by default.
    by_effect : bool
        Of changes of one party that make the same ranks and moves, look at one only, and at none that do not make
        other ones than fewer of its changes.
    """

    def __init__(
        self,
        bounds: Bounds,
        edits: dict[str, list[tuple[int, Edit]]],
        out_of_time: Callable[[], bool],
        *,
        by_effect: bool,
        workers: int | None = 1,
    ) -> None:
        self._bounds, self._by_effect, self._out_of_time = bounds, by_effect, out_of_time
        self._workers = workers
        self.stopped = False
        self.classes: dict[Places, list[Places]] = {}
        """For changes of one party that stand for others of the same effect, all of them."""
        self.unfit = 0
        self._every = edits
        self._ways: dict[tuple[str, int], list[tuple[Places, Mask]]] = {}
        self._effects: dict[str, set[Effect]] = {}
        free = [dm for dm in edits if edits[dm]]
        masks = {dm: own.mask for dm, own in bounds.bare.items() if own is not None}
        self._free = sorted(free, key=lambda dm: -sum(int((~part).sum()) for part in masks[dm]))
        self._base = bounds.nothing_ruled_out()
        for dm, mask in masks.items():
            if dm not in free:
                self._base = _both(self._base, mask)
        self._own = [masks[dm] for dm in self._free]
        self._later = [self._blocked(self._own[k:]) for k in range(len(self._free) + 1)]

    def at_least(self, most: int) -> int:
        """Return how many changes there are in any set at least, if no more than ``most``; else ``most + 1``."""
        return next((size for size in range(most + 1) if self._possible(self._base, 0, size)), most + 1)

    @property
    def ruled_out(self) -> bool:
        """Whether no changes of these parties will do, however many: others are in the way."""
        return not self._enough(self._base)

    def in_the_way(self) -> list[str]:
        """Return the parties for whom, as they are, not enough is stable, whatever the others want and are bound to."""
        every = self._bounds.nothing_ruled_out()
        found = []
        for dm, own in self._bounds.bare.items():
            if own is not None and not self._enough(_both(every, own.mask)):
                found.append(dm)
        return found

    def of(self, size: int) -> Iterator[tuple[int, ...]]:
        """Yield the sets of so many changes, as places in the catalog."""
        yield from self._from(0, size, self._base, ())

    def _from(self, k: int, left: int, mask: Mask, chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if not self._possible(mask, k, left):
            return
        if k == len(self._free):
            if not left:
                yield tuple(sorted(chosen))
            return
        dm = self._free[k]
        yield from self._from(k + 1, left, _both(mask, self._own[k]), chosen)
        for count in range(1, left + 1):
            if self._possible(mask, k + 1, left - count):
                for some, own in self._ways_of(dm, count):
                    yield from self._from(k + 1, left - count, _both(mask, own), (*chosen, *some))

    def _ways_of(self, dm: str, count: int) -> Iterator[tuple[Places, Mask]]:
        """Yield so many changes of one party with their bound, one for each effect that fewer do not have."""
        if (dm, count) in self._ways:
            yield from self._ways[dm, count]
            return
        if self._by_effect and count > 1:
            for _ in self._ways_of(dm, count - 1):
                pass
        bare = self._bounds.bare[dm]
        known = self._effects.setdefault(dm, {bare.effect} if bare is not None else set())
        found: dict[Effect, tuple[Places, Mask]] = {}
        waiting = combinations(self._every[dm], count)
        while some := list(islice(waiting, AT_ONCE)):
            if self._out_of_time():
                self.stopped = True
                return
            for chosen, own in zip(some, self._owns(dm, some), strict=True):
                if own is None:
                    self.unfit += 1
                    continue
                if self._by_effect and own.effect in known:
                    continue
                places = tuple(place for place, _ in chosen)
                effect = own.effect if self._by_effect else (repr(places).encode(),)
                new = effect not in found
                stands = found.setdefault(effect, (places, own.mask))[0]
                self.classes.setdefault(stands, []).append(places)
                if new:
                    yield places, own.mask
        known |= found.keys()
        self._ways[dm, count] = list(found.values())

    def _owns(self, dm: str, some: Sequence[tuple[tuple[int, Edit], ...]]) -> list[Own | None]:
        """Return what each of some choices of a party's changes make of it."""

        def part(number: int) -> list[Own | None]:
            mine = some[number * UNIT : (number + 1) * UNIT]
            return [self._bounds.own(dm, [edit for _, edit in chosen]) for chosen in mine]

        n = -(-len(some) // UNIT)
        return [own for owns in shared_out(part, n, workers=1 if n < 4 else self._workers) for own in owns]

    def _blocked(self, masks: Sequence[Mask]) -> list[NDArray[np.int64]]:
        """Return how many parties a state is not stable for as they are: by reading, or with ``joint`` in any."""
        result = []
        for k, need in enumerate(self._bounds.needs):
            parts = [~mask[k] for mask in masks]
            if need.joint:
                parts = [np.asarray(np.any(part, axis=0, keepdims=True)) for part in parts]
            total = np.zeros(_for_all(need, self._base[k]).shape, dtype=np.int64)
            for part in parts:
                total += part
            result.append(total)
        return result

    def _possible(self, mask: Mask, k: int, left: int) -> bool:
        """Return whether ``left`` changes of the parties from the k-th on may be enough."""
        for need, part, blocked in zip(self._bounds.needs, mask, self._later[k], strict=True):
            if not (_for_all(need, part) & (blocked <= left)).any(axis=1).all():
                return False
        return True

    def _enough(self, mask: Mask) -> bool:
        needs = zip(self._bounds.needs, mask, strict=True)
        return all(bool(_for_all(need, part).any(axis=1).all()) for need, part in needs)


def _for_all(need: Need, part: Flags) -> Flags:
    """Return for each reading the states that may do; with ``joint``, one row of those that may in all of them."""
    return np.asarray(np.all(part, axis=0, keepdims=True)) if need.joint else part


def _both(one: Mask, other: Mask) -> Mask:
    return tuple(a & b for a, b in zip(one, other, strict=True))
