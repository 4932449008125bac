"""How much faster two are than one: processes on this machine, and workers of a dask cluster started for it.

``python -m bench.scaling KIND NUMBER`` prints the figures of one run.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.table import Table

from bench import models

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("process", "dask worker")
WORLDS = 300_000
Figures = dict[str, Any]


def run_rows() -> dict[str, Figures]:
    """Measure each kind with one and with two, in fresh processes."""
    return {
        f"{n} {kind}{'' if n == 1 else 'es' if kind == 'process' else 's'}": _row(kind, n)
        for kind in KINDS
        for n in (1, 2)
    }


def table(rows: dict[str, Figures]) -> Table:
    """Return how long each took, and how many times as fast it was as one of its kind."""
    result = Table(title=f"{WORLDS:,} drawn worlds of 363 states, five concepts, side by side")
    for name in ("who", "different worlds", "seconds", "x one", "whole run"):
        result.add_column(name, justify="left" if name == "who" else "right")
    one = 0.0
    for who, figures in rows.items():
        if "failed" in figures:
            result.add_row(who, f"failed: {figures['failed']}")
            continue
        seconds = figures["seconds"]
        one = seconds if who.startswith("1 ") else one
        times = f"{one / seconds:.2f}" if one else ""
        result.add_row(who, f"{figures['different']:,}", f"{seconds:.2f}", times, f"{figures['whole']:.2f}")
    answers = {figures["digest"] for figures in rows.values() if "digest" in figures}
    result.caption = "All gave the same answer." if len(answers) == 1 else "[red]The answers differ.[/red]"
    return result


def _row(kind: str, n: int) -> Figures:
    if kind == "dask worker" and find_spec("distributed") is None:
        return {"failed": "dask is not installed"}
    command = [sys.executable, "-m", "bench.scaling", kind, str(n)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit {done.returncode}"}
    figures: Figures = json.loads(done.stdout)
    return figures


def measure(kind: str, n: int) -> Figures:
    """Examine worlds with so many processes or workers. Return the seconds from the first answer to the last."""
    from detente.analysis.robust import robust
    from detente.language.load import loads

    conflict = loads(models.uncertain_file())
    seen: list[tuple[float, int]] = []

    def note(done: int, total: int) -> None:
        seen.append((time.perf_counter(), done))

    with ExitStack() as stack:
        where: Any = {"workers": n} if kind == "process" else {"cluster": stack.enter_context(cluster(n))}
        begin = time.perf_counter()
        found = robust(conflict, worlds=WORLDS, concepts=["nash", "gmr", "smr", "seq", "sseq"], progress=note, **where)
        whole = time.perf_counter() - begin
    seconds = seen[-1][0] - seen[0][0]
    return {"different": seen[-1][1], "seconds": seconds, "whole": whole, "digest": hash_of(found.to_dict())}


def hash_of(data: Any) -> str:
    """Return a short digest of an answer, to see that all are the same."""
    import hashlib

    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


@contextmanager
def cluster(n: int) -> Iterator[str]:
    """Start a scheduler and so many workers of one thread each on this machine; give the address."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        said = Path(folder) / "scheduler.json"

        def start(*given: str) -> None:
            command = [sys.executable, "-m", "dask", *given, "--host", "127.0.0.1", "--no-dashboard"]
            quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            process = subprocess.Popen(command, cwd=folder, **quiet)
            stack.callback(process.wait)
            stack.callback(process.kill)

        start("scheduler", "--port", "0", "--scheduler-file", str(said))
        deadline = time.monotonic() + 60
        while not said.exists() or not said.read_text():
            if time.monotonic() > deadline:
                raise TimeoutError("the scheduler did not start")
            time.sleep(0.05)
        address: str = json.loads(said.read_text())["address"]
        for _ in range(n):
            start("worker", address, "--nthreads", "1", "--no-nanny")
        from distributed import Client

        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(n, timeout=60)
        yield address


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
