"""The second model of the war in Ukraine: what it shares with the first, and the verdicts of both arguments."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import detente
from detente.analysis.claims import check
from detente.analysis.compare import compare, side
from detente.analysis.validate import validate
from detente.language.load import loads
from detente.language.source import read_document
from detente.language.write_text import yaml_text
from tests.literal_variants import merge_patch, without_variants

SCENARIOS = files("detente.library").joinpath("scenarios")
TEXTS = {name: SCENARIOS.joinpath(f"{name}.yaml").read_text("utf-8") for name in ("peace_delusion", "peace_rival")}
ESSAY, RIVAL = detente.library("peace_delusion"), detente.library("peace_rival")
PAGE = (Path(__file__).parent.parent / "docs" / "two_arguments.md").read_text("utf-8")

PARTLY = {"peace_delusion": {"C6", "C7"}, "peace_rival": {"K3_russia", "K4", "K4_unarmed"}}
FAILS = {"peace_delusion": {"C3_ukraine"}, "peace_rival": {"K2_exit", "K2_europe"}}
HOLDS = {
    "peace_delusion": {
        "C0", "C0_lasting", "C2", "C3_deal", "C3_europe", "C4", "C5_president", "C5_establishment", "C9", "C10",
        "C10_inevitable", "C11", "C11_reached", "C11_means", "C12_overturned", "C12_tactical", "C13", "C13_peace",
        "C13_joint", "C0_public", "C8", "C10_burden",
    },
    "peace_rival": {
        "K0", "K1", "K1_exit", "K1_deal", "K2", "K2_unreached", "K3", "K3_aim", "K3_allies", "K4_reached", "K5",
    },
}  # fmt: skip
# Premises that one of the two has and the other has not, or has otherwise.
ONLY_ESSAY = {"P8", "P9", "P10", "P11", "P15", "P32", "P35"}
ONLY_RIVAL = {"R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "front_breaks_unpaid", "front_recovers_armed"}
CHANGED = {"irreversible: front.line"}


def _verdicts(text: str) -> dict[str, str]:
    return {result.claim.id: result.verdict for result in check(loads(text)).results}


@cache
def _shipped(name: str) -> dict[str, str]:
    return _verdicts(TEXTS[name])


@pytest.mark.parametrize("name", TEXTS)
def test_verdicts(name: str) -> None:
    golden = {"holds": HOLDS[name], "partly": PARTLY[name], "fails": FAILS[name]}
    found = _shipped(name)
    assert found == {claim: verdict for verdict, claims in golden.items() for claim in claims}


@pytest.mark.parametrize("name", TEXTS)
def test_no_warnings(name: str) -> None:
    assert validate(detente.library(name)).warnings == ()


def test_same_conflict() -> None:
    def shape(conflict: detente.Conflict) -> list[tuple[str, str, list[tuple[str, str, tuple[str, ...]]]]]:
        return [
            (dm.id, dm.kind, [(o.id, o.name, tuple(value.id for value in o.values)) for o in dm.options])
            for dm in conflict.decision_makers
        ]

    assert shape(ESSAY) == shape(RIVAL)
    assert list(ESSAY.options) == list(RIVAL.options)
    for key in ("outcomes", "classes", "status_quo", "coalitions", "agreements"):
        assert getattr(ESSAY, key) == getattr(RIVAL, key), key
    assert {"tactical", "strategic", "us_turns"} <= {r.id for r in ESSAY.readings} & {r.id for r in RIVAL.readings}
    for name in ("tactical", "strategic", "us_turns"):
        assert ESSAY.reading(name) == RIVAL.reading(name)


def test_shared_premises_are_identical() -> None:
    essay = {premise.id: premise for premise in ESSAY.premises()}
    rival = {premise.id: premise for premise in RIVAL.premises()}
    assert set(essay) - set(rival) == ONLY_ESSAY
    assert set(rival) - set(essay) == ONLY_RIVAL
    assert {key for key in set(essay) & set(rival) if essay[key] != rival[key]} == CHANGED


def test_a_comparison_shows_only_what_differs() -> None:
    found = compare(side(ESSAY, "peace_delusion", "strategic", "nash"), side(RIVAL, "peace_rival", "strategic", "nash"))
    assert not found.comparable
    views = {item.id for item in found.premises if item.id.startswith("public sees ")}
    assert len(views) == 3  # of the essay's public, which decides nothing
    premises = {item.id for item in found.premises if not item.id.endswith("order of preference")} - views
    assert premises == ONLY_ESSAY | ONLY_RIVAL | CHANGED
    table = PAGE.partition("What differs in the premises")[2].partition("## ")[0]
    assert [name for name in premises if not re.search(rf"\b{re.escape(name)}\b", table)] == []


def test_every_rival_premise_has_a_reason_and_a_source() -> None:
    for premise in RIVAL.premises():
        assert premise.because, premise.id
        assert re.fullmatch(r"critics|modeller|¶\d+(, ¶\d+)*", premise.source), premise.id
        if premise.source == "critics":
            assert premise.certainty != "certain", premise.id
            positions = RIVAL.notes.partition("Whose positions these are.")[2].partition("What stands against what.")[0]
            assert re.search(rf"\b{premise.id.removeprefix('irreversible: ')}\b", positions), premise.id
    assert all(claim.source == "critics" for claim in RIVAL.claims)


def test_every_paragraph_has_a_claim() -> None:
    spoken_of = {int(number) for claim in ESSAY.claims for number in re.findall(r"¶(\d+)", claim.source)}
    assert spoken_of >= set(range(2, 14))


# -- choices that the texts leave open ---------------------------------------------------------------------------------

# Under each variant: the claims whose verdict is another than as written, and that verdict.
VARIANTS: dict[str, dict[str, dict[str, str]]] = {
    "peace_delusion": {
        "tactical_alone": {"C3_europe": "partly", "C4": "partly"},
        "order_only": {"C3_deal": "partly"},
        "order_leaves_us": {
            "C5_president": "fails", "C5_establishment": "fails", "C12_overturned": "fails", "C13_peace": "partly",
        },
        "land_needs_europe": {},
        "truce_needs_us": {"C6": "holds", "C7": "holds"},
        "overturning_brings_aid": {},
        "aid_against_president": {"C3_deal": "partly", "C7": "fails", "C11": "fails", "C13": "fails"},
        "europe_saves": {"C7": "fails", "C11": "fails", "C13": "fails"},
        "europe_follows_us": {"C7": "fails", "C11": "fails", "C13": "fails"},
        "us_money_counts": {"C7": "fails"},
        "leaving_first": {"C7": "holds"},
        "front_needs_us": {},
        "front_needs_money": {"C10_inevitable": "fails", "C10_burden": "fails"},
        "broken_front_yields_land": {"C0_public": "fails", "C7": "fails"},
    },
    "peace_rival": {
        "front_breaks_anyway": {"K2": "fails", "K2_unreached": "fails"},
        "front_never_breaks": {"K2_exit": "holds", "K2_europe": "holds"},
        "front_needs_europe": {},
        "settlement_is_control": {"K3_aim": "fails", "K3_russia": "fails"},
        "costs_above_all": {"K4": "holds", "K4_unarmed": "holds"},
        "costs_below_causes": {"K4_reached": "fails", "K5": "fails"},
        "end_that_ukraine_accepts": {},
        "president_without_haste": {"K4_unarmed": "holds"},
        "russia_without_haste": {"K4": "holds", "K4_unarmed": "holds"},
        "larger_purse": {},
    },
}  # fmt: skip
EACH = [(name, item) for name, found in VARIANTS.items() for item in found]


@pytest.mark.parametrize(("name", "item"), EACH)
def test_verdicts_under_variants(name: str, item: str) -> None:
    """The verdicts of the literal twin: the patch merged into the plain data, which are written and read again."""
    data: Any = read_document(TEXTS[name], name).data
    twin = merge_patch(without_variants(data), data["variants"][item]["changes"])
    conflict = loads(yaml_text(twin))
    assert replace(detente.load(f"{name}@{item}"), title=conflict.title) == conflict
    found, shipped = {result.claim.id: result.verdict for result in check(conflict).results}, _shipped(name)
    assert {claim: found[claim] for claim in shipped if found[claim] != shipped[claim]} == VARIANTS[name][item]


@pytest.mark.parametrize("name", TEXTS)
def test_every_choice_has_its_variants(name: str) -> None:
    conflict = detente.library(name)
    assert [item.id for item in conflict.variants] == list(VARIANTS[name])
    choices = conflict.notes.partition("leave open.")[2].partition("History.")[0] or conflict.notes
    for item in conflict.variants:
        assert item.name, item.id
        assert item.because, item.id
        assert item.source, item.id
        assert f"({item.id})" in conflict.notes, item.id
        number = re.search(r"\(choice (\d+)\)", item.because)
        if number:
            assert f"({item.id})" in re.split(r"\n\d+\. ", choices.replace("\n  ", "\n"))[int(number[1])], item.id
    assert len(re.findall(r"\(\w+_\w+\)", choices)) + (name == "peace_delusion") >= len(conflict.variants)


@pytest.mark.parametrize("name", TEXTS)
def test_no_variant_tells_less_than_the_model(name: str) -> None:
    """Every premise of a variant has a reason and a source, as every premise of the model has."""
    for item in VARIANTS[name]:
        for premise in detente.load(f"{name}@{item}").premises():
            assert premise.because, (item, premise.id)
            assert premise.source, (item, premise.id)


def test_the_gap_after_a_us_exit() -> None:
    """Europe alone can prevent a collapse, except where all but Russia have signed the order."""
    start = "us_exit and not (president.sign = order and ukraine.sign = order and europe.sign)"
    claim = f"  X: {{says: no gap, avoidable: {{that: collapse, from: '{start}', by: europe}}}}\n"
    assert TEXTS["peace_rival"].rstrip("\n").rpartition("\n\n")[2].startswith("claims:")
    assert {r.claim.id: r.verdict for r in check(loads(TEXTS["peace_rival"] + claim), claims=["X"]).results} == {
        "X": "holds"
    }
