"""The models that are timed: games straight from arrays, and a file of prioritised statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.graph.moves import BoxMoves, GroupMoves, Moves
from detente.stability.game import Game, Mover

Ranks = NDArray[np.int32]
MakeGame = Callable[[], Game]
"""A fresh game each time: steps that a game keeps would make the second run look faster."""


def random_ranks(n_states: int, parties: int) -> list[Ranks]:
    """Return strict random ranks for each party, shape (n_states,)."""
    rng = np.random.default_rng(7)
    result = []
    for _ in range(parties):
        ranks = np.arange(n_states, dtype=np.int32)
        rng.shuffle(ranks)
        result.append(ranks)
    return result


def games(moves: Sequence[Moves], ranks: Sequence[Ranks]) -> MakeGame:
    """Return a maker of games from each party's moves and ranks."""
    return lambda: Game([Mover(f"dm{j}", m, r) for j, (m, r) in enumerate(zip(moves, ranks, strict=True))])


def box(*options: int) -> MakeGame:
    """Every state feasible; party j has ``options[j]`` yes/no options; strict random ranks."""
    n_states, stride = 1 << sum(options), 1
    moves = []
    for count in options:
        moves.append(BoxMoves(n_states, stride, 1 << count))
        stride <<= count
    return games(moves, random_ranks(n_states, len(options)))


def group_moves(codes: NDArray[np.int64], options: Sequence[int]) -> list[Moves]:
    """Return each party's moves among the feasible codes (ascending)."""
    moves: list[Moves] = []
    at = 0
    for count in options:
        key = codes & ~np.int64(((1 << count) - 1) << at)
        order = np.argsort(key, kind="stable")
        first = np.flatnonzero(np.diff(key[order], prepend=-1))
        starts = np.append(first, len(codes)).astype(np.int32)
        moves.append(GroupMoves(len(codes), order.astype(np.int32), starts))
        at += count
    return moves


def with_holes(share: float, *options: int) -> MakeGame:
    """A random share of the states of the box feasible; strict random ranks."""
    codes = np.flatnonzero(np.random.default_rng(3).random(1 << sum(options)) < share)
    return games(group_moves(codes, options), random_ranks(len(codes), len(options)))


def long_sequences(*options: int, share: float = 0.02) -> MakeGame:
    """Return a model whose sanctions need hundreds of moves: many winding paths, nowhere a short cut.

    Along a path three parties take turns; the fourth, for which that path is a long sanction, cannot move. Each step
    is an improvement for its mover and a small loss for all others, so what is worst lies at the far end.
    """
    rng = np.random.default_rng(5)
    parties, starts = len(options), np.cumsum([0, *options])
    masks = [((1 << count) - 1) << int(at) for count, at in zip(options, starts, strict=False)]
    taken: set[tuple[int, int]] = set()
    ranks_of: dict[int, list[int]] = {}
    wanted = int(share * (1 << sum(options)))
    while len(ranks_of) < wanted:
        code = int(rng.integers(1 << sum(options)))
        liked = [0] * parties
        victim, last = int(rng.integers(parties)), -1
        if any((j, code & ~masks[j]) in taken for j in range(parties)):
            continue
        while len(ranks_of) < wanted:
            taken.update((j, code & ~masks[j]) for j in range(parties))
            ranks_of[code] = list(liked)
            step = _free_step(rng, code, victim, last, options, starts.tolist(), masks, taken)
            if step is None:
                break
            last, code = step
            liked = [value + 3 if j == last else value - 2 for j, value in enumerate(liked)]
    codes = np.array(sorted(ranks_of), dtype=np.int64)
    table = np.array([ranks_of[int(code)] for code in codes], dtype=np.int32)
    return games(group_moves(codes, options), [np.ascontiguousarray(column) for column in table.T])


def _free_step(
    rng: np.random.Generator,
    code: int,
    victim: int,
    last: int,
    options: Sequence[int],
    starts: Sequence[int],
    masks: Sequence[int],
    taken: set[tuple[int, int]],
) -> tuple[int, int] | None:
    """Return a mover and a code next to ``code`` that touches no path so far, or None after some tries."""
    parties = len(options)
    for _ in range(200):
        mover = int(rng.integers(parties))
        if mover in (victim, last):
            continue
        there = (code & ~masks[mover]) | int(rng.integers(1 << options[mover])) << starts[mover]
        if there != code and all((j, there & ~masks[j]) not in taken for j in range(parties) if j != mover):
            return mover, there
    return None


def with_two_lenses(*options: int) -> str:
    """Return such a model in which every decision maker has two lenses, tactical and strategic."""
    tactical, strategic = (prioritised_file(*options, statements=8, seed=seed).splitlines() for seed in (11, 12))
    lines: list[str] = []
    for at, line in enumerate(tactical):
        if line == "    preferences:":
            lines += ["    lenses:"]
            for name, source in (("tactical", tactical), ("strategic", strategic)):
                lines += [f"      {name}:", *(f"  {statement}" for statement in source[at + 1 : at + 9])]
        elif not line.startswith("      - "):
            lines.append(line)
    return "\n".join(lines) + "\n"


def prioritised_file(*options: int, statements: int = 16, seed: int = 11) -> str:
    """Return a model as text: yes/no options, and prioritised statements of all kinds of formula."""
    rng = np.random.default_rng(seed)
    names = [f"dm{j}.o{k}" for j, count in enumerate(options) for k in range(count)]
    kinds = (
        "{0}",
        "not {0}",
        "{0} and not {1}",
        "{0} or {1} or {2}",
        "{0} if {1}",
        "{0} iff {1}",
        "{0} xor {1}",
        "exactly 1 of ({0}, {1}, {2})",
        "at least 2 of ({0}, {1}, {2}, {3})",
    )
    lines = ["title: Benchmark", "decision_makers:"]
    for j, count in enumerate(options):
        lines += [f"  dm{j}:", "    options:"]
        lines += [f"      o{k}: Option {k}" for k in range(count)]
        lines += ["    preferences:"]
        for index in range(statements):
            chosen = rng.choice(names, 4, replace=False)
            lines.append(f"      - {kinds[index % len(kinds)].format(*chosen)}")
    return "\n".join(lines) + "\n"


def uncertain_file() -> str:
    """Return a model as text: 5 decision makers, 12 options, about 300 states, 20 statements that may be missing."""
    options = (2, 2, 2, 3, 3)
    rng = np.random.default_rng(5)
    lines = prioritised_file(*options, statements=8, seed=13).splitlines()
    statements = [at for at, line in enumerate(lines) if line.startswith("      - ")]
    for at in rng.choice(statements, 20, replace=False).tolist():
        formula = lines[at].removeprefix("      - ")
        lines[at] = f"      - {{that: '{formula}', certainty: possible}}"
    one_each = [f"at least 2 of ({', '.join(f'dm{j}.o{k}' for k in range(n))})" for j, n in enumerate(options)]
    lines += ["infeasible:", *(f"  - {rule}" for rule in one_each), "  - dm0.o0 and dm3.o0", "  - dm1.o1 and dm4.o2"]
    lines += ["outcomes:", "  calm: not dm0.o0 and not dm1.o0", "  deal: dm2.o0 and dm3.o1", "  war: dm0.o1 and dm4.o1"]
    return "\n".join(lines) + "\n"


def uncertain_claims() -> str:
    """Return the same with five claims about what can hold."""
    claims = {
        "A": "cannot_hold: deal",
        "B": "can_hold: calm",
        "C": "can_hold: war, under: {concepts: [nash, sim]}",
        "D": "cannot_hold: calm and not war, under: {concepts: [gmr, smr]}",
        "E": "can_hold: deal or war, under: {concepts: [sseq]}",
    }
    lines = [f"  {key}: {{says: A claim., {check}}}" for key, check in claims.items()]
    return uncertain_file() + "\n".join(["claims:", *lines]) + "\n"
