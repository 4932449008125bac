"""An example of a ``.gmcr`` file, and what it becomes when one thing in it is changed."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.gmcr_literal import Table

RIVER: Table = {
    "options": [
        {"name": "Close the gate", "permittedDirection": "both"},
        {"name": "Build", "permittedDirection": "fwd"},
        {"name": "Offer", "permittedDirection": "both"},
        {"name": "build", "permittedDirection": "back"},
    ],
    "decisionMakers": [
        {
            "name": "Upper valley",
            "options": [2, 0],
            "preferences": [
                [[1, "N"], [3, "Y"]],
                {"compound": True, "members": [[[0, "Y"]], [[2, "Y"], [1, "Y"]]]},
                [[3, "Y"], [1, "N"]],
                [[2, "N"]],
            ],
            "misperceptions": [[[1, "Y"], [0, "N"]]],
        },
        {"name": "Lower valley", "options": [1, 3], "preferences": [[[0, "N"]]], "payoffs": [[1, 2], "ignored"]},
    ],
    "infeasibles": [[[0, "Y"], [2, "Y"]], {"compound": True, "members": [[[1, "Y"], [3, "Y"]]]}],
    "coalitions": [[0, 1]],
    "useManualPreferenceRanking": False,
    "program": "gmcr-py",
}


def changed(path: str, value: Any, base: Table = RIVER) -> Table:
    """Return the file with what stands at a path replaced (``...`` removes it)."""
    data = deepcopy(base)
    keys = [int(key) if key.isdigit() else key for key in path.split(".")]
    at: Any = data
    for key in keys[:-1]:
        at = at[key]
    if value is ...:
        del at[keys[-1]]
    else:
        at[keys[-1]] = value
    return data
