"""Figures: the state graph, and what holds of all of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
from detente.analysis.durability import durability
from detente.analysis.phases import phases
from detente.analysis.picture import picture
from detente.analysis.relations import relations
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.report.figures.cytoscape import elements
from detente.report.figures.durability_map import durability_map_svg
from detente.report.figures.phase_tree import phase_tree_svg
from detente.report.figures.signed_graph import signed_graph_svg
from detente.report.figures.state_graph import layout, state_graph_svg
from detente.report.figures.svg import clean, cut, standalone, width, wrapped
from detente.report.figures.timeline import timeline_svg
from detente.report.speech import speaking
from tests.strategies import any_conflict
from tests.svg_checks import HOSTILE, SVG, boxes, check, parsed, texts

FIGURES = {
    "graph": lambda conflict: state_graph_svg(picture(conflict)),
    "small graph": lambda conflict: state_graph_svg(picture(conflict, most=20)),
    "focus": lambda conflict: state_graph_svg(picture(conflict, focus="status_quo")),
    "durability": lambda conflict: durability_map_svg(durability(conflict)),
    "every mix": lambda conflict: durability_map_svg(durability(conflict, every_mix=True)),
    "phases": lambda conflict: phase_tree_svg(phases(conflict)),
    "relations": lambda conflict: signed_graph_svg(relations(conflict)),
    "timeline": lambda conflict: timeline_svg(relations(conflict)),
}


def renamed(conflict: Conflict, shift: int) -> Conflict:
    """Return a conflict all of whose display names are hostile."""
    names = cycle((*HOSTILE[shift:], *HOSTILE[:shift]))
    makers = tuple(
        replace(
            dm,
            name=next(names),
            options=tuple(replace(option, name=next(names)) for option in dm.options),
            lenses=tuple(replace(lens, name=next(names)) for lens in dm.lenses),
        )
        for dm in conflict.decision_makers
    )
    return replace(
        conflict,
        title=next(names),
        decision_makers=makers,
        outcomes=tuple(replace(item, name=next(names)) for item in conflict.outcomes),
        readings=tuple(replace(item, name=next(names)) for item in conflict.readings),
        phases=tuple(replace(item, name=next(names), date=next(names)) for item in conflict.phases),
        outsiders=tuple(replace(item, name=next(names)) for item in conflict.outsiders),
        relations=tuple(replace(item, name=next(names)) for item in conflict.relations),
    )


@pytest.mark.parametrize("kind", FIGURES)
def test_a_figure_is_sound(kind: str) -> None:
    figure = FIGURES[kind](detente.library("shared_river"))
    check(figure, overlaps=kind != "relations")
    assert figure == FIGURES[kind](detente.library("shared_river"))


@pytest.mark.parametrize("kind", FIGURES)
@pytest.mark.parametrize("shift", [0, 5, 11])
def test_hostile_names_are_text(kind: str, shift: int) -> None:
    figure = FIGURES[kind](renamed(detente.library("shared_river"), shift))
    check(figure, overlaps=kind != "relations")
    plain = standalone(figure)
    assert "<script" not in plain
    assert "<img" not in plain
    assert plain.count("<svg") == 1
    assert '="var(' not in plain
    said, filed = (
        [words for words in root.itertext() if words.strip()] for root in (parsed(figure), fromstring(plain.encode()))
    )
    assert said == filed, "what a name says stays as it is in a file"


@pytest.mark.parametrize("kind", ["graph", "durability", "phases", "relations", "timeline"])
def test_figures_of_the_essay(kind: str) -> None:
    conflict = detente.library("peace_delusion")
    check(FIGURES[kind](conflict), overlaps=kind != "relations")
    with speaking("de"):
        check(FIGURES[kind](conflict), overlaps=kind != "relations")


@given(any_conflict(), st.integers(1, 20), st.sampled_from([None, True, False]))
@settings(max_examples=30)
def test_graphs_of_any_conflict(conflict: Conflict, most: int, all_moves: bool | None) -> None:
    found = picture(conflict, concept="gmr", most=most)
    root = check(state_graph_svg(found, all_moves=all_moves))
    nodes = {item.attrib["data-node"] for item in root.iter() if "data-node" in item.attrib}
    assert nodes == {node.id for node in found.nodes}
    drawn = {
        (item.attrib["data-mover"], item.attrib["data-from"], item.attrib["data-to"])
        for item in root.iter()
        if "data-mover" in item.attrib
    }
    between = {(e.by, e.start, e.end): e for e in found.edges if e.start != e.end}
    assert drawn <= set(between)
    if all_moves:
        assert drawn >= {key for key, edge in between.items() if not found.condensed or edge.step is not None}
    if all_moves is False:
        strong = {(e.by, e.start, e.end) for e in found.edges if e.strong or e.step is not None}
        assert drawn <= strong


@pytest.mark.parametrize(
    "name",
    ["elmira", "elmira_options", "cuban_missile_crisis", "syria_iraq", "chicken", "game_1", "game_44", "game_78"],
)
def test_small_graphs_show_every_state_and_improvement(name: str) -> None:
    found = picture(detente.library(name))
    root = check(state_graph_svg(found))
    edges = [item for item in root.iter() if "data-mover" in item.attrib]
    assert len(edges) == len(found.edges)
    improving = [item for item in edges if "improvement" in item.attrib["class"].split()]
    assert len(improving) == sum(edge.improving for edge in found.edges)
    holding = [item for item in root.iter() if "holds" in item.attrib.get("class", "").split()]
    assert len(holding) == sum(node.holds for node in found.nodes)
    words = {area.what for area in texts(root)}
    assert {node.label for node in found.nodes} <= words


def test_the_layout_is_that_of_the_drawing() -> None:
    found = picture(detente.library("cuban_missile_crisis"))
    places = layout(found)
    assert set(places) == {node.id for node in found.nodes}
    areas = {area.what: area for area in boxes(parsed(state_graph_svg(found)))}
    shifts = {
        (
            round((area.left + area.right) / 2 - places[name][0], 0),
            round((area.top + area.bottom) / 2 - places[name][1], 0),
        )
        for name, area in areas.items()
    }
    assert len(shifts) == 1


def test_several_figures_in_one_page() -> None:
    found = picture(detente.library("elmira"))
    one, other = (parsed(state_graph_svg(found, ident=ident)) for ident in ("first", "second"))
    ids = [item.attrib["id"] for root in (one, other) for item in root.iter() if "id" in item.attrib]
    assert len(ids) == len(set(ids)) == 6
    with pytest.raises(UsageError, match="no id"):
        state_graph_svg(found, ident='x" onload="alert(1)')


def test_data_for_cytoscape() -> None:
    found = picture(detente.library("elmira"))
    data = elements(found)
    nodes = {item["data"]["id"]: item for item in data if item["group"] == "nodes"}
    edges = [item for item in data if item["group"] == "edges"]
    assert len(nodes) == 9
    assert len(edges) == 24
    assert len({item["data"]["id"] for item in data}) == len(data)
    assert all(item["data"]["source"] in nodes and item["data"]["target"] in nodes for item in edges)
    assert nodes["s1"]["classes"] == "state status-quo holds-elsewhere reached on-way"
    assert nodes["s5"]["classes"] == "state holds reached on-way"
    assert [item["data"]["id"] for item in edges if "on-way" in item["classes"]] == ["s1-s5-2"]
    assert sum("improvement" in item["classes"] for item in edges) == 10
    assert len(elements(found, all_moves=False)) == 9 + 10
    places = layout(found)
    assert nodes["s5"]["position"] == {"x": round(places["s5"][0], 1), "y": round(places["s5"][1], 1)}


@given(st.text(max_size=80), st.integers(8, 20), st.integers(40, 300), st.integers(1, 4), st.booleans())
def test_wrapped_text_fits(words: str, size: int, room: int, most: int, bold: bool) -> None:
    lines = wrapped(words, size, room, most, bold=bold)
    assert len(lines) <= most
    whole = "".join(clean(words).split())
    said = "".join("".join(lines).split())
    assert said == whole or said.endswith("…")
    for line in [*lines, cut(words, size, room, bold=bold)]:
        assert width(line, size, bold=bold) <= room or len(line) <= 2


def test_durability_of_a_concept_that_was_not_examined() -> None:
    with pytest.raises(UsageError, match="was not examined"):
        durability_map_svg(durability(detente.library("shared_river")), concept="magic")


def test_the_web_says_whether_it_is_balanced() -> None:
    balanced = signed_graph_svg(relations(detente.library("peace_delusion")))
    assert "The web is balanced" in balanced
    strained = parsed(signed_graph_svg(relations(detente.library("shared_river"))))
    classes = [item.attrib.get("class", "") for item in strained.iter()]
    assert classes.count("tie hostile strained") == 1
    assert classes.count("tie friendly") == 4
    assert "would have to change sign" in " ".join(item.text or "" for item in strained.iter(f"{SVG}text"))


def test_shares_in_a_tree_of_phases_add_up() -> None:
    tree = phases(detente.library("shared_river"))
    root = parsed(phase_tree_svg(tree))
    legs = [item for item in root.iter() if item.attrib.get("class") == "leg"]
    spots = [item for item in root.iter() if item.attrib.get("class") == "spot"]
    last = [item for item in spots if item.attrib["data-phase"] == str(len(tree.phases) + 1)]
    assert {int(item.attrib["data-state"]) for item in last} == {
        end.state + 1 for branch in tree.phases[-1].branches for end in branch.ends
    }
    assert len(legs) == len({(leg.findtext(f"{SVG}title"), leg.find(f"{SVG}path").attrib["d"]) for leg in legs})  # type: ignore[union-attr]
