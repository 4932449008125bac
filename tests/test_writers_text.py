"""Reports as Markdown and LaTeX: nothing of a model is markup, in any place and in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from detente.analysis.dossier import dossier
from detente.errors import UsageError
from detente.library.index import library
from detente.report.parts import Document, Grid, Line, Section, Tableau, cell_words, flat
from detente.report.sections import report
from detente.report.speech import speaking
from detente.report.writers import tex_words
from detente.report.writers.latex import latex_document
from detente.report.writers.markdown import escaped, markdown_document, markdown_parts, paragraph
from detente.report.writers.plain import one_line
from detente.report.writers.registry import TABLES, WRITERS
from detente.report.writers.tex_words import tex, tex_lines
from tests.writers_cases import HOSTILE, hostile

LANGUAGES = ["en", "de"]
MODELS = ["elmira", "cuban_missile_crisis"]


@cache
def real(name: str, language: str) -> Document:
    """Return the report on a built-in conflict."""
    with speaking(language):
        return report(dossier(library(name)))


def written(form: str, document: Document, folder: str | None = "figures") -> str:
    return WRITERS[form].write(document, folder).decode()


# -- Markdown -------------------------------------------------------------------------------------------------------


def tokens(text: str) -> list[Token]:
    """Return what CommonMark with tables and struck words finds, those in lines after their block."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return [one for token in parser.parse(text) for one in (token, *(token.children or ()))]


def kinds(text: str) -> set[str]:
    return {token.type for token in tokens(text)}


OURS = {
    *(
        "heading_open",
        "heading_close",
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "text_special",
        "softbreak",
    ),
    *("strong_open", "strong_close", "em_open", "em_close", "bullet_list_open", "bullet_list_close", "list_item_open"),
    *("list_item_close", "table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close"),
    *("tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close", "hr", "fence", "image"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_of_hostile_words(language: str) -> None:
    text = written("md", hostile(language))
    found = tokens(text)
    assert {token.type for token in found} <= OURS
    images = [token.attrs["src"] for token in found if token.type == "image"]
    assert images == ["figures/x-y.svg", "figures/x-y.svg", "figures/x-y-2.svg"]
    assert sum(token.type == "em_open" for token in found) == 1
    assert sum(token.type == "fence" for token in found) == len(HOSTILE)
    lines = [token.content for token in found if token.type == "inline"]
    for words in HOSTILE:
        assert sum(one_line(words) in plain(line) for line in lines) > 5, words
    for words in ("\x00", "\x07", "\x1b", "\u202e", "\ufffe"):
        assert words not in text


def plain(line: str) -> str:
    """Return a line of Markdown without its escapes."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line)


@pytest.mark.parametrize("words", HOSTILE)
def test_words_come_back_from_markdown(words: str) -> None:
    for text in (paragraph(words), f"- {paragraph(words)}", f"# {escaped(words)}", f"(x {escaped(words)} x)"):
        found = tokens(text)
        inline = "".join(one.content for one in found if one.type in ("text", "text_special"))
        assert inline.removeprefix("(x ").removesuffix(" x)") == one_line(words)
        assert {token.type for token in found} <= OURS - {"strong_open", "em_open", "hr", "image", "softbreak"}


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("\\`*_{}[]<>()#+-.!|~$^@&=:%\n\t ")))
def test_any_words_come_back_from_markdown(words: str) -> None:
    found = tokens(f"{paragraph(words)}\n\n| a | b |\n| --- | --- |\n| x{escaped(words)} | c |\n")
    rows = sum(token.type == "td_open" for token in found)
    assert rows == 2
    inline = [token for token in found if token.type == "inline"]
    cells = ["".join(child.content for child in token.children or ()) for token in inline]
    expected = one_line(words)
    assert cells[-2] == f"x{expected}" or cells[-2].strip("\u00a0 ") == f"x{expected}".strip("\u00a0 ")
    assert {child.type for token in inline for child in token.children or ()} <= {"text", "text_special"}


@pytest.mark.parametrize("words", ["http://x.yy", "https://x.yy", "www.x.yy", "mailto:a@b.cc", "WWW.x.yy"])
def test_addresses_are_no_links_on_github(words: str) -> None:
    """GitHub makes links of these unless a sign in them is escaped."""
    assert not re.search(r"https?://|(?i:www)\.|mailto:", escaped(words))


def test_tables_and_captions_in_markdown() -> None:
    rows = (("us", 1200, 0.5, True), ("them", None, None, False))
    grid = Grid(("who", "n", "share", "so"), rows, frozenset({0}), "Cap", ("words", "number", "share", "mark"))
    assert markdown_parts([grid]) == (
        "Table: Cap\n\n| who | n | share | so |\n| --- | ---: | ---: | :---: |\n"
        f"| **us** | 1,200 | {cell_words(0.5, 'share')} | ● |\n| them | – | – | · |\n"
    )
    with speaking("de"):
        assert markdown_parts([grid]).startswith(": Cap\n\n| who | n | share | so |\n")
        assert f"| **us** | 1.200 | {cell_words(0.5, 'share')} | ● |" in markdown_parts([grid])


def test_without_files_figures_are_told_in_words() -> None:
    text = markdown_document(hostile(), None)
    assert "image" not in kinds(text)
    assert "What the picture shows, in words" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MODELS)
def test_a_report_as_markdown(name: str, language: str) -> None:
    document = real(name, language)
    text = written("md", document)
    assert kinds(text) <= OURS
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert heads == [escaped(section.title) for section in document.sections]
    assert text.startswith(f"# {escaped(document.title)}\n")
    assert "![" in text
    assert text == written("md", document)


def test_long_option_tables_are_left_to_other_files() -> None:
    tableau = next(part for part in hostile().sections[0].parts if isinstance(part, Tableau))
    many = Tableau(tableau.rows, tableau.states * 3, tableau.marks)
    document = Document("T", (Section("s", "S", (many,)),))
    for form in ("md", "tex"):
        text = written(form, document)
        assert "81 states are too many for a page" in text
        assert "& Y" not in text
        assert "| Y" not in text


def test_lines_of_a_remark_stay_apart() -> None:
    assert markdown_parts([Line("one\n# two")]) == "one\n\n\\# two\n"


# -- LaTeX ----------------------------------------------------------------------------------------------------------

_TEX = re.compile(r"\\(?:[A-Za-z]+\*?|.|\n)|[{}$#%^_&~]", re.DOTALL)
_COMMANDS = set(
    re.findall(
        r"\w+",
        """
title author date begin end maketitle section subsection subsubsection paragraph item textbf small
footnotesize scriptsize par medskip smallskip bigskip hrule ttfamily mbox IfFileExists centering
includegraphics linewidth textheight caption setlength tabcolsep renewcommand arraystretch toprule midrule
bottomrule endfirsthead endhead endlastfoot raggedright raggedleft arraybackslash dimexpr relax detentechar
ensuremath allowbreak checkmark dots textbackslash textasciitilde textasciicircum textless textgreater textbar
textquotedbl textasciigrave textendash textemdash textquoteleft textquoteright textquotedblleft
textquotedblright quotedblbase quotesinglbase guillemotleft guillemotright guilsinglleft guilsinglright
texteuro textbullet textdagger textdaggerdbl textperthousand texttrademark
""",
    )
)
_IN_FORMULAS = set(re.findall(r"\\(\w+)", " ".join(tex_words._COMMANDS.values()))) | set(tex_words._GREEK.values())


def check_tex(body: str) -> None:
    """Raise AssertionError unless braces and environments close, and every command is one of the writer's own."""
    body = re.sub(r"\{figures/[\w-]+\.(?:pdf|png)\}", "{}", body)
    depth, formula, environments = 0, -1, []
    for found in _TEX.finditer(body):
        token = found[0]
        if token == "{":
            depth += 1
            if body[: found.start()].endswith(r"\ensuremath") and formula < 0:
                formula = depth
        elif token == "}":
            formula = -1 if formula == depth else formula
            depth -= 1
            assert depth >= 0
        elif token in ("^", "_"):
            assert formula > 0, body[found.start() - 30 : found.end() + 10]
        elif token in ("$", "#", "%"):
            raise AssertionError(body[found.start() - 30 : found.end() + 10])
        elif token in (r"\begin", r"\end"):
            name = re.match(r"\{(\w+)\}", body[found.end() :])
            assert name is not None
            if token == r"\begin":
                environments.append((name[1], depth))
            else:
                assert environments.pop() == (name[1], depth)
        elif len(token) > 2 or token[1:].isalpha():
            assert token[1:] in (_COMMANDS if formula < 0 else _COMMANDS | _IN_FORMULAS), token
        elif token.startswith("\\"):
            assert token in (r"\{", r"\}", r"\$", r"\&", r"\#", r"\%", r"\_", r"\\", "\\ "), token
    assert (depth, environments) == (0, [])


def rows(body: str) -> Iterator[tuple[int, int]]:
    """Yield for each row of a table how many cells it has, and how many the table has."""
    for found in re.finditer(r"\\begin\{longtable\}(.*?)\\end\{longtable\}", body, re.DOTALL):
        spec = found[1].split("\n", 1)[0]
        columns = len(re.findall(r"p\{", spec)) or len(re.sub(r"[{}@]|\\.*", "", spec))
        for line in found[1].split("\n")[1:]:
            if line.endswith(r" \\"):
                yield len(re.findall(r"(?<!\\)&", line)) + 1, columns


@pytest.mark.parametrize("language", LANGUAGES)
def test_latex_of_hostile_words(language: str) -> None:
    text = written("tex", hostile(language))
    assert text.isascii() or set(re.sub(r"[\x00-\x7f]", "", text)) <= set("éßäöüÄÖÜ")
    body = text.split(r"\begin{document}", 1)[1].rsplit(r"\end{document}", 1)[0]
    check_tex(body)
    assert r"\textbackslash{}input\{/etc/passwd\}" in body
    assert r"\input" not in text.replace(r"\usepackage[utf8]{inputenc}", "")
    assert r"\write" not in text
    found = list(rows(body))
    assert len(found) > 100
    assert {one - columns for one, columns in found} == {0}


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_run_no_tex(words: str) -> None:
    check_tex(tex(words))
    check_tex(tex_lines(words))
    assert "\n" not in tex(words)
    assert "--" not in tex(words)


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("\\{}$#%^_&~[]*-,'`\"\n\t ")))
def test_any_words_run_no_tex(words: str) -> None:
    check_tex(tex(words))
    check_tex(tex_lines(words))
    assert set(tex(words)).isdisjoint({"\n", "\t", "\x00", "\x7f"})


def test_what_a_row_begins_with_is_no_option_of_the_row_before() -> None:
    text = written(
        "tex", Document("T", (Section("s", "S", (Grid(("a", "b"), (("x", "y"), ("[3cm]", "*"), ("*", "z"))),)),))
    )
    for before, after in pairwise(text.split("\n")):
        assert not (before.endswith(r"\\") and after.lstrip().startswith(("[", "*")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MODELS)
def test_a_report_as_latex(name: str, language: str) -> None:
    document = real(name, language)
    text = written("tex", document)
    check_tex(text.split(r"\begin{document}", 1)[1].rsplit(r"\end{document}", 1)[0])
    assert text.count("\n\\section{") == len(document.sections)
    assert (r"{ngerman}" in text.replace("[ngerman]{babel}", "{ngerman}")) == (language == "de")
    assert r"\includegraphics" in text
    tables = TABLES.write(document).decode()
    assert tables.startswith("% Needs ")
    assert r"\documentclass" not in tables
    parts = flat(part for one in document.sections for part in one.parts)
    assert tables.count(r"\begin{longtable}") >= sum(isinstance(part, (Grid, Tableau)) for part in parts)
    assert tables.count(r"\begin{longtable}") == text.count(r"\begin{longtable}")


def test_a_folder_that_latex_cannot_take() -> None:
    with pytest.raises(UsageError, match="LaTeX takes no folder 'a b#c'"):
        latex_document(Document("", ()), "a b#c")
