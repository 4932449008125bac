"""What the forms do to a model, as changes of its text that keep its comments.

Each function takes a text and returns another; :class:`detente.workbench.layout.EditError` says that a form cannot do
it, and nothing is changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from detente.errors import ModelError, UsageError
from detente.language.formula_parser import FormulaError, parse_formula
from detente.language.schema_words import is_identifier
from detente.language.source import Path
from detente.workbench.documents import conflict_of, document_of
from detente.workbench.layout import EditError, Sheet, layout

EMPTY = "title: A new conflict\ndecision_makers: {}\n"
"""The text of a model in which there is nothing yet."""

OFF = "#off "
"""Begins a line of a restriction that is switched off."""

_PROSE = ("name", "because", "source", "notes", "title", "says", "quote", "text")


def moved(text: str, kind: str, path: Path, old: int, new: int) -> str:
    """Move an item of a list, or an entry of a mapping, to another place."""
    sheet = Sheet(text, kind)
    sheet.move(path, old, new)
    return sheet.text


def removed(text: str, kind: str, path: Path) -> str:
    """Remove an item or an entry."""
    sheet = Sheet(text, kind)
    sheet.remove(path)
    return sheet.text


def put(text: str, kind: str, path: Path, value: Any) -> str:
    """Let a part be something else."""
    sheet = Sheet(text, kind)
    sheet.put(path, value)
    return sheet.text


# -- parties, options, statements, outcomes -------------------------------------------------------------------------


def party_added(text: str, kind: str, name: str) -> str:
    """Add a party of this name, that can do nothing and wants nothing yet."""
    sheet = Sheet(text, kind)
    known = (sheet.data or {}).get("decision_makers") or {}
    sheet.insert(("decision_makers",), {"name": _named(name)}, key=identifier(name, known, "party"))
    return sheet.text


def option_added(text: str, kind: str, dm: str, name: str) -> str:
    """Add a yes/no option of this name to a party."""
    sheet = Sheet(text, kind)
    path: Path = ("decision_makers", dm, "options")
    known = ((sheet.data or {}).get("decision_makers") or {}).get(dm, {}).get("options") or {}
    key = identifier(name, known, "option")
    if isinstance(known, list):
        sheet.insert(path, key)
    else:
        sheet.insert(path, _named(name), key=key)
    return sheet.text


def named(text: str, kind: str, path: Path, name: str) -> str:
    """Give a display name to a party, an option, an outcome or a statement."""
    sheet = Sheet(text, kind)
    value = _value(sheet.data, path)
    if len(path) == 4 and path[2] == "options" and not isinstance(value, dict):
        sheet.put(path, _named(name))
    elif isinstance(value, dict):
        sheet.put((*path, "name"), _named(name))
    elif isinstance(value, str):
        sheet.put(path, {"name": _named(name), "that": value})
    else:
        raise EditError("this has no name of its own")
    return sheet.text


def statement_added(text: str, kind: str, path: Path, formula: str, *, at: int | None = None) -> str:
    """Add a statement to a list of preferences; last where no place is said."""
    sheet = Sheet(text, kind)
    sheet.insert(path, _formula(formula), at=at)
    return sheet.text


def statement_changed(text: str, kind: str, path: Path, formula: str) -> str:
    """Let a statement, a restriction or an outcome say something else; its reason and source stay."""
    sheet = Sheet(text, kind)
    inside = isinstance(_value(sheet.data, path), dict)
    sheet.put((*path, "that") if inside else path, _formula(formula))
    return sheet.text


def certainty_set(text: str, kind: str, path: Path, certainty: str) -> str:
    """Say how sure a premise is; ``certain`` is not written."""
    sheet = Sheet(text, kind)
    value = _value(sheet.data, path)
    if isinstance(value, str) and path[0] == "decision_makers":
        declared: Path = ("decision_makers", path[1], "statements", value.strip())
        shared: Path = ("statements", value.strip())
        for place in (declared, shared):
            if _value(sheet.data, place) is not None:
                path, value = place, _value(sheet.data, place)
                break
    if isinstance(value, dict) and certainty == "certain":
        if "certainty" in value:
            sheet.remove((*path, "certainty"))
    elif isinstance(value, dict):
        if not {"that", "when", "sum", "by"} & set(value):
            raise EditError("this is no single premise; its certainty is said in the text")
        sheet.put((*path, "certainty"), certainty)
    elif isinstance(value, str):
        if certainty != "certain":
            sheet.put(path, {"that": value, "certainty": certainty})
    else:
        raise EditError("this is no single premise; its certainty is said in the text")
    return sheet.text


def infeasible_added(text: str, kind: str, formula: str) -> str:
    """Add a formula that no state may satisfy."""
    sheet = Sheet(text, kind)
    known = (sheet.data or {}).get("infeasible")
    if isinstance(known, dict):
        sheet.insert(("infeasible",), _formula(formula), key=identifier("rule", known, "rule"))
    else:
        sheet.insert(("infeasible",), _formula(formula))
    return sheet.text


def outcome_added(text: str, kind: str, name: str, formula: str) -> str:
    """Add an outcome."""
    sheet = Sheet(text, kind)
    known = (sheet.data or {}).get("outcomes") or {}
    key = identifier(name, known, "outcome")
    value: Any = _formula(formula) if key == name.strip() else {"name": _named(name), "that": _formula(formula)}
    sheet.insert(("outcomes",), value, key=key)
    return sheet.text


def status_quo_set(text: str, kind: str, values: Mapping[str, str]) -> str:
    """Say where things stand: the options taken, and the values of those that have other values than yes and no."""
    taken = [name if value == "yes" else f"{name} = {value}" for name, value in values.items() if value != "no"]
    sheet = Sheet(text, kind)
    sheet.put(("status_quo",), taken)
    return sheet.text


# -- restrictions that are switched off -----------------------------------------------------------------------------


def switched_off(text: str) -> list[str]:
    """Return the restrictions that are switched off, each as its lines without the sign of it."""
    found: list[list[str]] = []
    for line in text.split("\n"):
        bare = line.lstrip(" ")
        if not bare.startswith(OFF):
            continue
        said = bare.removeprefix(OFF)
        if not said.startswith((" ", "#")) or not found:
            found.append([])
        found[-1].append(said)
    return ["\n".join(lines) for lines in found]


def switch_off(text: str, kind: str, path: Path) -> str:
    """Make a comment of a restriction, from which it can come back."""
    if kind == "json":
        raise EditError(
            "JSON has no comments, so nothing can be switched off in it; remove it, or keep the model as YAML"
        )
    sheet = Sheet(text, kind)
    root = layout(text)
    node = root.at(path[:-1])
    if node is None or node.flow or path[-1] not in node.items:
        raise EditError("this restriction is not on lines of its own; change it in the text")
    item = node.items[path[-1]]
    begin = text.rfind("\n", 0, node.keys.get(path[-1], item.begin)) + 1
    end = text.find("\n", max(item.end, begin))
    end = len(text) if end < 0 else end
    lines = text[begin:end].split("\n")
    margin = len(lines[0]) - len(lines[0].lstrip(" "))
    off = [line[:margin] + OFF + line[margin:] if line.strip() else line for line in lines]
    result = text[:begin] + "\n".join(off) + text[end:]
    sheet.remove(path)
    before, after = sheet.data, Sheet(result, kind).data
    if _without_empty(before, path[0]) != _without_empty(after, path[0]):
        raise EditError("this restriction is not on lines of its own; change it in the text")
    return result


def switch_on(text: str, kind: str, number: int) -> str:
    """Take a restriction that is switched off back into the model, by its place among those."""
    at = -1
    lines = text.split("\n")
    for place, line in enumerate(lines):
        bare = line.lstrip(" ")
        if not bare.startswith(OFF):
            continue
        said = bare.removeprefix(OFF)
        at += not said.startswith((" ", "#")) or at < 0
        if at == number:
            lines[place] = line[: len(line) - len(bare)] + said
    if at < number:
        raise EditError("there is no such restriction")
    result = "\n".join(lines)
    _ = Sheet(result, kind).data
    return result


def _without_empty(data: Any, key: str | int) -> Any:
    if isinstance(data, dict) and not data.get(str(key)):
        return {name: part for name, part in data.items() if name != key}
    return data


# -- identifiers ----------------------------------------------------------------------------------------------------


def identifier(name: str, known: Any, otherwise: str) -> str:
    """Return an identifier for a name that is none of the known ones.

    Examples
    --------
    >>> identifier("Upper village!", {}, "party")
    'upper_village'
    >>> identifier("Größe", {"groesse"}, "party")
    'groesse_2'
    """
    plain = name.strip().lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", plain)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    stem = re.sub(r"\W+", "_", plain).strip("_")[:40] or otherwise
    if not is_identifier(stem) or stem[0].isdigit():
        stem = f"{otherwise}_{stem}"
    result, number = stem, 1
    while result in known:
        number += 1
        result = f"{stem}_{number}"
    return result


def renamed(text: str, kind: str, old: str, new: str) -> str:
    """Give a party (``us``) or an option (``us.go``) another identifier, wherever the model speaks of it.

    Prose (names, reasons, sources, notes) stays as it is. The model must have no errors, before and after.
    """
    party, dot, option = old.partition(".")
    if not is_identifier(new):
        raise EditError(f"{new!r} is no identifier; expected letters, digits and '_'")
    try:
        before = conflict_of(text, kind)
        if dot and old not in before.options:
            raise EditError(f"there is no option {old!r}")
        before.decision_maker(party)
    except ModelError:
        raise EditError("the model has errors; mend them before an identifier is changed") from None
    full = f"{party}.{new}" if dot else new
    if full in before.options or (not dot and full in [dm.id for dm in before.decision_makers]):
        raise EditError(f"there is {full!r} already")
    words = re.compile(rf"(?<![\w.]){re.escape(party)}(\s*\.\s*){re.escape(option)}(?!\w)" if dot
                       else rf"(?<![\w.]){re.escape(party)}(?=\s*\.)")  # fmt: skip
    by = f"{party}\\g<1>{new}" if dot else new
    document = document_of(text, kind)
    spans: dict[tuple[int, int], str] = {}
    for path, (begin, end) in document.spans.items():
        if any(part in _PROSE for part in path[-1:]) or (len(path) == 4 and path[2] == "options"):
            continue
        raw = text[begin:end]
        whole = not dot and raw.strip("'\"") == party and _refers(path)
        spans[begin, end] = raw.replace(party, new) if whole else words.sub(by, raw)
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for path, mark in document.keys.items():
        key = str(path[-1])
        begin = starts[mark.line - 1] + mark.column - 1
        raw = text[begin : begin + mark.length]
        makers = ("decision_makers", party, "options", option) if dot else ("decision_makers", party)
        own = path[-len(makers) :] == makers  # also in variants and guarantees, which say what changes
        listed = {path[0], *path[-2:-1]} & {"readings", "moves", "views"}
        if own or (not dot and key == party and listed):
            spans[begin, begin + len(raw)] = raw.replace(option if dot else party, new, 1)
        elif key not in _PROSE:
            spans[begin, begin + len(raw)] = words.sub(by, raw)
    result = text
    for (begin, end), piece in sorted(spans.items(), reverse=True):
        result = result[:begin] + piece + result[end:]
    result = "\n".join(words.sub(by, line) if line.lstrip().startswith(OFF) else line for line in result.split("\n"))
    try:
        after = conflict_of(result, kind)
    except ModelError as error:
        raise EditError(
            f"it is spoken of in a way that a form does not know ({error.diagnostics[0].sentence()})"
        ) from None
    wanted = [words.sub(by, name) if not dot else (full if name == old else name) for name in before.options]
    if list(after.options) != wanted:
        raise EditError("it is spoken of in a way that a form does not know; change it in the text")
    return result


def _refers(path: Path) -> bool:
    """Return whether a word at a path can be a party."""
    return path[-1] == "by" or (path[0] == "coalitions") or "members" in path or "between" in path or "parties" in path


def _value(data: Any, path: Path) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _named(name: str) -> str:
    if not name.strip():
        raise EditError("a name has at least one character")
    return " ".join(name.split())


def _formula(formula: str) -> str:
    words = " ".join(formula.split())
    try:
        parse_formula(words)
    except (FormulaError, UsageError) as error:
        raise EditError(f"this is no formula: {error}") from None
    return words
