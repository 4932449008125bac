"""Everything that can be taken along as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from detente.report.speech import _
from detente.workbench.dossiers import Dossier
from detente.workbench.exports import kinds
from detente.workbench.page.parts import Tag
from detente.workbench.page.session import Session


def build(session: Session) -> Callable[[Session, Dossier], Any]:
    """Make the links; return what is told when the answer is another (they ask for it themselves)."""
    words = {
        "report": _("The report"),
        "model": _("The model"),
        "analysis": _("The analysis"),
        "figures": _("Figures"),
    }
    about = {
        "report.html": _("one page, for the browser and for print"),
        "report.md": _("Markdown, for papers"),
        "report.tex": _("LaTeX"),
        "report.xlsx": _("Excel, the tables"),
        "report.docx": _("Word"),
        "model.yaml": _("the text, as people write it"),
        "model.json": _("the same as JSON"),
        "model.gmcr": _("for the program GMCR+: one reading, without reasons and sources"),
        "analysis.json": _("every reading and concept, as data"),
        "analysis.csv": _("one line a state"),
        "graph.svg": _("the graph"),
        "figures.zip": _("all figures of the report, as SVG"),
    }
    with Tag("div", "", "wb-exports", data_testid="exports"):
        for group, some in kinds().items():
            Tag("h3", words[group])
            with Tag("ul", "", "wb-list"):
                for kind in some:
                    with Tag("li"):
                        address = f"/workbench/export?page={session.page}&kind={kind}"
                        link = Tag("a", kind.partition(".")[2].upper(), href=address, data_testid=f"export-{kind}")
                        link.set(download=True, data_export=True)
                        Tag("span", about[kind], "quiet")
        Tag("p", _("What is tried without changing the text is part of report, analysis and figures."), "quiet")
    return lambda _session, _dossier: None
