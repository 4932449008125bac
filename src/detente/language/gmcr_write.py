"""Conflict → the text of a ``.gmcr`` file (JSON) that GMCR+ opens, with the same states, moves and ranks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from detente.conflict.choices import StatementChoice, places_in
from detente.conflict.conflict import Conflict
from detente.conflict.elements import (
    DecisionMaker,
    Element,
    FeasibleList,
    Lens,
    Level,
    Option,
    Premise,
    Prioritised,
)
from detente.conflict.formula import Constant, Count, Formula, Or, Xor
from detente.errors import CannotSayError
from detente.language.gmcr_conditions import Conditions, Cubes, NotBinaryError, TooManyError, condition
from detente.language.source import MAX_BYTES
from detente.language.write_text import Row, json_text

TARGET = "GMCR+ (.gmcr)"

_ALWAYS = Constant(True)


def write_gmcr(conflict: Conflict, reading: str | None = None, *, lossy: bool = False) -> str:
    """Return a conflict as a ``.gmcr`` file.

    Infeasibilities, limits, lists of feasible states and outcomes used in formulas are written out as disjunctions of
    conjunctions. Preferences made of statements are written as statements: principles first, then the lens, then
    what it refines; a level of n statements becomes "all n", "at least n−1", … "at least 1 of them", which orders the
    states alike. Where a decision maker's preference cannot be said so (ranking, weights, utilities, statements of too
    many conjunctions), all are written as manual rankings, since the file has one flag for all.

    The title (which is the file's name there) and the identifiers of decision makers, options and coalitions are not
    written; names are.

    Parameters
    ----------
    conflict : Conflict
    reading : str, optional
        Which lens of each decision maker to write; needed where one has several.
    lossy : bool
        Leave out what has no place in the file and changes no state, move or rank, instead of refusing it.

    Raises
    ------
    CannotSayError
        The file cannot say something; lists all of it.
    UsageError
        There is no such reading.
    TooLargeError, ModelError
        The states of a manual ranking are too many, or the model contradicts itself.
    """
    chosen, reasons = _chosen(conflict, reading)
    writer = _Writer(chosen)
    reasons += [*_unsayable(chosen), *writer.translate()]
    if not lossy:
        reasons += [f"{loss} (left out if losses are allowed)" for loss in _losses(chosen, reading)]
    if reasons:
        raise CannotSayError(TARGET, dict.fromkeys(reasons))
    text = json_text(writer.document(), ascii_only=True)
    if len(text) > MAX_BYTES:
        raise CannotSayError(TARGET, [f"the file would have {len(text):,} characters; at most {MAX_BYTES:,} are read"])
    return text


def _chosen(conflict: Conflict, reading: str | None) -> tuple[Conflict, list[str]]:
    """Return the conflict with the lenses of one reading only, and why that cannot be."""
    several = [dm.id for dm in conflict.parties if len(dm.lenses) > 1]
    if reading is None and several:
        known = ", ".join(item.id for item in conflict.readings)
        return conflict, [f"several lenses ({', '.join(several)}), where no reading is chosen; there are: {known}"]
    lenses = {dm.id: dm.lens_names[0] for dm in conflict.parties} if reading is None else conflict.lens_choice(reading)
    makers = (
        replace(dm, lenses=tuple(_chain(dm, dm.lens(lenses[dm.id])))) if dm.id in lenses else dm
        for dm in conflict.decision_makers
    )
    return replace(conflict, decision_makers=tuple(makers)), []


def _chain(dm: DecisionMaker, lens: Lens) -> Iterator[Lens]:
    """Yield a lens and those it refines."""
    yield lens
    while lens.refines:
        lens = dm.lens(lens.refines)
        yield lens


# -- what the file has no words for ---------------------------------------------------------------------------------


def _unsayable(conflict: Conflict) -> Iterator[str]:
    """Yield what would change states, moves or ranks if it were left out."""
    if conflict.graph_form is not None:
        yield "states and moves that are listed (graph form)"
    for name, option in conflict.options.items():
        if len(option.values) != 2:
            yield f"an option with {len(option.values)} values: {name}"
        elif _direction(option) is None:
            yield f"an option that cannot be changed at all: {name}"
    for dm in conflict.decision_makers:
        if dm.kind == "nature":
            yield f"nature: {dm.id}"
    for force in conflict.forces:
        yield f"a consequence: {force.id}"
    for merge in conflict.merge:
        yield f"merged states: {merge.id}"


def _losses(conflict: Conflict, reading: str | None) -> Iterator[str]:
    """Yield what can be left out without changing a state, a move or a rank."""
    premises = list(conflict.premises())
    lenses = [(f"{dm.id}.{lens.id}", lens) for dm in conflict.parties for lens in dm.lenses]
    readings = [r for r in conflict.readings if reading == r.id or (reading is None and len(conflict.readings) == 1)]
    labelled: list[tuple[str, Element]] = [(item.id, item) for item in (*premises, *conflict.coalitions, *readings)]
    labelled += lenses
    makers: list[tuple[str, Element]] = [(dm.id, dm) for dm in conflict.decision_makers]
    elements = [*makers, *conflict.options.items(), *labelled]

    def named(what: str, found: Iterable[str]) -> Iterator[str]:
        names = list(found)
        if names:
            yield f"{what}: {', '.join(names[:6])}" + (f" and {len(names) - 6} more" if len(names) > 6 else "")

    for key in ("because", "source", "notes"):
        if getattr(conflict, key):
            yield f"the {key!r} of the model"
    for key in ("because", "source"):
        yield from named(f"{key!r} of", (name for name, item in elements if getattr(item, key)))
    yield from named("names other than of decision makers and options", (name for name, item in labelled if item.name))
    yield from named("identities of premises", (item.id for item in premises if _has_identity(item)))
    yield from named("certainties", (item.id for item in premises if item.certainty != "certain"))
    plain = Option(id="").values
    yield from named("names or numbers of values", (o for o, item in conflict.options.items() if item.values != plain))
    opened = [(dm, *place) for dm in conflict.parties for place in places_in(dm)]
    uncertain = (
        f"{dm.id}.{'principles' if lens is None else lens.id}" for dm, lens, item in opened if isinstance(item, Level)
    )
    yield from named("statements whose order is uncertain, in", dict.fromkeys(uncertain))
    chosen = dict.fromkeys(item.id for *_, item in opened if isinstance(item, StatementChoice))
    yield from named("choices", [*chosen, *(item.id for item in conflict.rule_choices)])
    yield from named("ranges", (item.id for item in conflict.ranges))
    yield from named("alternatives", (item.id for item in conflict.alternatives))
    yield from named("outcomes", (outcome.id for outcome in conflict.outcomes))
    yield from named("classes", conflict.classes)
    yield from named("attitudes of", (dm.id for dm in conflict.decision_makers if dm.attitudes))
    yield from named("outsiders", (item.id for item in conflict.outsiders))
    yield from named("relations", (item.id for item in conflict.relations))
    yield from named("agreements", (item.id for item in conflict.agreements))
    yield from named("guarantees", (item.id for item in conflict.guarantees))
    if conflict.observed is not None:
        yield "observed moves"
    yield from named("aims", (f"{dm.id}.{aim.id}" for dm in conflict.parties for aim in dm.aims))
    yield from named("phases", (item.id for item in conflict.phases))
    yield from named("claims", (item.id for item in conflict.claims))
    yield from named("observers", (item.id for item in conflict.observers))
    yield from named("views", (item.id for item in conflict.views))
    yield from named("variants", (item.id for item in conflict.variants))
    if conflict.status_quo is not None:
        yield "the status quo"
    if conflict.nature == "included" and len(conflict.parties) == len(conflict.decision_makers):
        yield "'nature: included'"
    yield from named("coalitions that overlap", (c.id for c in conflict.coalitions if not _partition(conflict)))
    yield from named("coalitions of one", (c.id for c in conflict.coalitions if len(c.members) < 2))


def _has_identity(premise: Premise) -> bool:
    """Return whether the author gave the identity; those made from what a premise says have a colon."""
    return ":" not in premise.id and not isinstance(premise, FeasibleList)


def _direction(option: Option) -> str | None:
    """Return how a yes/no option may change in the words of the file; None where not at all."""
    rule = option.irreversible
    if rule is None:
        return "both"
    if rule.direction != "listed":
        return {"forward": "fwd", "backward": "back"}[rule.direction]
    no, yes = (value.id for value in option.values)
    return {(False, False): None, (True, False): "fwd", (False, True): "back", (True, True): "both"}[
        (no, yes) in rule.changes, (yes, no) in rule.changes
    ]


def _partition(conflict: Conflict) -> list[int | list[int]] | None:
    """Return the coalitions of two and more, and everybody else alone; None where coalitions overlap."""
    place = {dm.id: k for k, dm in enumerate(conflict.decision_makers)}
    groups = [[place[dm] for dm in c.members] for c in conflict.coalitions if len(c.members) > 1]
    members = [k for group in groups for k in group]
    if len(set(members)) < len(members):
        return None
    alone = [k for k in place.values() if k not in members]
    return sorted([*groups, *alone], key=lambda entry: min(entry) if isinstance(entry, list) else entry)


# -- what it says ---------------------------------------------------------------------------------------------------


class _Writer:
    """Puts the file together; ``translate`` before ``document``."""

    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict
        self.conditions = Conditions(conflict)
        self.infeasible: list[Cubes] = []
        self.misperceptions: dict[str, list[Cubes]] = {}

    def translate(self) -> list[str]:
        """Turn what is possible into conditions; return what cannot be."""
        if self.conflict.graph_form is not None:
            return []
        reasons: list[str] = []

        def add(what: str, cubes: Callable[[], Cubes]) -> None:
            try:
                self.infeasible.append(cubes())
            except TooManyError:
                reasons.append(f"{what}: written out it would be too many conjunctions")
            except NotBinaryError:
                pass  # the option is a reason of its own

        for item in self.conflict.infeasible:
            add(f"the infeasibility '{item.that.text()}'", lambda that=item.that: self.conditions.of(that))  # type: ignore[misc]
        for limit in self.conflict.limits:
            add(f"the limit '{limit.says()}'", lambda limit=limit: self.conditions.beyond(limit))  # type: ignore[misc]
        if self.conflict.feasible is not None and all(len(o.values) == 2 for o in self.conflict.options.values()):
            states = self.conflict.feasible.states
            add(f"the list of {len(states):,} feasible states", lambda: self.conditions.outside(states))
        for dm in self.conflict.decision_makers:
            reasons += self._misperceptions(dm)
        return reasons

    def _misperceptions(self, dm: DecisionMaker) -> Iterator[str]:
        """Keep blocked moves that come in pairs, from m and to m; yield why others cannot be said."""
        blocked = [item for item in self.conflict.blocked_moves if item.by == dm.id]
        sources = [item.from_ for item in blocked if item.to == _ALWAYS]
        targets = [item.to for item in blocked if item.from_ == _ALWAYS]
        both_ends = [item for item in blocked if _ALWAYS not in (item.from_, item.to)]
        try:
            if both_ends or not self._same(sources, targets):
                names = ", ".join(item.id for item in both_ends or blocked)
                yield f"blocked moves that do not come in pairs, from a condition and to the same condition: {names}"
            else:
                self.misperceptions[dm.id] = list(dict.fromkeys(self.conditions.of(that) for that in sources))
        except TooManyError:
            yield f"the blocked moves of {dm.id}: written out they would be too many conjunctions"
        except NotBinaryError:
            pass  # the option is a reason of its own

    def _same(self, some: list[Formula], others: list[Formula]) -> bool:
        if set(some) == set(others):
            return True
        one, other = (Or((Constant(False), *formulas)) for formulas in (some, others))
        return not self.conditions.of(Xor(one, other))

    def document(self) -> dict[str, Any]:
        """Return the file as data."""
        conflict = self.conflict
        index = {name: k for k, name in enumerate(conflict.options)}
        preferences = self._statements()
        rankings = None if preferences is not None else self._rankings()
        return {
            "decisionMakers": [
                {
                    "name": dm.label,
                    "options": Row(index[f"{dm.id}.{option.id}"] for option in dm.options),
                    "preferences": (preferences or {}).get(dm.id, []),
                    "misperceptions": [condition(cubes) for cubes in self.misperceptions.get(dm.id, []) if cubes],
                    **({} if rankings is None else {"preferenceRanking": rankings[dm.id]}),
                }
                for dm in conflict.decision_makers
            ],
            "options": [
                {"name": option.label, "permittedDirection": _direction(option)} for option in conflict.options.values()
            ],
            "infeasibles": [condition(cubes) for cubes in dict.fromkeys(self.infeasible) if cubes],
            "coalitions": Row(Row(e) if isinstance(e, list) else e for e in self._coalitions()),
            "useManualPreferenceRanking": rankings is not None,
            "program": "detente",
        }

    def _coalitions(self) -> list[int | list[int]]:
        return _partition(self.conflict) or list(range(len(self.conflict.decision_makers)))

    def _statements(self) -> dict[str, list[Any]] | None:
        """Return everyone's statements as conditions; None where someone's preference is not made of statements."""
        found = {}
        for dm in self.conflict.parties:
            formulas = [statement.that for statement in dm.principles]
            for lens in dm.lenses:
                if not isinstance(lens.preference, Prioritised):
                    return None
                for level in lens.preference.levels:
                    members = tuple(statement.that for statement in level.statements)
                    counts = range(len(members), 0, -1)
                    formulas += members if level.any_order else [Count("at least", k, members) for k in counts]
            try:
                everything = dict.fromkeys(self.conditions.of(that) for that in formulas)
            except TooManyError:
                return None
            found[dm.id] = [condition(cubes) for cubes in everything if cubes and (0, 0) not in cubes]
        return found

    def _rankings(self) -> dict[str, Row]:
        """Return everyone's states by rank, best first."""
        from detente.graph.graph import Graph

        graph = Graph(self.conflict)
        found = {}
        for dm in self.conflict.parties:
            by_rank: dict[int, Row] = {}
            for number, rank in enumerate(graph.ranks(dm.id, dm.lenses[0].id).tolist(), 1):
                by_rank.setdefault(rank, Row()).append(number)
            ranking = (by_rank[rank] for rank in sorted(by_rank, reverse=True))
            found[dm.id] = Row(tied[0] if len(tied) == 1 else tied for tied in ranking)
        return found
