"""The first ten minutes: steps that tick off as the model comes to have what they ask for."""

from __future__ import annotations

from nicegui import ui

from detente.report.speech import _
from detente.workbench.library import STEPS
from detente.workbench.outline import outline
from detente.workbench.page.parts import Tag, button
from detente.workbench.page.session import Session


def build(session: Session) -> None:
    """Make the steps, where the model was begun here."""
    if not session.model.key.startswith("new/") or session.model.desk.origin:
        return
    box = Tag("aside", "", "wb-guide", aria_label=_("First steps"), data_testid="guide")
    away: list[bool] = []
    shown: list[object] = [None]

    def close() -> None:
        away.append(True)
        box.clear()
        box.classes("wb-none")

    def show(session: Session) -> None:
        found = outline(session.model.desk.text, session.model.desk.kind)
        if away or found is None:
            return
        done = [step.done(found) for step in STEPS]
        if done == shown[0]:
            return
        shown[0] = done
        now = done.index(False) if False in done else None
        box.clear()
        with box:
            with Tag("div", "", "wb-guide-head"):
                words = _("Step {n} of {m}").format(n=now + 1, m=len(STEPS)) if now is not None else _("A whole model")
                Tag("strong", words)
                button("✕", close, testid="guide-close", label=_("Put the steps away"), classes="wb-icon")
            with Tag("ol"):
                for place, step in enumerate(STEPS):
                    with Tag("li", "", "wb-done" if done[place] else "wb-now" if place == now else ""):
                        Tag("span", "✓" if done[place] else str(place + 1), "wb-tick")
                        with Tag("div"):
                            Tag("span", _(step.words))
                            if place == now:
                                Tag("p", _(step.hint), "quiet")
            if now is None:
                Tag(
                    "p", _("On the other side is what follows. Try what changes it: move a wish, or drop one."), "quiet"
                )
            elif STEPS[now].form:
                ui.run_javascript(f"wb.point('{STEPS[now].form}')")

    session.showers.append(show)
