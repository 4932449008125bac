"""Chromium: where it is, how it is started, and the axe checks of accessibility."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

REQUIRED = "DETENTE_BROWSER"
"""With this in the environment set to ``required``, a missing browser is a failure."""

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).with_name("vendor") / "axe-core" / "axe.min.js"


def chromium() -> str:
    """Return where Chromium is; skip the test, or fail it where a browser is required, if there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        if os.environ.get(REQUIRED) == "required":
            pytest.fail("Chromium is required and not installed (Debian: apt-get install chromium)", pytrace=False)
        pytest.skip("Chromium is not installed")
    return found


@contextmanager
def started() -> Iterator[Browser]:
    """Start a browser; close it in the end."""
    executable = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


def barriers(page: Page, *rules: str) -> list[str]:
    """Return what axe finds wrong on a page, one line a rule and element; by some of its rules or by all."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_axe())
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found: dict[str, Any] = page.evaluate("(only) => axe.run(document, {resultTypes: ['violations'], ...only})", only)
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"][:5]
    ]


OVERFLOWING = """
(width) => Array.from(document.querySelectorAll("body *")).filter((element) => {
  const box = element.getBoundingClientRect();
  if (!box.width || !box.height || box.right <= width + 1) return false;
  for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
    const style = getComputedStyle(at);
    if (at.tagName === "svg" || style.position === "fixed" || style.visibility === "hidden") return false;
    if (["auto", "scroll", "hidden", "clip"].includes(style.overflowX)) return false;
  }
  return true;
}).map((element) => `${element.tagName}.${element.getAttribute("class")} ${element.textContent.trim().slice(0, 60)}`)
"""


def overflowing(page: Page, width: int) -> list[str]:
    """Return what reaches beyond the width of a page, and is in no box of its own that scrolls."""
    found: list[str] = page.evaluate(OVERFLOWING, width)
    return found
