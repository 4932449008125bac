"""Document → Conflict: every problem of the file is found and reported together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from detente.conflict.conflict import Conflict
from detente.conflict.elements import (
    Assignment,
    BlockedMove,
    Coalition,
    DecisionMaker,
    FeasibleList,
    Force,
    Infeasibility,
    Limit,
    Merge,
    Outcome,
    Reading,
    StateRef,
)
from detente.conflict.formula import And, Formula, Not, Taken
from detente.errors import Diagnostic, Mark, ModelError, nearest_name
from detente.language.claims import ClaimReader
from detente.language.formula_parser import FormulaError
from detente.language.listed import read_graph_form
from detente.language.names import Names, exact
from detente.language.parties import PartyReader, declare_statements, described, premised
from detente.language.phases import read_phases
from detente.language.purpose import read_observed
from detente.language.relations import RelationReader
from detente.language.schema import ModelShape, ReadingShape
from detente.language.shapes import check_shape
from detente.language.source import Document, Path
from detente.language.variants import read_variants
from detente.language.views import ViewReader


def build(document: Document) -> Conflict:
    """Return the conflict that a document says. Raises ModelError with all problems found."""
    problems: list[Diagnostic] = []
    shape, placed = check_shape(document, problems)
    conflict = _Builder(placed, shape, problems).conflict() if shape is not None else None
    if problems or conflict is None:
        unique = list(dict.fromkeys(problems))
        unique.sort(key=lambda p: (p.mark is None, p.mark.line if p.mark else 0, p.mark.column if p.mark else 0))
        raise ModelError(unique, document.origin, document.text)
    return conflict


def formula_in(conflict: Conflict, text: str) -> Formula:
    """Return a formula given as text with its names checked against a conflict. Raises ModelError."""
    problems: list[Diagnostic] = []
    document = Document(None, "formula", text, values={(): Mark(1, 1)}, spans={(): (0, len(text))})
    names = Names(document, problems)
    names.decision_makers = [dm.id for dm in conflict.decision_makers]
    names.outcomes = [outcome.id for outcome in conflict.outcomes]
    names.labels = [state.label for state in conflict.graph_form.states] if conflict.graph_form else []
    names.options = {name: tuple(v.id for v in option.values) for name, option in conflict.options.items()}
    try:
        formula = names.formula(text, ())
    except FormulaError as error:
        mark = Mark(1, error.start + 1, error.length)
        raise ModelError([Diagnostic(error.message, mark, error.expected)], "formula", text) from None
    if problems:
        raise ModelError(problems, "formula", text)
    return formula


class _Builder:
    def __init__(self, document: Document, shape: ModelShape, problems: list[Diagnostic]) -> None:
        self.document = document
        self.shape = shape
        self.names = Names(document, problems)

    def conflict(self) -> Conflict:
        """Return the conflict; problems go to the list given at the start."""
        shape, names = self.shape, self.names
        declare_statements(names, "", shape.statements, ("statements",))
        for dm, body in shape.decision_makers.items():
            declare_statements(names, dm, body.statements, ("decision_makers", dm, "statements"))
        makers = tuple(PartyReader(names, dm, body).read() for dm, body in shape.decision_makers.items())
        self._check_form(makers)
        ties = RelationReader(names, shape)
        conflict = Conflict(
            title=shape.title,
            because=shape.because or "",
            source=shape.source or "",
            notes=shape.notes or "",
            decision_makers=makers,
            statements=tuple(s for (owner, _), s in names.statements.items() if not owner),
            infeasible=tuple(self._infeasible()),
            feasible=self._feasible(),
            limits=tuple(self._limits()),
            forces=tuple(self._forces()),
            blocked_moves=tuple(self._blocked()),
            merge=tuple(self._merge()),
            outcomes=tuple(self._outcomes()),
            classes=self._classes(),
            classes_where=self.document.key(("classes",)),
            status_quo=self._status_quo(),
            status_quo_where=self.document.value(("status_quo",)),
            nature=shape.nature,
            coalitions=tuple(self._coalitions()),
            readings=tuple(self._readings(makers)),
            outsiders=tuple(ties.outsiders()),
            relations=tuple(ties.relations()),
            graph_form=read_graph_form(names, shape),
            origin=self.document.origin,
            text=self.document.text,
        )
        self._check_identities(conflict)
        reader = ClaimReader(names, shape, conflict)
        viewers = ViewReader(names, shape, conflict)
        return replace(
            conflict,
            agreements=tuple(reader.agreements()),
            phases=tuple(read_phases(names, shape, conflict)),
            observed=read_observed(names, shape),
            claims=tuple(reader.claims()),
            observers=tuple(viewers.observers()),
            views=tuple(viewers.views()),
            variants=tuple(read_variants(names, shape, conflict)),
        )

    # -- checks over the whole --------------------------------------------------------------------------------------

    def _check_form(self, makers: tuple[DecisionMaker, ...]) -> None:
        names, shape = self.names, self.shape
        if not makers:
            names.missing(("decision_makers",), "there are no decision makers", "at least one")
        elif all(dm.kind == "nature" for dm in makers):
            names.problem(("decision_makers",), "there is only nature", "at least one party with preferences")
        if shape.states is None:
            if shape.moves is not None:
                names.problem(("moves",), "'moves' without 'states'", "'states:' as well (graph form)", key=True)
            elif not names.options:
                names.missing(("decision_makers",), "nobody has an option", "options, or 'states:' and 'moves:'")
            return
        for key in ("infeasible", "feasible", "limits", "forces", "blocked_moves", "merge"):
            if getattr(shape, key) is not None:
                names.problem(
                    (key,),
                    f"{key!r} in a model whose states are listed",
                    "states and moves listed as they are",
                    key=True,
                )
        for dm in makers:
            for option in dm.options:
                if option.irreversible is not None:
                    names.problem(
                        ("decision_makers", dm.id, "options", option.id, "irreversible"),
                        "an irreversible option in a model whose moves are listed",
                        "the moves listed as they are",
                    )

    def _check_identities(self, conflict: Conflict) -> None:
        seen: dict[str, Any] = {}
        for premise in conflict.all_premises():
            other = seen.setdefault(premise.id, premise)
            if other is not premise and other != premise and type(other) is not type(premise):
                self.names.problems.append(
                    Diagnostic(f"two premises have the identity {premise.id!r}", premise.where, "each identity once")
                )

    def _entries(self, key: str, formula_key: str = "that") -> Iterator[tuple[str | None, Any, Path, Path]]:
        """Yield (identity or None, shape, path, path of the formula) of a list or mapping of premises."""
        given: Any = getattr(self.shape, key)
        items = given.items() if isinstance(given, dict) else enumerate(given or [])
        for index, body in items:
            path: Path = (key, index)
            if isinstance(given, dict) and getattr(body, "id", None) is not None:
                self.names.problem((*path, "id"), "an identity under a key that is one already", "no 'id:' here")
            identity: str | None = str(index) if isinstance(given, dict) else getattr(body, "id", None)
            yield identity, body, path, path if isinstance(body, str) else (*path, formula_key)

    # -- possibilities ----------------------------------------------------------------------------------------------

    def _infeasible(self) -> Iterator[Infeasibility]:
        for identity, body, path, at in self._entries("infeasible"):
            formula = self.names.formula(body if isinstance(body, str) else body.that, at)
            yield Infeasibility(
                id=identity or f"infeasible: {formula.text()}",
                that=formula,
                where=self.document.key(path),
                **premised(body),
            )

    def _feasible(self) -> FeasibleList | None:
        if self.shape.feasible is None:
            return None
        path: Path = ("feasible",)
        states = tuple(self.names.definite(s, (*path, k)) for k, s in enumerate(self.shape.feasible))
        if not states:
            self.names.missing(path, "the list of feasible states is empty", "at least one state")
        return FeasibleList(id="feasible", states=states, where=self.document.key(path))

    def _limits(self) -> Iterator[Limit]:
        for identity, body, path, _ in self._entries("limits"):
            at: Path = (*path, "sum")
            items = body.sum.items() if isinstance(body.sum, dict) else ((name, 1) for name in body.sum)
            terms = []
            for index, (name, weight) in enumerate(items):
                here: Path = (*at, name if isinstance(body.sum, dict) else index)
                if self.names.option(name, here, key=isinstance(body.sum, dict)):
                    terms.append((name, exact(weight)))
            if body.at_most is None and body.at_least is None:
                bounds = ("at_most", "at_least")
                self.names.missing(path, "a limit without a bound", "at_most, at_least or both", of=bounds)
            owners = sorted({name.split(".")[0] for name, _ in terms})
            if len(owners) > 1 and body.across == "no":
                self.names.problem(
                    at,
                    f"a limit over options of {' and '.join(owners)}",
                    "options of one owner, or 'across: yes': what one spends, the other cannot",
                )
            limit = Limit(
                id=identity or "",
                terms=tuple(terms),
                at_most=None if body.at_most is None else exact(body.at_most),
                at_least=None if body.at_least is None else exact(body.at_least),
                across=body.across == "yes",
                where=self.document.key(path),
                **premised(body),
            )
            yield limit if limit.id else _renamed(limit, f"limit: {limit.says()}")

    def _forces(self) -> Iterator[Force]:
        for identity, body, path, at in self._entries("forces", "when"):
            when = self.names.formula(body.when, at)
            sets = self.names.definite(body.set, (*path, "set"))
            force = Force(id=identity or "", when=when, sets=sets, where=self.document.key(path), **premised(body))
            yield force if force.id else _renamed(force, f"force: {force.says()}")

    def _blocked(self) -> Iterator[BlockedMove]:
        for identity, body, path, _ in self._entries("blocked_moves"):
            self.names.decision_maker(body.by, (*path, "by"))
            blocked = BlockedMove(
                id=identity or "",
                by=body.by,
                from_=self.names.formula(body.from_, (*path, "from")),
                to=self.names.formula(body.to, (*path, "to")),
                where=self.document.key(path),
                **premised(body),
            )
            yield blocked if blocked.id else _renamed(blocked, f"blocked: {blocked.says()}")

    def _merge(self) -> Iterator[Merge]:
        for key, body in (self.shape.merge or {}).items():
            path: Path = ("merge", key)
            text, at = (body, path) if isinstance(body, str) else (body.that, (*path, "that"))
            member = None if isinstance(body, str) or body.as_ is None else self.names.definite(body.as_, (*path, "as"))
            yield Merge(
                id=key, that=self.names.formula(text, at), as_=member, where=self.document.key(path), **premised(body)
            )

    # -- outcomes, readings and the rest ----------------------------------------------------------------------------

    def _outcomes(self) -> list[Outcome]:
        outcomes = []
        for key, body in (self.shape.outcomes or {}).items():
            path: Path = ("outcomes", key)
            if key in self.names.labels:
                self.names.problem(path, f"{key!r} names both an outcome and a state", "different names", key=True)
            text, at = (body, path) if isinstance(body, str) else (body.that, (*path, "that"))
            outcomes.append(
                Outcome(id=key, that=self.names.formula(text, at), where=self.document.key(path), **described(body))
            )
        outcomes += self._granted({outcome.id for outcome in outcomes})
        uses = {outcome.id: outcome.that.names() for outcome in outcomes}
        for name in uses:
            reached, queue = set(), set(uses[name])
            while queue:
                reached.add(at_name := queue.pop())
                queue |= uses.get(at_name, frozenset()) - reached
            if name in reached:
                self.names.problem(("outcomes", name), f"outcome {name!r} is defined by itself", "no circle", key=True)
        return outcomes

    def _granted(self, taken: set[str]) -> Iterator[Outcome]:
        """Yield the outcomes that stand for: an option is taken and somebody inside has not overturned it."""
        for dm, body in self.shape.decision_makers.items():
            options = body.options if isinstance(body.options, dict) else {}
            for name, option in options.items():
                rule = getattr(option, "ratified_by", None)
                if rule is None:
                    continue
                path: Path = ("decision_makers", dm, "options", name, "ratified_by")
                if rule.granted in taken:
                    self.names.problem(
                        (*path, "granted"), f"there is an outcome {rule.granted!r} already", "a new name"
                    )
                if not self.names.option(rule.overturned_by, (*path, "overturned_by")):
                    continue
                if rule.overturned_by.split(".")[0] == dm:
                    self.names.problem((*path, "overturned_by"), "an option that its own owner overturns", "another's")
                for index, outcome in enumerate(rule.undoes or ()):
                    if outcome not in self.names.outcomes:
                        near = self.names.near(outcome, self.names.outcomes) or ""
                        self.names.problem((*path, "undoes", index), f"unknown outcome {outcome!r}", "an outcome", near)
                ends = f"; overturning ends {', '.join(rule.undoes)}" if rule.undoes else ""
                yield Outcome(
                    id=rule.granted,
                    that=And((Taken(f"{dm}.{name}"), Not(Taken(rule.overturned_by)))),
                    because=f"{dm}.{name} is taken and {rule.overturned_by} is not{ends}.",
                    where=self.document.key(path),
                )

    def _classes(self) -> tuple[str, ...]:
        given = tuple(self.shape.classes or ())
        for index, name in enumerate(given):
            near = self.names.near(name, self.names.outcomes)
            if name in self.names.outcomes or near is None or self.document.is_lost(("outcomes",)):
                continue
            known = ", ".join(self.names.outcomes)
            self.names.problem(
                ("classes", index),
                f"unknown outcome {name!r}",
                f"one of {known}" if known else "an outcome; there are none",
                near,
            )
        return given

    def _status_quo(self) -> Assignment | StateRef | None:
        given: Any = self.shape.status_quo
        path: Path = ("status_quo",)
        if isinstance(given, (list, dict)):
            return self.names.definite(given, path)
        if given is None:
            return None
        if given in self.names.labels:
            return str(given)
        if given.isascii() and given.isdigit():
            return int(given)
        values = self.names.options.get(given)
        if values is not None and len(values) != 2:
            if values:
                self.names.problem(
                    path, f"{given!r} has {len(values)} values", f"['{given} = {values[1]}'] or the like"
                )
            return None
        if values:
            return ((given, values[-1]),)
        near = self.names.near(given, [*self.names.labels, *self.names.options])
        if near is not None:
            self.names.problem(
                path, f"{given!r} is not a state", "the list of options taken, a state number or a label", near
            )
        return None

    def _coalitions(self) -> Iterator[Coalition]:
        for key, body in (self.shape.coalitions or {}).items():
            path: Path = ("coalitions", key)
            members, at = (body, path) if isinstance(body, list) else (body.members, (*path, "members"))
            for index, member in enumerate(members):
                self.names.decision_maker(member, (*at, index), nature=False)
            if not members:
                self.names.missing(at, "a coalition without members", "one decision maker or more")
            elif len(set(members)) < len(members):
                self.names.problem(at, "a member of a coalition stands twice", "each member once")
            yield Coalition(id=key, members=tuple(members), where=self.document.key(path), **described(body))

    def _readings(self, makers: tuple[DecisionMaker, ...]) -> list[Reading]:
        parties = [dm for dm in makers if dm.kind == "party"]
        readings = []
        for key, body in (self.shape.readings or {}).items():
            path: Path = ("readings", key)
            full = isinstance(body, ReadingShape)
            chosen: dict[str, str] = body.lenses if isinstance(body, ReadingShape) else body
            at: Path = (*path, "lenses") if full else path
            for dm, lens in chosen.items():
                if not self.names.decision_maker(dm, (*at, dm), key=True, nature=False):
                    continue
                known = self.names.lenses.get(dm, [])
                if lens not in known:
                    self.names.problem(
                        (*at, dm),
                        f"{dm!r} has no lens {lens!r}",
                        f"one of {', '.join(known)}",
                        nearest_name(lens, known),
                    )
            readings.append(
                Reading(
                    id=key,
                    lenses=_choice(parties, chosen),
                    where=self.document.key(path),
                    implied=False,
                    **described(body),
                )
            )
        return readings


def _choice(parties: list[DecisionMaker], chosen: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the lens of every party: the chosen one where it has it, else its first."""
    return tuple((dm.id, chosen[dm.id] if chosen.get(dm.id) in dm.lens_names else dm.lenses[0].id) for dm in parties)


def _renamed(premise: Any, identity: str) -> Any:
    return replace(premise, id=identity)
