"""What a run over worlds is, and the columns that its results have on disk: words instead of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from detente.analysis.crew import Answers
from detente.analysis.factors import Factor, Rows
from detente.analysis.tallies import NOT_EXAMINED, VERDICTS
from detente.conflict.conflict import Conflict
from detente.version import __version__

Numbers = NDArray[np.int64] | None
"""Of worlds, from 1; None for worlds beside those that were drawn."""
Cell = tuple[str, str, str]
"""Reading, concept, outcome."""

_UNKNOWN = -2
"""Stands for a word that no column has."""


@dataclass(frozen=True)
class About:
    """What a run is: two runs that agree in this have the same answers, world by world.

    Attributes
    ----------
    model : str
        The digest of the model.
    title : str
    seed : int
    how : str
        ``every`` where every world is examined, else ``drawn``.
    factors : tuple of (id, words of the levels, their shares)
    claims : tuple of str
    outcomes : tuple of (reading, concept, outcome)
    version : str
        Of the program.
    """

    FORMAT: ClassVar[int] = 1

    model: str
    title: str
    seed: int
    how: str
    factors: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    claims: tuple[str, ...]
    outcomes: tuple[Cell, ...]
    version: str = __version__

    @classmethod
    def of(
        cls,
        conflict: Conflict,
        factors: Iterable[Factor],
        seed: int,
        exact: bool,
        claims: Iterable[str],
        outcomes: Iterable[Cell],
    ) -> About:
        """Return what a run over a conflict is."""
        levels = tuple(
            (
                factor.id,
                tuple(_told_apart(level.words for level in factor.levels)),
                tuple(str(level.share) for level in factor.levels),
            )
            for factor in factors
        )
        how = "every" if exact else "drawn"
        return cls(conflict.digest, conflict.title, seed, how, levels, tuple(claims), tuple(outcomes))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "version": self.version,
            "model": self.model,
            "title": self.title,
            "seed": self.seed,
            "how": self.how,
            "factors": [
                {"id": name, "levels": list(words), "shares": list(shares)} for name, words, shares in self.factors
            ],
            "claims": list(self.claims),
            "outcomes": [list(cell) for cell in self.outcomes],
        }

    def differs(self, other: Mapping[str, Any]) -> str:
        """Return in what another run, as plain data, differs from this one; empty if in nothing."""
        mine = self.to_dict()
        said = {
            "version": f"version {other['version']} wrote it, and this is {self.version}",
            "model": f"the model is another (digest {str(other['model'])[:12]}…, here {self.model[:12]}…)",
            "seed": f"its seed is {other['seed']}, here {self.seed}",
            "how": "its worlds are drawn, and here every one is examined"
            if self.how == "every"
            else "it has every world, and here some are drawn",
            "claims": f"its claims are {_listed(other['claims'])}, here {_listed(self.claims)}",
            "outcomes": f"its outcomes were asked under {_asked(other['outcomes'])}, here {_asked(self.outcomes)}",
            "factors": "what is uncertain there is something else",
        }
        return "; ".join(words for key, words in said.items() if other[key] != mine[key])

    # -- columns ----------------------------------------------------------------------------------------------------

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns on disk; also where capitals count for nothing, no two are the same."""
        names = [f"factor {name}" for name, *_ in self.factors]
        names += [f"claim {name}" for name in self.claims]
        names += [f"outcome {' '.join(cell)}" for cell in self.outcomes]
        return ("world", "weight", *_told_apart(names))

    def _codings(self) -> list[tuple[str, dict[str, int]]]:
        """Return for each column but the first two its name and what stands for each number, as SQL."""
        words = [{_literal(word): k for k, word in enumerate(levels)} for _, levels, _ in self.factors]
        verdicts = {_literal(word): k for k, word in enumerate(VERDICTS)}
        words += [verdicts] * len(self.claims) + [{"false": 0, "true": 1}] * len(self.outcomes)
        return list(zip(self.columns[2:], words, strict=True))

    def words_sql(self, *, numbered: bool) -> str:
        """Return what to select from a table of numbers (:meth:`put_together`) to have words."""
        parts = [f"{'world' if numbered else 'null::bigint'} as world", "weight"]
        for k, (name, coding) in enumerate(self._codings()):
            cases = " ".join(f"when {code} then {word}" for word, code in coding.items())
            parts.append(f"case c{k} {cases} end as {_quoted(name)}")
        return ", ".join(parts)

    def codes_sql(self) -> str:
        """Return what to select from a table of words to have numbers (for :meth:`taken_apart`)."""
        parts = []
        for k, (name, coding) in enumerate(self._codings()):
            cases = " ".join(f"when {word} then {code}" for word, code in coding.items())
            missing = f"when {_quoted(name)} is null then {NOT_EXAMINED}" if k >= len(self.factors) else ""
            whole = (
                f"case {missing} else case {_quoted(name)} {cases} else {_UNKNOWN} end end"
                if missing
                else (f"case {_quoted(name)} {cases} else {_UNKNOWN} end")
            )
            parts.append(f"({whole})::tinyint as c{k}")
        return ", ".join(parts)

    def put_together(
        self, numbers: Numbers, rows: Rows, answers: Answers, weights: NDArray[np.float64]
    ) -> dict[str, NDArray[Any]]:
        """Return a table of numbers, column by column."""
        table = {f"c{k}": column for k, column in enumerate([*rows.T, *answers.T])}
        table = {name: np.ascontiguousarray(column) for name, column in table.items()}
        named: dict[str, NDArray[Any]] = {} if numbers is None else {"world": numbers}
        return {**named, "weight": weights, **table}

    def taken_apart(self, table: Mapping[str, NDArray[Any]]) -> tuple[Rows, Answers]:
        """Return worlds and answers out of a table of numbers. Raises ValueError (a strange word)."""
        columns = [table[f"c{k}"] for k in range(len(self.columns) - 2)]
        whole = np.stack(columns, axis=1).astype(np.int8)
        if (whole == _UNKNOWN).any():
            raise ValueError("it has words that its columns do not have")
        return whole[:, : len(self.factors)], whole[:, len(self.factors) :]


def _told_apart(words: Iterable[str]) -> list[str]:
    """Return words of which no two are the same but for capitals: a number is added to a later one."""
    result: list[str] = []
    taken: set[str] = set()
    for word in words:
        name, number = word, 1
        while name.casefold() in taken:
            number += 1
            name = f"{word} ({number})"
        taken.add(name.casefold())
        result.append(name)
    return result


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(str, names)) or "none"


def _asked(cells: Iterable[Sequence[str]]) -> str:
    cells = list(cells)
    return " and ".join(_listed(list(dict.fromkeys(cell[k] for cell in cells))) for k in (1, 2) if cells) or "nothing"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
