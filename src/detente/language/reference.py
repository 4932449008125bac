"""A JSON Schema → tables of its keys, for the documentation: what each key may hold, its default, what it means."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_EVERYWHERE = ("name", "because", "source", "certainty", "id")
"""Keys that many elements share; their tables come once."""

_ANY_TEXT = {"text", "number", "true or false"}
"""What a place for text allows; said as text, since YAML reads some words as something else."""

_PLAIN = {
    "title": "what the conflict is called",
    "decision_makers": "who decides, in order",
    "infeasible": "what cannot be: a state that satisfies any of the formulas is left out",
    "feasible": "only these states are possible",
    "limits": "bounds on sums of options' numbers",
    "forces": "consequences of reaching a state",
    "blocked_moves": "moves that a decision maker cannot make",
    "merge": "states that are one",
    "outcomes": "names for what may come of it",
    "coalitions": "decision makers that may move together",
    "readings": "choices of one lens for each decision maker",
    "agreements": "texts that bind when their parties have signed",
    "observed": "moves that were made, in order",
    "phases": "stretches of time in order",
    "claims": "what follows from the premises, as the author says",
    "outsiders": "nodes of the relations that decide nothing here",
    "relations": "ties, from adversaries to allies",
    "says": "the claim, as a sentence",
    "parties": "those whose joint step makes it",
    "in_force": "where it is in force",
    "revocable": "whether anybody can end it alone, as the author says",
    "for": "the party",
    "who": "the party; of `improves` one or more",
    "this": "what is preferred",
    "between": "the two readings",
    "is": "one durability, or several of which one is meant",
    "steps": "`joint`: parties to an agreement may also improve together",
    "improvements": "`best`: parties take only the improvements they like best",
    "nature": "whether nature's moves belong to what opponents can do",
    "states": "graph form: the states, in order",
    "moves": "graph form: by decision maker and state, the states it can move to",
    "statements": "statements with identities, which lenses then list",
    "kind": "`nature` moves without preference",
    "options": "what it controls, in order",
    "listed_state.options": "the options taken; `any` leaves one open",
    "name": "display name",
    "direction": "which way along its values the option may change",
    "that": "the formula",
    "any_order": "the statements; each is a level, and their order is uncertain",
    "weight": "what a state gains that satisfies the formula",
    "reading.lenses": "decision maker to lens; who is not named uses its first",
    "members": "identifiers of decision makers",
    "sum": "the options that are added up, with weights where they are not 1",
    "at_most": "upper bound",
    "at_least": "lower bound",
    "when": "where the consequence follows",
    "set": "what it sets",
    "by": "the decision maker whose moves are meant",
    "from": "where such a move begins",
    "to": "where such a move ends",
    "observed.moves": "the moves, in order",
    "preference_claim.to": "what it is preferred to",
    "improvement.to": "where it leads",
    "evolution.nature": "whether nature moves in the end, or never",
    "avoidance.nature": "whether nature moves in the end, or never",
}
"""Meanings of keys that the schema itself does not describe."""


@dataclass(frozen=True)
class Key:
    """One key of a mapping. ``forms`` and ``meaning`` are Markdown; ``default`` is empty where there is none."""

    name: str
    forms: str
    default: str
    meaning: str
    required: bool


@dataclass(frozen=True)
class Table:
    """The keys of one kind of mapping; ``shared`` names those of its keys that many elements have."""

    id: str
    title: str
    meaning: str
    keys: tuple[Key, ...]
    shared: tuple[str, ...]


def tables(schema: Mapping[str, Any]) -> tuple[Table, ...]:
    """Return a table for the whole document and one for each definition that has keys, in the order of first use.

    Parameters
    ----------
    schema : mapping
        A JSON Schema (draft 2020-12), such as :func:`detente.language.schema.json_schema` returns.

    Examples
    --------
    >>> from detente.language.schema import json_schema
    >>> [table.title for table in tables(json_schema())][:3]
    ['The document', 'Decision maker', 'Option']
    """
    definitions: Mapping[str, Any] = schema.get("$defs", {})
    found = [_table("", schema)]
    waiting = list(_references(schema.get("properties", {})))
    seen: set[str] = set()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        below = list(_references(definitions[name]))
        if definitions[name].get("properties"):
            found.append(_table(name, definitions[name]))
        waiting = below + waiting
    return tuple(found)


def shared_keys(schema: Mapping[str, Any]) -> tuple[Key, ...]:
    """Return the keys that many elements share, each once."""
    found: dict[str, Key] = {}
    for node in schema.get("$defs", {}).values():
        for name, child in node.get("properties", {}).items():
            if name in _EVERYWHERE:
                found.setdefault(name, _key(name, child, False))
    return tuple(found[name] for name in _EVERYWHERE if name in found)


def markdown(
    schema: Mapping[str, Any],
    *,
    prefix: str,
    level: int = 3,
    share: bool = True,
    paths: Mapping[str, Sequence[str]] | None = None,
    examples: Mapping[tuple[str, str], str] | None = None,
) -> str:
    """Return the tables as Markdown (MyST), with a target ``prefix-id`` before each.

    Parameters
    ----------
    schema : mapping
    prefix : str
        What the targets begin with.
    level : int
        The level of the headings.
    share : bool
        Whether keys that many elements share are listed once, in a table of their own.
    paths : mapping, optional
        By the id of a table, where such mappings stand.
    examples : mapping, optional
        By the id of a table and a key, a line that uses it.

    See Also
    --------
    detente.language.reference_examples : where paths and examples come from
    """
    parts = []
    for table in tables(schema):
        words = table.meaning
        rows = list(table.keys)
        if share and table.shared and table.id:
            rows = [key for key in rows if key.name not in table.shared]
            words += (" " if words else "") + "Also: " + ", ".join(f"`{name}`" for name in table.shared) + "."
        target = f"({prefix}-{table.id})=\n" if table.id else ""
        where = _where((paths or {}).get(table.id, ()))
        shown = {key.name: (examples or {}).get((table.id, key.name), "") for key in rows}
        below = "\n\n".join(part for part in (words, where, _rows(rows, prefix, shown)) if part)
        parts.append(f"{target}{'#' * level} {table.title}\n\n{below.strip()}\n")
    if share:
        words = "Most elements may carry these. `certainty` and `id` belong to premises only."
        shown = {name: line for (_, name), line in sorted((examples or {}).items(), key=lambda item: -len(item[1]))}
        rows = list(shared_keys(schema))
        parts.append(f"{'#' * level} Keys that elements share\n\n{words}\n\n{_rows(rows, prefix, shown)}")
    return "\n".join(parts)


def _where(places: Sequence[str], most: int = 3) -> str:
    """Return a line that says where mappings of a kind stand."""
    more = f", and {len(places) - most} more places" if len(places) > most + 1 else ""
    shown = places[:most] if more else places
    return "Where: " + ", ".join(f"`{place}`" for place in shown) + more + "." if places else ""


def _rows(keys: Sequence[Key], prefix: str, examples: Mapping[str, str]) -> str:
    """Return a table; columns that would be empty are left out, and so is a table without rows."""
    rows = [("key", "what it may hold", "default", "meaning", "example"), ("---",) * 5]
    for key in keys:
        name = f"`{key.name}`" + (" (needed)" if key.required else "")
        forms = re.sub(r"\]\(#(\w+)\)", rf"](#{prefix}-\1)", key.forms)
        line = examples.get(key.name, "")
        rows.append((name, forms, key.default, key.meaning, f"`{line}`" if line else ""))
    shown = [i for i in range(5) if any(row[i] for row in rows[2:])]
    return (
        "".join(f"| {' | '.join(row[i].replace('|', chr(92) + '|') for i in shown)} |\n" for row in rows)
        if keys
        else ""
    )


def _table(name: str, node: Mapping[str, Any]) -> Table:
    required = set(node.get("required", ()))
    keys = tuple(_key(key, child, key in required, table_id(name)) for key, child in node.get("properties", {}).items())
    shared = tuple(key.name for key in keys if key.name in _EVERYWHERE and not key.required)
    return Table(table_id(name), _title(name), node.get("description", ""), keys, shared)


def _key(name: str, node: Mapping[str, Any], required: bool, table: str = "") -> Key:
    default = node.get("default")
    shown = "" if default in (None, "") else f"`{default if isinstance(default, str) else json.dumps(default)}`"
    meaning = node.get("description", "")
    if meaning in ("", "a formula"):
        meaning = _PLAIN.get(f"{table}.{name}") or _PLAIN.get(name) or meaning
    return Key(name, " *or* ".join(_forms(node)), shown, _code_words(meaning), required)


def _forms(node: Mapping[str, Any]) -> list[str]:
    """Return the forms a value may have, in words, each once; nothing for what is just absent."""
    given = node.get("type", [])
    kinds = given if isinstance(given, list) else [given] if given != "null" else []
    found = [_form(kind, node) for kind in kinds]
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        found = [f"[{_title(name).lower()}](#{table_id(name)})"]
    elif "enum" in node:
        found = [f"`{value if isinstance(value, str) else json.dumps(value)}`" for value in node["enum"]]
    elif "const" in node:
        found = [f"`{json.dumps(node['const'])}`"]
    elif not given:
        found = [words for part in (*node.get("anyOf", ()), *node.get("oneOf", ())) for words in _forms(part)]
    found = list(dict.fromkeys(found))
    if set(found) >= _ANY_TEXT:
        found = [form for form in found if form not in _ANY_TEXT - {"text"}]
    return found or ([node["description"]] if not given and "description" in node else [])


def _form(kind: str, node: Mapping[str, Any]) -> str:
    description = node.get("description", "")
    if kind == "array":
        return f"list of {_inside(node['items'])}" if node.get("items") else "list"
    if kind == "object":
        within = node.get("additionalProperties")
        key = _name(node.get("propertyNames", {}).get("description", ""), "name")
        return f"{key} → {_inside(within)}" if isinstance(within, Mapping) else "mapping"
    if kind == "string":
        return _name(description, "text")
    return {"integer": "number", "boolean": "true or false", "null": "`null`"}.get(kind, kind)


def _name(description: str, otherwise: str) -> str:
    words = {"a formula": "formula", "a date": "date"}
    return words.get(description, "option" if "party.option" in description else otherwise)


def _inside(node: Mapping[str, Any]) -> str:
    forms = _forms(node)
    return "(" + " / ".join(forms) + ")" if len(forms) > 1 else "".join(forms) or "anything"


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if "$ref" in node:
            yield node["$ref"].rpartition("/")[2]
        for part in node.values():
            yield from _references(part)
    elif isinstance(node, list):
        for part in node:
            yield from _references(part)


def _title(name: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Shape")).replace("_", " ").lower()
    return words[:1].upper() + words[1:] if words else "The document"


def table_id(name: str) -> str:
    """Return the name of a definition as tables have it."""
    return re.sub(r"\W", "_", _title(name).lower()) if name else ""


def _code_words(text: str) -> str:
    """Return a text with what stands in braces as code, so that Markdown leaves it alone."""
    return re.sub(r"\{[^{}]*\}", lambda found: f"`{found.group()}`", text)
