"""What would have to change."""

from __future__ import annotations

from detente.analysis.dossier import Dossier
from detente.report.adapted import adapted
from detente.report.changes import changes_view
from detente.report.parts import Section
from detente.report.speech import _


def change(dossier: Dossier) -> Section | None:
    """Return what would have to change for what is wished, where something is."""
    if dossier.change is None:
        return None
    return Section("change", _("What would have to change"), tuple(adapted(changes_view(dossier.change), after=2)))
