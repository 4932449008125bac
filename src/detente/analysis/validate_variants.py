"""Can every variant and every guarantee be built, and worked out? Their errors are those of the model each makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from detente.analysis.sight import check_views
from detente.analysis.validate_check import Check, Warning_
from detente.analysis.validate_rest import check_rest
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Element
from detente.errors import Diagnostic, ModelError, TooLargeError, UsageError
from detente.graph.graph import Graph
from detente.language.guarantees import guaranteed, in_guarantee
from detente.language.vary import in_variant, variant


def check_variants(check: Check) -> None:
    """Add the errors of every variant, each with its place; what is suspicious in a variant is not looked for."""
    _check_each(check, "variant", check.conflict.variants, variant, in_variant)


def check_guarantees(check: Check) -> None:
    """Add the errors of every guarantee, each with its place."""

    def given(conflict: Conflict, name: str) -> Conflict:
        return guaranteed(conflict, [name])

    _check_each(check, "guarantee", check.conflict.guarantees, given, in_guarantee)


def _check_each(
    check: Check,
    kind: Literal["variant", "guarantee"],
    items: Sequence[Element],
    changed_by: Callable[[Conflict, str], Conflict],
    words: Callable[[str, ModelError], ModelError],
) -> None:
    conflict = check.conflict

    def add(name: str, error: ModelError) -> None:
        for problem in error.diagnostics:
            check.found.append(Warning_(kind, problem.sentence(), problem.mark, name, "error"))

    if check.large and items:
        check.notes.append(f"{kind.capitalize()}s were read, and their states not worked out.")
    for item in items:
        try:
            changed = changed_by(conflict, item.id)
        except ModelError as error:
            add(item.id, error)
            continue
        except UsageError as error:
            check.notes.append(f"{kind.capitalize()}s: {error}.")
            return
        if check.large:
            continue
        try:
            _work_out(Graph(changed))
        except ModelError as error:
            add(item.id, words(item.id, error))
        except TooLargeError as error:
            found = Diagnostic(str(error), item.where)
            add(item.id, words(item.id, ModelError([found], conflict.origin, conflict.text)))


def _work_out(graph: Graph) -> None:
    """Ask for everything that other questions ask of a graph, and that may be refused."""
    check_rest(graph)
    _ = graph.moves, graph.outcomes_of, graph.status_quo, graph.class_of
    for dm in graph.conflict.parties:
        for lens in dm.lenses:
            graph.ranks(dm.id, lens.id)
    check_views(graph)
