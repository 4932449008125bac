"""Observed moves: from the model file, and back into it."""

from __future__ import annotations

from typing import Any

from detente.conflict.purpose import Observed, ObservedMove
from detente.language.described import described
from detente.language.names import Names
from detente.language.schema import ModelShape
from detente.language.source import Path
from detente.language.write_text import Pairs, Row


def read_observed(names: Names, shape: ModelShape) -> Observed | None:
    """Return the observed moves of a model; problems go to ``names``."""
    body = shape.observed
    if body is None:
        return None
    path: Path = ("observed",)
    if shape.states is not None:
        names.problem(path, "observed moves in a model whose states are listed", "options to be set", key=True)
    moves = []
    for index, item in enumerate(body.moves):
        here: Path = (*path, "moves", index)
        who = (item.by,) if isinstance(item.by, str) else tuple(item.by)
        known = [names.decision_maker(dm, (*here, "by")) for dm in who]
        sets = names.definite(item.set, (*here, "set"))
        for option, _ in sets:
            if all(known) and option.split(".", 1)[0] not in who:
                names.problem(
                    (*here, "set", option), f"{option!r} is not {who[0]!r}'s to set", "an option of who moves", key=True
                )
        moves.append(
            ObservedMove(
                id=f"move {index + 1}",
                by=who,
                sets=sets,
                date=item.date or "",
                where=names.document.key(here),
                **described(item),
            )
        )
    start = None if body.from_ is None else names.definite(body.from_, (*path, "from"))
    return Observed(id="observed", moves=tuple(moves), start=start, where=names.document.key(path), **described(body))


def observed_data(observed: Observed, taken: Any, moves: list[dict[str, Any]]) -> dict[str, Any]:
    """Return observed moves as plain data; ``taken`` and ``moves`` are its parts as the writer says them."""
    return {**({} if taken is None else {"from": taken}), "moves": moves}


def move_data(move: ObservedMove) -> dict[str, Any]:
    """Return one observed move as plain data, without name, reason and source."""
    by = move.by[0] if len(move.by) == 1 else Row(move.by)
    return {"by": by, "set": Pairs(move.sets), **({"date": move.date} if move.date else {})}
