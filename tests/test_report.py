"""The report: its sections, and the file they are written to."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis.dossier import Dossier, dossier
from detente.language.load import loads
from detente.library.index import library
from detente.report.page import plain, terminal_document
from detente.report.parts import (
    Document,
    Figure,
    Fold,
    Grid,
    Line,
    Section,
    Tableau,
    TableauMark,
    TableauRow,
    TableauState,
    cell_words,
    flat,
    tableau_grid,
)
from detente.report.sections import SECTIONS, report, section
from detente.report.speech import speaking
from detente.report.writers.html import html_document, html_parts, html_section, style
from tests.literal_claims import lensed_conflicts
from tests.report_pages import Page, inert, whole
from tests.strategies import any_conflict

ALL = """
title: A river
because: Two users of one river.
source: made up
decision_makers:
  up:
    name: Upstream
    options:
      draw: {name: Draw, values: [none, little, some, much, all]}
      dam: {name: Dam, irreversible: forward}
    statements:
      thirst: {that: up.draw >= some, because: It grows., source: plan, certainty: likely}
    lenses: {tactical: [thirst, up.dam], strategic: [not down.sue, not up.dam]}
  down:
    name: Downstream
    options:
      draw: {name: Irrigate, values: [none, little, some, much, all]}
      sue: Sue
    preferences: [down.draw >= some, down.sue if up.draw = all, not down.sue]
limits: [{id: water, sum: {up.draw: 1, down.draw: 1}, at_most: 6, across: yes}]
outcomes:
  dry: {that: up.draw = all, name: The river is dry}
  shared: {that: up.draw <= some and down.draw <= some, name: It is shared}
status_quo: []
claims:
  S: {says: It can be shared., can_hold: shared, source: hope}
  D: {says: It cannot run dry., cannot_hold: dry}
agreements:
  pact: {name: The pact, parties: [up, down], in_force: shared, withdrawal: [up], because: Both have signed.}
observed:
  moves: [{by: up, set: {up.dam: yes}, date: 1999-05, source: The gazette}]
guarantees:
  gauge: {name: A gauge at the border, because: A third country has offered it., changes: {limits: []}}
relations:
  ties: {between: [up, down], level: 0.5}
phases:
  one: {name: Now}
observers: {press: The press}
views:
  press: {sees: {up: {lens: strategic}}}
variants:
  wet: {name: A wet year, changes: {limits: []}}
"""


@cache
def found(name: str) -> Dossier:
    """Return a dossier, made once."""
    if name == "all":
        return dossier(loads(ALL), change_target="shared")
    return dossier(library(name))


def test_every_section_in_order() -> None:
    document = report(found("all"))
    assert [item.id for item in document.sections] == list(SECTIONS)
    assert len({item.title for item in document.sections}) == len(SECTIONS)
    page = whole(html_document(document))
    assert [given["id"] for given in page.all("section")] == list(SECTIONS)
    assert page.all("html") == [{"lang": "en"}]
    for words in ("It can be shared.", "It grows.", "plan", "likely", "A wet year", "made up", "Upstream"):
        assert words in page.said
    for words in ("The pact", "Both have signed.", "1999-05", "The gazette", "A gauge at the border"):
        assert words in page.said
    assert found("all").conflict.digest in page.said


@pytest.mark.parametrize("name", ["elmira", "syria_iraq", "cuban_missile_crisis", "shared_river", "chicken"])
def test_reports_of_the_library(name: str) -> None:
    item = found(name)
    text = html_document(report(item))
    page = whole(text)
    assert text == html_document(report(dossier(library(name))))
    shown = [section.id for section in report(item).sections]
    grounds = {"argument": item.argument, "relations": item.relations, "robust": item.robust, "means": item.means}
    for key, ground in grounds.items():
        assert (key in shown) == (ground is not None or key in item.missing)
    assert "map of moves" in page.said
    assert all(label.label in page.said for label in item.conflict.decision_makers)
    assert len(list(terminal_document(report(item)))) > 20


def test_what_holds_is_what_was_found() -> None:
    item = found("shared_river")
    (holding,) = [part for part in report(item).sections if part.id == "holding"]
    (grid,) = [part for part in holding.parts if isinstance(part, Grid) and part.kind(1) == "mark"]
    for row, name in zip(grid.rows, item.conflict.reported, strict=True):
        inside = item.world.graph.outcome(name)
        expected = [bool(inside[one.equilibria("seq")].any()) for one in item.analysis.readings.values()]
        assert list(row[1:]) == expected


@pytest.mark.parametrize("name", ["all", "shared_river", "elmira"])
def test_the_option_table_says_what_is_so(name: str) -> None:
    item = found(name)
    (options,) = [part for part in report(item).sections if part.id == "options"]
    graph = item.world.graph
    tables = [part for part in flat(options.parts) if isinstance(part, Tableau)]
    assert len(tables) == (1 if graph.n_states <= 24 else 2)
    assert sum(state.n_states for state in tables[0].states) == graph.n_states
    every = tables[-1]
    assert [state.name for state in every.states] == [graph.space.label(s) for s in range(graph.n_states)]
    for place, state in enumerate(every.states):
        values = list(graph.space.options_of(place).values())
        told = [{"Y": "yes", "N": "no", "-": None}.get(value, value) for value in state.values]
        assert told == values
        for number, mark in enumerate(every.marks):
            held = item.analysis.reading(mark.reading).equilibria(mark.concept).tolist()
            assert (number in state.holds) == (place in held)
    for merged in tables[0].states:
        assert merged.n_states >= 1
        assert len(merged.values) == len(tables[0].rows)


def test_merged_columns_hold_for_all_their_states() -> None:
    item = found("all")
    (options,) = [part for part in report(item).sections if part.id == "options"]
    merged, every = (part for part in flat(options.parts) if isinstance(part, Tableau))
    keys: dict[tuple[object, ...], list[TableauState]] = {}
    for state in every.states:
        keys.setdefault((state.holds, state.outcomes, state.status_quo), []).append(state)
    assert len(merged.states) == len(keys)
    for column in merged.states:
        own = keys[column.holds, column.outcomes, column.status_quo]
        assert column.n_states == len(own)
        for place, value in enumerate(column.values):
            there = {state.values[place] for state in own}
            assert value == ("-" if len(there) > 1 else there.pop())


@settings(max_examples=25, deadline=None)
@given(st.one_of(any_conflict(), lensed_conflicts(listed=True)))
def test_random_models(conflict) -> None:  # type: ignore[no-untyped-def]
    item = dossier(conflict)
    page = whole(html_document(report(item)))
    assert page.all("section")
    for name in SECTIONS:
        one = section(item, name)
        if one is not None:
            inert(Page(html_section(one)))
            plain(one.parts)


def test_why_is_told_as_explained() -> None:
    item = found("elmira")
    (why,) = [part for part in report(item).sections if part.id == "why"]
    folds = [part for part in why.parts if isinstance(part, Fold)]
    assert len(folds) == len({one.state for one in item.explanations})
    words = [part.words for fold in folds for part in fold.parts if isinstance(part, Line)]
    assert any("takes “Insist” → state s5" in line for line in words)


def test_missing_parts_are_said_with_their_reason() -> None:
    from dataclasses import replace

    item = replace(found("all"), views=None, picture=None, missing={"views": "too <b>many</b>", "picture": "too large"})
    page = whole(html_document(report(item)))
    assert "Not in this report: too <b>many</b>." in page.said
    assert "Not in this report: too large." in page.said


def test_figures_have_words() -> None:
    figures = [part for one in report(found("all")).sections for part in flat(one.parts) if isinstance(part, Figure)]
    assert {figure.name for figure in figures} >= {"state_graph", "durability", "phases", "relations"}
    assert all(len(figure.alt) > 20 for figure in figures)
    page = Page(html_document(report(found("all"))))
    assert all(" ".join(figure.alt.split()) in page.said for figure in figures)


def test_german() -> None:
    with speaking("de"):
        page = whole(html_document(report(found("shared_river"))))
    assert page.all("html") == [{"lang": "de"}]


# -- parts ----------------------------------------------------------------------------------------------------------


def test_cells_in_words() -> None:
    assert cell_words(None) == ""
    assert cell_words(None, "number") == "–"
    assert cell_words(True, "mark") == "●"
    assert cell_words(12345, "number") == "12,345"
    assert cell_words(0.5, "share").startswith("50")
    assert cell_words("holds", "verdict") == "✓ holds"
    assert cell_words(("a", "b"), "ids") == "a, b"


def test_parts_as_html() -> None:
    anchored = Grid(("premise", "says"), (("P1", "x < y"),), anchors=("P1",), caption="All")
    text = html_parts([Line("one", point=True), Line("two", point=True), Line("see P1, P10", refs=("P1",)), anchored])
    assert text.count("<ul>") == 1
    assert text.count("<li>") == 2
    assert '<a class="id" href="#row-P1">P1</a>, P10' in text
    assert '<tr id="row-P1">' in text
    assert "x &lt; y" in text
    assert 'href="#row' not in html_parts([Line("see P1", refs=("P1",))])


def test_an_option_table_as_a_plain_one() -> None:
    states = (
        TableauState("1", 1, ("Y", "N"), frozenset({0}), ("Peace",)),
        TableauState("2…9", 8, ("-", "N"), frozenset()),
    )
    mark = TableauMark("r", "seq", "SEQ")
    tableau = Tableau((TableauRow("A", "go"), TableauRow("B", "stay")), states, (mark,), "t", frozenset({0}))
    grid = tableau_grid(tableau)
    assert grid.columns == ("", "1", "2…9")
    assert ("go", "Y", "-") in grid.rows
    assert ("SEQ", "●", "·") in grid.rows
    page = Page(html_parts([tableau]))
    assert page.said.count("●") == 2  # on screen and on paper
    assert {"class": "held", "scope": "col", "data-holds": "0", "data-outcomes": "0", "data-held": "1"} in page.all(
        "th"
    )


def test_one_file_is_the_same_each_time() -> None:
    document = Document("T", (Section("a", "A", (Line("x"),)),))
    assert html_document(document) == html_document(document)
    assert not re.search(r"\d{4}-\d\d-\d\d", html_document(document))


# -- the look -------------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_contrast_is_enough(scheme: int) -> None:
    found_colours = re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", style())
    colours = {name: pair[scheme] for name, *pair in found_colours}
    assert len(colours) > 20
    for text in ("ink", "muted", "link", "holds", "partly", "fails"):
        for ground in ("paper", "panel"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for text in ("holds", "partly", "fails"):
        assert contrast(colours[text], colours[f"{text}-wash"]) >= 4.5, text
    assert contrast(colours["muted"], colours["holds-wash"]) >= 4.5
    for mark in (*(f"c{k}" for k in range(1, 9)), "focus"):
        assert contrast(colours[mark], colours["paper"]) >= 3, mark
