"""One page in one browser: what is open on it, what is tried, and how it keeps up with changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from nicegui import Client, background_tasks

from detente.report.speech import speaking
from detente.workbench.answers import Answer, Compared, answer, of_file
from detente.workbench.dossiers import Dossier
from detente.workbench.layout import EditError
from detente.workbench.whatif import Difference, Toggles
from detente.workbench.workspace import Open, Workspace

SENT = 0.03
"""Seconds in which what was made is sent to the browser before more is made."""
QUIET = 0.05
"""Seconds without another change after which the tab that is open is made anew."""

Shower = Callable[["Session"], Any]


@dataclass(eq=False)
class Session:
    """A page on a model.

    When there is something new to show, ``first`` are told; when that is on its way to the browser, ``showers``; and
    ``last`` what takes long, unless something has changed again. ``text_takers`` are told when others changed the text.
    """

    workspace: Workspace
    model: Open
    page: str
    client: Client
    language: str = "en"
    toggles: Toggles = field(default_factory=Toggles)
    compared_with: str = "change"
    found: Answer | None = None
    compared: Compared = field(default_factory=Compared)
    difference: Difference | None = None
    first: list[Shower] = field(default_factory=list)
    showers: list[Shower] = field(default_factory=list)
    last: list[Shower] = field(default_factory=list)
    text_takers: list[Callable[[], Any]] = field(default_factory=list)
    renamers: list[Callable[[], Any]] = field(default_factory=list)
    bar_showers: list[Callable[[], Any]] = field(default_factory=list)
    picked: int | None = None
    """The state that is looked at, in the model of the last answer."""
    pickers: list[Callable[[int], Awaitable[None]]] = field(default_factory=list)
    naming: Any = None
    """The dialog that asks for the name of a file."""
    notify: Callable[[str], Any] = print
    runs_told: int = 0
    _dossier: tuple[object, Dossier] | None = None
    _busy: bool = False
    _again: bool = False
    _closed: bool = False

    def begin(self) -> None:
        """Keep up with the desk from now on."""
        self.model.desk.listeners.append(self._told)
        self.model.pages += 1

    def end(self) -> None:
        """Stop keeping up; told when the page is closed."""
        if not self._closed:
            self._closed = True
            self.model.pages -= 1
            if self._told in self.model.desk.listeners:
                self.model.desk.listeners.remove(self._told)

    def say(self, words: str) -> None:
        """Show a message on the page, also where what was pressed is not there any more."""
        with self.client:
            self.notify(words)

    # -- changes ----------------------------------------------------------------------------------------------------

    def change(self, edit: Callable[[str, str], str]) -> bool:
        """Change the text by a form; return whether it could be done. What hinders it is shown."""
        desk = self.model.desk
        try:
            desk.edit(edit(desk.text, desk.kind))
        except EditError as error:
            self.say(str(error))
            return False
        return True

    def by(self, edit: Callable[..., str], *given: Any) -> Callable[..., bool]:
        """Return what changes the text by an edit, given the rest of what that needs."""

        def done(*rest: Any) -> bool:
            return self.change(lambda text, kind: edit(text, kind, *given, *rest))

        return done

    def try_out(self, **changes: Any) -> None:
        """Try something without changing the text."""
        self.toggles = replace(self.toggles, **changes)
        self.refresh()

    def _told(self, by: str) -> None:
        if self._closed:
            return
        with self.client, speaking(self.language):
            if by != self.page:
                for take in self.text_takers:
                    take()
            for show in self.bar_showers:
                show()
        self.refresh()

    def dossier(self) -> Dossier:
        """Return what is known under the last answer, with what runs found out about the same model."""
        assert self.found is not None
        assert self.found.verdicts is not None
        verdicts = self.found.verdicts
        key = (verdicts.world, verdicts.asked, self.runs_told)
        if self._dossier is None or self._dossier[0] != key:
            plain = not self.toggles.dropped
            jobs = self.model.jobs.items()
            runs = {name: job.result for name, job in jobs if plain and job.digest == verdicts.written}
            self._dossier = key, Dossier(verdicts, runs)
        return self._dossier[1]

    def told_of_run(self) -> None:
        """Show what a run found."""
        self.runs_told += 1
        self.refresh()

    # -- answers ----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what holds now, as soon as it is worked out; of several changes meanwhile the last counts."""
        if self._busy:
            self._again = True
            return
        self._busy = True
        background_tasks.create(self._refreshed())

    async def _refreshed(self) -> None:
        try:
            while True:
                self._again = False
                await self._answer()
                if not self._again or self._closed:
                    return
        finally:
            self._busy = False

    async def _answer(self) -> None:
        desk = self.model.desk
        with speaking(self.language):
            found = await asyncio.to_thread(answer, self.model, self.toggles, desk.revision, desk.text)
            if found.verdicts is not None and not found.stale:
                self.difference = self.compared.show(found.verdicts)
                if self.compared_with == "file":
                    self.difference = await asyncio.to_thread(self._from_file, found)
            self.found = found
            for showers, pause in ((self.first, SENT), (self.showers, QUIET), (self.last, 0.0)):
                if self._closed or (self._again and showers is self.last):
                    return
                with self.client:
                    for show in showers:
                        shown = show(self)
                        if asyncio.iscoroutine(shown):
                            await shown
                await asyncio.sleep(pause)

    def _from_file(self, found: Answer) -> Difference | None:
        from detente.workbench.whatif import difference

        saved = of_file(self.model, replace(self.toggles, lenses=(), dropped=frozenset()))
        return None if saved is None or found.verdicts is None else difference(saved, found.verdicts)
