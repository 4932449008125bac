"""The command that puts a conflict in brief."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from detente.cli.common import Format, ModelArgument, ReadingOption, emit, load, several


class PageFormat(StrEnum):
    """How a page is written."""

    table = "table"
    json = "json"
    csv = "csv"
    html = "html"


def brief(
    model: ModelArgument,
    outcome: Annotated[
        list[str] | None, typer.Option("--outcome", "-o", help="Who is in the way of these outcomes.")
    ] = None,
    concept: Annotated[
        str, typer.Option("--concept", "-c", help="The concept that 'can hold' is meant under.")
    ] = "seq",
    now: Annotated[str | None, typer.Option("--now", help="The reading that stands for today.")] = None,
    later: Annotated[str | None, typer.Option("--later", help="The reading that stands for the long run.")] = None,
    reading: ReadingOption = None,
    form: Annotated[
        PageFormat, typer.Option("--format", "-f", help="table, or json, csv or html on standard output.")
    ] = PageFormat.table,
) -> None:
    """A conflict in plain words: who wants what, what can hold, who is in the way, where the story goes."""
    from detente.analysis.brief import brief as run
    from detente.report.brief import brief_page
    from detente.report.page import html_document, terminal_parts

    conflict = load(model)
    found = run(conflict, concept=concept, outcomes=several(outcome), now=now, later=later, reading=reading)
    page = brief_page(found, model)
    if form is PageFormat.html:
        sys.stdout.write(html_document(conflict.title, page))
        return
    emit(Format(form.value), table=lambda: terminal_parts(page), data=found.to_dict, frame=found.to_frame)
