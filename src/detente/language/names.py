"""The names that a model declares, and the formulas, options and states that refer to them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from detente.conflict.elements import Assignment, Statement
from detente.conflict.formula import AtState, Compare, Formula, Named, Taken, rewrite
from detente.errors import Diagnostic, nearest_name
from detente.language.formula_parser import FormulaError, parse_formula
from detente.language.schema_words import word
from detente.language.source import Document, Path


class Names:
    """What is declared, gathered from the raw data so that one wrong element does not make others look unknown.

    Attributes
    ----------
    options : dict
        Full option name to its values' identifiers.
    outcomes, labels, decision_makers : lists of str
    statements : dict
        Statements with identities, by the name under which a decision maker lists them: ``(dm or "", id)``.
    """

    def __init__(self, document: Document, problems: list[Diagnostic]) -> None:
        self.document = document
        self.problems = problems
        data: dict[str, Any] = document.data if isinstance(document.data, dict) else {}
        makers = _mapping(data.get("decision_makers"))
        self.decision_makers = list(makers)
        self.outcomes = list(_mapping(data.get("outcomes")))
        states = data.get("states")
        self.labels = [str(label) for label in states] if isinstance(states, (list, dict)) else []
        self.options: dict[str, tuple[str, ...]] = {}
        for dm, body in makers.items():
            options = _misspelt(_mapping(body), "options")
            for option in options if isinstance(options, (list, dict)) else []:
                shape = options[option] if isinstance(options, dict) else None
                self.options[f"{dm}.{word(option)}"] = _value_names(_mapping(shape).get("values"))
        self.statements: dict[tuple[str, str], Statement] = {}
        self.lenses = {dm: list(_mapping(_mapping(body).get("lenses"))) or ["default"] for dm, body in makers.items()}

    def problem(self, path: Path, message: str, expected: str = "", nearest: str = "", *, key: bool = False) -> None:
        """Record a problem at a path."""
        mark = self.document.key(path) if key else self.document.value(path)
        self.problems.append(Diagnostic(message, mark, expected, nearest, ".".join(map(str, path))))

    # -- formulas ---------------------------------------------------------------------------------------------------

    def formula(self, text: str, path: Path) -> Formula:
        """Return the formula at ``path`` with its names checked."""
        parsed = parse_formula(text)
        return rewrite(parsed, lambda leaf: self._leaf(leaf, text, path))

    def _leaf(self, leaf: Formula, text: str, path: Path) -> Formula:
        if isinstance(leaf, (Taken, Compare)):
            start, end = leaf.span or (0, len(text))
            if leaf.option not in self.options:
                self._unknown_option(leaf.option, text, path, start, len(leaf.option))
            elif isinstance(leaf, Compare) and leaf.value not in (values := self.options[leaf.option]):
                at = end - len(leaf.value)
                self._in_formula(
                    f"option {leaf.option!r} has no value {leaf.value!r}",
                    f"one of {', '.join(values)}",
                    nearest_name(leaf.value, values),
                    (text, path, at, len(leaf.value)),
                )
        elif isinstance(leaf, Named):
            start, end = leaf.span or (0, len(text))
            if leaf.name in self.outcomes:
                return leaf
            if leaf.name in self.labels:
                return AtState(leaf.name, leaf.span)
            self._unknown_name(leaf.name, (text, path, start, end - start))
        return leaf

    def _in_formula(self, message: str, expected: str, near: str, place: tuple[str, Path, int, int]) -> None:
        text, path, start, length = place
        mark = self.document.within(path, text, start, length)
        self.problems.append(Diagnostic(message, mark, expected, near, ".".join(map(str, path))))

    def _unknown_option(self, option: str, text: str, path: Path, start: int, length: int) -> None:
        owner, _, own = option.partition(".")
        theirs = [name for name in self.options if name.startswith(owner + ".")]
        near = nearest_name(option, self.options)
        if owner not in self.decision_makers:
            expected = "" if near else f"one of the parties {', '.join(self.decision_makers)}"
            self._in_formula(
                f"unknown decision maker {owner!r} in {option!r}", expected, near, (text, path, start, length)
            )
            return
        expected = "" if near else (f"one of {', '.join(theirs)}" if theirs else f"an option; {owner!r} has none")
        self._in_formula(f"{owner!r} has no option {own!r}", expected, near, (text, path, start, length))

    def _unknown_name(self, name: str, place: tuple[str, Path, int, int]) -> None:
        if name in self.decision_makers:
            owned = [option for option in self.options if option.startswith(name + ".")]
            self._in_formula(
                f"{name!r} is a decision maker, not something that is true or false",
                f"one of its options, such as {owned[0]}" if owned else "an option or an outcome",
                "",
                place,
            )
            return
        alike = [option for option in self.options if option.endswith("." + name)]
        near = alike[0] if alike else nearest_name(name, [*self.outcomes, *self.labels, *self.options])
        expected = "" if near else "an outcome, or an option written party.option"
        self._in_formula(f"unknown name {name!r}", expected, near, place)

    # -- options and values -----------------------------------------------------------------------------------------

    def option(self, name: str, path: Path, *, key: bool = False) -> bool:
        """Check that an option exists; record a problem if not."""
        if name in self.options:
            return True
        near = nearest_name(name, self.options)
        self.problem(path, f"unknown option {name!r}", "" if near else "an option written party.option", near, key=key)
        return False

    def assignment(
        self, state: list[str] | dict[str, str], path: Path, *, free: bool = False
    ) -> tuple[tuple[str, str | None], ...]:
        """Return the options that a list or mapping sets. With ``free`` the value ``any`` means: left open (None)."""
        pairs: list[tuple[str, str | None]] = []
        items = state.items() if isinstance(state, dict) else ((item, None) for item in state)
        for index, (item, given) in enumerate(items):
            here: Path = (*path, item if isinstance(state, dict) else index)
            pair = self._taken(item, here) if given is None else self._set(item, given, here, free)
            if pair is None:
                continue
            if pair[0] in {name for name, _ in pairs}:
                self.problem(here, f"{pair[0]!r} is set twice", "each option once")
            pairs.append(pair)
        return tuple(pairs)

    def definite(self, state: list[str] | dict[str, str], path: Path) -> Assignment:
        """Return an assignment in which every mentioned option has a value."""
        return tuple((name, value) for name, value in self.assignment(state, path) if value is not None)

    def _set(self, name: str, value: str, path: Path, free: bool) -> tuple[str, str | None] | None:
        if not self.option(name, path, key=True):
            return None
        values = self.options[name]
        if free and value == "any" and "any" not in values:
            return name, None
        if value not in values:
            self.problem(
                path,
                f"option {name!r} has no value {value!r}",
                f"one of {', '.join(values)}",
                nearest_name(value, values),
            )
            return None
        return name, value

    def _taken(self, item: str, path: Path) -> tuple[str, str] | None:
        """Read 'dm.option', 'dm.option = value' or 'not dm.option'."""
        try:
            parsed = parse_formula(item)
        except FormulaError as error:
            self._in_formula(error.message, error.expected, "", (item, path, error.start, error.length))
            return None
        match parsed:
            case Taken(option=option):
                if not self.option(option, path):
                    return None
                values = self.options[option]
                if len(values) > 2:
                    self.problem(
                        path, f"{option!r} has {len(values)} values", f"'{option} = {values[1]}' or another value"
                    )
                    return None
                return option, values[-1]
            case Compare(option=option, operator="=", value=value):
                pair = self._set(option, value, path, False)
                return None if pair is None else (option, value)
        self.problem(path, f"{item!r} is not one option", "'party.option' or 'party.option = value'")
        return None


def _misspelt(body: dict[str, Any], key: str) -> Any:
    """Return what stands under a key, or under one that is nearly it (an error of its own)."""
    return body.get(key, next((value for name, value in body.items() if nearest_name(name, [key])), None))


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _value_names(values: Any) -> tuple[str, ...]:
    if isinstance(values, (list, dict)) and values:
        return tuple(str(word(value)) for value in values)
    return ("no", "yes")


def exact(number: int | Decimal | Fraction) -> Fraction:
    """Return a number from the file exactly."""
    return Fraction(number)
