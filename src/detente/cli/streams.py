"""Standard input, output and error, also where they are closed, full or no longer read."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import IO, TextIO, cast

STOPPED = 141
"""The exit status when whoever read the output stopped reading: 128 + SIGPIPE, as of other programs in a pipe."""


class _Closed(io.TextIOBase):
    """Stands for standard output where there is none: writing to it fails as on any closed file."""

    def write(self, words: str) -> int:
        del words
        raise OSError(errno.EBADF, "standard output is closed")


def prepare() -> None:
    """Make the three streams usable whatever the caller of the process did to them."""
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = cast(TextIO, _Closed())
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (it stays open to the end)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def say(words: object) -> None:
    """Write a message to standard error; one that cannot be written is lost."""
    try:
        print(words, file=sys.stderr, flush=True)
    except OSError:
        _discard(sys.stderr)


def failed(error: OSError) -> int:
    """Say why reading or writing failed, unless nobody reads any longer. Return the exit status."""
    _discard(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return STOPPED
    place = f"{error.filename}: " if error.filename else "the answer could not be written: "
    say(f"detente: {place}{error.strerror or error}")
    return 2


def _discard(stream: IO[str]) -> None:
    """Let what is still to be written go nowhere, so that the end of the process does not fail on it."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except OSError:  # no descriptor: nothing is left to fail
        return
