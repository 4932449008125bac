"""Two changes of one text put together."""

from __future__ import annotations

from difflib import SequenceMatcher


def merged(base: str, theirs: str, ours: str) -> str:
    """Return a text with both changes of a base, line by line; where they meet, ours alone.

    Examples
    --------
    >>> merged("a\\nb\\nc\\n", "A\\nb\\nc\\n", "a\\nb\\nC\\n")
    'A\\nb\\nC\\n'
    >>> merged("a\\nb\\n", "x\\nb\\n", "y\\nb\\n")
    'y\\nb\\n'
    """
    if theirs in (base, ours):
        return ours
    if ours == base:
        return theirs
    lines, other, own = (text.splitlines(keepends=True) for text in (base, theirs, ours))
    there, here = _changes(lines, other), _changes(lines, own)
    there = [one for one in there if not any(_meet(one[:2], two[:2]) for two in here)]
    result: list[str] = []
    at = 0
    for begin, end, new in sorted([*there, *here], key=lambda item: item[:2]):
        result += lines[at:begin]
        result += new
        at = end
    return "".join(result + lines[at:])


def _changes(base: list[str], text: list[str]) -> list[tuple[int, int, list[str]]]:
    """Return which lines of the base are replaced, and by what."""
    found = SequenceMatcher(None, base, text, autojunk=False).get_opcodes()
    return [(a, b, text[c:d]) for kind, a, b, c, d in found if kind != "equal"]


def _meet(one: tuple[int, int], two: tuple[int, int]) -> bool:
    """Return whether two stretches overlap or touch at an insertion."""
    return max(one[0], two[0]) < min(one[1], two[1]) or one[0] == two[0]
