"""Parts of a model of which one of several holds: as written, or otherwise by a patch of the file's data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from detente.conflict.choices import Alternative, BlockChoice
from detente.conflict.conflict import Conflict
from detente.errors import Diagnostic, ModelError, UsageError
from detente.language.amounts import shares_of
from detente.language.described import described
from detente.language.names import Names
from detente.language.patch import Change, patched
from detente.language.schema import ModelShape
from detente.language.source import Document, Path

SECTION = "alternatives"
FIXED = ("title", "claims", "variants")
"""What is asked is the same in every alternative."""


def read_alternatives(names: Names, shape: ModelShape) -> Iterator[BlockChoice]:
    """Yield what is open among parts of the model; nothing of an alternative is examined here."""
    for key, body in (shape.alternatives or {}).items():
        path: Path = (SECTION, key)
        alternatives = []
        for k, item in enumerate(body.one_of):
            here: Path = (*path, "one_of", k)
            if isinstance(item, str) != (k == 0):
                wanted = "'changes:' of the model" if k else "'as written'"
                names.problem(here, f"this is alternative {k + 1}", wanted)
            elif not isinstance(item, str):
                alternatives.append(
                    Alternative(
                        id=f"alternative {k + 1}",
                        changes=item.changes,
                        where=names.document.value(here),
                        **described(item),
                    )
                )
        yield BlockChoice(
            id=key,
            alternatives=tuple(alternatives),
            shares=shares_of(names, body, path),
            where=names.document.key(path),
            **described(body),
        )


def with_alternatives_checked(
    document: Document, conflict: Conflict, problems: list[Diagnostic], build: Callable[[Document], Conflict]
) -> Conflict:
    """Build every alternative by itself, and return the conflict with their digests; problems go to ``problems``."""
    blocks = []
    changed: dict[Path, str] = {}
    for block in conflict.alternatives:
        mine: dict[Path, str] = {}
        alternatives = []
        for k, item in enumerate(block.alternatives, 1):
            found, changes, digest = _checked(document, conflict, block, k, build)
            words = f"in {item.id} of {block.id!r}: "
            problems += [replace(problem, message=words + problem.message) for problem in found]
            alternatives.append(replace(item, digest=digest))
            mine.update(dict.fromkeys((change.path for change in changes), block.id))
        for path in mine:
            other = next((name for at, name in changed.items() if _nested(path, at)), None)
            if other is not None:
                problems.append(
                    Diagnostic(
                        f"{other!r} and {block.id!r} both change {'.'.join(map(str, path))}",
                        block.where,
                        "one of them, with an alternative for each combination",
                    )
                )
                break
        changed.update(mine)
        blocks.append(replace(block, alternatives=tuple(alternatives)))
    return replace(conflict, alternatives=tuple(blocks))


def _nested(one: Path, other: Path) -> bool:
    n = min(len(one), len(other))
    return one[:n] == other[:n]


def _checked(
    document: Document, conflict: Conflict, block: BlockChoice, place: int, build: Callable[[Document], Conflict]
) -> tuple[list[Diagnostic], tuple[Change, ...], str]:
    """Return what is wrong with one alternative, what it changes, and the digest of the model with it."""
    at = _at(block, place)
    problems = [
        Diagnostic(f"{key!r} cannot be changed here", document.key((*at, key)), "changes to the rest of the model")
        for key in FIXED
        if key in block.alternatives[place - 1].changes
    ]
    changed, changes = patched(document, at, problems)
    if problems:
        return problems, changes, ""
    try:
        found = build(_without_variants(changed))
    except ModelError as error:
        return list(error.diagnostics), changes, ""
    where = block.alternatives[place - 1].where
    plain = replace(conflict, alternatives=(), variants=(), guarantees=(), document=None)
    if found == plain:
        return [Diagnostic("the model stays the same: this only says it in other words", where)], changes, ""
    for what, here, there in (
        ("reading", [r.id for r in conflict.readings], [r.id for r in found.readings]),
        ("outcome", [o.id for o in conflict.outcomes], [o.id for o in found.outcomes]),
    ):
        lost = [name for name in here if name not in there]
        if lost:
            wanted = f"every {what} of the model: answers speak of it"
            return [Diagnostic(f"there is no {what} {lost[0]!r}", where, wanted)], changes, ""
    return [], changes, replace(found, title="").digest


def alternative(conflict: Conflict, places: Mapping[str, int], build: Callable[[Document], Conflict]) -> Conflict:
    """Return the conflict with these alternatives, by the identity of the choice; 0 is the model as written.

    It has no alternatives of its own, and no variants.

    Raises
    ------
    ModelError
        The alternatives do not fit together.
    UsageError
        The conflict is not the one that its text says.
    """
    document = conflict.document
    if not isinstance(document, Document):
        raise UsageError("the alternatives of this conflict are changes of its text, and it has none")
    assert isinstance(document.data, dict)
    section = document.data[SECTION]
    now = document
    for block in conflict.alternatives:
        place = places.get(block.id, 0)
        if place:
            assert isinstance(now.data, dict)
            whole = replace(now, data={**now.data, SECTION: section})
            now = patched(whole, _at(block, place), [])[0]
    if now is document:
        now = replace(now, data={key: part for key, part in document.data.items() if key != SECTION})
    return replace(build(_without_variants(now)), title=conflict.title)


def check_said(conflict: Conflict, build: Callable[[Document], Conflict]) -> None:
    """Check that a conflict with alternatives is the one that its text says, but for its title. Raises UsageError."""
    if isinstance(conflict.document, Document):
        said = build(_without_variants(conflict.document))
        if said == replace(conflict, variants=(), guarantees=(), title=said.title):
            return
    raise UsageError(
        "the alternatives of this conflict are changes of its text, and it is not the conflict that its text says; "
        "expected a conflict as it was loaded, or one without alternatives"
    )


def _without_variants(document: Document) -> Document:
    assert isinstance(document.data, dict)
    gone = ("variants", "guarantees")
    return replace(document, data={key: part for key, part in document.data.items() if key not in gone})


def _at(block: BlockChoice, place: int) -> Path:
    return (SECTION, block.id, "one_of", place, "changes")
