"""The smallest sets of elementary changes after which everything that is wished comes true.

Sets of one change are tried first, then of two, and so on; the first size at which some do is the answer. What
:mod:`detente.analysis.change_bounds` rules out is not tried, every other set is decided on the changed model. Changes
of one party that make the same ranks and moves are decided once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product
from time import monotonic

from detente.analysis.change_bounds import AT_ONCE, MOVES, UNIT, WORTH_SHARING, Bounds, Combinations
from detente.analysis.change_catalog import Catalog, lenses_behind
from detente.analysis.change_target import Target, met, needs_of
from detente.analysis.share import shared_out
from detente.analysis.without import with_plain_status_quo
from detente.analysis.world import FEW_STATES, World
from detente.conflict.conflict import Conflict
from detente.conflict.edits import Edit, edited
from detente.conflict.secured import Lift, Offer
from detente.errors import ModelError, TooLargeError, UsageError
from detente.language.guarantees import guaranteed, in_guarantee
from detente.stability.decider import Decider

Set = tuple[Edit, ...]


@dataclass(frozen=True, eq=False)
class Smallest:
    """The smallest sets of changes, of one list of them.

    Attributes
    ----------
    sets : tuple of tuple of Edit
        All of the least size that was found. Of sets that differ only in how far something goes up or down a list,
        those in which it goes no farther than it must.
    complete_to : int
        Of sets of at most so many changes, none is missing.
    at_least : int
        No set has fewer; beyond ``complete_to`` this is known from parties that have to change in any case.
    n_edits, n_decided, n_unfit : int
        Changes in the list; sets that were decided; changes and sets that have no object, or with which some question
        has no answer.
    stopped : bool
        Whether time ended before the size was done.
    ruled_out : bool
        Whether no set will do, of whatever size: somebody is in the way whom these changes do not touch.
    in_the_way : tuple of str
        Parties that have to change, whatever the others do.
    """

    sets: tuple[Set, ...]
    complete_to: int
    at_least: int
    n_edits: int
    n_decided: int
    n_unfit: int
    stopped: bool
    ruled_out: bool
    in_the_way: tuple[str, ...]
    unworded: tuple[str, ...] = ()

    @property
    def size(self) -> int | None:
        """How many changes the sets have; None where none was found."""
        return len(self.sets[0]) if self.sets else None


class Grounds:
    """The worlds that sets of changes are tried in: one for each choice of what is lifted and offered.

    Parameters
    ----------
    world : World
        The model as it is.
    targets : sequence of Target
    readings : collection of str, optional
        Those whose lenses count for what is wished; by default all lenses do.
    """

    def __init__(self, world: World, targets: Sequence[Target], readings: Collection[str] | None = None) -> None:
        self.targets, self._readings = tuple(targets), readings
        self.base = world
        self.by_effect = not any(target.claim.views for target in targets)
        self._worlds: dict[Set, World | None] = {(): world}
        self._bounds: dict[Set, Bounds | None] = {}

    def check_offers(self) -> dict[str, Conflict]:
        """Return the model with every guarantee by itself. Raises ModelError, with its place, for one that is wrong."""
        given = {}
        for item in self.base.conflict.guarantees:
            offer = (Offer(guarantee=item.id),)
            conflict = guaranteed(self.base.conflict, [item.id])
            try:
                self._worlds[offer] = _world(conflict, self.base)
            except ModelError as error:
                raise in_guarantee(item.id, error) from None
            given[item.id] = conflict
        return given

    def world(self, given: Set) -> World | None:
        """Return the world in which these are lifted and offered; None where it cannot be."""
        if given not in self._worlds:
            self._worlds[given] = self._made(given)
        return self._worlds[given]

    def bounds(self, given: Set) -> Bounds | None:
        """Return the bounds in such a world."""
        if given not in self._bounds:
            world = self.world(given)
            try:
                self._bounds[given] = None if world is None else self._bounded(world)
            except (ModelError, UsageError):  # what is wished means nothing there
                self._bounds[given] = None
        return self._bounds[given]

    def _bounded(self, world: World) -> Bounds:
        lenses = lenses_behind(world.conflict, self._readings)
        return Bounds(world, needs_of(world.conflict, self.targets), lenses)

    def changed(self, edits: Set) -> World | None:
        """Return the world after a set of changes; None where they cannot be made together."""
        given = tuple(edit for edit in edits if isinstance(edit, (Lift, Offer)))
        there = self.world(given)
        rest = tuple(edit for edit in edits if edit not in given) if given else edits
        if there is None or not rest:
            return there
        conflict = edited(there.conflict, rest)
        if conflict is None:
            return None
        restricted: dict[str, list[Edit]] = {}
        for edit in rest:
            if isinstance(edit, MOVES):
                restricted.setdefault(edit.dm, []).append(edit)
        bounds = self.bounds(given) if restricted else None
        if bounds is None:
            return there.with_preferences(conflict)
        moves = {dm: bounds.moves(conflict, dm, own) for dm, own in restricted.items()}
        graph = there.graph.with_moves(conflict, moves)
        return World(conflict, there.sanctions, decider=Decider(graph, there.sanctions))

    def decide(self, edits: Set) -> bool | None:
        """Return whether everything that is wished holds after a set of changes; None where that has no answer."""
        try:
            world = self.changed(edits)
            return None if world is None else met(world, self.targets)
        except (ModelError, TooLargeError, UsageError):
            return None

    def renew(self) -> None:
        """Forget what was worked out, but for states and moves."""
        self._worlds = {given: world and world.renewed() for given, world in self._worlds.items()}
        self.base = self._worlds[()] or self.base

    def _made(self, given: Set) -> World | None:
        offered = [edit.guarantee for edit in given if isinstance(edit, Offer)]
        lifted = tuple(edit for edit in given if isinstance(edit, Lift))
        try:
            conflict: Conflict | None = with_plain_status_quo(self.base)
            if offered:
                conflict = guaranteed(self.base.conflict, offered)
            conflict = edited(conflict, lifted) if conflict is not None else None
            if conflict is None:
                return None
            return _world(conflict, self.base)
        except (ModelError, TooLargeError):
            return None


def _world(conflict: Conflict, base: World) -> World:
    """Return the world of a conflict with other states. Raises ModelError where any question about it would."""
    world = World(conflict, base.sanctions)
    _ = world.graph.outcomes_of, world.graph.class_of, world.graph.status_quo
    for reading in conflict.readings:
        world.game(reading.id)  # every preference must order the states there are now
    return world


def smallest(
    grounds: Grounds,
    catalog: Catalog,
    most: int,
    end: float,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Smallest:
    """Find the smallest sets of changes of a list, of at most ``most``, until a moment of the monotonic clock.

    Parameters
    ----------
    grounds : Grounds
    catalog : Catalog
    most : int
    end : float
    workers : int, optional
        Processes; by default one for each core, where the model is neither small nor large. The answer is the same.
    progress : callable, optional
        Called with (sets done, sets of this size so far).
    """
    run = _Run(grounds, catalog.edits, end, workers, progress)
    bounds = grounds.bounds(())
    assert bounds is not None
    plain = Combinations(bounds, run.local, run.out_of_time, by_effect=grounds.by_effect)
    at_least = 0 if run.given else plain.at_least(most)
    found: list[Set] = []
    complete_to = -1
    for size in range(most + 1):
        found = run.of(size)
        if run.stopped:
            break
        complete_to = size
        if found:
            break
    done = complete_to if found and not run.stopped else complete_to + 1
    return Smallest(
        tuple(found),
        complete_to,
        max(at_least, done),
        len(catalog.edits),
        run.n_decided,
        run.n_unfit,
        run.stopped,
        not run.given and plain.ruled_out,
        tuple(plain.in_the_way()),
        catalog.unworded,
    )


class _Run:
    """One search: its list of changes, its clock, and what it has counted."""

    def __init__(
        self,
        grounds: Grounds,
        edits: Set,
        end: float,
        workers: int | None,
        progress: Callable[[int, int], object] | None,
    ) -> None:
        self._grounds, self._edits, self._end, self._progress = grounds, edits, end, progress
        self._workers = workers if WORTH_SHARING <= grounds.base.graph.n_states <= FEW_STATES else 1
        self.given = [edit for edit in edits if isinstance(edit, (Lift, Offer))]
        self.local: dict[str, list[tuple[int, Edit]]] = {}
        for place, edit in enumerate(edits):
            if not isinstance(edit, (Lift, Offer)):
                self.local.setdefault(edit.dm, []).append((place, edit))
        self.n_decided = self.n_unfit = 0
        self.stopped = False
        self._ways: dict[Set, Combinations | None] = {}
        self._done = 0

    def out_of_time(self) -> bool:
        """Return whether the moment has come."""
        return monotonic() > self._end

    def of(self, size: int) -> list[Set]:
        """Return the sets of one size, as far as time allows."""
        found = []
        waiting = self._candidates(size)
        while not self.stopped:
            some = list(islice(waiting, AT_ONCE))
            if not some:
                break
            found += [one for one, verdict in zip(some, self._decided(some), strict=False) if verdict]
        return least_far([some for one in found for some in self._meant(*one)])

    def _candidates(self, size: int) -> Iterator[tuple[Set, tuple[int, ...]]]:
        """Yield what is lifted and offered, and the places of all other changes, of sets that are not ruled out."""
        for count in range(min(size, len(self.given)) + 1):
            for given in combinations(self.given, count):
                ways = self._way(given)
                if ways is None:
                    self.n_unfit += 1
                    continue
                yield from ((given, chosen) for chosen in ways.of(size - count))
                if ways.stopped or self.out_of_time():
                    self.stopped = True
                    return

    def _way(self, given: Set) -> Combinations | None:
        if given not in self._ways:
            bounds = self._grounds.bounds(given)
            self._ways[given] = (
                None
                if bounds is None
                else Combinations(
                    bounds,
                    self.local,
                    self.out_of_time,
                    by_effect=self._grounds.by_effect,
                    workers=self._workers,
                )
            )
        return self._ways[given]

    def _decided(self, some: list[tuple[Set, tuple[int, ...]]]) -> list[bool | None]:
        """Return the verdicts on some sets, fewer where time ends."""

        def unit(number: int) -> list[bool | None]:
            part = some[number * UNIT : (number + 1) * UNIT]
            verdicts = []
            for one in part:
                if self.out_of_time():
                    break
                verdicts.append(self._grounds.decide(self._set(*one)))
            self._grounds.renew()
            return verdicts

        def tell(units: int) -> None:
            if self._progress is not None:
                self._progress(self._done + min(units * UNIT, len(some)), self._done + len(some))

        n = -(-len(some) // UNIT)
        parts = shared_out(unit, n, workers=1 if n < 2 else self._workers, progress=tell)
        verdicts: list[bool | None] = []
        for number, part in enumerate(parts):
            verdicts += part
            if len(part) < len(some[number * UNIT : (number + 1) * UNIT]):
                self.stopped = True
                break
        self._done += len(verdicts)
        self.n_decided += len(verdicts)
        self.n_unfit += verdicts.count(None)
        return verdicts

    def _set(self, given: Set, chosen: tuple[int, ...]) -> Set:
        return (*given, *(self._edits[place] for place in chosen))

    def _meant(self, given: Set, chosen: tuple[int, ...]) -> Iterator[Set]:
        """Yield the sets that one stands for: those in which each party's changes have the same effect."""
        ways = self._way(given)
        assert ways is not None
        own: dict[str, tuple[int, ...]] = {}
        for place in chosen:
            own[self._edits[place].dm] = (*own.get(self._edits[place].dm, ()), place)
        choices = [self._nearest(ways.classes.get(places, [places])) for places in own.values()]
        for some in product(*choices):
            yield self._set(given, tuple(sorted(place for places in some for place in places)))

    def _nearest(self, several: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """Return of changes that differ only in how far they go those that go least far."""
        sets = {tuple(self._edits[place] for place in places): places for places in several}
        return [sets[some] for some in least_far(list(sets))]


def least_far(sets: list[Set]) -> list[Set]:
    """Return the sets without those of which another differs only in going less far."""
    groups: dict[tuple[object, ...], list[tuple[tuple[int, ...], Set]]] = {}
    for some in sets:
        ordered = sorted(some, key=lambda edit: repr(edit.family))
        key = tuple(edit.family for edit in ordered)
        groups.setdefault(key, []).append((tuple(abs(edit.far) for edit in ordered), some))
    kept = []
    for group in groups.values():
        for far, some in group:
            smaller = (other != far and all(a <= b for a, b in zip(other, far, strict=True)) for other, _ in group)
            if not any(smaller):
                kept.append(some)
    return kept
