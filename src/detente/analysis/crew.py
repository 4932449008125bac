"""Who examines worlds: this process alone, or processes beside it that are forked from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from detente.analysis.factors import Rows
from detente.analysis.share import cores, forked, may_fork

Answers = NDArray[np.int8]
Examine = Callable[[Rows], Answers]
"""Returns the answers of some worlds, a row each."""


class Handle(Protocol):
    """A task that somebody was given."""

    def result(self) -> tuple[Answers, float]:
        """Wait for the answers; return them and the seconds that they took."""
        ...


class Crew(Protocol):
    """Who examines worlds.

    Attributes
    ----------
    ahead : int
        How many tasks it should have at any time, so that nobody in it waits for the next.
    """

    @property
    def ahead(self) -> int: ...

    def submit(self, rows: Rows) -> Handle:
        """Give out a task."""
        ...


def timed(examine: Examine, rows: Rows) -> tuple[Answers, float]:
    """Return the answers of some worlds, and the seconds that they took."""
    begin = time.perf_counter()
    return examine(rows), time.perf_counter() - begin


class _Done:
    def __init__(self, result: tuple[Answers, float]) -> None:
        self._result = result

    def result(self) -> tuple[Answers, float]:
        return self._result


class Alone:
    """This process, which does a task when it is given."""

    ahead = 1

    def __init__(self, examine: Examine) -> None:
        self._examine = examine

    def submit(self, rows: Rows) -> Handle:
        """Do a task."""
        return _Done(timed(self._examine, rows))


class Processes:
    """Processes beside this one."""

    def __init__(self, give: Callable[[Rows], Handle], workers: int) -> None:
        self._give, self.ahead = give, 2 * workers

    def submit(self, rows: Rows) -> Handle:
        """Give out a task."""
        return self._give(rows)


@contextmanager
def crew_of(examine: Examine, workers: int | None = None) -> Iterator[Crew]:
    """Give processes that examine worlds; by default one for each core.

    They are forked when this begins, and end when it ends. Elsewhere than on Linux, and beside other threads, forking
    is not safe: then this process does it all.

    Raises
    ------
    TooLargeError
        A process was ended from outside, as happens when memory runs out.
    """
    workers = workers or cores()
    if not may_fork(workers):
        yield Alone(examine)
        return
    with forked(partial(timed, examine), workers) as give:
        yield Processes(give, workers)
