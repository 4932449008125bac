"""What a YAML parser stopped at → what its author did: an open bracket, a tab, a missing colon, an odd indentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from detente.errors import Diagnostic, Mark

_PAIRS = {"[": "]", "{": "}"}
_KEY = re.compile(r":(\s|$)")


def explain_yaml_error(error: Any, text: str) -> Diagnostic:
    """Return the diagnostic of an error of the YAML parser (a ``MarkedYAMLError``).

    Parameters
    ----------
    error : ruamel.yaml.error.MarkedYAMLError
    text : str
        The text it was found in.
    """
    found = _Stop(error, text)
    for explain in (
        _open_quote,
        _open_bracket,
        _wrong_character,
        _dash,
        _missing_colon,
        _second_colon,
        _indentation,
        _dash_among_keys,
        _tag,
    ):
        diagnostic = explain(found)
        if diagnostic is not None:
            return diagnostic
    context = f" ({error.context})" if error.context else ""
    return Diagnostic(f"this is not YAML: {error.problem or error.context}{context}", found.at)


def misplaced_dash(lines: list[tuple[int, int, str, bool]]) -> Diagnostic | None:
    """Return what is wrong with a '-' that was read as a part of a text, if one was.

    Parameters
    ----------
    lines : list of tuple
        The lines of the text: line, column, what it says, and whether the line of the file begins with it.
    """
    if not lines:
        return None
    (first, begin, text, alone), *others = lines
    dash = next((line for line in others if re.match(r"-(\s|\w|$)", line[2])), None)
    if alone and re.match(r"-[^\W\d]", text):
        return no_blank(Mark(first, begin))
    if dash is None:
        return None
    line, column, _, _ = dash
    if alone and column == begin:
        return Diagnostic("a '-' is missing before this item", Mark(first, begin), f"'- item' as in line {line}")
    return _too_deep(Mark(line, column), first)


def no_blank(mark: Mark) -> Diagnostic:
    """Return the diagnostic of a '-' that touches its item."""
    return Diagnostic("a blank is missing after this '-'", Mark(mark.line, mark.column), "'- item'")


def _too_deep(mark: Mark, line: int) -> Diagnostic:
    message = f"this '-' is indented as a part of the text that begins in line {line}"
    return Diagnostic(message, Mark(mark.line, mark.column), "each '-' of a list right below the one before")


class _Stop:
    """Where the parser stopped, and where the part began that it was reading; lines count from 0 here."""

    def __init__(self, error: Any, text: str) -> None:
        self.problem, self.context = str(error.problem or ""), str(error.context or "")
        self.text, self.lines = text, text.split("\n")
        problem, context = error.problem_mark or error.context_mark, error.context_mark
        self.line: int = problem.line if problem is not None else 0
        self.column: int = problem.column if problem is not None else 0
        self.began = (context.line, context.column) if context is not None else None
        self.at = Mark(self.line + 1, self.column + 1) if problem is not None else None
        self.offset = problem.index if problem is not None else 0
        self._opened = context.index if context is not None else self.offset

    @property
    def character(self) -> str:
        """The character at which it stopped."""
        return self.text[self.offset : self.offset + 1]

    @property
    def opening(self) -> tuple[str, Mark, int]:
        """The character with which the part began, its place and its offset."""
        line, column = self.began or (self.line, self.column)
        return self.text[self._opened : self._opened + 1], Mark(line + 1, column + 1), self._opened

    def row(self, line: int) -> str:
        """Return a line; empty past the end, and where the parser counts other line ends than these."""
        return self.lines[line] if line < len(self.lines) else ""

    def whole_line(self, line: int) -> Mark:
        """Return the place of what stands in a line."""
        row = self.row(line)
        return Mark(line + 1, len(row) - len(row.lstrip()) + 1, max(1, len(row.strip())))

    def before(self, line: int) -> Iterator[int]:
        """Yield the lines above that say something, nearest first."""
        for index in range(min(line, len(self.lines)) - 1, -1, -1):
            row = self.lines[index].strip()
            if row and not row.startswith("#"):
                yield index


def _open_quote(stop: _Stop) -> Diagnostic | None:
    if not stop.context.endswith("quoted scalar") or "unexpected" not in stop.problem:
        return None
    sign, mark, _ = stop.opening
    return Diagnostic(f"this quote ({sign}) is never closed", mark, f"another {sign} at the end of the text")


def _open_bracket(stop: _Stop) -> Diagnostic | None:
    if not stop.context.startswith("while parsing a flow"):
        return None
    sign, mark, offset = stop.opening
    left = _left_open(stop.text, offset if sign in _PAIRS else None)
    if left is not None:
        line = stop.text.count("\n", 0, left) + 1
        mark, sign = Mark(line, left - stop.text.rfind("\n", 0, left)), stop.text[left]
        return Diagnostic(f"this '{sign}' is never closed", mark, f"'{_PAIRS[sign]}' after the last item")
    found = f"unexpected {stop.character!r}" if stop.character.strip() else "something is missing"
    what = f"',' or '{_PAIRS[sign]}'" if sign in _PAIRS else "an item, or a closing bracket"
    return Diagnostic(f"{found} in the list or mapping of line {mark.line}", stop.at, what)


def _left_open(text: str, begin: int | None) -> int | None:
    """Return the offset of a bracket that is not closed by its like; quoted text and comments are left out.

    Only what belongs to the bracket at ``begin`` is looked at; without one, every bracket that begins a value.
    """
    waiting: list[int] = []
    at, before = begin or 0, ""
    while at < len(text):
        sign = text[at]
        if sign in "'\"" and before in "[{,:-":
            end = text.find(sign, at + 1)
            at = end if end > 0 else len(text)
        elif sign == "#" and text[at - 1 : at].isspace():
            end = text.find("\n", at)
            at = end if end > 0 else len(text)
        elif sign in _PAIRS and (waiting or before in ":-"):
            waiting.append(at)
        elif sign in _PAIRS.values() and waiting:
            if _PAIRS[text[waiting[-1]]] != sign:
                break
            waiting.pop()
            if not waiting and begin is not None:
                return None
        before = before if sign.isspace() else sign
        at += 1
    return waiting[-1] if waiting else None


def _wrong_character(stop: _Stop) -> Diagnostic | None:
    if "cannot start any token" not in stop.problem:
        return None
    if stop.character == "\t":
        if not stop.row(stop.line)[: stop.column].strip():
            return Diagnostic("this line is indented with a tab", stop.at, "blanks: YAML is not indented with tabs")
        return Diagnostic("a tab stands here", stop.at, "a blank")
    return Diagnostic(f"{stop.character!r} cannot begin a text", stop.at, "quotes around the text")


def _dash(stop: _Stop) -> Diagnostic | None:
    """A line among the items of a list without its '-', or with nothing between the '-' and the item."""
    last = next(stop.before(stop.line), stop.line)
    if re.match(r"\s*-[^\W\d]\w*:\s", stop.row(last)) and _indent(stop.row(last)) < _indent(stop.row(stop.line)):
        return no_blank(stop.whole_line(last))
    in_list = stop.context == "while parsing a block collection" and "expected <block end>" in stop.problem
    if "could not find expected ':'" in stop.problem and stop.began is not None:
        line = stop.began[0]
    elif in_list:
        line = stop.line
    elif "mapping values are not allowed" in stop.problem and re.match(r"\s*- ", stop.row(stop.line)):
        item = re.match(r"\s*- [^:]*$", stop.lines[last]) and _indent(stop.lines[last]) < _indent(stop.row(stop.line))
        return _too_deep(stop.whole_line(stop.line), last + 1) if item else None
    else:
        return None
    row = stop.row(line)
    here = stop.whole_line(line)
    if re.match(r"\s*-\w", row):
        return no_blank(here)
    above = next((index for index in stop.before(line) if _indent(stop.lines[index]) < here.column), None)
    if (
        above is None
        or _indent(stop.lines[above]) != here.column - 1
        or not stop.lines[above].lstrip().startswith("- ")
    ):
        return None
    wanted = f"'- item' as in line {above + 1}"
    if not in_list and _has_key(stop, above, here.column - 1):
        return Diagnostic("a '-' or a ':' is missing in this line", here, f"{wanted}, or 'key: value'")
    return Diagnostic("a '-' is missing at the beginning of this line", here, wanted)


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def _has_key(stop: _Stop, line: int, indent: int) -> bool:
    """Return whether the list of a line belongs to a key that is not indented less."""
    for above in stop.before(line):
        row = stop.lines[above]
        if _indent(row) <= indent and not row.lstrip().startswith("- "):
            return _indent(row) == indent
    return False


def _dash_among_keys(stop: _Stop) -> Diagnostic | None:
    if stop.context != "while parsing a block mapping" or stop.character != "-" or stop.began is None:
        return None
    wanted = f"'key: value' without '-', as in line {stop.began[0] + 1}"
    return Diagnostic("a '-' begins an item of a list, but this line stands among keys", stop.at, wanted)


def _missing_colon(stop: _Stop) -> Diagnostic | None:
    """A line without a colon runs on into the next, where the parser finds one too many or none."""
    line: int | None = None
    if "could not find expected ':'" in stop.problem and stop.began is not None:
        line = stop.began[0]
    elif "mapping values are not allowed" in stop.problem:
        line = next((above for above in stop.before(stop.line) if not _KEY.search(stop.lines[above])), None)
        if line is not None and line != next(stop.before(stop.line)):
            line = None
        if line is not None and _KEY.search(stop.row(stop.line)[: stop.column]):
            line = None
    if line is None:
        return None
    row = stop.row(line)
    glued = re.match(r"\s*(?:- +)?\w+(:)\S", row)
    if glued:
        return Diagnostic("a blank is missing after this ':'", Mark(line + 1, glued.start(1) + 1), "'key: value'")
    wanted = "'- that: formula' where more keys follow" if row.lstrip().startswith("- ") else "'key: value'"
    return Diagnostic("a ':' is missing in this line", stop.whole_line(line), wanted)


def _second_colon(stop: _Stop) -> Diagnostic | None:
    if "mapping values are not allowed" not in stop.problem:
        return None
    if _KEY.search(stop.row(stop.line)[: stop.column]):
        return Diagnostic("a second ':' in this line", stop.at, "quotes around a text with ': ' in it")
    above = next(stop.before(stop.line), None)
    if above is None:
        return None
    return Diagnostic(
        f"this line is indented below line {above + 1}, which has its value already",
        stop.whole_line(stop.line),
        "the indentation of the line above, or nothing after its ':'",
    )


def _indentation(stop: _Stop) -> Diagnostic | None:
    row = stop.row(stop.line)
    signs = ("expected <block end>", "expected '<document start>'", "entries are not allowed", "keys are not allowed")
    if not any(sign in stop.problem for sign in signs) or row[: stop.column].strip() or not row.strip():
        return None
    here = len(row) - len(row.lstrip(" "))
    fits: dict[int, int] = {}
    least = len(row) + 1000
    for above in stop.before(stop.line):
        dash = re.match(r"( *)((?:- +)*)", stop.lines[above])
        indents = {dash.end(1), dash.end(2)} if dash else set()
        for indent in sorted((i for i in indents if i < least), reverse=True):
            fits[indent], least = above, indent
        if least == 0:
            break
    if not fits or here in fits:
        return None
    near = sorted(sorted(fits, key=lambda indent: abs(indent - here))[:2], reverse=True)
    wanted = " or ".join(f"{indent} (as in line {fits[indent] + 1})" for indent in near)
    blanks = "one blank" if here == 1 else f"{here} blanks"
    return Diagnostic(
        f"this line is indented by {blanks}, which fits no line above", stop.whole_line(stop.line), wanted
    )


def _tag(stop: _Stop) -> Diagnostic | None:
    if not (stop.context.endswith("tag") or "tag" in stop.problem):
        return None
    return Diagnostic(
        "a text that begins with '!' is a tag of YAML, and tags are not allowed",
        stop.opening[1],
        "'not' in a formula, or quotes around the text",
    )
