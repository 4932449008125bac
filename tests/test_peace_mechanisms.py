"""The shipped model of the essay uses every mechanism that the essay speaks of: what it contains, and what is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import detente
from detente.conflict import claims as cl
from detente.graph.graph import Graph

ESSAY = detente.library("peace_delusion")
PARTIES = {dm.id: dm for dm in ESSAY.parties}
OUTCOMES = {outcome.id: outcome for outcome in ESSAY.outcomes}
C = TypeVar("C")


def asked(kind: type[C], so: Callable[[Any], bool] = lambda check: True) -> list[cl.Claim]:
    """Return the claims with a check of a kind of which something is true."""
    return [claim for claim in ESSAY.claims if isinstance(claim.check, kind) and so(claim.check)]


def about(formula: Any) -> set[str]:
    """Return the outcomes that a formula names, directly or through others."""
    found = {part.name for part in formula.walk() if hasattr(part, "name")}
    return found | {name for outcome in found & OUTCOMES.keys() for name in about(OUTCOMES[outcome].that)}


def paragraphs(source: str) -> set[int]:
    return set(map(int, re.findall(r"¶(\d+)", source)))


def test_parties_and_what_each_can_do() -> None:
    assert {"president", "establishment", "russia", "ukraine", "europe"} == set(PARTIES)
    assert all(dm.options for dm in ESSAY.parties)
    assert ESSAY.status_quo is not None
    assert ESSAY.infeasible


def test_tactical_and_strategic_interest() -> None:
    tactical, strategic = (dict(ESSAY.lens_choice(name)) for name in ("tactical", "strategic"))
    turning = {dm for dm in PARTIES if tactical[dm] != strategic[dm]}
    assert turning >= {"president", "russia"}
    for dm in turning:
        one, other = (PARTIES[dm].lens(lenses[dm]) for lenses in (tactical, strategic))
        assert one.preference != other.preference
    mixed = [r.id for r in ESSAY.readings if ESSAY.lens_choice(r.id) not in (tactical, strategic)]
    assert mixed


def test_peace_is_more_than_territory() -> None:
    assert {"ceasefire", "land_deal", "settlement"} <= set(OUTCOMES)
    graph = Graph(ESSAY)
    ceasefire, land, settlement = (graph.outcome(name) for name in ("ceasefire", "land_deal", "settlement"))
    assert ceasefire.any()
    assert land.any()
    assert settlement.any()
    assert not (land & settlement).any()
    assert ESSAY.classes


def test_peace_out_of_reach_is_claimed() -> None:
    denied = asked(cl.Holds, lambda check: check.negated and "settlement" in about(check.that))
    unreached = asked(cl.Reaches, lambda check: check.negated and "settlement" in about(check.that))
    assert denied
    assert unreached
    assert {0, 13} <= {number for claim in (*denied, *unreached) for number in paragraphs(claim.source)}


def test_the_establishment_can_overturn_what_the_president_signs() -> None:
    (option,) = (o for o in PARTIES["establishment"].options if "overturn" in o.id)
    name = f"establishment.{option.id}"
    assert any(name in _options(outcome.that) for outcome in ESSAY.outcomes)
    assert asked(cl.Blocked, lambda check: check.by == ("establishment",))
    assert asked(cl.Blocked, lambda check: check.by == ("president",))


def test_allies_sign_and_the_front_sets_the_terms() -> None:
    signing = {frozenset(agreement.parties) for agreement in ESSAY.agreements}
    assert any({"ukraine", "europe"} <= parties for parties in signing)
    assert asked(cl.Blocked, lambda check: set(check.by) & {"ukraine", "europe"})
    (front,) = (dm for dm in ESSAY.decision_makers if dm.kind == "nature")
    line = f"{front.id}.{front.options[0].id}"
    assert any(line in _options(force.when) for force in ESSAY.forces)
    assert any(move.by == front.id for move in ESSAY.blocked_moves)
    said = [s for dm in ESSAY.parties for lens in dm.lenses for s in lens.statements]
    assert any(line in _options(s.that) for s in said)


def test_one_purse_for_many_theatres() -> None:
    (purse,) = (limit for limit in ESSAY.limits if len(limit.terms) >= 3)
    assert {name.partition(".")[0] for name, _ in purse.terms} == {"president"}
    assert any(paragraphs(claim.source) & {6, 7} for claim in ESSAY.claims)


def test_signed_relations_with_outsiders() -> None:
    outsiders = {item.id for item in ESSAY.outsiders}
    assert {"china", "iran"} <= outsiders
    ties = {frozenset(relation.between): relation for relation in ESSAY.relations}
    assert all(ties[frozenset(("russia", name))].levels[-1][1] > 0 for name in ("china", "iran"))
    assert any(relation.levels[-1][1] < 0 for relation in ESSAY.relations)
    (claim,) = asked(cl.Sides)
    assert isinstance(claim.check, cl.Sides)
    assert {"russia", "china", "iran"} <= set(claim.check.together)


def test_dated_relations_have_turning_points() -> None:
    turns = [turn for relation in ESSAY.relations for turn in relation.turns]
    assert any(turn.id.startswith("2022") for turn in turns)
    assert any(turn.id.startswith("2025-08") for turn in turns)
    assert all(relation.dated for relation in ESSAY.relations if relation.turns)


def test_readings_are_compared() -> None:
    (claim,) = asked(cl.Changes)
    assert isinstance(claim.check, cl.Changes)
    assert set(claim.check.between) == {"tactical", "strategic"}
    assert 9 in paragraphs(claim.source)


def test_the_exit_can_hold_and_is_reached() -> None:
    exits = [claim for claim in ESSAY.claims if "exit" in claim.says and 11 in paragraphs(claim.source)]
    assert {type(claim.check) for claim in exits} >= {cl.Holds, cl.Reaches}
    assert not any(getattr(claim.check, "negated", False) for claim in exits)


def test_phases_end_in_one_outcome_once_the_front_moves() -> None:
    assert len(ESSAY.phases) >= 3
    assert {phase.nature for phase in ESSAY.phases} == {True, False}
    assert len({phase.reading for phase in ESSAY.phases}) > 1
    (front,) = (dm for dm in ESSAY.decision_makers if dm.kind == "nature")
    assert any(option.irreversible for option in front.options)
    ends = asked(cl.Evolves, lambda check: check.kind == "inevitable")
    assert any(claim.phases for claim in ends)
    assert all(10 in paragraphs(claim.source) for claim in ends)


def test_views_and_agreements_that_can_be_overturned() -> None:
    assert ESSAY.views
    assert all(view.premises for view in ESSAY.views)
    assert {viewer for claim in ESSAY.claims for viewer in claim.views} == {view.id for view in ESSAY.views}
    assert "russia" not in {view.id for view in ESSAY.views}  # which has no illusions
    assert len(ESSAY.agreements) >= 2
    assert asked(cl.Endures)
    assert any("overturned" in outcome for outcome in OUTCOMES)


def test_observed_moves_and_joint_improvement() -> None:
    assert ESSAY.observed is not None
    assert {dm for move in ESSAY.observed.moves for dm in move.by} >= {"president", "russia"}
    assert asked(cl.Improves, lambda check: set(check.members) == {"president", "russia"})
    assert asked(cl.Reaches, lambda check: check.joint)


def test_the_argument_as_claims_on_premises_of_which_some_are_uncertain() -> None:
    spoken_of = {number for claim in ESSAY.claims for number in paragraphs(claim.source)}
    assert spoken_of >= {0, *range(2, 14)}
    sure = {premise.certainty for premise in ESSAY.premises()}
    assert len(sure) >= 3
    assert "certain" in sure
    assert all(premise.because and premise.source for premise in ESSAY.premises())
    kinds = {type(claim.check) for claim in ESSAY.claims}
    assert len(kinds) >= 9


def _options(formula: Any) -> set[str]:
    """Return the options that a formula depends on, through outcomes too."""

    def behind() -> Iterator[str]:
        yield from formula.options()
        for name in about(formula) & OUTCOMES.keys():
            yield from OUTCOMES[name].that.options()

    return set(behind())
