"""What would hold if: the same verdicts as from nothing, and what is otherwise than before."""

from __future__ import annotations

from dataclasses import replace

import pytest

import detente
from detente.analysis.analyze import analyze
from detente.analysis.claims import check
from detente.errors import UsageError
from detente.language.load import loads
from detente.workbench import edits
from detente.workbench.answers import Compared, answer
from detente.workbench.desk import Desk
from detente.workbench.outline import outline
from detente.workbench.whatif import TRIAL, Engine, Toggles, difference, droppable, same_questions, same_states
from detente.workbench.workspace import Open

NAMES = ("elmira", "elmira_options", "cuban_missile_crisis", "shared_river", "chicken")


def afresh(conflict: detente.Conflict, concept: str, reading: str) -> list[int]:
    conflict = replace(conflict, classes=())  # whether they partition the states does not matter here
    found = analyze(conflict, concepts=[concept], readings=[reading]).reading(reading)
    return [int(state) for state in found.equilibria(concept)]


@pytest.mark.parametrize("name", NAMES)
def test_every_change_by_form_gives_the_verdicts_that_the_new_text_has(name: str) -> None:
    text = detente.library(name).text
    engine = Engine()
    texts = [text]
    found = outline(text, "yaml")
    assert found is not None
    for party in found.parties:
        for row in party.lists:
            if row.orderly and len(row.items) > 1:
                texts.append(edits.moved(texts[-1], "yaml", row.path, 0, len(row.items) - 1))
    if found.restrictions:
        texts.append(edits.switch_off(texts[-1], "yaml", found.restrictions[0].path))
    if found.outcomes:
        texts.append(edits.named(texts[-1], "yaml", found.outcomes[0].path, "Otherwise"))
    for one in (*texts, *reversed(texts)):
        conflict = loads(one)
        for concept in ("nash", "seq"):
            for reading in conflict.readings:
                asked = Toggles(reading=reading.id, concept=concept)
                verdicts = engine.verdicts(conflict, asked)
                assert list(verdicts.holding) == afresh(conflict, concept, reading.id)
        if conflict.claims:
            wanted = {item.claim.id: item.verdict for item in check(conflict).results}
            assert engine.verdicts(conflict).claims == wanted


def test_outcomes_that_change_their_meaning_are_not_taken_from_before() -> None:
    text = "\n".join(
        [
            "decision_makers:",
            "  a: {options: {x: X}, preferences: [good]}",
            "  b: {options: {y: Y}, preferences: [good]}",
            "outcomes: {good: a.x and b.y}",
        ]
    )
    engine = Engine()
    one, other = loads(text), loads(text.replace("a.x and b.y", "not a.x and not b.y"))
    assert same_states(one, other)
    assert not same_questions(one, other)
    assert 3 in engine.verdicts(one, Toggles(concept="nash")).holding
    again = engine.verdicts(other, Toggles(concept="nash"))
    assert list(again.holding) == afresh(other, "nash", "default")


def test_states_gained_and_lost_are_told_apart_from_their_numbers() -> None:
    text = detente.library("cuban_missile_crisis").text
    off = edits.switch_off(text, "yaml", ("infeasible", 0))
    engine = Engine()
    before, now = engine.verdicts(loads(text)), engine.verdicts(loads(off))
    found = difference(before, now)
    same = set(before.keys) & set(now.keys)
    assert {now.keys[key] for key in now.keys if key not in same} == set(found.gained)
    assert {before.keys[key] for key in before.keys if key not in same} == set(found.lost)
    assert not found.incomparable
    assert not difference(now, now)


def test_claims_that_flip_are_named() -> None:
    text = detente.library("shared_river").text
    engine = Engine()
    before = engine.verdicts(loads(text))
    assert before.claims
    gone = frozenset(premise.id for premise in loads(text).premises() if ".P1" in premise.id or premise.id == "P1")
    now = engine.verdicts(loads(text), Toggles(dropped=gone))
    found = difference(before, now)
    assert now.claims is not None
    assert {name for name, _, _ in found.flipped} == {k for k in now.claims if now.claims[k] != before.claims[k]}


def test_other_options_cannot_be_compared() -> None:
    text = detente.library("chicken").text
    more = edits.option_added(text, "yaml", "a", "Brake")
    engine = Engine()
    assert difference(engine.verdicts(loads(text)), engine.verdicts(loads(more))).incomparable


def test_lenses_are_tried_one_by_one() -> None:
    conflict = detente.library("peace_delusion")
    engine = Engine()
    plain = engine.verdicts(conflict, Toggles(reading="tactical"), claims=False)
    lens = conflict.decision_maker("russia").lens_names
    chosen = conflict.lens_choice("tactical")["russia"]
    other = next(name for name in lens if name != chosen)
    tried = engine.verdicts(conflict, Toggles(reading="tactical", lenses=(("russia", other),)), claims=False)
    if tried.reading == TRIAL:
        assert tried.conflict.lens_choice(TRIAL)["russia"] == other
    back = engine.verdicts(conflict, Toggles(reading="tactical", lenses=(("russia", chosen),)), claims=False)
    assert back.reading == "tactical"
    assert back.holding == plain.holding


def test_a_premise_is_left_out_without_touching_the_text() -> None:
    conflict = detente.library("elmira_options")
    engine = Engine()
    gone = conflict.infeasible[0].id
    tried = engine.verdicts(conflict, Toggles(dropped=frozenset({gone, "unknown"})))
    assert tried.missing == {"unknown"}
    assert not tried.conflict.infeasible
    wanted = afresh(replace(conflict, infeasible=()), "seq", "default")
    assert list(tried.holding) == wanted


def test_what_contradicts_itself_without_a_premise_is_refused() -> None:
    text = "decision_makers: {a: {options: {x: X}, preferences: {ranking: [1]}}}\ninfeasible: [a.x]\n"
    conflict = loads(text)
    with pytest.raises(UsageError, match="without these premises"):
        Engine().verdicts(conflict, Toggles(dropped=frozenset({conflict.infeasible[0].id})))


def test_classes_that_overlap_when_something_is_tried_are_left_out_with_a_warning() -> None:
    text = detente.library("cuban_missile_crisis").text
    found = Engine().verdicts(loads(edits.switch_off(text, "yaml", ("infeasible", 0))))
    assert found.warnings
    assert not found.conflict.classes


def test_what_says_that_states_are_one_cannot_be_left_out() -> None:
    conflict = detente.library("elmira_options")
    assert "abandoned" not in droppable(conflict)
    every = frozenset(droppable(conflict))
    assert len(Engine().verdicts(conflict, Toggles(dropped=every)).holding) > 0


def test_a_concept_that_is_not_defined_says_why() -> None:
    found = Engine().verdicts(detente.library("elmira"), Toggles(concept="sim"))
    assert found.refused
    assert not found.holding


# -- what a page shows ------------------------------------------------------------------------------------------------


def model(text: str) -> Open:
    return Open("new/1", Desk("new.yaml", text))


def ask(found: Open, asked: Toggles | None = None):  # type: ignore[no-untyped-def]
    return answer(found, asked or Toggles(), found.desk.revision, found.desk.text)


def test_while_the_text_is_wrong_the_last_answer_stays() -> None:
    found = model(detente.library("chicken").text)
    first = ask(found)
    found.desk.edit(found.desk.text.replace("a.swerve", "a.swerv"))
    now = ask(found)
    assert now.stale
    assert now.problems
    assert now.verdicts.holding == first.verdicts.holding
    found.desk.undo()
    assert not ask(found).stale


def test_what_contradicts_itself_has_its_place_among_the_problems() -> None:
    text = detente.library("elmira_options").text.replace("status_quo: [uniroyal.delay]", "status_quo: []")
    found = ask(model(text))
    assert found.verdicts is None
    (problem,) = found.problems
    assert problem.line == text[: text.index("status_quo: []")].count("\n") + 1


def test_before_is_what_was_before_the_last_change_that_meant_something() -> None:
    found = model(detente.library("cuban_missile_crisis").text)
    compared = Compared()
    assert compared.show(ask(found).verdicts) is None
    found.desk.edit(edits.switch_off(found.desk.text, "yaml", ("infeasible", 0)))
    change = compared.show(ask(found).verdicts)
    assert change is not None
    found.desk.edit(found.desk.text + "# a comment\n")
    assert compared.show(ask(found).verdicts) == change
