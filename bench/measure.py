"""One row, measured in a process of its own so that its peak of memory is its own: ``python -m bench.measure KEY``."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import models
from detente.stability import backend, metarational, nash
from detente.stability.game import Game
from detente.stability.solve import solve

CONCEPTS = (nash.CONCEPT, metarational.GMR, metarational.SMR, metarational.SEQ, metarational.SSEQ)


@dataclass(frozen=True)
class Row:
    """A model to time.

    ``at_most`` is in seconds, ``memory`` in GB (10⁹ bytes), both None where the figure is only reported; ``make``
    prepares what is not timed and returns a maker of games, or the text of a model file.
    """

    title: str
    make: Callable[[], models.MakeGame | str]
    at_most: float | None = None
    memory: float | None = None
    repeats: int = 5
    numpy: bool = False
    quick: bool = False


ROWS = {
    "box18": Row("2^18 states, 4 DMs", lambda: models.box(4, 4, 5, 5), repeats=9, quick=True),
    "box20": Row("2^20 states, 4 DMs x 5 options", lambda: models.box(5, 5, 5, 5), 0.4, 0.2, 9, quick=True),
    "box20-numpy": Row(
        "2^20 states, 4 DMs x 5 options, NumPy", lambda: models.box(5, 5, 5, 5), 4.0, repeats=3, numpy=True, quick=True
    ),
    "box22": Row("2^22 states, 4 DMs", lambda: models.box(5, 5, 6, 6), repeats=7),
    "box24": Row("2^24 states, 4 DMs x 6 options", lambda: models.box(6, 6, 6, 6), 5.0, 1.0),
    "box24-file": Row(
        "2^24 states, 4 DMs x 6 options, from a YAML file", lambda: models.prioritised_file(6, 6, 6, 6), repeats=3
    ),
    "box24-8": Row("2^24 states, 8 DMs x 3 options", lambda: models.box(*[3] * 8), 20.0, 1.5),
    "box24-8-file": Row(
        "2^24 states, 8 DMs x 3 options, from a YAML file", lambda: models.prioritised_file(*[3] * 8), repeats=3
    ),
    "box26": Row("2^26 states, 4 DMs", lambda: models.box(6, 6, 7, 7), None, 10.0, 2),
    "holes": Row(
        "2^22 raw states, 20 % feasible, 4 DMs", lambda: models.with_holes(0.2, 5, 5, 6, 6), 1.5, repeats=7, quick=True
    ),
    "holes-numpy": Row(
        "2^22 raw states, 20 % feasible, 4 DMs, NumPy",
        lambda: models.with_holes(0.2, 5, 5, 6, 6),
        repeats=3,
        numpy=True,
    ),
    "sparse": Row("2^24 raw states, 2 % feasible, 4 DMs", lambda: models.with_holes(0.02, 6, 6, 6, 6), repeats=7),
    "long": Row("2^22 raw states, 2 % feasible, long sanctions", lambda: models.long_sequences(5, 5, 6, 6), repeats=7),
    "long-numpy": Row(
        "2^22 raw states, 2 % feasible, long sanctions, NumPy",
        lambda: models.long_sequences(5, 5, 6, 6),
        repeats=1,
        numpy=True,
    ),
}
GROWTH = ("box18", "box20", "box22", "box24")
"""Rows of growing size, for the exponent."""


def game_from(path: Path) -> Game:
    """Return the game of a model file: everything between the text and the engine."""
    from detente.graph.graph import Graph
    from detente.language.load import load
    from detente.stability.reading import game_of

    return game_of(Graph(load(path)), "default")


def measure(row: Row) -> dict[str, object]:
    """Return the times of several runs after one that warms up, and the process's peak of memory in bytes."""
    made = row.make()
    with tempfile.TemporaryDirectory() as folder:
        if isinstance(made, str):
            path = Path(folder) / "model.yaml"
            path.write_text(made, encoding="utf-8")
            make: models.MakeGame = lambda: game_from(path)  # noqa: E731
        else:
            make = made
        seconds: list[float] = []
        busy: list[float] = []
        for _ in range(row.repeats + 1):
            begin, begin_busy = time.perf_counter(), time.process_time()
            game = make()
            verdicts = solve(game, CONCEPTS)
            seconds.append(time.perf_counter() - begin)
            busy.append(time.process_time() - begin_busy)
    seconds, busy = seconds[1:], busy[1:]
    return {
        "kernels": backend.name,
        "states": game.n_states,
        "parties": len(game.parties),
        "seconds": statistics.median(seconds),
        "cpu": statistics.median(busy),
        "runs": [round(value, 4) for value in seconds],
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "reading": reading_ranks(game),
        "equilibria": {concept.id: len(verdicts.equilibria(concept.id)) for concept in CONCEPTS},
    }


def reading_ranks(game: Game) -> float:
    """The first yardstick: seconds to read all rank arrays once from memory."""
    seconds = []
    for _ in range(5):
        begin = time.perf_counter()
        for i in game.parties:
            game.ranks(i).max()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


if __name__ == "__main__":
    print(json.dumps(measure(ROWS[sys.argv[1]])))
