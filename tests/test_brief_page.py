"""A conflict in brief as its readers see it: the words, the forms of output, hostile labels, very many states."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings

from detente.analysis.brief import brief
from detente.analysis.story import Story
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.language.build import formula_in
from detente.language.load import loads
from detente.library.index import library
from detente.report.brief import brief_page
from detente.report.formulas import formula_words
from detente.report.page import plain
from detente.report.parts import Document, Grid, Heading, Line, Section
from detente.report.writers.html import html_document
from tests.command import bad, good, run
from tests.test_brief import conflicts


def told(conflict: Conflict, **asked: object) -> str:
    """Return all words of the page."""
    return json.dumps(plain(brief_page(brief(conflict, **asked))), ensure_ascii=False)  # type: ignore[arg-type]


def test_the_peace_delusion_in_brief() -> None:
    found = brief(library("peace_delusion"))
    kinds = {fate.outcome: fate.kind for fate in found.fates}
    assert [name for name, kind in kinds.items() if kind == "lasting"] == ["collapse", "division_of_labour"]
    never = [name for name, kind in kinds.items() if kind == "untenable"]
    assert never == ["settlement", "land_deal", "settlement_overturned", "land_overturned", "war_us_only"]
    assert [item.outcome for item in found.obstacles] == never
    settlement = {item.dm: item for item in found.obstacles[0].obstacles}
    assert {dm: item.rests_on for dm, item in settlement.items()} == {
        "president": ("P1",), "establishment": ("P2",), "europe": ("P33",),
    }  # fmt: skip
    assert settlement["europe"].deed is not None
    assert settlement["europe"].deed.change == (("europe.sign", "no"),)
    lines = [line for part in plain(brief_page(found)) for line in part["lines"]]
    words = "Europe would drop “Sign the order for Europe”: it wants “No European name under Russian terms” (P33, "
    assert f"{words}modeller)." in lines
    assert "It ends in “Collapse into Russian terms”, and so do both branches." in lines
    assert found.story is not None
    assert [len(chapter.steps) for chapter in found.story.chapters] == [1, 1, 0]
    assert found.claims is not None
    assert found.claims["C3_ukraine"] == "fails"
    assert any("C3_ukraine (Ukraine has a way out of every deal on Russian terms)" in line for line in lines)


def test_it_fits_on_two_screens() -> None:
    assert len(good("brief", "peace_delusion").splitlines()) <= 105


WELL = """
title: A well between two villages
because: The upper village pumps at night.
decision_makers:
  upper:
    name: Upper village
    options: {pump: Pump at night}
    preferences: [not lower.sue, upper.pump, lower.share]
  lower:
    name: Lower village
    options: {share: Share the cost of the well, sue: {name: Go to court, irreversible: forward}}
    preferences: [not upper.pump, not lower.sue if not upper.pump, not lower.share]
infeasible: [lower.share and lower.sue]
outcomes: {agreement: {name: An agreement, that: lower.share and not upper.pump}, court: lower.sue}
status_quo: [upper.pump]
"""


def test_plain_statements_are_said_in_words() -> None:
    words = told(loads(WELL))
    assert "Lower village does not take “Go to court”; it takes “Pump at night”" in words
    words = told(loads(WELL), concept="nash")
    assert "“An agreement” cannot hold:" in words
    assert "Upper village would take “Pump at night”: it wants to take “Pump at night”." in words
    assert "Lower village would drop “Share the cost of the well”: it wants not to take “Share the cost of the" in words


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("upper.pump", "Upper village takes “Pump at night”"),
        ("lower.sue = no", "it does not take “Go to court”"),
        ("not (upper.pump and lower.sue)", "not (Upper village takes “Pump at night” and it takes “Go to court”)"),
        ("agreement or upper.pump and court", "“An agreement” or Upper village takes “Pump at night” and “court”"),
        ("(agreement or court) and not agreement", "(“An agreement” or “court”) and not “An agreement”"),
        ("agreement if court", "“An agreement”, if “court”"),
        ("not (agreement if court)", "not (“An agreement”, if “court”)"),
        ("agreement iff court", "“An agreement” exactly if “court”"),
        ("agreement xor court", "either “An agreement” or “court”, not both"),
        ("at least 1 of (agreement, court or agreement)", "at least 1 of: (“An agreement”; “court” or “An agreement”)"),
        ("never", "what cannot be"),
    ],
)
def test_formulas_in_words(formula: str, words: str) -> None:
    conflict = loads(WELL)
    assert formula_words(conflict, formula_in(conflict, formula), "lower") == words


@settings(max_examples=30, deadline=None)
@given(conflicts)
def test_any_conflict_has_a_brief(conflict: Conflict) -> None:
    found = brief(conflict)
    page = brief_page(found)
    assert isinstance(page[0], Heading)
    for part in page:
        if isinstance(part, Grid):
            assert all(len(row) == len(part.columns) for row in part.rows)
            assert all(all(cell for cell in row) for row in part.rows)
        if isinstance(part, Line):
            assert part.words.strip() == part.words
    data = json.loads(json.dumps(found.to_dict()))
    assert len(data["outcomes"]) == len(found.fates) == len(found.to_frame())
    assert repr(found).startswith("<Brief of 'drawn'")


HOSTILE = "<script>alert(1)</script> [bold]x[/bold] ‮ \\u0007 & \"'"


def hostile() -> Conflict:
    """Return a model in which every label is hostile, and long."""
    long = HOSTILE + " and so on" * 40
    conflict = loads(WELL)
    return replace(
        conflict,
        title=HOSTILE,
        decision_makers=tuple(
            replace(dm, name=f"{k}{HOSTILE}", options=tuple(replace(o, name=long) for o in dm.options))
            for k, dm in enumerate(conflict.decision_makers)
        ),
        outcomes=tuple(replace(outcome, name=long) for outcome in conflict.outcomes),
        because=long * 5,
    )


def test_labels_are_not_markup() -> None:
    found = brief(hostile())
    parts = tuple(brief_page(found)[1:])
    page = html_document(Document(found.conflict.title, (Section("brief", "In brief", parts),)))
    assert set(re.findall(r"<(\w+)", page)) <= {
        "html", "head", "meta", "title", "style", "body", "a", "div", "header", "h1", "h2", "h3", "p", "ul", "li",
        "main", "section", "table", "thead", "tbody", "tr", "th", "td", "button", "footer", "script",
    }  # fmt: skip
    assert "&lt;script&gt;" in page
    assert "[bold]x[/bold]" in page
    assert page.count("<script>") == 1
    assert "<h3>" in found._repr_html_()


@pytest.mark.parametrize("columns", ["40", "60", "200"])
@pytest.mark.parametrize("name", ["peace_delusion", "elmira", "shared_river"])
def test_lines_fit_the_width(name: str, columns: str) -> None:
    done = run("brief", name, COLUMNS=columns)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= int(columns)
    assert lines == [line.rstrip() for line in lines]


def test_forms_of_output() -> None:
    data = json.loads(good("brief", "chicken", "--format", "json"))
    assert [item["outcome"] for item in data["outcomes"]] == ["one_gives_way", "crash", "compromise"]
    assert data["story"]["rule"] == "rest"
    assert data["words"][0]["heading"] == "Chicken"
    rows = good("brief", "chicken", "--format", "csv").splitlines()
    assert rows[0] == "outcome,states,durability,holds_in,reached,reached_in"
    assert rows[1] == "one_gives_way,2,,default,yes,default"
    page = good("brief", "chicken", "--format", "html")
    assert page.startswith("<!DOCTYPE html>")
    assert not re.findall(r"https?:", page)


def test_one_outcome_is_asked_about() -> None:
    words = good("brief", "peace_delusion", "--outcome", "us_exit_no_arms,russian_terms")
    assert "“US exit without arms, Europe carries the war” cannot hold, under" in words
    assert "“The war has ended on Russian terms” can hold in every reading." in words
    assert "“Lasting settlement” cannot hold" not in words


def test_models_that_lack_something() -> None:
    alone = loads("decision_makers: {hermit: {options: {go: Go}, preferences: [hermit.go]}}\ntitle: Alone")
    assert brief(alone).story is None
    assert [fate.state for fate in brief(alone).fates] == [1]
    idle = loads("title: Idle\ndecision_makers: {a: {options: {x: X}}, b: {}}\nstatus_quo: []")
    words = told(idle)
    assert "Nothing: it is indifferent" in words
    assert "Nobody takes a step: “nothing taken” stays." in words
    restless = loads(
        "title: Restless\nstatus_quo: []\ndecision_makers:\n"
        "  a: {options: {x: X}, preferences: [a.x iff b.y]}\n  b: {options: {y: Y}, preferences: [a.x xor b.y]}"
    )
    assert "No state can hold." in told(restless, concept="nash")
    assert "Nobody" not in told(restless, concept="nash")
    nowhere = loads(WELL.replace("court: lower.sue", "court: lower.sue and lower.share"))
    assert "“court”: no state is like that." in told(nowhere)


def test_many_states_are_left_to_other_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.analysis.brief.MOST_CLAIMS", 1)
    monkeypatch.setattr("detente.analysis.brief.MOST_JOINT", 1)
    monkeypatch.setattr("detente.analysis.story.MOST_STATES", 1)
    monkeypatch.setattr("detente.analysis.obstacles.MOST_STATES", 1)
    found = brief(library("peace_delusion"))
    assert found.story is None
    assert found.claims is None
    assert {"the story", "the claims", "joint steps"} < set(found.left_out)
    assert not any(item.rests_on for one in found.obstacles for item in one.obstacles)
    monkeypatch.setattr("detente.analysis.obstacles.MOST_ARCS", 0)
    monkeypatch.setattr("detente.analysis.story.MOST_STATES", 100)
    monkeypatch.setattr("detente.analysis.story.MOST_ARCS", 1)
    found = brief(library("prisoners_dilemma"))
    assert isinstance(found.story, Story)
    assert found.story.rule == "shortest"
    assert "Other ways were not followed." in told(library("prisoners_dilemma"))
    words = told(library("peace_delusion"))
    assert "would stay in none of its 12 states" in words
    assert "Left out: what those would do who are in the way of “Lasting settlement”, “Territorial deal”" in words


def test_what_cannot_be_asked_is_refused() -> None:
    assert "unknown outcome 'setlement'; did you mean 'settlement'" in bad("brief", "peace_delusion", "-o", "setlement")
    assert "unknown concept 'sek'" in bad("brief", "chicken", "-c", "sek")
    assert "unknown reading 'then'" in bad("brief", "peace_delusion", "--later", "then")
    assert "sim is not defined" in bad("brief", "peace_delusion", "-c", "sim")
    with pytest.raises(UsageError, match="unknown reading 'tactical'"):
        brief(library("chicken"), later="default")


def test_a_concept_of_another_kind() -> None:
    found = brief(library("chicken"), concept="sim")
    words = told(library("chicken"), concept="sim")
    assert any(fate.holds_in for fate in found.fates)
    assert "would stay in" in words or "would not stay in it" in words


def test_play_that_goes_round_is_said_to() -> None:
    words = told(library("cuban_missile_crisis"))
    assert "play goes round for ever through “The missiles are withdrawn” and “The missiles stay”" in words
    assert "“The missiles are withdrawn” can hold there." in words


def test_an_ellipsis_ends_a_sentence() -> None:
    long = "word " * 200
    well = told(
        loads(WELL.replace("court: lower.sue", f"court: lower.sue, calm: {{name: {long}, that: not lower.sue}}"))
    )
    assert "It begins with “word word" in well
    assert '…."' not in well
    cut = told(library("peace_delusion"))
    assert "No party alone in all of it" in cut
    assert '…."' not in cut
