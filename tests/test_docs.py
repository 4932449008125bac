"""The pages say what is so: every example is loaded or run, and the schemas fit what the program writes and reads."""

from __future__ import annotations

import doctest
import io
import json
import re
import subprocess
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from docs import fill

import detente
from detente.language.reference import markdown, shared_keys, tables
from detente.language.schema import json_schema
from detente.language.source import read_document
from detente.stability import registry
from tests.test_concepts import check_concept

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [page for page in fill.PAGES if page.is_relative_to(DOCS)]


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, with what the comment above it says."""

    page: str
    line: int
    marker: str
    kind: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page, in order."""
    text = page.read_text("utf-8")
    for found in re.finditer(r"^(?:<!-- ([^\n]*) -->\n)?```(\S*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        name = page.relative_to(DOCS if page.is_relative_to(DOCS) else ROOT).as_posix()
        yield Block(name, text.count("\n", 0, found.start(2)) + 1, found[1] or "", found[2], found[3])


BLOCKS = [block for page in [*PAGES, ROOT / "CONTRIBUTING.md"] for block in blocks(page)]
PARTS = ("file", "into", "whole", "copy")
YAML_BLOCKS = [block for block in BLOCKS if block.kind == "yaml" and not block.marker.startswith(PARTS)]
BASE = next(block.text for block in YAML_BLOCKS if block.page == "language.md")


def at(block: Block) -> str:
    """Return where a block stands, for test names."""
    return f"{block.page}:{block.line}"


def whole(block: Block) -> str:
    """Return a block as a whole model: blocks without decision makers add to the first one of the page."""
    return block.text if f"\n{block.text}".count("\ndecision_makers:") else BASE + block.text


def plain(value: Any) -> Any:
    """Return data as a JSON library reads it."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return float(value) if isinstance(value, Decimal) else value


# -- examples -------------------------------------------------------------------------------------------------------


def test_the_pages_have_examples() -> None:
    assert len(YAML_BLOCKS) > 20
    assert sum(block.kind == "pycon" for block in BLOCKS) > 10
    assert sum(block.marker.startswith("run") for block in BLOCKS) > 20


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    for block in BLOCKS:
        if block.page != "CONTRIBUTING.md":
            known = {"yaml", "pycon"} if not block.marker else {"yaml", "json", "text", "console"}
            assert block.kind in known | {"{toctree}", "{eval-rst}", "{include}"}, at(block)
            assert block.kind != "console" or block.marker.startswith(("run", "kept")), at(block)


@pytest.mark.parametrize("page", fill.PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_nothing_is_stale(page: Path) -> None:
    """What a page shows is what the program prints; ``python docs/fill.py`` makes it so."""
    text = page.read_text("utf-8")
    assert len(re.findall(r"<!-- (?!end )", text)) == len(fill.PART.findall(text))
    assert fill.stale(text, fill.filled(text)) == []


def test_what_is_stale_is_found_and_filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A page\n\n<!-- run lines=1: detente library -->\n```console\nold\n```\n", "utf-8")
    monkeypatch.setattr(fill, "PAGES", [page])
    monkeypatch.setattr(fill, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["fill.py", "--check"])
    assert fill.main() == 1
    assert "old" in page.read_text("utf-8")
    monkeypatch.setattr(sys, "argv", ["fill.py"])
    assert fill.main() == 0
    text = page.read_text("utf-8")
    assert re.search(r"console\n\$ detente library\n.+\n…\n```\n$", text)
    assert fill.filled(text) == text


def test_what_takes_long_is_kept_with_the_model_it_is_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- kept lines=1: detente states chicken -->\n```console\n```\n", "utf-8")
    for name, value in (("PAGES", [page]), ("ROOT", tmp_path), ("DATA", tmp_path / "data")):
        monkeypatch.setattr(fill, name, value)
    monkeypatch.setattr(sys, "argv", ["fill.py"])
    with pytest.raises(ValueError, match="make docs-data"):
        fill.main()
    monkeypatch.setattr(sys, "argv", ["fill.py", "--data"])
    assert fill.main() == 0
    [kept] = (tmp_path / "data").iterdir()
    digest, first, *_ = kept.read_text("utf-8").split("\n")
    assert page.read_text("utf-8").split("\n")[1:-2] == ["```console", "$ detente states chicken", first.rstrip(), "…"]
    kept.write_text(kept.read_text("utf-8").replace(digest, "other"), "utf-8")
    with pytest.raises(ValueError, match="make docs-data"):
        fill.filled(page.read_text("utf-8"))


def test_a_command_that_ends_otherwise_is_an_error() -> None:
    with pytest.raises(ValueError, match="ended with status 2"):
        fill.filled("<!-- run: detente analyze chickn -->\n```\n```\n")


@pytest.mark.parametrize("page", fill.PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_to_headings(page: Path) -> None:
    for name, heading in re.findall(r"\]\(([\w./-]*)(?:#([\w-]+))?\)", _prose(page)):
        target = page.parent / name if name else page
        assert target.exists(), name
        found = [_slug(title) for title in re.findall(r"^#+ (.*)$", _prose(target), re.MULTILINE)] if heading else []
        assert not heading or found.count(heading) == 1, heading


def _prose(page: Path) -> str:
    return re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def _slug(title: str) -> str:
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


@pytest.mark.parametrize("block", YAML_BLOCKS, ids=at)
def test_models_load(block: Block) -> None:
    conflict = detente.loads(whole(block))
    analysis = detente.analyze(conflict, concepts=["nash", "seq"])
    assert analysis.graph.n_states > 1
    assert conflict.status_quo is None or analysis.graph.status_quo is not None
    assert analysis.graph.class_of is None or (analysis.graph.class_of >= 0).all()
    for item in conflict.variants:
        assert detente.variant(conflict, item.id) != conflict
    said = re.search(r"\*\*(\d+) states\*\*", _after(block))
    assert said is None or int(said[1]) == analysis.graph.n_states


def _after(block: Block) -> str:
    """Return the paragraph after a block, unless another heading comes first."""
    lines = (DOCS / block.page).read_text("utf-8").split("\n")[block.line - 1 :]
    below = "\n".join(lines).partition("```")[2].lstrip("\n")
    return "" if below.startswith("#") else below.split("\n\n")[0]


@pytest.mark.parametrize("block", YAML_BLOCKS, ids=at)
def test_models_of_the_pages_fit_the_schema(block: Block) -> None:
    assert not list(_model_schema().iter_errors(plain(read_document(whole(block), "model").data)))


def test_the_language_page_shows_every_key() -> None:
    text = (DOCS / "language.md").read_text("utf-8")
    keys = {key.name for table in tables(json_schema()) for key in table.keys}
    assert not [key for key in sorted(keys) if not re.search(rf"\b{key}\b", text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_python_examples(page: Path) -> None:
    found = [block for block in blocks(page) if block.kind == "pycon"]
    space: dict[str, Any] = {}
    runner = doctest.DocTestRunner(verbose=False)
    for block in found:
        test = doctest.DocTestParser().get_doctest(block.text, space, at(block), str(page), block.line)
        report = io.StringIO()
        failed = runner.run(test, out=report.write, clear_globs=False).failed
        space = test.globs
        assert not failed, report.getvalue()


def test_commands_in_running_text_exist() -> None:
    from typer.main import get_command

    from detente.cli.main import app

    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    for page in PAGES:
        named = set(re.findall(r"`detente ([a-z]+)", page.read_text("utf-8")))
        assert named <= known, page.name
    headings = set(re.findall(r"^## ([a-z]+)$", (DOCS / "commands.md").read_text("utf-8"), re.MULTILINE))
    assert headings == known


@pytest.mark.parametrize(
    "command",
    [
        "explain elmira --state 5",
        "paths elmira --to 5",
        "graph elmira",
        "coalitions elmira",
        "check shared_river",
        "compare chicken game_66",
        "states chicken",
        "validate chicken",
    ],
)
def test_the_keys_of_the_other_json(command: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", (DOCS / "json.md").read_text("utf-8"), re.MULTILINE)
    said = {name: set(re.findall(r"`(\w+)`", re.sub(r"\([^()]*\)", "", keys))) for name, keys in rows}
    inner = {name: re.findall(r"`(\w+)` \(each ([^()]*)\)", keys) for name, keys in rows}
    data = json.loads(fill.run(f"detente {command} --format json").output)
    name = command.split()[0]
    assert set(data) | {"absent"} == said[name] | {"absent", "computed"}
    for key, parts in inner[name]:
        assert all(set(item) == set(re.findall(r"`(\w+)`", parts)) for item in data[key])


# -- the schema of the model language -------------------------------------------------------------------------------


@cache
def _model_schema() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    return jsonschema.Draft202012Validator(json_schema())


def _built_in() -> list[Any]:
    folders = [files("detente.library").joinpath(part) for part in ("scenarios", "classics")]
    return [item for folder in folders for item in folder.iterdir() if item.name.endswith(".yaml")]


@pytest.mark.parametrize("item", _built_in(), ids=lambda item: item.name)
def test_built_in_models_fit_the_schema(item: Any) -> None:
    assert not list(_model_schema().iter_errors(plain(read_document(item.read_text("utf-8"), item.name).data)))


MAKERS = "decision_makers: {one: {options: [a, b], preferences: [one.a]}, two: {options: [c]}}\n"
LISTED = "decision_makers: {one: {preferences: {ranking: [s1, s2]}}}\n"


@pytest.mark.parametrize(
    "text",
    [
        "title: nobody decides",
        MAKERS + "typo: 1",
        MAKERS + "infeasible: one.a",
        MAKERS + "nature: maybe",
        MAKERS + "limits: [{at_most: 1}]",
        MAKERS + "blocked_moves: [{from: one.a}]",
        "decision_makers: {one: {options: {a: {values: [x]}}}}",
        "decision_makers: {one: {options: {a: {irreversible: sideways}}}}",
        "decision_makers: {one: {options: {a: {irreversible: {changes: [[no]]}}}}}",
        "decision_makers: {one: {options: [a], preferences: {weights: {one.a: much}}}}",
        "decision_makers: {one: {options: [a], preferences: [{because: no formula}]}}",
    ],
)
def test_wrong_models_do_not(text: str) -> None:
    assert list(_model_schema().iter_errors(plain(read_document(text, "model").data)))
    with pytest.raises(detente.ModelError):
        detente.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        MAKERS + "status_quo: [one.a]",
        MAKERS + "status_quo: {one.a: yes}",
        MAKERS + "limits: {m: {sum: {one.a: 1.5, two.c: 2}, at_most: 1.25, across: yes}}",
        MAKERS + "readings: {r: {one: default}, s: {name: S, lenses: {one: default}}}",
        MAKERS + "coalitions: {c: [one, two], d: {members: [one]}}",
        LISTED + "states: {s1: First, s2: }\nmoves: {one: {s1: s2, s2: [s1]}}",
        MAKERS + "relations: {r: {between: [one, two], level: {2020: 1}}}\n"
        "claims: {c: {says: Friends, sides: {together: [one, two], at: 2024}}}",
        "decision_makers: {one: {options: [a], preferences: {utilities: {1: 3, 2: 0.5}}}}",
    ],
)
def test_forms_that_the_schema_allows(text: str) -> None:
    detente.loads(text)
    assert not list(_model_schema().iter_errors(plain(read_document(text, "model").data)))


@pytest.mark.parametrize(
    "text",
    [
        MAKERS + "status_quo: 2",
        MAKERS + "status_quo: {one.a: true}",
        MAKERS + "title: 1975",
        "decision_makers: {one: {options: {a: {values: [1, 2, 5]}}}}",
        LISTED + "states: {s1: {name: First}, s2: {name: Second}}",
    ],
)
def test_forms_that_only_the_loader_allows(text: str) -> None:
    detente.loads(text)
    assert not list(_model_schema().iter_errors(plain(read_document(text, "model").data)))


@pytest.mark.parametrize(
    "text",
    [
        MAKERS + "infeasible: [{that: one.a, certainty: maybe}]",
        "decision_makers: {one: {options: [a, b], principles: [[one.a, one.b]]}}",
        "decision_makers: {one: {options: [a b]}}",
    ],
)
def test_forms_that_only_the_schema_allows(text: str) -> None:
    with pytest.raises(detente.ModelError):
        detente.loads(text)
    assert list(_model_schema().iter_errors(plain(read_document(text, "model").data)))


def test_tables_of_keys() -> None:
    found = tables(json_schema())
    assert [table.title for table in found[:2]] == ["The document", "Decision maker"]
    assert {table.id for table in found} >= {"option", "lens", "limit", "force", "blocked_move", "merge"}
    assert all(key.forms and key.meaning for table in found for key in table.keys)
    assert [key.name for key in shared_keys(json_schema())] == ["name", "because", "source", "certainty", "id"]
    text = markdown(json_schema(), prefix="key")
    assert set(re.findall(r"\(#([\w-]+)\)", text)) <= set(re.findall(r"^\(([\w-]+)\)=$", text, re.MULTILINE))


# -- the schema of the analysis -------------------------------------------------------------------------------------

NATURE = """
nature: included
decision_makers:
  army: {options: [fight], lenses: {hot: [army.fight], cold: [not army.fight]}}
  front: {kind: nature, options: {line: {values: [broken, eroding, holding]}}}
infeasible: [front.line = broken and army.fight]
"""


@cache
def _analysis_schema() -> jsonschema.Draft202012Validator:
    schema = json.loads((DOCS / "analyze.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("prisoners_dilemma", {}),
        ("chicken", {"behaviour": {"a": "seq", "b": "nash"}}),
        ("syria_iraq", {"concepts": ["nash"], "sanctions": "single"}),
        ("elmira", {}),
        ("elmira_options", {"sanctions": "once_each"}),
        ("game_12", {}),
        (NATURE, {}),
    ],
    ids=["dilemma", "behaviour", "single", "graph-form", "merged", "game", "nature"],
)
def test_analyses_fit_their_schema(model: str, asked: dict[str, Any]) -> None:
    conflict = detente.loads(model) if "\n" in model else detente.library(model)
    data = json.loads(json.dumps(detente.analyze(conflict, **asked).to_dict()))
    assert not list(_analysis_schema().iter_errors(data))
    for reading in data["readings"].values():
        assert set(reading["marks"]) == set(reading["equilibria"])
        assert all(len(ranks) == len(data["states"]) for ranks in reading["ranks"].values())


def test_the_schema_describes_every_key_of_an_analysis() -> None:
    """Keys that are written and not described would grow unnoticed."""
    schema = json.loads((DOCS / "analyze.schema.json").read_text("utf-8"))
    conflict = detente.library("elmira")
    data = detente.analyze(conflict, behaviour={"moe": "seq"}).to_dict()
    reading = data["readings"]["default"]
    marks = [mark for found in reading["marks"].values() for mark in found.values()]
    described = {name: set(node["properties"]) for name, node in schema["$defs"].items()}
    assert set(data) == set(schema["properties"])
    assert set(reading) == described["reading"]
    assert set(data["states"][0]) == described["state"]
    assert set(data["computed"]) == described["computed"]
    assert set().union(*marks) == described["mark"]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.pop("states"),
        lambda data: data.update(status_quo="2"),
        lambda data: data.update(detente="2.0"),
        lambda data: data["states"][0].update(number=0),
        lambda data: data["readings"]["default"]["ranks"].update(one=[0, 1, 2, 3]),
        lambda data: data["readings"]["default"]["stable"]["nash"].update(one=[1, 0, 1, 0]),
        lambda data: data["readings"]["default"].pop("equilibria"),
        lambda data: data["readings"]["default"]["marks"]["seq"]["1"].pop("gains"),
    ],
)
def test_what_is_no_analysis_does_not(change: Any) -> None:
    data = detente.analyze(detente.library("prisoners_dilemma")).to_dict()
    change(data)
    assert list(_analysis_schema().iter_errors(data))


# -- the pages as a whole -------------------------------------------------------------------------------------------


def test_the_pages_build_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("sphinx")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", str(tmp_path / "trees")]
    done = subprocess.run([*command, str(DOCS), str(tmp_path / "html")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for page in (tmp_path / "html").rglob("*.html"):
        loaded = re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=\"(https?:[^\"]*)\"", page.read_text("utf-8"))
        assert not loaded, page
    assert (tmp_path / "html" / "analyze.schema.json").exists()


def test_the_worked_example_of_a_concept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What CONTRIBUTING tells a newcomer to write works: it is registered, passes the battery and shows up."""
    (text,) = (block.text for block in BLOCKS if block.page == "CONTRIBUTING.md" and block.kind == "python")
    module = types.ModuleType("one_reply")
    exec(compile(text, "one_reply.py", "exec"), module.__dict__)
    concept = module.CONCEPT
    monkeypatch.setitem(registry.CONCEPTS, concept.id, concept)
    check_concept(concept)
    for name in ("prisoners_dilemma", "chicken", "syria_iraq", "elmira", "elmira_options", "cuban_missile_crisis"):
        analysis = detente.analyze(detente.library(name)).reading()
        single = detente.analyze(detente.library(name), concepts=["seq"], sanctions="single").reading()
        for dm in [party.id for party in analysis.graph.conflict.parties]:
            assert (analysis.stable(concept.id, dm) == single.stable("seq", dm)).all()
            assert all((analysis.stable(key, dm) >= analysis.stable(concept.id, dm)).all() for key in concept.implies)
    done = fill.run(f"detente analyze chicken --concept nash,{concept.id}")
    assert done.status == 0
    assert f"nash  {concept.id}" in done.output
