"""What is legal in a model but probably not meant: formulas, options, preferences and rules that do nothing; vetoes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from detente.analysis import vetoes
from detente.analysis.result import provenance
from detente.analysis.validate_words import (
    REASONS,
    WORDS,
    named,
    of_lens,
    quoted,
    refined,
    sentence_case,
    stated_in,
    why_decided,
)
from detente.conflict.conflict import Conflict
from detente.conflict.elements import DecisionMaker, Element, Lens, Level, Prioritised, Statement, Weights
from detente.conflict.formula import Compare, Constant, Formula, Named
from detente.errors import Mark, ModelError
from detente.graph.coding import CodeRows
from detente.graph.evaluate import Evaluator, Flags, options_behind
from detente.graph.graph import Graph

if TYPE_CHECKING:
    import pandas as pd

MANY_STATES = 2_000_000
"""More states than this, and what needs every move of every state is not looked for."""

_MANY_COMBINATIONS = 1 << 16


@dataclass(frozen=True, slots=True)
class Warning_:
    """Something suspicious: what, what to do about it, and where.

    ``kind`` is a stable key, ``element`` the identity of what is meant, ``mark`` its place in the model's text.
    ``level`` is ``error`` for what other questions about the model refuse.
    """

    kind: str
    message: str
    mark: Mark | None = None
    element: str = ""
    level: Literal["warning", "error"] = "warning"


@dataclass(frozen=True)
class Validation:
    """The warnings about a model, and its size.

    ``combinations`` counts all combinations of option values, ``classes`` has the number of states of each class.
    ``notes`` say in words what was not looked for; ``complete`` is whether there are none.
    """

    title: str
    warnings: tuple[Warning_, ...]
    decision_makers: int
    options: int
    combinations: int
    states: int
    classes: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]
    complete: bool
    computed: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        warnings = [asdict(warning) for warning in self.warnings]
        return {**asdict(self), "warnings": warnings, "classes": dict(self.classes), "notes": list(self.notes)}

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
    """
    check = _Check(graph or Graph(conflict))
    check.run()
    return Validation(
        title=conflict.title,
        warnings=tuple(dict.fromkeys(check.found)),
        decision_makers=len(conflict.decision_makers),
        options=len(conflict.options),
        combinations=check.space.coding.total,
        states=check.graph.n_states,
        classes=tuple((name, int(check.graph.outcome(name).sum())) for name in conflict.classes),
        notes=tuple(check.notes),
        complete=not check.notes,
        computed=provenance(conflict),
    )


class _Check:
    """One pass over a model. ``found`` has the warnings in the order of the checks."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.conflict, self.space = graph, graph.conflict, graph.space
        self.listed = self.conflict.graph_form is not None
        self.word = "listed state" if self.listed else "feasible state"
        self.found: list[Warning_] = []
        self.notes: list[str] = []

    def add(self, kind: str, message: str, element: Element | None = None, name: str = "") -> None:
        mark = element.where if element is not None else None
        self.found.append(Warning_(kind, sentence_case(message), mark, name or (element.id if element else "")))

    def run(self) -> None:
        moves = self.graph.moves
        _ = self.graph.outcomes_of, self.graph.status_quo
        ranks = {dm: {lens.id: self.graph.ranks(dm.id, lens.id) for lens in dm.lenses} for dm in self.conflict.parties}
        self.classes()
        self.readings()
        used = {statement.id for dm in self.conflict.parties for statement in (*dm.principles, *stated_in(dm.lenses))}
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
                self.preferences(dm, by_lens)
            self.options()
        self.parts()
        if not self.listed:
            self.rules()

    # -- formulas ---------------------------------------------------------------------------------------------------

    def holds(self, formula: Formula) -> Flags:
        """Return for each state whether the formula holds; a merged state is judged by its representative."""
        rows = self.space.evaluate_rows(formula)
        return rows if self.space.representative is None else rows[self.space.representative]

    def constant(self, formula: Formula) -> bool | None:
        """Return the truth value a formula has whatever the options are; ``None`` where it varies or cannot be told."""
        behind, coding = options_behind(self.conflict, formula), self.space.coding
        if math.prod(coding.place(option)[1] for option in behind) > _MANY_COMBINATIONS:
            return None
        try:
            flags = Evaluator(self.conflict, CodeRows(coding, vetoes.combinations(coding, behind)))(formula)
        except KeyError:  # it names listed states
            return None
        return True if flags.all() else None if flags.any() else False

    def same(self, kind: str, what: str, element: Element, that: Formula, flags: Flags) -> bool:
        """Warn when a formula holds in no state, or in all; return whether it does."""
        value = bool(flags.any())
        if value and not flags.all():
            return False
        every, false = ("every", "false") if value else ("no", "true")
        if self.constant(that) is value:
            why = f"{every} combination of options makes {quoted(that)} true; correct the formula."
        elif self.listed:
            why = f"correct {quoted(that)}, or the options of the states."
        else:
            why = f"all combinations that make {quoted(that)} {false} are left out; correct it, or the rules."
        self.add(f"{kind}-{'always' if value else 'never'}", f"{what} holds in {every} {self.word}: {why}", element)
        return True

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

    # -- preferences ------------------------------------------------------------------------------------------------

    def preferences(self, dm: DecisionMaker, ranks: dict[str, NDArray[np.int32]]) -> None:
        stated = list(dict.fromkeys((*dm.principles, *stated_in(dm.lenses))))
        for lens in dm.lenses:
            if ranks[lens.id].max() == 1:
                none = not stated and isinstance(lens.preference, Prioritised)
                what = f"party {dm.id} has no preferences" if none else f"{of_lens(dm, lens)} ties all states"
                self.add(
                    "no-preferences" if none else "all-tied",
                    f"{what}, so that {dm.id} is content everywhere; say what it likes better.",
                    lens if lens.where else dm,
                    f"{dm.id}.{lens.id}",
                )
        for one, two in combinations(dm.lenses, 2):
            if ranks[one.id].max() > 1 and np.array_equal(ranks[one.id], ranks[two.id]):
                self.add(
                    "lenses-same",
                    f"lenses {one.id} and {two.id} of {dm.id} rank all states alike; change one, or leave it out.",
                    two,
                    f"{dm.id}.{two.id}",
                )
        for statement in dm.statements:
            if statement not in stated:
                self.add(
                    "statement-unused",
                    f"no lens of {dm.id} lists {named(statement)}; list it, or remove it.",
                    statement,
                )
        dull = {
            s
            for s in stated
            if self.same("statement", f"{named(s)} of {dm.id} decides nothing: it", s, s.that, self.holds(s.that))
        }
        for lens in dm.lenses:
            self.idle_statements(dm, lens, dull)

    def idle_statements(self, dm: DecisionMaker, lens: Lens, dull: set[Statement]) -> None:
        """Warn of statements that stand twice, and of those that the ones above leave nothing to decide."""
        levels = [Level((statement,)) for statement in dm.principles]
        levels += lens.preference.levels if isinstance(lens.preference, Prioritised) else ()
        ranks = np.zeros(self.graph.n_states, dtype=np.int32)
        above: list[tuple[Statement, Flags]] = []
        for number, level in enumerate(levels):
            where = f"the principles of {dm.id}" if number < len(dm.principles) else of_lens(dm, lens)
            flags = [self.holds(statement.that) for statement in level.statements]
            count, size = np.array(flags).sum(axis=0, dtype=np.int32), len(flags) + 1
            finer = ranks if level.any_order else refined(ranks, count, size)
            for one in flags if level.any_order else ():
                finer = refined(finer, one, 2)
            if level.any_order and len(flags) > 1:
                self.add(
                    "any-order",
                    f"in {where}, {len(flags)} statements may stand in any order; the order in which "
                    "they are written counts wherever orders are not varied.",
                    lens,
                    f"{dm.id}.{lens.id}",
                )
            for statement, holds in zip(level.statements, flags, strict=True):
                if any(statement.that == earlier.that for earlier, _ in above):
                    self.add("statement-twice", f"{named(statement)} stands twice in {where}; remove one.", statement)
                elif statement not in dull and not level.any_order:
                    coarser = ranks if size == 2 else refined(ranks, count - holds, size)
                    if coarser.max() == finer.max() and np.array_equal(coarser, finer):
                        why = why_decided(holds, above, bool(ranks.max() + 1 == len(ranks)))
                        self.add(
                            "statement-idle",
                            f"{named(statement)} changes nothing in {where}: {why}; move it up, or remove it.",
                            statement,
                        )
                above.append((statement, holds if len(ranks) <= MANY_STATES else holds[:0]))
            ranks = finer
        if isinstance(lens.preference, Weights):
            self.idle_weights(of_lens(dm, lens), lens.preference, ranks, dull)

    def idle_weights(self, where: str, weights: Weights, above: NDArray[np.int32], dull: set[Statement]) -> None:
        scale = math.lcm(*(weight.denominator for _, weight in weights.terms))
        kind = np.int64 if sum(abs(weight) * scale for _, weight in weights.terms) < 2**62 else object
        terms = [(s, self.holds(s.that) * np.array(int(weight * scale), dtype=kind)) for s, weight in weights.terms]
        total = sum((values for _, values in terms), np.zeros(len(above), dtype=kind))

        def order(sums: NDArray[Any]) -> NDArray[np.int64]:
            found, place = np.unique(sums, return_inverse=True)
            places: NDArray[np.int64] = np.unique(above * np.int64(len(found)) + place, return_inverse=True)[1]
            return places

        full = order(total)
        for k, (statement, values) in enumerate(terms):
            if any(statement.that == earlier.that for earlier, _ in terms[:k]):
                self.add("statement-twice", f"{named(statement)} has two weights in {where}; add them up.", statement)
            elif statement not in dull and np.array_equal(order(total - values), full):
                self.add(
                    "statement-idle",
                    f"{named(statement)} changes nothing in {where}: its weight never tips the "
                    "balance; change the weight, or remove it.",
                    statement,
                )

    # -- readings, classes, status quo ------------------------------------------------------------------------------

    def readings(self) -> None:
        conflict, choices = self.conflict, [self.conflict.lens_choice(reading.id) for reading in self.conflict.readings]
        for dm in conflict.parties:
            used = {choice[dm.id] for choice in choices}
            for name in list(used):
                while name := dm.lens(name).refines:
                    used.add(name)
            for lens in (lens for lens in dm.lenses if lens.id not in used):
                self.add(
                    "lens-unused",
                    f"no reading uses lens {lens.id} of {dm.id}; add one that does, or remove it.",
                    lens,
                    f"{dm.id}.{lens.id}",
                )
        for (one, mine), (two, other) in combinations(zip(conflict.readings, choices, strict=True), 2):
            same = mine == other
            alike = all(np.array_equal(self.graph.ranks(dm, mine[dm]), self.graph.ranks(dm, other[dm])) for dm in mine)
            if same or (alike and two.where is not None and self.graph.n_states > 1):
                what = "choose the same lenses" if same else "rank all states alike"
                self.add("readings-same", f"readings {one.id} and {two.id} {what}; change one, or leave it out.", two)

    def classes(self) -> None:
        try:
            _ = self.graph.class_of
        except ModelError as error:
            problem = error.diagnostics[0]
            self.found.append(
                Warning_("classes", f"{sentence_case(problem.sentence())}.", problem.mark, "classes", "error")
            )
        if self.conflict.status_quo is None and self.conflict.outcomes:
            self.add(
                "status-quo-missing",
                "there are outcomes but no status quo, so that nothing can be said about "
                "how they come about; add 'status_quo:'.",
            )

    # -- rules ------------------------------------------------------------------------------------------------------

    def rules(self) -> None:
        idle, undecided = vetoes.idle_rules(self.conflict, self.space.coding)
        self.notes += [f"{sentence_case(named(premise))} may or may not leave anything out." for premise in undecided]
        for merge in self.conflict.merge:
            if (members := int(self.space.evaluate_rows(merge.that).sum())) < 2:
                self.add(
                    "merge-idle",
                    f"{named(merge)} merges nothing: {'only one' if members else 'no'} feasible "
                    "combination satisfies it; correct the formula, or remove it.",
                    merge,
                )
        if self.graph.n_states <= MANY_STATES:
            idle += [*vetoes.idle_blocks(self.graph), *vetoes.idle_forces(self.graph)]
        for item in idle:
            kind = WORDS[type(item.premise).__name__][0] + ("-part" if item.part else "") + "-idle"
            other = quoted(item.other) if isinstance(item.other, Formula) else item.other and named(item.other)
            what = f"in {named(item.premise)}, {quoted(item.part)}" if item.part else named(item.premise)
            self.add(
                kind,
                f"{what} changes nothing: {REASONS[item.reason].format(other)}; correct it, or remove it.",
                item.premise,
            )
        if self.graph.n_states > MANY_STATES:
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

    def state(self, state: int) -> str:
        return f"{self.space.label(state)} ({self.graph.describe(state)})"
