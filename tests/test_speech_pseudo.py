"""Everything that is told is a message: with a translation into letters of another script no English word is left."""

import gettext
import re
from pathlib import Path

import pytest
from docs import fill

from detente.report import speech

MODEL = Path(__file__).with_name("told.yaml")
"""A model in which every word begins with q."""

ALLOWED = {
    *("nash", "gmr", "smr", "seq", "sseq", "sim", "rnash", "rgmr", "rsmr", "rseq", "cnash", "cgmr", "csmr", "cseq"),
    *("Nash", "NASH", "GMR", "SMR", "SEQ", "SSEQ", "SIM"),
    *("detente", "check", "explain", "paths", "analyze", "brief", "states", "convert"),
    *("JSON", "CSV", "MODEL", "VARIANT", "told", "yaml"),
    *("and", "or", "not", "if", "xor", "exactly", "of", "yes", "no"),  # of formulas
    *("default", "limits", "id", "sum", "at_most", "across"),  # what has no name of its own, and keys of the file
    *("Y", "N", "r", "s", "u", "E", "x", "A", "B"),
    *("Howard", "Fraser", "Hipel", "Rêgo", "Vieira"),
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
}
"""Words that are no messages: keys of concepts, names of commands and files, the model language."""

COMMANDS = [
    "brief {m}",
    "analyze {m} --sanctions single",
    "analyze {m} --all --concept nash,gmr",
    "analyze {m} --behaviour qup=nash,qdown=seq",
    "analyze {m} --reading qnow --tableau",
    "check {m}",
    "check {m} --why --sets 2",
    "variants {m}",
    "robust {m} --claim qC1,qC3",
    "robust {m} --shake 1 --worlds 40 --compare 5 --search 5 --claim qC1,qC2",
    "robust {m} --worlds 9 --concept nash,seq --concepts-as-factors --claim qC1,qC3",
    "change {m} --target qtreaty --level aims --sets 1",
    "change {m} --target qlawsuit --level guarantees --sets 1 --reading qnow,qlater",
    "change {m} --target lasting:qquiet --level aims --sets 1 --now qnow --later qlater --keep qbank",
    "change {m} --target 1 --level ranks",
    "change {m} --target 1 --level ranks --allow-ties --all 3 --concept nash",
    "change {m} --target 1 --count --concept nash",
    "durability {m} --now qnow --later qlater",
    "durability {m} --now qnow --later qlater --concept nash --state 5",
    "views {m}",
    "evolve {m}",
    "evolve {m} --from qquiet --best --joint --weight qup=2 --error qup=0.01",
    "phases {m}",
    "purpose {m}",
    "vetoes {m} --concept nash,gmr",
    "relations {m} --attitudes",
    "graph {m}",
    "relations {m} --rapprochement qup,qdown=0.5",
    "explain {m} --state status_quo",
    "explain {m} --state 20 --concept nash,gmr,seq,sim",
    "paths {m} --to qtreaty",
    "paths {m} --to 1 --from 1",
    "coalitions {m} --universal",
    "coalitions {m} --improvements",
    "means {m}",
    "compare {m}@qnow:nash {m}@qlater:seq",
    "compare {m} {m}@qother",
    "compare {m} {m}",
    "states {m}",
    "states {m} --where qtreaty",
    "demo {m}",
]


class Pseudo(gettext.NullTranslations):
    """Writes messages in another script, but for what is filled in."""

    def gettext(self, message: str) -> str:
        return _other_script(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return _other_script(singular if n == 1 else plural)

    def pgettext(self, context: str, message: str) -> str:
        return _other_script(message)

    def npgettext(self, context: str, singular: str, plural: str, n: int) -> str:
        return _other_script(singular if n == 1 else plural)


def _other_script(message: str) -> str:
    parts = re.split(r"(\{[^{}]*\})", message)
    return "".join(part if part.startswith("{") else re.sub("[A-Za-z]", _letter, part) for part in parts)


def _letter(found: re.Match[str]) -> str:
    return chr(0x13A0 + ord(found[0].lower()) - ord("a"))


def english(text: str) -> list[str]:
    """Return the words that are neither messages nor the model's."""
    words = re.findall(r"[A-Za-zê_]+", re.sub(r"--[a-z-]+", "", text))
    return [word for word in words if word not in ALLOWED and not word.lower().startswith("q")]


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = Pseudo()
    monkeypatch.setattr(speech, "_catalogue", lambda lang: catalogue)


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("command", COMMANDS)
def test_no_english_is_left(command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "told.yaml").write_text(MODEL.read_text("utf-8"), "utf-8")
    monkeypatch.chdir(tmp_path)
    done = fill.run(f"COLUMNS=200 detente {command.format(m='told.yaml')} --lang de")
    assert done.status in (0, 1), done.messages
    assert len(done.output) > 40
    assert re.search("[\u13a0-\u13b9]", done.output)
    left = english(done.output)
    assert left == [], "\n".join(line for line in done.output.splitlines() if english(line))


IDENTITIES = {"irreversible", "sees", "imagines", "wants", "thinks", "impossible"}
"""Words in the identities of premises that have no name of their own."""


@pytest.mark.usefixtures("pseudo")
def test_no_english_is_left_in_a_report(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "told.yaml").write_text(MODEL.read_text("utf-8"), "utf-8")
    monkeypatch.chdir(tmp_path)
    done = fill.run("detente report told.yaml --lang de --out told.md --no-why")
    assert done.status == 0, done.messages
    text = Path("told.md").read_text("utf-8")
    lines = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE).splitlines()
    assert len(lines) > 200
    left = {}
    for line in lines:
        words = re.sub(r"`[^`]*`|\]\([^)]*\)|\b[0-9a-f]{12,}\b|Détente: .*, and why", "", line)
        if found := set(english(words.replace("\\", "").replace("Détente", ""))) - IDENTITIES:
            left[line] = found
    assert left == {}


def test_english_words_are_found():
    assert english("ᎠᎡᎢ Qriver and Qup: the story (qP1), --lang, seq") == ["the", "story"]
