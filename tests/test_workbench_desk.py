"""The desk: history, merging, the file, and what is kept of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.errors import UsageError
from detente.workbench.autosave import Keeper
from detente.workbench.desk import ChangedOnDiskError, Desk
from detente.workbench.files import Folder
from detente.workbench.merge import merged
from detente.workbench.workspace import Workspace

MODEL = "title: Two\ndecision_makers:\n  a: {options: {go: Go}, preferences: [a.go]}\n"


def desk(tmp_path: Path, text: str = MODEL) -> Desk:
    (tmp_path / "two.yaml").write_text(text)
    folder = Folder(tmp_path)
    read, stamp = folder.read("two.yaml")
    return Desk("two.yaml", read, "yaml", folder, stamp)


def test_a_text_is_read_and_its_problems_have_places(tmp_path: Path) -> None:
    found = desk(tmp_path)
    assert found.reading.conflict is not None
    assert found.reading.conflict.title == "Two"
    found.edit(MODEL.replace("a.go]", "a.gone]"))
    assert found.reading.conflict is None
    (problem,) = found.reading.problems
    assert (problem.line, problem.nearest) == (3, "a.go")
    assert found.good is not None
    assert found.good.conflict is not None


def test_undo_and_redo_go_over_all_changes(tmp_path: Path) -> None:
    found = desk(tmp_path)
    for title in ("Three", "Four"):
        found.edit(MODEL.replace("Two", title))
    assert found.can_undo
    assert not found.can_redo
    assert found.undo()
    assert "Three" in found.text
    assert found.undo()
    assert found.text == MODEL
    assert not found.dirty
    assert not found.undo()
    assert found.redo()
    found.edit(MODEL.replace("Two", "Five"))
    assert not found.can_redo


def test_what_one_page_types_at_one_place_is_one_step(tmp_path: Path) -> None:
    found = desk(tmp_path)
    for title in ("TwoA", "TwoAB", "TwoABC"):
        found.edit(MODEL.replace("Two", title), by="page")
    assert found.undo()
    assert found.text == MODEL


def test_two_pages_change_different_lines_and_keep_both(tmp_path: Path) -> None:
    found = desk(tmp_path)
    base = found.revision
    found.edit(MODEL.replace("Two", "Three"), by="one", base=base)
    found.edit(MODEL.replace("{go: Go}", "{go: Leave}"), by="other", base=base)
    assert "Three" in found.text
    assert "Leave" in found.text


def test_a_page_that_lags_behind_somebody_who_types_loses_nothing(tmp_path: Path) -> None:
    found = desk(tmp_path)
    found.edit(MODEL.replace("Two", "Twos"), by="one")
    behind, base = found.text, found.revision
    found.edit(MODEL.replace("Two", "Twosome"), by="one")  # joins the step before
    found.edit(behind.replace("{go: Go}", "{go: Leave}"), by="two", base=base)
    assert "Twosome" in found.text
    assert "Leave" in found.text


def test_where_two_changes_meet_the_later_counts_and_undo_leads_to_the_other(tmp_path: Path) -> None:
    found = desk(tmp_path)
    base = found.revision
    found.edit(MODEL.replace("Two", "Three"), by="one", base=base)
    found.edit(MODEL.replace("Two", "Four"), by="other", base=base)
    assert found.text.startswith("title: Four")
    found.undo()
    assert found.text.startswith("title: Three")


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "both"),
    [
        ("a\nb\nc\n", "a\nb\nc\nd\n", "x\na\nb\nc\n", "x\na\nb\nc\nd\n"),
        ("a\nb\nc\n", "A\nb\nC\n", "x\nb\nc\n", "x\nb\nC\n"),
        ("a\nb\nc\n", "a\nc\n", "a\nb\nC\n", "a\nC\n"),
        ("a\n", "a\n", "b\n", "b\n"),
        ("a\n", "b\n", "b\n", "b\n"),
        ("", "x\n", "y\n", "y\n"),
    ],
)
def test_merging(base: str, theirs: str, ours: str, both: str) -> None:
    assert merged(base, theirs, ours) == both


def test_saving_writes_the_whole_text_and_leaves_nothing_else(tmp_path: Path) -> None:
    found = desk(tmp_path)
    found.edit(MODEL + "# a comment\n")
    assert found.dirty
    found.save()
    assert not found.dirty
    assert (tmp_path / "two.yaml").read_text() == MODEL + "# a comment\n"
    assert [path.name for path in tmp_path.iterdir()] == ["two.yaml"]


def test_a_file_changed_elsewhere_is_never_overwritten_silently(tmp_path: Path) -> None:
    found = desk(tmp_path)
    found.edit(MODEL.replace("Two", "Mine"))
    (tmp_path / "two.yaml").write_text(MODEL.replace("Two", "Theirs"))
    with pytest.raises(ChangedOnDiskError):
        found.save()
    assert "Theirs" in (tmp_path / "two.yaml").read_text()
    name = found.save_copy()
    assert "Mine" in (tmp_path / name).read_text()
    found.reload()
    assert "Theirs" in found.text
    found.undo()
    assert "Mine" in found.text
    found.save()
    assert "Mine" in (tmp_path / "two.yaml").read_text()


def test_a_file_that_is_gone_counts_as_changed(tmp_path: Path) -> None:
    found = desk(tmp_path)
    (tmp_path / "two.yaml").unlink()
    found.edit(MODEL + "\n")
    with pytest.raises(ChangedOnDiskError):
        found.save()
    found.save(over=True)
    assert (tmp_path / "two.yaml").exists()


def test_saving_under_a_new_name_takes_no_name_that_is_there(tmp_path: Path) -> None:
    found = desk(tmp_path)
    with pytest.raises(UsageError, match="already"):
        found.save_as("two.yaml")
    with pytest.raises(UsageError, match=r"\.yaml"):
        found.save_as("two.json")
    found.save_as("three.yaml")
    assert found.name == "three.yaml"


def workspace(tmp_path: Path) -> Workspace:
    models = tmp_path / "models"
    models.mkdir(exist_ok=True)
    folder = Folder(models)
    return Workspace(folder, Keeper(tmp_path / "state", folder.root))


def test_what_was_not_saved_is_there_again_after_the_server_was_killed(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "two.yaml").write_text(MODEL)
    first = workspace(tmp_path)
    first.open("file/two.yaml").desk.edit(MODEL.replace("Two", "Unsaved"))
    new = first.begin()
    new.desk.edit(MODEL.replace("Two", "New"))
    first.keep_all()
    second = workspace(tmp_path)
    found = second.open("file/two.yaml")
    assert found.restored is not None
    assert "Unsaved" in found.desk.text
    assert found.desk.dirty
    found.desk.undo()
    assert found.desk.text == MODEL
    assert "New" in second.open(new.key).desk.text
    assert second.begin().key != new.key


def test_a_restored_text_is_not_saved_over_a_file_that_changed_since(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    file = tmp_path / "models" / "two.yaml"
    file.write_text(MODEL)
    first = workspace(tmp_path)
    first.open("file/two.yaml").desk.edit(MODEL.replace("Two", "Unsaved"))
    first.keep_all()
    file.write_text(MODEL.replace("Two", "Theirs"))
    found = workspace(tmp_path).open("file/two.yaml")
    with pytest.raises(ChangedOnDiskError):
        found.desk.save()


def test_what_is_saved_is_not_kept_twice(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    new = place.begin()
    assert place.keeper.all()
    key = place.saved_as(new, "mine.yaml")
    assert key == "file/mine.yaml"
    assert place.open(key) is new
    place.keep_all()
    assert not place.keeper.all()


def test_a_file_that_changes_is_read_anew_where_nothing_was_changed_here(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    file = tmp_path / "models" / "two.yaml"
    file.write_text(MODEL)
    found = place.open("file/two.yaml")
    told: list[str] = []
    found.desk.listeners.append(told.append)
    file.write_text(MODEL.replace("Two", "Theirs"))
    place.look_at_disk()
    assert "Theirs" in found.desk.text
    assert told
    found.desk.edit(MODEL.replace("Two", "Mine"))
    file.write_text(MODEL.replace("Two", "Again"))
    place.look_at_disk()
    assert found.desk.elsewhere
    assert "Mine" in found.desk.text


def test_a_gmcr_file_is_opened_as_yaml_and_stays_as_it_is(tmp_path: Path) -> None:
    import detente
    from detente.language.write import convert

    text = convert(detente.library("chicken"), "gmcr", lossy=True)
    place = workspace(tmp_path)
    found = place.upload("Chicken game.gmcr", text.encode())
    assert found.desk.kind == "yaml"
    assert found.desk.reading.conflict is not None
    assert not list((tmp_path / "models").iterdir())
