"""Attitude-based (relational) stability: what holds when parties care for, or against, what others want.

Party i's attitude to j is +1, 0 or -1 (Inohara, Hipel & Walker 2007). i *accepts* t over s when for every j: t ≽_j s
where the attitude is +1, and not t ≽_j s where it is -1; 0 asks for nothing. Its *relational moves* from s are the
t ∈ R_i(s) that it accepts over s. A state sanctions i, which began at s, when it is s itself or is not accepted over s.

- RNash: i has no relational move.
- RGMR: after every relational move of i, opponents' moves lead to a sanction.
- RSMR: as RGMR, and all that i can move to from the sanction, by any of its moves, is a sanction too.
- RSEQ: as RGMR, where every step of the opponents is a relational move of its mover (nature: any of its moves).

Acceptance is no ranking, so the worst value an opponent can bring about decides nothing: sets of states are followed,
one bit for each pair of states.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

from detente.analysis.reach_bits import Bits, Columns, Joint, no_bits, too_large, words_for
from detente.errors import TooLargeError, UsageError
from detente.graph.feasible import memory_limit
from detente.graph.moves import ArcMoves, Index, arcs_from_pairs
from detente.stability.game import Flags, Game, Mover

Attitudes = NDArray[np.integer]

CONCEPTS = {
    "rnash": "Relational Nash stability (RNash)",
    "rgmr": "Relational general metarationality (RGMR)",
    "rsmr": "Relational symmetric metarationality (RSMR)",
    "rseq": "Relational sequential stability (RSEQ)",
}
"""All relational concepts, by key, with their names. RNash implies the others; RSMR and RSEQ imply RGMR."""

MOST_SECONDS = 600.0
"""What would take about as long, and longer, is not begun."""
_WORDS_A_SECOND = 4e8
_BLOCK_AS_WORDS = 10
_WORKING_MEMORY = 1 << 29


def relational(
    game: Game, attitudes: npt.ArrayLike, concepts: Sequence[str] = ("rnash", "rgmr", "rsmr", "rseq")
) -> dict[str, Flags]:
    """Return which states are stable for whom under relational concepts.

    Parameters
    ----------
    game : Game
        Its rule for sanctions and the place of nature count as for the other concepts; nature has no attitude.
    attitudes : (n_parties, n_parties) int
        Row i is party i's attitude to each party: 1, 0 or -1; parties in the order of ``game.parties``.
    concepts : sequence of str
        Keys of ``CONCEPTS``.

    Returns
    -------
    dict of str to (n_parties, n_states) bool
        One array a concept, in the order asked for; rows in the order of ``game.parties``.

    Raises
    ------
    UsageError
        Attitudes have another shape or other values; a concept is unknown.
    TooLargeError
        It would take more than about ``MOST_SECONDS``, or the moves would not fit in memory.
    """
    checked = _checked(attitudes, len(game.parties))
    for key in concepts:
        if key not in CONCEPTS:
            raise UsageError(f"unknown relational concept {key!r} (there are: {', '.join(CONCEPTS)})")
    judge = _Judge(game, checked)
    seconds = judge.seconds(concepts)
    if seconds > MOST_SECONDS:
        raise TooLargeError(
            f"relational stability looks at every pair of {game.n_states:,} states; for {', '.join(concepts)} it would "
            f"take about {seconds / 60:,.0f} minutes, and what takes more than {MOST_SECONDS / 60:.0f} is not begun"
        )
    rows = [judge.stable(row, concepts) for row in range(len(game.parties))]
    return {key: np.array([row[key] for row in rows]).reshape(len(rows), game.n_states) for key in concepts}


def attitudes_from_relations(levels: npt.ArrayLike, threshold: float) -> NDArray[np.int8]:
    """Return attitudes from levels of relations: the sign of a level that reaches the threshold, else 0.

    Parameters
    ----------
    levels : (n, n) float
        Row i is how party i stands to each other, from -1 (hostile) to 1 (friendly). The diagonal is not looked at:
        everybody is for itself.
    threshold : float
        From how high a level, or how low a negative one, a relation counts; above 0, at most 1.

    Returns
    -------
    (n, n) int8

    Raises
    ------
    UsageError
        The levels are not square or out of bounds, or the threshold is.
    """
    given = np.asarray(levels, dtype=float)
    if given.ndim != 2 or given.shape[0] != given.shape[1]:
        raise UsageError(f"levels have the shape {given.shape}; expected one row and one column for each party")
    if not 0 < threshold <= 1:
        raise UsageError(f"the threshold is {threshold}; expected a number above 0 and at most 1")
    outside = ~(np.abs(given) <= 1) & ~np.eye(len(given), dtype=bool)
    if outside.any():
        i, j = np.argwhere(outside)[0]
        raise UsageError(f"the level in row {i + 1}, column {j + 1} is {given[i, j]}; expected one from -1 to 1")
    result = ((given >= threshold).astype(np.int8) - (given <= -threshold).astype(np.int8)).astype(np.int8)
    np.fill_diagonal(result, 1)
    return result


def _checked(attitudes: npt.ArrayLike, n_parties: int) -> Attitudes:
    given = np.asarray(attitudes)
    if given.shape != (n_parties, n_parties):
        raise UsageError(f"attitudes have the shape {given.shape}; expected {(n_parties, n_parties)}, one row a party")
    if not np.isin(given, (-1, 0, 1)).all():
        raise UsageError(f"an attitude is 1, 0 or -1, and not {given[~np.isin(given, (-1, 0, 1))][0]}")
    return given.astype(np.int8)


class _Judge:
    """Decides for one party after the other. Bits (t, s): t is the state arrived at, s the one that i began at."""

    def __init__(self, game: Game, attitudes: Attitudes) -> None:
        self._game, self._attitudes = game, attitudes
        self._states: Index = np.arange(game.n_states, dtype=np.int32)
        self._ranks = {
            row: np.unique(game.ranks(i), return_inverse=True)[1].astype(np.int32) for row, i in enumerate(game.parties)
        }
        self._relational = {i: self._relational_moves(row) for row, i in enumerate(game.parties)}
        tables = 12 + 3 * len(game.movers) + 2 ** len(game.movers) * (game.sanctions == "once_each")
        most = min(memory_limit() // 8, _WORKING_MEMORY)
        self._columns_at_once = 64 * max(1, most // (8 * tables * game.n_states))

    def _relational_moves(self, row: int) -> ArcMoves:
        game, moves = self._game, self._game.movers[self._game.parties[row]].moves
        if 40 * moves.n_arcs > memory_limit():
            raise too_large(f"the {moves.n_arcs:,} moves of {game.movers[game.parties[row]].name}", 40 * moves.n_arcs)
        sources, targets = moves.expand(self._states)
        kept = np.ones(len(sources), dtype=bool)
        for other, attitude in enumerate(self._attitudes[row].tolist()):
            if attitude:
                at_least = self._ranks[other][targets] >= self._ranks[other][sources]
                kept &= at_least == (attitude > 0)
        # What is accepted over what is accepted is accepted, so moves that are transitive stay so.
        return arcs_from_pairs(game.n_states, sources[kept], targets[kept], transitive=moves.transitive)

    def seconds(self, concepts: Sequence[str]) -> float:
        """Return about how long the sets of states take to follow: words of bits that are read and written."""
        game, words = self._game, 0.0
        for i in game.parties:
            opponents = game.opponents([i])
            rounds = 2.0 ** len(opponents) * len(opponents) / 2 if game.sanctions == "once_each" else 1.0
            free = sum(self._arcs_followed(j) for j in opponents)
            own = sum(
                self._relational[j].n_arcs if j in self._relational else self._arcs_followed(j) for j in opponents
            )
            a_word = 0.0
            for key in {*concepts} - {"rnash"}:
                a_word += rounds * (6 * game.n_states + (own if key == "rseq" else free))
                a_word += 4 * game.n_states + self._arcs_followed(i) if key == "rsmr" else 0
            columns = len(self._undecided(i))
            words += a_word * (words_for(columns) + _BLOCK_AS_WORDS * -(-columns // self._columns_at_once))
        return words / _WORDS_A_SECOND

    def _arcs_followed(self, j: int) -> int:
        moves = self._game.movers[j].moves
        return moves.n_arcs if isinstance(moves, ArcMoves) else 2 * moves.n_states

    def _undecided(self, i: int) -> Index:
        return np.flatnonzero(np.diff(self._relational[i].starts)).astype(np.int32)

    def stable(self, row: int, concepts: Sequence[str]) -> dict[str, Flags]:
        """Return for each state whether it is stable for the party of a row, by concept."""
        game, i = self._game, self._game.parties[row]
        undecided = self._undecided(i)
        stable = np.ones(game.n_states, dtype=bool)
        stable[undecided] = False
        found = {key: stable.copy() for key in concepts}
        if not len(undecided) or not {*concepts} - {"rnash"}:
            return found
        opponents = [game.movers[j] for j in game.opponents([i])]
        own = self._one_step(game.movers[i]) if "rsmr" in concepts else None
        moves = self._sequences(opponents) if {"rgmr", "rsmr"} & {*concepts} else None
        credible = self._sequences([self._credible(j) for j in game.opponents([i])]) if "rseq" in concepts else None
        for begin in range(0, len(undecided), self._columns_at_once):
            columns = Columns(self._ranks, undecided[begin : begin + self._columns_at_once])
            accepted = self._accepted(row, columns)
            sanctions = ~accepted | columns.identity(game.n_states)
            met: dict[str, Bits] = {}
            if moves and "rgmr" in concepts:
                met["rgmr"] = moves(sanctions)
            if moves and own:
                met["rsmr"] = moves(sanctions & ~own(~sanctions))
            if credible:
                met["rseq"] = credible(sanctions)
            column, targets = self._relational[i].expand(columns.states)
            for key, bits in met.items():
                hit = bits.view(np.uint8)[targets, column >> 3] >> (column & 7) & 1
                found[key][columns.states] = np.bincount(column[hit == 0], minlength=len(columns.states)) == 0
        return found

    def _accepted(self, row: int, columns: Columns) -> Bits:
        """Return the bits (t, s) where the party of a row accepts t over s."""
        result = ~no_bits(self._game.n_states, len(columns.states))
        for other, attitude in enumerate(self._attitudes[row].tolist()):
            if attitude:
                at_least = columns.above({other: self._ranks[other] + np.int32(1)})
                result &= at_least if attitude > 0 else ~at_least
        return result

    def _credible(self, j: int) -> Mover:
        """Return a mover with its relational moves only; nature as it is."""
        mover = self._game.movers[j]
        return mover if mover.ranks is None else Mover(mover.name, self._relational[j], mover.ranks)

    def _one_step(self, mover: Mover) -> Callable[[Bits], Bits]:
        """Return what collects the rows that one move leads to; with free moves also the row one starts from."""
        ranks = np.zeros(self._game.n_states, dtype=np.int32)  # as a party, which never moves twice in succession
        return Joint(self._game.n_states, [Mover(mover.name, mover.moves, ranks)]).ahead

    def _sequences(self, movers: Sequence[Mover]) -> Callable[[Bits], Bits]:
        """Return what collects the rows that the movers' sequences lead to, under the game's rule.

        Rows that one starts from may be among them: no relational move ends in a sanction.
        """
        if not movers:
            return np.zeros_like
        if self._game.sanctions == "legal":
            return Joint(self._game.n_states, movers).ahead
        steps = [self._one_step(mover) for mover in movers]
        return lambda rows: _few_steps(rows, steps, once_each=self._game.sanctions == "once_each")


def _few_steps(rows: Bits, steps: Sequence[Callable[[Bits], Bits]], *, once_each: bool) -> Bits:
    """Return the rows that one step leads to, or several, each mover's at most once: a table a subset of movers."""
    if not once_each:
        result = np.zeros_like(rows)
        for step in steps:
            result |= step(rows)
        return result
    found = {0: rows}
    for subset in range(1, 1 << len(steps)):
        result = rows.copy()
        for bit, step in enumerate(steps):
            if subset >> bit & 1:
                result |= step(found[subset & ~(1 << bit)])
        found[subset] = result
    return found[(1 << len(steps)) - 1]
