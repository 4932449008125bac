"""Claims in phases and in somebody's eyes: against the literal definitions, on drawn conflicts, and by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from detente.analysis.claims import cases_of, check
from detente.analysis.world import World
from detente.conflict import claims as cl
from detente.conflict import formula as fm
from detente.conflict.conflict import Conflict
from detente.conflict.variant import reversed_statement, without
from detente.conflict.views import Observer, view_premises
from detente.errors import ModelError
from tests.draws import pick, some
from tests.literal_claims import CHECKS, draw_check, lensed_conflicts, statement_ids
from tests.literal_places import LiteralSeen, asked, draw_phases, draw_small, places
from tests.oracle import LiteralModel
from tests.test_views import _with_view

KINDS = (*CHECKS, "inevitable", "certain", "avoidable", "unavoidable")


@st.composite
def placed(draw: DrawFn, phases: bool = True, views: bool = True) -> Conflict:
    """Draw a conflict with phases, views and claims under them."""
    conflict = draw(lensed_conflicts(listed=draw(st.booleans())))
    if conflict.status_quo is None and draw_small(draw, 0, 3):
        conflict = replace(conflict, status_quo=pick(draw, LiteralModel(conflict).states))
    if len(conflict.parties) > 1 and draw(st.booleans()):
        signed = tuple(dm.id for dm in some(draw, conflict.parties, least=2))
        conflict = replace(conflict, agreements=(cl.Agreement(id="pact", parties=signed, in_force=fm.Constant(True)),))
    if draw(st.booleans()):
        conflict = replace(conflict, nature="included")
    viewers: list[str] = []
    if views:
        viewers = [dm.id for dm in some(draw, conflict.parties, least=0, most=1)]
        if not viewers or draw(st.booleans()):
            viewers.append("public")
            conflict = replace(conflict, observers=(Observer(id="public"),))
        for viewer in viewers:
            conflict = _with_view(draw, conflict, viewer)
    if phases:
        conflict = draw_phases(draw, conflict)
    model = LiteralModel(conflict, conflict.readings[0].id)
    claims = []
    for number, kind in enumerate(some(draw, KINDS, least=4, most=4)):
        seen = some(draw, viewers, least=0 if phases else 1) if viewers else []
        then = some(draw, [item.id for item in conflict.phases], least=0 if views else 1) if conflict.phases else []
        check = _imagining(draw, conflict, seen, _drawn(draw, conflict, model, kind))
        if isinstance(check, cl.Changes) and check.phases:
            then = []
        claims.append(
            cl.Claim(
                id=f"c{number}",
                says=kind,
                check=check,
                readings=tuple(some(draw, [item.id for item in conflict.readings], least=0)),
                concepts=tuple(some(draw, ("nash", "gmr", "seq"), least=0, most=2)),
                phases=tuple(then),
                views=tuple(seen),
            )
        )
    return replace(conflict, claims=tuple(claims))


def _drawn(draw: DrawFn, conflict: Conflict, model: LiteralModel, kind: str) -> Any:
    joint = bool(conflict.agreements) and draw(st.booleans())
    if kind in CHECKS:
        check: Any = draw_check(draw, conflict, model, kind)
        if isinstance(check, cl.Reaches) and check.by == "improvements":
            return replace(check, joint=joint)
        if isinstance(check, cl.Changes) and conflict.phases and draw(st.booleans()):
            names = [item.id for item in conflict.phases]
            return replace(check, between=(pick(draw, names), pick(draw, names)), phases=True)
        return check
    like: Any = draw_check(draw, conflict, model, "reachable")
    by = tuple(some(draw, [dm.id for dm in conflict.parties])) if kind.endswith("avoidable") else ()
    best, nature = draw(st.booleans()), draw(st.booleans())
    return cl.Evolves(kind, like.that, like.start, by, best=best, joint=joint, nature=nature)  # type: ignore[arg-type]


def _imagining(draw: DrawFn, conflict: Conflict, viewers: list[str], check: Any) -> Any:
    """Return a check that is at times about an option that all these viewers imagine."""
    options = [{o.option for o in view.imagined} for view in conflict.views if view.id in viewers]
    common = sorted(set.intersection(*options)) if options else []
    if not common or not hasattr(check, "that") or not draw(st.booleans()):
        return check
    return replace(check, that=pick(draw, (fm.And, fm.Or))((check.that, fm.Taken(common[0]))))


@settings(max_examples=70)
@given(st.one_of(placed(views=False), placed(phases=False), placed()))
def test_every_check_agrees_with_its_definition_at_every_place(conflict: Conflict) -> None:
    world = World(conflict)
    for claim in conflict.claims:
        try:
            expected = asked(conflict, claim)
        except ValueError as error:
            event(f"refused: {error}")
            with pytest.raises(ModelError):
                check(conflict, claims=[claim.id], world=world)
            continue
        try:
            (result,) = check(conflict, claims=[claim.id], world=world).results
        except ModelError:
            seen = [there for _, _, there in places(conflict, claim) if isinstance(there, LiteralSeen)]
            assert not all(there.covers_every_lens() for there in seen)
            continue
        found = {(c.phase, c.viewer, c.reading, c.concept): c.finding.holds for c in result.cases}
        assert found == {where: holds for where, (holds, _) in expected.items()}, claim
        assert len(result.cases) == len(expected)
        for case in result.cases:
            _, nothing = expected[case.phase, case.viewer, case.reading, case.concept]
            assert not case.finding.holds or case.finding.vacuous == nothing, claim
        said = set().union(*(there.circular(claim.check) for _, _, there in places(conflict, claim)))
        assert not isinstance(claim.check, cl.Prefers) or said == set(result.circular)
        event(f"{claim.says}: {result.verdict}")


@settings(max_examples=25)
@given(placed())
def test_lean_findings_are_the_full_ones_in_every_world(conflict: Conflict) -> None:
    """Worlds that differ in preferences or views share what they work out; each must answer as one of its own."""
    base = World(conflict)
    claims = [claim for claim in conflict.claims if _answers(base, claim, lean=False) is not None]
    statements, points = sorted(statement_ids(conflict)), [item.id for item in view_premises(conflict)]
    changed = [conflict, *(without(conflict, {name}) for name in (*statements, *points))]
    changed += [reversed_statement(conflict, name) for name in statements]
    for version in changed:
        shared, own = base.with_preferences(version), World(version)
        for claim in claims:
            assert _answers(shared, claim, lean=True) == _answers(own, claim, lean=False), claim


def _answers(world: World, claim: cl.Claim, *, lean: bool) -> list[tuple[Any, ...]] | None:
    """Return what is found at each place; None where that is refused."""
    try:
        found = cases_of(world, claim, lean=lean)
        return [(c.phase, c.viewer, c.reading, c.concept, c.finding.holds) for c in found]
    except ModelError:
        return None
