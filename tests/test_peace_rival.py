"""The second model of the war in Ukraine: what it shares with the first, and the verdicts of both arguments."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

import detente
from detente.analysis.claims import check
from detente.analysis.compare import compare, side
from detente.analysis.validate import validate
from detente.language.load import loads

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
        "C13_joint",
    },
    "peace_rival": {
        "K0", "K1", "K1_exit", "K1_deal", "K2", "K2_unreached", "K3", "K3_aim", "K3_allies", "K4_reached", "K5",
    },
}  # fmt: skip
# Paragraphs of the essay without a claim, and why.
MISSING = {
    8: "Russia among China and Iran is no conclusion: premises P20 and P21, and relations with two outsiders.",
}
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
    assert set(range(2, 14)) - spoken_of <= set(MISSING)
    assert all(MISSING.values())


# -- choices that the texts leave open ---------------------------------------------------------------------------------

RESTS = "    because: Where there is no fighting the line does not move.\n    source: modeller\n"
PAID = "    from: west_arms\n    to: front.line = broken\n"


def _replaced(name: str, *pairs: tuple[str, str]) -> str:
    text = TEXTS[name]
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def _moved(name: str, key: str, other: str, *, below: bool) -> str:
    """Return a model in which one statement of a lens stands right above or below another."""
    line, there = (re.search(rf"^          - {k} .*\n", TEXTS[name], re.MULTILINE)[0] for k in (key, other))  # type: ignore[index]
    return _replaced(name, (line, "")).replace(there, there + line if below else line + there)


VARIANTS = {
    "the critics' rule": lambda: _replaced("peace_delusion", (RESTS, f"{RESTS}  - id: paid\n    by: front\n{PAID}")),
    "`not europe.carry`": lambda: re.sub(r"(  P32:\n.*\n    that: ).*", r"\1not europe.carry", TEXTS["peace_delusion"]),
    "P9 above P8": lambda: _moved("peace_delusion", "P9", "P8", below=False),
    "the essay's rule": lambda: _replaced("peace_rival", (PAID, PAID.replace("west_arms", "never"))),
    "R7 after P17": lambda: _moved("peace_rival", "R7", "P17", below=True),
    "`front.line = broken or settlement`": lambda: re.sub(
        r"(  R5:\n.*\n    that: front.line = broken)", r"\1 or settlement", TEXTS["peace_rival"]
    ),
}


def _rows() -> list[tuple[str, str, dict[str, tuple[str, str]]]]:
    """Return the variants in the page's table: model, what is changed, and claim to both verdicts."""
    rows: list[tuple[str, str, dict[str, tuple[str, str]]]] = []
    table = PAGE.partition("## Choices that the texts leave open")[2].partition("\n## ")[0]
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            rows.append((cells[0].strip("`"), cells[1], {}))
        if line.startswith("|") and cells[-1] in ("holds", "partly", "fails"):
            rows[-1][2][cells[2]] = (cells[3], cells[4])
    return rows


@pytest.mark.parametrize("words", VARIANTS)
def test_variants_on_the_page(words: str) -> None:
    ((name, _, claimed),) = [row for row in _rows() if words in row[1]]
    text = VARIANTS[words]()
    assert text != TEXTS[name]
    found, shipped = _verdicts(text), _shipped(name)
    assert {claim: (shipped[claim], found[claim]) for claim in found if found[claim] != shipped[claim]} == claimed


def test_every_variant_on_the_page_is_tested() -> None:
    assert len(_rows()) == len(VARIANTS)


def test_the_gap_after_a_us_exit() -> None:
    """Europe alone can prevent a collapse, except where all but Russia have signed the order."""
    start = "us_exit and not (president.sign = order and ukraine.sign = order and europe.sign)"
    claim = f"  X: {{says: no gap, avoidable: {{that: collapse, from: '{start}', by: europe}}}}\n"
    assert TEXTS["peace_rival"].rstrip("\n").rpartition("\n\n")[2].startswith("claims:")
    assert {r.claim.id: r.verdict for r in check(loads(TEXTS["peace_rival"] + claim), claims=["X"]).results} == {
        "X": "holds"
    }
