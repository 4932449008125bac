"""Variants in a terminal: which verdicts change under each, what it changes, and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding

from detente.analysis.claims import Verdict
from detente.analysis.variants import VariantResult, Variants
from detente.language.patch import Change, alike
from detente.language.source import Path
from detente.language.write_text import one_line
from detente.report.argument import SIGNS
from detente.report.listing import INDENT, Listing
from detente.report.sentences import joined
from detente.report.terminal import heading, model_head
from detente.report.words import short, text

WORDS = ("name", "because", "source", "title", "notes")
"""Keys that change no verdict."""

MOST_SHOWN = 160
"""A part of the file is cut to so many characters."""

_LEGEND = {
    "claims": "holds: in every reading and concept it is asked under; partly: in some; fails: in none",
    "outcomes": "holds: it can hold in every reading (SEQ); partly: in some; fails: in none",
    "states": "holds: it can hold in every reading (SEQ); partly: in some; fails: in none",
}


def variants_view(found: Variants) -> Iterator[RenderableType]:
    """Yield the verdicts as written, those that change, what hangs on which choice, and what each variant changes."""
    yield from model_head(found.world.graph)
    yield heading("As written")
    yield from _as_written(found)
    yield heading("Under each variant, one at a time")
    table = Listing("variant", "what it is", "verdicts that change")
    for result in found.results:
        changed = found.changed(result)
        words = "; ".join(f"{key} {_word(found.as_written[key])} → {_word(result.verdicts[key])}" for key in changed)
        table.add_row(
            text(result.variant.id), text(result.variant.label), text(words or "none", "" if words else "dim")
        )
    yield table
    yield heading("What hangs on the choices")
    for words in _conclusions(found):
        yield text(words)
    yield heading("What each variant changes, and why")
    for result in found.results:
        yield text(result.variant.id)
        for words in _account(result):
            yield Padding(text(words), (0, 0, 0, INDENT))
    yield text("")
    yield text(_LEGEND[found.asks], "dim")
    yield text("Each variant is taken alone; two together may do what neither does.", "dim")
    yield text("Every command takes MODEL@VARIANT, the model under a variant, for a model.", "dim")
    yield text("A verdict is about this model and its premises, no forecast.", "dim")


def _word(verdict: Verdict | None) -> str:
    return verdict or "not there"


def _as_written(found: Variants) -> Iterator[RenderableType]:
    by_verdict: dict[Verdict | None, list[str]] = {"holds": [], "partly": [], "fails": [], None: []}
    for key, verdict in found.as_written.items():
        by_verdict[verdict].append(key)
    for verdict, keys in by_verdict.items():
        if keys:
            yield text(f"{SIGNS[verdict] if verdict else '–'} {_word(verdict)}: {_list(keys, found)}")


def _list(keys: Sequence[str], found: Variants) -> str:
    """Return questions one after another; states have commas of their own."""
    return ("; " if found.asks == "states" else ", ").join(keys)


def _account(result: VariantResult) -> Iterator[str]:
    """Yield why a variant is there, and what it changes in the file."""
    source = f" ({result.variant.source})" if result.variant.source else ""
    if result.variant.because or source:
        yield f"{result.variant.because}{source}".strip()
    reworded: dict[str, list[str]] = {}
    for change in result.changes:
        if change.path[-1] in WORDS:
            reworded.setdefault(_place(change.path[:-1]), []).append(str(change.path[-1]))
        else:
            yield from change_words(change)
    for place, keys in reworded.items():
        yield f"{place or 'the model'}: {joined(keys)} in other words"


def change_words(change: Change) -> Iterator[str]:
    """Yield what a change does to the file, a line for each thing that a list gains or loses."""
    place = _place(change.path)
    before, after = change.before, change.after
    if change.kind == "removed":
        yield f"{place}: removed, it was {_part(before)}"
    elif change.kind == "added":
        yield f"{place}: added, {_part(after)}"
    elif isinstance(before, list) and isinstance(after, list) and _kept(before, after):
        gone = [item for item in before if not _among(item, after)]
        new = [item for item in after if not _among(item, before)]
        yield from (f"{place}: without {_part(item)}" for item in gone)
        yield from (f"{place}: with {_part(item)}" for item in new)
    else:
        yield f"{place}: {_part(before)} → {_part(after)}"


def _place(path: Path) -> str:
    return " › ".join(map(str, path))


def _among(item: Any, items: list[Any]) -> bool:
    return any(alike(item, other) for other in items)


def _kept(before: list[Any], after: list[Any]) -> bool:
    """Return whether some items of two lists are the same, in the same order, and the others are told apart."""
    kept = [item for item in before if _among(item, after)]
    return bool(kept) and alike(kept, [item for item in after if _among(item, before)]) and not alike(before, after)


def _part(value: Any) -> str:
    return short(one_line(_plainly(value)), MOST_SHOWN)


def _plainly(value: Any) -> Any:
    """Return a part of the file without names, reasons and sources, where something else is in it."""
    if isinstance(value, dict):
        rest = {key: _plainly(part) for key, part in value.items() if key not in WORDS}
        return rest or value
    return [_plainly(part) for part in value] if isinstance(value, list) else value


def _conclusions(found: Variants) -> Iterator[str]:
    """Yield what stands whatever is chosen, and what hangs on which choice."""
    standing = found.standing
    by_verdict = {verdict: [key for key in standing if found.as_written[key] == verdict] for verdict in SIGNS}
    stand = [f"{_list(keys, found)} {_verb(verdict, keys)}" for verdict, keys in by_verdict.items() if keys]
    one = {"claims": "claim", "outcomes": "outcome", "states": "state"}[found.asks]
    if standing:
        yield f"As written and under every variant: {'; '.join(stand)}."
    else:
        yield f"No {one} has the same verdict as written and under every variant."
    hanging = found.hanging
    if not hanging:
        yield f"No {one} hangs on any of these choices."
    for key, names in hanging.items():
        results = {result.variant.id: result.verdicts[key] for result in found.results}
        ways: dict[Verdict | None, list[str]] = {}
        for name in names:
            ways.setdefault(results[name], []).append(name)
        words = "; ".join(f"{_becomes(verdict)} under {joined(some)}" for verdict, some in ways.items())
        yield f"{key} {_becomes(found.as_written[key])} as written, and {words}."


def _verb(verdict: str, keys: list[str]) -> str:
    alone = {"holds": "holds", "partly": "holds partly", "fails": "fails"}
    many = {"holds": "hold", "partly": "hold partly", "fails": "fail"}
    return (alone if len(keys) == 1 else many)[verdict]


def _becomes(verdict: Verdict | None) -> str:
    return {"holds": "holds", "partly": "holds partly", "fails": "fails", None: "is not there"}[verdict]
