"""The graph of play: what is reached from a start by improvements, nature's moves and joint improvements.

Who has moved last is not remembered, so that a state is one node.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from detente.analysis.evolution_chain import Shares, closed_classes
from detente.analysis.reach_bits import Bits, Columns, joint_moves, pairs_of, too_large
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.graph.feasible import memory_limit
from detente.graph.graph import Graph
from detente.graph.moves import ArcMoves, BoxMoves, Index, Moves
from detente.stability import backend
from detente.stability.game import Flags, Game, Values
from detente.stability.reading import game_of

Number: TypeAlias = int | float | Fraction
Improvements = Literal["any", "best"]
Kinds = Literal["single", "joint"]
Nature = Literal["eventually", "never"]
Arcs: TypeAlias = tuple[Index, Index, Shares]
"""Sources, targets, and the share that each has among the steps of its mover."""

_AT_ONCE = 1 << 22
_WORKING_MEMORY = 1 << 28
_BYTES_AN_ARC = 80


@dataclass(frozen=True, eq=False, repr=False)
class Steps:
    """The graph of play from a start: what is reached, and every step between.

    Attributes
    ----------
    names : tuple of tuple of str
        Who can step: each party, each nature that takes part, and each coalition, by its members.
    states : (m,) int32
        The states that are reached (from 0), ascending; everything else counts places in this.
    begins : (b,) int32
        Where play starts.
    rows : (m + 1,) int64
        The steps from place s are those from ``rows[s]`` to ``rows[s + 1]``, by mover, then by target.
    targets, by : (a,) int32
        Where each step ends, and whose it is as an index into ``names``.
    own : (a,) float64
        The share of each step among those of its mover there.
    """

    names: tuple[tuple[str, ...], ...]
    states: Index
    begins: Index
    rows: NDArray[np.int64]
    targets: Index
    by: Index
    own: Shares

    @cached_property
    def sources(self) -> Index:
        """Where each step begins, (a,) int32."""
        return np.repeat(np.arange(len(self.states), dtype=np.int32), np.diff(self.rows))

    def __repr__(self) -> str:
        return f"<Steps: {len(self.targets):,} between {len(self.states):,} states>"


def starts_of(graph: Graph, start: str | int | Flags | None) -> Index:
    """Return the states (from 0) that play starts at, ascending. Raises UsageError."""
    if isinstance(start, np.ndarray):
        return np.flatnonzero(start).astype(np.int32)
    if start is None:
        if graph.status_quo is None:
            raise UsageError("the model states no status quo; say where play starts")
        return np.array([graph.status_quo], dtype=np.int32)
    found = np.flatnonzero(graph.find_states(start)).astype(np.int32)
    if not len(found):
        raise UsageError(f"no state has the outcome {str(start)!r}, so that play cannot start there")
    return found


def members_of(game: Game, conflict: Conflict, names: Sequence[str], what: str) -> tuple[int, ...]:
    """Return parties as indices of movers, in the order of the model, each once. Raises UsageError."""
    if isinstance(names, str):
        raise UsageError(f"{what} is a list of parties, not the text {names!r}")
    found = {game.index(conflict.decision_maker(name).id) for name in names}
    for j in sorted(found):
        if j not in game.parties:
            raise UsageError(f"{game.movers[j].name!r} has no preference, so that {what} cannot have it")
    return tuple(sorted(found))


class Play:
    """Who may step, and how: everything about the graph of play but its start. Parameters are :func:`evolution`'s."""

    def __init__(
        self,
        graph: Graph,
        reading: str,
        *,
        improvements: Improvements = "any",
        steps: Kinds = "single",
        joint: Sequence[Sequence[str]] = (),
        nature: Nature = "eventually",
        errors: Mapping[str, Number] | None = None,
        game: Game | None = None,
    ) -> None:
        for what, value, known in (
            ("improvements", improvements, get_args(Improvements)),
            ("steps", steps, get_args(Kinds)),
            ("nature", nature, get_args(Nature)),
        ):
            if value not in known:
                raise UsageError(f"{what} is {value!r}; expected one of: {', '.join(known)}")
        self.game = game or game_of(graph, reading)
        self.best = improvements == "best"
        self.nature = nature == "eventually"
        movers = self.game.movers
        self.who: list[tuple[int, ...]] = [
            (j,) for j, mover in enumerate(movers) if mover.ranks is not None or self.nature
        ]
        self.n_alone = len(self.who)
        for names in joint if steps == "joint" else ():
            members = members_of(self.game, graph.conflict, names, "a coalition")
            if len(members) < 2:
                raise UsageError("a coalition that steps jointly has two members or more")
            if members not in self.who:
                self.who.append(members)
        self.names = tuple(tuple(movers[j].name for j in members) for members in self.who)
        self.errors = _rates(graph.conflict, errors) if errors else None

    def arcs_from(self, starts: Index) -> tuple[Flags, Index, Index]:
        """Return which states are reached, (n_states,) bool, and all steps between them: sources and targets.

        The steps are in no order. Raises TooLargeError.
        """
        seen, arcs = self._followed(starts)
        none = np.zeros(0, dtype=np.int32)
        sources, targets = (np.concatenate([none, *(arc[side] for arc in arcs)]) for side in range(2))
        return seen, sources, targets

    def ends_from(self, starts: Index) -> Index:
        """Return the states of the closed classes that are reached: where play stays once it is there, ascending.

        Raises TooLargeError.
        """
        if self.n_alone == len(self.who) and not self.best and not self.errors:
            found = backend.play_ends(self.game.n_states, self.walkers(), starts)
            if found is not None:
                return np.flatnonzero(found == 2).astype(np.int32)
        seen, sources, targets = self.arcs_from(starts)
        place = np.cumsum(seen, dtype=np.int32) - 1
        closed = closed_classes(int(seen.sum()), place[sources], place[targets]) >= 0
        return np.flatnonzero(seen)[closed].astype(np.int32)

    def walkers(self) -> list[backend.Walker]:
        """Return the moves and ranks of all who step alone."""
        movers = [self.game.movers[j] for (j,) in self.who[: self.n_alone]]
        return [(mover.moves, () if mover.ranks is None else (mover.ranks,)) for mover in movers]

    def steps_from(self, starts: Index) -> Steps:
        """Return the graph of play. Raises TooLargeError."""
        seen, arcs = self._followed(starts)
        states = np.flatnonzero(seen).astype(np.int32)
        place = np.empty(self.game.n_states, dtype=np.int32)
        place[states] = np.arange(len(states), dtype=np.int32)
        empty = np.zeros(0, dtype=np.int32)
        sources, targets, by = (
            np.concatenate([empty, *(arc[side] for arc in arcs)]).astype(np.int32) for side in range(3)
        )
        own = np.concatenate([np.zeros(0), *(arc[3] for arc in arcs)])
        order = np.lexsort((targets, by, sources))
        rows = np.searchsorted(place[sources[order]], np.arange(len(states) + 1))
        return Steps(self.names, states, place[starts], rows, place[targets[order]], by[order], own[order])

    def _followed(self, starts: Index) -> tuple[Flags, list[tuple[Index, Index, Index, Shares]]]:
        """Return which states are reached, and the steps of each mover as they were found."""
        seen = np.zeros(self.game.n_states, dtype=bool)
        seen[starts] = True
        arcs: list[tuple[Index, Index, Index, Shares]] = []
        size = 0

        def keep(k: int, sources: Index, targets: Index, own: Shares) -> Index:
            nonlocal size
            size += len(targets)
            if size * _BYTES_AN_ARC > memory_limit():
                what = f"the steps of play, {size:,} and more between {int(seen.sum()):,} states and more,"
                raise too_large(what, size * _BYTES_AN_ARC)
            arcs.append((sources, targets, np.full(len(targets), k, dtype=np.int32), own))
            fresh: Index = np.unique(targets[~seen[targets]])
            seen[fresh] = True
            return fresh

        waiting = starts
        while len(waiting):
            level, gone_through = waiting, [waiting]
            while len(level):  # first all that single steps lead to, so that joint ones are looked for in few passes
                parts = self._blocks(level)
                level = _joined([keep(k, *found) for part in parts for k, found in self._alone(part)])
                gone_through.append(level)
            waiting = _joined([keep(k, *found) for k, found in self._together(_joined(gone_through))])
        return seen, arcs

    def _blocks(self, states: Index) -> Iterator[Index]:
        """Yield the states in parts that do not have too many moves at once."""
        sizes = sum((_moves_from(self.game.movers[j].moves, states) for (j,) in self.who[: self.n_alone]), start=0)
        parts = np.cumsum(np.broadcast_to(sizes, states.shape), dtype=np.int64) // _AT_ONCE
        yield from np.split(states, np.flatnonzero(np.diff(parts)) + 1)

    def _alone(self, states: Index) -> Iterator[tuple[int, Arcs]]:
        """Yield the steps of each single mover from some states."""
        for k, (j,) in enumerate(self.who[: self.n_alone]):
            mover = self.game.movers[j]
            plain = mover.ranks is not None and not self.best and not self.errors
            if plain and mover.moves.n_arcs <= _AT_ONCE:
                assert mover.ranks is not None
                at, targets = self._improvements(j, mover.ranks).expand(states)
                yield k, (states[at], targets, 1 / np.bincount(at, minlength=len(states))[at])
                continue
            at, targets = mover.moves.expand(states)
            own = np.ones(len(at))
            if mover.ranks is not None:
                better = self.better(mover.ranks, states, at, targets)
                rate = (self.errors or {}).get(mover.name, 0.0)
                own = rate / np.bincount(at, minlength=len(states))[at]
                own[better] += (1 - rate) / np.bincount(at[better], minlength=len(states))[at[better]]
                at, targets, own = at[own > 0], targets[own > 0], own[own > 0]
            else:
                own /= np.bincount(at, minlength=len(states))[at]
            yield k, (states[at], targets, own)

    def better(self, ranks: Values, states: Index, at: Index, targets: Index) -> Flags:
        """Return which moves, from ``states[at]`` to ``targets``, are improvements, or with ``best`` the best ones."""
        result: Flags = ranks[targets] > ranks[states[at]]
        if self.best:
            most = np.zeros(len(states), dtype=np.int32)
            np.maximum.at(most, at[result], ranks[targets[result]])
            result &= ranks[targets] == most[at]
        return result

    def _improvements(self, j: int, ranks: Values) -> ArcMoves:
        """Return a party's improvements as arcs of their own; kept, since many questions need the same."""
        kept, key = self.game.steps.kept, ("improvements", j, id(ranks))
        if key not in kept:
            sources, targets = self.game.movers[j].moves.expand(np.arange(self.game.n_states, dtype=np.int32))
            better = ranks[targets] > ranks[sources]
            starts = np.zeros(self.game.n_states + 1, dtype=np.int64)
            np.cumsum(np.bincount(sources[better], minlength=self.game.n_states), out=starts[1:])
            kept[key] = ArcMoves(self.game.n_states, starts, targets[better]), ranks  # which keeps the id theirs
        found: ArcMoves = kept[key][0]
        return found

    def joint_at_once(self, members: tuple[int, ...]) -> int:
        """Return for how many states at once the joint moves of a coalition are looked at."""
        rows = 8 * self.game.n_states * (8 + 5 * len(members))
        return 64 * max(1, min(memory_limit() // 8, _WORKING_MEMORY) // rows)

    def _together(self, states: Index) -> Iterator[tuple[int, Arcs]]:
        """Yield the joint improvements of each coalition from some states."""
        for k, some, bits in self.joint_steps(states):
            needed = _BYTES_AN_ARC * int(np.bitwise_count(bits).sum(dtype=np.int64))
            if needed > memory_limit():
                raise too_large(f"the joint steps of {', '.join(self.names[k])} from {len(some):,} states", needed)
            targets, at = pairs_of(bits)
            yield k, (some[at], targets, 1 / np.bincount(at, minlength=len(some))[at])

    def joint_steps(self, states: Index) -> Iterator[tuple[int, Index, Bits]]:
        """Yield the joint improvements of each coalition: its number, some of the states, and a table of bits.

        The table has a row for each state that is reached and a bit in it for each of the states that it is from.
        """
        n = self.game.n_states
        for k, members in list(enumerate(self.who))[self.n_alone :]:
            joint, ranks = joint_moves(self.game, members), {j: self.game.ranks(j) for j in members}
            size = self.joint_at_once(members)
            for begin in range(0, len(states), size):
                some = states[begin : begin + size]
                columns = Columns(ranks, some)
                yield k, some, joint.behind(columns.identity(n)) & columns.above(ranks)


def _joined(parts: Sequence[Index]) -> Index:
    return np.concatenate([np.zeros(0, dtype=np.int32), *parts])


def _moves_from(moves: Moves, states: Index) -> NDArray[np.integer] | int:
    """Return how many moves there are from each state, at most."""
    if isinstance(moves, BoxMoves):
        return moves.size
    rows: Index = states if isinstance(moves, ArcMoves) else moves.group_of[states]
    return moves.starts[rows + 1] - moves.starts[rows]


def _rates(conflict: Conflict, errors: Mapping[str, Number]) -> dict[str, float]:
    for key, rate in errors.items():
        if conflict.decision_maker(key).kind != "party":
            raise UsageError(f"{key!r} has no preference, so that none of its moves is an error")
        if not 0 <= rate <= 1:
            raise UsageError(f"the rate of error of {key!r} is {rate}; expected a number from 0 to 1")
    return {dm.id: float(errors[dm.id]) for dm in conflict.parties if dm.id in errors}
