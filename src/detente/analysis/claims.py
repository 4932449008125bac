"""The argument as checks: which claims hold, under which readings and concepts, and what shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from detente.analysis.checks import ASKED, Case, Finding
from detente.analysis.places import places, readings_in
from detente.analysis.result import Shown, provenance
from detente.analysis.world import World
from detente.conflict import claims as cl
from detente.conflict.claims import Claim
from detente.conflict.conflict import Conflict, unknown
from detente.conflict.elements import Statement
from detente.conflict.formula import Formula, Named, rewrite
from detente.conflict.perceived import viewer_label
from detente.errors import UsageError
from detente.stability.concept import Concept, NotDefinedError
from detente.stability.game import Sanctions
from detente.stability.registry import concept

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["holds", "partly", "fails"]
DEFAULT_CONCEPT = "seq"


@dataclass(frozen=True)
class CaseFinding:
    """A finding and where it was made."""

    reading: str | None
    concept: str | None
    finding: Finding
    phase: str | None = None
    viewer: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        where = {"phase": self.phase, "view": self.viewer, "reading": self.reading, "concept": self.concept}
        return {
            **{key: value for key, value in where.items() if value is not None},
            "holds": self.finding.holds,
            **self.finding.facts,
        }


@dataclass(frozen=True)
class ClaimResult:
    """What became of one claim.

    Attributes
    ----------
    claim : Claim
    cases : tuple of CaseFinding
        One for each reading and concept that the claim is asked under and depends on.
    circular : tuple of str
        Identities of premises that say what the claim says.
    """

    claim: Claim
    cases: tuple[CaseFinding, ...]
    circular: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """``holds`` in every case, ``partly`` in some, or ``fails``."""
        return verdict([case.finding for case in self.cases])

    @property
    def vacuous(self) -> bool:
        """Whether it holds only because there is no state of the kind it speaks of."""
        return self.verdict == "holds" and all(case.finding.vacuous for case in self.cases)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "id": self.claim.id,
            "says": self.claim.says,
            "source": self.claim.source,
            "verdict": self.verdict,
            "vacuous": self.vacuous,
            "circular": list(self.circular),
            "detail": {"cases": [case.to_dict() for case in self.cases]},
        }


@dataclass(frozen=True, eq=False, repr=False)
class Argument(Shown):
    """The claims of a model and what became of them."""

    world: World
    results: tuple[ClaimResult, ...]

    def __repr__(self) -> str:
        verdicts = [result.verdict for result in self.results]
        counts = ", ".join(f"{verdicts.count(word)} {word}" for word in ("holds", "partly", "fails"))
        return f"<Argument of {self.conflict.title[:60]!r}: {counts}>"

    @property
    def conflict(self) -> Conflict:
        """The model."""
        return self.world.conflict

    @property
    def holds(self) -> bool:
        """Whether every claim holds in every case."""
        return all(result.verdict == "holds" for result in self.results)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        return {
            "claims": [result.to_dict() for result in self.results],
            "computed": provenance(self.conflict, sanctions=self.world.sanctions, nature=self.conflict.nature),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per claim, reading and concept."""
        import pandas as pd

        rows = [
            {
                "claim": result.claim.id,
                "says": result.claim.says,
                "source": result.claim.source,
                "verdict": result.verdict,
                "phase": case.phase,
                "view": case.viewer,
                "reading": case.reading,
                "concept": case.concept,
                "holds": case.finding.holds,
                "vacuous": case.finding.vacuous,
            }
            for result in self.results
            for case in result.cases
        ]
        columns = ["claim", "says", "source", "verdict", "phase", "view", "reading", "concept"]
        columns += ["holds", "vacuous"]
        return pd.DataFrame(rows, columns=columns)


def check(
    conflict: Conflict,
    *,
    claims: Sequence[str] | None = None,
    sanctions: Sanctions = "legal",
    world: World | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Argument:
    """Check the claims of a model.

    A claim is asked under the readings and concepts it names: all readings of the model, and SEQ, where it names none.
    It *holds* when its check does in every case, *partly* when in some, and *fails* when in none.

    Parameters
    ----------
    conflict : Conflict
    claims : sequence of str, optional
        Identifiers; all by default.
    sanctions : {"legal", "once_each", "single"}
    world : World, optional
        When it exists already.
    progress : callable, optional
        Called with (done, total) after each claim.

    Raises
    ------
    UsageError
        There are no claims, or a claim does not exist.
    ModelError
        A claim asks what has no answer in this model; the message has the place.

    Examples
    --------
    >>> import detente
    >>> found = check(detente.library("shared_river"))
    >>> found
    <Argument of 'A river shared by two countries': 4 holds, 0 partly, 2 fails>
    >>> [result.claim.id for result in found.results if result.verdict == "fails"]
    ['W3', 'W4']
    """
    if not conflict.claims:
        raise UsageError("the model makes no claims; write them under 'claims:'")
    asked = claims_named(conflict, claims)
    world = world or World(conflict, sanctions)
    results = []
    for done, claim in enumerate(asked, 1):
        results.append(ClaimResult(claim, tuple(cases_of(world, claim)), tuple(dict.fromkeys(_circular(world, claim)))))
        if progress is not None:
            progress(done, len(asked))
    return Argument(world, tuple(results))


def claims_named(conflict: Conflict, names: Sequence[str] | None) -> list[Claim]:
    """Return the claims with these identifiers, all for None, in the order of the model. Raises UsageError."""
    known = [claim.id for claim in conflict.claims]
    for name in names or ():
        if name not in known:
            raise unknown("claim", name, known)
    return [claim for claim in conflict.claims if names is None or claim.id in names]


def cases_of(world: World, claim: Claim, *, lean: bool = False) -> Iterator[CaseFinding]:
    """Yield the findings for each place, reading and concept that a claim is asked under. Raises ModelError."""
    by_concept = ASKED[type(claim.check)][2]
    concepts: Sequence[Concept | None] = [_concept(world, claim, key) for key in claim.concepts or (DEFAULT_CONCEPT,)]
    for phase, viewer, there in places(world, claim):
        for reading in _readings(world, there, claim):
            for item in concepts if by_concept else (None,):
                case = Case(there, claim, reading, item, lean)
                yield CaseFinding(reading, item.id if item else None, _finding(case, claim), phase, viewer)


def _readings(world: World, there: World, claim: Claim) -> Sequence[str | None]:
    """Return the readings that a claim is asked under in a place; None where it depends on none."""
    by_reading = ASKED[type(claim.check)][1]
    if isinstance(claim.check, cl.Changes) and claim.check.phases:
        by_reading = any(not world.conflict.phase(name).reading for name in claim.check.between)
    if not by_reading:
        return (None,)
    return readings_in(there, claim)


def _finding(case: Case, claim: Claim) -> Finding:
    """Return the finding of a case; a lean one is kept for all worlds in which the ranks are the same.

    What depends on more than the ranks in its place is not kept: where a phase begins, and other phases.
    """
    begins_elsewhere = case.world.phase is not None and getattr(claim.check, "start", claim) is None
    of_phases = isinstance(claim.check, cl.Changes) and claim.check.phases
    if not case.lean or begins_elsewhere or of_phases or isinstance(claim.check, cl.Sides):
        return _found(case, claim)
    ranks, games = case.world.ranks_under(case.reading)
    concept = case.concept and case.concept.id
    key = (claim.id, case.world.phase and case.world.phase.id, case.reading, concept, ranks)
    if key not in case.world.kept:
        case.world.kept[key] = _found(case, claim), games  # the games keep their ranks, and so their ids
    finding: Finding = case.world.kept[key][0]
    return finding


def _found(case: Case, claim: Claim) -> Finding:
    known = [dm.id for dm in case.world.conflict.parties]
    lost = [name for name in cl.parties_of(claim.check) if name not in known]
    if lost and case.world.sight is not None and case.world.whole is not None:
        viewer = viewer_label(case.world.whole.conflict, case.world.sight.viewer)
        message = f"in the view of {viewer} there is no {lost[0]!r}, which it leaves out"
        raise case.world.error(claim, message, f"somebody of {', '.join(known)}, or another view")
    try:
        return ASKED[type(claim.check)][0](claim.check, case)
    except NotDefinedError as error:
        raise case.world.error(claim, f"{case.by.id} gives no answer here: {error}") from None
    except UsageError as error:
        raise case.world.error(claim, str(error)) from None


def verdict(findings: Sequence[Finding]) -> Verdict:
    """Return what findings over all cases make of a claim."""
    if all(item.holds for item in findings):
        return "holds"
    return "partly" if any(item.holds for item in findings) else "fails"


def _concept(world: World, claim: Claim, key: str) -> Concept:
    try:
        return concept(key)
    except UsageError as error:
        raise world.error(replace(claim, where=claim.where_concept(key)), str(error)) from None


def _circular(world: World, claim: Claim) -> Iterator[str]:
    """Yield the premises that say what the claim says, in these or in other words.

    A restriction says that something cannot be; a statement says that a party prefers what it states.
    """
    for _, _, there in places(world, claim):
        yield from _said_already(there, claim.check)


def _said_already(world: World, check: cl.Check) -> Iterator[str]:
    if isinstance(check, (cl.Holds, cl.Reaches)) and check.negated:
        said = spelt_out(world.conflict, check.that)
        yield from (item.id for item in world.conflict.infeasible if spelt_out(world.conflict, item.that) == said)
    if isinstance(check, cl.Prefers):
        this, over = world.flags(check.this), world.flags(check.over)
        seen = set()
        for premise in _statements(world.conflict, check.dm):
            true = world.flags(premise.that)
            same = np.array_equal(true, this) or np.array_equal(true, ~over)
            if same and premise.id not in seen:
                seen.add(premise.id)
                yield premise.id


def spelt_out(conflict: Conflict, formula: Formula) -> Formula:
    """Return a formula with what outcomes stand for in place of their names."""

    def leaf(atom: Formula) -> Formula:
        return spelt_out(conflict, conflict.outcome(atom.name).that) if isinstance(atom, Named) else atom

    return rewrite(formula, leaf)


def _statements(conflict: Conflict, dm: str) -> Iterator[Statement]:
    party = conflict.decision_maker(dm)
    yield from party.principles
    for lens in party.lenses:
        yield from lens.statements
