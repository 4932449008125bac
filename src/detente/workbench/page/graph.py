"""The graph: drawn in the browser from data that it asks for, with what is known of the state that is looked at."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from nicegui import ui

from detente.report.speech import _, speaking
from detente.workbench.dossiers import Dossier
from detente.workbench.drawing import state_parts
from detente.workbench.page.frame import html
from detente.workbench.page.parts import Tag, fill, select, spoken
from detente.workbench.page.session import Session


def build(session: Session) -> Callable[[Session, Dossier], Any]:
    """Make the graph; return what shows another one."""
    asked: dict[str, Any] = {"to": "", "focus": 0}
    with Tag("div", "", "wb-graph-tools"):
        way = select(
            _("Way from the status quo"),
            {"": _("to the nearest that holds")},
            "",
            lambda to: ask(to),
            testid="graph-to",
        )
        for name, sign, words in (
            ("back", "‹", _("Step back")),
            ("forward", "›", _("Step forward")),
            ("play", "▶", _("Play how it may go")),
            ("fit", "⤢", _("All in sight")),
        ):
            found = Tag("button", sign, "wb-icon", type="button", data_testid=f"graph-{name}")
            found.set(aria_label=words, title=words)
            found.on("click", js_handler=f"() => wb.graph.{name}()")
        Tag("button", _("Neighbours only"), type="button", data_testid="graph-focus", aria_pressed="false").on(
            "click", js_handler="() => wb.graph.focus()"
        )
    Tag("p", "", "quiet wb-graph-step", id="wb-graph-step", role="status", aria_live="polite", data_testid="graph-step")
    with Tag("div", "", "wb-graph-box wb-alone") as box:
        canvas = Tag("div", "", "wb-graph", id="wb-graph", data_testid="graph", tabindex="0", role="application")
        canvas.set(aria_label=_("The graph of states; choose one to read about it"))
        about = html(testid="graph-about", classes="wb-graph-about wb-sections")
    Tag("div", "", "wb-graph-legend quiet", id="wb-graph-legend", data_testid="graph-legend")
    shown: list[Dossier] = []

    def draw() -> None:
        settings = {
            "url": f"/workbench/graph?page={session.page}",
            "to": asked["to"],
            "words": {
                "play": _("Step {n}: where play can be by now"),
                "rest": _("In the long run, if whoever has a step is drawn, each as likely"),
                "step": _("Step {n} of {m}: {words}"),
                "begin": _("The status quo: state {state}"),
                "none": _("By improvements alone no way leads from the status quo to another state that holds."),
                "still": _("There is no play to show: the model has no status quo, or too many states."),
                "condensed": _("{n} states; states that fare alike are one box. Choose a state for its neighbours."),
                "loading": _("Drawing …"),
                "move": _("moves without gain"),
                "gain": _("gains"),
                "holds": _("can hold"),
                "status": _("status quo"),
            },
        }
        ui.run_javascript(f"wb.graph.show({json.dumps(settings)})")

    def ask(to: str) -> None:
        asked["to"] = to
        draw()

    async def pick(state: int) -> None:
        if not shown or not 0 <= state < shown[0].world.graph.n_states:
            return
        session.picked = state
        dossier = shown[0]
        with speaking(session.language):
            words = await asyncio.to_thread(_about, session, dossier, state)
        about.set_content(words)
        box.classes(remove="wb-alone")
        ui.run_javascript(f"wb.graph.look({state + 1})")

    async def picked(event: Any) -> None:
        number = event.args
        if isinstance(number, int):
            await pick(number - 1)

    async def show(session: Session, dossier: Dossier) -> None:
        shown[:] = [dossier]
        conflict = dossier.conflict
        goals = {"": _("to the nearest that holds")}
        goals |= {item.id: _("to “{outcome}”").format(outcome=item.label) for item in conflict.outcomes}
        if goals != ways:
            ways.clear()
            ways.update(goals)
            asked["to"] = asked["to"] if asked["to"] in goals else ""
            fill(way, goals, asked["to"])
        draw()
        if session.picked is None or session.picked >= dossier.world.graph.n_states:
            session.picked = None
            about.set_content(_nothing())
            box.classes("wb-alone")
        else:
            await pick(session.picked)

    ways: dict[str, str] = {}
    ui.on("wb-pick", spoken(picked))
    session.pickers.append(pick)
    return show


def _nothing() -> str:
    from detente.report.parts import Line
    from detente.report.writers.html import html_parts

    return html_parts([Line(_("Choose a state to read what is so in it, and why it holds or not."), quiet=True)])


def _about(session: Session, dossier: Dossier, state: int) -> str:
    from detente.report.writers.html import html_parts

    with session.model.showing:
        return html_parts(state_parts(dossier, state))
