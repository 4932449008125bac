"""Relations in a terminal: the web, its balance, what a rapprochement does to it, and what holds under attitudes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

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
from detente.report.sentences import joined, plural
from detente.report.terminal import heading
from detente.report.words import reading_words, state_words, text

MOST_DIVISIONS = 5
MOST_STATES = 25
STRAIN = {"none": "·", "some": "◐", "every": "●"}


class _Names:
    """Display names of nodes and ties."""

    def __init__(self, conflict: Conflict) -> None:
        self.labels = {item.id: item.label for item in (*conflict.decision_makers, *conflict.outsiders)}
        self.ties = {frozenset(item.between): item.name for item in conflict.relations}

    def nodes(self, nodes: Iterable[str], conjunction: str = "and") -> str:
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
    yield text(found.conflict.title or "Untitled conflict", "bold")
    counts = [plural(len(web.nodes), "node"), plural(len(web.ties), "tie")]
    yield text(" · ".join([*counts, *([f"at {found.at}"] if found.at else [])]), "dim")
    yield text("")
    yield from _ties(found, names)
    yield heading("Balance")
    yield from (text(line) for line in _balance_sentences(web, names))
    yield from _divisions("Blocs that fit best", web.by_count, names)
    if web.by_level.divisions != web.by_count.divisions:
        yield from _divisions("Blocs that fit best by level", web.by_level, names)
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
    return f"{level:+.3g}".replace("-", "−") if level else "0"


def _ties(found: RelationsResult, names: _Names) -> Iterator[RenderableType]:
    dated = any(tie.since for tie in found.ties)
    sure = all(tie.relation.certainty == "certain" for tie in found.ties)
    columns = ["tie", "level", *(["since"] if dated else []), "strain", "by level"]
    table = Listing(*columns, *([] if sure else ["certainty"]), "source", right=("level",))
    for tie in found.ties:
        row = [names.tie(tie.relation.between), _level(tie.level), *([tie.since or "–"] if dated else [])]
        row += [STRAIN[strain] for strain in found.strain(tie)]
        row += [] if sure else [_certainty(tie)]
        table.add_row(*map(text, [*row, tie.relation.source]))
    yield table
    if found.not_yet:
        later = {item.id: item for item in found.conflict.relations}
        yield text("No tie yet: " + "; ".join(names.tie(later[key].between) for key in found.not_yet) + ".", "dim")
    if found.alone:
        yield text(f"No relation names {names.nodes(found.alone, 'or')}.", "dim")


def _certainty(tie: Tie) -> str:
    given = tie.relation.certainty
    return given if isinstance(given, str) else f"{float(given):g}"


def _balance_sentences(web: Balance, names: _Names) -> Iterator[str]:
    if not web.ties:
        yield "There are no ties."
        return
    if web.balanced:
        yield "The web is balanced: no cycle of ties has an odd number of hostile ones."
        return
    total = sum(abs(level) for level in web.ties.values())
    yield (
        f"The web is not balanced: at least {web.by_count.index} of {plural(len(web.ties), 'tie')} would have to "
        f"change sign or go (by level: {web.by_level.index:.3g} of {total:.3g})."
    )
    cycle = [*web.witness, web.witness[0]]
    steps = [(web.ties.get((a, b)) or web.ties[b, a], b) for a, b in pairwise(cycle)]
    hostile = sum(level < 0 for level, _ in steps)
    words = names.labels[cycle[0]] + "".join(f" {'−' if level < 0 else '+'} {names.labels[b]}" for level, b in steps)
    yield f"A shortest cycle that is not balanced: {words}, with {plural(hostile, 'hostile tie')}."


def _divisions(words: str, found: Frustration, names: _Names) -> Iterator[RenderableType]:
    if found.n_divisions == 1:
        yield text(f"{words}: {names.blocs(found.divisions[0])}.")
        return
    yield text(f"{words}, in {found.n_divisions:,} ways:")
    shown = found.divisions[:MOST_DIVISIONS]
    yield from (text(f"  {names.blocs(blocs)}") for blocs in shown)
    if found.n_divisions > len(shown):
        listed = f" (--format json lists {len(found.divisions)})"
        yield text(f"  … and {found.n_divisions - len(shown):,} more{listed}", "dim")


def _nodes(found: RelationsResult, names: _Names) -> Iterator[RenderableType]:
    yield heading("Nodes")
    numbers = ("friendly", "hostile", "triads", "without it", "by level", "parted")
    table = Listing("node", *numbers, right=numbers)
    for item in sorted(found.centrality, key=lambda one: -(one.friendship + one.enmity)):
        table.add_row(
            text(names.labels[item.node]),
            text(f"{item.friends} ({item.friendship:.3g})"),
            text(f"{item.enemies} ({item.enmity:.3g})"),
            text(f"{item.balanced_triads}/{item.triads}"),
            text(f"−{item.drop_by_count:g}" if item.drop_by_count else "·"),
            text(f"−{item.drop_by_level:.3g}" if item.drop_by_level else "·"),
            text(item.parted or "·"),
        )
    yield table


def _rapprochement(found: RelationsResult, names: _Names) -> Iterator[RenderableType]:
    change = found.change
    if change is None:
        return
    before, after = change.before, change.after
    levels = [web.ties.get(change.pair, 0.0) for web in (before, after)]
    yield heading(
        f"If the level between {names.nodes(change.pair)} goes from {_level(levels[0])} to {_level(levels[1])}"
    )
    counts = f"{before.by_count.index} before, {after.by_count.index} after"
    sums = f"{before.by_level.index:.3g}, {after.by_level.index:.3g}"
    yield text(f"Ties out of place: {counts} (by level: {sums}).")
    if before.balanced != after.balanced:
        yield text("The web becomes balanced." if after.balanced else "The web is no longer balanced.")
    for words, pairs in (("Under strain, or more than before", change.strained), ("Relieved", change.relieved)):
        listed = "; ".join(f"{names.tie(pair)}{' (this tie)' if pair == change.pair else ''}" for pair in pairs)
        yield text(f"{words}: {listed or 'no tie'}.")
    if not after.balanced:
        yield from (text(line) for line in list(_balance_sentences(after, names))[1:])
    yield from _divisions("Blocs that then fit best", after.by_count, names)


def _over_time(found: RelationsResult, names: _Names) -> Iterator[RenderableType]:
    yield heading("Over time")
    between = {item.id: names.tie(item.between) for item in found.conflict.relations}
    table = Listing("date", "out of place", "by level", "what changes", "blocs", right=("out of place", "by level"))
    for moment in found.over_time:
        frustration = moment.web.by_count
        ways = "" if frustration.n_divisions == 1 else f" (one of {frustration.n_divisions:,} ways)"
        changes = (
            f"{between[key]}: {'' if before is None else _level(before) + ' → '}{_level(after)}"
            for key, before, after in moment.changes
        )
        table.add_row(
            text(moment.date),
            text("balanced" if moment.web.balanced else frustration.index),
            text(f"{moment.web.by_level.index:.3g}" if not moment.web.balanced else "·"),
            text("; ".join(changes)),
            text(names.blocs(moment.web.blocs) + ways),
        )
    yield table


def _turning_points(found: RelationsResult, names: _Names) -> Iterator[RenderableType]:
    yield heading("Turning points")
    table = Listing("tie", "date", "found", "declared by")
    plain: dict[str, list[str]] = {}
    for relation in found.conflict.relations:
        points = found.turning_points.get(relation.id)
        if points is None:
            continue
        name, rows = names.tie(relation.between), list(_turns(points, relation))
        for number, row in enumerate(rows):
            table.add_row(text("" if number else name), *map(text, row))
        if points.method is None:
            plain.setdefault(f"Not looked for, since {points.why_not}", []).append(name)
        else:
            words = {None: "Nothing declared to compare", True: "Found and declared agree", False: "They differ"}
            plain.setdefault(words[points.agree], []).append(name)
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
    yield "level: −1 adversaries, 0 nothing, +1 allies, as the author says; friendly: above 0; hostile: below"
    yield "out of place: a hostile tie within a bloc, or a friendly one between two"
    yield "strain: out of place in every best division ●, in some ◐, in none ·; by level: ties count by level"
    yield "friendly, hostile: number of ties (sum of levels); triads: balanced of all triangles it is in"
    yield "without it: by how much fewer ties are out of place; parted: pairs of others no longer joined"
    if found.turning_points:
        yield "found: mean levels before and after; cutting the series at these dates fits it best"


# -- attitudes ------------------------------------------------------------------------------------------------------


def attitudes_view(found: RelationalEquilibria, *, alone: bool = True) -> Iterator[RenderableType]:
    """Yield who is for and against whom, and which equilibria appear and vanish with it, with a legend.

    Where it does not stand ``alone`` it has a heading instead of the model's title.
    """
    conflict = found.graph.conflict
    names = _Names(conflict)
    yield text(conflict.title or "Untitled conflict", "bold") if alone else heading("Relational stability")
    where = f"Reading {reading_words(conflict, found.reading)} · " if len(conflict.readings) > 1 else ""
    at = f" · levels at {found.at}" if found.at else ""
    yield text(f"{where}{plural(found.graph.n_states, 'state')}{at} · threshold {found.threshold:g}", "dim")
    yield text("")
    yield from _attitudes(found.attitudes, names)
    yield text("")
    numbers = ("holding", "plain", "appear", "vanish")
    table = Listing("concept", *numbers, "of these by equal ranks", right=numbers)
    for key, one in found.concepts.items():
        appear, vanish = one.by_equal_ranks
        table.add_row(
            text(CONCEPTS[key]),
            *(text(f"{len(states):,}") for states in (one.equilibria, one.plain, one.appear, one.vanish)),
            text(f"{appear:,} appear, {vanish:,} vanish"),
        )
    yield table
    yield from _states(found)
    yield text("")
    yield from (text(line, "dim") for line in _attitudes_legend())


def _attitudes(attitudes: Sequence[AttitudeOf], names: _Names) -> Iterator[RenderableType]:
    table = Listing("party", "for", "against", "neutral to")
    by_party: dict[str, dict[str, list[str]]] = {}
    for item in attitudes:
        own = by_party.setdefault(item.of, {"positive": [], "negative": [], "neutral": []})
        if item.origin != "self":
            words = "itself" if item.of == item.to else names.labels[item.to]
            why = {"stated": " (stated)", "relation": f" ({_level(item.level or 0)})"}.get(item.origin, "")
            own[item.attitude].append(words + why)
    for dm, own in by_party.items():
        cells = (", ".join(own[word]) or "·" for word in ("positive", "negative", "neutral"))
        table.add_row(text(names.labels[dm]), *map(text, cells))
    yield table


def _states(found: RelationalEquilibria) -> Iterator[RenderableType]:
    graph = found.graph
    for word, pick in (("appear", "appear"), ("vanish", "vanish")):
        by_state: dict[int, list[str]] = {}
        for key, one in found.concepts.items():
            states: NDArray[np.int64] = getattr(one, pick)
            for state in states.tolist():
                by_state.setdefault(state, []).append(key if word == "appear" else one.plain_concept)
        if not by_state:
            continue
        yield heading(f"Equilibria that {word}")
        table = Listing("state", "under", "what it is")
        for state in sorted(by_state)[:MOST_STATES]:
            table.add_row(
                text(graph.space.label(state)), text(", ".join(by_state[state])), text(state_words(graph, state))
            )
        yield table
        if len(by_state) > MOST_STATES:
            yield text(f"… and {len(by_state) - MOST_STATES:,} more (--format json or csv lists them)", "dim")


def _attitudes_legend() -> Iterator[str]:
    yield "for, against: whose wishes a party shares or opposes, by the level of the relation or as stated;"
    yield "  everybody is for itself unless something else is stated"
    yield "holding: equilibria under the relational concept; plain: under the same concept without attitudes"
    yield "by equal ranks: without attitudes to others too: a relational move may lead to what is as good"
