"""What a page shows of a model: what the text says, what is wrong with it, what holds, and what changed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from detente.conflict.conflict import Conflict
from detente.errors import DetenteError, ModelError
from detente.workbench.desk import Problem, Reading, read
from detente.workbench.whatif import Difference, Toggles, Verdicts, difference
from detente.workbench.workspace import Open


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer about one revision under what is tried.

    ``verdicts`` are of the last text without errors; ``stale``: that is an older one. ``refused`` says why there are
    none, where the text has no errors.
    """

    reading: Reading
    asked: Toggles
    verdicts: Verdicts | None
    stale: bool = False
    refused: str = ""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in the text."""
        return self.reading.problems


def answer(model: Open, asked: Toggles, revision: int, text: str) -> Answer:
    """Work out what to show; meant for a thread of its own. Nothing is raised for what is wrong with a model."""
    desk = model.desk
    with model.lock:
        found = desk.reading if desk.revision == revision else read(text, desk.kind, revision)
        if found.conflict is not None:
            try:
                verdicts = model.engine.verdicts(found.conflict, asked)
                warnings = tuple(replace(Problem.of(item), warning=True) for item in verdicts.warnings)
                return Answer(replace(found, problems=warnings), asked, verdicts)
            except ModelError as error:
                found = replace(found, problems=tuple(Problem.of(item) for item in error.diagnostics), conflict=None)
                desk.take(found)
            except DetenteError as error:
                return Answer(found, asked, None, refused=str(error))
        last = _last(model)
        if last is None:
            return Answer(found, asked, None)
        try:
            return Answer(found, asked, model.engine.verdicts(last, asked, claims=True), stale=True)
        except DetenteError as error:
            return Answer(found, asked, None, refused=str(error))


def _last(model: Open) -> Conflict | None:
    """Return the model as it last had no errors: here, or in its file."""
    if model.engine.worlds:
        return next(reversed(model.engine.worlds.values())).conflict
    return read(model.desk.on_disk, model.desk.kind).conflict if model.desk.on_disk is not None else None


def of_file(model: Open, asked: Toggles) -> Verdicts | None:
    """Return what holds in the model as its file has it; None where that cannot be said."""
    text = model.desk.on_disk
    if text is None:
        return None
    with model.lock:
        found = read(text, model.desk.kind)
        if found.conflict is None:
            return None
        try:
            return model.engine.verdicts(found.conflict, asked)
        except DetenteError:
            return None


@dataclass
class Compared:
    """Keeps what was shown before, to say what is otherwise now."""

    now: Verdicts | None = None
    before: Verdicts | None = None

    def show(self, found: Verdicts) -> Difference | None:
        """Take what is shown now; return how it differs from what was shown before something was changed last."""
        if self.now is None:
            self.now = found
        elif _key(self.now) != _key(found):
            self.before, self.now = self.now, found
        return difference(self.before, found) if self.before is not None else None


def _key(found: Verdicts) -> tuple[object, ...]:
    return found.conflict.digest, found.asked
