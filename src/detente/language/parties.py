"""Decision makers of a model file: options, statements, lenses."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from detente.conflict.choices import own_name
from detente.conflict.elements import (
    Attitude,
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
from detente.errors import nearest_name
from detente.language.amounts import amount
from detente.language.described import described, premised
from detente.language.names import Names
from detente.language.schema import DecisionMakerShape, LensShape, OptionShape, WeightShape
from detente.language.source import Path
from detente.language.statements import StatementReader


class PartyReader:
    """Reads one decision maker."""

    def __init__(self, names: Names, dm: str, shape: DecisionMakerShape) -> None:
        self.names = names
        self.dm = dm
        self.shape = shape
        self.path: Path = ("decision_makers", dm)
        self.lists = StatementReader(names, dm)

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
        principles, choices = self.lists.principles(shape.principles or [], at)
        declared = [s for (owner, _), s in names.statements.items() if owner == self.dm]
        return DecisionMaker(
            id=self.dm,
            kind=shape.kind,
            options=tuple(self._options()),
            statements=tuple(declared),
            principles=tuple(map(self.lists.known, principles)),
            principle_choices=tuple(
                self.lists.known_level(item) if isinstance(item, Level) else self.lists.known_choice(item)
                for item in choices
            ),
            lenses=() if shape.kind == "nature" else tuple(map(self.lists.known_lens, lenses)),
            aims=() if shape.kind == "nature" else tuple(map(self.lists.known_lens, self._aims(lenses))),
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
                values = self._values(name, shape, path)
                irreversible = self._irreversible(name, shape, values, path)
                result.append(
                    Option(id=name, values=values, irreversible=irreversible, where=where, **described(shape))
                )
            else:
                result.append(Option(id=name, name=shape or "", where=where))
        return result

    def _values(self, option: str, shape: OptionShape, path: Path) -> tuple[Value, ...]:
        given: Any = shape.values
        if given is None:
            return Option(id="").values
        if isinstance(given, dict):
            return tuple(self._numbered(f"{self.dm}.{option}", value, number, path) for value, number in given.items())
        if len(set(given)) < len(given):
            self.names.problem((*path, "values"), "a value stands twice", "each value once")
        if all(value.isascii() and value.isdigit() for value in given):
            return tuple(Value(value, Fraction(int(value))) for value in given)
        return tuple(Value(value, Fraction(position)) for position, value in enumerate(given))

    def _numbered(self, option: str, value: str, number: Any, path: Path) -> Value:
        place, identity = ("value", option, value), f"number of {option} = {value}"
        return Value(value, amount(self.names, number, (*path, "values", value), place, identity))

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
            return Lens(id=name, preference=Prioritised(self.lists.levels(body, path)), where=where)
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
            preference=self._preference(name, lens, forms[0] if forms else "statements", path),
            refines=lens.refines or "",
            replaces=lens.replaces or "",
            where=where,
            **described(lens),
        )

    def _preference(self, name: str, lens: LensShape, form: str, path: Path) -> Preference:
        at: Path = (*path, form)
        given: Any = getattr(lens, form)
        if form == "statements":
            return Prioritised(self.lists.levels(given or [], at))
        if form == "ranking":
            return self._ranking(given, at)
        if form == "weights":
            return Weights(tuple(self._weights(given, at, name)))
        listed = isinstance(given, list)
        items = enumerate(given) if listed else given.items()
        values = []
        for key, number in items:
            state = key + 1 if listed else self._state(key, (*at, key), key=True)
            place = ("utility", self.dm, name, str(state))
            identity = f"utility of {state} in {self.dm}.{name}"
            values.append((state, amount(self.names, number, (*at, key), place, identity)))
        return Utilities(tuple(values))

    def _weights(self, given: Any, at: Path, lens: str) -> Iterator[tuple[Statement, Fraction]]:
        count = 0
        for key, item in given.items() if isinstance(given, dict) else enumerate(given):
            here: Path = (*at, key)
            if isinstance(given, dict):
                number, there = item, here
                statement: Statement | None = self.lists.statement(key, here, key=True)
            else:
                number, there = item.weight, (*here, "weight")
                statement = self._weighed(item, here)
            if statement is None:
                continue
            identity = f"weight of {own_name(self.dm, statement)} in {self.dm}.{lens}"
            yield statement, amount(self.names, number, there, ("weight", self.dm, lens, str(count)), identity)
            count += 1

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
            return self.lists.statement(item, path)
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
