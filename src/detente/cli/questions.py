"""Commands that answer a question about a conflict."""

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
    SanctionsOption,
    emit,
    load,
    pairs,
    progress,
    several,
    width,
)
from detente.errors import UsageError

LARGE = 1 << 18


def analyze(
    model: ModelArgument,
    form: FormatOption = Format.table,
    reading: Annotated[list[str] | None, typer.Option("--reading", "-r", help="Only these readings.")] = None,
    concept: ConceptOption = None,
    behaviour: Annotated[
        list[str] | None, typer.Option("--behaviour", help="A concept for each party: us=seq,russia=nash.")
    ] = None,
    sanctions: SanctionsOption = "legal",
    everything: Annotated[bool, typer.Option("--all", help="List every equilibrium, however many.")] = False,
    tableau: Annotated[
        bool, typer.Option("--tableau", help="The classic tableau: ranking, improvements, r/s/u.")
    ] = False,
    lang: LangOption = "en",
) -> None:
    """Which states can hold: every reading, every concept."""
    from detente.analysis.analyze import analyze as run
    from detente.graph.graph import Graph
    from detente.report.tableau import tableau_view
    from detente.report.terminal import analysis_view, model_head

    if tableau and form is not Format.table:
        raise UsageError("--tableau is a form of the table; leave out --format, or --tableau")
    conflict = load(model)
    graph = Graph(conflict)
    with progress("analysing", worthwhile=graph.n_states >= LARGE) as report:
        result = run(
            conflict,
            readings=several(reading),
            concepts=several(concept),
            sanctions=sanctions,  # type: ignore[arg-type]
            behaviour=pairs(behaviour, "party=concept") or None,
            graph=graph,
            progress=report,
        )

    def table():  # type: ignore[no-untyped-def]
        if not tableau:
            yield from analysis_view(result, everything=everything)
            return
        yield from model_head(graph)
        keys = several(concept) or ["seq"]
        for item in result.readings.values():
            for key in keys:
                yield from tableau_view(item, key, width())

    emit(form, lang=lang, table=table, data=result.to_dict, frame=result.to_frame, n_states=graph.n_states)


def explain(
    model: ModelArgument,
    state: Annotated[str, typer.Option("--state", "-s", help="A state's number or label, or status_quo.")],
    dm: Annotated[str | None, typer.Option("--dm", help="Only this decision maker.")] = None,
    concept: ConceptOption = None,
    reading: ReadingOption = None,
    sanctions: SanctionsOption = "legal",
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """Why a state is stable or not: every improvement, and the sanction that meets it or that none does."""
    from detente.analysis.explain import explain as run
    from detente.graph.graph import Graph
    from detente.report.terminal import explanation_view

    conflict = load(model)
    graph = Graph(conflict)
    with progress("explaining", worthwhile=graph.n_states >= LARGE) as report:
        result = run(
            conflict,
            state,
            dm=dm,
            concepts=several(concept),
            reading=reading,
            sanctions=sanctions,  # type: ignore[arg-type]
            graph=graph,
            progress=report,
        )

    def frame():  # type: ignore[no-untyped-def]
        found = result.to_frame()
        if found.empty:
            found = found.reindex(columns=["decision_maker", "concept", "stable", "improvement", "met", "sanction"])
        found.insert(0, "number", result.state + 1)
        return found

    emit(form, lang=lang, table=lambda: explanation_view(result), data=result.to_dict, frame=frame)


def paths(
    model: ModelArgument,
    to: Annotated[str, typer.Option("--to", "-t", help="A state's number or label, or an outcome.")],
    start: Annotated[str, typer.Option("--from", help="A state's number or label, or status_quo.")] = "status_quo",
    by: Annotated[list[str] | None, typer.Option("--by", help="moves, improvements or alone; all by default.")] = None,
    reading: ReadingOption = None,
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """Shortest legal paths from a state to a state or outcome, and who moves first."""
    from detente.analysis.paths import WAYS
    from detente.analysis.paths import paths as run
    from detente.report.terminal import paths_view

    ways = several(by) or WAYS
    result = run(load(model), start, to, by=ways, reading=reading)  # type: ignore[arg-type]
    emit(form, lang=lang, table=lambda: paths_view(result), data=result.to_dict, frame=result.to_frame)


def coalitions(
    model: ModelArgument,
    coalition: Annotated[
        list[str] | None,
        typer.Option("--coalition", help="A coalition of the model, or members joined by '+'; may be repeated."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every coalition of two or more.")] = False,
    universal: Annotated[
        bool, typer.Option("--universal", help="Also states that are stable for every coalition.")
    ] = False,
    only: Annotated[
        bool, typer.Option("--improvements", help="Joint improvements alone: for models of very many states.")
    ] = False,
    reading: ReadingOption = None,
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """Joint improvements, and states stable for a coalition as a whole."""
    from detente.analysis.coalitions import coalitions as run
    from detente.graph.graph import Graph
    from detente.report.coalitions import coalitions_view

    conflict = load(model)
    graph = Graph(conflict)
    names = [name.split("+") if "+" in name else name for name in several(coalition) or []] or None
    with progress("coalitions", worthwhile=graph.n_states >= 500) as report:
        result = run(
            conflict,
            reading=reading,
            names=names,
            all_coalitions=every,
            universal=universal,
            concepts=() if only else None,
            graph=graph,
            progress=report,
        )
    frames = graph.n_states if form is Format.csv else 0
    emit(
        form,
        lang=lang,
        table=lambda: coalitions_view(result),
        data=result.to_dict,
        frame=result.to_frame,
        n_states=frames,
    )


def means(
    model: ModelArgument,
    limit: Annotated[list[str] | None, typer.Option("--limit", help="Only this limit; may be repeated.")] = None,
    state: Annotated[str, typer.Option("--state", "-s", help="A state's number, or status_quo.")] = "status_quo",
    stop: Annotated[
        list[str] | None,
        typer.Option("--stop", help="Only what stopping this option frees; may be repeated or a,b."),
    ] = None,
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """Many theatres, one purse: what each option takes of a limit, what stopping it frees, and who would use that."""
    from detente.analysis.means import means as run
    from detente.report.means import means_view

    found = run(load(model), state=state, limits=limit, stops=several(stop))
    emit(form, lang=lang, table=lambda: means_view(found), data=found.to_dict, frame=found.to_frame)


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="MODEL[@variant][@reading][:concept]")],
    b: Annotated[str, typer.Argument(metavar="B", help="MODEL[@variant][@reading][:concept]")],
    everything: Annotated[bool, typer.Option("--all", help="List every state that differs, however many.")] = False,
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """Two models, readings or concepts side by side: what changes, and which premises differ."""
    from detente.analysis.compare import compare as run
    from detente.analysis.compare import side, split_side
    from detente.language.load import Models
    from detente.report.comparison import comparison_view

    models = Models()
    sides = []
    for given in (a, b):
        called, concept = split_side(given)
        conflict, reading = models.load_side(called)
        called = called.removesuffix(f"@{reading}") if reading else called
        called = f"-{called}" if called.startswith("@") else called
        sides.append(side(conflict, called, reading, concept))
    result = run(*sides)
    emit(
        form,
        lang=lang,
        table=lambda: comparison_view(result, everything=everything),
        data=result.to_dict,
        frame=result.to_frame,
    )


def states(
    model: ModelArgument,
    reading: ReadingOption = None,
    where: Annotated[str | None, typer.Option("--where", "-w", help="Only states that satisfy this formula.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="List every state and rank, however many.")] = False,
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """The option table, each party's ranking, and which statements each state satisfies."""
    from detente.analysis.states import states as run
    from detente.report.states import states_view

    result = run(load(model), reading=reading, where=where)
    emit(
        form,
        lang=lang,
        table=lambda: states_view(result, width(), everything=everything),
        data=result.to_dict,
        frame=result.to_frame,
        n_states=len(result.shown),
    )
