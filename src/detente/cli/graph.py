"""The command that draws the graph of a conflict."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from detente.cli.common import Format, LangOption, ModelArgument, ReadingOption, emit, load, note, save
from detente.errors import UsageError


class GraphFormat(StrEnum):
    """How a graph is written."""

    table = "table"
    svg = "svg"
    json = "json"
    csv = "csv"


def graph(
    model: ModelArgument,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write a drawing: FILE.svg, or FILE.png.")
    ] = None,
    reading: ReadingOption = None,
    concept: Annotated[
        str, typer.Option("--concept", "-c", help="The concept under which states that hold are marked.")
    ] = "seq",
    all_moves: Annotated[
        bool | None,
        typer.Option(
            "--all-moves/--improvements",
            help="Draw moves that are no improvements too, or not; by default where there are few.",
        ),
    ] = None,
    focus: Annotated[
        str | None,
        typer.Option("--focus", metavar="STATE", help="Only what is one move from this state: a number or label."),
    ] = None,
    most: Annotated[
        int | None,
        typer.Option(
            "--most", min=1, help="Above so many states, 60 if not said, those that fare alike are drawn as one."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file of --out if it is there.")] = False,
    form: Annotated[
        GraphFormat, typer.Option("--format", "-f", help="table, or svg, json or csv on standard output.")
    ] = GraphFormat.table,
    lang: LangOption = "en",
) -> None:
    """The state graph: moves by who makes them, improvements, the status quo, and what can hold; as SVG or PNG."""
    from detente.analysis.picture import STILL
    from detente.analysis.picture import picture as run

    if out is not None:
        _check(out, form, force)
    found = run(load(model), reading=reading, concept=concept, most=STILL if most is None else most, focus=focus)
    if out is None and form is not GraphFormat.svg:
        from detente.report.picture import picture_view

        emit(Format(form.value), lang=lang, table=lambda: picture_view(found), data=found.to_dict, frame=found.to_frame)
        return
    from detente.report.figures.state_graph import state_graph_svg
    from detente.report.figures.svg import standalone
    from detente.report.speech import speaking

    with speaking(lang):
        drawing = standalone(state_graph_svg(found, all_moves=all_moves))
    if out is None:
        sys.stdout.write(drawing)
        return
    if out.suffix.lower() == ".png":
        from detente.report.figures.raster import png

        save(out, png(drawing), force=force)
    else:
        save(out, drawing, force=force)
    note(f"wrote {out}")


def _check(out: Path, form: GraphFormat, force: bool) -> None:
    """Refuse, before any work, what cannot be written. Raises UsageError."""
    if out.suffix.lower() not in (".svg", ".png"):
        raise UsageError(f"{out} is neither .svg nor .png; --format json and csv write to standard output")
    if form not in (GraphFormat.table, GraphFormat.svg):
        raise UsageError(f"--out writes a drawing, and --format {form} is none")
    if out.exists() and not force:
        raise UsageError(f"{out} exists already; --force replaces it")
    if not out.parent.is_dir():
        raise UsageError(f"{out} cannot be written: there is no folder {out.parent}")
