"""The names that a model declares, and the formulas, options and states that refer to them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from detente.conflict.choices import Range
from detente.conflict.elements import Assignment, Statement
from detente.conflict.formula import AtState, Compare, Formula, Named, Taken, rewrite
from detente.errors import Diagnostic, nearest_name
from detente.language.formula_parser import FormulaError, parse_formula
from detente.language.schema_words import FALSE_WORDS, TRUE_WORDS, is_identifier, no_formula, word
from detente.language.source import Document, Path
from detente.language.yaml_errors import misplaced_dash


class Names:
    """What is declared, gathered from the raw data so that one wrong element does not make others look unknown.

    Attributes
    ----------
    options : dict
        Full option name to its values' identifiers; to nothing where its values are wrong.
    outcomes, labels, decision_makers : lists of str
    statements : dict
        Statements with identities, by the name under which a decision maker lists them: ``(dm or "", id)``.
    ranges : list of Range
        The numbers read so far that may be any of several.
    """

    def __init__(self, document: Document, problems: list[Diagnostic]) -> None:
        self.document = document
        self.problems = problems
        self._missed: set[Path] = set()
        data: dict[str, Any] = document.data if isinstance(document.data, dict) else {}
        makers = _mapping(data.get("decision_makers"))
        self.decision_makers = list(makers)
        self.parties = [dm for dm, body in makers.items() if _mapping(body).get("kind") != "nature"]
        self.outcomes = list(_mapping(_misspelt(data, "outcomes")))
        states = data.get("states")
        self.labels = [str(label) for label in states] if isinstance(states, (list, dict)) else []
        self.options: dict[str, tuple[str, ...]] = {}
        self._illegal = {name for name in (*makers, *self.outcomes) if not is_identifier(name)}
        for dm, body in makers.items():
            options = _misspelt(_mapping(body), "options")
            for option in options if isinstance(options, (list, dict)) else []:
                at: Path = ("decision_makers", dm, "options", option, "values")
                shape = options[option] if isinstance(options, dict) else None
                full = f"{dm}.{word(option)}"
                damaged = isinstance(options, dict) and document.is_damaged(at)
                self.options[full] = () if damaged else _value_names(_mapping(shape).get("values"))
                if not (is_identifier(dm) and is_identifier(str(word(option)))):
                    self._illegal.add(full)
                ratified = _mapping(_mapping(shape).get("ratified_by")).get("granted")
                self.outcomes += [str(ratified)] if ratified is not None and str(ratified) not in self.outcomes else []
        self.statements: dict[tuple[str, str], Statement] = {}
        self.ranges: list[Range] = []
        self.lenses = {dm: list(_mapping(_mapping(body).get("lenses"))) or ["default"] for dm, body in makers.items()}

    def near(self, name: str, known: Iterable[str]) -> str | None:
        """Return the known name most like ``name``, or an empty string.

        ``None`` where it is most like one that is an error itself: that error has been reported, and says enough.
        """
        near = nearest_name(name, known)
        return None if near in self._illegal else near

    def missing(self, path: Path, message: str, expected: str = "", *, of: tuple[str, ...] = ()) -> None:
        """Record that something is missing, unless it, or anything at the path, was left out because it is wrong."""
        lost = [key for key in self.document.keys_in(path) if self.document.is_lost((*path, key))]
        gone = any(key in of or nearest_name(key, of) for key in lost) or (lost and lost == self.document.keys_in(path))
        if self.document.is_lost(path) or (gone if of else self.document.is_damaged(path)) or path in self._missed:
            return
        self._missed.add(path)
        self.problem(path, message, expected)

    def problem(self, path: Path, message: str, expected: str = "", nearest: str = "", *, key: bool = False) -> None:
        """Record a problem at a path."""
        mark = self.document.key(path) if key else self.document.value(path)
        dash = None if key else misplaced_dash(self.document.plain_lines(path))
        self.problems.append(dash or Diagnostic(message, mark, expected, nearest, ".".join(map(str, path))))

    # -- formulas ---------------------------------------------------------------------------------------------------

    def formula(self, text: str, path: Path) -> Formula:
        """Return the formula at ``path`` with its names checked."""
        parsed = parse_formula(text)
        return rewrite(parsed, lambda leaf: self._leaf(leaf, text, path))

    def _leaf(self, leaf: Formula, text: str, path: Path) -> Formula:
        if isinstance(leaf, (Taken, Compare)):
            start, end = leaf.span or (0, len(text))
            if leaf.option not in self.options:
                given = leaf.text().removeprefix(leaf.option)
                self._unknown_option(leaf.option, given, (text, path, start, len(leaf.option)))
            elif isinstance(leaf, Compare) and (values := self.options[leaf.option]) and leaf.value not in values:
                at = end - len(leaf.value)
                self._in_formula(*_no_value(leaf.option, leaf.value, values), (text, path, at, len(leaf.value)))
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

    def _unknown_option(self, option: str, given: str, place: tuple[str, Path, int, int]) -> None:
        """Record an unknown option; ``given`` is the comparison that stands behind it, if any."""
        owner, dot, own = option.partition(".")
        near = self._near_option(option)
        if near is None or not self.decision_makers:
            return
        if option in self.outcomes:
            self._in_formula(f"{option!r} is an outcome and has no values", f"{option!r} alone", "", place)
        elif not dot:
            alike = [name for name in self.options if name.endswith("." + option)] or ([near] if near else [])
            wanted = " or ".join(f"'{name}{given}'" for name in alike) or "party.option"
            self._in_formula(f"the owner of {option!r} is missing", wanted, "", place)
        elif owner not in self.decision_makers:
            expected = "" if near else f"one of the parties {', '.join(self.decision_makers)}"
            self._in_formula(f"unknown decision maker {owner!r} in {option!r}", expected, near, place)
        elif not self.document.is_lost(("decision_makers", owner, "options", -1)):
            theirs = [name for name in self.options if name.startswith(owner + ".")]
            expected = "" if near else (f"one of {', '.join(theirs)}" if theirs else f"an option; {owner!r} has none")
            self._in_formula(f"{owner!r} has no option {own!r}", expected, near, place)

    def _near_option(self, name: str) -> str | None:
        """Return the option most like a name, with or without its owner; see :meth:`near`."""
        alike = [option for option in self.options if option.endswith("." + name)]
        return self.near(alike[0], alike) if alike else self.near(name, self.options)

    def _unknown_name(self, name: str, place: tuple[str, Path, int, int]) -> None:
        if name.lower() in TRUE_WORDS | FALSE_WORDS:
            self._in_formula(*no_formula(name), "", place)
            return
        if name in self.decision_makers:
            owned = [option for option in self.options if option.startswith(name + ".")]
            self._in_formula(
                f"{name!r} is a decision maker, not something that is true or false",
                f"one of its options, such as {owned[0]}" if owned else "an option or an outcome",
                "",
                place,
            )
            return
        lists: list[Path] = [("statements",), *(("decision_makers", dm, "statements") for dm in self.decision_makers)]
        if self.document.is_lost(("outcomes",)) or any(self.document.is_lost((*at, name)) for at in lists):
            return
        alike = any(option.endswith("." + name) for option in self.options)
        labels = filter(is_identifier, self.labels)
        near = self._near_option(name) if alike else self.near(name, [*self.outcomes, *labels, *self.options])
        if near is not None:
            expected = "" if near else "an outcome, or an option written party.option"
            self._in_formula(f"unknown name {name!r}", expected, near, place)

    # -- options and values -----------------------------------------------------------------------------------------

    def decision_maker(self, name: str, path: Path, *, key: bool = False, nature: bool = True) -> bool:
        """Check that there is such a decision maker, and, unless ``nature`` may stand here, that it is a party."""
        known = self.decision_makers if nature else self.parties
        if name in known:
            return True
        if name in self.decision_makers:
            self.problem(path, f"{name!r} is nature", "a party with preferences", key=key)
            return False
        near = self.near(name, known)
        if near is not None:
            self.problem(path, f"unknown decision maker {name!r}", f"one of {', '.join(known)}", near, key=key)
        return False

    def option(self, name: str, path: Path, *, key: bool = False) -> bool:
        """Check that an option exists; record a problem if not."""
        if name in self.options:
            return True
        near = self._near_option(name) if self.decision_makers else None
        if near is not None and not self.document.is_lost(("decision_makers", name.split(".")[0], "options", -1)):
            expected = "" if near else "an option written party.option"
            self.problem(path, f"unknown option {name!r}", expected, near, key=key)
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
        if values and value not in values:
            self.problem(path, *_no_value(name, value, values))
            return None
        return name, value

    def _taken(self, item: str, path: Path) -> tuple[str, str] | None:
        """Read 'dm.option', 'dm.option = value' or 'not dm.option'."""
        try:
            parsed = parse_formula(item)
        except FormulaError as error:
            dash = misplaced_dash(self.document.plain_lines(path))
            if dash is not None:
                self.problems.append(dash)
                return None
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
                return (option, values[-1]) if values else None
            case Compare(option=option, operator="=", value=value):
                if "." not in option:
                    self._unknown_option(option, f" = {value}", (item, path, 0, len(option)))
                    return None
                pair = self._set(option, value, path, False)
                return None if pair is None else (option, value)
        self.problem(path, f"{item!r} is not one option", "'party.option' or 'party.option = value'")
        return None


def _no_value(option: str, value: str, values: tuple[str, ...]) -> tuple[str, str, str]:
    """Return what is wrong with a value that an option does not have, what was expected, and the nearest value."""
    message = f"option {option!r} has no value {value!r}"
    if set(values) == {"no", "yes"}:
        meant = "yes" if value.lower() in TRUE_WORDS else "no" if value.lower() in FALSE_WORDS else ""
        return message, "'yes' or 'no'", meant
    return message, f"one of {', '.join(values)}", nearest_name(value, values)


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
