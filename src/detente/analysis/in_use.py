"""Which premises verdicts depend on: those of the model, and those of the places that claims are asked in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.analysis.without import RESTRICTIONS
from detente.conflict.claims import Changes, Claim, Sides
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Premise
from detente.conflict.relations import Relation
from detente.conflict.variant import statements_in_use


def premises_in_use(conflict: Conflict, claims: Sequence[Claim]) -> Iterator[Premise]:
    """Yield all premises that can be dropped and that verdicts depend on, once each, in the model's order.

    Relations are among them where some claim is about sides, rules of phases where some claim is asked in one (play
    comes through the phases before it), points of a view where some claim is asked in its eyes.
    """
    listed = set(statements_in_use(conflict))
    about_sides = any(isinstance(claim.check, Sides) for claim in claims)
    for premise in conflict.premises():
        if premise.id in listed or (about_sides and isinstance(premise, Relation)) or isinstance(premise, RESTRICTIONS):
            yield premise
    yield from premises_of_places(conflict, claims)


def premises_of_places(conflict: Conflict, claims: Sequence[Claim]) -> Iterator[Premise]:
    """Yield the rules of phases, and the points of views, that claims are asked in."""
    names = {name for claim in claims for name in claim.phases}
    for check in (claim.check for claim in claims):
        if isinstance(check, Changes) and check.phases:
            names.update(check.between)
    last = max((place for place, phase in enumerate(conflict.phases, 1) if phase.id in names), default=0)
    for phase in conflict.phases[:last]:
        yield from phase.premises
    viewers = {viewer for claim in claims for viewer in claim.views}
    for view in conflict.views:
        if view.id in viewers:
            yield from view.premises
            yield from view.wants
