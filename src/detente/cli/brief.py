"""The command that puts a conflict in brief."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli.common import Format, LangOption, ModelArgument, ReadingOption, emit, load, several

if TYPE_CHECKING:
    from rich.console import RenderableType


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
    lang: LangOption = "en",
) -> None:
    """A conflict in plain words: who wants what, what can hold, who is in the way, where the story goes."""
    from detente.analysis.brief import brief as run
    from detente.report.brief import brief_page
    from detente.report.page import terminal_parts
    from detente.report.parts import Document, Section
    from detente.report.speech import _, speaking
    from detente.report.writers.html import html_document

    conflict = load(model)
    found = run(conflict, concept=concept, outcomes=several(outcome), now=now, later=later, reading=reading)
    if form is PageFormat.html:
        with speaking(lang):
            section = Section("brief", _("In brief"), tuple(brief_page(found, model)[1:]))
            sys.stdout.write(html_document(Document(conflict.title, (section,), language=lang)))
        return

    def table() -> Iterator[RenderableType]:
        yield from terminal_parts(brief_page(found, model))

    emit(Format(form.value), lang=lang, table=table, data=found.to_dict, frame=found.to_frame)
