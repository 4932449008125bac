"""All kinds of files that a report is written as: by name, with their extensions and what they need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePath

from detente.errors import UsageError, did_you_mean, printable
from detente.report.parts import Document
from detente.report.speech import speaking


@dataclass(frozen=True)
class Writer:
    """A kind of file.

    Parameters
    ----------
    id : str
        The name of the format.
    suffixes : tuple of str
        Extensions, the usual one first.
    function : str
        Module in ``detente.report.writers`` and function in it: ``markdown:markdown_document``.
    extra : str
        What ``detente[…]`` installs for it; "": nothing.
    needs : tuple of str
        Modules that come with the extra.
    linking : bool
        Whether figures are files of their own that the text refers to.
    """

    id: str
    suffixes: tuple[str, ...]
    function: str
    extra: str = ""
    needs: tuple[str, ...] = ()
    linking: bool = False

    def check(self) -> None:
        """Raise UsageError, with the command that helps, where something is missing that this format needs."""
        missing = [name for name in self.needs if find_spec(name) is None]
        if missing:
            raise UsageError(
                f"{self.id} needs {' and '.join(missing)}, not installed here:  pip install 'detente[{self.extra}]'"
            )

    def write(self, document: Document, folder: str | None = None) -> bytes:
        """Return a report as a file, in its own language.

        ``folder`` is where its figures are, as seen from the file; None: there are no files of them.
        """
        module, name = self.function.split(":")
        with speaking(document.language):
            written: Callable[..., str | bytes] = getattr(import_module(f"detente.report.writers.{module}"), name)
            content = written(document, folder) if self.linking else written(document)
        return content if isinstance(content, bytes) else content.encode()


WRITERS = {
    writer.id: writer
    for writer in (
        Writer("html", (".html", ".htm"), "html:html_document"),
        Writer("md", (".md", ".markdown"), "markdown:markdown_document", linking=True),
        Writer("tex", (".tex",), "latex:latex_document", linking=True),
        Writer("xlsx", (".xlsx",), "xlsx:xlsx_document", "office", ("openpyxl",)),
        Writer("docx", (".docx",), "docx:docx_document", "office", ("docx",)),
    )
}

TABLES = Writer("tex", (".tex",), "latex:latex_tables")
"""The tables alone."""


def writer_for(out: str, form: str | None = None) -> Writer:
    """Return the writer of a format, else the one for the extension of a file; ``-`` is HTML. Raises UsageError."""
    if form is not None:
        if form not in WRITERS:
            known = ", ".join(WRITERS)
            raise UsageError(f"there is no format {printable(form)!r}; there are {known}{did_you_mean(form, WRITERS)}")
        return WRITERS[form]
    if out == "-":
        return WRITERS["html"]
    suffix = PurePath(out).suffix.lower()
    for writer in WRITERS.values():
        if suffix in writer.suffixes:
            return writer
    known = ", ".join(writer.suffixes[0] for writer in WRITERS.values())
    raise UsageError(f"{printable(out)}: a report's file ends in one of {known}; or say which with --format")
