"""Examples in the pages: finding them, and running ``detente`` commands where a page says so.

The pages are built and tested with the same code: what a reader sees is what the command printed at the build.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

WIDTH = "92"
"""Columns of the terminal that the pages show."""

_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,})(?P<info>.*)$")
_OPTION = re.compile(r"^:(?P<key>[\w-]+):\s*(?P<value>.*)$")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: ``kind`` is its language or, in braces, its directive."""

    page: str
    line: int
    kind: str
    argument: str
    options: dict[str, str]
    text: str


def blocks(path: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a Markdown page, in order."""
    lines = path.read_text("utf-8").split("\n")
    at = 0
    while at < len(lines):
        opening = _FENCE.match(lines[at])
        at += 1
        if opening is None:
            continue
        begin = at
        while at < len(lines) and lines[at].strip() != opening["fence"]:
            at += 1
        kind, _, argument = opening["info"].strip().partition(" ")
        body = lines[begin:at]
        options: dict[str, str] = {}
        while kind.startswith("{") and body and (option := _OPTION.match(body[0])):
            options[option["key"]] = option["value"].strip()
            body = body[1:]
        yield Block(path.name, begin + 1, kind, argument.strip(), options, "\n".join(body).strip("\n") + "\n")
        at += 1


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    status: int
    output: str
    messages: str


class Workplace:
    """A folder of its own in which the commands of one page run, one after another."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="detente-docs-")
        self.path = Path(self._folder.name)

    def write(self, name: str, text: str) -> None:
        """Put a file into the folder."""
        (self.path / name).write_text(text, "utf-8")

    def run(self, line: str) -> Outcome:
        """Run a command line: ``[NAME=value …] detente … [| detente …]``."""
        words = shlex.split(line)
        environment = {}
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            key, _, environment[key] = words.pop(0).partition("=")
        given, messages, status = "", "", 0
        output = ""
        for command in _split(words):
            if command[:1] != ["detente"]:
                raise ValueError(f"not a detente command: {line!r}")
            done = self._run_one(command, given, environment)
            status, output, given = done.status, done.output, done.output
            messages += done.messages
        return Outcome(status, output, messages)

    def _run_one(self, command: list[str], given: str, environment: dict[str, str]) -> Outcome:
        from detente.cli.main import run

        out, err, status = io.StringIO(), io.StringIO(), 0
        stdin = io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8")
        variables = {"COLUMNS": WIDTH, "TERM": "dumb", **environment}
        with (
            _inside(self.path),
            patch.dict(os.environ, variables),
            patch.object(sys, "argv", command),
            patch.object(sys, "stdin", stdin),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                run()
            except SystemExit as stop:
                status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        return Outcome(status, out.getvalue(), err.getvalue())

    def close(self) -> None:
        """Remove the folder."""
        self._folder.cleanup()

    def __enter__(self) -> Workplace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _split(words: list[str]) -> Iterator[list[str]]:
    command: list[str] = []
    for word in words:
        if word == "|":
            yield command
            command = []
        else:
            command.append(word)
    yield command


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def commands(text: str) -> list[str]:
    """Return the commands of a block: its lines that begin with ``$``."""
    return [line[1:].strip() for line in text.splitlines() if line.startswith("$")]


def pretty(text: str, width: int = 92) -> str:
    """Return JSON with one part a line, short parts together."""
    return "\n".join(_lines(json.loads(text), width))


def _lines(value: Any, width: int) -> list[str]:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (list, dict)) or len(flat) <= width or not value:
        return [flat]
    named = isinstance(value, dict)
    items = (
        [(f"{json.dumps(k, ensure_ascii=False)}: ", v) for k, v in value.items()] if named else [("", v) for v in value]
    )
    result = ["{" if named else "["]
    for number, (head, part) in enumerate(items, 1):
        first, *rest = _lines(part, width - 2 - len(head))
        inside = [f"  {head}{first}", *(f"  {line}" for line in rest)]
        inside[-1] += "," if number < len(items) else ""
        result += inside
    return [*result, "}" if named else "]"]
