"""Does the status quo come to rest? Consequences that undo one another keep it moving for ever."""

from __future__ import annotations

import numpy as np

from detente.analysis.validate_words import named
from detente.conflict.elements import Force
from detente.errors import Diagnostic, ModelError
from detente.graph.coding import CodeRows, Coding
from detente.graph.evaluate import Evaluator
from detente.graph.graph import Graph


def check_rest(graph: Graph) -> None:
    """Raise ModelError, at the status quo, where consequences change it back and forth without end."""
    conflict = graph.conflict
    if not conflict.forces or not isinstance(conflict.status_quo, tuple):
        return
    restless = _restless(graph, graph.space.coding.encode(conflict, conflict.status_quo))
    if restless:
        names = " and ".join(map(named, restless))
        undo = "undo one another" if len(restless) > 1 else "undoes itself"
        raise ModelError(
            [
                Diagnostic(
                    f"the status quo never comes to rest: {names} {undo}",
                    conflict.status_quo_where,
                    "consequences that end, or another status quo",
                )
            ],
            conflict.origin,
            conflict.text,
        )


def _restless(graph: Graph, code: int) -> list[Force]:
    """Return the consequences that change a combination again and again, in order; none where it comes to rest."""
    conflict, coding = graph.conflict, graph.space.coding
    seen: dict[int, int] = {}
    rounds: list[list[Force]] = []
    while code not in seen and len(rounds) < 4 * len(conflict.forces) + 8:  # as many rounds as moves may take
        seen[code] = len(rounds)
        rounds.append([])
        for force in conflict.forces:
            after = _after(graph, coding, force, code)
            rounds[-1] += [force] if after != code else []
            code = after
    again = {force.id for changed in rounds[seen.get(code, len(rounds) // 2) :] for force in changed}
    return [force for force in conflict.forces if force.id in again]


def _after(graph: Graph, coding: Coding, force: Force, code: int) -> int:
    """Return what a combination becomes by one consequence."""
    codes = np.array([code], dtype=np.int64)
    if not Evaluator(graph.conflict, CodeRows(coding, codes))(force.when)[0]:
        return code
    for option, value in force.sets:
        codes = coding.put(codes, option, graph.conflict.options[option].position(value))
    return int(codes[0])
