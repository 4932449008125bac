"""The nodes and edges of a picture of a conflict's graph: states, or groups of them, and the moves between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from detente.analysis.analyze import ReadingAnalysis
from detente.analysis.reach import UNREACHED
from detente.graph.graph import Graph
from detente.graph.moves import Index
from detente.stability.game import Flags, Game

EXAMPLES = 12
"""So many states of a group are named."""

Reached = Literal["improvements", "moves", "no"]
"""How a state is reached from the status quo: by improvements (and nature), by some moves only, or not at all."""


@dataclass(frozen=True)
class Node:
    """A state, or states that are drawn as one.

    Attributes
    ----------
    id : str
        ``s`` and the number of a state, ``g`` and a count for a group.
    state : int or None
        The state (from 0); ``None`` for a group.
    label : str
        The state's label or number; empty for a group.
    n_states : int
    examples : tuple of int
        The first of its states (from 0).
    outcomes : tuple of str
        The class, or the outcomes, that all of its states have.
    taken : tuple of (str, str)
        Full names of options with the value that all of its states have; those at their first value are left out.
    leave : tuple of str
        Parties that have an improvement from every one of its states.
    concepts : tuple of str
        Concepts under which all of its states are equilibria.
    holds : bool
        Whether they are under the concept that the picture is about.
    status_quo : bool
    reached : {"improvements", "moves", "no"} or None
        ``None`` where the model states no status quo. A group: the best that one of its states has.
    n_reached : int
        How many of its states improvements lead to.
    exposed : bool
        Whether nature can leave some state of it.
    ranks : tuple of (str, int, int)
        For each party the lowest and the highest rank among its states, 1 is worst.
    layer : int
        From 0: steps from the status quo, or where in a condensed picture it belongs.
    """

    id: str
    state: int | None
    label: str
    n_states: int
    examples: tuple[int, ...]
    outcomes: tuple[str, ...]
    taken: tuple[tuple[str, str], ...]
    leave: tuple[str, ...]
    concepts: tuple[str, ...]
    holds: bool
    status_quo: bool
    reached: Reached | None
    n_reached: int
    exposed: bool
    ranks: tuple[tuple[str, int, int], ...]
    layer: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        result = asdict(self)
        result["state"] = None if self.state is None else self.state + 1
        result["examples"] = [state + 1 for state in self.examples]
        result["taken"] = dict(self.taken)
        result["ranks"] = {dm: low if low == high else [low, high] for dm, low, high in self.ranks}
        for key in ("outcomes", "leave", "concepts"):
            result[key] = list(result[key])
        return result


@dataclass(frozen=True)
class Edge:
    """Moves of one mover from one node to another; ``start`` and ``end`` are the same for those within a group.

    Attributes
    ----------
    by : str
    start, end : str
        Nodes.
    improving : bool
        Improvements of the mover; for nature never.
    nature : bool
    n_moves : int
        How many moves it stands for.
    n_from : int
        From how many states of ``start`` they lead.
    step : int or None
        Its place, from 1, on the way that is shown.
    """

    by: str
    start: str
    end: str
    improving: bool
    nature: bool
    n_moves: int
    n_from: int
    step: int | None = None

    @property
    def strong(self) -> bool:
        """Whether play takes it: an improvement, or nature's move."""
        return self.improving or self.nature

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def nodes_of(item: ReadingAnalysis, concept: str, node_of: Index, layers: Index) -> tuple[Node, ...]:
    """Return the nodes.

    Parameters
    ----------
    item : ReadingAnalysis
    concept : str
    node_of : (n_states,) int32
        The node of each state, -1 where it has none.
    layers : (n_nodes,) int32
    """
    graph, game = item.graph, item.game
    inside = np.flatnonzero(node_of >= 0).astype(np.int32)
    by_node = inside[np.argsort(node_of[inside], kind="stable")]
    starts = np.searchsorted(node_of[by_node], np.arange(len(layers) + 1))

    def all_of(flags: Flags) -> Flags:
        return np.logical_and.reduceat(flags[by_node], starts[:-1])

    def any_of(flags: Flags) -> Flags:
        return np.logical_or.reduceat(flags[by_node], starts[:-1])

    named = [(name, all_of(graph.outcome(name))) for name in graph.conflict.reported]
    held = {key: all_of(_flags(item, key)) for key in item.concepts}
    parties = [game.movers[i].name for i in game.parties]
    lowest = {dm: np.minimum.reduceat(item.ranks(dm)[by_node], starts[:-1]) for dm in parties}
    highest = {dm: np.maximum.reduceat(item.ranks(dm)[by_node], starts[:-1]) for dm in parties}
    leave = {dm: all_of(flags) for dm, flags in improvable(game).items()}
    taken = [(name, *_shared(graph, name, by_node, starts)) for name in graph.conflict.options]
    exposed = any_of(item.exposed)
    reach, start = item.reachability, graph.status_quo
    by_improvements = np.zeros(graph.n_states, bool) if reach is None else reach.by_improvements < UNREACHED
    by_moves = by_improvements if reach is None else any_of(reach.by_moves < UNREACHED)
    n_reached = np.add.reduceat(by_improvements[by_node], starts[:-1], dtype=np.int64)
    result = []
    groups = 0
    for place, layer in enumerate(layers.tolist()):
        states = by_node[starts[place] : starts[place + 1]]
        alone = len(states) == 1
        groups += not alone
        first = int(states[0])
        way: Reached | None = "improvements" if n_reached[place] else "moves" if by_moves[place] else "no"
        result.append(
            Node(
                id=f"s{first + 1}" if alone else f"g{groups}",
                state=first if alone else None,
                label=graph.space.label(first) if alone else "",
                n_states=len(states),
                examples=tuple(states[:EXAMPLES].tolist()),
                outcomes=tuple(name for name, all_have in named if all_have[place]),
                taken=tuple((name, values[at[place]]) for name, values, at in taken if at[place] > 0),
                leave=tuple(dm for dm, everywhere in leave.items() if everywhere[place]),
                concepts=tuple(key for key, everywhere in held.items() if everywhere[place]),
                holds=bool(held[concept][place]),
                status_quo=alone and first == start,
                reached=None if reach is None else way,
                n_reached=int(n_reached[place]),
                exposed=bool(exposed[place]),
                ranks=tuple((dm, int(lowest[dm][place]), int(highest[dm][place])) for dm in parties),
                layer=layer,
            )
        )
    return tuple(result)


def improvable(game: Game) -> dict[str, Flags]:
    """Return for each party from which states it has an improvement, (n_states,) each."""
    return {
        game.movers[i].name: game.step(i, improving=False).highest(game.ranks(i)) > game.ranks(i) for i in game.parties
    }


def _flags(item: ReadingAnalysis, concept: str) -> Flags:
    result = np.zeros(item.graph.n_states, dtype=bool)
    result[item.equilibria(concept)] = True
    return result


def _shared(graph: Graph, option: str, by_node: Index, starts: NDArray[np.integer]) -> tuple[list[str], Index]:
    """Return an option's values, and the position that all states of each node have, -1 where they differ."""
    values = [value.id for value in graph.conflict.options[option].values]
    positions = graph.space.positions(option, by_node)
    low, high = np.minimum.reduceat(positions, starts[:-1]), np.maximum.reduceat(positions, starts[:-1])
    open_ = (low != high) | (high >= len(values)) | (low < 0)
    return values, np.where(open_, -1, low).astype(np.int32)


def edges_of(game: Game, nodes: Sequence[Node], node_of: Index, way: Sequence[int]) -> tuple[Edge, ...]:
    """Return all moves between nodes and within them, added up by mover and by whether they are improvements."""
    on_way = _on_way(game, node_of, way)
    sources = np.flatnonzero(node_of >= 0).astype(np.int32)
    size = len(nodes)
    result = []
    for j, mover in enumerate(game.movers):
        positions, targets = mover.moves.expand(sources)
        begins = sources[positions]
        inside = node_of[targets] >= 0
        begins, targets = begins[inside], targets[inside]
        gains = np.zeros(len(begins), bool) if mover.ranks is None else mover.ranks[targets] > mover.ranks[begins]
        for improving in (True, False):
            some = gains == improving
            keys = node_of[begins[some]].astype(np.int64) * size + node_of[targets[some]]
            pairs, counts = np.unique(keys, return_counts=True)
            from_states = np.unique(begins[some].astype(np.int64) * size + node_of[targets[some]])
            sent = node_of[from_states // size].astype(np.int64) * size + from_states % size
            n_from = np.unique(sent, return_counts=True)[1]
            for pair, count, senders in zip(pairs.tolist(), counts.tolist(), n_from.tolist(), strict=True):
                a, b = divmod(pair, size)
                result.append(
                    Edge(
                        by=mover.name,
                        start=nodes[a].id,
                        end=nodes[b].id,
                        improving=improving,
                        nature=mover.ranks is None,
                        n_moves=count,
                        n_from=senders,
                        step=on_way.get((j, a, b, improving)),
                    )
                )
    return tuple(result)


def _on_way(game: Game, node_of: Index, way: Sequence[int]) -> dict[tuple[int, int, int, bool], int]:
    """Return the mover, the nodes and whether it is an improvement of each step of a way, with its place from 1."""
    found: dict[tuple[int, int, int, bool], int] = {}
    for step, (start, end) in enumerate(pairwise(way), 1):
        able = []
        for j, mover in enumerate(game.movers):
            if end in mover.moves.expand(np.array([start], dtype=np.int32))[1]:
                gains = mover.ranks is not None and bool(mover.ranks[end] > mover.ranks[start])
                able.append((not (gains or mover.ranks is None), j, gains))
        a, b = int(node_of[start]), int(node_of[end])
        if able and a >= 0 and b >= 0 and a != b:
            _, j, gains = min(able)
            found.setdefault((j, a, b, gains), step)
    return found
