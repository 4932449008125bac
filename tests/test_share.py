"""Work shared out among processes: the same results whatever their number, and nothing left behind."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import textwrap
import threading

import pytest

from detente.analysis.share import cores, shared_out

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


def alone(code: str) -> str:
    """Run code in a process of its own, in which no other thread is, and return what it prints."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", textwrap.dedent(code)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@linux
def test_other_processes_do_the_work() -> None:
    found = alone("""
        import os, time
        from detente.analysis.share import shared_out
        def work(k):
            time.sleep(0.02)
            return os.getpid()
        print(os.getpid() in shared_out(work, 20, workers=2), len(set(shared_out(work, 20, workers=2))))
        print(set(shared_out(work, 20, workers=1)) == {os.getpid()})
    """)
    assert found.split() == ["False", "2", "True"]
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
    found = alone("""
        import multiprocessing, os, signal
        from detente.analysis.share import shared_out
        from detente.errors import TooLargeError
        def work(k):
            if k == 1:
                os.kill(os.getpid(), signal.SIGKILL)
        try:
            shared_out(work, 4, workers=2)
        except TooLargeError as error:
            print(error, multiprocessing.active_children())
    """)
    assert found.endswith("memory ran out []")


@linux
def test_an_interruption_ends_the_work() -> None:
    def interrupt(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shared_out(lambda k: k, 50, workers=2, progress=interrupt)
    assert not multiprocessing.active_children()


@linux
@pytest.mark.parametrize("sets_to", [0, 1])
def test_what_an_argument_stands_on_whatever_the_workers(sets_to: int) -> None:
    found = alone(f"""
        import detente, os
        from detente.analysis import why as module
        from detente.analysis.claims import check
        from detente.analysis.share import shared_out
        used = []
        def watched(work, n, **rule):
            used.append(rule["workers"])
            return shared_out(work, n, **rule)
        module.WORTH_SHARING, module.shared_out = 0, watched
        argument = check(detente.library("shared_river"))
        alone, together = (module.why(argument, sets_to={sets_to}, workers=w).to_dict() for w in (1, 2))
        print(alone == together, any(claim["needs"] for claim in alone["claims"]), used)
    """)
    assert found == f"True True [1, 1, 2, {2 if sets_to else 1}]"  # without sets nothing is left to share
