"""The page on which a model is worked on: its text and its forms on one side, the answers on the other."""

from __future__ import annotations

from nicegui import ui

from detente.report.speech import _
from detente.workbench.completion import key_table, names_of
from detente.workbench.page import bar, forms, guide, strip, tabs
from detente.workbench.page.editor import Editor
from detente.workbench.page.frame import notice
from detente.workbench.page.parts import Tag, spoken
from detente.workbench.page.problems import show_problems
from detente.workbench.page.session import Session


def build(session: Session) -> None:
    """Make the page."""
    session.notify = notice

    def save() -> None:
        bar.save(session)

    bar.build(session)
    with Tag("div", "", "wb-switch", role="group", aria_label=_("What to show")):
        for side, words in (("edit", _("Model")), ("answers", _("Answers"))):
            found = Tag("button", words, type="button", data_testid=f"side-{side}", data_side=side)
            found.on("click", js_handler=f"() => wb.side('{side}')")
    with Tag("div", "", "wb-work", data_side="answers", id_="work"):
        with Tag("div", "", "wb-left", role="region", aria_label=_("The model")):
            Tag("h2", _("The model"), "wb-hidden")
            with Tag("div", "", "wb-views", role="tablist", aria_label=_("How to edit")):
                for name, words in (("forms", _("Forms")), ("text", _("Text"))):
                    found = Tag("button", words, type="button", role="tab", data_testid=f"view-{name}", data_view=name)
                    found.on("click", js_handler=f"() => wb.view('{name}')")
            guide.build(session)
            with Tag("div", "", "wb-view", data_view="text", role="tabpanel", aria_label=_("Text")):
                editor = Editor(
                    session.model.key,
                    session.page,
                    session.model.desk.text,
                    session.model.desk.revision,
                    session.model.desk.kind,
                    key_table(),
                    _("The text of the model"),
                )
                editor._props["data-testid"] = "editor"
                show_problems(session, editor)
            with Tag("div", "", "wb-view", data_view="forms", role="tabpanel", aria_label=_("Forms")):
                forms.build(session)
        with Tag("div", "", "wb-right", role="region", aria_label=_("Answers")):
            strip.build(session)
            tabs.build(session)
    editor.on("undo", spoken(lambda _: session.model.desk.undo()))
    editor.on("redo", spoken(lambda _: session.model.desk.redo()))
    editor.on("save", spoken(lambda _: save()))
    ui.on("wb-save", spoken(lambda _: save()))
    ui.on("wb-undo", spoken(lambda _: session.model.desk.undo()))
    ui.on("wb-redo", spoken(lambda _: session.model.desk.redo()))

    def take() -> None:
        editor.take(session.model.desk.text, session.model.desk.revision)

    def names(shown: Session) -> None:
        good = shown.model.desk.good
        if good is not None and good.conflict is not None and good.revision != names_shown[0]:
            names_shown[0] = good.revision
            editor.show_names(names_of(good.conflict))

    names_shown = [-1]
    session.text_takers.append(take)
    session.showers.append(names)
    session.renamers.append(lambda: editor.rename(session.model.key))
