"""The command about uncertain premises."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from detente.cli.common import (
    ClaimOption,
    Format,
    FormatOption,
    LangOption,
    ModelArgument,
    emit,
    load,
    note,
    save,
    several,
)
from detente.cli.common import progress as progress_bar
from detente.errors import UsageError

INTERRUPTED = 130


def robust(
    model: ModelArgument,
    worlds: Annotated[
        int, typer.Option("--worlds", min=1, help="Examine every world if there are no more; else draw so many.")
    ] = 2_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the draw: the same seed draws the same worlds.")] = 0,
    concept: Annotated[
        list[str] | None,
        typer.Option("--concept", "-c", help="For outcomes: nash,seq by default; may be repeated or a,b."),
    ] = None,
    claim: ClaimOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A new folder for the answers of every world, as Parquet.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out, if it is there.")] = False,
    chunk: Annotated[
        int | None,
        typer.Option("--chunk", min=1, help="Worlds in one file of --out; the default makes about 100 files."),
    ] = None,
    shake: Annotated[
        int,
        typer.Option(
            "--shake",
            min=0,
            help="In every list of preferences one of the first N places may change with the next; in half of the "
            "worlds a list stands as written.",
        ),
    ] = 0,
    concepts_as_factors: Annotated[
        bool,
        typer.Option("--concepts-as-factors", help="Ask claims under each --concept, in the same worlds."),
    ] = False,
    compare: Annotated[
        int | None,
        typer.Option(
            "--compare", min=0, help="So many drawn worlds are compared, for the totals; up to 1,000 if not said."
        ),
    ] = None,
    search: Annotated[
        int,
        typer.Option("--search", min=0, help="Where worlds are drawn: more to examine for what turns a verdict."),
    ] = 2_000,
    svg: Annotated[Path | None, typer.Option("--svg", help="Also write tornado charts to this file.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file of --svg if it is there.")] = False,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes; one for each core.")] = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ADDRESS", help="Use the workers of a dask scheduler, as tcp://host:8786."),
    ] = None,
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """How much hangs on uncertain premises: in what share of the worlds they leave open something holds."""
    from detente.analysis.robust import robust as run
    from detente.report.robust import robust_view

    conflict = load(model)
    if svg is not None and svg.exists() and not force:
        raise UsageError(f"{svg} exists already; --force replaces it")
    if svg is not None and not svg.parent.is_dir():
        raise UsageError(f"{svg} cannot be written: there is no folder {svg.parent}")
    try:
        with progress_bar("worlds", worthwhile=True, rate=True) as report:
            found = run(
                conflict,
                worlds=worlds,
                seed=seed,
                concepts=several(concept),
                claims=several(claim),
                workers=workers,
                cluster=cluster,
                out=out,
                resume=resume,
                chunk=chunk,
                shake=shake,
                concepts_as_factors=concepts_as_factors,
                compared=compare,
                search=search,
                progress=report,
            )
    except KeyboardInterrupt:
        if out is None or not out.is_dir():
            raise
        note(f"detente: interrupted; {shlex.quote(str(out))} keeps what was done, and --resume goes on from there")
        sys.exit(INTERRUPTED)
    if svg is not None:
        from detente.report.speech import speaking
        from detente.report.tornado import tornado_svg

        with speaking(lang):
            save(svg, tornado_svg(found), force=force)
        note(f"wrote {svg}")
    emit(form, lang=lang, table=lambda: robust_view(found), data=found.to_dict, frame=found.to_frame)
