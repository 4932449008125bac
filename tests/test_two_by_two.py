"""The 78 strict ordinal 2×2 games: the list is complete, its order is the taxonomy's, and the known counts hold."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest

from detente.errors import UsageError
from detente.library.two_by_two import COUNT, NAMES, game, number_of, rankings

NUMBERS = range(1, COUNT + 1)
STATES = (1, 2, 3, 4)  # NN, YN, NY, YY: first letter row, second letter column
MOVE = {"row": {1: 2, 2: 1, 3: 4, 4: 3}, "column": {1: 3, 3: 1, 2: 4, 4: 2}}
OTHER = {"row": "column", "column": "row"}


# -- a literal reading of the definitions, for two parties with one option each -------------------------------------


class Literal:
    """Stability in a 2×2 game, word by word."""

    def __init__(self, row: tuple[int, ...], column: tuple[int, ...]) -> None:
        self.worth = {"row": {s: -row.index(s) for s in STATES}, "column": {s: -column.index(s) for s in STATES}}

    def improves(self, who: str, state: int) -> bool:
        return self.worth[who][MOVE[who][state]] > self.worth[who][state]

    def stable(self, concept: str, who: str, state: int) -> bool:
        if not self.improves(who, state):
            return True
        if concept == "nash":
            return False
        other, worth, reached = OTHER[who], self.worth[who], MOVE[who][state]
        if concept in ("seq", "sseq") and not self.improves(other, reached):
            return False
        sanction = MOVE[other][reached]
        if worth[sanction] > worth[state]:
            return False
        return concept in ("gmr", "seq") or worth[MOVE[who][sanction]] <= worth[state]

    def equilibria(self, concept: str) -> list[int]:
        return [s for s in STATES if all(self.stable(concept, who, s) for who in MOVE)]

    def dominant(self, who: str) -> bool:
        """Whether one strategy of ``who`` is better whatever the other does."""
        return len({self.improves(who, 1), self.improves(who, MOVE[OTHER[who]][1])}) == 1


GAMES = {number: Literal(*rankings(number)) for number in NUMBERS}


def rewritten(row: tuple[int, ...], column: tuple[int, ...]) -> frozenset[tuple[tuple[int, ...], tuple[int, ...]]]:
    """All ways to write one game, from the moves alone: relabel a party's strategies, exchange the parties."""
    found = {(row, column)}
    while True:
        more = set(found)
        for r, c in found:
            for who in MOVE:
                more.add((tuple(MOVE[who][s] for s in r), tuple(MOVE[who][s] for s in c)))
            flip = {1: 1, 2: 3, 3: 2, 4: 4}
            more.add((tuple(flip[s] for s in c), tuple(flip[s] for s in r)))
        if more == found:
            return frozenset(found)
        found = more


# -- the list is complete -------------------------------------------------------------------------------------------


def test_78_different_games_that_cover_all_rankings() -> None:
    classes = {rewritten(*rankings(number)) for number in NUMBERS}
    assert len(classes) == COUNT == 78
    assert sum(map(len, classes)) == 24 * 24


def test_number_of_is_the_same_however_a_game_is_written() -> None:
    for number in NUMBERS:
        for row, column in rewritten(*rankings(number)):
            assert number_of(row, column) == number
    assert {number_of(r, c) for r in permutations(STATES) for c in permutations(STATES)} == set(NUMBERS)


# -- its order is the taxonomy's ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "dominant", "nash"), [(1, 21, 2, 1), (22, 57, 1, 1), (58, 69, 0, 2), (70, 78, 0, 0)]
)
def test_numbers_follow_the_taxonomy(first: int, last: int, dominant: int, nash: int) -> None:
    for number in NUMBERS:
        found = (sum(map(GAMES[number].dominant, MOVE)), len(GAMES[number].equilibria("nash")))
        assert (found == (dominant, nash)) == (first <= number <= last), number


def test_twelve_symmetric_games_have_names_and_twenty_one_have_no_conflict() -> None:
    flip = {1: 1, 2: 3, 3: 2, 4: 4}
    symmetric = {n for n in NUMBERS if tuple(flip[s] for s in rankings(n)[0]) == rankings(n)[1]}
    assert symmetric == set(NAMES)
    harmonious = [n for n in NUMBERS if rankings(n)[0][0] == rankings(n)[1][0]]
    assert harmonious == [*range(1, 7), *range(22, 31), *range(58, 64)]
    assert [n for n in NUMBERS if "No conflict" in game(n)["notes"]] == harmonious


@pytest.mark.parametrize(
    ("number", "both", "alone_first", "alone_second", "neither"),
    [
        (12, 3, 1, 4, 2),
        (66, 3, 2, 4, 1),
        (61, 4, 1, 3, 2),
        (63, 4, 1, 2, 3),
        (60, 4, 2, 1, 3),
        (9, 2, 1, 4, 3),
        (68, 2, 3, 4, 1),
        (69, 2, 4, 3, 1),
        (3, 4, 3, 2, 1),
        (5, 4, 3, 1, 2),
        (6, 4, 2, 3, 1),
        (7, 1, 2, 4, 3),
    ],
)
def test_known_games(number: int, both: int, alone_first: int, alone_second: int, neither: int) -> None:
    """By payoffs to a player: both take strategy A, it alone, the other alone, neither."""
    row = dict(zip(STATES, (both, alone_second, alone_first, neither), strict=True))
    column = dict(zip(STATES, (both, alone_first, alone_second, neither), strict=True))
    order = [sorted(STATES, key=lambda s: -worth[s]) for worth in (row, column)]
    assert number_of(*order) == number


# -- counts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("concept", "games"),
    [
        ("nash", [9, 57, 12, 0]),
        ("gmr", [0, 26, 42, 10]),
        ("smr", [4, 42, 29, 3]),
        ("seq", [0, 50, 28, 0]),
        ("sseq", [4, 54, 20, 0]),
    ],
)
def test_games_with_0_1_2_3_equilibria(concept: str, games: list[int]) -> None:
    counts = Counter(len(GAMES[number].equilibria(concept)) for number in NUMBERS)
    assert [counts[k] for k in range(5)] == [*games, 0]


# -- documents ------------------------------------------------------------------------------------------------------


def test_document_of_a_game() -> None:
    document = game(12)
    assert document["title"] == "2×2 game 12: Prisoner's dilemma"
    assert {"source", "notes"} <= set(document)
    makers = document["decision_makers"]
    assert list(makers) == ["row", "column"]
    assert [list(maker["options"]) for maker in makers.values()] == [["second"], ["second"]]
    assert makers["row"]["preferences"] == {"ranking": [3, 4, 1, 2]}
    assert makers["column"]["preferences"] == {"ranking": [2, 4, 1, 3]}


def test_documents_are_equal_but_not_shared() -> None:
    first, second = game(44), game(44)
    assert first == second
    first["decision_makers"]["row"]["preferences"]["ranking"].clear()
    assert second == game(44)


@pytest.mark.parametrize("number", [0, 79, -1, True, "12", 12.0])
def test_unknown_numbers_are_refused(number: object) -> None:
    with pytest.raises(UsageError, match="1 to 78"):
        game(number)  # type: ignore[arg-type]


@pytest.mark.parametrize("ranking", [[1, 2, 3], [1, 2, 3, 3], [0, 1, 2, 3], []])
def test_incomplete_rankings_are_refused(ranking: list[int]) -> None:
    with pytest.raises(UsageError, match="once each"):
        number_of(ranking, [1, 2, 3, 4])
    with pytest.raises(UsageError, match="once each"):
        number_of([1, 2, 3, 4], ranking)
