"""Relations and outsiders: from the model file, and back into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date as Day
from decimal import Decimal
from fractions import Fraction
from typing import Any

from detente.conflict.elements import Element
from detente.conflict.relations import Outsider, Relation, Turn, day_of
from detente.language.described import described, premised
from detente.language.names import Names, exact
from detente.language.schema import ModelShape
from detente.language.schema_relations import RelationShape
from detente.language.source import Path
from detente.language.write_text import Pairs, Row


class RelationReader:
    """Reads the relations of a model; problems go to ``names``."""

    def __init__(self, names: Names, shape: ModelShape) -> None:
        self.names, self.shape = names, shape

    def outsiders(self) -> Iterator[Outsider]:
        """Yield the nodes that decide nothing."""
        for key, body in (self.shape.outsiders or {}).items():
            path: Path = ("outsiders", key)
            if key in self.names.decision_makers:
                words = f"{key!r} names both a decision maker and an outsider"
                self.names.problem(path, words, "different names", key=True)
            more = {"name": body} if isinstance(body, str) else described(body)
            yield Outsider(id=key, where=self.names.document.key(path), **more)

    def relations(self) -> Iterator[Relation]:
        """Yield the ties."""
        earlier: dict[frozenset[str], str] = {}
        for key, body in (self.shape.relations or {}).items():
            path: Path = ("relations", key)
            a, b = body.between
            if self.known(a, (*path, "between", 0)) & self.known(b, (*path, "between", 1)):
                self._check_pair(a, b, path, earlier.get(frozenset((a, b))))
                earlier.setdefault(frozenset((a, b)), key)
            yield Relation(
                id=key,
                between=(a, b),
                levels=self._levels(body, path),
                turns=tuple(self._turns(body, path)),
                where=self.names.document.key(path),
                **premised(body),
            )

    def known(self, name: str, path: Path) -> bool:
        """Return whether there is such a node; say so where there is none."""
        names, outsiders = self.names, list(self.shape.outsiders or {})
        if name in (*names.parties, *outsiders):
            return True
        if name in names.decision_makers:
            names.problem(path, f"{name!r} is nature", "a party, or an outsider")
            return False
        near = names.near(name, [*names.parties, *outsiders])
        lost = names.document.is_lost(("outsiders", name)) or names.document.is_lost(("decision_makers", name))
        if near is not None and not lost:
            expected = "" if near else f"a party ({', '.join(names.parties)}) or a name of 'outsiders:'"
            names.problem(path, f"{name!r} is neither a party nor an outsider", expected, near)
        return False

    def _check_pair(self, a: str, b: str, path: Path, earlier: str | None) -> None:
        at: Path = (*path, "between")
        if a == b:
            self.names.problem(at, f"a relation of {a!r} with itself", "two different ones")
        elif earlier is not None:
            self.names.problem(at, f"{a!r} and {b!r} have a relation already, {earlier!r}", "each pair once")

    def _levels(self, body: RelationShape, path: Path) -> tuple[tuple[str, Fraction], ...]:
        if not isinstance(body.level, dict):
            return (("", exact(body.level)),)
        before = ""
        for when in body.level:
            if before and day_of(when) <= day_of(before):
                words = f"{when} does not come after {before}"
                if day_of(when) == day_of(before):
                    words = f"{when} and {before} mean the same day"
                self.names.problem((*path, "level", when), words, "dates in order, each day once", key=True)
            before = when
        return tuple((when, exact(level)) for when, level in body.level.items())

    def _turns(self, body: RelationShape, path: Path) -> Iterator[Turn]:
        series = list(body.level) if isinstance(body.level, dict) else []
        days = {day_of(when) for when in series}
        seen: dict[Day, str] = {}
        for when, shape in (body.turning_points or {}).items():
            here: Path = (*path, "turning_points", when)
            if day_of(when) not in days and not self.names.document.is_damaged((*path, "level")):
                expected = f"one of {', '.join(series)}" if series else "a level by date"
                self.names.problem(here, f"{when} is no date of the series", expected, key=True)
            elif day_of(when) in seen:
                words = f"{when} and {seen[day_of(when)]} mean the same day"
                self.names.problem(here, words, "each day once", key=True)
            seen[day_of(when)] = when
            yield Turn(id=when, where=self.names.document.key(here), **described(shape))


# -- back -----------------------------------------------------------------------------------------------------------


def outsider_data(item: Element) -> Any:
    """Return an outsider, or an observer, as plain data: its name alone where nothing else is said."""
    body = _described(item)
    return item.name or None if set(body) <= {"name"} else body


def relation_data(item: Relation, number: Callable[[Fraction, str], int | Decimal]) -> dict[str, Any]:
    """Return a relation as plain data, without name, reason, source and certainty."""
    levels = Pairs((when, number(level, f"a level of {item.id!r}")) for when, level in item.levels)
    return {
        "between": Row(item.between),
        "level": levels if item.dated else levels[""],
        "turning_points": {turn.id: _described(turn) for turn in item.turns} or None,
    }


def _described(item: Element) -> dict[str, str]:
    return {key: getattr(item, key) for key in ("name", "because", "source") if getattr(item, key)}
