"""The workbench in a real browser: ``python -m bench.page``. How soon a page is there, and how soon a change is seen.

A change is timed in the browser, from the press of a button to the first frame in which what holds (and the tab that is
open) has been drawn anew.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import models

Figures = dict[str, Any]

CHROMIUM = "/usr/bin/chromium"
FIRST_PAGE = 5.0
"""Seconds at most from the start of the command to a page with an answer."""
CHANGE = 0.150
"""Seconds at most from a press to what holds then."""

_TIMED = """
(async ({button, target}) => {
  const box = document.querySelector(target);
  const begin = performance.now();
  const seen = new Promise((done) => {
    const told = () => { watch.disconnect(); requestAnimationFrame(() => done(performance.now())); };
    const watch = new MutationObserver(told);
    watch.observe(box, {childList: true, subtree: true, characterData: true});
    setTimeout(() => done(begin + 60000), 60000);
  });
  document.querySelector(button).click();
  return (await seen) - begin;
})
"""

TABS = ("overview", "states", "graph")


def measure(repeats: int = 11) -> dict[str, Figures]:
    """Measure in Chromium; a row that says why where that is not here."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {"the workbench": {"failed": "playwright is not installed"}}
    if not Path(CHROMIUM).exists():
        return {"the workbench": {"failed": f"there is no {CHROMIUM}"}}
    rows: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        model = Path(folder) / "model.yaml"
        model.write_text(models.uncertain_file(), encoding="utf-8")
        command = [sys.executable, "-m", "detente", "serve", str(model), "--no-open"]
        environment = os.environ | {"XDG_STATE_HOME": folder}
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        begin = time.perf_counter()
        server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(server.stdout.readline().strip())
            page.wait_for_selector("[data-testid=n-holding]")
            first = time.perf_counter() - begin
            states = page.inner_text("[data-testid=verdicts]").split(" states")[0].split()[-1]
            rows["from the command to a page with an answer"] = _row([first], FIRST_PAGE)
            page.wait_for_timeout(1500)
            again = []
            for _ in range(3):
                begin = time.perf_counter()
                page.reload()
                page.wait_for_selector("[data-testid=n-holding]")
                again.append(time.perf_counter() - begin)
                page.wait_for_timeout(1000)
            rows["a page again"] = _row(again, None)
            for tab in TABS:
                page.click(f"[data-testid=tab-{tab}]")
                page.wait_for_timeout(1500)
                taken = []
                for number in range(repeats + 2):
                    button = f"[data-testid=statement-{number % 2}-{'down' if number % 2 == 0 else 'up'}]"
                    asked = {"button": button, "target": "[data-testid=verdicts]"}
                    taken.append(page.evaluate(_TIMED, asked) / 1000)
                    page.wait_for_timeout(1200)
                rows[f"a statement moved, {states} states, tab {tab}"] = _row(taken[2:], CHANGE)
            page.click("[data-testid=tab-overview]")
            page.wait_for_timeout(1500)
            taken = []
            for number in range(repeats + 1):
                page.evaluate(_CHOOSE, {"concept": ("nash", "seq")[number % 2]})
                taken.append(page.evaluate("window.benchTook") / 1000)
                page.wait_for_timeout(1200)
            rows[f"another concept, {states} states"] = _row(taken[1:], CHANGE)
        finally:
            server.terminate()
            server.wait(10)
            browser.close()
    return rows


_CHOOSE = """
(async ({concept}) => {
  const choice = document.querySelector("[data-testid=concept]");
  const box = document.querySelector("[data-testid=verdicts]");
  const begin = performance.now();
  const seen = new Promise((done) => {
    const told = () => { watch.disconnect(); requestAnimationFrame(() => done(performance.now())); };
    const watch = new MutationObserver(told);
    watch.observe(box, {childList: true, subtree: true, characterData: true});
    setTimeout(() => done(begin + 60000), 60000);
  });
  choice.value = concept;
  choice.dispatchEvent(new Event("change", {bubbles: true}));
  window.benchTook = (await seen) - begin;
})
"""


def _row(taken: list[float], limit: float | None) -> Figures:
    return {"seconds": statistics.median(taken), "runs": [round(one, 4) for one in taken], "at_most": limit}


def table(rows: dict[str, Figures]) -> Table:
    """Return the figures as a table."""
    found = Table(title="The workbench in Chromium")
    for name in ("what", "seconds", "slowest", "at most"):
        found.add_column(name, justify="left" if name == "what" else "right")
    for what, figures in rows.items():
        if "failed" in figures:
            found.add_row(what, f"not measured: {figures['failed']}")
            continue
        limit = figures["at_most"]
        words = f"{figures['seconds']:.3f}"
        over = limit is not None and figures["seconds"] > limit
        shown = "" if limit is None else f"{limit:g}"
        found.add_row(what, f"[red]{words} over[/red]" if over else words, f"{max(figures['runs']):.3f}", shown)
    return found


if __name__ == "__main__":
    Console(width=None if sys.stdout.isatty() else 120).print(table(measure()))
