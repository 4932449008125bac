"""One browser for the tests of a file, and contexts that note everything that goes wrong in them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser. (Of one file and no more: while Playwright runs, nothing else can run an event loop.)"""
    with started() as found:
        yield found
