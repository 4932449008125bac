"""Relations in a terminal: the web, its balance, what a rapprochement does to it, and what holds under attitudes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rich.console import RenderableType

from detente.analysis.attitudes import CONCEPTS
from detente.analysis.balance import Balance, Blocs, Frustration, Pair
from detente.analysis.relational import AttitudeOf, RelationalEquilibria
from detente.analysis.relations import RelationsResult, Tie
from detente.analysis.turning_points import TurningPoints
from detente.conflict.conflict import Conflict
from detente.conflict.relations import Relation, day_of
from detente.report.listing import Listing
from detente.report.speech import _, brief_number, counted, joined, number
from detente.report.terminal import heading, reading_head
from detente.report.terms import CERTAINTIES, said
from detente.report.words import state_words, states_words, text, title_words

MOST_DIVISIONS = 5
MOST_STATES = 25
STRAIN = {"none": "·", "some": "◐", "every": "●"}


class _Names:
    """Display names of nodes and ties."""

    def __init__(self, conflict: Conflict) -> None:
        self.labels = {item.id: item.label for item in (*conflict.decision_makers, *conflict.outsiders)}
        self.ties = {frozenset(item.between): item.name for item in conflict.relations}

    def nodes(self, nodes: Iterable[str], conjunction: Literal["and", "or"] = "and") -> str:
        return joined([self.labels[node] for node in nodes], conjunction)

    def tie(self, pair: Pair) -> str:
        between = " – ".join(self.labels[node] for node in pair)
        name = self.ties.get(frozenset(pair))
        return f"{name} ({between})" if name else between

    def blocs(self, blocs: Blocs) -> str:
        return " | ".join(", ".join(self.labels[node] for node in bloc) for bloc in blocs)


def relations_view(found: RelationsResult) -> Iterator[RenderableType]:
    """Yield the web, its balance, its nodes, the rapprochement, its history and its turning points, with a legend."""
    names, web = _Names(found.conflict), found.web
    yield text(title_words(found.conflict), "bold")
    counts = [counted("{n} node", "{n} nodes", len(web.nodes)), counted("{n} tie", "{n} ties", len(web.ties))]
    counts += [_("at {date}").format(date=found.at)] if found.at else []
    yield text(" · ".join(counts), "dim")
    yield text("")
    yield from _ties(found, names)
    yield heading(_("Balance"))
    yield from (text(line) for line in _balance_sentences(web, names))
    yield from _divisions(_("Blocs that fit best"), web.by_count, names)
    if web.by_level.divisions != web.by_count.divisions:
        yield from _divisions(_("Blocs that fit best by level"), web.by_level, names)
    yield from _nodes(found, names)
    if found.change is not None:
        yield from _rapprochement(found, names)
    if found.over_time:
        yield from _over_time(found, names)
    if found.turning_points:
        yield from _turning_points(found, names)
    yield text("")
    yield from (text(line, "dim") for line in _legend(found))


def _level(level: float) -> str:
    return brief_number(level, 3, signed=True).replace("-", "−") if level else "0"


def _ties(found: RelationsResult, names: _Names) -> Iterator[RenderableType]:
    dated = any(tie.since for tie in found.ties)
    sure = all(tie.relation.certainty == "certain" for tie in found.ties)
    columns = [_("tie"), _("level"), *([_("since")] if dated else []), _("strain"), _("by level")]
    table = Listing(*columns, *([] if sure else [_("certainty")]), _("source"), right=(_("level"),))
    for tie in found.ties:
        row = [names.tie(tie.relation.between), _level(tie.level), *([tie.since or "–"] if dated else [])]
        row += [STRAIN[strain] for strain in found.strain(tie)]
        row += [] if sure else [_certainty(tie)]
        table.add_row(*map(text, [*row, tie.relation.source]))
    yield table
    if found.not_yet:
        later = {item.id: item for item in found.conflict.relations}
        ties = "; ".join(names.tie(later[key].between) for key in found.not_yet)
        yield text(_("No tie yet: {ties}.").format(ties=ties), "dim")
    if found.alone:
        yield text(_("No relation names {nodes}.").format(nodes=names.nodes(found.alone, "or")), "dim")


def _certainty(tie: Tie) -> str:
    given = tie.relation.certainty
    return _(CERTAINTIES[given]) if isinstance(given, str) else brief_number(float(given))


def _balance_sentences(web: Balance, names: _Names) -> Iterator[str]:
    if not web.ties:
        yield _("There are no ties.")
        return
    if web.balanced:
        yield _("The web is balanced: no cycle of ties has an odd number of hostile ones.")
        return
    total = sum(abs(level) for level in web.ties.values())
    yield counted(
        "The web is not balanced: at least {least} of {n} tie would have to change sign or go (by level: {level} of "
        "{total}).",
        "The web is not balanced: at least {least} of {n} ties would have to change sign or go (by level: {level} of "
        "{total}).",
        len(web.ties),
        least=web.by_count.index,
        level=brief_number(web.by_level.index, 3),
        total=brief_number(total, 3),
    )
    cycle = [*web.witness, web.witness[0]]
    steps = [(web.ties.get((a, b)) or web.ties[b, a], b) for a, b in pairwise(cycle)]
    hostile = sum(level < 0 for level, _ in steps)
    words = names.labels[cycle[0]] + "".join(f" {'−' if level < 0 else '+'} {names.labels[b]}" for level, b in steps)
    yield counted(
        "A shortest cycle that is not balanced: {cycle}, with {n} hostile tie.",
        "A shortest cycle that is not balanced: {cycle}, with {n} hostile ties.",
        hostile,
        cycle=words,
    )


def _divisions(words: str, found: Frustration, names: _Names) -> Iterator[RenderableType]:
    if found.n_divisions == 1:
        yield text(f"{words}: {names.blocs(found.divisions[0])}.")
        return
    yield text(counted("{blocs}, in {n} way:", "{blocs}, in {n} ways:", found.n_divisions, blocs=words))
    shown = found.divisions[:MOST_DIVISIONS]
    yield from (text(f"  {names.blocs(blocs)}") for blocs in shown)
    if found.n_divisions > len(shown):
        more = counted(
            "… and {n} more (--format json lists {listed})",
            "… and {n} more (--format json lists {listed})",
            found.n_divisions - len(shown),
            listed=len(found.divisions),
        )
        yield text(f"  {more}", "dim")


def _nodes(found: RelationsResult, names: _Names) -> Iterator[RenderableType]:
    yield heading(_("Nodes"))
    numbers = (_("friendly"), _("hostile"), _("triads"), _("without it"), _("by level"), _("parted"))
    table = Listing(_("node"), *numbers, right=numbers)
    for item in sorted(found.centrality, key=lambda one: -(one.friendship + one.enmity)):
        table.add_row(
            text(names.labels[item.node]),
            text(f"{item.friends} ({brief_number(item.friendship, 3)})"),
            text(f"{item.enemies} ({brief_number(item.enmity, 3)})"),
            text(f"{item.balanced_triads}/{item.triads}"),
            text(f"−{brief_number(item.drop_by_count)}" if item.drop_by_count else "·"),
            text(f"−{brief_number(item.drop_by_level, 3)}" if item.drop_by_level else "·"),
            text(item.parted or "·"),
        )
    yield table


def _rapprochement(found: RelationsResult, names: _Names) -> Iterator[RenderableType]:
    change = found.change
    if change is None:
        return
    before, after = change.before, change.after
    levels = [web.ties.get(change.pair, 0.0) for web in (before, after)]
    words = _("If the level between {nodes} goes from {old} to {new}")
    yield heading(words.format(nodes=names.nodes(change.pair), old=_level(levels[0]), new=_level(levels[1])))
    words = _("Ties out of place: {before} before, {after} after (by level: {level_before}, {level_after}).").format(
        before=before.by_count.index,
        after=after.by_count.index,
        level_before=brief_number(before.by_level.index, 3),
        level_after=brief_number(after.by_level.index, 3),
    )
    yield text(words)
    if before.balanced != after.balanced:
        yield text(_("The web becomes balanced.") if after.balanced else _("The web is no longer balanced."))
    for words, pairs in (
        (_("Under strain, or more than before: {ties}."), change.strained),
        (_("Relieved: {ties}."), change.relieved),
    ):
        listed = "; ".join(
            _("{tie} (this tie)").format(tie=names.tie(pair)) if pair == change.pair else names.tie(pair)
            for pair in pairs
        )
        yield text(words.format(ties=listed or _("no tie")))
    if not after.balanced:
        yield from (text(line) for line in list(_balance_sentences(after, names))[1:])
    yield from _divisions(_("Blocs that then fit best"), after.by_count, names)


def _over_time(found: RelationsResult, names: _Names) -> Iterator[RenderableType]:
    yield heading(_("Over time"))
    between = {item.id: names.tie(item.between) for item in found.conflict.relations}
    counts = (_("out of place"), _("by level"))
    table = Listing(_("date"), *counts, _("what changes"), _("blocs"), right=counts)
    for moment in found.over_time:
        frustration = moment.web.by_count
        blocs = names.blocs(moment.web.blocs)
        if frustration.n_divisions > 1:
            blocs = counted(
                "{blocs} (one of {n} way)", "{blocs} (one of {n} ways)", frustration.n_divisions, blocs=blocs
            )
        changes = (
            f"{between[key]}: {'' if before is None else _level(before) + ' → '}{_level(after)}"
            for key, before, after in moment.changes
        )
        table.add_row(
            text(moment.date),
            text(_("balanced") if moment.web.balanced else frustration.index),
            text(brief_number(moment.web.by_level.index, 3) if not moment.web.balanced else "·"),
            text("; ".join(changes)),
            text(blocs),
        )
    yield table


def _turning_points(found: RelationsResult, names: _Names) -> Iterator[RenderableType]:
    yield heading(_("Turning points"))
    table = Listing(_("tie"), _("date"), _("found"), _("declared by"))
    plain: dict[str, list[str]] = {}
    for relation in found.conflict.relations:
        points = found.turning_points.get(relation.id)
        if points is None:
            continue
        name, rows = names.tie(relation.between), list(_turns(points, relation))
        for place, row in enumerate(rows):
            table.add_row(text("" if place else name), *map(text, row))
        words = {
            None: _("Nothing declared to compare"),
            True: _("Found and declared agree"),
            False: _("They differ"),
        }[points.agree]
        if points.method is None:
            words = _("Not looked for, since {why}").format(why=said(points.why_not))
        plain.setdefault(words, []).append(name)
    if table.rows:
        yield table
    yield from (text(f"{words}: {'; '.join(ties)}.", "dim") for words, ties in plain.items())


def _turns(points: TurningPoints, relation: Relation) -> Iterator[tuple[str, str, str]]:
    given = {day_of(when): when for when, _ in relation.levels}
    rows = [
        (one.date, f"{_level(one.level_before)} → {_level(one.level_after)}", source)
        for one, source in [
            *((one, "") for one in points.only_found),
            *((one, f"{other.source} ({given[other.date]})") for one, other in points.agreed),
        ]
    ]
    rows += [(one.date, "·", one.source) for one in points.only_declared]
    for when, how, source in sorted(rows):
        yield given[when], how, source or "·"


def _legend(found: RelationsResult) -> Iterator[str]:
    yield _("level: −1 adversaries, 0 nothing, +1 allies, as the author says; friendly: above 0; hostile: below")
    yield _("out of place: a hostile tie within a bloc, or a friendly one between two")
    yield _("strain: out of place in every best division ●, in some ◐, in none ·; by level: ties count by level")
    yield _("friendly, hostile: number of ties (sum of levels); triads: balanced of all triangles it is in")
    yield _("without it: by how much fewer ties are out of place; parted: pairs of others no longer joined")
    if found.turning_points:
        yield _("found: mean levels before and after; cutting the series at these dates fits it best")


# -- attitudes ------------------------------------------------------------------------------------------------------


def attitudes_view(found: RelationalEquilibria, *, alone: bool = True) -> Iterator[RenderableType]:
    """Yield who is for and against whom, and which equilibria appear and vanish with it, with a legend.

    Where it does not stand ``alone`` it has a heading instead of the model's title.
    """
    conflict = found.graph.conflict
    names = _Names(conflict)
    yield text(title_words(conflict), "bold") if alone else heading(_("Relational stability"))
    words = [reading_head(conflict, found.reading)] if len(conflict.readings) > 1 else []
    words.append(states_words(found.graph.n_states))
    words += [_("levels at {date}").format(date=found.at)] if found.at else []
    words.append(_("threshold {level}").format(level=brief_number(found.threshold)))
    yield text(" · ".join(words), "dim")
    yield text("")
    yield from _attitudes(found.attitudes, names)
    yield text("")
    numbers = (_("holding"), _("plain"), _("appear"), _("vanish"))
    table = Listing(_("concept"), *numbers, _("of these by equal ranks"), right=numbers)
    for key, one in found.concepts.items():
        appear, vanish = one.by_equal_ranks
        table.add_row(
            text(_(CONCEPTS[key])),
            *(text(number(len(states))) for states in (one.equilibria, one.plain, one.appear, one.vanish)),
            text(_("{appear} appear, {vanish} vanish").format(appear=number(appear), vanish=number(vanish))),
        )
    yield table
    yield from _states(found)
    yield text("")
    yield from (text(line, "dim") for line in _attitudes_legend())


def _attitudes(attitudes: Sequence[AttitudeOf], names: _Names) -> Iterator[RenderableType]:
    table = Listing(_("party"), _("for"), _("against"), _("neutral to"))
    by_party: dict[str, dict[str, list[str]]] = {}
    for item in attitudes:
        own = by_party.setdefault(item.of, {"positive": [], "negative": [], "neutral": []})
        if item.origin != "self":
            words = _("itself") if item.of == item.to else names.labels[item.to]
            if item.origin == "stated":
                words = _("{name} (stated)").format(name=words)
            elif item.origin == "relation":
                words = f"{words} ({_level(item.level or 0)})"
            own[item.attitude].append(words)
    for dm, own in by_party.items():
        cells = (", ".join(own[word]) or "·" for word in ("positive", "negative", "neutral"))
        table.add_row(text(names.labels[dm]), *map(text, cells))
    yield table


def _states(found: RelationalEquilibria) -> Iterator[RenderableType]:
    graph = found.graph
    for pick, head in (("appear", _("Equilibria that appear")), ("vanish", _("Equilibria that vanish"))):
        by_state: dict[int, list[str]] = {}
        for key, one in found.concepts.items():
            states: NDArray[np.int64] = getattr(one, pick)
            for state in states.tolist():
                by_state.setdefault(state, []).append(key if pick == "appear" else one.plain_concept)
        if not by_state:
            continue
        yield heading(head)
        table = Listing(_("state"), _("under"), _("what it is"))
        for state in sorted(by_state)[:MOST_STATES]:
            table.add_row(
                text(graph.space.label(state)), text(", ".join(by_state[state])), text(state_words(graph, state))
            )
        yield table
        if len(by_state) > MOST_STATES:
            more = counted(
                "… and {n} more (--format json or csv lists them)",
                "… and {n} more (--format json or csv lists them)",
                len(by_state) - MOST_STATES,
            )
            yield text(more, "dim")


def _attitudes_legend() -> Iterator[str]:
    words = _(
        "for, against: whose wishes a party shares or opposes, by the level of the relation or as stated;\n"
        "  everybody is for itself unless something else is stated"
    )
    yield from words.split("\n")
    yield _("holding: equilibria under the relational concept; plain: under the same concept without attitudes")
    yield _("by equal ranks: without attitudes to others too: a relational move may lead to what is as good")
