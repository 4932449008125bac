"""The built-in conflicts: data, one file each.

``detente.library`` is this package and the function that loads from it: ``detente.library("chicken")``.
"""

from __future__ import annotations

import sys
from types import ModuleType

from detente.conflict.conflict import Conflict


class _Library(ModuleType):
    """A package that can be called, so that its name can also be the name of the function."""

    def __call__(self, name: str) -> Conflict:
        """See :func:`detente.library.index.library`."""
        from detente.library.index import library

        return library(name)


sys.modules[__name__].__class__ = _Library
