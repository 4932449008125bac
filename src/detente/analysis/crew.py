"""Who examines worlds: this process alone, or processes beside it that are forked from it."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from detente.analysis.factors import Rows
from detente.analysis.share import cores, may_fork
from detente.errors import TooLargeError

Answers = NDArray[np.int8]
Examine = Callable[[Rows], Answers]
"""Returns the answers of some worlds, a row each."""

_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG."""

_examine: Examine | None = None
"""What the processes do: they are forked from this one, and find it here."""


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

    def __init__(self, pool: ProcessPoolExecutor, workers: int) -> None:
        self._pool, self.ahead = pool, 2 * workers

    def submit(self, rows: Rows) -> Handle:
        """Give out a task."""
        return self._pool.submit(_do, rows)


@contextmanager
def crew_of(examine: Examine, workers: int | None = None) -> Iterator[Crew]:
    """Give processes that examine worlds; by default one for each core.

    They are forked when this begins, so that they know all that this process knows, and nothing that it does later
    (open files, threads) disturbs them. Elsewhere than on Linux, and beside other threads, forking is not safe: then
    this process does it all. When this ends, however it ends, they end.

    Raises
    ------
    TooLargeError
        A process was ended from outside, as happens when memory runs out.
    """
    global _examine
    workers = workers or cores()
    if not may_fork(workers):
        yield Alone(examine)
        return
    before = set(active_children())
    _examine = examine
    gc.freeze()  # the processes need not look through what this one has, and so leave it where it is
    try:
        pool = ProcessPoolExecutor(
            workers, mp_context=get_context("fork"), initializer=_begin_process, initargs=(os.getpid(),)
        )
        started: Future[None] = pool.submit(_nothing)
        mine = [child for child in active_children() if child not in before]
        try:
            started.result()
            yield Processes(pool, workers)
        except BaseException:
            for child in mine:  # what they are at is of no use
                child.kill()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    except BrokenProcessPool:
        raise TooLargeError("a process was ended from outside, perhaps since memory ran out") from None
    finally:
        gc.unfreeze()
        _examine = None


def _begin_process(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that began all this
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it ended in the meantime
        os._exit(1)


def _nothing() -> None:
    pass


def _do(rows: Rows) -> tuple[Answers, float]:
    assert _examine is not None
    return timed(_examine, rows)
