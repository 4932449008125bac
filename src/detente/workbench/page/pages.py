"""The two pages: where a model is chosen or begun, and where one is worked on."""

from __future__ import annotations

import secrets

from fastapi import Request
from nicegui import ui

from detente.errors import DetenteError
from detente.report.speech import LANGUAGES, _, speaking
from detente.stability.registry import CONCEPTS
from detente.workbench.page import model, start
from detente.workbench.page.frame import head, trouble
from detente.workbench.page.session import Session
from detente.workbench.whatif import Toggles
from detente.workbench.workspace import Workspace

COOKIE = "detente-language"

sessions: dict[str, Session] = {}
"""The pages that are open, by a name of their own."""


def add_pages(workspace: Workspace) -> None:
    """Add the pages to the application."""

    @ui.page("/", title="Détente")
    def beginning(request: Request) -> None:
        language = language_of(request)
        with speaking(language):
            head(language)
            start.build(workspace, language)

    @ui.page("/model/{key:path}", title="Détente")
    async def working(request: Request, key: str) -> None:
        language = language_of(request)
        with speaking(language):
            head(language)
            try:
                found = workspace.open(key)
            except DetenteError as error:
                trouble(_("This model cannot be opened."), str(error))
                return
            session = Session(workspace, found, secrets.token_hex(8), ui.context.client, language)
            session.toggles = _asked(request)
            sessions[session.page] = session
            session.begin()

            def close() -> None:
                sessions.pop(session.page, None)
                session.end()

            ui.context.client.on_delete(close)
            model.build(session)
            session.refresh()


def _asked(request: Request) -> Toggles:
    """Return the reading and the concept that an address says, so that a page that is loaded again asks the same."""
    concept = request.query_params.get("concept", "")
    return Toggles(reading=request.query_params.get("reading", ""), concept=concept if concept in CONCEPTS else "seq")


def language_of(request: Request) -> str:
    """Return the language that was chosen, or else the first one that the browser asks for and there is."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        word = part.split(";")[0].strip().lower()[:2]
        if word in LANGUAGES:
            return word
    return LANGUAGES[0]
