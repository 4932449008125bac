"""Commands about model files: check, convert, start a new one, list the built-in ones."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from detente.cli.common import Format, FormatOption, LangOption, ModelArgument, emit, load, note, program, save, show
from detente.errors import ModelError, UsageError


def validate(
    model: ModelArgument,
    form: FormatOption = Format.table,
    strict: Annotated[bool, typer.Option("--strict", help="End with status 1 when there are warnings.")] = False,
    lang: LangOption = "en",
) -> None:
    """Check a model: every error with its place, and warnings about what is legal but suspicious."""
    from detente.analysis.validate import validate as run
    from detente.report.validation import error_frame, errors_of, found_errors, validation_view

    try:
        conflict = load(model)
        result = run(conflict)
    except ModelError as error:
        if form is not Format.table:
            data = {"errors": errors_of(error)}
            emit(form, lang=lang, table=list, data=lambda: data, frame=lambda: error_frame(data["errors"]))
        raise
    wrong = found_errors(result, conflict)
    data = {"errors": errors_of(wrong) if wrong else []}
    emit(
        form,
        lang=lang,
        table=lambda: validation_view(result),
        data=lambda: {**data, **result.to_dict()},
        frame=result.to_frame,
    )
    if wrong:
        raise wrong
    if strict and result.warnings:
        raise typer.Exit(1)


def convert(
    source: Annotated[str, typer.Argument(metavar="IN", help="A model, as for the other commands.")],
    target: Annotated[str, typer.Argument(metavar="OUT", help="A .yaml, .json or .gmcr file, or '-' with --to.")],
    to: Annotated[str | None, typer.Option("--to", help="yaml, json or gmcr, where OUT does not say.")] = None,
    reading: Annotated[str | None, typer.Option("--reading", "-r", help="For .gmcr: the lenses to write.")] = None,
    lossy: Annotated[
        bool, typer.Option("--lossy", help="For .gmcr: leave out reasons, sources, outcomes and the like.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT if it exists.")] = False,
) -> None:
    """Convert between YAML, JSON and .gmcr; what the target cannot say is refused, never dropped."""
    from detente.language.write import convert as run

    kind = (to or Path(target).suffix.lstrip(".")).lower().replace("yml", "yaml")
    if kind not in ("yaml", "json", "gmcr"):
        raise UsageError(
            f"cannot tell the format of {target!r}; expected a name ending in .yaml, .json or .gmcr, or --to"
        )
    content = run(load(source), kind, reading=reading, lossy=lossy)  # type: ignore[arg-type]
    if target == "-":
        sys.stdout.write(content)
    else:
        save(Path(target), content, force=force)
        note(f"wrote {target}")


def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it; '-' for standard output.")],
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it exists.")] = False,
) -> None:
    """Write a commented template of a model."""
    from importlib.resources import files

    template = files("detente.language").joinpath("template.yaml").read_text("utf-8")
    if str(file) == "-":
        print(template, end="")
        return
    save(file, template, force=force)
    note(f"wrote {file}; try: detente analyze {file}")


def schema() -> None:
    """Print the JSON Schema of the model language, for editors."""
    from detente.language.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def list_library(form: FormatOption = Format.table, lang: LangOption = "en") -> None:
    """List the built-in conflicts."""
    from detente.library.index import catalogue
    from detente.report.terminal import library_view

    def frame():  # type: ignore[no-untyped-def]
        import pandas as pd

        return pd.DataFrame(catalogue()).set_index("name")

    emit(form, lang=lang, table=lambda: library_view(catalogue()), data=catalogue, frame=frame)


def demo(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The conflict to show.")] = "peace_delusion",
    reading: Annotated[str | None, typer.Option("--reading", "-r", help="Only this reading.")] = None,
    concept: Annotated[str, typer.Option("--concept", "-c", help="The concept that 'why' is told under.")] = "seq",
    lang: LangOption = "en",
) -> None:
    """Tour a conflict: who can do what, the outcomes, what can hold, and why."""
    from detente.report.tour import tour

    show(tour(load(model), model, reading, concept, program()), lang)
