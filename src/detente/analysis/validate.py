"""What is legal in a model but probably not meant: formulas, options, preferences and rules that do nothing; vetoes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from detente.analysis import idle, vetoes
from detente.analysis.result import Shown, provenance
from detente.analysis.sight import check_views
from detente.analysis.validate_agreements import agreements
from detente.analysis.validate_check import MANY_STATES, Check, Warning_
from detente.analysis.validate_claims import check_claims
from detente.analysis.validate_preferences import preferences, readings
from detente.analysis.validate_rest import check_rest
from detente.analysis.validate_variants import check_guarantees, check_variants
from detente.analysis.validate_words import (
    REASONS,
    WORDS,
    named,
    quoted,
    sentence_case,
    stated_in,
)
from detente.analysis.withdrawal import Ending
from detente.conflict.choices import open_rules, unwritten
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Element
from detente.conflict.formula import Compare, Constant, Formula, Named
from detente.errors import ModelError
from detente.graph.graph import Graph

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Validation(Shown):
    """The warnings about a model, and its size.

    ``combinations`` counts all combinations of option values, ``classes`` has the number of states of each class,
    ``variants`` and ``guarantees`` say how many of them were built.
    ``agreements`` say who can end each alone (none in very large models).
    ``notes`` say in words what was not looked for; ``complete`` is whether there are none.
    """

    title: str
    warnings: tuple[Warning_, ...]
    decision_makers: int
    nature: int
    options: int
    combinations: int
    states: int
    classes: tuple[tuple[str, int], ...]
    agreements: tuple[Ending, ...]
    notes: tuple[str, ...]
    complete: bool
    computed: dict[str, Any]
    variants: int = 0
    guarantees: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        warnings = [asdict(warning) for warning in self.warnings]
        return {
            "title": self.title,
            "warnings": warnings,
            "decision_makers": self.decision_makers,
            "nature": self.nature,
            "options": self.options,
            "combinations": self.combinations,
            "states": self.states,
            "classes": dict(self.classes),
            "variants": self.variants,
            "guarantees": self.guarantees,
            "agreements": [item.to_dict() for item in self.agreements],
            "notes": list(self.notes),
            "complete": self.complete,
            "computed": self.computed,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per warning."""
        import pandas as pd

        rows = [
            (w.level, w.kind, w.element, w.mark and w.mark.line, w.mark and w.mark.column, w.message)
            for w in self.warnings
        ]
        frame = pd.DataFrame(rows, columns=["level", "kind", "element", "line", "column", "message"])
        return frame.astype({"line": "Int64", "column": "Int64"})


def validate(conflict: Conflict, *, graph: Graph | None = None) -> Validation:
    """Look for what is legal in a model but suspicious. A suspicious model never raises.

    Parameters
    ----------
    conflict : Conflict
    graph : Graph, optional
        The conflict's graph, when it exists already.

    Raises
    ------
    ModelError, TooLargeError
        What every analysis of the model raises: see :class:`detente.graph.graph.Graph`.

    Examples
    --------
    >>> import detente
    >>> found = validate(detente.loads("decision_makers: {us: {options: [talk], preferences: [us.talk, us.talk]}}"))
    >>> [warning.message for warning in found.warnings]
    ["Statement 'us.talk' stands twice in the preference of us; remove one."]
    """
    check = _Check(graph or Graph(conflict))
    check.run()
    return Validation(
        title=conflict.title,
        warnings=tuple(dict.fromkeys(check.found)),
        decision_makers=len(conflict.parties),
        nature=len(conflict.decision_makers) - len(conflict.parties),
        options=len(conflict.options),
        combinations=check.space.coding.total,
        states=check.graph.n_states,
        classes=tuple((name, int(check.graph.outcome(name).sum())) for name in conflict.classes),
        agreements=check.agreements,
        notes=tuple(check.notes),
        complete=not check.notes,
        computed=provenance(conflict),
        variants=len(conflict.variants),
        guarantees=len(conflict.guarantees),
    )


class _Check(Check):
    """All checks, one after another."""

    agreements: tuple[Ending, ...] = ()

    def run(self) -> None:
        """Make every check, in the order in which warnings are shown."""
        check_rest(self.graph)
        moves = self.graph.moves
        _ = self.graph.outcomes_of, self.graph.status_quo
        ranks = {dm: {lens.id: self.graph.ranks(dm.id, lens.id) for lens in dm.lenses} for dm in self.conflict.parties}
        check_views(self.graph)
        self.classes()
        readings(self)
        used = {statement.id for dm in self.conflict.parties for statement in (*dm.principles, *stated_in(dm.lenses))}
        used |= {premise.id for premise in unwritten(self.conflict)}
        for statement in self.conflict.statements:
            if statement.id not in used:
                self.add("statement-unused", f"no lens lists {named(statement)}; list it, or remove it.", statement)
        for dm, own in zip(self.conflict.decision_makers, moves, strict=True):
            if not own.n_arcs:
                why = "no change of its options leads to a feasible state"
                why = "no move of it is listed" if self.listed else why if dm.options else "it has no options"
                self.add("never-moves", f"decision maker {dm.id} can never move: {why}; change it or leave it out.", dm)
        if self.graph.n_states == 1:
            self.add("one-state", "there is only one state, so that nothing is to be decided; allow more.")
        else:
            self.outcomes()
            for dm, by_lens in ranks.items():
                preferences(self, dm, by_lens)
            self.options()
        self.parts()
        self.agreements = agreements(self)
        if not self.listed:
            self.rules()
        check_claims(self)
        check_variants(self)
        check_guarantees(self)

    # -- formulas ---------------------------------------------------------------------------------------------------

    def outcomes(self) -> None:
        for item in self.conflict.outcomes:
            self.same("outcome", f"outcome {item.id}", item, item.that, self.graph.outcome(item.id))

    def parts(self) -> None:
        for element, formula, whole in self.formulas():
            for part, value in self.constant_parts(formula, whole):
                kind, word = ("part-always", "true") if value else ("part-never", "false")
                self.add(
                    kind,
                    f"in {named(element)}, {quoted(part)} is {word} whatever the options are; correct it.",
                    element,
                )

    def formulas(self) -> Iterator[tuple[Element, Formula, bool]]:
        """Yield all formulas; the flag says that the whole formula being true always is not warned of elsewhere."""
        conflict = self.conflict
        yield from ((item, item.that, False) for item in conflict.infeasible)
        yield from ((item, item.that, False) for item in conflict.merge)
        yield from ((item, item.that, False) for item in conflict.outcomes)
        yield from ((force, force.when, True) for force in conflict.forces)
        yield from ((block, formula, True) for block in conflict.blocked_moves for formula in (block.from_, block.to))
        for dm in conflict.parties:
            for statement in dict.fromkeys((*dm.principles, *dm.statements, *stated_in(dm.lenses))):
                yield statement, statement.that, False

    def constant_parts(self, formula: Formula, whole: bool) -> Iterator[tuple[Formula, bool]]:
        for part in (formula,) if whole else formula.parts():
            value = None if isinstance(part, (Constant, Named)) else self.constant(part)
            if value is None or (whole and not value):
                yield from self.constant_parts(part, False)
            else:
                yield part, value

    # -- options ----------------------------------------------------------------------------------------------------

    def options(self) -> None:
        mentioned = self.mentioned()
        for name, option in self.conflict.options.items():
            values = [value.id for value in option.values]
            never = [v for v in values if not self.space.evaluate_rows(Compare(name, "=", v)).any()]
            if len(never) == len(values) - 1:
                always = next(v for v in values if v not in never)
                self.add(
                    "option-fixed",
                    f"option {name} is {always} in every {self.word}; remove it, or correct what leaves out the rest.",
                    option,
                    name,
                )
            elif never:
                self.add(
                    "value-never",
                    f"option {name} is {' or '.join(never)} in no {self.word}; remove it, or "
                    "correct what leaves it out.",
                    option,
                    name,
                )
            if name not in mentioned:
                kind, what = ("irreversible", "irreversible option") if option.irreversible else ("option", "option")
                self.add(
                    f"{kind}-unused",
                    f"{what} {name} is in no preference, outcome or rule, so that nothing "
                    "depends on it; remove it, or say who cares.",
                    option,
                    name,
                )

    def mentioned(self) -> set[str]:
        """Return the options that some formula or rule looks at; all, where states are ranked by number or label."""
        conflict, outcomes = self.conflict, {outcome.id for outcome in self.conflict.outcomes}
        direct = [lens.preference for dm in conflict.parties for lens in dm.lenses]
        ranked = {ref for p in direct for refs in getattr(p, "classes", ()) for ref in refs}
        ranked |= {ref for p in direct for ref, _ in getattr(p, "values", ())}
        if self.listed or ranked - outcomes:
            return set(conflict.options)
        found = {option for _, formula, _ in self.formulas() for option in formula.options()}
        found |= {option for limit in conflict.limits for option, _ in limit.terms}
        found |= {option for force in conflict.forces for option, _ in force.sets}
        return found | {o for state in (conflict.feasible.states if conflict.feasible else ()) for o, _ in state}

    def classes(self) -> None:
        try:
            _ = self.graph.class_of
        except ModelError as error:
            problem = error.diagnostics[0]
            mark = self.conflict.classes_where or problem.mark
            self.found.append(Warning_("classes", f"{sentence_case(problem.sentence())}.", mark, "classes", "error"))
        if self.conflict.status_quo is None and self.conflict.outcomes:
            self.add(
                "status-quo-missing",
                "there are outcomes but no status quo, so that nothing can be said about "
                "how they come about; add 'status_quo:'.",
            )

    # -- rules ------------------------------------------------------------------------------------------------------

    def rules(self) -> None:
        """Warn of rules that change nothing, of dead ends and of hidden vetoes."""
        unneeded, undecided = idle.idle_rules(self.conflict, self.space.coding)
        if len(undecided) > idle.MOST_RULES:
            self.notes.append(
                f"Whether each of {len(undecided):,} rules leaves something out was not looked into; "
                f"at most {idle.MOST_RULES} are."
            )
            undecided = []
        self.notes += [f"{sentence_case(named(premise))} may or may not leave anything out." for premise in undecided]
        for merge in self.conflict.merge:
            if (members := int(self.space.evaluate_rows(merge.that).sum())) < 2:
                self.add(
                    "merge-idle",
                    f"{named(merge)} merges nothing: {'only one' if members else 'no'} feasible "
                    "combination satisfies it; correct the formula, or remove it.",
                    merge,
                )
        if not self.large:
            unneeded += [*idle.idle_blocks(self.graph), *idle.idle_forces(self.graph)]
        opened = open_rules(self.conflict)  # of what may be otherwise, it may do something elsewhere
        for item in (item for item in unneeded if item.premise.id not in opened):
            kind = WORDS[type(item.premise).__name__][0] + ("-part" if item.part else "") + "-idle"
            other = quoted(item.other) if isinstance(item.other, Formula) else item.other and named(item.other)
            what = f"in {named(item.premise)}, {quoted(item.part)}" if item.part else named(item.premise)
            self.add(
                kind,
                f"{what} changes nothing: {REASONS[item.reason].format(other)}; correct it, or remove it.",
                item.premise,
            )
        if self.large:
            self.notes.append(
                "Hidden vetoes, and blocked moves and consequences that change nothing or end nowhere, "
                f"are not looked for in a model of more than {MANY_STATES:,} states."
            )
            return
        for end in vetoes.dead_ends(self.graph):
            self.add(
                "force-dead-end",
                f"{named(end.force)} ends {end.moves:,} moves of {end.mover}, such as "
                f"{end.change} from state {self.state(end.state)}, in what {named(end.because_of)} forbids, so "
                "that they do not exist; set more in the consequence, or allow its end.",
                end.force,
            )
        found, skipped = vetoes.hidden_vetoes(self.graph)
        for veto in found:
            self.veto(veto)
        self.notes += [
            f"{sentence_case(named(item))} has too many options to look for hidden vetoes." for item in skipped
        ]

    def veto(self, veto: vetoes.Veto) -> None:
        """Warn of one hidden veto, with an example state."""
        nature = {dm.id for dm in self.conflict.decision_makers if dm.kind == "nature"}
        chosen = " and ".join(f"{option} = {value}" for option, value in veto.choice)
        remedy = "a consequence (forces)" if veto.against in nature else "a consequence (forces) or a preference"
        self.add(
            "hidden-veto",
            f"{named(veto.premise)} gives {veto.by} a hidden veto: it keeps {veto.against} from "
            f"changing {veto.option} in {veto.states:,} of {self.graph.n_states:,} states, such as to "
            f"{veto.change[1]} in state {self.state(veto.state)}, where {chosen}; if that is not meant, use "
            f"{remedy}.",
            veto.premise,
        )
