"""Can every variant be built, and worked out? Their errors are those of the model that each makes."""

from __future__ import annotations

from detente.analysis.sight import check_views
from detente.analysis.validate_check import Check, Warning_
from detente.analysis.validate_rest import check_rest
from detente.errors import Diagnostic, ModelError, TooLargeError, UsageError
from detente.graph.graph import Graph
from detente.language.vary import in_variant, variant


def check_variants(check: Check) -> None:
    """Add the errors of every variant, each with its place; what is suspicious in a variant is not looked for."""
    conflict = check.conflict
    if check.large and conflict.variants:
        check.notes.append("Variants were read, and their states not worked out.")
    for item in conflict.variants:
        try:
            changed = variant(conflict, item.id)
        except ModelError as error:
            _add(check, item.id, error)
            continue
        except UsageError as error:
            check.notes.append(f"Variants: {error}.")
            return
        if check.large:
            continue
        try:
            _work_out(Graph(changed))
        except ModelError as error:
            _add(check, item.id, in_variant(item.id, error))
        except TooLargeError as error:
            found = Diagnostic(str(error), item.where)
            _add(check, item.id, in_variant(item.id, ModelError([found], conflict.origin, conflict.text)))


def _add(check: Check, name: str, error: ModelError) -> None:
    for problem in error.diagnostics:
        check.found.append(Warning_("variant", problem.sentence(), problem.mark, name, "error"))


def _work_out(graph: Graph) -> None:
    """Ask for everything that other questions ask of a graph, and that may be refused."""
    check_rest(graph)
    _ = graph.moves, graph.outcomes_of, graph.status_quo, graph.class_of
    for dm in graph.conflict.parties:
        for lens in dm.lenses:
            graph.ranks(dm.id, lens.id)
    check_views(graph)
