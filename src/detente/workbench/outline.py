"""What the forms show: parties, options, lists of statements, restrictions and outcomes, as they stand in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from detente.errors import ModelError
from detente.language.source import Path
from detente.workbench.documents import document_of
from detente.workbench.edits import switched_off

Declared = dict[str, tuple[Path, Any]]


@dataclass(frozen=True)
class Item:
    """A statement, a restriction or an outcome.

    ``path`` is where it stands, ``that`` its formula where it has one, ``words`` what is shown else. ``certainty`` is
    None where none can be said.
    """

    path: Path
    words: str
    that: str = ""
    name: str = ""
    because: str = ""
    source: str = ""
    certainty: str | None = "certain"
    at: Path = ()
    """Where it says what it says, where that is elsewhere: a list may name statements that stand under an identity."""


@dataclass(frozen=True)
class OptionRow:
    """An option of a party."""

    path: Path
    id: str
    name: str
    detail: str = ""
    values: tuple[str, ...] = ("no", "yes")


@dataclass(frozen=True)
class ListRow:
    """A list of statements: the principles, or a lens of a party; ``orderly``: statements in an order of importance."""

    path: Path
    id: str
    name: str
    items: tuple[Item, ...]
    orderly: bool = True


@dataclass(frozen=True)
class PartyRow:
    """A decision maker."""

    path: Path
    id: str
    name: str
    nature: bool
    options: tuple[OptionRow, ...]
    lists: tuple[ListRow, ...]


@dataclass(frozen=True)
class Outline:
    """A model as the forms show it."""

    title: str
    parties: tuple[PartyRow, ...]
    restrictions: tuple[Item, ...]
    off: tuple[str, ...]
    outcomes: tuple[Item, ...]
    status_quo: Any
    has_status_quo: bool

    @property
    def options(self) -> tuple[tuple[str, OptionRow], ...]:
        """All options by full name."""
        return tuple((f"{party.id}.{option.id}", option) for party in self.parties for option in party.options)


def outline(text: str, kind: str) -> Outline | None:
    """Return what the forms show of a text; None where it cannot be read as a document."""
    try:
        data = document_of(text, kind).data
    except ModelError:
        return None
    if not isinstance(data, dict):
        return None
    makers = data.get("decision_makers")
    shared = _declared((), data.get("statements"))
    parties = tuple(_party(key, value, shared) for key, value in makers.items()) if isinstance(makers, dict) else ()
    return Outline(
        _text(data.get("title")),
        parties,
        tuple(_items(("infeasible",), data.get("infeasible"), {})),
        tuple(switched_off(text)) if kind == "yaml" else (),
        tuple(_items(("outcomes",), data.get("outcomes"), {})),
        data.get("status_quo"),
        "status_quo" in data,
    )


def _party(key: str, value: Any, shared: Declared) -> PartyRow:
    path: Path = ("decision_makers", key)
    data = value if isinstance(value, dict) else {}
    declared = {**shared, **_declared(path, data.get("statements"))}
    lists = [
        ListRow((*path, "principles"), "principles", "", tuple(_items((*path, "principles"), found, declared)))
        for found in [data.get("principles")]
        if isinstance(found, list)
    ]
    if data.get("kind") != "nature":
        lenses = data.get("lenses")
        if isinstance(lenses, dict):
            lists += [_lens((*path, "lenses", name), name, found, declared) for name, found in lenses.items()]
        if "preferences" in data or not isinstance(lenses, dict):
            lists.append(_lens((*path, "preferences"), "default", data.get("preferences"), declared))
    nature = data.get("kind") == "nature"
    return PartyRow(
        path, key, _text(data.get("name")), nature, tuple(_options(path, data.get("options"))), tuple(lists)
    )


def _declared(path: Path, found: Any) -> Declared:
    """Return the statements that stand under identities: where, and as what."""
    if not isinstance(found, dict):
        return {}
    return {key: ((*path, "statements", key), value) for key, value in found.items()}


def _options(path: Path, found: Any) -> list[OptionRow]:
    inside: Path = (*path, "options")
    if isinstance(found, list):
        return [OptionRow((*inside, place), str(name), "") for place, name in enumerate(found)]
    if not isinstance(found, dict):
        return []
    rows = []
    for key, value in found.items():
        if isinstance(value, dict):
            values = value.get("values")
            words = tuple(map(str, values)) if isinstance(values, (list, dict)) else ("no", "yes")
            way = value.get("irreversible")
            way = way.get("direction", "") if isinstance(way, dict) else way
            detail = ", ".join(
                part
                for part in (" – ".join(words) if values else "", str(way) if way in ("forward", "backward") else "")
                if part
            )
            rows.append(OptionRow((*inside, key), key, _text(value.get("name")), detail, words))
        else:
            rows.append(OptionRow((*inside, key), key, _text(value)))
    return rows


def _lens(path: Path, key: str, found: Any, declared: Declared) -> ListRow:
    if isinstance(found, dict):
        name = _text(found.get("name"))
        if isinstance(found.get("statements"), list):
            inside: Path = (*path, "statements")
            return ListRow(inside, key, name, tuple(_items(inside, found["statements"], declared)))
        kind = next((word for word in ("ranking", "weights", "utilities") if word in found), "")
        return ListRow(path, key, name, (Item(path, _short(found.get(kind)), certainty=None),), orderly=False)
    return ListRow(path, key, "", tuple(_items(path, found, declared)))


def _items(path: Path, found: Any, declared: Declared) -> list[Item]:
    if isinstance(found, list):
        return [_item((*path, place), value, declared) for place, value in enumerate(found)]
    if isinstance(found, dict):
        return [_item((*path, key), value, declared, key) for key, value in found.items()]
    return []


def _item(path: Path, value: Any, declared: Declared, key: str = "") -> Item:
    if isinstance(value, str) and value.strip() in declared:
        at, said = declared[value.strip()]
        more = said if isinstance(said, dict) else {}
        return Item(
            path,
            _text(more.get("that", "")) if more else _text(said),
            _text(more.get("that", "")) if more else _text(said),
            _text(more.get("name")) or value.strip(),
            _text(more.get("because")),
            _text(more.get("source")),
            _certainty(more),
            at,
        )
    if isinstance(value, dict) and "that" in value:
        that = _text(value["that"])
        name = _text(value.get("name")) or _text(value.get("id")) or key
        return Item(path, that, that, name, _text(value.get("because")), _text(value.get("source")), _certainty(value))
    if isinstance(value, (dict, list)):
        return Item(path, _short(value), certainty=None, name=key)
    return Item(path, _text(value), _text(value), key)


def _certainty(value: dict[str, Any]) -> str:
    return _text(value.get("certainty", "certain"))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if not isinstance(value, (dict, list)) else ""


def _short(value: Any) -> str:
    """Return a part that is no single statement in few words."""
    if isinstance(value, dict):
        for sign in ("any_order", "one_of"):
            if isinstance(value.get(sign), list):
                joint = " ~ " if sign == "any_order" else " | "
                return joint.join(map(_short, value[sign]))
        if "that" in value:
            return _text(value["that"])
        return "; ".join(f"{key}: {_short(part)}" for key, part in value.items())
    if isinstance(value, list):
        return " + ".join(map(_short, value))
    return _text(value)
