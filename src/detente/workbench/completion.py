"""What can be completed in the text of a model: the keys that its schema has, and the names that it has itself."""

from __future__ import annotations

from functools import cache
from typing import Any

from detente.conflict.conflict import Conflict

WORDS = {
    "and": "both",
    "or": "one or both",
    "not": "the contrary",
    "if": "A if B: not B without A",
    "iff": "both or neither",
    "xor": "one, not both",
    "exactly": "exactly 1 of (…)",
    "at least": "at least 2 of (…)",
    "at most": "at most 1 of (…)",
    "always": "true everywhere",
    "never": "true nowhere",
}


@cache
def key_table() -> dict[str, Any]:
    """Return the keys of the language by place.

    ``nodes`` holds places, the first is the whole model: ``keys`` maps a key to its description and the place below it;
    ``any`` is the place below keys that are free, ``item`` that of the items of a list; -1: nothing is known. ``words``
    are the values that a place allows.
    """
    from detente.language.schema import json_schema

    schema = json_schema()
    table = _Table(schema.get("$defs", {}))
    table.place(schema)
    return {"nodes": table.nodes}


class _Table:
    def __init__(self, definitions: dict[str, Any]) -> None:
        self.definitions = definitions
        self.nodes: list[dict[str, Any]] = []
        self.known: dict[frozenset[str], int] = {}

    def place(self, schema: dict[str, Any]) -> int:
        """Return the number of the place that a schema describes."""
        forms = list(self._forms(schema, 0))
        names = frozenset(name for name, _ in forms)
        if names in self.known and "" not in names:
            return self.known[names]
        number = len(self.nodes)
        node: dict[str, Any] = {"keys": {}, "any": -1, "item": -1, "words": []}
        self.nodes.append(node)
        if "" not in names:
            self.known[names] = number
        for _, form in forms:
            for key, value in form.get("properties", {}).items():
                node["keys"].setdefault(key, [str(value.get("description", "")), self.place(value)])
            other = form.get("additionalProperties")
            if isinstance(other, dict) and other:
                node["any"] = self.place(other)
            if isinstance(form.get("items"), dict):
                node["item"] = self.place(form["items"])
            node["words"] += [word for word in form.get("enum", []) if isinstance(word, str)]
            if isinstance(form.get("const"), str):
                node["words"].append(form["const"])
        return number

    def _forms(self, schema: dict[str, Any], depth: int) -> Any:
        """Yield the forms that a schema allows, each with the name of its definition."""
        if depth > 12:
            return
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            for inner, form in self._forms(self.definitions[name], depth + 1):
                yield inner or name, form
            return
        alternatives = [*schema.get("anyOf", []), *schema.get("oneOf", []), *schema.get("allOf", [])]
        for part in alternatives:
            yield from self._forms(part, depth + 1)
        if not alternatives:
            yield "", schema


def names_of(conflict: Conflict) -> dict[str, str]:
    """Return the names that formulas can use, and what each is."""
    found: dict[str, str] = {}
    for dm in conflict.decision_makers:
        found[dm.id] = dm.label
        for option in dm.options:
            values = "" if option.binary else f": {', '.join(value.id for value in option.values)}"
            found[f"{dm.id}.{option.id}"] = f"{option.label}{values}"
        for statement in dm.statements:
            found[statement.id.partition(".")[2]] = statement.says()
    for outcome in conflict.outcomes:
        found.setdefault(outcome.id, outcome.label)
    for reading in conflict.readings:
        found.setdefault(reading.id, reading.label)
    return {**found, **WORDS}
