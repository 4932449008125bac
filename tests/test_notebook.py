"""Results in a notebook: every kind has a page of its own, in which no label is markup; and the notebook runs."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import detente.analysis
from detente.analysis.blockers import blockers
from detente.analysis.breaks import breaks
from detente.analysis.change import changes
from detente.analysis.claims import check
from detente.analysis.coalitions import coalitions
from detente.analysis.compare import compare, side
from detente.analysis.durability import durability
from detente.analysis.evolution import evolution
from detente.analysis.explain import explain
from detente.analysis.hypergame import hypergame
from detente.analysis.inverse import change
from detente.analysis.inverse_count import count
from detente.analysis.means import means
from detente.analysis.paths import paths
from detente.analysis.phases import phases
from detente.analysis.purpose import purpose
from detente.analysis.relational import relational_equilibria
from detente.analysis.relations import relations
from detente.analysis.result import Shown
from detente.analysis.robust import robust
from detente.analysis.states import states
from detente.analysis.validate import validate
from detente.analysis.variants import variants
from detente.analysis.why import why
from detente.conflict.conflict import Conflict
from detente.language.load import loads
from detente.library.index import library
from detente.report.notebook import FIGURES, VIEWS, result_html
from detente.report.speech import speaking

DAM = """
title: A dam
decision_makers:
  upper:
    options: {build: {values: {no: 0, half: 2, full: 5}}, guard: Guard it}
    preferences: [upper.build = full, {that: not lower.protest, certainty: likely}]
    aims: {work: [upper.build], peace: [not lower.protest]}
  lower:
    options: {protest: Protest abroad}
    preferences: [{that: not upper.build, certainty: possible}, lower.protest iff upper.build]
outcomes: {built: upper.build, not_built: not upper.build}
limits: {money: {sum: {upper.build: 1, upper.guard: 3}, at_most: 6}}
status_quo: []
views:
  upper: {imagined_options: {lower: {raid: Raid the site}}, wants: [not lower.raid]}
claims:
  C1: {says: It is built., can_hold: built}
variants:
  poor: {name: Little money, changes: {limits: {money: {at_most: 3}}}}
observed: {moves: [{by: upper, set: {upper.build: full}}, {by: lower, set: {lower.protest: yes}}]}
"""

HOSTILE = "<script>alert(1)</script> [bold]x[/bold] \u202e <img src=x onerror=y> & \"'"

ASKED: dict[str, Callable[[], Shown]] = {
    "blockers.Blockers": lambda: blockers(library("elmira_options")),
    "breaks.Breaks": lambda: breaks(durability(library("shared_river")), 33, "seq"),
    "change.Changes": lambda: changes(library("chicken"), [1]),
    "claims.Argument": lambda: check(library("shared_river")),
    "coalitions.CoalitionResult": lambda: coalitions(library("elmira"), all_coalitions=True),
    "compare.Comparison": lambda: compare(
        *(side(library(name), name, None, None) for name in ("chicken", "prisoners_dilemma"))
    ),
    "durability.Durability": lambda: durability(library("shared_river")),
    "evolution.Evolution": lambda: evolution(library("elmira")),
    "explain.Explanation": lambda: explain(library("elmira"), 1),
    "hypergame.Hypergame": lambda: hypergame(loads(DAM)),
    "inverse.Change": lambda: change(library("chicken"), 1),
    "inverse_count.Count": lambda: count(library("chicken"), 1),
    "means.Means": lambda: means(loads(DAM)),
    "paths.Paths": lambda: paths(library("elmira"), "status_quo", 5),
    "phases.PhaseTree": lambda: phases(library("shared_river")),
    "purpose.Purpose": lambda: purpose(loads(DAM)),
    "relational.RelationalEquilibria": lambda: relational_equilibria(library("shared_river")),
    "relations.RelationsResult": lambda: relations(library("shared_river")),
    "shares.Robust": lambda: robust(loads(DAM), worlds=8),
    "states.States": lambda: states(library("elmira")),
    "validate.Validation": lambda: validate(library("elmira")),
    "variants.Variants": lambda: variants(loads(DAM)),
    "why.Reasons": lambda: why(check(library("shared_river"), claims=["W1"])),
}


class Tags(HTMLParser):
    """Collects tags, attributes that could run something, and elements that are not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.acting: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.acting += [name for name, _value in attrs if name.startswith("on") or name in ("src", "style")]
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(html: str) -> str:
    found = Tags(html)
    assert found.open == []
    assert found.acting == []
    assert found.tags.isdisjoint({"script", "img", "iframe", "style", "link", "object"})
    return html


def test_every_result_has_a_view() -> None:
    """What can be shown is in the table, and what is in the table can be shown."""
    shown = set()
    for module in pkgutil.iter_modules(detente.analysis.__path__):
        found = importlib.import_module(f"detente.analysis.{module.name}")
        for name, item in inspect.getmembers(found, inspect.isclass):
            if issubclass(item, Shown) and item is not Shown:
                shown.add(f"{item.__module__.removeprefix('detente.analysis.')}.{name}")
    assert shown == set(VIEWS) == set(ASKED)
    assert set(FIGURES) < set(VIEWS)


@pytest.mark.parametrize("kind", ASKED)
def test_a_result_is_shown(kind: str) -> None:
    found = ASKED[kind]()
    html = checked(found._repr_html_())
    assert re.search(r"<(table|p|h3|li)\b", html)
    assert ("<svg" in html) == (kind in FIGURES)
    with speaking("de"):
        assert checked(found._repr_html_())


def hostile(conflict: Conflict) -> Conflict:
    """Return a model with hostile labels."""
    return replace(
        conflict,
        title=HOSTILE,
        decision_makers=tuple(
            replace(dm, name=f"{k}{HOSTILE}", options=tuple(replace(o, name=HOSTILE) for o in dm.options))
            for k, dm in enumerate(conflict.decision_makers)
        ),
        outcomes=tuple(replace(outcome, name=HOSTILE) for outcome in conflict.outcomes),
        claims=tuple(replace(claim, name=HOSTILE, source=HOSTILE) for claim in conflict.claims),
    )


@pytest.mark.parametrize("ask", [check, durability, phases, relations, validate, states, evolution])
def test_labels_are_no_markup(ask: Callable[[Conflict], Shown]) -> None:
    no_markup(ask(hostile(library("shared_river"))))


@pytest.mark.parametrize("ask", [hypergame, means, purpose, robust])
def test_labels_are_no_markup_either(ask: Callable[[Conflict], Shown]) -> None:
    no_markup(ask(hostile(loads(DAM))))


def no_markup(found: Shown) -> None:
    html = checked(found._repr_html_())
    assert "&lt;script&gt;" in html
    assert "\u202e" not in html


def test_what_has_no_view_says_so() -> None:
    with pytest.raises(LookupError, match="has no view"):
        result_html(object())


def test_analysis_alone_imports_no_report() -> None:
    words = "import sys, detente.analysis.claims; print([n for n in sys.modules if n.startswith('detente.report')])"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


NOTEBOOK = Path(__file__).parent.parent / "docs" / "notebook.ipynb"


def last_value(source: str, names: dict[str, Any]) -> Any:
    """Run a cell and return the value of its last line."""
    *body, last = ast.parse(source).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_notebook_shows_what_its_cells_give() -> None:
    """``python docs/notebook.py`` makes it so."""
    book = json.loads(NOTEBOOK.read_text("utf-8"))
    names: dict[str, Any] = {}
    cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 8
    for cell in cells:
        value = last_value("".join(cell["source"]), names)
        (output,) = cell["outputs"]
        kept = "".join(output["data"]["text/html"])
        assert words_of(value._repr_html_()) == words_of(kept)
