"""Evolution from a state, against sets and exact fractions; witnesses step by step; small cases by hand."""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis import evolution_chain, evolution_steps
from detente.analysis.evolution import Evolution, evolution
from detente.analysis.evolution_chain import settle
from detente.analysis.evolution_search import PlayStep
from detente.analysis.evolution_steps import Play, starts_of
from detente.analysis.safety import avoidable, certain, inevitable
from detente.conflict.conflict import Conflict
from detente.conflict.formula import Named, Not
from detente.errors import TooLargeError, UsageError
from detente.graph.graph import Graph
from detente.language.load import loads
from detente.library.index import library
from tests.oracle import LiteralModel, nonempty_subsets
from tests.strategies import graph_conflicts, merged_conflicts, option_conflicts

any_family = st.one_of(option_conflicts(), merged_conflicts(), graph_conflicts())
Row = dict[tuple[tuple[str, ...], int], Fraction]

# -- the literal implementation -------------------------------------------------------------------------------------


@dataclass
class LiteralPlay:
    """Steps, closed classes and shares by the definitions. States are numbered from 1; movers go by their members."""

    model: LiteralModel
    improvements: str = "any"
    joint: Sequence[Sequence[str]] = ()
    nature: str = "eventually"
    weights: Mapping[str, Fraction] | None = None
    errors: Mapping[str, Fraction] | None = None

    @property
    def movers(self) -> list[tuple[str, ...]]:
        alone = [(dm,) for dm in self.model.everyone if dm in self.model.parties or self.nature == "eventually"]
        order = self.model.parties
        coalitions = [tuple(dm for dm in order if dm in members) for members in self.joint]
        return [*alone, *dict.fromkeys(coalitions)]

    def improved(self, mover: tuple[str, ...], s: int) -> set[int]:
        if len(mover) > 1:
            return set(self.model.improvements(mover, s))
        ends = set(self.model.R_plus(mover[0], s))
        if self.improvements == "best" and mover[0] in self.model.parties:
            ends = {t for t in ends if not any(self.model.prefers(mover[0], u, t) for u in ends)}
        return ends

    def own(self, mover: tuple[str, ...], s: int) -> dict[int, Fraction]:
        """What a mover does when drawn; staying is left out."""
        better, rate = self.improved(mover, s), Fraction((self.errors or {}).get("+".join(mover), 0))
        found = {t: (1 - rate) / len(better) for t in better if rate < 1}
        legal = self.model.R(mover[0], s) if rate else ()
        for t in legal:
            found[t] = found.get(t, Fraction(0)) + rate / len(legal)
        return found

    def row(self, s: int) -> Row:
        """The chance of each step from s."""
        weight = {m: Fraction((self.weights or {}).get("+".join(m), 1)) for m in self.movers}
        drawn = self.movers if self.errors is not None else [m for m in self.movers if self.own(m, s)]
        total = sum((weight[m] for m in drawn), Fraction(0))
        return {(m, t): p * weight[m] / total for m in drawn for t, p in self.own(m, s).items()}

    def graph(self, starts: Collection[int]) -> dict[int, Row]:
        found: dict[int, Row] = {}
        waiting = list(starts)
        while waiting:
            s = waiting.pop()
            if s not in found:
                found[s] = self.row(s)
                waiting += [t for _, t in found[s]]
        return found


def reached(rows: Mapping[int, Row], starts: Collection[int]) -> set[int]:
    found, waiting = set(starts), list(starts)
    while waiting:
        for _, t in rows[waiting.pop()]:
            if t not in found:
                found.add(t)
                waiting.append(t)
    return found


def closed_classes(rows: Mapping[int, Row]) -> list[set[int]]:
    ahead = {s: reached(rows, [s]) for s in rows}
    return [ahead[s] for s in sorted(rows) if all(s in ahead[t] for t in ahead[s]) and s == min(ahead[s])]


def solve(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Gaussian elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    n = len(rows)
    for k in range(n):
        pivot = next(i for i in range(k, n) if rows[i][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [value / rows[k][k] for value in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def chance(rows: Mapping[int, Row], s: int, t: int) -> Fraction:
    if s == t:
        return 1 - sum(rows[s].values(), Fraction(0))
    return sum((p for (_, end), p in rows[s].items() if end == t), Fraction(0))


def literal_end(rows: Mapping[int, Row], starts: Collection[int]) -> tuple[list[Fraction], dict[int, Fraction], float]:
    """Shares of the closed classes, long-run shares of states, expected moves."""
    closed = closed_classes(rows)
    on = sorted(set(rows) - set().union(*closed))
    begin = {s: Fraction(s in starts, len(starts)) for s in rows}
    matrix = [[Fraction(s == t) - chance(rows, s, t) for s in on] for t in on]
    visits = dict(zip(on, solve(matrix, [begin[t] for t in on]), strict=True))
    arrives = {t: begin[t] + sum((visits[s] * chance(rows, s, t) for s in on), Fraction(0)) for t in rows}
    moves = sum((visits[s] * sum(rows[s].values(), Fraction(0)) for s in on), Fraction(0))
    shares, long_run = [], dict.fromkeys(rows, Fraction(0))
    for states in closed:
        share, some = sum((arrives[s] for s in states), Fraction(0)), sorted(states)
        matrix = [[chance(rows, s, t) - (s == t) for s in some] for t in some[1:]] + [[Fraction(1)] * len(some)]
        stationary = solve(matrix, [Fraction(0)] * (len(some) - 1) + [Fraction(1)])
        shares.append(share)
        long_run |= {s: share * p for s, p in zip(some, stationary, strict=True)}
    return shares, long_run, float(moves)


# -- against the code -----------------------------------------------------------------------------------------------


def settings_of(data: st.DataObject, model: LiteralModel) -> dict[str, Any]:
    coalitions = [c for c in nonempty_subsets(model.parties) if len(c) > 1]
    joint = data.draw(st.lists(st.sampled_from(coalitions), max_size=2)) if coalitions else []
    return {
        "improvements": data.draw(st.sampled_from(["any", "best"])),
        "joint": joint,
        "nature": data.draw(st.sampled_from(["eventually", "never"])),
    }


def start_of(data: st.DataObject, conflict: Conflict, graph: Graph) -> str | int:
    full = [o.id for o in conflict.outcomes if graph.outcome(o.id).any()]
    return data.draw(st.one_of(st.integers(1, graph.n_states), *([st.sampled_from(full)] if full else [])))


def kind(joint: Sequence[Sequence[str]]) -> Any:
    return "joint" if joint else "single"


@settings(max_examples=60)
@given(any_family, st.data())
def test_play_and_shares_agree_with_the_literal_implementation(conflict: Conflict, data: st.DataObject) -> None:
    graph, reading = Graph(conflict), data.draw(st.sampled_from(conflict.readings)).id
    model = LiteralModel(conflict, reading)
    ways, start = settings_of(data, model), start_of(data, conflict, graph)
    numbers = st.fractions(Fraction(1, 8), 4, max_denominator=8)
    rates = st.fractions(0, 1, max_denominator=6)
    errors = data.draw(st.none() | st.dictionaries(st.sampled_from(model.parties), rates, min_size=1))
    literal = LiteralPlay(model, errors=errors, **ways)
    keys = ["+".join(mover) for mover in literal.movers]
    literal.weights = data.draw(st.dictionaries(st.sampled_from(keys), numbers))
    found = evolution(
        conflict,
        graph=graph,
        reading=reading,
        start=start,
        steps=kind(ways["joint"]),
        weights=literal.weights,
        errors=errors,
        **ways,
    )
    starts = (found.starts + 1).tolist()
    assert set(starts) == (set(model.resolve(start)) if isinstance(start, str) else {start})
    rows = literal.graph(starts)
    assert (found.steps.states + 1).tolist() == sorted(rows)
    states, steps = found.steps.states + 1, found.steps
    mine: dict[int, dict[Any, float]] = {s: {} for s in rows}
    for a, t, k, p in zip(states[steps.sources], states[steps.targets], steps.by, found.chances, strict=True):
        assert (steps.names[k], int(t)) not in mine[int(a)]
        mine[int(a)][steps.names[k], int(t)] = p
    assert {s: pytest.approx({key: float(p) for key, p in row.items()}) for s, row in rows.items()} == mine
    shares, long_run, moves = literal_end(rows, starts)
    assert [set((found.closed(k) + 1).tolist()) for k in range(len(found.shares))] == closed_classes(rows)
    assert found.shares == pytest.approx([float(share) for share in shares], abs=1e-9)
    assert abs(found.shares.sum() - 1) < 1e-9
    assert found.long_run == pytest.approx([float(long_run[s]) for s in sorted(rows)], abs=1e-9)
    assert found.moves == pytest.approx(moves)
    for name, holding in model.outcomes.items():
        share = float(sum((long_run[s] for s in rows if s in holding), Fraction(0)))
        assert found.outcomes[name] == pytest.approx(share, abs=1e-9)
        assert found.share(graph.outcome(name)) == found.outcomes[name]
    json.dumps(found.to_dict())
    assert found.to_frame()["long run"].sum() == pytest.approx(1)
    assert len(repr(found)) < 160


def verify(path: Sequence[PlayStep], rows: Mapping[int, Row]) -> None:
    for step in path:
        assert (step.by, step.end + 1) in rows[step.start + 1]
    for before, after in itertools.pairwise(path):
        assert before.end == after.start


def fewest(rows: Mapping[int, Row], starts: Collection[int], goal: Collection[int], by: Any = lambda who: True) -> int:
    level, seen, count = set(starts), set(starts), 0
    while not level & set(goal):
        level = {t for s in level for who, t in rows[s] if by(who)} - seen
        seen |= level
        count += 1
    return count


@settings(max_examples=70)
@given(any_family, st.data())
def test_verdicts_agree_with_the_literal_implementation_and_witnesses_verify(
    conflict: Conflict, data: st.DataObject
) -> None:
    graph, reading = Graph(conflict), data.draw(st.sampled_from(conflict.readings)).id
    model = LiteralModel(conflict, reading)
    ways, start = settings_of(data, model), start_of(data, conflict, graph)
    rows = LiteralPlay(model, **ways).graph([s + 1 for s in starts_of(graph, start).tolist()])
    starts = {s + 1 for s in starts_of(graph, start).tolist()}
    ways["steps"] = kind(ways["joint"])
    found = evolution(conflict, graph=graph, reading=reading, start=start, **ways)
    goal = set(data.draw(st.lists(st.sampled_from(model.states), unique=True)))
    flags = np.isin(np.arange(graph.n_states) + 1, sorted(goal))
    closed = closed_classes(rows)
    bad = [some for some in closed if not some <= goal]

    must = inevitable(found, flags)
    assert bool(must) == (not bad)
    if not must:
        assert must.path is not None
        assert must.end is not None
        verify(must.path, rows)
        ends = {s for some in bad for s in some if s not in goal}
        assert len(must.path) == fewest(rows, starts, ends)
        assert set((must.closed + 1).tolist()) in bad
        assert must.end + 1 in ends & set((must.closed + 1).tolist())
        assert must.reason == ("dead end" if not rows[must.end + 1] else "closed class")
        assert must.path[0].start + 1 in starts if must.path else must.end + 1 in starts
        assert not must.path or must.path[-1].end == must.end

    forever = set(rows) - goal  # the greatest set of states outside from which some step stays in the set
    while any(not any(t in forever for _, t in rows[s]) for s in forever):
        forever = {s for s in forever if any(t in forever for _, t in rows[s])}
    sure = certain(found, flags)
    assert bool(sure) == (not bad and not starts & forever)
    if not sure:
        assert sure.path is not None
        assert sure.end is not None
        verify(sure.path, rows)
        verify(sure.cycle, rows)
        assert sure.end + 1 not in goal
        if sure.cycle:
            assert sure.cycle[0].start == sure.cycle[-1].end == sure.end
        if sure.reason == "cycle":
            assert sure.cycle
            assert not {step.start + 1 for step in (*sure.path, *sure.cycle)} & goal
            assert not len(sure.closed)
        else:
            assert bool(sure.cycle) == (sure.reason == "closed class")
            assert {step.end for step in sure.cycle} <= set(sure.closed.tolist())
    for verdict in (must, sure):
        json.dumps(verdict.to_dict())
        assert len(verdict.to_frame()) == len(verdict.path or ()) + len(verdict.cycle)
        assert verdict.question in repr(verdict)

    members = set(data.draw(st.lists(st.sampled_from(model.parties), unique=True)))
    safe = set(rows) - goal
    while True:
        left = {s for s in safe if all(t in safe for who, t in rows[s] if not set(who) & members)}
        if left == safe:
            break
        safe = left
    keep = avoidable(graph, reading, flags, by=sorted(members), start=start, **ways)
    assert (keep.n_states, keep.n_safe) == (len(rows), len(safe))
    assert bool(keep) == (starts <= safe)
    if keep:
        withheld = {(keep.names[k], int(a) + 1, int(t) + 1) for a, t, k in zip(*keep.withheld, strict=True)}
        kept = {s: {key: p for key, p in row.items() if (key[0], s, key[1]) not in withheld} for s, row in rows.items()}
        followed = reached(kept, starts)
        assert followed <= safe
        assert keep.n_followed == len(followed)
        assert all(set(who) & members and a in followed and t not in safe for who, a, t in withheld)
    else:
        assert keep.path is not None
        verify(keep.path, rows)
        assert not any(set(step.by) & members for step in keep.path)
        assert (keep.path[-1].end + 1 in goal) if keep.path else starts & goal
        assert len(keep.path) == fewest(rows, starts - safe, goal, lambda who: not set(who) & members)
    json.dumps(keep.to_dict())
    assert len(keep.to_frame()) == len(keep.withheld[0])
    assert repr(keep).startswith("<Avoidance by")


@settings(max_examples=60)
@given(any_family, st.data())
def test_relations_between_the_answers(conflict: Conflict, data: st.DataObject) -> None:
    graph = Graph(conflict)
    found = evolution(conflict, graph=graph, start=data.draw(st.integers(1, graph.n_states)))
    flags = np.array(data.draw(st.lists(st.booleans(), min_size=graph.n_states, max_size=graph.n_states)))
    must, sure = inevitable(found, flags), certain(found, flags)
    assert must.holds or not sure.holds
    assert must.holds == (found.share(flags) > 1 - 1e-9)
    everybody = [dm.id for dm in conflict.parties]
    start, nobody = int(found.starts[0]) + 1, avoidable(graph, None, flags, by=[], start=int(found.starts[0]) + 1)
    assert nobody.holds == (not flags[found.steps.states].any())
    assert avoidable(graph, None, flags, by=everybody, start=start).n_safe >= nobody.n_safe
    if sure.holds:
        assert not nobody.holds
    quiet = evolution(conflict, graph=graph, start=start, errors=dict.fromkeys(everybody, 0))
    assert quiet.shares == pytest.approx(found.shares, abs=1e-9)
    assert quiet.moves == pytest.approx(found.moves)


# -- by hand --------------------------------------------------------------------------------------------------------


def closed(found: Evolution) -> list[list[int]]:
    return [(found.closed(k) + 1).tolist() for k in range(len(found.shares))]


def test_prisoners_dilemma() -> None:
    conflict = library("prisoners_dilemma")
    found = evolution(conflict)
    assert closed(found) == [[1]]
    assert (found.moves, found.unique, found.classes["mutual_defection"]) == (1, True, 1)
    assert evolution(conflict, start=4).moves == 2
    assert certain(found, "mutual_defection")
    graph = Graph(conflict)
    assert avoidable(graph, None, "mutual_defection", by=["one"]).holds
    assert not avoidable(graph, None, "mutual_defection", by=["two"]).holds
    both = evolution(conflict, steps="joint", joint=[("one", "two")])
    assert closed(both) == [[1, 2, 3, 4]]  # 1 → 4 jointly, 4 → 2, 3 → 1 alone
    assert both.long_run == pytest.approx([1 / 3, 1 / 6, 1 / 6, 1 / 3])
    assert not inevitable(both, "mutual_defection").holds
    verdict = certain(both, Not(Named("mutual_cooperation")))
    assert (verdict.reason, [step.by for step in verdict.path or ()]) == ("closed class", [("one",), ("one", "two")])
    assert [step.end + 1 for step in verdict.cycle] in ([2, 1, 4], [3, 1, 4])


def test_errors_make_the_dilemma_rest_in_defection() -> None:
    for rate in (Fraction(1, 10), Fraction(1, 10**6), 1e-12):
        found = evolution(library("prisoners_dilemma"), errors={"one": rate, "two": rate})
        assert found.unique
        assert closed(found) == [[1, 2, 3, 4]]
        e = float(rate)  # each defects whenever drawn, cooperates at this rate
        assert found.long_run == pytest.approx(np.array([1, e, e, e**2]) / (1 + e) ** 2, rel=1e-12)
        assert "turn" in found.rule
    one = evolution(library("prisoners_dilemma"), errors={"one": 0.25})
    assert closed(one) == [[1, 2]]
    assert one.long_run == pytest.approx([0.8, 0.2])


def test_chicken() -> None:
    conflict = library("chicken")
    found = evolution(conflict)
    assert closed(found) == [[2], [3]]
    assert found.shares.tolist() == [0.5, 0.5]
    assert evolution(conflict, weights={"a": Fraction(3)}).shares.tolist() == [0.75, 0.25]
    assert certain(found, "one_gives_way")
    assert not inevitable(found, "crash").holds
    graph = Graph(conflict)
    assert not avoidable(graph, None, "one_gives_way", by=["a"]).holds
    assert avoidable(graph, None, "one_gives_way", by=["a", "b"]).n_safe == 1
    errors = evolution(conflict, errors={"a": 1e-9, "b": 1e-9})
    assert errors.long_run[[1, 2]] == pytest.approx([0.5, 0.5])
    assert not evolution(conflict, start="one_gives_way").unique
    assert evolution(conflict, start="one_gives_way").shares.tolist() == [0.5, 0.5]


def test_elmira() -> None:
    conflict = library("elmira")
    assert closed(evolution(conflict)) == [[5]]
    found = evolution(conflict, steps="joint", joint=[("moe", "uniroyal"), ["uniroyal", "moe"]])
    assert closed(found) == [[8]]
    assert found.moves == 2
    assert certain(found, "modified_order")
    assert "moe+uniroyal" in found.rule
    where: dict[str, Any] = {"steps": "joint", "joint": [("moe", "uniroyal")]}
    graph = Graph(conflict)
    for who in ("moe", "uniroyal"):
        kept = avoidable(graph, None, "modified_order", by=[who], **where)
        assert [step["withheld_by"] for step in kept.to_dict()["withheld"]] == [[who]]
    forced = avoidable(graph, None, "s8", by=["local"], start="s5", **where)
    assert [step.to_dict() for step in forced.path or ()] == [{"by": ["moe", "uniroyal"], "from": 5, "to": 8}]
    assert avoidable(graph, None, "s8", by=["local"], **where).holds


WHEEL = """
title: Wheel
decision_makers:
  a: {preferences: {ranking: [out, s2, s1, s3]}}
  b: {preferences: {ranking: [s1, out, s3, s2]}}
  weather: {kind: nature}
states: {s1: {}, s2: {}, s3: {}, out: {}}
moves:
  a: {s1: [s2], s3: [s1]}
  b: {s2: [s3]}
  weather: {s3: [out]}
outcomes: {done: out, third: s3}
status_quo: s1
"""


def test_certain_needs_more_than_inevitable() -> None:
    conflict = loads(WHEEL)
    found = evolution(conflict)
    assert closed(found) == [[4]]
    assert found.moves == pytest.approx(6)  # three moves, then as likely as not three more
    assert inevitable(found, "done")
    assert inevitable(found, "done").path is None
    verdict = certain(found, "done")
    assert (verdict.holds, verdict.reason, verdict.end) == (False, "cycle", 0)
    assert [step.end + 1 for step in verdict.cycle] == [2, 3, 1]
    assert certain(found, Not(Named("third"))).holds  # play may leave the outcome on the way
    still = evolution(conflict, nature="never")
    assert closed(still) == [[1, 2, 3]]
    assert still.long_run == pytest.approx([1 / 3] * 3)
    assert certain(still, "third").reason == "closed class"
    assert avoidable(Graph(conflict), None, "done", by=["a"]).to_dict()["withheld"][0]["from"] == 1
    assert not avoidable(Graph(conflict), None, "done", by=["a"], start="s2").holds
    assert "nature's moves" in found.rule
    assert evolution(conflict, weights={"weather": 3}).moves == pytest.approx(4)


# -- large chains, refusals -----------------------------------------------------------------------------------------


def ladder(n: int, up: float) -> tuple[Any, ...]:
    """Steps up and down a ladder, from the bottom, until the top is reached."""
    at = np.arange(n)
    sources, targets = np.concatenate([at[1:], at]), np.concatenate([at[1:] - 1, at + 1])
    chances = np.concatenate([np.full(n - 1, 1 - up), [1.0], np.full(n - 1, up)])
    order = np.lexsort((targets, sources))
    begin = np.zeros(n + 1)
    begin[0] = 1
    return begin, sources[order].astype(np.int32), targets[order].astype(np.int32), chances[order]


def expected(n: int, up: float) -> float:
    """Expected moves up a ladder: h(k) from k to k + 1, h(0) = 1, h(k) = (1 + (1 - up) h(k - 1)) / up."""
    step, total = 1.0, 1.0
    for _ in range(n - 1):
        step = (1 + (1 - up) * step) / up
        total += step
    return total


@pytest.mark.parametrize(("n", "up"), [(50, 0.5), (300, 0.4), (400, 0.2), (2000, 0.5), (20000, 0.6), (500, 0.45)])
def test_ladders(n: int, up: float) -> None:
    end = settle(*ladder(n, up))
    assert end.shares == pytest.approx([1], abs=1e-9)
    assert end.moves == pytest.approx(expected(n, up), rel=1e-6)


@pytest.mark.parametrize(("n", "up"), [(4000, 0.4), (400, 1e-3)])
def test_what_cannot_be_exact_is_refused(n: int, up: float) -> None:
    with pytest.raises(TooLargeError, match="cannot be had to within"):
        settle(*ladder(n, up))


def cube(d: int, seed: int, n_ends: int) -> tuple[Any, ...]:
    """A random graph on the corners of a cube: nothing of small bandwidth."""
    rng, n = np.random.default_rng(seed), 1 << d
    sources = np.repeat(np.arange(n), d)
    targets = sources ^ (1 << np.tile(np.arange(d), n))
    kept = (rng.random(len(sources)) < 0.8) & ~np.isin(sources, rng.choice(n, n_ends, replace=False))
    sources, targets = sources[kept], targets[kept]
    begin = np.zeros(n)
    begin[0] = 1
    return begin, sources.astype(np.int32), targets.astype(np.int32), 1 / np.bincount(sources, minlength=n)[sources]


@pytest.mark.parametrize("n_ends", [0, 3])
@pytest.mark.parametrize("solver", ["elimination", "lu", "gmres"])
def test_all_solvers_agree(n_ends: int, solver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if solver != "elimination":
        monkeypatch.setattr(evolution_chain, "_DENSE", 10)
    monkeypatch.setattr(evolution_chain, "_CHEAP_WORK", -1 if solver == "gmres" else np.inf)
    monkeypatch.setattr(evolution_chain, "_MOST_WORK", -1 if solver == "gmres" else np.inf)
    chain = cube(8, 1, n_ends)
    end = settle(*chain)
    monkeypatch.undo()
    monkeypatch.setattr(evolution_chain, "_DENSE", 1000)
    right = settle(*chain)
    assert len(end.shares) == max(1, n_ends)
    assert end.shares == pytest.approx(right.shares, abs=1e-9)
    assert end.long_run == pytest.approx(right.long_run, abs=1e-9)
    assert end.moves == pytest.approx(right.moves)


def test_a_wide_component_is_solved_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    end = settle(*cube(13, 2, 5))
    assert end.shares.sum() == pytest.approx(1, abs=1e-9)
    monkeypatch.setattr(evolution_chain, "_GMRES_ROUNDS", 0)
    monkeypatch.setenv("DETENTE_MEMORY", "0.01")
    with pytest.raises(TooLargeError, match="on cycles through one another"):
        settle(*cube(13, 2, 5))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"improvements": "all"}, "expected one of: any, best"),
        ({"steps": "both"}, "expected one of: single, joint"),
        ({"nature": "sometimes"}, "expected one of: eventually, never"),
        ({"reading": "other"}, "unknown reading"),
        ({"start": "nowhere"}, "no state and no outcome"),
        ({"weights": {"uniroyl": 2}}, "did you mean 'uniroyal'"),
        ({"weights": {"moe": 0}}, "above 0"),
        ({"weights": {"moe": float("nan")}}, "above 0"),
        ({"weights": {"moe": Fraction(10) ** 400}}, "above 0"),
        ({"errors": {"moee": 0.1}}, "did you mean 'moe'"),
        ({"errors": {"moe": 1.5}}, "from 0 to 1"),
        ({"steps": "joint", "joint": [("moe",)]}, "two members or more"),
        ({"steps": "joint", "joint": ["moe"]}, "a list of parties"),
    ],
)
def test_what_makes_no_sense(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        evolution(library("elmira"), **changes)


def test_more_that_makes_no_sense() -> None:
    conflict = loads(WHEEL)
    with pytest.raises(UsageError, match="has no preference"):
        evolution(conflict, errors={"weather": 0.1})
    with pytest.raises(UsageError, match="has no preference"):
        avoidable(Graph(conflict), None, "done", by=["weather"])
    with pytest.raises(UsageError, match="say where play starts"):
        evolution(replace(conflict, status_quo=None))
    with pytest.raises(UsageError, match="array of 4 booleans"):
        inevitable(evolution(conflict), np.ones(3, dtype=bool))
    assert evolution(conflict, nature="never", weights={"weather": 2}).unique


def test_what_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    conflict = library("elmira")
    graph = Graph(conflict)
    play = Play(graph, "default", steps="joint", joint=[("moe", "uniroyal")])
    assert len(play.steps_from(starts_of(graph, None)).targets) == 2
    monkeypatch.setattr(evolution_steps, "_BYTES_AN_ARC", 10**12)
    with pytest.raises(TooLargeError, match="the steps of play"):
        play.steps_from(starts_of(graph, None))


def test_blocks_of_states_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    conflict = library("peace_delusion")
    parties = [dm.id for dm in conflict.parties]
    where: dict[str, Any] = {"steps": "joint", "joint": [parties[:2], parties[1:3]], "start": 1}
    graph = Graph(conflict)
    before = evolution(conflict, graph=graph, **where)
    monkeypatch.setattr(evolution_steps, "_AT_ONCE", 50)
    monkeypatch.setattr(evolution_steps, "_WORKING_MEMORY", 1)
    after = evolution(conflict, graph=graph, **where)
    assert np.array_equal(before.steps.targets, after.steps.targets)
    assert np.array_equal(before.long_run, after.long_run)
