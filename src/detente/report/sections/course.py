"""How it may go: the story, phases, play; who sees what; what it takes."""

from __future__ import annotations

from detente.analysis.dossier import Dossier
from detente.analysis.hypergame import Hypergame
from detente.conflict.perceived import viewer_label
from detente.report.adapted import adapted, by_heading
from detente.report.brief_story import story_part
from detente.report.evolution import evolution_view
from detente.report.figures.phase_tree import phase_tree_svg
from detente.report.figures.state_words import concept_word
from detente.report.means import means_view
from detente.report.parts import Cell, Fold, Grid, Heading, Kind, Line, Part, Section
from detente.report.phases import phases_view
from detente.report.sections.map_of import drawn
from detente.report.speech import _
from detente.report.views import views_view


def course(dossier: Dossier) -> Section | None:
    """Return the most telling way, the phases as a tree, and where play comes to rest."""
    parts: list[Part] = list(story_part(dossier.brief.story, dossier.conflict))[1:]
    if dossier.phases is not None:
        told = tuple(adapted(phases_view(dossier.phases), after=2))
        parts.append(drawn(phase_tree_svg(dossier.phases, ident="figure-phases"), _("Phase by phase"), "phases"))
        parts.append(Fold(_("Phase by phase: where play begins and ends, with the shares that follow"), told))
    if dossier.evolution is not None:
        inside = tuple(part for part in adapted(evolution_view(dossier.evolution), after=2))
        parts.append(Fold(_("Where play from the status quo comes to rest, without phases"), inside))
    return Section("course", _("How it may go"), tuple(parts)) if parts else None


def views(dossier: Dossier) -> Section | None:
    """Return what each viewer sees, what holds in truth and in each view side by side, and what comes of it."""
    found = dossier.views
    if found is None:
        return None
    groups = by_heading(adapted(views_view(found), after=2))
    legend = [part for part in groups[-1] if isinstance(part, Line) and part.quiet]
    parts: list[Part] = [part for group in groups[:2] for part in group]
    for key in found.hyper:
        if found.conflict.reported:
            parts += [_side_by_side(found, key), *legend]
    for group in groups[2:]:
        head, *inside = group
        told = tuple(part for part in inside if part not in legend)
        if isinstance(head, Heading) and told:
            parts.append(Fold(_("{what}: state by state").format(what=head.words), told))
    return Section("views", _("Who sees what"), tuple(parts))


def _side_by_side(found: Hypergame, key: str) -> Grid:
    """Return how many states of each outcome are equilibria, in truth and in each view."""
    graph, conflict, seen = found.graph, found.conflict, found.seen[key]
    columns = [_("outcome"), _("in truth"), _("perceived by all and stable for each")]
    for viewer in seen:
        name = viewer_label(conflict, viewer)
        columns += [
            _("in the view of {who}").format(who=name),
            _("of these illusions"),
            _("surprises for {who}").format(who=name),
        ]
    rows: list[tuple[Cell, ...]] = []
    for name in conflict.reported:
        inside = graph.outcome(name)
        row: list[Cell] = [int((flags & inside).sum()) for flags in (found.equilibria[key], found.hyper[key])]
        for one in seen.values():
            row += [int((flags & inside).sum()) for flags in (one.equilibria, one.illusions, one.surprises)]
        rows.append((conflict.outcome(name).label, *row))
    numbers: list[Kind] = ["number"] * (len(columns) - 1)
    strong = frozenset(place for place, row in enumerate(rows) if any(row[1:]))
    caption = _("How many states of each outcome are equilibria ({concept}), in truth and in each view")
    return Grid(tuple(columns), tuple(rows), strong, caption.format(concept=concept_word(key)), ("words", *numbers))


def means(dossier: Dossier) -> Section | None:
    """Return what options take of the limits, and what stopping one frees."""
    if dossier.means is None:
        return None
    parts = tuple(adapted(means_view(dossier.means), after=2))
    return Section("means", _("What it takes, and what stopping frees"), parts, _("What it takes"))
