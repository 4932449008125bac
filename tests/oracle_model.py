"""A conflict taken literally: its states and moves by plain enumeration.

Slow on purpose and independent of the engine: it reads the frozen data of :mod:`detente.conflict` and uses loops, sets,
dictionaries and exact fractions only. States are numbered from 1 everywhere. Anything a model must not do raises
``ValueError``.

Where the definitions leave room, the plainest reading is taken:

- A raw assignment is *transient* when a force would change it. Transient assignments are no states. Only the end of a
  move, after the forces, must be feasible; what the move passes through need not be. Forces ignore irreversibility,
  which binds the mover's own changes. A pass applies the forces in the order written, each to what the ones before it
  left; passes repeat until no force would change anything.
- ``blocked_moves`` and ``merge`` look at single states: moves are deleted before states are merged.
- A state may be in one merged class only. ``as_`` names one member in full; options it leaves out have their first
  value.
- Where a state stands for several assignments (a merged class, or a listed state with open options), every formula
  that is asked of it, each outcome included, must be equally true of all of them, unless ``as_`` names the one that
  speaks for the class.
- In the graph form, moves are as listed: irreversibility says nothing there. Feasibility and forces are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product

from detente.conflict.conflict import Conflict
from detente.conflict.elements import Assignment, Option, StateRef
from detente.conflict.formula import (
    And,
    AtState,
    Compare,
    Constant,
    Count,
    Formula,
    If,
    Iff,
    Named,
    Not,
    Or,
    Taken,
    Xor,
)

Positions = tuple[int, ...]


@dataclass(frozen=True)
class Member:
    """One full assignment (a position for each option) and, in the graph form, the label of its state."""

    positions: Positions
    label: str | None = None


@dataclass(frozen=True)
class State:
    """A numbered state: the assignments it stands for, and those that formulas are asked of."""

    members: tuple[Member, ...]
    speakers: tuple[Member, ...]


class LiteralSpace:
    """The states and moves of a conflict."""

    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict
        self.names = tuple(conflict.options)
        self.options = tuple(conflict.options.values())
        self.parties = tuple(dm.id for dm in conflict.parties)
        self.natures = tuple(dm.id for dm in conflict.decision_makers if dm.kind == "nature")
        self.everyone = tuple(dm.id for dm in conflict.decision_makers)
        self._outcomes = {outcome.id: outcome.that for outcome in conflict.outcomes}
        self._base = self._listed_states() if conflict.graph_form else self._feasible_states()
        self._state: dict[int, State] = dict(enumerate(self._merged(), start=1))
        if not self._state:
            raise ValueError("no feasible state")
        self.states = tuple(self._state)
        self.outcomes = {
            name: frozenset(s for s in self.states if self.holds(that, s)) for name, that in self._outcomes.items()
        }

    # -- formulas ---------------------------------------------------------------------------------------------------

    def true_of(self, formula: Formula, member: Member, inside: tuple[str, ...] = ()) -> bool:
        """Return whether a formula is true of one full assignment. ``inside`` are the outcomes being looked up."""

        def true(part: Formula) -> bool:
            return self.true_of(part, member, inside)

        match formula:
            case Constant():
                return formula.value
            case Taken():
                return self._position(member, formula.option) != 0
            case Compare():
                here = self._position(member, formula.option)
                there = self.conflict.options[formula.option].position(formula.value)
                return {"=": here == there, ">=": here >= there, "<=": here <= there}[formula.operator]
            case Named():
                if formula.name in inside:
                    raise ValueError(f"outcome {formula.name} refers to itself")
                return self.true_of(self._outcomes[formula.name], member, (*inside, formula.name))
            case AtState():
                if member.label is None:
                    raise ValueError("only listed states have labels")
                return member.label == formula.label
            case Not():
                return not true(formula.operand)
            case And():
                return all(true(part) for part in formula.operands)
            case Or():
                return any(true(part) for part in formula.operands)
            case Xor():
                return true(formula.left) != true(formula.right)
            case If():
                return true(formula.consequence) or not true(formula.condition)
            case Iff():
                return true(formula.left) == true(formula.right)
            case Count():
                found, k = sum(true(part) for part in formula.operands), formula.number
                return {"exactly": found == k, "at least": found >= k, "at most": found <= k}[formula.kind]
        raise TypeError(f"unknown formula {formula!r}")

    def holds(self, formula: Formula, s: int) -> bool:
        """Return whether a formula holds at a state; ValueError where the assignments it stands for disagree."""
        return self._agreed(formula, self._state[s].speakers)

    def _agreed(self, formula: Formula, members: Iterable[Member]) -> bool:
        answers = {self.true_of(formula, member) for member in members}
        if len(answers) != 1:
            raise ValueError(f"one state, but {formula.text()!r} is true of a part of it")
        return answers.pop()

    def _position(self, member: Member, option: str) -> int:
        return member.positions[self.names.index(option)]

    def _positions(self, assignment: Assignment) -> Positions:
        """Return a full assignment: options that are not mentioned have their first value."""
        given = {name: self.conflict.options[name].position(value) for name, value in assignment}
        return tuple(given.get(name, 0) for name in self.names)

    # -- states -----------------------------------------------------------------------------------------------------

    def raw(self) -> Iterator[Positions]:
        """Yield all assignments in the order of codes: the first option is the least significant digit."""
        for digits in product(*(range(len(option.values)) for option in reversed(self.options))):
            yield digits[::-1]

    def feasible(self, positions: Positions) -> bool:
        """Return whether nothing forbids an assignment (forces aside)."""
        if any(self.true_of(item.that, Member(positions)) for item in self.conflict.infeasible):
            return False
        for limit in self.conflict.limits:
            total = Fraction(0)
            for name, weight in limit.terms:
                index = self.names.index(name)
                total += weight * self.options[index].values[positions[index]].number
            if limit.at_most is not None and total > limit.at_most:
                return False
            if limit.at_least is not None and total < limit.at_least:
                return False
        listed = self.conflict.feasible
        return listed is None or positions in {self._positions(state) for state in listed.states}

    def transient(self, positions: Positions) -> bool:
        """Return whether a force would change an assignment."""
        return any(
            self.true_of(force.when, Member(positions)) and self._with(positions, force.sets) != positions
            for force in self.conflict.forces
        )

    def settle(self, positions: Positions) -> Positions:
        """Return where the forces take an assignment; ValueError where they never come to rest."""
        seen = {positions}
        while self.transient(positions):
            for force in self.conflict.forces:
                if self.true_of(force.when, Member(positions)):
                    positions = self._with(positions, force.sets)
            if positions in seen:
                raise ValueError("the forces never settle")
            seen.add(positions)
        return positions

    def _with(self, positions: Positions, sets: Assignment) -> Positions:
        changed = list(positions)
        for name, value in sets:
            changed[self.names.index(name)] = self.conflict.options[name].position(value)
        return tuple(changed)

    def _feasible_states(self) -> tuple[tuple[Member, ...], ...]:
        return tuple((Member(p),) for p in self.raw() if self.feasible(p) and not self.transient(p))

    def _listed_states(self) -> tuple[tuple[Member, ...], ...]:
        conflict = self.conflict
        assert conflict.graph_form is not None
        if conflict.infeasible or conflict.limits or conflict.forces or conflict.feasible:
            raise ValueError("listed states are what is feasible, and listed moves are all that happens")
        found = []
        for listed in conflict.graph_form.states:
            given = dict(listed.options)
            ranges = []
            for name, option in zip(self.names, self.options, strict=True):
                value = given.get(name, option.values[0].id)
                ranges.append(range(len(option.values)) if value is None else (option.position(value),))
            found.append(tuple(Member(tuple(positions), listed.label) for positions in product(*ranges)))
        if len({members[0].label for members in found}) != len(found):
            raise ValueError("two listed states have one label")
        return tuple(found)

    def _merged(self) -> tuple[State, ...]:
        """Return the states after merging; a class takes the place of its lowest member."""
        class_of: dict[int, int] = {}
        for k, merge in enumerate(self.conflict.merge):
            for index, members in enumerate(self._base):
                if self._agreed(merge.that, members):
                    if index in class_of:
                        raise ValueError("a state is in two merged classes")
                    class_of[index] = k
        states: list[State] = []
        self._number: dict[int, int] = {}
        placed: dict[int, int] = {}
        for index, members in enumerate(self._base):
            k = class_of.get(index, -1)
            if k in placed:
                self._number[index] = placed[k]
                continue
            self._number[index] = len(states) + 1
            if k < 0:
                states.append(State(members, members))
                continue
            placed[k] = self._number[index]
            together = tuple(m for i, part in enumerate(self._base) if class_of.get(i) == k for m in part)
            as_ = self.conflict.merge[k].as_
            speakers = tuple(m for m in together if as_ is None or m.positions == self._positions(as_))
            if not speakers:
                raise ValueError("the representative is not in its class")
            states.append(State(together, speakers))
        return tuple(states)

    def members(self, s: int) -> tuple[Positions, ...]:
        """Return the assignments a state stands for, in the order of codes."""
        return tuple(member.positions for member in self._state[s].members)

    def options_at(self, s: int) -> dict[str, str | None]:
        """Return the value of each option at a state, ``None`` where the assignments it stands for differ."""
        found: dict[str, str | None] = {}
        for index, name in enumerate(self.names):
            here = {positions[index] for positions in self.members(s)}
            found[name] = self.options[index].values[here.pop()].id if len(here) == 1 else None
        return found

    def number_of(self, assignment: Assignment) -> int:
        """Return the state that an assignment belongs to; options that are not mentioned have their first value."""
        positions = self._positions(assignment)
        found = [s for s in self.states if positions in self.members(s)]
        if len(found) != 1:
            raise ValueError(f"{len(found)} states have these options")
        return found[0]

    def resolve(self, reference: StateRef) -> frozenset[int]:
        """Return the states that a number, a label or an outcome's name means."""
        if isinstance(reference, int):
            if reference not in self._state:
                raise ValueError(f"there is no state {reference}")
            return frozenset({reference})
        labelled = frozenset(s for s in self.states if any(m.label == reference for m in self._state[s].members))
        named = self.outcomes.get(reference)
        if bool(labelled) == (named is not None):
            raise ValueError(f"{reference!r} means nothing, or two things")
        return labelled if named is None else named

    def status_quo(self) -> int | None:
        """Return the number of the status quo, ``None`` where the conflict has none."""
        given = self.conflict.status_quo
        if given is None:
            return None
        if isinstance(given, tuple):
            return self.number_of(given)
        found = self.resolve(given)
        if len(found) != 1:
            raise ValueError("the status quo is one state")
        return min(found)

    # -- moves ------------------------------------------------------------------------------------------------------

    @cached_property
    def moves(self) -> dict[str, dict[int, frozenset[int]]]:
        """The states each decision maker can reach in one step, by decision maker and state."""
        found: dict[str, dict[int, set[int]]] = {dm: {s: set() for s in self.states} for dm in self.everyone}
        arcs = self._listed_arcs() if self.conflict.graph_form else self._changes()
        for dm, a, b in arcs:
            blocked = any(
                block.by == dm and self._agreed(block.from_, self._base[a]) and self._agreed(block.to, self._base[b])
                for block in self.conflict.blocked_moves
            )
            if not blocked and self._number[a] != self._number[b]:
                found[dm][self._number[a]].add(self._number[b])
        return {dm: {s: frozenset(ends) for s, ends in rows.items()} for dm, rows in found.items()}

    def _listed_arcs(self) -> Iterator[tuple[str, int, int]]:
        assert self.conflict.graph_form is not None
        index = {members[0].label: i for i, members in enumerate(self._base)}
        for dm, start, end in self.conflict.graph_form.moves:
            if start == end:
                raise ValueError("a listed move goes nowhere")
            yield dm, index[start], index[end]

    def _changes(self) -> Iterator[tuple[str, int, int]]:
        """Yield all moves of the option form before blocking: own options change, then forces; the end is a state."""
        index = {members[0].positions: i for i, members in enumerate(self._base)}
        for dm in self.everyone:
            for start, a in index.items():
                ranges = [
                    range(len(option.values)) if self.conflict.owner(name) == dm else (start[k],)
                    for k, (name, option) in enumerate(zip(self.names, self.options, strict=True))
                ]
                for positions in product(*ranges):
                    if positions == start or not self._allowed(start, positions):
                        continue
                    end = self.settle(positions)
                    if end in index and end != start:
                        yield dm, a, index[end]

    def _allowed(self, start: Positions, end: Positions) -> bool:
        return all(_may_change(*change) for change in zip(self.options, start, end, strict=True))

    @cached_property
    def transitive(self) -> bool:
        """Whether what a decision maker reaches in two steps (other than where it began) it reaches in one."""
        twice = ((rows, s, u) for rows in self.moves.values() for s in rows for t in rows[s] for u in rows[t])
        return all(u == s or u in rows[s] for rows, s, u in twice)


def _may_change(option: Option, before: int, after: int) -> bool:
    """Return whether an option may go from one position to another in one step."""
    rule = option.irreversible
    if rule is None or before == after:
        return True
    if rule.direction == "forward":
        return after > before
    if rule.direction == "backward":
        return after < before
    return (option.values[before].id, option.values[after].id) in rule.changes
