"""The catalogues of translations: complete, compiled, in the package, and with the places of their messages."""

import ast
import gettext
import shutil
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from tools import messages

from detente.report.speech import LANGUAGES, LOCALE

PATHS = messages.catalogues()
ROOT = Path(__file__).resolve().parent.parent


def test_every_language_but_english_has_a_catalogue():
    assert sorted(path.parent.parent.name for path in PATHS) == sorted(LANGUAGES[1:])


def test_messages_are_found_in_code_and_templates():
    """In functions of the speech module of every kind, and in templates."""
    found = messages.extracted()
    assert found.get("What can hold") is not None
    assert found.get("holds") is not None  # marked only
    assert found.get("in", context="in so many worlds") is not None
    plurals = found.get("{n} state")
    assert plurals is not None
    assert plurals.id == ("{n} state", "{n} states")
    assert any("templates" in place for message in found for place, line in message.locations)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.parent.name)
def test_every_message_is_translated(path: Path):
    """``make messages`` says which are not."""
    assert list(messages.problems(messages.updated(path, messages.extracted()))) == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.parent.name)
def test_catalogues_are_compiled(path: Path, tmp_path: Path):
    """``make messages`` compiles them."""
    copy = tmp_path / "de" / "LC_MESSAGES" / path.name
    copy.parent.mkdir(parents=True)
    shutil.copy(path, copy)
    messages.write(copy, messages.read(copy))
    assert _entries(copy.with_suffix(".mo")) == _entries(path.with_suffix(".mo"))


def _entries(path: Path) -> dict[object, str]:
    with path.open("rb") as file:
        found = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {key: words for key, words in found.items() if key}


def test_what_is_wrong_with_a_translation_is_found():
    catalog = Catalog(locale="de")
    catalog.add("good {a}", "gut {a}")
    catalog.add("missing")
    catalog.add("other {a}", "anders {b}")
    catalog.add("less {a} {b}", "weniger {a}")
    catalog.add("%(n)s of", "von")
    catalog.add(("{n} way {a}", "{n} ways {a}"), ("ein Weg", "{n} Wege"))
    catalog.add(("one", "{n} many"), ("eins", ""))
    catalog.add(("a step", "{n} steps"), ("ein Schritt", "{n} Schritte"))
    catalog.add("unsure", "unsicher", flags=["fuzzy"])
    assert sorted(messages.problems(catalog)) == [
        "fuzzy: unsure",
        "not translated: missing",
        "not translated: {n} many",
        "other placeholders: %(n)s of",
        "other placeholders: less {a} {b}",
        "other placeholders: other {a}",
        "other placeholders: {n} ways {a}",
    ]


def test_translations_keep_blanks_and_signs_at_their_ends():
    """What is glued to other words must stay so."""
    wrong = []
    for path in PATHS:
        for message in messages.read(path):
            ids, strings = messages.parts(message)
            for one, other in zip(ids, strings, strict=False):
                if message.id and (
                    one[:1].isspace() != other[:1].isspace() or one[-1:].isspace() != other[-1:].isspace()
                ):
                    wrong.append(one)
    assert wrong == []


@pytest.mark.parametrize("folder", messages.SOURCES, ids=lambda folder: folder.name)
def test_messages_can_be_found_and_translated(folder: Path):
    """No f-string can be looked up, nothing inside one is found, and places without names cannot change their order."""
    wrong = []
    for file in sorted(folder.rglob("*.py")):
        nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
        inside = {inner for node in nodes if isinstance(node, ast.JoinedStr) for inner in ast.walk(node)}
        for node in nodes:
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in messages.KEYWORDS
            ):
                continue
            for text in node.args[: 1 if node.func.id in ("_", "N_") else 2]:
                constant = isinstance(text, ast.Constant)
                if isinstance(text, ast.JoinedStr) or (constant and (node in inside or "{}" in str(text.value))):
                    wrong.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []


def test_the_package_has_its_catalogues():
    """They are where the program looks, and no file is kept out of the wheel or of the repository."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["scikit-build"]
    compiled = LOCALE / "de" / "LC_MESSAGES" / "detente.mo"
    assert compiled.is_file()
    inside = compiled.relative_to(ROOT / "src")
    assert not any(Path("src", inside).match(pattern) for pattern in settings["wheel"]["exclude"])
    ignored = (ROOT / ".gitignore").read_text("utf-8").split()
    assert not {"*.mo", "locale/", "*.po"} & set(ignored)


def test_words_of_results_are_known():
    """Names of concepts and the like are written below the report; here each must be a message."""
    from detente.analysis.attitudes import CONCEPTS as RELATIONAL
    from detente.analysis.durability import MEANING
    from detente.report import terms
    from detente.stability.registry import CONCEPTS

    assert {concept.name for concept in CONCEPTS.values()} | set(RELATIONAL.values()) <= set(terms.CONCEPTS)
    assert {concept.definition for concept in CONCEPTS.values()} <= set(terms.DEFINITIONS)
    assert set(MEANING) == set(terms.DURABILITIES)
    assert set(MEANING.values()) == set(terms.MEANINGS)
