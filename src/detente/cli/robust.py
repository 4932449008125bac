"""The command about uncertain premises."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.common import ClaimOption, Format, FormatOption, ModelArgument, emit, load, several
from detente.cli.common import progress as progress_bar


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
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes; one for each core.")] = None,
    form: FormatOption = Format.table,
) -> None:
    """How much hangs on uncertain premises: in what share of the worlds they leave open something holds."""
    from detente.analysis.robust import robust as run
    from detente.report.robust import robust_view

    conflict = load(model)
    with progress_bar("worlds", worthwhile=True) as report:
        found = run(
            conflict,
            worlds=worlds,
            seed=seed,
            concepts=several(concept),
            claims=several(claim),
            workers=workers,
            progress=report,
        )
    emit(form, table=lambda: robust_view(found), data=found.to_dict, frame=found.to_frame)
