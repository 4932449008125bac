"""Rules of a model file: what cannot be, limits, consequences, moves that cannot be made, states that are one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from detente.conflict.choices import RuleChoice, RuleKind, choice_id
from detente.conflict.elements import BlockedMove, FeasibleList, Force, Infeasibility, Limit, Merge, Premise
from detente.language.amounts import amount, shares_of
from detente.language.described import described, premised
from detente.language.names import Names
from detente.language.schema import ModelShape
from detente.language.source import Path

RULES = (Infeasibility, Limit, Force, BlockedMove)
"""Premises that stand in lists of rules."""


class RuleReader:
    """Reads the rules of a model; what is open among them is gathered in ``choices``."""

    def __init__(self, names: Names, shape: ModelShape) -> None:
        self.names = names
        self.document = names.document
        self.shape = shape
        self.choices: list[RuleChoice] = []

    def infeasible(self) -> tuple[Infeasibility, ...]:
        """Return what cannot be."""
        return tuple(self._entries("infeasible", self._infeasible))

    def limits(self) -> tuple[Limit, ...]:
        """Return the limits."""
        return tuple(self._entries("limits", self._limit))

    def forces(self) -> tuple[Force, ...]:
        """Return the consequences."""
        return tuple(self._entries("forces", self._force))

    def blocked_moves(self) -> tuple[BlockedMove, ...]:
        """Return the moves that cannot be made."""
        return tuple(self._entries("blocked_moves", self._blocked))

    def _entries(self, kind: RuleKind, read: Callable[[Any, Path, str], Any]) -> Iterator[Any]:
        """Yield the rules of a list or mapping as they are written."""
        given: Any = getattr(self.shape, kind)
        items = given.items() if isinstance(given, dict) else enumerate(given or [])
        for index, body in items:
            path: Path = (kind, index)
            if isinstance(given, dict) and getattr(body, "id", None) is not None:
                self.names.problem((*path, "id"), "an identity under a key that is one already", "no 'id:' here")
            identity = str(index) if isinstance(given, dict) else getattr(body, "id", None) or ""
            if hasattr(body, "one_of"):
                yield from self._choice(kind, body, path, identity, read)
            else:
                yield read(body, path, identity)

    def _choice(
        self, kind: RuleKind, body: Any, path: Path, identity: str, read: Callable[[Any, Path, str], Any]
    ) -> tuple[Premise, ...]:
        """Return the first of several alternatives, and keep them all."""
        alternatives = []
        for k, alternative in enumerate(body.one_of):
            here: Path = (*path, "one_of", k)
            if not isinstance(alternative, list):
                alternatives.append((read(alternative, here, getattr(alternative, "id", None) or ""),))
                continue
            if not alternative:
                self.names.missing(here, "an alternative without rules", "one rule or more")
            rules = (read(rule, (*here, j), getattr(rule, "id", None) or "") for j, rule in enumerate(alternative))
            alternatives.append(tuple(rules))
        choice = RuleChoice(
            id=identity,
            kind=kind,
            alternatives=tuple(alternatives),
            shares=shares_of(self.names, body, path),
            where=self.document.key(path),
            **described(body),
        )
        choice = choice if choice.id else replace(choice, id=choice_id(choice))
        if choice.id in {other.id for other in self.choices}:
            self.names.problem(path, f"{choice.id!r} is open twice", "each choice once, or another 'id:'")
        self.choices.append(choice)
        return choice.alternatives[0] if alternatives else ()

    def _infeasible(self, body: Any, path: Path, identity: str) -> Infeasibility:
        text, at = (body, path) if isinstance(body, str) else (body.that, (*path, "that"))
        formula = self.names.formula(text, at)
        return Infeasibility(
            id=identity or f"infeasible: {formula.text()}",
            that=formula,
            where=self.document.key(path),
            **premised(body),
        )

    def _limit(self, body: Any, path: Path, identity: str) -> Limit:
        at: Path = (*path, "sum")
        items = body.sum.items() if isinstance(body.sum, dict) else ((name, 1) for name in body.sum)
        weights: list[tuple[str, Any, Path]] = []
        for index, (name, weight) in enumerate(items):
            here: Path = (*at, name if isinstance(body.sum, dict) else index)
            if self.names.option(name, here, key=isinstance(body.sum, dict)):
                weights.append((name, weight, here))
        if body.at_most is None and body.at_least is None:
            bounds = ("at_most", "at_least")
            self.names.missing(path, "a limit without a bound", "at_most, at_least or both", of=bounds)
        owners = sorted({name.split(".")[0] for name, *_ in weights})
        if len(owners) > 1 and body.across == "no":
            self.names.problem(
                at,
                f"a limit over options of {' and '.join(owners)}",
                "options of one owner, or 'across: yes': what one spends, the other cannot",
            )

        def read(known_as: str) -> Limit:
            def number(given: Any, path: Path, kind: str, *rest: str) -> Any:
                what = f"weight of {rest[0]}" if rest else kind
                return amount(self.names, given, path, (kind, known_as, *rest), f"{what} in {known_as}")

            return Limit(
                id=known_as,
                terms=tuple((name, number(weight, here, "sum", name)) for name, weight, here in weights),
                at_most=None if body.at_most is None else number(body.at_most, (*path, "at_most"), "at_most"),
                at_least=None if body.at_least is None else number(body.at_least, (*path, "at_least"), "at_least"),
                across=body.across == "yes",
                where=self.document.key(path),
                **premised(body),
            )

        if identity:
            return read(identity)
        ranges, problems = len(self.names.ranges), len(self.names.problems)
        bare = read("")
        del self.names.ranges[ranges:], self.names.problems[problems:]
        return read(f"limit: {bare.says()}")

    def _force(self, body: Any, path: Path, identity: str) -> Force:
        when = self.names.formula(body.when, (*path, "when"))
        sets = self.names.definite(body.set, (*path, "set"))
        force = Force(id=identity, when=when, sets=sets, where=self.document.key(path), **premised(body))
        return force if force.id else replace(force, id=f"force: {force.says()}")

    def _blocked(self, body: Any, path: Path, identity: str) -> BlockedMove:
        self.names.decision_maker(body.by, (*path, "by"))
        blocked = BlockedMove(
            id=identity,
            by=body.by,
            from_=self.names.formula(body.from_, (*path, "from")),
            to=self.names.formula(body.to, (*path, "to")),
            where=self.document.key(path),
            **premised(body),
        )
        return blocked if blocked.id else replace(blocked, id=f"blocked: {blocked.says()}")

    def feasible(self) -> FeasibleList | None:
        """Return the only states that are possible, where they are listed."""
        if self.shape.feasible is None:
            return None
        path: Path = ("feasible",)
        states = tuple(self.names.definite(s, (*path, k)) for k, s in enumerate(self.shape.feasible))
        if not states:
            self.names.missing(path, "the list of feasible states is empty", "at least one state")
        return FeasibleList(id="feasible", states=states, where=self.document.key(path))

    def merge(self) -> Iterator[Merge]:
        """Yield the states that are one."""
        for key, body in (self.shape.merge or {}).items():
            path: Path = ("merge", key)
            text, at = (body, path) if isinstance(body, str) else (body.that, (*path, "that"))
            member = None if isinstance(body, str) or body.as_ is None else self.names.definite(body.as_, (*path, "as"))
            yield Merge(
                id=key, that=self.names.formula(text, at), as_=member, where=self.document.key(path), **premised(body)
            )
