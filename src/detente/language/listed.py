"""The graph form of a model file: states and moves listed by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.conflict.elements import GraphForm, ListedState
from detente.errors import nearest_name
from detente.language.names import Names
from detente.language.schema import ListedStateShape, ModelShape
from detente.language.source import Path


def read_graph_form(names: Names, shape: ModelShape) -> GraphForm | None:
    """Return the listed states and moves; problems go to ``names``."""
    given: Any = shape.states
    if given is None:
        return None
    if not given:
        names.missing(("states",), "the list of states is empty", "at least one state")
    states: list[ListedState] = []
    for index, (label, body) in enumerate(given.items() if isinstance(given, dict) else ((s, None) for s in given)):
        path: Path = ("states", label if isinstance(given, dict) else index)
        name, options, at = "", body, path
        if isinstance(body, ListedStateShape):
            name, options, at = body.name or "", body.options, (*path, "options")
        elif isinstance(body, str):
            name, options = body, None
        pairs = names.assignment(options or [], at, free=True)
        if label in {state.label for state in states}:
            names.problem(path, f"state {label!r} stands twice", "each label once")
        states.append(ListedState(label, pairs, name, names.document.key(path)))
    return GraphForm(tuple(states), tuple(_moves(names, shape)))


def _moves(names: Names, shape: ModelShape) -> Iterator[tuple[str, str, str]]:
    labels = set(names.labels)
    for dm, rows in (shape.moves or {}).items():
        if not names.decision_maker(dm, ("moves", dm), key=True):
            continue
        for start, ends in rows.items():
            path: Path = ("moves", dm, start)
            if start not in labels:
                names.problem(
                    path,
                    f"unknown state {start!r}",
                    "a label from 'states:'",
                    nearest_name(start, labels),
                    key=True,
                )
                continue
            for index, end in enumerate([ends] if isinstance(ends, str) else ends):
                at: Path = path if isinstance(ends, str) else (*path, index)
                if end not in labels:
                    names.problem(at, f"unknown state {end!r}", "a label from 'states:'", nearest_name(end, labels))
                elif end == start:
                    names.problem(at, f"a move from {start!r} to itself", "another state")
                else:
                    yield dm, start, end
