"""Preferences of a conflict → plain data in the model language, and the parts that all elements share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from detente.conflict.choices import Choice, StatementChoice, choice_id, equal_shares, order_id, unwritten_statements
from detente.conflict.choose import run_at, units_of
from detente.conflict.conflict import Conflict
from detente.conflict.elements import (
    DecisionMaker,
    Element,
    Lens,
    Level,
    Premise,
    Prioritised,
    Ranking,
    Statement,
    StateRef,
    Utilities,
    Weights,
)
from detente.language.source import MAX_DIGITS
from detente.language.write_text import Row

_LONGEST_KEY = 100


class PreferenceWriter:
    """Says preferences in the model language. What no number of the language can say is added to ``problems``."""

    def __init__(self, conflict: Conflict, problems: list[str]) -> None:
        self.conflict = conflict
        self.problems = problems
        self.shared = self._shared_statements()
        self.declared = {dm.id: {s.id: s for s in dm.statements} for dm in conflict.decision_makers}
        self.said: dict[str, Statement] = {}
        self.ranges = {item.place: item for item in conflict.ranges}

    def _number(self, value: Fraction, what: str) -> int | Decimal:
        exactly = _exact(value)
        if exactly is None:
            self.problems.append(f"{what} is {value}, which no decimal number of at most {MAX_DIGITS} digits is")
            return 0
        return exactly

    def _amount(self, value: Fraction, what: str, place: tuple[str, ...]) -> Any:
        """Return a number, or the range of which it is the usual one."""
        item = self.ranges.get(place)
        if item is None:
            return self._number(value, what)
        numbers = {"from": item.low, "to": item.high}
        numbers |= {} if item.step == 1 else {"step": item.step}
        numbers |= {} if item.usual == item.middle else {"usually": item.usual}
        return described_data(item, **{key: self._number(number, what) for key, number in numbers.items()})

    def _choice(self, choice: Choice, automatic: str, one_of: list[Any], owner: str = "") -> dict[str, Any]:
        """Return a choice, with its identity and shares where they do not follow from the alternatives."""
        identity = {} if choice.id == automatic else {"id": choice.id.removeprefix(f"{owner}.")}
        shares: Row | None = None
        if choice.shares != equal_shares(len(choice.shares)):
            shares = Row(self._number(share, f"a share of {choice.id!r}") for share in choice.shares)
        return {**identity, **described_data(choice, one_of=one_of, shares=shares)}

    def _premise(self, premise: Premise, **body: Any) -> dict[str, Any]:
        certainty: Any = premise.certainty
        if isinstance(certainty, Fraction):
            certainty = self._number(certainty, f"the certainty of {premise.id!r}")
        return {**described_data(premise, **body), **({} if certainty == "certain" else {"certainty": certainty})}

    # -- preferences ------------------------------------------------------------------------------------------------

    def _shared_statements(self) -> dict[str, Statement]:
        """Return the statements whose identity names no decision maker: those declared, then those only used."""
        used = (s for dm in self.conflict.parties for s in _statements_used(dm))
        return {s.id: s for s in (*self.conflict.statements, *used) if re.fullmatch(r"\w+", s.id)}

    def _declaration(self, statement: Statement) -> Any:
        return short_form(self._premise(statement, that=statement.that.text()), "that")

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
        return body if self._plain(dm, statement) is None else short_form(body, "that")

    def _level(self, dm: DecisionMaker, level: Level) -> Any:
        items = [self._statement(dm, statement) for statement in level.statements]
        if not level.any_order and len(items) == 1:
            return items[0]
        row = Row(items) if all(isinstance(item, str) for item in items) else items
        if not level.any_order:
            return row
        if level.about is None:
            return {"any_order": row}
        automatic = level.about.id == order_id(dm.id, Level(level.statements))
        identity = {} if automatic else {"id": level.about.id.removeprefix(f"{dm.id}.")}
        return {**identity, **described_data(level.about, any_order=row)}

    def _levels(self, dm: DecisionMaker, levels: Iterable[Level]) -> list[Any]:
        """Return a list of statements; the levels of a choice are one item."""
        result: list[Any] = []
        for unit in units_of(level for level in levels if level.statements):
            about = unit[0].about
            if isinstance(about, StatementChoice):
                result.append(self._statement_choice(dm, about))
            else:
                result.append(self._level(dm, unit[0]))
        return result

    def _statement_choice(self, dm: DecisionMaker, choice: StatementChoice) -> dict[str, Any]:
        one_of: list[Any] = []
        for levels in choice.alternatives:
            single = len(levels) == 1 and len(levels[0].statements) == 1
            said = [self._level(dm, level) for level in levels]
            one_of.append(said[0] if single else said)
        return self._choice(choice, choice_id(choice, dm.id), one_of, dm.id)

    def _principles(self, dm: DecisionMaker) -> list[Any]:
        """Return the principles, those that are open in the places where they stand."""
        starts: dict[int, tuple[int, Any]] = {}
        for item in dm.principle_choices:
            levels = item.alternatives[0] if isinstance(item, StatementChoice) else (item,)
            run = tuple(s for level in levels for s in level.statements)
            starts[run_at(list(dm.principles), run)] = len(run), item
        result: list[Any] = []
        at = 0
        while at < len(dm.principles):
            length, item = starts.get(at, (1, None))
            if isinstance(item, StatementChoice):
                result.append(self._statement_choice(dm, item))
            else:
                result.append(self._level(dm, item) if item else self._statement(dm, dm.principles[at]))
            at += length
        return result

    def _lens(self, dm: DecisionMaker, lens: Lens) -> Any:
        preference = lens.preference
        body: dict[str, Any]
        if isinstance(preference, Prioritised):
            body = {"statements": self._levels(dm, preference.levels)}
        elif isinstance(preference, Ranking):
            body = {"ranking": Row(tied[0] if len(tied) == 1 else Row(tied) for tied in preference.classes)}
        elif isinstance(preference, Weights):
            body = {"weights": self._weights(dm, lens, preference)}
        else:
            body = {"utilities": self._utilities(dm, lens, preference)}
        full = kept(
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

    def _weights(self, dm: DecisionMaker, lens: Lens, weights: Weights) -> dict[str, Any] | list[Any]:
        """Return statement → weight where every statement is a formula or a reference, each once; else a list."""
        numbers = [
            self._amount(weight, f"the weight of {s.id!r}", ("weight", dm.id, lens.id, str(k)))
            for k, (s, weight) in enumerate(weights.terms)
        ]
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

    def _utilities(self, dm: DecisionMaker, lens: Lens, utilities: Utilities) -> Row | dict[str, Any]:
        what = f"for {dm.id!r} the utility of"
        items: list[tuple[StateRef, Any]] = [
            (state, self._amount(number, f"{what} {state!r}", ("utility", dm.id, lens.id, str(state))))
            for state, number in utilities.values
        ]
        if items and [state for state, _ in items] == list(range(1, len(items) + 1)):
            return Row(number for _, number in items)
        return {str(state): number for state, number in items}


# -- small parts ----------------------------------------------------------------------------------------------------


def kept(**body: Any) -> dict[str, Any]:
    """Return what is there: neither missing nor an empty text."""
    return {key: value for key, value in body.items() if value is not None and value != ""}


def described_data(element: Element, **body: Any) -> dict[str, Any]:
    """Return name, what the element says, reason and source, as far as they are there."""
    body = {key: value for key, value in body.items() if value is not None}
    return {**kept(name=element.name), **body, **kept(because=element.because, source=element.source)}


def short_form(body: dict[str, Any], key: str) -> Any:
    """Return only what stands under the key where nothing else is said."""
    return body[key] if set(body) == {key} else body


def _statements_used(dm: DecisionMaker) -> Iterable[Statement]:
    yield from dm.principles
    for lens in dm.lenses:
        yield from lens.statements
    yield from unwritten_statements(dm)


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
