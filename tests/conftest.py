"""Settings for all tests."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from detente.stability import backend

settings.register_profile(
    "default", deadline=None, print_blob=True, suppress_health_check=list(HealthCheck), max_examples=50
)
settings.load_profile("default")


@pytest.fixture(params=["C++", "numpy"])
def kernels(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test with the compiled kernels and again without."""
    if request.param == "numpy":
        monkeypatch.setattr(backend, "core", None)
    elif backend.core is None:
        pytest.skip("the compiled kernels were not built")
    return str(request.param)
