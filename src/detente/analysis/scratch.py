"""Room on disk for what a long run needs again and memory should not hold: a file without a name."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from detente.errors import UsageError, printable


class Scratch:
    """A temporary file that is read and written in pieces, in the system's folder for such files.

    It is no part of memory: the system may keep pages of it as it does with any file.

    Raises
    ------
    UsageError
        It cannot be made, or takes no more, as when the disk is full. So do all methods.
    """

    def __init__(self) -> None:
        with _told():
            self._file = tempfile.TemporaryFile(prefix="detente-", buffering=0)  # noqa: SIM115 - closed by close()

    def __enter__(self) -> Scratch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the room back."""
        self._file.close()

    def write(self, at: int, content: bytes | memoryview) -> None:
        """Put bytes at a place."""
        with _told():
            self._file.seek(at)
            left = memoryview(content)
            while len(left):
                left = left[self._file.write(left) :]

    def read(self, at: int, n: int) -> bytearray:
        """Return bytes that were put at a place."""
        return self.read_each(np.array([at]), n)

    def read_each(self, places: NDArray[np.int64], n: int) -> bytearray:
        """Return n bytes from each of several places, one after the other."""
        seek, read = self._file.seek, self._file.readinto
        result = bytearray(len(places) * n)
        with _told(), memoryview(result) as view:
            for k in range(len(places)):  # one number at a time, since many would stay in memory
                at, begin, end = int(places[k]), k * n, (k + 1) * n
                seek(at)
                while begin < end:
                    more = read(view[begin:end])
                    if not more:
                        raise OSError(f"it ends before byte {at + n:,}")
                    begin += more
        return result


@contextmanager
def _told() -> Iterator[None]:
    """Say what is wrong with temporary files as this program says what is wrong."""
    try:
        yield
    except OSError as error:
        folder = printable(tempfile.gettempdir())
        why = os.strerror(error.errno) if error.errno else str(error)
        raise UsageError(
            f"a temporary file in {folder} cannot be used ({why}); TMPDIR in the environment names another folder"
        ) from None
