"""The command about a conflict's relations."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from detente.cli.common import (
    Format,
    FormatOption,
    LangOption,
    ModelArgument,
    ReadingOption,
    SanctionsOption,
    emit,
    load,
)
from detente.errors import UsageError


def relations(
    model: ModelArgument,
    at: Annotated[
        str | None, typer.Option("--at", help="The day, such as 2022-02-24; the latest of the model by default.")
    ] = None,
    rapprochement: Annotated[
        str | None,
        typer.Option("--rapprochement", help="What if two nodes came to a level: A,B=LEVEL; A,B alone means 1."),
    ] = None,
    attitudes: Annotated[
        bool, typer.Option("--attitudes", help="Also what holds when parties care for what others want.")
    ] = False,
    threshold: Annotated[
        float, typer.Option("--threshold", help="With --attitudes: from which level, either way, a relation counts.")
    ] = 0.5,
    reading: ReadingOption = None,
    sanctions: SanctionsOption = "legal",
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """Who is whose ally or adversary: is the web balanced, which ties are under strain, when did they turn."""
    from detente.analysis.relational import relational_equilibria
    from detente.analysis.relations import relations as run
    from detente.report.relations import attitudes_view, relations_view

    conflict = load(model)
    change = None if rapprochement is None else _rapprochement(rapprochement)
    if not attitudes and reading is not None:
        raise UsageError("--reading has a meaning only with --attitudes: relations are the same in every reading")
    found = run(conflict, at=at, rapprochement=change) if conflict.relations or not attitudes else None
    if not attitudes and found is not None:
        result = found
        emit(form, lang=lang, table=lambda: relations_view(result), data=result.to_dict, frame=result.to_frame)
        return
    held = relational_equilibria(
        conflict,
        reading,
        threshold=threshold,
        at=at,
        rapprochement=change,
        sanctions=sanctions,  # type: ignore[arg-type]
    )

    def table():  # type: ignore[no-untyped-def]
        if found is not None:
            yield from relations_view(found)
        yield from attitudes_view(held, alone=found is None)

    def data() -> dict[str, Any]:
        return {**({} if found is None else found.to_dict()), "relational": held.to_dict()}

    emit(form, lang=lang, table=table, data=data, frame=held.to_frame)


def _rapprochement(given: str) -> tuple[str, str, float]:
    pair, equals, level = given.partition("=")
    names = [name.strip() for name in pair.split(",")]
    if len(names) != 2 or not all(names):
        raise UsageError(f"{given!r} is not two nodes and a level, such as us,russia=0.5")
    try:
        return names[0], names[1], float(level) if equals else 1.0
    except ValueError:
        raise UsageError(f"{level.strip()!r} is not a level; expected a number from -1 to 1") from None
