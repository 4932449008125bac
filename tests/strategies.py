"""Hypothesis strategies for whole conflicts, small enough for the literal implementation.

Every conflict drawn is valid: it has a feasible state, its forces settle from every assignment, its preferences cover
the states and agree on the members of merged classes, the identities of its premises are unique.

``option_conflicts`` draws the option form, ``merged_conflicts`` the same with merged classes, ``graph_conflicts`` listed
states and moves, intransitive as a rule, ``any_conflict`` all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import count

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from detente.conflict.conflict import Conflict
from detente.conflict.elements import (
    Assignment,
    BlockedMove,
    Coalition,
    DecisionMaker,
    FeasibleList,
    Force,
    GraphForm,
    Infeasibility,
    Irreversibility,
    Lens,
    Level,
    Limit,
    ListedState,
    Merge,
    Option,
    Outcome,
    Preference,
    Prioritised,
    Ranking,
    Reading,
    Statement,
    StateRef,
    Utilities,
    Value,
    Weights,
)
from detente.conflict.formula import (
    And,
    AtState,
    Compare,
    Constant,
    Count,
    Formula,
    If,
    Iff,
    Named,
    Not,
    Or,
    Taken,
    Xor,
)
from tests.oracle import LiteralModel
from tests.oracle_model import Positions

MAX_RAW = 48
LENS_KINDS = ("ranking", "strict", "prioritised", "weights", "utilities", "classes")
CLASSES = ("first_class", "second_class", "third_class")


def formulas(
    options: Mapping[str, Option], outcomes: Sequence[str] = (), labels: Sequence[str] = ()
) -> SearchStrategy[Formula]:
    """Return formulas over options (by full name), outcomes and labels of listed states."""
    leaves: list[SearchStrategy[Formula]] = []
    if options:
        leaves.append(st.sampled_from([Taken(name) for name in options]))
        compared = [(name, value.id) for name, option in options.items() for value in option.values]
        leaves.append(st.builds(lambda pair, op: Compare(pair[0], op, pair[1]), st.sampled_from(compared), _OPERATORS))
    if outcomes:
        leaves.append(st.sampled_from([Named(name) for name in outcomes]))
    if labels:
        leaves.append(st.sampled_from([AtState(label) for label in labels]))
    leaf = st.one_of(*leaves) if leaves else st.sampled_from([Constant(True), Constant(False)])
    return st.recursive(
        leaf | leaf | st.sampled_from([Constant(True), Constant(False)]) if leaves else leaf, _larger, max_leaves=5
    )


_OPERATORS = st.sampled_from(["=", ">=", "<="])


def _larger(part: SearchStrategy[Formula]) -> SearchStrategy[Formula]:
    several = st.lists(part, min_size=2, max_size=3).map(tuple)
    counts = st.lists(part, min_size=1, max_size=3).flatmap(
        lambda parts: st.builds(
            Count,
            st.sampled_from(["exactly", "at least", "at most"]),
            st.integers(0, len(parts)),
            st.just(tuple(parts)),
        )
    )
    pairs = [st.builds(kind, part, part) for kind in (Xor, If, Iff)]
    return st.one_of(st.builds(Not, part), st.builds(And, several), st.builds(Or, several), counts, *pairs)


class _Names:
    """Fresh identities: unique in the whole model."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def fresh(self, kind: str) -> str:
        return f"{kind}{next(self._numbers)}"


# -- who can do what ------------------------------------------------------------------------------------------------


@st.composite
def _decision_makers(draw: DrawFn, names: _Names, budget: int, least_options: int = 1) -> tuple[DecisionMaker, ...]:
    """Draw 2 to 5 decision makers, possibly one of them nature, with at most ``budget`` raw assignments."""
    n = draw(st.integers(2, 5))
    natural = draw(st.sampled_from([None, None, *range(n)]))
    makers = []
    for i in range(n):
        options: list[Option] = []
        wanted = draw(st.integers(least_options, 3))
        for k in range(wanted):
            reserve = 2 ** (n - 1 - i) if least_options else 1
            most = budget // reserve
            if most < 2:
                break
            option = draw(_options(names, f"dm{i}", f"o{k}", min(3, most)))
            budget //= len(option.values)
            options.append(option)
        kind = "nature" if i == natural else "party"
        makers.append(DecisionMaker(id=f"dm{i}", kind=kind, options=tuple(options)))
    return tuple(makers)


@st.composite
def _options(draw: DrawFn, names: _Names, owner: str, name: str, most: int) -> Option:
    form = draw(st.sampled_from(["binary", "binary", "two", "three"][: 3 if most < 3 else 4]))
    option = Option(id=name)
    if form != "binary":
        ids = ("low", "high") if form == "two" else ("none", "some", "full")
        numbers = draw(st.just(range(len(ids))) | st.lists(st.integers(-2, 5), min_size=len(ids), max_size=len(ids)))
        option = Option(id=name, values=tuple(Value(v, Fraction(x)) for v, x in zip(ids, numbers, strict=True)))
    direction = draw(st.sampled_from([None, None, None, "forward", "backward", "listed"]))
    if direction is None:
        return option
    pairs = [(a.id, b.id) for a in option.values for b in option.values if a != b]
    changes = draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True)) if direction == "listed" else []
    rule = Irreversibility(
        id=names.fresh("r"), option=f"{owner}.{name}", direction=direction, changes=tuple(sorted(changes))
    )
    return replace(option, irreversible=rule)


def _named(conflict: Conflict, positions: Iterable[int], full: bool = False) -> Assignment:
    """Return positions as names and values, without first values unless ``full``."""
    pairs = zip(conflict.options.items(), positions, strict=True)
    return tuple((name, option.values[k].id) for (name, option), k in pairs if k or full)


# -- what is possible -----------------------------------------------------------------------------------------------


def _possible(conflict: Conflict) -> bool:
    """Return whether a state is feasible and the forces settle from everywhere."""
    try:
        model = LiteralModel(conflict)
        for positions in model.raw():
            model.settle(positions)
    except ValueError:
        return False
    return True


@st.composite
def _restricted(draw: DrawFn, names: _Names, bare: Conflict) -> Conflict:
    """Add infeasibilities, limits, forces, blocked moves and a list of states, as far as something stays possible."""
    options = bare.options
    outcomes = [outcome.id for outcome in bare.outcomes]
    formula = formulas(options, outcomes)
    conflict = bare

    def keep(**changes: object) -> None:
        nonlocal conflict
        changed = replace(conflict, **changes)  # type: ignore[arg-type]
        conflict = changed if _possible(changed) else conflict

    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2]))):
        rule = Infeasibility(id=names.fresh("f"), that=draw(formula))
        keep(infeasible=(*conflict.infeasible, rule))
    if draw(st.integers(0, 4)) == 4:
        listed = draw(st.lists(st.sampled_from(list(LiteralModel(bare).raw())), min_size=2, unique=True))
        states = tuple(_named(bare, positions, full=draw(st.booleans())) for positions in listed)
        keep(feasible=FeasibleList(id=names.fresh("l"), states=states))
    if draw(st.integers(0, 3)) == 3:
        keep(limits=(draw(_limits(names, bare)),))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        targets = draw(st.lists(st.sampled_from(list(options)), min_size=1, max_size=2, unique=True))
        sets = tuple((name, draw(st.sampled_from(options[name].values)).id) for name in targets)
        force = Force(id=names.fresh("c"), when=draw(formula), sets=sets)
        keep(forces=(*conflict.forces, force))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        conflict = replace(conflict, blocked_moves=(*conflict.blocked_moves, draw(_blocked(names, bare, formula))))
    return conflict


@st.composite
def _limits(draw: DrawFn, names: _Names, conflict: Conflict) -> Limit:
    chosen = draw(st.lists(st.sampled_from(list(conflict.options)), min_size=1, max_size=3, unique=True))
    terms = tuple((name, draw(st.sampled_from([Fraction(1), Fraction(2), Fraction(-1, 2)]))) for name in chosen)
    bound = Fraction(draw(st.integers(-2, 6)))
    across = len({conflict.owner(name) for name in chosen}) > 1
    form = draw(st.sampled_from(["most", "least", "both"]))
    return Limit(
        id=names.fresh("m"),
        terms=terms,
        at_most=bound if form != "least" else None,
        at_least=bound - draw(st.integers(0, 3)) if form == "both" else bound if form == "least" else None,
        across=across,
    )


@st.composite
def _blocked(draw: DrawFn, names: _Names, conflict: Conflict, formula: SearchStrategy[Formula]) -> BlockedMove:
    by = draw(st.sampled_from([dm.id for dm in conflict.decision_makers]))
    to = draw(st.just(Constant(True)) | formula)
    return BlockedMove(id=names.fresh("b"), by=by, from_=draw(formula), to=to)


@st.composite
def _outcomes(draw: DrawFn, options: Mapping[str, Option], labels: Sequence[str] = ()) -> tuple[Outcome, ...]:
    """Draw up to three outcomes that may use each other, in any order, none in a circle."""
    found: list[Outcome] = []
    for k in range(draw(st.integers(0, 3))):
        that = draw(formulas(options, [outcome.id for outcome in found], labels))
        found.append(Outcome(id=f"w{k}", that=that))
    return tuple(draw(st.permutations(found)))


class _Agreement:
    """Makes formulas agree on everything that one state stands for: ``blurs`` hold where they might not."""

    def __init__(self, model: LiteralModel, blurs: Sequence[Formula]) -> None:
        self.model = model
        self.blurs = blurs

    def of(self, formula: Formula, upwards: bool) -> Formula:
        try:
            for s in self.model.states:
                self.model.holds(formula, s)
        except ValueError:
            for blur in self.blurs:
                formula = Or((formula, blur)) if upwards else And((formula, Not(blur)))
        return formula


@st.composite
def _with_outcomes(draw: DrawFn, conflict: Conflict, blurs: Sequence[Formula], labels: Sequence[str] = ()) -> Conflict:
    """Add outcomes that tell no members apart, and at times three that partition the states."""
    for outcome in draw(_outcomes(conflict.options, labels)) if not conflict.outcomes else ():
        used = [name for name in outcome.that.names() if name not in {o.id for o in conflict.outcomes}]
        if used:
            continue
        that = _Agreement(LiteralModel(conflict), blurs).of(outcome.that, draw(st.booleans()))
        conflict = replace(conflict, outcomes=(*conflict.outcomes, replace(outcome, that=that)))
    if not draw(st.booleans()):
        return conflict
    agreement = _Agreement(LiteralModel(conflict), blurs)
    formula = formulas(conflict.options, [outcome.id for outcome in conflict.outcomes], labels)
    first, second = (agreement.of(draw(formula), draw(st.booleans())) for _ in range(2))
    third = Not(Or((Named(CLASSES[0]), Named(CLASSES[1]))))
    parts = (first, And((second, Not(Named(CLASSES[0])))), third)
    added = tuple(Outcome(id=name, that=that) for name, that in zip(CLASSES, parts, strict=True))
    return replace(conflict, outcomes=added + conflict.outcomes, classes=CLASSES)


# -- who wants what -------------------------------------------------------------------------------------------------


@st.composite
def _with_preferences(
    draw: DrawFn, names: _Names, bare: Conflict, blurs: Sequence[Formula], labels: Sequence[str] = ()
) -> Conflict:
    """Add one to three lenses for each party, readings, a status quo, coalitions and the place of nature."""
    model = LiteralModel(bare)
    agreement = _Agreement(model, blurs)
    formula = formulas(bare.options, [outcome.id for outcome in bare.outcomes], labels)
    references: list[StateRef] = list(labels) if labels and draw(st.booleans()) else list(model.states)
    makers = []
    for dm in bare.decision_makers:
        if dm.kind == "nature":
            makers.append(dm)
            continue
        pool = [
            Statement(id=names.fresh("p"), that=agreement.of(draw(formula), draw(st.booleans())))
            for _ in range(draw(st.integers(1, 5)))
        ]
        principles = tuple(pool.pop() for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))) if len(pool) > 1)
        lens_names = draw(st.sampled_from([["default"], ["default"], ["tactical", "strategic"], ["a", "b", "default"]]))
        lenses: list[Lens] = []
        for name in lens_names:
            kind = draw(st.sampled_from(LENS_KINDS if bare.classes else LENS_KINDS[:-1]))
            refined = draw(st.sampled_from(["", *(lens.id for lens in lenses)]))
            preference = draw(_preferences(kind, pool, references))
            lenses.append(Lens(id=name, preference=preference, refines=refined))
        if draw(st.booleans()):
            lenses.reverse()
        declared = (*pool, *principles) if principles or len(lenses) > 1 else ()
        makers.append(replace(dm, statements=declared, principles=principles, lenses=tuple(lenses)))
    conflict = replace(bare, decision_makers=tuple(makers))
    here = draw(st.sampled_from(model.states))
    quo = draw(
        st.sampled_from([None, here, _named(bare, model.members(here)[0]) if not labels else references[here - 1]])
    )
    partners = draw(st.lists(st.sampled_from(model.parties), min_size=1, unique=True))
    return replace(
        conflict,
        readings=draw(_readings(conflict)),
        status_quo=quo,
        coalitions=(Coalition(id="together", members=tuple(partners)),) if len(partners) > 1 else (),
        nature=draw(st.sampled_from(["excluded", "included"])),
    )


@st.composite
def _preferences(draw: DrawFn, kind: str, pool: Sequence[Statement], references: Sequence[StateRef]) -> Preference:
    n = len(references)
    if kind == "strict":
        return Ranking(tuple((ref,) for ref in draw(st.permutations(references))))
    if kind == "ranking":
        return _ranking(references, draw(st.lists(st.integers(0, n // 2 + 1), min_size=n, max_size=n)))
    if kind == "classes":
        return _ranking(CLASSES, draw(st.lists(st.integers(0, 2), min_size=3, max_size=3)))
    if kind == "utilities":
        numbers = draw(st.lists(st.fractions(-3, 3, max_denominator=4), min_size=n, max_size=n))
        return Utilities(tuple(zip(references, numbers, strict=True)))
    chosen = draw(st.permutations(pool))[: draw(st.integers(1, len(pool)))]
    if kind == "weights":
        weights = draw(st.lists(st.fractions(-2, 3, max_denominator=3), min_size=len(chosen), max_size=len(chosen)))
        return Weights(tuple(zip(chosen, weights, strict=True)))
    levels: list[Level] = []
    while chosen:
        size = draw(st.sampled_from([1, 1, 1, 2, 3]))
        group, chosen = tuple(chosen[:size]), chosen[size:]
        levels.append(Level(group, any_order=len(group) > 1 and draw(st.booleans())))
    return Prioritised(tuple(levels))


def _ranking(references: Sequence[StateRef], places: Sequence[int]) -> Ranking:
    return Ranking(
        tuple(
            tuple(ref for ref, here in zip(references, places, strict=True) if here == place)
            for place in sorted(set(places))
        )
    )


@st.composite
def _readings(draw: DrawFn, conflict: Conflict) -> tuple[Reading, ...]:
    found = []
    for k in range(draw(st.integers(0, 2))):
        chosen = tuple((dm.id, draw(st.sampled_from(dm.lenses)).id) for dm in conflict.parties if draw(st.booleans()))
        found.append(Reading(id=f"reading{k}", lenses=chosen))
    return tuple(found)


# -- whole conflicts ------------------------------------------------------------------------------------------------


@st.composite
def option_conflicts(draw: DrawFn) -> Conflict:
    """Draw a conflict in option form with nothing merged."""
    names = _Names()
    bare = Conflict(title="drawn", decision_makers=draw(_decision_makers(names, MAX_RAW)))
    bare = replace(bare, outcomes=draw(_outcomes(bare.options)))
    bare = draw(_restricted(names, bare))
    return draw(_with_preferences(names, draw(_with_outcomes(bare, ())), ()))


@st.composite
def merged_conflicts(draw: DrawFn) -> Conflict:
    """Draw a conflict in option form with one or two merged classes of two states or more where there are enough."""
    names = _Names()
    bare = Conflict(title="drawn", decision_makers=draw(_decision_makers(names, MAX_RAW)))
    bare = draw(_restricted(names, bare))
    unmerged = LiteralModel(bare)
    free = list(unmerged.states)
    blurs: list[Formula] = []
    for _ in range(draw(st.integers(1, 2))):
        that = draw(formulas(bare.options))
        that = And((that, *(Not(merge.that) for merge in bare.merge))) if bare.merge else that
        inside = [s for s in free if unmerged.holds(that, s)]
        if len(inside) < 2 or len(inside) == len(unmerged.states):
            inside = draw(st.permutations(free))[:2]
            that = Or(tuple(_exactly(bare, unmerged.members(s)[0]) for s in inside))
        if len(inside) < 2:
            break
        free = [s for s in free if s not in inside]
        speaker = unmerged.members(draw(st.sampled_from(inside)))[0]
        as_ = _named(bare, speaker, full=True) if draw(st.booleans()) else None
        if as_ is None:
            blurs.append(that)
        bare = replace(bare, merge=(*bare.merge, Merge(id=names.fresh("one"), that=that, as_=as_)))
    return draw(_with_preferences(names, draw(_with_outcomes(bare, blurs)), blurs))


def _exactly(conflict: Conflict, positions: Positions) -> Formula:
    parts = tuple(Compare(name, "=", value) for name, value in _named(conflict, positions, full=True))
    return And(parts) if len(parts) > 1 else parts[0]


@st.composite
def graph_conflicts(draw: DrawFn, with_options: bool | None = None, blocked: bool = False) -> Conflict:
    """Draw listed states and moves: labels only, or with options, one listed state at times with open options.

    With ``blocked``, moves may also be blocked by formulas.
    """
    names = _Names()
    if with_options is None:
        with_options = draw(st.booleans())
    makers = draw(_decision_makers(names, MAX_RAW if with_options else 1, least_options=int(with_options)))
    makers = tuple(
        replace(dm, options=tuple(replace(option, irreversible=None) for option in dm.options)) for dm in makers
    )
    bare = Conflict(title="drawn", decision_makers=makers)
    states, blurs = draw(_listed(bare)), []
    if not with_options:
        states = tuple(ListedState(f"s{k}") for k in range(1, draw(st.integers(1, 9)) + 1))
    labels = [state.label for state in states]
    blurs = [AtState(state.label) for state in states if any(value is None for _, value in state.options)]
    pairs = [(a, b) for a in labels for b in labels if a != b]
    moves = []
    for dm in makers:
        arcs = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=2 * len(labels))) if pairs else []
        moves += [(dm.id, a, b) for a, b in sorted(arcs)]
    bare = replace(bare, graph_form=GraphForm(states=states, moves=tuple(moves)))
    bare = draw(_with_outcomes(bare, blurs, labels))
    if blocked:
        formula = formulas(bare.options, (), labels)
        rule = draw(_blocked(names, bare, formula))
        agreement = _Agreement(LiteralModel(bare), blurs)
        rule = replace(rule, from_=agreement.of(rule.from_, True), to=agreement.of(rule.to, True))
        bare = replace(bare, blocked_moves=(rule,))
    return draw(_with_preferences(names, bare, blurs, labels))


@st.composite
def _listed(draw: DrawFn, conflict: Conflict) -> tuple[ListedState, ...]:
    """Draw up to ten listed states with options, no assignment in two of them, the last one at times open."""
    options = conflict.options
    raw = list(LiteralModel(conflict).raw())
    open_state = None
    if len(options) > 1 and draw(st.booleans()):
        name = draw(st.sampled_from(list(options)))
        value = draw(st.sampled_from(options[name].values)).id
        open_state = tuple((other, value if other == name else None) for other in options)
        index, position = list(options).index(name), options[name].position(value)
        raw = [positions for positions in raw if positions[index] != position]
    chosen = draw(st.lists(st.sampled_from(raw), min_size=1, max_size=9, unique=True))
    assignments: list[tuple[tuple[str, str | None], ...]] = [
        _named(conflict, positions, full=draw(st.booleans())) for positions in chosen
    ]
    assignments += [open_state] if open_state else []
    return tuple(ListedState(f"s{k}", options) for k, options in enumerate(assignments, start=1))


def any_conflict() -> SearchStrategy[Conflict]:
    """Return a strategy for conflicts of every family."""
    return st.one_of(option_conflicts(), merged_conflicts(), graph_conflicts())
