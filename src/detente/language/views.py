"""Views and observers: from the model file, and back into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

from detente.conflict.conflict import Conflict
from detente.conflict.elements import DecisionMaker, Statement
from detente.conflict.formula import Formula
from detente.conflict.views import (
    Forgotten,
    ImaginedOption,
    Observer,
    SeenAs,
    ThoughtImpossible,
    UnknownOption,
    View,
    impossible_id,
    wants_id,
)
from detente.errors import Diagnostic, nearest_name
from detente.language.described import described, premised
from detente.language.formula_parser import FormulaError, parse_formula
from detente.language.names import Names
from detente.language.schema import ModelShape
from detente.language.schema_views import SeenShape, ViewShape
from detente.language.source import Path
from detente.language.write_text import Row

_POINTS = ("sees", "unknown_options", "imagined_options", "impossible", "forgets")


class ViewReader:
    """Reads who sees what, once everything else of the model is known."""

    def __init__(self, names: Names, shape: ModelShape, conflict: Conflict) -> None:
        self.names, self.shape, self.conflict = names, shape, conflict
        self.seen_ids = {premise.id for premise in conflict.all_premises()}

    def observers(self) -> Iterator[Observer]:
        """Yield the observers; problems go to ``names``."""
        for key, body in (self.shape.observers or {}).items():
            path: Path = ("observers", key)
            if key in self.names.decision_makers:
                self.names.problem(path, f"{key!r} is a decision maker", "another name for an observer", key=True)
            elif key in (self.shape.outsiders or {}):
                words = f"{key!r} is an outsider, which can have a view without this"
                self.names.problem(path, words, "another name for an observer", key=True)
            more = {"name": body} if isinstance(body, str) else described(body)
            yield Observer(id=key, where=self.names.document.key(path), **more)

    def views(self) -> Iterator[View]:
        """Yield the views; problems go to ``names``."""
        observers = [*(self.shape.observers or {}), *(self.shape.outsiders or {})]
        viewers = [*self.names.parties, *observers]
        for key, body in (self.shape.views or {}).items():
            path: Path = ("views", key)
            if key in viewers:
                view = _ViewReader(self, key, body, party=key not in observers).read()
                said = any(getattr(body, part) for part in _POINTS) or self.names.document.is_damaged(path)
                if not said:
                    expected = f"at least one of {', '.join(_POINTS)}"
                    self.names.problem(path, f"the view of {key!r} says nothing", expected, key=True)
                yield view
            elif key in self.names.decision_makers:
                self.names.problem(path, f"{key!r} is nature, which sees nothing", "a party or an observer", key=True)
            elif not any(
                self.names.document.is_lost((part, key)) for part in ("observers", "outsiders", "decision_makers")
            ):
                near = self.names.near(key, viewers)
                if near is not None:
                    expected = f"one of {', '.join(viewers)}, or an entry under 'observers:'"
                    self.names.problem(path, f"unknown viewer {key!r}", expected, near, key=True)


class _ViewReader:
    """Reads one view."""

    def __init__(self, whole: ViewReader, viewer: str, shape: ViewShape, *, party: bool) -> None:
        self.whole, self.viewer, self.shape, self.party = whole, viewer, shape, party
        self.path: Path = ("views", viewer)
        self.names = copy(whole.names)
        self.problem = whole.names.problem

    def read(self) -> View:
        """Return the view; problems go to ``names``."""
        forgets = tuple(self._forgets())
        imagined = tuple(self._imagined({item.dm for item in forgets}))
        self.names.options = {**self.names.options, **dict.fromkeys((p.option for p in imagined), ("no", "yes"))}
        view = View(
            id=self.viewer,
            sees=tuple(self._sees({item.dm for item in forgets})),
            unknown=tuple(self._unknown()),
            imagined=imagined,
            impossible=tuple(self._impossible()),
            forgets=forgets,
            wants=tuple(self._wants([item.option for item in imagined])),
            where=self.names.document.key(self.path),
            **described(self.shape),
        )
        for item in (*view.premises, *view.wants):
            if item.id in self.whole.seen_ids:
                message = f"two premises have the identity {item.id!r}"
                self.names.problems.append(Diagnostic(message, item.where, "each identity once"))
            self.whole.seen_ids.add(item.id)
        return view

    def _identity(self, identity: str, path: Path) -> dict[str, Any]:
        return {"id": identity, "viewer": self.viewer, "where": self.names.document.key(path)}

    def _items(self, key: str) -> Iterator[tuple[str, Any, Path, bool]]:
        """Yield (name, shape or None, path, whether the name is a key) of a list of names, or of names to reasons."""
        given = getattr(self.shape, key)
        items = given.items() if isinstance(given, dict) else ((name, None) for name in given or ())
        seen = set()
        for index, (name, body) in enumerate(items):
            path: Path = (*self.path, key, name if isinstance(given, dict) else index)
            if name in seen:
                self.problem(path, f"{name!r} stands twice", "each once")
                continue
            seen.add(name)
            yield name, body, path, isinstance(given, dict)

    def _by_options(self, key: str) -> bool:
        """Return whether a part of a view has a meaning in this model; record a problem if not."""
        if getattr(self.shape, key) is None or self.whole.shape.states is None:
            return True
        words = "states are seen otherwise with 'sees' and 'impossible' only"
        self.problem((*self.path, key), f"{key!r} in a model whose states are listed", words, key=True)
        return False

    # -- its parts --------------------------------------------------------------------------------------------------

    def _forgets(self) -> Iterator[Forgotten]:
        if not self._by_options("forgets"):
            return
        left = {*self.names.parties}
        for name, body, path, key in self._items("forgets"):
            if name == self.viewer:
                self.problem(path, f"{name!r} in its own view", "another decision maker", key=key)
            elif self.names.decision_maker(name, path, key=key):
                left.discard(name)
                identity = f"{self.viewer} forgets {name}"
                yield Forgotten(dm=name, **self._identity(identity, path), **premised(body))
        if not left:
            self.problem((*self.path, "forgets"), "every party is left out", "one that is not", key=True)

    def _unknown(self) -> Iterator[UnknownOption]:
        if not self._by_options("unknown_options"):
            return
        for name, body, path, key in self._items("unknown_options"):
            if name in self.names.options and name not in self.whole.names.options:
                self.problem(path, f"{name!r} is an option that {self.viewer!r} imagines", "an option that is", key=key)
            elif self.whole.names.option(name, path, key=key):
                identity = f"{self.viewer} does not know {name}"
                yield UnknownOption(option=name, **self._identity(identity, path), **premised(body))

    def _imagined(self, forgotten: set[str]) -> Iterator[ImaginedOption]:
        if not self._by_options("imagined_options"):
            return
        for dm, given in (self.shape.imagined_options or {}).items():
            at: Path = (*self.path, "imagined_options", dm)
            if not self.names.decision_maker(dm, at, key=True):
                continue
            if dm in forgotten:
                self.problem(at, f"{dm!r} is forgotten and has imagined options", "one of the two", key=True)
                continue
            items = given.items() if isinstance(given, dict) else ((name, None) for name in given)
            seen = set()
            for index, (name, body) in enumerate(items):
                path: Path = (*at, name if isinstance(given, dict) else index)
                full = f"{dm}.{name}"
                if full in self.names.options or name in seen:
                    message = f"{name!r} stands twice" if name in seen else f"{dm!r} has the option {name!r}"
                    self.problem(path, message, "an option that it has not", key=isinstance(given, dict))
                    continue
                seen.add(name)
                more = {"name": body} if isinstance(body, str) else premised(body)
                yield ImaginedOption(option=full, **self._identity(f"{self.viewer} imagines {full}", path), **more)

    def _impossible(self) -> Iterator[ThoughtImpossible]:
        given: Any = self.shape.impossible
        for index, body in given.items() if isinstance(given, dict) else enumerate(given or ()):
            path: Path = (*self.path, "impossible", index)
            text, at = (body, path) if isinstance(body, str) else (body.that, (*path, "that"))
            own = getattr(body, "id", None)
            if own is not None and isinstance(given, dict):
                self.problem((*path, "id"), "an identity under a key that is one already", "no 'id:' here")
            that = self.names.formula(text, at)
            identity = str(index) if isinstance(given, dict) else own or impossible_id(self.viewer, that)
            yield ThoughtImpossible(that=that, **self._identity(identity, path), **premised(body))

    def _wants(self, imagined: list[str]) -> Iterator[Statement]:
        if self.shape.wants and not self.party:
            words = f"{self.viewer!r} is an observer and has no preferences"
            self.problem((*self.path, "wants"), words, "no 'wants:' here", key=True)
            return
        for index, body in enumerate(self.shape.wants or ()):
            path: Path = (*self.path, "wants", index)
            text, at = (body, path) if isinstance(body, str) else (body.that, (*path, "that"))
            that = self.names.formula(text, at)
            if not that.options() & set(imagined) and not self.names.document.is_damaged(
                (*self.path, "imagined_options")
            ):
                message = f"this says nothing of an option that {self.viewer!r} imagines"
                known = f"a formula with {' or '.join(imagined)}" if imagined else "'imagined_options:' as well"
                self.problem(path, message, known)
            where = self.names.document.value(path)
            yield Statement(id=wants_id(self.viewer, that), that=that, where=where, **premised(body))

    # -- others as they are seen ------------------------------------------------------------------------------------

    def _sees(self, forgotten: set[str]) -> Iterator[SeenAs]:
        makers = {dm.id: dm for dm in self.whole.conflict.parties}
        for name, body in (self.shape.sees or {}).items():
            path: Path = (*self.path, "sees", name)
            if name == self.viewer:
                self.problem(path, f"{name!r} in its own view", "another decision maker", key=True)
            elif name in forgotten:
                self.problem(path, f"{name!r} is both seen and forgotten", "one of the two", key=True)
            elif self.names.decision_maker(name, path, key=True, nature=False) and name in makers:
                yield self._seen(makers[name], body, path)

    def _seen(self, dm: DecisionMaker, body: SeenShape, path: Path) -> SeenAs:
        lenses = self.names.lenses.get(dm.id, [])
        if body.lens is not None and body.lens not in lenses:
            near = nearest_name(body.lens, lenses)
            message = f"{dm.id!r} has no lens {body.lens!r}"
            self.problem((*path, "lens"), message, f"one of {', '.join(lenses)}", near)
        parts = ("lens", "statements", "drop", "wants")
        if not any(getattr(body, part) for part in parts):
            self.names.missing(path, f"this says nothing of {dm.id!r}", f"one of {', '.join(parts)}", of=parts)
        replaced: dict[str, Formula] = {}
        for given, text in (body.statements or {}).items():
            at: Path = (*path, "statements", given)
            identity = self._statement(dm, given, at, key=True)
            that = self.names.formula(text, at)
            if identity in replaced:
                self.problem(at, f"the statement {identity!r} is replaced twice", "each once", key=True)
            elif identity:
                replaced[identity] = that
        dropped: dict[str, None] = {}
        for index, given in enumerate(body.drop or ()):
            identity = self._statement(dm, given, (*path, "drop", index))
            if identity in replaced or identity in dropped:
                message = f"the statement {identity!r} is {'replaced' if identity in replaced else 'dropped'} already"
                self.problem((*path, "drop", index), message, "each once")
            elif identity:
                dropped[identity] = None
        wants = tuple(self.names.formula(text, (*path, "wants", k)) for k, text in enumerate(body.wants or ()))
        return SeenAs(
            dm=dm.id,
            lens=body.lens or "",
            statements=tuple(replaced.items()),
            drop=tuple(dropped),
            wants=wants,
            **self._identity(f"{self.viewer} sees {dm.id}", path),
            **premised(body),
        )

    def _statement(self, dm: DecisionMaker, name: str, path: Path, *, key: bool = False) -> str:
        """Return the identity of a statement of a party, given in full, as its own, or by its formula."""
        known = statements_of(dm)
        found = resolved(dm, name) or resolved(dm, _in_short(name))
        if found or self.names.document.is_damaged(("decision_makers", dm.id)):
            return found
        near = nearest_name(name, [*known, *(short_name(dm, item) for item in known)])
        expected = f"one of {', '.join(map(repr, known[:6]))}" + (" …" if len(known) > 6 else "")
        if not known:
            expected = "a party whose preferences are made of statements; see 'wants:' and 'lens:' for others"
        self.problem(path, f"{dm.id!r} has no statement {name!r}", "" if near else expected, near, key=key)
        return ""


def statements_of(dm: DecisionMaker) -> list[str]:
    """Return the identities of the statements that stand in a party's principles and lenses."""
    listed = (*dm.principles, *(s for lens in dm.lenses for s in lens.statements))
    return list(dict.fromkeys(s.id for s in listed))


def resolved(dm: DecisionMaker, name: str) -> str:
    """Return the identity that a name means: an identity, a party's own without its name, a formula; or nothing."""
    known = statements_of(dm)
    return next((item for item in (name, f"{dm.id}.{name}", f"{dm.id}: {name}") if item in known), "")


def _in_short(words: str) -> str:
    """Return a formula as formulas are written back; other words as they are."""
    try:
        return parse_formula(words).text()
    except FormulaError:
        return words


def short_name(dm: DecisionMaker, identity: str) -> str:
    """Return the shortest name that means a statement."""
    for start in (f"{dm.id}.", f"{dm.id}: "):
        name = identity.removeprefix(start)
        if name != identity and resolved(dm, name) == identity:
            return name
    return identity


# -- back -----------------------------------------------------------------------------------------------------------

Said = Callable[..., dict[str, Any]]


def view_data(conflict: Conflict, view: View, premise: Said) -> dict[str, Any]:
    """Return a view as plain data, without name, reason and source; ``premise`` says what all premises carry."""
    makers = {dm.id: dm for dm in conflict.decision_makers}
    imagined: dict[str, dict[str, Any]] = {}
    for item in view.imagined:
        owner, _, own = item.option.partition(".")
        body = premise(item)
        imagined.setdefault(owner, {})[own] = body.get("name") if set(body) <= {"name"} else body
    parts: dict[str, Any] = {
        "sees": {item.dm: premise(item, **_seen_data(makers[item.dm], item)) for item in view.sees},
        "unknown_options": _noted([(item.option, premise(item)) for item in view.unknown]),
        "imagined_options": {dm: Row(own) if not any(own.values()) else own for dm, own in imagined.items()},
        "impossible": [_impossible_data(view, item, premise) for item in view.impossible],
        "forgets": _noted([(item.dm, premise(item)) for item in view.forgets]),
        "wants": [_short(premise(item, that=item.that.text())) for item in view.wants],
    }
    return {key: value for key, value in parts.items() if value}


def _seen_data(dm: DecisionMaker, item: SeenAs) -> dict[str, Any]:
    return {
        "lens": item.lens or None,
        "statements": {short_name(dm, name): that.text() for name, that in item.statements} or None,
        "drop": [short_name(dm, name) for name in item.drop] or None,
        "wants": [that.text() for that in item.wants] or None,
    }


def _impossible_data(view: View, item: ThoughtImpossible, premise: Said) -> Any:
    identity = {} if item.id == impossible_id(view.id, item.that) else {"id": item.id}
    return _short({**identity, **premise(item, that=item.that.text())})


def _noted(items: list[tuple[str, dict[str, Any]]]) -> Any:
    """Return names as a list where nothing more is said of any, else as a mapping."""
    if not any(body for _, body in items):
        return Row(name for name, _ in items)
    return {name: body or None for name, body in items}


def _short(body: dict[str, Any]) -> Any:
    return body["that"] if set(body) == {"that"} else body
