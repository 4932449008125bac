"""Durability, checks and premises taken literally, over sets of states numbered from 1; and conflicts to try them on.

Nothing here is shared with :mod:`detente.analysis`. Where the definitions leave room:

- An outcome that is reached from a formula is reached from some state of it; a joint improvement must exist from all.
- Whoever is asked to improve alone or with others moves in legal sequences; nature takes part where everybody does.
- A premise that is dropped is gone wherever it stands; what declares a statement and does not use it is left alone.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from detente.conflict import claims as cl
from detente.conflict import elements as el
from detente.conflict import formula as fm
from detente.conflict.conflict import Conflict
from tests.draws import pick, some
from tests.oracle import CONCEPTS, LiteralModel
from tests.oracle_stability import Sanctions
from tests.strategies import _preference, formulas, graph_conflicts, merged_conflicts, option_conflicts

States = frozenset[int]
STRONGEST_FIRST = ("lasting", "brittle", "provisional", "latent", "conditional", "untenable")


# -- who holds when -------------------------------------------------------------------------------------------------


def under(model: LiteralModel, lenses: Mapping[str, str]) -> LiteralModel:
    """Return the same states and moves with other lenses."""
    _ = model.moves
    other = copy.copy(model)
    other._lenses, other._keys, other._reached = dict(lenses), {}, {}
    other._joint, other._coalition_reached = {}, {}
    return other


def mixes(conflict: Conflict) -> list[dict[str, str]]:
    """Return all choices of one lens for each party."""
    names = [dm.id for dm in conflict.parties]
    return [
        dict(zip(names, c, strict=True)) for c in product(*([le.id for le in dm.lenses] for dm in conflict.parties))
    ]


def choice(conflict: Conflict, reading: str) -> dict[str, str]:
    """Return the lens of each party under a reading: the one it names, or the party's first."""
    (found,) = (item for item in conflict.readings if item.id == reading)
    return {dm.id: dm.lenses[0].id for dm in conflict.parties} | dict(found.lenses)


def kind_of_state(s: int, now: States, later: States, asked: Iterable[States]) -> str:
    """Return the durability of a state; ``now`` and ``later`` are asked too."""
    everywhere = [now, later, *asked]
    if all(s in held for held in everywhere):
        return "lasting"
    if s in now & later:
        return "brittle"
    if s in now:
        return "provisional"
    if s in later:
        return "latent"
    return "conditional" if any(s in held for held in everywhere) else "untenable"


def kind_of_outcome(states: States, now: States, later: States, asked: Sequence[States]) -> str:
    """Return the durability of an outcome: the strongest of its states, or shifting."""
    kinds = {kind_of_state(s, now, later, asked) for s in states}
    strongest = next((kind for kind in STRONGEST_FIRST if kind in kinds), "untenable")
    return "shifting" if strongest == "provisional" and "latent" in kinds else strongest


# -- checks ---------------------------------------------------------------------------------------------------------


class LiteralArgument:
    """What the checks of a conflict come to, one reading and concept at a time."""

    def __init__(self, conflict: Conflict, sanctions: Sanctions = "legal") -> None:
        self.conflict, self.sanctions = conflict, sanctions
        self.base = LiteralModel(conflict, conflict.readings[0].id)
        self._models: dict[str, LiteralModel] = {}
        self._held: dict[tuple[str, str], States] = {}

    def model(self, reading: str) -> LiteralModel:
        """Return the model under a reading."""
        if reading not in self._models:
            self._models[reading] = under(self.base, choice(self.conflict, reading))
        return self._models[reading]

    def true(self, formula: fm.Formula) -> States:
        """Return the states in which a formula is true."""
        return frozenset(s for s in self.base.states if self.base.holds(formula, s))

    def held(self, concept: str, reading: str) -> States:
        """Return E(r)."""
        if (concept, reading) not in self._held:
            self._held[concept, reading] = frozenset(self.model(reading).equilibria(concept, self.sanctions))
        return self._held[concept, reading]

    def start(self, formula: fm.Formula | None) -> States:
        """Return where a check begins. ValueError where nothing says so."""
        if formula is not None:
            return self.true(formula)
        quo = self.base.status_quo()
        if quo is None:
            raise ValueError("no status quo")
        return frozenset({quo})

    def unmet(self, reading: str, concept: str, dm: str, s: int) -> States:
        """Return the improvements of a party from a state that nothing meets."""
        model = self.model(reading)
        if concept == "sim":
            return frozenset(t for t in model.R_plus(dm, s) if not model._met_at_once(dm, s, t))
        return frozenset(t for t in model.R_plus(dm, s) if not model._deterred(concept, dm, s, t, self.sanctions))

    def holds(self, check: cl.Check, reading: str, concept: str) -> bool:
        """Return whether a check holds under a reading and a concept; those it does not depend on do not matter."""
        model = self.model(reading)
        match check:
            case cl.Holds():
                return bool(self.true(check.that) & self.held(concept, reading)) != check.negated
            case cl.Stays():
                found = [
                    model.stable(concept, check.dm, s, self.sanctions) != check.unstable for s in self.true(check.that)
                ]
                return all(found) if check.every else any(found)
            case cl.Reaches():
                goal, start = self.true(check.that), self.start(check.start)
                who = check.by if isinstance(check.by, tuple) else model.everyone
                near = distances(model, start, who, check.by != "moves")
                return any(t in near for t in goal) != check.negated
            case cl.Endures():
                asked = [self.held(concept, item.id) for item in self.conflict.readings]
                now, later = self.held(concept, check.now), self.held(concept, check.later)
                return kind_of_outcome(self.true(check.that), now, later, asked) in check.kinds
            case cl.Blocked():
                inside = self.true(check.that)
                return all(any(self.unmet(reading, concept, dm, s) - inside for dm in check.by) for s in inside)
            case cl.Prefers():
                this, over = self.true(check.this), self.true(check.over)
                if check.every:
                    return all(model.prefers(check.dm, t, s) for t in this for s in over)
                return any(all(model.prefers(check.dm, t, s) for s in over) for t in this) and bool(over)
            case cl.Improves():
                return all(self.joint(reading, check.members, s, self.true(check.to)) for s in self.start(check.start))
            case cl.Changes():
                one, other = (bool(self.true(check.that) & self.held(concept, r)) for r in check.between)
                return (one != other) != check.negated
        raise TypeError(f"{type(check).__name__} is not evaluated")

    def joint(self, reading: str, members: Collection[str], s: int, goal: States) -> States:
        """Return the states of a goal to which members improve together."""
        model = self.model(reading)
        reached = model.reach(members, s)
        return frozenset(t for t in reached & goal if all(model.prefers(dm, t, s) for dm in members))

    def asked(self, claim: cl.Claim) -> dict[tuple[str | None, str | None], bool]:
        """Return the answers of a claim by reading and concept; None where the check does not depend on it."""
        readings = claim.readings or tuple(item.id for item in self.conflict.readings)
        concepts = claim.concepts or ("seq",)
        by_reading = not isinstance(claim.check, (cl.Endures, cl.Changes))
        by_concept = not isinstance(claim.check, (cl.Reaches, cl.Prefers, cl.Improves))
        return {
            (r if by_reading else None, c if by_concept else None): self.holds(claim.check, r, c)
            for r in (readings if by_reading else readings[:1])
            for c in (concepts if by_concept else concepts[:1])
        }

    def verdict(self, claim: cl.Claim) -> str:
        """Return holds, partly or fails."""
        found = set(self.asked(claim).values())
        return "holds" if found == {True} else "fails" if found == {False} else "partly"

    def speaks_of_nothing(self, check: cl.Check) -> bool:
        """Return whether no state is of the kind that a check denies or generalises about."""
        match check:
            case cl.Holds():
                return check.negated and not self.true(check.that)
            case cl.Stays():
                return check.every and not self.true(check.that)
            case cl.Reaches():
                return check.negated and not self.true(check.that)
            case cl.Prefers():
                return check.every and not (self.true(check.this) and self.true(check.over))
            case cl.Improves():
                return not self.start(check.start)
            case cl.Endures() | cl.Blocked() | cl.Changes():
                return not self.true(check.that)
        raise TypeError(f"{type(check).__name__} is not evaluated")


def distances(model: LiteralModel, starts: Iterable[int], who: Collection[str], improving: bool) -> dict[int, int]:
    """Return the fewest steps of a legal sequence of these movers from one of the starts, 0 for the starts."""
    step = model.R_plus if improving else model.R
    layer: set[tuple[int, str]] = {(s, "") for s in starts}
    least = {s: 0 for s, _ in layer}
    seen, count = set(layer), 0
    while layer:
        count += 1
        layer = {(t, j) for s, last in layer for j in who if j != last or j in model.natures for t in step(j, s)} - seen
        seen |= layer
        for t, _ in layer:
            least.setdefault(t, count)
    return least


def is_legal(model: LiteralModel, path: Sequence[tuple[str, int, int]], improving: bool) -> bool:
    """Return whether moves (by, from, to) follow each other, exist, and nobody but nature moves twice running."""
    step = model.R_plus if improving else model.R
    joined = all(a[2] == b[1] and (a[0] != b[0] or a[0] in model.natures) for a, b in pairwise(path))
    return joined and all(t in step(dm, s) for dm, s, t in path)


# -- premises -------------------------------------------------------------------------------------------------------

Listed = tuple[el.Level, ...]


def _with_lists(conflict: Conflict, change: Callable[[Listed], Listed]) -> Conflict:
    """Return the conflict with every list of statements changed; weights are levels of one that keep their weight."""

    def weighed(given: el.Weights) -> el.Weights:
        found = []
        for statement, weight in given.terms:
            found += [(s, weight) for level in change((el.Level((statement,)),)) for s in level.statements]
        return el.Weights(tuple(found))

    def lens(given: el.Lens) -> el.Lens:
        match given.preference:
            case el.Prioritised(levels=levels):
                return replace(given, preference=el.Prioritised(change(levels)))
            case el.Weights():
                return replace(given, preference=weighed(given.preference))
        return given

    def maker(dm: el.DecisionMaker) -> el.DecisionMaker:
        principles = tuple(
            s for level in change(tuple(el.Level((s,)) for s in dm.principles)) for s in level.statements
        )
        return replace(dm, principles=principles, lenses=tuple(map(lens, dm.lenses)))

    return replace(conflict, decision_makers=tuple(map(maker, conflict.decision_makers)))


def dropped(conflict: Conflict, gone: Collection[str]) -> Conflict:
    """Return the conflict without these premises."""

    def fewer(levels: Listed) -> Listed:
        kept = (replace(v, statements=tuple(s for s in v.statements if s.id not in gone)) for v in levels)
        return tuple(level for level in kept if level.statements)

    def free(option: el.Option) -> el.Option:
        rule = option.irreversible
        return replace(option, irreversible=None) if rule is not None and rule.id in gone else option

    def kept(items: Iterable[Any]) -> Any:
        return tuple(item for item in items if item.id not in gone)

    bare = _with_lists(conflict, fewer)
    return replace(
        bare,
        decision_makers=tuple(replace(d, options=tuple(map(free, d.options))) for d in bare.decision_makers),
        infeasible=kept(bare.infeasible),
        feasible=None if bare.feasible is not None and bare.feasible.id in gone else bare.feasible,
        limits=kept(bare.limits),
        forces=kept(bare.forces),
        blocked_moves=kept(bare.blocked_moves),
    )


def turned(conflict: Conflict, premise: str) -> Conflict:
    """Return the conflict with a statement negated wherever it stands."""

    def negated(s: el.Statement) -> el.Statement:
        return replace(s, that=fm.Not(s.that)) if s.id == premise else s

    return _with_lists(
        conflict, lambda levels: tuple(replace(v, statements=tuple(map(negated, v.statements))) for v in levels)
    )


def lowered(conflict: Conflict, premise: str) -> Conflict:
    """Return the conflict with the level of a statement below the next one, in every list where there is a next."""

    def swapped(levels: Listed) -> Listed:
        at = next((k for k, level in enumerate(levels) if premise in {s.id for s in level.statements}), len(levels))
        if at + 1 >= len(levels):
            return levels
        return (*levels[:at], levels[at + 1], levels[at], *levels[at + 2 :])

    return _with_lists(conflict, swapped)


def statement_ids(conflict: Conflict) -> set[str]:
    """Return the identities of the statements that some party ranks states by."""
    found = {s.id for dm in conflict.decision_makers for s in dm.principles}
    return found | {s.id for dm in conflict.decision_makers for lens in dm.lenses for s in lens.statements}


def restriction_ids(conflict: Conflict) -> set[str]:
    """Return the identities of what can be lifted."""
    rules: list[el.Premise | None] = [o.irreversible for dm in conflict.decision_makers for o in dm.options]
    rules += [*conflict.infeasible, *conflict.limits, *conflict.forces, *conflict.blocked_moves, conflict.feasible]
    return {rule.id for rule in rules if rule is not None}


def circular(conflict: Conflict, literal: LiteralArgument, check: cl.Check) -> set[str]:
    """Return the premises that say what a check says."""
    if isinstance(check, (cl.Holds, cl.Reaches)) and check.negated:
        return {item.id for item in conflict.infeasible if item.that == check.that}
    if not isinstance(check, cl.Prefers):
        return set()
    (dm,) = (dm for dm in conflict.decision_makers if dm.id == check.dm)
    others = frozenset(literal.base.states) - literal.true(check.over)
    said = [*dm.principles, *(s for lens in dm.lenses for s in lens.statements)]
    return {s.id for s in said if literal.true(s.that) in (literal.true(check.this), others)}


# -- what they are tried on -----------------------------------------------------------------------------------------


@st.composite
def lensed_conflicts(draw: DrawFn, family: SearchStrategy[Conflict] | None = None, listed: bool = False) -> Conflict:
    """Draw a conflict of any family with the readings ``tactical`` and ``strategic``, and at times a third.

    With ``listed``, preferences are lists of statements only.
    """
    families = (option_conflicts(), option_conflicts(), merged_conflicts(), graph_conflicts())
    conflict = draw(family if family is not None else pick(draw, families))
    labels = [state.label for state in conflict.graph_form.states] if conflict.graph_form else []
    states: list[el.StateRef] = [*labels] or [*LiteralModel(conflict).states]
    kinds = ("prioritised",) if listed else ("prioritised", "prioritised", "ranking", "strict", "weights")
    makers = []
    for dm in conflict.decision_makers:
        if dm.kind == "nature":
            makers.append(dm)
            continue
        pool = list(
            dict.fromkeys([*dm.statements, *dm.principles, *(s for lens in dm.lenses for s in lens.statements)])
        )
        pool = pool or [el.Statement(id=f"{dm.id}_any", that=fm.Constant(True))]
        names = ["tactical", "strategic"] if len(makers) < 3 else ["tactical"]
        lenses = [el.Lens(id=name, preference=_preference(draw, kinds, pool, states)) for name in names]
        if len(makers) < 2 and draw(st.booleans()):
            refining = el.Lens(id="third", preference=_preference(draw, kinds, pool, states), refines="tactical")
            lenses.append(refining)
        makers.append(replace(dm, statements=tuple(pool), lenses=tuple(lenses)))
    conflict = replace(conflict, decision_makers=tuple(makers), readings=())
    readings = [replace(item, implied=False) for item in conflict.readings]
    for name in some(draw, ("other", "another"), least=0):
        lenses_of = tuple((dm.id, pick(draw, dm.lenses).id) for dm in conflict.parties)
        readings.append(el.Reading(id=name, lenses=lenses_of))
    order = {"tactical": 0, "strategic": 0}
    missing = [n for n in order if n not in {r.id for r in readings}]
    readings += [el.Reading(id=n, lenses=tuple((d.id, d.lenses[0].id) for d in conflict.parties)) for n in missing]
    return replace(conflict, readings=tuple(some(draw, readings, least=len(readings))))


def spoken(draw: DrawFn, conflict: Conflict, model: LiteralModel) -> fm.Formula:
    """Draw a formula that is equally true of all that one state stands for."""
    names = [outcome.id for outcome in conflict.outcomes]
    labels = [state.label for state in conflict.graph_form.states] if conflict.graph_form else []
    drawn: fm.Formula = draw(formulas(conflict.options, names, labels))
    try:
        for s in model.states:
            model.holds(drawn, s)
    except ValueError:
        return draw(formulas({}, names))
    return drawn


CHECKS = (
    "can_hold", "cannot_hold", "stable", "unstable", "reachable", "unreachable", "durability", "blocked", "prefers",
    "improves", "changes", "unchanged",
)  # fmt: skip


def draw_check(draw: DrawFn, conflict: Conflict, model: LiteralModel, kind: str) -> cl.Check:
    """Draw a check of a kind that is evaluated."""

    def formula() -> fm.Formula:
        return spoken(draw, conflict, model)

    def start() -> fm.Formula | None:
        return formula() if conflict.status_quo is None or draw(st.booleans()) else None

    parties = [dm.id for dm in conflict.parties]
    match kind:
        case "can_hold" | "cannot_hold":
            return cl.Holds(formula(), kind == "cannot_hold")
        case "stable" | "unstable":
            return cl.Stays(formula(), pick(draw, parties), kind == "unstable", draw(st.booleans()))
        case "reachable" | "unreachable":
            by: Any = pick(draw, ("moves", "improvements", tuple(some(draw, parties))))
            return cl.Reaches(formula(), start(), by, negated=kind == "unreachable")
        case "durability":
            words: Any = some(draw, (*STRONGEST_FIRST, "shifting"), most=3)
            readings = [reading.id for reading in conflict.readings]
            return cl.Endures(formula(), tuple(words), pick(draw, readings), pick(draw, readings))
        case "blocked":
            return cl.Blocked(formula(), tuple(some(draw, parties)))
        case "prefers":
            return cl.Prefers(pick(draw, parties), formula(), formula(), draw(st.booleans()))
        case "improves":
            return cl.Improves(tuple(some(draw, parties)), formula(), start())
    readings = [item.id for item in conflict.readings]
    return cl.Changes(formula(), (pick(draw, readings), pick(draw, readings)), kind == "unchanged")


@st.composite
def argued(
    draw: DrawFn, conflicts: SearchStrategy[Conflict], kinds: Sequence[str] = CHECKS, concepts: Sequence[str] = CONCEPTS
) -> Conflict:
    """Draw a conflict with a claim of each kind, each under some readings and concepts."""
    conflict = draw(conflicts)
    model = LiteralModel(conflict, conflict.readings[0].id)
    found = []
    for kind in kinds:
        check = draw_check(draw, conflict, model, kind)
        usable = [c for c in concepts if c != "sim" or (model.sim_defined and kind != "blocked")]
        readings = some(draw, [item.id for item in conflict.readings], least=0)
        asked = some(draw, usable, least=0, most=2)
        found.append(
            cl.Claim(id=f"c_{kind}", says=f"So: {kind}.", check=check, readings=tuple(readings), concepts=tuple(asked))
        )
    return replace(conflict, claims=tuple(found))


def single_drops(names: Collection[str]) -> Iterator[frozenset[str]]:
    """Yield the sets that lack one of these names."""
    for name in sorted(names):
        yield frozenset(names) - {name}
