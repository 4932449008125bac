"""Which implementation of the sweeps is in use: compiled where it was built, NumPy everywhere else."""

from __future__ import annotations

import os

from detente.stability import numpy_steps

if os.environ.get("DETENTE_KERNELS", "").lower() == "numpy":
    core = None
else:
    try:
        from detente.stability import _core as core  # type: ignore[attr-defined, no-redef]
    except ImportError:
        core = None

name = "numpy" if core is None else "C++"
make_step = numpy_steps.make_step
close = numpy_steps.close
