"""The format of GMCR+ taken literally, and what two conflicts must have in common to be the same game."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import numpy as np

from detente.conflict.conflict import Conflict
from detente.graph.graph import Graph
from detente.language.gmcr import read_gmcr
from detente.language.gmcr_write import write_gmcr
from detente.language.load import loads
from detente.language.write import convert, to_json, to_yaml

Table = dict[str, Any]


class Literal:
    """What a file means, word by word."""

    def __init__(self, data: Table) -> None:
        self.data = data
        self.order = [index for dm in data["decisionMakers"] for index in dm["options"]]
        self.states = [
            code
            for code in range(2 ** len(self.order))
            if not any(self.matches(item, code) for item in data.get("infeasibles", []))
        ]

    def taken(self, index: int, code: int) -> bool:
        return bool(code >> self.order.index(index) & 1)

    def matches(self, condition: Any, code: int) -> bool:
        members = condition["members"] if isinstance(condition, dict) else [condition]
        return any(all(self.taken(index, code) == (letter == "Y") for index, letter in part) for part in members)

    def payoffs(self, dm: Table) -> list[int]:
        if self.data.get("useManualPreferenceRanking"):
            places = [entry if isinstance(entry, list) else [entry] for entry in dm["preferenceRanking"]]
            return [-next(k for k, tied in enumerate(places) if s in tied) for s in range(1, len(self.states) + 1)]
        kept = list(dm.get("preferences", []))
        return [sum(2 ** (len(kept) - k) for k, c in enumerate(kept) if self.matches(c, s)) for s in self.states]

    def moves(self, dm: Table) -> set[tuple[int, int]]:
        found = set()
        barred = dm.get("misperceptions", [])
        for (a, one), (b, other) in product(enumerate(self.states), repeat=2):
            changed = [index for index in self.order if self.taken(index, one) != self.taken(index, other)]
            ways = [self.data["options"][index]["permittedDirection"] for index in changed]
            allowed = all(
                index in dm["options"] and way != ("back" if self.taken(index, other) else "fwd")
                for index, way in zip(changed, ways, strict=True)
            )
            if changed and allowed and not any(self.matches(m, one) or self.matches(m, other) for m in barred):
                found.add((a, b))
        return found


def dense(values: list[int]) -> list[int]:
    return [sorted(set(values)).index(value) + 1 for value in values]


def moves_of(graph: Graph) -> list[set[tuple[int, int]]]:
    everywhere = np.arange(graph.n_states, dtype=np.int32)
    found = []
    for moves in graph.moves:
        positions, targets = moves.expand(everywhere)
        found.append(set(zip(positions.tolist(), targets.tolist(), strict=True)))
    return found


def ranks_of(graph: Graph) -> list[list[int]]:
    reading = graph.conflict.readings[0].id
    choice = graph.conflict.lens_choice(reading)
    return [graph.ranks(dm, lens).tolist() for dm, lens in choice.items()]


def same(one: Graph, other: Graph) -> bool:
    return (
        one.space.row_codes().tolist() == other.space.row_codes().tolist()
        and moves_of(one) == moves_of(other)
        and ranks_of(one) == ranks_of(other)
    )


def means(data: Table) -> None:
    """Check the states, moves and ranks of a file."""
    literal, graph = Literal(data), Graph(read_gmcr(json.dumps(data)))
    assert graph.space.row_codes().tolist() == literal.states
    assert ranks_of(graph) == [dense(literal.payoffs(dm)) for dm in data["decisionMakers"]]
    assert moves_of(graph) == [literal.moves(dm) for dm in data["decisionMakers"]]


def goes_round(conflict: Conflict) -> None:
    """Check that a conflict read from a file is the same after writing it, as a file and as YAML in between."""
    text = write_gmcr(conflict)
    assert same(Graph(read_gmcr(text)), Graph(conflict))
    assert write_gmcr(read_gmcr(text)) == text
    assert loads(to_yaml(conflict)) == conflict
    assert loads(to_json(conflict), kind="json") == conflict
    assert convert(loads(to_yaml(conflict)), "gmcr") == text
    assert loads(text, kind="detect") == read_gmcr(text)
