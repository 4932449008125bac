"""YAML or JSON text → plain data, with the place of every key and value. Hostile input is refused, not survived.

Only the event stream of the YAML parser is used: keys are always text, numbers are exact, repeated keys, tags, several
documents, deep nesting and alias bombs are errors with a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn, TypeAlias

from detente.errors import Diagnostic, Mark, ModelError
from detente.language.yaml_errors import explain_yaml_error, no_blank
from detente.language.yaml_events import careful_events, quick_events

MAX_BYTES = 8_000_000
MAX_DEPTH = 40
MAX_NODES = 400_000
MAX_DIGITS = 40

Path: TypeAlias = tuple[str | int, ...]
Data: TypeAlias = "bool | int | Decimal | str | list[Any] | dict[str, Any] | None"

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?\Z")
_TRUE, _FALSE, _NULL = {"true", "True", "TRUE"}, {"false", "False", "FALSE"}, {"", "~", "null", "Null", "NULL"}


@dataclass
class Document:
    """Plain data and where each part of it stands: ``keys[path]`` for a mapping's key, ``values[path]`` for a value.

    ``spans`` has where the text of a scalar begins and ends; ``lost`` has the paths of parts that were left out because
    they are wrong (of a list's item, the list's path and -1), so that nobody misses them a second time.
    """

    data: Data
    origin: str
    text: str
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    spans: dict[Path, tuple[int, int]] = field(default_factory=dict)
    lost: set[Path] = field(default_factory=set)

    def key(self, path: Path) -> Mark | None:
        """Return the place of the key at ``path`` (of the value, or of what encloses it, where there is no key)."""
        return self.keys.get(path) or self.value(path)

    def value(self, path: Path) -> Mark | None:
        """Return the place of the value at ``path``, or of what encloses it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path)

    def __post_init__(self) -> None:
        self._above_lost = {path[:depth] for path in self.lost for depth in range(len(path))}

    def is_lost(self, path: Path) -> bool:
        """Return whether this part, or what encloses it, was left out because it is wrong."""
        return any(path[:depth] in self.lost for depth in range(len(path) + 1))

    def is_damaged(self, path: Path) -> bool:
        """Return whether this part, what encloses it, or anything in it was left out because it is wrong."""
        return path in self._above_lost or self.is_lost(path)

    def without(self, paths: set[Path]) -> Document:
        """Return the document's places after the list items at these paths are left out (later items move up)."""
        gone: dict[Path, list[int]] = {}
        for path in paths:
            if path and isinstance(path[-1], int):
                gone.setdefault(path[:-1], []).append(path[-1])

        def moved(path: Path) -> Path | None:
            result: Path = ()
            for depth, part in enumerate(path):
                before = gone.get(path[:depth], [])
                if part in before:
                    return None
                result = (*result, part - sum(g < part for g in before) if isinstance(part, int) else part)
            return result

        def rekeyed(table: dict[Path, Any]) -> dict[Path, Any]:
            return {new: value for path, value in table.items() if (new := moved(path)) is not None}

        before = {new for path in self.lost if (new := moved(path)) is not None}
        now = {
            (*up, -1) if isinstance(path[-1], int) else (*up, path[-1])
            for path in paths
            if path and (up := moved(path[:-1])) is not None
        }
        return Document(
            self.data,
            self.origin,
            self.text,
            rekeyed(self.keys),
            rekeyed(self.values),
            rekeyed(self.spans),
            before | now,
        )

    def within(self, path: Path, text: str, start: int, length: int) -> Mark | None:
        """Return the place of ``text[start:start+length]`` where ``text`` is the scalar at ``path``.

        What lies behind the last character of the text is marked right behind it, even where the next character of
        the file is lines away.
        """
        span = self.spans.get(path)
        if span is None:
            return self.value(path)
        raw, (at, end) = self.text, span
        if raw[at : at + 1] in ("|", ">"):
            at = raw.find("\n", at, end) + 1 or end
        elif raw[at : at + 1] in ("'", '"'):
            at, end = at + 1, end - 1
        end = at + len(raw[at:end].rstrip())
        wanted = sum(not c.isspace() for c in text[:start])
        while at < end and (wanted or raw[at].isspace()):
            wanted -= not raw[at].isspace()
            at += 1
        line = raw.count("\n", 0, at) + 1
        return Mark(line, at - (raw.rfind("\n", 0, at) + 1) + 1, max(1, length))

    def follows(self, path: Path) -> str:
        """Return the next character after the unquoted scalar at ``path``; nothing after any other."""
        begin, end = self.spans.get(path, (0, 0))
        if begin == end or self.text[begin] in "'\"|>":
            return ""
        return self.text[end : end + 200].lstrip()[:1]

    def keys_in(self, path: Path) -> list[str]:
        """Return the keys of the mapping at ``path``, whether they are right or wrong."""
        return [str(known[-1]) for known in self.keys if known[:-1] == path]

    def plain_lines(self, path: Path) -> list[tuple[int, int, str, bool]]:
        """Return the lines of the unquoted scalar at ``path``: line, column, text, and whether the line begins here."""
        begin, end = self.spans.get(path, (0, 0))
        if begin == end or self.text[begin] in "'\"|>":
            return []
        line, at = self.text.count("\n", 0, begin) + 1, self.text.rfind("\n", 0, begin) + 1
        found = []
        for row in self.text[at:end].split("\n"):
            start = max(0, begin - at)
            text = row[start:].strip()
            column = row.find(text, start) + 1
            if text:
                found.append((line, column, text, not row[: column - 1].strip()))
            line, at = line + 1, at + len(row) + 1
        return found


def read_document(text: str, origin: str, *, json: bool = False) -> Document:
    """Parse a text. Raises ModelError with a place for anything that is not a plain, reasonable document."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_BYTES:
        _fail(origin, "", f"the file has {len(text):,} characters", f"at most {MAX_BYTES:,}")
    if json:
        text = _checked_json(text, origin)
    quick = quick_events(text, 4 * MAX_NODES, MAX_DEPTH)
    if quick is not None:
        document = Document(None, origin, text)
        document.data = _Composer(document, quick).compose()
        return document
    return _read_carefully(text, origin)


def _read_carefully(text: str, origin: str) -> Document:
    """Parse with the parser that says best what is wrong."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    document = Document(None, origin, text)
    try:
        document.data = _Composer(document, careful_events(text)).compose()
    except MarkedYAMLError as error:
        raise ModelError([explain_yaml_error(error, text)], origin, text) from None
    except YAMLError as error:
        position = getattr(error, "position", None)
        place = None
        if isinstance(position, int):
            place = Mark(text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position))
        reason = getattr(error, "reason", None) or type(error).__name__
        _fail(origin, text, f"this is not YAML: {reason}", "plain text", place)
    except (ValueError, IndexError, OverflowError, RecursionError, AttributeError, TypeError, AssertionError) as error:
        # The scanner lets a few malformed inputs through as ordinary exceptions (a bad \U escape, a lone "%").
        _fail(origin, text, f"this is not YAML: the parser stopped with {type(error).__name__}: {error}")
    return document


def _fail(origin: str, text: str, message: str, expected: str = "", mark: Mark | None = None) -> NoReturn:
    raise ModelError([Diagnostic(message, mark, expected)], origin, text) from None


def _checked_json(text: str, origin: str) -> str:
    """Check that the text is JSON and return it as YAML can read it (tabs are only ever white space in JSON)."""
    import json

    if not text.strip():
        return ""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        found, wanted, at = _json_words(error.msg, text, error.pos)
        mark = Mark(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        _fail(origin, text, f"this is not JSON: {found}", wanted, mark)
    except RecursionError:
        _fail(origin, text, "the document is nested too deeply", f"at most {MAX_DEPTH} levels")
    except ValueError:
        _fail(origin, text, "a number is too long", f"at most {MAX_DIGITS} digits")
    return text.replace("\t", " ")


_JSON_WORDS = {
    "Expecting ',' delimiter": "',' or a closing bracket",
    "Expecting ':' delimiter": "':' after the key",
    "Expecting property name": "a key in double quotes",
    "Expecting value": "a value: a text in double quotes, a number, true, false, null, a list or a mapping",
    "Unterminated string": "'\"' at the end of this text",
    "Invalid control": "a text on one line; '\\n' for a new line, '\\t' for a tab",
    "Invalid \\": "'\\\\' for a backslash",
    "Extra data": "nothing after the end of the model",
    "Illegal trailing comma": "no ',' after the last item",
}


def _json_words(problem: str, text: str, at: int) -> tuple[str, str, int]:
    """Return what stands where JSON stops, what was expected, and the offset of the mistake."""
    before = text[:at].rstrip()
    sign = text[at : at + 1]
    if sign and sign in "]}" and before.endswith(","):
        return "a ',' after the last item", "no ',' there", len(before) - 1
    if sign == "'":
        return "single quotes", "double quotes", at
    wanted = next((words for begin, words in _JSON_WORDS.items() if problem.startswith(begin)), "JSON")
    found = f"unexpected {sign!r}" if sign.strip() else "something is missing"
    return ("this text is never closed" if problem.startswith("Unterminated") else found), wanted, at


class _Composer:
    """Builds data from events, counting what it builds."""

    def __init__(self, document: Document, events: Iterator[Any]) -> None:
        self.document = document
        self.events = events
        self.nodes = 0
        self.anchors: dict[str, list[Any] | None] = {}
        self.recording: list[list[Any]] = []

    def compose(self) -> Data:
        """Return the data of the one document; anything after it is refused."""
        first = self._next()
        if first is None:
            return None
        data = self._value(self._next(), (), 0)
        self._next()  # the end of the document
        extra = self._next()
        if extra is not None:
            self._refuse(extra, "a second document starts here", "one document a file")
        return data

    def _next(self) -> Any:
        event = next(self.events, None)
        for record in self.recording:
            record.append(event)
        return event

    def _mark(self, event: Any) -> Mark:
        start, end = event.start_mark, event.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return Mark(start.line + 1, start.column + 1, max(1, length))

    def _refuse(self, event: Any, message: str, expected: str = "") -> NoReturn:
        raise ModelError([Diagnostic(message, self._mark(event), expected)], self.document.origin, self.document.text)

    def _value(self, event: Any, path: Path, depth: int) -> Data:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._refuse(event, "the document has too many parts, aliases counted", f"at most {MAX_NODES:,}")
        if depth > MAX_DEPTH:
            self._refuse(event, "the document is nested too deeply", f"at most {MAX_DEPTH} levels")
        kind = type(event).__name__
        if kind == "AliasEvent":
            return self._alias(event, path, depth)
        if getattr(event, "tag", None) is not None and str(event.tag) not in ("!", ""):
            meant = "'not' in a formula, or quotes around the text"
            self._refuse(event, f"{str(event.tag)!r} is a tag of YAML, and tags are not allowed", meant)
        if event.anchor:
            self.anchors[event.anchor] = None
            record: list[Any] = [event]
            self.recording.append(record)
            data = self._bare(event, kind, path, depth)
            self.recording.pop()
            self.anchors[event.anchor] = record
            return data
        return self._bare(event, kind, path, depth)

    def _alias(self, event: Any, path: Path, depth: int) -> Data:
        record = self.anchors.get(event.anchor)
        if record is None:
            known = event.anchor in self.anchors
            self._refuse(event, f"*{event.anchor} " + ("contains itself" if known else "is not defined before this"))
        kept, self.events = self.events, iter(record[1:])
        try:
            # Replay through a composer-internal stream: recordings in progress hold the alias itself already.
            saved, self.recording = self.recording, []
            data = self._bare(record[0], type(record[0]).__name__, path, depth)
            self.recording = saved
        finally:
            self.events = kept
        self.document.values[path] = self._mark(event)
        return data

    def _bare(self, event: Any, kind: str, path: Path, depth: int) -> Data:
        self.document.values[path] = self._mark(event)
        if kind == "ScalarEvent":
            self.document.spans[path] = (event.start_mark.index, event.end_mark.index)
            return self._scalar(event)
        if kind == "SequenceStartEvent":
            items: list[Any] = []
            while type(event := self._next()).__name__ != "SequenceEndEvent":
                items.append(self._value(event, (*path, len(items)), depth + 1))
            return items
        mapping: dict[str, Any] = {}
        while type(event := self._next()).__name__ != "MappingEndEvent":
            if type(event).__name__ != "ScalarEvent":
                self._refuse(event, "a key must be a name", "text before the colon")
            key = _joined_surrogates(event.value)
            if key == "<<" and not event.style:
                self._refuse(event, "merge keys (<<) are not part of the language", "the keys written out")
            if key in mapping and key[0:1] == "-" and not event.style:
                raise ModelError([no_blank(self._mark(event))], self.document.origin, self.document.text)
            if key in mapping:
                self._refuse(event, f"the key {key!r} stands twice in this mapping", "each key once")
            self.document.keys[(*path, key)] = self._mark(event)
            mapping[key] = self._value(self._next(), (*path, key), depth + 1)
        return mapping

    def _scalar(self, event: Any) -> Data:
        value: str = event.value
        if event.style:
            return _joined_surrogates(value)
        if value in _NULL:
            return None
        if value in _TRUE or value in _FALSE:
            return value in _TRUE
        if _INTEGER.match(value) or _FLOAT.match(value):
            if sum(c.isdigit() for c in value) > MAX_DIGITS:
                self._refuse(event, "the number is too long", f"at most {MAX_DIGITS} digits")
            return int(value) if _INTEGER.match(value) else Decimal(value)
        return value


def _joined_surrogates(text: str) -> str:
    """Join the halves of characters that JSON writes as two escapes; a lone half becomes the replacement mark."""
    if not any("\ud800" <= c <= "\udfff" for c in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
