"""Examples of the keys of a JSON Schema, found in documents that use them, and where in a document each kind stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from detente.language.reference import table_id

Place = tuple[str, str]
"""The kind of a mapping, as in :attr:`detente.language.reference.Table.id`, and one of its keys."""

_PLAIN_WORD = re.compile(r"(…|[^\W\d][\w. ()=<>%’—…-]*)$")
_TRAPS = {"null", "true", "false", "~"}


def key_examples(schema: Mapping[str, Any], documents: Iterable[Any], *, width: int = 80) -> dict[Place, str]:
    """Return for each key that is used an example of its use, as a line of YAML.

    Parameters
    ----------
    schema : mapping
        A JSON Schema (draft 2020-12) such as :func:`detente.language.schema.json_schema` returns.
    documents : iterable
        Plain data that fits it.
    width : int
        What an example is cut down to: long words and parts far inside become ``…``.

    Notes
    -----
    Of several uses the shortest line is taken, the first of equal ones; but rather one that leaves nothing out, and no
    empty one if there are others.
    """
    found: dict[Place, str] = {}
    for document in documents:
        for place, value in _uses(schema, schema, document, ""):
            line = flow({place[1]: value}, width)
            if place not in found or _cost(line) < _cost(found[place]):
                found[place] = line
    return found


def paths(schema: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return for each kind of mapping where it stands in a document, the shortest first.

    ``NAME`` stands for any key, and ``[]`` for any item of a list.
    """
    found: dict[str, list[str]] = {}
    waiting: list[tuple[str, Mapping[str, Any], tuple[str, ...]]] = [("", schema, ())]
    while waiting:
        path, node, inside = waiting.pop(0)
        for step, child in _steps(node):
            below = path + step if step.startswith("[") else f"{path}.{step}".strip(".")
            for name, target in _targets(schema, child):
                if name in inside:
                    continue
                if name:
                    known = found.setdefault(table_id(name), [])
                    known.extend([below] * (below not in known))
                waiting.append((below, target, (*inside, name) if name else inside))
    return {name: tuple(places) for name, places in found.items()}


def flow(value: Mapping[str, Any], width: int) -> str:
    """Return data as one line of YAML; where it would be wider, long words and parts far inside become ``…``."""
    whole = _flow(value, 9, top=True)
    if len(whole) <= width:
        return whole
    lines = [_flow({key: _cut(part, most) for key, part in value.items()}, 9, top=True) for most in (3, 2, 1)]
    lines += [_flow(_cut(value, 1), depth, top=True) for depth in (3, 2)]
    return next((line for line in lines if len(line) <= width), lines[-1])


def _cut(value: Any, most: int, long: int = 40) -> Any:
    """Leave the first entries of every list and mapping, and the first words of a long text."""
    if isinstance(value, Mapping):
        kept = {key: _cut(part, most) for key, part in list(value.items())[:most]}
        return {**kept, "…": None} if len(value) > most else kept
    if isinstance(value, list):
        return [_cut(part, most) for part in value[:most]] + ["…"] * (len(value) > most)
    return value[:long].rpartition(" ")[0] + " …" if isinstance(value, str) and len(value) > long else value


def _cost(line: str) -> tuple[bool, bool, int]:
    return "…" in line, line.endswith((": {}", ": []")), len(line)


def _flow(value: Any, depth: int, *, top: bool = False) -> str:
    if isinstance(value, Mapping):
        inside = [_entry(str(key), part, depth - 1) for key, part in value.items()]
        return ", ".join(inside) if top else "{" + ("…" if inside and depth <= 0 else ", ".join(inside)) + "}"
    if isinstance(value, list):
        inside = [_flow(part, depth - 1) for part in value]
        return "[" + ("…" if inside and depth <= 0 else ", ".join(inside)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: ""}[value]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else _word(str(value))


def _entry(key: str, value: Any, depth: int) -> str:
    return "…" if key == "…" else f"{_word(key)}: {_flow(value, depth)}".rstrip()


def _word(text: str) -> str:
    """Return a text as YAML inside braces, with quotes where it needs them."""
    plain = _PLAIN_WORD.match(text) and text == text.strip() and text.lower() not in _TRAPS
    return text if plain or re.fullmatch(r"-?\d+(\.\d+)?", text) else "'" + text.replace("'", "''") + "'"


# -- where the kinds stand ------------------------------------------------------------------------------------------


def _steps(node: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from node.get("properties", {}).items()
    if isinstance(node.get("additionalProperties"), Mapping):
        yield "NAME", node["additionalProperties"]
    if isinstance(node.get("items"), Mapping):
        yield "[]", node["items"]


def _targets(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the mappings and lists that a node may be, each with the name of its definition, if it has one."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        yield name, schema["$defs"][name]
    elif "anyOf" in node or "oneOf" in node:
        for part in (*node.get("anyOf", ()), *node.get("oneOf", ())):
            yield from _targets(schema, part)
    else:
        yield "", node


# -- what a document uses -------------------------------------------------------------------------------------------


def _uses(schema: Mapping[str, Any], node: Mapping[str, Any], value: Any, table: str) -> Iterator[tuple[Place, Any]]:
    """Yield the keys that a part of a document uses, with what they hold."""
    for name, target in _targets(schema, node):
        if not _fits(schema, target, value):
            continue
        where = table_id(name) if name else table
        if isinstance(value, Mapping):
            known, others = target.get("properties", {}), target.get("additionalProperties")
            for key, part in value.items():
                if key in known:
                    yield (where, key), part
                child = known.get(key, others)
                if isinstance(child, Mapping):
                    yield from _uses(schema, child, part, where)
        elif isinstance(value, list) and isinstance(target.get("items"), Mapping):
            for part in value:
                yield from _uses(schema, target["items"], part, where)
        return


def _fits(schema: Mapping[str, Any], node: Mapping[str, Any], value: Any) -> bool:
    """Whether data has the form that a node asks for: what tells alternatives apart, not every rule."""
    if "$ref" in node or "anyOf" in node or "oneOf" in node:
        return any(_fits(schema, target, value) for _, target in _targets(schema, node))
    if "const" in node or "enum" in node:
        return value in node.get("enum", [node.get("const")])
    given: Sequence[str] = [node["type"]] if isinstance(node.get("type"), str) else node.get("type", ())
    if given and not any(isinstance(value, _KINDS[kind]) for kind in given):
        return False
    if isinstance(value, Mapping):
        known, others = node.get("properties", {}), node.get("additionalProperties", True)
        if not all(key in value for key in node.get("required", ())):
            return False
        return all(_fits_child(schema, known.get(key, others), part) for key, part in value.items())
    return not isinstance(value, list) or all(_fits_child(schema, node.get("items", True), part) for part in value)


def _fits_child(schema: Mapping[str, Any], child: Any, value: Any) -> bool:
    return _fits(schema, child, value) if isinstance(child, Mapping) else bool(child)


_KINDS: dict[str, type | tuple[type, ...]] = {
    "object": Mapping,
    "array": list,
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "null": type(None),
}
