"""Views and hypergames: against the literal definitions, on drawn models with drawn views."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from detente.analysis.hypergame import hypergame
from detente.conflict import elements as el
from detente.conflict import formula as fm
from detente.conflict.conflict import Conflict
from detente.conflict.variant import without
from detente.conflict.views import (
    Forgotten,
    ImaginedOption,
    Observer,
    SeenAs,
    ThoughtImpossible,
    UnknownOption,
    View,
    impossible_id,
    view_premises,
    wants_id,
)
from detente.errors import ModelError
from detente.language.formula_parser import parse_formula
from tests.draws import pick, some
from tests.literal_views import LiteralHypergame
from tests.oracle import CONCEPTS
from tests.strategies import formulas, graph_conflicts, merged_conflicts, option_conflicts


@st.composite
def seen_conflicts(draw: DrawFn) -> Conflict:
    """Draw a conflict with views of one or two parties, and at times of an observer."""
    conflict = draw(st.one_of(option_conflicts(), option_conflicts(), merged_conflicts(), graph_conflicts()))
    viewers = [dm.id for dm in some(draw, conflict.parties, least=0, most=2)]
    if not viewers or draw(st.booleans()):
        viewers.append("public")
        conflict = replace(conflict, observers=(Observer(id="public"),))
    for viewer in viewers:
        conflict = _with_view(draw, conflict, viewer)
    return conflict


def _with_view(draw: DrawFn, conflict: Conflict, viewer: str) -> Conflict:
    by_options = conflict.graph_form is None
    others = [dm.id for dm in conflict.decision_makers if dm.id != viewer]
    parties = [dm for dm in conflict.parties if dm.id != viewer]
    points = draw(
        st.sets(st.sampled_from(("sees", "sees", "unknown", "imagined", "impossible", "forgets")), min_size=1)
    )
    forgets: list[Forgotten] = []
    unknown: list[UnknownOption] = []
    imagined: list[ImaginedOption] = []
    if "forgets" in points and by_options and len(parties) > 1:
        gone = pick(draw, others)
        forgets.append(Forgotten(id=f"{viewer} forgets {gone}", viewer=viewer, dm=gone))
        parties = [dm for dm in parties if dm.id != gone]
    if "unknown" in points and by_options:
        unknown += [
            UnknownOption(id=f"{viewer} does not know {name}", viewer=viewer, option=name)
            for name in some(draw, list(conflict.options), most=2)
        ]
    if "imagined" in points and by_options:
        owner = pick(draw, [dm.id for dm in conflict.decision_makers if dm.id not in {f.dm for f in forgets}])
        name = f"{owner}.imagined"
        imagined.append(ImaginedOption(id=f"{viewer} imagines {name}", viewer=viewer, option=name))
    left = {name: item for name, item in conflict.options.items() if name not in {u.option for u in unknown}}
    left = {name: item for name, item in left.items() if conflict.owner(name) not in {f.dm for f in forgets}}
    view = View(id=viewer, forgets=tuple(forgets), unknown=tuple(unknown), imagined=tuple(imagined))
    options = {**left, **view.imagined_options}
    formula = formulas(options or conflict.options).map(lambda that: parse_formula(that.text()))
    if "impossible" in points:
        view = replace(view, impossible=(_impossible(viewer, draw(formula)),))
    if "sees" in points and parties:
        view = replace(view, sees=tuple(_seen(draw, viewer, dm, formula) for dm in some(draw, parties, most=2)))
    if imagined and viewer != "public":
        that = draw(formulas(view.imagined_options).filter(lambda that: bool(that.options())))
        view = replace(view, wants=(el.Statement(id=wants_id(viewer, that), that=that),))
    if not view.premises:
        view = replace(view, impossible=(_impossible(viewer, draw(formula)),))
    if (unknown or forgets) and viewer != "public" and not conflict.merge and draw(st.integers(0, 4)):
        conflict = _knowing(draw, conflict, viewer, left)
    return replace(conflict, views=(*conflict.views, view))


def _impossible(viewer: str, that: fm.Formula) -> ThoughtImpossible:
    return ThoughtImpossible(id=impossible_id(viewer, that), viewer=viewer, that=that)


def _knowing(draw: DrawFn, conflict: Conflict, viewer: str, known: dict[str, el.Option]) -> Conflict:
    """Return a conflict in which a viewer's own preferences depend on nothing that it does not know of."""
    makers = []
    for dm in conflict.decision_makers:
        if dm.id == viewer:
            drawn = [parse_formula(draw(formulas(known)).text()) for _ in range(2)]
            said = (el.Statement(id=f"{viewer}: {that.text()}", that=that) for that in drawn)
            preference = el.Prioritised(tuple(el.Level((s,)) for s in said))
            lenses = tuple(replace(lens, preference=preference) for lens in dm.lenses)
            dm = replace(dm, statements=(), principles=(), lenses=lenses)
        makers.append(dm)
    return replace(conflict, decision_makers=tuple(makers))


def _seen(draw: DrawFn, viewer: str, dm: el.DecisionMaker, formula: st.SearchStrategy) -> SeenAs:
    said = list(dict.fromkeys(s.id for s in (*dm.principles, *(s for lens in dm.lenses for s in lens.statements))))
    replaced = some(draw, said, least=0, most=2) if said else []
    rest = [s for s in said if s not in replaced]
    lens = pick(draw, ("", *dm.lens_names))
    return SeenAs(
        id=f"{viewer} sees {dm.id}",
        viewer=viewer,
        dm=dm.id,
        lens=lens,
        statements=tuple((s, draw(formula)) for s in replaced),
        drop=tuple(some(draw, rest, least=0, most=1)) if rest else (),
        wants=(draw(formula),) if draw(st.booleans()) or not (lens or replaced) else (),
    )


def _numbers(flags: np.ndarray) -> list[int]:
    return [int(s) + 1 for s in np.flatnonzero(flags)]


@given(seen_conflicts(), st.data())
@settings(max_examples=75)
def test_hypergame_is_the_literal_one(conflict: Conflict, data: st.DataObject) -> None:
    reading = data.draw(st.sampled_from([item.id for item in conflict.readings]))
    try:
        literal = LiteralHypergame(conflict, reading)
        wanted = {}
        for key in CONCEPTS:
            if key == "sim" and not all(m.sim_defined for m in (literal.true, *literal.sights.values())):
                continue
            wanted[key] = (literal.hyper(key), {viewer: literal.seen(key, viewer) for viewer in literal.sights})
    except ValueError as error:
        event(f"refused: {error}")
        with pytest.raises(ModelError):
            hypergame(conflict, reading=reading)
        return
    try:
        found = hypergame(conflict, reading=reading)
    except ModelError:
        assert not literal.says_something_under_every_lens()
        return
    assert set(found.hyper) == set(wanted)
    different = False
    for key, (hyper, viewers) in wanted.items():
        assert _numbers(found.hyper[key]) == hyper
        for viewer, seen in viewers.items():
            here = found.seen[key][viewer]
            assert (_numbers(here.equilibria), _numbers(here.illusions), _numbers(here.surprises)) == seen
            different |= bool(seen[1] or seen[2])
    for viewer, sight in literal.sights.items():
        image = [None if p < 0 else p + 1 for p in found.sights[viewer].image.tolist()]
        assert image == list(sight.image.values())
    event("somebody is deceived" if different else "nobody is deceived")


@given(seen_conflicts())
@settings(max_examples=60)
def test_a_correction_is_the_hypergame_without_the_view(conflict: Conflict) -> None:
    try:
        found = hypergame(conflict, concepts=["nash", "seq"])
        corrections = found.corrections
    except ModelError:
        return
    for item in corrections:
        names = [item.premise] if item.premise else [p.id for p in found.sights[item.viewer].view.premises]
        after = without(conflict, names)
        before = found.seen[item.concept][item.viewer]
        if item.viewer in {view.id for view in after.views}:
            then = hypergame(after, concepts=[item.concept])
            seen, hyper = then.seen[item.concept][item.viewer], then.hyper[item.concept]
            pairs = [("illusions", before.illusions, seen.illusions), ("surprises", before.surprises, seen.surprises)]
            if found.is_party(item.viewer):
                pairs.append(("hyper_equilibria", found.hyper[item.concept], hyper))
            for name, old, new in pairs:
                assert item.gone[name].tolist() == np.flatnonzero(old & ~new).tolist()
                assert item.new[name].tolist() == np.flatnonzero(new & ~old).tolist()
        else:
            assert _numbers(before.illusions) == [s + 1 for s in item.gone["illusions"].tolist()]
            assert not len(item.new["surprises"])


@given(seen_conflicts())
@settings(max_examples=60)
def test_premises_of_views_are_dropped(conflict: Conflict) -> None:
    ids = [premise.id for premise in view_premises(conflict)]
    assert len(set(ids)) == len(ids)
    for premise in ids:
        after = without(conflict, [premise])
        assert premise not in {item.id for item in view_premises(after)}
        assert replace(after, views=conflict.views) == conflict
    assert without(conflict, ids).views == ()
