"""Shares of examined worlds: what holds in how many of them, and which uncertain premises move it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.design import Design
from detente.analysis.factors import Factor, Rows, n_concepts
from detente.analysis.indices import Total, drawn_total, within_worlds
from detente.analysis.regions import Region, regions
from detente.analysis.result import Shown, provenance
from detente.analysis.sums import Indices
from detente.analysis.tallies import HOLDS, NOT_EXAMINED, VERDICTS, Tallies
from detente.conflict.conflict import Conflict
from detente.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from detente.analysis.margins import Margin

MOST_PAIRS = 20


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
class LevelShare:
    """The share of the worlds with one level of a factor in which a claim holds; None: there are no such worlds."""

    words: str
    share: float | None


@dataclass(frozen=True)
class Influence:
    """What one uncertain thing does to one claim.

    Attributes
    ----------
    factor : Factor
    levels : tuple of LevelShare
    total : Total or None
        The total index, see :mod:`detente.analysis.indices`. None where it was not asked for, where the claim does not
        vary, and where some world has no answer.
    """

    factor: Factor
    levels: tuple[LevelShare, ...]
    total: Total | None

    @property
    def swing(self) -> float:
        """By how much it moves the claim's share: from the level with the lowest to that with the highest."""
        shares = [item.share for item in self.levels if item.share is not None]
        return max(shares) - min(shares) if shares else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; of a premise the shares with it and without it."""
        shares = [item.share for item in self.levels]
        pair = {"with": shares[0], "without": shares[1]} if self.factor.kind == "premise" else {}
        return {
            "premise": self.factor.id,
            **pair,
            "levels": [{"level": item.words, "share": item.share} for item in self.levels],
            "total_index": None if self.total is None else self.total.index,
            "total_index_error": None if self.total is None else self.total.error,
        }


@dataclass(frozen=True)
class Together:
    """What knowing two uncertain things explains of a claim's variance beyond what knowing either does."""

    factors: tuple[str, str]
    index: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"premises": list(self.factors), "index": self.index}


@dataclass(frozen=True, eq=False, repr=False)
class Robust(Shown):
    """What holds in how many of the examined worlds.

    Shares are of all examined worlds. The worlds themselves are kept only of so many, see
    :class:`detente.analysis.design.Design`: all of them where there are no more.

    Attributes
    ----------
    conflict : Conflict
    factors : tuple of Factor
    design : Design
        How worlds were chosen, and those that are kept.
    seed : int
    claims : dict of str to (n,) int8
        In the worlds that are kept, a place in :data:`detente.analysis.tallies.VERDICTS`, or ``NOT_EXAMINED``.
    outcomes : dict of (reading, concept, outcome) to (n,) int8
        In the worlds that are kept, 1: it can hold; 0: it cannot; ``NOT_EXAMINED``.
    tallies : Tallies
        Of all worlds.
    indices : dict of str to (totals, interactions) or None
        Of each claim, where every world was examined.
    n_different : int
        How many different worlds there are, or were drawn, each under however many concepts.
    absent : dict of str to str
        Concepts that are not defined in this model, and why.
    margins : dict of str to Margin or None
        Of each claim.
    """

    conflict: Conflict
    factors: tuple[Factor, ...]
    design: Design
    seed: int
    claims: dict[str, NDArray[np.int8]]
    outcomes: dict[tuple[str, str, str], NDArray[np.int8]]
    tallies: Tallies
    indices: dict[str, Indices | None]
    n_different: int
    absent: dict[str, str]
    margins: dict[str, Margin | None]

    def __repr__(self) -> str:
        how = "every one of" if self.exact else "drawn:"
        return f"<Robust of {self.conflict.title[:60]!r}: {how} {self.n_worlds:,} worlds, {len(self.factors)} factors>"

    @property
    def rows(self) -> Rows:
        """The different worlds that are kept, (n, n_factors): the place of each factor's level, 0 as written."""
        return self.design.rows

    @property
    def weights(self) -> NDArray[np.float64]:
        """The share of each of these worlds among those that are kept, (n,); 0: it is there for comparison alone."""
        return self.design.weights

    @property
    def n_kept(self) -> int:
        """Among how many of the worlds regions are looked for; each counts once, under however many concepts."""
        return self.design.n_kept // self.n_concepts

    @property
    def exact(self) -> bool:
        """Whether every world was examined."""
        return self.design.exact

    @property
    def n_concepts(self) -> int:
        """Under how many concepts each world was examined, where the concept counts as uncertain; else 1."""
        return n_concepts(self.factors)

    @property
    def n_worlds(self) -> int:
        """How many worlds there are, or were drawn; each counts once, under however many concepts."""
        return self.design.n_worlds // self.n_concepts

    def claim(self, name: str, word: str = "holds") -> Share:
        """Return the share of worlds in which a claim holds (or another verdict). Raises UsageError."""
        k = self._claim(name)
        return self._share(self.tallies.counts[k], self.tallies.weights[k], VERDICTS.index(word))

    def under(self, name: str) -> dict[str, Share]:
        """Return the share of worlds in which a claim holds under each concept, where the concept counts as uncertain.

        Raises UsageError.
        """
        k = self._claim(name)
        if self.n_concepts == 1:
            return {}
        n = self.n_concepts
        parts = zip(self.tallies.level_counts[k, -n:], self.tallies.level_weights[k, -n:], strict=True)
        levels = self.factors[-1].levels
        return {level.words: self._share(*part, HOLDS) for level, part in zip(levels, parts, strict=True)}

    def outcome(self, name: str, concept: str, reading: str) -> Share:
        """Return the share of worlds in which an outcome can hold. Raises UsageError."""
        key = (reading, concept, name)
        if key not in self.outcomes:
            raise UsageError(f"outcome {name!r} under {concept!r} and {reading!r} was not examined")
        k = len(self.claims) + list(self.outcomes).index(key)
        return self._share(self.tallies.counts[k], self.tallies.weights[k], 1)

    def _claim(self, name: str) -> int:
        """Return the place of a claim among those that were examined."""
        if name not in self.claims:
            raise UsageError(f"no claim {name!r} was examined")
        return list(self.claims).index(name)

    def _share(self, counts: NDArray[np.int64], weights: NDArray[np.float64], wanted: int) -> Share:
        """Return the share of an answer, given how many worlds have which, from ``NOT_EXAMINED`` on."""
        weight = float(weights[1:].sum())
        if not weight:
            return Share(float("nan"), None, float("nan"))
        share = _rounded(float(weights[1 + wanted]) / weight)
        if self.exact:
            return Share(share, int(counts[1 + wanted]) / int(counts[1:].sum()), 0.0)
        drawn = self.n_worlds * weight / float(weights.sum())
        near = (share * drawn + 2) / (drawn + 4)
        return Share(share, None, sqrt(near * (1 - near) / (drawn + 4)))

    def unexamined(self, name: str) -> float:
        """Return the share of worlds in which a claim has no answer. Raises UsageError."""
        weights = self.tallies.weights[self._claim(name)]
        return float(weights[0]) if self.exact else float(weights[0] / weights.sum())

    def varies(self, name: str) -> bool:
        """Return whether a claim holds in some of the worlds and not in others. Raises UsageError."""
        weights = self.tallies.weights[self._claim(name), 1:]
        return bool(weights[HOLDS] > 0 and np.delete(weights, HOLDS).any())

    def influences(self, name: str) -> tuple[Influence, ...]:
        """Return what each uncertain thing does to a claim, in the order of the model. Raises UsageError."""
        k = self._claim(name)
        totals = self._totals(name)
        result, begin = [], 0
        for place, factor in enumerate(self.factors):
            weights = self.tallies.level_weights[k, begin : begin + len(factor.levels), 1:]
            levels = tuple(
                LevelShare(level.words, _rounded(float(some[HOLDS] / some.sum())) if some.any() else None)
                for level, some in zip(factor.levels, weights, strict=True)
            )
            result.append(Influence(factor, levels, None if totals is None else totals[place]))
            begin += len(factor.levels)
        return tuple(result)

    def _complete(self, name: str) -> bool:
        """Return whether a claim has an answer in every world, also in those for comparison."""
        return not self.tallies.counts[self._claim(name), 0] and NOT_EXAMINED not in self.claims[name]

    def _totals(self, name: str) -> Sequence[Total | None] | None:
        if not self._complete(name):
            return None
        if self.exact:
            exact = self.indices[name]
            return None if exact is None else exact[0]
        n, counts = self.n_concepts, self.tallies.patterns[self._claim(name)].astype(float)
        patterns = np.tri(n + 1, n, -1)  # under how many concepts it holds is all that matters
        values = (self.claims[name] == HOLDS).astype(float).reshape(-1, n)
        first = values[self.design.first // n]
        totals = [
            drawn_total(first, values[self.design.anew[:, k] // n], patterns, counts)
            for k in range(len(self.factors) - (n > 1))
        ]
        return [*totals, within_worlds(patterns, counts)] if n > 1 else totals

    def together(self, name: str) -> tuple[Together, ...]:
        """Return which two uncertain things act together on a claim, those that do most first, at most 20.

        Known only where every world was examined and has an answer; empty else. Raises UsageError.
        """
        self._claim(name)
        exact = self.indices[name]
        if exact is None or not self._complete(name):
            return ()
        first = sorted(exact[1].items(), key=lambda item: (-item[1], item[0]))[:MOST_PAIRS]
        ids = [factor.id for factor in self.factors]
        return tuple(Together((ids[i], ids[j]), index) for (i, j), index in first if index > 1e-9)

    def margin(self, name: str) -> Margin | None:
        """Return how far a claim's verdict is from another; None where the model as written has none.

        Raises UsageError.
        """
        self._claim(name)
        return self.margins[name]

    def regions(self, name: str) -> tuple[Region, ...]:
        """Return where among the worlds that are kept a claim does not hold; if it mostly does not, where it holds.

        Empty where it is the same in all of them. Raises UsageError.
        """
        self._claim(name)
        found, whole = self.claims[name], self.exact and self.design.n_kept == self.design.n_worlds
        seen = (found != NOT_EXAMINED) & (whole | (self.weights > 0))
        fails = (found != HOLDS)[seen]
        if not fails.any() or fails.all():
            return ()
        fewer = fails if self.mostly_holds(name) else ~fails
        return regions(self.rows[seen], self.design.sizes, self.weights[seen], fewer)

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
        return {
            "worlds": self.n_worlds,
            "seed": self.seed,
            "exact": self.exact,
            "different": self.n_different // self.n_concepts,
            "regions_among": self.n_kept,
            "factors": [_factor_data(factor) for factor in self.factors],
            "claims": {name: plain(self.claim(name).share) for name in self.claims},
            "outcomes": by_outcome.get(first, {}),
            "readings": by_outcome,
            "claim_details": {name: self._details(name) for name in self.claims},
            **({"absent": self.absent} if self.absent else {}),
            "computed": provenance(self.conflict, worlds=self.n_worlds, seed=self.seed),
        }

    def _details(self, name: str) -> dict[str, Any]:
        margin = self.margin(name)
        premises = frozenset(factor.id for factor in self.factors if factor.kind == "premise")
        under = {key: plain(share.share) for key, share in self.under(name).items()}
        return {
            **self.claim(name).to_dict(),
            "partly": plain(self.claim(name, "partly").share),
            "fails": plain(self.claim(name, "fails").share),
            "not_examined": self.unexamined(name),
            **({"under": under} if under else {}),
            "margin": None if margin is None else margin.to_dict(premises),
            "margin_searched": None if margin is None else margin.searched,
            "influences": [item.to_dict() for item in self.influences(name)],
            "together": [item.to_dict() for item in self.together(name)] if self.exact else None,
            "regions_of": "fails" if self.mostly_holds(name) else "holds",
            "regions": [item.to_dict(self.factors) for item in self.regions(name)],
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


def _factor_data(factor: Factor) -> dict[str, Any]:
    """Return plain data of a factor; ``share`` is that of the worlds in which it is as written."""
    levels = [{"level": level.words, "share": float(level.share)} for level in factor.levels]
    return {"premise": factor.id, "share": float(factor.levels[0].share), "kind": factor.kind, "levels": levels}


def _rounded(share: float) -> float:
    """Return a share without the last digits, which adding up has left uncertain."""
    return min(1.0, round(share, 12))
