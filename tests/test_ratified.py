"""The short form for an actor inside that can undo what another took."""

from __future__ import annotations

import pytest

from detente.conflict.formula import And, Not, Taken
from detente.errors import ModelError
from detente.graph.graph import Graph
from detente.language.load import loads
from detente.language.write import to_yaml

TREATY = """
decision_makers:
  leader:
    options:
      sign: {name: Sign, ratified_by: {overturned_by: court.strike, granted: treaty, undoes: [peace]}}
    preferences: [treaty]
  court: {options: {strike: Strike it down}, preferences: [not treaty, not court.strike]}
outcomes: {peace: treaty}
status_quo: []
"""


def test_it_is_an_outcome_and_freezes_nobody() -> None:
    conflict = loads(TREATY)
    treaty = conflict.outcome("treaty")
    assert treaty.that == And((Taken("leader.sign"), Not(Taken("court.strike"))))
    assert "overturning ends peace" in treaty.because
    assert not conflict.infeasible
    graph = Graph(conflict)
    assert graph.n_states == 4
    assert graph.outcome("treaty").tolist() == [False, True, False, False] == graph.outcome("peace").tolist()
    assert loads(to_yaml(conflict)) == conflict


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("overturned_by: court.strike", "overturned_by: court.strik", "unknown option 'court.strik'"),
        ("overturned_by: court.strike", "overturned_by: leader.sign", "an option that its own owner overturns"),
        ("granted: treaty", "granted: peace", "there is an outcome 'peace' already"),
        ("undoes: [peace]", "undoes: [pease]", "unknown outcome 'pease'; expected an outcome; did you mean 'peace'?"),
        ("granted: treaty, ", "", "'granted'"),
    ],
)
def test_what_is_wrong_is_located(old: str, new: str, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        loads(TREATY.replace(old, new))
    assert message in str(caught.value)
    assert str(caught.value).startswith("model:")
