"""Reports for the tests, each made once in a process, and how they are opened: from disk, with the network off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route

from detente.analysis.dossier import dossier
from detente.conflict.conflict import Conflict
from detente.language.load import loads
from detente.library.index import library
from detente.report.sections import report
from detente.report.speech import speaking
from detente.report.writers.html import html_document
from tests.browser import models

NAMES = ("elmira", "cuban_missile_crisis", "peace_delusion", "everything")


def model(name: str) -> Conflict:
    """Return a model by its name here."""
    if name == "peace_delusion":  # what takes long, and is in the report of another model too, is left out
        return replace(library(name), variants=())
    if name == "large":
        return loads(models.LARGE)
    if name == "everything":
        return loads(models.everything(), kind="json")
    if name == "hostile":
        return loads(models.everything(models.hostile()), kind="json")
    if name == "drawn":
        return loads(models.drawn(models.hostile()), kind="json")
    return library(name)


@cache
def _dossier(name: str) -> Any:
    conflict = model(name)
    target = [conflict.outcomes[0].id] if name in ("everything", "hostile") else None
    return dossier(conflict, with_reasons=False if name == "peace_delusion" else None, change_target=target)


@cache
def html(name: str, language: str = "en") -> str:
    """Return the report of a model."""
    with speaking(language):
        return html_document(report(_dossier(name)))


@dataclass
class Watched:
    """A page, and what went wrong on it or was asked of the network."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def quiet(self) -> None:
        """Check that nothing was asked of the network and nothing went wrong."""
        assert self.requests == []
        assert self.errors == []
        assert self.dialogs == []


@contextmanager
def opened(browser: Browser, folder: Path, name: str, language: str = "en", **settings: Any) -> Iterator[Watched]:
    """Open the report of a model from disk, with the network off."""
    path = folder / f"{name}-{language}.html"
    if not path.exists():
        path.write_text(html(name, language), "utf-8")
    context = browser.new_context(**settings)
    try:
        page = context.new_page()
        watched = Watched(page)

        def away(route: Route) -> None:
            if route.request.url == path.as_uri():
                route.continue_()
            else:
                watched.requests.append(route.request.url)
                route.abort()

        def dialog(found: Any) -> None:
            watched.dialogs.append(found.message)
            found.dismiss()

        context.route("**/*", away)
        page.on("console", lambda found: watched.errors.append(found.text) if found.type == "error" else None)
        page.on("pageerror", lambda found: watched.errors.append(str(found)))
        page.on("dialog", dialog)
        page.goto(path.as_uri())
        yield watched
    finally:
        context.close()
