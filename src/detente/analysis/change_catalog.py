"""The elementary changes that smallest sets are made of: a finite list, read from the model itself.

Nothing is invented here. What a party could want instead are other places for its own statements, and statements that
the model writes down already: of its other lenses, of its candidate aims, or declared and used by nobody. What could
be secured are commitments of a party to what is wished, restrictions that are lifted, and guarantees that the author
names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from detente.conflict.conflict import Conflict
from detente.conflict.edits import PRINCIPLES, Demote, Edit, GiveUp, Move, Promote, Rank, TakeUp
from detente.conflict.elements import DecisionMaker, Lens, Level, Prioritised, Ranking, Statement
from detente.conflict.formula import Formula
from detente.conflict.secured import Bind, Fix, Hold, Lift, Offer

MOST_RANKED = 60
"""A direct ranking of more states or outcomes than this is not gone through state by state."""


@dataclass(frozen=True)
class Catalog:
    """What may change.

    Attributes
    ----------
    edits : tuple of Edit
        In the order in which they are applied where their kinds do not say it.
    unworded : tuple of str
        Parties whose preference, or a part of it, is none that can be changed statement by statement or state by state.
    """

    edits: tuple[Edit, ...]
    unworded: tuple[str, ...] = ()


def aims_of(
    conflict: Conflict, keep: Collection[str], lenses: Collection[tuple[str, str]], *, borrow: bool = False
) -> Catalog:
    """Return the changes of what parties want.

    Parameters
    ----------
    conflict : Conflict
    keep : collection of str
        Parties that stay as they are.
    lenses : collection of (party, lens)
        Those that count; lists of others are left alone.
    borrow : bool
        Whether a party may take up statements that only others use.
    """
    used = {s.id for party in conflict.parties for s in (*party.principles, *_said(party.lenses))}
    declared = [s for s in conflict.statements if borrow or s.id not in used]
    edits: list[Edit] = []
    unworded = []
    for party in conflict.parties:
        if party.id in keep:
            continue
        own = [lens for lens in party.lenses if (party.id, lens.id) in lenses]
        edits += _given_up(party, own)
        edits += _replaced(party, own)
        edits += _between(party, own)
        edits += _taken_up(party, own, declared)
        for lens in own:
            edits += _moved(party, lens)
        if not all(_worded(lens) for lens in own):
            unworded.append(party.id)
    return Catalog(tuple(edits), tuple(unworded))


def guarantees_of(
    conflict: Conflict,
    keep: Collection[str],
    wished: Collection[tuple[str, Formula]],
    fixed: Collection[tuple[str, str]] = (),
    given: Mapping[str, Conflict] | None = None,
) -> Catalog:
    """Return the changes of what is secured.

    Parameters
    ----------
    conflict : Conflict
    keep : collection of str
        Parties that stay as they are: nothing binds them.
    wished : collection of (str, Formula)
        What commitments are about, each with the text it is known by.
    fixed : collection of (text, option)
        Options that have one value in all states of a wish: if a party has no other, not to change it is not to leave.
    given : mapping of str to Conflict, optional
        The conflict with each guarantee; one that changes a party that is kept is left out.
    """
    edits: list[Edit] = []
    for party in (party for party in conflict.parties if party.id not in keep):
        for about, that in wished:
            edits.append(Bind(dm=party.id, that=that, about=about))
            names = [f"{party.id}.{option.id}" for option in party.options]
            if len(names) > 1 or (about, *names) not in fixed:
                edits += [Hold(dm=party.id, option=name, that=that, about=about) for name in names]
        if conflict.graph_form is None:
            for option in party.options:
                if option.irreversible is None:
                    name = f"{party.id}.{option.id}"
                    edits.append(Fix(dm=party.id, option=name, direction="forward"))
                    edits.append(Fix(dm=party.id, option=name, direction="backward"))
    edits += [Lift(premise=name) for name in _restrictions(conflict, keep)]
    given = given or {}
    edits += [
        Offer(guarantee=item.id)
        for item in conflict.guarantees
        if _leaves(conflict, given.get(item.id, conflict), keep)
    ]
    return Catalog(tuple(edits))


def _leaves(conflict: Conflict, given: Conflict, keep: Collection[str]) -> bool:
    """Return whether a guarantee that was given leaves parties as they are: their wishes and what they can do."""
    known = {dm.id: dm for dm in given.decision_makers}
    blocked = [item for item in given.blocked_moves if item.by in keep]
    same = all(known.get(name) == conflict.decision_maker(name) for name in keep)
    return same and blocked == [item for item in conflict.blocked_moves if item.by in keep]


def lenses_behind(conflict: Conflict, readings: Collection[str] | None) -> set[tuple[str, str]]:
    """Return the lenses (party, lens) that readings use, those that they refine included; None: of all lenses."""
    found: set[tuple[str, str]] = set()
    for party in conflict.parties:
        chosen = party.lens_names if readings is None else [conflict.lens_choice(name)[party.id] for name in readings]
        for name in chosen:
            at = name
            while at and (party.id, at) not in found:
                found.add((party.id, at))
                at = party.lens(at).refines
    return found


def _restrictions(conflict: Conflict, keep: Collection[str]) -> Iterator[str]:
    """Yield what can be lifted: infeasibilities, limits, blocked moves and irreversibilities, not of kept parties."""
    yield from (item.id for item in conflict.infeasible)
    yield from (item.id for item in conflict.limits)
    yield from (item.id for item in conflict.blocked_moves if item.by not in keep)
    for dm in conflict.decision_makers:
        yield from (o.irreversible.id for o in dm.options if o.irreversible is not None and dm.id not in keep)


# -- statements -----------------------------------------------------------------------------------------------------


def _worded(lens: Lens) -> bool:
    preference = lens.preference
    if isinstance(preference, Ranking):
        return sum(map(len, preference.classes)) <= MOST_RANKED
    return isinstance(preference, Prioritised)


def _said(lenses: Iterable[Lens]) -> list[Statement]:
    return [s for lens in lenses for s in lens.statements]


def _prioritised(lenses: list[Lens]) -> Iterator[tuple[Lens, tuple[Level, ...]]]:
    for lens in lenses:
        if isinstance(lens.preference, Prioritised):
            yield lens, lens.preference.levels


def _given_up(party: DecisionMaker, lenses: list[Lens]) -> Iterator[Edit]:
    listed = [*party.principles, *_said(lenses)]
    for name in dict.fromkeys(s.id for s in listed):
        yield GiveUp(dm=party.id, statement=name)


def _replaced(party: DecisionMaker, lenses: list[Lens]) -> Iterator[Edit]:
    """Yield other places of the same list for each statement."""
    principles = tuple(Level((s,)) for s in party.principles)
    for place, levels in ((PRINCIPLES, principles), *((lens.id, levels) for lens, levels in _prioritised(lenses))):
        for name in dict.fromkeys(s.id for level in levels for s in level.statements):
            at = next(k for k, level in enumerate(levels) if name in {s.id for s in level.statements})
            left = _without(levels, name)
            shared = len(levels[at].statements) > 1
            swap = not shared and at < len(left) and len(left[at].statements) == 1  # with the next: it goes up instead
            for gap in range(len(left) + 1):
                far = at - gap + (shared and gap <= at)
                if far and not (swap and far == -1):
                    yield Rank(dm=party.id, lens=place, statement=name, far=far, **_beside(left, gap))


def _between(party: DecisionMaker, lenses: list[Lens]) -> Iterator[Edit]:
    """Yield what puts a statement of any lens above a principle, for all lenses, or a principle below one of a lens."""
    own = list(_prioritised(lenses))
    n = len(party.principles)
    principles = tuple(Level((s,)) for s in party.principles)
    worded = all(isinstance(lens.preference, Prioritised) for lens in party.lenses)
    if worded and (n or len(own) > 1):
        known = {s.id for s in party.principles}
        for name in dict.fromkeys(s.id for s in _said(party.lenses) if s.id not in known):
            for gap in range(n + 1):
                yield Promote(dm=party.id, lens=PRINCIPLES, statement=name, far=n - gap, **_beside(principles, gap))
    if n and worded:
        last = party.principles[-1].id
        for lens, levels in own:
            left = _without(levels, last)
            for gap in range(1, len(left) + 1):
                yield Demote(dm=party.id, lens=lens.id, statement=last, far=-gap, **_beside(left, gap))


def _taken_up(party: DecisionMaker, lenses: list[Lens], shared: list[Statement]) -> Iterator[Edit]:
    """Yield every place in every list for each statement that the party could take up and the list has not."""
    listed = {s.id for s in (*party.principles, *_said(party.lenses))}
    aims = _said(party.aims)
    declared = [s for s in (*party.statements, *shared) if s.id not in listed]
    principles = tuple(Level((s,)) for s in party.principles)
    if principles or len(party.lenses) > 1:
        yield from _inserted(party, PRINCIPLES, principles, [s for s in (*aims, *declared) if s.id not in listed])
    for lens, levels in _prioritised(lenses):
        known = {s.id for s in lens.statements} | {s.id for s in party.principles}
        wanted = [s for s in (*_said(party.lenses), *aims, *declared) if s.id not in known]
        yield from _inserted(party, lens.id, levels, wanted)


def _inserted(
    party: DecisionMaker, place: str, levels: tuple[Level, ...], statements: list[Statement]
) -> Iterator[Edit]:
    n = len(levels)
    first: dict[str, Statement] = {}
    for statement in statements:
        first.setdefault(statement.id, statement)
    for statement in first.values():
        for gap in range(n, -1, -1):
            beside = _beside(levels, gap)
            yield TakeUp(dm=party.id, lens=place, statement=statement.id, what=statement, far=n - gap + 1, **beside)


def _without(levels: tuple[Level, ...], name: str) -> tuple[Level, ...]:
    rest = (tuple(s for s in level.statements if s.id != name) for level in levels)
    return tuple(Level(some) for some in rest if some)


def _beside(levels: tuple[Level, ...], gap: int) -> dict[str, str]:
    """Return what stands next to a gap: the first statement of the level below, the last of the level above."""
    return {
        "above": levels[gap].statements[0].id if gap < len(levels) else "",
        "below": levels[gap - 1].statements[-1].id if gap else "",
    }


# -- rankings -------------------------------------------------------------------------------------------------------


def _moved(party: DecisionMaker, lens: Lens) -> Iterator[Edit]:
    """Yield other places for each state or outcome of a direct ranking."""
    if not isinstance(lens.preference, Ranking) or not _worded(lens):
        return
    classes = lens.preference.classes
    for at, tier in enumerate(classes):
        for state in tier:
            rest = [tuple(s for s in some if s != state) for some in classes]
            left = [some for some in rest if some]
            swap = len(tier) == 1 and at < len(left) and len(left[at]) == 1  # with the next: it goes up instead
            for gap in range(len(left) + 1):
                far = at - gap + (len(tier) > 1 and gap <= at)
                if far and not (swap and far == -1):
                    yield Move(
                        dm=party.id,
                        lens=lens.id,
                        state=state,
                        far=far,
                        above=left[gap][0] if gap < len(left) else None,
                        below=left[gap - 1][0] if gap else None,
                    )
