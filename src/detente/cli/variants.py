"""The command about the choices that a text leaves open."""

from __future__ import annotations

from detente.cli.common import (
    ClaimOption,
    Format,
    FormatOption,
    LangOption,
    ModelArgument,
    SanctionsOption,
    emit,
    load,
    progress,
    several,
)


def variants(
    model: ModelArgument,
    claim: ClaimOption = None,
    sanctions: SanctionsOption = "legal",
    form: FormatOption = Format.table,
    lang: LangOption = "en",
) -> None:
    """What hangs on choices that a text leaves open: verdicts as written, and under each variant of the model."""
    from detente.analysis.variants import variants as run
    from detente.report.variants import variants_view

    conflict = load(model)
    with progress("variants", worthwhile=True) as report:
        found = run(conflict, claims=several(claim), sanctions=sanctions, progress=report)  # type: ignore[arg-type]
    emit(form, lang=lang, table=lambda: variants_view(found), data=found.to_dict, frame=found.to_frame)
