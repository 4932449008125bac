"""Long questions, each asked in a process of its own that tells how far it is and can be stopped."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Literal

from detente.errors import DetenteError

Question = Literal["robust", "change", "reasons"]
State = Literal["running", "done", "stopped", "failed"]

EVERY = 0.1
"""Seconds between two reports of progress."""


@dataclass
class Job:
    """A question that is being answered, or was.

    ``result`` is there once it is ``done``; ``trouble`` says why it ``failed``.
    """

    question: Question
    digest: str
    asked: Mapping[str, Any]
    state: State = "running"
    done: int = 0
    total: int = 0
    result: Any = None
    trouble: str = ""
    begun: float = field(default_factory=time.monotonic)
    took: float = 0.0
    _process: Any = None
    _pipe: Connection | None = None

    def poll(self) -> None:
        """Take what the process has told since the last time."""
        if self.state != "running" or self._pipe is None:
            return
        try:
            while self._pipe.poll():
                kind, value = self._pipe.recv()
                if kind == "progress":
                    self.done, self.total = value
                else:
                    self.result, self.trouble = (value, "") if kind == "done" else (None, value)
                    self._end("done" if kind == "done" else "failed")
                    return
        except (EOFError, OSError):
            self.trouble = "it ended without an answer; perhaps the memory was not enough"
            self._end("failed")

    def stop(self) -> None:
        """Stop it."""
        if self.state == "running":
            self._end("stopped")

    def _end(self, state: State) -> None:
        self.state, self.took = state, time.monotonic() - self.begun
        if self._pipe is not None:
            self._pipe.close()
        process, self._process = self._process, None
        if process is not None:
            if process.is_alive():
                try:
                    os.killpg(process.pid, signal.SIGTERM)  # with the processes that it began itself
                except (ProcessLookupError, PermissionError):
                    process.terminate()
            process.join(2)
            if process.is_alive():
                process.kill()
                process.join(2)
            process.close()


def begin(question: Question, text: str, kind: str, digest: str, asked: Mapping[str, Any]) -> Job:
    """Begin to answer a question about a model that is given as a text."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, question, text, kind, dict(asked)), daemon=False)
    process.start()
    theirs.close()
    return Job(question, digest, asked, _process=process, _pipe=mine)


def _work(pipe: Connection, question: Question, text: str, kind: str, asked: dict[str, Any]) -> None:
    """Answer a question, in the process that was begun for it."""
    os.setpgrp()
    last = [0.0]

    def progress(done: int, total: int) -> None:
        now = time.monotonic()
        if now - last[0] >= EVERY or done == total:
            last[0] = now
            pipe.send(("progress", (done, total)))

    try:
        pipe.send(("done", answer(question, text, kind, asked, progress)))
    except DetenteError as error:
        pipe.send(("failed", str(error)))
    except MemoryError:
        pipe.send(("failed", "the machine has too little memory for this"))
    except BrokenPipeError:  # nobody waits any more
        return
    except Exception as error:
        traceback.print_exc()
        words = f"it ended with an error, {type(error).__name__}: {error}; this is a defect of Détente"
        with suppress(BrokenPipeError):
            pipe.send(("failed", words))
    finally:
        pipe.close()


def answer(question: Question, text: str, kind: str, asked: Mapping[str, Any], progress: Any) -> Any:
    """Answer a question about a model. Raises DetenteError."""
    from detente.workbench.documents import conflict_of

    conflict = conflict_of(text, kind)
    if question == "robust":
        from detente.analysis.robust import robust

        return robust(conflict, progress=progress, **asked)
    if question == "change":
        from detente.analysis.change import changes

        return changes(conflict, progress=progress, workers=1, **asked)
    from detente.analysis.claims import check
    from detente.analysis.why import why

    return why(check(conflict), progress=progress, **asked)
