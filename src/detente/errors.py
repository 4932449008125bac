"""Everything that Détente refuses, as one small tree of exceptions.

``DetenteError`` is the root; catching it catches all that a caller can cause. A :class:`ModelError` carries every
problem found in a file, each with its place; nothing is reported one at a time.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text: 1-based line and column, and how many characters are meant."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: what was found, where, what was expected, and the nearest known name.

    ``path`` says where in the document's structure it is (``decision_makers.us.options``), for formats that have
    no useful lines.
    """

    message: str
    mark: Mark | None = None
    expected: str = ""
    nearest: str = ""
    path: str = ""

    def sentence(self) -> str:
        """Return the problem in one line, without its place."""
        text = self.message
        if self.expected:
            text += f"; expected {self.expected}"
        if self.nearest:
            text += f"; did you mean {self.nearest!r}?"
        return text


class DetenteError(Exception):
    """Root of all errors that a user of Détente can cause."""


class UsageError(DetenteError):
    """A command or function was asked for something that does not exist."""


class TooLargeError(DetenteError):
    """The model or request would not fit in memory; nothing was allocated."""


class ClusterError(DetenteError):
    """The machines that were to help cannot be reached, or fail."""


class CannotSayError(DetenteError):
    """The target format cannot express something in the model; nothing was written."""

    def __init__(self, target: str, reasons: Iterable[str]) -> None:
        self.target = target
        self.reasons = tuple(reasons)
        listed = "".join(f"\n  - {reason}" for reason in self.reasons)
        super().__init__(f"{target} cannot say everything in this model; nothing was written:{listed}")


class ModelError(DetenteError):
    """A model that cannot be used, with every problem found in it.

    Parameters
    ----------
    diagnostics : iterable of Diagnostic
    source : str
        What the model was read from, as shown before the line number.
    text : str
        The text it was read from, to show the line; may be empty.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], source: str = "model", text: str = "") -> None:
        self.diagnostics = tuple(diagnostics)
        self.source = source
        self.text = text
        super().__init__(self.render())

    def render(self) -> str:
        """Return all problems with file, line, column, the line itself and a caret under the place."""
        lines = self.text.splitlines()
        return "\n".join(_render_one(problem, self.source, lines) for problem in self.diagnostics)


def _render_one(problem: Diagnostic, source: str, lines: list[str]) -> str:
    place = printable(source)
    mark = problem.mark
    if mark is not None:
        place += f":{mark.line}:{mark.column}"
    elif problem.path:
        place += f": {printable(problem.path)}"
    head = f"{place}: {printable(problem.sentence())}"
    if mark is None or not 1 <= mark.line <= len(lines):
        return head
    line = lines[mark.line - 1].replace("\t", " ")
    begin, end = _window(len(line), mark.column - 1)
    before, after = "…" * (begin > 0), "…" * (end < len(line))
    at = len(before) + len(printable(line[begin : mark.column - 1]))
    shown = before + printable(line[begin:end]) + after
    caret = " " * at + "^" * max(1, min(mark.length, len(shown) - len(after) - at))
    return f"{head}\n    {shown}\n    {caret}"


def _window(length: int, at: int) -> tuple[int, int]:
    """Return which part of a line is shown when something is wrong at a place: all of it, or 110 characters."""
    begin = max(0, at - 60) if length > 110 else 0
    return begin, min(length, begin + 110)


def printable(text: str) -> str:
    """Return ``text`` with control characters (terminal escapes included) made visible."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the clause that names the known name nearest to ``word``, or an empty string when none is close."""
    near = nearest_name(word, known)
    return f"; did you mean {near!r}?" if near else ""


def nearest_name(word: str, known: Iterable[str]) -> str:
    """Return the known name most like ``word``, or the only one that ends with it after a dot, else an empty string."""
    names = list(known)
    lowered = {name.lower(): name for name in names}
    if word.lower() in lowered:
        return lowered[word.lower()]
    ending = [name for name in names if name.endswith(f".{word}")]
    if len(ending) == 1:
        return ending[0]
    found = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return found[0] if found else ""
