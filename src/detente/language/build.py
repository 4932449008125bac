"""Document → Conflict: every problem of the file is found and reported together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from detente.conflict.choices import places_in, unwritten
from detente.conflict.conflict import Conflict
from detente.conflict.elements import (
    Assignment,
    Coalition,
    DecisionMaker,
    Element,
    Level,
    Outcome,
    Reading,
    StateRef,
)
from detente.conflict.formula import And, Formula, Not, Taken
from detente.errors import Diagnostic, Mark, ModelError, nearest_name
from detente.language.alternatives import read_alternatives, with_alternatives_checked
from detente.language.blocks import spelt_out
from detente.language.claims import ClaimReader
from detente.language.described import described
from detente.language.formula_parser import FormulaError
from detente.language.guarantees import read_guarantees
from detente.language.listed import read_graph_form
from detente.language.names import Names
from detente.language.parties import PartyReader
from detente.language.phases import read_phases
from detente.language.purpose import read_observed
from detente.language.relations import RelationReader
from detente.language.rules import RULES, RuleReader
from detente.language.schema import ModelShape, ReadingShape
from detente.language.shapes import check_shape
from detente.language.source import Document, Path
from detente.language.statements import declare_statements
from detente.language.variants import read_variants
from detente.language.views import ViewReader


def build(document: Document) -> Conflict:
    """Return the conflict that a document says. Raises ModelError with all problems found."""
    problems: list[Diagnostic] = []
    document = spelt_out(document, problems)
    shape, placed = check_shape(document, problems)
    conflict = _Builder(placed, shape, problems).conflict() if shape is not None else None
    if conflict is not None and conflict.alternatives and not problems:
        conflict = replace(conflict, document=document)
        conflict = with_alternatives_checked(document, conflict, problems, build)
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
        rules = RuleReader(names, shape)
        conflict = Conflict(
            title=shape.title,
            because=shape.because or "",
            source=shape.source or "",
            notes=shape.notes or "",
            decision_makers=makers,
            statements=tuple(s for (owner, _), s in names.statements.items() if not owner),
            infeasible=rules.infeasible(),
            feasible=rules.feasible(),
            limits=rules.limits(),
            forces=rules.forces(),
            blocked_moves=rules.blocked_moves(),
            merge=tuple(rules.merge()),
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
            rule_choices=tuple(rules.choices),
            ranges=tuple(names.ranges),
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
            guarantees=tuple(read_guarantees(names, shape)),
            phases=tuple(read_phases(names, shape, conflict)),
            observed=read_observed(names, shape),
            claims=tuple(reader.claims()),
            observers=tuple(viewers.observers()),
            views=tuple(viewers.views()),
            variants=tuple(read_variants(names, shape, conflict)),
            alternatives=tuple(read_alternatives(names, shape)),
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
        for premise in (*conflict.all_premises(), *unwritten(conflict)):
            other = seen.setdefault(premise.id, premise)
            if other == premise:
                continue
            if type(other) is not type(premise):
                self.names.problems.append(
                    Diagnostic(f"two premises have the identity {premise.id!r}", premise.where, "each identity once")
                )
            elif isinstance(premise, RULES):
                message = f"the rule {premise.id!r} stands twice, with another meaning, reason, source or certainty"
                self.names.problems.append(Diagnostic(message, premise.where, "each rule once, or an 'id:' for each"))
        for choice in conflict.rule_choices:
            written = Counter(rule.id for rule in getattr(conflict, choice.kind))
            for rule in choice.alternatives[0] if choice.alternatives else ():
                if written[rule.id] > 1:
                    message = f"the rule {rule.id!r} stands twice, and is one of several in {choice.id!r}"
                    self.names.problems.append(Diagnostic(message, rule.where, "each rule once, or an 'id:' for each"))
        open_: list[Element] = [*conflict.rule_choices, *conflict.ranges, *conflict.alternatives]
        for dm in conflict.parties:
            items = (item for _, item in places_in(dm))
            open_ += {
                about.id: about for item in items if (about := item.about if isinstance(item, Level) else item)
            }.values()
        for about in open_:
            other = seen.setdefault(about.id, about)
            if other is not about:
                self.names.problems.append(
                    Diagnostic(f"two things have the identity {about.id!r}", about.where, "each identity once")
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
