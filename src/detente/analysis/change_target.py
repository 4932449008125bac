"""What a change is wished for: a state, an outcome, a claim, a durability, or several of those together.

Each is a claim that the checks of :mod:`detente.analysis.checks` decide, so that one answer fits all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from detente.analysis.claims import cases_of, claims_named
from detente.analysis.durability import SHIFTING
from detente.analysis.world import World
from detente.conflict.claims import Blocked, Claim, Durability, Endures, Evolves, Holds, Reaches, Stays
from detente.conflict.conflict import Conflict
from detente.conflict.formula import And, AtState, Compare, Formula, Named
from detente.errors import UsageError, did_you_mean
from detente.graph.evaluate import Flags
from detente.graph.graph import Graph
from detente.stability.concept import Concept
from detente.stability.registry import CONCEPTS, concept, implied

Kind = Literal["state", "outcome", "claim", "durability"]
DURABILITIES: tuple[str, ...] = get_args(Durability)


@dataclass(frozen=True)
class Target:
    """One thing that is wished.

    Attributes
    ----------
    text : str
        As it was asked for.
    kind : {"state", "outcome", "claim", "durability"}
    claim : Claim
        What has to hold. Of a claim of the model this is that claim; else it is made here.
    that : Formula or None
        The states it is about, where it is about some.
    own : bool
        Whether the claim is one of the model, to be looked up in a model that has been changed.
    """

    text: str
    kind: Kind
    claim: Claim
    that: Formula | None
    own: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"target": self.text, "kind": self.kind, **({"says": self.claim.says} if self.own else {})}


@dataclass(frozen=True)
class Need:
    """Something necessary for a target that depends on each party's own wishes alone.

    Under every reading some state of ``that``, or with ``joint`` one and the same, is stable for everybody under the
    concept ``weak``, for which nobody's ranks but one's own count.
    """

    that: Formula
    readings: tuple[str, ...]
    joint: bool
    weak: Concept


def targets_of(
    graph: Graph,
    texts: Sequence[str | int],
    *,
    concepts: Sequence[str],
    readings: Sequence[str],
    now: str,
    later: str,
    none_yet: bool = False,
) -> tuple[Target, ...]:
    """Return what is wished.

    Parameters
    ----------
    graph : Graph
    texts : sequence of str or int
        A state's number or label, ``status_quo``, an outcome, ``claim:ID``, or a durability and what has it, such as
        ``lasting:treaty``.
    concepts, readings : sequences of str
        Under which states and outcomes have to hold, and under which concepts durabilities.
    now, later : str
        The readings that durabilities other than ``lasting`` compare.
    none_yet : bool
        Whether an outcome may be wished that no state has as things stand.

    Raises
    ------
    UsageError
        A name does not exist, or no state is meant.
    """
    if not texts:
        raise UsageError("nothing is wished; expected a --target")
    return tuple(
        _target(graph, str(text), place, tuple(concepts), tuple(readings), now, later, none_yet)
        for place, text in enumerate(texts, 1)
    )


def _target(
    graph: Graph,
    text: str,
    place: int,
    concepts: tuple[str, ...],
    readings: tuple[str, ...],
    now: str,
    later: str,
    none_yet: bool,
) -> Target:
    conflict = graph.conflict
    word, colon, rest = text.partition(":")
    word, rest = word.strip(), rest.strip()
    labels = {state.label for state in conflict.graph_form.states} if conflict.graph_form else set()
    name = f"target {place}"
    if not colon or text in labels:
        that = _states(graph, text, none_yet)
        kind: Kind = "outcome" if isinstance(that, Named) else "state"
        check = Claim(id=name, says="", check=Holds(that), readings=readings, concepts=concepts)
        return Target(text, kind, check, that)
    if word == "claim":
        (claim,) = claims_named(conflict, [rest])
        return Target(text, "claim", claim, _about(claim), own=True)
    if word not in DURABILITIES:
        known = ["claim", *DURABILITIES]
        hint = did_you_mean(word, known) or f"; expected {', '.join(f'{item}:' for item in known)} before a name"
        raise UsageError(f"{text!r} is no target: unknown word {word!r}{hint}")
    kind_of: Durability = word  # type: ignore[assignment]
    if kind_of == "lasting":
        now = later = conflict.readings[0].id
    for reading in (now, later):
        if reading not in [item.id for item in conflict.readings]:
            known = [item.id for item in conflict.readings]
            raise UsageError(
                f"{word!r} compares two readings, and there is no reading {reading!r}; "
                f"say with --now and --later which are meant: {', '.join(known)}"
            )
    that = _states(graph, rest, none_yet)
    check = Claim(id=name, says="", check=Endures(that, (kind_of,), now, later), concepts=concepts)
    return Target(text, "durability", check, that)


def _states(graph: Graph, text: str, none_yet: bool) -> Formula:
    """Return the formula of a state or an outcome. Raises UsageError."""
    found = np.flatnonzero(graph.find_states(text))
    if text in {outcome.id for outcome in graph.conflict.outcomes}:
        if not len(found) and not none_yet:
            raise UsageError(
                f"no state has the outcome {text!r}, whatever anybody prefers; --level guarantees asks what would have "
                "to be made possible"
            )
        return Named(text)
    return formula_of(graph, int(found[0]))


def formula_of(graph: Graph, state: int) -> Formula:
    """Return a formula that holds in one state (from 0) alone. Raises UsageError where options do not tell it apart."""
    conflict, label = graph.conflict, graph.space.label(state)
    if conflict.graph_form is not None:
        return AtState(label)
    parts = [Compare(o, "=", v) for o, v in graph.space.options_of(state).items() if v is not None]
    that = And(tuple(parts)) if len(parts) > 1 else parts[0]
    if int(graph.space.evaluate(that).sum()) != 1:
        raise UsageError(f"state {label} is several in one, which its options do not tell from others; name an outcome")
    return that


def _about(claim: Claim) -> Formula | None:
    """Return the states that a claim says something good of: what commitments would be about."""
    check = claim.check
    if isinstance(check, (Holds, Reaches)):
        return None if check.negated else check.that
    if isinstance(check, Stays):
        return None if check.unstable else check.that
    if isinstance(check, Blocked):
        return None
    if isinstance(check, Endures) or (isinstance(check, Evolves) and check.kind in ("inevitable", "certain")):
        return check.that
    return None


def claim_in(conflict: Conflict, target: Target) -> Claim | None:
    """Return the claim that a target is, as a changed conflict has it; None where it has it no more."""
    if not target.own:
        return target.claim
    return next((claim for claim in conflict.claims if claim.id == target.claim.id), None)


def met(world: World, targets: Sequence[Target]) -> bool:
    """Return whether everything that is wished holds. Raises ModelError and the like as the checks do."""
    for target in targets:
        claim = claim_in(world.conflict, target)
        if claim is None or not all(case.finding.holds for case in cases_of(world, claim, lean=True)):
            return False
    return True


def needs_of(conflict: Conflict, targets: Sequence[Target]) -> list[Need]:
    """Return what is necessary for everything that is wished, as far as it depends on each party's wishes alone."""
    found: list[Need] = []
    every = tuple(reading.id for reading in conflict.readings)
    for target in targets:
        claim = claim_in(conflict, target)
        if claim is None or claim.phases or claim.views:
            continue
        check = claim.check
        if isinstance(check, Holds) and not check.negated:
            readings, joint = claim.readings or every, False
        elif isinstance(check, Endures) and set(check.kinds) <= {"lasting", "brittle"}:
            lasting = check.kinds == ("lasting",)
            readings, joint = every if lasting else (check.now, check.later), True
        elif isinstance(check, Endures) and set(check.kinds) <= {"lasting", "brittle", SHIFTING}:
            readings, joint = (check.now, check.later), False
        elif isinstance(check, Endures) and set(check.kinds) <= {"lasting", "brittle", "provisional"}:
            readings, joint = (check.now,), False
        else:
            continue
        for key in claim.concepts or ("seq",):
            found += [Need(check.that, tuple(dict.fromkeys(readings)), joint, weak) for weak in _weaker(key)]
    return found


def _weaker(key: str) -> list[Concept]:
    """Return the strongest concepts that a concept implies and for which one's own ranks alone count."""
    weaker = {name for name in implied(concept(key).id) if CONCEPTS[name].own_ranks_only}
    weaker -= {other for name in weaker for other in implied(name) - {name}}
    return [CONCEPTS[name] for name in sorted(weaker) if name in ("nash", "gmr", "smr")]


def holding(world: World, target: Target, reading: str) -> Flags | None:
    """Return the states in which a target comes true under a reading; None where it is not about states."""
    claim = claim_in(world.conflict, target)
    that = _about(claim) if claim is not None and target.own else target.that
    if claim is None or that is None:
        return None
    states = world.flags(that)
    keys, check = claim.concepts or ("seq",), claim.check
    readings: Sequence[str] = (reading,)
    if isinstance(check, Endures) and set(check.kinds) <= {"lasting"}:
        readings = [item.id for item in world.conflict.readings]
    if isinstance(check, (Holds, Endures)):
        for key in keys:
            for name in readings:
                states = world.equilibria(concept(key), name, states)
    return states
