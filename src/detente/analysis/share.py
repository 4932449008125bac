"""The same kind of work many times over, in as many processes as there are cores."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, TypeVar

from detente.errors import TooLargeError

T = TypeVar("T")

_work: Callable[[int], Any] | None = None
"""What the processes do: they are forked from this one, and find it here."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def may_fork(workers: int) -> bool:
    """Return whether processes may be forked: several, on Linux, and beside no other thread."""
    return workers > 1 and sys.platform == "linux" and threading.active_count() == 1


def shared_out(
    work: Callable[[int], T],
    n: int,
    *,
    workers: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> list[T]:
    """Return ``[work(0), …, work(n − 1)]``, worked out side by side where that is possible.

    Processes are forked, so that they begin with all that this one knows; what they find out besides is lost with them.
    Elsewhere than on Linux, and beside other threads, forking is not safe: then one does it all.

    Parameters
    ----------
    work : callable
        Its results are sent from one process to another.
    n : int
    workers : int, optional
        Processes; one for each core by default.
    progress : callable, optional
        Called with the number done, in order.

    Raises
    ------
    TooLargeError
        A process was ended from outside, as happens when memory runs out.
    """
    global _work
    workers = min(n, workers or cores())
    if not may_fork(workers):
        result = []
        for k in range(n):
            result.append(work(k))
            if progress is not None:
                progress(k + 1)
        return result
    _work = work
    gc.freeze()  # the processes need not look through what this one has, and so leave it where it is
    try:
        pool = ProcessPoolExecutor(workers, mp_context=get_context("fork"), initializer=_leave_interrupts)
        try:
            return _gathered(pool, n, progress)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    except BrokenProcessPool:
        raise TooLargeError("a process was ended from outside, perhaps since memory ran out") from None
    finally:
        gc.unfreeze()
        _work = None


def _gathered(pool: ProcessPoolExecutor, n: int, progress: Callable[[int], object] | None) -> list[Any]:
    result = []
    for done, future in enumerate([pool.submit(_do, k) for k in range(n)], 1):
        result.append(future.result())
        if progress is not None:
            progress(done)
    return result


def _leave_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that began all this


def _do(k: int) -> Any:
    assert _work is not None
    return _work(k)
