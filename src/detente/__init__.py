"""Détente: which outcomes of a conflict can hold, why, how surely, and what would have to change."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from detente.version import __version__

if TYPE_CHECKING:
    from detente.analysis.analyze import Analysis, analyze
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
    "conflict_names",
    "library",
    "load",
    "loads",
    "variant",
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
