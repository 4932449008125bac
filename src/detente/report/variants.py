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
from detente.report.argument import SIGNS, verdict_words
from detente.report.listing import INDENT, Listing
from detente.report.speech import N_, _, joined, ngettext
from detente.report.terminal import heading, model_head
from detente.report.terms import VERDICTS
from detente.report.words import short, text

WORDS = ("name", "because", "source", "title", "notes")
"""Keys that change no verdict."""

MOST_SHOWN = 160
"""A part of the file is cut to so many characters."""

_LEGEND = {
    "claims": N_("holds: in every reading and concept it is asked under; partly: in some; fails: in none"),
    "outcomes": N_("holds: it can hold in every reading (SEQ); partly: in some; fails: in none"),
    "states": N_("holds: it can hold in every reading (SEQ); partly: in some; fails: in none"),
}


def variants_view(found: Variants) -> Iterator[RenderableType]:
    """Yield the verdicts as written, those that change, what hangs on which choice, and what each variant changes."""
    yield from model_head(found.world.graph)
    yield heading(_("As written"))
    yield from _as_written(found)
    yield heading(_("Under each variant, one at a time"))
    table = Listing(_("variant"), _("what it is"), _("verdicts that change"))
    for result in found.results:
        changed = found.changed(result)
        words = "; ".join(f"{key} {_word(found.as_written[key])} → {_word(result.verdicts[key])}" for key in changed)
        table.add_row(
            text(result.variant.id), text(result.variant.label), text(words or _("none"), "" if words else "dim")
        )
    yield table
    yield heading(_("What hangs on the choices"))
    for words in _conclusions(found):
        yield text(words)
    yield heading(_("What each variant changes, and why"))
    for result in found.results:
        yield text(result.variant.id)
        for words in _account(result):
            yield Padding(text(words), (0, 0, 0, INDENT))
    yield text("")
    yield text(_(_LEGEND[found.asks]), "dim")
    yield text(_("Each variant is taken alone; two together may do what neither does."), "dim")
    yield text(_("Every command takes MODEL@VARIANT, the model under a variant, for a model."), "dim")
    yield text(_("A verdict is about this model and its premises, no forecast."), "dim")


def _word(verdict: Verdict | None) -> str:
    return _(VERDICTS[verdict]) if verdict else _("not there")


def _as_written(found: Variants) -> Iterator[RenderableType]:
    by_verdict: dict[Verdict | None, list[str]] = {"holds": [], "partly": [], "fails": [], None: []}
    for key, verdict in found.as_written.items():
        by_verdict[verdict].append(key)
    for verdict, keys in by_verdict.items():
        if keys:
            words = verdict_words(verdict) if verdict else f"– {_word(verdict)}"
            yield text(f"{words}: {_list(keys, found)}")


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
        yield _("{place}: {keys} in other words").format(place=place or _("the model"), keys=joined(keys))


def change_words(change: Change) -> Iterator[str]:
    """Yield what a change does to the file, a line for each thing that a list gains or loses."""
    place = _place(change.path)
    before, after = change.before, change.after
    if change.kind == "removed":
        yield _("{place}: removed, it was {part}").format(place=place, part=_part(before))
    elif change.kind == "added":
        yield _("{place}: added, {part}").format(place=place, part=_part(after))
    elif isinstance(before, list) and isinstance(after, list) and _kept(before, after):
        gone = [item for item in before if not _among(item, after)]
        new = [item for item in after if not _among(item, before)]
        yield from (_("{place}: without {part}").format(place=place, part=_part(item)) for item in gone)
        yield from (_("{place}: with {part}").format(place=place, part=_part(item)) for item in new)
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
    stand = [_stands(verdict, keys, found) for verdict, keys in by_verdict.items() if keys]
    if standing:
        yield _("As written and under every variant: {verdicts}.").format(verdicts="; ".join(stand))
    else:
        yield _(_NONE_STANDS[found.asks])
    hanging = found.hanging
    if not hanging:
        yield _(_NONE_HANGS[found.asks])
    for key, names in hanging.items():
        results = {result.variant.id: result.verdicts[key] for result in found.results}
        ways: dict[Verdict | None, list[str]] = {}
        for name in names:
            ways.setdefault(results[name], []).append(name)
        words = "; ".join(_(_UNDER[verdict]).format(variants=joined(some)) for verdict, some in ways.items())
        yield _(_AS_WRITTEN[found.as_written[key]]).format(question=key, otherwise=words)


def _stands(verdict: str, keys: list[str], found: Variants) -> str:
    """Return which verdict questions have throughout."""
    message = {
        "holds": ngettext("{questions} holds", "{questions} hold", len(keys)),
        "partly": ngettext("{questions} holds partly", "{questions} hold partly", len(keys)),
        "fails": ngettext("{questions} fails", "{questions} fail", len(keys)),
    }[verdict]
    return message.format(questions=_list(keys, found))


_NONE_STANDS = {
    "claims": N_("No claim has the same verdict as written and under every variant."),
    "outcomes": N_("No outcome has the same verdict as written and under every variant."),
    "states": N_("No state has the same verdict as written and under every variant."),
}
_NONE_HANGS = {
    "claims": N_("No claim hangs on any of these choices."),
    "outcomes": N_("No outcome hangs on any of these choices."),
    "states": N_("No state hangs on any of these choices."),
}
_AS_WRITTEN: dict[Verdict | None, str] = {
    "holds": N_("{question} holds as written, and {otherwise}."),
    "partly": N_("{question} holds partly as written, and {otherwise}."),
    "fails": N_("{question} fails as written, and {otherwise}."),
    None: N_("{question} is not there as written, and {otherwise}."),
}
_UNDER: dict[Verdict | None, str] = {
    "holds": N_("holds under {variants}"),
    "partly": N_("holds partly under {variants}"),
    "fails": N_("fails under {variants}"),
    None: N_("is not there under {variants}"),
}
