"""The 78 strict ordinal 2×2 games, by their Rapoport–Guyer numbers.

Two parties, two strategies each, no ties: 576 pairs of rankings, which fall into 78 games once strategies may be
relabelled and the parties exchanged.

Numbers are those of Rapoport & Guyer (1966), taken from the list of Albrecht & Ramamoorthy (2012), which gives for
each game the payoffs and the Rapoport–Guyer number; the list was read as two public collections of matrix games
reproduce it (Matrax, matrix-games), and the table of 1966 itself was not re-read. What supports it: the 78 entries are
78 different games; their numbers follow the taxonomy without an exception (1–21 both parties have a dominant
strategy, 22–57 one has, 58–69 neither has and there are two equilibria, 70–78 neither has and there is none); and
the numbers that Rapoport (1967) discusses one by one, from memory 12, 66, 68 and 69, are the games they should be.

Names of the twelve symmetric games follow Bruns (2015) and Rapoport (1967).

References
----------
Albrecht, S. V. & Ramamoorthy, S. 2012. Comparative evaluation of multiagent learning algorithms in a diverse set of
ad hoc team problems. AAMAS 2012 (arXiv:1907.09189).
Bruns, B. R. 2015. Names for games: locating 2 × 2 games. Games 6(4), 495–520.
Rapoport, A. 1967. Exploiter, leader, hero, and martyr: the four archetypes of the 2 × 2 game. Behavioral Science 12,
81–84.
Rapoport, A. & Guyer, M. 1966. A taxonomy of 2 × 2 games. General Systems 11, 203–214.
Rapoport, A., Guyer, M. & Gordon, D. 1976. The 2 × 2 Game. University of Michigan Press.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from detente.errors import UsageError

COUNT = 78

NAMES: dict[int, str] = {
    3: "Harmony",
    5: "Peace",
    6: "Concord",
    7: "Compromise",
    9: "Deadlock",
    12: "Prisoner's dilemma",
    60: "Coordination",
    61: "Stag hunt",
    63: "Assurance",
    66: "Chicken",
    68: "Leader",
    69: "Hero",
}
"""Common names, of the symmetric games only."""

_ALSO = {12: "martyr", 61: "assurance in some texts", 66: "hawk and dove, exploiter", 68: "battle of the sexes"}

# Two words a game, the row player's ranking and the column player's, states best first; six games a line.
_RANKINGS = [
    "1324",
    "1324",
    "1342",
    "1324",
    "1324",
    "1234",
    "1342",
    "1234",
    "1342",
    "1243",
    "1234",
    "1324",
    "3124",
    "2134",
    "3142",
    "2134",
    "3142",
    "2143",
    "3412",
    "2134",
    "3412",
    "2143",
    "3412",
    "2413",
    "3124",
    "1234",
    "3142",
    "1234",
    "3124",
    "1243",
    "3142",
    "1243",
    "3412",
    "1234",
    "3412",
    "1243",
    "3142",
    "1324",
    "3124",
    "1324",
    "3412",
    "1324",
    "1324",
    "1342",
    "1342",
    "1342",
    "1324",
    "1432",
    "1342",
    "1432",
    "1234",
    "1342",
    "1234",
    "1432",
    "1324",
    "1423",
    "1342",
    "1423",
    "1234",
    "1423",
    "4132",
    "1234",
    "4132",
    "1243",
    "4123",
    "1234",
    "4123",
    "1243",
    "4312",
    "1234",
    "4312",
    "1243",
    "4132",
    "1324",
    "4123",
    "1324",
    "4312",
    "1324",
    "3124",
    "1423",
    "3142",
    "1423",
    "3124",
    "4123",
    "3142",
    "4123",
    "3412",
    "1423",
    "3124",
    "4213",
    "3142",
    "4213",
    "3412",
    "4123",
    "3412",
    "4213",
    "3124",
    "1342",
    "3142",
    "1342",
    "3124",
    "1432",
    "3142",
    "1432",
    "3124",
    "4132",
    "3142",
    "4132",
    "3412",
    "1342",
    "3412",
    "1432",
    "3412",
    "4132",
    "1432",
    "1342",
    "1432",
    "1432",
    "1432",
    "1423",
    "1243",
    "1342",
    "1243",
    "1432",
    "1423",
    "1432",
    "4132",
    "1423",
    "4312",
    "1423",
    "2134",
    "3124",
    "2314",
    "3124",
    "2314",
    "3214",
    "3214",
    "2314",
    "2134",
    "1423",
    "2134",
    "4123",
    "2134",
    "4213",
    "3214",
    "1423",
    "2314",
    "1423",
    "3214",
    "4123",
    "2314",
    "4123",
    "3214",
    "4213",
    "2314",
    "4213",
]

_SAME_PARTIES = ((1, 2, 3, 4), (2, 1, 4, 3), (3, 4, 1, 2), (4, 3, 2, 1))  # relabel no one's, row's, column's, both
_EXCHANGED = (1, 3, 2, 4)  # where a state goes when the parties change places

Ranking = tuple[int, ...]


def rankings(number: int) -> tuple[Ranking, Ranking]:
    """Return the two rankings of a game.

    Parameters
    ----------
    number
        Rapoport–Guyer number, 1 to 78.

    Returns
    -------
    tuple of tuple of int
        The row player's and the column player's states, best first. State 1: both first strategies (the cell in
        which the taxonomy writes the game's natural outcome); 2: row alone takes its second; 3: column alone;
        4: both.

    Raises
    ------
    UsageError
        When there is no game with this number.

    Examples
    --------
    >>> rankings(12)
    ((3, 4, 1, 2), (2, 4, 1, 3))
    """
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= COUNT:
        raise UsageError(f"there is no 2×2 game {number!r}; the numbers are 1 to {COUNT}")
    row, column = _RANKINGS[2 * number - 2 : 2 * number]
    return tuple(map(int, row)), tuple(map(int, column))


def game(number: int) -> dict[str, Any]:
    """Return a game as a document of the model language.

    Parameters
    ----------
    number
        Rapoport–Guyer number, 1 to 78.

    Returns
    -------
    dict
        A new document at every call: the parties ``row`` and ``column`` with one option each, ``second``.

    Raises
    ------
    UsageError
        When there is no game with this number.

    Examples
    --------
    >>> game(66)["title"]
    '2×2 game 66: Chicken'
    >>> game(66)["decision_makers"]["row"]["preferences"]
    {'ranking': [2, 1, 3, 4]}
    """
    row, column = rankings(number)
    name = NAMES.get(number)
    return {
        "title": f"2×2 game {number}: {name}" if name else f"2×2 game {number}",
        "source": f"Rapoport & Guyer 1966, game {number}; payoffs as listed by Albrecht & Ramamoorthy 2012",
        "notes": _notes(number, row, column),
        "decision_makers": {
            "row": _player("Row player", "Take the second strategy (bottom row)", row),
            "column": _player("Column player", "Take the second strategy (right column)", column),
        },
    }


def number_of(row_ranking: Sequence[int], column_ranking: Sequence[int]) -> int:
    """Return the number of the game that two rankings make.

    Parameters
    ----------
    row_ranking, column_ranking
        States 1 to 4 (numbered as in :func:`rankings`), best first, no ties.

    Returns
    -------
    int
        Rapoport–Guyer number. Relabelling a party's strategies or exchanging the parties does not change it.

    Raises
    ------
    UsageError
        When a ranking does not name the states 1 to 4 once each.

    Examples
    --------
    >>> number_of([3, 4, 2, 1], [2, 4, 3, 1])
    66
    """
    for who, ranking in (("row", row_ranking), ("column", column_ranking)):
        if sorted(ranking) != [1, 2, 3, 4]:
            raise UsageError(f"the {who} ranking {list(ranking)} does not name the states 1 to 4 once each")
    return _index()[_representative(tuple(row_ranking), tuple(column_ranking))]


def _player(name: str, option: str, ranking: Ranking) -> dict[str, Any]:
    return {"name": name, "options": {"second": option}, "preferences": {"ranking": list(ranking)}}


def _notes(number: int, row: Ranking, column: Ranking) -> str:
    notes = ["State 1 is both first strategies, 2 row's second, 3 column's second, 4 both second."]
    if number in NAMES:
        other = f" (also called {_ALSO[number]})" if number in _ALSO else ""
        notes.append(f"Common name: {NAMES[number]}{other}.")
    if row[0] == column[0]:
        notes.append(f"No conflict: both players like state {row[0]} best.")
    return " ".join(notes)


def _equivalents(row: Ranking, column: Ranking) -> Iterator[tuple[Ranking, Ranking]]:
    """Yield the eight ways to write one game (some may coincide)."""
    for to in _SAME_PARTIES:
        mine, theirs = (tuple(to[state - 1] for state in ranking) for ranking in (row, column))
        yield mine, theirs
        yield tuple(_EXCHANGED[state - 1] for state in theirs), tuple(_EXCHANGED[state - 1] for state in mine)


def _representative(row: Ranking, column: Ranking) -> tuple[Ranking, Ranking]:
    return min(_equivalents(row, column))


@cache
def _index() -> dict[tuple[Ranking, Ranking], int]:
    return {_representative(*rankings(number)): number for number in range(1, COUNT + 1)}
