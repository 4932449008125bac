"""The command about what would have to change."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.common import Format, FormatOption, LangOption, ModelArgument, emit, load, progress, several
from detente.errors import UsageError


def change(
    model: ModelArgument,
    target: Annotated[
        list[str],
        typer.Option(
            "--target",
            "-t",
            help="A state's number or label, an outcome, claim:ID, or a durability such as lasting:OUTCOME; repeated: "
            "all together.",
        ),
    ],
    concept: Annotated[
        list[str] | None,
        typer.Option(
            "--concept", "-c", help="What 'can hold' means: nash, gmr, smr, seq, sseq or several a,b; seq by default."
        ),
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", "-k", help="A party that stays as it is; may be repeated or a,b.")
    ] = None,
    reading: Annotated[
        list[str] | None,
        typer.Option("--reading", "-r", help="The reading (a choice of lenses), or several a,b; the first by default."),
    ] = None,
    level: Annotated[
        str, typer.Option("--level", help="What may change: ranks, aims, guarantees, or all three in turn.")
    ] = "all",
    sets: Annotated[int, typer.Option("--sets", min=1, help="Aims and guarantees: sets of up to so many changes.")] = 3,
    borrow: Annotated[
        bool, typer.Option("--borrow", help="Aims: a party may take up statements that only others make.")
    ] = False,
    now: Annotated[str, typer.Option("--now", help="The reading that stands for now, for durabilities.")] = "tactical",
    later: Annotated[
        str, typer.Option("--later", help="The reading that stands for later, for durabilities.")
    ] = "strategic",
    counting: Annotated[
        bool, typer.Option("--count", help="How many strict rankings of the free parties do it, instead.")
    ] = False,
    most: Annotated[int, typer.Option("--all", min=1, help="Ranks: list up to so many smallest changes.")] = 1,
    allow_ties: Annotated[
        bool, typer.Option("--allow-ties", help="Ranks: one without ties may get some; others may in any case.")
    ] = False,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0, help="Search so long at each level, then say what is proven.")
    ] = 60.0,
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """What would have to change so that a wish comes true: in rankings, in aims, in what is secured, and in whom."""
    kept = several(keep) or []
    concepts = several(concept) or ["seq"]
    readings = several(reading)
    if counting:
        from detente.analysis.inverse_count import count as run_count
        from detente.report.change import count_view

        if most > 1 or allow_ties:
            raise UsageError("--count counts strict rankings; leave out --all and --allow-ties, or --count")
        if len(target) > 1 or len(concepts) > 1 or len(readings or []) > 1:
            raise UsageError("--count is for one target under one concept and one reading")
        one = readings[0] if readings else None
        number = run_count(load(model), target[0], concepts[0], keep=kept, reading=one)
        emit(form, lang=lang, table=lambda: count_view(number), data=number.to_dict, frame=number.to_frame)
        return
    from detente.analysis.change import changes as run
    from detente.report.changes import changes_view

    conflict = load(model)
    with progress("changes", worthwhile=True) as report:
        found = run(
            conflict,
            target,
            level=level,  # type: ignore[arg-type]
            concepts=concepts,
            readings=readings,
            keep=kept,
            sets=sets,
            borrow=borrow,
            now=now,
            later=later,
            allow_ties=allow_ties,
            most=most,
            seconds=seconds,
            progress=report,
        )
    emit(form, lang=lang, table=lambda: changes_view(found), data=found.to_dict, frame=found.to_frame)
