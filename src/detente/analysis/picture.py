"""The graph of a conflict as a picture needs it: what to draw, in which layers, and which way to show; no drawing.

Of few states every one is a node. Of many, states of one outcome that fare alike are one node, beside the states that
play from the status quo comes through (:mod:`detente.analysis.picture_groups`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.analysis.analyze import Analysis, ReadingAnalysis, analyze
from detente.analysis.picture_groups import around, grouped, in_steps
from detente.analysis.picture_parts import Edge, Node, edges_of, nodes_of
from detente.analysis.reach import UNREACHED, Reach
from detente.analysis.result import provenance
from detente.conflict.conflict import Conflict
from detente.errors import TooLargeError, UsageError
from detente.graph.graph import Graph
from detente.graph.moves import Index
from detente.stability.game import Flags, Game

if TYPE_CHECKING:
    import pandas as pd

MOST = 500
"""States up to which every one is a node, where one can zoom and point."""
STILL = 60
"""The same in a picture on paper: of more states those that fare alike are better one node."""
MOST_STATES = 1 << 19
"""States up to which there is a picture at all, unless it is of the surroundings of one."""
MOST_MOVES = 1 << 25
MOST_OF_GROUP = 3
"""Kinds of improvements from a group that play does not reach, where not all are shown."""


@dataclass(frozen=True, eq=False, repr=False)
class Picture:
    """What to draw of a conflict's graph under one reading.

    Attributes
    ----------
    graph : Graph
    game : Game
    reading, concept : str
    concepts : tuple of str
        All that were decided.
    condensed : bool
        Whether some nodes are groups.
    focus : int or None
        The state (from 0) whose surroundings it shows.
    nodes : tuple of Node
    edges : tuple of Edge
        All moves between (and within) nodes, those of one mover from one node to another as one or two: improvements,
        and others.
    way : tuple of int
        States (from 0) of the way that is shown; empty where there is none.
    given : bool
        Whether that way was given, and is not just a shortest one by improvements to an equilibrium.
    node_of : (n_states,) int32
        The place in ``nodes`` of each state, -1 where it is left out.
    """

    graph: Graph
    game: Game
    reading: str
    concept: str
    concepts: tuple[str, ...]
    condensed: bool
    focus: int | None
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    way: tuple[int, ...]
    given: bool
    node_of: Index

    def __repr__(self) -> str:
        kind = "condensed, " if self.condensed else ""
        return (
            f"<Picture of {self.graph.conflict.title[:60]!r}, reading {self.reading}, {self.concept}: "
            f"{kind}{len(self.nodes)} nodes, {len(self.edges)} edges>"
        )

    @property
    def conflict(self) -> Conflict:
        """The model."""
        return self.graph.conflict

    @property
    def movers(self) -> tuple[str, ...]:
        """Who can move, nature included, in the model's order."""
        return tuple(mover.name for mover in self.game.movers)

    @property
    def n_left_out(self) -> int:
        """How many states are in no node."""
        return int((self.node_of < 0).sum())

    @cached_property
    def by_id(self) -> dict[str, Node]:
        """The nodes by their ids."""
        return {node.id: node for node in self.nodes}

    def states_of(self, node: str) -> Index:
        """Return the states (from 0) of a node. Raises UsageError."""
        for place, item in enumerate(self.nodes):
            if item.id == node:
                return np.flatnonzero(self.node_of == place).astype(np.int32)
        raise UsageError(f"there is no node {node!r}")

    def node(self, state: int) -> Node | None:
        """Return the node that a state (from 0) is in; ``None`` where it is left out."""
        place = int(self.node_of[state])
        return None if place < 0 else self.nodes[place]

    def shown(self, most: int, *, all_moves: bool = True) -> tuple[Edge, ...]:
        """Return which edges to draw where only so many have room: those that say most.

        First the way, then improvements and nature's moves by the share of a node's states that have them, from what
        play reaches before the rest; of groups that it does not reach the :data:`MOST_OF_GROUP` that most of their
        states have. Around a focus: what begins or ends there alone. Then,
        with ``all_moves``, other moves, all or none of them. Within groups: none.
        """
        by_id = self.by_id
        between = [edge for edge in self.edges if edge.start != edge.end]
        if self.focus is not None:
            centre = self.nodes[self.node_of[self.focus]].id
            between = [edge for edge in between if centre in (edge.start, edge.end)]
        strong = [edge for edge in between if edge.strong or edge.step is not None]
        strong.sort(
            key=lambda edge: (
                edge.step is None,
                by_id[edge.start].n_reached == 0,
                -edge.n_from / by_id[edge.start].n_states,
                -edge.n_moves,
            )
        )
        if self.condensed:
            sent: Counter[str] = Counter()
            for edge in strong[:]:
                sent[edge.start] += 1
                if by_id[edge.start].n_reached == 0 and sent[edge.start] > MOST_OF_GROUP:
                    strong.remove(edge)
        strong = strong[:most]
        kept = set(strong)
        if all_moves and len(between) <= most:
            kept.update(between)
        return tuple(edge for edge in self.edges if edge in kept)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        return {
            "reading": self.reading,
            "concept": self.concept,
            "concepts": list(self.concepts),
            "states": self.graph.n_states,
            "condensed": self.condensed,
            "focus": None if self.focus is None else self.focus + 1,
            "left_out": self.n_left_out,
            "movers": [
                {"id": dm.id, "name": dm.label, "nature": dm.kind == "nature"} for dm in self.conflict.decision_makers
            ],
            "way": [state + 1 for state in self.way],
            "nodes": [node.to_dict() for node in self.nodes],
            "edges": [edge.to_dict() for edge in self.edges],
            "computed": provenance(self.conflict, nature=self.conflict.nature),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per edge."""
        import pandas as pd

        label = {node.id: node.label or node.id for node in self.nodes}
        rows = [
            {
                "mover": edge.by,
                "from": label[edge.start],
                "to": label[edge.end],
                "improvement": edge.improving,
                "nature": edge.nature,
                "moves": edge.n_moves,
                "from states": edge.n_from,
                "step": edge.step,
            }
            for edge in self.edges
        ]
        columns = ["mover", "from", "to", "improvement", "nature", "moves", "from states", "step"]
        return pd.DataFrame(rows, columns=columns).astype({"step": "Int64"})

    def _repr_html_(self) -> str:
        from detente.report.figures.state_graph import state_graph_svg

        return state_graph_svg(self)


def picture(
    of: Conflict | Analysis,
    *,
    reading: str | None = None,
    concept: str = "seq",
    most: int = MOST,
    focus: str | int | None = None,
    way: Sequence[int] | None = None,
) -> Picture:
    """Say what to draw of a conflict's graph.

    Parameters
    ----------
    of : Conflict or Analysis
        An analysis of the reading, under the concept among others, where it exists already.
    reading : str, optional
        The first by default.
    concept : str
        The concept whose equilibria are sought; nodes know those of all that were decided.
    most : int
        States up to which each is a node of its own; :data:`STILL` is good for paper.
    focus : str or int, optional
        A state's number or label, or ``status_quo``: only what is one move from it, or to it, is shown.
    way : sequence of int, optional
        States (from 0) to show as a way; by default a shortest one by improvements from the status quo to an
        equilibrium.

    Raises
    ------
    UsageError
        A name does not exist, or the concept is not defined for this model.
    TooLargeError
        There are too many states or moves, and no focus.
    """
    if most < 1:
        raise UsageError(f"a picture has at least one node, not {most}")
    if isinstance(of, Analysis):
        item = of.reading(reading)
    else:
        name = of.reading(reading).id if reading else of.readings[0].id
        item = analyze(of, readings=[name]).reading(name)
    graph, n = item.graph, item.graph.n_states
    held = np.zeros(n, dtype=bool)
    held[item.equilibria(concept)] = True
    centre = None if focus is None else graph.find_state(focus)
    if centre is None:
        n_moves = sum(moves.n_arcs for moves in graph.moves)
        if n > MOST_STATES or n_moves > MOST_MOVES:
            raise TooLargeError(
                f"this model has {n:,} states and {n_moves:,} moves; a picture of all is made of at most "
                f"{MOST_STATES:,} states and {MOST_MOVES:,} moves (a focus shows the surroundings of one state)"
            )
    told = tuple(way) if way is not None else _way(item, held)
    if centre is not None:
        node_of, layers = around(item, centre, most)
    elif n <= most:
        node_of, layers = np.arange(n, dtype=np.int32), in_steps(item)
    else:
        node_of, layers = grouped(item, held, told, most)
    nodes = nodes_of(item, concept, node_of, layers)
    return Picture(
        graph=graph,
        game=item.game,
        reading=item.reading,
        concept=concept,
        concepts=tuple(item.concepts),
        condensed=centre is None and n > most,
        focus=centre,
        nodes=nodes,
        edges=edges_of(item.game, nodes, node_of, told),
        way=told,
        given=way is not None,
        node_of=node_of,
    )


def _way(item: ReadingAnalysis, held: Flags) -> tuple[int, ...]:
    """Return a shortest way by improvements from the status quo to another equilibrium; empty where there is none."""
    start, goal = item.graph.status_quo, np.flatnonzero(held)
    if start is None or item.reachability is None:
        return ()
    goal = goal[goal != start]
    steps = item.reachability.by_improvements[goal]
    if not len(goal) or steps.min() >= UNREACHED:
        return ()
    nearest = int(goal[np.argmin(steps)])
    reach = Reach(item.game, start, range(len(item.game.movers)), improving=True)
    return (start, *(move.end for move in reach.path(nearest)))
