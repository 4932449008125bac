"""Can every claim be asked? What needs no states to be told: its solution concepts, and whom its viewers leave out."""

from __future__ import annotations

from detente.analysis.validate_check import Check, Warning_
from detente.conflict.claims import Claim, parties_of
from detente.conflict.perceived import viewer_label
from detente.errors import Mark, UsageError
from detente.stability.registry import concept


def check_claims(check: Check) -> None:
    """Add what ``detente check`` refuses about each claim, at its place."""
    conflict = check.conflict
    views = {view.id: view for view in conflict.views}

    def add(claim: Claim, message: str, mark: Mark | None = None) -> None:
        check.found.append(Warning_("claim", f"{claim.id}: {message}", mark or claim.where, claim.id, "error"))

    for claim in conflict.claims:
        for key in claim.concepts:
            try:
                concept(key)
            except UsageError as error:
                add(claim, str(error), claim.where_concept(key))
        for view in (views[viewer] for viewer in claim.views if viewer in views):
            for item in view.forgets:
                if item.dm in parties_of(claim.check):
                    viewer = viewer_label(conflict, view.id)
                    add(claim, f"in the view of {viewer} there is no {item.dm!r}, which it leaves out")
