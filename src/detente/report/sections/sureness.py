"""How sure it is: shares of the examined worlds, and what hangs on choices of modelling."""

from __future__ import annotations

from detente.analysis.dossier import Dossier
from detente.report.adapted import adapted, by_heading
from detente.report.parts import Figure, Fold, Heading, Part, Section
from detente.report.robust import robust_view
from detente.report.speech import _, joined
from detente.report.tornado import tornado_figure
from detente.report.variants import variants_view


def robust(dossier: Dossier) -> Section | None:
    """Return how much hangs on uncertain premises: charts, and the tables behind them."""
    found = dossier.robust
    if found is None:
        return None
    parts: list[Part] = list(adapted(robust_view(found), after=1))
    varying = [name for name in found.claims if found.varies(name)]
    if varying:
        alt = _("For each claim that holds in some of the examined worlds and not in others ({claims}), how far each ")
        alt += _("uncertain premise moves the share of worlds in which it holds. The tables have the same numbers.")
        title = _("What moves the claims")
        parts.insert(0, Figure(tornado_figure(found), title, alt.format(claims=joined(varying)), "robustness"))
    return Section("robust", _("How sure it is, given what is uncertain"), tuple(parts), _("How sure it is"))


def variants(dossier: Dossier) -> Section | None:
    """Return which verdicts hang on how the model was made."""
    if dossier.variants is None:
        return None
    parts: list[Part] = []
    for_typing = _("Every command takes MODEL@VARIANT, the model under a variant, for a model.")
    *groups, last = by_heading(adapted(variants_view(dossier.variants), after=2, without=(for_typing,)))
    for group in groups:
        parts += group
    if last and isinstance(last[0], Heading):
        parts.append(Fold(last[0].words, tuple(last[1:])))
    return Section("variants", _("What hangs on choices of the model"), tuple(parts), _("What hangs on choices"))
