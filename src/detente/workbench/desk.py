"""A model on the desk: its text, what the text says or what is wrong with it, its history, and the file it is from.

One desk serves every page on which the same file is open. It knows nothing of pages; they are told of changes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Literal

from detente.conflict.conflict import Conflict
from detente.errors import Diagnostic, ModelError, UsageError
from detente.workbench.documents import conflict_of
from detente.workbench.files import Folder, Stamp
from detente.workbench.merge import merged

Kind = Literal["yaml", "json"]

MOST_STEPS = 300
MOST_KEPT = 20_000_000
"""Characters of all steps of a history together."""

TYPING = 1.5
"""Seconds within which what one page types is one step of the history."""


class ChangedOnDiskError(UsageError):
    """The file was changed by somebody else since it was read; nothing was written."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the text: where, what, and what was expected. Line and column begin at 1; 0: nowhere."""

    line: int
    column: int
    length: int
    message: str
    expected: str = ""
    nearest: str = ""
    warning: bool = False

    @classmethod
    def of(cls, found: Diagnostic) -> Problem:
        """Return a diagnostic as a problem."""
        mark = found.mark
        place = (mark.line, mark.column, mark.length) if mark else (0, 0, 0)
        return cls(*place, found.message, found.expected, found.nearest)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says: a conflict, or problems."""

    revision: int
    conflict: Conflict | None
    problems: tuple[Problem, ...] = ()


def read(text: str, kind: Kind, revision: int = 0) -> Reading:
    """Read a text. Problems are returned, never raised."""
    try:
        return Reading(revision, conflict_of(text, kind))
    except ModelError as error:
        return Reading(revision, None, tuple(Problem.of(item) for item in error.diagnostics))
    except UsageError as error:
        return Reading(revision, None, (Problem(0, 0, 0, str(error)),))


@dataclass
class _Step:
    """A text in the history, and who made it when."""

    text: str
    revision: int
    by: str = ""
    at: float = 0.0


Listener = Callable[[str], None]
"""Is told who made a change, "" for the desk itself."""


@dataclass(eq=False)
class Desk:
    """A model that is worked on.

    Parameters
    ----------
    name : str
        What it is called: a name in the folder, or of what it was begun from.
    text : str
    kind : {"yaml", "json"}
    folder : Folder, optional
        Where it can be saved.
    stamp : Stamp, optional
        What its file was when it was read; None: it is in no file yet.
    """

    name: str
    text: str
    kind: Kind = "yaml"
    folder: Folder | None = None
    stamp: Stamp | None = None
    origin: str = ""
    """What it was begun from, in words, where it is in no file yet."""
    revision: int = 0
    on_disk: str | None = None
    """The text in the file, as far as known."""
    elsewhere: bool = False
    """Whether the file was found to be changed by something else, and that is not settled yet."""
    good: Reading | None = None
    """The last reading that had no problems."""
    listeners: list[Listener] = field(default_factory=list)
    _steps: list[_Step] = field(default_factory=list)
    _texts: dict[int, str] = field(default_factory=dict)
    """What the text was at the last revisions, those included that are no step of their own: pages may work on them."""
    _at: int = 0
    _read: Reading | None = None
    _numbers: int = 0

    def __post_init__(self) -> None:
        if self.stamp is not None and self.on_disk is None:
            self.on_disk = self.text
        self._steps = [_Step(self.text, self.revision)]
        self._texts = {self.revision: self.text}
        self._numbers = self.revision

    # -- what it says -----------------------------------------------------------------------------------------------

    @property
    def reading(self) -> Reading:
        """What the text says; worked out where it has changed."""
        if self._read is None or self._read.revision != self.revision:
            self.take(read(self.text, self.kind, self.revision))
        assert self._read is not None
        return self._read

    def take(self, found: Reading) -> None:
        """Take what was found elsewhere about a revision; what is about an older one is left."""
        if found.revision != self.revision:
            return
        self._read = found
        if found.conflict is not None:
            self.good = found

    @property
    def dirty(self) -> bool:
        """Whether the text is not what the file holds."""
        return self.on_disk != self.text

    # -- changes ----------------------------------------------------------------------------------------------------

    def edit(self, text: str, *, by: str = "", base: int | None = None) -> None:
        """Take a text that somebody made out of a revision.

        Where others made another one meanwhile, both changes are kept if they are at different places; else this one
        counts, and undoing it leads to the other.
        """
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if base is not None and base != self.revision and base in self._texts:
            text = merged(self._texts[base], self.text, text)
        if text == self.text:
            return
        last = self._steps[self._at]
        now = time.monotonic()
        joined = by and last.by == by and now - last.at < TYPING and self._at and self._at == len(self._steps) - 1
        del self._steps[self._at + 1 :]
        self._numbers += 1
        step = _Step(text, self._numbers, by, now)
        if joined and _goes_on(self._steps[self._at - 1].text, last.text, text):
            self._steps[self._at] = step
        else:
            self._steps.append(step)
            self._at += 1
        self._shorten()
        self._now(step, by)

    @property
    def can_undo(self) -> bool:
        """Whether there is a text before this one."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a text after this one."""
        return self._at < len(self._steps) - 1

    def undo(self) -> bool:
        """Go back to the text before; return whether there is one."""
        return self._go(-1)

    def redo(self) -> bool:
        """Go on to the text after; return whether there is one."""
        return self._go(1)

    def _go(self, way: int) -> bool:
        if not 0 <= self._at + way < len(self._steps):
            return False
        self._at += way
        step = self._steps[self._at]
        self._numbers += 1
        step.revision, step.by = self._numbers, ""
        self._now(step, "")
        return True

    def _now(self, step: _Step, by: str) -> None:
        self.text, self.revision = step.text, step.revision
        self._texts[step.revision] = step.text
        while len(self._texts) > 2 and (len(self._texts) > MOST_STEPS or _length(self._texts.values()) > MOST_KEPT):
            del self._texts[next(iter(self._texts))]
        self.tell(by)

    def tell(self, by: str = "") -> None:
        """Tell everybody that something changed."""
        for listener in list(self.listeners):
            listener(by)

    def _shorten(self) -> None:
        while len(self._steps) > 2 and (
            len(self._steps) > MOST_STEPS or _length(step.text for step in self._steps) > MOST_KEPT
        ):
            del self._steps[0]
            self._at -= 1

    # -- its file ---------------------------------------------------------------------------------------------------

    def changed_on_disk(self) -> bool:
        """Return whether the file is not what it was when it was last read or written; gone counts as changed."""
        if self.folder is None or self.stamp is None:
            return False
        now = self.folder.stamp(self.name, self.stamp)
        if now is not None and now.digest == self.stamp.digest:
            self.stamp = now
            return False
        return True

    def save(self, *, over: bool = False) -> None:
        """Write the text to its file.

        Parameters
        ----------
        over : bool
            Write although the file was changed meanwhile.

        Raises
        ------
        ChangedOnDiskError
            The file was changed meanwhile, and ``over`` is not said. Nothing is written.
        UsageError
            It has no file, or the file cannot be written.
        """
        if self.folder is None or self.stamp is None:
            raise UsageError("the model is in no file yet; save it under a name")
        if not over and self.changed_on_disk():
            raise ChangedOnDiskError(f"{self.name} was changed by something else since it was opened")
        self._written(self.folder.write(self.name, self.text))

    def save_as(self, name: str) -> None:
        """Write the text to a new file, which is the model's from now on. Raises UsageError where there is one."""
        if self.folder is None:
            raise UsageError("there is no folder to save in")
        suffix = PurePath(name).suffix.lower()
        if (suffix == ".json") != (self.kind == "json") or suffix == ".gmcr":
            wanted = ".json" if self.kind == "json" else ".yaml"
            raise UsageError(f"this text is {self.kind.upper()}; expected a name that ends in {wanted}")
        stamp = self.folder.write(name, self.text, new=True)
        self.name, self.origin = name, ""
        self._written(stamp)

    def save_copy(self) -> str:
        """Write the text to a new file beside its own, and return its name; the model stays with its own file."""
        if self.folder is None:
            raise UsageError("there is no folder to save in")
        stem, dot, suffix = self.name.rpartition(".")
        name = self.folder.free_name(f"{stem}-mine{dot}{suffix}")
        self.folder.write(name, self.text, new=True)
        return name

    def reload(self) -> None:
        """Take what the file holds now, as a step that can be undone. Raises UsageError."""
        if self.folder is None or self.stamp is None:
            raise UsageError("the model is in no file yet")
        text, self.stamp = self.folder.read(self.name)
        self.on_disk, self.elsewhere = text, False
        if text == self.text:
            self.tell()
        else:
            self.edit(text)

    def _written(self, stamp: Stamp) -> None:
        self.stamp, self.on_disk, self.elsewhere = stamp, self.text, False
        self._steps[self._at].by = ""  # what is typed now is another step
        self.tell()


def _length(texts: Iterable[str]) -> int:
    return sum(map(len, texts))


def _goes_on(before: str, last: str, text: str) -> bool:
    """Return whether a change is at the place of the one before: typing on, or taking back."""
    begin, end = _changed(last, text)
    first, _ = _changed(before, last)
    return end - begin < 40 and abs(begin - first) < 200


def _changed(old: str, new: str) -> tuple[int, int]:
    """Return where two texts begin to differ, and where the difference ends in the new one."""
    begin, most = 0, min(len(old), len(new))
    while begin < most and old[begin] == new[begin]:
        begin += 1
    end = 0
    while end < most - begin and old[-1 - end] == new[-1 - end]:
        end += 1
    return begin, len(new) - end
