"""Many theatres, one purse: what each option takes of a limit, what stopping it frees, and what that makes possible.

To *stop* an option is to set it to the value that takes least of the limit, all else as it is; where several values
take as little, each is a stop of its own. What then fits is arithmetic (:mod:`detente.analysis.purse`). Whether it can
be done and is wanted is asked of the graph: a change of one owner's options must be a move of that owner, a change of
several owners' options must be reached by a legal sequence of their moves (R_H), and it is wanted when it is better for
every party among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from detente.analysis.purse import Fit, Purse, fits
from detente.analysis.result import Shown, State, provenance
from detente.analysis.settings import Change, Changes
from detente.conflict.conflict import Conflict, unknown
from detente.conflict.elements import Limit
from detente.errors import UsageError, did_you_mean
from detente.graph.graph import Graph

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Use:
    """Something that fits once an option has stopped: after the stop, and at once with it.

    ``then`` is ``None`` where the stop alone ends in no state.
    """

    fit: Fit
    then: Change | None
    at_once: Change


@dataclass(frozen=True, eq=False)
class Stop:
    """One option at the value that takes least.

    Attributes
    ----------
    option, value : str
        ``value`` is the one it goes to.
    freed : Fraction
    after : Purse
        The limit after the stop; it may be broken, see :attr:`Purse.kept`.
    elsewhere : tuple of (limit, Fraction)
        What the stop frees in the other limits that the option is in; below 0 where it takes more there.
    change : Change
    uses : tuple of Use
    complete : bool
        Whether all combinations are listed.
    """

    option: str
    value: str
    freed: Fraction
    after: Purse
    elsewhere: tuple[tuple[str, Fraction], ...]
    change: Change
    uses: tuple[Use, ...]
    complete: bool


@dataclass(frozen=True, eq=False)
class LimitMeans:
    """One limit: what its options take of it, and what stopping them frees.

    Attributes
    ----------
    purse : Purse
    stops : tuple of Stop
    idle : tuple of str
        Options asked about that take the least already.
    """

    purse: Purse
    stops: tuple[Stop, ...]
    idle: tuple[str, ...]

    @property
    def limit(self) -> Limit:
        """The limit."""
        return self.purse.limit


@dataclass(frozen=True, eq=False, repr=False)
class Means(Shown):
    """The limits of a conflict at one state (from 0)."""

    graph: Graph
    state: int
    limits: tuple[LimitMeans, ...]

    def __repr__(self) -> str:
        stops = sum(len(item.stops) for item in self.limits)
        return f"<Means at state {self.state + 1}: {len(self.limits)} limits, {stops} stops>"

    @property
    def complete(self) -> bool:
        """Whether all combinations are listed."""
        return all(stop.complete for item in self.limits for stop in item.stops)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; states are numbers from 1."""
        return {
            "state": State.of(self.graph, self.state).to_dict(),
            "limits": [_limit_dict(item) for item in self.limits],
            "states": {str(s + 1): State.of(self.graph, s).to_dict() for s in self._shown()},
            "complete": self.complete,
            "computed": provenance(self.graph.conflict),
        }

    def _shown(self) -> list[int]:
        stops = [stop for item in self.limits for stop in item.stops]
        changes = [stop.change for stop in stops]
        changes += [change for stop in stops for use in stop.uses for change in (use.then, use.at_once) if change]
        return sorted({self.state, *(change.end for change in changes if change.end is not None)})

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame, one row per stop and what fits after it."""
        import pandas as pd

        columns = ["limit", "option", "from", "to", "freed", "left", "spare", "by", "state", "legal", "wanted"]
        parts = ["by", "state", "legal", "wanted"]
        columns += ["kind", "sets", "takes", "outer"]
        columns += [f"{when} {part}" for when in ("then", "at once") for part in parts]
        rows = []
        for item in self.limits:
            for stop in item.stops:
                head: list[Any] = [item.limit.id, stop.option, item.purse.values[stop.option], stop.value]
                head += [plain(value) for value in (stop.freed, stop.after.left, stop.after.spare)]
                head += _cells(stop.change)
                for use in stop.uses:
                    sets = ", ".join(f"{option} = {value}" for option, value in use.fit.sets)
                    tail = [use.fit.kind, sets, plain(use.fit.amount), use.fit.outer]
                    rows.append([*head, *tail, *_cells(use.then), *_cells(use.at_once)])
                if not stop.uses:
                    rows.append([*head, *[None] * (len(columns) - len(head))])
        whole = dict.fromkeys(["state", "then state", "at once state"], "Int64")
        return pd.DataFrame(rows, columns=columns).astype(whole)


def plain(value: Fraction | None) -> int | float | None:
    """Return an exact number as JSON has it: whole where it is whole."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def _cells(change: Change | None) -> list[Any]:
    if change is None:
        return [None] * 4
    wanted = "+".join(reading for reading, yes in change.wanted.items() if yes)
    return ["+".join(change.by), None if change.end is None else change.end + 1, change.legal, wanted]


def _limit_dict(item: LimitMeans) -> dict[str, Any]:
    purse = item.purse
    return {
        "id": item.limit.id,
        "says": item.limit.says(),
        "at_most": plain(item.limit.at_most),
        "at_least": plain(item.limit.at_least),
        "sum": plain(purse.total),
        "left": plain(purse.left),
        "spare": plain(purse.spare),
        "options": [
            {
                "option": take.option,
                "weight": plain(take.weight),
                "value": take.value,
                "takes": plain(take.amount),
                "least": plain(take.least),
                "cheapest": list(take.cheapest),
            }
            for take in purse.takes
        ],
        "idle": list(item.idle),
        "stops": [
            {
                "option": stop.option,
                "from": purse.values[stop.option],
                "to": stop.value,
                "freed": plain(stop.freed),
                "left": plain(stop.after.left),
                "spare": plain(stop.after.spare),
                "kept": stop.after.kept,
                "elsewhere": {limit: plain(freed) for limit, freed in stop.elsewhere},
                "change": stop.change.to_dict(),
                "uses": [
                    {
                        "kind": use.fit.kind,
                        "set": dict(use.fit.sets),
                        "takes": plain(use.fit.amount),
                        "outer": use.fit.outer,
                        "then": use.then and use.then.to_dict(),
                        "at_once": use.at_once.to_dict(),
                    }
                    for use in stop.uses
                ],
                "complete": stop.complete,
            }
            for stop in item.stops
        ],
    }


def means(
    conflict: Conflict,
    *,
    state: str | int = "status_quo",
    limits: Sequence[str] | None = None,
    stops: Sequence[str] | None = None,
    graph: Graph | None = None,
) -> Means:
    """Find out what options take of the limits, what stopping one frees, and who could and would use it.

    Parameters
    ----------
    conflict : Conflict
    state : str or int
        A state's number, or ``status_quo``.
    limits : sequence of str, optional
        Identifiers of limits; all by default, or those that ``stops`` are in.
    stops : sequence of str, optional
        Full names of options; by default all that take more than they could.
    graph : Graph, optional
        The conflict's graph, when it exists already.

    Raises
    ------
    UsageError
        The model has no limits, a name does not exist, or the state leaves open what an option takes.

    Examples
    --------
    >>> import detente
    >>> found = means(detente.library("peace_delusion"), state="status_quo")
    >>> found
    <Means at state 7514: 1 limits, 3 stops>
    """
    if not conflict.limits:
        raise UsageError("the model has no 'limits:' that options draw on together")
    chosen = _chosen(conflict, limits, stops)
    graph = graph or Graph(conflict)
    if state == "status_quo" and graph.status_quo is None:
        raise UsageError("the model states no status quo; say which state is meant (--state)")
    here = graph.find_state(state)
    values = graph.space.options_of(here)
    changes = Changes(graph)
    purses = {limit.id: _purse(graph, here, limit, values) for limit in conflict.limits if limit in chosen}
    code = changes.code_of(here)
    found = []
    for purse in purses.values():
        asked = [take for take in purse.takes if stops is None or take.option in stops]
        listed = [
            _stop(changes, here, code, purse, take.option, value)
            for take in asked
            if take.spends
            for value in take.cheapest
        ]
        idle = tuple(take.option for take in asked if stops is not None and not take.spends)
        found.append(LimitMeans(purse, tuple(listed), idle))
    return Means(graph, here, tuple(found))


def _chosen(conflict: Conflict, limits: Sequence[str] | None, stops: Sequence[str] | None) -> list[Limit]:
    """Return the limits to look at. Raises UsageError."""
    known = {limit.id: limit for limit in conflict.limits}
    for name in limits or ():
        if name not in known:
            raise unknown("limit", name, list(known))
    chosen = [limit for limit in conflict.limits if limits is None or limit.id in limits]
    options = list(dict.fromkeys(option for limit in chosen for option, _ in limit.terms))
    for name in stops or ():
        if name not in conflict.options:
            hint = did_you_mean(name, options) or f"; in the limits are: {', '.join(options)}"
            raise UsageError(f"there is no option {name!r}{hint}")
        if name not in options:
            raise UsageError(f"{name} draws on none of these limits; in them are: {', '.join(options)}")
    if stops is None:
        return chosen
    return [limit for limit in chosen if limits is not None or any(option in stops for option, _ in limit.terms)]


def _purse(graph: Graph, state: int, limit: Limit, values: Mapping[str, str | None]) -> Purse:
    own: dict[str, str] = {}
    for option, _ in limit.terms:
        value = values[option]
        if value is None:
            label = graph.space.label(state)
            raise UsageError(f"state {label} merges states that differ in {option}, which limit {limit.id!r} counts")
        own[option] = value
    return Purse(limit, own, graph.conflict)


def _stop(changes: Changes, state: int, code: int, purse: Purse, option: str, value: str) -> Stop:
    """Return what comes of setting an option to a value that takes least."""
    stopped = ((option, value),)
    after = purse.with_values(stopped)
    change, code_after = changes.made(state, code, stopped)
    listed, complete = fits(purse, after, option)
    uses = []
    for fit in listed:
        then = None if change.end is None else changes.made(change.end, code_after, fit.sets)[0]
        uses.append(Use(fit, then, changes.made(state, code, (*stopped, *fit.sets))[0]))
    freed = purse.total - after.total
    return Stop(option, value, freed, after, changes.elsewhere(purse, option, value), change, tuple(uses), complete)
