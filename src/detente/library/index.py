"""The built-in conflicts, by name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from detente.conflict.conflict import Conflict
from detente.errors import UsageError, did_you_mean

GAMES = 78
FOLDERS = ("scenarios", "classics")


@cache
def conflict_names() -> tuple[str, ...]:
    """Return the names of all built-in conflicts, the 78 games last."""
    folder = files("detente.library")
    stems = sorted(
        item.name.removesuffix(".yaml")
        for part in FOLDERS
        for item in folder.joinpath(part).iterdir()
        if item.name.endswith(".yaml")
    )
    return (*stems, *(f"game_{number}" for number in range(1, GAMES + 1)))


def library(name: str) -> Conflict:
    """Return a built-in conflict. Raises UsageError, with the nearest name.

    Examples
    --------
    >>> library("prisoners_dilemma").title
    "Prisoner's dilemma"
    """
    from detente.language.build import build
    from detente.language.source import read_document

    if name not in conflict_names():
        raise UsageError(f"there is no built-in conflict {name!r}{did_you_mean(name, conflict_names())}")
    if name.startswith("game_"):
        import json

        from detente.language.load import loads
        from detente.library.two_by_two import game

        return loads(json.dumps(game(int(name[5:]))), name, kind="json")
    places = (files("detente.library").joinpath(part, f"{name}.yaml") for part in FOLDERS)
    item = next(place for place in places if place.is_file())
    return build(read_document(item.read_text("utf-8"), name))


def catalogue() -> list[dict[str, str]]:
    """Return name, title and source of every built-in conflict."""
    rows = []
    for name in conflict_names():
        conflict = library(name)
        rows.append({"name": name, "title": conflict.title, "source": conflict.source})
    return rows
