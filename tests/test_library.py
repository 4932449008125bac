"""Every built-in conflict loads, says where it comes from, and gives its published answers."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

import detente
from detente.analysis.analyze import Analysis, analyze
from detente.conflict.elements import Premise
from detente.graph.graph import Graph
from detente.language.load import load
from detente.library.index import conflict_names, library

PUBLISHED = {
    item.name.removesuffix(".yaml"): YAML(typ="safe", pure=True).load(item.read_text("utf-8"))
    for item in files("detente.library").joinpath("published").iterdir()
}
WRITTEN = [name for name in conflict_names() if not name.startswith("game_")]
CONTRACT = [
    "prisoners_dilemma",
    "chicken",
    "stag_hunt",
    "syria_iraq",
    "elmira",
    "elmira_options",
    "cuban_missile_crisis",
    "peace_delusion",
]


def _analysed(name: str) -> Analysis:
    return analyze(library(name))


def test_the_promised_names_are_there() -> None:
    names = conflict_names()
    assert set(CONTRACT) <= set(names)
    assert {f"game_{number}" for number in range(1, 79)} <= set(names)
    for name in CONTRACT:
        assert load(name) == detente.library(name)


@pytest.mark.parametrize("name", WRITTEN)
def test_every_conflict_has_title_and_source(name: str) -> None:
    conflict = library(name)
    assert conflict.title
    assert conflict.source
    assert conflict.status_quo is not None


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_equilibria(name: str) -> None:
    published: dict[str, Any] = PUBLISHED[name]
    assert published["source"]
    item = _analysed(name).reading()
    for concept, states in published["equilibria"].items():
        assert (item.equilibria(concept) + 1).tolist() == states, concept
    for entry in published.get("disputed") or []:
        assert (item.equilibria(entry["concept"]) + 1).tolist() == entry["computed"]
        assert entry["published"] != entry["computed"]
        assert entry["note"]


@pytest.mark.parametrize("name", [name for name, body in PUBLISHED.items() if "rankings" in body])
def test_published_rankings(name: str) -> None:
    item = _analysed(name).reading()
    for dm, ranking in PUBLISHED[name]["rankings"].items():
        ranks = item.ranks(dm)
        expected = np.empty_like(ranks)
        for place, tied in enumerate(reversed(ranking), 1):
            for state in tied if isinstance(tied, list) else [tied]:
                expected[state - 1] = place
        assert ranks.tolist() == expected.tolist(), dm


def test_the_78_games_have_the_known_numbers_of_equilibria() -> None:
    known = {
        "nash": (9, 57, 12, 0),
        "gmr": (0, 26, 42, 10),
        "smr": (4, 42, 29, 3),
        "seq": (0, 50, 28, 0),
        "sseq": (4, 54, 20, 0),
    }
    counts = {concept: [0, 0, 0, 0] for concept in known}
    for number in range(1, 79):
        item = _analysed(f"game_{number}").reading()
        for concept in known:
            counts[concept][len(item.equilibria(concept))] += 1
    assert {concept: tuple(row) for concept, row in counts.items()} == known


class TestPeaceDelusion:
    """The essay's conflict is a real model, and every premise says where it comes from."""

    conflict = library("peace_delusion")
    graph = Graph(conflict)

    def test_size(self) -> None:
        assert {"president", "establishment", "russia", "ukraine", "europe", "front"} == {
            dm.id for dm in self.conflict.decision_makers
        }
        assert self.conflict.decision_maker("front").kind == "nature"
        assert 10 <= len(self.conflict.options) <= 20
        assert self.graph.n_states >= 1_000
        assert len(self.conflict.classes) >= 12

    def test_the_classes_partition_the_states(self) -> None:
        classes = self.graph.class_of
        assert classes is not None
        assert set(classes.tolist()) == set(range(len(self.conflict.classes)))

    def test_every_premise_has_a_source(self) -> None:
        def fine(premise: Premise) -> bool:
            return premise.source == "modeller" or premise.source.startswith("¶")

        premises = list(self.conflict.premises())
        assert len(premises) >= 40
        assert [premise.id for premise in premises if not (fine(premise) and premise.because)] == []
        for dm in self.conflict.decision_makers:
            assert dm.source
            assert all(option.source for option in dm.options)

    def test_the_hedges_are_kept(self) -> None:
        assert {premise.certainty for premise in self.conflict.premises()} >= {"certain", "likely", "possible"}

    def test_two_lenses_share_their_premises(self) -> None:
        president = self.conflict.decision_maker("president")
        assert {"strategic", "tactical"} <= set(president.lens_names)
        assert president.lens("tactical").refines == "strategic"
        assert president.principles
