"""Claims and agreements: from the model file, and back into it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Any, Literal

from detente.conflict import claims as cl
from detente.conflict.conflict import Conflict
from detente.conflict.formula import Formula
from detente.language.described import described
from detente.language.names import Names
from detente.language.relations import RelationReader
from detente.language.schema import ModelShape
from detente.language.schema_claims import CHECKS, ClaimShape, SidesShape, UnderShape
from detente.language.source import Path
from detente.language.write_text import Row


class ClaimReader:
    """Reads the claims of a model, whose readings and coalitions are known by then."""

    def __init__(self, names: Names, shape: ModelShape, conflict: Conflict) -> None:
        self.names, self.shape = names, shape
        self.readings = [reading.id for reading in conflict.readings]
        self.phases = list(shape.phases or {})
        self.coalitions = {item.id: item.members for item in conflict.coalitions}

    def agreements(self) -> Iterator[cl.Agreement]:
        """Yield the agreements; problems go to ``names``."""
        for key, body in (self.shape.agreements or {}).items():
            path: Path = ("agreements", key)
            parties = self._parties(body.parties, (*path, "parties"))
            if len(set(body.parties)) < 2 and not self.names.document.is_damaged((*path, "parties")):
                self.names.missing((*path, "parties"), "an agreement of fewer than two", "two parties or more")
            who = None if body.withdrawal is None else self._parties(body.withdrawal, (*path, "withdrawal"))
            outside: list[str] = [] if who is None else [dm for dm in who if dm not in parties]
            if outside:
                words = f"{outside[0]!r} is no party to it"
                self.names.problem((*path, "withdrawal"), words, f"of {', '.join(parties)}")
            yield cl.Agreement(
                id=key,
                parties=parties,
                in_force=self.names.formula(body.in_force, (*path, "in_force")),
                withdrawal=who,
                revocable=None if body.revocable is None else body.revocable == "yes",
                where=self.names.document.key(path),
                **described(body),
            )

    def claims(self) -> Iterator[cl.Claim]:
        """Yield the claims; problems go to ``names``."""
        for key, body in (self.shape.claims or {}).items():
            path: Path = ("claims", key)
            given = [check for check in CHECKS if getattr(body, check) is not None]
            if len(given) != 1:
                what = "no check" if not given else f"{len(given)} checks: {', '.join(given)}"
                if given or not self.names.document.is_damaged(path):
                    self.names.problem(path, f"a claim with {what}", f"exactly one of {', '.join(CHECKS)}", key=True)
                continue
            under = body.under or _EVERYWHERE
            concepts = _listed(under.concepts)
            at: Path = (*path, "under", "concepts")
            places = [at] if isinstance(under.concepts, str) else [(*at, k) for k in range(len(concepts))]
            self._places(under, (*path, "under"))
            views = _listed(under.views)
            check = self._seeing(views)._check(given[0], body, (*path, given[0]))
            self._fits(check, under, path)
            yield cl.Claim(
                id=key,
                says=body.says,
                check=check,
                readings=_listed(under.readings),
                concepts=concepts,
                concepts_at=tuple(self.names.document.value(place) for place in places),
                phases=_listed(under.phases),
                views=views,
                where=self.names.document.key(path),
                **described(body),
            )

    def _places(self, under: UnderShape, path: Path) -> None:
        """Say so where a claim is asked under what does not exist."""
        views = list(self.shape.views or {})
        for kind, known, given in (
            ("reading", self.readings, under.readings),
            ("phase", self.phases, under.phases),
            ("view", views, under.views),
        ):
            for index, name in enumerate(_listed(given)):
                here: Path = (*path, f"{kind}s")
                self._one_of(kind, name, known, here if isinstance(given, str) else (*here, index))

    def _seeing(self, views: tuple[str, ...]) -> ClaimReader:
        """Return a reader that knows the options which all these viewers imagine."""
        bodies = [body for name in views if (body := (self.shape.views or {}).get(name)) is not None]
        imagined = [
            {f"{dm}.{option}" for dm, options in (body.imagined_options or {}).items() for option in options}
            for body in bodies
        ]
        common = set.intersection(*imagined) if imagined else set()
        if not common:
            return self
        result = copy(self)
        result.names = copy(self.names)
        result.names.options = {**self.names.options, **dict.fromkeys(sorted(common), ("no", "yes"))}
        return result

    def _fits(self, check: cl.Check, under: UnderShape, path: Path) -> None:
        """Say so where a check does not depend on something that it is asked under."""
        named = set(under.model_fields_set)
        wrong = ""
        if isinstance(check, cl.Sides) and named:
            wrong, what = sorted(named)[0], "relations are the same under every reading, concept, phase and view"
        elif isinstance(check, cl.Changes) and check.phases and "phases" in named:
            wrong, what = "phases", "it is about two phases already"
        if wrong:
            self.names.problem((*path, "under", wrong), f"{wrong!r} where {what}", f"no {wrong!r} here", key=True)

    def _check(self, kind: str, claim: ClaimShape, path: Path) -> cl.Check:
        body: Any = getattr(claim, kind)

        def formula(key: str = "that") -> Formula:
            if isinstance(body, str):
                return self.names.formula(body, path)
            return self.names.formula(getattr(body, key), (*path, key.rstrip("_")))

        def start() -> Formula | None:
            return None if isinstance(body, str) or body.from_ is None else formula("from_")

        match kind:
            case "can_hold" | "cannot_hold":
                return cl.Holds(formula(), negated=kind == "cannot_hold")
            case "stable" | "unstable":
                self.names.decision_maker(body.for_, (*path, "for"), nature=False)
                return cl.Stays(formula(), body.for_, unstable=kind == "unstable", every=body.in_ == "every")
            case "reachable" | "unreachable":
                if not isinstance(body, str) and body.steps == "joint" and body.by != "improvements":
                    self.names.problem((*path, "by"), "'by' and joint steps at once", "one of the two")
                return cl.Reaches(
                    formula(),
                    start(),
                    "improvements" if isinstance(body, str) else self._by(body.by, (*path, "by")),
                    joint=not isinstance(body, str) and body.steps == "joint",
                    negated=kind == "unreachable",
                )
            case "durability":
                for key in ("now", "later"):
                    self._reading(getattr(body, key), (*path, key) if key in body.model_fields_set else path)
                return cl.Endures(formula(), _listed(body.is_), body.now, body.later)
            case "blocked":
                return cl.Blocked(formula(), self._parties(body.by, (*path, "by")))
            case "prefers":
                self.names.decision_maker(body.who, (*path, "who"), nature=False)
                return cl.Prefers(body.who, formula("this"), formula("to"), every=body.in_ == "every")
            case "improves":
                return cl.Improves(self._parties(body.who, (*path, "who")), formula("to"), start())
            case "changes" | "unchanged":
                phases = self._between_phases(body.between, (*path, "between"))
                return cl.Changes(
                    formula(), (body.between[0], body.between[1]), negated=kind == "unchanged", phases=phases
                )
            case "sides":
                return self._sides(body, path)
        return self._evolves(kind, body, formula(), start(), path)

    def _between_phases(self, between: list[str], path: Path) -> bool:
        """Return whether two names are phases; anything but two readings or two phases is a problem."""
        readings, phases = set(between) <= set(self.readings), set(between) <= set(self.phases)
        if readings and phases:
            self.names.problem(path, "both readings and phases have these names", "different names")
        strange = [name for name in between if name not in self.readings and name not in self.phases]
        kind = "phase" if set(between) & (set(self.phases) - set(self.readings)) else "reading"
        for index, name in enumerate(between):
            if name in strange:
                self._one_of(kind, name, self.phases if kind == "phase" else self.readings, (*path, index))
            elif not readings and not phases and not strange and name in self.phases:
                self.names.problem((*path, index), f"{name!r} is a phase", "two readings, or two phases")
        return phases

    def _sides(self, body: SidesShape, path: Path) -> cl.Sides:
        against = _listed(body.against)
        if not self.shape.relations:
            self.names.missing(
                path, "the model states no relations to divide anybody", "'relations:'", of=("relations",)
            )
        nodes = RelationReader(self.names, self.shape)
        for key, given in (("together", body.together), ("against", against)):
            for index, name in enumerate(given):
                single = key == "against" and isinstance(body.against, str)
                nodes.known(name, (*path, key) if single else (*path, key, index))
        named = [*body.together, *against]
        if len(set(named)) < len(named):
            self.names.problem(path, "somebody is named twice", "each party or outsider once", key=True)
        elif len(named) < 2:
            self.names.missing(path, "one alone is on no side", "two or more under 'together', or 'against' as well")
        return cl.Sides(tuple(body.together), against, body.at or "")

    def _by(self, given: str | list[str], path: Path) -> Literal["moves", "improvements"] | tuple[str, ...]:
        match given:
            case "moves" | "improvements":
                return given
        return self._parties(given, path)

    def _evolves(self, kind: Any, body: Any, that: Formula, start: Formula | None, path: Path) -> cl.Evolves:
        if isinstance(body, str):
            return cl.Evolves(kind, that)
        return cl.Evolves(
            kind,
            that,
            start,
            self._parties(body.by, (*path, "by")) if kind in ("avoidable", "unavoidable") else (),
            best=body.improvements == "best",
            joint=body.steps == "joint",
            nature=body.nature == "eventually",
        )

    def _reading(self, name: str, path: Path) -> None:
        self._one_of("reading", name, self.readings, path)

    def _one_of(self, kind: str, name: str, known: list[str], path: Path) -> None:
        near = self.names.near(name, known)
        if name not in known and near is not None and not self.names.document.is_lost((f"{kind}s",)):
            expected = f"one of {', '.join(known)}" if known else f"a {kind}; the model has none"
            self.names.problem(path, f"unknown {kind} {name!r}", expected, near)

    def _parties(self, given: str | list[str], path: Path) -> tuple[str, ...]:
        """Return parties by name; a coalition's name stands for its members."""
        found: dict[str, None] = {}
        for index, name in enumerate([given] if isinstance(given, str) else given):
            here = path if isinstance(given, str) else (*path, index)
            if name in self.coalitions and name not in self.names.decision_makers:
                found.update(dict.fromkeys(self.coalitions[name]))
            elif self.names.decision_maker(name, here, nature=False):
                found[name] = None
        return tuple(found)


_EVERYWHERE = UnderShape.model_validate({})


def _listed(given: Any) -> tuple[Any, ...]:
    if given is None:
        return ()
    return (given,) if isinstance(given, str) else tuple(given)


# -- back -----------------------------------------------------------------------------------------------------------


def check_data(check: cl.Check) -> tuple[str, Any]:
    """Return the key of a check and what stands under it."""
    that = check.that.text() if not isinstance(check, (cl.Prefers, cl.Improves, cl.Sides)) else ""
    match check:
        case cl.Holds():
            return ("cannot_hold" if check.negated else "can_hold"), that
        case cl.Stays():
            where = {} if check.every else {"in": "some"}
            return ("unstable" if check.unstable else "stable"), {"that": that, "for": check.dm, **where}
        case cl.Reaches():
            more = {**_from(check.start), **({} if check.by == "improvements" else {"by": _names(check.by)})}
            more |= {"steps": "joint"} if check.joint else {}
            return ("unreachable" if check.negated else "reachable"), {"that": that, **more} if more else that
        case cl.Endures():
            readings = {"now": check.now, "later": check.later}
            plain = {"now": "tactical", "later": "strategic"}
            other = {key: name for key, name in readings.items() if name != plain[key]}
            return "durability", {"that": that, "is": _names(check.kinds), **other}
        case cl.Blocked():
            return "blocked", {"that": that, "by": _names(check.by)}
        case cl.Prefers():
            where = {} if check.every else {"in": "best"}
            return "prefers", {"who": check.dm, "this": check.this.text(), "to": check.over.text(), **where}
        case cl.Improves():
            return "improves", {"who": _names(check.members), **_from(check.start), "to": check.to.text()}
        case cl.Changes():
            body = {"that": that, "between": Row(check.between)}
            return ("unchanged" if check.negated else "changes"), body
        case cl.Sides():
            against = {"against": _names(check.against)} if check.against else {}
            return "sides", {"together": Row(check.together), **against, **({"at": check.at} if check.at else {})}
    more = {**_from(check.start), **({"by": _names(check.by)} if check.by else {})}
    more |= {"improvements": "best"} if check.best else {}
    more |= {"steps": "joint"} if check.joint else {}
    more |= {} if check.nature else {"nature": "never"}
    return check.kind, {"that": that, **more} if more else that


def claim_data(claim: cl.Claim) -> dict[str, Any]:
    """Return a claim as plain data, without name, reason and source."""
    key, body = check_data(claim.check)
    under = {
        **({"readings": _names(claim.readings)} if claim.readings else {}),
        **({"concepts": _names(claim.concepts)} if claim.concepts else {}),
        **({"phases": _names(claim.phases)} if claim.phases else {}),
        **({"views": _names(claim.views)} if claim.views else {}),
    }
    return {"says": claim.says, key: body, **({"under": under} if under else {})}


def agreement_data(item: cl.Agreement) -> dict[str, Any]:
    """Return an agreement as plain data, without name, reason and source."""
    return {
        "parties": Row(item.parties),
        "in_force": item.in_force.text(),
        **({} if item.withdrawal is None else {"withdrawal": _names(item.withdrawal)}),
        **({} if item.revocable is None else {"revocable": "yes" if item.revocable else "no"}),
    }


def _from(start: Formula | None) -> dict[str, str]:
    return {} if start is None else {"from": start.text()}


def _names(given: str | tuple[str, ...]) -> Any:
    return given if isinstance(given, str) else (given[0] if len(given) == 1 else Row(given))
