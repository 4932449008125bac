"""Relational stability: a literal implementation, what it must agree with, and models made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from detente.analysis import attitudes as module
from detente.analysis.attitudes import CONCEPTS, attitudes_from_relations, relational
from detente.conflict.conflict import Conflict
from detente.errors import TooLargeError, UsageError
from detente.graph.graph import Graph
from detente.graph.moves import BoxMoves, arcs_from_pairs
from detente.stability.game import SANCTIONS, Game, Mover, Sanctions
from detente.stability.reading import game_of
from detente.stability.registry import CONCEPTS as PLAIN
from tests.oracle import LiteralModel
from tests.strategies import graph_conflicts, merged_conflicts, option_conflicts

FAMILIES = {"options": option_conflicts(), "merged": merged_conflicts(), "graph": graph_conflicts()}
any_family = st.one_of(*FAMILIES.values())
some = settings(max_examples=50, deadline=None)
Attitudes = Sequence[Sequence[int]]


class Literal(LiteralModel):
    """Inohara, Hipel & Walker 2007 to the letter: acceptance by pairs of states, replies by sets."""

    def __init__(self, conflict: Conflict, reading: str | None, attitudes: Attitudes) -> None:
        super().__init__(conflict, reading)
        self.attitude = {
            (i, j): attitudes[a][b] for (a, i), (b, j) in product(enumerate(self.parties), enumerate(self.parties))
        }

    def accepts(self, i: str, t: int, s: int) -> bool:
        """TRP: every j for whom i is devoted finds t at least as good as s, every j it is hostile to does not."""
        wanted = {1: (True,), -1: (False,), 0: (True, False)}
        return all((not self.prefers(j, s, t)) in wanted[self.attitude[i, j]] for j in self.parties)

    def replies(self, i: str, s: int) -> frozenset[int]:
        """TRR without s: what i moves to and accepts; for nature, whatever it moves to."""
        return self.R(i, s) if i in self.natures else frozenset(t for t in self.R(i, s) if self.accepts(i, t, s))

    def R_plus(self, dm: str, s: int) -> frozenset[int]:
        """Steps of credible sequences are relational replies here."""
        return self.replies(dm, s)

    def sanctions(self, i: str, t: int, s: int) -> bool:
        return t == s or not self.accepts(i, t, s)

    def relational(self, concept: str, i: str, s: int, sanctions: Sanctions) -> bool:
        for s1 in self.replies(i, s):
            ends = self.reach(self.others({i}), s1, concept == "rseq", sanctions)
            if concept == "rnash":
                return False
            if concept == "rsmr":
                ends = frozenset(s2 for s2 in ends if all(self.sanctions(i, s3, s) for s3 in self.R(i, s2)))
            if not any(self.sanctions(i, s2, s) for s2 in ends):
                return False
        return True


def any_attitudes(n: int) -> st.SearchStrategy[list[list[int]]]:
    row = st.lists(st.sampled_from([1, 0, -1, 0]), min_size=n, max_size=n)
    return st.lists(row, min_size=n, max_size=n)


def strict(game: Game, data: DataObject) -> Game:
    """Return the game with a ranking without ties for every party."""
    order = st.permutations(range(1, game.n_states + 1))
    movers = [
        mover if mover.ranks is None else replace(mover, ranks=np.array(data.draw(order), dtype=np.int32))
        for mover in game.movers
    ]
    return Game(movers, nature_included=game.nature_included, sanctions=game.sanctions, layout=game.layout)


def rows(found: dict[str, np.ndarray]) -> dict[str, list[list[bool]]]:
    return {key: flags.tolist() for key, flags in found.items()}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("sanctions", SANCTIONS)
def test_stability_agrees_with_the_literal_implementation(family: str, sanctions: Sanctions) -> None:
    @some
    @given(FAMILIES[family], st.data())
    def check(drawn: Conflict, data: DataObject) -> None:
        reading = data.draw(st.sampled_from([reading.id for reading in drawn.readings]))
        attitudes = data.draw(any_attitudes(len(drawn.parties)))
        literal = Literal(drawn, reading, attitudes)
        found = relational(game_of(Graph(drawn), reading, sanctions=sanctions), attitudes)
        assert list(found) == list(CONCEPTS)
        assert rows(found) == {
            key: [[literal.relational(key, i, s, sanctions) for s in literal.states] for i in literal.parties]
            for key in CONCEPTS
        }

    check()


@some
@given(any_family, st.sampled_from(SANCTIONS), st.data())
def test_own_attitude_alone_is_plain_stability(drawn: Conflict, sanctions: Sanctions, data: DataObject) -> None:
    game = strict(game_of(Graph(drawn), drawn.readings[0].id, sanctions=sanctions), data)
    found = relational(game, np.eye(len(game.parties), dtype=int))
    for key, flags in found.items():
        plain = PLAIN[key.removeprefix("r")]
        assert flags.tolist() == [plain.decide(game, i).tolist() for i in game.parties], key


@some
@given(any_family, st.data())
def test_known_relations_between_the_concepts(drawn: Conflict, data: DataObject) -> None:
    """Inohara & Hipel 2009 for indifference to everybody; RNash implies all, RSMR and RSEQ imply RGMR."""
    game = game_of(Graph(drawn), drawn.readings[0].id)
    n = len(game.parties)
    neutral = relational(game, np.zeros((n, n), dtype=int))
    assert (neutral["rnash"] == neutral["rsmr"]).all()
    assert (neutral["rgmr"] == neutral["rseq"]).all()
    found = relational(game, data.draw(any_attitudes(n)))
    for stronger, weaker in [("rnash", "rsmr"), ("rnash", "rseq"), ("rsmr", "rgmr"), ("rseq", "rgmr")]:
        assert (~found[stronger] | found[weaker]).all()


@some
@given(any_family, st.data())
def test_columns_in_blocks_change_nothing(drawn: Conflict, data: DataObject) -> None:
    game = game_of(Graph(drawn), drawn.readings[0].id)
    attitudes = data.draw(any_attitudes(len(game.parties)))
    whole = relational(game, attitudes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_WORKING_MEMORY", 0)
        assert rows(relational(game, attitudes)) == rows(whole)
    for key in CONCEPTS:
        assert rows(relational(game, attitudes, [key])) == {key: whole[key].tolist()}


# -- models made by hand --------------------------------------------------------------------------------------------


def two_by_two(row: Sequence[int], column: Sequence[int]) -> Game:
    """Return a game of a (bit 0) and b (bit 1) from the ranks of states 0 to 3."""
    ranks = [np.array(values, dtype=np.int32) for values in (row, column)]
    return Game([Mover(name, BoxMoves(4, 1 << k, 2), ranks[k]) for k, name in enumerate("ab")])


DILEMMA = two_by_two([3, 4, 1, 2], [3, 1, 4, 2])  # state 0: both cooperate, state 3: both defect


def test_devotion_ends_the_prisoners_dilemma() -> None:
    selfish, devoted, hostile = [[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1], [-1, 0]]
    assert relational(DILEMMA, selfish)["rnash"].all(axis=0).tolist() == [False, False, False, True]
    assert relational(DILEMMA, devoted)["rnash"].all(axis=0).tolist() == [True, False, False, False]
    assert relational(DILEMMA, hostile)["rnash"].all(axis=0).tolist() == [False, False, False, True]


def test_who_wants_both_to_gain_moves_only_when_both_do() -> None:
    friends = relational(DILEMMA, [[1, 1], [1, 1]])
    assert friends["rnash"].all()
    spite = relational(DILEMMA, [[1, -1], [-1, 1]])["rnash"]
    assert spite.all(axis=0).tolist() == [False, False, False, True]


def test_ties_are_accepted_by_the_devoted_and_not_by_the_hostile() -> None:
    game = two_by_two([1, 1, 1, 1], [1, 1, 1, 1])
    assert not relational(game, [[1, 0], [0, 1]])["rnash"].any()
    assert relational(game, [[-1, 0], [0, -1]])["rnash"].all()


def test_return_to_the_start_is_a_sanction() -> None:
    game = Game(
        [
            Mover("a", arcs_from_pairs(2, np.array([0]), np.array([1])), np.array([1, 2], dtype=np.int32)),
            Mover("b", arcs_from_pairs(2, np.array([1]), np.array([0])), np.array([1, 1], dtype=np.int32)),
        ]
    )
    found = relational(game, np.eye(2, dtype=int))
    assert {key: flags[0].tolist() for key, flags in found.items()} == {
        "rnash": [False, True],
        "rgmr": [True, True],
        "rsmr": [False, True],
        "rseq": [True, True],
    }


def test_attitudes_follow_from_relations() -> None:
    levels = [[np.nan, 0.5, -0.5], [0.49, -1.0, -0.2], [-1.0, 1.0, 0.0]]
    assert attitudes_from_relations(levels, 0.5).tolist() == [[1, 1, -1], [0, 1, 0], [-1, 1, 1]]
    assert attitudes_from_relations(np.zeros((0, 0)), 1).shape == (0, 0)


@pytest.mark.parametrize(
    ("levels", "threshold", "message"),
    [
        ([[0.0, 1.0]], 0.5, "shape"),
        ([[0.0, 1.5], [0.0, 0.0]], 0.5, "row 1, column 2 is 1.5"),
        ([[0.0, 1.0], [np.nan, 0.0]], 0.5, "row 2, column 1 is nan"),
        ([[0.0, 1.0], [0.0, 0.0]], 0.0, "threshold is 0.0"),
    ],
)
def test_relations_that_make_no_sense_are_refused(levels: list[list[float]], threshold: float, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        attitudes_from_relations(levels, threshold)


def test_mistakes_are_named() -> None:
    with pytest.raises(UsageError, match=r"shape \(1, 2\); expected \(2, 2\)"):
        relational(DILEMMA, [[1, 0]])
    with pytest.raises(UsageError, match="and not 2"):
        relational(DILEMMA, [[1, 0], [2, 1]])
    with pytest.raises(UsageError, match="unknown relational concept 'seq'"):
        relational(DILEMMA, [[1, 0], [0, 1]], ["seq"])


def large(bits: int) -> Game:
    rng = np.random.default_rng(3)
    n = 1 << bits
    thirds = [bits // 3, bits // 3, bits - 2 * (bits // 3)]
    movers, low = [], 0
    for k, own in enumerate(thirds):
        movers.append(Mover(f"p{k}", BoxMoves(n, 1 << low, 1 << own), rng.permutation(n).astype(np.int32)))
        low += own
    return Game(movers)


def test_large_models_agree_with_the_engine_and_larger_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    game = large(12)
    for key, flags in relational(game, np.eye(3, dtype=int)).items():
        for row, i in enumerate(game.parties):
            assert (flags[row] == PLAIN[key.removeprefix("r")].decide(game, i)).all()
    monkeypatch.setattr(module, "MOST_SECONDS", 0.01)
    with pytest.raises(TooLargeError, match=r"pair of 4,096 states; for rgmr it would take about \d+ minutes"):
        relational(game, np.eye(3, dtype=int), ["rgmr"])
    assert relational(game, np.eye(3, dtype=int), ["rnash"])["rnash"].shape == (3, 4096)
