"""The site: its tables are whole, its pages are linked, and what the marks of ``docs/fill.py`` do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from docs import fill

from detente.language.reference import tables
from detente.language.reference_examples import flow, key_examples, paths
from detente.language.schema import json_schema
from detente.language.source import read_document

DOCS = Path(__file__).parent.parent / "docs"
FILES = [*(page for page in fill.PAGES if page.is_relative_to(DOCS)), *DOCS.glob("*.ipynb")]
PAGES = [page.relative_to(DOCS).with_suffix("").as_posix() for page in FILES]


# -- the table of keys ----------------------------------------------------------------------------------------------


def test_every_key_in_the_tables_has_an_example() -> None:
    """Where one is missing, a page should show the key."""
    found = key_examples(json_schema(), map(fill._data, fill.models()))
    listed = [(table, key) for table in tables(json_schema()) for key in table.keys]
    assert [(table.id, key.name) for table, key in listed if key.name not in table.shared or not table.id] == [
        (table.id, key.name)
        for table, key in listed
        if (key.name not in table.shared or not table.id) and (table.id, key.name) in found
    ]


def test_examples_are_yaml() -> None:
    for (_, key), line in key_examples(json_schema(), map(fill._data, fill.models())).items():
        data = read_document(line, "example").data
        assert list(data) == [key], line


def test_every_kind_of_mapping_says_where_it_stands() -> None:
    places = paths(json_schema())
    assert set(places) == {table.id for table in tables(json_schema())} - {""}
    assert places["option"] == ("decision_makers.NAME.options.NAME",)
    assert places["observed_move"] == ("observed.moves[]",)
    assert places["stable"] == ("claims.NAME.stable", "claims.NAME.unstable")


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "word": {"type": "string"},
        "part": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Part"}, {"$ref": "#/$defs/OtherPart"}]},
    },
    "$defs": {
        "Part": {"type": "object", "properties": {"a": {"type": "number"}}, "additionalProperties": False},
        "OtherPart": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
    },
}


def test_examples_are_told_apart_by_their_form() -> None:
    found = key_examples(SCHEMA, [{"part": {"a": 1.0}}, {"part": {"a": "longest"}}, {"part": {"a": "b: c"}}])
    assert found == {("", "part"): "part: {a: 1}", ("part", "a"): "a: 1", ("other_part", "a"): "a: 'b: c'"}


@pytest.mark.parametrize(
    ("value", "width", "line"),
    [
        ({"a": [1.0, 2.5, True, None]}, 80, "a: [1, 2.5, true, ]"),
        ({"a": "it's: so"}, 80, "a: 'it''s: so'"),
        ({"a": {"b": "x", "c": "y", "d": "z", "e": "w"}}, 22, "a: {b: x, c: y, …}"),
        ({"a": "word " * 20}, 60, "a: word word word word word word word word …"),
        ({"a": "true"}, 80, "a: 'true'"),
    ],
)
def test_lines_of_yaml(value: dict[str, Any], width: int, line: str) -> None:
    assert flow(value, width) == line


# -- marks of the pages ---------------------------------------------------------------------------------------------

FILE = "<!-- file: a.yaml -->\n```yaml\nx:\n  one: 1\n\n  two: 2\ny: 3\n```\n"


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("z: 4\n", "x:\n  one: 1\n\n  two: 2\ny: 3\nz: 4\n"),
        ("x:\n  three: 3\n", "x:\n  three: 3\ny: 3\n"),
        ("  two: 5\n", "x:\n  one: 1\n\n  two: 2\ny: 3\n  two: 5\n"),
        ("y: 3\n  more\n", "x:\n  one: 1\n\n  two: 2\ny: 3\n  more\n"),
    ],
)
def test_a_part_takes_the_place_of_what_begins_alike(part: str, whole: str) -> None:
    text = f"{FILE}\n<!-- into: a.yaml -->\n```yaml\n{part}```\n\n<!-- whole: a.yaml -->\n```yaml\n```\n"
    assert fill.filled(text).endswith(f"<!-- whole: a.yaml -->\n```yaml\n{whole}```\n")


# -- ways through the site ------------------------------------------------------------------------------------------


def test_every_page_is_in_the_navigation_and_on_the_first_page() -> None:
    text = (DOCS / "index.md").read_text("utf-8")
    trees = "\n".join(re.findall(r"^```\{toctree\}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    listed = re.findall(r"^(?:[^:\n]+ <)?([\w/]+)>?$", trees, re.MULTILINE)
    assert sorted(listed) == sorted(set(PAGES) - {"index"})
    linked = set(re.findall(r"\]\(([\w/]+)\.(?:md|ipynb)", text))
    assert set(PAGES) - {"index", "howto/index"} <= linked


def test_every_reader_has_a_way_in() -> None:
    text = (DOCS / "index.md").read_text("utf-8")
    ways = text.partition('<div class="readers">')[2].partition("</div>")[0]
    assert re.findall(r"\*\*(\w+)\.\*\*", ways) == ["Analyst", "Critic", "Researcher", "Teacher"]
    assert len(re.findall(r"^- \[[^\]]+\]\([\w/]+\.md\)$", ways, re.MULTILINE)) == 4


def test_the_list_of_how_tos_is_complete() -> None:
    text = (DOCS / "howto" / "index.md").read_text("utf-8")
    there = {page.name for page in (DOCS / "howto").glob("*.md")} - {"index.md"}
    assert set(re.findall(r"\]\((\w+\.md)\)", text)) == there
