"""What options take of a limit and what stopping one frees, taken literally: every combination of values is tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from detente.conflict.elements import Limit
from tests.oracle import LiteralModel
from tests.oracle_model import Positions

Values = dict[str, int]


class LiteralMeans:
    """One limit of a conflict at one state (from 1), under all readings. Values are positions."""

    def __init__(self, models: Mapping[str, LiteralModel], limit: Limit, s: int) -> None:
        self.models, self.limit, self.s = models, limit, s
        self.model = next(iter(models.values()))
        self.start = self.model._state[s].speakers[0].positions
        self.here = {option: self.start[self.model.names.index(option)] for option, _ in limit.terms}

    def total(self, values: Values) -> Fraction:
        numbers = {o: self.model.conflict.options[o].values[k].number for o, k in values.items()}
        return sum((weight * numbers[option] for option, weight in self.limit.terms), Fraction(0))

    def kept(self, values: Values) -> bool:
        total, limit = self.total(values), self.limit
        if limit.at_most is not None and total > limit.at_most:
            return False
        return limit.at_least is None or total >= limit.at_least

    def takes(self, option: str, position: int) -> Fraction:
        return self.total({**self.here, option: position}) - self.total(self.here)

    def stops(self) -> Iterator[tuple[str, int]]:
        """Yield every option that takes more than it could, with every value that takes least."""
        for option in self.here:
            extra = [self.takes(option, k) for k in range(len(self.model.conflict.options[option].values))]
            if min(extra) < 0:
                yield from ((option, k) for k, more in enumerate(extra) if more == min(extra))

    def combinations(self, stopped: str) -> Iterator[Values]:
        """Yield every choice of other options that take more than now, with their values; none chosen included."""
        others = [option for option in self.here if option != stopped]
        choices = []
        for option in others:
            dearer = [k for k in range(len(self.model.conflict.options[option].values)) if self.takes(option, k) > 0]
            choices.append([None, *dearer])
        for chosen in product(*choices):
            yield {option: k for option, k in zip(others, chosen, strict=True) if k is not None}

    def fits(self, stopped: str, position: int) -> set[tuple[str, frozenset[tuple[str, int]], bool]]:
        """Return (kind, changes, outer) of everything that is listed for a stop."""
        after = {**self.here, stopped: position}
        within = [u for u in self.combinations(stopped) if self.kept({**after, **u})]
        found = set()
        for u in within:
            if not u:
                continue
            items = frozenset(u.items())
            outer = not any(items < frozenset(other.items()) for other in within)
            if not self.kept({**self.here, **u}) and (len(u) == 1 or outer):
                found.add(("use", items, outer))
            minimal = not any(frozenset(other.items()) < items for other in within if other)
            if {} not in within and (len(u) == 1 or minimal):
                found.add(("repair", items, minimal))
        return found

    def change(self, s: int, start: Positions, changes: Values) -> tuple[dict[str, Any], Positions | None]:
        """Return what comes of changing options from a state, and the assignment it ends in, if it ends in a state."""
        model, names = self.model, self.model.names
        raw = tuple(changes.get(name, start[k]) for k, name in enumerate(names))
        ended = model.settle(raw)
        by = [dm for dm in model.everyone if any(model.conflict.owner(option) == dm for option in changes)]
        ends = [t for t in model.states if ended in model.members(t)]
        kept = all(ended[names.index(option)] == k for option, k in changes.items())
        result: dict[str, Any] = {"from": s, "by": by, "to": None, "legal": False, "wanted": {}}
        if not ends or not kept:
            return result, None
        result["to"] = t = ends[0]
        reached = model.moves[by[0]][s] if len(by) == 1 else model.reach(by, s)
        result["legal"] = t != s and t in reached
        parties = [dm for dm in by if dm in model.parties]
        if result["legal"] and parties:
            result["wanted"] = {
                reading: all(one.prefers(dm, t, s) for dm in parties) for reading, one in self.models.items()
            }
        return result, ended
