"""Reports as Excel and Word files, and which files a report becomes: no formulas, nothing written by halves."""

from __future__ import annotations

import importlib.util
import io
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from typer.testing import CliRunner

from detente.analysis.dossier import dossier
from detente.cli.main import app
from detente.cli.report import ReportFormat
from detente.errors import UsageError
from detente.library.index import library
from detente.report.parts import Document, Figure, Grid, Section, Tableau, flat
from detente.report.sections import report
from detente.report.speech import speaking
from detente.report.writers.files import Files
from detente.report.writers.plain import figure_files, one_line
from detente.report.writers.registry import WRITERS, writer_for
from detente.report.writers.xlsx import LONGEST, tableau_rows
from tests.writers_cases import HOSTILE, hostile

LANGUAGES = ["en", "de"]
MODELS = ["elmira", "cuban_missile_crisis"]


@cache
def real(name: str, language: str) -> Document:
    """Return the report on a built-in conflict."""
    with speaking(language):
        return report(dossier(library(name)))


def book(document: Document) -> Any:
    return openpyxl.load_workbook(io.BytesIO(WRITERS["xlsx"].write(document)))


def paper(document: Document) -> Any:
    return docx.Document(io.BytesIO(WRITERS["docx"].write(document)))


def tables_of(document: Document) -> list[Grid]:
    parts = flat(part for section in document.sections for part in section.parts)
    return [
        tableau_rows(part) if isinstance(part, Tableau) else part for part in parts if isinstance(part, (Grid, Tableau))
    ]


# -- Excel ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_cell_is_a_formula(language: str) -> None:
    written = io.BytesIO(WRITERS["xlsx"].write(hostile(language)))
    found = openpyxl.load_workbook(written)
    cells = [cell for sheet in found for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert all(isinstance(cell.value, (int, float)) for cell in cells if cell.data_type == "n")
    risky = [cell for cell in cells if cell.data_type == "s" and cell.value[0] in "=+-@"]
    assert len(risky) > 20
    assert all(cell.quotePrefix for cell in risky)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ufffe]", "".join(str(cell.value) for cell in cells))
    texts = {cell.value for cell in cells}
    for words in HOSTILE:
        plain = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e\ufffe]", "", words.replace("\t", " "))
        assert plain.replace("_x0041_", "_x005F_x0041_") in texts, words
    with zipfile.ZipFile(written) as file:
        for name in file.namelist():
            assert not re.search(rb"<f[ >]|DDE|externalLink", file.read(name)), name


def test_sheets_have_names_that_excel_allows() -> None:
    words = ["History", "a/b", "[x]:*?'", "", "same", "Same", "x" * 60, "x" * 61, "contents", "\x00"]
    sections = [Section(f"s{k}", word, (Grid(("a",), (("b",),)),)) for k, word in enumerate(words)]
    names = book(Document("T", tuple(sections))).sheetnames
    assert len(names) == len(words) + 1 == len({name.lower() for name in names})
    for name in names:
        assert 0 < len(name) <= 31
        assert name.lower() != "history"
        assert not set(name) & set("[]:*?/\\'\n")


def test_a_table_keeps_its_numbers() -> None:
    kinds = ("words", "number", "share", "mark", "verdict", "ids")
    rows = (("us", 1200, 0.25, True, "holds", ("P1", "P2")), ("them", None, None, False, "fails", ()))
    columns = ("who", "n", "share", "so", "verdict", "premises")
    sheet = book(Document("T", (Section("s", "S", (Grid(columns, rows, frozenset({0}), "", kinds),)),)))["S"]
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values[:2] == [list(columns), ["us", 1200, 0.25, "●", "✓ holds", "P1, P2"]]
    assert values[2] == ["them", "–", "–", "·", "✗ fails", None]
    assert sheet["C2"].number_format == "0%"
    assert sheet["A2"].font.bold
    assert not sheet["A3"].font.bold
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:F3")
    assert sheet.column_dimensions["A"].width >= 6


def test_long_words_are_cut_to_what_a_cell_holds() -> None:
    long = "_x0041_" * 6000
    sheet = book(Document("T", (Section("s", "S", (Grid(("a",), ((long,), ("a" * 40000,))),)),)))["S"]
    assert max(len(sheet[place].value) for place in ("A2", "A3")) <= LONGEST
    assert sheet["A3"].value.endswith("…")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MODELS)
def test_a_report_as_excel(name: str, language: str) -> None:
    document = real(name, language)
    found = book(document)
    with speaking(language):
        grids = tables_of(document)
    first, *sheets = found.worksheets
    assert first.title == {"en": "Contents", "de": "Inhalt"}[language]
    assert len(sheets) == len(grids)
    for sheet, grid in zip(sheets, grids, strict=True):
        headed = any(grid.columns)
        assert sheet.max_row == len(grid.rows) + headed
        if headed:
            assert [cell.value or "" for cell in sheet[1]] == list(grid.columns)
    links = {cell.hyperlink.location for row in first.iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"'{sheet.title}'!A1" for sheet in sheets}
    states = next(
        sheet for sheet, grid in zip(sheets, grids, strict=True) if grid.caption in ("Every state", "Jeder Zustand")
    )
    assert states.max_row == 1 + {"elmira": 9, "cuban_missile_crisis": 12}[name]
    assert (found.properties.title, found.properties.creator) == (document.title, "Détente")


# -- Word -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_words_in_word(language: str) -> None:
    written = io.BytesIO(WRITERS["docx"].write(hostile(language)))
    found = docx.Document(written)
    texts = [paragraph.text for paragraph in found.paragraphs]
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    for words in HOSTILE:
        assert one_line(words) in texts, words
        assert one_line(words) in cells, words
    assert "\x00" not in "".join(texts + cells)
    assert len(found.inline_shapes) == 3
    with zipfile.ZipFile(written) as file:
        body = file.read("word/document.xml").decode()
    assert not re.search(r"<w:(fldSimple|instrText|hyperlink|object)|<script", body)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MODELS)
def test_a_report_as_word(name: str, language: str) -> None:
    document = real(name, language)
    found = paper(document)
    heads = [item.text for item in found.paragraphs if item.style.name == "Heading 1"]
    assert heads == [section.title for section in document.sections]
    assert found.paragraphs[0].text == document.title
    parts = list(flat(part for section in document.sections for part in section.parts))
    figures = [part for part in parts if isinstance(part, Figure)]
    assert len(found.inline_shapes) == len(figures) > 0
    drawn = found.inline_shapes[0]
    assert drawn._inline.docPr.get("descr") == one_line(figures[0].alt)
    page = found.sections[0]
    assert drawn.width <= page.page_width - page.left_margin - page.right_margin
    assert len(found.tables) >= sum(isinstance(part, (Grid, Tableau)) for part in parts)
    assert found.core_properties.language == {"en": "en-GB", "de": "de-DE"}[language]
    assert found.tables[0].rows[0]._tr.xpath("./w:trPr/w:tblHeader")


def test_without_matplotlib_figures_are_left_out_with_a_remark(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "matplotlib")
    found = paper(hostile())
    assert not found.inline_shapes
    assert "3 figures are left out here" in "\n".join(item.text for item in found.paragraphs)


# -- files ----------------------------------------------------------------------------------------------------------


def without(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let it seem that a package is not installed."""
    real_find = importlib.util.find_spec
    for module in ("registry", "plain"):
        monkeypatch.setattr(
            f"detente.report.writers.{module}.find_spec", lambda other: None if other == name else real_find(other)
        )


@pytest.mark.parametrize(("form", "missing"), [("xlsx", "openpyxl"), ("docx", "docx")])
def test_a_missing_extra_is_named_before_any_work(
    form: str, missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, missing)

    def no_work(*_given: object, **_named: object) -> None:
        raise AssertionError("work was begun")

    monkeypatch.setattr("detente.analysis.dossier.dossier", no_work)
    out = tmp_path / f"r.{form}"
    done = CliRunner().invoke(app, ["report", "chicken", "-o", str(out)])
    assert isinstance(done.exception, UsageError)
    assert str(done.exception) == f"{form} needs {missing}, not installed here:  pip install 'detente[office]'"
    assert not out.exists()


def test_formats_are_told_by_extension() -> None:
    assert {form.value for form in ReportFormat} == set(WRITERS)
    for writer in WRITERS.values():
        assert all(writer_for(f"a.b{suffix.upper()}") is writer for suffix in writer.suffixes)
    assert writer_for("-").id == "html"
    assert writer_for("x.txt", "md").id == "md"
    with pytest.raises(UsageError, match=r"x\.txt: a report's file ends in one of \.html, \.md, \.tex, \.xlsx, \.docx"):
        writer_for("x.txt")
    with pytest.raises(UsageError, match="there is no format 'pdf'; there are html"):
        writer_for("x.pdf", "pdf")


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["report", "chicken", *arguments])


def test_markdown_and_its_figures(tmp_path: Path) -> None:
    out = tmp_path / "my paper.md"
    assert run("-o", str(out), "--lang", "de").exit_code == 0
    assert sorted(item.name for item in tmp_path.iterdir()) == ["my paper.md", "my-paper_figures"]
    figures = sorted(item.name for item in (tmp_path / "my-paper_figures").iterdir())
    assert figures
    assert re.findall(r"\]\((.+?)\)$", out.read_text("utf-8"), re.MULTILINE) == [
        f"my-paper_figures/{x}" for x in figures
    ]
    assert (tmp_path / "my-paper_figures" / figures[0]).read_text("utf-8").startswith("<?xml")
    again = run("-o", str(out))
    assert "exists already; --force replaces it" in str(again.exception)
    assert run("-o", str(out), "--force").exit_code == 0
    assert not list(tmp_path.rglob("tmp*"))


def test_figures_as_svg_and_png(tmp_path: Path) -> None:
    folder = tmp_path / "drawn"
    assert run("-o", str(tmp_path / "r.tex"), "--figures", str(folder)).exit_code == 0
    found = {item.suffix: item.read_bytes() for item in folder.iterdir()}
    assert set(found) == {".svg", ".png"}
    assert found[".png"].startswith(b"\x89PNG")
    assert "drawn/state_graph.png" in (tmp_path / "r.tex").read_text("utf-8")
    refused = run("-o", str(tmp_path / "s.html"), "--figures", str(folder))
    assert "has figures in it already" in str(refused.exception)
    assert not (tmp_path / "s.html").exists()


def test_latex_without_matplotlib_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "matplotlib")
    files = Files.of(tmp_path / "r.tex", None)
    assert files.kinds == ("svg",)
    assert "pip install 'detente[figures]'" in files.remark
    assert not Files.of(tmp_path / "r.md", None).remark


def test_tables_alone(tmp_path: Path) -> None:
    out = tmp_path / "t.tex"
    assert run("-o", str(out), "--tables-only").exit_code == 0
    assert [item.name for item in tmp_path.iterdir()] == ["t.tex"]
    assert r"\begin{longtable}" in out.read_text("utf-8")
    assert "--tables-only is for LaTeX" in str(run("-o", str(tmp_path / "t.md"), "--tables-only").exception)


def test_to_standard_output() -> None:
    done = run("-o", "-", "-f", "md")
    assert done.exit_code == 0
    assert done.stdout.startswith("# Chicken\n")
    assert "](" not in done.stdout
    assert run("-o", "-", "-f", "xlsx").stdout_bytes.startswith(b"PK")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["-o", "{here}/no/r.md"], "there is no folder"),
        (["-o", "{here}/r.md", "--figures", "{here}/no/f"], "cannot be made"),
        (["-o", "{here}/r.md", "--figures", "{here}/file"], "is no folder for figures"),
        (["-o", "{here}/r.tex", "--figures", "{here}/a b"], "LaTeX takes no folder"),
    ],
)
def test_what_cannot_be_written_is_refused_before_any_work(options: list[str], words: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = run(*[option.format(here=tmp_path) for option in options])
    assert isinstance(done.exception, UsageError)
    assert words in str(done.exception)
    assert [item.name for item in tmp_path.iterdir()] == ["file"]


def test_figures_have_names_of_their_own() -> None:
    assert list(figure_files(hostile())) == ["x-y.svg", "x-y-2.svg"]


UNSURE = """\
title: A ferry
decision_makers:
  line: {options: [sail], preferences: [{id: trade, that: line.sail, certainty: possible}]}
  port: {options: [close], preferences: [{id: calm, that: not port.close, certainty: possible}]}
outcomes: {crossing: line.sail and not port.close}
claims: {C: {says: It crosses, cannot_hold: not line.sail, under: {concepts: [nash]}}}
status_quo: []
"""


@pytest.mark.parametrize("suffix", ["html", "md", "tex", "xlsx", "docx"])
def test_charts_of_what_moves_a_claim_are_in_every_format(suffix: str, tmp_path: Path) -> None:
    model, out = tmp_path / "ferry.yaml", tmp_path / f"r.{suffix}"
    model.write_text(UNSURE, "utf-8")
    done = CliRunner().invoke(
        app, ["report", str(model), "-o", str(out), "--figures", str(tmp_path / "drawn")], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    charts = sorted(item for item in (tmp_path / "drawn").iterdir() if "robustness" in item.name)
    assert charts, sorted(item.name for item in (tmp_path / "drawn").iterdir())
    for chart in charts:
        start = chart.read_bytes()[:5]
        assert start == (b"<?xml" if chart.suffix == ".svg" else b"\x89PNG\r")
