"""Commands about a conflict's argument: its claims, and what lasts when lenses change."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.common import (
    ClaimOption,
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
    several,
)
from detente.cli.common import progress as progress_bar
from detente.errors import UsageError


def check(
    model: ModelArgument,
    claim: ClaimOption = None,
    why: Annotated[
        bool, typer.Option("--why", help="Also which premises each claim needs, and which sets of them end it.")
    ] = False,
    sets: Annotated[
        int, typer.Option("--sets", min=0, max=3, help="With --why: all breaking sets of so many; 0: single ones only.")
    ] = 1,
    sanctions: SanctionsOption = "legal",
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """Check the claims of a model: which follow from its premises, under which readings and concepts."""
    from detente.analysis.claims import check as run
    from detente.analysis.why import why as find_reasons
    from detente.report.argument import argument_view
    from detente.report.reasons import reasons_view

    conflict = load(model)
    with progress_bar("checking", worthwhile=True) as report:
        found = run(conflict, claims=several(claim), sanctions=sanctions, progress=report)  # type: ignore[arg-type]
    if why:
        with progress_bar("dropping premises", worthwhile=True) as report:
            reasons = find_reasons(found, sets_to=sets, progress=report)
        emit(form, lang=lang, table=lambda: reasons_view(reasons), data=reasons.to_dict, frame=reasons.to_frame)
    else:
        emit(form, lang=lang, table=lambda: argument_view(found), data=found.to_dict, frame=found.to_frame)
    if not found.holds:
        raise typer.Exit(1)


def durability(
    model: ModelArgument,
    now: Annotated[str, typer.Option("--now", help="The reading that stands for today.")] = "tactical",
    later: Annotated[str, typer.Option("--later", help="The reading that stands for the long run.")] = "strategic",
    every: Annotated[bool, typer.Option("--every-mix", help="Every combination of lenses.")] = False,
    state: Annotated[
        str | None, typer.Option("--state", "-s", help="What breaks this state, and what it survives.")
    ] = None,
    concept: ConceptOption = None,
    sanctions: SanctionsOption = "legal",
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """What lasts when lenses change: lasting, brittle, provisional, latent, conditional or untenable."""
    from detente.analysis.breaks import breaks
    from detente.analysis.durability import durability as run
    from detente.report.durability import breaks_view, durability_view

    conflict = load(model)
    with progress_bar("readings", worthwhile=True) as report:
        found = run(
            conflict,
            now=now,
            later=later,
            every_mix=every,
            concepts=several(concept),
            sanctions=sanctions,  # type: ignore[arg-type]
            progress=report,
        )
    if state is None:
        emit(form, lang=lang, table=lambda: durability_view(found), data=found.to_dict, frame=found.to_frame)
        return
    at = found.graph.find_state(state)
    results = [breaks(found, at, key) for key in found.held]

    def data():  # type: ignore[no-untyped-def]
        return {"breaks": [result.to_dict() for result in results]}

    emit(
        form,
        lang=lang,
        table=lambda: (line for result in results for line in breaks_view(result)),
        data=data,
        frame=lambda: results[0].to_frame(results),
    )


def evolve(
    model: ModelArgument,
    start: Annotated[
        str | None, typer.Option("--from", help="A state's number or label, or an outcome; the status quo by default.")
    ] = None,
    reading: ReadingOption = None,
    best: Annotated[bool, typer.Option("--best", help="Parties take only the improvements they like best.")] = False,
    joint: Annotated[
        bool, typer.Option("--joint", help="Joint improvements of the parties to each agreement are steps too.")
    ] = False,
    still: Annotated[bool, typer.Option("--without-nature", help="Nature does not move.")] = False,
    weight: Annotated[
        list[str] | None, typer.Option("--weight", help="Who moves how often: us=2,russia=1; 1 by default.")
    ] = None,
    error: Annotated[
        list[str] | None, typer.Option("--error", help="How often a party takes any move instead: us=0.01.")
    ] = None,
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """Where play by improvements comes to rest, with the shares that follow from a moving rule."""
    from detente.analysis.evolution import evolution
    from detente.report.evolution import evolution_view

    conflict = load(model)
    if joint and not conflict.agreements:
        raise UsageError("--joint is about the parties to agreements, and the model has no 'agreements:'")
    found = evolution(
        conflict,
        reading=reading,
        start=start,
        improvements="best" if best else "any",
        steps="joint" if joint else "single",
        joint=[item.parties for item in conflict.agreements] if joint else (),
        nature="never" if still else "eventually",
        weights=_numbers(weight, "a mover and its weight, such as us=2"),
        errors=_numbers(error, "a party and its rate of error, such as us=0.01") or None,
    )
    emit(form, lang=lang, table=lambda: evolution_view(found), data=found.to_dict, frame=found.to_frame)


def phases(
    model: ModelArgument,
    reading: ReadingOption = None,
    best: Annotated[bool, typer.Option("--best", help="Parties take only the improvements they like best.")] = False,
    joint: Annotated[
        bool, typer.Option("--joint", help="Joint improvements of the parties to each agreement are steps too.")
    ] = False,
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """Phase by phase: where play comes to rest in one is where the next begins."""
    from detente.analysis.phases import phases as run
    from detente.report.phases import phases_view

    found = run(
        load(model),
        reading=reading,
        improvements="best" if best else "any",
        steps="joint" if joint else "single",
    )
    emit(form, lang=lang, table=lambda: phases_view(found), data=found.to_dict, frame=found.to_frame)


def purpose(
    model: ModelArgument,
    reading: ReadingOption = None,
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """Which aims make the observed moves rational, which contradict them, and the simplest that fits."""
    from detente.analysis.purpose import purpose as run
    from detente.report.purpose import purpose_view

    found = run(load(model), reading=reading)
    emit(form, lang=lang, table=lambda: purpose_view(found), data=found.to_dict, frame=found.to_frame)


def _numbers(values: list[str] | None, what: str) -> dict[str, float]:
    """Return ``a=1,b=2`` as numbers. Raises UsageError."""
    result = {}
    for name, number in pairs(values, what).items():
        try:
            result[name] = float(number)
        except ValueError:
            raise UsageError(f"{number!r} is not a number; expected {what}") from None
    return result


def vetoes(
    model: ModelArgument,
    outcome: Annotated[list[str] | None, typer.Option("--outcome", "-o", help="Only these outcomes.")] = None,
    reading: Annotated[list[str] | None, typer.Option("--reading", "-r", help="Only these readings.")] = None,
    concept: ConceptOption = None,
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """Who can block an outcome: each party alone, and each coalition of the model."""
    from detente.analysis.blockers import blockers
    from detente.report.blockers import blockers_view

    conflict = load(model)
    found = blockers(conflict, outcomes=several(outcome), readings=several(reading), concepts=several(concept))
    emit(form, lang=lang, table=lambda: blockers_view(found), data=found.to_dict, frame=found.to_frame)
