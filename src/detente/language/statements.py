"""Lists of statements of one decision maker: levels, statements in any order, one of several."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from detente.conflict.choices import StatementChoice, choice_id, order_id
from detente.conflict.elements import Element, Lens, Level, Prioritised, Statement, Weights
from detente.errors import Mark
from detente.language.amounts import shares_of
from detente.language.described import described, premised
from detente.language.names import Names
from detente.language.schema import AnyOrderShape, StatementChoiceShape
from detente.language.source import Path


def declare_statements(names: Names, owner: str, shapes: dict[str, Any] | None, path: Path) -> None:
    """Read statements with identities, so that lenses and principles can list them."""
    for key, shape in (shapes or {}).items():
        here: Path = (*path, key)
        text, at = (shape, here) if isinstance(shape, str) else (shape.that, (*here, "that"))
        if key in names.outcomes:
            names.problem(here, f"{key!r} names both a statement and an outcome", "different names", key=True)
        names.statements[owner, key] = Statement(
            id=f"{owner}.{key}" if owner else key,
            that=names.formula(text, at),
            where=names.document.key(here),
            **premised(shape),
        )


class StatementReader:
    """Reads the lists of statements of one decision maker, and knows which statements it has read."""

    def __init__(self, names: Names, dm: str) -> None:
        self.names = names
        self.dm = dm
        self._own: dict[str, Statement] = {}
        self._choices: dict[str, Element] = {}

    def levels(self, items: list[Any], path: Path) -> tuple[Level, ...]:
        """Return the levels of a list of statements, most important first."""
        levels: list[Level] = []
        for index, item in enumerate(items):
            at: Path = (*path, index)
            if isinstance(item, StatementChoiceShape):
                choice = self._choice(item, at)
                levels += (replace(level, about=choice) for level in choice.alternatives[0])
            elif isinstance(item, AnyOrderShape):
                levels.append(self._any_order(item, at))
            else:
                levels.append(self._level(item, at))
        return tuple(level for level in levels if level.statements)

    def principles(self, items: list[Any], path: Path) -> tuple[list[Statement], list[Level | StatementChoice]]:
        """Return the principles as written, and what is open among them."""
        listed: list[Statement] = []
        choices: list[Level | StatementChoice] = []
        for index, item in enumerate(items):
            at: Path = (*path, index)
            if isinstance(item, StatementChoiceShape):
                choice = self._choice(item, at)
                for levels in choice.alternatives:
                    if any(len(level.statements) > 1 for level in levels):
                        self.names.problem(at, "a level of several statements among principles", "single statements")
                        break
                choices.append(choice)
                listed += [s for level in choice.alternatives[0] for s in level.statements]
            elif isinstance(item, AnyOrderShape):
                level = self._any_order(item, at)
                choices.append(level)
                listed += level.statements
            else:
                listed.append(self.statement(item, at))
        return listed, choices

    def _level(self, item: Any, at: Path) -> Level:
        if isinstance(item, list):
            return Level(tuple(self.statement(s, (*at, k)) for k, s in enumerate(item)))
        return Level((self.statement(item, at),))

    def _any_order(self, item: AnyOrderShape, at: Path) -> Level:
        inside: Path = (*at, "any_order")
        members = tuple(self.statement(s, (*inside, k)) for k, s in enumerate(item.any_order))
        about = None
        if item.id or item.name or item.because or item.source:
            identity = f"{self.dm}.{item.id}" if item.id else order_id(self.dm, Level(members))
            about = Element(id=identity, where=self.names.document.value(at), **described(item))
        level = Level(members, any_order=True, about=about)
        if about is not None:
            self._same(about.id, level, at)
        return level

    def _choice(self, item: StatementChoiceShape, at: Path) -> StatementChoice:
        inside: Path = (*at, "one_of")
        alternatives = []
        for k, alternative in enumerate(item.one_of):
            here: Path = (*inside, k)
            if isinstance(alternative, list):
                if not alternative:
                    self.names.missing(here, "an alternative without statements", "one statement or more")
                levels = tuple(self._level(part, (*here, j)) for j, part in enumerate(alternative))
            else:
                levels = (self._level(alternative, here),)
            alternatives.append(tuple(level for level in levels if level.statements))
        shares = shares_of(self.names, item, at)
        where = self.names.document.value(at)
        choice = StatementChoice(id="", alternatives=tuple(alternatives), shares=shares, where=where, **described(item))
        choice = replace(choice, id=f"{self.dm}.{item.id}" if item.id else choice_id(choice, self.dm))
        self._same(choice.id, choice, at)
        return choice

    def _same(self, identity: str, what: Any, at: Path) -> None:
        """Check that what is open under one identity is the same wherever it stands."""
        if self._choices.setdefault(identity, what) != what:
            name = identity.removeprefix(f"{self.dm}.").removeprefix(f"{self.dm}: ")
            self.names.problem(
                at, f"two different things are called {name!r}", "the same alternatives and shares, or another 'id:'"
            )

    def statement(self, item: Any, path: Path, *, key: bool = False) -> Statement:
        """Return a statement that is written in place, or the declared one that an identity names."""
        names = self.names
        text = item if isinstance(item, str) else item.that
        if isinstance(item, str):
            for owner in (self.dm, ""):
                known = names.statements.get((owner, item.strip()))
                if known is not None:
                    return known
        at = path if isinstance(item, str) or key else (*path, "that")
        own_id = getattr(item, "id", None)
        formula = names.formula(text, at)
        identity = f"{self.dm}.{own_id}" if own_id else f"{self.dm}: {formula.text()}"
        where: Mark | None = names.document.value(path) if not key else names.document.key(path)
        statement = Statement(id=identity, that=formula, where=where, **premised(item))
        earlier = self._own.setdefault(identity, statement)
        if own_id and (earlier != statement or (self.dm, own_id) in names.statements):
            names.problem(path, f"two statements are called {own_id!r}", "each identity once")
        elif earlier.bare:
            self._own[identity] = statement
        elif earlier != statement and not statement.bare:
            names.problem(
                path,
                f"the statement '{formula.text()}' stands twice with different reasons, sources or certainty",
                "one of them under 'statements:', listed by its identity in both places",
            )
        return statement

    # -- what is known of a statement anywhere in this party's lists ------------------------------------------------

    def known(self, statement: Statement) -> Statement:
        """Return a statement with the reason and source that it has anywhere in this party's lists."""
        return self._own.get(statement.id, statement)

    def known_level(self, level: Level) -> Level:
        """Return a level of such statements."""
        about = self.known_choice(level.about) if isinstance(level.about, StatementChoice) else level.about
        return replace(level, statements=tuple(map(self.known, level.statements)), about=about)

    def known_choice(self, choice: StatementChoice) -> StatementChoice:
        """Return a choice of such statements."""
        return replace(choice, alternatives=tuple(tuple(map(self.known_level, part)) for part in choice.alternatives))

    def known_lens(self, lens: Lens) -> Lens:
        """Return a lens of such statements."""
        preference = lens.preference
        if isinstance(preference, Prioritised):
            preference = Prioritised(tuple(map(self.known_level, preference.levels)))
        elif isinstance(preference, Weights):
            preference = Weights(tuple((self.known(statement), weight) for statement, weight in preference.terms))
        return replace(lens, preference=preference)
