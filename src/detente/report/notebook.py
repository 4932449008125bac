"""Answers in a notebook: what the terminal says of them, as HTML, and their figures.

One table says which view a result has; :class:`detente.analysis.result.Shown` looks it up. Every label is escaped by
the writer of HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

from detente.report.adapted import adapted
from detente.report.parts import Heading, Line, Part
from detente.report.writers.html import html_parts

WIDTH = 100
"""Characters of a line, for views that are made for a width."""

VIEWS = {
    "blockers.Blockers": "blockers:blockers_view",
    "breaks.Breaks": "durability:breaks_view",
    "change.Changes": "changes:changes_view",
    "claims.Argument": "argument:argument_view",
    "coalitions.CoalitionResult": "coalitions:coalitions_view",
    "compare.Comparison": "comparison:comparison_view",
    "durability.Durability": "durability:durability_view",
    "evolution.Evolution": "evolution:evolution_view",
    "explain.Explanation": "terminal:explanation_view",
    "hypergame.Hypergame": "views:views_view",
    "inverse.Change": "change:change_view",
    "inverse_count.Count": "change:count_view",
    "means.Means": "means:means_view",
    "paths.Paths": "terminal:paths_view",
    "phases.PhaseTree": "phases:phases_view",
    "purpose.Purpose": "purpose:purpose_view",
    "relational.RelationalEquilibria": "relations:attitudes_view",
    "relations.RelationsResult": "relations:relations_view",
    "shares.Robust": "robust:robust_view",
    "states.States": "states:states_view",
    "validate.Validation": "validation:validation_view",
    "variants.Variants": "variants:variants_view",
    "why.Reasons": "reasons:reasons_view",
}
"""By module and class in ``detente.analysis``: module and function in ``detente.report``."""

FIGURES = {
    "durability.Durability": "figures.durability_map:durability_map_svg",
    "phases.PhaseTree": "figures.phase_tree:phase_tree_svg",
    "relations.RelationsResult": "figures.signed_graph:signed_graph_svg",
}
"""The same for what has a figure, which stands below the words."""

_WIDE = {"states.States"}


def result_html(result: object) -> str:
    """Return an answer as HTML.

    Raises
    ------
    LookupError
        It has no view.
    """
    kind = f"{type(result).__module__.removeprefix('detente.analysis.')}.{type(result).__name__}"
    if kind not in VIEWS:
        raise LookupError(f"{kind} has no view")
    shown: Iterable[Any] = _found(VIEWS[kind])(result, *([WIDTH] if kind in _WIDE else []))
    words = html_parts(_headed(adapted(shown)))
    if kind not in FIGURES:
        return words
    return f"{words}\n{_found(FIGURES[kind])(result)}"


def _found(place: str) -> Callable[..., Any]:
    module, name = place.split(":")
    found: Callable[..., Any] = getattr(import_module(f"detente.report.{module}"), name)
    return found


def _headed(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts, the first line as a heading where it stands out: the title of the conflict.

    Lines of a remark become paragraphs: a notebook has no style that would keep them apart.
    """
    for place, part in enumerate(parts):
        if not place and isinstance(part, Line) and part.strong:
            yield Heading(part.words)
        elif isinstance(part, Line):
            yield from (replace(part, words=line) for line in part.words.splitlines())
        else:
            yield part
