"""The text of a model in an editor: problems marked where they are, names and keys completed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nicegui.element import Element
from nicegui.elements import codemirror as _bundle  # noqa: F401  (registers the module that editor.js imports)

from detente.workbench.desk import Problem


class Editor(Element, component="../static/editor.js"):
    """An editor whose text goes to the server by itself; it emits ``undo``, ``redo``, ``save`` and ``place``.

    Parameters
    ----------
    key, page : str
        The model, and the page that it is on.
    text : str
    revision : int
    language : {"yaml", "json"}
    keys : dict
        What keys there are where, see :func:`detente.workbench.completion.key_table`.
    label : str
    """

    def __init__(
        self, key: str, page: str, text: str, revision: int, language: str, keys: dict[str, Any], label: str
    ) -> None:
        super().__init__()
        self._props.update(
            {"modelKey": key, "page": page, "text": text, "revision": revision, "language": language, "label": label}
        )
        self._props["keys"] = keys

    def take(self, text: str, revision: int) -> None:
        """Show a text that was made elsewhere."""
        self._props["text"], self._props["revision"] = text, revision  # for an editor that is drawn anew
        self.run_method("take", text, revision)

    def rename(self, key: str) -> None:
        """Let the text belong to a model with another key from now on."""
        self._props["modelKey"] = key
        self.run_method("rename", key)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Mark problems where they are."""
        found = [
            {
                "line": item.line,
                "column": item.column,
                "length": item.length,
                "message": item.message,
                "expected": item.expected,
                "nearest": item.nearest,
                "warning": item.warning,
            }
            for item in problems
            if item.line
        ]
        self.run_method("showProblems", found)

    def show_names(self, names: Mapping[str, str]) -> None:
        """Complete these names; with what each is."""
        self.run_method("showNames", dict(names))

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor at a place and show it."""
        self.run_method("goTo", line, column)
