"""What leaves the workbench as a file: the report, the model, the analysis, figures."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import cast

from detente.analysis.dossier import Dossier as Whole
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.report.parts import Figure, flat
from detente.report.sections import report
from detente.report.writers.registry import WRITERS
from detente.workbench.dossiers import Dossier

MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".tex": "application/x-tex; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".yaml": "application/yaml; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".gmcr": "application/json; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml",
    ".zip": "application/zip",
}
MODELS = ("yaml", "json", "gmcr")
MOST_STATES = 300_000


@dataclass(frozen=True)
class Exported:
    """A file: what it is called, what kind it is, and what it holds."""

    name: str
    media: str
    data: bytes


def kinds() -> dict[str, tuple[str, ...]]:
    """Return what can be had, by group; what needs a package that is not installed is left out."""
    there = []
    for key, writer in WRITERS.items():
        try:
            writer.check()
        except UsageError:  # its package is not installed
            continue
        there.append(f"report.{key}")
    return {
        "report": tuple(there),
        "model": tuple(f"model.{kind}" for kind in MODELS),
        "analysis": ("analysis.json", "analysis.csv"),
        "figures": ("graph.svg", "figures.zip"),
    }


def export(dossier: Dossier, written: Conflict, text: str, kind: str, called: str) -> Exported:
    """Make a file.

    Parameters
    ----------
    dossier : Dossier
        What is known under what is asked and tried.
    written : Conflict
        The model as its text has it.
    text : str
        That text.
    kind : str
        One of :func:`kinds`, such as ``report.html``.
    called : str
        What the model's file is called.

    Raises
    ------
    DetenteError
        There is no such kind, or the file cannot say everything in the model.
    """
    stem = re.sub(r"[^\w.-]+", "_", PurePath(called).stem) or "model"
    group, _, form = kind.partition(".")
    if kind not in {one for some in kinds().values() for one in some}:
        raise UsageError(f"there is no export {kind!r}")
    if group == "report":
        writer = WRITERS[form]
        return _file(f"{stem}-report{writer.suffixes[0]}", writer.write(report(cast(Whole, dossier))))
    if group == "model":
        return _file(f"{stem}.{form}", _model(dossier, written, text, form, called).encode())
    if group == "analysis":
        if dossier.world.graph.n_states > MOST_STATES:
            raise UsageError(f"more than {MOST_STATES:,} states: use detente analyze --format {form}")
        if form == "json":
            return _file(f"{stem}-analysis.json", json.dumps(dossier.analysis.to_dict(), ensure_ascii=False).encode())
        return _file(f"{stem}-analysis.csv", dossier.analysis.to_frame().to_csv(lineterminator="\n").encode())
    if kind == "graph.svg":
        from detente.report.figures.state_graph import state_graph_svg

        if dossier.picture is None:
            raise UsageError(dossier.missing.get("picture", "there is no graph to draw"))
        return _file(f"{stem}-graph.svg", state_graph_svg(dossier.picture).encode())
    return _file(f"{stem}-figures.zip", _figures(dossier))


def _model(dossier: Dossier, written: Conflict, text: str, form: str, called: str) -> str:
    from detente.language.write import convert

    if form == PurePath(called).suffix.lstrip(".").lower().replace("yml", "yaml"):
        return text  # as it was written, comments included
    if form == "gmcr":
        names = [item.id for item in written.readings]
        reading = dossier.reading if dossier.reading in names else names[0]
        return convert(written, "gmcr", reading=reading, lossy=True)
    return convert(written, "json" if form == "json" else "yaml")


def _figures(dossier: Dossier) -> bytes:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        taken: set[str] = set()
        for section in report(cast(Whole, dossier)).sections:
            for part in flat(section.parts):
                if isinstance(part, Figure):
                    name, number = part.name, 1
                    while name in taken:
                        number += 1
                        name = f"{part.name}-{number}"
                    taken.add(name)
                    archive.writestr(f"{name}.svg", part.svg)
    return box.getvalue()


def _file(name: str, data: bytes) -> Exported:
    return Exported(name, MEDIA[PurePath(name).suffix], data)
