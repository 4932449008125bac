"""What each kind of check asks of a world, under one reading and concept, and what shows the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from detente.analysis.balance import MOST_LISTED, balance
from detente.analysis.evolution_reach import can_reach, may_reach
from detente.analysis.evolution_steps import Play
from detente.analysis.explain import move_dict
from detente.analysis.places import begins, in_another_phase
from detente.analysis.relations import web_of
from detente.analysis.safety import Avoidance, avoidable, certain, follow, inevitable
from detente.analysis.world import World
from detente.conflict import claims as cl
from detente.conflict.elements import Element
from detente.conflict.formula import Formula
from detente.conflict.perceived import viewer_label
from detente.errors import UsageError
from detente.graph.evaluate import Flags
from detente.stability.concept import Concept
from detente.stability.game import Game
from detente.stability.numpy_steps import LOW
from detente.stability.registry import CONCEPTS, implied


@dataclass(frozen=True)
class Finding:
    """Whether a check holds in one case, and what shows it.

    ``vacuous``: it holds because no state is of the kind it speaks of. ``facts`` are plain data, states from 1; a lean
    case has fewer.
    """

    holds: bool
    facts: dict[str, Any] = field(default_factory=dict)
    vacuous: bool = False


@dataclass(frozen=True)
class Case:
    """Where a check is asked. ``reading`` and ``concept`` are None where the check does not depend on them.

    ``lean``: only the answer is wanted, and no facts that take work of their own.
    """

    world: World
    about: Element
    reading: str | None
    concept: Concept | None
    lean: bool = False

    @property
    def game(self) -> Game:
        """The game under the reading."""
        return self.world.game(self.named)

    @property
    def named(self) -> str:
        """The reading, where the check depends on one."""
        assert self.reading is not None
        return self.reading

    @property
    def bounded(self) -> bool:
        """Whether what is unmet under GMR is unmet under the concept, and what is met under Nash is met under it.

        That settles many cases by concepts for which nobody else's ranks count.
        """
        return self.by.worst is not None and self.by.id in implied("nash") and "gmr" in implied(self.by.id)

    @property
    def by(self) -> Concept:
        """The concept."""
        assert self.concept is not None
        return self.concept

    def starts(self, formula: Formula | None) -> list[int]:
        """Return the states that a check begins from: of the formula, or where its place begins. Raises ModelError."""
        if formula is not None:
            return np.flatnonzero(self.world.flags(formula)).tolist()
        return begins(self.world, self.reading, self.about)

    def holding(self, states: Flags) -> Flags:
        """Return which of some states are equilibria."""
        return self.world.equilibria(self.by, self.named, states)

    def stable(self, dm: str) -> Flags:
        """Return which states are stable for a party."""
        game = self.game
        return self.world.decider.stable(self.by, game, game.index(dm))


def holds(check: cl.Holds, case: Case) -> Finding:
    """Some state of it is an equilibrium, or none is."""
    states = case.world.flags(check.that)
    if case.lean and case.bounded and case.world.equilibria(CONCEPTS["nash"], case.named, states).any():
        return Finding(not check.negated)
    found = case.holding(states)
    n, held = int(states.sum()), int(found.sum())
    facts: dict[str, Any] = {"states": n, "equilibria": held}
    if held:
        facts["state"] = int(np.argmax(found)) + 1
    elif n and not case.lean:
        unstable = {dm: int((states & ~case.stable(dm)).sum()) for dm in _parties(case)}
        facts["blockers"] = [dm for dm, count in unstable.items() if count == n]
        facts["unstable_for"] = unstable
    return Finding((held > 0) != check.negated, facts, vacuous=check.negated and not n)


def stays(check: cl.Stays, case: Case) -> Finding:
    """Its states are stable for a party, or are not: every one, or some."""
    states = case.world.flags(check.that)
    wanted = case.stable(check.dm) != check.unstable
    n = int(states.sum())
    facts = {"states": n, "so": int((states & wanted).sum())}
    example = states & (~wanted if check.every else wanted)
    if example.any():
        facts["state"] = int(np.argmax(example)) + 1
    answer = not example.any() if check.every else bool(example.any())
    return Finding(answer, facts, vacuous=check.every and not n)


def reaches(check: cl.Reaches, case: Case) -> Finding:
    """A legal sequence leads to it, from some state of the start."""
    goal = case.world.flags(check.that)
    game = case.game
    improving = check.by != "moves"
    who = tuple(game.index(dm) for dm in check.by) if isinstance(check.by, tuple) else _movers(case)
    starts = case.starts(check.start)
    if check.joint:
        return _reaches_jointly(check, case, goal, starts)
    if case.lean and improving and not may_reach(case.world.graph, _play(case), np.array(starts, dtype=np.int32), goal):
        return Finding(check.negated)
    best: list[dict[str, Any]] | None = None
    facts: dict[str, Any] = {"states": int(goal.sum()), "steps_are": "single"}
    for start in starts:
        found = (start, []) if goal[start] else case.world.way(game, start, who, goal, improving=improving)
        if found is not None and (best is None or len(found[1]) < len(best)):
            best = [move_dict(game, move) for move in found[1]]
            facts |= {"from": start + 1, "to": found[0] + 1, "path": best}
    return Finding((best is not None) != check.negated, facts, vacuous=check.negated and not (goal.any() and starts))


def endures(check: cl.Endures, case: Case) -> Finding:
    """It has one of these durabilities, given the readings that stand for now and later."""
    states = case.world.flags(check.that)
    kind, state = case.world.durability(case.by, check.now, check.later, states)
    facts = {"durability": kind, **({} if state is None else {"state": state + 1})}
    return Finding(kind in check.kinds, facts, vacuous=not states.any())


def blocked(check: cl.Blocked, case: Case) -> Finding:
    """In every state of it one of the parties has, alone, an unsanctioned improvement that leaves it."""
    states = case.world.flags(check.that)
    game = case.game
    if case.lean and case.bounded:
        for bound, verdict in (("gmr", True), ("nash", False)):
            left = np.zeros(len(states), dtype=bool)
            for dm in check.by:
                left |= case.world.left_by_own_ranks(CONCEPTS[bound], game, game.index(dm), check.that)
            if bool((states & ~left).any()) != verdict:
                return Finding(verdict, vacuous=not states.any())
    ways_out = {dm: case.world.left_by(case.by, game, game.index(dm), states) for dm in check.by}
    somebody = np.logical_or.reduce(list(ways_out.values()))
    n = int(states.sum())
    facts: dict[str, Any] = {"states": n, "by": {dm: int(flags.sum()) for dm, flags in ways_out.items()}}
    left = states & ~somebody
    if left.any():
        facts["state"] = int(np.argmax(left)) + 1
    return Finding(not left.any(), facts, vacuous=not n)


def prefers(check: cl.Prefers, case: Case) -> Finding:
    """Every state of one is preferred to every state of the other, or the best to the best."""
    game = case.game
    ranks = game.ranks(game.index(check.dm))
    this, over = case.world.flags(check.this), case.world.flags(check.over)
    facts: dict[str, Any] = {"states": int(this.sum()), "over": int(over.sum())}
    if not this.any() or not over.any():
        return Finding(check.every, facts, vacuous=True)
    lowest = np.where(this, ranks, np.iinfo(np.int32).max if check.every else LOW)
    one = int(np.argmin(lowest) if check.every else np.argmax(lowest))
    other = int(np.argmax(np.where(over, ranks, LOW)))
    return Finding(bool(ranks[one] > ranks[other]), {**facts, "pair": [one + 1, other + 1]})


def improves(check: cl.Improves, case: Case) -> Finding:
    """From every state of the start these parties together reach a state of the goal that all of them prefer."""
    game, goal = case.game, case.world.flags(check.to)
    members = tuple(game.index(dm) for dm in check.members)
    starts = case.starts(check.start)
    facts: dict[str, Any] = {"from": len(starts), "states": int(goal.sum())}
    joint = False
    for start in starts:
        ends = goal.copy()
        for i in members:
            ends &= game.ranks(i) > game.ranks(i)[start]
        found = case.world.way(game, start, members, ends, improving=False)
        if found is None:
            return Finding(False, {"from": len(starts), "states": facts["states"], "state": start + 1})
        alone = [game.movers[i].name for i in members if case.world.way(game, start, [i], ends, improving=True)]
        if not (joint and alone):  # where one would do as much alone, the way does not show what it takes
            path = [move_dict(game, move) for move in found[1]]
            facts |= {"state": start + 1, "to": found[0] + 1, "path": path}
        joint |= not alone
        facts["alone"] = sorted(set(facts.get("alone", alone)) & set(alone), key=alone.index)
    return Finding(True, facts, vacuous=not starts)


def changes(check: cl.Changes, case: Case) -> Finding:
    """Whether it can hold differs between two readings, or two phases."""
    held, n = {}, 0
    for name in check.between:
        there = in_another_phase(case.world, name) if check.phases else case.world
        reading = name if not check.phases else _reading_in(there, case)
        states = there.flags(check.that)
        held[name], n = int(there.equilibria(case.by, reading, states).sum()), n + int(states.sum())
    one, other = (count > 0 for count in held.values()) if len(held) == 2 else (True, True)
    return Finding((one != other) != check.negated, {"held": held}, vacuous=not n)


def _reading_in(there: World, case: Case) -> str:
    assert there.phase is not None
    return there.phase.reading or case.reading or there.conflict.readings[0].id


def sides(check: cl.Sides, case: Case) -> Finding:
    """In every best division of the signed relations these are on one side, and those on the other."""
    named = (*check.together, *check.against)
    web = web_of(case.world.conflict, at=check.at or None, with_nodes=named)
    part = next(part for part in web.parts if named[0] in part)
    if apart := [name for name in named if name not in part]:
        return Finding(False, {"unconnected": [named[0], *apart]})
    own = balance(part, {pair: level for pair, level in web.ties.items() if pair[0] in part})
    facts: dict[str, Any] = {"balanced": own.balanced}
    for measure, found in (("number", own.by_count), ("level", own.by_level)):
        if found.n_divisions > len(found.divisions):
            message = f"{found.n_divisions:,} best divisions of the relations; at most {MOST_LISTED:,} are looked at"
            raise UsageError(message)
        facts |= {f"divisions_by_{measure}": found.n_divisions}
        for blocs in found.divisions:
            facts.setdefault("blocs", [list(bloc) for bloc in blocs])
            of = {name: k for k, bloc in enumerate(blocs) for name in bloc}
            side = of[check.together[0]]
            wrong = [name for name in check.together if of[name] != side]
            wrong += [name for name in check.against if of[name] == side]
            if wrong:
                blame = {"wrong": wrong, "by": measure, "blocs": [list(bloc) for bloc in blocs]}
                return Finding(False, facts | blame)
    return Finding(True, facts)


def _reaches_jointly(check: cl.Reaches, case: Case, goal: Flags, starts: list[int]) -> Finding:
    """Improvements of anybody, and joint ones of the parties to each agreement."""
    if case.lean:
        play = _play(case, best=False, joint=True, nature=case.world.nature_moves)
        return Finding(can_reach(case.world.graph, play, np.array(starts, dtype=np.int32), goal) != check.negated)
    found = _avoided(case, goal, starts, (), best=False, joint=True, nature=case.world.nature_moves)
    facts: dict[str, Any] = {"states": int(goal.sum()), "steps_are": "joint"}
    if found.path is not None:
        end = found.path[-1].end if found.path else int(np.argmax(goal))
        facts |= {"from": (found.path[0].start if found.path else end) + 1, "to": end + 1}
        facts["path"] = [step.to_dict() for step in found.path]
    return Finding((not found.holds) != check.negated, facts, vacuous=check.negated and not (goal.any() and starts))


def evolves(check: cl.Evolves, case: Case) -> Finding:
    """Play by improvements must end in it, or some parties can keep it outside."""
    goal, starts = case.world.flags(check.that), case.starts(check.start)
    nature = check.nature and case.world.nature_moves
    rule = {"best": check.best, "joint": check.joint, "nature": nature}
    facts: dict[str, Any] = {
        "from": len(starts),
        "improvements": "best" if check.best else "any",
        "steps_are": "joint" if check.joint else "single",
        "nature": "eventually" if nature else "never",
    }
    if check.joint:
        _agreed(case)  # a question about nobody is refused, from wherever it starts
    if not starts:
        return Finding(True, facts, vacuous=True)
    if check.kind in ("avoidable", "unavoidable"):
        found = _avoided(case, goal, starts, check.by, **rule)
        facts |= {"states_safe": found.n_safe, "states_reached": found.n_states}
        if found.path is not None:
            facts["path"] = [step.to_dict() for step in found.path]
        return Finding(found.holds == (check.kind == "avoidable"), facts)
    if case.lean and check.kind == "inevitable":
        return Finding(_all_ends_inside(_play(case, **rule), starts, goal))
    played = follow(case.world.graph, _play(case, **rule), np.array(starts, dtype=np.int32))
    verdict = (inevitable if check.kind == "inevitable" else certain)(played, goal)
    facts["states_reached"] = len(played.steps.states)
    if not verdict.holds:
        facts |= {"reason": verdict.reason, "state": (verdict.end or 0) + 1}
        facts["path"] = [step.to_dict() for step in verdict.path or ()]
    return Finding(verdict.holds, facts)


def _all_ends_inside(play: Play, starts: list[int], goal: Flags) -> bool:
    """Return what :func:`detente.analysis.safety.inevitable` decides, without a witness."""
    return bool(goal[play.ends_from(np.array(starts, dtype=np.int32))].all())


def _avoided(
    case: Case, goal: Flags, starts: list[int], by: tuple[str, ...], *, best: bool, joint: bool, nature: bool
) -> Avoidance:
    begin = np.zeros(len(goal), dtype=bool)
    begin[starts] = True
    return avoidable(
        case.world.graph,
        case.reading,
        goal,
        by=by,
        start=begin,
        improvements="best" if best else "any",
        steps="joint" if joint else "single",
        joint=_agreed(case) if joint else (),
        nature="eventually" if nature else "never",
        game=case.game,
    )


def _play(case: Case, *, best: bool = False, joint: bool = False, nature: bool = True) -> Play:
    return Play(
        case.world.graph,
        case.named,
        improvements="best" if best else "any",
        steps="joint" if joint else "single",
        joint=_agreed(case) if joint else (),
        nature="eventually" if nature else "never",
        game=case.game,
    )


def _agreed(case: Case) -> list[tuple[str, ...]]:
    """Return the parties to each agreement. Raises UsageError where there is none."""
    if not case.world.conflict.agreements:
        whole, sight = case.world.whole, case.world.sight
        where = "the model has no 'agreements:'"
        if whole is not None and sight is not None and whole.conflict.agreements:
            where = f"in the view of {viewer_label(whole.conflict, sight.viewer)} there are none"
        raise UsageError(f"joint steps are those of the parties to agreements, and {where}")
    return [item.parties for item in case.world.conflict.agreements]


def _movers(case: Case) -> tuple[int, ...]:
    """Return all movers, nature only where it moves."""
    movers = case.game.movers
    return tuple(j for j in range(len(movers)) if movers[j].ranks is not None or case.world.nature_moves)


def _parties(case: Case) -> list[str]:
    return [case.game.movers[i].name for i in case.game.parties]


ASKED: dict[type, tuple[Callable[[Any, Case], Finding], bool, bool]] = {
    cl.Holds: (holds, True, True),
    cl.Stays: (stays, True, True),
    cl.Reaches: (reaches, True, False),
    cl.Endures: (endures, False, True),
    cl.Blocked: (blocked, True, True),
    cl.Evolves: (evolves, True, False),
    cl.Prefers: (prefers, True, False),
    cl.Improves: (improves, True, False),
    cl.Changes: (changes, False, True),
    cl.Sides: (sides, False, False),
}
"""For each kind of check: how it is decided, and whether it depends on the reading and on the concept."""
