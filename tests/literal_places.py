"""Phases and views of claims taken literally: the conflict as a phase says, and what somebody sees of it.

Nothing here is shared with :mod:`detente.analysis.places`. A phase is the conflict with its premises dropped, its rules
added and its lenses worn; nature does nothing in it where it says so. It begins where play by improvements can stay for
ever in the phase before. What somebody sees is :class:`tests.literal_views.LiteralSight`, of the whole or of a phase.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hypothesis.strategies import DrawFn

from detente.conflict import claims as cl
from detente.conflict import elements as el
from detente.conflict import formula as fm
from detente.conflict.conflict import Conflict
from detente.conflict.phase import Phase
from detente.conflict.views import View
from tests.draws import named, pick, some
from tests.literal_claims import LiteralArgument, States, choice, distances, dropped, restriction_ids, statement_ids
from tests.literal_views import LiteralSight
from tests.oracle import LiteralModel
from tests.strategies import formulas
from tests.test_evolution import LiteralPlay, closed_classes, reached

EVERYWHERE = fm.Constant(True)
Where = tuple[str | None, str | None, str | None, str | None]
"""Phase, viewer, reading, concept."""


def as_it_is_in(conflict: Conflict, phase: Phase) -> Conflict:
    """Return the conflict as a phase says."""
    rules = dict(phase.irreversible)

    def ruled(dm: el.DecisionMaker, option: el.Option) -> el.Option:
        name = f"{dm.id}.{option.id}"
        if name not in rules:
            return option
        if rules[name] == "no":
            return replace(option, irreversible=None)
        rule = el.Irreversibility(id=f"{name} in {phase.id}", option=name, direction=rules[name])  # type: ignore[arg-type]
        return replace(option, irreversible=rule)

    bare = dropped(conflict, phase.drop)
    return replace(
        bare,
        decision_makers=tuple(replace(d, options=tuple(ruled(d, o) for o in d.options)) for d in bare.decision_makers),
        infeasible=(*bare.infeasible, *phase.infeasible),
        readings=tuple(
            el.Reading(id=r.id, lenses=tuple((choice(conflict, phase.reading or r.id) | dict(phase.lenses)).items()))
            for r in conflict.readings
        ),
        nature=conflict.nature if phase.nature else "excluded",
        status_quo=None,
    )


class LiteralThere(LiteralArgument):
    """A conflict in one of its phases, or as it is all along."""

    def __init__(self, conflict: Conflict, whole: LiteralThere | None = None, number: int = -1) -> None:
        self.whole, self.number = whole, number
        self.phase = whole.conflict.phases[number] if whole is not None else None
        super().__init__(conflict)

    def in_phase(self, name: str) -> LiteralThere:
        """Return the argument in a phase."""
        number = [item.id for item in self.conflict.phases].index(name)
        return LiteralThere(as_it_is_in(self.conflict, self.conflict.phases[number]), self, number)

    @property
    def nature(self) -> bool:
        """Whether nature moves."""
        return self.phase is None or self.phase.nature

    outer: tuple[str, ...] = ()
    """The readings that a claim is asked under where no phase prescribes one."""

    def begins(self, reading: str) -> States:
        """Return where a check begins that does not say so. ValueError where nothing does."""
        readings = self.outer if self.phase is not None and self.phase.reading and self.outer else (reading,)
        return frozenset[int]().union(*(self._begins_under(name) for name in readings))

    def _begins_under(self, reading: str) -> States:
        if self.phase is None or self.whole is None:
            return self.start(None)
        given = self.phase.status_quo
        if given is None and self.number:
            before = self.whole.in_phase(self.whole.conflict.phases[self.number - 1].id)
            rows = before.play(reading).graph(before._begins_under(reading))
            return frozenset(self._entered(before.base, s) for some in closed_classes(rows) for s in some)
        whole = self.whole.conflict.status_quo
        if given is None and isinstance(whole, tuple):
            given = whole
        if given is not None:
            return frozenset({self.base.number_of(tuple({**dict(given), **dict(self.phase.sets)}.items()))})
        (state,) = self.whole.start(None)
        return frozenset({self._entered(self.whole.base, state)})

    def _entered(self, before: LiteralModel, s: int) -> int:
        """Return what a state becomes when the phase begins."""
        assert self.phase is not None
        if self.conflict.graph_form is not None:
            return s
        speaker = dict(named(before.conflict, before._state[s].speakers[0].positions, full=True))
        return self.base.number_of(tuple({**speaker, **dict(self.phase.sets)}.items()))

    def play(self, reading: str, check: cl.Check | None = None) -> LiteralPlay:
        """Return play by improvements as a check means it."""
        return LiteralPlay(
            self.model(reading),
            improvements="best" if getattr(check, "best", False) else "any",
            joint=[item.parties for item in self.conflict.agreements] if getattr(check, "joint", False) else [],
            nature="eventually" if self.nature and getattr(check, "nature", True) else "never",
        )

    def starts(self, check: cl.Check, reading: str) -> States:
        """Return where a check begins; everywhere where that makes no sense."""
        start = getattr(check, "start", EVERYWHERE)
        return self.begins(reading) if start is None else self.true(start)

    def holds(self, check: cl.Check, reading: str, concept: str) -> bool:
        if set(cl.parties_of(check)) - set(self.base.parties):
            raise ValueError("somebody is not there")
        if getattr(check, "joint", False) and not self.conflict.agreements:
            raise ValueError("nobody to move jointly")
        match check:
            case cl.Evolves():
                return self._evolves(check, reading)
            case cl.Improves():
                goal = self.true(check.to)
                return all(self.joint(reading, check.members, s, goal) for s in self.starts(check, reading))
            case cl.Reaches() if check.joint:
                starts = self.starts(check, reading)
                there = reached(self.play(reading, check).graph(starts), starts)
                return bool(there & self.true(check.that)) != check.negated
            case cl.Reaches():
                model, who = self.model(reading), check.by
                if not isinstance(who, tuple):
                    who = tuple(dm for dm in model.everyone if self.nature or dm not in model.natures)
                near = distances(model, self.starts(check, reading), who, check.by != "moves")
                return bool(self.true(check.that) & set(near)) != check.negated
        return super().holds(check, reading, concept)

    def _evolves(self, check: cl.Evolves, reading: str) -> bool:
        goal, starts = self.true(check.that), self.starts(check, reading)
        if not starts:
            return True
        rows = self.play(reading, check).graph(starts)
        if check.kind in ("inevitable", "certain"):
            ends = all(some <= goal for some in closed_classes(rows))
            forever = set(rows) - goal
            while lost := {s for s in forever if not any(t in forever for _, t in rows[s])}:
                forever -= lost
            return ends and (check.kind == "inevitable" or not starts & forever)
        safe = set(rows) - goal
        while lost := {s for s in safe if any(t not in safe for who, t in rows[s] if not set(who) & set(check.by))}:
            safe -= lost
        return (starts <= safe) == (check.kind == "avoidable")

    def nothing(self, check: cl.Check, reading: str) -> bool:
        """Return whether no state is of the kind that a check denies or generalises about."""
        match check:
            case cl.Evolves() | cl.Improves():
                return not self.starts(check, reading)
            case cl.Reaches():
                return check.negated and not (self.true(check.that) and self.starts(check, reading))
        return self.speaks_of_nothing(check)

    def said(self, dm: str) -> list[tuple[str, fm.Formula]]:
        """Return what a party's preferences are made of, with the premises that it is owed to."""
        maker = self.conflict.decision_maker(dm)
        statements = [*maker.principles, *(s for lens in maker.lenses for s in lens.statements)]
        return [(s.id, s.that) for s in statements]

    def circular(self, check: cl.Check) -> set[str]:
        """Return the premises that say who prefers what, as a check does."""
        if not isinstance(check, cl.Prefers):
            return set()
        same = self.true(check.this), frozenset(self.base.states) - self.true(check.over)
        return {name for name, that in self.said(check.dm) if self.true(that) in same}


class LiteralSeen(LiteralThere):
    """A conflict, or a phase of it, as somebody sees it. ValueError where that makes no sense under some reading."""

    def __init__(self, there: LiteralThere, view: View) -> None:
        self.there, self.view = there, view
        self.seen = {r.id: LiteralSight(there.model(r.id), view, r.id) for r in there.conflict.readings}
        first = next(iter(self.seen.values()))
        for sight in self.seen.values():
            for dm in sight.parties:
                sight.keys(dm)
            if not sight.own():
                raise ValueError("own preferences are not the viewer's own in its view")
        super().__init__(first.conflict)
        self.base, self.phase = first, there.phase
        forgotten = {item.dm for item in view.forgets}
        kept = tuple(a for a in there.conflict.agreements if not forgotten & set(a.parties))
        self.conflict = replace(self.conflict, agreements=kept)

    def model(self, reading: str) -> LiteralModel:
        return self.seen[reading]

    def begins(self, reading: str) -> States:
        found = {self.seen[reading].image[s] for s in self.there.begins(reading)}
        if None in found:
            raise ValueError("it does not perceive where this begins")
        return frozenset(s for s in found if s is not None)

    def said(self, dm: str) -> list[tuple[str, fm.Formula]]:
        found = dict[str, str]()
        for item in self.view.sees:
            if item.dm == dm:
                found = {name: item.id for name, _ in item.statements}
                found |= {f"want {k}": item.id for k in range(len(item.wants))}
        return [(found.get(name, name), that) for name, that in super().said(dm)]

    def covers_every_lens(self) -> bool:
        """Return whether every lens, asked for or not, ranks all that is seen."""
        try:
            for dm in map(self.base.conflict.decision_maker, self.base.parties):
                for lens in dm.lenses:
                    self.base._lens_parts(dm, lens.id, ())
        except ValueError:
            return False
        return True


def places(conflict: Conflict, claim: cl.Claim) -> Iterator[tuple[str | None, str | None, LiteralThere]]:
    """Yield phase, viewer and argument of each place that a claim is asked in."""
    whole = LiteralThere(conflict)
    for phase in claim.phases or (None,):
        there = whole if phase is None else whole.in_phase(phase)
        there.outer = claim.readings or tuple(item.id for item in conflict.readings)
        for viewer in claim.views or (None,):
            view = next((item for item in conflict.views if item.id == viewer), None)
            yield phase, viewer, there if view is None else LiteralSeen(there, view)


def asked(conflict: Conflict, claim: cl.Claim) -> dict[Where, tuple[bool, bool]]:
    """Return the answer at each place, reading and concept, and whether it is one about nothing."""
    found = {}
    check, concepts = claim.check, claim.concepts or ("seq",)
    by_concept = not isinstance(check, (cl.Reaches, cl.Prefers, cl.Improves, cl.Evolves))
    prescribed = {item.id: item.reading for item in conflict.phases}
    between = check.between if isinstance(check, cl.Changes) and check.phases else ()
    by_reading = not isinstance(check, (cl.Endures, cl.Changes)) or not all(prescribed.get(p) for p in between or "?")
    for phase, viewer, there in places(conflict, claim):
        readings = claim.readings or tuple(item.id for item in conflict.readings)
        if phase is not None and prescribed[phase]:
            readings = (prescribed[phase],)
        if isinstance(check, cl.Endures) or (isinstance(check, cl.Changes) and not (between and by_reading)):
            readings = readings[:1]
            by_reading = False
        for r in readings:
            for c in concepts if by_concept else concepts[:1]:
                where = (phase, viewer, r if by_reading else None, c if by_concept else None)
                if between:
                    found[where] = _changes(conflict, claim, viewer, r, c)
                else:
                    found[where] = there.holds(check, r, c), there.nothing(check, r)
    return found


def _changes(conflict: Conflict, claim: cl.Claim, viewer: str | None, reading: str, concept: str) -> tuple[bool, bool]:
    """Return whether it can hold differs between two phases, and whether there is no such state in either."""
    assert isinstance(claim.check, cl.Changes)
    can, some_are = [], False
    for name in claim.check.between:
        ((phase, _, there),) = places(conflict, replace(claim, phases=(name,), views=(viewer,) if viewer else ()))
        then = next(item.reading for item in conflict.phases if item.id == phase) or reading
        can.append(bool(there.true(claim.check.that) & there.held(concept, then)))
        some_are |= bool(there.true(claim.check.that))
    return (can[0] != can[1]) != claim.check.negated, not some_are


# -- what they are tried on -----------------------------------------------------------------------------------------


def draw_phases(draw: DrawFn, conflict: Conflict) -> Conflict:
    """Return a conflict with one to three phases.

    States are others only where no preference numbers them and none are merged, so that they say something of all.
    """
    numbered = any(
        isinstance(lens.preference, (el.Ranking, el.Utilities)) for dm in conflict.parties for lens in dm.lenses
    )
    by_options = conflict.graph_form is None
    others = by_options and not numbered and not conflict.merge
    statements = sorted(statement_ids(conflict))
    droppable = [*statements, *(sorted(restriction_ids(conflict)) if others or not by_options else [])]
    found = []
    for k in range(draw_small(draw, 1, 3)):
        name = f"p{k}"
        parties = some(draw, conflict.parties, least=0, most=2)
        options = list(conflict.options.items())
        rules = ()
        if others and draw_small(draw, 0, 1):
            that = draw(formulas(conflict.options))
            rules = (el.Infeasibility(id=f"infeasible in {name}: {that.text()}", that=that),)
        set_ = some(draw, options, least=0, most=2) if by_options else []
        given = None
        if by_options and not draw_small(draw, 0, 4):
            model = LiteralModel(conflict)
            given = named(conflict, model._state[pick(draw, model.states)].speakers[0].positions)
        ruled = some(draw, options, least=0, most=1) if by_options and not conflict.merge else []
        found.append(
            Phase(
                id=name,
                reading=pick(draw, ("", "", *(r.id for r in conflict.readings))),
                lenses=tuple((dm.id, pick(draw, dm.lenses).id) for dm in parties),
                drop=tuple(some(draw, droppable, least=0, most=2)) if droppable else (),
                infeasible=rules,
                irreversible=tuple((n, pick(draw, ("no", "forward", "backward"))) for n, _ in ruled),
                sets=tuple((n, pick(draw, o.values).id) for n, o in set_),
                status_quo=given,
                nature=bool(draw_small(draw, 0, 1)),
            )
        )
    return replace(conflict, phases=tuple(found))


def draw_small(draw: DrawFn, least: int, most: int) -> int:
    """Draw a small number."""
    return pick(draw, range(least, most + 1))
