"""What an argument stands on: which premises each claim needs, and which sets of premises end it together.

To drop a statement or a relation is to remove it, to drop a restriction is to lift it, to drop a point of a view is to
let the viewer see it as it is. Nothing is assumed about monotonicity: a claim
that survives a set of drops may fall with a part of it, and the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from detente.analysis.claims import Argument, ClaimResult, cases_of
from detente.analysis.in_use import premises_in_use
from detente.analysis.places import places, readings_in
from detente.analysis.result import Shown
from detente.analysis.share import shared_out
from detente.analysis.supports import Support, closures, supports
from detente.analysis.without import Worlds
from detente.analysis.world import FEW_STATES, World
from detente.conflict.claims import Claim, Holds
from detente.conflict.variant import reversed_statement, statements_in_use, weakened
from detente.errors import ModelError, TooLargeError

if TYPE_CHECKING:
    import pandas as pd

Fate = Literal["stands", "ends", "not examined"]
WORTH_SHARING = 1_000
"""From so many states several processes are worth their while; of very many states each would need too much memory."""
MOST_TRIED = 12
"""Sets that the structure of preferences suggests, the smallest first, that are shrunk and kept."""


@dataclass(frozen=True)
class ClaimReasons:
    """What one claim stands on.

    Attributes
    ----------
    claim : Claim
    drop, weaken, reverse : mapping of premise to {"stands", "ends", "not examined"}
        What becomes of the claim when the premise alone is removed or lifted, changes places with the statement below
        it, or is negated. Only ``drop`` applies to restrictions.
    breaking_sets : tuple of tuple of str
        Sets of premises whose joint drop ends the claim, none containing another; the smallest first.
    complete_to : int
        All breaking sets of at most so many premises are listed; of larger ones, those that were found.
    supports : tuple of Support
        For an outcome that cannot hold: the parties that block it, each alone and for reasons of its own.
    """

    claim: Claim
    drop: Mapping[str, Fate]
    weaken: Mapping[str, Fate]
    reverse: Mapping[str, Fate]
    breaking_sets: tuple[tuple[str, ...], ...]
    complete_to: int
    supports: tuple[Support, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The premises without each of which alone the claim no longer holds."""
        return tuple(premise for premise, fate in self.drop.items() if fate == "ends")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""

        def ending(fates: Mapping[str, Fate]) -> list[str]:
            return [premise for premise, fate in fates.items() if fate == "ends"]

        unexamined = [premise for premise, fate in self.drop.items() if fate == "not examined"]
        return {
            "needs": list(self.needs),
            "weakening_ends": ending(self.weaken),
            "reversal_ends": ending(self.reverse),
            "breaking_sets": [list(some) for some in self.breaking_sets],
            "breaking_sets_complete_to": self.complete_to,
            **({"not_examined": unexamined} if unexamined else {}),
            **({"supports": [item.to_dict() for item in self.supports]} if self.supports else {}),
        }


@dataclass(frozen=True, eq=False, repr=False)
class Reasons(Shown):
    """What the claims that hold stand on; those that do not hold are not in it."""

    argument: Argument
    claims: tuple[ClaimReasons, ...]
    premises: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Reasons of {self.argument.conflict.title[:60]!r}: {len(self.claims)} claims>"

    def of(self, claim: str) -> ClaimReasons | None:
        """Return what a claim stands on; None where it does not hold."""
        return next((item for item in self.claims if item.claim.id == claim), None)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: the argument's, with what each claim stands on."""
        data = self.argument.to_dict()
        for entry in data["claims"]:
            found = self.of(entry["id"])
            entry.update(found.to_dict() if found else {"needs": [], "breaking_sets": []})
        return data

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per claim and premise."""
        import pandas as pd

        rows = [
            {
                "claim": item.claim.id,
                "premise": premise,
                "drop": item.drop.get(premise),
                "weaken": item.weaken.get(premise),
                "reverse": item.reverse.get(premise),
            }
            for item in self.claims
            for premise in self.premises
        ]
        return pd.DataFrame(rows, columns=["claim", "premise", "drop", "weaken", "reverse"])


def why(
    argument: Argument,
    *,
    sets_to: int = 1,
    workers: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Reasons:
    """Find out what each claim that holds stands on.

    Every premise in use is dropped, weakened and reversed alone. Breaking sets beyond that: for an outcome that cannot
    hold, each of its states tells which statements would have to go for it to be left by nobody (Nash), and those sets
    are shrunk until nothing can be left out; for other claims one set is looked for by halving. ``sets_to`` asks for
    all sets of so many premises besides.

    Parameters
    ----------
    argument : Argument
        What :func:`detente.analysis.claims.check` found.
    sets_to : int
        All breaking sets of at most so many premises are found; time grows with that power of their number. With 0 no
        sets of more than one are looked for.
    workers : int, optional
        Processes that share out the premises of a model that is neither small nor large; by default one for each core.
        The answer is the same for any number.
    progress : callable, optional
        Called with (done, total).

    Examples
    --------
    >>> import detente
    >>> from detente.analysis.claims import check
    >>> river = detente.library("shared_river")
    >>> found = why(check(river, claims=["W6"]), workers=1)
    >>> found.of("W6").needs
    ('P1', 'P6')
    """
    base = argument.world
    claims = [result.claim for result in argument.results]
    used = tuple(dict.fromkeys(premise.id for premise in premises_in_use(base.conflict, claims)))
    statements = frozenset(statements_in_use(base.conflict))
    worlds = Worlds(base, used)
    standing = [result for result in argument.results if result.verdict == "holds"]
    total = len(used) + 2 * len(standing)
    tables: dict[str, dict[str, dict[str, Fate]]] = {
        r.claim.id: {"drop": {}, "weaken": {}, "reverse": {}} for r in standing
    }

    def tell(done: int) -> None:
        if progress is not None:
            progress(done, total)

    def fates(premise: str) -> list[tuple[str, str, Fate]]:
        return [
            (result.claim.id, kind, _fate(world, result.claim))
            for kind, world in _changed(worlds, premise, statements)
            for result in standing
        ]

    def supported(result: ClaimResult) -> tuple[Support, ...]:
        return tuple(supports(base, result.claim))

    if base.graph.n_states < WORTH_SHARING or base.graph.n_states > FEW_STATES:
        workers = 1
    first = sorted(used, key=lambda premise: premise not in worlds.restrictions)  # those that take longest
    jobs: list[Callable[[], Any]] = [partial(fates, premise) for premise in first]
    jobs += [partial(supported, result) for result in standing]
    found_out = shared_out(lambda number: jobs[number](), len(jobs), workers=workers, progress=tell)
    by_premise = dict(zip(first, found_out, strict=False))
    for premise in used:
        for claim, kind, fate in by_premise[premise]:
            tables[claim][kind][premise] = fate

    def breaking(number: int) -> list[frozenset[str]]:
        result = standing[number]
        drop = tables[result.claim.id]["drop"]
        ending = {p for p, fate in drop.items() if fate == "ends"}
        if not sets_to:
            return [frozenset({p}) for p in ending]
        return _Search(worlds, result, [p for p in used if drop[p] != "not examined"]).sets(ending, sets_to)

    sets = shared_out(
        breaking,
        len(standing),
        workers=workers if sets_to else 1,
        progress=lambda done: tell(len(jobs) + done),
    )
    found = [
        ClaimReasons(
            result.claim,
            **tables[result.claim.id],
            breaking_sets=tuple(tuple(p for p in used if p in some) for some in of_claim),
            complete_to=max(1, sets_to),
            supports=held_up,
        )
        for result, of_claim, held_up in zip(standing, sets, found_out[len(first) :], strict=True)
    ]
    return Reasons(argument, tuple(found), used)


def _changed(worlds: Worlds, premise: str, statements: frozenset[str]) -> Iterable[tuple[str, World | None]]:
    """Yield the worlds in which one premise is dropped, weakened, reversed."""
    base = worlds.base
    yield "drop", worlds.without(frozenset({premise}))
    if premise in statements:
        swapped = weakened(base.conflict, premise)
        if swapped is not None:
            yield "weaken", base.with_preferences(swapped)
        yield "reverse", base.with_preferences(reversed_statement(base.conflict, premise))


def _fate(world: World | None, claim: Claim) -> Fate:
    if world is None:
        return "not examined"
    try:
        return "stands" if all(case.finding.holds for case in cases_of(world, claim, lean=True)) else "ends"
    except (ModelError, TooLargeError):
        return "not examined"


class _Search:
    """Looks for the sets of premises whose joint drop ends one claim."""

    def __init__(self, worlds: Worlds, result: ClaimResult, premises: list[str]) -> None:
        self._worlds, self._claim, self._premises = worlds, result.claim, premises
        self._known: dict[frozenset[str], bool] = {}

    def sets(self, singles: Iterable[str], complete_to: int) -> list[frozenset[str]]:
        """Return breaking sets, none containing another, the smallest first."""
        found = [frozenset({premise}) for premise in singles]
        self._known.update(dict.fromkeys(found, True))
        self._exhaust(found, complete_to)
        for some in self._suggested():
            self._add(found, some)
        kept = [p for p in self._premises if p not in self._worlds.restrictions]
        for premises in (kept, self._premises):
            if not found and self.ends(frozenset(premises)):
                self._add(found, frozenset(self._halved([], premises)))
        return sorted(found, key=lambda some: (len(some), sorted(some)))

    def ends(self, gone: frozenset[str]) -> bool:
        """Return whether the joint drop ends the claim."""
        if gone not in self._known:
            self._known[gone] = _fate(self._worlds.without(gone), self._claim) == "ends"
        return self._known[gone]

    def _exhaust(self, found: list[frozenset[str]], size: int) -> None:
        from itertools import combinations

        for k in range(2, size + 1):
            for some in combinations(self._premises, k):
                gone = frozenset(some)
                if not any(known <= gone for known in found) and self.ends(gone):
                    found.append(gone)

    def _suggested(self) -> list[frozenset[str]]:
        """Return what the structure of preferences suggests for an outcome that cannot hold, smallest first."""
        if not (isinstance(self._claim.check, Holds) and self._claim.check.negated):
            return []
        found = {
            some
            for _, _, there in places(self._worlds.base, self._claim)
            for reading in readings_in(there, self._claim)
            for some in closures(there, reading, self._claim.check.that, MOST_TRIED)
        }
        return sorted(found, key=lambda some: (len(some), sorted(some)))[:MOST_TRIED]

    def _add(self, found: list[frozenset[str]], some: frozenset[str]) -> None:
        """Shrink a breaking set until nothing can be left out of it, and keep it."""
        if any(known <= some for known in found) or not self.ends(some):
            return
        for premise in sorted(some):
            if self.ends(some - {premise}):
                some = some - {premise}
        if some not in found:
            found[:] = [known for known in found if not some < known] + [some]

    def _halved(self, fixed: list[str], rest: list[str]) -> list[str]:
        """Return a small part of ``rest`` that ends the claim together with ``fixed``, in few trials (Junker 2004)."""
        if fixed and self.ends(frozenset(fixed)):
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        second = self._halved([*fixed, *rest[:half]], rest[half:])
        first = self._halved([*fixed, *second], rest[:half])
        return [*first, *second]
