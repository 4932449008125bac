"""Détente: which outcomes of a conflict can hold, why, how surely, and what would have to change."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from detente.version import __version__

if TYPE_CHECKING:
    from detente.analysis.analyze import Analysis, analyze
    from detente.analysis.blockers import blockers
    from detente.analysis.breaks import breaks
    from detente.analysis.brief import brief
    from detente.analysis.change import changes
    from detente.analysis.claims import check
    from detente.analysis.coalitions import coalitions
    from detente.analysis.compare import compare
    from detente.analysis.durability import durability
    from detente.analysis.evolution import evolution
    from detente.analysis.explain import explain
    from detente.analysis.hypergame import hypergame
    from detente.analysis.means import means
    from detente.analysis.paths import paths
    from detente.analysis.phases import phases
    from detente.analysis.purpose import purpose
    from detente.analysis.relations import relations
    from detente.analysis.robust import robust
    from detente.analysis.states import states
    from detente.analysis.validate import validate
    from detente.analysis.variants import variants
    from detente.analysis.why import why
    from detente.conflict import Conflict
    from detente.errors import DetenteError, ModelError, TooLargeError, UsageError
    from detente.graph.graph import Graph
    from detente.language.load import load, loads
    from detente.language.vary import variant
    from detente.library.index import conflict_names, library

_WHERE = {
    "Analysis": "detente.analysis.analyze",
    "analyze": "detente.analysis.analyze",
    "Conflict": "detente.conflict",
    "DetenteError": "detente.errors",
    "ModelError": "detente.errors",
    "TooLargeError": "detente.errors",
    "UsageError": "detente.errors",
    "Graph": "detente.graph.graph",
    "load": "detente.language.load",
    "loads": "detente.language.load",
    "conflict_names": "detente.library.index",
    "variant": "detente.language.vary",
    "blockers": "detente.analysis.blockers",
    "breaks": "detente.analysis.breaks",
    "brief": "detente.analysis.brief",
    "changes": "detente.analysis.change",
    "check": "detente.analysis.claims",
    "coalitions": "detente.analysis.coalitions",
    "compare": "detente.analysis.compare",
    "durability": "detente.analysis.durability",
    "evolution": "detente.analysis.evolution",
    "explain": "detente.analysis.explain",
    "hypergame": "detente.analysis.hypergame",
    "means": "detente.analysis.means",
    "paths": "detente.analysis.paths",
    "phases": "detente.analysis.phases",
    "purpose": "detente.analysis.purpose",
    "relations": "detente.analysis.relations",
    "robust": "detente.analysis.robust",
    "states": "detente.analysis.states",
    "validate": "detente.analysis.validate",
    "variants": "detente.analysis.variants",
    "why": "detente.analysis.why",
}

__all__ = [
    "Analysis",
    "Conflict",
    "DetenteError",
    "Graph",
    "ModelError",
    "TooLargeError",
    "UsageError",
    "__version__",
    "analyze",
    "blockers",
    "breaks",
    "brief",
    "changes",
    "check",
    "coalitions",
    "compare",
    "conflict_names",
    "durability",
    "evolution",
    "explain",
    "hypergame",
    "library",
    "load",
    "loads",
    "means",
    "paths",
    "phases",
    "purpose",
    "relations",
    "robust",
    "states",
    "validate",
    "variant",
    "variants",
    "why",
]


def __getattr__(name: str) -> Any:
    """Import public names when they are first used, so that importing the package costs nothing."""
    if name == "library":
        return import_module("detente.library")  # a package that can be called
    if name not in _WHERE:
        raise AttributeError(f"module 'detente' has no attribute {name!r}")
    value = getattr(import_module(_WHERE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(_WHERE))
