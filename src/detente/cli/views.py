"""The command about how parties and observers see a conflict."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.common import (
    ConceptOption,
    Format,
    FormatOption,
    LangOption,
    ModelArgument,
    ReadingOption,
    emit,
    load,
    several,
)


def views(
    model: ModelArgument,
    reading: ReadingOption = None,
    concept: ConceptOption = None,
    everything: Annotated[bool, typer.Option("--all", help="List every state, however many.")] = False,
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """Who sees the conflict otherwise than it is: what holds then, illusions, surprises, corrections."""
    from detente.analysis.hypergame import hypergame
    from detente.report.views import views_view

    found = hypergame(load(model), reading=reading, concepts=several(concept))
    emit(
        form,
        lang=lang,
        table=lambda: views_view(found, everything=everything),
        data=found.to_dict,
        frame=found.to_frame,
        n_states=found.graph.n_states,
    )
