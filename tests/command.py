"""The command line in a process of its own, as its users start it.

Most of the time of a short command goes into loading the program. So a process that has loaded it stands by, and each
run is a fork of that one: its own streams, folder, environment and exit status, and nothing left of the run before.
Where processes cannot be forked, or something is asked that is settled when Python starts, the program is started anew.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

SECONDS = 120

_STAND_BY = """
import gc, importlib, json, os, pkgutil, signal, sys, traceback

import detente
import detente.cli.main
for package in ("analysis", "report", "language", "conflict", "graph", "stability"):
    for module in pkgutil.walk_packages(importlib.import_module(f"detente.{package}").__path__, f"detente.{package}."):
        importlib.import_module(module.name)
from detente.entry import run

def child(asked):
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.alarm(asked["seconds"])
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        at = os.open(asked[name], os.O_RDWR)
        os.dup2(at, number)
        os.close(at)
    sys.stdin = open(0, encoding="utf-8", closefd=False)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, errors="backslashreplace", buffering=1)
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    sys.argv = [os.path.join(os.path.dirname(detente.__file__), "__main__.py"), *asked["arguments"]]
    status = 0
    try:
        run()
    except SystemExit as ended:
        status = ended.code or 0
        if not isinstance(status, int):
            print(status, file=sys.stderr)
            status = 1
    except BaseException:
        traceback.print_exc()
        status = 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(status)

gc.freeze()
for line in sys.stdin:
    asked = json.loads(line)
    number = os.fork()
    if not number:
        child(asked)
    print(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), flush=True)
"""


def run(*arguments: str, text: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    around = {**os.environ, "COLUMNS": "100", **env}
    if not hasattr(os, "fork") or any(name.startswith(("PYTHON", "DETENTE_KERNELS")) for name in env):
        return started(*arguments, text=text, env=around)
    with tempfile.TemporaryDirectory() as place:
        streams = {name: Path(place, name) for name in ("stdin", "stdout", "stderr")}
        for stream in streams.values():
            stream.write_text("", "utf-8")
        streams["stdin"].write_bytes(text.encode("utf-8"))
        asked: dict[str, Any] = {"arguments": arguments, "env": around, "cwd": os.getcwd(), "seconds": SECONDS}
        standing_by = _standing_by()
        assert standing_by.stdin is not None
        assert standing_by.stdout is not None
        standing_by.stdin.write(json.dumps(asked | {name: str(path) for name, path in streams.items()}) + "\n")
        standing_by.stdin.flush()
        status = int(standing_by.stdout.readline())
        assert status != -14, f"no answer in {SECONDS} seconds: {arguments}"
        said = [streams[name].read_text("utf-8") for name in ("stdout", "stderr")]
    return subprocess.CompletedProcess(["detente", *arguments], status, *said)


def started(*arguments: str, text: str = "", env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the command line in a Python that is started for it."""
    return subprocess.run(
        [sys.executable, "-m", "detente", *arguments], input=text, capture_output=True, text=True, timeout=SECONDS,
        encoding="utf-8", env=env, check=False,
    )  # fmt: skip


@cache
def _standing_by() -> subprocess.Popen[str]:
    given = [sys.executable, "-c", _STAND_BY]
    process = subprocess.Popen(given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
    atexit.register(process.communicate)  # it ends when there is nothing more to read
    return process


def good(*arguments: str, text: str = "") -> str:
    """Run, expect success and silence on standard error, return standard output."""
    done = run(*arguments, text=text)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def bad(*arguments: str, text: str = "") -> str:
    """Run, expect status 2, nothing on standard output and no traceback; return standard error."""
    done = run(*arguments, text=text)
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    return done.stderr
