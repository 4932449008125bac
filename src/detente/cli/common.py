"""What all commands share: consoles, formats, loading, saving."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.errors import DetenteError, TooLargeError, UsageError

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from detente.conflict import Conflict

MOST_STATES_OUT = 3_000_000

NO_TERMINAL = 110
"""The width of lines where there is no terminal that has one."""

NARROWEST = 40
"""Lines are written for at least this width; a narrower terminal wraps them."""

_BLANKS = re.compile(r" +((?:\x1b\[[0-9;]*m)*)$", re.MULTILINE)


class Format(StrEnum):
    """How output is written."""

    table = "table"
    json = "json"
    csv = "csv"


ModelArgument = Annotated[
    str,
    typer.Argument(metavar="MODEL", help="A .yaml, .json or .gmcr file, '-' for standard input, or a built-in name."),
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="table, or json or csv on standard output.")]
ClaimOption = Annotated[list[str] | None, typer.Option("--claim", help="Only these claims; may be repeated or a,b.")]
ReadingOption = Annotated[str | None, typer.Option("--reading", "-r", help="The reading (a choice of lenses).")]
ConceptOption = Annotated[
    list[str] | None, typer.Option("--concept", "-c", help="nash, gmr, smr, seq, sseq or sim; may be repeated or a,b.")
]


def _known_language(lang: str) -> str:
    """Return a language that there is. Raises UsageError."""
    from detente.report.speech import speaking

    with speaking(lang):
        return lang


LangOption = Annotated[
    str,
    typer.Option(
        "--lang",
        metavar="LANG",
        envvar="DETENTE_LANG",
        show_envvar=False,
        callback=_known_language,
        help="The language of what is told, en or de; else what DETENTE_LANG says. JSON and CSV stay as they are.",
    ),
]
"""For what the report tells; it goes on to :func:`emit` and :func:`show`."""


def _known_sanctions(given: str) -> str:
    from detente.stability.game import known_sanctions

    return known_sanctions(given)


SanctionsOption = Annotated[
    str,
    typer.Option(
        "--sanctions", callback=_known_sanctions, help="What opponents may do in reply: legal, once_each or single."
    ),
]


def width() -> int:
    """Return how wide lines may be: COLUMNS where it is a number, else the terminal's width, else 110."""
    given = os.environ.get("COLUMNS", "").strip()
    found = int(given[:5]) if given.isascii() and given.isdigit() else 0
    if not found and sys.stdout.isatty():
        try:
            found = os.get_terminal_size(sys.stdout.fileno()).columns
        except (OSError, ValueError):
            found = 0
    return max(found or NO_TERMINAL, NARROWEST)


def show(parts: Iterable[RenderableType], lang: str = "en") -> None:
    """Write an answer for people in a language, part by part, without blanks at the end of lines."""
    from rich.console import Console

    from detente.report.speech import speaking

    rest = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES")}
    console = Console(width=width(), highlight=False, markup=False, emoji=False, _environ=rest)
    with speaking(lang):
        for part in parts:
            with console.capture() as captured:
                console.print(part, crop=False)
            sys.stdout.write(_BLANKS.sub(r"\1", captured.get()))


def note(words: str) -> None:
    """Write a message to standard error."""
    print(words, file=sys.stderr)


def load(model: str) -> Conflict:
    """Load a model, as the commands take it."""
    from detente.language.load import load as load_model

    return load_model(model)


def several(values: Iterable[str] | None) -> list[str] | None:
    """Return repeated and comma-separated values as one list."""
    if not values:
        return None
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def pairs(values: Iterable[str] | None, what: str) -> dict[str, str]:
    """Return ``a=b,c=d`` as a mapping. Raises UsageError."""
    result = {}
    for word in several(values) or []:
        key, equals, value = word.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise UsageError(f"{word!r} is not {what}")
        result[key.strip()] = value.strip()
    return result


def emit(
    form: Format,
    *,
    table: Callable[[], Iterable[RenderableType]],
    data: Callable[[], Any],
    frame: Callable[[], Any],
    n_states: int = 0,
    lang: str = "en",
) -> None:
    """Write an answer in the form asked for, a table in a language.

    Raises
    ------
    TooLargeError
        JSON or CSV beyond reason.
    """
    if form is not Format.table and n_states > MOST_STATES_OUT:
        raise TooLargeError(
            f"this model has {n_states:,} states, and {form} would take gigabytes; it is written for at most "
            f"{MOST_STATES_OUT:,} states (the table has no such limit)"
        )
    if form is Format.json:
        json.dump(data(), sys.stdout, ensure_ascii=False, allow_nan=False)
        sys.stdout.write("\n")
    elif form is Format.csv:
        _tidy(frame()).to_csv(sys.stdout, index=False, lineterminator="\n")
    else:
        show(table(), lang)


def _tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table as CSV has it: states by ``number`` first, a label only where it says more, integers whole."""
    if frame.index.name is not None:
        frame = frame.reset_index()
    if "state" in frame and "number" in frame:
        same = frame["state"].astype(str).equals(frame["number"].astype(str))
        frame = frame.drop(columns="state") if same else frame.rename(columns={"state": "label"})
    whole = [name for name, column in frame.items() if column.dtype == "float64" and not (column.dropna() % 1).any()]
    return frame.astype(dict.fromkeys(whole, "Int64"))


def program() -> str:
    """Return what the user can type to run the program again."""
    called = Path(sys.argv[0])
    found = shutil.which("detente")
    if called == Path("detente") or (found and called.exists() and os.path.samefile(found, called)):
        return "detente"
    if called.name == "__main__.py":
        return f"{_shortest(Path(sys.executable))} -m detente"
    return _shortest(called)


def _shortest(path: Path) -> str:
    """Return a path as it is typed here: from the current folder where it lies below, quoted where it must be."""
    whole = Path(os.path.abspath(path))
    return shlex.quote(str(whole.relative_to(Path.cwd()) if whole.is_relative_to(Path.cwd()) else whole))


def save(path: Path, content: str | bytes, *, force: bool = False) -> None:
    """Write a file whole or not at all. Raises UsageError."""
    if path.exists() and not force:
        raise UsageError(f"{path} exists already; --force replaces it")
    data = content if isinstance(content, bytes) else content.encode()
    try:
        if path.exists() and not path.is_file():  # a device or a pipe is written to, not replaced
            path.write_bytes(data)
            return
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, delete=False) as file:
            file.write(data)
        os.chmod(file.name, 0o666 & ~_umask())
        os.replace(file.name, path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def progress(words: str, *, worthwhile: bool, rate: bool = False) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on standard error while long work runs, where standard error is a terminal.

    With ``rate`` it also says how many are done of how many, and how many a second. What is done already at the first
    report counts neither for that nor for the time that is left.
    """
    if not (worthwhile and sys.stderr.isatty()):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    counts = (TextColumn("{task.fields[counts]}"),) if rate else ()
    columns = (TextColumn("{task.description}"), BarColumn(), *counts, TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        task = bar.add_task(words, total=None, counts="")

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            speed = bar.tasks[0].speed
            pace = f" {speed:,.0f}/s" if speed and speed >= 10 else f" {speed:.2g}/s" if speed else ""
            bar.update(task, counts=f"{done:,}/{total:,}{pace}", refresh=True)

        yield report


__all__ = [
    "DetenteError",
    "Format",
    "emit",
    "load",
    "note",
    "pairs",
    "program",
    "progress",
    "save",
    "several",
    "show",
    "width",
]
