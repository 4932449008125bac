"""Shares of examined worlds: what holds in how many of them, and which uncertain premises move it."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.factors import Factor, Rows
from detente.analysis.regions import Region, regions
from detente.analysis.result import provenance
from detente.conflict.conflict import Conflict
from detente.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

VERDICTS = ("fails", "partly", "holds")
"""In the table of verdicts by their places; ``NOT_EXAMINED`` where a world has no answer."""
NOT_EXAMINED = -1


@dataclass(frozen=True)
class Share:
    """A share of the examined worlds.

    Attributes
    ----------
    share : float
        With the weights that the premises' certainties give; NaN where no world has an answer.
    unweighted : float or None
        Of the worlds as they are, all counting the same; None where worlds were drawn.
    error : float
        The standard error of drawing (with two worlds of either kind more: Agresti & Coull 1998); 0 where every world
        was examined.
    """

    share: float
    unweighted: float | None
    error: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"share": plain(self.share), "unweighted": self.unweighted, "error": plain(self.error)}


@dataclass(frozen=True)
class Influence:
    """What one premise does to one claim.

    Attributes
    ----------
    premise : str
    with_it, without_it : float or None
        The share of worlds with the premise, and of those without it, in which the claim holds; None: no such worlds.
    total : float or None
        The total Sobol index: the share of the claim's variance over the worlds that is left when all else is known
        (Homma & Saltelli 1996), exact for premises that are there or not. None where worlds were drawn, and where the
        claim does not vary.
    """

    premise: str
    with_it: float | None
    without_it: float | None
    total: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "premise": self.premise,
            "with": self.with_it,
            "without": self.without_it,
            "total_index": self.total,
        }


@dataclass(frozen=True, eq=False, repr=False)
class Robust:
    """What holds in how many of the examined worlds.

    Attributes
    ----------
    conflict : Conflict
    factors : tuple of Factor
    rows : (n, n_factors) int8
        The different worlds that were examined: the place of each factor's level, 0 as written.
    weights : (n,) float64
        The share of each among all: by the premises' certainties where every world was examined, else how often it was
        drawn.
    exact : bool
        Whether every world was examined.
    n_worlds : int
        How many there are, or were drawn.
    seed : int
    claims : dict of str to (n,) int8
        A place in :data:`VERDICTS`, or ``NOT_EXAMINED``.
    outcomes : dict of (reading, concept, outcome) to (n,) int8
        1: it can hold; 0: it cannot; ``NOT_EXAMINED``.
    absent : dict of str to str
        Concepts that are not defined in this model, and why.
    """

    conflict: Conflict
    factors: tuple[Factor, ...]
    rows: Rows
    weights: NDArray[np.float64]
    exact: bool
    n_worlds: int
    seed: int
    claims: dict[str, NDArray[np.int8]]
    outcomes: dict[tuple[str, str, str], NDArray[np.int8]]
    absent: dict[str, str]

    def __repr__(self) -> str:
        how = "every one of" if self.exact else "drawn:"
        return f"<Robust of {self.conflict.title[:60]!r}: {how} {self.n_worlds:,} worlds, {len(self.factors)} factors>"

    def claim(self, name: str, word: str = "holds") -> Share:
        """Return the share of worlds in which a claim holds (or another verdict). Raises UsageError."""
        if name not in self.claims:
            raise UsageError(f"no claim {name!r} was examined")
        return self._share(self.claims[name], VERDICTS.index(word))

    def outcome(self, name: str, concept: str, reading: str) -> Share:
        """Return the share of worlds in which an outcome can hold. Raises UsageError."""
        key = (reading, concept, name)
        if key not in self.outcomes:
            raise UsageError(f"outcome {name!r} under {concept!r} and {reading!r} was not examined")
        return self._share(self.outcomes[key], 1)

    def _share(self, found: NDArray[np.int8], wanted: int) -> Share:
        seen = found != NOT_EXAMINED
        weight = float(self.weights[seen].sum())
        if not weight:
            return Share(float("nan"), None, float("nan"))
        share = _rounded(float(self.weights[seen & (found == wanted)].sum()) / weight)
        if self.exact:
            return Share(share, float((found[seen] == wanted).mean()), 0.0)
        drawn = self.n_worlds * weight
        near = (share * drawn + 2) / (drawn + 4)
        return Share(share, None, sqrt(near * (1 - near) / (drawn + 4)))

    def unexamined(self, found: NDArray[np.int8]) -> float:
        """Return the share of worlds that have no answer."""
        return float(self.weights[found == NOT_EXAMINED].sum())

    def influences(self, name: str) -> tuple[Influence, ...]:
        """Return what each uncertain premise does to a claim, in the order of the model. Raises UsageError."""
        if name not in self.claims:
            raise UsageError(f"no claim {name!r} was examined")
        found = self.claims[name]
        holds, seen = (found == VERDICTS.index("holds")).astype(float), found != NOT_EXAMINED

        def mean(some: NDArray[np.bool_]) -> float | None:
            weight = float(self.weights[some & seen].sum())
            return _rounded(float((self.weights * holds)[some & seen].sum()) / weight) if weight else None

        return tuple(
            Influence(
                factor.id,
                mean(self.rows[:, k] == 0),
                mean(self.rows[:, k] != 0),
                self._total(k, holds) if all(seen) else None,
            )
            for k, factor in enumerate(self.factors)
        )

    def _total(self, k: int, holds: NDArray[np.float64]) -> float | None:
        if not self.exact:
            return None
        average = float((self.weights * holds).sum())
        variance = float((self.weights * (holds - average) ** 2).sum())
        if variance < 1e-15:
            return None
        half = len(holds) >> (k + 1)  # worlds that differ in this premise alone lie so far apart
        pairs = np.arange(len(holds)).reshape(-1, 2, half)
        one, other = pairs[:, 0].ravel(), pairs[:, 1].ravel()
        share = float(self.factors[k].levels[0].share)
        weight = self.weights[one] + self.weights[other]
        return _rounded(float((weight * share * (1 - share) * (holds[one] - holds[other]) ** 2).sum()) / variance)

    def margin(self, name: str) -> tuple[int, tuple[tuple[str, ...], ...]] | None:
        """Return the fewest uncertain premises without which a claim's verdict differs, and all such sets.

        None where every examined world has the verdict that all premises give, or where that world was not examined.
        Where worlds were drawn, smaller sets may not have been among them. Raises UsageError.
        """
        if name not in self.claims:
            raise UsageError(f"no claim {name!r} was examined")
        whole = np.flatnonzero((self.rows == 0).all(axis=1))
        if not len(whole):
            return None
        found = self.claims[name]
        other = np.flatnonzero((found != found[whole[0]]) & (found != NOT_EXAMINED))
        if not len(other):
            return None
        n_gone = (self.rows[other] != 0).sum(axis=1)
        least = int(n_gone.min())
        ids = [factor.id for factor in self.factors]
        sets = [
            tuple(name for name, level in zip(ids, row, strict=True) if level)
            for row in self.rows[other[n_gone == least]].tolist()
        ]
        return least, tuple(sets)

    def regions(self, name: str) -> tuple[Region, ...]:
        """Return where among the examined worlds a claim does not hold, or, if that is in most of them, where it does.

        Empty where it is the same in all of them. Raises UsageError.
        """
        if name not in self.claims:
            raise UsageError(f"no claim {name!r} was examined")
        found = self.claims[name]
        seen = found != NOT_EXAMINED
        fails = (found != VERDICTS.index("holds"))[seen]
        if not fails.any() or fails.all():
            return ()
        fewer = fails if self.mostly_holds(name) else ~fails
        return regions([factor.id for factor in self.factors], self.rows[seen] == 0, self.weights[seen], fewer)

    def mostly_holds(self, name: str) -> bool:
        """Return whether a claim holds in half of the examined worlds or more. Raises UsageError."""
        return self.claim(name).share >= 0.5

    def to_dict(self) -> dict[str, Any]:
        """Return plain data. ``claims`` and ``outcomes`` are shares; the latter under the first reading."""
        first = self.conflict.readings[0].id
        by_outcome: dict[str, dict[str, dict[str, float | None]]] = {}
        for reading, key, name in self.outcomes:
            of = by_outcome.setdefault(reading, {}).setdefault(name, {})
            of[key] = plain(self.outcome(name, key, reading).share)
        details = {}
        for name, found in self.claims.items():
            margin = self.margin(name)
            details[name] = {
                **self.claim(name).to_dict(),
                "partly": plain(self.claim(name, "partly").share),
                "fails": plain(self.claim(name, "fails").share),
                "not_examined": self.unexamined(found),
                "margin": None if margin is None else {"premises": margin[0], "sets": [list(s) for s in margin[1]]},
                "influences": [item.to_dict() for item in self.influences(name)],
                "regions_of": "fails" if self.mostly_holds(name) else "holds",
                "regions": [item.to_dict() for item in self.regions(name)],
            }
        return {
            "worlds": self.n_worlds,
            "seed": self.seed,
            "exact": self.exact,
            "factors": [{"premise": factor.id, "share": float(factor.levels[0].share)} for factor in self.factors],
            "claims": {name: plain(self.claim(name).share) for name in self.claims},
            "outcomes": by_outcome.get(first, {}),
            "readings": by_outcome,
            "claim_details": details,
            **({"absent": self.absent} if self.absent else {}),
            "computed": provenance(self.conflict, worlds=self.n_worlds, seed=self.seed),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per claim and one per reading, concept and outcome."""
        import pandas as pd

        columns = ["kind", "name", "reading", "concept", "share", "unweighted", "error"]
        rows: list[tuple[Any, ...]] = []
        for name in self.claims:
            found = self.claim(name)
            rows.append(("claim", name, None, None, found.share, found.unweighted, found.error))
        for reading, key, name in self.outcomes:
            found = self.outcome(name, key, reading)
            rows.append(("outcome", name, reading, key, found.share, found.unweighted, found.error))
        return pd.DataFrame(rows, columns=columns)


def plain(share: float) -> float | None:
    """Return a share for JSON, which has no NaN: None where no world has an answer."""
    return None if share != share else share


def _rounded(share: float) -> float:
    """Return a share without the last digits, which adding up has left uncertain."""
    return min(1.0, round(share, 12))
