"""Many worlds judged side by side, against each of them judged alone."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.conflict.conflict import Conflict
from detente.graph.graph import Graph
from detente.stability import backend
from detente.stability.game import Game, Sanctions
from detente.stability.reading import game_of
from detente.stability.registry import CONCEPTS
from detente.stability.worlds import BITS, ManyWorlds
from tests.strategies import graph_conflicts, merged_conflicts, option_conflicts

any_family = st.one_of(option_conflicts(), merged_conflicts(), graph_conflicts())


def drawn_ranks(data: st.DataObject, game: Game, n_worlds: int) -> tuple[list[Any], list[Any]]:
    """Return a few rankings for each party and which of them it has in each world."""
    seed = data.draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    scale = data.draw(st.sampled_from([1, 1, 6_553, 10_000]))  # ranks of two bytes, just so, and wider ones
    tables: list[Any] = []
    rows: list[Any] = []
    for mover in game.movers:
        if mover.ranks is None:
            tables.append(None)
            rows.append(None)
            continue
        k = int(rng.integers(1, 5))
        tables.append((rng.integers(-3, 6, (k, game.n_states)) * scale).astype(np.int32))
        rows.append(rng.integers(0, k, n_worlds).astype(np.int32))
    return tables, rows


@pytest.mark.parametrize("kernels", ["compiled", "numpy"])
@given(st.data(), any_family, st.integers(1, 37), st.sets(st.sampled_from(sorted(BITS)), min_size=1))
@settings(max_examples=40, deadline=None)
def test_side_by_side(kernels: str, data: st.DataObject, conflict: Conflict, n_worlds: int, keys: set[str]) -> None:
    if kernels == "compiled" and backend.core is None:
        pytest.skip("the kernels are not built")
    graph = Graph(conflict)
    game = game_of(graph, conflict.readings[0].id)
    tables, rows = drawn_ranks(data, game, n_worlds)
    many = ManyWorlds(game)
    if not many.combines:
        assert isinstance(game.layout, str)
        with pytest.raises(ValueError, match="SIM"):
            many.decide(tables, rows, ["sim"])
        keys -= {"sim"}
    before = backend.core
    backend.core = before if kernels == "compiled" else None
    try:
        held, own = ManyWorlds(game).decide(tables, rows, sorted(keys), each=True)
    finally:
        backend.core = before
    assert held.shape == (game.n_states, n_worlds)
    assert own is not None
    alone = ManyWorlds(game).decide(tables, rows, sorted(keys))
    assert (alone[0] == held).all()
    assert alone[1] is None
    for w in range(n_worlds):
        here = game.with_ranks([None if t is None else t[r[w]] for t, r in zip(tables, rows, strict=True)])
        for key in BITS if many.combines else BITS.keys() - {"sim"}:
            every = np.ones(game.n_states, dtype=bool)
            for i in game.parties:
                stable = CONCEPTS[key].decide(here, i)
                every &= stable
                if key in keys:
                    assert ((own[i, :, w] & BITS[key] > 0) == stable).all()
            assert ((held[:, w] & BITS[key] > 0) == (every if key in keys else False)).all()


def test_sanctions_of_other_kinds_are_refused() -> None:
    from detente.language.load import loads

    graph = Graph(loads("decision_makers: {a: {options: [x], preferences: [a.x]}}"))
    for sanctions in get_args(Sanctions):
        game = game_of(graph, "default", sanctions=sanctions)
        if sanctions == "legal":
            assert ManyWorlds(game).game is game
        else:
            with pytest.raises(ValueError, match="legal sequences"):
                ManyWorlds(game)
