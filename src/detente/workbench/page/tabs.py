"""The answers, one tab each: the sections that the report has, and what only a page can do."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from nicegui import ui

from detente.report.parts import Line, Section
from detente.report.speech import N_, _, speaking
from detente.workbench.dossiers import Dossier
from detente.workbench.page import exports, graph, runs
from detente.workbench.page.frame import html
from detente.workbench.page.parts import Tag, spoken
from detente.workbench.page.session import Session


@dataclass(frozen=True)
class Tab:
    """A tab: its name, what it is called, and which sections of the report it shows."""

    name: str
    words: str
    sections: tuple[str, ...] = ()
    none: str = ""
    """What is said where the model gives no ground for any of them."""


TABS = (
    Tab("overview", N_("Overview"), ("question", "holding", "parties")),
    Tab("states", N_("States"), ("options", "why")),
    Tab("graph", N_("Graph")),
    Tab("argument", N_("Argument"), ("argument",), N_("The model makes no claims; they stand under “claims:”.")),
    Tab(
        "durability",
        N_("Durability"),
        ("durability",),
        N_("What lasts is told where the model has a reading for now and one for later: “tactical” and “strategic”."),
    ),
    Tab("phases", N_("Phases"), ("course",), N_("Where play goes is told where the model has a status quo or phases.")),
    Tab("views", N_("Views"), ("views",), N_("Nobody sees anything wrongly here; views stand under “views:”.")),
    Tab("relations", N_("Relations"), ("relations",), N_("There are no relations; they stand under “relations:”.")),
    Tab("robustness", N_("Robustness"), ("robust", "variants")),
    Tab("change", N_("Change"), ("change", "means")),
    Tab("premises", N_("Premises"), ("stated", "premises", "method", "citation")),
    Tab("export", N_("Export")),
)


def build(session: Session) -> None:
    """Make the tabs."""
    chosen = ["overview"]
    names = [tab.name for tab in TABS]
    with Tag("nav", "", "wb-tabs", role="tablist", aria_label=_("Answers"), data_testid="tabs"):
        buttons = {}
        for tab in TABS:
            found = Tag("button", _(tab.words), type="button", role="tab", data_testid=f"tab-{tab.name}")
            found.set(data_tab=tab.name)
            found.on("click", js_handler=f"() => wb.tab('{tab.name}')")
            buttons[tab.name] = found
    panels: dict[str, _Panel] = {}
    for tab in TABS:
        with Tag("div", "", "wb-panel wb-none", role="tabpanel", aria_label=_(tab.words)) as box:
            box.set(data_testid=f"panel-{tab.name}")
            panels[tab.name] = _Panel(session, tab)
        panels[tab.name].box = box
        buttons[tab.name].set(aria_controls=box.html_id)

    async def choose(name: str) -> None:
        if name not in names:
            return
        chosen[0] = name
        for key, found in buttons.items():
            found.set(aria_selected="true" if key == name else "false", tabindex="0" if key == name else "-1")
            panels[key].shown(key == name)
        await panels[name].show(session)

    async def show(session: Session) -> None:
        await panels[chosen[0]].show(session)

    ui.on("wb-tab", spoken(lambda event: choose(str(event.args))))
    session.last.append(show)
    for key, found in buttons.items():
        found.set(aria_selected="true" if key == "overview" else "false", tabindex="0" if key == "overview" else "-1")
        panels[key].shown(key == "overview")


class _Panel:
    """What stands under a tab; it is made anew when it is looked at and the answer is another."""

    box: Tag

    def __init__(self, session: Session, tab: Tab) -> None:
        self.tab = tab
        self.made: object = None
        self.special: Callable[[Session, Dossier], Any] | None = None
        if tab.name == "graph":
            self.special = graph.build(session)
        elif tab.name in ("robustness", "change", "argument"):
            self.special = runs.build(session, tab.name)
        elif tab.name == "export":
            self.special = exports.build(session)
        self.content = html("", "wb-sections", testid=f"sections-{tab.name}") if tab.sections else None

    def shown(self, now: bool) -> None:
        """Show or hide it."""
        if now:
            self.box.classes(remove="wb-none")
        else:
            self.box.classes("wb-none")

    async def show(self, session: Session) -> None:
        """Make it as the answer is now."""
        found = session.found
        if found is None or found.verdicts is None:
            return
        dossier = session.dossier()
        key = (id(dossier), session.runs_told)
        if key == self.made:
            return
        self.made = key
        if self.special is not None:
            done = self.special(session, dossier)
            if inspect.isawaitable(done):
                await done
        if self.content is None:
            return
        with speaking(session.language):
            words = await asyncio.to_thread(sections_html, session, dossier, self.tab)
        if self.made == key:
            self.content.set_content(words)
            ui.run_javascript("wb.sections()")


def sections_html(session: Session, dossier: Dossier, tab: Tab) -> str:
    """Return the sections of a tab as HTML; all that comes from the model is escaped."""
    from detente.analysis.dossier import Dossier as Whole
    from detente.report.sections import section
    from detente.report.writers.html import html_parts, html_section

    with session.model.showing:
        found = [section(cast(Whole, dossier), name) for name in tab.sections]
    there: list[Section] = [one for one in found if one is not None]
    if not there and tab.none:
        return html_parts([Line(_(tab.none), quiet=True)])
    return "".join(html_section(one) for one in there)
