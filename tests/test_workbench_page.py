"""The pages without a browser: what is on them, and what a click or an entry does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from nicegui import ElementFilter
from nicegui.testing import User
from nicegui.testing.user_simulation import user_simulation

import detente
from detente.language.source import Path as Place
from detente.workbench.autosave import Keeper
from detente.workbench.files import Folder
from detente.workbench.page.pages import add_pages, sessions
from detente.workbench.page.session import Session
from detente.workbench.workspace import Workspace

HOSTILE = "<img src=x onerror=alert(1)>"
Steps = Callable[[User, Workspace], Awaitable[None]]


def visit(tmp_path: Path, steps: Steps) -> None:
    """Run some steps on the pages of a folder."""

    async def run() -> None:
        models = tmp_path / "models"
        models.mkdir(exist_ok=True)
        place = Workspace(Folder(models), Keeper(tmp_path / "state", models))
        async with user_simulation(root=lambda: None) as user:
            add_pages(place)
            try:
                await steps(user, place)
            finally:
                place.stop_all()
                sessions.clear()

    known = dict(sys.modules)
    try:
        asyncio.run(run())
    finally:
        sys.modules.update(known)  # the simulation forgets modules with elements, and what encloses them


async def opened(user: User, key: str) -> Session:
    """Open a model and wait for the first answer."""
    before = set(sessions)
    await user.open(f"/model/{key}")
    (page,) = set(sessions) - before
    await answered(sessions[page])
    return sessions[page]


async def answered(session: Session) -> None:
    """Wait until what is shown belongs to the text and to what is tried."""
    for _ in range(400):
        found = session.found
        settled = found is not None and (found.reading.revision, found.asked) == (
            session.model.desk.revision,
            session.toggles,
        )
        if settled and not session._busy:
            return
        await asyncio.sleep(0.025)
    raise AssertionError("no answer came")


def words(user: User, marker: str) -> str:
    """Return all words within an element."""
    assert user.client is not None
    with user.client:
        found = []
        for element in ElementFilter(marker=marker):
            parts = [element, *element.descendants()]
            found += [part.text for part in parts if getattr(part, "text", "")]
    return " ".join(found)


def test_the_beginning_offers_the_library_the_folder_and_a_new_model(tmp_path: Path) -> None:
    async def steps(user: User, place: Workspace) -> None:
        (tmp_path / "models" / "mine.yaml").write_text(detente.library("chicken").text)
        await user.open("/")
        await user.should_see("mine.yaml")
        await user.should_see("Cuban missile crisis")
        user.find(marker="new-model").click()
        await asyncio.sleep(0.1)
        assert "new/1" in place.opened

    visit(tmp_path, steps)


def test_a_statement_is_moved_and_what_holds_changes(tmp_path: Path) -> None:
    async def steps(user: User, place: Workspace) -> None:
        session = await opened(user, "library/cuban_missile_crisis")
        assert "2 can hold" in words(user, "verdicts")
        before = session.found.verdicts.holding  # type: ignore[union-attr]
        text = session.model.desk.text
        user.find(marker="party-us").click()
        user.find(marker="statements").trigger("wbmove", [6, 0])
        await answered(session)
        assert session.model.desk.text != text
        assert session.found.verdicts.holding != before  # type: ignore[union-attr]
        assert "gained" in words(user, "difference") or "lost" in words(user, "difference")
        assert "not saved" in words(user, "state")
        user.find(marker="undo").click()
        await answered(session)
        assert session.model.desk.text == text
        assert session.found.verdicts.holding == before  # type: ignore[union-attr]

    visit(tmp_path, steps)


def test_a_mistake_has_its_place_and_the_last_answer_stays(tmp_path: Path) -> None:
    async def steps(user: User, place: Workspace) -> None:
        session = await opened(user, "library/chicken")
        desk = session.model.desk
        desk.edit(desk.text.replace("a.swerve xor", "a.swerv xor", 1))
        await answered(session)
        assert "14:" in words(user, "problems")
        assert "Did you mean “a.swerve”?" in words(user, "problems")
        assert "this is what held before" in words(user, "verdicts")
        desk.undo()
        await answered(session)
        assert not words(user, "problems")

    visit(tmp_path, steps)


def test_another_concept_a_reading_and_a_premise_left_out(tmp_path: Path) -> None:
    async def steps(user: User, place: Workspace) -> None:
        session = await opened(user, "library/elmira_options")
        text = session.model.desk.text
        user.find(marker="concept").trigger("change", "gmr")
        await answered(session)
        assert session.found.verdicts.asked.concept == "gmr"  # type: ignore[union-attr]
        gone = session.found.verdicts.conflict.infeasible[0].id  # type: ignore[union-attr]
        user.find(marker="try-drop").trigger("change", gone)
        await answered(session)
        assert not session.found.verdicts.conflict.infeasible  # type: ignore[union-attr]
        assert gone in words(user, "dropped")
        user.find(marker="trial-reset").click()
        await answered(session)
        assert session.model.desk.text == text
        user.find(marker="reading").trigger("change", "nonsense")
        await answered(session)
        assert session.found.verdicts.reading == "default"  # type: ignore[union-attr]

    visit(tmp_path, steps)


@pytest.mark.parametrize("name", ["chicken", "shared_river"])
def test_every_tab_shows_something(tmp_path: Path, name: str) -> None:
    async def steps(user: User, place: Workspace) -> None:
        session = await opened(user, f"library/{name}")
        from detente.workbench.page.tabs import TABS, sections_html

        for tab in TABS:
            if tab.sections:
                made = sections_html(session, session.dossier(), tab)
                assert made or tab.name in ("robustness", "change")
                assert "<script" not in made

    visit(tmp_path, steps)


def test_two_pages_on_one_file_see_each_other(tmp_path: Path) -> None:
    async def steps(user: User, place: Workspace) -> None:
        (tmp_path / "models" / "m.yaml").write_text(detente.library("chicken").text)
        one = await opened(user, "file/m.yaml")
        two = await opened(user, "file/m.yaml")
        assert one.model is two.model
        path: Place = ("title",)
        from detente.workbench import edits

        assert one.by(edits.put, path)("Another title")
        await answered(one)
        await answered(two)
        assert two.found.verdicts.conflict.title == "Another title"  # type: ignore[union-attr]
        two.model.desk.save()
        assert "saved" in words(user, "state")
        assert "Another title" in (tmp_path / "models" / "m.yaml").read_text()

    visit(tmp_path, steps)


def test_labels_are_words_and_nothing_else(tmp_path: Path) -> None:
    async def steps(user: User, place: Workspace) -> None:
        text = detente.library("chicken").text.replace("Driver A", HOSTILE).replace("Swerve", HOSTILE)
        (tmp_path / "models" / "evil.yaml").write_text(text)
        session = await opened(user, "file/evil.yaml")
        from nicegui import ui

        assert user.client is not None
        with user.client:
            for element in ElementFilter(kind=ui.html):
                assert "<img" not in element.content
        from detente.workbench.page.tabs import TABS, sections_html

        for tab in TABS:
            if tab.sections:
                assert "<img" not in sections_html(session, session.dossier(), tab)

    visit(tmp_path, steps)


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    async def steps(user: User, place: Workspace) -> None:
        for key in ("file/%2e%2e/x.yaml", "file/none.yaml", "library/nothing", "new/7", "odd"):
            await user.open(f"/model/{key}")
            await user.should_see("This model cannot be opened.")

    visit(tmp_path, steps)


def test_a_change_on_the_disk_is_shown_with_what_can_be_done(tmp_path: Path) -> None:
    async def steps(user: User, place: Workspace) -> None:
        file = tmp_path / "models" / "m.yaml"
        file.write_text(detente.library("chicken").text)
        session = await opened(user, "file/m.yaml")
        session.model.desk.edit(session.model.desk.text + "# mine\n")
        file.write_text(file.read_text() + "# theirs\n")
        user.find(marker="save").click()
        await answered(session)
        assert "was changed by something else" in words(user, "notes")
        user.find(marker="keep-both").click()
        await answered(session)
        assert (tmp_path / "models" / "m-mine.yaml").read_text().endswith("# mine\n")
        assert session.model.desk.text.endswith("# theirs\n")
        assert not words(user, "notes")

    visit(tmp_path, steps)
