"""The same runs on dask workers: real processes on this machine, of which one is killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.test_robust_runs import MODEL, answer, arguments, table

pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")

DOOMED = """
import os, signal
from detente.analysis import run_cluster

before, calls = run_cluster.timed, iter(range(100))

def timed(*given):
    if next(calls) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return before(*given)

run_cluster.timed = timed
"""
"""Loaded into a worker: it is killed over its third task."""

KILLING = """
import os, signal, sys
from detente.analysis.run_cluster import Cluster

before, calls, scheduler = Cluster.submit, iter(range(1000)), int(sys.argv[1])

def submit(*given):
    if next(calls) == 5:
        os.kill(scheduler, signal.SIGKILL)
    return before(*given)

Cluster.submit = submit
sys.argv = ["detente", *sys.argv[2:]]
from detente.entry import run
run()
"""
"""The program, which kills the scheduler before its sixth task."""


@contextmanager
def started(folder: Path, name: str, *given: str, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process of dask; killed at the end."""
    command = [sys.executable, "-m", "dask", *given, "--no-dashboard", "--host", "127.0.0.1"]
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **more)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    said = folder / "scheduler.json"
    with started(folder, "scheduler", "scheduler", "--port", "0", "--scheduler-file", str(said)) as process:
        deadline = time.monotonic() + 60
        while not said.exists() or not said.read_text():
            assert time.monotonic() < deadline
            assert process.poll() is None, (folder / "scheduler.log").read_text()
            time.sleep(0.05)
        yield json.loads(said.read_text())["address"], process


def worker(folder: Path, name: str, address: str, *more: str) -> Any:
    return started(folder, name, "worker", address, "--nthreads", "1", "--no-nanny", *more)


def run(given: list[str], **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "detente", *given], input=MODEL, capture_output=True, text=True, timeout=120, **more
    )


def test_one_worker_killed_and_then_the_scheduler(tmp_path: Path) -> None:
    out, again = tmp_path / "run", tmp_path / "again"
    (tmp_path / "doomed.py").write_text(DOOMED)
    with ExitStack() as stack:
        address, of_scheduler = stack.enter_context(scheduler(tmp_path))
        doomed = stack.enter_context(worker(tmp_path, "doomed", address, "--preload", str(tmp_path / "doomed.py")))
        stack.enter_context(worker(tmp_path, "other", address))
        wait_for(2, tmp_path)
        done = run(arguments(out, "--cluster", address))
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout) == answer()
        assert doomed.wait(timeout=10) == -signal.SIGKILL
        alone = tmp_path / "alone"
        answer(out=alone, chunk=8)
        assert table(out) == table(alone)

        given = [sys.executable, "-c", KILLING, str(of_scheduler.pid), *arguments(again, "--cluster", address)]
        done = subprocess.run(given, input=MODEL, capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"detente: the scheduler at {address} does not answer any longer\n", done.stderr
    assert answer(out=again, resume=True) == answer()


def wait_for(n: int, folder: Path) -> None:
    """Wait until so many workers have registered."""
    deadline = time.monotonic() + 60
    while sum(path.read_text().count("Registered to") for path in folder.glob("*.log")) < n:
        assert time.monotonic() < deadline, [path.read_text() for path in folder.glob("*.log")]
        time.sleep(0.05)


def test_where_there_is_no_scheduler(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]  # bound, and nobody listens
        for address, words in (
            (f"tcp://127.0.0.1:{port}", "no scheduler answers at"),
            ("banana", "'banana' is no address of a scheduler"),
        ):
            done = run(arguments(tmp_path / "run", "--cluster", address))
            assert (done.returncode, done.stdout) == (2, "")
            assert words in done.stderr
            assert done.stderr.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_a_worker_that_never_answers_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    from detente.analysis import run_cluster
    from detente.errors import ClusterError

    class Silent:
        """A scheduler with one worker, and all that it is given."""

        def submit(self, *given: Any, **more: Any) -> Silent:
            return self

        def nthreads(self) -> dict[str, int]:
            return {"tcp://worker": 1}

        def result(self, timeout: float) -> None:
            raise TimeoutError

    silent: Any = Silent()
    question: Any = None
    cluster = run_cluster.Cluster(silent, "tcp://scheduler", question)
    times = iter(range(0, 1 << 30, 60))
    monkeypatch.setattr(run_cluster.time, "monotonic", lambda: next(times))
    with pytest.raises(ClusterError, match="a worker of tcp://scheduler has not answered for 30 minutes"):
        cluster.submit(None).result()  # type: ignore[arg-type]
    assert 1_800 < next(times) < 10_000


def test_without_dask_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "distributed.py").write_text("raise ImportError('hidden')\n")
    done = run(
        arguments(tmp_path / "run", "--cluster", "tcp://127.0.0.1:1"), env=os.environ | {"PYTHONPATH": str(tmp_path)}
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "detente: --cluster needs dask, which is not installed; pip install 'detente[cluster]' brings it\n"
    )
