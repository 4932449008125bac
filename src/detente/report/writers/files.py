"""Which files a report becomes: itself, and its figures beside it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from detente.errors import UsageError, printable
from detente.report.parts import Document
from detente.report.writers.plain import can_draw, figure_files
from detente.report.writers.registry import TABLES, Writer, writer_for


@dataclass(frozen=True)
class Files:
    """Where a report goes, and how it is written.

    Parameters
    ----------
    out : Path
        The file; ``-`` is standard output.
    writer : Writer
    folder : Path, optional
        Where its figures go; None: there are no files of them.
    kinds : tuple of str
        Of figures: ``svg``, ``png``.
    """

    out: Path
    writer: Writer
    folder: Path | None
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, out: Path, form: str | None, *, figures: Path | None = None, tables_only: bool = False) -> Files:
        """Return the files that are asked for. Raises UsageError where there is no such report."""
        writer = writer_for(str(out), form)
        if tables_only:
            if writer.id != TABLES.id:
                raise UsageError(f"--tables-only is for LaTeX (a file that ends in .tex), not for {writer.id}")
            writer = TABLES
        if figures is not None:
            return cls(out, writer, figures, ("svg", "png") if can_draw() else ("svg",))
        if not writer.linking or str(out) == "-":
            return cls(out, writer, None, ())
        stem = re.sub(r"[^A-Za-z0-9_-]+", "-", out.stem).strip("-") or "report"
        return cls(
            out, writer, out.parent / f"{stem}_figures", ("png",) if writer.id == "tex" and can_draw() else ("svg",)
        )

    @property
    def stdout(self) -> bool:
        """Whether the report goes to standard output."""
        return str(self.out) == "-"

    @property
    def remark(self) -> str:
        """What a user of these files should know, or nothing."""
        if self.writer.id == "tex" and self.folder is not None and "png" not in self.kinds:
            return "LaTeX shows no SVG: convert the figures to PDF, or have PNG with  pip install 'detente[figures]'"
        return ""

    def check(self, *, force: bool = False) -> None:
        """Raise UsageError for what can be known to fail before any work is done."""
        self.writer.check()
        if not self.stdout:
            _free(self.out, force)
        if self.folder is None:
            return
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError(f"{printable(str(self.folder))} is no folder for figures")
        there = {item.suffix[1:] for item in self.folder.iterdir()} if self.folder.is_dir() else set()
        if not force and there & set(self.kinds):
            raise UsageError(f"{printable(str(self.folder))} has figures in it already; --force replaces them")
        if not self.folder.absolute().parent.is_dir():
            raise UsageError(f"{printable(str(self.folder))} cannot be made: there is no folder to make it in")
        self.writer.write(Document("", ()), self._link())

    def written(self, document: Document) -> bytes:
        """Return the report as it is written."""
        return self.writer.write(document, self._link())

    def made(self, document: Document) -> Iterator[tuple[Path, bytes]]:
        """Yield the files, the figures first; not what goes to standard output."""
        if self.folder is not None:
            for name, content in figure_files(document, self.kinds).items():
                yield self.folder / name, content
        if not self.stdout:
            yield self.out, self.written(document)

    def _link(self) -> str | None:
        """Return where the figures are, as seen from the report."""
        if self.folder is None:
            return None
        start = Path.cwd() if self.stdout else self.out.absolute().parent
        return Path(os.path.relpath(self.folder.absolute(), start)).as_posix()


def _free(out: Path, force: bool) -> None:
    shown = printable(str(out))
    if out.exists() and not force:
        raise UsageError(f"{shown} exists already; --force replaces it")
    if not out.parent.is_dir():
        raise UsageError(f"{shown} cannot be written: there is no folder {printable(str(out.parent))}")
