"""A conflict in brief, in plain words: the parties, what can hold, who is in the way, the story, the argument."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

from detente.analysis.brief import LEVELS, Brief, Fate, Reached
from detente.analysis.durability import MEANING
from detente.analysis.obstacles import Obstacle, Obstacles, Shared
from detente.analysis.wants import Want
from detente.conflict.conflict import Conflict
from detente.conflict.elements import DecisionMaker, Premise, Statement
from detente.report.brief_story import step_sentence, story_part
from detente.report.formulas import statement_words, wish_words
from detente.report.page import Grid, Heading, Line, Part
from detente.report.sentences import change_words, dm_name, joined, plural
from detente.report.tour import LAY_WORDS
from detente.report.words import outcomes_words, parties_words, short, state_words

MOST_OUTCOMES = 30
"""Outcomes that are shown before the rest is counted."""
MOST_OBSTACLES = 12
"""Outcomes whose obstacles are told before the rest is counted."""
MOST_FAILING = 5
MOST_READINGS = 3
LONGEST = 300
"""Characters of one cell or sentence part that a model fills."""

_REACHED: dict[Reached, tuple[str, str]] = {
    "there": ("is so already", ""),
    "yes": ("yes", "yes: by steps that are a gain for who takes them"),
    "together": ("only together", "only together: it takes a joint step that all parties to an agreement gain by"),
    "passing": ("in passing", "in passing: play comes through it, but to no state in which it holds"),
    "no": ("no", ""),
}


def brief_page(found: Brief, called: str = "MODEL") -> list[Part]:
    """Return the page; ``called`` is what the user called the model, for the command to go on with."""
    graph, conflict = found.world.graph, found.conflict
    parts: list[Part] = [Heading(conflict.title or "Untitled conflict", 1)]
    if conflict.because:
        parts.append(Line(short(conflict.because, 2 * LONGEST)))
    names = conflict.classes or conflict.outcomes
    told = f", told apart as {plural(len(names), 'outcome')}" if names else ""
    parts.append(Line(f"{parties_words(conflict)} · {plural(graph.n_states, 'state')}{told}", quiet=True))
    parts += _parties(found)
    parts += _outcomes(found)
    parts += _in_the_way(found)
    parts += story_part(found.story, conflict)
    parts += _argument(found)
    parts += [Line(f"Left out: {what} ({why}).", quiet=True) for what, why in found.left_out.items()]
    check = f"`detente check {shlex.quote(called)} --why` says on which premises they stand."
    states = f"`detente states {shlex.quote(called)}` shows who wants what."
    words = f"These are verdicts of the model, not forecasts; {check if conflict.claims else states}"
    parts.append(Line(words, apart=True))
    return parts


# -- who wants what -------------------------------------------------------------------------------------------------


def _parties(found: Brief) -> Iterator[Part]:
    conflict, graph = found.conflict, found.world.graph
    yield Heading("Who wants what")
    rows = []
    for dm in conflict.decision_makers:
        can = [option.label for option in dm.options]
        wanted = _wanted(found, dm) if dm.kind == "party" else "nobody decides this"
        rows.append((short(dm.label, LONGEST), short("; ".join(can), LONGEST) or "–", short(wanted, 2 * LONGEST)))
    yield Grid(("party", "what it can do", "what it wants first"), tuple(rows), frozenset(range(len(rows))))
    if graph.status_quo is not None:
        outcomes = outcomes_words(graph, graph.status_quo)
        if graph.class_of is not None:
            outcomes = conflict.outcome(conflict.classes[graph.class_of[graph.status_quo]]).label
        begins = f"“{outcomes}”" if outcomes else state_title(found, graph.status_quo)
        yield Line(short(f"It begins with {begins}", 2 * LONGEST) + ".")
    if len(conflict.readings) > 1:
        named_readings = [
            f"“{r.label}”" + (" (now)" if r.id == found.now else " (later)" if r.id == found.later else "")
            for r in conflict.readings[:12]
        ]
        more = [] if len(conflict.readings) <= 12 else [f"{len(conflict.readings) - 12} more"]
        words = f"A reading says which of its orders of wishes each party goes by: {joined(named_readings + more)}."
        yield Line(words, quiet=True)


def _wanted(found: Brief, dm: DecisionMaker) -> str:
    conflict = found.conflict
    own = [want for want in found.wants if want.dm == dm.id]

    def listed(statements: Sequence[Statement]) -> str:
        return "; ".join(statement_words(conflict, item, dm.id).rstrip(".") for item in statements)

    words = []
    most = 1 if len({want.first for want in own}) > 1 else len(own[0].first)
    if own[0].principles:
        words.append(listed(own[0].principles))
        if len(own) > 1:
            words[0] = f"always: {words[0]}"
    by_first: dict[str, list[Want]] = {}
    for want in own:
        said = listed(want.first[:most]) or ("" if want.principles else _liked(found, want))
        by_first.setdefault(said, []).append(want)
    for said, group in sorted(by_first.items(), key=lambda item: _time(found, dm, item[1])):
        when = "" if len(by_first) == 1 else f"{_when(found, dm, group)}: "
        if said:
            words.append(f"{when}{said}")
    return ". ".join(part[0].upper() + part[1:] for part in words if part)


def _time(found: Brief, dm: DecisionMaker, group: Sequence[Want]) -> int:
    """Return 0 for a lens of today, 1 for one of the long run, 2 for others."""
    lenses = {want.lens for want in group}
    times = [
        time is not None and found.conflict.lens_choice(time)[dm.id] in lenses for time in (found.now, found.later)
    ]
    return times.index(True) if any(times) else 2


def _liked(found: Brief, want: Want) -> str:
    """Return the state that a party likes best; parties whose preference is no list of statements have one."""
    if want.best is None:
        return "nothing: it is indifferent"
    graph = found.world.graph
    others = f" (or one of {plural(want.n_best - 1, 'state')} as good)" if want.n_best > 1 else ""
    return f"{state_title(found, want.best)}{others}" if graph.n_states > 1 else "nothing"


def _when(found: Brief, dm: DecisionMaker, group: Sequence[Want]) -> str:
    """Return when a party has these lenses: now, later, or the lenses' names."""
    names = []
    for want in group:
        times = [
            word
            for word, reading in (("now", found.now), ("later", found.later))
            if reading is not None and found.conflict.lens_choice(reading)[dm.id] == want.lens
        ]
        names.append(times[0] if len(times) == 1 else f"as “{dm.lens(want.lens).label}”")
    return joined(names)


def state_title(found: Brief, state: int) -> str:
    """Return what a state is called: a listed state's name, else what is taken in it."""
    graph = found.world.graph
    form = graph.conflict.graph_form
    if form is not None and form.states[state].name:
        return form.states[state].name
    words = state_words(graph, state)
    return f"state {graph.space.label(state)}" if form is not None and words == "nothing taken" else words


# -- what can hold --------------------------------------------------------------------------------------------------


def _outcomes(found: Brief) -> Iterator[Part]:
    conflict = found.conflict
    yield Heading("What can hold")
    key = found.concept.id
    meant = LAY_WORDS.get(key, found.concept.definition)
    yield Line(
        f"An outcome can hold in a state that no party has reason to leave: {meant} ({key.upper()}).", quiet=True
    )
    if not found.fates:
        yield Line("No state can hold." if not conflict.outcomes else "The model names no outcomes.")
        return
    several, begins = len(conflict.readings) > 1, found.world.graph.status_quo is not None
    rows, used = [], set()
    for fate in found.fates[:MOST_OUTCOMES]:
        cells = [short(_called(found, fate), LONGEST), _holds(found, fate)]
        cells += [_listed(conflict, fate.holds_in)] if several else []
        cells += [_reached(found, fate)] if begins else []
        used.add(fate.level)
        rows.append(tuple(cells))
    columns = (
        ["outcome", "can it hold?"] + (["in which readings"] if several else []) + (["reached?"] if begins else [])
    )
    strong = frozenset(place for place, fate in enumerate(found.fates) if fate.holds_in)
    yield Grid(tuple(columns), tuple(rows), strong)
    if len(found.fates) > MOST_OUTCOMES:
        yield Line(f"… and {len(found.fates) - MOST_OUTCOMES:,} more (JSON has them all)", quiet=True)
    kinds = {fate.kind for fate in found.fates[:MOST_OUTCOMES]}
    meanings = [f"{kind}: {words}" for kind, words in MEANING.items() if kind in kinds]
    meanings += [_REACHED[level][1] for level in LEVELS if level in used and _REACHED[level][1]]
    if meanings:
        yield Line("; ".join(meanings), quiet=True)
    yield from _lacking(found)


def _called(found: Brief, fate: Fate) -> str:
    return (
        found.conflict.outcome(fate.outcome).label if fate.outcome is not None else state_title(found, fate.state or 0)
    )


def _holds(found: Brief, fate: Fate) -> str:
    if not fate.n_states:
        return "no state is like that"
    if fate.kind is not None:
        return fate.kind
    if len(found.conflict.readings) == 1:
        return "yes" if fate.holds_in else "no"
    if len(fate.holds_in) == len(found.conflict.readings):
        return "always"
    return "sometimes" if fate.holds_in else "never"


def _reached(found: Brief, fate: Fate) -> str:
    level = fate.level
    if level is None or not fate.n_states:
        return "–"
    words = _REACHED[level][0]
    if level == "no" or len(fate.reached_in) == len(fate.holds_in or fate.reached):
        return words
    return f"{words} ({_listed(found.conflict, fate.reached_in)})"


def readings_words(conflict: Conflict, readings: Sequence[str]) -> str:
    """Return readings by name: all of them, some, or how many of how many."""
    total = len(conflict.readings)
    if len(readings) == total:
        return f"all {total}"
    if len(readings) > MOST_READINGS:
        return f"{len(readings)} of {total}"
    return joined([f"“{conflict.reading(name).label}”" for name in readings])


def _listed(conflict: Conflict, readings: Sequence[str]) -> str:
    """Return readings as a cell of a table has them."""
    if len(readings) in (0, len(conflict.readings)) or len(readings) > MOST_READINGS:
        return readings_words(conflict, readings) if readings else "–"
    return ", ".join(conflict.reading(name).label for name in readings)


def _lacking(found: Brief) -> Iterator[Part]:
    conflict, graph = found.conflict, found.world.graph
    movers = found.world.game(conflict.readings[0].id).movers
    for fate in found.fates[:MOST_OUTCOMES]:
        if not fate.lacking:
            continue
        told = fate.lacking[:MOST_READINGS]
        steps = [step_sentence(graph, (movers[move.by].name,), move.start, move.end) for move in told]
        steps += [f"{plural(len(fate.lacking) - len(told), 'more step')}"] if len(fate.lacking) > len(told) else []
        under = "" if len(conflict.readings) == 1 else f" (under “{conflict.reading(fate.holds_in[0]).label}”)"
        words = f"Not reached: “{_called(found, fate)}”{under}. A shortest way takes what is no gain for who does it:"
        yield Line(f"{words} {joined(steps)}.", point=True)


# -- who is in the way ----------------------------------------------------------------------------------------------


def _in_the_way(found: Brief) -> Iterator[Part]:
    if not found.obstacles:
        return
    yield Heading("Who is in the way")
    premises = {item.id: item for item in found.conflict.all_premises()}
    told: set[str] = set()
    for item in found.obstacles[:MOST_OBSTACLES]:
        label = short(found.conflict.outcome(item.outcome).label, LONGEST)
        if not item.n_states:
            yield Line(f"“{label}”: no state is like that.")
            continue
        if not item.readings:
            yield Line(f"“{label}” can hold{'' if len(found.conflict.readings) == 1 else ' in every reading'}.")
            continue
        limited = len(item.readings) < len(found.conflict.readings)
        where = f", {_under(found.conflict, item.readings)}" if limited else ""
        yield Line(f"“{label}” cannot hold{where}:")
        for obstacle in item.obstacles:
            again = bool(obstacle.rests_on) and told.issuperset(obstacle.rests_on)
            wishes = [_wish(found.conflict, obstacle.dm, premises[key], again=again) for key in obstacle.rests_on]
            told.update(key for key in obstacle.rests_on if premises[key].name)
            yield Line(obstacle_sentence(found.conflict, item, obstacle, wishes, again=again), point=True)
        if item.shared:
            yield Line(shared_sentence(found.conflict, item), point=True)
    if len(found.obstacles) > MOST_OBSTACLES:
        yield Line(f"… and {len(found.obstacles) - MOST_OBSTACLES:,} more outcomes (JSON has them all)", quiet=True)


def obstacle_sentence(
    conflict: Conflict, item: Obstacles, obstacle: Obstacle, wishes: list[str], *, again: bool = False
) -> str:
    """Return what a party does that alone keeps an outcome from holding, with its wishes; ``again``: known ones."""
    name, deed, n = dm_name(conflict, obstacle.dm), obstacle.deed, item.n_states
    where = "" if len(obstacle.readings) == len(item.readings) else f", {_under(conflict, obstacle.readings)},"
    does = joined([change_words(conflict, o, v, ending="") for o, v in deed.change]) if deed is not None else ""
    example = ""
    if deed is not None and does and deed.states == n:
        words = f"{name}{where} would {does}"
    else:
        words = (
            f"{name}{where} would not stay in it" if n == 1 else f"{name}{where} would stay in none of its {n:,} states"
        )
        least = "at least " if len(obstacle.readings) > 1 else ""
        example = f" In {least}{deed.states:,} it would {does}." if deed is not None and does else ""
    if wishes:
        enough = "" if len(wishes) == 1 else "; either is enough" if len(wishes) == 2 else "; each is enough"
        words += f": {'again' if again else 'it wants'} {joined(wishes)}{enough}"
    return f"{words}.{example}"


def _wish(conflict: Conflict, dm: str, premise: Premise, *, again: bool) -> str:
    assert isinstance(premise, Statement)
    if again:
        return premise.id
    if not premise.name:
        return wish_words(conflict, premise.that, dm)
    source = f", {premise.source}" if premise.source else ""
    return f"“{premise.name}” ({premise.id}{short(source, 60)})"


def shared_sentence(conflict: Conflict, item: Obstacles) -> str:
    """Return one sentence on the readings in which no party alone keeps an outcome from holding."""
    readings = [name for one in item.shared for name in one.readings]
    where = "" if len(readings) == len(item.readings) else f"{_under(conflict, readings)} "
    counts: dict[str, list[int]] = {}
    for one in item.shared:
        for dm, count in _all_counts(one, item.shared):
            counts.setdefault(dm, []).append(count)
    most = sorted(counts.items(), key=lambda pair: -max(pair[1]))[:2]
    named = []
    for place, (dm, found) in enumerate(most):
        upto = "up to " if max(found) > min(found) else ""
        named.append(
            f"{dm_name(conflict, dm)} in {upto}{max(found):,}" + ("" if place else f" of its {item.n_states:,} states")
        )
    others = ", …" if len(counts) > len(most) else ""
    words = f"{where}no party alone in all of it: {', '.join(named)}{others}."
    return words[0].upper() + words[1:]


def _all_counts(one: Shared, shared: Sequence[Shared]) -> list[tuple[str, int]]:
    """Return the counts of every party that is in the way in some reading; 0 where it is not in this one."""
    known = dict(one.unstable_for)
    parties = dict.fromkeys(dm for other in shared for dm, _ in other.unstable_for)
    return [(dm, known.get(dm, 0)) for dm in parties]


def _under(conflict: Conflict, readings: Sequence[str]) -> str:
    others = [reading.id for reading in conflict.readings if reading.id not in readings]
    if len(others) < len(readings) and len(others) <= MOST_READINGS:
        return f"except under {readings_words(conflict, others)}"
    words = readings_words(conflict, readings)
    return f"under {words} readings" if len(readings) > MOST_READINGS else f"under {words}"


# -- the argument ---------------------------------------------------------------------------------------------------


def _argument(found: Brief) -> Iterator[Part]:
    unsure = {key: count for key, count in found.certainty.items() if key != "certain"}
    if not found.claims and not unsure:
        return
    yield Heading("The argument")
    if found.claims:
        yield Line(_claims_sentence(found.conflict, found.claims))
    if unsure:
        total = sum(found.certainty.values())
        order = ["likely", "possible", "with a number"]
        parts = [
            f"{unsure[key]:,} {'have' if unsure[key] > 1 else 'has'} a number for how certain"
            if key == "with a number"
            else f"{unsure[key]:,} {'are' if unsure[key] > 1 else 'is'} marked {key}"
            for key in order
            if key in unsure
        ]
        yield Line(f"Of {plural(total, 'premise')} {joined(parts)}; the verdicts take all as they stand.")


def _claims_sentence(conflict: Conflict, verdicts: Mapping[str, str]) -> str:
    by: dict[str, list[str]] = {"holds": [], "partly": [], "fails": []}
    for name, verdict in verdicts.items():
        by[verdict].append(name)
    counts = [(len(by["holds"]), "hold", "holds"), (len(by["partly"]), "hold in part", "holds in part")]
    counts.append((len(by["fails"]), "do not", "does not"))
    told = [f"{n:,} {one if n == 1 else many}" for n, many, one in counts if n]
    says = {claim.id: claim.says for claim in conflict.claims}
    notes = []
    if by["partly"]:
        notes.append(f"In part: {_some(by['partly'])}.")
    if by["fails"]:
        named = [f"{name} ({short(says[name], LONGEST).rstrip('.')})" for name in by["fails"][:MOST_FAILING]]
        rest = f" and {len(by['fails']) - MOST_FAILING:,} more" if len(by["fails"]) > MOST_FAILING else ""
        notes.append(f"Not: {', '.join(named)}{rest}.")
    words = f"Of {plural(len(verdicts), 'claim')} of the argument {joined(told)}."
    return " ".join([words, *notes])


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 6:,} more" if len(names) > 6 else ""
    return ", ".join(names[:6]) + more
