"""The compiled kernels: the steps of :mod:`detente.stability.numpy_steps` again, and closing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detente.graph.moves import Index
from detente.stability import numpy_steps
from detente.stability.numpy_steps import Flags, Values

class Step:
    def lowest(self, values: Values) -> Values: ...
    def highest(self, values: Values) -> Values: ...
    def none_above(self, values: Values, bounds: Values) -> Flags: ...
    def lower(self, values: Values) -> bool: ...

class BoxStep(Step):
    def __init__(self, n_states: int, stride: int, size: int, ranks: Values | None) -> None: ...

class GroupStep(Step):
    def __init__(self, n_states: int, order: Index, starts: Index, ranks: Values | None) -> None: ...

class ArcStep(Step):
    def __init__(
        self, n_states: int, starts: NDArray[np.int64], targets: Index, ranks: Values | None, transitive: bool
    ) -> None: ...

def closed(values: Values, steps: Sequence[numpy_steps.Step]) -> Values: ...
