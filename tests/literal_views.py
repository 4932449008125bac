"""Views taken literally: what somebody sees, by enumeration, without the rewriting of formulas that the engine does.

The perceived game is the true one in which what is unknown cannot be taken (it stays there as an option that is pinned
to its first value), who is forgotten is nature without moves, and imagined options are options. A true state is the one
with the same options, the unknown ones not taken, the imagined ones off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from detente.conflict import elements as el
from detente.conflict import formula as fm
from detente.conflict.conflict import Conflict
from detente.conflict.views import SeenAs, View
from tests.oracle import LiteralModel


class LiteralSight(LiteralModel):
    """The game of one viewer under one reading; ``image`` has the perceived state of each true one, or None."""

    def __init__(self, true: LiteralModel, view: View, reading: str) -> None:
        self.true, self.view = true, view
        self.unseen = {item.option for item in view.unknown} | {
            name for name in true.names if true.conflict.owner(name) in {item.dm for item in view.forgets}
        }
        if true.conflict.graph_form is None and not (set(true.names) - self.unseen or view.imagined):
            raise ValueError("nobody has an option")
        self.listed = [s for s in true.states if not self._gone(s)]
        super().__init__(self._pinned(true.conflict))
        self._lenses = true.conflict.lens_choice(reading) | {item.dm: item.lens for item in view.sees if item.lens}
        self.image = {s: self._image(s) for s in true.states}

    def _gone(self, s: int) -> bool:
        if self.true.conflict.graph_form is None:
            return False
        return any(self.true.holds(item.that, s) for item in self.view.impossible)

    def _pinned(self, conflict: Conflict) -> Conflict:
        view, form = self.view, conflict.graph_form
        makers = tuple(self._maker(dm) for dm in conflict.decision_makers)
        forces = (
            replace(item, sets=tuple((o, v) for o, v in item.sets if o not in self.unseen)) for item in conflict.forces
        )
        if form is None:
            pinned = [fm.Taken(name) for name in self.unseen] + [item.that for item in view.impossible]
            rules = tuple(el.Infeasibility(id=f"pinned {k}", that=that) for k, that in enumerate(pinned))
            conflict = replace(conflict, infeasible=conflict.infeasible + rules)
        else:
            labels = {form.states[s - 1].label for s in self.listed}
            kept = tuple(state for state in form.states if state.label in labels)
            moves = tuple(move for move in form.moves if {move[1], move[2]} <= labels)
            conflict = replace(conflict, graph_form=replace(form, states=kept, moves=moves))
        merge = tuple(
            replace(
                item,
                as_=item.as_ and tuple((o, v) for o, v in item.as_ if o not in self.unseen),
            )
            for item in conflict.merge
        )
        return replace(
            conflict,
            decision_makers=makers,
            forces=tuple(item for item in forces if item.sets),
            merge=merge,
            views=(),
            status_quo=None,
        )

    def _maker(self, dm: el.DecisionMaker) -> el.DecisionMaker:
        view = self.view
        imagined = tuple(o for name, o in view.imagined_options.items() if name.split(".")[0] == dm.id)
        never = {
            name: el.Irreversibility(id=f"never {name}", option=name, direction="listed")
            for name in (f"{dm.id}.{option.id}" for option in dm.options)
            if name in self.unseen
        }
        known = (replace(o, irreversible=never.get(f"{dm.id}.{o.id}", o.irreversible)) for o in dm.options)
        dm = replace(dm, options=(*known, *imagined))
        if dm.id in {item.dm for item in view.forgets}:
            return el.DecisionMaker(id=dm.id, kind="nature", options=dm.options)
        if dm.id == view.id:
            return replace(dm, principles=view.wants + dm.principles)
        for item in view.sees:
            if item.dm == dm.id:
                wants = tuple(el.Statement(id=f"want {k}", that=that) for k, that in enumerate(item.wants))
                lenses = tuple(replace(lens, preference=_seen(lens.preference, item)) for lens in dm.lenses)
                dm = replace(dm, principles=wants + _listed(dm.principles, item), lenses=lenses)
        return dm

    def _image(self, s: int) -> int | None:
        if self.true.conflict.graph_form is not None:
            return self.listed.index(s) + 1 if s in self.listed else None
        found = {self._number_at(dict(zip(self.true.names, m, strict=True))) for m in self._speakers(s)}
        if len(found) != 1:
            raise ValueError("the assignments of one true state are seen as different states")
        return found.pop()

    def _speakers(self, s: int) -> Iterable[tuple[int, ...]]:
        return (member.positions for member in self.true._state[s].speakers)

    def _number_at(self, values: dict[str, int]) -> int | None:
        wanted = tuple(0 if name in self.unseen else values.get(name, 0) for name in self.names)
        found = [p for p in self.states if wanted in self.members(p)]
        return found[0] if found else None

    def _covered(self, values: Iterable[tuple[el.StateRef, Fraction]]) -> dict[int, Fraction]:
        """Return what a preference that names true states says of the perceived ones."""
        true = self.true._covered(values)
        found = {}
        for p in self.states:
            origin = None
            if self.true.conflict.graph_form is not None:
                origin = self.listed[p - 1]
            else:
                at = dict(zip(self.names, next(m.positions for m in self._state[p].speakers), strict=True))
                wanted = tuple(at[name] for name in self.true.names)
                origin = next((s for s in self.true.states if wanted in self.true.members(s)), None)
                if origin is None:
                    origin = next((s for s in self.true.states if self._image(s) == p), None)
            if origin is None:
                raise ValueError("a perceived state stands for no true one")
            found[p] = true[origin]
        return found

    def own(self) -> bool:
        """Return whether the viewer, if it is a party, prefers among true states what it prefers in truth."""
        dm = self.view.id
        if dm not in self.true.parties:
            return True
        kept = [(s, p) for s, p in self.image.items() if p is not None]
        return all(self.true.prefers(dm, t, s) == self.prefers(dm, q, p) for s, p in kept for t, q in kept)


def _seen(preference: el.Preference, item: SeenAs) -> el.Preference:
    if isinstance(preference, el.Prioritised):
        levels = (replace(level, statements=_listed(level.statements, item)) for level in preference.levels)
        return el.Prioritised(tuple(level for level in levels if level.statements))
    if isinstance(preference, el.Weights):
        return el.Weights(tuple((s, w) for given, w in preference.terms for s in _listed((given,), item)))
    return preference


def _listed(statements: tuple[el.Statement, ...], item: SeenAs) -> tuple[el.Statement, ...]:
    others = dict(item.statements)
    return tuple(replace(s, that=others[s.id]) if s.id in others else s for s in statements if s.id not in item.drop)


class LiteralHypergame:
    """Everybody's game, and what comes of it."""

    def __init__(self, conflict: Conflict, reading: str) -> None:
        self.true = LiteralModel(conflict, reading)
        self.sights = {view.id: LiteralSight(self.true, view, reading) for view in conflict.views}
        for seen in self.sights.values():
            if not seen.own():
                raise ValueError("own preferences are not the viewer's own in its view")

    def says_something_under_every_lens(self) -> bool:
        """Return whether every lens of every party orders the states of every game, asked for or not."""
        try:
            for seen in self.sights.values():
                for dm in map(seen.conflict.decision_maker, seen.parties):
                    seen._weighed((item, Fraction(1)) for item in dm.principles)
                    for lens in dm.lenses:
                        seen._lens_parts(dm, lens.id, ())
        except ValueError:
            return False
        return True

    def hyper(self, concept: str) -> list[int]:
        """Return the states that every party perceives and that are stable for it in its own game."""
        return [s for s in self.true.states if all(self._stays(concept, dm, s) for dm in self.true.parties)]

    def _stays(self, concept: str, dm: str, s: int) -> bool:
        if dm not in self.sights:
            return self.true.stable(concept, dm, s)
        there = self.sights[dm].image[s]
        return there is not None and self.sights[dm].stable(concept, dm, there)

    def seen(self, concept: str, viewer: str) -> tuple[list[int], list[int], list[int]]:
        """Return the true states that a viewer takes for equilibria, its illusions and its surprises."""
        seen = self.sights[viewer]
        there, here = set(seen.equilibria(concept)), set(self.true.equilibria(concept))
        taken = [s for s in self.true.states if seen.image[s] in there]
        illusions = [s for s in taken if s not in here]
        return taken, illusions, [s for s in sorted(here) if seen.image[s] is None or s not in taken]
