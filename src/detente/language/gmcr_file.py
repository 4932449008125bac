"""The text of a ``.gmcr`` file → what it says, checked: every problem is found and names its place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NoReturn, TypeAlias

from detente.errors import Diagnostic, Mark, ModelError, nearest_name
from detente.language.json_places import places
from detente.language.source import MAX_BYTES

Pattern: TypeAlias = tuple[tuple[tuple[int, bool], ...], ...]
"""A condition: one conjunction or several of them; each pairs an option's index with whether it is taken."""

DIRECTIONS = {"both": None, "fwd": "forward", "back": "backward"}

_MOST_PROBLEMS = 60
_LONGEST_SHOWN = 40


@dataclass(frozen=True)
class GmcrOption:
    """An option; it may go forward (N to Y), back (Y to N), or both ways."""

    name: str
    direction: str


@dataclass(frozen=True)
class GmcrDecisionMaker:
    """A decision maker: options by index, and either preferences or a ranking by hand, best first."""

    name: str
    options: tuple[int, ...]
    preferences: tuple[Pattern, ...]
    ranking: tuple[tuple[int, ...], ...] | None
    misperceptions: tuple[Pattern, ...]


@dataclass(frozen=True)
class GmcrFile:
    """All that counts in a file; ``coalitions`` are those of two and more."""

    options: tuple[GmcrOption, ...]
    decision_makers: tuple[GmcrDecisionMaker, ...]
    infeasible: tuple[Pattern, ...]
    coalitions: tuple[tuple[int, ...], ...]


def read_file(text: str, origin: str) -> GmcrFile:
    """Return what a file says. Raises ModelError with all problems, each with its path."""
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_BYTES:
        _fail(origin, f"the file has {len(text):,} characters", f"at most {MAX_BYTES:,}")
    reader = _Reader()
    try:
        file = reader.read(_parse(text, origin))
    except _EnoughProblems:
        file = None
    if reader.problems or file is None:
        raise ModelError(_located(reader.problems, text), origin, text)
    return file


def _located(problems: list[Diagnostic], text: str) -> list[Diagnostic]:
    """Return the problems with the line and column of what their paths name; the path comes first in the message."""
    marks = places(text, {problem.path for problem in problems if problem.path})
    return [
        replace(problem, mark=mark, message=f"{problem.path}: {problem.message}")
        if (mark := marks.get(problem.path)) is not None
        else problem
        for problem in problems
    ]


# -- text → data ----------------------------------------------------------------------------------------------------


class _Object(dict[str, Any]):
    """A JSON object that remembers the keys that stood in it twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counted = Counter(key for key, _ in pairs) if len(self) < len(pairs) else Counter()
        self.twice = [key for key, count in counted.items() if count > 1]


def _parse(text: str, origin: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_Object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        _fail(origin, f"this is not JSON: {error.msg}", "", Mark(error.lineno, error.colno), text)
    except RecursionError:
        _fail(origin, "the file is nested too deeply", "lists in lists in lists at most")
    except ValueError as error:
        _fail(origin, f"this is not JSON that can be read: {error}")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def _fail(origin: str, message: str, expected: str = "", mark: Mark | None = None, text: str = "") -> NoReturn:
    raise ModelError([Diagnostic(message, mark, expected)], origin, text) from None


# -- data → what the file says --------------------------------------------------------------------------------------


class _EnoughProblems(Exception):
    """There are more problems than anyone would read."""


class _Reader:
    """Checks the data; every problem is kept with the path of what is wrong."""

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []
        self.n_options = 0
        self.largest_state = 1

    def problem(self, path: str, message: str, expected: str = "", nearest: str = "") -> None:
        """Keep a problem."""
        if len(self.problems) == _MOST_PROBLEMS:
            self.problems.append(Diagnostic(f"there are more problems; the first {_MOST_PROBLEMS} are listed"))
            raise _EnoughProblems
        self.problems.append(Diagnostic(message, None, expected, nearest, path))

    def read(self, data: Any) -> GmcrFile | None:
        """Return what the file says; of use only where no problem was found."""
        if not isinstance(data, dict):
            self.problem(
                "", f"{_shown(data)} stands where the model is expected", "an object with options and decisionMakers"
            )
            return None
        self._repeated_keys(data)
        for key in ("options", "decisionMakers"):
            if key not in data:
                self.problem("", f"the key {key!r} is missing", f"{key!r}, a list", nearest_name(key, list(data)[:100]))
        given = self._list(data, "options", "")
        self.n_options = len(given)
        self.largest_state = 2 ** min(self.n_options, 62)
        options = tuple(self._option(item, f"options[{k}]") for k, item in enumerate(given))
        manual = self._flag(data, "useManualPreferenceRanking", self._flag(data, "useManualPreferenceVectors", False))
        makers = tuple(
            self._decision_maker(item, f"decisionMakers[{k}]", manual)
            for k, item in enumerate(self._list(data, "decisionMakers", ""))
        )
        if "decisionMakers" in data and not makers and not self.problems:
            self.problem("decisionMakers", "there are no decision makers", "at least one")
        if "options" in data and not options and not self.problems:
            self.problem("options", "there are no options", "at least one")
        self._owners(makers)
        infeasible = self._conditions(data, "infeasibles", "")
        coalitions = tuple(self._coalitions(self._list(data, "coalitions", ""), len(makers)))
        return GmcrFile(options, makers, infeasible, coalitions)

    def _repeated_keys(self, data: Any) -> None:
        """Report every key that stands twice in one object, ignored parts of the file included."""
        waiting: list[tuple[str, Any]] = [("", data)]
        for path, value in waiting:  # which grows meanwhile
            if isinstance(value, _Object):
                for key in value.twice:
                    self.problem(path, f"the key {_cut(repr(key))} stands twice in this object", "each key once")
                waiting += [(_joined(path, key), part) for key, part in value.items() if isinstance(part, (dict, list))]
            elif isinstance(value, list):
                waiting += [(f"{path}[{k}]", part) for k, part in enumerate(value) if isinstance(part, (dict, list))]

    # -- values -----------------------------------------------------------------------------------------------------

    def _list(self, data: dict[str, Any], key: str, path: str) -> list[Any]:
        value = data.get(key, [])
        if isinstance(value, list):
            return value
        self.problem(_joined(path, key), f"{_shown(value)} stands here", "a list")
        return []

    def _flag(self, data: dict[str, Any], key: str, default: bool) -> bool:
        value = data.get(key, default)
        if not isinstance(value, bool):
            self.problem(key, f"{_shown(value)} stands here", "true or false")
        return value is True

    def _name(self, data: dict[str, Any], path: str) -> str:
        value = data.get("name", "")
        if isinstance(value, str):
            return whole(value)
        self.problem(f"{path}.name", f"{_shown(value)} stands here", "text")
        return ""

    def _index(self, value: Any, path: str, count: int, what: str) -> int | None:
        """Return an index, or None where it is none."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.problem(path, f"{_shown(value)} stands here", f"the index of {what}")
        elif not 0 <= value < count:
            known = f"a number from 0 to {count - 1}" if count else "none: there are none"
            self.problem(path, f"there is no {what.split(' ', 1)[1]} {_shown(value)}", known)
        else:
            return value
        return None

    # -- options and decision makers --------------------------------------------------------------------------------

    def _option(self, data: Any, path: str) -> GmcrOption:
        if not isinstance(data, dict):
            self.problem(path, f"{_shown(data)} stands here", "an object with name and permittedDirection")
            return GmcrOption("", "both")
        direction = data.get("permittedDirection", "both")
        if not isinstance(direction, str) or direction not in DIRECTIONS:
            self.problem(f"{path}.permittedDirection", f"{_shown(direction)} stands here", "'both', 'fwd' or 'back'")
        return GmcrOption(self._name(data, path), str(direction))

    def _decision_maker(self, data: Any, path: str, manual: bool) -> GmcrDecisionMaker:
        if not isinstance(data, dict):
            self.problem(path, f"{_shown(data)} stands here", "an object with name, options and preferences")
            return GmcrDecisionMaker("", (), (), None, ())
        given = self._list(data, "options", path)
        owned = [self._index(item, f"{path}.options[{k}]", self.n_options, "an option") for k, item in enumerate(given)]
        return GmcrDecisionMaker(
            name=self._name(data, path),
            options=tuple(-1 if index is None else index for index in owned),
            preferences=() if manual else self._conditions(data, "preferences", path),
            ranking=self._ranking(data, path) if manual else None,
            misperceptions=self._conditions(data, "misperceptions", path),
        )

    def _owners(self, makers: tuple[GmcrDecisionMaker, ...]) -> None:
        """Check that every option has one owner, who lists it once."""
        first: dict[int, str] = {}
        for k, maker in enumerate(makers):
            for place, index in enumerate(maker.options):
                here = f"decisionMakers[{k}].options[{place}]"
                if index >= 0 and first.setdefault(index, here) != here:
                    self.problem(here, f"option {index} is owned twice, first in {first[index]}", "one owner each")
        if not any(-1 in maker.options for maker in makers):
            for index in range(self.n_options):
                if index not in first:
                    self.problem(f"options[{index}]", "this option is owned by no decision maker", "one owner")

    def _ranking(self, data: dict[str, Any], path: str) -> tuple[tuple[int, ...], ...]:
        old = "preferenceVector" in data and "preferenceRanking" not in data
        key = "preferenceVector" if old else "preferenceRanking"
        if key not in data:
            self.problem(
                path,
                "the preferences are ranked by hand, but the key 'preferenceRanking' is missing",
                "the numbers of all states, best first",
            )
        ranking: list[tuple[int, ...]] = []
        first: dict[int, str] = {}
        for k, entry in enumerate(self._list(data, key, path)):
            at = f"{path}.{key}[{k}]"
            tied = []
            for place, number in enumerate(entry if isinstance(entry, list) else [entry]):
                here = f"{at}[{place}]" if isinstance(entry, list) else at
                if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= self.largest_state:
                    many = "" if isinstance(entry, list) else ", or a list of tied ones"
                    self.problem(here, f"{_shown(number)} stands here", f"the number of a state, from 1{many}")
                elif first.setdefault(number, here) != here:
                    self.problem(here, f"state {number} stands twice, first in {first[number]}", "every state once")
                tied.append(number)
            if not tied:
                self.problem(at, "an empty tie stands here", "the numbers of the states that are tied")
            ranking.append(tuple(tied))
        return tuple(ranking)

    # -- conditions and coalitions ----------------------------------------------------------------------------------

    def _conditions(self, data: dict[str, Any], key: str, path: str) -> tuple[Pattern, ...]:
        """Return the conditions of a list, those left out that repeat an earlier one."""
        found: dict[frozenset[frozenset[tuple[int, bool]]], Pattern] = {}
        for k, item in enumerate(self._list(data, key, path)):
            pattern = self._condition(item, f"{_joined(path, key)}[{k}]")
            found.setdefault(frozenset(frozenset(part) for part in pattern), pattern)
        return tuple(found.values())

    def _condition(self, data: Any, path: str) -> Pattern:
        if isinstance(data, list):
            return (self._conjunction(data, path),)
        if not isinstance(data, dict):
            self.problem(path, f"{_shown(data)} stands here", "a list of [index, 'Y' or 'N'], or a compound of them")
            return ()
        if "compound" not in data:
            self.problem(path, "the key 'compound' is missing", "'compound': true")
        elif data["compound"] is not True:
            self.problem(f"{path}.compound", f"{_shown(data['compound'])} stands here", "true")
        if "members" not in data:
            self.problem(path, "the key 'members' is missing", "'members', a list of conjunctions")
        members = []
        for k, member in enumerate(self._list(data, "members", path)):
            at = f"{path}.members[{k}]"
            if isinstance(member, list):
                members.append(self._conjunction(member, at))
            else:
                self.problem(at, f"{_shown(member)} stands here", "a list of [index, 'Y' or 'N']")
        return tuple(members)

    def _conjunction(self, data: list[Any], path: str) -> tuple[tuple[int, bool], ...]:
        pairs: dict[int, bool] = {}
        for k, item in enumerate(data):
            at = f"{path}[{k}]"
            if not isinstance(item, list) or len(item) != 2:
                self.problem(at, f"{_shown(item)} stands here", "a pair [index, 'Y' or 'N']")
                continue
            index = self._index(item[0], f"{at}[0]", self.n_options, "an option")
            if item[1] not in ("Y", "N"):
                self.problem(f"{at}[1]", f"{_shown(item[1])} stands here", "'Y' or 'N'")
            elif index in pairs:
                self.problem(at, f"option {index} stands twice in one condition", "each option once")
            elif index is not None:
                pairs[index] = item[1] == "Y"
        return tuple(pairs.items())

    def _coalitions(self, data: list[Any], count: int) -> Iterator[tuple[int, ...]]:
        first: dict[int, str] = {}
        for k, entry in enumerate(data):
            members = []
            for place, item in enumerate(entry if isinstance(entry, list) else [entry]):
                here = f"coalitions[{k}]" + (f"[{place}]" if isinstance(entry, list) else "")
                index = self._index(item, here, count, "a decision maker")
                if index is not None and first.setdefault(index, here) != here:
                    self.problem(here, f"decision maker {index} stands twice, first in {first[index]}", "each once")
                if index is not None:
                    members.append(index)
            if len(members) > 1:
                yield tuple(members)


def _joined(path: str, key: str) -> str:
    return f"{path}.{_cut(key)}" if path else _cut(key)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        kind = "object" if isinstance(value, dict) else "list"
        return f"an empty {kind}" if not value else {"object": "an object", "list": "a list"}[kind]
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else _cut(repr(value))


def whole(text: str) -> str:
    """Replace halves of characters (lone surrogates), which cannot be written anywhere."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
