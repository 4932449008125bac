"""Decision makers of a model file: options, statements, lenses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from detente.conflict.elements import (
    Attitude,
    Certainty,
    DecisionMaker,
    Irreversibility,
    Lens,
    Level,
    Option,
    Preference,
    Prioritised,
    Ranking,
    Statement,
    StateRef,
    Utilities,
    Value,
    Weights,
)
from detente.errors import Mark, nearest_name
from detente.language.names import Names, exact
from detente.language.schema import DecisionMakerShape, LensShape, OptionShape, WeightShape
from detente.language.schema_base import Described, Premised
from detente.language.source import Path


def described(shape: Described | Any) -> dict[str, str]:
    """Return name, because and source of an element, empty where it has none."""
    if not isinstance(shape, Described):
        return {}
    return {key: getattr(shape, key) or "" for key in ("name", "because", "source")}


def premised(shape: Premised | Any) -> dict[str, Any]:
    """Return what :func:`described` does, and the certainty."""
    if not isinstance(shape, Premised):
        return {}
    certainty: Certainty = shape.certainty
    if not isinstance(certainty, str):
        certainty = exact(certainty)
    return {**described(shape), "certainty": certainty}


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


class PartyReader:
    """Reads one decision maker."""

    def __init__(self, names: Names, dm: str, shape: DecisionMakerShape) -> None:
        self.names = names
        self.dm = dm
        self.shape = shape
        self.path: Path = ("decision_makers", dm)
        self._own: dict[str, Statement] = {}

    def read(self) -> DecisionMaker:
        """Return the decision maker; problems go to ``names``."""
        shape, names = self.shape, self.names
        lenses = self._lenses()
        if shape.kind == "nature":
            for key in ("preferences", "lenses", "aims", "principles", "statements", "attitudes"):
                if getattr(shape, key) is not None:
                    names.problem(
                        (*self.path, key), f"nature has no {key}", "none: it moves without preference", key=True
                    )
        at: Path = (*self.path, "principles")
        principles = tuple(self._statement(item, (*at, index)) for index, item in enumerate(shape.principles or []))
        declared = [s for (owner, _), s in names.statements.items() if owner == self.dm]
        return DecisionMaker(
            id=self.dm,
            kind=shape.kind,
            options=tuple(self._options()),
            statements=tuple(declared),
            principles=tuple(self._known(statement) for statement in principles),
            lenses=() if shape.kind == "nature" else tuple(self._with_known(lens) for lens in lenses),
            aims=() if shape.kind == "nature" else tuple(self._with_known(aim) for aim in self._aims(lenses)),
            attitudes=() if shape.kind == "nature" else tuple(self._attitudes()),
            where=names.document.key(self.path),
            **described(shape),
        )

    def _attitudes(self) -> Iterator[tuple[str, Attitude]]:
        for party, word in (self.shape.attitudes or {}).items():
            if self.names.decision_maker(party, (*self.path, "attitudes", party), key=True, nature=False):
                yield party, word

    # -- options ----------------------------------------------------------------------------------------------------

    def _options(self) -> list[Option]:
        options = self.shape.options or {}
        items = options.items() if isinstance(options, dict) else ((name, None) for name in options)
        result: list[Option] = []
        seen: set[str] = set()
        for index, (name, shape) in enumerate(items):
            path: Path = (*self.path, "options", name if isinstance(options, dict) else index)
            if name in seen:
                self.names.problem(path, f"option {name!r} stands twice", "each option once")
                continue
            seen.add(name)
            where = self.names.document.key(path)
            if isinstance(shape, OptionShape):
                values = self._values(shape, path)
                irreversible = self._irreversible(name, shape, values, path)
                result.append(
                    Option(id=name, values=values, irreversible=irreversible, where=where, **described(shape))
                )
            else:
                result.append(Option(id=name, name=shape or "", where=where))
        return result

    def _values(self, shape: OptionShape, path: Path) -> tuple[Value, ...]:
        given: Any = shape.values
        if given is None:
            return Option(id="").values
        if isinstance(given, dict):
            return tuple(Value(value, exact(number)) for value, number in given.items())
        if len(set(given)) < len(given):
            self.names.problem((*path, "values"), "a value stands twice", "each value once")
        if all(value.isascii() and value.isdigit() for value in given):
            return tuple(Value(value, Fraction(int(value))) for value in given)
        return tuple(Value(value, Fraction(position)) for position, value in enumerate(given))

    def _irreversible(
        self, name: str, shape: OptionShape, values: tuple[Value, ...], path: Path
    ) -> Irreversibility | None:
        given: Any = shape.irreversible
        at: Path = (*path, "irreversible")
        option = f"{self.dm}.{name}"
        base: dict[str, Any] = {
            "id": f"irreversible: {option}",
            "option": option,
            "where": self.names.document.key(at),
            **premised(given),
        }
        if given is None or given == "no":
            return None
        if isinstance(given, str):
            return Irreversibility(direction=given, **base)  # type: ignore[arg-type]
        if (given.direction is None) == (given.changes is None):
            message = "irreversible needs one of direction and changes"
            self.names.missing(at, message, "one of the two", of=("direction", "changes"))
            return None
        if given.changes is None:
            return Irreversibility(direction=given.direction, **base)
        known = self.names.options.get(option, ())
        for index, change in enumerate(given.changes):
            for side, value in enumerate(change):
                if known and value not in known:
                    self.names.problem(
                        (*at, "changes", index, side),
                        f"option {option!r} has no value {value!r}",
                        f"one of {', '.join(known)}",
                        nearest_name(value, known),
                    )
        return Irreversibility(direction="listed", changes=tuple((a, b) for a, b in given.changes), **base)

    # -- preferences ------------------------------------------------------------------------------------------------

    def _lenses(self) -> list[Lens]:
        shape = self.shape
        if shape.preferences is not None and shape.lenses is not None:
            self.names.problem((*self.path, "lenses"), "both 'preferences' and 'lenses'", "one of the two", key=True)
        given: dict[str, Any] = dict(shape.lenses or {})
        paths: dict[str, Path] = {name: (*self.path, "lenses", name) for name in given}
        if shape.preferences is not None:
            given = {"default": shape.preferences}
            paths = {"default": (*self.path, "preferences")}
        lenses = [self._lens(name, body, paths[name]) for name, body in given.items()]
        self._check_references(lenses, paths, lenses)
        return lenses

    def _aims(self, lenses: list[Lens]) -> list[Lens]:
        at: Path = (*self.path, "aims")
        taken = {lens.id for lens in lenses}
        for name in self.shape.aims or {}:
            if name in taken:
                self.names.problem((*at, name), f"{name!r} names both a lens and an aim", "different names", key=True)
        aims = [self._lens(name, body, (*at, name)) for name, body in (self.shape.aims or {}).items()]
        self._check_references(aims, {aim.id: (*at, aim.id) for aim in aims}, lenses)
        return aims

    def _lens(self, name: str, body: Any, path: Path) -> Lens:
        where = self.names.document.key(path)
        if isinstance(body, list):
            return Lens(id=name, preference=Prioritised(self._levels(body, path)), where=where)
        lens: LensShape = body
        forms = [key for key in ("statements", "ranking", "weights", "utilities") if getattr(lens, key) is not None]
        if len(forms) > 1:
            self.names.problem(path, f"a lens with {' and '.join(forms)}", "one of them")
        if not forms and not lens.refines:
            wanted = ("statements", "ranking", "weights", "utilities")
            self.names.missing(path, "a lens without preferences", f"one of {', '.join(wanted)}", of=wanted)
        if lens.refines and lens.replaces:
            self.names.problem(path, "a lens that both refines and replaces", "one of the two")
        return Lens(
            id=name,
            preference=self._preference(lens, forms[0] if forms else "statements", path),
            refines=lens.refines or "",
            replaces=lens.replaces or "",
            where=where,
            **described(lens),
        )

    def _preference(self, lens: LensShape, form: str, path: Path) -> Preference:
        at: Path = (*path, form)
        given: Any = getattr(lens, form)
        if form == "statements":
            return Prioritised(self._levels(given or [], at))
        if form == "ranking":
            return self._ranking(given, at)
        if form == "weights":
            if isinstance(given, dict):
                terms = [
                    (self._statement(text, (*at, text), key=True), exact(weight)) for text, weight in given.items()
                ]
            else:
                terms = [
                    (statement, exact(item.weight))
                    for index, item in enumerate(given)
                    if (statement := self._weighed(item, (*at, index))) is not None
                ]
            return Weights(tuple(terms))
        if isinstance(given, list):
            return Utilities(tuple((index + 1, exact(number)) for index, number in enumerate(given)))
        return Utilities(
            tuple((self._state(key, (*at, key), key=True), exact(number)) for key, number in given.items())
        )

    def _ranking(self, given: list[Any], path: Path) -> Ranking:
        seen: set[StateRef] = set()
        classes = []
        for index, entry in enumerate(given):
            tied: list[StateRef] = []
            for place, item in enumerate(entry if isinstance(entry, list) else [entry]):
                at: Path = (*path, index, place) if isinstance(entry, list) else (*path, index)
                reference = self._state(item, at)
                if reference in seen:
                    what = f"state {reference}" if isinstance(reference, int) else repr(reference)
                    self.names.problem(at, f"{what} stands twice in the ranking", "every state once")
                seen.add(reference)
                tied.append(reference)
            classes.append(tuple(tied))
        return Ranking(tuple(classes))

    def _weighed(self, item: WeightShape, path: Path) -> Statement | None:
        """Return the statement that an item of a list of weights names or states."""
        names = self.names
        if (item.that is None) == (item.statement is None):
            message = "a weight needs a formula or the identity of a statement"
            names.missing(path, message, "one of 'that' and 'statement'", of=("that", "statement"))
            return None
        if item.statement is None:
            return self._statement(item, path)
        for owner in (self.dm, ""):
            if (owner, item.statement) in names.statements:
                return names.statements[owner, item.statement]
        if any(names.document.is_lost((*at, "statements", item.statement)) for at in ((), self.path)):
            return None
        known = [key for owner, key in names.statements if owner in (self.dm, "")]
        near = nearest_name(item.statement, known)
        names.problem(
            (*path, "statement"), f"unknown statement {item.statement!r}", "" if near else "an identity", near
        )
        return None

    def _state(self, reference: StateRef, path: Path, *, key: bool = False) -> StateRef:
        """Check a state reference as far as the file alone allows; numbers are checked against the states later."""
        names = self.names
        if str(reference) in names.labels:
            return str(reference)
        if isinstance(reference, int) or (reference.isascii() and reference.isdigit()):
            if int(reference) < 1:
                names.problem(path, f"there is no state {reference}", "a number from 1", key=key)
            return int(reference)
        if reference not in names.outcomes:
            known = names.labels + names.outcomes
            near = nearest_name(reference, known)
            expected = "" if near else "a state number, a state's label or an outcome's name"
            names.problem(path, f"unknown state or outcome {reference!r}", expected, near, key=key)
        return reference

    def _levels(self, items: list[Any], path: Path) -> tuple[Level, ...]:
        levels = []
        for index, item in enumerate(items):
            at: Path = (*path, index)
            if isinstance(item, list):
                levels.append(Level(tuple(self._statement(s, (*at, k)) for k, s in enumerate(item))))
            elif hasattr(item, "any_order"):
                inside: Path = (*at, "any_order")
                members = tuple(self._statement(s, (*inside, k)) for k, s in enumerate(item.any_order))
                levels.append(Level(members, any_order=True))
            else:
                levels.append(Level((self._statement(item, at),)))
        return tuple(level for level in levels if level.statements)

    def _statement(self, item: Any, path: Path, *, key: bool = False) -> Statement:
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

    def _known(self, statement: Statement) -> Statement:
        """Return a statement with the reason and source that it has anywhere in this party's lenses."""
        return self._own.get(statement.id, statement)

    def _with_known(self, lens: Lens) -> Lens:
        preference = lens.preference
        if isinstance(preference, Prioritised):
            preference = Prioritised(
                tuple(
                    replace(level, statements=tuple(map(self._known, level.statements))) for level in preference.levels
                )
            )
        elif isinstance(preference, Weights):
            preference = Weights(tuple((self._known(statement), weight) for statement, weight in preference.terms))
        return replace(lens, preference=preference)

    def _check_references(self, lenses: list[Lens], paths: dict[str, Path], among: list[Lens]) -> None:
        known = {lens.id: lens for lens in among}
        reported: set[str] = set()
        for lens in lenses:
            for key in ("refines", "replaces"):
                target = getattr(lens, key)
                if target and target not in known:
                    self.names.problem(
                        (*paths[lens.id], key),
                        f"unknown lens {target!r}",
                        f"one of {', '.join(known)}",
                        nearest_name(target, known),
                    )
            circle, at = [lens.id], lens.refines
            while at in known and at not in circle:
                circle.append(at)
                at = known[at].refines
            if at == lens.id and reported.isdisjoint(circle):
                message = f"lens {at!r} refines itself in a circle"
                self.names.problem((*paths[at], "refines"), message, "a lens at the end that refines no other")
                reported.update(circle)
