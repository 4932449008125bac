"""A report of a malicious model: nothing of the model's is markup, nothing of it runs."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import pytest

from detente.analysis.dossier import dossier
from detente.conflict.conflict import Conflict
from detente.conflict.formula import Formula
from detente.language.load import loads
from detente.library.index import library
from detente.report.parts import (
    Code,
    Document,
    Figure,
    Fold,
    Grid,
    Heading,
    Line,
    Section,
    Tableau,
    TableauMark,
    TableauRow,
    TableauState,
)
from detente.report.sections import report
from detente.report.speech import speaking
from detente.report.writers.html import anchor, html_document, html_parts
from tests.report_pages import Page, inert, whole
from tests.test_report import ALL

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</style></script></svg></title><script>alert(1)</script>",
    "\x1b[31m\x00\x07\x9b ‮ \u2028",
    "{{ 7*7 }}{% raw %}",
    "]]>--><!--",
    "&lt;b&gt;&#x3c;",
    "url(http://example.org/x)",
)
ALL_AT_ONCE = " ".join(ATTACKS)
WORDS = {"name", "because", "source", "title", "says", "notes", "date", "replaces", "measured_by"}


def poisoned(item: Any, words: str) -> Any:
    """Return data with words in every place that takes any words; formulas and identities stay."""
    if isinstance(item, (Formula, type)) or not (is_dataclass(item) or isinstance(item, tuple)):
        return item
    if isinstance(item, tuple):
        return tuple(poisoned(part, words) for part in item)
    changes: dict[str, Any] = {}
    for field in fields(item):
        value = getattr(item, field.name)
        if field.name in WORDS and isinstance(value, str) and field.init:
            changes[field.name] = words if field.name != "date" else value
        elif field.init:
            changes[field.name] = poisoned(value, words)
    return replace(item, **changes)


@cache
def models() -> dict[str, Conflict]:
    """Return models in which all kinds of elements occur."""
    return {"all": loads(ALL), "elmira": library("elmira"), "shared_river": library("shared_river")}


def check(text: str) -> Page:
    """Read a page as a strict reader does; no element and no attribute is there that the templates do not have."""
    page = whole(text)
    assert len(page.all("script")) == 1
    assert not page.all("img")
    assert not page.all("b")
    assert "\x1b" not in text
    assert "\x00" not in text
    assert "\x9b" not in text
    assert "‮" not in text
    return page


@pytest.mark.parametrize("name", ["all", "elmira", "shared_river"])
@pytest.mark.parametrize("lang", ["en", "de"])
def test_all_labels_are_words(name: str, lang: str) -> None:
    model = poisoned(models()[name], ALL_AT_ONCE)
    assert model.title == ALL_AT_ONCE
    found = dossier(model)
    with speaking(lang):
        page = check(html_document(report(found)))
    assert "<script>alert(1)</script>" in page.said
    assert "{{ 7*7 }}" in page.said
    assert "\\x1b[31m\\x00" in page.said


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_attack_alone(attack: str) -> None:
    check(html_document(report(dossier(poisoned(models()["elmira"], attack)))))


def every_part(words: str) -> tuple[Any, ...]:
    """Return one part of each kind, with the same words in all its places."""
    state = TableauState(words, 2, (words,), frozenset({0}), (words,), True, words)
    return (
        Heading(words),
        Line(words, refs=(words,)),
        Line(words, point=True),
        Grid((words, words), ((words, (words, "P1")),), frozenset({0}), words, ("words", "ids"), (words,)),
        Grid((words,), ((words,),), kinds=("verdict",)),
        Grid((words,), ((words,),), kinds=("number",)),
        Tableau((TableauRow(words, words),), (state,), (TableauMark(words, words, words, words, words),), words),
        Figure("<svg role='img' aria-label='x'></svg>", words, words, words, words),
        Fold(words, (Line(words), Code(words, words)), words),
    )


@pytest.mark.parametrize("attack", [*ATTACKS, ALL_AT_ONCE, "", "\n", "x" * 5000])
def test_every_kind_of_part(attack: str) -> None:
    parts = every_part(attack)
    inert(Page(html_parts(parts)))
    document = Document(attack, (Section("a b" + attack, attack, parts, attack),), attack, "en", (("version", attack),))
    check(html_document(document))


def test_anchors_are_told_apart() -> None:
    names = ["P1", "p1", "P 1", "P_1", "P-1", "P~1", "P~20", "é", "a.b", "a: b", "", "~"]
    anchors = [anchor(name, "row") for name in names]
    assert len(set(anchors)) == len(names)
    assert all(" " not in one and '"' not in one and "#" not in one for one in anchors)
