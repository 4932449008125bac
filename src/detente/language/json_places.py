"""Where things stand in a JSON text: paths such as ``decisionMakers[1].options[0]`` → line and column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from detente.errors import Mark

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)


def places(text: str, paths: set[str]) -> dict[str, Mark]:
    """Return the places of the values at these paths, as far as they are there.

    Parameters
    ----------
    text : str
        A JSON text that can be read.
    paths : set of str

    Examples
    --------
    >>> places('{"a": [1,\\n {"b": 22}]}', {"a[1].b"})
    {'a[1].b': Mark(line=2, column=8, length=2)}
    """
    found: dict[str, Mark] = {}
    if paths:
        for path, begin, end in _values(text):
            if path in paths:
                line = text.count("\n", 0, begin) + 1
                found[path] = Mark(line, begin - text.rfind("\n", 0, begin), end - begin)
    return found


def _values(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the path of every value, and where it begins and ends (of a list or object: where it opens)."""
    outside: list[tuple[str, int | None]] = []  # the path of each open list or object; the place in it, if it is a list
    key: str | None = None
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in ("]", "}"):
            outside.pop()
        elif sign == ",":
            path, place = outside[-1]
            outside[-1] = (path, None if place is None else place + 1)
            key = None
        elif sign != ":":
            path, place = outside[-1] if outside else ("", None)
            if outside and place is None and key is None:
                key = json.loads(sign)
                continue
            here = path + f"[{place}]" if place is not None else f"{path}.{key}" if path else key or ""
            yield here, *token.span()
            key = None
            if sign in ("[", "{"):
                outside.append((here, 0 if sign == "[" else None))
