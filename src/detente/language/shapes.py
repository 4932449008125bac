"""Plain data → a checked shape, with every shape error located and put in the language's own words."""

from __future__ import annotations

from typing import Any

from detente.errors import Diagnostic, Mark, nearest_name
from detente.language.formula_parser import FormulaError, UnclosedError, UnopenedError
from detente.language.schema import ModelShape, json_schema
from detente.language.schema_words import ShapeError, word
from detente.language.source import Document, Path
from detente.language.yaml_errors import misplaced_dash, no_blank

_MESSAGES = {
    "missing": "the key {last!r} is missing",
    "string_type": "{shown} stands where text is expected",
    "dict_type": "{shown} stands where a mapping is expected",
    "list_type": "{shown} stands where a list is expected",
    "model_type": "{shown} stands where a mapping is expected",
    "model_attributes_type": "{shown} stands where a mapping is expected",
}


def check_shape(document: Document, problems: list[Diagnostic]) -> tuple[ModelShape | None, Document]:
    """Return the shape without the parts that are wrong, and the places of what is left.

    What is wrong is added to ``problems``. The shape is ``None`` when nothing useful is left.
    """
    from pydantic import ValidationError

    data = document.data
    if data is None:
        problems.append(Diagnostic("the model is empty", Mark(1, 1), "at least 'decision_makers:'"))
        return None, document
    if not isinstance(data, dict):
        problems.append(Diagnostic("this is not a model", document.value(()), "a mapping with 'decision_makers:'"))
        return None, document
    for _ in range(8):
        try:
            return ModelShape.model_validate(data), document
        except ValidationError as error:
            found = [_Found(document, data, dict(item)) for item in error.errors(include_url=False)]
        problems += [item.diagnostic for item in found if not _follows(item, found, document)]
        paths = {item.path for item in found}
        data = _without(data, paths)
        document = document.without(paths)
        if () in paths or not isinstance(data, dict) or "decision_makers" not in data:
            return None, document
    return None, document


class _Found:
    """One error of pydantic: its diagnostic, the path of what to leave out, and what it came from."""

    def __init__(self, document: Document, data: Any, error: dict[str, Any]) -> None:
        self.kind: str = error["type"]
        self.last = str(error["loc"][-1]) if error["loc"] else ""
        self.cause = error.get("ctx", {}).get("error")
        self.diagnostic, self.path = _problem(document, data, error)


_OTHER_KEYS = {"if": "when", "then": "set"}


def _unknown_keys(found: list[_Found], path: Path) -> list[str]:
    return [other.last for other in found if other.kind == "extra_forbidden" and other.path[:-1] == path]


def _follows(item: _Found, found: list[_Found], document: Document) -> bool:
    """Return whether an error only follows from another that is reported."""
    if item.kind == "missing":
        unknown = _unknown_keys(found, item.path)
        return (
            document.is_lost((*item.path, item.last))
            or (bool(unknown) and set(document.keys_in(item.path)) <= set(unknown))
            or any("." in key or _OTHER_KEYS.get(key, key) == item.last for key in unknown)
            or any(nearest_name(key, [item.last]) for key in unknown)
        )
    if item.kind == "extra_forbidden" and item.last == "then":
        return "if" in _unknown_keys(found, item.path[:-1])
    if item.kind == "too_short":
        return document.is_damaged(item.path)
    if isinstance(item.cause, UnopenedError):  # the rest of a formula that was cut at a comma
        return any(isinstance(o.cause, UnclosedError) and o.path[:-1] == item.path[:-1] for o in found)
    return False


def _problem(document: Document, data: Any, error: dict[str, Any]) -> tuple[Diagnostic, Path]:
    """Return the diagnostic of one pydantic error, and the path of what to leave out."""
    path, at_key, value = _locate(error["loc"], data)
    kind = error["type"]
    cause = error.get("ctx", {}).get("error")
    layout = None if at_key or kind in ("missing", "extra_forbidden") else _layout_problem(document, path, value, error)
    if layout is not None:
        return layout, path
    if isinstance(cause, FormulaError):
        return _formula_problem(document, path, at_key, str(value), cause), path
    mark = document.key(path) if at_key else document.value(path)
    if isinstance(cause, ShapeError):
        return Diagnostic(cause.message, mark, cause.expected), path
    last = error["loc"][-1] if error["loc"] else ""
    here = document.key(path)
    if kind == "extra_forbidden" and str(last)[0:1] == "-" and here is not None:
        return no_blank(here), path
    if kind == "extra_forbidden":
        known = _known_keys(path[:-1])
        meant = _OTHER_KEYS.get(str(last), "")
        if meant in known:
            both = "then" in document.keys_in(path[:-1]) and last == "if"
            wanted = "'when' and 'set' for 'if' and 'then'" if both else repr(meant)
            return Diagnostic(f"unknown key {str(last)!r}", document.key(path), wanted), path
        near = nearest_name(str(last), known)
        expected = _as_setting({str(last): value}) or ("" if near else f"one of {', '.join(sorted(known))}")
        return Diagnostic(f"unknown key {str(last)!r}", document.key(path), expected, near), path
    if kind == "missing":
        return Diagnostic(f"the key {str(last)!r} is missing", document.key(path), f"'{last}:' here"), path
    if kind == "literal_error":
        near = nearest_name(str(value), _choices(error))
        what = f"{_shown(value)} stands here" if isinstance(value, (dict, list)) else f"unexpected {_shown(value)}"
        return Diagnostic(what, mark, error["ctx"]["expected"], near), path
    if kind in ("too_short", "too_long"):
        wanted = error["ctx"].get("min_length", error["ctx"].get("max_length"))
        amount = "at least" if kind == "too_short" else "at most"
        count = error["ctx"]["actual_length"]
        items = "1 item" if count == 1 else f"{count or 'no'} items"
        return Diagnostic(f"{_shown(value)} with {items}", mark, f"{amount} {wanted}"), path
    if kind == "form":
        return Diagnostic(f"{_shown(value)} stands here", mark, error["msg"].partition("expected ")[2]), path
    template = _MESSAGES.get(kind)
    message = template.format(shown=_shown(value), last=last) if template else f"{_shown(value)}: {error['msg']}"
    return Diagnostic(message, mark, _as_setting(value) if kind == "string_type" else ""), path


_WANTED = {"string_type": "text", "list_type": "a list", "dict_type": "a mapping", "model_type": "a mapping"}


def _layout_problem(document: Document, path: Path, value: Any, error: dict[str, Any]) -> Diagnostic | None:
    """Return what is wrong with the layout where that is behind an error: a key without a value, a '-' out of place."""
    if value is None and path in document.keys:
        wanted = _WANTED.get(error["type"]) or error["msg"].partition("expected ")[2]
        return Diagnostic(f"the key {path[-1]!r} has no value", document.key(path), wanted)
    if isinstance(value, dict) and len(value) == 1 and error["type"] == "string_type":
        ((key, inside),) = value.items()
        if inside is None and path and isinstance(path[-1], int):
            return Diagnostic(f"the key {key!r} has no value", document.key((*path, key)), f"'- {key}' without a ':'")
    return misplaced_dash(document.plain_lines(path)) if isinstance(value, str) else None


def _formula_problem(document: Document, path: Path, at_key: bool, text: str, cause: FormulaError) -> Diagnostic:
    if at_key:
        return Diagnostic(cause.message, document.key(path), cause.expected)
    if isinstance(cause, UnclosedError) and path and isinstance(path[-1], int) and document.follows(path) == ",":
        mark = document.within(path, text, len(text), 1)
        wanted = "quotes around a formula with commas, where it stands in [ ]"
        return Diagnostic("the formula is cut at this comma", mark, wanted)
    return Diagnostic(cause.message, document.within(path, text, cause.start, cause.length), cause.expected)


def _as_setting(value: Any) -> str:
    """Return how ``{party.option: value}`` is written as an item of a list; nothing for anything else."""
    if not isinstance(value, dict) or len(value) != 1:
        return ""
    ((option, given),) = value.items()
    return f"'{option} = {word(given)}'" if "." in option and isinstance(word(given), str) else ""


def _choices(error: dict[str, Any]) -> list[str]:
    return [word.strip(" '") for part in error["ctx"]["expected"].split(",") for word in part.split(" or ")]


def _locate(loc: tuple[Any, ...], data: Any) -> tuple[Path, bool, Any]:
    """Turn pydantic's location (with its tags) into a path in the data; say whether the key itself is meant."""
    path: Path = ()
    for part in loc:
        if part == "[key]":
            return path, True, data
        if (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        ):
            path, data = (*path, part), data[part]
    return path, False, data


def _shown(value: Any) -> str:
    names = {dict: "a mapping", list: "a list", type(None): "nothing"}
    return names.get(type(value)) or repr(str(value))


def _without(data: Any, paths: set[Path]) -> Any:
    """Return a copy of the data without the parts at ``paths``."""
    here = {path[0] for path in paths if len(path) == 1}

    def below(key: str | int) -> set[Path]:
        return {path[1:] for path in paths if len(path) > 1 and path[0] == key}

    if isinstance(data, dict):
        return {key: _without(value, below(key)) for key, value in data.items() if key not in here}
    if isinstance(data, list):
        return [_without(value, below(index)) for index, value in enumerate(data) if index not in here]
    return data


def _known_keys(path: Path) -> set[str]:
    """Return the keys that the schema allows at a path of the data."""
    schema = json_schema()
    definitions = schema.get("$defs", {})

    def alternatives(node: dict[str, Any]) -> list[dict[str, Any]]:
        if "$ref" in node:
            return alternatives(definitions[node["$ref"].rpartition("/")[2]])
        nested = [option for key in ("anyOf", "oneOf", "allOf") for option in node.get(key, [])]
        return [node, *(found for option in nested for found in alternatives(option))]

    nodes = alternatives(schema)
    for part in path:
        below: list[dict[str, Any]] = []
        for node in nodes:
            if isinstance(part, int):
                child = node.get("items")
            else:
                child = node.get("properties", {}).get(part, node.get("additionalProperties"))
            if isinstance(child, dict):
                below += alternatives(child)
        nodes = below
    return {key for node in nodes for key in node.get("properties", {})}
