"""Thousands of damaged files: each gives a model or a clear error, never a traceback, a hang or a memory blow-up."""

from __future__ import annotations

import random
import time
import tracemalloc
from importlib.resources import files

import pytest

from detente.errors import DetenteError
from detente.graph.graph import Graph
from detente.language.load import loads

CLASSICS = files("detente.library").joinpath("classics")
TEXTS = [item.read_text("utf-8") for item in CLASSICS.iterdir()]
TEXTS.append(files("detente.language").joinpath("template.yaml").read_text("utf-8"))
GMCR = """{"options": [{"name": "Stop", "permittedDirection": "both"}, {"name": "Pay", "permittedDirection": "fwd"}],
 "decisionMakers": [{"name": "A", "options": [0], "preferences": [[[1, "Y"]], [[0, "N"]]]},
                    {"name": "B", "options": [1], "preferences": [{"compound": true, "members": [[[0, "Y"]], []]}],
                     "misperceptions": [[[0, "N"]]]}],
 "infeasibles": [[[0, "Y"], [1, "Y"]]], "useManualPreferenceRanking": false, "coalitions": [[0, 1]]}"""
PIECES = ["{", "}", "[", "]", ":", ",", "- ", "\n", "  ", "'", '"', "|", ">", "&a ", "*a", "!!int ", "#", "%", "---\n", "\t",
          "not ", " and ", " if ", "exactly 1 of (", "(", ")", ".", " = ", "99999999999999999999", "-1", "1e400", ".inf",
          "null", "~", "yes", "no", "\x00", "\ud800", "\u202e", "é", "\U0001f600", "ranking: ", "options: ", "forces:\n",
          "merge: {x: always}\n", "infeasible: [always]\n", "values: [a, b, c]", "status_quo: 7\n", "<<: "]  # fmt: skip


def _damaged(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.choice([0, 1, 1, 3, 12, 60]))
        kind = chance.randrange(4)
        if kind == 0:
            text = text[:at] + text[end:]
        elif kind == 1:
            text = text[:at] + chance.choice(PIECES) + text[at:]
        elif kind == 2:
            text = text[:at] + chance.choice(PIECES) + text[end:]
        else:
            other = chance.randrange(len(text) + 1)
            text = text[:at] + text[other : other + chance.choice([5, 20, 80])] + text[at:]
    return text


def _survives(text: str, kind: str) -> bool:
    """Load a text as far as ranks and moves; return whether it is a model."""
    began = time.monotonic()
    try:
        conflict = loads(text, "damaged", kind=kind)
        graph = Graph(conflict)
        assert len(graph.moves) == len(conflict.decision_makers)
        for reading in conflict.readings:
            graph.reading_ranks(reading.id)
        assert graph.status_quo is None or graph.status_quo < graph.n_states
        return True
    except DetenteError as error:
        assert str(error).strip()
        assert "\x00" not in str(error)
        return False
    finally:
        assert time.monotonic() - began < 20, text


@pytest.mark.parametrize("seed", range(8))
def test_damaged_yaml(seed: int) -> None:
    chance = random.Random(seed)
    fine = sum(_survives(_damaged(chance.choice(TEXTS), chance), "yaml") for _ in range(250))
    assert 0 < fine < 250


@pytest.mark.parametrize("seed", range(2))
def test_damaged_gmcr(seed: int) -> None:
    chance = random.Random(seed)
    fine = sum(_survives(_damaged(GMCR, chance), "gmcr") for _ in range(500))
    assert 0 < fine < 500


def test_noise() -> None:
    chance = random.Random(7)
    for _ in range(300):
        noise = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 60)))
        for kind in ("yaml", "json", "gmcr"):
            _survives(noise, kind)


def test_memory_stays_small() -> None:
    chance = random.Random(3)
    tracemalloc.start()
    for _ in range(40):
        _survives(_damaged(chance.choice(TEXTS), chance), "yaml")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000_000
