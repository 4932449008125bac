"""The command that writes a whole report into one file."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from detente.cli.common import LangOption, ModelArgument, ReadingOption, load, note, save, several


class ReportFormat(StrEnum):
    """How a report is written."""

    html = "html"
    md = "md"
    tex = "tex"
    xlsx = "xlsx"
    docx = "docx"


def report(
    model: ModelArgument,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write; - for standard output.")],
    form: Annotated[
        ReportFormat | None, typer.Option("--format", "-f", help="The kind of file; by default as its name ends.")
    ] = None,
    lang: LangOption = "en",
    run: Annotated[
        Path | None, typer.Option("--with", help="The folder of a kept run over worlds (detente robust --out).")
    ] = None,
    reading: ReadingOption = None,
    concept: Annotated[
        str, typer.Option("--concept", "-c", help="The concept that 'can hold' is meant under.")
    ] = "seq",
    why: Annotated[
        bool | None,
        typer.Option("--why/--no-why", help="On which premises each claim stands; by default where that is quick."),
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option("--change-target", help="Also what would have to change for this; may be repeated or a,b."),
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option("--figures", help="A folder for the figures as SVG, and as PNG where matplotlib is installed."),
    ] = None,
    tables_only: Annotated[bool, typer.Option("--tables-only", help="LaTeX: the tables alone, for a paper.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """The whole answer in one file to look at, print and send: opens from disk, needs no network."""
    from detente.analysis.dossier import dossier
    from detente.report.sections import report as made
    from detente.report.speech import speaking
    from detente.report.writers.files import Files

    files = Files.of(out, form, figures=figures, tables_only=tables_only)
    files.check(force=force)
    conflict = load(model)
    with _steps() as progress:
        found = dossier(
            conflict,
            concept=concept,
            reading=reading,
            with_reasons=why,
            robust_run=run,
            change_target=several(target),
            progress=progress,
        )
    with speaking(lang):
        document = made(found)
    if files.stdout:
        sys.stdout.buffer.write(files.written(document))
    for path, content in files.made(document):
        path.parent.mkdir(exist_ok=True)
        save(path, content, force=force)
        note(f"wrote {shlex.quote(str(path))}")
    if files.remark:
        note(files.remark)


@contextmanager
def _steps() -> Iterator[Callable[[str, int, int], object] | None]:
    """Say on a terminal which part is being made."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("report") as status:
        yield lambda part, done, total: status.update(f"{part} ({done + 1}/{total})")
