"""Who keeps outcomes from holding, and by which wishes, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.analysis.brief import Brief
from detente.analysis.obstacles import Obstacle, Obstacles, Shared
from detente.conflict.conflict import Conflict
from detente.conflict.elements import Premise, Statement
from detente.report.formulas import wish_words
from detente.report.parts import Heading, Line, Part
from detente.report.sentences import dm_name, first_named, to_do_words
from detente.report.speech import _, capital, counted, joined, number, quoted
from detente.report.words import ended, short

MOST_OBSTACLES = 12
"""Outcomes whose obstacles are told before the rest is counted."""
MOST_READINGS = 3
LONGEST = 300
"""Characters of one cell or sentence part that a model fills."""


def hindrances_part(found: Brief) -> Iterator[Part]:
    """Yield who keeps outcomes from holding, and by which wishes."""
    if not found.obstacles:
        return
    yield Heading(_("Who is in the way"))
    premises = {item.id: item for item in found.conflict.all_premises()}
    told: set[str] = set()
    for item in found.obstacles[:MOST_OBSTACLES]:
        label = short(found.conflict.outcome(item.outcome).label, LONGEST)
        if not item.n_states:
            yield Line(_("“{outcome}”: no state is like that.").format(outcome=label))
            continue
        if not item.readings:
            one = len(found.conflict.readings) == 1
            words = _("“{outcome}” can hold.") if one else _("“{outcome}” can hold in every reading.")
            yield Line(words.format(outcome=label))
            continue
        limited = len(item.readings) < len(found.conflict.readings)
        words = _("“{outcome}” cannot hold, {where}:") if limited else _("“{outcome}” cannot hold:")
        yield Line(words.format(outcome=label, where=_under(found.conflict, item.readings)))
        for obstacle in item.obstacles:
            again = bool(obstacle.rests_on) and told.issuperset(obstacle.rests_on)
            wishes = [_wish(found.conflict, obstacle.dm, premises[key], again=again) for key in obstacle.rests_on]
            told.update(key for key in obstacle.rests_on if premises[key].name)
            yield Line(obstacle_sentence(found.conflict, item, obstacle, wishes, again=again), point=True)
        if item.shared:
            yield Line(shared_sentence(found.conflict, item), point=True)
    if len(found.obstacles) > MOST_OBSTACLES:
        more = len(found.obstacles) - MOST_OBSTACLES
        words = counted(
            "… and {n} more outcomes (JSON has them all)", "… and {n} more outcomes (JSON has them all)", more
        )
        yield Line(words, quiet=True)


def obstacle_sentence(
    conflict: Conflict, item: Obstacles, obstacle: Obstacle, wishes: list[str], *, again: bool = False
) -> str:
    """Return what a party does that alone keeps an outcome from holding, with its wishes; ``again``: known ones."""
    who, deed, n = dm_name(conflict, obstacle.dm), obstacle.deed, item.n_states
    if len(obstacle.readings) != len(item.readings):
        who = _("{name}, {where},").format(name=who, where=_under(conflict, obstacle.readings))
    does = joined(to_do_words(conflict, o, v) for o, v in deed.change) if deed is not None else ""
    if deed is not None and does and deed.states == n:
        words = _("{who} would {deeds}").format(who=who, deeds=does)
        return f"{_with_wishes(words, wishes, again=again)}."
    words = counted("{who} would not stay in it", "{who} would stay in none of its {n} states", n, who=who)
    words = f"{_with_wishes(words, wishes, again=again)}."
    if deed is None or not does:
        return words
    several = len(obstacle.readings) > 1
    example = _("In at least {count} it would {deeds}.") if several else _("In {count} it would {deeds}.")
    return f"{words} {example.format(count=number(deed.states), deeds=does)}"


def _with_wishes(words: str, wishes: Sequence[str], *, again: bool) -> str:
    """Return what a party does, and which wishes it does it for; any of several is enough."""
    if not wishes:
        return words
    if again:
        message = {1: _("{deeds}: again {wishes}"), 2: _("{deeds}: again {wishes}; either is enough")}.get(
            len(wishes), _("{deeds}: again {wishes}; each is enough")
        )
    else:
        message = {1: _("{deeds}: it wants {wishes}"), 2: _("{deeds}: it wants {wishes}; either is enough")}.get(
            len(wishes), _("{deeds}: it wants {wishes}; each is enough")
        )
    return message.format(deeds=words, wishes=joined(wishes))


def _wish(conflict: Conflict, dm: str, premise: Premise, *, again: bool) -> str:
    assert isinstance(premise, Statement)
    if again:
        return premise.id
    if not premise.name:
        return wish_words(conflict, premise.that, dm)
    source = f", {premise.source}" if premise.source else ""
    return f"{quoted(premise.name)} ({premise.id}{short(source, 60)})"


def shared_sentence(conflict: Conflict, item: Obstacles) -> str:
    """Return one sentence on the readings in which no party alone keeps an outcome from holding."""
    readings = [name for one in item.shared for name in one.readings]
    counts: dict[str, list[int]] = {}
    for one in item.shared:
        for dm, count in _all_counts(one, item.shared):
            counts.setdefault(dm, []).append(count)
    most = sorted(counts.items(), key=lambda pair: -max(pair[1]))
    named = []
    for place, (dm, found) in enumerate(most):
        upto = max(found) > min(found)
        if place:
            words = _("{name} in up to {count}") if upto else _("{name} in {count}")
        elif upto:
            words = _("{name} in up to {count} of its {total} states")
        else:
            words = _("{name} in {count} of its {total} states")
        named.append(words.format(name=dm_name(conflict, dm), count=number(max(found)), total=number(item.n_states)))
    every = len(readings) == len(item.readings)
    words = (
        _("No party alone in all of it: {counts}.") if every else _("{where} no party alone in all of it: {counts}.")
    )
    return ended(
        capital(words.format(where="" if every else _under(conflict, readings), counts=", ".join(first_named(named))))
    )


def _all_counts(one: Shared, shared: Sequence[Shared]) -> list[tuple[str, int]]:
    """Return the counts of every party that is in the way in some reading; 0 where it is not in this one."""
    known = dict(one.unstable_for)
    parties = dict.fromkeys(dm for other in shared for dm, _ in other.unstable_for)
    return [(dm, known.get(dm, 0)) for dm in parties]


def _under(conflict: Conflict, readings: Sequence[str]) -> str:
    others = [reading.id for reading in conflict.readings if reading.id not in readings]
    if len(others) < len(readings) and len(others) <= MOST_READINGS:
        return _("except under {readings}").format(readings=readings_words(conflict, others))
    words = _("under {readings} readings") if len(readings) > MOST_READINGS else _("under {readings}")
    return words.format(readings=readings_words(conflict, readings))


def readings_words(conflict: Conflict, readings: Sequence[str]) -> str:
    """Return readings by name: all of them, some, or how many of how many."""
    total = len(conflict.readings)
    if len(readings) == total:
        return _("all {total}").format(total=total)
    if len(readings) > MOST_READINGS:
        return _("{count} of {total}").format(count=len(readings), total=total)
    return joined(quoted(conflict.reading(name).label) for name in readings)
