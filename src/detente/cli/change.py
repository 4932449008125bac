"""The command about what would have to be preferred."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.common import Format, FormatOption, ModelArgument, ReadingOption, emit, load, progress, several
from detente.errors import UsageError


def change(
    model: ModelArgument,
    target: Annotated[str, typer.Option("--target", "-t", help="A state's number or label, or an outcome.")],
    concept: Annotated[
        str, typer.Option("--concept", "-c", help="nash, gmr, smr, seq or sseq: what 'can hold' means.")
    ] = "seq",
    keep: Annotated[
        list[str] | None, typer.Option("--keep", "-k", help="A party whose ranking stays; may be repeated or a,b.")
    ] = None,
    reading: ReadingOption = None,
    counting: Annotated[
        bool, typer.Option("--count", help="How many strict rankings of the free parties do it, instead.")
    ] = False,
    most: Annotated[int, typer.Option("--all", min=1, help="List up to so many smallest changes.")] = 1,
    allow_ties: Annotated[
        bool, typer.Option("--allow-ties", help="A ranking without ties may get some; others may in any case.")
    ] = False,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0, help="For seq and sseq: search so long, then give the proven bound.")
    ] = 60.0,
    form: FormatOption = Format.table,
) -> None:
    """What parties would have to prefer so that a wished state can hold: the smallest change, with proof."""
    from detente.report.change import change_view, count_view

    kept = several(keep) or []
    if counting:
        from detente.analysis.inverse_count import count as run_count

        if most > 1 or allow_ties:
            raise UsageError("--count counts strict rankings; leave out --all and --allow-ties, or --count")
        number = run_count(load(model), target, concept, keep=kept, reading=reading)
        emit(form, table=lambda: count_view(number), data=number.to_dict, frame=number.to_frame)
        return
    from detente.analysis.inverse import change as run

    conflict = load(model)
    with progress("states", worthwhile=True) as report:
        found = run(
            conflict,
            target,
            concept,
            keep=kept,
            reading=reading,
            allow_ties=allow_ties,
            most=most,
            seconds=seconds,
            progress=report,
        )
    emit(form, table=lambda: change_view(found), data=found.to_dict, frame=found.to_frame)
