"""Where the parts of a YAML text stand, and changes of one part that leave every other character alone.

Every change is checked: the new text must say exactly what the change of the plain data says. Where it would not, or
where a part is written in a way that these changes do not know, :class:`EditError` is raised and nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from detente.errors import Mark, ModelError, UsageError
from detente.language.patch import alike
from detente.language.source import Document, Path
from detente.language.write_text import json_text, one_line, yaml_text
from detente.workbench.documents import document_of

UNKNOWN = "this part is written in a way that a form does not know; change it in the text"


class EditError(UsageError):
    """A form cannot make this change; the text can."""


@dataclass
class Node:
    """A part of the text from ``begin`` to ``end`` (offsets), and its parts; ``keys``: where a mapping's keys are."""

    kind: str
    begin: int
    end: int
    flow: bool = False
    items: dict[str | int, Node] = field(default_factory=dict)
    keys: dict[str | int, int] = field(default_factory=dict)

    def at(self, path: Path) -> Node | None:
        """Return the part at a path."""
        node: Node | None = self
        for part in path:
            node = node.items.get(part) if node is not None else None
        return node


def layout(text: str) -> Node:
    """Return where the parts of a YAML text stand. Raises EditError for what is no plain YAML."""
    return _Reader(_document(text, "yaml")).node(())


class _Reader:
    """Reads from the places of a document where its parts begin and end."""

    def __init__(self, document: Document) -> None:
        self.document, self.text = document, document.text
        self.lines = [0]
        for line in self.text.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)

    def node(self, path: Path) -> Node:
        begin = self._index(self.document.values[path])
        sign = self.text[begin : begin + 1]
        data = self._data(path)
        if sign == "*" or not isinstance(data, (dict, list)):
            end = self.document.spans.get(path, (begin, begin))[1]
            if sign == "*":
                end = begin + len(_WORD.match(self.text, begin + 1)[0]) + 1  # type: ignore[index]
                return Node("alias", begin, end)
            return Node("scalar", begin, begin + len(self.text[begin:end].rstrip()))
        if sign == "&":
            begin = _ANCHOR.match(self.text, begin).end()  # type: ignore[union-attr]
            sign = self.text[begin : begin + 1]
        node = Node("map" if isinstance(data, dict) else "list", begin, begin, sign in ("[", "{"))
        for key in data if isinstance(data, dict) else range(len(data)):
            here: Path = (*path, key)
            node.items[key] = self.node(here)
            if here in self.document.keys:
                node.keys[key] = self._index(self.document.keys[here])
        ends = [item.end for item in node.items.values()]
        ends += [self.text.find(":", at) + 1 for at in list(node.keys.values())[-1:]]
        node.end = max([*ends, begin])
        if node.flow:
            node.end = self.text.index("]" if sign == "[" else "}", node.end) + 1
        return node

    def _data(self, path: Path) -> Any:
        data: Any = self.document.data
        for part in path:
            data = data[part]
        return data

    def _index(self, mark: Mark) -> int:
        return self.lines[mark.line - 1] + mark.column - 1


_WORD = re.compile(r"[^\s,\[\]{}]*")
_ANCHOR = re.compile(r"&[^\s,\[\]{}]+\s*(#[^\n]*)?\s*")


# -- changes --------------------------------------------------------------------------------------------------------

Change = Callable[[Any], Any]
"""What a change does to the plain data of the part that it changes."""


@dataclass
class Sheet:
    """A text that is changed part by part.

    Parameters
    ----------
    text : str
    kind : {"yaml", "json"}
    """

    text: str
    kind: str = "yaml"

    @property
    def data(self) -> Any:
        """The plain data of the text. Raises EditError."""
        return _document(self.text, self.kind).data

    def move(self, path: Path, old: int, new: int) -> None:
        """Move an item of a list, or an entry of a mapping, from one place to another."""

        def change(value: Any) -> Any:
            items = list(value.items()) if isinstance(value, dict) else list(value or [])
            if not (0 <= old < len(items) and 0 <= new < len(items)):
                raise EditError("there is no such place in the list")
            items.insert(new, items.pop(old))
            return dict(items) if isinstance(value, dict) else items

        def surgery(root: Node, node: Node) -> str:
            chunks = self._chunks(node)
            begin, end = chunks[0][0], chunks[-1][1]
            pieces = [self.text[a:b] for a, b in chunks]
            pieces = [piece if piece.endswith("\n") else piece + "\n" for piece in pieces]
            pieces.insert(new, pieces.pop(old))
            return self.text[:begin] + "".join(pieces) + self.text[end:]

        self._apply(path, change, surgery)

    def remove(self, path: Path) -> None:
        """Remove an item or an entry, with the comments right above it."""
        inner, last = path[:-1], path[-1]

        def change(value: Any) -> Any:
            if isinstance(value, dict):
                return {key: part for key, part in value.items() if key != last}
            return [part for place, part in enumerate(value) if place != last]

        def surgery(root: Node, node: Node) -> str:
            if len(node.items) == 1:
                return self._replaced(node, "[]" if node.kind == "list" else "{}", inner)
            begin, end = self._chunks(node)[list(node.items).index(last)]
            return self.text[:begin] + self.text[end:]

        self._apply(inner, change, surgery)

    def insert(self, path: Path, value: Any, *, key: str | None = None, at: int | None = None) -> None:
        """Put a new item into a list, or a new entry into a mapping; at the end where no place is said."""

        def change(found: Any) -> Any:
            if key is not None:
                if key in (found or {}):
                    raise EditError(f"there is {key!r} already")
                entries = list((found or {}).items())
                entries.insert(len(entries) if at is None else at, (key, value))
                return dict(entries)
            items = list(found or [])
            items.insert(len(items) if at is None else at, value)
            return items

        def surgery(root: Node, node: Node) -> str:
            if not node.items:
                raise EditError("an empty list")
            first = next(iter(node.keys.values())) if node.kind == "map" else self._dash(node.items[0])
            lines = yaml_text({key: value} if key is not None else {"x": [value]}).splitlines()
            lines = lines if key is not None else [line[2:] for line in lines[1:]]
            margin = " " * self._column(first)
            piece = "".join(f"{margin}{line}\n" for line in lines)
            last = at is None or at >= len(node.items)
            where = self._behind(node.end) if last else self._chunks(node)[at or 0][0]
            gap = "" if not where or self.text[where - 1] == "\n" else "\n"
            return self.text[:where] + gap + piece + self.text[where:]

        self._apply(path, change, surgery)

    def put(self, path: Path, value: Any) -> None:
        """Let an entry of a mapping, or an item of a list, be something else; a new entry comes last."""
        inner, last = path[:-1], path[-1]
        found = self.data
        for part in inner:
            try:
                found = found[part]
            except (KeyError, IndexError, TypeError):
                found = None
                break
        if isinstance(last, str) and (found is None or (isinstance(found, dict) and last not in found)):
            self.insert(inner, value, key=last)
            return

        def surgery(root: Node, node: Node) -> str:
            return self._replaced(node, one_line(value), path)

        self._apply(path, lambda _: value, surgery)

    def rename(self, path: Path, name: str) -> None:
        """Let an entry of a mapping have another key."""
        inner, last = path[:-1], path[-1]

        def change(value: Any) -> Any:
            if name in value:
                raise EditError(f"there is {name!r} already")
            return {name if key == last else key: part for key, part in value.items()}

        def surgery(root: Node, node: Node) -> str:
            begin = node.keys[last]
            end = begin + len(str(last))
            if self.text[begin:end] != last:
                raise EditError("this name is written in quotes")
            return self.text[:begin] + one_line(name) + self.text[end:]

        self._apply(inner, change, surgery)

    # -- how --------------------------------------------------------------------------------------------------------

    def _apply(self, path: Path, change: Change, surgery: Callable[[Node, Node], str]) -> None:
        wanted = changed(self.data, path, change)
        if self.kind == "json":
            self.text = json_text(wanted)
            return
        root = layout(self.text)
        node = root.at(path)
        try:
            if node is None or node.kind in ("scalar", "alias") or node.flow or not node.items:
                text = self._flow(root, path, change, wanted)
            else:
                text = surgery(root, node)
        except (ValueError, IndexError, KeyError, StopIteration):
            raise EditError(UNKNOWN) from None
        try:
            said = document_of(text, self.kind).data
        except ModelError:
            raise EditError("other parts of the text refer to this one; change it in the text") from None
        if not alike(said, wanted):
            raise EditError(UNKNOWN)
        self.text = text

    def _flow(self, root: Node, path: Path, change: Change, wanted: Any) -> str:
        """Write a part anew: one that is a word, on one line, empty, or not there."""
        value = wanted
        for part in path:
            value = value[part]
        node = root.at(path)
        if node is None:
            inner = root.at(path[:-1])
            if inner is None or inner.kind != "map" or inner.flow or not inner.items:
                raise EditError(UNKNOWN)
            end = self._behind(inner.end)
            margin = " " * self._column(next(iter(inner.keys.values())))
            lines = yaml_text({str(path[-1]): value}).splitlines()
            gap = "" if not end or self.text[end - 1] == "\n" else "\n"
            return self.text[:end] + gap + "".join(f"{margin}{line}\n" for line in lines) + self.text[end:]
        if "#" in self.text[node.begin : node.end] and node.kind in ("list", "map"):
            raise EditError("there are comments inside of this list; change it in the text")
        if not node.items and isinstance(value, (list, dict)) and value and not self._inside_flow(root, path):
            return self._replaced(node, self._block(root, path, value), path)
        return self._replaced(node, one_line(value), path)

    def _block(self, root: Node, path: Path, value: Any) -> str:
        """Return a list or mapping, written on lines of its own below its key."""
        inner = root.at(path[:-1])
        assert inner is not None
        column = self._column(inner.keys[path[-1]]) if inner.kind == "map" else 0
        lines = yaml_text({"x": value}).splitlines()[1:]
        return "\n" + "\n".join(" " * column + line for line in lines)

    def _inside_flow(self, root: Node, path: Path) -> bool:
        inner = [root.at(path[:depth]) for depth in range(len(path))]
        return any(node is None or node.flow for node in inner) or (inner[-1] is not None and inner[-1].kind == "list")

    def _replaced(self, node: Node, piece: str, path: Path) -> str:
        begin, end = node.begin, max(node.end, node.begin)
        if not node.flow and node.kind in ("list", "map") and node.items:
            begin = self.text.rfind(":", 0, self._line(begin)) + 1  # behind the key, on its line
            piece = f" {piece}"
            between = self.text[begin : node.begin]
            if between.strip(" -\n"):
                raise EditError("there are comments above this list; change it in the text")
        elif begin == end:  # nothing is there: right behind the key
            begin = end = self._behind_key(path)
            piece = piece if piece.startswith("\n") else f" {piece}"
        elif piece.startswith("\n"):
            begin = begin - len(self.text[:begin]) + len(self.text[:begin].rstrip(" "))
        return self.text[:begin] + piece + self.text[end:]

    def _behind_key(self, path: Path) -> int:
        inner = layout(self.text).at(path[:-1])
        if inner is None or inner.kind != "map":
            raise EditError(UNKNOWN)
        at = inner.keys[path[-1]] + len(str(path[-1]))
        return self.text.index(":", at) + 1

    def _chunks(self, node: Node) -> list[tuple[int, int]]:
        """Return the stretches of whole lines that the items of a block have, comments above them included."""
        starts = []
        for key, item in node.items.items():
            at = node.keys[key] if node.kind == "map" else self._dash(item)
            line = self._line(at)
            if self.text[line:at].strip():
                raise ValueError("not alone on its line")
            starts.append(line)
        end = self._behind(max(node.end, starts[-1]))
        above = [self._above(line, low) for line, low in zip(starts, [0, *starts], strict=False)]
        return list(zip(above, [*above[1:], end], strict=True))

    def _above(self, line: int, low: int) -> int:
        """Return where the comments right above a line begin, those with the line's indentation or more."""
        margin = len(self.text[line:]) - len(self.text[line:].lstrip(" "))
        while line > low:
            before = self.text.rfind("\n", 0, line - 1) + 1
            row = self.text[before : line - 1]
            if before < low or not row.strip().startswith("#") or len(row) - len(row.lstrip(" ")) < margin:
                break
            if row.strip().startswith("#off "):
                break
            line = before
        return line

    def _behind(self, at: int) -> int:
        """Return where the line after the one with a place begins."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1

    def _dash(self, item: Node) -> int:
        line = self._line(item.begin)
        before = self.text[line : item.begin]
        if before.strip() != "-":
            raise ValueError("not behind a dash of its own")
        return line + before.index("-")

    def _line(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _column(self, at: int) -> int:
        return at - self._line(at)


def changed(data: Any, path: Path, change: Change) -> Any:
    """Return data with one part changed; mappings on the way that are not there are made."""
    if not path:
        return change(data)
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        if not isinstance(data, list) or not 0 <= first < len(data):
            raise EditError("there is no such place in the list")
        return [changed(part, rest, change) if place == first else part for place, part in enumerate(data)]
    if data is not None and not isinstance(data, dict):
        raise EditError(UNKNOWN)
    return {**(data or {}), first: changed((data or {}).get(first), rest, change)}


def _document(text: str, kind: str) -> Document:
    try:
        return document_of(text, kind)
    except ModelError as error:
        place = error.diagnostics[0].mark
        line = f" (line {place.line})" if place else ""
        raise EditError(f"the text is not {kind.upper()} as it stands; mend it first{line}") from None
