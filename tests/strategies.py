"""Hypothesis strategies for whole conflicts, small enough for the literal implementation.

Every conflict drawn is valid: it has a feasible state, its forces settle from every assignment, its preferences cover
the states and agree on the members of merged classes, the identities of its premises are unique.

``option_conflicts`` draws the option form, ``merged_conflicts`` the same with merged classes, ``graph_conflicts``
listed states and moves, intransitive as a rule, ``any_conflict`` all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from detente.conflict import elements as el
from detente.conflict import formula as fm
from detente.conflict.conflict import Conflict
from tests.draws import Names, decision_makers, named, number, pick, some
from tests.oracle import LiteralModel
from tests.oracle_model import Positions

MAX_RAW = 48
LENS_KINDS = ("ranking", "strict", "prioritised", "weights", "utilities", "classes")
CLASSES = ("first_class", "second_class", "third_class")


@st.composite
def formulas(
    draw: DrawFn, options: Mapping[str, el.Option], outcomes: Sequence[str] = (), labels: Sequence[str] = ()
) -> fm.Formula:
    """Draw a formula over options (by full name), outcomes and labels of listed states."""
    leaves: list[Sequence[fm.Formula]] = [
        [fm.Taken(name) for name in options],
        [fm.Named(name) for name in outcomes],
        [fm.AtState(label) for label in labels],
        [
            fm.Compare(name, sign, value.id)
            for name, option in options.items()
            for value in option.values
            for sign in ("=", ">=", "<=")
        ],
    ]
    return _formula(draw, [kind for kind in leaves if kind], 3)


def _formula(draw: DrawFn, leaves: Sequence[Sequence[fm.Formula]], depth: int) -> fm.Formula:
    kind = draw(st.integers(0, 11)) if depth else 0
    if kind <= 4:
        if not leaves or (kind == 4 and draw(st.booleans())):
            return fm.Constant(draw(st.booleans()))
        return pick(draw, pick(draw, leaves))
    size = 1 if kind == 5 else draw(st.integers(1, 3)) if kind == 6 else 2 + (kind >= 10 and draw(st.booleans()))
    parts = tuple(_formula(draw, leaves, depth - 1) for _ in range(size))
    match kind:
        case 5:
            return fm.Not(parts[0])
        case 6:
            return fm.Count(pick(draw, ("exactly", "at least", "at most")), draw(st.integers(0, size)), parts)
        case 7 | 8 | 9:
            return (fm.Xor, fm.If, fm.Iff)[kind - 7](*parts)
    return fm.And(parts) if kind == 10 else fm.Or(parts)


# -- what is possible -----------------------------------------------------------------------------------------------


def _possible(conflict: Conflict, least: int) -> bool:
    """Return whether enough states are feasible and the forces settle from everywhere."""
    try:
        model = LiteralModel(conflict)
        for positions in model.raw():
            model.settle(positions)
    except ValueError:
        return False
    return len(model.states) >= least


def _restricted(draw: DrawFn, names: Names, bare: Conflict) -> Conflict:
    """Add infeasibilities, limits, forces, blocked moves and a list of states, as far as enough stays possible."""
    conflict, options = bare, bare.options
    least = pick(draw, (4, 4, 3, 1))
    formula = formulas(options, [outcome.id for outcome in bare.outcomes])

    def keep(**changes: Any) -> None:
        nonlocal conflict
        changed = replace(conflict, **changes)
        conflict = changed if _possible(changed, least) else conflict

    for _ in range(pick(draw, (0, 0, 1, 1, 2))):
        rule = el.Infeasibility(id=names.fresh("f"), that=draw(formula))
        keep(infeasible=(*conflict.infeasible, rule))
    if draw(st.integers(0, 5)) == 5:
        listed = some(draw, list(LiteralModel(bare).raw()), least=2)
        states = tuple(named(bare, positions, full=draw(st.booleans())) for positions in listed)
        keep(feasible=el.FeasibleList(id=names.fresh("l"), states=states))
    if draw(st.integers(0, 3)) == 3:
        keep(limits=(_limit(draw, names, bare),))
    for _ in range(pick(draw, (0, 0, 0, 1, 2))):
        targets = some(draw, list(options), most=2)
        sets = tuple((name, pick(draw, options[name].values).id) for name in targets)
        force = el.Force(id=names.fresh("c"), when=draw(formula), sets=sets)
        keep(forces=(*conflict.forces, force))
    for _ in range(pick(draw, (0, 0, 0, 1, 2))):
        block = _blocked(draw, names, bare, formula)
        conflict = replace(conflict, blocked_moves=(*conflict.blocked_moves, block))
    return conflict


def _limit(draw: DrawFn, names: Names, conflict: Conflict) -> el.Limit:
    chosen = some(draw, list(conflict.options), most=3)
    terms = tuple((name, pick(draw, (Fraction(1), Fraction(2), Fraction(-1, 2)))) for name in chosen)
    bound, form = Fraction(draw(st.integers(-2, 6))), pick(draw, ("most", "least", "both"))
    return el.Limit(
        id=names.fresh("m"),
        terms=terms,
        at_most=None if form == "least" else bound,
        at_least=None if form == "most" else bound - draw(st.integers(0, 3)),
        across=len({conflict.owner(name) for name in chosen}) > 1,
    )


def _blocked(draw: DrawFn, names: Names, conflict: Conflict, formula: SearchStrategy[fm.Formula]) -> el.BlockedMove:
    by = pick(draw, conflict.decision_makers).id
    to = fm.Constant(True) if draw(st.booleans()) else draw(formula)
    return el.BlockedMove(id=names.fresh("b"), by=by, from_=draw(formula), to=to)


def _agreeing(
    draw: DrawFn, conflict: Conflict, formula: SearchStrategy[fm.Formula], blurs: Sequence[fm.Formula]
) -> fm.Formula:
    """Draw a formula that is equally true of all that one state stands for: ``blurs`` hold where it might not be."""
    drawn = draw(formula)
    if not blurs:
        return drawn
    model = LiteralModel(conflict)
    try:
        for s in model.states:
            model.holds(drawn, s)
    except ValueError:
        for blur in blurs:
            drawn = fm.Or((drawn, blur)) if draw(st.booleans()) else fm.And((drawn, fm.Not(blur)))
    return drawn


def _with_outcomes(
    draw: DrawFn, conflict: Conflict, blurs: Sequence[fm.Formula] = (), labels: Sequence[str] = ()
) -> Conflict:
    """Add outcomes in any order, which may use each other and tell no members apart; at times three partition all."""

    def formula() -> fm.Formula:
        known = [outcome.id for outcome in conflict.outcomes]
        return _agreeing(draw, conflict, formulas(conflict.options, known, labels), blurs)

    for k in range(draw(st.integers(0, 3))):
        conflict = replace(conflict, outcomes=(*conflict.outcomes, el.Outcome(id=f"w{k}", that=formula())))
    if draw(st.booleans()):
        first, second = map(fm.Named, CLASSES[:2])
        parts = (formula(), fm.And((formula(), fm.Not(first))), fm.Not(fm.Or((first, second))))
        added = tuple(el.Outcome(id=name, that=that) for name, that in zip(CLASSES, parts, strict=True))
        conflict = replace(conflict, outcomes=conflict.outcomes + added, classes=CLASSES)
    return replace(conflict, outcomes=tuple(some(draw, conflict.outcomes, least=len(conflict.outcomes))))


# -- who wants what -------------------------------------------------------------------------------------------------


def _with_preferences(
    draw: DrawFn, names: Names, bare: Conflict, blurs: Sequence[fm.Formula] = (), labels: Sequence[str] = ()
) -> Conflict:
    """Add one to three lenses for each party, readings, a status quo, a coalition and the place of nature."""
    model = LiteralModel(bare)
    formula = formulas(bare.options, [outcome.id for outcome in bare.outcomes], labels)
    by_label = draw(st.booleans())
    references: Sequence[el.StateRef] = labels if labels and by_label else model.states
    makers = []
    for dm in bare.decision_makers:
        if dm.kind == "party":
            pool = [
                el.Statement(id=names.fresh("p"), that=_agreeing(draw, bare, formula, blurs))
                for _ in range(draw(st.integers(1, 5)))
            ]
            principles = tuple(pool.pop() for _ in range(pick(draw, (0, 0, 0, 1, 2))) if len(pool) > 1)
            lenses: list[el.Lens] = []
            for name in pick(draw, (["default"], ["default"], ["tactical", "strategic"], ["a", "b", "default"])):
                preference = _preference(draw, LENS_KINDS if bare.classes else LENS_KINDS[:-1], pool, references)
                other, replaces = pick(draw, ["", *(lens.id for lens in lenses)]), draw(st.booleans())
                lens = el.Lens(id=name, preference=preference)
                lenses.append(replace(lens, replaces=other) if replaces else replace(lens, refines=other))
            if draw(st.booleans()):
                lenses.reverse()
            declared = (*pool, *principles) if principles or len(lenses) > 1 else ()
            makers.append(replace(dm, statements=declared, principles=principles, lenses=tuple(lenses)))
        else:
            makers.append(dm)
    here = pick(draw, model.states)
    status_quo: el.Assignment | el.StateRef = here
    if draw(st.booleans()):
        status_quo = labels[here - 1] if labels else named(bare, model.members(here)[0])
    partners = tuple(some(draw, model.parties))
    conflict = replace(bare, decision_makers=tuple(makers))
    return replace(
        conflict,
        readings=_readings(draw, conflict),
        status_quo=status_quo if draw(st.booleans()) else None,
        coalitions=(el.Coalition(id="together", members=partners),) if len(partners) > 1 else (),
        nature=pick(draw, ("excluded", "included")),
    )


def _preference(
    draw: DrawFn, kinds: Sequence[str], pool: Sequence[el.Statement], references: Sequence[el.StateRef]
) -> el.Preference:
    kind, n = pick(draw, kinds), len(references)
    if kind == "strict":
        return el.Ranking(tuple((ref,) for ref in some(draw, references, least=n)))
    if kind == "ranking":
        return _ranking(references, [draw(st.integers(0, n // 2 + 1)) for _ in references])
    if kind == "classes":
        return _ranking(CLASSES, [draw(st.integers(0, 2)) for _ in CLASSES])
    if kind == "utilities":
        return el.Utilities(tuple((ref, number(draw)) for ref in references))
    chosen = some(draw, pool)
    if kind == "weights":
        return el.Weights(tuple((statement, number(draw)) for statement in chosen))
    levels: list[el.Level] = []
    while chosen:
        size = pick(draw, (1, 1, 1, 2, 3))
        group, chosen = tuple(chosen[:size]), chosen[size:]
        levels.append(el.Level(group, any_order=len(group) > 1 and draw(st.booleans())))
    return el.Prioritised(tuple(levels))


def _ranking(references: Sequence[el.StateRef], places: Sequence[int]) -> el.Ranking:
    placed = list(zip(references, places, strict=True))
    return el.Ranking(tuple(tuple(ref for ref, k in placed if k == place) for place in sorted(set(places))))


def _readings(draw: DrawFn, conflict: Conflict) -> tuple[el.Reading, ...]:
    found = []
    for k in range(draw(st.integers(0, 2))):
        chosen = tuple((dm.id, pick(draw, dm.lenses).id) for dm in conflict.parties if draw(st.booleans()))
        found.append(el.Reading(id=f"reading{k}", lenses=chosen))
    return tuple(found)


# -- whole conflicts ------------------------------------------------------------------------------------------------


@st.composite
def option_conflicts(draw: DrawFn) -> Conflict:
    """Draw a conflict in option form with nothing merged."""
    names = Names()
    bare = Conflict(title="drawn", decision_makers=decision_makers(draw, names, MAX_RAW))
    bare = _restricted(draw, names, _with_outcomes(draw, bare))
    return _with_preferences(draw, names, bare)


@st.composite
def merged_conflicts(draw: DrawFn) -> Conflict:
    """Draw a conflict in option form with one or two merged classes of two states or more where there are enough."""
    names = Names()
    bare = Conflict(title="drawn", decision_makers=decision_makers(draw, names, MAX_RAW))
    bare = _restricted(draw, names, bare)
    unmerged = LiteralModel(bare)
    free = list(unmerged.states)
    blurs: list[fm.Formula] = []
    for _ in range(draw(st.integers(1, 2))):
        if len(free) < 2:
            break
        that = draw(formulas(bare.options))
        if bare.merge:
            that = fm.And((that, fm.Not(bare.merge[0].that)))
        inside = [s for s in free if unmerged.holds(that, s)]
        if not 2 <= len(inside) < len(unmerged.states):
            inside = some(draw, free, least=2, most=3)
            that = fm.Or(tuple(_exactly(bare, unmerged.members(s)[0]) for s in inside))
        free = [s for s in free if s not in inside]
        as_ = named(bare, unmerged.members(pick(draw, inside))[0], full=True) if draw(st.booleans()) else None
        blurs += [that] if as_ is None else []
        bare = replace(bare, merge=(*bare.merge, el.Merge(id=names.fresh("one"), that=that, as_=as_)))
    return _with_preferences(draw, names, _with_outcomes(draw, bare, blurs), blurs)


def _exactly(conflict: Conflict, positions: Positions) -> fm.Formula:
    parts = tuple(fm.Compare(name, "=", value) for name, value in named(conflict, positions, full=True))
    return fm.And(parts)


@st.composite
def graph_conflicts(draw: DrawFn, with_options: bool | None = None, blocked: bool = False) -> Conflict:
    """Draw listed states and moves: labels only, or with options, one listed state at times with open options.

    With ``blocked``, moves may also be blocked by a formula.
    """
    names = Names()
    with_options = draw(st.booleans()) if with_options is None else with_options
    makers = tuple(
        replace(dm, options=tuple(replace(option, irreversible=None) for option in dm.options))
        for dm in decision_makers(draw, names, MAX_RAW if with_options else 1, least=int(with_options))
    )
    bare = Conflict(title="drawn", decision_makers=makers)
    if with_options:
        states = _listed(draw, bare)
    else:
        states = tuple(el.ListedState(f"s{k}") for k in range(1, draw(st.integers(1, 9)) + 1))
    labels = [state.label for state in states]
    blurs = [fm.AtState(state.label) for state in states if any(value is None for _, value in state.options)]
    pairs = [(a, b) for a in labels for b in labels if a != b]
    arcs = [sorted(some(draw, pairs, least=0, most=2 * len(labels))) for _ in makers]
    moves = tuple((dm.id, a, b) for dm, listed in zip(makers, arcs, strict=True) for a, b in listed)
    bare = replace(bare, graph_form=el.GraphForm(states=states, moves=moves))
    bare = _with_outcomes(draw, bare, blurs, labels)
    if blocked:
        formula = formulas(bare.options, [outcome.id for outcome in bare.outcomes], labels)
        block = _blocked(draw, names, bare, st.builds(lambda: _agreeing(draw, bare, formula, blurs)))
        bare = replace(bare, blocked_moves=(block,))
    return _with_preferences(draw, names, bare, blurs, labels)


def _listed(draw: DrawFn, conflict: Conflict) -> tuple[el.ListedState, ...]:
    """Draw up to ten listed states with options, no assignment in two of them, the last one at times open."""
    options = conflict.options
    raw = list(LiteralModel(conflict).raw())
    last: list[tuple[tuple[str, str | None], ...]] = []
    if len(options) > 1 and draw(st.booleans()):
        index = draw(st.integers(0, len(options) - 1))
        fixed = list(options)[index]
        position = draw(st.integers(0, len(options[fixed].values) - 1))
        last = [
            tuple((name, option.values[position].id if name == fixed else None) for name, option in options.items())
        ]
        raw = [positions for positions in raw if positions[index] != position]
    assignments = [named(conflict, p, full=draw(st.booleans())) for p in some(draw, raw, most=9)] + last
    return tuple(el.ListedState(f"s{k}", options) for k, options in enumerate(assignments, start=1))


def any_conflict() -> SearchStrategy[Conflict]:
    """Return a strategy for conflicts of every family."""
    return st.one_of(option_conflicts(), merged_conflicts(), graph_conflicts())
