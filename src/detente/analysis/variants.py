"""What hangs on the choices that a text leaves open: the verdicts as written, and under each variant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from detente.analysis.claims import DEFAULT_CONCEPT, Verdict, check
from detente.analysis.result import Shown, provenance
from detente.analysis.world import World
from detente.conflict.conflict import Conflict, unknown
from detente.conflict.elements import Variant
from detente.errors import ModelError, UsageError
from detente.graph.evaluate import Flags
from detente.language.patch import Change
from detente.language.vary import in_variant, vary
from detente.stability.game import Sanctions
from detente.stability.registry import concept

if TYPE_CHECKING:
    import pandas as pd

MOST_STATES = 1_000
"""Of a model without claims and outcomes, at most so many states are asked whether they can hold."""

Kind = Literal["claims", "outcomes", "states"]


@dataclass(frozen=True)
class Question:
    """A claim, or whether an outcome or a state can hold; ``says`` is it in words."""

    id: str
    says: str
    source: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class VariantResult:
    """A variant, what it changes in the file, and its verdicts; one is ``None`` where its question is not there."""

    variant: Variant
    conflict: Conflict
    changes: tuple[Change, ...]
    verdicts: Mapping[str, Verdict | None]

    def __repr__(self) -> str:
        return f"<VariantResult {self.variant.id}: {len(self.changes)} changes, {len(self.verdicts)} verdicts>"


@dataclass(frozen=True, eq=False, repr=False)
class Variants(Shown):
    """The verdicts of a model as written and under each of its variants.

    Attributes
    ----------
    world : World
        The model as written.
    asks : {"claims", "outcomes", "states"}
        What the verdicts are about: the model's claims; or, where it makes none, which of its classes (or outcomes, or
        states) can hold under SEQ: in every reading (*holds*), in some (*partly*) or in none (*fails*).
    questions : tuple of Question
        Those as written, then those that are in a variant only.
    as_written : mapping
        Question to verdict, ``None`` where it is in a variant only.
    results : tuple of VariantResult
        One a variant, each taken alone.
    """

    world: World
    asks: Kind
    questions: tuple[Question, ...]
    as_written: Mapping[str, Verdict | None]
    results: tuple[VariantResult, ...]

    def __repr__(self) -> str:
        counts = f"{len(self.results)} variants, {len(self.questions)} {self.asks}, {len(self.hanging)} hang on one"
        return f"<Variants of {self.conflict.title[:60]!r}: {counts}>"

    @property
    def conflict(self) -> Conflict:
        """The model as written."""
        return self.world.conflict

    def changed(self, result: VariantResult) -> tuple[str, ...]:
        """Return the questions that have another verdict under a variant than as written."""
        return tuple(q.id for q in self.questions if result.verdicts[q.id] != self.as_written[q.id])

    @property
    def standing(self) -> tuple[str, ...]:
        """The questions that have the same verdict whatever is chosen."""
        return tuple(q.id for q in self.questions if q.id not in self.hanging)

    @property
    def hanging(self) -> dict[str, tuple[str, ...]]:
        """The other questions, and the variants under which each has another verdict."""
        found: dict[str, tuple[str, ...]] = {}
        for result in self.results:
            for key in self.changed(result):
                found[key] = (*found.get(key, ()), result.variant.id)
        return {q.id: found[q.id] for q in self.questions if q.id in found}

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: all verdicts, and what each variant changes."""
        return {
            "title": self.conflict.title,
            "asks": self.asks,
            "questions": [{"id": q.id, "says": q.says, "source": q.source} for q in self.questions],
            "as_written": dict(self.as_written),
            "variants": [
                {
                    "id": result.variant.id,
                    "name": result.variant.name,
                    "because": result.variant.because,
                    "source": result.variant.source,
                    "changes": [_change(change) for change in result.changes],
                    "verdicts": {q.id: result.verdicts[q.id] for q in self.questions},
                    "changed": list(self.changed(result)),
                    "digest": result.conflict.digest,
                }
                for result in self.results
            ],
            "standing": list(self.standing),
            "hanging": {key: list(names) for key, names in self.hanging.items()},
            "computed": provenance(self.conflict, sanctions=self.world.sanctions, **self._concept()),
        }

    def _concept(self) -> dict[str, str]:
        return {} if self.asks == "claims" else {"concept": DEFAULT_CONCEPT}

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per question and one column per variant, after the verdict as written."""
        import pandas as pd

        one = {"claims": "claim", "outcomes": "outcome", "states": "state"}[self.asks]
        columns = {
            one: [q.id for q in self.questions],
            "says": [q.says for q in self.questions],
            "source": [q.source for q in self.questions],
            "as written": [self.as_written[q.id] for q in self.questions],
        }
        columns |= {result.variant.id: [result.verdicts[q.id] for q in self.questions] for result in self.results}
        return pd.DataFrame(columns)


def variants(
    conflict: Conflict,
    *,
    claims: Sequence[str] | None = None,
    sanctions: Sanctions = "legal",
    progress: Callable[[int, int], object] | None = None,
) -> Variants:
    """Ask what a model claims as it is written, and under each of its variants.

    Each variant is taken alone; two together may do what neither does. Without claims it is asked which of the model's
    classes can hold, as :class:`Variants` says.

    Parameters
    ----------
    conflict : Conflict
        As it was loaded.
    claims : sequence of str, optional
        Identifiers; all by default.
    sanctions : {"legal", "once_each", "single"}
    progress : callable, optional
        Called with (done, total) after the model as written and each variant.

    Raises
    ------
    UsageError
        There are no variants, or a claim does not exist; or there are too many states to ask about.
    ModelError
        A variant cannot be built, or has no answer; the message has the place and the variant.

    Notes
    -----
    Every variant is a model of its own: nothing is shared between them.

    Examples
    --------
    >>> import detente
    >>> found = variants(detente.library("peace_rival"), claims=["K0"])
    >>> found
    <Variants of 'The peace delusion, disputed': 10 variants, 1 claims, 0 hang on one>
    """
    if not conflict.variants:
        raise UsageError("the model has no variants; write them under 'variants:'")
    varied = [vary(conflict, item.id) for item in conflict.variants]
    known = list(dict.fromkeys(c.id for some in (conflict, *(v.conflict for v in varied)) for c in some.claims))
    if claims is not None and not known:
        raise UsageError("the model makes no claims; write them under 'claims:'")
    for name in claims or ():
        if name not in known:
            raise unknown("claim", name, known)
    kind = _kind(conflict)
    world = World(conflict, sanctions)
    found = []
    for done, item in enumerate((None, *varied), 1):
        try:
            found.append(_answers(World(item.conflict, sanctions) if item else world, kind, claims))
        except ModelError as error:
            raise in_variant(item.variant.id, error) if item else error from None
        if progress is not None:
            progress(done, len(varied) + 1)
    questions = {question.id: question for answers in reversed(found) for question in answers}
    order = dict.fromkeys(question.id for answers in found for question in answers)
    # A state that is not listed cannot hold; a claim or an outcome that is not there has no verdict.
    absent: Verdict | None = "fails" if kind == "states" else None
    written, *others = ({q.id: verdict for q, verdict in answers.items()} for answers in found)
    results = (
        VariantResult(item.variant, item.conflict, item.changes, {key: verdicts.get(key, absent) for key in order})
        for item, verdicts in zip(varied, others, strict=True)
    )
    return Variants(
        world,
        kind,
        tuple(questions[key] for key in order),
        {key: written.get(key, absent) for key in order},
        tuple(results),
    )


def _kind(conflict: Conflict) -> Kind:
    if conflict.claims:
        return "claims"
    return "outcomes" if conflict.outcomes else "states"


def _answers(world: World, kind: Kind, claims: Sequence[str] | None) -> dict[Question, Verdict]:
    """Return the questions that a model asks, each with its verdict."""
    conflict = world.conflict
    if kind == "claims":
        asked = [claim.id for claim in conflict.claims if claims is None or claim.id in claims]
        results = check(conflict, claims=asked, sanctions=world.sanctions, world=world).results if asked else ()
        return {Question(r.claim.id, r.claim.says, r.claim.source): r.verdict for r in results}
    if kind == "outcomes":
        names = conflict.reported
        flags = {name: world.graph.outcome(name) for name in names}
        said = {name: Question(name, f"{conflict.outcome(name).label} can hold.") for name in names}
        return {said[name]: _can_hold(world, flags[name]) for name in names}
    return dict(_states(world))


def _can_hold(world: World, states: Flags) -> Verdict:
    held = [bool(world.equilibria(concept(DEFAULT_CONCEPT), r.id, states).any()) for r in world.conflict.readings]
    return "holds" if all(held) else "partly" if any(held) else "fails"


def _states(world: World) -> Iterator[tuple[Question, Verdict]]:
    """Yield the states that hold in some reading; they are known by their options, since numbers may differ."""
    every = np.ones(world.graph.n_states, dtype=bool)
    rule = concept(DEFAULT_CONCEPT)
    held = np.stack([world.equilibria(rule, reading.id, every) for reading in world.conflict.readings])
    some = np.flatnonzero(held.any(axis=0))
    if len(some) > MOST_STATES:
        raise UsageError(
            f"{len(some):,} states can hold, and the model names no outcomes; expected 'claims:' or 'outcomes:' to ask "
            "about"
        )
    for state in some.tolist():
        name = _taken(world, state)
        yield Question(name, f"{name} can hold."), "holds" if held[:, state].all() else "partly"


def _taken(world: World, state: int) -> str:
    """Return a state as the options taken in it, in the model language; in graph form its label."""
    conflict, space = world.conflict, world.graph.space
    if conflict.graph_form is not None:
        return space.label(state)
    words = []
    for name, value in space.options_of(state).items():
        option = conflict.options[name]
        if value is None:
            words.append(f"{name} = any")
        elif value != option.values[0].id:
            words.append(name if option.binary else f"{name} = {value}")
    return ", ".join(words) or "nothing taken"


def _change(change: Change) -> dict[str, Any]:
    return {"at": list(change.path), "kind": change.kind, "from": _plain(change.before), "to": _plain(change.after)}


def _plain(value: Any) -> Any:
    """Return data as JSON has them."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return float(value) if isinstance(value, Decimal) else value
