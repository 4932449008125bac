"""The smallest sets of changes: against every set one by one, and each answer asked of the changed model again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from detente.analysis.change_catalog import Catalog, aims_of, guarantees_of, lenses_behind
from detente.analysis.change_products import products
from detente.analysis.change_search import Grounds, Smallest, smallest
from detente.analysis.change_target import Target, met, targets_of
from detente.analysis.claims import check
from detente.analysis.world import World
from detente.conflict import elements as el
from detente.conflict.claims import Claim
from detente.conflict.conflict import Conflict
from detente.conflict.edits import Edit
from detente.errors import CannotSayError, ModelError, UsageError
from detente.language.load import loads
from detente.language.write import to_yaml
from detente.library.index import library
from tests.draws import pick, some
from tests.literal_changes import holds, smallest_sets, with_set
from tests.literal_claims import CHECKS, LiteralArgument, draw_check, lensed_conflicts
from tests.oracle import LiteralModel

CONCEPTS = ("nash", "gmr", "smr", "seq", "sseq")


def with_aims(draw: st.DrawFn, conflict: Conflict) -> Conflict:
    """Give some parties an aim that no reading uses, and principles."""
    makers = []
    for dm in conflict.decision_makers:
        if dm.kind == "party" and dm.statements and draw(st.booleans()):
            chosen = tuple(el.Level((s,)) for s in some(draw, dm.statements, most=2))
            dm = replace(dm, aims=(el.Lens(id="dream", preference=el.Prioritised(chosen)),))
        makers.append(dm)
    return replace(conflict, decision_makers=tuple(makers))


def drawn_targets(draw: st.DrawFn, conflict: Conflict) -> tuple[Conflict, list[str]]:
    """Draw what is wished, and add the claims that it names to the conflict."""
    model = LiteralModel(conflict)
    outcomes = [o.id for o in conflict.outcomes if any(model.holds(o.that, s) for s in model.states)]
    first = conflict.readings[0].id
    held = LiteralArgument(conflict, "legal").held("seq", first)
    names = [name for name in outcomes if not any(model.holds(conflict.outcome(name).that, s) for s in held)]
    names += [str(s) for s in model.states if s not in held and not conflict.merge][:4]
    names = names or outcomes or ["claim" if conflict.merge else "1"]
    texts: list[str] = []
    for _ in range(pick(draw, (1, 1, 1, 1, 2))):
        kind = pick(draw, ("holds", "holds", "holds", "lasting", "other", "claim"))
        if kind == "claim" or names == ["claim"]:
            word = pick(draw, CHECKS)
            claim = Claim(id=f"c{len(texts)}", says="So.", check=draw_check(draw, conflict, model, word))
            conflict = replace(conflict, claims=(*conflict.claims, claim))
            texts.append(f"claim:{claim.id}")
        elif kind == "holds":
            texts.append(pick(draw, names))
        else:
            other = ("brittle", "provisional", "latent", "shifting", "conditional", "untenable")
            word = "lasting" if kind == "lasting" else pick(draw, other)
            texts.append(f"{word}:{pick(draw, names)}")
    return conflict, texts


@st.composite
def questions(draw: st.DrawFn, most: int = 6) -> tuple[Conflict, tuple[Target, ...], Catalog]:
    """Draw a conflict, what is wished in it, and a few of the changes there are: some at will, some that bind."""
    conflict = with_aims(draw, draw(lensed_conflicts()))
    conflict, texts = drawn_targets(draw, conflict)
    readings = [conflict.readings[0].id, *some(draw, [item.id for item in conflict.readings], least=0, most=1)]
    concepts = some(draw, CONCEPTS, most=2)
    world = World(conflict)
    try:
        targets = targets_of(
            world.graph, texts, concepts=concepts, readings=readings, now="tactical", later="strategic"
        )
    except UsageError:  # a listed state with open options cannot be told from others
        assume(False)
        raise
    lenses = lenses_behind(conflict, None)
    about = [(target.text, target.that) for target in targets if target.that is not None]
    secured = guarantees_of(conflict, (), about).edits
    edits = [*aims_of(conflict, (), lenses).edits, *secured]
    assume(edits)
    chosen = {draw(st.integers(0, len(edits) - 1)) for _ in range(most)}
    chosen |= {len(edits) - 1 - draw(st.integers(0, len(secured) - 1)) for _ in range(most) if secured}
    return conflict, targets, Catalog(tuple(edits[k] for k in sorted(chosen)))


def found(conflict: Conflict, targets: Sequence[Target], catalog: Catalog, most: int = 2) -> Smallest:
    grounds = Grounds(World(conflict), targets)
    return smallest(grounds, catalog, most, monotonic() + 600)


@given(questions())
@settings(max_examples=25, deadline=None)
def test_every_set_one_by_one(question: tuple[Conflict, tuple[Target, ...], Catalog]) -> None:
    conflict, targets, catalog = question
    assume(not holds(conflict, targets))
    result = found(conflict, targets, catalog)
    size, sets = smallest_sets(conflict, catalog.edits, targets, 2)
    assert result.size == size
    assert {frozenset(some) for some in result.sets} == sets
    assert len(result.sets) == len(sets)
    assert result.complete_to == (2 if size is None else size)
    assert result.at_least <= (3 if size is None else size)
    assert not result.stopped
    if result.ruled_out:
        assert size is None
    boxes = [frozenset(box) for product in products(result.sets) for box in unrolled(product.parts)]
    assert len(boxes) == len(set(boxes))
    assert set(boxes) == sets


def unrolled(parts: Any) -> list[tuple[Edit, ...]]:
    rows: list[tuple[Edit, ...]] = [()]
    for _, choices in parts:
        rows = [(*row, *choice) for row in rows for choice in choices]
    return rows


@given(questions())
@settings(max_examples=60, deadline=None)
def test_every_answer_again_on_the_text_of_the_changed_model(
    question: tuple[Conflict, tuple[Target, ...], Catalog],
) -> None:
    conflict, targets, catalog = question
    asked = replace(conflict, claims=tuple(target.claim for target in targets))
    asked = replace(asked, claims=tuple(replace(c, id=f"t{k}", says="So.") for k, c in enumerate(asked.claims)))
    for sets in found(conflict, targets, catalog).sets:
        changed = with_set(asked, sets)
        assert changed is not None
        with suppress(CannotSayError):  # numbers that no file can hold
            changed = loads(to_yaml(changed))
        assert all(result.verdict == "holds" for result in check(changed).results)


RIVER = library("shared_river")


def searched(level: str, texts: list[str], *, borrow: bool = False, readings: Sequence[str] = ("tactical",)) -> Any:
    world = World(RIVER)
    targets = targets_of(world.graph, texts, concepts=["seq"], readings=readings, now="tactical", later="strategic")
    lenses = lenses_behind(RIVER, None)
    about = [(target.text, target.that) for target in targets if target.that is not None]
    catalog = aims_of(RIVER, (), lenses, borrow=borrow) if level == "aims" else guarantees_of(RIVER, (), about)
    return targets, catalog, Grounds(world, targets)


WISHES = [["treaty"], ["lasting:treaty"], ["claim:W4", "standstill"], ["provisional:standstill"], ["claim:W3"]]


@pytest.mark.parametrize("texts", WISHES, ids=" ".join)
@pytest.mark.parametrize("level", ["aims", "guarantees"])
def test_every_single_change_of_a_whole_model(level: str, texts: list[str]) -> None:
    targets, catalog, grounds = searched(level, texts, borrow=True)
    result = smallest(grounds, catalog, 1, monotonic() + 600)
    assert not met(World(RIVER), targets)
    expected = set()
    for edit in catalog.edits:
        changed = with_set(RIVER, (edit,))
        if changed is None:
            continue
        claims = tuple(replace(target.claim, id=f"t{k}") for k, target in enumerate(targets))
        try:
            verdicts = check(replace(changed, claims=claims)).results
        except ModelError:
            continue
        if all(item.verdict == "holds" for item in verdicts):
            expected.add(edit)
    nearest = {
        edit for edit in expected if not any(e.family == edit.family and abs(e.far) < abs(edit.far) for e in expected)
    }
    assert {edit for (edit,) in result.sets} == nearest


def test_nothing_depends_on_what_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.analysis.change_search.WORTH_SHARING", 1)
    monkeypatch.setattr("detente.analysis.change_search.UNIT", 3)
    monkeypatch.setattr("detente.analysis.change_search.AT_ONCE", 20)
    for workers in (1, 2):
        _, catalog, grounds = searched("guarantees", ["lasting:treaty"])
        result = smallest(grounds, catalog, 2, monotonic() + 600, workers=workers)
        assert (result.size, len(result.sets), result.stopped) == (2, 9, False)
    _, catalog, grounds = searched("guarantees", ["lasting:treaty"])
    stopped = smallest(grounds, catalog, 2, monotonic() - 1)
    assert (stopped.sets, stopped.stopped, stopped.complete_to) == ((), True, -1)


def test_what_has_to_change_in_any_case_is_known_without_trying() -> None:
    _, catalog, grounds = searched("aims", ["lasting:treaty"])
    only = Catalog(tuple(edit for edit in catalog.edits if edit.dm == "lender"))
    result = smallest(grounds, only, 3, monotonic() + 600)
    assert (result.sets, result.ruled_out, result.n_decided) == ((), True, 0)
    assert "assembly" in result.in_the_way
    both = smallest(grounds, catalog, 1, monotonic() + 600)
    assert (both.size, both.at_least, both.n_decided) == (None, 2, 0)
