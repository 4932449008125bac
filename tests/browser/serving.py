"""The workbench as a process of its own, on a free port of this machine, killed in the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE = 60.0
"""Seconds; machines that run tests are busy."""


@dataclass
class Served:
    """A workbench that runs."""

    process: subprocess.Popen[str]
    url: str
    folder: Path
    state: Path

    @property
    def base(self) -> str:
        """Return the address without path and query."""
        found = urlsplit(self.url)
        return f"{found.scheme}://{found.netloc}"

    @property
    def port(self) -> int:
        """Return the port."""
        port = urlsplit(self.url).port
        assert port is not None
        return port

    def at(self, key: str) -> str:
        """Return the address of a model."""
        return f"{self.base}/model/{key}"

    def kill(self) -> None:
        """Kill the process (SIGKILL), and wait until it is gone."""
        self.process.kill()
        self.process.wait(timeout=PATIENCE)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@contextmanager
def serving(folder: Path, state: Path, *arguments: str, model: str = "") -> Iterator[Served]:
    """Start a workbench on a folder, or on a model in it; what is kept is in ``state``."""
    command = [sys.executable, "-m", "detente", "serve", model or str(folder), "--no-open", *arguments]
    environment = {**os.environ, "XDG_STATE_HOME": str(state), "PYTHONUNBUFFERED": "1"}
    log = (state.parent / f"{state.name}-{time.monotonic_ns()}.log").open("w+")
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, bufsize=1
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            log.seek(0)
            raise AssertionError(f"the workbench did not start: {log.read()}")
        yield Served(process, url, folder, state)
    finally:
        process.kill()
        process.wait(timeout=PATIENCE)
        if process.stdout is not None:
            process.stdout.close()
        log.close()
