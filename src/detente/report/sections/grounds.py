"""Why: reasons of verdicts on demand, the argument and what it stands on, and every premise."""

from __future__ import annotations

from collections.abc import Iterator

from detente.analysis.dossier import Dossier
from detente.analysis.explain import Explanation
from detente.conflict import elements as el
from detente.conflict.elements import Premise, Statement
from detente.conflict.relations import Relation
from detente.conflict.variant import every_premise
from detente.conflict.views import ViewPremise
from detente.report.argument import case_groups, remarks
from detente.report.brief_obstacles import hindrances_part
from detente.report.formulas import formula_words
from detente.report.parts import Cell, Fold, Grid, Heading, Line, Part, Section
from detente.report.reasons import reason_lines
from detente.report.sentences import dm_name, reason_sentences
from detente.report.speech import N_, _, joined, ngettext, number, percent, quoted
from detente.report.terms import CERTAINTIES, said
from detente.report.words import outcomes_words, short, state_words

MOST_IMPROVEMENTS = 25
LONGEST = 300


def why(dossier: Dossier) -> Section | None:
    """Return who is in the way of what, and why states that matter are stable or not."""
    parts: list[Part] = []
    hindrances = list(hindrances_part(dossier.brief))
    if hindrances:
        parts += [Heading(_("Who is in the way"), 3), *hindrances[1:]]
    if dossier.explanations:
        parts.append(Heading(_("State by state"), 3))
        words = _("The status quo and states that can hold: each gain a party could make there, and what meets it.")
        parts.append(Line(words, quiet=True))
    by_state: dict[int, list[Explanation]] = {}
    for item in dossier.explanations:
        by_state.setdefault(item.state, []).append(item)
    parts += [_state(items) for items in by_state.values()]
    return Section("why", _("Why: state by state"), tuple(parts), _("Why")) if parts else None


def _state(items: list[Explanation]) -> Fold:
    """Return why a state is stable or not, to be opened: readings with the same reasons together."""
    graph, conflict = items[0].graph, items[0].graph.conflict
    groups: dict[tuple[Part, ...], list[Explanation]] = {}
    for item in items:
        groups.setdefault(tuple(explanation_parts(item)), []).append(item)
    inside: list[Part] = []
    for parts, some in groups.items():
        if len(conflict.readings) > 1:
            names = joined([quoted(conflict.reading(item.reading).label) for item in some])
            inside.append(Heading(_("Reading {names}").format(names=names), 3))
        inside += parts
    held = [item for item in items if all(one.stable for one in item.reasons)]
    notes = [_("status quo")] if items[0].state == graph.status_quo else []
    if len(conflict.readings) == 1:
        notes.append(verdict_words(items[0]))
    elif held:
        names = joined([quoted(conflict.reading(item.reading).label) for item in held])
        notes.append(_("can hold in {names}").format(names=names))
    else:
        notes.append(_("cannot hold"))
    summary = _("State {label} ({notes}): {words}").format(
        label=graph.space.label(items[0].state),
        notes="; ".join(notes),
        words=short(outcomes_words(graph, items[0].state) or state_words(graph, items[0].state), LONGEST),
    )
    words = Line(state_words(graph, items[0].state), quiet=True)
    return Fold(summary, (words, *inside), f"state-{items[0].state + 1}")


def verdict_words(item: Explanation) -> str:
    """Return for whom a state is not stable."""
    leaving = [dm_name(item.graph.conflict, one.dm) for one in item.reasons if not one.stable]
    return _("not stable for {who}").format(who=joined(leaving)) if leaving else _("stable for everybody")


def explanation_parts(item: Explanation) -> list[Part]:
    """Return why a state is stable or not for each party in one reading."""
    inside: list[Part] = []
    for one in item.reasons:
        head, *rest = reason_sentences(item, one)
        inside.append(Line(head, apart=bool(inside)))
        inside += [Line(line, point=True) for line in rest[:MOST_IMPROVEMENTS]]
        left = len(rest) - MOST_IMPROVEMENTS
        if left > 0:
            more = ngettext("… and {n} more", "… and {n} more", left).format(n=number(left))
            inside.append(Line(more, point=True, quiet=True))
    return inside


# -- the argument ---------------------------------------------------------------------------------------------------


def argument(dossier: Dossier) -> Section | None:
    """Return the claims with their verdicts, and on demand what shows each and what it stands on."""
    found = dossier.argument
    if found is None:
        return None
    conflict, reasons = dossier.conflict, dossier.reasons
    rows: list[tuple[Cell, ...]] = []
    folds: list[Part] = []
    for result in found.results:
        claim = result.claim
        item = None if reasons is None else reasons.of(claim.id)
        row: list[Cell] = [claim.id, result.verdict, claim.says, claim.source]
        if reasons is not None:
            row.insert(3, () if item is None else item.needs)
        rows.append(tuple(row))
        inside: list[Part] = [
            Line(f"{under}: {words}" if under else words) for under, words in case_groups(conflict, result)
        ]
        inside += [Line(words) for words in remarks(result)]
        if item is not None:
            named: dict[str, None] = {}
            lines = list(reason_lines(conflict, item, named))
            inside.append(Heading(_("What it stands on"), 3))
            inside += [Line(words, point=True, refs=tuple(named)) for words in lines]
        folds.append(Fold(f"{claim.id}: {claim.says}", tuple(inside)))
    columns = [_("claim"), _("verdict"), _("what it says"), _("source")]
    kinds = ["words", "verdict", "words", "words"]
    if reasons is not None:
        columns.insert(3, _("needs"))
        kinds.insert(3, "ids")
    grid = Grid(
        tuple(columns),
        tuple(rows),
        caption=_("The claims"),
        kinds=tuple(kinds),  # type: ignore[arg-type]
        anchors=tuple(result.claim.id for result in found.results),
    )
    parts: list[Part] = [grid]
    meaning = _("holds: in every reading and concept it is asked under; partly: in some; fails: in none.")
    if reasons is not None:
        meaning += " " + _("needs: without this premise alone the claim no longer holds in every case.")
    parts += [Line(meaning, quiet=True), Heading(_("What shows each, and what it stands on"), 3), *folds]
    return Section("argument", _("The argument"), tuple(parts))


# -- premises -------------------------------------------------------------------------------------------------------

_KINDS: dict[type[Premise], str] = {
    el.Irreversibility: N_("what changes one way"),
    el.Infeasibility: N_("what is not possible"),
    el.FeasibleList: N_("what is possible"),
    el.Limit: N_("limit"),
    el.Force: N_("consequence"),
    el.BlockedMove: N_("blocked move"),
    el.Merge: N_("what is one state"),
    el.Statement: N_("wish"),
    Relation: N_("relation"),
}


def premises(dossier: Dossier) -> Section | None:
    """Return every premise with its identity, reason, source and certainty."""
    conflict = dossier.conflict
    known = {item.id: item for item in every_premise(conflict)}
    if not known:
        return None
    holders = dict(_holders(dossier))
    rows: list[tuple[Cell, ...]] = [
        (
            item.id,
            holders.get(item.id) or _(_KINDS[type(item)]) if type(item) in _KINDS else _("view"),
            _says(dossier, item),
            item.because,
            item.source,
            certainty_words(item),
        )
        for item in known.values()
    ]
    columns = (_("premise"), _("of"), _("what it says"), _("because"), _("source"), _("certainty"))
    grid = Grid(columns, tuple(rows), caption=_("Every premise"), anchors=tuple(known))
    unsure = sum(item.certainty != "certain" for item in known.values())
    n = len(known)
    parts: list[Part] = [Line(ngettext("{n} premise.", "{n} premises.", n).format(n=number(n)))]
    if unsure:
        words = ngettext(
            "{n} of them is marked as uncertain; the verdicts take all as they stand.",
            "{n} of them are marked as uncertain; the verdicts take all as they stand.",
            unsure,
        )
        parts.append(Line(words.format(n=number(unsure))))
    return Section("premises", _("Every premise"), (*parts, grid), _("Premises"))


def _holders(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Yield the names of those whose wishes statements are, statement by statement."""
    of: dict[str, dict[str, None]] = {}
    for dm in dossier.conflict.decision_makers:
        own = [*dm.statements, *dm.principles, *(item for lens in dm.lenses for item in lens.statements)]
        for item in own:
            of.setdefault(item.id, {})[dm.label] = None
    for phase in dossier.conflict.phases:
        for rule in phase.premises:
            of.setdefault(rule.id, {})[_("in {phase}").format(phase=phase.label)] = None
    for name, labels in of.items():
        yield name, joined(list(labels))


def _says(dossier: Dossier, item: Premise) -> str:
    if isinstance(item, Statement):
        words = formula_words(dossier.conflict, item.that)
        return f"{item.name}: {words}" if item.name else words
    if isinstance(item, ViewPremise):
        from detente.report.views import premise_sentence

        return premise_sentence(dossier.conflict, item)
    return f"{item.name}: {said(item.says())}" if item.name else said(item.says())


def certainty_words(item: Premise) -> str:
    """Return how certain a premise is, as its author says."""
    given = item.certainty
    return _(CERTAINTIES[given]) if isinstance(given, str) else percent(float(given))
