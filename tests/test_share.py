"""Work shared out among processes: the same results whatever their number, and nothing left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading

import pytest

from detente.analysis import why as why_module
from detente.analysis.claims import check
from detente.analysis.share import cores, shared_out
from detente.analysis.why import why
from detente.errors import TooLargeError
from detente.library.index import library

linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


@pytest.mark.parametrize("workers", [None, 1, 2, 5, 50])
def test_results_in_order(workers: int | None) -> None:
    told: list[int] = []
    assert shared_out(lambda k: k * k, 20, workers=workers, progress=told.append) == [k * k for k in range(20)]
    assert told == list(range(1, 21))
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("workers", [1, 2])
def test_nothing_to_do(workers: int) -> None:
    assert shared_out(lambda k: k, 0, workers=workers) == []


@linux
def test_other_processes_do_the_work() -> None:
    assert len(set(shared_out(lambda _: os.getpid(), 20, workers=2)) - {os.getpid()}) == 2
    assert set(shared_out(lambda _: os.getpid(), 20, workers=1)) == {os.getpid()}
    assert 1 <= cores() <= (os.cpu_count() or 1)


def test_one_does_it_all_beside_other_threads() -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert set(shared_out(lambda _: os.getpid(), 4, workers=2)) == {os.getpid()}
    finally:
        done.set()
        other.join()


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_is_raised_and_nothing_is_left(workers: int) -> None:
    def work(k: int) -> int:
        if k == 3:
            raise ValueError("the fourth")
        return k

    with pytest.raises(ValueError, match="the fourth"):
        shared_out(work, 10, workers=workers)
    assert not multiprocessing.active_children()


@linux
def test_a_process_that_is_killed() -> None:
    def work(k: int) -> int:
        if k == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return k

    with pytest.raises(TooLargeError, match="ended from outside"):
        shared_out(work, 4, workers=2)
    assert not multiprocessing.active_children()


@linux
def test_an_interruption_ends_the_work() -> None:
    def interrupt(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shared_out(lambda k: k, 50, workers=2, progress=interrupt)
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("sets_to", [0, 1])
def test_what_an_argument_stands_on_whatever_the_workers(monkeypatch: pytest.MonkeyPatch, sets_to: int) -> None:
    monkeypatch.setattr(why_module, "WORTH_SHARING", 0)
    argument = check(library("shared_river"))
    alone, together = (why(argument, sets_to=sets_to, workers=workers).to_dict() for workers in (1, 2))
    assert alone == together
    assert any(claim["needs"] for claim in alone["claims"])
