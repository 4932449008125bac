"""The folder of Parquet files that a run over worlds keeps its results in, so that it can be stopped and go on.

Every file is complete: it is written under another name in the same folder, flushed to the disk and only then given its
name. It says itself what it is part of (:class:`About`), and carries a checksum of all its bytes.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.crew import Answers
from detente.analysis.factors import Rows
from detente.analysis.run_columns import About
from detente.analysis.undisturbed import undisturbed
from detente.errors import UsageError, printable

if TYPE_CHECKING:
    import duckdb

KEY = "detente"
"""Under which a file's metadata say what it is part of, as JSON."""
WORLDS, BESIDE = "worlds", "beside"
_NAME = re.compile(r"(worlds|beside)-(\d{12})-(\d{12})\.parquet")
_UNFINISHED = re.compile(r"\.(worlds|beside)-\d{12}-\d{12}\.parquet\.\d+\.tmp")
_NO_SUM = "0" * 64
_SUM = re.compile(rb'"sha256": "([0-9a-f]{64})"')
"""The checksum in a file, which is taken with zeros in its own place."""


@dataclass(frozen=True, order=True)
class Part:
    """One file of a run.

    Attributes
    ----------
    kind : str
        ``worlds``, or ``beside``: worlds that were examined for comparison and are not among those drawn.
    first, end : int
        The numbers of its worlds from 0, the end not included.
    """

    kind: str
    first: int
    end: int

    @property
    def name(self) -> str:
        """The name of its file; people count from 1."""
        return f"{self.kind}-{self.first + 1:012d}-{self.end:012d}.parquet"


def refuse_taken(folder: Path, *, resume: bool) -> None:
    """Refuse a folder that is there already, unless a run is to go on in it. Raises UsageError."""
    shown = printable(str(folder))
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{shown} is no folder; expected the name of a new one")
    if folder.exists() and not resume:
        raise UsageError(f"{shown} exists already; --resume goes on with the run in it, or give another name")
    if not folder.parent.is_dir():
        raise UsageError(f"{shown} cannot be made: there is no folder {printable(str(folder.parent))}")


class Store:
    """The folder of one run, open for this process alone.

    Parameters
    ----------
    folder : Path
        Made where it does not exist.
    about : About
        What the run is.
    resume : bool
        Whether the folder may exist.

    Raises
    ------
    UsageError
        The folder exists, cannot be made, is in use by another run, or has files of another run.
    """

    def __init__(self, folder: Path, about: About, *, resume: bool = False) -> None:
        refuse_taken(folder, resume=resume)
        self.folder, self.about = folder, about
        self.shown = printable(str(folder))
        self._database: duckdb.DuckDBPyConnection | None = None
        try:
            folder.mkdir(exist_ok=resume)
            self._lock = _locked(folder)
        except BlockingIOError:
            raise UsageError(f"{self.shown} is in use by another run") from None
        except OSError as error:
            raise UsageError(f"{self.shown} cannot be used: {error.strerror or error}") from None
        try:
            self.parts = self._found()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the folder to others."""
        if self._database is not None:
            self._database.close()
            self._database = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _found(self) -> list[Part]:
        """Return the parts there are, in order; what a killed run left unfinished is removed."""
        parts = []
        for path in sorted(self.folder.iterdir()):
            if _UNFINISHED.fullmatch(path.name):
                path.unlink()
            elif match := _NAME.fullmatch(path.name):
                parts.append(Part(match[1], int(match[2]) - 1, int(match[3])))
            elif not path.name.startswith("."):  # as those that file managers leave
                raise UsageError(
                    f"{printable(str(path))} is no part of a run; a folder of results has nothing else in it"
                )
        parts.sort()
        for one, other in pairwise(parts):
            if one.kind == other.kind and other.first < one.end:
                raise UsageError(f"{self.shown}: {one.name} and {other.name} have worlds in common; remove one")
        return parts

    # -- reading ----------------------------------------------------------------------------------------------------

    def look(self, part: Part) -> None:
        """See that a part is whole, and of this run. Raises UsageError, as :meth:`read` does."""
        with self._undamaged(part) as path:
            self._look(part, path)

    def read(self, part: Part) -> tuple[Rows, Answers]:
        """Return the worlds of a part and their answers.

        Raises
        ------
        UsageError
            The file is damaged, foreign, or of another run.
        """
        with self._undamaged(part) as path:
            self._look(part, path)
            query = f"select {self.about.codes_sql()} from read_parquet(?)"
            columns = self._query().execute(query, [as_pattern(path)]).fetchnumpy()
            rows, answers = self.about.taken_apart(columns)
            if len(rows) != part.end - part.first:
                raise ValueError(f"it has {len(rows)} lines")
        return rows, answers

    def _look(self, part: Part, path: Path) -> None:
        _look_whole(path)
        said = self._metadata(path)
        if said["format"] != About.FORMAT:
            raise ValueError(f"its format is {said['format']!r}; expected {About.FORMAT}")
        if said["part"] != part.name:
            raise ValueError(f"it is {said['part']!r}")
        if differs := self.about.differs(said["run"]):
            raise UsageError(f"{printable(str(path))} is of another run: {differs}")

    @contextlib.contextmanager
    def _undamaged(self, part: Part) -> Iterator[Path]:
        """Give the path of a part, and say so if the file is damaged."""
        path = self.folder / part.name
        with undisturbed():
            import duckdb

            try:
                yield path
            except (duckdb.Error, ValueError, KeyError, TypeError, OSError) as error:
                raise UsageError(
                    f"{printable(str(path))} is damaged, or no file of this program ({_why(error)}); "
                    "once it is removed, --resume examines its worlds again"
                ) from None

    def _metadata(self, path: Path) -> dict[str, Any]:
        found = self._query().execute(
            "select value from parquet_kv_metadata(?) where key = ?", [as_pattern(path), KEY.encode()]
        )
        values = found.fetchall()
        if len(values) != 1:
            raise ValueError("it does not say what it is")
        said: dict[str, Any] = json.loads(values[0][0])
        return said

    # -- writing ----------------------------------------------------------------------------------------------------

    def write(self, part: Part, rows: Rows, answers: Answers, weights: NDArray[np.float64]) -> None:
        """Keep the answers of some worlds. Ctrl-C waits until they are on the disk.

        Raises
        ------
        UsageError
            They cannot be written, as when the disk is full; parts written before stay.
        """
        path = self.folder / part.name
        unfinished = self.folder / f".{part.name}.{os.getpid()}.tmp"
        numbers = np.arange(part.first + 1, part.end + 1) if part.kind == WORLDS else None
        said = {"format": About.FORMAT, "part": part.name, "run": self.about.to_dict(), "sha256": _NO_SUM}
        with undisturbed():
            import duckdb

            try:
                database = self._query()
                database.register("lines", self.about.put_together(numbers, rows, answers, weights))
                database.execute(
                    f"copy (select {self.about.words_sql(numbered=numbers is not None)} from lines) "
                    f"to {_literal(str(unfinished.absolute()))} "
                    f"(format parquet, use_tmp_file false, kv_metadata {{{KEY}: {_literal(json.dumps(said))}}})"
                )
                database.unregister("lines")
                _sum_up(unfinished)
                _flush(unfinished)
                os.replace(unfinished, path)
                _flush(self.folder)
            except (duckdb.Error, OSError) as error:
                raise UsageError(
                    f"{self.shown} takes no more ({_why(error)}); "
                    "what was written before is kept, and --resume goes on from it"
                ) from None
            finally:
                with contextlib.suppress(FileNotFoundError):  # as it should be
                    unfinished.unlink()
        self.parts.append(part)

    def _query(self) -> duckdb.DuckDBPyConnection:
        if self._database is None:
            import duckdb

            self._database = duckdb.connect(
                ":memory:",
                config={"threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False},
            )
        return self._database


def ranges_missing(parts: list[Part], n: int, size: int) -> Iterator[Part]:
    """Yield the parts of n worlds that are not there, each of at most so many worlds."""
    at = 0
    for part in [*sorted(part for part in parts if part.kind == WORLDS), Part(WORLDS, n, n)]:
        for first in range(at, part.first, size):
            yield Part(WORLDS, first, min(first + size, part.first))
        at = part.end


def _why(error: Exception) -> str:
    """Return what is wrong, in the system's words where it is the system's (DuckDB says much around them)."""
    whole = str(error)
    for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EIO):
        if os.strerror(code) in whole:
            return os.strerror(code)
    if isinstance(error, KeyError):
        return f"it lacks {whole}"
    return printable(whole.splitlines()[0] if whole else type(error).__name__)


def _sum_up(path: Path) -> None:
    """Put a file's checksum into it."""
    content = path.read_bytes()
    *_, place = _SUM.finditer(content)
    with path.open("r+b") as file:
        file.seek(place.start(1))
        file.write(hashlib.sha256(content).hexdigest().encode())


def _look_whole(path: Path) -> None:
    """Raise ValueError for a file that is not as it was written, before anything tries to understand it."""
    content = path.read_bytes()
    places = list(_SUM.finditer(content))
    if not places:
        raise ValueError("it has no checksum of itself")
    begin, end = places[-1].span(1)
    if hashlib.sha256(content[:begin] + _NO_SUM.encode() + content[end:]).hexdigest().encode() != places[-1][1]:
        raise ValueError("its checksum is another")


def _locked(folder: Path) -> int | None:
    """Keep other runs out of a folder until this process ends. Raises BlockingIOError if one is in it."""
    try:
        import fcntl
    except ImportError:  # a system without such locks
        return None
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(lock)
        raise
    return lock


def _flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if os.name == "nt" and path.is_dir():  # not to be had there
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def as_pattern(path: Path) -> str:
    """Return a path for DuckDB, which takes some characters for patterns."""
    return re.sub(r"([*?\[])", r"[\1]", str(path.absolute()))
