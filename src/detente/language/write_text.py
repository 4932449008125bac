"""Plain data → YAML 1.2 or JSON text that a person can read, exact in every number and every character.

Strings are left unquoted in YAML only where nothing else could be meant; whatever looks like a number, a truth value
or punctuation, or holds a character that does not print, is quoted and escaped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

WIDTH = 118
_WORDS = {"null", "true", "false"}


class Row(list[Any]):
    """A list that reads best on one line, or on few."""


class Pairs(dict[str, Any]):
    """A mapping that reads best on one line, where there is room."""


# -- YAML -----------------------------------------------------------------------------------------------------------


def yaml_text(document: dict[str, Any]) -> str:
    """Return a document as YAML, with an empty line around its sections."""
    lines: list[str] = []
    after_section = False
    for key, value in document.items():
        here = _entry(key, value, 0)
        section = len(here) > 1 and isinstance(value, (list, dict)) and not isinstance(value, Row)
        if lines and (section or after_section):
            lines.append("")
        lines += here
        after_section = section
    return "\n".join(lines) + "\n" if lines else "{}\n"


def _entry(key: str, value: Any, indent: int) -> list[str]:
    """Return the lines of ``key: value``."""
    start = " " * indent + _key(key) + ":"
    head, rest = _value(value, indent + 2, len(start) + 1)
    return [f"{start} {head}" if head else start, *rest]


def _item(value: Any, indent: int) -> list[str]:
    """Return the lines of ``- value``."""
    start = " " * indent + "-"
    head, rest = _value(value, indent + 2, len(start) + 1)
    if head or not rest:
        return [f"{start} {head}" if head else start, *rest]
    return [f"{start} {rest[0].lstrip(' ')}", *rest[1:]]


def _value(value: Any, indent: int, column: int) -> tuple[str, list[str]]:
    """Return what stands after the key or dash, and the lines that follow."""
    if isinstance(value, str):
        return _string(value, indent, column)
    if not isinstance(value, (list, dict)):
        return "" if value is None else _bare(value), []
    if not value:
        return "[]" if isinstance(value, list) else "{}", []
    if isinstance(value, (Row, Pairs)):
        flow = _flow(value)
        if column + len(flow) <= WIDTH:
            return flow, []
        if isinstance(value, Row):
            first, *more = _wrapped([_flow(part) for part in value], column + 1, indent + 1)
            more = [" " * (indent + 1) + line for line in more]
            return ("[" + first, [*more[:-1], more[-1] + "]"]) if more else (f"[{first}]", [])
    if isinstance(value, dict):
        return "", [line for key, part in value.items() for line in _entry(key, part, indent)]
    return "", [line for part in value for line in _item(part, indent)]


def one_line(value: Any) -> str:
    """Return data as they are written on one line.

    Examples
    --------
    >>> one_line({"that": "us.talk", "set": ["a", None]})
    '{that: us.talk, set: [a, null]}'
    """
    return _flow(value)


def _wrapped(parts: list[str], first_column: int, column: int) -> list[str]:
    """Distribute the parts of a list over lines."""
    lines, line, room = [], "", WIDTH - first_column
    for number, part in enumerate(parts, 1):
        part += "," if number < len(parts) else ""
        if line and len(line) + len(part) + 2 > room:
            lines.append(line)
            line, room = "", WIDTH - column
        line += f" {part}" if line else part
    return [*lines, line]


def _flow(value: Any) -> str:
    if isinstance(value, str):
        return value if _plain(value) and not set(value) & set(",:?[]{}") else quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_flow(part)}" for key, part in value.items()) + "}"
    return _bare(value)


def _bare(value: bool | int | Decimal | None) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def _key(text: str) -> str:
    return text if text.isascii() and text.isdigit() else _flow(text)


def _plain(text: str) -> bool:
    """Return whether a string may stand without quotes, outside of brackets."""
    return (
        (text[:1].isalpha() or text[:1] in ("_", "("))
        and text.isprintable()
        and not text.endswith((" ", ":"))
        and ": " not in text
        and " #" not in text
        and text.lower() not in _WORDS
    )


def _string(text: str, indent: int, column: int) -> tuple[str, list[str]]:
    """Return a string plain, as a block of lines where it is long, or quoted."""
    lines = text.split("\n")
    tame = all(line.isprintable() for line in lines)
    if len(lines) > 1:
        if tame and lines[0] and lines[-1] and all(line == line.strip(" ") for line in lines):
            return "|-", [" " * indent + line if line else "" for line in lines]
        return quoted(text), []
    if column + len(text) <= WIDTH or not tame or text != text.strip(" ") or " " not in text:
        return text if _plain(text) else quoted(text), []
    return ">-", [" " * indent + line for line in _folded(text, WIDTH - indent)]


def _folded(text: str, width: int) -> Iterator[str]:
    """Split at single spaces, so that joining with a space gives the text again."""
    line = ""
    for word in text.split(" "):
        if line and word and not line.endswith(" ") and len(line) + len(word) + 1 > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def quoted(text: str) -> str:
    """Return a string in double quotes, as YAML reads it; what does not print is escaped."""
    parts = (f"\\U{ord(c):08x}" if c > "\uffff" and not c.isprintable() else _escaped(c) for c in text)
    return '"' + "".join(parts) + '"'


def _escaped(character: str) -> str:
    """Return a character as it stands between double quotes in JSON, and in YAML."""
    if character > "\uffff" or (character.isprintable() and character not in '"\\'):
        return character
    return json.dumps(character)[1:-1]


# -- JSON -----------------------------------------------------------------------------------------------------------


def json_text(document: Any, *, ascii_only: bool = False) -> str:
    """Return a document as JSON, two spaces a level; numbers are written out exactly."""
    return _json(document, 0, ascii_only) + "\n"


def _json(value: Any, indent: int, ascii_only: bool) -> str:
    if isinstance(value, str):
        return _json_string(value, ascii_only)
    if not isinstance(value, (list, dict)):
        return _bare(value)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    inside = indent + 2
    if isinstance(value, dict):
        parts = [f"{_json_string(k, ascii_only)}: {_json(v, inside, ascii_only)}" for k, v in value.items()]
    else:
        parts = [_json(part, inside, ascii_only) for part in value]
    one_line = opening + ", ".join(parts) + closing
    short = isinstance(value, (Row, Pairs)) and len(one_line) + indent <= WIDTH and "\n" not in one_line
    if short or not parts:
        return one_line
    lines = _wrapped(parts, inside, inside) if isinstance(value, Row) else [p + "," for p in parts[:-1]] + parts[-1:]
    return opening + "".join("\n" + " " * inside + line for line in lines) + "\n" + " " * indent + closing


def _json_string(text: str, ascii_only: bool) -> str:
    return json.dumps(text) if ascii_only else '"' + "".join(map(_escaped, text)) + '"'
