"""What a conflict is made of: frozen data, each element with its name, reason and source.

An identifier (``id``) is unique in its place and is what formulas and commands refer to; ``name`` is for display.
A *premise* is an element that an answer can depend on; its ``id`` is unique in the whole model and stable: it is the
one written in the file, or else made from what the premise says, never from its position.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from detente.conflict.formula import Formula
from detente.errors import Mark

StateRef: TypeAlias = int | str
"""A state's number, its label (graph form) or an outcome's name."""

Certainty: TypeAlias = Literal["certain", "likely", "possible"] | Fraction

Attitude: TypeAlias = Literal["positive", "neutral", "negative"]


@dataclass(frozen=True, kw_only=True)
class Element:
    """Anything with a display name, a reason and a source."""

    id: str
    name: str = ""
    because: str = ""
    source: str = ""
    where: Mark | None = field(default=None, compare=False, repr=False)

    @property
    def label(self) -> str:
        """Return the display name, or the identifier where there is none."""
        return self.name or self.id


@dataclass(frozen=True, kw_only=True)
class Premise(Element):
    """An element that answers depend on. ``certainty`` is the author's, ``certain`` unless marked."""

    certainty: Certainty = "certain"

    def says(self) -> str:
        """Return what the premise states, in the model language."""
        raise TypeError(f"{type(self).__name__} says nothing")


# -- options --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an option; ``number`` is what ``limits`` count (position where none is given)."""

    id: str
    number: Fraction


@dataclass(frozen=True, kw_only=True)
class Irreversibility(Premise):
    """How an option may change: ``forward`` or ``backward`` along its values, or the listed one-step changes."""

    option: str
    direction: Literal["forward", "backward", "listed"]
    changes: tuple[tuple[str, str], ...] = ()

    def says(self) -> str:
        if self.direction == "listed":
            return f"{self.option} changes only " + ", ".join(f"{a} to {b}" for a, b in self.changes)
        return f"{self.option} moves only {self.direction}"


@dataclass(frozen=True, kw_only=True)
class Option(Element):
    """Something a decision maker controls. A yes/no option has the values ``no`` and ``yes``."""

    values: tuple[Value, ...] = (Value("no", Fraction(0)), Value("yes", Fraction(1)))
    irreversible: Irreversibility | None = None

    @property
    def binary(self) -> bool:
        """Whether it is a plain yes/no option."""
        return tuple(v.id for v in self.values) == ("no", "yes")

    def position(self, value: str) -> int:
        """Return the position of a value. Raises ``KeyError`` for an unknown one."""
        for index, item in enumerate(self.values):
            if item.id == value:
                return index
        raise KeyError(value)


# -- preferences ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Statement(Premise):
    """A preference statement of one decision maker: states that satisfy it are liked better."""

    that: Formula

    @property
    def bare(self) -> bool:
        """Whether it is only a formula: no name, reason, source or certainty of its own."""
        return not (self.name or self.because or self.source) and self.certainty == "certain"

    def says(self) -> str:
        return self.that.text()


@dataclass(frozen=True, slots=True)
class Level:
    """Statements of equal importance, compared by how many of them hold (``any_order``: order uncertain).

    ``about`` says what is uncertain: the order, or the choice of statements of which this level is a part.
    """

    statements: tuple[Statement, ...]
    any_order: bool = False
    about: Element | None = None


@dataclass(frozen=True, slots=True)
class Prioritised:
    """Statements in levels, most important first (Peng, Hipel, Kilgour & Fang 1997; Fang et al. 2003)."""

    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A direct ranking, best first; states in one inner tuple are tied."""

    classes: tuple[tuple[StateRef, ...], ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """Statements with weights: a state's value is the sum of the weights of those it satisfies."""

    terms: tuple[tuple[Statement, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Utilities:
    """A number for each state (or for each outcome); higher is better, only the order counts."""

    values: tuple[tuple[StateRef, Fraction], ...]


Preference: TypeAlias = Prioritised | Ranking | Weights | Utilities


@dataclass(frozen=True, kw_only=True)
class Lens(Element):
    """One preference order of a decision maker.

    With ``refines``, the other lens breaks this one's ties; without it this lens rules alone, which ``replaces``
    may say in words (it changes nothing).
    """

    preference: Preference
    refines: str = ""
    replaces: str = ""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements it lists itself, in order, repeats included; none for rankings and utilities."""
        if isinstance(self.preference, Prioritised):
            return tuple(statement for level in self.preference.levels for statement in level.statements)
        if isinstance(self.preference, Weights):
            return tuple(statement for statement, _ in self.preference.terms)
        return ()


# -- decision makers ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class DecisionMaker(Element):
    """A party, or nature (moves without preference). ``principles`` stand above every lens.

    ``principle_choices`` say which of the principles may stand in any order (levels), or be others (choices).
    ``aims`` are preference orders that no reading uses: candidates, to be held against observed moves.

    A party without lenses gets one called ``default``, under which all states are tied. ``attitudes`` say whose wishes
    it shares or opposes; only relational stability asks for them.
    """

    kind: Literal["party", "nature"] = "party"
    options: tuple[Option, ...] = ()
    statements: tuple[Statement, ...] = ()
    principles: tuple[Statement, ...] = ()
    principle_choices: tuple[Any, ...] = ()
    lenses: tuple[Lens, ...] = ()
    aims: tuple[Lens, ...] = ()
    attitudes: tuple[tuple[str, Attitude], ...] = ()

    def __post_init__(self) -> None:
        if self.kind == "party" and not self.lenses:
            object.__setattr__(self, "lenses", (Lens(id="default", preference=Prioritised(())),))

    @property
    def lens_names(self) -> tuple[str, ...]:
        """Identifiers of its lenses, in order."""
        return tuple(lens.id for lens in self.lenses)

    def lens(self, name: str) -> Lens:
        """Return the lens called ``name``. Raises ``KeyError``."""
        for item in self.lenses:
            if item.id == name:
                return item
        raise KeyError(name)


# -- what is possible -----------------------------------------------------------------------------------------------

Assignment: TypeAlias = tuple[tuple[str, str], ...]
"""Pairs of a full option name and a value's identifier."""


@dataclass(frozen=True, kw_only=True)
class Infeasibility(Premise):
    """States that satisfy ``that`` are left out."""

    that: Formula

    def says(self) -> str:
        return f"not possible: {self.that.text()}"


@dataclass(frozen=True, kw_only=True)
class Limit(Premise):
    """A weighted sum of options' numbers is at most, or at least, a number."""

    terms: tuple[tuple[str, Fraction], ...]
    at_most: Fraction | None = None
    at_least: Fraction | None = None
    across: bool = False

    def says(self) -> str:
        total = " + ".join(o if w == 1 else f"{number_text(w)} × {o}" for o, w in self.terms)
        bounds = [f"at least {number_text(self.at_least)}"] if self.at_least is not None else []
        bounds += [f"at most {number_text(self.at_most)}"] if self.at_most is not None else []
        return f"{total} is {' and '.join(bounds)}"


@dataclass(frozen=True, kw_only=True)
class Force(Premise):
    """A consequence: a move into a state that satisfies ``when`` ends in that state with these options set."""

    when: Formula
    sets: Assignment

    def says(self) -> str:
        return f"when {self.when.text()}, then " + " and ".join(f"{o} = {v}" for o, v in self.sets)


@dataclass(frozen=True, kw_only=True)
class BlockedMove(Premise):
    """``by`` cannot move from a state that satisfies ``from_`` to one that satisfies ``to``."""

    by: str
    from_: Formula
    to: Formula

    def says(self) -> str:
        return f"{self.by} cannot move from ({self.from_.text()}) to ({self.to.text()})"


@dataclass(frozen=True, kw_only=True)
class FeasibleList(Premise):
    """Only the listed states are feasible. Options not mentioned have their first value."""

    states: tuple[Assignment, ...]

    def says(self) -> str:
        return f"only the {len(self.states)} listed states are possible"


@dataclass(frozen=True, kw_only=True)
class Merge(Premise):
    """The states that satisfy ``that`` are one; ``as_`` names the member that speaks for the class."""

    that: Formula
    as_: Assignment | None = None

    def says(self) -> str:
        return f"one state: {self.that.text()}"


# -- the rest -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Outcome(Element):
    """A named formula. Outcomes may use each other."""

    that: Formula


@dataclass(frozen=True, kw_only=True)
class Coalition(Element):
    """Decision makers that may move together."""

    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Reading(Element):
    """A choice of one lens for each decision maker that has preferences.

    ``implied`` marks the readings that follow from the lenses where the model states none.
    """

    lenses: tuple[tuple[str, str], ...]
    implied: bool = field(default=False, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Variant(Element):
    """A choice that the text leaves open, made otherwise.

    ``changes`` are a merge patch (RFC 7396) of the data of the model's file. They are not compared: they depend on how
    the file is written.
    """

    changes: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Guarantee(Element):
    """Something that nobody has yet and that could be given, so that an outcome lasts: an option, a payment, a ban.

    ``changes`` are a merge patch of the data of ``document``, what the model was built from. Neither is compared.
    """

    changes: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    document: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ListedState:
    """A state of the graph form. Options not mentioned have their first value; ``None`` means: any value."""

    label: str
    options: tuple[tuple[str, str | None], ...] = ()
    name: str = ""
    where: Mark | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class GraphForm:
    """States and moves listed by hand; ``moves`` has (decision maker, from label, to label)."""

    states: tuple[ListedState, ...]
    moves: tuple[tuple[str, str, str], ...]


def number_text(value: Fraction) -> str:
    """Return an exact number the way a person writes it: ``3``, ``0.25``, ``1/3``."""
    if value.denominator == 1:
        return str(value.numerator)
    scaled, digits = value, 0
    while scaled.denominator != 1 and digits < 12:
        scaled, digits = scaled * 10, digits + 1
    if scaled.denominator != 1:
        return str(value)
    text = f"{abs(scaled.numerator):0{digits + 1}d}"
    return ("-" if value < 0 else "") + text[:-digits] + "." + text[-digits:]
