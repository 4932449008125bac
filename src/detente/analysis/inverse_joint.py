"""The smallest joint change of rankings under SEQ and SSEQ, where one party's wishes make another's sanctions credible.

What is stable under SEQ is stable under GMR, and under SSEQ under SMR; the least distance under those is a bound from
below. Moving the state up party by party until it holds gives one from above. Where the two differ, and the model is
small enough, integer programming settles it (:mod:`detente.analysis.inverse_program`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

from detente.analysis.inverse_level import Profile, Wish, targets
from detente.analysis.inverse_order import Halves, changed_pairs, halves, lift_cost, lifted
from detente.analysis.inverse_program import Program

MOST_STATES = 64
"""Models with more states have bounds only, unless the bounds meet."""


@dataclass(frozen=True, eq=False)
class Joint:
    """What was found: see :class:`detente.analysis.inverse.Change`; ``profiles`` has a state (from 0) with each."""

    at_least: Halves | None
    profiles: list[tuple[int, Profile]]
    complete: bool
    blocking: tuple[int, ...]


def joint_changes(
    wish: Wish,
    states: Sequence[int],
    most: int,
    end: float,
    progress: Callable[[int, int], object] | None = None,
) -> Joint:
    """Return the smallest changes that make one of the states an equilibrium under a concept of credible sanctions.

    Parameters
    ----------
    wish : Wish
    states : sequence of int
        From 0.
    most : int
        How many to list. For one alone, it is not asked whether there are others.
    end : float
        When to stop, on the monotonic clock.
    progress : callable, optional
        Called with (states done, states).
    """
    below, blocking = _from_below(wish, states)
    order = sorted(below, key=lambda s: (below[s], s))
    best: tuple[Halves, int, Profile] | None = None
    small = wish.game.n_states <= MOST_STATES
    programs: dict[int, Program] = {}
    for done, s in enumerate(order, 1):
        if best is not None and below[s] >= best[0]:
            break
        if monotonic() < end:
            for profile in _from_above(wish, s):
                cost = cost_of(wish, profile)
                if best is None or cost < best[0]:
                    best = cost, s, profile
        if small and monotonic() < end and (best is None or below[s] < best[0]):
            programs[s] = Program(wish, s)
            found = programs[s].least(end, None if best is None else best[0])
            if found.at_least is None:
                del below[s]
            else:
                below[s] = max(below[s], found.at_least)
            if found.profile is not None:
                cost = cost_of(wish, found.profile)
                if best is None or cost < best[0]:
                    best = cost, s, found.profile
        if progress is not None:
            progress(done, len(order))
    if best is None:
        return Joint(min(below.values(), default=None), [], not below, blocking)
    at_least = min([best[0], *below.values()])
    profiles, complete = [best[1:]], False
    if not best[0]:
        most, small = max(most, 2), True
    if most > 1 and small and at_least == best[0]:
        profiles, complete = _all(
            wish, programs, [s for s in order if below.get(s, best[0] + 1) <= best[0]], best, most, end
        )
    return Joint(at_least, profiles, complete, blocking)


def _all(
    wish: Wish,
    programs: dict[int, Program],
    states: Sequence[int],
    best: tuple[Halves, int, Profile],
    most: int,
    end: float,
) -> tuple[list[tuple[int, Profile]], bool]:
    """List the changes at the least distance; return whether they are all."""
    if not best[0]:  # nothing has to change, and nothing can at no distance
        start = {i: wish.game.ranks(i) for i in wish.free}
        held = [s for s in states if all(wish.stable(i, s, wish.game) for i in wish.game.parties)]
        return [(s, start) for s in held[:most]], len(held) < most
    profiles: list[tuple[int, Profile]] = []
    complete = True
    for s in states:
        if s not in programs:
            programs[s] = Program(wish, s)
        found, all_of_them = programs[s].every(best[0], most - len(profiles), end)
        profiles += [(s, profile) for profile in found]
        complete = complete and all_of_them
        if len(profiles) >= most:
            return profiles, False
    return profiles or [best[1:]], complete


def cost_of(wish: Wish, profile: Profile) -> Halves:
    """Return the distance of a profile from the rankings as they are, in halves."""
    return sum(
        halves(before, after, changed_pairs(before, after))
        for before, after in ((wish.game.ranks(i), ranks) for i, ranks in profile.items())
        if before is not after
    )


def _from_below(wish: Wish, states: Sequence[int]) -> tuple[dict[int, Halves], tuple[int, ...]]:
    """Return the bound from below of each state that can be reached, and the kept parties in the way of all."""
    below: dict[int, Halves] = {}
    in_the_way: list[set[int]] = []
    for s in states:
        levels = wish.levels(s, wish.game, credible=False)
        unmet = {i for i in levels if i not in wish.free and levels[i] > wish.game.ranks(i)[s]}
        in_the_way.append(unmet)
        if not unmet:
            below[s] = sum(lift_cost(wish.game.ranks(i), s, levels[i], strict=wish.strict[i]) for i in wish.free)
    return below, () if below else tuple(sorted(set.intersection(*in_the_way)))


def _from_above(wish: Wish, s: int) -> Iterator[Profile]:
    """Yield changes that move s up until it is an equilibrium; none where the kept parties do not follow."""
    start = {i: wish.game.ranks(i) for i in wish.free}
    own = {
        i: lifted(ranks, s, int(ranks[targets(wish.game, i, s)].max(initial=0)), strict=wish.strict[i])
        for i, ranks in start.items()
    }
    for profile in (start, own):
        game = wish.under(profile)
        while True:
            levels = wish.levels(s, game)
            unmet = [i for i, level in levels.items() if level > game.ranks(i)[s]]
            if not unmet:
                yield profile
                break
            if not set(unmet) <= set(wish.free):
                break
            i = unmet[0]
            profile = {**profile, i: lifted(profile[i], s, levels[i], strict=wish.strict[i])}
            game = wish.under(profile)
