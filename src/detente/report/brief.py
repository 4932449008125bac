"""A conflict in brief, in plain words: the parties, what can hold, who is in the way, the story, the argument."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

from detente.analysis.brief import LEVELS, Brief, Fate, Reached
from detente.analysis.durability import MEANING
from detente.analysis.wants import Want
from detente.conflict.conflict import Conflict
from detente.conflict.elements import DecisionMaker, Statement
from detente.report.brief_obstacles import LONGEST, MOST_READINGS, hindrances_part, readings_words
from detente.report.brief_story import more_steps_words, step_sentence, story_part
from detente.report.formulas import statement_words
from detente.report.parts import Grid, Heading, Line, Part
from detente.report.speech import N_, _, capital, counted, joined, quoted
from detente.report.terms import CERTAINTIES, DURABILITIES, said
from detente.report.tour import lay_words
from detente.report.words import (
    at_state,
    ended,
    outcomes_words,
    parties_words,
    short,
    state_words,
    states_words,
    title_words,
)

MOST_OUTCOMES = 30
"""Outcomes that are shown before the rest is counted."""
MOST_FAILING = 5

_REACHED: dict[Reached, tuple[str, str]] = {
    "there": (N_("is so already"), ""),
    "yes": (N_("yes"), N_("yes: by steps that are a gain for who takes them")),
    "together": (
        N_("only together"),
        N_("only together: it takes a joint step that all parties to an agreement gain by"),
    ),
    "passing": (N_("in passing"), N_("in passing: play comes through it, but to no state in which it holds")),
    "no": (N_("no"), ""),
}


def brief_page(found: Brief, called: str = "MODEL") -> list[Part]:
    """Return the page; ``called`` is what the user called the model, for the command to go on with."""
    graph, conflict = found.world.graph, found.conflict
    parts: list[Part] = [Heading(title_words(conflict), 1)]
    if conflict.because:
        parts.append(Line(short(conflict.because, 2 * LONGEST)))
    names = conflict.classes or conflict.outcomes
    words = states_words(graph.n_states)
    if conflict.classes:
        words = counted(
            "{states}, told apart as {n} outcome", "{states}, told apart as {n} outcomes", len(names), states=words
        )
    elif names:
        words = counted("{states}, {n} outcome named", "{states}, {n} outcomes named", len(names), states=words)
    parts.append(Line(f"{parties_words(conflict)} · {words}", quiet=True))
    parts += parties_part(found)
    parts += outcomes_part(found)
    parts += hindrances_part(found)
    parts += story_part(found.story, conflict)
    parts += argument_part(found)
    for what, why in found.left_out.items():
        parts.append(Line(_("Left out: {what} ({why}).").format(what=said(what), why=said(why)), quiet=True))
    if conflict.claims:
        command = f"`detente check {shlex.quote(called)} --why`"
        words = _("These are verdicts of the model, not forecasts; {command} says on which premises they stand.")
    else:
        command = f"`detente states {shlex.quote(called)}`"
        words = _("These are verdicts of the model, not forecasts; {command} shows who wants what.")
    parts.append(Line(words.format(command=command), apart=True))
    return parts


# -- who wants what -------------------------------------------------------------------------------------------------


def parties_part(found: Brief) -> Iterator[Part]:
    """Yield who can do what, and what each wants first; where it begins; the readings."""
    conflict, graph = found.conflict, found.world.graph
    yield Heading(_("Who wants what"))
    rows = []
    for dm in conflict.decision_makers:
        can = [option.label for option in dm.options]
        wanted = _wanted(found, dm) if dm.kind == "party" else _("nobody decides this")
        rows.append((short(dm.label, LONGEST), short("; ".join(can), LONGEST) or "–", short(wanted, 2 * LONGEST)))
    heads = (_("party"), _("what it can do"), _("what it wants first"))
    yield Grid(heads, tuple(rows), frozenset(range(len(rows))))
    if graph.status_quo is not None:
        outcomes = outcomes_words(graph, graph.status_quo)
        if graph.class_of is not None:
            outcomes = conflict.outcome(conflict.classes[graph.class_of[graph.status_quo]]).label
        begins = quoted(outcomes) if outcomes else state_title(found, graph.status_quo)
        yield Line(ended(short(_("It begins with {words}").format(words=begins), 2 * LONGEST) + "."))
    if len(conflict.readings) > 1:
        times = {found.later: _("“{reading}” (later)"), found.now: _("“{reading}” (now)")}
        listed = [times.get(r.id, _("“{reading}”")).format(reading=r.label) for r in conflict.readings[:12]]
        if len(conflict.readings) > 12:
            listed.append(counted("{n} more", "{n} more", len(conflict.readings) - 12))
        words = _("A reading says which of its orders of wishes each party goes by: {readings}.")
        yield Line(words.format(readings=joined(listed)), quiet=True)


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
            words[0] = _("always: {wishes}").format(wishes=words[0])
    by_first: dict[str, list[Want]] = {}
    for want in own:
        said = listed(want.first[:most]) or ("" if want.principles else _liked(found, want))
        by_first.setdefault(said, []).append(want)
    for said, group in sorted(by_first.items(), key=lambda item: _time(found, dm, item[1])):
        when = "" if len(by_first) == 1 else f"{_when(found, dm, group)}: "
        if said:
            words.append(f"{when}{said}")
    return ". ".join(capital(part) for part in words if part)


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
        return _("nothing: it is indifferent")
    if found.world.graph.n_states == 1:
        return _("nothing")
    title = state_title(found, want.best)
    if want.n_best == 1:
        return title
    return counted(
        "{title} (or one of {n} state as good)", "{title} (or one of {n} states as good)", want.n_best - 1, title=title
    )


def _when(found: Brief, dm: DecisionMaker, group: Sequence[Want]) -> str:
    """Return when a party has these lenses: now, later, or the lenses' names."""
    names = []
    for want in group:
        times = [
            word
            for word, reading in ((_("now"), found.now), (_("later"), found.later))
            if reading is not None and found.conflict.lens_choice(reading)[dm.id] == want.lens
        ]
        names.append(times[0] if len(times) == 1 else _("as “{lens}”").format(lens=dm.lens(want.lens).label))
    return joined(names)


def state_title(found: Brief, state: int) -> str:
    """Return what a state is called: a listed state's name, else what is taken in it."""
    graph = found.world.graph
    form = graph.conflict.graph_form
    if form is not None and form.states[state].name:
        return form.states[state].name
    words = state_words(graph, state)
    return at_state(graph, state) if form is not None and words == _("nothing taken") else words


# -- what can hold --------------------------------------------------------------------------------------------------


def outcomes_part(found: Brief) -> Iterator[Part]:
    """Yield which outcomes can hold, in which readings, and whether play comes to them."""
    conflict = found.conflict
    yield Heading(_("What can hold"))
    words = _("An outcome can hold in a state that no party has reason to leave: {meaning} ({concept}).")
    yield Line(words.format(meaning=lay_words(found.concept), concept=found.concept.id.upper()), quiet=True)
    if not found.fates:
        yield Line(_("No state can hold.") if not conflict.outcomes else _("The model names no outcomes."))
        return
    several, begins = len(conflict.readings) > 1, found.world.graph.status_quo is not None
    rows, used = [], set()
    for fate in found.fates[:MOST_OUTCOMES]:
        cells = [short(_called(found, fate), LONGEST), _holds(found, fate)]
        cells += [_listed(conflict, fate.holds_in)] if several else []
        cells += [_reached(found, fate)] if begins else []
        used.add(fate.level)
        rows.append(tuple(cells))
    columns = [_("outcome"), _("can it hold?")]
    columns += [_("in which readings")] if several else []
    columns += [_("reached?")] if begins else []
    strong = frozenset(place for place, fate in enumerate(found.fates) if fate.holds_in)
    yield Grid(tuple(columns), tuple(rows), strong)
    if len(found.fates) > MOST_OUTCOMES:
        yield Line(json_has_words(len(found.fates) - MOST_OUTCOMES), quiet=True)
    kinds = {fate.kind for fate in found.fates[:MOST_OUTCOMES]}
    meanings = [f"{_(DURABILITIES[kind])}: {said(words)}" for kind, words in MEANING.items() if kind in kinds]
    meanings += [_(_REACHED[level][1]) for level in LEVELS if level in used and _REACHED[level][1]]
    if meanings:
        yield Line("; ".join(meanings), quiet=True)
    yield from _lacking(found)


def _called(found: Brief, fate: Fate) -> str:
    if fate.outcome is not None:
        return found.conflict.outcome(fate.outcome).label
    return _("none of the outcomes") if fate.state is None else state_title(found, fate.state)


def _holds(found: Brief, fate: Fate) -> str:
    if not fate.n_states:
        return _("no state is like that")
    if fate.kind is not None:
        return _(DURABILITIES[fate.kind])
    if len(found.conflict.readings) == 1:
        return _("yes") if fate.holds_in else _("no")
    if len(fate.holds_in) == len(found.conflict.readings):
        return _("always")
    return _("sometimes") if fate.holds_in else _("never")


def _reached(found: Brief, fate: Fate) -> str:
    level = fate.level
    if level is None or not fate.n_states:
        return "–"
    words = _(_REACHED[level][0])
    if level == "no" or len(fate.reached_in) == len(fate.holds_in or fate.reached):
        return words
    return f"{words} ({_listed(found.conflict, fate.reached_in)})"


def json_has_words(n: int) -> str:
    """Return that so many more are not shown, and where they are."""
    return counted("… and {n} more (JSON has them all)", "… and {n} more (JSON has them all)", n)


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
        if len(fate.lacking) > len(told):
            steps.append(more_steps_words(len(fate.lacking) - len(told)))
        if len(conflict.readings) == 1:
            words = _("Not reached: “{outcome}”. A shortest way takes what is no gain for who does it: {steps}.")
            words = words.format(outcome=_called(found, fate), steps=joined(steps))
        else:
            words = _(
                "Not reached: “{outcome}” (under “{reading}”). A shortest way takes what is no gain for who does it: "
                "{steps}."
            ).format(
                outcome=_called(found, fate),
                reading=conflict.reading(fate.holds_in[0]).label,
                steps=joined(steps),
            )
        yield Line(words, point=True)


# -- the argument ---------------------------------------------------------------------------------------------------


def argument_part(found: Brief) -> Iterator[Part]:
    """Yield how many claims hold, and how many premises are uncertain."""
    unsure = {key: count for key, count in found.certainty.items() if key != "certain"}
    if not found.claims and not unsure:
        return
    yield Heading(_("The argument"))
    if found.claims:
        yield Line(claims_sentence(found.conflict, found.claims))
    if unsure:
        total = sum(found.certainty.values())
        order = ["likely", "possible", "with a number"]
        parts = [
            counted("{n} has a number for how certain", "{n} have a number for how certain", unsure[key])
            if key == "with a number"
            else counted(
                "{n} is marked {certainty}", "{n} are marked {certainty}", unsure[key], certainty=_(CERTAINTIES[key])
            )
            for key in order
            if key in unsure
        ]
        words = counted(
            "Of {n} premise {counts}; the verdicts take all as they stand.",
            "Of {n} premises {counts}; the verdicts take all as they stand.",
            total,
            counts=joined(parts),
        )
        yield Line(words)


def claims_sentence(conflict: Conflict, verdicts: Mapping[str, str]) -> str:
    """Return how many claims hold, hold in part and do not, and which."""
    by: dict[str, list[str]] = {"holds": [], "partly": [], "fails": []}
    for name, verdict in verdicts.items():
        by[verdict].append(name)
    told = [
        words
        for verdict, words in (
            ("holds", counted("{n} holds", "{n} hold", len(by["holds"]))),
            ("partly", counted("{n} holds in part", "{n} hold in part", len(by["partly"]))),
            ("fails", counted("{n} does not", "{n} do not", len(by["fails"]))),
        )
        if by[verdict]
    ]
    says = {claim.id: claim.says for claim in conflict.claims}
    notes = []
    if by["partly"]:
        notes.append(_("In part: {claims}.").format(claims=_some(by["partly"], 6)))
    if by["fails"]:
        named = [f"{name} ({short(says[name], LONGEST).rstrip('.')})" for name in by["fails"]]
        notes.append(_("Not: {claims}.").format(claims=_some(named, MOST_FAILING)))
    words = counted(
        "Of {n} claim of the argument {counts}.",
        "Of {n} claims of the argument {counts}.",
        len(verdicts),
        counts=joined(told),
    )
    return " ".join([words, *notes])


def _some(names: Sequence[str], most: int) -> str:
    """Return names, the first of many with a count of the rest."""
    if len(names) <= most:
        return ", ".join(names)
    return counted("{names} and {n} more", "{names} and {n} more", len(names) - most, names=", ".join(names[:most]))
