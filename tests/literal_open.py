"""What a model leaves open, word for word: every world is a document of its own, read as any other model.

Works on plain data, before anything of the language is interpreted: what is open is found by its keys, and replaced.
"""

from __future__ import annotations

import contextlib
import copy
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from detente.analysis.claims import check
from detente.analysis.tallies import VERDICTS
from detente.errors import ModelError
from detente.graph.graph import Graph
from detente.language.load import loads
from detente.stability.reading import game_of
from detente.stability.registry import concept

WORDS = {"likely": Fraction(3, 4), "possible": Fraction(1, 2), "certain": Fraction(1)}
GONE = object()
Path = tuple[Any, ...]


@dataclass
class Point:
    """One open point: where it stands, and for each level the share and what stands there instead."""

    path: Path
    levels: list[tuple[Fraction, Any]]


def points(data: Any, path: Path = ()) -> Iterator[Point]:
    """Yield the open points of a document, the alternative parts of the model last."""
    if not path:
        for key, part in data.items():
            if key != "alternatives":
                yield from points(part, (key,))
        for key, part in data.get("alternatives", {}).items():
            shares = shares_of(part)
            yield Point(("alternatives", key), list(zip(shares, part["one_of"], strict=True)))
        return
    if isinstance(data, list):
        for k, part in enumerate(data):
            yield from points(part, (*path, k))
    if not isinstance(data, dict):
        return
    if "any_order" in data:
        orders = list(itertools.permutations(data["any_order"]))
        yield Point(path, [(Fraction(1, len(orders)), ("splice", list(order))) for order in orders])
        return
    if "one_of" in data:
        if isinstance(path[-1], str) and not (len(path) == 2 and path[0] in ("infeasible", "limits")):  # a block
            yield Point(path, list(zip(shares_of(data), data["one_of"], strict=True)))
            return
        parts = [part if isinstance(part, list) else [part] for part in data["one_of"]]
        yield Point(path, [(share, ("splice", part)) for share, part in zip(shares_of(data), parts, strict=True)])
        return
    if "from" in data and "to" in data:
        step = Fraction(str(data.get("step", 1)))
        low, high = Fraction(str(data["from"])), Fraction(str(data["to"]))
        numbers = [low + k * step for k in range(int((high - low) / step) + 1)]
        usual = Fraction(str(data["usually"])) if "usually" in data else numbers[(len(numbers) - 1) // 2]
        numbers = [usual, *(number for number in numbers if number != usual)]
        yield Point(path, [(Fraction(1, len(numbers)), float(number)) for number in numbers])
        return
    certainty = data.get("certainty", "certain")
    share = WORDS.get(certainty) if isinstance(certainty, str) else Fraction(str(certainty))
    if share != 1:
        assert share is not None
        plain = {key: part for key, part in data.items() if key != "certainty"}
        yield Point(path, [(share, plain), (1 - share, GONE)])
    for key, part in data.items():
        yield from points(part, (*path, key))


def shares_of(part: dict[str, Any]) -> list[Fraction]:
    n = len(part["one_of"])
    return [Fraction(str(share)) for share in part.get("shares", [])] or [Fraction(1, n)] * n


def decided(data: dict[str, Any], chosen: list[tuple[Point, Any]]) -> dict[str, Any]:
    """Return the document with something in the place of each open point."""
    result = copy.deepcopy(data)
    for point, what in chosen:
        if point.path[0] != "alternatives":
            put(result, point.path, what)
    result = tidy(result)
    result.pop("alternatives", None)
    for point, what in chosen:
        if point.path[0] == "alternatives" and what != "as written":
            result = merged(result, what["changes"])
    return result


class Splice(list):  # type: ignore[type-arg]
    """Stands in a list for several items."""


def put(data: Any, path: Path, what: Any) -> None:
    for part in path[:-1]:
        data = data[part]
    if what is GONE:
        data[path[-1]] = GONE
    else:
        data[path[-1]] = Splice(what[1]) if isinstance(what, tuple) else copy.deepcopy(what)


def tidy(data: Any) -> Any:
    """Return the data with several items in place of a splice, and without what is gone."""
    if isinstance(data, dict):
        return {key: tidy(part) for key, part in data.items() if part is not GONE}
    if isinstance(data, list):
        result = []
        for part in data:
            if isinstance(part, Splice):
                result += [tidy(item) for item in part]
            elif part is not GONE:
                result.append(tidy(part))
        return result
    return data


def merged(target: Any, patch: Any) -> Any:
    """RFC 7396, word for word."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def worlds(data: dict[str, Any]) -> Iterator[tuple[tuple[int, ...], Fraction, dict[str, Any]]]:
    """Yield the levels, the weight and the document of every world."""
    open_ = list(points(data))
    for row in itertools.product(*(range(len(point.levels)) for point in open_)):
        weight = Fraction(1)
        chosen = []
        for point, level in zip(open_, row, strict=True):
            share, what = point.levels[level]
            weight *= share
            chosen.append((point, what))
        yield row, weight, decided(data, chosen)


def answers(
    document: dict[str, Any], asked: list[tuple[str, str, str]], concepts: tuple[str, ...] = ()
) -> dict[Any, int]:
    """Return the verdicts of claims and whether outcomes can hold in one world; nothing where it is no model."""
    if concepts:
        document = copy.deepcopy(document)
        for claim in document.get("claims", {}).values():
            claim["under"] = {**claim.get("under", {}), "concepts": list(concepts)}
    try:
        conflict = loads(json.dumps(document), kind="json")
        graph = Graph(conflict)
        for reading in conflict.readings:
            graph.reading_ranks(reading.id)
    except ModelError:
        return {}
    found: dict[Any, int] = {}
    for claim in conflict.claims:
        with contextlib.suppress(ModelError):  # it has no answer in this world
            (result,) = check(conflict, claims=[claim.id]).results
            found[claim.id] = VERDICTS.index(result.verdict)
    for reading, key, name in asked:
        game = game_of(graph, reading)
        held = np.array(graph.outcome(name))
        for i in game.parties:
            held &= concept(key).decide(game, i)
        found[reading, key, name] = int(held.any())
    return found
