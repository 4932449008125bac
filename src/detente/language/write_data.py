"""Conflict → plain data in the model language, in short forms where the language has them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from detente.conflict.conflict import Conflict
from detente.conflict.elements import (
    Assignment,
    BlockedMove,
    Coalition,
    DecisionMaker,
    Element,
    Force,
    Irreversibility,
    Lens,
    Level,
    Limit,
    ListedState,
    Merge,
    Option,
    Premise,
    Prioritised,
    Ranking,
    Reading,
    Statement,
    StateRef,
    Utilities,
    Value,
    Weights,
)
from detente.conflict.formula import Constant
from detente.conflict.phase import Phase
from detente.conflict.purpose import Observed
from detente.language.claims import agreement_data, claim_data
from detente.language.phases import phase_data
from detente.language.purpose import move_data, observed_data
from detente.language.relations import outsider_data, relation_data
from detente.language.source import MAX_DIGITS
from detente.language.views import view_data
from detente.language.write_text import Pairs, Row

_LONGEST_KEY = 100


class DataWriter:
    """Says one conflict in the model language. What no number of the language can say is added to ``problems``."""

    def __init__(self, conflict: Conflict, problems: list[str]) -> None:
        self.conflict = conflict
        self.problems = problems
        self.shared = self._shared_statements()
        self.declared = {dm.id: {s.id: s for s in dm.statements} for dm in conflict.decision_makers}
        self.said: dict[str, Statement] = {}

    def document(self) -> dict[str, Any]:
        """Return the document, without readings where they follow from the lenses."""
        c = self.conflict
        stated = () if replace(c, readings=()).readings == c.readings else c.readings
        return _kept(
            title=c.title,
            because=c.because,
            source=c.source,
            notes=c.notes,
            statements={key: self._declaration(s) for key, s in self.shared.items()} or None,
            decision_makers={dm.id: self._decision_maker(dm) for dm in c.decision_makers},
            **self._graph_form(),
            infeasible=[
                _short(self._listed(item, f"infeasible: {item.that.text()}", that=item.that.text()), "that")
                for item in c.infeasible
            ]
            or None,
            feasible=None if c.feasible is None else [self._taken(state) for state in c.feasible.states],
            limits=[self._limit(item) for item in c.limits] or None,
            forces=[self._force(item) for item in c.forces] or None,
            blocked_moves=[self._blocked(item) for item in c.blocked_moves] or None,
            merge={item.id: self._merge(item) for item in c.merge} or None,
            outcomes={o.id: _short(_described(o, that=o.that.text()), "that") for o in c.outcomes} or None,
            classes=Row(c.classes) or None,
            coalitions={item.id: _coalition(item) for item in c.coalitions} or None,
            nature=None if c.nature == "excluded" else c.nature,
            readings={item.id: self._reading(item) for item in stated} or None,
            agreements={item.id: _described(item, **agreement_data(item)) for item in c.agreements} or None,
            outsiders={item.id: outsider_data(item) for item in c.outsiders} or None,
            relations={item.id: self._premise(item, **relation_data(item, self._number)) for item in c.relations}
            or None,
            phases={item.id: self._phase(item) for item in c.phases} or None,
            observed=None if c.observed is None else self._observed(c.observed),
            claims={item.id: _described(item, **claim_data(item)) for item in c.claims} or None,
            observers={item.id: outsider_data(item) for item in c.observers} or None,
            views={item.id: _described(item, **view_data(c, item, self._premise)) for item in c.views} or None,
            status_quo=self._taken(c.status_quo) if isinstance(c.status_quo, tuple) else c.status_quo,
        )

    def _observed(self, observed: Observed) -> dict[str, Any]:
        taken = None if observed.start is None else self._taken(observed.start)
        moves = [_described(move, **move_data(move)) for move in observed.moves]
        return _described(observed, **observed_data(observed, taken, moves))

    def _phase(self, phase: Phase) -> dict[str, Any]:
        rules = [
            _short(self._listed(item, f"infeasible in {phase.id}: {item.that.text()}", that=item.that.text()), "that")
            for item in phase.infeasible
        ]
        taken = None if phase.status_quo is None else self._taken(phase.status_quo)
        return _described(phase, **phase_data(phase, rules, taken))

    def _reading(self, reading: Reading) -> dict[str, Any]:
        """Return a reading; decision makers with one lens are left out where there are others."""
        several = {dm.id for dm in self.conflict.parties if len(dm.lenses) > 1}
        chosen = Pairs((dm, lens) for dm, lens in reading.lenses if dm in several or not several)
        full = _described(reading, lenses=chosen)
        return chosen if set(full) == {"lenses"} else full

    # -- parts of elements ------------------------------------------------------------------------------------------

    def _number(self, value: Fraction, what: str) -> int | Decimal:
        exactly = _exact(value)
        if exactly is None:
            self.problems.append(f"{what} is {value}, which no decimal number of at most {MAX_DIGITS} digits is")
            return 0
        return exactly

    def _premise(self, premise: Premise, **body: Any) -> dict[str, Any]:
        certainty: Any = premise.certainty
        if isinstance(certainty, Fraction):
            certainty = self._number(certainty, f"the certainty of {premise.id!r}")
        return {**_described(premise, **body), **({} if certainty == "certain" else {"certainty": certainty})}

    def _listed(self, premise: Premise, automatic: str, **body: Any) -> dict[str, Any]:
        """Return a premise of a list, with its identity where that is not made from what it says."""
        identity = {} if premise.id == automatic else {"id": premise.id}
        return {**identity, **self._premise(premise, **body)}

    def _taken(self, state: Assignment) -> Row:
        """Return an assignment as the list of options taken."""
        options = self.conflict.options
        return Row(
            name if value == "yes" and name in options and options[name].binary else f"{name} = {value}"
            for name, value in state
        )

    # -- decision makers --------------------------------------------------------------------------------------------

    def _decision_maker(self, dm: DecisionMaker) -> dict[str, Any]:
        options = {option.id: self._option(option) for option in dm.options}
        principles = [self._statement(dm, s) for s in dm.principles]
        lenses = {lens.id: self._lens(dm, lens) for lens in dm.lenses}
        one = dm.lenses[0] if dm.lens_names == ("default",) else None
        empty = Lens(id="default", preference=Prioritised(()))
        return _kept(
            name=dm.name,
            kind=None if dm.kind == "party" else dm.kind,
            because=dm.because,
            source=dm.source,
            options=(Row(options) if all(body is None for body in options.values()) else options) or None,
            statements={s.id.removeprefix(f"{dm.id}."): self._declaration(s) for s in dm.statements} or None,
            principles=principles or None,
            preferences=None if one is None or one == empty else lenses[one.id],
            lenses=lenses if lenses and one is None else None,
            aims={aim.id: self._lens(dm, aim) for aim in dm.aims} or None,
            attitudes=Pairs(dm.attitudes) or None,
        )

    def _option(self, option: Option) -> str | dict[str, Any] | None:
        body = _kept(
            name=option.name,
            because=option.because,
            source=option.source,
            values=None if option.values == Option(id="").values else self._values(option),
            irreversible=None if option.irreversible is None else self._irreversible(option.irreversible),
        )
        return body or None if set(body) != {"name"} else option.name

    def _values(self, option: Option) -> Row | Pairs:
        names = [value.id for value in option.values]
        digits = all(name.isascii() and name.isdigit() for name in names)
        numbers = map(int, names) if digits else range(len(names))
        if option.values == tuple(Value(name, Fraction(k)) for name, k in zip(names, numbers, strict=True)):
            return Row(int(name) if digits and str(int(name)) == name else name for name in names)
        return Pairs((v.id, self._number(v.number, f"value {v.id!r} of option {option.id!r}")) for v in option.values)

    def _irreversible(self, rule: Irreversibility) -> str | dict[str, Any]:
        if rule.direction == "listed":
            return self._premise(rule, changes=Row(Row(change) for change in rule.changes))
        body: str | dict[str, Any] = _short(self._premise(rule, direction=rule.direction), "direction")
        return body

    # -- preferences ------------------------------------------------------------------------------------------------

    def _shared_statements(self) -> dict[str, Statement]:
        """Return the statements whose identity names no decision maker: those declared, then those only used."""
        used = (s for dm in self.conflict.parties for s in _statements_used(dm))
        return {s.id: s for s in (*self.conflict.statements, *used) if re.fullmatch(r"\w+", s.id)}

    def _declaration(self, statement: Statement) -> Any:
        return _short(self._premise(statement, that=statement.that.text()), "that")

    def _reference(self, dm: DecisionMaker, statement: Statement) -> str | None:
        """Return under what identity a decision maker lists a declared statement; None for others."""
        if statement.id in self.shared:
            return statement.id
        declared = self.declared[dm.id].get(statement.id) == statement
        return statement.id.removeprefix(f"{dm.id}.") if declared else None

    def _plain(self, dm: DecisionMaker, statement: Statement) -> str | None:
        """Return the formula of a statement that is known by it; None where it would be read as something else."""
        text = statement.that.text()
        mistaken = text in self.shared or f"{dm.id}.{text}" in self.declared[dm.id]
        return None if mistaken or statement.id != f"{dm.id}: {text}" else text

    def _statement(self, dm: DecisionMaker, statement: Statement) -> str | dict[str, Any]:
        """Return a reference to a declared statement, or else the statement in place: in full the first time."""
        reference = self._reference(dm, statement)
        if reference is not None:
            return reference
        text = statement.that.text()
        if statement.id != f"{dm.id}: {text}":
            return {"id": statement.id.removeprefix(f"{dm.id}."), **self._premise(statement, that=text)}
        said = self.said.get(statement.id) == statement
        self.said.setdefault(statement.id, statement)
        body = {"that": text} if said else self._premise(statement, that=text)
        return body if self._plain(dm, statement) is None else _short(body, "that")

    def _level(self, dm: DecisionMaker, level: Level) -> Any:
        items = [self._statement(dm, statement) for statement in level.statements]
        if not level.any_order and len(items) == 1:
            return items[0]
        row = Row(items) if all(isinstance(item, str) for item in items) else items
        return {"any_order": row} if level.any_order else row

    def _lens(self, dm: DecisionMaker, lens: Lens) -> Any:
        preference = lens.preference
        body: dict[str, Any]
        if isinstance(preference, Prioritised):
            body = {"statements": [self._level(dm, level) for level in preference.levels if level.statements]}
        elif isinstance(preference, Ranking):
            body = {"ranking": Row(tied[0] if len(tied) == 1 else Row(tied) for tied in preference.classes)}
        elif isinstance(preference, Weights):
            body = {"weights": self._weights(dm, preference)}
        else:
            body = {"utilities": self._utilities(dm, preference)}
        full = _kept(
            name=lens.name,
            because=lens.because,
            source=lens.source,
            refines=lens.refines,
            replaces=lens.replaces,
            **body,
        )
        if set(full) == {"statements"}:
            return full["statements"]
        if full.get("statements") == [] and lens.refines:
            del full["statements"]
        return full

    def _weights(self, dm: DecisionMaker, weights: Weights) -> dict[str, Any] | list[Any]:
        """Return statement → weight where every statement is a formula or a reference, each once; else a list."""
        numbers = [self._number(weight, f"the weight of {s.id!r}") for s, weight in weights.terms]
        references = [self._reference(dm, s) for s, _ in weights.terms]
        keys = [r or self._plain(dm, s) for r, (s, _) in zip(references, weights.terms, strict=True)]
        texts = [key for key in keys if key is not None and len(key) <= _LONGEST_KEY]
        plain = [
            r is not None or s.bare or self.said.get(s.id) == s
            for r, (s, _) in zip(references, weights.terms, strict=True)
        ]
        if len(set(texts)) == len(keys) and all(plain):
            return dict(zip(texts, numbers, strict=True))
        body: list[dict[str, Any]] = []
        for reference, (statement, _), number in zip(references, weights.terms, numbers, strict=True):
            item = {"statement": reference} if reference is not None else self._statement(dm, statement)
            body.append({**({"that": item} if isinstance(item, str) else item), "weight": number})
        return body

    def _utilities(self, dm: DecisionMaker, utilities: Utilities) -> Row | dict[str, Any]:
        what = f"for {dm.id!r} the utility of"
        items: list[tuple[StateRef, int | Decimal]] = [
            (state, self._number(number, f"{what} {state!r}")) for state, number in utilities.values
        ]
        if items and [state for state, _ in items] == list(range(1, len(items) + 1)):
            return Row(number for _, number in items)
        return {str(state): number for state, number in items}

    # -- possibilities ----------------------------------------------------------------------------------------------

    def _limit(self, limit: Limit) -> dict[str, Any]:
        what = f"limit {limit.id!r}"
        weights = [(name, self._number(weight, f"the weight of {name!r} in {what}")) for name, weight in limit.terms]
        return self._listed(
            limit,
            f"limit: {limit.says()}",
            sum=Row(name for name, _ in weights) if all(w == 1 for _, w in weights) else Pairs(weights),
            at_least=None if limit.at_least is None else self._number(limit.at_least, f"the bound of {what}"),
            at_most=None if limit.at_most is None else self._number(limit.at_most, f"the bound of {what}"),
            across="yes" if limit.across else None,
        )

    def _force(self, force: Force) -> dict[str, Any]:
        return self._listed(force, f"force: {force.says()}", when=force.when.text(), set=Pairs(force.sets))

    def _blocked(self, item: BlockedMove) -> dict[str, Any]:
        ends = {"from": item.from_, "to": item.to}
        said = {key: end.text() for key, end in ends.items() if end != Constant(True)}
        return self._listed(item, f"blocked: {item.says()}", by=item.by, **said)

    def _merge(self, merge: Merge) -> str | dict[str, Any]:
        member = {} if merge.as_ is None else {"as": self._taken(merge.as_)}
        body: str | dict[str, Any] = _short(self._premise(merge, that=merge.that.text(), **member), "that")
        return body

    # -- graph form -------------------------------------------------------------------------------------------------

    def _graph_form(self) -> dict[str, Any]:
        form = self.conflict.graph_form
        if form is None:
            return {}
        states = {state.label: self._state(state) for state in form.states}
        moves: dict[str, dict[str, Row]] = {}
        for dm, start, end in form.moves:
            moves.setdefault(dm, {}).setdefault(start, Row()).append(end)
        listed = Row(states) if all(body is None for body in states.values()) else states
        return {"states": listed, "moves": moves or None}

    def _state(self, state: ListedState) -> Any:
        if any(value is None for _, value in state.options):
            options: Any = Pairs((name, "any" if value is None else value) for name, value in state.options)
        else:
            options = self._taken(tuple((name, value) for name, value in state.options if value is not None))
        if state.name and state.options:
            return {"name": state.name, "options": options}
        return options if state.options else state.name or None


# -- small parts ----------------------------------------------------------------------------------------------------


def _kept(**body: Any) -> dict[str, Any]:
    """Return what is there: neither missing nor an empty text."""
    return {key: value for key, value in body.items() if value is not None and value != ""}


def _described(element: Element, **body: Any) -> dict[str, Any]:
    """Return name, what the element says, reason and source, as far as they are there."""
    body = {key: value for key, value in body.items() if value is not None}
    return {**_kept(name=element.name), **body, **_kept(because=element.because, source=element.source)}


def _short(body: dict[str, Any], key: str) -> Any:
    """Return only what stands under the key where nothing else is said."""
    return body[key] if set(body) == {key} else body


def _coalition(coalition: Coalition) -> Any:
    return _short(_described(coalition, members=Row(coalition.members)), "members")


def _statements_used(dm: DecisionMaker) -> Iterable[Statement]:
    yield from dm.principles
    for lens in dm.lenses:
        yield from lens.statements


def _exact(value: Fraction) -> int | Decimal | None:
    """Return the number as the reader takes it, or None where no decimal number of the allowed length is equal."""
    if value.denominator == 1 and len(str(abs(value.numerator))) <= MAX_DIGITS:
        return value.numerator
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    digits = abs(value.numerator) * 10**places // value.denominator
    while rest == 1 and digits and digits % 10 == 0:
        digits, places = digits // 10, places - 1
    number = Decimal((int(value < 0), tuple(map(int, str(digits))), -places))
    readable = rest == 1 and abs(places) <= 900 and sum(c.isdigit() for c in str(number)) <= MAX_DIGITS
    return number if readable else None
