"""How a decision maker, or an observer, sees a conflict: what it takes for true that is not, and what it overlooks.

Each item of a view is a premise, which can be dropped: the viewer then sees that point as it is. What a view says of
options may name imagined ones, which the conflict itself does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from detente.conflict.elements import Element, Option, Premise, Statement
from detente.conflict.formula import Compare, Constant, Formula, Taken, rewrite

if TYPE_CHECKING:
    from detente.conflict.conflict import Conflict


@dataclass(frozen=True, kw_only=True)
class Observer(Element):
    """Somebody who has a view of the conflict without deciding anything in it."""


@dataclass(frozen=True, kw_only=True)
class ViewPremise(Premise):
    """One point in which somebody sees the conflict otherwise than it is."""

    viewer: str


@dataclass(frozen=True, kw_only=True)
class SeenAs(ViewPremise):
    """Another party's preferences as the viewer sees them.

    ``lens`` (its own choice where empty) is taken under every reading. ``statements`` has formulas that stand in place
    of statements, ``drop`` those that are left out; ``wants`` come above everything that the party prefers.
    """

    dm: str
    lens: str = ""
    statements: tuple[tuple[str, Formula], ...] = ()
    drop: tuple[str, ...] = ()
    wants: tuple[Formula, ...] = ()

    def says(self) -> str:
        parts = [f"the lens {self.lens}"] if self.lens else []
        parts += [f"{that.text()} in place of {name}" for name, that in self.statements]
        parts += [f"nothing of {name}" for name in self.drop]
        parts += [f"above all {that.text()}" for that in self.wants]
        return f"{self.viewer} sees {self.dm} want: {'; '.join(parts)}"


@dataclass(frozen=True, kw_only=True)
class UnknownOption(ViewPremise):
    """An option (full name) that the viewer does not know of."""

    option: str

    def says(self) -> str:
        return f"{self.viewer} does not know of {self.option}"


@dataclass(frozen=True, kw_only=True)
class ImaginedOption(ViewPremise):
    """An option (full name) that the viewer believes a decision maker to have; the premise's name is its name."""

    option: str

    def says(self) -> str:
        return f"{self.viewer} believes that there is {self.option}"


@dataclass(frozen=True, kw_only=True)
class ThoughtImpossible(ViewPremise):
    """States that the viewer does not think possible."""

    that: Formula

    def says(self) -> str:
        return f"{self.viewer} thinks not possible: {self.that.text()}"


@dataclass(frozen=True, kw_only=True)
class Forgotten(ViewPremise):
    """A decision maker that the viewer leaves out altogether."""

    dm: str

    def says(self) -> str:
        return f"{self.viewer} leaves out {self.dm}"


@dataclass(frozen=True, kw_only=True)
class View(Element):
    """All that one viewer sees otherwise; its identifier is the viewer's.

    ``wants`` are the viewer's own preferences about options that it imagines; they come above its others.
    """

    sees: tuple[SeenAs, ...] = ()
    unknown: tuple[UnknownOption, ...] = ()
    imagined: tuple[ImaginedOption, ...] = ()
    impossible: tuple[ThoughtImpossible, ...] = ()
    forgets: tuple[Forgotten, ...] = ()
    wants: tuple[Statement, ...] = ()

    @property
    def premises(self) -> tuple[ViewPremise, ...]:
        """The points in which it errs, in the order of the language."""
        return (*self.sees, *self.unknown, *self.imagined, *self.impossible, *self.forgets)

    @property
    def imagined_options(self) -> dict[str, Option]:
        """The options it imagines, by full name; all are yes/no options."""
        return {p.option: Option(id=p.option.partition(".")[2], name=p.name, where=p.where) for p in self.imagined}

    def without(self, gone: Collection[str]) -> View:
        """Return the view without these premises. What it says of options no longer imagined goes with them."""
        lost = {item.option for item in self.imagined if item.id in gone}
        off = at_first(lambda name: Option(id="") if name in lost else None)
        left = {item.option for item in self.imagined} - lost

        def seen() -> Iterator[SeenAs]:
            for item in (item for item in self.sees if item.id not in gone):
                wants = tuple(off(that) for that in item.wants)
                changed = replace(
                    item,
                    statements=tuple((name, off(that)) for name, that in item.statements),
                    wants=tuple(that for that in wants if mentions(that)) if wants != item.wants else wants,
                )
                if changed.lens or changed.statements or changed.drop or changed.wants:
                    yield changed

        def impossible() -> Iterator[ThoughtImpossible]:
            for item in (item for item in self.impossible if item.id not in gone):
                that = off(item.that)
                automatic = item.id == impossible_id(self.id, item.that)
                if that == item.that or mentions(that):
                    yield replace(item, that=that, id=impossible_id(self.id, that) if automatic else item.id)

        def wants() -> Iterator[Statement]:
            for item in (item for item in self.wants if item.id not in gone):
                that = off(item.that)
                if that == item.that or that.options() & left:
                    yield replace(item, that=that, id=wants_id(self.id, that))

        return replace(
            self,
            sees=tuple(seen()),
            unknown=tuple(item for item in self.unknown if item.id not in gone),
            imagined=tuple(item for item in self.imagined if item.id not in gone),
            impossible=tuple(impossible()),
            forgets=tuple(item for item in self.forgets if item.id not in gone),
            wants=tuple(wants()),
        )


def view_premises(conflict: Conflict) -> Iterator[Premise]:
    """Yield the premises of all views, and what viewers want of what they imagine."""
    for view in conflict.views:
        yield from view.premises
        yield from view.wants


def corrected(conflict: Conflict, gone: Collection[str]) -> Conflict:
    """Return the conflict without these premises of views; who sees everything as it is has no view any more."""
    views = (view.without(gone) for view in conflict.views)
    return replace(conflict, views=tuple(view for view in views if view.premises))


def impossible_id(viewer: str, that: Formula) -> str:
    """Return the identity of what a viewer thinks impossible, where the author gives none."""
    return f"{viewer} thinks impossible: {that.text()}"


def wants_id(viewer: str, that: Formula) -> str:
    """Return the identity of what a viewer wants of what it imagines."""
    return f"{viewer} wants: {that.text()}"


def mentions(that: Formula) -> bool:
    """Return whether a formula depends on anything at all."""
    return any(not part.parts() and not isinstance(part, Constant) for part in that.walk())


def at_first(missing: Callable[[str], Option | None]) -> Callable[[Formula], Formula]:
    """Return what rewrites formulas with the options for which ``missing`` has an answer at their first value."""

    def leaf(item: Formula) -> Formula:
        if not isinstance(item, (Taken, Compare)):
            return item
        option = missing(item.option)
        if option is None:
            return item
        if isinstance(item, Taken):
            return Constant(False)
        place = option.position(item.value)
        return Constant(place == 0 if item.operator in ("=", ">=") else True)

    return lambda that: rewrite(that, leaf)
