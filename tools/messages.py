"""Collect what the report says, and keep the catalogues of its translations: ``make messages``.

``python tools/messages.py`` extracts the messages of the report, brings every catalogue of
``src/detente/report/locale`` up to date with them and compiles it. Messages without a translation, those whose
placeholders differ from the translation's and fuzzy ones are named, and the status is 1 then. ``--check`` changes
nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [ROOT / "src" / "detente" / name for name in ("report", "workbench")]
LOCALE = SOURCES[0] / "locale"

METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.tex", "jinja2")]
OPTIONS = {"templates/**": {"extensions": "jinja2.ext.i18n", "silent": "false"}}
KEYWORDS = {
    "_": None,
    "N_": None,
    "counted": (1, 2),
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def extracted() -> Catalog:
    """Return all messages of the report."""
    catalog = Catalog(project="detente", charset="utf-8")
    for folder in SOURCES:
        found = extract_from_dir(folder, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("Translators:",))
        for name, line, message, comments, context in sorted(found, key=lambda item: (item[0], item[1])):
            catalog.add(message, None, [(f"{folder.name}/{name}", line)], auto_comments=comments, context=context)
    return catalog


def catalogues() -> list[Path]:
    """Return the catalogues there are, one for each language but English."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/detente.po"))


def read(path: Path) -> Catalog:
    """Return a catalogue of translations."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, domain="detente")


def updated(path: Path, template: Catalog) -> Catalog:
    """Return a catalogue with exactly the messages there are; nothing is guessed from similar ones."""
    catalog = read(path)
    template.creation_date = catalog.creation_date
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def write(path: Path, catalog: Catalog) -> None:
    """Write a catalogue, and compile it."""
    with path.open("wb") as file:
        write_po(file, catalog, width=120, sort_by_file=True, include_lineno=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)


def placeholders(text: str) -> set[str]:
    """Return the names of the places in a message."""
    return {name or old for name, old in re.findall(r"\{(\w*)[^{}]*\}|%\((\w+)\)s", text)}


def problems(catalog: Catalog) -> Iterator[str]:
    """Yield what is wrong with the translations: missing, fuzzy, or with other placeholders than the message."""
    for message in catalog:
        if not message.id:
            continue
        ids, strings = parts(message)
        name = ids[-1]
        if message.fuzzy:
            yield f"fuzzy: {name}"
        elif not all(strings):
            yield f"not translated: {name}"
        elif any(placeholders(string) - placeholders(name) for string in strings) or placeholders(name) != placeholders(
            strings[-1]
        ):
            yield f"other placeholders: {name}"


def parts(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a message and its translation, each in its forms by number."""
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return ids, strings


def main() -> int:
    """Bring the catalogues up to date, or check whether they are; name what is wrong."""
    check = "--check" in sys.argv[1:]
    wrong = 0
    for path in catalogues():
        catalog = updated(path, extracted())
        if not check:
            write(path, catalog)
        for words in problems(catalog):
            print(f"{path.relative_to(ROOT)}: {words}")
            wrong += 1
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
