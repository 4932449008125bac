"""One browser for the tests of a file, and contexts that note everything that goes wrong in them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import started
from tests.browser.serving import Served, serving


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser. (Of one file and no more: while Playwright runs, nothing else can run an event loop.)"""
    with started() as found:
        yield found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A workbench on an empty folder; files that need models in it, or something beside it, have their own."""
    place = tmp_path_factory.mktemp("served")
    (place / "models").mkdir()
    (place / "state").mkdir()
    with serving(place / "models", place / "state") as found:
        yield found
