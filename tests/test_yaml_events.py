"""Both YAML parsers see the same: data, places and mistakes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import ModelError
from detente.language import source
from detente.language.yaml_events import quick_events

ROOT = Path(__file__).parent.parent
MODELS = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "src/detente").rglob("*.yaml"))]
BLOCKS = [
    block
    for page in sorted((ROOT / "docs").glob("*.md"))
    for block in re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
]
SMALL = [text for text in MODELS + BLOCKS if len(text) < 4_000]
SIGNS = [
    *" \n:-,[]{}#&*!|>'\"?@`~=<%aN1.é😀\t",
    ": ",
    " #",
    "- ",
    "\n\n",
    "\n  ",
    "&a ",
    "*a",
    ": |\n",
    "!!str ",
    "---\n",
]


def quick(text: str) -> source.Document | None:
    events = quick_events(text, 1_000_000, source.MAX_DEPTH)
    if events is None:
        return None
    document = source.Document(None, "x", text)
    document.data = source._Composer(document, events).compose()
    return document


def seen(read: Any, text: str) -> Any:
    try:
        found = read(text)
    except ModelError as error:
        return str(error)
    return found and (found.data, found.keys, found.values, found.spans)


def check(text: str) -> bool:
    """Compare the two; return whether the quick one had an answer."""
    answer = seen(quick, text)
    if answer is not None:
        assert answer == seen(lambda words: source._read_carefully(words, "x"), text)
    return answer is not None


def test_models_and_pages_are_seen_alike() -> None:
    assert all(check(text) for text in MODELS)
    assert sum(check(text) for text in BLOCKS) > 0.8 * len(BLOCKS)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_texts_are_seen_alike(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(SMALL))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.sampled_from([0, 0, 1, 2, 20]))
        text = text[:at] + data.draw(st.sampled_from(["", *SIGNS])) + text[at + gone :]
    check(text)


@pytest.mark.parametrize(
    "text", ["a:\tb", "%YAML 1.2\n---\na: b", "? a", "*a: b", "a: |\n\n  b", "a: [", "a:\u2028b", "a:\n"]
)
def test_what_is_seen_otherwise_is_left_to_the_careful_parser(text: str) -> None:
    assert quick_events(text, 100, source.MAX_DEPTH) is None


def test_of_a_text_with_too_many_parts_nothing_is_kept() -> None:
    assert quick_events("[" + "a, " * 500 + "a]", 100, source.MAX_DEPTH) is None


def test_of_a_text_with_too_many_levels_no_more_is_read() -> None:
    assert quick_events("[" * 40 + "a" + "]" * 40, 100, 40) is not None
    assert quick_events("[" * 41 + "a" + "]" * 41, 100, 40) is None
