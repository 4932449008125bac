"""The same kind of work many times over, in as many processes as there are cores."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from typing import Any, TypeVar

from detente.errors import TooLargeError

T = TypeVar("T")

_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG."""

_work: Callable[[Any], Any] | None = None
"""What the processes do: they are forked from this one, and find it here."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def may_fork(workers: int) -> bool:
    """Return whether processes may be forked: several, on Linux, and beside no other thread."""
    return workers > 1 and sys.platform == "linux" and threading.active_count() == 1


@contextmanager
def forked(work: Callable[[Any], T], workers: int) -> Iterator[Callable[[Any], Future[T]]]:
    """Give a way to have work done in processes beside this one, where :func:`may_fork` allows it.

    They are forked when this begins, so that they know all that this process knows, and nothing that it does later
    (open files, threads) disturbs them. When this ends, however it ends, they end.

    Raises
    ------
    TooLargeError
        A process was ended from outside, as happens when memory runs out.
    """
    global _work
    before, outer = set(active_children()), _work
    _work = work
    gc.freeze()  # the processes need not look through what this one has, and so leave it where it is
    try:
        pool = ProcessPoolExecutor(
            workers, mp_context=get_context("fork"), initializer=_begin_process, initargs=(os.getpid(),)
        )
        started: Future[None] = pool.submit(_nothing)
        mine = [child for child in active_children() if child not in before]
        try:
            started.result()
            yield lambda given: pool.submit(_do, given)
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
        _work = outer


def shared_out(
    work: Callable[[int], T],
    n: int,
    *,
    workers: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> list[T]:
    """Return ``[work(0), …, work(n − 1)]``, worked out side by side where that is possible.

    Elsewhere than on Linux, and beside other threads, forking is not safe: then one process does it all. What
    processes find out besides their results is lost with them.

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
    workers = min(n, workers or cores())
    if not may_fork(workers):
        result = []
        for k in range(n):
            result.append(work(k))
            if progress is not None:
                progress(k + 1)
        return result
    with forked(work, workers) as submit:
        result = []
        for done, future in enumerate([submit(k) for k in range(n)], 1):
            result.append(future.result())
            if progress is not None:
                progress(done)
        return result


def _begin_process(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that began all this
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it ended in the meantime
        os._exit(1)


def _nothing() -> None:
    pass


def _do(given: Any) -> Any:
    assert _work is not None
    return _work(given)
